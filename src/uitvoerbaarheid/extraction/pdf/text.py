"""A PDF page as it is read, and its words with position and style.

Everything is in points from the top left of the page as displayed (CropBox and rotation applied).
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from uitvoerbaarheid.extraction.hyphens import NOTHING_KNOWN, Vocabulary
from uitvoerbaarheid.extraction.pdf import native
from uitvoerbaarheid.extraction.pdf.native import Handle, Results, handle_of
from uitvoerbaarheid.records import Box

#: How far text reaches above and below its baseline, as shares of its size.
ABOVE, BELOW = 0.78, 0.22
#: A page with more characters would cost minutes; the rest is left out.
MAX_CHARS = 200_000

_BOLD = re.compile(r"bold|black|heavy|demi|semib|extrab|(?<![a-z])bd(?![a-z])", re.I)
_ITALIC = re.compile(r"italic|oblique|(?<![a-z])it(?![a-z])", re.I)
_NAMELESS = re.compile(r"[A-Za-z]{0,2}\d*")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "ft",
    "\ufb06": "st",
}
_SPELT_OUT = str.maketrans(_LIGATURES)
_HYPHEN = "-"
#: A gap of more than this share of the size parts two words.
_SPACE = 0.6
#: Where every gap is that wide, letters follow each other in larger steps than this share of the size; few
#: words do.
_STEP = 0.65


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
        return self.base - ABOVE * self.style.size

    @property
    def bottom(self) -> float:
        return self.base + BELOW * self.style.size


@dataclass(slots=True)
class Edge:
    """A horizontal or vertical ruling line, or a side of a rectangle (not ``drawn``: of a filled area)."""

    x0: float
    top: float
    x1: float
    bottom: float
    drawn: bool = True


class Fill(NamedTuple):
    """A coloured area (0xRRGGBB); of two that overlap the earlier in the list lies on top."""

    x0: float
    top: float
    x1: float
    bottom: float
    color: int


@dataclass
class Page:
    """What stands on one page (``number`` from 1); ``tags`` and ``cells`` go by content mark.

    ``drawn_share`` is the share of the page (0-1) that its largest drawn shape spans, the page's own
    background left out. ``frames`` are the drawn rectangles large enough to hold text, ``dividers`` short
    level lines. ``known`` are the words of the whole document. ``characters`` are those of its text that are
    read, with spaces; ``cut``: it holds more.
    """

    number: int
    width: float
    height: float
    turn: int
    words: list[Word] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    images: list[tuple[float, float, float, float]] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)
    dividers: list[Edge] = field(default_factory=list)
    drawings: int = 0
    drawn_share: float = 0.0
    tags: dict[int, str] = field(default_factory=dict)
    cells: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    known: Vocabulary = NOTHING_KNOWN
    characters: int = 0
    cut: bool = False

    def forget(self) -> None:
        """Let go of what only lines and tables are made of: in a long document it is the most of all."""
        self.words, self.edges, self.fills, self.tags, self.cells = [], [], [], {}, {}

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
        self.frames = [(high - b, x0, high - a, x1) for x0, a, x1, b in self.frames]
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

    def shares(self, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share of the page that each rectangle covers; as :meth:`share`, for rows of bounds."""
        x0, y0, x1, y1 = bounds.T
        width = np.maximum(0.0, np.minimum(x1, self.width) - np.maximum(x0, 0))
        height = np.maximum(0.0, np.minimum(y1, self.height) - np.maximum(y0, 0))
        return width * height / (self.width * self.height or 1.0)


def settle_weights(pages: list[Page]) -> None:
    """Decide which nameless fonts are bold: those clearly heavier than the one most text is set in.

    The weight that PDFium derives from a font's stem width has no fixed scale, so only the comparison tells.
    """
    if not any(
        style.weight for style in {id(w.style): w.style for page in pages for w in page.words}.values()
    ):
        return
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


#: A coordinate, or the same one of many points.
N = TypeVar("N", float, NDArray[np.float64])


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

    def point(self, x: N, y: N) -> tuple[N, N]:
        """The point, or many of them, in the displayed page."""
        x, y = x - self.left, y - self.bottom
        if self.quarters == 0:
            return x, self.h - y
        if self.quarters == 1:
            return y, x
        if self.quarters == 2:
            return self.w - x, y
        return self.h - y, self.w - x

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The point of the page's own space that is shown at ``x``, ``y``: the reverse of :meth:`point`."""
        x, y = ((x, self.h - y), (y, x), (self.w - x, y), (self.w - y, self.h - x))[self.quarters]
        return x + self.left, y + self.bottom

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

    def down(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far from the top of the displayed page points are, given as rows of x and y."""
        x, y = points[:, 0] - self.left, points[:, 1] - self.bottom
        return (self.h - y, x, y, self.w - x)[self.quarters]

    def direction(self, a: float, b: float) -> tuple[float, float]:
        """A vector of the page's own space, in the displayed page (y down)."""
        return ((a, -b), (b, a), (-a, b), (-b, -a))[self.quarters]


class Characters(NamedTuple):
    """The characters of a page, without spaces: left and right ends, and height of the baseline, of each."""

    string: str
    x0s: NDArray[np.float64]
    x1s: NDArray[np.float64]
    bases: NDArray[np.float64]


class _Pieces(NamedTuple):
    """Where pieces begin and end among the characters of a page, and their sizes."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    sizes: NDArray[np.float64]


class WordReader:
    """Reads the words of pages; keeps what the pages of one document share: styles, and room for results.

    The characters of a page are taken at once: their codes in one call, their text objects and the boxes that
    matter in loops without a step of Python each. Python goes by pieces: characters of one text object
    without a space between them, most of which are words.
    """

    def __init__(self) -> None:
        self._boxes = Results(ctypes.c_double, 4)
        self._matrices = Results(ctypes.c_float, 6, structure=True)
        self._origins = Results(ctypes.c_double, 2)
        self._colors = Results(ctypes.c_uint, 4)
        self._styles: dict[Style, Style] = {}

    def words(self, textpage: pdfium.PdfTextPage, frame: Frame) -> tuple[list[Word], Counter[int]]:
        """The level words in the order of the file, and the number of characters per other direction."""
        handle = handle_of(textpage.raw)
        codes = _codes(textpage.raw, handle, MAX_CHARS)
        kept = np.flatnonzero(~_is_space(codes))
        if not len(kept):
            return [], Counter()
        spaced = np.ones(len(kept), bool)
        spaced[1:] = np.diff(kept) > 1
        objects = _text_objects(handle, kept, spaced)
        begins = np.ones(len(kept), bool)
        begins[1:] = objects[1:] != objects[:-1]
        runs = self._runs(handle, kept[begins].tolist(), objects[begins].tolist(), frame)

        starts = np.flatnonzero(begins | spaced)
        ends = np.append(starts[1:], len(kept))
        numbers = np.cumsum(begins)[starts] - 1
        sizes = np.array([run.style.size for run in runs])[numbers]
        x0s, x1s = self._sides(handle, kept, _Pieces(starts, ends, sizes), frame)
        steps, gaps = np.zeros(len(kept)), np.zeros(len(kept))
        steps[1:] = np.diff(x0s)
        gaps[1:] = x0s[1:] - x1s[:-1]
        steps[starts] = gaps[starts] = 0.0
        even = np.minimum.reduceat(steps, starts) >= 0
        even &= np.maximum.reduceat(gaps, starts) <= _SPACE * sizes
        level = np.array([run.level for run in runs])[numbers]
        whole = even & level & spaced[starts] & np.append(spaced[starts[1:]], True)
        string = _string(codes[kept])
        words: list[Word] = []
        maker = _WordMaker(words, string, x0s, x1s)
        firsts, lasts = starts.tolist(), ends.tolist()
        for text, first, last, run, is_whole, is_even, is_spaced, x0, x1 in zip(
            _cleaned(string, firsts, lasts),
            firsts,
            lasts,
            map(runs.__getitem__, numbers.tolist()),
            whole.tolist(),
            even.tolist(),
            spaced[starts].tolist(),
            x0s[starts].tolist(),
            np.maximum.reduceat(x1s, starts).tolist(),
            strict=True,
        ):
            if is_spaced and maker.text:
                maker.finish()
            if is_whole:
                words.append(Word(text, x0, x1, run.base, run.style, run.mark))
            else:
                maker.add(first, last, run, (x0, x1) if is_even else None)
        maker.finish()
        return words, maker.sideways

    def _sides(
        self, handle: Handle, kept: NDArray[np.int64], pieces: _Pieces, frame: Frame
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Left and right ends of characters; those inside a piece that is plainly one word have its ends.

        PDFium puts a space where characters of one text object stand apart, unless all of them do: such a
        piece is wide, and one that runs back is not read from left to right.
        """
        starts, ends, sizes = pieces
        x0s, x1s = np.empty(len(kept)), np.empty(len(kept))

        def ask(places: NDArray[np.int64]) -> None:
            indexes = kept[places].tolist()
            boxes = self._boxes.of(native.text_box, [handle] * len(indexes), indexes)
            x0s[places], x1s[places] = frame.across(boxes)

        ask(starts)
        ask(ends[ends - starts > 1] - 1)
        lefts, rights = x0s[starts], x1s[ends - 1]
        way = x0s[ends - 1] - lefts
        plain = (way >= 0) & (way <= _STEP * sizes * (ends - starts - 1))
        inside = np.ones(len(kept), bool)
        inside[starts] = inside[ends - 1] = False
        numbers = np.repeat(np.arange(len(starts)), ends - starts)
        ask(np.flatnonzero(inside & ~plain[numbers]))
        inside &= plain[numbers]
        x0s[inside], x1s[inside] = lefts[numbers[inside]], rights[numbers[inside]]
        return x0s, x1s

    def characters(self, textpage: pdfium.PdfTextPage, frame: Frame) -> Characters:
        """The characters that :meth:`words` makes words of, one by one."""
        handle = handle_of(textpage.raw)
        codes = _codes(textpage.raw, handle, MAX_CHARS)
        indexes = np.flatnonzero(~_is_space(codes)).tolist()
        handles = [handle] * len(indexes)
        x0s, x1s = frame.across(self._boxes.of(native.text_box, handles, indexes))
        bases = frame.down(self._origins.of(native.text_origin, handles, indexes))
        return Characters(_string(codes[indexes]), x0s, x1s, bases)

    def _runs(self, handle: Handle, indexes: list[int], addresses: list[int], frame: Frame) -> list[_Run]:
        """How the text objects are set of which characters at these indexes are the first."""
        pages, objects = [handle] * len(indexes), list(map(native.handle, addresses))
        bases = frame.down(self._origins.of(native.text_origin, pages, indexes)).tolist()
        marks = map(native.object_mark, objects)
        looks = np.empty(len(indexes), _LOOK)
        looks["matrix"] = self._matrices.of(native.text_matrix, pages, indexes)[:, :4]
        looks["size"] = np.fromiter(map(native.text_size, pages, indexes), np.float64, len(indexes))
        looks["font"] = np.fromiter(map(native.object_font, objects), np.uint64, len(indexes))
        looks["color"] = self._colors.of(native.object_color, objects)[:, :3]
        # A page has few looks, and bytes are the quickest to tell them apart by.
        keys = looks.view(f"V{_LOOK.itemsize}").tolist()
        fonts = {address: _font(address) for address in set(looks["font"].tolist())}
        known = {}
        for key, index in {key: index for index, key in enumerate(keys)}.items():
            matrix, size, address, color = looks[index].tolist()
            # As numbers of Python: a difference of two colours can be below zero.
            known[key] = self._look(matrix.tolist(), size, fonts[address], color.tolist(), frame)
        return [_Run(base, mark, *known[key]) for key, base, mark in zip(keys, bases, marks, strict=True)]

    def _look(
        self, matrix: Sequence[float], size: float, font: _Font, color: Sequence[int], frame: Frame
    ) -> tuple[Style, bool, int]:
        """Style, whether the text is level, and its direction in quarter turns clockwise."""
        dx, dy = frame.direction(matrix[0], matrix[1])
        level = dx > 0 and abs(dy) < 0.1 * dx
        quarter = round(math.atan2(dy, dx) / (math.pi / 2)) % 4
        scale = math.hypot(matrix[2], matrix[3]) or 1.0
        size = max(round(size * scale * 4) / 4, 1.0)
        rgb = color[0] << 16 | color[1] << 8 | color[2]
        style = Style(size, font.bold, font.italic, rgb, font.name, font.weight)
        # One object per style: comparing them is quick, and a long document keeps few.
        return self._styles.setdefault(style, style), level, quarter


#: What the look of a text object depends on, as PDFium gives it.
_LOOK = np.dtype([("matrix", "f4", 4), ("size", "f8"), ("font", "u8"), ("color", "u4", 3)])


class _Font(NamedTuple):
    name: str = ""
    bold: bool = False
    italic: bool = False
    weight: int = 0


def _font(address: int) -> _Font:
    """Name, weight and slope of the font at this address (0: none)."""
    if not address:
        return _Font()
    font = ctypes.cast(address, raw.FPDF_FONT)
    buffer = ctypes.create_string_buffer(160)
    raw.FPDFFont_GetBaseFontName(font, buffer, 160)
    name = buffer.value.decode("utf-8", "replace").split("+")[-1]
    weight = raw.FPDFFont_GetWeight(font) if _NAMELESS.fullmatch(name) else 0
    return _Font(name, bool(_BOLD.search(name)), bool(_ITALIC.search(name)), weight)


def _text_objects(handle: Handle, kept: NDArray[np.int64], spaced: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """The address of the text object of each character; those between spaces are asked for only where the
    first and the last are of two.
    """

    def ask(indexes: NDArray[np.int64]) -> NDArray[np.uint64]:
        return np.fromiter(map(native.text_object, repeat(handle), indexes.tolist()), np.uint64, len(indexes))

    starts = np.flatnonzero(spaced)
    ends = np.append(starts[1:], len(kept))
    first = ask(kept[starts])
    last = first.copy()
    # The characters of an object stand together: a word before another one of the same object is in it.
    closing = np.append(first[1:] != first[:-1], True) | (first == 0)
    last[closing] = ask(kept[ends[closing] - 1])
    objects = np.repeat(first, ends - starts)
    mixed = np.repeat(first != last, ends - starts)
    objects[mixed] = ask(kept[mixed])
    return objects


class _WordMaker:
    """Makes words of pieces: joins those without a space between, parts them at wide gaps."""

    def __init__(
        self, words: list[Word], string: str, x0s: NDArray[np.float64], x1s: NDArray[np.float64]
    ) -> None:
        self._words = words
        self.sideways: Counter[int] = Counter()
        self._string, self._x0s, self._x1s = string, x0s, x1s
        #: The word that is being made, set as its first run; empty where none is.
        self._run: _Run | None = None
        self.text = ""
        self._start = self._end = 0.0

    def add(self, first: int, last: int, run: _Run, ends: tuple[float, float] | None) -> None:
        """Add a piece that may go on with the one before, and may hold gaps where ``ends`` are not given."""
        if self.text and self._run is not None and not (run.level and _continues(self._run, run)):
            self.finish()
        if not run.level:
            self.sideways[run.quarter] += last - first
        elif ends is not None:
            self._join(self._string[first:last], *ends, run)
        else:
            for i in range(first, last):
                self._join(self._string[i], float(self._x0s[i]), float(self._x1s[i]), run)

    def _join(self, text: str, x0: float, x1: float, run: _Run) -> None:
        if self.text and self._run is not None:
            size = self._run.style.size
            if x0 - self._end > _SPACE * size or x0 < self._start - 0.5 * size:
                self.finish()
        if self.text:
            self._end = max(self._end, x1)
            self.text += text
        else:
            self._run, self._start, self._end, self.text = run, x0, x1, text

    def finish(self) -> None:
        """Close the word, if one was begun."""
        if self.text and self._run is not None:
            run = self._run
            word = Word(_clean(self.text), self._start, self._end, run.base, run.style, run.mark)
            self._words.append(word)
        self.text = ""


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


def _cleaned(string: str, starts: list[int], ends: list[int]) -> Iterator[str]:
    """The parts of a string as :func:`_clean` makes them."""
    parts = map(string.__getitem__, map(slice, starts, ends))
    # Where nothing is to be changed in the whole, nothing is in its parts.
    return map(sys.intern if _is_clean(string) else _clean, parts)


def _is_clean(text: str) -> bool:
    return text.isascii() or (
        unicodedata.is_normalized("NFC", text) and not any(sign in text for sign in _LIGATURES)
    )


def _clean(text: str) -> str:
    if not _is_clean(text):
        text = unicodedata.normalize("NFC", text.translate(_SPELT_OUT))
    # A long document says the same words over and over.
    return sys.intern(text)


@dataclass(slots=True)
class _Run:
    base: float
    mark: int
    style: Style
    level: bool
    quarter: int


def _continues(before: _Run, run: _Run) -> bool:
    """Whether text of ``run`` may belong to a word begun in ``before`` (same line, about the same size)."""
    size = max(before.style.size, run.style.size)
    if abs(before.base - run.base) > 0.12 * size and before.base > run.base:
        return False
    return abs(before.base - run.base) < 0.35 * size and run.style.bold == before.style.bold
