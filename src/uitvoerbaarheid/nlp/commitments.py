"""Commitments: which actor, money, term and check belong to the same measure.

A measure takes what its own unit says; what is missing there may come from the sentences around it in
the same paragraph or list item, as long as those hold no measure of their own, and from the sentence
that introduces its list. Rows of a table are read by column name (``data/lexicons/columns.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from uitvoerbaarheid.nlp.annotation import LabelledUnit, Unit
from uitvoerbaarheid.records import Block, Commitment, Mention, Section
from uitvoerbaarheid.resources import data_path

#: How many units after a measure may still speak about it.
_REACH = 3
_LINKED = ("actor", "budget", "deadline", "monitoring")
_Indexes = Sequence[Mapping[str, list[int]]]


@cache
def _lexicon() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str]]:
    data = tomllib.loads(data_path("lexicons", "columns.toml").read_text(encoding="utf-8"))

    def compile_words(words: list[str]) -> str:
        return "|".join(r"\w*".join(re.escape(part) for part in word.split("*")) for word in words)

    columns = {
        kind: re.compile(rf"(?<!\w)(?:{compile_words(words)})(?!\w)")
        for kind, words in data["columns"].items()
    }
    return columns, re.compile(rf"\W*(?:{compile_words(data['linking']['openers'])})(?!\w)")


def column_kinds(unit: Unit) -> list[str | None]:
    """What each cell of a table row holds by its column's name; empty for a unit without columns."""
    if not unit.cells or not unit.header:
        return []
    columns, _ = _lexicon()
    names = [*unit.header, *[""] * len(unit.cells)][: len(unit.cells)]
    return [next((kind for kind, words in columns.items() if words.search(n.lower())), None) for n in names]


def cell_spans(unit: Unit) -> list[tuple[int, int]]:
    """Offsets in the unit's text of each cell of a row with column names, without the names.

    A cell that is empty or not found has an empty span.
    """
    if not unit.cells or not unit.header:
        return []
    spans = []
    at = 0
    for position, cell in enumerate(unit.cells):
        value = " ".join(cell.split())
        name = " ".join(unit.header[position].split()) if position < len(unit.header) else ""
        start = unit.text.find(f"{name}: {value}" if name and name != value else value, at) if value else -1
        if start < 0:
            spans.append((at, at))
            continue
        end = start + len(f"{name}: {value}" if name and name != value else value)
        spans.append((end - len(value), end))
        at = end
    return spans


def link(
    section: Section, units: Sequence[LabelledUnit], mentions: Sequence[Mention], indexes: _Indexes
) -> list[Commitment]:
    """The commitments of a section, one per measure and one per goal that has its own term or actor.

    ``indexes`` holds for each unit the indexes of its mentions by type.
    """
    places = _places(section, units)
    commitments = []
    last_goal: int | None = None
    for position, labelled in enumerate(units):
        own = indexes[position]
        goal = own["goal"][0] if "goal" in own else last_goal
        if "measure" in own:
            found = _linked(position, units, mentions, indexes, places)
            commitments.append(
                Commitment(
                    measure=own["measure"][0],
                    goal=goal,
                    actors=found["actor"],
                    budget=_best(found["budget"], mentions),
                    deadline=_best(found["deadline"], mentions),
                    monitoring=next(iter(found["monitoring"]), None),
                    page=labelled.unit.page,
                )
            )
        elif "goal" in own and _is_promised(own, mentions):
            commitments.append(
                Commitment(
                    goal=goal,
                    actors=own.get("actor", []),
                    budget=_best(own.get("budget", []), mentions),
                    deadline=_best(own.get("deadline", []), mentions),
                    monitoring=next(iter(own.get("monitoring", [])), None),
                    page=labelled.unit.page,
                )
            )
        last_goal = goal
    return commitments


def _is_promised(own: Mapping[str, list[int]], mentions: Sequence[Mention]) -> bool:
    """Whether a goal has a term or a named party of its own."""
    named = [i for i in own.get("actor", []) if not (mentions[i].value or {}).get("generic")]
    return bool(own.get("deadline") or named)


def _places(section: Section, units: Sequence[LabelledUnit]) -> list[int]:
    """For each unit the number of the block (paragraph, item, row) in which it stands."""
    from uitvoerbaarheid.nlp.units import derive_blocks

    blocks: list[Block] = section.blocks or derive_blocks(section.text)
    places = []
    current = 0
    for labelled in units:
        while current + 1 < len(blocks) and blocks[current + 1].start <= labelled.unit.start:
            current += 1
        places.append(current)
    return places


def _linked(
    position: int,
    units: Sequence[LabelledUnit],
    mentions: Sequence[Mention],
    indexes: _Indexes,
    places: Sequence[int],
) -> dict[str, list[int]]:
    """The mentions that belong to the measure at ``position``, by type, its own first."""
    own = indexes[position]
    found = {kind: list(own.get(kind, [])) for kind in _LINKED}
    unit = units[position].unit
    if unit.kind == "row":
        return _by_column(unit, found, mentions)
    sources = [*_after(position, units, indexes, places), *_before(position, units, indexes, places)]
    for source in sources:
        for kind in _LINKED:
            if not found[kind]:
                found[kind] = list(indexes[source].get(kind, []))
    return found


def _by_column(unit: Unit, found: dict[str, list[int]], mentions: Sequence[Mention]) -> dict[str, list[int]]:
    """The mentions in the column that is meant for them, else those anywhere in the row."""
    kinds = column_kinds(unit)
    spans = cell_spans(unit)

    def inside(kind: str, index: int) -> bool:
        start = mentions[index].start - unit.start
        return any(k == kind and s <= start < e for k, (s, e) in zip(kinds, spans, strict=True))

    return {kind: [i for i in all_found if inside(kind, i)] or all_found for kind, all_found in found.items()}


def _after(
    position: int, units: Sequence[LabelledUnit], indexes: _Indexes, places: Sequence[int]
) -> list[int]:
    """Units after a measure that speak about it: up to the next measure, in its block or by their opening."""
    _, opener = _lexicon()
    found = []
    for other in range(position + 1, min(position + 1 + _REACH, len(units))):
        unit = units[other].unit
        refers = opener.match(unit.text.lower()) and unit.kind == "paragraph"
        if "measure" in indexes[other] or not (places[other] == places[position] or refers):
            break
        found.append(other)
    return found


def _before(
    position: int, units: Sequence[LabelledUnit], indexes: _Indexes, places: Sequence[int]
) -> list[int]:
    """The sentence right before a measure in its block, and the one that introduces its list."""
    found = []
    same: Callable[[int], bool] = lambda other: places[other] == places[position]  # noqa: E731
    if position and same(position - 1) and "measure" not in indexes[position - 1]:
        found.append(position - 1)
    if units[position].unit.kind == "item":
        other = position - 1
        while other >= 0 and units[other].unit.kind == "item":
            other -= 1
        if other >= 0 and units[other].unit.text.rstrip().endswith(":"):
            found.append(other)
    return found


def _best(candidates: Sequence[int], mentions: Sequence[Mention]) -> int | None:
    """The first mention with a real value, else the first."""
    for index in candidates:
        value = mentions[index].value or {}
        if not value.get("open") and value.get("interval") != "vague":
            return index
    return next(iter(candidates), None)
