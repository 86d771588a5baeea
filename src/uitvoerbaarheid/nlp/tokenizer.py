"""A tokenizer of spaCy that reads its special cases when a text holds them.

Dutch has five thousand of them, nearly all abbreviations; to read them takes longer than all else of the
language model, and a document holds a few dozen. What a text is cut into stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from uitvoerbaarheid.nlp.library import Doc, Tokenizer

Cases = Mapping[str, list[dict[int, str]]]

#: When so many different words have been looked at, the rest of the cases costs less than looking on.
_MOST_WORDS = 200_000
#: So many different words are kept with what they are cut into: some 15 MB. Of itself spaCy keeps 10,000,
#: and cuts all that come after those anew each time.
_MOST_KEPT = 65_536


class CasesAsNeeded:
    """Cuts texts in words as ``Tokenizer(vocab, rules=cases, **patterns)`` does.

    A case can only have effect on a text that holds its letters, spaces left aside: spaCy also finds one
    whose words stand apart. ``patterns`` must not cut a word between two letters.
    """

    def __init__(self, vocab: Any, cases: Cases, **patterns: Any) -> None:
        self.cases = cases
        self.patterns = patterns
        # Short ones are in any text.
        short = {case for case in cases if len(case) < 2}
        read = {case: cases[case] for case in short}
        self._tokenizer = Tokenizer(vocab, rules=read, max_cache_size=_MOST_KEPT, **patterns)
        #: The cases that were not read yet.
        self.waiting = set(cases) - short
        self._of_letters = [case for case in self.waiting if case.isalpha()]
        # The others by their letters up to and with the first sign, and by each sign with what is beside it.
        self._by_head: dict[str, list[str]] = {}
        self._by_edge: dict[str, list[tuple[int, str]]] = {}
        for case in sorted(self.waiting.difference(self._of_letters)):
            sign = next(at for at, letter in enumerate(case) if not letter.isalpha())
            self._by_head.setdefault(case[: sign + 1], []).append(case)
            for at, (first, second) in enumerate(pairwise(case), start=1):
                if not (first.isalpha() and second.isalpha()):
                    self._by_edge.setdefault(first + second, []).append((at, case))
        self._longest_head = max(map(len, self._by_head), default=0)
        self._seen: set[str] = set()

    def __call__(self, text: str) -> Doc:
        self.prepare([text])
        found: Doc = self._tokenizer(text)
        return found

    def prepare(self, texts: Iterable[str]) -> None:
        """Read the cases that these texts hold, before any of them is cut: each new one empties a cache."""
        if not self.waiting:
            return
        found = {case for text in texts for case in self._held(text)} & self.waiting
        if len(self._seen) > _MOST_WORDS:
            found = set(self.waiting)
            self._seen = set()
        for case in sorted(found):
            self._tokenizer.add_special_case(case, self.cases[case])
        self.waiting -= found

    def _held(self, text: str) -> Iterator[str]:
        words = text.split()
        for word in words:
            if word not in self._seen:
                self._seen.add(word)
                yield from self._inside(word)
        edges = self._by_edge
        if any(first[-1] + second[0] in edges for first, second in pairwise(words)):
            yield from self._across(words)

    def _inside(self, word: str) -> Iterator[str]:
        """The cases in one word."""
        yield from (case for case in self._of_letters if case in word)
        if word.isalpha():
            return
        for sign, letter in enumerate(word):
            if letter.isalpha():
                continue
            for start in range(sign, max(sign - self._longest_head, -1), -1):
                if start < sign and not word[start].isalpha():
                    break
                for case in self._by_head.get(word[start : sign + 1], ()):
                    if word.startswith(case, start):
                        yield case

    def _across(self, words: list[str]) -> Iterator[str]:
        """The cases of which one part ends a word and the rest begins the next."""
        text = "".join(words)
        end = 0
        for first, second in pairwise(words):
            end += len(first)
            for at, case in self._by_edge.get(first[-1] + second[0], ()):
                if text.startswith(case, end - at):
                    yield case
