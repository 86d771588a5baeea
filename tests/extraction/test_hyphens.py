"""Words broken over two lines: what belongs to the word and what only to the line end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.extraction.hyphens import NOTHING_KNOWN, Vocabulary, join_lines

#: (first line, second line, made whole) where the document tells nothing.
CASES = [
    ("de gemeen-", "te doet mee", "de gemeente doet mee"),
    ("een beleids-", "keuze over wonen", "een beleidskeuze over wonen"),
    ("woon-", "en werkgebied", "woon- en werkgebied"),
    ("de lange- en", "korte termijn", "de lange- en korte termijn"),
    ("laden- of", "lossen", "laden- of lossen"),
    ("in- dan", "wel uitvoer", "in- dan wel uitvoer"),
    ("zuid-", "lindermeer", "zuid-lindermeer"),
    ("Noord-", "Waterhoven", "Noord-Waterhoven"),
    ("de CO2-", "uitstoot daalt", "de CO2-uitstoot daalt"),
    ("de CO₂-", "uitstoot daalt", "de CO₂-uitstoot daalt"),
    ("(CO2-", "vrije) stroom", "(CO2-vrije) stroom"),
    ("de OV-", "reiziger", "de OV-reiziger"),
    ("een ov-", "knooppunt", "een ov-knooppunt"),
    ("de cao-", "tafel", "de cao-tafel"),
    ("een e-", "bike", "een e-bike"),
    ("2026-", "2030", "2026-2030"),
    ("A12-", "zone", "A12-zone"),
    ("0,5%-", "norm", "0,5%-norm"),
    ("de route Lindermeer-", "Waterhoven", "de route Lindermeer-Waterhoven"),
    ("energie-", "intensieve industrie", "energie-intensieve industrie"),
    ("zee-", "egels", "zee-egels"),
    ("een auto-", "ongeluk", "een auto-ongeluk"),
    ("sociaal-", "economische opgave", "sociaal-economische opgave"),
    ("ruimtelijk-", "juridisch kader", "ruimtelijk-juridisch kader"),
    ("niet-", "bestede middelen", "niet-bestede middelen"),
    ("van-werk-naar-", "werk", "van-werk-naar-werk"),
    ("is ge-", "ëist", "is geëist"),
    ("is ge-", "eist", "is geëist"),
    ("wordt be-", "invloed", "wordt beïnvloed"),
    ("wordt be-", "ijverd", "wordt beijverd"),
    ("GEMEENTE-", "RAAD", "GEMEENTERAAD"),
    ("de gemeen\u00ad", "te", "de gemeente"),
    ("€ 1.000,-", "voor groen", "€ 1.000,- voor groen"),
    ("circa -", "5.000", "circa -5.000"),
    ("2026 -", "2030", "2026 - 2030"),
    ("wij bouwen -", "als het kan -", "wij bouwen - als het kan -"),
    ("dat is belangrijk –", "ook hier", "dat is belangrijk – ook hier"),
    ("www.lindermeer.example/wonen-", "en-bouwen", "www.lindermeer.example/wonen-en-bouwen"),
    ("https://lindermeer.example/", "wonen", "https://lindermeer.example/wonen"),
    ("wonen en/", "of werken", "wonen en/ of werken"),
    ("een zin", "over twee regels", "een zin over twee regels"),
]


@pytest.mark.parametrize(("first", "second", "whole"), CASES)
def test_lines_are_joined(first: str, second: str, whole: str) -> None:
    assert join_lines([first, second]) == whole


@pytest.mark.parametrize(
    ("elsewhere", "lines", "whole"),
    [
        ("De batterij-elektrische bus rijdt.", ["batterij-", "elektrische"], "batterij-elektrische"),
        ("Het energieakkoord.", ["energie-", "akkoord"], "energieakkoord"),
        ("De zeeëgel zwemt.", ["zee-", "egel"], "zeeëgel"),
        # Words that open the same way tell too.
        ("woo-verzoek en woo-termijn", ["woo-", "besluit"], "woo-besluit"),
        ("xyz-norm, xyz-tafel", ["xyz-", "kader"], "xyz-kader"),
        ("warmtenet warmtepomp warmte-unit", ["warmte-", "transitie"], "warmtetransitie"),
        # ... but "weten" says nothing of "wet- en".
        ("Zij weten het zeker.", ["wet-", "en regelgeving"], "wet- en regelgeving"),
    ],
)
def test_the_document_knows_best(elsewhere: str, lines: list[str], whole: str) -> None:
    assert join_lines(lines, Vocabulary(elsewhere.split())) == whole


def test_broken_words_are_no_evidence() -> None:
    assert Vocabulary(["gemeen-", "te"]).count("gemeen") == 0


def test_a_word_over_three_lines() -> None:
    assert join_lines(["de ver-", "ant-", "woording"]) == "de verantwoording"


@given(st.lists(st.text(min_size=1, max_size=20), max_size=6))
def test_nothing_but_hyphens_spaces_and_marks_changes(lines: list[str]) -> None:
    def letters(text: str) -> str:
        plain = text.translate(str.maketrans("ëï", "ei"))
        return "".join(c for c in plain if not c.isspace() and c not in "-\u00ad\u2010\u2011")

    for known in (NOTHING_KNOWN, Vocabulary("".join(lines).split())):
        assert letters(join_lines(lines, known)) == letters("".join(lines))
