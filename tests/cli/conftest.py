"""Calling the command line as a user does, in an empty folder; and one reading process for all of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from uitvoerbaarheid import batch, cli
from uitvoerbaarheid.extraction import Ocr, worker
from uitvoerbaarheid.extraction.worker import Limits, Reader
from uitvoerbaarheid.records import Report


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


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One process that reads for all tests that ask for it."""
    with Reader() as kept:
        yield kept


@pytest.fixture
def kept_reader(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read in the process that runs already: starting one takes longer than most commands."""
    in_use = Lock()

    class Kept:
        def __init__(self, limits: Limits | None = None, ocr: Ocr | None = None) -> None:
            self.ocr = ocr or Ocr()

        def __enter__(self) -> Kept:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def read(self, *given: Any, **options: Any) -> Report:
            with in_use:  # two versions of a document are read side by side
                reader.ocr = self.ocr
                return reader.read(*given, **options)

        def draw(self, *given: Any, **options: Any) -> list[Path]:
            with in_use:
                return reader.draw(*given, **options)

    for module in (worker, batch):
        monkeypatch.setattr(module, "Reader", Kept)
