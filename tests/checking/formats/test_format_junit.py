"""JUnit XML, read by a library that build services use too."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from format_samples import clean, finding, hostile, ordinary
from junitparser import JUnitXml

from uitvoerbaarheid.checking.formats.junit import render
from uitvoerbaarheid.checking.outcome import Checked, Outcome


def _read(outcome: Outcome) -> JUnitXml:
    return JUnitXml.fromstring(render(outcome).encode("utf-8"))


def _results(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Suite, test case and what became of it."""
    return [
        (suite.name, case.name, type(case.result[0]).__name__ if case.result else "passed")
        for suite in _read(outcome)
        for case in suite
    ]


def test_what_fails_the_check_is_a_failure_and_the_rest_passes_or_is_skipped(outcome: Outcome) -> None:
    where = "2 Maatregelen > 2.1 Wadi in Zuiderhof"
    assert _results(outcome) == [
        ("plannen/water.md", "het stuk is te lezen", "passed"),
        ("plannen/water.md", "UV408 het hele document", "passed"),
        ("plannen/water.md", f"UV001 {where}", "Failure"),
        ("plannen/water.md", f"UV101 {where}", "passed"),
        ("plannen/water.md", f"UV102 {where}", "Skipped"),
        ("plannen/water.md", f"UV103 {where}", "Skipped"),
        ("visie.pdf", "het stuk is te lezen", "passed"),
        ("visie.pdf", "UV101 4 Groen", "passed"),
        ("scan.pdf", "het stuk is te lezen", "Error"),
    ]
    warned = [result for *_, result in _results(replace(outcome, fail_level="warning"))]
    assert warned.count("Failure") == 3
    never = [result for *_, result in _results(replace(outcome, fail_level="never"))]
    assert never.count("Failure") == 0


def test_a_failure_says_what_where_and_what_to_ask(outcome: Outcome) -> None:
    xml = render(replace(outcome, fail_level="warning"))
    case = next(case for case in ElementTree.fromstring(xml).iter("testcase") if case.get("line") == "12")
    assert (case.get("file"), case.get("classname")) == ("plannen/water.md", "plannen/water.md")
    failure = case.find("failure")
    assert (failure.get("type"), failure.get("message")) == ("UV101", "Er staat niet bij wie dit uitvoert.")
    assert failure.text == "‘In 2027 wordt een wadi aangelegd’\nVraag: Wie voert dit uit?"
    (skipped,) = [element.get("message") for element in ElementTree.fromstring(xml).iter("skipped")][1:]
    assert skipped == "opzij gezet; Reden: De dekking volgt bij de kadernota.; Er staat geen geld bij."


def test_the_counts_are_those_of_the_cases(outcome: Outcome) -> None:
    xml = _read(replace(outcome, missing=["weg.md"]))
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (10, 1, 2, 2)
    assert [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in xml] == [
        (6, 1, 0, 2),
        (2, 0, 0, 0),
        (1, 0, 1, 0),
        (1, 0, 1, 0),
    ]


def test_unreadable_is_skipped_where_allowed_and_told_once() -> None:
    document = Checked("scan.pdf", "unreadable")
    told = Outcome("0.1.0", [finding(path="scan.pdf", severity="error")], [document])
    assert _results(told) == [("scan.pdf", "het stuk is te lezen", "Error")]
    assert _results(replace(told, allow_unreadable=True))[0][2] == "Skipped"


@pytest.mark.parametrize("made", [clean, hostile, ordinary, lambda: Outcome("0.1.0")])
def test_it_is_xml_whatever_the_text(made) -> None:
    root = ElementTree.fromstring(render(made()).encode("utf-8"))
    known = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}
    assert {element.tag for element in root.iter()} <= known
