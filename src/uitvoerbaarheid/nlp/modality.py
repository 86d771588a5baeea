"""How firmly something is said, and what takes it out of the promises: context rules as data.

In the manner of ConText (Harkema and others, 2009): words that say something of what stands after them,
before them or both, within their clause or sentence. The rules are in ``data/lexicons/modality.toml``. A
unit's modality (wish, intention, decision, duty) is that of its main clause; negation and history work on
the clause they stand in, a condition on the whole sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import Any, get_args

from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.nlp.rules import Rule, compile_phrases, phrase_pattern, read_rules
from uitvoerbaarheid.records import Modality, Qualifier
from uitvoerbaarheid.resources import read_toml

_FILE = ("lexicons", "modality.toml")
#: How many words may stand between the parts of a verb ("legt de gemeente in 2027 een bos aan").
_GAP = 9
_YEAR = re.compile(r"(?<![\d.,€])(?:19|20)\d\d(?![\d%]|[.,]\d)")
#: An amount "in a study" is as firm as any; only these pass from a clause to the money and terms in it.
_FOR_SPANS: tuple[Qualifier, ...] = ("negation", "condition", "history")
#: In the order in which a statement shows them.
_QUALIFIERS: tuple[Qualifier, ...] = get_args(Qualifier)
#: A clause of fewer words is no main clause where there is another.
_FEWEST_WORDS = 3


@dataclass(frozen=True)
class Cue:
    """Words of a rule in a text, and the stretch of the text they speak of."""

    start: int
    end: int
    rule: Rule
    covers: tuple[int, int]


@cache
def _settings() -> dict[str, Any]:
    return read_toml(*_FILE)


@cache
def _rules() -> Shortlist[tuple[Rule, Pattern]]:
    patterns = ((rule, compile_phrases(rule.data["words"], _GAP)) for rule in read_rules(*_FILE))
    return Shortlist(((rule, pattern), [pattern]) for rule, pattern in patterns)


@cache
def _clause_patterns() -> tuple[Pattern, Pattern]:
    clauses = _settings()["clauses"]
    marks = [mark for mark in clauses["breaks"] if not mark.isalpha()]
    words = [word for word in clauses["breaks"] if word.isalpha()] + clauses["subordinate"]
    # A mark between figures ("2,5", "1:500") breaks nothing.
    signs = "".join(re.escape(mark) for mark in marks)
    breaks = Pattern(rf"(?<!\d)[{signs}]|[{signs}](?!\d)|{phrase_pattern(words)}", re.IGNORECASE)
    return breaks, Pattern(rf"[\s\W]*{phrase_pattern(clauses['subordinate'])}", re.IGNORECASE)


def clauses_of(text: str) -> list[tuple[int, int]]:
    """Start and end of the clauses of a sentence, which together are the whole text."""
    edges = sorted({0, *(match.start() for match in _clause_patterns()[0].finditer(text)), len(text)})
    return [(start, end) for start, end in pairwise(edges) if start < end] or [(0, 0)]


class Reading:
    """What the context rules say of one sentence, list item or row.

    ``year`` is that of the document (years before it are past); None takes the reference year of the rules.
    """

    def __init__(self, text: str, year: int | None = None) -> None:
        self.text = text
        self.year = year or _settings()["history"]["reference_year"]
        self.cues: list[Cue] = []
        self.clauses: list[tuple[int, int]] = [(0, len(text))]
        found = [(m.start(), m.end(), rule) for rule, p in _rules().of(text) for m in p.finditer(text)]
        if found:
            self.clauses = clauses_of(text)
            self.cues = self._cues(found)

    def _cues(self, found: Sequence[tuple[int, int, Rule]]) -> list[Cue]:
        hidden = [(start, end) for start, end, rule in found if rule.data.get("pseudo")]
        kept = []
        for start, end, rule in found:
            pseudo = rule.data.get("pseudo")
            # A prohibition is a duty although its "niet" negates nothing.
            plain = not pseudo and rule.data.get("modality") != "duty"
            if plain and any(start < b and a < end for a, b in hidden):
                continue
            covers = self._covers(start, end, rule)
            if covers:
                kept.append(Cue(start, end, rule, covers))
        return sorted(kept, key=lambda cue: (cue.start, -cue.end, cue.rule.id))

    def _clause(self, position: int) -> tuple[int, int]:
        return self.clauses[bisect_right([start for start, _ in self.clauses], position) - 1]

    def _covers(self, start: int, end: int, rule: Rule) -> tuple[int, int] | None:
        if rule.data.get("start") and any(sign.isalnum() for sign in self.text[:start]):
            return None
        clause = self._clause(start)[0], self._clause(max(start, end - 1))[1]
        scope = (0, len(self.text)) if rule.data.get("scope") == "sentence" else clause
        if rule.data.get("tense") == "past":
            if self._is_past(*scope):
                pass
            elif self._is_past(*clause):
                scope = clause
            else:
                return None
        direction = rule.data.get("direction", "both")
        return (
            end if direction == "preceding" else scope[0],
            start if direction == "following" else scope[1],
        )

    def _is_past(self, start: int, end: int) -> bool:
        """Whether a stretch names a past year, and none that is still to come."""
        years = [int(match[0]) for match in _YEAR.finditer(self.text, start, end)]
        return bool(years) and max(years) < self.year

    @cached_property
    def _free(self) -> list[tuple[int, int]]:
        """The clauses that no subordinate word opens."""
        subordinate = _clause_patterns()[1]
        return [clause for clause in self.clauses if not subordinate.match(self.text, *clause)]

    @cached_property
    def main(self) -> tuple[int, int]:
        """The main clause: the first free one that is more than an adverb or a name before a comma."""
        long = [(a, b) for a, b in self._free if len(self.text[a:b].split()) >= _FEWEST_WORDS]
        return next(iter([*long, *self._free, *self.clauses]))

    def modality(self) -> tuple[Modality | None, list[str]]:
        """How firmly the main clause is said, by its first words that tell, and the rule that says so."""
        for start, end in [self.main, *self._free]:
            for cue in self.cues:
                if "modality" in cue.rule.data and start <= cue.start < end:
                    return cue.rule.data["modality"], [cue.rule.id]
        return None, []

    def qualifiers(self) -> tuple[list[Qualifier], list[str]]:
        """What takes the statement as a whole out of the promises, and the rules that say so."""
        start, end = self.main
        return _qualified([cue for cue in self.cues if cue.covers[0] < end and start < cue.covers[1]])

    def span_qualifiers(self, start: int, end: int) -> tuple[list[Qualifier], list[str]]:
        """What takes an amount or term at these offsets out of the promises, and the rules that say so."""
        over = [cue for cue in self.cues if cue.covers[0] < end and start < cue.covers[1]]
        return _qualified([cue for cue in over if cue.rule.data.get("qualifier") in _FOR_SPANS])


def _qualified(cues: Sequence[Cue]) -> tuple[list[Qualifier], list[str]]:
    by_kind = {
        cue.rule.data["qualifier"]: cue.rule.id for cue in reversed(cues) if "qualifier" in cue.rule.data
    }
    kinds = [kind for kind in _QUALIFIERS if kind in by_kind]
    return kinds, [by_kind[kind] for kind in kinds]


@lru_cache(maxsize=1024)
def reading_of(text: str, year: int | None = None) -> Reading:
    """The reading of a sentence; kept, since its labels and its mentions both ask for it."""
    return Reading(text, year)
