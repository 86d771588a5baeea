"""Documents to scan by the hundred: small ones of our own, and copies of given ones with a small change.

    python scripts/changed_documents.py FOLDER --small 100 [--seed 1] [--edition 1]
    python scripts/changed_documents.py FOLDER --copies 3 PATH ...

The same is made each time. Every copy is another document that can still be read: some words of its text
have changed places and a sentence names the copy. Of a PDF the pages stay as they are, but for a line of
small print on the first one, which is added to the end of the file as an editor of PDFs would do.
"""

from __future__ import annotations

import argparse
import html
import json
import logging
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from docx import Document as WordDocument
from fpdf import FPDF
from lxml import etree

#: The share of the texts (lines, paragraphs, elements) in which two words change places.
SHARE = 0.02
_LEAST_WORDS = 6
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

SUBJECTS = (
    "Fietspaden",
    "Schoolpleinen",
    "Waterkwaliteit",
    "Woningbouw",
    "Laadpalen",
    "Bomen",
    "Buurtbussen",
)
PLACES = ("Lindermeer", "Waterhoven", "Elzerode", "Berkenmade")
SENTENCES = (
    "De gemeente {place} legt in {year} {count} voorzieningen aan langs de dijk.",
    "Het college stelt daarvoor {amount}.000 euro beschikbaar uit de begroting van {year}.",
    "De provincie Rijnmark betaalt de helft van de kosten en houdt toezicht op het werk.",
    "We streven naar een prettige leefomgeving waarin iedereen zich thuis voelt.",
    "Waar mogelijk wordt aangesloten bij initiatieven van bewoners en ondernemers.",
    "Elk jaar voor 1 april hoort de raad hoeveel van de {count} plekken klaar zijn.",
    "Uiterlijk in {year} zijn alle {count} locaties bereikbaar voor mensen die slecht ter been zijn.",
    "De wethouder onderzoekt of het waterschap een deel van het beheer kan overnemen.",
)


# --- small documents of our own ----------------------------------------------------------------------


def sections(number: int, edition: int, seed: int) -> list[tuple[str, list[str]]]:
    """The headings and paragraphs of a small document; another edition has some other sentences."""
    signs = random.Random(f"{seed}/{number}")
    other = random.Random(f"{seed}/{number}/{edition}")
    place = signs.choice(PLACES)
    made = []
    for chapter, subject in enumerate(signs.sample(SUBJECTS, 3), 1):
        said = []
        for sentence in signs.choices(SENTENCES, k=signs.randint(3, 6)):
            count, amount = signs.randint(2, 90), signs.randint(5, 900)
            if other.random() < 0.3:
                count = other.randint(2, 90)
            said.append(sentence.format(place=place, year=2026 + chapter, count=count, amount=amount))
        made.append((f"{chapter} {subject} in {place}", [" ".join(said), f"Dit is deel {number}.{chapter}."]))
    return made


def _markdown(parts: list[tuple[str, list[str]]]) -> bytes:
    return "\n\n".join(f"## {heading}\n\n" + "\n\n".join(texts) for heading, texts in parts).encode()


def _text(parts: list[tuple[str, list[str]]]) -> bytes:
    return "\n\n".join(f"{heading.upper()}\n\n" + "\n\n".join(texts) for heading, texts in parts).encode()


def _html(parts: list[tuple[str, list[str]]]) -> bytes:
    body = "".join(
        f"<h2>{html.escape(heading)}</h2>" + "".join(f"<p>{html.escape(text)}</p>" for text in texts)
        for heading, texts in parts
    )
    return f"<!doctype html><html lang='nl'><body>{body}</body></html>".encode()


def write_pages(document: pdfium.PdfDocument, indexes: list[int], target: Path) -> None:
    """Write these pages (from 0) of a PDF as a document of their own."""
    with pdfium.PdfDocument.new() as part:
        part.import_pages(document, indexes)
        part.save(target)


def _small_pdf(path: Path, parts: list[tuple[str, list[str]]]) -> None:
    pdf = FPDF()
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    for heading, texts in parts:
        pdf.add_page()
        pdf.set_font("Helvetica", "B", 16)
        pdf.multi_cell(0, 10, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", "", 11)
        for text in texts:
            pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(3)
    path.write_bytes(bytes(pdf.output()))


def one_page(path: Path) -> None:
    """Write a PDF of one page."""
    heading, texts = sections(0, 1, 1)[0]
    more = [text for _, said in sections(1, 1, 1) for text in said]
    _small_pdf(path, [(heading, [*texts, *more])])


def _small_docx(path: Path, parts: list[tuple[str, list[str]]]) -> None:
    document = WordDocument()
    for heading, texts in parts:
        document.add_heading(heading, 1)
        for text in texts:
            document.add_paragraph(text)
    saved = BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            # Without the moment of writing.
            made.writestr(zipfile.ZipInfo(name), given.read(name))


_TEXTS: dict[str, Callable[[list[tuple[str, list[str]]]], bytes]] = {
    ".md": _markdown,
    ".txt": _text,
    ".html": _html,
}
_FILES: dict[str, Callable[[Path, list[tuple[str, list[str]]]], None]] = {
    ".pdf": _small_pdf,
    ".docx": _small_docx,
}
SMALL_KINDS = (*_TEXTS, *_FILES)


def make_small(folder: Path, number: int, *, edition: int = 1, seed: int = 1) -> Path:
    """Write one small document; its kind and place follow from its number."""
    suffix = SMALL_KINDS[number % len(SMALL_KINDS)]
    path = folder / f"map{number % 3}" / f"stuk-{number:03}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = sections(number, edition, seed)
    if suffix in _TEXTS:
        path.write_bytes(_TEXTS[suffix](parts))
    else:
        _FILES[suffix](path, parts)
    return path


def small_documents(folder: Path, count: int, *, edition: int = 1, seed: int = 1) -> list[Path]:
    """Write ``count`` small documents of all kinds below ``folder``."""
    return [make_small(folder, number, edition=edition, seed=seed) for number in range(count)]


# --- copies with a small change ----------------------------------------------------------------------


def swap(text: str, signs: random.Random) -> str:
    """The text with two of its words that stand side by side in each other's place, if it has enough."""
    words = re.split(r"(\s+)", text)
    places = [i for i in range(0, len(words) - 2, 2) if words[i].isalpha() and words[i + 2].isalpha()]
    if len(places) < _LEAST_WORDS:
        return text
    place = signs.choice(places)
    words[place], words[place + 2] = words[place + 2], words[place]
    return "".join(words)


def sentence(number: int) -> str:
    """What names a copy."""
    return f"Dit is exemplaar {number} van dit stuk."


def changed(path: Path, target: Path, number: int) -> None:
    """Write copy ``number`` of a document with a small change; ValueError for a kind that is not known."""
    change = CHANGES.get(path.suffix.lower())
    if change is None:
        raise ValueError(f"no way to change {path.suffix}")
    target.parent.mkdir(parents=True, exist_ok=True)
    change(path, target, number, random.Random(f"{path.name}/{number}"))


def _change_text(path: Path, target: Path, number: int, signs: random.Random) -> None:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    lines = [
        swap(line, signs) if signs.random() < SHARE and not line.startswith(("#", "|")) else line
        for line in text.split("\n")
    ]
    lines += ["", sentence(number), ""]
    target.write_text("\n".join(lines), encoding="utf-8", errors="surrogateescape")


def _change_elements(root: Any, number: int, signs: random.Random) -> None:
    """Change the texts of XML; the last one that is running text names the copy."""
    last = None
    for element in root.iter(etree.Element):
        text = element.text
        if text and len(text.split()) >= _LEAST_WORDS:
            last = element
            if signs.random() < SHARE:
                element.text = swap(text, signs)
    if last is None:
        raise ValueError("no running text")
    last.text = f"{last.text.rstrip()} {sentence(number)}"


def _change_xml(path: Path, target: Path, number: int, signs: random.Random) -> None:
    tree = etree.parse(str(path))
    _change_elements(tree.getroot(), number, signs)
    tree.write(str(target), encoding="utf-8", xml_declaration=True)


def _change_docx(path: Path, target: Path, number: int, signs: random.Random) -> None:
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for item in given.infolist():
            content = given.read(item)
            if item.filename == "word/document.xml":
                root = etree.fromstring(content)
                _change_elements(root, number, signs)
                content = etree.tostring(root, encoding="utf-8", xml_declaration=True, standalone=True)
            made.writestr(item, content)


def _change_json(path: Path, target: Path, number: int, signs: random.Random) -> None:
    named = False

    def walk(value: Any) -> Any:
        nonlocal named
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, str) or len(value.split()) < _LEAST_WORDS:
            return value
        # Within mark-up only what stands between two tags.
        parts = re.split(r"(<[^>]*>)", value)
        for index in range(0, len(parts), 2):
            if signs.random() < SHARE:
                parts[index] = swap(parts[index], signs)
            if not named and len(parts[index].split()) >= _LEAST_WORDS:
                named = True
                parts[index] += f" {sentence(number)}"
        return "".join(parts)

    content = walk(json.loads(path.read_text(encoding="utf-8")))
    if not named:
        raise ValueError("no running text")
    target.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


#: Stands for the copy's number in a stamped PDF; all copies have as many figures, so that nothing moves.
_STAMP = b"0000000"


@cache
def _stamped(path: Path) -> bytes:
    """A PDF with a line of small print on its first page that names the copy as ``_STAMP``.

    It is added behind the file as it is; one that is encrypted is written anew, without encryption.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    encrypted = PdfReader(path).is_encrypted
    writer = PdfWriter(clone_from=path) if encrypted else PdfWriter(path, incremental=True)
    page = writer.pages[0]
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    fonts = DictionaryObject(resources.get("/Font", DictionaryObject()).get_object())
    fonts[NameObject("/CopyFont")] = writer._add_object(font)
    resources[NameObject("/Font")] = fonts
    page[NameObject("/Resources")] = resources
    before = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
    held = before.get_object()
    streams = list(held) if isinstance(held, ArrayObject) else [before]
    line = b"q BT /CopyFont 6 Tf 20 12 Td (Dit is exemplaar %s van dit stuk.) Tj ET Q" % _STAMP
    added = []
    # What a page draws may leave the state of drawing changed: it is closed in before the line is added.
    for content in (b"q", b"Q", line):
        stream = DecodedStreamObject()
        stream.set_data(content)
        added.append(writer._add_object(stream))
    page[NameObject("/Contents")] = ArrayObject([added[0], *streams, *added[1:]])
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _change_pdf(path: Path, target: Path, number: int, signs: random.Random) -> None:
    stamped = _stamped(path)
    if stamped.count(b"exemplaar " + _STAMP) != 1:
        raise ValueError("the line that names the copy is not in the file once")
    named = b"exemplaar %0*d" % (len(_STAMP), number)
    target.write_bytes(stamped.replace(b"exemplaar " + _STAMP, named))


CHANGES: dict[str, Callable[[Path, Path, int, random.Random], None]] = {
    ".md": _change_text,
    ".txt": _change_text,
    ".xml": _change_xml,
    ".docx": _change_docx,
    ".json": _change_json,
    ".pdf": _change_pdf,
}


def copies(found: Sequence[tuple[Path, Path]], folder: Path, total: int) -> Iterator[Path]:
    """Write ``total`` documents below ``folder``: round after round a changed copy of each that was found.

    ``found`` has each document with the folder below which its path counts.
    """
    for index in range(total):
        number, (path, root) = index // len(found) + 1, found[index % len(found)]
        target = folder / f"ronde{number}" / path.relative_to(root)
        changed(path, target, number)
        yield target


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", type=Path, nargs="*", help="documents to copy")
    parser.add_argument("--small", type=int, default=0, help="how many small documents to make")
    parser.add_argument("--copies", type=int, default=1, help="how many copies of each document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edition", type=int, default=1)
    asked = parser.parse_args()
    small_documents(asked.folder, asked.small, edition=asked.edition, seed=asked.seed)
    for path in asked.paths:
        for number in range(1, asked.copies + 1):
            changed(path, asked.folder / f"ronde{number}" / path.name, number)


if __name__ == "__main__":
    main()
