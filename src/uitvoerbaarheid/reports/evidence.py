"""A section's text as HTML: its blocks as paragraphs, lists and tables, the mentions marked in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from uitvoerbaarheid.records import Block, Mention, Section
from uitvoerbaarheid.reports.labels import label
from uitvoerbaarheid.reports.values import meaning, remarks

#: Marks are nested in this order, whole units outside, so that spans lie on top of them.
_NESTING = ("goal", "measure", "monitoring", "vague", "actor", "budget", "deadline")
#: Money in at most so many characters is an amount.
_SHORT = 16
_PAGES = re.compile(r"p\. (\d+)")
_OWN_BULLET = re.compile(r"\s*(?:[•·▪■●○◦‣\-–—*→✓>]\s*)")
_OWN_NUMBER = re.compile(r"\s*(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s", re.IGNORECASE)


def page_html(pages: str, original: str) -> Markup:
    """Pages ("p. 3", "p. 3–5") as a link to the first of them in the original, or as plain text.

    ``original`` is the address of the original from the page, "" where it is not known.
    """
    first = _PAGES.match(pages)
    if not original or not first:
        return Markup(f'<span class="pg">{escape(pages)}</span>')
    link = f'<a class="pg" href="{escape(original)}#page={first[1]}" target="_blank">{escape(pages)}</a>'
    return Markup(link)


class MarkedText:
    """A section's text from which any range can be had as HTML with the mentions in it marked.

    Every mention's first mark has the id ``{anchor}-m{index}``; marks of one mention that is spread
    over cells or paragraphs are separate elements. Mentions outside the text are left out. Where the text
    goes on to another page than ``page`` that page is shown, as a link where ``original`` is known.
    """

    def __init__(
        self,
        text: str,
        mentions: Sequence[Mention],
        anchor: str,
        page: int | None = None,
        original: str = "",
    ) -> None:
        self._text = text
        self._anchor = anchor
        self._page = page
        self._original = original
        # By their start, so that those of a block are found without looking at all.
        self._mentions = sorted(
            (
                (index, mention)
                for index, mention in enumerate(mentions)
                if 0 <= mention.start < mention.end <= len(text)
            ),
            key=lambda item: item[1].start,
        )
        self._starts = [mention.start for _, mention in self._mentions]
        self._longest = max((mention.end - mention.start for _, mention in self._mentions), default=0)
        self._named: set[int] = set()

    def html(self, start: int, end: int) -> Markup:
        """The text between the offsets ``start`` and ``end``, escaped and marked."""
        near = slice(bisect_left(self._starts, start - self._longest), bisect_left(self._starts, end))
        inside = [item for item in self._mentions[near] if item[1].end > start]
        if not inside:
            return escape(self._text[start:end])
        edges = {start, end}
        for _, mention in inside:
            edges.update(edge for edge in (mention.start, mention.end) if start < edge < end)
        points = sorted(edges)
        # Plain strings, each escaped where it is made: there are tens of thousands in a large document.
        parts: list[str] = []
        opened: list[tuple[int, Mention]] = []
        coming = deque(inside)
        for left, right in pairwise(points):
            wanted = [item for item in opened if item[1].end > left]
            while coming and coming[0][1].start <= left:
                wanted.append(coming.popleft())
            wanted.sort(key=lambda item: (_NESTING.index(item[1].type), item[1].start, item[0]))
            keep = _common(opened, wanted)
            parts += ["</mark>"] * (len(opened) - keep)
            for item in wanted[keep:]:
                parts += [self.turn(item[1].page), self._open(item)]
            parts.append(escape(self._text[left:right]))
            opened = wanted
        parts += ["</mark>"] * len(opened)
        return Markup("".join(parts))

    def turn(self, page: int | None) -> Markup:
        """The mark of a page where the text goes on to it; nothing as long as it stays on its page."""
        if page is None or page == self._page:
            return Markup("")
        self._page = page
        return page_html(f"p. {page}", self._original) + Markup(" ")

    def anchors(self, start: int, end: int) -> Markup:
        """Empty anchors for the mentions from ``start`` to ``end`` that no shown text has marked.

        A column name or bullet is not shown again in its row or item, but a link to it has to hold.
        """
        near = slice(bisect_left(self._starts, start), bisect_left(self._starts, end))
        missed = sorted(index for index, _ in self._mentions[near] if index not in self._named)
        self._named.update(missed)
        return Markup("".join(f'<span id="{escape(self._anchor)}-m{index}"></span>' for index in missed))

    def _open(self, item: tuple[int, Mention]) -> str:
        index, mention = item
        said = ", ".join(part for part in (meaning(mention), *remarks(mention)) if part)
        title = ": ".join(part for part in (label("mention", mention.type), said) if part)
        name = first = ""
        if index not in self._named:
            self._named.add(index)
            name = f' id="{escape(self._anchor)}-m{index}"'
            first = " a"
        # "€ 2.400.000" on one line; a long description of money may break.
        short = " nowrap" if mention.type == "budget" and len(mention.text) <= _SHORT else ""
        return f'<mark class="{mention.type}{first}{short}"{name} title="{escape(title)}">'


def _common(opened: list[tuple[int, Mention]], wanted: list[tuple[int, Mention]]) -> int:
    """How many marks, from the outside, stay open."""
    same = 0
    for one, other in zip(opened, wanted, strict=False):
        if one[0] != other[0]:
            break
        same += 1
    return same


def _whole_blocks(section: Section) -> list[Block]:
    """The section's blocks in order, with paragraphs for any text that no block covers."""
    blocks: list[Block] = []
    position = 0
    for block in sorted(section.blocks, key=lambda block: (block.start, block.end)):
        if block.start < position or block.end > len(section.text) or block.end <= block.start:
            continue
        blocks += _paragraphs(section.text, position, block.start)
        blocks.append(block)
        position = block.end
    return blocks + _paragraphs(section.text, position, len(section.text))


def _paragraphs(text: str, start: int, end: int) -> list[Block]:
    lines = re.finditer(r"[^\n]*\S[^\n]*", text[start:end])
    return [Block(kind="paragraph", start=start + m.start(), end=start + m.end()) for m in lines]


def cell_ranges(text: str, block: Block) -> list[tuple[int, int]] | None:
    """Where in ``text`` each cell of a table row stands, an empty range for an empty cell.

    Follows the layout of ``extraction.model.row_text``; None when the text has another layout.
    """
    position, ranges = block.start, []
    for column, cell in enumerate(block.cells or []):
        value = " ".join(cell.split())
        if not value:
            ranges.append((position, position))
            continue
        name = " ".join(block.header[column].split()) if block.header and column < len(block.header) else ""
        position += 3 if position > block.start else 0
        lead = f"{name}: " if name and name != value else ""
        if not text.startswith(lead + value, position):
            return None
        ranges.append((position + len(lead), position + len(lead) + len(value)))
        position += len(lead) + len(value)
    return ranges if position == block.end else None


def _group(block: Block) -> tuple[object, ...]:
    if block.kind == "row":
        return ("row", tuple(block.header or ()), len(block.cells or ()))
    return (block.kind,)


def section_html(section: Section, anchor: str, original: str = "") -> Markup:
    """The section's own text with paragraphs, lists, tables and notes, every mention and new page marked."""
    marked = MarkedText(section.text, section.mentions, anchor, section.page_start, original)
    # Put together as plain strings, of parts that are markup already: to look at each again takes long.
    parts: list[str] = []
    for key, group in groupby(_whole_blocks(section), key=_group):
        blocks = list(group)
        if key[0] == "item":
            items = "\n".join(_items(section.text, blocks, marked))
            parts.append(f"<ul>\n{items}\n</ul>")
        elif key[0] == "row":
            parts.append(_table(section.text, blocks, marked))
        else:
            css = f' class="{escape(key[0])}"' if key[0] != "paragraph" else ""
            for block in blocks:
                turned = marked.turn(block.page)
                parts.append(f"<p{css}>{turned}{marked.html(block.start, block.end)}</p>")
    return Markup("\n".join(parts))


def _items(text: str, blocks: list[Block], marked: MarkedText) -> Iterator[str]:
    for block in blocks:
        bullet = _OWN_BULLET.match(text, block.start, block.end)
        start = bullet.end() if bullet and bullet.end() < block.end else block.start
        css = ' class="numbered"' if _OWN_NUMBER.match(text, start, block.end) else ""
        turned = marked.turn(block.page)
        body = marked.html(start, block.end)
        yield f"<li{css}>{turned}{marked.anchors(block.start, block.end)}{body}</li>"


def _table(text: str, blocks: list[Block], marked: MarkedText) -> str:
    header = blocks[0].header or []
    columns = max(1, len(header), *(len(block.cells or ()) for block in blocks))
    lines: list[str] = []
    if any(name.strip() for name in header):
        cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
        lines.append(f"<thead><tr>{cells}</tr></thead>")
    for block in blocks:
        turned = marked.turn(block.page)
        ranges = cell_ranges(text, block) if block.cells else None
        if ranges is None:
            whole = turned + marked.html(block.start, block.end)
            lines.append(f'<tr><td colspan="{columns}">{whole}</td></tr>')
        else:
            texts = [marked.html(*cell) for cell in ranges]
            texts[0] = turned + marked.anchors(block.start, block.end) + texts[0]
            lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in texts)}</tr>")
    rows = "\n".join(lines)
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Tabel"><table>{rows}</table></div>'
