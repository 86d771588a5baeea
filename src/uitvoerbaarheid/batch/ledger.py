"""Results on their way into the store: a few at a time, and never long after they came."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from types import TracebackType

from uitvoerbaarheid.batch.tasks import Result
from uitvoerbaarheid.store import Store, WrittenFile

#: A result waits at most this many seconds, or for this many others, before it is kept. Each time the store
#: is opened, and reads back what was added since its last checkpoint.
_SECONDS = 10.0
_RESULTS = 50


class Ledger:
    """Keeps what one run brings, also while it waits for the next document. Use as a context manager.

    All methods raise :class:`~uitvoerbaarheid.store.StoreError`, one for what went wrong in between too; what
    could not be kept by then is tried again by the next :meth:`flush`.
    """

    def __init__(self, store: Store, run: int) -> None:
        self._store = store
        self._run = run
        self._results: list[Result] = []
        self._kept: dict[str, str] = {}
        self._files: list[WrittenFile] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._error: Exception | None = None
        #: Seconds on the clock that keeping took.
        self.seconds = 0.0
        self._thread = threading.Thread(target=self._now_and_then, daemon=True)

    def __enter__(self) -> Ledger:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped = True
        self._wake.set()
        self._thread.join()

    def add(self, result: Result, files: Iterable[WrittenFile]) -> None:
        """A result that is new, and the files that were written of it."""
        with self._lock:
            self._kept.pop(result.path, None)
            self._results.append(result)
            self._files += files
            many = len(self._results) >= _RESULTS
        self._tell()
        if many:
            self.flush()

    def keep(self, path: str, key: str) -> None:
        """A document that has a result of an earlier run."""
        with self._lock:
            self._kept[path] = key

    def note(self, files: Iterable[WrittenFile]) -> None:
        """Files that were written of what was kept."""
        with self._lock:
            self._files += files
        self._tell()

    def soon(self) -> None:
        """Begin to keep what waits, while others are at work."""
        self._wake.set()

    def flush(self) -> None:
        """Keep all that waits."""
        with self._lock:
            self._write()
            self._error = None

    def _write(self) -> None:
        start = time.monotonic()
        try:
            if self._results:
                self._store.commit(self._run, self._results, self._files)
                self._results, self._files = [], []
            if self._kept or self._files:
                self._store.record_kept(self._run, self._kept, self._files)
                self._kept, self._files = {}, []
        finally:
            self.seconds += time.monotonic() - start

    def _now_and_then(self) -> None:
        while True:
            self._wake.wait(_SECONDS)
            self._wake.clear()
            if self._stopped:
                return
            try:
                with self._lock:
                    self._write()
            except Exception as error:
                self._error = error
                return

    def _tell(self) -> None:
        if self._error is not None:
            raise self._error
