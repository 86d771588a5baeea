"""Units: where sentences, list items and table rows begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import derive_blocks, split_sentences, unit_of_line, units, units_of_sections
from uitvoerbaarheid.records import Block, Section


def _section(text: str, blocks: list[Block] | None = None) -> Section:
    return Section(id="s", heading="Kop", heading_path=["Kop"], depth=1, text=text, blocks=blocks or [])


def _texts(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "marked",
    [
        "De gemeente Zandhoek legt een fietspad aan.|In 2027 is het klaar.",
        "Wij reserveren € 2,5 mln. per jaar.|Dat is genoeg.",
        "De kosten zijn € 3 mln.|De raad beslist.",
        "Zie art. 5 en blz. 12 van de nota.|Bijv. Zandhoek doet mee.",
        "Wethouder J. de Boer en mevr. A.B. Smit tekenen.|Daarna volgt de raad.",
        "Scholen, winkels e.d.|De rest volgt later.",
        "Per 12 dec. 2026 start de regeling.",
        "De opgave uit paragraaf 1.2 blijft.|Artikel 6.12 Wro geldt ook.",
        "Wie doet wat?|De provincie voert uit!|Klaar.",
        "Dit noemen we ‘samen bouwen.’|Het begint nu.",
        "We werken met N.V. Duinwater samen.",
        "Het beleid staat in de nota.3|De raad stelt het vast.",
        "1. Aanleg van een brug.|2. is geen zin.",
        "Inleiding .......... 4",
        "Het gaat om 1.200 woningen (peildatum 1 juli 2026).|'s Avonds is het stil.",
        "We doen dit z.s.m. in overleg.",
    ],
)
def test_sentences_end_where_the_mark_is(marked: str) -> None:
    assert _texts(marked.replace("|", " ")) == marked.split("|")


def test_a_lost_space_after_a_sentence_is_no_matter() -> None:
    assert _texts("De raad stelt beleid vast.De gemeente voert uit. Zie www.zandhoek.nl voor meer.") == [
        "De raad stelt beleid vast.",
        "De gemeente voert uit.",
        "Zie www.zandhoek.nl voor meer.",
    ]


def test_bullets_within_a_line_open_items() -> None:
    assert _texts("We doen drie dingen: • bouwen; • planten. Snel ook. • meten") == [
        "We doen drie dingen:",
        "bouwen;",
        "planten.",
        "Snel ook.",
        "meten",
    ]


def test_blocks_decide_and_keep_kind_page_and_cells() -> None:
    lines = ["Wij bouwen. Wij meten.", "- een brug", "Actie: brug. Kort | Wie: gemeente", "Bron: raad."]
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    kinds = ["paragraph", "item", "row", "note"]
    blocks = [
        Block(kind=kind, start=start, end=start + len(line), page=n)
        for n, (kind, start, line) in enumerate(zip(kinds, starts, lines, strict=True))
    ]
    blocks[2].cells, blocks[2].header = ["brug. Kort", "gemeente"], ["Actie", "Wie"]
    found = units(_section("\n".join(lines), blocks), load())
    assert [(u.kind, u.text, u.page) for u in found] == [
        ("paragraph", "Wij bouwen.", 0),
        ("paragraph", "Wij meten.", 0),
        ("item", "een brug", 1),
        ("row", lines[2], 2),
        ("note", "Bron: raad.", 3),
    ]
    assert found[3].cells == ["brug. Kort", "gemeente"]
    assert found[3].header == ["Actie", "Wie"]


def test_a_row_of_one_cell_with_several_sentences_is_split() -> None:
    text = "Wij bouwen een brug. Wij meten het verkeer."
    blocks = [Block(kind="row", start=0, end=len(text), cells=[text], header=["Opgave"])]
    assert [(u.text, u.cells) for u in units(_section(text, blocks), load())] == [
        ("Wij bouwen een brug.", None),
        ("Wij meten het verkeer.", None),
    ]


def test_loose_page_numbers_are_no_units() -> None:
    assert [
        u.text for u in units(_section("Wij bouwen een brug. 33\n\n34\n\nWij meten in 2027"), load())
    ] == [
        "Wij bouwen een brug.",
        "Wij meten in 2027",
    ]


def test_blocks_are_derived_from_lines() -> None:
    text = "Wij doen\nin 2027:\n- een brug\n  over Zand\n2) een pad\n\nDaarna\nrust.\nWie | Wat\nJan | brug"
    found = [(b.kind, text[b.start : b.end]) for b in derive_blocks(text)]
    assert found == [
        ("paragraph", "Wij doen\nin 2027:"),
        ("item", "- een brug\n  over Zand"),
        ("item", "2) een pad"),
        ("paragraph", "Daarna\nrust."),
        ("row", "Wie | Wat"),
        ("row", "Jan | brug"),
    ]


def test_markers_of_items_are_left_out_and_line_breaks_are_spaces_in_the_span() -> None:
    text = "a. Aanleg van een\nbrug\n•\u00a0Meten"
    found = units(_section(text), load())
    assert [u.text for u in found] == ["Aanleg van een\nbrug", "Meten"]
    assert found[0].span.text == "Aanleg van een brug"


def test_a_given_line_is_one_unit() -> None:
    line = "Wij bouwen. Wij meten. "
    unit = unit_of_line(line, load())
    assert (unit.text, unit.start, unit.end, unit.kind) == (line, 0, len(line), "paragraph")
    assert unit_of_line("Actie: brug | Wie: gemeente", load()).cells == ["Actie: brug", "Wie: gemeente"]
    assert len(unit_of_line("", load()).span) == 0


def test_sections_are_kept_apart() -> None:
    found = units_of_sections([_section("Een. Twee."), _section(""), _section("Drie.")], load())
    assert [[u.text for u in section] for section in found] == [["Een.", "Twee."], [], ["Drie."]]


@given(st.text(alphabet="aB1 .!?\n•-|:()\"'€\u00a0é", max_size=120))
def test_offsets_and_order_hold_for_any_text(text: str) -> None:
    section = _section(text)
    position = 0
    for unit in units(section, load()):
        assert position <= unit.start < unit.end
        assert unit.text == text[unit.start : unit.end]
        assert len(unit.span.text) == len(unit.text.rstrip()) == len(unit.text)
        position = unit.end


def test_no_letters_are_lost() -> None:
    text = "Intro. Zie art. 3.\n• een\n• twee. En meer\nKop: zo | En zo\n\nSlot"
    found = "".join(u.text for u in units(_section(text), load()))
    assert [c for c in found if c.isalnum()] == [c for c in text if c.isalnum()]


def test_broken_text_without_spaces_is_read_in_bounded_time() -> None:
    text = "(" * 20_000 + " Wij bouwen."
    (unit,) = units(_section(text), load())
    assert unit.text == text
    assert len(unit.span.text) == len(text)
