"""A PDF page as it is read, and its words with position and style.

Everything is in points from the top left of the page as displayed (CropBox and rotation applied).
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from uitvoerbaarheid.extraction.hyphens import NOTHING_KNOWN, Vocabulary
from uitvoerbaarheid.extraction.pdf import native
from uitvoerbaarheid.extraction.pdf.native import Boxes, Handle, handle_of
from uitvoerbaarheid.records import Box

#: A page with more characters would cost minutes; the rest is left out.
MAX_CHARS = 200_000

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
#: A gap of more than this share of the size parts two words.
_SPACE = 0.6


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
            return y, self.width - x
        if self.turn == 2:
            return self.width - x, self.height - y
        if self.turn == 3:
            return self.height - y, x
        return x, y

    def turn_clockwise(self) -> None:
        """Turn the page a quarter: its size, lines and images; not its words."""
        high = self.height
        self.images = [(high - b, x0, high - a, x1) for x0, a, x1, b in self.images]
        self.edges = [Edge(high - e.bottom, e.x0, high - e.top, e.x1) for e in self.edges]
        self.width, self.height = self.height, self.width
        self.turn = (self.turn + 1) % 4

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
    counts: Counter[Style] = Counter()
    for page in pages:
        for word in page.words:
            counts[word.style] += len(word.text)
    weights: Counter[int] = Counter()
    for style, count in counts.items():
        weights[style.weight] += count
    body = weights.most_common(1)[0][0] if weights else 0
    if not body:
        return
    bold = {style: style._replace(bold=True) for style in counts if style.weight > 1.12 * body}
    if not bold:
        return
    for page in pages:
        for word in page.words:
            word.style = bold.get(word.style, word.style)


class Frame:
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

    def across(self, boxes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The left and right ends, in the displayed page, of boxes: rows of left, right, bottom and top."""
        if self.quarters == 0:
            ends = boxes[:, 0] - self.left, boxes[:, 1] - self.left
        elif self.quarters == 1:
            ends = boxes[:, 2] - self.bottom, boxes[:, 3] - self.bottom
        elif self.quarters == 2:
            ends = self.w - (boxes[:, 0] - self.left), self.w - (boxes[:, 1] - self.left)
        else:
            ends = self.h - (boxes[:, 2] - self.bottom), self.h - (boxes[:, 3] - self.bottom)
        return np.minimum(*ends), np.maximum(*ends)

    def direction(self, a: float, b: float) -> tuple[float, float]:
        """A vector of the page's own space, in the displayed page (y down)."""
        return ((a, -b), (b, a), (-a, b), (-b, -a))[self.quarters]


class _FontNames:
    """Name, weight and slope of a text object's font."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, bool, bool, int]] = {}

    def look_up(self, obj: Handle) -> tuple[str, bool, bool, int]:
        address = native.object_font(obj)
        if not address:
            return "", False, False, 0
        if address not in self._known:
            font = ctypes.cast(address, raw.FPDF_FONT)
            buffer = ctypes.create_string_buffer(160)
            raw.FPDFFont_GetBaseFontName(font, buffer, 160)
            name = buffer.value.decode("utf-8", "replace").split("+")[-1]
            weight = raw.FPDFFont_GetWeight(font) if _NAMELESS.fullmatch(name) else 0
            self._known[address] = name, bool(_BOLD.search(name)), bool(_ITALIC.search(name)), weight
        return self._known[address]


class WordReader:
    """Reads the words of pages; keeps what pages of one document share: fonts, styles, room for boxes.

    The characters of a page are taken at once: their codes in one call, their text objects and boxes in three
    loops without a step of Python each. Python goes by pieces: characters of one text object without a space
    between them, most of which are words.
    """

    def __init__(self) -> None:
        self._boxes = Boxes()
        self._matrix = raw.FS_MATRIX()
        self._point = (ctypes.c_double * 2)()
        self._color = (ctypes.c_uint * 4)()
        self._styles: dict[Style, Style] = {}

    def words(self, textpage: pdfium.PdfTextPage, frame: Frame) -> tuple[list[Word], Counter[int]]:
        """The level words in the order of the file, and the number of characters per other direction."""
        handle = handle_of(textpage.raw)
        codes = _codes(textpage.raw, handle, MAX_CHARS)
        kept = np.flatnonzero(~_is_space(codes))
        if not len(kept):
            return [], Counter()
        string = _string(codes[kept])
        indexes = kept.tolist()
        objects = np.fromiter(map(native.text_object, repeat(handle), indexes), np.uint64, len(indexes))
        x0s, x1s = frame.across(self._boxes.of(handle, indexes))
        fonts = _FontNames()
        maker = _WordMaker(string, x0s, x1s)
        for piece in _pieces(kept, objects, x0s, x1s):
            run = None
            if piece.new_run:
                first = piece.first
                run = self._run(handle, indexes[first], int(objects[first]), frame, fonts)
            maker.add(piece, run)
        maker.finish()
        return maker.words, maker.sideways

    def _run(self, handle: Handle, index: int, address: int, frame: Frame, fonts: _FontNames) -> _Run:
        matrix, point, color = self._matrix, self._point, self._color
        native.text_matrix(handle, index, ctypes.byref(matrix))
        dx, dy = frame.direction(matrix.a, matrix.b)
        level = dx > 0 and abs(dy) < 0.1 * dx
        quarter = 0 if level else round(math.atan2(dy, dx) / (math.pi / 2)) % 4
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        size = max(round(native.text_size(handle, index) * scale * 4) / 4, 1.0)
        native.text_origin(handle, index, ctypes.byref(point), ctypes.byref(point, 8))
        base = frame.point(point[0], point[1])[1]
        if not address:
            return _Run(self._style(Style(size, False, False, 0, "")), base, -1, level, quarter)
        obj = Handle(address)
        name, bold, italic, weight = fonts.look_up(obj)
        native.object_color(obj, *(ctypes.byref(color, 4 * i) for i in range(4)))
        rgb = color[0] << 16 | color[1] << 8 | color[2]
        style = self._style(Style(size, bold, italic, rgb, name, weight))
        return _Run(style, base, native.object_mark(obj), level, quarter)

    def _style(self, style: Style) -> Style:
        # One object per style: comparing them is quick, and a long document keeps few.
        return self._styles.setdefault(style, style)


class _Piece(NamedTuple):
    """Characters ``first`` to ``last`` (not included) of one text object, without a space between them.

    ``new_run`` and ``new_word`` say whether another text object than that of the piece before begins here,
    and whether a space stands before. ``step`` is the shortest way from the left of a character to that of
    the next (below zero: to the left), ``gap`` the widest empty space between two.
    """

    first: int
    last: int
    new_run: bool
    new_word: bool
    x0: float
    x1: float
    step: float
    gap: float


def _pieces(
    kept: NDArray[np.int64], objects: NDArray[np.uint64], x0s: NDArray[np.float64], x1s: NDArray[np.float64]
) -> Iterator[_Piece]:
    """The characters at the ``kept`` places of the page, by text object and space."""
    new_run, new_word = np.ones(len(kept), bool), np.ones(len(kept), bool)
    new_run[1:] = objects[1:] != objects[:-1]
    new_word[1:] = np.diff(kept) > 1
    starts = np.flatnonzero(new_run | new_word)
    steps, gaps = np.zeros(len(kept)), np.zeros(len(kept))
    steps[1:] = np.diff(x0s)
    gaps[1:] = x0s[1:] - x1s[:-1]
    steps[starts] = gaps[starts] = 0.0
    return map(
        _Piece,
        starts.tolist(),
        [*starts[1:].tolist(), len(kept)],
        new_run[starts].tolist(),
        new_word[starts].tolist(),
        x0s[starts].tolist(),
        np.maximum.reduceat(x1s, starts).tolist(),
        np.minimum.reduceat(steps, starts).tolist(),
        np.maximum.reduceat(gaps, starts).tolist(),
    )


class _WordMaker:
    """Joins pieces to words, and parts pieces where the gap is that of a space."""

    def __init__(self, string: str, x0s: NDArray[np.float64], x1s: NDArray[np.float64]) -> None:
        self.words: list[Word] = []
        self.sideways: Counter[int] = Counter()
        self._string, self._x0s, self._x1s = string, x0s, x1s
        self._plain = string.isascii()
        self._run: _Run | None = None
        self._text = ""
        self._start = self._end = 0.0

    def add(self, piece: _Piece, new_run: _Run | None) -> None:
        """Add a piece; ``new_run`` is how it is set where it begins another text object."""
        if piece.new_word:
            self.finish()
        run = self._run
        if new_run is not None:
            if run is None or (self._text and not _continues(run, new_run)):
                self.finish()
            # A word that goes on in another run keeps its first style.
            self._run = run = run if self._text and run is not None and new_run.level else new_run
        assert run is not None
        if not run.level:
            self.sideways[run.quarter] += piece.last - piece.first
            self._text = ""
        elif piece.step < 0 or piece.gap > _SPACE * run.style.size:
            # Spaces that are not written, or characters set to the left of the one before.
            for i in range(piece.first, piece.last):
                self._join(self._string[i], float(self._x0s[i]), float(self._x1s[i]), run.style.size)
        else:
            self._join(self._string[piece.first : piece.last], piece.x0, piece.x1, run.style.size)

    def _join(self, text: str, x0: float, x1: float, size: float) -> None:
        if self._text and (x0 - self._end > _SPACE * size or x0 < self._start - 0.5 * size):
            self.finish()
        if self._text:
            self._end = max(self._end, x1)
            self._text += text
        else:
            self._start, self._end, self._text = x0, x1, text

    def finish(self) -> None:
        """Close the word, if one was begun."""
        if self._text and self._run is not None:
            text = self._text if self._plain else _clean(self._text)
            run = self._run
            self.words.append(Word(text, self._start, self._end, run.base, run.style, run.mark))
        self._text = ""


def _codes(textpage: Any, handle: Handle, most: int) -> NDArray[np.uint32]:
    """The character codes of a page, as many as there are (at most ``most``)."""
    count = min(raw.FPDFText_CountChars(textpage), most)
    if count <= 0:
        return np.empty(0, np.uint32)
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    length = max(raw.FPDFText_GetText(textpage, 0, count, buffer) - 1, 0)
    units = np.frombuffer(buffer, np.uint16)[:length]
    if length == count and not ((units >= 0xD800) & (units < 0xE000)).any():
        return units.astype(np.uint32)
    # PDFium leaves characters without a code out of its text, and one beyond 0xFFFF takes two places there.
    return np.fromiter(map(native.text_unicode, repeat(handle), range(count)), np.uint32, count)


def _is_space(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return (
        ((codes <= 32) & (codes != 2))
        | ((codes >= 0x2000) & (codes <= 0x200B))
        | (codes == 0xA0)
        | (codes == 0xFEFF)
        | (codes == 0xFFFF)
    )


def _string(codes: NDArray[np.uint32]) -> str:
    """One character per code; a hyphen for PDFium's own signs of a broken word (2 and 0xFFFE)."""
    codes = np.where((codes == 2) | (codes == 0xFFFE), ord(_HYPHEN), codes)
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_LIGATURES))


@dataclass(slots=True)
class _Run:
    style: Style
    base: float
    mark: int
    level: bool
    quarter: int


def _continues(before: _Run, run: _Run) -> bool:
    """Whether text of ``run`` may belong to a word begun in ``before`` (same line, about the same size)."""
    size = max(before.style.size, run.style.size)
    if abs(before.base - run.base) > 0.12 * size and before.base > run.base:
        return False
    return abs(before.base - run.base) < 0.35 * size and run.style.bold == before.style.bold
