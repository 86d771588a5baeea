"""Actors in a sentence, list item or table row: the parties that have a task or role in it.

Candidates come from the lexicon (``data/lexicons/actors.toml``), the public register of government
organisations (``data/organisations.tsv``) and names with a capital. Whether a candidate acts here, and is
not only mentioned, is decided by a logistic regression on the words around it; its weights stand in
``models/actor_roles.json`` (``scripts/train_actor_roles.py``).
"""

from __future__ import annotations

import csv
import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spacy.lang.nl.stop_words import STOP_WORDS
from spacy.tokens import Doc, Span

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.resources import data_path, model_path

_TOKEN = re.compile(r"[^\W_]+(?:[-'’&.][^\W_]+)*['’]?(?:s\b)?|[^\s\w]")
_ARTICLES = {
    "de",
    "het",
    "een",
    "onze",
    "ons",
    "hun",
    "haar",
    "zijn",
    "deze",
    "die",
    "dit",
    "alle",
    "elke",
    "iedere",
    "d",
}
_SELF = {"we", "wij"}
_MAX_NAME = 9
#: How many words of an enumeration are read on each side of a candidate.
_LONGEST_LIST = 60
#: A candidate at least this probable is an actor (chosen by document-grouped cross-validation).
_THRESHOLD = 0.36
#: A party this probable takes along those in the same enumeration that are not less probable than the second.
_LEADS, _FOLLOWS = 0.5, 0.1
_BETWEEN = re.compile(r"\s*(?:,|en|&|,\s*en|alsmede|evenals)\s*(?:de|het)?\s*", re.I)


@dataclass(frozen=True)
class Candidate:
    """A possible actor: offsets in the text, index of its first and last token, and what it is."""

    start: int
    end: int
    first: int
    last: int
    head: str
    kind: str
    name: str
    source: str
    identifier: str | None = None
    generic: bool = False


@dataclass(frozen=True)
class _Head:
    kind: str
    takes: str


@dataclass
class _Lexicon:
    forms: dict[tuple[str, ...], _Head] = field(default_factory=dict)
    endings: list[tuple[str, _Head]] = field(default_factory=list)
    not_heads: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()
    not_names: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()
    organisations: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    short_names: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    verbs: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    sentence_words: frozenset[str] = frozenset()
    relations: list[tuple[str, re.Pattern[str]]] = field(default_factory=list)
    roles: re.Pattern[str] = re.compile("")


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _key(name: str) -> tuple[str, ...]:
    return tuple(t.lower().replace("’", "'") for t, _, _ in _tokens(name))


_REGISTER_KINDS = {"gemeente": "gemeente", "provincie": "provincie", "waterschap": "waterschap"}


@cache
def _lexicon() -> _Lexicon:
    data = tomllib.loads(data_path("lexicons", "actors.toml").read_text(encoding="utf-8"))
    lexicon = _Lexicon(
        not_heads=frozenset(data["not_heads"]["words"]),
        modifiers=frozenset(data["modifiers"]["words"]),
        joiners=frozenset(data["names"]["joiners"]),
        not_names=frozenset(data["names"]["not_names"]),
        common_words=frozenset(data["common_words"]["words"]),
        roles=re.compile(data["roles"]["pattern"], re.I),
        verbs=frozenset(data["verbs"]["forms"]),
        links=frozenset(data["context"]["links"]),
        sentence_words=frozenset(data["context"]["sentence"]),
        relations=[
            (name, re.compile(rf"\b(?:{'|'.join(patterns)})$", re.I))
            for name, patterns in data["relations"].items()
        ],
    )
    for entry in data["heads"]:
        head = _Head(entry["kind"], entry["takes"])
        for form in entry["forms"]:
            lexicon.forms.setdefault(_key(form), head)
        lexicon.endings += [(ending, head) for ending in entry["endings"]]
    lexicon.endings.sort(key=lambda e: -len(e[0]))
    with data_path("organisations.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            key, entry = _key(row["name"]), (row["kind"], row["identifier"])
            lexicon.organisations.setdefault(key, entry)
            if row["kind"] in _REGISTER_KINDS and len(key) > 1:
                lexicon.short_names.setdefault(key[2:] if key[1] == "van" else key[1:], entry)
    return lexicon


# --- candidates ----------------------------------------------------------------------------------------


def candidates(text: str) -> list[Candidate]:
    """All parties named in ``text``, acting or not, in order and without overlap."""
    tokens = _tokens(text)
    words = [t.lower().replace("’", "'") for t, _, _ in tokens]
    found: list[Candidate] = []
    index = 0
    while index < len(tokens):
        candidate = (
            _registered(text, tokens, words, index)
            or _headed(text, tokens, words, index)
            or _pronoun(text, tokens, words, index)
            or _proper(text, tokens, words, index)
        )
        if candidate is None:
            index += 1
        else:
            found.append(candidate)
            index = candidate.last + 1
    return found


def _make(text: str, tokens: Sequence[tuple[str, int, int]], first: int, last: int, **what: Any) -> Candidate:
    start, end = tokens[first][1], tokens[last][2]
    name = " ".join(text[start:end].split())
    return Candidate(start, end, first, last, name=name, **what)


def _registered(text: str, tokens: Any, words: list[str], index: int) -> Candidate | None:
    """An organisation of the register, by its whole name (longest first)."""
    lexicon = _lexicon()
    for length in range(min(_MAX_NAME, len(words) - index), 0, -1):
        entry = lexicon.organisations.get(tuple(words[index : index + length]))
        if entry is None:
            continue
        if length == 1 and (not tokens[index][0][0].isupper() or words[index] in lexicon.common_words):
            continue
        kind = _REGISTER_KINDS.get(entry[0], "organisation")
        head = words[index] if entry[0] in _REGISTER_KINDS else "organisatie"
        return _make(
            text,
            tokens,
            index,
            index + length - 1,
            head=head,
            kind=kind,
            source="register",
            identifier=entry[1],
        )
    return None


def _head_at(words: list[str], index: int) -> tuple[_Head, int, str] | None:
    """The lexicon's entry for the words at ``index``, how many words it takes and its head noun."""
    lexicon = _lexicon()
    for length in range(min(5, len(words) - index), 0, -1):
        head = lexicon.forms.get(tuple(words[index : index + length]))
        if head:
            return head, length, " ".join(words[index : index + length])
    word = words[index]
    if word in lexicon.not_heads or len(word) < 6:
        return None
    for ending, head in lexicon.endings:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return head, 1, ending
    return None


def _headed(text: str, tokens: Any, words: list[str], index: int) -> Candidate | None:
    """A noun of the lexicon with its adjectives and the name after it."""
    entry = _head_at(words, index)
    first = index
    if entry is None and words[index] in _lexicon().modifiers:
        while index + 1 < len(words) and words[index] in _lexicon().modifiers and index - first < 3:
            index += 1
        entry = _head_at(words, index)
    if entry is None:
        return None
    head, length, noun = entry
    last = index + length - 1
    named_last = _name_after(tokens, words, last, head.takes)
    registered = _lexicon().organisations.get(tuple(words[index : named_last + 1]))
    named = named_last > last or noun.isupper() or (head.kind == "rijk" and head.takes == "")
    return _make(
        text,
        tokens,
        first,
        named_last,
        head=noun,
        kind=head.kind,
        source="named" if named_last > last else "lexicon",
        identifier=registered[1] if registered else None,
        generic=not named,
    )


def _is_capital(token: str) -> bool:
    return token[0].isupper()


def _name_after(tokens: Any, words: list[str], last: int, takes: str) -> int:
    """Index of the last token of a name that follows a head noun, or ``last`` itself without one."""
    if not takes or last + 1 >= len(tokens):
        return last
    index = last + 1
    if takes == "van" or words[index] in ("van",):
        if words[index] != "van" or index + 1 >= len(tokens):
            return last
        index += 1
        if words[index] in ("de", "het", "den") and index + 1 < len(tokens):
            index += 1
    if not _can_open_name(tokens, words, index, takes):
        return last
    end = max(_run(tokens, words, index), _short_name(words, index))
    joined = end + 2 < len(tokens) and words[end + 1] == "en" and _is_capital(tokens[end + 2][0])
    if takes == "topic" and joined and _is_topic(words, end + 2):  # "team Ruimte en Milieu"
        return end + 2
    return end


def _can_open_name(tokens: Any, words: list[str], index: int, takes: str) -> bool:
    """Whether the word at ``index`` can be the first of a name after its head noun."""
    if not _is_capital(tokens[index][0]):
        return False
    if words[index] in STOP_WORDS:  # "woonstichting De Kernen"
        article = takes == "name" and words[index] in ("de", "het")
        return article and index + 1 < len(tokens) and _is_capital(tokens[index + 1][0])
    return words[index] not in _lexicon().not_names or words[index] == "nederland"


def _is_topic(words: list[str], index: int) -> bool:
    """Whether the word at ``index`` can end the name of a department, being no party itself."""
    key = (words[index],)
    lexicon = _lexicon()
    known = key in lexicon.organisations or key in lexicon.short_names
    return not known and _head_at(words, index) is None


def _short_name(words: list[str], index: int) -> int:
    """Last index of a name of several words joined by "en" in the register ("Rijn en IJssel"), or -1."""
    for length in range(min(_MAX_NAME, len(words) - index), 2, -1):
        name = tuple(words[index : index + length])
        if "en" in name and name in _lexicon().short_names:
            return index + length - 1
    return -1


def _run(tokens: Any, words: list[str], index: int) -> int:
    """Last index of a run of words with a capital, joined by "van", "de", "op" and the like."""
    last = index
    ahead = index + 1
    while ahead < len(tokens) and ahead - index < _MAX_NAME:
        if _is_capital(tokens[ahead][0]):
            last = ahead
        elif words[ahead] not in _lexicon().joiners or words[ahead] == "en" or ahead - last > 2:
            break
        ahead += 1
    return last


def _pronoun(text: str, tokens: Any, words: list[str], index: int) -> Candidate | None:
    if words[index] in _SELF:
        return _make(text, tokens, index, index, head="we", kind="self", source="pronoun", generic=True)
    return None


def _proper(text: str, tokens: Any, words: list[str], index: int) -> Candidate | None:
    """A name with capitals not in the lexicon; a sentence's first word only where it must be a name."""
    token = tokens[index][0]
    if not token[0].isalpha() or not _is_capital(token):
        return None
    if words[index] in _lexicon().not_names or words[index] in STOP_WORDS:
        return None
    last = max(_run(tokens, words, index), _short_name(words, index))
    registered = _lexicon().short_names.get(tuple(words[index : last + 1]))
    if registered and last == index and words[index] in _lexicon().common_words:
        registered = None
    acronym = last == index and token.isupper() and 2 <= len(token) <= 8
    opens = index == 0 or tokens[index - 1][0] in ".:?!•-–|*·"
    if last == index and not acronym and not registered and (opens or len(token) == 1):
        return None
    headed = _head_at(words, last) if last > index and not registered else None
    if headed:  # "Vlietdorps Wijkteam"
        head, _, noun = headed
        return _make(text, tokens, index, last, head=noun, kind=head.kind, source="named")
    source = "acronym" if acronym else "place" if registered else "proper"
    kind = _REGISTER_KINDS[registered[0]] if registered else "organisation"
    identifier = registered[1] if registered else None
    return _make(text, tokens, index, last, head=source, kind=kind, source=source, identifier=identifier)


# --- does it act? ----------------------------------------------------------------------------------------


def features(text: str, found: Sequence[Candidate], parts: Mapping[int, str]) -> list[list[str]]:
    """Names of the features that hold for each candidate of ``text``.

    ``parts`` gives the part of speech by offset of a word's first character (may be empty). A candidate in
    an enumeration ("provincie, gemeenten en waterschap") has the context of the whole enumeration.
    """
    tokens = _tokens(text)
    words = [t.lower().replace("’", "'") for t, _, _ in tokens]
    kinds = ["W"] * len(tokens)
    for n, candidate in enumerate(found):
        for i in range(candidate.first, candidate.last + 1):
            kinds[i] = str(n)
    shared = _sentence_features(words)
    return [_context(tokens, words, kinds, c, parts) + shared for c in found]


def _sentence_features(words: list[str]) -> list[str]:
    return [f"s={w}" for w in sorted(set(words) & _lexicon().sentence_words)]


def _walk(words: list[str], kinds: list[str], index: int, step: int) -> int:
    """The end of the enumeration around a candidate, in the direction of ``step``."""
    edge = index
    modifiers, links = _lexicon().modifiers, _lexicon().links
    at = index + step
    while 0 <= at < len(words) and abs(at - edge) <= 4 and abs(at - index) < _LONGEST_LIST:
        if kinds[at] != "W":
            edge = at
        elif words[at] not in links and words[at] not in _ARTICLES and words[at] not in modifiers:
            break
        at += step
    return edge


def _context(
    tokens: Any, words: list[str], kinds: list[str], c: Candidate, parts: Mapping[int, str]
) -> list[str]:
    left, right = _walk(words, kinds, c.first, -1), _walk(words, kinds, c.last, 1)
    before = list(range(left - 1, max(left - 16, -1), -1))
    article = "none"
    while before and words[before[0]] in _ARTICLES:
        article = words[before.pop(0)]
    known = _lexicon().verbs
    verbs = [w in known or parts.get(t[1]) in ("VERB", "AUX") for w, t in zip(words, tokens, strict=True)]
    relation = _relation(words, verbs, before, right)
    group = _GROUPS.get(c.source) or _GROUPS.get(c.kind, "party")
    if group == "place" and relation in ("subject", "inverted"):  # "Vlietdorp legt een fietspad aan"
        group = "authority"
    names = [f"group={group}", f"rel={relation}", f"{group}_rel={relation}", f"article={article}"]
    if c.source not in ("place", "acronym", "proper"):
        names += [
            f"kind={c.kind}",
            f"head={c.head}",
            f"{c.kind}_rel={relation}",
            f"named={c.source == 'named'}",
        ]
    if left < c.first or right > c.last:
        names.append("enumerated")
    around = [words[i] for i in before[:3]] + ["<s>"] * 3
    names += [f"l1={around[0]}", f"l2={around[1]}", f"l12={around[1]}_{around[0]}", f"l3={around[2]}"]
    names += [f"gl1={group}_{around[0]}"]
    after = [words[i] for i in range(right + 1, min(right + 4, len(words)))] + ["</s>"] * 3
    names += [f"r1={after[0]}", f"r2={after[1]}", f"r12={after[0]}_{after[1]}", f"gr1={group}_{after[0]}"]
    names.append(f"r1end={after[0][-2:]}" if after[0].isalpha() else "r1sign")
    names.append(f"l1end={around[0][-2:]}" if around[0].isalpha() else "l1sign")
    if parts:
        pos = [parts.get(tokens[i][1], "_") for i in before[:2]] + ["<s>"] * 2
        nxt = [parts.get(tokens[i][1], "_") for i in range(right + 1, min(right + 3, len(tokens)))] + [
            "</s>"
        ] * 2
        names += [f"p1={pos[0]}", f"p2={pos[1]}_{pos[0]}", f"q1={nxt[0]}", f"q2={nxt[0]}_{nxt[1]}"]
        names += [f"pq={pos[0]}_{nxt[0]}", f"gp1={group}_{pos[0]}", f"gq1={group}_{nxt[0]}"]
    return names


_GROUPS = {"pronoun": "we", "proper": "name", "acronym": "acronym", "place": "place"} | dict.fromkeys(
    ("gemeente", "provincie", "waterschap", "rijk", "organ"), "authority"
)


def _relation(words: list[str], verbs: Sequence[bool], before: Sequence[int], right: int) -> str:
    """What a party is to the words around it: subject, agent, partner, bearer, recipient, owner, place."""
    follows = words[right + 1] if right + 1 < len(words) else ""
    verb_after = right + 1 < len(words) and verbs[right + 1]
    if not before or words[before[0]] in _BREAKS:
        return "subject" if verb_after else "alone" if not follows or follows in _BREAKS else "initial"
    stretch = " ".join(words[i] for i in reversed(before[:4]))
    for name, pattern in _lexicon().relations:
        if pattern.search(stretch):
            return name
    last = words[before[0]]
    if verbs[before[0]]:
        return "inverted"
    if last in (
        "dat",
        "die",
        "of",
        "als",
        "wanneer",
        "waar",
        "waarbij",
        "waarin",
        "hoe",
        "zodat",
        "omdat",
        "waarmee",
        "indien",
        "en",
        "welke",
    ):
        return "clause"
    return "before_verb" if verb_after else "other"


_BREAKS = frozenset([".", ":", ";", "?", "!", "•", "-", "–", "|", "*", "·", "(", ",", "“", "‘", ")", "§"])


@cache
def _weights() -> tuple[float, dict[str, float]]:
    model = json.loads(model_path("actor_roles.json").read_text(encoding="utf-8"))
    return model["intercept"], model["weights"]


def probability(names: Sequence[str]) -> float:
    """Probability that a candidate with these features acts."""
    intercept, weights = _weights()
    total = intercept + sum(weights.get(name, 0.0) for name in names)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def parts_of_speech(span: Span | Doc) -> dict[int, str]:
    """Part of speech by offset within the span; empty where the pipeline has no tagger."""
    base = span[0].idx if len(span) else 0
    return {token.idx - base: token.pos_ for token in span if token.pos_}


def find_actors(span: Span | Doc) -> list[Found]:
    """The parties with a task or role in one unit, in order; each name once.

    Offsets are within the span's text. A value is ``{"name", "kind", "identifier", "generic"}``: the name as
    written without the leading article ("we" for wij), the kind gemeente, provincie, waterschap, rijk, organ,
    office, department, company, organisation, group or self, and the identifier of the public register.
    """
    text = span.text
    found = candidates(text)
    names = features(text, found, parts_of_speech(span))
    keep = acting(text, found, names, [probability(n) for n in names])
    actors: dict[str, Found] = {}
    for candidate in (c for c, kept in zip(found, keep, strict=True) if kept):
        name = "we" if candidate.kind == "self" else candidate.name
        value = {
            "name": name,
            "kind": candidate.kind,
            "identifier": candidate.identifier,
            "generic": candidate.generic,
        }
        words = text[candidate.start : candidate.end]
        actors.setdefault(name.lower(), Found(candidate.start, candidate.end, words, value))
    return list(actors.values())


def acting(
    text: str,
    found: Sequence[Candidate],
    names: Sequence[Sequence[str]],
    probabilities: Sequence[float],
    threshold: float = _THRESHOLD,
) -> list[bool]:
    """Which candidates are actors, by their probability, their column and the parties beside them.

    ``names`` and ``probabilities`` hold the features and the probability of each candidate. An abbreviation
    in brackets of the name before it is that name again; who is named in one list with a party that acts,
    acts too unless that is very improbable.
    """
    columns = _in_role_columns(text)
    keep = [
        probability >= threshold
        or _carries_out(own)
        or any(start <= candidate.start < end for start, end in columns)
        for candidate, own, probability in zip(found, names, probabilities, strict=True)
    ]
    for group in _enumerations(text, found):
        if any(probabilities[i] >= _LEADS for i in group):
            keep = [kept or (i in group and probabilities[i] >= _FOLLOWS) for i, kept in enumerate(keep)]
    labels = [match.span() for match in _lexicon().roles.finditer(text)]
    for i, candidate in enumerate(found):  # "Trekker:" names a column
        if any(start <= candidate.start and candidate.end <= end for start, end in labels):
            keep[i] = False
    for i in range(1, len(found)):
        if keep[i - 1] and _is_alias(text, found[i - 1], found[i]):
            keep[i] = False
    return keep


def _enumerations(text: str, found: Sequence[Candidate]) -> list[range]:
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


def _in_role_columns(text: str) -> list[tuple[int, int]]:
    """Stretches after "Trekker:", "Wie:" and the like, up to the next column or clause."""
    stretches = []
    for match in _lexicon().roles.finditer(text):
        end = re.search(r"[|;]|\.\s|$", text[match.end() :])
        stretches.append((match.end(), match.end() + (end.start() if end else 0)))
    return stretches
