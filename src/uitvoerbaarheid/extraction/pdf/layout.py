"""From the words of a page to lines in reading order: columns, bands and the tables between them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from uitvoerbaarheid.extraction.pdf.text import ABOVE, BELOW, Edge, Style, Word

#: A mark or number at the start of a list item or heading, standing apart from its text.
_LEAD = re.compile(
    r"[^\w\s]|[\uf020-\uf0ff]|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]|[A-Z]?\d{1,2}(?:\.\d{1,3})*\.?"
)
#: Baselines differ by at most this share of the size where pieces belong to one line.
_SAME_BASE = 0.25
_NOTE_MARK = re.compile(r"\(?\d{1,3}(?:,\d{0,3}){0,4}\)?|\*{1,3}")
#: The end of a unit that a raised figure is part of.
UNIT_WITH_POWER = re.compile(r"(?:^|[/(\d])(?:k|c|d|m)?m$")


NO_STYLE = Style(0, False, False, 0, "")


@dataclass(slots=True)
class Line:
    """Words on one baseline inside one column; or a table or a frame, in its place among the lines."""

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
    #: Its place in the order of the file.
    order: int = 0
    #: The drawn frame it stands in, counted from 1 on its page; 0 outside frames.
    frame: int = 0
    #: Whether it names what stands beside it ("Datum", "Onderwerp").
    label: bool = False
    #: For a frame in its place among the lines: the columns inside it.
    inner: list[list[Line]] | None = None

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def count(self) -> int:
        """How many lines it stands for: those inside a frame, else itself."""
        return sum(map(len, self.inner)) if self.inner is not None else 1


def make_line(words: list[Word], page: int, tags: dict[int, str] | None = None) -> Line:
    """A line of words that stand on one baseline, from left to right."""
    main = words[0].style
    if len(words) == 1:
        word = words[0]
        word.raised = False
        base, top, bottom, text = word.base, word.top, word.bottom, word.text
    elif all([word.style is main for word in words]):
        bases = sorted([word.base for word in words])
        base = bases[(len(bases) - 1) // 2]
        top, bottom = bases[0] - ABOVE * main.size, bases[-1] + BELOW * main.size
        for word in words:
            word.raised = False
        text = " ".join([word.text for word in words])
    else:
        main = dominant(words)
        base = _base(words, main)
        top, bottom = min([word.top for word in words]), max([word.bottom for word in words])
        _mark_raised(words, main, base)
        text = words_text(words)
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
        text=text,
    )


def _mark_raised(words: list[Word], main: Style, base: float) -> None:
    """Note which words are small figures above the line."""
    for word in words:
        word.raised = (
            word.style.size < 0.85 * main.size
            and word.base < base - 0.12 * main.size
            and _NOTE_MARK.fullmatch(word.text) is not None
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
        if word.raised and parts and UNIT_WITH_POWER.search(parts[-1]):
            parts[-1] += word.text
        else:
            parts.append(word.text)
    return " ".join(parts)


def dominant(words: Iterable[Word]) -> Style:
    """The style in which most characters of the words are set."""
    words = list(words)
    first = words[0].style
    if all([word.style is first for word in words]):
        return first
    counts: dict[Style, int] = {}
    for word in words:
        counts[word.style] = counts.get(word.style, 0) + len(word.text)
    return max(counts, key=counts.__getitem__)


def _base(words: list[Word], main: Style) -> float:
    bases = sorted([w.base for w in words if w.style.size == main.size])
    return bases[(len(bases) - 1) // 2]


def lines_of(words: list[Word], page: int, tags: dict[int, str]) -> list[Line]:
    """Group words into lines: first along the order of the file, then pieces that touch each other.

    Words on either side of a gutter stay apart, however narrow it is.
    """
    rivers = _rivers(words)
    groups: list[list[Word]] = []
    before: Word | None = None
    for word in words:
        if before is not None and _follows(before, word) and not (rivers and _parted(before, word, rivers)):
            groups[-1].append(word)
        else:
            groups.append([word])
        before = word
    lines = []
    for order, group in enumerate(groups):
        line = make_line(group, page, tags)
        line.order = order
        lines.append(line)
    return _with_initials(_merge(lines, page, tags, rivers), page, tags)


def _is_initial(word: Word, size: float) -> bool:
    """Whether a word is one letter much larger than text of this size."""
    return word.style.size > 1.8 * size and len(word.text) == 1 and word.text.isupper()


def _with_initials(lines: list[Line], page: int, tags: dict[int, str]) -> list[Line]:
    """The lines with a large first letter, set over several lines, put before the first of them."""
    initials = [line for line in lines if len(line.text) == 1 and line.text.isupper()]
    for initial in initials:
        size = initial.style.size
        beside = [
            line
            for line in lines
            if line.style.size < 0.6 * size
            and -2 < line.x0 - initial.x1 < 0.4 * size
            and initial.top - 0.1 * size < line.base < initial.base + 1
        ]
        if len(beside) < _INITIAL_LINES:
            continue
        first = min(beside, key=lambda line: line.base)
        word = first.words[0]
        glued = Word(initial.text + word.text, initial.x0, word.x1, word.base, word.style, word.mark)
        joined = make_line([glued, *first.words[1:]], page, tags)
        joined.order = first.order
        lines = [joined if line is first else line for line in lines if line is not initial]
    return lines


#: A large first letter stands beside so many lines at least.
_INITIAL_LINES = 2


def _follows(before: Word, word: Word) -> bool:
    style, other = before.style, word.style
    size = style.size if style is other else max(style.size, other.size)
    if not -0.3 * size < word.x0 - before.x1 < 1.3 * size or _is_initial(before, other.size):
        return False
    shift = abs(word.base - before.base)
    return shift < 0.2 * size or (shift < 0.5 * size and other.size != style.size)


def _merge(lines: list[Line], page: int, tags: dict[int, str], rivers: list[River]) -> list[Line]:
    """Join pieces of one baseline that stand close together, and a lone list mark with its text."""
    # Only lines about as high can touch: each is looked for in the band of its height and those next to it.
    band = 0.62 * max([word.style.size for line in lines for word in line.words], default=1.0)
    bands: dict[int, list[int]] = defaultdict(list)
    result: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.x0, round(line.base))):
        height = int(line.base // band)
        near = [i for h in (height - 1, height, height + 1) if h in bands for i in bands[h]]
        near.sort(reverse=True)
        place = next((i for i in near if _belong(result[i], line, rivers)), None)
        if place is None:
            bands[height].append(len(result))
            result.append(line)
            continue
        other = result[place]
        joined = make_line(sorted(other.words + line.words, key=lambda w: w.x0), page, tags)
        joined.order = min(other.order, line.order)
        before, after = int(other.base // band), int(joined.base // band)
        if before != after:
            bands[before].remove(place)
            bands[after].append(place)
        result[place] = joined
    return result


def _belong(left: Line, right: Line, rivers: list[River]) -> bool:
    if left.x0 < right.x0 and right.x1 < left.x1:
        # A mark that stands between words drawn before it.
        size = left.style.size
        return abs(left.base - right.base) < 0.62 * size and _is_mark_beside(left, right)
    return _touch(left, right) and not _parted(left.words[-1], right.words[0], rivers)


def _touch(left: Line, right: Line) -> bool:
    size = max(left.style.size, right.style.size)
    shift = abs(left.base - right.base)
    if _is_initial(left.words[-1], right.style.size):
        return False
    if shift > _SAME_BASE * size and not (shift < 0.62 * size and _is_mark_beside(left, right)):
        return False
    gap = right.x0 - left.x1
    if -0.5 * size < gap < 1.1 * size:
        return True
    lone = len(left.words) == 1 and _LEAD.fullmatch(left.words[0].text) is not None
    return lone and 0 <= gap < 62


def _is_mark_beside(left: Line, right: Line) -> bool:
    """Whether one of two lines is a small figure above the other, drawn out of its place in the file."""
    small, large = sorted((left, right), key=lambda line: line.style.size)
    lone = len(small.words) == 1 and small.style.size < 0.8 * large.style.size and small.base < large.base
    return lone and _NOTE_MARK.fullmatch(small.text) is not None


# --- narrow gutters --------------------------------------------------------------------------------------

#: (left, right, first baseline, last baseline) of a white strip that parts two columns.
River = tuple[float, float, float, float]
#: So many baselines must show the same gap for it to be a gutter.
_RIVER_LINES = 4


def _rivers(words: list[Word]) -> list[River]:
    """White strips hardly wider than a space, that run down at least four lines without a word crossing."""
    gaps: list[tuple[float, float, float]] = []
    for a, b in _wide_gaps(words):
        gap = b.x0 - a.x1
        size = max(a.style.size, b.style.size)
        if 0.6 * size < gap < 1.35 * size and not _LEAD.fullmatch(a.text):
            gaps.append((a.x1, b.x0, a.base))
    found: list[River] = []
    if len(gaps) < _RIVER_LINES:
        return found
    # The right column of a gutter begins at one place.
    gaps.sort(key=lambda gap: gap[1])
    start = 0
    for end in range(1, len(gaps) + 1):
        if end == len(gaps) or gaps[end][1] - gaps[end - 1][1] > 1.5:
            found.extend(_river(gaps[start:end], words))
            start = end
    return found


def _wide_gaps(words: list[Word]) -> Iterable[tuple[Word, Word]]:
    """The neighbours on one baseline that stand further apart than by a space."""
    if not words:
        return []
    bases = np.array([word.base for word in words])
    x0s, x1s = np.array([word.x0 for word in words]), np.array([word.x1 for word in words])
    sizes = np.array([word.style.size for word in words])
    order = np.lexsort((x0s, np.rint(bases)))
    left, right = order[:-1], order[1:]
    wide = x0s[right] - x1s[left] > 0.6 * sizes[left]
    wide &= np.abs(bases[left] - bases[right]) <= 1
    return [(words[i], words[j]) for i, j in zip(left[wide].tolist(), right[wide].tolist(), strict=True)]


def _river(gaps: list[tuple[float, float, float]], words: list[Word]) -> Iterable[River]:
    bases = sorted({round(gap[2]) for gap in gaps})
    if len(bases) < _RIVER_LINES:
        return
    right = min(gap[1] for gap in gaps)
    left = max(gap[0] for gap in gaps)
    if right - left < 3:
        return
    middle = right - 1.5
    crossed = sorted(w.base for w in words if w.x0 < middle < w.x1)
    for stretch in _uncrossed(bases, crossed):
        if len(stretch) >= _RIVER_LINES:
            yield left, right, stretch[0] - 2, stretch[-1] + 2


def _uncrossed(bases: list[int], crossed: list[float]) -> Iterable[list[int]]:
    """The baselines in runs between which no word crosses."""
    run: list[int] = []
    for base in bases:
        if run and bisect_left(crossed, run[-1] - 1) != bisect_left(crossed, base + 1):
            yield run
            run = []
        run.append(base)
    yield run


def _parted(before: Word, word: Word, rivers: list[River]) -> bool:
    return any(
        before.x1 <= left + 0.1 and word.x0 >= right - 0.1 and top <= word.base <= bottom
        for left, right, top, bottom in rivers
    )


# --- frames ----------------------------------------------------------------------------------------------

Bounds = tuple[float, float, float, float]
#: A frame has at least this many points in width and height, and letters inside.
_FRAME_LETTERS = 40
_MAX_FRAMES = 60
_MAX_EDGES = 150


def frames_of(drawn: list[Bounds], lines: list[Line]) -> list[Bounds]:
    """The drawn rectangles that are boxes with text of their own, the smallest first.

    A box holds at least two lines and not (nearly) all of the page, and no line crosses its border. Shades
    that touch, as those behind the lines of one paragraph, are one box.
    """
    letters = sum(len(line.text) for line in lines)
    found = []
    for box in _together(drawn):
        inside = [line for line in lines if _holds(box, line)]
        text = sum(len(line.text) for line in inside)
        tables = sum(line.table is not None for line in inside)
        if len(inside) - tables < 2 or text < _FRAME_LETTERS or text > 0.9 * letters:
            continue
        if not any(_crosses(box, line) for line in lines):
            found.append(box)
    found.sort(key=lambda box: ((box[2] - box[0]) * (box[3] - box[1]), box))
    return found[:_MAX_FRAMES]


def ruled_frames(edges: list[Edge]) -> list[Bounds]:
    """The rectangles that four separate ruling lines make."""
    upright = [e for e in edges if e.bottom - e.top >= 24]
    level = [e for e in edges if e.x1 - e.x0 >= 60]
    if not 2 <= len(upright) <= _MAX_EDGES or not 2 <= len(level) <= _MAX_EDGES:
        return []
    sides: dict[tuple[int, int], list[Edge]] = {}
    for edge in upright:
        sides.setdefault((round(edge.top / 3), round(edge.bottom / 3)), []).append(edge)
    found = []
    for same in sides.values():
        same.sort(key=lambda e: e.x0)
        for a, b in pairwise(same):
            spans = [e for e in level if abs(e.x0 - a.x0) < 3 and abs(e.x1 - b.x0) < 3]
            if all(any(abs(e.top - y) < 3 for e in spans) for y in (a.top, a.bottom)):
                found.append((a.x0, a.top, b.x0, a.bottom))
    return found


def _together(drawn: list[Bounds]) -> list[Bounds]:
    """The rectangles, those of one width that touch from top to bottom taken together; no doubles."""
    result: list[Bounds] = []
    for box in sorted(set(drawn), key=lambda b: (round(b[0] / 3), round(b[2] / 3), b[1])):
        last = result[-1] if result else None
        if last and abs(last[0] - box[0]) < 3 and abs(last[2] - box[2]) < 3 and box[1] <= last[3] + 2:
            result[-1] = (min(last[0], box[0]), last[1], max(last[2], box[2]), max(last[3], box[3]))
        else:
            result.append(box)
    return result[: 4 * _MAX_FRAMES]


def _holds(box: Bounds, line: Line) -> bool:
    middle = (line.top + line.bottom) / 2
    return box[0] - 3 <= line.x0 and line.x1 <= box[2] + 3 and box[1] - 1 <= middle <= box[3] + 1


def _crosses(box: Bounds, line: Line) -> bool:
    """Whether a line stands partly in the box."""
    middle = (line.top + line.bottom) / 2
    if not box[1] < middle < box[3] or line.x1 <= box[0] + 2 or line.x0 >= box[2] - 2:
        return False
    return line.x0 < box[0] - 3 or line.x1 > box[2] + 3


# --- reading order ---------------------------------------------------------------------------------------


def reading_order(lines: list[Line], frames: list[Bounds] | None = None) -> list[list[Line]]:
    """The lines of a page as columns in reading order, each column from top to bottom.

    A region is cut at the gutter that parts most of its height; lines that cross the gutter (titles, tables,
    pictures' captions) stay whole and split the region into bands. Without a gutter it is one column. What
    stands in one of the ``frames`` (the smallest first) is read on its own, in the place of the frame.
    """
    rest = lines
    for number, frame in enumerate(frames or [], start=1):
        inside = [line for line in rest if _holds(frame, line)]
        if not inside or len(inside) == len(rest):
            continue
        _mark(inside, number)
        held = {id(line) for line in inside}
        rest = [line for line in rest if id(line) not in held]
        rest.append(_frame_line(frame, inside, number))
    columns: list[list[Line]] = []
    _cut(sorted(rest, key=lambda line: (line.top, line.x0)), columns, 0)
    return _opened(columns)


def _mark(lines: Iterable[Line], number: int) -> None:
    """Lines know the outermost frame they stand in."""
    for line in lines:
        line.frame = number
        for column in line.inner or ():
            _mark(column, number)


def _frame_line(frame: Bounds, inside: list[Line], number: int) -> Line:
    columns: list[list[Line]] = []
    _cut(sorted(inside, key=lambda line: (line.top, line.x0)), columns, 0)
    first = min(inside, key=lambda line: line.base)
    order = min(line.order for line in inside)
    return Line([], *frame, first.base, first.page, order=order, frame=number, inner=_opened(columns))


def _opened(columns: list[list[Line]]) -> list[list[Line]]:
    """The columns with those inside frames put in the place of the frame."""
    result: list[list[Line]] = []
    for column in columns:
        current: list[Line] = []
        for line in column:
            if line.inner is None:
                current.append(line)
                continue
            if current:
                result.append(current)
            current = []
            result.extend(line.inner)
        if current:
            result.append(current)
    return result


@dataclass
class _Band:
    """Lines between two heights; ``split`` where the gutter parts them, ``crossing`` where they cross it."""

    lines: list[Line]
    split: bool = False
    crossing: bool = False


def _cut(lines: list[Line], columns: list[list[Line]], depth: int, known: _Gutter | None = None) -> None:
    """Add the columns of a region in reading order; ``known`` is its best gutter where that was sought."""
    if not lines:
        return
    several = depth < _DEEPEST and sum(line.count for line in lines) > _COLUMN
    gutter, gain = (known or _best_gutter(lines)) if several else (None, 0.0)
    if gutter is None:
        columns.append(_downwards(lines))
        return
    level = _level_cut(lines, gain)
    if level is not None:
        for part, best in level:
            _cut(part, columns, depth + 1, best)
        return
    for band in _joined(_bands(_Region(lines), gutter), gutter):
        if not band.split:
            if len(band.lines) < len(lines):
                _cut(band.lines, columns, depth + 1)
            else:
                columns.append(_downwards(band.lines))
            continue
        for part in _parts(band.lines, gutter):
            _cut(part, columns, depth + 1)


def _downwards(lines: list[Line]) -> list[Line]:
    """From top to bottom; what stands on one height from left to right."""
    ordered = sorted(lines, key=lambda line: (line.base, line.x0))
    if any(line.inner is not None for line in lines) and _one_row(ordered):
        ordered.sort(key=lambda line: line.x0)
    return ordered


def _one_row(lines: list[Line]) -> bool:
    """Whether all stand beside each other."""
    return max(line.top for line in lines) < min(line.bottom for line in lines)


def _level_cut(lines: list[Line], gain: float) -> list[tuple[list[Line], _Gutter]] | None:
    """What stands above and below the height where other columns begin: with better gutters of their own."""
    gaps: list[tuple[float, float]] = []
    bottom = lines[0].bottom
    for line in lines:
        if line.top > bottom + 0.4 * line.height:
            gaps.append((line.top - bottom, line.top))
        bottom = max(bottom, line.bottom)
    for _, height in sorted(gaps, reverse=True)[:_MAX_LEVELS]:
        parts = (
            [line for line in lines if line.top < height],
            [line for line in lines if line.top >= height],
        )
        level = [(part, _best_gutter(part)) for part in parts]
        (_, above), (_, below) = (best for _, best in level)
        if above and below and above + below > 1.2 * gain:
            return level
    return None


#: So many regions in regions are looked at, and so many white strips from side to side in each.
_DEEPEST = 12
_MAX_LEVELS = 4


#: The x between two columns, and how much height it parts.
_Gutter = tuple[float | None, float]


def _best_gutter(lines: list[Line]) -> _Gutter:
    """The x between two columns that parts most height, or None, and how much."""
    counts = Counter(round(line.x0 - 2) for line in lines)
    best, best_gain = None, 0.0
    region = _Region(lines)
    places = sorted(counts, key=lambda x: (-counts[x], x))[:_MAX_GUTTERS]
    # Those that can part most come first, so that few of the others have to be looked at.
    for most, x in sorted(((region.most(x), x) for x in places), key=lambda place: (-place[0], place[1])):
        if most < best_gain:
            break
        gain = sum(_gain(band.lines, x) for band in _bands(region, x) if band.split)
        if gain > best_gain or (best is not None and gain == best_gain and x < best):
            best, best_gain = float(x), gain
    return best, best_gain


#: So many places are tried, those where most lines begin.
_MAX_GUTTERS = 80


class _Region:
    """Lines (sorted by top) with what every place that may be a gutter between them is judged by."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.usual = sorted([line.style.size for line in lines])[len(lines) // 2] if lines else 0.0
        self.large = [line for line in lines if line.style.size >= 1.15 * self.usual]
        middles = [((line.top + line.bottom) / 2, number) for number, line in enumerate(lines)]
        #: The lines by the height of their middle, with that height.
        self.middles = [(middle, lines[number]) for middle, number in sorted(middles)]
        by_end = sorted((line.x1, line.height) for line in lines)
        self._ends = [end for end, _ in by_end]
        self._heights = list(accumulate((height for _, height in by_end), initial=0.0))

    def most(self, x: float) -> float:
        """More height than this is not parted by a gutter at ``x``: that of the lines on either side."""
        left = self._heights[bisect_right(self._ends, x)]
        # A little more than the sum, which may be rounded down.
        return min(left, self._heights[-1] - left) + 1e-6


def _bands(region: _Region, x: float) -> list[_Band]:
    """Split lines at those that cross ``x``, with what stands beside these."""
    lines = region.lines
    spans = [(line.top, line.bottom) for line in lines if line.x0 < x < line.x1]
    if region.large:
        spans.extend((line.top, line.bottom) for line in _titles(region, x))
    if not spans:
        return [_Band(lines, split=_is_split(lines, x, _COLUMN))]
    spans.sort()
    tops = [top for top, _ in spans]
    lowest = list(accumulate((bottom for _, bottom in spans), max))
    bands: list[_Band] = []
    for middle, line in region.middles:
        place = bisect_left(tops, middle)
        crossing = line.x0 < x < line.x1 or (place > 0 and middle < lowest[place - 1])
        if bands and bands[-1].crossing == crossing:
            bands[-1].lines.append(line)
        else:
            bands.append(_Band([line], crossing=crossing))
    for band in bands:
        band.split = not band.crossing and _is_split(band.lines, x, _COLUMN)
    return bands


def _titles(region: _Region, x: float) -> Iterable[Line]:
    """Short titles over both columns: set larger than the text, with both columns beginning anew below."""
    lines, usual = region.lines, region.usual
    large = [line for line in region.large if line.x1 <= x]
    right = [line for line in lines if line.x1 > x] if large else []
    middles = sorted((other.top + other.bottom) / 2 for other in right)
    for line in large:
        level = bisect_left(middles, line.top)
        if level < len(middles) and middles[level] < line.bottom:
            continue  # the other column has a line of its own beside it
        above = max((other.bottom for other in right if other.top < line.top), default=None)
        below = min((other.top for other in right if other.bottom > line.bottom), default=None)
        under = min(
            (other.top for other in lines if other.x1 <= x and other.top >= line.bottom - 2), default=None
        )
        if above is None or below is None or under is None or abs(under - below) > usual:
            continue
        if above <= line.top + 2 and below >= line.bottom - 2 and below - above >= 1.5 * line.height:
            yield line


def _joined(bands: list[_Band], x: float) -> list[_Band]:
    """Where columns are known to stand, two lines side by side are columns too; other bands are one."""
    result: list[_Band] = []
    for band in bands:
        band.split = band.split or (not band.crossing and _is_split(band.lines, x, 1))
        if result and not band.split and not result[-1].split:
            result[-1].lines.extend(band.lines)
        else:
            result.append(band)
    return result


def _sides(lines: list[Line], x: float) -> tuple[list[Line], list[Line]]:
    return [line for line in lines if line.x1 <= x], [line for line in lines if line.x1 > x]


def _is_split(band: list[Line], x: float, least: int) -> bool:
    """Whether two columns stand side by side, of at least so many lines each or one of them a frame."""
    left, right = _sides(band, x)
    if not left or not right:
        return False
    framed = any(line.inner is not None for line in band)
    if not framed and min(len(left), len(right)) < least:
        return False
    gap = min(line.x0 for line in right) - max(line.x1 for line in left)
    if gap < (2 if framed else 6) or _shared(left, right, min) <= 0.25:
        return False
    if least < _COLUMN and not framed and _shared(left, right, max) < 0.5:
        return False
    return not _is_label_list(left, right)


#: So many lines make a column where none is known to stand.
_COLUMN = 3


def _shared(left: list[Line], right: list[Line], of: Callable[[list[float]], float]) -> float:
    """The share of the shorter (or longer) side's height beside which the other side stands too."""
    top = max(min(line.top for line in side) for side in (left, right))
    bottom = min(max(line.bottom for line in side) for side in (left, right))
    heights = [max(line.bottom for line in side) - min(line.top for line in side) for side in (left, right)]
    return max(bottom - top, 0.0) / max(of(heights), 1.0)


def _gain(band: list[Line], x: float) -> float:
    left, right = _sides(band, x)
    return min(sum(line.height for line in left), sum(line.height for line in right))


def _is_label_list(left: list[Line], right: list[Line]) -> bool:
    """Whether the left side holds labels ("Datum", "Onderwerp"), each with its value on the same height.

    Labels are short and end at no common edge; the file writes each before its value. A column of figures
    belongs to what stands before it, whatever the order.
    """
    bases = sorted((line.base, line.order) for line in right)
    orders = sorted(line.order for line in left)
    matched = following = 0
    for line in left:
        place = bisect_left(bases, (line.base - 2.5, -1))
        if place == len(bases) or bases[place][0] > line.base + 2.5:
            continue
        matched += 1
        after = bisect_left(orders, line.order + 1)
        limit = orders[after] if after < len(orders) else bases[place][1] + 1
        following += line.order < bases[place][1] < limit
    if matched < 0.8 * len(left):
        return False
    if matched >= 0.8 * len(right) and all(_FIGURES.fullmatch(line.text) for line in right):
        return True
    edge, start = max(line.x1 for line in left), min(line.x0 for line in left)
    full = sum(line.x1 > edge - 0.12 * (edge - start) for line in left)
    if (len(left) > 1 and full > 0.5 * len(left)) or following < 0.6 * matched:
        return False
    for line in left:
        line.label = True
    return True


_FIGURES = re.compile(r"[\d\s.,€%+\-–()*]+")


def _parts(band: list[Line], x: float) -> list[list[Line]]:
    """The two columns of a band; or its rows, where titles in the margin or boxes are level with the text."""
    left, right = _sides(band, x)
    tops = _row_tops(left, right)
    if not tops:
        return [left, right]
    parts: list[list[Line]] = []
    for start, end in pairwise([float("-inf"), *tops[1:], float("inf")]):
        for side in (left, right):
            part = [line for line in side if start <= (line.top + line.bottom) / 2 < end]
            if part:
                parts.append(part)
    return parts


def _row_tops(left: list[Line], right: list[Line]) -> list[float]:
    """The heights at which rows begin; none where the sides are columns of their own."""
    if all(line.inner is not None for line in (*left, *right)):
        tops = [sorted({round(line.top) for line in side}) for side in (left, right)]
        return list(map(float, tops[0])) if _level(*tops) else []
    groups = _groups(left)
    text = sum(len(line.text) for line in right)
    if len(groups) < 2 or sum(len(line.text) for line in left) > 0.35 * text:
        return []
    starts = [group[0] for group in _groups(right)]
    tops_found = []
    for group in groups:
        first = group[0]
        if not any(abs(s.base - first.base) < 4 or abs(s.top - first.top) < 4 for s in starts):
            return []
        tops_found.append(first.top - 2)
    return tops_found


def _level(left: list[int], right: list[int]) -> bool:
    """Whether boxes stand in rows: two or more that begin on the same heights."""
    return (
        len(left) > 1
        and len(left) == len(right)
        and all(abs(a - b) < 8 for a, b in zip(left, right, strict=True))
    )


def _groups(lines: list[Line]) -> list[list[Line]]:
    """Lines of a column in groups that white space parts."""
    ordered = sorted(lines, key=lambda line: line.base)
    steps = sorted(b.base - a.base for a, b in pairwise(ordered) if b.base - a.base > 1)
    usual = steps[(len(steps) - 1) // 2] if steps else 0.0
    groups: list[list[Line]] = []
    for line in ordered:
        if groups and line.base - groups[-1][-1].base <= min(1.3 * usual, 2 * line.height) + 1:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups
