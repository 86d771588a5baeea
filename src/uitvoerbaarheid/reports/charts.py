"""Charts as inline SVG: their geometry in pixels, which ``templates/charts.html.j2`` draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uitvoerbaarheid.reports.findings import Load, Years
from uitvoerbaarheid.reports.labels import number

_WIDTH = 1200
_NARROWEST, _WIDEST = 76, 120
#: Up to so many promises in a year each is a square of its own, that leads to its words.
_MOST_SQUARES = 60
_SQUARE, _STEP = 11, 13
_TALL = 110
_LABEL = 22


@dataclass(frozen=True, slots=True)
class Square:
    """One promise in a year: the top left corner, its name on the page ("" for none) and its words."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A column with its middle at ``x``, from ``y`` down over ``height``, with a ``label`` above it."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns that stand on ``base``; where there are ``squares`` the bars are only their labels."""

    base: float
    bars: list[Bar]
    squares: list[Square]


@dataclass(frozen=True, slots=True)
class Slot:
    """A year, or the years between two in which nothing happens; ``x`` is its middle."""

    x: float
    label: str
    gap: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The planning of a document: the promises by year above the line of years, the euros below it."""

    width: int
    height: float
    slots: list[Slot]
    axis: float
    promises: Panel
    euros: Panel | None


def timeline(planning: Sequence[Years]) -> Timeline:
    """Draw the promises and the euros of every year; years without anything share one place."""
    years: list[tuple[Load | None, str]] = []
    for load, gap in planning:
        years += [(None, gap)] if gap else []
        years.append((load, load.name))
    slot = min(max(_WIDTH // max(len(years), 1), _NARROWEST), _WIDEST)
    slots = [Slot((index + 0.5) * slot, label, load is None) for index, (load, label) in enumerate(years)]
    loads = [(place.x, load) for place, (load, _) in zip(slots, years, strict=True) if load]
    promises = _promises(loads, slot)
    axis = promises.base + _LABEL
    euros = _euros(loads, slot, axis + 2 * _LABEL) if any(load.budget for _, load in loads) else None
    height = euros.base + 2 if euros else axis + 6
    return Timeline(len(slots) * slot, height, slots, axis, promises, euros)


def _promises(loads: Sequence[tuple[float, Load]], slot: int) -> Panel:
    most = max((load.count for _, load in loads), default=1)
    if most > _MOST_SQUARES:
        return _bars([(x, load.count, number(load.count)) for x, load in loads], slot, _LABEL)
    wide = (slot - _STEP) // _STEP
    base = _LABEL + -(-most // wide) * _STEP
    panel = Panel(base, [], [])
    for x, load in loads:
        left = x - min(load.count, wide) * _STEP / 2
        for index in range(load.count):
            words = load.promised[index] if index < len(load.promised) else None
            panel.squares.append(
                Square(
                    x=left + index % wide * _STEP,
                    y=base - (index // wide + 1) * _STEP,
                    anchor=words.anchor if words else "",
                    text=f"{load.name}: {words.text} ({words.where})" if words else load.name,
                )
            )
        panel.bars.append(Bar(x, base - -(-load.count // wide) * _STEP, 0, 0, number(load.count)))
    return panel


def _euros(loads: Sequence[tuple[float, Load]], slot: int, top: float) -> Panel:
    return _bars([(x, load.budget, _short(load.budget)) for x, load in loads if load.budget], slot, top)


def _short(euros: float) -> str:
    """An amount in few characters: "€ 21,4 mln", "€ 250.000"."""
    for size, name in ((10**9, "mld"), (10**6, "mln")):
        if euros >= size:
            return f"€ {number(euros / size, 1).removesuffix(',0')} {name}"
    return f"€ {number(euros)}"


def _bars(columns: Sequence[tuple[float, float, str]], slot: int, top: float) -> Panel:
    """Columns with their middle, value and label; the highest is as tall as there is room."""
    most = max((value for _, value, _ in columns), default=0)
    base, width = top + _TALL, slot * 0.6
    bars = []
    for x, value, label in columns:
        height = max(2.0, _TALL * max(value, 0) / most) if most > 0 else 0.0
        bars.append(Bar(x, base - height, width, height, label))
    return Panel(base, bars, [])


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many values lie in each class, as columns."""

    width: int
    height: float
    panel: Panel
    slots: list[Slot]
    axis: float


def distribution(labels: Sequence[str], counts: Sequence[int]) -> Distribution:
    """Draw how many there are in each class."""
    slot = 56
    slots = [Slot((index + 0.5) * slot, label, False) for index, label in enumerate(labels)]
    panel = _bars(
        [(place.x, count, number(count)) for place, count in zip(slots, counts, strict=True)], slot, _LABEL
    )
    axis = panel.base + 18
    return Distribution(len(slots) * slot, axis + 6, panel, slots, axis)
