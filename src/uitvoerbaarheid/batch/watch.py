"""A scan that goes on: when documents change, what changed is assessed again.

Each pass is a whole run over what is there by then, so that documents that are gone or have another name are
gone from the overviews too. What the system tells of changes only wakes it up; what really changed is seen in
the folders, also where a network drive tells nothing.
"""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import TracebackType

from watchfiles import Change, watch

from uitvoerbaarheid.batch.pool import SingleWorker
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.remote import AddressError
from uitvoerbaarheid.batch.run import Found, Outcome, Request, find, run
from uitvoerbaarheid.batch.sources import Source
from uitvoerbaarheid.batch.tasks import Engine, Job, Result, Task
from uitvoerbaarheid.extraction import memory, os_reason
from uitvoerbaarheid.extraction.scratch import Scratch
from uitvoerbaarheid.overrules import FILE_NAMES
from uitvoerbaarheid.sheets import InputError
from uitvoerbaarheid.store import StoreError

#: Documents are looked at again when nothing has changed for so many seconds.
_QUIET_SECONDS = 1.0
#: Programs save by putting a new file in the place of the old one: one that is gone, or empty, may be there
#: again after this many seconds.
_SAVING_SECONDS = 4.0
#: Without any word of a change the folders are looked at this often: not every network drive tells.
_LOOK_SECONDS = 30.0

#: More documents at a time are worth workers of their own, which takes seconds to start.
_MANY = 4

log = logging.getLogger(__name__)

#: Gives what follows a pass, for as long as that lasts.
Display = Callable[[], AbstractContextManager[RunProgress]]


@dataclass(frozen=True)
class Pass:
    """One time through the documents: what was found, and how the run ended.

    ``changed`` are new and changed documents, ``removed`` those that are gone since the pass before. With a
    ``problem``, in Dutch, the pass was not made (``outcome`` None); it is tried again at the next change.
    """

    found: Found
    outcome: Outcome | None
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class _Seen:
    """The documents with their sizes and times of change, and those of the files of corrections."""

    found: Found
    documents: dict[str, tuple[int, int]]
    corrections: dict[str, tuple[int, int]]

    def same(self, other: _Seen) -> bool:
        return self.documents == other.documents and self.corrections == other.corrections


class WarmEngine:
    """An engine for the few documents that change at a time: one worker that stays, with its models loaded.

    Use as a context manager. More than :data:`_MANY` documents go to ``many``.
    """

    def __init__(self, many: Engine) -> None:
        self._many = many
        self._open = ExitStack()
        self._worker: tuple[tuple[Job, tuple[int, int]], SingleWorker] | None = None
        self._progress = _Passing()

    def __enter__(self) -> WarmEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker = None
        self._open.close()

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        """The results of ``tasks``; see :class:`~uitvoerbaarheid.batch.tasks.Engine`."""
        todo = list(tasks)
        if len(todo) > _MANY:
            yield from self._many.run(todo, job, progress)
            return
        # It has read the template of the memo, which may be another by now.
        asked = job, _stamp(Path(job.memo_template)) if job.memo_template else _GONE
        if self._worker is None or self._worker[0] != asked:
            self._open.close()
            scratch = self._open.enter_context(Scratch())
            worker = SingleWorker(job, self._progress, scratch)
            self._open.callback(worker.stop)
            self._worker = asked, worker
        self._progress.to = progress
        for task in todo:
            yield self._worker[1].result(task)


class _Passing(RunProgress):
    """Passes on what a worker tells to whoever follows this pass."""

    to = RunProgress()

    def working(self, path: str) -> None:
        self.to.working(path)

    def page(self, path: str, done: int, total: int) -> None:
        self.to.page(path, done, total)


def passes(
    request: Request,
    engine: Engine,
    display: Display = lambda: nullcontext(RunProgress()),
    *,
    stop: Event | None = None,
    quiet: float = _QUIET_SECONDS,
    saving: float = _SAVING_SECONDS,
) -> Generator[Pass]:
    """Make a pass now and after each change of documents, until ``stop`` is set or the generator is closed.

    The first pass raises what :func:`~uitvoerbaarheid.batch.run.run` does. Documents at an address elsewhere
    are seen when the folders are looked at. ``quiet`` and ``saving`` are in seconds.
    """
    stop = stop or Event()
    seen = _look(request)
    outcome = _run(request, seen.found, engine, display)
    yield Pass(seen.found, outcome, changed=tuple(seen.documents))
    request = replace(request, fresh=False)
    told: str | None = None
    for _ in _wakes(request, stop):
        problem = None
        try:
            now = _settled(request, seen, stop, quiet, saving)
            if now is None:
                told = None
                continue
            outcome = _run(request, now.found, engine, display)
        except (AddressError, InputError, StoreError, RuntimeError) as error:
            problem = str(error)
        except OSError as error:
            log.debug("a pass failed", exc_info=True)
            problem = f"De rapporten zijn niet te schrijven: {os_reason(error)}."
        if problem is not None:
            if problem != told:  # it is tried again and again, and said once
                yield Pass(seen.found, None, problem=problem)
            told = problem
            continue
        assert now is not None
        changed = tuple(path for path, stamp in now.documents.items() if seen.documents.get(path) != stamp)
        removed = tuple(path for path in seen.documents if path not in now.documents)
        seen, told = now, None
        yield Pass(now.found, outcome, changed, removed)


def _run(request: Request, found: Found, engine: Engine, display: Display) -> Outcome:
    """One run; what is free after it goes back to the system, for a process that goes on."""
    try:
        with display() as progress:
            return run(request, found, engine, progress)
    finally:
        # Garbage in circles, left until later, would come to lie between what is made next; of the overviews
        # there is some.
        gc.collect()
        memory.give_back()


def _look(request: Request) -> _Seen:
    found = find(request)
    documents = {source.relative: _version(source) for source in found.sources}
    folders = {source.path.parent for source in found.sources} | {Path(path) for path in request.paths}
    files = [folder / name for folder in folders for name in FILE_NAMES]
    if request.corrections is not None:
        files.append(request.corrections)
    stamps = {str(file): _stamp(file) for file in files}
    return _Seen(found, documents, {name: stamp for name, stamp in stamps.items() if stamp != _GONE})


#: The size and time of change of what is not there, or not on this machine.
_GONE = (-1, -1)


def _version(source: Source) -> tuple[int, int]:
    """The size and time of change of a document; of one elsewhere what its storage calls this version."""
    return (source.size, hash(source.tag)) if source.address else _stamp(source.path)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return _GONE
    return found.st_size, found.st_mtime_ns


def _settled(request: Request, seen: _Seen, stop: Event, quiet: float, saving: float) -> _Seen | None:
    """What is there when nothing changes any more; None where that is what was there before."""
    until = time.monotonic() + saving
    now = _look(request)
    while not now.same(seen):
        if stop.wait(quiet):
            return None
        later = _look(request)
        # Half saved: it was there, or had something in it, a moment ago.
        half = [p for p, stamp in seen.documents.items() if stamp[0] > 0 >= later.documents.get(p, _GONE)[0]]
        if later.same(now) and (not half or time.monotonic() >= until):
            return later
        now = later
    return None


def _wakes(request: Request, stop: Event) -> Iterator[None]:
    """One for each time that there may be something new."""
    folders = {path if path.is_dir() else path.parent for path in map(Path, request.paths)}
    there = sorted(folder for folder in folders if folder.is_dir())
    only_files = not any(Path(path).is_dir() for path in request.paths)
    if not there:  # all of it lies elsewhere
        while not stop.wait(_LOOK_SECONDS):
            yield
        return
    output = os.path.realpath(request.folder) if request.folder is not None else None

    def counts(_: Change, path: str) -> bool:
        real = os.path.realpath(path)
        own = output is not None and (real == output or real.startswith(output + os.sep))
        return not own and not Path(path).name.startswith((".", "~$"))

    for _ in watch(
        *there,
        watch_filter=counts,
        stop_event=stop,
        rust_timeout=int(_LOOK_SECONDS * 1000),
        yield_on_timeout=True,
        recursive=not only_files,
        ignore_permission_denied=True,
    ):
        yield
