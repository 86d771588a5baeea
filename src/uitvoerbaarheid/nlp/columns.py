"""What columns and labels say of the text beside them: "Trekker", "Planning", "Kosten: ...".

The names are data (``data/lexicons/columns.toml``). A label line is a sentence or item that opens with
such a name and a colon, or a row of two cells of which the first is such a name.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from uitvoerbaarheid.nlp.annotation import Unit
from uitvoerbaarheid.nlp.patterns import Pattern
from uitvoerbaarheid.nlp.rules import compile_phrases, phrase_pattern
from uitvoerbaarheid.resources import read_toml

#: A label has at most this many words; a longer text before a colon is a sentence.
_MOST_WORDS = 3
_LABEL = re.compile(r"[\s•▪◦●○■□‣·*–—-]*(?P<name>[^\W\d][^:|.;\n]{1,40}?)\s*:(?=\s|$)")
_EMPTY_CELLS = {"", "-", "–", "—", "n.v.t.", "nvt", "x"}


class Label(NamedTuple):
    """A label line: what its name stands for, and where in the unit its value starts and ends."""

    kind: str
    start: int
    end: int


@cache
def settings() -> dict[str, Any]:
    """The lexicon of columns and linking words."""
    return read_toml("lexicons", "columns.toml")


@cache
def _columns() -> dict[str, Pattern]:
    return {kind: compile_phrases(words) for kind, words in settings()["columns"].items()}


@cache
def linking(name: str) -> Pattern:
    """The pattern of a list of linking words: at the start of a unit or heading, "passive" ones anywhere."""
    words = phrase_pattern(settings()["linking"][name])
    if name == "headings":
        return Pattern(rf"^\W*{words}\s*(?:\d[\w.]*\s*[:.–-]?|[A-Z]?\d*\s*[:–])\s*\w", re.IGNORECASE)
    return Pattern(words if name == "passive" else rf"^\W*{words}", re.IGNORECASE)


def is_filled(text: str) -> bool:
    """Whether a cell holds anything but a dash or "n.v.t."."""
    return text.strip().lower() not in _EMPTY_CELLS


@lru_cache(maxsize=4096)
def kind_of_name(name: str) -> str | None:
    """What a column of this name holds (a mention type), None where its name does not say."""
    return next((kind for kind, words in _columns().items() if words.search(name)), None)


def column_kinds(unit: Unit) -> list[str | None]:
    """What each cell of a table row holds by its column's name; empty for a unit without columns."""
    if not unit.cells or not unit.header:
        return []
    names = [*unit.header, *[""] * len(unit.cells)][: len(unit.cells)]
    return [kind_of_name(name) for name in names]


def cell_spans(unit: Unit) -> list[tuple[int, int]]:
    """Offsets in the unit's text of each cell of a row, without the column names.

    A cell that is empty or not found has an empty span.
    """
    if not unit.cells:
        return []
    spans = []
    at = 0
    header = unit.header or []
    for position, cell in enumerate(unit.cells):
        value = " ".join(cell.split())
        name = " ".join(header[position].split()) if position < len(header) else ""
        shown = f"{name}: {value}" if name and name != value else value
        start = unit.text.find(shown, at) if value else -1
        if start < 0:
            spans.append((at, at))
            continue
        at = start + len(shown)
        spans.append((at - len(value), at))
    return spans


def label_of(unit: Unit) -> Label | None:
    """The label with which a unit opens, None for one that is no label line."""
    if unit.kind == "row":
        cells = unit.cells or []
        if len(cells) != 2 or not is_filled(cells[0]) or "deadline" in column_kinds(unit):
            return None
        name, (start, end) = cells[0], cell_spans(unit)[1]
    else:
        match = _LABEL.match(unit.text)
        if not match:
            return None
        name, start, end = match["name"], match.end(), len(unit.text)
    words = name.split()
    kind = kind_of_name(" ".join(words).rstrip(" :")) if len(words) <= _MOST_WORDS else None
    return Label(kind, start, end) if kind else None
