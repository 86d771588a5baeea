"""``uitvoerbaarheid mentions``: what is found in single sentences."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from uitvoerbaarheid.cli.common import fail, make_analyzer
from uitvoerbaarheid.cli.options import LanguageModel


def mentions(
    lines: Annotated[
        Path,
        typer.Option(
            "--lines",
            metavar="BESTAND",
            help="Tekstbestand met één zin per regel; - leest de standaardinvoer.",
            show_default=False,
        ),
    ],
    language_model: LanguageModel = None,
) -> None:
    """Vind doelen, maatregelen, partijen, bedragen en termijnen per zin; geeft één JSON-record per regel."""
    from uitvoerbaarheid.extraction import os_reason

    try:
        data = sys.stdin.buffer.read() if str(lines) == "-" else lines.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        fail(f"{lines} is niet te lezen: {os_reason(error)}.")
    except UnicodeDecodeError:
        fail(f"{lines} is geen tekst in UTF-8.")
    analyzer = make_analyzer(language_model, own=False)
    # Only line feeds end a line: the number must be that of the input, whatever stands in a sentence.
    found = analyzer.annotator.lines(line.rstrip("\r") for line in text.removesuffix("\n").split("\n"))
    for record in found if text else ():
        typer.echo(json.dumps(record, ensure_ascii=False))
