"""Which section of the old version became which of the new one: by heading, number, place and text.

Sections are paired by an optimal assignment over what they have in common; those left over that have (nearly)
all their text in another section were split off from it, or merged into it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from uitvoerbaarheid.comparison.align import longest_rise
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.comparison.words import Text
from uitvoerbaarheid.extraction.strings import bare, split_number
from uitvoerbaarheid.records import Section

#: Words in a row that are looked up in the other version; as many sections may share them at most.
_PHRASE = 5
_MOST_PLACES = 12
#: The most sections of the other version that one is weighed against by its words alone.
_NEAREST = 8


@dataclass
class Group:
    """Sections (by position) of both versions that belong together; one side is empty for new or gone ones.

    ``joined`` says that more sections on one side are so by their layout only: a heading of the one version
    stands in the text of the other.
    """

    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    joined: bool = False
    moved: bool = False


def matched(old: Text, new: Text) -> list[Group]:
    """All sections of both versions in groups, in the order of the new one, what is gone in its place."""
    likeness = _Likeness(old, new)
    pairs = likeness.pairs()
    groups = {s: Group([s], [t]) for s, t in pairs.items()}
    by_new = {group.new[0]: group for group in groups.values()}
    for position in range(len(old.sections)):
        if position not in groups:
            home = _home(likeness.held, position, old.ranges[position], {t: g for t, g in by_new.items()})
            if home is not None:
                home.old = sorted({*home.old, position})
                groups[position] = home
    by_old = {s: group for group in groups.values() for s in group.old}
    for position in range(len(new.sections)):
        if position not in by_new:
            home = _home(likeness.holding, position, new.ranges[position], by_old)
            if home is not None:
                home.new = sorted({*home.new, position})
                by_new[position] = home
    _take_in_bare(old, new, groups, by_new)
    made = list({id(group): group for group in groups.values()}.values())
    for group in made:
        group.joined = _is_joined(group, old, new)
    made += [Group(old=[s]) for s in range(len(old.sections)) if s not in groups]
    made += [Group(new=[t]) for t in range(len(new.sections)) if t not in by_new]
    _mark_moves(made, old, new)
    return _ordered(made)


def _take_in_bare(old: Text, new: Text, groups: dict[int, Group], by_new: dict[int, Group]) -> None:
    """Headings without text of their own, that the other version has in another form, join what is below."""
    for text, other, mine, is_old in ((old, new, groups, True), (new, old, by_new, False)):
        for position in reversed(range(len(text.sections))):
            if position in mine or text.sections[position].text.strip():
                continue
            for beside in (position + 1, position - 1):
                group = mine.get(beside)
                if group and stands_in(
                    heading_words(text, position), other, group.new if is_old else group.old
                ):
                    own = group.old if is_old else group.new
                    own[:] = sorted({*own, position})
                    mine[position] = group
                    break


def _home(
    share: dict[int, dict[int, float]], position: int, words: tuple[int, int], groups: dict[int, Group]
) -> Group | None:
    """The group that holds the text of a section that was paired with none."""
    found = share.get(position, {})
    least = settings()["match"]["held"]
    best = max(found, key=lambda other: (found[other], -other), default=None)
    if best is None or best not in groups or words[1] - words[0] < _PHRASE:
        return None
    # Text that is spread over more sections is not new either.
    whole = found[best] >= least or (sum(found.values()) >= least and found[best] >= least / 2)
    return groups[best] if whole else None


# ------------------------------------------------------------------------------------------------- pairs


class _Likeness:
    """How alike the sections of two versions are, for the pairs that have anything in common.

    ``held`` says for an old section what part of its phrases each new one holds; ``holding`` the other way.
    """

    def __init__(self, old: Text, new: Text) -> None:
        self.old, self.new = old, new
        self._phrases = [_phrases(old, s) for s in range(len(old.sections))]
        self._new_phrases = [_phrases(new, t) for t in range(len(new.sections))]
        self.held = _held(self._phrases, self._new_phrases)
        self.holding = _held(self._new_phrases, self._phrases)
        self._cosines = _cosines(old, new)
        self._headings = [_Heading(section) for section in old.sections]
        self._new_headings = [_Heading(section) for section in new.sections]

    def pairs(self) -> dict[int, int]:
        """The old sections that stayed, with the new one that they became."""
        weights = {pair: self._weight(*pair) for pair in self._candidates()}
        least = settings()["match"]["least"]
        likely = {pair: weight for pair, weight in weights.items() if weight >= least - 0.25}
        first = _assigned(likely)
        beside = settings()["match"]["beside"]
        again = {}
        for (s, t), weight in likely.items():
            near = (first.get(s - 1, -1 if s == 0 else None) == t - 1) + (first.get(s + 1) == t + 1)
            again[s, t] = weight + beside * near
        return {s: t for s, t in _assigned(again).items() if self._holds(s, t, again[s, t], least)}

    def _holds(self, s: int, t: int, weight: float, least: float) -> bool:
        """Whether two sections are alike enough, in text or in heading, and not only in their place."""
        named = self._headings[s].bare == self._new_headings[t].bare
        return weight >= least and (named or self._text(s, t) >= settings()["match"]["least_text"])

    def _candidates(self) -> set[tuple[int, int]]:
        found = {(s, t) for s, others in self.held.items() for t in others}
        found |= self._cosines.keys()
        named: dict[str, list[int]] = defaultdict(list)
        for t, heading in enumerate(self._new_headings):
            named[heading.bare].append(t)
        size, other = max(len(self._headings), 1), max(len(self._new_headings), 1)
        for s, heading in enumerate(self._headings):
            # Of headings that return all the time those at about the same place come into question.
            places = named.get(heading.bare, [])
            middle = bisect_left(places, s * other / size)
            near = places[max(0, middle - _MOST_PLACES // 2) : middle + _MOST_PLACES // 2]
            found |= {(s, t) for t in near}
        return found

    def _text(self, s: int, t: int) -> float:
        """How alike two texts are, from 0 to 1: in phrases, else in their rarer words."""
        sizes = len(self._phrases[s]) + len(self._new_phrases[t])
        shared = self.held.get(s, {}).get(t, 0.0) * len(self._phrases[s])
        alike = 2 * shared / sizes if sizes else 0.0
        return max(alike, self._cosines.get((s, t), 0.0))

    def _weight(self, s: int, t: int) -> float:
        here, there = self._headings[s], self._new_headings[t]
        weights = settings()["match"]["weight"]
        heading = here.likeness(there)
        filled = bool(self.old.sections[s].text.strip()) + bool(self.new.sections[t].text.strip())
        path = _overlap(here.path, there.path)
        # Text under one of two equal headings only: they are the same when they stand in the same place.
        text = (heading, 0.35 * heading * path, self._text(s, t))[filled]
        return float(
            weights["text"] * text
            + weights["heading"] * heading
            + weights["number"] * (here.number is not None and here.number == there.number)
            + weights["path"] * path
            # Of two that are alike in all else the nearest is meant.
            - 0.01 * abs(s / len(self._headings) - t / len(self._new_headings))
        )


class _Heading:
    """A heading as it is compared: without its number, case and signs."""

    def __init__(self, section: Section) -> None:
        number, rest = split_number(section.heading)
        self.bare = bare(rest or section.heading)
        self.number = bare(section.number or number or "") or None
        self.words = Counter(rest.casefold().split())
        self.path = {bare(split_number(part)[1]) for part in section.heading_path if part != section.heading}

    def likeness(self, other: _Heading) -> float:
        if self.bare == other.bare:
            return 1.0 if self.bare else 0.0
        total = self.words.total() + other.words.total()
        return 0.8 * 2 * (self.words & other.words).total() / total if total else 0.0


def _overlap(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def _phrases(text: Text, section: int) -> list[tuple[str, ...]]:
    """The phrases of a section's text, overlapping; a shorter text is one phrase. The heading is apart."""
    first, last = text.ranges[section]
    units = text.unit_ranges[section]
    if units[0] < units[1] and text.units[units[0]].kind == "heading":
        first = text.units[units[0]].last
    words = text.keys[first:last]
    if len(words) < _PHRASE:
        return [tuple(words)] if words else []
    return [tuple(words[at : at + _PHRASE]) for at in range(len(words) - _PHRASE + 1)]


def _held(
    phrases: Sequence[Sequence[tuple[str, ...]]], others: Sequence[Sequence[tuple[str, ...]]]
) -> dict[int, dict[int, float]]:
    """For each section the part of its phrases that each section of the other version has, if any."""
    places: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for position, own in enumerate(others):
        for phrase in own:
            places[phrase].add(position)
    shares: dict[int, dict[int, float]] = {}
    for position, own in enumerate(phrases):
        counts: Counter[int] = Counter()
        for phrase in own:
            found = places.get(phrase, ())
            if len(found) <= _MOST_PLACES:
                counts.update(found)
        if counts:
            shares[position] = {other: count / len(own) for other, count in counts.items()}
    return shares


def _cosines(old: Text, new: Text) -> dict[tuple[int, int], float]:
    """How alike sections are in their rarer words (tf-idf), each with the few most alike."""
    texts = [*_word_lists(old), *_word_lists(new)]
    matrix = _tf_idf(texts)
    if matrix is None:
        return {}
    product = (matrix[: len(old.sections)] @ matrix[len(old.sections) :].T).tocsr()
    found: dict[tuple[int, int], float] = {}
    for s in range(product.shape[0]):
        start, end = product.indptr[s], product.indptr[s + 1]
        values, columns = product.data[start:end], product.indices[start:end]
        for at in np.argsort(-values, kind="stable")[:_NEAREST]:
            if values[at] >= settings()["match"]["least_text"] / 2:
                found[s, int(columns[at])] = float(values[at])
    return found


def _word_lists(text: Text) -> Iterable[Sequence[str]]:
    return (text.keys[first:last] for first, last in text.ranges)


def _tf_idf(texts: Sequence[Sequence[str]]) -> csr_matrix | None:
    words: dict[str, int] = {}
    rows, columns, counts = [], [], []
    for row, text in enumerate(texts):
        for word, count in Counter(text).items():
            rows.append(row)
            columns.append(words.setdefault(word, len(words)))
            counts.append(1 + np.log(count))
    if not words:
        return None
    matrix = coo_matrix((counts, (rows, columns)), shape=(len(texts), len(words))).tocsr()
    spread = np.asarray((matrix > 0).sum(axis=0)).ravel()
    matrix = matrix.multiply(np.log((1 + len(texts)) / spread)).tocsr()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return matrix.multiply(1 / lengths[:, None]).tocsr()


def _assigned(weights: dict[tuple[int, int], float]) -> dict[int, int]:
    """The pairs of greatest weight together, each section in one pair at most."""
    if not weights:
        return {}
    olds = sorted({s for s, _ in weights})
    news = sorted({t for _, t in weights})
    at_old, at_new = ({value: at for at, value in enumerate(row)} for row in (olds, news))
    size = len(olds) + len(news)
    links = coo_matrix(
        (
            np.ones(len(weights)),
            ([at_old[s] for s, _ in weights], [len(olds) + at_new[t] for _, t in weights]),
        ),
        shape=(size, size),
    )
    # Sections that have nothing in common need not be weighed against each other.
    _, label = connected_components(links, directed=False)
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for s, t in weights:
        parts[int(label[at_old[s]])].append((s, t))
    found: dict[int, int] = {}
    for pairs in parts.values():
        rows, columns = sorted({s for s, _ in pairs}), sorted({t for _, t in pairs})
        row_at, column_at = ({v: at for at, v in enumerate(values)} for values in (rows, columns))
        table = np.zeros((len(rows), len(columns)))
        for s, t in pairs:
            table[row_at[s], column_at[t]] = weights[s, t]
        for i, j in zip(*linear_sum_assignment(table, maximize=True), strict=True):
            if table[i, j] > 0:
                found[rows[i]] = columns[j]
    return found


# ----------------------------------------------------------------------------------- layout, moves, order


def stands_in(heading: Sequence[str], text: Text, sections: Iterable[int]) -> bool:
    """Whether a heading stands in the text of sections, as a heading, line, cell or start of a sentence."""
    wanted = "".join(heading)
    if not wanted:
        return True
    for section in sections:
        first, last = text.ranges[section]
        if len(heading) > 3 and _within(heading, text.keys[first:last]):
            return True
        for unit in text.units[slice(*text.unit_ranges[section])]:
            if text.bare(unit.first, min(unit.first + len(heading) + 2, unit.last)).startswith(wanted):
                return True
    return False


def _within(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether all of these words stand close together, in any order: the cells of a row of headings."""
    need = Counter(wanted)
    missing = len(wanted)
    width = 2 * len(wanted) + 4
    for at, word in enumerate(words):
        if need[word] > 0:
            missing -= 1
        need[word] -= 1
        if at >= width:
            gone = words[at - width]
            need[gone] += 1
            if need[gone] > 0:
                missing += 1
        if missing == 0:
            return True
    return False


def heading_words(text: Text, section: int) -> list[str]:
    """The words of a section's heading, without its number."""
    first, last = text.unit_ranges[section]
    if first < last and text.units[first].kind == "heading":
        return text.keys[text.units[first].first : text.units[first].last]
    return []


def _is_joined(group: Group, old: Text, new: Text) -> bool:
    """Whether all headings of a group stand in both versions of its text, whatever they look like."""
    if len(group.old) == len(group.new) == 1:
        return False
    if _filled(old, group.old) == _filled(new, group.new):
        return True
    more, less, many, few = (
        (old, new, group.old, group.new)
        if len(group.old) > len(group.new)
        else (new, old, group.new, group.old)
    )
    around = range(max(0, few[0] - 1), min(len(less.sections), few[-1] + 2))
    known = {bare(split_number(less.sections[t].heading)[1]) for t in few}
    headings = [
        heading_words(more, s) for s in many if bare(split_number(more.sections[s].heading)[1]) not in known
    ]
    return all(stands_in(heading, less, around) for heading in headings)


def _filled(text: Text, sections: Iterable[int]) -> int:
    """How many of these sections have text of their own."""
    return sum(bool(text.sections[section].text.strip()) for section in sections)


def _mark_moves(groups: list[Group], old: Text, new: Text) -> None:
    """Mark the groups that do not keep their place among the others, or stand in another chapter."""
    both = sorted((g for g in groups if g.old and g.new), key=lambda g: g.old[0])
    staying = set(_heaviest_rise([(g.new[0], _weight(g, old)) for g in both]))
    homes = _homes(both, old, new)
    chapters, new_chapters = _chapters(old.sections), _chapters(new.sections)
    for at, group in enumerate(both):
        home = homes.get(chapters[group.old[0]])
        group.moved = at not in staying or (home is not None and home != new_chapters[group.new[0]])


def _homes(groups: Sequence[Group], old: Text, new: Text) -> dict[int | None, int | None]:
    """The new chapter of each old one, where the two are paired and nearly all its sections are there."""
    chapters, new_chapters = _chapters(old.sections), _chapters(new.sections)
    went: dict[int | None, Counter[int | None]] = defaultdict(Counter)
    for group in groups:
        went[chapters[group.old[0]]][new_chapters[group.new[0]]] += 1
    became = {s: group.new for group in groups for s in group.old}
    homes: dict[int | None, int | None] = {}
    for chapter, places in went.items():
        home, count = places.most_common(1)[0]
        most = count >= settings()["match"]["together"] * places.total()
        if chapter is not None and home is not None and most and home in became.get(chapter, ()):
            homes[chapter] = home
    return homes


def _weight(group: Group, text: Text) -> int:
    return sum(text.ranges[s][1] - text.ranges[s][0] for s in group.old)


def _chapters(sections: Sequence[Section]) -> list[int | None]:
    """For each section the position of the chapter it stands in: the numbered or top heading above it."""
    above: list[int] = []
    found: list[int | None] = []
    for position, section in enumerate(sections):
        while above and sections[above[-1]].depth >= section.depth:
            above.pop()
        found.append(next((s for s in above if sections[s].number), above[0] if above else None))
        above.append(position)
    return found


def _heaviest_rise(rows: Sequence[tuple[int, int]]) -> list[int]:
    """The indexes of the rising row of places that holds most text together."""
    places = sorted({place for place, _ in rows})
    rank = {place: at + 1 for at, place in enumerate(places)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(places) + 1)  # best total so far, and where it ends
    before: list[int] = []
    best = (0, -1)
    for index, (place, weight) in enumerate(rows):
        at, top = rank[place] - 1, (0, -1)
        while at > 0:
            top = max(top, tree[at], key=lambda entry: entry[0])
            at -= at & -at
        before.append(top[1])
        total = (top[0] + weight + 1, index)
        best = max(best, total, key=lambda entry: entry[0])
        at = rank[place]
        while at < len(tree):
            tree[at] = max(tree[at], total, key=lambda entry: entry[0])
            at += at & -at
    row, index = [], best[1]
    while index >= 0:
        row.append(index)
        index = before[index]
    return row[::-1]


def _ordered(groups: list[Group]) -> list[Group]:
    """Groups in the order of the new version; what is gone comes after what stood before it."""
    after: dict[int, int] = {}
    place = -1
    became = {s: g.new[0] for g in groups if g.new for s in g.old}
    stay = sorted(became)
    rising = {stay[at] for at in longest_rise([became[s] for s in stay])}
    for s in sorted(s for g in groups for s in g.old):
        if s in rising:
            place = became[s]
        after[s] = place
    return sorted(groups, key=lambda g: (g.new[0], -1) if g.new else (after[g.old[0]], g.old[0]))
