"""The annotator: offsets, whole units, table rows, loose lines, and a light import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uitvoerbaarheid.extraction.model import row_text
from uitvoerbaarheid.nlp import Annotator
from uitvoerbaarheid.records import Block, Section

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "lines.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Cases of which a part comes out wrong.
KNOWN_FAILURES: set[int] = set()
EMPTY = {"goal": 0, "measure": 0, "monitoring": 0, "vague": 0, "actor": [], "budget": [], "deadline": []}


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator()


def paragraph(text: str, heading: str = "Groen") -> Section:
    block = Block(kind="paragraph", start=0, end=len(text), page=3)
    return Section(id="x", heading=heading, heading_path=[heading], depth=1, text=text, blocks=[block])


def table(cells: list[str], header: list[str]) -> Section:
    text = row_text(cells, header)
    block = Block(kind="row", start=0, end=len(text), page=3, cells=cells, header=header)
    return Section(id="x", heading="Acties", heading_path=["Acties"], depth=1, text=text, blocks=[block])


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_line(annotator: Annotator, case: dict[str, Any]) -> None:
    [record] = annotator.lines([case["text"]])
    shown = {key: record["labels"][key] for key in case["expected"]}
    assert (shown == case["expected"]) != (case["case"] in KNOWN_FAILURES)


def test_every_line_has_its_record(annotator: Annotator) -> None:
    records = list(annotator.lines(["We bouwen een brug.\n", "\n", "   ", "In 2030 is alles klaar.\r\n"]))
    assert [record["line"] for record in records] == [1, 2, 3, 4]
    assert records[1] == {"line": 2, "mentions": [], "labels": EMPTY}
    assert records[2]["labels"] == EMPTY
    assert json.loads(json.dumps(records)) == records


def test_many_lines_are_read_as_they_come(annotator: Annotator) -> None:
    assert [record["line"] for record in annotator.lines("Tekst." for _ in range(300))] == list(range(1, 301))


def test_offsets_and_pages(annotator: Annotator) -> None:
    text = "Wij willen een groen dorp. De gemeente Brakelveen plant in 2027 bomen. Hiervoor is € 5.000 nodig."
    [annotation] = annotator.annotate([paragraph(text)])
    assert {"actor", "budget", "deadline"} <= {mention.type for mention in annotation.mentions}
    for mention in annotation.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.text in mention.sentence
        assert mention.page == 3
        if mention.type in ("goal", "measure", "monitoring", "vague"):
            assert mention.text == mention.sentence
            assert mention.probability is not None


def test_an_action_table_row_is_one_commitment(annotator: Annotator) -> None:
    row = table(
        ["Aanleg fietstunnel", "afdeling Ruimte", "2027", "€ 250.000"], ["Actie", "Wie", "Wanneer", "Kosten"]
    )
    [annotation] = annotator.annotate([row])
    [commitment] = annotation.commitments
    mentions = annotation.mentions
    assert commitment.measure is not None and mentions[commitment.measure].type == "measure"
    assert [mentions[index].text for index in commitment.actors] == ["afdeling Ruimte"]
    assert commitment.deadline is not None and mentions[commitment.deadline].text == "2027"
    assert commitment.budget is not None and mentions[commitment.budget].value is not None
    assert mentions[commitment.budget].value["amounts"] == [250000]


def test_a_party_in_the_column_for_it_counts_whatever_its_name(annotator: Annotator) -> None:
    [annotation] = annotator.annotate(
        [table(["Banken plaatsen", "Bram de Wit", "2027"], ["Actie", "Trekker", "Gereed"])]
    )
    assert "Bram de Wit" in [mention.text for mention in annotation.mentions if mention.type == "actor"]


def test_an_empty_section_has_nothing(annotator: Annotator) -> None:
    empty = Section(id="x", heading="Leeg", heading_path=["Leeg"], depth=1)
    first, second = annotator.annotate([empty, paragraph("We bouwen in 2027 een brug.")])
    assert (first.units, first.mentions, first.commitments) == ([], [], [])
    assert len(second.units) == 1


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=150))
def test_any_text_keeps_its_offsets(annotator: Annotator, text: str) -> None:
    section = Section(id="x", heading="Kop", heading_path=["Kop"], depth=1, text=text)
    [annotation] = annotator.annotate([section])
    assert all(text[mention.start : mention.end] == mention.text for mention in annotation.mentions)
    for commitment in annotation.commitments:
        indexes = [
            commitment.measure,
            commitment.goal,
            commitment.budget,
            commitment.deadline,
            *commitment.actors,
        ]
        assert all(index is None or 0 <= index < len(annotation.mentions) for index in indexes)


def test_import_loads_no_language_library() -> None:
    code = "import sys; from uitvoerbaarheid.nlp import Annotator; Annotator(); print('spacy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
