"""The thresholds and words of the comparison, from ``data/reports/comparison.toml``."""

from __future__ import annotations

from functools import cache
from typing import Any

from uitvoerbaarheid.resources import read_toml


@cache
def settings() -> dict[str, Any]:
    """All thresholds and fixed words of the comparison, by group and key."""
    return read_toml("reports", "comparison.toml")
