"""Where on a page there is room: for the tags of notes in the margin, and for the key at the bottom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

Bounds = tuple[float, float, float, float]

#: How far a tag stays from text and from the edge of the page, in points.
_CLEAR, _EDGE = 2.0, 4.0
#: How far from the heading a tag may be, in steps down and up.
_STEP, _STEPS = 6.0, 12
#: A column is told by the words so far above and below a heading, and the white between columns is so wide.
_AROUND, _GUTTER = 40.0, 8.0
#: The key stands at most so far from the bottom or top of the page.
_STRIP = 44.0


@dataclass
class Margin:
    """The room on a page of ``width`` by ``height`` points, its text level; ``taken`` is where text stands.

    Tags stand left of headings only where the widest of the document, ``left`` points, would: all in a line.
    In a page of columns a tag stays in the column of its heading, so that it is not taken for another's.
    """

    width: float
    height: float
    taken: list[Bounds] = field(default_factory=list)
    left: float = 0.0
    _placed: list[Bounds] = field(default_factory=list)

    def tag(self, box: Bounds, sizes: Iterable[tuple[float, float]]) -> Bounds:
        """A place for a tag beside a heading, of the first of ``sizes`` (width, height) with room for it.

        In the margin left, else right of the heading, in any of the sizes; else near it; the room is taken
        from then on. Without any room it stands at the edge of the page at the height of the heading, in the
        last size.
        """
        sizes, outer = list(sizes), self._outer(box)
        for places in (self._beside, self._near):
            for width, height in sizes:
                for place in places(box, (width, height), outer):
                    if self._is_free(place):
                        self._placed.append(place)
                        return place
        width, height = sizes[-1]
        top = min(max(box[1], _EDGE), max(self.height - height - _EDGE, 0.0))
        x = self.width - width - _EDGE if outer == (False, True) else _EDGE
        place = (x, top, x + width, top + height)
        self._placed.append(place)
        return place

    def _beside(self, box: Bounds, size: tuple[float, float], outer: tuple[bool, bool]) -> Iterator[Bounds]:
        """In a margin at the heading's height, where no other column is between; else behind its words."""
        width, height = size
        middle = _middle(box)
        top, right = middle - height / 2, self.width - width - _EDGE
        first, last = outer
        column = [b[2] for b in self.taken if b[1] < middle < b[3]]
        behind = [max(column) + 6] if column and last else []
        lefts = [right, *behind] if last else []
        if first and box[0] - max(width, self.left) - 5 >= _EDGE:
            lefts = [box[0] - width - 5, *behind, *lefts[:1]]
        for x in (*lefts, box[2] + 6):
            if _EDGE <= x <= right:
                yield x, top, x + width, top + height
        # The last line of a heading is often shorter than its box.
        lines = [
            b
            for b in self.taken
            if b[0] >= box[0] - 1 and b[2] <= box[2] + 1 and box[1] <= b[3] <= box[3] + 1
        ]
        if lines:
            bottom = max(b[3] for b in lines)
            x = max(b[2] for b in lines if b[3] > bottom - 3) + 6
            yield x, bottom - height, x + width, bottom
        if not first:
            x = box[0] - width - 5
            yield x, top, x + width, top + height

    def _near(self, box: Bounds, size: tuple[float, float], outer: tuple[bool, bool]) -> Iterator[Bounds]:
        """In a margin that no other column is nearer to, a little lower or higher than the heading."""
        width, height = size
        top, right = _middle(box) - height / 2, self.width - width - _EDGE
        sides = (max(box[0] - width - 5, _EDGE), right)
        chosen = [x for x, nearest in zip(sides, outer, strict=True) if nearest] or sides
        for step in range(1, _STEPS + 1):
            for shift in (step * _STEP, -step * _STEP):
                for x in chosen:
                    yield x, top + shift, x + width, top + shift + height

    def _outer(self, box: Bounds) -> tuple[bool, bool]:
        """Whether the column of a heading is the first, and whether it is the last, at its height."""
        words = (b for b in self.taken if b[1] < box[3] + _AROUND and b[3] > box[1] - _AROUND)
        columns: list[tuple[float, float]] = []
        for x0, x1 in sorted((b[0], b[2]) for b in words):
            if columns and x0 - columns[-1][1] < _GUTTER:
                columns[-1] = columns[-1][0], max(columns[-1][1], x1)
            else:
                columns.append((x0, x1))
        return not any(x1 <= box[0] for _, x1 in columns), not any(x0 >= box[2] for x0, _ in columns)

    def strip(self, width: float, height: float) -> Bounds | None:
        """A place for a line of this size near the bottom of the page, else the top; None without room."""
        left = max((self.width - width) / 2, _EDGE)
        if left + width > self.width - _EDGE:
            return None
        steps = [float(step) for step in range(int(_EDGE), int(_STRIP), 2)]
        tops = [self.height - height - step for step in steps] + steps
        for top in tops:
            for x in (left, _EDGE + 10, self.width - width - _EDGE - 10):
                place = (x, top, x + width, top + height)
                if self._is_free(place):
                    self._placed.append(place)
                    return place
        return None

    def _is_free(self, place: Bounds) -> bool:
        x0, top, x1, bottom = place
        if top < 1 or bottom > self.height - 1 or x0 < 1 or x1 > self.width - 1:
            return False
        return not any(
            x0 < b[2] + _CLEAR and b[0] - _CLEAR < x1 and top < b[3] + 0.5 and b[1] - 0.5 < bottom
            for b in chain(self.taken, self._placed)
        )


def _middle(box: Bounds) -> float:
    """The height at which a tag stands beside a heading: of its first line."""
    return box[1] + min((box[3] - box[1]) / 2, 9.0)
