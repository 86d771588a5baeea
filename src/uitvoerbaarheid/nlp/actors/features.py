"""What the words around a party say of it: the features by which a regression tells whether it acts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from uitvoerbaarheid.nlp.actors.candidates import Candidate
from uitvoerbaarheid.nlp.actors.gazetteer import gazetteer, spelled
from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.nlp.words import Tag, Words
from uitvoerbaarheid.resources import read_toml

_ARTICLES = frozenset(
    [
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
    ]
)
_SUBORDINATE = frozenset(
    [
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
    ]
)
_BREAKS = frozenset([".", ":", ";", "?", "!", "•", "-", "–", "|", "*", "·", "(", ",", "“", "‘", ")", "§"])
_CLAUSE_ENDS = frozenset([".", ":", ";", "?", "!", "•", "|", "(", ")", ","])
_PERFECT, _PASSIVE = frozenset(["hebben", "zijn"]), frozenset(["worden"])
#: How many words of an enumeration, and of a clause, are read on each side of a candidate.
_LONGEST_LIST, _CLAUSE = 60, 14
#: How many words of a sentence are read for what it is about.
_SENTENCE = 80
_OPEN_CLASSES = frozenset(["VERB", "AUX", "NOUN", "ADJ", "ADV", "SCONJ", "PRON"])
_GROUPS = {"pronoun": "we", "proper": "name", "acronym": "acronym", "place": "place"} | dict.fromkeys(
    ("gemeente", "provincie", "waterschap", "rijk", "organ"), "authority"
)


Tags = Mapping[int, Tag]


def tags_of(words: Words) -> dict[int, Tag]:
    """The tags of words by their offset; empty where the pipeline has no tagger."""
    return {start: tag for start, tag in zip(*words, strict=True) if tag.pos}


@dataclass(frozen=True)
class _Cues:
    verbs: frozenset[str]
    links: frozenset[str]
    relations: Shortlist[tuple[str, Pattern]]


@cache
def _cues() -> _Cues:
    data = read_toml("lexicons", "actors.toml")
    relations = (
        (name, Pattern(rf"\b(?:{'|'.join(patterns)})$", re.I)) for name, patterns in data["relations"].items()
    )
    return _Cues(
        verbs=frozenset(data["verbs"]["forms"]),
        links=frozenset(data["context"]["links"]),
        relations=Shortlist(((name, pattern), [pattern]) for name, pattern in relations),
    )


class _Sentence:
    """The words of a text with their tags, and which candidate each belongs to."""

    def __init__(self, text: str, found: Sequence[Candidate], tags: Tags) -> None:
        tokens, self.words = spelled(text)
        self.text = text
        self.tags = [tags.get(start) for _, start, _ in tokens]
        self.party = [False] * len(tokens)
        for candidate in found:
            for i in range(candidate.first, candidate.last + 1):
                self.party[i] = True
        verbs = _cues().verbs
        self.verbs = [
            word in verbs or (tag is not None and tag.pos in ("VERB", "AUX"))
            for word, tag in zip(self.words, self.tags, strict=True)
        ]
        self.shared = self._shared(found)

    def _shared(self, found: Sequence[Candidate]) -> list[str]:
        """What holds for all candidates of the sentence."""
        verbs = _cues().verbs
        names = {f"s={word}" for word in self.words[:_SENTENCE] if word in verbs}
        forms = set()
        for word, tag in zip(self.words[:_SENTENCE], self.tags, strict=False):
            if tag is None:
                names.add(f"b={word}")
            elif tag.pos in _OPEN_CLASSES:
                names.add(f"b={tag.lemma}")
                if tag.pos in ("VERB", "AUX") and tag.form:
                    forms.add(tag.form)
        names |= {f"has={form}" for form in forms} | _years(self.text[:1000])
        names.add("forms=" + "+".join(sorted(forms)))
        names.add(f"last={self.words[-1]}" if self.words and not self.words[-1].isalnum() else "last=word")
        names.add(f"opens={self.words[0] if self.words and not self.words[0].isalnum() else 'word'}")
        names.add(f"length={min(len(self.words) // 8, 6)}")
        names.add(f"parties={min(len(found), 5)}")
        names |= {f"beside={c.kind}" for c in found if c.kind in ("self", "gemeente", "provincie", "rijk")}
        return sorted(names)


#: With its century first, since what a text does not hold is then found out at once.
_YEAR = re.compile(r"(?:19|20)(?<!\d\d\d)\d\d(?!\d)")


def _years(text: str) -> set[str]:
    years = [int(year) for year in _YEAR.findall(text)]
    names = {f"year={'past' if year < 2016 else 'now' if year < 2024 else 'later'}" for year in years}
    return names | ({"money"} if "€" in text or "euro" in text else set())


def features(text: str, found: Sequence[Candidate], tags: Tags) -> list[list[str]]:
    """Names of the features that hold for each candidate of ``text``.

    ``tags`` gives the language model's tags by offset of a word's first character (may be empty). A
    candidate in an enumeration ("provincie, gemeenten en waterschap") has the context of the whole of it.
    """
    sentence = _Sentence(text, found, tags)
    return [
        _context(sentence, candidate, position) + sentence.shared for position, candidate in enumerate(found)
    ]


def _walk(sentence: _Sentence, index: int, step: int) -> int:
    """The end of the enumeration around a candidate, in the direction of ``step``."""
    words, party = sentence.words, sentence.party
    modifiers, links = gazetteer().modifiers, _cues().links
    edge = index
    at = index + step
    while 0 <= at < len(words) and abs(at - edge) <= 4 and abs(at - index) < _LONGEST_LIST:
        if party[at]:
            edge = at
        elif words[at] not in links and words[at] not in _ARTICLES and words[at] not in modifiers:
            break
        at += step
    return edge


def _context(sentence: _Sentence, c: Candidate, position: int) -> list[str]:
    words = sentence.words
    left, right = _walk(sentence, c.first, -1), _walk(sentence, c.last, 1)
    before = list(range(left - 1, max(left - 16, -1), -1))
    article = "none"
    while before and words[before[0]] in _ARTICLES:
        article = words[before.pop(0)]
    relation = _relation(sentence, before, right)
    group = _GROUPS.get(c.source) or _GROUPS.get(c.kind, "party")
    if group == "place" and relation in ("subject", "inverted"):  # "Vlietdorp legt een fietspad aan"
        group = "authority"
    names = [f"group={group}", f"rel={relation}", f"{group}_rel={relation}", f"article={article}"]
    names += [f"first={position == 0}", f"place={min(c.first // 4, 6)}"]
    if c.source not in ("place", "acronym", "proper"):
        names += [f"kind={c.kind}", f"{c.kind}_rel={relation}", f"named={c.source == 'named'}"]
        names.append(f"head={c.head}")
    if left < c.first or right > c.last:
        names.append("enumerated")
    names += _neighbours(sentence, group, before, right)
    return names + _clause(sentence, group, relation, left, right)


def _neighbours(sentence: _Sentence, group: str, before: Sequence[int], right: int) -> list[str]:
    """The words, and their parts of speech, just before and after a party."""
    words, tags = sentence.words, sentence.tags
    around = [words[i] for i in before[:3]] + ["<s>"] * 3
    following = range(right + 1, min(right + 4, len(words)))
    after = [words[i] for i in following] + ["</s>"] * 3
    names = [f"l1={around[0]}", f"l2={around[1]}", f"l12={around[1]}_{around[0]}", f"l3={around[2]}"]
    names += [f"gl1={group}_{around[0]}"]
    names += [f"r1={after[0]}", f"r2={after[1]}", f"r12={after[0]}_{after[1]}", f"gr1={group}_{after[0]}"]
    names.append(f"r1end={after[0][-2:]}" if after[0].isalpha() else "r1sign")
    names.append(f"l1end={around[0][-2:]}" if around[0].isalpha() else "l1sign")
    pos = [tag.pos if (tag := tags[i]) else "_" for i in before[:2]] + ["<s>"] * 2
    nxt = [tag.pos if (tag := tags[i]) else "_" for i in following] + ["</s>"] * 2
    names += [f"p1={pos[0]}", f"p2={pos[1]}_{pos[0]}", f"q1={nxt[0]}", f"q2={nxt[0]}_{nxt[1]}"]
    return [*names, f"pq={pos[0]}_{nxt[0]}", f"gp1={group}_{pos[0]}", f"gq1={group}_{nxt[0]}"]


def _clause(sentence: _Sentence, group: str, relation: str, left: int, right: int) -> list[str]:
    """The verbs of the clause around a party: what it does, in which tense, or what is done to it."""
    words, tags = sentence.words, sentence.tags
    start = left
    while start > 0 and left - start < _CLAUSE and words[start - 1] not in _CLAUSE_ENDS:
        start -= 1
    end = right
    while end + 1 < len(words) and end - right < _CLAUSE and words[end + 1] not in _CLAUSE_ENDS:
        end += 1
    names, forms, lemmas = [], set(), set()
    finite: tuple[int, str] | None = None
    for i in [*range(start, left), *range(right + 1, end + 1)]:
        tag = tags[i]
        if tag is None or tag.pos not in ("VERB", "AUX"):
            continue
        side = "<" if i < left else ">"
        lemmas.add(tag.lemma)
        forms.add(tag.form)
        names += [f"v={tag.lemma}", f"v{side}={tag.lemma}", f"vr={tag.lemma}_{relation}"]
        names.append(f"vf={tag.form}_{group}_{relation}")
        distance = left - i if i < left else i - right
        if tag.form in ("past", "pres") and (finite is None or distance < finite[0]):
            finite = (distance, f"{tag.lemma}_{tag.form}_{side}")
    what = finite[1] if finite else "none"
    names += [f"finite={what}", f"finite_{group}={what}", f"reach={min(finite[0], 6) if finite else 'none'}"]
    if "part" in forms and lemmas & _PERFECT:
        names += ["perfect", f"perfect_{relation}"]
    if "part" in forms and lemmas & _PASSIVE:
        names += ["passive", f"passive_{relation}"]
    names.append("clause=" + "+".join(sorted(forms - {""})) + "_" + relation)
    before, after = words[start - 1] if start else "<s>", words[end + 1] if end + 1 < len(words) else "</s>"
    return [*sorted(set(names)), f"from={before}_{words[start]}", f"until={after}"]


def _relation(sentence: _Sentence, before: Sequence[int], right: int) -> str:
    """What a party is to the words around it: subject, agent, partner, bearer, recipient, owner, place."""
    words, verbs = sentence.words, sentence.verbs
    follows = words[right + 1] if right + 1 < len(words) else ""
    verb_after = right + 1 < len(words) and verbs[right + 1]
    if not before or words[before[0]] in _BREAKS:
        return "subject" if verb_after else "alone" if not follows or follows in _BREAKS else "initial"
    stretch = " ".join(words[i] for i in reversed(before[:4]))
    for name, pattern in _cues().relations.of(sentence.text):
        if pattern.compiled.search(stretch):
            return name
    if verbs[before[0]]:
        return "inverted"
    if words[before[0]] in _SUBORDINATE:
        return "clause"
    return "before_verb" if verb_after else "other"
