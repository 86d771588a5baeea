"""The figures over all sections of one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import get_args

from uitvoerbaarheid.records import (
    CRITERIA,
    WEAKEST_ORDER,
    Criteria,
    Criterion,
    MentionType,
    Section,
    Summary,
)


def summarize(sections: Sequence[Section]) -> Summary:
    """Counts over all sections; means, levels and the weakest criterion over the policy sections."""
    roles = Counter(section.role for section in sections)
    policy = [section for section in sections if section.role == "policy"]
    levels = Counter(section.level for section in policy)
    scores = [section.score for section in policy if section.score is not None]
    means = _means([section.criteria for section in policy if section.criteria is not None])
    mentions = Counter(mention.type for section in sections for mention in section.mentions)
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
    )


def weakest(values: Mapping[str, float]) -> Criterion:
    """The criterion with the lowest value; a tie goes to the first in ``WEAKEST_ORDER``."""
    return sorted(WEAKEST_ORDER, key=lambda name: values[name])[0]


def _means(criteria: Sequence[Criteria]) -> dict[str, float] | None:
    if not criteria:
        return None
    return {
        name: round(sum(getattr(item, name) for item in criteria) / len(criteria), 2) for name in CRITERIA
    }
