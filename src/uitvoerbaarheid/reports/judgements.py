"""The judgements that stand beside a section's own: in the whole document, by the profile, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from uitvoerbaarheid.records import Elsewhere, Overrule, Report, Section
from uitvoerbaarheid.reports.labels import day, label, shorten, wording
from uitvoerbaarheid.reports.places import SHORT_HEADING, Place, Places, Words
from uitvoerbaarheid.scoring.quotes import listing

#: A reason or name that a person gave is cut after this many characters.
_GIVEN = 300
#: The most words quoted of one criterion that is met elsewhere.
_QUOTES = 2


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion that another section meets: where, how concretely, why there, and the words that show it.

    ``key`` is the criterion in the records and ``level`` its value there (1 or 2); ``criterion``, ``value``
    and ``service`` are Dutch words; ``page`` is "p. 3" or "".
    """

    key: str
    level: int
    criterion: str
    value: str
    service: str
    place: Place
    page: str
    quotes: tuple[Words, ...]

    @property
    def text(self) -> str:
        """All of it on one line, for a table: "termijn (concreet) in 3.2 Oevers, p. 9 (verwijzing)"."""
        where = ", ".join(part for part in (self.place.title, self.page) if part)
        return f"{self.criterion} ({self.value}) in {where} ({self.service})"


def met(section: Section, places: Places) -> list[Met]:
    """What other sections add to a section, as far as they are in the document."""
    found = (_met(item, places) for item in (section.in_context.met if section.in_context else ()))
    return [item for item in found if item is not None]


def _met(item: Elsewhere, places: Places) -> Met | None:
    place = places.get(item.section)
    if place is None:
        return None
    return Met(
        key=item.criterion,
        level=item.value,
        criterion=label("criterion", item.criterion),
        value=label("criterion_value", item.value),
        service=label("service", item.service),
        place=place,
        page=f"p. {item.page}" if item.page else place.page,
        quotes=tuple(places.quotes(item.section, item.mentions)[:_QUOTES]),
    )


def differs_in_context(section: Section) -> bool:
    """Whether the whole document gives a section another level or verdict than its own text."""
    other = section.in_context
    return other is not None and (other.level, other.verdict) != (section.level, section.verdict)


def differs_by_profile(section: Section) -> bool:
    """Whether the profile gives a section another verdict than its own text."""
    other = section.expectation
    return other is not None and other.verdict != section.verdict


def lacking(section: Section) -> str:
    """The criteria of which the profile asks more, the heaviest first: "wie, middelen en termijn"."""
    missing = section.expectation.missing if section.expectation else []
    return listing([label("criterion", name) for name in missing]) if missing else ""


def profile_name(report: Report) -> str:
    """The title of the profile, "" for a report without one."""
    return shorten(report.profile.title, SHORT_HEADING) if report.profile else ""


def _value(overrule: Overrule, value: object) -> str:
    """A value of a field in Dutch words: "raadsvoorstel", "3 (uitgewerkt)"."""
    if overrule.field == "level":
        return f"{value} ({label('level', value)})"
    group = {"kind": "kind", "role": "role"}.get(overrule.field)
    return shorten(label(group, value) if group else str(value), _GIVEN)


def _date(text: str) -> str:
    try:
        return day(date.fromisoformat(text).isoformat())
    except ValueError:
        return shorten(text, _GIVEN)


def overrule_words(overrule: Overrule) -> str:
    """What a person decided instead of the program: "niveau 3 (…) in plaats van 1 (…); reden: …; door …"."""
    words = wording()["overrule_words"]
    form = "nothing" if overrule.found is None else "instead"
    parts = [
        words["same" if overrule.found == overrule.value else form].format(
            field=label("overrule", overrule.field),
            value=_value(overrule, overrule.value),
            found="" if overrule.found is None else _value(overrule, overrule.found),
        ),
        words["reason"].format(shorten(overrule.reason, _GIVEN)) if overrule.reason.strip() else "",
        words["by"].format(shorten(overrule.by, _GIVEN)) if overrule.by else "",
        _date(overrule.date) if overrule.date else "",
    ]
    return "; ".join(part for part in parts if part)


def overrules_text(overrules: Sequence[Overrule]) -> str:
    """All that was set by hand on one line, "" for nothing."""
    return " | ".join(overrule_words(overrule) for overrule in overrules)
