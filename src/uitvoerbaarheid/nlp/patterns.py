"""Regular expressions that are tried only where they can match: at words that they need.

Hundreds of rules look at every sentence and few of them fire. From the regular expression of a rule follows
which letters it cannot do without: every way to match ``uiterlijk\\s(?:in|voor)`` holds "uiterlijk", every
way to match ``zal|zullen`` one of those two (:func:`needs_of`). Where it must begin at the start of a word,
it also follows with which letters that word begins (:func:`heads_of`). A text is searched once for the words
of all rules together (:class:`_Index`); a rule of which none is there needs no more than that, and another
is tried only where a match can begin. What is found stays the same, and nothing is compiled before it is
first tried on a text that may match.
"""

from __future__ import annotations

import re
from bisect import bisect_left as bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from string import digits, punctuation
from sys import maxsize
from threading import Lock
from typing import Any, Generic, TypeVar

try:
    from re import _parser as parser  # type: ignore[attr-defined]
except ImportError:  # it is Python's own: where it is not there, every pattern is tried on every text
    parser = None

_RUN = re.compile(r"\w+|[^\w\s]")
#: Characters that a pattern takes for an i, an s or a digit, and that do not become one in small letters;
#: texts with one of them are not filtered.
_ODD_LETTERS, _ODD_DIGIT = "İıſ", re.compile(r"[^\D0-9]")
#: Letters of keys: those with one capital, which becomes them again.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzàáâäçèéêëìíîïñòóôöùúûü0123456789_")
_SIGNS = frozenset(punctuation.replace("_", "") + "€’‘“”„–—•·…×§°")
#: Before a head that need not stand at the very start of its word.
_INSIDE = "*"
#: A pattern that could need more words than this is hardly ever spared.
_MOST_KEYS = 1000
#: So many parts that may be absent are looked past for the beginning of a match.
_DEEPEST = 40
#: By so many first letters keys and heads are looked up; the shorter ones are tried everywhere.
_OPENING, _SHORT = 3, (1, 2)
#: So many texts are kept with what they say, as many as a long document has: scoring looks at them again.
_KEPT_TEXTS, _KEPT_WORDS = 4096, 50_000

#: Keys of which a match holds at least one; None where nothing is sure.
Needs = frozenset[str] | None


# --- what a pattern needs --------------------------------------------------------------------------------


def needs_of(pattern: str, flags: int = 0) -> Needs:
    """The keys of which every match of a regular expression holds at least one, in small letters.

    A key is a run of letters and digits, or a single sign. None where a match need not hold any, and for
    what is not understood.
    """
    return _few(_of_sequence(_parts(pattern, flags)))


def _parts(pattern: str, flags: int) -> list[tuple[Any, Any]]:
    """The parts of a regular expression; one that may be anything where they cannot be told."""
    return list(parser.parse(pattern, flags)) if parser is not None else [(None, None)]


def _few(found: Needs) -> Needs:
    return found if found and len(found) <= _MOST_KEYS else None


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> Needs:
    """The most telling need of the parts that all must match, one after the other."""
    needs: list[Needs] = []
    run: list[tuple[Any, Any]] = []
    for item in items:
        if _letter(*item) in _LETTERS:
            run.append(item)
            continue
        needs.append(_of_run(run))
        # "z(?:al|ullen)" is how "zal|zullen" is read.
        needs.append(
            _any_of(_of_sequence([*run, *one]) for one in item[1][1])
            if str(item[0]) == "BRANCH"
            else _of_part(*item)
        )
        run = []
    needs.append(_of_run(run))
    return max(filter(None, needs), key=_telling, default=None)


def _of_run(run: Iterable[tuple[Any, Any]]) -> Needs:
    word = "".join(_letter(*item) for item in run)
    return frozenset([word]) if word else None


def _telling(needs: frozenset[str]) -> tuple[int, int]:
    """How much a need spares: short words are in most texts, and many words are sooner there than few."""
    return min(map(len, needs)), -len(needs)


def _letter(operation: Any, argument: Any) -> str:
    """The one character that a part matches, in small letters; "" where it may be another."""
    if str(operation) == "LITERAL":
        letter = chr(argument).lower()
        return letter if letter in _LETTERS or letter in _SIGNS else ""
    letters = _letters(argument) if str(operation) == "IN" else frozenset()
    return next(iter(letters)) if len(letters) == 1 else ""


def _letters(argument: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """The characters of a set, in small letters; empty where it may hold others."""
    found: set[str] = set()
    for kind, what in argument:
        if str(kind) == "LITERAL" and (letter := _letter(kind, what)):
            found.add(letter)
        elif str(kind) == "RANGE" and what[1] - what[0] < len(digits) and chr(what[0]) in digits:
            found.update(map(chr, range(what[0], what[1] + 1)))
        elif str(what) == "CATEGORY_DIGIT":
            found.update(digits)
        else:
            return frozenset()
    return frozenset(found) if found <= _LETTERS | _SIGNS else frozenset()


def _of_part(operation: Any, argument: Any) -> Needs:
    match str(operation):
        case "SUBPATTERN":
            return _of_sequence(argument[3])
        case "ATOMIC_GROUP":
            return _of_sequence(argument)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_sequence(argument[2]) if argument[0] else None
        case "IN":
            return _letters(argument) or None
        case "LITERAL":
            return frozenset(_letter(operation, argument)) or None
    return None


def _any_of(choices: Iterable[Needs]) -> Needs:
    """What is needed where one of some parts must match: nothing sure where one of them needs nothing."""
    needs: set[str] = set()
    for found in choices:
        if not found:
            return None
        needs |= found
    return frozenset(needs)


# --- how a match begins ----------------------------------------------------------------------------------


def heads_of(pattern: str, flags: int = 0) -> Needs:
    """With which letters, in small ones, the word begins at whose start every match begins.

    A single sign may take the place of the word; after "*" they need only stand in it. None for a pattern
    whose matches may begin elsewhere.
    """
    return _few(_heads(_parts(pattern, flags), False, 0))


def _heads(items: Sequence[tuple[Any, Any]], at_start: bool, depth: int, inside: str = "") -> Needs:
    """The heads of parts that follow one another.

    ``at_start`` says that they begin where a word may; ``inside`` that letters came before them.
    """
    run = ""
    for position, (operation, argument) in enumerate(items):
        letter = _letter(operation, argument)
        if letter in _LETTERS:
            run += letter
            continue
        if (run and str(operation) != "BRANCH") or (inside and letter):
            break
        if letter:
            return frozenset([letter])
        name = str(operation)
        if name in ("AT", "ASSERT", "ASSERT_NOT"):
            at_start = at_start or _is_word_start(name, argument)
            continue
        begun = [("LITERAL", ord(one)) for one in run]
        rest = items[position + 1 :]
        if name in ("MAX_REPEAT", "MIN_REPEAT") and _is_word(argument[2]):
            return _heads(rest, at_start, depth, _INSIDE)
        if depth == _DEEPEST:
            return None
        ways = _beginnings(name, argument)
        return _any_of(_heads([*begun, *way, *rest], at_start, depth + 1, inside) for way in ways)
    return frozenset([inside + run]) if run and at_start else None


def _is_word_start(name: str, argument: Any) -> bool:
    """Whether a condition holds only where no letter or digit stands before, or none follows."""
    if name == "AT":
        return str(argument) in ("AT_BOUNDARY", "AT_BEGINNING", "AT_BEGINNING_STRING")
    direction, parts = argument
    if name == "ASSERT" or direction > 0 or len(parts) != 1 or str(parts[0][0]) != "IN":
        return False
    return _is_word(parts) or any(str(what) == "CATEGORY_WORD" for _, what in parts[0][1])


def _is_word(parts: Sequence[tuple[Any, Any]]) -> bool:
    """Whether parts are any one letter or digit."""
    if len(parts) != 1 or str(parts[0][0]) != "IN":
        return False
    return [str(what) for _, what in parts[0][1]] == ["CATEGORY_WORD"]


def _beginnings(operation: str, argument: Any) -> list[Sequence[tuple[Any, Any]]]:
    """The ways in which a part can begin, as parts; one of nothing where it may be absent."""
    match operation:
        case "SUBPATTERN":
            return [argument[3]]
        case "ATOMIC_GROUP":
            return [argument]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [argument[2]] if argument[0] else [argument[2], []]
        case "BRANCH":
            return list(argument[1])
        case "IN":
            return [[("LITERAL", ord(letter))] for letter in _letters(argument)] or [[(None, None)]]
    return [[(None, None)]]


def _is_whole(items: Sequence[tuple[Any, Any]]) -> bool:
    """Whether parts can only match at the beginning of a text."""
    parts: list[Sequence[tuple[Any, Any]]] = [items]
    while len(parts) == 1 and parts[0] and str(parts[0][0][0]) in ("SUBPATTERN", "BRANCH"):
        parts = _beginnings(str(parts[0][0][0]), parts[0][0][1])
    return all(part and str(part[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING") for part in parts)


# --- what a text holds -----------------------------------------------------------------------------------


def _is_plain(text: str) -> bool:
    """Whether what patterns find in a text, without regard to case, stands in it in small letters."""
    return text.isascii() or not (any(sign in text for sign in _ODD_LETTERS) or _ODD_DIGIT.search(text))


class _Text:
    """What a text says of all patterns, one bit each: which may match, and where they may begin.

    ``may_match`` goes by keys, also for a part cut from the text; ``may_begin`` by keys and heads, for the
    text itself, whose words are whole.
    """

    __slots__ = ("_openings", "_text", "_words", "may_begin", "may_match")

    def __init__(self, text: str, words: _Words, may_match: int, may_begin: int) -> None:
        self._text = text.lower()
        self._words = words
        self._openings: list[tuple[int, int]] | None = None
        for word in set(_RUN.findall(self._text)):
            needed, begun = words[word]
            may_match |= needed
            may_begin |= begun
        self.may_match, self.may_begin = may_match, may_match & may_begin

    @property
    def openings(self) -> list[tuple[int, int]]:
        """The offsets of the words that begin with a head, each with the patterns that have it."""
        if self._openings is None:
            words = self._words
            runs = _RUN.finditer(self._text)
            self._openings = [(run.start(), begun) for run in runs if (begun := words[run[0]][1])]
        return self._openings


class _Odd:
    """A text of which the letters do not tell."""

    may_match = may_begin = -1
    openings = None


def _lengths(words: Iterable[str]) -> dict[str, set[int]]:
    """The lengths of words by their first letters, so that few are tried at each letter of a text."""
    lengths: dict[str, set[int]] = {}
    for word in words:
        if len(word) not in _SHORT:
            lengths.setdefault(word[:_OPENING], set()).add(len(word))
    return lengths


class _Words(dict[str, tuple[int, int]]):
    """For each word that was seen the patterns of which it holds a key, and those that may begin at it."""

    def __init__(self, keys: Mapping[str, int], heads: Mapping[str, int]) -> None:
        self._keys, self._heads = keys, heads
        self._key_lengths, self._head_lengths = _lengths(keys), _lengths(heads)

    def __missing__(self, word: str) -> tuple[int, int]:
        if len(self) > _KEPT_WORDS:
            self.clear()
        keys, heads = self._keys, self._heads
        may_match = begun = 0
        for at in range(len(word)):
            for length in (*_SHORT, *self._key_lengths.get(word[at : at + _OPENING], ())):
                key = word[at : at + length]
                if key in keys:
                    may_match |= keys[key]
                    begun |= heads.get(_INSIDE + key, 0)
        for length in (*_SHORT, *self._head_lengths.get(word[:_OPENING], ())):
            begun |= heads.get(word[:length], 0)
        self[word] = may_match, begun
        return self[word]


class _Index:
    """Which patterns have which key or head. Never changed; more patterns make a new one.

    ``always`` are the patterns that any text may match, ``anywhere`` those without heads.
    """

    def __init__(self, keys: Mapping[str, int], heads: Mapping[str, int], always: int, anywhere: int) -> None:
        self.keys, self.heads, self.always, self.anywhere = keys, heads, always, anywhere
        words = self.words = _Words(keys, heads)

        # What it keeps does not lead back to the index: one that is replaced goes at once, with its texts.
        def read(text: str) -> _Text | _Odd:
            return _Text(text, words, always, anywhere) if _is_plain(text) else _Odd()

        self.read = lru_cache(maxsize=_KEPT_TEXTS)(read)


class _Known:
    """All patterns so far, by a bit each, and the index on them."""

    def __init__(self) -> None:
        self.index = _Index({}, {}, 0, 0)
        self.waiting: list[Pattern] = []
        self._next = 1
        self._lock = Lock()

    def enter_all(self) -> None:
        """Read all patterns that were made since the last time: what is known of words is then lost."""
        with self._lock:
            keys, heads = {**self.index.keys}, {**self.index.heads}
            always, anywhere = self.index.always, self.index.anywhere
            read = []
            while self.waiting:
                pattern = self.waiting.pop()
                pattern.bit = bit = self._next
                self._next <<= 1
                needs, starts = pattern.read()
                always |= 0 if needs else bit
                anywhere |= 0 if starts else bit
                for key in needs or ():
                    keys[key] = keys.get(key, 0) | bit
                for head in starts or ():
                    heads[head] = heads.get(head, 0) | bit
                    if head.startswith(_INSIDE):  # it is looked for as a key is
                        keys.setdefault(head.removeprefix(_INSIDE), 0)
                read.append(pattern)
            if read:
                self.index = _Index(keys, heads, always, anywhere)
            for pattern in read:
                pattern.is_read = True


_known = _Known()
_Match = re.Match[str]


class Pattern:
    """A regular expression as :mod:`re` compiles it, tried only where a text has a word that it needs."""

    __slots__ = ("_compiled", "_has_heads", "_whole", "bit", "flags", "is_read", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags
        self._compiled: re.Pattern[str] | None = None
        self._has_heads = self._whole = False
        self.bit = 0
        self.is_read = False
        _known.waiting.append(self)

    def read(self) -> tuple[Needs, Needs]:
        """Work out what the pattern needs: the keys and the heads."""
        tree = _parts(self.pattern, self.flags)
        self._whole = _is_whole(tree)
        needs = _few(_of_sequence(tree))
        heads = _few(_heads(tree, False, 0)) if needs else None
        self._has_heads = heads is not None
        return needs, heads

    @property
    def compiled(self) -> re.Pattern[str]:
        """The regular expression itself."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self.flags)
        return self._compiled

    def may_match(self, text: str) -> bool:
        """Whether the pattern has to be tried on a text or a part: False where it surely does not match."""
        return bool(self._look(text).may_match & self.bit)

    def _look(self, text: str) -> _Text | _Odd:
        if not self.is_read:
            _known.enter_all()
        return _known.index.read(text)

    def _openings(self, seen: _Text | _Odd) -> list[tuple[int, int]] | None:
        """Where in a text patterns can begin, this one among others; None where it may do so anywhere."""
        return seen.openings if self._has_heads else None

    def search(self, text: str, start: int = 0, end: int = maxsize) -> _Match | None:
        """As :meth:`re.Pattern.search`."""
        if not self.is_read:
            _known.enter_all()
        if self._whole and not start:
            return self.compiled.match(text, 0, end)
        seen = self._look(text)
        if not seen.may_begin & self.bit:
            return None
        openings = self._openings(seen)
        if openings is None:
            return self.compiled.search(text, start, end)
        return next(self._at(openings, text, start, end), None)

    def holds_in(self, text: str, start: int, end: int) -> bool:
        """Whether it is found in ``text[start:end]``.

        Quicker than :meth:`search` in that part: what there is follows from the words of the whole text.
        """
        seen = self._look(text)
        if not seen.may_match & self.bit:
            return False
        part = text[start:end]
        if self._whole:
            return self.compiled.match(part) is not None
        openings = self._openings(seen)
        if openings is None:
            return self.compiled.search(part) is not None
        match, bit = self.compiled.match, self.bit
        # The first word may be cut, and begin in the part with other letters than in the text.
        if match(part):
            return True
        inside = openings[bisect(openings, (start + 1,)) : bisect(openings, (end,))]
        return any(begun & bit and match(part, place - start) for place, begun in inside)

    def match(self, text: str, start: int = 0, end: int = maxsize) -> _Match | None:
        """As :meth:`re.Pattern.match`."""
        return self.compiled.match(text, start, end) if self._look(text).may_begin & self.bit else None

    def finditer(self, text: str, start: int = 0, end: int = maxsize) -> Iterator[_Match]:
        """As :meth:`re.Pattern.finditer`."""
        seen = self._look(text)
        if not seen.may_begin & self.bit:
            return iter(())
        openings = self._openings(seen)
        if openings is None:
            return self.compiled.finditer(text, start, end)
        return self._at(openings, text, start, end)

    def _at(self, openings: list[tuple[int, int]], text: str, start: int, end: int) -> Iterator[_Match]:
        match, bit = self.compiled.match, self.bit
        for place, begun in openings[bisect(openings, (start,)) :]:
            if begun & bit and place >= start and (found := match(text, place, end)):
                yield found
                start = found.end()

    def subn(self, replacement: str, text: str) -> tuple[str, int]:
        """As :meth:`re.Pattern.subn`."""
        return self.compiled.subn(replacement, text) if self._look(text).may_begin & self.bit else (text, 0)


T = TypeVar("T")


def counts_in(text: str, patterns: Mapping[T, Pattern]) -> dict[T, int]:
    """How often each of these patterns is found in a text, in one pass over its words for all of them."""
    if not all(pattern.is_read for pattern in patterns.values()):
        _known.enter_all()
    plain = _is_plain(text)
    by_bit = {own.bit: name for name, own in patterns.items() if plain and own._has_heads}
    asked, words = sum(by_bit), _known.index.words
    counts = {
        name: sum(1 for _ in own.finditer(text)) if own.bit not in by_bit else 0
        for name, own in patterns.items()
    }
    ends = dict.fromkeys(patterns, 0)
    for run in _RUN.finditer(text.lower()) if by_bit else ():
        begun = words[run[0]][1] & asked
        while begun:
            bit = begun & -begun
            begun ^= bit
            name, start = by_bit[bit], run.start()
            if start >= ends[name] and (found := patterns[name].compiled.match(text, start)):
                counts[name] += 1
                ends[name] = found.end()
    return counts


class Shortlist(Generic[T]):
    """Rules by their patterns, of which one look at a text tells which may be found in it."""

    def __init__(self, rules: Iterable[tuple[T, Iterable[Pattern]]]) -> None:
        self._rules = [(rule, tuple(patterns)) for rule, patterns in rules]
        self._bits: list[int] = []
        self._all = 0
        self._chosen = lru_cache(maxsize=_KEPT_TEXTS)(self._choose)

    def __iter__(self) -> Iterator[T]:
        return (rule for rule, _ in self._rules)

    def of(self, *texts: str) -> Sequence[T]:
        """The rules of which a pattern may match a text, or several joined by spaces, in their order."""
        if not self._all:
            self._read()
        index = _known.index
        found = 0
        for text in texts:
            found |= index.read(text).may_match
        return self._chosen(found & self._all)

    def _choose(self, found: int) -> list[T]:
        return [rule for (rule, _), bits in zip(self._rules, self._bits, strict=True) if bits & found]

    def _read(self) -> None:
        _known.enter_all()
        self._bits = [reduce(or_, (pattern.bit for pattern in patterns), 0) for _, patterns in self._rules]
        self._all = reduce(or_, self._bits, 0)
