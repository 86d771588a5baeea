"""The same measure in two sections: said twice, or with another term, amount or party.

Two measures are the same when their content words are (nearly) so, without the parties, amounts and terms in
them. Candidates come from an index on their rarest words, so that the work grows with the number of measures
and not with its square. What returns in many places is boilerplate, and no overlap.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.columns import kind_of_name, linking
from uitvoerbaarheid.records import Block, Commitment, Mention, Overlap, OverlapKind, Promise, Section
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.planning import commitments_of, interval_of, is_assigned, is_unnamed, party_of
from uitvoerbaarheid.scoring.quotes import listing, quote
from uitvoerbaarheid.scoring.stems import content_words, stem

_NAME = re.compile(r"(?<![.!?:•|]\s)(?<!^)\b[A-Z][\w'’-]+|\b[^\WA-Z]*[A-Z][^\W\d]*\d\w*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@cache
def _settings() -> dict[str, Any]:
    return read_toml("scoring", "overlaps.toml")


@cache
def _actions() -> frozenset[str]:
    return frozenset(stem(word) for word in _settings()["actions"])


@dataclass(frozen=True)
class _Measure:
    """A promised measure: its content words, the names and numbers in it, and its commitment."""

    promise: Promise
    section: Section
    commitment: Commitment
    text: str
    words: frozenset[str]
    names: frozenset[str] = field(default_factory=frozenset)
    numbers: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, in Dutch words."""
        # What readers name is the number; the number of an article is none of a paragraph.
        numbered = self.section.number and self.section.number[-1].isdigit() and "." in self.section.number
        place = f"paragraaf {self.section.number if numbered else quote(_unquoted(self.section.heading))}"
        page = self.commitment.page or self.section.page_start
        return _settings()["text"]["page"].format(place=place, page=page) if page else place

    @property
    def key(self) -> tuple[str, int]:
        """The section and number of its promise."""
        return self.promise.section, self.promise.commitment

    @property
    def is_telling(self) -> bool:
        """Whether it has words enough to be known again."""
        pointing = linking("openers").match(self.text)
        return len(self.words) >= _settings()["pointing_least_words" if pointing else "least_words"]

    @property
    def core(self) -> frozenset[str]:
        """Its content words without those for the action itself."""
        return self.words - _actions()

    def linked(self, index: int | None) -> Mention | None:
        """A mention of the commitment that the measure's own sentence or row holds."""
        near = {link.mention for link in self.commitment.links if link.bond in _settings()["bonds"]}
        return self.section.mentions[index] if index is not None and index in near else None


def _unquoted(text: str) -> str:
    return text.strip(" ‘’“”\"'")


def overlaps_of(sections: Sequence[Section]) -> list[Overlap]:
    """The measures that stand in two sections, in the order of the document.

    Two that are the same but disagree give an overlap per thing they disagree on (deadline, budget, actor).
    All that agree between the same two sections give one duplicate, that of the first. Takes time linear in
    the number of measures.
    """
    measures = list(_measures(sections))
    found: list[Overlap] = []
    agreeing: dict[tuple[str, str], list[tuple[_Measure, _Measure]]] = defaultdict(list)
    same = _same([measure for measure in measures if measure.is_telling])
    for one, other in same:
        conflicts = list(_conflicts(one, other))
        found += conflicts
        if not conflicts:
            agreeing[one.section.id, other.section.id].append((one, other))
    found += [_duplicate(pairs) for pairs in agreeing.values()]
    known = {(one.key, other.key) for one, other in same}
    for one, other in _contained(measures):
        if (one.key, other.key) not in known:
            found += _conflicts(one, other)
    order = {section.id: position for position, section in enumerate(sections)}
    return sorted(
        found,
        key=lambda o: (
            order[o.first.section],
            o.first.commitment,
            order[o.second.section],
            o.second.commitment,
            o.kind,
        ),
    )


# --------------------------------------------------------------------------------------- what is compared


def _measures(sections: Sequence[Section]) -> Iterator[_Measure]:
    for section in sections:
        rows = {block.start: block for block in section.blocks if block.kind == "row"}
        for number, commitment in commitments_of(section):
            if commitment.measure is not None:
                mention = section.mentions[commitment.measure]
                text = mention.text
                own = _own_text(section, commitment.measure, rows.get(mention.start))
            elif commitment.goal is None:
                text = own = section.heading
            else:
                continue
            # "Daarover spreken partijen af:" promises what follows it.
            if own.rstrip().endswith(":"):
                continue
            yield _Measure(
                promise=Promise(section=section.id, commitment=number),
                section=section,
                commitment=commitment,
                text=own if " | " in text else text,
                words=frozenset(content_words(own)),
                names=frozenset(content_words(" ".join(_NAME.findall(own)))),
                numbers=tuple(sorted(_NUMBER.findall(own))),
            )


def _own_text(section: Section, index: int, row: Block | None) -> str:
    """What a measure is, without the parties, amounts and terms in it; of a row its cell for the measure."""
    mention = section.mentions[index]
    if row is not None and row.cells:
        names = [" ".join(name.split()) for name in row.header or []]
        named = [
            cell for name, cell in zip(names, row.cells, strict=False) if kind_of_name(name) == "measure"
        ]
        # Without such a column a row has a name only: two tables can say different things of it.
        return " ".join(named)
    text = mention.text
    for other in reversed(_within(section, index)):
        start, end = other.start - mention.start, other.end - mention.start
        text = f"{text[:start]} {text[end:]}"
    return text


def _within(section: Section, index: int) -> list[Mention]:
    """The parties, amounts and terms inside a measure, in order; they follow it in the list of mentions."""
    end = section.mentions[index].end
    found: list[Mention] = []
    last = section.mentions[index].start
    for at in range(index + 1, len(section.mentions)):
        other = section.mentions[at]
        if other.start >= end:
            break
        if other.type in ("actor", "budget", "deadline") and other.start >= last and other.end <= end:
            found.append(other)
            last = other.end
    return found


# ------------------------------------------------------------------------------------- which are the same


def _same(measures: Sequence[_Measure]) -> list[tuple[_Measure, _Measure]]:
    """The pairs of measures in different sections that are the same, in order, without boilerplate."""
    pairs = list(_pairs(measures))
    places: dict[int, set[str]] = defaultdict(set)
    for first, second in pairs:
        places[first].add(measures[second].section.id)
        places[second].add(measures[first].section.id)
    most = _settings()["most_places"]
    kept = [pair for pair in pairs if all(len(places[index]) < most for index in pair)]
    return [(measures[first], measures[second]) for first, second in kept]


def _pairs(measures: Sequence[_Measure]) -> Iterator[tuple[int, int]]:
    """Same pairs, found by prefix filtering: sets that share most words share one of their rarest words."""
    settings = _settings()
    counts = Counter(word for measure in measures for word in measure.words)
    index: dict[str, list[int]] = defaultdict(list)
    for position, measure in enumerate(measures):
        ordered = sorted(measure.words, key=lambda word: (counts[word], word))
        rarest = ordered[: len(ordered) - math.ceil(settings["shared"] * len(ordered)) + 1]
        usable = [word for word in rarest if counts[word] <= settings["most_common"]]
        for other in sorted({other for word in usable for other in index[word]}):
            if _is_same(measures[other], measure):
                yield other, position
        for word in usable:
            index[word].append(position)


def _contained(measures: Sequence[_Measure]) -> Iterator[tuple[_Measure, _Measure]]:
    """Pairs of which the words of one all stand in the other, by a telling word that is rare, in order."""
    settings = _settings()
    counts = Counter(word for measure in measures for word in measure.core)
    index: dict[str, list[_Measure]] = defaultdict(list)
    for measure in measures:
        telling = sorted(
            word
            for word in measure.core
            if len(word) >= settings["telling_letters"] and counts[word] <= settings["telling_most"]
        )
        near = {other.key: other for word in telling for other in index[word]}
        for other in near.values():
            small, large = sorted((len(other.core), len(measure.core)))
            if (
                other.section.id != measure.section.id
                and small >= 2
                and large <= settings["longest"] * small
                and len(other.core & measure.core) == small
                and other.numbers == measure.numbers
            ):
                yield other, measure
        for word in telling:
            index[word].append(measure)


def _is_same(one: _Measure, other: _Measure) -> bool:
    if one.section.id == other.section.id or one.numbers != other.numbers:
        return False
    differing = one.words ^ other.words
    # The same words about another place, road or party are another measure.
    if differing & (one.names | other.names):
        return False
    all_words = len(one.words | other.words)
    return not differing or (
        all_words > _settings()["short"] and 1 - len(differing) / all_words >= _settings()["shared"]
    )


# ---------------------------------------------------------------------------------- what is said about it


def _duplicate(pairs: Sequence[tuple[_Measure, _Measure]]) -> Overlap:
    one, other = pairs[0]
    wording = _settings()["text"]
    more = len({pair[0].promise.commitment for pair in pairs}) - 1
    said = wording["more_one"] if more == 1 else wording["more"].format(count=more)
    text = wording["duplicates" if more else "duplicate"].format(
        quote=quote(one.text), place=other.place, more=said
    )
    return Overlap(kind="duplicate", first=one.promise, second=other.promise, text=text)


def _conflicts(one: _Measure, other: _Measure) -> Iterator[Overlap]:
    checks: tuple[tuple[OverlapKind, Callable[[_Measure, _Measure], tuple[str, str] | None]], ...] = (
        ("deadline", _terms),
        ("budget", _amounts),
        ("actor", _parties),
    )
    for kind, said in checks:
        different = said(one, other)
        if different:
            text = _settings()["text"][kind].format(
                quote=quote(one.text), place=other.place, one=different[0], other=different[1]
            )
            yield Overlap(kind=kind, first=one.promise, second=other.promise, text=text)


def _interval(mention: Mention) -> tuple[str, str] | None:
    """First and last day of a term; None for one that is not on the calendar or has no end."""
    start, slash, end = interval_of(mention).partition("/")
    if not slash or end == ".." or not end[:4].isdigit() or not (start == ".." or start[:4].isdigit()):
        return None
    return ("" if start == ".." else start), end


def _terms(one: _Measure, other: _Measure) -> tuple[str, str] | None:
    """Two terms that cannot both hold: they have no day in common."""
    mentions = one.linked(one.commitment.deadline), other.linked(other.commitment.deadline)
    if mentions[0] is None or mentions[1] is None:
        return None
    first, second = _interval(mentions[0]), _interval(mentions[1])
    if not first or not second or first == second:
        return None
    # "Voor 2027" and "voor 2028" are two terms; "in 2027" and "voor 2028" can both hold.
    bounds = not first[0] and not second[0]
    if not bounds and first[0] <= second[1] and second[0] <= first[1]:
        return None
    return quote(mentions[0].text), quote(mentions[1].text)


def _amounts(one: _Measure, other: _Measure) -> tuple[str, str] | None:
    """Two amounts of the same kind that differ: not a total and a yearly amount, nor those of two years."""
    mentions = one.linked(one.commitment.budget), other.linked(other.commitment.budget)
    if mentions[0] is None or mentions[1] is None:
        return None
    values = [mention.value or {} for mention in mentions if mention]
    if any(not value.get("amounts") or value.get("bound") for value in values):
        return None
    if any(values[0].get(key) != values[1].get(key) for key in ("period", "year", "recurring", "share")):
        return None
    (low, high), (low2, high2) = [(min(v["amounts"]), max(v["amounts"])) for v in values]
    gap = max(low2 - high, low - high2)
    if gap <= _settings()["amount_margin"] * max(high, high2):
        return None
    return quote(mentions[0].text), quote(mentions[1].text)


def _parties(one: _Measure, other: _Measure) -> tuple[str, str] | None:
    """Two different parties that each carry it out."""
    named = [_responsible(measure) for measure in (one, other)]
    if not named[0] or not named[1] or named[0].keys() & named[1].keys():
        return None
    return listing(list(named[0].values())), listing(list(named[1].values()))


def _responsible(measure: _Measure) -> dict[str, str]:
    found = {}
    for index in measure.commitment.actors:
        mention = measure.linked(index)
        if mention is not None and is_assigned(mention):
            key, name, _ = party_of(mention)
            if not is_unnamed(name) and (mention.value or {}).get("kind") != "self":
                found[key] = name
    return found
