"""What is kept of every run, and looked up by the next."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from uitvoerbaarheid.records import ErrorCode, Status
from uitvoerbaarheid.store import STORE_NAME
from uitvoerbaarheid.store.asking import TIME_LIMIT, Answer, answer, asked
from uitvoerbaarheid.store.database import PATIENCE, connection, transaction
from uitvoerbaarheid.store.frames import insert
from uitvoerbaarheid.store.packed import PackedTables, unpacked_report, unpacked_rows, unpacked_table
from uitvoerbaarheid.store.tables import COLUMNS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation
    from pandas import DataFrame

    from uitvoerbaarheid.reports.rows import ReportRows

#: Reasons that may pass: a document with one of these is tried again by the next run.
PASSING: frozenset[ErrorCode] = frozenset(
    {"timeout", "memory", "killed", "internal", "not_written", "not_found"}
)
#: What a line about a document needs, by the names of the fields of ``ReportRows``.
_BRIEF = """
SELECT r.key, d.title, d.kind, d.authority, d.date, r.pages, r.status, r.message AS error,
    r.error AS error_code, coalesce(d.warnings, '') AS warnings, d.policy_sections, d.send_back, d.uncertain,
    d.mean_score, d.weakest, d.commitments, coalesce(s.compared, false) AS compared, d.send_back_in_context,
    d.send_back_by_profile, d.amount AS budget, d.model_id, d.ruleset_id, coalesce(d.by_hand, '') AS by_hand,
    d.by_hand IS NOT NULL OR coalesce(s.by_hand, false) AS hands
FROM store.results r
JOIN store.documents d ON d.key = r.key
LEFT JOIN (
    SELECT key, bool_or(level_in_context IS NOT NULL OR level_asked IS NOT NULL) AS compared,
        bool_or(by_hand IS NOT NULL) AS by_hand
    FROM store.scores
    WHERE key IN (SELECT unnest($1::VARCHAR[]))
    GROUP BY key
) s ON s.key = r.key
WHERE r.key IN (SELECT unnest($1::VARCHAR[]))
"""
#: So many packed reports or rows are held at once: for each lot every table that has one is gone through.
_AT_ONCE = 200
#: A table of packed reports and rows gets no more when it holds this many bytes: a checkpoint writes the last
#: two thousand rows of a table again that something was added to, and holds three times as much meanwhile.
#: After each so many tables the next ones get that much more, up to so many times as much: whoever opens the
#: store reads the list of its tables.
_PART_BYTES, _MORE_AFTER, _MOST_TIMES = 8 * 2**20, 64, 6
#: Such a table, as in ``data/store/2.sql``. To look for a way to pack what is packed already would take most
#: of the time of a checkpoint.
_PART = """
CREATE TABLE store.packed_{part} (
    key VARCHAR NOT NULL,
    rows BLOB USING COMPRESSION uncompressed,
    report BLOB USING COMPRESSION uncompressed
)
"""
#: So many rows of a table are stored at once.
_ROWS = 4000

log = logging.getLogger(__name__)


class Outcome(Protocol):
    """What became of one document, as the store keeps it (``batch.tasks.Result``)."""

    @property
    def path(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def error(self) -> ErrorCode | None: ...
    @property
    def message(self) -> str | None: ...
    @property
    def pages(self) -> int | None: ...
    @property
    def report(self) -> bytes: ...
    @property
    def tables(self) -> PackedTables: ...
    @property
    def rows(self) -> bytes: ...
    @property
    def seconds(self) -> Mapping[str, float]: ...
    @property
    def memory(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Kept:
    """A result that is there, without its report and rows; ``run`` is the one that made it."""

    key: str
    run: int
    status: Status
    error: ErrorCode | None
    message: str | None
    pages: int | None
    seconds: dict[str, float] = field(default_factory=dict)
    memory: int = 0
    attempts: int = 1
    remarks: tuple[str, ...] = ()

    @property
    def passing(self) -> bool:
        """Whether the reason it is not whole may pass, so that it is worth another try."""
        return self.error in PASSING


@dataclass(frozen=True)
class WrittenFile:
    """A report file of a document: ``suffix`` as in ``Result.files`` (".json"), the key of the result that it
    was made of, what made it (a name of code and template) and its size in bytes."""

    path: str
    suffix: str
    key: str
    made_by: str
    size: int


@dataclass(frozen=True)
class Run:
    """One run: moments are UTC without zone, ``ended`` None while it runs, or when it was stopped."""

    run: int
    started: datetime
    ended: datetime | None
    documents: int
    kept: int
    versions: dict[str, Any]
    config: dict[str, Any]
    counts: dict[str, Any]


@dataclass(frozen=True)
class Version:
    """How a document came out in one run; ``started`` (UTC) and ``sha256`` tell its versions apart."""

    run: int
    started: datetime
    key: str
    sha256: str | None
    status: Status
    error: ErrorCode | None
    date: str | None
    policy_sections: int | None
    send_back: int | None
    mean_score: float | None
    model_id: str | None
    ruleset_id: str | None


def stored_path(path: str) -> str:
    """A path as text that can be stored: the bytes of a file name that are no text are written out."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, default=str)


def _read(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class Store:
    """The results of all runs, in one file in the output folder. Cheap to make: nothing is opened yet.

    Every method opens the file, does all or nothing, and closes it, so that a second run or a question can
    come between; it waits at most ``patience`` seconds for those, and calls ``waiting`` (seconds passed) once
    when that takes long. Methods may be called from any thread. All raise
    :class:`~uitvoerbaarheid.store.StoreError` with a Dutch message for a store that cannot be used (held by
    others, damaged, not a store, of a newer version, a full disk); what was kept before is then untouched.
    """

    def __init__(
        self,
        place: str | Path,
        *,
        patience: float = PATIENCE,
        waiting: Callable[[float], None] | None = None,
    ) -> None:
        """``place`` is the output folder, or the file itself."""
        given = Path(place)
        self.path = given if given.suffix == Path(STORE_NAME).suffix else given / STORE_NAME
        self._patience = patience
        self._waiting = waiting

    def exists(self) -> bool:
        """Whether there is a store already; the first run makes one."""
        return self.path.exists()

    def _open(self, *, write: bool = False) -> AbstractContextManager[DuckDBPyConnection]:
        return connection(self.path, write=write, patience=self._patience, waiting=self._waiting)

    # For a run.

    def start_run(self, versions: Mapping[str, Any], config: Mapping[str, Any]) -> int:
        """Note that a run begins, and give its number (1 for the first).

        ``versions`` says what assesses (``tool_version``, ``model_id``, ``ruleset_id``, others by name),
        ``config`` how; both hold what JSON can hold.
        """
        with self._open(write=True) as found, transaction(found):
            run = int(_one(found, "SELECT coalesce(max(run), 0) + 1 FROM store.runs"))
            known = [versions.get(name) for name in ("tool_version", "model_id", "ruleset_id")]
            found.execute(
                "INSERT INTO store.runs VALUES (?, ?, NULL, ?, ?, ?, ?, ?, NULL)",
                [run, _now(), *known, _json(dict(versions)), _json(dict(config))],
            )
        return run

    def lookup(self, keys: Iterable[str]) -> dict[str, Kept]:
        """The results that are there, by key; what is not there is absent, all of it without a file."""
        wanted = list(dict.fromkeys(keys))
        if not wanted or not self.exists():
            return {}
        with self._open() as found:
            rows = found.execute(
                "SELECT key, run, status, error, message, pages, seconds, memory, attempts, remarks "
                "FROM store.results WHERE key IN (SELECT unnest(?::VARCHAR[]))",
                [wanted],
            ).fetchall()
        return {
            row[0]: Kept(
                key=row[0],
                run=row[1],
                status=row[2],
                error=row[3],
                message=row[4],
                pages=row[5],
                seconds=_read(row[6]),
                memory=row[7] or 0,
                attempts=row[8] or 1,
                remarks=tuple((row[9] or "").splitlines()),
            )
            for row in rows
        }

    def commit(self, run: int, outcomes: Sequence[Outcome], files: Iterable[WrittenFile] = ()) -> None:
        """Keep results and note their files, all or nothing. Doing it again changes nothing.

        A key that is there is replaced, but a failure for a passing reason never replaces a better result.
        Cheapest with tens of documents at a time.
        """
        last = {outcome.key: outcome for outcome in outcomes}
        with self._open(write=True) as found, transaction(found):
            better = _better(found, last)
            _drop(found, [key for key in last if key not in better])
            fresh = [outcome for key, outcome in last.items() if key not in better]
            if fresh:
                part = _keep_packed(found, fresh)
                insert(found, "results", [_result(run, outcome, part) for outcome in fresh])
            for table in COLUMNS:
                keyed = ((o.key, *row) for o in fresh for row in unpacked_table(o.tables, table))
                for rows in _some(keyed):
                    insert(found, table, rows)
            _note(found, run, {outcome.path: outcome.key for outcome in outcomes}, kept=False)
            _note_files(found, files)

    def record_kept(self, run: int, keys: Mapping[str, str], files: Iterable[WrittenFile] = ()) -> None:
        """Note that in this run the documents with these paths have these results, of an earlier run."""
        files = list(files)
        if not keys and not files:
            return
        with self._open(write=True) as found, transaction(found):
            _note(found, run, keys, kept=True)
            _note_files(found, files)

    def tell(self, key: str, remarks: Sequence[str]) -> None:
        """Keep other remarks with a result: those of the files that were made of it last."""
        with self._open(write=True) as found, transaction(found):
            found.execute(
                "UPDATE store.results SET remarks = ? WHERE key = ?",
                [stored_path("\n".join(remarks)) or None, key],
            )

    def end_run(self, run: int, counts: Mapping[str, Any]) -> None:
        """Note that a run is done: from now on ``documents`` and the other views are about this one."""
        with self._open(write=True) as found:
            with transaction(found):
                found.execute(
                    "UPDATE store.runs SET ended = ?, counts = ? WHERE run = ?",
                    [_now(), _json(dict(counts)), run],
                )
            found.execute("CHECKPOINT")

    # What was kept.

    def rows(self, keys: Mapping[str, str]) -> Iterator[ReportRows]:
        """The rows for the overviews of documents by path, in the order given, each with its own path.

        Rows that are damaged, or of another version of the program, are made again of the report. One whose
        report is damaged too is left out: :meth:`lookup` still has it, :meth:`forget` makes it be assessed
        again.
        """
        paths = list(keys)
        for at in range(0, len(paths), _AT_ONCE):
            some = paths[at : at + _AT_ONCE]
            packed = self._blobs("rows", {keys[path] for path in some})
            for path in some:
                rows = self._unpacked(keys[path], packed.get(keys[path]))
                if rows is not None:
                    yield rows if rows.path == path else replace(rows, path=path)

    def brief(self, keys: Mapping[str, str]) -> Iterator[ReportRows]:
        """The rows of documents by path without their sections and findings, for a table in the terminal.

        Much quicker than :meth:`rows`. One whose result is not there is left out.
        """
        from uitvoerbaarheid.reports.findings import Findings, HandView
        from uitvoerbaarheid.reports.rows import ReportRows

        if not keys or not self.exists():
            return
        with self._open() as found:
            answer = found.execute(_BRIEF, [sorted(set(keys.values()))])
            names = [column[0] for column in answer.description]
            known = {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in answer.fetchall()}
        for path, key in keys.items():
            if key in known:
                row = dict(known[key])
                hands = (HandView(row["by_hand"], None),) if row.pop("hands") else ()
                warnings = tuple(row.pop("warnings").splitlines())
                yield ReportRows(
                    path=path,
                    warnings=warnings,
                    criteria_means=None,
                    levels=(),
                    findings=Findings(by_hand=hands),
                    **row,
                )

    def _unpacked(self, key: str, packed: bytes | None) -> ReportRows | None:
        from uitvoerbaarheid.reports.rows import rows

        try:
            return unpacked_rows(packed or b"")
        except ValueError:
            log.debug("the rows of %s are damaged", key, exc_info=True)
        try:
            return rows(unpacked_report(self.report(key) or b""))
        except ValueError:
            log.debug("the report of %s is damaged", key, exc_info=True)
            return None

    def report(self, key: str) -> bytes | None:
        """The packed report of a result as it was committed, None where there is none.

        Its ``document.path`` is that of the document that it was made of; another one with the same content
        and name has the same result.
        """
        return self._blobs("report", [key]).get(key)

    def reports(self, keys: Iterable[str]) -> Iterator[bytes]:
        """The packed reports of results, in the order given. KeyError for one that is not there."""
        wanted = list(keys)
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            found = self._blobs("report", some)
            yield from (found[key] for key in some)

    def _blobs(self, column: str, keys: Iterable[str]) -> dict[str, bytes]:
        if not self.exists():
            return {}
        with self._open() as found:
            rows = [
                row
                for part, held in _parts(found, sorted(set(keys))).items()
                for row in found.execute(
                    f"SELECT key, {column} FROM store.packed_{part} "
                    "WHERE key IN (SELECT unnest(?::VARCHAR[]))",
                    [held],
                ).fetchall()
            ]
        return {key: bytes(data) for key, data in rows if data is not None}

    def forget(self, keys: Iterable[str]) -> None:
        """Take results out, for example damaged ones; the runs that had them keep their other documents."""
        with self._open(write=True) as found, transaction(found):
            _drop(found, list(keys))

    def files(self) -> dict[tuple[str, str], WrittenFile]:
        """The report files that were written, by path of the document and suffix."""
        if not self.exists():
            return {}
        with self._open() as found:
            rows = found.execute("SELECT path, suffix, key, made_by, size FROM store.files").fetchall()
        return {(row[0], row[1]): WrittenFile(*row) for row in rows}

    def note_files(self, files: Iterable[WrittenFile]) -> None:
        """Note files that were written, each instead of an earlier one of the same name."""
        noted = list(files)
        if noted:
            with self._open(write=True) as found, transaction(found):
                _note_files(found, noted)

    # For users.

    def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, time_limit: float = TIME_LIMIT
    ) -> DataFrame:
        """The answer to a question in SQL as a table of pandas; ``docs/opslag.md`` says what there is to ask.

        ``parameters`` are the values of ``$names`` in it. Reads only: no files, network or settings. Raises
        :class:`~uitvoerbaarheid.store.QueryError` for a question that is wrong or takes longer than
        ``time_limit`` seconds.
        """
        with self._asked(sql, parameters, time_limit) as relation:
            return relation.df()

    def ask(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, time_limit: float = TIME_LIMIT
    ) -> Answer:
        """As :meth:`query`, as plain rows of Python values."""
        with self._asked(sql, parameters, time_limit) as relation:
            return answer(relation)

    def write_parquet(
        self,
        sql: str,
        path: Path,
        parameters: Mapping[str, Any] | None = None,
        *,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        """Write the answer to a question as Parquet, whole or not at all; raises OSError as well."""
        target = Path(os.path.realpath(path))
        temporary = target.parent / f".{uuid4().hex[:12]}.tmp"
        beside = temporary.with_name(f"tmp_{temporary.name}")  # what the database writes first
        try:
            with self._asked(sql, parameters, time_limit, writes=(temporary, beside)) as relation:
                target.parent.mkdir(parents=True, exist_ok=True)
                relation.write_parquet(str(temporary), compression="zstd")
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
            beside.unlink(missing_ok=True)

    def _asked(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None,
        time_limit: float,
        writes: Sequence[Path] = (),
    ) -> AbstractContextManager[DuckDBPyRelation]:
        return asked(
            self.path,
            sql,
            parameters,
            time_limit=time_limit,
            writes=writes,
            patience=self._patience,
            waiting=self._waiting,
        )

    def runs(self) -> list[Run]:
        """All runs, the first one first."""
        if not self.exists():
            return []
        with self._open() as found:
            rows = found.execute(
                "SELECT run, started, ended, documents, kept, versions, config, counts FROM runs ORDER BY run"
            ).fetchall()
        return [Run(*row[:5], *map(_read, row[5:])) for row in rows]

    def history(self, path: str) -> list[Version]:
        """How the document with this path came out in each run that had it, the first one first."""
        if not self.exists():
            return []
        with self._open() as found:
            rows = found.execute(
                "SELECT d.run, h.started, d.key, h.sha256, h.status, h.error, h.date, h.policy_sections, "
                "h.send_back, h.mean_score, h.model_id, h.ruleset_id "
                "FROM store.run_documents d JOIN history h ON h.run = d.run AND h.path = d.path "
                "WHERE d.path = ? ORDER BY d.run",
                [stored_path(path)],
            ).fetchall()
        return [Version(*row) for row in rows]


def _one(found: DuckDBPyConnection, sql: str) -> Any:
    row = found.execute(sql).fetchone()
    assert row is not None
    return row[0]


def _result(run: int, outcome: Outcome, part: int) -> tuple[Any, ...]:
    return (
        outcome.key,
        run,
        outcome.status,
        outcome.error,
        stored_path(outcome.message) if outcome.message is not None else None,
        outcome.pages,
        _json(dict(outcome.seconds)),
        outcome.memory,
        outcome.attempts,
        stored_path("\n".join(outcome.remarks)) or None,
        part,
    )


def _some(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, some at a time."""
    while some := list(islice(rows, _ROWS)):
        yield some


def _keep_packed(found: DuckDBPyConnection, outcomes: Sequence[Outcome]) -> int:
    """Keep the packed rows and reports of results; the number of the table that they are in."""
    packed = [(outcome.key, outcome.rows, outcome.report) for outcome in outcomes]
    [(part, held)] = found.execute(
        "SELECT part, bytes FROM store.parts ORDER BY part DESC LIMIT 1"
    ).fetchall()
    if held >= _PART_BYTES * min(1 + part // _MORE_AFTER, _MOST_TIMES):
        part += 1
        found.execute(_PART.format(part=part))
        found.execute("INSERT INTO store.parts VALUES (?, 0)", [part])
    insert(found, f"packed_{part}", packed)
    found.execute(
        "UPDATE store.parts SET bytes = bytes + ? WHERE part = ?",
        [sum(len(rows) + len(report) for _, rows, report in packed), part],
    )
    return int(part)


def _parts(found: DuckDBPyConnection, keys: Sequence[str]) -> dict[int, list[str]]:
    """The keys of results that are there, by the number of the table of their packed rows and reports."""
    parts: dict[int, list[str]] = {}
    for key, part in found.execute(
        "SELECT key, part FROM store.results WHERE key IN (SELECT unnest(?::VARCHAR[]))", [keys]
    ).fetchall():
        parts.setdefault(part, []).append(key)
    return parts


def _better(found: DuckDBPyConnection, outcomes: Mapping[str, Outcome]) -> set[str]:
    """The keys of which the store has something better than a failure that may pass."""
    failed = [key for key, outcome in outcomes.items() if outcome.error in PASSING]
    if not failed:
        return set()
    rows = found.execute(
        "SELECT key, error FROM store.results WHERE key IN (SELECT unnest(?::VARCHAR[]))", [failed]
    ).fetchall()
    return {key for key, error in rows if error not in PASSING}


def _drop(found: DuckDBPyConnection, keys: list[str]) -> None:
    parts = _parts(found, keys)
    if parts:  # most often none is, and then no table is gone through
        there = [key for held in parts.values() for key in held]
        for table in ("results", *(f"packed_{part}" for part in parts), *COLUMNS):
            found.execute(f"DELETE FROM store.{table} WHERE key IN (SELECT unnest(?::VARCHAR[]))", [there])


def _note(found: DuckDBPyConnection, run: int, keys: Mapping[str, str], *, kept: bool) -> None:
    noted = {stored_path(path): key for path, key in keys.items()}
    found.execute(
        "DELETE FROM store.run_documents WHERE run = ? AND path IN (SELECT unnest(?::VARCHAR[]))",
        [run, list(noted)],
    )
    insert(found, "run_documents", [(run, path, key, kept) for path, key in noted.items()])


def _note_files(found: DuckDBPyConnection, files: Iterable[WrittenFile]) -> None:
    noted = {(stored_path(f.path), f.suffix): (f.key, f.made_by, f.size) for f in files}
    if not noted:
        return
    found.execute(
        "DELETE FROM store.files WHERE (path, suffix) IN (SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]))",
        [[path for path, _ in noted], [suffix for _, suffix in noted]],
    )
    insert(found, "files", [(*place, *rest) for place, rest in noted.items()])
