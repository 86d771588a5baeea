"""Folders for temporary files that the next run can tell from those that are in use.

A folder holds a file that its process has locked; the lock goes with the process, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

#: How the names of these folders begin, in the system's folder for temporary files.
PREFIX = "uitvoerbaarheid-werk-"
_LOCK = "in-gebruik"
#: A folder without a lock is being made, or removed, just now; one that is older was left behind.
_STALE_SECONDS = 3600.0
_TRIES = 5
_WAIT_SECONDS = 0.2


class Scratch:
    """A folder for temporary files, locked until it is left. Use as a context manager; gives its path."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Path:
        for _ in range(_TRIES):
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=system_folder()))
            lock = locked(folder / _LOCK, make=True)
            # Another run may have taken it for one left behind, between its making and its lock.
            if lock is not None and (folder / _LOCK).exists():
                self._folder, self._lock = folder, lock
                return folder
            if lock is not None:
                lock.close()
        raise OSError(f"geen map voor tijdelijke bestanden in {system_folder()}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        folder, self._folder = self._folder, None
        lock, self._lock = self._lock, None
        if folder is not None and lock is not None:
            _remove(folder, lock)


#: One at a time may say where temporary files go; meanwhile, where they went before.
_one = threading.Lock()
_before: list[str] = []


def system_folder() -> str:
    """The system's folder for temporary files, also within :func:`temporary_here`."""
    return next(iter(_before), None) or tempfile.gettempdir()


@contextlib.contextmanager
def temporary_here() -> Iterator[None]:
    """What libraries put with the system's temporary files goes to a folder that the next run can clear.

    For the whole process: what must outlast the block, in another thread, is made in :func:`system_folder`.
    """
    with _one, Scratch() as folder:
        before = tempfile.tempdir
        _before.append(tempfile.gettempdir())
        tempfile.tempdir = str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = before
            _before.clear()


def sweep(within: Path | None = None) -> list[Path]:
    """Remove the folders whose processes are gone; returns those that were removed.

    ``within`` is where they are: the system's folder for temporary files, unless another is given.
    """
    removed = []
    for folder in sorted((within or Path(system_folder())).glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError):  # another user's, or another run is removing it too
            if folder.is_symlink() or not folder.is_dir():
                continue
            if not (folder / _LOCK).exists():
                if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
                    removed.append(folder)
                continue
            lock = locked(folder / _LOCK)
            if lock is not None:
                _remove(folder, lock)
                removed.append(folder)
    return removed


def locked(path: Path, *, make: bool = False) -> IO[bytes] | None:
    """The file, opened to write and with a lock on it; None where that cannot be had, as others have it."""
    file = path.open("xb" if make else "r+b")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _remove(folder: Path, lock: IO[bytes]) -> None:
    """The lock goes last: what cannot be removed now is found by the next run."""
    with lock:
        for _ in range(_TRIES):
            for path in _beside_the_lock(folder):
                remove(path)
            if not _beside_the_lock(folder):
                break
            time.sleep(_WAIT_SECONDS)  # a process that was ended may not be gone yet
        else:
            return
        if os.name != "nt":
            shutil.rmtree(folder, ignore_errors=True)
    if os.name == "nt":  # no file that is open is removed there
        shutil.rmtree(folder, ignore_errors=True)


def _beside_the_lock(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != _LOCK]


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it, as far as that can be done."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
