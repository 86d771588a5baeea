"""A run over the workers of a Dask cluster: on other machines, or on this one where no scheduler is given."""

from __future__ import annotations

import contextlib
import gc
import logging
import pickle
import queue
import time
import uuid
import warnings
import zlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uitvoerbaarheid.batch.outcomes import failed
from uitvoerbaarheid.batch.pool import default_workers
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, JobError, Result, Task
from uitvoerbaarheid.extraction.scratch import Scratch, sweep

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

_CONNECT_SECONDS = 10
_WORKERS_SECONDS = 60
#: How often is looked whether there are workers, and how long there may be none.
_LOOK_SECONDS = 5
_ALONE_SECONDS = 180
#: Beside what the workers have in work: enough that none waits for the next, few enough to lie in memory.
_SPARE = 8
#: How often a document goes to the scheduler again that may only have stood beside one that ends workers.
_ROUNDS = 3
#: The names of their loggers; what they say is for who runs a cluster, and stands in the logs of that.
_THEIR_LOGS = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application")


_ABSENT = (
    "uitvoerbaarheid ontbreekt daar of is een andere versie. Installeer op elke machine dezelfde versie: "
    "pip install 'uitvoerbaarheid[dask]'"
)
_ALONE = (
    "De verbinding met de scheduler is verbroken of er zijn geen werkprocessen meer. Wat klaar is, is "
    "bewaard; dezelfde opdracht gaat daarna verder."
)
_KILLED = (
    "Het beoordelen is tot tweemaal toe afgebroken, doordat het werkproces eindigde dat het document had."
)

log = logging.getLogger(__name__)


class EngineError(RuntimeError):
    """A cluster that cannot do the work; the message is Dutch."""


class DaskEngine:
    """An :class:`~uitvoerbaarheid.batch.tasks.Engine` over Dask.

    ``scheduler`` is the address of a scheduler ("tcp://host:8786", "tls://..."); without it ``workers``
    processes of this machine do the work (None: as many as it has cores).
    """

    def __init__(self, scheduler: str | None = None, workers: int | None = None) -> None:
        self.scheduler = scheduler
        self.workers = workers

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        """The results of ``tasks`` as they are ready, each once; the tasks are taken in their order.

        Raises EngineError where there is no cluster, or one with other versions, other models or another view
        of the documents than this machine: before any work, or when such a worker comes later.
        """
        # As they come, the largest first: of a million documents few are in memory at a time.
        upcoming = iter(tasks)
        first = list(islice(upcoming, 1))
        if not first:
            return
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            client = self._connect(stack)
            run = _Run(client, job, progress)
            stack.callback(run.close)
            run.prepare(first[0])
            yield from run.results(chain(first, upcoming))

    def _connect(self, stack: ExitStack) -> Client:
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise EngineError(
                "Voor werken met Dask is meer nodig. Installeer het met: pip install 'uitvoerbaarheid[dask]'"
            ) from error
        if self.scheduler is None:
            sweep()
            folder = stack.enter_context(Scratch())
            # The workers' own folder is given; some of its other parts ask the settings.
            stack.enter_context(dask.config.set({"temporary-directory": str(folder)}))
            try:
                with _nothing_collected():
                    cluster = LocalCluster(
                        n_workers=self.workers or default_workers(),
                        threads_per_worker=1,
                        # Certificates for this run alone: nobody else here can give its workers orders.
                        security=True,
                        protocol="tls://",
                        dashboard_address=None,
                        local_directory=str(folder),
                        silence_logs=logging.CRITICAL,
                        scheduler_kwargs={"allowed_failures": 1},
                    )
            except Exception as error:
                raise EngineError(
                    f"De werkprocessen op deze machine konden niet worden gestart ({type(error).__name__})."
                ) from error
            stack.callback(_close, cluster)
            with _nothing_collected():
                client = Client(cluster, set_as_default=False)
            stack.callback(_close, client)
            return client
        try:
            with _nothing_collected():
                client = Client(self.scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
        except Exception as error:  # refused, no such host, no certificate, not an address
            raise EngineError(
                f"De scheduler op {self.scheduler} is niet te bereiken. Controleer het adres (bijvoorbeeld "
                "tcp://rekenserver:8786), of 'dask scheduler' daar draait, de firewall en bij tls:// de "
                "certificaten."
            ) from error
        stack.callback(_close, client)
        try:
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except Exception as error:
            raise EngineError(
                f"De scheduler op {self.scheduler} heeft geen werkprocessen. Start ze met: "
                f"dask worker {self.scheduler}"
            ) from error
        return client


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Within it Python's collector rests.

    While a client or cluster starts or stops, distributed holds a lock that the end of any client takes too:
    were the collector to find a client of an earlier run just then, it would wait for ever.
    """
    gc.collect()  # those go now
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _close(opened: Client | LocalCluster) -> None:
    with _nothing_collected():
        opened.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """What the libraries have to say, English and about their own insides, is not said to users."""
    loggers = [logging.getLogger(name) for name in _THEIR_LOGS]
    # Importing sets them up.
    with contextlib.suppress(ImportError):
        import distributed  # noqa: F401
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        for logger, level in before:
            logger.setLevel(level)


class _Run:
    """One run: a window of documents at the scheduler, and what becomes of each."""

    def __init__(self, client: Client, job: Job, progress: RunProgress) -> None:
        self.client = client
        self.job = job
        self.progress = progress
        self.name = f"uitvoerbaarheid-{uuid.uuid4().hex}"
        self.at_scheduler: dict[Future, Task] = {}
        self.done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self.begun: Counter[str] = Counter()
        self.rounds: Counter[str] = Counter()
        self.window = 0
        self.looked = self.seen = 0.0

    def prepare(self, sample: Task) -> None:
        """Bring the job to the workers; EngineError where one of them is not as this machine is."""
        from uitvoerbaarheid.batch.dask_worker import Kit, Setup, differences, identity, look_around

        expected = identity(self.job)
        # One that is gone here too says nothing of the workers.
        local = sample.address if Path(sample.address).is_file() else None
        # Not who opens protected documents: that goes with each document.
        job = replace(self.job, password=None)
        try:
            at_scheduler = self.client.run_on_scheduler(identity, job)
        except ImportError as error:
            raise EngineError(f"De scheduler kan de documenten niet uitdelen: {_ABSENT}") from error
        # It passes documents on and reads none.
        passing = {name: expected[name] for name in ("het programma", "Python", "distributed")}
        if why := differences(passing, at_scheduler):
            raise EngineError(f"De scheduler is {why}")
        answers = self.client.run(look_around, job, local, on_error="return")
        problems = {worker: _problem(expected, answer, sample.path) for worker, answer in answers.items()}
        refused = sorted((worker, why) for worker, why in problems.items() if why)
        if refused:
            worker, why = refused[0]
            more = f" (en {len(refused) - 1} andere)" if len(refused) > 1 else ""
            raise EngineError(f"Werkproces {worker}{more}: {why}")
        setup = Setup(self.name, Kit.of(job), expected)
        self.client.register_plugin(setup, name=self.name)
        self.client.subscribe_topic(self.name, self._heard)

    def close(self) -> None:
        """Let go of all that is at the scheduler and on the workers."""
        if self.client.status != "running":
            return  # of a scheduler that is gone nothing is left
        with contextlib.suppress(Exception):  # nor of one that goes now
            self.client.cancel(list(self.at_scheduler), force=True)
            self.client.unsubscribe_topic(self.name)
            self.client.unregister_worker_plugin(self.name)

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        told = event[1]
        path = told["path"]
        match told:
            case {"begun": where}:
                self.begun[path] += 1
                log.debug("%s: begonnen op %s", path, where)
            case {"pages": (done, total)}:
                self.progress.page(path, done, total)
            case _:
                self.progress.working(path)

    def results(self, tasks: Iterator[Task]) -> Iterator[Result]:
        self._look()
        self._fill(tasks)
        while self.at_scheduler:
            try:
                future = self.done.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                self._look()
                continue
            if time.monotonic() > self.looked + _LOOK_SECONDS:
                self._look()
            result = self._settled(future)
            self._fill(tasks)  # before the result is worked on, so that no worker waits for that
            if result is not None:
                yield result

    def _fill(self, tasks: Iterator[Task]) -> None:
        for task in islice(tasks, max(0, self.window - len(self.at_scheduler))):
            self._submit(task)

    def _submit(self, task: Task) -> None:
        from uitvoerbaarheid.batch.dask_worker import handle

        self.rounds[task.path] += 1
        future = self.client.submit(
            handle,
            self.name,
            task,
            self.job.password,
            key=f"uitvoerbaarheid-{uuid.uuid4().hex}",
            pure=False,
        )
        self.at_scheduler[future] = task
        future.add_done_callback(self.done.put)

    def _look(self) -> None:
        """See how many workers there are; EngineError where the scheduler or all workers are gone."""
        now = time.monotonic()
        threads = 0
        if self.client.status == "running":
            with contextlib.suppress(OSError, TimeoutError):
                # Said, as some versions tell of five workers where it is not.
                info = self.client.scheduler_info(n_workers=-1)
                threads = sum(worker["nthreads"] for worker in info["workers"].values())
        self.looked = time.monotonic()
        if threads:
            self.seen = now
            self.window = 2 * threads + _SPARE
        elif self.client.status == "closed" or now > self.seen + _ALONE_SECONDS:
            raise EngineError(_ALONE)

    def _settled(self, future: Future) -> Result | None:
        """The result of a document; None where it goes to the scheduler once more."""
        from distributed import CancelledError, KilledWorker

        from uitvoerbaarheid.batch.dask_worker import OtherVersionError

        task = self.at_scheduler.pop(future)
        try:
            result: Result = pickle.loads(zlib.decompress(future.result()))
            return self._counted(result)
        except OtherVersionError as error:
            raise EngineError(f"Werkproces {error.worker}: {error.why}") from error
        except JobError:
            raise
        except (KilledWorker, CancelledError) as error:
            log.info("%s: %s", task.path, type(error).__name__)
        except Exception as error:
            log.debug("%s failed at its worker", task.path, exc_info=True)
            message = (
                f"Het document is niet beoordeeld: het werkproces gaf een fout ({type(error).__name__})."
            )
            return self._counted(failed(task, "internal", message))
        finally:
            future.release()
        if self.client.status == "closed":
            raise EngineError(_ALONE)
        # One that never began, or only once, may have stood in line where another one ended the worker.
        if self.begun[task.path] < 2 and self.rounds[task.path] < _ROUNDS:
            self._submit(task)
            return None
        return self._counted(failed(task, "killed", _KILLED, 2))

    def _counted(self, result: Result) -> Result:
        begun, _ = self.begun.pop(result.path, 1), self.rounds.pop(result.path, 0)
        return replace(result, attempts=max(begun, result.attempts))


def _problem(expected: dict[str, str], answer: Any, path: str) -> str | None:
    """Why a worker cannot take part, None where it can. ``answer`` may be the error that asking it gave."""
    from uitvoerbaarheid.batch.dask_worker import Surroundings, differences

    if isinstance(answer, ImportError | AttributeError):
        return _ABSENT
    if not isinstance(answer, Surroundings):
        return f"het antwoordt niet goed ({type(answer).__name__})."
    if not answer.sees:
        return (
            f"het document '{path}' is daar niet te vinden. Gebruik een gedeelde map die overal op hetzelfde "
            "pad staat, of opslag met een adres (s3://, abfs://)."
        )
    return differences(expected, answer.identity)
