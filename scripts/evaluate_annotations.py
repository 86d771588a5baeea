"""How well the annotated PDF marks the words of the report: how many are found, and what is under the marks.

    python scripts/evaluate_annotations.py REPORT_FOLDER DOCUMENT_FOLDER [--show 10] [--most-pages 250]

For each JSON report of a PDF in the first folder, the document of the same name in the second is annotated by
the reading process. Then the characters inside each highlight are read with PDFium from the copy, by their
boxes, and held against the words of the mention: letters and figures, in their order on the lines. Printed
per document: mentions on pages of which the text was not recognised in a picture, the share that is marked,
the share of these with exactly the words of the mention under them, notes, how many of them lie over text,
bookmarks before and after, time and size.
"""

from __future__ import annotations

import argparse
import ctypes
import tempfile
import time
import unicodedata
from collections import defaultdict
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from uitvoerbaarheid.extraction.annotations import Annotations
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import read_json
from uitvoerbaarheid.reports.annotated import annotations_of

_SIGNS = "€%"


def plain(text: str) -> str:
    """Letters and figures of a text, without capitals and accents."""
    low = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in low if c.isalnum() or c in _SIGNS)


def marked_words(path: Path, password: str | None = None) -> dict[str, str]:
    """The characters inside each highlight of a PDF, by its name; parts on later pages put behind."""
    found: dict[str, list[str]] = defaultdict(list)
    document = pdfium.PdfDocument(path, password=password)
    for number in range(len(document)):
        page = document[number]
        quads = _quads(page)
        if quads:
            textpage = page.get_textpage()
            characters = _characters(textpage)
            for name, boxes in quads:
                for box in boxes:
                    found[name].append(_inside(characters, box))
            textpage.close()
        page.close()
    document.close()
    return {name: "".join(parts) for name, parts in found.items()}


def _quads(page: pdfium.PdfPage) -> list[tuple[str, list[tuple[float, float, float, float]]]]:
    result = []
    for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_HIGHLIGHT:
            boxes = []
            for quad in range(raw.FPDFAnnot_CountAttachmentPoints(annotation)):
                points = raw.FS_QUADPOINTSF()
                raw.FPDFAnnot_GetAttachmentPoints(annotation, quad, points)
                xs = [points.x1, points.x2, points.x3, points.x4]
                ys = [points.y1, points.y2, points.y3, points.y4]
                boxes.append((min(xs), min(ys), max(xs), max(ys)))
            result.append((_name(annotation), boxes))
        raw.FPDFPage_CloseAnnot(annotation)
    return result


def _name(annotation: raw.FPDF_ANNOTATION) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, b"NM", None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAnnot_GetStringValue(
        annotation, b"NM", ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length
    )
    name = buffer.raw[: length - 2].decode("utf-16-le")
    parts = name.split("-")
    return "-".join(parts[:3])


def _characters(textpage: pdfium.PdfTextPage) -> list[tuple[float, float, str]]:
    result = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(raw.FPDFText_CountChars(textpage.raw)):
        sign = chr(raw.FPDFText_GetUnicode(textpage.raw, index))
        if plain(sign) and raw.FPDFText_GetCharBox(textpage.raw, index, left, right, bottom, top):
            middle = (left.value + right.value) / 2, (bottom.value + top.value) / 2
            result.append((*middle, sign))
    return result


def _inside(characters: list[tuple[float, float, str]], box: tuple[float, float, float, float]) -> str:
    x0, y0, x1, y1 = box
    return plain("".join(sign for x, y, sign in characters if x0 <= x <= x1 and y0 <= y <= y1))


def over_text(path: Path) -> int:
    """How many notes, tags and keys of an annotated PDF lie over characters of its pages."""
    kinds = (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK)
    count = 0
    document = pdfium.PdfDocument(path)
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        characters = _characters(textpage)
        for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
            annotation = raw.FPDFPage_GetAnnot(page.raw, index)
            if raw.FPDFAnnot_GetSubtype(annotation) in kinds:
                rect = raw.FS_RECTF()
                raw.FPDFAnnot_GetRect(annotation, rect)
                count += bool(_inside(characters, (rect.left, rect.bottom, rect.right, rect.top)))
            raw.FPDFPage_CloseAnnot(annotation)
        textpage.close()
        page.close()
    document.close()
    return count


def bookmarks(path: Path, password: str | None = None) -> int:
    """How many bookmarks a PDF has."""
    document = pdfium.PdfDocument(path, password=password)
    count = sum(1 for _ in document.get_toc(max_depth=50))
    document.close()
    return count


def on_text_pages(report: Report) -> int:
    """How many mentions stand on a page of which the text was not recognised in a picture."""
    scanned = {page.page for page in report.document.ocr}
    return sum(
        1
        for section in report.sections
        for mention in section.mentions
        if mention.page and mention.page not in scanned
    )


def wanted_words(made: Annotations) -> dict[str, str]:
    """The letters and figures of each mention, by the name of its highlight."""
    return {
        one.name: plain("".join(made.passages[s.passage].text[s.start : s.end] for s in one.spans))
        for one in made.highlights
    }


def evaluate(report: Report, original: Path, reader: Reader, show: int) -> tuple[int, int, int]:
    """Annotate one document; print its figures and give mentions, those marked, and those rightly so."""
    made = annotations_of(report)
    wanted = wanted_words(made)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kopie.pdf"
        start = time.perf_counter()
        result = reader.annotate(original, made, target)
        taken = time.perf_counter() - start
        found = marked_words(target)
        size = target.stat().st_size / max(original.stat().st_size, 1)
        covering = over_text(target)
        kept = bookmarks(original), bookmarks(target)
    total = on_text_pages(report)
    right = [name for name, words in found.items() if sorted(words) == sorted(wanted[name])]
    in_order = [name for name in right if found[name] == wanted[name]]
    print(
        f"{original.name[:44]:44} {report.document.pages or 0:4} p. {total:5} mentions "
        f"{len(found) / max(total, 1):7.2%} marked {len(right) / max(len(found), 1):7.2%} right "
        f"({len(in_order) / max(len(found), 1):.1%} in order) {result.notes:3} of {len(made.notes)} notes, "
        f"{covering} notes or tags over text, "
        f"bookmarks {kept[0]}/{kept[1]}, {taken:.1f} s, size x{size:.2f}"
    )
    for name in [name for name in found if name not in right][:show]:
        print(f"   {name}: wanted {wanted[name]!r}\n   {' ' * len(name)}  found  {found[name]!r}")
    for name in result.missing[:show]:
        print(f"   {name}: not found {wanted[name]!r}")
    return total, len(found), len(right)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reports", type=Path)
    parser.add_argument("documents", type=Path)
    parser.add_argument("--show", type=int, default=0, help="how many wrong and missing ones to print")
    parser.add_argument("--most-pages", type=int, default=10_000, help="leave longer documents out")
    asked = parser.parse_args()
    sums = [0, 0, 0]
    with Reader() as reader:
        for path in sorted(asked.reports.glob("*.pdf.json")):
            report = read_json(path)
            original = asked.documents / path.name.removesuffix(".json")
            if report.document.status == "unreadable" or (report.document.pages or 0) > asked.most_pages:
                continue
            for index, value in enumerate(evaluate(report, original, reader, asked.show)):
                sums[index] += value
    print(
        f"{sums[0]} mentions, {sums[1] / max(sums[0], 1):.2%} marked, "
        f"{sums[2] / max(sums[1], 1):.2%} of these with exactly their words"
    )


if __name__ == "__main__":
    main()
