"""What a check gave: the findings of all documents, and the documents that could not be judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from uitvoerbaarheid.records import DocumentError, Finding, Severity, Status

#: From light to heavy.
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
#: From which severity on new findings make a check fail.
FailLevel = Literal["error", "warning", "note", "never"]

#: Nothing to mend; findings at or above the level that fails; could not (wholly) be done.
EXIT_CLEAN, EXIT_FINDINGS, EXIT_TROUBLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Checked:
    """One document that was checked: how it was read, and why not (wholly) where it was not.

    ``path`` is as in its findings. ``sections`` and ``assessed`` count all its sections and those with a
    verdict.
    """

    path: str
    status: Status
    error: DocumentError | None = None
    sections: int = 0
    assessed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one run of ``check`` has to say. ``findings`` are in order of document and place.

    ``missing`` are paths that do not exist, ``warnings`` what was asked and had no effect; ``tool_version``,
    ``model_id`` and ``ruleset_id`` are as in a report.
    ``fail_level`` and ``allow_unreadable`` decide its ``exit_code``. ``compared`` is True where a baseline or
    an earlier version says which findings are known.
    """

    tool_version: str
    findings: list[Finding] = field(default_factory=list)
    documents: list[Checked] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    model_id: str | None = None
    ruleset_id: str | None = None
    fail_level: FailLevel = "error"
    allow_unreadable: bool = False
    compared: bool = False

    @property
    def unreadable(self) -> list[Checked]:
        """The documents that nothing can be said of."""
        return [document for document in self.documents if document.status == "unreadable"]

    @property
    def new(self) -> list[Finding]:
        """The findings that are neither known from before nor set aside."""
        return [finding for finding in self.findings if finding.state == "new"]

    def failing(self, level: FailLevel | None = None) -> list[Finding]:
        """The findings that make a check fail: new ones of at least this severity (``fail_level``)."""
        level = level or self.fail_level
        if level == "never":
            return []
        least = SEVERITIES.index(level)
        return [finding for finding in self.new if SEVERITIES.index(finding.severity) >= least]

    @property
    def exit_code(self) -> int:
        """2 where a path is missing or a document unreadable and that is not allowed, 1 where it fails, 0."""
        if self.missing or (self.unreadable and not self.allow_unreadable):
            return EXIT_TROUBLE
        return EXIT_FINDINGS if self.failing() else EXIT_CLEAN


def counted(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many of the findings there are of each severity, the heaviest first."""
    counts: dict[Severity, int] = dict.fromkeys(reversed(SEVERITIES), 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
