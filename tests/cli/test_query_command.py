"""``uitvoerbaarheid query`` on a store of two invented documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stored_samples import result

from uitvoerbaarheid.store import Store
from uitvoerbaarheid.store.packed import packed_tables, unpacked_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store; the name and title of a document try to steer the terminal."""
    folder = tmp_path / "uitvoerbaarheid-rapport"
    store = Store(folder)
    run = store.start_run({"tool_version": "0.1.0"}, {})
    hostile = result("b\x1b[31m.md", "b", score=20)
    [row] = unpacked_table(hostile.tables, "documents")
    steering = packed_tables({"documents": [("b" * 64, "Boos \x1b]0;titel\x07", *row[2:])]})
    hostile = replace(hostile, tables=hostile.tables | steering)
    store.commit(run, [result("a.md", "a", score=60), hostile])
    store.end_run(run, {})
    return folder


def test_a_ready_question_gives_a_table(run: Callable[..., Any], folder: Path) -> None:
    called = run("query", "terugsturen", "--kind", "visie")
    assert called.code == 0
    assert "Omgevingsvisie" in called.out
    assert "2 regels" in called.out
    assert "\x1b" not in called.out


def test_own_sql_in_every_form(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    sql = "SELECT path, mean_score FROM documents WHERE mean_score > 50"
    assert json.loads(run("query", sql, "-f", "json").out) == [{"path": "a.md", "mean_score": 60.0}]
    assert run("query", sql, "-f", "csv").out.split() == ["\ufeffpath;mean_score", "a.md;60,0"]
    assert run("query", sql, "-f", "markdown").out.endswith("| a.md | 60 |\n")
    for name in ("uit.csv", "uit.json", "uit.md", "uit.parquet", "uit.txt"):
        assert run("query", sql, "--output", name).code == 0
        assert (tmp_path / name).stat().st_size > 0
    again = run("query", sql, "--output", "uit.csv")
    assert (again.code, "niet overschreven" in again.err) == (2, True)


@pytest.mark.parametrize(
    "arguments", [["trend", "-f", "parquet"], ["SELECT 1 FROM nergens"], ["SELECT 1", "--limit", "2"]]
)
def test_wrong_use_ends_with_code_2(run: Callable[..., Any], folder: Path, arguments: list[str]) -> None:
    called = run("query", *arguments)
    assert called.code == 2
    assert called.out == ""
    assert called.err


def test_an_empty_answer_is_explained(run: Callable[..., Any], folder: Path) -> None:
    called = run("query", "bedragen", "--document", "nergens")
    assert (called.code, called.out) == (0, "Er zijn geen afspraken met een bedrag gevonden.\n")


def test_all_tables_are_exported(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    assert run("query", "--export", "tabellen").code == 0
    assert len(list((tmp_path / "tabellen").glob("*.parquet"))) == 9
    assert run("query", "--export", "tabellen").code == 2
    assert run("query", "--export", "plat", "--format", "csv").code == 0
    assert "a.md" in (tmp_path / "plat" / "documents.csv").read_text("utf-8")
    assert run("query", "trend", "--export", "elders").code == 2
