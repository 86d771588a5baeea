"""Automatic numbers of headings and list items, as a word processor shows them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST = 3999
#: A longer pattern is no number; repeated for every item it could ask for any amount of memory.
_MAX_PATTERN = 100
_NO_NUMBER = ("bullet", "none")


@dataclass(frozen=True)
class Level:
    """One level of a numbered list.

    ``pattern`` is what is shown, with ``%1`` to ``%9`` for the counts of the levels; ``style`` the form of
    the count (decimal, lowerLetter, upperLetter, lowerRoman, upperRoman, bullet, none); ``decimal`` shows
    the counts of all levels as digits; ``restarts`` is false where the count runs on below a new parent;
    ``paragraph_style`` is the style that is numbered at this level.
    """

    pattern: str
    style: str = "decimal"
    start: int = 1
    decimal: bool = False
    restarts: bool = True
    paragraph_style: str | None = None

    def starting(self, start: int) -> Level:
        """The same level with another first count."""
        return replace(self, start=start)


@dataclass
class _List:
    counter: str
    levels: dict[int, Level]
    restarts: set[int] = field(default_factory=set)


class Numbering:
    """The lists of a document and how far each has counted; lists may share a counter."""

    def __init__(self) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def add(self, key: str, counter: str, levels: dict[int, Level], restarts: set[int] | None = None) -> None:
        """Add list ``key``; at its first use the levels in ``restarts`` begin at their start again."""
        self._lists[key] = _List(counter, levels, set(restarts or ()))

    def level_of(self, key: str, styles: list[str]) -> int | None:
        """The level that one of these paragraph styles is numbered at, None where none is."""
        known = self._lists.get(key)
        for depth, level in known.levels.items() if known else ():
            if level.paragraph_style and level.paragraph_style in styles:
                return depth
        return None

    def count_from(self, key: str, level: int, start: int) -> None:
        """Let the next item of list ``key`` at ``level`` count as ``start``."""
        if key in self._lists:
            self._counts[self._lists[key].counter][level] = start - 1

    def next(self, key: str, level: int) -> str:
        """Count an item of list ``key`` at ``level`` (from 0) and give its number ("" for a bullet)."""
        known = self._lists.get(key)
        if known is None or level not in known.levels:
            return ""
        counts, own = self._counts[known.counter], known.levels[level]
        if level in known.restarts:
            counts.pop(level, None)
            known.restarts.discard(level)
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [
            d for d in counts if d > level and (d not in known.levels or known.levels[d].restarts)
        ]:
            del counts[deeper]
        if own.style in _NO_NUMBER:
            return ""

        def shown(match: re.Match[str]) -> str:
            which = int(match[1]) - 1
            other = known.levels.get(which, Level(""))
            return written(counts.get(which, other.start), "decimal" if own.decimal else other.style)

        return re.sub(r"%([1-9])", shown, own.pattern[:_MAX_PATTERN]).strip()


def written(count: int, style: str) -> str:
    """A count as shown: 3 as "3", "c", "C", "iii" or "III"; after z comes aa, then bb."""
    if style in _NO_NUMBER:
        return ""
    if style in ("lowerLetter", "upperLetter") and 1 <= count <= 26 * 20:
        text = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return text if style == "lowerLetter" else text.upper()
    if style in ("lowerRoman", "upperRoman") and 1 <= count <= _LARGEST:
        text, left = "", count
        for value, sign in _ROMAN:
            text, left = text + sign * (left // value), left % value
        return text if style == "lowerRoman" else text.upper()
    return f"{count:02d}" if style == "decimalZero" else str(count)
