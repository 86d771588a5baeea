"""Where a finding is: the words, else the heading."""

from __future__ import annotations

import pytest
from finding_samples import section

from uitvoerbaarheid.checking.places import of_heading, of_words

TEXT = ("Fietsen is fijn.", "De gemeente legt een pad aan.", "Dat is in 2028 klaar.")


def test_words_are_where_their_blocks_are() -> None:
    made = section("Fietsen", *TEXT, page=4)
    start = made.text.index("legt")
    one = of_words(made, start, start + 4)
    assert (one.page, one.line, [box.top for box in one.boxes]) == (4, None, [120])
    both = of_words(made, start, len(made.text))
    assert [box.top for box in both.boxes] == [120, 140]


def test_a_block_over_two_pages_begins_on_the_first() -> None:
    made = section("Fietsen", *TEXT, page=4)
    block = made.blocks[1]
    block.boxes.append(block.boxes[0].model_copy(update={"page": 5}))
    place = of_words(made, block.start, block.end)
    assert (place.page, [box.page for box in place.boxes]) == (4, [4, 5])


def test_in_a_text_format_the_line_is_that_of_the_block() -> None:
    made = section("Fietsen", *TEXT, line=10)
    start = made.text.index("legt")
    assert of_words(made, start, start + 4).line == 14
    assert of_heading(made).line == 10


@pytest.mark.parametrize(("start", "end"), [(900, 910), (-5, -1)])
def test_what_is_not_in_the_text_is_at_the_heading(start: int, end: int) -> None:
    made = section("Fietsen", *TEXT, page=4)
    assert of_words(made, start, end) == of_heading(made)
    assert [box.top for box in of_heading(made).boxes] == [80]


def test_a_heading_without_a_box_is_on_the_first_page_of_its_section() -> None:
    made = section("Fietsen", page=4)
    made.heading_box = None
    assert (of_heading(made).page, of_heading(made).boxes) == (4, [])
