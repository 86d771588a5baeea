"""Annotations of GitHub Actions, read as its runner reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from format_samples import finding, ordinary

from uitvoerbaarheid.checking.formats.github import MOST, order, render
from uitvoerbaarheid.checking.outcome import Checked, Outcome

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%3A", ":"), ("%2C", ","), *_DATA)


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A line as the runner takes it: command, properties and message."""
    assert line.startswith("::")
    end = line.index("::", 2)
    command, _, given = line[2:end].partition(" ")
    properties = dict(part.split("=", 1) for part in given.split(",") if part)
    return (
        command,
        {name: _plain(value, _PROPERTY) for name, value in properties.items()},
        _plain(line[end + 2 :], _DATA),
    )


def _plain(text: str, signs: tuple[tuple[str, str], ...]) -> str:
    for escaped, sign in signs:
        text = text.replace(escaped, sign)
    return text


def test_new_findings_are_annotations_the_heaviest_first(outcome: Outcome) -> None:
    found = [parsed(line) for line in render(outcome).splitlines()]
    assert found == [
        ("error", {"file": "scan.pdf"}, "niet leesbaar: De pdf is een scan."),
        (
            "error",
            {"file": "plannen/water.md", "line": "10", "title": "UV001 De paragraaf gaat terug"},
            "2.1 Wadi in Zuiderhof: Deze paragraaf gaat terug: niveau 1 (richting). "
            "Vraag: Wie voert dit uit?",
        ),
        (
            "warning",
            {"file": "plannen/water.md", "line": "12", "title": "UV101 Geen partij bij de maatregel"},
            "2.1 Wadi in Zuiderhof: Er staat niet bij wie dit uitvoert. Vraag: Wie voert dit uit?",
        ),
        (
            "warning",
            {"file": "visie.pdf", "title": "UV101 Geen partij bij de maatregel"},
            "p. 3, 4 Groen: Er staat niet bij wie dit uitvoert. Vraag: Wie voert dit uit?",
        ),
        (
            "notice",
            {"file": "plannen/water.md", "title": "UV408 Geen uitdrukkelijke keuzes of prioriteiten"},
            "Niet gevonden in dit document: uitdrukkelijke keuzes en prioriteiten. "
            "Vraag: Wat gaat voor als niet alles kan?",
        ),
    ]


@pytest.mark.parametrize("given", ["a:b,c=d%e.md", "100%", "::error::x", "regel\nregel\r\n", "%0A%25"])
def test_every_sign_comes_through(given: str) -> None:
    command, properties, _ = parsed(order("error", "x", path=given, line=3, title=given))
    assert (command, properties) == ("error", {"file": given, "line": "3", "title": given})
    assert "%" not in order("error", "x").replace("%25", "")


def test_ten_of_a_kind_and_the_rest_is_counted() -> None:
    findings = [finding(severity=kind, line=n) for n in range(1, 14) for kind in ("note", "error", "warning")]
    lines = render(Outcome("0.1.0", findings)).splitlines()
    commands = [parsed(line)[0] for line in lines[:-1]]
    assert commands == ["error"] * MOST + ["warning"] * MOST + ["notice"] * MOST
    assert lines[-1] == "En nog 9 bevindingen: zie de samenvatting van deze stap."


def test_unreadable_is_a_warning_where_allowed_and_said_once() -> None:
    allowed = render(ordinary(allow_unreadable=True))
    assert "::warning file=scan.pdf::niet leesbaar" in allowed
    told = replace(ordinary(), findings=[finding(path="scan.pdf", rule="UV901", severity="error", line=None)])
    assert render(told).count("scan.pdf") == 1
    assert render(Outcome("0.1.0", missing=["weg.md"])) == (
        "::error::weg.md: niet gevonden of niet toegankelijk\n"
    )


def test_nothing_to_say_is_nothing(clean_outcome: Outcome) -> None:
    assert render(clean_outcome) == ""


def test_hostile_text_stays_in_its_own_annotation(hostile_outcome: Outcome) -> None:
    lines = render(hostile_outcome).removesuffix("\n").split("\n")
    assert len(lines) == 1 + 1 + 3  # missing, unreadable, three new findings
    for line in lines:
        command, properties, message = parsed(line)
        assert command in ("error", "warning", "notice")
        assert set(properties) <= {"file", "line", "title"}
        assert message.isprintable()
    assert render(Outcome("0.1.0", documents=[Checked("::error::x", "ok")])) == ""


def test_a_file_name_steers_no_terminal() -> None:
    line = order("error", "x", path="a\x1b[2J\u202e,b\n::error::.md", line=3)
    assert line == "::error file=a\ufffd[2J\ufffd%2Cb%0A%3A%3Aerror%3A%3A.md,line=3::x"
