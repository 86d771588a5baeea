"""Mentions marked in a section's text: nothing lost, nothing added, always well-formed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from report_samples import Draft

from uitvoerbaarheid.records import Block, Mention, MentionType
from uitvoerbaarheid.reports.evidence import MarkedText, cell_ranges, section_html


class Reader(HTMLParser):
    """Collects the text, the ids and the depth of marks; fails on a wrong end tag."""

    def __init__(self) -> None:
        super().__init__()
        self.said = ""
        self.open: list[str] = []
        self.ids: list[str] = []
        self.covered: list[set[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.open.append(tag + " " + (values.get("class") or "").removesuffix(" a"))
        if values.get("id"):
            self.ids.append(str(values["id"]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().split()[0] == tag

    def handle_data(self, data: str) -> None:
        self.said += data
        marks = {name.split()[1] for name in self.open if name.startswith("mark ")}
        self.covered += [marks] * len(data)


def parse(html: str) -> Reader:
    reader = Reader()
    reader.feed(str(html))  # the parser would join Markup by escaping
    reader.close()
    assert reader.open == []
    return reader


spans = st.tuples(st.sampled_from(get_args(MentionType)), st.integers(0, 45), st.integers(0, 45))


@given(st.text(alphabet="ab <&\"'é\n€", max_size=40), st.lists(spans, max_size=8))
def test_text_and_coverage_are_exact(text: str, found: list[tuple[MentionType, int, int]]) -> None:
    mentions = [Mention(type=t, text="", start=a, end=b, sentence="") for t, a, b in found]
    reader = parse(MarkedText(text, mentions, "s").html(0, len(text)))
    valid = [m for m in mentions if m.start < m.end <= len(text)]
    assert reader.said == text
    for position, marks in enumerate(reader.covered):
        assert marks == {m.type for m in valid if m.start <= position < m.end}
    assert len(reader.ids) == len(set(reader.ids)) == len(valid)


def test_overlapping_mentions_are_nested_and_named_once() -> None:
    text = "abcdef"
    mentions = [
        Mention(type="goal", text="abcd", start=0, end=4, sentence=""),
        Mention(type="vague", text="cdef", start=2, end=6, sentence=""),
    ]
    html = MarkedText(text, mentions, "s").html(0, 6)
    assert html == (
        '<mark class="goal a" id="s-m0" title="doel">ab<mark class="vague a" id="s-m1" title="vage taal">cd'
        '</mark></mark><mark class="vague" title="vage taal">ef</mark>'
    )


def test_budget_and_deadline_say_how_they_were_understood() -> None:
    draft = Draft("Kop").add("paragraph", "Eind 2027 is er 3 ton.")
    draft.mention("deadline", "Eind 2027", {"interval": "2027-10-01/2027-12-31"})
    draft.mention("budget", "3 ton", {"amounts": [300000]})
    html = section_html(draft.section, "s")
    assert 'title="termijn: het vierde kwartaal van 2027"' in html
    assert 'title="middelen: € 300.000"' in html


def test_rows_become_one_table_with_marks_in_the_cells() -> None:
    header = ["Actie", "Wie"]
    draft = Draft("Kop").row(["Tuin", "bureau Groen"], header).row(["Wie", ""], header)
    draft.mention("actor", "bureau Groen").mention("measure", "Actie: Tuin | Wie: bureau Groen")
    html = section_html(draft.section, "s")
    assert html.count("<table>") == 1
    assert '<th scope="col">Actie</th>' in html
    assert "Actie: " not in html
    assert parse(html).said == "ActieWie\nTuinbureau Groen\nWie"
    assert '<td><mark class="measure a" id="s-m1" title="maatregel">Tuin</mark></td>' in html


def test_a_mention_in_what_is_not_shown_again_keeps_its_anchor() -> None:
    draft = Draft("Kop").row(["Tuin", "€ 10"], ["Actie", "Kosten 2027"]).add("item", "- een")
    draft.mention("deadline", "2027").mention("vague", "-")
    assert parse(section_html(draft.section, "s")).ids == ["s-m0", "s-m1"]


def test_a_row_of_another_layout_is_shown_whole() -> None:
    text = "Tuin; bureau Groen"
    block = Block(kind="row", start=0, end=len(text), cells=["Tuin", "bureau Groen"])
    assert cell_ranges(text, block) is None
    section = Draft("Kop").section.model_copy(update={"text": text, "blocks": [block]})
    assert '<td colspan="2">Tuin; bureau Groen</td>' in section_html(section, "s")


cells = st.lists(st.text(alphabet="ab: |", max_size=6), min_size=1, max_size=4)


@given(cells, st.none() | cells)
def test_cells_are_found_where_the_reader_put_them(row: list[str], header: list[str] | None) -> None:
    draft = Draft("Kop").add("paragraph", "Vooraf.").row(row, header)
    found = cell_ranges(draft.section.text, draft.section.blocks[1])
    assert found is not None
    assert [draft.section.text[a:b] for a, b in found] == [" ".join(cell.split()) for cell in row]


def test_items_notes_and_loose_text() -> None:
    draft = Draft("Kop").add("item", "• een").add("item", "1. twee").add("note", "1 voetnoot")
    draft.section.text += "\nzonder blok"
    assert section_html(draft.section, "s") == (
        '<ul>\n<li>een</li>\n<li class="numbered">1. twee</li>\n</ul>\n'
        '<p class="note">1 voetnoot</p>\n<p>zonder blok</p>'
    )
