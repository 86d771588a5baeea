"""What a reader hands over: the document as one stream of headings and pieces of text.

Every format reader (PDF, DOCX, STOP XML, ...) gives an :class:`Extract`; ``assemble`` turns it into a
:class:`~uitvoerbaarheid.records.Report` with sections, so that all formats share one document model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from uitvoerbaarheid.records import BlockKind, Box, DocumentError, OcrPage, Status, Suppression

#: Called with (pages done, pages in all) while a reader works.
Progress = Callable[[int, int], None]
#: Whether text is recognised in pictures: where it is needed and can be done, not, or on every page.
OcrMode = Literal["auto", "nee", "altijd"]


@dataclass(frozen=True)
class Ocr:
    """How text is recognised in the pictures of pages.

    ``workers`` is how many pages are read side by side, 0 for one per core. ``announce`` is told, before work
    begins, how many seconds it may take at most.
    """

    mode: OcrMode = "auto"
    workers: int = 0
    announce: Callable[[float], None] | None = None


@dataclass
class Heading:
    """A heading in the stream. ``depth`` counts from 1; ``key`` is the source's own identifier (wId).

    ``line`` is its line in the file, from 1, where the format is text. ``suppressions`` are the comments in
    or after it that set rules aside.
    """

    text: str
    depth: int
    number: str | None = None
    page: int | None = None
    box: Box | None = None
    key: str | None = None
    line: int | None = None
    suppressions: list[Suppression] = field(default_factory=list)


@dataclass
class Piece:
    """A paragraph, list item, table row, footnote or caption below the last heading in the stream.

    ``text`` has no line breaks. A row's text is its cells joined with " | ", each preceded by its column
    name and a colon where the table has a header ("Actie: fietspad | Wie: gemeente"). ``box`` may be
    missing where the format has no positions; a piece over two pages has ``more_boxes``. Rows of one table
    share a ``table``, its number in the document from 0. ``line`` and ``suppressions`` are as for a heading.
    """

    kind: BlockKind
    text: str
    page: int | None = None
    box: Box | None = None
    more_boxes: list[Box] = field(default_factory=list)
    cells: list[str] | None = None
    header: list[str] | None = None
    table: int | None = None
    line: int | None = None
    suppressions: list[Suppression] = field(default_factory=list)


@dataclass
class Extract:
    """A document as read: headings and pieces in reading order, and what the file says of itself.

    ``first_text`` is the text of the title page or first lines, from which title, kind, authority and
    date are recognised. A contents page is left out of ``stream`` altogether. ``suppressions`` stand before
    all text, and hold for the whole document.
    """

    format: Literal["pdf", "docx", "xml", "json", "html", "md", "txt", "odt"]
    stream: list[Heading | Piece] = field(default_factory=list)
    title: str | None = None
    authority: str | None = None
    date: str | None = None
    kind_hint: str | None = None
    pages: int | None = None
    first_text: str = ""
    status: Status = "ok"
    error: DocumentError | None = None
    warnings: list[str] = field(default_factory=list)
    ocr: list[OcrPage] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)


def row_text(cells: list[str], header: list[str] | None) -> str:
    """A table row as one line: "Kolom: cel | Kolom: cel"; empty cells are left out."""
    parts = []
    for position, cell in enumerate(cells):
        value = " ".join(cell.split())
        if not value:
            continue
        name = " ".join(header[position].split()) if header and position < len(header) else ""
        parts.append(f"{name}: {value}" if name and name != value else value)
    return " | ".join(parts)
