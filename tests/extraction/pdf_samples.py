"""PDFs to annotate: columns, broken words, a table, bookmarks, a link; turned, cropped, protected."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)

from uitvoerbaarheid.extraction.annotations import Annotations, Highlight, Key, Note, Passage, Span
from uitvoerbaarheid.records import Report

#: Words to mark: between brackets, over a line end, in a broken word, in another column, in cells.
PHRASES = (
    "uiterlijk 1 juli 2027",
    "De gemeente Lindermeer legt in drie jaar tien fietspaden aan",
    "gemeentebestuur",
    "het waterschap en de provincie Rijnmark",
    "EUR 250.000",
    "de afdeling Beheer en Onderhoud van de gemeente",
)
_LEFT = (
    "De gemeente Lindermeer legt in drie jaar tien fietspaden aan. Dat gebeurt (uiterlijk 1 juli 2027) samen "
    "met",
    "bewoners. Het ge-",
    "meentebestuur rapporteert elk jaar aan de raad. De kosten zijn gedekt uit de reserve. Daarna volgt "
    "overleg met inwoners van alle dorpen over het onderhoud, waarbij",
)
_RIGHT = (
    "het waterschap en de provincie Rijnmark elk een derde deel betalen. De raad besluit daarover in het "
    "voorjaar."
)


def write_plan(path: Path) -> Path:
    """A document of two pages: two columns under a heading, then a table with wrapped cells."""
    paper = FPDF(unit="pt", format="A4")
    paper.set_auto_page_break(False)
    paper.add_page()
    paper.start_section("1 Fietspaden")
    _heading(paper, "1 Fietspaden", 60)
    paper.set_font("helvetica", size=10)
    paper.set_xy(70, 90)
    for part in _LEFT:
        paper.set_x(70)
        paper.multi_cell(210, 13, part, align="L", new_x="LEFT", new_y="NEXT")
    paper.set_xy(310, 90)
    paper.multi_cell(210, 13, _RIGHT, align="L")
    paper.set_xy(70, 700)
    paper.cell(text="Zie de website", link="https://lindermeer.example")
    paper.add_page()
    paper.start_section("2 Geld")
    _heading(paper, "2 Geld", 60)
    paper.set_font("helvetica", size=10)
    paper.set_xy(70, 100)
    rows = [
        ("Actie", "Wie", "Kosten"),
        (
            "Aanleg van paden en bruggen in het hele buitengebied",
            "de afdeling Beheer en Onderhoud van de gemeente",
            "EUR 250.000",
        ),
        ("Borden plaatsen", "de afdeling Verkeer", "EUR 15.000"),
    ]
    with paper.table(rows, width=450, col_widths=(3, 2, 1), line_height=13, align="LEFT", text_align="LEFT"):
        pass
    paper.output(str(path))
    return path


def _heading(paper: FPDF, text: str, y: float) -> None:
    paper.set_font("helvetica", style="B", size=16)
    paper.set_xy(70, y)
    paper.cell(text=text)


def turned(source: Path, path: Path, degrees: int, cropped: bool = False) -> Path:
    """The same pages, displayed turned and, ``cropped``, without their outer edge."""
    writer = PdfWriter(clone_from=source)
    for page in writer.pages:
        page[NameObject("/Rotate")] = NumberObject(degrees)
        if cropped:
            page[NameObject("/CropBox")] = RectangleObject((20, 30, 580, 820))
    writer.write(path)
    return path


def protected(source: Path, path: Path, password: str, algorithm: str) -> Path:
    """The same document, opened with a password only."""
    writer = PdfWriter(clone_from=source)
    writer.encrypt(password, algorithm=algorithm)
    writer.write(path)
    return path


def with_stream_table(source: Path, path: Path) -> Path:
    """The same document with a last cross-reference table that is a stream."""
    writer = PdfWriter(source, incremental=True)
    writer.pages[0][NameObject("/UserUnit")] = FloatObject(1)
    writer.write(path)
    return path


def signed(source: Path, path: Path) -> Path:
    """The same document that says it holds a signature, with labels for its pages."""
    writer = PdfWriter(clone_from=source)
    form = DictionaryObject({NameObject("/SigFlags"): NumberObject(3), NameObject("/Fields"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = form
    label = DictionaryObject({NameObject("/P"): TextStringObject("blad ")})
    writer.root_object[NameObject("/PageLabels")] = DictionaryObject(
        {NameObject("/Nums"): ArrayObject([NumberObject(0), label])}
    )
    writer.write(path)
    return path


def broken_table(source: Path, path: Path) -> Path:
    """The same document with an end that points to a place where no table is."""
    data = source.read_bytes()
    before, _, after = data.rpartition(b"startxref\n")
    path.write_bytes(before + b"startxref\n7\n" + after.partition(b"\n")[2])
    return path


def annotations_for(report: Report, phrases: tuple[str, ...] = PHRASES) -> Annotations:
    """What marks the phrases in a document, with a note for each section that has a heading on a page."""
    made = Annotations(author="toets", keys=[Key(text="doel", look="line", color="#2f6fb3")])
    for section in report.sections:
        if section.heading_box is not None:
            made.notes.append(
                Note(
                    name=section.id,
                    box=section.heading_box,
                    figure="38",
                    word="terug?",
                    color="#a8321c",
                    ink="#ffffff",
                    subject=section.heading,
                    contents=f"Score van {section.heading}\nmet (haken) en ë",
                )
            )
        for block in section.blocks:
            text = section.text[block.start : block.end]
            made.passages.append(Passage(text=text, boxes=block.boxes))
            for number, phrase in enumerate(phrases):
                if phrase in text:
                    start = text.index(phrase)
                    span = Span(passage=len(made.passages) - 1, start=start, end=start + len(phrase))
                    made.highlights.append(
                        Highlight(
                            name=f"m-{number}-0",
                            spans=[span],
                            look=("fill", "line", "thick", "dashed", "wavy")[number % 5],
                            color="#d5f0e2" if number % 5 == 0 else "#2f6fb3",
                            subject="termijn",
                            contents="termijn",
                        )
                    )
    return made


def reader_of(path: Path, password: str | None = None) -> PdfReader:
    """pypdf on a copy in memory, so that the file can be removed."""
    return PdfReader(BytesIO(path.read_bytes()), password=password)
