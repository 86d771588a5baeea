"""Small helpers on text that all readers share: cleaning, heading numbers and the contents table."""

from __future__ import annotations

import re
from functools import cache

from uitvoerbaarheid.extraction.model import Heading, Piece
from uitvoerbaarheid.resources import read_toml

# Soft hyphens and zero-width characters are typography; controls and lone surrogates are damage.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_CHAPTER = r"(?:hoofdstuk|paragraaf|§)"
_NAMED = r"(?:bijlage|artikel|deel|thema)"
_NUMBER = re.compile(
    rf"^(?:(?P<chapter>{_CHAPTER})\s*|(?P<named>{_NAMED})\s+)?"
    r"(?P<number>\d{1,2}(?:\. \d{1,2}(?=\. )){1,3}|"
    r"(?:\d{1,3}|[A-Z](?=[.\d]))(?:\.?\d{1,3})?(?:\.\d{1,3}){0,5}[a-z]?|[IVX]{1,5}|[A-H])"
    r"(?P<end>\s*[.):–-](?=\s|$)|\s+|:|$)",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"[\s.·…_|-]*\d{0,4}\s*$")
_MAX_CONTENTS_ROWS = 100
_LEADERS = re.compile(r"(?:[.·…_-]\s?){4,}\s*\d{0,4}\s*$")


def clean(text: str) -> str:
    """``text`` on one line: white space collapsed, invisible and damaged characters removed."""
    # None of these is printable, and few texts have them.
    return " ".join((text if text.isprintable() else _INVISIBLE.sub("", text)).split())


def split_number(heading: str) -> tuple[str | None, str]:
    """A heading's own number and the rest: "2.1 Wonen" gives ("2.1", "Wonen").

    "Hoofdstuk 3" gives "3"; numbers of an annex or article keep their name ("Bijlage 2"). A single
    letter or roman numeral counts only after such a word or before a dot or colon ("A. Inleiding").
    """
    match = _NUMBER.match(heading)
    if not match:
        return None, heading
    # "1. 2. Doel": some writers put a space between the parts.
    number, rest = match["number"].replace(" ", ""), heading[match.end() :].strip()
    named, digits = match["named"], any(c.isdigit() for c in number)
    labelled = bool(named or match["chapter"])
    if number[:1].isalpha() and not number.isupper():
        return None, heading
    if not digits and not labelled and match["end"].strip() not in (".", ")", ":"):
        return None, heading
    if not rest and not labelled and "." not in number:
        return None, heading
    # "3 miljoen euro" or "5 à 6 woningen" is running text, a heading starts with a capital.
    if digits and not labelled and "." not in number and not match["end"].strip() and rest[:1].islower():
        return None, heading
    return (f"{named.capitalize()} {number}" if named else number), rest


def bare(text: str) -> str:
    """The letters and figures of a text in lower case, for comparison."""
    return "".join([c for c in text.casefold() if c.isalnum()])


def number_depth(number: str | None) -> int | None:
    """Depth that a heading's number stands for: 1 for "2", 3 for "2.1.4"; None if it says nothing."""
    if not number or number.startswith("Artikel"):
        return None
    if " " in number:
        return 1
    return number.count(".") + 1


def fold(text: str) -> str:
    """``text`` for comparison: no number before, no page number after, letters and digits only."""
    rest = split_number(clean(text))[1]
    return bare(_PAGE_NUMBER.sub("", rest))


@cache
def leftovers() -> dict[str, frozenset[str]]:
    """Words of navigation and contents pages that are no text (``data/patterns/leftovers.toml``)."""
    return {name: frozenset(words) for name, words in read_toml("patterns", "leftovers.toml").items()}


def is_contents_heading(text: str) -> bool:
    """Whether a heading announces the table of contents."""
    return clean(text).casefold().strip(" .:") in leftovers()["contents_headings"]


def _is_entry(piece: Piece, headings: set[str]) -> bool:
    text = " ".join(piece.cells) if piece.cells else piece.text
    if _LEADERS.search(text) or fold(text) in headings:
        return True
    return bool(re.search(r"\d\s*$", text)) and split_number(clean(text))[0] is not None


def _names_headings(row: Piece, headings: set[str]) -> bool:
    """Whether a row holds several entries of a contents table, as converters put a chapter in one cell."""
    text = bare(row.text)
    return sum(len(heading) >= 5 and heading in text for heading in headings) >= 2


def drop_contents(stream: list[Heading | Piece]) -> list[Heading | Piece]:
    """The stream without its table of contents and without remains of menus.

    Entries are recognised by repeating a later heading or by their page number, and only where a
    contents table stands: under a heading that says so, or before the first numbered heading.
    """
    headings = {fold(item.text) for item in stream if isinstance(item, Heading)} - {""}
    words = leftovers()
    kept: list[Heading | Piece] = []
    in_contents, numbered = False, False
    for group in _by_heading(stream):
        head, pieces = (group[0], group[1:]) if isinstance(group[0], Heading) else (None, group)
        if head:
            if _LEADERS.search(head.text):
                continue
            in_contents = is_contents_heading(head.text)
            numbered = numbered or split_number(head.text)[0] is not None
        own = [p for p in pieces if isinstance(p, Piece) and p.text.casefold() not in words["menu_lines"]]
        own = [p for p in own if not is_contents_heading(p.text)]
        entries = {id(p) for p in own if _is_entry(p, headings)}
        if in_contents and len(own) <= _MAX_CONTENTS_ROWS:
            entries |= {id(p) for p in own if p.kind == "row" and _names_headings(p, headings)}
        if entries and (in_contents or (not numbered and len(entries) >= 3)):
            own = [p for p in own if id(p) not in entries and (not in_contents or len(p.text) > 80)]
        if head and not (in_contents and not own):
            kept.append(head)
        kept.extend(own)
    return kept


def _by_heading(stream: list[Heading | Piece]) -> list[list[Heading | Piece]]:
    groups: list[list[Heading | Piece]] = []
    for item in stream:
        if isinstance(item, Heading) or not groups:
            groups.append([])
        groups[-1].append(item)
    return groups


def depths_by_number(stream: list[Heading | Piece]) -> None:
    """Set heading depths from their numbering, where the source's levels are not to be trusted.

    Unnumbered headings go below the last numbered one. Documents with fewer than three numbered
    headings keep the levels they have.
    """
    headings = [item for item in stream if isinstance(item, Heading)]
    depths = [number_depth(split_number(h.text)[0]) for h in headings]
    if sum(depth is not None for depth in depths) < 3:
        return
    last: int | None = None
    for heading, depth in zip(headings, depths, strict=True):
        if depth is not None:
            last = heading.depth = depth
        elif heading.text.casefold().startswith("bijlage"):
            last = heading.depth = 1
        elif last is not None:
            heading.depth = last + 1


def nest_by_number(stream: list[Heading | Piece]) -> None:
    """Put headings below the one whose number theirs continues ("1.1" below "1"), where they stand beside it.

    Writers who give all numbered headings one style leave the levels to the numbers. Unnumbered headings
    of deeper styles move along with the numbered one above them.
    """
    numbered: dict[str, int] = {}
    moved_from, shift = 0, 0
    for heading in (item for item in stream if isinstance(item, Heading)):
        level = heading.depth
        number = (split_number(clean(heading.text))[0] or "").rstrip(".")
        parent = number.rpartition(".")[0]
        if number and " " not in number:
            moved_from, shift = level, 0
            if parent in numbered and numbered[parent] >= level:
                heading.depth = numbered[parent] + 1
                shift = heading.depth - level
            numbered[number] = heading.depth
        elif level > moved_from:
            heading.depth = level + shift
        else:
            shift = 0
