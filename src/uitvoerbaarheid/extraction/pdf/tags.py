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

#: An element with more children has most of them on other pages; so many are looked at together.
_MANY = 64
#: After so many pages of which marks were not found in the order of the file, it is not relied on.
_MOST_MISSES = 3

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

#: By content mark the structure type, and of marks in cells which cell.
Tags = tuple[dict[int, str], dict[int, CellKey]]


class TagReader:
    """Reads the structure tags of the pages of one document, best in their order.

    PDFium gives each page the tree of the whole document: an element high in it has thousands of children,
    all but a few of other pages. As most files tell their pages in turn, they are looked at from where those
    of the page before began, and only until all marks that are wanted were met.
    """

    def __init__(self) -> None:
        #: Per depth, where among many children those of the last page began.
        self._begins: dict[int, int] = {}
        self._misses = 0

    def read(self, page: pdfium.PdfPage, wanted: set[int]) -> Tags:
        """Content mark -> structure type ("H1", "P", "LI", ...), and -> (table, row, cell) if in one.

        Of the marks on the page all that are ``wanted`` are among them, if the tree has them. The type is
        that of the nearest element that tells something.
        """
        wanted = {mark for mark in wanted if mark >= 0}
        tree = raw.FPDF_StructTree_GetForPage(page.raw) if wanted else None
        if not tree:
            return {}, {}
        try:
            walk = _Walk(wanted, self._begins)
            walk.run(tree)
            if walk.wanted and walk.skipped:
                self._misses += 1
                walk = _Walk(wanted, {})
                walk.run(tree)
            # In a tree of another order, or without many of the marks, each page would be gone through twice.
            self._begins = walk.begins if self._misses < _MOST_MISSES else {}
            return walk.tags, walk.cells
        finally:
            raw.FPDF_StructTree_Close(tree)


class _Walk:
    """One way through a tree, until no mark is ``wanted``; ``skipped`` if it began where ``begins`` says."""

    def __init__(self, wanted: set[int], begins: dict[int, int]) -> None:
        self.wanted = set(wanted)
        self._hints = begins
        self.begins: dict[int, int] = {}
        self.skipped = False
        self.tags: dict[int, str] = {}
        self.cells: dict[int, CellKey] = {}

    def run(self, tree: raw.FPDF_STRUCTTREE) -> None:
        types = _Types()
        count = raw.FPDF_StructTree_CountChildren(tree)
        roots = [raw.FPDF_StructTree_GetChildAtIndex(tree, i) for i in reversed(range(count))]
        # With an element: type and cell outside it, or of its own where its children are looked at from a
        # place on.
        stack = [(native.handle_of(root), "", _NO_CELL, 0, -1) for root in roots if root]
        seen = 0
        while stack and self.wanted and seen < MAX_TREE:
            element, tag, cell, depth, start = stack.pop()
            if depth > _MAX_DEPTH:
                continue
            count = native.element_count(element)
            if start < 0:
                seen += 1
                kind = types.of(element)
                tag = _telling(kind, tag)
                cell = _inner_cell(kind, cell, seen)
                start = self._start(depth, count)
            end = min(count, start + _MANY)
            if end < count:
                stack.append((element, tag, cell, depth, end))
            marks = list(map(native.element_mark, repeat(element), range(start, end)))
            inside = [mark for mark in marks if mark >= 0]
            children: list[int] = []
            if len(inside) < len(marks):
                children = [*filter(None, map(native.element_child, repeat(element), range(start, end)))]
            if inside:
                self.tags.update(dict.fromkeys(inside, tag))
                if cell[2] >= 0:
                    self.cells.update(dict.fromkeys(inside, cell))
                self.wanted.difference_update(inside)
            stack.extend([(native.handle(child), tag, cell, depth + 1, -1) for child in reversed(children)])
            if count > _MANY and (inside or children):
                self.begins.setdefault(depth, start)

    def _start(self, depth: int, count: int) -> int:
        """From which child on those of an element are looked at."""
        hint = self._hints.get(depth, 0)
        if not _MANY < count > hint:
            return 0
        self.skipped |= hint > 0
        return hint


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
