"""The page of a document in a browser: choosing, sorting, reading, following evidence, by keyboard too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import report_samples
from browser_checks import Open, Opened, axe_findings, choose_time

from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import original_address, write_html

sync_api = pytest.importorskip("playwright.sync_api")

ROWS = "#lijst tbody tr"
TEXTS = "article.sec :is(h3, h4, h5)"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """The page of a document that lies beside the folder of the reports."""
    folder = tmp_path_factory.mktemp("scan")
    source = folder / "stukken" / "groenvisie & water.pdf"
    source.parent.mkdir()
    shutil.copy(examples / "omgevingsvisie-lindermeer.pdf", source)
    page = folder / "rapport" / "groenvisie.html"
    write_html(report_samples.weighed(), page, original_address(source, page, folder / "rapport"))
    return page


def headings(opened: Opened) -> list[str]:
    """The headings in the table, in the order in which they stand there."""
    return opened.visible(f"{ROWS} th a")


def test_the_table_the_contents_and_the_texts_are_filtered_together(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    page = opened.page
    assert len(headings(opened)) == len(opened.visible("article.sec")) == 9
    page.select_option("#oordeel", "send_back")
    assert headings(opened) == ["2.1 Een groene stad", "2.2 Water vasthouden"]
    assert opened.visible(TEXTS) == headings(opened)
    assert "2.2 Water vasthouden" in " ".join(opened.visible("#boom li"))
    assert "3.1 Acties" not in " ".join(opened.visible("#boom li"))
    assert opened.visible("#aantal") == ["2 van 9 paragrafen"]
    page.select_option("#criterium", label="maatregel ontbreekt")
    assert headings(opened) == ["2.1 Een groene stad"]
    page.select_option("#criterium", label="maatregel ontbreekt of is deels")
    assert headings(opened) == ["2.1 Een groene stad", "2.2 Water vasthouden"]
    page.fill("#zoek", "OMGEVINGSPLAN")
    page.locator("#aantal", has_text="1 van 9 paragrafen").wait_for()
    assert headings(opened) == ["2.2 Water vasthouden"]
    page.fill("#zoek", "zeppelin")
    page.wait_for_selector("#niets:visible")
    page.click("#alles")
    assert len(headings(opened)) == 9 and opened.visible("#niets") == []


def test_the_table_is_sorted_and_the_order_of_the_document_comes_back(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    before = headings(opened)
    score = opened.page.get_by_role("button", name="Score")
    score.click()
    assert headings(opened)[:3] == ["2.1 Een groene stad", "2.2 Water vasthouden", "2.1.1 Parken"]
    assert opened.page.locator("#lijst th[aria-sort=ascending]").inner_text().startswith("Score")
    # Out of order a row says under which heading it stands.
    assert opened.visible(f"{ROWS}:first-child th small") == ["Groen en water"]
    score.click()
    assert headings(opened)[:2] == ["3.1 Acties", "3.2 Fietsroute Noord"]
    assert opened.page.locator("#lijst th[aria-sort=descending]").count() == 1
    assert headings(opened)[5:] == ["1 Leeswijzer", "2 Groen en water", "3 Uitvoering", "Colofon"]  # no score
    opened.page.get_by_role("button", name="Paragraaf").click()
    assert headings(opened) == before
    assert opened.visible(f"{ROWS} th small") == []


def test_a_row_opens_its_section_also_when_the_filter_hid_it(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    opened.page.locator(ROWS).get_by_text("3.2 Fietsroute Noord").click()
    assert opened.page.url.endswith("#s-s3-2") and opened.in_view("#s-s3-2")
    opened.page.select_option("#oordeel", "accept")
    assert not opened.page.locator("#s-s2-2").is_visible()
    opened.page.locator(".squares a").first.click()
    assert opened.in_view("#s-s3-1-m0")
    opened.page.locator("#strook a[href='#s-s2-2']").click()
    assert opened.page.locator("#s-s2-2").is_visible() and opened.in_view("#s-s2-2")


def test_evidence_leads_to_the_words_and_to_the_page_of_the_original(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    section = opened.page.locator("#s-s3-1")
    section.locator(".why .ref").first.click()
    assert opened.in_view("#s-s3-1-m0")
    section.locator("details.found summary").click()
    rows = section.locator("details.found tbody tr")
    sync_api.expect(rows).to_have_count(8)  # they are made once the browser tells that it was opened
    term = rows.filter(has_text="uiterlijk").last
    said = [" ".join(text.split()) for text in term.locator("td").all_inner_texts()]
    assert said == ["termijn uiterlijk 1 juli 2027", "uiterlijk 1 juli 2027", "p. 8"]
    term.locator("a").first.click()
    assert opened.page.evaluate("document.querySelector(':target').textContent") == "uiterlijk 1 juli 2027"
    with opened.page.context.expect_page() as other:
        term.locator("a.pg").click()
    address = other.value.url
    assert address.endswith("/stukken/groenvisie%20%26%20water.pdf#page=8")
    assert written.parent.parent.as_uri() in address


def test_without_a_known_original_pages_are_only_named(open_page: Open, tmp_path: Path) -> None:
    write_html(report_samples.weighed(), tmp_path / "x.html")
    opened = open_page(tmp_path / "x.html")
    assert opened.page.locator("a.pg").count() == 0
    assert opened.visible("#s-s3-1 .meta .pg") == ["p. 8–9"]


def test_everything_can_be_done_by_keyboard(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    keys = opened.page.keyboard
    keys.press("Tab")
    assert opened.focus()["text"] == "Naar de inhoud" and opened.in_view(".skip[href='#inhoud']")
    keys.press("Enter")
    assert opened.page.url.endswith("#inhoud")
    opened.tab_to(lambda on: on["href"] == "#s-s1")  # the strip: one stop, walked with the arrows
    for _ in range(4):
        keys.press("ArrowRight")
    assert opened.focus()["href"] == "#s-s2-2" and opened.focus()["seen"]
    keys.press("Enter")
    assert opened.page.url.endswith("#s-s2-2") and opened.in_view("#s-s2-2")
    opened.page.evaluate("scrollTo(0, 0); document.querySelector('#paragrafen').focus()")
    opened.tab_to(lambda on: on["id"] == "zoek")
    keys.type("veenland")
    opened.page.locator("#aantal", has_text="1 van 9").wait_for()
    opened.tab_to(lambda on: on["text"] == "Score")
    keys.press("Space")
    assert opened.page.locator("#lijst th[aria-sort]").count() == 1
    opened.tab_to(lambda on: on["href"] == "#s-s3-2")
    keys.press("Enter")
    assert opened.in_view("#s-s3-2")
    opened.tab_to(lambda on: on["tag"] == "SUMMARY" and on["text"].startswith("Bewijs"))
    keys.press("Enter")
    opened.tab_to(lambda on: on["href"] == "#s-s3-2-m0")
    opened.tab_to(lambda on: (on["href"] or "").endswith("#page=10"))


def test_the_focus_is_seen_everywhere_and_never_caught(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    stops = []
    for _ in range(400):
        opened.page.keyboard.press("Tab")
        stops.append(opened.focus())
        if stops[-1]["tag"] == "BODY":
            break
    assert stops[-1]["tag"] == "BODY"  # out at the end, by Tab alone
    assert [on for on in stops[:-1] if not on["seen"]] == []
    assert {"A", "INPUT", "SELECT", "SUMMARY", "BUTTON"} <= {on["tag"] for on in stops}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Open, written: Path, dark: bool) -> None:
    opened = open_page(written, dark=dark)
    opened.page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    opened.page.add_style_tag(content=".sec { content-visibility: visible !important }")
    assert axe_findings(opened.page, colours_only=dark) == []


def test_nothing_leaves_the_page(open_page: Open, written: Path) -> None:
    opened = open_page(written)
    opened.page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    opened.page.wait_for_timeout(200)
    assert opened.quiet()


@pytest.mark.parametrize("width", [1400, 400])
def test_the_page_is_as_wide_as_the_screen(open_page: Open, written: Path, width: int) -> None:
    opened = open_page(written, width=width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1400:
        table = opened.page.locator(".list")
        assert table.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def long_report(sections: int) -> Report:
    """A report with so many sections."""
    report = report_samples.weighed()
    once = report.sections
    report.sections = [
        once[index % len(once)].model_copy(update={"id": f"s{index}"}) for index in range(sections)
    ]
    return report


def test_a_document_of_700_sections_filters_fast(open_page: Open, tmp_path: Path) -> None:
    write_html(long_report(700), tmp_path / "lang.html")
    opened = open_page(tmp_path / "lang.html")
    spent = choose_time(opened.page, "#oordeel", "send_back")
    assert opened.visible("#aantal") == ["156 van 700 paragrafen"]
    assert spent < 2
