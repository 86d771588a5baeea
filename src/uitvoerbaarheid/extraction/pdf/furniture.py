"""What stands on pages without being text: running headers and footers, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from uitvoerbaarheid.extraction.pdf.layout import Line
from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Page

#: Share of the page height at the top and the bottom where running lines stand.
_ZONE = 0.13


def remove_running_lines(pages: list[Page], lines: list[list[Line]]) -> list[list[Line]]:
    """Leave out page numbers and lines that return, but for their figures, at one height on several pages.

    Alternating left and right headers and headers per chapter return less often, but still on three pages
    most of which are at most two pages apart.
    """
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for page, page_lines in zip(pages, lines, strict=True):
        for line in page_lines:
            if _in_zone(line, page):
                for height in (0, 1):
                    seen[_key(line, page, height)].add(page.number)
    running = {key for key, numbers in seen.items() if _returns(numbers)}

    def keep(line: Line, page: Page) -> bool:
        if not _in_zone(line, page):
            return True
        if rules().page_number.fullmatch(line.text.strip()):
            return False
        return not any(_key(line, page, height) in running for height in (0, 1))

    return [[line for line in some if keep(line, page)] for page, some in zip(pages, lines, strict=True)]


def _in_zone(line: Line, page: Page) -> bool:
    return line.bottom < _ZONE * page.height or line.top > (1 - _ZONE) * page.height


def _key(line: Line, page: Page, shift: int) -> tuple[str, int]:
    # Two grids of heights, half a step apart, so that no line lies on the border of both.
    height = int((line.base + 3 * shift) // 6) * 2 + shift
    return re.sub(r"\d+", "#", line.text.casefold()), height


def _returns(numbers: set[int]) -> bool:
    """Whether a line returns page after page (or every second page), unlike a heading that now and then
    happens to open a page.
    """
    gaps = [b - a for a, b in pairwise(sorted(numbers))]
    return len(gaps) >= 2 and sum(gap <= 2 for gap in gaps) >= 0.6 * len(gaps)
