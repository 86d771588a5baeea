"""The labelled sections, on the text of our own extraction, with what the ``nlp`` stage finds in them.

Shared by ``train_classifier.py`` and ``evaluate.py``. A gold section is looked up in our own reading of
its document by heading, page and words; where it is not found, its gold text is used. Reading all
documents takes minutes, so the reports are kept in a folder outside the project (``--cache``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from corpus import TRAINING, corpus_sections, family, read_lines, report_of
from train_sentence_labels import Folded
from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.nlp.annotation import SectionAnnotation
from uitvoerbaarheid.nlp.annotator import labels_of, year_of
from uitvoerbaarheid.nlp.labels import SentenceLabeller, contexts_of
from uitvoerbaarheid.records import CRITERIA, Document, Report, Section
from uitvoerbaarheid.scoring.features import figures, stated_criteria, terms

#: Two texts are the same section from this overlap of words (F1) on.
LEAST_OVERLAP = 0.6
#: ... or from this one on where the headings differ (some gold sections lost theirs).
LEAST_OVERLAP_ELSEWHERE = 0.9


@dataclass(frozen=True)
class GoldSection:
    """A labelled section. ``level`` and ``criteria`` are None for what is not policy.

    ``section`` holds the text that is scored: our own extraction of it where ``aligned``, with the
    ``document`` that it was read from. ``extra`` ones are not gold: they are trained on, never measured.
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
    document: Document | None = None


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
        document=record.get("document"),
    )


def gold_sections(shared: Path) -> list[GoldSection]:
    """The well-formed gold sections, on their gold text, in the order of the file."""
    records = read_lines(shared / "gold" / "sections.jsonl")
    return [_gold_section(record, record["doc"]) for record in records if record["wellformed"]]


def extra_sections(shared: Path, folder: Path) -> list[GoldSection]:
    """What is trained on besides the gold: our own sections, each with its variants a document of its own,
    and our labels of other sections of the corpus (see :mod:`corpus`)."""
    own = read_lines(TRAINING / "sections.jsonl")
    return [
        *(_gold_section(record, record.get("pair_of", record["id"]), extra=True) for record in own),
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
        result.append(
            replace(item, section=section, aligned=True, document=report.document)
            if report and section
            else item
        )
    return result


# --- what nlp finds in them ----------------------------------------------------------------------


@dataclass
class Annotated:
    """A section with its units, annotated; its sentence labels may be given anew by another labeller."""

    gold: GoldSection
    annotation: SectionAnnotation


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
    """Parse all sections and find their actors, budgets and deadlines, with their document's date in mind."""
    annotator = Annotator()
    by_document: dict[str, list[GoldSection]] = defaultdict(list)
    for item in gold:
        by_document[item.document.sha256 if item.document else ""].append(item)
    found: dict[int, SectionAnnotation] = {}
    for items in by_document.values():
        annotations = annotator.annotate([item.section for item in items], items[0].document)
        found.update(zip(map(id, items), annotations, strict=True))
    return [Annotated(item, found[id(item)]) for item in gold]


def relabel(item: Annotated, labeller: SentenceLabeller) -> SectionAnnotation:
    """The units of a section with another labeller's sentence labels (mentions and commitments left out)."""
    units = [labelled.unit for labelled in item.annotation.units]
    probabilities = labeller.predict(units, contexts_of(units, item.gold.section.heading))
    actors = [labelled.actors for labelled in item.annotation.units]
    heading, year = item.gold.section.heading, year_of(item.gold.document)
    labels = labels_of(units, actors, probabilities, labeller, heading=heading, year=year)
    return SectionAnnotation(
        [
            replace(labelled, probabilities=shares, labels=own)
            for labelled, shares, own in zip(item.annotation.units, probabilities, labels, strict=True)
        ]
    )


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

    The documents are dealt over folds, all editions of one in the same (see ``train_sentence_labels.py``,
    which trains a labeller without each fold). The classifiers so learn from labels as uncertain as those
    of a new document. Our own texts stand outside the folds.
    """

    def __init__(self, items: Sequence[Annotated], held: Folded) -> None:
        self.items = items
        self.held = held
        self.folds = sorted(set(held.fold_of.values()))
        self._examples: dict[tuple[str, str], Example] = {}

    def training(self, test_fold: int | None = None) -> list[Example]:
        """All examples outside the test fold, those that are not gold included; of all folds if None."""
        return [
            self._example(item)
            for item in self.items
            if test_fold is None or self.fold_of(item.gold.doc) != test_fold
        ]

    def testing(self, fold: int) -> list[Example]:
        """The gold examples of one fold."""
        return [
            self._example(item)
            for item in self.items
            if self.fold_of(item.gold.doc) == fold and not item.gold.extra
        ]

    def fold_of(self, doc: str) -> int | None:
        """The fold in which a document is held out, None for our own texts."""
        return self.held.fold_of.get(family(doc))

    def _example(self, item: Annotated) -> Example:
        key = (item.gold.doc, item.gold.id)
        if key not in self._examples:
            # Our own texts are in no fold: any labeller has seen none of them.
            labeller = self.held.labellers[self.fold_of(item.gold.doc) or 0]
            self._examples[key] = example(item, labeller)
        return self._examples[key]
