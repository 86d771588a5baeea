"""Moments: stretches of days as they are written, with what the words before them make of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from uitvoerbaarheid.nlp.deadlines.context import Around
from uitvoerbaarheid.nlp.deadlines.vocabulary import vocabulary

Days = tuple[date, date, str]
_LAST_QUARTER = 4
_WEEKDAY = re.compile(r"\s(?:maan|dins|woens|donder|vrij|zater|zon)dag$")
#: A year as every form has it, and how far (characters) the rest of a moment may stand from it.
_YEAR = re.compile(r"(?:19|20)\d\d|['’][2-4]\d")
_BEFORE_YEAR, _AFTER_YEAR = 100, 40
_BEFORE = ("voor", "vóór")


class Moment(NamedTuple):
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
    rules: tuple[str, ...]


def moments_in(text: str) -> list[Moment]:
    """All moments written in a text, planned or not, in order."""
    pattern = vocabulary().moment
    if not pattern.may_match(text):
        return []
    found = (moment_of(match) for span in _near_years(text) for match in pattern.finditer(text, *span))
    return [moment for moment in found if moment]


def _near_years(text: str) -> list[tuple[int, int]]:
    """The stretches of a text with a year in them: elsewhere no moment can stand."""
    stretches: list[tuple[int, int]] = []
    for year in _YEAR.finditer(text):
        start, end = max(0, year.start() - _BEFORE_YEAR), min(len(text), year.end() + _AFTER_YEAR)
        if stretches and start <= stretches[-1][1]:
            start = stretches.pop()[0]
        stretches.append((start, end))
    return stretches


def moment_of(match: re.Match[str]) -> Moment | None:
    """What a match of the pattern for moments says; None for a day or period that cannot be."""
    form = match.lastgroup or ""  # the group of a rule closes after those in it
    rule, names = vocabulary().moment_forms[form]
    groups = {name: match[name] for name in names if match[name]}
    try:
        days = _READERS[rule.id.rsplit(".", 1)[1]](groups)
    except ValueError:  # the calendar has no such day, or the period does not run forward
        return None
    if days is None:
        return None
    relations = vocabulary().relations
    prefix = " ".join((match["prefix"] or "").lower().split())
    relation, relation_rule = relations.get(prefix, ("", ""))
    deep = relations.get((match["deep"] or "").strip().lower())
    if deep and relation in ("", "plain"):
        relation, relation_rule = deep
    bare = match[form][0].isdigit()
    first, last, granularity = days
    if relation == "as-of":
        relation = "from" if bare or granularity == "month" else "plain"
    if granularity == "onwards":
        granularity, relation = "year", "from"
    if relation == "from" and granularity == "period":
        # "vanaf 2021 tot en met 2024" is that period; "vanaf schooljaar 2026/2027" has no end
        relation = "from" if rule.id.endswith("school-year") else "plain"
    return Moment(
        match.start(),
        match.end(),
        first,
        last,
        granularity,
        relation,
        prefix,
        match.start(form),
        bare,
        (rule.id, relation_rule) if relation_rule else (rule.id,),
    )


# --- the days of each form -----------------------------------------------------------------------------


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text[-2:])


def _ordinal(text: str) -> int:
    return int(vocabulary().data["ordinals"][" ".join(text.lower().split())])


def _month_number(text: str) -> int:
    return int(vocabulary().data["months"][text.lower()])


def _day(year: str, month: str | int, day: str) -> Days:
    when = date(int(year), int(month), int(day))
    return when, when, "day"


def _months(year: int, month: int, count: int, granularity: str) -> Days:
    following = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1), granularity


def _part(year: str, table: str, name: str, last: str = "") -> Days:
    parts = vocabulary().data[table]
    first_days, last_days = parts[name.lower()], parts[(last or name).lower()]
    start = date.fromisoformat(f"{_year(year)}-{first_days[0]}")
    end = date.fromisoformat(f"{_year(year)}-{last_days[1]}")
    return start, end, "period" if last else "season" if table == "seasons" else "year"


def _day_range(g: Mapping[str, str]) -> Days | None:
    first = date(int(g["dr_y"]), _month_number(g.get("dr_m1", g["dr_m2"])), int(g["dr_d1"]))
    last = date(int(g["dr_y"]), _month_number(g["dr_m2"]), int(g["dr_d2"]))
    return (first, last, "period") if first < last else None


def _month_range(g: Mapping[str, str]) -> Days | None:
    first, last = _month_number(g["mm_1"]), _month_number(g["mm_2"])
    return _months(int(g["mm_y"]), first, last - first + 1, "period") if first < last else None


def _quarter_range(g: Mapping[str, str]) -> Days | None:
    if "qr_y" in g:
        first, last, year = int(g["qr_1"]), int(g["qr_2"]), g["qr_y"]
    else:
        first, last, year = _ordinal(g["qo_1"]), min(_ordinal(g["qo_2"]), _LAST_QUARTER), g["qo_y"]
    return _months(int(year), 3 * first - 2, 3 * (last - first + 1), "period") if first < last else None


def _quarter(g: Mapping[str, str]) -> Days:
    number = int(g.get("q_n") or g.get("q_k") or _ordinal(g["q_o"]))
    return _months(_year(g["q_y"]), 3 * min(number, _LAST_QUARTER) - 2, 3, "quarter")


def _half(g: Mapping[str, str]) -> Days:
    half = min(int(g.get("h_n") or _ordinal(g["h_o"])), 2)
    return _months(int(g["h_y"]), 6 * half - 5, 6, "half")


def _season_range(g: Mapping[str, str]) -> Days | None:
    days = _part(g["ss_y"], "seasons", g["ss_1"], g["ss_2"])
    return days if days[0] < days[1] else None


def _week(g: Mapping[str, str]) -> Days:
    monday = date.fromisocalendar(int(g["wk_y"]), int(g["wk_n"]), 1)
    return monday, monday + timedelta(days=6), "week"


def _period(first: str, last: str) -> tuple[int, int]:
    years = int(first), int(first[:2] + last if len(last) == 2 else last)
    if years[1] <= years[0]:
        raise ValueError("a period that does not run forward")
    return years


def _years(g: Mapping[str, str]) -> Days:
    first, last = _period(g["p_1"], g["p_2"])
    return date(first, 1, 1), date(last, 12, 31), "period"


def _school_year(g: Mapping[str, str]) -> Days:
    first, last = _period(g["sy_1"], g["sy_2"])
    return date(first, 8, 1), date(last, 7, 31), "period"


#: What reads each form, by the last part of its rule's id.
_READERS: dict[str, Callable[[Mapping[str, str]], Days | None]] = {
    "iso-date": lambda g: _day(g["iso_y"], g["iso_m"], g["iso_d"]),
    "numeric-date": lambda g: _day(g["num_y"], g["num_m"], g["num_d"]),
    "day-range": _day_range,
    "day": lambda g: _day(g["day_y"], _month_number(g["day_m"]), g["day_d"]),
    "month-range": _month_range,
    "month": lambda g: _months(_year(g["mon_y"]), _month_number(g["mon_m"]), 1, "month"),
    "quarter-range": _quarter_range,
    "quarter": _quarter,
    "year-quarter": lambda g: _months(int(g["qq_y"]), 3 * int(g["qq_n"]) - 2, 3, "quarter"),
    "half": _half,
    "season-range": _season_range,
    "season": lambda g: _part(g["sea_y"], "seasons", g["sea_n"]),
    "week": _week,
    "part": lambda g: _part(g["part_y"], "parts", g["part_n"]),
    "school-year": _school_year,
    "period": _years,
    "onwards": lambda g: _months(int(g["ow_y"]), 1, 12, "onwards"),
    "year": lambda g: _months(int(g["y_y"]), 1, 12, "year"),
}


# --- what a moment says as a term ------------------------------------------------------------------------


def interval_of(text: str, moment: Moment) -> str:
    """The ISO 8601 interval that a moment and the word before it give (guideline, sections 4 and 5)."""
    relation = moment.relation
    if relation == "before" and moment.prefix in _BEFORE and _is_target(text, moment):
        relation = "plain"
    if relation == "before":
        # "voor eind 2026" means before the year is over
        end_of_year = text[moment.body :].lower().startswith(("eind", "het eind", "ultimo"))
        return f"../{moment.last if end_of_year else moment.first - timedelta(days=1)}"
    if relation == "until":
        return f"../{moment.last}"
    if relation == "from":
        return f"{moment.first}/.."
    if relation == "after":
        return f"{moment.last + timedelta(days=1)}/.."
    return f"{moment.first}/{moment.last}"


def _is_target(text: str, moment: Moment) -> bool:
    """ "De ambitie voor 2030" is about that year; a period is never meant as "before"."""
    rules = vocabulary()
    if moment.granularity == "period" or "jaar " in text[moment.body : moment.end].lower():
        return True
    if text[moment.start : moment.body].lower().endswith("jaren "):
        return True
    if rules.target["noun"].holds_in(text, max(0, moment.start - 40), moment.start):
        return True
    if not is_year(moment) or moment.first.year >= rules.data["target"]["until"]:
        return False
    if rules.target["verb"].match(text[moment.end : moment.end + 20]):
        return True
    clause = Around(text, moment.start, moment.end).clause
    return rules.target["budget_year"].holds_in(text, *clause)


def spans(text: str, one: Moment, other: Moment) -> bool:
    """Whether two moments are the two ends of one period ("van 2025 tot 2028", "tussen X en Y")."""
    between = _WEEKDAY.sub("", text[one.end : other.body].strip().lower())
    if other.first < one.first or other.last <= one.last:
        return False
    if between in ("t/m", "tot en met", "tot", "-", "–", "—"):
        return one.relation in ("", "plain", "from")
    if between != "en":
        return False
    years = is_year(one) and is_year(other)
    following = years and other.first - one.last == timedelta(days=1)
    return one.prefix == "tussen" or (following and (one.relation in ("", "plain") or one.prefix in _BEFORE))


def is_year(moment: Moment) -> bool:
    """Whether a moment is written as a year alone."""
    return moment.granularity == "year" and moment.bare


def chains(text: str, moments: Sequence[Moment]) -> dict[int, list[Moment]]:
    """Enumerations of years ("2026, 2027 en 2028"): by the start of each year in one the whole of it."""
    found: dict[int, list[Moment]] = {}
    run: list[Moment] = []
    for moment in moments:
        between = text[run[-1].end : moment.start].strip().lower() if run else ""
        if run and is_year(moment) and not moment.prefix and between in (",", "en", "of", ", en", "én"):
            run.append(moment)
        else:
            run = [moment] if is_year(moment) else []
        if len(run) > 1:
            found.update({one.start: run for one in run})
    return found


def columns(text: str, moments: Sequence[Moment]) -> set[int]:
    """Years in a row with nothing but spaces or bars between them: the heads of columns (their offsets)."""
    heads: set[int] = set()
    run: list[Moment] = []
    for moment in moments:
        if run and text[run[-1].end : moment.start].strip(" |\t\u00a0") == "" and not moment.prefix:
            run.append(moment)
        else:
            run = [moment]
        if len(run) >= 2:
            heads.update(m.start for m in run[-2:])
    return heads
