"""Markdown: rendered to HTML and read as such; converted documents get their levels from the numbering."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt

from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.html import html_stream
from uitvoerbaarheid.extraction.model import Extract, Piece
from uitvoerbaarheid.extraction.strings import clean, depths_by_number, drop_contents
from uitvoerbaarheid.records import UnreadableError

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_TITLE = re.compile(r"^(?:title|titel):[ \t]*(\S[^\n]*)$", re.IGNORECASE | re.MULTILINE)
_XML_LINE = re.compile(r"\A(?:<\?)?xml version=[^\n]*\n")
# Menus and converters number pages and anchors with empty marks that would otherwise break words.
_PAGE_SPAN = re.compile(r"""<span id=["']page-[^>]*></span>""")


# Where a block begins in the file; the pages of others have no such attribute.
_LINE = "data-uitvoerbaarheid-line"
_STARS = re.compile(r"(?<!\w)\*{1,3}|\*{1,3}(?!\w)")
_NOTE = re.compile(r"\[\^[\w-]{1,20}\]")


def _line(element: Any) -> int | None:
    """The line of the block that an element of the rendered text stands in."""
    while element is not None:
        line = element.get(_LINE)
        if line:
            return int(line)
        element = element.getparent()
    return None


def _rendered(text: str, skipped: int) -> str:
    """The text as HTML with the line of each block, ``skipped`` lines being gone before it."""
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.map and token.nesting == 1:
            token.attrSet(_LINE, str(token.map[0] + skipped + 1))
    return str(parser.renderer.render(tokens, parser.options, {}))


def read_markdown(data: bytes) -> Extract:
    """Read Markdown (CommonMark with tables). Raises UnreadableError ("damaged" or "empty")."""
    text = decode(data).replace("\r\n", "\n").replace(_LINE, "")
    front = _FRONT_MATTER.match(text)
    body = _XML_LINE.sub("", text[front.end() :] if front else text)
    rendered = _rendered(_PAGE_SPAN.sub("", body), text[: len(text) - len(body)].count("\n"))
    if not rendered.strip():
        raise UnreadableError("empty", "Het bestand bevat geen tekst.")
    stream, _ = html_stream(f"<html><body>{rendered}</body></html>", _line)
    for item in stream:
        if isinstance(item, Piece):
            if item.kind == "paragraph" and _NOTE.match(item.text):
                item.kind, item.text = "note", _NOTE.sub("", item.text, count=1).lstrip(": ")
            item.cells = [_plain(cell) for cell in item.cells] if item.cells else item.cells
            item.header = [_plain(name) for name in item.header] if item.header else item.header
        item.text = _plain(item.text)
    stream = drop_contents([item for item in stream if item.text])
    depths_by_number(stream)
    title = _TITLE.search(front[1]) if front else None
    return Extract("md", stream, title=clean(title[1].strip("\"' ")) or None if title else None)


def _plain(text: str) -> str:
    """Text without the marks of Markdown that converters leave in the wrong place, and of notes."""
    return clean(_NOTE.sub("", _STARS.sub("", text)))
