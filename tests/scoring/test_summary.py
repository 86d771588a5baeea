"""What a document says as a whole: figures, what to send back first, who does what, when, with what."""

from __future__ import annotations

import pytest
from document_samples import actor, budget, deadline, section

from uitvoerbaarheid.nlp.rules import Rule, read_rules
from uitvoerbaarheid.records import (
    Criteria,
    Document,
    Expectation,
    InContext,
    Mention,
    Section,
    Summary,
    Verdict,
)
from uitvoerbaarheid.scoring import planning
from uitvoerbaarheid.scoring.planning import due_year, plan_of
from uitvoerbaarheid.scoring.summary import first_to_send_back, summarize
from uitvoerbaarheid.scoring.words import content_words, stem

WATERSCHAP = actor("Waterschap Drieland", identifier="ws1", official="Waterschap Drieland")
WE = actor(
    "we",
    kind="self",
    generic=True,
    resolved={"name": "gemeente Lindermeer", "kind": "gemeente", "identifier": "gm1"},
)
DRAWN = {
    "summary.actor.unnamed": planning.is_unnamed,
    "summary.money.means": planning.is_means,
    "summary.money.not": planning.is_no_means,
    "summary.money.part": planning.is_part,
    "summary.money.change": planning.is_change,
    "summary.money.each": planning.is_each,
    "summary.money.overall": planning.is_overall,
    "summary.money.total": planning.is_total,
}
RULES = read_rules("scoring", "summary.toml")


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_does_what_its_examples_say(rule: Rule) -> None:
    fires = DRAWN[rule.id]
    assert rule.reason
    assert [text for text in rule.fires if not fires(text)] == []
    assert [text for text in rule.misses if fires(text)] == []


def scored(
    name: str,
    score: int,
    verdict: Verdict = "send_back",
    *,
    promises: int = 0,
    doubt: bool = False,
    text: str = "x",
) -> Section:
    sentences = [(f"We leggen pad {name} {number} aan.", []) for number in range(promises)]
    found = section(name, *sentences, text)
    found.score, found.verdict, found.uncertain = score, verdict, doubt
    found.level = 0 if verdict == "send_back" else 3
    return found


def test_summary_counts_and_finds_the_weakest() -> None:
    one = section("een", ("Er komt een wadi voor € 250.000.", [budget("€ 250.000", 250000)]))
    one.level, one.score, one.verdict = 3, 75, "accept"
    one.criteria = Criteria(goal=0, measure=2, actor=2, budget=0, deadline=1, monitoring=0)
    summary = summarize([one, section("twee", role="other")])
    assert (summary.sections, summary.policy_sections, summary.other_sections) == (2, 1, 1)
    assert summary.levels == [0, 0, 0, 1, 0]
    assert summary.mean_score == 75
    assert summary.weakest == "budget"
    assert summary.mentions["budget"] == 1
    assert summary.commitments == 1


def test_counts_per_criterion_and_beside_verdicts() -> None:
    one, two, three = (scored(name, 10) for name in "abc")
    one.criteria = Criteria(goal=0, measure=1, actor=2, budget=0, deadline=1, monitoring=0)
    two.criteria = Criteria(goal=2, measure=1, actor=2, budget=1, deadline=0, monitoring=0)
    one.in_context = InContext(criteria=two.criteria, level=1, score=30, verdict="send_back")
    two.in_context = InContext(criteria=two.criteria, level=2, score=50, verdict="accept")
    one.expectation = Expectation(level=2, fit=20, verdict="accept")
    three.expectation = Expectation(level=2, fit=20, verdict="send_back")
    summary = summarize([one, two, three])
    assert summary.criteria_counts is not None
    assert summary.criteria_counts["goal"] == [1, 0, 1]
    assert summary.criteria_counts["measure"] == [0, 2, 0]
    assert (summary.send_back, summary.send_back_in_context, summary.send_back_by_profile) == (3, 1, 1)


def test_an_empty_document_has_no_figures() -> None:
    summary = summarize([])
    assert summary == Summary(mentions=summary.mentions)
    assert set(summary.mentions.values()) == {0}


def test_first_to_send_back_begins_with_what_is_sure_and_promises_most() -> None:
    sections = [
        scored("doubtful", 5, promises=9, doubt=True),
        scored("accepted", 80, verdict="accept", promises=9),
        scored("long", 10, promises=1, text="tekst " * 50),
        scored("short", 10, promises=1),
        scored("lower", 5, promises=1),
        scored("many", 30, promises=4),
    ]
    assert first_to_send_back(sections) == ["many", "lower", "long", "short", "doubtful"]


def test_what_another_section_makes_good_comes_later_and_ten_are_enough() -> None:
    served = scored("served", 5, promises=5)
    criteria = Criteria(goal=0, measure=2, actor=2, budget=2, deadline=2, monitoring=0)
    served.in_context = InContext(criteria=criteria, level=4, score=90, verdict="accept")
    others = [scored(f"s{number:02}", 20, promises=1) for number in range(12)]
    found = first_to_send_back([served, *others])
    assert found == [f"s{number:02}" for number in range(10)]
    assert first_to_send_back([served, *others[:2]])[-1] == "served"


def test_parties_are_known_by_identifier_name_and_what_they_stand_for() -> None:
    first = section(
        "een",
        ("Waterschap Drieland baggert de vijver.", [WATERSCHAP]),
        (
            "Vlietland en we leggen een bos aan.",
            [WE, actor("Vlietland", identifier="ws1", official="Waterschap Drieland")],
        ),
        ("Dat doen zij samen.", [actor("zij", generic=True, kind="group")]),
    )
    second = section("twee", ("De corporaties bouwen huizen.", [actor("De corporaties", kind="corporatie")]))
    third = section("drie", ("Corporaties slopen huizen.", [actor("Corporaties", kind="corporatie")]))
    loads = plan_of([first, second, third]).actors
    assert [(load.name, load.identifier, len(load.promises)) for load in loads] == [
        ("Corporaties", None, 2),
        ("Waterschap Drieland", "ws1", 2),
        ("gemeente Lindermeer", "gm1", 1),
    ]
    assert [(p.section, p.commitment) for p in loads[1].promises] == [("een", 0), ("een", 1)]


def test_only_a_leading_article_is_no_part_of_a_name() -> None:
    found = section("een", ("Waterschap De Drie Beken baggert.", [actor("Waterschap De Drie Beken")]))
    assert plan_of([found]).actors[0].name == "Waterschap De Drie Beken"


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ({"interval": "2027-01-01/2027-12-31"}, 2027),
        ({"interval": "../2026-07-01"}, 2026),
        ({"interval": "2024-01-01/2027-12-31"}, 2027),
        ({"interval": "2025-01-01/.."}, None),
        ({"interval": "R/P1Y"}, None),
        ({"interval": "P2Y"}, None),
        ({"interval": "P2Y", "resolved": "2026-03-18/2028-03-18"}, 2028),
        ({"interval": "vague"}, None),
        ({}, None),
    ],
)
def test_a_promise_is_due_in_the_year_its_term_ends(value: dict[str, str], year: int | None) -> None:
    term = Mention(type="deadline", text="x", start=0, end=1, sentence="x", value=value)
    assert due_year(term) == year


def test_years_hold_promises_and_money_of_that_year() -> None:
    text = "In 2027 leggen we een bos aan; daarvoor is € 50.000 beschikbaar."
    bos = section(
        "bos",
        (text, [WE, deadline("2027", "2027-01-01/2027-12-31"), budget("€ 50.000", 50000, year=2026)]),
    )
    period = section(
        "brug", ("Voor de brug is € 4 miljoen beschikbaar.", [budget("€ 4 miljoen", 4e6, period="2027-2030")])
    )
    years = plan_of([bos, period]).years
    assert [(load.year, len(load.promises), load.budget) for load in years] == [
        (2026, 0, 50000),
        (2027, 1, None),
    ]


def test_the_same_money_counts_once_and_ranges_count_low() -> None:
    here = section(
        "hier",
        ("Voor de fietsbrug trekken we € 250.000 uit.", [WE, budget("€ 250.000", 250000)]),
        ("De haven krijgt € 1 tot 2 miljoen uit het havenfonds.", [budget("€ 1 tot 2 miljoen", 1e6, 2e6)]),
    )
    there = section(
        "daar",
        (
            "De fietsbrug kost € 250.000 en Drieland legt die aan.",
            [actor("Drieland"), budget("€ 250.000", 250000)],
        ),
    )
    plan = plan_of([here, there])
    assert plan.budget == 1_250_000
    # The money of a promise that stands in two places is that of the parties in both.
    assert {load.name: load.budget for load in plan.actors} == {
        "gemeente Lindermeer": 250000,
        "Drieland": 250000,
    }


def test_a_heading_can_tell_what_an_amount_is_for() -> None:
    money = [budget("€ 650.000", 650000)]
    under = section(
        "een", ("Voor de herinrichting is € 650.000 opgenomen.", money), heading="2.2 Dorpsstraat"
    )
    table = section("twee", ("Rustiger maken van de Dorpsstraat: kosten € 650.000.", money), heading="Acties")
    other = section(
        "drie", ("Voor de zwemvijver is € 650.000 beschikbaar.", money), heading="2.2 Dorpsstraat"
    )
    assert plan_of([under, table]).budget == plan_of([table, under]).budget == 650000
    assert plan_of([under, other]).budget == 1_300_000


def test_the_same_amount_for_another_thing_counts_again() -> None:
    one = section("een", ("De fietsbrug kost € 250.000.", [budget("€ 250.000", 250000)]))
    two = section("twee", ("Voor de zwemvijver is € 250.000 beschikbaar.", [budget("€ 250.000", 250000)]))
    assert plan_of([one, two]).budget == 500000


def test_a_total_and_its_parts_count_once() -> None:
    parts = section(
        "delen",
        ("Voor de wijkaanpak is € 300.000 beschikbaar.", [budget("€ 300.000", 300000)]),
        ("Naar de speelplekken gaat € 100.000 uit het budget.", [budget("€ 100.000", 100000)]),
        ("Het groen krijgt € 200.000 uit het budget.", [budget("€ 200.000", 200000)]),
    )
    assert plan_of([parts]).budget == 300000
    elsewhere = section(
        "totaal", ("Er staat voor € 1 miljoen aan investeringen gepland.", [budget("€ 1 miljoen", 1e6)])
    )
    loose = section("los", ("De brug kost € 400.000.", [budget("€ 400.000", 400000)]))
    assert plan_of([elsewhere, loose]).budget == 1_000_000
    smaller = section("rest", ("De haven kost € 900.000.", [budget("€ 900.000", 900000)]))
    assert plan_of([elsewhere, loose, smaller]).budget == 1_300_000


@pytest.mark.parametrize(
    ("sentence", "money"),
    [
        ("Wie bouwt, betaalt een bijdrage van € 5.000 per woning.", budget("€ 5.000", 5000)),
        ("De taakstelling van € 150.000 is in de begroting opgenomen.", budget("€ 150.000", 150000)),
        ("Er is geld beschikbaar, waarvan circa € 80.000 voor de haven.", budget("€ 80.000", 80000)),
        ("De markt zet € 73 miljard om.", budget("€ 73 miljard", 73e9)),
        ("In 2019 was € 80.000 beschikbaar.", budget("€ 80.000", 80000, year=2019)),
        ("We zoeken subsidie.", budget("subsidie")),
    ],
)
def test_what_is_no_money_for_carrying_out_is_left_out(
    sentence: str, money: tuple[str, str, dict[str, object], tuple[str, ...]]
) -> None:
    assert plan_of([section("een", (sentence, [money]))], 2026).budget is None  # type: ignore[list-item]


def test_a_row_gives_each_year_its_own_amount_and_totals_none() -> None:
    rows = section(
        "tabel",
        ("Baggeren vijvers | 65 | 70", [budget("65", 65000, year=2027), budget("70", 70000, year=2028)]),
        ("Baggeren sloten | 65 | 80", [budget("65", 65000, year=2027), budget("80", 80000, year=2028)]),
        ("Totaal | 130 | 150", [budget("130", 130000, year=2027), budget("150", 150000, year=2028)]),
        header=["Maatregel", "2027", "2028"],
    )
    for mention in rows.mentions:
        if mention.type == "budget":
            mention.rules = ["budget.table.column"]
    plan = plan_of([rows])
    assert [(load.year, load.budget) for load in plan.years] == [(2027, 130000), (2028, 150000)]
    assert plan.budget == 280000


def test_the_year_of_the_document_is_that_before_which_money_is_spent() -> None:
    document = Document(path="plan.md", sha256="0" * 64, date="2026-05")
    past = section("een", ("In 2025 was € 80.000 begroot.", [budget("€ 80.000", 80000, year=2025)]))
    assert summarize([past], document).budget is None
    assert summarize([past]).budget == 80000


def test_a_promise_that_names_mentions_it_does_not_have_is_passed_over() -> None:
    broken = section("een", ("De brug kost € 250.000.", [budget("€ 250.000", 250000)]))
    broken.commitments[0].actors = [99]
    summary = summarize([broken])
    assert (summary.commitments, summary.budget, summary.actors, summary.overlaps) == (1, None, [], [])


def test_words_meet_in_a_plain_form() -> None:
    assert stem("Bomen") == stem("bomen")
    assert content_words("De gemeente legt in 2027 een fietstunnel aan") == content_words(
        "legt fietstunnels aan"
    )
