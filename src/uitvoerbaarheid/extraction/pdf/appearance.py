"""How marks and tags look: the drawing that every viewer shows, on the screen and on paper.

Of what lies over each other the darker shows: text stays legible, and two colours do not become a third.
Fonts are the standard ones that every viewer has; nothing is embedded.
"""

from __future__ import annotations

from collections.abc import Sequence

from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    StreamObject,
)

from uitvoerbaarheid.extraction.annotations import Key, Look
from uitvoerbaarheid.extraction.pdf.increment import Increment

Point = tuple[float, float]
#: The corners of a stretch of a line: top left, top right, bottom left, bottom right, as one reads it.
Corners = tuple[Point, Point, Point, Point]
#: Right and up where text is level, in the page's own space.
Axes = tuple[float, float, float, float]

#: How much of its colour a mark with a line has over the words.
_TINT = 0.06
#: Thickness of lines and how far their middle is above the foot of the text, as shares of its height. Words
#: with more than one mark show all lines.
_LINES: dict[Look, tuple[float, float]] = {
    "line": (0.06, 0.15),
    "thick": (0.1, 0.02),
    "wavy": (0.05, -0.1),
    "dashed": (0.07, -0.2),
}
#: How far lines reach below the foot of the text.
BELOW = 0.25
#: Longer drawings, in bytes, are compressed.
_SHORT = 200
_SIZE = 7.0
TAG_HEIGHT = 11.0
NOTE_SIZE = 11.0
KEY_HEIGHT = 10.0
_KEY_SIZE = 6.5
#: Width of the letters of Helvetica, bold, in thousandths of the size; of others the widest that are usual.
_NARROW = dict.fromkeys("ijl.,:;!'|", 290) | dict.fromkeys("ftr I-()", 360)
_WIDTH = 600


def width_of(text: str, size: float) -> float:
    """A width in points that ``text`` fits in, set in the font of the tags."""
    return sum(_NARROW.get(sign, _WIDTH) for sign in text) * size / 1000


def tag_width(figure: str, word: str) -> float:
    """The width of a tag with these words, in points."""
    return width_of(figure, _SIZE) + 6 + (width_of(word, _SIZE) + 6 if word else 0)


def tint(color: str, look: Look) -> tuple[float, float, float]:
    """What lies over the words: the colour, or a light one where a line shows it.

    A colour is laid on twice, as it were: what is light enough for a screen would vanish on paper.
    """
    red, green, blue = rgb(color)
    if look == "fill":
        return red * red, green * green, blue * blue
    return 1 - _TINT * (1 - red), 1 - _TINT * (1 - green), 1 - _TINT * (1 - blue)


def rgb(color: str) -> tuple[float, float, float]:
    """Red, green and blue (0-1) of "#rrggbb". Raises :class:`ValueError` on another form."""
    value = int(color.removeprefix("#"), 16)
    return (value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


class Appearances:
    """Makes the drawings of one document; what they share is written once."""

    def __init__(self, increment: Increment) -> None:
        self._increment = increment
        darken = _dictionary(Type="/ExtGState", BM="/Darken")
        font = _dictionary(
            Type="/Font", Subtype="/Type1", BaseFont="/Helvetica-Bold", Encoding="/WinAnsiEncoding"
        )
        resources = DictionaryObject(
            {
                NameObject("/ExtGState"): DictionaryObject({NameObject("/M"): increment.add(darken)}),
                NameObject("/Font"): DictionaryObject({NameObject("/F"): increment.add(font)}),
            }
        )
        self._resources = increment.add(resources)
        self._keys: dict[Axes, IndirectObject] = {}
        self._notes: dict[tuple[str, Axes], IndirectObject] = {}

    def mark(
        self, corners: Sequence[Corners], look: Look, color: str, bounds: Sequence[float]
    ) -> IndirectObject:
        """The drawing of marked words; ``corners`` and ``bounds`` are in the page's own space."""
        parts = [b"/M gs", _paint(tint(color, look), "rg")]
        for top_left, top_right, bottom_left, bottom_right in corners:
            parts.append(_path([top_left, top_right, bottom_right, bottom_left]) + b" f")
        if look != "fill":
            parts.append(_paint(rgb(color), "RG"))
            parts += [_underline(quad, look) for quad in corners]
        form = _dictionary(Type="/XObject", Subtype="/Form")
        form[NameObject("/Group")] = _dictionary(Type="/Group", S="/Transparency")
        return self._form(form, bounds, parts)

    def tag(self, figure: str, word: str, color: str, ink: str, axes: Axes) -> IndirectObject:
        """The drawing of a tag: the figure on its colour, and the word beside it on white."""
        width, left = tag_width(figure, word), width_of(figure, _SIZE) + 6
        base = (TAG_HEIGHT - 0.72 * _SIZE) / 2
        parts = [b"1 1 1 rg", _rectangle(0.4, 0.4, width - 0.8, TAG_HEIGHT - 0.8, "f")]
        parts += [_paint(rgb(color), "rg"), _rectangle(0.4, 0.4, left - 0.4, TAG_HEIGHT - 0.8, "f")]
        parts += [
            _paint(rgb(color), "RG"),
            b"0.8 w",
            _rectangle(0.4, 0.4, width - 0.8, TAG_HEIGHT - 0.8, "S"),
        ]
        parts += [_paint(rgb(ink), "rg"), _text(figure, 3, base, _SIZE)]
        if word:
            parts += [b"0.1 0.1 0.1 rg", _text(word, left + 3, base, _SIZE)]
        return self._upright(width, TAG_HEIGHT, parts, axes)

    def note(self, color: str, axes: Axes) -> IndirectObject:
        """The drawing of a note: a speech balloon with lines of text."""
        if (color, axes) not in self._notes:
            balloon = [(0.6, 10.4), (10.4, 10.4), (10.4, 3.4), (5.2, 3.4), (2.8, 0.6), (2.8, 3.4), (0.6, 3.4)]
            # A dark outline: of light colours nothing would be seen on white.
            parts = [_paint(rgb(color), "rg"), b"0.25 0.25 0.25 RG 0.9 w 1 j", _path(balloon) + b" b"]
            parts.append(b"1 1 1 rg 2.4 7.4 6.2 1.3 re f 2.4 5.1 6.2 1.3 re f")
            self._notes[color, axes] = self._upright(NOTE_SIZE, NOTE_SIZE, parts, axes)
        return self._notes[color, axes]

    def key(self, keys: Sequence[Key], axes: Axes) -> IndirectObject:
        """The drawing of the key to the marks: each name marked as its words are."""
        if axes not in self._keys:
            parts, x = [b"1 1 1 rg", _rectangle(0, 0, key_width(keys), KEY_HEIGHT, "f")], 2.0
            for key in keys:
                end = x + width_of(key.text, _KEY_SIZE) + 4
                parts += [
                    _paint(tint(key.color, key.look), "rg"),
                    _rectangle(x, 1, end - x, KEY_HEIGHT - 2, "f"),
                ]
                if key.look != "fill":
                    quad = ((x, KEY_HEIGHT - 1), (end, KEY_HEIGHT - 1), (x, 1.8), (end, 1.8))
                    parts += [_paint(rgb(key.color), "RG"), _underline(quad, key.look)]
                parts += [b"0.1 0.1 0.1 rg", _text(key.text, x + 2, 3.2, _KEY_SIZE)]
                x = end + 3
            self._keys[axes] = self._upright(key_width(keys), KEY_HEIGHT, parts, axes)
        return self._keys[axes]

    def _upright(self, width: float, height: float, parts: list[bytes], axes: Axes) -> IndirectObject:
        """A drawing of this size that stands as the text of the page does."""
        form = _dictionary(Type="/XObject", Subtype="/Form")
        form[NameObject("/Matrix")] = numbers([*axes, 0, 0])
        return self._form(form, (0, 0, width, height), parts)

    def _form(self, form: DictionaryObject, bounds: Sequence[float], parts: list[bytes]) -> IndirectObject:
        stream = StreamObject()
        stream.update(form)
        stream[NameObject("/BBox")] = numbers(bounds)
        stream[NameObject("/Resources")] = self._resources
        drawing = b"\n".join(parts)
        stream.set_data(drawing)
        return self._increment.add(stream.flate_encode() if len(drawing) > _SHORT else stream)


def key_width(keys: Sequence[Key]) -> float:
    """The width of the key in points."""
    return sum(width_of(key.text, _KEY_SIZE) + 7 for key in keys) + 1


def numbers(values: Sequence[float]) -> ArrayObject:
    """Numbers as an array, to a hundredth."""
    return ArrayObject([FloatObject(_figure(value)) for value in values])


def _dictionary(**names: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(value) for key, value in names.items()})


def _figure(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _numbers(values: Sequence[float]) -> bytes:
    return " ".join(_figure(value) for value in values).encode()


def _paint(color: tuple[float, float, float], operator: str) -> bytes:
    return _numbers(color) + b" " + operator.encode()


def _rectangle(x: float, y: float, width: float, height: float, operator: str) -> bytes:
    return _numbers((x, y, width, height)) + b" re " + operator.encode()


def _path(points: Sequence[Point]) -> bytes:
    first, *rest = points
    return b" ".join([_numbers(first) + b" m", *(_numbers(point) + b" l" for point in rest), b"h"])


def _underline(quad: Corners, look: Look) -> bytes:
    """A line below the words of a quad."""
    top_left, _, left, right = quad
    height = max(abs(top_left[0] - left[0]), abs(top_left[1] - left[1]))
    up = ((top_left[0] - left[0]) / (height or 1), (top_left[1] - left[1]) / (height or 1))
    thick, above_foot = (share * height for share in _LINES[look])

    def at(share: float, above: float) -> Point:
        return (
            left[0] + share * (right[0] - left[0]) + up[0] * (above_foot + above),
            left[1] + share * (right[1] - left[1]) + up[1] * (above_foot + above),
        )

    dash = _numbers([2.4 * thick, 1.6 * thick]) if look == "dashed" else b""
    setting = b"[" + dash + b"] 0 d " + _numbers([thick]) + b" w "
    if look != "wavy":
        return setting + _numbers(at(0, 0)) + b" m " + _numbers(at(1, 0)) + b" l S"
    length = max(abs(right[0] - left[0]), abs(right[1] - left[1]))
    steps = min(max(int(length / (3 * thick)), 1), 400)
    points = [at(step / steps, (thick if step % 2 else -thick)) for step in range(steps + 1)]
    return (
        setting
        + b" ".join(_numbers(point) + (b" l" if index else b" m") for index, point in enumerate(points))
        + b" S"
    )


def _text(text: str, x: float, y: float, size: float) -> bytes:
    shown = (
        text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )
    return b"BT /F " + _numbers([size]) + b" Tf " + _numbers([x, y]) + b" Td (" + shown + b") Tj ET"
