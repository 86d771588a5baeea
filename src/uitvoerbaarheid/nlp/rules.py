"""Rules as data: each has an id, a reason, sentences in which it fires and near misses in which it must not.

A rule file is TOML with its rules in arrays of tables (``[[rule]]``); the same shape in every file lets
one test run the examples of all of them. Words of a rule are written as cue phrases, see
:func:`compile_phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.resources import data_path, read_toml


@dataclass(frozen=True)
class Rule:
    """One rule: its ``id``, why it exists, its examples, and all that its file says of it (``data``)."""

    id: str
    reason: str
    fires: tuple[str, ...]
    misses: tuple[str, ...]
    data: Mapping[str, Any]


@cache
def read_rules(*parts: str) -> tuple[Rule, ...]:
    """The rules of a file in ``data/``, in its order: ``read_rules("lexicons", "modality.toml")``.

    Raises KeyError for a rule without id, reason or examples.
    """
    tables = read_toml(*parts).get("rule", [])
    return tuple(
        Rule(table["id"], table["reason"], tuple(table["fires"]), tuple(table["not"]), table)
        for table in tables
    )


@cache
def rule_reasons() -> dict[str, str]:
    """The reason of every rule in ``data/lexicons``, ``data/patterns`` and ``data/signals``, by its id."""
    folders = ("lexicons", "patterns", "signals")
    files = [path for folder in folders for path in sorted(data_path(folder).glob("*.toml"))]
    reasons = {}
    for path in files:
        for table in _tables_with_id(read_toml(path.parent.name, path.name)):
            reasons[str(table["id"])] = str(table.get("reason", ""))
    return reasons


def _tables_with_id(value: Any) -> Iterator[dict[str, Any]]:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and "id" in value:
        yield value
    for part in parts:
        yield from _tables_with_id(part)


def phrase_pattern(phrases: Iterable[str], gap: int = 5) -> str:
    """The regular expression, without flags, of :func:`compile_phrases`."""
    words_between = rf"(?:[^\s;:]*[^\s.;:]\s+){{0,{gap - 1}}}[^\s;:]*[^\s.;:]"
    parts = []
    for phrase in phrases:
        words = [r"\w*".join(re.escape(part) for part in word.split("*")) for word in phrase.split()]
        parts.append(r"\s+".join(words).replace(re.escape("..."), words_between))
    return rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)"


def compile_phrases(phrases: Iterable[str], gap: int = 5) -> Pattern:
    """One pattern for a list of cue phrases: "*" is any letters, "..." one to ``gap`` words of the clause."""
    return Pattern(phrase_pattern(phrases, gap), re.IGNORECASE)


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether one of some words, or parts of words, is in a text as they are written."""
    return any(map(text.__contains__, words))


@cache
def _lexicon(label: str) -> dict[str, Any]:
    return read_toml("lexicons", f"{label}.toml")


def group_pattern(rule: Rule) -> Pattern:
    """The pattern of the group of cues that a rule of a sentence label is about."""
    lexicon = _lexicon(rule.id.split(".", 1)[0])
    group = rule.data["group"]
    return compile_phrases(lexicon["cues"].get(group) or lexicon["against"][group])


@cache
def _cue_groups(label: str) -> Shortlist[tuple[str, Pattern]]:
    """The groups of cues that speak for a label, not those against it."""
    rules = read_rules("lexicons", f"{label}.toml")
    groups = ((r.id, group_pattern(r)) for r in rules if r.data["group"] in _lexicon(label)["cues"])
    return Shortlist(((identifier, pattern), [pattern]) for identifier, pattern in groups)


def cues_in(text: str, label: str) -> list[str]:
    """The ids of the groups of cues for a sentence label (``data/lexicons``) of which one is in ``text``."""
    return [identifier for identifier, pattern in _cue_groups(label).of(text) if pattern.search(text)]
