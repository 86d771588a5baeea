"""Labels of users: what is asked, how it is written, and how what comes back is checked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from uitvoerbaarheid.labelling import (
    LabelFiles,
    Task,
    agreements,
    choose,
    guideline,
    write_guideline,
    write_labels,
    write_tasks,
    write_workbook,
)
from uitvoerbaarheid.records import CRITERIA, Block, Criteria, Document, Report, Section
from uitvoerbaarheid.reports.labels import label
from uitvoerbaarheid.sheets import InputError

POLICY = {"rol": "beleid", "niveau": "2"} | dict.fromkeys(
    ("doel", "wie", "middelen", "termijn", "sturing"), "0"
)
POLICY["maatregel"] = "2"


def section(number: int, role: str = "policy", level: int = 1, sure: float = 0.9, **fields: Any) -> Section:
    shares = [(1 - sure) / 4] * 5
    shares[level] = sure
    text = fields.pop("text", f"Dit is de tekst van paragraaf {number}, " + "lang genoeg om te labelen " * 4)
    return Section(
        id=f"s{number}",
        number=str(number),
        heading=f"{number} Kop",
        heading_path=["Plan", f"{number} Kop"],
        depth=2,
        page_start=number,
        text=text,
        role=role,  # type: ignore[arg-type]
        role_probability=fields.pop("role_probability", 0.95),
        level=level if role == "policy" else None,
        level_probabilities=shares if role == "policy" else None,
        **fields,
    )


def report(*sections: Section, path: str = "plan.md") -> Report:
    document = Document(path=path, sha256=path.encode().hex().ljust(64, "0"), kind="visie", language="nl")
    return Report(tool_version="0", document=document, sections=list(sections))


def tasks(count: int = 3) -> list[Task]:
    found = report(*(section(number) for number in range(1, count + 1)))
    return [Task.of(found, item) for item in found.sections]


# --- choosing ------------------------------------------------------------------------------------


def test_half_is_in_doubt_and_the_rest_is_spread_over_roles_and_levels() -> None:
    sections = [section(number, level=number % 5, sure=0.97) for number in range(1, 41)]
    sections += [section(number, level=1, sure=0.4) for number in range(41, 46)]
    sections += [section(number, role="context") for number in range(46, 50)]
    chosen = choose([report(*sections)], 12)
    assert len(chosen) == 12
    by_id = {item.id: item for item in sections}
    found = Counter((by_id[task.section.id].role, by_id[task.section.id].level) for task in chosen)
    assert {("policy", level) for level in range(5)} | {("context", None)} <= {*found}
    assert sum(int(task.section.id[1:]) in range(41, 46) for task in chosen) == 5


def test_the_choice_follows_the_seed_only() -> None:
    documents = [
        report(*(section(number, level=number % 5) for number in range(1, 60)), path=path)
        for path in ("a.md", "b.md")
    ]

    def ids(seed: int, *reports: Report) -> list[str]:
        return [task.key for task in choose(reports, 10, seed)]

    assert ids(0, *documents) == ids(0, *reversed(documents))
    assert ids(0, *documents) != ids(1, *documents)


def test_what_says_too_little_or_the_same_is_not_asked() -> None:
    boiler = "Deze tekst staat in elk stuk van deze gemeente en is lang genoeg om te worden gelabeld, zeker."
    sections = [
        section(1, text="Te kort."),
        section(2, text=boiler),
        section(3, text=boiler + "\n"),
        section(4, role_probability=None),
        section(5),
    ]
    assert [task.section.id for task in choose([report(*sections)], 10)] == ["s2", "s5"]


def test_a_level_set_by_hand_does_not_steer_the_choice() -> None:
    one, other = section(1, level=1), section(1, level=1)
    other.level, other.score = 4, 100
    rest = [section(number, level=3) for number in range(2, 20)]
    assert choose([report(one, *rest)], 6) == choose([report(other, *rest)], 6)


# --- the guideline -------------------------------------------------------------------------------


def test_the_guideline_says_what_each_value_means(tmp_path: Path) -> None:
    lines = guideline()
    assert [line[0] for line in lines if len(line) == 4] == [
        "# Criteria",
        *(label("criterion", c) for c in CRITERIA),
    ]
    text = "\n".join(line[0] for line in lines)
    for level in range(5):
        assert f"\n{level} {label('level', level)}:" in text
    for role in ("policy", "context", "other"):
        assert f"\n{label('role', role)}:" in text
    write_guideline(tmp_path / "r.md")
    written = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "\n## Rol\n" in written and "\n|---|---|---|---|\n| doel |" in written


# --- writing and reading -------------------------------------------------------------------------


def fill(path: Path, *rows: dict[str, str], to: Path | None = None) -> Path:
    """Fill in the rows of a workbook, the first ones."""
    book = load_workbook(path)
    sheet = book["Labels"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for name, value in row.items():
            sheet.cell(number, column[name]).value = value
    book.save(to or path)
    return to or path


def test_the_workbook_shows_the_text_and_not_what_the_program_thinks(tmp_path: Path) -> None:
    hostile = section(2, text='=HYPERLINK("http://kwaad")\n' + "woord " * 20, level=3, sure=0.8123)
    found = report(section(1), hostile)
    write_workbook([Task.of(found, item) for item in found.sections], tmp_path / "l.xlsx")
    book = load_workbook(tmp_path / "l.xlsx")
    assert book.sheetnames == ["Labels", "Richtlijn", "Gegevens"]
    assert book["Gegevens"].sheet_state == "hidden"
    sheet = book["Labels"]
    assert sheet.freeze_panes == "A2" and sheet.max_row == 3
    assert [cell.value for cell in sheet[1]][:6] == [
        "kenmerk",
        "document",
        "bladzijde",
        "kop",
        "tekst",
        "rol",
    ]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["F2:F3"] == '"beleid,context,overig"'
    cells = [cell for one in book for row in one for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any("0.8123" in str(cell.value) or "policy" in str(cell.value) for cell in cells)


def test_labels_come_back_with_the_section_as_it_was(tmp_path: Path) -> None:
    rows = Block(kind="row", start=0, end=5, cells=["a", "b"], header=["Wat", "Wie"])
    item = section(1, text="a | b\n" + "woord " * 9000, blocks=[rows])
    task = Task.of(report(item), item)
    write_workbook([task], tmp_path / "l.xlsx")
    answers = POLICY | {"reden": "Eén stap.", "lezer": "Anna"}
    (found,) = LabelFiles([fill(tmp_path / "l.xlsx", answers)]).labels
    assert found.section == task.section and found.section.blocks == [rows]
    assert found.criteria == Criteria(goal=0, measure=2, actor=0, budget=0, deadline=0, monitoring=0)
    assert (found.role, found.level, found.reason, found.reader) == ("policy", 2, "Eén stap.", "Anna")
    write_labels([found], tmp_path / "l.jsonl")
    assert LabelFiles([tmp_path / "l.jsonl"]).labels == [found]
    assert LabelFiles([tmp_path / "l.xlsx", tmp_path / "l.xlsx"]).labels == [found]


def test_json_lines_can_be_filled_in_too(tmp_path: Path) -> None:
    path = tmp_path / "taken.jsonl"
    write_tasks(tasks(2), path)
    first, second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert "level_probabilities" not in json.dumps(first)
    first |= {"role": "context"}
    path.write_text("\n".join(map(json.dumps, (first, second))), encoding="utf-8")
    read = LabelFiles([path])
    assert [(item.role, item.criteria, item.reader) for item in read.labels] == [("context", None, "taken")]
    assert read.empty == 1


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            POLICY | {"rol": "belijd"},
            "'belijd' is geen rol. Bedoelde u 'beleid'? Mogelijk zijn: beleid, context, overig.",
        ),
        ({"doel": "1"}, "de rol is niet ingevuld."),
        (POLICY | {"doel": "3"}, "doel is '3'; mogelijk zijn 0 tot en met 2."),
        (POLICY | {"termijn": ""}, "termijn is niet ingevuld."),
        (POLICY | {"niveau": "vijf"}, "niveau is 'vijf'; mogelijk zijn 0 tot en met 4."),
        (
            POLICY | {"niveau": "4"},
            "niveau 4 past niet bij de criteria, die naar 2 wijzen; één stap hoger of lager mag.",
        ),
        (
            POLICY | {"rol": "context"},
            "bij de rol 'context' horen geen criteria en geen niveau.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_row(tmp_path: Path, answers: dict[str, str], message: str) -> None:
    write_workbook(tasks(), tmp_path / "l.xlsx")
    with pytest.raises(InputError) as stop:
        LabelFiles([fill(tmp_path / "l.xlsx", POLICY, answers)])
    assert str(stop.value) == f"l.xlsx, rij 3: {message}"


def test_a_step_up_or_down_is_allowed(tmp_path: Path) -> None:
    write_workbook(tasks(), tmp_path / "l.xlsx")
    read = LabelFiles([fill(tmp_path / "l.xlsx", *(POLICY | {"niveau": level} for level in "123"))])
    assert [item.level for item in read.labels] == [1, 2, 3]


def test_changed_rows_are_noticed(tmp_path: Path) -> None:
    write_workbook(tasks(), tmp_path / "l.xlsx")
    fill(tmp_path / "l.xlsx", POLICY | {"kenmerk": "iets anders"})
    with pytest.raises(InputError, match="rij 2: de paragraaf met kenmerk 'iets anders' staat niet"):
        LabelFiles([tmp_path / "l.xlsx"])
    write_tasks(tasks(1), tmp_path / "t.jsonl")
    text = (tmp_path / "t.jsonl").read_text(encoding="utf-8").replace("Dit is de tekst", "Een andere tekst")
    (tmp_path / "t.jsonl").write_text(text + "{kapot\n[1]\n{}\n", encoding="utf-8")
    with pytest.raises(InputError) as stop:
        LabelFiles([tmp_path / "t.jsonl"])
    assert str(stop.value).splitlines() == [
        "t.jsonl, regel 1: de tekst van de paragraaf is gewijzigd; label de tekst zoals hij is.",
        "t.jsonl, regel 2: dit is geen regel met JSON.",
        "t.jsonl, regel 3: dit is geen regel met JSON.",
        "t.jsonl, regel 4: de gegevens van de paragraaf zijn onvolledig of beschadigd.",
    ]


# --- agreement -----------------------------------------------------------------------------------


def test_two_readers_are_compared_where_both_labelled(tmp_path: Path) -> None:
    write_workbook(tasks(3), tmp_path / "l.xlsx")
    one = fill(tmp_path / "l.xlsx", POLICY, {"rol": "context"}, to=tmp_path / "anna.xlsx")
    two = fill(
        tmp_path / "l.xlsx", POLICY | {"niveau": "3"}, {"rol": "overig"}, POLICY, to=tmp_path / "bob.xlsx"
    )
    read = LabelFiles([one, two])
    assert [item.reader for item in read.labels] == ["anna", "anna", "bob", "bob", "bob"]
    found = agreements(read.labels)
    assert [*found] == ["role", *CRITERIA, "level"]
    assert (found["role"].pairs, found["role"].equal) == (2, 1)
    assert (found["level"].pairs, found["level"].equal) == (1, 0)
    assert found["measure"].alpha is None  # both the same everywhere: nothing to tell
    assert agreements(read.labels[:2]) == {}


def test_one_reader_cannot_label_a_section_twice(tmp_path: Path) -> None:
    write_workbook(tasks(1), tmp_path / "l.xlsx")
    answers = POLICY | {"lezer": "Anna"}
    files = [fill(tmp_path / "l.xlsx", answers, to=tmp_path / f"{name}.xlsx") for name in "ab"]
    with pytest.raises(InputError, match=r"b\.xlsx, rij 2: 'Anna' labelde deze .* al in a\.xlsx, rij 2"):
        LabelFiles(files)
