"""Deadlines in a sentence, list item or table row: planned moments, periods, frequencies, durations.

The rules stand in ``data/patterns/deadlines.toml``; the values are those of the labelling guideline, sections
4 and 5 (ISO 8601 intervals, repetitions, durations and "vague"). By kind: ``moments`` (days as written and
what the words before them make of them), ``terms`` (frequencies, durations, vague terms), ``exclusions`` (why
what was read does not count), ``resolve`` (relative terms, with the date of the document).

    >>> [found.value["interval"] for found in find_deadlines("In 2024 besloten; eind 2027 is de brug klaar.")]
    ['2027-10-01/2027-12-31']
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.deadlines.exclusions import Why, why_aside
from uitvoerbaarheid.nlp.deadlines.moments import (
    Moment,
    chains,
    columns,
    interval_of,
    moments_in,
    spans,
)
from uitvoerbaarheid.nlp.deadlines.resolve import resolve, window
from uitvoerbaarheid.nlp.deadlines.terms import Judged, term, terms_in

__all__ = ["Deadlines", "find_deadlines", "read_deadlines", "resolve"]

_SPAN = "deadline.moment.span"


@dataclass(frozen=True)
class Deadlines:
    """What one pass over a unit read: terms that count, and terms set aside with the rule that says why.

    Both are in the order of the text. ``set_aside`` has the rule as its only ``rules`` and the qualifier
    "history" where the term lies in the past.
    """

    found: list[Found] = field(default_factory=list)
    set_aside: list[Found] = field(default_factory=list)


def find_deadlines(text: str, document_date: str | None = None) -> list[Found]:
    """The terms of :func:`read_deadlines` that count."""
    return read_deadlines(text, document_date).found


def read_deadlines(text: str, document_date: str | None = None) -> Deadlines:
    """The deadlines of one unit, each value once, and the years and terms in it that do not count.

    A value is ``{"interval": ..., "granularity": ...}``. The interval is ISO 8601: "start/end" with ".." for
    an open side, "R/P1Y" for a frequency, "P2Y" for a length without a start; or "vague". The granularity is
    day, week, month, quarter, half, season, year, period, frequency, duration or vague. A term that the
    document's date can settle has ``"relative"`` too, see :func:`resolve`.

    ``document_date`` is an ISO date, month or year: a moment of before that year is then history, and one of
    after it never is. Without it the verbs decide.
    """
    written = window(document_date)
    judged = [*_judge_moments(text, written[0].replace(month=1, day=1) if written else None)]
    judged += terms_in(text)
    return Deadlines(_counting(text, judged), _aside(text, judged)) if judged else Deadlines()


def _counting(text: str, judged: list[Judged]) -> list[Found]:
    found = _apart(text, [one for one, why in judged if why is None])
    if any(one.value["interval"] != "vague" for one in found):
        # "zo spoedig mogelijk, maar uiterlijk in maart 2026": the vague term adds nothing
        found = [one for one in found if one.value["interval"] != "vague" or _on_calendar(one)]
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.value["interval"], one)
    return list(first.values())


def _on_calendar(one: Found) -> bool:
    """Whether a vague term is a moment once the document's date is known ("volgend jaar", "deze zomer")."""
    return one.value.get("relative", {}).get("unit", "term") != "term"


def _aside(text: str, judged: list[Judged]) -> list[Found]:
    aside: list[Found] = []
    for one, why in judged:
        if why:
            one.rules = [why.rule]
            one.qualifiers = ["history"] if why.history else []
            aside.append(one)
    return _apart(text, aside)


def _apart(text: str, terms: list[Found]) -> list[Found]:
    """The terms without those that overlap an earlier one in the list, in the order of the text."""
    taken, apart = bytearray(len(text)), []
    for one in terms:
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            apart.append(one)
    return sorted(apart, key=lambda one: one.start)


def _judge_moments(text: str, written: date | None) -> Iterator[Judged]:
    moments = moments_in(text)
    if not moments:
        return
    heads, chained = columns(text, moments), chains(text, moments)
    index = 0
    while index < len(moments):
        one = moments[index]
        other = moments[index + 1] if index + 1 < len(moments) else None
        index += 1
        why = Why("deadline.figure.heads") if one.start in heads else None
        years = chained.get(one.start, [])
        if other and not why and len(years) < 3 and spans(text, one, other):
            index += 1
            yield from _judge_span(text, one, other, written)
            continue
        if years and one is not years[0]:
            # The other years of an enumeration are what its first is.
            why = why or why_aside(text, years[0], written)
        why = why or why_aside(text, one, written)
        interval = _of_year(one) if len(years) > 2 else interval_of(text, one)
        yield term(text, (one.start, one.end), interval, one.granularity, list(one.rules)), why


def _of_year(moment: Moment) -> str:
    return f"{moment.first}/{moment.last}"


def _judge_span(text: str, one: Moment, other: Moment, written: date | None) -> Iterator[Judged]:
    last = other.first - timedelta(days=1) if other.prefix == "tot" else other.last
    if last < one.first:
        return
    why = why_aside(text, one._replace(last=last), written, spanning=True)
    interval = f"{one.first}/{last}"
    yield term(text, (one.start, other.end), interval, "period", [_SPAN, *one.rules]), why
