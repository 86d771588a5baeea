"""The JSON report: what is written is what is read, byte for byte the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from uitvoerbaarheid.records import Report, Summary
from uitvoerbaarheid.reports import read_json, rows, write_json
from uitvoerbaarheid.reports.html import render_html
from uitvoerbaarheid.reports.json import _in_full, json_bytes, report_from


def test_reading_gives_the_report_back(garden: Report, tmp_path: Path) -> None:
    write_json(garden, tmp_path / "map" / "garden.json")
    assert read_json(tmp_path / "map" / "garden.json") == garden


def test_same_report_gives_same_bytes(garden: Report, tmp_path: Path) -> None:
    write_json(garden, tmp_path / "a.json")
    write_json(read_json(tmp_path / "a.json"), tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_layout_of_the_file(garden: Report, tmp_path: Path) -> None:
    write_json(garden, tmp_path / "a.json")
    data = (tmp_path / "a.json").read_bytes()
    assert data.startswith(b'{\n "schema_version": "1"')
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert "€ 250.000".encode() in data
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_offsets_survive(garden: Report, tmp_path: Path) -> None:
    write_json(garden, tmp_path / "a.json")
    for section in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["sections"]:
        for mention in section["mentions"]:
            assert section["text"][mention["start"] : mention["end"]] == mention["text"]


def test_lone_surrogate_is_written_as_an_escape(garden: Report, tmp_path: Path) -> None:
    # model_construct: pydantic itself refuses such text, but records are not validated on assignment.
    garden.sections[0].text = "kapot \udc80 teken"
    write_json(garden, tmp_path / "a.json")
    assert rb"kapot \udc80 teken" in (tmp_path / "a.json").read_bytes()


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", 'a\x00\x1f\x7f\u2028\U0001f6b2 "\\/ \t\r\n', "kapot \udc80"]
)
def test_the_quick_way_and_the_full_one_give_the_same(garden: Report, tmp_path: Path, text: str) -> None:
    garden.sections[0].text = text
    garden.summary.mean_score = 12.3456
    written = json_bytes(garden)
    assert written == _in_full(garden)
    assert report_from(written) == garden


def test_a_failed_write_leaves_the_old_file(garden: Report, tmp_path: Path) -> None:
    write_json(garden, tmp_path / "a.json")
    before = (tmp_path / "a.json").read_bytes()
    garden.summary.mean_score = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(garden, tmp_path / "a.json")
    assert (tmp_path / "a.json").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_a_report_of_an_earlier_version_is_read_and_shown(garden: Report, tmp_path: Path) -> None:
    new = ("criteria_counts", "first_to_send_back", "actors", "years", "budget", "overlaps")
    for name in new:
        setattr(garden.summary, name, Summary.model_fields[name].get_default(call_default_factory=True))
    write_json(garden, tmp_path / "new.json")
    old = json.loads((tmp_path / "new.json").read_text(encoding="utf-8"))
    for name in ("profile", "signals"):
        del old[name]
    for record in (old["document"], *old["sections"]):
        for name in ("overruled", "in_context", "expectation"):
            record.pop(name, None)
    for name in new:
        del old["summary"][name]
    (tmp_path / "old.json").write_text(json.dumps(old), encoding="utf-8")
    read = read_json(tmp_path / "old.json")
    assert render_html(read) == render_html(garden)
    assert rows(read) == rows(garden)
