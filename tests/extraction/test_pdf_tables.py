"""Tables in PDFs: designs drawn in ``table_designs.py`` against their cells, and what must stay cheap."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from pathlib import Path

import pytest
from table_designs import DESIGNS, Design, Expected

from uitvoerbaarheid.extraction.model import Piece
from uitvoerbaarheid.extraction.pdf import read_pdf
from uitvoerbaarheid.extraction.pdf.tables import find_tables
from uitvoerbaarheid.extraction.pdf.text import Edge, Page, Style, Word

#: Designs that are not read right yet, and why.
KNOWN_FAILURES: dict[int, str] = {42: "text set sideways on an upright page is not read"}


def rows_read(design: Design, folder: Path) -> list[Piece]:
    """The rows of a drawn design."""
    path = folder / f"{design.number}.pdf"
    design.draw().output(str(path))
    return [p for p in read_pdf(path).stream if isinstance(p, Piece) and p.kind == "row"]


def read_tables(design: Design, folder: Path) -> list[Expected]:
    """The tables of a drawn design as (column names, rows)."""
    tables = []
    for _, group in itertools.groupby(rows_read(design, folder), key=lambda p: p.table):
        pieces = list(group)
        header = next((p.header for p in pieces if p.header), None)
        tables.append((header, [p.cells or [] for p in pieces]))
    return tables


@pytest.mark.parametrize("design", DESIGNS, ids=lambda d: f"{d.number} {d.name}")
def test_design_is_read(design: Design, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if design.number in KNOWN_FAILURES:
        request.applymarker(pytest.mark.xfail(reason=KNOWN_FAILURES[design.number], strict=True))
    assert read_tables(design, tmp_path) == design.tables


def all_rows(tables: list[Expected]) -> list[tuple[str, ...]]:
    """The rows of tables, column names included."""
    return [tuple(row) for header, rows in tables for row in ([header] if header else []) + rows]


def test_most_cells_and_rows_are_exact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The measure over all designs, known failures included."""
    right: Counter[str] = Counter()
    for design in DESIGNS:
        wanted, found = all_rows(design.tables), all_rows(read_tables(design, tmp_path))
        right["rows"] += sum((Counter(wanted) & Counter(found)).values())
        right["all rows"] += max(len(wanted), len(found))
        cells = Counter(cell for row in wanted for cell in row)
        right["cells"] += sum((cells & Counter(cell for row in found for cell in row)).values())
        right["all cells"] += sum(cells.values())
    rows, cells_right = right["rows"] / right["all rows"], right["cells"] / right["all cells"]
    with capsys.disabled():
        print(f"\n{len(DESIGNS)} designs of tables: rows {rows:.3f}, cells {cells_right:.3f} exact")
    assert rows > 0.97 and cells_right > 0.97


def page(words: list[Word], edges: list[Edge]) -> Page:
    """A page with these words and lines."""
    return Page(number=1, width=595, height=842, turn=0, words=words, edges=edges)


STYLE = Style(9, False, False, 0, "Helvetica")


@pytest.mark.parametrize("step", [0.3, 3, 6], ids=["drawing", "net", "wide net"])
def test_crossing_lines_stay_cheap(step: float) -> None:
    across = [Edge(0, step * n, 595, step * n) for n in range(min(int(842 / step), 3_000))]
    down = [Edge(step * n, 0, step * n, 842) for n in range(min(int(595 / step), 3_000))]
    words = [Word("woord", n * 7 % 560, n * 7 % 560 + 25, n % 830, STYLE, -1) for n in range(20_000)]
    start = time.process_time()
    find_tables(page(words, across + down))
    assert time.process_time() - start < 6


@pytest.mark.parametrize("text", ["Wie", "1.000", "woord"])
def test_many_words_stay_cheap(text: str) -> None:
    lefts = [20 + 45 * (n % 12) for n in range(40_000)]
    words = [Word(text, x, x + 20, 20 + 10 * (n // 12), STYLE, -1) for n, x in enumerate(lefts)]
    start = time.process_time()
    find_tables(page(words, []))
    assert time.process_time() - start < 15


def test_row_that_goes_on_has_a_box_on_the_next_page(tmp_path: Path) -> None:
    row = rows_read(next(d for d in DESIGNS if d.number == 28), tmp_path)[1]
    assert row.page == 1 and [box.page for box in row.more_boxes] == [2]
    assert row.table == 0


def test_tables_are_counted_and_a_group_title_reads_as_itself(tmp_path: Path) -> None:
    by_number = {d.number: d for d in DESIGNS}
    assert [row.table for row in rows_read(by_number[35], tmp_path)] == [0, 0, 0, 1, 1, 1]
    title = rows_read(by_number[16], tmp_path)[0]
    assert (title.text, title.header) == ("Thema Verkeer", None)


def test_row_reads_with_its_column_names(tmp_path: Path) -> None:
    row = rows_read(next(d for d in DESIGNS if d.number == 3), tmp_path)[0]
    assert row.text == (
        "Actie: Aanleggen van een vrijliggend fietspad langs de Molenweg | Wie: Gemeente Lindermeer | "
        "Wanneer: 2027 | Kosten: € 250.000"
    )
