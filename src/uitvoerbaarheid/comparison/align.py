"""Two rows of words laid beside each other: which word of the one is which word of the other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

#: Lengths of the phrases that hold two texts together, tried from long to short.
_PHRASES = (8, 4, 2, 1)
#: The most pairs of words that are compared one by one between two anchors; more is another text.
_MOST_PAIRS = 1_500_000
#: Equal words between two edits count as edited too when they are no more than this and than both edits.
_LONGEST_CHANCE = 6


@dataclass(frozen=True, slots=True)
class Hunk:
    """A range of old words in the place of which a range of new words stands; one of them may be empty."""

    old: tuple[int, int]
    new: tuple[int, int]


def align(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """What differs between two rows of words, in order, without chance likenesses.

    Phrases that occur once on both sides hold the texts together; between them the words are compared one
    by one, unless that would be too many (``_MOST_PAIRS``). So the work stays near linear in their length.
    """
    equal = _Equal(old, new).within(_Gap(0, len(old), 0, len(new)), _PHRASES)
    return _cleaned(_between(list(equal), len(old), len(new)))


class _Gap(NamedTuple):
    """Where the old and the new words begin and end that are still to be laid beside each other."""

    old: int
    old_end: int
    new: int
    new_end: int

    @property
    def is_open(self) -> bool:
        return self.old < self.old_end and self.new < self.new_end


class _Equal:
    """Finds the equal ranges (old start, new start, length) of two rows of words, in order."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self.old, self.new = old, new

    def within(self, gap: _Gap, phrases: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        """Those inside a gap; ``phrases`` are the lengths of the phrases to look for."""
        start = self._run(gap)
        if start:
            yield gap.old, gap.new, start
            gap = gap._replace(old=gap.old + start, new=gap.new + start)
        tail = 0
        b, d = gap.old_end, gap.new_end
        while b - tail > gap.old and d - tail > gap.new and self.old[b - tail - 1] == self.new[d - tail - 1]:
            tail += 1
        gap = gap._replace(old_end=b - tail, new_end=d - tail)
        if gap.is_open:
            yield from self._middle(gap, phrases)
        if tail:
            yield gap.old_end, gap.new_end, tail

    def _run(self, gap: _Gap) -> int:
        """How many words are equal from the start of a gap."""
        run = 0
        a, c = gap.old, gap.new
        while a + run < gap.old_end and c + run < gap.new_end and self.old[a + run] == self.new[c + run]:
            run += 1
        return run

    def _middle(self, gap: _Gap, phrases: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        for position, length in enumerate(phrases):
            anchors = self._anchors(gap, length)
            if not anchors:
                continue
            shorter = phrases[position + 1 :]
            for i, j in anchors:
                if i < gap.old or j < gap.new:
                    continue  # inside the phrase before it
                yield from self.within(gap._replace(old_end=i, new_end=j), shorter)
                gap = gap._replace(old=i, new=j)
                run = self._run(gap)
                yield i, j, run
                gap = gap._replace(old=i + run, new=j + run)
            if gap.is_open:
                yield from self.within(gap, shorter)
            return
        a, b, c, d = gap
        if (b - a) * (d - c) <= _MOST_PAIRS:
            matcher = SequenceMatcher(None, self.old[a:b], self.new[c:d], autojunk=False)
            yield from ((a + i, c + j, size) for i, j, size in matcher.get_matching_blocks() if size)

    def _anchors(self, gap: _Gap, length: int) -> list[tuple[int, int]]:
        """Where phrases stand that occur once on both sides, as many as keep their order."""
        here = _once(self.old, gap.old, gap.old_end, length)
        there = _once(self.new, gap.new, gap.new_end, length)
        pairs = sorted((i, there[phrase]) for phrase, i in here.items() if phrase in there)
        return [pairs[at] for at in longest_rise([j for _, j in pairs])]


def _once(words: Sequence[str], start: int, end: int, length: int) -> dict[tuple[str, ...], int]:
    """The phrases of a range that occur once in it, with their places."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(start, end - length + 1):
        phrase = tuple(words[at : at + length])
        places[phrase] = -1 if phrase in places else at
    return {phrase: at for phrase, at in places.items() if at >= 0}


def longest_rise(values: Sequence[int]) -> list[int]:
    """The indexes of a longest rising row in ``values``."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_left(ends, value)
        before.append(at[place - 1] if place else -1)
        if place == len(ends):
            ends.append(value)
            at.append(index)
        else:
            ends[place], at[place] = value, index
    row: list[int] = []
    index = at[-1] if at else -1
    while index >= 0:
        row.append(index)
        index = before[index]
    return row[::-1]


def _between(equal: list[tuple[int, int, int]], old: int, new: int) -> list[Hunk]:
    hunks: list[Hunk] = []
    a = c = 0
    for i, j, size in [*equal, (old, new, 0)]:
        if i > a or j > c:
            hunks.append(Hunk((a, i), (c, j)))
        a, c = i + size, j + size
    return hunks


def _size(hunk: Hunk) -> int:
    return max(hunk.old[1] - hunk.old[0], hunk.new[1] - hunk.new[0])


def _cleaned(hunks: list[Hunk]) -> list[Hunk]:
    """Hunks without the few words between two edits that are alike by chance ("de", "van het")."""
    kept: list[Hunk] = []
    for hunk in hunks:
        last = hunk
        while kept:
            apart = last.old[0] - kept[-1].old[1]
            if apart > min(_LONGEST_CHANCE, _size(kept[-1]), _size(last)):
                break
            before = kept.pop()
            last = Hunk((before.old[0], last.old[1]), (before.new[0], last.new[1]))
        kept.append(last)
    return kept
