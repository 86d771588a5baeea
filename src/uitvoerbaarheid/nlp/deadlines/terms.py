"""Terms without days of their own: frequencies, durations and vague terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.deadlines.context import Around
from uitvoerbaarheid.nlp.deadlines.exclusions import Why, excluded_by, tells
from uitvoerbaarheid.nlp.deadlines.vocabulary import rule_of, vocabulary
from uitvoerbaarheid.nlp.numbers import parse_number
from uitvoerbaarheid.nlp.rules import has_any

#: A term with why it does not count, None for one that does.
Judged = tuple[Found, Why | None]
Span = tuple[int, int]
_UNITS = (("ja", "Y"), ("maand", "M"), ("werkdag", "D"), ("we", "W"), ("dag", "D"))


def term(text: str, span: Span, interval: str, granularity: str, rules: list[str], **more: Any) -> Found:
    """A deadline as the annotation wants it; ``more`` goes into its value."""
    value = {"interval": interval, "granularity": granularity, **more}
    return Found(*span, text[slice(*span)], value, rules)


def terms_in(text: str) -> Iterator[Judged]:
    """Frequencies, then durations, then vague terms, each judged."""
    rules = vocabulary()
    lowered = ""
    for kind, pattern, read in (
        ("frequency", rules.frequency, _frequencies),
        ("duration", rules.duration, _durations),
        ("vague", rules.vague, _vague),
    ):
        # Most sentences have no word of a term; looking for its letters costs far less than the patterns.
        if pattern.may_match(text):
            lowered = lowered or text.lower()
            if has_any(lowered, rules.cues[kind]):
                yield from read(text)


def _past(around: Around) -> Why | None:
    told = tells(around.text, around.part)
    return Why("deadline.history.past-tense", history=True) if told else None


def _frequencies(text: str) -> Iterator[Judged]:
    rules = vocabulary()
    for match in rules.frequency.finditer(text):
        rule = rule_of(match, rules.frequency_rules)
        start, end = match.span()
        around = Around(text, start, end)
        why = excluded_by("frequency", around) or _past(around)
        if "value" in rule.data:
            yield term(text, (start, end), f"R/{rule.data['value']}", "frequency", [rule.id]), why
            continue
        unit = (match["f_u"] or "jaar")[0].upper().replace("J", "Y")
        numbers = [match["f_n"] or match["fa_n"], match["f_n2"]]
        split = match.end("f_n") if numbers[1] else end
        for number, first, last in ((numbers[0], start, split), (numbers[1], split, end)):
            length = _length(parse_number(number), unit) if number else None
            if length:
                yield term(text, (first, last), f"R/{length}", "frequency", [rule.id]), why


def _length(value: float | None, unit: str) -> str | None:
    """An ISO 8601 duration; half years become months, other broken numbers and nothing are none."""
    if value is not None and unit == "Y" and value != int(value):
        value, unit = value * 12, "M"
    return f"P{int(value)}{unit}" if value and value == int(value) else None


def _durations(text: str) -> Iterator[Judged]:
    rules = vocabulary()
    for match in rules.duration.finditer(text):
        rule = rule_of(match, rules.duration_rules)
        number = re.sub(r"^een\s", "", match["number"], flags=re.I)
        unit = next(iso for start, iso in _UNITS if match["unit"].lower().startswith(start))
        length = _length(parse_number(number), unit)
        if not length:
            continue
        start, end = match.span()
        around = Around(text, start, end)
        why = (
            excluded_by("duration", around)
            or excluded_by("duration", around, match.start("number"))
            or _past(around)
        )
        how = rule.data["how"]
        yield (
            term(text, (start, end), length, "duration", [rule.id], relative={"unit": how, "offset": 0}),
            why,
        )


def _vague(text: str) -> Iterator[Judged]:
    rules = vocabulary()
    for match in rules.vague.finditer(text):
        rule = rule_of(match, rules.vague_rules)
        start, end = match.span()
        why = excluded_by("vague", Around(text, start, end))
        more = {}
        if "unit" in rule.data:
            more["relative"] = {"unit": rule.data["unit"], "offset": rule.data["offset"]}
        yield term(text, (start, end), "vague", "vague", [rule.id], **more), why
