"""PDFs of which the whole section tree is known, made with LibreOffice without tags and bookmarks.

    python scripts/made_documents.py [--output DIR] [--document PART]

Three kinds: the DOCX files of the corpus (their heading styles are the truth), its STOP files set in one of
our looks (truth: their headings and ``Tussenkop``), and documents of our own in ``scripts/made`` (truth: the
headings in their source). ``scripts/made/looks.toml`` holds the looks and says which document has which.
A PDF is made once and kept in the folder for what was made before, never inside the project.

A source of our own is text with one part per line: ``##`` headings ({-}: without a number), ``- `` items,
``| a | b |`` rows, ``^ `` captions, ``> `` a box, whose first line is its title, and text. ``own#012`` is the
text of that record of ``data/training/sections.jsonl``; after ``##`` its heading and its text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document as WordDocument
from lxml import etree

from corpus import CACHE, SHARED, TRAINING, read_lines
from flat_odt import Look, Part, write
from heading_measures import Head, key

FOLDER = Path(__file__).parent / "made"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_FILTER = {"UseTaggedPDF": False, "ExportBookmarks": False}


@dataclass(frozen=True)
class Made:
    """A document to make: ``kind`` is docx, stop or own; ``source`` is what LibreOffice is given."""

    kind: str
    name: str
    source: bytes
    suffix: str
    truth: list[Head]


# --- our own sources ---------------------------------------------------------------------------------


@cache
def _own() -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in read_lines(TRAINING / "sections.jsonl")}


def _own_text(name: str) -> Iterator[Part]:
    """The parts of one of our training texts: paragraphs, items and table rows.

    Some of these texts have line ends within a sentence, as an extractor leaves them: those are undone.
    """
    lines: list[str] = []
    for line in _own()[name]["text"].splitlines():
        if lines and line[:2].isalpha() and line[0].islower() and lines[-1][-1] not in ".:;|":
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    for line in lines:
        if " | " in line:
            yield Part("table", rows=[[cell.strip() for cell in line.split("|")]])
        elif line[:2] in ("- ", "• "):
            yield Part("item", line[2:])
        else:
            yield Part("paragraph", line)


def _heading(line: str) -> Iterator[Part]:
    marks, _, text = line.partition(" ")
    bare = text.removesuffix("{-}").strip()
    if bare.startswith("own#"):
        own = re.sub(r"^[\d.]+\s+", "", _own()[bare]["heading"])
        yield Part("heading", own, len(marks) - 1, numbered=not text.endswith("{-}"))
        yield from _own_text(bare)
    else:
        yield Part("heading", bare, len(marks) - 1, numbered=not text.endswith("{-}"))


def _lines(source: str) -> Iterator[Part]:
    for raw in source.splitlines():
        line = raw.strip()
        if line.startswith("#"):
            yield from _heading(line)
        elif line.startswith("> "):
            yield Part("box", parts=list(_lines(line[2:])))
        elif line.startswith("- "):
            yield Part("item", line[2:])
        elif line.startswith("|"):
            yield Part("table", rows=[[cell.strip() for cell in line.strip("|").split("|")]])
        elif line.startswith("^ "):
            yield Part("caption", line[2:])
        elif line.startswith("own#"):
            name, mark, note = line.partition("[^")
            *before, last = _own_text(name)
            last.text += mark + note
            yield from [*before, last]
        elif line:
            yield Part("paragraph", line)


def parts_of(source: str) -> list[Part]:
    """The parts of one of our sources; rows that follow one another are one table, box lines one box."""
    parts: list[Part] = []
    for part in _lines(source):
        last = parts[-1] if parts else None
        if part.kind == "table" and last and last.kind == "table" and len(last.rows[0]) == len(part.rows[0]):
            last.rows += part.rows
        elif part.kind == "box" and last and last.kind == "box":
            last.parts += part.parts
        else:
            if part.kind == "box":
                part.parts[0].kind = "heading"
            parts.append(part)
    return parts


def own_document(path: Path, look: Look) -> tuple[str, list[Head]]:
    """One of our own sources in a look: flat ODT and true headings. The first line is the title."""
    title, *rest = path.read_text(encoding="utf-8").splitlines()
    first = next(place for place, line in enumerate(rest) if line.startswith("##"))
    lines = [line for line in rest[:first] if line]
    return write(parts_of("\n".join(rest[first:])), look, title.lstrip("# "), lines)


# --- STOP --------------------------------------------------------------------------------------------

_LEFT_OUT = {"noot", "verwijderdetekst", "nootref", "illustratie", "linummer", "li.nr"}
_HEAD_PARTS = ("label", "nummer", "opschrift", "titel", "subtitel")


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _text(element: Any, nested: frozenset[str] = frozenset()) -> str:
    """The text of an element on one line, notes as ``[^...]``."""

    def walk(node: Any) -> Iterator[str]:
        name = _local(node)
        if name == "noot":
            note = " ".join(
                " ".join(_plain(child)) for child in node if _local(child) not in ("nootnummer", "noot.nr")
            )
            yield "[^" + note.replace("]", ")") + "]"
        elif name and name not in _LEFT_OUT and (name not in nested or node is element):
            yield " " if name in ("br", "al", "li") else ""
            yield node.text or ""
            for child in node:
                yield from walk(child)
                yield child.tail or ""
        elif not name:
            return

    return " ".join("".join(walk(element)).split())


def _plain(element: Any) -> list[str]:
    return " ".join(element.itertext()).split()


def _stop_parts(element: Any, depth: int, level: int = 0) -> Iterator[Part]:
    """The parts below an element of the STOP text model; ``depth`` is that of the heading it stands under."""
    nested = frozenset({"lijst", "table", "figuur"})
    for child in element if level < 100 else ():
        name = _local(child)
        if name in (
            "kop",
            "noot",
            "metadata",
            "inhoudsopgave",
            "begrip",
            "gereserveerd",
            "regelingopschrift",
            "",
        ):
            continue
        if name == "tussenkop":
            yield Part("heading", _text(child), depth + 1)
        elif name in ("al", "lijstaanhef", "slotzin", "definitie"):
            yield from (Part("paragraph", text) for text in [_text(child, nested)] if text)
            yield from _stop_parts(child, depth, level + 1)
        elif name == "li":
            yield from (Part("item", text) for text in [_text(child, nested)] if text)
            for inner in child.iter():
                if _local(inner) == "lijst" and inner.getparent() is child:
                    yield from _stop_parts(inner, depth, level + 1)
        elif name in ("table", "tabel"):
            yield from _stop_table(child)
        elif name == "figuur":
            yield from (
                Part("caption", _text(c)) for c in child if _local(c) in ("bijschrift", "titel") and _text(c)
            )
        elif name in ("kadertekst", "kader"):
            yield _stop_box(child)
        else:
            head = next((_head_text(c) for c in child if _local(c) == "kop"), "")
            if head:
                yield Part("heading", head, depth + 1)
            yield from _stop_parts(child, depth + bool(head), level + 1)


def _head_text(head: Any) -> str:
    named = {_local(child): _text(child) for child in head}
    if not any(named):
        return _text(head)
    return " ".join(named[name] for name in _HEAD_PARTS if named.get(name))


def _stop_table(table: Any) -> Iterator[Part]:
    yield from (Part("caption", _text(c)) for c in table if _local(c) in ("title", "titel") and _text(c))
    rows = [
        [_text(cell) for cell in row if _local(cell) in ("entry", "td", "th")]
        for row in table.iter()
        if _local(row) in ("row", "tr")
    ]
    width = max((len(row) for row in rows), default=0)
    if width:
        yield Part("table", rows=[row + [""] * (width - len(row)) for row in rows])


def _stop_box(box: Any) -> Part:
    head = next((_head_text(child) for child in box if _local(child) == "kop"), "")
    inside = [p for p in _stop_parts(box, 0) if p.kind in ("paragraph", "item", "heading")]
    return Part("box", parts=[Part("heading", head), *inside] if head else inside)


def stop_document(path: Path, look: Look) -> tuple[str, list[Head]]:
    """A STOP file in a look: flat ODT and true headings, a ``Tussenkop`` one deeper than its section."""
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    top = next((e for e in root.iter() if _local(e) in ("regelingvrijetekst", "regelingtekst")), None)
    if top is None:
        top = next(e for e in root.iter() if _local(e) in ("tekst", "lichaam", "nieuweregeling"))
    title = next((_text(e) for e in root.iter() if _local(e) in ("citeertitel", "officieletitel")), path.stem)
    lead = next((_head_text(child) for child in top if _local(child) == "kop"), "")
    parts = list(_stop_parts(top, 0))
    if any(part.kind == "heading" and re.match(r"\d+[.\s]", part.text) for part in parts):
        # It has numbers of its own.
        for part in parts:
            part.numbered = False
    return write(parts, look, lead or title)


# --- DOCX --------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_heads(path: Path) -> list[Head]:
    """Headings by their styles in the body of a Word document, in its order; empty where those say nothing.

    A style is also used for sentences that must stand out: those are left out, and where they are the larger
    part the styles say nothing. Where a lone number in a heading style opens each chapter, the line after it
    is the chapter's title, all styled headings are one deeper, and an unstyled line that is in the
    contents too is a heading below the chapter. The first line of a box is optional,
    and so is a line wholly in bold or in another colour, which the authors gave no style.
    """
    depths = _style_depths(path)
    body = WordDocument(str(path)).element.body
    listed = {key(_docx_text(p)) for p in body.iter(f"{_W}p") if _in_table(p)}
    heads: list[Head] = []
    boxes = [Head(text, 9, optional=True) for text in _box_titles(body)]
    marked: list[Head] = []
    sentences = 0
    opening = chapters = False
    for paragraph in body.iter(f"{_W}p"):
        depth, text = _style_depth(paragraph, depths), _docx_text(paragraph)
        if depth and text and not any(ch.isalpha() for ch in text):
            opening = chapters = True
        elif opening and text:
            heads.append(Head(text, 0))
            opening = False
        elif depth and text and text.endswith(".") and not text.endswith("..") and len(text.split()) >= 7:
            sentences += 1
        elif depth and text:
            heads.append(Head(text, depth))
        elif chapters and text[-1:] != "." and not _in_table(paragraph) and _listed(text, listed):
            heads.append(Head(text, 1))
        elif text and not _in_table(paragraph) and _stands_out(paragraph):
            marked.append(Head(text, 9, optional=True))
    if sentences > len(heads) / 2:
        return []
    first = next((place for place, head in enumerate(heads) if not head.depth), 0)
    return [
        replace(head, depth=(head.depth or 0) + chapters, optional=place < first)
        for place, head in enumerate(heads)
    ] + [*boxes, *marked]


def _box_titles(body: Any) -> Iterator[str]:
    """The first line of each text box and of each table of one cell."""
    for box in body.iter(f"{_W}txbxContent", f"{_W}tbl"):
        if box.tag == f"{_W}tbl" and len(list(box.iter(f"{_W}tc"))) > 1:
            continue
        yield next((text for p in box.iter(f"{_W}p") if (text := _docx_text(p))), "")


def _stands_out(paragraph: Any) -> bool:
    """Whether all runs with text of a short line are bold or coloured by themselves."""
    runs = [
        run for run in paragraph.iter(f"{_W}r") if any((t.text or "").strip() for t in run.iter(f"{_W}t"))
    ]
    marks = [(run.find(f"{_W}rPr/{_W}b"), run.find(f"{_W}rPr/{_W}color")) for run in runs]
    return len(_docx_text(paragraph).split()) < 30 and all(
        bold is not None or (colour is not None and colour.get(f"{_W}val") not in ("auto", "000000"))
        for bold, colour in marks
    )


def _docx_text(paragraph: Any) -> str:
    return " ".join("".join(t.text or "" for t in paragraph.iter(f"{_W}t")).split())


def _listed(text: str, listed: set[str]) -> bool:
    return len(text.split()) > 2 and key(text) in listed


def _in_table(paragraph: Any) -> bool:
    return any(a.tag == f"{_W}tbl" for a in paragraph.iterancestors())


def _style_depths(path: Path) -> dict[str, int]:
    """Depth of every paragraph style that is a heading style or is based on one."""
    depths: dict[str, int] = {}
    for style in WordDocument(str(path)).styles:
        base: Any = style
        while base is not None and style.style_id not in depths:
            match = re.fullmatch(r"(?i)(?:heading|kop) ?(\d)", base.name or "")
            if match:
                depths[style.style_id] = int(match[1])
            base = getattr(base, "base_style", None)
    return depths


def _style_depth(paragraph: Any, depths: dict[str, int]) -> int | None:
    level = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if level is not None and int(level.get(f"{_W}val")) < 9:
        return int(level.get(f"{_W}val")) + 1
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return depths.get(style.get(f"{_W}val")) if style is not None else None


# --- making ------------------------------------------------------------------------------------------


def documents(shared: Path, part: str = "") -> Iterator[Made]:
    """The documents to make whose name holds ``part``; without the corpus only our own."""
    settings = tomllib.loads((FOLDER / "looks.toml").read_text(encoding="utf-8"))
    looks = {name: Look.read(record) for name, record in settings["looks"].items()}
    for name, look in settings["own"].items():
        if part in f"own/{name}":
            source, truth = own_document(FOLDER / f"{name}.md", looks[look])
            yield Made("own", name, source.encode(), "fodt", truth)
    for name, look in settings["stop"].items():
        path = shared / "corpus" / "stop" / f"{name}.xml"
        if part in f"stop/{name}" and path.exists():
            source, truth = stop_document(path, looks[look])
            yield Made("stop", name, source.encode(), "fodt", truth)
    for path in sorted((shared / "corpus" / "docx").glob("*.docx")):
        if part in f"docx/{path.stem}":
            yield Made("docx", path.stem, path.read_bytes(), "docx", docx_heads(path))


def pdf_of(made: Made, folder: Path) -> Path:
    """The PDF of a document, made with LibreOffice unless that was done before.

    Raises RuntimeError where LibreOffice is missing or does not make it.
    """
    digest = hashlib.sha256(made.source + json.dumps(_FILTER).encode()).hexdigest()[:16]
    target = folder / "made" / f"{made.kind}-{made.name}-{digest}.pdf"
    if target.exists():
        return target
    if OFFICE is None:
        raise RuntimeError("LibreOffice (soffice) is niet geïnstalleerd")
    target.parent.mkdir(parents=True, exist_ok=True)
    values = {key: {"type": "boolean", "value": str(value).lower()} for key, value in _FILTER.items()}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        source = work / f"bron.{made.suffix}"
        source.write_bytes(made.source)
        command = [
            OFFICE,
            f"-env:UserInstallation={(work / 'profiel').as_uri()}",
            "--headless",
            "--convert-to",
            f"pdf:writer_pdf_Export:{json.dumps(values)}",
            "--outdir",
            str(work),
            str(source),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        result = work / "bron.pdf"
        if not result.exists():
            raise RuntimeError(f"LibreOffice maakt geen pdf van {made.name}: {done.stderr.strip()}")
        shutil.copy(result, target)
    return target


def main() -> None:
    """Make the PDFs, with their sources and true headings beside them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=CACHE / "made-view")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--document", default="", help="only documents whose name holds this: own/, stop/x")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for made in documents(options.shared, options.document):
        stem = f"{options.output}/{made.kind}-{made.name}"
        shutil.copy(pdf_of(made, options.cache), f"{stem}.pdf")
        shown = [
            f"{'  ' * (h.depth or 0)}{h.text}{' (naar keuze)' if h.optional else ''}\n" for h in made.truth
        ]
        Path(f"{stem}.txt").write_text("".join(shown), encoding="utf-8")
        print(f"{stem}.pdf: {sum(not head.optional for head in made.truth)} koppen")


if __name__ == "__main__":
    main()
