"""Invented documents with known edits: exactly those changes are reported (``cases.toml``)."""

from __future__ import annotations

import tomllib
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.comparison.compare import compare
from uitvoerbaarheid.comparison.records import Comparison
from uitvoerbaarheid.records import Report

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
#: Differences in judgement follow from the others and depend on the models; they have tests of their own.
JUDGED = {"level", "criterion"}


def edited(case: dict[str, Any]) -> str:
    """The base text with the edits of a case."""
    text: str = case.get("text", CASES["base"])
    if heading := case.get("cut") or case.get("drop"):
        start = text.index(heading)
        level = heading.split(" ")[0] + " "
        ends = [text.find("\n" + mark, start + 1) for mark in {"## ", level}]
        end = min(at for at in ends if at > 0) + 1
        section, text = text[start:end], text[:start] + text[end:]
        if "cut" in case:
            text = text.replace(case["before"], section.rstrip() + "\n\n" + case["before"])
    for was, now in case["edits"]:
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    return text


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """The reports of all texts, by text: those of a case and the base."""
    analyzer = Analyzer()
    folder = tmp_path_factory.mktemp("cases")
    made: dict[str, Report] = {}
    for text in [CASES["base"], *(edited(case) for case in CASES["case"])]:
        if text not in made:
            path = folder / f"programma-{len(made)}.md"
            path.write_text(text, encoding="utf-8")
            made[text] = analyzer.analyze(path)
    return made


def said(comparison: Comparison) -> list[str]:
    return [
        f"{change.kind}.{change.direction}: {change.text}"
        for pair in comparison.pairs
        for change in pair.changes
        if change.kind not in JUDGED
    ]


@pytest.mark.parametrize("case", CASES["case"], ids=[f"{c['number']:02} {c['name']}" for c in CASES["case"]])
def test_exactly_the_edits_are_reported(
    case: dict[str, Any], reports: dict[str, Report], request: pytest.FixtureRequest
) -> None:
    if reason := CASES["known_failures"].get(str(case["number"])):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    comparison = compare(reports[CASES["base"]], reports[edited(case)])
    assert comparison.related is case.get("related", True)
    found = said(comparison)
    left = list(found) if "expect" in case else []
    for expected in case.get("expect", ()):
        match = next((text for text in left if fnmatchcase(text, expected.replace("[", "[[]"))), None)
        assert match is not None, (expected, found)
        left.remove(match)
    assert left == []
    kinds = Counter(pair.kind for pair in comparison.pairs if pair.kind != "same")
    assert kinds == Counter(case["pairs"])


def test_numbers_are_unique_and_known_failures_exist() -> None:
    numbers = [case["number"] for case in CASES["case"]]
    assert numbers == sorted(set(numbers))
    assert {int(number) for number in CASES["known_failures"]} <= set(numbers)


def test_other_pages_are_no_difference(reports: dict[str, Report]) -> None:
    old = reports[CASES["base"]]
    new = old.model_copy(deep=True)
    for report, first in ((old.model_copy(deep=True), 1), (new, 4)):
        for number, section in enumerate(report.sections):
            section.page_start = section.page_end = first + number // 2
            for block in section.blocks:
                block.page = section.page_start
        old = report if first == 1 else old
    comparison = compare(old, new)
    assert said(comparison) == []
    assert comparison.common == 1.0
