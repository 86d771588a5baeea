"""All mentions of a section brought together: sentence labels, actors, budgets, deadlines, commitments.

The language model and the weights are loaded at the first use, not at import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from uitvoerbaarheid.nlp.annotation import Found, LabelledUnit, SectionAnnotation, Unit
from uitvoerbaarheid.nlp.commitments import cell_spans, column_kinds, link
from uitvoerbaarheid.nlp.labels import LABELS, Context, SentenceLabeller, contexts_of
from uitvoerbaarheid.records import Mention, MentionType, Section

if TYPE_CHECKING:
    from spacy.language import Language

_BATCH = 256
_UNIT_TYPES: tuple[MentionType, ...] = ("goal", "measure", "monitoring", "vague")
#: A filled cell in such a column states what the column's name says, whatever its words are.
_COLUMN_LABELS = ("goal", "measure", "monitoring")
_EMPTY_CELLS = {"", "-", "–", "—", "n.v.t.", "nvt", "x"}


class Annotator:
    """Finds the mentions and commitments of sections, and of loose lines.

    ``language_model`` is the bundled ``nl_policy`` or the name of an installed spaCy pipeline.
    """

    def __init__(self, language_model: str = "nl_policy") -> None:
        self.language_model = language_model

    @cached_property
    def nlp(self) -> Language:
        """The language model, loaded at first use."""
        from uitvoerbaarheid.nlp.language import load

        return load(self.language_model)

    @cached_property
    def labeller(self) -> SentenceLabeller:
        """The sentence classifier, loaded at first use."""
        return SentenceLabeller.load()

    def annotate(self, sections: Sequence[Section]) -> list[SectionAnnotation]:
        """The mentions and commitments of each section; all sections are parsed in one go."""
        from uitvoerbaarheid.nlp.units import units_of_sections

        annotations = []
        for section, units in zip(sections, units_of_sections(sections, self.nlp), strict=True):
            labelled = self._label(units, list(contexts_of(units, section.heading)))
            mentions, indexes = mentions_of(labelled)
            commitments = link(section, labelled, mentions, indexes)
            annotations.append(SectionAnnotation(labelled, mentions, commitments))
        return annotations

    def lines(self, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
        """A record per line, each line taken as one sentence that stands alone (``mentions --lines``)."""
        from uitvoerbaarheid.nlp.units import unit_of_line

        numbered = enumerate((line.rstrip("\r\n") for line in lines), start=1)
        while batch := list(islice(numbered, _BATCH)):
            for number, line in batch:
                units = [unit_of_line(line, self.nlp)] if line.strip() else []
                labelled = self._label(units, [None] * len(units))
                mentions, _ = mentions_of(labelled)
                yield {
                    "line": number,
                    "mentions": [mention.model_dump() for mention in mentions],
                    "labels": _line_labels(labelled),
                }

    def _label(self, units: Sequence[Unit], contexts: Sequence[Context | None]) -> list[LabelledUnit]:
        from uitvoerbaarheid.nlp.actors import find_actors
        from uitvoerbaarheid.nlp.budgets import find_budgets
        from uitvoerbaarheid.nlp.deadlines import find_deadlines

        labelled = []
        for unit, probabilities in zip(units, self.labeller.predict(units, contexts), strict=True):
            labels = self.labeller.decide(probabilities)
            for label in stated_by_column(unit) - labels:
                labels.add(label)
                probabilities[label] = max(probabilities[label], self.labeller.thresholds[label])
            labelled.append(
                LabelledUnit(
                    unit=unit,
                    probabilities=probabilities,
                    labels=labels,
                    actors=_with_cells(unit, find_actors(unit.span)),
                    budgets=find_budgets(unit.text, cells=unit.cells, header=unit.header),
                    deadlines=find_deadlines(unit.text),
                )
            )
        return labelled


def _filled(text: str) -> bool:
    return text.strip().lower() not in _EMPTY_CELLS


def stated_by_column(unit: Unit) -> set[str]:
    """The labels that a table row gets from its columns ("Maatregel", "Doel", "Indicator")."""
    kinds = column_kinds(unit)
    # One column of a kind is no action table: "Project | Oppervlakte" lists, it promises nothing.
    if "measure" not in kinds or not {"actor", "deadline", "budget"} & set(kinds):
        return set()
    cells = unit.cells or []
    return {
        kind for kind, cell in zip(kinds, cells, strict=False) if kind in _COLUMN_LABELS and _filled(cell)
    }


def _with_cells(unit: Unit, actors: list[Found]) -> list[Found]:
    """The actors of a unit, and of a row also what stands in its "Wie" column when none was found there."""
    found = list(actors)
    for kind, (start, end) in zip(column_kinds(unit), cell_spans(unit), strict=True):
        text = unit.text[start:end]
        if kind != "actor" or not _filled(text) or any(a.start < end and start < a.end for a in actors):
            continue
        value = {"name": text, "kind": "party", "identifier": None, "generic": False}
        found.append(Found(start, end, text, value))
    return sorted(found, key=lambda actor: (actor.start, actor.end))


def mentions_of(units: Sequence[LabelledUnit]) -> tuple[list[Mention], list[dict[str, list[int]]]]:
    """All mentions in order of the text, and for each unit the indexes of its mentions by type."""
    mentions: list[Mention] = []
    indexes: list[dict[str, list[int]]] = []
    for labelled in units:
        own: dict[str, list[int]] = {}
        for mention in _unit_mentions(labelled):
            own.setdefault(mention.type, []).append(len(mentions))
            mentions.append(mention)
        indexes.append(own)
    return mentions, indexes


def _unit_mentions(labelled: LabelledUnit) -> Iterator[Mention]:
    unit = labelled.unit
    for label in _UNIT_TYPES:
        if label in labelled.labels:
            yield Mention(
                type=label,
                text=unit.text,
                start=unit.start,
                end=unit.end,
                sentence=unit.text,
                page=unit.page,
                probability=labelled.probabilities[label],
            )
    kinds: tuple[tuple[MentionType, list[Found]], ...] = (
        ("actor", labelled.actors),
        ("budget", labelled.budgets),
        ("deadline", labelled.deadlines),
    )
    spans = [(found.start, type_, found) for type_, all_found in kinds for found in all_found]
    for _, type_, found in sorted(spans, key=lambda span: (span[0], span[1], span[2].end)):
        yield Mention(
            type=type_,
            text=unit.text[found.start : found.end],
            start=unit.start + found.start,
            end=unit.start + found.end,
            sentence=unit.text,
            page=unit.page,
            value=found.value,
        )


def _line_labels(units: Sequence[LabelledUnit]) -> dict[str, Any]:
    """The normalised labels of guideline section 4; of a party or term named twice, one."""
    labels: dict[str, Any] = {label: int(any(label in u.labels for u in units)) for label in LABELS}
    actors = [found.value["name"] for u in units for found in u.actors]
    deadlines = [found.value["interval"] for u in units for found in u.deadlines]
    labels["actor"] = list(dict.fromkeys(actors))
    labels["budget"] = [value for u in units for found in u.budgets for value in _budget_values(found.value)]
    labels["deadline"] = list(dict.fromkeys(deadlines))
    return labels


def _budget_values(value: dict[str, Any]) -> list[Any]:
    if value.get("fte") is not None:
        return [{"fte": value["fte"]}]
    return list(value.get("amounts") or [None])
