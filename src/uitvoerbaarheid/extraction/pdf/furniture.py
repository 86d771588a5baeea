"""What stands on pages without being text: running headers and footers, page numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from uitvoerbaarheid.extraction.pdf.layout import Line
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Page, Style
from uitvoerbaarheid.extraction.strings import bare

#: Share of the page height at the top and the bottom where running lines stand.
_ZONE = 0.13


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
    kept = [[line for line in some if id(line) not in gone] for some in lines]
    # Where nothing is left the pages are alike: a form, or one page twice.
    return kept if any(kept) else lines


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
    text = bare(line.text)
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
