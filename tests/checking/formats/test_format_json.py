"""The JSON of a check: a record that others build on."""

from __future__ import annotations

import json

import jsonschema
import pytest
from format_samples import clean, hostile, ordinary

from uitvoerbaarheid.checking.formats.json import CheckReport, render
from uitvoerbaarheid.checking.outcome import Outcome


@pytest.mark.parametrize("made", [ordinary, clean, hostile, lambda: Outcome("0.1.0")])
def test_it_fits_its_own_schema_and_is_read_back_whole(made) -> None:
    outcome = made()
    content = json.loads(render(outcome))
    jsonschema.validate(content, CheckReport.model_json_schema(mode="serialization"))
    read = CheckReport.model_validate(content)
    assert read.findings == outcome.findings
    assert [document.path for document in read.documents] == [item.path for item in outcome.documents]


def test_it_counts_new_findings_by_severity_and_the_others_by_state(outcome: Outcome) -> None:
    content = json.loads(render(outcome))
    assert content["schema_version"] == "1"
    assert content["summary"] == {
        "error": 1,
        "warning": 2,
        "note": 1,
        "known": 1,
        "suppressed": 1,
        "documents": 3,
        "unreadable": 1,
    }
    assert (content["fail_level"], content["exit_code"], content["compared"]) == ("error", 2, True)
    assert content["documents"][2] == {
        "path": "scan.pdf",
        "status": "unreadable",
        "error": {"code": "no_text", "message": "De pdf is een scan."},
        "sections": 0,
        "assessed": 0,
    }


def test_a_build_log_takes_nothing_in_it_as_an_order(hostile_outcome: Outcome) -> None:
    shown = render(hostile_outcome)
    assert "##" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.split("\n"))
    shown.encode("utf-8")  # also what has no form in UTF-8


def test_the_same_outcome_gives_the_same_bytes(outcome: Outcome) -> None:
    assert render(outcome) == render(ordinary())
