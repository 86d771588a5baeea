"""The overviews as tables for a spreadsheet: ``overzicht.csv`` and ``overzicht.xlsx``.

Documents are hostile: a text that a spreadsheet program would take for a formula is written so that
it stays a text. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.compat import safe_string
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import REL_NS
from openpyxl.xml.functions import Element, SubElement

from uitvoerbaarheid.reports.columns import (
    ACTOR_COLUMNS,
    DEAL_COLUMNS,
    DOCUMENT_COLUMNS,
    OVERLAP_COLUMNS,
    QUESTION_COLUMNS,
    SECTION_COLUMNS,
    SIGNAL_COLUMNS,
    YEAR_COLUMNS,
    Column,
    Link,
    Value,
)
from uitvoerbaarheid.reports.deals import Deal
from uitvoerbaarheid.reports.files import CONTROL_CHARACTERS, LAST_ROW, FixedZip, page_link, write_bytes
from uitvoerbaarheid.reports.labels import label, wording
from uitvoerbaarheid.reports.rows import Asked, ReportRows, SectionRow

#: Beyond this many documents there is no sheet per document: a spreadsheet program chokes on them.
MAX_DOCUMENT_SHEETS = 100
#: So many cells of a workbook lead to a page, those of the first documents; a sheet can hold few more, and
#: each costs memory.
MAX_LINKS = 20_000
_MAX_CELL = 32_767
#: So many bytes of a file that is being made are held in memory; beyond that it is on disk.
_IN_MEMORY = 2**23
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_HEADER, _LINKED = "14507D", "0B5394"
_DATE = "dd-mm-yyyy"
#: A longer text runs over more lines in its cell.
_WRAPPED = 40
#: A text of at most so many characters is likely to be in more than one cell; so many cells are remembered.
_SHORT, _MOST_KNOWN = 150, 20_000
#: How high a line of text is, in points, and how many lines of a cell are shown at most.
_LINE, _MOST_LINES = 15, 8
_LEVEL_COLOURS = ("E39A8B", "F2C095", "F3E3A3", "B5DCCA", "7FBFAC")


_LEAD = (
    Column("Bestand", 40, lambda pair: pair[0].path),
    Column("Titel", 36, lambda pair: pair[0].title),
)
#: What documents say as a whole: the field of their findings, and its columns.
_AS_A_WHOLE = (
    ("actors", ACTOR_COLUMNS),
    ("years", YEAR_COLUMNS),
    ("overlaps", OVERLAP_COLUMNS),
    ("signals", SIGNAL_COLUMNS),
)
_SHEETS = (
    "Documenten", "Paragrafen", "Vragen", "Afspraken", "Wie doet wat", "Per jaar", "Overlap", "Signalen",
    "Toelichting",
)  # fmt: skip


class _Question(NamedTuple):
    """A question of a section that is sent back, with its section and document."""

    document: ReportRows
    section: SectionRow
    item: Asked


class Promised(NamedTuple):
    """A commitment with its section and document; ``number`` is its index in the section."""

    document: ReportRows
    section: SectionRow
    number: int
    deal: Deal

    @property
    def key(self) -> tuple[str, int]:
        """By which the document's summary knows it."""
        return self.section.id, self.number


def _clean(text: str) -> str:
    return CONTROL_CHARACTERS.sub("\ufffd", text)


def safe_csv_text(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would take it for a formula."""
    text = _clean(text)
    return "'" + text if text.lstrip(" ").startswith(_FORMULA_START) else text


def _csv_value(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_csv_text(value)
    return str(value).replace(".", ",")


class CsvWriter:
    """Writes a row per section, for Dutch Excel: UTF-8 with BOM, semicolons, CRLF; a document at a time.

    A document without sections has one row, so that an unreadable document is not left out. To be used as a
    context manager; where the disk for temporary files is full, any method raises OSError.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._file.write(b"\xef\xbb\xbf")
        lead = ["Bestand", "Titel", "Soort", "Overheid", "Status"]
        self._write([[*lead, *(column.name for column in SECTION_COLUMNS)]])

    def add(self, row: ReportRows) -> None:
        """Add the rows of a document."""
        lead = [row.path, row.title, label("kind", row.kind), row.authority, label("status", row.status)]
        lines = (
            (*lead, *(column.value(section) if section else None for column in SECTION_COLUMNS))
            for section in row.sections or (None,)
        )
        self._write([_csv_value(value) for value in line] for line in lines)

    def save(self, path: Path) -> None:
        """Write the file; nothing can be added any more. Raises OSError where it cannot be written."""
        write_bytes(path, self._file)

    def __enter__(self) -> CsvWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _write(self, lines: Iterable[list[str]]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
        self._file.write(out.getvalue().encode("utf-8"))


class SheetNames:
    """Valid and unique names for sheets: at most 31 characters, none of ``[]:*?/\\``, any case once."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def name(self, wanted: str) -> str:
        """A name like ``wanted`` that no earlier sheet has."""
        base = re.sub(r"[\[\]:*?/\\\s]+", " ", _clean(wanted)).strip(" '") or "Document"
        name, count = base[:31].rstrip(" '"), 1
        # "History" is a name that Excel keeps for itself.
        while name.casefold() in self._used or name.casefold() == "history":
            count += 1
            ending = f" ({count})"
            name = base[: 31 - len(ending)].rstrip(" '") + ending
        self._used.add(name.casefold())
        return name


def cell_value(text: str) -> str:
    """``text`` as a cell can hold it: without control characters, and not too long."""
    return _clean(text)[:_MAX_CELL]


class Cells:
    """Makes the cells of one sheet, each kind of style once: openpyxl is slow at making styles."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._styles: dict[tuple[bool, bool, bool, str], Any] = {}

    def _style(self, wrap: bool, quoted: bool, linked: bool, number_format: str) -> Any:
        key = (wrap, quoted, linked, number_format)
        if key not in self._styles:
            cell = WriteOnlyCell(self._sheet)
            cell.alignment = Alignment(vertical="top", wrap_text=wrap)
            cell.quotePrefix = quoted
            cell.number_format = number_format
            if linked:
                cell.font = Font(color=_LINKED, underline="single")
            self._styles[key] = cell._style
        return self._styles[key]

    def style_of(self, value: Any, number_format: str, *, linked: bool) -> Any:
        """The style of a cell with this value; a date has its own format, whatever that of the column."""
        if isinstance(value, str):
            quoted = value.startswith(_FORMULA_START)
            return self._style(len(value) > _WRAPPED, quoted, linked, "General")
        return self._style(False, False, linked, _DATE if isinstance(value, date) else number_format)

    def make(self, value: Value) -> Any:
        """A cell that holds ``value`` as it is; a text is never a formula, whatever it begins with."""
        if value is None or value == "":
            return None
        cell = WriteOnlyCell(self._sheet)
        if isinstance(value, str):
            cell.value = cell_value(value)
            cell.data_type = "s"
        else:
            cell.value = value
        cell._style = self.style_of(value, "General", linked=False)
        return cell


def _escaped(text: str) -> str:
    """``text`` as it stands in XML, line breaks of any kind kept."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


#: What a cell holds: its value, format, whether it leads somewhere, and the width of its column.
Cell = tuple[str | float | date, str, bool, float]


class CellTexts:
    """The XML of cells by what they hold, for all sheets of a workbook: most are like one before."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._cells = Cells(book.worksheets[0])
        self._styles: dict[tuple[bool, bool | str, bool], str] = {}
        #: What was made before, for callers to look in before :meth:`make`: there may be a million cells.
        self.known: dict[Cell, tuple[str, int]] = {}

    def make(self, cell: Cell) -> tuple[str, int]:
        """What follows the place in a cell, and how many lines it takes."""
        value, number_format, linked, width = cell
        made = self._text(value, number_format, linked), text_lines(value, width)
        if not isinstance(value, str) or len(value) <= _SHORT:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[cell] = made
        return made

    def _text(self, value: str | float | date, number_format: str, linked: bool) -> str:
        style = self._style(value, number_format, linked)
        if isinstance(value, str):
            text = cell_value(value)
            spaced = ' xml:space="preserve"' if text != text.strip() else ""
            return f' s="{style}" t="inlineStr"><is><t{spaced}>{_escaped(text)}</t></is></c>'
        number = to_excel(value, self._book.epoch) if isinstance(value, date) else value
        return f' s="{style}" t="n"><v>{safe_string(number)}</v></c>'

    def _style(self, value: Any, number_format: str, linked: bool) -> str:
        """The number of a style in the workbook, which it gets when it is first used."""
        key = (
            (len(value) > _WRAPPED, value.startswith(_FORMULA_START), linked)
            if isinstance(value, str)
            else (isinstance(value, date), number_format, linked)
        )
        known = self._styles.get(key)
        if known is None:
            style = self._cells.style_of(value, number_format, linked=linked)
            known = self._styles[key] = str(self._book._cell_styles.add(style))
        return known


class Rows:
    """Writes the rows of a write-only sheet as openpyxl does, without an object for each cell.

    To make those, and to find out of each what it holds, takes openpyxl most of the time of a workbook. They
    go to a file beside the sheet's own, which ends with the header; :class:`_Archive` puts them after that.
    """

    def __init__(self, sheet: Any, columns: Sequence[Column], texts: CellTexts) -> None:
        self._writer = sheet._writer
        self._texts = texts
        self._columns = [
            (column.value, column.link, get_column_letter(position), column.format, column.width)
            for position, column in enumerate(columns, start=1)
        ]

    def append(self, number: int, item: Any) -> None:
        """Write ``item`` as row ``number``, as high as its longest text asks."""
        parts = []
        lines = 1
        known = self._texts.known
        for value_of, link_of, letter, number_format, width in self._columns:
            value = value_of(item)
            link = link_of(item) if link_of else None
            if value is None or value == "":
                continue
            if link is not None:
                self._writer.links.append((f"{letter}{number}", link))
            cell = value, number_format, link is not None, width
            text, takes = known.get(cell) or self._texts.make(cell)
            lines = max(lines, takes)
            parts.append(f'<c r="{letter}{number}"{text}')
        high = f' ht="{min(lines, _MOST_LINES) * _LINE}" customHeight="1"' if lines > 1 else ""
        self._writer.rows.write(f'<row r="{number}"{high}>{"".join(parts)}</row>'.encode())


class _SheetWriter(WorksheetWriter):
    """Writes a sheet as openpyxl does, without an object for each cell that leads somewhere."""

    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet)
        #: The places of cells that lead somewhere, and where.
        self.links: list[tuple[str, Link]] = []
        #: The rows below the header, which go into the archive after it.
        self.rows = _rows_file(self.out).open("wb")

    def cleanup(self) -> None:
        """Remove the files, of a sheet that was not finished too."""
        with suppress(OSError):  # the disk is full, and what is left cannot be written
            self.rows.close()
        _rows_file(self.out).unlink(missing_ok=True)
        super().cleanup()

    def write_hyperlinks(self) -> None:
        """Write where cells lead; each address gets a name in the sheet once."""
        names: dict[str, str] = {}
        found = Element("hyperlinks")
        for place, link in self.links:
            told = {"ref": place}
            if link.place:
                told["location"] = link.place
            if link.address:
                if link.address not in names:
                    target = Relationship(type="hyperlink", TargetMode="External", Target=link.address)
                    self._rels.append(target)
                    names[link.address] = target.id
                told[f"{{{REL_NS}}}id"] = names[link.address]
            SubElement(found, "hyperlink", told)
        if self.links:
            self.xf.send(found)


def _rows_file(sheet_file: str) -> Path:
    """Where the rows are of the sheet that openpyxl writes to ``sheet_file``."""
    return Path(f"{sheet_file}.rows")


class _Archive(FixedZip):
    """The workbook as an archive, in which a sheet gets the rows that are beside it."""

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a file of openpyxl's, with the rows that are beside it."""
        beside = _rows_file(filename)
        if not beside.exists():
            super().write(filename, arcname)
            return
        header, end, after = Path(filename).read_bytes().partition(b"</sheetData>")
        with beside.open("rb") as rows:
            self.put(arcname, io.BytesIO(header), rows, io.BytesIO(end + after))


def _colour(sheet: Any, columns: Sequence[Column], rows: int) -> None:
    """Colour levels by their value, and what runs from 0 to a top by how far it comes."""
    for position, column in enumerate(columns, start=1):
        if column.top is not None:
            letter = get_column_letter(position)
            scale = ColorScaleRule(
                start_type="num", start_value=0, start_color=_LEVEL_COLOURS[0],
                mid_type="num", mid_value=column.top / 2, mid_color=_LEVEL_COLOURS[2],
                end_type="num", end_value=column.top, end_color=_LEVEL_COLOURS[4],
            )  # fmt: skip
            sheet.conditional_formatting.add(f"{letter}2:{letter}{rows}", scale)
        if column.name in ("Niveau", "Niveau in document"):
            _colour_levels(sheet, get_column_letter(position), rows)
        for word, colour in column.marks.items():
            fill = PatternFill(bgColor=colour, fill_type="solid")
            letter = get_column_letter(position)
            rule = CellIsRule(operator="equal", formula=[f'"{word}"'], fill=fill)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{rows}", rule)


def _colour_levels(sheet: Any, letter: str, rows: int) -> None:
    """Colour the cells of a column by their level."""
    # An empty cell equals 0 for Excel; the first rule stops it from getting the colour of level 0.
    for level, colour in enumerate(_LEVEL_COLOURS):
        fill = PatternFill(bgColor=colour, fill_type="solid")
        wanted = [f'IF(ISBLANK({letter}2),"",{level})']
        rule = CellIsRule(operator="equal", formula=wanted, fill=fill)
        sheet.conditional_formatting.add(f"{letter}2:{letter}{rows}", rule)


def header_cells(sheet: Any, names: Iterable[str]) -> list[Any]:
    """The cells of a header row."""
    header = []
    for name in names:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=_HEADER)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        header.append(cell)
    return header


def _on_paper(sheet: Any) -> None:
    """Print a sheet as wide as one page, with its header on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _append(sheet: Any, number: int, cells: Sequence[Any], lines: Iterable[int]) -> None:
    """Add row ``number``, as high as its longest text asks: not every program sees to that itself."""
    most = max(lines, default=1)
    if most > 1:
        sheet.row_dimensions[number].height = min(most, _MOST_LINES) * _LINE
    sheet.append(cells)
    sheet.row_dimensions.pop(number, None)  # written; a hundred thousand of them would only cost memory


def text_lines(value: Value, width: float) -> int:
    """How many lines a value takes, about, in a column of ``width`` characters; one where it is short."""
    if not isinstance(value, str) or len(value) <= _WRAPPED:
        return 1
    return sum(max(1, math.ceil(len(line) / max(width - 1, 1))) for line in value[:_MAX_CELL].split("\n"))


class _Table:
    """A sheet with a header above rows that come one at a time, as many as fit on it."""

    def __init__(self, sheet: Any, columns: Sequence[Column], texts: CellTexts) -> None:
        self._sheet = sheet
        self._columns = columns
        self._last = 1
        for position, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(position)].width = column.width
        # What a row is about stays in view to the left, as the header does above.
        named = next((at for at, column in enumerate(columns[:4], start=1) if column.name == "Paragraaf"), 1)
        sheet.freeze_panes = f"{get_column_letter(named + 1)}2"
        _on_paper(sheet)
        sheet._writer = _SheetWriter(sheet)
        sheet._writer.write_top()
        sheet.append(header_cells(sheet, [column.name for column in columns]))
        self._rows = Rows(sheet, columns, texts)

    def append(self, item: Any) -> None:
        """Add a row, where there is room for one."""
        if self._last < LAST_ROW:
            self._last += 1
            self._rows.append(self._last, item)

    def close(self) -> None:
        """Say of the sheet what follows from its rows, and write the rest of it."""
        self._sheet._writer.rows.close()
        last = max(self._last, 2)
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._columns))}{last}"
        _colour(self._sheet, self._columns, last)
        self._sheet.close()


class _Links:
    """Where cells lead, as long as there are not too many.

    First come those of the ``documents`` themselves, then the others, document by document.
    """

    def __init__(self, documents: int) -> None:
        self._sheets: dict[str, str] = {}
        self._of_documents = min(documents, MAX_LINKS)
        self._left = MAX_LINKS - self._of_documents

    def know(self, row: ReportRows, sheet: str) -> None:
        """Remember the name of the sheet of a document."""
        if sheet:
            self._sheets[row.path] = sheet

    def page(self, row: ReportRows) -> Link | None:
        """The page of a document."""
        self._of_documents -= 1
        return Link(address=page_link(row.path)) if self._of_documents >= 0 else None

    def section(self, row: ReportRows, section: SectionRow) -> Link | None:
        """The page of a document, at a section."""
        self._left -= 1
        return Link(address=page_link(row.path), place=section.anchor) if self._left >= 0 else None

    def sheet(self, row: ReportRows) -> Link | None:
        """The sheet of a document, where it has one."""
        name = self._sheets.get(row.path, "").replace("'", "''")
        return Link(place=f"'{name}'!A1") if name else None


def _on_section(column: Column) -> Column:
    return column._replace(value=lambda pair: column.value(pair[1]))


def _on_deal(column: Column) -> Column:
    return column._replace(value=lambda promised: column.value((promised.section, promised.deal)))


def _on_question(column: Column) -> Column:
    return column._replace(value=lambda asked: column.value((asked.section, asked.item)))


def _linked(columns: Sequence[Column], name: str, link: Callable[[Any], Link | None]) -> list[Column]:
    return [column._replace(link=link) if column.name == name else column for column in columns]


class BookWriter:
    """Writes the workbook a document at a time: all documents, sections, questions and commitments, what the
    documents say as a whole, an explanation, and a sheet per document up to a limit.

    ``documents`` is how many there will be. What is added goes to temporary files, which are gone when the
    block ends that it is used in; where the disk is full, any method raises OSError.
    """

    def __init__(self, documents: int) -> None:
        self._book = Workbook(write_only=True)
        self._names = SheetNames()
        self._apart = documents <= MAX_DOCUMENT_SHEETS
        self._sections = 0
        self._links = links = _Links(documents)
        *sheets, self._explanation = (self._book.create_sheet(self._names.name(title)) for title in _SHEETS)
        self._texts = CellTexts(self._book)
        columns = (
            _document_columns(links),
            _section_columns(links),
            _question_columns(links),
            _deal_columns(links),
            *((*_LEAD, *map(_on_section, own)) for _, own in _AS_A_WHOLE),
        )
        tables = [_Table(sheet, own, self._texts) for sheet, own in zip(sheets, columns, strict=True)]
        self._documents, self._paragraphs, self._questions, self._deals, *whole = tables
        self._whole = {name: table for (name, _), table in zip(_AS_A_WHOLE, whole, strict=True)}

    def __enter__(self) -> BookWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sheet in self._book.worksheets:
            if sheet._writer is not None:
                with suppress(Exception):  # closed already, or the disk is full
                    sheet.close()
                with suppress(OSError, ValueError):  # it went into the archive
                    sheet._writer.cleanup()

    def add(self, row: ReportRows) -> None:
        """Add a document, in the order in which they are to be."""
        self._sections += len(row.sections)
        name = self._names.name(row.path.rsplit("/", 1)[-1]) if self._apart and row.sections else ""
        self._links.know(row, name)
        self._documents.append(row)
        for section in row.sections:
            self._paragraphs.append((row, section))
            for item in section.asked:
                self._questions.append(_Question(row, section, item))
            for number, deal in enumerate(section.deals):
                self._deals.append(Promised(row, section, number, deal))
        for field, table in self._whole.items():
            for item in getattr(row.findings, field):
                table.append((row, item))
        if name:
            columns = _linked(SECTION_COLUMNS, "Paragraaf", partial(self._links.section, row))
            own = _Table(self._book.create_sheet(name), columns, self._texts)
            for section in row.sections:
                own.append(section)
            own.close()

    def save(self, path: Path) -> None:
        """Write the file; nothing can be added any more. Raises OSError where it cannot be written."""
        for table in (self._documents, self._paragraphs, self._questions, self._deals, *self._whole.values()):
            table.close()
        _explain(self._explanation, _notes(self._sections, apart=self._apart))
        with SpooledTemporaryFile(_IN_MEMORY) as made:
            archive = _Archive(made, "w")
            try:
                ExcelWriter(self._book, archive).save()
            except BaseException:
                archive.fp = None  # or it would be finished later, when its file is gone
                raise
            write_bytes(path, made)


def _document_columns(links: _Links) -> Sequence[Column]:
    title, *others = _linked(DOCUMENT_COLUMNS, "Titel", links.sheet)
    return (title, Column("Rapport", 10, lambda row: "openen", link=links.page), *others)


def _section_columns(links: _Links) -> Sequence[Column]:
    own = _linked(list(map(_on_section, SECTION_COLUMNS)), "Paragraaf", lambda pair: links.section(*pair))
    return (*_LEAD, *own)


def _question_columns(links: _Links) -> Sequence[Column]:
    """A row is a question of a section that is sent back."""
    own = list(map(_on_question, QUESTION_COLUMNS))
    return (*_LEAD, *_linked(own, "Paragraaf", lambda asked: links.section(asked.document, asked.section)))


def _deal_columns(links: _Links) -> Sequence[Column]:
    """A row is a commitment."""
    own = list(map(_on_deal, DEAL_COLUMNS[:-1]))
    return (
        Column("Bestand", 40, lambda promised: promised.document.path),
        *_linked(own, "Paragraaf", lambda promised: links.section(promised.document, promised.section)),
        Column("Partij", 30, lambda promised: promised.document.parties.get(promised.key)),
        Column("Jaar", 9, lambda promised: promised.document.due.get(promised.key)),
        _on_deal(DEAL_COLUMNS[-1]),
    )


def _notes(sections: int, *, apart: bool) -> list[str]:
    notes = []
    if not apart:
        notes.append(
            f"Er zijn meer dan {MAX_DOCUMENT_SHEETS} documenten; daarom is er geen blad per document. "
            "Filter op het blad Paragrafen op de kolom Bestand."
        )
    if sections > LAST_ROW - 1:
        notes.append("Er zijn meer paragrafen dan op een blad passen; overzicht.csv bevat ze allemaal.")
    return notes


def _explain(sheet: Any, notes: Iterable[str]) -> None:
    """The sheet that says what the columns mean, and what is not in the workbook."""
    texts = wording()
    widths = (26, 110)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = widths
    _on_paper(sheet)
    cells = Cells(sheet)
    levels = [(f"{name} {label('level', name)}", text) for name, text in texts["level_meaning"].items()]
    judgements = [(texts["judgement"][name], text) for name, text in texts["judgement_meaning"].items()]
    blocks = (
        (texts["workbook"]["notes"], [("", note) for note in notes]),
        (texts["workbook"]["columns"], list(texts["workbook"]["column"].items())),
        (texts["workbook"]["levels"], [*levels, ("", texts["texts"]["score"])]),
        (texts["workbook"]["judgements"], judgements),
        (texts["workbook"]["limits"], [("", text) for text in texts["texts"]["limits"]]),
    )
    row = 0
    for title, lines in blocks:
        if lines:
            heading = WriteOnlyCell(sheet, value=title)
            heading.font = Font(bold=True, color=_HEADER)
            sheet.append([heading])
            for number, (name, text) in enumerate(lines, start=row + 2):
                _append(
                    sheet, number, [cells.make(name), cells.make(text)], map(text_lines, (name, text), widths)
                )
            sheet.append([])
            row += len(lines) + 2
