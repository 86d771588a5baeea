"""The help: what it says of every command, and that it loads nothing that only the work itself needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from uitvoerbaarheid.cli import app
from uitvoerbaarheid.cli.application import COMMANDS

#: Each of these takes longer to import than all of the help may take.
HEAVY = (
    "dask",
    "docx",
    "duckdb",
    "jinja2",
    "lxml",
    "markdown_it",
    "numpy",
    "openpyxl",
    "pandas",
    "pydantic",
    "pypdfium2",
    "scipy",
    "sklearn",
    "spacy",
    "thinc",
    "uitvoerbaarheid.batch",
    "uitvoerbaarheid.config",
    "uitvoerbaarheid.records",
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Opdrachten"),
        (["--help"], "Opdrachten"),
        (["--version"], "uitvoerbaarheid 0"),
        (["scan", "--help"], "--memo-template"),
        (["label", "export", "--help"], "--seed"),
    ],
)
def test_the_help_loads_no_heavy_module(arguments: list[str], said: str) -> None:
    code = (
        "import sys\n"
        "from uitvoerbaarheid.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        f"    print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert said in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_the_help_tells_what_each_command_does() -> None:
    program = get_command(app)
    summaries = program.summaries()
    assert list(summaries) == list(COMMANDS) == list(program.commands)
    for name, command in program.commands.items():
        assert command.name == name
        assert command.help and command.help.split("\n")[0] == summaries[name].split("\n")[0]
