"""Learning from users: the section classifiers, adapted to labels of their own.

The bundled weights were learnt from many real documents that may not be shipped; they are the prior. A
user's labels move them as far as they carry (:func:`adapt`), and how far that is, is chosen on documents
held out. Corrections of reports are no labels and never come here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.model_selection import GroupKFold

from uitvoerbaarheid.labelling import Label, identity
from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.nlp.annotation import SectionAnnotation
from uitvoerbaarheid.records import CRITERIA, Criteria, Document, Role, Section
from uitvoerbaarheid.resources import data_path
from uitvoerbaarheid.scoring.classifier import Logistic, SectionModel, spread, stack
from uitvoerbaarheid.scoring.features import figures, stated_criteria, terms
from uitvoerbaarheid.scoring.reasons import settings
from uitvoerbaarheid.scoring.scorer import criteria_of, half_up, role_of

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]

#: With fewer labelled sections or documents there is nothing to measure on.
LEAST_SECTIONS = 30
LEAST_DOCUMENTS = 3
#: How hard the bundled weights pull, of which the best is chosen; infinite leaves the model as it is.
STRENGTHS = (30.0, 100.0, 300.0, 1000.0, 3000.0, float("inf"))
#: The pull where nothing can be measured: a label then changes little beyond sections like its own.
CAUTIOUS = 1000.0
FOLDS = 5
_INNER_FOLDS = 3


@dataclass(frozen=True)
class Example:
    """A section as the classifiers read it, with its labels; ``weight`` is below 1 where readers share it.

    ``level`` and ``criteria`` are None for what is not policy. ``doc`` keeps a document on one side of a
    split.
    """

    doc: str
    kind: str
    figures: dict[str, float]
    terms: Counter[str]
    stated: frozenset[str]
    role: Role
    level: int | None
    criteria: Criteria | None
    weight: float = 1.0


# --- examples ------------------------------------------------------------------------------------


def examples_of(labels: Iterable[Label], annotator: Annotator) -> list[Example]:
    """The labelled sections as examples, document by document. A section without any unit is left out."""
    labels = list(labels)
    readings = Counter(identity(item) for item in labels)
    by_document: dict[str, list[Label]] = {}
    for item in labels:
        by_document.setdefault(item.document.sha256, []).append(item)
    found = []
    for doc, items in sorted(by_document.items()):
        source = items[0].document
        document = Document(**source.model_dump(), language="nl")
        sections = [item.section.section() for item in items]
        for item, section, annotation in zip(
            items, sections, annotator.annotate(sections, document), strict=True
        ):
            if annotation.units:
                example = _example(doc, source.kind, section, annotation, item)
                found.append(replace(example, weight=1 / readings[identity(item)]))
    return found


def _example(doc: str, kind: str, section: Section, annotation: SectionAnnotation, item: Any) -> Example:
    return Example(
        doc=doc,
        kind=kind,
        figures=figures(section, annotation),
        terms=terms(section),
        stated=frozenset(stated_criteria(annotation.units)),
        role=item.role,
        level=item.level,
        criteria=item.criteria,
    )


@dataclass(frozen=True)
class _Answers:
    role: Role
    level: int | None
    criteria: Criteria | None


def bundled_examples(annotator: Annotator) -> list[Example]:
    """The sections in ``data/training``, each a document of its own."""
    lines = data_path("training", "sections.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    sections = [
        Section(id=r["id"], heading=r["heading"], heading_path=[r["heading"]], depth=1, text=r["text"])
        for r in records
    ]
    found = []
    for record, section, annotation in zip(records, sections, annotator.annotate(sections), strict=True):
        policy = record["role"] == "policy"
        criteria = Criteria(**{name: record[name] for name in CRITERIA}) if policy else None
        answers = _Answers(record["role"], record["level"] if policy else None, criteria)
        if annotation.units:
            found.append(_example(record["id"], record["kind"], section, annotation, answers))
    return found


# --- adapting ------------------------------------------------------------------------------------


def adapt(
    model: SectionModel,
    examples: Sequence[Example],
    bundled: Sequence[Example] = (),
    strength: float | None = None,
) -> tuple[SectionModel, float]:
    """The model moved towards ``examples``, and how hard its own weights pulled back.

    Each logistic regression is fitted anew on the labels of ``examples``, with a quadratic pull towards
    the weights it had (a Gaussian prior around them: the most probable weights given both). Of the
    ``bundled`` sections, which those weights know already, the model's own answers are the targets: they
    hold it in place and teach it nothing twice. Without examples the model stays as it is.

    Without ``strength`` the one with the lowest log-loss on documents held out is taken; of too few
    sections or documents, ``CAUTIOUS``. Deterministic. Raises ValueError for a label that the model has
    no class for.
    """
    if not examples:
        return model, float("inf")
    work = _Work(model, examples, bundled)
    if strength is None:
        strength = work.best_strength() if measurable(examples) else CAUTIOUS
    if strength == float("inf"):
        return model, strength
    return work.fit(strength), strength


def measurable(examples: Sequence[Example]) -> bool:
    """Whether there are enough sections and documents to measure on."""
    return _sections(examples) >= LEAST_SECTIONS and len({e.doc for e in examples}) >= LEAST_DOCUMENTS


def _sections(examples: Sequence[Example]) -> int:
    """The number of sections that examples are of; the readings of one section share its weight."""
    return round(sum(example.weight for example in examples))


class _Span:
    """Inputs (n, d + 1), the last of them 1, and the points (n, r) that they are in their own span.

    Weights move within that span, so the work is done there: there are as many unknowns as sections,
    however many terms the model knows.
    """

    def __init__(self, inputs: csr_matrix) -> None:
        self.inputs = inputs
        values, vectors = np.linalg.eigh((inputs @ inputs.T).toarray())
        kept = values > values[-1] * 1e-10
        self.points: Matrix = vectors[:, kept] * np.sqrt(values[kept])
        self._back = vectors[:, kept] / np.sqrt(values[kept])

    def weights(self, move: Matrix) -> Matrix:
        """A move (k, r) of points as weights of the inputs, shape (k, d + 1)."""
        return np.asarray((self._back @ move.T).T @ self.inputs)


class _Problem:
    """One regression to move: what it reads, the targets (n, k) and the weights (n,) of all sections."""

    def __init__(self, prior: Logistic, span: _Span, targets: Matrix, weights: Matrix) -> None:
        self.prior, self.span, self.targets, self.weights = prior, span, targets, weights
        self.offsets = np.asarray(span.inputs[:, :-1] @ prior.coefficients.T) + prior.intercept

    def shift(self, rows: Rows, strength: float) -> Matrix:
        """The move, shape (k, r), that fits the given rows best."""
        points, offsets = self.span.points[rows], self.offsets[rows]
        targets, weights = self.targets[rows], self.weights[rows][:, None]
        shape = (targets.shape[1], points.shape[1])

        def loss(flat: Matrix) -> tuple[float, Matrix]:
            move = flat.reshape(shape)
            shares = _log_softmax(offsets + points @ move.T)
            value = -(weights * targets * shares).sum() + strength / 2 * (flat @ flat)
            slope = (weights * (np.exp(shares) - targets)).T @ points + strength * move
            return float(value), slope.ravel()

        found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B")
        return np.asarray(found.x).reshape(shape)

    def log_loss(self, rows: Rows, move: Matrix | None) -> float:
        """The summed log-loss of rows after a move, None for no move."""
        logits = self.offsets[rows]
        if move is not None:
            logits = logits + self.span.points[rows] @ move.T
        shares = _log_softmax(logits)
        return float(-(self.weights[rows][:, None] * self.targets[rows] * shares).sum())

    def moved(self, move: Matrix) -> Logistic:
        """The regression after a move."""
        change = self.span.weights(move)
        return Logistic(
            self.prior.classes,
            self.prior.coefficients + change[:, :-1],
            self.prior.intercept + change[:, -1],
        )


def _log_softmax(logits: Matrix) -> Matrix:
    shifted = logits - logits.max(axis=1, keepdims=True)
    result: Matrix = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


class _Work:
    """The regressions of a model beside the labels of a user and the bundled sections."""

    def __init__(self, model: SectionModel, examples: Sequence[Example], bundled: Sequence[Example]) -> None:
        self.model, self.examples = model, examples
        everything = [*examples, *bundled]
        self.count = len(everything)
        rows = [model.inputs.vector(e.figures, e.terms, e.kind) for e in everything]
        self.dense = rows
        ones = np.ones((self.count, 1))
        self.span = _Span(csr_matrix(hstack([vstack([csr_matrix(row) for row in rows]), csr_matrix(ones)])))
        self.weights = np.array([example.weight for example in everything])
        self.labelled = np.arange(self.count) < len(examples)
        #: Rows that count for criteria and level.
        self.policy = np.array([example.role == "policy" for example in everything])
        self.role = self._problem(model.role, lambda example: example.role, np.full(self.count, True))
        self.criteria: dict[str, _Problem] = {
            name: self._problem(
                model.criteria[name],
                lambda example, name=name: getattr(example.criteria, name),  # type: ignore[misc]
                self.policy,
            )
            for name in CRITERIA
        }

    def _problem(
        self, prior: Logistic, value: Callable[[Example], Any], chosen: NDArray[np.bool_]
    ) -> _Problem:
        targets = np.zeros((self.count, len(prior.classes)))
        for row in map(int, np.flatnonzero(chosen)):
            if self.labelled[row]:
                targets[row, prior.classes.index(value(self.examples[row]))] = 1
            else:
                targets[row] = prior.probabilities(self.dense[row])
        return _Problem(prior, self.span, targets, self.weights)

    def best_strength(self) -> float:
        """The pull that gives role and criteria of documents held out the lowest log-loss."""
        losses = dict.fromkeys(STRENGTHS, 0.0)
        for test in _folds(self.examples, _INNER_FOLDS):
            held = np.zeros(self.count, dtype=bool)
            held[test] = True
            for problem, chosen in self._problems():
                rows, tested = np.flatnonzero(chosen & ~held), np.flatnonzero(chosen & held)
                for strength in STRENGTHS:
                    move = None if strength == float("inf") else problem.shift(rows, strength)
                    losses[strength] += problem.log_loss(tested, move)
        return min(sorted(STRENGTHS, reverse=True), key=losses.__getitem__)

    def _problems(self) -> list[tuple[_Problem, NDArray[np.bool_]]]:
        criteria = [(problem, self.policy) for problem in self.criteria.values()]
        return [(self.role, np.full(self.count, True)), *criteria]

    def fit(self, strength: float) -> SectionModel:
        """The model with all its regressions moved."""
        everything, policy = np.arange(self.count), np.flatnonzero(self.policy)
        criteria: dict[str, Logistic] = {
            name: problem.moved(problem.shift(policy, strength)) for name, problem in self.criteria.items()
        }
        return replace(
            self.model,
            role=self.role.moved(self.role.shift(everything, strength)),
            criteria=criteria,
            level=self._level(criteria, policy, strength) if len(policy) else self.model.level,
        )

    def _level(self, criteria: dict[str, Logistic], policy: Rows, strength: float) -> Logistic:
        stacked = self._stacked(criteria, strength)
        inputs = self.span.inputs
        widened = csr_matrix(hstack([inputs[:, :-1], csr_matrix(stacked), inputs[:, -1:]]))
        prior = self.model.level
        targets = np.zeros((self.count, len(prior.classes)))
        for row in map(int, policy):
            if self.labelled[row]:
                targets[row, prior.classes.index(self.examples[row].level)] = 1
            else:
                own = _stack_of(self.model.criteria, self.dense[row])
                targets[row] = prior.probabilities(np.concatenate([self.dense[row], own]))
        problem = _Problem(prior, _Span(widened), targets, self.weights)
        return problem.moved(problem.shift(policy, strength))

    def _stacked(self, criteria: dict[str, Logistic], strength: float) -> Matrix:
        """What the level reads of the criteria, shape (n, 12).

        For a labelled section from criteria that did not learn from its document, as they will not have
        from a new one.
        """
        result = np.array([_stack_of(criteria, row) for row in self.dense])
        for test in _folds(self.examples, FOLDS):
            held = np.zeros(self.count, dtype=bool)
            held[test] = True
            rows = np.flatnonzero(self.policy & ~held)
            without: dict[str, Logistic] = {
                name: p.moved(p.shift(rows, strength)) for name, p in self.criteria.items()
            }
            for row in test:
                result[row] = _stack_of(without, self.dense[row])
        return result


def _stack_of(criteria: dict[str, Logistic], vector: Matrix) -> Matrix:
    return stack({name: spread(criteria[name], vector, 3) for name in CRITERIA})


def _folds(examples: Sequence[Example], most: int) -> list[Rows]:
    """The rows of each part in which whole documents are held out; none where there is one document."""
    groups = [example.doc for example in examples]
    parts = min(most, len(set(groups)))
    if parts < 2:
        return []
    return [test for _, test in GroupKFold(parts).split(groups, groups=groups)]


# --- measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """How well a model does on labelled sections; None where it cannot be said.

    ``role`` is a share; ``level`` and ``criteria`` (their mean) are quadratic-weighted kappas and
    ``send_back`` an F1, all three on what is labelled as policy.
    """

    sections: int
    policy: int
    role: float | None
    level: float | None
    send_back: float | None
    criteria: float | None


@dataclass(frozen=True)
class _Guess:
    role: str
    level: int
    criteria: dict[str, int]


def _guess(model: SectionModel, example: Example) -> _Guess:
    prediction = model.predict(example.figures, example.terms, example.kind)
    return _Guess(
        role=role_of(prediction, example.stated),
        level=half_up(round(prediction.expected_level, 4)),
        criteria=criteria_of(prediction, example.stated),
    )


def _figures(examples: Sequence[Example], guesses: Sequence[_Guess]) -> Figures:
    policy = [(e, g) for e, g in zip(examples, guesses, strict=True) if e.criteria is not None]
    border = settings()["send_back_level"]
    levels = [e.level or 0 for e, _ in policy], [g.level for _, g in policy]
    kappas = [
        _kappa([getattr(e.criteria, name) for e, _ in policy], [g.criteria[name] for _, g in policy])
        for name in CRITERIA
    ]
    known = [kappa for kappa in kappas if kappa is not None]
    back = [[level <= border for level in side] for side in levels]
    right = sum(e.role == g.role for e, g in zip(examples, guesses, strict=True))
    return Figures(
        sections=len(examples),
        policy=len(policy),
        role=round(right / len(examples), 3) if examples else None,
        level=_kappa(*levels),
        send_back=round(float(f1_score(*back)), 3) if any(map(any, back)) else None,
        criteria=round(sum(known) / len(known), 3) if known else None,
    )


def _kappa(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Quadratic-weighted kappa; None where all values are the same, so that chance is not to be beaten."""
    if len({*one, *other}) < 2:
        return None
    return round(float(cohen_kappa_score(one, other, weights="quadratic")), 3)


@dataclass(frozen=True)
class Change:
    """The figures of the bundled model and of the adapted one on the same sections."""

    before: Figures
    after: Figures


@dataclass(frozen=True)
class Trained:
    """An adapted model. ``own`` is the change on the user's documents, each held out, None where there are
    too few; ``bundled`` that on the bundled sections, which the bundled model has learnt from."""

    model: SectionModel
    strength: float
    sections: int
    documents: int
    own: Change | None
    bundled: Change


def train(model: SectionModel, examples: Sequence[Example], bundled: Sequence[Example]) -> Trained:
    """Adapt a model to examples and measure the change.

    For each part of the user's documents the model is adapted, its pull chosen anew, to the other
    documents, and measured on that part.
    """
    adapted, strength = adapt(model, examples, bundled)
    own = None
    if measurable(examples):
        guesses: dict[int, _Guess] = {}
        for test in _folds(examples, FOLDS):
            held = {int(row) for row in test}
            learnt = [example for row, example in enumerate(examples) if row not in held]
            without, _ = adapt(model, learnt, bundled)
            guesses |= {row: _guess(without, examples[row]) for row in held}
        before = _figures(examples, [_guess(model, example) for example in examples])
        own = Change(before, _figures(examples, [guesses[row] for row in range(len(examples))]))
    return Trained(
        model=adapted,
        strength=strength,
        sections=_sections(examples),
        documents=len({example.doc for example in examples}),
        own=own,
        bundled=Change(
            _figures(bundled, [_guess(model, example) for example in bundled]),
            _figures(bundled, [_guess(adapted, example) for example in bundled]),
        ),
    )
