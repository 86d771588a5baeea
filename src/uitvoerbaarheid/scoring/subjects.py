"""What each section of a document is about: its place in the tree, its aspect and the words that tell.

A heading such as "Planning" or "Wat mag het kosten?" names an aspect of the subject above it
(``data/scoring/context.toml``); any other heading is a subject of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, get_args

from uitvoerbaarheid.nlp.annotation import SectionAnnotation, Unit
from uitvoerbaarheid.nlp.columns import settings as column_settings
from uitvoerbaarheid.nlp.rules import compile_phrases, read_rules
from uitvoerbaarheid.records import Criterion, Kind, Section
from uitvoerbaarheid.resources import read_toml

#: Stands for the document as a whole where a section's position is asked.
ROOT = -1
#: A heading with more than this share of all sections below it is the title of the document.
_TITLE_SHARE = 0.6
_NOUNS = frozenset({"NOUN", "PROPN"})
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@cache
def settings() -> dict[str, Any]:
    """The words and thresholds of ``data/scoring/context.toml``."""
    return read_toml("scoring", "context.toml")


@cache
def cues(group: str) -> re.Pattern[str]:
    """The pattern of a group of cues, such as "all" or "points.budget"."""
    rules = read_rules("scoring", "context.toml")
    return compile_phrases(next(rule for rule in rules if rule.data["group"] == group).data["words"])


def aspects_of(heading: str) -> frozenset[Criterion] | None:
    """The criteria that a heading is an aspect for, empty where it names none; None for a subject.

    Of "Onze ambitie: schoon water" what stands before the colon decides.
    """
    label = heading.partition(":")[0].lower()
    rest = label
    found: set[Criterion] = set()
    for criterion in get_args(Criterion):
        rest, count = cues(criterion).subn(" ", rest)
        if count:
            found.add(criterion)
    filler = _filler()
    words = _WORD.findall(rest)
    if all(word in filler or len(word) == 1 or word.isdigit() for word in words):
        return frozenset(found)
    return None


@cache
def _filler() -> frozenset[str]:
    return frozenset(settings()["headings"]["filler"])


@dataclass(frozen=True)
class Place:
    """A section in the tree: the positions of the section above it and of its subject, and its aspects."""

    parent: int
    subject: int
    aspects: frozenset[Criterion]
    generic: bool


class Subjects:
    """The sections of one document by subject, made once per document.

    ``annotations`` has one entry per section, in the same order.
    """

    def __init__(
        self, sections: Sequence[Section], annotations: Sequence[SectionAnnotation], kind: Kind
    ) -> None:
        self.sections = sections
        self.annotations = annotations
        self.one_subject = kind in settings()["one_subject"]["kinds"]
        parents = _parents(sections)
        self._text_words: dict[int, frozenset[str]] = {}
        self.children: dict[int, list[int]] = {}
        for position, parent in enumerate(parents):
            self.children.setdefault(parent, []).append(position)
        title = self._title(parents)
        self.places: list[Place] = []
        for position, parent in enumerate(parents):
            aspects = aspects_of(sections[position].heading)
            above = self.places[parent] if parent >= 0 else None
            subject = above.subject if above else ROOT
            if position == title:
                subject, own = ROOT, frozenset[Criterion]()
            elif aspects is None:
                subject, own = (ROOT if self.one_subject else position), frozenset[Criterion]()
            else:
                own = aspects or (above.aspects if above and above.generic else aspects)
            self.places.append(Place(parent, subject, own, aspects is not None))

    def _title(self, parents: Sequence[int]) -> int | None:
        """The position of a heading above nearly everything, None where there is none."""
        sizes = [1] * len(parents)
        for position in range(len(parents) - 1, -1, -1):
            if parents[position] >= 0:
                sizes[parents[position]] += sizes[position]
        tops = [p for p, parent in enumerate(parents) if parent < 0]
        best = max(tops, key=sizes.__getitem__, default=None)
        return best if best is not None and sizes[best] > max(1, _TITLE_SHARE * len(parents)) else None

    def above(self, position: int) -> Iterator[int]:
        """The positions of the sections above one, the nearest first."""
        while (position := self.places[position].parent) >= 0:
            yield position

    def in_annex(self, position: int) -> bool:
        """Whether a section is an annex or stands in one."""
        lineage = (position, *self.above(position))
        return any(cues("annex").match(self.sections[p].heading.strip()) for p in lineage)

    def named_by(self, position: int) -> int:
        """The section whose heading names what a section is about: its subject, or itself."""
        place = self.places[position]
        return place.subject if place.generic and place.subject >= 0 else position

    # --- the words -------------------------------------------------------------------------------

    @cached_property
    def _lemmas(self) -> dict[str, str | None]:
        """The lemma of each word of the text that is a noun at least once; None for other words."""
        found: dict[str, str | None] = {}
        for annotation in self.annotations:
            for labelled in annotation.units:
                for token in labelled.unit.span:
                    word = token.text.lower()
                    if token.pos_ in _NOUNS:
                        found[word] = token.lemma_.lower()
                    else:
                        found.setdefault(word, None)
        return found

    def names(self, text: str) -> bool:
        """Whether a text has a telling noun."""
        lemmas = (self._lemmas.get(word.lower()) for word in _WORD.findall(text))
        return any(lemma is not None and _tells(lemma) for lemma in lemmas)

    def heading_words(self, position: int) -> frozenset[str]:
        """The telling words of a section's heading, as lemmas where the text has them."""
        words = (word.lower() for word in _WORD.findall(self.sections[position].heading))
        lemmas = (self._lemmas.get(word, word) for word in words)
        return frozenset(lemma for lemma in lemmas if lemma and _tells(lemma))

    def text_words(self, position: int) -> frozenset[str]:
        """The telling nouns of a section's text, as lemmas."""
        if position not in self._text_words:
            units = (labelled.unit for labelled in self.annotations[position].units)
            self._text_words[position] = frozenset(
                word for unit in units for word in self.unit_words(unit, unit.start, unit.end)
            )
        return self._text_words[position]

    def unit_words(self, unit: Unit, start: int, end: int) -> frozenset[str]:
        """The telling nouns of a unit between two offsets in the section's text, as lemmas."""
        base = unit.span[0].idx if len(unit.span) else 0
        return frozenset(
            lemma
            for token in unit.span
            if token.pos_ in _NOUNS
            and start <= unit.start + token.idx - base < end
            and _tells(lemma := token.lemma_.lower())
        )

    @cached_property
    def _spread(self) -> dict[str, int]:
        """In how many sections each noun stands."""
        counts: dict[str, int] = {}
        for position, annotation in enumerate(self.annotations):
            words = set(self.heading_words(position))
            for labelled in annotation.units:
                words.update(t.lemma_.lower() for t in labelled.unit.span if t.pos_ in _NOUNS)
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        return counts

    def is_rare(self, word: str) -> bool:
        """Whether a word stands in so few sections that it helps to tell which subject is meant."""
        rules = settings()["words"]
        bound = min(rules["most"], max(rules["least"], rules["share"] * len(self.sections)))
        return self._spread.get(word, 0) <= bound

    def tells_alone(self, word: str) -> bool:
        """Whether a word is so long and rare that it tells by itself which subject is meant."""
        rules = settings()["words"]
        return len(word) >= rules["shortest_alone"] and self._spread.get(word, 0) <= rules["most_alone"]


@cache
def _common() -> frozenset[str]:
    return frozenset({*settings()["words"]["common"], *column_settings()["linking"]["common"], *_filler()})


def _tells(word: str) -> bool:
    return len(word) >= settings()["words"]["shortest"] and word[0].isalpha() and word not in _common()


def _parents(sections: Sequence[Section]) -> list[int]:
    """For each section the position of the one it stands under, ROOT for one at the top."""
    parents = []
    open_: list[int] = []
    for position, section in enumerate(sections):
        while open_ and sections[open_[-1]].depth >= section.depth:
            open_.pop()
        parents.append(open_[-1] if open_ else ROOT)
        open_.append(position)
    return parents
