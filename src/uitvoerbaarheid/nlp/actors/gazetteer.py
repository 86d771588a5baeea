"""What can name a party: the nouns, bodies and registered organisations of the lexicon, found fast.

Reads ``data/lexicons/actors.toml`` and the public register of government organisations (TOOI,
``data/organisations.tsv``), which also holds abolished ones: old plans name them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from uitvoerbaarheid.nlp.rules import read_rules
from uitvoerbaarheid.resources import data_path, read_toml

_TOKEN = re.compile(r"[^\W_]+(?:[-'’&.][^\W_]+)*['’]?(?:s\b)?|[^\s\w]")
#: A name in the register has at most this many words that are compared.
MAX_NAME = 9
_MAX_HEAD = 5
#: The words by which a document's authority names itself.
SELF = frozenset(["we", "wij"])
_AUTHORITIES = ("gemeente", "provincie", "waterschap")

Token = tuple[str, int, int]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """A noun that names a party: the kind, what may follow it as part of the name, and the rule's id."""

    kind: str
    takes: str
    rule: str


@dataclass(frozen=True)
class Party:
    """A known organisation: its kind, official name, identifier (TOOI) where it has one, and rule."""

    kind: str
    name: str
    identifier: str | None
    rule: str


@dataclass
class Gazetteer:
    """All that names parties. Keys are the lower-case words of a name.

    ``known`` are whole names, ``short_names`` those of municipalities, provinces and waterschappen without
    that noun, ``spelled`` the names that count only in this spelling ("NS"). ``lengths`` gives by first word
    the lengths of the names that begin with it, longest first.
    """

    known: dict[Key, Party] = field(default_factory=dict)
    short_names: dict[Key, Party] = field(default_factory=dict)
    spelled: dict[Key, frozenset[str]] = field(default_factory=dict)
    heads: dict[Key, Head] = field(default_factory=dict)
    endings: dict[str, Head] = field(default_factory=dict)
    known_lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    head_lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    short_lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ending_lengths: tuple[int, ...] = ()
    not_heads: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()
    not_names: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    before_places: frozenset[str] = frozenset()


def tokens_of(text: str) -> list[Token]:
    """Words and marks of a text with their offsets."""
    return [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def lowered(tokens: Sequence[Token]) -> list[str]:
    """The words as they are compared: lower case, straight apostrophes."""
    return [t.lower().replace("’", "'") for t, _, _ in tokens]


@lru_cache(maxsize=4)
def spelled(text: str) -> tuple[list[Token], list[str]]:
    """Words and marks of a text, and as they are compared; neither list is to be changed.

    Kept, since what stands around the parties of a text is asked for when they are found.
    """
    tokens = tokens_of(text)
    return tokens, lowered(tokens)


def key_of(name: str) -> Key:
    """The words of a name as they are compared."""
    return tuple(lowered(tokens_of(name)))


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    data = read_toml("lexicons", "actors.toml")
    found = Gazetteer(
        not_heads=frozenset(data["not_heads"]["words"]),
        modifiers=frozenset(data["modifiers"]["words"]),
        joiners=frozenset(data["names"]["joiners"]),
        not_names=frozenset(data["names"]["not_names"]),
        common_words=frozenset(data["common_words"]["words"]),
        before_places=frozenset(data["common_words"]["before_places"]),
    )
    _add_heads(found)
    _add_register(found, data["register"])
    _add_bodies(found, data.get("body", []))
    found.known_lengths = _lengths(found.known)
    found.head_lengths = _lengths(found.heads)
    found.short_lengths = _lengths(key for key in found.short_names if "en" in key)
    found.ending_lengths = tuple(sorted({len(ending) for ending in found.endings}, reverse=True))
    return found


def _add_heads(found: Gazetteer) -> None:
    for rule in read_rules("lexicons", "actors.toml"):
        head = Head(rule.data["kind"], rule.data["takes"], rule.id)
        for form in rule.data["forms"]:
            found.heads.setdefault(key_of(form), head)
        for ending in rule.data["endings"]:
            found.endings.setdefault(ending, head)


def _add_register(found: Gazetteer, kinds: dict[str, Any]) -> None:
    """The organisations of the register; "Bergen (NH)" and "Bergen (L)" share a name without identifier."""
    begins = [(prefix.lower(), kind) for kind, prefixes in kinds["begins"].items() for prefix in prefixes]
    with data_path("organisations.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        name = row["name"]
        kind = next((kind for prefix, kind in begins if name.lower().startswith(prefix)), None)
        kind = row["kind"] if row["kind"] in _AUTHORITIES else kind or kinds["kinds"][row["kind"]]
        party = Party(kind, name, row["identifier"], "actor.register")
        _name(found, key_of(name), party)
        if "(" in name:
            bare = name[: name.index("(")].strip()
            _name(found, key_of(bare), Party(kind, bare, row["identifier"], party.rule))


def _name(found: Gazetteer, key: Key, party: Party) -> None:
    """Enters a name; one that two organisations share has no identifier."""
    other = found.known.get(key)
    if other is not None:
        if other.identifier != party.identifier:
            found.known[key] = Party(other.kind, other.name, None, other.rule)
            party = found.known[key]
    else:
        found.known[key] = party
    if party.kind in _AUTHORITIES and len(key) > 1:
        short = key[2:] if key[1] == "van" else key[1:]
        known = found.short_names.setdefault(short, party)
        if known.identifier != party.identifier:  # Utrecht is a municipality and a province
            found.short_names[short] = Party(known.kind, known.name, None, known.rule)


def _add_bodies(found: Gazetteer, bodies: Iterable[dict[str, Any]]) -> None:
    for body in bodies:
        registered = found.known.get(key_of(body.get("register", "")))
        identifier = registered.identifier if registered else None
        party = Party(body["kind"], body["name"], identifier, "actor.body")
        for form in [body["name"], *body["forms"]]:
            key = key_of(form)
            found.known[key] = party
            if form.isupper() or len(form) <= 4:
                found.spelled[key] = found.spelled.get(key, frozenset()) | {form}


def _lengths(keys: Iterable[Key]) -> dict[str, tuple[int, ...]]:
    by_word: dict[str, set[int]] = {}
    for key in keys:
        if key:
            by_word.setdefault(key[0], set()).add(len(key))
    return {word: tuple(sorted(lengths, reverse=True)) for word, lengths in by_word.items()}


def longest(lengths: dict[str, tuple[int, ...]], words: list[str], index: int, most: int) -> Iterable[Key]:
    """The stretches of ``words`` from ``index`` that can be a name, longest first."""
    begun = lengths.get(words[index])
    if begun is None:  # most words begin no name
        return ()
    room = min(most, len(words) - index)
    return [tuple(words[index : index + n]) for n in begun if n <= room]


def head_at(words: list[str], index: int) -> tuple[Head, int, str] | None:
    """The noun at ``index``: its entry, how many words it takes, and the head noun itself."""
    found = gazetteer()
    for key in longest(found.head_lengths, words, index, _MAX_HEAD):
        if head := found.heads.get(key):
            return head, len(key), " ".join(key)
    return compound(words[index])


@lru_cache(maxsize=16384)
def compound(word: str) -> tuple[Head, int, str] | None:
    """A word that ends in a noun of the lexicon ("woningcorporatie")."""
    found = gazetteer()
    if len(word) < 6 or word in found.not_heads:
        return None
    for length in found.ending_lengths:
        ending = word[-length:]
        if len(word) > length + 1 and ending in found.endings:
            return found.endings[ending], 1, ending
    return None
