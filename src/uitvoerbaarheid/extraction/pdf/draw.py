"""Pages of a PDF as pictures, with what was read drawn over them: headings, text, tables, notes.

To see at a glance whether a document was read well; ``outline --draw`` gives it to users.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
from PIL import ImageColor, ImageDraw, ImageFont

from uitvoerbaarheid.extraction.pdf.reader import open_pdf
from uitvoerbaarheid.extraction.watch import Watch
from uitvoerbaarheid.records import BlockKind, Box, Report

#: Longest side of a picture in pixels; a page larger than this is drawn smaller.
_PIXELS = 1600
_SCALE = 1.5
_HEADING = "#c2185b"
_COLORS: dict[BlockKind, str] = {
    "paragraph": "#1565c0",
    "item": "#2e7d32",
    "row": "#e65100",
    "note": "#6a1b9a",
    "caption": "#00838f",
}


@dataclass(frozen=True)
class _Mark:
    """A box to draw, with a label at its top left (empty: none)."""

    box: Box
    color: str
    label: str


def draw_pages(
    path: Path,
    report: Report,
    folder: Path,
    pages: Collection[int] | None = None,
    *,
    watch: Watch | None = None,
    password: str | None = None,
) -> Iterator[Path]:
    """Write a PNG for each page (or for ``pages``, from 1) into ``folder``, and give its path.

    Headings are marked with their depth, other blocks with their order number on the page. ``watch`` says
    which pages to leave out; those that PDFium cannot draw are left out too. Raises
    :class:`UnreadableError` where the file cannot be opened, OSError where a picture cannot be written.
    """
    watch = watch or Watch()
    marks = _marks(report)
    document = open_pdf(path, password)
    try:
        total = len(document)
        watch.opened(total)
        for number in range(1, total + 1):
            if (pages is not None and number not in pages) or not watch.may_read(number):
                continue
            target = folder / f"pagina-{number:0{len(str(total))}d}.png"
            with suppress(pdfium.PdfiumError):
                _draw(document[number - 1], marks.get(number, []), target)
                yield target
            watch.done(number, 0)
    finally:
        document.close()


def _marks(report: Report) -> dict[int, list[_Mark]]:
    """The boxes of each page, in reading order."""
    found: dict[int, list[_Mark]] = defaultdict(list)
    orders: dict[int, int] = defaultdict(int)
    for section in report.sections:
        if section.heading_box is not None:
            found[section.heading_box.page].append(
                _Mark(section.heading_box, _HEADING, f"kop {section.depth}")
            )
        for block in section.blocks:
            for index, box in enumerate(block.boxes):
                orders[box.page] += 1
                label = f"{orders[box.page]}" if index == 0 else f"{orders[box.page]} vervolg"
                if block.kind == "row" and block.table is not None:
                    label += f" tabel {block.table + 1}"
                found[box.page].append(_Mark(box, _COLORS[block.kind], label))
    return found


def _draw(page: pdfium.PdfPage, marks: list[_Mark], target: Path) -> None:
    try:
        scale = min(_SCALE, _PIXELS / max(*page.get_size(), 1.0))
        picture = page.render(scale=scale).to_pil().convert("RGB")
    finally:
        page.close()
    pen = ImageDraw.Draw(picture, "RGBA")
    for mark in marks:
        x0, y0, x1, y1 = (v * scale for v in (mark.box.x0, mark.box.top, mark.box.x1, mark.box.bottom))
        solid = ImageColor.getrgb(mark.color)
        pen.rectangle((x0 - 2, y0 - 2, max(x1, x0) + 2, max(y1, y0) + 2), (*solid, 28), (*solid, 255), 2)
        place = (max(x0 - 2, 0), max(y0 - 14, 0))
        pen.rectangle(pen.textbbox(place, mark.label, font=_font()), fill=(255, 255, 255, 220))
        pen.text(place, mark.label, fill=solid, font=_font())
    picture.save(target, optimize=False)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(11)
