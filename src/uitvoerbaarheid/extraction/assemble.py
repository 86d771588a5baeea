"""From a reader's stream to the sections of a report: the one document model of all formats."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.strings import clean, split_number
from uitvoerbaarheid.records import Block, Box, Section, Suppression

#: Heading of the text before the first heading where the document has no title.
OPENING = "Begin van het document"


@dataclass
class _Draft:
    """A heading, its pieces and the clean text of each of them."""

    heading: Heading
    pieces: list[Piece] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def suppressions(self) -> list[Suppression]:
        items: tuple[Heading | Piece, ...] = (self.heading, *self.pieces)
        return [aside for item in items for aside in item.suppressions]


def sections(extract: Extract) -> list[Section]:
    """The sections of a document, in its order; nothing in them is assessed yet.

    Every heading is a section with the text up to the next heading, notes last. Depths are made
    regular: the first is 1 and no section is more than one deeper than the one it stands in. What is set
    aside before the first heading goes to the extract's ``suppressions``.
    """
    result: list[Section] = []
    names = _Names()
    above: list[tuple[int, str]] = []
    for draft in _drafts(extract):
        heading = clean(draft.heading.text)
        while above and above[-1][0] >= draft.heading.depth:
            above.pop()
        parents = [name for _, name in above]
        above.append((draft.heading.depth, heading))
        text, blocks = _text(draft)
        number = draft.heading.number or split_number(heading)[0]
        pages = [p for p in [draft.heading.page, *(piece.page for piece in draft.pieces)] if p is not None]
        boxes = _boxes(draft)
        pages += [box.page for box in boxes]
        result.append(
            Section(
                id=names.unique(draft.heading.key, heading, parents),
                number=number,
                heading=heading,
                heading_path=[*parents, heading],
                depth=len(above),
                page_start=min(pages, default=None),
                page_end=max(pages, default=None),
                boxes=boxes,
                heading_box=draft.heading.box,
                line=draft.heading.line,
                text=text,
                blocks=blocks,
                suppressions=draft.suppressions,
            )
        )
    return result


def _drafts(extract: Extract) -> list[_Draft]:
    drafts: list[_Draft] = []
    opened = False
    for item in extract.stream:
        opened = opened or isinstance(item, Heading)
        if not opened:
            extract.suppressions += item.suppressions
            item.suppressions = []
        text = clean(item.text)
        if isinstance(item, Heading):
            if text:
                drafts.append(_Draft(item))
        elif text:
            if not drafts:
                title = clean(extract.title or "") or OPENING
                drafts.append(_Draft(Heading(title, 1, page=item.page, box=item.box)))
                if text.casefold() == title.casefold():
                    continue  # the title's own line is the heading now
            drafts[-1].pieces.append(item)
            drafts[-1].texts.append(text)
    return drafts


def _text(draft: _Draft) -> tuple[str, list[Block]]:
    pieces = list(zip(draft.pieces, draft.texts, strict=True))
    pieces.sort(key=lambda pair: pair[0].kind == "note")
    blocks, parts, start = [], [], 0
    for piece, line in pieces:
        blocks.append(
            Block(
                kind=piece.kind,
                start=start,
                end=start + len(line),
                page=piece.page,
                cells=piece.cells,
                header=piece.header,
                table=piece.table,
                boxes=[box for box in (piece.box, *piece.more_boxes) if box is not None],
                line=piece.line,
            )
        )
        parts.append(line)
        start += len(line) + 1
    return "\n".join(parts), blocks


def _boxes(draft: _Draft) -> list[Box]:
    """One box per page: the union of those of the heading and the pieces."""
    boxes = [draft.heading.box, *(b for p in draft.pieces for b in (p.box, *p.more_boxes))]
    by_page: dict[int, list[Box]] = {}
    for box in boxes:
        if box is not None:
            by_page.setdefault(box.page, []).append(box)
    return [
        Box(
            page=page,
            x0=min([box.x0 for box in by_page[page]]),
            top=min([box.top for box in by_page[page]]),
            x1=max([box.x1 for box in by_page[page]]),
            bottom=max([box.bottom for box in by_page[page]]),
        )
        for page in sorted(by_page)
    ]


def _slug(text: str, length: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(words) > length:
        words = words[:length].rpartition("-")[0] or words[:length]
    return words


class _Names:
    """Section identifiers that survive a re-run and small edits, unique within one document.

    The source's own key where it has one; else the heading without its number (a chapter put in
    between changes numbers, not headings) below that of its parent. Repeats get an ordinal.
    """

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._counts: dict[str, int] = {}

    def unique(self, key: str | None, heading: str, parents: list[str]) -> str:
        """A new identifier of letters, digits, ``.``, ``_`` and ``-``."""
        base = re.sub(r"[^A-Za-z0-9._]+", "-", key).strip("-.") if key else ""
        if not base:
            own = _slug(split_number(heading)[1] or heading, 48)
            parent = _slug(split_number(parents[-1])[1] or parents[-1], 24) if parents else ""
            base = "--".join(part for part in (parent, own) if part) or "sectie"
        name = base
        while name in self._used:
            self._counts[base] = self._counts.get(base, 1) + 1
            name = f"{base}-{self._counts[base]}"
        self._used.add(name)
        return name
