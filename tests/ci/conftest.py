"""Repositories with drafts, and the program as a command on the search path."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest
from ci_tools import Repository

import uitvoerbaarheid


@pytest.fixture
def repository(tmp_path: Path, own_git: None) -> Repository:
    return Repository(tmp_path / "Gemeente Lindermeer")


def _script(folder: Path, text: str) -> Path:
    if os.name == "nt" or shutil.which("bash") is None:
        pytest.skip("bash is hier niet geïnstalleerd")
    folder.mkdir(parents=True)
    script = folder / "uitvoerbaarheid"
    script.write_text(text, encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program as it is here, as the command that an installation gives."""
    monkeypatch.setenv("PYTHONPATH", str(Path(uitvoerbaarheid.__file__).parents[1]))
    start = "from uitvoerbaarheid.cli import main; main()"
    return _script(tmp_path / "bin", f'#!/bin/sh\nexec "{sys.executable}" -P -c "{start}" "$@"\n')


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """A folder with a command of that name that only writes its arguments to a file, NUL after each."""
    return _script(
        tmp_path / "recorder",
        f'#!/bin/sh\nprintf \'%s\\0\' "$@" > "{tmp_path}/arguments"\nexit "${{EXIT_CODE:-0}}"\n',
    )


@pytest.fixture
def recorded(tmp_path: Path):
    """The arguments that ``recorder`` was called with."""
    return lambda: (tmp_path / "arguments").read_text(encoding="utf-8").split("\0")[:-1]
