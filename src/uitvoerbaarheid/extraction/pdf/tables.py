"""Tables: cells between ruling lines, and rows of aligned figures without them.

The ruling lines come from PDFium's path objects; pdfplumber's table functions turn them into cells (merge
edges, cross them, close the cells, join cells that share corners), without its slow reading of the page.
Words fall in the cell that holds their middle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pdfplumber import table as plumber

from uitvoerbaarheid.extraction.hyphens import join_lines
from uitvoerbaarheid.extraction.pdf.layout import Line, dominant, lines_of
from uitvoerbaarheid.extraction.pdf.text import Edge, Page, Word

_FIGURE = re.compile(r"[€\-–+(]?\s?[\d.,]+\s?%?\)?|[-–]|[€%]|n\.?v\.?t\.?|pm|p\.m\.", re.I)
_SENTENCE_END = re.compile(r"[.!?:;]$")
#: A row of one cell over the whole width with more text than this is prose in a frame, not a row.
_PROSE = 160
#: More crossing lines than this is a drawing (a map, a chart grid), not a table.
_MAX_CROSSING = 3_000
_MAX_PAIRS = 60_000

Bounds = tuple[float, float, float, float]
Cell = tuple[Bounds, list[Word]]


@dataclass
class Table:
    """Rows of cells with their bounds; ``header`` holds the column names or None."""

    bounds: Bounds
    rows: list[list[str]]
    row_bounds: list[Bounds]
    header: list[str] | None
    columns: list[float]


def find_tables(page: Page) -> tuple[list[Table], set[int]]:
    """The tables of a page and the ``id`` of every word that stands in one."""
    tables: list[Table] = []
    used: set[int] = set()
    for grid in _tagged(page):
        _take(grid, page, tables, used)
    for cells in _ruled(page.edges):
        bounds = _bounds(cells)
        words = [w for w in page.words if id(w) not in used and _inside(w, bounds)]
        _take(_grid(cells, words), page, tables, used)
    loose = [w for w in page.words if id(w) not in used]
    for table, inside in _aligned(loose, page):
        tables.append(table)
        used.update(id(w) for w in inside)
    return tables, used


# --- tagged tables ---------------------------------------------------------------------------------------


def _tagged(page: Page) -> list[list[list[Cell]]]:
    """The tables that the file's structure tags mark, as rows of equally many cells."""
    tables: dict[int, dict[int, dict[int, list[Word]]]] = {}
    for word in page.words:
        key = page.cells.get(word.mark)
        if key:
            tables.setdefault(key[0], {}).setdefault(key[1], {}).setdefault(key[2], []).append(word)
    return [_align([list(rows[r].values()) for r in sorted(rows)]) for _, rows in sorted(tables.items())]


def _align(rows: list[list[list[Word]]]) -> list[list[Cell]]:
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
        cells: list[Cell] = [((span[0], 0.0, span[1], 0.0), []) for span in spans]
        for words in row:
            x0, _, x1, _ = _word_bounds(words)
            column = max(range(most), key=lambda i: (_overlap(spans[i], x0, x1), -abs(spans[i][0] - x0)))
            cells[column][1].extend(words)
        grid.append(cells)
    return grid


def _overlap(span: list[float], x0: float, x1: float) -> float:
    return max(0.0, min(span[1], x1) - max(span[0], x0))


# --- ruled tables ----------------------------------------------------------------------------------------


def _ruled(edges: list[Edge]) -> list[list[Bounds]]:
    if len(edges) < 4:
        return []
    merged = plumber.merge_edges([_as_dict(e) for e in edges], 3, 3, 3, 3)
    level = sum(e["orientation"] == "h" for e in merged)
    if level * (len(merged) - level) > _MAX_PAIRS:
        return []
    crossings = plumber.edges_to_intersections(merged, 3, 3)
    if len(crossings) > _MAX_CROSSING:
        return []
    return [list(t) for t in plumber.cells_to_tables(plumber.intersections_to_cells(crossings)) if len(t) > 1]


def _as_dict(edge: Edge) -> dict[str, Any]:
    return {
        "x0": edge.x0,
        "x1": edge.x1,
        "top": edge.top,
        "bottom": edge.bottom,
        "width": edge.x1 - edge.x0,
        "height": edge.bottom - edge.top,
        "orientation": "h" if edge.x1 - edge.x0 >= edge.bottom - edge.top else "v",
        "object_type": "line",
    }


def _bounds(cells: list[Bounds]) -> Bounds:
    return (
        min(c[0] for c in cells),
        min(c[1] for c in cells),
        max(c[2] for c in cells),
        max(c[3] for c in cells),
    )


def _middle(word: Word) -> tuple[float, float]:
    return (word.x0 + word.x1) / 2, word.base - 0.28 * word.style.size


def _inside(word: Word, bounds: Bounds) -> bool:
    x, y = _middle(word)
    return bounds[0] - 1 <= x <= bounds[2] + 1 and bounds[1] - 1 <= y <= bounds[3] + 1


def _take(grid: list[list[Cell]], page: Page, tables: list[Table], used: set[int]) -> None:
    """Add one table per stretch of rows with two or more filled columns; framed prose is left alone."""
    for stretch in _stretches(grid):
        filled = [i for i in range(len(stretch[0])) if any(row[i][1] for row in stretch)]
        if len(filled) < 2 or len(stretch) < 2:
            continue
        tables.append(_make_table([[row[i] for i in filled] for row in stretch], page))
        used.update(id(w) for row in stretch for _, words in row for w in words)


def _grid(cells: list[Bounds], words: list[Word]) -> list[list[Cell]]:
    """Cells with their words as rows of equally many columns; a cell over several columns fills the first."""
    starts = _cluster(sorted(c[0] for c in cells))
    tops = _cluster(sorted(c[1] for c in cells))
    rows: list[list[Cell]] = [[((0, 0, 0, 0), []) for _ in starts] for _ in tops]
    middles = [(*_middle(w), w) for w in words]
    for cell in sorted(cells, key=lambda c: (c[1], c[0])):
        x0, top, x1, bottom = cell[0] - 1, cell[1] - 1, cell[2] + 1, cell[3] + 1
        inside = [w for x, y, w in middles if x0 <= x <= x1 and top <= y <= bottom]
        row, column = _nearest(tops, cell[1]), _nearest(starts, cell[0])
        if inside or not rows[row][column][1]:
            rows[row][column] = (cell, inside)
    return [row for row in rows if any(cell[1] for cell in row)]


def _cluster(values: list[float], tolerance: float = 4.0) -> list[float]:
    result: list[float] = []
    for value in values:
        if not result or value - result[-1] > tolerance:
            result.append(value)
    return result


def _nearest(values: list[float], value: float) -> int:
    return min(range(len(values)), key=lambda i: abs(values[i] - value))


def _stretches(grid: list[list[Cell]]) -> list[list[list[Cell]]]:
    """Runs of rows without prose in a frame; single cells at the start and end are titles or prose too."""
    stretches: list[list[list[Cell]]] = [[]]
    for row in grid:
        filled = [words for _, words in row if words]
        if len(filled) == 1 and sum(len(w.text) + 1 for w in filled[0]) > _PROSE:
            stretches.append([])
        else:
            stretches[-1].append(row)
    return [trimmed for stretch in stretches if (trimmed := _trim(stretch))]


def _trim(rows: list[list[Cell]]) -> list[list[Cell]]:
    several = [i for i, row in enumerate(rows) if sum(bool(words) for _, words in row) > 1]
    return rows[several[0] : several[-1] + 1] if several else []


def _make_table(rows: list[list[Cell]], page: Page) -> Table:
    texts = [[cell_text(words, page) for _, words in row] for row in rows]
    bounds = [_word_bounds([w for _, words in row for w in words]) for row in rows]
    header = _header_rows(rows, texts, page)
    names = None
    if header:
        names = [" ".join(t[i] for t in texts[:header] if t[i]) for i in range(len(texts[0]))]
    whole = _word_bounds([w for row in rows for _, words in row for w in words])
    columns = [min((row[i][0][0] for row in rows if row[i][1]), default=0.0) for i in range(len(rows[0]))]
    return Table(whole, texts[header:], bounds[header:], names, columns)


def _word_bounds(words: list[Word]) -> Bounds:
    return (
        min(w.x0 for w in words),
        min(w.top for w in words),
        max(w.x1 for w in words),
        max(w.bottom for w in words),
    )


def cell_text(words: list[Word], page: Page) -> str:
    """The text of a cell, its lines joined and hyphenation undone."""
    if not words:
        return ""
    lines = sorted(lines_of(words, page.number, page.tags), key=lambda line: (round(line.base / 3), line.x0))
    return join_lines((line.text for line in lines), page.known)


def _header_rows(rows: list[list[Cell]], texts: list[list[str]], page: Page) -> int:
    """How many rows at the top are column names (0-2)."""
    if len(rows) < 2 or sum(bool(t) for t in texts[0]) < 2:
        # A lone group title above the column names.
        if len(rows) > 2 and sum(bool(t) for t in texts[1]) > 1 and _distinct(rows, texts, 1, page):
            return 2
        return 0
    if not _distinct(rows, texts, 0, page):
        return 0
    return 2 if len(rows) > 3 and not texts[1][0] and _distinct(rows, texts, 1, page) else 1


def _distinct(rows: list[list[Cell]], texts: list[list[str]], index: int, page: Page) -> bool:
    # Without the first column: the labels of rows are often set like column names.
    top = [w for _, words in rows[index][1:] for w in words]
    rest = [w for row in rows[index + 1 :] for _, words in row[1:] for w in words]
    if not rest or not top or max(len(t) for t in texts[index]) > 90:
        return False
    if sum(page.tags.get(w.mark) == "TH" for w in top) > len(top) / 2:
        return not all(page.tags.get(w.mark) == "TH" for w in rest)
    one, other = dominant(top), dominant(rest)
    if one.bold != other.bold:
        return one.bold
    if one.color != other.color:
        return True
    figures = [_share_of_figures(t[1:]) for t in texts[index + 1 :]]
    if figures and sum(figures) / len(figures) > 0.5:
        return _share_of_figures(texts[index][1:]) < 0.2 or all(
            _YEAR.search(t) for t in texts[index][1:] if t
        )
    return (
        len(rows) > 2
        and all(0 < len(t) <= 40 and not _SENTENCE_END.search(t) for t in texts[index])
        and sum(len(t) for t in texts[index]) * 2
        < sum(len(t) for row in texts[index + 1 :] for t in row) / len(rows)
    )


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _share_of_figures(cells: list[str]) -> float:
    filled = [c for c in cells if c]
    return sum(bool(_FIGURE.fullmatch(c.replace(" ", ""))) for c in filled) / len(filled) if filled else 0.0


# --- tables without lines --------------------------------------------------------------------------------


def _aligned(words: list[Word], page: Page) -> list[tuple[Table, list[Word]]]:
    """Runs of three or more rows of which the cells after the first are figures in the same columns."""
    rows = _rows(lines_of(words, page.number, page.tags))
    result = []
    run: list[list[Line]] = []
    for row in [*rows, []]:
        if row and (not run or row[0].base - run[-1][0].base < 4 * row[0].style.size) and _is_figure_row(row):
            run.append(row)
            continue
        if len(run) >= 3:
            result.append(_aligned_table(_with_header(run, rows), page))
        run = [row] if row and _is_figure_row(row) else []
    return [r for r in result if r is not None]


def _rows(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.x0)):
        if rows and abs(rows[-1][0].base - line.base) < 0.3 * line.style.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _is_figure_row(row: list[Line]) -> bool:
    return len(row) >= 2 and all(_is_figures(line.text) for line in row[1:])


def _is_figures(text: str) -> bool:
    return all(_FIGURE.fullmatch(part) for part in text.split())


def _with_header(run: list[list[Line]], rows: list[list[Line]]) -> list[list[Line]]:
    start = next(i for i, row in enumerate(rows) if row is run[0])
    if (
        start
        and len(rows[start - 1]) >= 2
        and run[0][0].base - rows[start - 1][0].base < 3 * run[0][0].style.size
    ):
        return [rows[start - 1], *run]
    return run


def _aligned_table(run: list[list[Line]], page: Page) -> tuple[Table, list[Word]] | None:
    spans: list[list[float]] = []
    for line in sorted((line for row in run for line in row), key=lambda line: line.x0):
        if spans and line.x0 < spans[-1][1] - 1:
            spans[-1][1] = max(spans[-1][1], line.x1)
        else:
            spans.append([line.x0, line.x1])
    if len(spans) < 2:
        return None
    rows: list[list[Cell]] = []
    for row in run:
        cells: list[Cell] = [((s[0], 0.0, s[1], 0.0), []) for s in spans]
        for line in row:
            column = next(i for i, s in enumerate(spans) if s[0] <= line.x0 <= s[1])
            cells[column][1].extend(line.words)
        rows.append(cells)
    return _make_table(rows, page), [w for row in run for line in row for w in line.words]


def table_line(table: Table, page: int) -> Line:
    """The table as one line, to be placed among the lines of text."""
    x0, top, x1, bottom = table.bounds
    return Line([], x0, top, x1, bottom, top + 8, page, table=table)
