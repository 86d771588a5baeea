"""Markdown: rendered to HTML and read as such; converted documents get their levels from the numbering."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markdown_it import MarkdownIt

from uitvoerbaarheid.extraction import metadata
from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.html import aside_mark, html_stream
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.strings import clean, depths_by_number, drop_contents, leftovers
from uitvoerbaarheid.extraction.suppressions import marked
from uitvoerbaarheid.records import Suppression, UnreadableError
from uitvoerbaarheid.resources import read_toml

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_TITLE = re.compile(r"^(?:title|titel):[ \t]*(\S[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_XML_LINE = re.compile(r"\A(?:<\?)?xml version=[^\n]*\n")
# Menus and converters number pages and anchors with empty marks that would otherwise break words.
_PAGE_SPAN = re.compile(r"""<span id=["']page-[^>]*></span>""")


# Where a block begins in the file; the pages of others have no such attribute.
_OWN = "data-uitvoerbaarheid-"
_LINE = f"{_OWN}line"
_STARS = re.compile(r"(?<!\w)\*{1,3}|\*{1,3}(?!\w)")
# A line between two rows of a table, and one that underlines a title.
_RULE = re.compile(r"\|[\s:|-]*-[\s:|-]*\|")
_UNDERLINE = re.compile(r"[=_~-]{3,}")
# Non-breaking spaces whose UTF-8 was read as Latin text.
_MISREAD = re.compile(r"Â(?=[\s*|°²³µ]|$)", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\((?:file:|https?:|#)\S{0,800}\)")
_OPENING = 8
_NOTE = re.compile(r"\[\^[\w-]{1,20}\]")


def _line(element: Any) -> int | None:
    """The line of the block that an element of the rendered text stands in."""
    while element is not None:
        line = element.get(_LINE)
        if line:
            return int(line)
        element = element.getparent()
    return None


def _tables_joined(text: str) -> tuple[str, list[int]]:
    """The text with the rows of a table under each other, and where each of its lines stood, from 0.

    Some converters leave a blank line between all rows.
    """
    lines = text.split("\n")
    kept = list(range(len(lines)))
    start = 0
    while start < len(lines):
        end = start
        while (
            end + 2 < len(lines)
            and all(map(_is_row, (lines[end], lines[end + 2])))
            and not lines[end + 1].strip()
        ):
            end += 2
        if end > start and any(_RULE.fullmatch(lines[row].strip()) for row in range(start, end + 1, 2)):
            for blank in range(start + 1, end, 2):
                kept[blank] = -1
        start = end + 1
    origins = [line for line in kept if line >= 0]
    return "\n".join(lines[line] for line in origins), origins


def _is_row(line: str) -> bool:
    line = line.strip()
    return len(line) > 2 and line[0] == line[-1] == "|"


def _rendered(text: str, skipped: int, aside: list[Suppression]) -> str:
    """The text as HTML with the line of each block, ``skipped`` lines being gone before it.

    Comments that set rules aside are marked in it and added to ``aside``.
    """
    text, origins = _tables_joined(text)
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.map and token.nesting == 1 and token.map[0] < len(origins):
            token.attrSet(_LINE, str(origins[token.map[0]] + skipped + 1))
        if token.map and token.map[0] < len(origins) and token.type in ("html_block", "inline"):
            line = origins[token.map[0]] + skipped + 1
            for part in token.children or [token]:
                if part.type in ("html_block", "html_inline"):
                    part.content, lines = (
                        marked(part.content, aside, aside_mark, line),
                        part.content.count("\n"),
                    )
                    line += lines
                line += part.type in ("softbreak", "hardbreak")
    return str(parser.renderer.render(tokens, parser.options, {}))


@cache
def _caption() -> re.Pattern[str]:
    return re.compile(read_toml("patterns", "headings.toml")["lines"]["caption"])


def _as_caption(item: Heading | Piece) -> Heading | Piece:
    """What a converter took for a heading is a caption where it says so ("Figuur 3: Ligging")."""
    if isinstance(item, Heading) and _caption().match(item.text):
        return Piece("caption", item.text, line=item.line, suppressions=item.suppressions)
    return item


def read_markdown(data: bytes) -> Extract:
    """Read Markdown (CommonMark with tables). Raises UnreadableError ("damaged" or "empty")."""
    text = _MISREAD.sub("", decode(data).replace("\r\n", "\n").replace(_OWN, ""))
    front = _FRONT_MATTER.match(text)
    body = _XML_LINE.sub("", text[front.end() :] if front else text)
    aside: list[Suppression] = []
    rendered = _rendered(_PAGE_SPAN.sub("", body), text[: len(text) - len(body)].count("\n"), aside)
    if not rendered.strip():
        raise UnreadableError("empty", "Het bestand bevat geen tekst.")
    extract, _, _ = html_stream(f"<html><body>{rendered}</body></html>", _line, aside)
    stream = extract.stream
    for item in stream:
        if isinstance(item, Piece):
            if item.kind == "paragraph" and _NOTE.match(item.text):
                item.kind, item.text = "note", _NOTE.sub("", item.text, count=1).lstrip(": ")
            item.cells = [_plain(cell) for cell in item.cells] if item.cells else item.cells
            item.header = [_plain(name) for name in item.header] if item.header else item.header
        item.text = _plain(item.text)
    stream = drop_contents(
        [_as_caption(item) for item in stream if item.text and not _UNDERLINE.fullmatch(item.text)]
    )
    depths_by_number(stream)
    title = _TITLE.search(front[1]) if front else None
    extract.format, extract.stream = "md", stream
    extract.title = clean(title[1].strip("\"' ")) or None if title else None
    # Where no line can be the title, a form at the beginning ("Plan: | Dorpsweg 4") may name it.
    if metadata.title(extract) is None:
        extract.title = _title_of_form(stream)
    return extract


def _title_of_form(stream: list[Heading | Piece]) -> str | None:
    for item in stream[:_OPENING]:
        cells = item.cells if isinstance(item, Piece) else None
        if cells and len(cells) > 1 and cells[0].casefold() in leftovers()["title_names"]:
            return cells[1] or None
    return None


def _plain(text: str) -> str:
    """Text without the marks of Markdown that converters leave in the wrong place, and of notes."""
    return clean(_NOTE.sub("", _STARS.sub("", _LINK.sub(r"\1", text))))
