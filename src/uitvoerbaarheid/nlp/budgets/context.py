"""The words around a span, and the value that they give it: year, period, recurrence and bound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.rules import budget_rules

#: How far (characters) the words that decide about an amount may stand from it.
_REACH = 90
#: A point that ends a sentence, not an abbreviation ("ca. € 2.500", "€ 3 mln. in 2027").
_SHORT = ("ca", "max", "min", "mln", "mld", "mrd", "incl", "excl", "resp", "bijv")
_NO_STOP = (*_SHORT, "o.a", "d.w.z", "i.v.m", "t.b.v", "m.b.t", "d.m.v", "t.o.v")
_STOP = r"[.?!]" + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in _NO_STOP) + r"\s"
_CLAUSE_END = re.compile(rf"[;|•]|{_STOP}", re.I)
_SENTENCE_END = re.compile(rf"[|•]|{_STOP}\s*(?=[A-Z])")
_ABBREVIATION = re.compile(rf"\b(?:{'|'.join(map(re.escape, (*_NO_STOP, 'evt', 'zgn')))})\.(?!\s*[A-Z]|\s*$)")
_PER_YEAR = re.compile(r"\bper jaar\b|/\s?jaar\b|\bjaarlijks|\bstructureel\b|\bp\.?/?j\.", re.I)
_PERIOD = re.compile(r"\b(20\d\d)\s?(?:[-–]|t/m|tot en met)\s?(20\d\d)\b")
_ONE_YEAR = r"(20\d\d)(?!\s?(?:[-–/]|t/m|tot en met)\s?\d|[.\d])"
_YEAR_BESIDE = re.compile(rf"(?<![-–/])(?<!t/m )(?<!met )\b{_ONE_YEAR}\s*:?\s*$")
_YEAR_AFTER = re.compile(rf"^[\s,)=\-–]{{0,4}}\(?(?:in|voor|vanaf|per)?\s?(?:het jaar )?{_ONE_YEAR}", re.I)
_YEAR_AHEAD = re.compile(rf"\b(?:in|voor|vanaf) (?:het jaar )?{_ONE_YEAR}[^€|\d]{{0,60}}$", re.I)


def clause(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of the same clause before and after a span, at most ``_REACH`` characters each."""
    before = _CLAUSE_END.split(text[max(0, start - _REACH) : start])[-1]
    after = _CLAUSE_END.split(text[end : end + _REACH], 1)[0]
    return before, after


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence or table cell around a span stands, up to twice ``_REACH`` characters either way."""
    before = _SENTENCE_END.split(text[max(0, start - 2 * _REACH) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + 2 * _REACH], 1)[0]
    return start - len(before), end + len(after)


def without_points(text: str) -> str:
    """The text, as long as it was, with other signs for the points of abbreviations, which end no clause."""
    if "." not in text:
        return text
    return _ABBREVIATION.sub(lambda match: match[0].replace(".", "·"), text)


def overlaps(one: Found, others: Sequence[Found]) -> bool:
    """Whether a span shares characters with one of ``others``."""
    return any(one.start < o.end and o.start < one.end for o in others)


def found(text: str, start: int, end: int, rule: str, **known: Any) -> Found:
    """A budget at a span: ``known`` is of its value what the words around it do not give."""
    before, after = clause(text, start, end)
    value: dict[str, Any] = {
        "amounts": [],
        "fte": None,
        "open": True,
        "period": _period(before, after),
        "year": _year(before, after),
        "recurring": _recurring(before, after),
        "bound": _bound(before),
        "share": None,
        "source": None,
        **known,
    }
    if "open" not in known:
        value["open"] = not value["amounts"] and value["fte"] is None and value["share"] is None
    return Found(start, end, text[start:end], value, [rule])


def _period(before: str, after: str) -> str | None:
    if _PER_YEAR.search(after[:30]) or _PER_YEAR.search(before[-30:]):
        return "jaar"
    years = _PERIOD.search(before + " " + after)
    return f"{years[1]}-{years[2]}" if years else None


def _year(before: str, after: str) -> int | None:
    """The one year that an amount is for: right before it, right after it, or ahead in its clause."""
    match = _YEAR_BESIDE.search(before) or _YEAR_AFTER.match(after) or _YEAR_AHEAD.search(before)
    return int(match[1]) if match else None


def _recurring(before: str, after: str) -> str | None:
    """Whether an amount is for once or for good, by the nearest word in its clause."""
    nearest: tuple[int, str] | None = None
    for name, pattern in budget_rules().recurring.items():
        distances = [len(before) - match.end() for match in pattern.finditer(before)]
        distances += [match.start() for match in pattern.finditer(after[:40])]
        if distances and (nearest is None or min(distances) < nearest[0]):
            nearest = (min(distances), name)
    return nearest[1] if nearest else None


def _bound(before: str) -> str | None:
    """How exact an amount is, by the word right before it."""
    for name, pattern in budget_rules().bound.items():
        for match in pattern.finditer(before[-40:]):
            if not before[-40:][match.end() :].strip(" \u00a0"):
                return name
    return None
