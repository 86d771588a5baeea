"""Sentence labels: numbered examples without context, and what must hold for any labeller."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.labels import LABELS, Context, SentenceLabeller, Vectorizer, contexts_of, features_of
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the classifier gets wrong; a retrained one that gets them right must take them off.
KNOWN_FAILURES: set[int] = {1, 21}


@pytest.fixture(scope="module")
def labeller() -> SentenceLabeller:
    return SentenceLabeller.load()


def decide(labeller: SentenceLabeller, text: str) -> set[str]:
    [probabilities] = labeller.predict([unit_of_line(text, load())], [None])
    return labeller.decide(probabilities)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_case(labeller: SentenceLabeller, case: dict) -> None:
    right = decide(labeller, case["text"]) == set(case["expected"])
    assert right != (case["case"] in KNOWN_FAILURES)


def test_names_years_and_amounts_are_masked() -> None:
    nlp = load()
    one = features_of(unit_of_line("In 2027 betaalt de gemeente Brakelveen 300 bomen.", nlp), None)
    other = features_of(unit_of_line("In 2031 betaalt de gemeente Oudesluis 450 bomen.", nlp), None)
    assert one["word"] == other["word"]
    assert one["char"] == other["char"]


def test_an_item_knows_the_sentence_that_introduces_it() -> None:
    nlp = load()
    units = [
        unit_of_line(line, nlp)
        for line in ("Daarom gaan wij:", "• bomen planten;", "• banken plaatsen.", "Klaar.")
    ]
    contexts = contexts_of(units, "Groen")
    assert [context.introducer for context in contexts] == ["", "Daarom gaan wij:", "Daarom gaan wij:", ""]
    assert contexts[2].before[0] == "• bomen planten;"
    assert contexts[0].heading == "Groen"


def test_save_and_load_give_the_same_answers(tmp_path: Path) -> None:
    nlp = load()
    units = [
        unit_of_line(text, nlp) for text in ("We leggen een pad aan.", "We willen groen.", "Het regent.")
    ]
    rows = [features_of(unit, None) for unit in units]
    vectorizer = Vectorizer.fit(rows * 3, ["a", "b", "c"] * 3)
    generator = np.random.default_rng(1)
    weights = generator.normal(size=(len(LABELS), len(vectorizer.columns)))
    labeller = SentenceLabeller(vectorizer, weights, np.zeros(len(LABELS)), dict.fromkeys(LABELS, 0.5))
    labeller.save(tmp_path / "labels.json")
    read = SentenceLabeller.load(tmp_path / "labels.json")
    for one, other in zip(labeller.predict(units, [None] * 3), read.predict(units, [None] * 3), strict=True):
        assert one == pytest.approx(other, abs=0.01)


def test_a_threshold_decides(labeller: SentenceLabeller) -> None:
    at = dict(labeller.thresholds)
    assert labeller.decide(at) == set(LABELS)
    assert labeller.decide({label: value - 0.01 for label, value in at.items()}) == set()


@given(st.text(max_size=200))
def test_any_text_has_probabilities(labeller: SentenceLabeller, text: str) -> None:
    unit = unit_of_line(text, load())
    for context in (None, Context(heading=text, before=[text], after=[text], introducer=text)):
        [probabilities] = labeller.predict([unit], [context])
        assert set(probabilities) == set(LABELS)
        assert all(0 <= value <= 1 for value in probabilities.values())
