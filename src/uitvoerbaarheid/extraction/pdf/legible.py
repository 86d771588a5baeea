"""Which pages have text that can be read, what is recognised on the others, and what the reader is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate

import pypdfium2 as pdfium

from uitvoerbaarheid.extraction.model import Ocr
from uitvoerbaarheid.extraction.pdf import ocr, quality
from uitvoerbaarheid.extraction.pdf.text import Page
from uitvoerbaarheid.extraction.watch import Watch, page_list
from uitvoerbaarheid.records import OcrPage, Status, UnreadableError

#: A document with fewer letters than this has no text.
_LEAST_LETTERS = 3 * quality.FEW_LETTERS
_GARBLED = "De tekstlaag van de pdf bestaat uit onleesbare tekens (die horen niet bij de getoonde letters)."


@dataclass
class Legible:
    """What is told of a document's pages: Dutch warnings, the status, and the pages that were recognised."""

    warnings: list[str] = field(default_factory=list)
    status: Status = "ok"
    ocr: list[OcrPage] = field(default_factory=list)


@dataclass
class _Lists:
    """Page numbers by what came of them."""

    read: dict[int, float] = field(default_factory=dict)
    garbled: list[int] = field(default_factory=list)
    scans: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    useless: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)
    text: list[int] = field(default_factory=list)
    garbled_at_first: int = 0


def make_legible(
    document: pdfium.PdfDocument,
    pages: list[Page],
    watch: Watch,
    settings: Ocr,
) -> Legible:
    """Recognise the text of pages that have none that can be read, and put it in these pages.

    ``watch`` is told of them: in its progress a page to be recognised counts as one more. Words that cannot
    be read are taken out of their page.
    Raises :class:`UnreadableError` with code ``no_text`` or ``garbled_text`` where little or nothing is left.
    """
    states = quality.judge(document, pages, watch)
    wanted = [p for p in pages if settings.mode == "altijd" or states[p.number] not in ("text", "bare")]
    hint = ocr.missing() if wanted and settings.mode != "nee" else None
    found: dict[int, ocr.Recognised] = {}
    if wanted and settings.mode != "nee" and hint is None:
        total = len(document)

        def told(done: int, asked: int) -> None:
            if watch.progress:
                watch.progress(total + done, total + asked)

        found = ocr.recognise(
            document,
            wanted,
            settings.workers,
            announce=settings.announce,
            progress=told,
            at=watch.working,
        )
    if settings.mode == "nee":
        hint = "OCR staat uit (ocr = nee)."
    lists = _Lists()
    for page in pages:
        _settle(page, states[page.number], found.get(page.number), lists)
    _refuse(pages, lists, hint)
    warnings = _warnings(lists, hint)
    if settings.mode == "altijd" and hint and not any(hint in warning for warning in warnings):
        warnings.append(f"Er is geen tekst herkend, hoewel daarom is gevraagd. {hint}")
    return Legible(warnings, _status(lists), _records(lists))


def _settle(page: Page, state: quality.State, result: ocr.Recognised | None, lists: _Lists) -> None:
    """Choose between a page's text layer and what was recognised, and note which."""
    number = page.number
    if result is not None and result.outcome == "read" and _is_better(page, state, result):
        _replace(page, result)
        lists.read[number] = result.confidence
        return
    if state == "garbled":
        page.words = []
        lists.garbled_at_first += 1
    stamped = state == "scan" and result is not None and quality.letters(page.words) >= quality.FEW_LETTERS
    if state in ("text", "doubtful") or stamped:
        lists.text.append(number)
        if state == "doubtful" and result is None:
            lists.doubtful.append(number)
    elif result is None:
        {"garbled": lists.garbled, "scan": lists.scans}.get(state, lists.bare).append(number)
    else:
        by_outcome = {"useless": lists.useless, "late": lists.late, "picture": lists.pictures}
        by_outcome.get(result.outcome, lists.empty).append(number)


def _is_better(page: Page, state: quality.State, result: ocr.Recognised) -> bool:
    if state == "scan":
        # What stands over the scan, such as a stamp, is in its picture too.
        return quality.letters(result.words) > 1.5 * quality.letters(page.words)
    if state == "doubtful":
        same = quality.letters(result.words) > 0.8 * quality.letters(page.words)
        return same and quality.misshapen(result.words) < quality.misshapen(page.words)
    return True


def _replace(page: Page, result: ocr.Recognised) -> None:
    """Put what was recognised in a page, in the place of its text layer."""
    page.tags, page.cells = {}, {}
    page.words = result.words
    for _ in range(result.turn):
        page.turn_clockwise()
    if not page.edges:
        page.edges = result.edges
    # The picture of the page is its paper, not an illustration on it.
    page.images = [b for b in page.images if page.share(b) < 0.5]


def _refuse(pages: list[Page], lists: _Lists, hint: str | None) -> None:
    """Raise where a document as a whole cannot be read."""
    legible = len(lists.text) + len(lists.read)
    lost = len(lists.garbled) + len(lists.useless) + len(lists.late)
    counts = accumulate(quality.letters(page.words) for page in pages)
    if lost <= legible and any(count >= _LEAST_LETTERS for count in counts):
        return
    tail = f" {hint}" if hint else ""
    many = "duurde te lang" if len(lists.late) > len(lists.useless) else "is te onzeker over de tekst"
    failed = lists.useless or lists.late
    if lists.garbled_at_first > legible:
        raise UnreadableError("garbled_text", _GARBLED + (f" OCR {many}." if failed else tail))
    if failed:
        raise UnreadableError("no_text", f"De pdf is een scan, en OCR {many}.")
    if lists.scans or (not lists.pictures and any(p.image_share > 0.4 for p in pages)):
        message = "De pdf is een scan: de pagina's zijn afbeeldingen zonder tekst."
        if len(pages) == 1:
            message = "De pdf bestaat uit één afbeelding zonder tekst (een scan, foto of kaart)."
        raise UnreadableError("no_text", message + (" OCR vindt er geen tekst op." if lists.empty else tail))
    raise UnreadableError(
        "no_text", "De pdf bevat geen tekst: het is een kaart of tekening. Er valt niets te beoordelen."
    )


def _status(lists: _Lists) -> Status:
    unsure = any(confidence < ocr.UNSURE for confidence in lists.read.values())
    lost = lists.garbled or lists.scans or lists.useless or lists.late
    return "partial" if lost or unsure else "ok"


def _records(lists: _Lists) -> list[OcrPage]:
    return [OcrPage(page=number, confidence=confidence) for number, confidence in sorted(lists.read.items())]


def _warnings(lists: _Lists, hint: str | None) -> list[str]:
    told = []
    if lists.read:
        mean = sum(lists.read.values()) / len(lists.read)
        told.append(
            f"Met OCR gelezen (tekst herkend in het beeld van de pagina): {page_list(sorted(lists.read))}. "
            f"Gemiddeld {mean:.0%} zeker. Controleer bedragen, jaartallen en namen."
        )
        unsure = sorted(number for number, confidence in lists.read.items() if confidence < ocr.UNSURE)
        if unsure:
            told.append(
                f"Onzeker gelezen met OCR (minder dan {ocr.UNSURE:.0%} zeker): {page_list(unsure)}. "
                "Ga niet af op de beoordeling zonder de tekst zelf te lezen."
            )
    for numbers, lead in (
        (lists.garbled, "Onleesbare tekens in de tekstlaag"),
        (lists.scans, "Gescande tekst die niet gelezen is"),
        (lists.doubtful, "De tekst onder een scan is slecht herkend"),
    ):
        if numbers:
            told.append(f"{lead}: {page_list(numbers)}.{f' {hint}' if hint else ''}")
    for numbers, lead in (
        (lists.useless, "Niet gelezen, OCR is te onzeker over de tekst"),
        (lists.late, "Niet gelezen, OCR mislukte of duurde te lang"),
        (lists.empty, "OCR vond geen tekst"),
        (lists.pictures, "Kaart, tekening of foto zonder lopende tekst"),
        (lists.bare, "Geen of bijna geen tekst"),
    ):
        if numbers:
            told.append(f"{lead}: {page_list(numbers)}.")
    return told
