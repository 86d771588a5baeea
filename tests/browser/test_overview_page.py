"""The overview over many documents in a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import report_samples
from browser_checks import Open, Opened, axe_findings, choose_time

from uitvoerbaarheid.reports import rows
from uitvoerbaarheid.reports.files import write_text
from uitvoerbaarheid.reports.overview import render_overview

AUTHORITIES = ("gemeente Zandhoven", "provincie Rijnmark", "waterschap Laagland")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The overview over three hundred documents, of three authorities and two kinds."""
    row, page = rows(report_samples.weighed()), tmp_path_factory.mktemp("overzicht") / "overzicht.html"
    documents = [
        replace(
            row,
            path=f"map/stuk-{index}.pdf",
            title=f"Plan {index}",
            kind=("visie", "programma")[index % 2],
            authority=AUTHORITIES[index % 3],
            mean_score=float(index % 100),
            sections=(),
        )
        for index in range(299)
    ]
    write_text(page, render_overview([*documents, rows(report_samples.broken())], []))
    return page


def titles(opened: Opened, table: str = "#lijst") -> list[str]:
    """The documents that a table shows, in its order."""
    return opened.visible(f"{table} tbody th > a:first-child")


def test_the_ranking_is_sorted_and_filtered_with_the_map_of_criteria(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    page = opened.page
    assert titles(opened)[:4] == ["Plan 99", "Plan 199", "Plan 98", "Plan 198"]
    assert opened.visible("#lijst tbody tr > td:first-child")[:4] == ["1", "1", "3", "3"]
    page.locator("#lijst").get_by_role("button", name="Score").click()
    assert titles(opened)[:3] == ["Plan 0", "Plan 100", "Plan 200"]
    page.select_option("#soort", "programma")
    page.select_option("#overheid", "waterschap Laagland")
    page.fill("#zoek", "plan 1")
    wanted = [f"Plan {index}" for index in range(5, 299, 6) if "1" in str(index)]
    page.locator("#aantal", has_text=f"{len(wanted)} van 299 documenten").wait_for()
    assert sorted(titles(opened)) == sorted(titles(opened, ".map")) == sorted(wanted)
    page.fill("#zoek", "zeppelin")
    page.locator("#niets").wait_for()
    page.click("#alles")
    assert len(titles(opened)) == 299


def test_three_hundred_documents_are_filtered_fast(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    assert choose_time(opened.page, "#soort", "visie") < 2
    assert opened.visible("#aantal") == ["150 van 299 documenten"]


def test_a_document_opens_by_keyboard(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    opened.page.evaluate("document.querySelector('#documenten').focus()")
    opened.tab_to(lambda on: on["id"] == "zoek")
    opened.tab_to(lambda on: on["text"] == "Score")
    opened.page.keyboard.press("Enter")
    assert titles(opened)[0] == "Plan 0"
    on = opened.tab_to(lambda on: on["href"] == "map/stuk-0.pdf.html")
    assert on["seen"]


def test_no_column_needs_sideways_scrolling(open_page: Open, written: Path) -> None:
    opened = open_page(written, width=1400)
    script = "all => all.map(e => e.scrollWidth - e.clientWidth)"
    assert max(opened.page.eval_on_selector_all(".scroll", script)) <= 0
    narrow = open_page(written, width=400)
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 400


def test_of_one_document_the_count_is_said_as_one_and_the_charts_do_not_scroll(
    open_page: Open, tmp_path: Path
) -> None:
    page = tmp_path / "overzicht.html"
    write_text(page, render_overview([rows(report_samples.weighed())], [40.0]))
    opened = open_page(page)
    assert opened.visible("#aantal") == ["1 document"]
    script = """all => all.map(e => [getComputedStyle(e).overflowY,
      e.querySelector("svg").getBoundingClientRect().bottom <= e.getBoundingClientRect().bottom])"""
    assert opened.page.eval_on_selector_all(".drawn", script) == [["hidden", True]] * 2


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Open, tmp_path: Path, dark: bool) -> None:
    few = [rows(report_samples.weighed()), rows(report_samples.garden()), rows(report_samples.broken())]
    few[1] = replace(few[1], path="b.pdf", kind="programma", authority="provincie Rijnmark")
    scores = [section.score for row in few for section in row.sections]
    write_text(tmp_path / "overzicht.html", render_overview(few, scores))
    opened = open_page(tmp_path / "overzicht.html", dark=dark)
    assert axe_findings(opened.page, colours_only=dark) == []
    assert opened.quiet()
