"""The pool: every document gives one result, whatever happens to the workers, and nothing stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from uitvoerbaarheid.batch import pool
from uitvoerbaarheid.batch.pool import PoolEngine, PoolLimits, default_workers
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, JobError, Result, Task
from uitvoerbaarheid.extraction.scratch import PREFIX, Scratch, sweep, temporary_here
from uitvoerbaarheid.store.packed import unpacked_report, unpacked_table

HERE = Path(__file__).resolve().parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="signalen zijn van POSIX")


@pytest.fixture(autouse=True)
def own_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files of a test in a folder of its own, so that it can be seen what stays behind."""
    folder = tmp_path / "tijdelijk"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_MODULE", "stand_in_worker")
    package = Path(pool.__file__).resolve().parents[2]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), str(package)]))


class Seen(RunProgress):
    def __init__(self) -> None:
        self.begun: list[str] = []
        self.pages: list[tuple[str, int, int]] = []

    def working(self, path: str) -> None:
        self.begun.append(path)

    def page(self, path: str, done: int, total: int) -> None:
        self.pages.append((path, done, total))


def _tasks(folder: Path, *names: str) -> list[Task]:
    """Documents with these names, each larger than the next."""
    return [
        Task(name, str(folder / name), key=f"sleutel {name}", size=100 - index)
        for index, name in enumerate(names)
    ]


def _run(tasks: list[Task], workers: int = 1, **limits: float) -> dict[str, Result]:
    results = list(PoolEngine(workers, PoolLimits(**limits)).run(tasks, Job(), RunProgress()))  # type: ignore[arg-type]
    assert sorted(result.path for result in results) == sorted(task.path for task in tasks)
    assert _children() == []
    return {result.path: result for result in results}


#: Processes that other tests keep, such as one that reads.
_kept: set[int] = set()


@pytest.fixture(autouse=True)
def _of_other_tests() -> None:
    _kept.clear()
    _kept.update(child.pid for child in psutil.Process().children(recursive=True))


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if child.pid not in _kept]


def _gone(processes: list[psutil.Process], seconds: float = 20.0) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_the_largest_document_goes_first_and_is_told(tmp_path: Path, own_temporary_files: Path) -> None:
    seen = Seen()
    tasks = _tasks(tmp_path, "groot.md", "kleiner.md", "klein.md")
    results = list(PoolEngine(1).run(reversed(tasks), Job(), seen))
    assert seen.begun == ["groot.md", "kleiner.md", "klein.md"]
    assert [(result.path, result.key, result.attempts) for result in results] == [
        (task.path, task.key, 1) for task in tasks
    ]
    assert len({result.message for result in results}) == 1  # all of one process
    assert list(own_temporary_files.iterdir()) == []


def test_no_documents_start_no_workers() -> None:
    assert _run([]) == {}


@posix
def test_documents_that_kill_break_or_hang_their_worker_cost_only_themselves(
    tmp_path: Path, own_temporary_files: Path
) -> None:
    names = ["a.md", "sterft.md", "eens.md", "b.md", "breekt.md", "hangt.md", "c.md"]
    results = _run(_tasks(tmp_path, *names), workers=2, seconds=0.5, seconds_per_character=0.001)
    outcomes = {name: (result.error, result.attempts) for name, result in results.items()}
    assert outcomes == {
        "a.md": ("empty", 1),
        "sterft.md": ("killed", 2),
        "eens.md": ("empty", 2),
        "b.md": ("empty", 1),
        "breekt.md": ("internal", 2),
        "hangt.md": ("timeout", 1),
        "c.md": ("empty", 1),
    }
    for name in ("sterft.md", "breekt.md", "hangt.md"):
        result = results[name]
        assert result.status == "unreadable" and result.message
        assert unpacked_report(result.report).document.path == name
        assert set(result.files) == {".json", ".html"}
        assert result.brief.path == name and list(unpacked_table(result.tables, "documents"))
    assert list(own_temporary_files.iterdir()) == []


def test_a_worker_that_keeps_python_to_itself_is_ended(tmp_path: Path) -> None:
    results = _run(_tasks(tmp_path, "vast.md", "a.md"), seconds=0.2, seconds_per_character=0)
    assert {name: result.error for name, result in results.items()} == {"vast.md": "timeout", "a.md": "empty"}


def test_a_worker_that_takes_too_much_memory_ends(tmp_path: Path) -> None:
    results = _run(_tasks(tmp_path, "groeit.md", "a.md"), memory=700 * 2**20)
    assert {name: result.error for name, result in results.items()} == {
        "groeit.md": "memory",
        "a.md": "empty",
    }
    assert results["groeit.md"].attempts == 2


@pytest.mark.parametrize("limit", [{"documents": 1}, {"renew": 1}])
def test_workers_are_renewed(tmp_path: Path, limit: dict[str, float]) -> None:
    results = _run(_tasks(tmp_path, "a.md", "b.md"), **limit)
    assert results["a.md"].message != results["b.md"].message
    assert {result.attempts for result in results.values()} == {1}


def test_a_worker_that_is_killed_between_documents_costs_nothing(tmp_path: Path) -> None:
    with closing(PoolEngine(1).run(_tasks(tmp_path, "a.md", "b.md", "c.md"), Job(), RunProgress())) as run:
        first = next(run)
        assert first.message is not None
        with suppress(psutil.NoSuchProcess):
            psutil.Process(int(first.message)).kill()
        rest = list(run)
    assert sorted(result.path for result in rest) == ["b.md", "c.md"]
    assert {result.error for result in rest} == {"empty"}


def test_a_job_that_cannot_be_done_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="taalmodel"):
        _run(_tasks(tmp_path, "geweigerd.md", "hangt.md"), workers=2)
    assert _children() == []


def test_what_progress_raises_ends_the_run(tmp_path: Path) -> None:
    class Broken(RunProgress):
        def working(self, path: str) -> None:
            raise OSError("de uitvoer is dicht")

    with pytest.raises(OSError, match="dicht"):
        list(PoolEngine(1).run(_tasks(tmp_path, "a.md"), Job(), Broken()))
    assert _children() == []


def test_without_any_worker_that_starts_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_MODULE", "geen_werkproces")
    with pytest.raises(RuntimeError, match="werkproces"):
        _run(_tasks(tmp_path, "a.md", "b.md"), workers=2)


def test_a_worker_that_was_begun_does_the_first_work_of_the_next_run(
    tmp_path: Path, own_temporary_files: Path
) -> None:
    engine = PoolEngine(2)
    engine.begin()
    (begun,) = _children()
    for again in (False, True):
        names = ["a.md", "eens.md", "b.md"] if again else ["a.md"]
        results = list(engine.run(_tasks(tmp_path, *names), Job(), RunProgress()))
        assert [result.attempts for result in results].count(2) == again
        assert (str(begun.pid) in {result.message for result in results}) != again
    engine.close()
    assert _gone([begun])
    assert _children() == []
    assert list(own_temporary_files.iterdir()) == []


def test_a_worker_that_was_begun_for_nothing_ends(own_temporary_files: Path) -> None:
    engine = PoolEngine()
    engine.begin()
    assert list(engine.run([], Job(), RunProgress())) == []
    begun = _children()
    assert len(begun) == 1
    engine.close()
    assert _gone(begun, 5)
    assert list(own_temporary_files.iterdir()) == []


def test_a_worker_that_died_before_the_run_is_replaced(tmp_path: Path) -> None:
    engine = PoolEngine(1)
    engine.begin()
    (begun,) = _children()
    begun.kill()
    begun.wait()
    (result,) = engine.run(_tasks(tmp_path, "a.md"), Job(), RunProgress())
    assert (result.attempts, result.message == str(begun.pid)) == (1, False)
    assert _children() == []


def test_closing_ends_work_at_once(tmp_path: Path, own_temporary_files: Path) -> None:
    slow = _slow(tmp_path)
    tasks = [*_tasks(tmp_path, "a.md", "hangt.md"), Task("leest.txt", str(slow), size=1000)]
    seen = Seen()
    with closing(PoolEngine(3).run(tasks, Job(), seen)) as run:
        assert next(run).path == "a.md"
        _wait(lambda: len(seen.begun) == 3)
        at_work = _children()
        assert len(at_work) >= 3
    assert _gone(at_work, 5)
    assert _children() == []
    assert list(own_temporary_files.iterdir()) == []


@posix
def test_nothing_stays_behind_when_the_main_process_is_killed(
    tmp_path: Path, own_temporary_files: Path
) -> None:
    slow = _slow(tmp_path)
    script = (
        "import os, sys, signal\n"
        "from uitvoerbaarheid.batch import pool\n"
        "from uitvoerbaarheid.batch.progress import RunProgress\n"
        "from uitvoerbaarheid.batch.tasks import Job, Task\n"
        "pool._MODULE = 'stand_in_worker'\n"
        "tasks = [Task('hangt.md', 'hangt.md', size=9), Task('leest.txt', sys.argv[1])]\n"
        "class Told(RunProgress):\n"
        "    def working(self, path): print(path, flush=True)\n"
        "list(pool.PoolEngine(2).run(tasks, Job(), Told()))\n"
    )
    environment = os.environ | {"TMPDIR": str(own_temporary_files)}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(slow)], stdout=subprocess.PIPE, text=True, env=environment
    ) as main:
        assert main.stdout is not None
        assert sorted(main.stdout.readline().strip() for _ in range(2)) == ["hangt.md", "leest.txt"]
        held = psutil.Process(main.pid)
        _wait(lambda: len(held.children(recursive=True)) >= 3)
        at_work = held.children(recursive=True)
        assert list(own_temporary_files.glob(f"{PREFIX}*"))
        main.kill()
    assert _gone(at_work)
    _wait(lambda: not list(own_temporary_files.iterdir()))


def test_what_a_killed_run_left_is_removed_by_the_next_and_what_is_in_use_stays(
    own_temporary_files: Path,
) -> None:
    left = own_temporary_files / f"{PREFIX}oud"
    (left / "lezer").mkdir(parents=True)
    (left / "in-gebruik").touch()
    (left / "lezer" / "bladzijde.png").write_bytes(b"x")
    with Scratch() as used:
        (used / "a").touch()
        assert sweep() == [left]
        assert not left.exists() and (used / "a").exists()
    assert list(own_temporary_files.iterdir()) == []


def test_temporary_files_of_libraries_are_cleared_with_what_is_in_use(own_temporary_files: Path) -> None:
    with temporary_here():
        with tempfile.NamedTemporaryFile(delete=False) as sheet:
            sheet.write(b"rijen")
        assert Path(sheet.name).parent.name.startswith(PREFIX)
        assert sweep() == []
        with Scratch() as other:  # of another run in this process, which goes on
            assert other.parent == own_temporary_files
    assert not Path(sheet.name).exists()
    assert list(own_temporary_files.iterdir()) == []


def test_two_runs_in_one_process_leave_the_place_of_temporary_files_as_it_was(
    own_temporary_files: Path,
) -> None:
    before, inside = tempfile.tempdir, threading.Event()

    def other() -> None:
        inside.set()
        with temporary_here():
            pass

    thread = threading.Thread(target=other)
    with temporary_here():
        thread.start()
        assert inside.wait(60)
        time.sleep(0.05)
    thread.join()
    assert tempfile.tempdir == before


def test_the_number_of_workers_follows_cores_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_cores", lambda: 8)
    monkeypatch.setattr(pool, "_free_memory", lambda: 3 * 2**30)
    assert default_workers() == 4
    monkeypatch.setattr(pool, "_free_memory", lambda: 0)
    assert default_workers() == 1


def _slow(folder: Path) -> Path:
    """A text that takes its reader long enough to be at it."""
    path = folder / "leest.txt"
    path.write_text("Een regel tekst over water en land.\n" * 280_000, encoding="utf-8")
    return path


def _wait(condition: object, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    assert callable(condition)
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
