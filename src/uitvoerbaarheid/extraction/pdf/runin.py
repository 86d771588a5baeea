"""Headings that open a paragraph: bold words closed by a full stop, a colon or room, then text on one line.

One such paragraph is emphasis; a pattern that returns in the document is a way to set headings.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise

from uitvoerbaarheid.extraction.pdf.blocks import RUN_IN, Block, Body
from uitvoerbaarheid.extraction.pdf.layout import Line, make_line, words_text
from uitvoerbaarheid.extraction.pdf.rules import heading_number, rules
from uitvoerbaarheid.extraction.pdf.text import Style, Word

_WORDS, _CHARACTERS = 12, 90
#: So many paragraphs make a pattern, and so much text stands below each.
_PATTERN, _TEXT = 3, 40
#: So many terms in the order of the alphabet are a list of words explained.
_GLOSSARY = 5


@dataclass
class _Opening:
    """A paragraph that opens in another style: the words of that style and how they end."""

    block: Block
    words: list[Word]
    closed: str
    fits: bool


def split_run_ins(blocks: list[Block], body: Body) -> list[Block]:
    """The blocks with the run-in headings parted from the text of their paragraphs.

    In a style and with a close that most paragraphs with such words share, and that at least three have.
    """
    groups: dict[tuple[Style, str], list[_Opening]] = defaultdict(list)
    emphasised: dict[Style, int] = defaultdict(int)
    for block in blocks:
        bulleted = block.kind == "item" and rules().bullet.fullmatch(block.words[0].text)
        opening = _opening(block, body) if block.kind in ("text", "item") and not bulleted else None
        if opening is not None:
            style = opening.words[0].style
            emphasised[style] += 1
            if opening.fits:
                groups[style, opening.closed].append(opening)
    heads: dict[int, _Opening] = {}
    for (style, closed), group in groups.items():
        titles = {_title(o.words) for o in group}
        if len(group) < _PATTERN or len(group) < 0.5 * emphasised[style] or _is_glossary(group):
            continue
        if closed == ":" and len(titles) < 0.6 * len(group):
            continue  # the same few words again and again name the fields of a form
        heads.update((id(o.block), o) for o in group)
    return [
        part for block in blocks for part in (_parted(heads[id(block)]) if id(block) in heads else [block])
    ]


def _opening(block: Block, body: Body) -> _Opening | None:
    words = block.words
    count = next((i for i, word in enumerate(words) if not _is_set_off(word.style, body)), len(words))
    if not count or count == len(words) or count > 3 * _WORDS:
        return None
    opening, rest = words[:count], words[count:]
    title = _title(opening)
    last = opening[-1]
    closed = title[-1:] if title[-1:] in (".", ":", "?") else ""
    if not closed and abs(rest[0].base - last.base) < 1 and rest[0].x0 - last.x1 > 0.8 * last.style.size:
        closed = "room"
    if rest[0].text in ("–", "—", "-", ":"):
        closed, rest = rest[0].text, rest[1:]
    return _Opening(block, opening, closed, bool(closed) and _fits(title, rest))


def _is_set_off(style: Style, body: Body) -> bool:
    return style.bold and not body.style.bold and style.size < 1.12 * body.style.size


def _fits(title: str, rest: list[Word]) -> bool:
    if not 1 < len(title) <= _CHARACTERS or len(title.split()) > _WORDS or title[-1] in ",;":
        return False
    text = words_text(rest)
    if len(text) < _TEXT or not (text[0].isupper() or text[0].isdigit() or text[0] in "‘'“\"(€"):
        return False
    named = heading_number(title)[2] or title
    return (
        named[:1].isupper()
        and any(ch.isalpha() for ch in title)
        and not rules().never.match(title)
        and not rules().field.match(title)
        and not rules().caption.match(title)
    )


def _title(words: list[Word]) -> str:
    return words_text(words)


def _is_glossary(group: list[_Opening]) -> bool:
    """Whether the openings stand in the order of the alphabet nearly all the way."""
    titles = [_title(o.words).casefold() for o in group]
    rising = sum(a <= b for a, b in pairwise(titles))
    return len(titles) >= _GLOSSARY and rising >= 0.9 * (len(titles) - 1)


def _parted(opening: _Opening) -> list[Block]:
    block = opening.block
    inside = {id(word) for word in opening.words}
    heading: list[Line] = []
    text: list[Line] = []
    for line in block.lines:
        own = [w for w in line.words if id(w) in inside]
        rest = [w for w in line.words if id(w) not in inside]
        if own and rest:
            heading.append(replace(make_line(own, line.page), tag=line.tag))
            text.append(replace(make_line(rest, line.page), tag=line.tag))
        else:
            (heading if own else text).append(line)
    head = replace(block, kind="heading", lines=heading, evidence=RUN_IN)
    head.number = heading_number(head.text)[0]
    return [head, replace(block, kind="text", lines=text)]
