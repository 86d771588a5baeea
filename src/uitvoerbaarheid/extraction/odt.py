"""OpenDocument text (.odt, and flat as .fodt): styles, outline levels, numbering and tables from its XML.

lxml reads it: the packages that know the format are no longer kept (odfpy), or build a document to be changed
and give no numbers, no styles' inheritance and no bounds on what they unpack.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from uitvoerbaarheid.extraction.formatting import Flow, Look, heading_style, is_contents_style
from uitvoerbaarheid.extraction.model import Extract
from uitvoerbaarheid.extraction.numbering import Level, Numbering
from uitvoerbaarheid.extraction.safety import Archive, parse_xml
from uitvoerbaarheid.extraction.strings import clean
from uitvoerbaarheid.extraction.suppressions import MAX_COMMENTS, suppression
from uitvoerbaarheid.extraction.tables import MAX_COLUMNS, Cell
from uitvoerbaarheid.records import UnreadableError

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = f"{{{_URN}office:1.0}}"
_STYLE = f"{{{_URN}style:1.0}}"
_TEXT = f"{{{_URN}text:1.0}}"
_TABLE = f"{{{_URN}table:1.0}}"
_FO = f"{{{_URN}xsl-fo-compatible:1.0}}"
_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DC_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"

# Generated lists, what was deleted (kept apart in tracked-changes), remarks and forms are no text.
_SKIP = {
    "tracked-changes", "table-of-content", "illustration-index", "table-index", "object-index", "user-index",
    "alphabetical-index", "forms", "annotation", "annotation-end", "page-number", "page-count", "ruby-text",
    "image", "object", "object-ole", "plugin", "scripts", "hidden-text",
    "bibliography-configuration", "event-listeners", "sequence-decls", "variable-decls",
    "user-field-decls", "dde-connection-decls",
}  # fmt: skip
_BOXES = {
    "text-box", "custom-shape", "rect", "ellipse", "circle", "caption", "line", "polygon", "polyline", "path",
    "connector",
}  # fmt: skip
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(pt|in|cm|mm|px|%)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.346, "mm": 2.8346, "px": 0.75}
_MAX_DEPTH = 60
_LONG = 60
#: Cells that one cell stands for.
_MAX_REPEATED = 50
#: Styles that a style may be based on, one on the other.
_MAX_PARENTS = 12
_OUTLINE = "\0outline"


# Names and descriptions of pictures and tables: what a screen reader says, not what the page shows.
_HIDDEN_NAMES = ("title", "desc")


def _name(element: Any) -> str:
    """The local name of an element; empty for comments and what is not to be read."""
    if not isinstance(element.tag, str):
        return ""
    name: str = element.tag.rpartition("}")[2]
    if name in _SKIP:
        return ""
    return "" if name in _HIDDEN_NAMES and not element.tag.startswith(_TEXT) else name


class _Item(NamedTuple):
    """Where in a list a paragraph stands: the list, the level from 0, whether it has the item's number."""

    key: str
    depth: int
    numbered: bool


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,6}", value) else default


class _Styles:
    """Paragraph and character styles, automatic ones included, with what they inherit."""

    def __init__(self, roots: list[Any]) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._defaults: dict[str, Any] = {}
        self._properties: dict[tuple[str, str, str], str | None] = {}
        self._chains: dict[tuple[str, str], list[Any]] = {}
        for root in roots:
            for style in root.iter(f"{_STYLE}style"):
                # A style inside content.xml stands for itself; the first of a name is the nearest.
                key = (style.get(f"{_STYLE}family") or "", style.get(f"{_STYLE}name") or "")
                self._styles.setdefault(key, style)
            for style in root.iter(f"{_STYLE}default-style"):
                self._defaults.setdefault(style.get(f"{_STYLE}family") or "", style)

    def chain(self, family: str, name: str | None) -> list[Any]:
        """The style and its parents, nearest first."""
        key = (family, name or "")
        if key not in self._chains:
            chain: list[Any] = []
            seen: set[str] = set()
            following = name
            while following and following not in seen and (family, following) in self._styles:
                if len(chain) >= _MAX_PARENTS:
                    break
                seen.add(following)
                chain.append(self._styles[(family, following)])
                following = chain[-1].get(f"{_STYLE}parent-style-name")
            self._chains[key] = chain
        return self._chains[key]

    def names(self, paragraph: Any) -> list[str]:
        """The names, as shown, of a paragraph's style and its parents; automatic styles have none."""
        return [
            (style.get(f"{_STYLE}display-name") or style.get(f"{_STYLE}name") or "").replace("_20_", " ")
            for style in self.chain("paragraph", paragraph.get(f"{_TEXT}style-name"))
            if _name(style.getparent()) != "automatic-styles"
        ]

    def attribute(self, paragraph: Any, name: str) -> str | None:
        """An attribute of the nearest style that has it."""
        for style in self.chain("paragraph", paragraph.get(f"{_TEXT}style-name")):
            value: str | None = style.get(f"{_STYLE}{name}")
            if value is not None:
                return value
        return None

    def text(self, family: str, name: str | None, attribute: str) -> str | None:
        """A property of text from a style, its parents or the default of its family."""
        key = (family, name or "", attribute)
        if key not in self._properties:
            holders = list(self.chain(family, name))
            if family == "paragraph" and "paragraph" in self._defaults:
                holders.append(self._defaults["paragraph"])
            found = (holder.find(f"{_STYLE}text-properties") for holder in holders)
            values = (p.get(attribute) for p in found if p is not None)
            self._properties[key] = next((value for value in values if value is not None), None)
        return self._properties[key]


def _list_styles(roots: list[Any]) -> dict[str, dict[int, Level]]:
    """The list styles by name, the numbering of the outline under a name of its own."""
    levels: dict[str, dict[int, Level]] = {}
    for root in roots:
        for style in root.iter(f"{_TEXT}list-style", f"{_TEXT}outline-style"):
            name = _OUTLINE if _name(style) == "outline-style" else style.get(f"{_STYLE}name") or ""
            known: dict[int, Level] = {}
            for child in style:
                if _name(child):
                    depth, level = _level(child, known)
                    known[depth] = level
            levels.setdefault(name, known)
    return levels


def _level(element: Any, above: dict[int, Level]) -> tuple[int, Level]:
    depth = _integer(element.get(f"{_TEXT}level"), 1)
    form = element.get(f"{_STYLE}num-format") or ""
    start = _integer(element.get(f"{_TEXT}start-value"), 1)
    style = _FORMS.get(form, "none") if "bullet" not in _name(element) else "bullet"
    pattern = element.get(f"{_STYLE}num-list-format") or element.get(f"{_LOEXT}num-list-format")
    if pattern:
        pattern = re.sub(r"%(\d)%", r"%\1", pattern)
    else:
        shown = max(1, min(_integer(element.get(f"{_TEXT}display-levels"), 1), depth))
        # Levels without a number of their own are not shown below them.
        levels = [
            level
            for level in range(depth - shown + 1, depth + 1)
            if level == depth or (level - 1 in above and above[level - 1].style not in ("none", "bullet"))
        ]
        prefix, suffix = element.get(f"{_STYLE}num-prefix") or "", element.get(f"{_STYLE}num-suffix") or ""
        pattern = prefix + ".".join(f"%{level}" for level in levels) + suffix
    return depth - 1, Level(pattern, style, start)


class _Reader:
    def __init__(self, content: Any, styles: Any | None) -> None:
        roots = [content] if styles is None else [content, styles]
        self.flow = Flow()
        self.styles = _Styles(roots)
        self.numbering = Numbering()
        self.levels = _list_styles(roots)
        self.numbering.add(_OUTLINE, _OUTLINE, self.levels.get(_OUTLINE, {}))
        # Lists by their identifier, so that a later one can go on with the count.
        self._lists: dict[str, str] = {}
        self._last_of_style: dict[str, str] = {}
        self._count = 0
        # Each is read once, also where a paragraph stands in another one's text box.
        self._remarks = set(content.iter(f"{_OFFICE}annotation"))
        self._room = MAX_COMMENTS

    def blocks(self, parent: Any, level: int = 0, item: _Item | None = None) -> None:
        """Add all below ``parent`` in its order; ``item`` is the list item it stands in."""
        if level > _MAX_DEPTH:
            return
        for child in parent:
            name = _name(child)
            if name in ("p", "h"):
                self._paragraph(child, level, item)
                # Only the first paragraph of an item has its number.
                item = item._replace(numbered=False) if item else None
            elif name == "list":
                self._list(child, level, item)
            elif name == "numbered-paragraph":
                key = self._list_key(child, child.get(f"{_TEXT}style-name") or "")
                depth = _integer(child.get(f"{_TEXT}level"), 1) - 1
                self.blocks(child, level + 1, _Item(key, depth, numbered=True))
            elif name == "table":
                self._table(child, level)
            elif name and not (name == "section" and child.get(f"{_TEXT}display") == "none"):
                self.blocks(child, level + 1, item)

    def _list(self, element: Any, level: int, outer: _Item | None) -> None:
        style = element.get(f"{_TEXT}style-name")
        key = outer.key if outer is not None and style is None else self._list_key(element, style or "")
        depth = 0 if outer is None else outer.depth + 1
        for child in element:
            name = _name(child)
            if name == "list-item":
                start = child.get(f"{_TEXT}start-value")
                if start is not None:
                    self.numbering.count_from(key, depth, _integer(start, 1))
                self.blocks(child, level + 1, _Item(key, depth, numbered=True))
            elif name == "list-header":
                self.blocks(child, level + 1, _Item(key, depth, numbered=False))

    def _list_key(self, element: Any, style: str) -> str:
        """The name under which a list counts: its own, or that of the list it goes on with."""
        goes_on = self._lists.get(element.get(f"{_TEXT}continue-list") or "")
        if goes_on is None and element.get(f"{_TEXT}continue-numbering") == "true":
            goes_on = self._last_of_style.get(style)
        self._count += 1
        key = goes_on or f"{style}\0{self._count}"
        if goes_on is None:
            self.numbering.add(key, key, self.levels.get(style, {}))
        self._last_of_style[style] = key
        identifier = element.get(_XML_ID)
        if identifier:
            self._lists[identifier] = key
        return key

    def _paragraph(self, element: Any, level: int, item: _Item | None) -> None:
        names = self.styles.names(element) or [""]
        depth = self._heading_depth(element, names)
        number = self._number(element, depth, item)
        spans = list(self._spans(element, None))
        text = clean("".join(part for _, part in spans))
        hidden = self.styles.text("paragraph", element.get(f"{_TEXT}style-name"), f"{_TEXT}display") == "none"
        if text and not hidden and not is_contents_style(names[0]):
            look = self._look(element, spans, number or "")
            self.flow.line(text, depth, look, names[0], item=item is not None and item.numbered)
        self._set_aside(element)
        for inner in _inside(element):
            name = _name(inner)
            if name == "note":
                self._note(inner)
            else:
                self.blocks(inner, level + 1)

    def _set_aside(self, element: Any) -> None:
        """Add the remarks in an element that set rules aside."""
        for remark in element.iter(f"{_OFFICE}annotation") if self._remarks else ():
            if remark in self._remarks:
                self._remarks.discard(remark)
                text = " ".join("".join(p.itertext()) for p in remark.iter(f"{_TEXT}p"))
                aside = suppression(text, by=remark.findtext(_DC_CREATOR))
                if aside is not None and self._room:
                    self._room -= 1
                    self.flow.set_aside(aside)

    def _heading_depth(self, element: Any, names: list[str]) -> int | None:
        named = next((depth for depth in map(heading_style, names) if depth is not None), None)
        if _name(element) == "h":
            return named or _integer(element.get(f"{_TEXT}outline-level"), 1)
        outline = self.styles.attribute(element, "default-outline-level")
        return named if outline is None or outline else None

    def _number(self, element: Any, depth: int | None, item: _Item | None) -> str | None:
        """The automatic number of a paragraph, "" for a bullet, None where it has none."""
        if item is not None:
            return self.numbering.next(item.key, item.depth) if item.numbered else None
        if element.get(f"{_TEXT}is-list-header") == "true":
            return None
        style = self.styles.attribute(element, "list-style-name")
        if depth is None or style == "":
            return None
        # A heading is numbered by the outline, unless its style has a list of its own.
        key = self._list_of_style(style) if style in self.levels else _OUTLINE
        level = max(0, _integer(element.get(f"{_TEXT}outline-level"), depth) - 1)
        if element.get(f"{_TEXT}restart-numbering") == "true":
            self.numbering.count_from(key, level, _integer(element.get(f"{_TEXT}start-value"), 1))
        return self.numbering.next(key, level)

    def _list_of_style(self, style: str | None) -> str:
        key = f"{style}\0headings"
        if key not in self._lists:
            self.numbering.add(key, key, self.levels[style or ""])
            self._lists[key] = key
        return key

    def _spans(self, element: Any, style: str | None) -> Iterator[tuple[str | None, str]]:
        """The running text of a paragraph with the character style of each part."""
        if element.text:
            yield style, element.text
        for child in element:
            name = _name(child)
            if name in ("s", "tab", "line-break", "soft-page-break"):
                yield style, "" if name == "soft-page-break" else " "
            elif name and name not in _BOXES and name not in ("frame", "g", "note"):
                own = child.get(f"{_TEXT}style-name") if name == "span" else None
                if own is None or self.styles.text("text", own, f"{_TEXT}display") != "none":
                    yield from self._spans(child, own or style)
            if child.tail:
                yield style, child.tail

    def _look(self, element: Any, spans: list[tuple[str | None, str]], number: str) -> Look:
        """How a paragraph is set; a property counts where all of its text has it."""
        paragraph = element.get(f"{_TEXT}style-name")
        if sum(text.count(" ") for _, text in spans) > _LONG:
            longest = max(spans, key=lambda span: len(span[1]))[0]
            return Look(size=self._size(longest, paragraph), number=number)
        shown = [(style, text) for style, text in spans if clean(text)]
        sizes: Counter[int] = Counter()
        for style, text in shown:
            sizes[self._size(style, paragraph)] += len(text)
        underlined = (self._of(style, paragraph, f"{_STYLE}text-underline-style") for style, _ in shown)
        return Look(
            bold=bool(shown) and all(self._bold(style, paragraph) for style, _ in shown),
            underlined=bool(shown) and all(value not in (None, "none") for value in underlined),
            size=max(sizes, key=lambda size: (sizes[size], size), default=0),
            number=number,
            boxed=any(_name(a) in _BOXES or _name(a) == "table-cell" for a in element.iterancestors()),
        )

    def _of(self, span: str | None, paragraph: str | None, attribute: str) -> str | None:
        own = self.styles.text("text", span, attribute) if span else None
        return self.styles.text("paragraph", paragraph, attribute) if own is None else own

    def _bold(self, span: str | None, paragraph: str | None) -> bool:
        weight = self._of(span, paragraph, f"{_FO}font-weight") or ""
        return weight == "bold" or weight in ("600", "700", "800", "900")

    def _size(self, span: str | None, paragraph: str | None) -> int:
        """The size of letters in half points, as Word counts them; 0 where none is given."""
        match = _LENGTH.fullmatch(self._of(span, paragraph, f"{_FO}font-size") or "")
        if not match:
            return 0
        if match[2] == "%":
            return round(24 * float(match[1]) / 100)
        return round(2 * float(match[1]) * _POINTS[match[2]])

    def _note(self, element: Any) -> None:
        body = element.find(f"{_TEXT}note-body")
        if body is not None:
            self.flow.note(clean(" ".join(self._plain(p) for p in _paragraphs(body))))

    def _plain(self, paragraph: Any) -> str:
        return "".join(text for _, text in self._spans(paragraph, None))

    def _table(self, element: Any, level: int) -> None:
        rows = list(_rows(element, head=False))
        if len(rows) == 1 and len(list(_cells(rows[0][0]))) == 1:
            # A table of one cell is a frame around text.
            self.blocks(next(_cells(rows[0][0])), level + 1)
            return
        if any(self._holds_heading(cell) for row, _ in rows for cell in _cells(row)):
            # A table with headings above text in its cells only sets out the page.
            for cell in (cell for row, _ in rows for cell in _cells(row)):
                self.blocks(cell, level + 1)
            return
        lines: list[list[Cell]] = []
        bold: list[bool] = []
        for row, head in rows:
            line, all_bold = [], True
            for cell in _cells(row):
                text, is_bold = self._cell(cell)
                all_bold = all_bold and (is_bold or not text)
                columns = _integer(cell.get(f"{_TABLE}number-columns-spanned"), 1)
                height = _integer(cell.get(f"{_TABLE}number-rows-spanned"), 1)
                repeated = min(_integer(cell.get(f"{_TABLE}number-columns-repeated"), 1), _MAX_REPEATED)
                line += [Cell(text, columns, height, head=head) for _ in range(max(1, repeated))]
            lines.append(line[:MAX_COLUMNS])
            bold.append(all_bold)
        self.flow.table(lines, bold)
        self._set_aside(element)
        for row, _ in rows:
            for note in row.iter(f"{_TEXT}note"):
                self._note(note)

    def _holds_heading(self, cell: Any) -> bool:
        texts = [p for p in cell if _name(p) in ("p", "h") and clean("".join(p.itertext()))]
        return any(self._heading_depth(p, self.styles.names(p)) is not None for p in texts[:-1])

    def _cell(self, cell: Any) -> tuple[str, bool]:
        """The text of a cell with all that is in it, and whether it is all bold."""
        texts, bold = [], True
        for paragraph in _paragraphs(cell):
            style = paragraph.get(f"{_TEXT}style-name")
            spans = list(self._spans(paragraph, None))
            bold = bold and all(self._bold(span, style) for span, text in spans if clean(text))
            texts.append("".join(text for _, text in spans))
        return clean(" ".join(texts)), bold


def _inside(element: Any) -> Iterator[Any]:
    """The notes and text boxes anchored in a paragraph, in their order; boxes in a box come with it."""
    for child in element:
        name = _name(child)
        if name == "note" or name in _BOXES:
            yield child
        elif name:
            yield from _inside(child)


def _paragraphs(element: Any) -> Iterator[Any]:
    """All paragraphs below an element, those in text boxes included, those in notes and remarks not."""
    for child in element:
        name = _name(child)
        if name in ("p", "h"):
            yield child
        if name and name != "note":
            yield from _paragraphs(child)


def _rows(table: Any, head: bool) -> Iterator[tuple[Any, bool]]:
    """The rows of a table, each with whether it is a header row."""
    for child in table:
        name = _name(child)
        if name == "table-row":
            yield child, head
        elif name == "table-header-rows":
            yield from _rows(child, True)
        elif name in ("table-rows", "table-row-group"):
            yield from _rows(child, head)


def _cells(row: Any) -> Iterator[Any]:
    # Covered cells have no text of their own: the cell over them says how far it goes.
    return (child for child in row if _name(child) == "table-cell")


def _parts(data: bytes) -> tuple[Any, Any | None, Any | None]:
    """The roots of the content, the styles and the metadata."""
    if not data.startswith(b"PK"):
        root = parse_xml(data, "ODT")
        return root, None, root
    archive = Archive(data, "ODT-document")
    content = parse_xml(archive.read("content.xml"), "ODT")
    others = [
        parse_xml(archive.read(n), "ODT") if n in archive.names else None for n in ("styles.xml", "meta.xml")
    ]
    return content, others[0], others[1]


def read_odt(data: bytes) -> Extract:
    """Read an ODT. Raises UnreadableError ("damaged", "encrypted", "too_large" or "empty")."""
    content, styles, meta = _parts(data)
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise UnreadableError(
            "unsupported", "Dit is een OpenDocument-bestand, maar geen tekstdocument (.odt)."
        )
    reader = _Reader(content, styles)
    reader.blocks(body)
    stream = reader.flow.finished()
    if not stream:
        raise UnreadableError("empty", "Het ODT-document bevat geen tekst.")
    titles = [clean("".join(t.itertext())) for t in meta.iter(_DC_TITLE)] if meta is not None else []
    title = reader.flow.title or next((t for t in titles if t), None)
    return Extract("odt", stream, title=title, suppressions=reader.flow.suppressions)
