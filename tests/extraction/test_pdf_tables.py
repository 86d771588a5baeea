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

#: Designs that are not read right yet, and why.
KNOWN_FAILURES: dict[int, str] = {}


def read_tables(design: Design, folder: Path) -> list[Expected]:
    """The tables of a drawn design as (column names, rows)."""
    path = folder / f"{design.number}.pdf"
    design.draw().output(str(path))
    rows = [p for p in read_pdf(path).stream if isinstance(p, Piece) and p.kind == "row"]
    tables = []
    for _, group in itertools.groupby(rows, key=lambda p: p.table):
        pieces = list(group)
        header = next((p.header for p in pieces if p.header), None)
        tables.append((header, [p.cells or [] for p in pieces]))
    return tables


@pytest.mark.parametrize("design", DESIGNS, ids=lambda d: f"{d.number} {d.name}")
def test_design_is_read(design: Design, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if design.number in KNOWN_FAILURES:
        request.applymarker(pytest.mark.xfail(reason=KNOWN_FAILURES[design.number], strict=True))
    assert read_tables(design, tmp_path) == design.tables
