"""The questions to send back with a section: one per criterion that is missing or too vague."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from uitvoerbaarheid.records import WEAKEST_ORDER, Commitment, Criteria, Criterion, Mention, Question
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.quotes import quote
from uitvoerbaarheid.scoring.reasons import evidence


@cache
def _bank() -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The questions by criterion and value, those with needs of their own first."""
    entries = read_toml("questions", "questions.toml")["question"]
    bank: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for entry in sorted(entries, key=lambda entry: "needs" not in entry):
        bank.setdefault((entry["criterion"], entry["value"]), []).append(entry)
    return bank


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


def plain_question(criterion: Criterion, value: int) -> str:
    """The question for a criterion at 0 or 1 that quotes nothing, for where the words were quoted already."""
    return next(str(entry["text"]) for entry in _bank()[criterion, value] if entry.get("text"))


def _question(
    criterion: Criterion,
    values: dict[str, int],
    mentions: Sequence[Mention],
    commitments: Sequence[Commitment],
) -> Question:
    for entry in _bank()[criterion, values[criterion]]:
        needed = entry.get("needs", {})
        if any(values[name] != value for name, value in needed.items()):
            continue
        text = _quoted(entry, values, mentions, commitments) or entry.get("text")
        if text:
            return Question(criterion=criterion, text=text, source=entry["source"])
    raise ValueError(f"no question for {criterion} at {values[criterion]}")


@cache
def _slots(quoted: str) -> list[Criterion]:
    """The criteria of which a question quotes the words."""
    named = {name for _, name, _, _ in string.Formatter().parse(quoted)}
    return [criterion for criterion in WEAKEST_ORDER if criterion in named]


def _quoted(
    entry: Mapping[str, Any],
    values: dict[str, int],
    mentions: Sequence[Mention],
    commitments: Sequence[Commitment],
) -> str | None:
    """The question with the section's own words, None where it takes none or they are not there."""
    slots = _slots(entry.get("quoted", ""))
    found = {slot: evidence(slot, values[slot], mentions, commitments) for slot in slots}
    if not slots or not all(found.values()):
        return None
    quotes = {slot: quote(mentions[indexes[0]].text) for slot, indexes in found.items()}
    return str(entry["quoted"].format(**quotes))
