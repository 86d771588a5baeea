"""Signals of uitvoeringskracht: each rule by its examples, and whole documents."""

from __future__ import annotations

import time

import pytest
from document_samples import Part, actor, budget, deadline, section
from hypothesis import given
from hypothesis import strategies as st
from spacy.lang.nl import Dutch

from uitvoerbaarheid.nlp.annotation import LabelledUnit, SectionAnnotation, Unit
from uitvoerbaarheid.nlp.rules import Rule, read_rules, rule_reasons
from uitvoerbaarheid.nlp.units import Stretch, stretches_of
from uitvoerbaarheid.records import Document, Section, Signal
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.signals import (
    FILES,
    MOST,
    covered_promises,
    is_elsewhere,
    named_parties,
    says,
    signal_rules,
    signals_of,
)

NLP = Dutch()
DOCUMENT = Document(path="plan.md", sha256="0" * 64, authority="gemeente Lindermeer")
IN_WORDS = [rule for rule in signal_rules() if "all" in rule.data]
ELSEWHERE = [rule for rule in read_rules("signals", FILES[0]) if "headings" in rule.data]
WE = actor(
    "De gemeente",
    kind="gemeente",
    generic=True,
    resolved={"name": "gemeente Lindermeer", "kind": "gemeente", "identifier": None},
)


@pytest.mark.parametrize("rule", IN_WORDS, ids=[rule.id for rule in IN_WORDS])
def test_a_rule_does_what_its_examples_say(rule: Rule) -> None:
    assert rule.fires and rule.misses
    assert [text for text in rule.fires if not says(rule, text)] == []
    assert [text for text in rule.misses if says(rule, text)] == []


@pytest.mark.parametrize("rule", ELSEWHERE, ids=[rule.id for rule in ELSEWHERE])
def test_a_heading_rule_does_what_its_examples_say(rule: Rule) -> None:
    assert [text for text in rule.fires if is_elsewhere(text, "gemeente") != rule] == []
    assert [text for text in rule.misses if is_elsewhere(text, "gemeente") == rule] == []


def test_every_signal_is_complete_and_every_rule_belongs_to_one() -> None:
    signals = [table for file in FILES for table in read_toml("signals", file)["signal"]]
    names = [table["id"] for table in signals]
    assert len(set(names)) == len(names) == 9
    for table in signals:
        assert all(table[key] for key in ("route", "title", "why", "source", "question"))
        assert table["question"].endswith("?")
    assert {rule.data["signal"] for rule in signal_rules()} == set(names)
    rules = [rule for file in FILES for rule in read_rules("signals", file)]
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule_reasons()[rule.id] == rule.reason for rule in rules)


def signal(found: list[Signal], name: str) -> Signal:
    return next(one for one in found if one.id == name)


def promised(text: str, *parts: Part, name: str = "een") -> Section:
    return section(name, (text, list(parts)))


def test_the_examples_of_the_promise_rules() -> None:
    task, covered = (
        next(r for r in signal_rules() if r.id == f"signal.{n}") for n in ("partners.task", "means.covered")
    )
    drieland, rws = actor("Waterschap Vlietdelta"), actor("Rijkswaterstaat", "partner", kind="rijk")
    term = deadline("in 2027", "2027-01-01/2027-12-31")
    own = frozenset({"gemeente lindermeer"})
    assert named_parties(promised(task.fires[0], drieland, term), own)
    assert named_parties(promised(task.fires[1], actor(**{**WE[2], "name": "De gemeente"}), rws), own)
    assert not named_parties(promised(task.misses[0], WE, term), own)
    assert not named_parties(
        promised(task.misses[1], actor("betrokken partijen", "partner", kind="group", generic=True)), own
    )
    assert not named_parties(promised(task.misses[2], actor("Het Rijk", kind="rijk")), own)
    assert covered_promises(promised(covered.fires[0], WE, budget("€ 250.000", 250000)))
    assert not covered_promises(promised(covered.misses[0], WE))
    assert not covered_promises(promised(covered.misses[1], budget("subsidie")))


def test_what_is_found_has_evidence_and_what_is_missing_a_question() -> None:
    shown_text = "Elk kwartaal is er overleg met de omgevingsdienst over de voortgang."
    text = f"We overleggen veel. {shown_text}"
    found = signals_of([section("een", text, page=4)], DOCUMENT)
    assert [one.id for one in found] == [
        "partners",
        "experience",
        "consultation",
        "monitoring",
        "transition",
        "capacity",
        "means",
        "choices",
        "conflicts",
    ]
    shown = signal(found, "consultation")
    assert shown.found and shown.question is None
    piece = shown.evidence[0]
    assert (piece.section, piece.page, piece.rules) == ("een", 4, ["signal.consultation.fixed"])
    assert text[piece.start : piece.end] == piece.text == shown_text
    missing = signal(found, "capacity")
    assert not missing.found and missing.evidence == [] and missing.question


def test_context_and_what_others_decided_show_nothing_but_who_made_the_policy_does() -> None:
    talk = "Elk kwartaal is er overleg met de omgevingsdienst over de voortgang."
    made = "Dit programma is samen met de uitvoerders van de buitendienst opgesteld."
    context = section("een", talk, made, role="context")
    assert [one.id for one in signals_of([context], DOCUMENT) if one.found] == ["experience"]
    retold = section("twee", talk, heading="3.1 Rijksbeleid")
    assert not any(one.found for one in signals_of([retold], DOCUMENT))
    assert not any(one.found for one in signals_of([section("drie", talk, role="other")], DOCUMENT))
    rijk = DOCUMENT.model_copy(update={"authority": "Rijk"})
    assert signal(signals_of([retold], rijk), "consultation").found


def test_inspraak_is_no_experience_of_those_who_execute() -> None:
    text = "Het plan is samen met inwoners opgesteld; hun inbreng tijdens de inspraak is verwerkt."
    assert not signal(signals_of([section("een", text)], DOCUMENT), "experience").found


def test_the_authority_itself_is_no_partner() -> None:
    own = promised(
        "De gemeente legt met Lindermeer in 2027 een bos aan.",
        WE,
        actor("Lindermeer", "partner", kind="gemeente", official="gemeente Lindermeer"),
    )
    assert not signal(signals_of([own], DOCUMENT), "partners").found
    other = promised(
        "De gemeente legt samen met Waterschap Drieland een bos aan.",
        WE,
        actor("Waterschap Drieland", "partner"),
    )
    assert signal(signals_of([other], DOCUMENT), "partners").found


def test_means_are_a_share_of_the_promises() -> None:
    paid = promised("De brug kost € 250.000.", budget("€ 250.000", 250000), name="een")
    unpaid = [promised(f"We leggen pad {n} aan.", name=f"s{n}") for n in range(2)]
    enough = signal(signals_of([paid, unpaid[0]], DOCUMENT), "means")
    assert enough.found and enough.evidence[0].text == "De brug kost € 250.000."
    short = signal(signals_of([paid, *unpaid], DOCUMENT), "means")
    assert not short.found and short.question is not None
    assert short.question.startswith("Bij 1 van de 3 beloften staat geld of capaciteit.")
    nothing = signal(signals_of([], DOCUMENT), "means")
    assert not nothing.found and (nothing.question or "").startswith("Het document doet geen beloften")


def test_a_conflict_that_is_not_solved_raises_a_question() -> None:
    named = "Het doel voor wonen kan op gespannen voet staan met dat voor natuur."
    solved = "Waar kwaliteit en aantal op spanning staan, geven wij voorrang aan kwaliteit."
    open_ = signal(signals_of([section("een", named)], DOCUMENT), "conflicts")
    assert open_.found and open_.question is not None
    assert signal(signals_of([section("een", named, solved)], DOCUMENT), "conflicts").question is None


def test_at_most_five_pieces_two_of_a_section_in_the_order_of_the_document() -> None:
    text = "We geven voorrang aan buurt {} boven de andere buurten van Lindermeer."
    sections = [section(f"s{n}", *(text.format(f"{n}{k}") for k in "abc")) for n in range(6)]
    evidence = signal(signals_of(sections, DOCUMENT), "choices").evidence
    assert len(evidence) == MOST
    assert [piece.section for piece in evidence] == ["s0", "s0", "s1", "s1", "s2"]


def test_sentences_that_were_found_before_give_the_same_signals() -> None:
    talk = "Elk kwartaal is er overleg met de omgevingsdienst over de voortgang."
    own = promised("De gemeente bouwt samen met Drieland een brug.", WE, actor("Drieland", "partner"))
    sections = [section("een", "We overleggen veel.", talk, page=4), own]
    annotations = [
        SectionAnnotation([LabelledUnit(_unit(one, stretch), {}, set()) for stretch in stretches_of(one)])
        for one in sections
    ]
    found = signals_of(sections, DOCUMENT, annotations)
    assert [piece.page for piece in signal(found, "consultation").evidence] == [4]
    assert found == signals_of(sections, DOCUMENT)


def _unit(section: Section, stretch: Stretch) -> Unit:
    text = section.text[stretch.start : stretch.end]
    block = stretch.block
    return Unit(text, stretch.start, stretch.end, block.kind, NLP(text)[:], page=block.page)


def test_the_same_document_gives_the_same_signals() -> None:
    sections = [promised("De gemeente bouwt samen met Drieland een brug.", WE, actor("Drieland", "partner"))]
    assert signals_of(sections, DOCUMENT) == signals_of(sections, DOCUMENT)
    assert all(one.evidence == [] for one in signals_of([], DOCUMENT))


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text: str) -> None:
    found = section("een", "x")
    found.text, found.blocks = text, []
    for one in signals_of([found], DOCUMENT):
        assert all(text[piece.start : piece.end] == piece.text for piece in one.evidence)


def test_hostile_text_takes_linear_time() -> None:
    pieces = (
        "elk jaar overleg ",
        "prioriteit geven geven ",
        "stelt stelt uitvoeringsprogramma ",
        "a" * 50 + " ",
    )
    for piece in pieces:
        found = section("een", piece * 4000)
        begin = time.process_time()
        signals_of([found], DOCUMENT)
        assert time.process_time() - begin < 5
