"""The findings as JSON: a versioned record with everything that the check knows."""

from __future__ import annotations

import json as library
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from uitvoerbaarheid.checking.outcome import SEVERITIES, Outcome, counted
from uitvoerbaarheid.records import DocumentError, Finding, Record, Status


class CheckedDocument(Record):
    """A document that was checked: how it was read, its sections, and how many of them have a verdict."""

    path: str
    status: Status
    error: DocumentError | None = None
    sections: int = Field(ge=0)
    assessed: int = Field(ge=0)


class Counts(Record):
    """The new findings by severity, the others by state, and the documents."""

    error: int = Field(ge=0)
    warning: int = Field(ge=0)
    note: int = Field(ge=0)
    known: int = Field(ge=0)
    suppressed: int = Field(ge=0)
    documents: int = Field(ge=0)
    unreadable: int = Field(ge=0)


class CheckReport(Record):
    """All that one run of ``check`` says: the output of ``--format json``.

    ``fail_level`` is the severity from which new findings make the check fail; ``exit_code`` 0 clean, 1
    findings at or above that level, 2 a path that is missing or a document that could not be read.
    ``compared`` is true where a baseline or an earlier version says which findings are known. ``findings``
    are in order of document and place; ``missing`` are paths that do not exist, ``warnings`` what was asked
    and had no effect. Later versions may add fields; they never change or remove one.
    """

    schema_version: Literal["1"] = "1"
    tool_version: str
    model_id: str | None = None
    ruleset_id: str | None = None
    fail_level: Literal["error", "warning", "note", "never"]
    exit_code: Literal[0, 1, 2]
    compared: bool = False
    summary: Counts
    documents: list[CheckedDocument] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)


def record(outcome: Outcome) -> CheckReport:
    """The outcome as the record of ``--format json``."""
    states = [finding.state for finding in outcome.findings]
    counts = counted(outcome.new)
    return CheckReport.model_validate(
        {
            "tool_version": outcome.tool_version,
            "model_id": outcome.model_id,
            "ruleset_id": outcome.ruleset_id,
            "fail_level": outcome.fail_level,
            "exit_code": outcome.exit_code,
            "compared": outcome.compared,
            "summary": {
                **{severity: counts[severity] for severity in SEVERITIES},
                "known": states.count("known"),
                "suppressed": states.count("suppressed"),
                "documents": len(outcome.documents),
                "unreadable": len(outcome.unreadable),
            },
            "documents": [
                {
                    "path": document.path,
                    "status": document.status,
                    "error": document.error,
                    "sections": document.sections,
                    "assessed": document.assessed,
                }
                for document in outcome.documents
            ],
            "missing": outcome.missing,
            "warnings": outcome.warnings,
            "findings": outcome.findings,
        }
    )


def dump(content: dict[str, Any] | Iterable[Any]) -> str:
    """JSON for a file or a build log, ending in a line feed.

    ``##[`` in a line is an order to some build services; escaped it is the same text.
    """
    text = library.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    # A lone surrogate has no UTF-8 form.
    text = text.encode("utf-8", errors="backslashreplace").decode("utf-8")
    return text.replace("##", "#\\u0023") + "\n"


def render(outcome: Outcome) -> str:
    """The outcome as a :class:`CheckReport` in JSON."""
    return dump(record(outcome).model_dump(mode="json"))
