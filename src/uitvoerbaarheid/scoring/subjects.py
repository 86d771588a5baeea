"""What each section of a document is about: its place in the tree, its subject and its aspect.

A heading such as "Planning" or "Wat mag het kosten?" names an aspect of the subject above it
(``data/scoring/context.toml``); any other heading is a subject of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

from uitvoerbaarheid.nlp.patterns import Pattern
from uitvoerbaarheid.nlp.rules import compile_phrases, read_rules
from uitvoerbaarheid.records import Criterion, Kind, Section
from uitvoerbaarheid.scoring.words import WORD, filler, settings

#: Stands for the document as a whole where a section's position is asked.
ROOT = -1
#: A heading with more than this share of all sections below it is the title of the document.
_TITLE_SHARE = 0.6
#: Headings are not looked at further up than this.
_DEEPEST = 20


@cache
def cues(group: str) -> Pattern:
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
    words = WORD.findall(rest)
    if all(word in filler() or len(word) == 1 or word.isdigit() for word in words):
        return frozenset(found)
    return None


@dataclass(frozen=True)
class Place:
    """A section in the tree: the positions of the section above it and of its subject, and its aspects."""

    parent: int
    subject: int
    aspects: frozenset[Criterion]
    generic: bool


class Subjects:
    """The sections of one document by subject, made once per document; ``kind`` is the document's."""

    def __init__(self, sections: Sequence[Section], kind: Kind) -> None:
        self.sections = sections
        self.one_subject = kind in settings()["one_subject"]["kinds"]
        parents = _parents(sections)
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
        """The positions of the sections above one, the nearest first; no more than documents have."""
        for _ in range(_DEEPEST):
            position = self.places[position].parent
            if position < 0:
                return
            yield position

    def in_annex(self, position: int) -> bool:
        """Whether a section is an annex or stands in one."""
        lineage = (position, *self.above(position))
        return any(cues("annex").match(self.sections[p].heading.strip()) for p in lineage)

    def named_by(self, position: int) -> int:
        """The section whose heading names what a section is about: its subject, or itself."""
        place = self.places[position]
        return place.subject if place.generic and place.subject >= 0 else position


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
