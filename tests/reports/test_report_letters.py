"""The Word letter: read back by python-docx, hostile text in it, and templates that are wrong."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import CONTENT_TYPE
from docx.oxml.ns import qn
from report_samples import Draft, make_report
from test_report_memo import vague, weighed, worked_out

import memo_template
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports.letters import MemoTemplate, TemplateError, default_template, known_fields
from uitvoerbaarheid.reports.memo import memo_fields

ROOT = Path(__file__).parents[2]
Make = Callable[..., Path]


@pytest.fixture(scope="module")
def bundled() -> MemoTemplate:
    return MemoTemplate()


@pytest.fixture
def own(tmp_path: Path) -> Make:
    """Make a template with these paragraphs, and perhaps a text in its header and footer."""

    def make(*paragraphs: str, header: str = "", footer: str = "") -> Path:
        document = Document()
        for text in paragraphs:
            document.add_paragraph(text)
        document.sections[0].header.paragraphs[0].text = header
        document.sections[0].footer.paragraphs[0].text = footer
        document.save(str(tmp_path / "eigen.docx"))
        return tmp_path / "eigen.docx"

    return make


def texts(data: bytes) -> list[str]:
    """The paragraphs of a letter in their order, those in tables too."""
    body = Document(io.BytesIO(data)).element.body
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]


def rendered(template: MemoTemplate, report: Report) -> bytes:
    fields = memo_fields(report)
    assert fields is not None
    return template.render(fields)


def test_the_letter_has_all_of_it_and_no_codes(bundled: MemoTemplate) -> None:
    uncertain = vague("Onzeker", 7)
    uncertain.uncertain = True
    sections = [*(vague(f"Wijk {number}", number) for number in range(10, 22)), uncertain, worked_out()]
    data = rendered(bundled, make_report(sections, title="Visie Zandhoven"))
    said = texts(data)
    for expected in (
        "Visie Zandhoven",
        "Punt 1: Wijk 10",
        "‘We streven naar een mooie wijk 10 voor al onze inwoners.’ (p. 10)",
        "Wilt u dit zelf nog eens lezen?",
        "Bijlage A: De andere paragrafen om aan te vullen",
        "Vragen die vaker terugkomen",
    ):
        assert expected in said
    assert not re.search(r"\{[{%#]|[}%#]\}", "\n".join(said))
    document = Document(io.BytesIO(data))
    assert document.core_properties.title == "Verzoek om aanvulling: Visie Zandhoven"
    assert document.sections[0].header.paragraphs[0].text == "Verzoek om aanvulling: Visie Zandhoven"


def test_the_letter_has_no_empty_paragraphs_and_its_tables_repeat_their_header(bundled: MemoTemplate) -> None:
    sections = [*(vague(f"Wijk {number}") for number in range(12)), worked_out()]
    body = Document(io.BytesIO(rendered(bundled, make_report(sections)))).element.body
    assert all("".join(t.text or "" for t in p.iter(qn("w:t"))).strip() for p in body.iter(qn("w:p")))
    tables = list(body.iter(qn("w:tbl")))[1:]
    assert tables and all(table.find(f".//{qn('w:tblHeader')}") is not None for table in tables)
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in body.iter(qn("w:tr")))


def test_a_letter_without_points_is_short(bundled: MemoTemplate) -> None:
    said = texts(rendered(bundled, make_report([worked_out()])))
    assert "Geen aanvulling nodig" in said
    assert not any(line.startswith(("Punt", "Bijlage", "Wat wij u vragen")) for line in said)
    assert any(line.startswith("U hoeft niet op deze memo te antwoorden") for line in said)


def test_hostile_text_stays_text(bundled: MemoTemplate, hostile: Report) -> None:
    evil = "<w:p>&amp; ]]> {{ document.bestand }} {% for x in y %} {_{ a }_} \x00\x0b\x1b[31m \ud800 \ufffe"
    text = f"We streven naar {evil} waar mogelijk."
    section = Draft(f"Kop {evil}", page=1).add("paragraph", text).mention("vague", text)
    section.assess(0, 3, "000000").ask("measure", f"Wat? {evil}")
    section.section.heading_path = [f"Boven {evil}", section.section.heading]
    report = make_report([section.section], title=evil, authority=evil, path=f"a/{evil}.pdf")
    said = "\n".join(texts(rendered(bundled, report)))
    assert "<w:p>&amp; ]]>" in said and "{{ document.bestand }}" in said and "{% for x in y %}" in said
    hostile.sections[0].verdict = "send_back"
    texts(rendered(bundled, hostile))


def test_properties_of_the_file_are_plain_and_not_too_long(bundled: MemoTemplate) -> None:
    data = rendered(bundled, make_report([vague("Wijk")], title='Groen & "water" <kust>'))
    assert Document(io.BytesIO(data)).core_properties.title.endswith(': Groen & "water" <kust>')
    fields = memo_fields(make_report([vague("Wijk")]))
    assert fields is not None
    fields["document"]["titel"] = "&" * 1000
    assert len(Document(io.BytesIO(bundled.render(fields))).core_properties.title) <= 255


def test_the_same_report_gives_the_same_bytes(bundled: MemoTemplate) -> None:
    report = make_report([vague("Wijk"), worked_out()])
    assert rendered(bundled, report) == rendered(MemoTemplate(), report)


def test_nothing_is_written_where_nothing_is_to_be_said(
    bundled: MemoTemplate, broken: Report, tmp_path: Path
) -> None:
    assert bundled.write(broken, tmp_path / "weg.docx") is False
    assert list(tmp_path.iterdir()) == []


def test_a_template_of_one_s_own_is_filled_in_everywhere(own: Make) -> None:
    path = own(
        "Betreft: {{ document.titel }}",
        "{%p for punt in punten %}",
        "{{ loop.index }} {{ punt.paragraaf|upper }}{% if not loop.last %};{% endif %}",
        "{%p for vraag in punt.vragen %}",
        "{{ vraag.nummer }} {{ vraag.vraag }}",
        "{%p endfor %}",
        "{%p endfor %}",
        header="{{ onderwerp }}",
        footer="{{ aantal.terug }}",
    )
    data = rendered(MemoTemplate(path), make_report([vague("Wijk")], title="Visie"))
    said = texts(data)
    assert said[:2] == ["Betreft: Visie", "1 WIJK"] and said[2].startswith("1.1 Wat gaat er concreet")
    section = Document(io.BytesIO(data)).sections[0]
    assert section.header.paragraphs[0].text == "Verzoek om aanvulling"
    assert section.footer.paragraphs[0].text == "1"


LOOP = ("{%p for punt in punten %}", "{%p endfor %}")


@pytest.mark.parametrize(
    ("paragraphs", "message"),
    [
        (["{{ document.titl }}"], "'document.titl' bestaat niet. Bedoelde u 'document.titel'?"),
        (["{{ titel }}"], "'titel' bestaat niet. Bedoelde u 'document.titel'?"),
        (["{{ onderwrp }}"], "'onderwrp' bestaat niet. Bedoelde u 'onderwerp'?"),
        (["{{ onderwerp }} {{ xyz }}"], "'xyz' bestaat niet. Mogelijk zijn: onderwerp, inleiding,"),
        ([LOOP[0], "{{ punt.citaten }}", LOOP[1]], "'punt.citaten' bestaat niet. Bedoelde u 'punt.citaat'?"),
        (
            [LOOP[0], "{%p for v in punt.vragen %}", "{{ v.vrag }}", LOOP[1], LOOP[1]],
            "'v.vrag' bestaat niet. Bedoelde u 'v.vraag'?",
        ),
        ([*LOOP, "{{ punt.citaat }}"], "'punt' bestaat niet. Bedoelde u 'punten'?"),
        (["{%p if punt %}", "x", "{%p endif %}"], "'punt' bestaat niet. Bedoelde u 'punten'?"),
        (["{{ punten.citaat }}"], "'punten' is een lijst; gebruik {%p for deel in punten %}"),
        (["{{ punten }}"], "en dan bijvoorbeeld {{ deel.nummer }}."),
        (["{{ goed }}"], "'goed' is een lijst; gebruik {%p for deel in goed %} en dan {{ deel }}."),
        (["{{ document }}"], "'document' heeft delen; schrijf bijvoorbeeld {{ document.titel }}."),
        (["{{ onderwerp.titel }}"], "'onderwerp.titel' bestaat niet. Bedoelde u 'onderwerp'?"),
        (["{{ onderwerp }}", "{ document.titel }"], "'document.titel' staat tussen enkele accolades"),
        (["Geachte heer,"], "Er staat geen enkel invulveld in."),
        ([LOOP[0], "{{ punt.citaat }}"], "Een for of if is niet afgesloten met endfor of endif."),
        (["{{ onderwerp }}", LOOP[1]], "Een for of if is niet afgesloten met endfor of endif."),
        (["{%p foreach punt in punten %}"], "De opdracht 'foreach' bestaat niet"),
        (["{{ onderwerp + }}"], "Een invulveld of opdracht is niet te lezen. Bij ‘{{ onderwerp + }}’."),
        (["{{ onderwerp|grootste }}"], "Het is niet in te vullen"),
        (["{{ onderwerp / 2 }}"], "Het is niet in te vullen"),
        (["{{ onderwerp }} {{ ''.__class__.__mro__ }}"], "Het is niet in te vullen"),
        (["{{ onderwerp }} {% for i in range(10) %}{% endfor %}"], "'range' bestaat niet."),
        (["{% include 'brief' %}{{ onderwerp }}"], "Het is niet in te vullen"),
    ],
)
def test_a_wrong_template_is_told_with_what_was_meant(own: Make, paragraphs: list[str], message: str) -> None:
    with pytest.raises(TemplateError) as problem:
        MemoTemplate(own(*paragraphs))
    first, *_, last = str(problem.value).splitlines()
    assert message in str(problem.value)
    assert first.startswith("Het sjabloon voor de memo (") and "eigen.docx" in first
    assert last == "'uitvoerbaarheid memo-template' toont alle invulvelden."


def test_a_wrong_field_in_header_footer_or_split_by_word_is_told(own: Make) -> None:
    path = own("{{ onderwerp }}", header="{{ documnt.titel }}", footer="{{ aantal.trug }}")
    document = Document(str(path))
    paragraph = document.add_paragraph("{{ document.")
    paragraph.add_run("titl").bold = True
    paragraph.add_run(" }}")
    document.save(str(path))
    with pytest.raises(TemplateError) as problem:
        MemoTemplate(path)
    for name, meant in (
        ("documnt", "document"),
        ("aantal.trug", "aantal.terug"),
        ("document.titl", "document.titel"),
    ):
        assert f"Het invulveld '{name}' bestaat niet. Bedoelde u '{meant}'?" in str(problem.value)


def _packed(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    parts = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in parts.namelist():
            new.writestr(name, change(name, parts.read(name)))


def _wrong_files(path: Path) -> Iterator[tuple[str, str]]:
    yield "absent", "Het bestand is er niet."
    path.write_bytes(b"PK\x03\x04 geen Word")
    yield "damaged", "Het is geen Word-document (.docx)."
    path.mkdir() if not path.exists() else None
    path.write_bytes(default_template().read_bytes())
    template = CONTENT_TYPE.WML_DOCUMENT_MAIN.replace("document.main", "template.main").encode()
    _packed(path, lambda name, data: data.replace(CONTENT_TYPE.WML_DOCUMENT_MAIN.encode(), template))
    yield "dotx", "Sla het in Word op als Word-document (.docx)."
    path.write_bytes(default_template().read_bytes())
    _packed(path, lambda name, data: data[:200] if name == "word/document.xml" else data)
    yield "broken", "Het is geen Word-document (.docx)."
    path.write_bytes(default_template().read_bytes())
    _packed(path, lambda name, data: b" " * 2**25 if name == "word/media/leeg" else data)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as new:
        new.writestr("word/leeg.xml", b" " * 2**25)
    yield "dense", "Het is geen Word-document (.docx)."


def test_a_file_that_is_no_word_document_is_told(tmp_path: Path) -> None:
    path = tmp_path / "brief.docx"
    for _, message in _wrong_files(path):
        with pytest.raises(TemplateError) as problem:
            MemoTemplate(path)
        assert message in str(problem.value)


def test_the_bundled_template_is_what_the_script_makes() -> None:
    assert memo_template.make() == default_template().read_bytes()


def test_every_field_is_explained_in_the_docs() -> None:
    said = (ROOT / "docs" / "memo.md").read_text(encoding="utf-8")
    for name, held in known_fields().items():
        assert f"| `{name}` | {held} |" in said
    assert len(re.findall(r"^\| `", said, re.M)) == len(known_fields())


def test_the_bundled_template_shows_all_that_the_memo_has(bundled: MemoTemplate) -> None:
    section = weighed(vague("Terug", path=("Deel een",)), context="send_back")
    memo = memo_fields(make_report([section, worked_out()]))
    assert memo is not None
    said = "\n".join(texts(bundled.render(memo)))
    point = memo["punten"][0]
    for held in (point["kenmerken"], point["onderdeel"], point["citaat"], *memo["goed"], *memo["inleiding"]):
        assert held in said
    for item in point["vragen"]:
        assert item["waarom"] in said and item["vraag"] in said
