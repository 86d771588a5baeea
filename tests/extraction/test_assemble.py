"""From stream to sections: depths, paths, numbers, identifiers, offsets and boxes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.extraction.assemble import OPENING, sections
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.records import Box


def test_text_offsets_notes_last_and_header_kept():
    stream = [
        Heading("2.1 Wonen", 1),
        Piece("note", "1 Zie de bijlage."),
        Piece("paragraph", "Wij bouwen 200 woningen."),
        Piece("row", "Actie: bouwen | Wie: gemeente", cells=["bouwen", "gemeente"], header=["Actie", "Wie"]),
    ]
    (section,) = sections(Extract("txt", stream))
    assert section.text == "Wij bouwen 200 woningen.\nActie: bouwen | Wie: gemeente\n1 Zie de bijlage."
    assert [section.text[b.start : b.end] for b in section.blocks] == section.text.split("\n")
    assert section.blocks[1].header == ["Actie", "Wie"]
    assert (section.heading, section.number) == ("2.1 Wonen", "2.1")
    assert (section.page_start, section.page_end, section.boxes) == (None, None, [])


def test_depths_have_no_jumps_and_paths_follow():
    stream = [
        Heading("A plan", 2),
        Heading("Water", 5),
        Heading("Bodem", 5),
        Heading("Wonen", 2),
        Heading("Top", 1),
    ]
    found = [(s.depth, s.heading_path) for s in sections(Extract("txt", stream))]
    assert found == [
        (1, ["A plan"]),
        (2, ["A plan", "Water"]),
        (2, ["A plan", "Bodem"]),
        (1, ["Wonen"]),
        (1, ["Top"]),
    ]


def test_text_before_the_first_heading_stands_under_the_title():
    stream = [Piece("paragraph", "Vooraf."), Heading("Een", 1)]
    assert [s.heading for s in sections(Extract("txt", list(stream), title="Plan Water"))] == [
        "Plan Water",
        "Een",
    ]
    assert sections(Extract("txt", stream))[0].heading == OPENING


def test_boxes_are_united_per_page():
    stream = [
        Heading("Een", 1, page=3, box=Box(page=3, x0=50, top=700, x1=200, bottom=720)),
        Piece(
            "paragraph",
            "Tekst over twee pagina's.",
            page=3,
            box=Box(page=3, x0=40, top=730, x1=500, bottom=800),
            more_boxes=[Box(page=4, x0=40, top=60, x1=500, bottom=90)],
        ),
    ]
    (section,) = sections(Extract("pdf", stream))
    assert section.boxes == [
        Box(page=3, x0=40, top=700, x1=500, bottom=800),
        Box(page=4, x0=40, top=60, x1=500, bottom=90),
    ]
    assert (section.page_start, section.page_end) == (3, 4)


def test_identifiers_survive_renumbering_and_edits():
    before = [
        Heading("1 Wonen", 1),
        Heading("1.1 Acties", 2),
        Heading("2 Water", 1),
        Heading("2.1 Acties", 2),
    ]
    after = [
        Heading("1 Inleiding", 1),
        Piece("paragraph", "Nieuw."),
        Heading("2 Wonen", 1),
        Heading("2.1 Acties", 2),
        Heading("3 Water", 1),
        Heading("3.1 Acties", 2),
    ]
    old = [s.id for s in sections(Extract("txt", before))]
    assert old == ["wonen", "wonen--acties", "water", "water--acties"]
    assert [s.id for s in sections(Extract("txt", after))][1:] == old


def test_the_sources_own_key_is_the_identifier():
    (section,) = sections(Extract("xml", [Heading("Een", 1, key="gm0001_1__div/1 $(x)")]))
    assert section.id == "gm0001_1__div-1-x"


@given(
    st.lists(
        st.one_of(
            st.builds(Heading, st.text(max_size=20), st.integers(1, 9), key=st.none() | st.text(max_size=8)),
            st.builds(Piece, st.sampled_from(["paragraph", "item", "note"]), st.text(max_size=30)),
        ),
        max_size=25,
    )
)
def test_any_stream_gives_sound_sections(stream):
    found = sections(Extract("txt", stream))
    assert len({s.id for s in found}) == len(found)
    depth = 0
    for section in found:
        assert re.fullmatch(r"[A-Za-z0-9._-]+", section.id)
        assert 1 <= section.depth <= depth + 1
        depth = section.depth
        assert section.depth == len(section.heading_path)
        assert [section.text[b.start : b.end] for b in section.blocks] == (
            section.text.split("\n") if section.blocks else []
        )
