"""What is kept of runs and looked up again, by one process or more."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from stored_samples import result

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.resources import data_path
from uitvoerbaarheid.store import (
    STORE_NAME,
    Store,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreMissingError,
    WrittenFile,
    database,
)
from uitvoerbaarheid.store.database import explained
from uitvoerbaarheid.store.frames import insert
from uitvoerbaarheid.store.packed import unpacked_report, unpacked_rows, unpacked_table

VERSIONS = {"tool_version": "0.1.0", "model_id": "m", "ruleset_id": "r"}


def _tables(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept, but for moments and how much was ever added."""
    with duckdb.connect(str(store.path), read_only=True) as found:
        names = [
            name
            for (name,) in found.execute(
                "SELECT table_name FROM duckdb_tables() "
                "WHERE schema_name = 'store' AND table_name NOT IN ('runs', 'parts')"
            ).fetchall()
        ]
        return {name: found.execute(f"FROM store.{name} ORDER BY ALL").fetchall() for name in names}


def test_a_result_comes_back_as_it_went_in(store: Store) -> None:
    assert not store.exists()
    assert store.lookup(["key-a"]) == {}
    made = result("plannen/visie.md", "a")
    run = store.start_run(VERSIONS, {"ocr": "auto"})
    file = WrittenFile("plannen/visie.md", ".json", "key-a", "code", 120)
    store.commit(run, [made], [file])
    store.end_run(run, {"ok": 1})
    kept = store.lookup(["key-a", "key-b"])["key-a"]
    assert (kept.status, kept.seconds, kept.remarks, kept.run) == ("ok", {"read": 0.5}, made.remarks, run)
    assert not kept.passing
    assert list(store.rows({"plannen/visie.md": "key-a"})) == [unpacked_rows(made.rows)]
    report = store.report("key-a")
    assert report == made.report
    assert isinstance(unpacked_report(report), Report)
    assert store.files() == {("plannen/visie.md", ".json"): file}
    (run_row,) = store.runs()
    assert (run_row.documents, run_row.counts, run_row.config) == (1, {"ok": 1}, {"ocr": "auto"})
    assert run_row.ended is not None


def test_committing_again_changes_nothing(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    made = [result("a.md", "a"), result("b.md", "b", score=20)]
    files = [WrittenFile("a.md", ".json", "key-a", "code", 1)]
    store.commit(run, made, files)
    before = _tables(store)
    store.commit(run, made, files)
    store.commit(run, made[:1])
    assert _tables(store) == before
    assert len(before["results"]) == 2


def test_the_same_content_at_two_places_is_one_result(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    made = result("een/visie.md", "a")
    store.commit(run, [made, replace(made, path="twee/visie.md")])
    rows = list(store.rows({"een/visie.md": "key-a", "twee/visie.md": "key-a"}))
    assert [row.path for row in rows] == ["een/visie.md", "twee/visie.md"]
    assert len(store.lookup(["key-a"])) == 1
    assert len(store.query("FROM documents")) == 2


def test_a_failure_that_may_pass_gives_way_and_never_replaces(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    good = result("a.md", "a")
    failed = replace(good, status="unreadable", error="timeout", message="Te lang.")
    store.commit(run, [failed])
    assert store.lookup(["key-a"])["key-a"].passing
    store.commit(run, [good])
    store.commit(run, [failed])
    assert store.lookup(["key-a"])["key-a"].status == "ok"
    assert len(store.query("FROM mentions")) == len(list(unpacked_table(good.tables, "mentions")))


def test_a_document_of_an_earlier_run_counts_in_the_next(store: Store) -> None:
    first = store.start_run(VERSIONS, {})
    store.commit(first, [result("a.md", "a"), result("b.md", "b")])
    store.end_run(first, {})
    second = store.start_run(VERSIONS, {})
    store.record_kept(second, {"a.md": "key-a"})
    assert len(store.query("FROM documents")) == 2, "the second run has not ended"
    store.end_run(second, {})
    assert store.query("SELECT path FROM documents")["path"].tolist() == ["a.md"]
    assert [run.kept for run in store.runs()] == [0, 1]
    assert [version.run for version in store.history("a.md")] == [first, second]


def test_history_tells_versions_apart(filled: Store) -> None:
    versions = filled.history("visie.md")
    assert [(v.run, v.sha256, v.mean_score) for v in versions] == [(1, "a" * 64, 40.0), (2, "c" * 64, 60.0)]
    assert filled.history("nergens.md") == []


def test_names_that_are_no_text_are_found_again(store: Store) -> None:
    name = "besluit \udce9.pdf"
    run = store.start_run(VERSIONS, {})
    store.commit(run, [replace(result("x.pdf", "a"), path=name)], [WrittenFile(name, ".json", "k", "c", 1)])
    store.note_files([WrittenFile(name, ".json", "key-a", "code", 2)])
    assert [file.size for file in store.files().values()] == [2]
    assert len(store.history(name)) == 1
    assert [row.path for row in store.rows({name: "key-a"})] == [name]


def test_damaged_rows_are_made_again_of_the_report(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    made = [result("a.md", "a"), result("b.md", "b")]
    store.commit(run, made)
    with duckdb.connect(str(store.path)) as found:
        found.execute("UPDATE store.packed_1 SET rows = 'x'::BLOB")
        found.execute("UPDATE store.packed_1 SET report = 'x'::BLOB WHERE key = 'key-b'")
    assert list(store.rows({"a.md": "key-a", "b.md": "key-b"})) == [unpacked_rows(made[0].rows)]
    store.forget(["key-b"])
    assert set(store.lookup(["key-a", "key-b"])) == {"key-a"}
    assert len(store.query("FROM sections")) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"geen database " * 1000, "beschadigd, of is geen opslag"),
        (b"", None),
    ],
)
def test_a_file_that_is_no_store_is_left_alone(store: Store, content: bytes, words: str | None) -> None:
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(content)
    if words is None:  # nothing in it: nothing to lose
        assert store.start_run(VERSIONS, {}) == 1
        return
    with pytest.raises(StoreError, match=words):
        store.start_run(VERSIONS, {})
    with pytest.raises(StoreError, match=words):
        store.lookup(["a"])
    assert store.path.read_bytes() == content


def test_the_log_of_a_store_that_was_taken_away_is_not_of_the_new_one(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a")])
    store.path.unlink()
    assert store.start_run(VERSIONS, {}) == 1
    assert store.lookup(["key-a"]) == {}
    assert store.path.with_name(STORE_NAME + ".wal.oud").exists()


def test_a_database_of_others_is_left_alone(store: Store) -> None:
    store.path.parent.mkdir(parents=True)
    with duckdb.connect(str(store.path)) as found:
        found.execute("CREATE TABLE klanten (naam VARCHAR)")
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="geen opslag van uitvoerbaarheid"):
        store.start_run(VERSIONS, {})
    assert store.path.read_bytes() == before


def test_a_damaged_store_is_said(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a")])
    store.end_run(run, {})
    data = bytearray(store.path.read_bytes())
    for at in range(4096, len(data), 97):
        data[at] ^= 0xFF
    store.path.write_bytes(data)
    with pytest.raises(StoreError, match="beschadigd"):
        store.start_run(VERSIONS, {})
    assert store.path.read_bytes() == bytes(data)


@pytest.mark.parametrize("cut", ["the end", "a byte"])
def test_a_damaged_log_is_said(store: Store, cut: str) -> None:
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a")])
    log = store.path.with_name(STORE_NAME + ".wal")
    data = bytearray(log.read_bytes())
    data[-200] ^= 0xFF
    log.write_bytes(data)
    if cut == "the end":
        store.path.write_bytes(store.path.read_bytes()[:-5000])
    with pytest.raises(StoreError, match="beschadigd"):
        store.lookup(["key-a"])


def test_an_error_of_an_unknown_kind_is_told_and_not_called_damage(tmp_path: Path) -> None:
    told = str(explained(duckdb.Error("INTERNAL Error: vector out of range"), tmp_path / STORE_NAME))
    assert "INTERNAL Error: vector out of range" in told and "beschadigd" not in told


def test_a_store_of_a_newer_version_is_left_alone(store: Store) -> None:
    store.start_run(VERSIONS, {})
    with duckdb.connect(str(store.path)) as found:
        found.execute("UPDATE store.about SET value = '999' WHERE name = 'version'")
    with pytest.raises(StoreError, match="nieuwere versie"):
        store.start_run(VERSIONS, {})
    with pytest.raises(StoreError, match="nieuwere versie"):
        store.query("FROM runs")


def test_an_older_store_is_brought_up_to_date(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a")])
    newer = database.schema_version() + 1
    steps = (*database._steps(), (newer, "ALTER TABLE store.files ADD COLUMN moment TIMESTAMP"))
    monkeypatch.setattr(database, "_steps", lambda: steps)
    assert len(store.query("SELECT moment FROM store.files")) == 0, "a question brings it up to date"
    assert store.history("a.md")
    with duckdb.connect(str(store.path)) as found:
        (version,) = found.execute("SELECT value FROM store.about WHERE name = 'version'").fetchone() or ("",)
    assert version == str(newer)


def test_what_the_first_version_kept_is_still_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = result("a.md", "a")
    with monkeypatch.context() as then:
        then.setattr(database, "_steps", lambda: ((1, data_path("store", "1.sql").read_text("utf-8")),))
        store.start_run(VERSIONS, {})
        with duckdb.connect(str(store.path)) as found:
            found.execute(
                "INSERT INTO store.results (key, run, status, rows, report) VALUES (?, 1, 'ok', ?, ?)",
                [made.key, made.rows, made.report],
            )
    run = store.start_run(VERSIONS, {})
    assert list(store.rows({"a.md": made.key})) == [unpacked_rows(made.rows)]
    other = result("b.md", "b")
    store.commit(run, [other])
    assert list(store.reports([other.key, made.key])) == [other.report, made.report]
    store.forget([made.key])
    assert store.report(made.key) is None


def test_packed_reports_are_spread_over_tables(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uitvoerbaarheid.store.store._PART_BYTES", 1)
    run = store.start_run(VERSIONS, {})
    made = [result(f"{name}.md", name) for name in "abcd"]
    store.commit(run, made[:2])
    store.commit(run, [made[2]])
    store.commit(run, [made[3], made[0]])
    with duckdb.connect(str(store.path)) as found:
        parts = found.execute("SELECT part FROM store.results ORDER BY key").fetchall()
        first = found.execute("SELECT key FROM store.packed_1").fetchall()
        made_by = found.execute(
            "SELECT replace(sql, table_name, '') FROM duckdb_tables() WHERE table_name LIKE 'packed%'"
        ).fetchall()
    assert parts == [(3,), (1,), (2,), (3,)]
    assert len(made_by) == 3 and len(set(made_by)) == 1 and "uncompressed" in made_by[0][0].lower()
    assert first == [("key-b",)], "what is replaced is gone from where it was"
    keys = [each.key for each in made]
    assert list(store.reports(reversed(keys))) == [each.report for each in reversed(made)]
    assert list(store.rows({each.path: each.key for each in made})) == [
        unpacked_rows(each.rows) for each in made
    ]
    store.forget(keys[:3])
    assert [store.report(key) for key in keys] == [None, None, None, made[3].report]


def test_in_a_large_store_each_table_of_packed_reports_holds_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uitvoerbaarheid.store.store._MORE_AFTER", 2)
    one = result("a.md", "a")
    size = len(one.report) + len(one.rows) - 50  # another name takes a byte more or less
    monkeypatch.setattr("uitvoerbaarheid.store.store._PART_BYTES", size)
    run = store.start_run(VERSIONS, {})
    for name in "abcdefgh":
        store.commit(run, [result(f"{name}.md", name)])
    with duckdb.connect(str(store.path)) as found:
        held = found.execute(
            "SELECT part, count(*) FROM store.results GROUP BY part ORDER BY part"
        ).fetchall()
    assert held == [(1, 1), (2, 2), (3, 2), (4, 3)]


@pytest.mark.parametrize("size", [40_000_000, 9_000_000], ids=["for a row", "for a checkpoint"])
def test_too_little_memory_is_not_called_damage(
    store: Store, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a"), result("b.md", "b")])
    with duckdb.connect(str(store.path)) as found:  # as older stores have it: a checkpoint packs it
        found.execute("DROP TABLE store.packed_1")
        found.execute("CREATE TABLE store.packed_1 (key VARCHAR NOT NULL, rows BLOB, report BLOB)")
    with monkeypatch.context() as poor:
        poor.setitem(database._LEAN, "memory_limit", "30MB")
        poor.setattr("uitvoerbaarheid.store.store._PART_BYTES", 10**9)
        with pytest.raises(StoreError, match="te weinig geheugen"):
            for name in "cdefghij":
                store.commit(run, [replace(result(f"{name}.md", name), report=os.urandom(size))])
    assert set(store.lookup(["key-a", "key-b"])) == {"key-a", "key-b"}, "what was kept is still there"


def test_a_missing_store_is_said(store: Store) -> None:
    with pytest.raises(StoreMissingError, match="Voer eerst een scan uit"):
        store.query("FROM documents")
    assert store.runs() == []
    assert not store.path.parent.exists()


_HOLD = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_one_waits_for_another_process_and_says_so_after_long(store: Store) -> None:
    store.start_run(VERSIONS, {})
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        impatient = Store(store.path, patience=0.2)
        for asked in (lambda: impatient.start_run(VERSIONS, {}), lambda: impatient.query("FROM runs")):
            with pytest.raises(StoreBusyError, match="bezet"):
                asked()
        other.stdin.write("\n")
        other.stdin.flush()
        assert store.start_run(VERSIONS, {}) == 2


_COMMIT = """
import pickle, sys
from dataclasses import replace
from pathlib import Path
from uitvoerbaarheid.store import Store
store = Store(sys.argv[1], patience=60)
made = pickle.loads(Path(sys.argv[2]).read_bytes())
run = store.start_run({}, {})
for number in range(int(sys.argv[3])):
    store.commit(run, [replace(made, path=f"{number}.md", key=f"key-{number}")])
    print(number, flush=True)
store.end_run(run, {})
"""


def _committing(store: Store, documents: int) -> subprocess.Popen[str]:
    sample = store.path.parent.with_name("voorbeeld")
    sample.write_bytes(pickle.dumps(result("x.md", "x")))
    command = [sys.executable, "-c", _COMMIT, str(store.path), str(sample), str(documents)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_at_once_do_not_harm_each_other(store: Store) -> None:
    with _committing(store, 3) as one, _committing(store, 3) as other:
        assert [one.wait(120), other.wait(120)] == [0, 0]
    assert sorted(run.documents for run in store.runs()) == [3, 3]
    assert len(store.lookup(["key-0", "key-1", "key-2"])) == 3
    assert len(store.query("FROM store.sections")) == 3 * 2


def test_what_was_committed_outlives_a_kill(store: Store) -> None:
    after = 2
    with _committing(store, 1000) as process:
        assert process.stdout is not None
        for _ in range(after + 1):
            process.stdout.readline()
        process.kill()
    kept = store.lookup([f"key-{number}" for number in range(1000)])
    assert len(kept) >= after + 1
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("nieuw.md", "n")])
    sections = store.query("SELECT count(*) AS n FROM store.sections")["n"][0]
    assert sections == 2 * (len(kept) + 1), "no half results"
    assert [path.name for path in store.path.parent.iterdir() if path.name.endswith(".tmp")] == []


def test_half_a_log_costs_only_what_was_half_written(store: Store) -> None:
    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a")])
    log = store.path.with_name(STORE_NAME + ".wal")
    whole = log.stat().st_size
    store.commit(run, [result("b.md", "b")])
    with log.open("r+b") as stream:
        stream.truncate((whole + log.stat().st_size) // 2)
    assert set(store.lookup(["key-a", "key-b"])) == {"key-a"}
    store.commit(run, [result("b.md", "b")])
    assert set(store.lookup(["key-a", "key-b"])) == {"key-a", "key-b"}


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_a_full_disk_is_said_and_loses_nothing(store: Store) -> None:
    import resource
    import signal

    run = store.start_run(VERSIONS, {})
    store.commit(run, [result("a.md", "a")])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handled = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    room = store.path.with_name(STORE_NAME + ".wal").stat().st_size + 1000
    large = replace(result("b.md", "b"), report=os.urandom(400_000))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(StoreFullError, match="De schijf is vol"):
            store.commit(run, [large])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handled)
    assert set(store.lookup(["key-a", "key-b"])) == {"key-a"}
    store.commit(run, [large])
    assert set(store.lookup(["key-a", "key-b"])) == {"key-a", "key-b"}


def test_rows_are_stored_some_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uitvoerbaarheid.store.packed._TOGETHER", 2)
    monkeypatch.setattr("uitvoerbaarheid.store.store._ROWS", 2)
    made = [result(f"{name}.md", name) for name in "abc"]
    held: list[int] = []

    def counted(found: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
        if table == "documents":
            held.append(len(rows))
        insert(found, table, rows)

    monkeypatch.setattr("uitvoerbaarheid.store.store.insert", counted)
    run = store.start_run(VERSIONS, {})
    store.commit(run, made)
    store.end_run(run, {})
    assert held == [2, 1]
    for table in ("documents", "sections", "mentions"):
        rows = sum(len(list(unpacked_table(each.tables, table))) for each in made)
        assert len(store.query(f"FROM {table}")) == rows
