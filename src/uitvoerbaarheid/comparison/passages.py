"""What differs between two versions, by passage: the sentences and rows of both sides that differ.

Within each group of sections the words are laid beside each other. What is left over and stands elsewhere
(a footnote on another page, a column read in another order, a paragraph under the next heading) is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from uitvoerbaarheid.comparison.align import Hunk, align
from uitvoerbaarheid.comparison.match import Group
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.comparison.words import Text, row_of

#: Words in a row that are known again in another place.
_PHRASE = 6
#: Runs of no more words than this are known again only near their own place, this many words away at most.
_SHORT, _NEAR = 3, 60
#: A line or cell of no more words than this can be a heading that returns; it is known again at no more than
#: this part of the document away.
_LABEL, _BESIDE = 4, 0.02


@dataclass
class Passage:
    """Units (by position) of both versions with the differing words in them; a side is empty for new or gone.

    ``likeness`` is the part of the words of the shorter side that stands in the other one too.
    """

    group: Group
    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    hunks: list[Hunk] = field(default_factory=list)
    likeness: float = 0.0


class Laid:
    """Two versions laid beside each other.

    ``partner`` has for each old word the position of the same word in the new version, None where it has
    none; ``partner_of_new`` the other way. ``gone`` and ``came`` are the old and new words that differ.
    """

    def __init__(self, old: Text, new: Text, groups: Sequence[Group]) -> None:
        self.old, self.new, self.groups = old, new, groups
        self.partner: list[int | None] = [None] * len(old.words)
        self.partner_of_new: list[int | None] = [None] * len(new.words)
        self.gone = bytearray(b"\1" * len(old.words))
        self.came = bytearray(b"\1" * len(new.words))
        self._hunks: list[list[Hunk]] = [self._lay(group) for group in groups]
        self._forget_moved_units()
        self._forget_moved_phrases()
        for hunks in self._hunks:
            self._forget_near(hunks)
        for group, hunks in zip(groups, self._hunks, strict=True):
            self._forget_shuffled(group, hunks)
        for group, hunks in zip(groups, self._hunks, strict=True):
            self._forget_marks(hunks)
            self._forget_labels(group, hunks)

    @property
    def common(self) -> float:
        """The part of the words of the shorter version that stands in the other one too."""
        kept_old = len(self.gone) - sum(self.gone)
        kept_new = len(self.came) - sum(self.came)
        least = min(len(self.gone), len(self.came))
        return min(kept_old, kept_new, least) / least if least else 0.0

    def share_gone(self, start: int, end: int) -> float:
        """The part of the old words in a range that differs."""
        return sum(self.gone[start:end]) / (end - start) if end > start else 0.0

    def share_came(self, start: int, end: int) -> float:
        """The part of the new words in a range that differs."""
        return sum(self.came[start:end]) / (end - start) if end > start else 0.0

    # ------------------------------------------------------------------------------ laying words together

    def _lay(self, group: Group) -> list[Hunk]:
        """The differences of one group; positions are those in the whole texts."""
        here = [w for s in group.old for w in range(*self.old.ranges[s])]
        there = [w for t in group.new for w in range(*self.new.ranges[t])]
        hunks = align([self.old.keys[w] for w in here], [self.new.keys[w] for w in there])
        a = c = 0
        for hunk in [*hunks, Hunk((len(here), len(here)), (len(there), len(there)))]:
            for i, j in zip(range(a, hunk.old[0]), range(c, hunk.new[0]), strict=True):
                self._keep(here[i], there[j])
            a, c = hunk.old[1], hunk.new[1]
        found: list[Hunk] = []
        for hunk in hunks:
            # Sections that are not neighbours are neighbours here; a range must not run over the gap.
            olds = list(_runs([here[i] for i in range(*hunk.old)])) or [_at(here, hunk.old[0])]
            news = list(_runs([there[j] for j in range(*hunk.new)])) or [_at(there, hunk.new[0])]
            for at in range(max(len(olds), len(news))):
                one = olds[at] if at < len(olds) else (olds[-1][1], olds[-1][1])
                other = news[at] if at < len(news) else (news[-1][1], news[-1][1])
                found += self._cut(Hunk(one, other))
        for hunk in found:
            if self.old.bare(*hunk.old) == self.new.bare(*hunk.new):
                self._forget(range(*hunk.old), range(*hunk.new))  # "instrumenten mix" is "instrumentenmix"
        return found

    def _cut(self, hunk: Hunk) -> list[Hunk]:
        """A hunk in up to three: the rest of the unit it begins in, whole units, the start of the last."""
        (a, b), (c, d) = hunk.old, hunk.new
        parts: list[Hunk] = []
        if a < b and c < d:
            head, there = self._rest(self.old, a, b), self._rest(self.new, c, d)
            if head and there and (head < b or there < d):
                parts.append(Hunk((a, head), (c, there)))
                a, c = head, there
        last: list[Hunk] = []
        if a < b and c < d:
            tail, there = self._start(self.old, a, b), self._start(self.new, c, d)
            if tail is not None and there is not None and (tail > a or there > c):
                last.append(Hunk((tail, b), (there, d)))
                b, d = tail, there
        middle = [Hunk((a, b), (c, d))] if a < b or c < d else []
        return [*parts, *middle, *last]

    @staticmethod
    def _rest(text: Text, start: int, end: int) -> int | None:
        """Where the unit ends that a range begins inside of; None where it begins with a unit."""
        unit = text.units[text.words[start].unit]
        return min(unit.last, end) if unit.first < start else None

    @staticmethod
    def _start(text: Text, start: int, end: int) -> int | None:
        """Where the unit begins that a range ends inside of; None where it ends with a unit."""
        unit = text.units[text.words[end - 1].unit]
        return max(unit.first, start) if unit.last > end else None

    def _keep(self, old: int, new: int) -> None:
        self.partner[old], self.partner_of_new[new] = new, old
        self.gone[old] = self.came[new] = 0

    def _forget(self, old: Iterable[int], new: Iterable[int]) -> None:
        for word in old:
            self.gone[word] = 0
        for word in new:
            self.came[word] = 0

    # ------------------------------------------------------------------------- what stands somewhere else

    def _forget_moved_units(self) -> None:
        """Whole sentences and cells that stand elsewhere, each once."""
        places: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(self.new.units):
            if all(self.came[unit.first : unit.last]):
                places[self.new.bare_unit(number)].append(number)
        size, other = max(len(self.old.units), 1), max(len(self.new.units), 1)
        for number, unit in enumerate(self.old.units):
            found = places.get(self.old.bare_unit(number)) if all(self.gone[unit.first : unit.last]) else None
            if found:
                nearest = min(found, key=lambda n: abs(n / other - number / size))
                apart = abs(nearest / other - number / size)
                if unit.last - unit.first <= _LABEL and apart > _BESIDE:
                    continue
                found.remove(nearest)
                there = self.new.units[nearest]
                self._forget(range(unit.first, unit.last), range(there.first, there.last))

    def _forget_moved_phrases(self) -> None:
        """Longer phrases that stand elsewhere, with the words around them that do so too."""
        old, new = self.old.keys, self.new.keys
        places: dict[tuple[str, ...], int] = {}
        for at in _starts(self.came, _PHRASE):
            phrase = tuple(new[at : at + _PHRASE])
            places[phrase] = -1 if phrase in places else at
        for at in _starts(self.gone, _PHRASE):
            there = places.get(tuple(old[at : at + _PHRASE]), -1)
            if (
                there < 0
                or not all(self.gone[at : at + _PHRASE])
                or not all(self.came[there : there + _PHRASE])
            ):
                continue
            end = 0
            while (
                at + end < len(old)
                and there + end < len(new)
                and self.gone[at + end]
                and self.came[there + end]
                and old[at + end] == new[there + end]
            ):
                end += 1
            self._forget(range(at, at + end), range(there, there + end))

    def _forget_near(self, hunks: Sequence[Hunk]) -> None:
        """A few words that only changed places with what stands beside them."""
        firm = set(settings()["passages"]["firm"])
        only_old = [h for h in hunks if not any(self.came[slice(*h.new)]) and any(self.gone[slice(*h.old)])]
        only_new = [h for h in hunks if not any(self.gone[slice(*h.old)]) and any(self.came[slice(*h.new)])]
        places: dict[str, list[Hunk]] = defaultdict(list)
        for hunk in only_new:
            places[self.new.bare(*hunk.new)].append(hunk)
        for hunk in only_old:
            words = self.old.keys[slice(*hunk.old)]
            if len(words) > _SHORT or firm & set(words):
                continue
            found = places.get("".join(words), [])
            near = [h for h in found if abs(h.old[0] - hunk.old[0]) <= _NEAR]
            if near:
                found.remove(near[0])
                self._forget(range(*hunk.old), range(*near[0].new))

    def _forget_shuffled(self, group: Group, hunks: Sequence[Hunk]) -> None:
        """Cells, notes and captions whose words all stand on the other side of the group, shuffled."""
        old = [w for s in group.old for w in range(*self.old.ranges[s]) if self.gone[w]]
        new = [w for t in group.new for w in range(*self.new.ranges[t]) if self.came[w]]
        spare_old, spare_new = self._spare(self.old, self.gone, old), self._spare(self.new, self.came, new)
        for hunk in hunks:
            for text, state, words, other, spare in (
                (self.old, self.gone, hunk.old, self.new, spare_new),
                (self.new, self.came, hunk.new, self.old, spare_old),
            ):
                mine = [w for w in range(*words) if state[w]]
                theirs = _taken(spare, [text.keys[w] for w in mine])
                if theirs and (self._is_loose(text, mine) or self._is_loose(other, theirs)):
                    self._forget(*((mine, theirs) if text is self.old else (theirs, mine)))
                    spare_old, spare_new = (
                        self._spare(self.old, self.gone, old),
                        self._spare(self.new, self.came, new),
                    )

    def _spare(self, text: Text, state: bytearray, words: Iterable[int]) -> dict[str, list[int]]:
        """The words of a row that differ, by what they are."""
        found: dict[str, list[int]] = defaultdict(list)
        for word in words:
            if state[word]:
                found[text.keys[word]].append(word)
        return found

    def _is_loose(self, text: Text, words: Sequence[int]) -> bool:
        return all(text.units[text.words[w].unit].is_loose for w in words)

    def _forget_marks(self, hunks: Sequence[Hunk]) -> None:
        """The number of a note, that one version sets where the other does not, and stray signs in a cell."""
        for hunk in hunks:
            old = [w for w in range(*hunk.old) if self.gone[w]]
            new = [w for w in range(*hunk.new) if self.came[w]]
            if len(old) + len(new) == 1:
                text, state, word = (self.old, self.gone, old[0]) if old else (self.new, self.came, new[0])
                key, unit = text.keys[word], text.units[text.words[word].unit]
                whole = unit.last - unit.first == 1
                stray = key.isdigit() if unit.kind != "cell" else not whole
                if len(key) <= 2 and stray:
                    state[word] = 0

    def _forget_labels(self, group: Group, hunks: Sequence[Hunk]) -> None:
        """Short lines and cells that the other side has too, but not as often: headings that return.

        So are numbers of rows. Headings of sections are compared by themselves.
        """
        both = [h for h in hunks if any(self.gone[slice(*h.old)]) and any(self.came[slice(*h.new)])]
        replaced = {w for h in both for w in range(*h.old)}, {w for h in both for w in range(*h.new)}
        for text, state, mine, other, theirs, not_these in (
            (self.old, self.gone, group.old, self.new, group.new, replaced[0]),
            (self.new, self.came, group.new, self.old, group.old, replaced[1]),
        ):
            known = {
                other.bare_unit(unit) for section in theirs for unit in range(*other.unit_ranges[section])
            }
            for section in mine:
                for number in range(*text.unit_ranges[section]):
                    unit = text.units[number]
                    size = unit.last - unit.first
                    written = text.bare_unit(number)
                    count = unit.kind == "cell" and written.isdigit() and len(written) <= 2
                    label = size <= _LABEL and (count or written in known or _is_debris(text, number))
                    label = label and unit.first not in not_these
                    if (label and all(state[unit.first : unit.last])) or unit.kind == "heading":
                        state[unit.first : unit.last] = bytes(size)

    # ------------------------------------------------------------------------------------------- passages

    def passages(self) -> list[Passage]:
        """All that differs between sections that stayed, in order; what is only laid out otherwise is not."""
        found: list[Passage] = []
        for group, hunks in zip(self.groups, self._hunks, strict=True):
            if group.old and group.new:
                found += self._passages(group, hunks)
        return found

    def _passages(self, group: Group, hunks: Sequence[Hunk]) -> Iterator[Passage]:
        joined = _Joined()
        of: dict[int, list[Hunk]] = defaultdict(list)
        for number, hunk in enumerate(hunks):
            olds = {self.old.words[w].unit for w in range(*hunk.old) if self.gone[w]}
            news = {self.new.words[w].unit for w in range(*hunk.new) if self.came[w]}
            if not olds and not news:
                continue
            nodes = [("hunk", number)]
            nodes += [("old", unit) for unit in olds | self._counterparts(news, old=True)]
            nodes += [("new", unit) for unit in news | self._counterparts(olds, old=False)]
            nodes += [("old", n) for side, unit in nodes if side == "old" for n in row_of(self.old, unit)]
            nodes += [("new", n) for side, unit in nodes if side == "new" for n in row_of(self.new, unit)]
            joined.join(nodes)
            of[number].append(hunk)
        for nodes in joined.parts():
            chosen = [hunks[n] for side, n in nodes if side == "hunk"]
            passage = Passage(
                group,
                sorted(n for side, n in nodes if side == "old"),
                sorted(n for side, n in nodes if side == "new"),
                sorted(chosen, key=lambda h: (h.new, h.old)),
            )
            passage.likeness = self._likeness(passage)
            yield passage

    def _counterparts(self, units: Iterable[int], *, old: bool) -> set[int]:
        """The units of the other side (the old one if ``old``) that hold the kept words of these units."""
        text, partner, other = (
            (self.new, self.partner_of_new, self.old) if old else (self.old, self.partner, self.new)
        )
        found: set[int] = set()
        for unit in units:
            record = text.units[unit]
            kept = [partner[w] for w in range(record.first, record.last) if partner[w] is not None]
            counts = Counter(other.words[w].unit for w in kept if w is not None)
            least = settings()["passages"]["counterpart"] * (record.last - record.first)
            found |= {other_unit for other_unit, count in counts.items() if count >= least}
        return found

    def _likeness(self, passage: Passage) -> float:
        olds = [w for u in passage.old for w in range(self.old.units[u].first, self.old.units[u].last)]
        news = [w for u in passage.new for w in range(self.new.units[u].first, self.new.units[u].last)]
        least = min(len(olds), len(news))
        return sum(not self.gone[w] for w in olds) / least if least else 0.0


class _Joined:
    """Nodes that belong together by being named together."""

    def __init__(self) -> None:
        self._above: dict[tuple[str, int], tuple[str, int]] = {}

    def _top(self, node: tuple[str, int]) -> tuple[str, int]:
        self._above.setdefault(node, node)
        while self._above[node] != node:
            self._above[node] = self._above[self._above[node]]
            node = self._above[node]
        return node

    def join(self, nodes: Sequence[tuple[str, int]]) -> None:
        first = self._top(nodes[0])
        for node in nodes[1:]:
            self._above[self._top(node)] = first

    def parts(self) -> Iterator[list[tuple[str, int]]]:
        """The sets of nodes, in the order in which their first node was named."""
        found: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for node in self._above:
            found[self._top(node)].append(node)
        yield from found.values()


def _is_debris(text: Text, number: int) -> bool:
    """Whether a unit is a loose bit of a table or figure that one version reads and the other does not.

    That is a line of a few words in small letters, without a figure or a full stop.
    """
    shown = text.shown(number)
    return (
        text.units[number].kind == "sentence"
        and shown.islower()
        and not any(c.isdigit() for c in shown)
        and not shown.rstrip().endswith((".", "!", "?", ";", ":"))
    )


def _at(words: Sequence[int], position: int) -> tuple[int, int]:
    """The empty range before the word at ``position``, or after the last one."""
    if position < len(words):
        return words[position], words[position]
    return (words[-1] + 1, words[-1] + 1) if words else (0, 0)


def _runs(words: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or words[at] != words[at - 1] + 1:
            yield words[start], words[at - 1] + 1
            start = at


def _starts(state: bytearray, length: int) -> Iterator[int]:
    """Where ``length`` words in a row differ."""
    run = 0
    for at, differs in enumerate(state):
        run = run + 1 if differs else 0
        if run >= length:
            yield at - length + 1


def _taken(spare: dict[str, list[int]], keys: Sequence[str]) -> list[int]:
    """A word for each of these keys, the first that are left; none when one of them has none."""
    if not keys or any(len(spare.get(key, ())) < count for key, count in Counter(keys).items()):
        return []
    at: Counter[str] = Counter()
    taken = []
    for key in keys:
        taken.append(spare[key][at[key]])
        at[key] += 1
    return taken
