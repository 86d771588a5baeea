"""Commitments: which mentions are linked, on numbered sections with given labels."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from uitvoerbaarheid.extraction.model import row_text
from uitvoerbaarheid.nlp.annotation import Found, LabelledUnit
from uitvoerbaarheid.nlp.annotator import mentions_of
from uitvoerbaarheid.nlp.columns import cell_spans, column_kinds
from uitvoerbaarheid.nlp.commitments import link
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import units_of_sections
from uitvoerbaarheid.records import Block, Section

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "commitments.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
#: Cases that the linking gets wrong.
KNOWN_FAILURES: set[int] = set()


def section_of(blocks: list[dict[str, Any]], heading: str = "Kop") -> Section:
    """A section of the given blocks, one a line."""
    text, made = "", []
    for number, block in enumerate(blocks):
        cells, header = block.get("cells"), block.get("header")
        line = row_text(cells, header) if cells else block["text"]
        start = len(text)
        text += line + "\n"
        made.append(
            Block(
                kind=block.get("kind", "row" if cells else "paragraph"),
                start=start,
                end=start + len(line),
                page=number + 1,
                cells=cells,
                header=header,
            )
        )
    return Section(id="x", heading=heading, heading_path=[heading], depth=1, text=text, blocks=made)


def label(section: Section, given: list[dict[str, Any]]) -> list[LabelledUnit]:
    """The units of a section with the labels and spans of the case, so that only the linking is tested."""
    [units] = units_of_sections([section], load())
    assert len(units) == len(given)
    labelled = []
    for unit, facts in zip(units, given, strict=True):
        spans: dict[str, list[Found]] = {}
        for kind, value in (("actor", "name"), ("budget", "amounts"), ("deadline", "interval")):
            spans[kind] = [
                Found(unit.text.index(text), unit.text.index(text) + len(text), text, {value: text})
                for text in facts.get(kind, [])
            ]
        labels = {name for name in ("goal", "measure", "monitoring", "vague") if facts.get(name)}
        probabilities = {name: float(name in labels) for name in ("goal", "measure", "monitoring", "vague")}
        labelled.append(
            LabelledUnit(unit, probabilities, labels, spans["actor"], spans["budget"], spans["deadline"])
        )
    return labelled


def found(case: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The commitments of a case with the words of the mentions in place of their indexes, and all bonds."""
    section = section_of(case["blocks"], case.get("heading", "Kop"))
    units = label(section, case["units"])
    mentions, indexes = mentions_of(units)
    result = []
    bonds = {}
    for commitment in link(section, units, mentions, indexes):
        bonds.update({mentions[item.mention].text: item.bond for item in commitment.links})
        fields = commitment.model_dump(exclude={"actors", "links"})
        shown = {
            key: value if key == "page" else mentions[value].text
            for key, value in fields.items()
            if value is not None
        }
        if commitment.actors:
            shown["actors"] = [mentions[index].text for index in commitment.actors]
        result.append(shown)
    return result, bonds


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_case(case: dict[str, Any]) -> None:
    shown, bonds = found(case)
    right = shown == case["expected"] and bonds.items() >= case.get("bonds", {}).items()
    assert right != (case["case"] in KNOWN_FAILURES), (shown, bonds)


def test_columns_are_read_by_name() -> None:
    section = section_of(
        [
            {
                "cells": ["Tunnel", "afdeling Ruimte", "2027", "€ 5.000"],
                "header": ["Actie", "Wie?", "Wanneer", "Kosten (€)"],
            }
        ]
    )
    [[unit]] = units_of_sections([section], load())
    assert column_kinds(unit) == ["measure", "actor", "deadline", "budget"]
    assert [unit.text[start:end] for start, end in cell_spans(unit)] == unit.cells


def test_empty_and_nameless_cells() -> None:
    section = section_of([{"cells": ["Tunnel", "", "2027"], "header": ["Project", "", "Planning"]}])
    [[unit]] = units_of_sections([section], load())
    assert column_kinds(unit) == ["measure", None, "deadline"]
    assert [unit.text[start:end] for start, end in cell_spans(unit)] == ["Tunnel", "", "2027"]


def test_long_lists_are_linked_in_linear_time() -> None:
    text = "De gemeente legt een bos aan."
    [[unit]] = units_of_sections([section_of([{"text": text}])], load())
    blocks = [{"text": text, "kind": "item"} for _ in range(8000)]
    section = section_of([{"text": "De provincie doet in 2027:"}, *blocks])
    probabilities = dict.fromkeys(("goal", "measure", "monitoring", "vague"), 0.0)
    units = [
        LabelledUnit(replace(unit, start=block.start, end=block.end, kind=block.kind), probabilities, labels)
        for block, labels in zip(section.blocks, [set(), *[{"measure"}] * 8000], strict=True)
    ]
    mentions, indexes = mentions_of(units)
    start = time.perf_counter()
    assert len(link(section, units, mentions, indexes)) == 8000
    assert time.perf_counter() - start < 2
