"""The store's file: opened only briefly, by one who writes at a time, checked before anything is done."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import duckdb

from uitvoerbaarheid.reports.labels import wording
from uitvoerbaarheid.resources import data_path

#: How long another process is waited for, in seconds; longer than any question may take.
PATIENCE = 120.0

_FORMAT = "uitvoerbaarheid"
_FIRST_WAIT, _LONGEST_WAIT = 0.01, 0.5
#: After this many seconds of waiting it is said.
_SAID_AFTER = 5.0
#: One thread and little memory: the cores are for those who read and assess.
_LEAN: dict[str, Any] = {
    "threads": 1,
    "memory_limit": "1GB",
    # A checkpoint writes the last rows of each table once more; a longer log takes longer to read back at
    # each opening than that saves.
    "checkpoint_threshold": "16MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
#: What a question gets: no files but those it may write, no network, extensions or other settings.
_LOCKED: dict[str, Any] = {
    **_LEAN,
    "memory_limit": "2GB",
    "temp_directory": "",
    "allow_community_extensions": False,
}
#: The groups of Dutch words that questions can use.
_WORDS = ("kind", "role", "verdict", "status", "criterion", "mention", "modality")
#: A new store that was not finished; older than this many seconds it is nobody's any more.
_STALE = 60.0

#: What a checkpoint says that found too little memory; its error is a general one.
_NO_MEMORY = ("failed to pin block", "could not allocate block", "failed to allocate data")
#: What is said of a file that is not as it was written, or that is another kind of file.
_DAMAGE = (
    "corrupt",
    "not a valid duckdb database",
    "could not read enough bytes",
    "failure while replaying",
    "failed to deserialize",
    "serialization error",
)
#: So much of an error of another kind is told.
_TOLD = 300

log = logging.getLogger(__name__)


class StoreError(Exception):
    """The store cannot be used; the message is Dutch and says what to do."""


class StoreBusyError(StoreError):
    """Another process kept the store for longer than one waits."""


class StoreMissingError(StoreError):
    """There is no store yet."""


class StoreOutdatedError(StoreError):
    """The store is of an older version; whoever may write to it brings it up to date."""


class StoreFullError(StoreError):
    """The disk is full; what was kept before is still there."""


class QueryError(StoreError):
    """A question that cannot be answered."""


#: One connection at a time for each file in this process: DuckDB shares one between all who open it, with the
#: settings of the first.
_locks: dict[str, Lock] = {}
_locks_lock = Lock()


def _lock_of(path: Path) -> Lock:
    with _locks_lock:
        return _locks.setdefault(os.path.realpath(path), Lock())


@contextmanager
def connection(
    path: Path,
    *,
    write: bool = False,
    locked: bool = False,
    writes: Sequence[Path] = (),
    patience: float = PATIENCE,
    waiting: Callable[[float], None] | None = None,
) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection to the store, for as long as the block lasts.

    With ``write`` an absent store is made and an older one brought up to date; ``locked`` shuts out all files
    but those in ``writes``, the network and other settings. Waits at most ``patience`` seconds for others;
    ``waiting`` is called once when that takes long, with the seconds passed. Raises :class:`StoreError`.
    """
    started = time.monotonic()
    lock = _lock_of(path)
    if not lock.acquire(timeout=max(patience, 0.0)):
        raise _busy(path)
    try:
        if write and not (path.exists() and path.stat().st_size):
            _create(path)
        found = _opened(path, write, locked, started + patience, waiting)
        try:
            with found:
                if write:
                    _brought_up_to_date(found, path)
                elif _checked(found, path) != schema_version():
                    raise StoreOutdatedError(
                        f"{path} is van een oudere versie van uitvoerbaarheid. Voer een scan uit naar "
                        "dezelfde map; die brengt de opslag bij."
                    )
                if locked:
                    _lock_down(found, writes)
                yield found
        except duckdb.Error as error:
            raise explained(error, path) from error
    finally:
        lock.release()


def _opened(
    path: Path, write: bool, locked: bool, until: float, waiting: Callable[[float], None] | None
) -> duckdb.DuckDBPyConnection:
    pause, began = _FIRST_WAIT, time.monotonic()
    while True:
        if not path.exists():
            raise StoreMissingError(
                f"Er is nog geen opslag: {path} bestaat niet. Voer eerst een scan uit, of wijs de map met "
                "rapporten aan."
            )
        try:
            found = duckdb.connect(str(path), read_only=not write, config=_LOCKED if locked else _LEAN)
        except duckdb.Error as error:
            if not _held(error):
                raise explained(error, path) from error
            now = time.monotonic()
            if now + pause > until:
                raise _busy(path) from error
            if waiting and now - began > _SAID_AFTER:
                waiting(now - began)
                waiting = None
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 1.6, _LONGEST_WAIT)
            continue
        if write:  # closing would write the last packed reports once more, each time
            found.execute("PRAGMA disable_checkpoint_on_shutdown")
        return found


def _lock_down(found: duckdb.DuckDBPyConnection, writes: Sequence[Path]) -> None:
    found.execute("SET allowed_paths = ?", [[str(path) for path in writes]])
    found.execute("SET enable_external_access = false")
    found.execute("SET lock_configuration = true")


def _held(error: duckdb.Error) -> bool:
    """Whether another process has the file, or this one for somebody else."""
    said = str(error)
    return any(
        words in said
        for words in (
            "Could not set lock",
            "Conflicting lock",
            "being used by another process",
            "different configuration",
        )
    )


def _busy(path: Path) -> StoreBusyError:
    return StoreBusyError(
        f"Een ander programma houdt de opslag bezet: {path}. Wacht tot het klaar is (een andere scan of "
        "query, of een programma waarin u de opslag open hebt) en probeer het dan opnieuw."
    )


def explained(error: duckdb.Error, path: Path) -> StoreError:
    """What went wrong with the file, in Dutch."""
    said = str(error)
    log.debug("the store %s: %s", path, said)
    if any(word in said for word in ("No space left", os.strerror(errno.EDQUOT), "File too large")):
        return StoreFullError(
            f"De schijf is vol: {path} is niet bij te werken. Wat er al in stond, is bewaard. Maak ruimte en "
            "begin opnieuw; het programma gaat verder waar het was."
        )
    if "Permission denied" in said or "Read-only file system" in said:
        return StoreError(f"{path} is niet te openen: u hebt er geen rechten voor.")
    if _held(error):
        return _busy(path)
    if isinstance(error, duckdb.OutOfMemoryException) or any(words in said for words in _NO_MEMORY):
        return StoreError(f"Er is te weinig geheugen om {path} te gebruiken.")
    if "newer version" in said or "older version" in said or "storage version" in said:
        return StoreError(
            f"{path} is gemaakt met een andere versie van de database en is hier niet te lezen. Er is niets "
            "aan gewijzigd. Werk uitvoerbaarheid bij, of kies een andere map voor de rapporten."
        )
    if any(words in said.casefold() for words in _DAMAGE):
        told = (
            "is beschadigd, of is geen opslag van uitvoerbaarheid. Er is niets aan gewijzigd. Geef het "
            "bestand een andere naam of kies een andere map voor de rapporten; de volgende scan maakt dan "
            "een nieuwe opslag."
        )
    else:
        told = (
            "gaf een fout. Wat er al in stond, is bewaard. Probeer het nog eens. "
            f"De database zelf zegt: {said[:_TOLD]}"
        )
    return StoreError(f"{path} {told}")


def _create(path: Path) -> None:
    """Make a new store, whole or not at all; one that another process made meanwhile stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(path)
    if path.is_file() and not path.stat().st_size:  # what a power cut can leave
        path.unlink()
    log_left = path.with_name(path.name + ".wal")
    if log_left.exists() and not path.exists():  # of a store that was taken away: not of the new one
        log_left.replace(path.with_name(path.name + ".wal.oud"))
    temporary = path.parent / f".{path.name}.{uuid4().hex[:12]}.tmp"
    try:
        with duckdb.connect(str(temporary), config=_LEAN) as made:
            _brought_up_to_date(made, path)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
        except OSError:  # a disk without links
            if not path.exists():
                temporary.rename(path)
    except duckdb.Error as error:
        raise explained(error, path) from error
    finally:
        temporary.unlink(missing_ok=True)
        # Where there was no room to bring it into the file, its log stays.
        temporary.with_name(temporary.name + ".wal").unlink(missing_ok=True)


def _clear(path: Path) -> None:
    for left in path.parent.glob(f".{path.name}.*.tmp*"):
        try:
            if time.time() - left.stat().st_mtime > _STALE:
                left.unlink()
        except OSError:
            continue


@cache
def _steps() -> tuple[tuple[int, str], ...]:
    """What makes each version of the store of the one before it."""
    files = {int(file.stem): file for file in data_path("store").glob("[0-9]*.sql")}
    return tuple((version, files[version].read_text(encoding="utf-8")) for version in sorted(files))


@cache
def _views() -> tuple[str, str]:
    """What makes the views and the Dutch words in them, and a digest by which a change is noticed."""
    text = data_path("store", "views.sql").read_text(encoding="utf-8")
    for group in _WORDS:
        pairs = (f"'{key}': '{word}'" for key, word in wording()[group].items())
        text = text.replace(f"{{{group}}}", f"MAP {{{', '.join(pairs)}}}")
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


def schema_version() -> int:
    """The version of the store that this program makes."""
    return _steps()[-1][0]


def _about(found: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What a store says of itself; nothing of a database that holds nothing."""
    tables = found.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    if ("store", "about") in tables:
        return dict(found.execute("SELECT name, value FROM store.about").fetchall())
    return {"format": "foreign"} if tables else {}


def _checked(found: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The version of the store, 0 for an empty database. Raises StoreError where it is not to be used."""
    about = _about(found)
    version = about.get("version", "")
    if not about:
        return 0
    if about.get("format") != _FORMAT or not version.isdecimal():
        raise StoreError(
            f"{path} is een database, maar geen opslag van uitvoerbaarheid. Er is niets aan gewijzigd. Geef "
            "het bestand een andere naam of kies een andere map voor de rapporten."
        )
    if int(version) > schema_version():
        raise StoreError(
            f"{path} is gemaakt door een nieuwere versie van uitvoerbaarheid. Er is niets aan gewijzigd. "
            "Werk uitvoerbaarheid bij, of kies een andere map voor de rapporten."
        )
    return int(version)


def _brought_up_to_date(found: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring the schema to this version, in one transaction; nothing that was kept is lost."""
    version = _checked(found, path)
    views, digest = _views()
    if version == schema_version() and _about(found).get("views") == digest:
        return
    with transaction(found):
        for step, text in _steps():
            if step > version:
                found.execute(text)
        found.execute(views)
        found.execute("DELETE FROM store.about WHERE name IN ('format', 'version', 'views')")
        said = [("format", _FORMAT), ("version", str(schema_version())), ("views", digest)]
        found.executemany("INSERT INTO store.about VALUES (?, ?)", said)


@contextmanager
def transaction(found: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or nothing of it."""
    found.begin()
    try:
        yield
    except BaseException:
        try:
            found.rollback()
        except duckdb.Error:  # after a full disk there is nothing to roll back to
            log.debug("rolling back failed", exc_info=True)
        raise
    found.commit()
