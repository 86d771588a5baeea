"""What the rest of a document adds to a section: the criteria it misses and another section meets.

Four places are looked at, in this order: the section that is pointed to, a section on carrying out the same
subject, the section above, and the sections below. Only another policy section counts in which the
criterion has that value by its own text, with the mentions that show it; a party, sum or term must belong
to a measure there. The words that tie sections are data (``data/scoring/context.toml``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from uitvoerbaarheid.nlp.annotation import SectionAnnotation, Unit
from uitvoerbaarheid.nlp.columns import kind_of_name, label_of
from uitvoerbaarheid.records import (
    CRITERIA,
    Commitment,
    Criteria,
    Criterion,
    Document,
    Elsewhere,
    InContext,
    Reference,
    Section,
    Service,
)
from uitvoerbaarheid.scoring.earning import Evidence, is_met
from uitvoerbaarheid.scoring.guideline import DETAILS, level_by_criteria
from uitvoerbaarheid.scoring.reasons import MOST_EVIDENCE
from uitvoerbaarheid.scoring.reasons import settings as score_settings
from uitvoerbaarheid.scoring.subjects import ROOT, Subjects, cues
from uitvoerbaarheid.scoring.words import Words, settings

#: How many sections below or beside one are looked at.
_MOST_PARTS = 60


class _Found(NamedTuple):
    """A section that meets a criterion, and its mentions that show it."""

    value: int
    position: int
    service: Service
    mentions: list[int]


def set_in_context(
    sections: Sequence[Section], annotations: Sequence[SectionAnnotation], document: Document
) -> None:
    """Fill in ``in_context`` of every policy section, in place, from the sections' own criteria and levels.

    ``annotations`` has one entry per section, in the same order. Sections that are not policy get None.
    Takes time linear in the number of sections for documents of usual form.
    """
    links = _Links(sections, annotations, document)
    for position, section in enumerate(sections):
        section.in_context = links.in_context(position) if links.is_policy[position] else None


@dataclass(frozen=True)
class _Promise:
    """A commitment in a section on execution, with the words that tell what it is about."""

    position: int
    commitment: Commitment
    words: frozenset[str]
    row: bool


class _Links:
    """The links between the sections of one document; what is looked up more than once is kept."""

    def __init__(
        self, sections: Sequence[Section], annotations: Sequence[SectionAnnotation], document: Document
    ) -> None:
        self.sections = sections
        self.annotations = annotations
        self.drawn = document.format == "pdf"
        self.subjects = Subjects(sections, document.kind)
        self.words = Words(sections, annotations)
        self.evidence = Evidence(document, self.words.names)
        self.is_policy = [
            s.role == "policy" and s.criteria is not None and s.level is not None and s.score is not None
            for s in sections
        ]
        self.position_of = {section.id: position for position, section in enumerate(sections)}
        self._carried: dict[tuple[int, Criterion], list[int]] = {}
        self._held: dict[tuple[int, Criterion], list[int]] = {}
        self._earned: dict[tuple[int, Criterion], bool] = {}
        self._promised: dict[int, list[_Promise]] = {}
        self._parts: dict[int, list[int]] = {}
        self._matching: dict[int, list[_Promise]] = {}
        self._same = self._by_subject()
        self._promises = self._by_word()
        self._checks = [p for p in range(len(sections)) if self._checks_all(p)]

    def carried(self, position: int, criterion: Criterion) -> list[int]:
        """The mentions by which a section as a whole meets a criterion, empty where it does not.

        A party, sum or term counts when enough of its measures have one, or the heading is about it; a
        check only under a heading about it.
        """
        key = (position, criterion)
        if key not in self._carried:
            self._carried[key] = self._carry(position, criterion) if self.is_policy[position] else []
        return self._carried[key]

    def _carry(self, position: int, criterion: Criterion) -> list[int]:
        section = self.sections[position]
        about_it = criterion in self.subjects.places[position].aspects
        if criterion == "goal" or (about_it and criterion in ("budget", "monitoring")):
            return self.evidence.apart(section, criterion)
        if about_it:
            found = self.evidence.earning(section, criterion, section.commitments)
            return found if found or criterion == "measure" else self.evidence.apart(section, criterion)
        if criterion == "monitoring":
            return []
        share = settings()["parts"]["measures"]
        if criterion in DETAILS and not self.evidence.is_of_all(section, criterion, share):
            return []
        return self.evidence.earning(section, criterion, section.commitments)

    def in_context(self, position: int) -> InContext:
        """A policy section with what the others add."""
        section = self.sections[position]
        assert section.criteria is not None and section.level is not None and section.score is not None
        own: dict[Criterion, int] = {name: getattr(section.criteria, name) for name in CRITERIA}
        found: dict[Criterion, _Found] = {}
        for name in CRITERIA:
            serving = self._serving(position, name) if own[name] < 2 else ()
            best = next((one for one in serving if one.value > own[name]), None)
            if best is not None:
                found[name] = best
        most = section.level + settings()["levels"]["most_steps"]
        level = max(section.level, min(most, self._level(section.level, own, found)))
        return InContext(
            criteria=Criteria(
                **{name: found[name].value if name in found else own[name] for name in CRITERIA}
            ),
            level=level,
            score=min(100, section.score + 25 * (level - section.level)),
            verdict="send_back" if level <= score_settings()["send_back_level"] else "accept",
            met=[self._elsewhere(name, best) for name, best in found.items()],
        )

    @staticmethod
    def _level(level: int, own: Mapping[Criterion, int], found: Mapping[Criterion, _Found]) -> int:
        """The own level and the steps that the criteria gain by what was found, never above those criteria.

        Parts that each meet another criterion do not add up: what they carry hangs on different measures.
        """
        parts = {one.position for one in found.values() if one.service == "child"}
        best = level
        for part in (ROOT, *sorted(parts)):
            counted = dict(own)
            for name, one in found.items():
                if one.service != "child" or one.position == part:
                    counted[name] = one.value
            with_it = level_by_criteria(counted)
            reached = min(with_it, level + with_it - level_by_criteria(own))
            best = max(best, reached if part == ROOT else min(reached, settings()["parts"]["highest_level"]))
        return best

    def _elsewhere(self, criterion: Criterion, found: _Found) -> Elsewhere:
        other = self.sections[found.position]
        page = other.mentions[found.mentions[0]].page if found.mentions else None
        return Elsewhere(
            criterion=criterion,
            value=found.value,
            section=other.id,
            service=found.service,
            mentions=found.mentions,
            page=page if page is not None else other.page_start,
        )

    def _serving(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        """The sections that meet what one misses, the surest first."""
        yield from self._pointed_to(position, criterion)
        yield from self._same_subject(position, criterion)
        yield from self._named_elsewhere(position, criterion)
        yield from self._above(position, criterion)
        yield from self._below(position, criterion)
        yield from self._checked(position, criterion)

    # --- the section that is pointed to ------------------------------------------------------------

    def _pointed_to(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        seen = {position}
        for reference in self.sections[position].references:
            target = self.position_of.get(reference.target or "")
            if target is None or target in seen or not self._says(position, reference, criterion):
                continue
            seen.add(target)
            others = [other for other in (target, *self.parts(target)) if other != position]
            for other in others:
                if mentions := self._about(position, other, criterion):
                    yield _Found(2, other, "reference", mentions)
            # To say where it is worked out is a route to execution, whatever is promised there.
            if criterion == "measure" and (named := next(filter(self._stated, others), None)) is not None:
                yield _Found(1, named, "reference", self._stated(named))

    def _says(self, position: int, reference: Reference, criterion: Criterion) -> bool:
        """Whether the sentence of a reference says that what is missed stands there."""
        unit = self._unit_at(position, reference.start)
        if unit is None:
            return False
        return any(cues(f"points.{name}").search(unit.text) for name in (criterion, "measure"))

    def _about(self, position: int, other: int, criterion: Criterion) -> list[int]:
        """The mentions of commitments in another section that are about what a section is about."""
        section, key = self.sections[other], (other, criterion)
        if key not in self._earned:
            earning = self.is_policy[other] and self.evidence.earning(section, criterion, section.commitments)
            self._earned[key] = bool(earning)
        if not self._earned[key]:
            return []
        promises = self._promises_of(other)
        matching = [promise.commitment for promise in promises if self._matches(position, promise.words)]
        return self.evidence.earning(section, criterion, matching)

    # --- a section on carrying out the same --------------------------------------------------------

    def _by_subject(self) -> dict[int, list[int]]:
        """The policy sections under a heading that names an aspect only, by their subject.

        A heading that comes back under the same subject is about what stands before it, not about the whole.
        """
        groups: dict[int, dict[str, list[int]]] = {}
        for position, place in enumerate(self.subjects.places):
            if (
                self.is_policy[position]
                and place.aspects
                and (place.subject >= 0 or self.subjects.one_subject)
            ):
                heading = self.sections[position].heading.casefold().strip(" :")
                groups.setdefault(place.subject, {}).setdefault(heading, []).append(position)
        return {
            subject: sorted(found[0] for found in headings.values() if len(found) == 1)
            for subject, headings in groups.items()
        }

    def _same_subject(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        """Sections on an aspect of the same subject, the nearest first."""
        place = self.subjects.places[position]
        group = self._same.get(place.subject, [])
        narrow = bool(place.aspects - {"goal"})
        for other in islice(_nearest(group, bisect_left(group, position)), _MOST_PARTS):
            aspects = self.subjects.places[other].aspects
            wide = criterion != "goal" and "measure" in aspects
            if other == position or not (criterion in aspects or wide):
                continue
            if narrow and len(self.sections[other].commitments) > settings()["parts"]["most_measures"]:
                continue
            if mentions := self.carried(other, criterion):
                service: Service = "child" if position in self.subjects.above(other) else "execution"
                yield _Found(2, other, service, mentions)

    def _by_word(self) -> dict[str, list[_Promise]]:
        """The commitments in sections on execution by the rare words that tell what they are about."""
        index: dict[str, list[_Promise]] = {}
        for position in range(len(self.sections)):
            if not self.is_policy[position] or not self._is_execution(position):
                continue
            for promise in self._promises_of(position):
                for word in promise.words:
                    if self.words.is_rare(word):
                        index.setdefault(word, []).append(promise)
        return index

    def _is_execution(self, position: int) -> bool:
        """Whether a section is on carrying out: an action table, or under a heading that says so."""
        places = self.subjects.places
        if any(places[p].aspects - {"goal"} for p in (position, *self.subjects.above(position))):
            return True
        for block in self.sections[position].blocks:
            if block.kind == "row" and block.header:
                kinds = {kind_of_name(name) for name in block.header}
                if "measure" in kinds and kinds & set(DETAILS):
                    return True
        return False

    def _promises_of(self, position: int) -> list[_Promise]:
        """The commitments of a section with what they are about, in its order."""
        if position not in self._promised:
            items = self.sections[position].commitments
            self._promised[position] = [self._promise(position, item) for item in items]
        return self._promised[position]

    def _promise(self, position: int, item: Commitment) -> _Promise:
        """What a commitment is about: the nouns of its measure or goal (of a row the whole of it).

        Under a heading of its own, outside a table, it is about that heading, if it is the only one or shares
        a word with it; else it is about nothing that can be told.
        """
        section = self.sections[position]
        index = item.measure if item.measure is not None else item.goal
        unit = self._unit_at(position, section.mentions[index].start) if index is not None else None
        row = unit is not None and unit.kind == "row"
        words: frozenset[str] = frozenset()
        if index is not None and unit is not None:
            mention = section.mentions[index]
            start, end = (unit.start, unit.end) if row else (mention.start, mention.end)
            words = self.words.between(position, start, end)
        if not self.subjects.places[position].generic and not row:
            heading = self.words.in_heading(position)
            words = heading if words & heading or len(section.commitments) == 1 else frozenset()
        return _Promise(position, item, words, row)

    def _unit_at(self, position: int, offset: int) -> Unit | None:
        units = self.annotations[position].units
        at = bisect_right(units, offset, key=lambda labelled: labelled.unit.start) - 1
        return units[at].unit if at >= 0 else None

    def _matches(self, position: int, words: frozenset[str], *, row: bool = False) -> int:
        """How surely words are about a section's subject: 0 for not.

        Two telling words of the heading that names it must be among them, or one that tells alone: its only
        one, or in a table row one of two.
        """
        heading = self.words.in_heading(self.subjects.named_by(position))
        shared = {word for word in heading & words if self.words.is_rare(word)}
        if len(shared) >= 2:
            return len(shared)
        most = 2 if row else 1
        return int(any(self.words.tells_alone(word) for word in shared) and len(heading) <= most)

    def _named_elsewhere(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        """Commitments in sections on execution that are about the same subject by their words."""
        for promise in self._namesakes(position):
            section = self.sections[promise.position]
            if mentions := self.evidence.earning(section, criterion, [promise.commitment]):
                yield _Found(2, promise.position, "execution", mentions)

    def _namesakes(self, position: int) -> list[_Promise]:
        """The commitments on execution elsewhere that match a section's subject, the surest first."""
        if position not in self._matching:
            lineage = {position, *self.subjects.above(position)}
            candidates = {
                id(promise): promise
                for word in sorted(self.words.in_heading(self.subjects.named_by(position)))
                for promise in self._promises.get(word, ())
                if self._is_open_to(promise, position, lineage)
            }
            weighed = [
                (-self._matches(position, promise.words, row=promise.row), promise.position, promise)
                for promise in candidates.values()
            ]
            weighed.sort(key=lambda item: item[:2])
            self._matching[position] = [promise for weight, _, promise in weighed if weight]
        return self._matching[position]

    def _is_open_to(self, promise: _Promise, position: int, lineage: Collection[int]) -> bool:
        """Whether a commitment can be on the subject of a section, which stands under ``lineage``.

        Not one in the same branch, nor under an aspect of another subject; of two sections side by side with
        a subject each ("3.1 Voorlichting ouders", "3.2 Voorlichting scholen") neither is on the other.
        """
        other = promise.position
        if other in lineage or position in self.subjects.above(other):
            return False
        place = self.subjects.places[other]
        if place.generic:
            return place.subject < 0 or place.subject in lineage
        return promise.row or place.parent != self.subjects.places[position].parent

    # --- the sections above and below --------------------------------------------------------------

    def _above(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        place = self.subjects.places[position]
        for above in self.subjects.above(position):
            if not self.is_policy[above]:
                continue
            own_subject = place.generic and above == place.subject
            mentions = self.carried(above, criterion) if own_subject else []
            if mentions := mentions or self._holds_for_parts(above, criterion):
                yield _Found(2, above, "parent", mentions)

    def _holds_for_parts(self, position: int, criterion: Criterion) -> list[int]:
        """Mentions in a sentence on all parts, or in a label line such as "Trekker: afdeling Ruimte"."""
        key = (position, criterion)
        if key not in self._held:
            asked = criterion not in ("goal", "measure") and is_met(self.sections[position], criterion)
            self._held[key] = self._hold(position, criterion) if asked else []
        return self._held[key]

    def _hold(self, position: int, criterion: Criterion) -> list[int]:
        units = []
        for labelled in self.annotations[position].units:
            label = label_of(labelled.unit)
            if (label and label.kind == criterion) or cues("all").search(labelled.unit.text):
                units.append(labelled.unit)
        kept = []
        for i, mention in enumerate(self.sections[position].mentions):
            at = bisect_right(units, mention.start, key=lambda unit: unit.start) - 1
            within = at >= 0 and mention.start < units[at].end
            if within and mention.type == criterion and self.evidence.counts(mention):
                kept.append((at, i))
        return [i for _, i in sorted(kept)][: MOST_EVIDENCE[criterion]]

    def parts(self, position: int) -> list[int]:
        """The nearest policy sections below one, in order of the text, through headings that are none."""
        if position not in self._parts:
            found: list[int] = []
            waiting = list(reversed(self.subjects.children.get(position, [])))
            while waiting and len(found) < _MOST_PARTS:
                below = waiting.pop()
                if self.is_policy[below]:
                    found.append(below)
                else:
                    waiting.extend(reversed(self.subjects.children.get(below, [])))
            self._parts[position] = found
        return self._parts[position]

    def _below(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        """The parts that work a section out, when enough of them carry what it misses.

        The parts of a subject also work out a section on its goals ("Ambitie").
        """
        place = self.subjects.places[position]
        if criterion not in ("goal", "measure"):
            return
        if place.generic and (place.subject < 0 or place.aspects - {"goal"}):
            return
        whole = place.subject if place.generic else position
        parts = [p for p in self.parts(whole) if p != position and self._works_out(p, whole)]
        enough = settings()["parts"]["share"] * len(parts)
        service: Service = "execution" if place.generic else "child"
        carrying = [p for p in parts if self.carried(p, criterion)]
        if carrying and len(carrying) >= enough:
            best = max(carrying, key=lambda p: (self._missed(position, p), self._shared(position, p), -p))
            yield _Found(2, best, service, self.carried(best, criterion))
        elif criterion == "measure":
            named = [p for p in parts if self._stated(p)]
            if named and len(named) >= enough:
                best = max(named, key=lambda p: (self._shared(position, p), -p))
                yield _Found(1, best, service, self._stated(best))

    def _works_out(self, part: int, whole: int) -> bool:
        """Whether a part is on what happens, not on money, planning, checks or tests, and is one at all.

        In a file without a tree of its own (PDF) headings may be read in the wrong order of rank; there a
        part has the number of the whole before its own, or words of it in its heading.
        """
        aspects = self.subjects.places[part].aspects
        if aspects and not aspects & {"goal", "measure"}:
            return False
        if cues("test").search(self.sections[part].heading):
            return False
        numbers = [(self.sections[p].number or "").strip(" .") for p in (whole, part)]
        if all(numbers):
            return numbers[1].startswith(numbers[0])
        if not self.drawn or self.subjects.places[part].generic:
            return True
        heading = self.words.in_heading(part)
        return bool(heading & (self.words.in_heading(whole) | self.words.in_text(whole)))

    def _missed(self, position: int, part: int) -> int:
        """How many of the criteria that a section misses a part of it carries."""
        own = self.sections[position].criteria
        return sum(bool(self.carried(part, name)) for name in CRITERIA if own and getattr(own, name) < 2)

    def _shared(self, position: int, part: int) -> int:
        """How many telling words a section and a part of it share."""
        return len(self.words.in_text(position) & self.words.in_text(part))

    def _stated(self, position: int) -> list[int]:
        """The measure by which a section has at least a 1 for it, empty where it has none."""
        section = self.sections[position]
        if not self.is_policy[position] or section.criteria is None or section.criteria.measure < 1:
            return []
        measures = (i for i, mention in enumerate(section.mentions) if mention.type == "measure")
        return list(islice((i for i in measures if self.evidence.counts(section.mentions[i])), 1))

    # --- checks on the whole document --------------------------------------------------------------

    def _checks_all(self, position: int) -> bool:
        """Whether a section says how the whole document is followed: no heading names another subject."""
        place = self.subjects.places[position]
        on_all = place.generic and "monitoring" in place.aspects and place.subject == ROOT
        return on_all and bool(self.carried(position, "monitoring"))

    def _checked(self, position: int, criterion: Criterion) -> Iterator[_Found]:
        if criterion == "monitoring" and not self.subjects.in_annex(position):
            for other in self._checks:
                if other != position:
                    yield _Found(2, other, "execution", self.carried(other, criterion))


def _nearest(group: Sequence[int], at: int) -> Iterator[int]:
    """The members of a sorted list from a place in it, those after and before it in turn."""
    after, before = at, at - 1
    while after < len(group) or before >= 0:
        if after < len(group):
            yield group[after]
            after += 1
        if before >= 0:
            yield group[before]
            before -= 1
