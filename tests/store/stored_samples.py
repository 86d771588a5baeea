"""Invented documents as results of a scan."""

from __future__ import annotations

import zlib
from typing import Any

from report_samples import Draft, make_report

from uitvoerbaarheid.batch.tasks import Result
from uitvoerbaarheid.records import Commitment, Report
from uitvoerbaarheid.reports import rows
from uitvoerbaarheid.reports.rows import brief
from uitvoerbaarheid.scoring.summary import summarize
from uitvoerbaarheid.store import rows_of
from uitvoerbaarheid.store.packed import packed_rows, packed_tables

_WISH = "We streven waar mogelijk naar een groene stad."


def vision(path: str, content: str, score: int = 50, **fields: Any) -> Report:
    """A vision of a fictional municipality with a vague section and one that promises something."""
    vague = Draft("Groen", number="1", id="groen").add("paragraph", f"{_WISH} {_WISH}" + " woord" * 40)
    vague.assess(1, score, "101000").mention("vague", _WISH)
    vague.section.mentions.append(vague.section.mentions[0].model_copy(update={"start": 47, "end": 93}))
    text = "Gemeente Lindermeer plant in 2027 honderd bomen voor € 50.000."
    firm = Draft("Bomen", number="2", id="bomen", page=2).add("paragraph", text).assess(4, score, "022220")
    firm.mention("measure", text)
    firm.mention("actor", "Gemeente Lindermeer", {"name": "gemeente Lindermeer", "identifier": "gm9001"})
    firm.mention("deadline", "in 2027", {"interval": "2027-01-01/2027-12-31", "granularity": "year"})
    firm.mention("budget", "€ 50.000", {"amounts": [50000], "fte": None, "open": False, "year": 2027})
    firm.section.mentions[0].modality = "decision"
    firm.section.commitments = [Commitment(measure=0, actors=[1], deadline=2, budget=3, page=2)]
    report = make_report(
        [vague.section, firm.section],
        path=path,
        sha256=content * 64,
        title="Omgevingsvisie",
        kind="visie",
        authority="gemeente Lindermeer",
        **fields,
    )
    report.summary = summarize(report.sections)
    return report


def result(path: str, content: str, report: Report | None = None, score: int = 50, **fields: Any) -> Result:
    """What a worker gives of a document; without a report that of a vision with this score."""
    report = report or vision(path, content, score, **fields)
    report.document.path, report.document.sha256 = path, content * 64
    error, row = report.document.error, rows(report)
    return Result(
        path=path,
        key=f"key-{content}",
        status=report.document.status,
        error=error.code if error else None,
        message=error.message if error else None,
        pages=report.document.pages,
        report=zlib.compress(report.model_dump_json().encode()),
        files={},
        tables=packed_tables(rows_of(report, row)),
        rows=packed_rows(row),
        brief=brief(row),
        seconds={"read": 0.5},
        memory=1000,
        remarks=("eerste", "tweede"),
    )
