"""The comparison of two versions in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
import report_samples
from browser_checks import Open, axe_findings
from test_hostile_pages import attack

from uitvoerbaarheid.comparison.compare import compare
from uitvoerbaarheid.comparison.formats import to_html
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.files import write_text


def written(folder: Path, report: Report) -> Path:
    """The comparison of a report with one in which a section is new, one is gone and words differ."""
    old, new = report.model_copy(deep=True), report.model_copy(deep=True)
    gone = old.sections[-1].model_copy(deep=True, update={"id": "weg", "heading": "Vervallen hoofdstuk"})
    gone.text, gone.blocks, gone.mentions = "Hier stond iets dat nergens anders terugkomt.", [], []
    gone.commitments, gone.references, gone.reasons = [], [], []
    old.sections.append(gone)
    fresh = gone.model_copy(deep=True, update={"id": "nieuw", "heading": "Nieuw hoofdstuk"})
    fresh.text = "Een geheel andere inhoud met eigen woorden."
    new.sections.insert(0, fresh)
    page = folder / "verschil.html"
    write_text(page, to_html(compare(old, new)))
    return page


def test_differences_are_filtered_by_words_and_kind(open_page: Open, tmp_path: Path) -> None:
    opened = open_page(written(tmp_path, report_samples.garden()))
    page = opened.page
    every = opened.visible("article.pair h3")
    assert any("Nieuw hoofdstuk" in heading for heading in every)
    assert any("Vervallen hoofdstuk" in heading for heading in every)
    page.fill("#zoek", "nergens anders")
    page.locator("#aantal", has_text=f"1 van {len(every)} paragrafen").wait_for()
    assert len(opened.visible("article.pair h3")) == 1
    page.fill("#zoek", "zeppelin")
    page.locator("#niets").wait_for()
    page.fill("#zoek", "")
    page.select_option("#soort", "added")
    page.locator("#aantal", has_text=f"1 van {len(every)} paragrafen").wait_for()
    assert ["Nieuw hoofdstuk" in heading for heading in opened.visible("article.pair h3")] == [True]
    assert opened.quiet()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Open, tmp_path: Path, dark: bool) -> None:
    opened = open_page(written(tmp_path, report_samples.garden()), dark=dark)
    opened.page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    assert axe_findings(opened.page, colours_only=dark) == []


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_is_as_wide_as_the_screen(open_page: Open, tmp_path: Path, width: int) -> None:
    opened = open_page(written(tmp_path, report_samples.garden()), width=width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_of_hostile_versions_runs(open_page: Open, tmp_path: Path) -> None:
    opened = open_page(written(tmp_path, attack()))
    page = opened.page
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    page.fill("#zoek", "<script>")
    page.wait_for_timeout(250)
    assert page.evaluate("window.taken") is None
    assert opened.quiet()
    links = page.eval_on_selector_all("a", "all => all.map(e => e.getAttribute('href'))")
    assert [link for link in links if not link.startswith("#")] == []
