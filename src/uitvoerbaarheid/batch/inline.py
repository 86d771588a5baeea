"""Reports of a few documents, scored in this process.

Reading happens in a worker process one document ahead of scoring, so that two cores are used and a
document that hangs or kills its reader costs only itself.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.batch.progress import ScanProgress
from uitvoerbaarheid.batch.sources import Source, discover, find_corrections
from uitvoerbaarheid.batch.written import write_reports
from uitvoerbaarheid.extraction import Ocr, unreadable_report
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.overrules import Correction, Corrections
from uitvoerbaarheid.records import Report, UnreadableError

_READ_AHEAD = 2

log = logging.getLogger(__name__)


def iter_reports(
    sources: list[Source],
    analyzer: Analyzer,
    progress: ScanProgress | None = None,
    corrections: Corrections | None = None,
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
            why = "het document is niet te lezen." if unread else "het document is niet beoordeeld."
            scored.document.warnings += [item.failed(why) for item in decided]
        progress.finished(source, scored)
        yield scored


def _assess(source: Source, report: Report, analyzer: Analyzer, decided: Sequence[Correction]) -> Report:
    try:
        return analyzer.assess(report, decided)
    except MemoryError:
        error = UnreadableError("memory", "Het document is te groot om in het geheugen te beoordelen.")
    except Exception as problem:  # one document never stops a batch
        log.debug("scoring %s failed", source.path, exc_info=True)
        error = UnreadableError(
            "internal", f"Het document is gelezen, maar het beoordelen mislukte: {problem}"
        )
    return unreadable_report(source.path, source.relative, error)


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


def scan(
    paths: str | Path | Iterable[str | Path],
    output: str | Path | None = None,
    *,
    analyzer: Analyzer | None = None,
    progress: ScanProgress | None = None,
    corrections: str | Path | None = None,
    password: str | None = None,
    ocr: Ocr | None = None,
) -> list[Report]:
    """Read and score all documents below ``paths``; with ``output``, write the reports there as well.

    ``corrections`` is a file of corrections; without it those beside the documents count. One without
    effect is a warning of its document, one about a document that is not here is logged. ``password`` opens
    the documents that ask for one. ``ocr`` says whether text is recognised in pictures of pages; without:
    where it is needed and can be done.
    Returns the reports sorted by path, unreadable documents included. Raises ``FileNotFoundError`` for a
    path that does not exist, :class:`~uitvoerbaarheid.sheets.InputError` for a wrong file of corrections
    and ``OSError`` when the output cannot be written.
    """
    folder = Path(output) if output else None
    roots = [paths] if isinstance(paths, str | Path) else list(paths)
    sources, missing = discover(roots, folder)
    if missing:
        raise FileNotFoundError(", ".join(missing))
    analyzer = analyzer or Analyzer()
    given = Path(corrections) if corrections else None
    decided = find_corrections(sources, roots, given, analyzer.profiles.rules)
    for item in decided.elsewhere:
        log.warning(item.not_here())
    reports = iter_reports(sources, analyzer, progress, decided, password=password, ocr=ocr)
    return list(write_reports(reports, folder, sources=sources) if folder else reports)
