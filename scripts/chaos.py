"""Whatever ends a run, at whatever moment: the next run makes of it what an undisturbed one gives.

    python scripts/chaos.py [CHECK ...] [--documents 100] [--kills 200] [--seed N] [--workers 2]
        [--few 3] [--every 1] [--folder DIR]

The checks (all of them by default):
    kills      SIGKILL at random moments over a scan of many small documents: to the main process, alone or
               with all below it, to workers, to reading processes; started anew until all is done
    writes     SIGKILL at each single write, rename and removal of a run over a few documents
    failing    a disk that is full from one of these writes on, for each of them
    calls      SIGKILL at each call by which the process changes the disk, also those of the database (needs
               strace, and takes each so manieth call with --every)
    together   two scans of the same documents to the same folder at once, one of them killed or not
    full       the disk full at some moments (needs a user who may make a small file system of his own)
    engines    Dask with two local workers against the process pool, also with a worker killed

After each, the store (all that users ask of it; runs and times left out) and all report files, byte for byte,
are held against those of an undisturbed run, the store is looked through for halves and doubles, and no
process and no temporary file may be left. The exit code is 1 where something is not so.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from changed_documents import small_documents
from processes import MARK, end_all, environment, marked, role_of, scan_command
from stores import differences, faults

SCRIPTS = Path(__file__).resolve().parent
CHECKS = ("kills", "writes", "failing", "calls", "together", "full", "engines")
#: What is killed, and how often of ten times.
KINDS = {"main": 3, "all": 3, "worker": 2, "reader": 2}
#: What a process may take to see that its parent is gone, and to be gone itself.
_GONE_SECONDS = 20
_RUN_SECONDS = 1800
_CALLS = "write,pwrite64,writev,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir"
#: The parts of the room that a run needs at which the disk is full.
_ROOM = (0.1, 0.35, 0.6, 0.85)
_TRIAL = re.compile(r"[a-z0-9_]{8}")
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@dataclass
class Outcome:
    """What a check found: how often something was done, and what was wrong after it."""

    check: str
    done: str = ""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Ground:
    """Where the checks work: documents of which an undisturbed run has been made into ``undisturbed``.

    All output folders stand side by side, as reports hold the way to their documents. ``first`` is how long
    the first report took to come, ``whole`` the run.
    """

    base: Path
    documents: Path
    workers: int
    signs: random.Random
    first: float = 0.0
    whole: float = 0.0
    _number: int = 0

    @property
    def undisturbed(self) -> Path:
        return self.base / "undisturbed"

    @property
    def temporary(self) -> Path:
        folder = self.base / "tmp"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def fresh(self, name: str) -> Path:
        """A new output folder."""
        self._number += 1
        return self.base / f"{name}-{self._number}"

    def start(self, output: Path, *options: str) -> Scan:
        """Start a scan of the documents to a folder."""
        return Scan(self, output, options)

    def run(self, output: Path, *options: str) -> Scan:
        """A whole scan."""
        scan = self.start(output, *options)
        scan.wait()
        return scan

    def prepare(self) -> None:
        """Make the undisturbed run."""
        start = time.monotonic()
        scan = self.start(self.undisturbed)
        while scan.living:
            if not self.first and any(self.undisturbed.rglob("*.html")):
                self.first = time.monotonic() - start
            time.sleep(0.05)
        self.whole = time.monotonic() - start
        self.first = self.first or self.whole
        wrong = [*scan.wrong(), *faults(self.undisturbed)]
        if wrong:
            raise SystemExit("the undisturbed run is wrong: " + "; ".join(wrong))

    def held_against(self, output: Path) -> list[str]:
        """What differs from the undisturbed run, or is left behind."""
        left = sorted(path.name for path in self.temporary.iterdir())
        return [
            *differences(self.undisturbed, output),
            *faults(output),
            *([f"{len(left)} temporary files left: {', '.join(left[:3])}"] if left else []),
        ]


class Scan:
    """A scan that was started, with all the processes that it started in turn."""

    def __init__(self, ground: Ground, output: Path, options: Sequence[str] = ()) -> None:
        self._environment = environment({"TMPDIR": str(ground.temporary), "OMP_NUM_THREADS": "1"})
        self._errors = ground.base / f"errors-{self._environment[MARK]}.txt"
        workers = [] if "--workers" in options else ["--workers", str(ground.workers)]
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                scan_command("scan", ground.documents, "--output", output, *workers, *options),
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )

    @property
    def living(self) -> bool:
        return self.process.poll() is None

    def wait(self, seconds: float = _RUN_SECONDS) -> int:
        """Its exit code."""
        return self.process.wait(seconds)

    def errors(self) -> str:
        """What it wrote to standard error."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def below(self, role: str) -> list[psutil.Process]:
        """Its processes of this kind."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if role_of(process.cmdline()) == role:
                        found.append(process)
        return found

    def kill(self, kind: str, signs: random.Random) -> bool:
        """Kill what ``kind`` says; False where there is no such process now."""
        if kind == "main":
            self.process.send_signal(_KILL)
        elif kind == "all":
            end_all([self.process.pid])
        else:
            found = self.below(kind)
            if not found:
                return False
            with contextlib.suppress(psutil.NoSuchProcess):
                signs.choice(found).send_signal(_KILL)
        return True

    def left(self, seconds: float = _GONE_SECONDS) -> list[str]:
        """The processes that it left behind, after some time to end by themselves; those are ended."""
        end = time.monotonic() + seconds
        while True:
            found = list(marked(self._environment[MARK]))
            if not found or time.monotonic() > end:
                break
            time.sleep(0.2)
        told = []
        for process in found:
            with contextlib.suppress(psutil.Error):
                told.append(f"process left behind: {' '.join(process.cmdline())[:100]}")
                process.kill()
        return told

    def wrong(self, code: int = 0) -> list[str]:
        """What is wrong with how it ended, where it should have ended with this exit code."""
        ended, errors = self.wait(), self.errors()
        told = [] if ended == code else [f"exit code {ended} instead of {code}: {errors.strip()[-300:]}"]
        if "Traceback" in errors:
            told.append(f"an error of the program was shown: {errors.strip()[-300:]}")
        return told + self.left()


# --- random kills --------------------------------------------------------------------------------------


def kills(ground: Ground, count: int) -> Outcome:
    """``count`` kills at random moments, over as many whole runs as they take."""
    outcome = Outcome("kills")
    tally: Counter[str] = Counter()
    rounds = 0
    while sum(tally.values()) < count:
        rounds += 1
        output = ground.fresh("kills")
        while _killed(ground, output, tally, count, outcome.wrong):
            pass
        # What was killed too often was left for a next run; and that one finds nothing else to do.
        outcome.wrong += ground.run(output).wrong()
        outcome.wrong += [f"round {rounds}: {line}" for line in ground.held_against(output)]
        shutil.rmtree(output)
    told = ", ".join(f"{kind} {tally[kind]}" for kind in KINDS)
    outcome.done = f"{sum(tally.values())} kills ({told}) over {rounds} runs to the end"
    return outcome


def _killed(ground: Ground, output: Path, tally: Counter[str], count: int, wrong: list[str]) -> bool:
    """Start a scan and kill it or what it started; True when it was ended before its end."""
    signs = ground.signs
    scan = ground.start(output)
    kinds, weights = list(KINDS), list(KINDS.values())
    while sum(tally.values()) < count:
        kind = signs.choices(kinds, weights)[0]
        # From the very start on, most of them when documents are being done.
        moment = signs.choice((signs.uniform(0, ground.first), ground.first + signs.expovariate(0.5)))
        with contextlib.suppress(subprocess.TimeoutExpired):
            scan.wait(moment)
        if not scan.living:
            break
        if not scan.kill(kind, signs):
            continue
        tally[kind] += 1
        if kind in ("main", "all"):
            scan.wait()
            wrong += scan.left()
            return True
    wrong += scan.wrong()
    return False


# --- at each write ---------------------------------------------------------------------------------------


class Recording:
    """What a few documents give, recorded once, so that a run takes a second; see ``crash_points.py``."""

    def __init__(self, base: Path, count: int, seed: int) -> None:
        from crash_points import Recorded, Recorder, run_with
        from uitvoerbaarheid.batch.pool import PoolEngine

        self.base = base
        self.documents = base / "documents"
        small_documents(self.documents, count, seed=seed)
        self.file = base / "recorded"
        recorder = Recorder(PoolEngine(1))
        run_with(recorder, self.documents, base / "first")
        Recorded(recorder.results).save(self.file)
        self.undisturbed = base / "undisturbed"
        if self.run(self.undisturbed).returncode:
            raise SystemExit("the undisturbed run of a few documents failed")

    def run(
        self, output: Path, *options: str, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """A run of what was recorded."""
        # Forked processes end without what is done at an exit: what they leave says nothing of a scan.
        temporary = self.base / ("tmp-forked" if "--each" in options else "tmp")
        temporary.mkdir(exist_ok=True)
        given = environment({"TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"})
        script = [sys.executable, str(SCRIPTS / "crash_points.py")]
        command = [*before, *script, *map(str, (self.file, self.documents, output)), *options]
        return subprocess.run(command, env=given, capture_output=True, text=True, check=False)

    def each(self, check: str, every: int, *options: str) -> Outcome:
        """A run ended at every so manieth of its writes, each with one after it."""
        outcome = Outcome(check)
        if not hasattr(os, "fork"):
            outcome.done = "processes cannot be forked here: not done"
            return outcome
        done = self.run(self.base / check, "--each", str(every), *options)
        if done.returncode:
            outcome.wrong.append(f"it ended with {done.returncode}: {done.stderr[-500:]}")
            return outcome
        told = json.loads(done.stdout)
        outcome.wrong = told["wrong"]
        what = "the disk full from" if "--full" in options else "killed at"
        outcome.done = f"{what} {told['points']} of the {told['writes']} writes"
        return outcome

    def resumed(self, output: Path) -> list[str]:
        """Run to the end, and say what differs from the undisturbed run or is left behind."""
        code = self.run(output).returncode
        # With an empty file of eight signs Python tries where temporary files can be.
        left = [path.name for path in (self.base / "tmp").iterdir() if not _TRIAL.fullmatch(path.name)]
        found = [
            *([f"the next run ended with {code}"] if code else []),
            *differences(self.undisturbed, output),
            *faults(output),
            *([f"temporary files left: {', '.join(left[:3])}"] if left else []),
        ]
        shutil.rmtree(output, ignore_errors=True)
        return found


def calls(recording: Recording, every: int) -> Outcome:
    """A run ended at each call of the main thread that changes the disk, those of the database included."""
    outcome = Outcome("calls")
    if shutil.which("strace") is None:
        outcome.done = "strace is not here: not done"
        return outcome
    at, done = 1, 0
    while True:
        output = recording.base / "output"
        inject = f"inject={_CALLS}:signal=KILL:when={at}"
        before = ["strace", "-o", os.devnull, "-e", f"trace={_CALLS}", "-e", inject]
        if recording.run(output, before=before).returncode == 0:
            shutil.rmtree(output)
            break
        outcome.wrong += [f"call {at}: {line}" for line in recording.resumed(output)]
        at, done = at + every, done + 1
    outcome.done = f"killed at {done} calls (of about {at})"
    return outcome


# --- two at once, a full disk, other engines -----------------------------------------------------------


def together(ground: Ground) -> Outcome:
    """Two scans at once: both to the end, and one killed while the other goes on."""
    outcome = Outcome("together")
    for killed in (False, True):
        output = ground.fresh("together")
        scans = [ground.start(output, "--workers", "1")]
        time.sleep(ground.signs.uniform(0, ground.first))
        scans.append(ground.start(output, "--workers", "1"))
        if killed:
            time.sleep(ground.first + ground.signs.uniform(0, ground.whole / 2))
            first = scans.pop(ground.signs.randrange(2))
            first.kill("main", ground.signs)
            first.wait()
            outcome.wrong += first.left()
        for scan in scans:
            outcome.wrong += scan.wrong()
        if killed:
            outcome.wrong += ground.run(output).wrong()
        name = "one killed" if killed else "both to the end"
        outcome.wrong += [f"{name}: {line}" for line in ground.held_against(output)]
    outcome.done = "two at once to the end; two at once, one killed"
    return outcome


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Callable[[int], None] | None]:
    """A file system of ``size`` bytes at ``folder``; how to change its size, None where that may not be."""
    folder.mkdir()
    made = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if not made or made.returncode:
        yield None
        return

    def resize(wanted: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={wanted}", str(folder)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full(ground: Ground) -> Outcome:
    """The disk full at some moments of a run, then room, and another run."""
    outcome = Outcome("full")
    need = sum(path.stat().st_size for path in ground.undisturbed.rglob("*") if path.is_file())
    for part in _ROOM:
        output = ground.fresh("full")
        with small_disk(output, int(need * part)) as resize:
            if resize is None:
                outcome.done = "no file system of one's own may be made here"
                return outcome
            scan = ground.run(output)
            where = f"at {part:.0%} of the room"
            told = scan.wrong(2)
            if not scan.errors().strip():
                told.append("nothing was told")
            resize(need * 20)
            told += ground.run(output).wrong()
            outcome.wrong += [f"{where}: {line}" for line in [*told, *ground.held_against(output)]]
    outcome.done = f"a file system full at {', '.join(f'{part:.0%}' for part in _ROOM)} of the room needed"
    return outcome


def engines(ground: Ground) -> Outcome:
    """Dask with two local workers gives the same as the pool, also when one of them is killed."""
    outcome = Outcome("engines")
    for killed in (False, True):
        output = ground.fresh("dask")
        scan = ground.start(output, "--engine", "dask")
        if killed:
            while scan.living and not any(output.rglob("*.html")):
                time.sleep(0.05)
            if not scan.kill("worker", ground.signs):
                outcome.wrong.append("no worker of Dask was found to kill")
        name = "a worker killed" if killed else "undisturbed"
        told = [*scan.wrong(), *ground.held_against(output)]
        outcome.wrong += [f"{name}: {line}" for line in told]
    outcome.done = "Dask undisturbed; Dask with a worker killed after the first report"
    return outcome


# --- command line ----------------------------------------------------------------------------------------


def options() -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checks", nargs="*")
    parser.add_argument("--documents", type=int, default=100, help="small documents of the scans")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--few", type=int, default=3, help="documents of writes and calls")
    parser.add_argument("--every", type=int, default=1, help="writes, calls: take each so manieth")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, help="of documents and moments; told at the start")
    parser.add_argument(
        "--folder", type=Path, help="work here and keep it (default: a folder that is removed)"
    )
    asked = parser.parse_args()
    unknown = sorted({*asked.checks} - {*CHECKS})
    if unknown:
        parser.error(f"unknown check {unknown[0]!r}: choose from {', '.join(CHECKS)}")
    asked.seed = random.randrange(10**6) if asked.seed is None else asked.seed
    return asked


def chosen(asked: argparse.Namespace, base: Path) -> Iterator[tuple[str, Callable[[], Outcome]]]:
    """The checks that were asked for, with what they need made once."""
    names = asked.checks or CHECKS
    if {"kills", "together", "full", "engines"} & {*names}:
        ground = Ground(
            base / "scans", base / "scans" / "documents", asked.workers, random.Random(asked.seed)
        )
        small_documents(ground.documents, asked.documents, seed=asked.seed)
        ground.prepare()
        print(f"undisturbed: first report after {ground.first:.1f} s, all after {ground.whole:.1f} s")
    if {"writes", "failing", "calls"} & {*names}:
        recording = Recording(base / "few", asked.few, asked.seed)
    made: dict[str, Callable[[], Outcome]] = {
        "kills": lambda: kills(ground, asked.kills),
        "writes": lambda: recording.each("writes", asked.every),
        "failing": lambda: recording.each("failing", asked.every, "--full"),
        "calls": lambda: calls(recording, asked.every),
        "together": lambda: together(ground),
        "full": lambda: full(ground),
        "engines": lambda: engines(ground),
    }
    yield from ((name, made[name]) for name in CHECKS if name in names)


def main() -> int:
    """Print the table."""
    asked = options()
    print(f"seed {asked.seed}", flush=True)
    table = Table("check", "done", "seconds", "wrong")
    wrong: list[str] = []
    with contextlib.ExitStack() as stack:
        base = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        base.mkdir(parents=True, exist_ok=True)
        for name, check in chosen(asked, base):
            start = time.monotonic()
            outcome = check()
            outcome.seconds = time.monotonic() - start
            print(f"{name}: {outcome.done}; {len(outcome.wrong)} wrong; {outcome.seconds:.0f} s", flush=True)
            for line in outcome.wrong:
                print(f"  {line}", flush=True)
            wrong += outcome.wrong
            table.add_row(name, outcome.done, f"{outcome.seconds:.0f}", str(len(outcome.wrong)))
    Console(width=130).print(table)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
