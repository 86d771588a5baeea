"""Budgets in a sentence, list item or table row: amounts in euro, fte, and money named without an amount.

The rules stand in ``data/patterns/budgets.toml``; what counts is in the labelling guideline, sections 4
and 5: costs and contributions do, savings, balances, tariffs and past spending do not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.numbers import DIGITS, WORDS, parse_number, plain
from uitvoerbaarheid.resources import data_path

#: How far (characters) the words that decide about an amount may stand from it.
_REACH = 90
#: Bare numbers of a table: anything but a year, a percentage, a number in a code or a date.
_CELL_NUMBER = re.compile(rf"(?<![\w.,/%€-])(?P<number>{DIGITS})(?![\w%/-]|[.,]\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PER_YEAR = re.compile(r"\bper jaar\b|/\s?jaar\b|\bjaarlijks|\bstructureel\b|\bp\.?/?j\.", re.I)
_PERIOD = re.compile(r"\b(20\d\d)\s?(?:[-–]|t/m|tot en met)\s?(20\d\d)\b")
_SENTENCE_END = re.compile(r"[|•]|[.?!]\s+(?=[A-Z])")
#: A grouped number without a currency that is set aside ("is 15.000 opgenomen").
_SET_ASIDE = re.compile(
    r"(?<![\w.,€])(?<!€[ \u00a0])(?<!euro[ \u00a0])(?P<number>\d{1,3}(?:\.\d{3})+)\s+(?:is |wordt )?"
    r"(?:opgenomen|gereserveerd|begroot|geraamd|uitgetrokken|beschikbaar)\b",
    re.I,
)
_FTE = re.compile(rf"(?<![\w.,])(?P<number>{DIGITS}|{WORDS})\s*(?:fte|formatieplaats(?:en)?)\b", re.I)


@dataclass(frozen=True)
class _Rules:
    scales: dict[str, int]
    amount: re.Pattern[str]
    money: re.Pattern[str]
    unit: re.Pattern[str]
    money_column: re.Pattern[str]
    fte_column: re.Pattern[str]
    before: re.Pattern[str]
    after: list[re.Pattern[str]]
    near: re.Pattern[str]
    row: re.Pattern[str]
    open: re.Pattern[str]
    not_open: re.Pattern[str]


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)


def _amount_pattern(scales: Sequence[str]) -> re.Pattern[str]:
    """One amount or a range of two, each with its currency sign or word and its scale."""
    scale = "|".join(sorted(map(re.escape, scales), key=len, reverse=True))

    def quantity(n: int) -> str:
        return (
            rf"(?:(?P<sign{n}>€|\beuro?\b)\s{{0,2}})?(?P<number{n}>{DIGITS}|\b{WORDS}\b)(?![.,]?\d|\s?%)"
            rf"(?:,?[-–=—]{{1,2}}(?![\w€]|\s?\d))?(?:\s{{0,2}}(?P<scale{n}>(?:{scale})(?![a-zà-ÿ]))\.?)?"
            rf"(?:\s{{0,2}}(?P<word{n}>euro(?:['’]?s)?\b|€(?!\s?\d)))?"
        )

    link = r"\s{0,2}(?:[-–—]|à|\ba\b|\btot(?: en met)?\b|\bof\b|\ben\b)\s{0,2}"
    return re.compile(rf"(?<![\w.,]){quantity(1)}(?:(?P<link>{link}){quantity(2)})?", re.I)


@cache
def _rules() -> _Rules:
    data = tomllib.loads(data_path("patterns", "budgets.toml").read_text(encoding="utf-8"))
    return _Rules(
        scales=data["scales"],
        amount=_amount_pattern(list(data["scales"])),
        money=re.compile(data["context"]["money"], re.I),
        unit=re.compile(data["units"]["pattern"], re.I),
        money_column=re.compile(data["units"]["money_column"], re.I),
        fte_column=re.compile(data["units"]["fte_column"], re.I),
        before=_any(data["exclude"]["before"]),
        after=[re.compile(p, re.I) for p in data["exclude"]["after"]],
        near=_any(data["exclude"]["near"]),
        row=re.compile(data["exclude"]["row"], re.I),
        open=_any(data["open"]["patterns"]),
        not_open=_any(data["open"]["not_open"]),
    )


def find_budgets(
    text: str, *, cells: Sequence[str] | None = None, header: Sequence[str] | None = None
) -> list[Found]:
    """Budgets in one unit, in order.

    ``cells`` and ``header`` are those of a table row, whose ``text`` holds the cells in the same order.
    A value is ``{"amounts": [euros...], "fte": n | None, "open": bool, "period": "jaar" | "2024-2027" |
    None}``. A range gives two amounts. Money without an amount is open, with no amounts.
    """
    if cells and _rules().row.search(" ".join([text, *(header or [])])):
        return []
    found = [*_amounts(text), *_fte(text)]
    found += [f for f in _set_aside(text) if not _overlaps(f, found)]
    if cells:
        found += [f for f in _columns(text, cells, header or []) if not _overlaps(f, found)]
    else:
        found += [f for f in _captioned(text) if not _overlaps(f, found)]
    if not found:
        found = _open(text)
    return sorted(found, key=lambda f: (f.start, f.end))


def _overlaps(one: Found, others: Sequence[Found]) -> bool:
    return any(one.start < o.end and o.start < one.end for o in others)


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of the same clause before and after a span, at most ``_REACH`` characters each."""
    before = re.split(r"[;|•]|[.?!]\s", text[max(0, start - _REACH) : start])[-1]
    after = re.split(r"[;|•]|[.?!]\s", text[end : end + _REACH])[0]
    return before, after


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence or table cell around a span, at most twice ``_REACH`` characters on each side."""
    before = _SENTENCE_END.split(text[max(0, start - 2 * _REACH) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + 2 * _REACH])[0]
    return before + text[start:end] + after


def _found(text: str, start: int, end: int, amounts: list[int | float], **more: Any) -> Found:
    before, after = _clause(text, start, end)
    value: dict[str, Any] = {"amounts": amounts, "fte": None, "open": not amounts and "fte" not in more}
    value["period"] = _period(before, after)
    return Found(start, end, text[start:end], {**value, **more})


def _period(before: str, after: str) -> str | None:
    if _PER_YEAR.search(after[:30]) or _PER_YEAR.search(before[-30:]):
        return "jaar"
    years = _PERIOD.search(before + " " + after)
    return f"{years[1]}-{years[2]}" if years else None


def _amounts(text: str) -> Iterator[Found]:
    rules = _rules()
    position = 0
    while match := rules.amount.search(text, position):
        # "€ 5 en 6 woningen": a link that does not join two amounts is not part of the first.
        joined = match["number2"] is not None and _joined(match, text)
        end = match.end() if joined or match["number2"] is None else match.start("link")
        position = max(end, match.start() + 1)
        if not _is_money(match, joined, text):
            continue
        before, after = _clause(text, match.start(), end)
        if re.search(r"[x×*]\s?:?\s*$", before):  # the unit of a table: "x € 1.000"
            continue
        if rules.before.search(before) or any(p.search(after) for p in rules.after):
            continue
        if rules.near.search(_sentence(text, match.start(), end)):
            continue
        values = [
            v for v in (_value(match, n, joined) for n in ((1, 2) if joined else (1,))) if v is not None
        ]
        start = match.start()
        stop = start + len(text[start:end].rstrip(" \u00a0"))
        if values:
            yield _found(text, start, stop, values)


def _joined(match: re.Match[str], text: str) -> bool:
    link = match["link"].strip().lower()
    signs = [match["sign1"] or match["word1"], match["sign2"] or match["word2"]]
    if (
        link in ("en", "of")
        and link == "en"
        and not re.search(r"\btussen\s*(?:de )?$", text[: match.start()], re.I)
    ):
        return False
    if _YEAR.fullmatch(match["number1"]) and not signs[0] and not match["scale1"] and match["sign2"]:
        return False  # "in 2027 tot € 2 miljoen"
    # The second number must itself be money or the first must be without a scale of its own.
    return bool(signs[1] or match["scale2"] or (match["sign1"] and not match["scale1"] and link != "of"))


def _is_money(match: re.Match[str], joined: bool, text: str) -> bool:
    scale = (match["scale1"] or (match["scale2"] if joined else "") or "").lower()
    if match["number1"][0].isalpha() and not scale:
        return False
    if match["sign1"] or match["word1"] or (joined and (match["sign2"] or match["word2"])):
        return True
    if scale in ("", "k", "m", "duizend"):
        return False
    before, after = _clause(text, match.start(), match.end())
    followed = re.match(r"\s*[a-zà-ÿ]", after)  # "1,5 miljoen woningen" counts something else
    follows_money = re.match(
        r"\s*(?:beschikbaar|gereserveerd|nodig|per jaar|voor|in|aan|uit|op|extra|is|wordt)\b", after
    )
    return bool(_rules().money.search(before + " " + after)) and (not followed or bool(follows_money))


def _value(match: re.Match[str], n: int, joined: bool) -> int | float | None:
    number = parse_number(match[f"number{n}"])
    if number is None:
        return None
    scale = match[f"scale{n}"] or (match["scale2"] if joined and n == 1 and number < 1000 else None)
    return plain(number * (_rules().scales[scale.lower()] if scale else 1))


def _set_aside(text: str) -> Iterator[Found]:
    for match in _SET_ASIDE.finditer(text):
        number = parse_number(match["number"])
        if number and not _rules().before.search(_clause(text, match.start(), match.end())[0]):
            yield _found(text, match.start("number"), match.end("number"), [plain(number)])


def _fte(text: str) -> Iterator[Found]:
    for match in _FTE.finditer(text):
        number = parse_number(match["number"])
        if number is not None:
            yield _found(text, match.start(), match.end(), [], fte=plain(number))


def _factor(text: str) -> int | None:
    """What the numbers of a table count by the unit in ``text``: 1, 1000 or 1000000; None without unit."""
    match = _rules().unit.search(text)
    if not match:
        return None
    if match["thousands"]:
        return 1_000
    times = (match["times"] or "miljoen").lower().replace(".", "").replace(",", "")
    return {"1": 1, "1000": 1_000, "duizend": 1_000}.get(times, 1_000_000)


def _captioned(text: str) -> Iterator[Found]:
    """Bare numbers after a caption with a unit in the same line ("bedragen x € 1.000"), each once."""
    unit = _rules().unit.search(text)
    if not unit or not re.search(r"€|euro", text[: unit.end() + 6], re.I):
        return
    factor = _factor(text)
    seen: set[float] = set()
    for match in _CELL_NUMBER.finditer(text, unit.end()):
        number = parse_number(match["number"])
        if (
            factor is None
            or number is None
            or number == 0
            or _YEAR.fullmatch(match["number"])
            or number in seen
        ):
            continue
        if _rules().before.search(text[max(0, unit.start() - _REACH) : unit.start()]):
            return
        seen.add(number)
        yield _found(text, match.start(), match.end(), [plain(number * factor)])


def _columns(text: str, cells: Sequence[str], header: Sequence[str]) -> Iterator[Found]:
    """Bare numbers in the money columns of a row, in the unit of their column or of the whole header."""
    rules = _rules()
    if rules.before.search(" ".join(cells[0].split())):  # "Belastingopbrengst | 181 | 190"
        return
    common = _factor(" ".join(header))
    position = 0
    for index, cell in enumerate(cells):
        value = " ".join(cell.split())
        name = " ".join(header[index].split()) if index < len(header) else ""
        at = text.find(value, position) if value else -1
        if at < 0:
            continue
        if name and name in text[position:at]:  # the name may hold the value ("2026: 26")
            at = max(at, text.find(value, text.index(name, position) + len(name)))
        position = at + len(value)
        is_money = bool(rules.money_column.search(name)) or bool(common and _YEAR.fullmatch(name))
        is_fte = bool(rules.fte_column.search(name)) and not is_money
        if not (is_money or is_fte) or rules.before.search(name):
            continue
        factor = _factor(name) or common or (1 if "€" in name or "euro" in name.lower() else None)
        yield from _cell(text, at, value, factor, is_fte=is_fte)


def _cell(text: str, at: int, value: str, factor: int | None, *, is_fte: bool) -> Iterator[Found]:
    for match in _CELL_NUMBER.finditer(value):
        number = parse_number(match["number"])
        if number is None or _YEAR.fullmatch(match["number"]):
            continue
        start, end = at + match.start(), at + match.end()
        if is_fte:
            yield _found(text, start, end, [], fte=plain(number))
        elif number:
            yield _found(text, start, end, [] if factor is None else [plain(number * factor)])


def _open(text: str) -> list[Found]:
    """The first wording of money without an amount; a unit holds one open budget."""
    rules = _rules()
    if rules.near.search(text):
        return []
    for match in rules.open.finditer(text):
        before, after = _clause(text, match.start(), match.end())
        if not rules.not_open.search(before + match[0] + after):
            return [_found(text, match.start(), match.end(), [])]
    return []
