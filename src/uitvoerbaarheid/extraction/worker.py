"""Reading in a process of its own that can be stopped: no file can hang or end the program.

The worker is this Python started on this module; requests and answers are lines of JSON over its
standard input and output. (A ``multiprocessing`` worker would import the caller's main module again,
which on Windows asks every script for a guard and loads whatever that script loads.)
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from uitvoerbaarheid.extraction.model import Ocr, Progress
from uitvoerbaarheid.records import Report, UnreadableError

_START_SECONDS = 60.0
_STOP_SECONDS = 2.0


@dataclass(frozen=True)
class Limits:
    """What one document may take, and after how many documents the worker is renewed.

    The time limit is ``seconds`` plus an allowance per megabyte of the file, and per page as soon as
    the number of pages is known. ``memory`` is address space in bytes (POSIX only; 0: no limit).
    """

    seconds: float = 30.0
    seconds_per_megabyte: float = 2.0
    seconds_per_page: float = 1.0
    memory: int = 3 * 1024**3
    documents: int = 25


class Reader:
    """Reads documents one by one in a worker process. Use as a context manager; not thread-safe."""

    def __init__(self, limits: Limits | None = None, ocr: Ocr | None = None) -> None:
        self.limits = limits or Limits()
        self.ocr = ocr or Ocr()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._read = 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(
        self,
        path: str | Path,
        relative: str | None = None,
        *,
        password: str | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """As :func:`uitvoerbaarheid.extraction.read`, within the limits.

        ``relative`` becomes ``document.path``; without it that is the file's name. Raises
        UnreadableError, with "timeout" and "memory" besides the codes of ``read``.
        """
        path = Path(path)
        if self._process is not None and self._read >= self.limits.documents:
            self.close()
        process = self._process or self._start()
        request = {
            "path": str(path.absolute()),
            "password": password,
            "ocr": [self.ocr.mode, self.ocr.workers],
        }
        self._read += 1
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            answer = self._await(process, path, progress)
        except OSError as error:
            raise self._died(process) from error
        except BaseException:
            # Also on Ctrl-C: a worker that is still busy would give its answer to the next question.
            self.close()
            raise
        if "error" in answer:
            if answer["error"][0] == "memory":
                # What is left of a process that ran out of memory is not to be trusted.
                self.close()
            raise UnreadableError(*answer["error"])
        report = Report.model_validate(answer["report"])
        if relative is not None:
            report.document.path = relative
        return report

    def _await(self, process: subprocess.Popen[str], path: Path, progress: Progress | None) -> dict[str, Any]:
        size = path.stat().st_size if path.is_file() else 0
        start = time.monotonic()
        base = self.limits.seconds + self.limits.seconds_per_megabyte * size / 2**20
        allowed = base
        while True:
            try:
                answer = self._answers.get(timeout=max(0.0, start + allowed - time.monotonic()))
            except queue.Empty:
                self.close()
                raise UnreadableError(
                    "timeout", f"Het lezen duurde te lang en is na {allowed:.0f} seconden gestopt."
                ) from None
            if answer is None:
                raise self._died(process)
            if "progress" in answer:
                done, pages = answer["progress"]
                allowed = max(allowed, base + self.limits.seconds_per_page * pages)
                if progress is not None:
                    progress(done, pages)
            elif "allow" in answer:
                # Recognising text takes seconds a page and keeps its own time.
                base, allowed = base + answer["allow"], allowed + answer["allow"]
            else:
                return answer

    def _start(self) -> subprocess.Popen[str]:
        environment = dict(os.environ)
        # The package is found where this one is, also when it was put on the path by hand.
        root = str(Path(__file__).resolve().parents[2])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
        # Thread pools of numerical libraries reserve address space and are of no use here.
        environment.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", PYTHONIOENCODING="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "uitvoerbaarheid.extraction.worker", str(self.limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=environment,
        )
        self._process, self._read, self._answers = process, 0, queue.Queue()
        assert process.stdout is not None
        threading.Thread(target=_pump, args=(process.stdout, self._answers), daemon=True).start()
        try:
            ready = self._answers.get(timeout=_START_SECONDS)
        except queue.Empty:
            ready = None
        if ready is None:
            self.close()
            raise RuntimeError("het leesproces van uitvoerbaarheid kon niet worden gestart")
        return process

    def _died(self, process: subprocess.Popen[str]) -> UnreadableError:
        try:
            code = process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        self.close()
        if code == -9:
            return UnreadableError("memory", "Het lezen is afgebroken: het document vraagt te veel geheugen.")
        return UnreadableError(
            "damaged", "Het leesprogramma liep vast op dit bestand; het is waarschijnlijk beschadigd."
        )

    def close(self) -> None:
        """Stop the worker, if there is one; the next :meth:`read` starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _pump(stream: IO[str], answers: queue.Queue[dict[str, Any] | None]) -> None:
    """Pass the worker's answers on until it ends; a pipe cannot be read with a time limit on Windows."""
    with contextlib.suppress(OSError, ValueError):
        for line in stream:
            answers.put(json.loads(line))
    answers.put(None)


def _limit_memory(limit: int) -> None:
    if not limit:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    except (ValueError, OSError):  # not every POSIX system has this limit
        return


def _answer(request: dict[str, Any], send: Any) -> dict[str, Any]:
    from uitvoerbaarheid.extraction import read

    mode, workers = request["ocr"]
    try:
        report = read(
            request["path"],
            password=request["password"],
            progress=lambda done, pages: send({"progress": [done, pages]}),
            ocr=Ocr(mode, workers, announce=lambda seconds: send({"allow": seconds})),
        )
        return {"report": report.model_dump(mode="json")}
    except UnreadableError as error:
        return {"error": [error.code, error.message]}
    except MemoryError:
        return {"error": ["memory", "Het document vraagt meer geheugen dan is toegestaan."]}
    except Exception as error:
        # A defect in a reader costs one document, not the scan.
        return {"error": ["damaged", f"Het document kan niet worden gelezen ({type(error).__name__})."]}


def main() -> None:
    """The worker's side: answer requests until the input ends."""
    # Native libraries print to file descriptor 1; answers go over a copy of it that only we know.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    _limit_memory(int(sys.argv[1]))

    def send(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    send({"ready": True})
    for line in sys.stdin:
        send(_answer(json.loads(line), send))


if __name__ == "__main__":
    main()
