"""The Dutch words for what the records hold, from ``data/reports/wording.toml``, and Dutch formats."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.rules import rule_reasons
from uitvoerbaarheid.records import Document, Mention, Reference, Section
from uitvoerbaarheid.resources import data_path

_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
)
_UNITS = {"D": ("dag", "dagen"), "W": ("week", "weken"), "M": ("maand", "maanden"), "Y": ("jaar", "jaar")}
_QUARTERS = {
    ("01-01", "03-31"): "het eerste kwartaal van",
    ("04-01", "06-30"): "het tweede kwartaal van",
    ("07-01", "09-30"): "het derde kwartaal van",
    ("10-01", "12-31"): "het vierde kwartaal van",
    ("01-01", "06-30"): "de eerste helft van",
    ("07-01", "12-31"): "de tweede helft van",
}


@cache
def wording() -> dict[str, Any]:
    """All fixed words and texts of the reports, by group and key."""
    return tomllib.loads(data_path("reports", "wording.toml").read_text(encoding="utf-8"))


def label(group: str, key: object) -> str:
    """The Dutch word for ``key`` in ``group``, "" for None; an unknown key is shown as it is."""
    return "" if key is None else str(wording()[group].get(str(key), key))


def document_title(document: Document) -> str:
    """The document's title, or its file name where none was found."""
    return " ".join((document.title or "").split()) or document.path.rsplit("/", 1)[-1]


def shorten(text: str, limit: int) -> str:
    """``text`` on one line, cut after ``limit`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def section_title(section: Section, limit: int | None = None) -> str:
    """The number and heading of a section on one line, cut after ``limit`` characters if given."""
    heading = " ".join(section.heading.split()) or "(zonder kop)"
    number = (section.number or "").strip()
    title = heading if not number or heading.startswith(number) else f"{number} {heading}"
    return title if limit is None else shorten(title, limit)


def pages(section: Section) -> str:
    """The pages a section stands on: "p. 3", "p. 3–5", or "" for a format without pages."""
    if section.page_start is None:
        return ""
    if section.page_end is None or section.page_end == section.page_start:
        return f"p. {section.page_start}"
    return f"p. {section.page_start}–{section.page_end}"


def number(value: float | None, decimals: int = 0) -> str:
    """A number in Dutch notation: thousands with a point, decimals after a comma; "—" for None."""
    if value is None:
        return "—"
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def euros(amount: float) -> str:
    """An amount: "€ 250.000" or "€ 12,50"."""
    return "€ " + number(amount, 0 if float(amount).is_integer() else 2)


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def _length(duration: str) -> tuple[int, str]:
    """The count and the Dutch unit of an ISO 8601 duration. Raises :class:`ValueError` on another form."""
    match = re.fullmatch(r"P(\d+)([DWMY])", duration)
    if not match:
        raise ValueError(duration)
    count = int(match[1])
    return count, _UNITS[match[2]][count != 1]


def _frequency(duration: str) -> str:
    count, unit = _length(duration)
    return f"elke {count} {unit}" if count != 1 else ("elk " if unit == "jaar" else "elke ") + unit


def interval(value: str) -> str:
    """An ISO 8601 interval of the labelling guideline in Dutch words.

    >>> interval("2027-01-01/2027-12-31"), interval("../2026-07-01"), interval("R/P1Y")
    ('in 2027', 'uiterlijk 1 juli 2026', 'elk jaar')

    A value in another form is given back as it is.
    """
    if value == "vague":
        return "geen vaste termijn"
    try:
        if value.startswith("R/"):
            return _frequency(value[2:])
        if value.startswith("P"):
            return "binnen {} {}".format(*_length(value))
        return _between(*value.split("/"))
    except (ValueError, IndexError, TypeError):
        return value


def _between(start: str, end: str) -> str:
    if start == "..":
        return "uiterlijk " + (f"eind {end[:4]}" if end.endswith("-12-31") else _day(end))
    if end == "..":
        return "vanaf " + (start[:4] if start.endswith("-01-01") else _day(start))
    if start == end:
        return _day(start)
    first, last = start[5:], end[5:]
    if (first, last) == ("01-01", "12-31"):
        return f"in {start[:4]}" if start[:4] == end[:4] else f"{start[:4]} t/m {end[:4]}"
    if start[:4] == end[:4] and (first, last) in _QUARTERS:
        return f"{_QUARTERS[first, last]} {start[:4]}"
    return f"{_day(start)} t/m {_day(end)}"


def meaning(mention: Mention) -> str:
    """How a budget, deadline or actor was understood, in Dutch words; "" where nothing is to be said."""
    value = mention.value or {}
    if mention.type == "deadline":
        return interval(str(value["interval"])) if value.get("interval") else ""
    if mention.type == "budget":
        parts = [euros(amount) for amount in value.get("amounts") or []]
        if value.get("fte") is not None:
            parts.append(f"{number(value['fte'], 1).removesuffix(',0')} fte")
        return " – ".join(parts) or ("bedrag open" if value.get("open") else "")
    if mention.type == "actor" and value.get("generic"):
        return "niet nader genoemd"
    return ""


def addition(mention: Mention) -> str:
    """What :func:`meaning` says of a budget or deadline that its own words do not; "" for nothing."""
    said = meaning(mention)
    words = " ".join(mention.text.split())
    # "jaarlijks (elk jaar)" and "2026 (in 2026)" would only be noise.
    plain = re.fullmatch(r"in \d{4}|\d{4} t/m \d{4}|elke? .*|binnen .*|geen vaste termijn|bedrag open", said)
    return "" if mention.type == "actor" or plain or said.casefold() == words.casefold() else said


def remarks(mention: Mention) -> list[str]:
    """How firmly a mention is stated and what takes it out of the promises, in Dutch words."""
    firm = [label("modality", mention.modality)] if mention.modality else []
    return firm + [label("qualifier", qualifier) for qualifier in mention.qualifiers]


def why_aside(mention: Mention) -> str:
    """Why an amount or term does not count: the reason of the rule that set it aside."""
    reasons = [rule_reasons()[rule] for rule in mention.rules if rule in rule_reasons()]
    return reasons[0].rstrip(".") if reasons else ", ".join(remarks(mention))


def reference_text(reference: Reference) -> str:
    """A reference in words that stand alone: "paragraaf 4.3" where the text has "4.2 en 4.3"."""
    text = " ".join(reference.text.split())
    bare = text == reference.name and reference.kind != "document"
    return f"{label('reference', reference.kind)} {text}" if bare else text
