"""How far a reader goes into a document, what it leaves out and why, and which page it is at."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from uitvoerbaarheid.extraction.model import Progress
from uitvoerbaarheid.records import DocumentError, ErrorCode


class _Page(Protocol):
    number: int


P = TypeVar("P", bound=_Page)

#: Of a longer document the first pages are read.
MAX_PAGES = 5_000
#: Characters in the whole document (some three thousand full pages); one page has a limit in ``pdf.text``.
MAX_CHARACTERS = 10_000_000


@dataclass
class Watch:
    """What a reader asks before each page and tells after it; pages count from 1.

    ``at`` is called with the page that is worked at (None: the document as a whole), so that who runs the
    reader knows which page it was if it never comes back; ``skip`` are such pages of an earlier try with the
    reason, and ``last`` is the last page to read, with the reason why not more. Reading stops after
    ``seconds`` plus ``seconds_per_page`` for each page; what was read until then counts. ``missed`` becomes
    the pages left out, each with its reason, and ``shortened`` those with more text than is read.
    """

    progress: Progress | None = None
    at: Callable[[int | None], None] | None = None
    skip: Mapping[int, ErrorCode] = field(default_factory=dict)
    last: tuple[int, ErrorCode] | None = None
    pages: int = MAX_PAGES
    characters: int = MAX_CHARACTERS
    seconds: float = math.inf
    seconds_per_page: float = 0.0
    missed: dict[int, ErrorCode] = field(default_factory=dict)
    shortened: list[int] = field(default_factory=list)
    _start: float = field(default_factory=time.monotonic)
    _total: int = 0
    _read: int = 0

    def opened(self, pages: int) -> None:
        """The number of pages is known and reading them begins."""
        self._total = pages
        if self.progress:
            self.progress(0, pages)

    def may_read(self, page: int) -> bool:
        """Whether ``page`` is to be read; if not it is missed."""
        reason = self._reason(page)
        if reason:
            self.missed[page] = reason
            return False
        self.working(page)
        return True

    def working(self, page: int | None) -> None:
        """Work on ``page`` begins; None: on the document as a whole."""
        if self.at:
            self.at(page)

    def each(self, pages: Iterable[P]) -> Iterator[P]:
        """``pages`` one by one, each told, for work that follows their reading."""
        for page in pages:
            self.working(page.number)
            yield page
        self.working(None)

    def done(self, page: int, characters: int) -> None:
        """``page`` was read, or could not be."""
        self._read += characters
        if self.progress:
            self.progress(page, self._total)

    def _reason(self, page: int) -> ErrorCode | None:
        if page in self.skip:
            return self.skip[page]
        if self.last and page > self.last[0]:
            return self.last[1]
        if page > self.pages or self._read > self.characters:
            return "too_large"
        allowed = self.seconds + self.seconds_per_page * min(self._total, self.pages)
        return "timeout" if time.monotonic() - self._start > allowed else None

    def problem(self) -> DocumentError | None:
        """Why not all was read: the reason of the first page that was missed, None where nothing was."""
        if not self.missed and not self.shortened:
            return None
        code = self.missed[min(self.missed)] if self.missed else "too_large"
        return DocumentError(code=code, message=f"Een deel van het document is niet gelezen: {WHY[code]}.")

    def warnings(self) -> list[str]:
        """A sentence for each reason, with the pages that were missed for it."""
        by_code: dict[ErrorCode, list[int]] = {}
        for page, code in sorted(self.missed.items()):
            by_code.setdefault(code, []).append(page)
        told = [f"Niet gelezen, want {WHY[code]}: {page_list(pages)}." for code, pages in by_code.items()]
        if self.shortened:
            told.append(f"Niet helemaal gelezen, want er staat te veel op: {page_list(self.shortened)}.")
        return told


#: Why pages are left out, in words that go on a sentence.
WHY: dict[ErrorCode, str] = {
    "damaged": "het bestand is daar beschadigd",
    "timeout": "het lezen duurde te lang",
    "memory": "het lezen vroeg te veel geheugen",
    "too_large": "het document is te groot",
}


_MOST_SHOWN = 20


def page_list(numbers: list[int]) -> str:
    """ "pagina 3" or "pagina's 3-5, 9"; ``numbers`` in order. Of many loose pages the first are named."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges[:_MOST_SHOWN])
    if len(ranges) > _MOST_SHOWN:
        shown += f" en verder ({len(numbers)} in totaal)"
    return f"pagina {shown}" if len(numbers) == 1 else f"pagina's {shown}"
