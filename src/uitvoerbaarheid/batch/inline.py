"""Documents that are scored in this process, and the scan of the Python API.

Reading happens in a worker process one document ahead of scoring, so that two cores are used and a
document that hangs or kills its reader costs only itself.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.batch.keys import Keys
from uitvoerbaarheid.batch.outcomes import NOT_ASSESSED, NOT_READ, not_applied, result_of, unassessed
from uitvoerbaarheid.batch.progress import RunProgress, ScanProgress
from uitvoerbaarheid.batch.run import Found, Request, find, packed_reports, run
from uitvoerbaarheid.batch.sources import Source
from uitvoerbaarheid.batch.tasks import Engine, Job, Result, Task
from uitvoerbaarheid.extraction import Ocr, unreadable_report
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.overrules import Correction
from uitvoerbaarheid.records import Report, UnreadableError
from uitvoerbaarheid.store.packed import unpacked_report

_READ_AHEAD = 2

log = logging.getLogger(__name__)


class Decided(Protocol):
    """What people decided, by the path of the document (:class:`~uitvoerbaarheid.overrules.Corrections`)."""

    def of(self, relative: str) -> Sequence[Correction]: ...


def iter_reports(
    sources: list[Source],
    analyzer: Analyzer,
    progress: ScanProgress | None = None,
    corrections: Decided | None = None,
    *,
    password: str | None = None,
    ocr: Ocr | None = None,
) -> Generator[Report]:
    """Read and score documents one by one, in order; every source gives exactly one report.

    One who stops before the end closes it: that ends the reading process too.

    ``password`` opens those that ask for one. ``ocr`` says whether text is recognised in pictures of pages;
    without: where it is needed and can be done.
    """
    progress = progress or ScanProgress()
    progress.started(len(sources))
    for source, report in _read_ahead(sources, progress, password, ocr):
        decided = corrections.of(source.relative) if corrections else []
        unread = report.document.status == "unreadable"
        scored = report if unread else _assess(source, report, analyzer, decided)
        if scored.document.status == "unreadable":
            not_applied(scored, decided, NOT_READ if unread else NOT_ASSESSED)
        progress.finished(source, scored)
        yield scored


def _assess(source: Source, report: Report, analyzer: Analyzer, decided: Sequence[Correction]) -> Report:
    try:
        return analyzer.assess(report, decided)
    except Exception as problem:  # one document never stops a batch
        log.debug("scoring %s failed", source.path, exc_info=True)
        return unreadable_report(source.path, source.relative, unassessed(problem))


def _read_ahead(
    sources: list[Source], progress: ScanProgress, password: str | None, ocr: Ocr | None
) -> Iterator[tuple[Source, Report]]:
    # The reader is closed first: on Ctrl-C the pool would wait for the document in work.
    with ThreadPoolExecutor(max_workers=1) as pool, Reader(ocr=ocr) as reader:

        def read_one(source: Source) -> Report:
            try:
                return reader.read(
                    source.path,
                    source.relative,
                    password=password,
                    progress=lambda done, total: progress.page(source, done, total),
                )
            except UnreadableError as error:
                return unreadable_report(source.path, source.relative, error)

        waiting: deque[tuple[Source, Future[Report]]] = deque()
        upcoming = iter(sources)
        try:
            for source in upcoming:
                waiting.append((source, pool.submit(read_one, source)))
                if len(waiting) > _READ_AHEAD:
                    first, result = waiting.popleft()
                    yield first, result.result()
            while waiting:
                first, result = waiting.popleft()
                yield first, result.result()
        finally:
            for _, result in waiting:
                result.cancel()


class InlineEngine:
    """An :class:`~uitvoerbaarheid.batch.tasks.Engine` in this process: one document at a time.

    For an ``analyzer`` that is loaded already; only reading has a process of its own.
    """

    def __init__(self, analyzer: Analyzer | None = None) -> None:
        self._analyzer = analyzer

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        """The results of ``tasks``, in their order; memos and annotated copies are not made."""
        analyzer = self._analyzer or Analyzer(
            job.language_model, model=job.model, profile=job.profile, profiles=job.profiles
        )
        todo: list[Task] = []
        for task in tasks:
            if task.report is None:
                todo.append(task)
            else:
                made = result_of(task, unpacked_report(task.report))
                yield replace(made, files={name: made.files[name] for name in task.files & set(made.files)})
        sources = [Source(task.path, Path(task.address)) for task in todo]
        reports = iter_reports(
            sources, analyzer, _Told(progress), _Decided(todo), password=job.password, ocr=Ocr(job.ocr)
        )
        with closing(reports):
            for task, report in zip(todo, reports, strict=True):
                yield result_of(task, report)


class _Decided:
    """The corrections that tasks bring."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._of = {task.path: task.corrections for task in tasks}

    def of(self, relative: str) -> Sequence[Correction]:
        return self._of[relative]


class _Told(ScanProgress):
    """Tells of the pages that are read to the progress of a run."""

    def __init__(self, progress: RunProgress) -> None:
        self._progress = progress

    def page(self, source: Source, done: int, total: int) -> None:
        self._progress.page(source.relative, done, total)


class _Heard(RunProgress):
    """Tells what happens in a run to who listens for a scan."""

    def __init__(self, found: Found, progress: ScanProgress) -> None:
        self._sources = {source.relative: source for source in found.sources}
        self._progress = progress

    def started(self, documents: int, kept: int, todo: Mapping[str, int]) -> None:
        self._progress.started(documents)

    def page(self, path: str, done: int, total: int) -> None:
        self._progress.page(self._sources[path], done, total)

    def finished(self, result: Result) -> None:
        self._progress.finished(self._sources[result.path], unpacked_report(result.report))


def scan(
    paths: str | Path | Iterable[str | Path],
    output: str | Path | None = None,
    *,
    analyzer: Analyzer | None = None,
    progress: ScanProgress | None = None,
    corrections: str | Path | None = None,
    password: str | None = None,
    ocr: Ocr | None = None,
    workers: int | None = None,
    engine: Engine | None = None,
    fresh: bool = False,
) -> list[Report]:
    """Read and score all documents below ``paths``; with ``output``, write the reports there as well.

    What an earlier scan to the same ``output`` has the result of is not read again, unless it changed or
    ``fresh`` asks for it. ``workers`` processes do the work (None: as many as suit this machine), or an
    ``engine`` of one's own; with an ``analyzer`` it is done in this process. ``corrections`` is a file of
    corrections; without it those beside the documents count. One without effect is a warning of its document,
    one about a document that is not here is logged. ``password`` opens the documents that ask for one.
    ``ocr`` says whether text is recognised in pictures of pages; without: where it is needed and can be done.

    Returns the reports sorted by path, unreadable documents included. Raises ``FileNotFoundError`` for a
    path that does not exist, :class:`~uitvoerbaarheid.sheets.InputError` for a wrong file of corrections,
    ``OSError`` when the output cannot be written, :class:`~uitvoerbaarheid.store.StoreError` when the results
    in it cannot be used, and RuntimeError where no worker can be started.
    """
    from uitvoerbaarheid.batch.pool import PoolEngine
    from uitvoerbaarheid.scoring.profiles import Profiles

    roots = (paths,) if isinstance(paths, str | Path) else tuple(paths)
    job = Job(ocr=ocr.mode if ocr else Job.ocr, password=password)
    own = None
    if analyzer is not None:
        job, own = replace(job, **analyzer.settings()), analyzer.own_id
    profiles = Profiles(job.profiles or None)
    request = Request(
        paths=roots,
        folder=Path(output) if output else None,
        keys=Keys(job, model=own, profiles=profiles.digest),
        corrections=Path(corrections) if corrections else None,
        profiles=profiles.rules,
        fresh=fresh,
        config={"paths": [str(path) for path in roots]},
    )
    found = find(request)
    if found.missing:
        raise FileNotFoundError(", ".join(found.missing))
    for item in found.decided.elsewhere:
        log.warning(item.not_here())
    engine = engine or (InlineEngine(analyzer) if analyzer else PoolEngine(workers))
    outcome = run(request, found, engine, _Heard(found, progress or ScanProgress()))
    return [unpacked_report(packed) for packed in packed_reports(request, outcome)]
