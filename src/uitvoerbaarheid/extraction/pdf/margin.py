"""Where on a page there is room: for the tags of notes in the margin, and for the key at the bottom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Bounds = tuple[float, float, float, float]

#: How far a tag stays from text and from the edge of the page, in points.
_CLEAR, _EDGE = 2.0, 4.0
#: How far from the heading a tag may be, in steps down and up.
_STEP, _STEPS = 6.0, 12
#: The key stands at most so far from the bottom or top of the page.
_STRIP = 44.0


@dataclass
class Margin:
    """The room on a page of ``width`` by ``height`` points, its text level; ``taken`` is where text stands.

    Tags stand left of headings only where the widest of the document, ``left`` points, would: all in a line.
    """

    width: float
    height: float
    taken: list[Bounds] = field(default_factory=list)
    left: float = 0.0

    def tag(self, box: Bounds, sizes: Iterable[tuple[float, float]]) -> Bounds:
        """A place for a tag beside a heading, of the first of ``sizes`` (width, height) with room for it.

        In the margin left, else right of the heading; else near it; the room is taken from then on. Without
        any room it stands at the edge of the page at the height of the heading, in the last size.
        """
        sizes = list(sizes)
        for width, height in sizes:
            for place in self._beside(box, width, height):
                if self._is_free(place):
                    self.taken.append(place)
                    return place
        width, height = sizes[-1]
        top = min(max(box[1], _EDGE), max(self.height - height - _EDGE, 0.0))
        place = (_EDGE, top, _EDGE + width, top + height)
        self.taken.append(place)
        return place

    def _beside(self, box: Bounds, width: float, height: float) -> Iterator[Bounds]:
        middle = box[1] + min((box[3] - box[1]) / 2, 9.0)
        top = middle - height / 2
        right = self.width - width - _EDGE
        lefts = [x for x in (right, box[2] + 6) if _EDGE <= x <= right]
        if box[0] - max(width, self.left) - 5 >= _EDGE:
            lefts.insert(0, box[0] - width - 5)
        if (column := [b[2] for b in self.taken if b[1] < middle < b[3]]) and max(column) + 6 <= right:
            lefts.insert(1, max(column) + 6)
        for x in lefts:
            yield x, top, x + width, top + height
        for step in range(1, _STEPS + 1):
            for shift in (step * _STEP, -step * _STEP):
                for x in (max(box[0] - width - 5, _EDGE), right):
                    yield x, top + shift, x + width, top + shift + height

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
                    self.taken.append(place)
                    return place
        return None

    def _is_free(self, place: Bounds) -> bool:
        x0, top, x1, bottom = place
        if top < 1 or bottom > self.height - 1 or x0 < 1 or x1 > self.width - 1:
            return False
        return not any(
            x0 < b[2] + _CLEAR and b[0] - _CLEAR < x1 and top < b[3] + 0.5 and b[1] - 0.5 < bottom
            for b in self.taken
        )
