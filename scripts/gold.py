"""The labelled sections, on the text of our own extraction, with what the ``nlp`` stage finds in them.

Shared by ``train_classifier.py`` and ``evaluate.py``. A gold section is looked up in our own reading of
its document by heading, page and words; where it is not found, its gold text is used. Reading all
documents takes minutes, so the reports are kept in a folder outside the project (``--cache``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from corpus import TRAINING, corpus_sections, read_lines, report_of
from train_sentence_labels import fit, fit_untuned, more_rows, rows_of
from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.nlp.annotation import SectionAnnotation
from uitvoerbaarheid.nlp.annotator import stated_by_column
from uitvoerbaarheid.nlp.labels import LABELS, SentenceLabeller, contexts_of, features_of
from uitvoerbaarheid.records import CRITERIA, Report, Section
from uitvoerbaarheid.scoring.features import figures, stated_criteria, terms

#: Two texts are the same section from this overlap of words (F1) on.
LEAST_OVERLAP = 0.6
#: ... or from this one on where the headings differ (some gold sections lost theirs).
LEAST_OVERLAP_ELSEWHERE = 0.9
FOLDS = 5
#: Folds for choosing the sentence labeller's thresholds.
THRESHOLD_FOLDS = 2


@dataclass(frozen=True)
class GoldSection:
    """A labelled section. ``level`` and ``criteria`` are None for what is not policy.

    ``section`` holds the text that is scored: our own extraction of it where ``aligned``. ``extra`` ones
    are not gold: they are trained on, never measured.
    """

    id: str
    doc: str
    kind: str
    page: int | None
    section: Section
    role: str
    level: int | None
    criteria: dict[str, int] | None
    aligned: bool = False
    extra: bool = False


def _gold_section(record: dict, doc: str, extra: bool = False) -> GoldSection:
    policy = record["role"] == "policy"
    section = Section(
        id=record["id"],
        heading=record["heading"],
        heading_path=record.get("path", []),
        depth=1,
        text=record["text"].strip("\n"),
    )
    return GoldSection(
        id=record["id"],
        doc=doc,
        kind=record["kind"],
        page=record.get("page"),
        section=section,
        role=record["role"],
        level=record["level"] if policy else None,
        criteria={name: record[name] for name in CRITERIA} if policy else None,
        extra=extra,
    )


def gold_sections(shared: Path) -> list[GoldSection]:
    """The well-formed gold sections, on their gold text, in the order of the file."""
    records = read_lines(shared / "gold" / "sections.jsonl")
    return [_gold_section(record, record["doc"]) for record in records if record["wellformed"]]


def extra_sections(shared: Path, folder: Path) -> list[GoldSection]:
    """What is trained on besides the gold: our own sections, each a document of its own, and our labels
    of other sections of the corpus (see :mod:`corpus`)."""
    own = [record for path in sorted(TRAINING.glob("sections*.jsonl")) for record in read_lines(path)]
    return [
        *(_gold_section(record, record["id"], extra=True) for record in own),
        *(_gold_section(record, record["doc"], extra=True) for record in corpus_sections(shared, folder)),
    ]


# --- our own extraction --------------------------------------------------------------------------


def plain(heading: str) -> str:
    """A heading for comparison: lower case letters and digits, without numbering, marks and mark-up."""
    bare = re.sub(r"<[^>]*>", " ", heading).lower()
    bare = re.sub(r"^[\W_]*(?:\d+(?:\.\d+)*\.?|[a-z][.)])\s+", "", bare)
    return re.sub(r"[\W_]+", "", bare)


@cache
def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def overlap(one: str, other: str) -> float:
    """F1 of the words that two texts share, counted with their number."""
    first, second = _words(one), _words(other)
    shared = (first & second).total()
    return 2 * shared / (first.total() + second.total()) if shared else 0.0


def _match(gold: GoldSection, candidates: Iterable[Section]) -> Section | None:
    """The section under the same heading with enough of the words, or under any with nearly all of them."""
    wanted = plain(gold.section.heading)
    best, found = 0.0, None
    for section in candidates:
        if gold.page and section.page_start and abs(section.page_start - gold.page) > 1:
            continue
        least = LEAST_OVERLAP if plain(section.heading) == wanted else LEAST_OVERLAP_ELSEWHERE
        score = overlap(gold.section.text, section.text)
        if score >= least and score > best:
            best, found = score, section
    return found


def align(gold: Sequence[GoldSection], shared: Path, folder: Path) -> list[GoldSection]:
    """The same sections, each on our own extraction's text if it is found there (see :func:`report_of`)."""
    reports: dict[str, Report | None] = {}
    result = []
    for item in gold:
        if item.doc not in reports:
            reports[item.doc] = report_of(shared, item.doc, folder)
        report = reports[item.doc]
        section = _match(item, report.sections) if report else None
        result.append(replace(item, section=section, aligned=True) if section else item)
    return result


# --- what nlp finds in them ----------------------------------------------------------------------


@dataclass
class Annotated:
    """A section with its units, annotated but for the sentence labels, whose features are kept.

    The labels depend on which documents the labeller was trained on; the rest does not, and parsing is
    what costs time.
    """

    gold: GoldSection
    annotation: SectionAnnotation
    features: list[dict[str, list[str]]]


@dataclass(frozen=True)
class Example:
    """A labelled section as the classifiers read it."""

    id: str
    doc: str
    kind: str
    role: str
    level: int | None
    criteria: dict[str, int] | None
    figures: dict[str, float]
    terms: Counter[str]
    stated: set[str]


def annotate(gold: Sequence[GoldSection]) -> list[Annotated]:
    """Parse all sections and find their actors, budgets and deadlines."""
    annotations = Annotator().annotate([item.section for item in gold])
    result = []
    for item, annotation in zip(gold, annotations, strict=True):
        units = [labelled.unit for labelled in annotation.units]
        contexts = contexts_of(units, item.section.heading)
        features = [features_of(unit, context) for unit, context in zip(units, contexts, strict=True)]
        result.append(Annotated(item, annotation, features))
    return result


def probabilities_of(labeller: SentenceLabeller, features: dict[str, list[str]]) -> dict[str, float]:
    """The label probabilities of a unit whose features are known."""
    columns, values = labeller.vectorizer.row(features)
    scores = labeller.weights[:, columns] @ values + labeller.intercepts
    return dict(zip(LABELS, (1 / (1 + np.exp(-scores))).tolist(), strict=True))


def relabel(item: Annotated, labeller: SentenceLabeller) -> SectionAnnotation:
    """The units of a section with another labeller's sentence labels (mentions and commitments left out)."""
    units = []
    for labelled, features in zip(item.annotation.units, item.features, strict=True):
        probabilities = probabilities_of(labeller, features)
        labels = labeller.decide(probabilities)
        for label in stated_by_column(labelled.unit) - labels:
            labels.add(label)
            probabilities[label] = max(probabilities[label], labeller.thresholds[label])
        units.append(replace(labelled, probabilities=probabilities, labels=labels))
    return SectionAnnotation(units)


def example(item: Annotated, labeller: SentenceLabeller) -> Example:
    """A section as an example for the classifiers, with the labels of this labeller."""
    gold = item.gold
    annotation = relabel(item, labeller)
    return Example(
        id=gold.id,
        doc=gold.doc,
        kind=gold.kind,
        role=gold.role,
        level=gold.level,
        criteria=gold.criteria,
        figures=figures(gold.section, annotation),
        terms=terms(gold.section),
        stated=stated_criteria(annotation.units),
    )


class FoldedLabels:
    """Examples for document-grouped cross-validation, none with labels from a labeller that saw its document.

    The gold documents are dealt over ``FOLDS`` folds. A labeller is trained for each set of folds that it
    must not see: one fold for what is tested (or, with all data, trained on), two for what is trained on
    while another fold is tested. The classifiers so learn from labels as uncertain as a new document's.
    """

    def __init__(self, items: Sequence[Annotated], shared: Path, cache: Path) -> None:
        self.items = items
        self.rows = rows_of(read_lines(shared / "gold" / "units.jsonl"))
        self.more = more_rows(shared, cache)
        self.fold_of = _folds([item.gold for item in items if not item.gold.extra])
        # Documents without gold sections are dealt out as well: labels of their sections must not come
        # from a labeller that was trained on their sentences. Our own texts stay outside the folds.
        others = sorted({*self.more.documents, *(item.gold.doc for item in items)} - {*self.fold_of})
        self.fold_of |= {doc: index % FOLDS for index, doc in enumerate(doc for doc in others if "/" in doc)}
        self._labellers: dict[frozenset[int], SentenceLabeller] = {}

    def training(self, test_fold: int | None = None) -> list[Example]:
        """All examples outside the test fold, those that are not gold included; of all folds if None."""
        return [
            self._example(item, {test_fold, self._fold(item)})
            for item in self.items
            if test_fold is None or self._fold(item) != test_fold
        ]

    def testing(self, fold: int) -> list[Example]:
        """The gold examples of one fold."""
        return [
            self._example(item, {fold})
            for item in self.items
            if self._fold(item) == fold and not item.gold.extra
        ]

    def sentence_labels(self) -> np.ndarray:
        """For each gold sentence (row) whether each label (column) holds, by a labeller without its fold."""
        found = np.zeros(self.rows.labels.shape, dtype=bool)
        for index, (features, doc) in enumerate(zip(self.rows.within, self.rows.documents, strict=True)):
            labeller = self._labeller(frozenset({self._fold_of(doc)}))
            shares = probabilities_of(labeller, features)
            found[index] = [shares[label] >= labeller.thresholds[label] for label in LABELS]
        return found

    def _fold(self, item: Annotated) -> int | None:
        return self.fold_of.get(item.gold.doc)

    def _fold_of(self, doc: str) -> int:
        # A document of which no section is used (all ill-formed) counts with the last fold.
        return self.fold_of.get(doc, FOLDS - 1)

    def _example(self, item: Annotated, unseen: set[int | None]) -> Example:
        return example(item, self._labeller(frozenset(fold for fold in unseen if fold is not None)))

    def _labeller(self, unseen: frozenset[int]) -> SentenceLabeller:
        if unseen not in self._labellers:
            chosen = self.rows.pick(
                [i for i, doc in enumerate(self.rows.documents) if self._fold_of(doc) not in unseen]
            )
            more = self.more.without({doc for doc, fold in self.fold_of.items() if fold in unseen})
            # Thresholds are costly, and only the labels of tested sentences need good ones.
            tested = len(unseen) == 1
            self._labellers[unseen] = (
                fit(chosen, more, folds=THRESHOLD_FOLDS) if tested else fit_untuned(chosen.plus(more))
            )
        return self._labellers[unseen]


def _folds(gold: Sequence[GoldSection]) -> dict[str, int]:
    """The fold of each document."""
    groups = [item.doc for item in gold]
    return {
        groups[index]: fold
        for fold, (_, test) in enumerate(GroupKFold(FOLDS).split(groups, groups=groups))
        for index in test
    }
