"""Every format but PDF: structure, lists, tables, notes, and what is left out."""

import errno
import io
import json
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import docx_bytes, fodt_bytes, odt_bytes

from uitvoerbaarheid import extraction
from uitvoerbaarheid.extraction import SUFFIXES, os_reason, read, unreadable_report
from uitvoerbaarheid.extraction.dso import read_dso
from uitvoerbaarheid.extraction.safety import MAX_UNPACKED
from uitvoerbaarheid.records import Report, UnreadableError

NS = 'xmlns="https://standaarden.overheid.nl/stop/imop/tekst/"'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def outline(report):
    return [(s.depth, s.heading, s.text) for s in report.sections]


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def unreadable(path):
    with pytest.raises(UnreadableError) as caught:
        read(path)
    return caught.value.code


STOP = f"""<?xml version="1.0" encoding="UTF-8"?>
<AanleveringBesluit xmlns="https://standaarden.overheid.nl/lvbb/stop/aanlevering/"><BesluitVersie>
<BesluitMetadata><maker>/tooi/id/gemeente/gm0546</maker><officieleTitel>[titel]</officieleTitel>
</BesluitMetadata><BesluitCompact {NS}>
<Lichaam><Artikel><Kop><Nummer>I</Nummer></Kop><Inhoud><Al>Besloten.</Al></Inhoud></Artikel>
</Lichaam>
<WijzigBijlage><RegelingVrijetekst>
<RegelingOpschrift><Al>Omgevingsvisie Duindam</Al></RegelingOpschrift><Lichaam>
<Divisie wId="gm0_1__div_1">
<Kop><Label>Hoofdstuk</Label><Nummer>1</Nummer><Opschrift>Wonen</Opschrift></Kop>
<Divisietekst wId="gm0_1__div_1__content_1"><Kop><Opschrift> </Opschrift></Kop><Inhoud>
<Al>Wij bouwen <b>200</b> woningen<Noot><NootNummer>1</NootNummer><Al>Sociale huur.</Al></Noot>.</Al>
<Lijst><Lijstaanhef>Daarvoor:</Lijstaanhef>
<Li><LiNummer>a.</LiNummer><Al>kopen wij grond;</Al>
<Lijst><Li><LiNummer>-</LiNummer><Al>aan zee</Al></Li></Lijst></Li></Lijst>
<table><title>Acties</title>
<tgroup cols="3"><colspec colname="c1"/><colspec colname="c2"/><colspec colname="c3"/>
<thead><row><entry><Al>Actie</Al></entry><entry><Al>Wie</Al></entry><entry><Al>Jaar</Al></entry></row></thead>
<tbody>
<row><entry><Al>Fietspad</Al></entry><entry morerows="1"><Al>gemeente</Al></entry>
<entry><Al>2027</Al></entry></row>
<row><entry><Al>Brug</Al></entry><entry><Al>2028</Al></entry></row></tbody></tgroup></table>
<Kadertekst><Kop><Opschrift>Weetje</Opschrift></Kop><Al>Over duinen.</Al></Kadertekst>
<Tussenkop>Betaalbaar</Tussenkop><Al>Een derde is sociaal.</Al>
</Inhoud></Divisietekst></Divisie></Lichaam></RegelingVrijetekst></WijzigBijlage></BesluitCompact></BesluitVersie>
</AanleveringBesluit>"""


def test_stop(tmp_path):
    report = read(write(tmp_path, "plan.xml", STOP))
    assert outline(report) == [
        (
            1,
            "Hoofdstuk 1 Wonen",
            "Wij bouwen 200 woningen.\nDaarvoor:\nkopen wij grond;\naan zee\nActies\n"
            "Actie: Fietspad | Wie: gemeente | Jaar: 2027\nActie: Brug | Wie: gemeente | Jaar: 2028\n"
            "Weetje\nOver duinen.\nBetaalbaar\nEen derde is sociaal.\n1 Sociale huur.",
        ),
    ]
    first = report.sections[0]
    assert (first.id, first.number) == ("gm0_1__div_1", "1")
    assert [b.kind for b in first.blocks] == [
        "paragraph", "paragraph", "item", "item", "caption", "row", "row",
        "paragraph", "paragraph", "paragraph", "paragraph", "note",
    ]  # fmt: skip
    document = report.document
    assert (document.title, document.authority, document.kind) == (
        "Omgevingsvisie Duindam",
        "gemeente Leiden",
        "visie",
    )


def test_older_stop_without_regulation(tmp_path):
    text = (
        '<OfficielePublicatie xmlns="http://www.overheid.nl/imop/def#"><Metadata>'
        '<Uitspraak eigenschap="imop:opsteller"><Waarde>Provincie Drenthe</Waarde></Uitspraak>'
        '<Uitspraak eigenschap="imop:citeertitel"><Waarde>Programma Heide</Waarde></Uitspraak></Metadata>'
        "<Provincieblad><Tekst><Kop><Opschrift>Programma Heide</Opschrift></Kop><Divisie><Kop><Opschrift>Doel"
        "</Opschrift></Kop><Inhoud><al>Meer heide.</al></Inhoud></Divisie></Tekst></Provincieblad>"
        "</OfficielePublicatie>"
    )
    report = read(write(tmp_path, "p.xml", text))
    assert outline(report) == [(1, "Doel", "Meer heide.")]
    assert (report.document.authority, report.document.kind) == ("provincie Drenthe", "programma")


def test_xml_that_is_no_policy_or_hostile(tmp_path):
    assert unreadable(write(tmp_path, "a.xml", "<rss><item>Nieuws</item></rss>")) == "unsupported"
    assert unreadable(write(tmp_path, "b.xml", "<?xml version='1.0'?><Lichaam><Al>x</Lichaam>")) == "damaged"
    entities = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    bomb = f'<?xml version="1.0"?>{entities}<Lichaam><Al>&c;</Al></Lichaam>'
    assert unreadable(write(tmp_path, "c.xml", bomb)) == "damaged"
    deep = "<Lichaam>" + "<Divisie>" * 250 + "<Al>x</Al>" + "</Divisie>" * 250 + "</Lichaam>"
    assert unreadable(write(tmp_path, "d.xml", deep)) == "damaged"


def component(kind, order, head=None, content=None, below=(), **more):
    node = {
        "type": kind,
        "volgordeNummer": order,
        "identificatie": f"gm0546_x__{kind}_{order}".lower(),
        **more,
    }
    if head:
        node["kop"] = f"<?xml version='1.0' encoding='UTF-8'?><Kop {NS}>{head}</Kop>"
    if content:
        node["inhoud"] = f"<Inhoud {NS}>{content}</Inhoud>"
    return {**node, "_embedded": {"componenten": list(below)}}


def test_dso_json(tmp_path):
    second = component("DIVISIETEKST", 1, None, "<Al>Later.</Al>", nummer="1.2", opschrift="Water")
    first = component(
        "DIVISIETEKST", 0, "<Nummer>1.1</Nummer><Opschrift>Wonen</Opschrift>", "<Al>Wij bouwen.</Al>"
    )
    chapter = component("DIVISIE", 0, "<Nummer>1</Nummer><Opschrift>Visie</Opschrift>", below=[second, first])
    gone = component("DIVISIETEKST", 2, "<Opschrift>Oud</Opschrift>", "<Al>Weg.</Al>", vervallen=True)
    root = {"_embedded": {"componenten": [component("LICHAAM", 0, below=[chapter, gone])]}}
    report = read(write(tmp_path, "omgevingsvisie-duindam.json", json.dumps(root)))
    assert outline(report) == [
        (1, "1 Visie", ""),
        (2, "1.1 Wonen", "Wij bouwen."),
        (2, "1.2 Water", "Later."),
    ]
    assert (report.document.authority, report.document.kind) == ("gemeente Leiden", "visie")
    assert unreadable(write(tmp_path, "other.json", '{"name": "x"}')) == "unsupported"
    assert unreadable(write(tmp_path, "list.json", "[1, 2]")) == "unsupported"


HTML = """<!doctype html><html><head><title>Nota Groen</title>
<meta name="DCTERMS.creator" content="Delft"></head><body>
<nav><ul><li>Home</li></ul></nav><header>Kop van de site</header>
<main><h1>Nota <em>Groen</em></h1><p>Inleiding.<br>Slot.</p>
<h3>Bomen</h3>Losse tekst<ul><li>eik<ul><li>jong</li></ul></li><li><p>beuk</p></li></ul>
<table><tr><th>Actie</th><th>Wie</th></tr>
<tr><td rowspan="2">planten</td><td>gemeente</td></tr><tr><td>buurt</td></tr></table>
<script>alert(1)</script></main><footer>Contact</footer></body></html>"""


def test_html(tmp_path):
    report = read(write(tmp_path, "nota.html", HTML))
    assert outline(report) == [
        (1, "Nota Groen", "Inleiding. Slot."),
        (
            2,
            "Bomen",
            "Losse tekst\neik\njong\nbeuk\nActie: planten | Wie: gemeente\nActie: planten | Wie: buurt",
        ),
    ]
    assert (report.document.title, report.document.kind) == ("Nota Groen", "beleidsnota")


MARKDOWN = """\
xml version="1.0" encoding="UTF-8"?

Duinweg 4: Toelichting

* Begin
* Volgende

# Inhoudsopgave

| 1 Inleiding | 3 |
|---|---|
| 1.1 Aanleiding | 4 |

### <span id="page-1-0"></span>**1 Inleiding**

Dit plan gaat over *Duinweg 4*.

# **1.1 Aanleiding**

- een schuur
- een huis

| Actie | Wie |
|---|---|
| slopen | eigenaar |

## 1.1.1 Ligging

Aan zee.
"""


def test_markdown(tmp_path):
    report = read(write(tmp_path, "NL.IMRO.0546.BP1-VG01.md", MARKDOWN))
    assert outline(report) == [
        (1, "Duinweg 4: Toelichting", ""),
        (1, "1 Inleiding", "Dit plan gaat over Duinweg 4."),
        (2, "1.1 Aanleiding", "een schuur\neen huis\nActie: slopen | Wie: eigenaar"),
        (3, "1.1.1 Ligging", "Aan zee."),
    ]
    assert (report.document.kind, report.document.authority) == ("toelichting", "gemeente Leiden")


TEXT = """\
PLAN GROEN

Gemeente Duindam wil meer bomen. Deze regel gaat
ver- der op de volgende regel en is dus geen kop, maar gewone lopende tekst.

1. Doelen

Wij planten bo-
men.
- eik
- beuk

Uitvoering
==========
Start in 2027.
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_its_encodings(tmp_path, encoding):
    report = read(
        write(tmp_path, "plan.txt", TEXT.replace("bomen.", "bomen, één per huis.").encode(encoding))
    )
    assert [s.heading for s in report.sections] == ["PLAN GROEN", "1. Doelen", "Uitvoering"]
    assert "één per huis" in report.sections[0].text
    assert report.sections[1].text == "Wij planten bomen.\neik\nbeuk"


def save(document, folder, name="plan.docx"):
    document.save(folder / name)
    return folder / name


def test_docx_styles_lists_tables_notes_and_revisions(tmp_path):
    document = docx.Document()
    document.add_paragraph("Actieplan Water", style="Title")
    document.add_heading("1 Droge voeten", 1)
    paragraph = document.add_paragraph("Wij verhogen de ")
    paragraph._p.append(parse_xml(f'<w:ins {W} w:id="1" w:author="x"><w:r><w:t>zeedijk</w:t></w:r></w:ins>'))
    paragraph._p.append(
        parse_xml(f'<w:del {W} w:id="2" w:author="x"><w:r><w:delText>kade</w:delText></w:r></w:del>')
    )
    document.add_paragraph("dijk", style="List Bullet")
    document.add_heading("1.1 Acties", 2)
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows, [("Actie", "Wie", "Jaar"), ("dijk", "schap", "2027"), ("", "wij", "2028")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    name = document.styles["Heading 1"].element.find(qn("w:name"))
    name.set(qn("w:val"), "Kop 1")
    report = read(save(document, tmp_path))
    assert outline(report) == [
        (1, "Actieplan Water", ""),
        (1, "1 Droge voeten", "Wij verhogen de zeedijk\ndijk"),
        (2, "1.1 Acties", "Actie: dijk | Wie: schap | Jaar: 2027\nActie: dijk | Wie: wij | Jaar: 2028"),
    ]
    assert [b.kind for b in report.sections[1].blocks] == ["paragraph", "item"]
    assert report.document.title == "Actieplan Water"


def test_docx_without_styles_takes_bold_lines(tmp_path):
    document = docx.Document()
    for heading, text in (("Doel", "Meer groen in de wijk."), ("Aanpak:", "Wij planten bomen.")):
        document.add_paragraph().add_run(heading).bold = True
        document.add_paragraph(text)
    assert outline(read(save(document, tmp_path))) == [
        (1, "Doel", "Meer groen in de wijk."),
        (1, "Aanpak", "Wij planten bomen."),
    ]


def test_docx_text_box_once_and_contents_left_out(tmp_path):
    document = docx.Document()
    document.add_heading("Een", 1)
    box = "<w:txbxContent><w:p><w:r><w:t>In een kader.</w:t></w:r></w:p></w:txbxContent>"
    paragraph = document.add_paragraph("Gewone tekst.")
    paragraph._p.append(
        parse_xml(
            f'<w:r {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f'<mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:sdt {W}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
            "</w:sdtPr>"
            "<w:sdtContent><w:p><w:r><w:t>Een 3</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    assert outline(read(save(document, tmp_path))) == [(1, "Een", "Gewone tekst.\nIn een kader.")]


def test_docx_too_large_and_damaged(tmp_path):
    document = docx.Document()
    document.add_paragraph("Tekst")
    path = save(document, tmp_path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/x.bin", "w") as member,
    ):
        for _ in range(MAX_UNPACKED // 2**20 + 1):
            member.write(bytes(2**20))
    assert unreadable(path) == "too_large"
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    assert unreadable(write(tmp_path, "cut.docx", buffer.getvalue()[:4000])) == "damaged"
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("a.txt", "x")
    assert unreadable(tmp_path / "other.docx") == "unsupported"


def test_the_content_decides_not_the_name(tmp_path):
    assert read(write(tmp_path, "page.md", HTML)).document.format == "html"
    assert read(write(tmp_path, "plan.txt", STOP)).document.format == "xml"
    assert unreadable(write(tmp_path, "text.docx", "gewone tekst")) == "damaged"
    assert (
        unreadable(write(tmp_path, "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
        == "unsupported"
    )
    assert unreadable(write(tmp_path, "image.txt", b"\x89PNG\r\n\x1a\n" + bytes(99))) == "unsupported"
    assert unreadable(write(tmp_path, "empty.txt", b" \n")) == "empty"
    assert unreadable(tmp_path / "missing.txt") == "not_found"


@pytest.mark.parametrize("name", ["plan.docx", "plan.pdf", "plan.txt", "plan.odt", "plan"])
def test_a_word_document_under_any_name(tmp_path, name):
    content = docx_bytes('<w:p><w:pPr><w:pStyle w:val="Kop1"/></w:pPr><w:r><w:t>Doel</w:t></w:r></w:p>')
    report = read(write(tmp_path, name, content))
    assert (report.document.format, outline(report)) == ("docx", [(1, "Doel", "")])


def test_other_formats_under_another_name(tmp_path, examples):
    pdf = (examples / "uitvoeringsprogramma-lindermeer.pdf").read_bytes()
    assert read(write(tmp_path, "plan.docx", pdf)).document.format == "pdf"
    assert read(write(tmp_path, "plan.doc", HTML)).document.format == "html"
    assert read(write(tmp_path, "plan.docx", odt_bytes("<text:p>Tekst.</text:p>"))).document.format == "odt"
    assert read(write(tmp_path, "plan.xml", fodt_bytes("<text:p>Tekst.</text:p>"))).document.format == "odt"


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_word_templates_and_documents_with_macros(tmp_path, kind):
    content = docx_bytes("<w:p><w:r><w:t>Wij bouwen.</w:t></w:r></w:p>", kind=kind)
    assert read(write(tmp_path, "plan.docm", content)).sections[0].text == "Wij bouwen."


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{\\rtf1\\ansi Tekst.}", "Dit is een RTF-bestand (.rtf); bewaar het als .docx"),
        (
            OLE + "WordDocument".encode("utf-16-le"),
            "Dit is een oud Word-bestand (.doc); bewaar het als .docx",
        ),
        (OLE + "Workbook".encode("utf-16-le"), "Dit is een bestand van een oud Office-programma; bewaar"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "Dit is een Excel-bestand; bewaar het als pdf"),
        (zipped("[Content_Types].xml", "ppt/slides/slide1.xml"), "Dit is een PowerPoint-bestand;"),
        (zipped("a.txt"), "Dit is een zip-bestand, geen document."),
        (
            odt_bytes("", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "Dit is een OpenDocument-bestand, maar geen tekstdocument",
        ),
    ],
)
def test_what_is_not_read_is_said_with_advice(tmp_path, content, message):
    with pytest.raises(UnreadableError) as caught:
        read(write(tmp_path, "plan.docx", content))
    assert caught.value.code == "unsupported"
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.odt", "tekst", "Het bestand is geen geldig ODT-document."),
        ("a.docx", "tekst", "Het bestand is geen geldig Word-document."),
        ("a.pdf", "tekst", "Het bestand is geen geldige pdf."),
        ("a.xml", "<Lichaam>\n<Al>x</Lichaam>", r"De XML is beschadigd \(regel 2, teken \d+\)\."),
    ],
)
def test_messages_are_dutch(tmp_path, name, content, message):
    path = write(tmp_path, name, content)
    with pytest.raises(UnreadableError, match=f"^{message}$") as caught:
        read(path)
    assert caught.value.code == "damaged"


def test_damaged_json_says_where():
    with pytest.raises(UnreadableError, match=r"^De JSON is beschadigd \(regel 2, teken 4\)\.$"):
        read_dso(b'{"a":\n 1,,}')


def test_files_that_cannot_be_opened(tmp_path):
    with pytest.raises(UnreadableError, match=r"^Het bestand kan niet worden geopend: het is een map\.$"):
        read(tmp_path)
    assert unreadable(tmp_path / ("a" * 5000 + ".txt")) == "not_found"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOENT, "het pad bestaat niet"),
        (errno.EACCES, "de toegang is geweigerd"),
        (errno.ENAMETOOLONG, "de naam is te lang"),
        (errno.EIO, "het systeem gaf een fout"),
        (None, "het systeem gaf een fout"),
    ],
)
def test_reasons_of_the_system(code, reason):
    error = OSError(code, "No such thing") if code else OSError("No such thing")
    assert os_reason(error) == reason


def test_paths_digest_and_unreadable_record(tmp_path):
    (tmp_path / "a").mkdir()
    path = write(tmp_path / "a", "plan.txt", TEXT)
    report = read(path, relative_to=tmp_path)
    assert report.document.path == "a/plan.txt"
    record = unreadable_report(path, "a/plan.txt", UnreadableError("damaged", "Kapot."))
    assert record.document.sha256 == report.document.sha256
    assert (record.document.status, record.document.error.code, record.sections) == (
        "unreadable",
        "damaged",
        [],
    )


def test_of_a_very_long_text_the_beginning_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "MAX_CHARACTERS", 2_000_000)
    report = read(write(tmp_path, "lang.txt", "VERKEER\n\n" + "Een regel over water.\n\n" * 200_000))
    assert (report.document.status, report.document.error.code) == ("partial", "too_large")
    assert report.document.warnings == ["Alleen de eerste 2 miljoen tekens van de tekst zijn gelezen."]
    assert sum(len(section.heading + section.text) for section in report.sections) < 2_200_000
    assert not read(write(tmp_path, "kort.txt", TEXT)).document.warnings


def seed_document():
    document = docx.Document()
    document.add_heading("Een", 1)
    document.add_paragraph("Tekst", style="List Bullet")
    document.add_table(rows=2, cols=2)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


SEEDS = [
    seed_document(),
    STOP.encode(),
    HTML.encode(),
    MARKDOWN.encode(),
    TEXT.encode(),
    b'{"_embedded": {"x": [{"type": "A"}]}}',
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    suffix=st.sampled_from([s for s in SUFFIXES if s != ".pdf"]),
    seed=st.sampled_from(SEEDS),
    change=st.tuples(st.integers(0, 3000), st.binary(max_size=60), st.booleans()),
)
def test_any_bytes_give_a_report_or_an_unreadable_error(tmp_path, suffix, seed, change):
    place, noise, keep = change
    cut = place * len(seed) // 3000
    data = (seed[:cut] + noise + seed[cut:]) if keep else seed[: place % 7] + noise
    path = write(tmp_path, "file" + suffix, data)
    if b"%PDF-" in data:
        return
    try:
        report = read(path)
    except UnreadableError as error:
        assert error.code and error.message
    else:
        assert Report.model_validate_json(report.model_dump_json()) == report
