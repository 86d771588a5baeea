"""Which blocks are headings, and how deep.

Evidence in order of trust: bookmarks, structure tags, the contents page, numbering, typography.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

import pypdfium2 as pdfium

from uitvoerbaarheid.extraction.pdf.blocks import Block, Body, is_quotation
from uitvoerbaarheid.extraction.pdf.furniture import Entry
from uitvoerbaarheid.extraction.pdf.rules import heading_number, rules
from uitvoerbaarheid.extraction.pdf.text import Style

_MAX_LENGTH = 180
_MAX_BOOKMARKS = 5_000
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Bookmark:
    """An entry of the PDF's outline; ``page`` counts from 1."""

    title: str
    page: int
    level: int


def bookmarks(document: pdfium.PdfDocument) -> list[Bookmark]:
    """The outline of the document, empty where it has none or it is damaged."""
    found: list[Bookmark] = []
    try:
        for item in document.get_toc(max_depth=8):
            destination = item.get_dest()
            page = destination.get_index() if destination else None
            title = " ".join(item.get_title().split())
            if page is not None and title:
                found.append(Bookmark(title, page + 1, item.level + 1))
            if len(found) >= _MAX_BOOKMARKS:
                break
    except (pdfium.PdfiumError, ctypes.ArgumentError, ValueError):
        return found
    return found


def normalised(text: str) -> str:
    """A title without case, signs, spaces and its opening number, for comparison."""
    _, _, rest = heading_number(" ".join(text.split()))
    return re.sub(r"[\W_]+", "", (rest or text).casefold())


def mark_headings(blocks: list[Block], body: Body, marks: list[Bookmark], contents: list[Entry]) -> None:
    """Set ``kind``, ``evidence``, ``number`` and ``depth`` of the blocks that are headings."""
    outline = _by_title((m.title, m.page, m.level) for m in marks)
    entries = _by_title((e.title, 0, 0) for e in contents)
    fakes = _tag_styles(blocks, body)
    for index, block in enumerate(blocks):
        if block.kind not in ("text", "item") or not block.words:
            continue
        text = block.text
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        if not _may_be(block, text) or (_is_bulleted(block) and not _heads_text(block, below)):
            continue
        number, depth, _ = heading_number(text)
        level = _outline_level(block, text, outline)
        if level:
            _set(block, "outline", number, level)
        elif block.lines[0].tag[:1] == "H" and block.lines[0].tag[1:].isdigit() and not fakes:
            _set(block, "tag", number, int(block.lines[0].tag[1:]))
        elif _stands_out(block, text, body, below):
            _set(block, "contents" if normalised(text) in entries else "style", number, depth)
        elif number and normalised(text) in entries and _one_title(block):
            _set(block, "contents", number, depth)
        elif _numbered_plain(block, text, depth) and not _in_list(block, below):
            _set(block, "number", number, depth)


def _set(block: Block, evidence: str, number: str | None, depth: int) -> None:
    block.kind, block.evidence, block.number, block.depth = "heading", evidence, number, depth


def _by_title(items: object) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for title, page, level in items:  # type: ignore[attr-defined]
        key = normalised(title)
        if key:
            found[key].append((page, level))
    return found


def _outline_level(block: Block, text: str, outline: dict[str, list[tuple[int, int]]]) -> int:
    return next(
        (level for page, level in outline.get(normalised(text), []) if abs(page - block.page) <= 1), 0
    )


def _tag_styles(blocks: list[Block], body: Body) -> bool:
    """Whether heading tags are put on running text too (then they say nothing)."""
    tagged = [b for b in blocks if re.fullmatch(r"H[1-6]", b.lines[0].tag)]
    long = sum(len(b.text) > _MAX_LENGTH for b in tagged)
    return bool(tagged) and long > 0.3 * len(tagged)


def _may_be(block: Block, text: str) -> bool:
    if len(text) > _MAX_LENGTH or len(block.lines) > 4 or len(_LETTERS.findall(text)) < 2:
        return False
    if block.lines[0].tag in ("Note", "Caption", "TOC", "TOCI", "Artifact"):
        return False
    return not rules().source.match(text) and text[-1] not in ",;" and not re.search(r"[.…]{4,}", text)


def _is_bulleted(block: Block) -> bool:
    return block.kind == "item" and bool(rules().bullet.fullmatch(block.words[0].text))


def _heads_text(block: Block, below: Block | None) -> bool:
    """Whether a marked line heads what follows: set otherwise than the text or table below it."""
    if below is None or below.kind not in ("text", "table") or len(block.lines) > 2:
        return False
    return (
        below.kind == "table" or below.style.bold != block.style.bold or below.style.size < block.style.size
    )


def rank(style: Style, body: Body) -> tuple[float, bool, bool]:
    """How much a heading's style weighs: size first, then weight, then colour."""
    return round(style.size * 2) / 2, style.bold, style.color != body.style.color


def _stands_out(block: Block, text: str, body: Body, below: Block | None) -> bool:
    style, base = block.style, body.style
    if is_quotation(text) or any(_plain(w.style, base) for w in block.words if _LETTERS.search(w.text)):
        return False
    if _starts_low(block, text) or (text.endswith(".") and not _short_number(text)):
        return False
    if text.endswith(":") and len(text.split()) > 3:
        # An opening of a list ("The parties agree:") rather than its title.
        return False
    if style.size >= 1.12 * base.size:
        return True
    if style.size < 0.93 * base.size and not (style.bold and _heads_prose(block, below)):
        return False
    return (style.bold and not base.bold) or (_is_coloured(style.color, base.color) and len(text) < 120)


def _starts_low(block: Block, text: str) -> bool:
    """Whether the text goes on with a small letter, after "a)" where it is enumerated."""
    first, _, rest = text.partition(" ")
    enumerated = block.kind == "item" and rules().enumeration.fullmatch(first)
    return (rest if enumerated else text)[:1].islower()


def _heads_prose(block: Block, below: Block | None) -> bool:
    """Whether running text of about the same size follows (a bold line in a box of small print)."""
    if below is None or below.kind != "text" or below.page != block.page or len(below.text) < 100:
        return False
    return abs(below.style.size - block.style.size) < 0.6 and not below.style.bold


def _plain(style: Style, base: Style) -> bool:
    return (
        style.size < 1.1 * base.size and style.bold == base.bold and not _is_coloured(style.color, base.color)
    )


def _short_number(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]?[\d.]+\.", text))


def _is_coloured(color: int, base: int) -> bool:
    """Whether a colour differs clearly from that of the text (white is a label in a bar)."""
    parts = [(color >> shift & 255) - (base >> shift & 255) for shift in (16, 8, 0)]
    return sum(abs(p) for p in parts) > 90


def _numbered_plain(block: Block, text: str, depth: int) -> bool:
    """A line in the style of the text with a number of two parts or more, or a word as "Hoofdstuk 2"."""
    if len(block.lines) > 1 or len(text) > 90 or text[-1] in ".:" or not _one_title(block):
        return False
    if rules().numbered_word.match(text):
        return len(text) < 70
    number, _, rest = heading_number(text)
    return (
        bool(number)
        and "." in (number or "")
        and depth >= 2
        and rest[:1].isupper()
        and _LETTERS.search(rest) is not None
    )


def _one_title(block: Block) -> bool:
    """Not a list item with a simple number or letter."""
    return block.kind == "text" or bool(rules().parts.fullmatch(block.words[0].text))


def _in_list(block: Block, below: Block | None) -> bool:
    """Whether the next block is numbered too: then these are items, not headings with text."""
    return below is None or (below.kind == "item" and bool(rules().parts.fullmatch(below.words[0].text)))


def settle_depths(blocks: list[Block], body: Body) -> None:
    """Give every heading a depth: by its number, its outline or tag level, or its style among the others.

    A style takes the depth that its tagged or numbered headings have; any other heading stands one below the
    last heading above it that is set heavier. None but bookmarks and tags stand above a heavier heading.
    """
    heads = [b for b in blocks if b.kind == "heading"]
    known: dict[tuple[float, bool, bool], Counter[int]] = defaultdict(Counter)
    for block in heads:
        if block.evidence in ("outline", "tag") or _many_parts(block.number):
            known[rank(block.style, body)][_given(block)] += 1
    stack: list[tuple[tuple[float, bool, bool], int]] = []
    for block in heads:
        key = rank(block.style, body)
        while stack and stack[-1][0] < key:
            stack.pop()
        least = max((depth + 1 for other, depth in stack if other > key), default=1)
        if block.evidence in ("outline", "tag"):
            depth = _given(block)
        elif _many_parts(block.number):
            depth = max(_given(block), least)
        elif known.get(key):
            depth = max(known[key].most_common(1)[0][0], least)
        elif stack and stack[-1][0] == key:
            depth = stack[-1][1]
        else:
            depth = stack[-1][1] + 1 if stack else 1
        while stack and stack[-1][1] >= depth:
            stack.pop()
        stack.append((key, depth))
        block.depth = depth


def _many_parts(number: str | None) -> bool:
    return bool(number) and (
        "." in (number or "").strip(".") or bool(re.fullmatch(r"[A-Z]\d+", number or ""))
    )


def _given(block: Block) -> int:
    if _many_parts(block.number):
        return heading_number(block.text)[1]
    return block.depth
