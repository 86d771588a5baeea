"""Hostile documents: each gives what is right for it, and the next document is read."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import hostile
from uitvoerbaarheid.extraction.worker import Limits, Reader

#: The files are made smaller than by the script, and read with limits that are smaller too.
SCALE = 0.05
LIMITS = Limits(seconds=20, page_seconds=8, memory=500 * 2**20, pages=200)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(LIMITS) as reader:
        yield reader


def test_there_are_hostile_files_of_every_format() -> None:
    names = [case.name for case in hostile.CASES]
    assert len(set(names)) == len(names) >= 100
    assert {Path(name).suffix for name in names} == {
        ".pdf", ".docx", ".odt", ".xml", ".json", ".html", ".md", ".txt",
    }  # fmt: skip


@pytest.mark.parametrize("case", hostile.CASES, ids=[case.name for case in hostile.CASES])
def test_a_hostile_file_meets_its_limit_and_the_next_is_read(
    reader: Reader, case: hostile.Case, tmp_path: Path
) -> None:
    path = tmp_path / case.name
    case.make(path, SCALE)
    outcome = hostile.read(reader, path)
    assert outcome.right(case), outcome
    assert outcome.result == "ok" or outcome.message, "nothing says what is missing"
    after = tmp_path / "daarna.txt"
    after.write_text(f"VERKEER\n\n{hostile.PROSE}\n", encoding="utf-8")
    assert hostile.read(reader, after).result == "ok"


def test_making_them_again_gives_the_same() -> None:
    for name in ("vergrendeld.pdf", "afgekapt-9.pdf", "overlap.docx", "ruis.txt"):
        case = next(case for case in hostile.CASES if case.name == name)
        with tempfile.TemporaryDirectory() as folder:
            for copy in ("een", "twee"):
                case.make(Path(folder, copy), SCALE)
            assert Path(folder, "een").read_bytes() == Path(folder, "twee").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="processen staan alleen op Linux in /proc")
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tijdelijk"))
    (tmp_path / "tijdelijk").mkdir()
    before = _children()
    with Reader(LIMITS) as reader:
        for name in ("vermenigvuldigend-formulier.pdf", "lach.docx", "paden.docx", "kop-alleen.pdf"):
            case = next(case for case in hostile.CASES if case.name == name)
            case.make(tmp_path / name, SCALE)
            hostile.read(reader, tmp_path / name)
    assert not list((tmp_path / "tijdelijk").iterdir())
    assert _children() == before


def _children() -> list[str]:
    """The processes of the reader that this one started and did not clean up."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
            command = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if int(parent) == os.getpid() and (state == "Z" or b"extraction.worker" in command):
            found.append(name)
    return found
