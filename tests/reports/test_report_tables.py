"""The overviews: figures, safe text and the same bytes for the same rows."""

from __future__ import annotations

import csv
import errno
import gc
import html
import io
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.etree import SerialisationError
from openpyxl import load_workbook
from report_samples import linked

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import rows, tables, write_overview
from uitvoerbaarheid.reports.files import CONTROL_CHARACTERS
from uitvoerbaarheid.reports.overview import Overview, heat, signal_totals, totals
from uitvoerbaarheid.reports.tables import MAX_DOCUMENT_SHEETS, SheetNames, safe_csv_text

TABLES = [
    "Documenten",
    "Paragrafen",
    "Vragen",
    "Afspraken",
    "Wie doet wat",
    "Per jaar",
    "Overlap",
    "Signalen",
]
SHEETS = [*TABLES, "Toelichting"]


def sheet_rows(path: Path, name: str) -> list[dict[str, object]]:
    """The rows of a sheet of the workbook by the names of their columns."""
    header, *lines = load_workbook(path)[name].values
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


def read_csv(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_has_a_row_per_section_and_one_for_an_unreadable_document(
    garden: Report, broken: Report, tmp_path: Path
) -> None:
    write_overview([garden, broken], tmp_path)
    lines = read_csv(tmp_path / "overzicht.csv")
    assert [line["Bestand"] for line in lines] == ["archief/scan.pdf"] + [garden.document.path] * 9
    assert lines[0]["Status"] == "niet leesbaar"
    actions = next(line for line in lines if line["Paragraaf"] == "Acties")
    assert (actions["Niveau"], actions["Niveaunaam"], actions["Score"]) == ("4", "uitvoerbaar", "91")
    assert (actions["Doel"], actions["Wie"], actions["Zwakste criterium"]) == ("1", "2", "doel")
    assert lines[1]["Oordeel"] == "niet beoordeeld" and lines[1]["Score"] == ""


def test_workbook_has_the_sheets_and_values(garden: Report, broken: Report, tmp_path: Path) -> None:
    write_overview([garden, broken], tmp_path)
    book = load_workbook(tmp_path / "overzicht.xlsx")
    assert book.sheetnames == [*SHEETS, "groenvisie & water.pdf"]
    documents = book["Documenten"]
    assert [cell.value for cell in documents["A"]] == ["Titel", "scan.pdf", "Groenvisie Zandhoven 2040"]
    assert book["Paragrafen"].max_row == 10 and book["groenvisie & water.pdf"].max_row == 10
    for sheet in (sheet for sheet in book if sheet.title != "Toelichting"):
        last = str(sheet.freeze_panes)
        assert last.endswith("2") and last[0] in "BCDE"
        last = max(sheet.max_row, 2)
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{last}"
    for name in ("Documenten", "Paragrafen", "groenvisie & water.pdf"):
        assert book[name].conditional_formatting


def test_no_cell_is_a_formula(hostile: Report, tmp_path: Path) -> None:
    write_overview([hostile], tmp_path)
    for sheet in load_workbook(tmp_path / "overzicht.xlsx"):
        for line in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") for cell in line)
    for line in read_csv(tmp_path / "overzicht.csv"):
        assert not any(value.startswith(("=", "+", "-", "@")) for value in line.values())


@given(st.text(max_size=8))
def test_csv_text_never_starts_a_formula(text: str) -> None:
    assert not safe_csv_text(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(max_size=40), max_size=12))
def test_sheet_names_are_valid_and_unique(wanted: list[str]) -> None:
    names = SheetNames()
    made = [names.name(name) for name in wanted]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'") and not name.endswith("'")


def test_overviews_are_the_same_bytes_later_and_in_any_order(
    garden: Report, broken: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_overview([garden, broken], tmp_path / "a")
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    write_overview(iter([rows(broken), rows(garden)]), tmp_path / "b")
    for name in ("overzicht.html", "overzicht.xlsx", "overzicht.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_cell_is_the_same_whether_one_like_it_was_remembered_or_not(
    weighed: Report, garden: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden.document.title = "=1+1 " * 20  # a formula no more, on more lines, in columns of several widths
    write_overview([weighed, garden], tmp_path / "a")
    monkeypatch.setattr(tables, "_MOST_KNOWN", 0)
    monkeypatch.setattr(tables, "_SHORT", 0)
    write_overview([weighed, garden], tmp_path / "b")
    first, second = ((tmp_path / name / "overzicht.xlsx").read_bytes() for name in "ab")
    assert first == second


def test_many_documents_get_no_sheet_each(garden: Report, tmp_path: Path) -> None:
    row = rows(garden)
    many = [
        replace(row, path=f"{n:03}.pdf", sections=row.sections[:1]) for n in range(MAX_DOCUMENT_SHEETS + 1)
    ]
    write_overview(many, tmp_path)
    book = load_workbook(tmp_path / "overzicht.xlsx", read_only=True)
    assert book.sheetnames == SHEETS
    _, (_, note), *_ = book["Toelichting"].values
    assert str(MAX_DOCUMENT_SHEETS) in note


def test_titles_lead_to_the_sheet_and_the_page_of_a_document(
    garden: Report, broken: Report, tmp_path: Path
) -> None:
    other = replace(rows(garden), path="b/it's 100% [groen].pdf")
    write_overview([rows(garden), other, rows(broken)], tmp_path)
    book = load_workbook(tmp_path / "overzicht.xlsx")
    found = {}
    for title, report in book["Documenten"].iter_rows(min_row=2, max_col=2):
        assert report.value == "openen"
        place = title.hyperlink.location if title.hyperlink else None
        found[report.hyperlink.target] = place
    assert found == {
        "archief/scan.pdf.html": None,
        "b/it%27s%20100%25%20%5Bgroen%5D.pdf.html": "'it''s 100% groen .pdf'!A1",
        "plannen/groenvisie%20%26%20water.pdf.html": "'groenvisie & water.pdf'!A1",
    }
    assert {place.replace("''", "'")[1:-4] for place in found.values() if place} <= set(book.sheetnames)
    acts = next(row for row in book["Paragrafen"].iter_rows(min_row=2) if row[3].value == "Acties")
    assert sum(cell.hyperlink is not None for cell in book["Paragrafen"]["D"]) > 3
    assert acts[3].hyperlink.target in found and acts[3].hyperlink.location == "s-s3-1"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("ends", ["well", "between", "while writing"])
def test_nothing_is_left_of_what_a_workbook_is_made_of(
    garden: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    folder = tmp_path / "tijdelijk"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "vol")

    with suppress(OSError) if ends != "well" else nullcontext(), Overview() as overview:
        overview.add(rows(garden))
        if ends == "between":
            full()
        if ends == "while writing":
            monkeypatch.setattr(tables._Archive, "put", full)
        overview.write(tmp_path)
    del overview
    gc.collect()  # what an archive or a sheet would still write, it writes now
    assert list(folder.iterdir()) == []
    assert (tmp_path / "overzicht.xlsx").exists() == (ends == "well")


def test_the_order_in_which_documents_come_does_not_matter(
    garden: Report, broken: Report, tmp_path: Path
) -> None:
    many = [rows(garden), replace(rows(garden), path="a.pdf", title="=1+1"), rows(broken)]
    for name, order in (("heen", many), ("terug", many[::-1])):
        write_overview(order, tmp_path / name)
    for file in ("overzicht.html", "overzicht.csv", "overzicht.xlsx"):
        assert (tmp_path / "heen" / file).read_bytes() == (tmp_path / "terug" / file).read_bytes()


def test_documents_of_one_name_are_all_there(garden: Report, tmp_path: Path) -> None:
    other = replace(rows(garden), title="Een andere", sections=rows(garden).sections[:2])
    write_overview([garden, other], tmp_path)
    found = sheet_rows(tmp_path / "overzicht.xlsx", "Documenten")
    assert [row["Titel"] for row in found] == [rows(garden).title, "Een andere"]
    assert len(read_csv(tmp_path / "overzicht.csv")) == len(rows(garden).sections) + 2
    assert "Een andere" in (tmp_path / "overzicht.html").read_text("utf-8")


def test_a_workbook_is_the_same_in_every_process(tmp_path: Path) -> None:
    program = (
        "import sys; from uitvoerbaarheid.reports.tables import BookWriter\n"
        "with BookWriter() as book: book.save(sys.argv[1])"
    )
    for seed in ("1", "2", "3"):
        command = [sys.executable, "-c", program, str(tmp_path / seed)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_a_sheet_that_cannot_be_written_is_told_as_a_full_disk(
    garden: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise SerialisationError("IO_WRITE")

    monkeypatch.setattr(tables._SheetWriter, "write_top", full)
    with pytest.raises(OSError) as told:
        write_overview([garden], tmp_path)
    assert told.value.errno == errno.ENOSPC


def test_signs_that_part_rows_are_of_no_effect_in_texts_and_anchors(garden: Report, tmp_path: Path) -> None:
    signs = "\0\1\2\3"
    hostile = replace(rows(garden).sections[0], heading=f"a{signs}b", anchor=f"s-{signs}")
    write_overview([replace(rows(garden), title=signs, sections=(hostile,))], tmp_path)
    [row] = sheet_rows(tmp_path / "overzicht.xlsx", "Paragrafen")
    assert row["Paragraaf"] == "a\ufffd\ufffd\ufffd\ufffdb" and row["Titel"] == "\ufffd" * 4
    cell = load_workbook(tmp_path / "overzicht.xlsx")["Paragrafen"]["D2"]
    assert cell.hyperlink.location == "s-\ufffd\ufffd\ufffd\ufffd"


def test_links_are_no_more_than_a_workbook_can_bear(
    garden: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_LINKS", 5)
    write_overview([rows(garden), replace(rows(garden), path="z.pdf")], tmp_path)
    book = load_workbook(tmp_path / "overzicht.xlsx")
    assert all(report.hyperlink for report in book["Documenten"]["B"][1:])
    linked = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.hyperlink]
    assert len(linked) == 7  # the titles lead to a sheet, five cells to a page


def test_no_more_rows_than_fit_on_a_sheet(
    garden: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LAST_ROW", 4)
    write_overview([garden], tmp_path)
    book = load_workbook(tmp_path / "overzicht.xlsx")
    assert book["Paragrafen"].max_row == 4
    assert book["Paragrafen"].auto_filter.ref.endswith("4")
    assert any("overzicht.csv" in str(note) for _, note, *_ in book["Toelichting"].values)
    assert len(read_csv(tmp_path / "overzicht.csv")) == 9


def test_a_sheet_may_be_larger_than_an_archive_holds_without_being_told(
    garden: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    write_overview([garden], tmp_path)
    assert load_workbook(tmp_path / "overzicht.xlsx")["Paragrafen"].max_row == 10


def test_the_page_shows_how_the_scores_of_sections_lie(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    page = (tmp_path / "overzicht.html").read_text("utf-8")
    table = page.split("<caption>Beleidsparagrafen naar score</caption>")[1].split("</table>")[0]
    counts = [int(number) for number in re.findall(r"<td>(\d*)</td>", table) if number]
    assert sum(counts) == rows(garden).policy_sections


def test_every_question_of_what_goes_back_has_a_row(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    asked = sheet_rows(tmp_path / "overzicht.xlsx", "Vragen")
    back = [section for section in garden.sections if section.verdict == "send_back"]
    assert [row["Vraag"] for row in asked] == [q.text for section in back for q in section.questions]
    first = asked[0]
    assert first["Paragraaf"] == "Een groene stad"
    assert (first["Onderdeel"], first["Staat er"]) == ("maatregel", "ontbreekt")
    assert first["Waarom"] == "Er staat geen maatregel in: niet duidelijk is wat er gaat gebeuren."
    assert first["Antwoord"] is None


@pytest.mark.parametrize(
    ("given", "value", "form"),
    [
        ("2026-05-07", datetime(2026, 5, 7), "dd-mm-yyyy"),
        ("2026-05", "2026-05", "General"),
        ("2026", 2026, "General"),
        ("morgen", "morgen", "General"),
        (None, None, "General"),
    ],
)
def test_a_date_is_a_date(garden: Report, tmp_path: Path, given: str, value: object, form: str) -> None:
    write_overview([replace(rows(garden), date=given)], tmp_path)
    sheet = load_workbook(tmp_path / "overzicht.xlsx")["Documenten"]
    names = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, names.index("Datum") + 1)
    assert (cell.value, cell.number_format) == (value, form)
    assert sheet.cell(2, names.index("Gemiddelde score") + 1).number_format == "0.0"
    assert sheet.cell(2, names.index("Deel terugsturen") + 1).number_format == "0%"


def test_no_word_of_a_header_is_wider_than_its_column(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    for sheet in load_workbook(tmp_path / "overzicht.xlsx"):
        if sheet.title != "Toelichting":
            for cell in sheet[1]:
                width = sheet.column_dimensions[cell.column_letter].width
                assert max(len(word) for word in str(cell.value).split()) < width, (sheet.title, cell.value)


def test_what_needs_attention_is_coloured(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    sheet = load_workbook(tmp_path / "overzicht.xlsx")["Paragrafen"]
    names = {cell.value: cell.column_letter for cell in sheet[1]}
    rules = {
        str(places.sqref).split(":")[0].rstrip("0123456789"): [
            (rule.type, rule.formula) for rule in places.rules
        ]
        for places in sheet.conditional_formatting
    }
    assert rules[names["Oordeel"]] == [
        ("cellIs", ['"terugsturen"']),
        ("cellIs", ['"voldoende uitgewerkt"']),
    ]
    assert rules[names["Onzeker"]] == [("cellIs", ['"ja"'])]
    assert rules[names["Score"]][0][0] == "colorScale" and rules[names["Doel"]][0][0] == "colorScale"
    assert len(rules[names["Niveau"]]) == 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2+3", "@SOM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "'=1"])
def test_text_that_looks_like_a_formula_is_text(garden: Report, tmp_path: Path, text: str) -> None:
    section = garden.sections[1]
    section.heading, section.number = text, text
    garden.document.title, garden.document.authority = f"{text} titel", text
    garden.summary.actors = []
    write_overview([garden], tmp_path)
    for sheet in load_workbook(tmp_path / "overzicht.xlsx"):
        for cell in (cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)):
            assert cell.data_type == "s"
            if cell.value.startswith(("=", "+", "-", "@", "\t", "\r")):
                assert cell.quotePrefix
    assert text.strip() in {
        str(cell.value).strip() for cell in book_column(tmp_path, "Paragrafen", "Paragraaf")
    }
    lines = read_csv(tmp_path / "overzicht.csv")
    line = next(line for line in lines if line["Nummer"].endswith(text.strip()))
    assert not line["Paragraaf"].startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(st.characters(exclude_categories=())), st.text(st.sampled_from("<>&\"' \r\n\t]"), min_size=1))
def test_a_workbook_holds_any_text(broken: Report, tmp_path: Path, title: str, authority: str) -> None:
    with tables.BookWriter() as book:
        book.add(replace(rows(broken), title=title, authority=authority))
        book.save(tmp_path / "boek.xlsx")
    header, line = load_workbook(tmp_path / "boek.xlsx")["Documenten"].values
    found = dict(zip(header, line, strict=True))
    assert found["Titel"] == (CONTROL_CHARACTERS.sub("\ufffd", title) or None)
    assert found["Overheid"] == authority


def book_column(folder: Path, sheet: str, name: str) -> list[Any]:
    """The filled cells of a column of a sheet, without its header."""
    rows = list(load_workbook(folder / "overzicht.xlsx")[sheet].iter_rows())
    at = [cell.value for cell in rows[0]].index(name)
    return [row[at] for row in rows[1:] if row[at].value]


def test_the_explanation_names_levels_judgements_and_limits(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    sheet = load_workbook(tmp_path / "overzicht.xlsx")["Toelichting"]
    said = [value for line in sheet.values for value in line]
    for expected in ("Niveaus", "0 wens", "Drie oordelen", "Gemeten aan het profiel", "Wat een score zegt"):
        assert expected in said
    assert "Wat er niet in staat" not in said


def test_sheets_print_on_the_width_of_a_page_with_their_header(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    sheet = load_workbook(tmp_path / "overzicht.xlsx")["Paragrafen"]
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (None, 1),
        (3.5, 1),
        ("kort", 1),
        ("woord " * 20, 3),
        ("lang " * 10 + "\n" + "regel " * 10, 4),
        ("a" * 4900, 100),
    ],
)
def test_a_text_takes_as_many_lines_as_its_column_folds_it_in(value: Any, lines: int) -> None:
    assert tables.text_lines(value, 50) == lines


def test_a_row_is_as_high_as_its_text_within_bounds(garden: Report, tmp_path: Path) -> None:
    long = garden.model_copy(deep=True)
    long.sections[0].heading = "Een kop van heel veel woorden " * 200
    write_overview([long], tmp_path)
    sheet = load_workbook(tmp_path / "overzicht.xlsx")["Paragrafen"]
    assert sheet.row_dimensions[2].height == 8 * 15
    heights = {sheet.row_dimensions[number].height for number in range(2, sheet.max_row + 1)}
    assert len(heights) > 2  # as each asks, not all the same


def test_totals_count_every_policy_section_once(garden: Report, broken: Report) -> None:
    row = rows(garden)
    other = replace(row, policy_sections=1, mean_score=11.4, send_back=1)
    made = totals([row, other, rows(broken)])
    assert made.documents == 3 and made.unreadable == 1 and made.policy_sections == 6
    assert made.mean_score == pytest.approx((5 * 51.4 + 11.4) / 6)
    assert made.share_send_back == pytest.approx(3 / 6)
    assert made.weakest == garden.summary.weakest


def test_totals_without_policy_have_no_means(broken: Report) -> None:
    made = totals([rows(broken)])
    assert made.mean_score is None and made.weakest is None and made.share_send_back is None


def test_overview_of_nothing_read_names_the_reason(broken: Report, tmp_path: Path) -> None:
    write_overview([broken], tmp_path)
    html = (tmp_path / "overzicht.html").read_text(encoding="utf-8")
    assert "Niet gelezen" in html
    assert "Het document bestaat uit gescande bladzijden zonder tekst." in html


@pytest.mark.parametrize(("mean", "name"), [(None, "hx"), (0, "h0"), (0.39, "h0"), (0.4, "h1"), (2, "h4")])
def test_heat(mean: float | None, name: str) -> None:
    assert heat(mean) == name


def test_commitments_have_a_sheet_with_what_holds_them_back(tmp_path: Path) -> None:
    write_overview([linked()], tmp_path)
    header, first, second = load_workbook(tmp_path / "overzicht.xlsx")["Afspraken"].values
    row = dict(zip(header, first, strict=True))
    assert row["Wat"] == "Het waterschap legt een natuuroever aan."
    assert (row["Stelligheid"], row["Wie"], row["Waarmee"]) == ("stellig", "Het waterschap", "€ 90.000")
    assert row["Voorbehoud"] == "waarmee: onder voorwaarde"
    assert row["Verband"] == "waarmee uit dezelfde alinea"
    assert dict(zip(header, second, strict=True))["Wat"] == "1 Oevers"


def test_sections_have_the_judgements_beside_their_own(weighed: Report, tmp_path: Path) -> None:
    write_overview([weighed], tmp_path)
    by_name = {row["Paragraaf"]: row for row in sheet_rows(tmp_path / "overzicht.xlsx", "Paragrafen")}
    water = by_name["Water vasthouden"]
    assert (water["Niveau"], water["Oordeel"]) == (1, "terugsturen")
    assert (water["Niveau in document"], water["Score in document"]) == (2, 52)
    assert water["Oordeel in document"] == "voldoende uitgewerkt"
    assert str(water["Staat elders"]).endswith(
        "termijn (concreet) in 3.2 Fietsroute Noord, p. 10 (verwijzing)"
    )
    route = by_name["Fietsroute Noord"]
    assert (route["Gevraagd niveau"], route["Past bij profiel"]) == (1, 0.55)
    assert (route["Te weinig voor profiel"], route["Oordeel volgens profiel"]) == ("sturing", "terugsturen")
    assert str(route["Met de hand aangepast"]).startswith("niveau 3 (uitgewerkt) in plaats van 1 (richting)")
    assert by_name["Leeswijzer"]["Oordeel in document"] is None
    line = next(
        line for line in read_csv(tmp_path / "overzicht.csv") if line["Paragraaf"] == "Fietsroute Noord"
    )
    assert (line["Past bij profiel"], line["Oordeel volgens profiel"]) == ("0,55", "terugsturen")


def test_documents_have_profile_signals_and_what_was_set_by_hand(weighed: Report, tmp_path: Path) -> None:
    write_overview([weighed], tmp_path)
    (row,) = sheet_rows(tmp_path / "overzicht.xlsx", "Documenten")
    assert (row["Profiel"], row["Profiel gekozen"]) == ("Omgevingsvisie", "herkend aan het document")
    assert (row["Terugsturen"], row["Terugsturen in document"], row["Terugsturen volgens profiel"]) == (
        2,
        1,
        2,
    )
    assert (row["Signalen gevonden"], row["Signalen"], row["Dubbel of tegenstrijdig"]) == (1, 2, 2)
    assert row["Bedrag"] == 1450000
    assert (
        row["Met de hand aangepast"] == "soort visie in plaats van programma; reden: Zo heet het raadsbesluit"
    )
    assert row["Model"] == "proef+000000000000"


def test_what_documents_say_as_a_whole_has_its_own_sheets(weighed: Report, tmp_path: Path) -> None:
    write_overview([weighed], tmp_path)
    book = tmp_path / "overzicht.xlsx"
    water, city = sheet_rows(book, "Wie doet wat")
    assert (water["Partij"], water["Afspraken"], water["Bedrag"]) == ("waterschap Laagland", 1, 250000)
    assert (water["Waar"], water["Kenmerk van de partij"]) == ("3.1 Acties, p. 8–9", "ws0999")
    assert (city["Afspraken"], city["Bedrag"]) == (2, None)
    years = sheet_rows(book, "Per jaar")
    assert [(row["Jaar"], row["Afspraken"], row["Bedrag"]) for row in years] == [
        (2027, 1, 250000),
        (2030, 1, None),
    ]
    term, double = sheet_rows(book, "Overlap")
    assert (term["Wat"], term["Afspraak"]) == ("andere termijn", "Aanleg beekpark Oost")
    assert (double["Kenmerk"], double["Ander kenmerk"]) == ("s3-1", None)
    found, absent = sheet_rows(book, "Signalen")
    assert (found["Gevonden"], found["Bewijs"]) == ("ja", "‘rapporteert elk jaar aan de raad’")
    assert found["Waar"] == "3.1 Acties, p. 8"
    assert absent["Gevonden"] == "nee" and str(absent["Vraag"]).startswith("Wanneer proberen")
    deals = sheet_rows(book, "Afspraken")
    assert [(row["Partij"], row["Jaar"]) for row in deals] == [
        ("waterschap Laagland", 2027),
        ("gemeente Zandhoven", 2030),
    ]


def test_overview_shows_the_other_judgements_signals_and_hands(weighed: Report, tmp_path: Path) -> None:
    write_overview([weighed], tmp_path)
    page = (tmp_path / "overzicht.html").read_text(encoding="utf-8")
    assert "Terugsturen, op drie manieren bekeken" in page
    assert "water.pdf; profiel Omgevingsvisie; 1 waarschuwing</small>" in page
    assert "1 van 2</td>" in page
    assert (
        '%26%20water.pdf.html#s-s3-2">Groenvisie Zandhoven 2040, 3.2 Fietsroute Noord</a>: niveau 3' in page
    )
    assert "2 met de hand</a>" in page
    assert "Scores van model proef+000000000000, regels 000000000000." in page


def test_overview_of_old_reports_has_no_empty_columns(garden: Report, tmp_path: Path) -> None:
    write_overview([garden], tmp_path)
    page = html.unescape((tmp_path / "overzicht.html").read_text(encoding="utf-8"))
    assert "drie manieren" not in page and "Signalen" not in page and "met de hand" not in page
    (row,) = sheet_rows(tmp_path / "overzicht.xlsx", "Documenten")
    assert row["Terugsturen in document"] is None and row["Signalen"] is None


def test_signals_are_counted_over_documents_by_route(weighed: Report) -> None:
    row = rows(weighed)
    other = replace(row, findings=replace(row.findings, signals=row.findings.signals[1:]))
    made = [(signal.title, signal.found, signal.looked) for signal in signal_totals([other, row])]
    assert made == [
        ("Een fase om werkwijzen uit te proberen", 0, 2),
        ("Voortgang in een vaste cyclus", 1, 1),
    ]
