"""Footnotes: small print at the foot of a page that opens with a number."""

from __future__ import annotations

import re

from uitvoerbaarheid.extraction.pdf.blocks import Block, Body
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Page


def find_notes(blocks: list[Block], page: Page, body: Body) -> None:
    """Mark the footnotes of a page, join their later lines, and tell the other blocks their numbers."""
    foot = _lowest_body_line(blocks, body)
    current: Block | None = None
    numbers: set[str] = set()
    for block in list(blocks):
        if not _is_note_text(block, page, body, foot):
            current = None
            continue
        opening = re.match(rf"({rules().note.pattern})\s+\S", block.lines[0].text)
        if opening:
            block.kind, current = "note", block
            numbers.add(opening[1].strip("()"))
        elif current is not None:
            current.lines.extend(block.lines)
            blocks.remove(block)
    known = frozenset(numbers)
    for block in blocks:
        if block.kind != "note":
            block.notes = known


def _is_note_text(block: Block, page: Page, body: Body, foot: float) -> bool:
    if block.kind not in ("text", "item"):
        return False
    at_foot = block.bounds[1] >= max(foot, 0.4 * page.height)
    return block.lines[0].tag == "Note" or (_is_small(block, body) and at_foot)


def _is_small(block: Block, body: Body) -> bool:
    return block.style.size <= body.style.size - 0.75


def _lowest_body_line(blocks: list[Block], body: Body) -> float:
    return max((b.bounds[1] for b in blocks if b.kind == "table" or not _is_small(b, body)), default=0.0)
