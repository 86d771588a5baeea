"""How long one waits: for ``--help``, and for the first result of a document of one page.

    python scripts/benchmark.py start [--repeat 5]

Each time in new processes; medians, on the clock and of the processor. What takes time in ``--help`` is told
by ``python -X importtime -m uitvoerbaarheid --help``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from changed_documents import one_page
from processes import Run, run_watched, scan_command

#: What is asked, in seconds.
ASKED = {"--help": 0.4, "one page": 3.0}


def main(given: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="benchmark.py start", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args(given)
    runs: dict[str, list[Run]] = {name: [] for name in ASKED}
    with tempfile.TemporaryDirectory(prefix="start-") as folder:
        page = Path(folder) / "pagina.pdf"
        one_page(page)
        for number in range(asked.repeat):
            commands = {
                "--help": scan_command("--help"),
                "one page": scan_command("scan", page, "--output", Path(folder) / f"output-{number}"),
            }
            for name, command in commands.items():
                done = run_watched(command, watch=False)
                if done.code:
                    raise SystemExit(f"{name} ended with {done.code}: {done.errors[-500:]}")
                runs[name].append(done)
    table = Table("", "seconds", "least", "most", "processor s", "asked")
    for name, done in runs.items():
        walls = [run.wall for run in done]
        cpu = statistics.median(run.cpu for run in done)
        shown = [f"{value:.2f}" for value in (statistics.median(walls), min(walls), max(walls), cpu)]
        table.add_row(name, *shown, f"< {ASKED[name]}")
    Console(width=130).print(table)
