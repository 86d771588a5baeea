"""The typed records of a comparison: the contract of its JSON output (schema version 1)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from uitvoerbaarheid.records import Criteria, Criterion, Kind, Record, Status, Verdict

SCHEMA_VERSION = "1"

#: What became of a section. "changed": the same section with another text; a section that has another
#: heading, number or place too is "renamed", "renumbered" or "moved", the last of these first.
PairKind = Literal["same", "changed", "renumbered", "renamed", "moved", "split", "merged", "added", "removed"]
#: What a change is about. "figure": a number in running text that is neither a term nor an amount.
ChangeKind = Literal[
    "section", "place", "heading", "number", "level", "criterion", "deadline", "budget", "actor", "figure",
    "measure", "text",
]  # fmt: skip
Direction = Literal["changed", "gone", "new"]


class Mark(Record):
    """A range of a quote, in code points, that differs from the other version."""

    start: int
    end: int


class Quote(Record):
    """Words of one version: a sentence, row or some of them, with what differs marked.

    ``value`` are the words that a change is about ("eind 2025"). ``section`` is the id of the section.
    """

    section: str
    page: int | None = None
    text: str
    value: str | None = None
    marks: list[Mark] = Field(default_factory=list)


class Change(Record):
    """One difference, said in Dutch in ``text``, with the words of both versions where there are any."""

    kind: ChangeKind
    direction: Direction = "changed"
    criterion: Criterion | None = None
    text: str
    old: Quote | None = None
    new: Quote | None = None


class SectionSide(Record):
    """A section of one version, as it was judged there."""

    id: str
    number: str | None = None
    heading: str
    heading_path: list[str]
    page_start: int | None = None
    page_end: int | None = None
    level: int | None = None
    score: int | None = None
    verdict: Verdict = "not_assessed"
    criteria: Criteria | None = None


class SectionPair(Record):
    """What sections of the old version became; ``old`` is empty for "added", ``new`` for "removed".

    ``likeness`` is the part of the words of the shorter side that stands in the other one, from 0 to 1. With
    more sections on a side and a kind other than "split" and "merged" only the layout of headings differs.
    """

    kind: PairKind
    old: list[SectionSide] = Field(default_factory=list)
    new: list[SectionSide] = Field(default_factory=list)
    likeness: float = Field(default=0.0, ge=0, le=1)
    changes: list[Change] = Field(default_factory=list)


class DocumentSide(Record):
    """One version of the document."""

    path: str
    sha256: str
    title: str | None = None
    kind: Kind = "overig"
    authority: str | None = None
    date: str | None = None
    pages: int | None = None
    status: Status = "ok"
    sections: int = 0
    policy_sections: int = 0
    send_back: int = 0
    mean_score: float | None = None


class ComparisonSummary(Record):
    """Figures over a comparison: pairs by kind, changes by kind and direction ("deadline.changed").

    ``better`` and ``vaguer`` are the ids (in the new version) of sections that went up or down a level.
    """

    pairs: dict[str, int] = Field(default_factory=dict)
    changes: dict[str, int] = Field(default_factory=dict)
    better: list[str] = Field(default_factory=list)
    vaguer: list[str] = Field(default_factory=list)


class Comparison(Record):
    """Two versions of a document, section by section, in the order of the new one.

    ``common`` is the part of the words of the shorter version that stands in the other one, from 0 to 1;
    ``related`` is false when that is so little that they do not look like versions of one document.
    """

    schema_version: str = SCHEMA_VERSION
    tool_version: str
    old: DocumentSide
    new: DocumentSide
    common: float = Field(ge=0, le=1)
    related: bool
    warnings: list[str] = Field(default_factory=list)
    summary: ComparisonSummary = Field(default_factory=ComparisonSummary)
    pairs: list[SectionPair] = Field(default_factory=list)
