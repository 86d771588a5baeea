"""The words of a parsed text as the rules need them, read from spaCy in one go.

spaCy makes an object for every word that is asked for anything; a table of numbers costs far less.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from uitvoerbaarheid.nlp.library import IDX, LEMMA, LENGTH, MORPH, POS, Doc, Span


class Tag(NamedTuple):
    """What the language model says of a word.

    ``lemma`` is in small letters, ``morph`` as Universal Dependencies writes it, ``form`` is past, pres, inf
    or part for a verb, else empty.
    """

    pos: str
    lemma: str
    form: str = ""
    morph: str = ""


class Word(NamedTuple):
    """A word and its offsets in its text."""

    start: int
    end: int
    tag: Tag


def words_of(span: Span | Doc) -> list[Word]:
    """The words of a parsed text, in order; without tags where the pipeline has no tagger."""
    if not len(span):
        return []
    parsed: Any = span
    strings = parsed[0].vocab.strings
    rows = parsed.to_array([IDX, LENGTH, POS, LEMMA, MORPH]).tolist()
    base = rows[0][0]
    return [Word(at - base, at - base + length, _tag(strings, *tag)) for at, length, *tag in rows]


@lru_cache(maxsize=32_768)
def _tag(strings: Any, pos: int, lemma: int, morph: int) -> Tag:
    features = strings[morph]
    return Tag(strings[pos], strings[lemma].lower(), _form(features), features)


def _form(morph: str) -> str:
    for mark, form in (("=Part", "part"), ("=Inf", "inf"), ("=Past", "past"), ("=Pres", "pres")):
        if mark in morph:
            return form
    return ""
