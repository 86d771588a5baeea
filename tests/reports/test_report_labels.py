"""Dutch words and formats."""

from __future__ import annotations

from typing import get_args

import pytest

from uitvoerbaarheid import records
from uitvoerbaarheid.records import Mention
from uitvoerbaarheid.reports.labels import addition, euros, interval, meaning, number, shorten, wording


@pytest.mark.parametrize(
    ("group", "keys"),
    [
        ("kind", records.Kind),
        ("role", records.Role),
        ("verdict", records.Verdict),
        ("status", records.Status),
        ("status_short", records.Status),
        ("mention", records.MentionType),
        ("criterion", records.Criterion),
        ("criterion_question", records.Criterion),
    ],
)
def test_every_key_has_a_word(group: str, keys: object) -> None:
    assert set(wording()[group]) == set(get_args(keys))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2027-01-01/2027-12-31", "in 2027"),
        ("2024-01-01/2027-12-31", "2024 t/m 2027"),
        ("../2026-07-01", "uiterlijk 1 juli 2026"),
        ("2025-01-01/..", "vanaf 2025"),
        ("2025-03-01/..", "vanaf 1 maart 2025"),
        ("../2029-12-31", "uiterlijk eind 2029"),
        ("2025-07-01/2025-09-30", "het derde kwartaal van 2025"),
        ("2027-05-01/2027-08-31", "1 mei 2027 t/m 31 augustus 2027"),
        ("2027-05-01/2027-05-01", "1 mei 2027"),
        ("R/P1Y", "elk jaar"),
        ("R/P6M", "elke 6 maanden"),
        ("R/P1W", "elke week"),
        ("P2Y", "binnen 2 jaar"),
        ("P1M", "binnen 1 maand"),
        ("vague", "geen vaste termijn"),
        ("onzin", "onzin"),
        ("2027-13-01/2027-14-01", "2027-13-01/2027-14-01"),
        ("../..", "../.."),
        ("R/onzin", "R/onzin"),
    ],
)
def test_interval_in_words(value: str, words: str) -> None:
    assert interval(value) == words


def test_numbers() -> None:
    assert number(1234567.891, 2) == "1.234.567,89"
    assert number(None) == "—"
    assert euros(12.5) == "€ 12,50"
    assert euros(250000) == "€ 250.000"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"amounts": [100, 200]}, "€ 100 – € 200"),
        ({"fte": 0.5}, "0,5 fte"),
        ({"amounts": [100], "fte": 2.0}, "€ 100 – 2 fte"),
        ({"amounts": [], "open": True}, "bedrag open"),
        (None, ""),
    ],
)
def test_meaning_of_a_budget(value: dict[str, object] | None, words: str) -> None:
    mention = Mention(type="budget", text="x", start=0, end=1, sentence="x", value=value)
    assert meaning(mention) == words


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("jaarlijks", "R/P1Y", ""),
        ("2026", "2026-01-01/2026-12-31", ""),
        ("Vanaf 2025", "2025-01-01/..", ""),
        ("eind 2026", "2026-10-01/2026-12-31", "het vierde kwartaal van 2026"),
        ("1 mei 2026", "2026-05-01/2026-05-01", ""),
    ],
)
def test_addition_says_only_what_is_new(text: str, value: str, words: str) -> None:
    found = Mention(type="deadline", text=text, start=0, end=1, sentence=text, value={"interval": value})
    assert addition(found) == words


def test_shorten() -> None:
    assert shorten("een  twee\ndrie", 8) == "een twe…"
    assert shorten("een", 3) == "een"
