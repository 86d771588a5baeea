"""Rules as data: every rule of every file has its reason and examples, and does what they say."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.columns import kind_of_name, linking
from uitvoerbaarheid.nlp.modality import Reading
from uitvoerbaarheid.nlp.references import find_references
from uitvoerbaarheid.nlp.rules import Rule, compile_phrases, cues_in, group_pattern, read_rules
from uitvoerbaarheid.resources import data_path

_LINKS = {
    "link.opener": "openers",
    "link.detail": "details",
    "link.step": "steps",
    "link.all": "all",
    "link.these": "these",
    "link.passive": "passive",
    "link.heading": "headings",
}


def modality(rule: Rule, text: str) -> bool:
    return any(cue.rule.id == rule.id for cue in Reading(text).cues)


def reference(rule: Rule, text: str) -> bool:
    return any(rule.id in found.rules for found in find_references(text))


def cue(rule: Rule, text: str) -> bool:
    return bool(group_pattern(rule).search(text))


def column(rule: Rule, text: str) -> bool:
    if rule.id in _LINKS:
        return bool(linking(_LINKS[rule.id]).search(text))
    return kind_of_name(text) == rule.data["group"]


FILES: dict[tuple[str, str], Callable[[Rule, str], bool]] = {
    ("lexicons", "columns.toml"): column,
    ("lexicons", "goal.toml"): cue,
    ("lexicons", "measure.toml"): cue,
    ("lexicons", "modality.toml"): modality,
    ("lexicons", "monitoring.toml"): cue,
    ("lexicons", "vague.toml"): cue,
    ("patterns", "references.toml"): reference,
}
RULES = [(rule, fires) for file, fires in FILES.items() for rule in read_rules(*file)]


@pytest.mark.parametrize(("rule", "fires"), RULES, ids=[rule.id for rule, _ in RULES])
def test_a_rule_does_what_its_examples_say(rule: Rule, fires: Callable[[Rule, str], bool]) -> None:
    assert [text for text in rule.fires if not fires(rule, text)] == []
    assert [text for text in rule.misses if fires(rule, text)] == []


def tables_with_id(value: Any, file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if "id" in value:
            yield file, value
        for part in value.values():
            yield from tables_with_id(part, file)
    elif isinstance(value, list):
        for part in value:
            yield from tables_with_id(part, file)


#: Limits: they look for no words, so that no sentence can show them.
LIMITS = {"unit.longest"}
ALL = [
    found
    for folder in ("lexicons", "patterns")
    for path in sorted(Path(data_path(folder)).glob("*.toml"))
    for found in tables_with_id(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
]


def test_ids_are_unique_over_all_files() -> None:
    assert [name for name, count in Counter(rule["id"] for _, rule in ALL).items() if count > 1] == []


@pytest.mark.parametrize(("file", "rule"), ALL, ids=[rule["id"] for _, rule in ALL])
def test_every_rule_has_its_reason_and_examples(file: str, rule: dict[str, Any]) -> None:
    assert "." in rule["id"]
    assert rule.get("reason")
    assert rule["id"] in LIMITS or (rule.get("fires") and rule.get("not"))


def test_every_group_of_cues_is_a_rule() -> None:
    for label in ("goal", "measure", "monitoring", "vague"):
        lexicon = tomllib.loads(data_path("lexicons", f"{label}.toml").read_text(encoding="utf-8"))
        groups = [*lexicon["cues"], *lexicon.get("against", {})]
        assert [rule.data["group"] for rule in read_rules("lexicons", f"{label}.toml")] == groups


def test_cues_are_named_by_their_rule() -> None:
    assert cues_in("We streven naar rust.", "goal") == ["goal.streven"]
    assert cues_in("Daarmee geven we duidelijkheid.", "goal") == []


def test_phrases_take_letters_and_words() -> None:
    pattern = compile_phrases(["legt ... aan", "monitor*"])
    assert pattern.search("De gemeente legt voor € 2.500 een pad aan.")
    assert not pattern.search("Hij legt uit. Dit komt aan.")
    assert pattern.search("Monitoringsplan") and not pattern.search("minimonitor")


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    for label in ("goal", "measure", "monitoring", "vague"):
        assert len(set(cues_in(text, label))) == len(cues_in(text, label))
