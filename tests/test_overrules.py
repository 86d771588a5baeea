"""Corrections by hand: reading and checking them, finding what they are about, and what they change."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from uitvoerbaarheid import Analyzer, scan
from uitvoerbaarheid.batch import discover
from uitvoerbaarheid.overrules import (
    FIELDS,
    NOT_APPLIED,
    Correction,
    choices,
    corrections_for,
    read_corrections,
    write_workbook,
)
from uitvoerbaarheid.records import Document, Report, Section
from uitvoerbaarheid.sheets import InputError

HEADER = ("document", "paragraaf", "kop", "veld", "waarde", "reden", "door", "op")
PLAN = """# Programma Water

Vastgesteld op 12 maart 2024.

## 1 Inleiding

Dit programma beschrijft hoe het water in het dorp is veranderd sinds de jaren negentig en wat daarvan bleef.

## 2 Wateroverlast

Waterschap Drieland legt in 2027 een wadi aan in de wijk Zuiderhof. De kosten zijn € 250.000 uit de begroting.

## 3 Kernwaarden

Wij willen een prettige, groene en gezonde gemeente zijn waarin iedereen zich thuis voelt.

## 4 Leeg

### 4.1 Bijlage

Zie de kaart van het gebied, die hierbij is gevoegd en waarop alle sloten staan.
"""


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "plan.md").write_text(PLAN, encoding="utf-8")
    return tmp_path / "plan.md"


def workbook(path: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def toml(path: Path, *tables: dict[str, Any]) -> Path:
    def written(value: Any) -> str:
        return value.isoformat() if isinstance(value, datetime.date) else repr(value).replace("'", '"')

    text = "\n".join(
        "[[correctie]]\n" + "".join(f"{key} = {written(value)}\n" for key, value in table.items())
        for table in tables
    )
    path.write_text(text, encoding="utf-8")
    return path


def table(**fields: Any) -> dict[str, Any]:
    return {"document": "plan.md", "reden": "Zo is het.", **fields}


# --- reading -------------------------------------------------------------------------------------


def test_workbook_and_toml_say_the_same(tmp_path: Path) -> None:
    day = datetime.date(2026, 3, 1)
    written = workbook(
        tmp_path / "a.xlsx",
        ("plan.md", None, None, "Soort", "Programma", "Zo is het.", "J. de Boer", day),
        ("plan.md", 4.2, None, "niveau", 3, "Zo is het.", None, None),
        ("plan.md", "x", None, None, None, None, None, None),
    )
    spelled = toml(
        tmp_path / "a.toml",
        table(veld="soort", waarde="programma", door="J. de Boer", op=day),
        table(paragraaf=4.2, veld="niveau", waarde="3 uitgewerkt"),
    )

    def plain(found: list[Correction]) -> list[tuple[Any, ...]]:
        return [(c.document, c.section, c.field, c.value, c.reason, c.by, c.date) for c in found]

    assert (
        plain(read_corrections(written))
        == plain(read_corrections(spelled))
        == [
            ("plan.md", None, "kind", "programma", "Zo is het.", "J. de Boer", "2026-03-01"),
            ("plan.md", "4.2", "level", 3, "Zo is het.", None, None),
        ]
    )


@pytest.mark.parametrize(
    ("given", "iso"), [("1-3-2026", "2026-03-01"), ("2026-03", "2026-03"), ("2026", "2026"), (2026, "2026")]
)
def test_dates_may_be_written_as_people_do(tmp_path: Path, given: Any, iso: str) -> None:
    (found,) = read_corrections(toml(tmp_path / "a.toml", table(veld="datum", waarde=given)))
    assert found.value == iso


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"veld": "sort", "waarde": "visie"}, "'sort' is geen veld. Bedoelde u 'soort'?"),
        ({"veld": "soort", "waarde": "vise"}, "'vise' is geen soort. Bedoelde u 'visie'?"),
        ({"paragraaf": "1", "veld": "rol", "waarde": "beleit"}, "'beleit' is geen rol. Bedoelde u 'beleid'?"),
        ({"paragraaf": "1", "veld": "niveau", "waarde": 5}, "'5' is geen niveau (of 0 tot en met 4)."),
        ({"veld": "niveau", "waarde": 2}, "'niveau' vraagt een paragraaf"),
        ({"paragraaf": "1", "veld": "soort", "waarde": "visie"}, "'soort' geldt voor het hele document"),
        ({"veld": "datum", "waarde": "31-4-2026"}, "'31-4-2026' is geen datum."),
        ({"veld": "soort", "waarde": "visie", "reden": ""}, "'reden' is niet ingevuld."),
        ({"veld": "soort", "waarde": "visie", "redn": "x"}, "'redn' is geen kolom. Bedoelde u 'reden'?"),
        ({"veld": "soort"}, "'waarde' is niet ingevuld."),
        ({"veld": "overheid", "waarde": "x" * 3000}, "'waarde' is langer dan 2000 tekens."),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_nearest_right_value(
    tmp_path: Path, fields: dict[str, Any], message: str
) -> None:
    right = table(veld="soort", waarde="visie")
    with pytest.raises(InputError) as stop:
        read_corrections(toml(tmp_path / "fout.toml", right, table(**fields)))
    assert f"fout.toml, correctie 2: {message}" in str(stop.value)


def test_every_problem_of_a_workbook_is_told_at_once_with_its_row(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "fout.xlsx",
        ("plan.md", None, None, "soort", "visie", None, None, None),
        (None, "1", None, "rol", "beleid", "Omdat.", None, None),
        ("plan.md", "1", None, "rol", "beleid", "Omdat.", None, "gisteren"),
    )
    with pytest.raises(InputError) as stop:
        read_corrections(path)
    assert str(stop.value).splitlines() == [
        "fout.xlsx, rij 2: 'reden' is niet ingevuld.",
        "fout.xlsx, rij 3: 'document' is niet ingevuld.",
        "fout.xlsx, rij 4: 'gisteren' is geen datum. Schrijf bijvoorbeeld 2026-03-01, 1-3-2026 of alleen "
        "2026.",
    ]


def test_a_profile_must_be_one_that_there_is(tmp_path: Path) -> None:
    path = toml(tmp_path / "a.toml", table(veld="profiel", waarde="omgevingsvise"))
    assert read_corrections(path)[0].value == "omgevingsvise"
    with pytest.raises(InputError, match=r"geen profiel 'omgevingsvise'\. Bedoelde u 'omgevingsvisie'"):
        read_corrections(path, profiles=["begroting", "omgevingsvisie"])


def test_two_corrections_of_the_same_thing_are_refused(tmp_path: Path) -> None:
    one = table(veld="soort", waarde="visie")
    with pytest.raises(InputError, match=r"al gecorrigeerd in a\.toml, correctie 1"):
        read_corrections(toml(tmp_path / "a.toml", one, one | {"waarde": "programma"}))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.toml", b"[[correctie]]\nveld = \n", "geen geldig TOML-bestand: zie regel 2"),
        ("a.toml", b"[[corectie]]\nveld = 'x'\n", "'corectie' is hier onbekend"),
        ("a.toml", b"correctie = 3\n", "onder een regel"),
        ("a.toml", b"x = " + b"[" * 5000 + b"]" * 5000, "a.toml"),
        ("a.toml", b"x = " + b"9" * 5000, "geen geldig TOML-bestand"),
        ("a.toml", b"\xff\xfe", "geen geldig TOML-bestand"),
        ("a.xlsx", b"PK geen werkblad", "geen leesbaar Excel-bestand"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_corrections(tmp_path / name)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/groot.xml", b" " * (201 * 1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    with pytest.raises(InputError, match="te groot"):
        read_corrections(path)


def test_a_row_that_says_to_be_endlessly_far_down_takes_no_time(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", ("a.md", "", "", "soort", "visie", "Omdat."))
    far = b"9" * 12
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = re.sub(rb'r="([A-H]?)2"', lambda found: b'r="' + found[1] + far + b'"', data)
                assert far in data
            new.writestr(name, data)
    assert read_corrections(tmp_path / "b.xlsx") == []


def test_a_workbook_needs_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="de kolom 'reden' ontbreekt"):
        read_corrections(workbook(tmp_path / "a.xlsx", header=("document", "veld", "waarde")))
    extra = workbook(tmp_path / "b.xlsx", ("x",) * 9, header=(*HEADER, "rden"))
    with pytest.raises(InputError, match="'rden' is geen kolom"):
        read_corrections(extra)


# --- which document ------------------------------------------------------------------------------


def test_a_file_is_about_the_documents_beside_and_below_it(tmp_path: Path) -> None:
    documents = {}
    for relative in ("visie.md", "noord/visie.md", "zuid/plan.md"):
        documents[relative] = tmp_path / relative
        documents[relative].parent.mkdir(exist_ok=True)
        documents[relative].write_text("x", encoding="utf-8")
    toml(tmp_path / "noord" / "correcties.toml", table(document="visie.md", veld="soort", waarde="visie"))
    toml(
        tmp_path / "correcties.toml",
        table(document="VISIE.md", veld="datum", waarde="2026"),
        table(document="zuid\\plan.md", veld="datum", waarde="2025"),
        table(document="weg.md", veld="datum", waarde="2025"),
    )
    found = corrections_for(documents, roots=[tmp_path])
    assert [c.value for c in found.of("noord/visie.md")] == ["visie"]
    assert [c.value for c in found.of("visie.md")] == ["2026"]
    assert [c.value for c in found.of("zuid/plan.md")] == ["2025"]
    assert [c.document for c in found.elsewhere] == ["weg.md"]


def test_a_name_that_fits_two_documents_is_refused(tmp_path: Path) -> None:
    documents = {name: tmp_path / name for name in ("noord/visie.md", "zuid/visie.md")}
    given = toml(tmp_path / "x.toml", table(document="visie.md", veld="datum", waarde="2026"))
    with pytest.raises(InputError, match=r"past op 2 documenten \(noord/visie.md en zuid/visie.md\)"):
        corrections_for(documents, given)


def test_a_file_of_corrections_is_never_a_document(tmp_path: Path) -> None:
    path = workbook(tmp_path / "correcties.xlsx")
    assert discover([path]) == ([], [])
    assert discover([tmp_path]) == ([], [])


# --- what they change ----------------------------------------------------------------------------


def by_id(report: Report) -> dict[str, Section]:
    return {section.number or section.id: section for section in report.sections}


def test_role_and_level_are_the_persons_and_the_probabilities_the_models(
    analyzer: Analyzer, plan: Path
) -> None:
    before = by_id(analyzer.analyze(plan))
    assert before["1"].role == "context" and before["3"].level is not None and before["3"].level < 3
    toml(
        plan.with_name("correcties.toml"),
        table(paragraaf="inleiding", veld="rol", waarde="beleid", door="J. de Boer", op="1-2-2026"),
        table(paragraaf="3", veld="niveau", waarde="uitgewerkt"),
        table(paragraaf="Wateroverlast", veld="rol", waarde="context"),
    )
    report = analyzer.analyze(plan)
    after = by_id(report)
    assert after["1"].role == "policy" and after["1"].level is not None and after["1"].criteria is not None
    assert after["1"].overruled[0].model_dump() == {
        "field": "role",
        "found": "context",
        "value": "policy",
        "reason": "Zo is het.",
        "by": "J. de Boer",
        "date": "2026-02-01",
    }
    vision = after["3"]
    assert (vision.level, vision.score, vision.verdict, vision.uncertain) == (3, 75, "accept", False)
    assert vision.level_probabilities == before["3"].level_probabilities
    assert (vision.overruled[0].found, vision.overruled[0].value) == (before["3"].level, 3)
    water = after["2"]
    assert (water.role, water.level, water.verdict, water.commitments) == (
        "context",
        None,
        "not_assessed",
        [],
    )
    assert report.document.warnings == []
    assert report.summary.levels[3] >= 1


def test_kind_date_and_authority_count_before_the_terms_are_read(analyzer: Analyzer, plan: Path) -> None:
    plan.write_text(PLAN.replace("in 2027 een wadi aan", "binnen twee jaar een wadi aan"), encoding="utf-8")

    def term(report: Report) -> Any:
        mentions = (m for s in report.sections for m in s.mentions if m.type == "deadline")
        return next(m.value["resolved"] for m in mentions if m.text.startswith("binnen"))  # type: ignore[index]

    assert "2026" in str(term(analyzer.analyze(plan)))
    toml(
        plan.with_name("correcties.toml"),
        table(veld="datum", waarde="2031-05-01"),
        table(veld="soort", waarde="visie"),
        table(veld="overheid", waarde="gemeente Lindermeer"),
        table(veld="profiel", waarde="begroting"),
    )
    report = analyzer.analyze(plan)
    assert "2033" in str(term(report))
    document = report.document
    assert (document.date, document.kind) == ("2031-05-01", "visie")
    assert document.authority == "gemeente Lindermeer"
    found = [(o.field, o.found, o.value) for o in document.overruled]
    assert found == [
        ("date", "2024-03-12", "2031-05-01"),
        ("kind", "programma", "visie"),
        ("authority", None, "gemeente Lindermeer"),
        ("profile", "omgevingsvisie", "begroting"),
    ]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"paragraaf": "9.9 Wonen", "veld": "rol", "waarde": "beleid"}, "er is geen paragraaf '9.9 Wonen'."),
        (
            {"paragraaf": "wateroverlst", "veld": "rol", "waarde": "beleid"},
            "Bedoelde u 'wateroverlast'?",
        ),
        (
            {"paragraaf": "1", "veld": "niveau", "waarde": 2},
            "'1 Inleiding' is als 'context' gelezen en krijgt geen niveau.",
        ),
        ({"paragraaf": "4", "veld": "rol", "waarde": "beleid"}, "'4 Leeg' heeft geen eigen tekst"),
    ],
)
def test_what_has_no_effect_is_told_and_leaves_no_trace(
    analyzer: Analyzer, plan: Path, fields: dict[str, Any], why: str
) -> None:
    toml(plan.with_name("correcties.toml"), table(**fields))
    report = analyzer.analyze(plan)
    (warning,) = report.document.warnings
    assert warning.startswith(f"{NOT_APPLIED} (correcties.toml, correctie 1): ") and why in warning
    assert all(not section.overruled for section in report.sections)


def section(identifier: str, heading: str, number: str | None = None) -> Section:
    path = [heading]
    return Section(id=identifier, number=number, heading=heading, heading_path=path, depth=1, text="Tekst.")


def correction(**fields: Any) -> Correction:
    known = {
        "document": "plan.md",
        "section": None,
        "heading": None,
        "field": "role",
        "value": "policy",
        "reason": "Zo is het.",
        "by": None,
        "date": None,
        "origin": "rij 2",
    }
    return Correction(**(known | fields))


@pytest.mark.parametrize(
    ("given", "heading", "found"),
    [
        ("wonen", None, "wonen"),
        ("wonen", "3.1 Wonen in het dorp", "wonen-2"),  # the id is another section's now
        ("oud-kenmerk", "3.1 Wonen in het dorp", "wonen-2"),
        ("oud-kenmerk", "Wonen in het dorp", "wonen-2"),
        ("4.2", None, "zorg"),
        ("§ 4.2", None, "zorg"),
        ("Paragraaf 4.2", None, "zorg"),
        ("4.2. zorg", None, "zorg"),
        ("ZORG", None, "zorg"),
        ("Doel", None, None),  # two sections
        ("Doel", "5 Doel", "doel-2"),
        ("doel", "Doel", "doel"),
        ("oud-kenmerk", None, None),
    ],
)
def test_a_section_is_found_by_id_and_else_by_number_and_heading(
    given: str, heading: str | None, found: str | None
) -> None:
    from uitvoerbaarheid.overrules import place

    report = Report(
        tool_version="0",
        document=Document(path="plan.md", sha256="0" * 64),
        sections=[
            section("wonen", "1 Wonen", "1"),
            section("wonen-2", "3.1 Wonen in het dorp", "3.1"),
            section("zorg", "Zorg", "4.2"),
            section("doel", "2 Doel", "2"),
            section("doel-2", "5 Doel", "5"),
        ],
    )
    placed = place(report, [correction(section=given, heading=heading)])
    assert [place.id for place, _ in placed] == ([found] if found else [])
    assert len(report.document.warnings) == (found is None)


def test_a_scan_keeps_them_and_names_those_of_unreadable_documents(tmp_path: Path, plan: Path) -> None:
    (tmp_path / "kapot.pdf").write_bytes(b"%PDF-1.7 niets")
    toml(
        tmp_path / "correcties.toml",
        table(veld="soort", waarde="visie"),
        table(document="kapot.pdf", veld="soort", waarde="visie"),
    )
    reports = {report.document.path: report for report in scan(tmp_path, tmp_path / "uit")}
    assert reports["plan.md"].document.overruled[0].found == "programma"
    assert "niet te lezen" in reports["kapot.pdf"].document.warnings[0]
    again = scan(tmp_path, corrections=toml(tmp_path / "leeg.toml"))
    assert all(not report.document.overruled for report in again)


def test_text_in_another_language_has_a_kind_but_no_level(analyzer: Analyzer, tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("# Housing\n\n" + "The council will build twelve hundred homes. " * 10, encoding="utf-8")
    toml(
        tmp_path / "correcties.toml",
        table(veld="soort", waarde="visie"),
        table(paragraaf="housing", veld="niveau", waarde=2),
    )
    report = analyzer.analyze(path)
    assert report.document.kind == "visie"
    assert "niet Nederlands" in report.document.warnings[-1]


# --- the workbook --------------------------------------------------------------------------------


def test_the_workbook_that_is_filled_in_is_the_one_that_is_read(
    analyzer: Analyzer, plan: Path, tmp_path: Path
) -> None:
    report = analyzer.analyze(plan)
    path = tmp_path / "correcties.xlsx"
    assert write_workbook([report], path) == 6  # the document, and the five sections with text
    assert read_corrections(path) == []
    book = load_workbook(path)
    sheet = book["Correcties"]
    names = {cell.value: cell.column for cell in sheet[1]}
    assert {*HEADER} <= {*names}
    assert {*book.defined_names} == {name for name, field in FIELDS.items() if choices(field)}
    row = next(r for r in range(2, 9) if "kernwaarden" in str(sheet.cell(r, names["paragraaf"]).value))
    assert sheet.cell(row, names["het programma vond"]).value.startswith("rol: beleid; niveau: ")
    for name, value in (("veld", "niveau"), ("waarde", "4 uitvoerbaar"), ("reden", "=1+1 is een proef")):
        cell = sheet.cell(row, names[name])
        cell.value = value
        cell.data_type = "s"
    book.save(path)
    again = analyzer.analyze(plan)
    assert by_id(again)["3"].level == 4
    assert by_id(again)["3"].overruled[0].reason == "=1+1 is een proef"
    # A workbook made of that report says what the program found, not what was decided.
    write_workbook([again], tmp_path / "nog.xlsx")
    found = [load_workbook(file)["Correcties"].cell(row, 5).value for file in (path, tmp_path / "nog.xlsx")]
    assert found[0] == found[1] and "uitvoerbaar" not in found[1]


def test_cells_of_the_workbook_are_never_formulas(tmp_path: Path) -> None:
    report = Report(
        tool_version="0",
        document=Document(path="=cmd.md", sha256="0" * 64),
        sections=[section("a", "=HYPERLINK(x)")],
    )
    write_workbook([report], tmp_path / "a.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "a.xlsx")["Correcties"] for cell in row]
    assert any(cell.value == "=HYPERLINK(x)" for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_a_damaged_heading_or_file_name_does_not_stop_the_workbook(tmp_path: Path) -> None:
    report = Report(
        tool_version="0",
        document=Document(path="a\x01\udcff.md", sha256="0" * 64),
        sections=[section("a", "Kop\x0b met \x00 rommel" + "x" * 40_000)],
    )
    assert write_workbook([report], tmp_path / "a.xlsx", ["=1+1"]) == 2
    book = load_workbook(tmp_path / "a.xlsx")
    assert book["Correcties"]["A2"].value == "a\ufffd\ufffd.md"
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_the_same_reports_give_the_same_workbook(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook([], tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes())).sheetnames == [
        "Correcties",
        "Uitleg",
        "Keuzes",
    ]
