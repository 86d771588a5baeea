"""What ``check`` says of how a document holds together: contradictions, and references that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from uitvoerbaarheid.checking.found import Found
from uitvoerbaarheid.checking.places import of_heading, of_words
from uitvoerbaarheid.checking.rules import Rule, rules
from uitvoerbaarheid.checking.wording import say
from uitvoerbaarheid.nlp.references import Places as Targets
from uitvoerbaarheid.nlp.references import is_elsewhere, places_of
from uitvoerbaarheid.records import Overlap, Reference, Report, Section

#: A table's caption without a colon ("Tabel 15" above a grid) points to nothing: it is the table.
_LINE_END = re.compile(r"\s*(?:\n|$)")


def overlaps(report: Report) -> Iterator[Found]:
    """The same measure in two places, at the first of them."""
    known = {rule.overlap: rule for rule in rules().values() if rule.overlap is not None}
    sections = {section.id: section for section in reversed(report.sections)}
    for overlap in report.summary.overlaps:
        section = sections.get(overlap.first.section)
        if section is not None:
            yield _overlap(overlap, section, known[overlap.kind])


def _overlap(overlap: Overlap, section: Section, rule: Rule) -> Found:
    place, words = of_heading(section), section.heading
    if 0 <= overlap.first.commitment < len(section.commitments):
        index = section.commitments[overlap.first.commitment].measure
        if index is not None and 0 <= index < len(section.mentions):
            mention = section.mentions[index]
            place, words = of_words(section, mention.start, mention.end), mention.text
    return Found(
        rule=rule.id,
        message=overlap.text,
        section=section,
        place=place,
        question=rule.question,
        quote=words,
        detail=words,
    )


def references(report: Report) -> Iterator[Found]:
    """References to a paragraph, annex or table that is surely not in the document, each once in a section.

    Sure is what breaks a series that the document has: paragraph 4.6 where 4.5 or 4.7 is a heading, annex 3
    where 2 or 4 is there, table 3 where 2 or 4 is. What is not wholly read misses nothing.
    """
    if report.document.status != "ok":
        return
    known = {rule.reference: rule for rule in rules().values() if rule.reference is not None}
    series = _Series(places_of(report.sections))
    for section in report.sections:
        told: set[tuple[str, str]] = set()
        for reference in section.references:
            rule = known.get(reference.kind)
            key = (reference.kind, reference.name.casefold())
            if (
                rule is None
                or reference.target is not None
                or key in told
                or section.role == "other"
                or is_elsewhere(section, reference)
                or (reference.kind == "table" and _is_caption(section, reference))
                or not series.breaks(reference)
            ):
                continue
            told.add(key)
            yield Found(
                rule=rule.id,
                message=say("reference", reference.kind, name=reference.name),
                section=section,
                place=of_words(section, reference.start, reference.end),
                question=rule.question,
                quote=reference.text,
                detail=reference.name,
            )


def _is_caption(section: Section, reference: Reference) -> bool:
    """Whether a table is only named, on a line of its own or at the beginning of one: the table itself."""
    before = section.text[: reference.start].rsplit("\n", 1)[-1].strip()
    after = section.text[reference.end : reference.end + 2]
    return not before or bool(_LINE_END.match(after))


@dataclass(frozen=True)
class _Series:
    """The numbers that a document has, to tell a gap in a series from another document's numbers."""

    targets: Targets

    def breaks(self, reference: Reference) -> bool:
        """Whether the number before or after that of a reference is in the document."""
        names = {
            "section": self.targets.numbers,
            "annex": self.targets.annexes,
            "table": self.targets.tables,
        }.get(reference.kind, {})
        name = reference.name.strip(" .").upper()
        return any(near in names for near in _beside(name))


def _beside(name: str) -> Iterator[str]:
    """The names before and after a number or letter: "4.5" and "4.7" of "4.6", "A" and "C" of "B"."""
    match = re.fullmatch(r"(.*?)(\d+|[A-Z])", name)
    if match is None:
        return
    lead, last = match.groups()
    if last.isdigit():
        yield from (f"{lead}{int(last) + step}" for step in (-1, 1) if int(last) + step > 0)
    elif not lead:
        yield from (chr(ord(last) + step) for step in (-1, 1) if "A" <= chr(ord(last) + step) <= "Z")
