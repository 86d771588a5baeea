"""Contents pages: found, taken out of the text, and read as evidence for headings and their depths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from uitvoerbaarheid.extraction.pdf.layout import Line
from uitvoerbaarheid.extraction.pdf.rules import normalised, number_level, rules
from uitvoerbaarheid.extraction.pdf.text import Style, Word

_NUMBER = re.compile(r"0?\d{1,3}")
_GLUED = re.compile(r"(?P<title>.*?)[.…·_]{2,}(?P<page>\d{1,3})")
#: A longer word is no title with its leaders and page.
_LONGEST_WORD = 300
_LONG_LEADERS = re.compile(r"[.…]{12,}")
_LEADERS = re.compile(r"[.…·_]{4,}|(?:\. ){4,}|…")
_TAGS = ("TOC", "TOCI")
_MAX_LEVEL = 6


@dataclass(frozen=True)
class Entry:
    """A line of a contents page: a title with its number, the page it names and its level there, from 1."""

    title: str
    page: int | None
    level: int = 0


@dataclass
class _Found:
    """An entry as it stands on its page: row, column, where it begins and how it is set."""

    sheet: int
    row: int
    column: int
    title: str
    page: int | None
    x0: float
    style: Style
    leaders: bool = False


@dataclass
class _Sheet:
    """The rows of a page and their texts; ``titled`` is the row that says it is a contents page."""

    number: int
    rows: list[list[Line]]
    texts: list[str]
    titled: int | None


def find_contents(
    pages: Iterable[list[Line]], total: int, again: Callable[[], Iterable[list[Line]]]
) -> tuple[dict[int, list[Line]], list[Entry]]:
    """What stays of the lines of contents pages, by page from 0, and their entries.

    A contents page has a title ("Inhoud") or tags, or dot leaders, or goes on from the page before it.
    Page numbers stand at the right or left, also in two columns; under a title entries without page numbers
    count where they return as lines of later pages. ``pages`` are the lines of each of ``total`` pages, which
    ``again`` gives once more.
    """
    kept: dict[int, list[Line]] = {}
    found: list[_Found] = []
    last = 0
    seen: Counter[str] | None = None
    for number, lines in enumerate(pages):
        rows = _rows(lines)
        texts = [" ".join(line.text for line in row).strip() for row in rows]
        titled = next((i for i, t in enumerate(texts) if _is_title(t)), None)
        page = _Sheet(number, rows, texts, titled)
        entries = _entries_of(page, total, last)
        if not entries and titled is not None:
            if seen is None:
                seen = Counter(normalised(line.text) for other in again() for line in other)
            entries = _repeated(page, seen)
        last = max((e.page or 0 for e in entries), default=0)
        if entries:
            gone = _rows_of(entries, texts, titled)
            kept[number] = [line for i, row in enumerate(rows) if i not in gone for line in row]
            found.extend(entries)
    return kept, _with_levels(found)


def _is_title(text: str) -> bool:
    return text.casefold().strip(" .:") in rules().contents


def _entries_of(page: _Sheet, pages: int, last: int) -> list[_Found]:
    """The entries of a page with page numbers; none where it is no contents page.

    ``pages`` is how many pages there are, ``last`` the number that the contents page before it ends with.
    """
    sheet, rows, titled = page.number, page.rows, page.titled
    right = [e for i, row in enumerate(rows) for e in _split(sheet, i, row, pages)]
    left = [e for i, row in enumerate(rows) if (e := _numbered_left(sheet, i, row, pages)) is not None]
    tagged = sum(line.tag in _TAGS for row in rows for line in row) >= 2
    sure = tagged or titled is not None
    entries = right
    if titled is not None and len(right) < 2 <= len(left) and _is_page_column(left):
        entries = left
    columns = [[e for e in entries if e.column == c] for c in range(2)]
    numbers = [e.page or 0 for column in columns for e in column]
    leaders = sum(e.leaders for e in entries)
    goes_on = last > 0 and len(entries) >= 3 and numbers[0] >= last
    enough = 2 if sure else 3 if goes_on else 5
    if len(entries) < enough or not (sure or goes_on or leaders > 0.6 * len(entries)):
        return []
    rows_with = {e.row for e in entries}
    ordered = sum(a <= b for a, b in pairwise(numbers))
    if len(rows_with) < 0.45 * (max(rows_with) - min(rows_with) + 1) or ordered < 0.8 * (len(numbers) - 1):
        return []
    return _joined(entries, page.texts)


def _split(sheet: int, index: int, row: list[Line], pages: int) -> list[_Found]:
    """The entries on one row: titles that a page number closes which stands apart from them."""
    words = [w for line in row for w in line.words]
    if not words or not words[-1].text[-1:].isdigit():
        return []
    tagged = any(line.tag in _TAGS for line in row)
    result: list[_Found] = []
    title: list[Word] = []
    for position, word in enumerate(words):
        after = words[position + 1] if position + 1 < len(words) else None
        ends = after is None or after.x0 - word.x1 > 1.2 * word.style.size
        glued = _GLUED.fullmatch(word.text) if ends and len(word.text) <= _LONGEST_WORD else None
        page = word.text if _NUMBER.fullmatch(word.text) else glued["page"] if glued else ""
        if ends and page and 0 < int(page) <= pages + 20 and (title or (glued and glued["title"])):
            before = " ".join([*(w.text for w in title), glued["title"] if glued else ""])
            leaders = bool(glued) or bool(_LEADERS.search(before))
            apart = title and word.x0 - title[-1].x1 > 1.2 * word.style.size
            text = before.strip(" .…·_")
            if (leaders or apart or tagged) and any(ch.isalpha() for ch in text):
                first = title[0] if title else word
                style = max(title or [word], key=lambda w: len(w.text)).style
                result.append(_Found(sheet, index, len(result), text, int(page), first.x0, style, leaders))
                title = []
                continue
        title.append(word)
    return result if not title else []


def _numbered_left(sheet: int, index: int, row: list[Line], pages: int) -> _Found | None:
    words = [w for line in row for w in line.words]
    if len(words) < 2 or not _NUMBER.fullmatch(words[0].text) or not 0 < int(words[0].text) <= pages + 20:
        return None
    text = " ".join(w.text for w in words[1:])
    if not any(ch.isalpha() for ch in text):
        return None
    return _Found(sheet, index, 0, text, int(words[0].text), words[1].x0, words[1].style)


def _is_page_column(entries: list[_Found]) -> bool:
    """Whether leading numbers are pages rather than numbers of chapters: rising, with gaps."""
    numbers = [e.page or 0 for e in entries]
    rising = all(a <= b for a, b in pairwise(numbers))
    return rising and numbers != list(range(numbers[0], numbers[0] + len(numbers)))


def _joined(entries: list[_Found], texts: list[str]) -> list[_Found]:
    """The entries in reading order, titles over two rows joined."""
    ordered = sorted(entries, key=lambda e: (e.column, e.row))
    if any(e.column for e in entries):
        return ordered
    result: list[_Found] = []
    previous = ordered[0].row - 1
    for entry in ordered:
        pending = " ".join(texts[previous + 1 : entry.row])
        joined = pending and entry.row - previous <= 3 and not re.match(r"[\dA-Z]", entry.title)
        result.append(replace(entry, title=f"{pending} {entry.title}") if joined else entry)
        previous = entry.row
    return result


def _repeated(page: _Sheet, seen: Counter[str]) -> list[_Found]:
    """Entries without page numbers below the title: lines that return in the document."""
    titled = page.titled or 0
    below = enumerate(page.texts[titled + 1 :], start=titled + 1)
    hits = [i for i, t in below if seen[normalised(t)] > 1 and any(ch.isalpha() for ch in t)]
    if len(hits) < 4 or len(hits) < 0.6 * (hits[-1] - titled):
        return []
    firsts = [(i, page.rows[i][0]) for i in hits]
    return [_Found(page.number, i, 0, page.texts[i], None, line.x0, line.style) for i, line in firsts]


def _rows_of(entries: list[_Found], texts: list[str], titled: int | None) -> set[int]:
    """The rows that belong to a contents page: its title, the entries and what stands between them."""
    first, last = min(e.row for e in entries), max(e.row for e in entries)
    while first and texts[first - 1].casefold() in rules().contents | {"pagina", "blz.", "blz"}:
        first -= 1
    gone = set(range(first, last + 1))
    gone |= {i for i, text in enumerate(texts) if _is_title(text) or _LONG_LEADERS.search(text)}
    if titled is not None:
        gone.add(titled)
    return gone


# --- levels ----------------------------------------------------------------------------------------------


def _with_levels(found: list[_Found]) -> list[Entry]:
    """Entries with the level that their number, indent, size and weight stand for."""
    lefts: dict[tuple[int, int], float] = {}
    for e in found:
        lefts[e.sheet, e.column] = min(e.x0, lefts.get((e.sheet, e.column), e.x0))
    keys = [(_step(e.x0 - lefts[e.sheet, e.column]), -round(e.style.size), not e.style.bold) for e in found]
    numbers = [number_level(e.title) for e in found]
    by_key: dict[tuple[int, int, bool], int] = {}
    level = 0
    for key in sorted(set(keys)):
        own = [n for k, n in zip(keys, numbers, strict=True) if k == key and n]
        level = min(own) if own else level + 1
        by_key[key] = min(level, _MAX_LEVEL)
    return [Entry(e.title, e.page, n or by_key[key]) for e, key, n in zip(found, keys, numbers, strict=True)]


def _step(indent: float) -> int:
    return int((indent + 3) // 8)


def _rows(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.x0)):
        if rows and abs(rows[-1][0].base - line.base) < 3:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]
