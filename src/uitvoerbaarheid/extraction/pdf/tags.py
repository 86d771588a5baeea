"""The structure tags of a PDF page: which content is a heading, a list item, a cell of a table."""

from __future__ import annotations

import ctypes
from itertools import repeat

import pypdfium2 as pdfium
from pypdfium2 import raw

from uitvoerbaarheid.extraction.pdf import native
from uitvoerbaarheid.extraction.pdf.native import Handle

#: More elements are not looked at, nor deeper ones.
MAX_TREE = 20_000
_MAX_DEPTH = 60

#: Table, row and cell, each counted in the order of the tree; -1 for none.
CellKey = tuple[int, int, int]
_NO_CELL: CellKey = (-1, -1, -1)

#: Elements that say nothing of what they hold.
_INNER = {
    "Span",
    "Link",
    "Reference",
    "NonStruct",
    "Em",
    "Strong",
    "Div",
    "Sect",
    "Part",
    "Document",
    "Lbl",
    "LBody",
}
#: Elements that say more than those inside them.
_OUTER = {"TOC", "TOCI", "TD", "TH", "Note", "Caption", "Figure", "H1", "H2", "H3", "H4", "H5", "H6", "LI"}


def structure_tags(page: pdfium.PdfPage) -> tuple[dict[int, str], dict[int, CellKey]]:
    """Content mark -> structure type ("H1", "P", "LI", ...), and -> (table, row, cell) for marks in cells.

    The type is that of the nearest element that tells something.
    """
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}, {}
    try:
        return _walk(tree)
    finally:
        raw.FPDF_StructTree_Close(tree)


def _walk(tree: raw.FPDF_STRUCTTREE) -> tuple[dict[int, str], dict[int, CellKey]]:
    tags: dict[int, str] = {}
    cells: dict[int, CellKey] = {}
    types = _Types()
    count = raw.FPDF_StructTree_CountChildren(tree)
    roots = [raw.FPDF_StructTree_GetChildAtIndex(tree, i) for i in reversed(range(count))]
    stack = [(native.handle_of(root), "", _NO_CELL, 0) for root in roots if root]
    seen = 0
    while stack and seen < MAX_TREE:
        element, outer, cell, depth = stack.pop()
        if depth > _MAX_DEPTH:
            continue
        seen += 1
        kind = types.of(element)
        tag = _telling(kind, outer)
        cell = _inner_cell(kind, cell, seen)
        # An element high in the tree has thousands of children, all but a few of other pages.
        count = native.element_count(element)
        marks = list(map(native.element_mark, repeat(element), range(count)))
        if marks and max(marks) >= 0:
            for mark in marks:
                if mark >= 0:
                    tags[mark] = tag
                    if cell[2] >= 0:
                        cells[mark] = cell
        if marks and min(marks) < 0:
            children = map(native.element_child, repeat(element), range(count - 1, -1, -1))
            stack.extend([(native.handle(child), tag, cell, depth + 1) for child in filter(None, children)])
    return tags, cells


class _Types:
    """The types of elements, each name made once."""

    _ROOM = 128

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(self._ROOM)
        self._place, self._room = ctypes.byref(self._buffer), ctypes.c_ulong.from_param(self._ROOM)
        self._names: dict[bytes, str] = {}

    def of(self, element: Handle) -> str:
        size = native.element_type(element, self._place, self._room)
        if not 2 < size <= self._ROOM:
            return ""
        key = self._buffer.raw[: size - 2]
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = key.decode("utf-16-le", "replace")
        return name


def _inner_cell(kind: str, cell: CellKey, seen: int) -> CellKey:
    """The (table, row, cell) inside an element of this kind; ``seen`` numbers the element."""
    if kind == "Table":
        return seen, -1, -1
    if kind == "TR" and cell[0] >= 0:
        return cell[0], seen, -1
    if kind in ("TD", "TH") and cell[1] >= 0:
        return cell[0], cell[1], seen
    return cell


def _telling(kind: str, outer: str) -> str:
    """The type that says most of the content: inside a cell, note or heading it is that of the outside."""
    if outer in _OUTER or not kind or kind in _INNER:
        return outer or kind
    return kind
