"""What the formats of word processors share: styles by name, and headings known by how they are set only."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from uitvoerbaarheid.extraction.model import Heading, Piece
from uitvoerbaarheid.extraction.strings import (
    clean,
    depths_by_number,
    drop_contents,
    nest_by_number,
    number_depth,
    split_number,
)
from uitvoerbaarheid.extraction.tables import Cell, table_pieces
from uitvoerbaarheid.records import BlockKind, Suppression

_HEADING_STYLE = re.compile(r"(?:heading|kop|überschrift|titre)\s*([1-9])\b", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(
    r"^(?:toc|inhopg|inhoudsopgave|table of (?:contents|figures)|lijst met|contents\b)", re.IGNORECASE
)
_TITLE_STYLE = re.compile(r"^(?:title|titel)$", re.IGNORECASE)
_TITLE_PAGE_STYLE = re.compile(r"^(?:title|titel|subtitle|ondertitel)$", re.IGNORECASE)
_LIST_STYLE = re.compile(r"^(?:list|lijst|opsomming)(?! paragraph$)", re.IGNORECASE)
_CAPTION_STYLE = re.compile(r"^(?:caption|bijschrift)", re.IGNORECASE)
_MAX_WORDS = 14
#: A line in larger type may be longer than one that is only bold.
_MAX_LARGE_WORDS = 20
#: So much larger than the running text is a heading's.
_LARGE = 1.15
_WEB = re.compile(r"\bwww\.|https?://", re.IGNORECASE)
_LABEL = re.compile(r"(?:artikel|hoofdstuk|bijlage|paragraaf|deel|thema)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Look:
    """How a paragraph is set: ``size`` in half points (0 unknown), its automatic ``number`` if any.

    ``boxed`` paragraphs stand in a text box or a table cell, aside from the running text.
    """

    bold: bool = False
    underlined: bool = False
    size: int = 0
    number: str = ""
    boxed: bool = False

    def shown(self, text: str) -> str:
        """``text`` behind its automatic number, where that has a letter or digit."""
        return clean(f"{self.number} {text}") if any(c.isalnum() for c in self.number) else text


def heading_style(name: str) -> int | None:
    """The level of a heading style by its name ("Heading 2", "Kop 2"), None for other styles."""
    match = _HEADING_STYLE.match(name)
    return int(match[1]) if match else None


def is_contents_style(name: str) -> bool:
    """Whether a style is that of lines in a table of contents."""
    return bool(_CONTENTS_STYLE.match(name))


class Flow:
    """The stream of a document as its paragraphs, notes and tables come by in their order."""

    def __init__(self) -> None:
        self._stream: list[Heading | Piece] = []
        self._looks: dict[int, Look] = {}
        self._opening = False
        self._tables = 0
        self.title: str | None = None
        #: What is set aside before all text.
        self.suppressions: list[Suppression] = []

    def line(self, text: str, depth: int | None, look: Look, style: str, *, item: bool) -> None:
        """Add a paragraph: a heading where it has a ``depth`` and may be one, else text.

        ``style`` is the name of its style, ``item`` whether it stands in a list.
        """
        if _TITLE_STYLE.match(style):
            self.title = self.title or text
        if depth is not None and not any(c.isalpha() for c in text):
            # A lone page number in a heading style opens a chapter: the line after it is the heading.
            self._opening = True
            return
        if depth is None and self._opening:
            depth = number_depth(split_number(text)[0]) or 1
        self._opening = False
        if depth is not None and may_be_heading(text):
            self._add(Heading(look.shown(text), depth), look)
        elif _CAPTION_STYLE.match(style):
            self._add(Piece("caption", text), look)
        else:
            kind: BlockKind = "item" if item or _LIST_STYLE.match(style) else "paragraph"
            self._add(Piece(kind, text), None if _TITLE_PAGE_STYLE.match(style) else look)

    def _add(self, piece: Heading | Piece, look: Look | None) -> None:
        self._stream.append(piece)
        if look is not None:
            self._looks[id(piece)] = look

    def note(self, text: str) -> None:
        """Add a footnote or endnote."""
        if text:
            self._stream.append(Piece("note", text))

    def set_aside(self, suppression: Suppression) -> None:
        """Add what a comment sets aside that is anchored in what was added last."""
        (self._stream[-1].suppressions if self._stream else self.suppressions).append(suppression)

    def table(self, rows: list[list[Cell]], bold: list[bool]) -> None:
        """Add a table; ``bold`` says of each row whether all of its text is."""
        if len(rows) > 1 and bold[0] and len(rows[0]) > 1 and not any(bold[1:]):
            # A first row in bold names the columns.
            for cell in rows[0]:
                cell.head = True
        if any(cell.text for row in rows for cell in row):
            self._stream.extend(table_pieces(rows, table=self._tables))
            self._tables += 1

    def finished(self) -> list[Heading | Piece]:
        """The stream with its headings by formatting, without tables of contents."""
        stream = drop_contents(formatted_headings(self._stream, self._looks))
        if all(item.depth == 1 for item in stream if isinstance(item, Heading)):
            depths_by_number(stream)
        nest_by_number(stream)
        return stream


def may_be_heading(text: str) -> bool:
    """Whether text in a heading style can be one: not a sentence, a web address or a whole paragraph."""
    count = len(text.split())
    sentence = text.endswith(".") and not text.endswith("..")
    return count <= 40 and not (sentence and count >= 8) and not (count >= 8 and _WEB.search(text))


def formatted_headings(stream: list[Heading | Piece], looks: dict[int, Look]) -> list[Heading | Piece]:
    """The stream with lines that are headings by their formatting made so.

    ``looks`` holds the look of headings and pieces by ``id``. Without headings in a style, every short
    bold, large or underlined line before other text is one, and its size gives its level. Beside styled
    headings it takes more: a number, the size of a heading, or a label that goes on with the count
    of theirs ("Artikel 3" after "Artikel 2").
    """
    styled = [item for item in stream if isinstance(item, Heading)]
    body = _body_size(stream, looks)
    finder = _Styled(styled, looks, body) if styled else _Unstyled(stream, looks, body)
    result: list[Heading | Piece] = []
    for position, item in enumerate(stream):
        if isinstance(item, Heading):
            finder.seen(item)
        elif position + 1 < len(stream) and (look := looks.get(id(item))) is not None:
            depth = finder.depth(item, look)
            if depth is not None:
                shown = look.shown(item.text).rstrip(": ")
                heading = Heading(shown, depth, line=item.line, suppressions=item.suppressions)
                finder.seen(heading)
                result.append(heading)
                continue
        result.append(item)
    return result


def _body_size(stream: list[Heading | Piece], looks: dict[int, Look]) -> int:
    sizes: Counter[int] = Counter()
    for item in stream:
        if isinstance(item, Piece) and item.kind in ("paragraph", "item") and id(item) in looks:
            sizes[looks[id(item)].size] += len(item.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=0)


def _short(piece: Piece, large: bool) -> bool:
    return (
        piece.kind in ("paragraph", "item")
        and len(piece.text.split()) <= (_MAX_LARGE_WORDS if large else _MAX_WORDS)
        and piece.text[-1] not in ".;,"
        and any(c.isalpha() for c in piece.text)
    )


class _Unstyled:
    """A document without headings in a style: the looks of its short lines are its levels."""

    def __init__(self, stream: list[Heading | Piece], looks: dict[int, Look], body: int) -> None:
        self._body = body
        lines = [
            (item, looks[id(item)]) for item in stream[:-1] if isinstance(item, Piece) and id(item) in looks
        ]
        found = [look for item, look in lines if self._is_heading(item, look)]
        ranks = Counter(self._rank(look) for look in found)
        first = self._rank(found[0]) if found else None
        # One line in the largest type that opens the document is its title, above no level of its own.
        if first is not None and len(ranks) > 1 and ranks[first] == 1 and first == max(ranks):
            del ranks[first]
        self._levels = {rank: place for place, rank in enumerate(sorted(ranks, reverse=True), start=1)}

    def _rank(self, look: Look) -> tuple[int, bool]:
        return (look.size, look.bold)

    def _is_heading(self, piece: Piece, look: Look) -> bool:
        large = look.size >= self._body * _LARGE > 0
        return _short(piece, large) and (
            (large and not look.boxed) or look.bold or (look.underlined and piece.kind == "paragraph")
        )

    def seen(self, heading: Heading) -> None:
        """Nothing depends on earlier headings here."""

    def depth(self, piece: Piece, look: Look) -> int | None:
        """The level of a line that is a heading, else None."""
        if not self._is_heading(piece, look):
            return None
        number = split_number(look.shown(piece.text))[0]
        return number_depth(number) or self._levels.get(self._rank(look), 1)


class _Styled:
    """A document with headings in styles: a line joins them by number, size or label."""

    def __init__(self, headings: list[Heading], looks: dict[int, Look], body: int) -> None:
        self._body = body
        sizes: dict[int, Counter[int]] = {}
        numbered: dict[int, Counter[int]] = {}
        for heading in headings:
            look = looks.get(id(heading), Look())
            sizes.setdefault(heading.depth, Counter())[look.size] += 1
            parts = number_depth(split_number(clean(heading.text))[0])
            if parts:
                numbered.setdefault(parts, Counter())[heading.depth] += 1
        self._sizes = {depth: counts.most_common(1)[0][0] for depth, counts in sizes.items()}
        self._numbered = {parts: counts.most_common(1)[0][0] for parts, counts in numbered.items()}
        self._labels: dict[str, tuple[int, int]] = {}
        # Large lines before the first heading are those of a title page.
        self._begun = False

    def seen(self, heading: Heading) -> None:
        """Note how far a series of labelled headings has counted."""
        self._begun = True
        label, count = _label(heading.text)
        if label:
            self._labels[label] = (count, heading.depth)

    def depth(self, piece: Piece, look: Look) -> int | None:
        """The level of a line that is a heading beside the styled ones, else None."""
        label, count = _label(piece.text)
        if label in self._labels and _short(piece, large=False):
            last, depth = self._labels[label]
            if count == last + 1:
                return depth
        large = look.size >= self._body * _LARGE > 0
        if look.boxed or not (large or look.bold) or not _short(piece, large):
            return None
        parts = number_depth(split_number(look.shown(piece.text))[0])
        if parts is not None and not (
            look.number.endswith(")") or (look.number and parts == 1 and not large)
        ):
            return self._numbered.get(parts) or self._by_size(look, large) or parts
        return self._by_size(look, large) if large and self._begun else None

    def _by_size(self, look: Look, large: bool) -> int | None:
        """The level of the styled headings of this size; 0, above all, for one that is larger than all."""
        if not large or not self._sizes:
            return None
        largest = max(self._sizes.values())
        if look.size > largest * 1.1:
            return 0
        fitting = [depth for depth, size in self._sizes.items() if 0 < size <= look.size * 1.05]
        return min(fitting) if fitting else None


def _label(text: str) -> tuple[str, int]:
    """The label and count that open a line ("Artikel 3. Doel" gives "artikel", 3), else "", 0."""
    match = _LABEL.match(text)
    number = split_number(text)[0] if match else None
    digits = re.search(r"\d+$", number or "")
    return (match[0].casefold(), int(digits[0])) if match and digits else ("", 0)
