"""HTML, Markdown, JSON and text of a comparison; a hostile document steers none of them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import jsonschema
import pytest

from uitvoerbaarheid.comparison.compare import compare
from uitvoerbaarheid.comparison.formats import render
from uitvoerbaarheid.comparison.records import Comparison
from uitvoerbaarheid.records import Report

Make = Callable[..., Report]

HOSTILE = "<script>alert(1)</script> [klik](http://kwaad.example) @raad #12 \x1b[31m\x9b1m\u202erood `code`"


@pytest.fixture
def hostile(report: Make) -> Comparison:
    """A comparison in which headings, text, title and file name all attack."""
    same = "De gemeente plant bomen langs alle wegen in de wijken Oost en Zuid van Lindermeer."
    old = report((f"1 {HOSTILE}", 1, [same, "De raad stelt het oude plan vast."], {}), path="oud.md")
    new = report(
        (f"1 {HOSTILE}", 1, [same, f"De raad stelt {HOSTILE} vast."], {}),
        ("2 Nieuw <b>", 1, [HOSTILE], {}),
        path="<img src=x onerror=alert(1)>.md",
        title=HOSTILE,
    )
    return compare(old, new)


def test_html_escapes_all_text_and_asks_for_nothing_outside(hostile: Comparison) -> None:
    page = render(hostile, "html")
    assert page.count("<script>") == 1  # its own
    assert "<img" not in page
    assert "default-src 'none'" in html.unescape(page)
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)", page)
    assert "\x1b" not in page


def test_html_shows_both_versions_and_filters(report: Make) -> None:
    old = report(("1 Bomen", 1, ["De gemeente plant dertig bomen in de wijk Oost."], {}))
    new = report(("1 Bomen", 1, ["De gemeente plant veertig bomen in de wijk Oost."], {}), path="nieuw.pdf")
    page = render(compare(old, new), "html")
    assert "plant <del>dertig</del> bomen" in page
    assert "plant <ins>veertig</ins> bomen" in page
    assert '<input type="checkbox" checked value="text">' in page


def test_html_without_differences(report: Make) -> None:
    one = report(("1 Bomen", 1, ["De gemeente plant dertig bomen in de wijk Oost."], {}))
    page = render(compare(one, one), "html")
    assert "Er is geen verschil gevonden." in page
    assert 'id="filter"' not in page


def test_markdown_holds_no_markup_of_the_document(hostile: Comparison) -> None:
    text = render(hostile, "markdown")
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "](" not in text.replace("\\](", "")
    assert "@raad" not in text
    assert "#12" not in text
    assert not re.search("[\x1b\x9b\u202e]", text)
    assert text.count("<details>") == text.count("</details>")


def test_json_is_valid_by_its_schema_and_comes_back(hostile: Comparison) -> None:
    text = render(hostile, "json")
    jsonschema.validate(json.loads(text), Comparison.model_json_schema(mode="serialization"))
    assert Comparison.model_validate_json(text) == hostile
    assert text == render(hostile, "json")


def test_text_steers_no_terminal(hostile: Comparison) -> None:
    text = render(hostile, "text")
    assert not re.search("[\x1b\x9b\u202e]", text)
    assert "Nieuwe paragraaf" in text


def test_an_unknown_form_is_an_error(hostile: Comparison) -> None:
    with pytest.raises(KeyError):
        render(hostile, "pdf")
