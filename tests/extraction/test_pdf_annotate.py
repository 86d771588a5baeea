"""Annotated copies of PDFs: the right words under the marks, and all of the original kept."""

from __future__ import annotations

from pathlib import Path

import pdf_samples
import pypdfium2 as pdfium
import pytest
from pypdf import PageObject
from pypdf.generic import NameObject

from evaluate_annotations import bookmarks, marked_words, plain
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.extraction.annotations import Annotations, Highlight, Note, Passage, Span
from uitvoerbaarheid.extraction.pdf.annotate import annotate_pdf
from uitvoerbaarheid.extraction.pdf.increment import Increment, NotAddableError
from uitvoerbaarheid.extraction.watch import Watch
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.records import Box, UnreadableError


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pdf_samples.write_plan(tmp_path_factory.mktemp("plan") / "plan.pdf")


@pytest.fixture(scope="module")
def made(plan: Path) -> Annotations:
    return pdf_samples.annotations_for(read(plan))


def _kinds(page: PageObject) -> list[str]:
    return [str(one.get_object()["/Subtype"]) for one in page.get("/Annots", [])]


def _expected() -> dict[str, str]:
    return {f"m-{number}-0": plain(phrase) for number, phrase in enumerate(pdf_samples.PHRASES)}


def test_marks_lie_over_their_words(plan: Path, made: Annotations, tmp_path: Path) -> None:
    target = tmp_path / "kopie.pdf"
    result = annotate_pdf(plan, made, target)
    assert (result.highlights, result.missing, result.skipped) == (len(pdf_samples.PHRASES), [], [])
    assert marked_words(target) == _expected()


@pytest.mark.parametrize("cropped", [False, True])
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_and_cropped_pages(plan: Path, tmp_path: Path, degrees: int, cropped: bool) -> None:
    """Displayed turned, text runs sideways or upside down; what was read is found back all the same."""
    document = pdf_samples.turned(plan, tmp_path / "gedraaid.pdf", degrees, cropped)
    made = pdf_samples.annotations_for(read(document))
    target = tmp_path / "kopie.pdf"
    result = annotate_pdf(document, made, target)
    assert result.missing == []
    found = marked_words(target)
    assert set(found) == {one.name for one in made.highlights}
    assert len(found) >= len(pdf_samples.PHRASES) - 1
    for name, words in found.items():
        assert sorted(words) == sorted(_expected()[name])
    reader = pdf_samples.reader_of(target)
    for page in reader.pages:
        left, bottom, right, top = (float(value) for value in page.cropbox)
        for one in page["/Annots"]:
            if one.get_object()["/Subtype"] in ("/Text", "/Stamp", "/Watermark"):
                x0, y0, x1, y1 = (float(value) for value in one.get_object()["/Rect"])
                assert left <= x0 < x1 <= right
                assert bottom <= y0 < y1 <= top


def test_what_the_original_has_is_kept(plan: Path, made: Annotations, tmp_path: Path) -> None:
    original = pdf_samples.signed(plan, tmp_path / "getekend.pdf")
    before = original.read_bytes()
    target = tmp_path / "kopie.pdf"
    result = annotate_pdf(original, made, target)
    assert result.signed
    assert original.read_bytes() == before
    # Nothing of it is rewritten: it is the first part of the copy, byte for byte.
    assert target.read_bytes().startswith(before)
    old, new = pdf_samples.reader_of(original), pdf_samples.reader_of(target)
    assert bookmarks(target) == bookmarks(original) == 2
    assert [one.title for one in new.outline] == ["1 Fietspaden", "2 Geld"]
    assert new.page_labels == old.page_labels == ["blad ", "blad "]
    assert new.trailer["/ID"][0] == old.trailer["/ID"][0]
    assert _kinds(new.pages[0])[:1] == _kinds(old.pages[0]) == ["/Link"]
    assert [page.extract_text() for page in new.pages] == [page.extract_text() for page in old.pages]


def test_a_note_holds_its_text_and_a_tag_shows_the_figure(
    plan: Path, made: Annotations, tmp_path: Path
) -> None:
    target = tmp_path / "kopie.pdf"
    annotate_pdf(plan, made, target)
    page = pdf_samples.reader_of(target).pages[0]
    by_kind = {str(one.get_object()["/Subtype"]): one for one in page["/Annots"]}
    note, tag = by_kind["/Text"], by_kind["/Stamp"].get_object()
    assert note["/Contents"] == "Score van 1 Fietspaden\rmet (haken) en ë"
    assert (note["/T"], note["/Subj"]) == ("toets", "1 Fietspaden")
    assert note["/Popup"]["/Parent"].get_object() == note.get_object()
    assert tag["/IRT"] == note.get_object()
    assert tag["/Contents"] == "38 terug?"
    # All are drawn by the file itself and printed; none is hidden.
    for kind in ("/Highlight", "/Text", "/Stamp", "/Watermark"):
        assert by_kind[kind]["/AP"]["/N"].get_data()
        assert int(by_kind[kind]["/F"]) & 0b100111 == 0b100


def test_marks_and_tags_are_drawn_and_text_stays_legible(
    plan: Path, made: Annotations, tmp_path: Path
) -> None:
    target = tmp_path / "kopie.pdf"
    annotate_pdf(plan, made, target)
    document = pdfium.PdfDocument(target)
    plain_page = pdfium.PdfDocument(plan)[0].render(scale=2).to_pil().convert("RGB")
    page = document[0].render(scale=2).to_pil().convert("RGB")
    rect = _rect(target, 0, "/Stamp")
    height = document[0].get_height()
    box = tuple(round(2 * value) for value in (rect[0], height - rect[3], rect[2], height - rect[1]))
    colors = {color for _, color in page.crop(box).getcolors(10_000)}
    # Some red of the tag, as exact as rounding lets it be.
    assert any(max(abs(a - b) for a, b in zip(color, (168, 50, 28), strict=True)) <= 2 for color in colors)
    assert (255, 255, 255) in colors
    # No text is under the tag, and what was dark under a mark is dark still.
    assert plain_page.crop(box).getcolors() == [(_area(box), (255, 255, 255))]
    darkest = min(color[0] for _, color in page.crop((140, 180, 560, 210)).getcolors(100_000))
    assert darkest < 60


def _area(box: tuple[int, ...]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _rect(path: Path, index: int, kind: str) -> list[float]:
    page = pdf_samples.reader_of(path).pages[index]
    found = next(one for one in page["/Annots"] if one.get_object()["/Subtype"] == kind)
    return [float(value) for value in found.get_object()["/Rect"]]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_protected_document_stays_protected(
    plan: Path, made: Annotations, tmp_path: Path, algorithm: str
) -> None:
    document = pdf_samples.protected(plan, tmp_path / "dicht.pdf", "sleutel", algorithm)
    target = tmp_path / "kopie.pdf"
    annotate_pdf(document, made, target, password="sleutel")
    assert marked_words(target, "sleutel") == _expected()
    with pytest.raises(pdfium.PdfiumError):
        pdfium.PdfDocument(target)
    page = pdf_samples.reader_of(target, "sleutel").pages[0]
    assert "Score van 1 Fietspaden\rmet (haken) en ë" in [one.get("/Contents") for one in page["/Annots"]]
    assert b"Fietspaden" not in target.read_bytes()
    with pytest.raises(UnreadableError) as caught:
        annotate_pdf(document, made, tmp_path / "niet.pdf", password="fout")
    assert caught.value.code == "encrypted"
    assert not (tmp_path / "niet.pdf").exists()


def test_both_kinds_of_tables_of_objects(plan: Path, made: Annotations, tmp_path: Path) -> None:
    document = pdf_samples.with_stream_table(plan, tmp_path / "stroom.pdf")
    target, again = tmp_path / "kopie.pdf", tmp_path / "nog-eens.pdf"
    annotate_pdf(document, made, target)
    assert target.read_bytes().startswith(document.read_bytes())
    assert marked_words(target) == _expected()
    # The same input gives the same file, and a copy can be annotated again.
    annotate_pdf(document, made, again)
    assert again.read_bytes() == target.read_bytes()
    annotate_pdf(target, made, again)
    assert _kinds(pdf_samples.reader_of(again).pages[0]).count("/Text") == 2


def test_a_damaged_document_is_repaired_first(plan: Path, made: Annotations, tmp_path: Path) -> None:
    document = pdf_samples.broken_table(plan, tmp_path / "stuk.pdf")
    with pytest.raises(NotAddableError):
        Increment(document)
    target = tmp_path / "kopie.pdf"
    annotate_pdf(document, made, target)
    assert marked_words(target) == _expected()
    assert bookmarks(target) == 2


def test_a_page_that_is_left_out_is_named(plan: Path, made: Annotations, tmp_path: Path) -> None:
    target = tmp_path / "kopie.pdf"
    result = annotate_pdf(plan, made, target, watch=Watch(skip={2: "timeout"}))
    assert result.skipped == [2]
    assert result.missing == ["m-4-0", "m-5-0"]
    assert _kinds(pdf_samples.reader_of(target).pages[1]) == []


def test_words_that_are_not_on_the_page_are_not_marked(plan: Path, tmp_path: Path) -> None:
    box = Box(page=1, x0=0, top=0, x1=595, bottom=842)
    made = Annotations(author="toets", passages=[Passage(text="De burgemeester tekent", boxes=[box])])
    made.highlights = [
        Highlight(
            name="m-0-0",
            spans=[Span(passage=0, start=0, end=22)],
            look="fill",
            color="#dbe7fb",
            subject="wie",
            contents="wie",
        )
    ]
    outside = Box(page=9, x0=0, top=0, x1=9, bottom=9)
    made.notes = [Note(name="a", box=outside, color="#000000", subject="", contents="")]
    target = tmp_path / "kopie.pdf"
    result = annotate_pdf(plan, made, target)
    assert (result.highlights, result.notes, result.missing) == (0, 0, ["m-0-0"])
    assert _kinds(pdf_samples.reader_of(target).pages[0]) == ["/Link"]


def test_words_over_a_page_break_are_marked_on_both_pages(plan: Path, tmp_path: Path) -> None:
    boxes = [
        Box(page=1, x0=310, top=90, x1=520, bottom=130),
        Box(page=2, x0=70, top=112, x1=300, bottom=140),
    ]
    text = "De raad besluit daarover in het voorjaar. Aanleg van paden en bruggen"
    start = text.index("voorjaar")
    made = Annotations(author="toets", passages=[Passage(text=text, boxes=boxes)])
    made.highlights = [
        Highlight(
            name="m-0-0",
            spans=[Span(passage=0, start=start, end=start + len("voorjaar. Aanleg van paden"))],
            look="wavy",
            color="#b3352a",
            subject="vage taal",
            contents="vage taal",
        )
    ]
    target = tmp_path / "kopie.pdf"
    result = annotate_pdf(plan, made, target)
    assert (result.highlights, result.missing) == (1, [])
    assert marked_words(target) == {"m-0-0": "voorjaaraanlegvanpaden"}
    pages = pdf_samples.reader_of(target).pages
    names = [one["/NM"] for page in pages for one in page["/Annots"] if "/NM" in one.get_object()]
    assert names == ["m-0-0", "m-0-0-2"]


def test_of_like_words_the_right_one_is_marked(plan: Path, tmp_path: Path) -> None:
    text = "De kosten zijn gedekt uit de reserve. Daarna volgt overleg met inwoners van alle dorpen over het"
    whole = Box(page=1, x0=70, top=90, x1=280, bottom=200)
    made = Annotations(author="toets", passages=[Passage(text=text, boxes=[whole])])
    for number, (words, start) in enumerate(
        [("uit de reserve", text.index("uit")), ("de", text.index("de reserve"))]
    ):
        span = Span(passage=0, start=start, end=start + len(words))
        made.highlights.append(
            Highlight(
                name=f"m-{number}-0", spans=[span], look="fill", color="#dbe7fb", subject="", contents=""
            )
        )
    target = tmp_path / "kopie.pdf"
    annotate_pdf(plan, made, target)
    assert marked_words(target) == {"m-0-0": "uitdereserve", "m-1-0": "de"}
    (outer, inner) = (
        [float(value) for value in one.get_object()["/QuadPoints"]]
        for one in pdf_samples.reader_of(target).pages[0]["/Annots"]
        if one.get_object()["/Subtype"] == "/Highlight"
    )
    assert outer[0] < inner[0] < inner[2] < outer[2]
    assert inner[1::2] == outer[1::2]


def test_hostile_texts_stay_texts(plan: Path, tmp_path: Path) -> None:
    text = ") >> /JS (app.alert(1)) << \\( \x00\x1b[31m \ud800 <script>"
    box = Box(page=1, x0=70, top=60, x1=300, bottom=76)
    made = Annotations(author="toets")
    made.notes = [
        Note(name=text, box=box, figure="3)", word="\\(x", color="#000000", subject=text, contents=text)
    ]
    target = tmp_path / "kopie.pdf"
    annotate_pdf(plan, made, target)
    reader = pdf_samples.reader_of(target)
    note = next(one for one in reader.pages[0]["/Annots"] if one.get_object()["/Subtype"] == "/Text")
    assert note["/Contents"] == ") >> /JS (app.alert(1)) << \\( \ufffd\ufffd[31m \ufffd <script>"
    assert NameObject("/JS") not in note.get_object()
    assert len(pdfium.PdfDocument(target)) == 2


def test_the_reading_process_annotates(plan: Path, made: Annotations, tmp_path: Path) -> None:
    target = tmp_path / "kopie.pdf"
    with Reader() as reader:
        result = reader.annotate(plan, made, target)
        assert (result.highlights, result.notes) == (len(pdf_samples.PHRASES), 2)
        with pytest.raises(OSError, match="nergens"):
            reader.annotate(plan, made, tmp_path / "nergens" / "kopie.pdf")
        broken = tmp_path / "stuk.pdf"
        broken.write_bytes(b"%PDF-1.7 niets")
        with pytest.raises(UnreadableError) as caught:
            reader.annotate(broken, made, tmp_path / "niet.pdf")
    assert caught.value.code == "damaged"
    assert not (tmp_path / "niet.pdf").exists()
    assert marked_words(target) == _expected()
