"""Why a moment that was read is no deadline: history, the name of something, a figure, law, a forecast."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from uitvoerbaarheid.nlp.deadlines.context import Around, Stretch
from uitvoerbaarheid.nlp.deadlines.moments import Moment
from uitvoerbaarheid.nlp.deadlines.vocabulary import Exclusion, vocabulary

#: How much before a span the patterns that stand directly before it may look at.
_NEAR = 80
#: How far on both sides "text" patterns look: units are seldom longer.
_WIDE = 400
#: A date that heads a column of a balance ("31-12-2026: 40").
_COLUMN_DATE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}:")
#: How far before a moment the verb of what was just done stands.
_JUST_BEFORE = 60
_LAST_WORD = re.compile(r"(\w[\w'’-]*)[)\"”’]?\s+$")
_TITLE_PAGE = re.compile(r"(?:[\w.'’-]+[ ,]*){0,3}(?:\bop )?$")
_TARGET_OF = re.compile(r"(?:datum|doel|doelen|doelstellingen|ambities?)\s$", re.I)


@dataclass(frozen=True)
class Why:
    """The rule that sets a term aside, and whether that makes it history."""

    rule: str
    history: bool = False


def excluded_by(kind: str, around: Around, body: int | None = None) -> Why | None:
    """The first rule that excludes a span of this kind of term; ``body`` is where its core starts."""
    for exclusion in vocabulary().exclusions[kind].of(around.text):
        if _applies(exclusion, around, around.start if body is None else body):
            return Why(exclusion.id, exclusion.history)
    return None


def _applies(exclusion: Exclusion, around: Around, body: int) -> bool:
    pattern, text = exclusion.pattern, around.text
    if exclusion.where == "before":
        return pattern.holds_in(text, max(0, body - _NEAR), body)
    if exclusion.where == "after":
        return pattern.holds_in(text, *around.after)
    if exclusion.where == "part":
        return pattern.holds_in(text, *around.part)
    if exclusion.where == "start":
        return bool(pattern.match(text))
    return pattern.holds_in(text, max(0, around.start - _WIDE), around.end + _WIDE)


def why_aside(
    text: str, moment: Moment, written: date | None = None, *, spanning: bool = False
) -> Why | None:
    """Why a moment does not count, or None for one that is planned.

    ``written`` is the first day of the year the document is from, where that is known: what lies before it
    is history, and what lies after it never is. ``spanning``: the moment begins a period ("van 2026 tot").
    """
    rules = vocabulary().data["history"]
    around = Around(text, moment.start, moment.end)
    why = _names_something(around, moment)  # first: "Natura 2000" is no history
    if why is None and (moment.last.year < rules["first_year"] or moment.first.year < rules["first_begin"]):
        why = Why("deadline.history.old", history=True)
    why = why or excluded_by("moment", around, moment.body)
    if why:
        return why
    if not spanning and _is_named(around, moment):
        return Why("deadline.name.of")
    if written and moment.relation in ("", "plain") and moment.last < written:
        return Why("deadline.history.before-document", history=True)
    ahead = moment.first.year >= rules["surely_ahead"]
    if ahead or (written and moment.first.year > written.year):
        return None
    return _history(around, moment)


def _history(around: Around, moment: Moment) -> Why | None:
    text, clause, part = around.text, around.clause, around.part
    if _tells_of("stated", text, part) and not _tells_of("to_be", text, part):
        return Why("deadline.history.stated", history=True)
    if moment.relation not in ("", "plain") and moment.prefix != "per":
        # A verb in the past with "vanaf" or "tot" tells too, unless it decides what is to come.
        done = moment.relation in ("from", "until") and _has_done(around)
        told = (tells(text, around.subclause) or done) and not _tells_of("planned_then", text, part)
        return Why("deadline.history.past-tense", history=True) if told else None
    just_before = (max(0, moment.start - _JUST_BEFORE), moment.start)
    if _tells_of("just_done", text, around.after) and _tells_of("perfect", text, just_before):
        return Why("deadline.history.done", history=True)
    own = around.subclause
    if (
        _tells_of("perfect", text, own)
        and _tells_of("participle", text, clause)
        and not _tells_of("future", text, own)
        and not _tells_of("intended", text, part)
    ):
        return Why("deadline.history.perfect", history=True)
    was = _tells_of("was", text, own) and not _tells_of("to_be", text, own)
    return Why("deadline.history.past-tense", history=True) if was or tells(text, clause) else None


def _tells_of(name: str, text: str, stretch: Stretch) -> bool:
    """Whether one of the patterns about history is found in a stretch of a text."""
    return vocabulary().history[name].holds_in(text, *stretch)


def _has_done(around: Around) -> bool:
    """ "Heeft dit vanaf 2013 ingebracht"; with "is" it may be a state that is to come."""
    return (
        _tells_of("having", around.text, around.part)
        and _tells_of("participle", around.text, around.clause)
        and not _tells_of("future", around.text, around.part)
    )


def tells(text: str, stretch: Stretch) -> bool:
    """Whether a stretch of a text has a verb in the past and no word that looks ahead."""
    return _tells_of("past", text, stretch) and not _tells_of("future", text, stretch)


def _names_something(around: Around, moment: Moment) -> Why | None:
    """Whether the words beside a moment make it part of a title, a reference or a quotation."""
    if _COLUMN_DATE.match(around.text, moment.body):
        return Why("deadline.figure.column")
    if not moment.prefix:
        for rule, holds in _NAMES:
            if holds(around, moment):
                return Why(rule)
    return Why("deadline.name.quoted") if _is_quoted(around) else None


def _is_colophon(around: Around, moment: Moment) -> bool:
    """A unit of nothing but a date, with at most a place or version before it."""
    if moment.granularity not in ("day", "month") or re.search(r"\w", around.right):
        return False
    left = around.text[: moment.start].strip(" |•\t")
    if not re.search(r"\w", left):
        return True
    words = re.findall(r"[^\W\d_]+", left)
    planned = any(word.lower() in vocabulary().planning_words for word in words)
    return left.endswith(",") and len(left) < 40 and bool(_TITLE_PAGE.match(left)) and not planned


def _is_named(around: Around, moment: Moment) -> bool:
    """ "De toetsing van 2012" names; "doelen van 2030" and "een startdatum van 1 mei 2027" do not."""
    if moment.prefix != "van" or moment.granularity not in ("day", "month", "year"):
        return False
    return not _TARGET_OF.search(around.left)


def _can_be_name(around: Around, moment: Moment) -> bool:
    return moment.granularity in ("year", "period") and moment.bare and bool(around.left.strip())


def _follows_document(around: Around, moment: Moment) -> bool:
    return _can_be_name(around, moment) and _is_document(around.text[slice(*around.word)])


@lru_cache(maxsize=4096)
def _is_document(word: str) -> bool:
    """Whether a word ends in one for a document; kept, since few words stand before most years."""
    return bool(vocabulary().document_noun.search(word))


def _is_title(around: Around, moment: Moment) -> bool:
    if not _can_be_name(around, moment):
        return False
    word = _LAST_WORD.search(around.text[slice(*around.word)])
    return bool(word and word[1][0].isupper() and word[1].lower() not in vocabulary().planning_words)


def _is_reference(around: Around, moment: Moment) -> bool:
    """ "(PBL, 2018)", "[CE, 2020]", "Deltabeslissing (2014)", "Energiestrategie 1.0 (2021)"."""
    left, right = around.left, around.right
    sign = left.rstrip()[-1:]
    dated = moment.granularity in ("day", "month")
    closing = r"\s*[)\]\[/;,]" if dated else r"\s*[)\]\[/;]"
    if sign == ",":
        return bool(re.search(r"[(\[][^)\]]{1,120},\s*$", left) and re.match(closing, right))
    if moment.granularity == "period" or sign not in ("(", "["):
        return False
    named = re.search(r"([\w'’.-]+)(?:\s\d\.\d)?\s*[(\[]\s*$", left)
    if not named or not re.match(r"\s*[)\]]", right):
        return False
    if dated:
        return named[1].lower() not in vocabulary().planning_words
    return _is_document(named[1])


def _is_citation(around: Around, moment: Moment) -> bool:
    """A date after a comma, at the end or before another comma, in words without a verb."""
    if moment.granularity not in ("day", "month") or not around.left.rstrip().endswith(","):
        return False
    if not re.match(r"\s*(?:$|[,;.)])", around.right):
        return False
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", around.left)}
    return not words & vocabulary().sentence_words


def _is_quoted(around: Around) -> bool:
    left, right = around.left, around.right
    opened = max(left.rfind("“"), left.rfind("‘"))
    return opened >= 0 and not re.search(r"[”’]", left[opened + 1 :]) and bool(re.search(r"[”’]", right))


#: Shapes of a moment without a word that makes it a term, in which it is part of a name.
_NAMES: tuple[tuple[str, Callable[[Around, Moment], bool]], ...] = (
    ("deadline.name.colophon", _is_colophon),
    ("deadline.name.document", _follows_document),
    ("deadline.name.reference", _is_reference),
    ("deadline.name.title", _is_title),
    ("deadline.name.citation", _is_citation),
)
