"""Tables of many designs, drawn here, with the cells that must be read from each.

A design draws one document and says which tables are in it: (column names or None, rows). A group title is
a row of one cell. The texts are about an authority that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fpdf import FPDF

PROSE = (
    "De gemeente Lindermeer werkt samen met de inwoners aan een dorp waar het goed wonen is. "
    "Wij zorgen voor veilige straten, schone lucht en genoeg groen in elke wijk van de gemeente. "
)
Expected = tuple[list[str] | None, list[list[str]]]
#: A cell: its text, or its text and the columns that it covers.
Cell = str | tuple[str, int]
Lines = str  # "all", "none", "level", "inner", "upright", "book", "double", "bars"

ACTIONS = ["Actie", "Wie", "Wanneer", "Kosten"]
ACTION_ROWS = [
    ["Aanleggen van een vrijliggend fietspad langs de Molenweg", "Gemeente Lindermeer", "2027", "€ 250.000"],
    ["Planten van vijfhonderd bomen in de wijken", "Waterschap De Linge", "2028", "€ 80.000"],
    [
        "Opstellen van een visie op de haven samen met ondernemers",
        "Provincie Rijnmark",
        "2026-2027",
        "€ 40.000",
    ],
]
WIDTHS = [190, 120, 70, 80]
_LEFT = 60.0


@dataclass
class Look:
    """How a table is drawn: lines, colours, weight of the names and the space in and between cells."""

    lines: Lines = "all"
    head: int = 1
    bold: bool = True
    head_fill: tuple[int, int, int] | None = None
    zebra: tuple[int, int, int] | None = None
    fill: tuple[int, int, int] | None = None
    first_fill: tuple[int, int, int] | None = None
    gap: float = 0
    pad: float = 3
    leading: float = 12
    size: float = 9
    right: Sequence[int] = ()
    middle: bool = False
    white_head: bool = False
    groups: Sequence[int] = field(default_factory=tuple)


class Sheet(FPDF):
    """An A4 page in points on which tables and prose are drawn."""

    def __init__(self, orientation: str = "portrait") -> None:
        super().__init__(unit="pt", format="A4", orientation=orientation)
        self.core_fonts_encoding = "cp1252"
        self.set_auto_page_break(False)
        self.set_margins(60, 60)
        self.add_page()

    def prose(self, text: str = PROSE, width: float = 0, x: float = 60) -> None:
        self.set_x(x)
        self.set_text_color(0)
        self.set_font("Helvetica", size=10)
        self.multi_cell(width, 13, text, align="L")
        self.ln(8)

    def head(self, text: str, size: float = 14) -> None:
        self.set_x(60)
        self.set_font("Helvetica", "B", size)
        self.multi_cell(0, size * 1.3, text, align="L")
        self.ln(4)

    def table(
        self,
        rows: Sequence[Sequence[Cell]],
        widths: Sequence[float] = WIDTHS,
        look: Look | None = None,
    ) -> None:
        """Draw the rows from here down; the first ``look.head`` rows are column names."""
        look = look or Look()
        top = self.get_y()
        tops = [top]
        for number, row in enumerate(rows):
            top = self._row(row, widths, look, number, top)
            tops.append(top)
        self._lines(rows, widths, look, tops)
        self.set_y(top + 10)

    def _row(
        self, row: Sequence[Cell], widths: Sequence[float], look: Look, number: int, top: float
    ) -> float:
        named = number < look.head
        self.set_font("Helvetica", "B" if (named and look.bold) or number in look.groups else "", look.size)
        parts: list[tuple[float, float, list[str], int]] = []
        left, column = _LEFT, 0
        for cell in row:
            text, span = cell if isinstance(cell, tuple) else (cell, 1)
            width = sum(widths[column : column + span])
            lines: list[str] = []
            for piece in text.split("\n"):
                lines += self._wrapped(piece, width - 2 * look.pad, look.leading)
            parts.append((left, width, lines, column))
            left, column = left + width, column + span
        height = max(len(lines) for *_, lines, _ in parts) * look.leading + 2 * look.pad
        color = look.head_fill if named else look.zebra if look.zebra and number % 2 == 0 else look.fill
        for left, width, lines, column in parts:
            shade = look.first_fill if look.first_fill and column == 0 and not named else color
            if shade:
                self.set_fill_color(*shade)
                self.rect(left, top, width - look.gap, height - look.gap, style="F")
            self.set_text_color(255 if named and look.white_head else 0)
            y = top + look.pad + 0.75 * look.leading
            if look.middle:
                y += (height - 2 * look.pad - len(lines) * look.leading) / 2
            for line in lines:
                shift = width - 2 * look.pad - self.get_string_width(line) if column in look.right else 0
                self.text(left + look.pad + shift, y, line)
                y += look.leading
        return top + height

    def _wrapped(self, text: str, width: float, leading: float) -> list[str]:
        lines = self.multi_cell(width, leading, text, dry_run=True, output="LINES") or [""]
        # The lines come back in the bytes of the font's encoding.
        return [line.encode("latin-1").decode("cp1252") for line in lines]

    def _lines(
        self,
        rows: Sequence[Sequence[Cell]],
        widths: Sequence[float],
        look: Look,
        tops: Sequence[float],
    ) -> None:
        x, right, last = _LEFT, _LEFT + sum(widths), tops[-1]
        level = {
            "all": tops,
            "level": tops,
            "inner": tops[1:-1],
            "double": tops,
            "bars": tops,
            "upright": [],
            "book": [tops[0], tops[look.head], last],
        }.get(look.lines, [])
        for y in level:
            self._line(x, y, right, y, look)
        if look.lines in ("all", "double", "bars", "inner", "upright"):
            for row, (top, bottom) in zip(rows, pairwise(tops), strict=True):
                left, column = x, 0
                sides = [] if look.lines in ("inner", "upright") else [x, right]
                for cell in row[:-1]:
                    span = cell[1] if isinstance(cell, tuple) else 1
                    left += sum(widths[column : column + span])
                    column += span
                    sides.append(left)
                for side in sides:
                    self._line(side, top, side, bottom, look)

    def _line(self, x0: float, y0: float, x1: float, y1: float, look: Look) -> None:
        if look.lines == "bars":
            self.set_fill_color(0)
            self.rect(x0, y0, max(x1 - x0, 0.5), max(y1 - y0, 0.5), style="F")
            return
        self.line(x0, y0, x1, y1)
        if look.lines == "double":
            shift = (0, 2.5) if y0 == y1 else (2.5, 0)
            self.line(x0 + shift[0], y0 + shift[1], x1 + shift[0], y1 + shift[1])


@dataclass
class Design:
    """A numbered way to draw a table, and what is to be read from it."""

    number: int
    name: str
    draw: Callable[[], FPDF]
    tables: list[Expected]


DESIGNS: list[Design] = []


def design(number: int, name: str, *tables: Expected) -> Callable[[Callable[[], FPDF]], Callable[[], FPDF]]:
    """Add a drawing to the list of designs."""

    def add(draw: Callable[[], FPDF]) -> Callable[[], FPDF]:
        DESIGNS.append(Design(number, name, draw, list(tables)))
        return draw

    return add


def actions(look: Look) -> FPDF:
    """The action table with prose above and below it."""
    sheet = Sheet()
    sheet.head("3 Uitvoering")
    sheet.prose()
    sheet.table([ACTIONS, *ACTION_ROWS], look=look)
    sheet.prose()
    return sheet


_PLAIN: Expected = (ACTIONS, ACTION_ROWS)
for _number, _name, _look in (
    (1, "lines around all cells", Look()),
    (2, "level lines only", Look("level")),
    (3, "no lines, bold names", Look("none", pad=5)),
    (4, "no lines, names set like the cells", Look("none", bold=False, pad=5)),
    (5, "striped rows without lines", Look("none", zebra=(225, 235, 225))),
    (6, "names on a dark bar, no lines", Look("none", head_fill=(0, 90, 60), white_head=True, pad=5)),
    (7, "lines above and below the names and at the end", Look("book", pad=5)),
    (8, "inner lines only", Look("inner")),
    (9, "upright lines only", Look("upright", pad=5)),
    (
        10,
        "coloured cells with white between them",
        Look("none", head_fill=(240, 140, 60), fill=(250, 220, 190), gap=2),
    ),
    (11, "double lines", Look("double", pad=5)),
    (12, "lines drawn as thin bars, names on grey", Look("bars", head_fill=(210, 210, 210))),
    (13, "no lines, rows close together", Look("none", pad=0.5)),
    (14, "cells set in the middle of their height, with lines", Look(middle=True)),
    (15, "cells set in the middle of their height, no lines", Look("none", middle=True, pad=6)),
):
    design(_number, _name, _PLAIN)(lambda look=_look: actions(look))


@design(
    16,
    "title of a group over all columns",
    (ACTIONS, [["Thema Verkeer"], ACTION_ROWS[0], ["Thema Groen"], ACTION_ROWS[1], ACTION_ROWS[2]]),
)
def groups() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    sheet.table(
        [ACTIONS, [("Thema Verkeer", 4)], ACTION_ROWS[0], [("Thema Groen", 4)], *ACTION_ROWS[1:]],
        look=Look(groups=(1, 3)),
    )
    return sheet


@design(
    17,
    "title of a group, no lines",
    (
        ACTIONS,
        [["Thema Verkeer en vervoer in het buitengebied van de gemeente"], ACTION_ROWS[0], ACTION_ROWS[1]],
    ),
)
def loose_groups() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    title = "Thema Verkeer en vervoer in het buitengebied van de gemeente"
    sheet.table([ACTIONS, [(title, 4)], *ACTION_ROWS[:2]], look=Look("none", groups=(1,), pad=5))
    return sheet


YEARS = ["Programma", "2024", "2025", "2026"]
YEAR_ROWS = [
    ["Wonen", "1.250", "1.300", "1.410"],
    ["Verkeer en vervoer", "840", "-12", "900"],
    ["Water", "75", "-", "80"],
    ["Totaal", "2.165", "1.288", "2.390"],
]
YEAR_WIDTHS = [180, 80, 80, 80]


@design(18, "figures below years, no lines", (YEARS, YEAR_ROWS))
def figures() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    sheet.table([YEARS, *YEAR_ROWS], YEAR_WIDTHS, Look("none", right=(1, 2, 3)))
    sheet.prose()
    return sheet


@design(
    19,
    "two rows of names with a cell over several columns",
    (
        [
            "Bedragen x € 1.000",
            "Begroting 2025 Baten",
            "Begroting 2025 Lasten",
            "Begroting 2026 Baten",
            "Begroting 2026 Lasten",
        ],
        [
            ["Wonen", "10", "-250", "12", "-260"],
            ["Verkeer", "5", "-300", "6", "-310"],
            ["Totaal", "15", "-550", "18", "-570"],
        ],
    ),
)
def two_heads() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    rows: list[list[Cell]] = [
        ["", ("Begroting 2025", 2), ("Begroting 2026", 2)],
        ["Bedragen x € 1.000", "Baten", "Lasten", "Baten", "Lasten"],
        ["Wonen", "10", "-250", "12", "-260"],
        ["Verkeer", "5", "-300", "6", "-310"],
        ["Totaal", "15", "-550", "18", "-570"],
    ]
    sheet.table(rows, [140, 70, 70, 70, 70], Look(head=2, right=(1, 2, 3, 4)))
    return sheet


@design(
    20,
    "figures with the unit above the years",
    (["Bedragen x € 1.000", "Rekening 2024", "Begroting 2025", "Begroting 2026"], YEAR_ROWS),
)
def unit_head() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    heads = [["", "Rekening", "Begroting", "Begroting"], ["Bedragen x € 1.000", "2024", "2025", "2026"]]
    sheet.table([*heads, *YEAR_ROWS], YEAR_WIDTHS, Look(head=2, right=(1, 2, 3)))
    return sheet


@design(
    21,
    "label at the left over several rows",
    (
        ["Taakveld", "Soort", "2025", "2026"],
        [
            ["Wonen", "Baten", "10", "12"],
            ["Wonen", "Lasten", "20", "22"],
            ["Verkeer", "Baten", "30", "32"],
            ["Verkeer", "Lasten", "40", "42"],
        ],
    ),
)
def merged_left() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    top = sheet.get_y()
    sheet.set_font("Helvetica", size=9)
    xs, step = [60, 200, 300, 380, 460], 20
    rows = [["Taakveld", "Soort", "2025", "2026"], ["Wonen", "Baten", "10", "12"], ["", "Lasten", "20", "22"]]
    rows += [["Verkeer", "Baten", "30", "32"], ["", "Lasten", "40", "42"]]
    for number, row in enumerate(rows):
        sheet.set_font("Helvetica", "B" if number == 0 else "", 9)
        for x, text in zip(xs, row, strict=False):
            sheet.text(x + 4, top + number * step + 13, text)
    for number in range(6):
        y = top + number * step
        sheet.line(60 if number in (0, 1, 3, 5) else 200, y, 460, y)
    for x in xs:
        sheet.line(x, top, x, top + 5 * step)
    sheet.set_y(top + 6 * step)
    sheet.prose()
    return sheet


BULLETS = [
    ["Wonen", "- woningen bouwen in de kern\n- leegstand tegengaan", "Gemeente"],
    ["Verkeer", "- fietspad aanleggen\n- bushalte verplaatsen\n- weg ophogen", "Provincie"],
]
BULLET_ROWS = [
    ["Wonen", "- woningen bouwen in de kern - leegstand tegengaan", "Gemeente"],
    ["Verkeer", "- fietspad aanleggen - bushalte verplaatsen - weg ophogen", "Provincie"],
]


@design(22, "lists in cells, with lines", (["Thema", "Acties", "Trekker"], BULLET_ROWS))
def bullets() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    sheet.table([["Thema", "Acties", "Trekker"], *BULLETS], [100, 220, 120])
    return sheet


@design(23, "lists in cells, no lines", (["Thema", "Acties", "Trekker"], BULLET_ROWS))
def loose_bullets() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    sheet.table([["Thema", "Acties", "Trekker"], *BULLETS], [100, 220, 120], Look("none", pad=5))
    return sheet


LONG = [
    [f"Maatregel {n} voor het dorp", "Gemeente Lindermeer", f"20{30 + n}", f"€ {n}0.000"] for n in range(1, 9)
]


def over_pages(look: Look, repeat: bool) -> FPDF:
    """The first rows at the foot of a page, the others at the top of the next."""
    sheet = Sheet()
    sheet.prose()
    sheet.set_y(640)
    sheet.table([ACTIONS, *LONG[:4]], look=look)
    sheet.add_page()
    rest: list[list[str]] = [ACTIONS, *LONG[4:]] if repeat else LONG[4:]
    second = Look(look.lines, head=1 if repeat else 0, pad=look.pad)
    sheet.table(rest, look=second)
    sheet.prose()
    return sheet


design(24, "over two pages, the names repeated", (ACTIONS, LONG))(lambda: over_pages(Look(), True))
design(25, "over two pages, the names once", (ACTIONS, LONG))(lambda: over_pages(Look(), False))
design(26, "over two pages without lines, the names repeated", (ACTIONS, LONG))(
    lambda: over_pages(Look("none", pad=5), True)
)
design(27, "over two pages without lines, the names once", (ACTIONS, LONG))(
    lambda: over_pages(Look("none", pad=5), False)
)


@design(
    28,
    "a row cut by the page break",
    (
        ["Actie", "Toelichting"],
        [
            ["Fietspad", "Het pad komt langs de Molenweg."],
            [
                "Haven",
                "De haven krijgt nieuwe steigers, een loswal en een plek waar bezoekers kunnen overnachten.",
            ],
            ["Bomen", "Er komen vijfhonderd bomen bij."],
        ],
    ),
)
def cut_row() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    sheet.set_y(700)
    names = ["Actie", "Toelichting"]
    upper = ["Haven", "De haven krijgt nieuwe steigers, een loswal en een"]
    sheet.table([names, ["Fietspad", "Het pad komt langs de Molenweg."], upper], [120, 300])
    sheet.add_page()
    lower = ["", "plek waar bezoekers kunnen overnachten."]
    sheet.table([lower, ["Bomen", "Er komen vijfhonderd bomen bij."]], [120, 300], Look(head=0))
    return sheet


@design(
    29,
    "labels on colour, text without colour to the right",
    (
        None,
        [
            ["Doel", "Een veilige en mooie openbare ruimte in alle wijken"],
            ["Instrumenten", "Verordening, subsidie en overleg met de bewoners"],
            ["Planning", "Gereed in 2028"],
        ],
    ),
)
def labels() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    rows = [
        ["Doel", "Een veilige en mooie openbare ruimte in alle wijken"],
        ["Instrumenten", "Verordening, subsidie en overleg met de bewoners"],
        ["Planning", "Gereed in 2028"],
    ]
    sheet.table(rows, [110, 300], Look("none", head=0, first_fill=(220, 170, 40)))
    sheet.prose()
    return sheet


@design(
    30,
    "a form of labels and fields",
    (
        None,
        [
            ["Naam verbonden partij", "Gemeenschappelijke regeling Waterhoven"],
            ["Vestigingsplaats", "Lindermeer"],
            ["Bestuurlijk belang", "De wethouder is lid van het algemeen bestuur."],
        ],
    ),
)
def form() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    rows = [
        ["Naam verbonden partij", "Gemeenschappelijke regeling Waterhoven"],
        ["Vestigingsplaats", "Lindermeer"],
        ["Bestuurlijk belang", "De wethouder is lid van het algemeen bestuur."],
    ]
    sheet.table(rows, [150, 280], Look(head=0))
    return sheet


@design(31, "a box with prose is no table")
def sidebar() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    top = sheet.get_y()
    sheet.rect(55, top, 480, 80)
    sheet.set_y(top + 6)
    sheet.prose(PROSE + PROSE, 460, 65)
    inner = sheet.get_y() + 30
    sheet.rect(55, inner, 480, 120)
    sheet.rect(65, inner + 10, 460, 100)
    sheet.set_y(inner + 16)
    sheet.prose(PROSE + PROSE, 440, 75)
    return sheet


@design(32, "two columns of prose are no table")
def columns() -> FPDF:
    sheet = Sheet()
    top = sheet.get_y()
    sheet.prose(PROSE * 4, 220)
    sheet.set_y(top)
    sheet.prose(PROSE * 4, 220, 310)
    return sheet


@design(33, "two boxes of prose side by side are no table")
def two_boxes() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    sheet.table([[PROSE * 3, PROSE * 3]], [230, 230], Look(head=0))
    return sheet


@design(34, "a contents page is no table")
def contents() -> FPDF:
    sheet = Sheet()
    sheet.head("Inhoudsopgave")
    for number, title in enumerate(("Inleiding", "Wonen", "Verkeer", "Water", "Uitvoering"), start=1):
        sheet.set_font("Helvetica", size=10)
        y = 100 + 16 * number
        sheet.text(60, y, f"{number} {title}")
        sheet.text(500, y, str(number + 1))
    sheet.add_page()
    sheet.head("1 Inleiding")
    sheet.prose()
    return sheet


@design(
    35,
    "two tables with captions below each other",
    (["Wijk", "Woningen"], [["Noord", "120"], ["Zuid", "80"], ["Haven", "45"]]),
    (["Wijk", "Bomen"], [["Noord", "300"], ["Zuid", "150"], ["Haven", "50"]]),
)
def two_tables() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    for number, name, values in ((1, "Woningen", ("120", "80", "45")), (2, "Bomen", ("300", "150", "50"))):
        sheet.prose(f"Tabel {number}: {name} per wijk")
        rows = [["Wijk", name], *([a, b] for a, b in zip(("Noord", "Zuid", "Haven"), values, strict=True))]
        sheet.table(rows, [150, 100], Look("level"))
    return sheet


@design(
    36,
    "short texts in three columns without names",
    (
        None,
        [
            ["Binnenstad", "versterken", "2027"],
            ["Stationsgebied", "verdichten", "2028"],
            ["Havenkwartier", "optimaliseren", "2030"],
            ["Noordrand", "versterken", "2031"],
            ["Molenwijk", "verdichten", "2032"],
        ],
    ),
)
def short_texts() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    rows = [
        ["Binnenstad", "versterken", "2027"],
        ["Stationsgebied", "verdichten", "2028"],
        ["Havenkwartier", "optimaliseren", "2030"],
        ["Noordrand", "versterken", "2031"],
        ["Molenwijk", "verdichten", "2032"],
    ]
    sheet.table(rows, [180, 150, 80], Look("none", head=0, pad=5))
    return sheet


@design(
    37,
    "empty cells, no lines",
    (
        ACTIONS,
        [
            ["Fietspad aanleggen", "Gemeente", "", "€ 5.000"],
            ["Bomen planten", "", "2028", ""],
            ["Kade ophogen", "Waterschap", "2029", "€ 9.000"],
        ],
    ),
)
def empty_cells() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    rows = [
        ACTIONS,
        ["Fietspad aanleggen", "Gemeente", "", "€ 5.000"],
        ["Bomen planten", "", "2028", ""],
        ["Kade ophogen", "Waterschap", "2029", "€ 9.000"],
    ]
    sheet.table(rows, look=Look("none", pad=5))
    return sheet


@design(38, "several rows of figures between two lines", (YEARS, YEAR_ROWS))
def open_rows() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    stacked = ["\n".join(row[i] for row in YEAR_ROWS) for i in range(4)]
    sheet.table([YEARS, stacked], YEAR_WIDTHS, Look(right=(1, 2, 3)))
    return sheet


@design(39, "a table on a landscape page", (ACTIONS, ACTION_ROWS))
def landscape() -> FPDF:
    sheet = Sheet("landscape")
    sheet.prose()
    sheet.table([ACTIONS, *ACTION_ROWS], [300, 160, 110, 110])
    return sheet


@design(
    40,
    "a table in one of two columns of text",
    (["Actie", "Wie", "Wanneer"], [["Fietspad", "Gemeente", "2027"], ["Bomen", "Waterschap", "2028"]]),
)
def in_column() -> FPDF:
    sheet = Sheet()
    top = sheet.get_y()
    sheet.prose(PROSE * 2, 220)
    rows = [["Actie", "Wie", "Wanneer"], ["Fietspad", "Gemeente", "2027"], ["Bomen", "Waterschap", "2028"]]
    sheet.table(rows, [80, 80, 60], Look("none", pad=4))
    sheet.set_y(top)
    sheet.prose(PROSE * 5, 220, 310)
    return sheet


@design(
    41,
    "the euro sign apart from its amount",
    (
        ["Project", "Kosten", "Dekking"],
        [
            ["Fietspad", "€ 250.000", "€ 100.000"],
            ["Haven", "€ 80.000", "€ 8.000"],
            ["Kade", "€ 1.000", "€ 500"],
        ],
    ),
)
def euro_apart() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    top = sheet.get_y()
    rows = [
        ("Project", "Kosten", "Dekking"),
        ("Fietspad", "250.000", "100.000"),
        ("Haven", "80.000", "8.000"),
        ("Kade", "1.000", "500"),
    ]
    for number, row in enumerate(rows):
        y = top + 16 * number
        sheet.set_font("Helvetica", "B" if number == 0 else "", 9)
        sheet.text(60, y, row[0])
        for start, text in ((240, row[1]), (360, row[2])):
            if number:
                sheet.text(start, y, "€")
            sheet.text(start + 60 - sheet.get_string_width(text), y, text)
    sheet.set_y(top + 80)
    sheet.prose()
    return sheet


@design(
    42,
    "names set sideways",
    (["Wijk", "Groen", "Verkeer"], [["Noord", "12", "7"], ["Zuid", "9", "4"], ["Haven", "3", "8"]]),
)
def sideways() -> FPDF:
    sheet = Sheet()
    sheet.prose()
    top = sheet.get_y()
    sheet.table(
        [["Wijk", "\n\n\n", ""], ["Noord", "12", "7"], ["Zuid", "9", "4"], ["Haven", "3", "8"]], [120, 40, 40]
    )
    sheet.set_font("Helvetica", "B", 9)
    for x, name in ((203, "Groen"), (243, "Verkeer")):
        with sheet.rotation(90, x, top + 48):
            sheet.text(x, top + 48, name)
    return sheet
