"""``uitvoerbaarheid schema``: the JSON Schema of the reports."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Toon het JSON Schema van de rapporten."""
    from uitvoerbaarheid.records import Report

    typer.echo(json.dumps(Report.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2))
