"""How many documents a second the main process of a scan takes: it alone writes reports and keeps results.

However many machines assess, this is the most that a run does. The result of one document that was really
assessed comes in again and again under other names, as if from as many workers as there could be.

    python scripts/benchmark_client.py [--documents 500] [DOCUMENT]    (default: an example of 3 pages)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from uitvoerbaarheid.batch import STORE_FILE
from uitvoerbaarheid.batch.keys import Keys
from uitvoerbaarheid.batch.pool import PoolEngine
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.run import Request, find, run
from uitvoerbaarheid.batch.tasks import Job, Result, Task

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "data" / "examples" / "omgevingsvisie-lindermeer.pdf"


class Ready:
    """An engine that has every result ready: the same one, under the name that is asked."""

    def __init__(self, result: Result) -> None:
        self.result = result
        #: Seconds of processor time between the first result and the last, which are those of taking them.
        self.taking = 0.0

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        """The results, as fast as they are taken."""
        start = time.process_time()
        for task in tasks:
            brief = replace(self.result.brief, path=task.path)
            yield replace(self.result, path=task.path, key=task.key, brief=brief)
        self.taking = time.process_time() - start


def measure(document: Path, documents: int) -> dict[str, float]:
    """Milliseconds of processor time per document, to take its result and for all the rest, and its size."""
    job = Job(ocr="nee")
    [result] = PoolEngine(1).run([Task(document.name, str(document), key="proef")], job, RunProgress())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "in"
        folder.mkdir()
        for number in range(documents):
            # Other contents, or they would be one document.
            (folder / f"{number:07}.md").write_text(f"# {number}\n", encoding="utf-8")
        request = Request(paths=(folder,), folder=Path(temporary) / "uit", keys=Keys(job))
        found = find(request)
        engine, start = Ready(result), time.process_time()
        outcome = run(request, found, engine)
        whole = time.process_time() - start
        assert len(outcome.rows) == documents
        store = (Path(temporary) / "uit" / STORE_FILE).stat().st_size
    return {
        "taking": 1000 * engine.taking / documents,
        "rest": 1000 * (whole - engine.taking) / documents,
        "files": (sum(map(len, result.files.values())) + len(result.report)) / 1000,
        "store": store / documents / 1000,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("document", type=Path, nargs="?", default=EXAMPLE)
    parser.add_argument("--documents", type=int, default=500)
    given = parser.parse_args(arguments)
    figures = measure(given.document, given.documents)
    print(f"{given.documents} results of {figures['files']:.0f} kB, {figures['store']:.0f} kB in the store")
    taking, rest = figures["taking"], figures["rest"]
    print(f"{taking:.1f} ms of processor time to write and keep each: {1000 / taking:.0f} a second")
    print(f"{rest:.1f} ms for the rest: looking up, and the overviews at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
