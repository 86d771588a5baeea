"""References to other places, found by rules (``data/patterns/references.toml``), resolved in the document.

"paragraaf 4.2" and "hoofdstuk 5" are resolved by the number of a heading, "bijlage 3" by a heading that
begins so, "tabel 2" by its caption, a named document by a heading of that name. What is not in the document
keeps a target of None. References to legislation are none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.nlp.rules import Rule, read_rules
from uitvoerbaarheid.records import Reference, ReferenceKind, Section
from uitvoerbaarheid.resources import read_toml

_FILE = ("patterns", "references.toml")
#: How far before and after a number its context is read: the name of a law, the words of a caption.
_LEAD = 30
_REACH = 90
_NUMBER_LEAD = re.compile(
    r"(?i:(hoofdstuk|deel|bijlage|appendix|paragraaf)\s+)?([A-Za-z]?\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z]|[IVX]{1,5})[.:)]?(?=\s|$)"
)
_ANNEX = re.compile(r"(?:bijlage|appendix)\s+(\d{1,2}|[A-Z]|[IVX]{1,5})(?!\w)", re.IGNORECASE)
_TABLE = re.compile(r"(?<!\w)Tabel\s+(\d{1,2}(?:[.-](?:\d{1,2}|[A-Za-z])){0,2}[a-z]?)(?!\w)")
_WORD = re.compile(r"\w+")


@cache
def _settings() -> dict[str, Any]:
    return read_toml(*_FILE)


def _any(words: Iterable[str]) -> str:
    return "|".join(
        r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True)
    )


def _numbered(rule: Rule) -> Pattern:
    """ "paragraaf 4.2", "bijlagen A, B en C": the group ``names`` holds the number or numbers."""
    number = rf"(?:{rule.data['number']})"
    # No group repeats inside another: a list is one number and at most four more after a joining word.
    more = rf"(?:\s?(?:,|/|–|-|\ben\b|\bof\b|\bt/m\b|\btot en met\b)\s?{number}(?!\w|[.,]?\d)){{0,4}}"
    return Pattern(
        rf"(?<!\w)(?i:{_any(rule.data['noun'])})\s?(?P<names>{number}(?!\w|[.,]?\d){more})(?!%|\s%)"
    )


def _titled() -> Pattern:
    """A document's name after words that point to it; the group ``names`` holds the name."""
    documents = _settings()["documents"]
    noun = _any(documents["nouns"])
    capital = r"[A-Z][\w’'-]{0,40}"
    years = r"(?:\s\d{4}(?:\s?[-–]\s?\d{4})?)?"
    named = rf"(?=[A-Z])\w{{0,40}}(?i:{noun})(?!\w)(?:\s(?:en\s)?{capital}){{0,5}}"
    plain = rf"\w{{0,40}}(?:{noun})(?:\s(?:en\s)?{capital}){{1,5}}"
    lead = rf"(?<!\w)(?i:{_any(documents['triggers'])})(?:\s(?i:{_any(documents['between'])})){{0,3}}"
    return Pattern(rf"{lead}\s[‘'“\"]?(?P<names>(?:{named}|{plain}){years})(?!\w)")


@cache
def _patterns() -> Shortlist[tuple[Rule, Pattern]]:
    patterns = [(r, _titled() if r.data.get("title") else _numbered(r)) for r in read_rules(*_FILE)]
    return Shortlist(((rule, pattern), [pattern]) for rule, pattern in patterns)


@cache
def _around(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a table of the rule file looks for right before and right after a reference."""
    table = _settings()[name]
    return re.compile(table.get("before", "(?!)")), re.compile(table["after"])


def _stands(name: str, text: str, start: int, end: int, *, both: bool = False) -> bool:
    before, after = (
        bool(pattern.search(part))
        for pattern, part in zip(
            _around(name), (text[max(0, start - _LEAD) : start], text[end : end + _REACH]), strict=True
        )
    )
    return before and after if both else before or after


def _is_caption(text: str, start: int, end: int) -> bool:
    return text[start].isupper() and _stands("captions", text, start, end, both=True)


def find_references(text: str) -> list[Reference]:
    """The references in a text, in order, not yet resolved; one for each number that is named.

    Offsets are in ``text``. Takes time linear in its length.
    """
    return sorted(_found(text), key=lambda reference: (reference.start, reference.end, reference.kind))


def _found(text: str) -> Iterator[Reference]:
    for rule, pattern in _patterns().of(text):
        kind: ReferenceKind = rule.data["kind"]
        for match in pattern.finditer(text):
            if _stands("legislation", text, *match.span()) or _is_caption(text, *match.span()):
                continue
            begin, stop = match.span("names")
            if kind == "document":
                spans = [(begin, stop)]
            else:
                number = re.compile(rule.data["number"])
                spans = [found.span() for found in number.finditer(text, begin, stop)]
            for position, (start, end) in enumerate(spans):
                # The first number takes its noun along: "paragraaf 4.2".
                first = match.start() if position == 0 and kind != "document" else start
                yield Reference(
                    kind=kind,
                    text=text[first:end],
                    start=first,
                    end=end,
                    name=" ".join(text[start:end].split()),
                    rules=[rule.id],
                )


@dataclass(frozen=True)
class Places:
    """Where in a document its numbers, annexes, tables and titles are: section ids by their name."""

    numbers: dict[str, str]
    chapters: dict[str, str]
    annexes: dict[str, str]
    tables: dict[str, str]
    titles: dict[str, str]

    def target(self, reference: Reference) -> str | None:
        """The id of the section a reference means, None where it is not in the document."""
        name = reference.name.strip(" .").upper()
        if reference.kind == "chapter" and name.isdigit():
            return self.chapters.get(name)
        if reference.kind in ("section", "chapter"):
            return self.numbers.get(name)
        if reference.kind == "annex":
            return self.annexes.get(name)
        if reference.kind == "table":
            return self.tables.get(name)
        return self.titles.get(_plain(reference.name))


def _plain(title: str) -> str:
    """A title by its words, without case, punctuation or leading article."""
    words = [word.lower() for word in _WORD.findall(title)]
    return " ".join(words[1:] if words[:1] in (["de"], ["het"]) else words)


def places_of(sections: Sequence[Section]) -> Places:
    """The places of a document that a reference can mean; of two with one name the first counts.

    The number of a heading inside an annex does not stand for a chapter.
    """
    places = Places({}, {}, {}, {}, {})
    inside_annex = False
    for section in sections:
        heading = " ".join(section.heading.split())
        annex = _ANNEX.match(heading) or _ANNEX.match(section.number or "")
        annex = annex or _ANNEX.match(heading[len(section.number or "") :].lstrip(" .:"))
        if section.depth == 1:
            inside_annex = annex is not None
        lead = _NUMBER_LEAD.match(heading)
        title = heading[lead.end() :] if lead else heading
        places.titles.setdefault(_plain(title), section.id)
        if annex:
            places.annexes.setdefault(annex[1].upper(), section.id)
        elif not inside_annex:
            number = (section.number or "").strip(" .:") or (lead[2] if lead and lead[1] else "")
            if number:
                name = number.split()[-1].upper()
                places.numbers.setdefault(name, section.id)
                if section.depth == 1 or (lead and lead[1]):
                    places.chapters.setdefault(name, section.id)
        for caption in _TABLE.finditer(section.text):
            if _is_caption(section.text, *caption.span()):
                places.tables.setdefault(caption[1].upper(), section.id)
    places.titles.pop("", None)
    return places


def is_elsewhere(section: Section, reference: Reference) -> bool:
    """Whether the text says that a reference points to another document: "paragraaf 3.1 van het advies"."""
    return bool(_around("elsewhere")[1].search(section.text[reference.end : reference.end + _REACH]))


def references_of(section: Section, places: Places) -> list[Reference]:
    """The references in a section, resolved, with the page they stand on."""
    found = find_references(section.text)
    for reference in found:
        if not is_elsewhere(section, reference):
            reference.target = places.target(reference)
        reference.page = next(
            (block.page for block in section.blocks if block.start <= reference.start < block.end),
            section.page_start,
        )
    return found
