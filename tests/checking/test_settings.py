"""What the settings and comments do with findings, and what is said of suppressions that are wrong."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from uitvoerbaarheid.checking.patterns import matches
from uitvoerbaarheid.checking.rules import rules as catalogue
from uitvoerbaarheid.checking.settings import Settings, unknown_rule
from uitvoerbaarheid.config import FILE_NAME, Config, ConfigError, read_config
from uitvoerbaarheid.records import Criteria, Document, Finding, Report, Section, Suppression

KNOWN = tuple(catalogue())


def a_report(*sections: Section, aside: list[Suppression] | None = None) -> Report:
    return Report(
        tool_version="0",
        document=Document(path="plannen/visie.md", sha256="0", language="nl", suppressions=aside or []),
        sections=list(sections),
    )


def a_section(name: str, *aside: Suppression, number: str | None = None) -> Section:
    heading = f"{number} {name}" if number else name
    return Section(
        id=name.lower(),
        number=number,
        heading=heading,
        heading_path=[heading],
        depth=1,
        suppressions=list(aside),
    )


def a_finding(rule: str, section: str | None = "wonen") -> Finding:
    return Finding(rule=rule, severity="error", message="x", path="plannen/visie.md", section=section)


def settings(tmp_path: Path, text: str = "", **options: object) -> Settings:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    return Settings.of(read_config(tmp_path / FILE_NAME), KNOWN, **options)  # type: ignore[arg-type]


def rules_of(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("text", "options", "left"),
    [
        ("", {}, ["UV101", "UV102", "UV201"]),
        ('[check]\nselect = ["UV1"]', {}, ["UV101", "UV102"]),
        ('[check]\nselect = ["uv1"]\nignore = ["UV101"]', {}, ["UV102"]),
        ('[check]\nselect = ["UV101"]\nignore = ["UV1"]', {}, ["UV101"]),
        ('[check]\nselect = ["UV101"]\nignore = ["UV101"]', {}, []),
        ('[check.severity]\nUV1 = "off"', {}, ["UV201"]),
        ('[check]\nselect = ["UV2"]\nignore = ["UV101"]', {"select": ["UV101"]}, ["UV101"]),
        ('[check.severity]\nUV101 = "off"', {"select": ["UV101"]}, ["UV101"]),
        ('[check]\nignore = ["UV2"]', {"ignore": ["UV102"]}, ["UV101"]),
    ],
)
def test_the_longer_beginning_decides_which_rules_count(
    tmp_path: Path, text: str, options: dict[str, object], left: list[str]
) -> None:
    found = [a_finding(rule) for rule in ("UV101", "UV102", "UV201")]
    assert rules_of(settings(tmp_path, text, **options).apply(found, a_report(a_section("Wonen")))) == left


def test_severities_are_set_by_the_longest_beginning(tmp_path: Path) -> None:
    chosen = settings(tmp_path, '[check.severity]\nUV1 = "note"\nUV101 = "warning"')
    found = chosen.apply([a_finding(rule) for rule in ("UV101", "UV102", "UV201")], a_report())
    assert [finding.severity for finding in found] == ["warning", "note", "error"]


def test_options_go_before_the_settings(tmp_path: Path) -> None:
    text = '[check]\nfail_level = "never"\nbaseline = "bekend.json"\nallow_unreadable = true'
    chosen = settings(tmp_path, text)
    assert (chosen.fail_level, chosen.baseline, chosen.allow_unreadable) == (
        "never",
        tmp_path / "bekend.json",
        True,
    )
    asked = settings(tmp_path, text, fail_level="note", baseline=Path("ander.json"), allow_unreadable=False)
    assert (asked.fail_level, asked.baseline, asked.allow_unreadable) == (
        "note",
        Path("ander.json"),
        False,
    )


def test_a_rule_that_is_not_there_is_said_with_its_line_and_the_right_one(tmp_path: Path) -> None:
    text = (
        '[check]\nselect = ["UV7"]\nignore = ["UV1", "UX101"]\n'
        'suppress = [{ rules = ["UV999"], reason = "Zo besloten" }]\n[check.severity]\nUV013 = "off"'
    )
    with pytest.raises(ConfigError) as error:
        settings(tmp_path, text)
    file = tmp_path / FILE_NAME
    lines = str(error.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"Fout in {file}, regel {line}" for line in (2, 3, 6, 4)
    ]
    assert lines[1].endswith("check.ignore: 'UX101' is geen regel. Bedoelde u 'UV101'?")
    assert unknown_rule("uv10", KNOWN) is None


def test_a_comment_sets_its_own_section_aside_with_the_reason(tmp_path: Path) -> None:
    aside = Suppression(rules=["UV1"], reason="Staat in het akkoord", by="J. de Boer", line=7)
    report = a_report(a_section("Wonen", aside), a_section("Werken"))
    found = settings(tmp_path).apply(
        [a_finding("UV101"), a_finding("UV201"), a_finding("UV101", "werken")], report
    )
    assert [(f.rule, f.section, f.state, f.reason) for f in found] == [
        ("UV101", "wonen", "suppressed", "Staat in het akkoord (J. de Boer)"),
        ("UV201", "wonen", "new", None),
        ("UV101", "werken", "new", None),
    ]


def test_a_comment_before_the_first_heading_holds_for_the_document(tmp_path: Path) -> None:
    aside = Suppression(rules=["UV101"], reason="Dit is een startnotitie", line=1)
    report = a_report(a_section("Wonen"), aside=[aside])
    found = settings(tmp_path).apply([a_finding("UV101"), a_finding("UV101", None)], report)
    assert [finding.state for finding in found] == ["suppressed", "suppressed"]


@pytest.mark.parametrize(
    ("aside", "rules", "message"),
    [
        (
            Suppression(rules=["UV101"], line=4),
            ["UV901", "UV101"],
            "De opmerking die UV101 opzij zet, noemt geen reden en telt daarom niet mee.",
        ),
        (
            Suppression(rules=["UV1013"], reason="Zo besloten", line=4),
            ["UV902", "UV101"],
            "De opmerking zet 'UV1013' opzij, maar dat is geen regel. Bedoelde u 'UV101'?",
        ),
        (
            Suppression(rules=[], line=4),
            ["UV902", "UV101"],
            "De opmerking noemt geen regel om opzij te zetten en telt daarom niet mee.",
        ),
        (
            Suppression(rules=["UV101", "UV2"], reason="Zo besloten", line=4),
            ["UV903", "UV101"],
            "De opmerking zet UV2 opzij, maar daarover is hier niets gevonden.",
        ),
    ],
)
def test_what_is_wrong_with_a_comment_is_told(
    tmp_path: Path, aside: Suppression, rules: list[str], message: str
) -> None:
    found = settings(tmp_path).apply([a_finding("UV101")], a_report(a_section("Wonen", aside)))
    assert sorted(rules_of(found)) == sorted(rules)
    told = next(finding for finding in found if finding.rule == rules[0])
    assert (told.message, told.line, told.section, told.heading_path, told.path, told.severity) == (
        message,
        4,
        "wonen",
        ["Wonen"],
        "plannen/visie.md",
        catalogue()[rules[0]].severity,
    )
    assert told.question
    assert told.fingerprints
    state = next(finding.state for finding in found if finding.rule == "UV101")
    assert state == ("suppressed" if rules[0] == "UV903" else "new")


def test_a_rule_that_was_not_looked_for_is_not_of_no_use(tmp_path: Path) -> None:
    aside = Suppression(rules=["UV201"], reason="Zo besloten")
    report = a_report(a_section("Wonen", aside))
    assert settings(tmp_path, select=["UV1", "UV9"]).apply([], report) == []
    assert rules_of(settings(tmp_path).apply([], report)) == ["UV903"]
    report.document.status = "partial"
    assert settings(tmp_path).apply([], report) == []


def test_what_is_lacking_but_not_told_may_be_set_aside(tmp_path: Path) -> None:
    """Of a section only the heaviest is told; that a comment on the rest can go would not be true."""
    made = a_section("Wonen", Suppression(rules=["UV103", "UV102"], reason="Dat komt in mei"))
    made.criteria = Criteria(goal=2, measure=1, actor=0, budget=0, deadline=2, monitoring=0)
    found = settings(tmp_path).apply([], a_report(made))
    assert [(f.rule, "UV102" in f.message) for f in found] == [("UV903", True)]


def test_a_rule_may_be_named_by_a_slip_of_the_pen() -> None:
    assert unknown_rule("UV1O3", KNOWN) == "'UV1O3' is geen regel. Bedoelde u 'UV103'?"
    assert unknown_rule("geen-middelen", KNOWN) == "'geen-middelen' is geen regel. Bedoelde u 'UV103'?"


def test_what_is_said_of_suppressions_can_be_left_out_but_not_set_aside(tmp_path: Path) -> None:
    empty = Suppression(rules=["UV201"], reason="Zo besloten")
    all_of_it = Suppression(rules=["UV9"], reason="Liever niet")
    report = a_report(a_section("Wonen", empty, all_of_it))
    found = settings(tmp_path).apply([], report)
    assert [(f.rule, f.state) for f in found] == [("UV902", "new"), ("UV903", "new")]
    assert settings(tmp_path, ignore=["UV9"]).apply([], report) == []
    assert [f.severity for f in settings(tmp_path, '[check.severity]\nUV9 = "error"').apply([], report)] == [
        "error",
        "error",
    ]


@pytest.mark.parametrize(
    ("entry", "aside"),
    [
        ("", ["wonen", "werken"]),
        (', document = "visie.md"', ["wonen", "werken"]),
        (', document = "plannen/*.md"', ["wonen", "werken"]),
        (', document = "nota.md"', []),
        (', section = "wonen"', ["wonen"]),
        (', section = "4.2"', ["werken"]),
        (', section = "Paragraaf 4.2"', ["werken"]),
        (', section = "werken", document = "plannen/"', ["werken"]),
        (', section = "Natuur"', []),
    ],
)
def test_the_settings_set_aside_by_document_and_section(tmp_path: Path, entry: str, aside: list[str]) -> None:
    chosen = settings(tmp_path, f'[check]\nsuppress = [{{ rules = ["UV1"], reason = "Zo besloten"{entry} }}]')
    report = a_report(a_section("Wonen"), a_section("Werken", number="4.2"))
    found = chosen.apply(
        [a_finding("UV101"), a_finding("UV101", "werken")], report, tmp_path / "plannen" / "visie.md"
    )
    assert [f.section for f in found if f.state == "suppressed"] == aside
    assert all(f.reason == "Zo besloten" for f in found if f.state == "suppressed")
    assert rules_of(found) == ["UV101", "UV101"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            'rules = ["UV2"], document = "plannen/visie.md"',
            "De instellingen (uitvoerbaarheid.toml, regel 3) zetten UV2 opzij, maar daarover is hier niets "
            "gevonden.",
        ),
        (
            'rules = ["UV1"], document = "visie.md", section = "Natuur"',
            "De instellingen (uitvoerbaarheid.toml, regel 3) zetten UV1 opzij in paragraaf 'Natuur', maar "
            "die is er niet.",
        ),
        # For more documents than one: that nothing is found in this one says nothing.
        ('rules = ["UV2"], document = "plannen/*.md"', None),
        ('rules = ["UV2"]', None),
        ('rules = ["UV2"], document = "nota.md"', None),
    ],
)
def test_a_line_for_one_document_that_sets_nothing_aside_is_told(
    tmp_path: Path, entry: str, message: str | None
) -> None:
    chosen = settings(tmp_path, f'[check]\nsuppress = [\n  {{ {entry}, reason = "Zo besloten" }},\n]')
    found = chosen.apply([], a_report(a_section("Wonen")), tmp_path / "plannen" / "visie.md")
    assert [finding.message for finding in found] == ([message] if message else [])


def test_findings_stay_in_the_order_of_the_document(tmp_path: Path) -> None:
    aside = Suppression(rules=["UV2"], reason="Zo besloten", line=9)
    report = a_report(a_section("Wonen", aside), a_section("Werken"), aside=[aside])
    found = settings(tmp_path).apply([a_finding("UV101"), a_finding("UV101", "werken")], report)
    assert [(f.section, f.rule) for f in found] == [
        (None, "UV903"),
        ("wonen", "UV101"),
        ("wonen", "UV903"),
        ("werken", "UV101"),
    ]


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("visie.md", "visie.md", True),
        ("visie.md", "a/b/visie.md", True),
        ("./visie.md", "visie.md", True),
        ("./visie.md", "a/visie.md", False),
        ("a/visie.md", "a/visie.md", True),
        ("a/visie.md", "b/a/visie.md", False),
        ("*.md", "a/b/Visie.MD", True),
        ("a/*.md", "a/visie.md", True),
        ("a/*.md", "a/b/visie.md", False),
        ("a/**/*.md", "a/b/c/visie.md", True),
        ("a/**/*.md", "a/visie.md", True),
        ("**/visie.md", "visie.md", True),
        ("a/**", "a/b/visie.md", True),
        ("a/", "a/b/visie.md", True),
        ("a/", "b/visie.md", False),
        ("visie-202?.md", "visie-2026.md", True),
        ("visie[1].md", "visie[1].md", True),
        ("visie[1].md", "visie1.md", False),
        ("a\\visie.md", "a/visie.md", True),
        ("caf\u00e9.md", "cafe\u0301.md", True),
        ("", "visie.md", False),
        ("/", "visie.md", False),
    ],
)
def test_patterns_of_documents(tmp_path: Path, pattern: str, path: str, fits: bool) -> None:
    assert matches(pattern, tmp_path / path, tmp_path) is fits


def test_a_document_outside_the_folder_is_known_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "instellingen"
    assert matches("visie.md", tmp_path / "plannen" / "visie.md", folder)
    assert not matches("plannen/visie.md", tmp_path / "plannen" / "visie.md", folder)


def test_hostile_patterns_take_no_time() -> None:
    start = time.perf_counter()
    name = "a" * 250
    assert not matches("**/" + "a*" * 200 + "b", Path("/", *[name] * 15), Path("/"))
    assert not matches("/".join(["**", "a"] * 400) + "/b", Path("/", *["a"] * 400), Path("/"))
    assert time.perf_counter() - start < 5


def test_without_settings_all_rules_count() -> None:
    chosen = Settings.of(Config(), KNOWN)
    assert (chosen.fail_level, chosen.baseline, chosen.allow_unreadable) == ("error", None, False)
    assert chosen.chosen("UV101")
