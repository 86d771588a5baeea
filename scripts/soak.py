"""Half an hour of scanning with hostile files mixed in: memory flat, no zombie, no temporary file left.

    python scripts/soak.py [--minutes 30] [--documents 40] [--hostile 25] [--workers 2] [--seed N]
        [--full-size]

One ``scan --watch`` goes on all the time. In each round all small documents become another edition, and other
ones of the files of ``hostile.py`` (the small versions of the heavy ones, without ``--full-size``) come in
the place of the last ones; the round is over when the scan has dealt with all. Once a second all processes
are looked at. At the end the scan is told to stop.

Memory is what each process has to itself, so that what else runs on the machine makes no difference. It is
called flat when its line over the rounds does not surely rise (95 %), or rises less than five per cent over
the whole. The rounds before every hostile file has come by twice do not count, for the largest of them leave
memory in pieces that are not given back; the soak goes on, past its minutes, until five rounds do. A zombie
is a process that ended and was not asked for in three looks.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import hostile
from changed_documents import small_documents
from processes import (
    MARK,
    MEGABYTE,
    Sample,
    Watcher,
    end_all,
    environment,
    marked,
    megabytes,
    run_record,
    scan_command,
    slope,
)

#: Rounds before memory counts: models are loaded.
WARM = 2
#: How many times every hostile file has come by before it counts: buffers find their size by the largest.
TURNS = 2
#: Rounds that a line needs.
LEAST = 5
#: The part of its middle value by which memory may grow over the whole.
GROWTH = 0.05
#: A folder is no document.
_MIXED = [case for case in hostile.CASES if case.name != "map.pdf"]
_LOOKS = 3
_ROUND_SECONDS = 1200
_STOP_SECONDS = 60


@dataclass(frozen=True)
class Round:
    """One round: when it began and ended, how many documents there were, and how they ended."""

    number: int
    start: float
    end: float
    documents: int
    ended: dict[str, int]
    temporary: int


class Soak:
    """A scan that watches a folder, and the folder that changes below it."""

    def __init__(self, base: Path, workers: int, scale: float, signs: random.Random) -> None:
        self.base = base
        self.documents = base / "documents"
        self.output = base / "output"
        self.temporary = base / "tmp"
        self.temporary.mkdir(parents=True)
        self._hostile = base / "hostile"
        self._scale, self._signs = scale, signs
        self._waiting: list[hostile.Case] = []
        self._environment = environment({"TMPDIR": str(self.temporary), "OMP_NUM_THREADS": "1"})
        self._workers = workers
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start the scan."""
        command = scan_command("scan", self.documents, "--output", self.output, "--watch")
        with (self.base / "errors.txt").open("wb") as errors:
            self.process = subprocess.Popen(
                [*command, "--workers", str(self._workers)],
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                # Ctrl-C for who runs this script is not yet one for the scan.
                start_new_session=True,
            )
        return self.process

    def change(self, number: int, documents: int, mixed: int) -> int:
        """Make the documents of a round; how many there are."""
        small_documents(self.documents, documents, edition=number)
        mix = self.documents / "vijandig"
        shutil.rmtree(mix, ignore_errors=True)
        mix.mkdir()
        for case in self._next(mixed):
            made = self._hostile / case.name
            if not made.exists():
                made.parent.mkdir(exist_ok=True)
                case.make(made, self._scale)
            target = mix / f"ronde{number}-{case.name}"
            # Given a new name they are new documents; links take no room.
            if made.is_file() and not made.is_symlink():
                os.link(made, target)
            else:
                case.make(target, self._scale)
        return documents + mixed

    def _next(self, count: int) -> list[hostile.Case]:
        """The next hostile files, all in turn, in an order of chance."""
        if len(self._waiting) < count:
            # A new turn after what is left of this one: with that at its end, none comes twice in a round.
            left = self._waiting
            others = [case for case in _MIXED if case not in left]
            self._signs.shuffle(others)
            self._waiting = [*left, *others, *left]
        return [self._waiting.pop() for _ in range(count)]

    def record(self) -> dict[str, Any]:
        """What the last run says of itself; nothing where there was none."""
        with contextlib.suppress(OSError, ValueError):
            return run_record(self.output)
        return {}

    def settled(self, number: int) -> bool:
        """Whether the last run was about all documents of this round, as they are now."""
        record = self.record()
        held = {document["path"] for document in record.get("documents", ())}
        wanted = {
            path.relative_to(self.documents).as_posix()
            for path in self.documents.rglob("*")
            if not path.is_dir()
        }
        newest = max((path.stat().st_mtime for path in self.documents.glob("map*/*")), default=0.0)
        return record.get("outcome") == "done" and held == wanted and _moment(record["started"]) >= newest - 1

    def stop(self) -> tuple[int, list[str]]:
        """Tell the scan to stop: its exit code, and what it left behind."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            end_all([self.process.pid])
            return self.process.wait(), ["the scan did not stop when it was told to"]
        told = []
        time.sleep(3)
        for process in list(marked(self._environment[MARK])):
            with contextlib.suppress(Exception):
                told.append(f"process left behind: {' '.join(process.cmdline())[:100]}")
                process.kill()
        return code, told

    def left(self) -> list[str]:
        """The temporary files there are."""
        return sorted(path.relative_to(self.temporary).as_posix() for path in self.temporary.rglob("*"))

    def errors(self) -> str:
        """What the scan wrote to standard error."""
        return (self.base / "errors.txt").read_text(encoding="utf-8", errors="replace")


def _moment(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def warm(mixed: int) -> int:
    """How many rounds with so many hostile files do not count."""
    return max(WARM, math.ceil(TURNS * len(_MIXED) / mixed)) if mixed else WARM


def zombies(samples: Sequence[Sample]) -> set[int]:
    """Processes that were zombies in several looks, one after another."""
    found: set[int] = set()
    for index in range(len(samples) - _LOOKS + 1):
        found |= set.intersection(*(sample.zombies for sample in samples[index : index + _LOOKS]))
    return found


def within(samples: Sequence[Sample], part: Round) -> list[Sample]:
    """The looks in a round."""
    return [sample for sample in samples if part.start <= sample.seconds < part.end]


def _workers(sample: Sample) -> float:
    return float(sum(sample.workers.values()))


def _largest(sample: Sample) -> float:
    return float(max(sample.workers.values(), default=0))


#: What is looked at, by name: of each look, and how those of a round become one.
SERIES: dict[str, tuple[Callable[[Sample], float], Callable[[Sequence[float]], float]]] = {
    "main process, highest": (lambda sample: float(sample.main), max),
    "workers together, median": (_workers, statistics.median),
    "largest worker, highest": (_largest, max),
}


def series(samples: Sequence[Sample], rounds: Sequence[Round], name: str) -> list[tuple[float, float]]:
    """One figure for each of these rounds, with its moment in seconds."""
    of_sample, together = SERIES[name]
    points = []
    for part in rounds:
        values = [value for sample in within(samples, part) if (value := of_sample(sample))]
        if values:  # between two scans there are no workers
            points.append(((part.start + part.end) / 2, together(values)))
    return points


def flatness(points: Sequence[tuple[float, float]]) -> tuple[str, bool]:
    """What the line through the points says, in MB a minute, and whether that is flat."""
    if len(points) < LEAST:
        return "too few rounds", False
    line = slope(points)
    span = points[-1][0] - points[0][0]
    middle = statistics.median(value for _, value in points)
    grown = line.value * span / middle if middle else 0.0
    flat = not line.surely_rises or grown < GROWTH
    rate, margin = (60 * value / MEGABYTE for value in (line.value, line.margin))
    return f"{rate:+.2f} ± {margin:.2f} MB/min, {grown:+.1%} over the whole of {megabytes(middle)}", flat


def rounds_table(samples: Sequence[Sample], rounds: Sequence[Round]) -> Table:
    """A row for each round."""
    statuses = ("ok", "partial", "unreadable")
    table = Table("round", "s", "documents", *statuses, *SERIES, "processes", "files", "temp")
    for part in rounds:
        seen = within(samples, part)
        if not seen:
            continue
        held = [
            megabytes(together([of(s) for s in seen if of(s)] or [0.0])) for of, together in SERIES.values()
        ]
        files = max((each.files for sample in seen for each in sample.processes[:1]), default=0)
        table.add_row(
            *(str(part.number), f"{part.end - part.start:.0f}", str(part.documents)),
            *(str(part.ended.get(status, 0)) for status in statuses),
            *held,
            *(str(max(len(sample.processes) for sample in seen)), str(files), str(part.temporary)),
        )
    return table


def soak(
    work: Soak, minutes: float, documents: int, mixed: int
) -> tuple[list[Sample], list[Round], list[str]]:
    """Go on for so many minutes: the looks, the rounds and what was wrong."""
    wrong: list[str] = []
    rounds: list[Round] = []
    least = warm(mixed) + LEAST
    count = work.change(1, documents, mixed)
    begun = time.monotonic()
    process = work.start()
    with Watcher(process.pid, 1.0, files=True, own=True) as watcher:
        while not wrong and (time.monotonic() - begun < 60 * minutes or len(rounds) < least):
            number = len(rounds) + 1
            if number > 1:
                count = work.change(number, documents, mixed)
            start = time.monotonic()
            while not work.settled(number):
                if process.poll() is not None:
                    wrong.append(f"the scan ended with {process.returncode}: {work.errors()[-300:]}")
                    break
                if time.monotonic() - start > _ROUND_SECONDS:
                    wrong.append(f"round {number} was not over after {_ROUND_SECONDS} s")
                    break
                time.sleep(1)
            ended = work.record().get("counts", {})
            span = (start - begun, time.monotonic() - begun)
            rounds.append(Round(number, *span, count, ended, len(work.left())))
            print(f"round {number}: {span[1] - span[0]:.0f} s", file=sys.stderr, flush=True)
    return watcher.samples, rounds, wrong


def main() -> int:
    """Print the table and the verdict."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--documents", type=int, default=40, help="small documents")
    parser.add_argument("--hostile", type=int, default=25, help="hostile files in a round")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-size", action="store_true", help="the hostile files as heavy as they are")
    asked = parser.parse_args()
    if not 0 <= asked.hostile <= len(_MIXED):
        parser.error(f"there are {len(_MIXED)} hostile files")
    console = Console(width=150)
    print(f"at least {warm(asked.hostile) + LEAST} rounds", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        work = Soak(Path(folder), asked.workers, 1.0 if asked.full_size else 0.1, random.Random(asked.seed))
        samples, rounds, wrong = soak(work, asked.minutes, asked.documents, asked.hostile)
        code, left = work.stop()
        wrong += left
        if code not in (0, 130):
            wrong.append(f"the scan ended with {code} when it was told to stop")
        if "Traceback" in work.errors():
            wrong.append(f"an error of the program was shown: {work.errors()[-300:]}")
        remaining = work.left()
        if remaining:
            wrong.append(f"{len(remaining)} temporary files left: {', '.join(remaining[:3])}")
    console.print(rounds_table(samples, rounds))
    before = warm(asked.hostile)
    console.print(f"the first {before} rounds do not count:")
    for name in SERIES:
        said, flat = flatness(series(samples, rounds[before:], name))
        console.print(f"{name}: {said}: {'flat' if flat else 'NOT FLAT'}", markup=False)
        if not flat:
            wrong.append(f"{name} is not flat")
    kept = zombies(samples)
    if kept:
        wrong.append(f"{len(kept)} zombies")
    for line in wrong:
        console.print(f"wrong: {line}", markup=False)
    seconds = rounds[-1].end if rounds else 0
    console.print(
        f"{len(rounds)} rounds in {seconds / 60:.1f} minutes, {len(samples)} looks; zombies {len(kept)}, "
        f"temporary files left {len(remaining)}: {'NOT RIGHT' if wrong else 'right'}"
    )
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
