"""What is taken for language, and what for broken character codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.extraction.model import Heading, Ocr
from uitvoerbaarheid.extraction.pdf import quality, read_pdf
from uitvoerbaarheid.extraction.pdf.text import Style, Word

DUTCH = (
    "De gemeente Waterhoven legt voor 2028 een fietspad aan tussen het station en de haven. Het college "
    "meldt ieder jaar aan de raad hoeveel inwoners er gebruik van maken en wat het onderhoud kost."
)
ENGLISH = (
    "The municipality builds a cycle path between the station and the harbour before the end of next year "
    "and reports to the council how many residents have used it."
)
TABLE = (
    "Baten Lasten Saldo Begroting 2026 Rekening 2025 Mutaties reserves 1.250 -3.480 Onderwijshuisvesting 817 "
    "Afval en riolering 2.044 Parkeerbelasting 96 Verbonden partijen Waterschap Veiligheidsregio Burgerzaken"
)


def words(text: str) -> list[Word]:
    style = Style(10, False, False, 0, "")
    return [Word(part, 0, 10, 0, style, -1) for part in text.split()]


@pytest.mark.parametrize("text", [DUTCH, ENGLISH, TABLE, DUTCH.upper()])
def test_language_is_no_gibberish(text: str) -> None:
    assert quality.is_gibberish(words(text)) is False


@given(st.integers(min_value=1, max_value=25))
def test_letters_shifted_along_the_alphabet_are_gibberish(shift: int) -> None:
    coded = "".join(chr((ord(ch) - 97 + shift) % 26 + 97) if ch.isalpha() else ch for ch in DUTCH.lower())
    assert quality.is_gibberish(words(coded)) is True


@given(st.integers(min_value=-29, max_value=-3) | st.integers(min_value=3, max_value=60))
def test_codes_shifted_by_a_constant_are_gibberish(shift: int) -> None:
    """As in fonts whose codes are the numbers of glyphs: signs and capitals come for letters."""
    coded = "".join(ch if ch == " " else chr(max(33, ord(ch) + shift)) for ch in DUTCH)
    assert quality.is_gibberish(words(coded)) is True


@pytest.mark.parametrize("text", ["", "Bijlage 3", "12.500 € 4,5 % 2027 2028", "• - •"])
def test_of_a_few_words_nothing_is_said(text: str) -> None:
    assert quality.is_gibberish(words(text)) is None


def test_misshapen_words_tell_poor_recognition() -> None:
    poor = DUTCH.replace("ee", "e3e").replace("aa", "a|a")
    assert quality.misshapen(words(DUTCH)) == 0
    assert quality.misshapen(words(TABLE)) == 0
    assert quality.misshapen(words(poor)) > 0.1


@pytest.mark.parametrize("angle", [90, 270])
def test_boxes_of_sideways_text_are_those_of_the_page_as_displayed(tmp_path: Path, angle: int) -> None:
    made = FPDF(unit="pt", format="A4")
    made.add_page()
    made.set_font("Helvetica", "B", 16)
    with made.rotation(angle, x=300, y=400):
        made.text(100, 200, "1 Een brede tabel")
        made.set_font("Helvetica", size=10)
        for place in range(12):
            made.text(100, 230 + 14 * place, DUTCH[:80])
    made.output(str(tmp_path / "zij.pdf"))
    heading = read_pdf(tmp_path / "zij.pdf", ocr=Ocr("nee")).stream[0]
    assert isinstance(heading, Heading)
    assert heading.box is not None
    # Turned about (300, 400): what lies 200 above its middle comes to lie 200 to its left or right.
    left, right = (95, 105) if angle == 90 else (495, 505)
    assert heading.box.x0 < right
    assert heading.box.x1 > left
    start = heading.box.bottom if angle == 90 else heading.box.top
    assert start == pytest.approx(600 if angle == 90 else 200, abs=3)
