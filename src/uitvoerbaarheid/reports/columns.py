"""The columns of the overviews as tables: their Dutch names, widths and how they follow from a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from uitvoerbaarheid.records import CRITERIA
from uitvoerbaarheid.reports.deals import Deal, Part
from uitvoerbaarheid.reports.findings import OverlapView, SignalView
from uitvoerbaarheid.reports.labels import label, wording
from uitvoerbaarheid.reports.places import Place, Words
from uitvoerbaarheid.reports.rows import ReportRows, SectionRow

_EURO = '"€" #,##0'

Value = str | int | float | date | None

#: Colours of words: what needs attention, what is in doubt, what is in order.
BAD, DOUBT, GOOD = "F6D0C8", "F8E8B0", "CBE6DB"


class Link(NamedTuple):
    """Where a cell leads: to a page beside the workbook, at a place on it; or to a sheet ("'Blad'!A1")."""

    address: str = ""
    place: str = ""


class Column(NamedTuple):
    """A column: its Dutch name, its width in characters and how it follows from a row.

    Values from 0 to ``top`` are coloured, and the words in ``marks`` each have a colour of their own. A cell
    may lead to what ``leads`` names; what that is, the workbook knows.
    """

    name: str
    width: int
    value: Callable[[Any], Value]
    format: str = "General"
    top: float | None = None
    marks: Mapping[str, str] = {}
    leads: Callable[[Any], str] | None = None


def _criterion(name: str) -> Callable[[SectionRow], Value]:
    return lambda row: row.criteria[name] if row.criteria else None


def _criterion_mean(name: str) -> Callable[[ReportRows], Value]:
    return lambda row: round(row.criteria_means[name], 2) if row.criteria_means else None


def _yes(flag: bool) -> str:
    return "ja" if flag else ""


def _moment(iso: str | None) -> Value:
    """A date as a date, a year as a number; a month is no one day and stays as it is."""
    try:
        return int(iso) if iso and len(iso) == 4 else date.fromisoformat(iso or "")
    except ValueError:
        return iso


_VERDICTS = {label("verdict", "send_back"): BAD, label("verdict", "accept"): GOOD}
_UNSURE = {"ja": DOUBT}
_STATUSES = {label("status", "unreadable"): BAD, label("status", "partial"): DOUBT}


def _mean_score(row: ReportRows) -> Value:
    return None if row.mean_score is None else round(row.mean_score, 1)


def _share(row: ReportRows) -> Value:
    return None if row.share_send_back is None else round(row.share_send_back, 4)


def _compared(name: str) -> Callable[[ReportRows], Value]:
    """A figure that is not known of a document that was judged on its sections' own text only."""
    return lambda row: getattr(row, name) if row.compared else None


SECTION_COLUMNS: tuple[Column, ...] = (
    Column("Nummer", 10, lambda row: row.number),
    Column("Paragraaf", 48, lambda row: row.heading),
    Column("Valt onder", 36, lambda row: " › ".join(row.heading_path[:-1])),
    Column("Van blz.", 9, lambda row: row.page_start),
    Column("T/m blz.", 9, lambda row: row.page_end),
    Column("Rol", 10, lambda row: label("role", row.role)),
    Column("Niveau", 9, lambda row: row.level),
    Column("Niveaunaam", 14, lambda row: label("level", row.level)),
    Column("Score", 8, lambda row: row.score, top=100),
    Column("Oordeel", 22, lambda row: label("verdict", row.verdict), marks=_VERDICTS),
    Column("Onzeker", 10, lambda row: _yes(row.uncertain), marks=_UNSURE),
    Column("Niveau in document", 10, lambda row: row.level_in_context),
    Column("Score in document", 10, lambda row: row.score_in_context, top=100),
    Column("Oordeel in document", 22, lambda row: label("verdict", row.verdict_in_context), marks=_VERDICTS),
    Column("Staat elders", 50, lambda row: row.met),
    Column("Gevraagd niveau", 10, lambda row: row.level_asked),
    Column("Past bij profiel", 10, lambda row: None if row.fit is None else row.fit / 100, "0%", 1),
    Column("Te weinig voor profiel", 24, lambda row: row.lacking),
    Column(
        "Oordeel volgens profiel", 22, lambda row: label("verdict", row.verdict_by_profile), marks=_VERDICTS
    ),
    Column("Met de hand aangepast", 40, lambda row: row.by_hand),
    Column("Zwakste criterium", 18, lambda row: label("criterion", row.weakest)),
    *(Column(label("criterion", name).capitalize(), 11, _criterion(name), top=2) for name in CRITERIA),
    Column("Afspraken", 11, lambda row: row.commitments),
    Column("Waarom", 60, lambda row: row.reasons),
    Column("Vragen", 60, lambda row: row.questions),
    Column("Kenmerk", 18, lambda row: row.id),
)

DOCUMENT_COLUMNS: tuple[Column, ...] = (
    Column("Titel", 48, lambda row: row.title),
    Column("Soort", 14, lambda row: label("kind", row.kind)),
    Column("Profiel", 24, lambda row: row.profile),
    Column("Profiel gekozen", 22, lambda row: label("choice", row.profile_choice)),
    Column("Overheid", 26, lambda row: row.authority),
    Column("Datum", 12, lambda row: _moment(row.date)),
    Column("Bladzijden", 11, lambda row: row.pages),
    Column("Paragrafen", 11, lambda row: len(row.sections)),
    Column("Beleidsparagrafen", 18, lambda row: row.policy_sections),
    Column("Gemiddelde score", 12, _mean_score, "0.0", top=100),
    Column("Terugsturen", 12, lambda row: row.send_back),
    Column("Deel terugsturen", 17, _share, "0%"),
    Column("Terugsturen in document", 14, _compared("send_back_in_context")),
    Column("Terugsturen volgens profiel", 14, _compared("send_back_by_profile")),
    Column("Onzeker", 10, lambda row: row.uncertain),
    Column("Zwakste criterium", 18, lambda row: label("criterion", row.weakest)),
    *(
        Column(label("criterion", name).capitalize(), 11, _criterion_mean(name), "0.00", top=2)
        for name in CRITERIA
    ),
    *(
        Column(f"Niveau {level}", 10, lambda row, level=level: row.levels[level])  # type: ignore[misc]
        for level in range(5)
    ),
    Column("Afspraken", 11, lambda row: row.commitments),
    Column("Bedrag", 16, lambda row: row.budget, _EURO),
    Column("Partijen", 10, lambda row: len(row.findings.actors)),
    Column("Dubbel of tegenstrijdig", 14, lambda row: len(row.findings.overlaps)),
    Column("Signalen gevonden", 11, lambda row: row.findings.signals_found if row.findings.signals else None),
    Column("Signalen", 10, lambda row: len(row.findings.signals) or None),
    Column("Met de hand aangepast", 40, lambda row: row.by_hand),
    Column("Status", 15, lambda row: label("status", row.status), marks=_STATUSES),
    Column("Reden", 50, lambda row: row.error),
    Column("Let op", 50, lambda row: " ".join(row.warnings)),
    Column("Model", 26, lambda row: row.model_id),
    Column("Regels", 16, lambda row: row.ruleset_id),
    Column("Bestand", 50, lambda row: row.path),
)


def _said(part: Part) -> str:
    return f"{part.text} ({part.meaning})" if part.meaning else part.text


def _parts(name: str) -> Callable[[tuple[SectionRow, Deal]], Value]:
    return lambda row: "; ".join(_said(part) for part in getattr(row[1], name))


def _firmness(row: tuple[SectionRow, Deal]) -> Value:
    return ", ".join(part.modality for part in row[1].what or row[1].goal if part.modality)


def _each(row: tuple[SectionRow, Deal]) -> Iterator[tuple[str, Part]]:
    """Every part of a commitment with the name of the part."""
    return ((label("deal", name), part) for name in wording()["deal"] for part in getattr(row[1], name))


def _reservations(row: tuple[SectionRow, Deal]) -> Value:
    """What takes parts of a commitment out of the promises: "wanneer: onder voorwaarde"."""
    said = (f"{name}: {', '.join(part.qualifiers)}" for name, part in _each(row) if part.qualifiers)
    return "; ".join(dict.fromkeys(said))


def _bonds(row: tuple[SectionRow, Deal]) -> Value:
    """Why parts belong to the measure, where that is not its own sentence or row."""
    return "; ".join(dict.fromkeys(f"{name} {part.far}" for name, part in _each(row) if part.far))


def _deal_column(name: str, width: int) -> Column:
    return Column(label("deal", name).capitalize(), width, _parts(name))


DEAL_COLUMNS: tuple[Column, ...] = (
    Column("Nummer", 10, lambda row: row[0].number),
    Column("Paragraaf", 36, lambda row: row[0].heading),
    Column("Van blz.", 9, lambda row: row[0].page_start),
    _deal_column("what", 60),
    Column("Stelligheid", 13, _firmness),
    _deal_column("who", 30),
    _deal_column("when", 24),
    _deal_column("means", 24),
    _deal_column("followed", 40),
    _deal_column("goal", 40),
    Column("Voorbehoud", 28, _reservations),
    Column("Verband", 40, _bonds),
    Column("Kenmerk", 18, lambda row: row[0].id),
)


def _where(places: Iterable[Place]) -> str:
    return "; ".join(", ".join(part for part in (place.title, place.page) if part) for place in places)


def _side(name: str, part: str) -> Callable[[OverlapView], Value]:
    """The words, title, page or id of one of the two places of an overlap."""

    def value(overlap: OverlapView) -> Value:
        words: Words | None = getattr(overlap, name)
        if words is None:
            return None
        return str(getattr(words if part in ("text", "page") else words.place, part))

    return value


def _evidence(signal: SignalView) -> Value:
    return "; ".join(f"‘{quote.text}’" for quote in signal.evidence)


def _evidence_places(signal: SignalView) -> Value:
    titles = (quote.place.title if quote.place else "" for quote in signal.evidence)
    where = (
        ", ".join(part for part in (title, quote.page) if part)
        for title, quote in zip(titles, signal.evidence, strict=True)
    )
    return "; ".join(dict.fromkeys(place for place in where if place))


ACTOR_COLUMNS: tuple[Column, ...] = (
    Column("Partij", 36, lambda load: load.name),
    Column("Afspraken", 11, lambda load: load.count),
    Column("Bedrag", 16, lambda load: load.budget, _EURO),
    Column("Waar", 80, lambda load: _where(load.places)),
    Column("Kenmerk van de partij", 22, lambda load: load.identifier),
)

YEAR_COLUMNS: tuple[Column, ...] = (
    Column("Jaar", 9, lambda load: int(load.name)),
    Column("Afspraken", 11, lambda load: load.count),
    Column("Bedrag", 16, lambda load: load.budget, _EURO),
    Column("Waar", 80, lambda load: _where(load.places)),
)

OVERLAP_COLUMNS: tuple[Column, ...] = (
    Column("Wat", 20, lambda overlap: overlap.name),
    Column("Toelichting", 60, lambda overlap: overlap.text),
    Column("Paragraaf", 36, _side("first", "title")),
    Column("Blz.", 9, _side("first", "page")),
    Column("Afspraak", 50, _side("first", "text")),
    Column("Andere paragraaf", 36, _side("second", "title")),
    Column("Andere blz.", 9, _side("second", "page")),
    Column("Andere afspraak", 50, _side("second", "text")),
    Column("Kenmerk", 18, _side("first", "id")),
    Column("Ander kenmerk", 18, _side("second", "id")),
)

SIGNAL_COLUMNS: tuple[Column, ...] = (
    Column("Route", 36, lambda signal: signal.route),
    Column("Signaal", 44, lambda signal: signal.title),
    Column("Gevonden", 11, lambda signal: "ja" if signal.found else "nee", marks={"ja": GOOD, "nee": BAD}),
    Column("Bewijs", 70, _evidence),
    Column("Waar", 50, _evidence_places),
    Column("Vraag", 60, lambda signal: signal.question),
    Column("Bron", 40, lambda signal: signal.source),
)

#: The questions to send back, a row for each, with a column to answer in.
QUESTION_COLUMNS: tuple[Column, ...] = (
    Column("Nummer", 10, lambda row: row[0].number),
    Column("Paragraaf", 40, lambda row: row[0].heading),
    Column("Van blz.", 9, lambda row: row[0].page_start),
    Column("Niveau", 9, lambda row: row[0].level),
    Column("Score", 8, lambda row: row[0].score, top=100),
    Column("Onzeker", 10, lambda row: _yes(row[0].uncertain), marks=_UNSURE),
    Column("Onderdeel", 14, lambda row: label("criterion", row[1].criterion)),
    Column(
        "Staat er",
        12,
        lambda row: label("criterion_value", row[1].value),
        marks={label("criterion_value", 0): BAD, label("criterion_value", 1): DOUBT},
    ),
    Column("Waarom", 56, lambda row: row[1].why),
    Column("Vraag", 60, lambda row: row[1].text),
    Column("Antwoord", 50, lambda row: None),
    Column("Bron", 40, lambda row: row[1].source),
    Column("Kenmerk", 18, lambda row: row[0].id),
)
