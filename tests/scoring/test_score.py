"""Scores, reasons and questions of sections of our own, with annotations written by hand."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.lang.nl import Dutch

from uitvoerbaarheid.nlp.annotation import Found, LabelledUnit, SectionAnnotation, Unit
from uitvoerbaarheid.records import (
    CRITERIA,
    WEAKEST_ORDER,
    Commitment,
    Criteria,
    Document,
    Mention,
    Overrule,
    Report,
    Section,
)
from uitvoerbaarheid.resources import ModelFileError, read_toml
from uitvoerbaarheid.scoring import Scorer
from uitvoerbaarheid.scoring.classifier import (
    TABLE_WEIGHT,
    Inputs,
    LevelTable,
    Logistic,
    SectionModel,
    spread,
    stack,
)
from uitvoerbaarheid.scoring.features import _cue_counts, _cue_patterns, _masked, figures, terms
from uitvoerbaarheid.scoring.questions import questions
from uitvoerbaarheid.scoring.quotes import MOST_WORDS, listing, quote
from uitvoerbaarheid.scoring.reasons import reasons, settings, wording
from uitvoerbaarheid.scoring.scorer import half_up, on_scale

NLP = Dutch()
CONCRETE = (
    "Waterschap Drieland legt in 2027 een wadi aan in de wijk Zuiderhof. "
    "De kosten van € 250.000 komen uit de reserve Klimaat."
)
#: What may stand between two words, or makes one word of them.
GLUE = (" ", " ", "\n", ", ", "-", "", "10", "en", "_", " de ")
WISH = "We streven naar een gezonde en groene leefomgeving waarin iedereen zich thuis voelt."


def section(text: str, heading: str = "Water in de wijk", name: str = "s1") -> Section:
    return Section(id=name, heading=heading, heading_path=[heading], depth=1, text=text)


def unit(text: str, start: int = 0, **found: list[Found]) -> LabelledUnit:
    plain = Unit(text, start, start + len(text), "paragraph", NLP(text)[:])
    chances = {"goal": 0.1, "measure": 0.9, "monitoring": 0.05, "vague": 0.1}
    return LabelledUnit(plain, chances, {"measure"}, **found)


def concrete_annotation() -> SectionAnnotation:
    first, second = CONCRETE.split(". ", 1)
    actor = Found(0, 19, "Waterschap Drieland", {"name": "Waterschap Drieland", "generic": False})
    deadline = Found(27, 31, "2027", {"interval": "2027-01-01/2027-12-31", "granularity": "year"})
    budget = Found(14, 23, "€ 250.000", {"amounts": [250000], "open": False})
    units = [
        unit(f"{first}.", actors=[actor], deadlines=[deadline]),
        unit(second, len(first) + 2, budgets=[budget]),
    ]
    mentions = [
        Mention(
            type="measure", text=f"{first}.", start=0, end=len(first) + 1, sentence=first, probability=0.9
        ),
        Mention(type="actor", text="Waterschap Drieland", start=0, end=19, sentence=first, value=actor.value),
        Mention(type="deadline", text="2027", start=27, end=31, sentence=first, value=deadline.value),
        Mention(type="budget", text="€ 250.000", start=0, end=9, sentence=second, value=budget.value),
    ]
    return SectionAnnotation(units, mentions, [Commitment(measure=0, actors=[1], deadline=2, budget=3)])


def report(*sections: Section, language: str = "nl") -> Report:
    document = Document(path="plan.md", sha256="0" * 64, kind="programma", language=language)
    return Report(tool_version="0", document=document, sections=list(sections))


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer()


def test_concrete_section_scores_above_a_wish(scorer: Scorer) -> None:
    wish = SectionAnnotation(
        [
            LabelledUnit(
                unit(WISH).unit, {"goal": 0.9, "measure": 0.1, "monitoring": 0.0, "vague": 0.9}, {"goal"}
            )
        ]
    )
    scored = report(section(CONCRETE), section(WISH, "Gezonde wijken", "s2"))
    scorer.score(scored, [concrete_annotation(), wish])
    good, bad = scored.sections
    assert good.role == bad.role == "policy"
    assert good.score is not None and bad.score is not None and good.score > bad.score + 20
    assert good.verdict == "accept"
    assert bad.verdict == "send_back"
    assert good.criteria is not None and good.criteria.budget == 2
    assert bad.criteria is not None and bad.criteria.budget == 0


def test_contract_holds_for_a_policy_section(scorer: Scorer) -> None:
    scored = report(section(CONCRETE))
    scorer.score(scored, [concrete_annotation()])
    found = scored.sections[0]
    assert found.level_probabilities is not None and found.criteria is not None
    expected = sum(level * share for level, share in enumerate(found.level_probabilities))
    assert sum(found.level_probabilities) == pytest.approx(1, abs=1e-3)
    assert found.level == half_up(on_scale(expected))
    assert found.score == pytest.approx(25 * on_scale(expected), abs=0.51)
    values = found.criteria.model_dump()
    assert found.weakest in [name for name in CRITERIA if values[name] == min(values.values())]
    assert found.verdict == ("send_back" if found.level <= 1 else "accept")
    assert 2 <= len(found.reasons) <= 3
    assert [q.criterion for q in found.questions] == [name for name in WEAKEST_ORDER if values[name] < 2]
    assert all(0 <= index < len(found.mentions) for reason in found.reasons for index in reason.mentions)


def test_section_without_text_and_foreign_document_are_not_assessed(scorer: Scorer) -> None:
    empty = report(section(""))
    scorer.score(empty, [SectionAnnotation()])
    assert (empty.sections[0].role, empty.sections[0].verdict) == ("other", "not_assessed")
    foreign = report(section("The council will build a bridge in 2027."), language="en")
    scorer.score(foreign, [])
    assert foreign.sections[0].level is None
    assert foreign.sections[0].verdict == "not_assessed"
    assert foreign.summary.policy_sections == 0


def test_context_has_no_level_and_promises_nothing(scorer: Scorer) -> None:
    text = (
        "In de negentiende eeuw was dit gebied een moeras. Uit onderzoek blijkt dat het veen toen al inklonk."
    )
    described = LabelledUnit(
        unit(text).unit, dict.fromkeys(("goal", "measure", "monitoring", "vague"), 0.01), set()
    )
    scored = report(section(text, "Historische ontwikkeling"))
    mention = Mention(type="measure", text=text, start=0, end=len(text), sentence=text)
    scorer.score(scored, [SectionAnnotation([described], [mention], [Commitment(measure=0)])])
    found = scored.sections[0]
    assert found.role == "context"
    assert found.mentions == [mention] and found.commitments == []
    assert (found.level, found.score, found.criteria, found.weakest) == (None, None, None, None)
    assert found.questions == [] and len(found.reasons) == 1


def test_a_cover_that_only_names_who_is_no_policy(scorer: Scorer) -> None:
    text = "Gemeente Lindermeer. Programma voor de uitvoering van maatregelen, subsidie en monitoring."
    actor = Found(0, 19, "Gemeente Lindermeer", {"name": "Gemeente Lindermeer", "generic": False})
    labelled = LabelledUnit(unit(text).unit, unit(text).probabilities, set(), actors=[actor])
    scored = report(section(text, "Wat gaan wij doen"))
    scorer.score(scored, [SectionAnnotation([labelled])])
    assert scored.sections[0].role != "policy"


def test_annotations_must_fit_the_sections(scorer: Scorer) -> None:
    with pytest.raises(ValueError, match="zip"):
        scorer.score(report(section(CONCRETE)), [])


def test_same_input_same_output(scorer: Scorer) -> None:
    first, second = report(section(CONCRETE)), report(section(CONCRETE))
    scorer.score(first, [concrete_annotation()])
    Scorer().score(second, [concrete_annotation()])
    assert first.model_dump_json() == second.model_dump_json()


def test_questions_quote_the_section_and_name_their_source() -> None:
    annotation = concrete_annotation()
    criteria = Criteria(goal=1, measure=2, actor=2, budget=0, deadline=2, monitoring=0)
    asked = questions(criteria, annotation.mentions, annotation.commitments)
    assert [question.criterion for question in asked] == ["budget", "goal", "monitoring"]
    assert "‘Waterschap Drieland legt in 2027 een wadi aan in de wijk Zuiderhof’" in asked[0].text
    assert "Comptabiliteitswet 2016" in asked[0].source
    assert all(question.text.endswith("?") for question in asked)


def test_who_carries_it_out_is_asked_for_fixed_moments_when_named() -> None:
    annotation = concrete_annotation()
    criteria = Criteria(goal=2, measure=2, actor=2, budget=2, deadline=2, monitoring=0)
    (asked,) = questions(criteria, annotation.mentions, annotation.commitments)
    assert "op welk vast moment bespreekt u de voortgang met ‘Waterschap Drieland’?" in asked.text
    assert "route 2" in asked.source
    unnamed = questions(criteria.model_copy(update={"actor": 1}), annotation.mentions, annotation.commitments)
    assert "route 2" not in unnamed[-1].source


def test_reasons_show_evidence_that_fits_the_value() -> None:
    annotation = concrete_annotation()
    criteria = Criteria(goal=0, measure=2, actor=2, budget=2, deadline=2, monitoring=0)
    told = reasons(criteria, "accept", annotation.mentions, annotation.commitments)
    assert told[0].mentions == [0]
    assert "Waterschap Drieland" in told[1].text and told[1].mentions == [1]
    # An actor at 1 must not be shown with a named party as if that were the unclear one.
    weaker = criteria.model_copy(update={"actor": 1, "measure": 1})
    told = reasons(weaker, "send_back", annotation.mentions, annotation.commitments)
    assert all("Waterschap Drieland’" not in reason.text for reason in told)


@given(st.tuples(*[st.integers(0, 2)] * 6), st.sampled_from(["send_back", "accept"]))
def test_every_combination_of_criteria_has_reasons_and_questions(
    values: tuple[int, ...], verdict: str
) -> None:
    criteria = Criteria(**dict(zip(CRITERIA, values, strict=True)))
    told = reasons(criteria, verdict, [], [])  # type: ignore[arg-type]
    assert 2 <= len(told) <= 3
    assert len({reason.text for reason in told}) == len(told)
    asked = questions(criteria, [], [])
    assert len(asked) == sum(value < 2 for value in values)
    assert all("{" not in item.text for item in (*told, *asked))


def test_every_wording_is_complete() -> None:
    for name in CRITERIA:
        for value in "012":
            assert "{evidence}" in wording()[name][value]["evidence"]
            assert "{" not in wording()[name][value]["plain"]


@given(st.text())
def test_quotes_are_short_and_on_one_line(text: str) -> None:
    shown = quote(text)
    assert "\n" not in shown and shown[0] == "‘" and shown[-1] == "’"
    assert len(shown.split()) <= MOST_WORDS + 1


def test_listing() -> None:
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b en c"


@given(st.floats(0, 4), st.floats(0, 4))
def test_the_scale_rises_with_the_expected_level(one: float, other: float) -> None:
    assert 0 <= on_scale(one) <= 4
    assert (on_scale(one) <= on_scale(other)) or one > other


def test_the_scale_has_a_level_begin_at_each_border() -> None:
    borders = settings()["level_borders"]
    assert [half_up(on_scale(border)) for border in borders] == [1, 2, 3, 4]
    assert [half_up(on_scale(border - 0.01)) for border in borders] == [0, 1, 2, 3]


def test_half_up() -> None:
    assert [half_up(value) for value in (0.5, 1.4999, 1.5, 2.5, 37.5)] == [1, 1, 2, 3, 38]


def test_names_and_numbers_are_masked_in_terms() -> None:
    found = terms(section("Het waterschap Drieland plant 300 bomen in 2027. Daarna volgt Zuiderhof."))
    assert "drieland" not in found and "300" not in found and "2027" not in found
    assert found["<naam>"] == 2 and found["<jaar>"] == 1 and found["daarna"] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Drieland plant.", ["drieland", "plant"]),
        ("(Drieland) plant", ["<naam>", "plant"]),
        ("plant Drieland", ["plant", "<naam>"]),
        ("Plan. Drieland", ["plan", "drieland"]),
        ("Plan.     Drieland", ["plan", "<naam>"]),
        ("Plan: - Drieland", ["plan", "drieland"]),
        ("Plan -- Drieland", ["plan", "<naam>"]),
        ("in 2027/28 of 3,5% of 2027.5", ["in", "<jaar>", "of", "<getal>", "of", "<getal>"]),
        ("2Drieland en m² of ²", ["<getal>", "<naam>", "en", "m²", "of", "<getal>"]),
        ("auto's, e-bike, privé-auto's- en é", ["auto's", "e-bike", "privé-auto's", "en", "é"]),
        ("€5", ["€", "<getal>"]),
        ("", []),
    ],
)
def test_a_capital_is_a_name_but_at_the_start_of_a_sentence(text: str, words: list[str]) -> None:
    assert list(_masked(text)) == words


def test_cues_are_counted_as_their_patterns_find_them() -> None:
    dice = random.Random(7)
    cues = [cue for group in read_toml("scoring", "cues.toml")["cues"].values() for cue in group]
    written = [cue.rstrip("$") for cue in cues]
    forms = [*written, *map(str.upper, written), *map(str.title, written)]
    forms += [form.replace("i", "ı").replace("s", "ſ") for form in dice.sample(written, 20)]
    for _ in range(300):
        parts = [part for form in dice.choices(forms, k=12) for part in (form, dice.choice(GLUE))]
        text = "".join(parts)
        expected = {
            name: len(pattern.compiled.findall(text)) for name, pattern in _cue_patterns()["cues"].items()
        }
        assert _cue_counts(text) == expected, text


def test_figures_are_the_same_whatever_the_year() -> None:
    text = "In 1998 is de dijk verlegd, mits er subsidie was, en onderzoeken we een nieuwe."
    read = unit(text)
    read.probabilities["measure_specific"] = 0.9
    found = [figures(section(text), SectionAnnotation([read]), year) for year in (None, 1990, 2030)]
    assert found[0] == found[1] == found[2]
    assert found[0]["specific_open"] == 0.9


def test_figures_see_actor_money_and_term_around_one_measure() -> None:
    complete = figures(section(CONCRETE), concrete_annotation())
    assert complete["linked_3"] == pytest.approx(0.9)
    assert complete["measure_with_3"] == 0
    bare = figures(section(CONCRETE), SectionAnnotation([unit(CONCRETE)]))
    assert bare["linked_1"] == 0
    assert list(bare) == list(complete)


def test_a_prediction_is_what_each_classifier_says_of_the_whole_vector() -> None:
    dice = np.random.default_rng(7)
    inputs = Inputs(
        ["x", "y"], dice.normal(size=2), np.ones(2), {"de": 0, "wijk": 1, "bos": 2}, np.ones(3), 2.0
    )

    def logistic(classes: list[Any], width: int) -> Logistic:
        return Logistic(classes, dice.normal(size=(len(classes), width)), dice.normal(size=len(classes)))

    model = SectionModel(
        inputs,
        logistic(["policy", "context"], inputs.size),
        {name: logistic([0, 2] if name == "goal" else [0, 1, 2], inputs.size) for name in CRITERIA},
        logistic([0, 1, 4], inputs.size + 12),
    )
    given = {"x": 0.3, "y": -9.0}, Counter({"wijk": 2, "bos": 1, "weg": 3}), "visie"
    vector = inputs.vector(*given)
    assert vector[-3] == 0 and np.linalg.norm(vector[-3:]) == pytest.approx(2.0)
    found = model.predict(*given)
    assert list(found.role.values()) == pytest.approx(model.role.probabilities(vector))
    for name in CRITERIA:
        assert found.criteria[name] == pytest.approx(spread(model.criteria[name], vector, 3))
    learnt = spread(model.level, np.concatenate([vector, stack(found.criteria)]), 5)
    by_criteria = model.table.levels(found.criteria)
    assert found.level == pytest.approx((1 - TABLE_WEIGHT) * np.array(learnt) + TABLE_WEIGHT * by_criteria)
    unknown = inputs.vector({"x": 0.0, "y": 0.0}, Counter({"weg": 1}), "visie")
    assert unknown[-3:].tolist() == [0, 0, 0]


def test_model_survives_json_and_rejects_another_format() -> None:
    inputs = Inputs(["length"], np.array([1.0]), np.array([2.0]), {"de": 0}, np.array([1.5]), 10.0)
    two = Logistic([0, 1], np.zeros((2, inputs.size)), np.array([0.0, 1.0]))
    role = Logistic(["context", "policy"], np.zeros((2, inputs.size)), np.array([0.0, 2.0]))
    level = Logistic([0, 2], np.zeros((2, inputs.size + 12)), np.array([0.0, 0.0]))
    model = SectionModel(inputs, role, dict.fromkeys(CRITERIA, two), level)
    again = SectionModel.from_json(json.loads(json.dumps(model.to_json())))
    found = again.predict({"length": 3.0}, terms(section("de wijk")), "visie")
    by_criteria = LevelTable.by_guideline().levels(found.criteria)
    learnt = np.array([0.5, 0, 0.5, 0, 0])
    assert found.level == pytest.approx((1 - TABLE_WEIGHT) * learnt + TABLE_WEIGHT * by_criteria)
    assert found.role["policy"] == pytest.approx(1 / (1 + np.exp(-2)))
    with pytest.raises(ValueError, match="onbekende indeling"):
        SectionModel.from_json({"format": 99})


def test_levels_by_criteria_are_those_of_the_guideline_and_rise_with_each_detail() -> None:
    table = LevelTable.by_guideline()
    sure = {name: [0.0, 0.0, 1.0] for name in CRITERIA}
    absent = [1.0, 0.0, 0.0]
    assert table.levels(sure).tolist() == [0, 0, 0, 0, 1]
    assert table.levels(sure | {"budget": absent}).tolist() == [0, 0, 0, 1, 0]
    half = table.levels(sure | {"budget": [0.5, 0.0, 0.5]})
    assert half == pytest.approx([0, 0, 0, 0.5, 0.5])
    assert table.levels(dict.fromkeys(CRITERIA, absent)).tolist() == [1, 0, 0, 0, 0]


def test_a_model_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    inputs = Inputs(["length"], np.array([1.0]), np.array([2.0]), {"de": 0}, np.array([1.5]), 10.0)
    two = Logistic([0, 1], np.zeros((2, inputs.size)), np.array([0.0, 1.0]))
    level = Logistic([0, 2], np.zeros((2, inputs.size + 12)), np.array([0.0, 0.0]))
    model = SectionModel(inputs, two, dict.fromkeys(CRITERIA, two), level)
    path = tmp_path / "scores.json"
    model.save(path)
    assert SectionModel.load(path).to_json() == model.to_json()
    written = path.read_bytes()
    path.write_bytes(written.replace(b"\n", b"\r\n"))  # as a checkout on Windows may do
    assert SectionModel.load(path).to_json() == model.to_json()
    for wrong in (written.replace(b"1.5", b"1.6"), written[:-20], b"{}", b""):
        path.write_bytes(wrong)
        with pytest.raises(ModelFileError, match="beschadigd of gewijzigd"):
            SectionModel.load(path)


def test_what_a_person_decided_goes_before_what_is_found(scorer: Scorer) -> None:
    scored = report(section(CONCRETE), section(CONCRETE, name="s2"))
    scored.sections[0].overruled = [Overrule(field="level", value=0, reason="Het is een wens.")]
    scored.sections[1].overruled = [Overrule(field="role", value="other", reason="Het is een lijst.")]
    scorer.score(scored, [concrete_annotation(), concrete_annotation()])
    wish, listed = scored.sections
    assert (wish.level, wish.score, wish.verdict, wish.uncertain) == (0, 0, "send_back", False)
    assert wish.level_probabilities is not None and wish.level_probabilities[0] < 0.5
    expected = sum(level * share for level, share in enumerate(wish.level_probabilities))
    assert wish.overruled[0].found == half_up(on_scale(expected))
    assert (listed.role, listed.level, listed.verdict) == ("other", None, "not_assessed")
    assert listed.overruled[0].found == "policy"
    assert scored.summary.send_back == 1
