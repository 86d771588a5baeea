"""From a task to its result: in this process, and the same in workers beside each other."""

from __future__ import annotations

import gc
import hashlib
import json
import weakref
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

import hostile
from uitvoerbaarheid.batch import assessor as assessing
from uitvoerbaarheid.batch.assessor import Assessor, Events
from uitvoerbaarheid.batch.outcomes import failed, not_written
from uitvoerbaarheid.batch.pool import PoolEngine
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, JobError, Result, Task
from uitvoerbaarheid.extraction import memory, read
from uitvoerbaarheid.overrules import Correction
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.files import PackedFile
from uitvoerbaarheid.reports.rows import brief
from uitvoerbaarheid.store.packed import unpacked_report, unpacked_rows, unpacked_table
from uitvoerbaarheid.store.tables import COLUMNS

PLAN = "# Groen\n\nDe gemeente Lindermeer plant in 2027 honderd bomen. De wethouder betaalt € 20.000.\n"


class Told(Events):
    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def working(self, path: str) -> None:
        self.told.append(("working", path))

    def page(self, path: str, done: int, total: int) -> None:
        self.told.append(("page", path, done, total))

    def assessing(self, path: str, characters: int) -> None:
        self.told.append(("assessing", path, characters))


@pytest.fixture(scope="module")
def assessor() -> Iterator[Assessor]:
    with Assessor(Job(memo=True, annotate=True)) as made:
        yield made


@pytest.fixture
def plan(tmp_path: Path) -> Task:
    path = tmp_path / "plan.md"
    path.write_text(PLAN, encoding="utf-8")
    return Task("nota/plan.md", str(path), key="sleutel")


def _correction(**given: str) -> Correction:
    return Correction(
        document="nota/plan.md",
        section=None,
        heading=None,
        field="kind",
        value=given.get("value", "visie"),
        reason="zo is het",
        by=None,
        date=None,
        origin="correcties.xlsx, rij 2",
    )


def test_a_document_becomes_report_files_and_rows(assessor: Assessor, plan: Task) -> None:
    told = Told()
    result = assessor.handle(replace(plan, corrections=(_correction(),)), told)
    assert (result.path, result.key, result.status, result.error) == ("nota/plan.md", "sleutel", "ok", None)
    report = unpacked_report(result.report)
    assert report.document.kind == "visie" and report.document.overruled
    assert json.loads(b"".join(result.files[".json"])) == report.model_dump(mode="json")
    assert b"honderd bomen" in result.files[".html"] and result.files[".memo.docx"].startswith(b"PK")
    assert ".geannoteerd.pdf" not in result.files
    assert result.remarks == ("niet geannoteerd; alleen een pdf kan worden geannoteerd.",)
    assert result.brief.path == "nota/plan.md"
    assert len(list(unpacked_table(result.tables, "documents"))) == 1
    row = unpacked_rows(result.rows)
    assert row.sections and result.brief == brief(row)
    assert set(result.seconds) >= {"read", "annotate", "write"} and result.memory > 50 * 2**20
    characters = sum(len(section.text) for section in report.sections)
    assert told.told[0] == ("working", "nota/plan.md")
    assert told.told[-1] == ("assessing", "nota/plan.md", characters)


def test_a_large_page_is_packed_on_its_way(
    assessor: Assessor, plan: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = assessor.handle(plan).files[".html"]
    monkeypatch.setattr("uitvoerbaarheid.batch.outcomes._LARGE", len(page) - 1)
    packed = assessor.handle(plan).files[".html"]
    assert isinstance(page, bytes) and isinstance(packed, PackedFile)
    assert b"".join(packed) == page and len(packed) == len(page)


def test_the_pages_of_a_pdf_are_told_and_a_copy_is_annotated(assessor: Assessor, examples: Path) -> None:
    told = Told()
    path = examples / "omgevingsvisie-lindermeer.pdf"
    result = assessor.handle(Task(path.name, str(path)), told)
    assert result.files[".geannoteerd.pdf"].startswith(b"%PDF")
    assert ("page", path.name, result.pages, result.pages) in told.told


def test_only_missing_files_are_made_of_a_report_that_is_there(assessor: Assessor, plan: Task) -> None:
    first = assessor.handle(plan)
    again = assessor.handle(replace(plan, report=first.report, files=frozenset([".html", ".memo.docx"])))
    assert again.files == {name: first.files[name] for name in (".html", ".memo.docx")}
    assert _kept(again) == _kept(first)
    Path(plan.address).unlink()
    gone = assessor.handle(replace(plan, report=first.report, files=frozenset([".json"])))
    assert gone.files == {".json": first.files[".json"]}


def test_what_cannot_be_read_is_rendered_and_says_which_corrections_had_no_effect(
    assessor: Assessor, plan: Task
) -> None:
    Path(plan.address).write_bytes(b"")
    result = assessor.handle(replace(plan, corrections=(_correction(),)))
    assert (result.status, result.error) == ("unreadable", "empty")
    assert set(result.files) == {".json", ".html"}
    assert any("correcties.xlsx, rij 2" in remark for remark in result.remarks)
    missing = assessor.handle(replace(plan, address=plan.address + ".weg", sha256="ab" * 32))
    assert missing.error == "not_found"
    assert unpacked_report(missing.report).document.sha256 == "ab" * 32


class Reading:
    """In the place of the reading process: it has held so many bytes, and may hold so many still."""

    def __init__(self, memory: int, kept: int) -> None:
        self.memory, self.kept = memory, kept

    def read(self, path: Path, relative: str, **_: object) -> Report:
        return read(path)


@pytest.mark.parametrize("kept", [0, 3 * 2**30])
def test_the_most_memory_is_that_of_the_two_processes_at_one_time(
    assessor: Assessor, plan: Task, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    held = iter([2 * 2**30, 5 * 2**30])  # while the document is read, and while it is assessed
    monkeypatch.setattr(memory, "most_held", lambda: next(held))
    monkeypatch.setattr(assessor, "_reader", Reading(4 * 2**30, kept))
    assert assessor.handle(plan).memory == max(6 * 2**30, 5 * 2**30 + kept)


def test_a_defect_in_assessing_is_a_reason(
    assessor: Assessor, plan: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("vreemd")

    analyzer = assessor._models.analyzer()
    monkeypatch.setattr(analyzer, "assess", broken)
    assert assessor.handle(plan).error == "internal"
    assert not assessor.spent


def test_running_out_of_memory_is_a_reason_and_spends_the_process(
    assessor: Assessor, plan: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: object) -> None:
        raise MemoryError

    analyzer = assessor._models.analyzer()
    monkeypatch.setattr(analyzer, "assess", greedy)
    assert assessor.handle(plan).error == "memory"
    assert assessor.spent
    assessor.spent = False


def test_a_template_that_breaks_on_a_document_costs_its_memo(plan: Task, tmp_path: Path) -> None:
    letter = Document()
    # Sound with the texts that a template is tried with, not with the name of this document.
    letter.add_paragraph("{{ document.titel }} {{ 1 // (document.bestand != 'plan.md')|int }}")
    letter.save(str(tmp_path / "brief.docx"))
    with Assessor(Job(memo=True, memo_template=str(tmp_path / "brief.docx"))) as own:
        result = own.handle(plan)
        assert ".memo.docx" not in result.files
        assert result.remarks == (
            "De memo is niet geschreven: het sjabloon is met dit document niet in te vullen.",
        )
        assert result.remarks[0] in result.brief.warnings


@pytest.mark.parametrize("wrong", [{"language_model": "nl_dat_er_niet_is"}, {"profile": "dat-er-niet-is"}])
def test_a_job_that_no_document_can_be_assessed_by_is_refused(plan: Task, wrong: dict[str, str]) -> None:
    with Assessor(Job(**wrong)) as own, pytest.raises(JobError, match=r"er.niet.is"):  # type: ignore[arg-type]
        own.handle(plan)


def test_a_report_that_cannot_be_written_counts_as_unreadable(assessor: Assessor, plan: Task) -> None:
    result = not_written(assessor.handle(plan), "de naam is te lang")
    assert (result.status, result.error, result.files) == ("unreadable", "not_written", {})
    report = unpacked_report(result.report)
    assert report.sections == [] and report.document.error is not None
    assert report.document.error.message.endswith("niet te schrijven: de naam is te lang.")
    assert result.brief.error_code == "not_written" and not list(unpacked_table(result.tables, "sections"))


def test_a_name_that_is_no_text_has_a_result(tmp_path: Path) -> None:
    result = failed(Task("na\udce9m.md", str(tmp_path / "na\udce9m.md")), "killed", "afgebroken")
    assert unpacked_report(result.report).document.path == "na\udce9m.md"


def test_workers_beside_each_other_give_what_one_process_gives(examples: Path, tmp_path: Path) -> None:
    bad = tmp_path / "kapot.pdf"
    bad.write_bytes(b"%PDF-1.7\nthis is no pdf")
    deep = tmp_path / "diep.html"
    deep.write_text("<div>" * 50_000 + hostile.PROSE, encoding="utf-8")
    paths = sorted([*examples.iterdir(), bad, deep])
    tasks = [
        Task(
            path.name,
            str(path),
            key=hashlib.sha256(path.read_bytes()).hexdigest(),
            size=path.stat().st_size,
        )
        for path in paths
    ]
    with Assessor(Job()) as own:
        alone = {task.path: own.handle(task) for task in reversed(tasks)}
    beside = {result.path: result for result in PoolEngine(2).run(tasks, Job(), RunProgress())}
    assert {path: _content(result) for path, result in beside.items()} == {
        path: _content(result) for path, result in alone.items()
    }
    assert beside["kapot.pdf"].error == "damaged"
    assert sum(result.status == "ok" for result in beside.values()) >= 3


def _kept(result: Result) -> tuple[object, ...]:
    return (
        zlib.decompress(result.report),
        unpacked_rows(result.rows),
        {table: list(unpacked_table(result.tables, table)) for table in COLUMNS},
        result.brief,
    )


def _content(result: Result) -> tuple[object, ...]:
    return (
        result.status,
        result.error,
        result.files,
        *_kept(result),
        result.remarks,
        result.attempts,
    )


@pytest.mark.parametrize("collects", [True, False])
def test_loading_the_models_lets_the_collector_rest_where_it_did(collects: bool) -> None:
    models = assessing._Models(Job())
    try:
        if not collects:
            gc.disable()
        models.load()
        models.analyzer()
        assert gc.isenabled() == collects
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.parametrize(("many", "gone"), [(0, True), (10**9, False)])
def test_where_the_collector_rests_garbage_is_looked_for_between_documents(
    assessor: Assessor, plan: Task, monkeypatch: pytest.MonkeyPatch, many: int, gone: bool
) -> None:
    class Circle:
        def __init__(self) -> None:
            self.itself = self

    monkeypatch.setattr(assessing, "_MANY", many)
    gc.disable()
    try:
        known = weakref.ref(Circle())
        assessor.handle(plan)
        assert (known() is None) == gone
    finally:
        gc.enable()
