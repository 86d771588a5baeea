"""Structure tags: the same for each page, in whatever order the file's tree tells the pages."""

import random
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
)

from uitvoerbaarheid.extraction.pdf import native
from uitvoerbaarheid.extraction.pdf.tags import TagReader

PAGES, MARKS = 12, 50
KINDS = ("H1", "P", "TD")

#: Of each element: its page, and which of the marks on it.
Order = list[tuple[int, int]]


def _in_turn() -> Order:
    return [(page, mark) for page in range(PAGES) for mark in range(MARKS)]


def _shuffled() -> Order:
    order = _in_turn()
    random.Random(3).shuffle(order)
    return order


ORDERS = {
    "in turn": _in_turn(),
    "last page first": sorted(_in_turn(), key=lambda place: (-place[0], place[1])),
    "shuffled": _shuffled(),
    "most of a page apart": sorted(_in_turn(), key=lambda place: (place[1] == 7, place)),
    "marks without an element": [place for place in _in_turn() if place[1] != 7],
}


def _write(path: Path, order: Order) -> None:
    """A document of which the tags stand in this order, all children of one element; TD in one row each."""
    writer = PdfWriter()
    pages = [writer.add_blank_page(200, 200) for _ in range(PAGES)]
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root_place = writer._add_object(root)
    whole = DictionaryObject({NameObject("/S"): NameObject("/Document"), NameObject("/P"): root_place})
    whole_place = writer._add_object(whole)
    holders: list[ArrayObject] = [ArrayObject([NumberObject(0)] * MARKS) for _ in pages]
    children = ArrayObject()
    for page, mark in order:
        child = DictionaryObject(
            {
                NameObject("/S"): NameObject(f"/{KINDS[mark % 3]}"),
                NameObject("/P"): whole_place,
                NameObject("/Pg"): pages[page].indirect_reference,
                NameObject("/K"): NumberObject(mark),
            }
        )
        holders[page][mark] = writer._add_object(child)
        if KINDS[mark % 3] == "TD":
            outer = holders[page][mark]
            for kind in ("TR", "Table"):
                around = DictionaryObject(
                    {NameObject("/S"): NameObject(f"/{kind}"), NameObject("/K"): ArrayObject([outer])}
                )
                place = writer._add_object(around)
                outer.get_object()[NameObject("/P")] = place
                outer = place
            outer.get_object()[NameObject("/P")] = whole_place
            children.append(outer)
        else:
            children.append(holders[page][mark])
    whole[NameObject("/K")] = children
    root[NameObject("/K")] = ArrayObject([whole_place])
    numbers = ArrayObject([part for page in range(PAGES) for part in (NumberObject(page), holders[page])])
    root[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): numbers})
    writer.root_object[NameObject("/StructTreeRoot")] = root_place
    writer.root_object[NameObject("/MarkInfo")] = DictionaryObject(
        {NameObject("/Marked"): BooleanObject(True)}
    )
    for number, page in enumerate(pages):
        page[NameObject("/StructParents")] = NumberObject(number)
        stream = DecodedStreamObject()
        stream.set_data(b"".join(b"/P<</MCID %d>>BDC 0 0 5 5 re f EMC " % mark for mark in range(MARKS)))
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)


@pytest.mark.parametrize("name", ORDERS)
def test_each_page_has_the_tags_of_its_own_marks(name: str, tmp_path: Path) -> None:
    order = ORDERS[name]
    _write(tmp_path / "plan.pdf", order)
    reader = TagReader()
    with pdfium.PdfDocument(tmp_path / "plan.pdf") as document:
        for number in range(PAGES):
            tags, cells = reader.read(document[number], set(range(-1, MARKS)))
            own = [mark for page, mark in order if page == number]
            assert tags == {mark: KINDS[mark % 3] for mark in own}
            in_cells = [mark for mark in own if KINDS[mark % 3] == "TD"]
            assert list(cells) == in_cells
            # Each in a table of its own, numbered in the order of the tree.
            assert sorted(in_cells, key=cells.__getitem__) == in_cells


def test_a_page_of_which_no_mark_is_wanted_has_no_tags(tmp_path: Path) -> None:
    _write(tmp_path / "plan.pdf", _in_turn())
    with pdfium.PdfDocument(tmp_path / "plan.pdf") as document:
        assert TagReader().read(document[0], {-1}) == ({}, {})


def test_what_is_wanted_is_found_without_going_through_the_whole_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "plan.pdf", _in_turn())
    looked = []
    mark_of = native.element_mark
    monkeypatch.setattr(
        native, "element_mark", lambda element, place: looked.append(place) or mark_of(element, place)
    )
    reader = TagReader()
    with pdfium.PdfDocument(tmp_path / "plan.pdf") as document:
        for number in range(PAGES):
            reader.read(document[number], set(range(MARKS)))
    # Of the page before and its own, and the one child of each element and in each cell: not of all pages.
    assert len(looked) < PAGES * (4 * 64 + 2 * MARKS) < PAGES * PAGES * MARKS
