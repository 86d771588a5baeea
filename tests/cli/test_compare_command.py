"""``uitvoerbaarheid compare``: what it prints and writes, its exit codes and its errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from uitvoerbaarheid.cli import app
from uitvoerbaarheid.comparison.records import Comparison
from uitvoerbaarheid.records import Document, Report, Section
from uitvoerbaarheid.reports.json import write_json


def report(text: str, name: str) -> Report:
    section = Section(id="s1", number="1", heading="1 Bomen", heading_path=["1 Bomen"], depth=1, text=text)
    document = Document(path=name, sha256=name, title="Nota groen", language="nl")
    return Report(tool_version="0", document=document, sections=[section])


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    """The JSON reports of two versions."""
    texts = {
        "oud": "De gemeente plant dertig bomen in de wijk Oost.",
        "nieuw": "De gemeente plant veertig bomen in de wijk Oost.",
    }
    for name, text in texts.items():
        write_json(report(text, f"{name}.pdf"), tmp_path / f"{name}.json")
    return str(tmp_path / "oud.json"), str(tmp_path / "nieuw.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["compare", *arguments])


def test_prints_a_summary_and_the_changes(versions: tuple[str, str]) -> None:
    result = run(*versions)
    assert result.exit_code == 0
    assert "In 1 van de 1 paragrafen is iets anders" in result.stdout
    assert "Tekst van ‘dertig’ naar ‘veertig’." in result.stdout


@pytest.mark.parametrize(
    ("name", "begin"),
    [("v.html", "<!DOCTYPE html>"), ("v.md", "## Vergelijking"), ("v.txt", "Vergelijking: Nota groen")],
)
def test_the_name_of_the_file_decides_the_form(
    versions: tuple[str, str], tmp_path: Path, name: str, begin: str
) -> None:
    result = run(*versions, "-o", str(tmp_path / name))
    assert result.exit_code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    assert result.stdout == ""


def test_json_follows_the_schema_that_is_shown(versions: tuple[str, str]) -> None:
    result = run(*versions, "--format", "json")
    assert Comparison.model_validate_json(result.stdout).pairs[0].kind == "changed"
    shown = CliRunner().invoke(app, ["schema", "--of", "compare"])
    assert json.loads(shown.stdout)["title"] == "Comparison"


def test_exit_code_tells_differences_when_asked(versions: tuple[str, str]) -> None:
    old, new = versions
    assert run(old, new, "--exit-code").exit_code == 1
    assert run(old, old, "--exit-code").exit_code == 0


def test_errors_are_said_in_dutch(versions: tuple[str, str], tmp_path: Path) -> None:
    old, _ = versions
    for arguments, message in (
        ([old, str(tmp_path / "weg.pdf")], "Niet gevonden: "),
        ([old, old, "--format", "pdf"], "--format kan text, html, markdown of json zijn, niet 'pdf'."),
        ([old], "Missing argument"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        if message != "Missing argument":
            assert message in result.stderr


def test_a_document_that_cannot_be_read(versions: tuple[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "kapot.pdf"
    broken.write_bytes(b"%PDF-1.7 en verder niets")
    result = run(versions[0], str(broken))
    assert result.exit_code == 2
    assert "kapot.pdf is niet leesbaar" in result.stderr


def test_the_report_of_an_unreadable_document(versions: tuple[str, str], tmp_path: Path) -> None:
    unread = report("", "scan.pdf")
    unread.document.status = "unreadable"
    write_json(unread, tmp_path / "scan.json")
    result = run(versions[0], str(tmp_path / "scan.json"))
    assert result.exit_code == 2
    assert "scan.json is het rapport van een document dat niet leesbaar is" in result.stderr


def test_documents_are_read_and_judged(tmp_path: Path) -> None:
    text = (
        "# Nota groen\n\n## 1 Bomen\n\nDe gemeente Lindermeer plant {} vijfhonderd bomen in de wijk Oost.\n"
    )
    files = []
    for name, term in (("oud.md", "eind 2025"), ("nieuw.md", "eind 2027")):
        (tmp_path / name).write_text(text.format(term), encoding="utf-8")
        files.append(str(tmp_path / name))
    result = run(*files)
    assert result.exit_code == 0
    assert "Termijn van ‘eind 2025’ naar ‘eind 2027’." in result.stdout
