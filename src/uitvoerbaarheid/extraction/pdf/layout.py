"""From the words of a page to lines in reading order: columns, bands and the tables between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from uitvoerbaarheid.extraction.pdf.text import ABOVE, BELOW, Style, Word

#: A mark or number at the start of a list item or heading, standing apart from its text.
_LEAD = re.compile(
    r"[^\w\s]|[\uf020-\uf0ff]|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]|[A-Z]?\d{1,2}(?:\.\d{1,3})*\.?"
)
#: Baselines differ by at most this share of the size where pieces belong to one line.
_SAME_BASE = 0.25
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
    main = words[0].style
    if all([word.style is main for word in words]):
        bases = sorted([word.base for word in words])
        base = bases[(len(bases) - 1) // 2]
        top, bottom = bases[0] - ABOVE * main.size, bases[-1] + BELOW * main.size
        for word in words:
            word.raised = False
    else:
        main = dominant(words)
        base = _base(words, main)
        top, bottom = min([word.top for word in words]), max([word.bottom for word in words])
        _mark_raised(words, main, base)
    return Line(
        words=words,
        x0=min([word.x0 for word in words]),
        top=top,
        x1=max([word.x1 for word in words]),
        bottom=bottom,
        base=base,
        page=page,
        style=main,
        tag=_tag(words, tags) if tags else "",
        text=words_text(words),
    )


def _mark_raised(words: list[Word], main: Style, base: float) -> None:
    """Note which words are small figures above the line."""
    for word in words:
        word.raised = (
            word.style.size < 0.85 * main.size
            and word.base < base - 0.12 * main.size
            and word.text.strip(",").isdigit()
        )


def _tag(words: list[Word], tags: dict[int, str]) -> str:
    """The tag of most characters."""
    marks = {word.mark for word in words}
    if len(marks) == 1:
        return tags.get(marks.pop(), "")
    counts: dict[str, int] = {}
    for word in words:
        tag = tags.get(word.mark, "")
        counts[tag] = counts.get(tag, 0) + len(word.text)
    return max(counts, key=counts.__getitem__)


def words_text(words: Iterable[Word]) -> str:
    """The words with spaces between them; a raised figure after a unit is glued to it ("m2")."""
    words = list(words)
    if not any([word.raised for word in words]):
        return " ".join([word.text for word in words])
    parts: list[str] = []
    for word in words:
        if word.raised and parts and parts[-1] in _UNIT_BEFORE_RAISED:
            parts[-1] += word.text
        else:
            parts.append(word.text)
    return " ".join(parts)


def dominant(words: Iterable[Word]) -> Style:
    """The style in which most characters of the words are set."""
    counts: dict[Style, int] = {}
    for word in words:
        counts[word.style] = counts.get(word.style, 0) + len(word.text)
    return max(counts, key=counts.__getitem__)


def _base(words: list[Word], main: Style) -> float:
    bases = sorted([w.base for w in words if w.style.size == main.size])
    return bases[(len(bases) - 1) // 2]


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
    style, other = before.style, word.style
    size = style.size if style is other else max(style.size, other.size)
    if not -0.3 * size < word.x0 - before.x1 < 1.3 * size:
        return False
    shift = abs(word.base - before.base)
    return shift < 0.2 * size or (shift < 0.5 * size and other.size != style.size)


def _merge(lines: list[Line], page: int, tags: dict[int, str]) -> list[Line]:
    """Join pieces of one baseline that stand close together, and a lone list mark with its text."""
    # Only lines about as high can touch: each is looked for in the band of its height and those next to it.
    band = _SAME_BASE * max([word.style.size for line in lines for word in line.words], default=1.0)
    bands: dict[int, list[int]] = defaultdict(list)
    result: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.x0, round(line.base))):
        height = int(line.base // band)
        near = sorted([i for h in (height - 1, height, height + 1) for i in bands.get(h, ())], reverse=True)
        place = next((i for i in near if _touch(result[i], line)), None)
        if place is None:
            bands[height].append(len(result))
            result.append(line)
            continue
        other = result[place]
        joined = make_line(sorted(other.words + line.words, key=lambda w: w.x0), page, tags)
        before, after = int(other.base // band), int(joined.base // band)
        if before != after:
            bands[before].remove(place)
            bands[after].append(place)
        result[place] = joined
    return result


def _touch(left: Line, right: Line) -> bool:
    size = max(left.style.size, right.style.size)
    if abs(left.base - right.base) > _SAME_BASE * size:
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
