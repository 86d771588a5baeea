"""``uitvoerbaarheid corrections``: a workbook to overrule what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import assessed, fail, known_profiles, new_file, plural, writing
from uitvoerbaarheid.cli.options import LanguageModel, OwnModelFolder


def corrections(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PAD",
            help="Documenten, mappen of JSON-rapporten waarvan de paragrafen in het bestand komen.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="BESTAND", help="Het bestand dat wordt gemaakt.")
    ] = Path("correcties.xlsx"),
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
) -> None:
    """Maak een Excel-bestand om soort, datum, overheid, rol of niveau met de hand te corrigeren."""
    from uitvoerbaarheid.overrules import write_workbook

    if output.suffix.lower() != ".xlsx":
        fail("Geef met --output een naam op die eindigt op .xlsx.")
    new_file(output)
    reports = list(assessed(paths or [], language_model, model))
    if paths and not reports:
        fail("Er is niets gevonden om te lezen.")
    with writing(output):
        rows = write_workbook(reports, output, known_profiles(None).rules)
    filled = f" met {plural(rows, 'rij', 'rijen')}" if rows else ""
    typer.echo(
        f"{output} is gemaakt{filled}. Vul veld, waarde en reden in, en leg het bestand als correcties.xlsx "
        "bij de documenten; de volgende scan neemt het mee."
    )
