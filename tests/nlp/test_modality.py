"""Modality and qualifiers: numbered sentences with what they are, and any text without harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.modality import Reading, clauses_of

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "modality.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Sentences of which something is read wrongly: in 15 "stelt" and "beschikbaar" are too far apart.
KNOWN_FAILURES: set[int] = {15}
YEAR = 2025


def read(case: dict[str, Any]) -> dict[str, Any]:
    text = case["text"]
    reading = Reading(text, YEAR)
    found = {"modality": reading.modality()[0], "qualifiers": reading.qualifiers()[0]}
    if "spans" in case:
        found["spans"] = {
            words: reading.span_qualifiers(text.index(words), text.index(words) + len(words))[0]
            for words in case["spans"]
        }
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_case(case: dict[str, Any]) -> None:
    expected = {key: value for key, value in case.items() if key not in ("case", "text")}
    assert (read(case) == expected) != (case["case"] in KNOWN_FAILURES), read(case)


def test_the_past_depends_on_the_document() -> None:
    text = "In 2022 heeft de gemeente € 5.000 besteed aan bomen."
    assert Reading(text, 2024).qualifiers()[0] == ["history"]
    assert Reading(text, 2020).qualifiers()[0] == []


def test_a_rule_is_named_for_all_that_is_said() -> None:
    reading = Reading("We gaan onderzoeken of een brug past.", YEAR)
    assert reading.modality() == ("intention", ["modality.intention.gaan-zullen"])
    assert reading.qualifiers() == (["study"], ["qualifier.study.onderzoeken"])


@given(st.text(alphabet="aA,;:() |\n1é2-–." + "m", max_size=80) | st.text(max_size=80))
def test_clauses_cover_the_text(text: str) -> None:
    clauses = clauses_of(text)
    assert "".join(text[start:end] for start, end in clauses) == text


words = st.sampled_from(
    [
        "we",
        "willen",
        "als",
        "niet",
        "geen",
        "mits",
        ",",
        "in",
        "2018",
        "is",
        "besteed",
        "gaan",
        "onderzoeken",
        "of",
        ".",
        "de",
        "dat",
    ]
)


@given(st.lists(words, max_size=14), st.integers(1990, 2050))
def test_cues_stay_inside_the_text(parts: list[str], year: int) -> None:
    text = " ".join(parts)
    reading = Reading(text, year)
    for cue in reading.cues:
        assert 0 <= cue.start < cue.end <= len(text)
        assert cue.covers[0] >= 0 and cue.covers[1] <= len(text)
    start, end = reading.main
    assert 0 <= start <= end <= len(text)
