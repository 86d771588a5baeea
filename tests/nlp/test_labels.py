"""Sentence labels: numbered examples without context, and what must hold for any labeller."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.nlp.labels import (
    LABELS,
    OUTPUTS,
    Context,
    ModelFileError,
    SentenceLabeller,
    contexts_of,
    inputs_of,
    vector_width,
    words_of,
)
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the classifier gets wrong; a retrained one that gets them right must take them off.
KNOWN_FAILURES: set[int] = {8, 21}


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator()


@pytest.fixture(scope="module")
def labeller(annotator: Annotator) -> SentenceLabeller:
    return annotator.labeller


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_case(annotator: Annotator, case: dict) -> None:
    """What a user gets for a loose line: the labeller's answer, and what the rules know better."""
    [record] = annotator.lines([case["text"]])
    right = {label for label in LABELS if record["labels"][label]} == set(case["expected"])
    assert right != (case["case"] in KNOWN_FAILURES)


def test_figures_are_only_figures() -> None:
    texts = ["In 2027 kosten 300 bomen 1.250 euro.", "In 2031 kosten 45,5 bomen 90.000 euro."]
    units = inputs_of(texts, [None, None], {"bomen": 1})
    one, other = np.split(units.words, 2)
    assert one.tolist() == other.tolist()
    assert units.learned[one].tolist() == [0, 0, 0, 0, 1, 0, 0, 0]
    masked = [1, 3, 5]
    assert not units.forms[one[masked], : vector_width()].any()


def test_a_text_without_words_is_one_figure() -> None:
    assert words_of("  ") == words_of("17") == ["<getal>"]
    assert words_of("Vóór 2030: 's-Gravenbeek") == ["Vóór", "<jaar>", ":", "'", "s-Gravenbeek"]


def test_an_item_knows_the_sentence_that_introduces_it() -> None:
    nlp = load()
    units = [
        unit_of_line(line, nlp)
        for line in ("Daarom gaan wij:", "• bomen planten;", "• banken plaatsen.", "Klaar.")
    ]
    contexts = contexts_of(units, "Groen")
    assert [c.before for c in contexts] == ["", "Daarom gaan wij:", "Daarom gaan wij:", "• banken plaatsen."]
    assert [c.after for c in contexts] == [unit.text for unit in units[1:]] + [""]
    assert {c.heading for c in contexts} == {"Groen"}


def test_save_and_load_give_the_same_answers(labeller: SentenceLabeller, tmp_path: Path) -> None:
    texts = ["We leggen een pad aan.", "We willen groen.", "Het regent."]
    contexts = [None, Context("Paden", "Eerst dit.", "Dan dat."), None]
    labeller.save(tmp_path)
    read = SentenceLabeller.load(tmp_path)
    assert read.predict_texts(texts, contexts) == labeller.predict_texts(texts, contexts)
    assert read.thresholds == labeller.thresholds


def test_changed_weights_are_refused(labeller: SentenceLabeller, tmp_path: Path) -> None:
    labeller.save(tmp_path)
    weights = (tmp_path / "network.npz").read_bytes()
    (tmp_path / "network.npz").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    with pytest.raises(ModelFileError, match="beschadigd of gewijzigd"):
        SentenceLabeller.load(tmp_path)


def test_the_batch_does_not_change_the_answer(labeller: SentenceLabeller) -> None:
    """Not in any figure that is written: it must not matter what else a document holds."""
    texts = ["We leggen een pad aan.", "Het regent.", "De gemeente wil in 2030 geen afval meer."]
    alone = [labeller.predict_texts([text], [None])[0] for text in texts]
    for size in (2, 3, 50, 301):
        batch = [texts[number % 3] for number in range(size)]
        assert labeller.predict_texts(batch, [None] * size) == [alone[number % 3] for number in range(size)]


def test_a_threshold_decides(labeller: SentenceLabeller) -> None:
    at = dict(labeller.thresholds)
    assert labeller.decide(at) == set(LABELS)
    assert labeller.decide({label: value - 0.01 for label, value in at.items()}) == set()


@given(st.text(max_size=200))
def test_any_text_has_probabilities(labeller: SentenceLabeller, text: str) -> None:
    unit = unit_of_line(text, load())
    for context in (None, Context(heading=text, before=text, after=text)):
        [probabilities] = labeller.predict([unit], [context])
        assert set(probabilities) == set(OUTPUTS)
        assert all(0 <= value <= 1 for value in probabilities.values())
