"""``run.json``: what one run of ``scan`` did, for programs that come after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from uitvoerbaarheid.records import ErrorCode, Record, Status
from uitvoerbaarheid.reports.files import write_bytes

#: The name of the record in the output folder.
RUN_FILE = "run.json"

#: How a run ended. ``failures``: at the number of unreadable documents that was allowed; ``interrupted``: by
#: whoever started it; ``error``: the program could not go on, for instance because the disk was full.
RunOutcome = Literal["done", "failures", "interrupted", "error"]


class RunDocument(Record):
    """One document of a run.

    ``kept`` says that an earlier run has its result; ``seconds`` are then empty, else by stage (read,
    annotate, score, write). ``attempts`` above 1 tell that a process was lost on it. ``memory`` is the most
    that its worker held, in bytes (0: not known).
    """

    path: str
    status: Status
    reason: ErrorCode | None = None
    message: str | None = None
    pages: int | None = None
    kept: bool = False
    seconds: dict[str, float] = Field(default_factory=dict)
    attempts: int = Field(default=1, ge=1)
    memory: int = Field(default=0, ge=0)


class RunCounts(Record):
    """The documents by status, and how many were assessed now, kept, and written again from what was kept.

    ``documents`` is how many were found: in a run that was stopped more than there are results of. ``pages``
    are those of all documents, ``pages_read`` those of the documents that were read now.
    """

    documents: int = 0
    ok: int = 0
    partial: int = 0
    unreadable: int = 0
    assessed: int = 0
    kept: int = 0
    rewritten: int = 0
    pages: int = 0
    pages_read: int = 0


class RunRecord(Record):
    """All that is told of one run. Later versions may add fields; they never change or remove one.

    ``run`` is its number in the store (0: there is none); ``started`` and ``ended`` are ISO 8601 in UTC.
    ``versions`` are those of the program and the libraries that decide results, with the ids of models and
    rules; ``config`` is what was asked. ``timings`` are seconds on the clock by stage of the run (hash,
    look_up, assess, keep and overviews, of both of which a part is done while others assess, total);
    ``work`` are seconds summed over the documents by stage. ``reasons`` counts the codes of documents that
    were not read, or not whole.
    """

    run_version: Literal["1"] = "1"
    run: int
    started: str
    ended: str
    outcome: RunOutcome
    versions: dict[str, str | None]
    config: dict[str, Any]
    timings: dict[str, float]
    work: dict[str, float]
    counts: RunCounts
    reasons: dict[str, int] = Field(default_factory=dict)
    missing: list[str] = Field(default_factory=list)
    documents: list[RunDocument] = Field(default_factory=list)


def write_record(record: RunRecord, folder: Path) -> None:
    """Write ``run.json`` into ``folder``, whole or not at all. Raises OSError when it cannot be written."""
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1, allow_nan=False)
    write_bytes(folder / RUN_FILE, (text + "\n").encode("utf-8", errors="backslashreplace"))
