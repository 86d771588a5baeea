"""What is drawn on a PDF page: ruling lines, pictures, and how many shapes."""

from __future__ import annotations

import ctypes
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from uitvoerbaarheid.extraction.pdf import native
from uitvoerbaarheid.extraction.pdf.native import Handle, handle_of
from uitvoerbaarheid.extraction.pdf.text import Edge, Frame, Page

#: Limits against pages that would cost minutes: maps hold hundreds of thousands of paths.
MAX_OBJECTS = 60_000
MAX_EDGES = 6_000
MAX_FRAMES = 400
#: Shapes of more pieces are no ruling lines.
_MAX_PIECES = 400
#: A shape over this share of the page or more is its background.
_BACKGROUND = 0.97
#: A box for text is at least this wide and high; shades of one line may make one together. It shows where it
#: is not (nearly) white, and has few corners.
_FRAME_WIDTH, _FRAME_HEIGHT = 60, 9
_WHITE = 250
_FRAME_PIECES = 24
#: Pieces of lines shorter than this do not count, nor slanting by more than ``_SLANT`` (points).
_SHORTEST = 4
_SLANT = 0.5

Matrix = tuple[float, float, float, float, float, float]
_UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
Bounds = tuple[float, float, float, float]


def read_objects(page: pdfium.PdfPage, frame: Frame, result: Page) -> None:
    """Fill in ruling lines, boxes, images and the number of drawn paths, the last drawn first."""
    budget = MAX_OBJECTS
    shapes = _Shapes(frame)
    handle = handle_of(page.raw)
    count = raw.FPDFPage_CountObjects(page.raw)
    stack: list[tuple[Handle, int, Matrix, int]] = []

    def push(container: Handle, count: int, get: Any, matrix: Matrix, depth: int) -> None:
        objects = list(map(get, repeat(container), range(min(count, budget))))
        kinds = map(native.object_type, objects)
        stack.extend(zip(objects, kinds, repeat(matrix), repeat(depth)))

    push(handle, count, native.page_object, _UNCHANGED, 0)
    while stack and budget:
        obj, kind, matrix, depth = stack.pop()
        budget -= 1
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            continue
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            result.images.append(shapes.bounds(obj, matrix))
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            result.drawings += 1
            bounds = shapes.bounds(obj, matrix)
            share = result.share(bounds)
            if share < _BACKGROUND:
                result.drawn_share = max(result.drawn_share, share)
                if len(result.frames) < MAX_FRAMES and shapes.is_frame(obj, bounds):
                    result.frames.append(bounds)
            if len(result.edges) < MAX_EDGES:
                result.edges.extend(shapes.edges(obj, bounds, matrix))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 4:
            inner = _multiply(shapes.matrix(obj), matrix)
            push(obj, native.form_count(obj), native.form_object, inner, depth + 1)


class _Shapes:
    """Asks PDFium for the places of shapes and their pieces, in the frame of a page."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._values = (ctypes.c_float * 6)()
        self._refs = [ctypes.byref(self._values, 4 * i) for i in range(6)]
        self._mode = (ctypes.c_int * 2)()
        self._modes = [ctypes.byref(self._mode, 4 * i) for i in range(2)]
        self._color = (ctypes.c_uint * 4)()
        self._colors = [ctypes.byref(self._color, 4 * i) for i in range(4)]

    def matrix(self, obj: Handle) -> Matrix:
        native.object_matrix(obj, self._refs[0])
        a, b, c, d, e, f = self._values
        return a, b, c, d, e, f

    def bounds(self, obj: Handle, matrix: Matrix) -> Bounds:
        native.object_bounds(obj, *self._refs[:4])
        left, bottom, right, top = self._values[:4]
        point = self._frame.point
        if matrix is _UNCHANGED:
            (x0, y0), (x1, y1) = point(left, bottom), point(right, top)
            return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
        points = [point(*_place(x, y, matrix)) for x in (left, right) for y in (bottom, top)]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return min(xs), min(ys), max(xs), max(ys)

    def edges(self, obj: Handle, bounds: Bounds, matrix: Matrix) -> list[Edge]:
        """The level and upright straight pieces of a path; a thin filled bar counts as one line."""
        x0, top, x1, bottom = bounds
        longest = max(x1 - x0, bottom - top)
        if longest < _SHORTEST:
            return []
        native.path_mode(obj, *self._modes)
        if not any(self._mode):
            return []
        if x1 - x0 < 3 or bottom - top < 3:
            return [_thin(x0, top, x1, bottom)] if longest > _SHORTEST else []
        count = native.path_count(obj)
        if count > _MAX_PIECES:
            return []
        return self._pieces(obj, count, _multiply(self.matrix(obj), matrix))

    def is_frame(self, obj: Handle, bounds: Bounds) -> bool:
        """Whether a path is a box with a border or a fill that shows, large enough to hold text."""
        if bounds[2] - bounds[0] < _FRAME_WIDTH or bounds[3] - bounds[1] < _FRAME_HEIGHT:
            return False
        if native.path_count(obj) > _FRAME_PIECES:
            return False
        native.path_mode(obj, *self._modes)
        if self._mode[1]:
            return True
        native.object_color(obj, *self._colors)
        *color, alpha = self._color
        return bool(self._mode[0]) and alpha > 0 and min(color) < _WHITE

    def _pieces(self, obj: Handle, count: int, matrix: Matrix) -> list[Edge]:
        values, (x, y, *_), point = self._values, self._refs, self._frame.point
        edges: list[Edge] = []
        first = last = None
        for position in range(count):
            segment = native.path_segment(obj, position)
            native.segment_point(segment, x, y)
            here = point(*_place(values[0], values[1], matrix))
            kind = native.segment_type(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                first = here
            elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
                _add_straight(edges, last, here)
            last = here
            if first is not None and native.segment_close(segment):
                _add_straight(edges, last, first)
                last = first
        return edges


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    """The transformation ``m`` followed by ``n``."""
    if n is _UNCHANGED:
        return m
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


def _thin(x0: float, top: float, x1: float, bottom: float) -> Edge:
    if x1 - x0 > bottom - top:
        middle = (top + bottom) / 2
        return Edge(x0, middle, x1, middle)
    middle = (x0 + x1) / 2
    return Edge(middle, top, middle, bottom)


def _add_straight(edges: list[Edge], a: tuple[float, float], b: tuple[float, float]) -> None:
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if max(dx, dy) >= _SHORTEST and min(dx, dy) <= _SLANT:
        edges.append(_thin(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))
