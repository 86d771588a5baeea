"""Comments in drafts that set rules of the check aside: found with reason, author and line, and no text."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from office import docx_bytes, fodt_bytes

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.extraction.suppressions import MAX_COMMENTS, suppression
from uitvoerbaarheid.records import Report, Suppression
from uitvoerbaarheid.resources import read_toml

TEXT = "De gemeente legt in 2027 een fietspad aan langs de Dorpsweg."


def read_as(folder: Path, name: str, content: str | bytes) -> Report:
    data = content.encode("utf-8") if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return read(folder / name)


def by_heading(report: Report) -> dict[str, list[tuple[str, str | None, int | None]]]:
    """What each section sets aside, by its heading; "" is the document."""
    found = {"": report.document.suppressions} | {s.heading: s.suppressions for s in report.sections}
    return {
        heading: [(",".join(aside.rules), aside.reason, aside.line) for aside in own]
        for heading, own in found.items()
        if own
    }


def without_comments(report: Report) -> bool:
    return not any("negeer" in section.text + section.heading for section in report.sections)


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        ("uitvoerbaarheid: negeer UV101 omdat dit zo is besloten.", ["UV101"], "dit zo is besloten"),
        (
            " Uitvoerbaarheid :  Negeer UV101, UV2\nen uv303 omdat de raad  dit wil",
            ["UV101", "UV2", "uv303"],
            "de raad dit wil",
        ),
        ("uitvoerbaarheid: negeer regel UV101 (reden: besloten)", ["UV101"], "besloten"),
        (
            "uitvoerbaarheid: negeer UV101 - omdat besloten, omdat het kan",
            ["UV101"],
            "besloten, omdat het kan",
        ),
        ("uitvoerbaarheid: negeer UV101; UV101 want besloten", ["UV101"], "besloten"),
        ("uitvoerbaarheid: negeer UV101", ["UV101"], None),
        ("uitvoerbaarheid: negeer UV101 omdat", ["UV101"], None),
        ("uitvoerbaarheid: negeer UV101 dit is al besloten", ["UV101"], None),
        ("uitvoerbaarheid: negeer alles omdat het kan", ["alles"], "het kan"),
        ("uitvoerbaarheid: negeer", [], None),
        ("uitvoerbaarheid: negeer omdat het kan", [], "het kan"),
    ],
)
def test_rules_and_reason_are_read(text: str, rules: list[str], reason: str | None) -> None:
    assert suppression(text) == Suppression(rules=rules, reason=reason)


def test_other_comments_set_nothing_aside() -> None:
    words = read_toml("patterns", "suppressions.toml")
    assert all(suppression(text) is not None for text in words["fires"])
    assert all(suppression(text) is None for text in [*words["not"], "", None])


def test_one_comment_is_bounded() -> None:
    rules = " ".join(f"UV{number}" for number in range(10_000))
    found = suppression(f"uitvoerbaarheid: negeer {rules} omdat " + "x" * 10**6, by="y" * 10**6)
    assert found is not None
    assert len(found.rules) <= 50
    assert max(map(len, found.rules)) <= 20
    assert len(found.reason or "") <= 500
    assert len(found.by or "") <= 100


MARKDOWN = f"""---
title: Visie
---
<!-- uitvoerbaarheid: negeer UV901 omdat dit een startnotitie is -->

# Visie Lindermeer

<!-- Een gewone opmerking. -->
{TEXT}

## Wonen
<!-- uitvoerbaarheid: negeer UV101, UV2 omdat de raad
dit besloot -->

{TEXT} <!-- uitvoerbaarheid: negeer UV303
omdat het kan --> En nog
iets. <!-- uitvoerbaarheid: negeer UV304 -->

## Werken <!-- uitvoerbaarheid: negeer UV102 omdat het zo is -->

- {TEXT}
  <!-- uitvoerbaarheid: negeer UV103 omdat het zo is -->

| Wat | Wie |
|---|---|
| Fietspad <!-- uitvoerbaarheid: negeer UV104 omdat het zo is --> | gemeente |

```
<!-- uitvoerbaarheid: negeer UV105 omdat dit een voorbeeld is -->
```
"""


def test_comments_in_markdown_belong_to_their_section(tmp_path: Path) -> None:
    report = read_as(tmp_path, "visie.md", MARKDOWN)
    assert by_heading(report) == {
        "": [("UV901", "dit een startnotitie is", 4)],
        "Wonen": [
            ("UV101,UV2", "de raad dit besloot", 12),
            ("UV303", "het kan", 15),
            ("UV304", None, 17),
        ],
        "Werken": [("UV102", "het zo is", 19), ("UV103", "het zo is", 22), ("UV104", "het zo is", 26)],
    }
    texts = "\n".join(section.text for section in report.sections)
    assert texts.count("negeer") == 1  # the example in the code block is text
    assert [section.heading for section in report.sections] == ["Visie Lindermeer", "Wonen", "Werken"]


def test_the_text_is_as_if_there_were_no_comments(tmp_path: Path) -> None:
    draft = MARKDOWN.partition("```")[0]
    bare = re.sub("<!--.*?-->", "", draft, flags=re.DOTALL)
    given, plain = read_as(tmp_path, "met.md", draft), read_as(tmp_path, "zonder.md", bare)
    assert [(s.heading, s.text, s.blocks[0].kind) for s in given.sections] == [
        (s.heading, s.text, s.blocks[0].kind) for s in plain.sections
    ]


HTML = f"""<html><head><title>Visie <!-- a --></title>
<script>var x = "<!-- uitvoerbaarheid: negeer UV105 omdat dit code is -->";</script></head><body>
<!-- uitvoerbaarheid: negeer UV901 omdat dit een startnotitie is -->
<h1>Visie</h1><p>{TEXT}</p>
<h2>Wonen</h2>
<p>Zie <b>hier <!-- uitvoerbaarheid: negeer UV101 omdat het zo is --></b>. {TEXT}</p>
<div><!-- uitvoerbaarheid: negeer UV102 omdat het zo is --></div>
<h2>Werken</h2><table><tr><th>Wat</th><th>Wie</th></tr>
<tr><td>Pad<!-- uitvoerbaarheid: negeer UV103 omdat het zo is --></td><td>gemeente</td></tr></table>
<h2>Water</h2>{TEXT}<!-- uitvoerbaarheid: negeer UV104 omdat het zo is -->
</body></html>"""


def test_comments_in_html_belong_to_their_section(tmp_path: Path) -> None:
    report = read_as(tmp_path, "visie.html", HTML)
    assert by_heading(report) == {
        "": [("UV901", "dit een startnotitie is", 3)],
        "Wonen": [("UV101", "het zo is", 6), ("UV102", "het zo is", 7)],
        "Werken": [("UV103", "het zo is", 9)],
        "Water": [("UV104", "het zo is", 10)],
    }
    assert without_comments(report)


@pytest.mark.parametrize(
    "html",
    [
        '<p title="<!-- uitvoerbaarheid: negeer UV1 omdat x -->">' + TEXT + "</p>",
        f"<!-- a <!-- uitvoerbaarheid: negeer UV1 omdat x --> {TEXT}",
        f"<p>{TEXT}<span data-uitvoerbaarheid-opzij=0></span></p>",
        f"<p>{TEXT}<span data-uitvoerbaarheid-data-uitvoerbaarheid-opzijopzij=0></span></p>",
        f"<p>{TEXT}</p><!-- uitvoerbaarheid: negeer UV1",
    ],
)
def test_what_is_no_comment_sets_nothing_aside_and_hides_nothing(tmp_path: Path, html: str) -> None:
    report = read_as(tmp_path, "visie.html", f"<html><body><h1>Visie</h1>{html}</body></html>")
    assert TEXT in report.sections[0].text
    assert not by_heading(report)


COMMENTS = "".join(
    f'<w:comment w:id="{number}" w:author="{author}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>'
    for number, author, text in (
        (0, "J. de Boer", "uitvoerbaarheid: negeer UV901 omdat dit een startnotitie is"),
        (1, "J. de Boer", "uitvoerbaarheid: negeer UV101 omdat de raad dit besloot"),
        (2, "", "Uitvoerbaarheid: kan dit wel?"),
        (3, "A. Bakker", "uitvoerbaarheid: negeer UV102"),
        (4, "A. Bakker", "uitvoerbaarheid: negeer UV103 omdat het zo is"),
    )
)


def paragraph(text: str, style: str = "", after: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}{after}<w:r><w:t>{text}</w:t></w:r></w:p>"


def commented(number: int) -> str:
    return (
        f'<w:commentRangeStart w:id="{number}"/><w:r><w:t>{TEXT}</w:t></w:r>'
        f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'
    )


def test_comments_in_word_belong_to_the_section_of_their_anchor(tmp_path: Path) -> None:
    body = (
        f"<w:p>{commented(0)}</w:p>"
        + paragraph("Wonen", "Kop1", after='<w:commentRangeStart w:id="1"/>')
        + f'<w:p><w:r><w:t>{TEXT}</w:t></w:r><w:commentRangeEnd w:id="1"/>'
        + f'<w:r><w:commentReference w:id="1"/></w:r></w:p><w:p>{commented(2)}</w:p>'
        + paragraph("Werken", "Kop1")
        + f"<w:tbl><w:tr><w:tc><w:p>{commented(3)}</w:p></w:tc><w:tc>{paragraph('gemeente')}</w:tc></w:tr>"
        + f"<w:tr><w:tc>{paragraph('Pad')}</w:tc><w:tc>{paragraph('gemeente')}</w:tc></w:tr></w:tbl>"
        + paragraph("Water", "Kop1")
        + f"<w:p>{commented(4)}</w:p>"
    )
    report = read_as(tmp_path, "visie.docx", docx_bytes(body, comments=COMMENTS))
    assert by_heading(report) == {
        "": [("UV901", "dit een startnotitie is", None)],
        "Wonen": [("UV101", "de raad dit besloot", None)],
        "Werken": [("UV102", None, None)],
        "Water": [("UV103", "het zo is", None)],
    }
    authors = [aside.by for section in report.sections for aside in section.suppressions]
    assert authors == ["J. de Boer", "A. Bakker", "A. Bakker"]
    assert without_comments(report)


def test_remarks_in_odt_belong_to_their_section(tmp_path: Path) -> None:
    def remark(text: str) -> str:
        return (
            '<office:annotation><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">J. de Boer'
            f"</dc:creator><text:p>{text}</text:p></office:annotation>"
        )

    body = (
        f"<text:p>{remark('uitvoerbaarheid: negeer UV901 omdat het een startnotitie is')}{TEXT}</text:p>"
        '<text:h text:outline-level="1">Wonen'
        f"{remark('uitvoerbaarheid: negeer UV101 omdat het zo is')}</text:h>"
        f"<text:p>{TEXT}{remark('Uitvoerbaarheid: kan dit wel?')}</text:p>"
        '<text:h text:outline-level="1">Werken</text:h>'
        f"<text:p>{TEXT}{remark('uitvoerbaarheid: negeer UV102')}</text:p>"
    )
    report = read_as(tmp_path, "visie.fodt", fodt_bytes(body))
    assert by_heading(report) == {
        "": [("UV901", "het een startnotitie is", None)],
        "Wonen": [("UV101", "het zo is", None)],
        "Werken": [("UV102", None, None)],
    }
    assert report.sections[1].suppressions[0].by == "J. de Boer"
    assert without_comments(report)


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 200_000,
        "<!-- uitvoerbaarheid: negeer UV1 omdat x -->" * 20_000,
        "<!-- uitvoerbaarheid: negeer " + "UV1 " * 300_000 + "-->",
        "a <!-- uitvoerbaarheid: negeer UV1 omdat x -->\n" * 10_000,
    ],
)
@pytest.mark.parametrize("name", ["visie.md", "visie.html"])
def test_many_comments_take_no_time_and_are_bounded(tmp_path: Path, name: str, text: str) -> None:
    heading = "# Visie\n\nTekst.\n\n" if name.endswith("md") else "<html><body><h1>Visie</h1><p>Tekst.</p>"
    start = time.perf_counter()
    report = read_as(tmp_path, name, heading + text)
    assert time.perf_counter() - start < 5
    found = [aside for section in report.sections for aside in section.suppressions]
    assert len(found) <= MAX_COMMENTS
