"""The log of a scan: technical details in a file, so that the terminal has plain words only."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

#: Where the log is, in the folder for the reports.
LOG_FILE = "scan.log"
LEVELS = ("error", "warning", "info", "debug")
#: A larger log makes place for a new one, and stays as "scan.log.1".
_MOST_BYTES = 5 * 1024 * 1024


@contextmanager
def logging_to(target: Path, level: str) -> Generator[None]:
    """Write what the program logs to the file ``target``, after what is there; OSError where that fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _make_place(target)
    logger = logging.getLogger("uitvoerbaarheid")
    handler = logging.FileHandler(target, encoding="utf-8", errors="backslashreplace")
    # A disk that is full is told of by what it stops, not by a trace of the log's own.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"))
    level_before, propagated = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    # With --debug the terminal has it too.
    logger.propagate = logging.getLogger().isEnabledFor(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        # Set by its method: what other loggers know of it is then asked anew.
        logger.setLevel(level_before)
        logger.propagate = propagated
        handler.close()


def _make_place(target: Path) -> None:
    # Another run may be writing in it; then it goes on in the old one, and Windows lets nobody move it.
    with contextlib.suppress(OSError):
        if target.is_file() and target.stat().st_size > _MOST_BYTES:
            target.replace(target.with_name(f"{target.name}.1"))
