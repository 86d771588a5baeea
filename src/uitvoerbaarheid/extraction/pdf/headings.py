"""Which blocks are headings.

Evidence in order of trust: bookmarks, structure tags, the contents page, numbering, typography. What looks
like a heading but stands among labels, in a chart, a form or the head of a table is struck again.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import NamedTuple

import pypdfium2 as pdfium

from uitvoerbaarheid.extraction.pdf.blocks import LARGE_QUOTATION, Block, Body, is_quotation
from uitvoerbaarheid.extraction.pdf.contents import Entry
from uitvoerbaarheid.extraction.pdf.layout import Line
from uitvoerbaarheid.extraction.pdf.rules import heading_number, normalised, number_kind, rules
from uitvoerbaarheid.extraction.pdf.text import Style
from uitvoerbaarheid.extraction.strings import bare

_MAX_LENGTH = 180
#: Share of the letters of a large title that may be set as running text.
_FORMULA = 0.15
_MAX_BOOKMARKS = 5_000
_LETTERS = re.compile(r"[^\W\d_]")
_HEADING_TAG = re.compile(r"H[1-6]")
#: Running text has at least this many characters; shorter lines may be labels.
_PROSE = 60
#: So many lines at about one height are looked at for what stands beside a heading.
_BESIDE = 200
#: From this many bookmarked or tagged headings, what is unmarked and set in the text's own weight is none.
_MARKED = 5


@dataclass(frozen=True)
class Bookmark:
    """An entry of the PDF's outline; ``page`` counts from 1."""

    title: str
    page: int
    level: int


class Look(NamedTuple):
    """How a heading is set, as far as a reader sees it."""

    size: float
    bold: bool
    caps: bool
    italic: bool
    color: tuple[int, int, int]


def bookmarks(document: pdfium.PdfDocument) -> list[Bookmark]:
    """The outline of the document, empty where it has none or it is damaged."""
    found: list[Bookmark] = []
    try:
        for item in document.get_toc(max_depth=8):
            destination = item.get_dest()
            page = destination.get_index() if destination else None
            title = " ".join(item.get_title().split())
            if page is not None and title:
                found.append(Bookmark(title, page + 1, item.level + 1))
            if len(found) >= _MAX_BOOKMARKS:
                break
    except (pdfium.PdfiumError, ctypes.ArgumentError, ValueError):
        return found
    return found


def look_of(block: Block) -> Look:
    """How a block is set; colours that hardly differ are one."""
    style = block.style
    return Look(
        round(style.size * 2) / 2, style.bold, _is_caps(block.text), style.italic, look_color(style.color)
    )


def look_color(color: int) -> tuple[int, int, int]:
    """A colour (0xRRGGBB) as looks have it, in steps that can be seen."""
    return round((color >> 16 & 255) / 32), round((color >> 8 & 255) / 32), round((color & 255) / 32)


def _is_caps(text: str) -> bool:
    return text.isupper() and len(_LETTERS.findall(text)) >= 4


@dataclass
class _Candidate:
    """A block that is short enough for a heading."""

    index: int
    block: Block
    text: str
    title: str


def mark_headings(blocks: list[Block], body: Body, marks: list[Bookmark], contents: list[Entry]) -> None:
    """Set ``kind``, ``evidence``, ``number``, ``depth`` and ``level`` of the blocks that are headings."""
    candidates = _candidates(blocks)
    outline = _trusted(marks, candidates)
    listing = _Listing(contents, candidates)
    fakes = _tag_styles(blocks)
    for candidate in candidates:
        block, text = candidate.block, candidate.text
        below = _below(blocks, candidate.index)
        if _is_bulleted(block) and not _heads_text(block, below):
            continue
        number, depth, _ = heading_number(text)
        level = _outline_level(candidate, outline)
        entry = listing.entry(candidate)
        if level:
            _set(block, "outline", number, level)
        elif _HEADING_TAG.fullmatch(block.lines[0].tag) and not fakes:
            _set(block, "tag", number, int(block.lines[0].tag[1:]))
        elif _stands_out(block, text, body, below):
            _set(block, "contents" if entry else "style", number, depth)
        elif entry and _one_title(block) and listing.names_plain(entry, number):
            _set(block, "contents", number, depth)
        elif _numbered_plain(block, text, depth) and not _in_list(below):
            _set(block, "number", number, depth)
        if entry and block.kind == "heading":
            block.level = entry.level
    marked = sum(b.kind == "heading" and b.evidence in ("outline", "tag") for b in blocks)
    if marked < _MARKED:
        _add_quiet(blocks, candidates, body)
    _strike_labels(blocks)
    _strike_runs(blocks)
    _forget_flat_levels(blocks)


def _candidates(blocks: list[Block]) -> list[_Candidate]:
    result = []
    for index, block in enumerate(blocks):
        if block.kind in ("text", "item") and len(block.lines) <= 4 and block.words:
            text = block.text
            if _may_be(block, text):
                result.append(_Candidate(index, block, text, normalised(text)))
    return result


def _below(blocks: list[Block], index: int) -> Block | None:
    return blocks[index + 1] if index + 1 < len(blocks) else None


def _set(block: Block, evidence: str, number: str | None, depth: int) -> None:
    block.kind, block.evidence, block.number, block.depth = "heading", evidence, number, depth


def _unset(block: Block) -> None:
    block.kind, block.evidence, block.number, block.depth, block.level = "text", "", None, 0, 0


# --- bookmarks, tags and contents ------------------------------------------------------------------------


def _trusted(marks: list[Bookmark], candidates: list[_Candidate]) -> dict[str, list[tuple[int, int]]]:
    """Pages and levels per title of the bookmarks; empty where most name nothing on their pages."""
    outline: dict[str, list[tuple[int, int]]] = defaultdict(list)
    titles: dict[str, set[int]] = defaultdict(set)
    for candidate in candidates:
        titles[candidate.title].update(range(candidate.block.page - 1, candidate.block.page + 2))
    met = 0
    for mark in marks:
        key = normalised(mark.title)
        if key:
            outline[key].append((mark.page, mark.level))
            met += mark.page in titles.get(key, ())
    return outline if met > 0.3 * len(marks) else {}


def _outline_level(candidate: _Candidate, outline: dict[str, list[tuple[int, int]]]) -> int:
    page = candidate.block.page
    return next((level for at, level in outline.get(candidate.title, []) if abs(at - page) <= 1), 0)


def _tag_styles(blocks: list[Block]) -> bool:
    """Whether heading tags are put on running text too (then they say nothing)."""
    tagged = [b for b in blocks if _HEADING_TAG.fullmatch(b.lines[0].tag)]
    long = sum(len(b.text) > _MAX_LENGTH for b in tagged)
    return bool(tagged) and long > 0.3 * len(tagged)


class _Listing:
    """The entries of the contents by title, and how far the page numbers in it are from the file's."""

    def __init__(self, entries: list[Entry], candidates: list[_Candidate]) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            key = normalised(entry.title)
            if key:
                self._entries[key].append(entry)
        self._numbered = {(c.title, heading_number(c.text)[0]) for c in candidates}
        shifts: Counter[int] = Counter()
        for candidate in candidates:
            own = self._entries.get(candidate.title, [])
            if len(own) == 1 and own[0].page is not None:
                shifts[candidate.block.page - own[0].page] += 1
        self._shift, count = shifts.most_common(1)[0] if shifts else (0, 0)
        #: Whether the page numbers tell which of the lines with one title is meant.
        self.sure = count >= 3 and count >= 0.5 * sum(shifts.values())

    def names_plain(self, entry: Entry, number: str | None) -> bool:
        """Whether an entry is enough for a line set as the text: by its number, or by its page."""
        if number:
            return True
        return self.sure and entry.page is not None and heading_number(entry.title)[0] is None

    def entry(self, candidate: _Candidate) -> Entry | None:
        """The entry that names this block: by its number too, where a heading with that number exists."""
        number = heading_number(candidate.text)[0]
        for entry in self._entries.get(candidate.title, ()):
            listed = heading_number(entry.title)[0]
            if listed != number and listed and (number or (candidate.title, listed) in self._numbered):
                continue
            if not self.sure or entry.page is None:
                return entry
            if abs(candidate.block.page - entry.page - self._shift) <= 1:
                return entry
        return None


def _forget_flat_levels(blocks: list[Block]) -> None:
    """Levels of the contents say nothing where chapters and sections are listed below each other alike.

    Then headings of one level are set in sizes that differ.
    """
    levels: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.kind == "heading" and block.level:
            levels[block.level].append(block)
    for group in levels.values():
        sizes = Counter(block.style.size for block in group)
        usual = [size for size, count in sizes.items() if count >= max(2, 0.15 * len(group))]
        if usual and max(usual) > 1.25 * min(usual):
            for block in group:
                block.level = 0


# --- what a heading looks like ---------------------------------------------------------------------------


def _may_be(block: Block, text: str) -> bool:
    if len(text) > _MAX_LENGTH or len(_LETTERS.findall(text)) < 2:
        return False
    if block.lines[0].tag in ("Note", "Caption", "TOC", "TOCI", "Artifact"):
        return False
    if rules().source.match(text) or rules().field.match(text) or text[-1] in ",;":
        return False
    return not re.search(r"[.…]{4,}", text)


def _is_bulleted(block: Block) -> bool:
    return block.kind == "item" and bool(rules().bullet.fullmatch(block.words[0].text))


def _heads_text(block: Block, below: Block | None) -> bool:
    """Whether a marked line heads what follows: set otherwise than the text or table below it."""
    if below is None or below.kind not in ("text", "table") or len(block.lines) > 2:
        return False
    return (
        below.kind == "table" or below.style.bold != block.style.bold or below.style.size < block.style.size
    )


def _heads_below(block: Block, below: Block | None, base: Style) -> bool:
    """Whether a quotation is a title: not set large by itself, and above text that is set otherwise."""
    if below is None or len(block.lines) > 2 or block.style.size >= LARGE_QUOTATION * base.size:
        return False
    return below.kind == "text" and below.page == block.page and below.style != block.style


def _is_running_text(block: Block, base: Style, large: bool) -> bool:
    """Whether words are set as the text is. In a ``large`` title a formula such as CO2 may be."""
    letters = [(len(w.text), _plain(w.style, base)) for w in block.words if _LETTERS.search(w.text)]
    plain = sum(length for length, is_plain in letters if is_plain)
    return plain > (_FORMULA if large else 0) * sum(length for length, _ in letters)


def _stands_out(block: Block, text: str, body: Body, below: Block | None) -> bool:
    style, base = block.style, body.style
    large = style.size >= 1.12 * base.size
    if (is_quotation(text) and not _heads_below(block, below, base)) or _is_running_text(block, base, large):
        return False
    if not _titled(block, text, style.size >= 1.2 * base.size):
        return False
    if style.size < 1.3 * base.size and len(block.lines) >= 3 and all(len(x.text) < 18 for x in block.lines):
        return False  # labels below each other rather than a title of three lines
    if large:
        return True
    if style.size < 0.93 * base.size and not (style.bold and _heads_prose(block, below)):
        return False
    return (style.bold and not base.bold) or (_is_coloured(style.color, base.color) and len(text) < 120)


def _titled(block: Block, text: str, large: bool = False) -> bool:
    """Whether the words may be a title: no sentence, opening of a list, amount or large quotation."""
    bare = text.rstrip("”’\"')»")
    if _starts_low(block, text) or (bare.endswith(".") and not _short_number(text)):
        return False
    words = text.split()
    if text.endswith(":") and len(words) > 3:
        # An opening of a list ("The parties agree:") rather than its title.
        return False
    if large and text[0] in "“\"‘'„«" and text[-1] in "”\"’'»" and len(words) > 5:
        return False
    if len(words) <= 3 and rules().amount.match(words[0]) and re.search(r"[%€]|\d.*\d", text):
        return number_kind(text) == "parts"
    warning = rules().never.match(text)
    return not (warning and text[warning.end() : warning.end() + 1] in (":", "!"))


def _starts_low(block: Block, text: str) -> bool:
    """Whether the text goes on with a small letter, after "a)" where it is enumerated."""
    first, _, rest = text.partition(" ")
    enumerated = block.kind == "item" and rules().enumeration.fullmatch(first)
    return (rest if enumerated else text)[:1].islower()


def _heads_prose(block: Block, below: Block | None) -> bool:
    """Whether running text follows right below (a small bold line above its text)."""
    if below is None or below.kind not in ("text", "item") or below.page != block.page:
        return False
    if len(below.text) < _PROSE or below.style.bold or abs(below.bounds[0] - block.bounds[0]) > 40:
        return False
    gap = below.lines[0].base - block.lines[-1].base
    return 0 < gap < 2.6 * max(below.style.size, block.style.size)


def _plain(style: Style, base: Style) -> bool:
    return (
        style.size < 1.1 * base.size and style.bold == base.bold and not _is_coloured(style.color, base.color)
    )


def _short_number(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]?[\d.]+\.", text))


def _is_coloured(color: int, base: int) -> bool:
    """Whether a colour differs clearly from that of the text (white is a label in a bar)."""
    parts = [(color >> shift & 255) - (base >> shift & 255) for shift in (16, 8, 0)]
    return sum(abs(p) for p in parts) > 90


def _numbered_plain(block: Block, text: str, depth: int) -> bool:
    """A line in the style of the text with a number of two parts or more, or a word as "Hoofdstuk 2"."""
    if len(block.lines) > 1 or len(text) > 90 or text[-1] in ".:" or not _one_title(block):
        return False
    word = rules().numbered_word.match(text)
    if word:
        return len(text) < 70 and word["word"].casefold() != "artikel"
    number, _, rest = heading_number(text)
    if not number or "." not in number or text[len(number)].isalpha():
        return False
    return depth >= 2 and rest[:1].isupper() and _LETTERS.search(rest) is not None


def _one_title(block: Block) -> bool:
    """Not a list item with a simple number or letter."""
    return block.kind == "text" or bool(rules().parts.fullmatch(block.words[0].text))


def _in_list(below: Block | None) -> bool:
    """Whether the next block is numbered too or goes on with the sentence: then this is no heading."""
    if below is None or (below.kind == "item" and rules().parts.fullmatch(below.words[0].text)):
        return True
    if below.kind != "text":
        return False
    text = below.text
    return text[:1].islower() or (len(below.lines) == 1 and number_kind(text) != "")


# --- headings in the size and weight of the text ---------------------------------------------------------


def _add_quiet(blocks: list[Block], candidates: list[_Candidate], body: Body) -> None:
    """Add lines in capitals or italics alone, where they stand apart above text and their style returns.

    A style of which most lines do not head a text is emphasis.
    """
    groups: dict[tuple[bool, bool], list[_Candidate]] = defaultdict(list)
    quiet: dict[int, tuple[bool, bool]] = {}
    for candidate in candidates:
        block = candidate.block
        if len(block.lines) > 3 or (block.kind == "item" and not number_kind(candidate.text)):
            continue
        caps = _is_caps(candidate.text)
        italic = not body.style.italic and all(w.style.italic for w in block.words)
        if (caps or italic) and abs(block.style.size - body.style.size) < 0.12 * body.style.size:
            groups[caps, italic].append(candidate)
            quiet[candidate.index] = caps, italic

    def fits(candidate: _Candidate) -> bool:
        block, text, below = candidate.block, candidate.text, _below(blocks, candidate.index)
        if len(text) > 140 or text[-1] in ".:!" or not _titled(block, text):
            return False
        if not _stands_apart(blocks, candidate.index, body):
            return False
        other = quiet.get(candidate.index + 1, quiet[candidate.index])
        heads = below is not None and (below.kind == "heading" or other != quiet[candidate.index])
        return heads or _heads_prose(block, below) or (below is not None and below.kind == "item")

    for (caps, _), group in groups.items():
        fitting = [c for c in group if fits(c)]
        if len(fitting) >= (2 if caps else 3) and len(fitting) >= 0.6 * len(group):
            for candidate in fitting:
                number, depth, _ = heading_number(candidate.text)
                _set(candidate.block, "style", number, depth)


def _stands_apart(blocks: list[Block], index: int, body: Body) -> bool:
    """Whether there is more room above a block than between the lines of a paragraph."""
    block = blocks[index]
    above = blocks[index - 1] if index else None
    if above is None or above.region != block.region or not above.words:
        return True
    return block.lines[0].base - above.lines[-1].base > 1.25 * body.step(block.style.size)


# --- what looks like a heading and is none ---------------------------------------------------------------


def _may_go(block: Block) -> bool:
    """Whether only its look makes a block a heading."""
    return block.kind == "heading" and block.evidence in ("style", "number")


def _strike_labels(blocks: list[Block]) -> None:
    """No headings: words beside others on one line, as column names, fields of a form and labels."""
    rows: dict[tuple[int, int], list[tuple[int, Line]]] = defaultdict(list)
    prose: Counter[tuple[int, int]] = Counter()
    pages = {b.page for b in blocks if _may_go(b)}
    for index, block in enumerate(blocks):
        if block.page not in pages or block.kind == "table":
            continue
        for line in block.lines:
            rows[block.page, round(line.base / 3)].append((index, line))
        if block.kind != "heading":
            length = sum(len(line.text) for line in block.lines)
            prose[block.region] += length if length >= _PROSE else 0
    struck = [i for i, b in enumerate(blocks) if _may_go(b) and _is_label(blocks, i, rows, prose)]
    titles = Counter(b.text for b in blocks if b.kind == "heading")
    labels = Counter(blocks[i].text for i in struck)
    for index in struck:
        # A title that heads text elsewhere does so here.
        if titles[blocks[index].text] - labels[blocks[index].text] < max(2, labels[blocks[index].text]):
            _unset(blocks[index])


def _is_label(
    blocks: list[Block],
    index: int,
    rows: dict[tuple[int, int], list[tuple[int, Line]]],
    prose: Counter[tuple[int, int]],
) -> bool:
    block = blocks[index]
    mates = {
        other
        for line in block.lines
        for shift in (-1, 0, 1)
        for other, beside in rows[block.page, round(line.base / 3) + shift][:_BESIDE]
        if other != index and abs(beside.base - line.base) < 2 and not _is_mark(beside, line)
    }
    same = [m for m in mates if blocks[m].kind == "heading" and blocks[m].style == block.style]
    if len(same) >= 2:
        return True
    if same:
        return not all(_heads(blocks, m) for m in (index, *same))
    others = [blocks[m] for m in mates if blocks[m].kind != "heading"]
    if not others or (block.number and not all(_is_figures(b.text) for b in others)):
        return False
    if len(others) == 1 and others[0] is _below(blocks, index) and len(others[0].text) >= 150:
        return False  # a title in the margin of its text
    columns = prose[block.region] >= 150 and all(prose[b.region] >= 150 for b in others)
    return not columns


def _is_mark(beside: Line, line: Line) -> bool:
    """Whether a line is no more than a mark or number before another."""
    return beside.x1 <= line.x0 + 1 and len(beside.text) <= 3


def _is_figures(text: str) -> bool:
    return not _LETTERS.search(text)


def _heads(blocks: list[Block], index: int) -> bool:
    """Whether text, a list, a table or a heading set otherwise follows a heading."""
    below = _below(blocks, index)
    if below is None:
        return False
    if below.kind == "heading":
        return below.style != blocks[index].style
    if below.kind == "text":
        text = below.text
        return len(text) >= 40 or text[-1:] in ".:;?!"
    return below.kind in ("item", "table", "caption")


def _strike_runs(blocks: list[Block]) -> None:
    """No headings: three or more lines of one style on end without a text below them, as labels in a chart.

    In a style that mostly heads text the last one of a run may be a heading.
    """
    shares: dict[Style, list[bool]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            shares[block.style].append(_heads(blocks, index))
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and _is_bare(blocks[end]) and blocks[end].style == blocks[start].style:
            end += 1
        heads = shares[blocks[start].style]
        mostly = sum(heads) >= 0.6 * len(heads)
        if end - start >= 3:
            keep = end - 1 if mostly and _heads(blocks, end - 1) else end
            for block in blocks[start:keep]:
                _unset(block)
        elif end > start and len(heads) >= 4 and sum(heads) < 0.4 * len(heads):
            for index in range(start, end):
                if not _heads(blocks, index):
                    _unset(blocks[index])
        start = max(end, start + 1)


def _is_bare(block: Block) -> bool:
    return _may_go(block) and not block.number


def join_wrapped(blocks: list[Block], body: Body) -> list[Block]:
    """The blocks with lines of one large heading joined, which columns below them may part."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        if last is not None and _goes_on_large(last, block, body):
            joined = replace(last, lines=[*last.lines, *block.lines])
            joined.number = last.number or heading_number(joined.text)[0]
            result[-1] = joined
        else:
            result.append(block)
    return result


def _goes_on_large(last: Block, block: Block, body: Body) -> bool:
    if not (_may_go_on(last) and _may_go_on(block)) or block.number or last.page != block.page:
        return False
    if last.style != block.style or last.style.size < 1.3 * body.style.size:
        return False
    step = block.lines[0].base - last.lines[-1].base
    aligned = abs(block.bounds[0] - last.bounds[0]) < 0.3 * last.style.size
    return aligned and 0.8 * last.style.size < step < 1.3 * last.style.size


def _may_go_on(block: Block) -> bool:
    return block.kind == "heading" and block.evidence in ("style", "contents") and len(block.lines) < 4


def spare_titles(blocks: list[Block], pages: int) -> None:
    """No headings of the text: the words on a title page, and a title above all that is set heavier.

    Title pages are those at the front, up to the fourth, with little text; what the contents or bookmarks
    name there stays a heading.
    """
    length: Counter[int] = Counter()
    for block in blocks:
        if block.kind != "table":
            length[block.page] += sum(len(line.text) for line in block.lines)
        else:
            length[block.page] += 600
    if pages >= 4:
        for page in range(1, 5):
            if length[page] > 600:
                break
            for block in blocks:
                if block.page == page and _may_go(block) and not block.number:
                    _unset(block)
    heads = [b for b in blocks if b.kind == "heading"]
    if len(heads) < 4 or heads[0] is not next((b for b in blocks if b.words), None):
        return
    first, others = heads[0], heads[1:]
    if not (
        _is_bare(first) and first.page <= 3 and first.style.size > 1.1 * max(b.style.size for b in others)
    ):
        return
    # Lines right below a title, in styles that nothing else has: for whom, of which date.
    start = next(i for i, b in enumerate(blocks) if b is first)
    end = next((i for i in range(start, len(blocks)) if not _is_bare(blocks[i])), len(blocks))
    inside = Counter(b.style for b in blocks[start:end])
    styles = Counter(b.style for b in heads)
    for block in blocks[start:end]:
        if inside[block.style] != styles[block.style]:
            break
        _unset(block)


def drop_echoes(blocks: list[Block], body: Body) -> list[Block]:
    """The blocks without small print at the head or foot of a page that repeats the title of a heading."""
    titles: dict[str, float] = {}
    for block in blocks:
        if block.kind == "heading":
            title = bare(block.text)
            titles[title] = max(titles.get(title, 0.0), block.style.size)
    ends: dict[int, tuple[float, float]] = {}
    for block in blocks:
        _, top, _, bottom = block.bounds
        highest, lowest = ends.get(block.page, (top, bottom))
        ends[block.page] = min(highest, top), max(lowest, bottom)
    gone = set()
    for index, block in enumerate(blocks):
        if block.kind not in ("heading", "text", "note") or block.style.size >= 0.95 * body.style.size:
            continue
        _, top, _, bottom = block.bounds
        highest, lowest = ends[block.page]
        at_end = (top <= highest or bottom >= lowest) and block.evidence not in ("outline", "tag")
        if at_end and titles.get(bare(block.text), 0.0) > 1.1 * block.style.size:
            gone.add(index)
    return [b for i, b in enumerate(blocks) if i not in gone] if gone else blocks


def drop_dividers(blocks: list[Block]) -> list[Block]:
    """The blocks without pages that only announce the titles with which the next text begins."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        by_page[block.page].append(index)
    gone: set[int] = set()
    for page, indices in by_page.items():
        own = [blocks[i] for i in indices]
        if not any(b.kind == "heading" for b in own) or sum(len(b.text) for b in own) > 250:
            continue
        if any(b.kind == "table" for b in own):
            continue
        after = indices[-1] + 1
        title = "".join(bare(b.text) for b in own)
        following = ""
        for block in blocks[after : after + 4]:
            if block.kind != "heading" or block.page > page + 3:
                break
            following += bare(block.text)
            if following == title:
                gone.update(indices)
    return [b for i, b in enumerate(blocks) if i not in gone] if gone else blocks
