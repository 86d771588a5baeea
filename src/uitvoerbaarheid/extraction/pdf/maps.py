"""Pages that are maps or drawings: their words are labels, not policy."""

from __future__ import annotations

from uitvoerbaarheid.extraction.pdf.blocks import Block, Body
from uitvoerbaarheid.extraction.pdf.text import Page

#: From this many drawn paths a page may be a map or a diagram.
_MANY_DRAWINGS = 300
_LARGE_IMAGE = 0.4


def is_map(page: Page, blocks: list[Block]) -> bool:
    """Whether a page is a picture with labels: drawn or covered by an image, most texts a few words long."""
    loose = [b for b in blocks if b.kind not in ("table", "caption")]
    if len(loose) < 8 or (page.drawings < _MANY_DRAWINGS and page.image_share < _LARGE_IMAGE):
        return False
    return sum(is_label(b) for b in loose) > 0.7 * len(loose)


def is_label(block: Block) -> bool:
    """A few words without the end of a sentence."""
    text = block.text
    return len(text.split()) <= 5 and text[-1:] not in ".:?!"


def label_blocks(blocks: list[Block], body: Body) -> list[Block]:
    """The page's blocks with the labels joined into one caption; prose and large titles stay."""
    labels = [
        b
        for b in blocks
        if b.kind in ("text", "item") and is_label(b) and b.style.size < 1.3 * body.style.size
    ]
    if not labels:
        return blocks
    rest = [b for b in blocks if b not in labels]
    joined = Block("caption", [line for b in labels for line in b.lines], labels[0].page, labels[0].region)
    return [*rest, joined]
