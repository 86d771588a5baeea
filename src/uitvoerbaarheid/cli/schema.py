"""``uitvoerbaarheid schema``: the JSON Schema of what the program writes."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import fail
from uitvoerbaarheid.cli.config import settings_schema


def schema(
    of: Annotated[
        str,
        typer.Option(
            "--of", metavar="WAT", help="Waarvan: scan, run (run.json van scan), check, compare of config."
        ),
    ] = "scan",
) -> None:
    """Toon het JSON Schema van de JSON van 'scan', 'check' of 'compare', of van de instellingen."""
    from uitvoerbaarheid.batch.record import RunRecord
    from uitvoerbaarheid.checking.formats.json import CheckReport
    from uitvoerbaarheid.comparison.records import Comparison
    from uitvoerbaarheid.records import Record, Report

    schemas: dict[str, type[Record]] = {
        "scan": Report,
        "run": RunRecord,
        "check": CheckReport,
        "compare": Comparison,
    }
    if of not in (*schemas, "config"):
        fail(f"--of kan {', '.join(schemas)} of config zijn, niet '{of}'.")
    found = settings_schema() if of == "config" else schemas[of].model_json_schema(mode="serialization")
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
