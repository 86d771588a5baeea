"""References: what is found, what is not, and where it leads in a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.references import find_references, places_of, references_of
from uitvoerbaarheid.records import Block, Section


def section(
    identifier: str, heading: str, text: str = "", depth: int = 1, number: str | None = None
) -> Section:
    block = Block(kind="paragraph", start=0, end=len(text), page=7)
    return Section(
        id=identifier,
        number=number,
        heading=heading,
        heading_path=[heading],
        depth=depth,
        text=text,
        blocks=[block] if text else [],
    )


def document(text: str) -> list[Section]:
    return [
        section("inleiding", "1 Inleiding", text, number="1"),
        section("water", "4 Water", number="4"),
        section("kades", "4.2 Kades", "Tabel 2: Kosten per jaar", depth=2, number="4.2"),
        section("agenda", "5 Uitvoeringsagenda", number="5"),
        section("deel", "Deel B Programma's", number="B"),
        section("bijlage", "Bijlage 3 Kaarten", number="Bijlage 3"),
        section("kaart", "4 Kaart van het water", depth=2, number="4"),
    ]


def targets(text: str) -> list[tuple[str, str | None]]:
    sections = document(text)
    return [(found.text, found.target) for found in references_of(sections[0], places_of(sections))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zie paragraaf 4.2 voor de kades.", [("paragraaf 4.2", "kades")]),
        ("Zie de paragrafen 4.2 en 4.3.", [("paragrafen 4.2", "kades"), ("4.3", None)]),
        ("Hoofdstuk 4 gaat over water.", [("Hoofdstuk 4", "water")]),
        ("De kaart staat in bijlage 3.", [("bijlage 3", "bijlage")]),
        ("Bijlage 9 is er niet.", [("Bijlage 9", None)]),
        ("De kosten staan in tabel 2.", [("tabel 2", "kades")]),
        ("In deel B staan de programma's.", [("deel B", "deel")]),
        ("Zie hiervoor de Uitvoeringsagenda.", [("Uitvoeringsagenda", "agenda")]),
        ("Dit staat in het programma Mobiliteit.", [("programma Mobiliteit", None)]),
        ("Zie hoofdstuk 4 van de Woonvisie.", [("hoofdstuk 4", None)]),
        ("Op grond van artikel 2.1 Omgevingswet geldt een plicht.", []),
        ("Paragraaf 4.2 van de Omgevingswet is van toepassing.", []),
        ("Deze soort staat in bijlage IV, onderdeel a, bij de Habitatrichtlijn.", []),
        ("We planten 4.2 hectare bos en bouwen 300 woningen.", []),
        ("De raad stelt in 2027 de Woonvisie vast.", []),
    ],
)
def test_where_it_leads(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert targets(text) == expected


def test_a_reference_knows_its_place() -> None:
    sections = document("Zie paragraaf 4.2.")
    [found] = references_of(sections[0], places_of(sections))
    assert (found.kind, found.name, found.page, found.rules) == (
        "section",
        "4.2",
        7,
        ["reference.section.number"],
    )


def test_a_caption_is_no_reference_to_itself() -> None:
    sections = document("")
    assert references_of(sections[2], places_of(sections)) == []


numbers = st.lists(st.integers(1, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(numbers)
def test_every_number_of_a_heading_is_found_and_resolved(number: str) -> None:
    text = f"Dit staat in paragraaf {number}."
    sections = [section("a", "Begin", text), section("b", f"{number} Water", depth=2, number=number)]
    [found] = references_of(sections[0], places_of(sections))
    assert (found.name, found.target) == (number, "b")


@given(st.text(alphabet="paragf tbel1234.,;en–-AIV§()\n", max_size=120))
def test_offsets_hold_in_any_text(text: str) -> None:
    for found in find_references(text):
        assert text[found.start : found.end] == found.text
        assert found.name
