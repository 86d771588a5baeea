"""The words of a parsed text as plain values.

spaCy makes an object of every word each time that it is asked for, and looks up every string of it again. A
text has few different words, so what the language model says of them is read in one go and kept by word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from uitvoerbaarheid.nlp.library import IDX, LEMMA, LOWER, MORPH, POS

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_FORMS = (("=Part", "part"), ("=Inf", "inf"), ("=Past", "past"), ("=Pres", "pres"))
_KEPT_WORDS = 50_000


@dataclass(frozen=True, slots=True)
class Tag:
    """What the language model says of a word: part of speech, lemma, and form (past, pres, inf, part).

    ``word`` and ``lemma`` are in small letters; ``present`` and ``finite`` are of verbs.
    """

    word: str
    pos: str
    lemma: str
    form: str
    present: bool
    finite: bool


class Words(NamedTuple):
    """The words and signs of a text, in order: the offset of each, and what the language model says of it."""

    starts: list[int]
    tags: list[Tag]


#: The tags that were seen, by what spaCy counts of them: hashes of their strings.
_tags: dict[tuple[int, ...], Tag] = {}


def words_of(parsed: Span | Doc) -> Words:
    """The words of a parsed text, with their offsets in it."""
    span = parsed[:]
    read = span.doc.to_array([IDX, LOWER, POS, LEMMA, MORPH])[span.start : span.end]
    starts, *columns = read.T.tolist()
    tags = []
    for position, key in enumerate(zip(*columns, strict=True)):
        tag = _tags.get(key)
        if tag is None:
            if len(_tags) > _KEPT_WORDS:
                _tags.clear()
            tag = _tags[key] = _tag(span[position])
        tags.append(tag)
    base = starts[0] if starts else 0
    return Words([start - base for start in starts] if base else starts, tags)


def _tag(token: Token) -> Tag:
    return Tag(
        token.lower_,
        token.pos_,
        token.lemma_.lower(),
        _form(str(token.morph)),
        "Pres" in token.morph.get("Tense", []),
        token.morph.to_dict().get("VerbForm") == "Fin",
    )


def _form(morph: str) -> str:
    return next((form for mark, form in _FORMS if mark in morph), "")
