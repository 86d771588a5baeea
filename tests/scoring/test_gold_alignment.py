"""How labelled sections are found in our own reading of a document (``scripts/gold.py``)."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from uitvoerbaarheid.records import Section

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(scope="module")
def gold() -> ModuleType:
    sys.path.insert(0, str(SCRIPTS))
    try:
        import gold
    finally:
        sys.path.remove(str(SCRIPTS))
    return gold


def ours(name: str, heading: str, text: str, page: int | None) -> Section:
    return Section(
        id=name, heading=heading, heading_path=[heading], depth=1, text=text, page_start=page, page_end=page
    )


def labelled(gold: ModuleType, heading: str, text: str, page: int | None) -> object:
    section = Section(id="g", heading=heading, heading_path=[], depth=1, text=text)
    return gold.GoldSection("g", "plan.pdf", "visie", page, section, "policy", 1, None)


def test_headings_compare_without_numbering_and_marks(gold: ModuleType) -> None:
    assert gold.plain('## <span id="p"></span>2.3.1 Groene daken') == gold.plain("Groene  Daken")
    assert gold.plain("a) Planning") == gold.plain("Planning")


def test_overlap_counts_words(gold: ModuleType) -> None:
    assert gold.overlap("een groen dak", "Een groen dak.") == 1
    assert gold.overlap("een dak", "twee daken") == 0
    assert gold.overlap("a b c d", "a b x y") == 0.5


def test_repeated_heading_is_told_apart_by_page_and_words(gold: ModuleType) -> None:
    wanted = labelled(gold, "Acties", "de gemeente plant bomen langs de vaart", 12)
    sections = [
        ours("1", "Acties", "de gemeente plant bomen langs de vaart", 3),
        ours("2", "Acties", "het college stelt een regeling vast", 12),
        ours("3", "4.2 Acties", "De gemeente plant bomen langs de vaart.", 13),
    ]
    found = gold._match(wanted, sections)
    assert found is not None and found.id == "3"


def test_other_heading_needs_nearly_all_words(gold: ModuleType) -> None:
    wanted = labelled(gold, "", "de gemeente plant bomen langs de vaart", None)
    half = ours("1", "Groen", "de gemeente plant bomen in het park en het bos", None)
    whole = ours("2", "Groen", "de gemeente plant bomen langs de vaart", None)
    assert gold._match(wanted, [half]) is None
    assert gold._match(wanted, [half, whole]) is whole
