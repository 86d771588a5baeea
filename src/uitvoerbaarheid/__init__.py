"""uitvoerbaarheid: how implementable is each section of a Dutch policy document?

The Python API is three names: :func:`read` (file to sections), :class:`Analyzer` (one document,
scored) and :func:`scan` (files and folders, scored, with reports). They are imported on first use,
so that ``import uitvoerbaarheid`` stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Analyzer", "__version__", "read", "scan"]

if TYPE_CHECKING:
    from uitvoerbaarheid.analyzer import Analyzer
    from uitvoerbaarheid.batch import scan
    from uitvoerbaarheid.extraction import read

_HOMES = {
    "Analyzer": "uitvoerbaarheid.analyzer",
    "read": "uitvoerbaarheid.extraction",
    "scan": "uitvoerbaarheid.batch",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
