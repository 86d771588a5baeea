"""The overviews: figures, safe text and the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from report_samples import linked

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import rows, write_overview
from uitvoerbaarheid.reports.overview import heat, totals
from uitvoerbaarheid.reports.tables import MAX_DOCUMENT_SHEETS, SheetNames, safe_csv_text


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
    assert book.sheetnames == ["Documenten", "Paragrafen", "Afspraken", "groenvisie & water.pdf"]
    documents = book["Documenten"]
    assert [cell.value for cell in documents["A"]] == ["Titel", "scan.pdf", "Groenvisie Zandhoven 2040"]
    assert book["Paragrafen"].max_row == 10 and book["groenvisie & water.pdf"].max_row == 10
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{sheet.max_row}"
        assert sheet.conditional_formatting


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


def test_many_documents_get_no_sheet_each(garden: Report, tmp_path: Path) -> None:
    row = rows(garden)
    many = [
        replace(row, path=f"{n:03}.pdf", sections=row.sections[:1]) for n in range(MAX_DOCUMENT_SHEETS + 1)
    ]
    write_overview(many, tmp_path)
    book = load_workbook(tmp_path / "overzicht.xlsx", read_only=True)
    assert book.sheetnames == ["Documenten", "Paragrafen", "Afspraken", "Toelichting"]
    assert str(MAX_DOCUMENT_SHEETS) in next(book["Toelichting"].values)[0]


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
