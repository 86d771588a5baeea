"""Reports of what was found: JSON and HTML per document, overviews over all, tables in the terminal."""

from uitvoerbaarheid.reports.html import original_address, write_html
from uitvoerbaarheid.reports.json import read_json, write_json
from uitvoerbaarheid.reports.overview import write_overview
from uitvoerbaarheid.reports.rows import ReportRows, SectionRow, rows

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
