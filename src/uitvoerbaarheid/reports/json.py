"""The JSON report: the contract of the program's output (``records``, schema version 1)."""

from __future__ import annotations

import json
from pathlib import Path

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.files import write_bytes


def write_json(report: Report, path: Path) -> None:
    """Write ``report`` as UTF-8 JSON, one space of indent, ending in a line feed.

    The same report gives the same bytes. Raises :class:`OSError` when the file cannot be written and
    :class:`ValueError` when a number is not finite.
    """
    text = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False)
    # A lone surrogate has no UTF-8 form; "backslashreplace" writes it as the JSON escape \udxxx.
    write_bytes(path, (text + "\n").encode("utf-8", errors="backslashreplace"))


def read_json(path: Path) -> Report:
    """Read a report that :func:`write_json` wrote.

    Raises :class:`OSError` when it cannot be read and :class:`ValueError` (pydantic's or json's) when
    it is no report.
    """
    return Report.model_validate(json.loads(path.read_text(encoding="utf-8")))
