"""Workbooks that a user fills in, with lists to choose from; read back by :mod:`uitvoerbaarheid.sheets`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from uitvoerbaarheid.reports.files import fixed_zip, write_bytes
from uitvoerbaarheid.reports.tables import Cells, cell_value, header_cells

#: Rows below the last one that still have the lists to choose from.
SPARE_ROWS = 200

_CHOICES_SHEET = "Keuzes"
_TO_FILL = "FFF8DC"
_LINE = Side(style="thin", color="C8C8C8")


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
