"""Reading in a process of its own that can be stopped: no file can hang or end the program.

The worker is this Python started on this module; requests and answers are lines of JSON over its
standard input and output. (A ``multiprocessing`` worker would import the caller's main module again,
which on Windows asks every script for a guard and loads whatever that script loads.)
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import math
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn

from pydantic import ValidationError

from uitvoerbaarheid.extraction import lifeline, memory
from uitvoerbaarheid.extraction.annotations import Annotated, Annotations
from uitvoerbaarheid.extraction.model import Ocr, Progress
from uitvoerbaarheid.extraction.scratch import system_folder
from uitvoerbaarheid.extraction.watch import MAX_PAGES, Watch
from uitvoerbaarheid.records import Report, UnreadableError

_START_SECONDS = 120.0
_STOP_SECONDS = 2.0
_LOOK_SECONDS = 0.1
#: How the worker's messages about the page in work begin, and for how long more of those are waited for.
_PAGE, _PAUSE = b'{"page"', 0.02
#: So many bytes of an answer are taken from the pipe at a time.
_PIECE = 1 << 16
_MEMORY = "Het lezen is afgebroken: het document vraagt te veel geheugen."


@dataclass(frozen=True)
class Limits:
    """What one document may take, and after how many documents the worker is renewed.

    Times are in seconds. A document may take ``seconds`` plus an allowance per megabyte of the file, and per
    page as soon as the number of pages is known; one page ``page_seconds``. ``memory`` is what the worker may
    hold in bytes; its address space may be twice that (Linux only; 0: no limit). Of a document of more than
    ``pages`` pages the first are read. ``skips`` is how many pages that stop the worker are left out, each
    with a new worker for the rest; after that only what comes before the next one is read. A worker that
    holds more than ``renew`` bytes after a document makes way for a new one.
    """

    seconds: float = 60.0
    seconds_per_megabyte: float = 2.0
    seconds_per_page: float = 1.0
    page_seconds: float = 15.0
    memory: int = 1536 * 1024**2
    pages: int = MAX_PAGES
    skips: int = 3
    documents: int = 25
    renew: int = 300 * 1024**2


class _StoppedError(Exception):
    """The worker was stopped or ended; ``page`` is the one it was at, None where it was at none."""

    def __init__(self, error: UnreadableError, page: int | None) -> None:
        super().__init__(error.message)
        self.error = error
        self.page = page


class Reader:
    """Reads documents one by one in a worker process. Use as a context manager; not thread-safe.

    :meth:`close`, and leaving the context, may happen in another thread: the document in work ends with an
    error.
    """

    def __init__(self, limits: Limits | None = None, ocr: Ocr | None = None) -> None:
        self.limits = limits or Limits()
        self.ocr = ocr or Ocr()
        self._process: subprocess.Popen[str] | None = None
        self._scratch: str | None = None
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._read = 0
        self._closed = False
        self._held = 0
        self._recognised = False
        #: The most bytes that the reading process held for the last document, as far as it could tell.
        self.memory = 0

    def __enter__(self) -> Reader:
        self._closed = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
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

        ``relative`` becomes ``document.path``; without it that is the file's name. A page on which the worker
        hangs, breaks or takes too much memory is left out and the rest is read in a new one: status "partial"
        with the reason. Raises UnreadableError, with "timeout" and "memory" besides the codes of ``read``.
        """
        answer = self._answered(self._request(Path(path), password), progress)
        report = _report_of(answer["report"])
        if relative is not None:
            report.document.path = relative
        return report

    def draw(
        self,
        path: str | Path,
        report: Report,
        folder: Path,
        pages: Collection[int] | None = None,
        *,
        password: str | None = None,
        progress: Progress | None = None,
    ) -> list[Path]:
        """Draw the pages of a PDF with what ``report`` says was read on them; the pictures in ``folder``.

        ``pages`` are the numbers of those to draw, from 1 (None: all). A page that cannot be drawn is left
        out. Raises UnreadableError where the file cannot be opened, OSError where a picture cannot be
        written.
        """
        request = self._request(Path(path), password)
        request["draw"] = {
            "report": report.model_dump(mode="json"),
            "folder": str(folder.absolute()),
            "pages": None if pages is None else sorted(pages),
        }
        answer = self._answered(request, progress)
        if "unwritten" in answer:
            raise OSError(*answer["unwritten"])
        return [Path(name) for name in answer["drawn"]]

    def annotate(
        self,
        path: str | Path,
        annotations: Annotations,
        target: Path,
        *,
        password: str | None = None,
        progress: Progress | None = None,
    ) -> Annotated:
        """Write a copy of a PDF to ``target`` with annotations on its pages; the original stays as it is.

        A page that cannot be worked on is left out and named. Raises UnreadableError where the file cannot be
        opened or nothing can be added to it, OSError where ``target`` cannot be written.
        """
        request = self._request(Path(path), password)
        request["annotate"] = {
            "annotations": annotations.model_dump(mode="json"),
            "target": str(target.absolute()),
        }
        answer = self._answered(request, progress)
        if "unwritten" in answer:
            raise OSError(*answer["unwritten"])
        return Annotated.model_validate(answer["annotated"])

    @property
    def kept(self) -> int:
        """The most bytes that the reading process may hold now that the last document was read."""
        return self.memory if self._process is not None else 0

    def _request(self, path: Path, password: str | None) -> dict[str, Any]:
        size = path.stat().st_size if path.is_file() else 0
        return {
            "path": str(path.absolute()),
            "password": password,
            "ocr": [self.ocr.mode, self.ocr.workers],
            "pages": self.limits.pages,
            # Half of the time is for the pages; the rest is for what comes after.
            "seconds": (self.limits.seconds + self.limits.seconds_per_megabyte * size / 2**20) / 2,
            "seconds_per_page": self.limits.seconds_per_page / 2,
            "skip": {},
            "last": None,
        }

    def _answered(self, request: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
        """The worker's answer, where needed from a new worker that leaves out what stopped the last one."""
        if self._process is not None and self._is_worn():
            self.close()
        self.memory, self._recognised = 0, False
        start = time.monotonic()
        while True:
            fresh = self._process is None
            try:
                answer = self._ask(request, progress)
                break
            except _StoppedError as stopped:
                late = time.monotonic() - start > 2 * request["seconds"]
                if self._closed or not self._go_on(request, stopped, late=late, fresh=fresh):
                    raise stopped.error from None
        if self._recognised:
            # What that needs, three times as much as all else, would be held while this document is assessed.
            self.close()
        if "error" in answer:
            raise UnreadableError(*answer["error"])
        return answer

    def _go_on(self, request: dict[str, Any], stopped: _StoppedError, *, late: bool, fresh: bool) -> bool:
        """Change the request into one that leaves out what stopped the worker; False where that is done."""
        code, page = stopped.error.code, stopped.page
        skip = request["skip"]
        if code != "timeout" and not fresh:
            # What earlier documents left behind may have taken part: once more in a new worker.
            return not late
        if page is None or request["last"] is not None:
            return False
        if late or len(skip) >= self.limits.skips:
            request["last"] = [page - 1, code]
        elif code == "memory" and "memory" in skip.values():
            # Not one page but all of them together: half of what came before is read for certain.
            request["last"] = [page // 2, code]
        else:
            skip[page] = code
        return request["last"] is None or request["last"][0] >= 1

    def _ask(self, request: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
        process = self._process or self._start()
        self._read += 1
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return self._await(process, request, progress)
        except OSError as error:
            raise self._died(process, None) from error
        except BaseException:
            # Also on Ctrl-C: a worker that is still busy would give its answer to the next question.
            self.close()
            raise

    def _await(
        self, process: subprocess.Popen[str], request: dict[str, Any], progress: Progress | None
    ) -> dict[str, Any]:
        start = time.monotonic()
        end, page_end = start + 2 * request["seconds"], math.inf
        page: int | None = None
        while True:
            try:
                answer = self._answers.get(timeout=max(0.0, min(end, page_end) - time.monotonic()))
            except queue.Empty:
                self.close()
                message = (
                    f"Het lezen duurde te lang en is na {time.monotonic() - start:.0f} seconden gestopt."
                )
                raise _StoppedError(UnreadableError("timeout", message), page) from None
            if answer is None:
                raise self._died(process, page)
            if "page" in answer:
                page = answer["page"]
                page_end = math.inf if page is None else time.monotonic() + self.limits.page_seconds
            elif "progress" in answer:
                done, pages = answer["progress"]
                counted = min(pages, self.limits.pages)
                end = max(end, start + 2 * (request["seconds"] + request["seconds_per_page"] * counted))
                if progress is not None:
                    progress(done, pages)
            elif "allow" in answer:
                # Recognising text takes seconds a page and keeps its own time.
                end += answer["allow"]
                self._recognised = True
            elif answer.get("error", [""])[0] == "memory":
                # What is left of a process that ran out of memory is not to be trusted.
                self.close()
                raise _StoppedError(UnreadableError(*answer["error"]), page)
            elif not self._told(answer):
                return answer

    def _told(self, answer: dict[str, Any]) -> bool:
        """Take note of the memory that the worker tells of; False where it tells something else."""
        if "most" in answer:
            self.memory = max(self.memory, answer["most"])
        elif "held" in answer:
            self._held = answer["held"]
        else:
            return False
        return True

    def _is_worn(self) -> bool:
        """Whether the worker makes way for a new one before the next document."""
        with contextlib.suppress(queue.Empty):
            while (told := self._answers.get_nowait()) is not None and self._told(told):
                pass
        return self._read >= self.limits.documents or self._held > self.limits.renew

    def _start(self) -> subprocess.Popen[str]:
        # A worker that is killed leaves its temporary files to whoever started it.
        self._scratch = tempfile.mkdtemp(prefix="uitvoerbaarheid-", dir=system_folder())
        process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "uitvoerbaarheid.extraction.worker"),
                *(str(self.limits.memory), self._scratch, str(os.getpid())),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=lifeline.environment(self._scratch),
            # A group of its own: what the worker starts ends with it.
            start_new_session=True,
        )
        self._process, self._read, self._held, self._answers = process, 0, 0, queue.Queue()
        assert process.stdout is not None
        answers = process.stdout.buffer  # type: ignore[attr-defined]
        threading.Thread(target=_pump, args=(answers, self._answers), daemon=True).start()
        try:
            ready = self._answers.get(timeout=_START_SECONDS)
        except queue.Empty:
            ready = None
        if ready is None or self._closed:
            self.close()
            raise RuntimeError("het leesproces van uitvoerbaarheid kon niet worden gestart")
        return process

    def _died(self, process: subprocess.Popen[str], page: int | None) -> _StoppedError:
        try:
            code = process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        self.close()
        # Refused memory makes native code abort; what is out of its mind with damage gets other signals.
        if code == memory.EXIT_MEMORY:
            self.memory = self.limits.memory
        if code in (memory.EXIT_MEMORY, -signal.SIGABRT, -9):
            return _StoppedError(UnreadableError("memory", _MEMORY), page)
        message = "Het leesprogramma liep vast op dit bestand; het is waarschijnlijk beschadigd."
        return _StoppedError(UnreadableError("damaged", message), page)

    def close(self) -> None:
        """Stop the worker, if there is one; the next :meth:`read` starts another."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def _kill(process: subprocess.Popen[str]) -> None:
    if sys.platform != "win32":
        # The worker leads its group, so that this number is the group's as long as it is not waited for.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _pump(stream: io.BufferedReader, answers: queue.Queue[dict[str, Any] | None]) -> None:
    """Pass the worker's answers on until it ends; a pipe cannot be read with a time limit on Windows.

    It tells of the page in work six times a page; to be woken each time costs more than all else of it. They
    are taken some at a time, of which the last one counts.
    """
    parts: list[bytes] = []
    with contextlib.suppress(OSError, ValueError):
        while part := stream.read1(_PIECE):
            parts.append(part)
            if b"\n" not in part:
                continue
            *lines, rest = b"".join(parts).split(b"\n")
            parts = [rest] if rest else []
            for line, following in zip(lines, [*lines[1:], b""], strict=True):
                if not (line.startswith(_PAGE) and following.startswith(_PAGE)):
                    answers.put(json.loads(line))
            if not rest and lines[-1].startswith(_PAGE):
                time.sleep(_PAUSE)
    answers.put(None)


def _limit_memory(limit: int) -> None:
    """Refuse address space above ``limit`` bytes, where the system can."""
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


def _let_go(scratch: str) -> None:
    """End this process and all that it started; whoever asked is gone."""
    shutil.rmtree(scratch, ignore_errors=True)
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _take(requests: queue.Queue[str], scratch: str) -> None:
    """Take requests until the input ends: then nobody waits for an answer, also not to the one in work."""
    with contextlib.suppress(OSError, ValueError):
        for line in sys.stdin:
            requests.put(line)
    _let_go(scratch)


def _answer(request: dict[str, Any], send: Any) -> dict[str, Any]:
    from uitvoerbaarheid.extraction import read

    last, told = request["last"], -math.inf

    def progress(done: int, pages: int) -> None:
        # Who asked does not look more often, and each message costs it time.
        nonlocal told
        now = time.monotonic()
        if not 0 < done < pages or now - told >= _LOOK_SECONDS:
            told = now
            send({"progress": [done, pages]})

    watch = Watch(
        progress=progress,
        at=lambda page: send({"page": page}),
        skip={int(page): code for page, code in request["skip"].items()},
        last=(last[0], last[1]) if last else None,
        pages=request["pages"],
        seconds=request["seconds"],
        seconds_per_page=request["seconds_per_page"],
    )
    mode, workers = request["ocr"]
    ocr = Ocr(mode, workers, announce=lambda seconds: send({"allow": seconds}))
    try:
        if "draw" in request:
            return _draw(request, watch)
        if "annotate" in request:
            return _annotate(request, watch)
        report = read(request["path"], password=request["password"], watch=watch, ocr=ocr)
        return {"report": _written(report)}
    except UnreadableError as error:
        return {"error": [error.code, error.message]}
    except MemoryError:
        return {"error": ["memory", _MEMORY]}
    except Exception as error:
        # A defect in a reader costs one document, not the scan.
        return {"error": ["damaged", f"Het document kan niet worden gelezen ({type(error).__name__})."]}


def _written(report: Report) -> str | dict[str, Any]:
    """The report as JSON; as a dictionary where it holds what that cannot (a name that is no text)."""
    try:
        return report.model_dump_json()
    except ValueError:
        return report.model_dump(mode="json")


def _report_of(written: str | dict[str, Any]) -> Report:
    """The report that :func:`_written` made this of."""
    try:
        if isinstance(written, str):
            return Report.model_validate_json(written)
        return Report.model_validate(written)
    except ValidationError as error:
        # JSON has no sign for what is not a number, such as the place of a page without a size.
        raise UnreadableError(
            "damaged", "Het document kan niet worden gelezen (onmogelijke maten)."
        ) from error


def _draw(request: dict[str, Any], watch: Watch) -> dict[str, Any]:
    from uitvoerbaarheid.extraction.pdf.draw import draw_pages

    asked = request["draw"]
    report = Report.model_validate(asked["report"])
    folder = Path(asked["folder"])
    try:
        drawn = draw_pages(
            Path(request["path"]), report, folder, asked["pages"], watch=watch, password=request["password"]
        )
        return {"drawn": [str(path) for path in drawn]}
    except OSError as error:
        return {"unwritten": [error.errno, error.strerror, error.filename]}


def _annotate(request: dict[str, Any], watch: Watch) -> dict[str, Any]:
    from uitvoerbaarheid.extraction.pdf.annotate import annotate_pdf

    asked = request["annotate"]
    annotations = Annotations.model_validate(asked["annotations"])
    try:
        result = annotate_pdf(
            Path(request["path"]),
            annotations,
            Path(asked["target"]),
            watch=watch,
            password=request["password"],
        )
        return {"annotated": result.model_dump(mode="json")}
    except OSError as error:
        return {"unwritten": [error.errno, error.strerror, error.filename]}


def main() -> None:
    """The worker's side: answer requests until the input ends."""
    memory.share_heap()
    # Native libraries print to file descriptor 1; answers go over a copy of it that only we know.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    limit, scratch, parent = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if limit:
        _limit_memory(2 * limit)
        memory.end_above(limit)
    lifeline.hold(parent, lambda: _let_go(scratch))
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_take, args=(requests, scratch), daemon=True).start()

    def send(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    # Loading the libraries takes a busy computer longer than many documents: it is no document's time.
    import uitvoerbaarheid.extraction.pdf  # noqa: F401

    memory.collect_less()
    send({"ready": True})
    try:
        _work(requests, answers, send)
    except MemoryError:
        code = memory.EXIT_MEMORY
    except BrokenPipeError:  # who asked is gone, which the threads that look for that may not have seen yet
        _let_go(scratch)
    except BaseException:
        code = 1
    # Not the usual way out: that would wait for the thread that reads the input.
    os._exit(code)


def _work(requests: queue.Queue[str], answers: IO[str], send: Callable[[dict[str, Any]], None]) -> NoReturn:
    while True:
        answer = json.dumps(_answer(json.loads(requests.get()), send))
        send({"most": memory.most_held()})
        answers.write(answer)
        answers.write("\n")
        answers.flush()
        del answer
        gc.collect()
        memory.give_back()
        memory.count_anew()
        send({"held": memory.held()})


if __name__ == "__main__":
    main()
