"""The overviews as tables for a spreadsheet: ``overzicht.csv`` and ``overzicht.xlsx``.

Documents are hostile: a text that a spreadsheet program would take for a formula is written so that
it stays a text. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from uitvoerbaarheid.reports.columns import (
    ACTOR_COLUMNS,
    DEAL_COLUMNS,
    DOCUMENT_COLUMNS,
    OVERLAP_COLUMNS,
    SECTION_COLUMNS,
    SIGNAL_COLUMNS,
    YEAR_COLUMNS,
    Column,
    Value,
)
from uitvoerbaarheid.reports.deals import Deal
from uitvoerbaarheid.reports.files import CONTROL_CHARACTERS, fixed_zip, write_bytes
from uitvoerbaarheid.reports.labels import label
from uitvoerbaarheid.reports.rows import ReportRows, SectionRow

#: Beyond this many documents there is no sheet per document: a spreadsheet program chokes on them.
MAX_DOCUMENT_SHEETS = 100
#: The most rows that the xlsx format allows on a sheet, header included.
MAX_ROWS = 1_048_576
_MAX_CELL = 32_767
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_LEVEL_COLOURS = ("E39A8B", "F2C095", "F3E3A3", "B5DCCA", "7FBFAC")


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


def write_csv(documents: Iterable[ReportRows], path: Path) -> None:
    """Write a row per section of all documents, for Dutch Excel: UTF-8 with BOM, semicolons, CRLF.

    A document without sections has one row, so that an unreadable document is not left out.
    Raises :class:`OSError` when the file cannot be written.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["Bestand", "Titel", "Soort", "Overheid", "Status", *(column.name for column in SECTION_COLUMNS)]
    )
    for row in documents:
        lead = [row.path, row.title, label("kind", row.kind), row.authority, label("status", row.status)]
        for section in row.sections or (None,):
            values = [column.value(section) if section else None for column in SECTION_COLUMNS]
            writer.writerow([_csv_value(value) for value in (*lead, *values)])
    write_bytes(path, ("\ufeff" + out.getvalue()).encode("utf-8"))


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
    """Makes the cells of one sheet, each kind of style once: openpyxl is slow at making them."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._styles: dict[tuple[bool, bool, str], Any] = {}

    def _style(self, wrap: bool, quoted: bool, number_format: str) -> Any:
        key = (wrap, quoted, number_format)
        if key not in self._styles:
            cell = WriteOnlyCell(self._sheet)
            cell.alignment = Alignment(vertical="top", wrap_text=wrap)
            cell.quotePrefix = quoted
            cell.number_format = number_format
            self._styles[key] = cell._style
        return self._styles[key]

    def make(self, value: Value, number_format: str = "General") -> Any:
        """A cell that holds ``value`` as it is; a text is never a formula, whatever it begins with."""
        if value is None or value == "":
            return None
        cell = WriteOnlyCell(self._sheet)
        if isinstance(value, str):
            cell.value = cell_value(value)
            cell.data_type = "s"
            cell._style = self._style(len(value) > 40, value.startswith(_FORMULA_START), "General")
        else:
            cell.value = value
            cell._style = self._style(False, False, number_format)
        return cell


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
        cell.fill = PatternFill("solid", start_color="14507D")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        header.append(cell)
    return header


def _fill(sheet: Any, columns: Sequence[Column], rows: Iterable[Any], count: int) -> None:
    """Write a header and ``rows`` (``count`` of them, known before) to a write-only sheet."""
    for position, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    last = max(count + 1, 2)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    _colour(sheet, columns, last)
    sheet.append(header_cells(sheet, [column.name for column in columns]))
    cells = Cells(sheet)
    for row in rows:
        sheet.append([cells.make(column.value(row), column.format) for column in columns])


def _all_sections(documents: Sequence[ReportRows]) -> Iterator[tuple[ReportRows, SectionRow]]:
    return ((row, section) for row in documents for section in row.sections)


def _on_section(column: Column) -> Column:
    return column._replace(value=lambda pair: column.value(pair[1]))


def _on_deal(column: Column) -> Column:
    return column._replace(value=lambda promised: column.value((promised.section, promised.deal)))


def _beside(documents: Sequence[ReportRows], name: str) -> list[tuple[ReportRows, Any]]:
    """What the documents say as a whole (``name`` is a field of their findings), each with its document."""
    return [(row, item) for row in documents for item in getattr(row.findings, name)]


def _notes(documents: Sequence[ReportRows]) -> list[str]:
    notes = []
    if len(documents) > MAX_DOCUMENT_SHEETS:
        notes.append(
            f"Er zijn meer dan {MAX_DOCUMENT_SHEETS} documenten; daarom is er geen blad per document. "
            "Filter op het blad Paragrafen op de kolom Bestand."
        )
    if sum(len(row.sections) for row in documents) > MAX_ROWS - 1:
        notes.append("Er zijn meer paragrafen dan op een blad passen; overzicht.csv bevat ze allemaal.")
    return notes


def write_xlsx(documents: Sequence[ReportRows], path: Path) -> None:
    """Write the workbook: all documents, sections and commitments, what the documents say as a whole, and
    a sheet per document up to a limit.

    Raises :class:`OSError` when the file cannot be written.
    """
    book = Workbook(write_only=True)
    names = SheetNames()
    _fill(book.create_sheet(names.name("Documenten")), DOCUMENT_COLUMNS, documents, len(documents))

    lead = (
        Column("Bestand", 40, lambda pair: pair[0].path),
        Column("Titel", 36, lambda pair: pair[0].title),
    )
    columns = (*lead, *(_on_section(column) for column in SECTION_COLUMNS))
    count = min(sum(len(row.sections) for row in documents), MAX_ROWS - 1)
    _fill(
        book.create_sheet(names.name("Paragrafen")), columns, islice(_all_sections(documents), count), count
    )

    _fill_deals(book.create_sheet(names.name("Afspraken")), documents)
    for title, name, own in (
        ("Wie doet wat", "actors", ACTOR_COLUMNS),
        ("Per jaar", "years", YEAR_COLUMNS),
        ("Overlap", "overlaps", OVERLAP_COLUMNS),
        ("Signalen", "signals", SIGNAL_COLUMNS),
    ):
        found = _beside(documents, name)[: MAX_ROWS - 1]
        _fill(book.create_sheet(names.name(title)), (*lead, *map(_on_section, own)), found, len(found))

    notes = _notes(documents)
    if notes:
        sheet = book.create_sheet(names.name("Toelichting"))
        sheet.column_dimensions["A"].width = 100
        for note in notes:
            sheet.append([note])
    if len(documents) <= MAX_DOCUMENT_SHEETS:
        for row in documents:
            if row.sections:
                name = names.name(row.path.rsplit("/", 1)[-1])
                _fill(book.create_sheet(name), SECTION_COLUMNS, row.sections, len(row.sections))
    made = io.BytesIO()
    book.save(made)
    write_bytes(path, fixed_zip(made))


def _fill_deals(sheet: Any, documents: Sequence[ReportRows]) -> None:
    """A row for each commitment of all documents, as many as fit on a sheet."""
    columns = (
        Column("Bestand", 40, lambda promised: promised.document.path),
        *map(_on_deal, DEAL_COLUMNS[:-1]),
        Column("Partij", 30, lambda promised: promised.document.parties.get(promised.key)),
        Column("Jaar", 9, lambda promised: promised.document.due.get(promised.key)),
        _on_deal(DEAL_COLUMNS[-1]),
    )
    count = min(sum(len(section.deals) for _, section in _all_sections(documents)), MAX_ROWS - 1)
    deals = (
        Promised(row, section, number, deal)
        for row, section in _all_sections(documents)
        for number, deal in enumerate(section.deals)
    )
    _fill(sheet, columns, islice(deals, count), count)
