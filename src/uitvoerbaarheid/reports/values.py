"""What the normalised values of mentions say, in Dutch words (``data/reports/wording.toml``).

:func:`meaning` says all of a value, :func:`addition` only what the mention's own words do not say yet: next
to "€ 25.000" a reader needs "ten hoogste, per jaar", not the amount once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from uitvoerbaarheid.nlp.numbers import DIGITS, parse_number
from uitvoerbaarheid.nlp.rules import rule_reasons
from uitvoerbaarheid.records import Mention, Section
from uitvoerbaarheid.reports.labels import day, label, month, number, wording

_UNITS = {"D": ("dag", "dagen"), "W": ("week", "weken"), "M": ("maand", "maanden"), "Y": ("jaar", "jaar")}
_PARTS_OF_YEAR = {
    ("01-01", "03-31"): "het eerste kwartaal van",
    ("04-01", "06-30"): "het tweede kwartaal van",
    ("07-01", "09-30"): "het derde kwartaal van",
    ("10-01", "12-31"): "het vierde kwartaal van",
    ("01-01", "06-30"): "de eerste helft van",
    ("07-01", "12-31"): "de tweede helft van",
    ("03-21", "06-20"): "het voorjaar van",
    ("06-21", "09-20"): "de zomer van",
    ("09-21", "12-20"): "het najaar van",
}
#: Terms of these kinds say what they mean themselves: "in maart 2027", "2026-2029", "elke zes weken".
_CLEAR = {"day", "week", "month", "quarter", "half", "period", "frequency", "duration"}
_SCALE = re.compile(r"\b(?:mln|miljoen|mld|miljard|ton)\b|\d\s?[km]\b|duizend|honderd", re.I)
_FILLERS = {"de", "het", "van", "in"}
_PREPOSITION = r"\b(?:uit|vanuit|van|door|binnen|via|met|in|ten laste van)\s+(?:(?:de|het|een|onze|hun)\s+)?"
#: Names of authorities begin with a small letter inside a sentence.
_AUTHORITY = re.compile(r"(?:Gemeente|Provincie|Waterschap|Hoogheemraadschap)\b")


def _words(key: str) -> str:
    return str(wording()["value"][key])


def amount(euros: float) -> str:
    """An amount as one reads it: "€ 250.000", "€ 12,50", "€ 2,5 miljoen"."""
    for size, name in ((10**9, "miljard"), (10**6, "miljoen")):
        if euros >= size and euros % (size // 100) == 0:
            return f"€ {_short(euros / size)} {name}"
    return "€ " + number(euros, 0 if float(euros).is_integer() else 2)


def _short(value: float) -> str:
    """A number with at most two decimals and no zeros at its end."""
    text = number(value, 2)
    return text.rstrip("0").rstrip(",")


def _length(duration: str) -> tuple[int, str]:
    """The count and the Dutch unit of an ISO 8601 duration. Raises :class:`ValueError` on another form."""
    match = re.fullmatch(r"P(\d+)([DWMY])", duration)
    if not match:
        raise ValueError(duration)
    count = int(match[1])
    return count, _UNITS[match[2]][count != 1]


def _frequency(duration: str) -> str:
    count, unit = _length(duration)
    return f"elke {count} {unit}" if count != 1 else ("elk " if unit == "jaar" else "elke ") + unit


def interval(value: str) -> str:
    """An ISO 8601 interval of the labelling guideline in Dutch words.

    >>> interval("2027-01-01/2027-12-31"), interval("../2026-07-01"), interval("R/P1Y")
    ('in 2027', 'uiterlijk 1 juli 2026', 'elk jaar')

    A value in another form is given back as it is.
    """
    if value == "vague":
        return _words("vague")
    try:
        if value.startswith("R/"):
            return _frequency(value[2:])
        if value.startswith("P"):
            return "{} {}".format(*_length(value))
        return _between(*value.split("/"))
    except (ValueError, IndexError, TypeError):
        return value


def _between(start: str, end: str) -> str:
    if start == "..":
        return "uiterlijk " + (f"eind {end[:4]}" if end.endswith("-12-31") else day(end))
    if end == "..":
        return "vanaf " + (start[:4] if start.endswith("-01-01") else day(start))
    return day(start) if start == end else _period(start, end)


def _period(start: str, end: str) -> str:
    first, last = start[5:], end[5:]
    if (first, last) == ("01-01", "12-31"):
        return f"in {start[:4]}" if start[:4] == end[:4] else f"{start[:4]} t/m {end[:4]}"
    if start[:4] == end[:4] and (first, last) in _PARTS_OF_YEAR:
        return f"{_PARTS_OF_YEAR[first, last]} {start[:4]}"
    if start.endswith("-01") and (date.fromisoformat(end) + timedelta(days=1)).day == 1:
        return _months(start, end)
    return f"{day(start)} t/m {day(end)}"


def _months(start: str, end: str) -> str:
    """Whole months: "maart 2027", "mei t/m augustus 2027", "april 2026 t/m maart 2030"."""
    if start[:7] == end[:7]:
        return month(start)
    first = month(start)
    return f"{first.removesuffix(' ' + end[:4])} t/m {month(end)}"


def meaning(mention: Mention) -> str:
    """How a budget, deadline or actor was understood, in Dutch words; "" where nothing is to be said."""
    value = mention.value or {}
    if mention.type == "deadline" and value.get("interval"):
        said = interval(str(value["interval"]))
        resolved = _resolved_term(mention)
        return f"{said}; {resolved}" if resolved else said
    if mention.type == "budget":
        return _budget(value, mention)
    if mention.type == "actor":
        unnamed = value.get("generic") and not value.get("resolved")
        return ", ".join([*_actor(mention), *([_words("unnamed")] if unnamed else [])])
    return ""


def addition(mention: Mention) -> str:
    """What :func:`meaning` says of a budget, deadline or actor that its own words do not; "" for nothing."""
    if mention.type == "actor":
        return ", ".join(_actor(mention))
    if mention.type == "budget":
        return ", ".join(_unsaid(mention))
    return _unsaid_term(mention) if mention.type == "deadline" else ""


def _unsaid_term(mention: Mention) -> str:
    value = mention.value or {}
    resolved = _resolved_term(mention)
    if resolved or not value.get("interval") or value.get("granularity") in _CLEAR:
        return resolved
    said = interval(str(value["interval"]))
    text = " ".join(mention.text.split()).casefold()
    bound = re.fullmatch(r"(?:vanaf|uiterlijk eind) (\d{4})", said)
    own = set(re.findall(r"\w+", said.casefold())) - _FILLERS
    if own <= set(re.findall(r"\w+", text)) or (bound and bound[1] in text):
        return ""
    # "jaarlijks (elk jaar)" and "in het najaar van 2026 (het najaar van 2026)" would only be noise.
    plain = re.fullmatch(r"in \d{4}|\d{4} t/m \d{4}|elke? .*|\d+ \w+", said) or said == _words("vague")
    return "" if plain else said


def _resolved_term(mention: Mention) -> str:
    """What a relative term comes down to, where the date of the document tells."""
    value = mention.value or {}
    if not isinstance(value.get("resolved"), str):
        return ""
    unit = (value.get("relative") or {}).get("unit")
    start, _, end = value["resolved"].partition("/")
    if unit == "within":
        # Of "minstens twintig jaar" and "de eerste drie jaar" the end is no term.
        within = re.match(r"\W*binnen\b", mention.text, re.I)
        return _words("counted").format(interval(f"../{end}")) if within else ""
    said = interval(f"{start}/{end}")
    return _words("counted").format(said) if unit == "after" else said


def _actor(mention: Mention) -> list[str]:
    """Whom a party stands for, or its full name, and its role where that is not the plain one."""
    value = mention.value or {}
    resolved, written = value.get("resolved"), " ".join(mention.text.split()).casefold()
    full = resolved.get("name") if isinstance(resolved, dict) else value.get("official")
    said = []
    if full and str(full).casefold() not in written:
        said.append(_beside(written, _AUTHORITY.sub(lambda name: name[0].casefold(), str(full), count=1)))
    role = wording()["actor_role"].get(value.get("role"))
    return [*said, role] if role and role not in written else said


def _beside(written: str, full: str) -> str:
    """A full name beside what is written: "Lindermeer" where that is "de gemeente"."""
    kind, _, own = full.partition(" ")
    return own if own and written.endswith(kind.casefold()) else full


def _amounts(value: dict[str, Any]) -> str:
    said = " – ".join(amount(euros) for euros in value.get("amounts") or [])
    fte = f"{_short(value['fte'])} fte" if value.get("fte") is not None else ""
    return " en ".join(part for part in (said, fte) if part)


def _budget(value: dict[str, Any], mention: Mention) -> str:
    """All of a budget: "ten hoogste € 2,5 miljoen per jaar, structureel, uit de reserve Mobiliteit"."""
    sum_ = _amounts(value)
    if sum_:
        sum_ = " ".join(part for part in (_bound(value), sum_, _rate(value)) if part)
    elif value.get("open"):
        sum_ = _words("open")
    return ", ".join(part for part in (sum_, *_details(value, mention).values()) if part)


def _bound(value: dict[str, Any]) -> str:
    return label("bound", value.get("bound"))


def _rate(value: dict[str, Any]) -> str:
    return _words("rate") if value.get("period") == "jaar" else ""


def _period_of(value: dict[str, Any]) -> str:
    """The year or years that a budget is for, "" where it names none."""
    period = str(value.get("year") or value.get("period") or "")
    return "" if period == "jaar" else period


def _details(value: dict[str, Any], mention: Mention) -> dict[str, str]:
    """What a budget has beside its amount, by the word in the text that would say it already."""
    details: dict[str, str] = {}
    if value.get("share") is not None:
        share = _short(100 * value["share"])
        details[share] = _words("share").format(share)
    if value.get("recurring"):
        details[str(value["recurring"])] = str(value["recurring"])
    if period := _period_of(value):
        details[period] = _words("for").format(period)
    if value.get("source"):
        details[str(value["source"])] = _source(str(value["source"]), mention.sentence)
    return details


def _source(source: str, sentence: str) -> str:
    """Who or what pays, with the preposition and article that the sentence has: "uit de reserve Groen"."""
    if re.match(_PREPOSITION, source, re.I):
        return source
    words = r"\s+".join(re.escape(word) for word in source.split())
    match = re.search(rf"({_PREPOSITION}){words}", sentence, re.I)
    return " ".join((match[1].lower() + source).split()) if match else _words("source").format(source)


def _unsaid(mention: Mention) -> Iterator[str]:
    """The parts of a budget that do not stand in its own words."""
    value, text = mention.value or {}, mention.text.casefold()
    bare = re.match(r"\W*[\d€]", mention.text)  # without words before it that may say "ten hoogste"
    bound = _bound(value) if bare and value.get("amounts") else ""
    rate = "" if re.search(r"jaar|p\.j", text) else _rate(value)
    if _amounts(value) and not _says_amounts(mention.text, value):
        yield " ".join(part for part in (bound, _amounts(value), rate) if part)
    else:
        yield from (part for part in (bound, rate) if part)
    for word, said in _details(value, mention).items():
        if word.casefold() not in text and not (word == _period_of(value) and _only_period(mention, word)):
            yield said


def _only_period(mention: Mention, period: str) -> bool:
    """Whether no other years stand in the sentence; in a table row they stand in columns, so it is said."""
    years = set(re.findall(r"\b20\d\d\b", mention.sentence))
    return bool(years) and " | " not in mention.sentence and years <= set(re.findall(r"\d{4}", period))


def _says_amounts(text: str, value: dict[str, Any]) -> bool:
    """Whether the words of a budget give its amounts themselves; a bare "139" of a table does not."""
    if not value.get("amounts") or _SCALE.search(text):
        return True
    if not re.search(r"€|\beuro?\b", text, re.I):
        return False
    written = {parse_number(match) for match in re.findall(DIGITS, text)}
    return not written or set(value["amounts"]) <= written


def remarks(mention: Mention) -> list[str]:
    """How firmly a mention is stated and what takes it out of the promises, in Dutch words."""
    firm = [label("modality", mention.modality)] if mention.modality else []
    return firm + [label("qualifier", qualifier) for qualifier in mention.qualifiers]


def why_aside(mention: Mention) -> str:
    """Why an amount or term does not count, in a few words; else the reason of the rule that says so."""
    known = wording()["aside"]
    for rule in mention.rules:
        parts = rule.split(".")
        # The nearest name: "budget.excluded.price" before "budget.excluded".
        for length in range(len(parts), 0, -1):
            if (name := ".".join(parts[:length])) in known:
                return str(known[name])
    reasons = [rule_reasons()[rule] for rule in mention.rules if rule in rule_reasons()]
    return reasons[0].rstrip(".") if reasons else ", ".join(remarks(mention))


def asides(section: Section) -> list[tuple[str, list[Mention]]]:
    """The amounts and terms of a section that do not count, by why they do not; the same words once."""
    found: dict[str, dict[str, Mention]] = {}
    for mention in section.set_aside:
        found.setdefault(why_aside(mention), {}).setdefault(mention.text, mention)
    return [(why, list(mentions.values())) for why, mentions in found.items()]
