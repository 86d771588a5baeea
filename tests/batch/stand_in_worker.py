"""A worker that does what the names of its documents say, for tests of what the pool makes of it.

Started in the place of ``uitvoerbaarheid.batch.worker``; all but the assessing is the real one.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from uitvoerbaarheid.batch import worker
from uitvoerbaarheid.batch.assessor import Assessor, Events
from uitvoerbaarheid.batch.tasks import JobError, Result, Task


def hold_python() -> None:
    """Keep Python to itself for hours, as a pattern that goes back and forth does."""
    re.match(r"(a|aa)+$", "a" * 80 + "b")


class StandIn(Assessor):
    """The result of a document tells which process made it."""

    def handle(self, task: Task, events: Events | None = None) -> Result:
        assert events is not None
        events.working(task.path)
        does = Path(task.path).stem.partition(" ")[0]
        if does == "sterft" or (does == "eens" and not _before(task)):
            os._exit(3) if os.name == "nt" else os.kill(os.getpid(), 9)
        elif does == "breekt":
            raise ValueError("een fout in het programma")
        elif does == "geweigerd":
            raise JobError("het taalmodel ontbreekt")
        elif does == "groeit":
            kept = b"x" * 900_000_000
            time.sleep(30)
            del kept
        elif does == "hangt":
            events.assessing(task.path, 1000)
            time.sleep(60)
        elif does == "vast":
            events.assessing(task.path, 1000)
            hold_python()
        elif does == "leest":
            self._reader.read(task.address, progress=lambda *pages: events.page(task.path, *pages))
        # Not rendered: that loads much, and these processes are started often.
        return Result(
            task.path,
            task.key,
            "unreadable",
            "empty",
            str(os.getpid()),
            None,
            b"",
            {},
            {},
            b"",
            brief=None,  # type: ignore[arg-type]
        )


def _before(task: Task) -> bool:
    mark = Path(task.address + ".eerder")
    was = mark.exists()
    mark.touch()
    return was


if __name__ == "__main__":
    worker.Assessor = StandIn  # type: ignore[misc]
    # These processes are started often, and use none of it.
    worker.load_libraries = lambda: None
    worker.main()
