"""What an actor is in its sentence: responsible, partner, financier or addressee.

The rules are data (``data/lexicons/actor_roles.toml``): words right before a party or its enumeration, in the
rest of its clause, or the label of the column it stands in. The first rule that fits decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.nlp.rules import Rule, phrase_pattern, read_rules

#: How many characters before and after a party are read.
_BEFORE, _AFTER = 60, 90
_ARTICLES = r"(?:(?:de|het|een|onze|ons|hun|alle|elke|iedere|zowel|onder\s+andere|o\.a\.)\s+)?"
_CLAUSE_END = re.compile(r"[.;:|(]\s|,")
_LABEL_START = re.compile(r"[|;.•:]")


@cache
def _rules() -> Shortlist[tuple[Rule, Pattern]]:
    patterns = []
    for rule in read_rules("lexicons", "actor_roles.toml"):
        words = phrase_pattern(rule.data["words"]) if rule.data["words"] else ""
        if rule.data["where"] == "before":
            words = rf"{words}\s+{_ARTICLES}$"
        elif rule.data["where"] == "label":
            words = rf"{words}(?:\s+door)?$"
        patterns.append((rule, Pattern(words, re.IGNORECASE)))
    return Shortlist(((rule, pattern), [pattern]) for rule, pattern in patterns)


def role_of(text: str, start: int, end: int) -> tuple[str, str]:
    """The role of the party or enumeration at ``start:end`` of ``text``, and the id of its rule."""
    places: dict[str, str] = {}
    for rule, pattern in _rules().of(text):
        where = rule.data["where"]
        if where == "subject":
            return rule.data["role"], rule.id
        if where not in places:
            places[where] = _place(where, text, start, end)
        # So near a party there are few words to skip: the regular expression itself is the quickest.
        if pattern.compiled.search(places[where]):
            return rule.data["role"], rule.id
    raise LookupError("actor_roles.toml ends with a rule for subjects")


def _place(where: str, text: str, start: int, end: int) -> str:
    """The words before a party, after it in its clause, or in the label of its column."""
    if where == "before":
        return text[max(0, start - _BEFORE) : start]
    if where == "after":
        after = text[end : end + _AFTER]
        clause_end = _CLAUSE_END.search(after)
        return after[: clause_end.start()] if clause_end else after
    return _label_before(text[max(0, start - 2 * _BEFORE) : start])


def _label_before(before: str) -> str:
    """The label of the column or line that a party stands in: "partners" of "Trekker: raad; partners: "."""
    head, colon, rest = before.rpartition(":")
    if not colon or "|" in rest or ";" in rest:
        return ""
    return _LABEL_START.split(head)[-1].strip()


def roles_of(text: str, spans: Sequence[tuple[int, int]], groups: Sequence[range]) -> list[tuple[str, str]]:
    """The role and rule of each party; those of one enumeration share them.

    ``spans`` are the offsets of the parties, ``groups`` the ranges of indexes that are one enumeration.
    """
    bounds = list(spans)
    for group in groups:
        for i in group:
            bounds[i] = (spans[group[0]][0], spans[group[-1]][1])
    return [role_of(text, start, end) for start, end in bounds]
