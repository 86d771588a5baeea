"""Whatever ends a run, at whatever moment: the next one makes of it what an undisturbed run gives.

Small versions of what ``scripts/chaos.py`` does with real scans: what documents give was made before, so that
only the process that writes is at work, and is killed. What becomes of workers stands in ``test_pool.py``.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from report_samples import broken, garden, linked

from crash_points import Recorded
from processes import environment
from stores import differences, faults
from uitvoerbaarheid.batch.outcomes import result_of
from uitvoerbaarheid.batch.tasks import Task

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "crash_points.py"
SEED = 7

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are killed and forked")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and, recorded, what they give; one of them cannot be read."""
    base = tmp_path_factory.mktemp("crash")
    results = {}
    for name, report in (("groen/tuin.md", garden()), ("visie.md", linked()), ("kapot.pdf", broken())):
        path = base / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n", encoding="utf-8")
        report.document.path = name
        results[name] = result_of(Task(name, str(path)), report)
    Recorded(results).save(base / "recorded")
    return base


def command(ground: Path, output: Path, *options: str) -> list[str]:
    given = (ground / "recorded", ground / "documents", output)
    return [sys.executable, str(SCRIPT), *map(str, given), *options]


def finished(ground: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(ground, output, *options), env=environment(), capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def undisturbed(ground: Path) -> Path:
    output = ground / "undisturbed"
    done = finished(ground, output, "--count", str(ground / "count"))
    assert done.returncode == 0, done.stderr
    return output


def check_each(ground: Path, output: Path, *options: str) -> None:
    done = finished(ground, output, *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["points"] >= 2
    assert told["wrong"] == []


def test_a_run_killed_at_a_write_is_made_whole_by_the_next(ground: Path):
    check_each(ground, ground / "killed", "--each", "37")


def test_a_run_that_finds_the_disk_full_is_made_whole_by_the_next(ground: Path):
    check_each(ground, ground / "full", "--each", "43", "--full")


def test_a_run_killed_at_random_moments_comes_to_its_end(ground: Path, undisturbed: Path):
    output, signs = ground / "random", random.Random(SEED)
    kills = 0
    for _ in range(4):
        process = subprocess.Popen(
            command(ground, output, "--pause", "0.2"), env=environment(), stderr=subprocess.PIPE
        )
        try:
            _, errors = process.communicate(timeout=signs.uniform(0.5, 2.5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            continue
        assert process.returncode == 0, errors
    assert kills
    assert finished(ground, output).returncode == 0
    assert differences(undisturbed, output) == []
    assert faults(output) == []


def test_two_runs_at_once_do_each_other_no_harm(ground: Path, undisturbed: Path):
    output = ground / "together"
    first = subprocess.Popen(
        command(ground, output, "--pause", "0.1"), env=environment(), stderr=subprocess.PIPE
    )
    time.sleep(0.2)
    second = finished(ground, output, "--pause", "0.1")
    _, errors = first.communicate()
    assert (first.returncode, second.returncode) == (0, 0), (errors, second.stderr)
    assert differences(undisturbed, output) == []
    assert faults(output) == []


def test_the_killing_is_real(ground: Path):
    output = ground / "half"
    done = finished(ground, output, "--at", "12")
    assert done.returncode == -signal.SIGKILL
    assert not (output / "run.json").exists()
    shutil.rmtree(output)
