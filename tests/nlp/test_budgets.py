"""Budgets: numbered cases, the examples of every rule, the benchmark, and properties of any text."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets import Budgets, find_budgets, read_budgets
from uitvoerbaarheid.nlp.numbers import NUMBER_WORDS, parse_number
from uitvoerbaarheid.nlp.numbers import WORDS as NUMBER_WORD
from uitvoerbaarheid.nlp.rules import Rule, read_rules
from uitvoerbaarheid.resources import data_path

RULES = read_rules("patterns", "budgets.toml")
VALUE_KEYS = {"amounts", "fte", "open", "period", "year", "recurring", "bound", "share", "source"}
#: Cases that the rules get wrong, and why.
KNOWN_FAILURES: set[int] = set()
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
        "(",
        "40%",
        "kosten",
        "gedekt uit",
        "2025",
        "dekking:",
        "tweehonderd",
        "duizend",
        "een half",
        "voor rekening van",
        "geen",
        "overeenkomst",
    ]
)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


CASES = read_lines(Path(__file__).parent / "cases" / "budgets.jsonl")
BENCHMARK = read_lines(data_path("benchmarks", "budgets.jsonl"))


def values(found: Iterable[Found]) -> list[Any]:
    result: list[Any] = []
    for budget in found:
        value = budget.value
        result += [{"fte": value["fte"]}] if value["fte"] is not None else value["amounts"] or [None]
    return result


def read_case(case: dict[str, Any]) -> Budgets:
    return read_budgets(
        case["text"], cells=case.get("cells"), header=case.get("header"), caption=case.get("caption")
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["case"]))
def test_case(case: dict[str, Any]) -> None:
    budgets = read_case(case)
    if case["case"] in KNOWN_FAILURES:
        assert values(budgets.found) != case["expected"], "works now: take it out of KNOWN_FAILURES"
        return
    assert values(budgets.found) == case["expected"]
    for key, expected in case.get("value", {}).items():
        assert [budget.value[key] for budget in budgets.found] == expected, key
    if "spans" in case:
        assert [budget.text for budget in budgets.found] == case["spans"]
    if "aside" in case:
        assert [(b.text, b.rules, b.qualifiers) for b in budgets.set_aside] == [
            (text, [rule], qualifiers) for text, rule, qualifiers in case["aside"]
        ]


def fired(example: str | dict[str, list[str]]) -> set[str]:
    """The ids of the rules that fire in an example: a sentence, or a table row."""
    if isinstance(example, str):
        budgets = read_budgets(example)
    else:
        text = " | ".join(
            f"{name}: {cell}" for name, cell in zip(example["header"], example["cells"], strict=True)
        )
        budgets = read_budgets(text, cells=example["cells"], header=example["header"])
    return {rule for span in budgets.found + budgets.set_aside for rule in span.rules}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_examples(rule: Rule) -> None:
    assert rule.reason
    assert rule.fires
    assert [e for e in rule.fires if rule.id not in fired(e)] == []
    assert [e for e in rule.misses if rule.id in fired(e)] == []


def test_rule_ids_are_unique() -> None:
    assert [id_ for id_, n in Counter(rule.id for rule in RULES).items() if n > 1] == []


def test_benchmark_is_large_and_right() -> None:
    """At least 220 sentences, about half of them near misses, and 95 in 100 exactly right."""
    assert len(BENCHMARK) >= 220
    near_misses = sum(not case["budget"] for case in BENCHMARK)
    assert 0.4 < near_misses / len(BENCHMARK) < 0.6
    wrong = [
        case["id"]
        for case in BENCHMARK
        if Counter(map(str, values(read_case(case).found))) != Counter(map(str, case["budget"]))
    ]
    assert len(wrong) <= 0.05 * len(BENCHMARK), wrong


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tweehonderdvijftigduizend", 250_000),
        ("drieëntwintig", 23),
        ("achttien", 18),
        ("vijfenzeventig", 75),
        ("éénentwintig", 21),
        ("tienentwintig", None),
        ("honderdeneen", 101),
        ("twee en een half", 2.5),
        ("een half", 0.5),
        ("duizendduizend", None),
        ("en", None),
        ("nan", None),
    ],
)
def test_number_words(text: str, number: float | None) -> None:
    assert parse_number(text) == number


def test_number_words_in_text_are_all_read() -> None:
    read = {parse_number(word) for word in NUMBER_WORDS if re.fullmatch(NUMBER_WORD, word)}
    assert read >= set(range(1, 101))


@given(st.integers(min_value=0, max_value=10**12))
def test_grouped_digits(number: int) -> None:
    assert parse_number(f"{number:,}".replace(",", ".")) == number


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text(text: str) -> None:
    budgets = read_budgets(text)
    for found in budgets.found + budgets.set_aside:
        assert text[found.start : found.end] == found.text
        assert found.rules
        assert set(found.value) == VALUE_KEYS
        assert found.value["share"] is None or 0 < found.value["share"] <= 1
    for found in budgets.found:
        value = found.value
        stated = value["amounts"] or value["fte"] is not None or value["share"] or value["source"]
        assert value["open"] or stated


@given(st.lists(st.text(max_size=12), max_size=5), st.lists(st.text(max_size=12), max_size=5))
def test_any_row(cells: list[str], header: list[str]) -> None:
    text = " | ".join(cells)
    for found in find_budgets(text, cells=cells, header=header):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "piece",
    [
        "1.000.",
        "€ ",
        "2 tot ",
        "kosten ",
        "1" * 10,
        "een half ",
        "- ",
        "middelen uit ",
        "tweehonderd",
        "40% ",
        "kosten 40% ",
        "overeenkomst ",
        "door de gemeente ",
        "€ 1 in 2026 ",
    ],
)
def test_long_text_is_fast(piece: str) -> None:
    start = time.perf_counter()
    find_budgets(piece * (8_000 // len(piece)))
    assert time.perf_counter() - start < 2
