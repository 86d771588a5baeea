"""The names of findings: the same while the document changes around them, and never those of another."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import pytest
from finding_samples import hold, mention, report, section
from hypothesis import given, settings
from hypothesis import strategies as st

from uitvoerbaarheid.checking.findings import find
from uitvoerbaarheid.checking.fingerprints import HEADING, TEXT, heading_words
from uitvoerbaarheid.records import Finding, Report, Section

#: A report is made for every example; a slow machine is no error.
short = settings(max_examples=25, deadline=None)
WORDS = ("fiets", "water", "wonen", "groen", "markt", "brug", "school", "haven", "park", "energie")
words = st.lists(st.sampled_from(WORDS), min_size=4, max_size=8).map(" ".join)
headings = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
#: A document as its sections: heading, and a text that has a measure or not.
documents = st.lists(st.tuples(headings, words, st.booleans()), min_size=1, max_size=8)
#: How a heading is numbered; the text of a heading is the same.
numbers = st.sampled_from(
    ["", "1 ", "4.2 ", "12.3.1. ", "Hoofdstuk 3: ", "B. ", "IV. ", "§ 2 ", "Bijlage 1 – ", "a) "]
)


def _section(place: int, heading: str, text: str, measure: bool) -> Section:
    made = section(heading.capitalize(), text, id=f"s{place}", values="010000" if measure else "100000")
    if measure:
        mention(made, "measure", text)
    return hold(made, "omgevingsprogramma")


def _report(document: Iterable[tuple[str, str, bool]]) -> Report:
    return report(*(_section(place, *parts) for place, parts in enumerate(document)))


def _names(findings: Iterable[Finding], kind: str) -> list[str | None]:
    return [finding.fingerprints.get(kind) for finding in findings]


@short
@given(documents)
def test_no_two_findings_of_a_document_have_the_same_name(document) -> None:
    findings = find(_report(document), "plan.pdf")
    for kind in (HEADING, TEXT):
        names = [name for name in _names(findings, kind) if name]
        assert len(set(names)) == len(names)
    assert all(HEADING in finding.fingerprints for finding in findings)


@short
@given(documents, st.lists(st.tuples(numbers, numbers), min_size=8, max_size=8), st.integers(1, 90))
def test_other_numbers_pages_lines_ids_and_files_change_no_name(document, numbering, page: int) -> None:
    before, after = _report(document), _report(document)
    for made, (number, above) in zip(after.sections, numbering, strict=False):
        made.heading = number + made.heading
        made.heading_path = [f"{above}Deel", made.heading]
        made.id += "-anders"
        made.heading_box = None
        made.line = page
        for block in made.blocks:
            block.page, block.boxes, block.line = None, [], page + 1
    for made in before.sections:
        made.heading_path = ["Deel", made.heading]
    old, new = find(before, "plan.pdf"), find(after, "stukken/plan-2.pdf")
    assert [f.fingerprints for f in new] == [f.fingerprints for f in old]


@short
@given(documents, st.data())
def test_a_section_that_moves_takes_its_names_along(document, data) -> None:
    distinct = list({(heading, text): (heading, text, flag) for heading, text, flag in document}.values())
    distinct = list({text: item for item in distinct for text in [item[1]]}.values())
    moved = data.draw(st.permutations(distinct))
    for kind in (TEXT, HEADING):
        old = {name for name in _names(find(_report(distinct), "plan.pdf"), kind) if name}
        new = {name for name in _names(find(_report(moved), "plan.pdf"), kind) if name}
        assert old == new


@short
@given(documents, headings)
def test_a_renamed_heading_leaves_the_name_by_the_text(document, heading: str) -> None:
    before, after = _report(document), _report(document)
    after.sections[0].heading_path = [heading + " hernoemd"]
    after.sections[0].heading = heading + " hernoemd"
    old, new = find(before, "plan.pdf"), find(after, "plan.pdf")
    assert _names(new, TEXT) == _names(old, TEXT)
    assert any(_names(new, TEXT))


@short
@given(documents)
def test_text_around_it_leaves_the_name_by_the_heading(document) -> None:
    before, after = _report(document), _report(document)
    for made in after.sections:
        made.text += "\nNog een zin die er eerst niet stond."
    assert _names(find(after, "plan.pdf"), HEADING) == _names(find(before, "plan.pdf"), HEADING)


@short
@given(documents, st.integers(0, 7))
def test_what_comes_new_after_it_leaves_the_names_of_the_others(document, copy_of: int) -> None:
    before = _report(document)
    extra = copy.deepcopy(before.sections[copy_of % len(before.sections)])
    extra.id = "nieuw"
    after = before.model_copy(update={"sections": [*before.sections, extra]})
    old, new = find(before, "plan.pdf"), find(after, "plan.pdf")
    for kind in (HEADING, TEXT):
        assert set(_names(old, kind)) <= set(_names(new, kind))


def test_amounts_and_paragraph_numbers_in_the_words_do_not_count() -> None:
    one = _report([("fietsen", "de gemeente betaalt € 250.000 volgens paragraaf 4.2", True)])
    other = _report([("fietsen", "de gemeente betaalt € 300.000 volgens paragraaf 5.1", True)])
    assert _names(find(one, "p"), TEXT) == _names(find(other, "p"), TEXT)


def test_a_rule_is_part_of_the_name() -> None:
    findings = find(_report([("fietsen", "de gemeente legt een pad aan", True)]), "plan.pdf")
    assert len(findings) > 2
    assert len({finding.fingerprints[HEADING] for finding in findings}) == len(findings)


def test_few_words_are_no_name() -> None:
    whole = report(section("Fietsen", "n.v.t.", values="000000"))
    assert [set(f.fingerprints) for f in find(whole, "plan.pdf")] == [{HEADING}] * 3


@pytest.mark.parametrize(
    ("heading", "same"),
    [
        ("4.2 Wonen aan zee", "wonen aan zee"),
        ("Hoofdstuk 12. Wonen", "wonen"),
        ("BIJLAGE B: Kaarten", "kaarten"),
        ("IV. Slot", "slot"),
        ("2030 in zicht", "in zicht"),
        ("Wonen in de 21e eeuw", "wonen in de e eeuw"),
        ("A4 en N459", "en n"),
        ("I love Lindermeer", "i love lindermeer"),
        ("C mineur", "c mineur"),
        ("4.2", "4.2"),
        ("Café – terras", "café terras"),
    ],
)
def test_the_number_of_a_heading_is_no_part_of_it(heading: str, same: str) -> None:
    assert heading_words(heading) == same


def test_hostile_headings_take_linear_time() -> None:
    assert heading_words("1." * 50_000) and heading_words("IVXLC" * 20_000)
