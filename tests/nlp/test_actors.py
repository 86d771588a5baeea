"""Actors: numbered examples, and properties that hold for any text."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.actors import candidates, find_actors
from uitvoerbaarheid.nlp.language import load

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "actors.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the rules and weights get wrong.
KNOWN_FAILURES: set[int] = set()
KINDS = {
    "gemeente",
    "provincie",
    "waterschap",
    "rijk",
    "organ",
    "office",
    "department",
    "company",
    "organisation",
    "group",
    "self",
}
BLANK = spacy.blank("nl")


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["case"]))
def test_case(case: dict[str, Any]) -> None:
    found = [f.value["name"] for f in find_actors(load()(case["text"]))]
    if case["case"] in KNOWN_FAILURES:
        assert found != case["expected"], "works now: take it out of KNOWN_FAILURES"
    else:
        assert found == case["expected"]


def test_identifier_and_kind_from_the_register() -> None:
    (found,) = find_actors(load()("Het waterschap Rivierenland voert de maatregelen uit."))
    assert found.value["kind"] == "waterschap"
    assert found.value["identifier"].endswith("ws0621")
    assert not found.value["generic"]


def test_offsets_are_within_the_span() -> None:
    doc = BLANK("Dit is klaar. De gemeente voert het plan uit.")
    span = doc[4:]
    (found,) = find_actors(span)
    assert span.text[found.start : found.end] == "gemeente"


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    doc = BLANK(text)
    for found in find_actors(doc):
        assert doc.text[found.start : found.end] == found.text
        assert found.value["kind"] in KINDS
    spans = [(c.start, c.end) for c in candidates(text)]
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("piece", ["gemeente ", "De ", "gemeente, ", "A van ", "door de ", "Wie: ", "alle "])
def test_long_text_is_fast(piece: str) -> None:
    doc = BLANK(piece * (20_000 // len(piece)))
    start = time.perf_counter()
    find_actors(doc)
    assert time.perf_counter() - start < 3
