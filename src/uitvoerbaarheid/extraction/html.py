"""HTML: headings h1-h6, paragraphs, lists and tables of the page's main part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree

from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.strings import clean, drop_contents
from uitvoerbaarheid.extraction.tables import Cell, table_pieces
from uitvoerbaarheid.records import UnreadableError

_SKIP = {
    "nav", "script", "style", "header", "footer", "head", "noscript", "template", "form", "button",
    "select", "svg", "iframe", "object", "aside", "title", "input", "textarea", "math", "audio", "video",
}  # fmt: skip
_SKIP_ROLES = {"navigation", "banner", "contentinfo", "search", "menu"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
}  # fmt: skip
_FOOTNOTE = re.compile(r"\b(?:foot-?notes?|voet-?no(?:o|)ten?|noot|noten)\b", re.IGNORECASE)
_MAX_DEPTH = 150


def _name(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _hidden(element: Any) -> bool:
    return (
        _name(element) in _SKIP
        or element.get("role") in _SKIP_ROLES
        or element.get("aria-hidden") == "true"
        or element.get("hidden") is not None
    )


def _inline(element: Any) -> Iterator[str]:
    if _name(element) == "br":
        yield " "
    yield element.text or ""
    for child in element:
        if _name(child) and not _hidden(child):
            yield from _inline(child)
            if _name(child) not in _INLINE:
                yield " "
        yield child.tail or ""


def _text(element: Any) -> str:
    return clean("".join(_inline(element)))


class _Walker:
    def __init__(self) -> None:
        self.stream: list[Heading | Piece] = []
        self._loose: list[str] = []

    def flush(self, kind: Any = "paragraph") -> None:
        """Close the running text gathered between block elements."""
        text = clean("".join(self._loose))
        self._loose = []
        if text:
            self.stream.append(Piece(kind, text))

    def walk(self, element: Any, kind: Any = "paragraph", level: int = 0) -> None:
        """Add everything below a block element; text directly in it becomes pieces of ``kind``."""
        if level > _MAX_DEPTH:
            self._loose.append(" " + "".join(element.itertext()))
            return
        self._loose.append(element.text or "")
        for child in element:
            name = _name(child)
            if name and not _hidden(child):
                self._child(child, name, kind, level)
            self._loose.append(child.tail or "")
        self.flush(kind)

    def _child(self, child: Any, name: str, kind: Any, level: int) -> None:
        if name == "br":
            self._loose.append(" ")
        elif name in _INLINE and not any(_name(c) not in _INLINE | {"br"} for c in child.iterdescendants()):
            self._loose.append("".join(_inline(child)))
        else:
            self.flush(kind)
            self._block(child, name, kind, level)

    def _block(self, child: Any, name: str, kind: Any, level: int) -> None:
        if re.fullmatch(r"h[1-6]", name):
            text = _text(child)
            if text:
                self.stream.append(Heading(text, int(name[1])))
        elif name == "table" and not _is_layout(child):
            self._table(child)
        else:
            self.walk(child, _kind(child, name, kind), level + 1)

    def _table(self, table: Any) -> None:
        for caption in table.iterchildren("caption"):
            text = _text(caption)
            if text:
                self.stream.append(Piece("caption", text))
        rows = [[_cell(c, row) for c in row if _name(c) in ("td", "th")] for row in table.iter("tr")]
        self.stream.extend(table_pieces(rows))


def _kind(element: Any, name: str, kind: Any) -> Any:
    if _FOOTNOTE.search(element.get("class") or ""):
        return "note"
    if name in ("li", "dd", "dt") and kind != "note":
        return "item"
    return "caption" if name == "figcaption" else kind


def _is_layout(table: Any) -> bool:
    return table.get("role") == "presentation" or any(
        re.fullmatch(r"h[1-6]|table", _name(e)) for e in table.iterdescendants()
    )


def _cell(cell: Any, row: Any) -> Cell:
    head = _name(cell) == "th" or _name(row.getparent()) == "thead"
    return Cell(_text(cell), _span(cell, "colspan"), _span(cell, "rowspan"), head=head)


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or ""
    return max(1, int(value)) if re.fullmatch(r"\d{1,4}", value) else 1


def html_stream(text: str) -> tuple[list[Heading | Piece], Any]:
    """The stream of an HTML text and its root element. UnreadableError ("damaged") when it has none."""
    # An encoding in an XML declaration is wrong by now: the text has been decoded.
    text = re.sub(r"^\s*<\?xml[^>]*>", "", text.replace("\0", ""))
    data = text.encode("utf-8", errors="replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableError("damaged", "De HTML is beschadigd en kan niet worden gelezen.") from error
    walker = _Walker()
    walker.walk(_main(root))
    walker.flush()
    return walker.stream, root


def _main(root: Any) -> Any:
    """The page's main part where it says so and holds most of the text, else the body."""
    body = root.find("body") if root.find("body") is not None else root
    total = len(body.text_content())
    for part in [
        *root.iter("main"),
        *root.iter("article"),
        *root.xpath('//*[@role="main" or @id="content"]'),
    ]:
        if len(part.text_content()) * 2 > total:
            return part
    return body


def _meta(root: Any, *names: str) -> str | None:
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        if name in names and (element.get("content") or "").strip():
            return clean(element.get("content"))
    return None


def read_html(data: bytes) -> Extract:
    """Read an HTML page. Raises UnreadableError ("damaged")."""
    stream, root = html_stream(decode(data))
    titles = [_text(t) for t in root.iter("title")]
    return Extract(
        "html",
        drop_contents(stream),
        title=_meta(root, "dcterms.title", "dc.title", "og:title") or next((t for t in titles if t), None),
        authority=_meta(root, "overheid.authority", "dcterms.creator", "dc.creator"),
        date=_meta(root, "dcterms.available", "dcterms.issued", "dcterms.date", "dcterms.modified"),
        kind_hint=_meta(root, "dcterms.type", "dc.type"),
    )
