"""Units: the sentences, list items and table rows of a section.

The readers give a section's text in blocks; a row of cells is a unit, all else is split in sentences by
rules on the text itself (abbreviations, initials, numbering, bullets: ``data/patterns/units.toml``).
Rules rather than a parser, since policy text is full of amounts, abbreviations and lists that a parser
trained on newspapers cuts in pieces, and since they cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from uitvoerbaarheid.nlp.annotation import Unit
from uitvoerbaarheid.nlp.language import abbreviations, unit_patterns
from uitvoerbaarheid.records import Block, BlockKind, Section

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_CELL_MARK = " | "
_QUOTES = "\"'”’»)]"
_OPENING = "\"'“‘„«(["

#: A possible end of a sentence: its signs, closing quotes and the footnote mark stuck to it. Four dots or
#: more are the leader of a table of contents or a form.
_END = re.compile(
    rf"(?:(?<![.])[.]{{1,3}}(?![.])|[!?…]+)[{re.escape(_QUOTES)}]*(?:(?<=[a-z)][.])\d{{1,2}})?(?=\s|$)"
)
#: A sentence end that lost its space: "het beleid.De gemeente".
_GLUED = re.compile(r"(?<=[a-z]{2})[.?!](?=[A-Z][a-z]+\s)")
_LAST_WORD = re.compile(r"\S+$")
#: No abbreviation, initial or first word of a sentence is longer; bounds the work on broken text.
_LONGEST_WORD = 40
_INITIALS = re.compile(r"(?:[A-Z]\.)*(?:[A-Z]|Th|Ph|Chr|IJ)")
#: Line breaks, tabs and fixed spaces become spaces of the same length, so that offsets stay right.
_SPACE = re.compile("[\n\r\t\v\f\x85\xa0\u2007\u2009\u202f]")
#: The tokenizer takes quadratic time over signs without a space; no word of a language is this long.
_LONG_RUN = re.compile(r"\S{200}")

#: So many characters are parsed at a time: in between, the lemmatizer weighs all its rules for every word.
_BATCH = 10_000


class Stretch(NamedTuple):
    """A unit before parsing: offsets in the section's text and the block it comes from."""

    start: int
    end: int
    block: Block


def _rule(name: str) -> dict[str, Any]:
    rule: dict[str, Any] = unit_patterns()["units"][name]
    return rule


@cache
def _openers() -> frozenset[str]:
    return frozenset(_rule("openers")["words"])


@cache
def _names_with_stop() -> frozenset[str]:
    return frozenset(_rule("abbreviation_in_name")["words"])


def _sign_class(name: str) -> str:
    return "[" + "".join(re.escape(sign) for sign in _rule(name)["signs"]) + "]"


@cache
def _bullet() -> re.Pattern[str]:
    """The bullet and spaces at the start of a list item."""
    return re.compile(rf"\s*{_sign_class('bullets')}\s+|\s*{_sign_class('inline_bullets')}\s*")


@cache
def _enumerator() -> re.Pattern[str]:
    """The number or letter and spaces at the start of a list item."""
    return re.compile(rf"\s*{_rule('enumerators')['pattern']}\s+")


@cache
def _inline_bullet() -> re.Pattern[str]:
    return re.compile(_sign_class("inline_bullets"))


def _starts_sentence(rest: str) -> bool:
    """Whether what follows a full stop looks like the start of a sentence."""
    first = rest.lstrip(_OPENING + " ")[:1]
    return not first.islower() or rest.startswith(("'s ", "'t ", "’s ", "’t "))


def _is_opener(rest: str) -> bool:
    word = re.match(r"\w+", rest.lstrip(_OPENING))
    return word is not None and word[0][0].isupper() and word[0].lower() in _openers()


def _ends_sentence(word: str, stop: str, rest: str, at_start: bool) -> bool:
    """Whether ``word`` with ``stop`` closes a sentence when ``rest`` follows it.

    ``at_start`` says that the word is the first of the sentence: "1." and "a." are numbering there.
    """
    if not _starts_sentence(rest):
        return False
    if stop != ".":
        return True
    bare = word.lstrip(_OPENING)
    written = bare.lower() + "."
    inside, may_end = abbreviations()
    if written in inside:
        return False
    if written in may_end:
        return rest.lstrip(_OPENING)[:1].isupper()
    if written in _names_with_stop() or _INITIALS.fullmatch(bare):
        return _is_opener(rest)
    return not (at_start and (bare.isdigit() or len(bare) == 1 or re.fullmatch(r"\d+(?:\.\d+)+", bare)))


def _sentence_ends(text: str) -> Iterator[int]:
    """Offsets in ``text`` where its sentences end, the last one excluded."""
    first = _skip_spaces(text, 0)
    inside = abbreviations()[0]
    for match in sorted([*_END.finditer(text), *_GLUED.finditer(text)], key=lambda m: m.end()):
        following = _skip_spaces(text, match.end())
        rest = text[following : following + _LONGEST_WORD]
        word = _LAST_WORD.search(text, max(first, match.start() - _LONGEST_WORD), match.start())
        begin = word.start() if word else match.start()
        before = text[begin : match.start()]
        if match.re is _GLUED:
            ends = before.lower() + "." not in inside
        else:
            stop = match[0].rstrip(_QUOTES + "0123456789")
            ends = bool(rest) and _ends_sentence(before, stop, rest, begin == first)
        if ends:
            yield match.end()
            first = following


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch of ``text`` in pieces of bounded length (``unit.longest``), each cut at the best sign."""
    rule = _rule("longest")
    longest: int = rule["characters"]
    while end - start > longest:
        limit = start + longest
        # Not in the first half: the pieces would become many and small.
        cuts = (text.rfind(cut, start + longest // 2, limit) + len(cut) for cut in rule["cuts"])
        middle = next((cut for cut in cuts if cut > start + longest // 2), limit)
        yield start, middle
        start = middle
    yield start, end


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of ``text``, without the spaces and bullets around them.

    A stretch without any sentence end is cut in pieces of at most ``unit.longest`` characters.
    """
    pieces: list[tuple[int, int]] = []
    begin = 0
    breaks = [m.start() for m in _inline_bullet().finditer(text)]
    for item_end in [*breaks, len(text)]:
        part = text[begin:item_end]
        offset = begin
        begin = item_end
        bullet = _bullet().match(part)
        if bullet:
            offset, part = offset + bullet.end(), part[bullet.end() :]
        start = 0
        for end in [*_sentence_ends(part), len(part)]:
            pieces.extend(_cut(text, offset + start, offset + end))
            start = end
    return [piece for piece in (_trim(text, start, end) for start, end in pieces) if piece]


def _skip_spaces(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    start = min(_skip_spaces(text, start), end)
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def _line_kind(line: str) -> BlockKind:
    if _CELL_MARK in line:
        return "row"
    return "item" if _bullet().match(line) or _enumerator().match(line) else "paragraph"


def derive_blocks(text: str) -> list[Block]:
    """Blocks of a text that came without any: by blank lines, bullets, numbering and " | " in its lines.

    A line that does not open a block itself continues the one above it.
    """
    blocks: list[Block] = []
    offset, may_continue = 0, False
    for line in text.splitlines(keepends=True):
        start, end = offset, offset + len(line.rstrip())
        offset += len(line)
        if not line.strip():
            may_continue = False
            continue
        kind = _line_kind(line)
        if may_continue and kind == "paragraph":
            blocks[-1].end = end
        else:
            cells = line.strip().split(_CELL_MARK) if kind == "row" else None
            blocks.append(Block(kind=kind, start=start, end=end, cells=cells))
        may_continue = kind != "row"
    return blocks


def stretches_of(section: Section) -> list[Stretch]:
    """The units of a section as stretches of its text, in order, without a language model."""
    text = _SPACE.sub(" ", section.text)
    return [
        Stretch(block.start + start, block.start + end, block)
        for block in section.blocks or derive_blocks(section.text)
        for start, end in _spans_in(text[block.start : block.end], block.kind)
    ]


def _spans_in(text: str, kind: BlockKind) -> list[tuple[int, int]]:
    """The units in the text of one block."""
    if kind == "row" and _CELL_MARK in text and len(text) <= _rule("longest")["characters"]:
        whole = _trim(text, 0, len(text))
        return [whole] if whole else []
    marker = _enumerator().match(text) if kind == "item" else None
    if marker:
        text = " " * marker.end() + text[marker.end() :]
    sentences = split_sentences(text)
    # Outside tables a number on its own is a page number or a footnote mark.
    return sentences if kind == "row" else [(s, e) for s, e in sentences if not text[s:e].isdigit()]


def parsable(text: str) -> str:
    """``text`` as the language model reads it: of the same length, with plain spaces and no endless words."""
    return _LONG_RUN.sub(lambda run: run[0][:-1] + " ", _SPACE.sub(" ", text))


def _unit(section: Section, stretch: Stretch, doc: Doc) -> Unit:
    block = stretch.block
    # A row of one cell may hold several sentences (a table used for layout): those have no cells.
    whole = section.text[block.start : block.end].strip() == section.text[stretch.start : stretch.end].strip()
    return Unit(
        text=section.text[stretch.start : stretch.end],
        start=stretch.start,
        end=stretch.end,
        kind=block.kind,
        span=doc[:],
        page=block.page,
        cells=block.cells if whole else None,
        header=block.header if whole else None,
    )


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts by so many at a time as the language model has memory for, which goes by their length."""
    batch: list[str] = []
    length = 0
    for text in texts:
        if batch and length + len(text) > _BATCH:
            yield batch
            batch, length = [], 0
        batch.append(text)
        length += len(text)
    if batch:
        yield batch


def units_of_sections(sections: Iterable[Section], nlp: Language) -> Iterator[list[Unit]]:
    """The units of each section (see :func:`units`), parsed in stretches while they are asked for."""
    sections = list(sections)
    stretches = [stretches_of(section) for section in sections]
    texts = [
        parsable(section.text[stretch.start : stretch.end])
        for section, found in zip(sections, stretches, strict=True)
        for stretch in found
    ]
    # Ours looks at all texts at once; one of spaCy itself, which scripts take for the units alone, cannot.
    if prepare := getattr(nlp.tokenizer, "prepare", None):
        prepare(texts)
    docs = (doc for batch in _batches(texts) for doc in nlp.pipe(batch, batch_size=len(batch)))
    for section, found in zip(sections, stretches, strict=True):
        yield [_unit(section, stretch, next(docs)) for stretch in found]


def units(section: Section, nlp: Language) -> list[Unit]:
    """The sentences, list items and table rows of a section, in order, parsed by ``nlp``.

    ``unit.text`` is the section's text between its offsets. ``unit.span`` covers a spaCy document of its
    own, of the same length, in which line breaks and fixed spaces are plain spaces: ``span[0].idx`` is 0,
    so offsets within it are offsets within the unit.
    """
    return next(units_of_sections([section], nlp))


def unit_of_line(line: str, nlp: Language) -> Unit:
    """One given line as one unit, not split any further, however long."""
    return _units_of(line, [(0, len(line))], nlp)[0]


def units_of_line(line: str, nlp: Language) -> list[Unit]:
    """One given line as one unit, or where it is too long for that (``unit.longest``), as several.

    A long line is split in its sentences, and a sentence that is too long at a sign or space. Offsets are
    those in the line; a blank line gives no units.
    """
    if not line.strip():
        return []
    whole = len(line) <= _rule("longest")["characters"]
    return _units_of(line, [(0, len(line))] if whole else _spans_in(line, _line_kind(line)), nlp)


def _units_of(line: str, spans: list[tuple[int, int]], nlp: Language) -> list[Unit]:
    block = Block(kind=_line_kind(line), start=0, end=len(line))
    if block.kind == "row":
        block.cells = [cell.strip() for cell in line.split(_CELL_MARK)]
    section = Section(id="regel", heading="", heading_path=[], depth=1, text=line)
    docs = nlp.pipe(parsable(line[start:end]) for start, end in spans)
    return [_unit(section, Stretch(*span, block), doc) for span, doc in zip(spans, docs, strict=True)]
