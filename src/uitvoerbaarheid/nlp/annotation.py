"""What the ``nlp`` stage hands to ``scoring``: the units of a section with what each of them states."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from uitvoerbaarheid.records import BlockKind, Commitment, Mention, Qualifier, Reference

if TYPE_CHECKING:
    from spacy.tokens import Span

    from uitvoerbaarheid.nlp.words import Words

_NOUNS = frozenset({"NOUN", "PROPN"})


@dataclass
class Found:
    """A budget, deadline or actor found in a text: offsets in that text and its normalised ``value``.

    ``rules`` are the ids of the rules that found it, or that set it aside.
    """

    start: int
    end: int
    text: str
    value: dict[str, Any]
    rules: list[str] = field(default_factory=list)
    qualifiers: list[Qualifier] = field(default_factory=list)


class Noun(NamedTuple):
    """A noun or name in a unit: its offset there, the word and its lemma, both in small letters."""

    start: int
    word: str
    lemma: str


@dataclass
class Unit:
    """A sentence, list item or table row: what the sentence labels of the guideline are about.

    ``start``/``end`` are offsets in the section's text; ``span`` is the unit parsed by spaCy (its text
    equals the section's text between the offsets), there until :meth:`let_go`. ``header``/``cells`` are
    those of the table row.
    """

    text: str
    start: int
    end: int
    kind: BlockKind
    span: Span
    page: int | None = None
    cells: list[str] | None = None
    header: list[str] | None = None

    @cached_property
    def words(self) -> Words:
        """Its words and signs, in order, until :meth:`let_go`."""
        from uitvoerbaarheid.nlp.words import words_of

        return words_of(self.span)

    @cached_property
    def nouns(self) -> list[Noun]:
        """Its nouns and names, in order."""
        return [
            Noun(start, tag.word, tag.lemma)
            for start, tag in zip(*self.words, strict=True)
            if tag.pos in _NOUNS
        ]

    @cached_property
    def in_present(self) -> bool:
        """Whether it has a verb in the present: "Vastgesteld door de raad op ..." has none."""
        return any(tag.present for tag in self.words.tags)

    def let_go(self) -> None:
        """Keep of the parsed words only what is asked for later; ``span`` and ``words`` are gone then.

        Parsed, a document takes some hundred times the memory of its text.
        """
        _ = self.nouns, self.in_present
        self.__dict__.pop("words", None)
        del self.span


@dataclass
class LabelledUnit:
    """A unit with the probabilities of the four sentence labels and the spans found in it.

    ``probabilities`` has the keys goal, measure, monitoring and vague, each 0-1; ``labels`` the subset
    that holds. Offsets of ``actors``, ``budgets`` and ``deadlines`` are within the unit's text.
    """

    unit: Unit
    probabilities: dict[str, float]
    labels: set[str]
    actors: list[Found] = field(default_factory=list)
    budgets: list[Found] = field(default_factory=list)
    deadlines: list[Found] = field(default_factory=list)


@dataclass
class SectionAnnotation:
    """All that was found in one section; ``mentions`` and ``commitments`` are what the JSON shows."""

    units: list[LabelledUnit] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    set_aside: list[Mention] = field(default_factory=list)
