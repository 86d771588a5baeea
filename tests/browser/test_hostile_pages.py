"""Documents that try to run something in the reader's browser: nothing runs, nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_checks import Open
from report_samples import Draft, hostile, make_report

from uitvoerbaarheid.records import ActorLoad, Commitment, Promise, Report, YearLoad
from uitvoerbaarheid.reports import original_address, write_html, write_overview

RUN = "window.taken=1"
VECTORS = [
    f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}><a href='javascript:{RUN}'>x</a></svg>",
    f'"><input autofocus onfocus="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f"javascript:{RUN}",
    f"</style></title></textarea><iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "{{ 7 * 7 }} {% raw %} <!-- -->]]> &lt;b&gt;",
    "\u202egnirutsgurret\u202c \u202e\u2066\u200f",
    "<meta http-equiv=refresh content='0;url=https://example.com/'><base href='https://example.com/'>",
]


def attack() -> Report:
    """A report with every vector in every place where a document's own words come."""
    sections = []
    for index, bad in enumerate(VECTORS):
        draft = (
            Draft(bad, path=(bad,), id=f"{bad}{index}", number=bad[:20], page=index + 1)
            .add("paragraph", f"{bad} voorop, en dan {bad}")
            .add("item", f"• {bad}")
            .row([bad, "cel"], ["Kop", bad])
            .assess(1, 30, "011000", uncertain=True)
            .mention("measure", bad, {"name": bad})
            .mention("actor", "cel", {"name": bad, "official": bad})
            .mention("deadline", "voorop", {"interval": bad})
            .why(bad, 0, 1)
            .ask("budget", bad)
        )
        draft.section.commitments = [Commitment(measure=0, actors=[1], deadline=2)]
        sections.append(draft.section)
    bad = "".join(VECTORS)
    report = make_report(
        sections, path=f"map/{VECTORS[1]}{VECTORS[3]}.pdf", title=bad, authority=bad, warnings=[bad]
    )
    promises = [Promise(section=section.id, commitment=0) for section in sections]
    report.summary.actors = [ActorLoad(name=vector, promises=promises) for vector in VECTORS]
    report.summary.years = [YearLoad(year=2030, promises=promises, budget=1e6)]
    return report


def use_everything(open_page: Open, page: Path) -> None:
    """Open what is folded, sort, filter, search, point at and focus everything; nothing may happen."""
    opened = open_page(page)
    tab = opened.page
    tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    for button in tab.locator("th button").all()[:4]:
        button.click()
    tab.fill("#zoek", VECTORS[0])
    tab.wait_for_timeout(250)
    tab.click("#alles")
    tab.evaluate(
        """for (const e of document.querySelectorAll('body *')) {
          e.dispatchEvent(new MouseEvent('mouseover'));
          e.focus?.();
        }"""
    )
    tab.locator("#lijst tbody a").first.hover()
    assert tab.evaluate("window.taken") is None
    assert opened.quiet()
    links = tab.eval_on_selector_all("a", "all => all.map(e => e.getAttribute('href'))")
    assert [link for link in links if not link.startswith(("#", "map/", "a/%22%3E%3C", "../stukken/"))] == []
    assert tab.locator("img, iframe, base, meta[http-equiv=refresh], main script").count() == 0
    # What turns the direction of a text does not reach past the words that it stands in.
    assert tab.locator("#lijst a").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"


def test_nothing_of_a_hostile_document_runs(open_page: Open, tmp_path: Path) -> None:
    report = attack()
    source = tmp_path / "stukken" / f"{VECTORS[3]} javascript:x.pdf".replace("/", "")
    source.parent.mkdir()
    try:
        source.write_bytes(b"%PDF-1.7")
    except OSError:
        pytest.skip("deze schijf kent zulke bestandsnamen niet")
    page = tmp_path / "rapport" / "x.html"
    write_html(report, page, original_address(source, page, page.parent))
    assert "#page=3" in page.read_text(encoding="utf-8")
    use_everything(open_page, page)


def test_nothing_runs_in_the_overview(open_page: Open, tmp_path: Path) -> None:
    write_overview([attack(), hostile()], tmp_path)
    use_everything(open_page, tmp_path / "overzicht.html")
