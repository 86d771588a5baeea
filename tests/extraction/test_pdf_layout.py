"""The order in which pages are read, with what is left out and kept apart: the cases of ``layout_cases``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_cases import Box, Case, Text, cases, draw, prose

from uitvoerbaarheid.extraction.model import Heading, Ocr, Piece
from uitvoerbaarheid.extraction.pdf import read_pdf
from uitvoerbaarheid.extraction.pdf.layout import frames_of, lines_of, reading_order
from uitvoerbaarheid.extraction.pdf.text import Style, Word

_KINDS = {"paragraph": "p", "item": "i", "caption": "c", "note": "n", "row": "r"}
CASES = cases()
STYLES = [Style(size, bold, False, 0, "Helvetica") for size in (6, 9, 10, 14, 30) for bold in (False, True)]


def told(path: Path) -> list[tuple[str, str]]:
    return [
        ("h" if isinstance(part, Heading) else _KINDS[part.kind], part.text) for part in read_pdf(path).stream
    ]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{i + 1}-{c.name}" for i, c in enumerate(CASES)])
def test_layout(number: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = CASES[number]
    if case.known_failure:
        request.applymarker(pytest.mark.xfail(reason=case.known_failure, strict=True))
    path = tmp_path / "stuk.pdf"
    draw(case, path)
    assert told(path) == case.expected


@st.composite
def scattered(draw_from: st.DrawFn) -> list[Word]:
    """Words anywhere on a page, in any order and style."""
    return [
        Word(
            draw_from(st.sampled_from(["een", "Wij", "A", "1", "12,", "-", "•", "3.1", "langer", "€"])),
            x := draw_from(st.integers(0, 560)) * 1.0,
            x + draw_from(st.integers(2, 90)),
            draw_from(st.sampled_from([100.0, 104.0, 112.0, 124.0, 136.0, 148.0, 300.5])),
            draw_from(st.sampled_from(STYLES)),
            -1,
        )
        for _ in range(draw_from(st.integers(0, 40)))
    ]


@settings(max_examples=150, deadline=None)
@given(scattered(), st.lists(st.tuples(*[st.integers(0, 600)] * 4), max_size=6))
def test_no_word_is_lost_or_doubled_in_lines_and_columns(
    words: list[Word], boxes: list[tuple[int, ...]]
) -> None:
    lines = lines_of(words, 1, {})
    frames = frames_of([(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in boxes], lines)
    columns = reading_order(lines, frames)
    read = "".join(word.text for column in columns for line in column for word in line.words)
    assert Counter(read) == Counter("".join(word.text for word in words))


_PARTS = ("dor", "wat", "gro", "wij", "won", "lan", "bos", "mar", "hav", "sto")


def _name(number: int) -> str:
    """A Dutch-looking word of its own for a number."""
    return "".join(_PARTS[int(digit)] for digit in f"{number:03}")


@st.composite
def layouts(draw_from: st.DrawFn) -> list[Text | Box]:
    """Texts and boxes in a grid of four columns and eight rows, in any order of the file."""
    taken: set[tuple[int, int]] = set()
    parts: list[Text | Box] = []
    count = 0
    for _ in range(draw_from(st.integers(3, 14))):
        column, row = draw_from(st.integers(0, 3)), draw_from(st.integers(0, 7))
        span = draw_from(st.integers(1, 4 - column))
        cells = {(column + i, row) for i in range(span)}
        if cells & taken:
            continue
        taken |= cells
        x, y, width = 40 + 130 * column, 125 + 75 * row, 130 * span - 14
        size = draw_from(st.sampled_from([8, 10, 10, 10, 15]))
        words = draw_from(st.integers(1, max(1, int(2 * width / (size * 8)))))
        if draw_from(st.booleans()):
            parts.append(Box(x - 4, y - 4, width + 8, 70, draw_from(st.sampled_from("FD"))))
        text = " ".join(map(_name, range(count, count + words)))
        parts.append(Text(text, x, y, width, size, draw_from(st.sampled_from(["", "", "B", "I"]))))
        count += words
    return [*draw_from(st.permutations(parts)), Text(prose("Onderaan", 60), 40, 740, 500, 8)]


@settings(max_examples=40, deadline=None)
@given(parts=layouts())
def test_every_word_of_a_page_is_read_once(
    parts: list[Text | Box], tmp_path_factory: pytest.TempPathFactory
) -> None:
    boxes = [part for part in parts if isinstance(part, Box)]
    texts = [part for part in parts if isinstance(part, Text)]
    path = tmp_path_factory.mktemp("blad") / "stuk.pdf"
    draw(Case("", [[*boxes, *texts]], []), path)
    found: Counter[str] = Counter()
    for part in read_pdf(path, ocr=Ocr("nee")).stream:
        # Rows repeat the names of their columns: those are counted once, from the table.
        cells = part.cells if isinstance(part, Piece) and part.cells else None
        found.update((" ".join(cells) if cells else part.text).split())
        if cells and isinstance(part, Piece) and part.header:
            found |= Counter(" ".join(part.header).split())
    assert found == Counter(" ".join(text.text for text in texts).split())
