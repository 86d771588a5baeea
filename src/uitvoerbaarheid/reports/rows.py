"""What the overviews need of a report: plain rows, so that a scan need not keep whole reports."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from uitvoerbaarheid.records import Report, Section
from uitvoerbaarheid.reports.deals import Deal, deal
from uitvoerbaarheid.reports.findings import Findings, findings
from uitvoerbaarheid.reports.judgements import lacking, met, overrules_text, profile_name
from uitvoerbaarheid.reports.labels import document_title
from uitvoerbaarheid.reports.places import Places, anchors
from uitvoerbaarheid.scoring.reasons import reason


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to send back: its criterion and the value of that (0 or 1), why it is asked, its source."""

    criterion: str
    value: int
    why: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section without its text. ``criteria`` has 0, 1 or 2 by criterion; None if not assessed.

    ``anchor`` is its name on the page of the document; ``asked`` has the questions of a section that is sent
    back. ``fit`` is in per cent; ``met``, ``lacking`` and ``by_hand`` are Dutch words, "" for nothing.
    """

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
    level_in_context: int | None = None
    score_in_context: int | None = None
    verdict_in_context: str | None = None
    met: str = ""
    level_asked: int | None = None
    fit: int | None = None
    lacking: str = ""
    verdict_by_profile: str | None = None
    by_hand: str = ""
    anchor: str = ""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRows:
    """One document with its figures; ``error`` says why it is unreadable, ``pages`` may be unknown.

    ``compared`` says whether its sections were judged in the whole document and by a profile too; ``budget``
    is in euros. ``parties`` and ``due`` name the parties and the year of a commitment by section and index.
    """

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
    profile: str = ""
    profile_choice: str | None = None
    compared: bool = False
    send_back_in_context: int = 0
    send_back_by_profile: int = 0
    budget: float | None = None
    model_id: str | None = None
    ruleset_id: str | None = None
    by_hand: str = ""
    findings: Findings = field(repr=False, default_factory=Findings)
    parties: dict[tuple[str, int], str] = field(repr=False, default_factory=dict)
    due: dict[tuple[str, int], int] = field(repr=False, default_factory=dict)

    @property
    def share_send_back(self) -> float | None:
        """The part (0-1) of the policy sections that is to be sent back; None without any."""
        return self.send_back / self.policy_sections if self.policy_sections else None


def _asked(section: Section) -> tuple[Asked, ...]:
    """The questions of a section that is sent back; others have theirs on the page of the document."""
    if section.verdict != "send_back" or section.criteria is None:
        return ()
    values = section.criteria.model_dump()
    return tuple(
        Asked(
            criterion=item.criterion,
            value=values[item.criterion],
            why=reason(item.criterion, values[item.criterion], section.mentions, section.commitments).text,
            text=item.text,
            source=item.source,
        )
        for item in section.questions
    )


def _section_row(section: Section, anchor: str, places: Places) -> SectionRow:
    context, expectation = section.in_context, section.expectation
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
        level_in_context=context.level if context else None,
        score_in_context=context.score if context else None,
        verdict_in_context=context.verdict if context else None,
        met="; ".join(item.text for item in met(section, places)),
        level_asked=expectation.level if expectation else None,
        fit=expectation.fit if expectation else None,
        lacking=lacking(section),
        verdict_by_profile=expectation.verdict if expectation else None,
        by_hand=overrules_text(section.overruled),
        anchor=anchor,
        asked=_asked(section),
    )


def rows(report: Report) -> ReportRows:
    """The row of a document, with a row for each of its sections, in document order."""
    document, summary, profile = report.document, report.summary, report.profile
    places = Places(report)
    parties: dict[tuple[str, int], list[str]] = {}
    for actor in summary.actors:
        for promise in actor.promises:
            parties.setdefault((promise.section, promise.commitment), []).append(actor.name)
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
        sections=tuple(
            _section_row(section, anchor, places)
            for section, anchor in zip(report.sections, anchors(report.sections), strict=True)
        ),
        profile=profile_name(report),
        profile_choice=profile.choice if profile else None,
        compared=any(section.in_context or section.expectation for section in report.sections),
        send_back_in_context=summary.send_back_in_context,
        send_back_by_profile=summary.send_back_by_profile,
        budget=summary.budget,
        model_id=report.model_id,
        ruleset_id=report.ruleset_id,
        by_hand=overrules_text(document.overruled),
        findings=findings(report, places),
        parties={key: "; ".join(names) for key, names in parties.items()},
        due={(p.section, p.commitment): load.year for load in summary.years for p in load.promises},
    )


def brief(row: ReportRows) -> ReportRows:
    """What a line about the document needs: the row without its sections and most of what was found.

    Of the signals it has which were found, without the words that show it.
    """
    signals = tuple(replace(signal, evidence=(), question="", source="") for signal in row.findings.signals)
    findings = Findings(by_hand=row.findings.by_hand, signals=signals)
    return replace(row, sections=(), findings=findings, parties={}, due={})
