"""Where the examples and, on a developer's machine, the real documents are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from uitvoerbaarheid.batch import assessor, inline, pool
from uitvoerbaarheid.batch.assessor import Assessor
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.tasks import Job, Result, Task
from uitvoerbaarheid.extraction import Ocr, worker
from uitvoerbaarheid.extraction.worker import Limits, Reader
from uitvoerbaarheid.records import Report

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "data" / "examples"


@pytest.fixture(scope="session")
def examples() -> Path:
    """Folder with the bundled example documents."""
    return EXAMPLES


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with real documents and gold labels; tests that use it are skipped where it is absent."""
    folder = Path(os.environ.get("UITVOERBAARHEID_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip("de map ../shared met echte documenten is hier niet aanwezig")
    return folder


@pytest.fixture
def own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git with a writer of its own and none of the settings of whoever runs the tests."""
    if shutil.which("git") is None:
        pytest.skip("git is hier niet geïnstalleerd")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A. de Schrijver")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "schrijver@lindermeer.example")


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One process that reads for all tests that ask for it."""
    with Reader() as kept:
        yield kept


class _HereEngine:
    """Does in this process what workers do, the largest document first."""

    def __init__(self, workers: int | None = None) -> None:
        pass

    def begin(self) -> None:
        """There is nothing to start."""

    def close(self) -> None:
        """There is nothing to end."""

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        with Assessor(job) as here:
            for task in sorted(tasks, key=lambda task: (-task.size, task.path)):
                progress.working(task.path)
                yield here.handle(task)


@pytest.fixture
def kept_reader(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read in the process that runs already and assess in this one.

    Starting processes takes longer than most commands.
    """
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

        def __getattr__(self, name: str) -> Any:
            return getattr(reader, name)

    for module in (worker, inline, assessor):
        monkeypatch.setattr(module, "Reader", Kept)
    monkeypatch.setattr(pool, "PoolEngine", _HereEngine)
