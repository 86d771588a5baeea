"""Who must do what, what is due when, and what money a document sets aside, from its promises.

An amount counts once, and only where its own sentence or row sets it aside (``data/scoring/summary.toml``).
The sum is the least that the document says: of a range the lowest amount, of a yearly amount one year, of the
same amount for the same thing in two places one, of a total and its parts the total.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.rules import phrase_pattern, read_rules
from uitvoerbaarheid.records import ActorLoad, Block, Commitment, Mention, Promise, Section, YearLoad
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.stems import content_words

_FILE = ("scoring", "summary.toml")
#: How much text right before and after an amount says what it is, and how many words may stand between.
_BESIDE, _WORDS_BETWEEN = 60, 4
#: A shorter word says too little to tell that two sentences with the same amount are about the same.
_TELLING = 5
#: A section with more amounts is a table of figures: looking for sums in it takes too long, and finds chance.
_MOST_AMOUNTS = 60
#: How many amounts of one size that share a word are kept to compare a new one with.
_MOST_ALIKE = 20
#: Rules of an actor (``data/lexicons``) that make it the one who is named to do it.
_ASSIGNED = ("column.actor", "role.responsible.label", "role.responsible.before")
_YEAR = re.compile(r"\d{4}")
_ARTICLE = re.compile(r"^(?:de|het|een|onze|ons|alle|elke?|iedere?)\s+", re.IGNORECASE)


@dataclass
class Money:
    """An amount that a document sets aside, in euros, and the promises it stands with.

    ``year`` is the one year it is for, None where the document does not say it or names a period; ``overall``
    says that it is called a total, which other amounts may be part of.
    """

    amount: float
    year: int | None
    promises: list[Promise] = field(default_factory=list)
    overall: bool = False


@dataclass
class Plan:
    """What a document says of parties, years and money, in the order of the records."""

    actors: list[ActorLoad] = field(default_factory=list)
    years: list[YearLoad] = field(default_factory=list)
    budget: float | None = None


@dataclass
class _Amount:
    """One amount of a section before what is double is left out.

    ``words`` (of its sentence and measure) and ``heading`` (of its section's) tell what it is about. ``row``
    is the section's id for an amount in a table row: rows of one table are not the same thing.
    """

    money: Money
    words: list[str]
    heading: list[str]
    row: str | None


@cache
def _pattern(name: str, before: str = "", after: str = "") -> re.Pattern[str]:
    rule = next(rule for rule in read_rules(*_FILE) if rule.id == f"summary.{name}")
    return re.compile(before + phrase_pattern(rule.data["words"]) + after, re.IGNORECASE)


def is_unnamed(name: str) -> bool:
    """Whether the name of a party does not say who ("zij", "betrokken partijen")."""
    return bool(_pattern("actor.unnamed", r"^\W*", r"\W*$").search(name))


def is_means(text: str) -> bool:
    """Whether a sentence or row speaks of money that is set aside."""
    return bool(_pattern("money.means").search(text))


def is_no_means(text: str) -> bool:
    """Whether a sentence or row speaks of money for something else: a saving, a tariff, a ceiling."""
    return bool(_pattern("money.not").search(text))


def is_part(before: str) -> bool:
    """Whether an amount is part of one named before, by the text before it."""
    words = rf"(?:\s+[^\s;:€]+){{0,{_WORDS_BETWEEN}}}\s*$"
    return bool(_pattern("money.part", after=words).search(before[-_BESIDE:]))


def is_change(before: str) -> bool:
    """Whether an amount is what another one becomes, by the text before it."""
    return bool(_pattern("money.change", after=r"\s*$").search(before[-_BESIDE:]))


def is_each(after: str) -> bool:
    """Whether an amount is a price for each of something, by the text after it."""
    rule = next(rule for rule in read_rules(*_FILE) if rule.id == "summary.money.each")
    years = "|".join(rule.data["not_before"])
    return bool(
        _pattern("money.each", r"^\W{0,3}(?:euro\s)?", rf"\s+(?!(?:{years})\b)").match(after[:_BESIDE])
    )


def is_overall(text: str) -> bool:
    """Whether a sentence gives a total, which may hold amounts that stand elsewhere."""
    return bool(_pattern("money.overall").search(text))


def is_total(cell: str) -> bool:
    """Whether a row with this first cell adds up other rows."""
    return bool(_pattern("money.total", r"^\W*", r"\W*$").search(cell))


def plan_of(sections: Sequence[Section], year: int | None = None) -> Plan:
    """The parties, years and money of a document's promises.

    ``year`` is that of the document: money for a year before it is spent. Parties come by the number of
    their promises, years in order. Takes time linear in the number of promises, but for the amounts of one
    section and those of the same size.
    """
    money = money_of(sections, year)
    return Plan(
        actors=_actors(sections, money),
        years=_years(sections, money),
        budget=_sum(money) if money else None,
    )


def commitments_of(section: Section) -> Iterator[tuple[int, Commitment]]:
    """The commitments of a section with their number, without those that name mentions it does not have."""
    known = range(len(section.mentions))
    for number, commitment in enumerate(section.commitments):
        parts = (commitment.measure, commitment.goal, commitment.budget, commitment.deadline)
        if all(index is None or index in known for index in (*parts, *commitment.actors)):
            yield number, commitment


def promises_of(sections: Sequence[Section]) -> Iterator[tuple[Promise, Section, Commitment]]:
    """Every commitment of a document, in order, with its section."""
    for section in sections:
        for number, commitment in commitments_of(section):
            yield Promise(section=section.id, commitment=number), section, commitment


# ----------------------------------------------------------------------------------------------- parties


def party_key(value: Mapping[str, Any]) -> str:
    """The key by which a party is known in a document: its identifier, else its name without case."""
    return str(value.get("identifier") or _name(value).casefold())


def party_of(mention: Mention) -> tuple[str, str, str | None]:
    """The key of a party, its name and its identifier.

    A party named in general ("we", "de gemeente") is the one it stands for.
    """
    value = mention.value or {}
    resolved = value.get("resolved")
    meant = resolved if isinstance(resolved, dict) else {"name": mention.text, **value}
    return party_key(meant), _name(meant), meant.get("identifier")


def _name(value: Mapping[str, Any]) -> str:
    written = " ".join(str(value.get("official") or value.get("name") or "").replace("’", "'").split())
    name = _ARTICLE.sub("", written, count=1) or written
    return str(read_toml(*_FILE)["aliases"].get(name.casefold(), name))


def is_assigned(mention: Mention) -> bool:
    """Whether a party is named as the one who does it: in a column, after "Trekker:" or "door".

    The subject of a sentence is not.
    """
    return any(rule in _ASSIGNED for rule in mention.rules)


def _actors(sections: Sequence[Section], money: Sequence[Money]) -> list[ActorLoad]:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    identifiers: dict[str, str | None] = {}
    promises: dict[str, list[Promise]] = defaultdict(list)
    doers: dict[tuple[str, int], set[str]] = defaultdict(set)
    for promise, section, commitment in promises_of(sections):
        for index in commitment.actors:
            mention = section.mentions[index]
            key, name, identifier = party_of(mention)
            generic = not identifier and (mention.value or {}).get("kind") == "self"
            if is_unnamed(name) or (generic and not (mention.value or {}).get("resolved")):
                continue
            names[key][name] += 1
            identifiers[key] = identifier
            known = doers[promise.section, promise.commitment]
            if key not in known:
                known.add(key)
                promises[key].append(promise)
    euros: dict[str, list[Money]] = defaultdict(list)
    for item in money:
        parties = {key for p in item.promises for key in doers.get((p.section, p.commitment), ())}
        for key in parties:
            euros[key].append(item)
    loads = [
        ActorLoad(
            name=min(names[key].items(), key=lambda item: (-item[1], item[0]))[0],
            identifier=identifiers[key],
            promises=promises[key],
            budget=_sum(euros[key]) if key in euros else None,
        )
        for key in names
    ]
    return sorted(loads, key=lambda load: (-len(load.promises), load.name.casefold(), load.name))


# ------------------------------------------------------------------------------------------------- years


def interval_of(deadline: Mention) -> str:
    """The interval that a term stands for: resolved in its document, else as written; "" for none."""
    value = deadline.value or {}
    resolved = value.get("resolved")
    return str(resolved if isinstance(resolved, str) else value.get("interval") or "")


def due_year(deadline: Mention) -> int | None:
    """The year in which a term ends; None for a vague or open one, a length of time or a frequency."""
    _, slash, end = interval_of(deadline).partition("/")
    # "R/P1Y" has a slash too, and of "vanaf 2025" the end is "..".
    return int(end[:4]) if slash and _YEAR.match(end) else None


def _years(sections: Sequence[Section], money: Sequence[Money]) -> list[YearLoad]:
    due: dict[int, list[Promise]] = defaultdict(list)
    for promise, section, commitment in promises_of(sections):
        if commitment.deadline is not None:
            year = due_year(section.mentions[commitment.deadline])
            if year is not None:
                due[year].append(promise)
    euros: dict[int, list[Money]] = defaultdict(list)
    for item in money:
        if item.year is not None:
            euros[item.year].append(item)
    return [
        YearLoad(
            year=year,
            promises=due.get(year, []),
            budget=_sum(euros[year]) if year in euros else None,
        )
        for year in sorted({*due, *euros})
    ]


# ------------------------------------------------------------------------------------------------- money


def money_of(sections: Sequence[Section], year: int | None = None) -> list[Money]:
    """The amounts that a document's promises set aside, each once, in order.

    ``year`` is that of the document.
    """
    found: list[Money] = []
    # By size and word: what names the same thing with the same amount.
    known: dict[tuple[float, str, str], list[_Amount]] = defaultdict(list)
    for section in sections:
        for one in _without_parts(_amounts(section, year)):
            size = one.money.amount
            # What two say themselves, or what one says and the other has above it; two headings tell nothing.
            keys = [(size, word, place) for word in one.words for place in ("words", "heading")]
            keys += [(size, word, "words") for word in one.heading]
            same = next((old for key in keys for old in known.get(key, []) if _is_same(old, one)), None)
            if same is None:
                found.append(one.money)
                for place, words in (("words", one.words), ("heading", one.heading)):
                    for word in words:
                        # The first few tell enough, and bound the work in a text that repeats itself.
                        if len(known[size, word, place]) < _MOST_ALIKE:
                            known[size, word, place].append(one)
            else:
                same.money.promises += one.money.promises
                same.money.overall = same.money.overall or one.money.overall
                if same.money.year is None:
                    same.money.year = one.money.year
    return found


def _is_same(old: _Amount, new: _Amount) -> bool:
    """Whether two amounts of one size that share a word are one: not two years, nor two rows of a table."""
    years = {old.money.year, new.money.year} - {None}
    return len(years) < 2 and (old.row is None or old.row != new.row)


def _sum(money: Sequence[Money]) -> float:
    """The least that these amounts come to: an overall total may hold all the others."""
    totals = [item.amount for item in money if item.overall]
    return float(max(sum(item.amount for item in money if not item.overall), max(totals, default=0)))


def _amounts(section: Section, year: int | None) -> list[_Amount]:
    """The amounts of a section's promises that it sets aside, each mention once, with all its promises."""
    rows = [block for block in section.blocks if block.kind == "row"]
    starts = [row.start for row in rows]
    found: dict[int, _Amount | None] = {}
    for number, commitment in commitments_of(section):
        if commitment.budget is None:
            continue
        for index in _with_other_years(section, commitment.budget):
            if index not in found:
                mention = section.mentions[index]
                row = _row_at(rows, starts, mention)
                found[index] = (
                    _amount(section, mention, commitment, row) if _counts(mention, row, year) else None
                )
            amount = found[index]
            if amount is not None:
                amount.money.promises.append(Promise(section=section.id, commitment=number))
    return [amount for amount in found.values() if amount is not None]


def _amount(section: Section, mention: Mention, commitment: Commitment, row: Block | None) -> _Amount:
    value = mention.value or {}
    measure = "" if commitment.measure is None else section.mentions[commitment.measure].text
    return _Amount(
        money=Money(
            amount=float(min(value["amounts"])),
            year=value.get("year"),
            overall=is_overall(mention.sentence),
        ),
        words=_telling(f"{mention.sentence} {measure}"),
        heading=_telling(section.heading),
        row=section.id if row is not None else None,
    )


def _telling(text: str) -> list[str]:
    return sorted({word for word in content_words(text) if len(word) >= _TELLING})


def _with_other_years(section: Section, index: int) -> list[int]:
    """The budget of a promise, and those of other years in its own sentence or row."""
    main = section.mentions[index]
    year = (main.value or {}).get("year")
    if year is None:
        return [index]
    chosen, years = [index], {year}
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(section.mentions) and section.mentions[at].sentence == main.sentence:
            other = section.mentions[at]
            other_year = (other.value or {}).get("year")
            if other.type == "budget" and other_year and other_year not in years:
                chosen.append(at)
                years.add(other_year)
            at += step
    return sorted(chosen)


def _row_at(rows: Sequence[Block], starts: Sequence[int], mention: Mention) -> Block | None:
    position = bisect_right(starts, mention.start) - 1
    return rows[position] if position >= 0 and mention.start < rows[position].end else None


def _counts(mention: Mention, row: Block | None, year: int | None) -> bool:
    """Whether an amount is money that is set aside, and not for a year before that of the document."""
    value = mention.value or {}
    if not value.get("amounts") or value.get("open") or set(mention.qualifiers) - {"study"}:
        return False
    if year is not None and value.get("year") is not None and value["year"] < year:
        return False
    sentence = mention.sentence
    at = sentence.find(mention.text)
    before, after = sentence[: max(at, 0)], sentence[at + len(mention.text) :]
    if is_part(before) or is_change(before) or is_each(after) or is_no_means(sentence):
        return False
    if row is not None and any(is_total(cell) for cell in (row.cells or [])[:2]):
        return False
    in_column = any(rule.startswith("budget.table") for rule in mention.rules)
    return in_column or is_means(sentence)


def _without_parts(amounts: list[_Amount]) -> list[_Amount]:
    """The amounts of a section without those that follow one another and add up to another of them."""
    if not 3 <= len(amounts) <= _MOST_AMOUNTS:
        return amounts
    parts: set[int] = set()
    for position, total in enumerate(amounts):
        for run in _runs(amounts, position):
            same_year = all(amounts[i].money.year == total.money.year for i in run)
            if same_year and sum(amounts[i].money.amount for i in run) == total.money.amount:
                parts.update(run)
    return [amount for position, amount in enumerate(amounts) if position not in parts]


def _runs(amounts: Sequence[_Amount], total: int) -> Iterator[range]:
    """The runs right before and right after a total of two amounts or more."""
    for end in range(total + 3, len(amounts) + 1):
        yield range(total + 1, end)
    for start in range(total - 1):
        yield range(start, total)
