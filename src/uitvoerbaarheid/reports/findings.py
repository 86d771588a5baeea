"""What a document says as a whole, as the reports show it: who does what, when, twice, and the signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from uitvoerbaarheid.records import Promise, Report, Signal
from uitvoerbaarheid.reports.judgements import overrule_words
from uitvoerbaarheid.reports.labels import label, shorten
from uitvoerbaarheid.reports.places import SHORT_HEADING, Place, Places, Words

#: Words quoted to show a signal are cut after this many characters.
_EVIDENCE = 220
#: The most promises named of one party or year; the workbook has them all on its sheet of commitments.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Load:
    """What one party, or one year, has to carry: the number of promises, euros where stated, and which.

    ``promised`` holds those that are in the document, at most a hundred.
    """

    name: str
    identifier: str | None
    count: int
    budget: float | None
    promised: tuple[Words, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The sections of its promises, each once."""
        return tuple({words.place.id: words.place for words in self.promised}.values())


class Years(NamedTuple):
    """The years of a planning in order; ``gap`` holds the years without anything before each of them."""

    load: Load
    gap: str


@dataclass(frozen=True, slots=True)
class OverlapView:
    """The same measure in two places; a place that is not in the document is None."""

    kind: str
    name: str
    text: str
    first: Words | None
    second: Words | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that show a signal, with their page ("p. 3" or ""), section and name on the page."""

    text: str
    page: str
    place: Place | None
    anchor: str


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal of uitvoeringskracht, with the words that show it and the question to ask, "" for none."""

    id: str
    route: str
    title: str
    found: bool
    question: str
    source: str
    evidence: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class HandView:
    """Something that was decided by hand; ``place`` is None for what is of the whole document."""

    words: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the reports show of a document as a whole."""

    actors: tuple[Load, ...] = ()
    years: tuple[Load, ...] = ()
    overlaps: tuple[OverlapView, ...] = ()
    signals: tuple[SignalView, ...] = ()
    by_hand: tuple[HandView, ...] = ()

    @property
    def signals_found(self) -> int:
        """How many of the signals are there."""
        return sum(signal.found for signal in self.signals)

    @property
    def routes(self) -> dict[str, list[SignalView]]:
        """The signals by route, in their order."""
        routes: dict[str, list[SignalView]] = {}
        for signal in self.signals:
            routes.setdefault(signal.route, []).append(signal)
        return routes

    @property
    def apart(self) -> list[tuple[str, list[OverlapView]]]:
        """The conflicts, then what is only said twice."""
        conflicts = [overlap for overlap in self.overlaps if overlap.kind != "duplicate"]
        double = [overlap for overlap in self.overlaps if overlap.kind == "duplicate"]
        return [("conflict", conflicts), ("double", double)]

    @property
    def planning(self) -> list[Years]:
        """The years with what lies between them."""
        shown, last = [], None
        for load in self.years:
            year = int(load.name)
            shown.append(Years(load, _gap(last, year)))
            last = year
        return shown


def _gap(last: int | None, year: int) -> str:
    """The years between two, "2031" or "2031–2034"; "" for none."""
    if last is None or year - last < 2:
        return ""
    return str(last + 1) if year - last == 2 else f"{last + 1}–{year - 1}"


def _promised(promises: Iterable[Promise], places: Places) -> tuple[Words, ...]:
    found: list[Words] = []
    for promise in promises:
        words = places.promised(promise)
        if words is not None:
            found.append(words)
        if len(found) == _MOST:
            break
    return tuple(found)


def _signal(signal: Signal, places: Places) -> SignalView:
    quotes = []
    for item in signal.evidence:
        place = places.get(item.section)
        page = f"p. {item.page}" if item.page else (place.page if place else "")
        anchor = places.near(item.section, item.start, item.end) or ""
        quotes.append(Quote(shorten(item.text, _EVIDENCE), page, place, anchor))
    return SignalView(
        id=signal.id,
        route=shorten(signal.route, SHORT_HEADING),
        title=signal.title,
        found=signal.found,
        question=signal.question or "",
        source=signal.source or "",
        evidence=tuple(quotes),
    )


def _by_hand(report: Report, places: Places) -> Iterable[HandView]:
    for overrule in report.document.overruled:
        yield HandView(overrule_words(overrule), None)
    for section in report.sections:
        for overrule in section.overruled:
            yield HandView(overrule_words(overrule), places.get(section.id))


def findings(report: Report, places: Places) -> Findings:
    """What ``report`` says of its document as a whole; what points outside the document has no link."""
    summary = report.summary
    actors = [
        Load(a.name, a.identifier, len(a.promises), a.budget, _promised(a.promises, places))
        for a in summary.actors
    ]
    years = [
        Load(str(y.year), None, len(y.promises), y.budget, _promised(y.promises, places))
        for y in sorted(summary.years, key=lambda item: item.year)
    ]
    overlaps = [
        OverlapView(
            kind=overlap.kind,
            name=label("overlap", overlap.kind),
            text=overlap.text,
            first=places.promised(overlap.first),
            second=places.promised(overlap.second),
        )
        for overlap in summary.overlaps
    ]
    return Findings(
        actors=tuple(actors),
        years=tuple(years),
        overlaps=tuple(overlaps),
        signals=tuple(_signal(signal, places) for signal in report.signals),
        by_hand=tuple(_by_hand(report, places)),
    )
