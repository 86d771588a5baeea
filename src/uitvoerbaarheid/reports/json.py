"""The JSON report: the contract of the program's output (``records``, schema version 1)."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

from pydantic_core import PydanticSerializationError, to_json

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.files import write_bytes


def json_bytes(report: Report) -> bytes:
    """``report`` as UTF-8 JSON, one space of indent, ending in a line feed; the same report, the same bytes.

    Raises :class:`ValueError` when a number is not finite.
    """
    with contextlib.suppress(PydanticSerializationError):  # of a lone surrogate
        quick = to_json(report, indent=1)
        if b"NaN" not in quick and b"Infinity" not in quick:
            return quick + b"\n"
    return _in_full(report)


def _in_full(report: Report) -> bytes:
    """As :func:`json_bytes`, ten times as slow, also where the quick way does not serve."""
    encoder = json.JSONEncoder(ensure_ascii=False, indent=1, allow_nan=False)
    written = io.BytesIO()
    # A lone surrogate has no UTF-8 form; "backslashreplace" writes it as the JSON escape \udxxx.
    with io.TextIOWrapper(written, "utf-8", errors="backslashreplace", newline="\n") as text:
        # Piece by piece: together these take many times the memory of what they become.
        text.writelines(encoder.iterencode(report.model_dump(mode="json")))
        text.write("\n")
        text.flush()
        return written.getvalue()


def write_json(report: Report, path: Path) -> None:
    """Write ``report`` as :func:`json_bytes` gives it.

    Raises :class:`OSError` when the file cannot be written and :class:`ValueError` as there.
    """
    write_bytes(path, json_bytes(report))


def read_json(path: Path) -> Report:
    """Read a report that :func:`write_json` wrote.

    Raises :class:`OSError` when it cannot be read and :class:`ValueError` (pydantic's or json's) when
    it is no report.
    """
    return report_from(path.read_bytes())


def report_from(data: bytes) -> Report:
    """The report in what :func:`json_bytes` gave. Raises :class:`ValueError` where that is none."""
    with contextlib.suppress(ValueError):
        return Report.model_validate_json(data)
    # The quick way refuses the escapes of lone surrogates.
    return Report.model_validate(json.loads(data.decode("utf-8")))
