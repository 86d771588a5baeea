"""From lines in reading order to blocks: paragraphs, list items, captions, notes and tables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from uitvoerbaarheid.extraction.hyphens import NOTHING_KNOWN, Vocabulary, join_lines
from uitvoerbaarheid.extraction.pdf.layout import NO_STYLE, UNIT_WITH_POWER, Line, dominant, words_text
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.tables import Table
from uitvoerbaarheid.extraction.pdf.text import Style, Word

Bounds = tuple[float, float, float, float]
BlockType = Literal["text", "item", "caption", "note", "table", "heading"]

#: The evidence for a heading that opens its paragraph; it stands below all others.
RUN_IN = "run-in"


@dataclass
class Body:
    """The style most of the document is set in, the usual distance of baselines per size, and its words."""

    style: Style
    leading: dict[float, float]
    known: Vocabulary = NOTHING_KNOWN

    def step(self, size: float) -> float:
        """The usual distance between the baselines of one paragraph in this size."""
        return min(max(self.leading.get(round(size), 1.25 * size), 1.0 * size), 1.9 * size)


@dataclass
class Block:
    """Lines that belong together. ``depth`` and ``evidence`` are set when it is taken for a heading.

    ``level`` is its level in the contents, 0 where it does not stand there. ``aside`` is the number of the
    box, beside or between the main text, that it stands in (-1 for a quotation), 0 for main text. A note that
    was begun on the page before is ``continued``.
    """

    kind: BlockType
    lines: list[Line]
    page: int
    region: tuple[int, int]
    table: Table | None = None
    notes: frozenset[str] = frozenset()
    known: Vocabulary = NOTHING_KNOWN
    aside: int = 0
    continued: bool = False
    evidence: str = ""
    number: str | None = None
    depth: int = 0
    level: int = 0
    rest: list[Line] = field(default_factory=list)
    # Style, text and bounds are asked for time and again: kept with what they were made of. That is the list
    # itself: the id of one that is gone may come back.
    _style: tuple[object, Style] | None = field(default=None, init=False, repr=False, compare=False)
    _text: tuple[object, str] | None = field(default=None, init=False, repr=False, compare=False)
    _bounds: tuple[object, Bounds] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def words(self) -> list[Word]:
        return [w for line in self.lines for w in line.words]

    @property
    def style(self) -> Style:
        state = self.lines, len(self.lines)
        if self._style is None or self._style[0] != state:
            words = self.words
            self._style = state, dominant(words) if words else NO_STYLE
        return self._style[1]

    @property
    def text(self) -> str:
        """The text on one line, without raised note marks, a list mark or line-end hyphens."""
        state = self.lines, len(self.lines), self.notes, self.kind, self.evidence, self.known
        if self._text is None or self._text[0] != state:
            self._text = state, self._make_text()
        return self._text[1]

    def _make_text(self) -> str:
        texts = [words_text(without_marks(line.words, self.notes)) for line in self.lines]
        whole = " ".join(join_lines((t for t in texts if t), self.known).split())
        if self.kind in ("item", "heading"):
            whole = re.sub(rf"^(?:{rules().bullet.pattern})\s+", "", whole)
        return whole.rstrip(" .:") if self.evidence == RUN_IN else whole

    @property
    def bounds(self) -> Bounds:
        if self.table:
            return self.table.bounds
        state = self.lines, len(self.lines)
        if self._bounds is None or self._bounds[0] != state:
            lines = self.lines
            self._bounds = (
                state,
                (
                    min([line.x0 for line in lines]),
                    min([line.top for line in lines]),
                    max([line.x1 for line in lines]),
                    max([line.bottom for line in lines]),
                ),
            )
        return self._bounds[1]


def without_marks(words: list[Word], notes: frozenset[str]) -> list[Word]:
    """The words but for raised note marks; a raised figure after a number or unit may be its power."""
    if not any([word.raised for word in words]):
        return words
    before, kept = "", []
    for word in words:
        known = word.text.strip(",()") in notes
        power = bool(UNIT_WITH_POWER.search(before)) or (not known and (not before or before[-1].isdigit()))
        if not word.raised or power:
            kept.append(word)
        before = word.text
    return kept


def is_quotation(text: str) -> bool:
    """Whether a text of some words stands wholly between quotation marks."""
    return text[:1] in "\"“”„‘'‚«»" and text.rstrip(".")[-1:] in "\"”“’'»«" and len(text.split()) > _FEW_WORDS


#: A title between quotation marks has at most so many words.
_FEW_WORDS = 4
#: From this size on (times that of the text) a quotation is set apart by itself.
LARGE_QUOTATION = 1.3


def body_of(columns: list[list[list[Line]]]) -> Body:
    """The body style and leading of a document, from the columns of all its pages."""
    styles: Counter[Style] = Counter()
    steps: dict[float, Counter[float]] = {}
    for page in columns:
        for column in page:
            for line in column:
                styles[line.style] += len(line.text)
            for a, b in pairwise(column):
                step = b.base - a.base
                if a.style.size == b.style.size and 0.9 * a.style.size < step < 2.2 * a.style.size:
                    steps.setdefault(round(a.style.size), Counter())[round(step * 2) / 2] += 1
    sizes: Counter[float] = Counter()
    for style, count in styles.items():
        sizes[style.size] += count
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    style = max(
        (s for s in styles if s.size == size),
        key=lambda s: styles[s],
        default=Style(size, False, False, 0, ""),
    )
    return Body(style, {s: counts.most_common(1)[0][0] for s, counts in steps.items()})


def blocks_of(columns: list[list[Line]], page: int, body: Body) -> list[Block]:
    """Group the lines of a page, column by column, into blocks."""
    blocks: list[Block] = []
    for index, column in enumerate(columns):
        right = max((line.x1 for line in column if line.table is None), default=0.0)
        current: Block | None = None
        for line in column:
            if line.table is not None:
                assert isinstance(line.table, Table)
                blocks.append(Block("table", [line], page, (page, index), table=line.table))
                current = None
            elif current is not None and _goes_on(current, line, right, body):
                current.lines.append(line)
            else:
                current = Block(_kind(line), [line], page, (page, index), known=body.known)
                blocks.append(current)
    return blocks


def _kind(line: Line) -> BlockType:
    if rules().caption.match(line.text) or line.tag == "Caption":
        return "caption"
    if len(line.words) > 1 and _is_mark(line):
        return "item"
    return "text"


def _is_mark(line: Line) -> bool:
    first, second = line.words[0].text, line.words[1].text
    if rules().bullet.fullmatch(first) or rules().enumeration.fullmatch(first):
        return True
    return bool(rules().parts.fullmatch(first)) and second[:1].isupper()


def _opens_note(line: Line) -> bool:
    """A raised figure before anything else: the number of a footnote."""
    return len(line.words) > 1 and line.words[0].raised


def text_start(line: Line) -> float:
    """Where the text of a line starts, after its list mark."""
    return line.words[1].x0 if len(line.words) > 1 and _is_mark(line) else line.x0


def _goes_on(block: Block, line: Line, right: float, body: Body) -> bool:
    last = block.lines[-1]
    size = max(last.style.size, line.style.size)
    step = line.base - last.base
    if step > 1.28 * body.step(size) + 0.5 or step < 0.5 * size:
        # Pieces of one line that stand apart (a tab) read on; a jump up or a wide gap does not.
        return abs(step) < 0.2 * size and line.x0 >= last.x1 - 1
    if line.label or _kind(line) != "text" or _opens_note(line):
        return False
    if _differs(last, line) or _opens_bold(last, line, body):
        return False
    large = last.style.size > 1.3 * body.style.size
    capitals = last.text.isupper() and line.text.isupper()
    heading = last.style == line.style and (last.style.bold or large or capitals)
    if block.kind == "item" and not heading and _leaves_item(block, line):
        return False
    if heading and large and last.text.endswith((":", "-")):
        return True
    return not _breaks(block, last, line, right, heading)


def _differs(last: Line, line: Line) -> bool:
    """Whether a new style begins on the new line (and not inside one of the two lines)."""
    a, b = last.style, line.style
    if abs(a.size - b.size) > 0.05 * max(a.size, b.size):
        return True
    if a.bold == b.bold and a.color == b.color and a.italic == b.italic:
        return False
    end, start = last.words[-1].style, line.words[0].style
    return (end.bold, end.color, end.italic) != (start.bold, start.color, start.italic) and (
        a.bold != b.bold or a.color != b.color or (_whole(last) and _whole(line))
    )


def _opens_bold(last: Line, line: Line, body: Body) -> bool:
    """Whether a line opens with bold words after a sentence that ended on the line before."""
    first, end = line.words[0].style, last.words[-1].style
    if not first.bold or end.bold or line.words[-1].style.bold or body.style.bold:
        return False
    return last.text.rstrip()[-1:] in ".?!:"


def _whole(line: Line) -> bool:
    return all(w.style.italic == line.style.italic for w in line.words)


def _leaves_item(block: Block, line: Line) -> bool:
    first = block.lines[0]
    hanging = text_start(first) - first.x0 > 4
    return hanging and line.x0 < first.x0 + 2 and block.lines[-1].text.rstrip()[-1:] in ".;:?!"


def _breaks(block: Block, last: Line, line: Line, right: float, heading: bool) -> bool:
    """Whether the line before was ended early on purpose, or the new one is indented after a full stop.

    The lines of a wrapped ``heading`` are often broken early.
    """
    width = max(right - min(x.x0 for x in block.lines), 1.0)
    ended = last.text.rstrip()[-1:] in ".?!:;"
    room = right - last.x1
    upper = not line.text[:1].islower()
    if ended and room > 0.2 * width and upper:
        return True
    first = line.words[0]
    if upper and room > 0.25 * width and room > first.x1 - first.x0 + 12 and len(block.lines) > 0:
        return not heading or last.text.rstrip()[-1:] in ".:"
    left = min(x.x0 for x in block.lines)
    return ended and block.kind == "text" and len(block.lines) > 1 and line.x0 > left + 8
