"""Reading PDFs: small files made here, about authorities that do not exist."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.extraction.model import Extract, Heading, Ocr, Piece
from uitvoerbaarheid.extraction.pdf import read_pdf
from uitvoerbaarheid.extraction.pdf.pages import PageReader
from uitvoerbaarheid.extraction.pdf.rules import heading_number, rules
from uitvoerbaarheid.records import UnreadableError

PROSE = (
    "De gemeente Molenwaard werkt samen met de inwoners aan een dorp waar het goed wonen is. "
    "Wij zorgen voor veilige straten, schone lucht en genoeg groen in elke wijk van de gemeente. "
)


class Paper(FPDF):
    """An A4 page in points, with helpers for what policy documents hold."""

    def __init__(self) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        self.set_margins(60, 60)

    def body(self, text: str, width: float = 0, x: float = 60) -> None:
        self.set_x(x)
        self.set_font("Helvetica", size=10)
        self.multi_cell(width, 13, text, align="L")

    def head(self, text: str, size: float = 14, style: str = "B") -> None:
        self.ln(8)
        self.set_x(60)
        self.set_font("Helvetica", style, size)
        self.multi_cell(0, size * 1.3, text, align="L")
        self.ln(4)


def save(paper: FPDF, folder: Path) -> Extract:
    path = folder / "stuk.pdf"
    paper.output(str(path))
    return read_pdf(path, ocr=Ocr("nee"))


def headings(extract: Extract) -> list[tuple[str, int]]:
    return [(part.text, part.depth) for part in extract.stream if isinstance(part, Heading)]


def pieces(extract: Extract, kind: str) -> list[Piece]:
    return [part for part in extract.stream if isinstance(part, Piece) and part.kind == kind]


def test_headings_by_size_number_and_weight(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("1 Wonen", 18)
    paper.body(PROSE)
    paper.head("1.1 Betaalbare woningen", 13)
    paper.body(PROSE)
    paper.head("Wat wij gaan doen", 10)
    paper.body(PROSE)
    paper.head("2 Verkeer", 18)
    paper.body(PROSE)
    extract = save(paper, tmp_path)
    assert headings(extract) == [
        ("1 Wonen", 1),
        ("1.1 Betaalbare woningen", 2),
        ("Wat wij gaan doen", 3),
        ("2 Verkeer", 1),
    ]
    assert [p.text for p in pieces(extract, "paragraph")] == [PROSE.strip()] * 4
    first = extract.stream[0]
    assert first.page == 1 and first.box is not None and 60 < first.box.top < 90 and 60 <= first.box.x0 < 66


def test_wrapped_heading_is_joined(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("3.2 Samen werken aan een gemeente waarin jong en oud elkaar ontmoeten en helpen", 16)
    paper.body(PROSE * 2)
    title = "3.2 Samen werken aan een gemeente waarin jong en oud elkaar ontmoeten en helpen"
    assert headings(save(paper, tmp_path)) == [(title, 2)]


def test_bookmark_gives_the_depth(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.start_section("Onze koers", level=0)
    paper.head("Onze koers", 10)
    paper.body(PROSE)
    paper.start_section("Het water", level=1)
    paper.head("Het water", 10)
    paper.body(PROSE)
    assert headings(save(paper, tmp_path)) == [("Onze koers", 1), ("Het water", 2)]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("Twee kolommen", 18)
    top = paper.get_y()
    paper.body("Links begint het verhaal. " + PROSE * 2 + "Links houdt het op.", 220)
    paper.set_xy(310, top)
    paper.body("Rechts gaat het verder. " + PROSE * 2, 220, x=310)
    text = " ".join(p.text for p in pieces(save(paper, tmp_path), "paragraph"))
    assert text.index("Links houdt het op.") < text.index("Rechts gaat het verder.")


def test_running_lines_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    paper = Paper()
    for number in range(1, 6):
        paper.add_page()
        paper.set_xy(60, 20)
        paper.body("Omgevingsvisie Molenwaard")
        paper.set_xy(60, 120)
        paper.body(f"Bladzijde nummer {number} heeft eigen tekst. " + PROSE)
        paper.set_xy(300, 810)
        paper.body(str(number), x=300)
    text = " ".join(p.text for p in pieces(save(paper, tmp_path), "paragraph"))
    assert "Omgevingsvisie" not in text
    assert text.count("heeft eigen tekst") == 5
    assert not text.rstrip().endswith("5")


def test_contents_page_is_left_out(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("Inhoudsopgave", 16)
    for number, title in enumerate(["Inleiding", "Wonen", "Verkeer", "Water", "Uitvoering"], start=1):
        paper.body(f"{number} {title} {'.' * 60} {number + 1}")
    paper.add_page()
    paper.head("1 Inleiding", 16)
    paper.body(PROSE)
    extract = save(paper, tmp_path)
    assert [part.text for part in extract.stream] == ["1 Inleiding", PROSE.strip()]


def test_list_items_keep_their_letters_and_lose_their_bullets(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.body("Wij doen het volgende:")
    paper.body(
        "- wij planten vijfhonderd bomen langs de wegen van het buitengebied en in de straten van het dorp"
    )
    paper.body("a) wij leggen een fietspad aan")
    items = [p.text for p in pieces(save(paper, tmp_path), "item")]
    assert items == [
        "wij planten vijfhonderd bomen langs de wegen van het buitengebied en in de straten van het dorp",
        "a) wij leggen een fietspad aan",
    ]


def test_ruled_table_gives_rows_with_column_names(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("Acties", 16)
    paper.body(PROSE)
    paper.set_font("Helvetica", size=9)
    with paper.table() as table:
        for row in (
            ("Actie", "Wie", "Wanneer"),
            ("Fietspad aanleggen", "Gemeente Molenwaard", "2027"),
            ("Bomen planten", "Waterschap De Linge", "2028"),
        ):
            table.row(row)
    paper.body("Na de tabel gaat de tekst verder. " + PROSE)
    extract = save(paper, tmp_path)
    rows = pieces(extract, "row")
    assert [r.text for r in rows] == [
        "Actie: Fietspad aanleggen | Wie: Gemeente Molenwaard | Wanneer: 2027",
        "Actie: Bomen planten | Wie: Waterschap De Linge | Wanneer: 2028",
    ]
    assert rows[0].cells == ["Fietspad aanleggen", "Gemeente Molenwaard", "2027"]
    assert headings(extract) == [("Acties", 1)]
    prose = " ".join(p.text for p in pieces(extract, "paragraph"))
    assert "Fietspad" not in prose
    assert [part.text for part in extract.stream][-1].startswith("Na de tabel")


def test_framed_prose_is_no_table(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.rect(50, 55, 500, 200)
    paper.rect(50, 300, 500, 200)
    paper.body(PROSE)
    paper.set_xy(60, 310)
    paper.body(PROSE)
    extract = save(paper, tmp_path)
    assert not pieces(extract, "row")
    assert len(pieces(extract, "paragraph")) == 2


def test_footnote_stands_at_the_end_of_its_section(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("1 Wonen", 16)
    paper.body(PROSE * 2)
    paper.set_xy(60, 760)
    paper.set_font("Helvetica", size=7)
    paper.cell(0, 9, "1 Zie het raadsbesluit van de gemeente.")
    paper.add_page()
    paper.body("Dit hoort nog bij wonen. " + PROSE)
    paper.head("2 Verkeer", 16)
    paper.body(PROSE)
    kinds = [part.kind if isinstance(part, Piece) else "heading" for part in save(paper, tmp_path).stream]
    assert kinds == ["heading", "paragraph", "paragraph", "note", "heading", "paragraph"]


def test_sentence_over_a_page_break_is_one_paragraph(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.body(PROSE + "Daarom leggen wij in het komende jaar samen met de provincie en het")
    paper.add_page()
    paper.body("waterschap een nieuwe dijk aan. " + PROSE)
    found = pieces(save(paper, tmp_path), "paragraph")
    assert len(found) == 1
    assert "provincie en het waterschap een nieuwe dijk" in found[0].text
    assert found[0].page == 1 and [box.page for box in found[0].more_boxes] == [2]


def test_caption_is_no_heading(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.body(PROSE)
    paper.head("Figuur 3: De groene wijken", 10)
    paper.body(PROSE)
    extract = save(paper, tmp_path)
    assert [p.text for p in pieces(extract, "caption")] == ["Figuur 3: De groene wijken"]
    assert not headings(extract)


def test_labels_on_a_map_are_no_headings(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    paper.head("1 Koers")
    paper.body(PROSE * 3)
    paper.add_page()
    paper.set_fill_color(220, 235, 220)
    paper.rect(60, 90, 470, 600, style="F")
    for text, x, y, size in (
        ("Noorderdorp", 100, 150, 16),
        ("De Plas", 250, 300, 10),
        ("Zuiderdorp", 410, 520, 16),
        ("Veenhoek", 180, 600, 10),
        ("Oosterbos", 330, 220, 12),
    ):
        paper.set_font("Helvetica", "B", size)
        paper.text(x, y, text)
    paper.add_page()
    paper.head("2 Uitvoering")
    paper.body(PROSE * 3)
    extract = save(paper, tmp_path)
    assert headings(extract) == [("1 Koers", 1), ("2 Uitvoering", 1)]
    assert {"Noorderdorp", "Veenhoek"} <= set(pieces(extract, "caption")[0].text.split())


def test_rotated_page_is_read_upright(tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    paper = Paper()
    paper.add_page(orientation="landscape")
    paper.body(PROSE)
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    paper.output(str(source))
    document = pdfium.PdfDocument(source)
    document[0].set_rotation(90)
    document.save(target)
    document.close()
    found = pieces(read_pdf(target), "paragraph")
    assert [p.text for p in found] == [PROSE.strip()]
    assert found[0].box is not None and found[0].box.x1 <= 595.3 and found[0].box.bottom <= 842


def test_text_set_sideways_is_read_turned(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    with paper.rotation(90, x=300, y=420):
        paper.set_xy(0, 300)
        paper.body(PROSE * 2, 500, x=60)
    found = pieces(save(paper, tmp_path), "paragraph")
    assert " ".join(p.text for p in found) == (PROSE * 2).strip()
    box = found[0].box
    assert box is not None and box.bottom - box.top > 3 * (box.x1 - box.x0)
    assert box.x0 >= 0 and box.x1 <= 596 and box.top >= 0 and box.bottom <= 842


def test_damaged_encrypted_and_empty_files_are_named_as_such(tmp_path: Path) -> None:
    damaged = tmp_path / "kapot.pdf"
    damaged.write_bytes(b"%PDF-1.7 en daarna niets")
    with pytest.raises(UnreadableError) as error:
        read_pdf(damaged)
    assert error.value.code == "damaged"

    paper = Paper()
    paper.add_page()
    paper.body(PROSE)
    paper.set_encryption(owner_password="baas", user_password="geheim")
    secret = tmp_path / "dicht.pdf"
    paper.output(str(secret))
    with pytest.raises(UnreadableError) as error:
        read_pdf(secret)
    assert error.value.code == "encrypted"
    assert pieces(read_pdf(secret, password="geheim"), "paragraph")

    drawing = Paper()
    drawing.add_page()
    drawing.line(10, 10, 400, 400)
    with pytest.raises(UnreadableError) as error:
        save(drawing, tmp_path)
    assert error.value.code == "no_text"


def test_gibberish_is_called_garbled(tmp_path: Path) -> None:
    paper = Paper()
    paper.add_page()
    coded = " ".join("".join(chr((ord(ch) * 7) % 58 + 33) for ch in word) for word in (PROSE * 6).split())
    paper.body(coded)
    with pytest.raises(UnreadableError) as error:
        save(paper, tmp_path)
    assert error.value.code == "garbled_text"


@pytest.mark.parametrize(
    ("text", "number", "depth"),
    [
        ("1 Inleiding", "1", 1),
        ("2.3.1 Wonen", "2.3.1", 3),
        ("C1.2 Opgave", "C1.2", 3),
        ("B1 Doel", "B1", 2),
        ("Hoofdstuk 4 Water", "4", 1),
        ("Bijlage II Kaarten", "II", 1),
        ("Inleiding", None, 0),
    ],
)
def test_heading_numbers(text: str, number: str | None, depth: int) -> None:
    assert heading_number(text)[:2] == (number, depth)


@given(st.text(max_size=80))
def test_any_text_has_a_heading_number_or_none(text: str) -> None:
    number, depth, rest = heading_number(text)
    assert (number is None) == (depth == 0)
    assert number is None or number in text
    assert rest in text


def test_prose_about_a_table_is_no_caption() -> None:
    assert rules().caption.match("Tabel 2: kosten per jaar")
    assert not rules().caption.match("Tabel 2 geeft de kosten per jaar")


def test_colours_are_numbers_that_can_be_compared(tmp_path: Path) -> None:
    paper = FPDF(unit="pt")
    paper.add_page()
    paper.set_font("helvetica", size=11)
    for grey in (40, 30):
        paper.set_text_color(grey, grey, grey)
        paper.text(50, 100 + grey, "Tekst")
    paper.output(str(tmp_path / "grijs.pdf"))
    with (
        pdfium.PdfDocument(tmp_path / "grijs.pdf") as document,
        PageReader(document, lambda: document) as reader,
    ):
        first, second = (word.style.color for word in reader.read(0).words)
    # Not of numpy: there the difference of the two would be some four thousand million.
    assert (first, second, second - first) == (0x282828, 0x1E1E1E, 0x1E1E1E - 0x282828)
