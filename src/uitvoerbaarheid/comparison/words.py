"""A document as one row of words, so that two versions can be laid beside each other.

Two PDFs of the same text are never read quite alike: a line break falls in another word, a heading counts as
running text, the first row of a table as its header. Words without case, signs and spaces are what stays the
same; each of them knows the unit (sentence, cell, heading) and the section that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from uitvoerbaarheid.extraction.strings import split_number
from uitvoerbaarheid.nlp.units import stretches_of
from uitvoerbaarheid.records import Block, Report, Section
from uitvoerbaarheid.reports.evidence import cell_ranges

UnitKind = Literal["heading", "sentence", "item", "cell", "note", "caption"]

#: A number with its points and commas is one word; letters and figures stuck together are two ("m3").
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%€]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, with its offsets in the section's text (in the heading, for a heading)."""

    key: str
    start: int
    end: int
    unit: int


@dataclass(slots=True)
class Unit:
    """A heading, sentence, list item or table cell: ``first`` and ``last`` bound its words (last excluded).

    ``row`` counts the table rows of the section, so that the cells of one row are found together. A
    ``column_name`` stands above the cells of a table.
    """

    section: int
    kind: UnitKind
    start: int
    end: int
    page: int | None
    first: int = 0
    last: int = 0
    row: int | None = None
    column_name: bool = False

    @property
    def is_loose(self) -> bool:
        """Whether its place among the others says little: in a table, note or caption."""
        return self.kind not in ("sentence", "item")


@dataclass
class Text:
    """All words of a report in order, with the units and sections they stand in."""

    report: Report
    words: list[Word] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    #: For each section the range of its words and of its units.
    ranges: list[tuple[int, int]] = field(default_factory=list)
    unit_ranges: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def keys(self) -> list[str]:
        """The words as they are compared."""
        return [word.key for word in self.words]

    @property
    def sections(self) -> list[Section]:
        """The sections of the report."""
        return self.report.sections

    def bare(self, first: int, last: int) -> str:
        """The letters and figures of a range of words, stuck together."""
        return "".join(self.keys[first:last])

    def bare_unit(self, unit: int) -> str:
        """The letters and figures of a unit, stuck together."""
        return self.bare(self.units[unit].first, self.units[unit].last)

    def shown(self, unit: int) -> str:
        """A unit as it is written."""
        record = self.units[unit]
        section = self.sections[record.section]
        return (section.heading if record.kind == "heading" else section.text)[record.start : record.end]

    @cached_property
    def bare_sections(self) -> list[str]:
        """The letters and figures of each section, its heading included."""
        return [self.bare(*words) for words in self.ranges]


def text_of(report: Report) -> Text:
    """The words of a report. Takes time linear in its text."""
    made = Text(report)
    for position, section in enumerate(report.sections):
        first_word, first_unit, page = len(made.words), len(made.units), section.page_start
        heading = section.heading
        _add(made, Unit(position, "heading", _after_number(section), len(heading), page), heading)
        for unit in _units(section, position):
            _add(made, unit, section.text)
        made.ranges.append((first_word, len(made.words)))
        made.unit_ranges.append((first_unit, len(made.units)))
    return made


def _after_number(section: Section) -> int:
    """Where in a heading its own number ends: another number is another thing than another heading."""
    number, rest = split_number(section.heading)
    return len(section.heading) - len(rest) if number else 0


def _add(made: Text, unit: Unit, text: str) -> None:
    """Add a unit of ``text`` with its words, unless it has none."""
    number = len(made.units)
    found = _WORD.finditer(text, unit.start, unit.end)
    unit.first = len(made.words)
    made.words += [Word(_key(match[0]), match.start(), match.end(), number) for match in found]
    unit.last = len(made.words)
    if unit.last > unit.first:
        made.units.append(unit)


def _key(word: str) -> str:
    return word.replace(".", "").replace(",", ".") if word[0].isdigit() else word.casefold()


_KINDS: dict[str, UnitKind] = {"paragraph": "sentence", "item": "item", "note": "note", "caption": "caption"}


def _units(section: Section, position: int) -> Iterator[Unit]:
    """The units of a section: sentences, and of a table its cells, each name of a column once."""
    tables: set[object] = set()
    row = -1
    done = -1
    for stretch in stretches_of(section):
        block = stretch.block
        if block.kind != "row":
            yield Unit(position, _KINDS[block.kind], stretch.start, stretch.end, block.page)
            continue
        if block.start == done:
            continue  # a long row comes in several stretches; its cells are taken at once
        done = block.start
        row += 1
        table = (block.table, tuple(block.header or ()))
        for start, end, name in _cells(section.text, block, first=table not in tables):
            yield Unit(position, "cell", start, end, block.page, row=row, column_name=name)
        tables.add(table)


def _cells(text: str, block: Block, *, first: bool) -> Iterator[tuple[int, int, bool]]:
    """Where the cells of a row stand; in the ``first`` row of a table the column names before them (true)."""
    ranges = cell_ranges(text, block) if block.cells else None
    if ranges is None:
        yield block.start, block.end, False
        return
    before = block.start
    for start, end in ranges:
        if end <= start:
            continue
        if first:
            yield before, start, True
        yield start, end, False
        before = end


def row_of(text: Text, unit: int) -> list[int]:
    """All cells of the row that a cell stands in; any other unit alone."""
    record = text.units[unit]
    if record.row is None:
        return [unit]
    first = last = unit
    while first and _in_row(text, first - 1, record):
        first -= 1
    while last + 1 < len(text.units) and _in_row(text, last + 1, record):
        last += 1
    return list(range(first, last + 1))


def _in_row(text: Text, unit: int, record: Unit) -> bool:
    other = text.units[unit]
    return other.section == record.section and other.row == record.row
