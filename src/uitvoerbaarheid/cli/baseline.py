"""``uitvoerbaarheid baseline update``: the file with known findings, made or brought up to date."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uitvoerbaarheid.cli.application import Command, Group
from uitvoerbaarheid.cli.common import (
    chosen_ocr,
    fail,
    make_analyzer,
    plural,
    show_progress,
    shown,
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
    from uitvoerbaarheid.checking.baseline import Baseline, Entry

_MOST_SHOWN = 20

baseline_app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help="Leg vast welke bevindingen al bekend zijn, zodat 'check' alleen op nieuwe faalt.",
)


@baseline_app.command("update", cls=Command)
def baseline_update(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PAD", help="Bestanden en mappen (mappen met alles eronder).", show_default=False
        ),
    ],
    *,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="BESTAND",
            help="Het bestand met bekende bevindingen (standaard dat van de instellingen, anders "
            "uitvoerbaarheid-baseline.json).",
            show_default=False,
        ),
    ] = None,
    config: SettingsFile = None,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
) -> None:
    """Maak alle bevindingen van nu bekend, en zeg wat erbij komt en wat eruit gaat. Bevindingen van stukken
    die u niet noemt, blijven staan."""
    from uitvoerbaarheid.checking import run
    from uitvoerbaarheid.checking.baseline import DEFAULT_NAME, Baseline
    from uitvoerbaarheid.checking.outcome import EXIT_TROUBLE
    from uitvoerbaarheid.config import Configs

    for path in paths:
        if not path.exists():  # before any work, and before anything is taken out of the file
            fail(f"Niet gevonden of niet toegankelijk: {shown(path)}")
    settings = Configs(config).of_all(paths)
    file = baseline or Path(settings.check.baseline or DEFAULT_NAME)
    before = Baseline.load(file) if file.exists() else Baseline((), file.parent)
    analyzer = make_analyzer(language_model, model=model, profile=profile, config=settings)
    with ExitStack() as stack:
        outcome = run.check(
            [path for path in paths if path != corrections],
            baseline=file,
            use_baseline=False,
            config=config,
            analyzer=analyzer,
            progress=show_progress(stack),
            corrections=corrections,
            password=password,
            ocr=chosen_ocr(ocr, settings),
        )
    tell(outcome.warnings)
    unread = {document.path for document in outcome.unreadable}
    findings = [finding for finding in outcome.findings if finding.path not in unread]
    read = [document.path for document in outcome.documents if document.path not in unread]
    change = before.updated(findings, read, _gone(before, paths))
    with writing(file):
        change.baseline.save(file)

    entries = change.baseline.entries
    known = plural(len(entries), "bekende bevinding", "bekende bevindingen")
    documents = plural(len({entry.path for entry in entries}), "document", "documenten")
    typer.echo(
        f"{shown(file)}: {known} in {documents}; {len(change.added)} erbij, {len(change.removed)} eruit."
    )
    _show("+", change.added)
    _show("-", change.removed)
    for document in outcome.unreadable:
        tell([f"Niet te lezen, en in het bestand gelaten zoals het was: {document.path}"])
    if unread and not outcome.allow_unreadable:
        raise typer.Exit(EXIT_TROUBLE)


def _gone(baseline: Baseline, paths: Sequence[Path]) -> set[str]:
    """The documents of the baseline that are no longer there, in the folders that are checked."""
    roots = [os.path.join(os.path.realpath(path), "") for path in paths if path.is_dir()]  # noqa: PTH118
    gone = set()
    for name in {entry.path for entry in baseline.entries}:
        place = os.path.normpath(baseline.folder / name)
        # os.path.exists: the name is whatever stands in the file.
        if any(place.startswith(root) for root in roots) and not os.path.exists(place):  # noqa: PTH110
            gone.add(name)
    return gone


def _show(sign: str, entries: Sequence[Entry]) -> None:
    from uitvoerbaarheid.checking.rules import rules

    for entry in entries[:_MOST_SHOWN]:
        place = f", {entry.section}" if entry.section else ""
        rule = rules().get(entry.rule)
        title = f" {rule.title}" if rule else ""
        typer.echo(shown(f"{sign} {entry.path}{place}: {entry.rule}{title}"))
    if len(entries) > _MOST_SHOWN:
        typer.echo(f"{sign} ... en nog {len(entries) - _MOST_SHOWN}")
