"""Every result of every run in one DuckDB file in the output folder, to go on from and to ask of.

:func:`rows_of` makes the rows where a document was assessed, :class:`Store` keeps them and looks them up;
what users ask stands in ``data/queries`` and, for their own SQL, in ``docs/opslag.md``. Names are imported
on first use: who assesses needs no database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uitvoerbaarheid.store.asking import Answer
    from uitvoerbaarheid.store.database import (
        QueryError,
        StoreBusyError,
        StoreError,
        StoreFullError,
        StoreMissingError,
    )
    from uitvoerbaarheid.store.packed import packed_rows, unpacked_rows
    from uitvoerbaarheid.store.store import (
        PASSING,
        Kept,
        Outcome,
        Run,
        Store,
        Version,
        WrittenFile,
        stored_path,
    )
    from uitvoerbaarheid.store.tables import TableRows, rows_of

#: The file of the store in the folder of the reports.
STORE_NAME = "uitvoerbaarheid.duckdb"

_HOMES = {
    "asking": ("Answer",),
    "database": (
        "QueryError",
        "StoreBusyError",
        "StoreError",
        "StoreFullError",
        "StoreMissingError",
    ),
    "packed": ("packed_rows", "unpacked_rows"),
    "store": ("PASSING", "Kept", "Outcome", "Run", "Store", "Version", "WrittenFile", "stored_path"),
    "tables": ("TableRows", "rows_of"),
}

__all__ = [
    "PASSING",
    "STORE_NAME",
    "Answer",
    "Kept",
    "Outcome",
    "QueryError",
    "Run",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreMissingError",
    "TableRows",
    "Version",
    "WrittenFile",
    "packed_rows",
    "rows_of",
    "stored_path",
    "unpacked_rows",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
