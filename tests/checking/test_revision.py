"""Which drafts changed since a revision, in real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from uitvoerbaarheid.checking.revision import changed
from uitvoerbaarheid.sheets import InputError

TEXT = "# Plan\n\n" + "".join(f"Regel {number} van het plan van Lindermeer.\n" for number in range(20))


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, check=True, capture_output=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def write(self, name: str, text: str = TEXT) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, own_git: None) -> Repository:
    return Repository(tmp_path / "Gemeente Lindermeer")


def _old(drafts, folder: Path) -> dict[str, str | None]:
    folder.mkdir()
    old = {draft.path.name: draft.write_old(folder) for draft in drafts}
    return {name: path.read_text() if path else None for name, path in old.items()}


def test_changes_in_commits_index_working_tree_and_untracked_files(
    repository: Repository, tmp_path: Path
) -> None:
    names = ("zelfde.md", "gewijzigd.md", "klaargezet.md", "werkmap.md", "verplaatst.md")
    paths = [repository.write(name, TEXT + name) for name in names]
    repository.write(".gitignore", "*.tmp.md\n")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "voorstel")
    repository.write("gewijzigd.md", TEXT + "vager")
    repository.git("mv", "verplaatst.md", "nieuwe naam é.md")
    repository.commit()
    repository.write("klaargezet.md", TEXT + "klaar")
    repository.git("add", "klaargezet.md")
    repository.write("werkmap.md", TEXT + "los")
    moved = repository.folder / "nieuwe naam é.md"
    new, ignored = repository.write("map/nieuw\nmet regeleinde.md"), repository.write("x.tmp.md")
    drafts = changed("main", [*paths[:4], moved, new, ignored])
    assert _old(drafts, tmp_path / "oud") == {
        "gewijzigd.md": TEXT + "gewijzigd.md",
        "klaargezet.md": TEXT + "klaargezet.md",
        "werkmap.md": TEXT + "werkmap.md",
        "nieuwe naam é.md": TEXT + "verplaatst.md",
        "nieuw\nmet regeleinde.md": None,
    }


def test_what_the_revision_gained_itself_is_no_change(repository: Repository) -> None:
    plan, other = repository.write("plan.md"), repository.write("ander.md")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "voorstel")
    plan.write_text(TEXT + "meer")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    other.write_text(TEXT + "op main")
    repository.commit()
    repository.git("checkout", "--quiet", "voorstel")
    assert [draft.path for draft in changed("main", [plan, other])] == [plan]
    assert changed("HEAD", [plan, other]) == []


def test_it_works_from_a_folder_below_the_top_and_with_odd_settings(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = repository.write("ontwerp/plan.md")
    repository.commit()
    plan.write_text(TEXT + "meer")
    for setting in ("diff.relative=true", "core.quotePath=true", "diff.renames=false", "diff.external=false"):
        repository.git("config", *setting.split("="))
    monkeypatch.chdir(plan.parent)
    monkeypatch.setenv("GIT_DIR", ".git")  # as in a hook
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    drafts = changed("main", [Path("plan.md")])
    assert _old(drafts, tmp_path / "oud") == {"plan.md": TEXT}


def test_the_old_version_has_the_bytes_of_a_checkout(repository: Repository, tmp_path: Path) -> None:
    plan = repository.write("plan.md", "een\r\ntwee\r\n")
    repository.write(".gitattributes", "*.md text eol=crlf diff=upper\n")
    repository.git("config", "diff.upper.textconv", "tr a-z A-Z <")
    repository.commit()
    plan.write_bytes(b"drie\r\n")
    [draft] = changed("HEAD", [plan])
    (tmp_path / "oud").mkdir()
    old = draft.write_old(tmp_path / "oud")
    assert old is not None and old.read_bytes() == b"een\r\ntwee\r\n"


def test_each_repository_is_asked_for_its_own_drafts(tmp_path: Path, own_git: None) -> None:
    plans = []
    for name in ("Lindermeer", "Waterhoven"):
        repository = Repository(tmp_path / name)
        plans.append(repository.write("plan.md"))
        repository.commit()
    plans[1].write_text("anders")
    assert [draft.path for draft in changed("main", plans)] == plans[1:]


@pytest.mark.parametrize("revision", ["", "--output=x", "-p", "main\nx", "\x1b[31m"])
def test_a_revision_that_can_be_none_is_refused(repository: Repository, revision: str) -> None:
    with pytest.raises(InputError, match="kan geen naam van een revisie zijn"):
        changed(revision, [repository.write("plan.md")])
    assert not (repository.folder / "x").exists()


def test_what_is_not_to_be_compared_is_told_in_dutch(repository: Repository, tmp_path: Path) -> None:
    plan = repository.write("plan.md")
    with pytest.raises(InputError, match="revisie 'main' is niet bekend"):
        changed("main", [plan])  # no commit yet
    repository.commit()
    with pytest.raises(InputError, match=r"revisie 'weg' is niet bekend.*origin/weg.*fetch-depth: 0"):
        changed("weg", [plan])
    with pytest.raises(InputError, match=r"revisie 'main:plan\.md' is niet bekend"):
        changed("main:plan.md", [plan])
    repository.git("checkout", "--quiet", "--orphan", "los")
    plan.write_text("een ander begin")
    repository.commit()
    with pytest.raises(InputError, match="geen gemeenschappelijke geschiedenis"):
        changed("main", [plan])
    outside = tmp_path / "buiten.md"
    outside.write_text(TEXT)
    with pytest.raises(InputError, match="staat niet in een git-repository"):
        changed("main", [outside])


@pytest.mark.skipif(os.name == "nt", reason="een uitvoerbaar script is hier geen git")
def test_git_that_is_absent_or_a_program_in_the_working_folder(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = repository.write("plan.md")
    monkeypatch.chdir(repository.folder)
    fake = repository.write("git", "#!/bin/sh\necho kwaad > gelukt\n")
    fake.chmod(0o755)
    for path in ("", "."):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(InputError, match="vraagt git, en dat is hier niet gevonden"):
            changed("main", [plan])
    assert not (repository.folder / "gelukt").exists()


@pytest.mark.skipif(os.name == "nt", reason="het programma in de instellingen is een shellscript")
def test_programs_in_the_settings_of_a_repository_are_not_run(repository: Repository, tmp_path: Path) -> None:
    plan = repository.write("plan.md")
    repository.write(".gitattributes", "*.md diff=kwaad\n")
    repository.commit()
    plan.write_text(TEXT + "vager")
    program = repository.write("kwaad.sh", '#!/bin/sh\necho "$0" >> "$(dirname "$0")/gelukt"\n')
    program.chmod(0o755)
    names = ("core.fsmonitor", "diff.external", "diff.kwaad.command", "diff.kwaad.textconv", "core.pager")
    for name in names:
        repository.git("config", name, f"'{program}'" if name.startswith("diff") else str(program))
    assert _old(changed("main", [plan]), tmp_path / "oud") == {"plan.md": TEXT}
    assert not (repository.folder / "gelukt").exists()
