"""What the rest of a document adds to a section, on plans of our own."""

from __future__ import annotations

import time

import pytest
from context_samples import SCORES, Plan
from hypothesis import given, settings
from hypothesis import strategies as st

from uitvoerbaarheid.nlp.rules import Rule, read_rules
from uitvoerbaarheid.records import CRITERIA, Criteria
from uitvoerbaarheid.scoring.guideline import level_by_criteria
from uitvoerbaarheid.scoring.subjects import aspects_of, cues

TUNNEL = "Waterschap Drieland legt een fietstunnel aan in 2027 voor € 250.000"
FOUND = {"actor": "Waterschap Drieland", "deadline": "2027", "budget": "€ 250.000"}


@pytest.mark.parametrize("rule", read_rules("scoring", "context.toml"), ids=lambda rule: rule.id)
def test_a_rule_does_what_its_examples_say(rule: Rule) -> None:
    group = rule.data["group"]

    def fires(text: str) -> bool:
        if group in CRITERIA:
            return group in (aspects_of(text) or ())
        return bool(cues(group).match(text) if group == "annex" else cues(group).search(text))

    assert rule.reason
    assert [text for text in rule.fires if not fires(text)] == []
    assert [text for text in rule.misses if fires(text)] == []


@pytest.mark.parametrize(
    ("criteria", "level"),
    [
        ("100000", 0),
        ("101022", 0),
        ("010000", 1),
        ("112222", 1),
        ("210000", 2),
        ("220000", 2),
        ("020020", 2),
        ("022020", 3),
        ("122220", 4),
    ],
)
def test_criteria_make_a_level_as_the_guideline_says(criteria: str, level: int) -> None:
    assert level_by_criteria(dict(zip(CRITERIA, map(int, criteria), strict=True))) == level


def test_nothing_elsewhere_leaves_a_section_as_it_is() -> None:
    plan = Plan().section("Inleiding").section("Groene daken", "110000", 1).line("Wij stimuleren daken")
    context, own = plan.judge()
    assert context is None
    assert own is not None and own.met == []
    section = plan.sections[1]
    assert (own.criteria, own.level, own.score, own.verdict) == (
        section.criteria,
        section.level,
        section.score,
        section.verdict,
    )


def aspects(criteria: str = "022220", **more: object) -> Plan:
    plan = Plan().section("2 Fiets").section("Ambitie", "100000", 0, depth=2)
    plan.line("We willen dat fietsers zich thuis voelen", "goal", modality="wish")
    return plan.section("Maatregelen", criteria, 4, depth=2).line(TUNNEL, **{**FOUND, **more})  # type: ignore[arg-type]


def test_an_aspect_of_the_same_subject_serves() -> None:
    plan = aspects()
    assert plan.met(1) == {
        name: (2, "s2", "execution") for name in ("measure", "actor", "budget", "deadline")
    }
    found = plan.sections[1].in_context
    assert found is not None
    assert found.criteria.model_dump() == dict(goal=1, measure=2, actor=2, budget=2, deadline=2, monitoring=0)
    # All is met elsewhere, but no more than two levels are added.
    assert (found.level, found.score, found.verdict) == (2, 56, "accept")
    # The section's own fields stay as they were.
    assert (plan.sections[1].level, plan.sections[1].score, plan.sections[1].verdict) == (0, 6, "send_back")
    evidence = {one.criterion: plan.sections[2].mentions[one.mentions[0]].text for one in found.met}
    assert evidence == {"measure": TUNNEL, **FOUND}
    assert {one.page for one in found.met} == {3}


def test_only_a_criterion_at_that_value_serves() -> None:
    assert aspects("012010").met(1) == {"measure": (1, "s2", "execution"), "actor": (2, "s2", "execution")}


@pytest.mark.parametrize("qualifier", ["negation", "history", "study", "condition"])
def test_what_is_doubtful_serves_nothing(qualifier: str) -> None:
    assert aspects(qualifiers=(qualifier,)).met(1) == {}


def test_the_authority_itself_and_a_role_are_no_party() -> None:
    plan = aspects()
    plan.document.authority = "waterschap Drieland"
    assert "actor" not in plan.met(1)
    partner = ("Waterschap Drieland", {"name": "x", "generic": False, "role": "partner"})
    assert "actor" not in aspects(actor=partner).met(1)


def test_a_term_before_the_document_is_past() -> None:
    plan = aspects()
    plan.document.date = "2028-02-01"
    assert "deadline" not in plan.met(1)
    assert "measure" in plan.met(1)


def test_a_vague_measure_or_a_mere_name_serves_nothing() -> None:
    plan = aspects()
    vague = plan.sections[2].mentions[0].model_copy(update={"type": "vague"})
    plan.sections[2].mentions.append(vague)
    assert plan.met(1)["measure"][0] == 1
    named = Plan().section("2 Fiets").section("Ambitie", "100000", 0, depth=2).line("Rust", "goal")
    named.section("Maatregelen", "022220", 4, depth=2).line("Fietstunnel 2027", deadline="2027")
    assert "measure" not in named.met(1)


def test_another_subject_does_not_serve() -> None:
    plan = Plan().section("2 Fiets").section("Ambitie", "100000", 0, depth=2).line("Rust", "goal")
    plan.section("3 Groen").section("Maatregelen", "022220", 4, depth=2).line(TUNNEL, **FOUND)
    assert plan.met(1) == {}


def test_a_heading_that_comes_back_is_not_about_the_whole() -> None:
    plan = aspects().section("Maatregelen", "022220", 4, depth=2).line(TUNNEL, **FOUND)
    # As parts of the subject they still work out its ambition; their money and terms do not.
    assert plan.met(1).keys() == {"measure"}


def test_sections_at_the_top_share_no_subject_unless_the_document_has_one() -> None:
    def plan(kind: str) -> Plan:
        made = Plan(kind).section("Beslispunten", "121000", 2).line("De raad stelt de regeling vast")  # type: ignore[arg-type]
        return made.section("Financiën", "010200", 1).line(
            "De dekking is € 5.000 uit de reserve", budget="€ 5.000"
        )

    assert plan("programma").met(0) == {}
    assert plan("raadsvoorstel").met(0) == {"budget": (2, "s1", "execution")}


def table(row: str, heading: str = "2.1 Fietstunnel Zuiderhof") -> Plan:
    plan = Plan().section("2 Mobiliteit").section(heading, "120000", 2, depth=2)
    plan.line("We leggen een verbinding aan").section("3 Water", "110000", 1).line("We maken plannen")
    return plan.section("4 Actietabel", "022220", 4).line(row, row=True, **FOUND)


def test_a_row_on_the_same_subject_serves_and_another_does_not() -> None:
    served = table("Fietstunnel Zuiderhof | Waterschap Drieland | 2027 | € 250.000")
    assert served.met(1) == {name: (2, "s3", "execution") for name in ("actor", "budget", "deadline")}
    assert served.met(2) == {}
    other = table("Wadi Bloemenhof | Waterschap Drieland | 2027 | € 250.000")
    assert other.met(1) == {}
    # "Programma" is in every plan, and tells of no subject.
    common = table(
        "Uitvoeringsprogramma | Waterschap Drieland | 2027 | € 250.000", "2.1 Uitvoeringsprogramma regio"
    )
    assert common.met(1) == {}


def parent(sentence: str) -> Plan:
    plan = Plan().section("2 Fiets", "112222", 1).line(sentence, None, actor="afdeling Ruimte")
    return plan.section("2.1 Tunnel", "120000", 2, depth=2).line("We leggen een tunnel aan")


def test_a_parent_serves_only_with_what_holds_for_all_its_parts() -> None:
    assert parent("Trekker van alle maatregelen: afdeling Ruimte").met(1) == {"actor": (2, "s0", "parent")}
    assert parent("Trekker: afdeling Ruimte").met(1) == {"actor": (2, "s0", "parent")}
    assert parent("De tunnel bij het station bouwt de afdeling Ruimte").met(1) == {}


def parts(*criteria: str) -> Plan:
    plan = Plan("visie").section("3 Wonen", "100000", 0).line("We willen prettig wonen", "goal")
    for number, own in enumerate(criteria, start=1):
        plan.section(f"3.{number} Deel {'ABCD'[number]}", own, 2, depth=2).line(TUNNEL, **FOUND)
    return plan


def test_parts_work_a_section_out_when_enough_of_them_do() -> None:
    assert parts("122220", "100000").met(0) == {"measure": (2, "s1", "child")}
    assert parts("110000", "100000").met(0) == {"measure": (1, "s1", "child")}
    assert parts("122220", "100000", "100000").met(0) == {}
    raised = parts("122220").sections
    assert raised[0].level == 0


def test_the_parts_raise_a_level_by_their_measure_alone() -> None:
    plan = parts("122220", "122220")
    plan.judge()
    found = plan.sections[0].in_context
    assert found is not None and (found.level, found.score) == (2, SCORES[0] + 50)


def test_in_a_pdf_a_part_without_words_or_number_of_the_whole_is_none() -> None:
    def plan(heading: str) -> Plan:
        made = Plan("visie", format="pdf").section("Nota Internationals", "100000", 0)
        made.line("We willen een thuis voor internationals", "goal")
        return made.section(heading, "122220", 4, depth=2).line(TUNNEL, **FOUND)

    assert plan("Invoering Omgevingswet").met(0) == {}
    assert plan("Huisvesting internationals").met(0) == {"measure": (2, "s1", "child")}


def pointing(sentence: str, row: str) -> Plan:
    plan = Plan().section("5.2 Uitvoering projecten Zuid", "022220", 4).line(row, **FOUND)
    plan.section("2.1 Fietstunnel Zuiderhof", "100000", 0).line(sentence, None)
    return plan.refers("paragraaf 5.2", 0)


def test_a_pointer_serves_with_what_stands_there_on_the_same() -> None:
    there = "Waterschap Drieland legt Fietstunnel Zuiderhof aan in 2027 voor € 250.000"
    plan = pointing("De uitvoering staat in paragraaf 5.2", there)
    plan.sections[0].heading = "5.2 Maatregelen"
    assert plan.met(1) == {
        name: (2, "s0", "reference") for name in ("measure", "actor", "budget", "deadline")
    }


def test_a_pure_pointer_earns_one_at_most() -> None:
    plan = pointing("De uitvoering staat in paragraaf 5.2", TUNNEL)
    assert plan.met(1) == {"measure": (1, "s0", "reference")}
    found = plan.sections[1].in_context
    assert found is not None and (found.level, found.verdict) == (1, "send_back")
    assert pointing("De geschiedenis staat in paragraaf 5.2", TUNNEL).met(1) == {}


def test_checks_on_the_whole_document_hold_for_each_section_but_annexes() -> None:
    plan = Plan("visie").section("2 Wonen", "110000", 1).line("We bouwen huizen")
    plan.section("6 Monitoring en evaluatie", "000022", 1)
    plan.line("Elk jaar volgt een rapportage over de visie", "monitoring")
    plan.section("Bijlage 1 Begrippen", "110000", 1).line("We bouwen huizen")
    assert plan.met(0) == {"monitoring": (2, "s1", "execution")}
    assert plan.met(2) == {}


def test_a_goal_elsewhere_has_a_figure() -> None:
    def plan(goal: str) -> Plan:
        made = Plan().section("3 Waterveiligheid").section("Ambitie", "100000", 0, depth=2)
        made.line("We willen veilig wonen", "goal")
        return made.section("Doelen", "200000", 2, depth=2).line(goal, "goal")

    assert plan("Eind 2027 voldoen alle keringen aan de norm").met(1) == {"goal": (2, "s2", "execution")}
    assert plan("Alle keringen zijn veilig").met(1) == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.lists(st.integers(0, 2), min_size=6, max_size=6), st.integers(0, 4)), max_size=5)
)
def test_context_never_lowers(drawn: list[tuple[list[int], int]]) -> None:
    plan = Plan().section("2 Fiets", "110000", 1).line("We maken plannen")
    for number, (values, level) in enumerate(drawn):
        heading = ("Ambitie", "Maatregelen", "Planning", "Financiën", "2.5 Tunnel")[number]
        plan.section(heading, "".join(map(str, values)), level, depth=2).line(TUNNEL, **FOUND)
    plan.judge()
    for section in plan.sections:
        found, own = section.in_context, section.criteria
        assert (
            found is not None and own is not None and section.level is not None and section.score is not None
        )
        assert found.level >= section.level and found.score >= section.score
        assert section.level <= found.level <= max(section.level, level_by_criteria(found.criteria))
        for name in CRITERIA:
            value = max([getattr(own, name)] + [one.value for one in found.met if one.criterion == name])
            assert getattr(found.criteria, name) == value
        for one in found.met:
            other = next(s for s in plan.sections if s.id == one.section)
            assert other is not section and other.criteria is not None and one.mentions
            assert getattr(other.criteria, one.criterion) >= one.value


def test_the_same_plan_gives_the_same_context() -> None:
    first, second = aspects(), aspects()
    first.judge()
    second.judge()
    assert [s.model_dump_json() for s in first.sections] == [s.model_dump_json() for s in second.sections]


@pytest.mark.parametrize("shape", ["flat", "generic", "deep"])
def test_time_is_in_proportion_to_the_number_of_sections(shape: str) -> None:
    plan = Plan("raadsvoorstel")
    for number in range(1000):
        heading = {"flat": f"2.{number} Tunnel {number}", "generic": f"Planning {number}"}.get(shape, "Deel")
        plan.section(heading, "100000", 0, depth=number + 1 if shape == "deep" else 2)
        plan.line("Waterschap Drieland legt een tunnel aan")
    start = time.process_time()
    plan.judge()
    assert time.process_time() - start < 5


def test_criteria_of_the_sample_are_those_of_the_guideline() -> None:
    section = Plan().section("2 Fiets", "120010", 2).sections[0]
    assert section.criteria == Criteria(goal=1, measure=2, actor=0, budget=0, deadline=1, monitoring=0)
