"""Quotes of both versions with what differs marked."""

from __future__ import annotations

from collections.abc import Sequence

from uitvoerbaarheid.comparison.records import Mark, Quote
from uitvoerbaarheid.comparison.values import Found
from uitvoerbaarheid.comparison.words import Text, row_of


def quote_units(text: Text, state: bytearray, units: Sequence[int]) -> Quote | None:
    """Units of one version as one quote, the words that ``state`` marks in it; None without units."""
    if not units:
        return None
    parts: list[str] = []
    marks: list[Mark] = []
    length = 0
    before = None
    for number in units:
        unit = text.units[number]
        if before is not None:
            link = " | " if unit.kind == before.kind == "cell" and unit.row == before.row else "\n"
            if unit.kind == before.kind == "sentence" and unit.section == before.section:
                link = " "
            parts.append(link)
            length += len(link)
        shown = text.shown(number)
        marks += _marks(text, state, number, length)
        parts.append(shown)
        length += len(shown)
        before = unit
    first = text.units[units[0]]
    section = text.sections[first.section]
    return Quote(
        section=section.id,
        page=first.page or section.page_start,
        text="".join(parts),
        marks=_run_on(marks, parts),
    )


def _marks(text: Text, state: bytearray, number: int, offset: int) -> list[Mark]:
    unit = text.units[number]
    return [
        Mark(start=offset + text.words[w].start - unit.start, end=offset + text.words[w].end - unit.start)
        for w in range(unit.first, unit.last)
        if state[w]
    ]


def _run_on(marks: Sequence[Mark], parts: Sequence[str]) -> list[Mark]:
    """Marks of words in a row as one mark, with the spaces and signs between them."""
    whole = "".join(parts)
    joined: list[Mark] = []
    for mark in marks:
        between = whole[joined[-1].end : mark.start] if joined else "x"
        if joined and not any(c.isalnum() for c in between) and "\n" not in between and "|" not in between:
            joined[-1] = Mark(start=joined[-1].start, end=mark.end)
        else:
            joined.append(mark)
    return joined


def quote_found(text: Text, found: Found) -> Quote:
    """The sentence or row that a value stands in, with the value marked."""
    state = bytearray(len(text.words))
    state[slice(*found.words)] = b"\1" * (found.words[1] - found.words[0])
    quote = quote_units(text, state, row_of(text, found.unit))
    assert quote is not None
    record = text.units[found.unit]
    section = text.sections[record.section]
    whole = section.heading if record.kind == "heading" else section.text
    quote.value = " ".join(whole[found.start : found.end].split())
    return quote
