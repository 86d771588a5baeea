"""Profiles: complete and recognised, overridden by settings, and the verdict by them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uitvoerbaarheid import Analyzer
from uitvoerbaarheid.extraction import metadata
from uitvoerbaarheid.extraction.model import Extract
from uitvoerbaarheid.records import CRITERIA, Criteria, Document, InContext, Overrule, Report, Section
from uitvoerbaarheid.resources import data_path, ruleset_id
from uitvoerbaarheid.scoring.profiles import DEFAULT, ProfileError, Profiles, bundled

PROFILES = Profiles()


def criteria(values: str) -> Criteria:
    return Criteria.model_validate(dict(zip(CRITERIA, map(int, values), strict=True)))


def context(values: str, level: int, score: int | None = None) -> InContext:
    """A section in context with these criteria, in the middle of its level unless ``score`` is given."""
    return InContext(
        criteria=criteria(values),
        level=level,
        score=(6, 25, 50, 75, 94)[level] if score is None else score,
        verdict="send_back" if level <= 1 else "accept",
    )


def document(title: str, path: str = "stuk.pdf") -> Document:
    kind = metadata.kind(Extract("pdf", title=title), path)
    return Document(path=path, sha256="0" * 64, title=title, kind=kind, language="nl")


def test_every_kind_of_document_that_was_asked_for_has_a_profile() -> None:
    assert list(bundled()) == [
        "begroting",
        "beleidsnota",
        "coalitieakkoord",
        "omgevingsprogramma",
        "omgevingsvisie",
        "raadsvoorstel",
        "regionale-strategie",
        "standaard",
    ]


@pytest.mark.parametrize("name", bundled())
def test_a_profile_is_explained_and_recognised_as_its_examples_say(name: str) -> None:
    rules = bundled()[name]
    assert rules.title and rules.explanation.endswith(".") and rules.source and rules.recognised.reason
    assert rules.recognised.fires and rules.recognised.misses
    chosen = {title: PROFILES.choose(document(title)).name for title in rules.recognised.fires}
    assert set(chosen.values()) == {name}, chosen
    missed = {title: PROFILES.choose(document(title)).name for title in rules.recognised.misses}
    assert name not in missed.values(), missed


def test_the_file_name_is_looked_at_after_the_title() -> None:
    assert PROFILES.choose(document("Samen aan zet", "woondeal_rijnmark.pdf")).name == "regionale-strategie"
    assert PROFILES.choose(document("Jaarverslag 2025", "stuk.pdf")).model_dump() == {
        "name": "standaard",
        "title": "Algemeen",
        "choice": "default",
        "level": 2,
    }


def test_what_a_person_decided_goes_before_the_settings_and_those_before_recognition() -> None:
    found = document("Omgevingsvisie Lindermeer")
    assert PROFILES.choose(found).choice == "recognised"
    asked = PROFILES.choose(found, "begroting")
    assert (asked.name, asked.choice) == ("begroting", "hand")
    found.overruled = [Overrule(field="profile", value="raadsvoorstel", reason="het is een voorstel")]
    chosen = PROFILES.choose(found, "begroting")
    assert (chosen.name, chosen.choice) == ("raadsvoorstel", "hand")


# --- the verdict -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "level", "verdict"),
    [
        # A vision: a direction with a choice or a route is enough, a wish is not.
        ("omgevingsvisie", "111000", 1, "accept"),
        ("omgevingsvisie", "011000", 1, "accept"),
        ("omgevingsvisie", "101000", 0, "send_back"),
        ("omgevingsvisie", "100010", 1, "send_back"),
        # A programme: who, when and with what money.
        ("omgevingsprogramma", "111000", 1, "send_back"),
        ("omgevingsprogramma", "120000", 2, "send_back"),
        ("omgevingsprogramma", "121020", 2, "accept"),
        ("omgevingsprogramma", "022220", 4, "accept"),
        # A budget: activities with money and indicators.
        ("begroting", "010200", 1, "accept"),
        ("begroting", "120202", 2, "accept"),
        ("begroting", "111000", 1, "send_back"),
        # A proposal: the decision, its money and planning.
        ("raadsvoorstel", "111000", 1, "send_back"),
        ("raadsvoorstel", "121220", 3, "accept"),
        # Other documents keep the border of the section's own text.
        ("standaard", "111111", 1, "send_back"),
        ("standaard", "020000", 2, "accept"),
    ],
)
def test_each_kind_of_document_is_held_to_its_own(name: str, values: str, level: int, verdict: str) -> None:
    assert PROFILES[name].judge(context(values, level)).verdict == verdict


def test_the_fit_is_the_weighted_share_and_the_heaviest_missing_comes_first() -> None:
    found = PROFILES["omgevingsprogramma"].judge(context("121000", 2))
    # goal 1x1, measure 2x3, actor 1x2 of 20.
    assert found.fit == 45
    assert found.missing == ["actor", "deadline", "budget", "monitoring"]
    assert found.level == 3


def test_near_a_border_the_verdict_is_uncertain() -> None:
    rules = PROFILES["omgevingsvisie"]
    assert not rules.judge(context("111000", 1)).uncertain
    assert rules.judge(context("111000", 1, score=15)).uncertain
    assert rules.judge(context("111000", 0, score=11)).uncertain
    programme = PROFILES["omgevingsprogramma"]
    assert programme.judge(context("121000", 2)).uncertain  # 45 % where 50 % is asked
    assert not programme.judge(context("120000", 2)).uncertain  # 35 %


def test_a_level_set_by_hand_goes_before_the_score() -> None:
    found = PROFILES["omgevingsvisie"].judge(context("111000", 3, score=6))
    assert (found.verdict, found.uncertain) == ("accept", False)


@settings(deadline=None)
@given(
    st.sampled_from(list(bundled())),
    st.tuples(*[st.integers(0, 2)] * 6),
    st.integers(0, 4),
    st.integers(0, 5),
)
def test_more_never_turns_a_verdict_for_the_worse(
    name: str, values: tuple[int, ...], level: int, raised: int
) -> None:
    rules = PROFILES[name]
    found = rules.judge(context("".join(map(str, values)), level))
    better = [min(2, value + 1) if number == raised else value for number, value in enumerate(values)]
    best = rules.judge(context("".join(map(str, better)), min(4, level + 1)))
    assert best.fit >= found.fit
    assert not (found.verdict == "accept" and best.verdict == "send_back")
    assert 0 <= found.fit <= 100
    assert set(found.missing) == {
        c for c, v in zip(CRITERIA, values, strict=True) if v < getattr(rules.asks, c)
    }


# --- overrides -------------------------------------------------------------------------------------


def test_an_override_changes_its_keys_only() -> None:
    changed = Profiles({"omgevingsvisie": {"level": 2, "weights": {"goal": 5}}})
    rules, before = changed["omgevingsvisie"], bundled()["omgevingsvisie"]
    assert (rules.level, rules.weights.goal, rules.weights.measure) == (2, 5, before.weights.measure)
    assert rules.recognised == before.recognised and rules.asks == before.asks
    assert changed["begroting"] == bundled()["begroting"]


def test_a_profile_of_ones_own_goes_before_the_bundled_ones() -> None:
    own = {
        "based_on": "omgevingsvisie",
        "title": "Onze koers",
        "recognised": {"among": ["visie"], "words": ["koers"]},
    }
    profiles = Profiles({"onze-koers": own})
    assert profiles.choose(document("Omgevingsvisie Koers 2040")).title == "Onze koers"
    assert profiles.choose(document("Omgevingsvisie Lindermeer")).name == "omgevingsvisie"
    assert profiles["onze-koers"].asks == bundled()["omgevingsvisie"].asks


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"omgevingsvisie": {"wieghts": {"goal": 3}}},
            "'profiles.omgevingsvisie.wieghts' is geen instelling. Bedoelde u 'weights'?",
        ),
        (
            {"omgevingsvisie": {"weights": {"gaol": 3}}},
            "'profiles.omgevingsvisie.weights.gaol' is geen instelling. Bedoelde u 'goal'?",
        ),
        (
            {"omgevingsvisie": {"level": 7}},
            "'profiles.omgevingsvisie.level' mag hoogstens 4 zijn.",
        ),
        (
            {"omgevingsvisie": {"level": "twee"}},
            "'profiles.omgevingsvisie.level' moet een geheel getal zijn.",
        ),
        (
            {"omgevingsvisie": {"title": 3}},
            "'profiles.omgevingsvisie.title' moet een tekst tussen aanhalingstekens zijn.",
        ),
        (
            {"omgevingsvisie": {"weights": 3}},
            "'profiles.omgevingsvisie.weights' moet een tabel zijn.",
        ),
        (
            {"omgevingsvisie": {"asks": dict.fromkeys(CRITERIA, 0)}},
            "'profiles.omgevingsvisie' moet van ten minste één criterium iets vragen, met een gewicht.",
        ),
        (
            {"omgevingsvise": {"level": 2}},
            "Er is geen profiel 'omgevingsvise'. Bedoelde u 'omgevingsvisie'? Een eigen profiel noemt met "
            "based_on het profiel waar het van afwijkt.",
        ),
        (
            {"onze-visie": {"based_on": "omgevingsvise"}},
            "'profiles.onze-visie.based_on' noemt geen meegeleverd profiel: 'omgevingsvise'. "
            "Bedoelde u 'omgevingsvisie'?",
        ),
        (
            {"onze-visie": {"based_on": ["begroting"]}},
            "'profiles.onze-visie.based_on' noemt geen meegeleverd profiel: '['begroting']'. "
            "Bedoelde u 'begroting'?",
        ),
        (
            {"begroting": {"based_on": "omgevingsvisie"}},
            "'profiles.begroting.based_on' hoort bij een eigen profiel, onder een eigen naam.",
        ),
        (
            {"onze-visie": {"based_on": "omgevingsvisie", "basde_on": "x"}},
            "'profiles.onze-visie.basde_on' is geen instelling. Bedoelde u 'based_on'?",
        ),
    ],
)
def test_a_wrong_override_is_said_with_the_right_key(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(ProfileError) as error:
        Profiles(overrides)
    assert str(error.value) == message


def test_an_unknown_profile_is_said_with_the_nearest_one() -> None:
    with pytest.raises(ProfileError) as error:
        PROFILES.choose(document("Omgevingsvisie Lindermeer"), "begrotnig")
    assert str(error.value) == "Er is geen profiel 'begrotnig'. Bedoelde u 'begroting'?"
    with pytest.raises(ProfileError, match="Mogelijk zijn: begroting, beleidsnota"):
        PROFILES["xyz"]


# --- in the report ---------------------------------------------------------------------------------


def test_only_sections_in_context_are_held_against_the_profile() -> None:
    sections = [Section(id=name, heading=name, heading_path=[name], depth=1) for name in ("a", "b")]
    sections[0].in_context = context("111000", 1)
    report = Report(tool_version="0", document=document("Omgevingsvisie Lindermeer"), sections=sections)
    PROFILES.apply(report)
    assert report.profile is not None and report.profile.name == "omgevingsvisie"
    assert sections[0].expectation is not None and sections[0].expectation.verdict == "accept"
    assert sections[1].expectation is None
    PROFILES.apply(report, "omgevingsprogramma")
    assert sections[0].expectation.verdict == "send_back"


def test_an_override_gives_another_ruleset_and_one_without_effect_the_same(tmp_path: Any) -> None:
    file = tmp_path / "visie.md"
    file.write_text("# Omgevingsvisie Lindermeer\n\nWe plaatsen in 2027 zes banken.\n", encoding="utf-8")
    plain = Analyzer().analyze(file)
    assert plain.ruleset_id == ruleset_id()
    same = {"omgevingsvisie": {"level": bundled()["omgevingsvisie"].level}}
    assert Analyzer(profiles=same).analyze(file).ruleset_id == plain.ruleset_id
    changed = Analyzer(profiles={"omgevingsvisie": {"level": 2}}).analyze(file)
    assert changed.ruleset_id is not None and changed.ruleset_id.startswith(f"{plain.ruleset_id}+")
    assert changed.profile is not None and changed.profile.level == 2
    by_hand = Analyzer(profile="begroting").analyze(file)
    assert by_hand.profile is not None and (by_hand.profile.name, by_hand.profile.choice) == (
        "begroting",
        "hand",
    )
    with pytest.raises(ProfileError):
        _ = Analyzer(profile="begrotnig").profiles


def test_the_default_is_a_profile_and_profiles_are_rules() -> None:
    assert DEFAULT in bundled()
    assert all(path.suffix == ".toml" for path in data_path("profiles").iterdir())
