"""Where words of the text that was read stand on the page: the way back from a passage to its characters.

A passage was made of the words inside its boxes: put in order, hyphens at line ends taken out, note marks
left out. So its letters and figures are looked for, one after another, in those of the page's words inside
the boxes. Words of a table row go cell by cell in the passage and line by line on the page; several orders
are tried.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from uitvoerbaarheid.extraction.annotations import Passage
from uitvoerbaarheid.extraction.pdf.layout import Line, lines_of
from uitvoerbaarheid.extraction.pdf.text import Characters, Frame, Word
from uitvoerbaarheid.records import Box

#: Signs that count besides letters and figures.
_SIGNS = "€%"
#: How many letters before and after the words are looked for with them, the most first.
_AROUND = (40, 20, 8)
#: A word belongs to a box that its middle is in, or this far from, in points.
_SLACK = 1.0


@dataclass(frozen=True, slots=True)
class Quad:
    """A stretch of one line of a page (``page`` from 1), in the frame in which its text is level."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass
class PageText:
    """The words of a page (``number`` from 1) and the lines they make.

    ``frame`` is that in which its text is level, ``shown`` that of the page as displayed.
    """

    number: int
    frame: Frame
    shown: Frame
    words: list[Word]
    characters: Characters
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = lines_of(self.words, self.number, {})
        self._middles = np.array(
            [((w.x0 + w.x1) / 2, (w.top + w.bottom) / 2) for w in self.words], float
        ).reshape(-1, 2)

    def level(self, box: Box) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a box on the page as displayed, where text is level."""
        corners = ((box.x0, box.top), (box.x1, box.bottom))
        (ax, ay), (bx, by) = (self.frame.point(*self.shown.place(*corner)) for corner in corners)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def inside(self, box: Box) -> list[Word]:
        """The words in a box on the page as displayed, in the order of the file."""
        x0, y0, x1, y1 = self.level(box)
        xs, ys = self._middles[:, 0], self._middles[:, 1]
        kept = (xs >= x0 - _SLACK) & (xs <= x1 + _SLACK) & (ys >= y0 - _SLACK) & (ys <= y1 + _SLACK)
        return [self.words[i] for i in np.flatnonzero(kept).tolist()]

    def ends(self, word: Word, start: int, end: int) -> tuple[float, float]:
        """Where the characters from ``start`` to ``end`` of a word begin and end, from left to right."""
        if start == 0 and end == len(word.text):
            return word.x0, word.x1
        _, x0s, x1s, bases = self.characters
        middles = (x0s + x1s) / 2
        here = np.flatnonzero(
            (middles >= word.x0 - 0.01)
            & (middles <= word.x1 + 0.01)
            & (np.abs(bases - word.base) < 0.35 * word.style.size)
        )
        here = here[np.argsort(middles[here], kind="stable")]
        if len(here) == len(word.text):
            return float(x0s[here[start]]), float(x1s[here[end - 1]])
        # Ligatures and what is drawn twice: by its share of the word.
        width = (word.x1 - word.x0) / len(word.text)
        return word.x0 + start * width, word.x0 + end * width


@dataclass
class _Letters:
    """The letters and figures of words one after another, each with its word and its place in that."""

    text: str
    words: list[tuple[PageText, Word]]
    starts: list[int]
    places: list[int]

    def part(self, start: int, end: int) -> list[tuple[PageText, Word, int, int]]:
        """The parts of words that the letters from ``start`` to ``end`` are."""
        found = []
        first = bisect_left(self.starts, start + 1) - 1
        for index in range(first, len(self.words)):
            begin = self.starts[index]
            if begin >= end:
                break
            stop = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
            if stop == begin:
                continue
            page, word = self.words[index]
            left = 0 if start <= begin else self.places[start]
            right = len(word.text) if end >= stop else self.places[end - 1] + 1
            if end == stop:
                right = self.places[end - 1] + 1
            if start == begin:
                left = self.places[start]
            found.append((page, word, left, right))
        return found


@lru_cache(4096)
def _plain(sign: str) -> str:
    """What counts of a character: letters and figures without capitals and accents."""
    low = unicodedata.normalize("NFKD", sign.casefold())
    return "".join(c for c in low if c.isalnum() or c in _SIGNS)


def _letters_of(text: str) -> tuple[str, list[int]]:
    """What counts of a text, and the place in it of each of these characters."""
    parts, places = [], []
    for place, sign in enumerate(text):
        if plain := _plain(sign):
            parts.append(plain)
            places += [place] * len(plain)
    return "".join(parts), places


def _letters(words: Iterable[tuple[PageText, Word]]) -> _Letters:
    result = _Letters("", [], [], [])
    parts: list[str] = []
    total = 0
    for page, word in words:
        text, places = _letters_of(word.text)
        result.words.append((page, word))
        result.starts.append(total)
        result.places += places
        parts.append(text)
        total += len(text)
    result.text = "".join(parts)
    return result


class _Lazy:
    """Orders of words, each made when it is come to and kept: most texts are found in the first."""

    def __init__(self, orders: Iterator[_Letters]) -> None:
        self._coming = orders
        self._made: list[_Letters] = []

    def __iter__(self) -> Iterator[_Letters]:
        yield from self._made
        for order in self._coming:
            self._made.append(order)
            yield order


class Locator:
    """Finds places of passages on pages; ``pages`` gives the text of a page by its number, None without."""

    def __init__(self, pages: Callable[[int], PageText | None]) -> None:
        self._pages = pages

    def find(self, passage: Passage, spans: Sequence[tuple[int, int]]) -> list[list[Quad]]:
        """The stretches of lines under each of the ``spans`` of a passage; none where it is not found."""
        text, places = _letters_of(passage.text)
        orders = _Lazy(self._orders(passage))
        asked = [(bisect_left(places, start), bisect_left(places, end)) for start, end in spans]
        found: list[list[Quad]] = [[] for _ in spans]
        whole = next(((order, at) for order in orders if (at := order.text.find(text)) >= 0), None)
        for index, (start, end) in enumerate(asked):
            if start == end:
                continue
            if whole is not None:
                order, at = whole[0], whole[1] + start
            else:
                place = next(
                    (
                        (order, at)
                        for exact in (True, False)
                        for order in orders
                        if (at := _place(text, start, end, order.text, exact=exact)) >= 0
                    ),
                    None,
                )
                if place is None:
                    continue
                order, at = place
            lead = passage.text[spans[index][0] : places[start]].strip()
            trail = passage.text[places[end - 1] + 1 : spans[index][1]].strip()
            found[index] = _quads(_with_signs(order.part(at, at + end - start), lead, trail))
        return found

    def _orders(self, passage: Passage) -> Iterator[_Letters]:
        """The words in the boxes of a passage, in the orders in which they may have been read."""
        by_line: list[tuple[PageText, Word]] = []
        by_column: list[tuple[PageText, Word]] = []
        by_file: list[tuple[PageText, Word]] = []
        taken: set[int] = set()
        for box in passage.boxes:
            page = self._pages(box.page)
            if page is None:
                continue
            words = [word for word in page.inside(box) if id(word) not in taken]
            taken.update(map(id, words))
            lines = _lines(words, page)
            by_line += [(page, word) for line in _downwards(lines) for word in line]
            by_column += [(page, word) for line in _columns(lines) for word in line]
            by_file += [(page, word) for word in words]
        orders = [by_line, by_column, by_file]
        without = [[item for item in order if not item[1].raised] for order in orders]
        if len(without[0]) != len(by_line):
            orders = [*without, *orders]
        yield from map(_letters, orders)


def _lines(words: list[Word], page: PageText) -> list[list[Word]]:
    """The words by the lines of the page that they are on."""
    wanted = set(map(id, words))
    lines = ([word for word in line.words if id(word) in wanted] for line in page.lines)
    return [line for line in lines if line]


def _downwards(lines: list[list[Word]]) -> list[list[Word]]:
    """Lines from top to bottom; pieces on one height from left to right."""
    ordered = sorted(lines, key=lambda line: line[0].base)
    rows: list[list[list[Word]]] = []
    for line in ordered:
        if rows and line[0].base - rows[-1][0][0].base < 0.5 * line[0].style.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line[0].x0)]


def _columns(lines: list[list[Word]]) -> list[list[Word]]:
    """Lines column by column: those that share some width are of one column."""
    columns: list[list[list[Word]]] = []
    right = -float("inf")
    for line in sorted(lines, key=lambda line: line[0].x0):
        if columns and line[0].x0 < right:
            columns[-1].append(line)
        else:
            columns.append([line])
            right = line[-1].x1
        right = max(right, line[-1].x1)
    return [line for column in columns for line in _downwards(column)]


def _place(text: str, start: int, end: int, among: str, *, exact: bool) -> int:
    """Where in ``among`` the letters ``start`` to ``end`` of ``text`` are, -1 where that is not certain.

    With the letters around them, which tell which of some like ones is meant; else, not ``exact``, by being
    the only one or by their order number among the like ones.
    """
    words = text[start:end]
    if exact:
        for around in _AROUND:
            for before, after in ((around, around), (around, 0), (0, around)):
                lead = text[max(start - before, 0) : start]
                sought = lead + words + text[end : end + after]
                at = among.find(sought)
                if len(sought) > len(words) and at >= 0 and among.find(sought, at + 1) < 0:
                    return at + len(lead)
        return -1
    places = _all(words, among)
    alike = _all(words, text)
    if len(places) == 1:
        return places[0]
    if places and len(places) == len(alike) and start in alike:
        return places[alike.index(start)]
    return -1


def _with_signs(
    parts: list[tuple[PageText, Word, int, int]], lead: str, trail: str
) -> list[tuple[PageText, Word, int, int]]:
    """Parts of words with the brackets and stops that belong to them, where these are in the same words."""
    page, word, start, end = parts[0]
    if lead and word.text[max(start - len(lead), 0) : start] == lead:
        parts[0] = page, word, start - len(lead), end
    page, word, start, end = parts[-1]
    if trail and word.text[end : end + len(trail)] == trail:
        parts[-1] = page, word, start, end + len(trail)
    return parts


def _all(words: str, among: str) -> list[int]:
    """All places of ``words``, without overlap."""
    places = []
    at = among.find(words)
    while at >= 0:
        places.append(at)
        at = among.find(words, at + len(words))
    return places


def _quads(parts: list[tuple[PageText, Word, int, int]]) -> list[Quad]:
    """Parts of words as stretches of lines: what follows on the same line is one."""
    quads: list[Quad] = []
    last: Word | None = None
    for page, word, start, end in parts:
        x0, x1 = page.ends(word, start, end)
        quad = Quad(page.number, x0, word.top, x1, word.bottom)
        size = word.style.size
        if (
            quads
            and last is not None
            and quads[-1].page == quad.page
            and abs(last.base - word.base) < 0.4 * size
            and -0.3 * size < x0 - quads[-1].x1 < 2 * size
        ):
            before = quads[-1]
            quads[-1] = Quad(
                page.number,
                before.x0,
                min(before.top, quad.top),
                max(before.x1, x1),
                max(before.bottom, quad.bottom),
            )
        else:
            quads.append(quad)
        last = word
    return quads
