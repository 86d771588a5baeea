"""Adapting the section classifiers to labels: how far they move, what is measured and what is written."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.records import CRITERIA, Criteria
from uitvoerbaarheid.resources import ModelFileError, sealed
from uitvoerbaarheid.scoring import Scorer
from uitvoerbaarheid.scoring.classifier import Inputs, Logistic, SectionModel
from uitvoerbaarheid.scoring.own import OwnModel
from uitvoerbaarheid.training import (
    CAUTIOUS,
    INFINITE,
    Example,
    Strengths,
    adapt,
    bundled_examples,
    change_rows,
    falls,
    measurable,
    train,
    write_model,
)

WEAK = Strengths(0.1, 0.1, 0.1)


def model(seed: int = 0) -> SectionModel:
    """A small model with arbitrary weights."""
    random = np.random.default_rng(seed)
    inputs = Inputs(["x", "y"], np.zeros(2), np.ones(2), {"plan": 0, "wens": 1}, np.ones(2), term_weight=2.0)

    def logistic(classes: list, width: int) -> Logistic:
        shape = (len(classes), width)
        return Logistic(classes, random.normal(scale=0.3, size=shape), np.zeros(len(classes)))

    return SectionModel(
        inputs=inputs,
        role=logistic(["context", "other", "policy"], inputs.size),
        criteria={name: logistic([0, 1, 2], inputs.size) for name in CRITERIA},
        level=logistic([0, 1, 2, 3, 4], inputs.size + 12),
    )


def example(number: int, *, documents: int = 5, level: int | None = None, weight: float = 1.0) -> Example:
    """A section whose labels follow from its figures: ``x`` for role and level, ``y`` for the criteria."""
    x, y = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0)][number % 3]
    policy = x > 0
    worth = 2 if y > 0 else 0
    return Example(
        doc=f"d{number % documents}",
        kind="visie",
        figures={"x": x + 0.01 * (number % 7), "y": y},
        terms=Counter({"plan": 1} if policy else {"wens": 1}),
        stated=frozenset({"goal", "measure", "actor", "budget", "deadline", "monitoring"}),
        role="policy" if policy else "context",
        level=(level if level is not None else 2 * worth) if policy else None,
        criteria=Criteria(**dict.fromkeys(CRITERIA, worth)) if policy else None,
        weight=weight,
    )


def same(one: SectionModel, other: SectionModel) -> bool:
    return one.to_json() == other.to_json()


def answers(of: SectionModel, item: Example) -> tuple[str, int, dict[str, int]]:
    found = of.predict(item.figures, item.terms, item.kind)
    return (
        max(found.role, key=found.role.__getitem__),
        int(np.argmax(found.level)),
        {name: int(np.argmax(values)) for name, values in found.criteria.items()},
    )


def test_without_labels_the_model_stays_as_it_is() -> None:
    before = model()
    after, strengths = adapt(before, [], [example(n) for n in range(30)])
    assert after is before
    assert strengths == Strengths(INFINITE, INFINITE, INFINITE)


def test_many_consistent_labels_are_followed() -> None:
    items = [example(number) for number in range(90)]
    before = model()
    after, strengths = adapt(before, items)
    assert strengths.role < INFINITE and strengths.criteria < INFINITE and strengths.level < INFINITE
    wrong = [item for item in items if answers(before, item)[0] != item.role]
    assert len(wrong) > 20
    for item in items:
        role, level, criteria = answers(after, item)
        assert role == item.role
        if item.criteria:
            assert (level, criteria) == (item.level, item.criteria.model_dump())


def test_few_labels_change_little_and_the_more_the_more() -> None:
    before = model()

    def change(count: int) -> float:
        after, _ = adapt(before, [example(n) for n in range(count)], (), Strengths(30, 30, 30))
        moved = after.role.coefficients - before.role.coefficients
        return float(np.abs(moved).max())

    assert 0 < change(1) < 0.05
    assert change(1) < change(10) < change(100)


def test_a_harder_pull_changes_less_and_an_infinite_one_nothing() -> None:
    before, items = model(), [example(n) for n in range(12)]

    def moved(pull: float) -> float:
        after, _ = adapt(before, items, (), Strengths(pull, pull, pull))
        return float(np.abs(after.level.coefficients - before.level.coefficients).max())

    assert moved(1) > moved(100) > moved(10_000) > 0
    assert moved(INFINITE) == 0


def test_bundled_sections_hold_the_model_where_it_was() -> None:
    """Their own labels are nothing new to it: what counts is what it says of them."""
    before = model()
    elsewhere = [
        Example(
            doc=f"eigen{number}",
            kind="programma",
            figures={"x": 3.0, "y": -3.0},
            terms=Counter(),
            stated=frozenset(),
            role="policy",
            level=0,
            criteria=Criteria(**dict.fromkeys(CRITERIA, 1)),
        )
        for number in range(200)
    ]
    labelled = [example(number) for number in range(40)]

    def drift(bundled: list[Example]) -> float:
        after, _ = adapt(before, labelled, bundled, Strengths(300, 300, 300))
        one, other = (m.predict({"x": 3.0, "y": -3.0}, Counter(), "programma") for m in (before, after))
        return max(abs(one.role[name] - other.role[name]) for name in one.role)

    assert drift(elsewhere) < drift([]) / 2
    alone, _ = adapt(before, [example(0, weight=1e-9)], elsewhere, WEAK)
    assert np.abs(alone.role.coefficients - before.role.coefficients).max() < 1e-3


def test_the_same_labels_give_the_same_model() -> None:
    items = [example(number) for number in range(30)]
    bundled = [example(number) for number in range(90, 110)]
    first, second = adapt(model(), items, bundled), adapt(model(), list(items), bundled)
    assert same(first[0], second[0]) and first[1] == second[1]


def test_two_readings_of_a_section_weigh_as_one() -> None:
    once = [example(number) for number in range(20)]
    twice = [example(number, weight=0.5) for number in range(20) for _ in range(2)]
    one, _ = adapt(model(), once, (), WEAK)
    other, _ = adapt(model(), twice, (), WEAK)
    assert one.role.coefficients == pytest.approx(other.role.coefficients, abs=1e-3)


def test_the_fit_is_the_most_probable_one() -> None:
    """At the optimum the slope of the loss is the pull: checked without the code's own reduction."""
    before, items = model(), [example(number) for number in range(25)]
    pull = 3.0
    after, _ = adapt(before, items, (), Strengths(pull, pull, pull))
    slope = np.zeros_like(before.role.coefficients)
    for item in items:
        vector = before.inputs.vector(item.figures, item.terms, item.kind)
        given = np.array([float(name == item.role) for name in before.role.classes])
        slope += np.outer(after.role.probabilities(vector) - given, vector)
    assert slope + pull * (after.role.coefficients - before.role.coefficients) == pytest.approx(0, abs=1e-3)


def test_noise_moves_nothing() -> None:
    """Labels that follow from nothing in the text: documents held out speak against any move."""
    random = np.random.default_rng(1)
    items = [example(number, level=int(level)) for number, level in enumerate(random.integers(0, 5, size=60))]
    _, strengths = adapt(model(), items)
    assert strengths.level >= 100


def test_too_few_labels_are_not_measured_and_change_the_model_with_care() -> None:
    few = [example(number) for number in range(12)]
    assert not measurable(few)
    assert not measurable([example(number, documents=2) for number in range(60)])
    assert not measurable([example(number, weight=0.5) for number in range(58)])
    trained = train(model(), few, [example(number) for number in range(100, 110)])
    assert trained.own is None
    assert trained.strengths == Strengths(CAUTIOUS, CAUTIOUS, CAUTIOUS)
    assert (trained.sections, trained.documents) == (12, 5)


def test_the_change_is_measured_on_documents_held_out() -> None:
    items = [example(number) for number in range(120)]
    trained = train(model(), items, [example(number) for number in range(200, 210)])
    assert trained.own is not None
    before, after = trained.own.before, trained.own.after
    assert before.role is not None and before.role < 0.8
    assert (after.role, after.send_back, after.criteria) == (1.0, 1.0, 1.0)
    assert after.level is not None and after.level > max(0.6, before.level or 0)
    assert (after.sections, after.policy) == (120, 80)
    assert falls(trained.own) == []
    assert change_rows(trained.own)[0][0] == "rol juist"
    assert change_rows(trained.own)[0][2] == "1,00"


def test_what_one_document_says_does_not_count_for_itself() -> None:
    """A document whose labels contradict all others is measured by what the others taught."""
    items = [example(number) for number in range(60)]
    odd = [
        Example(**{**vars(item), "doc": "vreemd", "role": "context", "level": None, "criteria": None})
        for item in items
        if item.role == "policy"
    ][:15]
    trained = train(model(), [*items, *odd], ())
    assert trained.own is not None and trained.own.after.role is not None
    assert trained.own.after.role <= 60 / 75


# --- the model in a folder -----------------------------------------------------------------------


def test_a_written_model_is_read_back_and_is_not_used_when_touched(tmp_path: Path) -> None:
    trained = train(model(), [example(number) for number in range(60)], [example(100), example(101)])
    own = write_model(trained, tmp_path / "eigen", "nl_policy+abc")
    again = OwnModel.load(tmp_path / "eigen", "nl_policy+abc")
    assert again.id == own.id and own.id.startswith("eigen-") and len(own.id) == 18
    assert same(again.scores, own.scores)
    assert again.training["sections"] == 60
    other = write_model(trained, tmp_path / "nog", "nl_policy+abc")
    assert other.id == own.id
    card = (tmp_path / "eigen" / "LEESMIJ.md").read_text(encoding="utf-8")
    assert own.id in card and "| rol juist |" in card
    file = tmp_path / "eigen" / "model.json"
    assert not {"figures", "text"} & {*json.loads(file.read_text(encoding="utf-8"))}
    with pytest.raises(ModelFileError, match="andere versie van het programma"):
        OwnModel.load(tmp_path / "eigen", "nl_policy+def")
    file.write_bytes(file.read_bytes().replace(b'"sections":60', b'"sections":61'))
    with pytest.raises(ModelFileError, match=r"eigen/model\.json is beschadigd of gewijzigd"):
        OwnModel.load(tmp_path / "eigen", "nl_policy+abc")
    for content, message in (
        ({"format": 1, "made_with": "nl_policy+abc"}, "is onvolledig"),
        ({"format": 1, "scores": {}}, "andere versie"),
    ):
        file.write_bytes(sealed(content))
        with pytest.raises(ModelFileError, match=message):
            OwnModel.load(tmp_path / "eigen", "nl_policy+abc")
    with pytest.raises(ModelFileError, match="is er niet"):
        OwnModel.load(tmp_path / "weg", "nl_policy+abc")


def test_bundled_sections_are_examples_for_the_bundled_model() -> None:
    found = bundled_examples(Annotator())
    assert len(found) >= 200
    bundled = Scorer().model
    right = sum(answers(bundled, item)[0] == item.role for item in found)
    assert right / len(found) > 0.9
    assert 200 <= len({item.doc for item in found}) <= len(found)
