"""The overviews of a run: made as documents come, and of the store where that is better."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from stored_samples import result

from uitvoerbaarheid.batch.overviews import Overviews
from uitvoerbaarheid.batch.tasks import Result
from uitvoerbaarheid.extraction.scratch import PREFIX
from uitvoerbaarheid.reports import tables
from uitvoerbaarheid.reports.overview import Overview, write_overview
from uitvoerbaarheid.reports.rows import ReportRows
from uitvoerbaarheid.store import Store, unpacked_rows


class Shelf(Store):
    """A store with these results that remembers what it was asked for."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__("nergens")
        self.results = {made.key: made for made in results}
        self.asked: list[str] = []

    def rows(self, keys: Mapping[str, str]) -> Iterator[ReportRows]:
        self.asked += keys
        return (unpacked_rows(self.results[key].rows) for key in keys.values() if key in self.results)


@pytest.fixture
def made() -> list[Result]:
    return [result("plannen/visie.md", "a"), result("nota.md", "b", score=80), result("brief.md", "c")]


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def keys_of(results: list[Result]) -> dict[str, str]:
    return {one.path: one.key for one in results}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_what_was_put_in_is_not_asked_for_again(
    made: list[Result], tmp_path: Path, order: tuple[int, ...]
) -> None:
    shelf = Shelf(made)
    with closing(Overviews()) as overviews:
        for at in order:
            overviews.add(made[at])
        assert overviews.write(tmp_path / "alvast", keys_of(made), shelf) == set()
    assert shelf.asked == []
    write_overview((unpacked_rows(one.rows) for one in made), tmp_path / "achteraf")
    assert written(tmp_path / "alvast") == written(tmp_path / "achteraf")


def test_a_failure_that_may_pass_is_left_to_the_store_which_may_have_better(
    made: list[Result], tmp_path: Path
) -> None:
    shelf = Shelf(made)
    with closing(Overviews()) as overviews:
        overviews.add(made[0])
        overviews.add(replace(made[1], error="killed", status="unreadable"))
        assert overviews.write(tmp_path, keys_of(made), shelf) == set()
    assert shelf.asked == ["nota.md", "brief.md"]
    assert all(one.path in (tmp_path / "overzicht.csv").read_text("utf-8-sig") for one in made)


@pytest.mark.parametrize(
    ("where", "name", "problem"),
    [(tables.Spool, "put", OSError(errno.ENOSPC, "vol")), (tables.CsvWriter, "add", ZeroDivisionError())],
    ids=["no room", "a defect"],
)
def test_whatever_goes_wrong_with_what_comes_they_are_made_of_the_store_at_the_end(
    made: list[Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    where: type,
    name: str,
    problem: Exception,
) -> None:
    def fail(*_: object) -> None:
        raise problem

    shelf = Shelf(made)
    with closing(Overviews()) as overviews:
        overviews.add(made[0])
        with monkeypatch.context() as patched:
            patched.setattr(where, name, fail)
            overviews.add(made[1])
        overviews.add(made[2])
        assert overviews.write(tmp_path / "alvast", keys_of(made), shelf) == set()
    assert shelf.asked == [one.path for one in made]
    write_overview((unpacked_rows(one.rows) for one in made), tmp_path / "achteraf")
    assert written(tmp_path / "alvast") == written(tmp_path / "achteraf")


def test_damaged_rows_are_left_to_the_store_and_what_it_lacks_is_told(
    made: list[Result], tmp_path: Path
) -> None:
    shelf = Shelf(made[:1])
    with closing(Overviews()) as overviews:
        overviews.add(replace(made[0], rows=made[0].rows[:-9]))
        assert overviews.write(tmp_path, keys_of(made[:2]), shelf) == {"nota.md"}
    assert shelf.asked == ["plannen/visie.md", "nota.md"]
    assert "nota.md" not in (tmp_path / "overzicht.csv").read_text("utf-8-sig")


def test_a_result_is_known_by_its_own_path(made: list[Result], tmp_path: Path) -> None:
    moved = replace(made[0], path="elders/visie.md", brief=replace(made[0].brief, path="elders/visie.md"))
    shelf = Shelf(made)
    with closing(Overviews()) as overviews:
        overviews.add(moved)
        overviews.write(tmp_path, {moved.path: moved.key}, shelf)
    text = (tmp_path / "overzicht.csv").read_text("utf-8-sig")
    assert "elders/visie.md" in text and "plannen/visie.md" not in text and shelf.asked == []


def test_sheets_are_made_where_the_next_run_clears_up(
    made: list[Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Path] = []
    monkeypatch.setattr(Overview, "write", lambda *_: used.append(Path(tempfile.gettempdir())))
    with closing(Overviews()) as overviews:
        overviews.add(made[0])
        overviews.write(tmp_path, keys_of(made[:1]), Shelf(made))
    assert used[0].name.startswith(PREFIX) and not used[0].exists()


def test_what_was_put_in_and_is_forgotten_is_not_written(made: list[Result], tmp_path: Path) -> None:
    overviews = Overviews()
    overviews.add(made[0])
    overviews.close()
    with closing(overviews):
        overviews.write(tmp_path, keys_of(made[1:]), Shelf(made))
    assert "visie.md" not in (tmp_path / "overzicht.csv").read_text("utf-8-sig")
