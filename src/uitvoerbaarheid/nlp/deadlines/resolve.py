"""What a relative term comes down to once the date of its document is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from uitvoerbaarheid.nlp.deadlines.vocabulary import alternatives, vocabulary
from uitvoerbaarheid.nlp.patterns import Pattern

Window = tuple[date, date]
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DURATION = re.compile(r"P(\d+)([YMWD])")
_DEFAULT_KIND = "gemeente"


def resolve(
    value: Mapping[str, Any],
    document_date: str | None,
    text: str = "",
    authority_kind: str | None = None,
) -> str | None:
    """The ISO 8601 interval that a relative deadline stands for in a document, or None.

    ``value`` is the value of a deadline from :func:`read_deadlines` and ``text`` the deadline's own words
    (``Found.text``, ``Mention.text``); ``document_date`` an ISO date ("2026-03-18"), month or year. With a
    month or a year the answer is as wide as that leaves open. ``authority_kind`` ("gemeente", "provincie"
    or "waterschap"; a municipality where it is None) says whose council's term "deze bestuursperiode" is.

    None where the term is absolute already, has no moment ("jaarlijks", "op termijn"), or the date is
    missing or none. ``value["relative"]["unit"]`` says how to count: "year", "season", "quarter" and "term"
    from the calendar, "within", "after" and "during" for a length. The value itself is not changed.

        >>> resolve({"interval": "P2Y", "relative": {"unit": "within", "offset": 0}}, "2026-03-18")
        '2026-03-18/2028-03-18'
        >>> next_year = {"interval": "vague", "relative": {"unit": "year", "offset": 1}}
        >>> resolve(next_year, "2026", "eind volgend jaar")
        '2027-10-01/2027-12-31'
    """
    relative, written = value.get("relative"), window(document_date)
    if not relative or not written:
        return None
    unit, offset = relative["unit"], relative["offset"]
    lowered = text.lower()
    try:
        if unit in ("within", "after", "during"):
            return _length(unit, str(value["interval"]), written)
        if unit == "term":
            return _council_term(lowered, written, authority_kind or _DEFAULT_KIND)
        return _CALENDAR[unit](lowered, written, offset)
    except (OverflowError, ValueError):  # beyond the calendar
        return None


@lru_cache(maxsize=64)
def window(document_date: str | None) -> Window | None:
    """First and last day of an ISO date, month or year; None where it is none."""
    match = _ISO.fullmatch((document_date or "").strip()[:10])
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if day:
            when = date(year or 0, month or 0, day)
            return when, when
        first = date(year or 0, month or 1, 1)
        return first, _shift(first, 1 if month else 12) - timedelta(days=1)
    except ValueError:
        return None


def _shift(day: date, months: int) -> date:
    """The same day some months later, or the last of that month where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    following = first.replace(day=28) + timedelta(days=4)
    return first.replace(day=min(day.day, (following - timedelta(days=following.day)).day))


def _length(unit: str, duration: str, written: Window) -> str | None:
    match = _DURATION.fullmatch(duration)
    if not match or unit == "during":  # a length whose beginning is not the document's
        return None
    number, kind = int(match[1]), match[2]
    if kind in "WD":
        days = timedelta(days=number * (7 if kind == "W" else 1))
        start, end = written[0] + days, written[1] + days
    else:
        start, end = (_shift(day, number * (12 if kind == "Y" else 1)) for day in written)
    if unit == "within":
        return f"{written[0]}/{end}"
    if kind == "Y":  # "over vijf jaar" means that year
        return f"{start.year}-01-01/{end.year}-12-31"
    return f"{start}/{end}"


def _council_term(lowered: str, written: Window, kind: str) -> str | None:
    terms = vocabulary().data["terms"]
    if kind not in terms:
        return None
    first, length = terms[kind]
    # A year alone counts as its middle: a plan of an election year is mostly of the new council.
    middle = written[0] + (written[1] - written[0]) / 2
    year = middle.year if middle >= date(middle.year, 4, 1) else middle.year - 1
    begin = year - (year - first) % length
    if re.search(r"\b(?:komende|aankomende|volgende|nieuwe)\b", lowered):
        begin += length
    return f"{begin}-04-01/{begin + length}-03-31"


def _year(lowered: str, written: Window, offset: int) -> str:
    year = written[1].year + offset
    part = _name_in(lowered, "parts")
    if not part:
        return f"{year}-01-01/{year}-12-31"
    first, last = vocabulary().data["parts"][part]
    if part.startswith("eind") and re.match(r"(?:voor|tegen)\b", lowered):
        return f"../{year}-12-31"
    return f"{year}-{first}/{year}-{last}"


def _season(lowered: str, written: Window, offset: int) -> str | None:
    name = _name_in(lowered, "seasons")
    if not name:
        return None
    first, last = vocabulary().data["seasons"][name]
    year = written[0].year + offset
    this = re.match(r"(?:dit|deze)\b", lowered)
    if not this and date.fromisoformat(f"{year}-{first}") <= written[0]:
        year += 1
    start, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}")
    if lowered.startswith("na "):
        return f"{end + timedelta(days=1)}/.."
    if lowered.startswith(("voor ", "vóór ")):
        return f"../{start - timedelta(days=1)}"
    return f"{start}/{end}"


def _quarter(lowered: str, written: Window, offset: int) -> str | None:
    start = _shift(written[0].replace(day=1), -((written[0].month - 1) % 3))
    if written[1] >= _shift(start, 3):  # a year alone does not say which quarter
        return None
    start = start if lowered.startswith("dit") else _shift(start, 3)
    return f"{start}/{_shift(start, 3) - timedelta(days=1)}"


@cache
def _names(table: str) -> Pattern:
    return Pattern(rf"\b(?:{alternatives(vocabulary().data[table])})\b")


def _name_in(lowered: str, table: str) -> str | None:
    match = _names(table).search(lowered)
    return match[0] if match else None


_CALENDAR: dict[str, Callable[[str, Window, int], str | None]] = {
    "year": _year,
    "season": _season,
    "quarter": _quarter,
}
