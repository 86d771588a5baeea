"""``uitvoerbaarheid compare``: what changed between two versions of a document."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uitvoerbaarheid.cli.common import (
    chosen_ocr,
    fail,
    is_report,
    known_profiles,
    make_analyzer,
    make_console,
    read_document,
    read_report,
    shown,
    tell,
    without_effect,
    writing,
)
from uitvoerbaarheid.cli.options import (
    LanguageModel,
    OcrChoice,
    OwnModelFolder,
    Password,
    ProfileName,
    SettingsFile,
)

if TYPE_CHECKING:
    from uitvoerbaarheid.analyzer import Analyzer
    from uitvoerbaarheid.comparison.records import Comparison
    from uitvoerbaarheid.records import Report

_SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json", ".txt": "text"}
_FORMATS = ("text", "html", "markdown", "json")


def compare(
    old: Annotated[Path, typer.Argument(metavar="OUD", help="De oude versie.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NIEUW", help="De nieuwe versie.", show_default=False)],
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="VORM",
            help="text (standaard), html, markdown of json; met --output blijkt het uit de naam.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="BESTAND",
            help="Schrijf de vergelijking naar dit bestand in plaats van naar het scherm.",
            show_default=False,
        ),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Eindig met code 1 als er verschillen zijn.")
    ] = False,
    *,
    password: Password = None,
    profile: ProfileName = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
    config: SettingsFile = None,
) -> None:
    """Vergelijk twee versies van een document (of hun JSON-rapporten van een scan), per paragraaf."""
    from uitvoerbaarheid.comparison.compare import compare as compared
    from uitvoerbaarheid.config import Configs

    form = _form(output_format, output)
    for file in (old, new):
        if not file.is_file():
            fail(f"Niet gevonden: {shown(file)}")
    settings = Configs(config).of(new)  # one measure for both versions
    recognition = chosen_ocr(ocr, settings)
    reports = _reports(
        [old, new],
        known_profiles(profile, settings).rules,
        lambda: make_analyzer(language_model, model=model, profile=profile, config=settings),
        lambda file: read_document(file, password, recognition),
    )
    comparison = compared(*reports)
    _show(comparison, form, output)
    if exit_code and any(pair.kind != "same" for pair in comparison.pairs):
        raise typer.Exit(1)


def _form(asked: str | None, output: Path | None) -> str:
    if asked is not None and asked not in _FORMATS:
        fail(f"--format kan {', '.join(_FORMATS[:-1])} of {_FORMATS[-1]} zijn, niet '{asked}'.")
    return asked or (_SUFFIXES.get(output.suffix.lower(), "text") if output else "text")


def _reports(
    files: list[Path],
    known: Collection[str],
    analyzer: Callable[[], Analyzer],
    read: Callable[[Path], Report],
) -> list[Report]:
    """The reports of two versions: both are read at the same time, while the models load.

    ``known`` are the names of the profiles that a correction can name.
    """
    from uitvoerbaarheid.overrules import corrections_for

    documents = [file for file in files if not is_report(file)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        reading: dict[Path, Future[Report]] = {file: pool.submit(read, file) for file in documents}
        scorer = analyzer() if documents else None
        reports: list[Report] = []
        for file in files:
            if scorer is None or file not in reading:
                reports.append(_readable(file, read_report(file)))
                continue
            decided = corrections_for({file.name: file}, None, profiles=known).of(file.name)
            # The same file twice is read once; a comparison never changes a report, assessing does.
            report = scorer.assess(reading[file].result().model_copy(deep=True), decided)
            tell(without_effect(report, with_path=True))
            reports.append(report)
    return reports


def _readable(file: Path, report: Report) -> Report:
    if report.document.status == "unreadable":
        why = report.document.error.message if report.document.error else ""
        fail(f"{shown(file.name)} is het rapport van een document dat niet leesbaar is: {why}".rstrip(": "))
    return report


def _show(comparison: Comparison, form: str, output: Path | None) -> None:
    """Print a comparison, or write it to a file."""
    from uitvoerbaarheid.comparison.formats import render
    from uitvoerbaarheid.comparison.terminal import panels
    from uitvoerbaarheid.reports.files import write_text

    if output is None and form == "text":
        make_console().print(panels(comparison))
        return
    text = render(comparison, form)
    if output is None:
        typer.echo(text, nl=False)
        return
    with writing(output):
        write_text(output, text)
    typer.echo(f"Vergelijking: {shown(output)}", err=True)
