"""Real documents that are hard to read are reported as what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from uitvoerbaarheid import read
from uitvoerbaarheid.extraction.model import Ocr
from uitvoerbaarheid.records import UnreadableError


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("240620_Verslag_BO_ATT.pdf", "no_text"),
        ("Jaarstukken_2022.pdf", "no_text"),
        ("240318_Kaart_voorkeursgebieden_windenergie.pdf", "no_text"),
        ("jaarrekening-2019-wassenaar.pdf", "garbled_text"),
    ],
)
def test_a_document_without_usable_text_is_unreadable(shared: Path, name: str, code: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read(shared / "corpus" / "pdf" / name, ocr=Ocr("nee"))
    assert error.value.code == code


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("docx/Waterbeheerplan_5_2016-2021_Waardevol_water.docx", 80),
        ("dso-json/omgevingsvisie-lochem.json", 10),
        ("stop/omgevingsvisie-groningen-imop-0.90.xml", 150),
        ("stop/waterbeheerplan-rijnland-v2.xml", 40),
        ("pdf/241122_Statenvoorstel_vaststelling_aanpassing_omgevingsverordening_geamendeerd.pdf", 10),
    ],
)
def test_a_real_document_has_its_sections(shared: Path, name: str, sections: int) -> None:
    report = read(shared / "corpus" / name)
    assert report.document.language == "nl"
    assert len(report.sections) >= sections
    assert sum(bool(s.text) for s in report.sections) >= sections * 0.6
