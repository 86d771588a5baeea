"""Dutch numbers in text: digits with Dutch grouping and decimals, and the small number words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_UNITS = {
    "een": 1,
    "één": 1,
    "twee": 2,
    "drie": 3,
    "vier": 4,
    "vijf": 5,
    "zes": 6,
    "zeven": 7,
    "acht": 8,
    "negen": 9,
    "tien": 10,
    "elf": 11,
    "twaalf": 12,
    "dertien": 13,
    "veertien": 14,
    "vijftien": 15,
    "zestien": 16,
    "zeventien": 17,
    "achttien": 18,
    "negentien": 19,
}
_TENS = {
    "twintig": 20,
    "dertig": 30,
    "veertig": 40,
    "vijftig": 50,
    "zestig": 60,
    "zeventig": 70,
    "tachtig": 80,
    "negentig": 90,
}
#: "vierentwintig", and after an e with a diaeresis, which not everyone writes: "drieëndertig".
_JOINTS = ("en", "ën")
_DIGITS = [unit for unit, value in _UNITS.items() if value < 10]
_JOINED = {
    unit + joint + ten: _UNITS[unit] + _TENS[ten] for unit in _DIGITS for joint in _JOINTS for ten in _TENS
}
_HALVES = {"half": 0.5, "halve": 0.5, "anderhalf": 1.5, "anderhalve": 1.5, "tweeënhalf": 2.5}
#: The number words up to a hundred, and the halves that are used with money and time.
NUMBER_WORDS: dict[str, float] = {**_HALVES, **_UNITS, **_TENS, **_JOINED, "honderd": 100}

_BELOW_HUNDRED = {**_UNITS, **_TENS, **_JOINED}
#: What number words are built up from, the largest first.
_SIZES = (("duizend", 1000), ("honderd", 100))

#: Digits as Dutch writes them: 1.250.000,50 or 2,5 or 350 (a point before three digits groups).
DIGITS = r"(?:\d{1,3}(?:[.\u00a0\u202f]\d{3}){1,4}(?:,\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)"


def _any_of(words: Iterable[str]) -> str:
    """One pattern for words; longest first, so that "een" does not cut off a longer word."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


#: A number word. The joined ones are written by their parts: one long list of words would be slow.
WORDS = (
    f"(?:{_any_of(_DIGITS)}{_any_of(_JOINTS)}{_any_of(_TENS)}"
    f"|{_any_of(NUMBER_WORDS.keys() - _JOINED.keys())})"
)

_PARTS = sorted({*_UNITS, *_TENS, "honderd", "duizend", "ën"}, key=len, reverse=True)
#: A number word of several parts ("tweehonderdvijftigduizend"); not each match is a number.
COMPOUND = rf"(?:(?:{'|'.join(_PARTS)}|en){{1,9}})"

_GROUPED = re.compile(r"\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?:,\d{1,2})?")


def parse_number(text: str) -> float | None:
    """The value of a Dutch number ("1.250.000", "2,5", "drie", "tweehonderd"), or None where it is none.

    Of number words, "drie en een half" is read too, and compounds below a million.
    """
    text = re.sub(r"^een\s+(?=hal)", "", text.strip().lower())
    if text in NUMBER_WORDS:
        return NUMBER_WORDS[text]
    if text[:1].isalpha():
        whole = re.sub(r"\s+en\s+een\s+half$", "", text)
        value = _compound(whole)
        return value + 0.5 if value is not None and whole != text else value
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[.\u00a0\u202f]", "", text)
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _compound(word: str, sizes: Sequence[tuple[str, int]] = _SIZES) -> float | None:
    """The value of a number word such as "vijfentwintigduizend", or None."""
    if not sizes:
        return _BELOW_HUNDRED.get(word)
    (name, size), *smaller = sizes
    before, found, rest = word.partition(name)
    if not found:
        return _compound(word, smaller)
    times = _compound(before, smaller) if before else 1
    # "en" may join the last part: "duizendeneen".
    more = _compound(rest.removeprefix("en"), smaller) if rest else 0
    return None if times is None or more is None else times * size + more


def plain(value: float) -> int | float:
    """A whole number as int, another rounded to cents."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
