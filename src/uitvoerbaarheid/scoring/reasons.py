"""The two or three facts that decide a section's score, each with the mentions that show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from uitvoerbaarheid.records import Commitment, Criteria, Criterion, Mention, Reason, Role, Verdict
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.details import earns
from uitvoerbaarheid.scoring.guideline import DETAILS
from uitvoerbaarheid.scoring.quotes import listing, quote

#: Most mentions named in one reason.
MOST_EVIDENCE = {"goal": 1, "measure": 1, "monitoring": 1, "actor": 3, "budget": 2, "deadline": 2}


@cache
def wording() -> dict[str, Any]:
    """The wording of the reasons, from ``data/scoring/reasons.toml``."""
    return read_toml("scoring", "reasons.toml")


@cache
def settings() -> dict[str, Any]:
    """The thresholds and orders of the score, from ``data/scoring/score.toml``."""
    return read_toml("scoring", "score.toml")


def _completeness(mentions: Sequence[Mention], commitments: Sequence[Commitment]) -> dict[int, int]:
    """For each mention in a commitment with a measure: how many of actor, money and term that one settles."""
    found: dict[int, int] = {}
    for item in commitments:
        if item.measure is None:
            continue
        details = (
            any(earns(mentions[actor]) for actor in item.actors)
            + (item.budget is not None and earns(mentions[item.budget]))
            + (item.deadline is not None and earns(mentions[item.deadline]))
        )
        for index in (item.measure, item.goal, item.budget, item.deadline, item.monitoring, *item.actors):
            if index is not None:
                found[index] = max(details, found.get(index, 0))
    return found


def _clarity(
    criterion: Criterion, mentions: Sequence[Mention], commitments: Sequence[Commitment]
) -> Callable[[int], tuple[float, ...]]:
    """Sort key of mention indexes: in the most complete commitment, firm, surest, first in the text."""
    complete = _completeness(mentions, commitments)
    vague = {mention.start for mention in mentions if mention.type == "vague"}

    def key(index: int) -> tuple[float, ...]:
        mention = mentions[index]
        unnumbered = criterion == "goal" and not any(sign.isdigit() for sign in mention.text)
        return (
            unnumbered,
            -complete.get(index, -1),
            mention.start in vague,
            -(mention.probability or 0.0),
            index,
        )

    return key


def evidence(
    criterion: Criterion, value: int, mentions: Sequence[Mention], commitments: Sequence[Commitment]
) -> list[int]:
    """Indexes of the mentions that show a criterion at this value, the clearest first.

    At 2 only mentions that earn it count, at 1 only the weaker ones.
    """
    indexes = [index for index, mention in enumerate(mentions) if mention.type == criterion]
    if criterion in DETAILS and value:
        indexes = [index for index in indexes if earns(mentions[index]) == (value == 2)]
    if len(indexes) > 1:
        indexes.sort(key=_clarity(criterion, mentions, commitments))
    return _distinct(indexes, mentions)[: MOST_EVIDENCE[criterion]]


def _distinct(indexes: list[int], mentions: Sequence[Mention]) -> list[int]:
    seen: set[str] = set()
    kept = []
    for index in indexes:
        shown = _shown(mentions[index]).casefold()
        if shown not in seen:
            seen.add(shown)
            kept.append(index)
    return kept


def _shown(mention: Mention) -> str:
    name = (mention.value or {}).get("name")
    return str(name) if mention.type == "actor" and name else mention.text


def plain_reason(criterion: Criterion, value: int) -> str:
    """The fact about a criterion at this value that quotes nothing."""
    return str(wording()[criterion][str(value)]["plain"])


def reason(
    criterion: Criterion, value: int, mentions: Sequence[Mention], commitments: Sequence[Commitment]
) -> Reason:
    """What a criterion at this value comes down to in a section, with the mentions that show it."""
    found = evidence(criterion, value, mentions, commitments)
    text = wording()[criterion][str(value)]
    if not found:
        return Reason(text=text["plain"])
    quotes = [quote(_shown(mentions[index])) for index in found]
    return Reason(text=text["evidence"].format(evidence=listing(quotes)), mentions=found)


def reasons(
    criteria: Criteria, verdict: Verdict, mentions: Sequence[Mention], commitments: Sequence[Commitment]
) -> list[Reason]:
    """The facts that decide the verdict, weightiest first: at most three, never against the criteria.

    What is sent back gets what is missing first (the first in order before all others, since without a
    measure the rest hangs on nothing) and then what is there; what is accepted the reverse.
    """
    rules = settings()["reasons"]
    order: list[Criterion] = rules["order"]
    values = criteria.model_dump()
    missing = sorted(
        (c for c in order if values[c] < 2), key=lambda c: (c != order[0], values[c], order.index(c))
    )
    present = [c for c in order if values[c] == 2]
    most = rules["most"]
    if verdict == "send_back":
        kept = present[: rules["send_back_present"]]
        chosen = missing[: most - len(kept)] + kept
    else:
        kept = missing[: rules["accept_missing"]]
        chosen = present[: most - len(kept)] + kept
    chosen += [c for c in (*missing, *present) if c not in chosen][: max(0, 2 - len(chosen))]
    return [reason(c, values[c], mentions, commitments) for c in chosen]


def role_reason(role: Role) -> list[Reason]:
    """Why a section with text is not assessed."""
    return [Reason(text=wording()["role"][role])]
