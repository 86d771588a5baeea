"""Units: where sentences, list items and table rows begin and end."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.language import load, unit_patterns
from uitvoerbaarheid.nlp.units import (
    derive_blocks,
    parsable,
    split_sentences,
    unit_of_line,
    units,
    units_of_line,
    units_of_sections,
)
from uitvoerbaarheid.records import Block, Section

#: Texts in which "|" stands where one sentence ends and the next begins.
CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases that the rules get wrong, and why: 41 and 42 are lists within a sentence, which numbers alone do
#: not tell from numbers in it; 43 has an abbreviation that is a word too ("min").
KNOWN_FAILURES = {41, 42, 43}
RULES = unit_patterns()["units"]
LONGEST = RULES["longest"]["characters"]


def _section(text: str, blocks: list[Block] | None = None) -> Section:
    return Section(id="s", heading="Kop", heading_path=["Kop"], depth=1, text=text, blocks=blocks or [])


def _texts(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["case"]))
def test_sentences_end_where_the_mark_is(case: dict[str, Any]) -> None:
    right = _texts(case["text"].replace("|", " ")) == case["text"].split("|")
    assert right != (case["case"] in KNOWN_FAILURES), "takes it in or out of KNOWN_FAILURES"


def test_every_rule_says_what_it_is() -> None:
    ids = [rule["id"] for rule in RULES.values()]
    assert len(set(ids)) == len(ids)
    assert all(rule["reason"] for rule in RULES.values())


@pytest.mark.parametrize("name", [name for name in RULES if name != "longest"])
def test_examples_of_a_rule(name: str) -> None:
    rule = RULES[name]
    opens_items = name.endswith("bullets") or name == "enumerators"
    for kind in ("fires", "not"):
        for example in rule[kind]:
            pieces = example.split("|")
            found = [unit.text for unit in units(_section(example.replace("|", " ")), load())]
            if opens_items and kind == "fires":
                assert len(found) == len(pieces), example
                assert all(
                    piece.endswith(" " + text) for piece, text in list(zip(pieces, found, strict=True))[-1:]
                )
            else:
                assert found == pieces, example
    if "words" in rule:
        examples = " ".join(rule["fires"]).lower()
        assert any(word in examples for word in rule["words"])


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


def test_a_pipeline_with_a_tokenizer_of_spacy_itself_gives_the_same_units() -> None:
    sections = [_section("Eén, m.n. twee. Dit kost ca. € 3 mln. in 2027."), _section("- drie\n- vier")]
    ours, theirs = (units_of_sections(sections, nlp) for nlp in (load(), spacy.blank("nl")))
    for own, found in zip(ours, theirs, strict=True):
        assert [(unit.start, unit.text, unit.span.text) for unit in own] == [
            (unit.start, unit.text, unit.span.text) for unit in found
        ]


def test_long_documents_are_parsed_in_stretches_without_losing_or_mixing_units() -> None:
    sections = [_section(f"Wij bouwen brug {number}. " * 40) for number in range(30)]
    found = units_of_sections(sections, load())
    for section, own in zip(sections, found, strict=True):
        assert [unit.span.text for unit in own] == [section.text[:-1].split(". ")[0] + "."] * 40


@given(st.text(alphabet="aB1 .!?\n•-|:()\"'€\u00a0é", max_size=120))
def test_offsets_and_order_hold_for_any_text(text: str) -> None:
    section = _section(text)
    position = 0
    for unit in units(section, load()):
        assert position <= unit.start < unit.end
        assert unit.text == text[unit.start : unit.end]
        assert len(unit.span.text) == len(unit.text.rstrip()) == len(unit.text)
        assert unit.span.text == parsable(unit.text)
        position = unit.end


def test_no_letters_are_lost() -> None:
    text = "Intro. Zie art. 3.\n• een\n• twee. En meer\nKop: zo | En zo\n\nSlot"
    found = "".join(u.text for u in units(_section(text), load()))
    assert [c for c in found if c.isalnum()] == [c for c in text if c.isalnum()]


def test_broken_text_without_spaces_is_read_in_bounded_time() -> None:
    text = "(" * 20_000 + " Wij bouwen."
    started = time.process_time()
    assert [unit.text for unit in units(_section(text), load())][-1] == "Wij bouwen."
    assert len(unit_of_line(text, load()).span.text) == len(text)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "line",
    [
        "wij bouwen een brug " * 900,
        "wij bouwen een brug; " * 900,
        "Wij bouwen een brug in 2027 voor € 3 mln. " * 400,
        "brug | gemeente | 2027 | " * 300,
        "x" * 9_000,
        "- een brug, " * 700,
    ],
)
def test_a_long_line_becomes_units_of_bounded_length(line: str) -> None:
    found = units_of_line(line, load())
    assert all(0 < len(unit.text) <= LONGEST for unit in found)
    assert all(unit.text == line[unit.start : unit.end] for unit in found)
    assert all(len(unit.span.text.rstrip()) >= len(unit.text) - 1 for unit in found)
    assert "".join(unit.text for unit in found).replace(" ", "").strip("-") == line.replace(" ", "").strip(
        "-"
    )
    assert len(found) < len(line) / 20


def test_a_long_text_is_cut_at_the_best_sign() -> None:
    found = units_of_line(
        "een brug over de beek en " * 60 + "een pad; " + "en bomen en struiken " * 60, load()
    )
    assert [unit.text[-8:] for unit in found] == ["een pad;", "struiken"]


def test_a_line_of_usual_length_stays_one_unit() -> None:
    line = "Wij bouwen. Wij meten. "
    assert [(unit.text, unit.kind) for unit in units_of_line(line, load())] == [(line, "paragraph")]
    assert units_of_line("Actie: brug | Wie: gemeente", load())[0].cells == ["Actie: brug", "Wie: gemeente"]
    assert units_of_line("  ", load()) == []


def test_a_long_section_has_units_of_bounded_length_too() -> None:
    text = "wij bouwen een brug " * 900
    found = units(_section(text), load())
    assert max(len(unit.text) for unit in found) <= LONGEST
    assert [c for u in found for c in u.text if c.isalnum()] == [c for c in text if c.isalnum()]
