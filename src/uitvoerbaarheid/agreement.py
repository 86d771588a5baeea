"""How well readers agree: Krippendorff's alpha, for any number of readers and with values missing.

After K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011). 1 is full agreement, 0 what
chance would give; below .667 labels are too uncertain to build on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Scale = Literal["nominal", "ordinal"]


@dataclass(frozen=True)
class Agreement:
    """``alpha`` is None where all gave the same value to everything, so that nothing can be told.

    ``pairs`` are the pairs of readings of one unit that it rests on, ``equal`` those that are the same.
    """

    alpha: float | None
    pairs: int
    equal: int


def agreement(units: Sequence[Sequence[Hashable]], values: Sequence[Hashable], scale: Scale) -> Agreement:
    """The agreement of the readings in ``units``: for each unit the values that its readers gave.

    ``values`` are all possible values, in their order for an ordinal scale. A unit with one reading says
    nothing. Raises KeyError for another value.
    """
    position = {value: index for index, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    pairs = equal = 0
    for unit in units:
        readings = [position[value] for value in unit]
        for first, one in enumerate(readings):
            for other in readings[first + 1 :]:
                pairs += 1
                equal += one == other
                together[one, other] += 1 / (len(readings) - 1)
                together[other, one] += 1 / (len(readings) - 1)
    totals = together.sum(axis=1)
    distance = _distances(totals, scale)
    by_chance = float(totals @ distance @ totals)
    if by_chance == 0:
        return Agreement(None, pairs, equal)
    seen = float((together * distance).sum())
    return Agreement(1 - (totals.sum() - 1) * seen / by_chance, pairs, equal)


def _distances(totals: np.ndarray, scale: Scale) -> np.ndarray:
    """The squared distance of each two values, shape (values, values)."""
    size = len(totals)
    if scale == "nominal":
        return 1 - np.eye(size)
    result = np.zeros((size, size))
    for low in range(size):
        for high in range(low + 1, size):
            between = totals[low : high + 1].sum() - (totals[low] + totals[high]) / 2
            result[low, high] = result[high, low] = between**2
    return result
