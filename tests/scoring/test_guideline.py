"""The level that follows from the criteria, by section 3 of the labelling guideline."""

from __future__ import annotations

import pytest

from uitvoerbaarheid.records import CRITERIA, Criteria
from uitvoerbaarheid.scoring.guideline import details_settled, level_by_criteria


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ("000000", 0),
        ("002222", 0),
        ("100010", 0),
        ("110000", 1),
        ("012222", 1),
        ("200000", 2),
        ("020000", 2),
        ("022010", 2),
        ("022020", 3),
        ("222200", 3),
        ("022220", 4),
        ("222222", 4),
    ],
)
def test_the_level_follows_from_the_criteria(values: str, level: int) -> None:
    criteria = dict(zip(CRITERIA, map(int, values), strict=True))
    assert level_by_criteria(criteria) == level_by_criteria(Criteria(**criteria)) == level


def test_only_actor_money_and_term_are_details() -> None:
    assert details_settled(dict(zip(CRITERIA, (2, 2, 0, 2, 1, 2), strict=True))) == 1
