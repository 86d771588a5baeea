"""What a writer reads on the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from format_samples import finding, ordinary

from uitvoerbaarheid.checking.formats.text import render
from uitvoerbaarheid.checking.outcome import Outcome

COLOUR = re.compile(r"\x1b\[\d*m")


def test_findings_stand_below_their_document_and_section_and_are_counted(outcome: Outcome) -> None:
    assert render(outcome) == (
        "plannen/water.md\n"
        "  2 Maatregelen > 2.1 Wadi in Zuiderhof\n"
        "    plannen/water.md:10: UV001 fout: Deze paragraaf gaat terug: niveau 1 (richting).\n"
        "      Vraag: Wie voert dit uit?\n"
        "    plannen/water.md:12: UV101 waarschuwing: Er staat niet bij wie dit uitvoert.\n"
        "      ‘In 2027 wordt een wadi aangelegd’\n"
        "\n"
        "visie.pdf\n"
        "  4 Groen\n"
        "    p. 3: UV101 waarschuwing: Er staat niet bij wie dit uitvoert.\n"
        "      ‘In 2027 wordt een wadi aangelegd’\n"
        "      Vraag: Wie voert dit uit?\n"
        "\n"
        "scan.pdf: niet leesbaar: De pdf is een scan.\n"
        "\n"
        "1 fout, 2 waarschuwingen en 1 opmerking in 2 van 3 documenten.\n"
        "Niet getoond: 1 opmerking; 1 al bekend en 1 opzij gezet. Met --all ziet u alles.\n"
        "Niet gecontroleerd, want niet leesbaar: 1 document.\n"
    )


def test_all_shows_notes_and_what_does_not_count_with_the_reason(outcome: Outcome) -> None:
    shown = render(outcome, every=True)
    assert "  het hele document\n    UV408 opmerking: Niet gevonden in dit document" in shown
    assert "UV102 waarschuwing (al bekend): Er staat niet bij wanneer dit klaar is." in shown
    assert "UV103 waarschuwing (opzij gezet): Er staat geen geld bij." in shown
    assert "      Reden: De dekking volgt bij de kadernota.\n" in shown
    assert "Niet getoond" not in shown


@pytest.mark.parametrize(
    ("level", "quiet", "rules"),
    [
        ("error", True, ["UV001"]),
        ("warning", True, ["UV001", "UV101", "UV101"]),
        ("never", True, []),
        ("error", False, ["UV001", "UV101", "UV101"]),
        ("never", False, ["UV001", "UV101", "UV101"]),
        ("note", False, ["UV408", "UV001", "UV101", "UV101"]),
    ],
)
def test_what_makes_the_check_fail_is_always_shown(level, quiet: bool, rules: list[str]) -> None:
    shown = render(ordinary(fail_level=level), quiet=quiet)
    assert re.findall(r"UV\d{3}", shown) == rules
    assert "niet leesbaar: De pdf is een scan." in shown


def test_clean_and_nothing_are_said(clean_outcome: Outcome) -> None:
    assert render(clean_outcome) == "Geen bevindingen in 1 document.\n"
    assert render(Outcome("0.1.0")) == "Er zijn geen documenten om te controleren.\n"
    assert render(Outcome("0.1.0", missing=["weg.md"])).startswith("weg.md: niet gevonden of niet")


def test_a_quote_that_the_message_has_is_not_said_twice() -> None:
    said = "Er staat niet bij wie dit uitvoert: ‘In 2027 wordt een wadi aangelegd’."
    shown = render(replace(ordinary(), findings=[finding(message=said)]))
    assert shown.count("In 2027 wordt een wadi aangelegd") == 1


def test_colour_adds_only_colour(outcome: Outcome) -> None:
    coloured = render(outcome, colour=True, every=True)
    assert COLOUR.search(coloured)
    assert COLOUR.sub("", coloured) == render(outcome, every=True)


def test_hostile_text_steers_no_terminal_and_no_build_service(hostile_outcome: Outcome) -> None:
    shown = render(hostile_outcome, every=True)
    assert all(sign == "\n" or sign.isprintable() for sign in shown)
    lines = shown.splitlines()
    assert len(lines) == 15
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert not re.search(r"##\w*\[", shown)
    assert "alert(1)" in shown  # it is shown, not left out
