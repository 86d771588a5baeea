"""Many documents: finding them, reading them in a bounded worker, scoring them, writing the reports.

Reading happens in a worker process one document ahead of scoring, so that two cores are used and a
document that hangs or kills its reader costs only itself.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.extraction import SUFFIXES, Ocr, os_reason, unreadable_report
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.overrules import FILE_NAMES, Correction, Corrections, corrections_for
from uitvoerbaarheid.records import DocumentError, Report, Summary, UnreadableError

if TYPE_CHECKING:
    from uitvoerbaarheid.reports import ReportRows
    from uitvoerbaarheid.reports.letters import MemoTemplate

DEFAULT_OUTPUT = "uitvoerbaarheid-rapport"
#: The files by which the output folder of a scan is known.
OVERVIEWS = frozenset({"overzicht.csv", "overzicht.html", "overzicht.xlsx"})
#: How the names of memos and annotated copies end; like other reports they are no documents.
MEMO = ".memo.docx"
ANNOTATED = ".geannoteerd.pdf"
#: How the warning of a document begins that got no memo.
NO_MEMO = "De memo is niet geschreven"
_READ_AHEAD = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class Source:
    """A document to scan: ``relative`` is its path below the scanned root, with forward slashes."""

    relative: str
    path: Path


class ScanProgress:
    """What a scan tells while it runs; the methods do nothing here and are there to be overridden."""

    def started(self, documents: int) -> None:
        """The number of documents is known."""

    def page(self, source: Source, done: int, total: int) -> None:
        """``done`` of ``total`` pages of a document have been read. Called from another thread."""

    def finished(self, source: Source, report: Report) -> None:
        """A document is done: scored, or found unreadable."""


def discover(paths: Iterable[str | Path], output: Path | None = None) -> tuple[list[Source], list[str]]:
    """Find the documents below ``paths`` (files and folders, folders recursively).

    Returns the sources, sorted by relative path, and the paths that do not exist or may not be listed.
    Files of other types, hidden files, ``README*``, annotated copies, the output folder and the folders of
    earlier scans are left out, unless a file is named itself. A file of corrections is never a document.
    Two documents with the same relative path (from two roots) get their root's name before it.
    """
    skipped = output.resolve() if output else None
    found: dict[Path, tuple[Path, str]] = {}
    missing: list[str] = []
    for given in paths:
        root = Path(given)
        if root.is_dir():
            for path in _walk(root, skipped, missing):
                found.setdefault(path.resolve(), (path, path.relative_to(root).as_posix()))
        elif root.exists():
            if root.name.casefold() not in FILE_NAMES:
                found.setdefault(root.resolve(), (root, root.name))
        else:
            missing.append(str(given))
    return _unique_sources(found), missing


def _walk(root: Path, skipped: Path | None, unlisted: list[str]) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root, onerror=lambda error: unlisted.append(error.filename)):
        here = Path(folder)
        if set(names) >= OVERVIEWS:  # the reports of an earlier scan are no documents
            subfolders.clear()
            continue
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and (here / name).resolve() != skipped
        )
        for name in sorted(names):
            low = name.casefold()
            plain = not low.startswith((".", "~$", "readme")) and not low.endswith((ANNOTATED, MEMO))
            if plain and (here / name).suffix.lower() in SUFFIXES:
                yield here / name


def _unique_sources(found: dict[Path, tuple[Path, str]]) -> list[Source]:
    """Give every document its own relative path, also on file systems that ignore case."""
    taken: set[str] = set()
    sources = []
    for resolved, (path, relative) in found.items():
        name = relative
        parents = iter(resolved.parents[len(Path(relative).parts) - 1 :])
        while name.casefold() in taken:
            parent = next(parents, None)
            name = f"{parent.name}/{name}" if parent and parent.name else f"_/{name}"
        taken.add(name.casefold())
        sources.append(Source(name, path))
    return sorted(sources)


def find_corrections(
    sources: Iterable[Source],
    paths: Iterable[str | Path],
    given: Path | None = None,
    profiles: Collection[str] = (),
) -> Corrections:
    """What people decided about these documents: in ``given``, else in files beside them or in ``paths``.

    ``profiles`` are the names of the profiles that there are, empty for any. Raises
    :class:`~uitvoerbaarheid.sheets.InputError` for a wrong file.
    """
    roots = [Path(path) for path in paths]
    documents = {source.relative: source.path for source in sources}
    return corrections_for(documents, given, [root for root in roots if root.is_dir()], profiles)


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


def write_reports(
    reports: Iterable[Report],
    folder: Path,
    collected: list[ReportRows] | None = None,
    sources: Iterable[Source] = (),
    memo: MemoTemplate | None = None,
) -> Iterator[Report]:
    """Write JSON and HTML for each report as it passes, and the overviews over all at the end.

    Page numbers in the HTML lead to the documents of ``sources``, where those lie near the reports. With
    ``memo`` each document that was assessed gets a memo beside them, or a warning that it has none. Only rows
    are kept, in ``collected`` where it is given, so hundreds of documents do not add up in memory. A report
    that cannot be written (a name too long for the disk) counts as unreadable and the rest goes on;
    ``OSError`` is raised when the folder or the overviews cannot be written.
    """
    from uitvoerbaarheid.reports import original_address, rows, write_html, write_json, write_overview

    paths = {source.relative: source.path for source in sources}
    collected = [] if collected is None else collected
    folder.mkdir(parents=True, exist_ok=True)
    for report in reports:
        target = folder / report.document.path
        if memo is not None:
            _write_memo(memo, report, target.with_name(target.name + MEMO))
        try:
            write_json(report, target.with_name(target.name + ".json"))
            page, original = target.with_name(target.name + ".html"), paths.get(report.document.path)
            write_html(report, page, original_address(original, page, folder) if original else "")
        except OSError as error:
            log.debug("writing the report of %s failed", report.document.path, exc_info=True)
            message = f"Het document is gelezen, maar het rapport is niet te schrijven: {os_reason(error)}."
            report.document.status = "unreadable"
            report.document.error = DocumentError(code="not_written", message=message)
            report.sections.clear()
            report.signals.clear()
            report.summary = Summary()
        collected.append(rows(report))
        yield report
    if collected:
        write_overview(collected, folder)


def _write_memo(memo: MemoTemplate, report: Report, path: Path) -> None:
    try:
        memo.write(report, path)
        return
    except OSError as error:
        why = os_reason(error)
    except Exception:  # the template may divide by what is nought here; one document never stops a batch
        log.debug("the memo of %s failed", report.document.path, exc_info=True)
        why = "het sjabloon is met dit document niet in te vullen"
    report.document.warnings.append(f"{NO_MEMO}: {why}.")


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
