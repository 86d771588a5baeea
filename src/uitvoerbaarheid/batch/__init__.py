"""Many documents: finding them, reading them in bounded workers, scoring them, writing the reports."""

from uitvoerbaarheid.batch.inline import iter_reports, scan
from uitvoerbaarheid.batch.progress import ScanProgress
from uitvoerbaarheid.batch.sources import ANNOTATED, MEMO, OVERVIEWS, Source, discover, find_corrections
from uitvoerbaarheid.batch.written import NO_MEMO, write_reports

DEFAULT_OUTPUT = "uitvoerbaarheid-rapport"

__all__ = [
    "ANNOTATED",
    "DEFAULT_OUTPUT",
    "MEMO",
    "NO_MEMO",
    "OVERVIEWS",
    "ScanProgress",
    "Source",
    "discover",
    "find_corrections",
    "iter_reports",
    "scan",
    "write_reports",
]
