"""Documents side by side on this machine, each worker a process with a reading process of its own.

A worker may die, hang or grow: that costs one document a second try, or its result. When the main process is
gone, however it went, the workers end by themselves; what they leave, the next run removes.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from uitvoerbaarheid.batch.frames import ASKED, Sender, receive
from uitvoerbaarheid.batch.outcomes import TOO_LARGE, failed
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, JobError, Result, Task
from uitvoerbaarheid.extraction import lifeline, memory
from uitvoerbaarheid.extraction.scratch import Scratch, remove, sweep
from uitvoerbaarheid.records import ErrorCode

#: What a worker takes of the machine's memory, its reading process included.
WORKER_BYTES = 700 * 1024**2
_MODULE = "uitvoerbaarheid.batch.worker"
_TRIES = 2
_START_SECONDS = 120.0
#: How long a worker may take to end by itself.
_STOP_SECONDS = 2.0
_LOOK_SECONDS = 0.5
#: How many times as long by the clock a document may take as it may of the processor.
_PATIENCE = 5
#: Results that wait to be taken; each may hold the files of a document of hundreds of pages.
_WAITING = 4
_NO_WORKER = "er kon geen werkproces van uitvoerbaarheid worden gestart"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PoolLimits:
    """What a document may take of a worker, and when the worker is renewed.

    Assessing may take ``seconds`` plus ``seconds_per_character`` of processor time, and on a busy machine
    some times as long by the clock; reading has limits of its own and is only given up when nothing was heard
    for ``silence`` seconds. ``memory`` is what a worker may hold in bytes, without its reading process (0: no
    limit). After ``documents``, or holding more than ``renew`` bytes, it makes way for a new one.
    """

    seconds: float = 120.0
    seconds_per_character: float = 0.001
    silence: float = 3600.0
    memory: int = 3 * 1024**3
    documents: int = 500
    renew: int = 500 * 1024**2


def default_workers() -> int:
    """How many workers suit this machine: one per core that may be used, as far as memory goes."""
    return max(1, min(_cores(), _free_memory() // WORKER_BYTES))


def _cores() -> int:
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
        # A container may have less than all of their time: "max 100000", or "150000 100000".
        with contextlib.suppress(OSError, ValueError):
            quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
            cores = min(cores, math.ceil(int(quota) / int(period)))
        return max(1, cores)
    return os.cpu_count() or 1


def _free_memory() -> int:
    """The bytes that new processes can take without others having to give way."""
    free = int(psutil.virtual_memory().available)
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        most = int((group / "memory.max").read_text())  # "max" without a limit
        statistics = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        taken = int((group / "memory.current").read_text()) - int(statistics.get("inactive_file", 0))
        free = min(free, most - taken)
    return free


class PoolEngine:
    """Runs tasks in worker processes on this machine.

    ``workers`` is how many (None: :func:`default_workers`); more than there are documents are not started.
    """

    def __init__(self, workers: int | None = None, limits: PoolLimits | None = None) -> None:
        self._workers = workers
        self._limits = limits or PoolLimits()
        self._begun: _Begun | None = None

    def begin(self) -> None:
        """Start a worker for the next run, for who does not know yet what that is to do.

        Where that cannot be done the run says so. :meth:`close` ends a worker that no run took.
        """
        with ExitStack() as stack, contextlib.suppress(OSError):
            scratch = stack.enter_context(Scratch())
            worker = _Worker(scratch, self._limits)
            stack.callback(worker.close)
            self._begun = _Begun(stack.pop_all(), scratch, worker)

    def close(self) -> None:
        """End the worker that was begun and not taken."""
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.open.close()

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        """The results of ``tasks`` as they are ready; closing ends all workers at once.

        Raises JobError where the job itself cannot be done, another RuntimeError where no worker can be
        started, and what ``progress`` raises.
        """
        # The largest first: a long document that begins last would hold up the end of the run.
        waiting = deque(sorted(tasks, key=lambda task: (-task.size, task.path)))
        count = len(waiting)
        if not count:
            return
        sweep()
        workers = max(1, min(self._workers or default_workers(), count))
        begun, self._begun = self._begun, None
        with begun.open if begun else ExitStack() as stack:
            scratch = begun.scratch if begun else stack.enter_context(Scratch())
            run = _Run(waiting, job, progress, self._limits, scratch, max(1, _cores() // workers))
            if begun:
                run.begun.append(begun.worker)
            try:
                for _ in range(workers):
                    run.add_lane()
                for _ in range(count):
                    yield run.next()
            finally:
                run.stop()


@dataclass(frozen=True)
class _Begun:
    """A worker that no run has taken yet; ``open`` ends it and removes its temporary files."""

    open: ExitStack
    scratch: Path
    worker: _Worker


class SingleWorker:
    """One worker on this machine, for who hands out the tasks: limits, tries and reasons are as in a run.

    ``progress`` is told what it does; its temporary files are below ``scratch``.
    """

    def __init__(
        self, job: Job, progress: RunProgress, scratch: Path, limits: PoolLimits | None = None
    ) -> None:
        self._run = _Run(deque(), job, progress, limits or PoolLimits(), scratch, 1)
        self._lane = _Lane(self._run)

    def result(self, task: Task) -> Result:
        """What becomes of one document. Raises JobError, and another RuntimeError where no worker starts."""
        try:
            return self._lane.result(task)
        except _NoWorkerError as error:
            raise RuntimeError(_NO_WORKER) from error

    def stop(self) -> None:
        """End its work at once, also from another thread: :meth:`result` then raises."""
        self._run.stopped.set()
        self._lane.hang_up()
        self._lane.stop()


@dataclass
class _Run:
    """A run: what its lanes share, and the results that they hand over."""

    waiting: deque[Task]
    job: Job
    progress: RunProgress
    limits: PoolLimits
    scratch: Path
    ocr_workers: int
    stopped: threading.Event = field(default_factory=threading.Event)
    #: Whether a worker has started since a lane was added.
    started: bool = False
    #: Workers that wait for a job.
    begun: deque[_Worker] = field(default_factory=deque)
    _lanes: list[_Lane] = field(default_factory=list)
    _done: queue.Queue[Result | BaseException] = field(default_factory=lambda: queue.Queue(_WAITING))

    def add_lane(self) -> None:
        """One more worker."""
        self.started = False
        self._lanes.append(_Lane(self))
        self._lanes[-1].start()

    def worker(self) -> _Worker:
        """A worker that has its job. Raises OSError where none can be started."""
        try:
            worker = self.begun.popleft()
        except IndexError:
            worker = _Worker(self.scratch, self.limits)
        worker.begin(self.job, self.ocr_workers)
        return worker

    def put(self, done: Result | BaseException) -> None:
        """Hand over a result, or what ends the run; waits while too many are not taken yet."""
        while not self.stopped.is_set():
            with contextlib.suppress(queue.Full):
                self._done.put(done, timeout=_LOOK_SECONDS)
                return

    def next(self) -> Result:
        """The next result. Raises what ended a lane, and RuntimeError where no worker can be started."""
        while True:
            working = any(lane.is_alive() for lane in self._lanes)
            try:
                # With a time limit: on Windows Ctrl-C is only seen between two waits.
                done = self._done.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if not working:
                    # The last lane gave its task back, when the others had ended already.
                    if not self.started:
                        raise RuntimeError(_NO_WORKER) from None
                    self.add_lane()
                continue
            if isinstance(done, BaseException):
                raise done
            return done

    def stop(self) -> None:
        """End all work at once."""
        self.stopped.set()
        for lane in self._lanes:
            lane.hang_up()
        for lane in self._lanes:
            lane.stop()
            lane.join()


class _DiedError(Exception):
    """A worker ended, or was ended, before it gave its result: how it ended, and whether it had begun."""

    def __init__(self, code: int | None, *, begun: bool) -> None:
        super().__init__(f"worker ended with {code}")
        self.code = code
        self.begun = begun


class _LateError(Exception):
    """Assessing took longer than it may; the seconds that it took."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} seconds")
        self.seconds = seconds


class _NoWorkerError(Exception):
    """A worker did not start."""


class _Lane(threading.Thread):
    """Does tasks one by one in a worker, and in the one that comes after it."""

    def __init__(self, run: _Run) -> None:
        # An engine that is never closed must not keep the program from ending; its workers see it end.
        super().__init__(daemon=True)
        self._run = run
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def run(self) -> None:
        """Do tasks until none waits."""
        run = self._run
        try:
            while not run.stopped.is_set():
                try:
                    task = run.waiting.popleft()
                except IndexError:
                    break
                try:
                    run.put(self.result(task))
                except _NoWorkerError:
                    # With fewer workers there may be memory enough; without any, that is said.
                    log.warning("een werkproces kon niet worden gestart; de run gaat met minder verder")
                    run.waiting.append(task)
                    break
        except BaseException as error:
            if not run.stopped.is_set():
                run.put(error)
        finally:
            self.stop()

    def hang_up(self) -> None:
        """Tell the worker to end, without waiting for it."""
        with self._lock:
            if self._worker is not None:
                self._worker.hang_up()

    def stop(self) -> None:
        """End the worker, if there is one, also from another thread."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def result(self, task: Task) -> Result:
        """What becomes of one document; one that ends its worker is tried again."""
        attempt, missed = 1, 0
        while True:
            try:
                return replace(self._tried(task), attempts=attempt)
            except _LateError as late:
                self.stop()
                message = f"Het beoordelen duurde te lang en is na {late.seconds:.0f} seconden gestopt."
                return failed(task, "timeout", message, attempt)
            except _DiedError as died:
                self.stop()
                if self._run.stopped.is_set():
                    raise
                log.info("%s: het werkproces eindigde met %s", task.path, died.code)
                if not died.begun and missed < _TRIES:
                    missed += 1  # it had ended before, in the time between two documents
                elif attempt < _TRIES:
                    attempt += 1
                else:
                    return failed(task, *_why(died.code), attempt)

    def _tried(self, task: Task) -> Result:
        worker = self._ready()
        try:
            worker.send(task)
        except OSError as error:
            raise _DiedError(worker.ended(), begun=False) from error
        result = worker.result(task, self._run)
        if worker.is_worn(self._run.limits):
            self.stop()
        return result

    def _ready(self) -> _Worker:
        if self._worker is not None:
            return self._worker
        for _ in range(_TRIES):
            try:
                worker = self._run.worker()
            except OSError:
                log.debug("starting a worker failed", exc_info=True)
                continue
            with self._lock:
                self._worker = worker
            # Stopping may have come before this one was there to be stopped.
            if not self._run.stopped.is_set() and worker.is_ready():
                self._run.started = True
                return worker
            self.stop()
            if self._run.stopped.is_set():
                raise _DiedError(None, begun=False)
        raise _NoWorkerError


def _why(code: int | None) -> tuple[ErrorCode, str]:
    """The reason for a document that ended its worker more than once."""
    if code == memory.EXIT_MEMORY:
        return "memory", TOO_LARGE
    if code == -9:
        return "killed", (
            "Het beoordelen is tot tweemaal toe van buitenaf afgebroken, "
            "mogelijk omdat het geheugen van de computer vol was."
        )
    return "internal", "Het document is niet beoordeeld: het programma liep er tot tweemaal toe op vast."


class _Worker:
    """One worker process and what it tells; its temporary files are below ``scratch``."""

    def __init__(self, scratch: Path, limits: PoolLimits) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=scratch))
        self._done = 0
        self._held = 0
        self._spent = False
        self._closing = threading.Lock()
        self._errors = self._folder / "fouten.txt"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-X", "faulthandler", "-m", _MODULE),
                    *(str(os.getpid()), str(self._folder), str(limits.memory)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                env=lifeline.environment(str(self._folder)),
                # Ctrl-C in the terminal is for the main process alone.
                start_new_session=True,
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        # No buffer on its input: closing one waits for who is writing.
        self._send = Sender(self._process.stdin)
        self._told: queue.Queue[tuple[Any, ...] | None] = queue.Queue()
        threading.Thread(target=_pump, args=(self._process.stdout, self._told), daemon=True).start()

    def begin(self, job: Job, ocr_workers: int) -> None:
        """Tell it what holds for all its tasks."""
        with contextlib.suppress(OSError):  # it has ended already, which is seen when it should be ready
            self._send(job, ocr_workers, log.getEffectiveLevel())

    def is_ready(self) -> bool:
        """Whether it has started, which is waited for."""
        with contextlib.suppress(TimeoutError):
            return self._next(time.monotonic() + _START_SECONDS) == ("ready",)
        return False

    def send(self, task: Task) -> None:
        """Give it a task. Raises OSError where it has ended."""
        self._send(task)

    def result(self, task: Task, run: _Run) -> Result:
        """What it makes of the task that it has; its limits are kept here."""
        begun, start = False, time.monotonic()
        allowed, worked, end = math.inf, 0.0, math.inf
        while True:
            try:
                told = self._next(min(end, time.monotonic() + run.limits.silence))
            except TimeoutError:
                waited, left = time.monotonic() - start, allowed - (self._worked() - worked)
                if left > 0 and waited < _PATIENCE * allowed < math.inf:
                    # The computer had other things to do: its own time is what counts, up to a point.
                    end = time.monotonic() + max(left, _LOOK_SECONDS)
                    continue
                raise _LateError(waited) from None
            if told is None:
                raise _DiedError(self.ended(), begun=begun)
            match told:
                case ("working",):
                    begun = True
                    run.progress.working(task.path)
                case ("page", done, total):
                    run.progress.page(task.path, done, total)
                case ("assessing", characters):
                    start, worked = time.monotonic(), self._worked()
                    allowed = run.limits.seconds + run.limits.seconds_per_character * characters
                    end = start + allowed
                case ("refused", message):
                    raise JobError(message)
                case ("result", result, held, spent):
                    self._held, self._spent = held, spent
                    self._done += 1
                    return result

    def _worked(self) -> float:
        """The seconds of processor time that it has had."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self._process.pid).cpu_times()
            return times.user + times.system
        return math.inf

    def _next(self, end: float) -> tuple[Any, ...] | None:
        """What it tells next, None where it has ended. Raises TimeoutError at the moment ``end``."""
        while True:
            try:
                told = self._told.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if told is not None and told[0] == "log":
                _, name, level, text = told
                logging.getLogger(name).log(level, "%s", text)
            else:
                return told

    def is_worn(self, limits: PoolLimits) -> bool:
        """Whether a new one is to take its place."""
        return self._spent or self._done >= limits.documents or self._held > limits.renew

    def ended(self) -> int | None:
        """How it ended: its exit code, less than zero for a signal."""
        try:
            return self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def hang_up(self) -> None:
        """End its input: it ends its reader and itself."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            (self._folder / ASKED).touch()
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """End it and remove its temporary files; may be called more than once."""
        with self._closing:
            process = self._process
            self.hang_up()
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.returncode not in (0, -9) and self._errors.exists():
                log.debug("%s", self._errors.read_text("utf-8", "replace"))
            remove(self._folder)


def _pump(stream: io.RawIOBase, told: queue.Queue[tuple[Any, ...] | None]) -> None:
    """Pass on what a worker tells until it ends; a pipe cannot be read with a time limit on Windows."""
    try:
        with contextlib.suppress(OSError, ValueError), io.BufferedReader(stream) as whole:
            while (message := receive(whole)) is not None:
                told.put(message)
                del message  # a result is large, and the next message may be long in coming
    finally:  # also where a message is no message, or too large: nobody is to wait for the next
        told.put(None)
