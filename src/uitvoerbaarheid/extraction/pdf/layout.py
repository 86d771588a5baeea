"""From the words of a page to lines in reading order: columns, bands and the tables between them."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from uitvoerbaarheid.extraction.pdf.text import Style, Word

#: A mark or number at the start of a list item or heading, standing apart from its text.
_LEAD = re.compile(
    r"[^\w\s]|[\uf020-\uf0ff]|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]|[A-Z]?\d{1,2}(?:\.\d{1,3})*\.?"
)
_UNIT_BEFORE_RAISED = {"m", "km", "cm", "dm", "mm"}


NO_STYLE = Style(0, False, False, 0, "")


@dataclass
class Line:
    """Words on one baseline inside one column; or a table, in its place among the lines."""

    words: list[Word]
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    page: int
    table: object | None = None
    style: Style = NO_STYLE
    tag: str = ""
    text: str = ""

    @property
    def height(self) -> float:
        return self.bottom - self.top


def make_line(words: list[Word], page: int, tags: dict[int, str] | None = None) -> Line:
    """A line of words that stand on one baseline, from left to right."""
    main = dominant(words)
    for word in words:
        small = word.style.size < 0.85 * main.size and word.text.strip(",").isdigit()
        word.raised = small and word.base < _base(words, main) - 0.12 * main.size
    tag_counts = Counter((tags or {}).get(w.mark, "") for w in words for _ in w.text)
    return Line(
        words=words,
        x0=min(w.x0 for w in words),
        top=min(w.top for w in words),
        x1=max(w.x1 for w in words),
        bottom=max(w.bottom for w in words),
        base=_base(words, main),
        page=page,
        style=main,
        tag=tag_counts.most_common(1)[0][0],
        text=words_text(words),
    )


def words_text(words: Iterable[Word]) -> str:
    """The words with spaces between them; a raised figure after a unit is glued to it ("m2")."""
    parts: list[str] = []
    for word in words:
        if word.raised and parts and parts[-1] in _UNIT_BEFORE_RAISED:
            parts[-1] += word.text
        else:
            parts.append(word.text)
    return " ".join(parts)


def dominant(words: Iterable[Word]) -> Style:
    """The style in which most characters of the words are set."""
    counts: Counter[Style] = Counter()
    for word in words:
        counts[word.style] += len(word.text)
    return counts.most_common(1)[0][0]


def _base(words: list[Word], main: Style) -> float:
    return statistics.median_low(w.base for w in words if w.style.size == main.size)


def lines_of(words: list[Word], page: int, tags: dict[int, str]) -> list[Line]:
    """Group words into lines: first along the order of the file, then pieces that touch each other."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and _follows(groups[-1][-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    lines = [make_line(group, page, tags) for group in groups]
    return _merge(lines, page, tags)


def _follows(before: Word, word: Word) -> bool:
    size = max(before.style.size, word.style.size)
    shift = abs(word.base - before.base)
    same = shift < 0.2 * size or (shift < 0.5 * size and word.style.size != before.style.size)
    return same and -0.3 * size < word.x0 - before.x1 < 1.3 * size


def _merge(lines: list[Line], page: int, tags: dict[int, str]) -> list[Line]:
    """Join pieces of one baseline that stand close together, and a lone list mark with its text."""
    lines = sorted(lines, key=lambda line: (round(line.base), line.x0))
    result: list[Line] = []
    for line in sorted(lines, key=lambda line: line.x0):
        partner = next((other for other in reversed(result) if _touch(other, line)), None)
        if partner is None:
            result.append(line)
        else:
            words = sorted(partner.words + line.words, key=lambda w: w.x0)
            result[result.index(partner)] = make_line(words, page, tags)
    return result


def _touch(left: Line, right: Line) -> bool:
    size = max(left.style.size, right.style.size)
    if abs(left.base - right.base) > 0.25 * size:
        return False
    gap = right.x0 - left.x1
    if -0.5 * size < gap < 1.1 * size:
        return True
    lone = len(left.words) == 1 and _LEAD.fullmatch(left.words[0].text) is not None
    return lone and 0 <= gap < 62


# --- reading order ---------------------------------------------------------------------------------------


def reading_order(lines: list[Line]) -> list[list[Line]]:
    """The lines of a page as columns in reading order, each column from top to bottom.

    A region is cut at the gutter that parts most of its height; lines that cross the gutter (titles, tables,
    pictures' captions) stay whole and split the region into bands. Without a gutter it is one column.
    """
    columns: list[list[Line]] = []
    _cut(sorted(lines, key=lambda line: (line.top, line.x0)), columns, 0)
    return columns


def _cut(lines: list[Line], columns: list[list[Line]], depth: int) -> None:
    if not lines:
        return
    gutter = _best_gutter(lines) if depth < 8 and len(lines) > 3 else None
    if gutter is None:
        columns.append(sorted(lines, key=lambda line: (line.base, line.x0)))
        return
    for band, split in _bands(lines, gutter):
        if not split:
            if len(band) < len(lines):
                _cut(band, columns, depth + 1)
            else:
                columns.append(band)
            continue
        _cut([line for line in band if line.x1 <= gutter], columns, depth + 1)
        _cut([line for line in band if line.x1 > gutter], columns, depth + 1)


def _best_gutter(lines: list[Line]) -> float | None:
    """The x between two columns that parts most height, or None."""
    candidates = sorted({round(line.x0 - 2) for line in lines})
    best, best_gain = None, 0.0
    for x in candidates:
        gain = sum(_gain(band, x) for band, split in _bands(lines, x) if split)
        if gain > best_gain:
            best, best_gain = float(x), gain
    return best


def _bands(lines: list[Line], x: float) -> list[tuple[list[Line], bool]]:
    """Split lines (sorted by top) at those that cross ``x``; says of each band whether it has two columns."""
    bands: list[tuple[list[Line], bool]] = []
    apart: list[Line] = []
    for line in lines:
        if line.x0 < x < line.x1:
            _close(bands, apart, x)
            apart = []
            if bands and not bands[-1][1]:
                bands[-1][0].append(line)
            else:
                bands.append(([line], False))
        else:
            apart.append(line)
    _close(bands, apart, x)
    return bands


def _close(bands: list[tuple[list[Line], bool]], apart: list[Line], x: float) -> None:
    if not apart:
        return
    split = _is_split(apart, x)
    if not split and bands and not bands[-1][1]:
        bands[-1][0].extend(apart)
    else:
        bands.append((apart, split))


def _is_split(band: list[Line], x: float) -> bool:
    left = [line for line in band if line.x1 <= x]
    right = [line for line in band if line.x1 > x]
    if len(left) < 3 or len(right) < 3:
        return False
    gap = min(line.x0 for line in right) - max(line.x1 for line in left)
    return gap >= 6 and _shared(left, right) > 0.25


def _shared(left: list[Line], right: list[Line]) -> float:
    """The share of the shorter side's height beside which the other side stands too."""
    top = max(min(line.top for line in side) for side in (left, right))
    bottom = min(max(line.bottom for line in side) for side in (left, right))
    heights = [max(line.bottom for line in side) - min(line.top for line in side) for side in (left, right)]
    return max(bottom - top, 0.0) / max(min(heights), 1.0)


def _gain(band: list[Line], x: float) -> float:
    left = [line for line in band if line.x1 <= x]
    right = [line for line in band if line.x1 > x]
    return min(sum(line.height for line in left), sum(line.height for line in right))
