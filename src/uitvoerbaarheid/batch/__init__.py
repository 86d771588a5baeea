"""Many documents: finding them, keeping what is known, reading and scoring the rest, writing the reports.

Names are imported on first use: a run over documents that were assessed before loads no language stage.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uitvoerbaarheid.batch.inline import iter_reports, scan
    from uitvoerbaarheid.batch.progress import RunProgress, ScanProgress
    from uitvoerbaarheid.batch.sources import (
        MEMO,
        OVERVIEWS,
        STORE_FILE,
        Source,
        discover,
        find_corrections,
    )

DEFAULT_OUTPUT = "uitvoerbaarheid-rapport"

__all__ = [
    "DEFAULT_OUTPUT",
    "MEMO",
    "OVERVIEWS",
    "STORE_FILE",
    "RunProgress",
    "ScanProgress",
    "Source",
    "discover",
    "find_corrections",
    "iter_reports",
    "scan",
]

_HOMES = {
    **dict.fromkeys(("iter_reports", "scan"), "inline"),
    **dict.fromkeys(("RunProgress", "ScanProgress"), "progress"),
    **dict.fromkeys(("MEMO", "OVERVIEWS", "STORE_FILE", "Source", "discover", "find_corrections"), "sources"),
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
