"""Markdown: rendered to HTML and read as such; converted documents get their levels from the numbering."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.html import html_stream
from uitvoerbaarheid.extraction.model import Extract
from uitvoerbaarheid.extraction.strings import clean, depths_by_number, drop_contents
from uitvoerbaarheid.records import UnreadableError

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
_XML_LINE = re.compile(r"\A(?:<\?)?xml version=[^\n]*\n")
# Menus and converters number pages and anchors with empty marks that would otherwise break words.
_PAGE_SPAN = re.compile(r"""<span id=["']page-[^>]*></span>""")


def read_markdown(data: bytes) -> Extract:
    """Read Markdown (CommonMark with tables). Raises UnreadableError ("damaged" or "empty")."""
    text = decode(data).replace("\r\n", "\n")
    text = _PAGE_SPAN.sub("", _XML_LINE.sub("", _FRONT_MATTER.sub("", text)))
    parser = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
    rendered = parser.render(text)
    if not rendered.strip():
        raise UnreadableError("empty", "Het bestand bevat geen tekst.")
    stream, _ = html_stream(f"<html><body>{rendered}</body></html>")
    for item in stream:
        item.text = clean(re.sub(r"(?<!\w)\*{1,3}|\*{1,3}(?!\w)", "", item.text))
    stream = drop_contents([item for item in stream if item.text])
    depths_by_number(stream)
    return Extract("md", stream)
