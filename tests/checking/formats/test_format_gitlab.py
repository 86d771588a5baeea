"""GitLab's Code Quality report."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from format_samples import clean, finding, hostile, ordinary

from uitvoerbaarheid.checking.formats.gitlab import render
from uitvoerbaarheid.checking.outcome import Outcome

#: What GitLab documents of the report format.
_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("made", [ordinary, clean, hostile, lambda: Outcome("0.1.0")])
def test_it_has_what_gitlab_asks(made) -> None:
    issues = json.loads(render(made()))
    jsonschema.validate(issues, _SCHEMA)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_issues_have_place_words_and_severity(outcome: Outcome) -> None:
    issues = json.loads(render(outcome))
    found = [
        (issue["check_name"], issue["severity"], issue["location"]["lines"]["begin"]) for issue in issues
    ]
    assert found == [
        ("UV408", "info", 1),
        ("UV001", "major", 10),
        ("UV101", "minor", 12),
        ("UV102", "minor", 12),  # known: GitLab compares branches itself; what was set aside is left out
        ("UV101", "minor", 1),
    ]
    assert issues[-1]["description"] == (
        "p. 3, 4 Groen: Er staat niet bij wie dit uitvoert. Vraag: Wie voert dit uit?"
    )


def _names(*findings) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(render(Outcome("0.1.0", list(findings))))]


def test_a_fingerprint_outlives_moved_lines_and_tells_findings_apart() -> None:
    here = finding(fingerprints={"heading/v1": "a", "text/v1": "b"})
    moved = finding(line=90, message="Anders.", fingerprints={"heading/v1": "a", "text/v1": "c"})
    assert _names(here) == _names(moved)
    others = [finding(path="b.md"), finding(rule="UV102"), finding(fingerprints={"heading/v1": "z"})]
    assert len(set(_names(finding(), *others))) == 4
    bare = finding(fingerprints={})
    assert len(set(_names(bare, bare))) == 2
    assert _names(bare)[0] == _names(replace(ordinary(), findings=[bare]).findings[0])[0]
