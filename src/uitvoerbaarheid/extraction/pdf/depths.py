"""How deep headings are.

Headings fall into classes: one level of the bookmarks, tags or contents, one kind of number, one look. What
is known of each pair of classes orders them; a heading stands in the last one above it of a higher class.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cmp_to_key
from itertools import pairwise

from uitvoerbaarheid.extraction.pdf.blocks import RUN_IN, Block, Body
from uitvoerbaarheid.extraction.pdf.headings import Look, look_color, look_of
from uitvoerbaarheid.extraction.pdf.rules import number_depth, number_kind, rules

_Class = tuple[object, ...]
#: More classes than this are no design but noise: every pair of them is compared.
_MAX_CLASSES = 60


def settle_depths(blocks: list[Block], body: Body) -> None:
    """Give every heading its depth, from 1; those of bookmarks and tags stay, but for numbers of parts."""
    heads = [b for b in blocks if b.kind == "heading"]
    if not heads:
        return
    for block in heads:
        if block.evidence in ("outline", "tag") and number_kind(block.text) == "parts":
            block.depth = number_depth(block.number or "")
    looks = [_plain_case(look_of(b), body) for b in heads]
    classes = _few(_one_per_level(heads, _classes(heads, looks)))
    ranks = _ranks(blocks, heads, looks, classes, body)
    # Ranks rise from the first to the last: one under another's number takes a rank below that one's.
    above: list[tuple[float, Block]] = []
    for block, name in zip(heads, classes, strict=True):
        rank: float = ranks[name]
        if name[0] == "given":
            block.depth = max(block.depth, _least(above, block))
            while above and above[-1][1].depth >= block.depth:
                above.pop()
        else:
            kept = _by_number(above, block)
            if kept is None:
                while above and above[-1][0] >= rank:
                    above.pop()
            else:
                del above[kept:]
            alone = number_depth(block.number) if block.number and "." in block.number else 1
            block.depth = above[-1][1].depth + 1 if above else alone
        above.append((max(rank, above[-1][0] + 0.01) if above else rank, block))


def _least(above: list[tuple[float, Block]], block: Block) -> int:
    """The least depth of an unnumbered heading: below the numbered section above it that is set larger.

    Bookmarks and tags often put "Wat wij gaan doen" beside "2.1.1" or above it.
    """
    if block.number:
        return 1
    sections = (b for _, b in reversed(above) if len(_parts(b)) > 1)
    section = next((b for b in sections if b.style.size > block.style.size + 0.4), None)
    return section.depth + 1 if section is not None else 1


def _plain_case(look: Look, body: Body) -> Look:
    """A look in which capitals count only where the size does not set the heading apart."""
    return look._replace(caps=False) if look.size >= 1.12 * body.style.size else look


def _by_number(above: list[tuple[float, Block]], block: Block) -> int | None:
    """How many of the headings above stay for one numbered "2.3": those up to "2", or up to before "2.1"."""
    parts = _parts(block)
    if len(parts) < 2:
        return None
    for index in range(len(above) - 1, -1, -1):
        other = _parts(above[index][1])
        if other and other == parts[: len(other)] and len(other) < len(parts):
            return index + 1
        if len(other) == len(parts) and other[:-1] == parts[:-1]:
            return index
    return None


def _parts(block: Block) -> list[str]:
    """The parts of a number: "C1.2" gives C, 1 and 2."""
    number = (block.number or "").strip(".")
    if not number or block.evidence == RUN_IN:
        return []
    first, *rest = number.split(".")
    if len(first) > 1 and first[0].isalpha() and first[1:].isdigit():
        return [first[0], first[1:], *rest]
    return [first, *rest]


# --- classes ---------------------------------------------------------------------------------------------


def _classes(heads: list[Block], looks: list[Look]) -> list[_Class]:
    kinds = [number_kind(b.text) if b.evidence != RUN_IN else "" for b in heads]
    chapters = _chapter_looks(heads, looks, kinds)
    lettered = any(len(p := _parts(b)) > 1 and p[0].isalpha() for b in heads)
    # "B1" is a part of "B" and holds "B1.2"; a code as "P1" without either is not.
    letters = {b.number[0] for b, k in zip(heads, kinds, strict=True) if b.number and _is_letter(b.number, k)}
    own: list[_Class | None] = []
    for block, look, kind in zip(heads, looks, kinds, strict=True):
        chapter = (kind == "simple" and look in chapters) or (kind == "letter" and lettered)
        if kind == "parts" and "." not in (block.number or "") and (block.number or "")[:1] not in letters:
            own.append(_given(block, kind) or _numbered(block, look, "code", chapter=False))
        else:
            own.append(_given(block, kind) or _numbered(block, look, kind, chapter=chapter))
    by_look: dict[Look, Counter[_Class]] = defaultdict(Counter)
    for look, name in zip(looks, own, strict=True):
        if name is not None and name[0] in ("given", "number", "contents", "part"):
            by_look[look][name] += 1
    numbers: Counter[Look] = Counter(looks)
    return [
        name or _unnumbered(block, look, by_look[look], numbers[look], first=block is heads[0])
        for block, look, name in zip(heads, looks, own, strict=True)
    ]


def _is_letter(number: str, kind: str) -> bool:
    return kind == "letter" or (kind == "parts" and "." in number and number[0].isalpha())


def _given(block: Block, kind: str) -> _Class | None:
    """The class of a heading that the file, its words or its place in a paragraph settle."""
    if block.evidence == RUN_IN:
        return (RUN_IN,)
    if block.evidence in ("outline", "tag"):
        return "given", block.depth
    if kind == "part":
        return ("part",)
    return ("number", 1) if kind in ("chapter", "annex") else None


def _numbered(block: Block, look: Look, kind: str, *, chapter: bool) -> _Class | None:
    """The class of a heading by its number or its level in the contents."""
    if kind == "parts":
        return "number", number_depth(block.number or "")
    if kind == "letter" and chapter:
        return "number", 1
    if block.level:
        return "contents", block.level
    if chapter:
        return "number", 1
    return (kind, look) if kind else None


def _unnumbered(block: Block, look: Look, known: Counter[_Class], count: int, *, first: bool) -> _Class:
    """The class of a heading without a number: that of the others in its look, or a class of that look."""
    shared = _shared(known, count)
    if shared is None and known and (first or rules().top.match(block.text)):
        shared = min(known, key=_level)
    return shared or ("look", look)


def _few(classes: list[_Class]) -> list[_Class]:
    """The classes with rare ones put together by size and weight where there are very many."""
    names = Counter(classes)
    if len(names) <= _MAX_CLASSES:
        return classes
    kept = {name for name, _ in names.most_common(_MAX_CLASSES)}
    return [name if name in kept else _coarse(name) for name in classes]


def _coarse(name: _Class) -> _Class:
    look = name[-1]
    if not isinstance(look, Look):
        return ("look", *name[:1])
    plain = Look(min(look.size // 4 * 4, 60.0), look.bold, caps=False, italic=False, color=(0, 0, 0))
    return "look", plain


def _one_per_level(heads: list[Block], classes: list[_Class]) -> list[_Class]:
    """The classes with those of a level in the contents put in the class of numbers that stands there."""
    listed = _listed(heads, classes)
    names = sorted((c for c in listed if c[0] == "number"), key=_level, reverse=True)
    levels = {listed[name]: name for name in names if listed[name]}
    return [levels.get(_level(c), c) if c[0] == "contents" else c for c in classes]


def _chapter_looks(heads: list[Block], looks: list[Look], kinds: list[str]) -> set[Look]:
    """The looks of simple numbers that are chapters: they hold "2.1", or there is no such number at all."""
    firsts = {_parts(b)[0] for b, k in zip(heads, kinds, strict=True) if k == "parts" and _parts(b)}
    sizes = [look.size for look, kind in zip(looks, kinds, strict=True) if kind == "parts"]
    usual = sorted(sizes)[len(sizes) // 2] if sizes else 0.0
    by_look: dict[Look, list[bool]] = defaultdict(list)
    for block, look, kind in zip(heads, looks, kinds, strict=True):
        if kind == "simple" and look.size >= usual - 0.25:
            by_look[look].append((block.number or "") in firsts)
    found = {look for look, held in by_look.items() if sum(held) >= 0.3 * len(held)}
    heaviest = max(by_look, key=lambda look: (look.size, look.bold), default=None)
    return found or ({heaviest} if heaviest is not None and not firsts else set())


def _shared(classes: Counter[_Class], count: int) -> _Class | None:
    """The class of the headings in one look, where nearly all that are known belong to one."""
    if not classes:
        return None
    name, most = classes.most_common(1)[0]
    enough = (most >= 3 or most >= 0.4 * count) and most >= 0.2 * count
    return name if enough and most >= 0.7 * sum(classes.values()) else None


def _level(name: _Class) -> int:
    return name[1] if len(name) > 1 and isinstance(name[1], int) else 0


# --- order -----------------------------------------------------------------------------------------------


def _ranks(
    blocks: list[Block], heads: list[Block], looks: list[Look], classes: list[_Class], body: Body
) -> dict[_Class, int]:
    """A rank for each class, the highest 0; classes of which nothing tells which is higher share one."""
    names = list(dict.fromkeys(classes))
    in_looks: dict[_Class, Counter[Look]] = defaultdict(Counter)
    for name, look in zip(classes, looks, strict=True):
        in_looks[name][look] += 1
    usual = {name: found.most_common(1)[0][0] for name, found in in_looks.items()}
    listed = _listed(heads, classes)
    follows = _follows(blocks, heads, classes)
    order: Counter[tuple[_Class, _Class]] = Counter((a, b) for a, b in pairwise(classes) if a != b)
    first = {name: i for i, name in reversed(list(enumerate(classes)))}

    def vote(a: _Class, b: _Class) -> float:
        by_kind = _by_kind(a, b)
        if by_kind:
            return by_kind
        votes = _by_look(usual[a], usual[b], body)
        if listed[a] and listed[b] and listed[a] != listed[b]:
            votes += 20.0 if listed[a] < listed[b] else -20.0
        votes += max(-6.0, min(6.0, 2.0 * (follows[a, b] - follows[b, a])))
        earlier = 1.0 if first[a] < first[b] else -1.0
        if usual[a] != usual[b]:
            votes += 1.5 * earlier
            if abs(votes) < 2 and min(order[a, b], order[b, a]) >= 2:
                votes += 2.0 * earlier
        elif "number" in (a[0], b[0]) or "contents" in (a[0], b[0]):
            votes += 5.0 * ((b[0] == "look") - (a[0] == "look"))
        return votes

    counts = Counter(classes)
    weights = {name: min(count, 5) for name, count in counts.items()}
    votes = {(a, b): vote(a, b) for a in names for b in names if a != b}
    scores = {
        a: sum(weights[b] * ((votes[a, b] > 0) - (votes[a, b] < 0)) for b in names if b != a) for a in names
    }

    def compare(a: _Class, b: _Class) -> int:
        return scores[b] - scores[a] or round(votes.get((b, a), 0.0))

    ordered = sorted(names, key=cmp_to_key(compare))
    ranks = {ordered[0]: 0}
    for a, b in pairwise(ordered):
        alike = scores[a] == scores[b] and not votes[a, b]
        ranks[b] = ranks[a] + (not alike)
    return ranks


def _by_kind(a: _Class, b: _Class) -> float:
    """The order of two classes of one kind by their levels; a part is above numbers, a run-in head lowest."""
    if RUN_IN in (a[0], b[0]):
        return -100.0 if a[0] == RUN_IN else 100.0
    if a[0] == b[0] and a[0] in ("given", "number", "contents"):
        return 100.0 if _level(a) < _level(b) else -100.0
    kinds = (a[0], b[0])
    if kinds in {("part", "number"), ("number", "part")}:
        return 100.0 if a[0] == "part" else -100.0
    return 0.0


def _by_look(a: Look, b: Look, body: Body) -> float:
    if abs(a.size - b.size) > 0.4:
        return 8.0 if a.size > b.size else -8.0
    votes = 3.0 * (a.bold - b.bold) + 2.0 * (a.caps - b.caps) + 1.0 * (b.italic - a.italic)
    base = look_color(body.style.color)
    return votes + 1.0 * ((a.color != base) - (b.color != base))


def _listed(heads: list[Block], classes: list[_Class]) -> dict[_Class, int]:
    """The level in the contents of most headings of each class; 0 where hardly any stands there."""
    levels: dict[_Class, Counter[int]] = defaultdict(Counter)
    for block, name in zip(heads, classes, strict=True):
        levels[name][block.level] += 1
    result = {}
    for name, counts in levels.items():
        count = sum(counts.values())
        known = count - counts.pop(0, 0)
        result[name] = counts.most_common(1)[0][0] if known >= max(2, 0.3 * count) else 0
    return result


def _follows(
    blocks: list[Block], heads: list[Block], classes: list[_Class]
) -> Counter[tuple[_Class, _Class]]:
    """How often a heading of one class stands right below one of another, without text between."""
    names = {id(block): name for block, name in zip(heads, classes, strict=True)}
    found: Counter[tuple[_Class, _Class]] = Counter()
    for a, b in pairwise(blocks):
        one, other = names.get(id(a)), names.get(id(b))
        if one is not None and other is not None and one != other:
            found[one, other] += 1
    return found
