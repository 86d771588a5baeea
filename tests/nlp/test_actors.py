"""Actors: numbered examples, and properties that hold for any text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.actors import candidates, find_actors, resolve_actor
from uitvoerbaarheid.nlp.actors.acting import enumerations_of
from uitvoerbaarheid.nlp.actors.roles import roles_of
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.rules import Rule, read_rules

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "actors.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the rules and weights get wrong.
KNOWN_FAILURES: set[int] = {28}
KINDS = {rule.data["kind"] for rule in read_rules("lexicons", "actors.toml")} | {
    "agency",
    "koepel",
    "regio",
    "samenwerking",
}
ROLES = {"responsible", "partner", "financier", "addressee"}
BLANK = spacy.blank("nl")


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["case"]))
def test_case(case: dict[str, Any]) -> None:
    found = [f.value["name"] for f in find_actors(load()(case["text"]))]
    if case["case"] in KNOWN_FAILURES:
        assert found != case["expected"], "works now: take it out of KNOWN_FAILURES"
    else:
        assert found == case["expected"]


def test_identifier_and_kind_from_the_register() -> None:
    (found,) = find_actors(load()("Het waterschap Rivierenland voert de maatregelen uit."))
    assert found.value["kind"] == "waterschap"
    assert found.value["identifier"].endswith("ws0621")
    assert not found.value["generic"]


def test_offsets_are_within_the_span() -> None:
    doc = BLANK("Dit is klaar. De gemeente voert het plan uit.")
    span = doc[4:]
    (found,) = find_actors(span)
    assert span.text[found.start : found.end] == "gemeente"


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    doc = BLANK(text)
    for found in find_actors(doc):
        assert doc.text[found.start : found.end] == found.text
        assert found.value["kind"] in KINDS
        assert found.value["role"] in ROLES
    spans = [(c.start, c.end) for c in candidates(text)]
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("piece", ["gemeente ", "De ", "gemeente, ", "A van ", "door de ", "Wie: ", "alle "])
def test_long_text_is_fast(piece: str) -> None:
    doc = BLANK(piece * (20_000 // len(piece)))
    start = time.perf_counter()
    find_actors(doc)
    assert time.perf_counter() - start < 3


def kinds_and_identifiers(text: str) -> list[tuple[str, str, str | None]]:
    found = candidates(text)
    return [(c.name, c.kind, c.identifier and c.identifier.rsplit("/", 1)[1]) for c in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("de gemeente Slochteren", [("gemeente Slochteren", "gemeente", "gm0040")]),  # abolished in 2018
        ("het Hoogheemraadschap van Rijnland", [("Hoogheemraadschap van Rijnland", "waterschap", "ws0616")]),
        ("ook in Best", [("Best", "gemeente", "gm0753")]),
        ("Eindhoven en Best", [("Eindhoven", "gemeente", "gm0772"), ("Best", "gemeente", "gm0753")]),
        ("de gemeente Bergen", [("gemeente Bergen", "gemeente", None)]),  # there are two
        ("de gemeente Bergen (L)", [("gemeente Bergen (L)", "gemeente", "gm0893")]),
        ("ook Utrecht", [("Utrecht", "gemeente", None)]),  # or the province
        ("het ministerie van BZK", [("ministerie van BZK", "rijk", None)]),
        ("de woningcorporatie", [("woningcorporatie", "woningcorporatie", None)]),
        ("de gedeputeerde", [("gedeputeerde", "office_holder", None)]),
    ],
)
def test_type_and_identifier(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert kinds_and_identifiers(text) == expected


def test_short_names_get_the_identifier_of_the_body() -> None:
    identifiers = {c.identifier for name in ("RWS", "Rijkswaterstaat") for c in candidates(f"door {name}")}
    assert len(identifiers) == 1
    assert None not in identifiers


def test_a_named_body_is_not_generic() -> None:
    assert [c.generic for c in candidates("NS en de vervoerder")] == [False, True]


@pytest.mark.parametrize(
    ("name", "kind", "authority", "expected"),
    [
        ("we", "self", "gemeente Slochteren", "gemeente Slochteren"),
        ("we", "self", "Stichting Vlietgroen", "Stichting Vlietgroen"),
        ("gemeente", "gemeente", "gemeente Slochteren", "gemeente Slochteren"),
        ("College van B&W", "organ", "gemeente Lindermeer", "gemeente Lindermeer"),
        ("GS", "organ", "provincie Utrecht", "provincie Utrecht"),
        ("waterschap", "waterschap", "Hoogheemraadschap van Rijnland", "Hoogheemraadschap van Rijnland"),
        ("gemeente Bergen", "gemeente", "gemeente Bergen (NH)", "gemeente Bergen (NH)"),
        ("gemeente", "gemeente", "provincie Utrecht", None),
        ("gemeenten", "gemeente", "gemeente Slochteren", None),
        ("GS", "organ", "gemeente Slochteren", None),
        ("we", "self", None, None),
        ("we", "self", " ", None),
    ],
)
def test_resolve(name: str, kind: str, authority: str | None, expected: str | None) -> None:
    resolved = resolve_actor({"name": name, "kind": kind, "identifier": None}, authority)
    assert (resolved and resolved["name"]) == expected


def test_resolve_gives_the_identifier_and_leaves_named_parties() -> None:
    (actor,) = find_actors(load()("Wij leggen een fietspad aan."))
    resolved = resolve_actor(actor.value, "Gemeente Slochteren")
    assert resolved is not None
    assert resolved["identifier"].endswith("gm0040")
    named = {"name": "gemeente Slochteren", "kind": "gemeente", "identifier": "x"}
    assert resolve_actor(named, "gemeente Slochteren") is None


def names_a_party(rule: Rule, text: str) -> bool:
    return any(c.rule == rule.id and c.kind == (rule.data["kind"] or c.kind) for c in candidates(text))


def gives_role(rule: Rule, text: str) -> bool:
    found = candidates(text)
    roles = roles_of(text, [(c.start, c.end) for c in found], enumerations_of(text, found))
    return (rule.data["role"], rule.id) in roles


RULES = [(rule, names_a_party) for rule in read_rules("lexicons", "actors.toml")]
RULES += [(rule, gives_role) for rule in read_rules("lexicons", "actor_roles.toml")]


@pytest.mark.parametrize(("rule", "fires"), RULES, ids=[rule.id for rule, _ in RULES])
def test_a_rule_does_what_its_examples_say(rule: Rule, fires: Callable[[Rule, str], bool]) -> None:
    assert [text for text in rule.fires if not fires(rule, text)] == []
    assert [text for text in rule.misses if fires(rule, text)] == []
