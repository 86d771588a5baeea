"""Dutch words and formats."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid import records
from uitvoerbaarheid.nlp.rules import read_rules
from uitvoerbaarheid.records import Mention
from uitvoerbaarheid.reports.labels import date_words, number, shorten, wording
from uitvoerbaarheid.reports.values import addition, amount, interval, meaning, why_aside


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
        ("modality", records.Modality),
        ("qualifier", records.Qualifier),
        ("bond", records.Bond),
        ("reference", records.ReferenceKind),
        ("service", records.Service),
        ("choice", records.Choice),
        ("overlap", records.OverlapKind),
        ("overrule", records.Overrulable),
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
        ("2027-05-01/2027-08-31", "mei t/m augustus 2027"),
        ("2027-05-01/2027-05-01", "1 mei 2027"),
        ("R/P1Y", "elk jaar"),
        ("R/P6M", "elke 6 maanden"),
        ("R/P1W", "elke week"),
        ("P2Y", "2 jaar"),
        ("P1M", "1 maand"),
        ("2026-04-01/2030-03-31", "april 2026 t/m maart 2030"),
        ("2028-02-01/2028-02-29", "februari 2028"),
        ("2027-09-21/2027-12-20", "het najaar van 2027"),
        ("2027-05-03/2027-05-09", "3 mei 2027 t/m 9 mei 2027"),
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
    assert amount(12.5) == "€ 12,50"
    assert amount(250000) == "€ 250.000"
    assert amount(1_125_400) == "€ 1.125.400"
    assert (amount(2_500_000), amount(1_100_000_000)) == ("€ 2,5 miljoen", "€ 1,1 miljard")


def a_budget(text: str, sentence: str, **value: object) -> Mention:
    return Mention(type="budget", text=text, start=0, end=1, sentence=sentence, value=value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"amounts": [100, 200]}, "€ 100 – € 200"),
        ({"fte": 0.5}, "0,5 fte"),
        ({"amounts": [100], "fte": 2.0}, "€ 100 en 2 fte"),
        ({"amounts": [], "open": True}, "zonder bedrag"),
        ({"amounts": [], "share": 0.4}, "40% van de kosten"),
        ({"amounts": [], "share": 1 / 3}, "33,33% van de kosten"),
        (
            {"amounts": [2_500_000], "bound": "maximaal", "period": "jaar", "source": "reserve Mobiliteit"},
            "ten hoogste € 2,5 miljoen per jaar, uit de reserve Mobiliteit",
        ),
        ({"amounts": [100], "year": 2027, "recurring": "structureel"}, "€ 100, structureel, voor 2027"),
        ({"source": "uit de reserve Mobiliteit"}, "uit de reserve Mobiliteit"),
        ({"open": True, "source": "provincie"}, "zonder bedrag, bron: provincie"),
        (None, ""),
    ],
)
def test_meaning_of_a_budget(value: dict[str, object] | None, words: str) -> None:
    assert meaning(a_budget("x", "Dit betalen we uit de reserve Mobiliteit.", **value or {})) == words


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("€ 25.000", {"amounts": [25_000]}, ""),
        ("€ 25.000,-", {"amounts": [25_000], "bound": "maximaal"}, "ten hoogste"),
        ("maximaal € 25.000", {"amounts": [25_000], "bound": "maximaal"}, ""),
        ("€ 3,1 miljoen per jaar", {"amounts": [3_100_000], "period": "jaar"}, ""),
        ("139", {"amounts": [139_000], "year": 2025}, "€ 139.000, voor 2025"),
        ("€ 250", {"amounts": [250_000], "bound": "circa", "period": "jaar"}, "ongeveer € 250.000 per jaar"),
        ("2 fte", {"amounts": [], "fte": 2, "year": 2027}, "voor 2027"),
        ("een kwart van de kosten", {"share": 0.25}, "25% van de kosten"),
        ("25 procent van de kosten", {"share": 0.25}, ""),
        ("€ 5 ton", {"amounts": [500_000], "source": "provincie Rijnmark"}, "van de provincie Rijnmark"),
        ("subsidie van de provincie Rijnmark", {"open": True, "source": "provincie Rijnmark"}, ""),
        ("subsidie", {"open": True}, ""),
        ("in 2027 € 40", {"amounts": [40], "year": 2027}, ""),
    ],
)
def test_addition_to_a_budget(text: str, value: dict[str, object], words: str) -> None:
    assert addition(a_budget(text, f"Er is {text} van de provincie Rijnmark.", **value)) == words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("In 2027 is € 40 beschikbaar.", ""),
        ("In 2026 wordt besloten over € 40 voor 2027.", "voor 2027"),
        ("Project: brug | 2027: € 40", "voor 2027"),
    ],
)
def test_a_year_is_said_where_the_sentence_leaves_it_open(sentence: str, words: str) -> None:
    assert addition(a_budget("€ 40", sentence, amounts=[40], year=2027)) == words


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("2025 en verder", {"interval": "2025-01-01/..", "granularity": "year"}, ""),
        ("tot en met 2026", {"interval": "../2026-12-31", "granularity": "year"}, ""),
        ("in de zomer 2025", {"interval": "2025-06-21/2025-09-20", "granularity": "season"}, ""),
        ("na 2025", {"interval": "2026-01-01/..", "granularity": "year"}, "vanaf 2026"),
        ("jaarlijks", {"interval": "R/P1Y"}, ""),
        ("2026", {"interval": "2026-01-01/2026-12-31", "granularity": "year"}, ""),
        ("Vanaf 2025", {"interval": "2025-01-01/..", "granularity": "year"}, ""),
        ("eind 2026", {"interval": "2026-10-01/2026-12-31"}, "het vierde kwartaal van 2026"),
        ("medio 2026", {"interval": "2026-05-01/2026-08-31", "granularity": "year"}, "mei t/m augustus 2026"),
        ("voor 2030", {"interval": "../2029-12-31", "granularity": "year"}, "uiterlijk eind 2029"),
        ("in Q3 2027", {"interval": "2027-07-01/2027-09-30", "granularity": "quarter"}, ""),
        ("1 mei 2026", {"interval": "2026-05-01/2026-05-01"}, ""),
        ("op termijn", {"interval": "vague", "granularity": "vague"}, ""),
        (
            "deze collegeperiode",
            {"interval": "vague", "relative": {"unit": "term"}, "resolved": "2026-04-01/2030-03-31"},
            "april 2026 t/m maart 2030",
        ),
        (
            "binnen twee jaar",
            {"interval": "P2Y", "relative": {"unit": "within"}, "resolved": "2026-03-18/2028-03-18"},
            "vanaf dit stuk gerekend uiterlijk 18 maart 2028",
        ),
        (
            "minstens twee jaar",
            {"interval": "P2Y", "relative": {"unit": "within"}, "resolved": "2026-03-18/2028-03-18"},
            "",
        ),
        (
            "over vijf jaar",
            {"interval": "P5Y", "relative": {"unit": "after"}, "resolved": "2031-01-01/2031-12-31"},
            "vanaf dit stuk gerekend in 2031",
        ),
    ],
)
def test_addition_to_a_term_says_only_what_is_new(text: str, value: dict[str, object], words: str) -> None:
    found = Mention(type="deadline", text=text, start=0, end=1, sentence=text, value=value)
    assert addition(found) == words


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("De gemeente", {"generic": True, "resolved": {"name": "Gemeente Lindermeer"}}, "Lindermeer"),
        ("We", {"generic": True, "resolved": {"name": "Gemeente Lindermeer"}}, "gemeente Lindermeer"),
        ("gemeente Lindermeer", {"official": "gemeente Lindermeer", "role": "responsible"}, ""),
        (
            "VVR",
            {"official": "Vereniging Vlietdorpse Regio", "role": "partner"},
            "Vereniging Vlietdorpse Regio, partner",
        ),
        ("de provincie", {"generic": True, "role": "financier"}, "geldgever"),
        ("onze partners", {"generic": True, "role": "partner"}, ""),
        ("boeren", {"generic": True, "role": "responsible", "resolved": None}, ""),
    ],
)
def test_addition_to_a_party(text: str, value: dict[str, object], words: str) -> None:
    assert addition(Mention(type="actor", text=text, start=0, end=1, sentence=text, value=value)) == words


@given(st.text(max_size=60), st.text(max_size=60))
def test_values_of_any_text_have_words(text: str, sentence: str) -> None:
    value = {
        "amounts": [1000],
        "source": text,
        "period": text,
        "recurring": text,
        "bound": text,
        "role": text,
    }
    for kind in ("budget", "deadline", "actor"):
        more = {"interval": text, "official": text, "resolved": {"name": text} if kind == "actor" else text}
        found = Mention.model_validate(
            {"type": kind, "text": text, "start": 0, "end": 1, "sentence": sentence, "value": value | more}
        )
        assert isinstance(meaning(found) + addition(found), str)


def test_every_rule_that_sets_aside_has_words() -> None:
    # Its reason speaks to who keeps the rules ("richtlijn, 5"), not to a reader of a report.
    rules = [*read_rules("patterns", "deadlines.toml"), *read_rules("patterns", "budgets.toml")]
    aside = [
        rule
        for rule in rules
        if rule.data.get("kind") == "exclude" or rule.id.split(".")[1] in ("excluded", "denied")
    ]
    assert len(aside) > 40
    for rule in aside:
        mention = Mention(type="budget", text="x", start=0, end=1, sentence="x", rules=[rule.id])
        assert why_aside(mention) != rule.reason.rstrip("."), rule.id


def test_shorten() -> None:
    assert shorten("een  twee\ndrie", 8) == "een twe…"
    assert shorten("een", 3) == "een"


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-07-01", "1 juli 2026"),
        ("2026-07", "juli 2026"),
        ("2026", "2026"),
        ("", ""),
        ("2026-13-01", "2026-13-01"),
        ("voor-jaar", "voor-jaar"),
    ],
)
def test_a_date_of_a_document_is_said_in_words(iso: str, said: str) -> None:
    assert date_words(iso) == said
