"""The section classifiers at run time: logistic regressions read as plain coefficients from JSON.

``scripts/train_classifier.py`` fits them with scikit-learn and writes ``models/section_scores.json``;
here they are applied with numpy alone. One input vector per section (:meth:`Inputs.vector`) holds the
standardised figures, the kind of document and the weighted terms (tf-idf). The role and the six
criteria read that vector; the level reads it together with the criteria's probabilities (stacking). What it
finds is averaged with the levels that sections with such criteria have (:class:`LevelTable`), so that a
section that loses its actor, term or money loses level.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from uitvoerbaarheid.records import CRITERIA, Criterion, Kind
from uitvoerbaarheid.resources import read_sealed, sealed
from uitvoerbaarheid.scoring.guideline import DETAILS, level_by_criteria

FORMAT = 2
KINDS: tuple[str, ...] = get_args(Kind)
#: Standardised figures are cut off here, so that one odd table cannot decide a score by itself.
CLIP = 4.0
#: Weight of the criteria's probabilities beside the standardised figures, as inputs of the level.
STACK_WEIGHT = 3.0
#: Weight of the levels by the criteria beside those by the classifier of the level.
TABLE_WEIGHT = 0.5

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Inputs:
    """How a section becomes a vector: [figures, kind of document, terms], in this order."""

    names: list[str]
    mean: Vector
    scale: Vector
    vocabulary: dict[str, int]
    idf: Vector
    term_weight: float

    @property
    def size(self) -> int:
        return len(self.names) + len(KINDS) + len(self.vocabulary)

    def vector(self, figures: Mapping[str, float], terms: Counter[str], kind: str) -> Vector:
        """The input vector of one section, shape (size,). A missing figure is an error (KeyError)."""
        places, values = self.filled(figures, terms, kind)
        vector = np.zeros(self.size)
        vector[places] = values
        return vector

    def filled(
        self, figures: Mapping[str, float], terms: Counter[str], kind: str
    ) -> tuple[list[int], Vector]:
        """The places of the input vector that hold something, and what: of all terms a section has few."""
        numbers = np.array([figures[name] for name in self.names], dtype=float)
        scaled = np.clip((numbers - self.mean) / self.scale, -CLIP, CLIP)
        kinds = np.array([float(kind == known) for known in KINDS])
        known = [(self.vocabulary[term], count) for term, count in terms.items() if term in self.vocabulary]
        positions = [position for position, _ in known]
        weights = self.idf[positions] * [1 + math.log(count) for _, count in known]
        norm = float(np.linalg.norm(weights))
        first = len(self.names) + len(KINDS)
        places = [*range(first), *(first + position for position in positions)]
        return places, np.concatenate([scaled, kinds, weights * (self.term_weight / norm if norm else 0.0)])

    def to_json(self) -> dict[str, Any]:
        return {
            "figures": self.names,
            "mean": _rounded(self.mean),
            "scale": _rounded(self.scale),
            "terms": list(self.vocabulary),
            "idf": _rounded(self.idf),
            "term_weight": self.term_weight,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Inputs:
        return cls(
            names=data["figures"],
            mean=np.array(data["mean"], dtype=float),
            scale=np.array(data["scale"], dtype=float),
            vocabulary={term: position for position, term in enumerate(data["terms"])},
            idf=np.array(data["idf"], dtype=float),
            term_weight=float(data["term_weight"]),
        )


@dataclass(frozen=True)
class Logistic:
    """A multinomial logistic regression: ``classes`` (k), ``coefficients`` (k, d), ``intercept`` (k,)."""

    classes: list[Any]
    coefficients: NDArray[np.float64]
    intercept: Vector

    def probabilities(self, vector: Vector) -> Vector:
        """Probability of each class, shape (k,)."""
        return np.array(self.shares(self.coefficients @ vector))

    def shares(self, scores: Vector) -> list[float]:
        """Probability of each class by the sum of its coefficients for a vector, shape (k,)."""
        with_intercept = (scores + self.intercept).tolist()
        most = max(with_intercept)
        exponents = [math.exp(score - most) for score in with_intercept]
        total = sum(exponents)
        return [exponent / total for exponent in exponents]

    def to_json(self) -> dict[str, Any]:
        return {
            "classes": self.classes,
            "intercept": _rounded(self.intercept),
            "coefficients": [_rounded(row) for row in self.coefficients],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Logistic:
        return cls(
            classes=data["classes"],
            coefficients=np.array(data["coefficients"], dtype=float),
            intercept=np.array(data["intercept"], dtype=float),
        )


@dataclass(frozen=True)
class LevelTable:
    """How probable each level is for a section with certain criteria.

    ``shares`` (3, 2, 4, 5): by the value of measure, whether the goal can be checked, how many of actor,
    money and term are at 2; the last axis are the levels.
    """

    shares: NDArray[np.float64]

    @classmethod
    def by_guideline(cls) -> LevelTable:
        """Every level as the guideline gives it, without a step up or down."""
        shares = np.zeros((3, 2, 4, 5))
        for measure, checkable, details in np.ndindex(3, 2, 4):
            criteria: dict[Criterion, int] = {"measure": measure, "goal": 2 * checkable}
            criteria |= {name: 2 * (place < details) for place, name in enumerate(DETAILS)}
            shares[measure, checkable, details, level_by_criteria(criteria)] = 1.0
        return cls(shares)

    def levels(self, criteria: Mapping[Criterion, Sequence[float]]) -> Vector:
        """Probability of each level, shape (5,), given those of the criteria, taken as independent."""
        checkable = criteria["goal"][2]
        details = np.array([1.0])
        for name in DETAILS:
            details = np.convolve(details, [1 - criteria[name][2], criteria[name][2]])
        weights = np.einsum(
            "m,g,k->mgk", np.array(criteria["measure"]), np.array([1 - checkable, checkable]), details
        )
        return np.asarray(np.tensordot(weights, self.shares, axes=3), dtype=float)


@dataclass(frozen=True)
class Prediction:
    """What the classifiers say of one section, as probabilities.

    ``role`` by name; ``level`` of levels 0-4; ``criteria`` of the values 0-2 by criterion. The last two
    hold on the condition that the section is policy. ``worked_out`` is the probability of a
    specific measure with two of actor, money and term right around it.
    """

    role: dict[str, float]
    level: list[float]
    criteria: dict[Criterion, list[float]]
    worked_out: float = 0.0

    @property
    def expected_level(self) -> float:
        return float(sum(level * share for level, share in enumerate(self.level)))


@dataclass(frozen=True)
class SectionModel:
    """The role, criteria and level classifiers with the inputs they share."""

    inputs: Inputs
    role: Logistic
    criteria: dict[str, Logistic]
    level: Logistic
    table: LevelTable = field(default_factory=LevelTable.by_guideline)

    @cached_property
    def _coefficients(self) -> NDArray[np.float64]:
        """Those of role, criteria and level for the input vector, side by side, shape (size, classes).

        A row per place of the vector, so that those of the few places that hold something lie together.
        """
        models = (self.role, *(self.criteria[name] for name in CRITERIA), self.level)
        joined = np.concatenate([model.coefficients[:, : self.inputs.size] for model in models])
        return np.ascontiguousarray(joined.T)

    def predict(self, figures: Mapping[str, float], terms: Counter[str], kind: str) -> Prediction:
        """Probabilities for one section from :func:`features.figures` and :func:`features.terms`."""
        places, values = self.inputs.filled(figures, terms, kind)
        scores = values @ self._coefficients[places]
        first = len(self.role.classes)
        role = self.role.shares(scores[:first])
        criteria: dict[Criterion, list[float]] = {}
        for name in CRITERIA:
            model, last = self.criteria[name], first + len(self.criteria[name].classes)
            criteria[name] = _by_value(model, model.shares(scores[first:last]), 3)
            first = last
        stacked = self.level.coefficients[:, self.inputs.size :] @ stack(criteria)
        learnt = np.array(_by_value(self.level, self.level.shares(scores[first:] + stacked), 5))
        level = (1 - TABLE_WEIGHT) * learnt + TABLE_WEIGHT * self.table.levels(criteria)
        return Prediction(
            role=dict(zip(self.role.classes, role, strict=True)),
            level=level.tolist(),
            criteria=criteria,
            worked_out=figures.get("linked_specific_2", 0.0),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "inputs": self.inputs.to_json(),
            "role": self.role.to_json(),
            "criteria": {name: self.criteria[name].to_json() for name in CRITERIA},
            "level": self.level.to_json(),
            "table": self.table.shares.round(4).tolist(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SectionModel:
        if data.get("format") != FORMAT:
            raise ValueError(f"onbekende indeling van het scoremodel: {data.get('format')!r}")
        return cls(
            inputs=Inputs.from_json(data["inputs"]),
            role=Logistic.from_json(data["role"]),
            criteria={name: Logistic.from_json(data["criteria"][name]) for name in CRITERIA},
            level=Logistic.from_json(data["level"]),
            table=LevelTable(np.array(data["table"], dtype=float)),
        )

    @classmethod
    def load(cls, path: Path) -> SectionModel:
        """Read the model file; ModelFileError when it was changed, ValueError when its format is another."""
        return cls.from_json(read_sealed(path))

    def save(self, path: Path) -> None:
        """Write the model file, with the checksum that :meth:`load` asks for."""
        path.write_bytes(sealed(self.to_json()))


def spread(model: Logistic, vector: Vector, size: int) -> list[float]:
    """Probabilities of the values 0..size-1, zero for a value that the training data did not hold."""
    return _by_value(model, model.shares(model.coefficients @ vector), size)


def _by_value(model: Logistic, shares: Sequence[float], size: int) -> list[float]:
    result = [0.0] * size
    for value, probability in zip(model.classes, shares, strict=True):
        result[int(value)] = probability
    return result


def stack(criteria: Mapping[Criterion, Sequence[float]]) -> Vector:
    """The criteria's probabilities as inputs of the level: for each, of 1 and of 2, weighted; shape (12,)."""
    return STACK_WEIGHT * np.array([criteria[name][value] for name in CRITERIA for value in (1, 2)])


def _rounded(values: Vector) -> list[float]:
    return [round(float(value), 4) for value in values]
