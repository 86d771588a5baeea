"""PDF files as one stream of headings and pieces of text."""

from uitvoerbaarheid.extraction.pdf.reader import read_pdf

__all__ = ["read_pdf"]
