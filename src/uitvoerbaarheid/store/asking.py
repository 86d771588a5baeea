"""Questions to the store: SQL that reads it and can do nothing else, and what is wrong with one in Dutch."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.store.database import QueryError, StoreOutdatedError, connection

#: How long a question may take, in seconds; a scan that is busy meanwhile waits longer than this.
TIME_LIMIT = 60.0
#: The tables that users ask of (views); ``docs/opslag.md`` says what their columns hold.
TABLES = (
    "documents",
    "sections",
    "scores",
    "mentions",
    "commitments",
    "actors",
    "signals",
    "history",
    "runs",
)
_LINE = re.compile(r"^LINE (\d+): ", re.M)


@dataclass(frozen=True)
class Answer:
    """The answer to a question: names of columns, whether each holds numbers, and rows of Python values."""

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: list[tuple[Any, ...]]


@contextmanager
def asked(
    path: Path,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    time_limit: float = TIME_LIMIT,
    writes: Sequence[Path] = (),
    patience: float,
    waiting: Callable[[float], None] | None = None,
) -> Generator[duckdb.DuckDBPyRelation]:
    """The relation that answers one question; nothing is worked out before it is read in the block.

    ``parameters`` are the values of ``$names`` in it. The store is opened for reading only, without files
    (but ``writes``), network, extensions or settings. Raises QueryError for a question that is wrong, that
    would change something or takes longer than ``time_limit`` seconds, and StoreError for the store.
    """
    text = _single(sql)
    try:
        with connection(path, locked=True, writes=writes, patience=patience, waiting=waiting) as found:
            timer = Timer(time_limit, found.interrupt)
            timer.daemon = True
            timer.start()
            try:
                relation = found.sql(text, params=dict(parameters) if parameters else None)
                if relation is None:
                    raise QueryError("Deze opdracht geeft geen uitkomst. Een vraag begint met SELECT.")
                yield relation
            except duckdb.InterruptException as error:
                raise QueryError(
                    f"De vraag duurde langer dan {time_limit:g} seconden en is gestopt. Vraag minder "
                    "tegelijk, of geef met --timeout meer tijd."
                ) from error
            except duckdb.Error as error:
                raise QueryError(_in_dutch(_placed(error, text, found), text)) from error
            finally:
                timer.cancel()
    except StoreOutdatedError:
        with connection(path, write=True, patience=patience, waiting=waiting):
            pass  # opening it for writing brings it up to date
        with asked(
            path,
            sql,
            parameters,
            time_limit=time_limit,
            writes=writes,
            patience=patience,
            waiting=waiting,
        ) as relation:
            yield relation


def _placed(error: duckdb.Error, sql: str, found: duckdb.DuckDBPyConnection) -> duckdb.Error:
    """The error with its place in the question, which a relation leaves out of what it says of names."""
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        try:
            found.execute(sql)
        except (duckdb.BinderException, duckdb.CatalogException) as placed:
            return placed
        except duckdb.Error:
            pass
    return error


def answer(relation: duckdb.DuckDBPyRelation) -> Answer:
    """All rows of a relation."""
    rows = relation.fetchall()
    numeric = tuple(
        re.match(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)", str(kind)) is not None
        for kind in relation.types
    )
    return Answer(tuple(relation.columns), numeric, rows)


def _single(sql: str) -> str:
    """The one statement in a text, where that only asks. Raises QueryError."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(_in_dutch(error, sql)) from error
    if len(statements) != 1:
        many = "Stel één vraag tegelijk." if statements else "De vraag is leeg."
        raise QueryError(many)
    if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise QueryError(
            "Een vraag kan alleen lezen (SELECT, WITH, FROM, DESCRIBE, SUMMARIZE); de opslag is van het "
            "programma zelf en wordt hiermee niet gewijzigd."
        )
    return str(statements[0].query).strip().rstrip(";")


def _in_dutch(error: duckdb.Error, sql: str) -> str:
    said = str(error)
    return _reason(said) + _place(said, sql)


def _place(said: str, sql: str) -> str:
    """The line that is wrong with a mark below the words, "" where the message gives no place."""
    match = _LINE.search(said)
    if not match:
        return ""
    below = said[match.end() :].split("\n")
    if len(below) < 2 or "^" not in below[1]:
        return ""
    column = below[1].index("^") - len(match[0])
    marks = below[1].count("^")
    lines = sql.split("\n")
    number = f"Regel {match[1]}: " if len(lines) > 1 else ""
    return f"\n  {number}{below[0]}\n  {' ' * (len(number) + max(column, 0))}{'^' * marks}"


def _reason(said: str) -> str:
    """What is wrong in Dutch (``data/store/messages.toml``)."""
    table = re.search(r"Table with name (.+?) does not exist", said)
    if table:
        near = get_close_matches(table[1].lower(), TABLES, n=1)
        hint = f" Bedoelde u '{near[0]}'?" if near else ""
        return f"Er is geen tabel '{table[1]}'.{hint} Er zijn: {', '.join(TABLES)}."
    for message in read_toml("store", "messages.toml")["message"]:
        if match := re.search(message["match"], said):
            return str(message["text"]).format(*(group.replace('"', "").strip() for group in match.groups()))
    return f"De vraag is niet te beantwoorden. De database meldt (in het Engels): {said}"
