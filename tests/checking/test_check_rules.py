"""The catalogue of rules: whole, in step with what it speaks of, and with examples that hold."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from uitvoerbaarheid import Analyzer
from uitvoerbaarheid.checking import settings
from uitvoerbaarheid.checking.findings import find
from uitvoerbaarheid.checking.rules import matching, nearest, rules, weight
from uitvoerbaarheid.records import CRITERIA, Finding, OverlapKind, Report, Section
from uitvoerbaarheid.resources import read_folder
from uitvoerbaarheid.scoring.profiles import ProfileError, Profiles, bundled

#: Rules of which one sentence is enough to show them.
SHOWN = [rule for rule in rules().values() if rule.id in ("UV001", "UV004", "UV201", "UV202", "UV203")]
SHOWN += [rule for rule in rules().values() if rule.criterion is not None]


def test_ids_are_in_order_and_names_are_used_once() -> None:
    assert list(rules()) == sorted(rules())
    names = [rule.name for rule in rules().values()]
    assert len(set(names)) == len(names)


def test_every_criterion_kind_of_overlap_and_signal_has_its_rule() -> None:
    known = rules().values()
    by_criterion = {(rule.criterion, rule.value) for rule in known if rule.criterion}
    assert by_criterion == {(name, value) for name in CRITERIA for value in (0, 1)}
    assert {rule.overlap for rule in known if rule.overlap} == set(get_args(OverlapKind))
    signals = {signal["id"] for file in read_folder("signals").values() for signal in file["signal"]}
    assert {rule.signal for rule in known if rule.signal} == signals


def test_what_is_said_of_suppressions_is_in_the_catalogue() -> None:
    own = {settings.NO_REASON, settings.UNKNOWN, settings.UNUSED}
    assert own == {rule.id for rule in rules().values() if not rule.aside}


@pytest.mark.parametrize("rule", rules().values(), ids=rules())
def test_texts_are_sentences_in_plain_words(rule) -> None:
    for text in (rule.about, rule.why, rule.repair):
        assert text[0].isupper() and text[-1] in ".)”’" and "  " not in text
    assert rule.wrong != rule.right
    assert rule.question is None or rule.question.endswith("?")


def test_a_beginning_stands_for_its_rules() -> None:
    assert matching("uv30") == ["UV301", "UV302", "UV303", "UV304"]
    assert matching("UV101") == ["UV101"]
    assert matching("") == matching("X") == []


@pytest.mark.parametrize(
    ("given", "first"),
    [("UV107", "UV106"), ("uv130", "UV116"), ("99", "UV903"), ("geen-partji", "UV101"), ("terug", None)],
)
def test_the_nearest_rule_is_found(given: str, first: str | None) -> None:
    assert next(iter(nearest(given)), None) == first


def test_the_longest_choice_decides_the_weight_and_goes_before_the_rule() -> None:
    rule = rules()["UV103"]
    assert weight(rule, mild=False, chosen={}) == "warning"
    assert weight(rule, mild=True, chosen={}) == "note"
    assert weight(rule, mild=True, chosen={"UV1": "off", "UV103": "error", "UV2": "note"}) == "error"
    assert weight(rules()["UV101"], mild=False, chosen={"UV1": "off", "UV103": "error"}) == "off"


def test_profiles_name_rules_that_exist() -> None:
    assert all(matching(name) for profile in bundled().values() for name in profile.severity)


def test_severities_of_a_profile_are_overridden_as_its_other_keys() -> None:
    own = Profiles({"begroting": {"severity": {"UV103": "error"}}})["begroting"]
    assert own.severity == {**bundled()["begroting"].severity, "UV103": "error"}


@pytest.mark.parametrize(
    ("severity", "message"),
    [
        ({"UV107": "note"}, "'profiles.begroting.severity.UV107' is geen regel. Bedoelde u 'UV"),
        ({"UV103": "zwaar"}, "'profiles.begroting.severity.UV103' moet een van deze zijn: 'error', "),
        ({"": "off"}, "'profiles.begroting.severity.' is geen regel."),
    ],
)
def test_a_wrong_severity_is_said_with_the_nearest_right_one(severity: dict[str, str], message: str) -> None:
    with pytest.raises(ProfileError) as stop:
        Profiles({"begroting": {"severity": severity}})
    assert message in str(stop.value)


@pytest.fixture(scope="module")
def read_examples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, list[Finding]]:
    """All examples as sections of a programme, read and checked."""
    file: Path = tmp_path_factory.mktemp("voorbeelden") / "voorbeelden.md"
    parts = [f"## {rule.id} {key}\n\n{getattr(rule, key)}\n" for rule in SHOWN for key in ("wrong", "right")]
    file.write_text("\n".join(["# Uitvoeringsprogramma Lindermeer 2027-2030\n", *parts]), encoding="utf-8")
    analyzer = Analyzer()
    report = analyzer.analyze(file)
    return report, find(report, file.name, analyzer.profiles)


def _example(report: Report, rule: str, key: str) -> Section:
    return next(section for section in report.sections if section.heading == f"{rule} {key}")


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.id)
def test_the_wrong_example_has_what_the_right_one_mends(rule, read_examples) -> None:
    report, findings = read_examples
    wrong, right = (_example(report, rule.id, key) for key in ("wrong", "right"))
    if rule.criterion is not None:
        assert getattr(wrong.criteria, rule.criterion) == rule.value
        assert getattr(right.criteria, rule.criterion) > rule.value
    else:
        assert rule.id in [finding.rule for finding in findings if finding.section == wrong.id]
    assert rule.id not in [finding.rule for finding in findings if finding.section == right.id]
