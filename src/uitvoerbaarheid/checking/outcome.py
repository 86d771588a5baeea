"""What a check gave: the findings of all documents, and the documents that could not be judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from uitvoerbaarheid.records import DocumentError, Finding, Severity, Status

#: From light to heavy.
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")


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

    ``missing`` are paths that do not exist; ``tool_version``, ``model_id`` and ``ruleset_id`` as in a report.
    """

    tool_version: str
    findings: list[Finding] = field(default_factory=list)
    documents: list[Checked] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    model_id: str | None = None
    ruleset_id: str | None = None

    @property
    def unreadable(self) -> list[Checked]:
        """The documents that nothing can be said of."""
        return [document for document in self.documents if document.status == "unreadable"]

    def failing(self, level: Severity) -> list[Finding]:
        """The findings that make a check fail: new ones of at least this severity."""
        least = SEVERITIES.index(level)
        return [
            finding
            for finding in self.findings
            if finding.state == "new" and SEVERITIES.index(finding.severity) >= least
        ]
