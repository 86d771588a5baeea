"""What a scan of many documents takes: time, core hours, storage and money, from a run that was measured.

    python scripts/cost_estimate.py OUTPUT_FOLDER [--cores 64] [--price-core-hour 0.05] ...

The folder is that of a scan that ended: its ``run.json`` has the times, and its files have their sizes. A run
of some tens of documents like those to come is enough; the estimate is as good as that likeness.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from uitvoerbaarheid.batch import OVERVIEWS, STORE_FILE
from uitvoerbaarheid.batch.record import RUN_FILE, RunDocument

DOCUMENTS = (10_000, 100_000, 1_000_000)
#: Stages of a run that the main process does alone, whatever the number of workers.
ALONE = ("hash", "look_up", "keep", "overviews")
GIGABYTE = 1000**3


@dataclass(frozen=True)
class Measured:
    """Of one run: ``pages`` per document, ``seconds`` of one core per page, ``alone`` seconds of the main
    process per document, bytes of ``reports`` and of the ``store`` per document, ``memory`` of a worker in
    bytes, and the shares of documents that were tried ``again`` and that were ``unreadable``."""

    documents: int
    pages: float
    seconds: float
    alone: float
    reports: float
    store: float
    memory: int
    again: float
    unreadable: float


@dataclass(frozen=True)
class Terms:
    """What is assumed: ``cores`` that work, the share of them that is really used, prices in euros (of a core
    for an hour, of a gigabyte for a month) and the share of documents that is done twice (None: as
    measured)."""

    cores: int = 16
    efficiency: float = 0.9
    core_hour: float = 0.05
    gigabyte_month: float = 0.02
    failures: float | None = None


@dataclass(frozen=True)
class Estimate:
    """Of a scan: hours of cores and on the clock, gigabytes and euros. ``limit`` is "cores" or "client"."""

    documents: int
    core_hours: float
    hours: float
    limit: str
    reports: float
    store: float
    computing: float
    storage: float


def measure(folder: Path) -> Measured:
    """The figures of the run in an output folder. Raises ValueError (Dutch) where there are none."""
    try:
        record = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        # Fields may have been added since; those that are used here stay.
        documents = [RunDocument.model_validate(_known(document)) for document in record["documents"]]
        timings: dict[str, float] = record["timings"]
    except OSError as error:
        raise ValueError(f"In {folder} staat geen leesbaar {RUN_FILE}: geef de map van een scan.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / RUN_FILE} is geen verslag van een scan.") from error
    done = [document for document in documents if not document.kept]
    pages = sum(document.pages or 0 for document in done)
    # The models are loaded once by every worker, not for every document.
    work = sum(sum(document.seconds.values()) - document.seconds.get("load", 0.0) for document in done)
    if not pages or not work:
        raise ValueError("In deze run is niets beoordeeld; scan met --fresh of met een lege map.")
    every = len(documents)
    own = {STORE_FILE, RUN_FILE, *OVERVIEWS}
    files = [path for path in folder.rglob("*") if path.is_file()]
    store = folder / STORE_FILE
    return Measured(
        documents=len(done),
        pages=pages / len(done),
        seconds=work / pages,
        # Looking up is for all documents; keeping and the overviews too, or they would be measured too low.
        alone=sum(timings.get(stage, 0.0) for stage in ALONE) / len(done),
        reports=sum(path.stat().st_size for path in files if path.name not in own) / every,
        store=store.stat().st_size / every if store.is_file() else 0.0,
        memory=max(document.memory for document in done),
        again=sum(document.attempts > 1 for document in done) / len(done),
        unreadable=sum(document.status == "unreadable" for document in done) / len(done),
    )


def _known(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name in RunDocument.model_fields}


def estimate(measured: Measured, documents: int, terms: Terms) -> Estimate:
    """What ``documents`` like those that were measured take."""
    again = measured.again if terms.failures is None else terms.failures
    work = documents * (1 + again) * measured.pages * measured.seconds / 3600
    # A core that waits is paid for.
    core_hours = work / terms.efficiency
    alone = documents * measured.alone / 3600
    # The main process works while the others do: the longer of the two counts.
    hours = max(core_hours / terms.cores, alone)
    reports, store = (documents * size / GIGABYTE for size in (measured.reports, measured.store))
    return Estimate(
        documents=documents,
        core_hours=core_hours,
        hours=hours,
        limit="client" if alone > core_hours / terms.cores else "cores",
        reports=reports,
        store=store,
        computing=max(core_hours, hours * terms.cores) * terms.core_hour,
        storage=(reports + store) * terms.gigabyte_month,
    )


def duration(hours: float) -> str:
    """Hours in words that are read at a glance."""
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{number(hours)} uur" if hours < 48 else f"{number(hours / 24)} dagen"


def number(value: float) -> str:
    """A number in Dutch notation: no more digits than it is sure of."""
    text = f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
    return text.replace(",", " ").replace(".", ",")


def show(measured: Measured, terms: Terms, estimates: Sequence[Estimate], console: Console) -> None:
    """Print what was measured, what is assumed and what follows."""
    again = measured.again if terms.failures is None else terms.failures
    console.print(f"Gemeten over {measured.documents} documenten:", style="bold")
    for line in (
        f"{number(measured.pages)} bladzijden per document",
        f"{number(1 / measured.seconds)} bladzijden per seconde per kern",
        f"{number(measured.alone * 1000)} ms per document in het hoofdproces (dat is er een)",
        f"{number(measured.reports / 1e6)} MB rapporten per document",
        f"{number(measured.store / 1e3)} kB gegevens per document",
        f"{measured.memory / 2**20:.0f} MB geheugen voor een werkproces, ten hoogste",
        f"{number(measured.unreadable * 100)}% van de documenten is niet leesbaar",
    ):
        console.print(f"  {line}", markup=False)
    console.print("\nAangenomen:", style="bold")
    for line in (
        f"{terms.cores} kernen, waarvan {number(terms.efficiency * 100)}% werkelijk aan documenten werkt",
        f"{number(again * 100)}% van de documenten wordt tweemaal gedaan",
        f"{number(terms.core_hour * 100)} cent per kern per uur",
        f"{number(terms.gigabyte_month * 100)} cent per GB opslag per maand",
        "documenten zoals de gemeten, op machines die even snel zijn",
        "de rapporten en gegevens zoals ze geschreven worden, de documenten zelf niet meegeteld",
        "geen verkeer tussen datacenters, geen werk van mensen",
    ):
        console.print(f"  {line}", markup=False)
    console.print()
    table = Table(
        "documenten",
        "kernuren",
        "doorlooptijd",
        "bepaald door",
        "rapporten",
        "gegevens",
        "rekenen",
        "opslag/mnd",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for item in estimates:
        table.add_row(
            f"{item.documents:,}".replace(",", " "),
            number(item.core_hours),
            duration(item.hours),
            {"client": "hoofdproces", "cores": "kernen"}[item.limit],
            f"{number(item.reports)} GB",
            f"{number(item.store)} GB",
            f"€ {number(item.computing)}",
            f"€ {number(item.storage)}",
        )
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="output folder of a scan")
    parser.add_argument("--documents", type=int, nargs="+", default=list(DOCUMENTS))
    parser.add_argument("--cores", type=int, default=Terms.cores)
    parser.add_argument("--efficiency", type=float, default=Terms.efficiency, help="0 to 1")
    parser.add_argument("--price-core-hour", type=float, default=Terms.core_hour, help="euros")
    parser.add_argument("--price-gigabyte-month", type=float, default=Terms.gigabyte_month, help="euros")
    parser.add_argument("--failures", type=float, help="share done twice, 0 to 1 (default: as measured)")
    parser.add_argument(
        "--client-ms",
        type=float,
        help="of the main process per document (benchmark_client; default: as measured)",
    )
    given = parser.parse_args(arguments)
    if given.cores < 1 or not 0 < given.efficiency <= 1:
        parser.error("--cores is at least 1, --efficiency above 0 and at most 1")
    terms = Terms(
        cores=given.cores,
        efficiency=given.efficiency,
        core_hour=given.price_core_hour,
        gigabyte_month=given.price_gigabyte_month,
        failures=given.failures,
    )
    try:
        measured = measure(given.folder)
        if given.client_ms is not None:
            measured = replace(measured, alone=given.client_ms / 1000)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    estimates = [estimate(measured, documents, terms) for documents in given.documents]
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 110
    show(measured, terms, estimates, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
