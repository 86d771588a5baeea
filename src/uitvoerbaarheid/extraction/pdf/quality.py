"""Is there text on the pages, and is it language rather than broken character codes?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from operator import add
from typing import Literal, NamedTuple

import numpy as np
import pypdfium2 as pdfium

from uitvoerbaarheid.extraction.pdf.text import Page, Word
from uitvoerbaarheid.extraction.watch import Watch
from uitvoerbaarheid.resources import read_toml

#: A page with fewer letters than this has no text to speak of.
FEW_LETTERS = 40
#: A scan under a stamp, a header or a page number has a text layer of at most so many letters.
_STAMP = 250
#: A scan covers at least this share of its page, in one image or in strips.
_WHOLE_PAGE = 0.85

#: What a page's text layer is worth: text; bare (none, and none to be seen); scan (print without a text layer
#: of its own); garbled (codes that are no text); doubtful (poorly recognised when it was scanned).
State = Literal["text", "bare", "scan", "garbled", "doubtful"]


def letters(page: Page) -> int:
    """How many letters the page's words hold."""
    return sum([_signs(word.text).letters for word in page.words])


def judge(document: pdfium.PdfDocument, pages: list[Page], watch: Watch) -> dict[int, State]:
    """What the text layer of each page is worth, by page number; ``watch`` is told of the page in work.

    Where most pages that can be judged are garbled, those with a few signs are taken to be garbled too.
    """
    states: dict[int, State] = {}
    for page in watch.each(pages):
        signs = [_signs(word.text) for word in page.words]
        gibberish, count = _is_gibberish(signs), sum([word.letters for word in signs])
        if gibberish:
            states[page.number] = "garbled"
        elif count < _STAMP and is_scanned(document, page):
            states[page.number] = "scan"
        elif gibberish is None or count < FEW_LETTERS:
            states[page.number] = "text" if count >= FEW_LETTERS else "bare"
        else:
            states[page.number] = "doubtful" if _is_poor_scan(page) else "text"
    garbled = sum(state == "garbled" for state in states.values())
    if garbled > sum(state in ("text", "doubtful") for state in states.values()):
        for page in pages:
            if states[page.number] == "bare" and page.words:
                states[page.number] = "garbled"
    return states


def is_scanned(document: pdfium.PdfDocument, page: Page) -> bool:
    """Whether a page looks like scanned print: images over the whole page, light with some dark, and few
    tones between (unlike photos and maps). Judged on a small grey picture.
    """
    if sum(page.share(bounds) for bounds in page.images) < _WHOLE_PAGE:
        return False
    try:
        sheet = document[page.number - 1]
        grey = np.asarray(sheet.render(scale=0.6, grayscale=True).to_numpy(), dtype=np.float32)
        sheet.close()
    except pdfium.PdfiumError:  # what cannot be drawn cannot be recognised either
        return False
    light, dark = float((grey > 200).mean()), float((grey < 110).mean())
    return light > 0.7 and 0.001 < dark < 0.25


def is_gibberish(words: Iterable[Word]) -> bool | None:
    """Whether words are no language; None where there are too few to tell.

    In Dutch text half of the pairs of neighbouring letters or more are among the commonest, in its tables
    and in English too; in broken codes, also when all are shifted by the same number, hardly any. Or there
    are many signs that text has few of.
    """
    return _is_gibberish([_signs(word.text) for word in words])


def _is_gibberish(counts: list[_Signs]) -> bool | None:
    shown = sum([count.shown for count in counts])
    if shown >= 30 and sum([count.odd for count in counts]) > 0.08 * shown:
        return True
    pairs = sum([count.pairs for count in counts])
    return sum([count.common for count in counts]) < 0.42 * pairs if pairs >= 40 else None


class _Signs(NamedTuple):
    """Of a word: its letters, its characters in small letters, those that text has few of, its pairs of
    neighbouring letters, and how many of these are common.
    """

    letters: int
    shown: int
    odd: int
    pairs: int
    common: int


@lru_cache(maxsize=16384)
def _signs(word: str) -> _Signs:
    # A document says the same words over and over.
    text = word.casefold()
    if word.isascii() and word.isalpha():
        return _Signs(len(word), len(word), 0, len(word) - 1, _common(text))
    shown = sum(map(len, text.split()))
    return _Signs(sum(map(str.isalpha, word)), shown, len(_SIGN.findall(text)), *_pairs(text))


@cache
def _known(name: str) -> frozenset[str]:
    return frozenset(read_toml("patterns", "text_quality.toml")[name])


def _pairs(text: str) -> tuple[int, int]:
    """How many pairs of neighbouring letters a text has, and how many of those are common."""
    runs = _RUN.findall(text)
    # Pairs over the space between two runs are none of the known ones.
    apart = " ".join(runs)
    return sum(map(len, runs)) - len(runs), _common(apart)


def _common(text: str) -> int:
    """How many pairs of neighbouring characters are common pairs of letters."""
    return sum(map(_known("letter_pairs").__contains__, map(add, text, text[1:])))


def common_share(words: Iterable[Word]) -> float:
    """The share of common words: some .4 in Dutch prose, little in tables and among labels."""
    known = _known("common")
    plain = [_plain(word.text) for word in words]
    worded = [word for word in plain if _RUN.search(word)]
    return sum(word in known for word in worded) / len(worded) if worded else 0.0


def _is_poor_scan(page: Page) -> bool:
    """Whether text lies over a scan and many of its words are misshapen."""
    if sum(page.share(bounds) for bounds in page.images) < _WHOLE_PAGE:
        return False
    return misshapen(page.words) > 0.1


def misshapen(words: Iterable[Word]) -> float:
    """The share of words with a figure or sign among their letters, or capitals after small ones (0-1)."""
    plain = [word.text.strip(_MARKS) for word in words]
    worded = [word for word in plain if _RUN.search(word.casefold())]
    return sum(bool(_MISSHAPEN.search(word)) for word in worded) / len(worded) if worded else 0.0


def _plain(text: str) -> str:
    return text.strip(_MARKS).casefold()


_MARKS = ".,;:()'\"‘’“”!?"
_RUN = re.compile(r"[^\W\d_]{2,}")
#: Signs that text has few of, control characters and the sign for an unknown one.
_SIGN = re.compile('[!"#$&*+<=>?@\\[\\\\\\]^`{|}~\x00-\x1f\x7f-\x9f\ufffd]')
_MISSHAPEN = re.compile(
    r"[^\W\d_]\d[^\W\d_]|[a-zà-ÿ][A-ZÀ-Þ][a-zà-ÿ]|[^\W\d_][!\"#$%*<=>?\[\]^`{|}~\\][^\W\d_]|[!#$*<=>\[\]^`{|}~\\]"
)
