"""Tables as rows of text: one way for all formats to fill merged cells and find the header."""

from __future__ import annotations

from dataclasses import dataclass

from uitvoerbaarheid.extraction.model import Piece, row_text
from uitvoerbaarheid.extraction.strings import clean

#: No real table is wider; a hostile colspan could otherwise ask for any amount of memory.
MAX_COLUMNS = 200
MAX_ROW_SPAN = 1000
#: A longer text in a merged cell or a header stands there once, and is not repeated for every row.
MAX_REPEATED = 2000


@dataclass
class Cell:
    """A table cell with the number of columns and rows it covers; ``head`` marks a header cell."""

    text: str
    columns: int = 1
    rows: int = 1
    head: bool = False


def grid(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The cells on their columns; a cell over several rows is repeated, over several columns it is not."""
    result: list[list[Cell]] = []
    pending: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        line: dict[int, Cell] = {}
        for column, (cell, left) in list(pending.items()):
            line[column] = cell
            if left > 1:
                pending[column] = (cell, left - 1)
            else:
                del pending[column]
        column = 0
        for cell in row:
            while column in line:
                column += 1
            for extra in range(min(max(cell.columns, 1), MAX_COLUMNS - column)):
                part = cell if extra == 0 else Cell("", head=cell.head)
                line[column + extra] = part
                if cell.rows > 1 and len(cell.text) <= MAX_REPEATED:
                    pending[column + extra] = (part, min(cell.rows, MAX_ROW_SPAN) - 1)
            column += max(cell.columns, 1)
            if column >= MAX_COLUMNS:
                break
        width = max(line, default=-1) + 1
        result.append([line.get(i, Cell("")) for i in range(width)])
    return result


def _header(lines: list[list[Cell]]) -> list[str]:
    width = max(len(line) for line in lines)
    names: list[list[str]] = [[] for _ in range(width)]
    for line in lines:
        for column, cell in enumerate(line):
            if cell.text and cell.text not in names[column]:
                names[column].append(cell.text)
    return [" ".join(parts) for parts in names]


def _looks_like_header(line: list[Cell]) -> bool:
    texts = [cell.text for cell in line]
    return (
        len(texts) >= 2
        and all(texts)
        and len(set(texts)) == len(texts)
        and all(len(text) <= 40 and not any(c.isdigit() for c in text) for text in texts)
    )


def _is_form(lines: list[list[Cell]]) -> bool:
    """Whether a table has names in its first column ("Status:") and so none above its columns."""
    return all(len(line) == 2 and line[0].text.endswith(":") for line in lines)


def table_pieces(
    rows: list[list[Cell]], *, table: int | None = None, lines: list[int | None] | None = None
) -> list[Piece]:
    """A table's rows as pieces of kind "row"; header rows give the column names and are no pieces.

    ``table`` is the table's number in the document, from 0; ``lines`` are the rows' lines in the file.

    Header rows are the leading ones whose cells are all marked; without marks, a first row of short,
    different texts without digits above at least two other rows counts as the header.
    """
    for row in rows:
        for cell in row:
            cell.text = clean(cell.text)
    places = lines or [None] * len(rows)
    filled = [
        (line, place)
        for line, place in zip(grid(rows), places, strict=True)
        if any(cell.text for cell in line)
    ]
    count = 0
    while count < len(filled) - 1 and all(cell.head or not cell.text for cell in filled[count][0]):
        count += 1
    if not count and len(filled) >= 3 and _looks_like_header(filled[0][0]):
        count = 1
    if count == 1 and _is_form([line for line, _ in filled]):
        count = 0
    if sum(len(cell.text) for line, _ in filled[:count] for cell in line) > MAX_REPEATED:
        count = 0
    header = _header([line for line, _ in filled[:count]]) if count else None
    pieces = []
    for line, place in filled[count:]:
        cells = [cell.text for cell in line]
        names = None
        if header is not None:
            width = max(len(cells), len(header))
            cells += [""] * (width - len(cells))
            names = header + [""] * (width - len(header))
        pieces.append(
            Piece("row", row_text(cells, names), cells=cells, header=names, table=table, line=place)
        )
    return pieces
