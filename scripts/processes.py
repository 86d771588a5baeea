"""Start a scan and watch it and all that it starts: memory per worker, counts, open files, zombies.

Shared by the scripts that measure whole runs (``benchmark.py``, ``thousand.py``, ``chaos.py``, ``soak.py``).
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
from scipy.stats import t as student

from uitvoerbaarheid.batch.record import RUN_FILE

ROOT = Path(__file__).resolve().parent.parent
#: All that a watched command starts inherits this variable; so what outlives its parents is found too.
MARK = "UITVOERBAARHEID_WATCHED"
MEGABYTE = 2**20
_INTERVAL = 0.25
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


def scan_command(*arguments: str | Path) -> list[str]:
    """The command ``uitvoerbaarheid`` of this checkout."""
    return [sys.executable, "-P", "-m", "uitvoerbaarheid", *map(str, arguments)]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a watched command: this checkout's package, a mark, wide lines of output."""
    given = {**os.environ, MARK: uuid.uuid4().hex, "COLUMNS": "200", **(extra or {})}
    given["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), given.get("PYTHONPATH", "")]))
    return given


def run_record(output: Path) -> dict[str, Any]:
    """What a scan says of itself in its output folder. OSError or ValueError where that cannot be read."""
    record: dict[str, Any] = json.loads((output / RUN_FILE).read_text(encoding="utf-8"))
    return record


def role_of(words: Sequence[str]) -> str:
    """What a process of a scan is, by its command line: worker, reader or other."""
    line = " ".join(words)
    if "uitvoerbaarheid.batch.worker" in line:
        return "worker"
    if "uitvoerbaarheid.extraction.worker" in line:
        return "reader"
    # What Dask starts: a process that runs one worker.
    return "worker" if "multiprocessing.spawn" in line or "distributed.cli" in line else "other"


def memory_of(process: psutil.Process) -> int:
    """Bytes that a process holds: its share of what it has in common with others where the system tells."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):
            return int(process.memory_full_info().pss)
    return int(process.memory_info().rss)


def own_memory_of(process: psutil.Process) -> int:
    """Bytes that only this process has, swapped out or not, where the system tells.

    What it reads from files is left out: its share of what others read too grows when one of those ends.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = Path(f"/proc/{process.pid}/status").read_text()
            held = (status.split(f"{name}:")[1].split()[0] for name in ("RssAnon", "VmSwap"))
            return sum(map(int, held)) * 1024
    return memory_of(process)


@dataclass(frozen=True)
class Seen:
    """One process at one moment."""

    pid: int
    parent: int
    role: str
    memory: int
    zombie: bool
    files: int


@dataclass(frozen=True)
class Sample:
    """All processes of a run at one moment, ``seconds`` after its start; the first is the one started."""

    seconds: float
    processes: tuple[Seen, ...]

    @property
    def main(self) -> int:
        """Bytes held by what belongs to no worker: the process itself, and where it has no workers all."""
        groups = self.workers
        return sum(each.memory for each in self.processes) - sum(groups.values())

    @property
    def workers(self) -> dict[int, int]:
        """Bytes by worker (its process number): itself with its reading process and all else below it."""
        known = {each.pid: each for each in self.processes}
        groups: dict[int, int] = {}
        for each in self.processes:
            above, seen = each, {each.pid}
            while above.role != "worker" and above.parent in known and above.parent not in seen:
                above = known[above.parent]
                seen.add(above.pid)
            if above.role == "worker":
                groups[above.pid] = groups.get(above.pid, 0) + each.memory
        return groups

    @property
    def zombies(self) -> set[int]:
        """Processes that ended and that nobody asked for."""
        return {each.pid for each in self.processes if each.zombie}


def _seen(
    process: psutil.Process,
    roles: dict[tuple[int, float], str],
    files: bool,
    measured: Callable[[psutil.Process], int],
) -> Seen | None:
    try:
        with process.oneshot():
            zombie = process.status() == psutil.STATUS_ZOMBIE
            name = (process.pid, process.create_time())
            # A process is asked what it is until it has become it: between fork and exec it is its parent.
            if not zombie and roles.get(name, "other") == "other":
                roles[name] = role_of(process.cmdline())
            held = 0 if zombie else measured(process)
            opened = process.num_fds() if files and not zombie and hasattr(process, "num_fds") else 0
            return Seen(process.pid, process.ppid(), roles.get(name, "other"), held, zombie, opened)
    except _GONE:
        return None


class Watcher:
    """Looks at a process and all below it a few times a second, from a thread of its own.

    With ``own`` memory is what each process has to itself (:func:`own_memory_of`).
    """

    def __init__(
        self, pid: int, interval: float = _INTERVAL, *, files: bool = False, own: bool = False
    ) -> None:
        self.samples: list[Sample] = []
        self._root = psutil.Process(pid)
        self._interval, self._files = interval, files
        self._measured = own_memory_of if own else memory_of
        self._roles: dict[tuple[int, float], str] = {}
        self._start = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(self._interval):
            try:
                found = [self._root, *self._root.children(recursive=True)]
            except _GONE:
                continue
            seen = [_seen(process, self._roles, self._files, self._measured) for process in found]
            sample = tuple(each for each in seen if each is not None)
            self.samples.append(Sample(time.monotonic() - self._start, sample))


@dataclass
class Run:
    """What became of a command: exit code, seconds of wall clock and of processor, and what was seen."""

    code: int
    wall: float
    cpu: float
    output: str
    errors: str
    samples: list[Sample] = field(default_factory=list)

    @property
    def worker_peaks(self) -> dict[int, int]:
        """The most bytes that each worker held with its reading process; the whole run where it has none."""
        peaks: dict[int, int] = {}
        for sample in self.samples:
            groups = sample.workers or {0: sum(each.memory for each in sample.processes)}
            for pid, held in groups.items():
                peaks[pid] = max(held, peaks.get(pid, 0))
        # Until the first worker is there the whole run is the process that was started.
        return {pid: most for pid, most in peaks.items() if pid} or peaks

    @property
    def worker_peak(self) -> int:
        """The most bytes that any worker held."""
        return max(self.worker_peaks.values(), default=0)

    @property
    def main_peak(self) -> int:
        """The most bytes that the process itself held."""
        return max((sample.main for sample in self.samples), default=0)


@contextlib.contextmanager
def pinned(cores: Sequence[int] | None) -> Iterator[None]:
    """What this thread starts meanwhile stays on these processor cores, where the system can do that."""
    if cores is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def own_cores() -> list[int]:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _processor_seconds() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_watched(
    command: Sequence[str],
    *,
    cores: Sequence[int] | None = None,
    extra: Mapping[str, str] | None = None,
    timeout: float | None = None,
    watch: bool = True,
    files: bool = False,
    interval: float = _INTERVAL,
) -> Run:
    """Run a command to its end on these cores. subprocess.TimeoutExpired, and it is ended, after ``timeout``.

    Processor seconds are those of the command and of all it waited for; 0 where the system does not tell.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+") as err:
        before, start = _processor_seconds(), time.perf_counter()
        with pinned(cores):
            process = subprocess.Popen(list(command), stdout=out, stderr=err, env=environment(extra))
        samples: list[Sample] = []
        try:
            with contextlib.ExitStack() as stack:
                if watch:
                    watcher = stack.enter_context(Watcher(process.pid, interval, files=files))
                    samples = watcher.samples
                code = process.wait(timeout)
                wall = time.perf_counter() - start
        finally:
            if process.poll() is None:
                end_all([process.pid])
                process.wait()
        cpu = _processor_seconds() - before
        for file in (out, err):
            file.seek(0)
        return Run(code, wall, cpu, out.read(), err.read(), samples)


def marked(mark: str) -> Iterator[psutil.Process]:
    """All living processes that were started with this mark in their environment."""
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark:
                yield process
        except (*_GONE, OSError):
            continue


def end_all(pids: Collection[int]) -> None:
    """End processes and all below them, at once."""
    found: list[psutil.Process] = []
    for pid in pids:
        with contextlib.suppress(*_GONE):
            process = psutil.Process(pid)
            found += [process, *process.children(recursive=True)]
    for process in found:
        with contextlib.suppress(*_GONE):
            process.kill()


@dataclass(frozen=True)
class Slope:
    """A straight line through measurements: change per second, and its margin (95 %)."""

    value: float
    margin: float

    @property
    def surely_rises(self) -> bool:
        return self.value - self.margin > 0


def slope(points: Sequence[tuple[float, float]]) -> Slope:
    """The least-squares line through (seconds, value); ValueError for fewer than three points in time.

    Measurements shortly after one another resemble each other, so the margin counts only as many of them as
    are independent by the correlation of what the line leaves over.
    """
    count = len(points)
    if count < 3:
        raise ValueError("a slope needs three measurements")
    moments, values = [p[0] for p in points], [p[1] for p in points]
    mean_moment, mean_value = statistics.fmean(moments), statistics.fmean(values)
    spread = sum((moment - mean_moment) ** 2 for moment in moments)
    if not spread:
        raise ValueError("a slope needs measurements at different moments")
    value = sum((m - mean_moment) * (v - mean_value) for m, v in points) / spread
    left = [v - mean_value - value * (m - mean_moment) for m, v in points]
    total = sum(rest**2 for rest in left)
    likeness = sum(a * b for a, b in pairwise(left)) / total if total else 0.0
    likeness = min(max(likeness, 0.0), 0.999)
    independent = max(count * (1 - likeness) / (1 + likeness), 3.0)
    variance = total / count * independent / (independent - 2)
    error = (variance / (spread * independent / count)) ** 0.5
    # With few measurements two standard errors are not enough.
    return Slope(value, float(student.ppf(0.975, independent - 2)) * error)


def megabytes(size: float) -> str:
    """Bytes as whole megabytes."""
    return f"{size / MEGABYTE:.0f} MB"
