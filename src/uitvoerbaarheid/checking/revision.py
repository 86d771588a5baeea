"""Which drafts changed since a git revision, and what they were then.

Compared is the working tree, with what is not committed or not added yet, to the merge base of the
revision and HEAD: what the revision itself gained since then is not this branch's doing. Git is run with a
list of arguments, never through a shell, and a name of a revision can never become an option. Of the
programs that a repository's own settings can name, only its filters run: without them line ends and files
that are kept elsewhere (LFS) would come out wrong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from uitvoerbaarheid.sheets import InputError

_SECONDS = 120
_MAX_SHOWN = 80
_OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE")
_FETCH = (
    "Haal de hele geschiedenis op (GitHub: 'fetch-depth: 0' bij actions/checkout; GitLab: GIT_DEPTH: 0; "
    "zelf: git fetch --unshallow)."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that changed. ``old`` is its path in the repository at ``commit``, None for a new one."""

    path: Path
    repository: Path
    commit: str
    old: str | None

    def write_old(self, folder: Path) -> Path | None:
        """Write the old version, under its own name, in a folder; None for a new draft.

        Raises InputError where git cannot give it.
        """
        if self.old is None:
            return None
        target = folder / self.path.name
        # Not 'show': that would pass the file through the repository's own converters to text. The filters
        # are those of a checkout: line ends, and files that are kept elsewhere (LFS).
        with target.open("wb") as stream:
            _git(self.repository, "cat-file", "--filters", f"{self.commit}:{self.old}", output=stream)
        return target


def changed(revision: str, paths: Iterable[Path]) -> list[Draft]:
    """The drafts among ``paths`` that differ from the merge base of ``revision`` and HEAD, in their order.

    A draft that git does not know yet is new; one that git ignores is left out. A renamed one is compared to
    what it was called. Raises InputError, in Dutch, when git is absent, a draft is in no repository, or the
    revision is unknown or has no history in common with HEAD.
    """
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise InputError(f"--new-only: '{_shown(revision)}' kan geen naam van een revisie zijn.")
    repositories: dict[Path, Path] = {}
    histories: dict[Path, _History] = {}
    drafts = []
    for path in paths:
        real = path.resolve()
        if real.parent not in repositories:
            repositories[real.parent] = _repository(real.parent)
        repository = repositories[real.parent]
        if repository not in histories:
            histories[repository] = _History(repository, revision)
        history = histories[repository]
        name = _key(real.relative_to(repository).as_posix())
        if name in history.old:
            drafts.append(Draft(path, repository, history.commit, history.old[name]))
    return drafts


class _History:
    """What changed in a repository since the merge base: ``old`` has the former path by the present one."""

    def __init__(self, repository: Path, revision: str) -> None:
        self.commit = _merge_base(repository, revision)
        self.old: dict[str, str | None] = {}
        # The configuration may show paths from the working folder; here they are from the top.
        listed = _git(
            repository, "-c", "diff.relative=false", "diff", "--name-status", "-z", "--find-renames",
            "--no-ext-diff", "--ignore-submodules", self.commit, "--",
        )  # fmt: skip
        fields = iter(listed.split("\0"))
        for status in fields:
            if not status:
                break
            first = next(fields)
            name = next(fields) if status[0] in "RC" else first
            if status[0] == "U":  # a conflict in a merge; another line may say what it was
                self.old.setdefault(_key(name), None)
            elif status[0] != "D":
                self.old[_key(name)] = None if status[0] == "A" else first
        untracked = _git(repository, "ls-files", "--others", "--exclude-standard", "-z", "--")
        for name in filter(None, untracked.split("\0")):
            self.old.setdefault(_key(name), None)


def _repository(folder: Path) -> Path:
    try:
        top = _git(folder, "rev-parse", "--show-toplevel").rstrip("\r\n")
    except _GitError as error:
        if "dubious ownership" in error.said:
            raise InputError(
                f"--new-only: git vertrouwt {_shown(folder)} niet, omdat de map van een andere gebruiker is. "
                "Geef toestemming met: git config --global --add safe.directory MAP"
            ) from error
        raise InputError(
            f"--new-only: {_shown(folder)} staat niet in een git-repository, dus wat er veranderd is, is "
            "niet te zien."
        ) from error
    return Path(top).resolve()


def _merge_base(repository: Path, revision: str) -> str:
    shown = _shown(revision)
    try:
        _git(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except _GitError as error:
        raise InputError(
            f"--new-only: de revisie '{shown}' is niet bekend in {_shown(repository)}. Noem een tak, label "
            f"of commit; een tak van de server heet meestal origin/{shown}. {_FETCH}"
        ) from error
    try:
        return _git(repository, "merge-base", revision, "HEAD").split()[0]
    except (_GitError, IndexError) as error:
        raise InputError(
            f"--new-only: '{shown}' en de huidige versie hebben geen gemeenschappelijke geschiedenis. "
            f"{_FETCH}"
        ) from error


class _GitError(InputError):
    """Git ended with an error; ``said`` is its own text, in English."""

    def __init__(self, command: str, said: str) -> None:
        self.said = said
        super().__init__(f"--new-only: git {command} mislukte: {_shown(said.strip() or 'zonder melding')}")


def _git(folder: Path, *arguments: str, output: IO[bytes] | None = None) -> str:
    """What git writes, as text; to ``output`` instead where given. Raises InputError where it fails."""
    # A relative answer is a program in the working folder (Windows looks there first): not git.
    program = shutil.which("git")
    if program is None or not Path(program).is_absolute():
        raise InputError("--new-only vraagt git, en dat is hier niet gevonden. Installeer git.")
    command = next(part for part in arguments if part not in ("-c", "diff.relative=false"))
    # In a hook git names its own files in the environment, seen from the top; elsewhere these are wrong.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            [program, "-C", str(folder), "-c", "core.fsmonitor=false", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output if output is not None else subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"--new-only: git {command} duurde langer dan {_SECONDS} seconden.") from error
    except OSError as error:
        raise InputError("--new-only: git is niet te starten.") from error
    if done.returncode:
        raise _GitError(command, done.stderr.decode("utf-8", errors="replace"))
    return os.fsdecode(done.stdout) if output is None else ""


def _key(name: str) -> str:
    """A path as names are compared: accents spelled in one way, and case by the system's custom."""
    return os.path.normcase(unicodedata.normalize("NFC", name))


def _shown(text: object) -> str:
    """A name on one line, shortened."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in str(text))
    return line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 1] + "…"
