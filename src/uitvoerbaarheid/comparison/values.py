"""Terms, amounts, parties and figures that changed, went or came, by what they mean and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from uitvoerbaarheid.comparison.align import Hunk
from uitvoerbaarheid.comparison.passages import Laid, Passage
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.comparison.words import Text, row_of
from uitvoerbaarheid.extraction.strings import bare
from uitvoerbaarheid.records import Mention

ValueKind = Literal["deadline", "budget", "actor"]
KINDS: tuple[ValueKind, ...] = ("deadline", "budget", "actor")


@dataclass(frozen=True)
class Found:
    """Words of one version: in which section and unit, their range of words, and what they mean.

    ``meanings`` are all names of the value; two values with one in common are the same. ``named`` is false
    for a party that could be anyone ("andere betrokkenen").
    """

    section: int
    unit: int
    words: tuple[int, int]
    start: int
    end: int
    meanings: frozenset[Any] = frozenset()
    named: bool = True


@dataclass(frozen=True)
class Difference:
    """A value that changed (both sides), went (old only) or came (new only)."""

    kind: ValueKind | Literal["figure"]
    old: Found | None
    new: Found | None


class Values:
    """The terms, amounts and parties of a version by the unit they stand in."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self._by_unit: dict[int, list[tuple[ValueKind, Found]]] = {}
        for section, record in enumerate(text.sections):
            for mention in record.mentions:
                for kind in KINDS:
                    if mention.type == kind and (found := self._found(section, mention)):
                        self._by_unit.setdefault(found.unit, []).append((kind, found))

    def of(self, kind: ValueKind, units: Iterable[int]) -> list[Found]:
        """The values of a kind in these units, in order."""
        return [found for unit in units for name, found in self._by_unit.get(unit, ()) if name == kind]

    def _found(self, section: int, mention: Mention) -> Found | None:
        meanings = _meanings(mention)
        words = range_of(self.text, section, mention.start, mention.end) if meanings else None
        if words is None:
            return None
        unit = self.text.words[words[0]].unit
        if self.text.units[unit].column_name:
            return None  # what a table is of, not what is promised in it
        value = mention.value or {}
        named = mention.type != "actor" or not value.get("generic") or bool(value.get("resolved"))
        return Found(section, unit, words, mention.start, mention.end, meanings, named)


def range_of(text: Text, section: int, start: int, end: int) -> tuple[int, int] | None:
    """The range of words at these offsets of a section's text, None where there are none."""
    first, last = text.ranges[section]
    units = text.unit_ranges[section]
    if units[0] < units[1] and text.units[units[0]].kind == "heading":
        first = text.units[units[0]].last
    begin = bisect_right(text.words, start, first, last, key=lambda word: word.end)
    finish = bisect_left(text.words, end, first, last, key=lambda word: word.start)
    return (begin, finish) if begin < finish else None


def _meanings(mention: Mention) -> frozenset[Any]:
    value = mention.value or {}
    if mention.type == "budget":
        amounts = [round(float(euros), 2) for euros in value.get("amounts") or []]
        if amounts:
            return frozenset([("euros", *sorted(amounts))])
        return frozenset([("fte", value["fte"])]) if value.get("fte") is not None else frozenset()
    if mention.type == "deadline":
        if value.get("interval") in (None, "vague"):
            return frozenset()
        return frozenset({bare(mention.text), str(value["interval"])})
    resolved = value.get("resolved")
    named = resolved if isinstance(resolved, dict) else value
    names = {
        named.get("identifier"),
        bare(str(named.get("official") or named.get("name") or "")),
        bare(mention.text),
    }
    return frozenset(names - {None, ""})


def differences(passage: Passage, laid: Laid, old: Values, new: Values) -> list[Difference]:
    """The values that differ in a passage, each once.

    Two values are one change when they stand in the same place of a sentence that stayed; a value that the
    other version has too, in the same sections, did not go or come.
    """
    made: list[Difference] = []
    for kind in KINDS:
        made += _of_kind(kind, passage, laid, old, new)
    taken = [d for d in made if d.old and d.new]
    made += [
        figure
        for figure in _figures(passage, laid)
        if not any(_meet(figure.old, d.old) or _meet(figure.new, d.new) for d in taken)
    ]
    return made


def _meet(one: Found | None, other: Found | None) -> bool:
    return bool(one and other and one.words[0] < other.words[1] and other.words[0] < one.words[1])


def _of_kind(kind: ValueKind, passage: Passage, laid: Laid, old: Values, new: Values) -> Iterator[Difference]:
    before = old.of(kind, passage.old)
    after = new.of(kind, passage.new)
    gone = [f for f in before if any(laid.gone[slice(*f.words)]) and not _same(f, after)]
    came = [f for f in after if any(laid.came[slice(*f.words)]) and not _same(f, before)]
    for one, other in _paired(gone, came, passage, laid):
        yield Difference(kind, one, other)
        gone.remove(one)
        came.remove(other)
    for one in list(gone):
        there = _projected(one, passage, laid) if kind != "actor" else None
        if there is not None and _alike(one, there, laid):
            yield Difference(kind, one, there)
            gone.remove(one)
    for one in _once(gone):
        if _is_absent(one, kind, passage, laid, new, old=True):
            yield Difference(kind, one, None)
    for other in _once(came):
        if _is_absent(other, kind, passage, laid, old, old=False):
            yield Difference(kind, None, other)


def _same(found: Found, others: Iterable[Found]) -> bool:
    return any(found.meanings & other.meanings for other in others)


def _once(found: Sequence[Found]) -> list[Found]:
    return [f for at, f in enumerate(found) if not _same(f, found[:at])]


def _hunk_of(words: tuple[int, int], hunks: Sequence[Hunk], *, old: bool) -> int | None:
    """The first hunk that touches a range of words."""
    for number, hunk in enumerate(hunks):
        start, end = hunk.old if old else hunk.new
        if words[0] < end and start < words[1]:
            return number
    return None


def _paired(
    gone: Sequence[Found], came: Sequence[Found], passage: Passage, laid: Laid
) -> list[tuple[Found, Found]]:
    """Values that took each other's place: in the same hunk, as many on both sides, in their order."""
    by_hunk: dict[int, tuple[list[Found], list[Found]]] = {}
    for side, values in enumerate((gone, came)):
        for value in values:
            hunk = _hunk_of(value.words, passage.hunks, old=side == 0)
            if hunk is not None:
                by_hunk.setdefault(hunk, ([], []))[side].append(value)
    return [
        pair
        for ones, others in by_hunk.values()
        if len(ones) == len(others)
        for pair in zip(ones, others, strict=True)
        if _alike(*pair, laid)
    ]


def _alike(one: Found, other: Found, laid: Laid) -> bool:
    """Whether two values stand in what is the same sentence or row, with other values in it."""
    here, there = row_of(laid.old, one.unit), row_of(laid.new, other.unit)
    olds = range(laid.old.units[here[0]].first, laid.old.units[here[-1]].last)
    news = range(laid.new.units[there[0]].first, laid.new.units[there[-1]].last)
    kept = sum(laid.partner[w] in news for w in olds)
    least = min(len(olds) - (one.words[1] - one.words[0]), len(news) - (other.words[1] - other.words[0]))
    return kept >= settings()["values"]["likeness"] * max(least, 1)


def _projected(found: Found, passage: Passage, laid: Laid) -> Found | None:
    """The words that stand where a value stood, when figures took the place of figures in the same words."""
    start, end = found.words
    keys = laid.old.keys
    hunks = [h for h in passage.hunks if h.old[0] < end and start < h.old[1]]
    if len(hunks) != 1 or not hunks[0].new[1] > hunks[0].new[0]:
        return None
    hunk = hunks[0]
    words = laid.new.keys[slice(*hunk.new)]
    longest = settings()["values"]["longest_figure"]
    fits = hunk.old[0] >= start and hunk.old[1] <= end and len(words) <= longest
    if not fits or not _has_figure(words) or not _has_figure(keys[slice(*hunk.old)]):
        return None
    before = laid.partner[start] if start < hunk.old[0] else hunk.new[0]
    after = laid.partner[end - 1] if end > hunk.old[1] else hunk.new[1] - 1
    if before is None or after is None or not 0 <= after - before < longest + (end - start):
        return None
    return found_at(laid.new, before, after + 1)


def _has_figure(keys: Iterable[str]) -> bool:
    return any(key[0].isdigit() for key in keys)


def found_at(text: Text, first: int, last: int) -> Found:
    """The words of a range, in the unit of the first of them."""
    words = text.words
    unit = words[first].unit
    last = next((w for w in range(first, last) if words[w].unit != unit), last)
    return Found(text.units[unit].section, unit, (first, last), words[first].start, words[last - 1].end)


def _is_absent(
    found: Found, kind: ValueKind, passage: Passage, laid: Laid, values: Values, *, old: bool
) -> bool:
    """Whether the sections of the other version have a value nowhere, neither found nor written."""
    mine, other = (laid.old, laid.new) if old else (laid.new, laid.old)
    sections = passage.group.new if old else passage.group.old
    units = [unit for section in sections for unit in range(*other.unit_ranges[section])]
    if not found.named or _same(found, values.of(kind, units)):
        return False
    written = mine.bare(*found.words)
    return not any(written in other.bare_sections[section] for section in sections)


def _figures(passage: Passage, laid: Laid) -> Iterator[Difference]:
    """Numbers that took each other's place, with the word after them."""
    for hunk in passage.hunks:
        old, new = laid.old.keys[slice(*hunk.old)], laid.new.keys[slice(*hunk.new)]
        if len(old) != 1 or len(new) != 1 or not re.fullmatch(r"[\d.]+", old[0] + new[0]) or old == new:
            continue
        one, other = hunk.old[0], hunk.new[0]
        unit, there = laid.old.words[one].unit, laid.new.words[other].unit
        alike = one + 1 < laid.old.units[unit].last and laid.partner[one + 1] == other + 1
        width = 2 if alike else 1
        values = found_at(laid.old, one, one + width), found_at(laid.new, other, other + width)
        if laid.old.units[unit].kind == laid.new.units[there].kind and _alike(*values, laid):
            yield Difference("figure", *values)
