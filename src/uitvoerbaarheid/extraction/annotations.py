"""What is to be written over the pages of a PDF, as plain data: the reading process knows no scores.

``reports.annotated`` makes it of a report; ``extraction.pdf.annotate`` finds the places and writes it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from uitvoerbaarheid.records import Box, Record

#: How words are marked: coloured over, or lightly coloured with a line below them.
Look = Literal["fill", "line", "thick", "dashed", "wavy"]


class Passage(Record):
    """A text of the document and where it stands: the boxes in the order in which it goes on in them."""

    text: str
    boxes: list[Box]


class Span(Record):
    """Characters ``start`` to ``end`` of the passage with this index."""

    passage: int
    start: int
    end: int


class Highlight(Record):
    """Words to mark, over one or more passages. ``name`` is unique; ``color`` is "#rrggbb".

    ``subject`` says what kind it is, ``contents`` what is to be read on it.
    """

    name: str
    spans: list[Span]
    look: Look
    color: str
    subject: str
    contents: str


class Note(Record):
    """A note in the margin beside ``box``, or at the top of the first page without one.

    ``figure`` and ``word`` are what stands on its tag, both empty for a note without; ``ink`` is the colour
    of the figure on ``color``.
    """

    name: str
    box: Box | None = None
    figure: str = ""
    word: str = ""
    color: str
    ink: str = "#000000"
    subject: str
    contents: str


class Key(Record):
    """What a mark means, for the key below each page with marks."""

    text: str
    look: Look
    color: str


class Annotations(Record):
    """All that is written over one document; ``author`` is whose remarks they are."""

    author: str
    passages: list[Passage] = Field(default_factory=list)
    highlights: list[Highlight] = Field(default_factory=list)
    notes: list[Note] = Field(default_factory=list)
    keys: list[Key] = Field(default_factory=list)


class Annotated(Record):
    """What came of it: how many were written, and the names of highlights whose words were not found.

    ``signed``: the original has a digital signature, which does not hold for what was added. ``skipped`` are
    the pages that could not be worked on.
    """

    highlights: int = 0
    notes: int = 0
    missing: list[str] = Field(default_factory=list)
    skipped: list[int] = Field(default_factory=list)
    signed: bool = False
