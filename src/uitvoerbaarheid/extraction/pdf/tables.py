"""Tables: cells between ruling lines or coloured areas, and text in columns without them.

What is drawn says most: cells between lines first, then coloured areas and level lines alone, then the
structure tags, then column names that are known and rows of figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from uitvoerbaarheid.extraction.hyphens import join_lines
from uitvoerbaarheid.extraction.pdf import aligned
from uitvoerbaarheid.extraction.pdf.aligned import is_figures, is_name, is_short, patterns, rows_of, word_rows
from uitvoerbaarheid.extraction.pdf.grids import (
    Bounds,
    Cell,
    Grid,
    Region,
    cells,
    inside,
    middle,
    parts,
    regions,
)
from uitvoerbaarheid.extraction.pdf.layout import Line, dominant, make_line, words_text
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Edge, Page, Word

#: A row of one cell over the whole width with more text than this is prose in a frame, not a row.
_PROSE = 160
#: Two cells with more text than this side by side, and no column names, are a layout of two columns.
_LAYOUT = 240
_MARKS = re.compile(r"[^\w\s]|o|[\uf020-\uf0ff]")


@dataclass
class Table:
    """Rows of cells with their bounds; ``header`` holds the column names or None.

    ``groups`` are the rows that are one cell over all columns: the title of the rows below. ``unsure`` is
    a header that only stands out by its shortness. ``columns`` and ``rights`` are the left and right sides of
    the text in the columns, ``number`` is the table's number in the document once that is known, ``more`` the
    places where a row goes on: (page, bounds) by row.
    """

    bounds: Bounds
    rows: list[list[str]]
    row_bounds: list[Bounds]
    header: list[str] | None
    columns: list[float]
    rights: list[float] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)
    unsure: bool = False
    number: int | None = None
    more: dict[int, list[tuple[int, Bounds]]] = field(default_factory=dict)


def find_tables(page: Page) -> tuple[list[Table], set[int]]:
    """The tables of a page and the ``id`` of every word that stands in one."""
    found = _Found(page)
    found.ruled()
    found.tagged()
    found.shaded()
    found.aligned()
    return found.tables, found.used


class _Found:
    """The tables of one page while they are looked for; each word is in one table at most."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tables: list[Table] = []
        self.used: set[int] = set()
        self.areas: list[Bounds] = []
        self.heads: list[Grid] = []

    def free(self, words: Iterable[Word]) -> list[Word]:
        return [w for w in words if id(w) not in self.used]

    def ruled(self) -> None:
        """Tables with cells between drawn lines."""
        for region in regions((e for e in self.page.edges if e.drawn), stacked=False):
            if not region.upright:
                continue
            grid = _region_grid(region, self.free(inside(self.page.words, region.bounds)))
            if grid is not None and _is_head(grid):
                self.heads.append(grid)
            elif grid is not None and self.take(_split_figures(grid)):
                self.areas.append(region.bounds)

    def shaded(self) -> None:
        """Tables of coloured areas, or of level lines alone."""
        edges = self.page.edges
        for area in self.areas:
            edges = [e for e in edges if not _within(e, area)]
        if len(edges) < 3:
            return
        for whole in regions(edges, stacked=True):
            words = self.free(inside(self.page.words, whole.bounds))
            if not words:
                continue
            for region in parts(whole, words, _captions(words)):
                words = self.free(inside(self.page.words, region.bounds))
                grid = _region_grid(region, words) or self._labelled(region, words)
                if grid is None:
                    continue
                if _is_head(grid):
                    self.heads.append(grid)
                elif self.take(grid):
                    self.areas.append(region.bounds)

    def _labelled(self, region: Region, labels: list[Word]) -> Grid | None:
        """Coloured cells with labels, one below the other, and text without colour to the right of them."""
        heights = sorted({s.at for s in region.level})
        x0, top, x1, bottom = region.bounds
        if len(heights) < 3 or not labels or x1 - x0 > 0.5 * self.page.width:
            return None
        area = (x1, top, self.page.width, bottom)
        beside = self.free(inside(self.page.words, area))
        if not beside or min(w.x0 for w in beside) > x1 + 3 * labels[0].style.size:
            return None
        grid = aligned.banded([*labels, *beside], [x0, x1], heights)
        both = sum(all(cell.words for cell in row) for row in grid.rows)
        return grid if both == len(grid.rows) else None

    def tagged(self) -> None:
        """Tables that the file's structure tags mark."""
        if not self.page.cells:
            return
        for rows in _tagged(self.page, self.used):
            self.take(rows)

    def aligned(self) -> None:
        """Tables by known column names, then rows of figures."""
        words = aligned.downwards(self.free(self.page.words))
        if aligned.has_columns(words):
            rows = rows_of(words)
            for find in (
                aligned.named_tables,
                aligned.figure_tables,
                aligned.word_tables,
                aligned.label_tables,
            ):
                known = len(self.tables)
                for starts, inside_it, end in find(rows, self._on_color):
                    self.take(aligned.text_grid(inside_it, starts, [end]))
                if len(self.tables) > known:
                    rows = rows_of(self.free(words))
        for grid in self.heads:
            words = [w for row in grid.rows for cell in row for w in cell.words]
            if not any(id(w) in self.used for w in words) and not self._crown(words):
                self.take(grid)

    def _crown(self, words: list[Word]) -> bool:
        """Give names that stand in a coloured bar right above a table to that table."""
        x0, top, x1, bottom = _word_bounds(words)
        size = words[0].style.size
        for table in self.tables:
            left, above, right, _ = table.bounds
            close = -2 < above - bottom < 2 * size and x0 > left - size and x1 < right + size
            if not close or (table.header and not table.unsure):
                continue
            names = _names_above(rows_of(words), table)
            if sum(map(bool, names)) > 1:
                table.header, table.unsure = names, False
                table.bounds = (min(x0, left), top, max(x1, right), table.bounds[3])
                self.used.update(id(w) for w in words)
                return True
        return False

    def _on_color(self, words: Iterable[Word]) -> bool:
        """Whether all words stand on a coloured area."""
        return bool(self.page.fills) and all(_fill([word], self.page) is not None for word in words)

    def take(self, grid: Grid) -> bool:
        """Add one table per stretch of rows with two or more filled columns; framed prose is left alone."""
        taken = False
        header: list[str] | None = None
        for stretch in _stretches(grid.rows):
            filled = [i for i in range(len(stretch[0])) if any(row[i].words for row in stretch)]
            if len(filled) < 2 or len(stretch) < 2:
                continue
            rows = [_columns(row, filled) for row in stretch]
            if _is_layout(rows):
                continue
            table = _make_table(rows, self.page)
            if table is None:
                continue
            if taken and table.header is None and header and len(header) == len(filled):
                table.header = header
            header = table.header
            self.tables.append(table)
            self.used.update(id(w) for row in stretch for cell in row for w in cell.words)
            taken = True
        return taken


def _within(edge: Edge, area: Bounds) -> bool:
    x, y = (edge.x0 + edge.x1) / 2, (edge.top + edge.bottom) / 2
    return area[0] - 3 <= x <= area[2] + 3 and area[1] - 3 <= y <= area[3] + 3


def _columns(row: list[Cell], kept: list[int]) -> list[Cell]:
    """The row with only the columns that are kept."""
    result = []
    for number, column in enumerate(kept):
        cell = row[column]
        end = column + cell.columns
        span = sum(column <= other < end for other in kept[number:])
        result.append(Cell(cell.words, cell.rows, max(span, 1)))
    return result


# --- rows of a grid --------------------------------------------------------------------------------------


def _stretches(grid: list[list[Cell]]) -> list[list[list[Cell]]]:
    """Runs of rows without prose in a frame; single cells at the start and end are titles or prose too."""
    stretches: list[list[list[Cell]]] = [[]]
    for row in grid:
        filled = [cell.words for cell in row if cell.words]
        if len(filled) == 1 and (sum(len(w.text) + 1 for w in filled[0]) > _PROSE or _is_caption(filled[0])):
            stretches.append([])
        else:
            stretches[-1].append(row)
    return [trimmed for stretch in stretches if (trimmed := _trim(stretch))]


def _captions(words: list[Word]) -> list[float]:
    """The heights of lines that are the caption of a table or picture."""
    return [row[0].base for row in word_rows(words) if _is_caption(row)]


def _is_caption(words: list[Word]) -> bool:
    return rules().caption.match(" ".join(w.text for w in words[:12])) is not None


def _trim(rows: list[list[Cell]]) -> list[list[Cell]]:
    kept = [i for i, row in enumerate(rows) if not _is_single(row)]
    return rows[kept[0] : kept[-1] + 1] if kept else []


def _is_single(row: list[Cell]) -> bool:
    """Whether a row is one cell at the left or over several columns, or nothing."""
    filled = [i for i, cell in enumerate(row) if cell.words]
    return not filled or (len(filled) == 1 and (filled[0] == 0 or row[filled[0]].columns > 1))


def _is_layout(rows: list[list[Cell]]) -> bool:
    """Whether a grid only sets prose side by side, or marks before the items of a list."""
    texts = [[sum(len(w.text) + 1 for w in cell.words) for cell in row] for row in rows]
    if len(rows) <= 2 and all(sum(n > _LAYOUT for n in row) > 1 for row in texts):
        return True
    filled = sum(n > 0 for row in texts for n in row)
    if len(rows[0]) > 2 and filled < 0.35 * len(rows) * len(rows[0]):
        return True
    if not any(sum(map(str.isalpha, w.text)) > 1 for row in rows for cell in row for w in cell.words):
        return True
    firsts = [cell.words for row in rows for cell in row[:-1] if cell.words]
    return all(len(words) == 1 and _MARKS.fullmatch(words[0].text) for words in firsts)


def _split_figures(grid: Grid) -> Grid:
    """Rows between two lines that hold several rows of figures, one below the other, are parted."""
    rows: list[list[Cell]] = []
    index = 0
    while index < len(grid.rows):
        together = max(grid.rows[index][0].rows, 1)
        rows.extend(_parted(grid.rows[index : index + together], grid.columns))
        index += together
    return Grid(rows, grid.columns, grid.bounds)


def _parted(rows: list[list[Cell]], columns: list[float]) -> list[list[Cell]]:
    """Rows under one cell with labels as the rows that the labels and figures make."""
    labels = rows_of(rows[0][0].words)
    if len(labels) < 2 or any(cell.columns > 1 for row in rows for cell in row if cell.words):
        return rows
    heights = [0] * len(columns)
    for row in rows:
        for i, cell in enumerate(row[1:], start=1):
            lines = rows_of(cell.words)
            if not all(len(line) == 1 and is_figures(line[0].text) for line in lines):
                return rows
            heights[i] += len(lines)
    if max(heights) < 2 or len(labels) < max(heights):
        return rows
    words = [w for row in rows for cell in row for w in cell.words]
    return aligned.text_grid(words, columns).rows


def _region_grid(region: Region, words: list[Word]) -> Grid | None:
    """The cells of a region; where its upright lines leave columns undivided the text says where they are."""
    grid = cells(region, words) if region.upright else None
    if grid is not None and not _undivided(grid):
        return grid
    wide = 0.5 * (region.bounds[2] - region.bounds[0])
    heights = sorted(s.at for s in region.level if s.high - s.low > wide)
    starts = aligned.gutters(rows_of(words)) if len(heights) > 2 else []
    by_text = aligned.text_grid(words, starts, heights) if starts else None
    if grid is None or by_text is None:
        return grid or by_text
    return by_text if _filled(by_text) > 1.1 * _filled(grid) else grid


def _undivided(grid: Grid) -> bool:
    """Whether lines of text in a cell fall apart into pieces: then columns are missing."""
    return any(
        len(line) > 1 for row in grid.rows for cell in row if cell.words for line in rows_of(cell.words)
    )


def _is_head(grid: Grid) -> bool:
    """Whether a grid holds column names only: all set bold, and no figures but years."""
    words = [w for row in grid.rows for cell in row for w in cell.words]
    year = patterns()["year"]
    return bool(words) and all(
        w.style.bold and (not is_figures(w.text) or year.search(w.text)) for w in words
    )


def _filled(grid: Grid) -> int:
    return sum(bool(cell.words) for row in grid.rows for cell in row)


# --- tagged tables ---------------------------------------------------------------------------------------


def _tagged(page: Page, used: set[int]) -> list[Grid]:
    """The tables that the file's structure tags mark, but those of which words are in a table already."""
    tables: dict[int, dict[int, dict[int, list[Word]]]] = {}
    known: Counter[int] = Counter()
    count: Counter[int] = Counter()
    for word in page.words:
        key = page.cells.get(word.mark)
        if key:
            count[key[0]] += 1
            known[key[0]] += id(word) in used
            if id(word) not in used:
                tables.setdefault(key[0], {}).setdefault(key[1], {}).setdefault(key[2], []).append(word)
    return [
        _align([list(rows[r].values()) for r in sorted(rows)])
        for table, rows in sorted(tables.items())
        if known[table] < 0.5 * count[table]
    ]


def _align(rows: list[list[list[Word]]]) -> Grid:
    """Put cells under each other: the fullest rows give the columns, other cells go to the nearest one."""
    most = max(len(row) for row in rows)
    spans: list[list[float]] = []
    for row in rows:
        if len(row) == most:
            placed = sorted(_word_bounds(cell) for cell in row)
            spans = spans or [[b[0], b[2]] for b in placed]
            spans = [[min(s[0], b[0]), max(s[1], b[2])] for s, b in zip(spans, placed, strict=True)]
    grid = []
    for row in rows:
        line = [Cell([]) for _ in spans]
        for words in row:
            x0, _, x1, _ = _word_bounds(words)
            column = max(range(most), key=lambda i: (_overlap(spans[i], x0, x1), -abs(spans[i][0] - x0)))
            line[column].words.extend(words)
        grid.append(line)
    return Grid(grid, [s[0] for s in spans])


def _overlap(span: list[float], x0: float, x1: float) -> float:
    return max(0.0, min(span[1], x1) - max(span[0], x0))


# --- from a grid to a table ------------------------------------------------------------------------------


def _make_table(rows: list[list[Cell]], page: Page) -> Table | None:
    texts = [[cell_text(cell.words, page) for cell in row] for row in rows]
    bounds = [_word_bounds([w for cell in row for w in cell.words]) for row in rows]
    header, unsure = _header_rows(rows, texts, page)
    if len(rows) - header < 1:
        return None
    names = _column_names(rows[:header], texts[:header]) if header else None
    _repeat_labels(rows, texts, header)
    whole = _word_bounds([w for row in rows for cell in row for w in cell.words])
    groups = _groups(rows[header:])
    lefts = [min((w.x0 for row in rows for w in row[i].words), default=0.0) for i in range(len(rows[0]))]
    rights = [max((w.x1 for row in rows for w in row[i].words), default=0.0) for i in range(len(rows[0]))]
    return Table(whole, texts[header:], bounds[header:], names, lefts, rights, groups, unsure)


def _repeat_labels(rows: list[list[Cell]], texts: list[list[str]], start: int) -> None:
    """A short label in a cell over several rows is that of each of them; an amount is not."""
    for number in range(start, len(rows)):
        for column, cell in enumerate(rows[number]):
            text = texts[number][column]
            if cell.rows < 2 or not is_short(text) or any(ch.isdigit() for ch in text):
                continue
            for line in texts[number + 1 : number + cell.rows]:
                line[column] = line[column] or text


def _groups(rows: list[list[Cell]]) -> set[int]:
    """The rows that name a group: one cell over several columns, or a bold one at the left among others."""
    single = [i for i, row in enumerate(rows) if sum(bool(cell.words) for cell in row) == 1]
    if not single:
        return set()
    bold = [_is_bold(row[0]) for i, row in enumerate(rows) if row[0].words and i not in single]
    usual = sum(bold) > 0.3 * len(bold)
    return {
        i
        for i in single
        if max(cell.columns for cell in rows[i] if cell.words) > 1 or (_is_bold(rows[i][0]) and not usual)
    }


def _is_bold(cell: Cell) -> bool:
    return bool(cell.words) and all(word.style.bold for word in cell.words)


def _column_names(rows: list[list[Cell]], texts: list[list[str]]) -> list[str]:
    """One name per column: what stands above it in each row; a cell over several columns names them all."""
    names: list[list[str]] = [[] for _ in rows[0]]
    for index, (row, line) in enumerate(zip(rows, texts, strict=True)):
        spans = _name_spans(row, rows[index + 1 :])
        for column, text in enumerate(line):
            for under in range(*spans.get(column, (0, 0))):
                if text not in names[under]:
                    names[under].append(text)
    return [" ".join(parts) for parts in names]


def _names_above(rows: list[list[aligned.Chunk]], table: Table) -> list[str]:
    """The names over the columns of a table: each is about the columns below it, or the nearest one."""
    middles = [(a + b) / 2 for a, b in zip(table.columns, table.rights, strict=True)]
    names: list[list[str]] = [[] for _ in middles]
    for row in rows:
        for chunk in row:
            center = (chunk.x0 + chunk.x1) / 2
            under = [i for i, x in enumerate(middles) if chunk.x0 <= x <= chunk.x1]
            for column in under or [min(range(len(middles)), key=lambda i: abs(middles[i] - center))]:
                names[column].append(chunk.text)
    return [join_lines(parts) for parts in names]


def _name_spans(row: list[Cell], below: list[list[Cell]]) -> dict[int, tuple[int, int]]:
    """First and last column (exclusive) that each name is about.

    Where nothing drawn tells, names that stand evenly above the columns share them out.
    """
    spans = {i: (i, min(i + cell.columns, len(row))) for i, cell in enumerate(row) if cell.words}
    tops = [i for i in spans if i > 0]
    under = len(row) - 1
    drawn = any(row[i].columns > 1 for i in tops)
    if not below or drawn or len(tops) < 2 or len(tops) == under or under % len(tops):
        return spans
    each = under // len(tops)
    shares = {i: (1 + n * each, 1 + (n + 1) * each) for n, i in enumerate(tops)}
    if all(start <= i < end for i, (start, end) in shares.items()):
        spans.update(shares)
    return spans


def _word_bounds(words: list[Word]) -> Bounds:
    return (
        min([w.x0 for w in words]),
        min([w.top for w in words]),
        max([w.x1 for w in words]),
        max([w.bottom for w in words]),
    )


def cell_text(words: list[Word], page: Page) -> str:
    """The text of a cell, its lines joined and hyphenation undone."""
    if not words:
        return ""
    if len(words) == 1:
        return words[0].text
    lines = word_rows(words)
    if len({w.style.size for w in words}) > 1:
        raised = [w.raised for w in words]
        text = join_lines([make_line(line, page.number).text for line in lines], page.known)
        # What is no table after all keeps the lines that it was in.
        for word, was in zip(words, raised, strict=True):
            word.raised = was
        return text
    return join_lines([words_text(line) for line in lines], page.known)


_MOST_NAMES = 3


def _header_rows(rows: list[list[Cell]], texts: list[list[str]], page: Page) -> tuple[int, bool]:
    """How many rows at the top are column names, and whether only their shortness says so."""
    count, unsure = 0, False
    if _is_labelled(rows) and not is_name(texts[0][1]):
        return 0, False
    while count < min(_MOST_NAMES, len(rows) - 1):
        evidence = _distinct(rows, texts, count, page)
        if not evidence or (count and not _names_too(rows, texts, count, evidence)):
            break
        unsure = evidence == "short"
        count += 1
    return count, unsure


def _is_labelled(rows: list[list[Cell]]) -> bool:
    """Whether a table is a list of bold labels with text beside them: the first of them is no column name."""
    labels = [_is_bold(row[0]) for row in rows[1:] if row[0].words]
    return len(rows[0]) == 2 and bool(labels) and sum(labels) > 0.6 * len(labels)


def _names_too(rows: list[list[Cell]], texts: list[list[str]], index: int, evidence: str) -> bool:
    """Whether a row below column names is names too: under a cell over several columns, years, set alike."""
    if evidence == "short" or patterns()["total"].match(texts[index][0] or "-"):
        return False
    spanned = any(cell.columns > 1 and cell.words for cell in rows[index - 1])
    years = all(patterns()["year"].search(t) for t in texts[index][1:] if t)
    unit = patterns()["unit"].search(texts[index][0]) is not None
    return spanned or years or unit or not texts[index][0] or evidence in ("tag", "fill", "style")


def _distinct(rows: list[list[Cell]], texts: list[list[str]], index: int, page: Page) -> str:
    """What sets a row apart from those below as column names: "tag", "style", "fill", "names", ...; or "".

    The first column is left out: the labels of rows are often set like column names.
    """
    top = [w for cell in rows[index][1:] for w in cell.words]
    body = rows[max(index + 1, min(_MOST_NAMES, len(rows) - 1)) :]
    rest = [w for row in body for cell in row[1:] for w in cell.words]
    if not rest or not top or max(len(t) for t in texts[index]) > 90:
        return ""
    if sum(page.tags.get(w.mark) == "TH" for w in top) > len(top) / 2:
        return "" if all(page.tags.get(w.mark) == "TH" for w in rest) else "tag"
    one, other = dominant(top), dominant(rest)
    if one.bold != other.bold:
        return "style" if one.bold else ""
    if one.color != other.color:
        return "style"
    return _distinct_text(rows, texts, index, page)


def _distinct_text(rows: list[list[Cell]], texts: list[list[str]], index: int, page: Page) -> str:
    """What sets a row apart that is set in the type of those below: its words, or the colour behind them."""
    top = [w for cell in rows[index][1:] for w in cell.words]
    cells_below = [t for row in texts[index + 1 :] for t in row[1:] if t]
    figures = sum(is_figures(t) for t in cells_below) / max(len(cells_below), 1)
    own = [t for t in texts[index][1:] if t]
    if figures > 0.5:
        years = all(patterns()["year"].search(t) for t in own)
        return "figures" if years or sum(map(is_figures, own)) < 0.2 * len(own) else ""
    filled = [t for t in texts[index] if t]
    if page.fills and len(filled) > 1 and all(len(t) <= 60 for t in filled):
        color = _fill(top, page)
        if color is not None and color not in {_fill(words, page) for words in _samples(rows[index + 1 :])}:
            return "fill"
    known = sum(map(is_name, filled))
    if known >= 2 and 2 * known >= len(filled) and all(map(is_short, filled)):
        return "names"
    short = len(rows) > 2 and all(0 < len(t) <= 40 and t[-1] not in ".!?:;" for t in texts[index])
    total = sum(len(t) for row in texts[index + 1 :] for t in row)
    return "short" if short and sum(map(len, filled)) * 2 < total / len(rows) else ""


def _samples(rows: list[list[Cell]]) -> list[list[Word]]:
    """The words outside the first column of some rows."""
    samples = ([w for cell in row[1:] for w in cell.words] for row in rows[:6])
    return [words for words in samples if words]


def _fill(words: list[Word], page: Page) -> int | None:
    """The colour behind the first of the words; None for the page's own."""
    x, y = middle(words[0])
    return next((f.color for f in page.fills if f.x0 <= x <= f.x1 and f.top <= y <= f.bottom), None)


def table_line(table: Table, page: int) -> Line:
    """The table as one line, to be placed among the lines of text."""
    x0, top, x1, bottom = table.bounds
    return Line([], x0, top, x1, bottom, top + 8, page, table=table)
