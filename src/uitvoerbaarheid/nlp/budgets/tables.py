"""Bare numbers in table rows and flattened tables, in the unit of their column, header or caption."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.amounts import YEAR, Reading
from uitvoerbaarheid.nlp.budgets.context import found
from uitvoerbaarheid.nlp.budgets.exclusions import exclusion_of, name_exclusion
from uitvoerbaarheid.nlp.budgets.rules import Exclusion, budget_rules
from uitvoerbaarheid.nlp.numbers import DIGITS, parse_number, plain

#: Bare numbers of a table: anything but a year, a percentage, a number in a code or a date.
_CELL_NUMBER = re.compile(rf"(?<![\w.,/%€-])(?P<number>{DIGITS})(?![\w%/-]|[.,]\d)")
#: A number that opens a name in a cell ("0.7 Algemene uitkering") is no amount.
_NAMED = re.compile(
    r"\s+(?!per\b|tot\b|euro\b|in\b|vanaf\b|structureel|incidenteel|eenmalig|jaarlijks|excl|incl)[a-z]", re.I
)
#: A word before a number that makes it the number of something ("Programma 3", "Fase 2").
_COUNTED = re.compile(
    r"\b(?:programma|fase|tabel|deel|stap|spoor|actie|project|nr|nummer|doel|bijlage|pijler)\.?\s+$", re.I
)
_YEAR_IN_NAME = re.compile(r"\b20\d\d\b")


@dataclass(frozen=True)
class Cell:
    """A cell of a row: where its text stands in the row, and the name of its column ("" where unknown)."""

    start: int
    end: int
    text: str
    name: str

    @property
    def year(self) -> int | None:
        """The one year in the name of its column."""
        years = _YEAR_IN_NAME.findall(self.name)
        return int(years[0]) if len(years) == 1 else None


def cells_of(text: str, cells: Sequence[str], header: Sequence[str]) -> list[Cell]:
    """The cells of a row that are found in its text, in order."""
    placed = []
    position = 0
    for index, cell in enumerate(cells):
        value = " ".join(cell.split())
        name = " ".join(header[index].split()) if index < len(header) else ""
        at = text.find(value, position) if value else -1
        if at < 0:
            continue
        if name and name in text[position:at]:  # the name may hold the value ("2026: 26")
            at = max(at, text.find(value, text.index(name, position) + len(name)))
        position = at + len(value)
        placed.append(Cell(at, position, value, name))
    return placed


@lru_cache(maxsize=1024)
def factor(text: str) -> int | None:
    """What the numbers of a table count by the unit in ``text``: 1, 1000 or 1000000; None without unit."""
    match = budget_rules().unit.search(text)
    if not match:
        return None
    if match["thousands"]:
        return 1_000
    times = (match["times"] or "miljoen").lower().replace(".", "").replace(",", "")
    return {"1": 1, "1000": 1_000, "duizend": 1_000}.get(times, 1_000_000)


def columns_in(text: str, cells: Sequence[Cell], header: Sequence[str], caption: str) -> Iterator[Reading]:
    """Bare numbers in the money and fte columns, in the unit of their column, the header or the caption."""
    common = factor(" ".join(header)) or factor(caption)
    for cell in cells:
        names_money, is_fte = _column(cell.name)
        is_money = names_money or bool(common and cell.year)
        is_fte = is_fte and not is_money
        if not (is_money or is_fte):
            continue
        unit = factor(cell.name) or common
        if unit is None and ("€" in cell.name or "euro" in cell.name.lower()):
            unit = 1
        for budget in _numbers(text, cell, unit, is_fte=is_fte):
            yield budget, None


@lru_cache(maxsize=1024)
def _column(name: str) -> tuple[bool, bool]:
    """Whether a column of this name holds money, and whether fte."""
    rules = budget_rules()
    return bool(rules.money_column.search(name)), bool(rules.fte_column.search(name))


def _numbers(text: str, cell: Cell, unit: int | None, *, is_fte: bool) -> Iterator[Found]:
    for match in _CELL_NUMBER.finditer(cell.text):
        number = parse_number(match["number"])
        if number is None or YEAR.fullmatch(match["number"]) or _is_named(cell.text, match):
            continue
        start, end = cell.start + match.start(), cell.start + match.end()
        if is_fte:
            yield found(text, start, end, "budget.table.column", fte=plain(number))
        elif number:
            amounts = [] if unit is None else [plain(number * unit)]
            yield found(text, start, end, "budget.table.column", amounts=amounts)


def _is_named(text: str, match: re.Match[str]) -> bool:
    """Whether a number in a cell is part of a name."""
    return bool(_NAMED.match(text, match.end()) or _COUNTED.search(text[: match.start()]))


def column_exclusion(budget: Found, cells: Sequence[Cell]) -> Exclusion | None:
    """The rule by which the row (its first cell) or the column of a budget counts something else."""
    names = [cells[0].text] if cells else []
    names += [cell.name for cell in cells if cell.start <= budget.start < cell.end]
    return next((rule for name in names if (rule := name_exclusion(name))), None)


def give_column_years(budgets: Sequence[Found], cells: Sequence[Cell]) -> None:
    """The year that heads a column is the year of the amounts in it."""
    for budget in budgets:
        for cell in cells:
            if cell.start <= budget.start < cell.end and cell.year:
                budget.value["year"] = cell.year


def captioned_in(text: str) -> Iterator[Reading]:
    """Bare numbers after a caption with a unit in the same line ("bedragen x € 1.000"), each once."""
    unit = budget_rules().unit.search(text)
    times = factor(text) if unit else None
    if not unit or times is None or not re.search(r"€|euro", text[: unit.end() + 6], re.I):
        return
    exclusion = exclusion_of(text, unit.start(), unit.end())
    seen: set[float] = set()
    for match in _CELL_NUMBER.finditer(text, unit.end()):
        number = parse_number(match["number"])
        if not number or YEAR.fullmatch(match["number"]) or number in seen:
            continue
        seen.add(number)
        amounts = [plain(number * times)]
        yield found(text, match.start(), match.end(), "budget.table.caption", amounts=amounts), exclusion
