"""The files of a scan: reports per document, and the overviews over all."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from uitvoerbaarheid.batch.sources import MEMO, Source
from uitvoerbaarheid.extraction import os_reason
from uitvoerbaarheid.records import DocumentError, Report, Summary

if TYPE_CHECKING:
    from uitvoerbaarheid.reports import ReportRows
    from uitvoerbaarheid.reports.letters import MemoTemplate

#: How the warning of a document begins that got no memo.
NO_MEMO = "De memo is niet geschreven"

log = logging.getLogger(__name__)


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
