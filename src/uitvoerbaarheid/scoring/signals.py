"""Signals of uitvoeringskracht in a document as a whole, each found with evidence or missing with a question.

What shows a signal is data (``data/signals``): words that stand together in one sentence, item or row, or a
promise of a certain form. What other authorities or the past decided shows nothing: unless its rule says
otherwise, evidence stands in policy sections.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.actors.resolve import resolve_actor
from uitvoerbaarheid.nlp.annotation import LabelledUnit, SectionAnnotation
from uitvoerbaarheid.nlp.annotator import authority_kind
from uitvoerbaarheid.nlp.patterns import Shortlist
from uitvoerbaarheid.nlp.rules import Rule, compile_phrases, phrase_pattern, read_rules
from uitvoerbaarheid.nlp.units import stretches_of
from uitvoerbaarheid.records import Commitment, Document, Mention, Section, Signal, SignalEvidence
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.details import earns
from uitvoerbaarheid.scoring.planning import commitments_of, is_unnamed, party_key, party_of

#: The files in ``data/signals``, in the order of the signals.
FILES = ("route1.toml", "route2.toml", "route3.toml", "coherence.toml")
#: Most pieces of evidence shown per signal, and most from one section.
MOST, MOST_PER_SECTION = 5, 2
#: How far apart, in characters, the words of a rule may stand, unless it says so itself.
_NEAR = 150
#: A shorter sentence is a heading or a label in a table, a longer one a table or list that lost its lines.
_SHORTEST, _LONGEST = 25, 600
_LONGEST_TASK = 350
_CONTENTS = re.compile(r"\.{4}")


@dataclass(frozen=True)
class _Piece:
    """A sentence, item or row of a section, with what was found in it."""

    section: Section
    position: int
    start: int
    end: int
    page: int | None
    text: str
    mentions: tuple[Mention, ...]
    own: frozenset[str]

    @property
    def promises(self) -> bool:
        """Whether a measure or check is stated in it."""
        return any(mention.type in ("measure", "monitoring") for mention in self.mentions)

    @property
    def parties(self) -> bool:
        """Whether it names another party than the authority itself."""
        return any(mention.type == "actor" and is_other_party(mention, self.own) for mention in self.mentions)


class _Words:
    """The words of a rule: lists of which each must occur, near the others, and words that must not."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.groups = [compile_phrases(words) for words in data["all"]]
        self.none = compile_phrases(data["none"]) if data.get("none") else None
        self.near: int = data.get("near", _NEAR)

    def found_in(self, text: str) -> bool:
        """Whether they are in a sentence."""
        if not all(group.may_match(text) for group in self.groups):
            return False
        places = []
        for group in self.groups:
            spans = [match.span() for match in group.finditer(text)]
            if not spans:
                return False
            places.append(spans)
        first, *others = places
        near = any(
            all(any(a - end <= self.near and start - b <= self.near for a, b in spans) for spans in others)
            for start, end in first
        )
        return near and not (self.none and self.none.search(text))


@cache
def signal_rules() -> tuple[Rule, ...]:
    """The rules of all signals, in the order of the files."""
    return tuple(rule for file in FILES for rule in read_rules("signals", file) if "signal" in rule.data)


@cache
def _headings() -> tuple[tuple[re.Pattern[str], Rule], ...]:
    """The headings under which others speak, each as the whole of a heading but for its number."""
    rules = [rule for rule in read_rules("signals", FILES[0]) if "headings" in rule.data]
    number = r"^\W*(?:(?:hoofdstuk|paragraaf|bijlage)\s+)?(?:[\d.]+\s+)?"
    return tuple(
        (re.compile(number + phrase_pattern(rule.data["headings"]) + r"\W*$", re.IGNORECASE), rule)
        for rule in rules
    )


def is_elsewhere(heading: str, authority_kind: str | None = None) -> Rule | None:
    """The rule by which others speak below a heading, in a document of that kind of authority."""
    return next(
        (
            rule
            for pattern, rule in _headings()
            if authority_kind not in rule.data["kinds"] and pattern.search(heading)
        ),
        None,
    )


@cache
def _signals() -> tuple[Mapping[str, Any], ...]:
    return tuple(table for file in FILES for table in read_toml("signals", file)["signal"])


@cache
def _words(rule_id: str) -> _Words:
    return _Words(next(rule.data for rule in signal_rules() if rule.id == rule_id))


@cache
def _shortlist() -> Shortlist[str]:
    """The ids of the rules in words, by the first of their lists: few of them have a word in a sentence."""
    ids = [rule.id for rule in signal_rules() if "all" in rule.data]
    return Shortlist((identifier, _words(identifier).groups[:1]) for identifier in ids)


def says(rule: Rule, text: str) -> bool:
    """Whether the words of a rule stand in a sentence."""
    return _words(rule.id).found_in(text)


def is_other_party(mention: Mention, own: Collection[str] = ()) -> bool:
    """Whether an actor is a party with a name, other than the authority that wrote the document.

    ``own`` are the keys (:func:`party_of`) by which that authority is known.
    """
    value = mention.value or {}
    known = not value.get("generic") or value.get("identifier")
    key, name, _ = party_of(mention)
    return bool(
        known
        and not value.get("resolved")
        and key not in own
        and value.get("kind") not in ("self", "group", "party", "organ", "inwoners", "department")
        and value.get("role") != "addressee"
        and not is_unnamed(name)
    )


def own_keys(sections: Sequence[Section], document: Document | None = None) -> frozenset[str]:
    """The keys by which the authority that wrote a document is known: its name, and what "we" stands for."""
    stands_for = [
        mention.value["resolved"]
        for section in sections
        for mention in section.mentions
        if mention.type == "actor" and mention.value and isinstance(mention.value.get("resolved"), dict)
    ]
    issuer = resolve_actor({"kind": "self", "name": "we"}, document.authority if document else None)
    return frozenset(party_key(value) for value in (*stands_for, *([issuer] if issuer else [])))


def signals_of(
    sections: Sequence[Section],
    document: Document | None = None,
    annotations: Sequence[SectionAnnotation] | None = None,
) -> list[Signal]:
    """All signals, in the order of ``data/signals``; of each at most five pieces of evidence.

    ``document`` says whose it is. ``annotations``, one per section, tell where its sentences are: without
    them these are looked for again. The best pieces are kept, and shown in the order of the document. Takes
    time linear in its length.
    """
    own_names, kind = own_keys(sections, document), authority_kind(document)
    shown: dict[str, dict[tuple[int, int], tuple[_Piece, list[Rule]]]] = {}
    for position, section in enumerate(sections):
        if section.role == "other" or any(is_elsewhere(name, kind) for name in section.heading_path):
            continue
        units = annotations[position].units if annotations is not None else None
        pieces = list(_pieces(section, position, own_names, units))
        for piece, rule in _shown_by(section, pieces):
            own = shown.setdefault(rule.data["signal"], {})
            own.setdefault((position, piece.start), (piece, []))[1].append(rule)
    return [_signal(table, list(shown.get(table["id"], {}).values()), sections) for table in _signals()]


def _pieces(
    section: Section, position: int, own: frozenset[str], units: Sequence[LabelledUnit] | None
) -> Iterator[_Piece]:
    if units is None:
        places = [(found.start, found.end, found.block.page) for found in stretches_of(section)]
    else:
        places = [(found.unit.start, found.unit.end, found.unit.page) for found in units]
    starts = [start for start, _, _ in places]
    inside: list[list[Mention]] = [[] for _ in places]
    for mention in section.mentions:
        at = bisect_right(starts, mention.start) - 1
        if at >= 0:
            inside[at].append(mention)
    for (start, end, page), mentions in zip(places, inside, strict=True):
        yield _Piece(
            section=section,
            position=position,
            start=start,
            end=end,
            page=page if page is not None else section.page_start,
            text=section.text[start:end],
            mentions=tuple(mentions),
            own=own,
        )


def _shown_by(section: Section, pieces: Sequence[_Piece]) -> Iterator[tuple[_Piece, Rule]]:
    """The pieces of a section that show a signal, with the rule by which they do."""
    starts = [piece.start for piece in pieces]
    with_words: dict[str, list[_Piece]] = defaultdict(list)
    for piece in filter(_can_show, pieces):
        for identifier in _shortlist().of(piece.text):
            with_words[identifier].append(piece)
    for rule in signal_rules() if pieces else ():
        if section.role not in rule.data.get("roles", ("policy",)):
            continue
        if "find" in rule.data:
            for mention in _FINDERS[rule.data["find"]](section, pieces[0].own):
                at = bisect_right(starts, mention.start) - 1
                if at >= 0:
                    yield pieces[at], rule
            continue
        words, holds = _words(rule.id), rule.data.get("holds")
        for piece in with_words[rule.id]:
            if (holds == "promise" and not piece.promises) or (holds == "party" and not piece.parties):
                continue
            if words.found_in(piece.text):
                yield piece, rule


def _can_show(piece: _Piece) -> bool:
    """Whether the words of a piece can show anything, whatever the rule."""
    readable = _SHORTEST <= len(piece.text) <= _LONGEST and not _CONTENTS.search(piece.text)
    return readable and not _is_past(piece)


def _is_past(piece: _Piece) -> bool:
    """Whether all that a policy section states in a piece is history or denied."""
    stated = [m for m in piece.mentions if m.type in ("goal", "measure", "monitoring")]
    return bool(stated) and all({"history", "negation"} & set(mention.qualifiers) for mention in stated)


# --------------------------------------------------------------------------------- found in the promises


def _near(section: Section, commitment: Commitment, index: int) -> bool:
    return any(
        link.mention == index and link.bond in ("sentence", "row", "column") for link in commitment.links
    )


def named_parties(section: Section, own: Collection[str] = ()) -> list[Mention]:
    """The other parties, by name, that take part in the promises of a section.

    They act with others, pay, are named as the one who does it, or do it by a term of their own: what another
    authority does anyway is no promise of a partner.
    """
    found: dict[int, Mention] = {}
    for _, commitment in commitments_of(section):
        measure = section.mentions[commitment.measure] if commitment.measure is not None else None
        if measure is None or measure.modality == "wish" or measure.qualifiers:
            continue
        if len(measure.text) > _LONGEST_TASK:
            continue  # a row about many things
        actors = [index for index in commitment.actors if _near(section, commitment, index)]
        together = any(party_of(section.mentions[index])[0] in own for index in actors)
        planned = (
            commitment.deadline is not None
            and _near(section, commitment, commitment.deadline)
            and (section.mentions[commitment.deadline].value or {}).get("interval") != "vague"
        )
        for index in actors:
            mention = section.mentions[index]
            value = mention.value or {}
            takes_part = value.get("role") in ("partner", "financier") or any(
                rule in ("column.actor", "role.responsible.label") for rule in mention.rules
            )
            # The Rijk does much that is not done with the authority that writes, and of an unknown name in
            # capitals it is not sure that it is a party.
            unsure = value.get("kind") == "rijk" or (
                value.get("kind") == "organisation" and not value.get("identifier")
            )
            if is_other_party(mention, own) and (takes_part or (not unsure and (together or planned))):
                found[index] = mention
    return list(found.values())


def covered_promises(section: Section, own: Collection[str] = ()) -> list[Mention]:
    """The money or capacity of the measures of a section that have any, one for each."""
    return [
        section.mentions[commitment.budget]
        for _, commitment in commitments_of(section)
        if commitment.measure is not None
        and commitment.budget is not None
        and earns(section.mentions[commitment.budget])
    ]


_FINDERS: dict[str, Callable[[Section, Collection[str]], list[Mention]]] = {
    "named_party": named_parties,
    "covered_promise": covered_promises,
}


# ------------------------------------------------------------------------------------------ the records


def _signal(
    table: Mapping[str, Any], shown: list[tuple[_Piece, list[Rule]]], sections: Sequence[Section]
) -> Signal:
    rules = [rule for rule in signal_rules() if rule.data["signal"] == table["id"]]
    found, question = bool(shown), str(table["question"])
    share = next((rule.data["share"] for rule in rules if "share" in rule.data), None)
    if share is not None:
        promises = sum(c.measure is not None for section in sections for c in section.commitments)
        covered = sum(len(covered_promises(section)) for section in sections)
        found = promises > 0 and covered >= share * promises
        question = (
            question.format(with_means=covered, promises=promises)
            if promises
            else str(table["without_promises"])
        )
    if found and "unsolved" in table and not any(_is_solved(own) for _, own in shown):
        question = str(table["unsolved"])
    elif found:
        question = ""
    return Signal(
        id=table["id"],
        route=table["route"],
        title=table["title"],
        found=found,
        question=question or None,
        source=table["source"],
        evidence=[_evidence(piece, own) for piece, own in _best(shown)] if found else [],
    )


def _is_solved(rules: Sequence[Rule]) -> bool:
    return any(rule.id.endswith(".solved") for rule in rules)


def _best(shown: list[tuple[_Piece, list[Rule]]]) -> list[tuple[_Piece, list[Rule]]]:
    """The most telling pieces, two of a section at most and none twice, in the order of the document."""
    ranked = sorted(shown, key=lambda item: (-_weight(*item), item[0].position, item[0].start))
    kept: list[tuple[_Piece, list[Rule]]] = []
    per_section: dict[int, int] = {}
    texts: set[str] = set()
    for piece, rules in ranked:
        plain = " ".join(piece.text.lower().split())
        if len(kept) == MOST or per_section.get(piece.position, 0) == MOST_PER_SECTION or plain in texts:
            continue
        kept.append((piece, rules))
        texts.add(plain)
        per_section[piece.position] = per_section.get(piece.position, 0) + 1
    return sorted(kept, key=lambda item: (item[0].position, item[0].start))


def _weight(piece: _Piece, rules: Sequence[Rule]) -> float:
    """How telling a piece is: by its rules, in policy, with a promise, a party and a term of its own."""
    kinds = {mention.type for mention in piece.mentions}
    vague = "vague" in kinds
    firm = any(mention.modality in ("decision", "duty") for mention in piece.mentions)
    shared = any((mention.value or {}).get("role") in ("partner", "financier") for mention in piece.mentions)
    return (
        max(rule.data["weight"] for rule in rules)
        + 0.5 * (piece.section.role == "policy")
        + 0.5 * piece.promises
        + 0.5 * firm
        + 0.5 * shared
        + 0.25 * ("deadline" in kinds)
        + 0.25 * piece.parties
        - 0.5 * vague
    )


def _evidence(piece: _Piece, rules: Sequence[Rule]) -> SignalEvidence:
    return SignalEvidence(
        section=piece.section.id,
        text=piece.text,
        start=piece.start,
        end=piece.end,
        page=piece.page,
        rules=list(dict.fromkeys(rule.id for rule in rules)),
    )
