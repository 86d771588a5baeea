"""Commitments: which actor, money, term and check belong to the same measure, and why.

A measure takes what its own sentence or row says. What is missing there may come, in this order, from
label lines below it ("Planning: 2026"), from sentences after it in its paragraph that speak of it, from
the line that introduces its list, from the sentence before it, and from lines on all measures of the
section. Each link keeps the bond that made it. The words that tie are data (``data/lexicons/columns.toml``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from uitvoerbaarheid.nlp.annotation import LabelledUnit, Unit
from uitvoerbaarheid.nlp.columns import cell_spans, column_kinds, is_filled, label_of, linking, settings
from uitvoerbaarheid.records import Block, Bond, Commitment, Link, Mention, Section

#: How many units after a measure may still speak about it.
_REACH = 4
#: How many units before a measure its goal may stand, and before "deze maatregelen" those measures.
_GOAL_REACH = 8
_LINKED = ("actor", "budget", "deadline", "monitoring")
#: Two nouns are about the same thing when one ends in the other ("fietstunnel", "tunnel") from this length.
_LEAST_STEM = 4
_Indexes = Sequence[Mapping[str, list[int]]]


@dataclass
class _Place:
    """A unit with its mentions (indexes by type), its block's number and what it is to the linking.

    ``introducer`` is for a list item what stands above its list.
    """

    number: int
    labelled: LabelledUnit
    own: Mapping[str, list[int]]
    block: int
    introducer: _Place | None = None

    @property
    def unit(self) -> Unit:
        return self.labelled.unit

    @cached_property
    def label(self) -> str | None:
        """The kind a label line is about ("Planning: ..." is a deadline)."""
        found = label_of(self.unit)
        return found.kind if found else None

    @cached_property
    def opens(self) -> bool:
        """Whether it opens with words that point back to the measure before it."""
        return bool(linking("openers").match(self.unit.text))

    @cached_property
    def is_detail(self) -> bool:
        """Whether it gives a detail of a measure before it ("De oplevering is in 2028")."""
        return bool(linking("details").match(self.unit.text)) and self.unit.kind != "row"

    @cached_property
    def is_step(self) -> bool:
        """Whether it speaks of a step towards a measure before it ("Het voorontwerp is gereed")."""
        return bool(linking("steps").match(self.unit.text)) and self.unit.kind != "row"

    @cached_property
    def on_all(self) -> bool:
        """Whether it speaks of all measures of its section, or of those right before it."""
        return bool(linking("all").match(self.unit.text) or self.on_these)

    @cached_property
    def on_these(self) -> bool:
        """Whether it speaks of the measures right before it."""
        return bool(linking("these").match(self.unit.text))

    @cached_property
    def nouns(self) -> frozenset[str]:
        """The lemmas of its nouns outside the parties, amounts and terms in it."""
        found = self.labelled
        taken = [(f.start, f.end) for f in (*found.actors, *found.budgets, *found.deadlines)]
        common = settings()["linking"]["common"]
        return frozenset(
            noun.lemma
            for noun in self.unit.nouns
            if len(noun.lemma) >= _LEAST_STEM
            and noun.lemma not in common
            and not any(a <= noun.start < b for a, b in taken)
        )

    def is_measure(self) -> bool:
        return "measure" in self.own and not self.on_all


@dataclass
class _Draft:
    """A commitment being made: mentions by type in order of their bonds, and the bonds."""

    measure: int | None
    place: _Place
    found: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in _LINKED})
    bonds: dict[int, Bond] = field(default_factory=dict)
    goal: int | None = None

    def take(self, kind: str, indexes: Sequence[int], bond: Bond) -> None:
        """Take mentions of a kind, unless a nearer bond gave some."""
        if not self.found[kind] and indexes:
            self.found[kind] = list(indexes)
            self.bonds.update({index: bond for index in indexes if index not in self.bonds})

    def missing(self) -> list[str]:
        return [kind for kind in _LINKED if not self.found[kind]]


def link(
    section: Section, units: Sequence[LabelledUnit], mentions: Sequence[Mention], indexes: _Indexes
) -> list[Commitment]:
    """The commitments of a section, one per measure and one per goal that has its own term or actor.

    ``indexes`` holds for each unit the indexes of its mentions by type. Below a heading that is itself a
    measure, a section without one gives a commitment whose ``measure`` is None. What lies in the past makes
    no commitment, and a denied amount ("geen budget") is no money.
    """
    counted = [_counting(own, mentions) for own in indexes]
    places = [
        _Place(number, labelled, own, block)
        for number, (labelled, own, block) in enumerate(
            zip(units, counted, _blocks(section, units), strict=True)
        )
    ]
    above = None
    for place in places:
        if place.unit.kind == "item":
            place.introducer = above
        else:
            above = place
    drafts: list[_Draft] = []
    for place in places:
        states = "measure" in place.own or "goal" in place.own
        if not states or (place.is_detail and _has_measure_before(place, places)):
            continue
        if place.is_measure():
            drafts += _drafts(place, places, mentions)
        elif "goal" in place.own and _is_promised(place.own, mentions):
            drafts.append(_of_goal(place))
    drafts = _under_heading(section, places, drafts)
    _from_all(places, drafts)
    return [_commitment(draft, mentions) for draft in drafts]


def _has_measure_before(place: _Place, places: Sequence[_Place]) -> bool:
    """Whether a detail has a measure before it in its paragraph to belong to."""
    near = places[max(0, place.number - _REACH) : place.number]
    return any(other.block == place.block and other.is_measure() and not other.is_detail for other in near)


def _counting(own: Mapping[str, list[int]], mentions: Sequence[Mention]) -> dict[str, list[int]]:
    """The mentions of a unit that count: not those in the past, nor denied amounts."""

    def counts(index: int) -> bool:
        mention = mentions[index]
        denied = mention.type == "budget" and "negation" in mention.qualifiers
        return "history" not in mention.qualifiers and not denied

    kept = {kind: [i for i in all_found if counts(i)] for kind, all_found in own.items()}
    return {kind: found for kind, found in kept.items() if found}


def _blocks(section: Section, units: Sequence[LabelledUnit]) -> list[int]:
    """For each unit the number of the block (paragraph, item, row) in which it stands."""
    from uitvoerbaarheid.nlp.units import derive_blocks

    blocks: list[Block] = section.blocks or derive_blocks(section.text)
    numbers = []
    current = 0
    for labelled in units:
        while current + 1 < len(blocks) and blocks[current + 1].start <= labelled.unit.start:
            current += 1
        numbers.append(current)
    return numbers


def _is_promised(own: Mapping[str, list[int]], mentions: Sequence[Mention]) -> bool:
    """Whether a goal has a term or a named party of its own."""
    named = [i for i in own.get("actor", []) if not (mentions[i].value or {}).get("generic")]
    return bool(own.get("deadline") or named)


def _of_goal(place: _Place) -> _Draft:
    draft = _Draft(None, place, goal=place.own["goal"][0])
    draft.bonds[place.own["goal"][0]] = "sentence"
    for kind in _LINKED:
        draft.take(kind, place.own.get(kind, []), "sentence")
    return draft


def _drafts(place: _Place, places: Sequence[_Place], mentions: Sequence[Mention]) -> Iterator[_Draft]:
    """The measures of a unit with what is linked to each of them."""
    measures = place.own["measure"]
    for measure in measures:
        draft = _Draft(measure, place)
        if place.unit.kind == "row":
            _take_row(draft, mentions)
        else:
            _take_sentence(draft, measures, mentions)
        # The money and party of the whole are not those of a step towards it.
        if measure == measures[-1] and not (place.is_step and _has_measure_before(place, places)):
            _take_after(draft, places)
        _take_before(draft, places)
        draft.goal = _goal(draft, places)
        yield draft


def _take_sentence(draft: _Draft, measures: Sequence[int], mentions: Sequence[Mention]) -> None:
    """What the measure's own sentence says; of a sentence with two measures, what its own clause says."""
    measure = draft.measure
    draft.bonds[measures[0] if measure is None else measure] = "sentence"
    for kind in _LINKED:
        own = draft.place.own.get(kind, [])
        if len(measures) > 1 and measure is not None and kind != "monitoring":
            start, end = mentions[measure].start, mentions[measure].end
            own = [index for index in own if start <= mentions[index].start < end]
        draft.take(kind, own, "sentence")


def _take_row(draft: _Draft, mentions: Sequence[Mention]) -> None:
    """What a table row says, by the columns meant for it; a column that is there but empty gives nothing."""
    unit = draft.place.unit
    kinds, spans = column_kinds(unit), cell_spans(unit)
    named = "measure" in kinds
    if draft.measure is not None:
        draft.bonds[draft.measure] = "column" if named else "row"
    for kind in _LINKED:
        own = draft.place.own.get(kind, [])
        cells = [span for k, span in zip(kinds, spans, strict=False) if k == kind]
        inside = [i for i in own if any(a <= mentions[i].start - unit.start < b for a, b in cells)]
        if inside:
            draft.take(kind, inside, "column")
        elif kind == "monitoring" and own:
            draft.take(kind, own, "column" if cells else "row")
        elif not cells or not named:
            draft.take(kind, own, "row")


def _take_after(draft: _Draft, places: Sequence[_Place]) -> None:
    """What follows a measure and speaks of it: label lines, rows without a measure, sentences, details."""
    here = draft.place
    lines = 0
    speaks = True
    for other in places[here.number + 1 : here.number + 1 + 3 * _REACH]:
        detail = other.is_detail and other.block == here.block
        if other.on_all or (other.is_measure() and not detail and not other.is_step):
            return
        if other.label and other.label != "measure":
            _take_all(draft, other, "column")
        elif here.unit.kind == "row":
            if not _continues_row(other):
                return
            _take_all(draft, other, "row")
        elif detail:
            _take_all(draft, other, "paragraph")
        elif not other.is_step:
            lines += 1
            speaks = speaks and _take_following(draft, other)
            if lines > _REACH or not (speaks or other.block == here.block):
                return


def _take_all(draft: _Draft, other: _Place, bond: Bond) -> None:
    for kind in _LINKED:
        draft.take(kind, other.own.get(kind, []), bond)


def _continues_row(place: _Place) -> bool:
    """Whether a row goes on about the one above it: its cell for the measure is empty."""
    cells = place.unit.cells or []
    kinds = column_kinds(place.unit)
    return "measure" in kinds and any(
        kind == "measure" and not is_filled(cell) for kind, cell in zip(kinds, cells, strict=False)
    )


def _take_following(draft: _Draft, other: _Place) -> bool:
    """Take what a sentence after the measure says of it; False when it no longer speaks of it."""
    here = draft.place
    same = other.block == here.block
    if not same and not (other.opens and other.unit.kind == "paragraph"):
        return False
    related = other.opens or _about_the_same(here, other)
    bond: Bond = "list" if same and here.unit.kind == "item" else "paragraph"
    if "monitoring" in other.own:
        # A check has its own term and parties ("De raad hoort elk jaar ..."): those are not the measure's.
        if related or "deadline" in other.own:
            draft.take("monitoring", other.own["monitoring"], bond)
        return True
    if not related:
        return False
    # The horizon of a goal is not the term of what is done for it, and a shared noun makes no one the party.
    kinds = ["budget"] + (["actor"] if other.opens else []) + ([] if "goal" in other.own else ["deadline"])
    for kind in kinds:
        draft.take(kind, other.own.get(kind, []), bond)
    return True


def _about_the_same(one: _Place, other: _Place) -> bool:
    """Whether two sentences share a noun: the same one, or one that is the end of the other."""
    ours, theirs = tuple(one.nouns), tuple(other.nouns)
    return any(noun.endswith(theirs) for noun in ours) or any(noun.endswith(ours) for noun in theirs)


def _take_before(draft: _Draft, places: Sequence[_Place]) -> None:
    """What the line that introduces a list, and the sentence right before the measure, say of it."""
    here = draft.place
    before = places[here.number - 1] if here.number else None
    if here.introducer and here.introducer.unit.text.rstrip().endswith(":"):
        _take_all(draft, here.introducer, "list")
    if before is None or before.unit.kind == "row" or before.on_all:
        return
    same = before.block == here.block
    pronoun = linking("pronouns").match(here.unit.text)
    if pronoun and all(actor.end <= pronoun.end() for actor in here.labelled.actors):
        # "Zij" is the party of the sentence before, wherever that stands.
        own, draft.found["actor"] = draft.found["actor"], []
        draft.take("actor", before.own.get("actor", own), "paragraph")
    if not same or "measure" in before.own:
        return
    if here.opens:
        for kind in ("actor", "budget") if "goal" in before.own else _LINKED:
            draft.take(kind, before.own.get(kind, []), "paragraph")
    elif "goal" in before.own and linking("passive").search(here.unit.text):
        draft.take("actor", before.own.get("actor", []), "paragraph")


def _goal(draft: _Draft, places: Sequence[_Place]) -> int | None:
    """The goal of a measure: in its own sentence, else the nearest one before it in the section."""
    here = draft.place
    for other in reversed(places[max(0, here.number - _GOAL_REACH) : here.number + 1]):
        if "goal" not in other.own:
            continue
        goal = other.own["goal"][-1]
        if other is here:
            draft.bonds[goal] = "column" if here.unit.kind == "row" else "sentence"
        elif other.unit.kind == "row":
            continue
        else:
            draft.bonds[goal] = "paragraph" if other.block == here.block else "section"
        return goal
    return None


def _under_heading(section: Section, places: Sequence[_Place], drafts: list[_Draft]) -> list[_Draft]:
    """Below a heading that is a measure, what no measure took belongs to the first one, or to the heading."""
    if not places or not linking("headings").match(section.heading):
        return drafts
    main = next((draft for draft in drafts if draft.measure is not None), None)
    taken = {index for draft in drafts for index in draft.bonds}
    made = main or _Draft(None, places[0])
    for place in places:
        for kind in made.missing():
            free = [index for index in place.own.get(kind, []) if index not in taken]
            made.take(kind, free, "section")
    details = len([kind for kind in ("actor", "budget", "deadline") if made.found[kind]])
    return [made, *drafts] if main is None and details > 1 else drafts


def _from_all(places: Sequence[_Place], drafts: Sequence[_Draft]) -> None:
    """Lines on all measures give each of them what it misses, lines on "deze maatregelen" those before it."""
    for place in places:
        if not place.on_all:
            continue
        for draft in drafts:
            distance = place.number - draft.place.number
            if draft.measure is None or (place.on_these and not 0 < distance <= _GOAL_REACH):
                continue
            _take_all(draft, place, "section")


def _best(candidates: Sequence[int], mentions: Sequence[Mention]) -> int | None:
    """The first mention with a real value, else the first."""
    for index in candidates:
        value = mentions[index].value or {}
        vague = value.get("interval") == "vague" and not value.get("resolved")
        if not value.get("open") and not vague:
            return index
    return next(iter(candidates), None)


def _commitment(draft: _Draft, mentions: Sequence[Mention]) -> Commitment:
    budget = _best(draft.found["budget"], mentions)
    deadline = _best(draft.found["deadline"], mentions)
    monitoring = next(iter(draft.found["monitoring"]), None)
    actors = [i for i in draft.found["actor"] if (mentions[i].value or {}).get("role") != "addressee"]
    kept = [draft.measure, draft.goal, *actors, budget, deadline, monitoring]
    shown = dict.fromkeys(index for index in kept if index is not None)
    return Commitment(
        measure=draft.measure,
        goal=draft.goal,
        actors=actors,
        budget=budget,
        deadline=deadline,
        monitoring=monitoring,
        page=draft.place.unit.page,
        links=[Link(mention=i, bond=draft.bonds[i]) for i in shown if i in draft.bonds],
    )
