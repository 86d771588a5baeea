"""Footnotes: small print at the foot of a page or column that opens with a number, over pages too."""

from __future__ import annotations

import re

from uitvoerbaarheid.extraction.pdf.blocks import Block, Body
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Edge, Page

#: The line above footnotes spans this part of the page's width, and stands below this part of its height.
_RULE_WIDTH = (0.1, 0.5)
_RULE_TOP = 0.4
_SMALLER = 0.4


def find_notes(blocks: list[Block], page: Page, body: Body, before: Block | None = None) -> Block | None:
    """Mark the footnotes of a page, join their later lines, and tell the other blocks their numbers.

    ``before`` is the last note of the page before, which may go on at the foot of this one. Gives the last
    note of this page, None without notes.
    """
    rule = _rule(blocks, page, body)
    small = {id(b) for b in blocks if b.table is None and _is_small(b, body)}
    texts = [b.bounds for b in blocks if id(b) not in small]
    texts = sorted(texts, key=lambda bounds: -bounds[1])[:_MAX_TEXTS]
    current: Block | None = None
    numbers: set[str] = set()
    joined: set[int] = set()
    for block in blocks:
        at_foot = _foot(block, texts, page) if id(block) in small else False
        if not _is_note_text(block, body, rule, at_foot=at_foot):
            current = None
            continue
        opening = re.match(rf"({rules().note.pattern})\s+\S", block.lines[0].text)
        if opening:
            block.kind, current = "note", block
            numbers.add(opening[1].strip("()"))
        elif current is not None:
            current.lines.extend(block.lines)
            joined.add(id(block))
        elif before is not None and _goes_on(before, block):
            block.kind, block.continued, current = "note", True, block
    blocks[:] = [block for block in blocks if id(block) not in joined]
    known = frozenset(numbers)
    last: Block | None = None
    for block in blocks:
        if block.kind != "note":
            block.notes = known
        else:
            last = block
    return last


def dividers(page: Page) -> list[Edge]:
    """The lines of a page that may stand above its footnotes."""
    least, most = (part * page.width for part in _RULE_WIDTH)
    return [
        e
        for e in page.edges
        if e.bottom - e.top <= 1 and least <= e.x1 - e.x0 <= most and e.top >= _RULE_TOP * page.height
    ][:_MAX_RULES]


#: More short lines than this are no such lines.
_MAX_RULES = 40


def _goes_on(before: Block, block: Block) -> bool:
    """Whether small print without a number is the rest of the last note of the page before."""
    open_end = before.text[-1:] not in ".!?" or block.text[:1].islower()
    return open_end and block.page == before.page + 1 and abs(block.style.size - before.style.size) < 0.3


def _is_note_text(block: Block, body: Body, rule: float | None, *, at_foot: bool) -> bool:
    if block.kind not in ("text", "item"):
        return False
    if block.lines[0].tag == "Note":
        return True
    if rule is not None and block.bounds[1] >= rule - 2:
        return block.style.size <= body.style.size
    return at_foot


def _is_small(block: Block, body: Body) -> bool:
    return block.style.size <= body.style.size - 0.75


def _foot(block: Block, texts: list[tuple[float, float, float, float]], page: Page) -> bool:
    """Whether small print stands below all text of its column (``texts``: the lowest first)."""
    x0, top, x1, _ = block.bounds
    lowest = next((bounds[1] for bounds in texts if bounds[0] < x1 and bounds[2] > x0), 0.0)
    return top >= max(lowest, _RULE_TOP * page.height)


#: So many of the lowest texts of a page are looked at.
_MAX_TEXTS = 200


def _rule(blocks: list[Block], page: Page, body: Body) -> float | None:
    """The height of a short line with nothing but numbered notes below it, in its column."""
    for edge in sorted(page.dividers, key=lambda e: -e.top):
        below = [b for b in blocks if b.bounds[1] >= edge.top - 2]
        if not below or any(b.kind not in ("text", "item") for b in below):
            continue
        first = min(below, key=lambda b: b.bounds[1])
        opens = first.lines[0].words[0]
        marked = re.fullmatch(rules().note.pattern, opens.text) is not None
        # A note in the size of the text has its number raised.
        small = opens.raised or first.style.size < body.style.size - _SMALLER
        if marked and small and abs(first.bounds[0] - edge.x0) < 12:
            return edge.top
    return None
