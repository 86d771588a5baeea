"""A run over Dask gives what a run on this machine gives, whatever happens to its workers."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from uitvoerbaarheid.batch import discover
from uitvoerbaarheid.batch.dask import DaskEngine, EngineError, _problem
from uitvoerbaarheid.batch.outcomes import failed
from uitvoerbaarheid.batch.pool import PoolEngine
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, Result, Task

distributed = pytest.importorskip("distributed", reason="de extra 'dask' is niet geïnstalleerd")

PLAN = (
    "# Plan {number}\n\n## Wonen\n\nDe gemeente Lindermeer bouwt in 2027 {number}0 woningen en stelt "
    "daarvoor € {number}00.000 beschikbaar. De wethouder rapporteert elk jaar aan de raad.\n"
)
JOB = Job(ocr="nee")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, as an administrator would have started them."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        silence_logs=50,
        scheduler_kwargs={"allowed_failures": 1},
    ) as running:
        yield running
        gc.collect()  # clients that are found while the cluster ends would wait for it, and it for them


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    made = []
    for number in range(1, 4):
        path = tmp_path / f"plan {number}.md"
        path.write_text(PLAN.format(number=number), encoding="utf-8")
        made.append(Task(path.name, str(path), key=f"k{number}", size=number))
    return made


def _essence(results: list[Result]) -> list[Result]:
    """Results without what differs by machine and moment, in order."""
    plain = [replace(result, seconds={}, memory=0) for result in results]
    return sorted(plain, key=lambda result: result.path)


def _await(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_results_are_those_of_the_pool_and_nothing_is_said(
    tasks: list[Task], bucket: str, capfd: pytest.CaptureFixture[str]
) -> None:
    [there] = [source for source in discover([bucket])[0] if source.relative == "visie.md"]
    tasks.append(Task(there.relative, there.address, key="k7", size=there.size))
    pooled = list(PoolEngine(1).run(tasks, JOB, RunProgress()))
    spread = list(DaskEngine(workers=2).run(tasks, JOB, RunProgress()))
    assert _essence(spread) == _essence(pooled)
    assert [result.status for result in spread] == ["ok"] * len(tasks)
    assert capfd.readouterr() == ("", "")


# --- what a worker does in these tests, in place of a document's real work -----------------------


def quick(name: str, task: Task, password: str | None) -> bytes:
    """Some documents take a while, go wrong, or end their worker."""
    worker = distributed.get_worker()
    worker.log_event(name, {"path": task.path, "begun": worker.address})
    worker.log_event(name, {"path": task.path})
    if task.path.startswith("lang"):
        time.sleep(0.3)
    if task.path.startswith("fout"):
        raise ZeroDivisionError(password)
    if task.path.startswith("dodelijk"):
        time.sleep(0.3)  # what was logged is under way by then
        os._exit(1)
    return zlib.compress(pickle.dumps(failed(task, "empty", "Leeg.")))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uitvoerbaarheid.batch.dask_worker.handle", quick)


def _tasks(*names: str) -> list[Task]:
    return [Task(name, "", key=name) for name in names]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.usefixtures("stand_in")
def test_a_worker_that_is_killed_loses_nothing_and_gives_nothing_twice(cluster: Any) -> None:
    class Killing(RunProgress):
        begun = 0
        killed = 0

        def working(self, path: str) -> None:
            self.begun += 1
            if self.begun == 5:
                self.killed = next(iter(cluster.workers.values())).pid
                os.kill(self.killed, signal.SIGKILL)

    progress = Killing()
    tasks = _tasks(*(f"lang {number}.md" for number in range(16)))
    results = list(DaskEngine(cluster.scheduler_address).run(tasks, JOB, progress))
    assert progress.killed
    assert sorted(result.path for result in results) == sorted(task.path for task in tasks)
    assert {result.error for result in results} == {"empty"}
    _await(lambda: len(cluster.scheduler.workers) == 2)


@pytest.mark.usefixtures("stand_in")
def test_a_document_that_ends_its_workers_is_a_result_and_the_others_are_done(cluster: Any) -> None:
    tasks = _tasks("dodelijk.md", *(f"lang {number}.md" for number in range(8)))
    results = list(DaskEngine(cluster.scheduler_address).run(tasks, JOB, RunProgress()))
    by_path = {result.path: result for result in results}
    assert len(results) == len(by_path) == len(tasks)
    killed = by_path.pop("dodelijk.md")
    assert (killed.status, killed.error, killed.key) == ("unreadable", "killed", "dodelijk.md")
    assert killed.attempts == 2
    assert {result.error for result in by_path.values()} == {"empty"}
    _await(lambda: len(cluster.scheduler.workers) == 2)


def _offspring(cluster: Any) -> list[psutil.Process]:
    """The processes in which documents are assessed, below the workers."""
    found = []
    for worker in cluster.workers.values():
        for child in psutil.Process(worker.pid).children(recursive=True):
            if any("uitvoerbaarheid" in part for part in child.cmdline()):
                found.append(child)
    return found


def _plugins(cluster: Any) -> list[str]:
    return [name for name in cluster.scheduler.worker_plugins if name.startswith("uitvoerbaarheid")]


def test_closing_ends_all_work_and_leaves_nothing_behind(cluster: Any, tmp_path: Path) -> None:
    tasks = []
    for number in range(4):
        path = tmp_path / f"leeg {number}.md"
        path.touch()
        tasks.append(Task(path.name, str(path)))
    running = DaskEngine(cluster.scheduler_address).run(tasks, JOB, RunProgress())
    assert next(running).error == "empty"
    assert _offspring(cluster)
    running.close()
    _await(lambda: not _offspring(cluster))
    assert not _plugins(cluster)
    _await(lambda: not cluster.scheduler.tasks)


@pytest.mark.usefixtures("stand_in")
def test_many_documents_go_through_a_window_each_once(cluster: Any) -> None:
    many = _tasks(*(f"{number}.md" for number in range(100)))
    most, paths = 0, []
    for result in DaskEngine(cluster.scheduler_address).run(many, JOB, RunProgress()):
        most = max(most, len(cluster.scheduler.tasks))
        paths.append(result.path)
    assert sorted(paths) == sorted(task.path for task in many)
    assert most <= 2 * 2 + 8 + 1


@pytest.mark.usefixtures("stand_in")
def test_an_error_of_a_worker_costs_one_document(cluster: Any) -> None:
    job = replace(JOB, password="geheim")
    results = list(DaskEngine(cluster.scheduler_address).run(_tasks("fout", "a.md"), job, RunProgress()))
    assert {result.path: result.error for result in results} == {"fout": "internal", "a.md": "empty"}
    assert not any("geheim" in str(result.message) for result in results)


def test_no_client_of_an_earlier_run_is_collected_while_distributed_holds_its_lock(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for name in ("start", "stop"):
        theirs = getattr(distributed.utils.LoopRunner, name)

        def watched(*given: Any, _theirs: Any = theirs, **options: Any) -> Any:
            seen.append((_theirs.__name__, gc.isenabled()))
            return _theirs(*given, **options)

        monkeypatch.setattr(distributed.utils.LoopRunner, name, watched)
    assert gc.isenabled()
    assert len(list(DaskEngine(cluster.scheduler_address).run(_tasks("a.md"), JOB, RunProgress()))) == 1
    assert set(seen) == {("start", False), ("stop", False)}
    assert gc.isenabled()


def test_a_scheduler_that_is_not_there_is_said_before_any_work(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("uitvoerbaarheid.batch.dask._CONNECT_SECONDS", 0.5)
    for address in ("tcp://127.0.0.1:9", "geen adres", "tls://127.0.0.1:9"):
        with pytest.raises(EngineError, match="is niet te bereiken"):
            next(DaskEngine(address).run(tasks, JOB, RunProgress()))
    assert capfd.readouterr() == ("", "")


def test_workers_with_another_version_are_refused(
    cluster: Any, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uitvoerbaarheid.batch.dask_worker.code_id", lambda: "abc")
    with pytest.raises(EngineError, match=r"Werkproces tcp://\S+ \(en 1 andere\): .* het programma \("):
        next(DaskEngine(cluster.scheduler_address).run(tasks, JOB, RunProgress()))
    assert not _plugins(cluster)


def test_why_a_worker_cannot_take_part() -> None:
    from uitvoerbaarheid.batch.dask_worker import Surroundings

    here = {"spacy": "3.8.7"}
    assert _problem(here, Surroundings(here, True), "a.md") is None
    for answer, said in (
        (ModuleNotFoundError("uitvoerbaarheid"), "uitvoerbaarheid ontbreekt daar"),
        (ValueError("x"), "antwoordt niet goed"),
        (Surroundings(here, False), "'a.md' is daar niet te vinden"),
        (Surroundings({"spacy": "3.8.6"}, True), r"spacy (3.8.6, hier 3.8.7)"),
        (Surroundings({}, True), "spacy (afwezig, hier 3.8.7)"),
    ):
        assert said in (_problem(here, answer, "a.md") or "")


def test_without_the_extra_it_is_said_what_to_install(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"pip install 'uitvoerbaarheid\[dask\]'"):
        next(DaskEngine().run(tasks, JOB, RunProgress()))
