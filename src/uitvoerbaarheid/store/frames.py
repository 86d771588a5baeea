"""Many rows at once into a table: as columns of numpy, which DuckDB reads as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import duckdb
import numpy as np

_NUMBERS = {"INTEGER": "int64", "BIGINT": "int64", "DOUBLE": "float64", "BOOLEAN": "bool"}


def insert(found: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows to a table of the schema ``store``, with a value for each column in its order."""
    if not rows:
        return
    types = map(str, found.table(f"store.{table}").types)
    columns = {
        f"c{at}": _column(values, kind)
        for at, (values, kind) in enumerate(zip(zip(*rows, strict=True), types, strict=True))
    }
    found.register("new_rows", columns)
    try:
        found.execute(f"INSERT INTO store.{table} SELECT * FROM new_rows")
    finally:
        # Where the rows could not be added this fails too, and the first error is the one to tell.
        with suppress(duckdb.Error):
            found.unregister("new_rows")


def _column(values: tuple[Any, ...], kind: str) -> Any:
    if kind in _NUMBERS:
        missing = [value is None for value in values]
        filled = [0 if value is None else value for value in values]
        return np.ma.masked_array(np.array(filled, dtype=_NUMBERS[kind]), mask=missing)
    if kind in ("DATE", "TIMESTAMP"):
        return np.array([_OTHERS[kind](value) for value in values], dtype="datetime64[us]")
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


_OTHERS: dict[str, Callable[[Any], str]] = {
    "DATE": lambda day: "NaT" if day is None else day.isoformat(),
    "TIMESTAMP": lambda moment: "NaT" if moment is None else moment.isoformat(),
}
