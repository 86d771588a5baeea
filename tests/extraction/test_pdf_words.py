"""Words of a page: made of few boxes, they are those that the boxes of all characters give."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hostile
from uitvoerbaarheid.extraction.pdf import native, text
from uitvoerbaarheid.extraction.pdf.text import Frame, Word, WordReader

#: Parts of a line with how far the next one is moved to the right, in thousandths of the size.
Line = list[tuple[str, int]]


def _words(content: str) -> list[Word]:
    """The words of a page with these operators, in a font of ten points."""
    paper = hostile.Pdf()
    paper.page(f"BT /F 10 Tf 60 700 Td {content} ET".encode())
    with pdfium.PdfDocument(paper.bytes()) as document:
        page = document[0]
        words, _ = WordReader().words(page.get_textpage(), Frame(page, 0))
    return words


def _shown(line: Line) -> str:
    return "[" + " ".join(f"({part}) {-move}" for part, move in line) + "] TJ"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["de", "Wij", "il", "WWW", "1.250", "gemeente", "-", "fiets paden"]),
            st.sampled_from([0, 0, -40, 90, 160, 240, 330, 620, 900, 2500]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([0, 0, 0.4, -0.3, 2, 5, 6.5, 9]),
    st.sampled_from([100, 100, 80, 130]),
)
def test_words_are_those_that_all_boxes_give(line: Line, apart: float, wide: int) -> None:
    content = f"{apart} Tc {wide} Tz {_shown(line)}"
    found = _words(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_STEP", -1.0)
        assert found == _words(content)


def test_letters_set_far_apart_are_no_word_and_letters_close_by_are_one() -> None:
    assert [word.text for word in _words("8 Tc (DOEL) Tj")] == list("DOEL")
    assert [word.text for word in _words("3 Tc (DOEL) Tj")] == ["DOEL"]


def test_of_a_plain_word_two_boxes_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    box = native.text_box
    monkeypatch.setattr(native, "text_box", lambda *given: asked.append(given[1]) or box(*given))
    (word,) = _words("(gemeentebestuur) Tj")
    assert word.text == "gemeentebestuur"
    assert asked == [0, 14]
