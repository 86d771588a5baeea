"""The content words of a text in a plain form, so that "bomen" and "boom", "woningen" and "woning" meet.

No language model: what is compared is often half a table row, and two editions of the same words must give
the same result without one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from uitvoerbaarheid.resources import read_toml

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:-[^\W_]+)*")
_DOUBLE = re.compile(r"(\w)\1")
_ENDINGS = ("en", "e", "s", "n", "t", "d")
#: No ending is cut off when less than this would be left.
_LEAST_STEM = 3


@cache
def _stop_words() -> frozenset[str]:
    from uitvoerbaarheid.nlp.library import STOP_WORDS

    own = read_toml("scoring", "summary.toml")["words"]["empty"]
    return frozenset(STOP_WORDS) | frozenset(own)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without case, accents, doubled letters and its commonest endings: "Bomen" is "bom"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    plain = _DOUBLE.sub(r"\1", plain)
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _LEAST_STEM:
            return plain[: -len(ending)]
    return plain


def content_words(text: str) -> list[str]:
    """The stems of the words that say something, in order: no numbers, no stop words, none of two letters."""
    return [found for word in _WORD.findall(text) if (found := _content(word)) is not None]


@lru_cache(maxsize=65536)
def _content(word: str) -> str | None:
    """The stem of a word that says something, None of another."""
    return stem(word) if len(word) > 2 and word.casefold() not in _stop_words() else None
