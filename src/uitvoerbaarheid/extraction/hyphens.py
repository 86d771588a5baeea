"""Words broken over two lines: made whole again, with or without the hyphen.

A hyphen at a line end is either only there for the line ("gemeen-te") or part of the word ("OV-fiets"). The
document itself knows best: a word that it writes unbroken elsewhere is written so. Where it does not tell,
the rules of Dutch spelling decide (``data/patterns/hyphens.toml``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from uitvoerbaarheid.resources import read_toml

_HYPHENS = "-\u00ad\u2010\u2011"
_BROKEN = tuple(_HYPHENS)
#: The last word before a hyphen, and the first after it with its opening brackets.
_LEFT = re.compile(rf"([^\s/(‘'“\"]+)[{_HYPHENS}]$")
_RIGHT = re.compile(r"([^\W_]+(?:[-’'][^\W_]+)*)")
_WORD = re.compile(r"[^\W_]+(?:[-‑’'.][^\W_]+)*")
_WEB = re.compile(r"://|www\.|@")
#: A sign before an amount on the next line, not a dash between two figures.
_MINUS = re.compile(r"(?:^|[^\W\d]\s|[€:|]\s?)-$")
#: Only after these can there be anything but a space (a line feed at the end stands after the last sign).
_LINE_ENDS = f"{_HYPHENS}/\n"
_LONG = 60
_DIAERESIS = str.maketrans("ei", "ëï")


class Vocabulary:
    """The words of one document, counted: those written in one piece and those with a hyphen inside."""

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        """``tokens`` are strings without white space; broken words (with a hyphen last) are left out."""
        self._counts: Counter[str] = Counter()
        self._firsts: Counter[str] = Counter()
        for token, count in Counter(tokens).items():
            low = token.casefold()
            if low.isalnum() and len(token) <= _LONG:
                self._counts[low] += count
                continue
            if len(token) > _LONG or token.rstrip(").,;:").endswith(_BROKEN):
                continue
            for word in _WORD.findall(low.replace("\u2011", "-")):
                self._counts[word] += count
                first, hyphen, _ = word.rpartition("-")
                if hyphen:
                    self._firsts[first] += count
        self._sorted = sorted(word for word in self._counts if "-" not in word)

    def count(self, word: str) -> int:
        """How often the document writes this word; without regard to capitals."""
        return self._counts[word.casefold()]

    def hyphened(self, first: str) -> int:
        """How often it writes a word that opens with ``first`` and a hyphen."""
        return self._firsts[first.casefold()]

    def opened(self, first: str) -> int:
        """How many different longer words without a hyphen open with ``first``."""
        low = first.casefold()
        start = bisect_left(self._sorted, low)
        return bisect_left(self._sorted, low + "\uffff") - start - (self._counts[low] > 0)


NOTHING_KNOWN = Vocabulary()


@dataclass(frozen=True)
class _Rules:
    joining: re.Pattern[str]
    firsts: frozenset[str]
    abbreviations: frozenset[str]
    linking: frozenset[str]
    clashes: frozenset[str]
    adjective_end: re.Pattern[str]
    adjective_whole: re.Pattern[str]
    diaeresis_after: frozenset[str]


@cache
def _rules() -> _Rules:
    data = read_toml("patterns", "hyphens.toml")
    words = "|".join(re.escape(word) for word in sorted(data["joining_words"], key=len, reverse=True))
    return _Rules(
        joining=re.compile(rf"(?i)(?:{words})(?![^\W_])"),
        firsts=frozenset(data["first_parts"]),
        abbreviations=frozenset(data["abbreviations"]),
        linking=frozenset(data["linking_parts"]),
        clashes=frozenset(data["clashes"]),
        adjective_end=re.compile(data["adjective_end"]),
        adjective_whole=re.compile(data["adjective_whole"]),
        diaeresis_after=frozenset(data["diaeresis_after"]),
    )


def join_lines(texts: Iterable[str], known: Vocabulary = NOTHING_KNOWN) -> str:
    """Lines of running text as one line; a word broken by a hyphen at a line end is made whole.

    A hyphen that belongs to the word stays ("Zuid-Holland", "CO2-uitstoot"), and so does one for a part
    that is left out ("woon- en werkgebied"). ``known`` are the words of the document.
    """
    parts: list[str] = []
    for text in texts:
        if not parts or not text:
            parts.append(text)
            continue
        before, glue, after = _seam(parts[-1], text, known)
        parts[-1] = before + glue
        parts.append(after)
    return "".join(parts)


def _seam(before: str, after: str, known: Vocabulary) -> tuple[str, str, str]:
    """The end of a line, what comes between, and the begin of the next line."""
    if before[-1:] not in _LINE_ENDS:
        return before, " ", after
    left = _LEFT.search(before[-_LONG:])
    address = before[-1:] in "-/" and _WEB.search(before[-4 * _LONG :].rpartition(" ")[2]) is not None
    if address or left is None or not (left[1][-1].isalnum() or left[1][-1] in '%)+’"”'):
        return (
            before,
            "" if address or (_MINUS.search(before[-_LONG:]) and after[:1].isdigit()) else " ",
            after,
        )
    soft = before[-1] == "\u00ad"
    right = _RIGHT.match(after)
    first = left[1].strip('.,;:)]’”"%+')
    if right is None or not first:
        # "(CO2-" before "(vrij)", or a dash that ends a line.
        return before, "" if after[:1] in "(‘'“\"" and not soft else " ", after
    second = right[1]
    if _rules().joining.match(after) and not soft:
        return before, " ", after
    if soft or (left[1][-1].isalnum() and not _keeps(first, second, known)):
        marked = _with_diaeresis(first, second, known)
        return before[:-1], "", (marked + after[len(second) :]) if marked else after
    return before, "", after


def _keeps(first: str, second: str, known: Vocabulary) -> bool:
    """Whether the hyphen between two parts of a word is part of the word."""
    low, follow = first.casefold(), second.casefold()
    apart = known.count(f"{low}-{follow}")
    whole = max(known.count(low + follow), known.count(low + (_with_diaeresis(low, follow, known) or follow)))
    if whole != apart:
        return apart > whole
    capitals = first.isupper() and second.isupper() and len(first) > 2
    if len(first) == 1 or (second[0].isupper() and not capitals):
        return True
    if any(c.isdigit() for c in first + second[0]) or (_is_abbreviation(first) and not capitals):
        return True
    return _spelt_apart(low, follow) or known.hyphened(low) > known.opened(low)


def _spelt_apart(first: str, second: str) -> bool:
    """Whether Dutch spelling puts a hyphen between these parts, in small letters."""
    rules = _rules()
    last = first.rpartition("-")[2]
    if last in rules.firsts or last in rules.abbreviations or (last != first and last in rules.linking):
        return True
    if last[-1:] + second[0] in rules.clashes and first not in rules.diaeresis_after:
        return True
    return bool(rules.adjective_end.search(first) and rules.adjective_whole.search(second))


def _is_abbreviation(first: str) -> bool:
    """A capital after the first letter ("OV", "ISDE", "NoMo"), which no begin of a common word has."""
    return any(c.isupper() for c in first.rpartition("-")[2][1:])


def _with_diaeresis(first: str, second: str, known: Vocabulary) -> str | None:
    """The second part with the diaeresis that was lost at the line end: "ge-eist" is "geëist"."""
    if second[0] not in "ei" or second[:2] == "ij":
        return None
    marked = second[0].translate(_DIAERESIS) + second[1:]
    if known.count(first + marked) > known.count(first + second):
        return marked
    return marked if first.casefold() in _rules().diaeresis_after else None
