"""The measures of a section tree, on small trees of which the answer is known."""

from __future__ import annotations

import pytest

from evaluate_headings import measure
from heading_measures import Head, Score, distance, in_order, key, levels, look_up, score, similarity
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece

TREE = [
    Head("1 Inleiding", 1),
    Head("2 Water", 1),
    Head("2.1 Waterkwaliteit", 2),
    Head("2.2 Waterveiligheid", 2),
    Head("3 Uitvoering", 1),
]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2.1 Waterkwaliteit", "waterkwaliteit"),
        ("C3.4.1 Opbouw 12", "opbouw"),
        ("IV. Financiën", "financiën"),
        ("Wat gaan we doen?", "watgaanwedoen"),
        ("Doelen voor 2030", "doelenvoor2030"),
        ("2.1", "21"),
    ],
)
def test_a_key_is_the_words_of_a_heading(text: str, same: str) -> None:
    assert key(text) == same


def test_the_right_tree_has_full_marks() -> None:
    figures, faults = score(TREE, TREE)
    assert (figures.f1, figures.similarity) == (1.0, 1.0)
    assert figures.levels.nested == figures.levels.right == 5
    assert not any(faults.values())


def test_a_missed_and_an_invented_heading_each_cost_one() -> None:
    found = [*TREE[:3], Head("Tabel met kosten", 3), TREE[4]]
    figures, faults = score(TREE, found)
    assert (figures.precision, figures.recall, figures.f1) == (0.8, 0.8, 0.8)
    assert [head.text for head in faults["gemist"]] == ["2.2 Waterveiligheid"]
    assert [head.text for head in faults["te veel"]] == ["Tabel met kosten"]
    assert figures.distance == 2
    assert figures.similarity == pytest.approx(0.6)


def test_a_heading_below_another_parent_is_taken_out_and_put_in() -> None:
    found = [*TREE[:3], Head("2.2 Waterveiligheid", 3), TREE[4]]
    assert distance(TREE, found) == 2
    pairs = in_order(TREE, found)
    agreed = levels(TREE, found, pairs)
    assert (agreed.both, agreed.right, agreed.nested) == (5, 4, 4)


def test_a_title_above_all_shifts_depths_but_not_what_stands_below_what() -> None:
    found = [Head("Programma Water", 1), *(Head(h.text, (h.depth or 0) + 1) for h in TREE)]
    agreed = levels(TREE, found, in_order(TREE, found))
    assert (agreed.both, agreed.right, agreed.shifted, agreed.nested) == (5, 0, 5, 5)
    assert distance(TREE, found) == 1


def test_all_on_one_level_is_seen_in_the_nesting() -> None:
    found = [Head(h.text, 1) for h in TREE]
    agreed = levels(TREE, found, in_order(TREE, found))
    assert (agreed.right, agreed.shifted, agreed.nested) == (3, 3, 3)


def test_equal_chapters_do_not_change_the_distance() -> None:
    chapter = [Head("Bodem", 1), Head("Doel", 2), Head("Maatregelen", 2), Head("Kosten", 3)]
    assert distance([*chapter, *TREE], [*chapter, *TREE[:-1]]) == distance(TREE, TREE[:-1]) == 1
    assert distance(chapter, TREE) == distance(TREE, chapter)


def test_an_optional_heading_counts_neither_way() -> None:
    truth = [Head("Programma Water", 1, optional=True), *TREE]
    assert score(truth, TREE)[0] == score(truth, [Head("Programma Water", 1), *TREE])[0]


def test_headings_in_another_order_are_not_all_found() -> None:
    swapped = [TREE[0], TREE[4], *TREE[1:4]]
    assert score(TREE, swapped)[0].same == 4


def test_a_repeated_heading_is_found_on_its_own_page_and_once() -> None:
    truth = [Head("Wat wij gaan doen", None, page) for page in (4, 5, 9)]
    found = [Head("Wat wij gaan doen", 3, page) for page in (5, 9)]
    assert look_up(truth, found) == {1: 0, 2: 1}
    assert look_up(truth[:1], found) == {0: 0}
    assert look_up(truth[:1], [Head("Wat wij gaan doen", 3, 6)]) == {}


def test_nothing_at_all() -> None:
    assert similarity([], []) == 1.0
    assert similarity(TREE, []) == 0.0
    assert Score().f1 == 1.0


def test_documents_together_are_weighed_by_their_headings() -> None:
    right, _ = score(TREE, TREE)
    empty, _ = score(TREE[:1], [])
    both = right + empty
    assert both.recall == pytest.approx(5 / 6)
    assert both.similarity == pytest.approx(5 / 6)


def test_a_document_is_measured_on_an_incomplete_truth() -> None:
    text = "Wij leggen in 2028 een fietspad aan langs de Noordvaart in Lindermeer."
    extract = Extract(
        "pdf",
        [
            Piece("paragraph", "Een omslag met wat tekst.", page=1),
            Heading("1 Fiets", 1, page=2),
            Heading("1.1 Paden", 2, page=2),
            Piece("paragraph", text, page=2),
            Heading("CO2-uitstoot", 2, page=3),
            Heading("Naam", 3, page=3),
        ],
        title="Programma Mobiliteit",
        pages=3,
    )
    sections = [
        {"heading": "Paden", "page": 2, "text": text},
        {"heading": "CO -uitstoot", "page": 3, "text": "Minder."},
        {"heading": "Bruggen", "page": 3, "text": "Nieuw."},
    ]
    heads = [{"text": "1 Fiets", "page": 2, "depth": 1}, {"text": "1.2 Bruggen", "page": 3, "depth": 2}]
    figures = measure(extract, sections, heads)
    assert (figures.heads, figures.heads_found) == (2, 1)
    assert (figures.levels.both, figures.levels.right) == (1, 1)
    assert (figures.scores, figures.sections_found) == ([1.0, 0.0, 0.0], 2)
    # The cover is no heading; of the four others only the last has neither text nor anything below it.
    assert (figures.sections_read, figures.empty) == (4, 1)
    assert "kop niet gevonden: p. 3 1.2 Bruggen" in figures.missing
