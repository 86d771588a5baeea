"""Pages drawn with what was read on them."""

from pathlib import Path

import pytest
from PIL import Image

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.extraction.pdf.draw import draw_pages
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.records import Section, UnreadableError

VISIE = Path(__file__).parents[2] / "data" / "examples" / "omgevingsvisie-lindermeer.pdf"
#: What frames a heading, and a paragraph.
RED, BLUE = (194, 24, 91), (21, 101, 192)


def _first(sections: list[Section], page: int) -> Section:
    return next(s for s in sections if s.heading_box and s.heading_box.page == page and s.text)


def test_headings_and_paragraphs_are_framed_where_they_stand(tmp_path: Path) -> None:
    report = read(VISIE)
    (picture,) = draw_pages(VISIE, report, tmp_path, pages=[4])
    assert picture.name == "pagina-4.png"
    image = Image.open(picture)
    section = _first(report.sections, 4)
    assert section.heading_box is not None
    scale = 1.5
    for box, color in ((section.heading_box, RED), (section.blocks[0].boxes[0], BLUE)):
        # Halfway the left side: a label may stand over the top.
        left = int(box.x0 * scale) - 2
        colors = {image.getpixel((x, int((box.top + box.bottom) / 2 * scale))) for x in range(left, left + 4)}
        assert color in colors


def test_the_reading_process_draws_the_pages_asked_for(tmp_path: Path) -> None:
    with Reader() as reader:
        report = reader.read(VISIE)
        drawn = reader.draw(VISIE, report, tmp_path, {1, 3, 99})
        assert [path.name for path in drawn] == ["pagina-1.png", "pagina-3.png"]
        with pytest.raises(OSError, match="nergens"):
            reader.draw(VISIE, report, tmp_path / "nergens", {1})
        broken = tmp_path / "stuk.pdf"
        broken.write_bytes(b"%PDF-1.7 niets")
        with pytest.raises(UnreadableError) as caught:
            reader.draw(broken, report, tmp_path)
        assert caught.value.code == "damaged"
        assert reader.read(VISIE).sections == report.sections
