"""A process that ends with the one that started it, however that one ends.

The input of such a process is a pipe from its parent: when the parent is gone, so is the other end. That is
seen by a thread, also while the process works. A thread is of no use while native code keeps Python to
itself, so where the system can it is asked to end the process too, a while later.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

_LOOK_SECONDS = 0.1
_PR_SET_PDEATHSIG = 1
#: The number of the signal is also how many seconds a process has to end by itself: ten.
_SIGNAL = getattr(signal, "SIGUSR1", None)


def environment(scratch: str) -> dict[str, str]:
    """The environment of such a process, whose temporary files are to be in the folder ``scratch``."""
    found = dict(os.environ)
    # The package is found where this one is, also when it was put on the path by hand.
    root = str(Path(__file__).resolve().parents[2])
    found["PYTHONPATH"] = os.pathsep.join(filter(None, [root, found.get("PYTHONPATH", "")]))
    # Documents are side by side, so that threads of numerical libraries are in each other's way; they reserve
    # address space too.
    found.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", PYTHONIOENCODING="utf-8")
    # Pydantic would look for plugins in all that is installed, at the start of every process.
    found["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    found.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch))
    return found


def hold(parent: int, let_go: Callable[[], None]) -> None:
    """Call ``let_go``, from another thread, when the process ``parent`` is gone; it is to end this one.

    Does nothing on Windows, where only the input tells.
    """
    if sys.platform == "win32":
        return
    if sys.platform == "linux":
        _ask_kernel()

    def look() -> None:
        while os.getppid() == parent:
            if sys.platform == "linux":
                # The kernel tells of the thread that started this process; the parent may live on.
                signal.alarm(0)
            time.sleep(_LOOK_SECONDS)
        let_go()

    threading.Thread(target=look, daemon=True).start()


def wait_until_gone(parent: int, seconds: float) -> None:
    """Wait for the end of the process ``parent``, which holds its locks a moment longer than its pipes.

    Does nothing on Windows.
    """
    end = time.monotonic() + seconds
    while sys.platform != "win32" and os.getppid() == parent and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)


def _ask_kernel() -> None:
    """Have the system end this process some seconds after its parent, whatever it is at by then."""
    import ctypes

    assert _SIGNAL is not None
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        # The handler is the C function "alarm" (one that may be called there): the number of the signal
        # becomes its seconds. A handler in Python would wait for native code to come back.
        libc.signal.restype = ctypes.c_void_p
        libc.signal(_SIGNAL.value, ctypes.cast(libc.alarm, ctypes.c_void_p))
        libc.prctl(_PR_SET_PDEATHSIG, _SIGNAL.value, 0, 0, 0)
