"""The Dutch words for what the records hold, from ``data/reports/wording.toml``, and Dutch formats."""

from __future__ import annotations

from functools import cache
from typing import Any

from uitvoerbaarheid.records import Document, Reference, Section
from uitvoerbaarheid.resources import read_toml

_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
)


@cache
def wording() -> dict[str, Any]:
    """All fixed words and texts of the reports, by group and key."""
    return read_toml("reports", "wording.toml")


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


def strip_words(section: Section, assessed: bool) -> str:
    """A section in the score strip in words: "2.1 Parken, p. 5, niveau 2 (aanzet), score 50"."""
    judged = f"niveau {section.level} ({label('level', section.level)}), score {section.score}"
    parts = [
        section_title(section, 110),
        pages(section),
        judged if assessed else label("verdict", "not_assessed"),
    ]
    hand = "met de hand aangepast" if section.overruled else ""
    return ", ".join(part for part in (*parts, hand) if part)


def number(value: float | None, decimals: int = 0) -> str:
    """A number in Dutch notation: thousands with a point, decimals after a comma; "—" for None."""
    if value is None:
        return "—"
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def day(iso: str) -> str:
    """A date in words: "1 juli 2026". Raises :class:`ValueError` on another form."""
    return f"{int(iso.split('-')[2])} {month(iso)}"


def month(iso: str) -> str:
    """The month of a date in words: "juli 2026". Raises :class:`ValueError` on another form."""
    year, number_, _ = iso.split("-")
    return f"{_MONTHS[int(number_) - 1]} {year}"


def date_words(iso: str) -> str:
    """A date, month or year as one reads it: "1 juli 2026", "juli 2026", "2026"; other text as it is."""
    try:
        forms = {1: lambda: month(f"{iso}-01"), 2: lambda: day(iso)}
        return forms.get(iso.count("-"), lambda: iso)()
    except (ValueError, IndexError):
        return iso


def reference_text(reference: Reference) -> str:
    """A reference in words that stand alone: "paragraaf 4.3" where the text has "4.2 en 4.3"."""
    text = " ".join(reference.text.split())
    bare = text == reference.name and reference.kind != "document"
    return f"{label('reference', reference.kind)} {text}" if bare else text
