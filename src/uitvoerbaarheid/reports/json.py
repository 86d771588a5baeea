"""The JSON report: the contract of the program's output (``records``, schema version 1)."""

from __future__ import annotations

import json
from pathlib import Path

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.files import write_bytes


def json_bytes(report: Report) -> bytes:
    """``report`` as UTF-8 JSON, one space of indent, ending in a line feed; the same report, the same bytes.

    Raises :class:`ValueError` when a number is not finite.
    """
    text = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False)
    # A lone surrogate has no UTF-8 form; "backslashreplace" writes it as the JSON escape \udxxx.
    return (text + "\n").encode("utf-8", errors="backslashreplace")


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
    return Report.model_validate(json.loads(path.read_text(encoding="utf-8")))
