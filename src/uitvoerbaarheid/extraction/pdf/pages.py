"""The pages of a PDF, read one by one with pypdfium2: words, ruling lines and pictures, structure tags.

A page whose text runs sideways for the greater part (a landscape table on an upright page) is read turned;
its :class:`Page` keeps the extra turn so that boxes can be given on the page as displayed.
"""

from __future__ import annotations

import pypdfium2 as pdfium

from uitvoerbaarheid.extraction.pdf.drawings import read_objects
from uitvoerbaarheid.extraction.pdf.tags import structure_tags
from uitvoerbaarheid.extraction.pdf.text import Frame, Page, WordReader


class PageReader:
    """Reads the pages of a document; their structure tags only with ``structure``."""

    def __init__(self, document: pdfium.PdfDocument, structure: bool = True) -> None:
        self._document = document
        self._structure = structure
        self._words = WordReader()

    def read(self, index: int) -> Page:
        """Read page ``index`` (from 0). Raises :class:`pypdfium2.PdfiumError` where it is damaged."""
        page = self._document[index]
        textpage = page.get_textpage()
        try:
            frame = Frame(page, 0)
            words, sideways = self._words.words(textpage, frame)
            turn = 0
            if sum(sideways.values()) > 2 * sum(len(w.text) for w in words) and max(sideways.values()) > 100:
                # Direction of most text, counted in quarter turns clockwise; turning back makes it level.
                turn = (4 - sideways.most_common(1)[0][0]) % 4
                frame = Frame(page, turn)
                words, _ = self._words.words(textpage, frame)
            width, height = frame.size
            result = Page(number=index + 1, width=width, height=height, turn=turn, words=words)
            read_objects(page, frame, result)
            if self._structure:
                result.tags, result.cells = structure_tags(page)
            return result
        finally:
            textpage.close()
            page.close()
