"""Is there text on the pages, and is it Dutch-like language rather than broken character codes?"""

from __future__ import annotations

import re

import numpy as np
import pypdfium2 as pdfium

from uitvoerbaarheid.extraction.pdf.rules import rules
from uitvoerbaarheid.extraction.pdf.text import Page

#: A page with fewer letters than this has no text to speak of.
FEW_LETTERS = 40
#: A scan covers at least this share of its page.
_WHOLE_PAGE = 0.85


def letters(page: Page) -> int:
    """How many letters the page's words hold."""
    return sum(map(str.isalpha, "".join([word.text for word in page.words])))


def is_scanned(document: pdfium.PdfDocument, page: Page) -> bool:
    """Whether a page without a text layer looks like scanned print: an image over the whole page, light with
    some dark, and few tones between (unlike photos and maps). Judged on a small grey picture.
    """
    if letters(page) >= FEW_LETTERS or page.image_share < _WHOLE_PAGE:
        return False
    picture = document[page.number - 1].render(scale=0.6, grayscale=True)
    grey = np.asarray(picture.to_numpy(), dtype=np.float32)
    light, dark = float((grey > 200).mean()), float((grey < 110).mean())
    return light > 0.7 and 0.001 < dark < 0.25


def is_garbled(page: Page) -> bool | None:
    """Whether a page's text is gibberish; None where it holds too little text to tell.

    Readable Dutch has some 40% common words and even pages of tables keep a few. Gibberish has none, and
    signs inside its words or too few vowels, unlike tables.
    """
    words = [w.text.strip(".,;:()'\"").casefold() for w in page.words]
    words = [w for w in words if w and not _NUMBER.fullmatch(w)]
    if len(words) < 60:
        return None
    common = sum(w in rules().common for w in words) / len(words)
    odd = sum(bool(_ODD.search(w)) for w in words) / len(words)
    return (common < 0.02 and (odd > 0.03 or _vowels(words) < 0.3)) or (common < 0.06 and odd > 0.3)


def _vowels(words: list[str]) -> float:
    """The share of vowels among the letters: about .38 in Dutch and never far below .3 in its tables."""
    found = [ch for word in words for ch in word if ch.isalpha()]
    return sum(ch in "aeiouyàáâäèéêëìíîïòóôöùúûü" for ch in found) / len(found) if found else 0.0


_NUMBER = re.compile(r"[\d.,:/€%+–-]+")
#: Characters that words do not hold: control and private ones, and signs between or before letters.
_ODD = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ue000-\uefff\ufffd]|[^\W\d_][!\"#$%*<=>?\[\]^_`{|}~\\]|[!\"#$%*<=>?\[\]^`{|}~\\][^\W\d_]"
)
