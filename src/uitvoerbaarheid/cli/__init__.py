"""The command line: ``uitvoerbaarheid scan | check | compare | outline | explain | ...``.

Results go to standard output, progress and problems to standard error. Exit codes: 0 done, 2 wrong use
or nothing could be read; ``check`` ends with 1 where something is to be mended. Heavy modules are
imported inside the commands, so that help appears at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from uitvoerbaarheid.cli.application import EXIT_USAGE, Command, app
from uitvoerbaarheid.cli.baseline import baseline_app
from uitvoerbaarheid.cli.check import check
from uitvoerbaarheid.cli.compare import compare
from uitvoerbaarheid.cli.config import config
from uitvoerbaarheid.cli.corrections import corrections
from uitvoerbaarheid.cli.errors import report_error
from uitvoerbaarheid.cli.explain import explain
from uitvoerbaarheid.cli.label import label_app
from uitvoerbaarheid.cli.memo_template import memo_template
from uitvoerbaarheid.cli.mentions import mentions
from uitvoerbaarheid.cli.outline import outline
from uitvoerbaarheid.cli.query import query
from uitvoerbaarheid.cli.rule import rule
from uitvoerbaarheid.cli.scan import scan
from uitvoerbaarheid.cli.schema import schema
from uitvoerbaarheid.cli.train import train

#: In the order in which the help shows them; a group of commands comes after these.
for _command in (
    scan,
    query,
    check,
    compare,
    rule,
    outline,
    mentions,
    explain,
    corrections,
    train,
    memo_template,
    config,
    schema,
):
    app.command(cls=Command)(_command)
app.add_typer(baseline_app, name="baseline")
app.add_typer(label_app, name="label")


def main() -> NoReturn:
    """Entry point of the ``uitvoerbaarheid`` command; ends the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes may not be UTF-8 by default
            stream.reconfigure(encoding="utf-8", errors="replace")
    from uitvoerbaarheid.config import ConfigError

    code = 0
    try:
        result = app(standalone_mode=False, prog_name="uitvoerbaarheid")
        code = result if isinstance(result, int) else 0
    except typer.Abort:
        typer.echo("Afgebroken.", err=True)
        code = 130
    except KeyboardInterrupt:
        typer.echo("Afgebroken.", err=True)
        code = 130
    except ConfigError as error:
        typer.echo(str(error), err=True)
        code = EXIT_USAGE
    except Exception as error:
        code = report_error(error)
    raise SystemExit(code)
