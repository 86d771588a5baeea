"""The pages of a PDF, read one by one with pypdfium2: words, ruling lines and pictures, structure tags.

A page whose text runs sideways for the greater part (a landscape table on an upright page) is read turned;
its :class:`Page` keeps the extra turn so that boxes can be given on the page as displayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import pypdfium2 as pdfium
from pypdfium2 import raw

from uitvoerbaarheid.extraction.pdf.drawings import DrawingReader
from uitvoerbaarheid.extraction.pdf.tags import TagReader
from uitvoerbaarheid.extraction.pdf.text import MAX_CHARS, Characters, Frame, Page, Word, WordReader

#: PDFium keeps what it read of a document until that is closed: after so many pages it is opened anew.
_PAGES_AT_ONCE = 200


@dataclass
class Sheet:
    """An open page; ``frame`` is where its text is level: turned ``turn`` quarters from how it is shown."""

    page: pdfium.PdfPage
    textpage: pdfium.PdfTextPage
    frame: Frame
    turn: int = 0


class PageReader:
    """Reads the pages of a document; their structure tags only with ``structure``.

    ``open_again`` opens the same document once more; a long one is read in stretches, for which the memory
    is given back in between. Use as a context manager.
    """

    def __init__(
        self,
        document: pdfium.PdfDocument,
        open_again: Callable[[], pdfium.PdfDocument],
        structure: bool = True,
    ) -> None:
        self._document = document
        self._open_again = open_again
        self._own: pdfium.PdfDocument | None = None
        self._read = 0
        self._tags = TagReader() if structure else None
        self._words = WordReader()
        self._drawings = DrawingReader()

    def __enter__(self) -> PageReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None

    def read(self, index: int) -> Page:
        """Read page ``index`` (from 0). Raises :class:`pypdfium2.PdfiumError` where it is damaged."""
        with self.opened(index) as sheet:
            words = self.words(sheet)
            width, height = sheet.frame.size
            result = Page(number=index + 1, width=width, height=height, turn=sheet.turn, words=words)
            count = raw.FPDFText_CountChars(sheet.textpage.raw)
            result.characters, result.cut = min(count, MAX_CHARS), count > MAX_CHARS
            self._drawings.read(sheet.page, sheet.frame, result)
            if self._tags:
                result.tags, result.cells = self._tags.read(sheet.page, {word.mark for word in words})
            return result

    @contextmanager
    def opened(self, index: int) -> Iterator[Sheet]:
        """Page ``index`` (from 0) as long as it is in use. Raises as :meth:`read` does."""
        if self._read and self._read % _PAGES_AT_ONCE == 0:
            self._close()
            self._own = self._open_again()
        self._read += 1
        page = (self._own or self._document)[index]
        textpage = page.get_textpage()
        try:
            yield Sheet(page, textpage, Frame(page, 0))
        finally:
            textpage.close()
            page.close()

    def words(self, sheet: Sheet) -> list[Word]:
        """The words of a page, level in the frame that the page has from then on."""
        words, sideways = self._words.words(sheet.textpage, sheet.frame)
        aside = max(sideways.values(), default=0) > 100
        if aside and sum(sideways.values()) > 2 * sum(len(w.text) for w in words):
            # Direction of most text, counted in quarter turns clockwise; turning back makes it level.
            sheet.turn = (4 - sideways.most_common(1)[0][0]) % 4
            sheet.frame = Frame(sheet.page, sheet.turn)
            words, _ = self._words.words(sheet.textpage, sheet.frame)
        return words

    def characters(self, sheet: Sheet) -> Characters:
        """The characters of a page one by one, in the frame it has now."""
        return self._words.characters(sheet.textpage, sheet.frame)
