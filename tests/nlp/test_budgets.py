"""Budgets: numbered examples, and properties that hold for any text."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.budgets import find_budgets

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "budgets.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the rules get wrong, and why: 26 writes the decimal in words.
KNOWN_FAILURES = {26}
WORDS = st.sampled_from(
    [
        "€",
        "euro",
        "2,5",
        "1.000",
        "3",
        "miljoen",
        "mln.",
        "ton",
        "tot",
        "-",
        "tussen",
        "en",
        "per jaar",
        "fte",
        "x € 1.000",
        "p.m.",
        "budget",
        "|",
        "(",
        "gedekt uit",
        "2025",
    ]
)


def values(case: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for budget in find_budgets(case["text"], cells=case.get("cells"), header=case.get("header")):
        value = budget.value
        found += [{"fte": value["fte"]}] if value["fte"] is not None else value["amounts"] or [None]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["case"]))
def test_case(case: dict[str, Any]) -> None:
    if case["case"] in KNOWN_FAILURES:
        assert values(case) != case["expected"], "works now: take it out of KNOWN_FAILURES"
    else:
        assert values(case) == case["expected"]


def test_period_of_an_amount() -> None:
    assert find_budgets("Er is € 150.000 per jaar beschikbaar.")[0].value["period"] == "jaar"
    assert find_budgets("Voor 2024-2027 is € 2 mln. beschikbaar.")[0].value["period"] == "2024-2027"


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text(text: str) -> None:
    for found in find_budgets(text):
        assert text[found.start : found.end] == found.text
        assert found.value["open"] == (not found.value["amounts"] and found.value["fte"] is None)


@given(st.lists(st.text(max_size=12), max_size=5), st.lists(st.text(max_size=12), max_size=5))
def test_any_row(cells: list[str], header: list[str]) -> None:
    text = " | ".join(cells)
    for found in find_budgets(text, cells=cells, header=header):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "piece", ["1.000.", "€ ", "2 tot ", "kosten ", "1" * 10, "een half ", "- ", "middelen uit "]
)
def test_long_text_is_fast(piece: str) -> None:
    start = time.perf_counter()
    find_budgets(piece * (20_000 // len(piece)))
    assert time.perf_counter() - start < 2
