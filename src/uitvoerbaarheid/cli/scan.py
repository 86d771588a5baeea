"""``uitvoerbaarheid scan``: assess documents and write the reports."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import (
    chosen_memo,
    chosen_ocr,
    fail,
    known_profiles,
    make_analyzer,
    make_console,
    plural,
    show_progress,
    shown,
    tell,
    without_effect,
)
from uitvoerbaarheid.cli.options import (
    CorrectionsFile,
    LanguageModel,
    OcrChoice,
    OwnModelFolder,
    Password,
    ProfileName,
    SettingsFile,
)


def scan(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PAD", help="Bestanden en mappen (mappen met alles eronder).", show_default=False
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="MAP",
            help="Map voor de rapporten (standaard: uitvoerbaarheid-rapport).",
            show_default=False,
        ),
    ] = None,
    *,
    annotate: Annotated[
        bool,
        typer.Option(
            "--annotate",
            help="Schrijf van elke pdf ook een kopie met markeringen in de tekst en per paragraaf een "
            "kanttekening met score en vragen.",
            show_default=False,
        ),
    ] = False,
    memo: Annotated[
        bool,
        typer.Option(
            "--memo", help="Schrijf per document ook een memo om terug te sturen (Word).", show_default=False
        ),
    ] = False,
    memo_template: Annotated[
        Path | None,
        typer.Option(
            "--memo-template",
            metavar="BESTAND",
            help="Eigen Word-sjabloon voor de memo (zie 'memo-template'); zet --memo aan.",
            show_default=False,
        ),
    ] = None,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
    config: SettingsFile = None,
) -> None:
    """Beoordeel documenten en schrijf rapporten (JSON, HTML en een overzicht in HTML, Excel en CSV)."""
    from uitvoerbaarheid.batch import (
        DEFAULT_OUTPUT,
        discover,
        find_corrections,
        iter_reports,
    )
    from uitvoerbaarheid.batch.written import NO_MEMO, write_reports
    from uitvoerbaarheid.config import Configs
    from uitvoerbaarheid.extraction import os_reason
    from uitvoerbaarheid.reports import ReportRows
    from uitvoerbaarheid.reports.annotated import AnnotatedCopies
    from uitvoerbaarheid.reports.terminal import documents_table

    settings = Configs(config).of_all(paths)
    recognition = chosen_ocr(ocr, settings)
    letter = chosen_memo(memo, memo_template, settings)
    folder = output or Path(settings.output or DEFAULT_OUTPUT)
    if folder.exists() and not folder.is_dir():
        fail(f"De uitvoer '{folder}' is een bestand; geef een map op.")
    documents = [path for path in paths if path != corrections]
    sources, missing = discover(documents, folder)
    for path in missing:
        typer.echo(f"Niet gevonden of niet toegankelijk: {shown(path)}", err=True)
    if not sources:
        fail("Er is niets gevonden om te lezen (.pdf, .docx, .odt, .fodt, .xml, .json, .html, .md of .txt).")
    decided = find_corrections(sources, documents, corrections, known_profiles(profile, settings).rules)
    analyzer = make_analyzer(language_model, model=model, profile=profile, config=settings)
    rows: list[ReportRows] = []
    unreadable: list[tuple[str, str]] = []
    not_applied = [item.not_here() for item in decided.elsewhere]
    copies = AnnotatedCopies({source.relative: source.path for source in sources}, folder, password)
    try:
        with ExitStack() as stack:
            progress = show_progress(stack)
            stack.enter_context(copies)
            reports = iter_reports(sources, analyzer, progress, decided, password=password, ocr=recognition)
            stack.enter_context(closing(reports))
            for report in write_reports(reports, folder, rows, sources, letter):
                not_applied += without_effect(report, NO_MEMO, with_path=True)
                if annotate:
                    copies.write(report)
                if report.document.error and report.document.status == "unreadable":
                    unreadable.append((report.document.path, report.document.error.message))
    except OSError as error:
        fail(f"De rapporten zijn niet te schrijven in '{folder}': {os_reason(error)}.")
    tell([*not_applied, *copies.remarks()])
    console = make_console()
    console.print(documents_table(rows))
    for path in missing:
        console.print(f"\nNiet gevonden of niet toegankelijk: {shown(path)}", markup=False, soft_wrap=True)
    if unreadable:
        console.print(f"\nNiet leesbaar: {len(unreadable)}", style="bold")
        for path, message in unreadable:
            console.print(f"  {shown(path)}: {message}", markup=False, soft_wrap=True)
    console.print(f"\nRapporten: {folder / 'overzicht.html'}", markup=False, soft_wrap=True)
    if copies.written:
        counted = plural(len(copies.written), "pdf", "pdf's")
        console.print(f"Geannoteerd: {counted} in {folder}", markup=False, soft_wrap=True)
    if len(unreadable) == len(rows):
        fail("Geen van de documenten was leesbaar.")
