"""The rules of ``data/patterns/deadlines.toml``, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.numbers import WORDS
from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.nlp.rules import Rule, read_rules
from uitvoerbaarheid.resources import read_toml

FILE = ("patterns", "deadlines.toml")
_GROUP = re.compile(r"\(\?P<(\w+)>")
_YEAR = r"(?:19[5-9]\d|20\d\d)"
_DASH = r"\s?[-–—/]\s?"
_OF = r"(?:\s(?:van|in))?(?:\s(?:het\s)?(?:jaar|kalenderjaar))?\s?"
_THROUGH = r"\s?(?:[-–/&]|\b(?:en|of|t/m|tot\sen\smet|tot)\b)\s?"


@dataclass(frozen=True)
class Exclusion:
    """A rule that sets terms aside where its pattern is found; ``where`` as in the rule file."""

    id: str
    where: str
    pattern: Pattern
    history: bool


@dataclass(frozen=True)
class Vocabulary:
    """Tables and compiled patterns; in a pattern of several rules the group ``r<i>`` is rule ``i``.

    ``moment_forms`` has for each of those groups the rule and its own groups.
    """

    data: dict[str, Any]
    cues: dict[str, tuple[str, ...]]
    moment: Pattern
    moment_forms: dict[str, tuple[Rule, tuple[str, ...]]]
    relations: dict[str, tuple[str, str]]
    frequency: Pattern
    frequency_rules: tuple[Rule, ...]
    duration: Pattern
    duration_rules: tuple[Rule, ...]
    vague: Pattern
    vague_rules: tuple[Rule, ...]
    exclusions: dict[str, Shortlist[Exclusion]]
    document_noun: Pattern
    planning_words: frozenset[str]
    sentence_words: frozenset[str]
    history: dict[str, Pattern]
    target: dict[str, Pattern]


def alternatives(words: Iterable[str]) -> str:
    """The words as one alternation, longest first, so that a short word does not cut off a longer one."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def rule_of(match: re.Match[str], rules: Sequence[Rule]) -> Rule:
    """The rule of a combined pattern that matched."""
    return next(rule for i, rule in enumerate(rules) if match[f"r{i}"] is not None)


def _combined(rules: Sequence[Rule], **names: str) -> str:
    patterns = []
    for i, rule in enumerate(rules):
        pattern = rule.data["pattern"]
        for name, value in names.items():
            pattern = pattern.replace("{" + name + "}", value)
        patterns.append(f"(?P<r{i}>{pattern})")
    return "|".join(patterns)


def _compiled(table: dict[str, Any]) -> dict[str, Pattern]:
    return {name: Pattern(value, re.I) for name, value in table.items() if isinstance(value, str)}


@cache
def vocabulary() -> Vocabulary:
    """The compiled rules; read at first use."""
    data = read_toml(*FILE)
    rules = read_rules(*FILE)
    kinds = {
        kind: tuple(rule for rule in rules if rule.data["kind"] == kind)
        for kind in ("moment", "relation", "frequency", "duration", "vague", "exclude")
    }
    by_id = {rule.id: rule for rule in rules}
    exclusions: dict[str, list[Exclusion]] = {}
    for rule in kinds["exclude"]:
        if "where" in rule.data:
            exclusion = Exclusion(
                rule.id,
                rule.data["where"],
                Pattern(rule.data["pattern"], re.I),
                rule.data.get("qualifier") == "history",
            )
            for kind in rule.data.get("of", ["moment"]):
                exclusions.setdefault(kind, []).append(exclusion)
    citation = by_id["deadline.name.citation"].data
    planning = frozenset(by_id["deadline.name.title"].data["planning"])
    return Vocabulary(
        data=data,
        cues={kind: tuple(words) for kind, words in data["cues"].items()},
        moment=_moment_pattern(data, kinds["moment"], kinds["relation"]),
        moment_forms={
            f"r{i}": (rule, tuple(_GROUP.findall(rule.data["pattern"])))
            for i, rule in enumerate(kinds["moment"])
        },
        relations={
            word: (rule.data["relation"], rule.id)
            for rule in kinds["relation"]
            for word in rule.data["words"]
        },
        frequency=Pattern(rf"\b(?:{_combined(kinds['frequency'], number=WORDS)})(?!\w)", re.I),
        frequency_rules=kinds["frequency"],
        duration=Pattern(
            rf"\b(?:{_combined(kinds['duration'])})\s(?P<number>\d{{1,2}}|{WORDS}|een\shalf)\s"
            r"(?P<unit>jaar|jaren|maanden|maand|weken|week|dagen|werkdagen)\b",
            re.I,
        ),
        duration_rules=kinds["duration"],
        vague=Pattern(rf"(?<!\w)(?:{_combined(kinds['vague'])})(?!\w)", re.I),
        vague_rules=kinds["vague"],
        exclusions={
            kind: Shortlist((one, [one.pattern]) for one in found) for kind, found in exclusions.items()
        },
        document_noun=Pattern(rf"\b{by_id['deadline.name.document'].data['nouns']}\s*$", re.I),
        planning_words=planning,
        sentence_words=planning.difference(citation["titles"]).union(citation["verbs"]),
        history=_compiled(data["history"]),
        target=_compiled(data["target"]),
    )


def _moment_pattern(data: dict[str, Any], forms: Sequence[Rule], relations: Sequence[Rule]) -> Pattern:
    prefix = alternatives(word for rule in relations for word in rule.data["words"])
    body = _combined(
        forms,
        year=_YEAR,
        month=alternatives(data["months"]),
        ordinal=alternatives(data["ordinals"]),
        part=alternatives(data["parts"]),
        season=alternatives(data["seasons"]),
        of=_OF,
        through=_THROUGH,
        dash=_DASH,
    )
    weekday = r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag\s)?"
    article = rf"{weekday}(?:de\s|het\s)?(?:periode\s|loop\svan\s|jaren\s)?(?:in\sieder\sgeval\s)?"
    return Pattern(
        rf"(?<![\w€.,@])(?:(?<!/)|(?=[a-z]))(?:(?P<prefix>{prefix})\s(?P<deep>(?:{prefix})\s)?{article})?"
        rf"(?:{body})(?![\w%]|[.,]\d)",
        re.I,
    )
