"""Pages that are maps or drawings: their words are labels, not policy."""

from __future__ import annotations

from uitvoerbaarheid.extraction.pdf.blocks import Block, Body
from uitvoerbaarheid.extraction.pdf.text import Page

#: From this many drawn paths a page may be a map or a diagram.
_MANY_DRAWINGS = 300
_LARGE_IMAGE = 0.4
#: A page's title stands above this share of its height.
_TOP = 0.15


def is_map(page: Page, blocks: list[Block]) -> bool:
    """Whether a page is a picture with labels: drawn or covered by an image, most texts a few words long.

    With few drawings it takes a large shape or image and nothing but labels, each in a place of its own.
    """
    loose = [b for b in blocks if b.kind not in ("table", "caption")]
    pictured = page.drawings >= _MANY_DRAWINGS or page.image_share >= _LARGE_IMAGE
    if pictured and len(loose) >= 8:
        return sum(is_label(b) for b in loose) > 0.7 * len(loose)
    picture = max(page.image_share, page.drawn_share)
    return len(loose) >= 4 and picture >= _LARGE_IMAGE and all(map(is_label, loose)) and _scattered(loose)


def _scattered(blocks: list[Block]) -> bool:
    """Whether hardly any two blocks begin at the same distance from the left, as those of a list do."""
    starts = {round(block.bounds[0] / 10) for block in blocks}
    return len(starts) >= 0.7 * len(blocks)


def is_label(block: Block) -> bool:
    """A few words without the end of a sentence."""
    text = block.text
    return len(text.split()) <= 5 and text[-1:] not in ".:?!"


def label_blocks(page: Page, blocks: list[Block], body: Body) -> list[Block]:
    """The page's blocks with the labels joined into one caption; prose and a large title at the top stay."""
    top = min(blocks, key=lambda b: b.bounds[1])
    large = top.style.size >= 1.3 * body.style.size
    title = top if large and top.bounds[1] < _TOP * page.height else None
    labels = [b for b in blocks if b.kind in ("text", "item") and b is not title and is_label(b)]
    if not labels:
        return blocks
    joining = {id(b) for b in labels}
    rest = [b for b in blocks if id(b) not in joining]
    joined = Block("caption", [line for b in labels for line in b.lines], labels[0].page, labels[0].region)
    return [*rest, joined]
