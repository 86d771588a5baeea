"""The questions to send back with a section: one per criterion that is missing or too vague."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache

from uitvoerbaarheid.records import WEAKEST_ORDER, Commitment, Criteria, Criterion, Mention, Question
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.quotes import quote
from uitvoerbaarheid.scoring.reasons import evidence


@cache
def _bank() -> dict[tuple[str, int], dict[str, str]]:
    entries = read_toml("questions", "questions.toml")["question"]
    return {(entry["criterion"], entry["value"]): entry for entry in entries}


def questions(
    criteria: Criteria, mentions: Sequence[Mention], commitments: Sequence[Commitment]
) -> list[Question]:
    """A question for each criterion at 0 or 1, in the order of ``WEAKEST_ORDER``.

    Each is filled with the section's own words where there is a mention that fits.
    """
    values = criteria.model_dump()
    return [
        _question(criterion, values, mentions, commitments)
        for criterion in WEAKEST_ORDER
        if values[criterion] < 2
    ]


def _question(
    criterion: Criterion,
    values: dict[str, int],
    mentions: Sequence[Mention],
    commitments: Sequence[Commitment],
) -> Question:
    entry = _bank()[criterion, values[criterion]]
    text = entry["text"]
    if "quoted" in entry:
        named = {name for _, name, _, _ in string.Formatter().parse(entry["quoted"])}
        slots = [criterion for criterion in WEAKEST_ORDER if criterion in named]
        found = {slot: evidence(slot, values[slot], mentions, commitments) for slot in slots}
        if all(found.values()):
            quotes = {slot: quote(mentions[indexes[0]].text) for slot, indexes in found.items()}
            text = entry["quoted"].format(**quotes)
    return Question(criterion=criterion, text=text, source=entry["source"])
