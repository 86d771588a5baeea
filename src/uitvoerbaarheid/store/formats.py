"""The answer to a question as CSV, JSON or Markdown, and its values as one reads them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from uitvoerbaarheid.reports.files import STEERING_CHARACTERS
from uitvoerbaarheid.reports.labels import number
from uitvoerbaarheid.reports.tables import safe_csv_text
from uitvoerbaarheid.store.asking import Answer

#: Signs that mean something in a table of Markdown.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&]|(?<=\w):(?=//)|(?<=www)\.", re.I)
_NAMES = re.compile(r"[@#!$%^](?=\w)")
_NOTHING = "\u2060"
_EUROS = "(€)"


def shown_value(value: Any, column: str = "") -> str:
    """A value in Dutch notation on one line; nothing in it can steer a terminal."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "ja", False: "nee"}[value]
    if column.endswith(_EUROS) and isinstance(value, int | float | Decimal):
        return number(float(value), 0 if float(value).is_integer() else 2)
    if isinstance(value, float | Decimal):
        text = number(float(value), 2)
        return text.rstrip("0").rstrip(",") if "," in text else text
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(value)} bytes)"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return STEERING_CHARACTERS.sub("\ufffd", " ".join(str(value).split()))


def to_csv(answer: Answer) -> str:
    """For Dutch Excel: a byte order mark, semicolons, decimal commas, CRLF; a text never is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_csv_text(name) for name in answer.columns])
    writer.writerows([_cell(value) for value in row] for row in answer.rows)
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, bool | bytes | datetime):
        return shown_value(value)
    return str(value) if isinstance(value, int) else safe_csv_text(str(value))


def to_json(answer: Answer) -> str:
    """An array of objects, dates as ISO 8601; columns of the same name keep the last value."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    text = json.dumps(rows, ensure_ascii=False, indent=1, default=_json)
    return re.sub("[\ud800-\udfff]", "\ufffd", text) + "\n"


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return shown_value(value)


def to_markdown(answer: Answer) -> str:
    """A table; nothing in a text of a document is markup, a link or somebody's name."""
    lines = [
        [_escaped(name) for name in answer.columns],
        ["---:" if numeric else "---" for numeric in answer.numeric],
        *(
            [_escaped(shown_value(v, c)) for v, c in zip(row, answer.columns, strict=True)]
            for row in answer.rows
        ),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(text: str) -> str:
    return _NAMES.sub(lambda sign: sign[0] + _NOTHING, _MARKUP.sub(lambda sign: "\\" + sign[0], text))


#: The forms that are text, by name.
FORMATS: dict[str, Callable[[Answer], str]] = {"csv": to_csv, "json": to_json, "markdown": to_markdown}
