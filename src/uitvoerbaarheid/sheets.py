"""Workbooks that a user fills in: written with lists to choose from, read back without trust.

A workbook that comes back may come from anyone: it is read without its formulas and within limits on its
size, and what is wrong with it is an :class:`InputError` that can be shown as it is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from uitvoerbaarheid.extraction import os_reason
from uitvoerbaarheid.reports.files import fixed_zip, write_bytes
from uitvoerbaarheid.reports.tables import MAX_ROWS as LAST_ROW
from uitvoerbaarheid.reports.tables import Cells, cell_value, header_cells

MAX_BYTES = 20 * 1024 * 1024
#: All parts of a workbook together, unpacked: a small file may hide an endless one.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 100
#: So many problems of one file are told; after the first twenty a reader knows enough.
MAX_PROBLEMS = 20
#: Rows below the last one that still have the lists to choose from.
SPARE_ROWS = 200

_CHOICES_SHEET = "Keuzes"
_TO_FILL = "FFF8DC"
_LINE = Side(style="thin", color="C8C8C8")


class InputError(Exception):
    """A file that a user gave is wrong; the message is Dutch and says where and what is right."""


def refuse(problems: Sequence[str]) -> None:
    """Raise InputError with these problems, one a line, the first twenty in full; without any, nothing."""
    if problems:
        more = len(problems) - MAX_PROBLEMS
        told = [*problems[:MAX_PROBLEMS], *([f"... en nog {more}."] if more > 0 else [])]
        raise InputError("\n".join(told))


def nearest(given: str, known: Iterable[str]) -> str:
    """What was probably meant, as a sentence: "Bedoelde u 'beleid'? Mogelijk zijn: ..."."""
    options = list(dict.fromkeys(known))
    near = get_close_matches(given.casefold(), options, n=1, cutoff=0.5)
    hint = f"Bedoelde u '{near[0]}'? " if near else ""
    return f"{hint}Mogelijk zijn: {', '.join(options)}."


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A row of a table that was read: its number in the file and its filled cells by column name."""

    number: int
    cells: dict[str, str]


def read_input(path: Path) -> bytes:
    """The bytes of a file that a user gave; InputError where it cannot be read or is too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name} is groter dan {MAX_BYTES // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} is niet te lezen: {os_reason(error)}.") from error


def read_sheets(path: Path, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[Line]]:
    """The rows of the sheets in ``wanted`` (their names, and the columns that each must have).

    The first sheet of ``wanted`` may have any name: where it is absent the workbook's first sheet is read.
    Another absent sheet has no rows. Raises InputError for what is no workbook, is too large or lacks a
    column.
    """
    data = read_input(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise InputError(f"{path.name} is uitgepakt te groot om te lezen.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        found = {}
        for position, (name, columns) in enumerate(wanted.items()):
            sheet = _sheet(book, name, first=position == 0)
            found[name] = list(_lines(path, sheet, columns)) if sheet is not None else []
        return found
    except InputError:
        raise
    except Exception as error:  # openpyxl raises anything on a damaged file
        raise InputError(f"{path.name} is geen leesbaar Excel-bestand (.xlsx).") from error


def _sheet(book: Any, name: str, first: bool) -> Any:
    if name in book.sheetnames:
        return book[name]
    return book.worksheets[0] if first and book.worksheets else None


def _lines(path: Path, sheet: Any, columns: Sequence[str]) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    names: list[str] | None = None
    count = 0
    # A row may say that it is any number far down; none lies beyond what the format allows.
    rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MAX_COLUMNS, values_only=True)
    for number, row in enumerate(rows, start=1):
        if row.count(None) == len(row):
            continue
        values = [cell_text(value) for value in row]
        if not any(values):
            continue
        if names is None:
            names = [value.casefold() for value in values]
            absent = [column for column in columns if column not in names]
            if absent:
                given = ", ".join(name for name in names if name)
                raise InputError(
                    f"{path.name}, blad {sheet.title}: de kolom '{absent[0]}' ontbreekt. "
                    f"Wel gevonden: {given}."
                )
            continue
        count += 1
        if count > MAX_ROWS:
            raise InputError(f"{path.name} heeft meer dan {MAX_ROWS} rijen.")
        yield Line(
            number, {name: value for name, value in zip(names, values, strict=False) if name and value}
        )


def cell_text(value: Any) -> str:
    """A value of a cell or TOML file as text: a whole number without decimals, a date as in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "waar" if value else "onwaar"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


# --- writing -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FormColumn:
    """A column of a form. ``choices`` are offered as a list; ``depends`` is the column whose value names
    the list to offer. ``fill`` marks what the user is to fill in."""

    name: str
    width: int
    fill: bool = False
    choices: tuple[str, ...] = ()
    depends: str | None = None


class FormBook:
    """A workbook with forms; the same contents give the same bytes."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._lists: dict[str, tuple[str, ...]] = {}

    def choices(self, name: str, values: Sequence[str]) -> None:
        """A list of values under a name, for columns that depend on another one."""
        self._lists[name] = tuple(values)

    def form(
        self,
        title: str,
        columns: Sequence[FormColumn],
        rows: Sequence[Sequence[Any]],
        spare: int = SPARE_ROWS,
    ) -> None:
        """A sheet to fill in: a frozen header, ``rows`` (a value per column) and ``spare`` rows to add to."""
        sheet = self._book.create_sheet(title)
        self._widths(sheet, [column.width for column in columns])
        sheet.freeze_panes = "A2"
        last = max(2, len(rows) + 1 + spare)
        letters = {column.name: get_column_letter(at) for at, column in enumerate(columns, start=1)}
        for column in columns:
            rule = self._rule(column, letters)
            if rule:
                rule.add(f"{letters[column.name]}2:{letters[column.name]}{last}")
                sheet.data_validations.append(rule)
        sheet.append(header_cells(sheet, [column.name for column in columns]))
        cells = Cells(sheet)
        blank = _blank(sheet)
        for row in (*rows, *([[None] * len(columns)] * spare)):
            sheet.append(
                [
                    _filled(sheet, blank, value) if column.fill else cells.make(value)
                    for column, value in zip(columns, row, strict=True)
                ]
            )

    def _rule(self, column: FormColumn, letters: Mapping[str, str]) -> DataValidation | None:
        if column.depends:
            # The name of the list stands in the same row; a value without a list may be anything.
            formula = f"INDIRECT(${letters[column.depends]}2)"
            return DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        if not column.choices:
            return None
        rule = DataValidation(
            type="list",
            formula1='"' + ",".join(column.choices) + '"',
            allow_blank=True,
            showErrorMessage=True,
        )
        rule.errorTitle = "Kies uit de lijst"
        rule.error = f"Mogelijk zijn: {', '.join(column.choices)}."
        return rule

    def text(self, title: str, lines: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A sheet to read: a line of one cell that begins with "# " is a heading."""
        sheet = self._book.create_sheet(title)
        self._widths(sheet, widths)
        for line in lines:
            row = []
            for value in line:
                cell = WriteOnlyCell(sheet, value=value.removeprefix("# "))
                cell.data_type = "s"
                cell.alignment = Alignment(vertical="top", wrap_text=not value.startswith("# "))
                cell.font = Font(bold=value.startswith("# "))
                row.append(cell)
            sheet.append(row)

    def hidden(self, title: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A sheet that only the program reads."""
        sheet = self._book.create_sheet(title)
        sheet.sheet_state = "hidden"
        sheet.append(list(names))
        cells = Cells(sheet)
        for row in rows:
            sheet.append([cells.make(value) for value in row])

    def save(self, path: Path) -> None:
        """Write the workbook; raises :class:`OSError` when that is not possible."""
        if self._lists:
            self._add_lists()
        made = io.BytesIO()
        self._book.save(made)
        write_bytes(path, fixed_zip(made))

    def _add_lists(self) -> None:
        sheet = self._book.create_sheet(_CHOICES_SHEET)
        self._widths(sheet, [24] * len(self._lists))
        sheet.append(header_cells(sheet, self._lists))
        cells = Cells(sheet)
        for row in range(max(len(values) for values in self._lists.values())):
            sheet.append(
                [cells.make(values[row]) if row < len(values) else None for values in self._lists.values()]
            )
        for at, (name, values) in enumerate(self._lists.items(), start=1):
            letter = get_column_letter(at)
            place = f"{_CHOICES_SHEET}!${letter}$2:${letter}${len(values) + 1}"
            self._book.defined_names[name] = DefinedName(name, attr_text=place)

    @staticmethod
    def _widths(sheet: Any, widths: Sequence[int]) -> None:
        for at, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(at)].width = width


def _blank(sheet: Any) -> Any:
    """The style of a cell to fill in. Its format is text: a spreadsheet would make a date of "4.2"."""
    cell = WriteOnlyCell(sheet)
    cell.fill = PatternFill("solid", start_color=_TO_FILL)
    cell.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.number_format = "@"
    return cell._style


def _filled(sheet: Any, style: Any, value: str | None) -> Any:
    cell = WriteOnlyCell(sheet)
    if value is not None:
        cell.value = cell_value(value)
        cell.data_type = "s"
    cell._style = style
    return cell
