"""The words of a document that tell which subject a heading or measure is about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

from uitvoerbaarheid.nlp.annotation import SectionAnnotation
from uitvoerbaarheid.nlp.columns import settings as column_settings
from uitvoerbaarheid.records import Section
from uitvoerbaarheid.resources import read_toml

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@cache
def settings() -> dict[str, Any]:
    """The words and thresholds of ``data/scoring/context.toml``."""
    return read_toml("scoring", "context.toml")


@cache
def filler() -> frozenset[str]:
    """The words that name no subject in a heading."""
    return frozenset(settings()["headings"]["filler"])


@cache
def _common() -> frozenset[str]:
    return frozenset({*settings()["words"]["common"], *column_settings()["linking"]["common"], *filler()})


@cache
def _shortest() -> int:
    return int(settings()["words"]["shortest"])


@lru_cache(maxsize=65536)
def _tells(word: str) -> bool:
    return len(word) >= _shortest() and word[0].isalpha() and word not in _common()


class Words:
    """The telling nouns of each section, as lemmas, and how many sections each of them stands in.

    ``annotations`` has one entry per section, in the same order.
    """

    def __init__(self, sections: Sequence[Section], annotations: Sequence[SectionAnnotation]) -> None:
        self.sections = sections
        #: For each section the offsets in its text of its telling nouns, and these.
        self._offsets: list[list[int]] = []
        self._nouns: list[list[str]] = []
        #: The lemma of each word that is a noun at least once.
        self._lemmas: dict[str, str] = {}
        for annotation in annotations:
            offsets, nouns = self._read(annotation)
            self._offsets.append(offsets)
            self._nouns.append(nouns)
        self._in_headings = [self._heading(section.heading) for section in sections]
        self._in_texts = [frozenset(nouns) for nouns in self._nouns]

    def _read(self, annotation: SectionAnnotation) -> tuple[list[int], list[str]]:
        offsets: list[int] = []
        nouns: list[str] = []
        for labelled in annotation.units:
            for start, word, lemma in labelled.unit.nouns:
                self._lemmas[word] = lemma
                if _tells(lemma):
                    offsets.append(labelled.unit.start + start)
                    nouns.append(lemma)
        return offsets, nouns

    @cached_property
    def _other(self) -> frozenset[str]:
        """The words of headings that stand in the text and are no noun there."""
        headings = {word.lower() for section in self.sections for word in WORD.findall(section.heading)}
        headings.difference_update(self._lemmas)
        found: set[str] = set()
        for section in self.sections:
            found.update(headings.intersection(WORD.findall(section.text.lower())))
        return frozenset(found)

    def _heading(self, heading: str) -> frozenset[str]:
        words = (word.lower() for word in WORD.findall(heading))
        lemmas = (self._lemmas.get(word, word) for word in words if word not in self._other)
        return frozenset(filter(_tells, lemmas))

    def names(self, text: str) -> bool:
        """Whether a text has a telling noun."""
        lemmas = (self._lemmas.get(word.lower()) for word in WORD.findall(text))
        return any(lemma is not None and _tells(lemma) for lemma in lemmas)

    def in_heading(self, position: int) -> frozenset[str]:
        """The telling words of a section's heading."""
        return self._in_headings[position]

    def in_text(self, position: int) -> frozenset[str]:
        """The telling nouns of a section's text."""
        return self._in_texts[position]

    def between(self, position: int, start: int, end: int) -> frozenset[str]:
        """The telling nouns between two offsets in a section's text."""
        offsets = self._offsets[position]
        return frozenset(self._nouns[position][bisect_left(offsets, start) : bisect_left(offsets, end)])

    @cached_property
    def _spread(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for heading, text in zip(self._in_headings, self._in_texts, strict=True):
            counts.update(heading | text)
        return counts

    def is_rare(self, word: str) -> bool:
        """Whether a word stands in so few sections that it helps to tell which subject is meant."""
        rules = settings()["words"]
        bound = min(rules["most"], max(rules["least"], rules["share"] * len(self.sections)))
        return self._spread[word] <= bound

    def tells_alone(self, word: str) -> bool:
        """Whether a word is so long and rare that it tells by itself which subject is meant."""
        rules = settings()["words"]
        return len(word) >= rules["shortest_alone"] and self._spread[word] <= rules["most_alone"]
