"""The pre-commit hook, run by pre-commit in a repository of its own.

pre-commit would install the program from a registry, which takes minutes. Here the shipped hook runs with the
program as it is: all its fields are those of the file, but for the language that says how to install it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import draft_samples
import pytest
from ci_tools import ROOT, Repository
from pre_commit.clientlib import load_manifest
from ruamel.yaml import YAML

MANIFEST = ROOT / ".pre-commit-hooks.yaml"


@pytest.fixture
def hooked(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Repository:
    """A repository with the hook installed: it runs at every commit."""
    [hook] = YAML(typ="safe", pure=True).load(MANIFEST.read_text(encoding="utf-8"))
    with (repository.folder / ".pre-commit-config.yaml").open("w") as stream:
        YAML().dump({"repos": [{"repo": "local", "hooks": [hook | {"language": "system"}]}]}, stream)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    repository.git("add", ".pre-commit-config.yaml")
    repository.git("commit", "--quiet", "--message=Instellingen")
    repository.run([sys.executable, "-m", "pre_commit", "install"], check=True)
    return repository


def _on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def _commit(repository: Repository) -> subprocess.CompletedProcess[str]:
    repository.git("add", "--all")
    return repository.git("commit", "--message=Concept", check=False)


def test_the_file_is_what_pre_commit_asks() -> None:
    [hook] = load_manifest(str(MANIFEST))
    assert hook["id"] == "uitvoerbaarheid" and hook["language"] == "python"
    assert hook["pass_filenames"] and hook["require_serial"]
    # The command is the one that an installation gives.
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(rf"^{hook['entry'].split()[0]} = ", project, re.MULTILINE)


def test_a_vague_draft_cannot_be_committed_until_it_is_repaired(
    hooked: Repository, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _on_path(program, monkeypatch)
    hooked.write(draft_samples.TITLE + draft_samples.VAGUE_SCHOOLS)
    done = _commit(hooked)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "uitvoerbaarheid" in said and "Failed" in said
    assert "concepten/programma.md" in said and "UV001" in said
    hooked.write(draft_samples.CLEAN)
    done = _commit(hooked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout + done.stderr
    assert hooked.git("log", "--format=%s").stdout.splitlines() == ["Concept", "Instellingen"]


def test_drafts_are_checked_in_one_call_and_what_is_no_draft_is_not(
    hooked: Repository, recorder: Path, recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    _on_path(recorder, monkeypatch)
    drafts = {
        "a.md",
        "b.docx",
        "C.PDF",
        "concepten/d e.odt",
        "concepten/f.fodt",
        "g.markdown",
        "Security-beleid.md",
    }
    others = {"README.md", "docs/Readme.nl.md", "CHANGELOG.md", "LICENSE.md", "x.py", "package.json", "y.txt"}
    for name in (*drafts, *others, ".github/pull_request.md"):
        file = hooked.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Tekst van Lindermeer.\n")
    assert _commit(hooked).returncode == 0
    command, *files = recorded()
    assert command == "check" and set(files) == drafts
