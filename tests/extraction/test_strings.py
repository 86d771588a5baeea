"""Heading numbers, the contents table and the cleaning of text."""

import pytest

from uitvoerbaarheid.extraction.model import Heading, Piece
from uitvoerbaarheid.extraction.strings import clean, depths_by_number, drop_contents, fold, split_number


@pytest.mark.parametrize(
    ("heading", "number", "rest"),
    [
        ("2.1 Wonen", "2.1", "Wonen"),
        ("2.1.2 Vaarwegen", "2.1.2", "Vaarwegen"),
        ("3. Water", "3", "Water"),
        ("Hoofdstuk 4 Uitvoering", "4", "Uitvoering"),
        ("HOOFDSTUK 4", "4", ""),
        ("Bijlage 2: Begrippen", "Bijlage 2", "Begrippen"),
        ("Artikel 3. Looptijd", "Artikel 3", "Looptijd"),
        ("A. Inleiding", "A", "Inleiding"),
        ("B1 Doelen", "B1", "Doelen"),
        ("IV. Slot", "IV", "Slot"),
        ("Wonen", None, "Wonen"),
        ("2030 in beeld", None, "2030 in beeld"),
        ("3 miljoen voor groen", None, "3 miljoen voor groen"),
        ("U heeft een plan", None, "U heeft een plan"),
        ("Een dak voor iedereen", None, "Een dak voor iedereen"),
        ("Innovatie in de zorg", None, "Innovatie in de zorg"),
        ("Artikelen", None, "Artikelen"),
    ],
)
def test_split_number(heading, number, rest):
    assert split_number(heading) == (number, rest)


def test_clean_drops_what_cannot_be_seen():
    assert clean("wa\u00adter\x00 \ud800 en\u200b\tland\n") == "water en land"


def test_fold_compares_a_contents_line_with_its_heading():
    assert fold("2.1 Wonen in het dorp ........ 14") == fold("2.1  Wonen in het Dorp")


def test_contents_table_and_menu_are_dropped():
    stream = [
        Piece("paragraph", "Volgende"),
        Heading("Inhoudsopgave", 1),
        Piece("paragraph", "1 Wonen ........ 3"),
        Piece("row", "2 Water | 5", cells=["2 Water", "5"]),
        Heading("1 Wonen", 1),
        Piece("paragraph", "Wij bouwen."),
        Heading("2 Water", 1),
        Piece("item", "Wonen"),
    ]
    assert [item.text for item in drop_contents(stream)] == ["1 Wonen", "Wij bouwen.", "2 Water", "Wonen"]


def test_levels_come_from_the_numbers():
    stream = [Heading(t, 1) for t in ("1 Wonen", "1.1 Opgave", "Doel", "1.1.1 Acties", "2 Water", "Bijlagen")]
    depths_by_number(stream)
    assert [item.depth for item in stream] == [1, 2, 3, 3, 1, 1]
