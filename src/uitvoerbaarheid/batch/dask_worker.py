"""What goes to the workers of a Dask cluster, and what they do there."""

from __future__ import annotations

import pickle
import platform
import threading
import time
import zlib
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import distributed
from distributed import Worker, WorkerPlugin, get_worker

from uitvoerbaarheid.batch.keys import versions
from uitvoerbaarheid.batch.pool import SingleWorker
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, Result, Task
from uitvoerbaarheid.extraction import tesseract
from uitvoerbaarheid.extraction.scratch import Scratch, sweep
from uitvoerbaarheid.resources import code_id, model_id, ruleset_id
from uitvoerbaarheid.scoring.own import FILE_NAME as OWN_MODEL

_PAGE_SECONDS = 1.0
_LOOK_SECONDS = 5.0
#: A worker without work for so long ends the processes that do it; the next document starts new ones.
_IDLE_SECONDS = 300.0


@dataclass(frozen=True)
class Kit:
    """A job with the content of the files that it names, which lie on this machine alone."""

    job: Job
    template: bytes | None = None
    model: bytes | None = None

    @classmethod
    def of(cls, job: Job) -> Kit:
        """OSError where a file cannot be read. A password is left out: it goes with each document."""
        template = Path(job.memo_template).read_bytes() if job.memo_template else None
        model = None
        if job.model:
            folder = Path(job.model)
            model = (folder if folder.is_file() else folder / OWN_MODEL).read_bytes()
        return cls(replace(job, password=None), template, model)

    def unpack(self, folder: Path, password: str | None) -> Job:
        """The job as it holds where these files lie in ``folder``."""
        job = replace(self.job, password=password)
        if self.template is not None:
            template = folder / "memo.docx"
            template.write_bytes(self.template)
            job = replace(job, memo_template=str(template))
        if self.model is not None:
            (folder / OWN_MODEL).write_bytes(self.model)
            job = replace(job, model=str(folder))
        return job


class Setup(WorkerPlugin):
    """A run's job on every worker, also on one that comes later.

    The documents themselves are done as on one machine: in processes that are bounded, renewed and tried
    again, one for each document that this worker does at once. So what a document does to its process, it
    does not do to the worker and what else that has in work.
    """

    def __init__(self, name: str, kit: Kit, expected: dict[str, str]) -> None:
        self.name = name
        self.kit = kit
        self.expected = expected

    def setup(self, worker: Worker) -> None:
        """Called when the worker gets it; nothing is started yet."""
        self._worker = worker
        self._lock = threading.Lock()
        self._kept = ExitStack()
        self._free: list[SingleWorker] = []
        self._busy = 0
        self._used = 0.0
        self._job: tuple[Job, Path] | None = None
        self._over = False

    def teardown(self, worker: Worker) -> None:
        """The run is over: what is in work ends at once."""
        with self._lock:
            self._over = True
            self._kept.close()

    def result(self, task: Task, password: str | None) -> Result:
        """What becomes of one document. OtherVersionError on a worker that would give other results."""
        with self._lock:
            single = self._free.pop() if self._free else self._one_more(password)
            self._busy += 1
        try:
            return single.result(task)
        finally:
            with self._lock:
                self._busy -= 1
                self._used = time.monotonic()
                self._free.append(single)

    def _one_more(self, password: str | None) -> SingleWorker:
        if self._over:
            raise RuntimeError("de run is voorbij")
        if self._job is None:
            problem = differences(self.expected, identity(self.kit.job))
            if problem:
                raise OtherVersionError(self._worker.address, problem)
            sweep()
            folder = self._kept.enter_context(Scratch())
            self._job = self.kit.unpack(folder, password), folder
            threading.Thread(target=self._rest_when_idle, daemon=True).start()
        job, folder = self._job
        single = SingleWorker(job, _Told(self._worker, self.name), folder)
        self._kept.callback(single.stop)
        return single

    def _rest_when_idle(self) -> None:
        """Give the memory back after a while without work: who gave it may have gone without a word."""
        while not self._over:
            time.sleep(_LOOK_SECONDS)
            with self._lock:
                if not self._busy and time.monotonic() > self._used + _IDLE_SECONDS:
                    self._kept.close()
                    self._free.clear()
                    self._job = None
                    return


class OtherVersionError(Exception):
    """A worker (its address) that would give other results (why, in Dutch)."""

    def __init__(self, worker: str, why: str) -> None:
        super().__init__(worker, why)
        self.worker = worker
        self.why = why


class _Told(RunProgress):
    """Tells the client what a worker is at; pages not more than once a second."""

    def __init__(self, worker: Worker, topic: str) -> None:
        self._worker = worker
        self._topic = topic
        self._told: dict[str, float] = {}

    def working(self, path: str) -> None:
        self._told.pop(path, None)
        self._worker.log_event(self._topic, {"path": path})

    def page(self, path: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now > self._told.get(path, 0.0) + _PAGE_SECONDS:
            self._told[path] = now
            self._worker.log_event(self._topic, {"path": path, "pages": (done, total)})
        if done == total:
            self._told.pop(path, None)


def handle(name: str, task: Task, password: str | None) -> bytes:
    """One document. The Result comes back pickled and packed, as it lies in memory until it is fetched."""
    worker = get_worker()
    setup = worker.plugins[name]
    assert isinstance(setup, Setup)
    worker.log_event(name, {"path": task.path, "begun": worker.address})
    return zlib.compress(pickle.dumps(setup.result(task, password), protocol=5), 1)


def identity(job: Job) -> dict[str, str]:
    """What must be the same on every machine for the same document to give the same result, by Dutch name."""
    found = {
        "het programma": code_id(),
        "de modellen": model_id(job.language_model),
        "de regels": ruleset_id(),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "distributed": distributed.__version__,
        **{name: version or "afwezig" for name, version in versions().items()},
    }
    if job.ocr != "nee":
        found["Tesseract"] = tesseract.installed() or "afwezig"
    return found


def differences(expected: dict[str, str], found: dict[str, str]) -> str | None:
    """What differs between two machines, in Dutch; None for nothing."""
    other = [
        f"{name} ({found.get(name, 'afwezig')}, hier {here})"
        for name, here in expected.items()
        if found.get(name) != here
    ]
    if not other:
        return None
    return (
        f"anders dan op deze machine: {', '.join(other)}. De uitkomsten zouden verschillen; installeer "
        "overal dezelfde versies."
    )


@dataclass(frozen=True)
class Surroundings:
    """What a worker is, and whether it sees a certain file."""

    identity: dict[str, str]
    sees: bool


def look_around(job: Job, path: str | None) -> Surroundings:
    """On a worker: what is to be known before it gets work. ``path`` is that of a document, None for none."""
    return Surroundings(identity(job), path is None or Path(path).exists())
