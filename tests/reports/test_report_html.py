"""The page of a document: everything is on it, and nothing of a hostile document runs."""

from __future__ import annotations

import base64
import gc
import hashlib
import re
import weakref
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_samples import Draft, linked

from uitvoerbaarheid.records import Commitment, Report
from uitvoerbaarheid.reports import original_address, rows, write_html, write_overview
from uitvoerbaarheid.reports.deals import deal
from uitvoerbaarheid.reports.html import environment, render_html, tree, views
from uitvoerbaarheid.reports.overview import groups, ranking, spread
from uitvoerbaarheid.reports.places import Places, anchors

VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """Elements of a page; checks that every element is closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)

    def all(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [str(attrs[name]) for _, attrs in self.elements if name in attrs]


def policy(page: Page) -> str:
    return next(
        str(a["content"]) for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
    )


@pytest.mark.parametrize("name", ["garden", "weighed", "broken", "hostile"])
def test_page_is_well_formed_and_links_hold(name: str, request: pytest.FixtureRequest) -> None:
    page = Page(render_html(request.getfixturevalue(name)))
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.all("href") if href.startswith("#")} <= set(ids)
    assert {("html", "nl")} <= {(tag, attrs.get("lang")) for tag, attrs in page.elements}


@pytest.mark.parametrize("name", ["garden", "weighed", "broken", "hostile"])
def test_page_asks_for_nothing_from_outside(name: str, request: pytest.FixtureRequest) -> None:
    page = Page(render_html(request.getfixturevalue(name)))
    assert page.all("src") == []
    assert all(href.startswith(("#", "data:,")) for href in page.all("href"))
    assert "default-src 'none'" in policy(page)


def test_only_the_own_script_may_run(hostile: Report) -> None:
    page = Page(render_html(hostile))
    assert [tag for tag, _ in page.elements].count("script") == 1
    digest = base64.b64encode(hashlib.sha256(page.scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy(page)
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert "img" not in {tag for tag, _ in page.elements}


def test_hostile_overview_is_inert(hostile: Report, broken: Report, tmp_path: Path) -> None:
    write_overview([hostile, broken], tmp_path)
    page = Page((tmp_path / "overzicht.html").read_text(encoding="utf-8"))
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert "img" not in {tag for tag, _ in page.elements}
    links = [href for href in page.all("href") if not href.startswith(("#", "data:,"))]
    own = "a/%22%3E%3Cscript%3Ealert%284%29%3C/script%3E.pdf.html"
    assert set(links) == {own, f"{own}#s-s-onclick-alert-3-", "archief/scan.pdf.html"}


def test_control_characters_do_not_reach_the_page(hostile: Report, tmp_path: Path) -> None:
    write_html(hostile, tmp_path / "x.html")
    assert not re.search(rb"[\x00-\x08\x0b-\x1f]", (tmp_path / "x.html").read_bytes())


def article(html: str, anchor: str) -> str:
    return html[html.index(f'id="{anchor}"') :].split("</article>", maxsplit=1)[0]


def listed(html: str, anchor: str) -> str:
    """The row of a section in the table of sections."""
    end = html.index(f'<a href="#{anchor}">', html.index('id="lijst"'))
    return html[html.rindex("<tr", 0, end) : html.index("</tr>", end)]


def test_section_shows_its_score_reasons_and_questions(garden: Report) -> None:
    shown = article(render_html(garden), "s-s2-2")
    assert "Water vasthouden" in shown
    assert re.search(r"richting</strong>.*score <strong>36</strong>.*terugsturen.*onzeker", shown, re.DOTALL)
    assert "Het omgevingsplan is genoemd" in shown
    assert 'href="#s-s2-2-m0"' in shown
    assert "Wanneer staat de regel in het omgevingsplan?" in shown
    assert "Uitvoerbaarheidstoets Decentrale Overheden" in shown
    assert "maatregel</span>" in shown and "1 van 2, deels" in shown


def test_the_date_of_the_document_is_in_words(garden: Report) -> None:
    garden.document.date = "2026-07-01"
    assert "1 juli 2026" in render_html(garden)


def test_commitments_show_what_is_missing(garden: Report) -> None:
    deals = article(render_html(garden), "s-s3-1").split("2 afspraken in deze paragraaf")[1]
    assert deals.count("<tr>") == 3
    assert deals.count('<td class="missing">ontbreekt</td>') == 3  # who, when, how followed
    assert "(uiterlijk 1 juli 2027)" not in deals  # no need to say again what the text says
    assert "waterschap Laagland" in deals
    assert ">Aanleg beekpark Oost</a>" in deals  # of a row only what the other columns do not say
    assert ">Buurttuinen – jaarlijks</a>" in deals


def test_sections_that_are_not_assessed_are_never_called_vague(garden: Report) -> None:
    html = render_html(garden)
    for anchor in ("s-s1", "s-s-colofon"):
        shown = article(html, anchor)
        assert "niet beoordeeld" in shown
        assert "score" not in shown and "vaag" not in shown and "terugsturen" not in shown


def test_unreadable_document_says_why_and_what_to_do(broken: Report) -> None:
    html = render_html(broken)
    assert "Dit document kon niet worden gelezen" in html
    assert "Het document bestaat uit gescande bladzijden zonder tekst." in html
    assert "tekstherkenning (OCR)" in html
    assert "<article" not in html


def test_same_report_gives_same_page(garden: Report) -> None:
    assert render_html(garden) == render_html(garden.model_copy(deep=True))


def test_a_report_is_let_go_of_without_the_collector(garden):
    report = garden.model_copy(deep=True)
    known = weakref.ref(report)
    gc.disable()
    try:
        render_html(report)
        del report
        assert known() is None
    finally:
        gc.enable()


def test_tree_follows_depth_also_when_it_skips(garden: Report) -> None:
    roots = tree(views(garden, rows(garden), Places(garden)))
    assert [view.section.id for view in roots] == ["s1", "s2", "s3", "s-colofon"]
    assert [view.section.id for view in roots[1].children] == ["s2-1", "s2-2"]
    garden.sections[2].depth = 30
    assert [view.section.id for view in tree(views(garden, rows(garden), Places(garden)))[1].children] == [
        "s2-1",
        "s2-1-1",
        "s2-2",
    ][:3]


def test_anchors_are_unique_and_safe(garden: Report) -> None:
    sections = garden.sections[:3]
    for section, name in zip(sections, ("a b", "a-b", "é"), strict=True):
        section.id = name
    assert anchors(sections) == ["s-a-b", "s-a-b_2", "s--"]


def test_a_long_document_stays_small(garden: Report) -> None:
    many = [s.model_copy(deep=True) for _ in range(56) for s in garden.sections]
    for section in many:
        section.text += " " + "woord " * 200
    garden.sections = many
    assert len(render_html(garden).encode()) < 6_000_000


def test_a_goal_that_is_the_measure_is_not_said_twice(garden: Report) -> None:
    section = garden.sections[6]
    row = section.mentions[0]
    section.mentions.append(row.model_copy(update={"type": "goal"}))
    section.commitments[0].goal = len(section.mentions) - 1
    assert "Doel:" not in article(render_html(garden), "s-s3-1")
    section.mentions[-1] = section.mentions[4].model_copy(update={"type": "goal"})
    assert "Doel:" in article(render_html(garden), "s-s3-1")


def test_questions_of_an_accepted_section_are_not_sent_back(garden: Report) -> None:
    shown = article(render_html(garden), "s-s3-2")
    assert "Vragen die nog openstaan" in shown and "terug te sturen" not in shown


def test_what_holds_a_commitment_back_and_where_it_leads_is_shown() -> None:
    page = render_html(linked())
    assert '<a href="#s-s1-m2" title="uit dezelfde alinea" class="nowrap">€ 90.000</a>' in page
    assert '€ 90.000</a> <span class="tag">onder voorwaarde</span>' in page
    assert '<a href="#s-s2" title="2 Geld">paragraaf 2</a>' in page
    assert "bijlage 9 <small>(niet in dit document)</small>" in page
    assert "een natuuroever aan.</a> <small>(stellig)</small>" in page
    assert "<q>€ 3 miljoen</q> <small>verleden</small>" in page


def test_a_measure_that_is_the_check_is_not_said_twice(garden: Report) -> None:
    section = garden.sections[6]
    section.mentions.append(section.mentions[0].model_copy(update={"type": "monitoring"}))
    section.commitments[0].monitoring = len(section.mentions) - 1
    assert f'm{len(section.mentions) - 1}">de maatregel zelf</a>' in article(render_html(garden), "s-s3-1")


def test_a_goal_has_its_label_once() -> None:
    goal = "Doel: in 2030 zijn de oevers groen."
    draft = Draft("Oevers").add("paragraph", goal).mention("goal", goal)
    draft.section.commitments = [Commitment(goal=0)]
    assert [part.text for part in deal(draft.section, draft.section.commitments[0]).goal] == [
        "in 2030 zijn de oevers groen."
    ]


def plain(html: str) -> str:
    """The words of a piece of a page, on one line."""
    apart = re.sub(r"</?(?:p|li|t[dhr]|div|br|h\d|d[td]|summary|i)\b[^>]*>", " ", html)
    return " ".join(re.sub(r"<[^>]*>", "", apart).split())


def card(html: str, name: str) -> str:
    """The card with the heading ``name``."""
    start = html.index(f'aria-labelledby="{name}"')
    return html[start : html.index("</section>", start)]


def test_a_section_that_is_met_elsewhere_shows_three_judgements(weighed: Report) -> None:
    shown = article(render_html(weighed), "s-s2-2")
    words = plain(shown)
    assert "Op de eigen tekst 1 richting score 36 terugsturen onzeker" in words
    assert "In het hele document 2 aanzet score 52 voldoende uitgewerkt" in words
    assert "Gemeten aan het profiel ‘Omgevingsvisie’ voldoende uitgewerkt" in words
    assert "Gevraagd: niveau 1 (richting). 90% van wat is gevraagd staat er." in words
    assert "termijn concreet in 3.2 Fietsroute Noord, p. 10 (verwijzing): ‘in Q3 2027’" in words
    assert "wie concreet in 3.1 Acties, p. 8 (gaat over hetzelfde): ‘waterschap Laagland’" in words
    assert 'href="#s-s3-2-m1"' in shown and 'href="#s-s3-1"' in shown
    row = listed(render_html(weighed), "s-s2-2")
    assert 'data-criteria="111000" data-verdict="send_back" data-traits="uncertain elsewhere profile"' in row
    assert "staat elders, zie hierboven" in words  # the question about the term


def test_judgements_that_agree_take_a_line_each(weighed: Report) -> None:
    shown = article(render_html(weighed), "s-s2-1")
    words = plain(shown)
    assert "In het hele document: hetzelfde niveau en oordeel; andere paragrafen voegen niets toe." in words
    assert (
        "Gemeten aan het profiel ‘Omgevingsvisie’: ook terugsturen; 20% van wat is gevraagd staat er" in words
    )
    assert "te weinig: maatregel en termijn" in words
    assert 'class="judgements"' not in shown


def test_what_was_set_by_hand_is_said_wherever_it_shows(weighed: Report) -> None:
    html = render_html(weighed)
    said = (
        "niveau 3 (uitgewerkt) in plaats van 1 (richting); reden: De route staat in het vastgestelde krediet"
    )
    assert f"Met de hand aangepast: {said}; door A. Jansen; 12 mei 2026" in plain(article(html, "s-s3-2"))
    listed = plain(card(html, "met-de-hand"))
    assert f"3.2 Fietsroute Noord: {said}" in listed
    assert "soort visie in plaats van programma; reden: Zo heet het raadsbesluit" in listed
    node = html.index('data-for="s-s3-2"')
    assert "met de hand aangepast" in html[node : html.index("</li>", node)]
    facts = html[html.index('<dl class="facts">') : html.index("</dl>")]
    assert "visie met de hand" in plain(facts)
    strip = html[html.index('class="strips') :]
    assert "p. 10, niveau 3 (uitgewerkt), score 72, met de hand aangepast" in strip


def test_the_document_as_a_whole_is_shown(weighed: Report) -> None:
    html = render_html(weighed)
    assert "Profiel Omgevingsvisie (herkend aan het document)" in plain(html)
    summary = plain(card(html, "samenvatting"))
    assert "Op de eigen tekst 2 In het hele document 1 Gemeten aan het profiel 2" in summary
    assert (
        "sturing 80% 20% ontbreekt 4 van 5 (80%), deels 0 van 5 (0%), concreet 1 van 5 (20%) zwakst"
        in summary
    )
    assert summary.index("2.2 Water vasthouden") < summary.index("2.1 Een groene stad")  # as the summary says
    who = card(html, "wie-doet-wat")
    assert "waterschap Laagland Aanleg beekpark Oost 3.1, p. 8 1 € 250.000" in plain(who)
    assert 'href="#s-s3-1-m0"' in who
    planning = plain(card(html, "planning"))
    assert "2027 1 € 250.000 Aanleg beekpark Oost 3.1, p. 8 2028–2029 niets gepland 2030 1 —" in planning
    assert "In het hele document samen: € 1,45 miljoen." in planning
    twice = plain(card(html, "overlap"))
    assert twice.index("Tegenstrijdig andere termijn") < twice.index("Dubbel De buurttuinen")
    assert "andere termijn In paragraaf 3.1 is het beekpark klaar op 1 juli 2027" in twice
    assert "Hier: Aanleg beekpark Oost 3.1 Acties, p. 8 " in twice
    assert "En hier: niet in dit document" in twice  # a promise of a section that is not there
    signals = plain(card(html, "signalen"))
    assert "1 van 2 gevonden" in signals
    assert (
        "gevonden Voortgang in een vaste cyclus rapporteert elk jaar aan de raad 3.1 Acties, p. 8" in signals
    )
    assert (
        "niet gevonden Een fase om werkwijzen uit te proberen Vraag: Wanneer proberen de uitvoerders"
        in signals
    )


def test_evidence_of_a_signal_leads_to_the_words(weighed: Report) -> None:
    # The quote lies in the sentence that is marked as monitoring.
    assert 'href="#s-s3-1-m4">3.1 Acties</a>' in card(render_html(weighed), "signalen")


def test_the_foot_names_the_model_and_what_a_score_does_not_say(weighed: Report) -> None:
    foot = plain(render_html(weighed).split('<footer class="foot">')[1].split("</footer>")[0])
    assert "niet of het beleid goed, haalbaar of gewenst is" in foot
    assert "model proef+000000000000, regels 000000000000" in foot


def test_an_old_report_has_nothing_of_what_it_does_not_know(garden: Report) -> None:
    kept = garden.model_dump()
    for new in ("criteria_counts", "first_to_send_back", "actors", "years", "budget", "overlaps"):
        del kept["summary"][new]
    words = plain(render_html(Report.model_validate(kept)))
    for said in (
        "In het hele document:",
        "profiel",
        "Wie doet wat",
        "Signalen",
        "met de hand",
        "Waarom drie",
    ):
        assert said not in words
    assert "Zes criteria (gemiddeld, 0–2)" in words
    assert "Hier begint het gesprek" in words


def test_a_long_list_is_folded(weighed: Report) -> None:
    weighed.summary.actors = weighed.summary.actors[:1] * 23
    who = card(render_html(weighed), "wie-doet-wat")
    assert "nog 13 partijen" in who
    assert who.index("</table>") < who.index("<summary>nog 13 partijen")


def test_a_document_of_many_promises_stays_small(weighed: Report) -> None:
    actor = weighed.summary.actors[0]
    actor.promises = actor.promises * 2000
    weighed.summary.actors = [actor] * 500
    assert len(render_html(weighed).encode()) < 6_000_000


def test_what_is_folded_away_is_counted_in_one_or_more() -> None:
    folded = environment().from_string(
        '{% from "macros.html.j2" import folded %}'
        '{% call(item) folded(items, 2, "plaats", "plaatsen") %}{{ item }}{% endcall %}'
    )
    assert "nog 1 plaats<" in folded.render(items=[1, 2, 3])
    assert "nog 2 plaatsen<" in folded.render(items=[1, 2, 3, 4])
    assert "nog" not in folded.render(items=[1, 2])


def test_pages_lead_to_the_original_where_it_lies_near_the_reports(garden: Report, tmp_path: Path) -> None:
    source, folder = tmp_path / "stukken" / "visie & co: #1.pdf", tmp_path / "rapport"
    source.parent.mkdir()
    source.write_bytes(b"%PDF")
    address = original_address(source, folder / "stukken" / "visie.pdf.html", folder)
    assert address == "../../stukken/visie%20%26%20co%3A%20%231.pdf"
    html = render_html(garden, address)
    assert f'<a class="pg" href="{address}#page=8" target="_blank">p. 8–9</a>' in article(html, "s-s3-1")
    assert 'class="pg" href' not in render_html(garden)


def test_no_link_is_made_that_would_not_hold(tmp_path: Path) -> None:
    folder = tmp_path / "werk" / "rapport"
    page = folder / "x.html"
    for name in ("ver/x.pdf", "werk/x.docx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
        assert original_address(tmp_path / name, page, folder) == ""
    assert original_address(tmp_path / "werk" / "weg.pdf", page, folder) == ""


def test_a_new_page_is_shown_where_the_text_goes_on_to_it(garden: Report) -> None:
    section = garden.sections[6]
    for block in section.blocks[2:]:
        block.page = 9
    shown = article(render_html(garden), "s-s3-1")
    assert shown.count('<span class="pg">p. 9</span> ') == 1
    assert shown.index("p. 9</span>") < shown.index("Subsidie groene daken")


def test_a_reason_names_the_page_of_what_shows_it(garden: Report) -> None:
    section = garden.sections[6]
    section.mentions[0].page, section.mentions[1].page, section.mentions[2].page = 8, 8, 9
    why = plain(article(render_html(garden), "s-s3-1"))
    assert "Elke actie heeft een trekker, een termijn en geld. 12 1" not in why
    assert "een termijn en geld. p. 8 12 p. 9 1 1 " in why


def test_the_overview_ranks_and_compares(garden: Report, broken: Report) -> None:
    row = rows(garden)
    better = replace(row, path="a.pdf", mean_score=80.0, authority="gemeente Aardam")
    same = replace(row, path="c.pdf", mean_score=80.0)
    none = replace(row, path="d.pdf", mean_score=None, policy_sections=0)
    everything = [row, none, better, same, rows(broken)]
    assert [(place, item.path) for place, item in ranking(everything)] == [
        (1, "a.pdf"), (1, "c.pdf"), (3, row.path), (None, "d.pdf"),
    ]  # fmt: skip
    found = groups(everything, lambda item: item.authority or "")
    assert [(name, sums.documents) for name, sums in found] == [
        ("gemeente Aardam", 1),
        ("gemeente Zandhoven", 3),
    ]
    assert found[0][1].mean_score == 80
    drawn = spread([0, 9.9, 10, 99, 100, None])
    assert [bar.label for bar in drawn.panel.bars] == ["2", "1", *["0"] * 7, "2"]
    assert drawn.slots[-1].label == "90–100"
