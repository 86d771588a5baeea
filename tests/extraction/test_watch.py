"""How far a reader goes: what is left out, why, and what is told of it."""

import pytest

from uitvoerbaarheid.extraction.watch import Watch, page_list


def read_all(watch, pages, characters=0):
    watch.opened(pages)
    read = []
    for page in range(1, pages + 1):
        if watch.may_read(page):
            read.append(page)
            watch.done(page, characters)
    watch.working(None)
    return read


def test_without_limits_all_pages_are_read_and_told():
    steps, places = [], []
    watch = Watch(lambda *step: steps.append(step), places.append)
    assert read_all(watch, 3) == [1, 2, 3]
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert places == [1, 2, 3, None]
    assert watch.problem() is None and watch.warnings() == []


def test_pages_are_left_out_for_their_reasons():
    watch = Watch(skip={2: "memory", 4: "damaged"}, last=(6, "timeout"), pages=8)
    assert read_all(watch, 10) == [1, 3, 5, 6]
    assert watch.warnings() == [
        "Niet gelezen, want het lezen vroeg te veel geheugen: pagina 2.",
        "Niet gelezen, want het bestand is daar beschadigd: pagina 4.",
        "Niet gelezen, want het lezen duurde te lang: pagina's 7-10.",
    ]
    problem = watch.problem()
    assert problem is not None and problem.code == "memory"
    assert problem.message == "Een deel van het document is niet gelezen: het lezen vroeg te veel geheugen."


def test_time_and_text_end_the_reading():
    assert read_all(Watch(seconds=-1), 3) == []
    assert read_all(Watch(seconds=-1, seconds_per_page=100), 3) == [1, 2, 3]
    watch = Watch(characters=100)
    assert read_all(watch, 5, characters=60) == [1, 2]
    assert watch.missed == {3: "too_large", 4: "too_large", 5: "too_large"}


def test_a_page_with_too_much_text_is_told():
    watch = Watch()
    watch.shortened.append(7)
    assert watch.warnings() == ["Niet helemaal gelezen, want er staat te veel op: pagina 7."]
    assert watch.problem().code == "too_large"


@pytest.mark.parametrize(
    ("pages", "shown"),
    [
        ([3], "pagina 3"),
        ([3, 4, 5, 9], "pagina's 3-5, 9"),
        (list(range(1, 101, 2)), f"pagina's {', '.join(map(str, range(1, 40, 2)))} en verder (50 in totaal)"),
    ],
)
def test_pages_in_words(pages, shown):
    assert page_list(pages) == shown
