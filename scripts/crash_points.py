"""A scan that ends itself, or finds the disk full, at a chosen write: what ``chaos.py writes`` starts.

    python scripts/crash_points.py RECORDED DOCUMENTS OUTPUT [--at N] [--full] [--count FILE]

Counts, while a run goes on, every file that this process opens to write, every rename and every removal, by
an audit hook: nothing of it is in the package. At number N it kills itself as ``kill -9`` does; with
``--full`` every write from there on fails as on a full disk. What documents give was recorded before, so that
it takes a second; reading and assessing happen elsewhere, and only this process writes.
"""

from __future__ import annotations

import argparse
import errno
import os
import pickle
import signal
import sys
from collections.abc import Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uitvoerbaarheid.batch.progress import RunProgress
    from uitvoerbaarheid.batch.tasks import Engine, Job, Result, Task

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: What changes what is on the disk, by the name of its audit event.
_CHANGES = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
)


def changes_disk(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an audit event is the writing, renaming or removal of a file."""
    if event in _CHANGES:
        return True
    if event != "open" or len(arguments) < 3 or str(arguments[0]) == os.devnull:
        return False
    mode, flags = arguments[1], arguments[2]
    return bool(set(mode or "") & set("wax+")) or bool(isinstance(flags, int) and flags & _WRITING)


class Points:
    """Counts what changes the disk; at the chosen one the process ends, or the disk is full from there on."""

    def __init__(self, at: int | None = None, *, full: bool = False) -> None:
        self.count = 0
        self.on = False
        self._at, self._full = at, full
        # An audit hook cannot be taken away again: it is turned on for as long as the run takes.
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on or not changes_disk(event, arguments):
            return
        self.count += 1
        if self._at is None or self.count < self._at:
            return
        if not self._full:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        if event in ("open", "os.mkdir"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))


class Recorder:
    """An engine that keeps the results of another one as they pass."""

    def __init__(self, engine: Engine) -> None:
        self.results: dict[str, Result] = {}
        self._engine = engine

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for result in self._engine.run(tasks, job, progress):
            self.results[result.path] = result
            yield result

    def save(self, file: Path) -> None:
        file.write_bytes(pickle.dumps(self.results))


class Recorded:
    """An engine that gives what was recorded, at once; of a document assessed before only the files asked."""

    def __init__(self, results: dict[str, Result]) -> None:
        self.results = results

    @classmethod
    def load(cls, file: Path) -> Recorded:
        return cls(pickle.loads(file.read_bytes()))

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for task in tasks:
            result = replace(self.results[task.path], key=task.key)
            if task.report is not None:
                files = {end: content for end, content in result.files.items() if end in task.files}
                result = replace(result, files=files)
            yield result


def run_with(engine: Engine, documents: Path, output: Path) -> int:
    """A run of ``scan`` with this engine; the exit code is that of the command."""
    from uitvoerbaarheid.batch.keys import Keys
    from uitvoerbaarheid.batch.run import Request, find, run

    from uitvoerbaarheid.batch.tasks import Job

    request = Request((documents,), output, Keys(Job()))
    outcome = run(request, find(request), engine)
    return 0 if outcome.record.outcome == "done" else 1


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recorded", type=Path)
    parser.add_argument("documents", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--at", type=int)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--count", type=Path, help="write here how many writes there were")
    asked = parser.parse_args()
    engine = Recorded.load(asked.recorded)
    points = Points(asked.at, full=asked.full)
    points.on = True
    try:
        code = run_with(engine, asked.documents, asked.output)
    except OSError as error:
        print(error, file=sys.stderr)
        code = 1
    points.on = False
    if asked.count:
        asked.count.write_text(str(points.count), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
