"""A scan that ends itself, or finds the disk full, at a chosen write: what ``chaos.py`` starts.

    python scripts/crash_points.py RECORDED DOCUMENTS OUTPUT [--at N] [--full] [--pause S] [--count FILE]
    python scripts/crash_points.py RECORDED DOCUMENTS OUTPUT --each EVERY [--full]

Counts, while a run goes on, every file that this process opens to write, every rename and every removal, by
an audit hook: nothing of it is in the package. At number N it kills itself as ``kill -9`` does; with
``--full`` every write from there on fails as on a full disk. What documents give was recorded before, so that
it takes a second; reading and assessing happen elsewhere, and only this process writes.

With ``--each`` it does so at every so manieth write, in a process forked for it, lets another run follow, and
holds what that one leaves against an undisturbed run: it prints how many there were and what was wrong.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import pickle
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stores import differences, faults

if TYPE_CHECKING:
    from uitvoerbaarheid.batch.progress import RunProgress
    from uitvoerbaarheid.batch.tasks import Engine, Job, Result, Task

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: What changes what is on the disk, by the name of its audit event.
_CHANGES = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
)
#: Of these, what cannot be done on a full disk.
_TAKING_ROOM = frozenset({"open", "os.mkdir"})


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
        #: The last one that a full disk makes fail: none after it takes room.
        self.last_to_fail = 0
        self.on = False
        self._at, self._full = at, full
        # An audit hook cannot be taken away again: it is turned on for as long as the run takes.
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on or not changes_disk(event, arguments):
            return
        self.count += 1
        if event in _TAKING_ROOM:
            self.last_to_fail = self.count
        if self._at is None or self.count < self._at:
            return
        if not self._full:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        if event in _TAKING_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))


class Recorder:
    """An engine that keeps the results of another one as they pass, by path."""

    def __init__(self, engine: Engine) -> None:
        self.results: dict[str, Result] = {}
        self._engine = engine

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for result in self._engine.run(tasks, job, progress):
            self.results[result.path] = result
            yield result


class Recorded:
    """An engine that gives what was recorded, at once; of a document assessed before only the files asked."""

    def __init__(self, results: dict[str, Result], pause: float = 0.0) -> None:
        self.results, self._pause = results, pause

    @classmethod
    def load(cls, file: Path, pause: float = 0.0) -> Recorded:
        return cls(pickle.loads(file.read_bytes()), pause)

    def save(self, file: Path) -> None:
        file.write_bytes(pickle.dumps(self.results))

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for task in tasks:
            time.sleep(self._pause)
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


# --- at each write ---------------------------------------------------------------------------------------


def forked(work: Callable[[], int]) -> int:
    """What ``work`` gives in a process of its own, or minus the number of the signal that ended it."""
    # What is waiting to be printed would be printed by both.
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            code = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def once(engine: Engine, documents: Path, output: Path, points: Points) -> int:
    """A run with the points turned on; 1 where it ended with an error that is told to the user."""
    from uitvoerbaarheid.store import StoreError

    points.on = True
    try:
        return run_with(engine, documents, output)
    except (OSError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        points.on = False


class Each:
    """Runs that end at one write after another, each followed by one to the end."""

    def __init__(self, engine: Engine, documents: Path, base: Path) -> None:
        # Loaded and worked out once: what is forked has it.
        import uitvoerbaarheid.batch.run
        import uitvoerbaarheid.reports.tables
        import uitvoerbaarheid.store  # noqa: F401
        from uitvoerbaarheid.batch.keys import Keys
        from uitvoerbaarheid.batch.tasks import Job

        Keys(Job()).of("", "")
        self._engine, self._documents, self._base = engine, documents, base
        self._undisturbed = base / "undisturbed"
        self._note = base / "note.json"
        base.mkdir(parents=True, exist_ok=True)
        if forked(self._count):
            raise RuntimeError("the undisturbed run failed")
        self.writes, self._last_to_fail = map(int, self._noted())

    def _count(self) -> int:
        points = Points()
        code = once(self._engine, self._documents, self._undisturbed, points)
        self._note.write_text(json.dumps([points.count, points.last_to_fail]), encoding="utf-8")
        return code

    def _noted(self) -> Any:
        return json.loads(self._note.read_text(encoding="utf-8"))

    def at(self, number: int, *, full: bool = False) -> list[str]:
        """What is wrong after a run that ended at this write and another one to the end."""
        output = self._base / "output"
        ended = forked(lambda: once(self._engine, self._documents, output, Points(number, full=full)))
        wanted = 1 if full else -signal.SIGKILL
        told = [] if ended == wanted else [f"it ended with {ended} instead of {wanted}"]
        code = forked(lambda: self._resume(output))
        told += [f"the next run ended with {code}"] if code else self._noted()
        shutil.rmtree(output, ignore_errors=True)
        return [f"write {number}: {line}" for line in told]

    def _resume(self, output: Path) -> int:
        code = run_with(self._engine, self._documents, output)
        told = [*differences(self._undisturbed, output), *faults(output)]
        self._note.write_text(json.dumps(told), encoding="utf-8")
        return code

    def all(self, every: int = 1, *, full: bool = False) -> dict[str, Any]:
        """What is wrong at every so manieth write; with ``full``, at those that a full disk lets fail."""
        wrong: list[str] = []
        points = range(1, (self._last_to_fail if full else self.writes) + 1, every)
        for number in points:
            wrong += self.at(number, full=full)
        return {"points": len(points), "writes": self.writes, "wrong": wrong}


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
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each document's result")
    parser.add_argument("--count", type=Path, help="write here how many writes there were")
    parser.add_argument("--each", type=int, metavar="EVERY")
    asked = parser.parse_args()
    engine = Recorded.load(asked.recorded, asked.pause)
    if asked.each:
        print(json.dumps(Each(engine, asked.documents, asked.output).all(asked.each, full=asked.full)))
        return 0
    points = Points(asked.at, full=asked.full)
    code = once(engine, asked.documents, asked.output, points)
    if asked.count:
        asked.count.write_text(str(points.count), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
