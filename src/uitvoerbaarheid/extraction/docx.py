"""DOCX: styles, outline levels and numbering through python-docx, text through the XML below it."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import docx
from lxml import etree

from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.safety import Archive, parse_xml
from uitvoerbaarheid.extraction.strings import (
    clean,
    depths_by_number,
    drop_contents,
    number_depth,
    split_number,
)
from uitvoerbaarheid.extraction.tables import Cell, table_pieces
from uitvoerbaarheid.records import UnreadableError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"(?:heading|kop|überschrift|titre)\s*([1-9])\b", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(
    r"^(?:toc|inhopg|inhoudsopgave|table of (?:contents|figures)|lijst met)", re.IGNORECASE
)
_TITLE_STYLE = re.compile(r"^(?:title|titel)$", re.IGNORECASE)
_LIST_STYLE = re.compile(r"^(?:list|lijst|opsomming)", re.IGNORECASE)
_CAPTION_STYLE = re.compile(r"^(?:caption|bijschrift)", re.IGNORECASE)
# Deleted text, the fallback drawing of a text box, and the codes of fields are no text of the reader.
_SKIP = {"del", "moveFrom", "Fallback", "instrText", "delText", "txbxContent", "pPr", "rPr"}
_MAX_HEADING_WORDS = 14
_MAX_DEPTH = 60
#: Word itself follows no longer chain of styles.
_MAX_STYLES = 12


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _inline(element: Any) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in _SKIP:
            continue
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "br", "cr", "ptab"):
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        else:
            yield from _inline(child)


class _Styles:
    """What a paragraph's style says, its parents included: names, outline level and numbering."""

    def __init__(self, document: Any) -> None:
        self._styles = {s.get(f"{_W}styleId"): s for s in document.styles.element.iter(f"{_W}style")}

    def chain(self, style_id: str | None) -> Iterator[Any]:
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen and len(seen) < _MAX_STYLES:
            seen.add(style_id or "")
            style = self._styles[style_id]
            yield style
            based = style.find(f"{_W}basedOn")
            style_id = based.get(f"{_W}val") if based is not None else None

    def names(self, paragraph: Any) -> list[str]:
        return [_value(s.find(f"{_W}name")) or "" for s in self.chain(_style_id(paragraph))]

    def property(self, paragraph: Any, path: str) -> Any:
        """The first element at ``path`` in the paragraph's own properties or those of its styles."""
        own = paragraph.find(f"{_W}pPr")
        for holder in (own, *(s.find(f"{_W}pPr") for s in self.chain(_style_id(paragraph)))):
            found = holder.find(path) if holder is not None else None
            if found is not None:
                return found
        return None

    def bold(self, run: Any, paragraph: Any) -> bool:
        for holder in (run, *self.chain(_style_id(paragraph))):
            properties = holder.find(f"{_W}rPr")
            mark = properties.find(f"{_W}b") if properties is not None else None
            if mark is not None:
                return (_value(mark) or "true") not in ("0", "false", "off")
        return False


def _value(element: Any) -> str | None:
    return element.get(f"{_W}val") if element is not None else None


def _number(element: Any) -> int | None:
    value = _value(element) or ""
    return int(value) if re.fullmatch(r"-?\d{1,9}", value) else None


def _style_id(paragraph: Any) -> str | None:
    return _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))


class _Numbering:
    """Automatic numbers as Word shows them, for headings (decimal, letters and roman numerals)."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[int, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[int, int] = {}
        self._counts: dict[int, dict[int, int]] = defaultdict(dict)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.findall(f"{_W}abstractNum"):
            key = int(abstract.get(f"{_W}abstractNumId") or 0)
            self._levels[key] = {
                int(level.get(f"{_W}ilvl") or 0): (
                    _value(level.find(f"{_W}lvlText")) or "",
                    _value(level.find(f"{_W}numFmt")) or "decimal",
                    _number(level.find(f"{_W}start")) or 1,
                )
                for level in abstract.findall(f"{_W}lvl")
            }
        for number in root.findall(f"{_W}num"):
            abstract_id = _number(number.find(f"{_W}abstractNumId"))
            if abstract_id is not None:
                self._abstract[int(number.get(f"{_W}numId") or 0)] = abstract_id

    def next(self, number_id: int, level: int) -> str:
        """Count a paragraph of list ``number_id`` at ``level`` and give its number ("" for a bullet)."""
        abstract = self._abstract.get(number_id)
        levels = self._levels.get(abstract, {}) if abstract is not None else {}
        if abstract is None or level not in levels:
            return ""
        counts = self._counts[abstract]
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        pattern, style, _ = levels[level]
        if style in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            which = int(match[1]) - 1
            _, form, start = levels.get(which, ("", "decimal", 1))
            return _format(counts.get(which, start), form)

        return re.sub(r"%([1-9])", shown, pattern).strip()


def _format(count: int, style: str) -> str:
    if style in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
        return chr((97 if style == "lowerLetter" else 65) + count - 1)
    if style in ("lowerRoman", "upperRoman") and 1 <= count <= 39:
        roman = "X" * (count // 10) + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][count % 10]
        return roman if style == "upperRoman" else roman.lower()
    return str(count)


class _Reader:
    def __init__(self, document: Any) -> None:
        self.styles = _Styles(document)
        self.numbering = _Numbering(document)
        self.notes = _notes(document)
        self.stream: list[Heading | Piece] = []
        self.bold: dict[int, bool] = {}
        self.title: str | None = None
        self._opening = False

    def blocks(self, parent: Any, level: int = 0) -> None:
        """Add all paragraphs and tables below ``parent`` in their order."""
        if level > _MAX_DEPTH:
            return
        for child in parent:
            name = _name(child)
            if name == "p":
                self.paragraph(child, level)
            elif name == "tbl":
                self.table(child, level)
            elif name == "sdt":
                content = child.find(f"{_W}sdtContent")
                if content is not None and not _is_contents(child):
                    self.blocks(content, level + 1)
            elif name in ("ins", "moveTo", "customXml", "smartTag"):
                self.blocks(child, level + 1)

    def paragraph(self, element: Any, level: int) -> None:
        names = self.styles.names(element)
        text = clean("".join(_inline(element)))
        if text and not any(_CONTENTS_STYLE.match(n) for n in names[:1]):
            self._add(element, text, names)
        for box in element.iter(f"{_W}txbxContent"):
            if not any(_name(a) in ("Fallback", "del", "txbxContent") for a in box.iterancestors()):
                self.blocks(box, level + 1)
        for reference in element.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"):
            note = self.notes.get((_name(reference), reference.get(f"{_W}id") or ""))
            if note:
                self.stream.append(Piece("note", note))

    def _add(self, element: Any, text: str, names: list[str]) -> None:
        if names and _TITLE_STYLE.match(names[0]):
            self.title = self.title or text
        depth = self._depth(element, names)
        number = self._number(element)
        if depth is not None and not any(c.isalpha() for c in text):
            # A lone page number in a heading style opens a chapter: the line after it is the heading.
            self._opening = True
            return
        if depth is None and self._opening:
            depth = number_depth(split_number(text)[0]) or 1
        self._opening = False
        if depth is not None and _may_be_heading(text):
            shown = clean(f"{number} {text}") if number and any(c.isalnum() for c in number) else text
            self.stream.append(Heading(shown, depth))
            return
        kind: Any = "paragraph"
        if names and _CAPTION_STYLE.match(names[0]):
            kind = "caption"
        elif number is not None or (names and _LIST_STYLE.match(names[0]) and names[0] != "List Paragraph"):
            kind = "item"
        piece = Piece(kind, text)
        self.bold[id(piece)] = self._all_bold(element)
        self.stream.append(piece)

    def _depth(self, element: Any, names: list[str]) -> int | None:
        for name in names:
            match = _HEADING_STYLE.match(name)
            if match:
                return int(match[1])
        outline = _number(self.styles.property(element, f"{_W}outlineLvl"))
        return outline + 1 if outline is not None and 0 <= outline <= 8 else None

    def _number(self, element: Any) -> str | None:
        properties = self.styles.property(element, f"{_W}numPr")
        if properties is None:
            return None
        number_id = _number(properties.find(f"{_W}numId"))
        if not number_id:
            return None
        level = _number(properties.find(f"{_W}ilvl"))
        if level is None:
            level = (self._depth(element, self.styles.names(element)) or 1) - 1
        return self.numbering.next(number_id, level)

    def _all_bold(self, element: Any) -> bool:
        runs = [run for run in element.iter(f"{_W}r") if clean("".join(_inline(run)))]
        return bool(runs) and all(self.styles.bold(run, element) for run in runs)

    def table(self, element: Any, level: int) -> None:
        rows = [row for row in element.iter(f"{_W}tr") if _owner(row) is element]
        if len(rows) == 1 and len(_cells(rows[0])) == 1:
            # A table of one cell is a frame around text.
            self.blocks(_cells(rows[0])[0], level + 1)
            return
        self.stream.extend(table_pieces([_row(row) for row in _unmerged(rows)]))
        for reference in element.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"):
            note = self.notes.get((_name(reference), reference.get(f"{_W}id") or ""))
            if note:
                self.stream.append(Piece("note", note))

    def bold_headings(self) -> None:
        """Short bold paragraphs before other text are headings: all without styles, else the numbered."""
        styled = any(isinstance(item, Heading) for item in self.stream)
        result: list[Heading | Piece] = []
        for position, item in enumerate(self.stream):
            following = self.stream[position + 1] if position + 1 < len(self.stream) else None
            if isinstance(item, Piece) and self._is_bold_heading(item, styled) and following is not None:
                result.append(Heading(item.text.rstrip(": "), number_depth(split_number(item.text)[0]) or 1))
            else:
                result.append(item)
        self.stream = result

    def _is_bold_heading(self, piece: Piece, numbered: bool) -> bool:
        return (
            (not numbered or split_number(piece.text)[0] is not None)
            and piece.kind in ("paragraph", "item")
            and self.bold.get(id(piece), False)
            and len(piece.text.split()) <= _MAX_HEADING_WORDS
            and piece.text[-1] not in ".;,"
        )


def _may_be_heading(text: str) -> bool:
    """Whether text in a heading style can be one: not a sentence or a whole paragraph."""
    count = len(text.split())
    sentence = text.endswith(".") and not text.endswith("..")
    return count <= 40 and not (sentence and count >= 10)


def _owner(row: Any) -> Any:
    return next(a for a in row.iterancestors() if _name(a) == "tbl")


def _cells(row: Any) -> list[Any]:
    return [c for c in row.iter(f"{_W}tc") if next(a for a in c.iterancestors() if _name(a) == "tr") is row]


def _cell_text(cell: Any) -> str:
    return " ".join("".join(_inline(p)) for p in cell.iter(f"{_W}p"))


def _row(row: Any) -> list[Cell]:
    head = row.find(f"{_W}trPr/{_W}tblHeader") is not None
    return [
        Cell(_cell_text(cell), _number(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1, head=head)
        for cell in _cells(row)
    ]


def _unmerged(rows: list[Any]) -> list[Any]:
    """The rows with vertically merged cells filled in: a continued cell gets the text of the first."""
    above: dict[int, Any] = {}
    for row in rows:
        column = 0
        for cell in _cells(row):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and _value(merge) in (None, "continue") and column in above:
                for paragraph in list(cell.iter(f"{_W}p"))[:1]:
                    clone = etree.SubElement(paragraph, f"{_W}t")
                    clone.text = above[column]
            elif merge is not None:
                above[column] = clean(_cell_text(cell))
            else:
                above.pop(column, None)
            column += _number(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1
    return rows


def _is_contents(control: Any) -> bool:
    gallery = control.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return "table of contents" in (_value(gallery) or "").lower()


def _notes(document: Any) -> dict[tuple[str, str], str]:
    """Texts of footnotes and endnotes by the name of their reference and their identifier."""
    notes: dict[tuple[str, str], str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external or kind not in ("footnotes", "endnotes"):
            continue
        root = parse_xml(relation.target_part.blob)
        name = kind[:-1]
        for note in root.iter(f"{_W}{name}"):
            if note.get(f"{_W}type") in (None, "normal"):
                text = clean(" ".join("".join(_inline(p)) for p in note.iter(f"{_W}p")))
                notes[(f"{name}Reference", note.get(f"{_W}id") or "")] = text
    return notes


def read_docx(data: bytes) -> Extract:
    """Read a DOCX. Raises UnreadableError ("damaged", "encrypted", "too_large" or "empty")."""
    try:
        # python-docx opens the archive itself, and unpacks files at once whatever their size.
        Archive(data, "Word-document").verify()
        document = docx.Document(io.BytesIO(data))
        reader = _Reader(document)
        reader.blocks(document.element.body)
    except UnreadableError:
        raise
    except MemoryError as error:
        raise UnreadableError("memory", "Het Word-document vraagt te veel geheugen.") from error
    except Exception as error:
        # python-docx raises whatever the damage happens to trigger: KeyError, AttributeError, zlib.error ...
        raise UnreadableError(
            "damaged", "Het Word-document is beschadigd en kan niet worden gelezen."
        ) from error
    reader.bold_headings()
    stream = drop_contents(reader.stream)
    if not stream:
        raise UnreadableError("empty", "Het Word-document bevat geen tekst.")
    if all(h.depth == 1 for h in stream if isinstance(h, Heading)):
        depths_by_number(stream)
    return Extract("docx", stream, title=reader.title or clean(document.core_properties.title or "") or None)
