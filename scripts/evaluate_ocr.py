"""Measure text recognition: pages of real documents as pictures, read and held against their own text.

    python scripts/evaluate_ocr.py [--corpus DIR] [--document PART] [--each N] [--workers N] [--missing]

Takes pages with a good text layer, spread over each document, and makes of them a PDF of pictures only: sharp
at 300 dots per inch; and as a poor scan (200 dots, noise, half a degree askew, compressed). Prints for both:
F1 of the bags of words and of the figures, the mean confidence, the share of letters of which bold is told
rightly, how far letter sizes are off, the headings that the sharp text gives and the picture gives too
(F1 of their words), and seconds a page.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from changed_documents import write_pages
from evaluate_headings import f1
from uitvoerbaarheid.extraction.model import Extract, Heading
from uitvoerbaarheid.extraction.pdf import ocr, quality, read_pdf
from uitvoerbaarheid.extraction.pdf.pages import PageReader
from uitvoerbaarheid.extraction.pdf.text import Page, Word, settle_weights

SHARED = Path(__file__).resolve().parents[2] / "shared"
_FEWEST_WORDS = 120


def sharp(page: pdfium.PdfPage) -> tuple[Image.Image, int]:
    """The page as a picture of 300 dots per inch."""
    return page.render(scale=300 / 72).to_pil().convert("RGB"), 300


def poor(page: pdfium.PdfPage) -> tuple[Image.Image, int]:
    """The page as scanned carelessly: 200 dots per inch, noise, half a degree askew."""
    image = page.render(scale=200 / 72).to_pil().convert("RGB")
    image = image.rotate(0.5, resample=Image.Resampling.BICUBIC, fillcolor=(250, 250, 246))
    dots = np.asarray(image, np.float32)
    noise = np.random.default_rng(0).normal(0, 14, dots.shape[:2])[:, :, None]
    return Image.fromarray(np.clip(dots * 0.94 + noise, 0, 255).astype(np.uint8)), 200


CONDITIONS: dict[str, Callable[[pdfium.PdfPage], tuple[Image.Image, int]]] = {"sharp": sharp, "poor": poor}


def choose(path: Path, document: pdfium.PdfDocument, each: int) -> list[int]:
    """Indexes of at most ``each`` pages with a good text layer, spread over the document."""
    reader = PageReader(document, partial(pdfium.PdfDocument, path), structure=False)
    good = []
    for index in range(len(document)):
        page = reader.read(index)
        if len(page.words) >= _FEWEST_WORDS and quality.is_gibberish(page.words) is False and not page.turn:
            good.append(index)
    step = max(1, len(good) // (each + 1))
    return good[step::step][:each]


def bag(words: Iterable[Word], pattern: str) -> Counter[str]:
    """The matches of a pattern in the words of a page."""
    return Counter(re.findall(pattern, " ".join(word.text for word in words).casefold()))


def styles(words: Iterable[Word], true: Iterable[Word]) -> Iterator[tuple[Word, Word]]:
    """Pairs of a recognised word and the true one in its place."""
    known = {(round(w.x0 / 6), round(w.base / 6), w.text): w for w in true}
    for word in words:
        for x in (0, -1, 1):
            for y in (0, -1, 1):
                other = known.get((round(word.x0 / 6) + x, round(word.base / 6) + y, word.text))
                if other is not None:
                    yield word, other
                    break
            else:
                continue
            break


def remember_readings() -> None:
    """Let Tesseract read a picture once: its words and the document's headings are measured apart."""
    known: dict[bytes, bytes | None] = {}
    read = ocr.run_tesseract

    def once(grey: ocr.Dots, dpi: int) -> bytes | None:
        digest = hashlib.sha256(grey.tobytes()).digest()
        if digest not in known:
            known[digest] = read(grey, dpi)
        return known[digest]

    ocr.run_tesseract = once


def headings(extract: Extract) -> Counter[str]:
    """The words of all headings, each heading as one."""
    heads = (part for part in extract.stream if isinstance(part, Heading))
    return Counter(re.sub(r"[\W_]+", "", head.text.casefold()) for head in heads)


def measure(
    path: Path, indexes: list[int], folder: Path, workers: int, missing: bool
) -> dict[str, list[dict[str, float]]]:
    """The figures of each page of a document by condition; those of its headings stand at its first page."""
    document = pdfium.PdfDocument(path)
    reader = PageReader(document, partial(pdfium.PdfDocument, path), structure=False)
    true: list[Page] = [reader.read(index) for index in indexes]
    settle_weights(true)
    write_pages(document, indexes, folder / "part.pdf")
    heads = headings(read_pdf(folder / "part.pdf", visual_only=True))
    rows: dict[str, list[dict[str, float]]] = {}
    for condition, picture in CONDITIONS.items():
        pictures = [picture(document[index]) for index in indexes]
        scan = folder / "scan.pdf"
        first = pictures[0][0]
        first.save(
            scan,
            save_all=True,
            append_images=[p for p, _ in pictures[1:]],
            resolution=pictures[0][1],
            quality=75,
        )
        scanned = pdfium.PdfDocument(scan)
        plain = PageReader(scanned, partial(pdfium.PdfDocument, scan))
        bare = [plain.read(index) for index in range(len(indexes))]
        start = time.monotonic()
        found = ocr.recognise(scanned, bare, workers)
        seconds = (time.monotonic() - start) / len(indexes)
        scanned.close()
        rows[condition] = []
        for number, page in enumerate(true, 1):
            result = found[number]
            pairs = list(styles(result.words, page.words))
            letters = sum(len(w.text) for w, _ in pairs) or 1
            rows[condition].append(
                {
                    "words": f1(bag(result.words, r"\w+"), bag(page.words, r"\w+")),
                    "figures": f1(bag(result.words, r"\d[\d.,]*\d|\d"), bag(page.words, r"\d[\d.,]*\d|\d")),
                    "confidence": result.confidence,
                    "bold": sum(len(w.text) for w, t in pairs if w.style.bold == t.style.bold) / letters,
                    "size": statistics.median(w.style.size / t.style.size for w, t in pairs)
                    if pairs
                    else 1.0,
                    "seconds": seconds,
                }
            )
        got = headings(read_pdf(scan))
        rows[condition][0]["heads"] = f1(got, heads)
        rows[condition][0]["heads_true"] = sum(heads.values())
        rows[condition][0]["heads_both"] = sum((got & heads).values())
        rows[condition][0]["heads_got"] = sum(got.values())
        if missing:
            print(f"    {condition}: missing {sorted((heads - got).elements())}")
            print(f"    {condition}: extra {sorted((got - heads).elements())}")
    document.close()
    return rows


def show(name: str, rows: list[dict[str, float]]) -> None:
    """Print one row of the table."""
    values = " ".join(
        f"{statistics.mean(row[key] for row in rows):>10.3f}"
        for key in ("words", "figures", "confidence", "bold", "size", "seconds")
    )
    both, got, true = (
        sum(row.get(key, 0) for row in rows) for key in ("heads_both", "heads_got", "heads_true")
    )
    print(f"{name[:44]:44} {len(rows):>5} {values} {2 * both / ((got + true) or 1):>9.3f} ({true:.0f})")


def main() -> None:
    """Choose the pages, read them and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus" / "pdf")
    parser.add_argument("--document", default="", help="only documents whose name holds this")
    parser.add_argument("--each", type=int, default=2, help="pages of each document")
    parser.add_argument("--workers", type=int, default=0, help="processes side by side; 0: one per core")
    parser.add_argument("--missing", action="store_true", help="list headings that differ")
    options = parser.parse_args()
    if ocr.missing():
        parser.error(ocr.missing() or "")
    names = ("words F1", "figures F1", "confidence", "bold", "size", "s/page")
    print(f"{'':44} pages {' '.join(f'{name:>10}' for name in names)}  heads F1")
    remember_readings()
    total: dict[str, list[dict[str, float]]] = {condition: [] for condition in CONDITIONS}
    for path in sorted(options.corpus.glob("*.pdf")):
        if options.document not in path.name:
            continue
        document = pdfium.PdfDocument(path)
        indexes = choose(path, document, options.each)
        document.close()
        if not indexes:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for condition, rows in measure(
                path, indexes, Path(folder), options.workers, options.missing
            ).items():
                show(f"{path.stem} {condition}", rows)
                total[condition] += rows
    for condition, rows in total.items():
        if rows:
            show(f"all {condition}", rows)


if __name__ == "__main__":
    main()
