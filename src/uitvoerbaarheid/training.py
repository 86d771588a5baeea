"""Learning from users: the section classifiers, adapted to labels of their own.

The bundled weights were learnt from many real documents that may not be shipped; they are the prior. A
user's labels move them as far as they carry (:func:`adapt`), and how far that is, is chosen on documents
held out. Corrections of reports are no labels and never come here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from uitvoerbaarheid.labelling import Label, identity
from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.nlp.annotation import SectionAnnotation
from uitvoerbaarheid.records import CRITERIA, Criteria, Criterion, Document, Role, Section
from uitvoerbaarheid.reports.files import write_text
from uitvoerbaarheid.reports.labels import number
from uitvoerbaarheid.resources import data_path
from uitvoerbaarheid.scoring.classifier import Logistic, SectionModel, spread, stack
from uitvoerbaarheid.scoring.features import figures, stated_criteria, terms
from uitvoerbaarheid.scoring.own import FILE_NAME, OwnModel, write_own
from uitvoerbaarheid.scoring.reasons import settings
from uitvoerbaarheid.scoring.scorer import criteria_of, half_up, on_scale, role_of

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]

#: With fewer labelled sections or documents there is nothing to measure on.
LEAST_SECTIONS = 30
LEAST_DOCUMENTS = 3
#: How hard the bundled weights pull, of which the best is chosen; infinite leaves the model as it is.
INFINITE = float("inf")
STRENGTHS = (10.0, 30.0, 100.0, 300.0, 1000.0, INFINITE)
#: From this pull on a bundled section counts as much as a labelled one; below it less, in proportion.
FULL_HOLD = 300.0
#: The pull where nothing can be measured: a label then changes little beyond sections like its own.
CAUTIOUS = 1000.0
FOLDS = 5
_INNER_FOLDS = 3


@dataclass(frozen=True)
class Strengths:
    """How hard the bundled weights of role, criteria and level pull; infinite where they stay."""

    role: float
    criteria: float
    level: float


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
    """The sections in ``data/training``, each a document of its own with the variants made of it."""
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
            doc = record.get("pair_of", record["id"])
            found.append(_example(doc, record["kind"], section, annotation, answers))
    return found


# --- adapting ------------------------------------------------------------------------------------


def adapt(
    model: SectionModel,
    examples: Sequence[Example],
    bundled: Sequence[Example] = (),
    strengths: Strengths | None = None,
) -> tuple[SectionModel, Strengths]:
    """The model moved towards ``examples``, and how hard its own weights pulled back.

    Each logistic regression is fitted anew on the labels of ``examples``, with a quadratic pull towards
    the weights it had (a Gaussian prior around them: the most probable weights given both). Of the
    ``bundled`` sections, which those weights know already, the model's own answers are the targets: they
    hold it in place and teach it nothing twice. Without examples the model stays as it is.

    Without ``strengths`` documents held out choose them, the hardest that these do not clearly speak
    against, so that few labels change little; for too few sections or documents it is ``CAUTIOUS``.
    Deterministic. Raises ValueError for a label that the model has no class for.
    """
    if not examples:
        return model, Strengths(INFINITE, INFINITE, INFINITE)
    # Many small products: more threads only wait for each other, and add in another order each time.
    with threadpool_limits(1):
        work = _Work(model, examples, bundled)
        if strengths is None:
            cautious = Strengths(CAUTIOUS, CAUTIOUS, CAUTIOUS)
            strengths = work.best_strengths() if measurable(examples) else cautious
        if {*astuple(strengths)} == {INFINITE}:
            return model, strengths
        return work.fit(strengths), strengths


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

    def __init__(
        self,
        prior: Logistic,
        span: _Span,
        targets: Matrix,
        weights: Matrix,
        bundled: NDArray[np.bool_],
    ) -> None:
        self.prior, self.span, self.targets, self.weights = prior, span, targets, weights
        self.bundled = bundled
        self.offsets = np.asarray(span.inputs[:, :-1] @ prior.coefficients.T) + prior.intercept

    def shift(self, rows: Rows, strength: float) -> Matrix:
        """The move, shape (k, r), that fits the given rows best."""
        points, offsets = self.span.points[rows], self.offsets[rows]
        shape = (self.targets.shape[1], points.shape[1])
        if strength == INFINITE:
            return np.zeros(shape)
        hold = np.where(self.bundled[rows], min(1.0, strength / FULL_HOLD), 1.0)
        targets, weights = self.targets[rows], (self.weights[rows] * hold)[:, None]

        def loss(flat: Matrix) -> tuple[float, Matrix]:
            move = flat.reshape(shape)
            shares = _log_softmax(offsets + points @ move.T)
            value = -(weights * targets * shares).sum() + strength / 2 * (flat @ flat)
            slope = (weights * (np.exp(shares) - targets)).T @ points + strength * move
            return float(value), slope.ravel()

        found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B")
        return np.asarray(found.x).reshape(shape)

    def log_losses(self, rows: Rows, move: Matrix) -> Matrix:
        """The log-loss of each of the rows after a move."""
        shares = _log_softmax(self.offsets[rows] + self.span.points[rows] @ move.T)
        result: Matrix = -self.weights[rows] * (self.targets[rows] * shares).sum(axis=1)
        return result

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
        all_examples = [*examples, *bundled]
        self.count = len(all_examples)
        self.dense = [model.inputs.vector(e.figures, e.terms, e.kind) for e in all_examples]
        rows = vstack([csr_matrix(row) for row in self.dense])
        self.span = _Span(csr_matrix(hstack([rows, csr_matrix(np.ones((self.count, 1)))])))
        self.stacked = np.array([_stack_of(model.criteria, row) for row in self.dense])
        self.weights = np.array([example.weight for example in all_examples])
        self.bundled = np.arange(self.count) >= len(examples)
        self.everything = np.arange(self.count)
        #: Rows that count for criteria and level.
        self.policy = np.flatnonzero([example.role == "policy" for example in all_examples])
        self.role = self._problem(
            model.role,
            self.span,
            self.everything,
            lambda example: example.role,
            lambda row: model.role.probabilities(self.dense[row]),
        )
        self.criteria: dict[Criterion, _Problem] = {name: self._criterion(name) for name in CRITERIA}

    def _problem(
        self,
        prior: Logistic,
        span: _Span,
        chosen: Rows,
        value: Callable[[Example], Any],
        own: Callable[[int], Matrix],
    ) -> _Problem:
        """``value`` is the label of an example, ``own`` the model's answer for a bundled section's row."""
        targets = np.zeros((self.count, len(prior.classes)))
        for row in map(int, chosen):
            if self.bundled[row]:
                targets[row] = own(row)
            else:
                targets[row, prior.classes.index(value(self.examples[row]))] = 1
        return _Problem(prior, span, targets, self.weights, self.bundled)

    def _criterion(self, name: Criterion) -> _Problem:
        prior = self.model.criteria[name]
        return self._problem(
            prior,
            self.span,
            self.policy,
            lambda example: getattr(example.criteria, name),
            lambda row: prior.probabilities(self.dense[row]),
        )

    def _level(self, stacked: Matrix) -> _Problem:
        """The regression of the level, reading what is stacked of the criteria, shape (n, 12)."""
        prior, inputs = self.model.level, self.span.inputs
        span = _Span(csr_matrix(hstack([inputs[:, :-1], csr_matrix(stacked), inputs[:, -1:]])))
        own = [np.concatenate([row, stack]) for row, stack in zip(self.dense, self.stacked, strict=True)]
        return self._problem(
            prior, span, self.policy, lambda example: example.level, lambda row: prior.probabilities(own[row])
        )

    def best_strengths(self) -> Strengths:
        """For each part the hardest pull that documents held out do not clearly speak against."""
        level = self._level(self.stacked)
        return Strengths(
            role=self._best([self.role], self.everything),
            criteria=self._best(list(self.criteria.values()), self.policy),
            level=self._best([level], self.policy),
        )

    def _best(self, problems: Sequence[_Problem], rows: Rows) -> float:
        """The hardest pull whose log-loss is within one standard error, over documents, of the lowest."""
        losses = {strength: np.zeros(len(self.examples)) for strength in STRENGTHS}
        for test in _folds(self.examples, _INNER_FOLDS):
            learnt, held = np.setdiff1d(rows, test), np.intersect1d(rows, test)
            for problem in problems:
                for strength in STRENGTHS:
                    losses[strength][held] += problem.log_losses(held, problem.shift(learnt, strength))
        _, document = np.unique([example.doc for example in self.examples], return_inverse=True)
        by_document = {strength: np.bincount(document, loss) for strength, loss in losses.items()}
        lowest = min(STRENGTHS, key=lambda strength: by_document[strength].sum())
        for strength in sorted(STRENGTHS, reverse=True):
            worse = by_document[strength] - by_document[lowest]
            if worse.sum() <= worse.std(ddof=1) * len(worse) ** 0.5:
                return strength
        return lowest

    def fit(self, strengths: Strengths) -> SectionModel:
        """The model with its regressions moved."""
        criteria: dict[str, Logistic] = {
            name: problem.moved(problem.shift(self.policy, strengths.criteria))
            for name, problem in self.criteria.items()
        }
        level = self._level(self._stacked(criteria, strengths.criteria))
        return replace(
            self.model,
            role=self.role.moved(self.role.shift(self.everything, strengths.role)),
            criteria=criteria,
            level=level.moved(level.shift(self.policy, strengths.level)),
        )

    def _stacked(self, criteria: dict[str, Logistic], strength: float) -> Matrix:
        """What the level is to read of adapted criteria, shape (n, 12).

        For a labelled section from criteria that did not learn from its document, as they will not have
        from a new one.
        """
        result = np.array([_stack_of(criteria, row) for row in self.dense])
        for test in _folds(self.examples, FOLDS):
            learnt = np.setdiff1d(self.policy, test)
            without: dict[str, Logistic] = {
                name: problem.moved(problem.shift(learnt, strength))
                for name, problem in self.criteria.items()
            }
            for row in map(int, test):
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
        level=half_up(on_scale(round(prediction.expected_level, 4))),
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
    strengths: Strengths
    sections: int
    documents: int
    own: Change | None
    bundled: Change


def learn(labels: Iterable[Label], annotator: Annotator, model: SectionModel) -> Trained:
    """Adapt a model to the labels of users, see :func:`train`."""
    return train(model, examples_of(labels, annotator), bundled_examples(annotator))


def train(model: SectionModel, examples: Sequence[Example], bundled: Sequence[Example]) -> Trained:
    """Adapt a model to examples and measure the change.

    For each part of the user's documents the model is adapted, its pull chosen anew, to the other
    documents, and measured on that part.
    """
    adapted, strengths = adapt(model, examples, bundled)
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
        strengths=strengths,
        sections=_sections(examples),
        documents=len({example.doc for example in examples}),
        own=own,
        bundled=Change(
            _figures(bundled, [_guess(model, example) for example in bundled]),
            _figures(bundled, [_guess(adapted, example) for example in bundled]),
        ),
    )


# --- writing -------------------------------------------------------------------------------------


#: A fall of this much on held-out documents is told, not only shown.
_FALL = 0.02
_NAMES = {
    "role": "rol juist",
    "level": "niveau (kappa)",
    "send_back": "terugsturen (F1)",
    "criteria": "criteria (kappa, gemiddeld)",
}


def falls(change: Change) -> list[str]:
    """The figures that an adapted model does clearly worse on, in Dutch."""
    return [
        name
        for field, name in _NAMES.items()
        if (getattr(change.before, field) or 0) - (getattr(change.after, field) or 0) > _FALL
    ]


def change_rows(change: Change) -> list[tuple[str, str, str]]:
    """The figures before and after in Dutch words and notation: what, before, after."""
    return [
        (name, number(getattr(change.before, field), 2), number(getattr(change.after, field), 2))
        for field, name in _NAMES.items()
    ]


def write_model(trained: Trained, folder: Path, made_with: str) -> OwnModel:
    """Write an adapted model with its card to a folder; raises :class:`OSError` when that is not possible.

    ``made_with`` is the id of the bundled models that it was adapted from.
    """
    own = write_own(folder, trained.model, made_with, _training(trained))
    lines = [
        f"# Eigen model {own.id}",
        "",
        f"Aangepast aan {trained.sections} gelabelde paragrafen uit {trained.documents} documenten, met als "
        f"uitgangspunt het meegeleverde model ({made_with}). Het bestand {FILE_NAME} bevat alleen woorden en "
        "getallen, geen tekst van documenten en geen programma.",
        "",
        f"Gebruik: `uitvoerbaarheid scan PAD --model {folder.name}`. Rapporten noemen het {own.id}.",
    ]
    for title, change in (("Uw documenten", trained.own), ("Meegeleverde paragrafen", trained.bundled)):
        if change is None:
            lines += ["", "Er waren te weinig labels om te meten of het model er beter van werd."]
            continue
        lines += ["", f"| {title} ({change.after.sections}) | meegeleverd | aangepast |", "|---|---|---|"]
        lines += [f"| {name} | {before} | {after} |" for name, before, after in change_rows(change)]
    lines += [
        "",
        "Uw documenten zijn steeds gemeten met een model dat ze niet had gezien. De meegeleverde "
        "paragrafen kent het meegeleverde model al; daar telt alleen of het aangepaste ze niet verleert.",
    ]
    write_text(folder / "LEESMIJ.md", "\n".join(lines) + "\n")
    return own


def _training(trained: Trained) -> dict[str, Any]:
    strengths = {
        name: None if value == INFINITE else value for name, value in asdict(trained.strengths).items()
    }
    return {
        "sections": trained.sections,
        "documents": trained.documents,
        "strengths": strengths,
        "own": asdict(trained.own) if trained.own else None,
        "bundled": asdict(trained.bundled),
    }
