"""What is drawn on a PDF page: ruling lines, coloured areas, pictures, and how many shapes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import chain, islice, pairwise, repeat
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from uitvoerbaarheid.extraction.pdf import native
from uitvoerbaarheid.extraction.pdf.native import Handle, Results, handle_of
from uitvoerbaarheid.extraction.pdf.text import Edge, Fill, Frame, N, Page

#: Limits against pages that would cost minutes: maps hold hundreds of thousands of paths.
MAX_OBJECTS = 60_000
MAX_EDGES = 6_000
MAX_FRAMES = 400
#: Shapes of more pieces are no ruling lines.
_MAX_PIECES = 400
#: So many shapes are looked at together.
_TOGETHER = 200
#: Areas with more corners are drawings.
_MAX_CORNERS = 6
#: Forms in forms are followed this deep.
_MAX_DEPTH = 4
#: A rectangle thinner than this (points) is a line.
_THIN = 3
#: A shape over this share of the page or more is its background.
_BACKGROUND = 0.97
#: A box for text is at least this wide and high (shades of one line may make one together), with few corners.
_FRAME_WIDTH, _FRAME_HEIGHT = 60, 9
_FRAME_PIECES = 24
#: Pieces of lines shorter than this do not count, nor slanting by more than ``_SLANT`` (points).
_SHORTEST = 4
_SLANT = 0.5

Matrix = tuple[float, float, float, float, float, float]
#: Of one object, or of one for each of many points.
Six = tuple[N, N, N, N, N, N]
_UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
Bounds = tuple[float, float, float, float]
Point = tuple[float, float]


class _Shape(NamedTuple):
    """A path or image: its bounds and share of the page, how it is painted, and whether it is a path that is
    painted and long enough to hold a line.
    """

    bounds: Bounds
    share: float
    filled: bool
    stroked: bool
    telling: bool

    @property
    def thin(self) -> bool:
        """Whether it is one line as it is."""
        return _is_thin(self.bounds)


class _Path(NamedTuple):
    """The pieces of a path: their ends on the page, kinds, and which of them close a part; and its colour."""

    ends: list[Point]
    kinds: list[int]
    closing: list[int]
    color: int | None


class DrawingReader:
    """Reads what is drawn on pages; keeps room for results."""

    def __init__(self) -> None:
        self._bounds = Results(ctypes.c_float, 4)
        self._modes = Results(ctypes.c_int, 2)
        self._matrices = Results(ctypes.c_float, 6, structure=True)
        self._colors = Results(ctypes.c_uint, 4)
        self._points = Results(ctypes.c_float, 2)

    def read(self, page: pdfium.PdfPage, frame: Frame, result: Page) -> None:
        """Fill in ruling lines, coloured areas, images and the number of paths; the last drawn first."""
        container = handle_of(page.raw)
        objects = map(native.page_object, repeat(container), range(raw.FPDFPage_CountObjects(page.raw)))
        self._read_all(
            list(map(native.handle, islice(objects, MAX_OBJECTS))), _UNCHANGED, _Target(frame, result), 0
        )

    def _read_all(self, objects: list[Handle], matrix: Matrix, target: _Target, depth: int) -> None:
        """Read the objects of the page, or of a form on it that is placed by ``matrix``."""
        kinds = list(map(native.object_type, objects))
        shapes = [obj for obj, kind in zip(objects, kinds, strict=True) if kind in _SHAPES]
        drawn = self._shapes(shapes, matrix, target)
        wanted = [pair for pair in zip(shapes, drawn, strict=True) if pair[1].telling and not pair[1].thin]
        paths = self._paths(wanted[::-1], matrix, target.frame)
        for obj, kind in zip(reversed(objects), reversed(kinds), strict=True):
            if not target.budget:
                return
            target.budget -= 1
            if kind in _SHAPES:
                shape = drawn.pop()
                if kind == raw.FPDF_PAGEOBJ_IMAGE:
                    target.page.images.append(shape.bounds)
                elif target.counts(shape):
                    if shape.thin:
                        target.add_line(shape.bounds)
                    elif (path := next(paths)) is not None:
                        target.add_path(path, shape)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inside = map(native.form_object, repeat(obj), range(native.form_count(obj)))
                a, b, c, d, e, f = self._own_matrices([obj])[0].tolist()
                inner = _multiply((a, b, c, d, e, f), matrix)
                self._read_all(
                    list(map(native.handle, islice(inside, target.budget))), inner, target, depth + 1
                )

    def _shapes(self, shapes: list[Handle], matrix: Matrix, target: _Target) -> list[_Shape]:
        """Where each of these objects stands on the page, and how it is painted."""
        if not shapes:
            return []
        bounds = target.bounds(self._bounds.of(native.object_bounds, shapes).astype(np.float64), matrix)
        modes = self._modes.of(native.path_mode, shapes) != 0
        x0, top, x1, bottom = bounds.T
        long = (x1 - x0 >= _SHORTEST) | (bottom - top >= _SHORTEST)
        columns = (target.page.shares(bounds), modes[:, 0], modes[:, 1], long & modes.any(axis=1))
        return list(map(_Shape, map(tuple, bounds.tolist()), *(column.tolist() for column in columns)))

    def _paths(
        self, shapes: list[tuple[Handle, _Shape]], matrix: Matrix, frame: Frame
    ) -> Iterator[_Path | None]:
        """The pieces of each of these paths; None for one without colour or with too many.

        They are read as they are asked for, some together: of a map not all are wanted.
        """
        for start in range(0, len(shapes), _TOGETHER):
            objects = [obj for obj, _ in shapes[start : start + _TOGETHER]]
            looks = [look for _, look in shapes[start : start + _TOGETHER]]
            fills = zip(looks, self._fill_colors(objects), strict=True)
            colors = [color if look.filled else None for look, color in fills]
            counts = [
                count if count <= _MAX_PIECES and (look.stroked or color is not None) else 0
                for count, look, color in zip(map(native.path_count, objects), looks, colors, strict=True)
            ]
            owners = chain.from_iterable(map(repeat, objects, counts))
            places = chain.from_iterable(map(range, counts))
            pieces = list(map(native.handle, map(native.path_segment, owners, places)))
            x, y = self._points.of(native.segment_point, pieces).astype(np.float64).T
            a, b, c, d, e, f = np.repeat(self._own_matrices(objects), counts, axis=0).T
            xs, ys = frame.point(*_place(x, y, _multiply((a, b, c, d, e, f), matrix)))
            ends = list(zip(xs.tolist(), ys.tolist(), strict=True))
            kinds = list(map(native.segment_type, pieces))
            closing = list(map(native.segment_close, pieces))
            begin = 0
            for count, color in zip(counts, colors, strict=True):
                part = slice(begin, begin + count)
                begin += count
                yield _Path(ends[part], kinds[part], closing[part], color) if count else None

    def _own_matrices(self, objects: list[Handle]) -> NDArray[np.float64]:
        return self._matrices.of(native.object_matrix, objects).astype(np.float64)

    def _fill_colors(self, objects: list[Handle]) -> list[int | None]:
        """The colours of filled paths; None for white and for what lets all through."""
        channels = self._colors.of(native.object_color, objects).astype(np.int64)
        red, green, blue, alpha = channels.T
        colors = (red << 16 | green << 8 | blue).tolist()
        none = (alpha < 8) | (channels[:, :3].min(axis=1) > 250)
        return [None if nothing else color for nothing, color in zip(none.tolist(), colors, strict=True)]


_SHAPES = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)


class _Target:
    """The page that is read, and how many of its objects may still be looked at."""

    def __init__(self, frame: Frame, page: Page) -> None:
        self.frame, self.page = frame, page
        self.budget = MAX_OBJECTS

    def bounds(self, sides: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
        """The rectangles on the page of some in a form: rows of left, bottom, right, top."""
        left, bottom, right, top = sides.T
        point = self.frame.point
        corners = [(left, bottom), (right, top)]
        if matrix is not _UNCHANGED:
            corners = [_place(x, y, matrix) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*(point(x, y) for x, y in corners), strict=True)
        least, most = np.minimum.reduce, np.maximum.reduce
        return np.stack([least(xs), least(ys), most(xs), most(ys)], axis=1)

    def counts(self, shape: _Shape) -> bool:
        """Count a path; whether its pieces may be lines of a table."""
        page = self.page
        page.drawings += 1
        if page.drawn_share < shape.share < _BACKGROUND:
            page.drawn_share = shape.share
        return shape.telling and len(page.edges) < MAX_EDGES

    def add_frame(self, shape: _Shape, count: int) -> None:
        """Keep a shape of few pieces that is large enough to be a box with text, and not the whole page."""
        if count > _FRAME_PIECES or len(self.page.frames) >= MAX_FRAMES:
            return
        x0, top, x1, bottom = shape.bounds
        if x1 - x0 >= _FRAME_WIDTH and bottom - top >= _FRAME_HEIGHT and shape.share < _BACKGROUND:
            self.page.frames.append(shape.bounds)

    def add_path(self, path: _Path, shape: _Shape) -> None:
        """Keep the level and upright straight pieces of a path, and the area that it colours.

        A filled area without outline has sides, but those are not drawn.
        """
        self.add_frame(shape, len(path.kinds))
        points: list[Point | None] = []
        for end, kind, closes in zip(path.ends, path.kinds, path.closing, strict=True):
            if kind == raw.FPDF_SEGMENT_MOVETO:
                self.add_part(points, path.color, shape.stroked)
                points = []
            elif kind == raw.FPDF_SEGMENT_BEZIERTO:
                points.append(None)
            points.append(end)
            if closes and points[0] is not None:
                points.append(points[0])
        self.add_part(points, path.color, shape.stroked)

    def add_line(self, bounds: Bounds) -> None:
        """Keep a thin rectangle as one line."""
        x0, top, x1, bottom = bounds
        if max(x1 - x0, bottom - top) > _SHORTEST:
            self.page.edges.append(_middle_line(*bounds))

    def add_part(self, points: list[Point | None], color: int | None, stroked: bool) -> None:
        """Keep one part of a path; between two points with None between them runs a curve."""
        corners = [p for p in points if p is not None]
        if len(corners) < 2:
            return
        xs, ys = [p[0] for p in corners], [p[1] for p in corners]
        bounds = min(xs), min(ys), max(xs), max(ys)
        if _is_thin(bounds):
            self.add_line(bounds)
            return
        for a, b in pairwise(points):
            if a is not None and b is not None and _is_straight(a, b):
                edge = _middle_line(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
                edge.drawn = stroked
                self.page.edges.append(edge)
        if color is not None and len(corners) <= _MAX_CORNERS and None not in points:
            self.page.fills.append(Fill(*bounds, color))


def _is_thin(bounds: Bounds) -> bool:
    return bounds[2] - bounds[0] < _THIN or bounds[3] - bounds[1] < _THIN


def _is_straight(a: Point, b: Point) -> bool:
    """Whether a piece is level or upright, and long enough."""
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    return max(dx, dy) >= _SHORTEST and min(dx, dy) <= _SLANT


def _middle_line(x0: float, top: float, x1: float, bottom: float) -> Edge:
    if x1 - x0 > bottom - top:
        middle = (top + bottom) / 2
        return Edge(x0, middle, x1, middle)
    middle = (x0 + x1) / 2
    return Edge(middle, top, middle, bottom)


def _multiply(m: Six[N], n: Matrix) -> Six[N]:
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


def _place(x: N, y: N, m: Six[N] | Matrix) -> tuple[N, N]:
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]
