"""Reports of what was found: JSON and HTML per document, overviews over all, tables in the terminal.

What takes long to load (templates, spreadsheets) is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from uitvoerbaarheid.reports.rows import ReportRows, SectionRow, rows

if TYPE_CHECKING:
    from uitvoerbaarheid.reports.files import original_address
    from uitvoerbaarheid.reports.html import write_html
    from uitvoerbaarheid.reports.json import read_json, write_json
    from uitvoerbaarheid.reports.overview import write_overview

__all__ = [
    "ReportRows",
    "SectionRow",
    "original_address",
    "read_json",
    "rows",
    "write_html",
    "write_json",
    "write_overview",
]

_HOMES = {
    "original_address": "files",
    "read_json": "json",
    "write_html": "html",
    "write_json": "json",
    "write_overview": "overview",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
