"""Whether a party, sum or term is one that earns a 2, by its normalised value; decided here only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from uitvoerbaarheid.records import Mention

Value = Mapping[str, Any]


def is_named(value: Value) -> bool:
    """Whether an actor is a named party, not the authority itself ("we") or an unnamed group."""
    return not value.get("generic", False)


def is_covered(value: Value) -> bool:
    """Whether a budget is an amount, capacity or other covered source rather than an open wish."""
    return bool(value.get("amounts")) or value.get("fte") is not None or value.get("open") is False


def is_planned(value: Value) -> bool:
    """Whether a deadline can be planned for (a date, year, period or frequency), so not "vague"."""
    return value.get("interval") not in (None, "vague")


_STRONG: Mapping[str, Callable[[Value], bool]] = {
    "actor": is_named,
    "budget": is_covered,
    "deadline": is_planned,
}


def earns(mention: Mention) -> bool:
    """Whether a party, sum or term is one that earns a 2; mentions of other types have no such split."""
    strong = _STRONG.get(mention.type)
    return strong is None or strong(mention.value or {})
