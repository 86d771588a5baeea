"""What a scan tells while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from uitvoerbaarheid.batch.sources import Source
from uitvoerbaarheid.batch.tasks import Result
from uitvoerbaarheid.records import Report


class ScanProgress:
    """What a scan tells while it runs; the methods do nothing here and are there to be overridden."""

    def started(self, documents: int) -> None:
        """The number of documents is known."""

    def page(self, source: Source, done: int, total: int) -> None:
        """``done`` of ``total`` pages of a document have been read. Called from another thread."""

    def finished(self, source: Source, report: Report) -> None:
        """A document is done: scored, or found unreadable."""


class RunProgress:
    """What a run over workers tells; nothing here, to be overridden. Calls may come from other threads."""

    def started(self, documents: int, kept: int, todo: Mapping[str, int]) -> None:
        """The number of documents is known; of ``kept`` of them an earlier run has the result.

        ``todo`` are the others by path, with their sizes in bytes.
        """

    def working(self, path: str) -> None:
        """A worker begins a document."""

    def page(self, path: str, done: int, total: int) -> None:
        """``done`` of ``total`` pages of a document have been read."""

    def finished(self, result: Result) -> None:
        """A document is done, and its result is kept."""
