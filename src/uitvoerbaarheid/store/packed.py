"""Reports and their rows as bytes and back: JSON that is checked on reading, for files may be changed."""

from __future__ import annotations

import json
import pickle
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.json import report_from
from uitvoerbaarheid.reports.rows import ReportRows
from uitvoerbaarheid.store.tables import TableRows

#: Quick, and a third of the size; JSON of a report repeats its keys.
_PACKING = 3
#: The most bytes that rows may unpack to: a document of thousands of sections stays far below it.
_MOST = 512 * 1024 * 1024
#: So many rows of a table are packed together: as objects they take ten times as much.
_TOGETHER = 2000
#: A byte of a file name that is no text, as Python keeps it.
_NO_TEXT = re.compile(rb"\\udc[89a-f]")

#: The rows of a result by table, pickled some together.
PackedTables = dict[str, list[bytes]]


@dataclass(frozen=True, slots=True)
class _Packed:
    """JSON knows no pairs as keys: those of a commitment are written out."""

    rows: ReportRows
    parties: list[tuple[str, int, str]]
    due: list[tuple[str, int, int]]


@cache
def _adapter() -> TypeAdapter[_Packed]:
    return TypeAdapter(_Packed)


def compressed(text: bytes) -> bytes:
    """The JSON of a report as a result holds it, or a page on its way into a file."""
    return zlib.compress(text, _PACKING)


def unpacked_report(data: bytes) -> Report:
    """The report that was packed in a result. ValueError where it is damaged."""
    try:
        return report_from(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError("no packed report") from error


def packed_tables(tables: TableRows) -> PackedTables:
    """``tables`` on their way from a worker of this program into the store; not to be kept as they are."""
    return {
        table: [
            pickle.dumps(rows[at : at + _TOGETHER], pickle.HIGHEST_PROTOCOL)
            for at in range(0, len(rows), _TOGETHER)
        ]
        for table, rows in tables.items()
    }


def unpacked_table(tables: PackedTables, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that :func:`packed_tables` packed, few in memory at once.

    Only for what this program's own worker sent.
    """
    return chain.from_iterable(map(pickle.loads, tables[table]))


def packed_rows(rows: ReportRows) -> bytes:
    """``rows`` as compressed JSON; the same rows give the same bytes."""
    plain = _Packed(
        rows=replace(rows, parties={}, due={}),
        parties=[(*place, names) for place, names in rows.parties.items()],
        due=[(*place, year) for place, year in rows.due.items()],
    )
    try:
        text = _adapter().dump_json(plain)
    except PydanticSerializationError:  # bytes of a file name that are no text
        text = json.dumps(_adapter().dump_python(plain)).encode("ascii")
    return zlib.compress(text, 1)


def unpacked_rows(data: bytes) -> ReportRows:
    """What :func:`packed_rows` packed. ValueError where it is anything else, or of another version."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, _MOST)
    except zlib.error as error:
        raise ValueError("no packed rows") from error
    if not stream.eof:
        raise ValueError("packed rows are cut off or too large")
    found = (
        _adapter().validate_python(json.loads(text))
        if _NO_TEXT.search(text)
        else _adapter().validate_json(text)
    )
    return replace(
        found.rows,
        parties={(section, index): names for section, index, names in found.parties},
        due={(section, index): year for section, index, year in found.due},
    )
