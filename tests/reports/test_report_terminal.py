"""What the terminal shows: fits, says it all, and obeys no document."""

from __future__ import annotations

import io
from pathlib import Path

from report_samples import Draft, linked, make_report
from rich.console import Console, RenderableType

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import rows
from uitvoerbaarheid.reports.terminal import document_panel, documents_table, outline_tree, section_panel

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def show(item: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(item)
    return out.getvalue()


def test_documents_table_fits_80_columns(garden: Report, broken: Report, hostile: Report) -> None:
    shown = show(documents_table([rows(garden), rows(broken), rows(hostile)]))
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "2040" in shown  # the title goes on below itself
    line = next(line for line in shown.splitlines() if "Groenvisie" in line)
    assert line.split()[-6:] == ["visie", "5", "51", "2", "sturing", "deels"]
    assert next(line for line in shown.splitlines() if "scan.pdf" in line).split()[-1] == "onleesbaar"


def test_outline_tree(garden: Report) -> None:
    lines = show(outline_tree(garden)).splitlines()
    assert lines[0] == "Groenvisie Zandhoven 2040"
    assert lines[3] == "│   ├── 2.1 Een groene stad  p. 3–4  0 wens  terugsturen  [s2-1]"
    assert lines[4].startswith("│   │   └── 2.1.1 Parken")


def test_section_panel_says_everything(garden: Report) -> None:
    shown = show(section_panel(garden.sections[4], garden), 100)
    for words in (
        "1 richting",
        "36 van 100",
        "terugsturen (onzeker)",
        "0 ontbreekt  ← zwakst",
        "Het omgevingsplan is genoemd",
        "Wanneer staat de regel in het omgevingsplan?  Bron: Uitvoerbaarheidstoets",
        "doel, vage taal: We streven naar minder verhard oppervlak.",
    ):
        assert words in shown


def test_panel_of_a_section_that_was_not_assessed(garden: Report) -> None:
    shown = show(section_panel(garden.sections[0], garden))
    assert "niet beoordeeld" in shown and "Criteria" not in shown


def test_text_of_a_document_is_no_markup_and_no_command(hostile: Report) -> None:
    shown = show(section_panel(hostile.sections[0], hostile)) + show(outline_tree(hostile))
    shown += show(document_panel(hostile)) + show(documents_table([rows(hostile)]))
    assert "[red]tekst[/red]" in shown
    assert "voor =1+1" in shown and "wie: tekst" in shown  # values are shown, and inert too
    assert "\x1b" not in shown and "\x00" not in shown


def test_section_panel_says_why_things_belong_together() -> None:
    shown = " ".join(show(section_panel(linked().sections[0], linked()), 120).replace("│", " ").split())
    assert "waarmee: € 90.000 (onder voorwaarde; uit dezelfde alinea)" in shown
    assert "(stellig) [model.sentence_labels, modality.decision.handelen]" in shown
    assert "Bedragen en termijnen die niet meetellen • € 3 miljoen – verleden" in shown
    assert "paragraaf 2 (zie s2)" in shown and "bijlage 9 (niet in dit document)" in shown
    assert "wat: 1 Oevers" in shown  # a commitment whose measure is the heading


def test_the_same_amount_for_each_year_is_said_once() -> None:
    draft = Draft("Geld").add("paragraph", "In 2026 is er € 50.000, in 2027 ook € 50.000.")
    for year in (2026, 2027):
        draft.mention("budget", "€ 50.000", {"amounts": [50_000], "year": year})
        draft.section.mentions[-1].sentence = draft.section.text
    shown = " ".join(show(section_panel(draft.section, make_report([draft.section])), 120).split())
    assert shown.count("middelen: € 50.000 (voor 2026, voor 2027)") == 1


def test_send_back_is_counted_three_times(weighed: Report, garden: Report) -> None:
    shown = show(documents_table([rows(weighed), rows(garden)]))
    assert all(len(line) <= 80 for line in shown.splitlines())
    lines = [line.split() for line in shown.splitlines() if "Groenvisie" in line]
    assert lines[0][-6:] == ["visie*", "5", "51", "2/1/2", "sturing", "deels"]
    assert lines[1][-6:] == ["visie", "5", "51", "2", "sturing", "deels"]
    assert "op de eigen tekst / in het hele document / gemeten aan het profiel" in " ".join(shown.split())
    assert "* Hierin is iets met de hand aangepast." in shown


def test_outline_marks_what_was_set_by_hand(weighed: Report) -> None:
    lines = show(outline_tree(weighed)).splitlines()
    assert next(line for line in lines if "Fietsroute" in line).endswith("3 uitgewerkt  met de hand  [s3-2]")


def golden(name: str, shown: str) -> None:
    """Compare with the golden file of this name."""
    text = "\n".join(line.rstrip() for line in shown.splitlines()) + "\n"
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_document_panel(weighed: Report) -> None:
    golden("explain-document.txt", show(document_panel(weighed), 100))


def test_section_panel_with_all_judgements(weighed: Report) -> None:
    shown = show(section_panel(weighed.sections[4], weighed), 100)
    golden("explain-paragraaf.txt", shown + show(section_panel(weighed.sections[7], weighed), 100))
