"""Dutch numbers in text: digits with Dutch grouping and decimals, and the small number words."""

from __future__ import annotations

import re

NUMBER_WORDS: dict[str, float] = {
    "half": 0.5,
    "halve": 0.5,
    "een": 1,
    "één": 1,
    "anderhalf": 1.5,
    "anderhalve": 1.5,
    "twee": 2,
    "tweeënhalf": 2.5,
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
    "vijftien": 15,
    "twintig": 20,
    "vijfentwintig": 25,
    "dertig": 30,
    "veertig": 40,
    "vijftig": 50,
    "honderd": 100,
}

#: Digits as Dutch writes them: 1.250.000,50 or 2,5 or 350 (a point before three digits groups).
DIGITS = r"(?:\d{1,3}(?:[.\u00a0\u202f]\d{3}){1,4}(?:,\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)"
#: A number word; longest first, so that "een" does not cut off a longer word.
WORDS = "(?:" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + ")"

_GROUPED = re.compile(r"\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?:,\d{1,2})?")


def parse_number(text: str) -> float | None:
    """The value of a Dutch number ("1.250.000", "2,5", "2.5", "drie"), or None where it is none."""
    text = text.strip().lower()
    if text in NUMBER_WORDS:
        return NUMBER_WORDS[text]
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[.\u00a0\u202f]", "", text)
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def plain(value: float) -> int | float:
    """A whole number as int, another rounded to cents."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
