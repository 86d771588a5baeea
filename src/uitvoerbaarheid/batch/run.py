"""One run over documents: what was assessed before is kept, the rest goes to an engine.

Only here reports are written and results kept, in an order that a run can be ended after any of its steps:
files first, then what was made is noted in the store. What is not noted is made again; a file that is not
there, or not as it was written, is made again from the report in the store. This process reads no document
and loads no language model.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import platform
import time
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from uitvoerbaarheid import __version__
from uitvoerbaarheid.batch.keys import Keys, versions
from uitvoerbaarheid.batch.ledger import Ledger
from uitvoerbaarheid.batch.outcomes import NO_MEMO, not_written
from uitvoerbaarheid.batch.overviews import Overviews, load_overviews
from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.batch.record import RunCounts, RunDocument, RunOutcome, RunRecord, write_record
from uitvoerbaarheid.batch.sources import (
    MEMO,
    OVERVIEWS,
    Source,
    digest,
    discover,
    find_corrections,
)
from uitvoerbaarheid.batch.tasks import Engine, Job, Result, Task
from uitvoerbaarheid.extraction import os_reason
from uitvoerbaarheid.extraction.scratch import sweep
from uitvoerbaarheid.overrules import NOT_APPLIED
from uitvoerbaarheid.records import UnreadableError
from uitvoerbaarheid.reports.files import ANNOTATED, annotated_name, original_address, workshop, write_bytes
from uitvoerbaarheid.resources import code_id
from uitvoerbaarheid.store import PASSING, Kept, Store, WrittenFile, stored_path
from uitvoerbaarheid.store.packed import unpacked_table
from uitvoerbaarheid.store.tables import COLUMNS

if TYPE_CHECKING:
    from uitvoerbaarheid.overrules import Corrections
    from uitvoerbaarheid.reports.rows import ReportRows

#: In the notes about files: this one was asked for, and there was nothing to make.
_NO_FILE = -1
#: When so many documents are still to come, what came before is kept: the last one may be long in coming, and
#: after it nothing else is left to be done meanwhile.
_LAST = 4
#: Reports that are with the engine at once, for files to be made of them again.
_PORTION = 400
#: What is told of a document whose reports were to be made again, and could not be.
_NOT_REMADE = "Niet alle rapporten zijn opnieuw gemaakt; de volgende scan probeert het weer."
#: What is told of a document whose result cannot be had back from the store.
_DAMAGED = (
    "Het bewaarde resultaat is beschadigd en ontbreekt in de overzichten. De volgende scan beoordeelt dit "
    "document opnieuw."
)
#: No report can be written any more, so that going on is of no use.
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What a run is asked to do.

    ``folder`` gets the reports and the store; without it nothing is written or kept. ``corrections`` is a
    file of corrections (None: those beside the documents); ``profiles`` the names of the profiles that there
    are. With ``fresh`` everything is assessed again; at ``max_failures`` unreadable documents the run stops.
    ``config`` goes into the record of the run as it is. ``digests`` are those of documents by path, size and
    time of change, for a request that is run more than once.
    """

    paths: tuple[str | Path, ...]
    folder: Path | None
    keys: Keys
    corrections: Path | None = None
    profiles: Collection[str] = ()
    fresh: bool = False
    max_failures: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    digests: dict[tuple[str, tuple[int, int]], str] = field(repr=False, default_factory=dict)

    @property
    def job(self) -> Job:
        """What holds for every document."""
        return self.keys.job


@dataclass(frozen=True)
class Found:
    """The documents of a run, sorted by path, the paths that are not there, and what people decided."""

    sources: list[Source]
    missing: list[str]
    decided: Corrections


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its record, and a row without sections for each document, in order of path.

    ``remarks`` are what a user is to be told: corrections without effect, files that were not made.
    ``reports`` are packed as in :class:`Result`, for the documents of which none is stored.
    """

    record: RunRecord
    rows: list[ReportRows]
    remarks: list[str]
    keys: dict[str, str]
    reports: dict[str, bytes] = field(repr=False, default_factory=dict)


def find(request: Request) -> Found:
    """Find the documents and what people decided about them.

    Raises :class:`~uitvoerbaarheid.sheets.InputError` for a wrong file of corrections.
    """
    sources, missing = discover(request.paths, request.folder)
    roots = [Path(path) for path in request.paths]
    return Found(sources, missing, find_corrections(sources, roots, request.corrections, request.profiles))


def run(request: Request, found: Found, engine: Engine, progress: RunProgress | None = None) -> Outcome:
    """Assess what was not assessed before, write the reports that are missing, and keep the results.

    Raises OSError where the folder cannot be written (a full disk too),
    :class:`~uitvoerbaarheid.store.StoreError` where the store cannot, RuntimeError where no worker can be
    started, and passes on KeyboardInterrupt. What was done by then is kept, and ``run.json`` says how it
    ended.
    """
    with nullcontext() if request.folder is None else workshop(request.folder):
        return _Run(request, found, engine, progress or RunProgress()).go()


def packed_reports(request: Request, outcome: Outcome) -> Iterator[bytes]:
    """The packed report of every document of a run, in order of path."""
    if request.folder is None:
        yield from outcome.reports.values()
        return
    yield from Store(request.folder).reports(outcome.keys.values())


@dataclass
class _Entry:
    """A document on its way through a run. ``stamp`` is its size and time of change when it was hashed."""

    source: Source
    content: str
    stamp: tuple[int, int] | None
    key: str = ""
    original: str = ""

    @property
    def size(self) -> int:
        return self.stamp[0] if self.stamp else self.source.size


class _Run:
    """The state of one run; :meth:`go` goes through it once."""

    def __init__(self, request: Request, found: Found, engine: Engine, progress: RunProgress) -> None:
        self._request = request
        self._job = request.job
        self._found = found
        self._engine = engine
        self._progress = progress
        self._begun = datetime.now(UTC)
        self._timings: dict[str, float] = {}
        self._work: dict[str, float] = {}
        self._entries: dict[str, _Entry] = {}
        self._documents: dict[str, RunDocument] = {}
        self._rows: dict[str, ReportRows] = {}
        self._reports: dict[str, bytes] = {}
        self._remarks: dict[str, list[str]] = {}
        #: Of documents that were kept: the files to make again.
        self._lacking: dict[str, frozenset[str]] = {}
        #: Of those: what was told of them when they were assessed.
        self._told: dict[str, tuple[str, ...]] = {}
        self._rewritten: set[str] = set()
        self._noted: dict[tuple[str, str], WrittenFile] = {}
        self._overviews = Overviews()

    def go(self) -> Outcome:
        """Go through the run; see :func:`run`."""
        folder = self._request.folder
        ended: RunOutcome = "error"
        kept = None
        try:
            with self._timed("total"):
                kept = (
                    _Keeping(folder, self._versions(), self._request.config) if folder is not None else None
                )
                log.info("Scan %s: %d documenten gevonden.", kept and kept.run, len(self._found.sources))
                ended = self._stages(kept)
        except KeyboardInterrupt:
            ended = "interrupted"
            log.info("De scan is afgebroken.")
            raise
        except BaseException:
            log.exception("De scan is gestopt door een fout.")
            raise
        finally:
            if kept is not None:
                self._timings["keep"] = kept.ledger.seconds
            record = self._record(ended, kept.run if kept else 0)
            if kept is not None:
                kept.end(record)
        log.info("De scan is klaar: %s.", record.counts.model_dump(exclude_defaults=True))
        ordered = sorted(self._documents)
        return Outcome(
            record,
            [self._rows[path] for path in ordered],
            self._all_remarks(),
            {path: self._entries[path].key for path in ordered},
            {path: self._reports[path] for path in ordered if path in self._reports},
        )

    def _stages(self, kept: _Keeping | None) -> RunOutcome:
        # An engine does so too, but where nothing is to be done none is asked.
        sweep()
        with self._timed("hash"):
            self._hash()
        with ExitStack() as stack:
            if kept is not None:
                stack.enter_context(kept.ledger)
                stack.enter_context(closing(self._overviews))
                with self._timed("look_up"):
                    self._look_up(kept)
            todo = {p: entry.size for p, entry in self._entries.items() if p not in self._documents}
            self._progress.started(len(self._entries), len(self._documents), todo)
            if todo and kept is not None:
                # While the workers load the models this process has nothing to do.
                Thread(target=load_overviews, daemon=True).start()
            with self._timed("assess"):
                stopped = self._assess(kept)
            if kept is None:
                return "failures" if stopped else "done"
            kept.ledger.flush()
            if stopped:
                return "failures"
            with self._timed("overviews"):
                self._write_overviews(kept)
                kept.ledger.flush()
            return "done"

    @contextmanager
    def _timed(self, stage: str) -> Generator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            self._timings[stage] = self._timings.get(stage, 0.0) + time.monotonic() - start

    def _versions(self) -> dict[str, str | None]:
        keys = self._request.keys
        own = {
            "tool_version": __version__,
            "code": code_id(),
            "model_id": keys.model_id,
            "ruleset_id": keys.ruleset_id,
            "recognition": keys.recognition,
            "python": platform.python_version(),
            "system": platform.system(),
        }
        return own | versions()

    # --- what is there already ---------------------------------------------------------------------------

    def _hash(self) -> None:
        """Make the key of every document, some at a time: most of it is waiting for the disk."""
        sources = self._found.sources
        with ThreadPoolExecutor(max_workers=min(8, (os.cpu_count() or 1) + 2)) as pool:
            hashed = pool.map(self._content, sources)
            for source, (content, stamp) in zip(sources, hashed, strict=True):
                entry = _Entry(source, content, stamp)
                decided = self._found.decided.of(source.relative)
                entry.key = self._request.keys.of(source.relative, content, decided) if content else _loose()
                self._entries[source.relative] = entry
        # Those of documents that are gone, or as they were before, are not asked for again.
        digests = self._request.digests
        for known in digests.keys() - {(str(e.source.path), e.stamp) for e in self._entries.values()}:
            del digests[known]

    def _content(self, source: Source) -> tuple[str, tuple[int, int] | None]:
        stamp = None if source.address else _stamp(source.path)
        known = self._request.digests.get((str(source.path), stamp)) if stamp else None
        content = known or _content(source)
        if stamp and content:
            self._request.digests[str(source.path), stamp] = content
        return content, stamp

    def _look_up(self, kept: _Keeping) -> None:
        """Settle which documents are kept, and which of their files are to be made again."""
        for path, entry in self._entries.items():
            if not entry.source.address:
                page = kept.folder / f"{path}.html"
                entry.original = original_address(entry.source.path, page, kept.folder)
        self._noted = kept.store.files()
        if self._request.fresh:
            return
        there = kept.store.lookup(entry.key for entry in self._entries.values())
        usable = {
            path: entry.key
            for path, entry in self._entries.items()
            if entry.key in there and not self._to_be_tried(path, there[entry.key])
        }
        for row in kept.store.brief(usable):
            path, result = row.path, there[usable[row.path]]
            self._rows[path] = row
            self._documents[path] = RunDocument(
                path=path,
                status=result.status,
                reason=result.error,
                message=result.message,
                pages=result.pages,
                kept=True,
            )
            lacking = frozenset(self._lacks(self._entries[path], kept.folder))
            self._remark(path, result.remarks, frozenset(self._wanted()) - lacking)
            if lacking:
                self._lacking[path], self._told[path] = lacking, result.remarks
        for path in self._documents:
            kept.ledger.keep(path, usable[path])

    def _to_be_tried(self, path: str, result: Kept) -> bool:
        """Whether a result is no result for now: its reason may have passed, or a password may open it.

        A report that says that there is no memo holds for that template only.
        """
        if any(said.startswith(NO_MEMO) for said in result.remarks):
            memo = self._note_of(path, MEMO)
            if not self._job.memo or memo is None or memo.made_by != self._template:
                return True
        return result.error in PASSING or (result.error == "encrypted" and self._job.password is not None)

    def _remark(self, path: str, remarks: Iterable[str], files: Collection[str]) -> None:
        """Keep what is to be told of a document, and of these files of it."""
        self._tell(path, *(said for said in remarks if _about(said) in ("", *files)))

    def _tell(self, path: str, *remarks: str) -> None:
        self._remarks.setdefault(path, []).extend(remarks)

    def _all_remarks(self) -> list[str]:
        if not any(self._remarks.values()):
            return []
        from uitvoerbaarheid.reports.annotated import gathered

        return gathered((path, said) for path in sorted(self._remarks) for said in self._remarks[path])

    def _lacks(self, entry: _Entry, folder: Path) -> Iterator[str]:
        """The files of a document that are not there as they would be made now."""
        for suffix in self._wanted():
            noted = self._note_of(entry.source.relative, suffix)
            as_now = noted is not None and (noted.key, noted.made_by) == (
                entry.key,
                self._made_by(entry, suffix),
            )
            there = _size(report_file(folder, entry.source.relative, suffix))
            if noted is None or not as_now or noted.size not in (_NO_FILE, there):
                yield suffix

    def _note_of(self, path: str, suffix: str) -> WrittenFile | None:
        return self._noted.get((stored_path(path), suffix))

    def _wanted(self) -> Iterator[str]:
        yield from (".json", ".html")
        if self._job.memo:
            yield MEMO
        if self._job.annotate:
            yield ANNOTATED

    def _made_by(self, entry: _Entry, suffix: str) -> str:
        """What else than the result decides how a file looks; the code takes part in the result's key."""
        if suffix == MEMO:
            return self._template
        return entry.original if suffix == ".html" else ""

    @cached_property
    def _template(self) -> str:
        if self._job.memo_template is None:
            return ""
        with Path(self._job.memo_template).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    # --- what is to be done ------------------------------------------------------------------------------

    def _portions(self, kept: _Keeping | None) -> Iterator[Iterator[Task]]:
        """The tasks for the engine: documents to be assessed, the largest first, and files to make again.

        Of the last only so many at a time: each task brings a whole report.
        """
        todo = [entry for path, entry in self._entries.items() if path not in self._documents]
        todo.sort(key=lambda entry: (-entry.size, entry.source.relative))
        lacking = list(self._lacking)
        first = map(self._task, todo)
        if todo and not lacking:
            yield first
        for at in range(0, len(lacking), _PORTION):
            assert kept is not None
            yield chain(first, self._again(lacking[at : at + _PORTION], kept))

    def _again(self, paths: list[str], kept: _Keeping) -> Iterator[Task]:
        reports = kept.store.reports(self._entries[path].key for path in paths)
        for path, report in zip(paths, reports, strict=True):
            yield replace(self._task(self._entries[path]), report=report, files=self._lacking[path])

    def _task(self, entry: _Entry) -> Task:
        source = entry.source
        return Task(
            path=source.relative,
            address=source.address or str(source.path.absolute()),
            key=entry.key,
            original=entry.original,
            corrections=tuple(self._found.decided.of(source.relative)),
            size=entry.size,
            sha256="" if source.address else entry.content,
        )

    def _assess(self, kept: _Keeping | None) -> bool:
        """Have the tasks done; True where the run is to stop for the documents that cannot be read."""
        if self._too_many():
            return True
        for tasks in self._portions(kept):
            with closing(self._engine.run(tasks, self._job, self._progress)) as results:
                for result in results:
                    self._take(result, kept)
                    del result  # it is large, and the next one may be long in coming
                    if self._too_many():
                        return True
        return False

    def _too_many(self) -> bool:
        most = self._request.max_failures
        return most is not None and sum(d.status == "unreadable" for d in self._documents.values()) >= most

    def _take(self, result: Result, kept: _Keeping | None) -> None:
        """Write the files of a result, then have it kept."""
        entry = self._entries[result.path]
        only = self._lacking.pop(result.path, None)
        if only is not None and result.error in PASSING:
            # Nothing came of making files again; what is kept of the document still holds.
            log.warning("%s: %s", result.path, result.message)
            self._tell(result.path, _NOT_REMADE)
            report = kept.store.report(entry.key) if kept is not None else None
            self._progress.finished(replace(result, report=report or result.report))
            return
        if only is None and entry.content and self._changed(entry):
            log.info("%s is veranderd terwijl het werd gelezen.", result.path)
            entry.key = _loose()
        result = replace(result, key=entry.key)
        written: list[WrittenFile] = []
        if kept is not None:
            try:
                written = list(self._write(entry, result, only, kept.folder))
            except OSError as error:
                if error.errno in _FULL:
                    raise
                log.warning("De rapporten van %s zijn niet te schrijven.", result.path, exc_info=True)
                entry.key, only = _loose(), None
                result = replace(not_written(result, os_reason(error)), key=entry.key)
        # They are written; what waits to be kept is to take no more room than it needs.
        result = replace(result, files={})
        self._remark(result.path, result.remarks, frozenset(self._wanted()))
        if only is None:
            self._note(result)
        else:
            self._rewritten.add(result.path)
            self._tell_anew(result, only, kept)
        if kept is None:
            self._reports[result.path] = result.report
        elif only is None:
            kept.ledger.add(result, written)
            if len(self._entries) - len(self._documents) == _LAST:
                kept.ledger.soon()
            with self._timed("overviews"):
                self._overviews.add(result)
        else:
            kept.ledger.note(written)
        self._progress.finished(result)

    def _tell_anew(self, result: Result, files: frozenset[str], kept: _Keeping | None) -> None:
        """Have the next run told of these files as they are now, not as they were at first."""
        before = self._told.pop(result.path, ())
        now = (*(said for said in before if _about(said) not in files), *result.remarks)
        if kept is not None and now != before:
            kept.store.tell(result.key, now)

    def _changed(self, entry: _Entry) -> bool:
        """Whether a document changed since its key was made: what was read is then of no known content."""
        if entry.source.address or _stamp(entry.source.path) == entry.stamp:
            return False
        return _content(entry.source) != entry.content

    def _note(self, result: Result) -> None:
        for stage, seconds in result.seconds.items():
            self._work[stage] = self._work.get(stage, 0.0) + seconds
        self._documents[result.path] = RunDocument(
            path=result.path,
            status=result.status,
            reason=result.error,
            message=result.message,
            pages=result.pages,
            seconds={stage: round(seconds, 3) for stage, seconds in result.seconds.items()},
            attempts=result.attempts,
            memory=result.memory,
        )
        self._rows[result.path] = result.brief
        took = sum(result.seconds.values())
        if result.error is None:
            log.info("%s: klaar in %.1f s.", result.path, took)
        else:
            log.warning(
                "%s: %s (%s) in %.1f s: %s", result.path, result.status, result.error, took, result.message
            )

    def _write(
        self, entry: _Entry, result: Result, only: frozenset[str] | None, folder: Path
    ) -> Iterator[WrittenFile]:
        """Write the files of a result; what was not made is noted too, and taken away where it is there."""
        path = entry.source.relative
        # Where the store has a better result of this key, that stays, and its files are made again.
        key = _loose() if result.error in PASSING else entry.key
        for suffix in self._wanted():
            if only is not None and suffix not in only:
                continue
            target, data = report_file(folder, path, suffix), result.files.get(suffix)
            if data is not None:
                try:
                    write_bytes(target, data)
                except OSError as error:
                    if suffix not in (MEMO, ANNOTATED) or error.errno in _FULL:
                        raise
                    # The report of the document holds without; the next run tries again.
                    log.warning("%s is niet te schrijven.", target.name, exc_info=True)
                    self._remark(path, [_unwritten(suffix, error)], (suffix,))
                    continue
            elif self._note_of(path, suffix) is not None:
                target.unlink(missing_ok=True)
            if data is None and suffix == ANNOTATED and _has_pages(result):
                continue  # a password, or more time, may make one
            size = _NO_FILE if data is None else len(data)
            yield WrittenFile(path, suffix, key, self._made_by(entry, suffix), size)

    # --- the whole ---------------------------------------------------------------------------------------

    def _write_overviews(self, kept: _Keeping) -> None:
        """Write the overviews, unless those that are there are of the same documents."""
        if not self._entries:
            return
        keys = {path: self._entries[path].key for path in sorted(self._entries)}
        # A document that failed for a reason that passed has the same key when it is read after all.
        states = (f"{key} {self._documents[path].status}" for path, key in keys.items())
        of = hashlib.sha256("\n".join(states).encode()).hexdigest()
        made_by = code_id()
        noted = [self._note_of(name, "") for name in sorted(OVERVIEWS)]
        if all(
            note is not None
            and (note.key, note.made_by) == (of, made_by)
            and note.size == _size(kept.folder / note.path)
            for note in noted
        ):
            return
        lost = self._overviews.write(kept.folder, keys, kept.store)
        if lost:  # the disk, or somebody, damaged what was kept
            kept.store.forget(keys[path] for path in lost)
            for path in sorted(lost):
                log.warning("%s: the result in the store is damaged", path)
                self._tell(path, _DAMAGED)
            return
        kept.ledger.note(
            WrittenFile(name, "", of, made_by, _size(kept.folder / name) or 0) for name in sorted(OVERVIEWS)
        )

    def _record(self, ended: RunOutcome, number: int) -> RunRecord:
        documents = [self._documents[path] for path in sorted(self._documents)]
        status = Counter(document.status for document in documents)
        now = [document for document in documents if not document.kept]
        return RunRecord(
            run=number,
            started=_moment(self._begun),
            ended=_moment(datetime.now(UTC)),
            outcome=ended,
            versions=self._versions(),
            config=dict(self._request.config),
            timings={stage: round(seconds, 3) for stage, seconds in self._timings.items()},
            work={stage: round(seconds, 3) for stage, seconds in sorted(self._work.items())},
            counts=RunCounts(
                documents=len(self._found.sources),
                ok=status["ok"],
                partial=status["partial"],
                unreadable=status["unreadable"],
                assessed=len(now),
                kept=len(documents) - len(now),
                rewritten=len(self._rewritten),
                pages=sum(document.pages or 0 for document in documents),
                pages_read=sum(document.pages or 0 for document in now),
            ),
            reasons=dict(Counter(document.reason for document in documents if document.reason)),
            missing=self._found.missing,
            documents=documents,
        )


class _Keeping:
    """The output folder of a run with its store, in which the run has begun."""

    def __init__(self, folder: Path, versions: Mapping[str, Any], config: Mapping[str, Any]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.store = Store(folder)
        self.run = self.store.start_run(versions, config)
        self.ledger = Ledger(self.store, self.run)

    def end(self, record: RunRecord) -> None:
        """Keep what waits and write the record; only of a run that came to its end a failure is raised."""
        try:
            self.ledger.flush()
            if record.outcome == "done":
                self.store.end_run(self.run, record.counts.model_dump())
            write_record(record, self.folder)
        except Exception:
            if record.outcome == "done":
                raise
            log.debug("what was left could not be kept", exc_info=True)


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def _loose() -> str:
    """The key of a result that is of no known content: no later run finds it."""
    return f"los-{uuid4().hex}"


def report_file(folder: Path, path: str, suffix: str) -> Path:
    """Where the report of a document is that ends on ``suffix`` (".json", ".html", MEMO, ANNOTATED)."""
    target = folder / path
    return target.with_name(annotated_name(target.name) if suffix == ANNOTATED else target.name + suffix)


def _unwritten(suffix: str, error: OSError) -> str:
    """What a user is told of a memo or an annotated copy that cannot be written."""
    if suffix == MEMO:
        return f"{NO_MEMO}: {os_reason(error)}."
    from uitvoerbaarheid.reports.annotated import unwritten

    return unwritten(error)


def _about(said: str) -> str:
    """The file that a remark is about, by its ending; "" for one about the document itself."""
    if said.startswith(NOT_APPLIED):
        return ""
    return MEMO if said.startswith(NO_MEMO) else ANNOTATED


def _has_pages(result: Result) -> bool:
    """Whether a copy with annotations can be made of a document: it is a PDF that was read."""
    [row] = unpacked_table(result.tables, "documents")
    document = dict(zip(COLUMNS["documents"], row, strict=True))
    return result.status != "unreadable" and document["format"] == "pdf"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _content(source: Source) -> str:
    """The digest of a document's content, "" where it cannot be had."""
    try:
        return digest(source)
    except UnreadableError:
        return ""  # whoever reads it says why
