"""A process that ends with the one that started it, also while native code keeps Python to itself."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import psutil
import pytest

#: Starts a child that holds on to its parent, and either lives on in another thread or is killed.
SCRIPT = textwrap.dedent(
    """
    import os, re, signal, subprocess, sys, threading, time

    CHILD = '''
    import os, re, signal, sys, time
    from uitvoerbaarheid.extraction import lifeline
    lifeline._SIGNAL = signal.SIGHUP  # 1: so many seconds to end by itself
    lifeline.hold(int(sys.argv[1]), lambda: os._exit(0))
    print("klaar", flush=True)
    if sys.argv[2] == "vast":
        re.match(r"(a|aa)+$", "a" * 80 + "b")
    time.sleep(60)
    '''

    def start(does):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(os.getpid()), does], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout.readline() == "klaar\\n"
        children.append(child)

    children = []
    starter = threading.Thread(target=start, args=[sys.argv[1]])
    starter.start()
    starter.join()
    child = children[0]
    if sys.argv[2] == "dood":
        time.sleep(0.3)
        print(child.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(2.5)
    print(child.poll(), flush=True)
    child.kill()
    child.wait()
    """
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows kent geen ouderproces dat wegvalt")


def _said(*given: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *given], capture_output=True, text=True, check=False, env=os.environ
    )
    return done.stdout.split()[-1]


@pytest.mark.parametrize(
    "does",
    [
        "wacht",
        pytest.param(
            "vast", marks=pytest.mark.skipif(sys.platform != "linux", reason="alleen Linux kan dat")
        ),
    ],
)
def test_it_ends_when_its_parent_is_killed(does: str) -> None:
    child = int(_said(does, "dood"))
    try:
        psutil.Process(child).wait(timeout=15)
    except psutil.NoSuchProcess:
        return


def test_it_lives_on_when_only_the_thread_that_started_it_ends() -> None:
    assert _said("wacht", "leeft") == "None"
