"""Deadlines: numbered examples, and properties that hold for any text."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.deadlines import find_deadlines

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "deadlines.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the rules get wrong.
KNOWN_FAILURES: set[int] = set()
GRANULARITIES = {
    "day",
    "month",
    "quarter",
    "half",
    "season",
    "year",
    "period",
    "frequency",
    "duration",
    "vague",
}
WORDS = st.sampled_from(
    [
        "in",
        "voor",
        "uiterlijk",
        "tot en met",
        "vanaf",
        "na",
        "2025",
        "2030",
        "1999",
        "31 juni",
        "1 juli",
        "zomer",
        "eind",
        "Q3",
        "derde kwartaal van",
        "tussen",
        "en",
        "-",
        "t/m",
        "eerste helft van",
        "jaarlijks",
        "per jaar",
        "binnen",
        "twee jaar",
        "op termijn",
        "(",
        ")",
        "31-12-",
        "de periode",
        "schooljaar",
    ]
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["case"]))
def test_case(case: dict[str, Any]) -> None:
    found = [f.value["interval"] for f in find_deadlines(case["text"])]
    if case["case"] in KNOWN_FAILURES:
        assert found != case["expected"], "works now: take it out of KNOWN_FAILURES"
    else:
        assert found == case["expected"]


def check_interval(interval: str) -> None:
    if interval == "vague" or re.fullmatch(r"(?:R/)?P\d+[YMWD]", interval):
        return
    start, end = interval.split("/")
    days = [date.fromisoformat(day) for day in (start, end) if day != ".."]
    assert days
    assert days == sorted(days)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text(text: str) -> None:
    for found in find_deadlines(text):
        assert text[found.start : found.end] == found.text
        assert found.value["granularity"] in GRANULARITIES
        check_interval(found.value["interval"])


@pytest.mark.parametrize(
    "piece",
    ["2025 ", "in de ", "2025-", "van 2025 tot ", "eerste helft van ", "1 juli ", "een ", "(", "moet "],
)
def test_long_text_is_fast(piece: str) -> None:
    start = time.perf_counter()
    find_deadlines(piece * (20_000 // len(piece)))
    assert time.perf_counter() - start < 2
