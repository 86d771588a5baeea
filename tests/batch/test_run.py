"""One run over documents: what is kept, what is done again, and what stays when it ends halfway.

The engine here makes a result without a language model; what a run does with results is the same.
"""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Generator, Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

import duckdb
import jsonschema
import pytest

from uitvoerbaarheid.batch import discover, ledger
from uitvoerbaarheid.batch import run as run_module
from uitvoerbaarheid.batch.keys import Keys
from uitvoerbaarheid.batch.outcomes import NO_MEMO, failed, result_of
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.record import RunRecord
from uitvoerbaarheid.batch.run import Outcome, Request, find, run
from uitvoerbaarheid.batch.sources import MEMO, OVERVIEWS
from uitvoerbaarheid.batch.tasks import Job, Result, Task
from uitvoerbaarheid.records import Document, ErrorCode, Report
from uitvoerbaarheid.reports import overview
from uitvoerbaarheid.reports.files import ANNOTATED, Content, write_bytes
from uitvoerbaarheid.reports.overview import Overview
from uitvoerbaarheid.store import Store, StoreError
from uitvoerbaarheid.store.packed import unpacked_report


class Engine:
    """Gives a result for each task at once; ``fails`` are the documents that cannot be read."""

    def __init__(self, fails: dict[str, ErrorCode] | None = None, stop_after: int | None = None) -> None:
        self.fails = fails or {}
        self.stop_after = stop_after
        self.done: list[Task] = []

    @property
    def paths(self) -> list[str]:
        return [task.path for task in self.done]

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for task in tasks:
            if len(self.done) == self.stop_after:
                raise KeyboardInterrupt
            self.done.append(task)
            if task.report is not None:
                made = result_of(task, unpacked_report(task.report))
                yield replace(made, files={end: made.files[end] for end in task.files & made.files.keys()})
            elif task.path in self.fails:
                yield failed(task, self.fails[task.path], "Het lukte niet.")
            else:
                document = Document(path=task.path, sha256=task.sha256, format="md", title=task.path)
                yield result_of(task, Report(tool_version="0", document=document))


class Place:
    """Three drafts and an output folder."""

    def __init__(self, base: Path) -> None:
        self.drafts, self.output = base / "plannen", base / "rapport"
        for name in ("a.md", "b.md", "c.md"):
            self.write(name, name)

    def write(self, name: str, text: str) -> None:
        self.drafts.mkdir(exist_ok=True)
        (self.drafts / name).write_text(f"# {text}\n", encoding="utf-8")

    def scan(self, engine: Engine | None = None, job: Job | None = None, **options: Any) -> Outcome:
        request = Request((self.drafts,), self.output, Keys(job or Job()), **options)
        return run(request, find(request), engine or Engine())

    def record(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.output / "run.json").read_text("utf-8"))
        return read

    def reports(self) -> dict[str, bytes]:
        """All files but those that tell of one run."""
        return {
            path.name: path.read_bytes()
            for path in self.output.rglob("*")
            if path.is_file() and path.name != "run.json" and path.suffix != ".duckdb"
        }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_run_writes_reports_overviews_and_its_record(place: Place) -> None:
    outcome = place.scan()
    assert [row.path for row in outcome.rows] == ["a.md", "b.md", "c.md"]
    assert set(place.reports()) == {f"{n}.md.{end}" for n in "abc" for end in ("json", "html")} | OVERVIEWS
    record = place.record()
    jsonschema.validate(record, RunRecord.model_json_schema(mode="serialization"))
    assert record["outcome"] == "done" and record["counts"]["assessed"] == 3
    assert [document["path"] for document in record["documents"]] == ["a.md", "b.md", "c.md"]
    assert [one.ended is not None for one in Store(place.output).runs()] == [True]


def test_what_did_not_change_is_kept_and_nothing_is_written(place: Place) -> None:
    place.scan()
    before = {path: path.stat().st_mtime_ns for path in place.output.glob("*.[chx]*")}
    engine = Engine()
    outcome = place.scan(engine)
    assert engine.done == []
    assert [(row.path, row.title) for row in outcome.rows] == [(n, n) for n in ("a.md", "b.md", "c.md")]
    assert outcome.record.counts.kept == 3 and outcome.record.counts.assessed == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_the_overviews_are_made_ready_while_documents_are_assessed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = Event()
    monkeypatch.setattr(overview, "load", ready.set)

    class Waiting(Engine):
        def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
            assert ready.wait(30)
            yield from super().run(tasks, job, progress)

    place.scan(Waiting())
    ready.clear()
    place.scan()  # nothing is to be done
    assert not ready.is_set()


def test_the_overviews_of_new_documents_are_made_as_they_come(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    rows = Store.rows

    def noted(store: Store, keys: dict[str, str]) -> Any:
        asked.append(list(keys))
        return rows(store, keys)

    monkeypatch.setattr(Store, "rows", noted)
    place.scan()
    place.write("b.md", "anders")
    place.scan(Engine({"b.md": "killed"}))
    place.scan()
    assert asked == [[], ["a.md", "b.md", "c.md"], ["a.md", "c.md"]]


def test_overviews_of_a_run_that_stops_are_let_go(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Overview] = []
    closed: list[Overview] = []
    begin, end = Overview.__init__, Overview.close

    def beginning(self: Overview) -> None:
        made.append(self)
        begin(self)

    def ending(self: Overview) -> None:
        closed.append(self)
        end(self)

    monkeypatch.setattr(Overview, "__init__", beginning)
    monkeypatch.setattr(Overview, "close", ending)
    with pytest.raises(KeyboardInterrupt):
        place.scan(Engine(stop_after=2))
    assert len(made) == 1 and closed == made
    assert place.scan(Engine({"c.md": "damaged"}), max_failures=1).record.outcome == "failures"
    assert len(made) == 2 and closed == made


def test_only_what_changed_is_assessed_again(place: Place) -> None:
    place.scan()
    place.write("b.md", "anders")
    (place.drafts / "c.md").rename(place.drafts / "d.md")
    engine = Engine()
    outcome = place.scan(engine)
    assert sorted(engine.paths) == ["b.md", "d.md"]
    assert [row.path for row in outcome.rows] == ["a.md", "b.md", "d.md"]
    assert "d.md" in (place.output / "overzicht.csv").read_text("utf-8-sig")
    assert "c.md" not in (place.output / "overzicht.csv").read_text("utf-8-sig")


def test_a_request_that_is_run_again_and_again_remembers_the_documents_that_there_are(place: Place) -> None:
    request = Request((place.drafts,), place.output, Keys(Job()))
    for round in range(3):
        place.write("b.md", "anders " * round)
        (place.drafts / f"{round}.md").write_text("tekst", encoding="utf-8")
        (place.drafts / f"{round - 1}.md").unlink(missing_ok=True)
        run(request, find(request), Engine())
    names = ["2.md", "a.md", "b.md", "c.md"]
    assert sorted(Path(path).name for path, _ in request.digests) == names


def test_reports_of_a_result_are_let_go_of_when_they_are_written(place: Place) -> None:
    class Listening(RunProgress):
        sizes: ClassVar[list[int]] = []

        def finished(self, result: Result) -> None:
            self.sizes.append(len(result.files))

    request = Request((place.drafts,), place.output, Keys(Job()))
    run(request, find(request), Engine(), Listening())
    assert Listening.sizes == [0, 0, 0]
    assert (place.output / "a.md.json").exists()


def test_fresh_does_everything_again(place: Place) -> None:
    place.scan()
    engine = Engine()
    place.scan(engine, fresh=True)
    assert sorted(engine.paths) == ["a.md", "b.md", "c.md"]


def test_another_setting_gives_another_result(place: Place) -> None:
    place.scan()
    engine = Engine()
    place.scan(engine, Job(profile="begroting"))
    assert len(engine.done) == 3


def test_a_report_that_is_gone_or_changed_is_made_again_of_what_is_kept(place: Place) -> None:
    place.scan()
    whole = place.reports()
    (place.output / "a.md.html").unlink()
    (place.output / "b.md.json").write_text("{", encoding="utf-8")
    (place.output / "overzicht.csv").unlink()
    engine = Engine()
    outcome = place.scan(engine)
    assert {task.path: task.files for task in engine.done} == {"a.md": {".html"}, "b.md": {".json"}}
    assert all(task.report is not None for task in engine.done)
    assert outcome.record.counts.rewritten == 2 and outcome.record.counts.assessed == 0
    assert place.reports() == whole


def test_reports_to_make_files_of_are_not_in_memory_all_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counting(Engine):
        def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
            given = list(tasks)
            counts.append(len(given))
            yield from super().run(given, job, progress)

    place.scan()
    whole = place.reports()
    for page in place.output.glob("?.md.html"):
        page.unlink()
    place.write("d.md", "nieuw")
    monkeypatch.setattr(run_module, "_PORTION", 2)
    counts: list[int] = []
    assert place.scan(Counting()).record.counts.rewritten == 3
    assert counts == [3, 1]
    assert whole.items() - place.reports().items() == {(n, whole[n]) for n in OVERVIEWS}


def test_a_file_that_there_is_nothing_to_make_of_is_not_asked_again(place: Place) -> None:
    place.scan(job=Job(memo=True))
    engine = Engine()
    place.scan(engine, Job(memo=True))
    assert engine.done == []
    assert not list(place.output.glob(f"*{MEMO}"))


class Remaking(Engine):
    """Comes to nothing for all that is to be made again of what is kept."""

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for task in tasks:
            self.done.append(task)
            yield failed(task, "killed", "Het lukte niet.", 2)


def test_a_worker_lost_on_making_a_file_again_takes_nothing_of_what_is_kept(place: Place) -> None:
    place.scan()
    whole = place.reports()
    (place.output / "a.md.html").unlink()
    outcome = place.scan(Remaking())
    assert outcome.record.counts.ok == 3 and outcome.record.counts.rewritten == 0
    assert [line.split(":")[0] for line in outcome.remarks] == ["a.md"]
    assert not (place.output / "a.md.html").exists()
    assert place.scan().record.counts.rewritten == 1
    assert place.reports() == whole


def test_a_failure_that_may_pass_leaves_no_report_beside_a_better_result(place: Place) -> None:
    place.scan()
    whole = place.reports()
    place.scan(Engine({"a.md": "killed"}), fresh=True)
    assert place.reports() != whole
    engine = Engine()
    place.scan(engine)
    assert [task.report is not None for task in engine.done] == [True]
    assert place.reports() == whole


def test_a_result_that_is_damaged_is_told_of_and_assessed_again(place: Place) -> None:
    place.scan()
    (place.output / "overzicht.csv").unlink()
    with duckdb.connect(str(place.output / "uitvoerbaarheid.duckdb")) as found:
        found.execute(
            "UPDATE store.packed_1 SET rows = 'x'::BLOB, report = 'x'::BLOB "
            "WHERE key IN (SELECT key FROM store.documents WHERE title = 'b.md')"
        )
    assert [line.split(":")[0] for line in place.scan().remarks] == ["b.md"]
    engine = Engine()
    assert place.scan(engine).remarks == []
    assert engine.paths == ["b.md"]
    assert "b.md" in (place.output / "overzicht.csv").read_text("utf-8-sig")


class Pdfs(Engine):
    """All documents are PDF files; of a copy it says that a password is wanted, unless there is one."""

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        for task in tasks:
            self.done.append(task)
            report = Report(tool_version="0", document=Document(path=task.path, sha256="", format="pdf"))
            if job.password is None:
                yield replace(result_of(task, report), remarks=("Geen kopie: er is een wachtwoord nodig.",))
            else:
                made = result_of(task, report, {ANNOTATED: b"%PDF-"})
                yield replace(made, files={end: made.files[end] for end in task.files or made.files})


def test_a_copy_that_could_not_be_made_is_made_when_it_can_and_no_word_of_it_stays(place: Place) -> None:
    asked = Job(annotate=True)
    assert place.scan(Pdfs(), asked).remarks != []
    assert place.scan(Pdfs(), asked).remarks != []
    outcome = place.scan(Pdfs(), replace(asked, password="lezer"))
    assert (outcome.record.counts.rewritten, outcome.remarks) == (3, [])
    assert len(list(place.output.glob(f"*{ANNOTATED}"))) == 3
    engine = Pdfs()
    assert place.scan(engine, asked).remarks == [] and engine.done == []


def test_what_a_report_says_of_a_template_holds_for_that_one(place: Place, tmp_path: Path) -> None:
    class Broken(Engine):
        def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
            for result in super().run(tasks, job, progress):
                yield replace(result, remarks=(f"{NO_MEMO}: het sjabloon past niet.",))

    template = tmp_path / "brief.docx"
    template.write_bytes(b"een")
    asked = Job(memo=True, memo_template=str(template))
    place.scan(Broken(), asked)
    engine = Engine()
    assert len(place.scan(engine, asked).remarks) == 1 and engine.done == []
    template.write_bytes(b"twee")
    assert place.scan(engine, asked).remarks == []
    assert [task.report for task in engine.done] == [None] * 3


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_run_that_was_stopped_goes_on_where_it_was(place: Place, tmp_path: Path, done: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        place.scan(Engine(stop_after=done))
    assert place.record()["outcome"] == "interrupted"
    assert place.record()["counts"]["assessed"] == done
    assert not (place.output / "overzicht.html").exists()
    assert discover([place.output])[0] == []  # what was written are no documents
    engine = Engine()
    place.scan(engine)
    assert len(engine.done) == 3 - done
    undisturbed = Place(tmp_path / "anders") if (tmp_path / "anders").mkdir() is None else place
    undisturbed.scan()
    assert place.reports() == undisturbed.reports()


def test_reasons_that_may_pass_are_tried_again_and_others_not(place: Place) -> None:
    place.scan(Engine({"a.md": "timeout", "b.md": "damaged", "c.md": "encrypted"}))
    engine = Engine()
    place.scan(engine)
    assert engine.paths == ["a.md"]
    engine = Engine()
    outcome = place.scan(engine, Job(password="lezer"))
    assert engine.paths == ["c.md"]
    assert [row.status for row in outcome.rows] == ["ok", "unreadable", "ok"]


def test_the_overviews_are_made_again_of_a_document_that_is_read_after_all(
    place: Place, tmp_path: Path
) -> None:
    place.scan(Engine({"b.md": "killed"}))
    once = place.reports()
    place.scan()  # with the same keys
    again = place.reports()
    assert all(once[name] != again[name] for name in OVERVIEWS)
    (tmp_path / "vers").mkdir()
    fresh = Place(tmp_path / "vers")
    fresh.scan()
    assert again == fresh.reports()


def test_too_many_unreadable_documents_stop_a_run_and_what_was_done_is_kept(place: Place) -> None:
    outcome = place.scan(Engine({"a.md": "damaged", "b.md": "damaged"}), max_failures=1)
    assert outcome.record.outcome == "failures"
    assert [row.path for row in outcome.rows] == ["a.md"]
    assert not (place.output / "overzicht.html").exists()
    # Known ones count too: the same run ends the same way.
    engine = Engine()
    assert place.scan(engine, max_failures=1).record.outcome == "failures"
    assert engine.done == []
    assert place.scan(engine).record.outcome == "done"
    assert sorted(engine.paths) == ["b.md", "c.md"]


def test_a_full_disk_ends_a_run_and_the_next_one_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: Content) -> None:
        if path.name.startswith("b."):
            raise OSError(errno.ENOSPC, "full")
        write_bytes(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(run_module, "write_bytes", full)
        with pytest.raises(OSError, match="full"):
            place.scan()
    assert place.record()["outcome"] == "error"
    engine = Engine()
    place.scan(engine)
    assert sorted(engine.paths) == ["b.md", "c.md"]


def test_a_report_that_cannot_be_written_counts_as_unreadable_and_is_tried_again(place: Place) -> None:
    (place.output / "a.md.json" / "in-de-weg").mkdir(parents=True)
    outcome = place.scan()
    assert [document.reason for document in outcome.record.documents] == ["not_written", None, None]
    (place.output / "a.md.json" / "in-de-weg").rmdir()
    (place.output / "a.md.json").rmdir()
    engine = Engine()
    assert place.scan(engine).record.counts.ok == 3
    assert engine.paths == ["a.md"]


def test_a_document_that_changes_while_it_is_read_is_read_again(place: Place) -> None:
    class Writer(Engine):
        def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
            for result in super().run(tasks, job, progress):
                place.write("a.md", f"intussen {len(self.done)}")
                yield result

    place.scan(Writer())
    engine = Engine()
    place.scan(engine)
    assert engine.paths == ["a.md"]


def test_two_runs_at_once_end_as_one_alone(place: Place) -> None:
    problems: list[BaseException] = []

    def scan() -> None:
        try:
            place.scan()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=scan) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    engine = Engine()
    place.scan(engine)
    assert engine.done == []
    assert not [path for path in place.output.iterdir() if path.name.startswith(".")]


def test_what_was_half_written_is_cleared_away(place: Place) -> None:
    place.scan()
    left = place.output / ".in-bewerking" / ".0123456789ab.tmp"
    left.parent.mkdir()
    left.write_bytes(b"half")
    place.scan()
    assert not left.parent.exists()


def test_a_store_that_is_none_is_left_alone(place: Place) -> None:
    place.output.mkdir()
    (place.output / "uitvoerbaarheid.duckdb").write_text("iets anders", encoding="utf-8")
    with pytest.raises(StoreError, match="geen opslag"):
        place.scan()
    assert (place.output / "uitvoerbaarheid.duckdb").read_text(encoding="utf-8") == "iets anders"


def test_without_a_folder_nothing_is_kept(place: Place) -> None:
    request = Request((place.drafts,), None, Keys(Job()))
    outcome = run(request, find(request), Engine())
    assert list(outcome.reports) == ["a.md", "b.md", "c.md"]
    assert outcome.record.run == 0
    assert not place.output.exists()


@pytest.mark.parametrize(("seconds", "last"), [(0.02, 0), (1000.0, 2)], ids=["in time", "near the end"])
def test_results_are_kept_while_the_next_one_is_waited_for(
    place: Place, monkeypatch: pytest.MonkeyPatch, seconds: float, last: int
) -> None:
    monkeypatch.setattr(ledger, "_SECONDS", seconds)
    monkeypatch.setattr(run_module, "_LAST", last)
    kept = threading.Event()
    commit = Store.commit

    def told(*given: Any, **options: Any) -> None:
        commit(*given, **options)
        kept.set()

    monkeypatch.setattr(Store, "commit", told)

    class Slow(Engine):
        def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
            for number, result in enumerate(super().run(tasks, job, progress)):
                assert number != 1 or kept.wait(30)
                yield result

    assert place.scan(Slow()).record.timings["keep"] > 0


def test_a_problem_with_the_store_in_between_ends_the_run(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_SECONDS", 0.0)

    def broken(*given: Any, **options: Any) -> None:
        raise StoreError("De schijf is vol.")

    monkeypatch.setattr(Store, "commit", broken)
    with pytest.raises(StoreError, match="vol"):
        place.scan()
    monkeypatch.undo()
    engine = Engine()
    place.scan(engine)
    assert len(engine.done) == 3
