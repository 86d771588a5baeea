"""Rows and columns by how text is aligned: for tables with few or no lines.

Columns are parted by white that no line of text crosses; a row begins where its cells do.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from uitvoerbaarheid.extraction.pdf.grids import Cell, Grid
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Style, Word
from uitvoerbaarheid.resources import read_toml

#: Words further apart than this many times their size are of two columns.
_GAP = 0.75
#: A column name is short.
_NAME_LENGTH, _NAME_WORDS = 48, 6
#: So is the title of a group of rows.
_TITLE = 80
#: A row further below the one before than this many lines is not of the same table.
_FAR = 5.0
_MOST_ROWS = 400
_MOST_CHUNKS = 2_000
#: How much it says that a word does not fit on the line above.
_WEAK = 0.9
#: How far the text of a list item stands from its mark at most, in points.
_MARK_ROOM = 40.0
_ADDRESS = ("http", "www.")
_EURO, _AMOUNT = ("€", "-€", "€-"), "-–+(0123456789"
#: So many rows of figures make a table; at most so many lines of a label stand between two of them.
_FEWEST_ROWS, _LABEL_LINES = 3, 3
_FEWEST_TEXT_ROWS = 4
_FEWEST_LABELS = 2


@dataclass
class Chunk:
    """Words on one baseline that belong together."""

    words: list[Word]
    x0: float
    x1: float
    base: float
    size: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def is_figures(text: str) -> bool:
    """Whether a cell holds nothing but an amount, a share, a year or a mark for nothing."""
    return len(text) < 60 and patterns()["figure"].fullmatch(text.strip()) is not None


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """The patterns of cells in ``data/patterns/tables.toml``, compiled."""
    return {
        name: re.compile(regex, re.I) for name, regex in read_toml("patterns", "tables.toml")["cells"].items()
    }


@cache
def _names() -> re.Pattern[str]:
    lists = [*read_toml("lexicons", "columns.toml")["columns"].values()]
    lists.append(read_toml("patterns", "tables.toml")["names"]["common"])
    names = [re.escape(name).replace(r"\*", r"\w*") for some in lists for name in some]
    return re.compile(rf"\W*(?:{'|'.join(names)})(?!\w)", re.I)


def is_name(text: str) -> bool:
    """Whether a text is short and opens with a known name of a column ("Wie", "Kosten (x € 1.000)")."""
    return is_short(text) and not text[:1].islower() and _names().match(text) is not None


def is_short(text: str) -> bool:
    """Whether a text is short enough for a column's name and no sentence."""
    return 0 < len(text) <= _NAME_LENGTH and len(text.split()) <= _NAME_WORDS and text[-1] not in ".;"


# --- lines of text ---------------------------------------------------------------------------------------


_PLACE, _LEFT = attrgetter("base", "x0"), attrgetter("x0")


def downwards(words: Iterable[Word]) -> list[Word]:
    """The words by baseline, those on one from left to right."""
    return sorted(words, key=_PLACE)


def rows_of(words: Iterable[Word]) -> list[list[Chunk]]:
    """The words as chunks from left to right, in rows from top to bottom."""
    return [_chunks(row) for row in word_rows(words)]


def word_rows(words: Iterable[Word]) -> list[list[Word]]:
    """The words from left to right, in rows from top to bottom."""
    rows: list[list[Word]] = []
    base = float("-inf")
    for word in downwards(words):
        if word.base - base <= 0.35 * word.style.size:
            rows[-1].append(word)
        else:
            rows.append([word])
            base = word.base
    for row in rows:
        row.sort(key=_LEFT)
    return rows


def _chunks(row: list[Word]) -> list[Chunk]:
    chunks: list[Chunk] = []
    right = size = 0.0
    for word in row:
        own = word.style.size
        gap = word.x0 - right
        limit = _GAP * (own if own > size else size)
        if chunks and (gap < limit or (gap < 5 * own and _is_amount(chunks[-1].words[-1], word))):
            chunks[-1].words.append(word)
            right, size = max(right, word.x1), max(size, own)
            chunks[-1].x1, chunks[-1].size = right, size
        else:
            right, size = word.x1, own
            chunks.append(Chunk([word], word.x0, right, word.base, size))
    return chunks


def _is_amount(sign: Word, word: Word) -> bool:
    """Whether a lone euro sign and the figures that stand apart from it are one amount."""
    return sign.text in _EURO and word.text[:1] in _AMOUNT


def joined_mark(row: Sequence[Chunk]) -> Sequence[Chunk]:
    """The row with a list mark or number and the text after it as one chunk."""
    if len(row) < 2 or not _is_mark(row[0], row[1]):
        return row
    mark, text = row[0], row[1]
    return [Chunk([*mark.words, *text.words], mark.x0, text.x1, mark.base, text.size), *row[2:]]


def _is_mark(chunk: Chunk, following: Chunk) -> bool:
    if len(chunk.words) > 1 or following.x0 - chunk.x1 > _MARK_ROOM or is_figures(following.text):
        return False
    text = chunk.words[0].text
    return len(text) < 6 and any(
        rules_of.fullmatch(text) for rules_of in (rules().bullet, rules().enumeration)
    )


def has_columns(words: list[Word]) -> bool:
    """Whether two lines or more fall apart into pieces: what a table without lines takes at least.

    The words are as :func:`downwards` gives them.
    """
    count = 0
    base = right = line = 0.0
    for word in words:
        if abs(word.base - base) > 1:
            base = word.base
        elif word.x0 - right > _GAP * word.style.size and line != base:
            count, line = count + 1, base
            if count > 1:
                return True
        right = word.x1
    return False


# --- columns ---------------------------------------------------------------------------------------------


def gutters(rows: Sequence[Sequence[Chunk]]) -> list[float]:
    """The left sides of columns that are parted by white over all rows; one column or none: empty.

    A chunk over the white of many other rows is a cell over several columns; a row of one such chunk is a
    group title, as long as few rows are.
    """
    rows = [joined_mark(row) for row in rows]
    several = [row for row in rows if len(row) > 1]
    if len(several) < 2 or sum(map(len, rows)) > _MOST_CHUNKS:
        return []
    whites = sorted((a.x1, b.x0) for row in several for a, b in pairwise(row))
    enough = max(2.0, 0.25 * len(several))
    spans = _covered([c for row in several for c in row if _bridged(c, whites) < enough])
    if len(spans) < 2:
        return []
    starts = [spans[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(spans))]
    crossing = sum(len(row) == 1 and _crosses(row[0], starts) for row in rows)
    return [] if crossing > 0.34 * len(rows) else starts


def _bridged(chunk: Chunk, whites: list[tuple[float, float]]) -> int:
    """How many of the whites (sorted) lie within the chunk's width."""
    room = 0.3 * chunk.size
    start = bisect_left(whites, (chunk.x0 - room,))
    end = bisect_right(whites, (chunk.x1,), lo=start)
    return sum(high <= chunk.x1 + room for _, high in whites[start:end])


def _covered(chunks: list[Chunk]) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for chunk in sorted(chunks, key=lambda c: c.x0):
        if spans and chunk.x0 < spans[-1][1] + 0.4 * chunk.size:
            spans[-1] = spans[-1][0], max(spans[-1][1], chunk.x1)
        else:
            spans.append((chunk.x0, chunk.x1))
    return spans


def _crosses(chunk: Chunk, starts: list[float]) -> bool:
    return column_of(chunk.x0 + 2, starts) != column_of(chunk.x1 - 2, starts)


def column_of(x: float, starts: list[float]) -> int:
    """The column in which ``x`` lies."""
    return max(bisect_right(starts, x) - 1, 0)


# --- rows ------------------------------------------------------------------------------------------------


def text_grid(words: list[Word], starts: list[float], lines: Sequence[float] = ()) -> Grid:
    """Words in rows and the columns that begin at ``starts``; ``lines`` are heights at which a row ends."""
    rows = rows_of(words)
    placed = [_place(row, starts) for row in rows]
    rights = [
        max((c.x1 for row in placed for n, c in row if n == i), default=0.0) for i in range(len(starts))
    ]
    leading = _leading(rows)
    result: list[dict[int, list[Chunk]]] = []
    base = 0.0
    for row in placed:
        here = row[0][1].base
        cut = bisect_right(lines, here - 1) != bisect_right(lines, base - 1)
        if not result or cut or _begins(row, result[-1], starts, rights, leading):
            result.append({})
        for column, chunk in row:
            result[-1].setdefault(column, []).append(chunk)
        base = here
    grid = [[Cell([]) for _ in starts] for _ in result]
    for cells, found in zip(grid, result, strict=True):
        for column, chunks in found.items():
            last = max(column_of(chunk.x1 - 2, starts) for chunk in chunks)
            alone = len(found) == 1 or not any(n in found for n in range(column + 1, last + 1))
            cells[column] = Cell([w for c in chunks for w in c.words], 1, last - column + 1 if alone else 1)
    return Grid(grid, starts)


def banded(words: list[Word], starts: list[float], lines: Sequence[float]) -> Grid:
    """One row for each band between two heights; words in the column that they stand in."""
    rows = [[Cell([]) for _ in starts] for _ in lines[1:]]
    for word in words:
        band = min(max(bisect_right(lines, word.base - 0.28 * word.style.size) - 1, 0), len(rows) - 1)
        rows[band][column_of((word.x0 + word.x1) / 2, starts)].words.append(word)
    return Grid([row for row in rows if any(cell.words for cell in row)], starts)


def _place(row: list[Chunk], starts: list[float]) -> list[tuple[int, Chunk]]:
    """Each chunk with its column; one that lies over several columns is cut where words allow it."""
    placed = []
    for chunk in row:
        if not _crosses(chunk, starts) or len(row) == 1:
            placed.append((column_of(_anchor(chunk, starts), starts), chunk))
            continue
        parts: dict[int, list[Word]] = {}
        for word in chunk.words:
            parts.setdefault(column_of((word.x0 + word.x1) / 2, starts), []).append(word)
        for column, words in parts.items():
            placed.append((column, Chunk(words, words[0].x0, words[-1].x1, chunk.base, chunk.size)))
    return placed


def _anchor(chunk: Chunk, starts: list[float]) -> float:
    """Where a chunk's column is looked up: its left side when it lies over several, else its middle."""
    return chunk.x0 + 2 if _crosses(chunk, starts) else (chunk.x0 + chunk.x1) / 2


def _leading(rows: list[list[Chunk]]) -> float:
    """The distance of two lines in a cell: the smallest distance between rows that is not rare."""
    size = statistics.median(row[0].size for row in rows) if rows else 10.0
    steps = [b[0].base - a[0].base for a, b in pairwise(rows)]
    likely = sorted(s for s in steps if 0.9 * size < s < 2.4 * size)
    return likely[len(likely) // 5] if likely else 1.25 * size


def _begins(
    row: list[tuple[int, Chunk]],
    current: dict[int, list[Chunk]],
    starts: list[float],
    rights: list[float],
    leading: float,
) -> bool:
    """Whether a line of text opens a new row: its cells begin rather than go on."""
    score = 0.0
    for column, chunk in row:
        above = current.get(column)
        if above is None:
            if column == 0 and min(current) > 0 and len(current) > 1:
                score += 0.5
            continue
        sure = _starts(chunk, above[-1], rights[column] - starts[column], rights[column], leading)
        score += 2 * sure if column == 0 and abs(sure) != _WEAK else sure
    return score > 0


def _starts(chunk: Chunk, above: Chunk, width: float, right: float, leading: float) -> float:
    """How sure a line begins a cell (positive) or goes on with the one above it (negative)."""
    step = chunk.base - above.base
    text, before = chunk.text, above.text
    if is_figures(text) and is_figures(before):
        return 3
    if step > 2.2 * leading:
        return 2
    small = text[:1].islower() and not text.startswith(_ADDRESS)
    if small or text[:1] in "()&•▪-–/" or before[-1:] in "-,(/&":
        return -2
    if not 0.75 * leading <= step <= 1.45 * leading:
        return 2 if step > leading else -2
    first = chunk.words[0]
    if above.x1 + 0.25 * chunk.size + (first.x1 - first.x0) > right + 1:
        return -_WEAK
    return 2 if above.x1 - above.x0 < 0.6 * width else 1


# --- tables found by their column names ------------------------------------------------------------------


class Found(NamedTuple):
    """A table by its text: left sides of columns, its words, and the height at which the names end."""

    starts: list[float]
    words: list[Word]
    names_end: float


OnColor = Callable[[Iterable[Word]], bool]


def named_tables(rows: list[list[Chunk]], on_color: OnColor) -> list[Found]:
    """Tables without lines below a row of column names: known ones, or any on a coloured area."""
    found = []
    index = 0
    while index < len(rows):
        names = _name_run(rows[index], on_color)
        if names:
            table, last = _below(rows, index, names)
            if table is not None:
                found.append(table)
                index = last
        index += 1
    return found


def _name_run(row: list[Chunk], on_color: OnColor) -> list[Chunk]:
    """Neighbouring chunks that are column names: two known ones or more, and at least half of them."""
    if len(row) < 2:
        return []
    best: list[Chunk] = []
    run: list[Chunk] = []
    for chunk in [*row, None]:
        if chunk is not None and is_short(chunk.text) and not is_figures(chunk.text):
            run.append(chunk)
            continue
        if len(run) > len(best):
            best = run
        run = []
    if len(best) < 2 or len({chunk.size for chunk in best}) > 1:
        return []
    known = sum(is_name(chunk.text) for chunk in best)
    colored = on_color([best[0].words[0], best[-1].words[-1]])
    if colored or all(chunk.words[0].style.bold for chunk in best):
        return best if (known >= 2 and 2 * known >= len(best)) or (colored and len(best) > 2) else []
    return best if known >= 3 and 3 * known >= 2 * len(best) else []


def _below(rows: list[list[Chunk]], start: int, names: list[Chunk]) -> tuple[Found | None, int]:
    """The table below a row of names, and the index of its last row."""
    white = [[a.x1, b.x0] for a, b in pairwise(names)]
    left = names[0].x0 - 1.5 * names[0].size
    beyond = [c.x0 for c in rows[start] if c.x0 > names[-1].x1]
    right = min(beyond, default=float("inf")) - 2
    taken: list[list[Chunk]] = [names]
    base, end = names[0].base, start
    title: list[list[Chunk]] = []
    for index in range(start + 1, min(len(rows), start + _MOST_ROWS)):
        chunks = [c for c in rows[index] if left <= c.x0 < right]
        if not chunks:
            continue
        far = chunks[0].base - base > _FAR * chunks[0].size
        large = chunks[0].size > 1.15 * names[0].size
        outside = any(c.x0 < left <= c.x1 for c in rows[index])
        if far or large or outside:
            break
        if not _fits(chunks, names, white):
            if title or len(chunks) > 1 or len(chunks[0].text) > _TITLE or chunks[0].x0 > names[0].x0 + 3:
                break
            title = [chunks]
            continue
        taken += [*title, chunks]
        title = []
        base, end = chunks[0].base, index
    while len(taken) > 1 and len(taken[-1]) == 1 and _loose(taken):
        taken.pop()
    filled = sum(len(row) > 1 for row in taken[1:])
    if filled < 1 or (filled < 2 and len(names) < 3):
        return None, start
    starts = [min(c.x0 for row in taken for c in row[:1])]
    starts += [low + 0.6 * (high - low) for low, high in white]
    return Found(starts, [w for row in taken for c in row for w in c.words], _names_end(taken)), end


def _names_end(taken: list[list[Chunk]]) -> float:
    """The height at which the column names end: lines set like the first, or going on with it, are names."""
    first = taken[0][0]
    style = first.words[0].style
    end = first.base
    for row in taken[1:4]:
        close = row[0].base - end < 1.6 * first.size
        same = all((w.style.bold, w.style.color) == (style.bold, style.color) for c in row for w in c.words)
        goes_on = all(c.text[:1].islower() or c.text[:1] in "(€" for c in row)
        if not close or not (goes_on or (same and _differs(style, taken[-1]))):
            break
        end = row[0].base
    return end + 0.4 * first.size


def _differs(style: Style, row: list[Chunk]) -> bool:
    other = row[-1].words[-1].style
    return (style.bold, style.color) != (other.bold, other.color)


# --- tables found by their figures -----------------------------------------------------------------------


def _runs(
    rows: list[list[Chunk]], run_from: Callable[[list[list[Chunk]], int], list[list[Chunk]]]
) -> Iterator[tuple[int, list[list[Chunk]]]]:
    """Each run of rows as ``run_from`` makes it of the first row that is left, with where it begins."""
    index = 0
    while index < len(rows):
        run = run_from(rows, index)
        yield index, run
        index += max(len(run), 1)


def figure_tables(rows: list[list[Chunk]], _: OnColor) -> list[Found]:
    """Three or more rows of a label and figures in the same columns, with the column names above them."""
    found = []
    for index, run in _runs(rows, _figure_run):
        if sum(len(row) > 1 for row in run) >= _FEWEST_ROWS:
            head = _head(rows, index, run)
            starts = gutters([*head, *run])
            if starts:
                words = [w for row in [*head, *run] for c in row for w in c.words]
                end = head[-1][0].base + 0.4 * head[-1][0].size if head else 0.0
                found.append(Found(starts, words, end))
    return found


def _figure_run(rows: list[list[Chunk]], start: int) -> list[list[Chunk]]:
    run: list[list[Chunk]] = []
    labels: list[list[Chunk]] = []
    for row in rows[start : start + _MOST_ROWS]:
        far = run and row[0].base - (labels or run)[-1][0].base > 4 * row[0].size
        if far:
            break
        if len(row) > 1 and all(is_figures(chunk.text) for chunk in row[1:]):
            run += [*labels, row]
            labels = []
        elif run and len(row) == 1 and len(labels) < _LABEL_LINES and is_short(row[0].text):
            labels.append(row)
        else:
            break
    return run


def _head(rows: list[list[Chunk]], start: int, run: list[list[Chunk]]) -> list[list[Chunk]]:
    """The rows of column names right above a run of figures."""
    head: list[list[Chunk]] = []
    below = run[0][0]
    for row in reversed(rows[max(start - 3, 0) : start]):
        short = all(len(chunk.text) <= _NAME_LENGTH for chunk in row)
        if len(row) < 2 or not short or below.base - row[0].base > 3 * below.size:
            break
        head.insert(0, row)
        below = row[0]
    return head


def _loose(taken: list[list[Chunk]]) -> bool:
    """Whether the last row, a single chunk in the first column, stands apart from the row above it."""
    last, above = taken[-1][0], taken[-2][0]
    return last.base - above.base > 1.6 * last.size and last.x0 <= above.x0 + 2


def _fits(chunks: list[Chunk], names: list[Chunk], white: list[list[float]]) -> bool:
    """Whether a line leaves white between all columns; the white is narrowed to what is left."""
    narrowed = [list(pair) for pair in white]
    for chunk in chunks:
        for number, pair in enumerate(narrowed):
            low, high = pair
            if chunk.x1 <= low or chunk.x0 >= high:
                continue
            if chunk.x0 <= names[number].x1 - 1 or chunk.x0 - low < high - chunk.x1:
                pair[0] = max(low, chunk.x1)
            else:
                pair[1] = min(high, chunk.x0)
            if pair[1] - pair[0] < 0.3 * chunk.size:
                return False
    white[:] = narrowed
    return True


# --- tables found by short texts below each other --------------------------------------------------------


def word_tables(rows: list[list[Chunk]], _: OnColor) -> list[Found]:
    """Four or more rows of three or more short texts that start (or end) below each other."""
    found = []
    for _index, run in _runs(rows, _word_run):
        several = [row for row in run if len(row) > 2]
        if len(several) >= _FEWEST_TEXT_ROWS:
            starts = gutters(run)
            if len(starts) > 2 and _spare(several, starts):
                found.append(Found(starts, [w for row in run for c in row for w in c.words], 0.0))
    return found


def _word_run(rows: list[list[Chunk]], start: int) -> list[list[Chunk]]:
    run: list[list[Chunk]] = []
    first = rows[start]
    if len(first) < 3:
        return run
    title: list[list[Chunk]] = []
    for row in rows[start : start + _MOST_ROWS]:
        if run and row[0].base - (title or run)[-1][0].base > _FAR * row[0].size:
            break
        if (
            len(row) > 1
            and all(len(c.text) <= 60 for c in row)
            and (not run or _below_each_other(row, run[0]))
        ):
            run += [*title, row]
            title = []
        elif len(row) == 1 and not title and abs(row[0].x0 - first[0].x0) < 3 and is_short(row[0].text):
            title = [row]
        else:
            break
    return run


def _below_each_other(row: list[Chunk], other: list[Chunk]) -> bool:
    return all(any(abs(c.x0 - o.x0) < 3 or abs(c.x1 - o.x1) < 3 for o in other) for c in row)


def _spare(rows: list[list[Chunk]], starts: list[float]) -> bool:
    """Whether the texts leave much of the columns but the last empty, unlike prose set in columns."""
    widths = [b - a for a, b in pairwise(starts)]
    taken = [
        (c.x1 - c.x0) / widths[n]
        for row in rows
        for c in row
        if (n := column_of(c.x0 + 1, starts)) < len(widths)
    ]
    return bool(taken) and statistics.mean(taken) < 0.75


# --- labels with text beside them ------------------------------------------------------------------------


def label_tables(rows: list[list[Chunk]], _: OnColor) -> list[Found]:
    """Two or more bold labels below each other, each on one line with text that starts further right."""
    found = []
    for _index, run in _runs(rows, _label_run):
        if sum(len(row) > 1 for row in run) >= _FEWEST_LABELS:
            starts = [run[0][0].x0, run[0][1].x0 - 1]
            found.append(Found(starts, [w for row in run for c in row for w in c.words], 0.0))
    return found


def _label_run(rows: list[list[Chunk]], start: int) -> list[list[Chunk]]:
    run: list[list[Chunk]] = []
    first = rows[start]
    if len(first) != 2 or not _is_label(first[0]) or _is_label(first[1]):
        return run
    left, text = first[0].x0, first[1].x0
    for row in rows[start : start + _MOST_ROWS]:
        if run and row[0].base - run[-1][0].base > _FAR * row[0].size:
            break
        label = abs(row[0].x0 - left) < 3 and _is_label(row[0]) and row[0].x1 < text
        if not label and row[0].x0 < text - 3:
            break
        if label and len(row) > 1 and abs(row[1].x0 - text) > 3:
            break
        run.append(row)
    while len(run) > 1 and len(run[-1]) == 1 and run[-1][0].x0 < text - 3:
        run.pop()
    return run


def _is_label(chunk: Chunk) -> bool:
    return is_short(chunk.text) and all(word.style.bold for word in chunk.words)
