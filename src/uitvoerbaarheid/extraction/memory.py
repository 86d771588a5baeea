"""How much memory this process holds, and has held."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Generator
from functools import cache
from pathlib import Path

import psutil

#: How a process ends that holds more memory than it may.
EXIT_MEMORY = 77
_LOOK_SECONDS = 0.1
#: So many more objects than when garbage was last looked for, and so many times before it is looked for among
#: older ones.
_SELDOM = (50_000, 20, 20)
#: Of mallopt (malloc.h): the most heaps that threads get.
_ARENA_MAX = -8


@cache
def _process() -> psutil.Process:
    return psutil.Process()


def held() -> int:
    """The memory in bytes that this process holds now."""
    info = _process().memory_info()
    # On Windows a process's share of the machine's memory shrinks when others need it.
    return int(getattr(info, "private", info.rss))


def most_held() -> int:
    """The most bytes that this process has held since :func:`count_anew`, or since its start."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = Path("/proc/self/status").read_text()
            return int(status.split("VmHWM:")[1].split()[0]) * 1024
        return held()
    if sys.platform == "win32":
        return int(_process().memory_info().peak_pagefile)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def count_anew() -> None:
    """Let :func:`most_held` begin again, where the system can (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")


def end_above(limit: int) -> None:
    """End this process with :data:`EXIT_MEMORY` as soon as it holds more than ``limit`` bytes (0: never)."""

    def look() -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            if held() > limit:
                os._exit(EXIT_MEMORY)

    if limit:
        threading.Thread(target=look, daemon=True).start()


def share_heap() -> None:
    """Let all threads share one heap, where the library gives each its own (glibc); at a process's start.

    The free end of such a heap, up to 64 MB, is never returned to the system, not by :func:`give_back`
    either: where threads come and go, a process that goes on would hold ever more.
    """
    libc = _libc()
    if libc is not None:
        libc.mallopt(_ARENA_MAX, 1)


@cache
def _libc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None


def collect_less() -> None:
    """Look for garbage less often, and not among what is loaded now: hardly any is made in circles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextlib.contextmanager
def collecting_less() -> Generator[None]:
    """Look for garbage less often for as long as the block lasts."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def give_back() -> None:
    """Return memory that is free within this process to the system, where its library keeps it (glibc)."""
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
