"""``uitvoerbaarheid memo-template``: the fields of a template for the memo, and one to adapt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import fail, make_console, new_file, writing


def memo_template(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="BESTAND",
            help="Schrijf het meegeleverde sjabloon naar dit Word-bestand (.docx).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Toon de invulvelden van de memo, of schrijf het meegeleverde Word-sjabloon om aan te passen."""
    from uitvoerbaarheid.reports.files import write_bytes
    from uitvoerbaarheid.reports.letters import default_template, known_fields
    from uitvoerbaarheid.reports.terminal import fields_table

    if output is None:
        make_console().print(fields_table(known_fields()))
        return
    if output.suffix.lower() != ".docx":
        fail("Geef met --output een naam op die eindigt op .docx.")
    new_file(output)
    with writing(output):
        write_bytes(output, default_template().read_bytes())
    typer.echo(
        f"{output} is gemaakt. Pas het aan in Word en gebruik het met: "
        f"uitvoerbaarheid scan PAD --memo-template {output}"
    )
