"""A report as rows of the store's tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import report_samples
from stored_samples import vision

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import rows
from uitvoerbaarheid.store import packed_rows, rows_of, unpacked_rows
from uitvoerbaarheid.store.tables import COLUMNS


def _named(report: Report, table: str) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in rows_of(report)[table]]


@pytest.mark.parametrize("sample", ["garden", "weighed", "hostile", "broken"])
def test_every_row_has_a_value_for_each_column(sample: str) -> None:
    report = getattr(report_samples, sample)()
    made = rows_of(report)
    assert list(made) == list(COLUMNS)
    assert all(len(row) == len(COLUMNS[table]) for table in made for row in made[table])
    assert [len(made[t]) for t in ("documents", "sections", "scores")] == [1, *[len(report.sections)] * 2]
    assert len(made["mentions"]) == sum(len(section.mentions) for section in report.sections)
    assert len(made["commitments"]) == sum(len(section.commitments) for section in report.sections)


def test_values_of_mentions_are_columns() -> None:
    found = {m["type"]: m for m in _named(vision("visie.md", "a"), "mentions") if m["position"] == 1}
    assert found["actor"]["actor"] == "gemeente Lindermeer"
    assert found["actor"]["actor_id"] == "gm9001"
    assert found["deadline"]["date_to"] == date(2027, 12, 31)
    assert found["deadline"]["term_year"] == 2027
    assert (found["budget"]["amount_low"], found["budget"]["money_year"]) == (50000.0, 2027)
    assert found["measure"]["modality"] == "decision"
    assert found["measure"]["amount_low"] is None


def test_we_stands_for_whom_it_means() -> None:
    report = vision("visie.md", "a")
    value = {
        "name": "wij",
        "generic": True,
        "resolved": {"name": "gemeente Lindermeer", "identifier": "gm9001"},
    }
    report.sections[1].mentions[1].value = value
    (actor,) = (m for m in _named(report, "mentions") if m["type"] == "actor")
    assert (actor["actor"], actor["actor_id"], actor["unnamed"]) == ("gemeente Lindermeer", "gm9001", False)
    del value["resolved"]
    (actor,) = (m for m in _named(report, "mentions") if m["type"] == "actor")
    assert (actor["actor"], actor["unnamed"]) == ("wij", True)


def test_a_relative_term_has_the_dates_it_comes_down_to() -> None:
    report = vision("visie.md", "a")
    report.sections[1].mentions[2].value = {"interval": "P2Y", "resolved": "2026-01-01/2027-12-31"}
    (term,) = (m for m in _named(report, "mentions") if m["type"] == "deadline")
    assert (term["term"], term["date_from"], term["term_year"]) == ("P2Y", date(2026, 1, 1), 2027)


def test_a_commitment_has_its_parts_as_words_and_as_values() -> None:
    (promise,) = _named(vision("visie.md", "a"), "commitments")
    assert promise["measure"].startswith("Gemeente Lindermeer plant")
    assert (promise["actors"], promise["deadline"]) == ("Gemeente Lindermeer", "in 2027")
    assert (promise["term_year"], promise["amount_high"], promise["goal"]) == (2027, 50000.0, None)
    assert [a["actor"] for a in _named(vision("visie.md", "a"), "actors")] == ["gemeente Lindermeer"]


def test_lone_surrogates_and_strange_years_do_no_harm() -> None:
    report = vision("visie.md", "a", date="9999-01-01")
    report.sections[0].heading = "Kop \ud800"
    assert _named(report, "sections")[0]["heading"] == "Kop \ufffd"
    assert _named(report, "documents")[0]["year"] is None


@pytest.mark.parametrize("sample", ["garden", "weighed", "hostile", "broken"])
def test_packed_rows_are_the_same_when_unpacked(sample: str) -> None:
    made = rows(getattr(report_samples, sample)())
    assert unpacked_rows(packed_rows(made)) == made
    assert packed_rows(made) == packed_rows(made)


@pytest.mark.parametrize("change", [lambda data: data[:-5], lambda data: b"x" + data, lambda data: b""])
def test_rows_that_were_changed_are_not_unpacked(change: Any) -> None:
    with pytest.raises(ValueError):
        unpacked_rows(change(packed_rows(rows(report_samples.weighed()))))
