"""Names by which a finding is known again in a later version of its document.

Each finding has up to two. One that matches is enough to be the same finding:

``heading/v1``
    the rule and the headings above it, without their numbers. It stays when text moves to other pages or
    lines, headings are numbered anew or the text below the heading is written differently.
``text/v1``
    the rule and the words it is about. It stays when headings are renamed and when a section moves to another
    chapter. Findings about no words, or only a few, have none.

Neither knows file, page, line, box, section id, severity or message. Figures in the words do not count, so
that an amount or a reference to a paragraph that changes is no new finding. Findings that would have the same
name within a document are numbered in their order, so that a name is unique there, not between documents. A
name in another form would get another version (``v2``); both are then written for a while.

A baseline keeps, for each finding, its document, its rule and all its names, and takes one as known when one
of the names is there. In SARIF they are the ``partialFingerprints``, beside the file in the location.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from uitvoerbaarheid.checking.found import Found

HEADING = "heading/v1"
TEXT = "text/v1"
#: Fewer words than this ("n.v.t.") do not tell one finding from another.
_LEAST_WORDS = 4
_LENGTH = 16

_WORD = re.compile(r"[^\W\d_]+")
#: "4.2", "Hoofdstuk 3:", "Bijlage B.", "§ 2", "IV." before the words of a heading.
_NUMBER = re.compile(
    r"^\s*(?:(?:hoofdstuk|paragraaf|artikel|deel|bijlage|thema|stap|fase|§)\s*)?"
    r"(?:[A-Za-z]?\d{1,3}(?:\.\d{1,3}){0,5}[A-Za-z]?|[IVXLC]{1,6}(?=[.:)]|\s*[-–])|[A-Z](?=[.:)]))"
    r"\s*[.:)\-–]*\s+(?=\S)",
    re.IGNORECASE,
)


def fingerprints(found: Iterable[Found]) -> list[dict[str, str]]:
    """The names of all that is found in one document, in the same order."""
    seen: Counter[tuple[str, ...]] = Counter()
    result = []
    for item in found:
        headings = item.section.heading_path if item.section else []
        under = "\n".join(map(heading_words, headings))
        detail = _folded(item.detail)
        names = {HEADING: _name(seen, HEADING, item.rule, under, detail)}
        words = _words(item.words)
        if len(words) >= _LEAST_WORDS:
            names[TEXT] = _name(seen, TEXT, item.rule, " ".join(words), detail)
        result.append(names)
    return result


def _name(seen: Counter[tuple[str, ...]], *parts: str) -> str:
    """A digest of ``parts`` and of how many came before with the same."""
    seen[parts] += 1
    data = "\0".join((*parts, str(seen[parts])))
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def heading_words(heading: str) -> str:
    """The words of a heading without its number, in one form for all ways to write it."""
    plain = unicodedata.normalize("NFKC", heading)
    rest = _NUMBER.sub("", plain, count=1)
    return " ".join(_words(rest)) or " ".join(_words(plain)) or _folded(plain)


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
