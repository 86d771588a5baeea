"""Write a document in a given look as a flat ODT file, which LibreOffice turns into a PDF.

A document is a list of parts; a look (``scripts/made/looks.toml``) says how they are set: columns, sizes,
colours and numbers of the headings of each level, running headers, boxes, tables, contents. Headings get no
outline level except where a running header needs it, so that nothing but their looks tells what they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from heading_measures import Head


@dataclass
class Part:
    """A heading (with its level from 1), paragraph, item, table, caption or box, in the document's order.

    Text may hold footnotes as ``[^the note]``. A heading without ``numbered`` gets no number, whatever the
    look; an ``optional`` one may be taken for a heading or not. A box holds ``parts`` of its own.
    """

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    numbered: bool = True
    optional: bool = False


@dataclass(frozen=True)
class Level:
    """How the headings of one level look; ``number`` is a pattern such as "{n1}.{n2}" or "Hoofdstuk {n1}".

    In it n1 is the number at level 1 in figures, l1 as a letter and r1 in Roman figures. ``above`` sets the
    number on a line of its own above the title, ``run_in`` sets the title at the start of its paragraph.
    """

    size: float = 10
    bold: bool = True
    italic: bool = False
    underline: bool = False
    caps: bool = False
    colour: str = "#000000"
    band: str = ""
    number: str = ""
    above: bool = False
    run_in: bool = False
    new_page: bool = False
    before: float = 10
    after: float = 4


@dataclass(frozen=True)
class Look:
    """How a whole document looks. Sizes in points, widths in centimetres."""

    levels: tuple[Level, ...]
    font: str = "Liberation Sans"
    size: float = 10
    colour: str = "#000000"
    columns: int = 1
    span: int = 1
    align: str = "left"
    indent: float = 0
    left: float = 2.5
    right: float = 2.5
    cover: str = "plain"
    contents: int = 0
    dots: bool = True
    header: str = "none"
    footer: str = "centre"
    box: str = "shaded"
    box_colour: str = "#dfeee6"
    table: str = "ruled"
    head_colour: str = ""
    bullet: str = "•"
    caption: str = "italic"

    @classmethod
    def read(cls, record: dict[str, Any]) -> Look:
        """A look from its TOML table."""
        rest = {key: value for key, value in record.items() if key != "levels"}
        return cls(levels=tuple(Level(**level) for level in record["levels"]), **rest)


_NAMES = {
    "office": "office:1.0",
    "style": "style:1.0",
    "text": "text:1.0",
    "table": "table:1.0",
    "draw": "drawing:1.0",
    "fo": "xsl-fo-compatible:1.0",
    "svg": "svg-compatible:1.0",
}
_NOTE = re.compile(r"\[\^([^\]]*)\]")
_TENS = ("", "X", "XX", "XXX")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_PAGE_WIDTH = 21.0
#: Width of a box in the margin and its distance from the text.
_ASIDE = (4.4, 0.5)


class _Writer:
    def __init__(self, look: Look) -> None:
        self.look = look
        self.styles: dict[str, str] = {}
        self.body: list[str] = []
        self.heads: list[Head] = []
        self.marks: list[tuple[Head, str]] = []
        self.counters = [0] * 10
        self.in_columns = False
        self.notes = self.tables = self.columns = 0

    # --- styles --------------------------------------------------------------------------------------

    def style(self, family: str, inner: str, attributes: str = "") -> str:
        """Name of an automatic style with this content."""
        key = f"{family}|{attributes}|{inner}"
        if key not in self.styles:
            self.styles[key] = f"{family[0].upper()}{len(self.styles) + 1}"
        return self.styles[key]

    def paragraph_style(self, paragraph: str = "", text: str = "", attributes: str = "") -> str:
        inner = (f"<style:paragraph-properties {paragraph}/>" if paragraph else "") + (
            f"<style:text-properties {text}/>" if text else ""
        )
        return self.style("paragraph", inner, attributes)

    def letters(self, level: Level) -> str:
        marks = [f'fo:font-size="{level.size}pt" fo:color="{level.colour}"']
        marks += ['fo:font-weight="bold"'] if level.bold else []
        marks += ['fo:font-style="italic"'] if level.italic else []
        marks += ['fo:text-transform="uppercase"'] if level.caps else []
        marks += ['style:text-underline-style="solid"'] if level.underline else []
        return " ".join(marks)

    # --- text ----------------------------------------------------------------------------------------

    def inline(self, text: str) -> str:
        """Escaped text with its footnotes."""
        parts = []
        for place, piece in enumerate(_NOTE.split(text)):
            if place % 2 == 0:
                parts.append(escape(piece))
                continue
            self.notes += 1
            style = self.paragraph_style(text='fo:font-size="8pt"')
            parts.append(
                f'<text:note text:id="n{self.notes}" text:note-class="footnote"><text:note-citation>'
                f"{self.notes}</text:note-citation><text:note-body>"
                f'<text:p text:style-name="{style}">{escape(piece)}</text:p></text:note-body></text:note>'
            )
        return "".join(parts)

    def line(self, inner: str, style: str, tag: str = "p", attributes: str = "") -> None:
        """Add one paragraph."""
        self.body.append(f'<text:{tag} text:style-name="{style}"{attributes}>{inner}</text:{tag}>')

    def text_style(self) -> str:
        look = self.look
        indent = f' fo:margin-left="{look.indent}cm"' if look.indent else ""
        return self.paragraph_style(f'fo:margin-bottom="6pt" fo:text-align="{look.align}"{indent}')

    def parts(self, parts: Sequence[Part]) -> None:
        """Add all parts in their order."""
        run_in = ""
        for place, part in enumerate(parts):
            if part.kind == "heading":
                level = self.level(part)
                following = parts[place + 1].kind if place + 1 < len(parts) else ""
                if level.run_in and following == "paragraph":
                    run_in = self.run_in(part, level)
                else:
                    self.heading(part, level)
                continue
            self.column(part.kind != "table" or self.look.columns == 1 or len(part.rows[0]) < 3)
            getattr(self, f"_{part.kind}")(part, run_in)
            run_in = ""

    def _paragraph(self, part: Part, run_in: str) -> None:
        self.line(run_in + self.inline(part.text), self.text_style())

    def _item(self, part: Part, run_in: str) -> None:
        style = self.item_style(self.look.indent + 0.6)
        self.line(f"{escape(self.look.bullet)}<text:tab/>{self.inline(part.text)}", style)

    def item_style(self, left: float) -> str:
        inner = (
            f'<style:paragraph-properties fo:margin-left="{left}cm" fo:text-indent="-0.6cm"'
            ' fo:margin-bottom="2pt"><style:tab-stops><style:tab-stop style:position="0cm"/>'
            "</style:tab-stops></style:paragraph-properties>"
        )
        return self.style("paragraph", inner)

    def _caption(self, part: Part, run_in: str) -> None:
        marks = {"italic": 'fo:font-style="italic"', "bold": 'fo:font-weight="bold"', "small": ""}
        text = f'fo:font-size="{self.look.size - 1.5}pt" {marks[self.look.caption]}'
        self.line(self.inline(part.text), self.paragraph_style('fo:margin-bottom="8pt"', text))

    # --- headings ------------------------------------------------------------------------------------

    def level(self, part: Part) -> Level:
        return self.look.levels[min(part.level, len(self.look.levels)) - 1]

    def number(self, part: Part, level: Level) -> str:
        """The number of the next heading of this level; empty where it has none."""
        if not part.numbered or not level.number:
            return ""
        self.counters[part.level] += 1
        self.counters[part.level + 1 :] = [0] * len(self.counters[part.level + 1 :])
        names: dict[str, Any] = {}
        for depth, count in enumerate(self.counters):
            names[f"n{depth}"], names[f"l{depth}"] = count, chr(ord("A") + (count - 1) % 26)
            names[f"r{depth}"] = _TENS[count // 10 % 4] + _ONES[count % 10]
        return level.number.format(**names)

    def head(self, part: Part, number: str) -> Head:
        text = _NOTE.sub("", part.text)
        head = Head(f"{number} {text}".strip(), part.level, optional=part.optional)
        self.heads.append(head)
        return head

    def run_in(self, part: Part, level: Level) -> str:
        self.column(True)
        number = self.number(part, level)
        head = self.head(part, number)
        style = self.style("text", f"<style:text-properties {self.letters(level)}/>")
        return f'<text:span text:style-name="{style}">{escape(head.text)}.</text:span> '

    def heading(self, part: Part, level: Level) -> None:
        """A heading in a paragraph of its own."""
        self.column(part.level > self.look.span)
        number = self.number(part, level)
        head = self.head(part, number)
        spacing = (
            f'fo:margin-top="{level.before}pt" fo:margin-bottom="{level.after}pt" fo:keep-with-next="always"'
        )
        if level.band:
            spacing += f' fo:background-color="{level.band}" fo:padding="0.15cm"'
        page = ' fo:break-before="page"' if level.new_page and self.body and not part.optional else ""
        if number and level.above:
            self.line(escape(number), self.paragraph_style(spacing + page, self.letters(level)))
            page = ""
        style = self.paragraph_style(spacing + page, self.letters(level))
        mark = f'<text:bookmark text:name="b{len(self.heads)}"/>'
        self.marks.append((head, f"b{len(self.heads)}"))
        shown = part.text if level.above else f"{number} {part.text}".strip()
        if part.level == 1 and not part.optional:
            self.line(mark + self.inline(shown), style, "h", ' text:outline-level="1"')
        else:
            self.line(mark + self.inline(shown), style)

    # --- columns, boxes, tables ----------------------------------------------------------------------

    def column(self, wanted: bool) -> None:
        """Begin or end the part of the page that is set in columns."""
        wanted = wanted and self.look.columns > 1
        if wanted and not self.in_columns:
            self.columns += 1
            inner = (
                '<style:section-properties text:dont-balance-text-columns="false"><style:columns '
                f'fo:column-count="{self.look.columns}" fo:column-gap="0.7cm"/></style:section-properties>'
            )
            name = self.style("section", inner)
            self.body.append(f'<text:section text:style-name="{name}" text:name="k{self.columns}">')
        elif self.in_columns and not wanted:
            self.body.append("</text:section>")
        self.in_columns = wanted

    def _box(self, part: Part, run_in: str) -> None:
        inner = _Writer(self.look)
        inner.styles, inner.notes, inner.tables = self.styles, self.notes, self.tables
        size = self.look.size
        small = self.paragraph_style('fo:margin-bottom="4pt"', f'fo:font-size="{size - 1}pt"')
        title = self.paragraph_style(
            'fo:margin-bottom="4pt" fo:keep-with-next="always"',
            self.letters(Level(size, colour=self.look.levels[0].colour)),
        )
        for piece in part.parts:
            if piece.kind == "heading":
                # Deeper than anything: where it stands in the tree is of no account.
                self.heads.append(Head(piece.text, 9, optional=True))
                inner.line(escape(piece.text), title)
            elif piece.kind == "item":
                inner._item(piece, "")
            else:
                inner.line(inner.inline(piece.text), small)
        self.notes = inner.notes
        content = "".join(inner.body)
        if self.look.box == "aside":
            width, gap = _ASIDE
            x = _PAGE_WIDTH - self.look.left - self.look.right + gap
            frame = self.style(
                "graphic",
                '<style:graphic-properties style:wrap="run-through" style:horizontal-pos="from-left"'
                ' style:horizontal-rel="paragraph" style:vertical-pos="from-top"'
                ' style:vertical-rel="paragraph"'
                f' draw:fill="solid" draw:fill-color="{self.look.box_colour}" draw:stroke="none"'
                ' fo:padding="0.2cm" fo:border="none"/>',
            )
            self.line(
                f'<draw:frame draw:style-name="{frame}" draw:name="kader{len(self.body)}"'
                f' text:anchor-type="paragraph" svg:x="{x}cm" svg:y="0cm" svg:width="{width}cm">'
                f'<draw:text-box fo:min-height="1cm">{content}</draw:text-box></draw:frame>',
                self.text_style(),
            )
            return
        border = "0.6pt solid #555555" if self.look.box == "bordered" else "none"
        colour = "" if self.look.box == "bordered" else f' fo:background-color="{self.look.box_colour}"'
        self.grid([[content]], border, colour, [])
        self.line("", self.paragraph_style('fo:margin-bottom="2pt"', 'fo:font-size="4pt"'))

    def _table(self, part: Part, run_in: str) -> None:
        border = {"ruled": "0.5pt solid #555555", "lines": "none", "bare": "none"}[self.look.table]
        size = f'fo:font-size="{self.look.size - 1}pt"'
        plain = self.paragraph_style(text=size)
        bold = self.paragraph_style(text=f'{size} fo:font-weight="bold"')
        rows = [
            [
                f'<text:p text:style-name="{plain if place else bold}">{self.inline(cell)}</text:p>'
                for cell in row
            ]
            for place, row in enumerate(part.rows)
        ]
        colour = f' fo:background-color="{self.look.head_colour}"' if self.look.head_colour else ""
        widths = [
            max(4, min(40, max(len(row[column]) for row in part.rows))) for column in range(len(rows[0]))
        ]
        below = ' fo:border-bottom="0.5pt solid #999999"' if self.look.table == "lines" else ""
        self.grid(rows, border, colour, widths, below)
        self.line("", self.paragraph_style('fo:margin-bottom="4pt"', 'fo:font-size="5pt"'))

    def grid(
        self, rows: list[list[str]], border: str, head: str, widths: Sequence[int], below: str = ""
    ) -> None:
        """A table of ready cells; ``head`` are the marks of the first row's cells, ``below`` those of all."""
        self.tables += 1
        self.body.append(f'<table:table table:name="t{self.tables}">')
        for width in widths or [1]:
            inner = f'<style:table-column-properties style:rel-column-width="{width}*"/>'
            self.body.append(f'<table:table-column table:style-name="{self.style("table-column", inner)}"/>')
        for place, row in enumerate(rows):
            marks = f'fo:padding="0.12cm" fo:border="{border}"{below}{head if place == 0 else ""}'
            cell = self.style("table-cell", f"<style:table-cell-properties {marks}/>")
            cells = "".join(
                f'<table:table-cell table:style-name="{cell}">{text}</table:table-cell>' for text in row
            )
            line = f"<table:table-row>{cells}</table:table-row>"
            if place == 0 and len(rows) > 1:
                line = f"<table:table-header-rows>{line}</table:table-header-rows>"
            self.body.append(line)
        self.body.append("</table:table>")

    # --- cover, contents, pages ----------------------------------------------------------------------

    def cover(self, title: str, lines: Sequence[str]) -> str:
        """The title page, or the title above the text; also adds it to the heads as optional."""
        look, writer = self.look, _Writer(self.look)
        writer.styles = self.styles
        self.heads.insert(0, Head(title, 1, optional=True))
        colour = look.levels[0].colour
        band = look.cover == "band"
        marks = f'fo:font-size="30pt" fo:font-weight="bold" fo:color="{"#ffffff" if band else colour}"'
        spacing = 'fo:margin-top="5cm" fo:margin-bottom="1cm"'
        if band:
            spacing += f' fo:background-color="{colour}" fo:padding="0.8cm"'
        if look.cover == "none":
            spacing, marks = 'fo:margin-bottom="10pt"', f'fo:font-size="18pt" fo:color="{colour}"'
        writer.line(escape(title), writer.paragraph_style(spacing, marks))
        for line in lines:
            size = look.size if look.cover == "none" else 12
            marks = f'fo:font-size="{size}pt" fo:color="#555555"'
            writer.line(escape(line), writer.paragraph_style(text=marks))
        if look.cover != "none":
            writer.line("", writer.paragraph_style('fo:break-after="page"'))
        return "".join(writer.body)

    def contents(self) -> str:
        """The contents page: headings of the upper levels with the pages where they stand."""
        look, writer = self.look, _Writer(self.look)
        if not look.contents:
            return ""
        writer.styles = self.styles
        self.heads.insert(0, Head("Inhoud", 1, optional=True))
        top = look.levels[0]
        marks = f'fo:font-size="{top.size}pt" fo:font-weight="bold" fo:color="{top.colour}"'
        writer.line("Inhoud", writer.paragraph_style('fo:margin-bottom="10pt"', marks))
        width = _PAGE_WIDTH - look.left - look.right
        leader = ' style:leader-style="dotted" style:leader-text="."' if look.dots else ""
        for head, mark in self.marks:
            depth = head.depth or 1
            if depth > look.contents or head.optional:
                continue
            indent = 0.5 * (depth - 1)
            inner = (
                f'<style:paragraph-properties fo:margin-left="{indent}cm" fo:margin-bottom="2pt">'
                f'<style:tab-stops><style:tab-stop style:position="{width - indent:.2f}cm"'
                f' style:type="right"{leader}/>'
                "</style:tab-stops></style:paragraph-properties>"
            )
            if depth == 1:
                inner += '<style:text-properties fo:font-weight="bold"/>'
            wanted = f'text:reference-format="page" text:ref-name="{mark}"'
            page = f"<text:bookmark-ref {wanted}>0</text:bookmark-ref>"
            writer.line(f"{escape(head.text)}<text:tab/>{page}", writer.style("paragraph", inner))
        writer.line("", writer.paragraph_style('fo:break-after="page"'))
        return "".join(writer.body)

    def running(self, title: str) -> list[str]:
        """Header of right and left pages and footer of right and left pages; empty where there is none."""
        small = self.paragraph_style(text='fo:font-size="8pt" fo:color="#777777"')
        right = self.paragraph_style('fo:text-align="end"', 'fo:font-size="8pt" fo:color="#777777"')
        centre = self.paragraph_style('fo:text-align="center"', 'fo:font-size="9pt"')
        chapter = '<text:chapter text:display="name" text:outline-level="1"></text:chapter>'
        number = '<text:page-number text:select-page="current">1</text:page-number>'
        headers = {
            "none": ("", ""),
            "title": (escape(title), escape(title)),
            "chapter": (chapter, chapter),
            "left-right": (chapter, escape(title)),
        }[self.look.header]
        footers = {
            "none": ("", ""),
            "centre": (number, number),
            "label": (f"Pagina {number}", f"Pagina {number}"),
            "outer": (f"{escape(title)} | {number}", f"{number} | {escape(title)}"),
        }[self.look.footer]
        styles = (
            right,
            small,
            centre if self.look.footer == "centre" else right,
            centre if self.look.footer == "centre" else small,
        )
        shown = [*headers, *footers]
        return [
            f'<text:p text:style-name="{style}">{inner}</text:p>' if inner else ""
            for style, inner in zip(styles, shown, strict=True)
        ]


def _running_style(name: str, side: str) -> str:
    marks = f'fo:min-height="0.8cm" fo:margin-{side}="0.4cm"'
    return f"<style:{name}-style><style:header-footer-properties {marks}/></style:{name}-style>"


def write(parts: Sequence[Part], look: Look, title: str, lines: Sequence[str] = ()) -> tuple[str, list[Head]]:
    """The document as flat ODT, and its true headings in their order.

    ``title`` stands on the cover (or above the text), with ``lines`` below it.
    """
    writer = _Writer(look)
    writer.parts(parts)
    writer.column(False)
    contents = writer.contents()
    cover = writer.cover(title, lines)
    running = writer.running(title)
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}"' for short, long in _NAMES.items()
    )
    styles = []
    for key, name in writer.styles.items():
        family, attributes, inner = key.split("|", 2)
        styles.append(
            f'<style:style style:name="{name}" style:family="{family}" {attributes}>{inner}</style:style>'
        )
    margins = f'fo:margin-left="{look.left}cm" fo:margin-right="{look.right}cm"'
    text = (
        f'fo:font-size="{look.size}pt" fo:font-family={quoteattr(look.font)} fo:color="{look.colour}"'
        ' fo:language="nl" fo:country="NL"'
    )
    header = _running_style("header", "bottom") if running[0] else ""
    footer = _running_style("footer", "top") if running[2] else ""
    tags = ("header", "header-left", "footer", "footer-left")
    pages = "".join(
        f"<style:{tag}>{inner}</style:{tag}>" for tag, inner in zip(tags, running, strict=True) if inner
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {names} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:styles>'
        f'<style:default-style style:family="paragraph"><style:text-properties {text}/></style:default-style>'
        "</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="blad"><style:page-layout-properties fo:page-width="21cm" '
        f'fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" {margins}/>'
        f"{header}{footer}</style:page-layout>{''.join(styles)}"
        '</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" '
        f'style:page-layout-name="blad">{pages}</style:master-page></office:master-styles>'
        f"<office:body><office:text>{cover}{contents}{''.join(writer.body)}</office:text></office:body>"
        "</office:document>\n",
        writer.heads,
    )
