"""Plain text: headings by numbering, underlining, capitals or a short line between blank lines."""

from __future__ import annotations

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

_UNDERLINE = re.compile(r"^\s*([=\-~_*])\1{2,}\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•▪◦·–+o]|\(?[a-z0-9]{1,2}[.)])\s+(?=\S)")
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
    short = len(line.split()) <= 8 and len(line) <= 60
    if alone and short and line[:1].isupper() and not _BULLET.match(line):
        return 2
    return None


def text_stream(text: str) -> list[Heading | Piece]:
    """The stream of headings, paragraphs and list items of a plain text."""
    lines = re.split(r"\r\n|\r|\n|\f", text)
    stream: list[Heading | Piece] = []
    paragraph: list[str] = []
    kind = "paragraph"

    def close() -> None:
        nonlocal paragraph, kind
        joined = clean(_join(paragraph))
        if joined:
            stream.append(Piece("item" if kind == "item" else "paragraph", joined))
        paragraph, kind = [], "paragraph"

    for index, raw in enumerate(lines):
        line = clean(raw)
        before = not index or not clean(lines[index - 1]) or bool(_UNDERLINE.match(lines[index - 1]))
        after = index + 1 < len(lines) and not clean(lines[index + 1])
        underline = index + 1 < len(lines) and bool(_UNDERLINE.match(lines[index + 1]))
        if not line or _UNDERLINE.match(raw):
            close()
        elif underline and len(line) <= _MAX_HEADING and before:
            close()
            depth = number_depth(split_number(line)[0])
            stream.append(Heading(line, depth or (1 if "=" in lines[index + 1] else 2)))
        elif (level := _is_heading(line, before and after)) is not None:
            close()
            stream.append(Heading(line, level))
        elif bullet := _BULLET.match(raw):
            close()
            kind = "item"
            paragraph = [raw[bullet.end() :]]
        else:
            paragraph.append(raw)
    close()
    return stream


def _join(lines: list[str]) -> str:
    """Lines of one paragraph; a word broken off with a hyphen at a line's end is made whole."""
    result = ""
    for line in (clean(raw) for raw in lines):
        if re.search(r"[a-zà-ÿ]-$", result) and line[:1].islower() and not re.match(r"(?:en|of|tot)\b", line):
            result = result[:-1] + line
        else:
            result = f"{result} {line}"
    return result


def read_text(data: bytes) -> Extract:
    """Read plain text in UTF-8, UTF-16 or Windows-1252."""
    stream = drop_contents(text_stream(decode(data)))
    depths_by_number(stream)
    return Extract("txt", stream)
