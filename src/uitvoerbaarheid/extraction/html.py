"""HTML: headings h1-h6, paragraphs, lists and tables of the page's main part."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import lxml.html
from lxml import etree

from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.formatting import Look, formatted_headings, may_be_heading
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.strings import clean, drop_contents, nest_by_number
from uitvoerbaarheid.extraction.suppressions import marked
from uitvoerbaarheid.extraction.tables import Cell, table_pieces
from uitvoerbaarheid.records import Suppression, UnreadableError

_SKIP = {
    "nav", "script", "style", "footer", "head", "noscript", "template", "button", "select", "svg", "iframe",
    "object", "title", "input", "textarea", "math", "audio", "video", "del",
}  # fmt: skip
# Aside from the text, unless most of the page is in it (old sites put a form around all).
_ASIDE = {"header", "form", "aside"}
_SKIP_ROLES = {"navigation", "banner", "contentinfo", "search", "menu"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
}  # fmt: skip
_FOOTNOTE = re.compile(
    r"\b(?:foot-?notes?|voet-?noo?t(?:en)?|noot|noten|Mso(?:Foot|End)noteText|sd(?:foot|end)note\w*)\b",
    re.IGNORECASE,
)
# Classes and names of parts that are the site's, not the document's; whole words, as sites write them.
_SITE_PARTS = re.compile(
    r"cookie(?:s|-\w+|banner|melding)*|breadcrumbs?|kruimelpad|skip-?links?|menu|main-?menu|hoofdmenu|navbar|"
    r"navigation|navigatie|sidebar|footer|site-footer|page-footer|inhoudsopgave|toc|table-of-contents|"
    r"share|social|social-?media|delen|printknop|MsoToc\w*|MsoHeader|MsoFooter",
    re.IGNORECASE,
)
_NOTE_REFERENCE = re.compile(r"\W{0,2}(?:\d{1,3}|[*†]{1,3})\W{0,2}")
_WORD_ITEM = re.compile(r"\bMsoListParagraph", re.IGNORECASE)
_BULLET = re.compile(r"(?:[·•▪§○o–-]|\(?[a-z0-9]{1,3}[.)])\s+(?=\S)")
_INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_CHARSETS = re.compile(
    r"(?:iso-8859-\d{1,2}|latin-?\d|windows-125\d|cp125\d|macintosh|us-ascii)", re.IGNORECASE
)
_MAX_DEPTH = 150
#: Where a comment that sets rules aside stood, with its number in the list of them.
_ASIDE_MARK = "data-uitvoerbaarheid-opzij"


def _name(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _hidden(element: Any) -> bool:
    """Whether an element is no text; :func:`_blank` has emptied those that it could not tell by name."""
    return _name(element) in _SKIP


def _blank(body: Any) -> None:
    """Empty all that is not the document's: what is not shown, parts of the site, numbers of footnotes."""
    total = len(body.text_content())
    left = list(body)
    while left:
        element = left.pop()
        name = _name(element)
        if not name or name in _SKIP:
            continue
        if (
            element.get("role") in _SKIP_ROLES
            or element.get("aria-hidden") == "true"
            or element.get("hidden") is not None
            or _INVISIBLE.search(element.get("style") or "")
            or _is_note_reference(element)
            or ((name in _ASIDE or _is_site_part(element)) and _is_small(element, total))
        ):
            element.clear(keep_tail=True)
            element.tag = "wbr" if name in _INLINE else "template"
        else:
            left.extend(element)


def _is_site_part(element: Any) -> bool:
    words = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return any(_SITE_PARTS.fullmatch(word) for word in words)


def _is_small(element: Any, total: int) -> bool:
    """Whether an element holds less than half of the page's text; a text's own header is part of it."""
    if _name(element) in ("main", "article"):
        return False
    if _name(element) == "header" and any(
        _name(a) in ("article", "main", "section") for a in element.iterancestors()
    ):
        return False
    return 2 * len(element.text_content()) < total


def _is_note_reference(element: Any) -> bool:
    """Whether an element is the number of a footnote in the running text, or the way back from a note."""
    if _name(element) != "a" or not (element.get("href") or "").startswith("#"):
        return False
    href = element.get("href")
    near = (element.getparent(), *element, *(inner for child in element for inner in child))
    names = f"{element.get('class') or ''} {href[1:]}".replace("_", " ")
    marked = any(_name(e) == "sup" for e in near) or "ftn" in href or _FOOTNOTE.search(names)
    return bool(marked and _NOTE_REFERENCE.fullmatch(clean(element.text_content())))


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


#: The line of an element in the file, from 1.
LineOf = Callable[[Any], int | None]


def _source_line(element: Any) -> int | None:
    return element.sourceline or None


def aside_mark(number: int) -> str:
    """An element without text for a comment that sets rules aside."""
    return f"<span {_ASIDE_MARK}={number}></span>"


class _Walker:
    """``line_of`` gives the line of an element in the file, None where it is not known.

    ``aside`` are the comments that set rules aside, by the number in their marks.
    """

    def __init__(self, line_of: LineOf, aside: list[Suppression]) -> None:
        self.stream: list[Heading | Piece] = []
        #: What is set aside before all text.
        self.opening: list[Suppression] = []
        self._aside = dict(enumerate(aside))
        self._pending: list[Suppression] = []
        self.looks: dict[int, Look] = {}
        self._loose: list[str] = []
        self._loose_line: int | None = None
        self._loose_bold = True
        self._line_of = line_of
        self._tables = 0

    def _add(self, text: str | None, element: Any, *, bold: bool = False) -> None:
        """Gather running text that stands in or after ``element``."""
        if text and not bold and text.strip():
            self._loose_bold = False
        if text and self._loose_line is None and text.strip():
            line = self._line_of(element)
            self._loose_line = line + text[: len(text) - len(text.lstrip())].count("\n") if line else None
        self._loose.append(text or "")

    def _set_aside(self, element: Any) -> None:
        """Note the comments that set aside in an element whose text is taken as a whole."""
        if self._aside:
            for mark in element.iter("span"):
                number = mark.get(_ASIDE_MARK) or ""
                aside = self._aside.pop(int(number), None) if number.isdecimal() else None
                if aside is not None:
                    self._pending.append(aside)

    def _settle(self) -> None:
        """They belong to what was added last."""
        if self._pending:
            (self.stream[-1].suppressions if self.stream else self.opening).extend(self._pending)
            self._pending = []

    def flush(self, kind: Any = "paragraph") -> None:
        """Close the running text gathered between block elements."""
        text = clean("".join(self._loose))
        if kind == "word item":
            kind, text = "item", _BULLET.sub("", text, count=1)
        if text:
            piece = Piece(kind, text, line=self._loose_line)
            self.looks[id(piece)] = Look(bold=self._loose_bold)
            self.stream.append(piece)
        self._settle()
        self._loose, self._loose_line, self._loose_bold = [], None, True

    def walk(self, element: Any, kind: Any = "paragraph", level: int = 0) -> None:
        """Add everything below a block element; text directly in it becomes pieces of ``kind``."""
        if level > _MAX_DEPTH:
            self._add(" " + "".join(element.itertext()), element)
            self._set_aside(element)
            return
        self._add(element.text, element)
        for child in element:
            name = _name(child)
            if name and not _hidden(child):
                self._child(child, name, kind, level)
            self._add(child.tail, child)
        self.flush(kind)

    def _child(self, child: Any, name: str, kind: Any, level: int) -> None:
        if name == "br":
            self._loose.append(" ")
        elif name in _INLINE and not any(_name(c) not in _INLINE | {"br"} for c in child.iterdescendants()):
            self._add("".join(_inline(child)), child, bold=_is_bold(child))
            self._set_aside(child)
        else:
            self.flush(kind)
            self._block(child, name, kind, level)

    def _block(self, child: Any, name: str, kind: Any, level: int) -> None:
        if re.fullmatch(r"h[1-6]", name):
            text, line = _text(child), self._line_of(child)
            if text and may_be_heading(text):
                self.stream.append(Heading(text, int(name[1]), line=line))
            elif text:
                self.stream.append(Piece("paragraph", text, line=line))
            self._set_aside(child)
            self._settle()
        elif name == "table" and not _is_layout(child):
            self._table(child)
        else:
            self.walk(child, _kind(child, name, kind), level + 1)

    def _table(self, table: Any) -> None:
        for caption in table.iterchildren("caption"):
            text = _text(caption)
            if text:
                self.stream.append(Piece("caption", text, line=self._line_of(caption)))
        found = list(table.iter("tr"))
        rows = [[_cell(c, row) for c in row if _name(c) in ("td", "th")] for row in found]
        pieces = table_pieces(rows, table=self._tables, lines=[self._line_of(row) for row in found])
        self._tables += bool(pieces)
        self.stream.extend(pieces)
        self._set_aside(table)
        self._settle()


def _is_bold(element: Any) -> bool:
    """Whether all text in an inline element is bold."""
    if _name(element) in ("b", "strong") or _BOLD.search(element.get("style") or ""):
        return True
    loose = [element.text, *(child.tail for child in element)]
    return not any((text or "").strip() for text in loose) and all(
        _is_bold(child) for child in element if clean(child.text_content())
    )


def _kind(element: Any, name: str, kind: Any) -> Any:
    if _FOOTNOTE.search(element.get("class") or ""):
        return "note"
    if _WORD_ITEM.search(element.get("class") or ""):
        return "word item"
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


def html_stream(
    text: str, line_of: LineOf = _source_line, aside: list[Suppression] | None = None
) -> tuple[Extract, dict[int, Look], Any]:
    """What an HTML text holds, the look of its pieces by ``id`` and its root element.

    ``aside`` are the comments that set rules aside where the text is :func:`marked` already; without it they
    are looked for. Raises UnreadableError ("damaged") when the text has no root.
    """
    if aside is None:
        aside = []
        text = marked(text.replace(_ASIDE_MARK, ""), aside, aside_mark)
    # An encoding in an XML declaration is wrong by now: the text has been decoded.
    text = re.sub(r"^\s*<\?xml[^>]*>", "", text.replace("\0", ""))
    data = text.encode("utf-8", errors="replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise UnreadableError("damaged", "De HTML is beschadigd en kan niet worden gelezen.") from error
    _blank(root.find("body") if root.find("body") is not None else root)
    walker = _Walker(line_of, aside)
    walker.walk(_main(root))
    walker.flush()
    return Extract("html", walker.stream, suppressions=walker.opening), walker.looks, root


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


def _decoded(data: bytes) -> str:
    """The text of a page: by mark or as UTF-8, else in the one-byte encoding that the page says it has."""
    said = _CHARSET.search(data[:4096])
    name = said[1].decode() if said else ""
    # Browsers read Latin-1 as Windows-1252, as decode does.
    if _CHARSETS.fullmatch(name) and not _is_utf8(data):
        with suppress(LookupError):  # a name that looks like an encoding but is none
            return data.decode(name, errors="replace")
    return decode(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return True


def _page_of_archive(data: bytes) -> bytes:
    """The page in a file with its pictures (.mht); ``data`` itself where it is a page."""
    if b"mime-version:" not in data[:2000].lower():
        return data
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                return content
    return data


def read_html(data: bytes) -> Extract:
    """Read an HTML page, also one saved with its pictures (.mht). Raises UnreadableError ("damaged")."""
    data = _page_of_archive(data)
    extract, looks, root = html_stream(_decoded(data))
    extract.stream = drop_contents(formatted_headings(extract.stream, looks))
    nest_by_number(extract.stream)
    titles = [_text(t) for t in root.iter("title")]
    extract.title = _meta(root, "dcterms.title", "dc.title", "og:title") or next(
        (t for t in titles if t), None
    )
    extract.authority = _meta(root, "overheid.authority", "dcterms.creator", "dc.creator")
    extract.date = _meta(root, "dcterms.available", "dcterms.issued", "dcterms.date", "dcterms.modified")
    extract.kind_hint = _meta(root, "dcterms.type", "dc.type")
    return extract
