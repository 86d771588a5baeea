"""The figures over all sections of one document, and what it promises as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from uitvoerbaarheid.nlp.annotator import year_of
from uitvoerbaarheid.records import (
    CRITERIA,
    WEAKEST_ORDER,
    Criteria,
    Criterion,
    Document,
    MentionType,
    Report,
    Section,
    Summary,
)
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.overlaps import overlaps_of
from uitvoerbaarheid.scoring.planning import plan_of


def summarize(sections: Sequence[Section], document: Document | None = None) -> Summary:
    """Counts over all sections; means, levels and the weakest criterion over the policy sections.

    ``document`` gives the year before which money is spent. Verdicts in context and by the profile are
    counted where they were given.
    """
    roles = Counter(section.role for section in sections)
    policy = [section for section in sections if section.role == "policy"]
    levels = Counter(section.level for section in policy)
    scores = [section.score for section in policy if section.score is not None]
    criteria = [section.criteria for section in policy if section.criteria is not None]
    means = _means(criteria)
    mentions = Counter(mention.type for section in sections for mention in section.mentions)
    plan = plan_of(sections, year_of(document))
    return Summary(
        sections=len(sections),
        policy_sections=roles["policy"],
        context_sections=roles["context"],
        other_sections=roles["other"],
        send_back=sum(section.verdict == "send_back" for section in sections),
        uncertain=sum(section.uncertain for section in sections),
        mean_score=round(sum(scores) / len(scores), 1) if scores else None,
        levels=[levels[level] for level in range(5)],
        criteria_means=means,
        weakest=weakest(means) if means else None,
        mentions={name: mentions[name] for name in get_args(MentionType)},
        commitments=sum(len(section.commitments) for section in sections),
        criteria_counts=_counts(criteria),
        actors=plan.actors,
        years=plan.years,
        budget=plan.budget,
        overlaps=overlaps_of(sections),
        **_beside(sections),
    )


def recount(report: Report) -> None:
    """Bring the summary of a report in line with other verdicts beside the sections' own, in place."""
    report.summary = report.summary.model_copy(update=_beside(report.sections))


def _beside(sections: Sequence[Section]) -> dict[str, Any]:
    """The figures that follow from the verdicts in context and by the profile."""
    contexts = [section.in_context for section in sections if section.in_context is not None]
    expectations = [section.expectation for section in sections if section.expectation is not None]
    return {
        "send_back_in_context": sum(found.verdict == "send_back" for found in contexts),
        "send_back_by_profile": sum(found.verdict == "send_back" for found in expectations),
        "first_to_send_back": first_to_send_back(sections),
    }


def weakest(values: Mapping[str, float]) -> Criterion:
    """The criterion with the lowest value; a tie goes to the first in ``WEAKEST_ORDER``."""
    return sorted(WEAKEST_ORDER, key=lambda name: values[name])[0]


def first_to_send_back(sections: Sequence[Section]) -> list[str]:
    """The ids of the sections to begin with, of those that are sent back; how many is in ``summary.toml``."""
    most = read_toml("scoring", "summary.toml")["first"]["most"]
    return [section.id for section in in_order_of_sending_back(sections)[:most]]


def in_order_of_sending_back(sections: Sequence[Section]) -> list[Section]:
    """The sections that are sent back, those to begin with first.

    In this order: those without doubt before the uncertain ones; those that nothing elsewhere in the document
    and no profile makes good before the others; those with the most promises, for there most hangs on it;
    the lowest score; the longest text; the order of the document.
    """

    def key(section: Section) -> tuple[float, ...]:
        others = (section.in_context, section.expectation)
        made_good = any(other is not None and other.verdict == "accept" for other in others)
        return (
            section.uncertain,
            made_good,
            -len(section.commitments),
            section.score or 0,
            -len(section.text),
        )

    return sorted((section for section in sections if section.verdict == "send_back"), key=key)


def _means(criteria: Sequence[Criteria]) -> dict[str, float] | None:
    if not criteria:
        return None
    return {
        name: round(sum(getattr(item, name) for item in criteria) / len(criteria), 2) for name in CRITERIA
    }


def _counts(criteria: Sequence[Criteria]) -> dict[str, list[int]] | None:
    """Per criterion how many sections have it at 0, 1 and 2."""
    if not criteria:
        return None
    counts = {name: Counter(getattr(item, name) for item in criteria) for name in CRITERIA}
    return {name: [counts[name][value] for value in range(3)] for name in CRITERIA}
