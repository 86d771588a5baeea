"""The parties named in a text, acting or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from uitvoerbaarheid.nlp.actors.gazetteer import (
    MAX_NAME,
    SELF,
    Token,
    compound,
    gazetteer,
    head_at,
    longest,
    lowered,
    spelled,
)
from uitvoerbaarheid.nlp.library import STOP_WORDS

#: What may stand between the initials and the name of a person.
_PREFIXES = frozenset(["van", "de", "den", "der", "ten", "ter"])
_OPENERS = ".:?!•-–|*·"


class Candidate(NamedTuple):
    """A possible actor: offsets in the text, index of its first and last token, and what it is.

    ``source`` says how it was found: register (whole official name), lexicon (a noun), named (a noun with a
    name), pronoun, acronym, place (a short official name) or proper (another name with a capital). ``head``
    is its noun, ``official`` its official name, ``rule`` the id of what found it.
    """

    start: int
    end: int
    first: int
    last: int
    head: str
    kind: str
    name: str
    source: str
    rule: str
    identifier: str | None = None
    official: str | None = None
    generic: bool = False


def candidates(text: str) -> list[Candidate]:
    """All parties named in ``text``, acting or not, in order and without overlap."""
    tokens, words = spelled(text)
    found: list[Candidate] = []
    free = 0
    openings = [(index, ways) for index, (token, _, _) in enumerate(tokens) if (ways := _ways_from(token))]
    for index, ways in openings:
        if index < free:
            continue
        for way in ways:
            if candidate := way(text, tokens, words, index):
                found.append(candidate)
                free = candidate.last + 1
                break
    return found


def _make(text: str, tokens: Sequence[Token], first: int, last: int, **what: Any) -> Candidate:
    start, end = tokens[first][1], tokens[last][2]
    return Candidate(start, end, first, last, name=" ".join(text[start:end].split()), **what)


def _registered(text: str, tokens: Sequence[Token], words: list[str], index: int) -> Candidate | None:
    """An organisation that is known by its whole name, the longest first."""
    known = gazetteer()
    for key in longest(known.known_lengths, words, index, MAX_NAME):
        party = known.known.get(key)
        if party is None:
            continue
        last = index + len(key) - 1
        written = text[tokens[index][1] : tokens[last][2]]
        if len(key) == 1 and (not written[0].isupper() or words[index] in known.common_words):
            continue
        if key in known.spelled and written not in known.spelled[key]:
            continue
        if party.rule == "actor.body":
            last = _branch(tokens, words, last)
        return _make(
            text,
            tokens,
            index,
            last,
            head=words[index] if party.kind in ("gemeente", "provincie", "waterschap") else "organisatie",
            kind=party.kind,
            source="register",
            rule=party.rule,
            identifier=party.identifier,
            official=party.name,
        )
    return None


def _branch(tokens: Sequence[Token], words: list[str], last: int) -> int:
    """Index of the last word of a body's name with that of its branch ("Arriva Drechtsteden")."""
    while last + 1 < len(tokens) and tokens[last + 1][0][0].isupper() and head_at(words, last + 1) is None:
        if words[last + 1] in gazetteer().not_names or words[last + 1] in STOP_WORDS:
            break
        last += 1
    return last


def _headed(text: str, tokens: Sequence[Token], words: list[str], index: int) -> Candidate | None:
    """A noun of the lexicon with its adjectives and the name after it."""
    modifiers = gazetteer().modifiers
    entry = head_at(words, index)
    first = index
    if entry is None and words[index] in modifiers:
        while index + 1 < len(words) and words[index] in modifiers and index - first < 3:
            index += 1
        entry = head_at(words, index)
    if entry is None:
        return None
    head, length, noun = entry
    last = index + length - 1
    end = _name_after(tokens, words, last, head.takes)
    registered = gazetteer().known.get(tuple(words[index : end + 1]))
    short = text[tokens[index][1] : tokens[last][2]].isupper()
    return _make(
        text,
        tokens,
        first,
        end,
        head=noun,
        kind=head.kind,
        source="named" if end > last else "lexicon",
        rule=head.rule,
        identifier=registered.identifier if registered else None,
        official=registered.name if registered else None,
        generic=not (end > last or short or (head.kind == "rijk" and head.takes == "")),
    )


def _is_capital(token: str) -> bool:
    return token[0].isupper()


def _name_after(tokens: Sequence[Token], words: list[str], last: int, takes: str) -> int:
    """Index of the last token of a name that follows a head noun, or ``last`` itself without one."""
    if not takes or last + 1 >= len(tokens):
        return last
    index = last + 1
    if takes == "van" or words[index] == "van":
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


def _can_open_name(tokens: Sequence[Token], words: list[str], index: int, takes: str) -> bool:
    """Whether the word at ``index`` can be the first of a name after its head noun."""
    if not _is_capital(tokens[index][0]):
        return False
    if words[index] in STOP_WORDS:  # "woonstichting De Kernen"
        article = takes == "name" and words[index] in ("de", "het")
        return article and index + 1 < len(tokens) and _is_capital(tokens[index + 1][0])
    return words[index] not in gazetteer().not_names or words[index] == "nederland"


def _is_topic(words: list[str], index: int) -> bool:
    """Whether the word at ``index`` can end the name of a department, being no party itself."""
    key = (words[index],)
    known = key in gazetteer().known or key in gazetteer().short_names
    return not known and head_at(words, index) is None


def _short_name(words: list[str], index: int) -> int:
    """Last index of a name of several words joined by "en" in the register ("Rijn en IJssel"), or -1."""
    known = gazetteer()
    for key in longest(known.short_lengths, words, index, MAX_NAME):
        if key in known.short_names:
            return index + len(key) - 1
    return -1


def _run(tokens: Sequence[Token], words: list[str], index: int) -> int:
    """Last index of a run of words with a capital, joined by "van", "de", "op" and the like."""
    joiners = gazetteer().joiners
    last = index
    ahead = index + 1
    while ahead < len(tokens) and ahead - index < MAX_NAME:
        if _is_capital(tokens[ahead][0]) or _is_initial(tokens, words, ahead):
            last = ahead
        elif words[ahead] not in joiners or words[ahead] == "en" or ahead - last > 2:
            break
        ahead += 1
    return last


def _is_initial(tokens: Sequence[Token], words: list[str], index: int) -> bool:
    """Whether the mark at ``index`` is the full stop of an initial: "wethouder J. van den Brink"."""
    if tokens[index][0] != "." or index + 1 == len(tokens) or tokens[index][1] != tokens[index - 1][2]:
        return False
    initial = tokens[index - 1][0].replace(".", "")
    follows = _is_capital(tokens[index + 1][0]) or words[index + 1] in _PREFIXES
    return (
        follows
        and len(initial) <= 3
        and initial.isupper()
        and len(tokens[index - 1][0]) == 2 * len(initial) - 1
    )


def _is_place(tokens: Sequence[Token], words: list[str], index: int) -> bool:
    """Whether a capital that is also a common word names a municipality: "in Best", "Veldhoven en Best"."""
    known = gazetteer()
    if index and words[index - 1] in known.before_places:
        return True
    others = []
    if index > 1 and words[index - 1] in (",", "en"):
        others.append(index - 2)
    if index and index + 2 < len(words) and words[index + 1] in (",", "en"):
        others.append(index + 2)
    return any(
        (words[i],) in known.short_names and words[i] not in known.common_words and _is_capital(tokens[i][0])
        for i in others
    )


def _pronoun(text: str, tokens: Sequence[Token], words: list[str], index: int) -> Candidate:
    return _make(
        text, tokens, index, index, head="we", kind="self", source="pronoun", rule="actor.we", generic=True
    )


def _proper(text: str, tokens: Sequence[Token], words: list[str], index: int) -> Candidate | None:
    """A name with capitals not in the lexicon; a sentence's first word only where it must be a name."""
    known = gazetteer()
    token = tokens[index][0]
    last = max(_run(tokens, words, index), _short_name(words, index))
    party = known.short_names.get(tuple(words[index : last + 1]))
    if party and last == index and words[index] in known.common_words and not _is_place(tokens, words, index):
        party = None
    acronym = last == index and token.isupper() and 2 <= len(token) <= 8
    opens = index == 0 or tokens[index - 1][0] in _OPENERS
    if last == index and not acronym and not party and (opens or len(token) == 1):
        return None
    headed = head_at(words, last) if last > index and not party else None
    if headed:  # "Vlietdorps Wijkteam"
        head, _, noun = headed
        return _make(text, tokens, index, last, head=noun, kind=head.kind, source="named", rule=head.rule)
    source = "acronym" if acronym else "place" if party else "proper"
    return _make(
        text,
        tokens,
        index,
        last,
        head=source,
        kind=party.kind if party else "organisation",
        source=source,
        rule=f"actor.{source}",
        identifier=party.identifier if party else None,
        official=party.name if party else None,
    )


_Way = Callable[[str, Sequence[Token], list[str], int], Candidate | None]


@lru_cache(maxsize=16384)
def _ways_from(written: str) -> tuple[_Way, ...]:
    """The ways in which a word, as it is written, may begin a party, in the order to try them."""
    known = gazetteer()
    (word,) = lowered([(written, 0, len(written))])
    ways: list[tuple[_Way, bool]] = [
        (_registered, word in known.known_lengths),
        (_headed, word in known.head_lengths or word in known.modifiers or compound(word) is not None),
        (_pronoun, word in SELF),
        (_proper, written[0].isupper() and word not in known.not_names and word not in STOP_WORDS),
    ]
    return tuple(way for way, may_be in ways if may_be)
