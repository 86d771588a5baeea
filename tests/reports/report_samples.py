"""Sample reports about fictional authorities, with text, blocks and mentions whose offsets hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from uitvoerbaarheid.extraction.model import row_text
from uitvoerbaarheid.records import (
    CRITERIA,
    WEAKEST_ORDER,
    ActorLoad,
    Block,
    Commitment,
    Criteria,
    Criterion,
    Document,
    DocumentError,
    Elsewhere,
    Expectation,
    InContext,
    Link,
    Mention,
    Overlap,
    Overrule,
    Profile,
    Promise,
    Question,
    Reason,
    Reference,
    Report,
    Section,
    Signal,
    SignalEvidence,
    Verdict,
    YearLoad,
)
from uitvoerbaarheid.scoring.summary import summarize

SOURCE = "Uitvoerbaarheidstoets Decentrale Overheden"


class Draft:
    """A section being written: pieces of text with blocks, and mentions found by their words."""

    def __init__(self, heading: str, *, path: tuple[str, ...] = (), page: int | None = 1, **fields: Any):
        self.section = Section(
            id=fields.pop("id", heading.lower().replace(" ", "-")),
            heading=heading,
            heading_path=[*path, heading],
            depth=len(path) + 1,
            page_start=page,
            page_end=fields.pop("page_end", page),
            **fields,
        )

    def add(self, kind: str, text: str, **fields: Any) -> Draft:
        """Add a paragraph, item, note or caption."""
        section = self.section
        section.text += ("\n" if section.text else "") + text
        end = len(section.text)
        section.blocks.append(
            Block.model_validate({"kind": kind, "start": end - len(text), "end": end, **fields})
        )
        return self

    def row(self, cells: list[str], header: list[str] | None = None) -> Draft:
        """Add a table row as the readers lay it out."""
        return self.add("row", row_text(cells, header), cells=cells, header=header)

    def mention(self, kind: str, words: str, value: dict[str, Any] | None = None) -> Draft:
        """Mark the first ``words`` in the text as a mention."""
        start = self.section.text.index(words)
        mention = {"type": kind, "text": words, "start": start, "end": start + len(words), "sentence": words}
        self.section.mentions.append(Mention.model_validate({**mention, "value": value}))
        return self

    def assess(self, level: int, score: int, criteria: str, *, uncertain: bool = False) -> Draft:
        """Give level, score and the six criteria ("012000", in the order of the guideline)."""
        section = self.section
        values = Criteria.model_validate(dict(zip(CRITERIA, map(int, criteria), strict=True)))
        section.role, section.role_probability = "policy", 0.9
        section.level, section.score, section.criteria = level, score, values
        section.level_probabilities = [0.6 if step == level else 0.1 for step in range(5)]
        section.weakest = min(WEAKEST_ORDER, key=lambda name: getattr(values, name))
        section.verdict = "send_back" if level <= 1 else "accept"
        section.uncertain = uncertain
        return self

    def why(self, text: str, *mentions: int) -> Draft:
        self.section.reasons.append(Reason(text=text, mentions=list(mentions)))
        return self

    def ask(self, criterion: str, text: str) -> Draft:
        question = {"criterion": criterion, "text": text, "source": SOURCE}
        self.section.questions.append(Question.model_validate(question))
        return self


def make_report(sections: list[Section], **fields: Any) -> Report:
    """A report over ``sections`` with the figures that scoring gives."""
    document = {"path": "plannen/proef.pdf", "sha256": "0" * 64, "format": "pdf", "language": "nl", **fields}
    return Report(
        tool_version="0.1.0",
        model_id="proef+000000000000",
        ruleset_id="000000000000",
        document=Document.model_validate(document),
        summary=summarize(sections),
        sections=sections,
    )


def garden() -> Report:
    """A document with all levels, sections that are not policy, a table and commitments."""
    chapter = Draft("Groen en water", page=3, number="2", id="s2")
    wish = (
        Draft("Een groene stad", path=("Groen en water",), page=3, page_end=4, number="2.1", id="s2-1")
        .add("paragraph", "We willen een gezonde en groene stad, waar mogelijk samen met onze inwoners.")
        .add("paragraph", "Groen is van waarde voor iedereen die in Zandhoven woont.")
        .assess(0, 8, "101000")
        .mention("goal", "We willen een gezonde en groene stad, waar mogelijk samen met onze inwoners.")
        .mention("vague", "We willen een gezonde en groene stad, waar mogelijk samen met onze inwoners.")
        .mention("actor", "We", {"name": "we", "generic": True})
        .why("Er staat een wens, maar geen doel dat na te gaan is.", 0)
        .why("‘Waar mogelijk’ haalt de kracht uit de zin.", 1)
        .ask("measure", "Welke actie of regel hoort hierbij, en voor wie of waar geldt die?")
        .ask("deadline", "Wanneer begint dit en wanneer is het klaar?")
    )
    direction = (
        Draft("Water vasthouden", path=("Groen en water",), page=4, number="2.2", id="s2-2")
        .add(
            "paragraph",
            "Nieuwe wijken houden hun regenwater zelf vast. We werken dit uit in het omgevingsplan.",
        )
        .add("item", "• We streven naar minder verhard oppervlak.")
        .add("item", "• We stimuleren groene daken.")
        .assess(1, 36, "111000", uncertain=True)
        .mention("measure", "We werken dit uit in het omgevingsplan.")
        .mention("goal", "We streven naar minder verhard oppervlak.")
        .mention("vague", "We streven naar minder verhard oppervlak.")
        .mention("measure", "We stimuleren groene daken.")
        .why("Het omgevingsplan is genoemd, maar niet wat erin komt.", 0)
        .ask("deadline", "Wanneer staat de regel in het omgevingsplan?")
    )
    goal_sentence = "In 2030 ligt in elke wijk een park van minstens twee hectare."
    half = (
        Draft("Parken", path=("Groen en water", "Een groene stad"), page=5, number="2.1.1", id="s2-1-1")
        .add("paragraph", goal_sentence + " De gemeente legt het Meidoornpark aan.")
        .assess(2, 50, "221020")
        .mention("goal", goal_sentence)
        .mention("deadline", "In 2030", {"interval": "2030-01-01/2030-12-31", "granularity": "year"})
        .mention("measure", "De gemeente legt het Meidoornpark aan.")
        .mention("actor", "De gemeente", {"name": "gemeente", "generic": True})
        .why("Het doel is na te gaan.", 0)
        .ask("budget", "Met welk geld wordt het park aangelegd?")
    )
    header = ["Actie", "Wie", "Wanneer", "Kosten", "Bomen"]
    rows = [
        ["Aanleg beekpark Oost", "waterschap Laagland", "uiterlijk 1 juli 2027", "€ 250.000", "12"],
        ["Subsidie groene daken openstellen", "afdeling Ruimte", "2026-2028", "", "-"],
        ["Buurttuinen", "", "jaarlijks", "0,5 fte", "-"],
    ]
    table = (
        Draft("Acties", path=("Uitvoering",), page=8, page_end=9, number="3.1", id="s3-1")
        .add("paragraph", "Het college voert deze acties uit en rapporteert elk jaar aan de raad.")
        .row(rows[0], header)
        .row(rows[1], header)
        .row(rows[2], header)
        .add("note", "1 De bedragen zijn prijspeil 2026.")
        .assess(4, 91, "122222")
        .mention("measure", row_text(rows[0], header))
        .mention("actor", "waterschap Laagland", {"name": "waterschap Laagland", "generic": False})
        .mention("deadline", "uiterlijk 1 juli 2027", {"interval": "../2027-07-01", "granularity": "day"})
        .mention("budget", "€ 250.000", {"amounts": [250000], "fte": None, "open": False})
        .mention("monitoring", "Het college voert deze acties uit en rapporteert elk jaar aan de raad.")
        .mention("deadline", "elk jaar", {"interval": "R/P1Y", "granularity": "year"})
        .mention("measure", row_text(rows[2], header))
        .mention("budget", "0,5 fte", {"amounts": [], "fte": 0.5, "open": False})
        .why("Elke actie heeft een trekker, een termijn en geld.", 0, 1, 2, 3)
    )
    table.section.commitments = [
        Commitment(measure=0, actors=[1], budget=3, deadline=2, monitoring=4, page=8),
        Commitment(measure=6, budget=7, page=8),
    ]
    worked = (
        Draft("Fietsroute Noord", path=("Uitvoering",), page=10, number="3.2", id="s3-2")
        .add(
            "paragraph", "De provincie Veenland betaalt € 1,2 miljoen aan de route, die in Q3 2027 klaar is."
        )
        .assess(3, 72, "022220")
        .mention("budget", "€ 1,2 miljoen", {"amounts": [1200000], "open": False})
        .mention("deadline", "in Q3 2027", {"interval": "2027-07-01/2027-09-30"})
        .mention("actor", "provincie Veenland", {"name": "provincie Veenland"})
        .ask("monitoring", "Hoe volgt de raad de voortgang?")
    )
    intro = Draft("Leeswijzer", page=2, number="1", id="s1", role="context").add(
        "paragraph", "Hoofdstuk 2 gaat over groen en water, hoofdstuk 3 over de uitvoering."
    )
    colophon = Draft("Colofon", page=12, id="s-colofon", role="other").add(
        "paragraph", "Gemeente Zandhoven, 2026"
    )
    execution = Draft("Uitvoering", page=8, number="3", id="s3")
    drafts = [intro, chapter, wish, half, direction, execution, table, worked, colophon]
    return make_report(
        [draft.section for draft in drafts],
        path="plannen/groenvisie & water.pdf",
        title="Groenvisie Zandhoven 2040",
        kind="visie",
        authority="gemeente Zandhoven",
        date="2026-03",
        pages=12,
        status="partial",
        warnings=["Bladzijde 11 is een afbeelding zonder tekst en is niet gelezen."],
    )


def weighed() -> Report:
    """The garden, judged in the whole document, by a profile and by hand, with what it says as a whole."""
    report = garden()
    report.profile = Profile(name="omgevingsvisie", title="Omgevingsvisie", choice="recognised", level=1)
    chosen = {section.id: section for section in report.sections}
    # Without anything from elsewhere; both other judgements agree.
    _weigh(chosen["s2-1"], 0, 8, fit=20, missing=["measure", "deadline"])
    # Sent back on its own text, enough in the whole document.
    direction = chosen["s2-2"]
    _weigh(direction, 2, 52, fit=90)
    direction.in_context = InContext(
        criteria=Criteria(goal=1, measure=1, actor=2, budget=2, deadline=2, monitoring=0),
        level=2,
        score=52,
        verdict="accept",
        met=[
            Elsewhere(criterion="actor", value=2, section="s3-1", service="execution", mentions=[1], page=8),
            Elsewhere(criterion="budget", value=2, section="s3-1", service="execution", mentions=[3], page=8),
            Elsewhere(criterion="deadline", value=2, section="s3-2", service="reference", mentions=[1]),
        ],
    )
    _weigh(chosen["s2-1-1"], 2, 50, fit=100)
    _weigh(chosen["s3-1"], 4, 91, fit=100)
    # Enough by itself, by hand; the profile asks for what it misses.
    worked = chosen["s3-2"]
    _weigh(worked, 3, 72, fit=55, missing=["monitoring"], verdict="send_back", uncertain=True)
    worked.overruled = [
        Overrule(
            field="level", found=1, value=3, reason="De route staat in het vastgestelde krediet",
            by="A. Jansen", date="2026-05-12",
        )
    ]  # fmt: skip
    report.document.overruled = [
        Overrule(field="kind", found="programma", value="visie", reason="Zo heet het raadsbesluit")
    ]
    first, second = Promise(section="s3-1", commitment=0), Promise(section="s3-1", commitment=1)
    gone = Promise(section="weg", commitment=0)
    summary = report.summary
    given = [section.criteria for section in report.sections if section.criteria]
    summary.criteria_counts = {
        name: [sum(getattr(criteria, name) == value for criteria in given) for value in range(3)]
        for name in CRITERIA
    }
    summary.send_back_in_context, summary.send_back_by_profile = 1, 2
    summary.first_to_send_back = ["s2-2", "s2-1"]
    summary.actors = [
        ActorLoad(name="waterschap Laagland", identifier="ws0999", promises=[first], budget=250000),
        ActorLoad(name="gemeente Zandhoven", promises=[second, gone]),
    ]
    summary.years = [
        YearLoad(year=2027, promises=[first], budget=250000),
        YearLoad(year=2030, promises=[second]),
    ]
    summary.budget = 1450000
    summary.overlaps = [
        Overlap(
            kind="deadline", first=first, second=second,
            text="In paragraaf 3.1 is het beekpark klaar op 1 juli 2027, in paragraaf 3.2 pas in 2030.",
        ),
        Overlap(kind="duplicate", first=second, second=gone, text="De buurttuinen staan er twee keer."),
    ]  # fmt: skip
    quote = "rapporteert elk jaar aan de raad"
    start = chosen["s3-1"].text.index(quote)
    report.signals = [
        Signal(
            id="monitoring", route="Route 2: beleid en uitvoering verbonden",
            title="Voortgang in een vaste cyclus", found=True,
            source="Comptabiliteitswet 2016, artikel 3.1",
            evidence=[
                SignalEvidence(section="s3-1", text=quote, start=start, end=start + len(quote), page=8)
            ],
        ),
        Signal(
            id="phase", route="Route 3: van doelen naar uitvoering",
            title="Een fase om werkwijzen uit te proberen", found=False,
            question="Wanneer proberen de uitvoerders uit hoe het moet, voordat het begint?", source=SOURCE,
        ),
    ]  # fmt: skip
    return report


def _weigh(
    section: Section,
    level: int,
    score: int,
    *,
    fit: int,
    missing: Sequence[Criterion] = (),
    verdict: Verdict | None = None,
    uncertain: bool | None = None,
) -> None:
    """Judge a section in its context and by a profile; both as its own verdict unless said otherwise."""
    assert section.criteria is not None
    own: Verdict = "send_back" if level <= 1 else "accept"
    section.in_context = InContext(criteria=section.criteria, level=level, score=score, verdict=own)
    section.expectation = Expectation(
        level=1,
        fit=fit,
        missing=list(missing),
        verdict=verdict or own,
        uncertain=section.uncertain if uncertain is None else uncertain,
    )


def linked() -> Report:
    """A section whose commitment has links, a condition, a reference and an amount that does not count."""
    first = "Het waterschap legt een natuuroever aan."
    second = "Als er middelen zijn, is hiervoor € 90.000 beschikbaar (zie paragraaf 2)."
    draft = (
        Draft("Oevers", number="1", id="s1")
        .add("paragraph", f"{first} {second} In 2018 is € 3 miljoen besteed.")
        .assess(2, 50, "021100")
        .mention("measure", first)
        .mention("actor", "Het waterschap", {"name": "waterschap"})
        .mention("budget", "€ 90.000", {"amounts": [90000]})
        .mention("budget", "€ 3 miljoen", {"amounts": [3000000]})
    )
    section = draft.section
    section.mentions[0].modality = "decision"
    section.mentions[0].rules = ["model.sentence_labels", "modality.decision.handelen"]
    section.mentions[2].qualifiers = ["condition"]
    past = section.mentions.pop()
    past.qualifiers, past.rules = ["history"], ["qualifier.history.voltooid"]
    section.set_aside = [past]
    links = [
        Link(mention=0, bond="sentence"),
        Link(mention=1, bond="sentence"),
        Link(mention=2, bond="paragraph"),
    ]
    section.commitments = [Commitment(measure=0, actors=[1], budget=2, links=links), Commitment(actors=[1])]
    start = section.text.index("paragraaf 2")
    section.references = [
        Reference(kind="section", text="paragraaf 2", start=start, end=start + 11, name="2", target="s2"),
        Reference(kind="annex", text="bijlage 9", start=0, end=9, name="9"),
    ]
    return make_report([section, Draft("Geld", number="2", id="s2").add("paragraph", "Geld.").section])


def broken() -> Report:
    """A document that could not be read."""
    return make_report(
        [],
        path="archief/scan.pdf",
        title=None,
        pages=4,
        status="unreadable",
        error=DocumentError(
            code="no_text", message="Het document bestaat uit gescande bladzijden zonder tekst."
        ),
    )


def hostile() -> Report:
    """A document whose words try to be markup, a script, a formula or a terminal command."""
    bad = '</script><script>alert(1)</script><img src="https://example.com/x" onerror="alert(2)">'
    draft = (
        Draft(f'=HYPERLINK("x") {bad}', path=("@boven",), id='s" onclick="alert(3)', number="+1")
        .add("paragraph", f"{bad} [red]tekst[/red] \x1b[31m \x00 einde")
        .row([bad, "=1+1"], ['"><script>', "kolom"])
        .assess(1, 30, "011000")
        .mention("measure", bad)
        .mention("actor", "tekst", {"role": bad, "official": bad, "resolved": {"name": f"{bad} \x1b[2J"}})
        .mention("budget", "einde", {"amounts": [], "source": bad, "period": "=1+1", "bound": bad})
        .mention("deadline", "red", {"interval": bad, "relative": {"unit": "term"}, "resolved": f"\x1b{bad}"})
        .why(bad, 0, 7)
        .ask("budget", bad)
    )
    section = draft.section
    section.set_aside = [section.mentions[2].model_copy(update={"text": f"{bad} \x1b[31m", "rules": [bad]})]
    section.references = [Reference(kind="document", text=f"{bad} \x1b", start=0, end=1, name=bad)]
    section.commitments = [Commitment(measure=0, actors=[1, 0, 99], budget=2, deadline=3)]
    promise, gone = Promise(section=section.id, commitment=0), Promise(section=bad, commitment=-7)
    other = Elsewhere(criterion="budget", value=2, section=section.id, service="child", mentions=[0, 99, -1])
    section.in_context = InContext(
        criteria=Criteria(goal=0, measure=1, actor=1, budget=2, deadline=0, monitoring=0),
        level=2,
        score=50,
        verdict="accept",
        met=[other, other.model_copy(update={"section": bad})],
    )
    section.expectation = Expectation(level=4, fit=0, missing=["budget"], verdict="send_back")
    by_hand = Overrule(
        field="level", found=0, value=1, reason=f"=1+1 {bad}", by=f"\x1b[2J{bad}", date="@nu-1-2"
    )
    section.overruled = [by_hand]
    evidence = [
        SignalEvidence(section=name, text=f"{bad} \x1b[31m", start=-5, end=10**9)
        for name in (section.id, bad)
    ]
    report = make_report(
        [section],
        path='a/"><script>alert(4)</script>.pdf',
        title=f"=cmd|' /C calc'!A0 {bad}",
        authority="-2+3",
        overruled=[by_hand.model_copy(update={"field": "authority", "found": None, "value": bad})],
    )
    report.profile = Profile(name="=x", title=f"@{bad}", choice="hand", level=4)
    report.model_id = report.ruleset_id = bad
    report.summary.first_to_send_back = [section.id, bad]
    report.summary.actors = [
        ActorLoad(name=f"={bad}\x1b", identifier="+1", promises=[promise, gone], budget=-1)
    ]
    report.summary.years = [YearLoad(year=year, promises=[promise, gone]) for year in (10**9, -1, 2030)]
    report.summary.overlaps = [Overlap(kind="actor", first=promise, second=gone, text=f"-{bad}")]
    report.signals = [
        Signal(id=bad, route=f"={bad}", title=f"@{bad}", found=True, evidence=evidence),
        Signal(id="=x", route=bad, title=bad, found=False, question=f"+{bad}", source=bad),
    ]
    return report
