"""Finding documents, scanning them, and the contract of what comes out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import hostile
from uitvoerbaarheid import Analyzer, scan
from uitvoerbaarheid.batch import ScanProgress, Source, discover
from uitvoerbaarheid.records import WEAKEST_ORDER, Report


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# Plan\n\nDe gemeente plant bomen.\n", encoding="utf-8")


def _paths(sources: list[Source]) -> list[str]:
    return [source.relative for source in sources]


def test_discover_takes_documents_recursively_and_leaves_the_rest(tmp_path: Path) -> None:
    _touch(
        tmp_path,
        "visie.md",
        "plannen/b.txt",
        "plannen/diep/a.HTML",
        "README.md",
        "plannen/README.txt",
        "plannen/readme.md",
        "vorige/overzicht.html",
        "vorige/overzicht.csv",
        "vorige/overzicht.xlsx",
        "vorige/visie.pdf.html",
        "vorige/sub/b.md.html",
        "afgebroken/uitvoerbaarheid.duckdb",
        "afgebroken/a.md.html",
        "foto.png",
        ".verborgen/x.md",
        ".x.md",
        "~$b.docx",
        "uit/oud.md",
    )
    sources, missing = discover([tmp_path], tmp_path / "uit")
    assert _paths(sources) == ["plannen/b.txt", "plannen/diep/a.HTML", "visie.md"]
    assert missing == []


def test_discover_reads_a_file_that_is_named_and_reports_what_is_not_there(tmp_path: Path) -> None:
    _touch(tmp_path, "README.md")
    sources, missing = discover([tmp_path / "README.md", tmp_path / "weg.pdf"])
    assert _paths(sources) == ["README.md"]
    assert missing == [str(tmp_path / "weg.pdf")]


def test_discover_keeps_equal_names_of_two_roots_apart(tmp_path: Path) -> None:
    _touch(tmp_path, "oud/visie.md", "nieuw/visie.md")
    sources, _ = discover([tmp_path / "oud", tmp_path / "nieuw", tmp_path / "oud" / "visie.md"])
    assert len(sources) == 2
    assert len(set(_paths(sources))) == 2
    assert "visie.md" in _paths(sources)


def test_a_report_that_cannot_be_written_does_not_stop_the_rest(tmp_path: Path) -> None:
    _touch(tmp_path, "in/a.md", "in/b.md", "uit/a.md.json/in-de-weg.txt")
    reports = scan(tmp_path / "in", tmp_path / "uit", analyzer=Analyzer())
    assert [r.document.status for r in reports] == ["unreadable", "ok"]
    assert reports[0].document.error is not None and reports[0].document.error.code == "not_written"
    assert (tmp_path / "uit" / "b.md.json").is_file()
    assert "niet te schrijven" in (tmp_path / "uit" / "overzicht.html").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="bestandsnamen zijn daar altijd tekst")
def test_a_file_name_that_is_no_text_does_not_stop_the_rest(tmp_path: Path) -> None:
    try:
        _touch(tmp_path, "in/na\udce9m.md", "in/b.md")
    except OSError:
        pytest.skip("dit bestandssysteem weigert zulke namen")
    assert len(scan(tmp_path / "in", tmp_path / "uit", analyzer=Analyzer())) == 2
    assert (tmp_path / "uit" / "overzicht.html").is_file()


@pytest.fixture(scope="module")
def scanned(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Report]]:
    """The examples, with one damaged file among them, scanned to a folder."""
    work = tmp_path_factory.mktemp("scan")
    root = work / "documenten"
    root.mkdir()
    for file in examples.iterdir():
        (root / file.name).write_bytes(file.read_bytes())
    (root / "kapot.pdf").write_bytes(b"%PDF-1.7\nthis is no pdf")
    (root / "english.md").write_text(
        "# Housing\n\n"
        + "The municipality will build twelve hundred homes before the end of the decade. " * 8,
        encoding="utf-8",
    )
    reports = scan(root, work / "uit")
    return work / "uit", reports


def test_every_document_gets_its_reports(scanned: tuple[Path, list[Report]]) -> None:
    folder, reports = scanned
    assert [r.document.path for r in reports] == sorted(r.document.path for r in reports)
    for report in reports:
        assert (folder / f"{report.document.path}.json").is_file()
        assert (folder / f"{report.document.path}.html").is_file()
    for name in ("overzicht.html", "overzicht.xlsx", "overzicht.csv"):
        assert (folder / name).stat().st_size > 0
    assert not list(folder.rglob("*.tmp"))


def test_json_follows_the_published_schema(scanned: tuple[Path, list[Report]]) -> None:
    folder, _ = scanned
    schema = Report.model_json_schema(mode="serialization")
    files = [file for file in folder.rglob("*.json") if file.name != "run.json"]
    assert len(files) == 5
    for file in files:
        jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), schema)


def test_unreadable_and_foreign_documents_are_said_and_not_scored(scanned: tuple[Path, list[Report]]) -> None:
    by_path = {report.document.path: report for report in scanned[1]}
    broken = by_path["kapot.pdf"].document
    assert broken.status == "unreadable"
    assert broken.error is not None and broken.error.code == "damaged"
    english = by_path["english.md"]
    assert english.document.language == "en"
    assert english.document.warnings
    assert all(s.verdict == "not_assessed" and s.level is None for s in english.sections)


def test_offsets_and_derived_fields_hold_in_every_section(scanned: tuple[Path, list[Report]]) -> None:
    for report in scanned[1]:
        ids = [section.id for section in report.sections]
        assert len(ids) == len(set(ids))
        for section in report.sections:
            assert section.heading_path[-1] == section.heading
            for mention in section.mentions:
                assert section.text[mention.start : mention.end] == mention.text
            for block in section.blocks:
                assert 0 <= block.start <= block.end <= len(section.text)
            count = len(section.mentions)
            used = [i for reason in section.reasons for i in reason.mentions]
            assert all(0 <= i < count for i in used)
            if section.role != "policy":
                assert section.level is section.score is section.criteria is section.weakest is None
                assert section.verdict == "not_assessed"
                continue
            assert section.level is not None and section.criteria is not None
            assert section.level_probabilities is not None
            assert sum(section.level_probabilities) == pytest.approx(1, abs=0.01)
            assert section.verdict == ("send_back" if section.level <= 1 else "accept")
            values = section.criteria.model_dump()
            assert section.weakest == min(WEAKEST_ORDER, key=lambda c: values[c])
            assert section.reasons


def test_the_vague_vision_goes_back_and_the_concrete_programme_does_not(
    scanned: tuple[Path, list[Report]],
) -> None:
    by_path = {report.document.path: report for report in scanned[1]}
    vision = by_path["omgevingsvisie-lindermeer.pdf"].summary
    programme = by_path["uitvoeringsprogramma-lindermeer.pdf"].summary
    assert vision.mean_score is not None and programme.mean_score is not None
    assert vision.mean_score + 20 < programme.mean_score
    assert vision.send_back / vision.policy_sections > 0.6
    assert programme.send_back / programme.policy_sections < 0.4


def test_scanning_again_gives_the_same_bytes(examples: Path, tmp_path: Path) -> None:
    for run in ("een", "twee"):
        scan(examples / "raadsvoorstel-groene-schoolpleinen.docx", tmp_path / run, analyzer=Analyzer())
    of_a_run = {"run.json", "uitvoerbaarheid.duckdb"}
    first = {p.name: p.read_bytes() for p in (tmp_path / "een").iterdir() if p.name not in of_a_run}
    second = {p.name: p.read_bytes() for p in (tmp_path / "twee").iterdir() if p.name not in of_a_run}
    assert first == second


def test_progress_hears_of_documents_and_pages(examples: Path) -> None:
    heard: list[tuple[object, ...]] = []

    class Recorder(ScanProgress):
        def started(self, documents: int) -> None:
            heard.append(("started", documents))

        def page(self, source: Source, done: int, total: int) -> None:
            heard.append(("page", done, total))

        def finished(self, source: Source, report: Report) -> None:
            heard.append(("finished", source.relative))

    scan(examples / "uitvoeringsprogramma-lindermeer.pdf", progress=Recorder(), analyzer=Analyzer())
    assert heard[0] == ("started", 1)
    assert ("page", 4, 4) in heard
    assert heard[-1] == ("finished", "uitvoeringsprogramma-lindermeer.pdf")


def test_a_missing_path_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="weg"):
        scan("weg.pdf")


_NO_NETWORK = """
import os, sys

def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        with open(os.environ["NETWORK_LOG"], "a") as log:
            log.write(f"{event} {args}\\n")
        raise PermissionError(event)

sys.addaudithook(hook)
"""


def test_a_whole_scan_opens_no_network_connection(examples: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_NO_NETWORK, encoding="utf-8")
    log = tmp_path / "network.log"
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "NETWORK_LOG": str(log)}

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, check=False, cwd=tmp_path
        )

    # The hook must work, or the test would pass for nothing.
    assert run("-c", "import socket; socket.create_connection(('127.0.0.1', 9))").returncode != 0
    assert log.read_text(encoding="utf-8")
    log.unlink()
    done = run("-m", "uitvoerbaarheid", "scan", str(examples), "--output", str(tmp_path / "uit"))
    assert done.returncode == 0, done.stderr.decode()
    assert not log.exists()


def test_hostile_documents_do_not_stop_a_scan(tmp_path: Path) -> None:
    folder = tmp_path / "plannen"
    names = (
        "paginaboom-lus.pdf",
        "kop-alleen.pdf",
        "lach.docx",
        "diep.json",
        "afgekapt.xml",
        "vergrendeld.pdf",
    )
    for case in hostile.CASES:
        if case.name in names or case.name in ("map.pdf", "pijp.pdf"):
            folder.mkdir(exist_ok=True)
            case.make(folder / case.name, 0.01)
    (folder / "zuiver.txt").write_text(f"VERKEER\n\n{hostile.PROSE}\n", encoding="utf-8")
    reports = scan(folder, tmp_path / "rapport", analyzer=Analyzer())
    status = {report.document.path: report.document.status for report in reports}
    assert status["zuiver.txt"] == "ok" and set(names) < set(status)
    for report in reports:
        assert (report.document.status == "ok") == (report.document.error is None)
    assert (tmp_path / "rapport" / "overzicht.html").is_file()


def test_one_password_opens_the_documents_that_ask_for_it(tmp_path: Path) -> None:
    (tmp_path / "vergrendeld.pdf").write_bytes(hostile.locked(1))
    (tmp_path / "open.txt").write_text(f"VERKEER\n\n{hostile.PROSE}\n", encoding="utf-8")
    for password, status in ((None, "unreadable"), ("fout", "unreadable"), ("lezer-7", "ok")):
        reports = scan(tmp_path, password=password, analyzer=Analyzer())
        assert [report.document.status for report in reports] == ["ok", status]
    assert hostile.SENTENCE in reports[1].sections[0].text
