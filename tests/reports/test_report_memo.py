"""What the memo says: who goes back, in which words, and what stands apart."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from report_samples import Draft, make_report

from uitvoerbaarheid.records import (
    Commitment,
    Criteria,
    Elsewhere,
    Expectation,
    InContext,
    Profile,
    Report,
    Section,
)
from uitvoerbaarheid.reports.memo import memo_fields, words
from uitvoerbaarheid.scoring.questions import questions
from uitvoerbaarheid.scoring.reasons import reasons


def vague(name: str, page: int = 3, **fields: Any) -> Section:
    """A section that goes back: a wish, and nothing to begin with."""
    text = f"We streven naar een mooie {name.lower()} voor al onze inwoners."
    draft = (
        Draft(name, page=page, **fields)
        .add("paragraph", text)
        .mention("goal", text)
        .mention("vague", text)
        .mention("actor", "We", {"name": "we", "generic": True})
        .assess(0, 8, "101000")
    )
    return told(draft.section)


def told(section: Section) -> Section:
    """The section with the reasons and questions that scoring gives."""
    assert section.criteria is not None
    section.reasons = reasons(section.criteria, section.verdict, section.mentions, section.commitments)
    section.questions = questions(section.criteria, section.mentions, section.commitments)
    return section


def worked_out(name: str = "Oevers", page: int = 9) -> Section:
    """A section that is good enough to be an example."""
    text = "Het waterschap Laagland legt vóór 1 juli 2027 een oever van 2 kilometer aan voor € 90.000."
    draft = (
        Draft(name, page=page)
        .add("paragraph", text)
        .mention("measure", text)
        .mention("actor", "waterschap Laagland", {"name": "waterschap Laagland", "generic": False})
        .mention("deadline", "vóór 1 juli 2027", {"interval": "../2027-07-01"})
        .mention("budget", "€ 90.000", {"amounts": [90000], "open": False})
        .assess(4, 92, "122220")
    )
    draft.section.commitments = [Commitment(measure=0, actors=[1], deadline=2, budget=3, page=page)]
    return told(draft.section)


def fields(*sections: Section, **document: Any) -> dict[str, Any]:
    made = memo_fields(make_report(list(sections), **document))
    assert made is not None
    return made


def test_the_point_quotes_the_section_and_asks_what_is_missing() -> None:
    memo = fields(vague("Wijk", 4), worked_out(), title="Visie Zandhoven", pages=12, date="2026-05")
    assert memo["onderwerp"] == "Verzoek om aanvulling"
    (point,) = memo["punten"]
    assert point["citaat"] == "We streven naar een mooie wijk voor al onze inwoners."
    assert (point["citaat_bladzijde"], point["oordeel"]) == ("p. 4", "terugsturen")
    assert point["niveau"] == "0 van 4 (wens)"
    assert point["ontbreekt"] == "maatregel, termijn, middelen en hoe het gevolgd wordt"
    assert point["algemeen"] == "wie het doet en doel"
    assert [item["nummer"] for item in point["vragen"]] == [f"1.{n}" for n in range(1, 7)]
    asked = {item["over"]: item["vraag"] for item in point["vragen"]}
    assert asked["termijn"] == "Wanneer begint dit, en wanneer moet het klaar zijn?"
    assert {"naam": "Datum stuk", "waarde": "mei 2026"} in memo["gegevens"]
    assert {"naam": "Omvang", "waarde": "12 bladzijden"} in memo["gegevens"]


def test_the_same_words_are_quoted_once_in_a_point() -> None:
    (point,) = fields(vague("Wijk"))["punten"]
    said = json.dumps(point, ensure_ascii=False)
    assert said.count("We streven naar een mooie wijk") == 1


def test_what_is_good_is_named_with_an_example() -> None:
    counts, example = fields(vague("Wijk"), worked_out())["goed"]
    assert counts == "In één paragraaf staat een concrete maatregel en in één wie het doet."
    assert example.startswith("Een voorbeeld van een goed uitgewerkte paragraaf is Oevers (p. 9).")
    for quoted in ("‘waterschap Laagland’", "‘vóór 1 juli 2027’", "‘€ 90.000’"):
        assert quoted in example


def test_an_example_is_concrete_or_is_not_given() -> None:
    section = worked_out()
    section.mentions[1].value = {"name": "gemeente", "generic": True}
    section.mentions[2].value = {"interval": "vague"}
    section.mentions[3].value = {"open": True}
    assert not any("voorbeeld" in line for line in fields(section)["goed"])


def test_questions_that_come_back_are_asked_once() -> None:
    memo = fields(*(vague(name) for name in ("Wijk", "Straat", "Haven")))
    assert [item["nummer"] for item in memo["vragen"]] == ["V1", "V2", "V3", "V4", "V5"]
    assert {item["punten"] for item in memo["vragen"]} == {"alle punten"}
    term = next(item for item in memo["vragen"] if item["over"] == "termijn")
    for point in memo["punten"]:
        assert f"{term['nummer']} (termijn)" in point["ook"]
        assert [item["waarom"] for item in point["vragen"]] == ["Wie het uitvoert, blijft algemeen: ‘we’."]
        assert term["vraag"] not in [item["vraag"] for item in point["vragen"]]
        assert [item["nummer"] for item in point["vragen"]] == [
            f"{point['nummer']}.{n}" for n in range(1, len(point["vragen"]) + 1)
        ]
    assert fields(vague("Wijk"), vague("Straat"))["vragen"] == []


def test_a_long_document_has_ten_points_and_an_annex() -> None:
    memo = fields(*(vague(f"Wijk {number}", number) for number in range(1, 101)))
    assert [point["nummer"] for point in memo["punten"]] == [str(n) for n in range(1, 11)]
    (annex,) = memo["bijlagen"]
    assert annex["letter"] == "A" and [row["nummer"] for row in annex["rijen"]] == [
        str(n) for n in range(11, 101)
    ]
    assert "de andere staan in bijlage A" in memo["inleiding"][1]
    assert annex["rijen"][0]["toelichting"].startswith("Ontbreekt: maatregel")
    assert {"over": "termijn", "vraag": "Wanneer begint dit, en wanneer moet het klaar zijn?"} in annex[
        "vragen"
    ]


def test_the_points_begin_with_the_sections_to_send_back_first() -> None:
    sections = [vague(f"Wijk {number}") for number in range(20)]
    sections[13].commitments = [Commitment(goal=0), Commitment(goal=0)]
    report = make_report(sections)
    made = memo_fields(report)
    assert made is not None
    titles = {section.id: section.heading for section in sections}
    first = [titles[name] for name in report.summary.first_to_send_back]
    assert first[0] == "Wijk 13"
    assert [point["paragraaf"] for point in made["punten"]] == first


def weighed(section: Section, *, context: str | None = None, profile: str | None = None) -> Section:
    """The section with a verdict in the whole document and by the profile."""
    assert section.criteria is not None and section.level is not None and section.score is not None
    if context:
        section.in_context = InContext.model_validate(
            {"criteria": section.criteria, "level": section.level, "score": section.score, "verdict": context}
        )
    if profile:
        missing = ["deadline", "budget"] if profile == "send_back" else []
        section.expectation = Expectation.model_validate(
            {"level": 1, "fit": 40, "missing": missing, "verdict": profile}
        )
    return section


def test_what_does_not_go_back_as_it_is_stands_apart() -> None:
    uncertain = vague("Onzeker")
    uncertain.uncertain = True
    memo = fields(
        weighed(vague("Verwijst"), context="accept"),
        uncertain,
        weighed(worked_out("Mager"), profile="send_back"),
        weighed(vague("Later"), context="send_back", profile="accept"),
        weighed(vague("Terug"), context="send_back", profile="send_back"),
    )
    assert [point["paragraaf"] for point in memo["punten"]] == ["Terug"]
    found = {group["titel"]: [row["paragraaf"] for row in group["rijen"]] for group in memo["groepen"]}
    titles = [words()["group"][name]["title"] for name in ("refer", "doubt", "more", "later")]
    assert found == dict(
        zip(
            titles, [["Verwijst (p. 3)"], ["Onzeker (p. 3)"], ["Mager (p. 9)"], ["Later (p. 3)"]], strict=True
        )
    )
    assert [row["nummer"] for group in memo["groepen"] for row in group["rijen"]] == ["2", "3", "4", "5"]
    assert memo["aantal"] == {"paragrafen": "5", "voldoende": "1", "terug": "1", "twijfel": "1"}


def test_doubt_about_the_text_counts_only_where_the_profile_does_not_settle_it() -> None:
    """What is near the border for any document can be in order for a document of its kind."""
    sections = [vague("Terug"), worked_out("Goed")]
    for section in sections:
        section.uncertain = True
        weighed(section, profile="accept")
    memo = fields(*sections)
    assert [group["titel"] for group in memo["groepen"]] == [words()["group"]["later"]["title"]]
    assert memo["aantal"]["voldoende"] == "1"
    for section in sections:
        assert section.expectation is not None
        section.expectation.uncertain = True
    assert [len(group["rijen"]) for group in fields(*sections)["groepen"]] == [2]


def test_what_the_profile_accepts_only_just_does_not_go_back_without_doubt() -> None:
    section = weighed(vague("Dorpen"), context="send_back", profile="accept")
    assert section.expectation is not None
    section.expectation.uncertain = True
    memo = fields(section)
    assert memo["punten"] == []
    assert [group["titel"] for group in memo["groepen"]] == [words()["group"]["doubt"]["title"]]


def test_the_profile_decides_which_questions_are_asked() -> None:
    (point,) = fields(weighed(vague("Terug"), profile="send_back"))["punten"]
    assert [item["over"] for item in point["vragen"]] == ["maatregel", "termijn", "middelen"]


def test_what_stands_elsewhere_is_said_and_not_asked() -> None:
    section = weighed(vague("Terug"), context="send_back")
    assert section.in_context is not None
    for criterion, value in (("deadline", 2), ("budget", 2), ("monitoring", 1)):
        section.in_context.met.append(
            Elsewhere.model_validate(
                {
                    "criterion": criterion,
                    "value": value,
                    "section": "oevers",
                    "service": "execution",
                    "page": 9,
                }
            )
        )
    (point,) = fields(section, worked_out())["punten"]
    assert point["elders"] == [
        "De termijn en de middelen staan wel in Oevers (p. 9). Een verwijzing daarnaar is genoeg.",
        "Het volgen van de voortgang staat voor een deel in Oevers (p. 9). Wilt u daarbij aansluiten?",
    ]
    assert {item["over"] for item in point["vragen"]} & {"termijn", "middelen"} == set()
    assert "hoe het gevolgd wordt" in [item["over"] for item in point["vragen"]]


def test_a_group_that_is_long_is_an_annex() -> None:
    sections = [vague(f"Wijk {number}") for number in range(11)]
    for section in sections:
        section.uncertain = True
    memo = fields(*sections)
    (group,), (annex,) = memo["groepen"], memo["bijlagen"]
    assert group["rijen"] == [] and group["tekst"].endswith("Het gaat om elf paragrafen; zie bijlage A.")
    assert len(annex["rijen"]) == 11 and annex["titel"] == group["titel"]
    assert memo["onderwerp"] == "Verzoek om nog eens te lezen"


def test_a_document_without_anything_to_send_back_gets_a_short_memo() -> None:
    memo = fields(worked_out())
    assert memo["onderwerp"] == "Geen aanvulling nodig"
    assert memo["inleiding"][1] == (
        "Het stuk heeft één paragraaf met beleid. Die is voldoende uitgewerkt. Wij sturen niets terug."
    )
    assert memo["punten"] == memo["groepen"] == memo["bijlagen"] == memo["vragen"] == []


def test_no_memo_without_anything_assessed(broken: Report) -> None:
    assert memo_fields(broken) is None
    assert memo_fields(make_report([Draft("Leeswijzer", role="context").section])) is None


def test_a_document_read_in_part_says_so() -> None:
    assert fields(worked_out(), status="partial")["inleiding"][-1].startswith("Een deel van het bestand")


def test_texts_are_one_line_without_control_characters_or_turned_writing() -> None:
    section = vague("Wijk\x07\n\u202eGroen")
    section.mentions[1].text = section.mentions[1].text.replace("mooie", "mooie\x00\ud800\n")
    said = json.dumps(fields(section, title="A\tB\x0c"), ensure_ascii=False)
    assert not re.search(r"[\x00-\x1f\u202e\ud800]|\\n|\\t|\\u", said)


def test_a_quote_is_a_whole_sentence_rather_than_a_row_and_is_cut_after_a_word() -> None:
    long = "We streven " + "samen met inwoners en ondernemers " * 9 + "naar meer groen."
    draft = Draft("Groen").row(["Groen", "meer"], ["Thema", "Streven"]).add("paragraph", long)
    draft.mention("vague", "Thema: Groen | Streven: meer").mention("vague", long).assess(0, 5, "100000")
    (point,) = fields(told(draft.section))["punten"]
    assert point["citaat"].startswith("We streven samen") and len(point["citaat"]) < 240
    assert re.search(r"(inwoners|ondernemers|samen|met|en) …$", point["citaat"])


def test_a_section_without_mentions_is_quoted_by_its_first_sentence() -> None:
    draft = Draft("Groen", page=2).add("paragraph", "Groen is in onze gemeente van grote waarde. Meer volgt.")
    (point,) = fields(told(draft.assess(0, 5, "000000").section))["punten"]
    assert (point["citaat"], point["citaat_bladzijde"]) == (
        "Groen is in onze gemeente van grote waarde.",
        "p. 2",
    )


def test_a_format_without_pages_has_no_empty_brackets() -> None:
    section = vague("Wijk")
    section.page_start = section.page_end = None
    said = json.dumps(fields(section), ensure_ascii=False)
    assert "()" not in said and "p. " not in said


def test_the_default_profile_is_not_named() -> None:
    report = make_report([weighed(worked_out("Mager"), profile="send_back")])
    for name, expected in (("standaard", False), ("raadsvoorstel", True)):
        report.profile = Profile(name=name, title="Soort stuk", choice="recognised", level=2)
        made = memo_fields(report)
        assert made is not None and ("(soort stuk)" in made["groepen"][0]["tekst"]) is expected


def test_the_fields_are_those_that_are_documented() -> None:
    uncertain = [vague(f"Twijfel {number}") for number in range(11)]
    for section in uncertain:
        section.uncertain = True
    memo = fields(
        *(vague(f"Wijk {number}") for number in range(12)),
        *uncertain,
        weighed(vague("Verwijst"), context="accept"),
    )

    def same(made: Any, schema: Any, name: str) -> None:
        if isinstance(schema, dict):
            assert set(made) == set(schema), name
            for key, held in schema.items():
                same(made[key], held, f"{name}.{key}")
        elif isinstance(schema, list):
            assert isinstance(made, list), name
            for item in made:
                same(item, schema[0], name)
        else:
            assert isinstance(made, str), name

    same(memo, words()["fields"], "fields")


@pytest.mark.parametrize("count", [0, 1, 2, 12, 13])
def test_numbers_are_words_up_to_twelve(count: int) -> None:
    memo = fields(*(vague(f"Wijk {number}") for number in range(count)), worked_out())
    said = memo["inleiding"][1]
    expected = {
        0: "niets terug",
        1: "Bij één paragraaf",
        2: "Bij twee paragrafen",
        12: "Bij twaalf paragrafen",
    }
    assert expected.get(count, "Bij 13 paragrafen") in said


def test_criteria_of_a_person_s_level_need_no_questions() -> None:
    section = vague("Wijk")
    section.questions, section.criteria = (
        [],
        Criteria(goal=2, measure=2, actor=2, budget=2, deadline=2, monitoring=2),
    )
    (point,) = fields(section)["punten"]
    assert point["vragen"] == [] and point["ontbreekt"] == "" and point["ook"] == ""
