"""The words around a span that decide about it: its clause, and what stands between the commas."""

from __future__ import annotations

import re
from functools import cached_property

#: How far (characters) the words that decide about a term may stand from it.
REACH = 200
#: The same within one part of a sentence.
_PART = 120
_CLAUSE_END = re.compile(r"[;|•]|(?<!\bjl)(?<!\bca)(?<!\bd)(?<!\bincl)[.?!]\s")
_BRACKET_END = re.compile(r"\)\s(?=[A-Z])")
_PART_START = re.compile(r"[,;.|]\s")
_SUBORDINATE = re.compile(r"\b(?:dat|die|waarin|waarbij|waarvan|waarop|omdat|waardoor)\s", re.I)
_PART_END = re.compile(r"[,;|]\s|[.]\s(?=[A-Z])")


Stretch = tuple[int, int]


class Around:
    """The stretches of a text around a span in it that decide about the span, as offsets in the text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end

    @property
    def before(self) -> Stretch:
        """What stands before the span, as far as it matters."""
        return max(0, self.start - REACH), self.start

    @property
    def after(self) -> Stretch:
        """What stands after the span, as far as it matters."""
        return self.end, self.end + REACH

    @cached_property
    def left(self) -> str:
        """The text of ``before``."""
        return self.text[slice(*self.before)]

    @cached_property
    def right(self) -> str:
        """The text of ``after``."""
        return self.text[slice(*self.after)]

    @cached_property
    def word(self) -> Stretch:
        """The last word before the span, with the signs and spaces that follow it."""
        words = self.left.rsplit(None, 1)
        return self.start - len(self.left) + self.left.rfind(words[-1]) if words else self.start, self.start

    @cached_property
    def clause(self) -> Stretch:
        """The span with the words around it up to the ends of its clause."""
        left = _BRACKET_END.split(_CLAUSE_END.split(self.left)[-1])[-1]
        right = _CLAUSE_END.split(self.right, 1)[0]
        if left.rfind("(") > left.rfind(")"):  # what stands between brackets is a clause of its own
            right = right.split(")", 1)[0]
        return self._with(left, right)

    @cached_property
    def part(self) -> Stretch:
        """The span with the words around it up to the nearest commas."""
        return self._with(*self._beside)

    @cached_property
    def subclause(self) -> Stretch:
        """As ``part``, without what stands before or after a word that begins a subordinate clause."""
        left, right = self._beside
        return self._with(_SUBORDINATE.split(left)[-1], _SUBORDINATE.split(right, 1)[0])

    @cached_property
    def _beside(self) -> tuple[str, str]:
        left = self.text[max(0, self.start - _PART) : self.start]
        right = self.text[self.end : self.end + _PART]
        return _PART_START.split(left)[-1], _PART_END.split(right, 1)[0]

    def _with(self, left: str, right: str) -> Stretch:
        return self.start - len(left), self.end + len(right)
