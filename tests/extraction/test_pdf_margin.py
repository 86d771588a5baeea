"""Room in the margin for tags and for the key: beside the heading, never over text, always on the page."""

from __future__ import annotations

from uitvoerbaarheid.extraction.pdf.margin import Bounds, Margin

WIDE, SMALL = (60.0, 11.0), (11.0, 11.0)
HEADING = (80.0, 100.0, 300.0, 116.0)


def _apart(one: Bounds, other: Bounds) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_left_of_the_heading_at_its_height() -> None:
    place = Margin(595, 842, [HEADING]).tag(HEADING, [WIDE, SMALL])
    assert place[2] < HEADING[0]
    assert HEADING[1] <= (place[1] + place[3]) / 2 <= HEADING[3]


def test_right_where_the_left_margin_is_too_narrow_for_the_widest() -> None:
    margin = Margin(595, 842, [HEADING], left=90)
    assert margin.tag(HEADING, [SMALL])[0] > HEADING[2]


def _columns(*headings: Bounds) -> list[Bounds]:
    """Words of two columns, 60-280 and 310-535, with headings above their lines."""
    lines = [
        (x, top, x + 44, top + 10.0)
        for top in range(130, 300, 14)
        for x in (60.0, 104.0, 148.0, 192.0, 236.0)
    ]
    return [*headings, *lines, *((x + 250, *rest, right + 250, low) for x, *rest, right, low in lines)]


def test_in_columns_a_tag_is_not_taken_for_that_of_the_heading_beside_it() -> None:
    one, other = (60.0, 100.0, 180.0, 114.0), (310.0, 100.0, 500.0, 114.0)
    margin = Margin(595, 842, _columns(one, other), left=90)
    left, right = margin.tag(one, [WIDE, SMALL]), margin.tag(other, [WIDE, SMALL])
    assert one[2] < left[0] < left[2] < other[0]
    assert left[0] - one[2] < other[0] - left[2]
    assert right[0] > other[2]


def test_in_columns_a_heading_as_wide_as_its_column_has_its_tag_behind_its_last_line() -> None:
    lines = [(60.0, 90.0, 280.0, 101.0), (60.0, 103.0, 130.0, 114.0)]
    other = (310.0, 90.0, 535.0, 114.0)
    place = Margin(595, 842, [*_columns(other), *lines], left=90).tag((60, 90, 280, 114), [WIDE, SMALL])
    assert 130 < place[0] < place[2] < 280
    assert 100 < place[1] < place[3] < 116


def test_smaller_where_there_is_no_room_for_the_whole() -> None:
    walls = [(0.0, top, 30.0, top + 8) for top in range(0, 842, 8)]
    walls += [(300.0, top, 595.0, top + 8) for top in range(0, 842, 8)]
    place = Margin(595, 842, [*walls, HEADING]).tag(HEADING, [WIDE, SMALL])
    assert place[2] - place[0] == SMALL[0]
    assert all(_apart(place, wall) for wall in walls)


def test_tags_of_headings_close_together_stay_apart() -> None:
    margin = Margin(595, 842, [])
    places = [margin.tag((80, top, 300, top + 6), [WIDE]) for top in range(100, 160, 4)]
    for number, place in enumerate(places):
        assert all(_apart(place, other) for other in places[:number])


def test_a_full_page_still_gets_its_tag_on_the_page() -> None:
    for box in ((0.0, 0.0, 595.0, 842.0), (0.0, 835.0, 595.0, 842.0), (-50.0, -50.0, 9_000.0, -9.0)):
        x0, top, x1, bottom = Margin(595, 842, [(0, 0, 595, 842)]).tag(box, [WIDE, SMALL])
        assert 0 <= x0 < x1 <= 595
        assert 0 <= top < bottom <= 842


def test_the_key_stands_in_free_room_below_or_above_or_not_at_all() -> None:
    foot = (0.0, 790.0, 595.0, 842.0)
    below = Margin(595, 842, []).strip(200, 9)
    above = Margin(595, 842, [foot]).strip(200, 9)
    assert below is not None
    assert above is not None
    assert below[1] > 780
    assert above[3] < 60
    assert Margin(595, 842, [(0, 0, 595, 842)]).strip(200, 9) is None
    assert Margin(150, 842, []).strip(200, 9) is None
