"""From ruling lines and coloured areas to a grid of cells with the words that stand in them.

Lines that cross form a region; its lines cut it into bands, and bands without a line between them are one
cell. So a missing outer line or corner does no harm. All work is linear in lines, words and bands, and these
are capped.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from uitvoerbaarheid.extraction.pdf.text import Edge, Word

#: More crossings than this is a drawing (a map, a chart), not a table; so are more bands.
_MAX_CROSSINGS = 60_000
_MAX_BANDS = 30_000
#: Lines closer than this are one line; ends closer than this meet.
_SNAP, _REACH = 2.0, 3.5
#: A stack of level lines without upright ones is one table up to this distance between two of them.
_STACK = 150.0
_STACK_WIDTH = 100.0
_MOST_REGIONS = 200
#: An empty band higher than this parts two tables.
_EMPTY = 20.0

Bounds = tuple[float, float, float, float]


class Segment(NamedTuple):
    """A line at one height (or distance from the left) that runs from ``low`` to ``high``."""

    at: float
    low: float
    high: float


@dataclass
class Region:
    """Lines that belong together: level and upright ones, and the area they span."""

    level: list[Segment]
    upright: list[Segment]
    bounds: Bounds


@dataclass
class Cell:
    """Words in a cell, and the rows and columns it covers (``rows`` and ``columns`` from 1)."""

    words: list[Word]
    rows: int = 1
    columns: int = 1


@dataclass
class Grid:
    """Rows of equally many cells, and the left sides of columns; a cell over several stands in the first."""

    rows: list[list[Cell]]
    columns: list[float]
    bounds: Bounds = field(default=(0.0, 0.0, 0.0, 0.0))


def regions(edges: Iterable[Edge], stacked: bool) -> list[Region]:
    """Lines grouped by where they cross; ``stacked`` also level lines of one width above each other."""
    level, upright = segments(edges)
    if len(level) + len(upright) < 3 or len(level) < 2:
        return []
    parents = list(range(len(level) + len(upright)))
    if not _cross(level, upright, parents):
        return []
    if stacked:
        _stack(level, parents)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for index, segment in enumerate([*level, *upright]):
        group = groups.setdefault(_root(parents, index), ([], []))
        group[index >= len(level)].append(segment)
    found = []
    for flat, steep in groups.values():
        if len(flat) + len(steep) >= 3 and flat:
            found.append(_region(flat, steep))
    found.sort(key=lambda r: (r.bounds[2] - r.bounds[0]) * (r.bounds[3] - r.bounds[1]))
    return _contained(found) if stacked else found


def _contained(found: list[Region]) -> list[Region]:
    """Regions with those that lie inside another one added to it."""
    result: list[Region] = []
    for region in reversed(found[-_MOST_REGIONS:]):
        x0, top, x1, bottom = region.bounds
        for outer in result:
            a, b, c, d = outer.bounds
            if a - _REACH <= x0 and b - _REACH <= top and x1 <= c + _REACH and bottom <= d + _REACH:
                outer.level.extend(region.level)
                outer.upright.extend(region.upright)
                break
        else:
            result.append(region)
    return result[::-1]


def parts(region: Region, words: list[Word], captions: Sequence[float] = ()) -> list[Region]:
    """A region cut where a band without upright lines lies between two tables: empty, or with a caption."""
    heights = sorted({s.at for s in region.level})
    filled = sorted(middle(word)[1] for word in words)
    cuts = []
    for low, high in pairwise(heights):
        empty = bisect_left(filled, low) == bisect_left(filled, high) and high - low > _EMPTY
        named = any(low < height < high for height in captions)
        if (empty or named) and not any(s.low < low + 2 and s.high > high - 2 for s in region.upright):
            cuts.append((low + high) / 2)
    if not cuts:
        return [region]
    result = []
    for top, bottom in pairwise([float("-inf"), *cuts, float("inf")]):
        level = [s for s in region.level if top <= s.at < bottom]
        upright = [s for s in region.upright if top <= (s.low + s.high) / 2 < bottom]
        if len(level) + len(upright) >= 3 and level:
            found = _region(level, upright)
            result.append(found)
    return result


def _region(level: list[Segment], upright: list[Segment]) -> Region:
    xs = [v for s in level for v in (s.low, s.high)] + [s.at for s in upright]
    ys = [v for s in upright for v in (s.low, s.high)] + [s.at for s in level]
    return Region(level, upright, (min(xs), min(ys), max(xs), max(ys)))


def segments(edges: Iterable[Edge]) -> tuple[list[Segment], list[Segment]]:
    """Level and upright lines, those on one line joined, each kind sorted by where it is."""
    level, upright = [], []
    for edge in edges:
        if edge.x1 - edge.x0 >= edge.bottom - edge.top:
            level.append(Segment((edge.top + edge.bottom) / 2, edge.x0, edge.x1))
        else:
            upright.append(Segment((edge.x0 + edge.x1) / 2, edge.top, edge.bottom))
    return _joined(level), _joined(upright)


def _joined(lines: list[Segment]) -> list[Segment]:
    clusters: list[list[Segment]] = []
    for line in sorted(lines):
        if clusters and line.at - clusters[-1][0].at <= _SNAP:
            clusters[-1].append(line)
        else:
            clusters.append([line])
    result = []
    for cluster in clusters:
        at = sum(line.at for line in cluster) / len(cluster)
        low = high = None
        for line in sorted(cluster, key=lambda s: s.low):
            if low is None or high is None:
                low, high = line.low, line.high
            elif line.low <= high + _REACH:
                high = max(high, line.high)
            else:
                result.append(Segment(at, low, high))
                low, high = line.low, line.high
        if low is not None and high is not None:
            result.append(Segment(at, low, high))
    return result


def _cross(level: list[Segment], upright: list[Segment], parents: list[int]) -> bool:
    """Unite lines that cross or touch; false where there are too many of them."""
    heights = [s.at for s in level]
    ranges = [(bisect_left(heights, u.low - _REACH), bisect_right(heights, u.high + _REACH)) for u in upright]
    if sum(end - start for start, end in ranges) > _MAX_CROSSINGS:
        return False
    for index, (line, (start, end)) in enumerate(zip(upright, ranges, strict=True)):
        for other in range(start, end):
            if level[other].low - _REACH <= line.at <= level[other].high + _REACH:
                parents[_root(parents, other)] = _root(parents, len(level) + index)
    return True


def _stack(level: list[Segment], parents: list[int]) -> None:
    """Unite level lines of one width that stand below each other."""
    last: dict[tuple[int, int], int] = {}
    for index, line in enumerate(level):
        if line.high - line.low < _STACK_WIDTH:
            continue
        left, right = round(line.low / 8), round(line.high / 8)
        for key in ((a, b) for a in (left - 1, left, left + 1) for b in (right - 1, right, right + 1)):
            other = last.get(key)
            if (
                other is not None
                and abs(level[other].low - line.low) < 5
                and abs(level[other].high - line.high) < 5
                and line.at - level[other].at < _STACK
            ):
                parents[_root(parents, other)] = _root(parents, index)
        last[left, right] = index


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


# --- cells -----------------------------------------------------------------------------------------------


def cells(region: Region, words: list[Word]) -> Grid | None:
    """The grid of a region with the words inside it; None where it has one column or row, or too many."""
    size = min((w.style.size for w in words), default=8.0)
    tolerance = min(max(0.6 * size, 1.5), 6.0)
    x0, top, x1, bottom = region.bounds
    xs = _boundaries([x0, *(s.at for s in region.upright), x1], tolerance)
    ys = _boundaries([top, *(s.at for s in region.level), bottom], tolerance)
    if len(xs) < 3 or len(ys) < 3 or len(xs) * len(ys) > _MAX_BANDS:
        return None
    beside = _separators(region.upright, xs, ys)
    below = _separators(region.level, ys, xs)
    return _grid(words, xs, ys, _united(beside, below, len(xs) - 1, len(ys) - 1))


def _boundaries(values: list[float], tolerance: float) -> list[float]:
    clusters: list[list[float]] = []
    for value in sorted(values):
        if clusters and value - clusters[-1][0] <= tolerance:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(c) / len(c) for c in clusters]


def _separators(lines: list[Segment], places: list[float], bands: list[float]) -> set[tuple[int, int]]:
    """(boundary, band) wherever a line on that boundary runs along more than half of the band."""
    covered: dict[tuple[int, int], float] = {}
    for line in lines:
        boundary = _nearest(places, line.at)
        for band in range(max(bisect_right(bands, line.low) - 1, 0), len(bands) - 1):
            low, high = bands[band], bands[band + 1]
            if low >= line.high:
                break
            share = (min(high, line.high) - max(low, line.low)) / (high - low)
            covered[boundary, band] = covered.get((boundary, band), 0.0) + max(share, 0.0)
    return {key for key, share in covered.items() if share > 0.5}


def _nearest(values: list[float], value: float) -> int:
    right = bisect_left(values, value)
    if right == 0:
        return 0
    if right == len(values) or value - values[right - 1] <= values[right] - value:
        return right - 1
    return right


Span = tuple[int, int, int, int]


def _united(
    beside: set[tuple[int, int]], below: set[tuple[int, int]], width: int, height: int
) -> dict[tuple[int, int], Span]:
    """For each band of rows and columns the cell it lies in: (first row, first column, rows, columns)."""
    parents = list(range(width * height))
    for row in range(height):
        for column in range(width):
            here = row * width + column
            if column + 1 < width and (column + 1, row) not in beside:
                parents[_root(parents, here + 1)] = _root(parents, here)
            if row + 1 < height and (row + 1, column) not in below:
                parents[_root(parents, here + width)] = _root(parents, here)
    members: dict[int, list[tuple[int, int]]] = {}
    for here in range(width * height):
        members.setdefault(_root(parents, here), []).append(divmod(here, width))
    result: dict[tuple[int, int], Span] = {}
    for bands in members.values():
        for part in _rectangles(bands):
            rows, columns = [r for r, _ in part], [c for _, c in part]
            span = (min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)
            result.update(dict.fromkeys(part, span))
    return result


def _rectangles(bands: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The bands of one cell; where they are no rectangle (a line is missing) one part per row."""
    rows = {r for r, _ in bands}
    columns = {c for _, c in bands}
    if len(rows) * len(columns) == len(bands):
        return [bands]
    parts: list[list[tuple[int, int]]] = []
    for band in sorted(bands):
        if parts and parts[-1][-1] == (band[0], band[1] - 1):
            parts[-1].append(band)
        else:
            parts.append([band])
    return parts


def _grid(words: list[Word], xs: list[float], ys: list[float], spans: dict[tuple[int, int], Span]) -> Grid:
    """Words in their cells; rows and columns in which no cell with words begins are left out."""
    filled: dict[Span, list[Word]] = {}
    for word in words:
        x, y = middle(word)
        row, column = bisect_right(ys, y) - 1, bisect_right(xs, x) - 1
        row, column = min(max(row, 0), len(ys) - 2), min(max(column, 0), len(xs) - 2)
        filled.setdefault(spans[row, column], []).append(word)
    kept_rows = sorted({span[0] for span in filled})
    kept = sorted({span[1] for span in filled})
    grid = [[Cell([]) for _ in kept] for _ in kept_rows]
    for (row, column, rows, columns), inside in filled.items():
        r, c = bisect_left(kept_rows, row), bisect_left(kept, column)
        covered = bisect_left(kept, column + columns) - c
        grid[r][c] = Cell(inside, bisect_left(kept_rows, row + rows) - r, covered)
    return Grid(grid, [xs[c] for c in kept], (xs[0], ys[0], xs[-1], ys[-1]))


def middle(word: Word) -> tuple[float, float]:
    """The point by which a word is placed: halfway its width, at half the height of its small letters."""
    return (word.x0 + word.x1) / 2, word.base - 0.28 * word.style.size


def inside(words: Iterable[Word], bounds: Bounds) -> list[Word]:
    """The words whose middle lies within the bounds (a point of room)."""
    x0, top, x1, bottom = bounds[0] - 1, bounds[1] - 1, bounds[2] + 1, bounds[3] + 1
    result = []
    for word in words:
        x, y = middle(word)
        if x0 <= x <= x1 and top <= y <= bottom:
            result.append(word)
    return result
