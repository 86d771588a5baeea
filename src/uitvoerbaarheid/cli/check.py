"""``uitvoerbaarheid check``: what is to be mended in drafts, for their writers and for a build service."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from uitvoerbaarheid.cli.common import (
    chosen_ocr,
    fail,
    make_analyzer,
    make_console,
    show_progress,
    tell,
    writing,
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

if TYPE_CHECKING:
    from uitvoerbaarheid.checking.outcome import Outcome

#: The file to which GitHub Actions lets a step add its summary, in Markdown.
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PAD", help="Bestanden en mappen (mappen met alles eronder).", show_default=False
        ),
    ],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="VORM",
            help="Vorm van de uitvoer: text, json, markdown, sarif, github, gitlab of junit.",
        ),
    ] = "text",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="BESTAND",
            help="Schrijf de uitvoer in dit bestand; op het scherm komen de bevindingen dan als tekst.",
            show_default=False,
        ),
    ] = None,
    *,
    fail_level: Annotated[
        str | None,
        typer.Option(
            "--fail-level",
            metavar="ERNST",
            help="Vanaf welke ernst de controle faalt: error (fout, standaard), warning (waarschuwing), note "
            "(opmerking) of never (nooit).",
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="REGELS",
            help="Alleen deze regels, met komma's ertussen: UV101 of het begin ervan, UV1.",
            show_default=False,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="REGELS", help="Deze regels niet.", show_default=False),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="BESTAND",
            help="Bevindingen die al bekend zijn en niet meetellen; gemaakt met 'baseline update'.",
            show_default=False,
        ),
    ] = None,
    new_only: Annotated[
        str | None,
        typer.Option(
            "--new-only",
            metavar="REVISIE",
            help="Alleen stukken die sinds deze git-revisie zijn veranderd, bijvoorbeeld main; wat er toen "
            "al was, telt niet mee.",
            show_default=False,
        ),
    ] = None,
    allow_unreadable: Annotated[
        bool,
        typer.Option(
            "--allow-unreadable", help="Een stuk dat niet te lezen is, is een waarschuwing en geen fout."
        ),
    ] = False,
    reports: Annotated[
        list[str] | None,
        typer.Option(
            "--report",
            metavar="VORM=BESTAND",
            help="Schrijf de uitvoer ook in deze vorm naar een bestand, bijvoorbeeld sarif=verslag.sarif; "
            "mag vaker.",
            show_default=False,
        ),
    ] = None,
    config: SettingsFile = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="Toon op het scherm ook opmerkingen, en wat al bekend of opzij gezet is."),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Toon op het scherm alleen waarop de controle faalt."),
    ] = False,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
) -> None:
    """Controleer stukken en zeg per paragraaf wat er beter moet.

    De uitkomst (exitcode) is 0 als alles in orde is, 1 als er iets teruggaat en 2 als niet alles kon worden
    gecontroleerd.
    """
    from uitvoerbaarheid.checking import run
    from uitvoerbaarheid.checking.formats import FORMATS
    from uitvoerbaarheid.checking.outcome import FailLevel
    from uitvoerbaarheid.config import Configs

    if form not in FORMATS:
        fail(f"--format kan {_either(list(FORMATS))} zijn, niet '{form}'.")
    level = next((level for level in get_args(FailLevel) if level == fail_level), None)
    if fail_level is not None and level is None:
        fail(f"--fail-level kan {_either(get_args(FailLevel))} zijn, niet '{fail_level}'.")
    if every and quiet:
        fail("--all en --quiet gaan niet samen.")
    extra = [_report(given, FORMATS) for given in reports or []]
    settings = Configs(config).of_all(paths)
    recognition = chosen_ocr(ocr, settings)
    analyzer = make_analyzer(language_model, model=model, profile=profile, config=settings)
    with ExitStack() as stack:
        outcome = run.check(
            [path for path in paths if path != corrections],
            select=_rules(select),
            ignore=_rules(ignore),
            fail_level=level,
            allow_unreadable=allow_unreadable or None,
            baseline=baseline,
            new_only=new_only,
            config=config,
            analyzer=analyzer,
            progress=None if quiet else show_progress(stack),
            corrections=corrections,
            password=password,
            ocr=recognition,
        )
    tell(outcome.warnings)
    for name, file in extra:
        _save(outcome, name, file)
    _write(outcome, form, output, every=every, quiet=quiet)
    raise typer.Exit(outcome.exit_code)


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} of {names[-1]}"


def _rules(given: list[str] | None) -> list[str]:
    """The ids in "UV1,UV201", over all times that the option is given."""
    return [name.strip() for part in given or [] for name in part.split(",") if name.strip()]


def _report(given: str, forms: Collection[str]) -> tuple[str, Path]:
    """The format and the file in "sarif=verslag.sarif"."""
    form, _, file = given.partition("=")
    if form not in forms or not file:
        fail(f"--report vraagt VORM=BESTAND, met als vorm {_either(list(forms))}; niet '{given}'.")
    return form, Path(file)


def _save(outcome: Outcome, form: str, file: Path) -> None:
    from uitvoerbaarheid.checking.formats import FORMATS
    from uitvoerbaarheid.reports.files import write_bytes

    with writing(file):
        # A lone surrogate (a file name that is no UTF-8) has no form in UTF-8.
        write_bytes(file, FORMATS[form](outcome).encode("utf-8", errors="backslashreplace"))


def _write(outcome: Outcome, form: str, output: Path | None, *, every: bool, quiet: bool) -> None:
    """The outcome in its format to the screen, or to a file with text on the screen."""
    from uitvoerbaarheid.checking.formats import FORMATS, text

    if output is not None:
        _save(outcome, form, output)
    if form == "github":
        _add_to_summary(outcome)
    if output is not None or form == "text":
        console = make_console()
        colour = console.is_terminal and not console.no_color
        typer.echo(text.render(outcome, colour=colour, every=every, quiet=quiet), nl=False, color=colour)
    else:
        typer.echo(FORMATS[form](outcome), nl=False)


def _add_to_summary(outcome: Outcome) -> None:
    """Add all findings to the summary of the step, where GitHub Actions runs this."""
    from uitvoerbaarheid.checking.formats import markdown

    file = os.environ.get(_STEP_SUMMARY)
    if file:
        data = markdown.render(outcome, markdown.SUMMARY).encode("utf-8", errors="backslashreplace")
        with writing(Path(file)), Path(file).open("ab") as stream:
            stream.write(data)
