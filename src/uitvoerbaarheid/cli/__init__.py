"""The command line: ``uitvoerbaarheid scan | check | compare | outline | explain | ...``.

Results go to standard output, progress and problems to standard error. Exit codes: 0 done, 2 wrong use
or nothing could be read; ``check`` ends with 1 where something is to be mended. A command's own
module is imported when it is asked for, and heavy modules inside the commands, so that help appears at once.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from uitvoerbaarheid.cli.application import app

__all__ = ["app", "main"]


def main() -> NoReturn:
    """Entry point of the ``uitvoerbaarheid`` command; ends the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes may not be UTF-8 by default
            stream.reconfigure(encoding="utf-8", errors="replace")
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
    except Exception as error:
        from uitvoerbaarheid.cli.errors import report_error

        code = report_error(error)
    raise SystemExit(code)
