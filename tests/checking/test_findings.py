"""What is found in a document: the verdict, what is missing, words, coherence, signals and reading."""

from __future__ import annotations

import pytest
from finding_samples import asked, expect, hold, mention, report, section

from uitvoerbaarheid.checking.findings import find
from uitvoerbaarheid.records import (
    DocumentError,
    Elsewhere,
    Finding,
    Overlap,
    Promise,
    Report,
    Section,
    Signal,
    SignalEvidence,
    Verdict,
)
from uitvoerbaarheid.scoring.profiles import Profiles

PATH = "In 2027 legt de gemeente een fietspad aan."


def found(*sections: Section, profile: str | None = "omgevingsprogramma") -> list[Finding]:
    return find(report(*sections, profile=profile), "stukken/plan.pdf")


def rules_of(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def weights_of(findings: list[Finding]) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in findings}


# ------------------------------------------------------------------------------------------ the verdict


@pytest.mark.parametrize(
    ("own", "profile", "rule", "severity"),
    [
        ("send_back", "send_back", "UV001", "error"),
        ("send_back", "send_back?", "UV001", "error"),
        ("send_back?", "send_back", "UV002", "warning"),
        ("send_back", "accept", "UV003", "note"),
        ("send_back?", "accept?", "UV003", "note"),
        ("accept", "send_back", "UV004", "warning"),
        ("accept?", "send_back", "UV004", "warning"),
        ("accept?", "send_back?", "UV002", "warning"),
        ("accept?", "accept?", "UV002", "warning"),
        ("accept", "send_back?", None, None),
        ("accept?", "accept", None, None),
        ("accept", "accept", None, None),
    ],
)
def test_the_own_verdict_and_that_of_the_profile_decide(
    own: str, profile: str, rule: str | None, severity: str | None
) -> None:
    verdicts: dict[str, Verdict] = {"send_back": "send_back", "accept": "accept"}
    verdict, asked_ = verdicts[own.rstrip("?")], verdicts[profile.rstrip("?")]
    made = section("Fietsen", PATH, values="022222", verdict=verdict, level=2, uncertain=own.endswith("?"))
    findings = found(expect(made, asked_, uncertain=profile.endswith("?")))
    assert [(f.rule, f.severity) for f in findings] == ([(rule, severity)] if rule else [])


@pytest.mark.parametrize(
    ("unsure", "verdict", "rules"),
    [
        (False, "send_back", ["UV001"]),
        (True, "send_back", ["UV002"]),
        (True, "accept", ["UV002"]),
        (False, "accept", []),
    ],
)
def test_without_a_profile_the_own_verdict_counts(unsure: bool, verdict: Verdict, rules: list[str]) -> None:
    made = section("Fietsen", PATH, values="222222", verdict=verdict, level=2, uncertain=unsure)
    assert rules_of(found(made, profile=None)) == rules


def test_what_is_no_policy_is_left_alone() -> None:
    context = section("Inleiding", "Lindermeer ligt aan het water.")
    assert rules_of(found(context, section("Fietsen", values="222222", verdict="accept", level=4))) == []


def test_the_verdict_names_all_that_is_missing_and_asks_the_heaviest() -> None:
    made = hold(section("Fietsen", PATH, values="111100", level=1), "omgevingsprogramma")
    first = found(made)[0]
    assert first.message == (
        "Deze paragraaf gaat terug: niveau 1 (richting). Ontbreekt: de termijn en hoe de voortgang wordt "
        "gevolgd. Te algemeen: de maatregel, wie het uitvoert en geld of capaciteit."
    )
    assert first.question == asked(made, "measure")
    assert first.path == "stukken/plan.pdf"


def test_what_stands_elsewhere_is_not_missed() -> None:
    planning = section(
        "Planning", "Het fietspad is klaar in 2028.", values="002022", verdict="accept", level=3
    )
    met = Elsewhere(criterion="deadline", value=2, section="planning", service="execution", page=9)
    made = hold(section("Fietsen", PATH, values="111100"), "omgevingsprogramma", "111120", (met,))
    findings = found(made, planning)
    assert findings[0].message.endswith("Staat elders in dit document: de termijn (‘Planning’, bladzijde 9).")
    assert "Ontbreekt: hoe de voortgang wordt gevolgd." in findings[0].message
    assert not {"UV102", "UV112"} & set(rules_of(findings))


def test_what_stands_elsewhere_in_part_is_told_so() -> None:
    planning = section("Planning", "Dat komt later.", values="001011", verdict="accept", level=3)
    met = Elsewhere(criterion="deadline", value=1, section="planning", service="reference")
    made = section("Fietsen", PATH, values="122200", verdict="accept", level=2)
    findings = found(
        expect(hold(made, "omgevingsprogramma", "122210", (met,)), "send_back", missing=("deadline",)),
        planning,
    )
    term = next(finding for finding in findings if finding.rule == "UV112")
    assert term.message.endswith("Een deel staat elders in dit document: ‘Planning’.")


# -------------------------------------------------------------------------------------- what is missing


def test_without_a_measure_nobody_is_asked_who_does_it() -> None:
    made = hold(section("Fietsen", "Fietsen is fijn.", values="000000"), "omgevingsprogramma")
    assert rules_of(found(made)) == ["UV001", "UV106", "UV104"]


def test_a_section_sent_back_gets_three_findings_at_most_the_heaviest_first() -> None:
    made = section("Fietsen", PATH, values="010000", level=1)
    mention(made, "measure", PATH)
    assert rules_of(found(hold(made, "omgevingsprogramma"))) == ["UV001", "UV116", "UV101", "UV102"]


def test_what_the_profile_does_not_ask_is_no_finding() -> None:
    made = section("Fietsen", PATH, values="110000")
    mention(made, "measure", PATH)
    # A vision is asked how it is followed, not who does it, when and with what money.
    assert rules_of(found(hold(made, "omgevingsvisie"), profile="omgevingsvisie")) == ["UV001", "UV105"]


def test_a_wish_is_not_asked_who_when_and_with_what_money() -> None:
    wish = "We hebben oog voor de natuur."
    made = section("Fietsen", wish, values="010000", level=0)
    mention(made, "measure", wish)
    assert rules_of(found(hold(made, "omgevingsprogramma"))) == ["UV001", "UV116", "UV104", "UV105"]


def test_what_the_level_falls_short_by_is_told_where_the_profile_does_not_miss_it() -> None:
    wish = "We hebben oog voor de natuur."
    made = section("Natuur", wish, values="110000", level=0)
    mention(made, "measure", wish)
    first = found(hold(made, "omgevingsvisie"), profile="omgevingsvisie")[0]
    assert first.message == (
        "Deze paragraaf gaat terug: niveau 0 (wens). De maatregelen zijn nog niet concreet genoeg om mee te "
        "beginnen: ‘We hebben oog voor de natuur’. Ontbreekt: hoe de voortgang wordt gevolgd."
    )
    assert first.question == asked(made, "measure")


def test_what_is_missing_is_at_the_measure_that_misses_it() -> None:
    late = "De gemeente plaatst borden."
    made = section("Fietsen", "Fietsen is fijn.", PATH, late, values="120000", verdict="accept", level=2)
    mention(made, "measure", PATH)
    made.commitments[0].deadline = 0
    mention(made, "measure", late)
    findings = found(expect(made, "send_back", missing=("deadline", "actor")))
    term = next(finding for finding in findings if finding.rule == "UV102")
    assert term.quote == late
    assert term.message == "Er staat niet bij wanneer dit gebeurt of klaar is: ‘De gemeente plaatst borden’."
    assert term.question == "Wanneer begint dit, en wanneer moet het klaar zijn?"
    assert [box.top for box in term.boxes] == [140]


def test_what_every_measure_has_is_not_missed() -> None:
    made = section("Fietsen", PATH, values="120000", verdict="accept", level=2)
    mention(made, "measure", PATH)
    made.commitments[0].deadline = 0
    findings = found(expect(made, "send_back", missing=("deadline", "actor")))
    assert "UV102" not in rules_of(findings) and "UV101" in rules_of(findings)


def test_what_comes_nearest_is_quoted() -> None:
    made = section("Fietsen", PATH, "Er is € 500 geweest.", values="122020", verdict="accept", level=2)
    mention(made, "measure", PATH)
    mention(made, "budget", "€ 500")
    findings = found(expect(made, "send_back", missing=("budget",)))
    money = next(finding for finding in findings if finding.rule == "UV103")
    assert money.message.startswith("Noemt wel geld (‘€ 500’)") and money.quote == "€ 500"


def test_past_and_denied_measures_are_not_asked_for_more() -> None:
    past, list_ = "In 2019 legde de gemeente een brug aan.", "De gemeente doet:"
    made = section("Fietsen", past, list_, values="122002", verdict="accept", level=2)
    mention(made, "measure", past, "history")
    mention(made, "measure", list_)
    term = found(expect(made, "send_back", missing=("deadline",)))[1]
    assert term.rule == "UV102" and term.quote is None
    assert term.message == "Er staat geen termijn bij: niet duidelijk is wanneer iets klaar moet zijn."


@pytest.mark.parametrize(
    ("values", "level", "rules"),
    [
        ("022020", 3, ["UV103"]),  # all it lacks
        ("022000", 2, ["UV102"]),  # below the level asked: the heaviest
        ("222210", 3, []),  # only too vague
        ("222220", 4, []),  # monitoring is no reason to write to a good section
    ],
)
def test_a_section_that_is_good_enough_gets_one_note(values: str, level: int, rules: list[str]) -> None:
    made = section("Fietsen", PATH, values=values, verdict="accept", level=level)
    mention(made, "measure", PATH)
    hold(made, "omgevingsprogramma")
    assert made.expectation is not None and made.expectation.verdict == "accept"
    assert weights_of(found(made)) == dict.fromkeys(rules, "note")


def test_a_section_that_is_good_enough_for_its_kind_is_not_asked_for_more() -> None:
    made = section("Fietsen", PATH, values="120000", verdict="accept", level=2)
    mention(made, "measure", PATH)
    assert found(hold(made, "beleidsnota"), profile="beleidsnota") == []


# ----------------------------------------------------------------------------------------------- words


def test_open_wording_is_told_once_with_the_words() -> None:
    first, second = "Waar mogelijk legt de gemeente paden aan.", "We streven naar minder auto's."
    made = section("Fietsen", first, second, "Mooi zou zijn als het lukt.", values="110000")
    for words, rule in ((first, "vague.waar-mogelijk"), (second, "vague.streven")):
        mention(made, "measure", words)
        mention(made, "vague", words, rules=("model.sentence_labels", rule))
    mention(made, "vague", "Mooi zou zijn als het lukt.", rules=("model.sentence_labels",))
    words = [f for f in found(hold(made, "omgevingsprogramma")) if f.rule == "UV201"]
    assert [finding.message for finding in words] == [
        "Met ‘Waar mogelijk’ blijft open of en hoe dit gebeurt: ‘Waar mogelijk legt de gemeente paden aan’. "
        "Dat is in deze paragraaf nog 1 keer zo."
    ]
    assert words[0].quote == first and words[0].severity == "note"


def test_wording_of_a_section_that_is_good_enough_is_left_alone() -> None:
    made = section("Fietsen", PATH, values="222222", verdict="accept", level=4)
    mention(made, "measure", PATH, "study")
    mention(made, "vague", PATH, rules=("vague.streven",))
    assert found(hold(made, "omgevingsprogramma")) == []


@pytest.mark.parametrize(("qualifier", "rule"), [("study", "UV202"), ("condition", "UV203")])
def test_only_studies_or_conditions_are_told(qualifier, rule: str) -> None:
    other = "De gemeente plaatst borden."
    made = section("Fietsen", PATH, other, values="111111", level=1)
    mention(made, "measure", PATH, qualifier)
    assert rule in rules_of(found(made))
    mention(made, "measure", other)
    assert rule not in rules_of(found(made))


# ------------------------------------------------------------------------------------------- coherence


@pytest.mark.parametrize(
    ("kind", "rule", "severity"),
    [
        ("deadline", "UV301", "warning"),
        ("budget", "UV302", "warning"),
        ("actor", "UV303", "warning"),
        ("duplicate", "UV304", "note"),
    ],
)
def test_the_same_measure_in_two_places(kind, rule: str, severity: str) -> None:
    first = section("Fietsen", "Fietsen is fijn.", PATH, values="222222", verdict="accept", level=4)
    second = section("Planning", PATH, values="222222", verdict="accept", level=4)
    for made in (first, second):
        mention(made, "measure", PATH)
    whole = report(first, second)
    promises = {
        "first": Promise(section="fietsen", commitment=0),
        "second": Promise(section="planning", commitment=0),
    }
    whole.summary.overlaps.append(Overlap(kind=kind, text="Dat staat er twee keer.", **promises))
    (finding,) = find(whole, "plan.pdf")
    assert (finding.rule, finding.severity, finding.section) == (rule, severity, "fietsen")
    assert (finding.message, finding.quote) == ("Dat staat er twee keer.", PATH)
    assert [box.top for box in finding.boxes] == [120]


def numbered(words: str, *others: Section, status: str = "ok") -> list[Finding]:
    """What is found when a paragraph refers to another, in a document with paragraphs 2.1 and 2.3."""
    from uitvoerbaarheid.nlp.references import places_of, references_of

    made = [
        section("2.1 Fietsen", words, number="2.1", role="context"),
        section("2.3 Lopen", "Lopen is fijn.", number="2.3", role="context"),
        section("Bijlage A Kaarten", role="other"),
        section("Cijfers", "Tabel 2: Kosten per jaar", role="context"),
        *others,
    ]
    places = places_of(made)
    for item in made:
        item.references = references_of(item, places)
    findings = find(report(*made, status=status), "plan.pdf")
    return [finding for finding in findings if finding.rule.startswith("UV31")]


@pytest.mark.parametrize(
    ("words", "rule", "message"),
    [
        ("De kosten staan in paragraaf 2.2.", "UV311", "Er is in dit document geen paragraaf 2.2."),
        ("Zie bijlage B en nog eens bijlage B.", "UV312", "Er is in dit document geen bijlage B."),
        ("De bedragen staan in tabel 3.", "UV313", "Er is in dit document geen tabel 3."),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_once(words: str, rule: str, message: str) -> None:
    (finding,) = numbered(words)
    assert (finding.rule, finding.severity, finding.message) == (rule, "note", message)
    assert finding.quote is not None and finding.quote in words


@pytest.mark.parametrize(
    "words",
    [
        "De kosten staan in paragraaf 2.3.",
        "Zie paragraaf 2.2 van de Woonvisie Lindermeer.",
        "Zie paragraaf 4.2.",  # the document has no such chapter: another one is meant
        "Zie bijlage D.",
        "De bedragen staan in tabel 7.",
        "Tabel 3\nKosten | Jaar",
        "Zie hoofdstuk 3.",
    ],
)
def test_a_reference_that_may_mean_another_document_is_left_alone(words: str) -> None:
    assert numbered(words) == []


def test_what_was_read_in_part_misses_no_paragraph() -> None:
    assert numbered("De kosten staan in paragraaf 2.2.", status="partial") == []


# ------------------------------------------------------------------------------------------ the document


def plan(*signals: Signal, profile: str = "omgevingsprogramma", sections: int = 5) -> Report:
    made = [
        section(f"Deel {'abcdefgh'[n]}", PATH, values="222222", verdict="accept", level=4)
        for n in range(sections)
    ]
    whole = report(*made, profile=profile)
    whole.signals = list(signals)
    return whole


MISSING = Signal(id="partners", route="Route 1", title="Partners", found=False, question="Welke partners?")


def test_a_missing_signal_is_a_note_of_the_whole_document() -> None:
    (finding,) = find(plan(MISSING), "plan.pdf")
    assert (finding.rule, finding.severity, finding.section) == ("UV401", "note", None)
    assert finding.message == "Niet gevonden in dit document: partners met een eigen rol."
    assert finding.question == "Welke partners?"


def test_a_signal_that_raises_a_question_is_at_its_words() -> None:
    evidence = SignalEvidence(section="deel-b", text=PATH, start=0, end=len(PATH))
    raised = Signal(
        id="conflicts", route="", title="", found=True, question="Wat gaat voor?", evidence=[evidence]
    )
    fine = MISSING.model_copy(update={"found": True, "question": None})
    (finding,) = find(plan(raised, fine), "plan.pdf")
    assert (finding.rule, finding.section, finding.quote) == ("UV409", "deel-b", PATH)


@pytest.mark.parametrize(("profile", "sections"), [("raadsvoorstel", 5), ("omgevingsprogramma", 4)])
def test_signals_are_asked_of_whole_plans_only(profile: str, sections: int) -> None:
    assert find(plan(MISSING, profile=profile, sections=sections), "plan.pdf") == []


def test_an_organisation_weighs_the_rules_itself() -> None:
    own = Profiles({"raadsvoorstel": {"severity": {"UV401": "error"}}})
    whole = plan(MISSING, MISSING.model_copy(update={"id": "means"}), profile="raadsvoorstel")
    assert weights_of(find(whole, "plan.pdf", own)) == {"UV401": "error"}


# ----------------------------------------------------------------------------------------------- reading


def test_an_unreadable_document_has_one_finding_with_what_to_do() -> None:
    error = DocumentError(code="no_text", message="De pdf is een scan.")
    (finding,) = find(report(status="unreadable", error=error, profile=None), "scan.pdf")
    assert (finding.rule, finding.severity, finding.path) == ("UV501", "error", "scan.pdf")
    assert finding.message.startswith(
        "Niet leesbaar: De pdf is een scan. Vraag om het oorspronkelijke bestand"
    )


@pytest.mark.parametrize(
    ("document", "rule", "words"),
    [
        (
            {"status": "partial", "warnings": ["Gescande tekst die niet gelezen is: pagina 6."]},
            "UV502",
            "Niet helemaal gelezen: Gescande tekst die niet gelezen is: pagina 6.",
        ),
        (
            {"status": "partial", "error": DocumentError(code="timeout", message="Te lang.")},
            "UV502",
            "Niet helemaal gelezen: Te lang.",
        ),
        ({"language": "en"}, "UV503", "(taal: Engels)"),
    ],
)
def test_how_well_it_was_read_is_told(document, rule: str, words: str) -> None:
    good = section("Fietsen", PATH, values="222222", verdict="accept", level=4)
    (finding,) = find(report(good, **document), "plan.pdf")
    assert (finding.rule, finding.severity) == (rule, "warning")
    assert words in finding.message


def test_a_document_without_policy_is_not_in_order() -> None:
    assert weights_of(found(section("Begrippen", "Weg: een weg."))) == {"UV504": "warning"}


def test_findings_are_in_the_order_of_the_document() -> None:
    sections = [hold(section(f"Deel {n}", PATH, values="000000"), "omgevingsprogramma") for n in "cab"]
    findings = found(*sections)
    assert [f.section for f in findings if f.rule == "UV001"] == ["deel-c", "deel-a", "deel-b"]
    assert findings == found(*sections)


def test_lines_of_a_text_format_are_the_place() -> None:
    made = section("Fietsen", "Fietsen is fijn.", PATH, values="010000", level=1, line=7)
    mention(made, "measure", PATH)
    findings = {f.rule: f for f in found(hold(made, "omgevingsprogramma"))}
    assert (findings["UV001"].line, findings["UV001"].page, findings["UV001"].boxes) == (7, None, [])
    assert findings["UV101"].line == 11
