"""The same measure in two sections: duplicates, conflicts, and what is neither."""

from __future__ import annotations

import time

from document_samples import Part, actor, budget, deadline, section

from uitvoerbaarheid.records import Section
from uitvoerbaarheid.scoring.overlaps import overlaps_of

LONG = "De gemeente {rest} de speelplekken in de wijk Zuiderhof samen met omwonenden en scholen groener"


def one(name: str, text: str, *parts: Part, number: str | None = None) -> Section:
    return section(name, (text, list(parts)), number=number)


def test_the_same_words_in_two_sections_are_a_duplicate() -> None:
    first = one("een", LONG.format(rest="maakt"))
    second = one("twee", LONG.format(rest="maakt") + ".", number="5.2")
    found = overlaps_of([first, second])
    assert [(o.kind, o.first.section, o.second.section) for o in found] == [("duplicate", "een", "twee")]
    assert found[0].text.startswith("‘De gemeente maakt de speelplekken")
    assert found[0].text.endswith("staat ook in paragraaf 5.2.")


def test_all_duplicates_between_two_sections_are_told_once() -> None:
    sentences = [
        (LONG.format(rest=verb) + f" voor {what}.", [])
        for verb, what in (("maakt", "kleuters"), ("houdt", "ouderen"))
    ]
    found = overlaps_of([section("een", *sentences), section("twee", *sentences, page=7)])
    assert len(found) == 1
    assert "en nog 1 maatregel staan ook in paragraaf ‘twee’ (bladzijde 7)" in found[0].text


def test_another_term_or_amount_is_a_conflict_that_quotes_both() -> None:
    first = one("een", "Aanleg fietstunnel Zuiderhof in 2027", deadline("in 2027", "2027-01-01/2027-12-31"))
    second = one(
        "twee",
        "We leggen de fietstunnel Zuiderhof in 2028 aan.",
        deadline("in 2028", "2028-01-01/2028-12-31"),
        number="5.2",
    )
    found = overlaps_of([first, second])
    assert [o.kind for o in found] == ["deadline"]
    quoted, terms = "‘Aanleg fietstunnel Zuiderhof in 2027’", "‘in 2027’ en in paragraaf 5.2 ‘in 2028’"
    assert found[0].text == f"{quoted} heeft hier de termijn {terms}."
    cheap = one("een", "Aanleg fietstunnel Zuiderhof voor € 2 miljoen", budget("€ 2 miljoen", 2e6))
    dear = one("twee", "De aanleg van de fietstunnel Zuiderhof kost € 3 miljoen.", budget("€ 3 miljoen", 3e6))
    assert [o.kind for o in overlaps_of([cheap, dear])] == ["budget"]


def test_terms_and_amounts_that_can_both_hold_are_no_conflict() -> None:
    text = LONG.format(rest="maakt") + " {}"
    pairs = [
        (deadline("in 2027", "2027-01-01/2027-12-31"), deadline("voor 2029", "../2028-12-31")),
        (deadline("jaarlijks", "R/P1Y"), deadline("in 2027", "2027-01-01/2027-12-31")),
        (budget("€ 10.000", 10000, period="jaar"), budget("€ 40.000", 40000)),
        (budget("€ 10.000", 10000, year=2027), budget("€ 40.000", 40000, year=2028)),
        (budget("€ 10.000", 10000), budget("€ 8.000 tot € 12.000", 8000, 12000)),
    ]
    for left, right in pairs:
        found = overlaps_of(
            [one("een", text.format(left[1]), left), one("twee", text.format(right[1]), right)]
        )
        assert [o.kind for o in found] == ["duplicate"]


def test_two_latest_moments_are_two_terms() -> None:
    text = LONG.format(rest="maakt") + " {}"
    left, right = deadline("voor 2027", "../2026-12-31"), deadline("voor 2028", "../2027-12-31")
    found = overlaps_of([one("een", text.format(left[1]), left), one("twee", text.format(right[1]), right)])
    assert [o.kind for o in found] == ["deadline"]


def test_another_party_is_a_conflict_only_when_it_is_named_to_do_it() -> None:
    text = "De speelplekken in de wijk Zuiderhof worden groener en veiliger gemaakt door {}"
    by = ("role.responsible.before",)
    parties = [actor("Drieland", rules=by), actor("Vlietland", rules=by)]
    found = overlaps_of([one(p[1], text.format(p[1]), p) for p in parties])
    assert [o.kind for o in found] == ["actor"]
    assert "een taak van Drieland en in paragraaf ‘Vlietland’ van Vlietland" in found[0].text
    # Two that do the same, each for itself, do not disagree.
    subjects = [actor("Drieland"), actor("Vlietland")]
    sentence = "{} maakt de speelplekken in de wijk Zuiderhof samen groener en veiliger"
    assert [o.kind for o in overlaps_of([one(p[1], sentence.format(p[1]), p) for p in subjects])] == [
        "duplicate"
    ]


def test_another_place_or_number_is_another_measure() -> None:
    text = "We maken de speelplekken in de wijk {} samen met omwonenden en scholen groener"
    assert overlaps_of([one("een", text.format("Zuiderhof")), one("twee", text.format("Noorderhof"))]) == []
    text = "We maken {} speelplekken in de wijken samen met omwonenden en scholen groener"
    assert overlaps_of([one("een", text.format("3")), one("twee", text.format("4"))]) == []


def test_boilerplate_short_lines_and_table_rows_without_a_measure_are_none() -> None:
    same = [one(f"s{number}", LONG.format(rest="maakt")) for number in range(4)]
    assert overlaps_of(same) == []
    assert overlaps_of([one("een", "We gaan door."), one("twee", "We gaan door.")]) == []
    line = "Daarover maken de partijen in de regio de volgende nadere afspraken:"
    assert overlaps_of([one("een", line), one("twee", line)]) == []
    rows = [
        section(
            name,
            (f"Wegen bruggen sluizen kades havens | {sum_}", [budget(sum_, 1e5)]),
            header=["Kapitaalgoed", "2027"],
        )
        for name, sum_ in (("Exploitatie", "100"), ("Reserve", "200"))
    ]
    assert overlaps_of(rows) == []


def test_twice_in_one_section_is_no_overlap() -> None:
    sentence = (LONG.format(rest="maakt"), [])
    assert overlaps_of([section("een", sentence, sentence)]) == []


def test_rows_are_compared_by_their_measure() -> None:
    first = section(
        "een",
        ("Aanleg fietstunnel Zuiderhof | 2027", [deadline("2027", "2027-01-01/2027-12-31")]),
        header=["Maatregel", "Planning"],
    )
    second = one(
        "twee",
        "We leggen in 2029 de fietstunnel Zuiderhof aan.",
        deadline("in 2029", "2029-01-01/2029-12-31"),
    )
    assert [o.kind for o in overlaps_of([first, second])] == ["deadline"]


def test_a_large_document_takes_little_time() -> None:
    sections = [
        one(
            f"s{n}",
            f"We maken plein p{n} samen met omwonenden uit buurt{n % 997} en school{n % 499} groener",
        )
        for n in range(5000)
    ]
    begin = time.process_time()
    overlaps_of(sections)
    assert time.process_time() - begin < 10
