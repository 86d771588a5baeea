"""Where in a document a finding is: page and boxes, or the line in formats that are text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import takewhile

from uitvoerbaarheid.records import Box, Section


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: page and line from 1, boxes in PDF points; empty where the format has none."""

    page: int | None = None
    boxes: list[Box] = field(default_factory=list)
    line: int | None = None


def of_heading(section: Section) -> Place:
    """Where the heading of a section stands, else where the section begins."""
    box = section.heading_box or next(iter(section.boxes), None)
    return Place(
        page=box.page if box else section.page_start,
        boxes=[section.heading_box] if section.heading_box else [],
        line=section.line,
    )


def of_words(section: Section, start: int, end: int) -> Place:
    """Where the characters ``start`` to ``end`` of a section's text stand: the blocks they are in.

    The heading's place where there is no such text.
    """
    # Blocks are in order and do not overlap.
    position = max(0, bisect_right(section.blocks, start, key=lambda block: block.start) - 1)
    after = (section.blocks[index] for index in range(position, len(section.blocks)))
    reached = takewhile(lambda block: block.start < end, after)
    blocks = [block for block in reached if start < block.end]
    if not blocks:
        return of_heading(section)
    first = blocks[0]
    boxes = [box for block in blocks for box in block.boxes]
    page = boxes[0].page if boxes else first.page
    return Place(page=page or section.page_start, boxes=boxes, line=first.line or section.line)
