"""The score strip: every section is in it, and pages stand where they begin."""

from __future__ import annotations

import itertools

from uitvoerbaarheid.records import Block, Section
from uitvoerbaarheid.reports.strip import strip


def section(length: int, page: int | None = None, **more: int) -> Section:
    """A section with so much text; ``more`` is at which offset another page begins ("p4": 50)."""
    blocks = [
        Block(kind="paragraph", start=start, end=length, page=int(name[1:])) for name, start in more.items()
    ]
    return Section(
        id="s",
        heading="Kop",
        heading_path=["Kop"],
        depth=1,
        page_start=page,
        text="x" * length,
        blocks=blocks,
    )


def test_a_page_stands_where_its_text_begins() -> None:
    (line,) = strip([section(100, 3, p4=50), section(300, 4, p5=150)])
    assert line.widths == [100, 300]
    assert [(tick.page, tick.left) for tick in line.ticks] == [(3, 0.0), (4, 12.5), (5, 62.5)]


def test_numbers_do_not_stand_in_each_others_way() -> None:
    (line,) = strip([section(10, page) for page in range(1, 90)])
    lefts = [tick.left for tick in line.ticks]
    assert lefts[0] == 0 and all(b - a >= 3.5 for a, b in itertools.pairwise(lefts))
    narrow = [tick.left for tick in line.ticks if not tick.minor]
    assert all(b - a >= 11 for a, b in itertools.pairwise(narrow)) and len(narrow) < len(lefts)
    assert max(lefts) < 98.5  # the number itself has to fit


def test_a_page_number_never_goes_back() -> None:
    # A footnote of an earlier page, and a section without pages.
    (line,) = strip([section(100, 7), section(100), section(100, 8, p6=90), section(100, 9)])
    assert [tick.page for tick in line.ticks] == [7, 8, 9]


def test_many_sections_stand_on_several_lines() -> None:
    lines = strip([section(10, index) for index in range(1, 201)])
    assert [index for line in lines for index in line.sections] == list(range(200))
    assert len(lines) == 3 and max(len(line.widths) for line in lines) <= 90
    assert lines[1].ticks[0].left == 0


def test_the_smallest_section_can_be_seen_and_an_empty_document_has_no_strip() -> None:
    (line,) = strip([section(0, 1), section(10_000, 1)])
    assert line.widths[0] / sum(line.widths) > 0.005
    assert strip([]) == []
    assert strip([section(0)])[0].widths == [1]
