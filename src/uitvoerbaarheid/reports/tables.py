"""The overviews as tables for a spreadsheet: ``overzicht.csv`` and ``overzicht.xlsx``.

Documents are hostile: a text that a spreadsheet program would take for a formula is written so that
it stays a text. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import errno
import io
import math
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.compat import safe_string
from openpyxl.formatting.rule import ColorScaleRule, Rule
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import REL_NS
from openpyxl.xml.functions import fromstring

from uitvoerbaarheid.reports.columns import (
    ACTOR_COLUMNS,
    BAD,
    DEAL_COLUMNS,
    DOCUMENT_COLUMNS,
    DOUBT,
    GOOD,
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
from uitvoerbaarheid.reports.spool import IN_MEMORY, Spool

#: Beyond this many documents there is no sheet per document: a spreadsheet program chokes on them.
MAX_DOCUMENT_SHEETS = 100
#: So many cells of a workbook lead to a page, those of the first documents; a sheet can hold few more, and
#: each costs memory.
MAX_LINKS = 20_000
_MAX_CELL = 32_767
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_HEADER, _LINKED = "14507D", "0B5394"
_DATE = "dd-mm-yyyy"
#: A longer text runs over more lines in its cell.
_WRAPPED = 40
#: A text of at most so many characters is likely to be in more than one cell; so many cells are remembered.
_SHORT, _MOST_KNOWN = 150, 20_000
#: How high a line of text is, in points, and how many lines of a cell are shown at most.
_LINE, _MOST_LINES = 15, 8
#: In the text of rows: where the number of a row comes; around what a cell that may lead somewhere can be;
#: behind a row; between the rows of two sheets. No cell holds these: they would not be XML.
_NUMBER, _LEADS, _ROW, _SHEET = "\0\1\2\3"
#: Where a cell leads, besides to a section by its name on the page ("#s-1").
_TO_SHEET, _TO_PAGE = "sheet", "page"
_LEVEL_COLOURS = ("E39A8B", "F2C095", "F3E3A3", "B5DCCA", "7FBFAC")
#: The colours of rules, by the number of their style in the workbook.
_FILLS = (*_LEVEL_COLOURS, BAD, DOUBT, GOOD)


_LEAD = (
    Column("Bestand", 40, lambda pair: pair[0].path),
    Column("Titel", 36, lambda pair: pair[0].title),
)
#: What documents say as a whole: the field of their findings, and its columns.
_AS_A_WHOLE = {
    "actors": ACTOR_COLUMNS,
    "years": YEAR_COLUMNS,
    "overlaps": OVERLAP_COLUMNS,
    "signals": SIGNAL_COLUMNS,
}
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

    The documents come in any order. One without sections has one row, so that an unreadable document is not
    left out. To be used as a context manager; where the disk for temporary files is full, any method raises
    OSError.
    """

    def __init__(self) -> None:
        self._documents = Spool()

    def add(self, row: ReportRows) -> None:
        """Add the rows of a document."""
        lead = [row.path, row.title, label("kind", row.kind), row.authority, label("status", row.status)]
        lines = (
            (*lead, *(column.value(section) if section else None for column in SECTION_COLUMNS))
            for section in row.sections or (None,)
        )
        text = _csv_text([_csv_value(value) for value in line] for line in lines)
        self._documents.put(row.path, text.encode())

    def save(self, path: Path) -> None:
        """Write the file, in order of path. Raises OSError where it cannot be written."""
        header = ["Bestand", "Titel", "Soort", "Overheid", "Status"]
        header += [column.name for column in SECTION_COLUMNS]
        with SpooledTemporaryFile(IN_MEMORY) as made:
            made.write(b"\xef\xbb\xbf" + _csv_text([header]).encode())
            made.writelines(part for _, part in self._documents.parts())
            write_bytes(path, made)

    def __enter__(self) -> CsvWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._documents.close()


def _csv_text(lines: Iterable[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    return out.getvalue()


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
    """The XML of cells by what they hold, for all sheets of a workbook: most are like one before.

    ``formats`` are those of numbers. All styles get their number in the workbook at once: which cell comes
    first may differ from run to run.
    """

    def __init__(self, book: Workbook, formats: Iterable[str]) -> None:
        self._book = book
        cells = Cells(book.worksheets[0])
        samples: list[tuple[Any, str]] = [(text * size, "") for text in "a=" for size in (1, _WRAPPED + 1)]
        samples += [(1, number_format) for number_format in formats]
        self._styles: dict[tuple[bool, bool | str, bool], str] = {}
        for linked in (False, True):
            for value, number_format in (*samples, (date.min, "")):
                style = cells.style_of(value, number_format, linked=linked)
                key = _style_key(value, number_format, linked)
                self._styles[key] = str(book._cell_styles.add(style))
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
        style = self._styles[_style_key(value, number_format, linked)]
        if isinstance(value, str):
            text = cell_value(value)
            spaced = ' xml:space="preserve"' if text != text.strip() else ""
            return f' s="{style}" t="inlineStr"><is><t{spaced}>{_escaped(text)}</t></is></c>'
        number = to_excel(value, self._book.epoch) if isinstance(value, date) else value
        return f' s="{style}" t="n"><v>{safe_string(number)}</v></c>'


def _style_key(value: Any, number_format: str, linked: bool) -> tuple[bool, bool | str, bool]:
    """What the style of a cell depends on."""
    if isinstance(value, str):
        return len(value) > _WRAPPED, value.startswith(_FORMULA_START), linked
    return isinstance(value, date), "" if isinstance(value, date) else number_format, linked


class RowTexts:
    """The rows of a sheet as openpyxl would write them, before it is known which rows they will be.

    To make an object for each cell, and to find out of each what it holds, takes openpyxl most of the time of
    a workbook.
    """

    def __init__(self, columns: Sequence[Column], texts: CellTexts) -> None:
        self._texts = texts
        self._makers = [
            (column.value, column.leads, get_column_letter(position), column.format, column.width)
            for position, column in enumerate(columns, start=1)
        ]

    def text(self, item: Any) -> str:
        """The row of ``item``, as high as its longest text asks; see :data:`_NUMBER` for what is in it."""
        parts = []
        lines = 1
        known = self._texts.known
        for value_of, leads, letter, number_format, width in self._makers:
            value = value_of(item)
            if value is None or value == "":
                continue
            cell = value, number_format, False, width
            text, takes = known.get(cell) or self._texts.make(cell)
            if leads is not None:
                cell = value, number_format, True, width
                linked, _ = known.get(cell) or self._texts.make(cell)
                text = _LEADS.join(("", text, linked, letter, leads(item), ""))
            lines = max(lines, takes)
            parts.append(f'<c r="{letter}{_NUMBER}"{text}')
        high = f' ht="{min(lines, _MOST_LINES) * _LINE}" customHeight="1"' if lines > 1 else ""
        return f'<row r="{_NUMBER}"{high}>{"".join(parts)}</row>{_ROW}'


class _SheetWriter(WorksheetWriter):
    """Writes a sheet as openpyxl does, without an object for each cell that leads somewhere."""

    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet)
        #: The places of cells that lead somewhere, and where.
        self.links: list[tuple[str, Link]] = []
        #: The rows below the header: they are beside what openpyxl writes, which ends with the header, and
        #: :class:`_Archive` puts them after that.
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
        found = []
        for place, link in self.links:
            told = f'ref="{place}"'
            if link.place:
                told += f" location={quoteattr(link.place)}"
            if link.address:
                if link.address not in names:
                    target = Relationship(type="hyperlink", TargetMode="External", Target=link.address)
                    self._rels.append(target)
                    names[link.address] = target.id
                told += f' r:id="{names[link.address]}"'
            found.append(f"<hyperlink {told}/>")
        if found:
            # Made as text, for an element for each would take three times as long.
            self.xf.send(fromstring(f'<hyperlinks xmlns:r="{REL_NS}">{"".join(found)}</hyperlinks>'))


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
            letter = get_column_letter(position)
            rule = _equals(f'"{word}"', colour)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{rows}", rule)


def _colour_levels(sheet: Any, letter: str, rows: int) -> None:
    """Colour the cells of a column by their level."""
    # An empty cell equals 0 for Excel; the first rule stops it from getting the colour of level 0.
    for level, colour in enumerate(_LEVEL_COLOURS):
        rule = _equals(f'IF(ISBLANK({letter}2),"",{level})', colour)
        sheet.conditional_formatting.add(f"{letter}2:{letter}{rows}", rule)


def _equals(wanted: str, colour: str) -> Rule:
    """The rule that gives a cell one of :data:`_FILLS` where it equals a formula."""
    return Rule(type="cellIs", operator="equal", formula=[wanted], dxfId=_FILLS.index(colour))


def _give_fills(book: Workbook) -> None:
    """Give the styles of rules a number; one without, openpyxl compares with all others for each rule."""
    for colour in _FILLS:
        style = DifferentialStyle(fill=PatternFill(bgColor=colour, fill_type="solid"))
        book._differential_styles.add(style)


def header_cells(sheet: Any, names: Iterable[str]) -> list[Any]:
    """The cells of a header row."""
    header = [WriteOnlyCell(sheet, value=name) for name in names]
    for cell in header[:1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=_HEADER)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in header[1:]:
        cell._style = header[0]._style
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
    """A sheet with a header above rows that come some at a time, as many as fit on it."""

    def __init__(self, sheet: Any, columns: Sequence[Column]) -> None:
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

    def append(self, texts: bytes, link: Callable[[str], Link | None]) -> None:
        """Add rows as :class:`RowTexts` makes them; ``link`` says where their cells lead."""
        rows = self._sheet._writer.rows
        leads, place = _LEADS.encode(), _NUMBER.encode()
        for text in texts.split(_ROW.encode())[: LAST_ROW - self._last]:
            if text:
                self._last += 1
                led = self._led(text.split(leads), link)
                rows.write(led.replace(place, b"%d" % self._last))

    def _led(self, parts: list[bytes], link: Callable[[str], Link | None]) -> bytes:
        """A row in which the cells that may lead somewhere do, or do not."""
        led = [parts[0]]
        for at in range(1, len(parts), 5):
            plain, linked, letter, target, after = parts[at : at + 5]
            found = link(target.decode())
            if found is not None:
                self._sheet._writer.links.append((f"{letter.decode()}{self._last}", found))
            led += plain if found is None else linked, after
        return b"".join(led)

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
        self._of_documents = min(documents, MAX_LINKS)
        self._left = MAX_LINKS - self._of_documents

    def of(self, path: str, sheet: str) -> Callable[[str], Link | None]:
        """Where the cells of a document lead, by what :attr:`Column.leads` gives; it may have a sheet."""
        address, quoted = page_link(path), sheet.replace("'", "''")

        def link(target: str) -> Link | None:
            if target == _TO_SHEET:
                return Link(place=f"'{quoted}'!A1") if sheet else None
            if target == _TO_PAGE:
                self._of_documents -= 1
                return Link(address) if self._of_documents >= 0 else None
            self._left -= 1
            return Link(address, target.removeprefix("#")) if self._left >= 0 else None

        return link


class BookWriter:
    """Writes the workbook: all documents, sections, questions and commitments, what the documents say as a
    whole, an explanation, and a sheet per document up to a limit.

    The documents come in any order. Their rows are kept in temporary files, which are gone when the block
    ends that it is used in; where the disk is full, any method raises OSError.
    """

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        _give_fills(self._book)
        self._names = SheetNames()
        self._sections = 0
        self._documents = Spool()
        *self._sheets, self._explanation = (
            self._book.create_sheet(self._names.name(title)) for title in _SHEETS
        )
        formats = {column.format for columns in (*_TABLES, SECTION_COLUMNS) for column in columns}
        texts = CellTexts(self._book, sorted(formats))
        self._rows = [RowTexts(columns, texts) for columns in _TABLES]
        self._own = RowTexts(_led_by(SECTION_COLUMNS, "Paragraaf", _anchor), texts)

    def __enter__(self) -> BookWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._documents.close()
        for sheet in self._book.worksheets:
            if sheet._writer is not None:
                with suppress(Exception):  # closed already, or the disk is full
                    sheet.close()
                with suppress(OSError, ValueError):  # it went into the archive
                    sheet._writer.cleanup()

    def add(self, row: ReportRows) -> None:
        """Add a document."""
        self._sections += len(row.sections)
        apart = len(self._documents) < MAX_DOCUMENT_SHEETS  # with more there are no sheets for them
        items: tuple[Sequence[Any], ...] = (
            [row],
            [(row, section) for section in row.sections],
            [_Question(row, section, item) for section in row.sections for item in section.asked],
            [
                Promised(row, section, number, deal)
                for section in row.sections
                for number, deal in enumerate(section.deals)
            ],
            *([(row, item) for item in getattr(row.findings, name)] for name in _AS_A_WHOLE),
        )
        sheets = ["".join(map(rows.text, some)) for rows, some in zip(self._rows, items, strict=True)]
        sheets.append("".join(map(self._own.text, row.sections)) if apart else "")
        self._documents.put(row.path, _SHEET.join(sheets).encode())

    def save(self, path: Path) -> None:
        """Write the file, in order of path; nothing can be added any more.

        Raises OSError where it cannot be written.
        """
        try:
            self._save(path)
        except SerialisationError as error:  # so it is told of a sheet on a full disk
            raise OSError(errno.ENOSPC, str(error), str(path)) from error

    def _save(self, path: Path) -> None:
        apart = len(self._documents) <= MAX_DOCUMENT_SHEETS
        self._fill(apart=apart)
        _explain(self._explanation, _notes(self._sections, apart=apart))
        with SpooledTemporaryFile(IN_MEMORY) as made:
            archive = _Archive(made, "w")
            try:
                ExcelWriter(self._book, archive).save()
            except BaseException:
                archive.fp = None  # or it would be finished later, when its file is gone
                raise
            write_bytes(path, made)

    def _fill(self, *, apart: bool) -> None:
        """Put the rows of all documents in the sheets, with ``apart`` also in one for each document."""
        links = _Links(len(self._documents))
        tables = [_Table(sheet, columns) for sheet, columns in zip(self._sheets, _TABLES, strict=True)]
        for path, part in self._documents.parts():
            *texts, own = part.split(_SHEET.encode())
            name = self._names.name(path.rsplit("/", 1)[-1]) if apart and own else ""
            link = links.of(path, name)
            for table, text in zip(tables, texts, strict=True):
                table.append(text, link)
            if name:
                sheet = _Table(self._book.create_sheet(name), SECTION_COLUMNS)
                sheet.append(own, link)
                sheet.close()
        for table in tables:
            table.close()


def _on_section(column: Column) -> Column:
    return column._replace(value=lambda pair: column.value(pair[1]))


def _on_deal(column: Column) -> Column:
    return column._replace(value=lambda promised: column.value((promised.section, promised.deal)))


def _on_question(column: Column) -> Column:
    return column._replace(value=lambda asked: column.value((asked.section, asked.item)))


def _led_by(columns: Sequence[Column], name: str, leads: Callable[[Any], str]) -> list[Column]:
    return [column._replace(leads=leads) if column.name == name else column for column in columns]


def _anchor(section: SectionRow) -> str:
    return f"#{_clean(section.anchor)}"


def _document_columns() -> Sequence[Column]:
    title, *others = _led_by(DOCUMENT_COLUMNS, "Titel", lambda row: _TO_SHEET)
    return (title, Column("Rapport", 10, lambda row: "openen", leads=lambda row: _TO_PAGE), *others)


def _section_columns() -> Sequence[Column]:
    own = list(map(_on_section, SECTION_COLUMNS))
    return (*_LEAD, *_led_by(own, "Paragraaf", lambda pair: _anchor(pair[1])))


def _question_columns() -> Sequence[Column]:
    """A row is a question of a section that is sent back."""
    own = list(map(_on_question, QUESTION_COLUMNS))
    return (*_LEAD, *_led_by(own, "Paragraaf", lambda asked: _anchor(asked.section)))


def _deal_columns() -> Sequence[Column]:
    """A row is a commitment."""
    own = list(map(_on_deal, DEAL_COLUMNS[:-1]))
    return (
        Column("Bestand", 40, lambda promised: promised.document.path),
        *_led_by(own, "Paragraaf", lambda promised: _anchor(promised.section)),
        Column("Partij", 30, lambda promised: promised.document.parties.get(promised.key)),
        Column("Jaar", 9, lambda promised: promised.document.due.get(promised.key)),
        _on_deal(DEAL_COLUMNS[-1]),
    )


#: The columns of the first sheets, all but the explanation.
_TABLES = (
    _document_columns(),
    _section_columns(),
    _question_columns(),
    _deal_columns(),
    *((*_LEAD, *map(_on_section, columns)) for columns in _AS_A_WHOLE.values()),
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
