"""Budgets in a sentence, list item or table row: amounts in euro, fte, and money named without an amount.

The rules stand in ``data/patterns/budgets.toml``; what counts is in the labelling guideline, sections 4
and 5: costs and contributions do, savings, balances, tariffs and past spending do not. Those are set aside,
with the rule that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.amounts import Reading, amounts_in, capacity_in, give_years, set_apart_in
from uitvoerbaarheid.nlp.budgets.context import overlaps
from uitvoerbaarheid.nlp.budgets.exclusions import row_exclusion, set_aside
from uitvoerbaarheid.nlp.budgets.rules import budget_rules
from uitvoerbaarheid.nlp.budgets.tables import (
    Cell,
    captioned_in,
    cells_of,
    column_exclusion,
    columns_in,
    give_column_years,
)
from uitvoerbaarheid.nlp.budgets.wordings import wording_in

__all__ = ["Budgets", "find_budgets", "read_budgets"]


@dataclass
class Budgets:
    """What a unit says of money: the budgets, and what was read but does not count, both in order."""

    found: list[Found] = field(default_factory=list)
    set_aside: list[Found] = field(default_factory=list)


def values_of(budget: Found) -> list[Any]:
    """The values of a budget as the guideline writes them: euros, ``{"fte": n}``, or None for open."""
    if budget.value["fte"] is not None:
        return [{"fte": budget.value["fte"]}]
    return list(budget.value["amounts"] or [None])


def find_budgets(
    text: str,
    *,
    cells: Sequence[str] | None = None,
    header: Sequence[str] | None = None,
    caption: str | None = None,
) -> list[Found]:
    """The budgets in one unit, in order; see :func:`read_budgets`."""
    return read_budgets(text, cells=cells, header=header, caption=caption).found


def read_budgets(
    text: str,
    *,
    cells: Sequence[str] | None = None,
    header: Sequence[str] | None = None,
    caption: str | None = None,
) -> Budgets:
    """Budgets in one unit, and the amounts and wordings in it that do not count.

    ``cells`` and ``header`` are those of a table row, whose ``text`` holds the cells in the same order;
    ``caption`` is the table's, which may give the unit of bare numbers. A value is::

        amounts    euros; a range gives two; empty without an amount
        fte        a number, or None
        open       no amount, fte, share or named source that covers
        period     "jaar" (a rate), "2024-2027", or None
        year       the one year that the amount is for, or None
        recurring  "structureel", "incidenteel" or None
        bound      "circa", "maximaal", "minimaal" or None
        share      the part of the costs that is paid, 0-1, or None
        source     who or what pays, as written without its article, or None
    """
    placed = cells_of(text, cells, header or []) if cells else []
    readings = _amounts(text, placed, header or [], caption or "")
    row = row_exclusion(text, header or []) if cells else None
    budgets = Budgets()
    for budget, exclusion in readings:
        reason = row or exclusion or column_exclusion(budget, placed)
        if reason is None:
            budgets.found.append(budget)
        else:
            budgets.set_aside.append(set_aside(budget, reason))
    if not readings and row is None:
        found, aside = wording_in(text)
        budgets.found += found
        budgets.set_aside += aside
    give_column_years(budgets.found, placed)
    give_years(text, budgets.found)
    for spans in (budgets.found, budgets.set_aside):
        spans.sort(key=lambda span: (span.start, span.end))
    return budgets


def _amounts(text: str, cells: Sequence[Cell], header: Sequence[str], caption: str) -> list[Reading]:
    """All amounts and fte of a unit; of two readings of the same words the first kind wins."""
    if not cells and not budget_rules().amount_hints.search(text):
        return []
    readings = [*amounts_in(text), *capacity_in(text)]
    bare = columns_in(text, cells, header, caption) if cells else captioned_in(text)
    for more in (set_apart_in(text), bare):
        for reading in more:
            if not overlaps(reading[0], [budget for budget, _ in readings]):
                readings.append(reading)
    return readings
