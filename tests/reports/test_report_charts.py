"""Charts: as many squares as promises, bars as high as their values, nothing outside the picture."""

from __future__ import annotations

import pytest

from uitvoerbaarheid.reports.charts import distribution, timeline
from uitvoerbaarheid.reports.findings import Findings, Load


def planned(*years: tuple[int, int, float | None]) -> Findings:
    """A planning of (year, promises, euros)."""
    return Findings(years=tuple(Load(str(year), None, count, euros, ()) for year, count, euros in years))


def test_each_promise_is_a_square_above_its_year() -> None:
    chart = timeline(planned((2026, 1, None), (2027, 14, None), (2031, 2, None)).planning)
    assert [(slot.label, slot.gap) for slot in chart.slots] == [
        ("2026", False), ("2027", False), ("2028–2030", True), ("2031", False),
    ]  # fmt: skip
    assert len(chart.promises.squares) == 17 and chart.euros is None
    assert [bar.label for bar in chart.promises.bars] == ["1", "14", "2"]
    for square in chart.promises.squares:
        year = int(square.text)
        (slot,) = [slot for slot in chart.slots if slot.label == str(year)]
        assert abs(square.x - slot.x) <= chart.width / len(chart.slots) / 2
        assert 0 <= square.y < chart.promises.base
    assert len({(square.x, square.y) for square in chart.promises.squares}) == 17


def test_many_promises_become_bars_that_keep_their_proportion() -> None:
    chart = timeline(planned((2026, 50, None), (2027, 100, None)).planning)
    half, whole = chart.promises.bars
    assert not chart.promises.squares
    assert whole.height == pytest.approx(2 * half.height)


def test_euros_stand_below_the_years_with_short_amounts() -> None:
    chart = timeline(
        planned((2026, 1, 250_000), (2027, 1, 21_398_000), (2028, 0, 2e9), (2029, 1, None)).planning
    )
    assert chart.euros is not None
    assert [bar.label for bar in chart.euros.bars] == ["€ 250.000", "€ 21,4 mln", "€ 2 mld"]
    assert all(chart.axis < bar.y and bar.y + bar.height <= chart.height for bar in chart.euros.bars)


def test_an_amount_below_zero_or_nothing_at_all_can_be_drawn() -> None:
    chart = timeline(planned((2026, 0, -1.0)).planning)
    assert chart.euros is not None and chart.euros.bars[0].height == 0
    assert timeline([]).width == 0


def test_a_distribution_has_a_column_for_each_class() -> None:
    chart = distribution(["0–9", "10–19"], [3, 0])
    assert [(bar.label, bar.height > 10) for bar in chart.panel.bars] == [("3", True), ("0", False)]
    assert [slot.label for slot in chart.slots] == ["0–9", "10–19"]
