"""Every format by example: what a small document becomes. A case that is not right yet says why.

The cases are data (``cases/*.toml``). ``expected`` has a line for each heading (``#`` for each level) and
each piece: ``p`` paragraph, ``i`` item, ``n`` note, ``c`` caption, ``r0`` a row of table 0; ``@3`` is the
line in the file. ``known_failure`` is the reason why a case is not met.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from office import docx_bytes, fodt_bytes, odt_bytes

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.records import Report

CASES = Path(__file__).parent / "cases"
PARTS = ("body", "styles", "numbering", "footnotes")


def _cases() -> list[Any]:
    found = []
    for file in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            reason = case.get("known_failure")
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            found.append(pytest.param(file.stem, case, id=f"{file.stem}-{case['number']}", marks=marks))
    return found


def outline(report: Report) -> str:
    """A report as the lines of ``expected``."""
    lines = []
    for section in report.sections:
        place = f" @{section.line}" if section.line else ""
        lines.append(f"{'#' * section.depth} {section.heading}{place}")
        for block in section.blocks:
            sign = f"r{block.table}" if block.kind == "row" else block.kind[0]
            place = f" @{block.line}" if block.line else ""
            lines.append(f"{sign} {section.text[block.start : block.end]}{place}")
    return "\n".join(lines)


def _content(form: str, case: dict[str, Any]) -> bytes:
    if form == "docx":
        return docx_bytes(**{part: case[part] for part in PARTS if part in case})
    if form == "odt":
        return odt_bytes(**{part: case[part] for part in PARTS if part in case})
    if form == "fodt":
        return fodt_bytes(case["body"])
    return str(case["body"]).encode(case.get("encoding", "utf-8"))


@pytest.mark.parametrize(("form", "case"), _cases())
def test_case(form: str, case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / f"plan.{case.get('suffix', form)}"
    path.write_bytes(_content(form, case))
    assert outline(read(path)) == case["expected"].strip()


def test_every_case_has_its_own_number() -> None:
    for file in CASES.glob("*.toml"):
        numbers = [case["number"] for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]]
        assert numbers == list(range(1, len(numbers) + 1)), file.name
