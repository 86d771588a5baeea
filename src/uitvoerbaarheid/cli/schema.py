"""``uitvoerbaarheid schema``: the JSON Schema of what the program writes."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import fail


def schema(
    of: Annotated[
        str,
        typer.Option("--of", metavar="OPDRACHT", help="Van welke opdracht de uitvoer is: scan of check."),
    ] = "scan",
) -> None:
    """Toon het JSON Schema van de rapporten van scan, of van 'check --format json'."""
    from uitvoerbaarheid.checking.formats.json import CheckReport
    from uitvoerbaarheid.records import Record, Report

    schemas: dict[str, type[Record]] = {"scan": Report, "check": CheckReport}
    if of not in schemas:
        fail(f"--of kan {' of '.join(schemas)} zijn, niet '{of}'.")
    typer.echo(json.dumps(schemas[of].model_json_schema(mode="serialization"), ensure_ascii=False, indent=2))
