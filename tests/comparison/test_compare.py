"""Sections paired, and what changed in them, on reports made by hand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from uitvoerbaarheid.comparison.compare import compare
from uitvoerbaarheid.comparison.records import Change, Comparison
from uitvoerbaarheid.records import DocumentError, Report

Make = Callable[..., Report]
Find = Callable[..., dict[str, Any]]

TREES = "De gemeente plant vijfhonderd bomen in de wijken Oost en Zuid, langs de grote wegen en singels."
WATER = "Het waterschap graaft nieuwe sloten in de polder achter de dijk en onderhoudt de oude gemalen."


def changes(comparison: Comparison, kind: str) -> list[Change]:
    return [change for pair in comparison.pairs for change in pair.changes if change.kind == kind]


def kinds(comparison: Comparison) -> list[str]:
    return [pair.kind for pair in comparison.pairs]


def test_the_same_report_has_no_differences(report: Make) -> None:
    one = report(("1 Bomen", 1, [TREES], {}), ("2 Water", 1, [WATER], {}))
    comparison = compare(one, one)
    assert kinds(comparison) == ["same", "same"]
    assert comparison.common == 1.0
    assert comparison.related
    assert comparison.warnings == ["Beide bestanden zijn precies gelijk."]


def test_empty_reports(report: Make) -> None:
    comparison = compare(report(), report(path="nieuw.pdf"))
    assert comparison.pairs == []


def test_a_term_changed_gives_one_change_with_both_quotes(report: Make, found: Find) -> None:
    texts = [
        f"De gemeente plant {term} vijfhonderd bomen in de wijk Oost." for term in ("eind 2025", "eind 2027")
    ]
    old, new = (
        report(
            ("Voorwoord", 1, ["Hierna staat wat wij doen voor groen."], {}),
            ("1 Bomen", 1, [text], found(text, ("deadline", term, {"interval": f"../{term[-4:]}-12-31"}))),
        )
        for text, term in zip(texts, ("eind 2025", "eind 2027"), strict=True)
    )
    (change,) = [change for pair in compare(old, new).pairs for change in pair.changes]
    assert (change.kind, change.direction) == ("deadline", "changed")
    assert change.text == "Termijn van ‘eind 2025’ (p.\u00a02) naar ‘eind 2027’ (p.\u00a02)."
    assert change.old is not None
    assert change.new is not None
    assert (change.old.value, change.new.value) == ("eind 2025", "eind 2027")
    marks = [change.old.text[mark.start : mark.end] for mark in change.old.marks]
    assert marks == ["eind 2025"]


def test_a_term_that_changed_is_not_told_to_be_gone_and_new_too(report: Make, found: Find) -> None:
    versions = []
    for term, more in (
        ("tot 2022", "Alleen in de stad is tot 2022 nog ruimte voor winkels met meubels."),
        ("tot 2025", "Na alle plannen houdt geen enkele regio plek over, zo is tot 2025 berekend."),
    ):
        lines = [f"De gemeente telt {term} elk jaar alle winkels in de dorpen.", TREES, more]
        text = "\n".join(lines)
        facts = found(text, ("deadline", term, {"interval": f"../{term[-4:]}-12-31"}))
        again = facts["mentions"][0].model_copy(
            update={"start": text.rindex(term), "end": text.rindex(term) + len(term)}
        )
        facts["mentions"].append(again)
        versions.append(report(("1 Winkels", 1, lines, facts)))
    (change,) = changes(compare(*versions), "deadline")
    assert change.direction == "changed"


def test_a_value_found_in_one_version_only_is_no_change(report: Make, found: Find) -> None:
    """What stands in both versions did not change, whatever was found in it."""
    value = {"interval": "../2025-12-31"}
    text = "De gemeente plant eind 2025 vijfhonderd bomen in de wijk Oost."
    old = report(("1 Bomen", 1, [text], found(text, ("deadline", "eind 2025", value))))
    new = report(("1 Bomen", 1, [text], {}), path="nieuw.pdf")
    assert kinds(compare(old, new)) == ["same"]


def test_a_criterion_lost_is_shown_by_the_words_that_went(report: Make, found: Find) -> None:
    was = TREES + " Dat gebeurt uiterlijk in maart 2026."
    old = report(
        (
            "1 Bomen",
            1,
            [was],
            found(
                was,
                ("deadline", "uiterlijk in maart 2026", {"interval": "../2026-03-31"}),
                level=2,
                deadline=2,
            ),
        )
    )
    new = report(("1 Bomen", 1, [TREES], found(TREES, level=1)), path="nieuw.pdf")
    comparison = compare(old, new)
    (criterion,) = changes(comparison, "criterion")
    assert criterion.text.startswith(
        "Criterium ‘termijn’ van ‘concreet’ naar ‘ontbreekt’. Weg is: ‘uiterlijk in maart"
    )
    (level,) = changes(comparison, "level")
    assert level.text == "Van niveau 2 (aanzet, score 50) naar niveau 1 (richting, score 25): nu terugsturen."
    assert comparison.summary.vaguer == ["s1"]
    assert comparison.summary.better == []


def test_another_judgement_of_the_same_text_is_not_reported(report: Make, found: Find) -> None:
    old = report(("1 Bomen", 1, [TREES], found(TREES, level=2)))
    new = report(("1 Bomen", 1, [TREES], found(TREES, level=1)), path="nieuw.pdf")
    assert kinds(compare(old, new)) == ["same"]


def test_a_year_in_a_column_name_is_no_term(report: Make, found: Find) -> None:
    versions = []
    for year in ("2022", "2025"):
        row = f"Wijk: Oost | Ruimte tot {year}: 400"
        value = {"interval": f"../{year}-12-31"}
        facts = found(f"{TREES}\n{row}", ("deadline", f"tot {year}", value))
        made = report(("1 Winkels", 1, [TREES, row], facts))
        (section,) = made.sections
        block = section.blocks[1]
        block.kind, block.cells, block.header = "row", ["Oost", "400"], ["Wijk", f"Ruimte tot {year}"]
        versions.append(made)
    comparison = compare(*versions)
    assert changes(comparison, "deadline") == []
    assert [pair.kind for pair in comparison.pairs] == ["changed"]


def test_a_criterion_is_not_lost_by_a_sentence_that_is_still_said_in_other_words(
    report: Make, found: Find
) -> None:
    said = (
        "Onze ambitie is een groene stad met vijfduizend bomen en schone singels.",
        "Schone singels en vijfduizend bomen: een groene stad, dat is de ambitie.",
        "Op de markt staan voortaan alleen nog kramen van vier meter.",
    )
    old, same, other = (
        report(
            (
                "1 Groen",
                1,
                [TREES, text],
                found(f"{TREES}\n{text}", ("goal", text, None), level=1, goal=2 - number),
            )
        )
        for number, text in enumerate(said)
    )
    assert changes(compare(old, same), "criterion") == []
    assert [change.criterion for change in changes(compare(old, other), "criterion")] == ["goal"]


def test_equal_headings_go_by_their_text_and_parent(report: Make) -> None:
    intro = ["In de wijken staan weinig bomen.", "In de polder staat veel water op het land."]
    old = report(
        ("1 Bomen", 1, [], {}),
        ("Inleiding", 2, [intro[0]], {"path": ["1 Bomen"]}),
        ("2 Water", 1, [], {}),
        ("Inleiding", 2, [intro[1]], {"path": ["2 Water"]}),
    )
    new = report(
        ("1 Water", 1, [], {}),
        ("Inleiding", 2, [intro[1]], {"path": ["1 Water"]}),
        ("2 Bomen", 1, [], {}),
        ("Inleiding", 2, [intro[0]], {"path": ["2 Bomen"]}),
        path="nieuw.pdf",
    )
    paired = [(pair.old[0].id, pair.new[0].id) for pair in compare(old, new).pairs]
    assert paired == [("s3", "s1"), ("s4", "s2"), ("s1", "s3"), ("s2", "s4")]


def test_a_heading_read_as_text_is_no_merge(report: Make) -> None:
    old = report(("1 Bomen", 1, [TREES], {}), ("Sloten", 2, [WATER], {"path": ["1 Bomen"]}))
    new = report(("1 Bomen", 1, [TREES, "Sloten", WATER], {}), path="nieuw.pdf")
    assert kinds(compare(old, new)) == ["same"]


def test_a_footnote_on_another_page_is_no_difference(report: Make) -> None:
    note = "1 Vastgesteld door de raad van Lindermeer op 3 maart 2021 na een brede raadpleging."
    old = report(("1 Bomen", 1, [TREES, note], {}), ("2 Water", 1, [WATER], {}))
    new = report(("1 Bomen", 1, [TREES], {}), ("2 Water", 1, [WATER, note], {}), path="nieuw.pdf")
    assert kinds(compare(old, new)) == ["same", "same"]


def test_broken_words_are_no_difference(report: Make) -> None:
    old = report(("1 Bomen", 1, ["De instrumentenmix van het programma blijft gelijk voor alle wijken."], {}))
    new = report(
        ("1 Bomen", 1, ["De instrumenten mix van het pro gramma blijft gelijk voor alle wijken."], {}),
        path="nieuw.pdf",
    )
    assert kinds(compare(old, new)) == ["same"]


def test_a_measure_said_in_other_words_is_not_dropped(report: Make, found: Find) -> None:
    was = "Aannemer De Linde snoeit alle bomen in de wijken Oost en Zuid in de winter."
    now = "In de winter worden in de wijken Oost en Zuid alle bomen door aannemer De Linde gesnoeid."
    old = report(("1 Bomen", 1, [TREES, was], found(f"{TREES}\n{was}", ("measure", was, None))))
    new = report(
        ("1 Bomen", 1, [TREES, now], found(f"{TREES}\n{now}", ("measure", now, None))), path="nieuw.pdf"
    )
    assert changes(compare(old, new), "measure") == []


def test_documents_with_little_in_common(report: Make) -> None:
    comparison = compare(
        report(("1 Bomen", 1, [TREES], {})), report(("A Water", 1, [WATER], {}), path="nieuw.pdf")
    )
    assert not comparison.related
    assert kinds(comparison) == ["removed", "added"]


def test_reports_by_other_rules_or_of_half_a_document_are_told(report: Make) -> None:
    old, new = (
        report(("1 Bomen", 1, [TREES], {})),
        report(("1 Bomen", 1, [TREES, WATER], {}), path="nieuw.pdf"),
    )
    old.ruleset_id = "anders"
    new.document.error = DocumentError(code="timeout", message="Het lezen duurde te lang.")
    warnings = compare(old, new).warnings
    assert any("andere versies van het programma" in warning for warning in warnings)
    assert "De nieuwe versie is niet helemaal gelezen: Het lezen duurde te lang." in warnings


def test_a_thousand_sections_take_a_few_seconds(report: Make) -> None:
    source = random.Random(3)
    words = [f"woord{number}" for number in range(4000)]
    texts = [" ".join(source.choices(words, k=60)) + "." for _ in range(1000)]
    old = report(*((f"{n} Inleiding", 1, [text], {}) for n, text in enumerate(texts, start=1)))
    moved = texts[500:] + texts[:500]
    new = report(
        *((f"{n} Inleiding", 1, [text], {}) for n, text in enumerate(moved, start=1)), path="nieuw.pdf"
    )
    started = time.process_time()
    comparison = compare(old, new)
    assert time.process_time() - started < 15
    pairs = {(pair.old[0].id, pair.new[0].id) for pair in comparison.pairs}
    assert ("s501", "s1") in pairs
    assert len(pairs) == 1000
