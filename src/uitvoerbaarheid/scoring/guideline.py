"""What the labelling guideline fixes: which level follows from the criteria (section 3)."""

from __future__ import annotations

from collections.abc import Mapping

from uitvoerbaarheid.records import CRITERIA, Criteria, Criterion

#: What a measure needs before it can be carried out.
DETAILS: tuple[Criterion, ...] = ("actor", "budget", "deadline")


def level_by_criteria(criteria: Criteria | Mapping[Criterion, int]) -> int:
    """The level to which the criteria's values (0-2) point, before any step up or down for the whole."""
    if isinstance(criteria, Criteria):
        criteria = {name: getattr(criteria, name) for name in CRITERIA}
    if criteria["measure"] == 2:
        return (2, 2, 3, 4)[details_settled(criteria)]
    if criteria["goal"] == 2:
        return 2
    return 1 if criteria["measure"] else 0


def details_settled(criteria: Mapping[Criterion, int]) -> int:
    """How many of actor, money and term are at 2."""
    return sum(criteria[name] == 2 for name in DETAILS)
