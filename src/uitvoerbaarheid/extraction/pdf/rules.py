"""The patterns of ``data/patterns/headings.toml``, compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from uitvoerbaarheid.resources import read_toml


@dataclass(frozen=True)
class Numbering:
    """How a heading may be numbered; ``depth`` 0 stands for one level per part of the number."""

    kind: str
    regex: re.Pattern[str]
    depth: int


@dataclass(frozen=True)
class Rules:
    """Compiled patterns and sets of words, as the file says."""

    numbering: tuple[Numbering, ...]
    numbered_word: re.Pattern[str]
    contents: frozenset[str]
    top: re.Pattern[str]
    never: re.Pattern[str]
    field: re.Pattern[str]
    caption: re.Pattern[str]
    source: re.Pattern[str]
    page_number: re.Pattern[str]
    bullet: re.Pattern[str]
    enumeration: re.Pattern[str]
    parts: re.Pattern[str]
    note: re.Pattern[str]
    amount: re.Pattern[str]


@cache
def rules() -> Rules:
    """The heading rules, read once."""
    data = read_toml("patterns", "headings.toml")
    words, lines = data["words"], data["lines"]
    return Rules(
        numbering=tuple(
            Numbering(p["kind"], re.compile(p["regex"]), p["depth"]) for p in data["numbering"]["patterns"]
        ),
        numbered_word=re.compile(
            rf"(?i:(?P<word>{_any(words['numbered'])}))"
            r"(?:\s+(?P<number>\d+[\d.]*|[A-Z]|[IVX]{1,5})(?:\s*[:.–-]|\s+(?![a-z])|$)|\s*:)"
        ),
        contents=frozenset(words["contents"]),
        top=re.compile(rf"(?i)(?:{_any(words['top'])})\b"),
        never=re.compile(rf"(?i)(?:{_any(words['never'])})(?!\w)"),
        field=re.compile(rf"(?i)(?:{_any(words['field'])})\s*:"),
        **{
            name: re.compile(lines[name])
            for name in (
                "caption",
                "source",
                "page_number",
                "bullet",
                "enumeration",
                "parts",
                "note",
                "amount",
            )
        },
    )


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in words)


def heading_number(text: str) -> tuple[str | None, int, str]:
    """The number that opens a heading, its depth (0 without a number) and the text after it."""
    numbering, match = _numbering(text)
    if numbering is None or match is None:
        return None, 0, text
    number = match["number"]
    return number, numbering.depth or number_depth(number), text[match.end() :].strip(" :.–-\t")


@lru_cache(maxsize=4096)
def _numbering(text: str) -> tuple[Numbering | None, re.Match[str] | None]:
    for numbering in rules().numbering:
        match = numbering.regex.match(text)
        if match:
            return numbering, match
    return None, None


def number_kind(text: str) -> str:
    """The kind of number that opens a heading ("part", "chapter", "parts", "simple", "word thema", ...).

    Empty where no number does.
    """
    numbering, _ = _numbering(text)
    if numbering is not None:
        return numbering.kind
    word = rules().numbered_word.match(text)
    return f"word {word['word'].casefold()}" if word and word["number"] else ""


def number_level(text: str) -> int:
    """The level of a title that opens with a number, from 1; 0 where its number says nothing of it."""
    return heading_number(text)[1] if number_kind(text) in ("chapter", "annex", "parts", "simple") else 0


def normalised(text: str) -> str:
    """A title without case, signs, spaces and its opening number, for comparison."""
    _, _, rest = heading_number(" ".join(text.split()))
    return re.sub(r"[\W_]+", "", (rest or text).casefold())


def number_depth(number: str) -> int:
    """How many levels a number has: "1.2.3" 3, "C1.2" 3, "B1" 2."""
    parts = number.strip(".").split(".")
    return len(parts) + (len(parts[0]) > 1 and parts[0][0].isalpha())
