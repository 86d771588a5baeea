"""``uitvoerbaarheid outline``: the section tree of a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uitvoerbaarheid.cli.common import chosen_ocr, fail, make_console, plural, read_document, shown
from uitvoerbaarheid.cli.options import DocumentFile, OcrChoice, Password

if TYPE_CHECKING:
    from uitvoerbaarheid.records import Report


#: Page numbers above this are no pages: a range of them would only cost memory.
_MOST_PAGES = 100_000


def outline(
    file: DocumentFile,
    *,
    draw: Annotated[
        Path | None,
        typer.Option(
            "--draw",
            metavar="MAP",
            help="Teken de pagina's van een pdf in deze map, met wat er gelezen is: koppen, tekst, tabellen.",
            show_default=False,
        ),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option(
            "--pages",
            metavar="NUMMERS",
            help="Teken alleen deze pagina's, bijvoorbeeld 3,8-10.",
            show_default=False,
        ),
    ] = None,
    password: Password = None,
    ocr: OcrChoice = None,
) -> None:
    """Toon de paragrafenboom van een document, met pagina's."""
    from uitvoerbaarheid.config import Configs
    from uitvoerbaarheid.reports.terminal import outline_tree

    if pages is not None and draw is None:
        fail("--pages hoort bij --draw: welke pagina's er getekend worden.")
    chosen = _page_numbers(pages) if pages is not None else None
    report = read_document(file, password, chosen_ocr(ocr, Configs().of(file)))
    make_console().print(outline_tree(report))
    if draw is not None:
        _draw(file, report, draw, chosen, password)


def _page_numbers(text: str) -> set[int]:
    """The numbers in "3,8-10"."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        try:
            numbers.update(range(int(first), min(int(last or first), _MOST_PAGES) + 1))
        except ValueError:
            fail(f"'{text}' zijn geen paginanummers; geef ze als 3,8-10.")
    return numbers


def _draw(file: Path, report: Report, folder: Path, pages: set[int] | None, password: str | None) -> None:
    from uitvoerbaarheid.extraction import os_reason
    from uitvoerbaarheid.extraction.worker import Reader
    from uitvoerbaarheid.records import UnreadableError

    if report.document.format != "pdf":
        fail("Alleen de pagina's van een pdf kunnen worden getekend.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Reader() as reader:
            drawn = reader.draw(file, report, folder, pages, password=password)
    except OSError as error:
        fail(f"{shown(folder)} kan niet worden geschreven: {os_reason(error)}.")
    except UnreadableError as error:
        fail(f"{file.name} kan niet worden getekend: {error.message}")
    if not drawn:
        fail("Er is niets getekend: die pagina's heeft het document niet, of ze zijn niet te tekenen.")
    counted = plural(len(drawn), "pagina", "pagina's")
    typer.echo(f"{counted} getekend in {shown(folder)}", err=True)
