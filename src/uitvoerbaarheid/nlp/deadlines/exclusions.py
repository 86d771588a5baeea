"""Why a moment that was read is no deadline: history, the name of something, a figure, law, a forecast."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from uitvoerbaarheid.nlp.deadlines.context import (
    after,
    before,
    clause_around,
    part_around,
    subclause_around,
)
from uitvoerbaarheid.nlp.deadlines.moments import Moment
from uitvoerbaarheid.nlp.deadlines.vocabulary import Exclusion, vocabulary

#: How much before a span the patterns that stand directly before it may look at.
_NEAR = 80
#: How far on both sides "text" patterns look: units are seldom longer.
_WIDE = 400
#: A date that heads a column of a balance ("31-12-2026: 40").
_COLUMN_DATE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}:")
_TITLE_PAGE = re.compile(r"(?:[\w.'’-]+[ ,]*){0,3}(?:\bop )?$")
_TARGET_OF = re.compile(r"(?:datum|doel|doelen|doelstellingen|ambities?)\s$", re.I)


@dataclass(frozen=True)
class Why:
    """The rule that sets a term aside, and whether that makes it history."""

    rule: str
    history: bool = False


def excluded_by(kind: str, text: str, start: int, end: int, body: int | None = None) -> Why | None:
    """The first rule that excludes a span of this kind of term; ``body`` is where its core starts."""
    for exclusion in vocabulary().exclusions.get(kind, ()):
        if _applies(exclusion, text, start, end, start if body is None else body):
            return Why(exclusion.id, exclusion.history)
    return None


def _applies(exclusion: Exclusion, text: str, start: int, end: int, body: int) -> bool:
    if exclusion.where == "before":
        return bool(exclusion.pattern.search(text[max(0, body - _NEAR) : body]))
    if exclusion.where == "after":
        return bool(exclusion.pattern.search(after(text, end)))
    if exclusion.where == "part":
        return bool(exclusion.pattern.search(part_around(text, start, end)))
    if exclusion.where == "start":
        return bool(exclusion.pattern.match(text))
    return bool(exclusion.pattern.search(text[max(0, start - _WIDE) : end + _WIDE]))


def why_aside(
    text: str, moment: Moment, written: date | None = None, *, spanning: bool = False
) -> Why | None:
    """Why a moment does not count, or None for one that is planned.

    ``written`` is the first day of the year the document is from, where that is known: what lies before it
    is history, and what lies after it never is. ``spanning``: the moment begins a period ("van 2026 tot").
    """
    rules = vocabulary().data["history"]
    why = _names_something(text, moment)  # first: "Natura 2000" is no history
    if why is None and (moment.last.year < rules["first_year"] or moment.first.year < rules["first_begin"]):
        why = Why("deadline.history.old", history=True)
    why = why or excluded_by("moment", text, moment.start, moment.end, moment.body)
    if why:
        return why
    if not spanning and _is_named(text, moment):
        return Why("deadline.name.of")
    if written and moment.relation in ("", "plain") and moment.last < written:
        return Why("deadline.history.before-document", history=True)
    ahead = moment.first.year >= rules["surely_ahead"]
    if ahead or (written and moment.first.year > written.year):
        return None
    return _history(text, moment)


def _history(text: str, moment: Moment) -> Why | None:
    patterns = vocabulary().history
    clause = clause_around(text, moment.start, moment.end)
    part = part_around(text, moment.start, moment.end)
    if patterns["stated"].search(part) and not patterns["to_be"].search(part):
        return Why("deadline.history.stated", history=True)
    if moment.relation not in ("", "plain") and moment.prefix != "per":
        # A verb in the past with "vanaf" or "tot" tells too, unless it decides what is to come.
        done = moment.relation in ("from", "until") and _has_done(part, clause)
        told = (tells(subclause_around(text, moment.start, moment.end)) or done) and not patterns[
            "planned_then"
        ].search(part)
        return Why("deadline.history.past-tense", history=True) if told else None
    if patterns["just_done"].search(after(text, moment.end)) and patterns["perfect"].search(
        text[max(0, moment.start - 60) : moment.start]
    ):
        return Why("deadline.history.done", history=True)
    own = subclause_around(text, moment.start, moment.end)
    if (
        patterns["perfect"].search(own)
        and patterns["participle"].search(clause)
        and not patterns["future"].search(own)
        and not patterns["intended"].search(part)
    ):
        return Why("deadline.history.perfect", history=True)
    was = patterns["was"].search(own) and not patterns["to_be"].search(own)
    return Why("deadline.history.past-tense", history=True) if was or tells(clause) else None


def _has_done(part: str, clause: str) -> bool:
    """ "Heeft dit vanaf 2013 ingebracht"; with "is" it may be a state that is to come."""
    patterns = vocabulary().history
    return bool(
        patterns["having"].search(part)
        and patterns["participle"].search(clause)
        and not patterns["future"].search(part)
    )


def tells(clause: str) -> bool:
    """Whether a clause has a verb in the past and no word that looks ahead."""
    patterns = vocabulary().history
    return bool(patterns["past"].search(clause)) and not patterns["future"].search(clause)


def _names_something(text: str, moment: Moment) -> Why | None:
    """Whether the words beside a moment make it part of a title, a reference or a quotation."""
    left, right = before(text, moment.start), after(text, moment.end)
    alone = not moment.prefix
    shapes = (
        ("deadline.figure.column", _COLUMN_DATE.match(text, moment.body)),
        ("deadline.name.colophon", alone and _is_colophon(text, moment)),
        ("deadline.name.document", alone and _follows_document(left, moment)),
        ("deadline.name.reference", alone and _is_reference(left, right, moment)),
        ("deadline.name.title", alone and _is_title(left, moment)),
        ("deadline.name.citation", alone and _is_citation(left, right, moment)),
        ("deadline.name.quoted", _is_quoted(left, right)),
    )
    return next((Why(rule) for rule, holds in shapes if holds), None)


def _is_colophon(text: str, moment: Moment) -> bool:
    """A unit of nothing but a date, with at most a place or version before it."""
    if moment.granularity not in ("day", "month"):
        return False
    left, right = text[: moment.start].strip(" |•\t"), after(text, moment.end)
    if re.search(r"\w", right):
        return False
    if not re.search(r"\w", left):
        return True
    words = re.findall(r"[^\W\d_]+", left)
    planned = any(word.lower() in vocabulary().planning_words for word in words)
    return left.endswith(",") and len(left) < 40 and bool(_TITLE_PAGE.match(left)) and not planned


def _is_named(text: str, moment: Moment) -> bool:
    """ "De toetsing van 2012" names; "doelen van 2030" and "een startdatum van 1 mei 2027" do not."""
    if moment.prefix != "van" or moment.granularity not in ("day", "month", "year"):
        return False
    return not _TARGET_OF.search(before(text, moment.start))


def _can_be_name(left: str, moment: Moment) -> bool:
    return moment.granularity in ("year", "period") and bool(left.strip()) and moment.bare


def _follows_document(left: str, moment: Moment) -> bool:
    return _can_be_name(left, moment) and bool(vocabulary().document_noun.search(left))


def _is_title(left: str, moment: Moment) -> bool:
    if not _can_be_name(left, moment):
        return False
    word = re.search(r"(\w[\w'’-]*)[)\"”’]?\s+$", left)
    return bool(word and word[1][0].isupper() and word[1].lower() not in vocabulary().planning_words)


def _is_reference(left: str, right: str, moment: Moment) -> bool:
    """ "(PBL, 2018)", "[CE, 2020]", "Deltabeslissing (2014)", "Energiestrategie 1.0 (2021)"."""
    dated = moment.granularity in ("day", "month")
    closing = r"\s*[)\]\[/;,]" if dated else r"\s*[)\]\[/;]"
    if re.search(r"[(\[][^)\]]{1,120},\s*$", left) and re.match(closing, right):
        return True
    if moment.granularity == "period":
        return False
    named = re.search(r"([\w'’.-]+)(?:\s\d\.\d)?\s*[(\[]\s*$", left)
    if not named or not re.match(r"\s*[)\]]", right):
        return False
    if dated:
        return named[1].lower() not in vocabulary().planning_words
    return bool(vocabulary().document_noun.search(named[1]))


def _is_citation(left: str, right: str, moment: Moment) -> bool:
    """A date after a comma, at the end or before another comma, in words without a verb."""
    if moment.granularity not in ("day", "month") or not left.rstrip().endswith(","):
        return False
    if not re.match(r"\s*(?:$|[,;.)])", right):
        return False
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", left)}
    return not words & vocabulary().sentence_words


def _is_quoted(left: str, right: str) -> bool:
    opened = max(left.rfind("“"), left.rfind("‘"))
    return opened >= 0 and not re.search(r"[”’]", left[opened + 1 :]) and bool(re.search(r"[”’]", right))
