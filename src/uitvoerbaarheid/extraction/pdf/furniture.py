"""What stands on pages without being text: running headers and footers, page numbers, contents pages."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from uitvoerbaarheid.extraction.pdf.layout import Line
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Page, Style

#: Share of the page height at the top and the bottom where running lines stand.
_ZONE = 0.13
_ENTRY = re.compile(r"(?P<title>.*?\w.*?)[\s.…·_]+(?P<page>\d{1,3})\s*$")


_LONG_LEADERS = re.compile(r"[.…]{12,}")
_LEADERS = re.compile(r"[.…·_]{4,}|(?:\. ){4,}")


@dataclass(frozen=True)
class Entry:
    """A line of a contents page: a title (with its number) and the page it names."""

    title: str
    page: int


def remove_running_lines(pages: list[Page], lines: list[list[Line]]) -> list[list[Line]]:
    """Leave out page numbers and lines that return, but for their figures, at one height on several pages.

    Alternating left and right headers and headers per chapter return less often, but still on three pages
    most of which are at most two pages apart. Where a place on the page is known for such lines, any line
    that stands there in the same style is one of them, if only on one page.
    """
    body = _body_size(lines)
    seen: dict[_Key, set[int]] = defaultdict(set)
    zoned = [[line for line in some if _in_zone(line, p)] for p, some in zip(pages, lines, strict=True)]
    for page, page_lines in zip(pages, zoned, strict=True):
        for line in page_lines:
            for key in _keys(line, body):
                seen[key].add(page.number)
    running = {key for key, numbers in seen.items() if _returns(numbers, len(pages))}
    gone = {
        id(line)
        for page_lines in zoned
        for line in page_lines
        if _is_page_number(line, page_lines) or not running.isdisjoint(_keys(line, body))
    }
    slots = _slots(zoned, gone)
    for page_lines, some in zip(zoned, lines, strict=True):
        heights = sorted(line.base for line in some)
        gone.update(
            id(line)
            for line in page_lines
            if not slots.isdisjoint(_slot_keys(line)) and _stands_apart(line, heights)
        )
    return [[line for line in some if id(line) not in gone] for some in lines]


#: A line's letters and figures (with or without its figures) and where it stands.
_Key = tuple[str, int]
_Slot = tuple[int, Style]
#: From this size on (times that of the text) a line with a number of its own is a title.
_TITLE = 1.15
#: A place is known by so many lines that return, which are this share of all lines there.
_SLOT_LINES, _SLOT_SHARE = 5, 0.7


def _body_size(lines: list[list[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for some in lines:
        for line in some:
            sizes[line.style.size] += len(line.text)
    return max(sizes, key=sizes.__getitem__, default=10.0)


def _in_zone(line: Line, page: Page) -> bool:
    return line.bottom < _ZONE * page.height or line.top > (1 - _ZONE) * page.height


def _heights(line: Line) -> Iterable[int]:
    # Two grids of heights, half a step apart, so that no line lies on the border of both.
    return (int((line.base + 3 * shift) // 6) * 2 + shift for shift in (0, 1))


def _keys(line: Line, body: float) -> list[_Key]:
    """How a line is known on other pages: by its text, and without figures unless it is a numbered title.

    "Maatregel 1" and "Maatregel 2" at the top of two pages are no running header.
    """
    text = "".join([c for c in line.text.casefold() if c.isalnum()])
    texts = {text}
    if line.style.size < _TITLE * body and not rules().numbered_word.match(line.text):
        texts.add(re.sub(r"\d+", "#", text))
    return [(text, height) for height in _heights(line) for text in sorted(texts) if text]


def _slot_keys(line: Line) -> list[_Slot]:
    return [(height, line.style) for height in _heights(line)]


def _slots(zoned: list[list[Line]], gone: set[int]) -> set[_Slot]:
    """The places, in one style, where (nearly) all lines are running lines."""
    totals: Counter[_Slot] = Counter()
    running: Counter[_Slot] = Counter()
    for page_lines in zoned:
        for line in page_lines:
            for key in _slot_keys(line):
                totals[key] += 1
                running[key] += id(line) in gone
    return {k for k, n in running.items() if n >= _SLOT_LINES and n >= _SLOT_SHARE * totals[k]}


def _stands_apart(line: Line, heights: list[float]) -> bool:
    """Whether white space parts a line from those above and below it."""
    place = bisect_left(heights, line.base - 1)
    above = heights[place - 1] if place else float("-inf")
    place = bisect_left(heights, line.base + 1)
    below = heights[place] if place < len(heights) else float("inf")
    return min(line.base - above, below - line.base) > 1.7 * line.style.size


def _is_page_number(line: Line, others: list[Line]) -> bool:
    """A lone number; figures side by side are rather the names of columns."""
    if not rules().page_number.fullmatch(line.text.strip()):
        return False
    return not any(
        other is not line
        and abs(other.base - line.base) < 2
        and rules().page_number.fullmatch(other.text.strip())
        for other in others
    )


def _returns(numbers: set[int], pages: int) -> bool:
    """Whether a line returns page after page (or every second page), unlike a heading that now and then
    happens to open a page.
    """
    gaps = [b - a for a, b in pairwise(sorted(numbers))]
    if pages == 2:
        return len(gaps) == 1
    return len(gaps) >= 2 and sum(gap <= 2 for gap in gaps) >= 0.6 * len(gaps)


def remove_contents(lines: list[Line], pages: int) -> tuple[list[Line], list[Entry]]:
    """Leave out a table of contents among the lines of a page, and give its entries.

    Without the title "Inhoud" or tags the entries must have dot leaders, as rows of a table lack them.
    """
    rows = _rows(lines)
    texts = [" ".join(line.text for line in row) for row in rows]
    matches = [_entry(row, text, pages) for row, text in zip(rows, texts, strict=True)]
    found = [i for i, entry in enumerate(matches) if entry]
    titled = any(t.strip().casefold() in rules().contents for t in texts[:12])
    tagged = sum(line.tag in ("TOC", "TOCI") for line in lines)
    sure = titled or tagged >= 2
    leaders = sum(bool(_LEADERS.search(texts[i])) for i in found)
    if len(found) < (2 if sure else 5) or not (sure or leaders > 0.6 * len(found)):
        return lines, []
    first, last = found[0], found[-1]
    numbers = [entry.page for entry in matches if entry]
    ordered = sum(a <= b for a, b in pairwise(numbers))
    if len(found) < 0.45 * (last - first + 1) or ordered < 0.8 * (len(numbers) - 1):
        return lines, []
    while first and texts[first - 1].strip().casefold() in rules().contents | {"pagina", "blz.", "blz"}:
        first -= 1
    gone = {id(line) for row in rows[first : last + 1] for line in row}
    for row, text in zip(rows, texts, strict=True):
        if text.strip().casefold() in rules().contents or _LONG_LEADERS.search(text):
            gone.update(id(line) for line in row)
    return [line for line in lines if id(line) not in gone], _entries(texts, matches, first, last)


def _entry(row: list[Line], text: str, pages: int) -> Entry | None:
    if not text.rstrip()[-1:].isdigit():
        return None
    match = _ENTRY.fullmatch(text)
    if not match or not 1 <= int(match["page"]) <= pages + 20:
        return None
    leaders = _LEADERS.search(text)
    last = row[-1].words[-1] if row[-1].words else None
    before = [w for line in row for w in line.words][-2:-1]
    apart = last is not None and before and last.x0 - before[0].x1 > 1.2 * last.style.size
    tagged = row[0].tag in ("TOC", "TOCI")
    if not (leaders or apart or tagged):
        return None
    return Entry(match["title"].strip(" .…·_"), int(match["page"]))


def _entries(texts: list[str], matches: list[Entry | None], first: int, last: int) -> list[Entry]:
    """Entries with titles over two rows joined."""
    entries: list[Entry] = []
    pending = ""
    for text, entry in zip(texts[first : last + 1], matches[first : last + 1], strict=True):
        if entry is None:
            pending = f"{pending} {text}".strip()
            continue
        joined = pending and not re.match(r"[\dA-Z]", entry.title)
        entries.append(Entry(f"{pending} {entry.title}", entry.page) if joined else entry)
        pending = ""
    return entries


def _rows(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.x0)):
        if rows and abs(rows[-1][0].base - line.base) < 3:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]
