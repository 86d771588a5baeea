"""How fast each stage is: pages per second, share of the time, and the process's peak memory.

All stages run one after another in this one process, on one core, so that the shares compare; the time of
loading the models stands apart. Medians over the repeats.

    python scripts/benchmark.py [--repeat 3] [PATH ...]     (default: the PDFs of ../shared/corpus)
    python scripts/benchmark.py reading ...                 reading PDFs, beside other tools
    python scripts/benchmark.py pipeline ...                the whole scan: a reference script, one core, two
    python scripts/benchmark.py start ...                   --help, and the first result of one page
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

import benchmark_pipeline
import benchmark_reading
import benchmark_start
from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.batch import discover
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.records import Report, UnreadableError
from uitvoerbaarheid.reports import write_html, write_json

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
STAGES = ("lezen", "taal", "score", "rapport")
#: Words that count as one page where a format has no pages.
WORDS_PER_PAGE = 350
#: Other things that are measured, by name.
OTHERS: dict[str, Callable[[list[str]], None]] = {
    "reading": benchmark_reading.main,
    "pipeline": benchmark_pipeline.main,
    "start": benchmark_start.main,
}


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of wall clock that a call took, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def pages_of(report: Report) -> float:
    """Pages of a document; of one without pages, its words as pages."""
    words = sum(len(section.text.split()) for section in report.sections)
    return report.document.pages or words / WORDS_PER_PAGE


def peak_memory() -> float | None:
    """Peak resident memory of this process in MB, where the system tells it."""
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def one_document(path: Path, analyzer: Analyzer, folder: Path) -> tuple[float, dict[str, float]] | None:
    """Pages and seconds per stage of one document; None when it cannot be read."""
    try:
        reading, report = timed(lambda: read(path))
    except UnreadableError:
        return None
    language, annotations = timed(lambda: analyzer.annotator.annotate(report.sections))
    scoring, _ = timed(lambda: analyzer.scorer.score(report, annotations))

    def write() -> None:
        write_json(report, folder / "report.json")
        write_html(report, folder / "report.html")

    writing, _ = timed(write)
    return pages_of(report), dict(zip(STAGES, (reading, language, scoring, writing), strict=True))


def main() -> None:
    """Print the table."""
    other = OTHERS.get(sys.argv[1]) if sys.argv[1:] else None
    if other is not None:
        other(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT.parent / "shared" / "corpus" / "pdf"])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    sources, _ = discover(arguments.paths)
    if not sources:
        parser.error("nothing to read")
    analyzer = Analyzer()
    loading, _ = timed(lambda: (analyzer.annotator.lines(["De gemeente plant bomen."]), analyzer.scorer))
    pages = 0.0
    runs: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.repeat):
            pages, seconds = 0.0, dict.fromkeys(STAGES, 0.0)
            for source in sources:
                measured = one_document(source.path, analyzer, Path(folder))
                if measured is not None:
                    pages += measured[0]
                    for stage, value in measured[1].items():
                        seconds[stage] += value
            for stage, value in seconds.items():
                runs[stage].append(value)
    medians = {stage: statistics.median(values) for stage, values in runs.items()}
    total = sum(medians.values())
    table = Table("stage", "seconds", "pages/s", "share")
    for stage, value in medians.items():
        table.add_row(stage, f"{value:.1f}", f"{pages / value:.1f}", f"{value / total:.0%}")
    table.add_row("all", f"{total:.1f}", f"{pages / total:.1f}", "100%")
    console = Console()
    console.print(f"{len(sources)} documents, {pages:.0f} pages, {arguments.repeat} runs, medians")
    console.print(table)
    memory = peak_memory()
    console.print(f"loading the models: {loading:.1f} s; peak memory: {memory:.0f} MB" if memory else "")


if __name__ == "__main__":
    main()
