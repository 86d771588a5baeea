"""The patterns of ``data/patterns/headings.toml``, compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from uitvoerbaarheid.resources import read_toml


@dataclass(frozen=True)
class Rules:
    """Compiled patterns; ``numbering`` pairs each pattern with its depth (0: one level per part)."""

    numbering: tuple[tuple[re.Pattern[str], int], ...]
    numbered_word: re.Pattern[str]
    contents: frozenset[str]
    caption: re.Pattern[str]
    source: re.Pattern[str]
    page_number: re.Pattern[str]
    bullet: re.Pattern[str]
    enumeration: re.Pattern[str]
    parts: re.Pattern[str]
    note: re.Pattern[str]


@cache
def rules() -> Rules:
    """The heading rules, read once."""
    data = read_toml("patterns", "headings.toml")
    lines = data["lines"]
    words = "|".join(data["words"]["numbered"])
    return Rules(
        numbering=tuple((re.compile(p["regex"]), p["depth"]) for p in data["numbering"]["patterns"]),
        numbered_word=re.compile(
            rf"(?i)(?:{words})(?:\s+(?:\d+[\d.]*|[A-Z]|[IVX]{{1,5}})(?:\s*[:.–-]|\s|$)|\s*:)"
        ),
        contents=frozenset(data["words"]["contents"]),
        **{
            name: re.compile(lines[name])
            for name in ("caption", "source", "page_number", "bullet", "enumeration", "parts", "note")
        },
    )


def heading_number(text: str) -> tuple[str | None, int, str]:
    """The number that opens a heading, its depth (0 without a number) and the text after it."""
    for pattern, depth in rules().numbering:
        match = pattern.match(text)
        if match:
            number = match["number"]
            rest = text[match.end() :].strip(" :.–-\t")
            return number, depth or number_depth(number), rest
    return None, 0, text


def number_depth(number: str) -> int:
    """How many levels a number has: "1.2.3" 3, "C1.2" 3, "B1" 2."""
    parts = number.strip(".").split(".")
    return len(parts) + (len(parts[0]) > 1 and parts[0][0].isalpha())
