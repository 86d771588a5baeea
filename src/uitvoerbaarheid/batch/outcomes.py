"""Results of documents: of what was assessed, and of what came to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from uitvoerbaarheid.batch.tasks import Result, Task
from uitvoerbaarheid.extraction import unreadable_report
from uitvoerbaarheid.overrules import Correction
from uitvoerbaarheid.records import DocumentError, ErrorCode, Report, Summary, UnreadableError
from uitvoerbaarheid.store.packed import compressed, packed_rows, packed_tables, unpacked_report

if TYPE_CHECKING:
    from uitvoerbaarheid.reports import ReportRows
    from uitvoerbaarheid.reports.files import PackedFile

JSON = ".json"
HTML = ".html"
#: A page of more bytes is packed on its way to who writes it: that takes longer than sending, but the main
#: process may hold many results at once.
_LARGE = 2 * 2**20

#: How the warning of a document begins that got no memo.
NO_MEMO = "De memo is niet geschreven"

#: Why corrections of a document have no effect.
NOT_READ = "het document is niet te lezen."
NOT_ASSESSED = "het document is niet beoordeeld."
TOO_LARGE = "Het document is te groot om in het geheugen te beoordelen."


def result_of(task: Task, report: Report, files: dict[str, bytes] | None = None) -> Result:
    """The result of ``task`` with its rows; ``files`` are those beside JSON and HTML, which are made here."""
    from uitvoerbaarheid.reports.files import PackedFile, text_bytes
    from uitvoerbaarheid.reports.html import render_html
    from uitvoerbaarheid.reports.json import json_bytes
    from uitvoerbaarheid.reports.rows import rows

    text, row = json_bytes(report), rows(report)
    page = text_bytes(render_html(report, task.original, row))
    made = _result(task, report, row, text)
    held: dict[str, bytes | PackedFile] = {
        JSON: PackedFile(made.report, len(text)),
        HTML: page if len(page) <= _LARGE else PackedFile(compressed(page), len(page)),
        **(files or {}),
    }
    return replace(made, files=held)


def _result(of: Task | Result, report: Report, row: ReportRows, text: bytes) -> Result:
    from uitvoerbaarheid.reports.rows import brief
    from uitvoerbaarheid.store.tables import rows_of

    document = report.document
    return Result(
        path=of.path,
        key=of.key,
        status=document.status,
        error=document.error.code if document.error else None,
        message=document.error.message if document.error else None,
        pages=document.pages,
        report=compressed(text),
        files={},
        tables=packed_tables(rows_of(report, row)),
        rows=packed_rows(row),
        brief=brief(row),
    )


def unreadable(task: Task, path: str | Path, error: UnreadableError) -> Report:
    """The report of a document that could not be read; the file is at ``path``."""
    report = unreadable_report(path, task.path, error)
    if task.sha256:
        report.document.sha256 = task.sha256
    return report


def not_applied(report: Report, corrections: Sequence[Correction], why: str) -> None:
    """Warn in the report of an unreadable document that these corrections had no effect."""
    report.document.warnings += [item.failed(why) for item in corrections]


def unassessed(problem: Exception) -> UnreadableError:
    """Why a document that was read came to nothing: assessing it ended with ``problem``."""
    if isinstance(problem, MemoryError):
        return UnreadableError("memory", TOO_LARGE)
    message = f"Het document is gelezen, maar het beoordelen mislukte: {problem}"
    return UnreadableError("internal", message)


def failed(task: Task, code: ErrorCode, message: str, attempts: int = 1) -> Result:
    """The result of a document that no process came back with."""
    report = unreadable(task, task.address, UnreadableError(code, message))
    not_applied(report, task.corrections, NOT_ASSESSED)
    return replace(result_of(task, report), attempts=attempts)


def not_written(result: Result, reason: str) -> Result:
    """What becomes of a document of which the reports cannot be written: it counts as unreadable.

    ``reason`` is the end of a Dutch sentence (:func:`uitvoerbaarheid.extraction.os_reason`). No files.
    """
    from uitvoerbaarheid.reports.json import json_bytes
    from uitvoerbaarheid.reports.rows import rows

    report = unpacked_report(result.report)
    message = f"Het document is gelezen, maar het rapport is niet te schrijven: {reason}."
    report.document.status = "unreadable"
    report.document.error = DocumentError(code="not_written", message=message)
    report.sections.clear()
    report.signals.clear()
    report.summary = Summary()
    made = _result(result, report, rows(report), json_bytes(report))
    return replace(
        made,
        seconds=result.seconds,
        memory=result.memory,
        attempts=result.attempts,
        remarks=result.remarks,
    )
