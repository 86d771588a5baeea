"""Documents with a known section tree: their sources, their looks and the PDFs that LibreOffice makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document as WordDocument
from lxml import etree

from compare_headings import compare, explain
from evaluate_headings import heads_of
from flat_odt import Level, Look, Part, write
from heading_measures import Head, score
from made_documents import OFFICE, Made, documents, docx_heads, parts_of, pdf_of, stop_document
from uitvoerbaarheid.extraction.assemble import sections
from uitvoerbaarheid.extraction.pdf import read_pdf

LOOK = Look(
    levels=(
        Level(18, number="{n1}", new_page=True),
        Level(12, number="{n1}.{n2}"),
        Level(10, run_in=True),
    ),
    contents=2,
    cover="plain",
)
TEXT = "De gemeente Lindermeer legt in 2028 langs de vaart een wandelpad aan en betaalt dat zelf. " * 4
SOURCE = f"""## Voorwoord {{-}}
{TEXT}
## Water
### Oevers
{TEXT}
- eerst de Noordvaart
> Goed om te weten
> De vaart is van het waterschap.
#### Planning
{TEXT}
| Actie | Wie | Wanneer |
| Pad | Lindermeer | 2028 |
### Bruggen
{TEXT}
## Uitvoering
{TEXT}
"""


def test_a_source_becomes_parts() -> None:
    parts = parts_of(SOURCE)
    kinds = [part.kind for part in parts if part.kind not in ("paragraph", "heading")]
    assert kinds == ["item", "box", "table"]
    [table] = [part for part in parts if part.kind == "table"]
    assert table.rows == [["Actie", "Wie", "Wanneer"], ["Pad", "Lindermeer", "2028"]]
    [box] = [part for part in parts if part.kind == "box"]
    assert [part.kind for part in box.parts] == ["heading", "paragraph"]
    assert [(p.text, p.level, p.numbered) for p in parts if p.kind == "heading"][:2] == [
        ("Voorwoord", 1, False),
        ("Water", 1, True),
    ]


def test_the_truth_has_the_numbers_of_the_look() -> None:
    source, heads = write(parts_of(SOURCE), LOOK, "Programma Groen")
    etree.fromstring(source.encode())
    assert [(h.text, h.depth) for h in heads if not h.optional] == [
        ("Voorwoord", 1),
        ("1 Water", 1),
        ("1.1 Oevers", 2),
        ("Planning", 3),
        ("1.2 Bruggen", 2),
        ("2 Uitvoering", 1),
    ]
    assert {h.text for h in heads if h.optional} == {"Programma Groen", "Inhoud", "Goed om te weten"}


def test_signs_and_notes_in_a_text_are_kept_apart() -> None:
    source, _ = write([Part("paragraph", "Minder < 5% & meer[^Noot <1>].")], LOOK, "Titel")
    [note] = etree.fromstring(source.encode()).findall(".//{*}note-body/{*}p")
    assert note.text == "Noot <1>"


def test_the_own_documents_are_there_in_different_looks() -> None:
    own = [made for made in documents(Path("nergens"), "own/")]
    assert len(own) >= 8
    for made in own:
        etree.fromstring(made.source)
        truth = [head for head in made.truth if not head.optional]
        assert len(truth) >= 10
        assert all(head.depth for head in truth)
    assert len({made.source for made in own}) == len(own)


STOP = """<Regeling xmlns="urn:x"><citeertitel>Visie Waterhoven</citeertitel><Lichaam>
<Divisie><Kop><Nummer>1</Nummer><Opschrift>Water</Opschrift></Kop>
<Inhoud><Al>Wij bergen water<Noot><NootNummer>1</NootNummer><Al>In de polder.</Al></Noot>.</Al>
<Tussenkop>Polder</Tussenkop><Al>De polder ligt laag.</Al>
<Lijst><Li><Al>sloten</Al></Li></Lijst></Inhoud>
<Divisie><Kop><Opschrift>Dijken</Opschrift></Kop><Inhoud><Al>Hoog genoeg.</Al>
<Kadertekst><Kop><Opschrift>Wist u dat</Opschrift></Kop><Al>Ja.</Al></Kadertekst></Inhoud></Divisie>
</Divisie></Lichaam></Regeling>"""


def test_the_truth_of_a_stop_file_has_its_tussenkoppen(tmp_path: Path) -> None:
    path = tmp_path / "visie.xml"
    path.write_text(STOP, encoding="utf-8")
    source, heads = stop_document(path, LOOK)
    assert [(h.text, h.depth) for h in heads if not h.optional] == [
        ("1 Water", 1),
        ("Polder", 2),
        ("Dijken", 2),
    ]
    assert "Wist u dat" in {h.text for h in heads if h.optional}
    assert source.count("In de polder.") == 1


def test_the_truth_of_a_word_file_is_in_its_styles(tmp_path: Path) -> None:
    document = WordDocument()
    document.add_paragraph("Titel", style="Title")
    document.add_paragraph("Water", style="Heading 1")
    document.add_paragraph("Wij bergen water.")
    document.add_paragraph("Dijken", style="Heading 2")
    document.add_paragraph("Deze zin staat in een kopstijl om op te vallen.", style="Heading 2")
    document.add_paragraph().add_run("Meer weten?").bold = True
    document.add_table(1, 1).cell(0, 0).text = "Kader"
    path = tmp_path / "plan.docx"
    document.save(str(path))
    assert docx_heads(path) == [
        Head("Water", 1),
        Head("Dijken", 2),
        Head("Kader", 9, optional=True),
        Head("Meer weten?", 9, optional=True),
    ]


def test_headings_of_two_forms_are_laid_side_by_side() -> None:
    one = [Head("1 Water", 1), Head("1.1 Dijken", 2), Head("Meer weten", 3), Head("2 Groen", 1)]
    other = [Head("Water", 1), Head("Dijken", 1), Head("Groen", 1), Head("Bronnen", 1)]
    result = compare(one, other)
    assert result.pairs == {0: 0, 1: 1, 3: 2}
    assert result.differing == [(1, 1)]
    assert result.only == ([2], [3])
    assert explain(one[2], [("meerweten", "Tussenkop")], other) == "daar: Tussenkop"
    assert "anders geschreven" in explain(Head("Bronnen:", 1), [], [Head("De bronnen", 1)])
    assert explain(one[2], [], other) == "staat daar niet"


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is hier niet geïnstalleerd")
def test_a_made_pdf_has_no_tags_and_no_bookmarks_and_is_read(tmp_path: Path) -> None:
    source, heads = write(parts_of(SOURCE), LOOK, "Programma Groen")
    path = pdf_of(Made("own", "proef", source.encode(), "fodt", heads), tmp_path)
    data = path.read_bytes()
    assert b"/StructTreeRoot" not in data
    assert b"/Outlines" not in data
    extract = read_pdf(path, visual_only=True)
    figures, _ = score(heads, heads_of(extract, sections(extract)))
    assert figures.recall >= 0.5
    assert pdf_of(Made("own", "proef", source.encode(), "fodt", heads), tmp_path) == path
