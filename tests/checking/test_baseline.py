"""The baseline file: what is known again, what is not, and how the file looks to who reviews it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from uitvoerbaarheid.checking.baseline import Baseline
from uitvoerbaarheid.records import Finding
from uitvoerbaarheid.sheets import InputError


def _finding(
    rule: str = "UV101", path: str = "plan.md", *, heading: str = "Fietspaden", **prints: str
) -> Finding:
    return Finding(
        rule=rule,
        severity="error",
        message="Er staat niet wie het doet.",
        path=path,
        section="s1",
        heading_path=["Mobiliteit", heading],
        line=12,
        fingerprints=prints or {"heading/v1": f"h-{heading}", "text/v1": f"t-{heading}"},
    )


def _states(baseline: Baseline, findings: list[Finding]) -> list[str]:
    return [finding.state for finding in baseline.mark(findings)]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_finding_is_known_by_any_kind_of_fingerprint_of_its_rule_and_document() -> None:
    baseline = Baseline.of([_finding(a="1", b="2")])
    assert _states(baseline, [_finding(a="1", b="9")]) == ["known"]
    assert _states(baseline, [_finding(b="2")]) == ["known"]
    assert _states(baseline, [_finding(a="9", b="9")]) == ["new"]
    assert _states(baseline, [_finding("UV102", a="1", b="2")]) == ["new"]
    assert _states(baseline, [_finding(a="2", b="1")]) == ["new"]  # the kinds are told apart


def test_each_entry_is_used_once_and_the_closest_finding_has_it() -> None:
    baseline = Baseline.of([_finding(h="same", t="1"), _finding(h="same", t="2")])
    findings = [_finding(h="same", t="new"), _finding(h="same", t="1"), _finding(h="same", t="2")]
    assert _states(baseline, findings) == ["new", "known", "known"]
    assert _states(baseline, [*findings[:1], *findings[2:]]) == ["known", "known"]


def test_findings_keep_their_order_and_the_given_ones_are_left_alone() -> None:
    given = [_finding(heading="B"), _finding(heading="A"), _finding(heading="C")]
    marked = Baseline.of([given[1]]).mark(given)
    assert [finding.heading_path[1] for finding in marked] == ["B", "A", "C"]
    assert [finding.state for finding in marked] == ["new", "known", "new"]
    assert {finding.state for finding in given} == {"new"}


def test_a_suppressed_finding_stays_so_and_uses_up_its_entry() -> None:
    suppressed = _finding(t="1").model_copy(update={"state": "suppressed", "reason": "staat in de bijlage"})
    assert _states(Baseline.of([_finding(t="1")]), [suppressed, _finding(t="1")]) == ["suppressed", "new"]


def test_a_renamed_document_is_known_again_when_it_can_be_one_only(tmp_path: Path) -> None:
    old = [_finding(path="oud.md", heading=heading) for heading in "ABC"]
    baseline = Baseline.of(old)
    new = [_finding(path="map/nieuw.md", heading=heading) for heading in "ABX"]
    assert _states(baseline, new) == ["known", "known", "new"]
    # One that shares a heading with another is no new name for it.
    assert _states(baseline, [new[0]]) == ["new"]
    # Two documents that can both be the old one, or an old one that is still there.
    again = [finding.model_copy(update={"path": "kopie.md"}) for finding in new]
    assert _states(baseline, new + again) == ["new"] * 6
    (tmp_path / "oud.md").write_text("# A\n")
    assert _states(baseline, new) == ["new"] * 3


def test_paths_are_seen_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ontwerp").mkdir()
    file = tmp_path / "baseline.json"
    Baseline.of([_finding(path="ontwerp/plan.md")], tmp_path).save(file)
    monkeypatch.chdir(tmp_path / "ontwerp")
    assert _states(Baseline.load(file), [_finding(path="plan.md")]) == ["known"]
    assert _states(Baseline.load(Path("../baseline.json")), [_finding(path="plan.md")]) == ["known"]
    assert _states(Baseline.load(file), [_finding(path=str(tmp_path / "ontwerp" / "plan.md"))]) == ["known"]
    # A name with an accent is written in one or two characters, by system.
    accents = Baseline.of([_finding(path="cafe\u0301.md")])
    assert _states(accents, [_finding(path="caf\u00e9.md")]) == ["known"]


def test_the_file_holds_a_sorted_line_for_each_finding(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    findings = [_finding(path="z.md"), _finding("UV205"), _finding(heading='Een\nkop met "tekens" › én meer')]
    Baseline.of(findings, tmp_path).save(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[3:-2] == [
        '    {"path": "plan.md", "section": "Mobiliteit › Een kop met \\"tekens\\" › én meer", "rule": '
        '"UV101", "fingerprints": {"heading/v1": "h-Een\\nkop met \\"tekens\\" › én meer", '
        '"text/v1": "t-Een\\nkop met \\"tekens\\" › én meer"}},',
        '    {"path": "plan.md", "section": "Mobiliteit › Fietspaden", "rule": "UV205", '
        '"fingerprints": {"heading/v1": "h-Fietspaden", "text/v1": "t-Fietspaden"}},',
        '    {"path": "z.md", "section": "Mobiliteit › Fietspaden", "rule": "UV101", '
        '"fingerprints": {"heading/v1": "h-Fietspaden", "text/v1": "t-Fietspaden"}}',
    ]
    first = file.read_bytes()
    assert b"\r" not in first
    Baseline.of(findings[::-1], tmp_path).save(file)
    assert file.read_bytes() == first
    loaded = Baseline.load(file)
    assert loaded.entries == Baseline.of(findings, tmp_path).entries
    loaded.save(file)
    assert file.read_bytes() == first
    Baseline().save(file)
    assert json.loads(file.read_text()) == {"schema_version": "1", "findings": []}
    assert not Baseline.load(file).entries


GOOD = '{"path": "a.md", "rule": "UV101", "fingerprints": {"t": "1"}}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "geen JSON (regel 1)"),
        ("[" * 100_000, "geen JSON"),
        ('{"schema_version": "1",\n "findings": [}', "geen JSON (regel 2)"),
        ("[]", "geen geldige baseline. Herstel"),
        ('{"schema_version": "2", "findings": []}', "andere versie van uitvoerbaarheid (schema '2')"),
        ('{"findings": []}', "geen geldige baseline. Herstel"),
        ('{"schema_version": "1", "findings": [], "extra": 1}', "geen geldige baseline. Herstel"),
        (f'{{"schema_version": "1", "findings": [{GOOD}, {{}}]}}', "bevinding 2 klopt niet"),
        ('{"schema_version": "1", "findings": [\n<<<<<<< HEAD\n=======\n>>>>>>> x\n]}', "samenvoegconflict"),
        ('{"schema_version": "1", "findings": "geen"}', "geen geldige baseline. Herstel"),
    ],
)
def test_a_damaged_file_is_told_in_dutch(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(InputError) as error:
        Baseline.load(file)
    assert said in str(error.value) and "baseline.json" in str(error.value)


def test_a_file_that_is_absent_or_no_text_is_told_in_dutch(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"weg\.json is niet te lezen: het pad bestaat niet"):
        Baseline.load(tmp_path / "weg.json")
    (tmp_path / "foto.json").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InputError, match="geen UTF-8"):
        Baseline.load(tmp_path / "foto.json")


def test_a_file_name_that_is_no_text_is_known_again(tmp_path: Path) -> None:
    finding = _finding(path="plan\udcff.md")
    Baseline.of([finding]).save(tmp_path / "bekend.json")
    assert _states(Baseline.load(tmp_path / "bekend.json"), [finding]) == ["known"]


def test_paths_that_no_system_can_have_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    strange = json.dumps([json.loads(GOOD) | {"path": path} for path in ("\0", "a" * 5000, "../../x")])
    file.write_text(f'{{"schema_version": "1", "findings": {strange}}}')
    baseline = Baseline.load(file)
    assert _states(baseline, [_finding(t="2")]) == ["new"]
    baseline.save(file)
    assert Baseline.load(file).entries == baseline.entries


def test_an_update_takes_the_documents_of_the_run_and_keeps_the_others() -> None:
    before = Baseline.of(
        [
            _finding(heading="A"),
            _finding(heading="Hersteld"),
            _finding(path="elders.md"),
            _finding(path="weggegooid.md"),
            _finding(path="schoon.md"),
        ]
    )
    suppressed = _finding(heading="Uitgezet").model_copy(update={"state": "suppressed"})
    now = [_finding(**{"heading/v1": "h-A", "text/v1": "herschreven"}), _finding(heading="Nieuw"), suppressed]
    change = before.updated(now, ["plan.md", "schoon.md"], gone=["weggegooid.md"])

    def titles(entries) -> list[tuple[str, str]]:
        return [(entry.path, entry.section.split(" › ")[-1]) for entry in entries]

    assert titles(change.added) == [("plan.md", "Nieuw")]
    assert titles(change.removed) == [
        ("plan.md", "Hersteld"),
        ("schoon.md", "Fietspaden"),
        ("weggegooid.md", "Fietspaden"),
    ]
    assert [entry.path for entry in change.baseline.entries] == ["elders.md", "plan.md", "plan.md"]
    # The fingerprints are those of today, so that the next change of text is followed as well.
    assert "herschreven" in {entry.fingerprints.get("text/v1") for entry in change.baseline.entries}
    assert change.baseline.updated(now, ["plan.md"]).added == []


def test_what_was_resolved_is_told_of_checked_documents_only() -> None:
    baseline = Baseline.of([_finding(heading="A"), _finding(heading="B"), _finding(path="elders.md")])
    resolved = baseline.resolved([_finding(heading="A")], ["plan.md"])
    assert [entry.section for entry in resolved] == ["Mobiliteit › B"]


def test_matching_takes_linear_time() -> None:
    findings = [_finding(a=f"{number}", b="same", c=f"{number % 7}") for number in range(20_000)]
    assert set(_states(Baseline.of(findings), findings[::-1])) == {"known"}
