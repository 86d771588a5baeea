"""Workbooks that a user filled in, read without trust; :mod:`uitvoerbaarheid.forms` makes them.

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

from uitvoerbaarheid.extraction import os_reason
from uitvoerbaarheid.reports.files import LAST_ROW

MAX_BYTES = 20 * 1024 * 1024
#: All parts of a workbook together, unpacked: a small file may hide an endless one.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 100
#: So many problems of one file are told; after the first twenty a reader knows enough.
MAX_PROBLEMS = 20


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
    from openpyxl import load_workbook

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
