"""A scan that goes on: what wakes it, what it waits for, and what it tells."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import Queue

import pytest

from uitvoerbaarheid.batch import watch
from uitvoerbaarheid.batch.keys import Keys
from uitvoerbaarheid.batch.outcomes import result_of
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.remote import AddressError
from uitvoerbaarheid.batch.run import Found, Request
from uitvoerbaarheid.batch.sources import Source
from uitvoerbaarheid.batch.tasks import Job, Result, Task
from uitvoerbaarheid.batch.watch import Pass, WarmEngine, passes
from uitvoerbaarheid.records import Document, Report

_PATIENCE = 600.0


class _Engine:
    def __init__(self) -> None:
        self.done: list[str] = []

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for task in tasks:
            self.done.append(task.path)
            document = Document(path=task.path, sha256=task.sha256, format="md")
            yield result_of(task, Report(tool_version="0", document=document))


class _Watched:
    """A folder that is watched from another thread; :meth:`next` waits for a pass."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = _Engine()
        self.stop = threading.Event()
        self._made: Queue[Pass | BaseException] = Queue()
        request = Request((folder,), folder.parent / "rapport", Keys(Job()))
        self._thread = threading.Thread(target=self._go, args=(request,))
        self._thread.start()

    def _go(self, request: Request) -> None:
        try:
            for one in passes(request, self.engine, stop=self.stop, quiet=0.05, saving=0.4):
                self._made.put(one)
        except BaseException as error:
            self._made.put(error)

    def next(self) -> Pass:
        made = self._made.get(timeout=_PATIENCE)
        if isinstance(made, BaseException):
            raise made
        return made

    def write(self, name: str, text: str) -> None:
        # At once: on a busy machine a file may lie there empty for longer than these tests wait.
        made = self.folder.parent / "nieuw"
        made.write_text(text, encoding="utf-8")
        made.replace(self.folder / name)

    def close(self) -> None:
        self.stop.set()
        self._thread.join(_PATIENCE)
        assert not self._thread.is_alive()
        assert self._made.empty()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Watched]:
    monkeypatch.setattr(watch, "_LOOK_SECONDS", 0.5)  # also where the system tells nothing
    folder = tmp_path / "plannen"
    folder.mkdir()
    (folder / "water.md").write_text("# Water\n", encoding="utf-8")
    (folder / "groen.md").write_text("# Groen\n", encoding="utf-8")
    made = _Watched(folder)
    first = made.next()
    assert first.changed == ("groen.md", "water.md") and first.outcome is not None
    made.engine.done.clear()
    yield made
    made.close()


def test_only_what_changed_is_assessed_again(watched: _Watched) -> None:
    watched.write("water.md", "# Water 2\n")
    one = watched.next()
    assert (one.changed, one.removed) == (("water.md",), ())
    assert watched.engine.done == ["water.md"]
    assert one.outcome is not None and one.outcome.record.counts.kept == 1


def test_what_is_gone_or_has_another_name_is_gone_from_the_overviews(watched: _Watched) -> None:
    (watched.folder / "water.md").rename(watched.folder / "wadi.md")
    one = watched.next()
    assert (one.changed, one.removed) == (("wadi.md",), ("water.md",))
    overview = (watched.folder.parent / "rapport" / "overzicht.csv").read_text("utf-8-sig")
    assert "wadi.md" in overview and "water.md" not in overview


def test_a_document_that_is_being_saved_is_waited_for(watched: _Watched) -> None:
    """As word processors do it: a lock, the old one away, an empty file, then the new one in its place."""
    watched.write("~$water.md", "")
    watched.write("~WRL0001.tmp", "# Water 2\n")
    (watched.folder / "water.md").unlink()
    time.sleep(0.1)
    watched.write("water.md", "")
    time.sleep(0.1)
    (watched.folder / "~WRL0001.tmp").replace(watched.folder / "water.md")
    (watched.folder / "~$water.md").unlink()
    one = watched.next()
    assert (one.changed, one.removed) == (("water.md",), ())
    assert watched.engine.done == ["water.md"]


def test_what_changes_nothing_makes_no_pass(watched: _Watched) -> None:
    watched.write("~$water.md", "")
    watched.write("foto.png", "")
    watched.write("README.md", "Lees mij")
    (watched.folder.parent / "rapport" / "groen.md.html").touch()
    time.sleep(1.5)
    assert watched.engine.done == []  # close() sees that there was no pass


def test_a_wrong_file_of_corrections_is_said_once_and_not_the_end(watched: _Watched) -> None:
    watched.write("correcties.toml", '[[correctie]]\nveld = "soort"\n')
    one = watched.next()
    assert one.outcome is None and one.problem is not None and "correcties.toml" in one.problem
    time.sleep(1.2)
    (watched.folder / "correcties.toml").unlink()
    watched.write("water.md", "# Water 3\n")
    assert watched.next().changed == ("water.md",)


def test_storage_that_cannot_be_reached_for_a_while_is_not_the_end(
    watched: _Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Request) -> Found:
        raise AddressError("De opslag is niet te bereiken.")

    with monkeypatch.context() as patch:
        patch.setattr(watch, "find", away)
        assert watched.next().problem == "De opslag is niet te bereiken."
    watched.write("water.md", "# Water 4\n")
    assert watched.next().changed == ("water.md",)


def test_another_version_of_a_document_elsewhere_is_a_change() -> None:
    first = Source("a.md", Path("s3://emmer/a.md"), "s3://emmer/a.md", "etag=1", 5)
    versions = [watch._version(one) for one in (first, first, replace(first, tag="etag=2"))]
    assert versions[0] == versions[1] != versions[2]


def test_a_new_file_of_corrections_counts_at_once(watched: _Watched) -> None:
    text = (
        '[[correctie]]\ndocument = "water.md"\nveld = "soort"\nwaarde = "visie"\nreden = "Het is er een."\n'
    )
    watched.write("correcties.toml", text)
    one = watched.next()
    assert (one.changed, watched.engine.done) == ((), ["water.md"])


def test_one_worker_stays_for_few_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[_Single] = []

    class _Single:
        def __init__(self, job: Job, progress: RunProgress, scratch: Path) -> None:
            self.engine, self.stopped, self.scratch, self.progress = _Engine(), False, scratch, progress
            made.append(self)

        def result(self, task: Task) -> Result:
            self.progress.working(task.path)
            return next(self.engine.run([task], Job(), RunProgress()))

        def stop(self) -> None:
            self.stopped = True

    monkeypatch.setattr(watch, "SingleWorker", _Single)
    many = _Engine()
    heard: list[str] = []

    class Heard(RunProgress):
        def working(self, path: str) -> None:
            heard.append(path)

    def tasks(count: int) -> list[Task]:
        return [Task(path=f"{number}.md", address="") for number in range(count)]

    with WarmEngine(many) as engine:
        for _ in range(2):
            assert len(list(engine.run(tasks(2), Job(), Heard()))) == 2
        assert len(list(engine.run(tasks(9), Job(), RunProgress()))) == 9
        assert len(made) == 1 and made[0].scratch.is_dir()
    assert heard == ["0.md", "1.md"] * 2
    assert made[0].engine.done == heard and len(many.done) == 9
    assert made[0].stopped and not made[0].scratch.exists()

    made.clear()
    template = tmp_path / "brief.docx"
    job = Job(memo=True, memo_template=str(template))
    with WarmEngine(many) as engine:
        for text in ("een", "een", "twee!"):
            template.write_text(text, encoding="utf-8")
            os.utime(template, (1, 1))
            list(engine.run(tasks(1), job, RunProgress()))
    assert len(made) == 2  # one that has read the old template makes no memos of the new one
