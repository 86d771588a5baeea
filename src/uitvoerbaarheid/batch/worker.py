"""A worker of the pool: this Python started on this module, that makes results of tasks.

Messages go over its standard input and output (``frames``). First comes what holds for all tasks, then a task
at a time; the answer to a task is its result, after what is told while it is made. When its input ends, so
does the worker, also in the middle of a document.
"""

from __future__ import annotations

import gc
import logging
import os
import queue
import shutil
import signal
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from uitvoerbaarheid.batch.assessor import Assessor, Events, load_libraries
from uitvoerbaarheid.batch.frames import ASKED, Sender, apart, receive
from uitvoerbaarheid.batch.remote import at_hand
from uitvoerbaarheid.batch.tasks import Job, JobError
from uitvoerbaarheid.extraction import lifeline, memory
from uitvoerbaarheid.extraction.scratch import sweep

#: How long a process that was ended may take to be gone.
_GONE_SECONDS = 10.0
_AGAIN_SECONDS = 0.2


class _Told(Events):
    def __init__(self, send: Sender) -> None:
        self._send = send

    def working(self, path: str) -> None:
        self._send("working")

    def page(self, path: str, done: int, total: int) -> None:
        self._send("page", done, total)

    def assessing(self, path: str, characters: int) -> None:
        self._send("assessing", characters)


class _Log(logging.Handler):
    """Passes on what is logged; the main process says where it goes."""

    def __init__(self, send: Sender) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send the record as text: what it refers to stays here."""
        self._send("log", record.name, record.levelno, self.format(record))


def _let_go(assessor: Assessor | None, scratch: Path, parent: int) -> None:
    """End this process and its reader; whoever asked is gone, or wants no answer any more."""
    if assessor is not None:
        assessor.close()
    asked = (scratch / ASKED).exists()
    shutil.rmtree(scratch, ignore_errors=True)
    if not asked:  # the run is gone: its own folder too
        lifeline.wait_until_gone(parent, _GONE_SECONDS)
        end = time.monotonic() + _GONE_SECONDS
        sweep(scratch.parent.parent)
        # Another worker of the run may be at it, and give up where a process of this one was not gone yet.
        while scratch.parent.exists() and time.monotonic() < end:
            time.sleep(_AGAIN_SECONDS)
            sweep(scratch.parent.parent)
    os._exit(0)


def main() -> None:
    """Do tasks until the input ends. Arguments: the parent, the folder for temporary files, most memory."""
    memory.share_heap()
    try:
        _work()
        code = 0
    except MemoryError:
        code = memory.EXIT_MEMORY
    except BaseException:
        traceback.print_exc()
        code = 1
    # Not the usual way out: that would wait for the thread that reads the input.
    os._exit(code)


def _work() -> None:
    # Native libraries print to file descriptor 1; answers go over a copy of it that only we know.
    send = Sender(os.fdopen(os.dup(1), "wb"))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # Ctrl-C is for the main process, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent, scratch, limit = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    # A document leaves hardly any garbage in circles: looking for it is for the time between two.
    gc.disable()
    # Who starts a worker may have to find out first what it is to do.
    threading.Thread(target=load_libraries, daemon=True).start()
    received = receive(sys.stdin.buffer)
    if received is None:
        _let_go(None, scratch, parent)
    job, ocr_workers, level = received
    assert isinstance(job, Job)
    logging.basicConfig(level=level, handlers=[_Log(send)], format="%(message)s")
    assessor = Assessor(job, fetch=at_hand, ocr_workers=ocr_workers)
    ending = threading.Lock()

    def let_go() -> None:
        ending.acquire()  # the first that sees it ends the process
        _let_go(assessor, scratch, parent)

    lifeline.hold(parent, let_go)
    memory.end_above(limit)
    tasks: queue.Queue[Any] = queue.Queue()

    def take() -> None:
        while (message := receive(sys.stdin.buffer)) is not None:
            tasks.put(*message)
        let_go()

    threading.Thread(target=take, daemon=True).start()
    told = _Told(send)
    with assessor:
        try:
            send("ready")
            while True:
                try:
                    result = assessor.handle(tasks.get(), told)
                except JobError as error:
                    send("refused", str(error))
                    continue
                files: dict[str, Any] = {
                    name: apart(data) if isinstance(data, bytes) else data
                    for name, data in result.files.items()
                }
                send("result", replace(result, files=files), memory.held(), assessor.spent)
                del result, files
        except BrokenPipeError:  # the run is gone, which the threads that look for that may not have seen yet
            let_go()


if __name__ == "__main__":
    main()
