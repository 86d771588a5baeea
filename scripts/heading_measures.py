"""Measures of a section tree: which headings were found, at which depth, and how the whole tree compares.

A document is a list of heads in its order; the tree follows from their depths: a head stands below the last
one before it that is less deep. Where the truth is not complete only its own heads are looked for
(:func:`look_up`); where it is complete the two lists are laid side by side (:func:`in_order`) and the two
trees are compared (:func:`similarity`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from apted import APTED, Config


@dataclass(frozen=True)
class Head:
    """A heading: its text, its depth from 1 (None where unknown) and its page from 1 (None where unknown).

    One that is ``optional`` may be taken for a heading or not (the title on a cover, the heading inside a
    box): neither is counted.
    """

    text: str
    depth: int | None = None
    page: int | None = None
    optional: bool = False


#: Also without a space after it, where it has more than one part: "1.2Doelen".
_NUMBER = re.compile(
    r"^\W*(?:(?i:hoofdstuk|deel|paragraaf|bijlage|thema)\s+)?"
    r"(?:(?:[A-Z]?\d{1,2}(?:\.\d{1,2})*[a-z]?|[A-Z]|[IVX]+)[.:]?\s+|[A-Z]?\d{1,2}(?:\.\d{1,2})+(?=[^\W\d]))"
)


def key(text: str) -> str:
    """A heading without case, signs, spaces, opening number (and what it numbers) and closing note mark."""
    bare = re.sub(r"(?<=[^\W\d]) ?\d{1,2}$", "", text.strip())
    bare = _NUMBER.sub("", bare)
    bare = re.sub(r"[\W_]+", "", bare.casefold())
    return bare or re.sub(r"[\W_]+", "", text.casefold())


def near(page: int | None, other: int | None) -> bool:
    """Whether two pages are at most one apart."""
    return page is not None and other is not None and abs(page - other) <= 1


# --- which head is which -----------------------------------------------------------------------------


def look_up(truth: Sequence[Head], found: Sequence[Head]) -> dict[int, int]:
    """The found head of each true one: the same words, the nearest page, at most one off; each used once."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, head in enumerate(found):
        places[key(head.text)].append(place)
    pairs: dict[int, int] = {}
    # Those on the very page first, so that a heading that repeats on every page finds its own.
    for apart in (0, 1):
        for index, head in enumerate(truth):
            free = [p for p in places[key(head.text)] if near(found[p].page, head.page)]
            free = [p for p in free if abs((found[p].page or 0) - (head.page or 0)) == apart]
            if index not in pairs and free:
                pairs[index] = free[0]
                places[key(head.text)].remove(free[0])
    return pairs


def in_order(truth: Sequence[Head], found: Sequence[Head]) -> dict[int, int]:
    """The longest series of the same headings in the same order: true head to found head."""
    names = [key(head.text) for head in truth]
    others = [key(head.text) for head in found]
    length = np.zeros((len(names) + 1, len(others) + 1), dtype=np.int32)
    for row in range(len(names) - 1, -1, -1):
        for column in range(len(others) - 1, -1, -1):
            if names[row] == others[column]:
                length[row, column] = length[row + 1, column + 1] + 1
            else:
                length[row, column] = max(length[row + 1, column], length[row, column + 1])
    pairs, row, column = {}, 0, 0
    while row < len(names) and column < len(others):
        if names[row] == others[column]:
            pairs[row] = column
            row, column = row + 1, column + 1
        elif length[row + 1, column] >= length[row, column + 1]:
            row += 1
        else:
            column += 1
    return pairs


def counted(truth: Sequence[Head], found: Sequence[Head]) -> tuple[list[Head], list[Head]]:
    """Both lists without the optional heads: those of the truth, and those that were found of them."""
    wanted = [head for head in truth if not head.optional]
    placed = set(in_order(wanted, found).values())
    free = Counter(key(head.text) for head in truth if head.optional)
    kept = []
    for place, head in enumerate(found):
        if place not in placed and free[key(head.text)]:
            # Wherever it stands: a box beside the text has no place in the order.
            free[key(head.text)] -= 1
        else:
            kept.append(head)
    return wanted, kept


# --- depth and nesting -------------------------------------------------------------------------------


def chains(heads: Sequence[Head]) -> list[tuple[int, ...]]:
    """For each head the places in the list of the heads it stands below, from the top."""
    result: list[tuple[int, ...]] = []
    above: list[int] = []
    for place, head in enumerate(heads):
        depth = head.depth or 1
        while above and (heads[above[-1]].depth or 1) >= depth:
            above.pop()
        result.append(tuple(above))
        above.append(place)
    return result


@dataclass(frozen=True)
class Levels:
    """How far depths agree, in numbers of heads that both have.

    ``right``: the same depth. ``shifted``: the same after adding one number, the best for the document, to
    all depths (a title above everything makes all one deeper). ``nested``: below the same heads, as far as
    both have these: who stands below whom, whatever the numbers.
    """

    both: int = 0
    right: int = 0
    shifted: int = 0
    nested: int = 0

    def __add__(self, other: Levels) -> Levels:
        """The numbers of two documents together."""
        return Levels(
            self.both + other.both,
            self.right + other.right,
            self.shifted + other.shifted,
            self.nested + other.nested,
        )


def levels(truth: Sequence[Head], found: Sequence[Head], pairs: dict[int, int]) -> Levels:
    """Agreement of the depths of those ``pairs`` (true to found) of which the true depth is known."""
    known = {index: place for index, place in pairs.items() if truth[index].depth}
    steps = Counter((found[place].depth or 1) - (truth[index].depth or 1) for index, place in known.items())
    listed = sorted(known)
    true_chains = chains([truth[index] for index in listed])
    found_chains = chains(found)
    places = set(known.values())
    nested = 0
    for index, chain in zip(listed, true_chains, strict=True):
        ours = [place for place in found_chains[known[index]] if place in places]
        nested += ours == [known[listed[position]] for position in chain]
    return Levels(len(known), steps[0], max(steps.values(), default=0), nested)


# --- the tree as a whole -----------------------------------------------------------------------------


@dataclass
class _Node:
    """A head in the tree; ``size`` is the number of heads that it stands for."""

    name: str
    size: int = 1
    children: list[_Node] = field(default_factory=list)

    def below(self) -> Iterator[_Node]:
        """The node itself and all below it."""
        yield self
        for child in self.children:
            yield from child.below()


class _Costs(Config):
    """Every head taken out, put in or with another text costs one."""

    def delete(self, node: _Node) -> int:
        return node.size

    def insert(self, node: _Node) -> int:
        return node.size

    def rename(self, node1: _Node, node2: _Node) -> int:
        return 0 if node1.name == node2.name else node1.size + node2.size - 1


def _tree(heads: Iterable[Head]) -> _Node:
    root = _Node("")
    above: list[tuple[int, _Node]] = [(0, root)]
    for head in heads:
        depth, node = head.depth or 1, _Node(key(head.text))
        while above[-1][0] >= depth:
            above.pop()
        above[-1][1].children.append(node)
        above.append((depth, node))
    return root


def _spelled(node: _Node, names: dict[int, str]) -> str:
    """The whole subtree as one text, kept in ``names`` for each node below it."""
    inner = "".join(_spelled(child, names) for child in node.children)
    names[id(node)] = f"{{{node.name}{inner}}}"
    return names[id(node)]


def _fold(node: _Node, names: dict[int, str], same: set[str]) -> None:
    for child in node.children:
        if child.children and names[id(child)] in same:
            child.name, child.size, child.children = names[id(child)], sum(1 for _ in child.below()), []
        else:
            _fold(child, names, same)


def distance(truth: Sequence[Head], found: Sequence[Head]) -> int:
    """Tree edit distance: how many heads to take out, put in or rename to make one tree the other.

    Moving a head to another parent takes it out and puts it in again. Chapters that are wholly the same in
    both trees, and occur once in each, count as one node, without which trees of hundreds of heads take
    minutes; that can only make the distance larger.
    """
    trees = [_tree(truth), _tree(found)]
    names: list[dict[int, str]] = [{}, {}]
    counts = []
    for tree, spelled in zip(trees, names, strict=True):
        _spelled(tree, spelled)
        counts.append(Counter(spelled.values()))
    same = {name for name, count in counts[0].items() if count == 1 and counts[1][name] == 1}
    for tree, spelled in zip(trees, names, strict=True):
        _fold(tree, spelled, same)
    return int(APTED(*trees, _Costs()).compute_edit_distance())


def similarity(truth: Sequence[Head], found: Sequence[Head]) -> float:
    """1 - tree edit distance / size of the larger tree, at least 0; two empty trees are alike."""
    size = max(len(truth), len(found))
    return max(0.0, 1 - distance(truth, found) / size) if size else 1.0


# --- figures -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """One document, or several together, against a complete truth."""

    truth: int = 0
    found: int = 0
    same: int = 0
    levels: Levels = field(default_factory=Levels)
    distance: int = 0
    larger: int = 0

    def __add__(self, other: Score) -> Score:
        """The numbers of two documents together."""
        return Score(
            self.truth + other.truth,
            self.found + other.found,
            self.same + other.same,
            self.levels + other.levels,
            self.distance + other.distance,
            self.larger + other.larger,
        )

    @property
    def precision(self) -> float:
        """Share of what was found that is a heading."""
        return self.same / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the headings that were found."""
        return self.same / self.truth if self.truth else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.same / (self.truth + self.found) if self.truth + self.found else 1.0

    def shares(self) -> list[tuple[str, float, int]]:
        """The figures by name, with the number of headings that each is of."""
        return [
            ("koppen: precisie", self.precision, self.found),
            ("koppen: recall", self.recall, self.truth),
            ("koppen: F1", self.f1, self.truth),
            ("boom: gelijkenis", self.similarity, self.truth),
        ]

    @property
    def similarity(self) -> float:
        """1 - edit distance / size of the larger tree; over several documents weighed by size."""
        return max(0.0, 1 - self.distance / self.larger) if self.larger else 1.0


def score(truth: Sequence[Head], found: Sequence[Head]) -> tuple[Score, dict[str, list[Any]]]:
    """The figures of one document with a complete truth, and what was missed, too much or misplaced."""
    true, ours = counted(truth, found)
    pairs = in_order(true, ours)
    placed = set(pairs.values())
    figures = Score(
        len(true),
        len(ours),
        len(pairs),
        levels(true, ours, pairs),
        distance(true, ours),
        max(len(true), len(ours)),
    )
    faults = {
        "gemist": [head for index, head in enumerate(true) if index not in pairs],
        "te veel": [head for place, head in enumerate(ours) if place not in placed],
        "diepte": [
            (true[index].depth, ours[place])
            for index, place in pairs.items()
            if true[index].depth != ours[place].depth
        ],
    }
    return figures, faults
