"""The words around a span that decide about it: its clause, and what stands between the commas."""

from __future__ import annotations

import re

#: How far (characters) the words that decide about a term may stand from it.
REACH = 200
#: The same within one part of a sentence.
_PART = 120
_CLAUSE_END = re.compile(r"[;|•]|(?<!\bjl)(?<!\bca)(?<!\bd)(?<!\bincl)[.?!]\s")
_BRACKET_END = re.compile(r"\)\s(?=[A-Z])")
_PART_START = re.compile(r"[,;.|]\s")
_SUBORDINATE = re.compile(r"\b(?:dat|die|waarin|waarbij|waarvan|waarop|omdat|waardoor)\s", re.I)
_PART_END = re.compile(r"[,;|]\s|[.]\s(?=[A-Z])")


def before(text: str, start: int) -> str:
    """What stands before an offset, as far as it matters."""
    return text[max(0, start - REACH) : start]


def after(text: str, end: int) -> str:
    """What stands after an offset, as far as it matters."""
    return text[end : end + REACH]


def clause_around(text: str, start: int, end: int) -> str:
    """The words around a span up to the ends of its clause."""
    left = _BRACKET_END.split(_CLAUSE_END.split(before(text, start))[-1])[-1]
    right = _CLAUSE_END.split(after(text, end))[0]
    if left.rfind("(") > left.rfind(")"):  # what stands between brackets is a clause of its own
        right = right.split(")")[0]
    return left + text[start:end] + right


def part_around(text: str, start: int, end: int) -> str:
    """The words around a span up to the nearest commas."""
    left = _PART_START.split(text[max(0, start - _PART) : start])[-1]
    right = _PART_END.split(text[end : end + _PART])[0]
    return left + text[start:end] + right


def subclause_around(text: str, start: int, end: int) -> str:
    """As :func:`part_around`, without what stands before or after a word that begins a subordinate clause."""
    left = _SUBORDINATE.split(_PART_START.split(text[max(0, start - _PART) : start])[-1])[-1]
    right = _SUBORDINATE.split(_PART_END.split(text[end : end + _PART])[0])[0]
    return left + text[start:end] + right
