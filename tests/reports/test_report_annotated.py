"""The annotated copy of a scan: what is marked and noted, how it looks, and what users are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from report_samples import Draft

from evaluate_annotations import marked_words, plain
from uitvoerbaarheid.batch import Source, discover
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.extraction.annotations import Annotations
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.records import Box, Mention, OcrPage, Report
from uitvoerbaarheid.reports.annotated import NotAnnotatedError, annotated_copy, annotations_of, gathered
from uitvoerbaarheid.reports.files import annotated_name
from uitvoerbaarheid.reports.html import asset
from uitvoerbaarheid.resources import read_toml


def _box(page: int = 1, top: float = 100.0) -> Box:
    return Box(page=page, x0=70, top=top, x1=500, bottom=top + 12)


def _placed(report: Report) -> Report:
    """The report with a place on a page for all of its headings and blocks."""
    for number, section in enumerate(report.sections):
        section.heading_box = _box(top=60.0 + number)
        section.boxes = [section.heading_box]
        for block in section.blocks:
            block.boxes = [_box(top=80.0 + number)]
    report.document.format = "pdf"
    return report


def _marked(made: Annotations) -> dict[str, tuple[str, str]]:
    """The words of each highlight, with what it is called."""
    return {
        one.name: (
            "|".join(made.passages[span.passage].text[span.start : span.end] for span in one.spans),
            one.subject,
        )
        for one in made.highlights
    }


def test_colours_are_those_of_the_html_report() -> None:
    style = asset("style.css")
    # The first rule is that of light; dark and print come after it.
    colors = {name: color for name, color in reversed(re.findall(r"--([\w-]+): (#\w+)", style))}
    words = read_toml("reports", "annotations.toml")
    for name, look in words["look"].items():
        assert look["color"] == colors[name]
        assert (look["look"] == "fill") == (f"mark.{name} {{ background" in style)
    assert words["level"]["color"] == [colors[f"l{level}"] for level in range(5)]


def test_every_mention_is_marked_in_its_words(garden: Report) -> None:
    made = annotations_of(_placed(garden))
    expected = {
        f"uv-{number}-m{index}": mention
        for number, section in enumerate(garden.sections, 1)
        for index, mention in enumerate(section.mentions)
    }
    marked = _marked(made)
    assert set(marked) == set(expected)
    for name, (words, _) in marked.items():
        assert words == expected[name].text or expected[name].text.count(words.split("|")[0]) >= 1
    # Whole units first, so that parties, money and terms lie over them.
    kinds = [expected[one.name].type for one in made.highlights]
    order = ["goal", "measure", "monitoring", "vague", "actor", "budget", "deadline"]
    assert kinds == sorted(kinds, key=order.index)
    assert [key.text for key in made.keys] == [
        "doel",
        "maatregel",
        "sturing",
        "vage taal",
        "wie",
        "middelen",
        "termijn",
    ]


def test_of_a_row_only_what_is_in_its_cells_is_marked(garden: Report) -> None:
    draft = Draft("Planning").row(["Aanleg", "de gemeente"], ["Actie", "Wie"])
    text = draft.section.text
    draft.mention("measure", text).mention("actor", "de gemeente").mention("goal", "Actie")
    garden.sections = [draft.section]
    made = annotations_of(_placed(garden))
    assert [passage.text for passage in made.passages] == ["Aanleg de gemeente"]
    assert _marked(made) == {
        "uv-1-m0": ("Aanleg|de gemeente", "maatregel"),
        "uv-1-m1": ("de gemeente", "wie"),
    }


def test_a_note_has_score_verdict_reasons_and_questions(garden: Report) -> None:
    made = annotations_of(_placed(garden))
    judged = [section for section in garden.sections if section.score is not None]
    assert len(made.notes) == len(judged) + 1
    for note, section in zip(made.notes[1:], judged, strict=True):
        assert section.level is not None
        assert note.figure == str(section.score)
        assert note.word.startswith("terug" if section.verdict == "send_back" else "voldoende")
        assert note.word.endswith("?") == section.uncertain
        assert f"Score {section.score} van 100, niveau {section.level}" in note.contents
        for said in (*section.reasons, *section.questions):
            assert f"- {said.text}" in note.contents
        assert section.heading in note.subject


def test_the_first_note_explains_and_counts(garden: Report) -> None:
    opening = annotations_of(_placed(garden)).notes[0]
    assert opening.box is None
    assert f"{garden.summary.policy_sections} paragrafen" in opening.contents
    assert "doel, maatregel, sturing, vage taal, wie, middelen en termijn" in opening.contents


def test_on_scanned_pages_there_are_notes_and_no_marks(garden: Report) -> None:
    garden.document.ocr = [OcrPage(page=1, confidence=0.9)]
    made = annotations_of(_placed(garden))
    assert made.highlights == []
    assert len(made.notes) > 1
    assert "pagina 1" in made.notes[0].contents


def test_sections_without_a_place_have_no_note(garden: Report) -> None:
    made = annotations_of(garden)
    assert made.highlights == []
    assert len(made.notes) == 1


def test_names_of_copies_and_that_they_are_no_documents(tmp_path: Path) -> None:
    assert annotated_name("visie.pdf") == "visie.geannoteerd.pdf"
    assert annotated_name("Visie.PDF") == "Visie.geannoteerd.pdf"
    assert annotated_name("visie") == "visie.geannoteerd.pdf"
    for name in ("visie.pdf", "visie.geannoteerd.pdf", "Visie.GEANNOTEERD.PDF"):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    assert discover([tmp_path])[0] == [Source("visie.pdf", tmp_path / "visie.pdf")]


@pytest.fixture(scope="module")
def programme(examples: Path) -> Report:
    """A bundled programme as read, with every party that is written in it as a mention."""
    report = read(examples / "uitvoeringsprogramma-lindermeer.pdf")
    for section in report.sections:
        for match in re.finditer(r"afdeling \w+|team Verkeer|\d{4}-\d{4}|€ [\d.]+", section.text):
            mention = Mention(
                type="actor", text=match[0], start=match.start(), end=match.end(), sentence=match[0]
            )
            section.mentions.append(mention)
        section.level, section.score, section.verdict = 1, 22, "send_back"
    return report


def test_a_copy_has_what_was_found_over_its_pages(
    programme: Report, examples: Path, tmp_path: Path, reader: Reader
) -> None:
    original = examples / "uitvoeringsprogramma-lindermeer.pdf"
    target = tmp_path / "kopie.pdf"
    assert annotated_copy(reader, programme, original, target) == []
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes().startswith(original.read_bytes())
    expected = {
        f"uv-{number}-m{index}": plain(mention.text)
        for number, section in enumerate(programme.sections, 1)
        for index, mention in enumerate(section.mentions)
    }
    assert len(expected) > 20
    assert marked_words(target) == expected
    notes = [
        one.get_object()
        for page in PdfReader(target).pages
        for one in page.get("/Annots", [])
        if one.get_object()["/Subtype"] == "/Text"
    ]
    assert len(notes) == len(programme.sections) + 1


def test_what_cannot_be_annotated_is_told(
    programme: Report, garden: Report, examples: Path, tmp_path: Path, reader: Reader
) -> None:
    damaged = tmp_path / "stuk.pdf"
    damaged.write_bytes(b"%PDF-1.7 niets")
    original = examples / "uitvoeringsprogramma-lindermeer.pdf"
    draft = garden.model_copy(deep=True)
    draft.document.format = "docx"
    for report, file, target, told in (
        (
            programme,
            damaged,
            "a",
            "niet geannoteerd. Het pdf-bestand is beschadigd en kan niet worden geopend.",
        ),
        (programme, tmp_path / "weg.pdf", "b", "niet geannoteerd; het bestand is er niet meer."),
        (draft, original, "c", "niet geannoteerd; alleen een pdf kan worden geannoteerd."),
        (programme, original, "weg/d", "niet te schrijven"),
    ):
        with pytest.raises(NotAnnotatedError, match=re.escape(told)):
            annotated_copy(reader, report, file, tmp_path / target)
    assert list(tmp_path.iterdir()) == [damaged]


def test_what_is_told_of_more_documents_is_said_once() -> None:
    names = ("een.docx", "twee.docx", "drie.md", "vier.txt", "vijf.html", "zes.html")
    assert gathered([("stuk.pdf", "Stuk."), *((name, "Geen pdf.") for name in names)]) == [
        "stuk.pdf: Stuk.",
        "een.docx, twee.docx, drie.md, vier.txt, vijf.html en 1 andere: Geen pdf.",
    ]


def test_a_defect_costs_one_copy_and_not_the_scan(
    programme: Report, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: object, **__: object) -> None:
        raise RuntimeError("het leesproces kon niet worden gestart")

    unused = Reader()
    monkeypatch.setattr(unused, "annotate", broken_off)
    original = examples / "uitvoeringsprogramma-lindermeer.pdf"
    with pytest.raises(NotAnnotatedError, match=r"niet geannoteerd\. RuntimeError\."):
        annotated_copy(unused, programme, original, tmp_path / "kopie.pdf")
