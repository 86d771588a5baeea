"""The summary in Markdown, rendered as a merge request would."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from format_samples import HOSTILE, clean, finding
from lxml import html
from markdown_it import MarkdownIt

from uitvoerbaarheid.checking.formats.markdown import COMMENT, plain, render
from uitvoerbaarheid.checking.formats.words import one_line
from uitvoerbaarheid.checking.outcome import Checked, Outcome

_WORD_JOINER = "\u2060"


def _html(markdown: str) -> html.HtmlElement:
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    return html.fragment_fromstring(rendered, create_parent="body")


def _rows(body: html.HtmlElement) -> list[list[str]]:
    return [
        ["".join(cell.itertext()).replace(_WORD_JOINER, "") for cell in row]
        for row in body.xpath(".//table//tr")
    ]


def test_a_table_of_documents_and_of_findings(outcome: Outcome) -> None:
    body = _html(render(outcome))
    assert body.findtext("h2") == "Uitvoerbaarheid van de stukken: niet alles is gecontroleerd"
    assert body.findtext("p") == "1 fout, 2 waarschuwingen en 1 opmerking in 2 van 3 documenten."
    where, question = "2.1 Wadi in Zuiderhof", "Wie voert dit uit?"
    assert _rows(body) == [
        ["Stuk", "Uitkomst", "fouten", "waarschuwingen", "opmerkingen"],
        ["plannen/water.md", "gecontroleerd", "1", "1", "1"],
        ["visie.pdf", "gecontroleerd", "0", "1", "0"],
        ["scan.pdf", "niet leesbaar: De pdf is een scan.", "0", "0", "0"],
        ["Plaats", "Ernst", "Regel", "Paragraaf", "Bevinding", "Vraag"],
        [
            "", "opmerking", "UV408", "",
            "Niet gevonden in dit document: uitdrukkelijke keuzes en prioriteiten.",
            "Wat gaat voor als niet alles kan?",
        ],
        ["regel 10", "fout", "UV001", where, "Deze paragraaf gaat terug: niveau 1 (richting).", question],
        ["regel 12", "waarschuwing", "UV101", where, "Er staat niet bij wie dit uitvoert.", question],
        ["Plaats", "Ernst", "Regel", "Paragraaf", "Bevinding", "Vraag"],
        ["p. 3", "waarschuwing", "UV101", "4 Groen", "Er staat niet bij wie dit uitvoert.", question],
    ]  # fmt: skip
    assert [summary.text for summary in body.iter("summary")] == [
        "plannen/water.md: 1 fout, 1 waarschuwing en 1 opmerking",
        "visie.pdf: 1 waarschuwing",
    ]
    assert render(outcome).endswith("Niet meegeteld: 1 al bekend en 1 opzij gezet.\n")


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (clean(), "in orde"),
        (replace(clean(), findings=[finding(severity="error", path="water.md")]), "er gaat iets terug"),
        (replace(clean(), findings=[finding(path="water.md")]), "in orde"),
        (Outcome("0.1.0", missing=["weg.md"]), "niet alles is gecontroleerd"),
    ],
)
def test_the_title_says_how_it_ended(given: Outcome, title: str) -> None:
    assert render(given).splitlines()[0] == f"## Uitvoerbaarheid van de stukken: {title}"


def test_hostile_text_is_text(hostile_outcome: Outcome) -> None:
    markdown = render(hostile_outcome)
    body = _html(markdown)
    assert {element.tag for element in body.iter()} <= {
        "body", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
    }  # fmt: skip
    rows = _rows(body)
    assert {len(row) for row in rows} == {5, 6}
    assert one_line(HOSTILE) in [row[4] for row in rows]
    # What services make of text themselves: links, names of people, numbers of discussions.
    assert not re.search(r"www\.\w|\w://|@\w|#\d|!\d|GH-\d", markdown)


def test_plain_text_stays_readable() -> None:
    said = "De wijk krijgt in 2027 (fase 1) 10 bomen - zie punt 3.2; kosten: € 1.500."
    assert plain(said) == said


def test_the_lightest_are_left_out_and_counted_when_it_gets_too_long() -> None:
    findings = [
        finding(path=path, severity=severity, line=number, message=f"Nummer {number}. " + "x" * 150)
        for path in ("a.md", "b.md")
        for number in range(150)
        for severity in ("note", "error", "warning")
    ]
    outcome = Outcome("0.1.0", findings, [Checked("a.md", "ok"), Checked("b.md", "ok")])
    markdown = render(outcome)
    assert len(markdown.encode()) <= COMMENT
    rows = [row for row in _rows(_html(markdown)) if len(row) == 6]
    shown = [row[1] for row in rows]
    assert "opmerking" not in shown
    left = sum(int(count) for count in re.findall(r"En nog (\d+) bevindingen in dit stuk", markdown))
    assert left + len(rows) - shown.count("Ernst") == len(findings)
    assert len(render(outcome, 10**6)) > len(markdown)


def test_many_documents_do_not_make_it_long() -> None:
    paths = [f"plannen/plan-{number}.md" for number in range(1000)]
    findings = [finding(path=path, severity="error") for path in paths]
    outcome = Outcome("0.1.0", findings, [Checked(path, "ok") for path in paths])
    assert len(render(outcome).encode()) <= COMMENT
    assert "| En nog 800 documenten. |" in render(outcome)
