"""On which line of a TOML file each key stands: the parser of the standard library does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

#: The keys from the top of a file to a value; a number is the place in a list, from 0.
Place = tuple[str | int, ...]

#: Keys in keys that are told apart; settings are less deep, and what is not may be of any depth.
_DEEPEST = 12

# What can hide a bracket or a line end in a file that is TOML, and those themselves.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of the keys of one file; ``root`` is the table in it that the settings are in."""

    known: dict[Place, int] = field(default_factory=dict)
    root: Place = ()

    def has(self, place: Sequence[str | int]) -> bool:
        """Whether the file has this key."""
        return (*self.root, *place) in self.known

    def of(self, place: Sequence[str | int]) -> int | None:
        """The line of a key, from 1; where it is not known that of what it stands in."""
        full = (*self.root, *place)
        for end in range(len(full), 0, -1):
            if full[:end] in self.known:
                return self.known[full[:end]]
        return None


def lines_of(text: str, data: dict[str, Any], root: Place = ()) -> Lines:
    """The lines of all keys in ``text``, which is TOML that was read as ``data``."""
    known: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, statement, items in _statements(text):
        if statement.startswith("["):
            path = _path(statement)
            table = _in_lists(path, counts, again=statement.startswith("[["))
            place = table
        else:
            place = (*table, *_path(f"{_key(statement)} = 0"))[:_DEEPEST]
        for end in range(1, len(place) + 1):
            known.setdefault(place[:end], number)
        for position, line in enumerate(items):
            known[(*place, position)] = line
    _add_values(data, known)
    return Lines(known, root)


def _statements(text: str) -> Iterator[tuple[int, str, list[int]]]:
    """Each header and each key with its value: its line, its text and the lines of tables in a list in it."""
    line, start, begun, depth = 1, 0, 1, 0
    items: list[int] = []
    text = text.replace("\r\n", "\n") + "\n"
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == "\n" and depth == 0:
            statement = text[start : token.start()].strip()
            if statement and not statement.startswith("#"):
                yield begun, statement, items
            start, begun, items = token.end(), line + 1, []
        elif sign == "{" and depth == 1 and not text.startswith("[", start):
            items.append(line)
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        line += sign.count("\n")


def _key(statement: str) -> str:
    """What stands before the equals sign of a key with its value."""
    match = re.match(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^"'=])*""", statement)
    return match[0] if match else ""


def _path(header: str) -> Place:
    """The keys in a header, or in a key that is written with dots."""
    found: Any = tomllib.loads(header)
    place: list[str] = []
    while isinstance(found, (dict, list)) and found:
        if isinstance(found, list):
            found = found[0]
            continue
        name, found = next(iter(found.items()))
        place.append(name)
    return tuple(place[:_DEEPEST])


def _in_lists(path: Place, counts: dict[Place, int], *, again: bool) -> Place:
    """The place of a table by its header: in the last one of each list of tables on the way.

    ``again`` where the header opens a next table of a list; ``counts`` are the tables of each list so far.
    """
    place: Place = ()
    for index, part in enumerate(path):
        place = (*place, part)
        if again and index == len(path) - 1:
            counts[place] = counts.get(place, 0) + 1
        if place in counts:
            place = (*place, counts[place] - 1)
    return place


def _add_values(data: dict[str, Any], known: dict[Place, int]) -> None:
    """Add the keys within values, on the line of what they stand in."""
    left: list[tuple[Any, Place, int]] = [(data, (), 1)]
    while left:
        value, place, line = left.pop()
        if len(place) >= _DEEPEST:
            continue
        inner: Any = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        for key, below in inner:
            left.append((below, (*place, key), known.setdefault((*place, key), line)))
