"""Words with position and style, ruling lines and pictures of one PDF page, read with pypdfium2.

Everything is in points from the top left of the page as displayed (CropBox and rotation applied). A page
whose text runs sideways for the greater part (a landscape table on an upright page) is read turned; its
:class:`Page` keeps the extra turn so that boxes can be given on the page as displayed.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from uitvoerbaarheid.extraction.hyphens import NOTHING_KNOWN, Vocabulary
from uitvoerbaarheid.records import Box

#: Limits against pages that would cost minutes: maps hold hundreds of thousands of paths.
MAX_OBJECTS = 60_000
MAX_EDGES = 6_000
MAX_FRAMES = 400
MAX_CHARS = 200_000
MAX_TREE = 20_000

_BOLD = re.compile(r"bold|black|heavy|demi|semib|extrab|(?<![a-z])bd(?![a-z])", re.I)
_ITALIC = re.compile(r"italic|oblique|(?<![a-z])it(?![a-z])", re.I)
_NAMELESS = re.compile(r"[A-Za-z]{0,2}\d*")
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "ft",
    0xFB06: "st",
}
_HYPHEN = "-"


class Style(NamedTuple):
    """How a word is set: size in points, weight, slope, colour (0xRRGGBB) and font name.

    ``weight`` is the font's own measure, kept only where its name does not say whether it is bold.
    """

    size: float
    bold: bool
    italic: bool
    color: int
    font: str
    weight: int = 0


@dataclass(slots=True)
class Word:
    """A run of characters without space; ``base`` is the height of its baseline."""

    text: str
    x0: float
    x1: float
    base: float
    style: Style
    mark: int
    raised: bool = False

    @property
    def top(self) -> float:
        return self.base - 0.78 * self.style.size

    @property
    def bottom(self) -> float:
        return self.base + 0.22 * self.style.size


@dataclass(slots=True)
class Edge:
    """A horizontal or vertical ruling line, or a side of a rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass
class Page:
    """What stands on one page (``number`` from 1); ``tags`` and ``cells`` go by content mark.

    ``drawn_share`` is the share of the page (0-1) that its largest drawn shape spans, the page's own
    background left out. ``frames`` are the drawn rectangles large enough to hold text, ``known`` the words
    of the whole document.
    """

    number: int
    width: float
    height: float
    turn: int
    words: list[Word] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    images: list[tuple[float, float, float, float]] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)
    drawings: int = 0
    drawn_share: float = 0.0
    scanned: bool = False
    tags: dict[int, str] = field(default_factory=dict)
    cells: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    known: Vocabulary = NOTHING_KNOWN

    def box(self, x0: float, top: float, x1: float, bottom: float) -> Box:
        """The rectangle as a box on the page as displayed, rounded to a tenth of a point."""
        corners = [self._displayed(x, y) for x, y in ((x0, top), (x1, bottom))]
        xs, ys = sorted(c[0] for c in corners), sorted(c[1] for c in corners)
        values = [round(v, 1) + 0.0 for v in (xs[0], ys[0], xs[1], ys[1])]
        return Box(page=self.number, x0=values[0], top=values[1], x1=values[2], bottom=values[3])

    def _displayed(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 1:
            return self.height - y, x
        if self.turn == 2:
            return self.width - x, self.height - y
        if self.turn == 3:
            return y, self.width - x
        return x, y

    @property
    def image_share(self) -> float:
        """The share of the page that its largest image covers (0-1)."""
        return max((self.share(bounds) for bounds in self.images), default=0.0)

    def share(self, bounds: tuple[float, float, float, float]) -> float:
        """The share of the page that a rectangle covers (0-1)."""
        x0, y0, x1, y1 = bounds
        width = max(0.0, min(x1, self.width) - max(x0, 0))
        return width * max(0.0, min(y1, self.height) - max(y0, 0)) / (self.width * self.height or 1.0)


def settle_weights(pages: list[Page]) -> None:
    """Decide which nameless fonts are bold: those clearly heavier than the one most text is set in.

    The weight that PDFium derives from a font's stem width has no fixed scale, so only the comparison tells.
    """
    counts: Counter[int] = Counter()
    for page in pages:
        for word in page.words:
            counts[word.style.weight] += len(word.text)
    body = counts.most_common(1)[0][0] if counts else 0
    if not body:
        return
    for page in pages:
        for word in page.words:
            if word.style.weight > 1.12 * body:
                word.style = word.style._replace(bold=True)


class _Frame:
    """Turns points of the page's own space into points from the top left of the (turned) displayed page."""

    def __init__(self, page: pdfium.PdfPage, turn: int) -> None:
        left, bottom, right, top = page.get_bbox()
        self.left, self.bottom = left, bottom
        self.w, self.h = right - left, top - bottom
        self.quarters = (raw.FPDFPage_GetRotation(page.raw) + turn) % 4

    @property
    def size(self) -> tuple[float, float]:
        return (self.h, self.w) if self.quarters % 2 else (self.w, self.h)

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.quarters == 0:
            return x, self.h - y
        if self.quarters == 1:
            return y, x
        if self.quarters == 2:
            return self.w - x, y
        return self.h - y, self.w - x

    def direction(self, a: float, b: float) -> tuple[float, float]:
        """A vector of the page's own space, in the displayed page (y down)."""
        return ((a, -b), (b, a), (-a, b), (-b, -a))[self.quarters]


def read_page(document: pdfium.PdfDocument, index: int, structure: bool = True) -> Page:
    """Read page ``index`` (from 0), its structure tags only with ``structure``.

    Raises :class:`pypdfium2.PdfiumError` where the page is damaged.
    """
    page = document[index]
    textpage = page.get_textpage()
    try:
        frame = _Frame(page, 0)
        words, sideways = _words(textpage, frame)
        turn = 0
        if sum(sideways.values()) > 2 * sum(len(w.text) for w in words) and max(sideways.values()) > 100:
            # Direction of most text, counted in quarter turns clockwise; turning back makes it level.
            turn = (4 - sideways.most_common(1)[0][0]) % 4
            frame = _Frame(page, turn)
            words, _ = _words(textpage, frame)
        width, height = frame.size
        result = Page(number=index + 1, width=width, height=height, turn=turn, words=words)
        _read_objects(page, frame, result)
        if structure:
            result.tags, result.cells = _structure_tags(page)
        return result
    finally:
        textpage.close()
        page.close()


class _FontNames:
    """Name, weight and slope of a text object's font."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, bool, bool, int]] = {}

    def look_up(self, obj: Any) -> tuple[str, bool, bool, int]:
        font = raw.FPDFTextObj_GetFont(obj)
        if not font:
            return "", False, False, 0
        address = ctypes.addressof(font.contents)
        if address not in self._known:
            buffer = ctypes.create_string_buffer(160)
            raw.FPDFFont_GetBaseFontName(font, buffer, 160)
            name = buffer.value.decode("utf-8", "replace").split("+")[-1]
            weight = raw.FPDFFont_GetWeight(font) if _NAMELESS.fullmatch(name) else 0
            self._known[address] = name, bool(_BOLD.search(name)), bool(_ITALIC.search(name)), weight
        return self._known[address]


def _words(textpage: pdfium.PdfTextPage, frame: _Frame) -> tuple[list[Word], Counter[int]]:
    """The level words in the order of the file, and the number of characters per other direction."""
    handle = textpage.raw
    fonts = _FontNames()
    values = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = values
    refs = [ctypes.byref(v) for v in values]
    words: list[Word] = []
    sideways: Counter[int] = Counter()
    text: list[str] = []
    current: _Run | None = None
    start = end = 0.0
    address = 0

    def finish() -> None:
        if text and current is not None:
            clean = unicodedata.normalize("NFC", "".join(text))
            words.append(Word(clean, start, end, current.base, current.style, current.mark))
        text.clear()

    for index in range(min(raw.FPDFText_CountChars(handle), MAX_CHARS)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if (
            (code <= 32 and code != 2)
            or code in (0xA0, 0xFFFE, 0xFFFF, 0x200B, 0xFEFF)
            or 0x2000 <= code <= 0x200A
        ):
            if code != 0xFFFE:
                finish()
                continue
            code = 2
        obj = raw.FPDFText_GetTextObject(handle, index)
        here = ctypes.addressof(obj.contents) if obj else 0
        if here != address or current is None:
            address = here
            run = _run(handle, index, obj, frame, fonts)
            if current is None or (text and not _continues(current, run)):
                finish()
            if text and current is not None and run.level:
                run = run.after(current)
            current = run
        if not current.level:
            sideways[current.quarter] += 1
            text.clear()
            continue
        raw.FPDFText_GetCharBox(handle, index, *refs)
        x0, _ = frame.point(left.value, bottom.value)
        x1, _ = frame.point(right.value, top.value)
        x0, x1 = min(x0, x1), max(x0, x1)
        size = current.style.size
        if text and (x0 - end > 0.6 * size or x0 < start - 0.5 * size):
            finish()
        if not text:
            start = x0
            end = x1
        end = max(end, x1)
        text.append(_HYPHEN if code == 2 else _LIGATURES.get(code) or chr(code))
    finish()
    return words, sideways


@dataclass(slots=True)
class _Run:
    style: Style
    base: float
    mark: int
    level: bool
    quarter: int

    def after(self, other: _Run) -> _Run:
        """The same run when it goes on a word begun by ``other``: the word keeps its first style."""
        return _Run(other.style, other.base, other.mark, True, 0)


def _continues(before: _Run, run: _Run) -> bool:
    """Whether text of ``run`` may belong to a word begun in ``before`` (same line, about the same size)."""
    size = max(before.style.size, run.style.size)
    if abs(before.base - run.base) > 0.12 * size and before.base > run.base:
        return False
    return abs(before.base - run.base) < 0.35 * size and run.style.bold == before.style.bold


def _run(handle: Any, index: int, obj: Any, frame: _Frame, fonts: _FontNames) -> _Run:
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(handle, index, ctypes.byref(matrix))
    dx, dy = frame.direction(matrix.a, matrix.b)
    level = dx > 0 and abs(dy) < 0.1 * dx
    quarter = round(math.atan2(dy, dx) / (math.pi / 2)) % 4
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    size = max(round(raw.FPDFText_GetFontSize(handle, index) * scale * 4) / 4, 1.0)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(handle, index, ctypes.byref(x), ctypes.byref(y))
    base = frame.point(x.value, y.value)[1]
    if not obj:
        return _Run(Style(size, False, False, 0, ""), base, -1, level, quarter)
    name, bold, italic, weight = fonts.look_up(obj)
    channels = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(obj, *(ctypes.byref(c) for c in channels))
    color = channels[0].value << 16 | channels[1].value << 8 | channels[2].value
    mark = raw.FPDFPageObj_GetMarkedContentID(obj)
    return _Run(Style(size, bold, italic, color, name, weight), base, mark, level, quarter)


Matrix = tuple[float, float, float, float, float, float]
#: A shape over this share of the page or more is its background.
_BACKGROUND = 0.97


def _read_objects(page: pdfium.PdfPage, frame: _Frame, result: Page) -> None:
    """Fill in ruling lines, images and the number of drawn paths."""
    budget = MAX_OBJECTS
    stack: list[tuple[Any, Matrix, int]] = []

    def push(container: Any, count: int, get: Any, matrix: Matrix, depth: int) -> None:
        for position in range(min(count, budget)):
            stack.append((get(container, position), matrix, depth))

    push(page.raw, raw.FPDFPage_CountObjects(page.raw), raw.FPDFPage_GetObject, (1, 0, 0, 1, 0, 0), 0)
    while stack and budget:
        obj, matrix, depth = stack.pop()
        budget -= 1
        kind = raw.FPDFPageObj_GetType(obj)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            result.images.append(_bounds(obj, matrix, frame))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            result.drawings += 1
            bounds = _bounds(obj, matrix, frame)
            share = result.share(bounds)
            if share < _BACKGROUND:
                result.drawn_share = max(result.drawn_share, share)
                if len(result.frames) < MAX_FRAMES and _is_frame(obj, bounds):
                    result.frames.append(bounds)
            if len(result.edges) < MAX_EDGES:
                result.edges.extend(_path_edges(obj, matrix, frame))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 4:
            push(
                obj,
                raw.FPDFFormObj_CountObjects(obj),
                raw.FPDFFormObj_GetObject,
                _multiply(_matrix(obj), matrix),
                depth + 1,
            )


def _matrix(obj: Any) -> Matrix:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(obj, ctypes.byref(m))
    return m.a, m.b, m.c, m.d, m.e, m.f


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    """The transformation ``m`` followed by ``n``."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _place(x: float, y: float, m: Matrix) -> tuple[float, float]:
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


def _bounds(obj: Any, matrix: Matrix, frame: _Frame) -> tuple[float, float, float, float]:
    values = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(obj, *(ctypes.byref(v) for v in values))
    left, bottom, right, top = (v.value for v in values)
    points = [frame.point(*_place(x, y, matrix)) for x in (left, right) for y in (bottom, top)]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _path_edges(obj: Any, matrix: Matrix, frame: _Frame) -> list[Edge]:
    """The level and upright straight pieces of a path; a thin filled bar counts as one line."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(obj, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value and not stroke.value:
        return []
    x0, top, x1, bottom = _bounds(obj, matrix, frame)
    if x1 - x0 < 3 or bottom - top < 3:
        return [_thin(x0, top, x1, bottom)] if max(x1 - x0, bottom - top) > 4 else []
    count = raw.FPDFPath_CountSegments(obj)
    if count > 400:
        return []
    whole = _multiply(_matrix(obj), matrix)
    edges: list[Edge] = []
    first = last = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for position in range(count):
        segment = raw.FPDFPath_GetPathSegment(obj, position)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = frame.point(*_place(x.value, y.value, whole))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
            edges.extend(_straight(last, point))
        last = point
        if raw.FPDFPathSegment_GetClose(segment) and first is not None:
            edges.extend(_straight(last, first))
            last = first
    return edges


def _is_frame(obj: Any, bounds: tuple[float, float, float, float]) -> bool:
    """Whether a path is a box with a border or a fill that shows, large enough to hold text."""
    if bounds[2] - bounds[0] < 60 or bounds[3] - bounds[1] < 9 or raw.FPDFPath_CountSegments(obj) > 24:
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(obj, ctypes.byref(fill), ctypes.byref(stroke))
    if stroke.value:
        return True
    channels = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(obj, *(ctypes.byref(c) for c in channels))
    *color, alpha = (c.value for c in channels)
    return bool(fill.value) and alpha > 0 and min(color) < 250


def _thin(x0: float, top: float, x1: float, bottom: float) -> Edge:
    if x1 - x0 > bottom - top:
        middle = (top + bottom) / 2
        return Edge(x0, middle, x1, middle)
    middle = (x0 + x1) / 2
    return Edge(middle, top, middle, bottom)


def _straight(a: tuple[float, float], b: tuple[float, float]) -> list[Edge]:
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if max(dx, dy) < 4 or min(dx, dy) > 0.5:
        return []
    return [_thin(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))]


CellKey = tuple[int, int, int]


def _structure_tags(page: pdfium.PdfPage) -> tuple[dict[int, str], dict[int, CellKey]]:
    """Content mark -> structure type ("H1", "P", "LI", ...), and -> (table, row, cell) for marks in cells.

    The type is that of the nearest element that tells something. Tables, rows and cells are counted in the
    order of the tree.
    """
    tags: dict[int, str] = {}
    cells: dict[int, CellKey] = {}
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return tags, cells
    count = raw.FPDF_StructTree_CountChildren(tree)
    roots = [raw.FPDF_StructTree_GetChildAtIndex(tree, i) for i in reversed(range(count))]
    stack: list[tuple[Any, str, CellKey, int]] = [(root, "", (-1, -1, -1), 0) for root in roots]
    seen = 0
    while stack and seen < MAX_TREE:
        element, outer, cell, depth = stack.pop()
        if not element or depth > 60:
            continue
        seen += 1
        kind = _type(element)
        tag = _telling(kind, outer)
        cell = _inner_cell(kind, cell, seen)
        below = []
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, i)
            if mark >= 0:
                tags[mark] = tag
                if cell[2] >= 0:
                    cells[mark] = cell
            else:
                below.append((raw.FPDF_StructElement_GetChildAtIndex(element, i), tag, cell, depth + 1))
        stack.extend(reversed(below))
    raw.FPDF_StructTree_Close(tree)
    return tags, cells


def _inner_cell(kind: str, cell: CellKey, seen: int) -> CellKey:
    """The (table, row, cell) inside an element of this kind; ``seen`` numbers the element."""
    if kind == "Table":
        return seen, -1, -1
    if kind == "TR" and cell[0] >= 0:
        return cell[0], seen, -1
    if kind in ("TD", "TH") and cell[1] >= 0:
        return cell[0], cell[1], seen
    return cell


def _type(element: Any) -> str:
    buffer = ctypes.create_string_buffer(128)
    size = raw.FPDF_StructElement_GetType(element, buffer, 128)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")


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
_OUTER = {"TOC", "TOCI", "TD", "TH", "Note", "Caption", "Figure", "H1", "H2", "H3", "H4", "H5", "H6", "LI"}


def _telling(kind: str, outer: str) -> str:
    """The type that says most of the content: inside a cell, note or heading it is that of the outside."""
    if outer in _OUTER or not kind or kind in _INNER:
        return outer or kind
    return kind
