"""Amounts in euro and capacity in fte, written in digits or words, alone or as a range."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.context import clause, found
from uitvoerbaarheid.nlp.budgets.exclusions import capacity_exclusion, exclusion_of
from uitvoerbaarheid.nlp.budgets.rules import Exclusion, budget_rules
from uitvoerbaarheid.nlp.numbers import COMPOUND, DIGITS, WORDS, parse_number, plain
from uitvoerbaarheid.nlp.patterns import Pattern

YEAR = re.compile(r"(?:19|20)\d\d")
#: A number word below this is no amount without a scale ("een euro").
_SMALLEST_WORD = 10
_NUMBER = rf"{DIGITS}|\b(?!en\b)(?:{COMPOUND}(?:\s+en\s+een\s+half)?|(?:een\s+)?{WORDS})\b"
#: A grouped number without a currency that is set apart ("is 15.000 opgenomen").
_SET_APART = Pattern(
    r"(?<![\w.,€])(?<!€[ \u00a0])(?<!euro[ \u00a0])(?P<number>\d{1,3}(?:\.\d{3})+)\s+(?:is |wordt )?"
    r"(?:opgenomen|gereserveerd|begroot|geraamd|uitgetrokken|beschikbaar)\b",
    re.I,
)
_FTE = Pattern(
    rf"(?<![\w.,])(?:(?P<first>{DIGITS}|{WORDS})\s*(?:[-–]|à|tot)\s*)?(?P<number>{DIGITS}|{WORDS})\s*"
    r"(?:fte|formatieplaats(?:en)?)\b(?! is een)",
    re.I,
)
_FTE_WORD = Pattern(r"\bfte\b|\bformatieplaats", re.I)
_BETWEEN = re.compile(r"\btussen\s*(?:de )?$", re.I)
#: An amount in digits written out once more: "€ 11.784 (zegge elfduizend ... euro)".
_WRITTEN_OUT = re.compile(r"\bzegge\b[:;]?\s*$", re.I)
_TABLE_UNIT = re.compile(r"[x×*]\s?:?\s*$")
_RESPECTIVELY = re.compile(r"\b(20\d\d)\b(?=[^€]*\brespectievelijk\b)")

#: What was found and the rule, if any, that sets it aside.
Reading = tuple[Found, Exclusion | None]


def _quantity(n: int, scale: str) -> str:
    return (
        rf"(?:(?P<sign{n}>€|\beuro?\b)\s{{0,2}})?(?P<number{n}>{_NUMBER})(?![.,]?\d|\s?%)"
        rf"(?:,?[-–=—]{{1,2}}(?![\w€]|\s?\d))?(?:\s{{0,2}}(?P<scale{n}>(?:{scale})(?![a-zà-ÿ\d²³]))(?:\.(?!\s*$))?)?"
        rf"(?:\s{{0,2}}(?P<word{n}>euro(?:['’]?s)?\b|€(?!\s?\d)))?"
    )


@cache
def _pattern() -> Pattern:
    """One amount or a range of two, each with its currency sign or word and its scale."""
    scale = "|".join(sorted(map(re.escape, budget_rules().scales), key=len, reverse=True))
    link = r"\s{0,2}(?:[-–—]|à|\ba\b|\btot(?: en met)?\b|\bof\b|\ben\b)\s{0,2}(?:(?:circa|ca\.|de) )?"
    return Pattern(rf"(?<![\w.,]){_quantity(1, scale)}(?:(?P<link>{link}){_quantity(2, scale)})?", re.I)


def amounts_in(text: str) -> Iterator[Reading]:
    """All amounts in euro, in order; those that do not count with their exclusion."""
    position = 0
    while match := _pattern().search(text, position):
        # "€ 5 en 6 woningen": a link that does not join two amounts is not part of the first.
        joined = match["number2"] is not None and _joined(match, text)
        end = match.end() if joined or match["number2"] is None else match.start("link")
        position = max(end, match.start() + 1)
        rule = _rule(match, end, joined, text)
        values = [_value(match, n, joined) for n in ((1, 2) if joined else (1,))] if rule else []
        if rule is None or None in values or _is_no_amount(text[: match.start()][-10:]):
            continue
        start, stop = match.start(), match.start() + len(text[match.start() : end].rstrip(" \u00a0"))
        budget = found(text, start, stop, rule, amounts=values)
        yield budget, exclusion_of(text, start, stop)


def _is_no_amount(before: str) -> bool:
    """Whether what follows is the unit of a table, or the amount before it once more in words."""
    return bool(_TABLE_UNIT.search(before) or _WRITTEN_OUT.search(before))


def _joined(match: re.Match[str], text: str) -> bool:
    link = match["link"].split()[0].lower()
    signs = [match["sign1"] or match["word1"], match["sign2"] or match["word2"]]
    if link == "en" and not _BETWEEN.search(text[: match.start()][-20:]):
        return False
    if YEAR.fullmatch(match["number1"]) and not signs[0] and not match["scale1"] and match["sign2"]:
        return False  # "in 2027 tot € 2 miljoen"
    # The second number must itself be money or the first must be without a scale of its own.
    return bool(signs[1] or match["scale2"] or (match["sign1"] and not match["scale1"] and link != "of"))


def _rule(match: re.Match[str], end: int, joined: bool, text: str) -> str | None:
    """The id of the rule by which a match is money; None where it is not."""
    scale = (match["scale1"] or (match["scale2"] if joined else "") or "").lower()
    word = match["word1"] or (joined and match["word2"])
    if match["number1"][0].isalpha() and not scale:
        number = parse_number(match["number1"])
        return "budget.amount.currency" if word and number and number >= _SMALLEST_WORD else None
    if match["sign1"] or word or (joined and match["sign2"]):
        return "budget.amount.currency"
    glued = scale == "k" and match.start("scale1") == match.end("number1")
    if scale in ("", "m", "duizend") or (scale == "k" and not glued):
        return None
    before, after = clause(text, match.start(), end)
    # "1,5 miljoen woningen" counts something else.
    counts = re.match(r"\s*[a-zà-ÿ]", after, re.I) and not budget_rules().followed.match(after)
    # The amount itself stays in, so that "legt 12,5 miljoen in" is read as one.
    money = budget_rules().money.search(before + text[match.start() : end] + after)
    return "budget.amount.scale" if money and not counts else None


def _value(match: re.Match[str], n: int, joined: bool) -> int | float | None:
    number = parse_number(match[f"number{n}"])
    if number is None:
        return None
    scale = match[f"scale{n}"] or (match["scale2"] if joined and n == 1 and number < 1000 else None)
    return plain(number * (budget_rules().scales[scale.lower()] if scale else 1))


def set_apart_in(text: str) -> Iterator[Reading]:
    """Grouped numbers without a currency that a budget sets apart ("is 15.000 opgenomen")."""
    for match in _SET_APART.finditer(text):
        number = parse_number(match["number"])
        if number:
            start, end = match.span("number")
            budget = found(text, start, end, "budget.amount.set-apart", amounts=[plain(number)])
            yield budget, exclusion_of(text, start, end)


def capacity_in(text: str) -> Iterator[Reading]:
    """All fte, in order; a range gives two, the first "minimaal" and the second "maximaal"."""
    if not _FTE_WORD.search(text):
        return
    for match in _FTE.finditer(text):
        ends = [parse_number(match[name]) for name in ("first", "number") if match[name]]
        exclusion = capacity_exclusion(text, *match.span())
        for index, number in enumerate(ends):
            if number is None:
                continue
            last = index == len(ends) - 1
            start, end = (match.start("number"), match.end()) if last else match.span("first")
            known = {"bound": ("minimaal", "maximaal")[index]} if len(ends) == 2 else {}
            yield found(text, start, end, "budget.capacity.fte", fte=plain(number), **known), exclusion


def give_years(text: str, budgets: Sequence[Found]) -> None:
    """Years of amounts that follow them by "respectievelijk" ("2026 en 2027 respectievelijk € 1 en € 2")."""
    if len(budgets) > 1:
        years = _RESPECTIVELY.findall(text)
        if len(years) == len(budgets):
            for year, budget in zip(years, budgets, strict=True):
                budget.value["year"] = int(year)
