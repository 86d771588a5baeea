"""A repository as a municipality would have it: red when a section gets vaguer, green when it is repaired."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import draft_samples
import pytest
from ci_tools import Repository

from uitvoerbaarheid import cli

pytestmark = pytest.mark.usefixtures("kept_reader")

SETTINGS = '[check]\nbaseline = "uitvoerbaarheid-baseline.json"\n'


@pytest.fixture
def run(repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call the program in the repository: exit code and standard output."""
    monkeypatch.chdir(repository.folder)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["uitvoerbaarheid", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out + err

    return call


Run = Callable[..., tuple[int, str]]


def test_a_baseline_is_green_then_red_when_a_section_gets_vaguer_then_green_when_repaired(
    repository: Repository, run: Run
) -> None:
    (repository.folder / "uitvoerbaarheid.toml").write_text(SETTINGS)
    repository.write(draft_samples.GOOD)
    code, told = run("baseline", "update", "concepten")
    assert code == 0
    assert "+ concepten/programma.md, " in told and "3 Deelvervoer: UV001" in told
    baseline = repository.folder / "uitvoerbaarheid-baseline.json"
    known = json.loads(baseline.read_text(encoding="utf-8"))["findings"]
    assert {entry["path"] for entry in known} == {"concepten/programma.md"}
    assert "aantrekkelijk alternatief" not in baseline.read_text(encoding="utf-8")  # no text of the draft
    (repository.folder / "package.json").write_text("{}")  # of something else, as is the baseline itself
    repository.commit()
    code, told = run("check", ".", "--quiet")
    assert code == 0 and "Overgeslagen, want geen beleidsstuk: package.json." in told

    repository.write(draft_samples.VAGUER)
    code, told = run("check", ".", "--quiet")
    assert code == 1
    assert "UV001" in told and "2 Veilige schoolroutes" in told and "Deelvervoer" not in told

    repository.write(draft_samples.MOVED)  # repaired; what was known has other lines and another number
    assert run("check", ".", "--quiet")[0] == 0

    repository.write(draft_samples.CLEAN)  # what was known is mended: the file can do without
    code, told = run("check", ".", "--quiet")
    assert code == 0 and "er niet meer" in told
    code, told = run("baseline", "update", "concepten")
    assert code == 0 and "- concepten/programma.md, " in told
    assert "Deelvervoer" not in baseline.read_text(encoding="utf-8")


def test_new_only_needs_no_baseline(repository: Repository, run: Run) -> None:
    other = repository.draft.with_name("ander.md")
    other.write_text(draft_samples.VAGUER, encoding="utf-8")
    repository.write(draft_samples.GOOD)
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "voorstel")
    code, told = run("check", "concepten", "--new-only", "main", "--format", "json")
    assert code == 0 and '"documents": []' in told

    repository.write(draft_samples.VAGUER)
    code, told = run("check", "concepten", "--new-only", "main", "--quiet")
    assert code == 1 and "2 Veilige schoolroutes" in told
    assert "Deelvervoer" not in told and "ander.md" not in told
    repository.git("mv", "concepten/programma.md", "concepten/nieuwe naam.md")
    repository.commit()
    assert run("check", "concepten", "--new-only", "main", "--quiet")[0] == 1

    repository.git("checkout", "--quiet", "main", "--", "concepten/programma.md")
    (repository.folder / "concepten" / "nieuwe naam.md").unlink()
    repository.write(draft_samples.MOVED)
    assert run("check", "concepten", "--new-only", "main", "--quiet")[0] == 0

    code, told = run("check", "concepten", "--new-only", "bestaat-niet")
    assert code == 2 and "de revisie 'bestaat-niet' is niet bekend" in told and "Traceback" not in told


def test_a_baseline_of_other_documents_and_of_what_is_gone(repository: Repository, run: Run) -> None:
    for name in ("een", "twee"):
        repository.draft.with_name(f"{name}.md").write_text(
            draft_samples.TITLE + draft_samples.SHARING, encoding="utf-8"
        )
    baseline = repository.folder / "bekend.json"
    option = ("--baseline", "bekend.json")
    assert run("baseline", "update", "concepten/een.md", *option)[0] == 0
    assert run("baseline", "update", "concepten/twee.md", *option)[0] == 0
    assert {entry["path"] for entry in json.loads(baseline.read_text())["findings"]} == {
        "concepten/een.md",
        "concepten/twee.md",
    }
    before = baseline.read_bytes()
    code, told = run("baseline", "update", "concepten/weg.md", *option)
    assert code == 2 and "Niet gevonden of niet toegankelijk: concepten/weg.md" in told
    assert baseline.read_bytes() == before

    repository.draft.with_name("een.md").unlink()
    repository.draft.with_name("twee.md").write_bytes(b"%PDF-1.7 kapot")
    code, told = run("baseline", "update", "concepten", *option)
    assert code == 2 and "in het bestand gelaten zoals het was: concepten/twee.md" in told
    assert {entry["path"] for entry in json.loads(baseline.read_text())["findings"]} == {"concepten/twee.md"}

    baseline.write_text("{")
    code, told = run("baseline", "update", "concepten", *option)
    assert code == 2 and "geen geldige baseline: geen JSON (regel 1)" in told
    assert baseline.read_text() == "{"


def test_more_reports_at_once_and_a_settings_file_by_name(repository: Repository, run: Run) -> None:
    repository.write(draft_samples.TITLE + draft_samples.SHARING)
    (repository.folder / "streng.toml").write_text('[check]\nselect = ["UV001"]\n')
    code, told = run(
        "check", "concepten", "--config", "streng.toml", "--format", "github",
        "--report", "sarif=uit/verslag.sarif", "--report", "json=verslag.json",
    )  # fmt: skip
    assert code == 1 and "::error " in told
    found = json.loads((repository.folder / "verslag.json").read_text(encoding="utf-8"))["findings"]
    assert {finding["rule"] for finding in found} == {"UV001"}
    sarif = json.loads((repository.folder / "uit" / "verslag.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0" and len(sarif["runs"][0]["results"]) == 1
    for given in ("sarif", "sarif=", "excel=x"):
        code, told = run("check", "concepten", "--report", given)
        assert code == 2 and f"niet '{given}'" in told
    assert run("check", "concepten", "--config", "weg.toml")[0] == 2
    (repository.folder / "package.json").write_text("{}")
    code, told = run("check", "package.json")  # named itself: it is no document, and that is a fault
    assert code == 2 and "Niet leesbaar" in told
