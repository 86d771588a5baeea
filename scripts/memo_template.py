"""Make the bundled template of the terugstuurmemo, with its texts from ``data/reports/memo.toml``.

Running it again gives the same file.

    python scripts/memo_template.py [--output data/reports/terugstuurmemo.docx]
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from uitvoerbaarheid.reports.files import fixed_zip
from uitvoerbaarheid.reports.letters import default_template
from uitvoerbaarheid.reports.memo import words

BLUE, GREY, LINE, PALE = "14507D", "595959", "C8D3DC", "EEF3F7"
FONT = "Arial"
TITLE = "{{ onderwerp }}: {{ document.titel }}"
MADE_ON = datetime(2026, 1, 1, tzinfo=UTC)
WIDTH = 16.0  # cm, between the margins


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


class Letter:
    """The template while it is made: paragraphs, codes and tables one after the other."""

    def __init__(self) -> None:
        self._document = Document()
        self._texts = words()["template"]
        self._page()
        self._styles()

    # --- looks -----------------------------------------------------------------------------------

    def _page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
        section.different_first_page_header_footer = True

    def _styles(self) -> None:
        styles = self._document.styles
        normal = styles["Normal"]
        self._font(normal, 10)
        normal.paragraph_format.space_after = Pt(6)
        normal.paragraph_format.line_spacing = 1.12
        normal.paragraph_format.widow_control = True
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for old in defaults.findall(qn("w:lang")):
            defaults.remove(old)
        defaults.append(_element("w:lang", val="nl-NL", eastAsia="nl-NL", bidi="ar-SA"))
        for name, size, before, after in (
            ("Title", 24, 0, 10),
            ("Heading 1", 14, 18, 4),
            ("Heading 2", 11.5, 14, 1),
        ):
            style = styles[name]
            self._font(style, size, BLUE, bold=True)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.keep_with_next = True
            for border in style.element.pPr.findall(qn("w:pBdr")):
                style.element.pPr.remove(border)
        self._own("Memo kenmerken", 8.5, GREY, after=2, keep=True)
        quote = self._own("Memo citaat", 10, after=6, keep=True, italic=True)
        quote.paragraph_format.left_indent = Cm(0.5)
        quote.paragraph_format.space_before = Pt(4)
        borders = _element("w:pBdr")
        borders.append(_element("w:left", val="single", sz="18", space="8", color=LINE))
        quote.element.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind")
        self._own("Memo cel", 9, after=0)
        self._own("Memo celcitaat", 9, GREY, after=0, italic=True)
        self._own("Memo kolomkop", 9, BLUE, after=0, keep=True, bold=True)
        self._own("Memo klein", 8, GREY, after=3)
        after_table = self._own("Memo na tabel", 10, after=6)
        after_table.paragraph_format.space_before = Pt(6)
        annex = self._own("Memo bijlage", 14, BLUE, after=4, keep=True, bold=True, base="Heading 1")
        annex.paragraph_format.page_break_before = True

    def _own(
        self,
        name: str,
        size: float,
        colour: str = "1A1A1A",
        *,
        after: float,
        keep: bool = False,
        italic: bool = False,
        bold: bool = False,
        base: str = "Normal",
    ) -> Any:
        style = self._document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self._document.styles[base]
        self._font(style, size, colour, bold=bold)
        style.font.italic = italic
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.keep_with_next = keep
        return style

    @staticmethod
    def _font(style: Any, size: float, colour: str = "1A1A1A", *, bold: bool = False) -> None:
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in [name for name in fonts.attrib if name.endswith("Theme")]:
            del fonts.attrib[name]
        for name in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{name}"), FONT)

    # --- parts -----------------------------------------------------------------------------------

    def text(self, text: str, style: str = "Normal") -> Any:
        """A paragraph; what stands between square brackets is marked as to be filled in."""
        paragraph = self._document.add_paragraph(style=style)
        self._runs(paragraph, text)
        return paragraph

    @staticmethod
    def _runs(paragraph: Any, text: str) -> None:
        rest = text
        while rest:
            plain, bracket, after = rest.partition("[")
            inside, closing, rest = after.partition("]")
            if plain:
                paragraph.add_run(plain)
            if bracket:
                run = paragraph.add_run(f"[{inside}{closing}")
                run._r.get_or_add_rPr().append(_element("w:shd", val="clear", color="auto", fill="FFF2B3"))

    def code(self, code: str) -> None:
        """A paragraph with a loop or condition; it is not in the letter itself."""
        self._document.add_paragraph(f"{{%p {code} %}}")

    def table(
        self,
        widths: Sequence[float],
        rows: Sequence[Sequence[Sequence[str]]],
        *,
        header: bool,
        lines: bool = True,
    ) -> None:
        """A table of ``rows``, cells of paragraphs; a row of one text with "{%tr" is a loop or its end."""
        table = self._document.add_table(rows=0, cols=len(widths))
        table.autofit = False
        properties = table._tbl.tblPr
        properties.append(_element("w:tblW", w=str(round(sum(widths) * 567)), type="dxa"))
        if lines:
            borders = _element("w:tblBorders")
            for side in ("top", "bottom", "insideH"):
                borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=LINE))
            properties.append(borders)
        margins = _element("w:tblCellMar")
        for side, space in (("top", 50), ("left", 85), ("bottom", 50), ("right", 85)):
            margins.append(_element(f"w:{side}", w=str(space if lines else space // 3), type="dxa"))
        properties.append(margins)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for position, cells in enumerate(rows):
            row = table.add_row()
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
            first = header and position == 0
            if first:
                row._tr.trPr.append(_element("w:tblHeader"))
            for cell, width, paragraphs in zip(
                row.cells, widths, [*cells, *[()] * len(widths)], strict=False
            ):
                cell.width = Cm(width)
                if first:
                    shade = _element("w:shd", val="clear", color="auto", fill=PALE)
                    cell._tc.get_or_add_tcPr().append(shade)
                for number, text in enumerate(paragraphs):
                    paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                    style = "Memo kolomkop" if first else "Memo celcitaat" if text[:1] == "‘" else "Memo cel"
                    paragraph.style = self._document.styles[style]
                    self._runs(paragraph, text)

    def row_table(self, loop: str) -> None:
        """The table of a group or annex: number, section with its quote, and what is the matter."""
        texts = self._texts
        self.table(
            [1.2, 7.4, 7.4],
            [
                [[texts["number"]], [texts["section"]], [texts["note"]]],
                [[f"{{%tr for rij in {loop} %}}"]],
                [
                    ["{{ rij.nummer }}"],
                    ["{{ rij.paragraaf }}", "{%p if rij.citaat %}", "‘{{ rij.citaat }}’", "{%p endif %}"],
                    ["{{ rij.toelichting }}"],
                ],
                [["{%tr endfor %}"]],
            ],
            header=True,
        )

    def _field(self, paragraph: Any, instruction: str) -> None:
        for kind in ("begin", None, "end"):
            run = paragraph.add_run()
            if kind:
                run._r.append(_element("w:fldChar", fldCharType=kind))
            else:
                code = _element("w:instrText")
                code.text = instruction
                run._r.append(code)

    def margins(self) -> None:
        """Header and footer: the sender on the first page, the subject and page number on the others."""
        section = self._document.sections[0]
        top = section.first_page_header.paragraphs[0]
        top.style, top.alignment = self._document.styles["Memo kenmerken"], WD_ALIGN_PARAGRAPH.RIGHT
        self._runs(top, self._texts["letterhead"])
        later = section.header.paragraphs[0]
        later.style = self._document.styles["Memo kenmerken"]
        later.add_run(TITLE)
        for footer in (section.footer, section.first_page_footer):
            paragraph = footer.paragraphs[0]
            paragraph.style = self._document.styles["Memo klein"]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            before, between = self._texts["page"]
            paragraph.add_run(before)
            self._field(paragraph, "PAGE")
            paragraph.add_run(between)
            self._field(paragraph, "NUMPAGES")

    # --- the letter ------------------------------------------------------------------------------

    def compose(self) -> None:
        """All parts of the letter in order."""
        texts = self._texts
        self.margins()
        self.text(texts["kind"], "Title")
        self.table(
            [2.6, 13.4],
            [
                *([[name], [value]] for name, value in (texts["to"], texts["from"], texts["date"])),
                [[texts["subject"]], ["{{ onderwerp }}"]],
                [["{%tr for regel in gegevens %}"]],
                [["{{ regel.naam }}"], ["{{ regel.waarde }}"]],
                [["{%tr endfor %}"]],
            ],
            header=False,
            lines=False,
        )
        self.text(texts["salutation"], "Memo na tabel").paragraph_format.space_before = Pt(16)
        self.loop("inleiding")
        self.code("if goed")
        self.text(texts["good"], "Heading 1")
        self.loop("goed")
        self.code("endif")
        self.code("if punten")
        self.text(texts["back"], "Heading 1")
        self.text(texts["back_text"])
        self._shared()
        self.code("for punt in punten")
        self._point()
        self.code("endfor")
        self.code("endif")
        self.code("for groep in groepen")
        self.text("{{ groep.titel }}", "Heading 1")
        self.text("{{ groep.tekst }}")
        self.code("if groep.rijen")
        self.row_table("groep.rijen")
        self.code("endif")
        self.code("endfor")
        self._end()
        self._annexes()

    def loop(self, name: str) -> None:
        """A paragraph for each text of a list."""
        self.code(f"for zin in {name}")
        self.text("{{ zin }}")
        self.code("endfor")

    def _shared(self) -> None:
        texts = self._texts
        self.code("if vragen")
        self.text(texts["shared"], "Heading 2")
        self.text(texts["shared_text"]).paragraph_format.keep_with_next = True
        self.table(
            [1.2, 5.3, 6.9, 2.6],
            [
                [[texts["number"]], [texts["why"]], [texts["ask"]], [texts["for_points"]]],
                [["{%tr for vraag in vragen %}"]],
                [
                    ["{{ vraag.nummer }}"],
                    ["{{ vraag.waarom }}"],
                    ["{{ vraag.vraag }}"],
                    ["{{ vraag.punten }}"],
                ],
                [["{%tr endfor %}"]],
            ],
            header=True,
        )
        self.code("endif")

    def _point(self) -> None:
        texts = self._texts
        self.text(f"{texts['point']} {{{{ punt.nummer }}}}: {{{{ punt.paragraaf }}}}", "Heading 2")
        self.text("{{ punt.kenmerken }}", "Memo kenmerken")
        self.code("if punt.onderdeel")
        self.text(f"{texts['part_of']} {{{{ punt.onderdeel }}}}", "Memo kenmerken")
        self.code("endif")
        self.code("if punt.citaat")
        self.text(
            "‘{{ punt.citaat }}’{% if punt.citaat_bladzijde %} ({{ punt.citaat_bladzijde }}){% endif %}",
            "Memo citaat",
        )
        self.code("endif")
        self.code("for zin in punt.elders")
        self.text("{{ zin }}").paragraph_format.keep_with_next = True
        self.code("endfor")
        self.code("if punt.vragen")
        self.table(
            [1.2, 6.7, 8.1],
            [
                [[texts["number"]], [texts["why"]], [texts["ask"]]],
                [["{%tr for vraag in punt.vragen %}"]],
                [["{{ vraag.nummer }}"], ["{{ vraag.waarom }}"], ["{{ vraag.vraag }}"]],
                [["{%tr endfor %}"]],
            ],
            header=True,
        )
        self.code("endif")
        self.code("if punt.ook")
        self.text("{{ punt.ook }}", "Memo na tabel")
        self.code("endif")

    def _end(self) -> None:
        texts = self._texts
        self.text(texts["next"], "Heading 1")
        self.code("if punten")
        self.text(texts["next_back"])
        self.code("elif groepen")
        self.text(texts["next_read"])
        self.code("else")
        self.text(texts["next_good"])
        self.code("endif")
        self.text(texts["contact"])
        self.text(texts["greeting"]).paragraph_format.keep_with_next = True
        self.text(texts["signature"])
        self.text(texts["account"], "Heading 2")
        self.text(texts["account_text"], "Memo klein")
        self.text(texts["account_levels"], "Memo klein")
        self.code("if bronnen")
        names = "{% for bron in bronnen %}{{ bron }}{% if not loop.last %}; {% endif %}{% endfor %}"
        self.text(f"{texts['account_sources']} {names}.", "Memo klein")
        self.code("endif")

    def _annexes(self) -> None:
        texts = self._texts
        self.code("for bijlage in bijlagen")
        self.text(f"{texts['annex']} {{{{ bijlage.letter }}}}: {{{{ bijlage.titel }}}}", "Memo bijlage")
        self.text("{{ bijlage.tekst }}")
        self.row_table("bijlage.rijen")
        self.code("if bijlage.vragen")
        self.text(texts["annex_ask"], "Heading 2")
        self.table(
            [4.2, 11.8],
            [
                [[texts["annex_about"]], [texts["ask"]]],
                [["{%tr for vraag in bijlage.vragen %}"]],
                [["{{ vraag.over }}"], ["{{ vraag.vraag }}"]],
                [["{%tr endfor %}"]],
            ],
            header=True,
        )
        self.code("endif")
        self.code("endfor")

    def data(self) -> bytes:
        """The template as the bytes of a file."""
        properties = self._document.core_properties
        properties.author, properties.comments, properties.title = "", "", TITLE
        properties.language = "nl-NL"
        properties.created = properties.modified = MADE_ON
        made = io.BytesIO()
        self._document.save(made)
        return fixed_zip(made)


def make() -> bytes:
    """The bundled template."""
    letter = Letter()
    letter.compose()
    return letter.data()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--output", type=Path)
    (parser.parse_args().output or default_template()).write_bytes(make())
