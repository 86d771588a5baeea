"""Read a PDF: pages, furniture, columns, blocks, headings, and out comes an :class:`Extract`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import chain
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from uitvoerbaarheid.extraction.hyphens import Vocabulary, join_lines
from uitvoerbaarheid.extraction.model import Extract, Heading, Ocr, Piece, row_text
from uitvoerbaarheid.extraction.pdf.asides import defer_asides, place_asides, sink_asides
from uitvoerbaarheid.extraction.pdf.blocks import Block, blocks_of, body_of
from uitvoerbaarheid.extraction.pdf.contents import find_contents
from uitvoerbaarheid.extraction.pdf.continued import settle_tables
from uitvoerbaarheid.extraction.pdf.depths import settle_depths
from uitvoerbaarheid.extraction.pdf.furniture import remove_running_lines
from uitvoerbaarheid.extraction.pdf.headings import (
    Bookmark,
    bookmarks,
    drop_dividers,
    drop_echoes,
    join_wrapped,
    mark_headings,
    spare_titles,
)
from uitvoerbaarheid.extraction.pdf.layout import (
    Line,
    dominant,
    frames_of,
    lines_of,
    reading_order,
    ruled_frames,
)
from uitvoerbaarheid.extraction.pdf.legible import Legible, make_legible
from uitvoerbaarheid.extraction.pdf.maps import is_map, label_blocks
from uitvoerbaarheid.extraction.pdf.notes import dividers, find_notes
from uitvoerbaarheid.extraction.pdf.pages import PageReader
from uitvoerbaarheid.extraction.pdf.runin import split_run_ins
from uitvoerbaarheid.extraction.pdf.tables import Table, find_tables, table_line
from uitvoerbaarheid.extraction.pdf.text import Page, settle_weights
from uitvoerbaarheid.extraction.watch import WHY, Watch
from uitvoerbaarheid.records import BlockKind, Box, UnreadableError

_FIRST_TEXT = 3_000


def read_pdf(
    path: Path,
    password: str | None = None,
    watch: Watch | None = None,
    visual_only: bool = False,
    ocr: Ocr | None = None,
) -> Extract:
    """Read a PDF into headings and pieces in reading order.

    ``watch`` says how far and is told of the pages. With ``visual_only`` bookmarks and structure tags are
    not looked at. ``ocr`` says whether pages without text that can be read are recognised; as it stands,
    where that can be done. Raises :class:`UnreadableError` with code ``damaged``, ``encrypted``, ``no_text``
    (a scan, an image or a map) or ``garbled_text``, and that of the first page where no page could be read.
    """
    watch = watch or Watch()
    open_again = partial(open_pdf, path, password)
    document = open_again()
    try:
        total = len(document)
        with PageReader(document, open_again, structure=not visual_only) as reader:
            pages = _read_pages(reader, total, watch)
        legible = _make_legible(document, pages, watch, ocr or Ocr())
        marks = [] if visual_only else bookmarks(document)
        meta_title = _metadata_title(document)
    finally:
        document.close()
    result = Extract(format="pdf", pages=total, warnings=watch.warnings() + legible.warnings)
    result.error, result.ocr = watch.problem(), legible.ocr
    result.status = "partial" if result.error else legible.status
    settle_weights(pages)
    first_lines = [lines_of(page.words, page.number, page.tags) for page in watch.each(pages[:2])]
    result.title = meta_title or _largest_line(first_lines)
    blocks = _blocks(pages, marks, watch)
    result.first_text = _first_text(first_lines)
    result.stream = _stream(blocks, {page.number: page for page in pages})
    return result


# --- opening and checking --------------------------------------------------------------------------------


def open_pdf(path: Path, password: str | None) -> pdfium.PdfDocument:
    """Open a PDF that has pages. Raises :class:`UnreadableError` with code ``encrypted`` or ``damaged``."""
    try:
        document = pdfium.PdfDocument(path, password=password)
        if len(document) == 0:
            raise UnreadableError("damaged", "Het pdf-bestand heeft geen pagina's.")
        return document
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            message = "Het pdf-bestand is beveiligd met een wachtwoord."
            if error.err_code == raw.FPDF_ERR_SECURITY:
                message = "Het pdf-bestand is beveiligd op een manier die niet kan worden gelezen."
            elif password:
                message = "Het wachtwoord van het pdf-bestand klopt niet."
            raise UnreadableError("encrypted", message) from error
        raise UnreadableError(
            "damaged", "Het pdf-bestand is beschadigd en kan niet worden geopend."
        ) from error


def _read_pages(reader: PageReader, total: int, watch: Watch) -> list[Page]:
    pages: list[Page] = []
    watch.opened(total)
    for index in range(total):
        if not watch.may_read(index + 1):
            continue
        characters = 0
        try:
            page = reader.read(index)
            pages.append(page)
            characters = page.characters
            if page.cut:
                watch.shortened.append(page.number)
        except pdfium.PdfiumError:
            watch.missed[index + 1] = "damaged"
        except MemoryError:
            watch.missed[index + 1] = "memory"
        watch.done(index + 1, characters)
    watch.working(None)
    if not pages:
        raise _not_one_page(watch)
    return pages


def _not_one_page(watch: Watch) -> UnreadableError:
    code = watch.missed[min(watch.missed)]
    return UnreadableError(code, f"Geen enkele pagina met tekst kan worden gelezen: {WHY[code]}.")


def _make_legible(document: pdfium.PdfDocument, pages: list[Page], watch: Watch, ocr: Ocr) -> Legible:
    try:
        return make_legible(document, pages, watch, ocr)
    except UnreadableError as error:
        # Where pages were left out, that is why there is no text.
        if set(watch.missed.values()) - {"damaged"}:
            raise _not_one_page(watch) from error
        raise


# --- title and first text --------------------------------------------------------------------------------

_NOT_A_TITLE = re.compile(
    r"(?i)^(?:microsoft|untitled|naamloos|document\d*$|presentatie\d*$|powerpoint)|\.(?:docx?|pdf|indd|pptx?|xlsx?)$|^\W*$"
)


def _metadata_title(document: pdfium.PdfDocument) -> str | None:
    title = " ".join((document.get_metadata_value("Title") or "").split())
    if _NOT_A_TITLE.search(title) or len(title) < 8 or " " not in title or len(title) > 200 or "_" in title:
        return None
    return title


def _largest_line(first: list[list[Line]]) -> str | None:
    """The text set largest on the first page with text, over at most three lines."""
    for lines in first:
        worded = [line for line in lines if sum(ch.isalpha() for ch in line.text) > 3]
        if not worded:
            continue
        size = max(line.style.size for line in worded)
        usual = dominant(word for line in worded for word in line.words).size
        if size < 1.15 * usual and sum(len(line.text) for line in worded) > 600:
            return None
        big = sorted((line for line in worded if line.style.size > 0.95 * size), key=lambda line: line.base)
        group = [big[0]]
        for line in big[1:3]:
            if line.base - group[-1].base < 2 * size:
                group.append(line)
        return join_lines([line.text for line in group])[:200]
    return None


def _first_text(first: list[list[Line]]) -> str:
    columns = [column for lines in first for column in reading_order(lines)]
    return "\n".join(line.text for column in columns for line in column)[:_FIRST_TEXT]


# --- blocks ----------------------------------------------------------------------------------------------


def _blocks(pages: list[Page], marks: list[Bookmark], watch: Watch) -> list[Block]:
    """All blocks of the document in reading order, headings marked and given a depth."""
    known = Vocabulary(chain.from_iterable([word.text for word in page.words] for page in pages))
    for page in pages:
        page.known = known

    lines: dict[int, list[Line]] = {}

    def lines_in_turn() -> Iterable[list[Line]]:
        for index, page in enumerate(watch.each(pages)):
            if index not in lines:
                lines[index] = lines_of(page.words, page.number, page.tags)
            yield lines[index]

    kept, contents = find_contents(lines_in_turn(), len(pages), lines_in_turn)
    for index, some in kept.items():
        pages[index].words = [word for line in some for word in line.words]
    tables: list[list[Table]] = []
    loose: list[list[Line]] = []
    for index, page in enumerate(watch.each(pages)):
        on_page, used = find_tables(page)
        tables.append(on_page)
        whole = lines.pop(index)
        if used or index in kept:
            whole = lines_of([w for w in page.words if id(w) not in used], page.number, page.tags)
        loose.append(whole)
        page.frames.extend(ruled_frames(page.edges))
        page.dividers = dividers(page)
        page.forget()
    loose = remove_running_lines(pages, loose)
    columns = []
    for page, on_page, some in zip(watch.each(pages), tables, loose, strict=True):
        whole = [*some, *(table_line(t, page.number) for t in on_page)]
        page.frames = frames_of(page.frames, whole)
        columns.append(reading_order(whole, page.frames))
    body = body_of(columns)
    body.known = known
    blocks: list[Block] = []
    last_note: Block | None = None
    for page, page_columns in zip(watch.each(pages), columns, strict=True):
        here = blocks_of(page_columns, page.number, body)
        if is_map(page, here):
            here = label_blocks(page, here, body)
        last_note = find_notes(here, page, body, last_note)
        blocks.extend(place_asides(here, page, body))
    mark_headings(blocks, body, marks, contents)
    blocks = join_wrapped(blocks, body)
    spare_titles(blocks, len(pages))
    blocks = split_run_ins(drop_dividers(drop_echoes(blocks, body)), body)
    blocks = defer_asides(blocks)
    settle_depths(blocks, body)
    sink_asides(blocks)
    settle_tables(blocks)
    return blocks


_PIECES: dict[str, BlockKind] = {"text": "paragraph", "item": "item", "caption": "caption"}


# --- stream ----------------------------------------------------------------------------------------------


def _stream(blocks: list[Block], pages: dict[int, Page]) -> list[Heading | Piece]:
    """The blocks as headings and pieces. Takes them off the list, so that no document is held twice."""
    stream: list[Heading | Piece] = []
    notes: list[Piece] = []
    previous: Block | None = None
    running: tuple[Block, Piece] | None = None
    blocks.reverse()
    while blocks:
        block = blocks.pop()
        page = pages[block.page]
        if block.kind == "heading":
            stream.extend(notes)
            notes = []
            stream.append(Heading(block.text, block.depth, block.number, block.page, page.box(*block.bounds)))
            running = None
        elif block.table is not None:
            stream.extend(_row_pieces(block.table, page, pages))
        else:
            text = block.text
            if not any(ch.isalnum() for ch in text):
                continue
            box = page.box(*block.bounds)
            if block.kind == "note":
                _add_note(notes, block, text, box)
                continue
            if running is not None and _runs_on(running[0], running[1], block, previous is running[0]):
                piece = running[1]
                piece.text = join_lines([piece.text, text], block.known)
                piece.more_boxes.append(box)
            else:
                piece = Piece(_PIECES[block.kind], text, block.page, box)
                stream.append(piece)
            if block.kind in ("text", "item") and not block.aside:
                running = block, piece
        previous = block
    stream.extend(notes)
    return stream


def _add_note(notes: list[Piece], block: Block, text: str, box: Box) -> None:
    if block.continued and notes:
        notes[-1].text = join_lines([notes[-1].text, text], block.known)
        notes[-1].more_boxes.append(box)
    else:
        notes.append(Piece("note", text, block.page, box))


def _row_pieces(table: Table, page: Page, pages: dict[int, Page]) -> Iterable[Piece]:
    """One piece per row; the title of a group of rows is a row of one cell without column names."""
    for number, (cells, bounds) in enumerate(zip(table.rows, table.row_bounds, strict=True)):
        is_title = number in table.groups
        shown = [cell for cell in cells if cell] if is_title else cells
        header = None if is_title else table.header
        text = row_text(shown, header)
        if text:
            more = [pages[other].box(*place) for other, place in table.more.get(number, ())]
            box = page.box(*bounds)
            yield Piece("row", text, page.number, box, more, cells=shown, header=header, table=table.number)


def _runs_on(before: Block, piece: Piece, block: Block, next_to: bool) -> bool:
    """Whether a block goes on with the sentence of the paragraph ``before``, over a column or page break.

    A box, table, figure or quotation may stand between (then not ``next_to``), where the line before it was
    filled to the end.
    """
    if block.kind != "text" or block.aside or (next_to and before.region == block.region):
        return False
    last = piece.text
    if last[-1] in ".?!:;" or (not block.text[:1].islower() and not last.endswith("-")):
        return False
    return abs(before.style.size - block.style.size) < 0.6 and (next_to or _is_full(before))


def _is_full(block: Block) -> bool:
    """Whether a paragraph of more lines fills its last one, as before a sentence that goes on elsewhere."""
    right, left = max(line.x1 for line in block.lines), min(line.x0 for line in block.lines)
    return len(block.lines) > 1 and block.lines[-1].x1 > right - 0.2 * (right - left)
