"""Title, kind, authority, date and language of a document."""

import sys

import pytest

from uitvoerbaarheid.extraction import metadata
from uitvoerbaarheid.extraction.assemble import sections
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece


def extract(*lines, **more):
    return Extract("txt", [Piece("paragraph", line) for line in lines], **more)


@pytest.mark.parametrize(
    ("title", "path", "kind"),
    [
        ("Omgevingsvisie Duindam 2040", "x.pdf", "visie"),
        ("Uitvoeringsprogramma Water", "x.pdf", "programma"),
        ("Programmabegroting 2026", "x.pdf", "begroting"),
        ("Statenvoorstel vaststelling omgevingsvisie", "x.pdf", "raadsvoorstel"),
        ("OER bij de omgevingsvisie", "x.pdf", "rapport"),
        ("Regionale Energiestrategie 1.0", "x.pdf", "strategie"),
        ("Coalitieakkoord 2026-2030", "x.pdf", "akkoord"),
        ("Duinweg 4", "bestemmingsplan_duinweg.pdf", "toelichting"),
        (None, "NL.IMRO.0546.BP1.md", "toelichting"),
        ("Programma van eisen stalling", "x.pdf", "overig"),
        ("Televisieplan", "x.pdf", "overig"),
    ],
)
def test_kind(title, path, kind):
    assert metadata.kind(extract("Tekst.", title=title), path) == kind


@pytest.mark.parametrize(
    ("made", "path", "name"),
    [
        (extract("x", authority="/tooi/id/provincie/pv23"), "a.xml", "provincie Overijssel"),
        (extract("x", authority="/tooi/id/ministerie/mnre1034"), "a.xml", "Rijk"),
        (extract("x", authority="Provincie Groningen"), "a.xml", "provincie Groningen"),
        (extract("De provincie Utrecht vraagt veel."), "NL.IMRO.0344.BP1.md", "gemeente Utrecht"),
        (extract("x", title="Omgevingsvisie gemeente Bergen op Zoom"), "a.pdf", "gemeente Bergen op Zoom"),
        (extract("x", title="Nota van de provincie Friesland."), "a.pdf", "provincie Fryslân"),
        (extract("Gedeputeerde Staten van Groningen stellen vast. De gemeente Groningen werkt mee. "
                 "De provincie Groningen betaalt."), "a.pdf", "provincie Groningen"),
        (extract("Het hoogheemraadschap van Rijnland zorgt voor het water."), "a.pdf",
         "Hoogheemraadschap van Rijnland"),
        (extract("Onze gemeente Duindam bestaat niet."), "a.pdf", None),
    ],
)  # fmt: skip
def test_authority(made, path, name):
    assert metadata.authority(made, path, sections(made)) == name


@pytest.mark.parametrize(
    ("made", "path", "date"),
    [
        (extract("x", date="2024-05-06T10:00"), "a.xml", "2024-05-06"),
        (extract("Datum: 3 maart 2021"), "a.pdf", "2021-03-03"),
        (extract("Concept 1 mei 2020", "Vastgesteld door de raad op 14-12-2021"), "a.pdf", "2021-12-14"),
        (extract("Juni 2019"), "a.pdf", "2019-06"),
        (extract("x", title="Begroting 2026"), "a.pdf", "2026"),
        (
            extract("In het jaar 2050 is de gemeente klaar voor alles wat er dan op ons af komt."),
            "a.pdf",
            None,
        ),
        (extract("x"), "240318_brief.pdf", "2024-03-18"),
        (extract("Op 45-99-2021 gebeurde niets."), "a.pdf", None),
    ],
)
def test_date(made, path, date):
    assert metadata.date(made, path) == date


def test_title_skips_routine_lines():
    made = Extract(
        "md", [Heading("TOELICHTING", 1), Piece("paragraph", "Gemeente Leiden"), Heading("Plan Duinweg 4", 1)]
    )
    assert metadata.title(made) == "Plan Duinweg 4"
    assert metadata.title(extract("Inleiding")) is None


def test_title_of_one_word_at_the_top():
    plan = [Heading("Woonvisie", 1), Piece("paragraph", "Gemeente Duindam"), Heading("Meer huizen bouwen", 2)]
    assert metadata.title(Extract("md", plan)) == "Woonvisie"
    assert metadata.title(Extract("html", [*plan[:1], Piece("paragraph", "Wij bouwen.")])) == "Woonvisie"
    assert metadata.title(Extract("md", [*plan, Heading("Plan Duinweg 4", 1)])) == "Plan Duinweg 4"
    assert metadata.title(Extract("md", [Heading("Inhoud", 1), plan[2]])) == "Meer huizen bouwen"
    assert metadata.title(Extract("md", [Heading("Inleiding", 1), plan[2]])) == "Meer huizen bouwen"


DUTCH = "De gemeente zorgt ervoor dat alle woningen voor het eind van het jaar een aansluiting hebben. "
GERMAN = "Die Gemeinde sorgt dafür, dass alle Wohnungen bis zum Jahresende einen Anschluss haben werden. "
ENGLISH = "The municipality makes sure that all houses will have a connection by the end of the year. "


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (DUTCH * 5, "nl"),
        (GERMAN * 5, "de"),
        (ENGLISH * 5, "en"),
        ("Short text", "nl"),
        ("2027", None),
        ("The municipality will plant trees. We build a cycle path by the end of the year.", "en"),
        ("Wir pflanzen Bäume und bauen das Rathaus. Die Kosten werden von der Stadt bezahlt.", "de"),
        ("La commune plante des arbres dans les rues et sur la place.", "fr"),
        ("Wij planten bomen langs The Green Mile.", "nl"),
        ("The plan of the board will be the Duinplan. Wij doen het.", "nl"),
        ("Plan Duinweg. Budget 2027.", "nl"),
    ],
)
def test_language(text, code):
    assert metadata.language(sections(extract(text))) == code


def test_plain_dutch_is_known_without_the_recogniser(monkeypatch):
    monkeypatch.setitem(sys.modules, "py3langid", None)
    assert metadata.language(sections(extract(DUTCH * 5))) == "nl"
    with pytest.raises(ImportError):
        metadata.language(sections(extract(DUTCH * 5 + ENGLISH * 5)))
