"""Make the example documents in ``data/examples`` from their Markdown sources in ``scripts/examples``.

Three documents of fictional authorities, laid out as real ones are: a vision in two columns with a cover,
a contents page and a map page; a programme in one column with bookmarks and a ruled action table; a council
proposal in Word. Running it again gives the same files.

    python scripts/make_examples.py [--output data/examples]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document as WordDocument
from fpdf import FPDF
from markdown_it import MarkdownIt

SOURCES = Path(__file__).parent / "examples"
MADE_ON = datetime(2025, 12, 1, tzinfo=UTC)
GREEN, GREY, BLACK = (22, 96, 76), (110, 110, 110), (20, 20, 20)


@dataclass
class Part:
    """A heading (with its level), paragraph, list item or table of a source."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)


def parts(source: Path) -> Iterator[Part]:
    """Parse a Markdown source into its parts, in order."""
    tokens = MarkdownIt("commonmark").enable("table").parse(source.read_text(encoding="utf-8"))
    table: list[list[str]] | None = None
    context: list[str] = []
    for token in tokens:
        if token.type.endswith("_open"):
            context.append(token.type.removesuffix("_open"))
            if token.type == "heading_open":
                context[-1] = token.tag
            elif token.type == "table_open":
                table = []
            elif token.type == "tr_open" and table is not None:
                table.append([])
        elif token.type.endswith("_close"):
            context.pop()
            if token.type == "table_close" and table is not None:
                yield Part("table", rows=table)
                table = None
        elif token.type == "inline":
            if table is not None:
                table[-1].append(token.content)
            elif context[-1].startswith("h"):
                yield Part("heading", token.content, int(context[-1][1]))
            else:
                yield Part("item" if "list_item" in context else "paragraph", token.content)


class Pages(FPDF):
    """A4 pages with a running header and page number, from the second page on."""

    def __init__(self, running: str) -> None:
        super().__init__(format="A4", unit="pt")
        self.core_fonts_encoding = "windows-1252"
        self.set_creation_date(MADE_ON)
        self.set_margins(64, 72, 64)
        self.set_auto_page_break(False)
        self.running = running

    def header(self) -> None:
        if self.page_no() > 1:
            self.style(8, colour=GREY)
            self.text(64, 40, self.running)

    def footer(self) -> None:
        if self.page_no() > 1:
            self.style(8, colour=GREY)
            self.text(self.w - 64 if self.page_no() % 2 else 64, self.h - 36, str(self.page_no()))

    def style(self, size: float, bold: bool = False, colour: tuple[int, int, int] = BLACK) -> None:
        """Set the font for what follows."""
        self.set_font("helvetica", "B" if bold else "", size)
        self.set_text_color(*colour)

    def block_height(self, width: float, text: str, line: float) -> float:
        """Height that a text takes in the current font."""
        return float(self.multi_cell(width, line, text, align="L", dry_run=True, output="HEIGHT"))


def cover(pdf: Pages, title: str, lines: list[str]) -> None:
    """A title page with a coloured band."""
    pdf.add_page()
    pdf.set_fill_color(*GREEN)
    pdf.rect(0, 0, pdf.w, 300, style="F")
    pdf.set_xy(64, 140)
    pdf.style(34, bold=True, colour=(255, 255, 255))
    pdf.multi_cell(pdf.w - 128, 42, title, align="L")
    pdf.set_y(340)
    for line in lines:
        pdf.style(13, colour=GREY)
        pdf.multi_cell(pdf.w - 128, 22, line, align="L", new_x="LMARGIN", new_y="NEXT")


def opened(source: Path) -> tuple[Pages, list[Part]]:
    """A document with its cover, and the chapters that are to follow."""
    content = list(parts(source))
    title = content[0].text
    first = next(i for i, part in enumerate(content) if part.level == 2)
    pdf = Pages(title)
    pdf.set_title(title)
    cover(pdf, title, [line for part in content[1:first] for line in part.text.split("\n")])
    return pdf, content[first:]


def vision(source: Path, target: Path) -> None:
    """Two columns, each chapter on a new page, a contents page and a map page without running text."""
    pdf, content = opened(source)
    pages = _vision_body(Pages(pdf.running), content, {})
    _vision_contents(pdf, content, pages)
    _vision_body(pdf, content, pages)
    pdf.output(str(target))


def _vision_contents(pdf: Pages, content: list[Part], pages: dict[str, int]) -> None:
    pdf.add_page()
    pdf.set_xy(64, 90)
    pdf.style(22, bold=True, colour=GREEN)
    pdf.cell(text="Inhoud")
    y = 140.0
    for part in content:
        if part.kind == "heading":
            pdf.style(11 if part.level == 2 else 10, bold=part.level == 2)
            pdf.text(64 + 16 * (part.level - 2), y, part.text)
            pdf.text(pdf.w - 84, y, str(pages[part.text]))
            y += 20


def _vision_body(pdf: Pages, content: list[Part], pages: dict[str, int]) -> dict[str, int]:
    """Set the chapters; returns the page of each heading (a first pass on scratch pages finds them)."""
    shift = 0
    if pdf.page_no() == 0:  # the scratch pass: cover and contents page come before
        pdf.add_page()
        shift = 1
    found: dict[str, int] = {}
    width, gutter, top, bottom = 223.0, 21.0, 150.0, pdf.h - 290
    column, y = 0, top
    for part in content:
        heading = part.kind == "heading"
        if heading and part.level == 2:
            if part.text.startswith("4"):
                _map_page(pdf)
            _page_with_picture(pdf)
            column, y = 0, top
            found[part.text] = pdf.page_no() + shift
            pdf.style(24, bold=True, colour=GREEN)
            pdf.text(64, 105, part.text)
            continue
        pdf.style(13 if heading else 10.5, bold=heading, colour=GREEN if heading else BLACK)
        line = 17 if heading else 15
        height = pdf.block_height(width, part.text, line)
        if y + height + (130 if heading else 0) > bottom:
            column, y = column + 1, top
            if column == 2:
                _page_with_picture(pdf)
                column = 0
        if heading:
            found[part.text] = pdf.page_no() + shift
            y += 6 if y > top else 0
        pdf.set_xy(64 + column * (width + gutter), y)
        pdf.multi_cell(width, line, part.text, align="L")
        y += height + (4 if heading else 10)
    return found


def _page_with_picture(pdf: Pages) -> None:
    """A new page with a picture over its lower part, as visions have them."""
    pdf.add_page()
    sky, grass, base = pdf.h - 270, pdf.h - 130, pdf.h - 70
    pdf.set_fill_color(205, 224, 236)
    pdf.rect(64, sky, pdf.w - 128, grass - sky, style="F")
    pdf.set_fill_color(150, 184, 130)
    pdf.rect(64, grass, pdf.w - 128, base - grass, style="F")
    pdf.set_fill_color(*GREEN)
    for x in range(90, 500, 60):
        pdf.ellipse(x, grass - 60, 34, 62, style="F")


def _map_page(pdf: Pages) -> None:
    """A map with place labels scattered over it: no text to read, no headings."""
    pdf.add_page()
    pdf.set_fill_color(226, 238, 220)
    pdf.rect(64, 90, pdf.w - 128, 560, style="F")
    pdf.set_fill_color(170, 205, 230)
    pdf.ellipse(220, 130, 190, 110, style="F")
    pdf.set_draw_color(180, 90, 60)
    pdf.set_line_width(3)
    pdf.polyline([(70, 600), (200, 470), (330, 440), (520, 250)])
    labels = [
        ("Grote Plas", 280, 190, 11),
        ("Lindermeer", 300, 430, 15),
        ("Oosterwold", 440, 330, 11),
        ("Buitenveen", 110, 300, 11),
        ("Sint-Agnes", 150, 560, 11),
        ("De Kolk", 380, 500, 9),
    ]
    for text, x, y, size in labels:
        pdf.style(size, bold=size > 9)
        pdf.text(x, y, text)
    pdf.style(8.5, colour=GREY)
    pdf.text(64, 670, "Kaart 1 Kernen en hoofdstructuur van Lindermeer")


def programme(source: Path, target: Path) -> None:
    """One column with bookmarks and ruled tables."""
    pdf, content = opened(source)
    pdf.add_page()
    pdf.set_auto_page_break(True, 80)
    pdf.set_y(80)
    for part in content:
        if part.kind == "heading":
            if pdf.get_y() > pdf.h - 170:
                pdf.add_page()
                pdf.set_y(80)
            pdf.ln(10)
            pdf.style(18 if part.level == 2 else 13, bold=True, colour=GREEN)
            pdf.start_section(part.text, level=part.level - 2)
            pdf.multi_cell(0, 22, part.text, align="L", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(4)
        elif part.kind == "table":
            pdf.style(9)
            pdf.set_draw_color(*GREY)
            pdf.set_fill_color(255, 255, 255)
            with pdf.table(part.rows, col_widths=(28, 20, 20, 14, 24), line_height=13, text_align="LEFT"):
                pass
            pdf.ln(8)
        else:
            pdf.style(10.5)
            pdf.multi_cell(0, 15, part.text, align="L", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(7)
    pdf.output(str(target))


def council_proposal(source: Path, target: Path) -> None:
    """A Word document with heading styles, a list and a table."""
    word = WordDocument()
    properties = word.core_properties
    properties.author = "Gemeente Lindermeer"
    properties.created = properties.modified = MADE_ON
    for part in parts(source):
        if part.kind == "heading":
            word.add_heading(part.text, level=part.level - 1)
            if part.level == 1:
                properties.title = part.text
        elif part.kind == "table":
            table = word.add_table(rows=0, cols=len(part.rows[0]), style="Table Grid")
            for row in part.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        else:
            word.add_paragraph(part.text, style="List Bullet" if part.kind == "item" else None)
    word.save(str(target))
    _fix_times(target)


def _fix_times(target: Path) -> None:
    """Rewrite the zip with one fixed time, so that the same source gives the same bytes."""
    with ZipFile(target) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in members:
            info = ZipInfo(name, MADE_ON.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, data)


def main() -> None:
    """Write the three documents."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).parent.parent / "data" / "examples")
    folder: Path = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    vision(SOURCES / "omgevingsvisie-lindermeer.md", folder / "omgevingsvisie-lindermeer.pdf")
    programme(SOURCES / "uitvoeringsprogramma-lindermeer.md", folder / "uitvoeringsprogramma-lindermeer.pdf")
    council_proposal(
        SOURCES / "raadsvoorstel-groene-schoolpleinen.md", folder / "raadsvoorstel-groene-schoolpleinen.docx"
    )


if __name__ == "__main__":
    main()
