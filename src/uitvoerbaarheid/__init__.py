"""uitvoerbaarheid: how implementable is each section of a Dutch policy document?

The Python API is four names: :func:`read` (file to sections), :class:`Analyzer` (one document,
scored), :func:`scan` (files and folders, scored, with reports) and :func:`check` (what is to be mended in
them). They are imported on first use, so that ``import uitvoerbaarheid`` stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Analyzer", "__version__", "check", "read", "scan"]

if TYPE_CHECKING:
    from uitvoerbaarheid.analyzer import Analyzer
    from uitvoerbaarheid.batch import scan
    from uitvoerbaarheid.checking.run import check
    from uitvoerbaarheid.extraction import read

_HOMES = {
    "Analyzer": "uitvoerbaarheid.analyzer",
    "check": "uitvoerbaarheid.checking.run",
    "read": "uitvoerbaarheid.extraction",
    "scan": "uitvoerbaarheid.batch",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
