"""What the overviews need of a report: plain rows, so that a scan need not keep whole reports."""

from __future__ import annotations

from dataclasses import dataclass, field

from uitvoerbaarheid.records import Report, Section
from uitvoerbaarheid.reports.deals import Deal, deal
from uitvoerbaarheid.reports.labels import document_title


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section without its text. ``criteria`` has 0, 1 or 2 by criterion; None if not assessed."""

    id: str
    number: str | None
    heading: str
    heading_path: tuple[str, ...]
    page_start: int | None
    page_end: int | None
    role: str
    level: int | None
    score: int | None
    verdict: str
    uncertain: bool
    weakest: str | None
    criteria: dict[str, int] | None
    reasons: str
    questions: str
    commitments: int
    deals: tuple[Deal, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRows:
    """One document with its figures; ``error`` says why it is unreadable, ``pages`` may be unknown."""

    path: str
    title: str
    kind: str
    authority: str | None
    date: str | None
    pages: int | None
    status: str
    error: str | None
    error_code: str | None
    warnings: tuple[str, ...]
    policy_sections: int
    send_back: int
    uncertain: int
    mean_score: float | None
    weakest: str | None
    criteria_means: dict[str, float] | None
    levels: tuple[int, ...]
    commitments: int
    sections: tuple[SectionRow, ...] = field(repr=False, default=())

    @property
    def share_send_back(self) -> float | None:
        """The part (0-1) of the policy sections that is to be sent back; None without any."""
        return self.send_back / self.policy_sections if self.policy_sections else None


def _section_row(section: Section) -> SectionRow:
    return SectionRow(
        id=section.id,
        number=section.number,
        heading=section.heading,
        heading_path=tuple(section.heading_path),
        page_start=section.page_start,
        page_end=section.page_end,
        role=section.role,
        level=section.level,
        score=section.score,
        verdict=section.verdict,
        uncertain=section.uncertain,
        weakest=section.weakest,
        criteria=section.criteria.model_dump() if section.criteria else None,
        reasons=" ".join(reason.text for reason in section.reasons),
        questions=" ".join(question.text for question in section.questions),
        commitments=len(section.commitments),
        deals=tuple(deal(section, commitment) for commitment in section.commitments),
    )


def rows(report: Report) -> ReportRows:
    """The row of a document, with a row for each of its sections, in document order."""
    document, summary = report.document, report.summary
    return ReportRows(
        path=document.path,
        title=document_title(document),
        kind=document.kind,
        authority=document.authority,
        date=document.date,
        pages=document.pages,
        status=document.status,
        error=document.error.message if document.error else None,
        error_code=document.error.code if document.error else None,
        warnings=tuple(document.warnings),
        policy_sections=summary.policy_sections,
        send_back=summary.send_back,
        uncertain=summary.uncertain,
        mean_score=summary.mean_score,
        weakest=summary.weakest,
        criteria_means=summary.criteria_means,
        levels=tuple(summary.levels),
        commitments=summary.commitments,
        sections=tuple(_section_row(section) for section in report.sections),
    )
