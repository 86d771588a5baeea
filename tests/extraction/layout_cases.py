"""Pages of our own in the layouts that policy documents have, each with the order in which it must be read.

A page is a list of things drawn: texts (in the order of the file) and boxes. Places are points from the top
left of an A4 page. ``expected`` is what must come out: (kind, text) with kind "h" heading, "p" paragraph,
"i" item, "c" caption, "n" note.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF

_STORY = (
    "de gemeente werkt samen met inwoners aan een dorp waar het goed wonen is en waar straten veilig zijn "
    "terwijl het water schoon blijft en iedere wijk genoeg groen krijgt voor jong en oud in de komende jaren"
)
_WORDS = _STORY.split()


def prose(name: str, count: int = 40, end: str = ".") -> str:
    """Running text that opens with ``name`` and is unlike that with another name."""
    start = sum(map(ord, name)) % len(_WORDS)
    return " ".join([name, *(_WORDS[(start + 7 * i) % len(_WORDS)] for i in range(count))]) + end


@dataclass
class Text:
    """Lines of text: ``width`` in points, ``align`` "L" or "J"; ``turn`` in degrees around its place."""

    text: str
    x: float
    y: float
    width: float
    size: float = 10
    style: str = ""
    align: str = "L"
    leading: float = 1.3
    turn: float = 0


@dataclass
class Box:
    """A rectangle, filled ("F") or with a border ("D"); ``lines`` draws four separate lines."""

    x: float
    y: float
    width: float
    height: float
    style: str = "F"
    lines: bool = False


@dataclass
class Case:
    """Pages and what must be read from them; ``known_failure`` says why that does not succeed."""

    name: str
    pages: list[list[Text | Box]]
    expected: list[tuple[str, str]]
    known_failure: str = ""


def draw(case: Case, path: Path) -> None:
    """Write the pages of a case as a PDF."""
    paper = FPDF(unit="pt", format="A4")
    paper.set_auto_page_break(False)
    paper.set_fill_color(214, 228, 240)
    for page in case.pages:
        paper.add_page()
        for part in page:
            (_draw_box if isinstance(part, Box) else _draw_text)(paper, part)  # type: ignore[operator]
    paper.output(str(path))


def _draw_box(paper: FPDF, box: Box) -> None:
    if not box.lines:
        paper.rect(box.x, box.y, box.width, box.height, style=box.style)
        return
    right, bottom = box.x + box.width, box.y + box.height
    for line in (
        (box.x, box.y, right, box.y),
        (box.x, bottom, right, bottom),
        (box.x, box.y, box.x, bottom),
        (right, box.y, right, bottom),
    ):
        paper.line(*line)


def _draw_text(paper: FPDF, part: Text) -> None:
    paper.set_font("Helvetica", part.style, part.size)
    paper.c_margin = 0
    if part.turn:
        with paper.rotation(part.turn, x=part.x, y=part.y):
            paper.text(part.x, part.y, part.text)
        return
    paper.set_xy(part.x, part.y)
    paper.multi_cell(part.width, part.size * part.leading, part.text, align=part.align)


def rows(*columns: tuple[float, list[str]], y: float, size: float = 10) -> list[Text]:
    """Lines of columns that a file writes row by row."""
    found = []
    for index in range(max(len(lines) for _, lines in columns)):
        for x, lines in columns:
            if index < len(lines):
                found.append(Text(lines[index], x, y + 13 * index, 400, size))
    return found


def split(text: str, width: int) -> list[str]:
    """The words of a text in lines of at most so many characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def body_pages(
    count: int, furniture: Callable[[int], list[Text]]
) -> tuple[list[list[Text | Box]], list[tuple[str, str]]]:
    """Pages with a paragraph each and what ``furniture`` gives for a page number from 1."""
    pages: list[list[Text | Box]] = []
    expected = []
    for number in range(1, count + 1):
        text = prose(f"Bladzijde{number}", 120)
        pages.append([*furniture(number), Text(text, 60, 120, 470)])
        expected.append(("p", text))
    return pages, expected


def head(text: str, x: float = 60, y: float = 60, size: float = 16, width: float = 470) -> Text:
    """A bold title."""
    return Text(text, x, y, width, size, "B")


def cases() -> list[Case]:  # noqa: PLR0915 - told one by one
    """All cases, numbered by their place."""
    found: list[Case] = []

    def add(
        name: str, *pages: list[Text | Box], expected: list[tuple[str, str]], known_failure: str = ""
    ) -> None:
        found.append(Case(name, list(pages), expected, known_failure))

    a, b, c, d = (prose(n, 60) for n in ("Aarde", "Berg", "Cirkel", "Duin"))
    long = prose("Lang", 150)

    add("one column", [Text(a, 60, 80, 470), Text(b, 60, 240, 470)], expected=[("p", a), ("p", b)])
    add("two columns", [Text(a, 60, 80, 220), Text(b, 310, 80, 220)], expected=[("p", a), ("p", b)])
    add(
        "two columns, right one first in the file",
        [Text(b, 310, 80, 220), Text(a, 60, 80, 220)],
        expected=[("p", a), ("p", b)],
    )
    add(
        "two justified columns with a gutter of 12 points at size 11",
        [
            Text(prose("Smal", 120), 60, 80, 230, 11, align="J"),
            Text(prose("Breed", 120), 302, 80, 230, 11, align="J"),
        ],
        expected=[("p", prose("Smal", 120)), ("p", prose("Breed", 120))],
    )
    add(
        "two columns written row by row",
        rows((60, split(a, 44)), (310, split(b, 44)), y=80),
        expected=[("p", a), ("p", b)],
    )
    add(
        "three columns",
        [Text(a, 50, 80, 150), Text(b, 222, 80, 150), Text(c, 394, 80, 150)],
        expected=[("p", a), ("p", b), ("p", c)],
    )
    add(
        "columns of unequal width",
        [Text(a, 60, 80, 130), Text(long, 215, 80, 320)],
        expected=[("p", a), ("p", long)],
    )
    add(
        "full-width title over two columns",
        [head("Wonen in het dorp"), Text(a, 60, 100, 220), Text(b, 310, 100, 220)],
        expected=[("h", "Wonen in het dorp"), ("p", a), ("p", b)],
    )
    add(
        "columns that start halfway below a title",
        [Text(a, 60, 60, 470), head("Groen", y=160), Text(b, 60, 200, 220), Text(c, 310, 200, 220)],
        expected=[("p", a), ("h", "Groen"), ("p", b), ("p", c)],
    )
    add(
        "two bands of columns below titles",
        [
            head("Groen", y=60),
            Text(a, 60, 95, 220),
            Text(b, 310, 95, 220),
            head("Blauw", y=330),
            Text(c, 60, 365, 220),
            Text(d, 310, 365, 220),
        ],
        expected=[("h", "Groen"), ("p", a), ("p", b), ("h", "Blauw"), ("p", c), ("p", d)],
    )
    add(
        "two columns, then three",
        [
            Text(a, 60, 60, 220),
            Text(b, 310, 60, 220),
            head("Drie", y=300),
            Text(b, 50, 340, 150),
            Text(c, 222, 340, 150),
            Text(d, 394, 340, 150),
        ],
        expected=[("p", a), ("p", b), ("h", "Drie"), ("p", b), ("p", c), ("p", d)],
    )
    add(
        "titles inside columns",
        [
            head("Links", y=60, width=220),
            Text(a, 60, 90, 220),
            head("Rechts", x=310, y=60, width=220),
            Text(b, 310, 90, 220),
        ],
        expected=[("h", "Links"), ("p", a), ("h", "Rechts"), ("p", b)],
    )
    add(
        "a sentence over two columns",
        [Text(prose("Over", 60, ""), 60, 80, 220), Text("en zo verder. " + b, 310, 80, 220)],
        expected=[("p", prose("Over", 60, "") + " en zo verder. " + b)],
    )
    add(
        "lists in two columns",
        [
            Text("- eerste punt van de lijst met een lange regel die doorloopt\n- tweede punt", 60, 80, 220),
            Text("- derde punt van de lijst met een lange regel die doorloopt\n- vierde punt", 310, 80, 220),
            Text(long, 60, 300, 470),
        ],
        expected=[
            ("i", "eerste punt van de lijst met een lange regel die doorloopt"),
            ("i", "tweede punt"),
            ("i", "derde punt van de lijst met een lange regel die doorloopt"),
            ("i", "vierde punt"),
            ("p", long),
        ],
    )
    add(
        "names in three columns written column by column",
        [
            Text("Lindermeer\nWaterhoven\nVeenrijk\nDuinstad", 60, 80, 140),
            Text("Oosterbroek\nZuiderveld\nNoorderdam\nWesterkerk", 230, 80, 140),
            Text("Bosrand\nHeiloo\nRivierzicht\nPolderdam", 400, 80, 140),
            Text(long, 60, 180, 470),
        ],
        expected=[
            *(("p", n) for n in ("Lindermeer", "Waterhoven", "Veenrijk", "Duinstad")),
            *(("p", n) for n in ("Oosterbroek", "Zuiderveld", "Noorderdam", "Westerkerk")),
            *(("p", n) for n in ("Bosrand", "Heiloo", "Rivierzicht", "Polderdam")),
            ("p", long),
        ],
        known_failure="short lines without a full stop are taken for one paragraph",
    )
    add(
        "a filled box beside the text is read after the paragraph there",
        [
            Text(a, 60, 80, 300),
            Text(b, 60, 250, 300),
            Text(c, 60, 420, 300),
            Box(385, 90, 150, 260),
            Text(prose("Kader", 40), 395, 100, 130),
        ],
        expected=[("p", a), ("p", prose("Kader", 40)), ("p", b), ("p", c)],
    )
    add(
        "a box on the left, first in the file",
        [
            Box(50, 90, 150, 260),
            Text(prose("Kader", 40), 60, 100, 130),
            Text(a, 225, 80, 300),
            Text(b, 225, 250, 300),
            Text(c, 225, 420, 300),
        ],
        expected=[("p", a), ("p", prose("Kader", 40)), ("p", b), ("p", c)],
    )
    add(
        "a box of four lines amid a sentence",
        [
            Text(prose("Voor", 60, ""), 60, 60, 470, align="J"),
            Box(60, 160, 470, 90, lines=True),
            Text(prose("Kader", 40), 70, 170, 450),
            Text("en dat gaat na het kader verder. " + b, 60, 270, 470),
        ],
        expected=[
            ("p", prose("Voor", 60, "") + " en dat gaat na het kader verder. " + b),
            ("p", prose("Kader", 40)),
        ],
        known_failure="the last line before the box is short, so that the sentence may have ended",
    )
    full = " ".join(split(long, 95)[:4])
    add(
        "a box amid a sentence that fills its last line",
        [
            Text("\n".join(split(long, 95)[:4]), 60, 60, 470),
            Box(60, 160, 470, 90),
            Text(prose("Kader", 40), 70, 170, 450),
            Text("en dat gaat na het kader verder. " + b, 60, 270, 470),
        ],
        expected=[("p", full + " en dat gaat na het kader verder. " + b), ("p", prose("Kader", 40))],
    )
    add(
        "a box with a title is a section after the one it stands in",
        [
            head("Wonen"),
            Text(a, 60, 90, 300),
            Text(b, 60, 250, 300),
            Box(385, 90, 150, 260),
            Text("Voorbeeld uit Lindermeer", 395, 100, 130, 10, "B"),
            Text(prose("Kader", 40), 395, 135, 130),
            Text(c, 60, 420, 300),
            head("Werken", y=560),
            Text(d, 60, 590, 470),
        ],
        expected=[
            ("h", "Wonen"),
            ("p", a),
            ("p", b),
            ("p", c),
            ("h", "Voorbeeld uit Lindermeer"),
            ("p", prose("Kader", 40)),
            ("h", "Werken"),
            ("p", d),
        ],
    )
    add(
        "a box over both columns parts them in bands",
        [
            Text(a, 60, 60, 220),
            Text(b, 310, 60, 220),
            Box(60, 300, 470, 80),
            Text(prose("Kader", 40), 70, 310, 450),
            Text(c, 60, 400, 220),
            Text(d, 310, 400, 220),
        ],
        expected=[("p", a), ("p", b), ("p", prose("Kader", 40)), ("p", c), ("p", d)],
    )
    add(
        "a box in one of two columns",
        [
            Text(a, 60, 60, 220),
            Box(60, 280, 220, 120),
            Text(prose("Kader", 30), 70, 290, 200),
            Text(b, 60, 420, 220),
            Text(long, 310, 60, 220),
        ],
        expected=[("p", a), ("p", prose("Kader", 30)), ("p", b), ("p", long)],
    )
    add(
        "cards in rows",
        [
            Text(prose("Boven", 50), 60, 50, 470),
            *(
                part
                for index, name in enumerate(("Een", "Twee", "Drie", "Vier"))
                for part in (
                    Box(60 + 250 * (index % 2), 150 + 200 * (index // 2), 220, 160),
                    Text(prose(name, 30), 70 + 250 * (index % 2), 160 + 200 * (index // 2), 200),
                )
            ),
        ],
        expected=[
            ("p", prose(n, 50 if n == "Boven" else 30)) for n in ("Boven", "Een", "Twee", "Drie", "Vier")
        ],
    )
    add(
        "labels with their values",
        [
            *rows(
                (60, ["Datum", "Onderwerp", "Portefeuillehouder", "Kenmerk"]),
                (220, ["12 mei 2026", "Vaststelling woonvisie", "wethouder De Wit", "LM-2026-14"]),
                y=80,
            ),
            Text(a, 60, 180, 470),
        ],
        expected=[
            ("p", "Datum 12 mei 2026"),
            ("p", "Onderwerp Vaststelling woonvisie"),
            ("p", "Portefeuillehouder wethouder De Wit"),
            ("p", "Kenmerk LM-2026-14"),
            ("p", a),
        ],
    )
    add(
        "titles in the margin stand level with their text",
        [
            Text("Wonen", 60, 80, 100, 10, "B"),
            Text(a, 180, 80, 350),
            Text("Werken", 60, 190, 100, 10, "B"),
            Text(b, 180, 190, 350),
            Text("Water", 60, 300, 100, 10, "B"),
            Text(c, 180, 300, 350),
        ],
        expected=[("h", "Wonen"), ("p", a), ("h", "Werken"), ("p", b), ("h", "Water"), ("p", c)],
    )
    add(
        "a caption below a picture in a column",
        [
            Text(a, 60, 60, 220),
            Box(60, 250, 220, 100),
            Text("Figuur 2: De nieuwe wijk", 60, 355, 220, 8),
            Text(b, 60, 380, 220),
            Text(long, 310, 60, 220),
        ],
        expected=[("p", a), ("c", "Figuur 2: De nieuwe wijk"), ("p", b), ("p", long)],
    )
    add(
        "words broken in columns",
        [
            Text(
                "Wij maken in dit pro-\ngramma een beleids-\nkeuze over de zuid-\nzijde van de A12-\nzone.",
                60,
                80,
                220,
            ),
            Text("Een woon- en werk-\nprogramma voor lange- en\nkorte termijn.", 310, 80, 220),
            Text("Het programma kiest. De zuid-zijde is groen. " + a, 60, 200, 470),
        ],
        expected=[
            ("p", "Wij maken in dit programma een beleidskeuze over de zuid-zijde van de A12-zone."),
            ("p", "Een woon- en werkprogramma voor lange- en korte termijn."),
            ("p", "Het programma kiest. De zuid-zijde is groen. " + a),
        ],
    )

    pages, expected = body_pages(6, lambda n: [Text(f"Omgevingsvisie Lindermeer | {n}", 60, 30, 470, 8)])
    found.append(Case("a header with the page number", pages, expected))
    pages, expected = body_pages(
        8,
        lambda n: [Text("Lindermeer", 60, 30, 200, 8) if n % 2 else Text("Visie 2040", 400, 30, 130, 8)],
    )
    found.append(Case("headers that alternate left and right", pages, expected))
    pages, expected = body_pages(
        9, lambda n: [Text(("Wonen", "Werken", "Water")[(n - 1) // 3], 60, 30, 200, 8, "I")]
    )
    found.append(Case("headers of chapters of three pages", pages, expected))
    pages, expected = body_pages(
        9,
        lambda n: [Text("Wonen in Lindermeer" if n < 8 else ("Werken", "Water")[n - 8], 60, 30, 200, 8, "I")],
    )
    found.append(Case("a header of one page where others stand", pages, expected))
    pages, expected = body_pages(3, lambda n: [Text(f"Pagina {n} van 3", 450, 810, 100, 8)])
    found.append(Case("Pagina 1 van 3", pages, expected))
    pages, expected = body_pages(4, lambda n: [Text(("iii", "iv", "v", "vi")[n - 1], 290, 810, 40, 8)])
    found.append(Case("roman page numbers", pages, expected))
    pages, expected = body_pages(
        5, lambda n: [Text(f"versie 0.9 - 12 mei 2026 - pagina {n}", 60, 810, 300, 7)]
    )
    found.append(Case("version and date at the foot", pages, expected))
    pages, expected = body_pages(
        4, lambda n: [Text("Omgevingsvisie Lindermeer 2040", 30, 500, 0, 9, turn=90)]
    )
    found.append(Case("text along the side", pages, expected))
    pages, _ = body_pages(5, lambda n: [head(f"Maatregel {n}", y=60)])
    found.append(
        Case(
            "numbered titles at the top of pages are no headers",
            pages,
            [
                part
                for n in range(1, 6)
                for part in (("h", f"Maatregel {n}"), ("p", prose(f"Bladzijde{n}", 120)))
            ],
        )
    )

    add(
        "a footnote that runs on over the page",
        [
            Text(long, 60, 80, 470),
            Text("1 Dit is een noot die op de volgende bladzijde verder gaat", 60, 780, 470, 7),
        ],
        [
            Text(a, 60, 80, 470),
            Text("omdat deze vol was.", 60, 770, 470, 7),
            Text("2 Nog een noot.", 60, 782, 470, 7),
        ],
        expected=[
            ("p", long),
            ("p", a),
            (
                "n",
                "1 Dit is een noot die op de volgende bladzijde verder gaat omdat deze vol was.",
            ),
            ("n", "2 Nog een noot."),
        ],
    )
    add(
        "a note in the size of the text, below a short line",
        [
            Text(long, 60, 80, 470),
            Box(60, 700, 120, 0.5),
            Text("1", 60, 705, 10, 6),
            Text("Zie het besluit van de raad van Lindermeer.", 66, 706, 400),
        ],
        expected=[("p", long), ("n", "1 Zie het besluit van de raad van Lindermeer.")],
    )
    add(
        "footnotes below each column",
        [
            Text(long, 60, 80, 220),
            Text("1 Noot links.", 60, 700, 220, 7),
            Text(prose("Rechts", 250), 310, 80, 220),
            Text("2 Noot rechts.", 310, 780, 220, 7),
        ],
        expected=[
            ("p", long),
            ("p", prose("Rechts", 250)),
            ("n", "1 Noot links."),
            ("n", "2 Noot rechts."),
        ],
    )
    add(
        "a note mark above the line, of a note elsewhere",
        [
            Text("De gemeente besluit", 60, 80, 200),
            Text("12", 152, 79.5, 20, 6),
            Text("dat het zo blijft.", 162, 80, 200),
            Text(a, 60, 120, 470),
        ],
        expected=[("p", "De gemeente besluit dat het zo blijft."), ("p", a)],
    )
    add(
        "a power of a unit",
        [
            Text("Het plan is 500 m", 60, 80, 200),
            Text("2", 139, 79.5, 20, 6),
            Text("groot.", 147, 80, 200),
            Text(a, 60, 120, 470),
        ],
        expected=[("p", "Het plan is 500 m2 groot."), ("p", a)],
    )
    add(
        "a quotation amid a column",
        [
            Text("\n".join(split(long, 44)[:12]), 60, 60, 220),
            Text('"Samen maken we het dorp mooier dan het was"', 75, 240, 190, 14, "I"),
            Text("en dat gaat hierna verder. " + a, 60, 320, 220),
            Text(prose("Rechts", 200), 310, 60, 220),
        ],
        expected=[
            ("p", " ".join(split(long, 44)[:12]) + " en dat gaat hierna verder. " + a),
            ("p", '"Samen maken we het dorp mooier dan het was"'),
            ("p", prose("Rechts", 200)),
        ],
    )
    add(
        "a large first letter",
        [
            Text("D", 60, 78, 30, 34),
            Text("\n".join(split("e gemeente " + long, 80)[:2]), 88, 80, 445),
            Text(" ".join(split("e gemeente " + long, 80)[2:]), 60, 106, 470),
        ],
        expected=[("p", "De gemeente " + long)],
    )
    return found
