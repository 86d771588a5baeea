"""STOP/IMOP XML (and older official publications): the exact section tree of a published plan.

Elements are matched by their local name without case, because versions 0.90, 0.98 and later differ in
namespaces and in the case of names, not in structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.safety import parse_xml
from uitvoerbaarheid.extraction.strings import clean
from uitvoerbaarheid.extraction.tables import Cell, table_pieces
from uitvoerbaarheid.records import UnreadableError

# A Tussenkop has no number, identifier or extent of its own: in STOP it is a line of the text.
_TEXT = {"al", "tussenkop", "wat", "groep", "definitie", "slotzin", "lijstaanhef", "ondertekening", "plaats"}
_TEXT_CONTAINER = {"al.groep", "groep"}
_SKIP = {
    "metadata",
    "expressionidentificatie",
    "regelingopschrift",
    "regelingversieinformatie",
    "inhoudsopgave",
    "verwijderdetekst",
    "verwijder",
    "vervallen",
    "gereserveerd",
    "locaties",
    "geometrie",
    "meta-data",
    "redactioneel",
}
_INLINE = {
    "b", "i", "u", "strong", "em", "sup", "sub", "br", "inline", "extref", "intref", "intioref", "extioref",
    "nieuwetekst", "verwijderdetekst", "contact", "abbr", "noot", "nootref", "inlinetekstafbeelding",
    "onderstreept", "span", "",
}  # fmt: skip
_BODY = (
    "lichaam",
    "tekst",
    "regeling-tekst",
    "artikel",
    "divisie",
    "divisietekst",
    "formeledivisie",
    "hoofdstuk",
)
_ANNEXES = ("motivering", "toelichting", "bijlage", "artikelgewijzetoelichting", "algemenetoelichting")
_AUTHORITY = ("eindverantwoordelijke", "maker", "creator", "opsteller", "bevoegdgezag")
_MAX_DEPTH = 200

Stream = list[Heading | Piece]


def local(element: Any) -> str:
    """An element's local name in lower case; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _children(element: Any, name: str) -> list[Any]:
    return [child for child in element if local(child) == name]


def _inline(element: Any, skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """The text in an element without notes, deleted text and the elements named in ``skip``."""
    name = local(element)
    if name in ("noot", "verwijderdetekst", "nootref") or name in skip or _deleted(element):
        return
    if name in ("br", "tab", "al", "li", "term", "definitie"):
        yield " "
    yield element.text or ""
    for child in element:
        yield from _inline(child, skip)
        yield child.tail or ""
    if name in ("al", "li", "term"):
        yield " "


def text_of(element: Any, skip: frozenset[str] = frozenset()) -> str:
    """The running text of an element on one line."""
    return clean("".join(_inline(element, skip)))


def heading_text(head: Any) -> str:
    """A Kop as displayed: label, number and title, without saying the same twice."""
    title = " ".join(text_of(c) for c in head if local(c) in ("opschrift", "titel", "subtitel"))
    named = " ".join(text_of(c) for c in head if local(c) in ("label", "nummer"))
    if not any(local(c) for c in head):
        title = text_of(head)
    title, named = clean(title), clean(named)
    return title if title.casefold().startswith(named.casefold()) else clean(f"{named} {title}")


class Walker:
    """Turns elements of the text model into the stream of headings and pieces.

    With ``lines`` each knows the line of its element in the file.
    """

    def __init__(self, *, lines: bool = False) -> None:
        self.stream: Stream = []
        self._lines = lines
        self._tables = 0

    def _line(self, element: Any) -> int | None:
        return element.sourceline if self._lines else None

    def walk(self, element: Any, depth: int = 1, *, boxed: bool = False, level: int = 0) -> None:
        """Add ``element`` and all below it; ``depth`` is that of a heading found here."""
        name = local(element)
        if not name or name in _SKIP or _deleted(element):
            return
        if level > _MAX_DEPTH:
            raise UnreadableError("damaged", "De XML is te diep genest.")
        if name == "lijst":
            self._list(element, level)
        elif name in ("table", "tabel"):
            self._table(element)
        elif name in ("figuur", "plaatje"):
            self._captions(element)
        elif name == "begrip":
            self._definition(element)
        elif name == "noot":
            self._note(element)
        elif name in _TEXT and name not in _TEXT_CONTAINER:
            self._paragraph(element, level)
        else:
            self._container(element, depth, boxed, level)

    def _container(self, element: Any, depth: int, boxed: bool, level: int) -> None:
        boxed = boxed or local(element) in ("kadertekst", "kader")
        heads = _children(element, "kop")
        title = heading_text(heads[0]) if heads else ""
        if title and boxed:
            self.stream.append(Piece("paragraph", title, line=self._line(heads[0])))
        elif title:
            key = element.get("wId") or element.get("eId")
            self.stream.append(Heading(title, depth, key=key, line=self._line(heads[0])))
            depth += 1
        for note in (n for head in heads for n in head.iter() if local(n) == "noot"):
            self._note(note)
        if not any(local(child) not in _INLINE for child in element):
            # An element that holds its text itself.
            self._piece("paragraph", element)
            return
        self._loose(element.text, element)
        for child in element:
            if local(child) != "kop":
                self.walk(child, depth, boxed=boxed, level=level + 1)
            self._loose(child.tail, element)

    def _loose(self, text: str | None, element: Any) -> None:
        """Add text between elements, where none belongs: it is text all the same."""
        line = clean(text or "")
        if line:
            self.stream.append(Piece("paragraph", line, line=self._line(element)))

    def _paragraph(self, element: Any, level: int) -> None:
        nested = frozenset({"lijst", "table", "figuur"})
        self._piece("paragraph", element, nested)
        for child in element.iter():
            if child is not element and local(child) in nested and _outermost(child, element, nested):
                self.walk(child, level=level + 1, boxed=True)

    def _piece(self, kind: Any, element: Any, skip: frozenset[str] = frozenset()) -> None:
        text = text_of(element, skip)
        if text:
            self.stream.append(Piece(kind, text, line=self._line(element)))
        self._notes(element, skip)

    def _notes(self, element: Any, skip: frozenset[str] = frozenset()) -> None:
        if local(element) in skip:
            return
        for child in element:
            if local(child) == "noot":
                self._note(child)
            elif local(child) not in skip:
                self._notes(child, skip)

    def _note(self, element: Any) -> None:
        number = " ".join(text_of(n) for n in element if local(n) in ("nootnummer", "noot.nr"))
        parts = [text_of(c) for c in element if local(c) not in ("nootnummer", "noot.nr")]
        text = clean(f"{number} {' '.join([element.text or '', *parts])}")
        if text:
            self.stream.append(Piece("note", text, line=self._line(element)))

    def _list(self, element: Any, level: int) -> None:
        for child in element:
            name = local(child)
            if name == "li":
                self._item(child, level)
            elif name in ("lijstaanhef", "lijstsluiting"):
                self._piece("paragraph", child)
            else:
                self.walk(child, boxed=True, level=level + 1)

    def _item(self, element: Any, level: int) -> None:
        nested = frozenset({"lijst", "table", "figuur"})
        self._piece("item", element, nested | {"linummer", "li.nr"})
        for child in element.iter():
            if local(child) in nested and _outermost(child, element, nested):
                self.walk(child, boxed=True, level=level + 1)

    def _definition(self, element: Any) -> None:
        term = " ".join(text_of(t) for t in _children(element, "term"))
        meaning = text_of(element, frozenset({"term", "linummer", "li.nr"}))
        text = clean(f"{term}: {meaning}" if term and meaning else term or meaning)
        if text:
            self.stream.append(Piece("item", text, line=self._line(element)))
        self._notes(element)

    def _captions(self, element: Any) -> None:
        for child in element.iter():
            if local(child) in ("bijschrift", "titel", "title", "bron"):
                self._piece("caption", child)

    def _table(self, element: Any) -> None:
        for child in element:
            if local(child) in ("title", "titel", "caption"):
                self._piece("caption", child)
        found = [row for row in element.iter() if local(row) in ("row", "tr") and not _deleted(row)]
        columns: dict[Any, dict[str | None, int]] = {}
        pieces = table_pieces(
            [_row(row, element, columns) for row in found],
            table=self._tables,
            lines=[self._line(row) for row in found],
        )
        self._tables += bool(pieces)
        self.stream.extend(pieces)
        self._notes(element)


def _deleted(element: Any) -> bool:
    """Whether a change that is proposed here takes the element out; changes are read as accepted."""
    return element.get("wijzigactie") == "verwijder"


def _outermost(child: Any, top: Any, names: frozenset[str]) -> bool:
    for ancestor in child.iterancestors():
        if ancestor is top:
            return True
        if local(ancestor) in names or local(ancestor) == "noot":
            return False
    return False


def _row(row: Any, table: Any, known: dict[Any, dict[str | None, int]]) -> list[Cell]:
    """The cells of a row; ``known`` are the columns by name of the groups of rows met before."""
    group = next((a for a in row.iterancestors() if local(a) in ("tgroup", "table", "tabel")), table)
    if group not in known:
        known[group] = {c.get("colname"): i for i, c in enumerate(_children(group, "colspec"))}
    columns = known[group]
    in_head = any(local(a) == "thead" for a in row.iterancestors())
    cells = []
    for entry in row:
        if local(entry) not in ("entry", "td", "th"):
            continue
        first, last = columns.get(entry.get("namest")), columns.get(entry.get("nameend"))
        span = last - first + 1 if first is not None and last is not None else _int(entry.get("colspan"), 1)
        rows = _int(entry.get("morerows"), 0) + _int(entry.get("rowspan"), 1)
        cells.append(Cell(text_of(entry), span, rows, head=in_head or local(entry) == "th"))
    return cells


def _int(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,4}", value) else default


def read_stop(data: bytes) -> Extract:
    """Read STOP/IMOP XML. Raises UnreadableError ("damaged", or "unsupported" for other XML)."""
    root = parse_xml(data)
    tops = _text_roots(root)
    walker = Walker(lines=True)
    for top in tops:
        walker.walk(top)
    if not any(isinstance(item, Piece) for item in walker.stream):
        raise UnreadableError(
            "unsupported", "Deze XML is geen beleidstekst in STOP of een officiële publicatie."
        )
    title = _title(root, tops)
    stream = walker.stream
    if title and stream and isinstance(stream[0], Heading) and clean(stream[0].text) == title:
        _lift(stream)
    extract = Extract("xml", stream, title=title, authority=_authority(root), date=_date(root))
    extract.kind_hint = _kind(root)
    extract.first_text = " \n".join([title or "", *(text_of(e) for e in root.iter() if local(e) == "aanhef")])
    return extract


def _lift(stream: Stream) -> None:
    """A document whose whole text hangs under its own title: the chapters become the top level."""
    if isinstance(stream[1] if len(stream) > 1 else None, Heading):
        del stream[0]
    for item in stream:
        if isinstance(item, Heading):
            item.depth = max(1, item.depth - 1)


def _text_roots(root: Any) -> list[Any]:
    """The elements that hold the plan's text: the regulation itself, not the decision around it."""
    annexes = [e for e in root.iter() if local(e) in _ANNEXES]
    found = [
        e
        for e in root.iter()
        if local(e) == "regelingmutatie" or (local(e).startswith("regeling") and _children(e, "lichaam"))
    ]
    for name in _BODY:
        found = found or [e for e in root.iter() if local(e) == name]
    if not found:
        return []
    tops = {*found, *annexes}
    # In document order, and each element once.
    return [e for e in root.iter() if e in tops and not any(a in tops for a in e.iterancestors())]


def _first(root: Any, *names: str) -> str | None:
    for name in names:
        for element in root.iter():
            if local(element) == name:
                text = text_of(element)
                if text and not text.startswith("["):
                    return text
    return None


def _statement(root: Any, name: str) -> str | None:
    """A value from IMOP 0.90's generic metadata: ``<Uitspraak eigenschap="imop:NAME">``."""
    for element in root.iter():
        if local(element) == "uitspraak" and (element.get("eigenschap") or "").endswith(f":{name}"):
            return _first(element, "waarde")
    return None


def _title(root: Any, tops: list[Any]) -> str | None:
    for top in tops:
        found = _first(top, "regelingopschrift")
        if found:
            return re.sub(r"^Bijlage \w+:?\s+", "", found)
    stated = _statement(root, "citeertitel") or _statement(root, "officieleTitel")
    return stated or _first(root, "citeertitel", "officieletitel", "regelingopschrift", "intitule")


def _authority(root: Any) -> str | None:
    for name in _AUTHORITY:
        found = _first(root, name)
        if found:
            return found
    return _statement(root, "opsteller") or _statement(root, "bevoegdGezag")


def _kind(root: Any) -> str | None:
    return _statement(root, "typeDocument") or _first(root, "soortregeling")


def _date(root: Any) -> str | None:
    for element in root.iter():
        if local(element) in ("frbrexpression", "expression"):
            match = re.search(r"@(\d{4}-\d{2}-\d{2})", text_of(element))
            if match:
                return match[1]
    return _statement(root, "datumVaststelling") or _first(root, "bekendop")
