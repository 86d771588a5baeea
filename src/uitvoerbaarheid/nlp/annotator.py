"""All mentions of a section brought together: sentence labels, actors, budgets, deadlines, commitments.

The language model and the weights are loaded at the first use, not at import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from uitvoerbaarheid.nlp.annotation import Found, LabelledUnit, SectionAnnotation, Unit
from uitvoerbaarheid.nlp.columns import Label, cell_spans, column_kinds, is_filled, label_of
from uitvoerbaarheid.nlp.commitments import link
from uitvoerbaarheid.nlp.labels import LABELS, SentenceLabeller, contexts_of
from uitvoerbaarheid.nlp.modality import Reading, reading_of
from uitvoerbaarheid.nlp.references import Places, places_of, references_of
from uitvoerbaarheid.nlp.rules import cues_in
from uitvoerbaarheid.records import Document, Mention, MentionType, Section

if TYPE_CHECKING:
    from spacy.language import Language

    from uitvoerbaarheid.nlp.budgets import Budgets
    from uitvoerbaarheid.nlp.deadlines import Deadlines

_BATCH = 256
_UNIT_TYPES: tuple[MentionType, ...] = ("goal", "measure", "monitoring", "vague")
#: A filled cell in such a column states what the column's name says, whatever its words are.
_COLUMN_LABELS = ("goal", "measure", "monitoring")
#: Lines labelled as one of these tell of a measure, and are none.
_DETAILS = ("actor", "budget", "deadline")
#: Below this probability no rule makes a measure of a sentence.
SURELY_NOT = 0.05
#: The id by which a mention says that the trained sentence classifier found it.
MODEL_RULE = "model.sentence_labels"


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

    def annotate(
        self, sections: Sequence[Section], document: Document | None = None
    ) -> list[SectionAnnotation]:
        """The mentions, commitments and references of each section; their units are let go of their words.

        ``sections`` are all those of a document, for references are looked up among them. ``document``
        gives the date by which past years are known; without it the rules' own reference year counts.
        """
        from uitvoerbaarheid.nlp.units import units_of_sections

        places = places_of(sections)
        annotations = []
        read = zip(sections, units_of_sections(sections, self.nlp), strict=True)
        for chunk in _chunks(read):
            probabilities = iter(
                self.labeller.predict(
                    [unit for _, units in chunk for unit in units],
                    [context for section, units in chunk for context in contexts_of(units, section.heading)],
                )
            )
            for section, units in chunk:
                own = list(islice(probabilities, len(units)))
                annotations.append(self._annotate(section, units, own, document, places))
                for unit in units:
                    unit.let_go()
        return annotations

    def _annotate(
        self,
        section: Section,
        units: Sequence[Unit],
        probabilities: Sequence[dict[str, float]],
        document: Document | None,
        places: Places,
    ) -> SectionAnnotation:
        spans = [
            read_spans(unit, document, caption)
            for unit, caption in zip(units, captions_of(units, section.heading), strict=True)
        ]
        year = year_of(document)
        labelled = self._label(units, spans, probabilities, section.heading, year)
        mentions, indexes = mentions_of(labelled, year)
        return SectionAnnotation(
            units=labelled,
            mentions=mentions,
            commitments=link(section, labelled, mentions, indexes),
            references=references_of(section, places),
            set_aside=list(_aside(spans, units)),
        )

    def lines(self, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
        """A record per line, each line taken as one sentence that stands alone (``mentions --lines``)."""
        from uitvoerbaarheid.nlp.units import units_of_line

        numbered = enumerate((line.rstrip("\r\n") for line in lines), start=1)
        while batch := list(islice(numbered, _BATCH)):
            read = [units_of_line(line, self.nlp) for _, line in batch]
            all_units = [unit for units in read for unit in units]
            probabilities = iter(self.labeller.predict(all_units, [None] * len(all_units)))
            for (number, _), units in zip(batch, read, strict=True):
                spans = [read_spans(unit) for unit in units]
                labelled = self._label(units, spans, list(islice(probabilities, len(units))))
                mentions, _ = mentions_of(labelled)
                yield {
                    "line": number,
                    "mentions": [mention.model_dump() for mention in mentions],
                    "set_aside": [mention.model_dump() for mention in _aside(spans, units)],
                    "labels": _line_labels(labelled),
                }

    def _label(
        self,
        units: Sequence[Unit],
        spans: Sequence[Spans],
        probabilities: Sequence[dict[str, float]],
        heading: str = "",
        year: int | None = None,
    ) -> list[LabelledUnit]:
        actors = [found.actors for found in spans]
        labels = labels_of(units, actors, probabilities, self.labeller, heading=heading, year=year)
        return [
            LabelledUnit(
                unit=unit,
                probabilities=shares,
                labels=own,
                actors=found.actors,
                budgets=found.budgets.found,
                deadlines=found.deadlines.found,
            )
            for unit, shares, own, found in zip(units, probabilities, labels, spans, strict=True)
        ]


def _chunks(read: Iterable[tuple[Section, list[Unit]]]) -> Iterator[list[tuple[Section, list[Unit]]]]:
    """Sections with their units, so many together that the labeller is not asked about a few at a time."""
    chunk: list[tuple[Section, list[Unit]]] = []
    waiting = 0
    for section, units in read:
        chunk.append((section, units))
        waiting += len(units)
        if waiting >= _BATCH:
            yield chunk
            chunk, waiting = [], 0
    if chunk:
        yield chunk


def labels_of(
    units: Sequence[Unit],
    actors: Sequence[Sequence[Found]],
    probabilities: Sequence[dict[str, float]],
    labeller: SentenceLabeller,
    *,
    heading: str = "",
    year: int | None = None,
) -> list[set[str]]:
    """The labels that hold for each unit of one section: the labeller's, but for what the rules know better.

    A filled "Maatregel" column or label line states a measure, whatever its words are. So does a party that
    decides or firmly does something ("De gemeente legt in 2027 een bos aan"), unless the labeller is sure
    that it does not. What was done in the past ("In 1998 is ... verbouwd"; ``year`` is the document's) is
    none, nor is a line that only details one ("Trekker: ..."). A line that repeats the ``heading``, as on a
    cover, states nothing. ``probabilities`` follow: they are changed in place.
    """
    label_lines = [label_of(unit) for unit in units]
    by_label = stated_by_label(label_lines)
    title = " ".join(heading.lower().split())
    found: list[set[str]] = []
    for position, (unit, shares) in enumerate(zip(units, probabilities, strict=True)):
        if title and " ".join(unit.text.lower().split()) == title:
            shares.update(dict.fromkeys(LABELS, 0.0))
            found.append(set())
            continue
        labels = labeller.decide(shares)
        stated = stated_by_column(unit) | by_label.get(position, set())
        acts = bool(actors[position]) and "monitoring" not in labels and shares["measure"] >= SURELY_NOT
        if acts and unit.in_present and reading_of(unit.text, year).modality()[0] == "decision":
            stated.add("measure")
        for label in stated - labels:
            labels.add(label)
            shares[label] = max(shares[label], labeller.thresholds[label])
        label_line = label_lines[position]
        detail = label_line is not None and label_line.kind in _DETAILS
        if "measure" in labels and (detail or "history" in reading_of(unit.text, year).qualifiers()[0]):
            labels.discard("measure")
            shares["measure"] = min(shares["measure"], labeller.thresholds["measure"] / 2)
        found.append(labels)
    return found


class Spans(NamedTuple):
    """The parties, money and terms of one unit: what counts, and what was read but set aside."""

    actors: list[Found]
    budgets: Budgets
    deadlines: Deadlines


def read_spans(unit: Unit, document: Document | None = None, caption: str | None = None) -> Spans:
    """Search a unit once for parties, money and terms.

    ``value["resolved"]`` is what a relative term ("binnen twee jaar", an ISO 8601 interval) or a party named
    in general ("we", a name, kind and identifier) stands for, where the document's date or authority tells.
    ``caption`` is what stands above the unit's table.
    """
    from uitvoerbaarheid.nlp.actors import actors_in, resolve_actor
    from uitvoerbaarheid.nlp.budgets import read_budgets
    from uitvoerbaarheid.nlp.deadlines import read_deadlines, resolve
    from uitvoerbaarheid.nlp.units import parsable

    date = document.date if document else None
    authority = document.authority if document else None
    actors = _with_named(unit, actors_in(parsable(unit.text), unit.words))
    for actor in actors:
        _resolve(actor, resolve_actor(actor.value, authority))
    deadlines = read_deadlines(unit.text, date)
    for deadline in deadlines.found:
        _resolve(deadline, resolve(deadline.value, date, deadline.text, authority_kind(document)))
    budgets = read_budgets(unit.text, cells=unit.cells, header=unit.header, caption=caption)
    return Spans(actors, budgets, deadlines)


def _resolve(found: Found, resolved: object) -> None:
    if resolved:
        found.value = {**found.value, "resolved": resolved}


def authority_kind(document: Document | None) -> str | None:
    """What sort of authority issued a document: the first word of its name ("gemeente", "provincie")."""
    words = (document.authority or "").lower().split() if document else []
    return "waterschap" if words[:1] == ["hoogheemraadschap"] else next(iter(words), None)


def captions_of(units: Sequence[Unit], heading: str) -> list[str | None]:
    """For each table row what stands right above its table: the caption, and the heading of the section."""
    captions: list[str | None] = []
    above = heading
    for unit in units:
        captions.append(above if unit.kind == "row" else None)
        if unit.kind == "caption":
            above = f"{heading} {unit.text}"
        elif unit.kind != "row":
            above = heading
    return captions


def _aside(spans: Sequence[Spans], units: Sequence[Unit]) -> Iterator[Mention]:
    """The money and terms of units that do not count, as mentions."""
    for (_, budgets, deadlines), unit in zip(spans, units, strict=True):
        for budget in budgets.set_aside:
            yield _span("budget", budget, unit, None)
        for deadline in deadlines.set_aside:
            yield _span("deadline", deadline, unit, None)


def year_of(document: Document | None) -> int | None:
    """The year of a document's date, None where it has none."""
    return int(document.date[:4]) if document and document.date else None


def stated_by_column(unit: Unit) -> set[str]:
    """The labels that a table row gets from its columns ("Maatregel", "Doel", "Indicator")."""
    kinds = column_kinds(unit)
    # One column of a kind is no action table: "Project | Oppervlakte" lists, it promises nothing.
    if "measure" not in kinds or not {"actor", "deadline", "budget"} & set(kinds):
        return set()
    cells = unit.cells or []
    return {
        kind for kind, cell in zip(kinds, cells, strict=False) if kind in _COLUMN_LABELS and is_filled(cell)
    }


def stated_by_label(label_lines: Sequence[Label | None]) -> dict[int, set[str]]:
    """The labels of label lines by position: "Maatregel: ..." above "Trekker: ..." or "Planning: ..."."""
    kinds = [found.kind if found else None for found in label_lines]
    stated: dict[int, set[str]] = {}
    for position, kind in enumerate(kinds):
        following = kinds[position + 1 : position + 4]
        if kind == "measure" and {"actor", "deadline", "budget"} & set(following):
            stated[position] = {kind}
    return stated


def _with_named(unit: Unit, actors: list[Found]) -> list[Found]:
    """The actors of a unit, and where none was found what its "Wie" column holds or follows "Trekker:"."""
    kinds = column_kinds(unit)
    spans = cell_spans(unit) if "actor" in kinds else []
    named = [span for kind, span in zip(kinds, spans, strict=False) if kind == "actor"]
    label = label_of(unit)
    if label and label.kind == "actor":
        named.append((label.start, label.end))
    if not named:
        return actors
    from uitvoerbaarheid.nlp.actors.roles import role_of

    found = list(actors)
    for first, last in named:
        text = unit.text[first:last].strip(" .")
        start = unit.text.find(text, first)
        end = start + len(text)
        if is_filled(text) and not any(actor.start < end and start < actor.end for actor in actors):
            role, rule = role_of(unit.text, start, end)
            value = {
                "name": text,
                "kind": "party",
                "identifier": None,
                "official": None,
                "generic": False,
                "role": role,
            }
            found.append(Found(start, end, text, value, ["column.actor", rule]))
    return sorted(found, key=lambda actor: (actor.start, actor.end))


def mentions_of(
    units: Sequence[LabelledUnit], year: int | None = None
) -> tuple[list[Mention], list[dict[str, list[int]]]]:
    """All mentions in order of the text, and for each unit the indexes of its mentions by type.

    ``year`` is the document's; years before it are past.
    """
    mentions: list[Mention] = []
    indexes: list[dict[str, list[int]]] = []
    for labelled in units:
        own: dict[str, list[int]] = {}
        for mention in _unit_mentions(labelled, year):
            own.setdefault(mention.type, []).append(len(mentions))
            mentions.append(mention)
        indexes.append(own)
    return mentions, indexes


def _unit_mentions(labelled: LabelledUnit, year: int | None) -> Iterator[Mention]:
    unit = labelled.unit
    if not (labelled.labels or labelled.actors or labelled.budgets or labelled.deadlines):
        return
    reading = reading_of(unit.text, year)
    for label in _UNIT_TYPES:
        if label in labelled.labels:
            yield from _statements(label, labelled, reading)
    kinds: tuple[tuple[MentionType, list[Found]], ...] = (
        ("actor", labelled.actors),
        ("budget", labelled.budgets),
        ("deadline", labelled.deadlines),
    )
    spans = [(found.start, type_, found) for type_, all_found in kinds for found in all_found]
    for _, type_, found in sorted(spans, key=lambda span: (span[0], span[1], span[2].end)):
        yield _span(type_, found, unit, reading)


def _statements(label: MentionType, labelled: LabelledUnit, reading: Reading) -> Iterator[Mention]:
    """A unit that states a goal, measure, check or vague wording; of two measures in a sentence each one."""
    from uitvoerbaarheid.nlp.measures import measure_spans

    unit = labelled.unit
    spans = measure_spans(unit, labelled.actors) if label == "measure" else [(0, len(unit.text))]
    for start, end in spans:
        part = reading if end - start == len(unit.text) else Reading(unit.text[start:end], reading.year)
        modality, said = part.modality() if label != "vague" else (None, [])
        qualifiers, why = part.qualifiers() if label != "vague" else ([], [])
        yield Mention(
            type=label,
            text=unit.text[start:end],
            start=unit.start + start,
            end=unit.start + end,
            sentence=unit.text,
            page=unit.page,
            probability=labelled.probabilities[label],
            rules=[MODEL_RULE, *cues_in(part.text, label), *said, *why],
            modality=modality,
            qualifiers=qualifiers,
        )


def _span(type_: MentionType, found: Found, unit: Unit, reading: Reading | None) -> Mention:
    """An actor, budget or deadline as a mention; money and terms take over what qualifies their clause."""
    qualifiers, why = list(found.qualifiers), list(found.rules)
    if reading and type_ != "actor":
        inherited, rules = reading.span_qualifiers(found.start, found.end)
        qualifiers += [q for q in inherited if q not in qualifiers]
        why += [rule for rule in rules if rule not in why]
    return Mention(
        type=type_,
        text=unit.text[found.start : found.end],
        start=unit.start + found.start,
        end=unit.start + found.end,
        sentence=unit.text,
        page=unit.page,
        value=found.value,
        rules=why,
        qualifiers=qualifiers,
    )


def _line_labels(units: Sequence[LabelledUnit]) -> dict[str, Any]:
    """The normalised labels of guideline section 4; of a party or term named twice, one."""
    from uitvoerbaarheid.nlp.budgets import values_of

    labels: dict[str, Any] = {label: int(any(label in u.labels for u in units)) for label in LABELS}
    actors = [found.value["name"] for u in units for found in u.actors]
    deadlines = [found.value["interval"] for u in units for found in u.deadlines]
    labels["actor"] = list(dict.fromkeys(actors))
    labels["budget"] = [value for u in units for found in u.budgets for value in values_of(found)]
    labels["deadline"] = list(dict.fromkeys(deadlines))
    return labels
