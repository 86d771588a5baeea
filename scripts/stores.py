"""Whether two output folders of ``scan`` say the same: every row of the store, every byte of the reports.

    python scripts/stores.py ONE OTHER

Run numbers and times are left out, and the record and the log of a run; all else is to be equal. The exit
code is 1 where something differs. What is wrong within one store (half of a result, rows double) is told too.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

STORE = "uitvoerbaarheid.duckdb"
#: Views about runs, which are others in every folder.
OF_RUNS = frozenset({"runs", "history"})
#: Columns that say when something was done, not what was found.
OF_TIME = frozenset({"run", "started", "ended", "kept", "first_run", "seconds", "memory", "attempts"})
#: Files that tell of the run and not of the documents.
NO_REPORTS = frozenset({"run.json", "scan.log"})
#: The store itself; a new one that was being made when its run was killed stays for some time, as another
#: run may be making it.
OF_STORE = (STORE, f".{STORE}.")
#: At most so many differences are told of one kind.
_TOLD = 3


def views(store: duckdb.DuckDBPyConnection) -> list[str]:
    """The views that users ask of, without those about runs."""
    found = store.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' ORDER BY 1"
    ).fetchall()
    return [name for (name,) in found if name not in OF_RUNS]


def rows(store: duckdb.DuckDBPyConnection, view: str) -> Counter[str]:
    """The rows of a view as text, each with how often it is there; times and runs left out."""
    columns = [name for name, *_ in store.execute(f'DESCRIBE "{view}"').fetchall() if name not in OF_TIME]
    chosen = ", ".join(f'"{name}"' for name in columns)
    return Counter(map(repr, store.execute(f'SELECT {chosen} FROM "{view}"').fetchall()))


def content(folder: Path) -> dict[str, Counter[str]]:
    """What the store of an output folder holds, by view; "packed" is what is kept as it was made."""
    with duckdb.connect(str(folder / STORE), read_only=True) as store:
        return {"packed": packed(store), **{view: rows(store, view) for view in views(store)}}


def packed(store: duckdb.DuckDBPyConnection) -> Counter[str]:
    """The digests of all packed rows and reports, each with how often it is there."""
    tables = store.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'store' AND table_name LIKE 'packed_%'"
    ).fetchall()
    found: Counter[str] = Counter()
    for (table,) in tables:
        digests = store.execute(f"SELECT md5(rows), md5(report) FROM store.{table}").fetchall()
        found.update(map(repr, digests))
    return found


def reports(folder: Path) -> dict[str, str]:
    """The digest of every report file in an output folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(OF_STORE) and path.name not in NO_REPORTS
    }


def faults(folder: Path) -> list[str]:
    """What is wrong within one store: a result that lacks a part or has it twice, or a part without one."""
    with duckdb.connect(str(folder / STORE), read_only=True) as store:
        return list(_faults(store))


def _faults(store: duckdb.DuckDBPyConnection) -> Iterator[str]:
    double = store.execute("SELECT key FROM store.results GROUP BY key HAVING count(*) > 1").fetchall()
    if double:
        yield f"{len(double)} results are there twice"
    parts = store.execute(
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE schema_name = 'store' AND column_name = 'key'"
        " AND table_name NOT IN (SELECT view_name FROM duckdb_views() WHERE schema_name = 'store')"
        " ORDER BY 1"
    ).fetchall()
    for (table,) in parts:
        # What is noted of the overviews is no document's.
        if table in ("results", "files"):
            continue
        [(lost,)] = store.execute(
            f"SELECT count(*) FROM store.{table} WHERE key NOT IN (SELECT key FROM store.results)"
        ).fetchall()
        if lost:
            yield f"{lost} rows of {table} belong to no result"
    for (part,) in store.execute("SELECT DISTINCT part FROM store.results ORDER BY 1").fetchall():
        [(lacking,)] = store.execute(
            "SELECT count(*) FROM (SELECT r.key FROM store.results r"
            f" LEFT JOIN store.packed_{part} p ON p.key = r.key WHERE r.part = {part}"
            " GROUP BY r.key HAVING count(p.key) <> 1)"
        ).fetchall()
        if lacking:
            yield f"{lacking} results have no packed report, or several"
    [(uneven,)] = store.execute(
        "SELECT count(*) FROM (SELECT r.key FROM store.results r LEFT JOIN store.documents d ON d.key = r.key"
        " GROUP BY r.key HAVING count(d.key) <> 1)"
    ).fetchall()
    if uneven:
        yield f"{uneven} results have no row of their document, or several"
    [(repeated,)] = store.execute(
        "SELECT count(*) FROM (SELECT key, position FROM store.sections GROUP BY ALL HAVING count(*) > 1)"
    ).fetchall()
    if repeated:
        yield f"{repeated} sections are there twice"
    [(twice,)] = store.execute(
        "SELECT count(*) FROM (SELECT run, path FROM store.run_documents GROUP BY ALL HAVING count(*) > 1)"
    ).fetchall()
    if twice:
        yield f"{twice} documents are in one run twice"


def differences(one: Path, other: Path) -> list[str]:
    """How two output folders differ, a line each; empty where they say the same."""
    return [*_store_differences(content(one), content(other)), *_report_differences(one, other)]


def _store_differences(one: dict[str, Counter[str]], other: dict[str, Counter[str]]) -> Iterator[str]:
    for view in sorted({*one, *other}):
        if view not in one or view not in other:
            yield f"view {view}: only in one of the two"
            continue
        for name, only in (("first", one[view] - other[view]), ("second", other[view] - one[view])):
            if only:
                shown = "; ".join(row[:160] for row in sorted(only)[:_TOLD])
                yield f"view {view}: {only.total()} rows only in the {name}: {shown}"


def _report_differences(one: Path, other: Path) -> Iterator[str]:
    first, second = reports(one), reports(other)
    for title, names in (
        ("only in the first", first.keys() - second.keys()),
        ("only in the second", second.keys() - first.keys()),
        ("other bytes", {name for name in first.keys() & second.keys() if first[name] != second[name]}),
    ):
        if names:
            yield f"{len(names)} files {title}: {', '.join(sorted(names)[:_TOLD])}"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    asked = parser.parse_args()
    told = [f"{folder}: {fault}" for folder in (asked.one, asked.other) for fault in faults(folder)]
    told += differences(asked.one, asked.other)
    for line in told:
        print(line)
    if not told:
        held = content(asked.one)
        print(f"equal: {len(reports(asked.one))} files; " + ", ".join(f"{v} {held[v].total()}" for v in held))
    return bool(told)


if __name__ == "__main__":
    raise SystemExit(main())
