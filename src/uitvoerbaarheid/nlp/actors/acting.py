"""Which of the parties in a unit have a task or role in it: a regression, columns and enumerations."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import cache
from itertools import repeat

from uitvoerbaarheid.nlp.actors.candidates import Candidate
from uitvoerbaarheid.resources import model_path, read_toml

#: A candidate at least this probable is an actor (chosen by document-grouped cross-validation).
THRESHOLD = 0.36
#: A party this probable takes along those in the same enumeration that are not less probable than the second.
_LEADS, _FOLLOWS = 0.5, 0.1
_COLUMN_END = re.compile(r"[|;]|\.\s")
_IS = re.compile(r"\s+(?:is|zijn|wordt|worden|blijft)\s+(?:(?:de|het|een|onze)\s+)?")
_BETWEEN = re.compile(r"\s*(?:,|en|&|,\s*en|alsmede|evenals)\s*(?:de|het)?\s*", re.I)


@cache
def _labels() -> re.Pattern[str]:
    """Names before a colon after which the actor stands ("Trekker:")."""
    data = read_toml("lexicons", "actors.toml")
    return re.compile(data["roles"]["pattern"], re.I)


@cache
def _role_nouns() -> frozenset[str]:
    data = read_toml("lexicons", "actors.toml")
    return frozenset(data["roles"]["nouns"])


@cache
def _weights() -> tuple[float, dict[str, float]]:
    model = json.loads(model_path("actor_roles.json").read_text(encoding="utf-8"))
    return model["intercept"], model["weights"]


def probability(names: Sequence[str]) -> float:
    """Probability that a candidate with these features acts."""
    intercept, weights = _weights()
    total = intercept + sum(map(weights.get, names, repeat(0.0)))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def acting(
    text: str,
    found: Sequence[Candidate],
    names: Sequence[Sequence[str]],
    probabilities: Sequence[float],
    groups: Sequence[range],
    *,
    threshold: float = THRESHOLD,
) -> list[bool]:
    """Which candidates are actors, by their probability, their column and the parties beside them.

    ``names`` and ``probabilities`` hold the features and the probability of each candidate, ``groups`` the
    enumerations of them. An abbreviation in brackets of the name before it is that name again; who is named
    in one list with a party that acts, acts too unless that is very improbable.
    """
    labels = [match.span() for match in _labels().finditer(text)] if ":" in text else []
    columns = [_column_after(text, end) for _, end in labels]
    keep = [
        probability >= threshold
        or _carries_out(own)
        or any(start <= candidate.start < end for start, end in columns)
        for candidate, own, probability in zip(found, names, probabilities, strict=True)
    ]
    for group in groups:
        if any(probabilities[i] >= _LEADS for i in group):
            keep = [kept or (i in group and probabilities[i] >= _FOLLOWS) for i, kept in enumerate(keep)]
    for i, candidate in enumerate(found):  # "Trekker:" names a column
        if any(start <= candidate.start and candidate.end <= end for start, end in labels):
            keep[i] = False
    for i in range(1, len(found)):
        if _names_role(text, found[i - 1], found[i]):  # "Trekker is de afdeling Ruimte"
            keep[i - 1], keep[i] = False, True
    for i in range(1, len(found)):
        if keep[i - 1] and _is_alias(text, found[i - 1], found[i]):
            keep[i] = False
    return keep


def _names_role(text: str, noun: Candidate, party: Candidate) -> bool:
    """Whether ``noun`` only says what ``party`` is."""
    return noun.name.lower() in _role_nouns() and bool(_IS.fullmatch(text, noun.end, party.start))


def enumerations_of(text: str, found: Sequence[Candidate]) -> list[range]:
    """Ranges of two or more candidates with nothing but a comma, "en" or the like between them."""
    groups, first = [], 0
    for i in range(1, len(found) + 1):
        if i < len(found) and _BETWEEN.fullmatch(text, found[i - 1].end, found[i].start):
            continue
        if i - first > 1:
            groups.append(range(first, i))
        first = i
    return groups


def _is_alias(text: str, party: Candidate, short: Candidate) -> bool:
    """Whether ``short`` is the abbreviation in brackets of the name before it ("Vlietdorps Team (VT)")."""
    if short.source != "acronym" or text[party.end : short.start].strip() not in ("(", "(hierna:", "(hierna"):
        return False
    initials = "".join(
        word[0] for word in re.findall(r"\w+", party.name) if word not in ("van", "de", "het", "en")
    )
    return re.sub(r"\W", "", short.name).lower() == initials.lower() or (
        len(short.name) > 2 and party.name[:1] == short.name[:1] and party.source == "named"
    )


def _carries_out(names: Sequence[str]) -> bool:
    """ "Wordt door de provincie verleend": an authority named as the one that does it."""
    return "authority_rel=agent" in names and ("s=wordt" in names or "s=worden" in names)


def _column_after(text: str, start: int) -> tuple[int, int]:
    """The stretch after "Trekker:", "Wie:" and the like, up to the next column or clause."""
    end = _COLUMN_END.search(text, start)
    return start, end.start() if end else len(text)
