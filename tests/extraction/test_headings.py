"""Headings in PDFs: numbered cases from ``headings.toml``, drawn here, and what holds for any page."""

from __future__ import annotations

import re
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from uitvoerbaarheid.extraction.model import Heading
from uitvoerbaarheid.extraction.pdf import read_pdf
from uitvoerbaarheid.extraction.pdf.reader import _blocks
from uitvoerbaarheid.extraction.pdf.text import Page, Style, Word
from uitvoerbaarheid.extraction.watch import Watch

CASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("headings.toml").read_text(encoding="utf-8")
)["case"]
_STYLE = re.compile(
    r"(?P<size>\d+(?:\.\d)?)(?P<bold>B?)(?P<italic>I?)(?:#(?P<color>[0-9a-f]{6}))?(?:@(?P<x>\d+))?\|"
)
_PROSE = (
    "De gemeente Waterhoven werkt samen met de inwoners aan een dorp",
    "waar het goed wonen is en zorgt voor veilige straten, schone lucht",
    "en genoeg groen in elke wijk van de gemeente.",
)
_LEFT = 60.0


class _Sheet(FPDF):
    """A4 pages on which the lines of a case are drawn from the top."""

    def __init__(self) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        self.y_line = 70.0

    def page_of(self, lines: list[str]) -> None:
        self.add_page()
        self.y_line = 70.0
        for line in lines:
            if line == "p":
                for part in _PROSE:
                    self._pieces([part])
                self.y_line += 4
            elif not line:
                self.y_line += 10
            elif line.startswith("y "):
                self.y_line = float(line[2:])
            else:
                self._pieces(line.split(" && "))

    def _pieces(self, pieces: list[str]) -> None:
        x, size = _LEFT, 10.0
        parts = [(m, p) for p in pieces for m in [_STYLE.match(p)]]
        size = max(float(m["size"]) if m else 10.0 for m, _ in parts)
        self.y_line += 1.3 * size + (0.5 * size if size > 10 else 0)
        for match, piece in parts:
            text = piece[match.end() :] if match else piece
            color = int(match["color"] or "000000", 16) if match else 0
            self.set_font(
                "Helvetica",
                (match["bold"] + match["italic"]) if match else "",
                float(match["size"]) if match else 10,
            )
            self.set_text_color(color >> 16, color >> 8 & 255, color & 255)
            if match and match["x"]:
                x = float(match["x"])
            text = text.encode("cp1252").decode("latin-1")
            self.text(x, self.y_line, text)
            x += self.get_string_width(text) + 3


def _read(case: dict[str, Any], folder: Path) -> list[str]:
    sheet = _Sheet()
    sheet.core_fonts_encoding = "latin-1"
    for lines in case["pages"]:
        sheet.page_of(lines)
    path = folder / "stuk.pdf"
    sheet.output(str(path))
    return [f"{p.depth} {p.text}" for p in read_pdf(path).stream if isinstance(p, Heading)]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{case['number']}: {case['about']}",
            marks=[pytest.mark.xfail(reason=case["known"], strict=True)] if "known" in case else [],
        )
        for case in CASES
    ],
)
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    assert _read(case, tmp_path) == case["expect"]


def test_cases_are_numbered_in_order() -> None:
    assert [case["number"] for case in CASES] == list(range(1, len(CASES) + 1))


def test_bookmarks_that_name_nothing_on_their_pages_are_not_trusted(tmp_path: Path) -> None:
    sheet = _Sheet()
    for number, title in enumerate(("Wonen", "Verkeer", "Water"), start=1):
        sheet.page_of([f"14B|{title}", "p"])
        sheet.start_section(f"Dia {number}", level=0)
        sheet.start_section("Wonen" if number == 1 else f"Kader {number}", level=1)
    path = tmp_path / "dias.pdf"
    sheet.output(str(path))
    found = [(p.text, p.depth) for p in read_pdf(path).stream if isinstance(p, Heading)]
    assert found == [("Wonen", 1), ("Verkeer", 1), ("Water", 1)]


def test_a_lighter_heading_without_number_stays_below_the_section_above_it(tmp_path: Path) -> None:
    sheet = _Sheet()
    lines = [
        ("1 Wegen", 14, 0),
        ("1.1 Beheer", 12, 1),
        ("Acties", 10, 0),
        ("1.2 Aanleg", 12, 1),
        ("2 Water", 14, 0),
    ]
    for title, size, level in lines:
        sheet.page_of([f"{size}B|{title}", "p"])
        sheet.start_section(title, level=level)
    path = tmp_path / "bladwijzers.pdf"
    sheet.output(str(path))
    found = [(p.text, p.depth) for p in read_pdf(path).stream if isinstance(p, Heading)]
    assert found == [("1 Wegen", 1), ("1.1 Beheer", 2), ("Acties", 3), ("1.2 Aanleg", 2), ("2 Water", 1)]


# --- any page --------------------------------------------------------------------------------------------

_STYLES = st.builds(
    Style,
    size=st.sampled_from([7.0, 9.0, 10.0, 12.0, 18.0, 30.0]),
    bold=st.booleans(),
    italic=st.booleans(),
    color=st.sampled_from([0, 0x1F6F54, 0xFFFFFF]),
    font=st.just("Helvetica"),
)
_TEXTS = st.text(alphabet="abkz ABKZ.:,;-–•‘’1247()%€", min_size=1, max_size=60)
_DRAWN = st.lists(
    st.tuples(_TEXTS, _STYLES, st.integers(40, 400), st.integers(140, 680)), min_size=1, max_size=25
)


def _page(number: int, lines: list[tuple[str, Style, int, int]]) -> Page:
    page = Page(number=number, width=595.0, height=842.0, turn=0)
    for text, style, left, base in lines:
        x = float(left)
        for part in text.split():
            width = 0.5 * style.size * len(part)
            page.words.append(Word(part, x, x + width, float(base), style, -1))
            x += width + 0.3 * style.size
    return page


@settings(max_examples=150, deadline=None)
@given(st.lists(_DRAWN, min_size=1, max_size=3))
def test_every_word_stands_in_one_block(drawn: list[list[tuple[str, Style, int, int]]]) -> None:
    """A line is heading or text, once; only pages of contents and announced titles may go."""
    pages = [_page(number, lines) for number, lines in enumerate(drawn, start=1)]
    before = Counter(w.text for page in pages for w in page.words)
    blocks = _blocks(pages, [], Watch())
    after = Counter(w.text for b in blocks for w in (b.words if b.table is None else []))
    assert all(b.depth >= 1 for b in blocks if b.kind == "heading")
    assert not after - before
    gone = before - after
    in_tables = Counter(
        part for b in blocks if b.table for row in _cells(b) for c in row for part in c.split()
    )
    titles = {w.text for b in blocks if b.kind == "heading" for w in b.words}
    for word in gone - in_tables:
        assert word in titles or not re.search("[a-z]", word.casefold()) or any(ch.isdigit() for ch in word)


def test_very_many_styles_of_headings_take_no_time() -> None:
    pages = []
    for number in range(1, 61):
        lines = []
        for row in range(40):
            place = number * 40 + row
            style = Style(12 + place % 300 / 2, bool(place % 2), False, place * 7919 % 0xFFFFFF, "Helvetica")
            lines.append((f"Kop {place}", style, 60, 20 + 20 * row))
        pages.append(_page(number, lines))
    start = time.process_time()
    blocks = _blocks(pages, [], Watch())
    assert time.process_time() - start < 10
    assert sum(len(b.lines) for b in blocks) > 1_000


def _cells(block: Any) -> list[list[str]]:
    return [*block.table.rows, block.table.header or []]
