"""Tables over several pages: one number, one header, and a row that the page break cuts made whole."""

from __future__ import annotations

from uitvoerbaarheid.extraction.hyphens import join_lines
from uitvoerbaarheid.extraction.pdf.aligned import is_figures, is_short, patterns
from uitvoerbaarheid.extraction.pdf.blocks import Block
from uitvoerbaarheid.extraction.pdf.tables import Table
from uitvoerbaarheid.extraction.strings import bare

#: How far columns of one table may be apart on two pages, in points.
_APART = 8.0


def settle_tables(blocks: list[Block]) -> None:
    """Number the tables in the order of the text and join the pages of each.

    A table goes on when the next page begins with one of the same columns: it takes the column names of
    the page before, names that are repeated are no row, and the end of a row that was cut is added to it.
    """
    number = -1
    last: Table | None = None
    last_page = 0
    open_end = False
    for block in blocks:
        table = block.table
        if table is None:
            open_end = open_end and _is_between(block)
            continue
        if last is not None and open_end and block.page <= last_page + 1 and _goes_on(table, last):
            table.number = last.number
            if block.page > last_page:
                _join(table, last, block.page)
            elif table.header is None:
                table.header = last.header
        else:
            number += 1
            table.number = number
        if table.rows:
            last = table
        last_page, open_end = block.page, True


def _is_between(block: Block) -> bool:
    """Whether a block may stand between two parts of one table: a note, or "vervolg tabel 3"."""
    return block.kind == "note" or patterns()["continued"].search(block.text[:60]) is not None


def _goes_on(table: Table, last: Table) -> bool:
    if len(table.columns) != len(last.columns):
        return False
    if table.header and last.header and not table.unsure:
        return _same(table.header, last.header)
    lefts = zip(table.columns, last.columns, strict=True)
    rights = zip(table.rights, last.rights, strict=True)
    return all(min(abs(a - b), abs(c - d)) < _APART for (a, b), (c, d) in zip(lefts, rights, strict=True))


def _same(one: list[str], other: list[str]) -> bool:
    return [bare(a) for a in one] == [bare(b) for b in other]


def _join(table: Table, last: Table, page: int) -> None:
    if table.unsure and table.header and not (last.header and _same(table.header, last.header)):
        # What looked like names by its shortness is the first row of the page.
        table.rows.insert(0, table.header)
        top = table.bounds
        table.row_bounds.insert(0, (top[0], top[1], top[2], table.row_bounds[0][1]))
        table.groups = {row + 1 for row in table.groups}
        table.header = None
    if last.header is not None:
        table.header = last.header
        while table.rows and _same(table.rows[0], last.header):
            _drop_first(table)
    if table.rows and last.rows and _is_cut(table.rows[0], last.rows[-1]):
        row = len(last.rows) - 1
        last.rows[row] = [
            join_lines([part for part in pair if part])
            for pair in zip(last.rows[row], table.rows[0], strict=True)
        ]
        last.more.setdefault(row, []).append((page, table.row_bounds[0]))
        _drop_first(table)


def _drop_first(table: Table) -> None:
    del table.rows[0], table.row_bounds[0]
    table.groups = {row - 1 for row in table.groups if row}


def _is_cut(first: list[str], before: list[str]) -> bool:
    """Whether the first row of a page is the end of the last row of the page before.

    Its texts go on with those above them: one at least in the middle of a sentence, none with a figure
    below a figure and none that begins where the row above ended.
    """
    goes_on = 0
    for text, above in zip(first, before, strict=True):
        if not text:
            continue
        if is_figures(text) and is_figures(above):
            return False
        if not above:
            return False
        small = text[:1].islower() or above.endswith("-")
        ended = above[-1] in ".!?;:"
        if not small and (ended or is_short(above)):
            return False
        goes_on += small or (not ended and not is_short(above))
    return goes_on > 0
