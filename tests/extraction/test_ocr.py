"""Text recognised in pictures of pages: with a stand-in for Tesseract, and with Tesseract where it is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image

from uitvoerbaarheid.extraction import Ocr, read
from uitvoerbaarheid.extraction.model import Extract, Heading
from uitvoerbaarheid.extraction.pdf import ocr, read_pdf
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.records import UnreadableError

PROSE = (
    "De gemeente Lindermeer werkt samen met de inwoners aan een dorp waar het goed wonen is.",
    "Wij zorgen voor veilige straten, schone lucht en genoeg groen in elke wijk van de gemeente.",
    "In 2027 leggen wij met de provincie Rijnmark een fietspad aan van het station naar de haven.",
    "Het college stelt daarvoor € 250.000 beschikbaar en meldt ieder jaar aan de raad hoe het gaat.",
)
needs_tesseract = pytest.mark.skipif(ocr.missing() is not None, reason="Tesseract met Nederlands is er niet")

#: A line for the stand-in: text, left and baseline in points, size, confidence.
Said = tuple[str, float, float, float, int]


def paper(pages: int, text: str = "") -> FPDF:
    """A PDF with ``text`` on every page."""
    made = FPDF(unit="pt", format="A4")
    made.set_auto_page_break(False)
    for _ in range(pages):
        made.add_page()
        made.set_font("Helvetica", size=10)
        made.set_xy(60, 60)
        made.multi_cell(480, 14, text.replace("€", "EUR"))
    return made


def pictured(made: FPDF, path: Path, turn: int = 0) -> Path:
    """The same pages as pictures in a PDF, turned so many quarters clockwise."""
    made.output(str(path))
    document = pdfium.PdfDocument(path)
    pages = [page.render(scale=200 / 72).to_pil().convert("RGB") for page in document]
    document.close()
    pages = [page.rotate(-90 * turn, expand=True) for page in pages]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=200)
    return path


def scan(path: Path, pages: int = 1) -> Path:
    """A scan of so many pages with print on them."""
    return pictured(paper(pages, "\n".join(PROSE * 6)), path)


def hocr(lines: list[Said]) -> bytes:
    """What Tesseract answers about a page at 300 dots per inch with these lines."""
    dots = 300 / 72
    parts = []
    for text, left, base, size, confidence in lines:
        x, words = left, []
        for word in text.split(" "):  # more spaces are a wider gap
            end = x + 0.5 * size * len(word)
            box = f"bbox {x * dots:.0f} {(base - 0.7 * size) * dots:.0f} {end * dots:.0f} {base * dots:.0f}"
            title = f"{box}; x_wconf {confidence}"
            if word:
                words.append(f"<span class='ocrx_word' title='{title}'>{escape(word)}</span>")
            x = end + 0.3 * size
        box = f"bbox {left * dots:.0f} {(base - 0.7 * size) * dots:.0f} {x * dots:.0f} {base * dots:.0f}"
        title = f"{box}; baseline 0 0; x_size {size * dots * 0.98:.2f}"
        parts.append(f"<span class='ocr_line' title='{title}'>{''.join(words)}</span>")
    return f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{''.join(parts)}</body></html>".encode()


def prose(confidence: int = 95) -> list[Said]:
    """A page with a heading and three paragraphs."""
    lines: list[Said] = [("1 Wonen in Lindermeer", 60, 80, 16, confidence)]
    for place in range(12):
        base = 110 + 14 * place + 20 * (place // 4)
        lines.append((PROSE[place % 4], 60, base, 10, confidence))
    return lines


StandIn = Callable[..., None]


@pytest.fixture
def tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Puts answers in the place of Tesseract's, one for each page in the order in which they are asked."""

    def answer(*answers: bytes | None) -> None:
        waiting = iter(answers)
        monkeypatch.setattr(ocr, "run_tesseract", lambda grey, dpi: next(waiting))
        monkeypatch.setattr(ocr, "missing", lambda: None)
        monkeypatch.setattr(ocr, "find_turn", lambda grey, dpi: 0)

    yield answer


def texts(extract: Extract) -> str:
    return " ".join(part.text for part in extract.stream)


def test_a_scan_becomes_headings_and_text(tmp_path: Path, tesseract: StandIn) -> None:
    tesseract(hocr(prose()))
    extract = read_pdf(scan(tmp_path / "scan.pdf"), ocr=Ocr(workers=1))
    heading = extract.stream[0]
    assert isinstance(heading, Heading)
    assert (heading.text, heading.number, heading.page) == ("1 Wonen in Lindermeer", "1", 1)
    assert heading.box is not None
    assert heading.box.x0 == pytest.approx(60, abs=1)
    assert heading.box.top == pytest.approx(80 - 0.78 * 16, abs=1)
    assert texts(extract).count("€ 250.000") == 3
    assert extract.status == "ok"
    assert [(page.page, page.confidence) for page in extract.ocr] == [(1, 0.95)]
    assert extract.warnings == [
        "Met OCR gelezen (tekst herkend in het beeld van de pagina): pagina 1. Gemiddeld 95% zeker. "
        "Controleer bedragen, jaartallen en namen."
    ]


def test_recognised_pages_stand_among_the_others(tmp_path: Path, tesseract: StandIn) -> None:
    made = paper(1, "\n".join(PROSE * 3))
    picture = scan(tmp_path / "scan.pdf")
    made.add_page()
    made.image(str(_first_picture(picture)), 0, 0, made.w, made.h)
    made.output(str(tmp_path / "mixed.pdf"))
    tesseract(hocr(prose()))
    extract = read_pdf(tmp_path / "mixed.pdf")
    assert [page.page for page in extract.ocr] == [2]
    assert {part.page for part in extract.stream} == {1, 2}


def _first_picture(scanned: Path) -> Path:
    document = pdfium.PdfDocument(scanned)
    target = scanned.with_suffix(".png")
    document[0].render(scale=2).to_pil().save(target)
    document.close()
    return target


def test_a_doubtful_page_is_told_and_a_hopeless_one_not_used(tmp_path: Path, tesseract: StandIn) -> None:
    tesseract(hocr(prose()), hocr(prose(72)), hocr(prose(47)))
    extract = read_pdf(scan(tmp_path / "scan.pdf", pages=3), ocr=Ocr(workers=1))
    assert extract.status == "partial"
    assert [page.page for page in extract.ocr] == [1, 2]
    assert {part.page for part in extract.stream} == {1, 2}
    told = " ".join(extract.warnings)
    assert "Onzeker gelezen met OCR (minder dan 90% zeker): pagina 2." in told
    assert "Niet gelezen, OCR is te onzeker over de tekst: pagina 3." in told


def test_a_scan_too_poor_to_read_gets_no_score(tmp_path: Path, tesseract: StandIn) -> None:
    tesseract(hocr(prose(45)))
    with pytest.raises(UnreadableError) as error:
        read_pdf(scan(tmp_path / "scan.pdf"))
    assert error.value.code == "no_text"
    assert error.value.message == "De pdf is een scan, en OCR is te onzeker over de tekst."


def test_print_of_which_every_word_is_doubted_is_told_as_unread(tmp_path: Path, tesseract: StandIn) -> None:
    tesseract(hocr(prose()), hocr(prose(20)))
    extract = read_pdf(scan(tmp_path / "scan.pdf", pages=2), ocr=Ocr(workers=1))
    assert extract.status == "partial"
    assert "Niet gelezen, OCR is te onzeker over de tekst: pagina 2." in extract.warnings


def test_names_in_logos_at_the_foot_are_left_out(tmp_path: Path, tesseract: StandIn) -> None:
    tesseract(hocr([*prose(), ("Waterhoven", 300, 800, 17, 93)]))
    assert "Waterhoven" not in texts(read_pdf(scan(tmp_path / "scan.pdf")))


def test_a_page_on_which_tesseract_fails_costs_that_page(tmp_path: Path, tesseract: StandIn) -> None:
    tesseract(hocr(prose()), None)
    extract = read_pdf(scan(tmp_path / "scan.pdf", pages=2), ocr=Ocr(workers=1))
    assert extract.status == "partial"
    assert "Niet gelezen, OCR mislukte of duurde te lang: pagina 2." in extract.warnings


def test_time_runs_out_and_what_was_read_stays(
    tmp_path: Path, tesseract: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    tesseract(hocr(prose()), hocr(prose()), hocr(prose()))
    clock = iter([0.0, 1.0, 2.0, 10_000.0, 10_001.0])
    monkeypatch.setattr(ocr.time, "monotonic", lambda: next(clock))
    document = pdfium.PdfDocument(scan(tmp_path / "scan.pdf", pages=3))
    pages = [ocr.Page(number, 595, 842, 0) for number in (1, 2, 3)]
    announced: list[float] = []
    found = ocr.recognise(document, pages, 1, announce=announced.append)
    document.close()
    assert [found[number].outcome for number in (1, 2, 3)] == ["read", "read", "late"]
    assert announced[0] > 3 * 40


def test_labels_on_a_map_are_no_text(tmp_path: Path, tesseract: StandIn) -> None:
    places = ["Waterhoven", "Lindermeer", "Rijnmark", "Oosterveen", "Molendam", "Kraaiendijk", "Noordergouw"]
    labels: list[Said] = [
        (f"{name} {side}", 40 + 67 * n + 11 * m, 90 + 83 * n + 37 * m, 9, 94)
        for m, side in enumerate(("Noord", "Zuid"))
        for n, name in enumerate(places)
    ]
    tesseract(hocr(labels))
    with pytest.raises(UnreadableError) as error:
        read_pdf(scan(tmp_path / "kaart.pdf"))
    assert error.value.message == (
        "De pdf bevat geen tekst: het is een kaart of tekening. Er valt niets te beoordelen."
    )


def test_noise_and_stains_are_left_out(tmp_path: Path, tesseract: StandIn) -> None:
    noise: list[Said] = [("~ | ;", 400, 600, 10, 90), ("iI", 300, 700, 10, 40), ("qvx wrr", 90, 650, 10, 30)]
    tesseract(hocr([*prose(), *noise]))
    extract = read_pdf(scan(tmp_path / "scan.pdf"))
    assert not re.search(r"[~|]|iI|qvx", texts(extract))


def test_a_bullet_is_read_as_one(tmp_path: Path, tesseract: StandIn) -> None:
    items = ("een fietspad naar de haven", "een brug over de vaart", "een nieuw plein")
    lines: list[Said] = [(f"e    {text}", 60, 400 + 14 * place, 10, 95) for place, text in enumerate(items)]
    tesseract(hocr([*prose(), *lines]))
    extract = read_pdf(scan(tmp_path / "scan.pdf"))
    assert tuple(part.text for part in extract.stream if getattr(part, "kind", "") == "item") == items


def test_gibberish_is_read_from_its_picture(tmp_path: Path, tesseract: StandIn) -> None:
    coded = " ".join(
        "".join(chr((ord(ch) * 7) % 58 + 33) for ch in word) for word in " ".join(PROSE * 4).split()
    )
    paper(1, coded).output(str(tmp_path / "coded.pdf"))
    tesseract(hocr(prose()))
    extract = read_pdf(tmp_path / "coded.pdf")
    assert "samen met de inwoners" in texts(extract)
    assert extract.status == "ok"


def test_a_good_text_layer_is_read_anew_only_when_asked(tmp_path: Path, tesseract: StandIn) -> None:
    paper(1, "\n".join(PROSE * 3)).output(str(tmp_path / "text.pdf"))
    tesseract(hocr([("Dit staat alleen in het beeld van de pagina.", 60, 80, 10, 95), *prose()[1:]]))
    assert read_pdf(tmp_path / "text.pdf").ocr == []
    assert "alleen in het beeld" in texts(read_pdf(tmp_path / "text.pdf", ocr=Ocr("altijd")))


def test_a_poor_text_layer_over_a_scan_gives_way_to_a_better_one(tmp_path: Path, tesseract: StandIn) -> None:
    picture = _first_picture(scan(tmp_path / "scan.pdf"))
    poor = " ".join(PROSE * 3).replace("ee", "e3e").replace("or", "o|r")
    made = paper(1, poor)
    made.image(str(picture), 0, 0, made.w, made.h)
    made.output(str(tmp_path / "poor.pdf"))
    tesseract(hocr(prose()))
    extract = read_pdf(tmp_path / "poor.pdf")
    assert "gem3e" not in texts(extract)
    assert [page.page for page in extract.ocr] == [1]


def test_the_number_of_workers_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scan(tmp_path / "scan.pdf", pages=4)

    def slow_first(grey: ocr.Dots, dpi: int) -> bytes:
        time.sleep(next(waits))
        return hocr(prose(95))

    monkeypatch.setattr(ocr, "run_tesseract", slow_first)
    monkeypatch.setattr(ocr, "missing", lambda: None)
    results = []
    for workers in (1, 4):
        waits = iter([0.3, 0.1, 0.0, 0.0])
        results.append(read(path, ocr=Ocr(workers=workers)))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("system", "command"),
    [
        ("linux", "sudo apt install tesseract-ocr tesseract-ocr-nld"),
        ("darwin", "brew install tesseract tesseract-lang"),
        ("win32", "https://github.com/UB-Mannheim/tesseract/wiki"),
    ],
)
def test_what_to_install_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, command: str
) -> None:
    monkeypatch.setattr(ocr.sys, "platform", system)
    monkeypatch.setattr(ocr.tesseract, "program", lambda: None)
    ocr.missing.cache_clear()
    try:
        with pytest.raises(UnreadableError) as error:
            read_pdf(scan(tmp_path / "scan.pdf"))
    finally:
        ocr.missing.cache_clear()
    assert error.value.code == "no_text"
    assert command in error.value.message


def test_without_recognition_the_rest_of_a_document_is_read(tmp_path: Path) -> None:
    made = paper(1, "\n".join(PROSE * 3))
    made.add_page()
    made.image(str(_first_picture(scan(tmp_path / "scan.pdf"))), 0, 0, made.w, made.h)
    made.output(str(tmp_path / "mixed.pdf"))
    extract = read_pdf(tmp_path / "mixed.pdf", ocr=Ocr("nee"))
    assert extract.status == "partial"
    assert extract.warnings == ["Gescande tekst die niet gelezen is: pagina 2. OCR staat uit (ocr = nee)."]


# --- with Tesseract --------------------------------------------------------------------------------------


def real_page() -> FPDF:
    made = FPDF(unit="pt", format="A4")
    made.add_page()
    made.set_xy(60, 60)
    made.set_font("Helvetica", "B", 16)
    made.multi_cell(480, 24, "2 Groen in de wijk", new_x="LMARGIN", new_y="NEXT")
    for head in ("Bomen langs de straat", "Een nieuw park"):
        made.set_x(60)
        made.set_font("Helvetica", "B", 10)
        made.multi_cell(480, 20, head, new_x="LMARGIN", new_y="NEXT")
        made.set_font("Helvetica", size=10)
        made.set_x(60)
        made.multi_cell(480, 14, " ".join(PROSE).replace("€", "EUR"), new_x="LMARGIN", new_y="NEXT")
    return made


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 1])
def test_a_real_scan_is_read(tmp_path: Path, turn: int) -> None:
    report = read(pictured(real_page(), tmp_path / "scan.pdf", turn))
    assert [(s.heading, s.depth) for s in report.sections] == [
        ("2 Groen in de wijk", 1),
        ("Bomen langs de straat", 2),
        ("Een nieuw park", 2),
    ]
    assert "EUR 250.000 beschikbaar" in report.sections[1].text
    assert report.document.ocr[0].confidence > 0.9
    box = report.sections[0].heading_box
    assert box is not None
    if turn:
        # The page as displayed lies on its side: its heading runs down along the right.
        assert box.x0 > 700
        assert box.bottom - box.top > 100
    else:
        assert box.top == pytest.approx(66, abs=6)


@needs_tesseract
def test_the_reading_process_recognises_within_its_limits(tmp_path: Path) -> None:
    scan, plan = pictured(real_page(), tmp_path / "scan.pdf"), tmp_path / "plan.md"
    plan.write_text("# Groen\n\nDe gemeente Lindermeer plant in 2027 honderd bomen.\n", encoding="utf-8")
    with Reader() as reader:
        reader.read(plan)
        scratch = Path(str(reader._scratch))
        assert list(scratch.iterdir()) == []
        assert 0 < reader.kept == reader.memory
        report = reader.read(scan)
        # What recognising needs is given back: the process has ended, and the next document gets another.
        assert not scratch.exists()
        assert reader.kept == 0 < reader.memory
        assert len(reader.read(plan).sections) == 1
        scratch = Path(str(reader._scratch))
    assert report.document.status == "ok"
    assert len(report.sections) == 3
    assert not scratch.exists()


@needs_tesseract
def test_a_white_page_has_no_text(tmp_path: Path) -> None:
    Image.new("RGB", (1654, 2339), "white").save(tmp_path / "wit.pdf", resolution=200)
    with pytest.raises(UnreadableError) as error:
        read_pdf(tmp_path / "wit.pdf", ocr=Ocr("altijd"))
    assert error.value.code == "no_text"
