"""Where a sentence holds two measures: "De gemeente legt ... aan en het waterschap baggert ...".

Each party that is followed by its own finite verb, after "en" or a semicolon, begins a measure of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from uitvoerbaarheid.nlp.annotation import Found, Unit

_JOIN = re.compile(r"(?:,?\s+(?:en|maar)|;)\s+(?:(?:de|het)\s+)?", re.IGNORECASE)
#: A clause with fewer words is no measure with its own party.
_FEWEST_WORDS = 4


def measure_spans(unit: Unit, actors: Sequence[Found]) -> list[tuple[int, int]]:
    """Start and end in the unit's text of each measure that a sentence names; mostly the whole unit."""
    whole = [(0, len(unit.text))]
    if unit.kind == "row" or len(actors) < 2:
        return whole
    finite = {start for start, tag in zip(*unit.words, strict=True) if tag.finite}
    starts = {actor.start: actor for actor in actors}
    edges = [0]
    for match in _JOIN.finditer(unit.text):
        actor = starts.get(match.end())
        if actor is None or actor.end + 1 not in finite:
            continue
        if not any(a.start < match.start() and a.text.lower() != actor.text.lower() for a in actors):
            continue
        if any(edges[-1] <= position < match.start() for position in finite):
            edges.append(match.start())
    parts = list(pairwise([*edges, len(unit.text)]))
    if len(parts) == 1 or any(len(unit.text[a:b].split()) < _FEWEST_WORDS for a, b in parts):
        return whole
    return [(a + _lead(unit.text[a:b]), b) for a, b in parts]


def _lead(text: str) -> int:
    """The length of what joins a clause to the one before it."""
    match = re.match(r"[\s,;]*(?:(?:en|maar)\s+)?", text, re.IGNORECASE)
    return match.end() if match else 0
