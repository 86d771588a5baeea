"""Patterns for the path of a document, as in ``.gitignore``: ``*``, ``?`` and ``**``."""

from __future__ import annotations

import fnmatch
import os
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

_WILD = re.compile(r"[*?]")
# Brackets are signs of file names here; fnmatch would take them for a set.
_BRACKET = str.maketrans({"[": "[[]"})


def is_wild(pattern: str) -> bool:
    """Whether a pattern can be for more than one path."""
    return bool(_WILD.search(pattern)) or pattern.rstrip().endswith("/")


def matches(pattern: str, path: Path, folder: Path) -> bool:
    """Whether a document is meant by a pattern that is seen from ``folder``.

    A pattern without a slash is for the name alone, in any folder; one that ends in a slash is for all that
    lies in that folder. Capitals and small letters are the same. The work is linear in the length of the path
    for each part of the pattern.
    """
    parts = _pattern_parts(pattern)
    own = _path_parts(path, folder)
    if not parts or not own:
        return False
    return _fits(parts, own)


@lru_cache(maxsize=4096)
def _pattern_parts(pattern: str) -> tuple[str, ...]:
    text = _plain(pattern.strip()).replace("\\", "/")
    inner = text.rstrip("/")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if not parts:
        return ()
    if "/" not in inner and not text.endswith("/"):
        parts.insert(0, "**")
    if text.endswith("/"):
        parts.append("**")
    # Two in a row say no more than one.
    return tuple(p for i, p in enumerate(parts) if p != "**" or i == 0 or parts[i - 1] != "**")


@lru_cache(maxsize=4096)
def _path_parts(path: Path, folder: Path) -> tuple[str, ...]:
    place, root = Path(os.path.abspath(path)), Path(os.path.abspath(folder))  # noqa: PTH100
    inside = place.relative_to(root) if place.is_relative_to(root) else place
    return tuple(_plain(part) for part in inside.parts)


def _plain(text: str) -> str:
    """Text as file names are compared: systems write accents in two ways, and some know no capitals."""
    return unicodedata.normalize("NFC", text).casefold()


def _fits(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Whether all parts fit; after a ``**`` the first place that fits is kept, as for ``*`` in a name."""
    at, place, star, retry = 0, 0, -1, 0
    while place < len(path):
        if at < len(pattern) and pattern[at] == "**":
            star, retry = at, place
            at += 1
        elif at < len(pattern) and fnmatch.fnmatchcase(path[place], pattern[at].translate(_BRACKET)):
            at, place = at + 1, place + 1
        elif star >= 0:
            retry += 1
            at, place = star + 1, retry
        else:
            return False
    return all(part == "**" for part in pattern[at:])
