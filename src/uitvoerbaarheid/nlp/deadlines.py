"""Deadlines in a sentence, list item or table row: planned moments, periods, frequencies, durations.

The vocabulary and the contexts that make a year no deadline stand in ``data/patterns/deadlines.toml``; the
values are those of the labelling guideline, sections 4 and 5 (ISO 8601 intervals, repetitions, durations and
"vague").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.numbers import WORDS, parse_number
from uitvoerbaarheid.resources import data_path

_YEAR = r"(?:19[5-9]\d|20\d\d)"
_DASH = r"\s?[-–—/]\s?"
#: How far (characters) the words that decide about a moment may stand from it.
_REACH = 120
_LAST_QUARTER = 4
#: A year from here on is never history, whatever the verb ("In 2040 is de stad aardgasvrij gemaakt").
_SURELY_AHEAD = 2030
_CLAUSE_END = re.compile(r"[;|•]|(?<!\bjl)(?<!\bca)(?<!\bd)(?<!\bincl)[.?!]\s")
#: A date that heads a column of a balance ("31-12-2026: 40").
_COLUMN_DATE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}:")
_BRACKET_END = re.compile(r"\)\s(?=[A-Z])")


@dataclass(frozen=True)
class _Moment:
    """A stretch of days with the text it stands in; ``relation`` is what the word before it makes of it."""

    start: int
    end: int
    first: date
    last: date
    granularity: str
    relation: str
    prefix: str
    body: int  # offset where the moment itself begins, after the prefix
    bare: bool  # begins with a figure: a year, not "eind 2026"


@dataclass(frozen=True)
class _Rules:
    data: dict[str, Any]
    moment: re.Pattern[str]
    relations: dict[str, str]
    frequency: re.Pattern[str]
    frequency_values: list[str]
    vague: re.Pattern[str]
    document_end: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    near: re.Pattern[str]
    caption: re.Pattern[str]
    first_year: int
    past: re.Pattern[str]
    perfect: re.Pattern[str]
    participle: re.Pattern[str]
    future: re.Pattern[str]
    just_done: re.Pattern[str]
    target_noun: re.Pattern[str]
    budget_year: re.Pattern[str]
    duration: re.Pattern[str]
    duration_before: re.Pattern[str]
    procedure: re.Pattern[str]


def _words(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)


def _moment_pattern(data: dict[str, Any]) -> re.Pattern[str]:
    month, ordinal = _words(list(data["months"])), _words(list(data["ordinals"]))
    part, season = _words(list(data["parts"])), _words(list(data["seasons"]))
    prefix = _words([w for words in data["prefixes"].values() for w in words])
    of = r"(?:\s(?:van|in))?(?:\s(?:het\s)?(?:jaar|kalenderjaar))?\s?"
    through = r"\s?(?:[-–/&]|\b(?:en|of|t/m|tot\sen\smet)\b)\s?"
    alternatives = [
        rf"(?P<iso_y>{_YEAR})-(?P<iso_m>\d\d)-(?P<iso_d>\d\d)(?!\d)",
        rf"(?P<num_d>\d{{1,2}})[-/.](?P<num_m>\d{{1,2}})[-/.](?P<num_y>{_YEAR})",
        rf"(?P<day>\d{{1,2}})(?:e|ste)?\s(?P<day_m>{month})\.?\s(?P<day_y>{_YEAR})",
        rf"(?P<mm_1>{month})\.?{through}(?P<mm_2>{month})\.?{of}(?P<mm_y>{_YEAR})",
        rf"[qk](?P<qr_1>[1-4]){through}[qk]?(?P<qr_2>[1-4]){of}(?P<qr_y>{_YEAR})",
        rf"(?:(?:begin|eind|medio|half)\s)?(?P<mon_m>{month})\.?{of}(?P<mon_y>{_YEAR})",
        rf"(?:het\s)?(?:(?P<q_o>{ordinal})\s?kwartaal{of}|[qk](?P<q_n>[1-4]){of}[-/]?|kwartaal\s(?P<q_k>[1-4]){of})"
        rf"(?P<q_y>{_YEAR})",
        rf"(?P<qq_y>{_YEAR})\s?[-/,]?\s?[qk](?P<qq_n>[1-4])\b",
        rf"(?:de\s|het\s)?(?:(?P<h_o>{ordinal})\s(?:helft|half\s?jaar){of}|h(?P<h_n>[12])\s)(?P<h_y>{_YEAR})",
        rf"(?:de\s|het\s)?(?P<sea>{season}){of}(?P<sea_y>{_YEAR})",
        rf"(?:het\s)?(?P<part>{part}){of}(?P<part_y>{_YEAR})(?!{_DASH}20\d\d)",
        rf"(?P<p_school>schooljaar\s)?(?:(?:de\s)?(?:plan|bestuurs|beleids|college)?(?:periode|jaren)\s)?"
        rf"(?P<p_1>{_YEAR})(?:{_DASH}|\s(?:t/m|tot\sen\smet|t\.e\.m\.)\s)(?P<p_2>{_YEAR}|\d\d(?!\d))",
        rf"(?:het\s)?(?:(?:kalender|begrotings)?jaar\s)?(?P<year>{_YEAR})",
    ]
    body = "|".join(f"(?:{a})" for a in alternatives)
    article = r"(?:de\s|het\s)?(?:periode\s|loop\svan\s|jaren\s)?"
    return re.compile(
        rf"(?<![\w€.,@])(?:(?<!/)|(?=[a-z]))(?:(?P<prefix>{prefix})\s(?P<deep>(?:{prefix})\s)?{article}(?:in\sieder\sgeval\s)?)?(?P<body>{body})(?![\w%]|[.,]\d)",
        re.I,
    )


@cache
def _rules() -> _Rules:
    data = tomllib.loads(data_path("patterns", "deadlines.toml").read_text(encoding="utf-8"))
    exclude = data["exclude"]
    number = rf"(?P<f_n>\d{{1,2}}|{WORDS})"
    unit = r"(?P<f_u>jaar|jaren|maand|maanden|weken|week)"
    fixed = [(iso, p) for iso, patterns in data["frequencies"].items() for p in patterns]
    frequency = "|".join(f"(?P<f{i}>{p})" for i, (_, p) in enumerate(fixed))
    counted = (
        rf"(?:(?:(?:een|één|1)\s?(?:keer|maal|x)|eens|eenmaal|ten\sminste\seens)\s(?:per|in\sde|in|om\sde)|om\sde|iedere|elke|per)\s"
        rf"{number}(?:\s(?:tot|à|of)\s(?P<f_n2>\d{{1,2}}|{WORDS}))?\s{unit}"
    )
    adjective = rf"(?!een\s)(?P<fa_n>\d{{1,2}}|{WORDS})[- ]?jaarlijkse?"
    return _Rules(
        data=data,
        moment=_moment_pattern(data),
        relations={w: kind for kind, words in data["prefixes"].items() for w in words},
        frequency=re.compile(rf"\b(?:{counted}|{adjective}|{frequency})(?!\w)", re.I),
        frequency_values=[iso for iso, _ in fixed],
        vague=re.compile(r"\b(?:" + "|".join(data["vague"]["patterns"]) + r")(?!\w)", re.I),
        document_end=re.compile(rf"\b{exclude['document']}\s*$", re.I),
        before=_any(exclude["before"]),
        after=_any(exclude["after"]),
        near=_any(exclude["near"]),
        caption=re.compile(exclude["caption"], re.I),
        first_year=exclude["first_year"],
        past=re.compile(exclude["past"], re.I),
        perfect=re.compile(exclude["perfect"], re.I),
        participle=re.compile(exclude["participle"], re.I),
        future=re.compile(exclude["future"], re.I),
        just_done=re.compile(exclude["just_done"], re.I),
        target_noun=re.compile(exclude["target_noun"], re.I),
        budget_year=re.compile(exclude["budget_year"], re.I),
        duration=re.compile(
            rf"\b(?:{'|'.join(data['durations']['before'])})\s(?P<number>\d{{1,2}}|{WORDS})\s"
            r"(?P<unit>jaar|jaren|maanden|maand|weken|week|dagen|werkdagen)\b",
            re.I,
        ),
        duration_before=re.compile(rf"\b{exclude['duration_before']}", re.I),
        procedure=re.compile(exclude["procedure"], re.I),
    )


def find_deadlines(text: str) -> list[Found]:
    """Deadlines in one unit, in order; each value once.

    A value is ``{"interval": ..., "granularity": ...}``. The interval is ISO 8601: "start/end" with ".." for
    an open side, "R/P1Y" for a frequency, "P2Y" for a length without a start; or "vague". The granularity is
    day, month, quarter, half, season, year, period, frequency, duration or vague.
    """
    found: list[Found] = []
    for one in (*_moments(text), *_frequencies(text), *_durations(text), *_vague(text)):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    if any(f.value["interval"] != "vague" for f in found):
        # "zo spoedig mogelijk, maar uiterlijk in maart 2026": the vague term adds nothing
        found = [f for f in found if f.value["interval"] != "vague"]
    found.sort(key=lambda f: f.start)
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.value["interval"], one)
    return list(first.values())


def _found(text: str, start: int, end: int, interval: str, granularity: str) -> Found:
    return Found(start, end, text[start:end], {"interval": interval, "granularity": granularity})


# --- moments -------------------------------------------------------------------------------------------


def _moments(text: str) -> Iterator[Found]:
    moments = [m for m in (_moment(text, match) for match in _rules().moment.finditer(text)) if m]
    columns = _columns(text, moments)
    index = 0
    while index < len(moments):
        one = moments[index]
        other = moments[index + 1] if index + 1 < len(moments) else None
        index += 1
        if one.start in columns:
            continue
        if other and _spans(text, one, other):
            index += 1
            if _counts(text, one) and other.last.year >= _rules().first_year:
                last = other.first - timedelta(days=1) if other.prefix == "tot" else other.last
                if last >= one.first:
                    yield _found(text, one.start, other.end, f"{one.first}/{last}", "period")
            continue
        named = _is_named(text, one)
        ahead = one.last.year >= _rules().first_year
        if ahead and not named and _counts(text, one):
            interval = _interval(text, one)
            if interval:
                yield _found(text, one.start, one.end, interval, one.granularity)


def _is_named(text: str, moment: _Moment) -> bool:
    """ "De toetsing van 2012" names; "doelen van 2030" and "een startdatum van 1 mei 2027" do not."""
    if moment.prefix != "van" or moment.granularity not in ("day", "month", "year"):
        return False
    return not re.search(r"(?:datum|doel|doelen|doelstellingen|ambities?)\s$", text[: moment.start], re.I)


def _moment(text: str, match: re.Match[str]) -> _Moment | None:
    days = _days(match)
    if days is None:
        return None
    prefix = " ".join((match["prefix"] or "").lower().split())
    relation = _rules().relations.get(prefix, "")
    deep = _rules().relations.get((match["deep"] or "").strip().lower(), "")
    if relation in ("", "plain") and deep:
        relation = deep
    if relation == "from" and days[2] == "period":  # "vanaf 2021 tot en met 2024"
        relation = "plain"
    return _Moment(
        match.start(), match.end(), *days, relation, prefix, match.start("body"), match["body"][0].isdigit()
    )


def _days(match: re.Match[str]) -> tuple[date, date, str] | None:  # noqa: PLR0911
    """First day, last day and granularity of a matched moment; None where the calendar has no such day."""
    data, g = _rules().data, match.groupdict()
    try:
        if g["iso_y"]:
            return _day(g["iso_y"], g["iso_m"], g["iso_d"])
        if g["num_y"]:
            return _day(g["num_y"], g["num_m"], g["num_d"])
        if g["day_y"]:
            return _day(g["day_y"], data["months"][g["day_m"].lower()], g["day"])
        if g["mm_y"]:
            first, last = data["months"][g["mm_1"].lower()], data["months"][g["mm_2"].lower()]
            return _months(int(g["mm_y"]), first, last - first + 1, "period") if first < last else None
        if g["qr_y"]:
            first, last = int(g["qr_1"]), int(g["qr_2"])
            return (
                _months(int(g["qr_y"]), 3 * first - 2, 3 * (last - first + 1), "period")
                if first < last
                else None
            )
        if g["mon_y"]:
            return _months(int(g["mon_y"]), data["months"][g["mon_m"].lower()], 1, "month")
        if g["q_y"] or g["qq_y"]:
            number = g["q_n"] or g["q_k"] or g["qq_n"] or data["ordinals"][g["q_o"].lower()]
            quarter = min(int(number), _LAST_QUARTER)
            return _months(int(g["q_y"] or g["qq_y"]), 3 * quarter - 2, 3, "quarter")
        if g["h_y"]:
            half = min(int(g["h_n"] or data["ordinals"][g["h_o"].lower()]), 2)
            return _months(int(g["h_y"]), 6 * half - 5, 6, "half")
        if g["sea_y"]:
            return _part(g["sea_y"], data["seasons"][g["sea"].lower()], "season")
        if g["part_y"]:
            return _part(g["part_y"], data["parts"][g["part"].lower()], "year")
        if g["p_1"]:
            return _period(g["p_1"], g["p_2"], bool(g["p_school"]))
        return _months(int(g["year"]), 1, 12, "year")
    except ValueError:
        return None


def _day(year: str, month: str | int, day: str) -> tuple[date, date, str]:
    when = date(int(year), int(month), int(day))
    return when, when, "day"


def _months(year: int, month: int, count: int, granularity: str) -> tuple[date, date, str]:
    following = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1), granularity


def _part(year: str, days: Sequence[str], granularity: str) -> tuple[date, date, str]:
    return date.fromisoformat(f"{year}-{days[0]}"), date.fromisoformat(f"{year}-{days[1]}"), granularity


def _period(first: str, last: str, school: bool) -> tuple[date, date, str]:
    last = first[:2] + last if len(last) == 2 else last
    if int(last) <= int(first):
        raise ValueError("a period that does not run forward")
    if school:
        return date(int(first), 8, 1), date(int(last), 7, 31), "period"
    return date(int(first), 1, 1), date(int(last), 12, 31), "period"


def _interval(text: str, moment: _Moment) -> str | None:
    relation = moment.relation
    if relation == "before" and moment.prefix in ("voor", "vóór") and _is_target(text, moment):
        relation = "plain"
    if relation == "before":
        # "voor eind 2026" means before the year is over
        end_of_year = text[moment.body :].lower().startswith(("eind", "het eind", "ultimo"))
        last = moment.last if end_of_year else moment.first - timedelta(days=1)
        return f"../{last}"
    if relation == "until":
        return f"../{moment.last}"
    if relation == "from":
        return f"{moment.first}/.."
    if relation == "after":
        return f"{moment.last + timedelta(days=1)}/.."
    return f"{moment.first}/{moment.last}"


def _is_target(text: str, moment: _Moment) -> bool:
    """ "De ambitie voor 2030" is about that year; a period is never meant as "before"."""
    if moment.granularity == "period" or text[moment.start : moment.body].lower().endswith("jaar "):
        return True
    rules = _rules()
    if rules.target_noun.search(text[max(0, moment.start - 40) : moment.start]):
        return True
    clause = _clause(text, moment.start, moment.end)
    bare_year = moment.granularity == "year" and moment.bare and moment.first.year < _SURELY_AHEAD
    return bare_year and bool(rules.budget_year.search(clause))


def _spans(text: str, one: _Moment, other: _Moment) -> bool:
    """Whether two moments are the two ends of one period ("van 2025 tot 2028", "tussen X en Y")."""
    between = text[one.end : other.body].strip().lower()
    if other.first < one.first or other.last <= one.last:
        return False
    if between in ("t/m", "tot en met", "tot"):
        return one.relation in ("", "plain", "from")
    if between in ("-", "–", "—"):
        return one.relation in ("", "plain", "from")
    years = one.granularity == other.granularity == "year" and one.bare and other.bare
    following = years and other.first - one.last == timedelta(days=1) and one.relation in ("", "plain")
    return between == "en" and (one.prefix == "tussen" or following)


def _columns(text: str, moments: Sequence[_Moment]) -> set[int]:
    """Years in a row with nothing but spaces or bars between them: the heads of columns (their offsets)."""
    heads: set[int] = set()
    run: list[_Moment] = []
    for moment in moments:
        if run and text[run[-1].end : moment.start].strip(" |\t\u00a0") == "" and not moment.prefix:
            run.append(moment)
        else:
            run = [moment]
        if len(run) >= 2:
            heads.update(m.start for m in run[-2:])
    return heads


def _counts(text: str, moment: _Moment) -> bool:
    """Whether a moment is planned, and not the name of a document, a reference or history."""
    rules = _rules()
    before, after = text[max(0, moment.start - _REACH) : moment.start], text[moment.end : moment.end + _REACH]
    if _names_something(text, moment, before, after):
        return False
    clause, part = _clause(text, moment.start, moment.end), _comma_part(text, moment)
    if rules.near.search(part):
        return False
    if moment.first.year >= _SURELY_AHEAD:
        return True
    if moment.relation not in ("", "plain"):
        return not (moment.relation == "until" and _tells(clause))
    done = rules.just_done.search(after) and rules.perfect.search(before[-60:])
    return not done and not _is_past(clause, part)


def _names_something(text: str, moment: _Moment, before: str, after: str) -> bool:
    """Whether the words beside a moment make it part of a title, a reference, a quotation or a figure."""
    rules = _rules()
    if rules.caption.search(text) or _COLUMN_DATE.match(text, moment.body):
        return True
    if moment.granularity in ("day", "month") and not re.search(r"\w", before + after):
        return True
    if rules.after.search(after) or rules.before.search(text[max(0, moment.body - 60) : moment.body]):
        return True
    if not moment.prefix and (_is_title(before, moment) or _is_reference(before, after, moment)):
        return True
    return _is_quoted(before, after)


def _clause(text: str, start: int, end: int) -> str:
    """The words around a span up to the ends of its clause, at most ``_REACH`` characters on each side."""
    before = _BRACKET_END.split(_CLAUSE_END.split(text[max(0, start - _REACH) : start])[-1])[-1]
    after = _CLAUSE_END.split(text[end : end + _REACH])[0]
    if before.rfind("(") > before.rfind(")"):  # what stands between brackets is a clause of its own
        after = after.split(")")[0]
    return before + text[start:end] + after


def _comma_part(text: str, moment: _Moment) -> str:
    """The words around a moment up to the nearest commas."""
    before = re.split(r"[,;.|]\s", text[max(0, moment.start - _REACH) : moment.start])[-1]
    after = re.split(r"[,;|]\s|[.]\s(?=[A-Z])", text[moment.end : moment.end + _REACH])[0]
    return before + text[moment.start : moment.end] + after


def _is_title(before: str, moment: _Moment) -> bool:
    rules = _rules()
    if moment.granularity not in ("year", "period") or not before.strip() or not moment.bare:
        return False
    if rules.document_end.search(before):
        return True
    word = re.search(r"([\w'’-]+)[)\"”’]?\s+$", before)
    if not word or not word[1][0].isupper():
        return False
    return word[1].lower() not in rules.data["exclude"]["not_title"]


def _is_reference(before: str, after: str, moment: _Moment) -> bool:
    """ "(PBL, 2018)", "[CE, 2020]", "Deltabeslissing (2014)"."""
    if re.search(r"[(\[][^)\]]{1,60},\s*$", before) and re.match(r"\s*[)\]/;]", after):
        return True
    if moment.granularity == "period":
        return False
    named = re.search(r"([\w'’.-]+)\s*[(\[]\s*$", before)
    if named and moment.granularity == "day" and re.match(r"\s*[)\]]", after):
        return True
    if not named or not re.match(r"\s*[)\]]", after):
        return False
    return bool(_rules().document_end.search(named[1]))


def _is_quoted(before: str, after: str) -> bool:
    opened = max(before.rfind("“"), before.rfind("‘"))
    return opened >= 0 and not re.search(r"[”’]", before[opened + 1 :]) and bool(re.search(r"[”’]", after))


def _is_past(clause: str, part: str) -> bool:
    """Whether a clause tells what has been; ``part`` is what stands between the commas around the moment."""
    rules = _rules()
    if rules.perfect.search(part) and rules.participle.search(clause) and not rules.future.search(part):
        return True
    return _tells(clause)


def _tells(clause: str) -> bool:
    """Whether a clause has a verb in the past and no word that looks ahead."""
    rules = _rules()
    return bool(rules.past.search(clause)) and not rules.future.search(clause)


# --- frequencies, durations, vague terms -----------------------------------------------------------------


def _frequencies(text: str) -> Iterator[Found]:
    rules = _rules()
    for match in rules.frequency.finditer(text):
        numbers = [match["f_n"] or match["fa_n"], match["f_n2"]]
        if numbers[0] is None:
            index = next(i for i in range(len(rules.frequency_values)) if match[f"f{i}"] is not None)
            yield _found(text, match.start(), match.end(), f"R/{rules.frequency_values[index]}", "frequency")
            continue
        unit = (match["f_u"] or "jaar")[0].upper().replace("J", "Y")
        split = match.end("f_n") if numbers[1] else match.end()
        pieces = [(numbers[0], match.start(), split), (numbers[1], split, match.end())]
        for number, start, end in pieces:
            length = _length(parse_number(number), unit) if number else None
            if length:
                yield _found(text, start, end, f"R/{length}", "frequency")


def _length(value: float | None, unit: str) -> str | None:
    """An ISO 8601 duration; half years become months, other broken numbers and nothing are none."""
    if value is not None and unit == "Y" and value != int(value):
        value, unit = value * 12, "M"
    return f"P{int(value)}{unit}" if value and value == int(value) else None


_UNITS = (("ja", "Y"), ("maand", "M"), ("werkdag", "D"), ("we", "W"), ("dag", "D"))


def _durations(text: str) -> Iterator[Found]:
    rules = _rules()
    for match in rules.duration.finditer(text):
        value = parse_number(match["number"])
        if value is None or rules.duration_before.search(
            text[max(0, match.start() - 40) : match.start("number")]
        ):
            continue
        if rules.procedure.search(text):
            continue
        unit = next(iso for start, iso in _UNITS if match["unit"].lower().startswith(start))
        length = _length(value, unit)
        if length:
            yield _found(text, match.start(), match.end(), length, "duration")


def _vague(text: str) -> Iterator[Found]:
    rules = _rules()
    for match in rules.vague.finditer(text):
        if rules.near.search(_clause(text, match.start(), match.end())):
            continue
        if re.search(r"\bniet (?:in|op|binnen)?\s*$", text[: match.start()], re.I):
            continue
        yield _found(text, match.start(), match.end(), "vague", "vague")
