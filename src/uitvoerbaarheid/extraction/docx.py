"""DOCX: styles, outline levels and numbering through python-docx, text through the XML below it."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart

from uitvoerbaarheid.extraction.formatting import Flow, Look, heading_style, is_contents_style
from uitvoerbaarheid.extraction.model import Extract
from uitvoerbaarheid.extraction.numbering import Level, Numbering
from uitvoerbaarheid.extraction.safety import Archive, parse_xml
from uitvoerbaarheid.extraction.strings import clean
from uitvoerbaarheid.extraction.suppressions import MAX_COMMENTS, suppression
from uitvoerbaarheid.extraction.tables import MAX_REPEATED, Cell
from uitvoerbaarheid.records import Suppression, UnreadableError

# python-docx itself opens plain documents only; templates and documents with macros are built the same.
for _kind in (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
):
    PartFactory.part_type_for[_kind] = DocumentPart

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Deleted text, the fallback drawing of a text box, and the codes of fields are no text of the reader.
_SKIP = {"del", "moveFrom", "Fallback", "delText", "txbxContent", "pPr", "rPr", "sdtPr", "rt", "object"}
# Fields that Word fills in by itself: page numbers and lists of headings.
_OWN_FIELDS = re.compile(r"\s*(?:TOC|TOA|INDEX|PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_LISTING_FIELDS = re.compile(r"\s*(?:TOC|TOA|INDEX)\b", re.IGNORECASE)
# Characters of symbol fonts (their code without the private-use offset) that say something in text.
_SYMBOLS = {0xB7: "•", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xE0: "→", 0xF0: "⇨", 0xFC: "✓", 0xFB: "✗", 0xFE: "☑"}
_SYMBOL_FONTS = ("symbol", "wingdings", "webdings")
_MAX_DEPTH = 60
_LONG = 60
_MAX_CODE = 200
#: Word itself follows no longer chain of styles.
_MAX_STYLES = 12


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: Any) -> str | None:
    return element.get(f"{_W}val") if element is not None else None


def _on(element: Any) -> bool:
    return element is not None and (_value(element) or "true") not in ("0", "false", "off", "none")


def _number(element: Any) -> int | None:
    return _integer(_value(element))


def _integer(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"-?\d{1,9}", value) else None


def _style_id(paragraph: Any) -> str | None:
    return _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))


def _symbol(element: Any) -> str:
    code = element.get(f"{_W}char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
        return ""
    number = int(code, 16)
    font = (element.get(f"{_W}font") or "").casefold()
    if number >= 0xF000 or font.startswith(_SYMBOL_FONTS):
        return _SYMBOLS.get(number & 0xFF, " ")
    return chr(number)


class _Text:
    """The visible text of paragraphs: deleted and hidden text and the results of own fields left out.

    Fields may run over paragraphs (a table of contents does), so the reader keeps one of these.
    """

    def __init__(self) -> None:
        self._fields: list[tuple[str, bool]] = []

    def of(self, element: Any) -> str:
        """The text of a paragraph."""
        return "".join(text for _, text in self.runs(element))

    def runs(self, paragraph: Any) -> list[tuple[Any, str]]:
        """The visible parts of a paragraph with the run each stands in."""
        parts = list(self._parts(paragraph, None))
        # A field whose code ends no sooner than its paragraph is damaged: it hides nothing further on.
        self._fields = [field for field in self._fields if field[1]]
        return parts

    def end_listings(self) -> None:
        """A heading of the text ends a table of contents, also one that was never closed."""
        self._fields = [field for field in self._fields if not _LISTING_FIELDS.match(field[0])]

    def _hidden(self) -> bool:
        return any(not shown or _OWN_FIELDS.match(code) for code, shown in self._fields)

    def _parts(self, element: Any, run: Any) -> Iterator[tuple[Any, str]]:
        for child in element:
            name = _name(child)
            if name in _SKIP or (name == "sdt" and _is_placeholder(child)):
                continue
            if name == "r":
                if not _on(child.find(f"{_W}rPr/{_W}vanish")):
                    yield from self._parts(child, child)
            elif name == "fldChar":
                self._field(child.get(f"{_W}fldCharType"))
            elif name == "instrText":
                if self._fields and not self._fields[-1][1] and len(self._fields[-1][0]) < _MAX_CODE:
                    self._fields[-1] = (self._fields[-1][0] + (child.text or ""), False)
            elif name == "fldSimple":
                if not _OWN_FIELDS.match(child.get(f"{_W}instr") or ""):
                    yield from self._parts(child, run)
            elif text := self._sign(child, name):
                if not self._hidden():
                    yield run, text
            else:
                yield from self._parts(child, run)

    def _field(self, kind: str | None) -> None:
        if kind == "begin" and len(self._fields) < _MAX_DEPTH:
            self._fields.append(("", False))
        elif kind == "separate" and self._fields:
            self._fields[-1] = (self._fields[-1][0], True)
        elif kind == "end" and self._fields:
            self._fields.pop()

    @staticmethod
    def _sign(element: Any, name: str) -> str:
        if name == "t":
            return element.text or ""
        if name in ("tab", "br", "cr", "ptab"):
            return " "
        if name == "noBreakHyphen":
            return "-"
        return _symbol(element) if name == "sym" else ""


class _Styles:
    """What a paragraph's style says, its parents included: names, outline level and numbering."""

    def __init__(self, document: Any) -> None:
        root = document.styles.element
        self._styles = {s.get(f"{_W}styleId"): s for s in root.iter(f"{_W}style")}
        self._chains: dict[str | None, list[Any]] = {}
        self._properties: dict[tuple[str | None, str], Any] = {}
        self._default = next(
            (
                s.get(f"{_W}styleId")
                for s in root.iter(f"{_W}style")
                if s.get(f"{_W}type") == "paragraph" and s.get(f"{_W}default") in ("1", "true")
            ),
            None,
        )
        self._defaults = root.find(f"{_W}docDefaults/{_W}rPrDefault")

    def chain(self, style_id: str | None) -> list[Any]:
        """The style and those it is based on, nearest first; that of plain paragraphs for None."""
        style_id = style_id if style_id in self._styles else self._default
        if style_id not in self._chains:
            chain: list[Any] = []
            following = style_id
            seen: set[str | None] = set()
            while following in self._styles and following not in seen and len(seen) < _MAX_STYLES:
                seen.add(following)
                chain.append(self._styles[following])
                following = _value(chain[-1].find(f"{_W}basedOn"))
            self._chains[style_id] = chain
        return self._chains[style_id]

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

    def of_run(self, run: Any, style_id: str | None, name: str) -> Any:
        """A property of a run: its own, or of its character style, paragraph style or the document."""
        style = None
        if run is not None:
            properties = run.find(f"{_W}rPr")
            if properties is not None:
                mark = properties.find(f"{_W}{name}")
                if mark is not None:
                    return mark
                style = _value(properties.find(f"{_W}rStyle"))
        mark = self._run_property(style, name) if style in self._styles else None
        return self._run_property(style_id, name) if mark is None else mark

    def _run_property(self, style_id: str | None, name: str) -> Any:
        key = (style_id, name)
        if key not in self._properties:
            holders = self.chain(style_id)
            if self._defaults is not None and (style_id is None or self._is_paragraph(style_id)):
                holders = [*holders, self._defaults]
            found = (holder.find(f"{_W}rPr/{_W}{name}") for holder in holders)
            self._properties[key] = next((mark for mark in found if mark is not None), None)
        return self._properties[key]

    def _is_paragraph(self, style_id: str) -> bool:
        style = self._styles.get(style_id)
        return style is None or style.get(f"{_W}type") == "paragraph"


def _levels(root: Any) -> Numbering:
    """The automatic numbering of a document from its numbering part."""
    abstract: dict[str, dict[int, Level]] = {}
    links: dict[str, str] = {}
    names: dict[str, str] = {}
    for element in root.findall(f"{_W}abstractNum"):
        key = element.get(f"{_W}abstractNumId") or ""
        abstract[key] = dict(_level(level) for level in element.findall(f"{_W}lvl"))
        link, name = _value(element.find(f"{_W}numStyleLink")), _value(element.find(f"{_W}styleLink"))
        if link:
            links[key] = link
        if name:
            names[name] = key
    numbering = Numbering()
    for key, link in links.items():
        abstract[key] = abstract.get(names.get(link, ""), abstract[key])
    for element in root.findall(f"{_W}num"):
        key = _value(element.find(f"{_W}abstractNumId")) or ""
        if key not in abstract:
            continue
        levels, restarts = dict(abstract[key]), set()
        for override in element.findall(f"{_W}lvlOverride"):
            depth = _integer(override.get(f"{_W}ilvl")) or 0
            own = override.find(f"{_W}lvl")
            if own is not None:
                levels[depth] = _level(own)[1]
            start = _number(override.find(f"{_W}startOverride"))
            if start is not None and depth in levels:
                levels[depth] = levels[depth].starting(start)
                restarts.add(depth)
        counter = names.get(links.get(key, ""), key)
        numbering.add(element.get(f"{_W}numId") or "", counter, levels, restarts)
    return numbering


def _level(element: Any) -> tuple[int, Level]:
    start, style = _number(element.find(f"{_W}start")), _value(element.find(f"{_W}numFmt"))
    restart = _number(element.find(f"{_W}lvlRestart"))
    return _integer(element.get(f"{_W}ilvl")) or 0, Level(
        pattern=_value(element.find(f"{_W}lvlText")) or "",
        style=style or "decimal",
        start=1 if start is None else start,
        decimal=_on(element.find(f"{_W}isLgl")),
        restarts=restart != 0,
        paragraph_style=_value(element.find(f"{_W}pStyle")),
    )


def _numbering(document: Any) -> Numbering:
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return Numbering()
    return _levels(root)


class _Reader:
    def __init__(self, document: Any) -> None:
        self.styles = _Styles(document)
        self.numbering = _numbering(document)
        self.text = _Text()
        self.notes = _notes(document)
        self._aside = _aside(document)
        self.flow = Flow()
        self._carried: list[tuple[Any, str]] = []

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
                if content is not None and not _is_placeholder(child) and not _is_contents(child):
                    self.blocks(content, level + 1)
            elif name in ("ins", "moveTo", "customXml", "smartTag"):
                self.blocks(child, level + 1)

    def paragraph(self, element: Any, level: int) -> None:
        names = self.styles.names(element) or [""]
        depth = self._depth(element)
        if depth is not None:
            self.text.end_listings()
        runs, self._carried = self._carried, []
        runs += self.text.runs(element)
        mark = element.find(f"{_W}pPr/{_W}rPr")
        if mark is not None and any(mark.find(f"{_W}{name}") is not None for name in ("del", "moveFrom")):
            # With its end deleted the paragraph runs on in the next one.
            self._carried = runs
        else:
            number = self._number(element, depth)
            text = clean("".join(part for _, part in runs))
            if text and not is_contents_style(names[0]):
                look = self._look(element, runs, number or "")
                self.flow.line(text, depth, look, names[0], item=number is not None)
        self._set_aside(element)
        for box in _own(element, "txbxContent"):
            self.blocks(box, level + 1)
        self._add_notes(element)

    def _set_aside(self, element: Any) -> None:
        """Add the comments anchored in an element that set rules aside, each once."""
        if self._aside:
            for anchor in element.iter(f"{_W}commentRangeStart", f"{_W}commentReference"):
                aside = self._aside.pop(anchor.get(f"{_W}id") or "", None)
                if aside is not None:
                    self.flow.set_aside(aside)

    def finish(self) -> None:
        """Add what was to run on in a paragraph that never came."""
        text = clean("".join(part for _, part in self._carried))
        if text:
            self.flow.line(text, None, Look(), "", item=False)

    def _add_notes(self, element: Any) -> None:
        for reference in _own(element, "footnoteReference", "endnoteReference"):
            # A note stands where it is first referred to.
            self.flow.note(self.notes.pop((_name(reference), reference.get(f"{_W}id") or ""), ""))

    def _look(self, element: Any, runs: list[tuple[Any, str]], number: str) -> Look:
        """How the text of a paragraph is set; a property counts where all of its text has it."""
        style = _style_id(element)
        words = sum(text.count(" ") for _, text in runs)
        if words > _LONG:
            # Too long for a heading: only how large most of the text is set matters.
            run = max(runs, key=lambda part: len(part[1]))[0]
            return Look(size=_number(self.styles.of_run(run, style, "sz")) or 0, number=number)
        shown = [run for run, text in runs if clean(text)]
        sizes: Counter[int] = Counter()
        for run, text in runs:
            sizes[_number(self.styles.of_run(run, style, "sz")) or 0] += len(clean(text))
        return Look(
            bold=bool(shown) and all(_on(self.styles.of_run(run, style, "b")) for run in shown),
            underlined=bool(shown) and all(_on(self.styles.of_run(run, style, "u")) for run in shown),
            size=max(sizes, key=lambda size: (sizes[size], size), default=0),
            number=number,
            boxed=any(_name(a) in ("txbxContent", "tc") for a in element.iterancestors()),
        )

    def _depth(self, element: Any) -> int | None:
        """The level of a heading: by the nearest style that says one, else by the paragraph itself."""
        for style in self.styles.chain(_style_id(element)):
            named = heading_style(_value(style.find(f"{_W}name")) or "")
            if named is not None:
                return named
            outline = _number(style.find(f"{_W}pPr/{_W}outlineLvl"))
            if outline is not None:
                # A style based on that of a heading may say itself that it is none (level 9).
                return outline + 1 if 0 <= outline <= 8 else None
        outline = _number(element.find(f"{_W}pPr/{_W}outlineLvl"))
        return outline + 1 if outline is not None and 0 <= outline <= 8 else None

    def _number(self, element: Any, depth: int | None) -> str | None:
        """The automatic number of a paragraph, "" for a bullet, None where it is no list item."""
        properties = self.styles.property(element, f"{_W}numPr")
        key = _value(properties.find(f"{_W}numId")) if properties is not None else None
        if properties is None or not key or key == "0":
            return None
        level = _number(properties.find(f"{_W}ilvl"))
        if level is None:
            chain = [s.get(f"{_W}styleId") or "" for s in self.styles.chain(_style_id(element))]
            level = self.numbering.level_of(key, chain)
        if level is None:
            level = (depth or 1) - 1
        return self.numbering.next(key, level)

    def table(self, element: Any, level: int) -> None:
        rows = [row for row in element.iter(f"{_W}tr") if _owner(row) is element]
        rows = [row for row in rows if row.find(f"{_W}trPr/{_W}del") is None]
        cells = [_cells(row) for row in rows]
        if len(rows) == 1 and len(cells[0]) == 1:
            # A table of one cell is a frame around text.
            self.blocks(cells[0][0], level + 1)
            return
        if any(self._holds_heading(cell) for row in cells for cell in row):
            # A table with headings above text in its cells only sets out the page.
            for cell in (cell for row in cells for cell in row):
                self.blocks(cell, level + 1)
            return
        self.flow.table(*self._rows(rows, cells))
        self._set_aside(element)
        self._add_notes(element)

    def _holds_heading(self, cell: Any) -> bool:
        texts = [
            p for p in cell.iterchildren(f"{_W}p") if clean("".join(t.text or "" for t in p.iter(f"{_W}t")))
        ]
        return any(self._depth(p) is not None for p in texts[:-1])

    def _rows(self, rows: list[Any], cells: list[list[Any]]) -> tuple[list[list[Cell]], list[bool]]:
        """The cells of a table and which rows are bold; a cell merged with that above repeats its text."""
        above: dict[int, str] = {}
        lines: list[list[Cell]] = []
        bold: list[bool] = []
        for row, own in zip(rows, cells, strict=True):
            head = _on(row.find(f"{_W}trPr/{_W}tblHeader"))
            skipped = min(_number(row.find(f"{_W}trPr/{_W}gridBefore")) or 0, 50)
            line = [Cell("", head=head) for _ in range(skipped)]
            all_bold = True
            column = skipped
            for cell in own:
                text, is_bold = self._cell(cell)
                all_bold = all_bold and (is_bold or not text)
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                if merge is not None and _value(merge) in (None, "continue") and column in above:
                    text = clean(f"{text} {above[column]}") if len(above[column]) <= MAX_REPEATED else text
                elif merge is not None:
                    above[column] = text
                else:
                    above.pop(column, None)
                span = _number(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1
                line.append(Cell(text, span, head=head))
                column += span
            lines.append(line)
            bold.append(all_bold)
        return lines, bold

    def _cell(self, cell: Any) -> tuple[str, bool]:
        """The text of a cell with all that is in it, and whether it is all bold."""
        texts, bold = [], True
        for paragraph in _own(cell, "p"):
            runs = self.text.runs(paragraph)
            number = self._number(paragraph, None)
            texts.append("".join(text for _, text in runs) or number or "")
            style = _style_id(paragraph)
            bold = bold and all(_on(self.styles.of_run(r, style, "b")) for r, text in runs if clean(text))
            texts += [self.text.of(p) for box in _own(paragraph, "txbxContent") for p in _own(box, "p")]
        return clean(" ".join(texts)), bold


def _own(element: Any, *names: str) -> Iterator[Any]:
    """The elements of these names below ``element``, outside text boxes in it and what was deleted."""
    if next(element.iter(*(f"{_W}{name}" for name in names)), None) is None:
        return
    for child in element:
        name = _name(child)
        if name in names:
            yield child
        elif name not in ("del", "moveFrom", "Fallback", "txbxContent"):
            yield from _own(child, *names)


def _owner(row: Any) -> Any:
    return next(a for a in row.iterancestors() if _name(a) == "tbl")


def _cells(row: Any) -> list[Any]:
    return [c for c in row.iter(f"{_W}tc") if next(a for a in c.iterancestors() if _name(a) == "tr") is row]


def _is_placeholder(control: Any) -> bool:
    """Whether a content control shows its own "click to enter text"."""
    return control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None


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
                reader = _Text()
                text = clean(" ".join(reader.of(p) for p in note.iter(f"{_W}p")))
                notes[(f"{name}Reference", note.get(f"{_W}id") or "")] = text
    return notes


def _aside(document: Any) -> dict[str, Suppression]:
    """The comments that set rules aside, by their identifier."""
    found: dict[str, Suppression] = {}
    for relation in document.part.rels.values():
        if relation.is_external or relation.reltype.rpartition("/")[2] != "comments":
            continue
        for comment in parse_xml(relation.target_part.blob).iter(f"{_W}comment"):
            text = " ".join(_Text().of(p) for p in comment.iter(f"{_W}p"))
            aside = suppression(text, by=comment.get(f"{_W}author"))
            if aside is not None and len(found) < MAX_COMMENTS:
                found[comment.get(f"{_W}id") or ""] = aside
    return found


def read_docx(data: bytes) -> Extract:
    """Read a DOCX. Raises UnreadableError ("damaged", "encrypted", "too_large" or "empty")."""
    try:
        # python-docx opens the archive itself, and unpacks files at once whatever their size.
        Archive(data, "Word-document").verify()
        document = Package.open(io.BytesIO(data)).main_document_part.document
        reader = _Reader(document)
        reader.blocks(document.element.body)
        reader.finish()
    except UnreadableError:
        raise
    except MemoryError as error:
        raise UnreadableError("memory", "Het Word-document vraagt te veel geheugen.") from error
    except Exception as error:
        # python-docx raises whatever the damage happens to trigger: KeyError, AttributeError, zlib.error ...
        raise UnreadableError(
            "damaged", "Het Word-document is beschadigd en kan niet worden gelezen."
        ) from error
    stream = reader.flow.finished()
    if not stream:
        raise UnreadableError("empty", "Het Word-document bevat geen tekst.")
    title = reader.flow.title or clean(document.core_properties.title or "") or None
    return Extract("docx", stream, title=title, suppressions=reader.flow.suppressions)
