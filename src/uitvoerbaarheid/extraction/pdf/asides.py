"""Boxes beside or between the main text: where they are read and what their headings head.

A box with an example, a quotation or figures interrupts the text for the eye, not for the reader. Without a
heading of its own it follows the paragraph that it stands beside; with one it becomes a section below the one
that it stands in, after that one's own text.
"""

from __future__ import annotations

from collections.abc import Iterable

from uitvoerbaarheid.extraction.pdf.blocks import LARGE_QUOTATION, RUN_IN, Block, Body, is_quotation
from uitvoerbaarheid.extraction.pdf.maps import is_label
from uitvoerbaarheid.extraction.pdf.text import Page

#: From this share of a page's text on, boxes are the main text.
_MAIN = 0.5
#: A text of so many words is no label.
_PROSE = 12
_QUOTATION = -1
#: What makes a heading of a box one of the box alone: no bookmark, tag, contents page or number.
_SEEN = ("style", RUN_IN)


def place_asides(blocks: list[Block], page: Page, body: Body) -> list[Block]:
    """Mark the blocks of a page that are asides, and put a box beside the text after the paragraph there.

    A box with labels only is a chart: its words become one caption. A quotation set apart is an aside too.
    """
    for block in blocks:
        apart = len(block.lines) > 2 or block.style.size >= LARGE_QUOTATION * body.style.size
        if block.kind == "text" and apart and is_quotation(block.text) and block.style != body.style:
            block.aside = _QUOTATION
    groups = _by_frame(blocks)
    if not groups:
        return blocks
    result = list(blocks)
    for number, group in list(groups.items()):
        if _is_chart(group):
            labels = Block(
                "caption", [line for b in group for line in b.lines], group[0].page, group[0].region
            )
            result[result.index(group[0])] = labels
            result = [b for b in result if not any(b is other for other in group)]
            groups[number] = [labels]
    letters = sum(len(b.text) for b in result if b.kind != "note")
    if sum(len(b.text) for g in groups.values() for b in g) > _MAIN * letters:
        return result
    main = [b for b in result if not _frame(b)]
    for number, group in sorted(groups.items(), key=lambda item: -page.frames[item[0] - 1][1]):
        bounds = page.frames[number - 1]
        beside = [b for b in main if b.kind != "note" and _is_beside(bounds, b)]
        if any(_share_column(bounds, b) for b in main):
            beside = []
        if not any(_is_prose(b) or b.kind == "caption" for b in group):
            continue
        if not beside and not _interrupts(group, result):
            continue
        for block in group:
            block.aside = number
        if beside:
            moved = {id(b) for b in group}
            result = [b for b in result if id(b) not in moved]
            place = result.index(_neighbour(bounds, beside)) + 1
            result[place:place] = group
    return result


def _is_prose(block: Block) -> bool:
    return block.kind in ("text", "item") and len(block.text.split()) >= _PROSE


def _is_chart(group: list[Block]) -> bool:
    loose = [b for b in group if b.kind in ("text", "item")]
    if len(loose) < 5 or len(loose) < len(group) - 1 or any(_is_prose(b) for b in loose):
        return False
    return sum(is_label(b) for b in loose) > 0.8 * len(loose)


def defer_asides(blocks: list[Block]) -> list[Block]:
    """Put each box with a heading of its own after the text of the section that it stands in."""
    result: list[Block] = []
    waiting: list[Block] = []
    for group in _runs(blocks):
        if group[0].aside and any(b.kind == "heading" for b in group):
            if all(b.evidence in _SEEN and not b.number for b in group if b.kind == "heading"):
                waiting.extend(group)
                continue
            for block in group:
                block.aside = 0
        elif not group[0].aside and group[0].kind == "heading":
            result.extend(waiting)
            waiting = []
        result.extend(group)
    return result + waiting


def sink_asides(blocks: list[Block]) -> None:
    """Let the headings of a box stand below the section that the box stands in."""
    host = 0
    for group in _runs(blocks):
        heads = [b for b in group if b.kind == "heading"]
        if not heads:
            continue
        if not group[0].aside:
            host = heads[-1].depth
            continue
        lift = host + 1 - min(b.depth for b in heads)
        for block in heads:
            block.depth += max(lift, 0)


def _frame(block: Block) -> int:
    return block.lines[0].frame


def _by_frame(blocks: Iterable[Block]) -> dict[int, list[Block]]:
    groups: dict[int, list[Block]] = {}
    for block in blocks:
        if _frame(block) and block.kind != "note":
            groups.setdefault(_frame(block), []).append(block)
    return groups


def _runs(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    """The blocks of one box together, each other block by itself."""
    group: list[Block] = []
    for block in blocks:
        if group and block.aside and (block.page, block.aside) == (group[0].page, group[0].aside):
            group.append(block)
            continue
        if group:
            yield group
        group = [block]
    if group:
        yield group


def _is_beside(bounds: tuple[float, float, float, float], block: Block) -> bool:
    x0, top, x1, bottom = block.bounds
    apart = x1 <= bounds[0] + 3 or x0 >= bounds[2] - 3
    return apart and min(bottom, bounds[3]) - max(top, bounds[1]) > 4


def _share_column(bounds: tuple[float, float, float, float], block: Block) -> bool:
    """Whether a box stands in the column of a paragraph, as wide as it is."""
    if not _is_prose(block):
        return False
    x0, _, x1, _ = block.bounds
    shared = min(x1, bounds[2]) - max(x0, bounds[0])
    return shared > 0.7 * max(x1 - x0, bounds[2] - bounds[0])


def _neighbour(bounds: tuple[float, float, float, float], beside: list[Block]) -> Block:
    """The paragraph level with the top of a box, in the nearest column; not a heading, where text follows."""

    def distance(block: Block) -> float:
        return max(bounds[0] - block.bounds[2], block.bounds[0] - bounds[2])

    region = min(beside, key=distance).region
    column = sorted((b for b in beside if b.region == region), key=lambda b: b.bounds[1])
    return next((b for b in column if _is_prose(b)), column[0])


def _interrupts(group: list[Block], blocks: list[Block]) -> bool:
    """Whether main text of the page goes on after a box as well as before it."""
    first = next(i for i, b in enumerate(blocks) if b is group[0])
    last = next(i for i, b in enumerate(blocks) if b is group[-1])
    before = [b for b in blocks[:first] if b.kind in ("text", "item") and not _frame(b)]
    after = [b for b in blocks[last + 1 :] if b.kind in ("text", "item") and not _frame(b)]
    return bool(before and after)
