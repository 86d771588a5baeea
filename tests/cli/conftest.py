"""Calling the command line as a user does, in an empty folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from uitvoerbaarheid import cli


@dataclass(frozen=True)
class Called:
    """What one call of the command gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Called]:
    """Call ``uitvoerbaarheid`` with arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str | Path) -> Called:
        monkeypatch.setattr(sys, "argv", ["uitvoerbaarheid", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return Called(int(stop.value.code or 0), out, err)

    return call
