"""Is there text on the pages, and is it language rather than broken character codes?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

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


def letters(words: Iterable[Word]) -> int:
    """How many letters words hold."""
    return sum(map(str.isalpha, "".join([word.text for word in words])))


def judge(document: pdfium.PdfDocument, pages: list[Page], watch: Watch) -> dict[int, State]:
    """What the text layer of each page is worth, by page number; ``watch`` is told of the page in work.

    Where most pages that can be judged are garbled, those with a few signs are taken to be garbled too.
    """
    states: dict[int, State] = {}
    for page in watch.each(pages):
        signs = _signs(page.words)
        gibberish, count = _is_gibberish(signs), signs.letters
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
        grey = sheet.render(scale=0.6, grayscale=True).to_numpy()
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
    return _is_gibberish(_signs(words))


def _is_gibberish(signs: _Signs) -> bool | None:
    if signs.shown >= 30 and signs.odd > 0.08 * signs.shown:
        return True
    return signs.common < 0.42 * signs.pairs if signs.pairs >= 40 else None


class _Signs(NamedTuple):
    """Of words in small letters: how many letters, characters, those that text has few of, pairs of
    neighbouring letters, and how many of these are common.
    """

    letters: int
    shown: int
    odd: int
    pairs: int
    common: int


def _signs(words: Iterable[Word]) -> _Signs:
    # All at once, as a page has thousands of characters; the few that are far from Latin by their kind.
    text = " ".join([word.text for word in words]).casefold()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    near = np.minimum(codes, _LATIN).astype(np.intp)
    counts = np.bincount(near, minlength=_LATIN + 1) @ _kinds()
    paired = _kinds()[:, 3][near]
    for code, count in Counter(codes[codes >= _LATIN].tolist()).items():
        kind = _kind(chr(code))
        counts += count * np.array(kind)
        paired[codes == code] = kind[3]
    letters, shown, odd, _ = counts.tolist()
    pairs = int(np.count_nonzero(paired[:-1] & paired[1:]))
    common = int(np.count_nonzero(_common_pairs()[near[:-1] * (_LATIN + 1) + near[1:]]))
    return _Signs(letters, shown, odd, pairs, common)


#: Characters from this code on are looked at by themselves.
_LATIN = 0x250


@cache
def _kind(character: str) -> tuple[bool, bool, bool, bool]:
    """Whether a character is a letter, is shown, is one that text has few of, and may be in a pair."""
    return (
        character.isalpha(),
        not character.isspace(),
        bool(_SIGN.match(character)),
        bool(_LETTER.match(character)),
    )


@cache
def _kinds() -> NDArray[np.bool_]:
    """The kind of each Latin character, and none for those beyond."""
    return np.array([*(_kind(chr(code)) for code in range(_LATIN)), [False] * 4])


@cache
def _common_pairs() -> NDArray[np.bool_]:
    """Which pairs of characters are common, by (_LATIN + 1) times the code of the first plus the second."""
    common = np.zeros((_LATIN + 1) ** 2, bool)
    for pair in _known("letter_pairs"):
        common[(_LATIN + 1) * ord(pair[0]) + ord(pair[1])] = True
    return common


@cache
def _known(name: str) -> frozenset[str]:
    return frozenset(read_toml("patterns", "text_quality.toml")[name])


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
_LETTER = re.compile(r"[^\W\d_]")
_RUN = re.compile(r"[^\W\d_]{2,}")
#: Signs that text has few of, control characters and the sign for an unknown one.
_SIGN = re.compile('[!"#$&*+<=>?@\\[\\\\\\]^`{|}~\x00-\x1f\x7f-\x9f\ufffd]')
_MISSHAPEN = re.compile(
    r"[^\W\d_]\d[^\W\d_]|[a-zà-ÿ][A-ZÀ-Þ][a-zà-ÿ]|[^\W\d_][!\"#$%*<=>?\[\]^`{|}~\\][^\W\d_]|[!#$*<=>\[\]^`{|}~\\]"
)
