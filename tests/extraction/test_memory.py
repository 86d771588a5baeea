"""What a process holds, and gives back."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_THREADS = """
import threading
from uitvoerbaarheid.extraction import memory

memory.share_heap()
before = memory.held()
together = threading.Barrier(4)

def work():
    together.wait()
    bytearray(30_000_000)  # what the library keeps grows with what it was given back
    kept = [bytes(100_000) for _ in range(300)]
    together.wait()
    del kept

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
memory.give_back()
print((memory.held() - before) // 2**20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="alleen de bibliotheek glibc houdt zo geheugen")
def test_what_threads_let_go_of_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _THREADS], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 15, "of the 120 MB that four threads had"
