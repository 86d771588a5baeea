"""Words recognised from the picture of a page, for pages without a text layer that can be read.

A page is drawn and Tesseract reads it in a process of its own. What comes back has the form of a text layer:
words in points from the top left of the page, with the size, weight and colour in which they are set, so that
all that comes after works unchanged.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from uitvoerbaarheid.extraction import tesseract
from uitvoerbaarheid.extraction.model import Progress
from uitvoerbaarheid.extraction.pdf import quality
from uitvoerbaarheid.extraction.pdf.layout import lines_of
from uitvoerbaarheid.extraction.pdf.text import Edge, Page, Style, Word

#: Resolution at which a page is drawn, less for a large one: an A4 has 8.7 million dots.
DPI = 300
MAX_PIXELS = 12_000_000
#: More pages are not recognised in one document: hours of work.
MAX_PAGES = 1_000
#: The longest that one page may take, and what is reckoned for each in a document's time limit.
PAGE_SECONDS = 120.0
_MEAN_SECONDS = 40.0
#: Below this confidence (0-1) a page's words are not used, below the other its reader is warned.
USELESS = 0.6
UNSURE = 0.9

_LANGUAGE = "nld"
#: Each reads a picture of some 60 MB.
_MOST_WORKERS = 8
#: A word below this confidence (0-100) is no word: a stain, a line, a part of a picture.
_NOISE = 25
#: Share of the letter size in the height that Tesseract gives a line (from descender to ascender).
_LINE_SHARE = 0.98

Outcome = Literal["read", "nothing", "picture", "useless", "late"]


@dataclass
class Recognised:
    """What came of one page: its words and ruling lines, and the confidence (0-1) in its letters.

    ``turn`` is how many quarter turns clockwise the page was turned to be read, besides its own.
    ``outcome``: read, nothing (no text found), picture (labels on a map or drawing), useless (too unsure to
    use), late (failed or took too long).
    """

    outcome: Outcome
    words: list[Word] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    confidence: float = 0.0
    turn: int = 0


# --- what is needed --------------------------------------------------------------------------------------


@cache
def missing() -> str | None:
    """How to install what recognition needs here, as a Dutch sentence; None when all of it is there."""
    todo = []
    program = tesseract.program()
    languages: list[str] = []
    try:
        library = tesseract.library()
    except ImportError:
        todo.append('pip install "uitvoerbaarheid[ocr]"')
    else:
        library.pytesseract.tesseract_cmd = program or "tesseract"
        if program:
            try:
                languages = library.get_languages()
            except (OSError, RuntimeError):
                languages = []
    if not program or (_LANGUAGE not in languages and not todo):
        todo.insert(0, _system_command())
    return f"Voor OCR is nodig: {' en '.join(todo)}." if todo else None


def _system_command() -> str:
    if sys.platform == "win32":
        return (
            "het installatieprogramma van https://github.com/UB-Mannheim/tesseract/wiki "
            "(kruis daarin de taal Dutch aan)"
        )
    if sys.platform == "darwin":
        return "brew install tesseract tesseract-lang"
    return "sudo apt install tesseract-ocr tesseract-ocr-nld"


# --- recognising -----------------------------------------------------------------------------------------


def recognise(
    document: pdfium.PdfDocument,
    pages: list[Page],
    workers: int = 0,
    *,
    announce: Callable[[float], None] | None = None,
    progress: Progress | None = None,
    at: Callable[[int | None], None] = lambda page: None,
) -> dict[int, Recognised]:
    """Recognise the text of ``pages``; the result is by page number and does not depend on ``workers``.

    ``workers`` processes of Tesseract run side by side (0: one for each core that this process may use, up to
    eight). ``announce`` is told how many seconds it may take at most; pages that are not read by then are
    "late". ``progress`` is called with (pages done, pages in all), ``at`` with the page that is drawn and
    with None after it.
    """
    workers = workers or min(_cores(), _MOST_WORKERS)
    queue = pages[:MAX_PAGES]
    done = 0
    found = {page.number: Recognised("late") for page in pages}
    allowed = PAGE_SECONDS + _MEAN_SECONDS * len(queue) / workers
    if announce:
        announce(allowed + PAGE_SECONDS)
    end = time.monotonic() + allowed
    raw: dict[int, _Reading] = {}
    with _one_thread_each(), ThreadPoolExecutor(workers) as pool:
        waiting: deque[tuple[Page, Future[_Reading | None]]] = deque()

        def collect() -> None:
            nonlocal done
            page, future = waiting.popleft()
            reading = future.result()
            if reading is not None:
                raw[page.number] = reading
            done += 1
            if progress:
                progress(done, len(queue))

        try:
            for page in queue:
                if time.monotonic() > end:
                    break
                # PDFium is not made for threads: pages are drawn here, one ahead of the readers.
                at(page.number)
                try:
                    picture = _draw(document, page)
                except pdfium.PdfiumError:  # it stays unread
                    continue
                finally:
                    at(None)
                waiting.append((page, pool.submit(_read_picture, picture, page.edges)))
                if len(waiting) > workers:
                    collect()
            while waiting:
                collect()
        finally:
            for _, future in waiting:
                future.cancel()
    usual = _Usual(_settle_sizes(raw), _usual_stroke(raw))
    for page in queue:
        if page.number in raw:
            found[page.number] = _result(page, raw[page.number], usual)
    return found


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Tesseract's own threads gain little and get in each other's way when pages are read side by side."""
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before


def _is_picture(words: list[Word], page: int) -> bool:
    """Whether words are labels on a map or drawing: hardly a common one, each line in a place of its own."""
    lines = lines_of(words, page, {})
    if len(lines) < 8 or quality.common_share(words) > 0.18:
        return False
    return len({round(line.x0 / 10) for line in lines}) > 0.4 * len(lines)


# --- the picture -----------------------------------------------------------------------------------------

Dots = NDArray[np.uint8]
#: So many rows of a picture are made grey at a time.
_BAND = 256


@dataclass
class _Picture:
    """A drawn page: its dots by row, in red, green and blue, and how many dots go in a point."""

    dots: Dots
    scale: float


def _draw(document: pdfium.PdfDocument, page: Page) -> _Picture:
    """The page as it is read: as displayed, turned where its text runs sideways."""
    sheet = document[page.number - 1]
    try:
        width, height = sheet.get_size()
        scale = min(DPI / 72, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
        bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        dots = np.rot90(bitmap.to_numpy()[:, :, :3], -page.turn)
        return _Picture(np.ascontiguousarray(dots), scale)
    finally:
        sheet.close()


def _grey(dots: Dots) -> Dots:
    from PIL import Image

    grey = np.empty(dots.shape[:2], dtype=np.uint8)
    # Some rows at a time: for all of a page the library takes another 35 MB.
    for first in range(0, len(dots), _BAND):
        rows = slice(first, first + _BAND)
        grey[rows] = np.asarray(Image.fromarray(dots[rows]).convert("L"))
    return grey


def _rulings(grey: Dots, scale: float) -> list[Edge]:
    """The ruling lines in a picture: dark, at least 29 points long and at most 3.6 thick.

    Looked for at half the resolution. (To take them out before the text is read makes it worse: Tesseract
    tells columns by them.)
    """
    from scipy import ndimage

    rows, columns = (n // 2 * 2 for n in grey.shape)
    dark = (grey[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2).min((1, 3)) < 150).view(np.uint8)
    long, thick = round(29 * scale / 2) | 1, round(3.6 * scale / 2) | 1
    spans = [_runs(dark, long, axis) for axis in (0, 1)]
    bars = [_runs(dark, thick, axis) for axis in (0, 1)]
    edges: list[Edge] = []
    for axis in (0, 1):
        # A line's length is along the axis; across it there must be no more than its thickness, save where
        # another line crosses.
        line = spans[axis] & ~(bars[1 - axis] & ~spans[1 - axis])
        line &= ~(spans[0] & spans[1] & bars[0] & bars[1] & _runs(line, thick, 1 - axis))
        labels, _ = ndimage.label(line, np.ones((3, 3)))
        for below, right in ndimage.find_objects(labels)[:_MAX_RULINGS]:
            x0, x1 = (2 * x / scale for x in (right.start, right.stop))
            top, bottom = (2 * y / scale for y in (below.start, below.stop))
            middle = (top + bottom) / 2 if axis else (x0 + x1) / 2
            if max(x1 - x0, bottom - top) >= 20:
                edges.append(Edge(x0, middle, x1, middle) if axis else Edge(middle, top, middle, bottom))
    return edges


_MAX_RULINGS = 2_000


def _runs(dark: Dots, length: int, axis: int) -> Dots:
    """The dots that lie in a dark run of at least ``length`` dots along an axis."""
    from scipy import ndimage

    eroded = ndimage.minimum_filter1d(dark, length, axis=axis, mode="constant", cval=0)
    return np.asarray(ndimage.maximum_filter1d(eroded, length, axis=axis, mode="constant", cval=0))


# --- what Tesseract makes of it --------------------------------------------------------------------------


@dataclass
class _Mark:
    """A word as recognised: confidence 0-100; ``stroke`` is the width of its stems over its letter size."""

    text: str
    x0: float
    x1: float
    confidence: float
    stroke: float
    color: int

    @property
    def letters(self) -> int:
        return sum(ch.isalnum() for ch in self.text)


@dataclass
class _TextLine:
    """A line as recognised: height of its baseline in points from the top, and letter size in points."""

    marks: list[_Mark]
    base: float
    size: float

    @property
    def confidence(self) -> float:
        """Mean of its words', by their letters (0-100)."""
        weights = [max(m.letters, 1) for m in self.marks]
        return sum(m.confidence * w for m, w in zip(self.marks, weights, strict=True)) / sum(weights)


@dataclass
class _Reading:
    """A page as recognised. ``sideways``: most of its text runs up or down."""

    lines: list[_TextLine]
    edges: list[Edge]
    sideways: bool = False
    turn: int = 0


def _read_picture(picture: _Picture, drawn: list[Edge]) -> _Reading | None:
    """Read a page; None where that failed or took too long. ``drawn`` are lines that the PDF has on it."""
    reading = _read_level(picture, drawn)
    if reading is not None and (reading.sideways or _doubtful(reading)):
        turn = find_turn(_grey(picture.dots), round(picture.scale * 72))
        if turn:
            turned = _Picture(np.ascontiguousarray(np.rot90(picture.dots, -turn)), picture.scale)
            other = _read_level(turned, [])
            if other is not None and _weight(other) > _weight(reading):
                other.turn = turn
                return other
    return reading


def _read_level(picture: _Picture, drawn: list[Edge]) -> _Reading | None:
    grey = _grey(picture.dots)
    answer = run_tesseract(grey, round(picture.scale * 72))
    if answer is None:
        return None
    edges = _rulings(grey, picture.scale)
    lines, sideways = _parse(answer, picture, grey)
    upright = [edge for edge in [*edges, *drawn] if edge.x0 == edge.x1]
    for line in lines:
        for mark in line.marks:
            _trim(mark, line.base, upright)
    return _Reading(lines, edges, sideways)


def _trim(mark: _Mark, base: float, upright: list[Edge]) -> None:
    """Take a table's line beside a word out of it, which is read as a sign: "624/" is 624."""
    found = _BESIDE.search(mark.text)
    if found and any(abs(e.x0 - mark.x1) < 3 and e.top < base < e.bottom + 3 for e in upright):
        mark.text = mark.text[: found.start()]


_BESIDE = re.compile(r"(?<=[\d%])[|)\]/}lI!]$")


def _weight(reading: _Reading) -> float:
    return sum(line.confidence * sum(m.letters for m in line.marks) for line in reading.lines)


def _doubtful(reading: _Reading) -> bool:
    """Whether a page may lie on its side or upside down: hardly a word is sure."""
    sure = [m for line in reading.lines for m in line.marks if m.confidence >= 80 and m.letters >= 3]
    return len(sure) < 10 or _weight(reading) < 60 * sum(
        m.letters for line in reading.lines for m in line.marks
    )


def run_tesseract(grey: Dots, dpi: int) -> bytes | None:
    """Tesseract's account (hOCR) of a grey picture; None where it failed or took too long."""
    from PIL import Image

    image = Image.fromarray(grey)
    image.format = "PPM"  # handed over uncompressed
    try:
        answer = tesseract.library().image_to_pdf_or_hocr(
            image, lang=_LANGUAGE, config=f"--psm 3 --dpi {dpi}", extension="hocr", timeout=PAGE_SECONDS
        )
    except RuntimeError:  # also its own errors
        return None
    return bytes(answer)


def find_turn(grey: Dots, dpi: int) -> int:
    """How many quarter turns clockwise set the page upright, 0 where that cannot be told."""
    from PIL import Image

    image = Image.fromarray(grey)
    image.format = "PPM"
    try:
        answer = tesseract.library().image_to_osd(
            image, lang="osd", config=f"--dpi {dpi}", output_type="dict", timeout=PAGE_SECONDS
        )
    except RuntimeError:  # too little text, or the data for it are not installed
        return 0
    sure = float(answer.get("orientation_conf", 0.0)) >= 1.0
    return int(answer.get("rotate", 0)) // 90 % 4 if sure else 0


_LINE_CLASSES = {"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"}
_VALUES = re.compile(r"(bbox|baseline|x_size|x_wconf) ([-\d. ]+)")


def _values(title: str) -> dict[str, list[float]]:
    return {name: [float(n) for n in numbers.split()] for name, numbers in _VALUES.findall(title)}


def _parse(answer: bytes, picture: _Picture, grey: Dots) -> tuple[list[_TextLine], bool]:
    """The level lines in an hOCR answer, straightened where a page was scanned askew, and whether most of the
    text is in lines that run up or down.
    """
    from lxml import etree

    root = etree.fromstring(answer, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    found = []
    upright = level = 0
    for node in root.iter("{*}span") if root is not None else ():
        if node.get("class") in _LINE_CLASSES:
            values = _values(node.get("title", ""))
            words = [w for w in node.iter("{*}span") if w.get("class") == "ocrx_word"]
            x0, top, x1, bottom = values.get("bbox", (0, 0, 0, 0))
            if bottom - top > max(2 * (x1 - x0), 3 * values.get("x_size", [0.0])[0]):
                upright += len(words)
                continue
            level += len(words)
            if words and len(values.get("baseline", ())) == 2 and "x_size" in values:
                found.append((values, words))
    skew = _skew([values for values, _ in found], grey.shape[1])
    middle = grey.shape[1] / 2
    lines = []
    for values, words in found:
        x0, _, x1, bottom = values["bbox"]
        slope, offset = values["baseline"]
        base = bottom + offset + slope * (x1 - x0) / 2 - skew * ((x0 + x1) / 2 - middle)
        size = values["x_size"][0] / _LINE_SHARE
        known = (_mark(word, size, picture, grey) for word in words)
        marks = [mark for mark in known if mark is not None]
        if marks:
            lines.append(_TextLine(marks, base / picture.scale, size / picture.scale))
    return lines, upright > level


def _skew(lines: list[dict[str, list[float]]], width: int) -> float:
    """The slope of the page's long lines (down per right); 0 where it is level."""
    slopes = [v["baseline"][0] for v in lines if v["bbox"][2] - v["bbox"][0] > 0.25 * width]
    slope = statistics.median(slopes) if len(slopes) >= 3 else 0.0
    return slope if abs(slope) > 0.002 else 0.0


def _mark(node: Any, size: float, picture: _Picture, grey: Dots) -> _Mark | None:
    text = "".join(node.itertext()).strip()
    values = _values(node.get("title", ""))
    if not text or "bbox" not in values or "x_wconf" not in values:
        return None
    x0, top, x1, bottom = (round(v) for v in values["bbox"])
    area = np.s_[top:bottom, x0:x1]
    stroke, color = _look(grey[area], picture.dots[area], size)
    scale = picture.scale
    return _Mark(text, x0 / scale, x1 / scale, values["x_wconf"][0], stroke, color)


def _look(grey: Dots, dots: Dots, size: float) -> tuple[float, int]:
    """The width of the stems of a word as a share of its size, and its colour; (0, 0) where unclear."""
    if grey.size == 0:
        return 0.0, 0
    low, high = int(grey.min()), int(grey.max())
    if high - low < 60:
        return 0.0, 0
    dark = grey < (low + high) / 2
    share = float(dark.mean())
    if share > 0.6:
        return 0.0, 0xFFFFFF  # light letters on a dark ground
    padded = np.zeros((dark.shape[0], dark.shape[1] + 2), np.int8)
    padded[:, 1:-1] = dark
    steps = np.diff(padded, axis=1)
    lengths = np.nonzero(steps == -1)[1] - np.nonzero(steps == 1)[1]
    stems = lengths[lengths < 0.3 * size]
    stroke = float(np.median(stems)) / size if len(stems) >= 8 else 0.0
    ink = dots[grey <= low + 0.25 * (high - low)]
    red, green, blue = (int(v) for v in np.median(ink, axis=0))
    if max(red, green, blue) - min(red, green, blue) < 50:
        red = green = blue = 0 if red < 140 else 160
    return stroke, red << 16 | green << 8 | blue


# --- from marks to words ---------------------------------------------------------------------------------

#: A bullet is often read as one of these signs.
_BULLETS = frozenset("e®©°¢«»¤*•●▪■-–—>")
_SAID = re.compile(r"[^\W_]|[€%&]")


def _settle_sizes(readings: dict[int, _Reading]) -> float:
    """Give lines of about the same size the same one, over all pages: what is recognised varies a little.

    Returns the size of most text in points, 0 where there is none.
    """
    weights: Counter[float] = Counter()
    for reading in readings.values():
        for line in reading.lines:
            line.size = round(line.size * 10) / 10
            weights[line.size] += sum(m.letters for m in line.marks)
    groups: dict[float, float] = {}
    left = Counter({size: weight for size, weight in weights.items() if weight})
    body = 0.0
    while left:
        centre = max(left, key=lambda s: (_near(left, s, 0.05), s))
        members = [s for s in left if abs(s / centre - 1) <= 0.09]
        total = sum(left[s] for s in members)
        mean = sum(s * left[s] for s in members) / total
        body = body or round(mean * 2) / 2
        for size in members:
            groups[size] = round(mean * 2) / 2
            del left[size]
    for reading in readings.values():
        for line in reading.lines:
            line.size = groups.get(line.size, line.size)
    return body


def _near(weights: Counter[float], size: float, share: float) -> int:
    return sum(weight for other, weight in weights.items() if abs(other / size - 1) <= share)


def _usual_stroke(readings: dict[int, _Reading]) -> float:
    """The relative width of stems in most of the text; 0 where it cannot be told."""
    strokes = sorted(
        (mark.stroke, mark.letters)
        for reading in readings.values()
        for line in reading.lines
        for mark in line.marks
        if mark.stroke and mark.confidence >= 80
    )
    half = sum(letters for _, letters in strokes) / 2
    for stroke, letters in strokes:
        half -= letters
        if half <= 0:
            return stroke
    return 0.0


class _Palette:
    """Colours as they were meant: one that is close to a colour seen before is that colour."""

    def __init__(self) -> None:
        self._seen = [0]

    def settle(self, color: int) -> int:
        for known in self._seen:
            parts = [abs((color >> shift & 255) - (known >> shift & 255)) for shift in (16, 8, 0)]
            if sum(parts) < 90:
                return known
        self._seen.append(color)
        return color


#: A page on which more letters than this are seen, however unsure, has print on it.
_LEAST_PRINT = 200


@dataclass
class _Usual:
    """How most text of the document is set: its size in points, the width of its stems over that, and the
    colours that were seen.
    """

    size: float
    stroke: float
    palette: _Palette = field(default_factory=_Palette)


def _result(page: Page, reading: _Reading, usual: _Usual) -> Recognised:
    """The words of a page, without what is no text; none where they are too unsure."""
    words: list[Word] = []
    letters = sure = 0.0
    height = page.width if reading.turn % 2 else page.height
    seen = sum(mark.letters for line in reading.lines for mark in line.marks)
    for line in reading.lines:
        line.marks = _said(line)
        color = usual.palette.settle(_color(line.marks))
        if not line.marks or _is_logo(line, color, height, usual):
            continue
        for mark in line.marks:
            letters += mark.letters
            sure += mark.letters * mark.confidence / 100
        words += _words(line, color, usual)
    confidence = round(sure / letters, 3) if letters else 0.0
    if letters < quality.FEW_LETTERS and confidence < 0.9:
        # Much that is unsure is print after all, too poor to read.
        none: Outcome = "useless" if seen >= _LEAST_PRINT else "nothing"
        return Recognised(none, confidence=confidence, turn=reading.turn)
    if confidence < USELESS or quality.is_gibberish(words):
        return Recognised("useless", confidence=confidence, turn=reading.turn)
    if _is_picture(words, page.number):
        return Recognised("picture", confidence=confidence, turn=reading.turn)
    return Recognised("read", words, reading.edges, confidence, reading.turn)


def _said(line: _TextLine) -> list[_Mark]:
    """The marks of a line that are words, figures or a bullet before them; none where the line is noise."""
    marks = [m for m in line.marks if m.confidence >= _NOISE]
    bullet = None
    if len(marks) > 1 and marks[0].text in _BULLETS and marks[1].x0 - marks[0].x1 > 0.45 * line.size:
        bullet = marks[0]
        bullet.text = bullet.text if bullet.text in "-–—" else "•"
    kept = [m for m in marks if m is bullet or _SAID.search(m.text) or m.text in "-–—+=/"]
    worded = _TextLine([m for m in kept if m.letters], line.base, line.size)
    if not worded.marks or worded.confidence < _NOISE_LINE:
        return []
    few = sum(m.letters for m in worded.marks) < 3
    if few and worded.confidence < 80:
        return []  # specks read as a letter or two
    return kept


#: A line below this confidence (0-100) is a part of a picture.
_NOISE_LINE = 45
_EDGES_OF_TEXT = re.compile(r"^[|_\[\]{}]+(?=\w)|(?<=[\w.,%])[|_\[\]{}]+$")


def _color(marks: list[_Mark]) -> int:
    """The colour of most letters."""
    colors = Counter({0: 0})
    for mark in marks:
        colors[mark.color] += mark.letters
    return colors.most_common(1)[0][0]


def _is_logo(line: _TextLine, color: int, height: float, usual: _Usual) -> bool:
    """Whether a line is a name in the foot of the page, in colour or large: a party's logo."""
    return line.base > 0.9 * height and (color != 0 or line.size > 1.2 * usual.size)


def _words(line: _TextLine, color: int, usual: _Usual) -> list[Word]:
    bold = _bold(line.marks, usual.stroke)
    return [
        Word(
            _EDGES_OF_TEXT.sub("", mark.text),
            mark.x0,
            mark.x1,
            line.base,
            Style(line.size, heavy, False, color, ""),
            -1,
        )
        for mark, heavy in zip(line.marks, bold, strict=True)
    ]


def _bold(marks: list[_Mark], usual: float) -> list[bool]:
    """Which words are bold. A line is bold as a whole, or a run of words at its start is, or none."""
    if not usual:
        return [False] * len(marks)
    heavy = [None if not m.stroke or m.letters < 3 else m.stroke > _BOLD * usual for m in marks]
    told = [(h, m.letters) for h, m in zip(heavy, marks, strict=True) if h is not None]
    if not told:
        return [False] * len(marks)
    total = sum(n for _, n in told)
    if sum(n for h, n in told if h) > 0.75 * total:
        return [True] * len(marks)
    lead = next((i for i, h in enumerate(heavy) if h is False), len(marks))
    while lead and heavy[lead - 1] is not True:
        lead -= 1
    return [i < lead for i in range(len(marks))]


#: Stems of bold letters are at least this many times as wide as those of most text.
_BOLD = 1.35
