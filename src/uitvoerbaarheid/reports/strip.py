"""The score strip: all sections of a document from begin to end, with the pages they stand on below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from uitvoerbaarheid.records import Section

#: The most sections on one line; more would be too narrow to see or click.
_ON_A_LINE = 90
#: No section is narrower than this part of its line.
_NARROWEST = 0.006
#: Page numbers stand at least this part of a line apart; on a narrow screen only those further apart.
_APART, _FAR_APART = 0.035, 0.11


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a page begins, in per cent of the line; ``minor`` ones are left out on a narrow screen."""

    page: int
    left: float
    minor: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the strip: sections by their index, how wide each is, and the pages below them."""

    sections: range
    widths: list[int]
    ticks: list[Tick]


def strip(sections: Sequence[Section]) -> list[Line]:
    """All sections in order, over lines of about as many sections each, as wide as their text is long."""
    lines = -(-len(sections) // _ON_A_LINE)
    edges = [round(line * len(sections) / lines) for line in range(lines + 1)] if lines else []
    return [_line(sections, range(start, end)) for start, end in pairwise(edges)]


def _line(sections: Sequence[Section], indexes: range) -> Line:
    lengths = [len(sections[index].text) for index in indexes]
    least = max(1, round(_NARROWEST * sum(lengths)))
    widths = [max(length, least) for length in lengths]
    return Line(indexes, widths, list(_ticks([sections[index] for index in indexes], widths)))


def _ticks(sections: Sequence[Section], widths: Sequence[int]) -> Iterator[Tick]:
    total, begin = sum(widths), 0
    page, last, last_major = 0, -1.0, -1.0
    for section, width in zip(sections, widths, strict=True):
        for number, part in _pages(section):
            place = (begin + part * width) / total
            # At the end of a line there is no room for a number.
            if number <= page or place - last < _APART or place > 1 - _APART / 2:
                continue
            page, last = number, place
            minor = place - last_major < _FAR_APART
            last_major = last_major if minor else place
            yield Tick(number, round(100 * place, 2), minor)
        begin += width


def _pages(section: Section) -> Iterator[tuple[int, float]]:
    """The pages of a section, each with how far in its text (0-1) it begins."""
    if section.page_start is not None:
        yield section.page_start, 0.0
    for block in section.blocks:
        if block.page is not None and section.text:
            yield block.page, min(block.start / len(section.text), 1.0)
