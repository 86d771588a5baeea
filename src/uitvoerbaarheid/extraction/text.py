"""Plain text: headings by numbering, underlining, marks, capitals or a short line between blank lines."""

from __future__ import annotations

import itertools
import re

from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.strings import (
    clean,
    depths_by_number,
    drop_contents,
    number_depth,
    split_number,
)
from uitvoerbaarheid.records import BlockKind

_UNDERLINE = re.compile(r"^\s*([=\-~_*])\1{2,}\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•▪◦·–+o]|\(?[a-z0-9]{1,2}[.)])\s+(?=\S)")
_MARKED = re.compile(r"^(#{1,6}) (.+?)(?: #+)?$")
_MAX_HEADING = 100


def _is_capitals(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return len(letters) >= 4 and all(c.isupper() for c in letters)


def _is_heading(line: str, alone: bool) -> int | None:
    """The depth of a line that is a heading, else None; ``alone``: between blank lines."""
    if len(line) > _MAX_HEADING or line[-1] in ".;,:" or not any(c.isalpha() for c in line):
        return None
    number, rest = split_number(line)
    if number and rest and alone and rest[:1].isupper():
        return number_depth(number) or 2
    if _is_capitals(line) and alone:
        return 1
    if alone and _is_short(line) and line[:1].isupper() and not _BULLET.match(line):
        return 2
    return None


def _is_short(line: str) -> bool:
    return len(line.split()) <= 8 and len(line) <= 60


def _opens_text(lines: list[str], index: int) -> int | None:
    """The depth of a numbered heading with its text right below, else None.

    ``lines`` are clean. In "1. Bank", "2. Brug" the lines below are items, and in a contents table they
    are headings without text; both are no headings here.
    """
    number, rest = split_number(lines[index])
    depth = _is_heading(lines[index], alone=True)
    if not number or not rest or depth is None or not _is_short(lines[index]):
        return None
    block = list(itertools.takewhile(bool, (lines[i] for i in range(index + 1, len(lines)))))
    if not block:
        return None
    below = split_number(block[0])[0]
    if below:
        return depth if below.startswith(f"{number}.") and _opens_text(lines, index + 1) else None
    if number.isdigit() and any(_BULLET.match(line) and line[0].isdigit() for line in block):
        return None
    starts = block[0].lstrip("\"'‘’“”„(")[:1].isupper() and len(block[0].split()) >= 3
    return depth if starts and not _BULLET.match(block[0]) else None


def text_stream(text: str) -> list[Heading | Piece]:
    """The stream of headings, paragraphs and list items of a plain text."""
    lines = re.split(r"\r\n|\r|\n|\f", text)
    stream: list[Heading | Piece] = []
    paragraph: list[str] = []
    kind: BlockKind = "paragraph"
    first = 0

    def close() -> None:
        nonlocal paragraph, kind
        joined = clean(_join(paragraph))
        if joined:
            stream.append(Piece(kind, joined, line=first + 1))
        paragraph, kind = [], "paragraph"

    def level_of(index: int, line: str) -> int | None:
        level = _is_heading(line, before and after)
        after_heading = not paragraph and bool(stream) and isinstance(stream[-1], Heading)
        return _opens_text(cleaned, index) if level is None and (before or after_heading) else level

    cleaned = [clean(raw) for raw in lines]
    for index, (raw, line) in enumerate(zip(lines, cleaned, strict=True)):
        before = not index or not cleaned[index - 1] or bool(_UNDERLINE.match(lines[index - 1]))
        after = index + 1 < len(lines) and not cleaned[index + 1]
        underline = index + 1 < len(lines) and bool(_UNDERLINE.match(lines[index + 1]))
        if not line or _UNDERLINE.match(raw):
            close()
        elif len(line) <= _MAX_HEADING and (marked := _MARKED.match(line)):
            close()
            stream.append(Heading(marked[2], len(marked[1]), line=index + 1))
        elif underline and len(line) <= _MAX_HEADING and before:
            close()
            depth = number_depth(split_number(line)[0])
            stream.append(Heading(line, depth or (1 if "=" in lines[index + 1] else 2), line=index + 1))
        elif (level := level_of(index, line)) is not None:
            close()
            stream.append(Heading(line, level, line=index + 1))
        elif bullet := _BULLET.match(raw):
            close()
            kind, first = "item", index
            paragraph = [raw[bullet.end() :]]
        else:
            first = first if paragraph else index
            paragraph.append(raw)
    close()
    return stream


def _join(lines: list[str]) -> str:
    """Lines of one paragraph; a word broken off with a hyphen at a line's end is made whole."""
    parts: list[str] = []
    last = ""
    for line in (clean(raw) for raw in lines):
        broken = re.search(r"[a-zà-ÿ]-$", last[-2:])
        if broken and line[:1].islower() and not re.match(r"(?:en|of|tot)\b", line):
            parts[-1] = last[:-1]
            parts.append(line)
        else:
            parts.append(f" {line}")
        last = parts[-1]
    return "".join(parts)


def read_text(data: bytes) -> Extract:
    """Read plain text in UTF-8, UTF-16 or Windows-1252."""
    stream = drop_contents(text_stream(decode(data)))
    depths_by_number(stream)
    return Extract("txt", stream)
