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
from uitvoerbaarheid.records import Block, Document, Section

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


def test_parsed_words_are_let_go_and_the_nouns_kept(annotator: Annotator) -> None:
    [found] = annotator.annotate([paragraph("De gemeente legt in 2027 duizend nieuwe bossen aan.")])
    [labelled] = found.units
    unit = labelled.unit
    assert not hasattr(unit, "span")
    assert {"gemeente": "gemeente", "bossen": "bos"}.items() <= {n.word: n.lemma for n in unit.nouns}.items()
    assert all(unit.text[n.start :].lower().startswith(n.word) for n in unit.nouns)
    assert unit.in_present


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_line(annotator: Annotator, case: dict[str, Any]) -> None:
    [record] = annotator.lines([case["text"]])
    shown = {key: record["labels"][key] for key in case["expected"]}
    assert (shown == case["expected"]) != (case["case"] in KNOWN_FAILURES)


def test_every_line_has_its_record(annotator: Annotator) -> None:
    records = list(annotator.lines(["We bouwen een brug.\n", "\n", "   ", "In 2030 is alles klaar.\r\n"]))
    assert [record["line"] for record in records] == [1, 2, 3, 4]
    assert records[1] == {"line": 2, "mentions": [], "set_aside": [], "labels": EMPTY}
    assert records[2]["labels"] == EMPTY
    assert json.loads(json.dumps(records)) == records


def test_many_lines_are_read_as_they_come(annotator: Annotator) -> None:
    assert [record["line"] for record in annotator.lines("Tekst." for _ in range(300))] == list(range(1, 301))


def test_offsets_and_pages(annotator: Annotator) -> None:
    text = "Wij willen groen. De gemeente Brakelveen legt in 2027 een bos aan. Hiervoor is € 5.000 nodig."
    [annotation] = annotator.annotate([paragraph(text)])
    assert {"actor", "budget", "deadline"} <= {mention.type for mention in annotation.mentions}
    for mention in annotation.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.text in mention.sentence
        assert mention.page == 3
        if mention.type in ("goal", "measure", "monitoring", "vague"):
            assert mention.text == mention.sentence
            assert mention.probability is not None


def document(date: str | None = "2026-03-18") -> Document:
    return Document(path="plan.pdf", sha256="0", authority="gemeente Brakelveen", date=date, language="nl")


def test_what_is_said_of_a_mention_is_named_by_rules(annotator: Annotator) -> None:
    text = "Als er middelen zijn, legt de gemeente in 2027 een bos aan voor € 5.000."
    [annotation] = annotator.annotate([paragraph(text)], document())
    by_type = {mention.type: mention for mention in annotation.mentions}
    assert by_type["budget"].qualifiers == by_type["deadline"].qualifiers == ["condition"]
    assert by_type["measure"].modality == "decision"
    assert by_type["measure"].rules[0] == "model.sentence_labels"
    assert all(mention.rules for mention in annotation.mentions if mention.type != "actor")


def test_what_does_not_count_is_set_aside_with_its_rule(annotator: Annotator) -> None:
    text = "In 2018 is € 3 miljoen besteed aan de haven. In 2027 bouwt de gemeente een kade voor € 200.000."
    [annotation] = annotator.annotate([paragraph(text)], document())
    assert "€ 3 miljoen" in [mention.text for mention in annotation.set_aside]
    assert all(mention.rules for mention in annotation.set_aside)
    assert all(text[mention.start : mention.end] == mention.text for mention in annotation.set_aside)
    assert [mention.text for mention in annotation.mentions if mention.type == "budget"] == ["€ 200.000"]


def test_a_relative_term_is_resolved_by_the_document(annotator: Annotator) -> None:
    text = "Binnen twee jaar na vaststelling legt de gemeente een bos aan."
    values = []
    for given_document in (document(), document(None), None):
        [annotation] = annotator.annotate([paragraph(text)], given_document)
        [deadline] = [mention for mention in annotation.mentions if mention.type == "deadline"]
        assert deadline.value is not None and deadline.value["interval"] == "P2Y"
        values.append(deadline.value.get("resolved"))
    assert values[0] is not None and values[0].startswith("2026-03-18/")
    assert values[1:] == [None, None]


def test_a_resolved_term_is_the_measure_s_before_a_frequency(annotator: Annotator) -> None:
    text = "Volgend jaar legt de gemeente een bos aan, dat we jaarlijks onderhouden."
    [annotation] = annotator.annotate([paragraph(text)], document())
    [commitment] = annotation.commitments
    assert commitment.deadline is not None
    assert annotation.mentions[commitment.deadline].text == "Volgend jaar"


def test_a_party_known_only_by_its_column_has_the_value_of_an_actor(annotator: Annotator) -> None:
    unnamed = table(["Tunnel", "balie oost", "2027"], ["Actie", "Trekker", "Planning"])
    named = table(["Tunnel", "gemeente Lindermeer", "2027"], ["Actie", "Trekker", "Planning"])
    values = []
    for section in (unnamed, named):
        [annotation] = annotator.annotate([section], document())
        values += [mention.value for mention in annotation.mentions if mention.type == "actor"]
    assert [value["kind"] for value in values if value] == ["party", "gemeente"]
    assert set(values[0] or {}) == set(values[1] or {})
    assert {value["role"] for value in values if value} == {"responsible"}


def test_we_is_resolved_by_the_authority(annotator: Annotator) -> None:
    [annotation] = annotator.annotate([paragraph("We leggen in 2027 een bos aan.")], document())
    [actor] = [mention for mention in annotation.mentions if mention.type == "actor"]
    assert actor.value is not None and actor.value["name"] == "we"
    assert actor.value["resolved"]["name"] == "gemeente Brakelveen"


def test_two_measures_in_a_sentence_keep_their_own_party_term_and_money(annotator: Annotator) -> None:
    text = (
        "De gemeente Brakelveen legt in 2026 een fietspad aan en "
        "waterschap De Vliet baggert in 2028 de vaart voor € 80.000."
    )
    [annotation] = annotator.annotate([paragraph(text)], document())
    shown = [
        (
            [annotation.mentions[index].text for index in commitment.actors],
            commitment.deadline is not None and annotation.mentions[commitment.deadline].text,
            commitment.budget is not None and annotation.mentions[commitment.budget].text,
        )
        for commitment in annotation.commitments
    ]
    assert shown == [
        (["gemeente Brakelveen"], "in 2026", False),
        (["waterschap De Vliet"], "in 2028", "€ 80.000"),
    ]


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


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("De gemeente Brakelveen legt in 2027 een bos aan.", True),
        ("In 1998 is het oude raadhuis verbouwd tot bibliotheek.", False),
        ("Vastgesteld door het college van Brakelveen op 18 november 2025.", False),
        ("Trekker: afdeling Ruimte", False),
    ],
)
def test_rules_know_some_measures_better(annotator: Annotator, text: str, measure: bool) -> None:
    [record] = annotator.lines([text])
    assert record["labels"]["measure"] == measure


def test_a_line_that_repeats_the_heading_states_nothing(annotator: Annotator) -> None:
    cover = paragraph("We leggen een fietspad aan.").model_copy(
        update={"heading": "We leggen een  Fietspad aan."}
    )
    [annotation] = annotator.annotate([cover], document())
    assert not {"goal", "measure"} & {mention.type for mention in annotation.mentions}
    assert annotation.commitments == []
