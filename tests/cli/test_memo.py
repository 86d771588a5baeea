"""``scan --memo`` and ``memo-template`` as a user meets them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docx import Document

from uitvoerbaarheid.batch import discover
from uitvoerbaarheid.cli.common import chosen_memo
from uitvoerbaarheid.config import load_config
from uitvoerbaarheid.reports.letters import default_template

VISION = """# Visie Zandhoven

## Groen

We streven naar een groene stad, waar mogelijk samen met onze inwoners. Groen is van waarde voor iedereen.
We willen ons de komende jaren inzetten voor een gezonde leefomgeving.
"""


def said(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_scan_writes_a_memo_beside_the_report(run, tmp_path: Path) -> None:
    plans = tmp_path / "plannen"
    plans.mkdir()
    (plans / "visie.md").write_text(VISION, encoding="utf-8")
    (plans / "kapot.pdf").write_bytes(b"%PDF-1.4 kapot")
    assert run("scan", plans, "--output", "uit", "--memo").code == 0
    assert [path.name for path in tmp_path.glob("uit/*.docx")] == ["visie.md.memo.docx"]
    text = said(tmp_path / "uit" / "visie.md.memo.docx")
    assert "Visie Zandhoven" in text and "We streven naar een groene stad" in text
    # The memos of an earlier scan are no documents to read.
    assert [source.relative for source in discover([tmp_path])[0]] == [
        "plannen/kapot.pdf",
        "plannen/visie.md",
    ]


@pytest.mark.parametrize("by_setting", [False, True])
def test_a_template_of_one_s_own_is_used(run, tmp_path: Path, by_setting: bool) -> None:
    (tmp_path / "visie.md").write_text(VISION, encoding="utf-8")
    document = Document()
    document.add_paragraph("Brief van Waterhoven over {{ document.titel }}")
    (tmp_path / "sjablonen").mkdir()
    document.save(str(tmp_path / "sjablonen" / "brief.docx"))
    if by_setting:
        setting = 'memo_template = "sjablonen/brief.docx"'
        (tmp_path / "uitvoerbaarheid.toml").write_text(f"{setting}\n", encoding="utf-8")
        # The setting alone asks for no memo.
        assert chosen_memo(False, None, load_config()) is None
    arguments = ["--memo"] if by_setting else ["--memo-template", "sjablonen/brief.docx"]
    assert run("scan", "visie.md", "-o", "uit", *arguments).code == 0
    assert said(tmp_path / "uit" / "visie.md.memo.docx") == "Brief van Waterhoven over Visie Zandhoven"


@pytest.mark.parametrize("by_setting", [False, True])
def test_a_wrong_template_is_told_before_any_document_is_read(run, tmp_path: Path, by_setting: bool) -> None:
    (tmp_path / "visie.md").write_text(VISION, encoding="utf-8")
    document = Document()
    document.add_paragraph("{{ document.titl }}")
    document.save(str(tmp_path / "brief.docx"))
    arguments = ["--memo"] if by_setting else ["--memo-template", "brief.docx"]
    if by_setting:
        (tmp_path / "uitvoerbaarheid.toml").write_text('memo_template = "brief.docx"\n', encoding="utf-8")
    outcome = run("scan", "visie.md", "-o", "uit", *arguments)
    shown = tmp_path / "brief.docx" if by_setting else "brief.docx"
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        f"Het sjabloon voor de memo ({shown}) is niet te gebruiken.\n"
        "Het invulveld 'document.titl' bestaat niet. Bedoelde u 'document.titel'?\n"
        "'uitvoerbaarheid memo-template' toont alle invulvelden.\n"
    )
    assert not (tmp_path / "uit").exists()


def test_help_names_no_types_of_a_programmer(run) -> None:
    for command in ("scan", "memo-template"):
        text = run(command, "--help").out
        assert "Toon deze uitleg." in text and "--" in text
        assert not re.search(r"[<>{}]", text)


def test_memo_template_shows_the_fields(run) -> None:
    outcome = run("memo-template")
    assert outcome.code == 0
    assert "document.titel" in outcome.out and "punten[].vragen[].vraag" in outcome.out


def test_memo_template_writes_the_bundled_one_once(run, tmp_path: Path) -> None:
    assert run("memo-template", "--output", "brief.docx").out == (
        "brief.docx is gemaakt. Pas het aan in Word en gebruik het met: "
        "uitvoerbaarheid scan PAD --memo-template brief.docx\n"
    )
    assert (tmp_path / "brief.docx").read_bytes() == default_template().read_bytes()
    again = run("memo-template", "--output", "brief.docx")
    assert (again.code, again.err) == (
        2,
        "brief.docx bestaat al en wordt niet overschreven. Kies met --output een andere naam.\n",
    )
    assert run("memo-template", "--output", "brief.doc").err == (
        "Geef met --output een naam op die eindigt op .docx.\n"
    )


def test_a_document_that_the_template_breaks_on_has_no_memo_and_the_rest_goes_on(run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(VISION, encoding="utf-8")
    (tmp_path / "b.md").write_text(VISION, encoding="utf-8")
    document = Document()
    # Sound with the texts that a template is tried with, not with the name of this document.
    document.add_paragraph("{{ document.titel }} {{ 1 // (document.bestand != 'a.md')|int }}")
    document.save(str(tmp_path / "brief.docx"))
    outcome = run("scan", "a.md", "b.md", "-o", "uit", "--memo-template", "brief.docx")
    assert outcome.code == 0
    told = "De memo is niet geschreven: het sjabloon is met dit document niet in te vullen."
    assert f"a.md: {told}\n" in outcome.err and "b.md: " not in outcome.err
    assert [path.name for path in tmp_path.glob("uit/*.docx")] == ["b.md.memo.docx"]
    assert told in (tmp_path / "uit" / "a.md.json").read_text(encoding="utf-8")


def test_a_file_name_too_long_for_a_memo_costs_the_memo_only(run, tmp_path: Path) -> None:
    name = "v" * 243 + ".md"
    (tmp_path / name).write_text(VISION, encoding="utf-8")
    outcome = run("scan", name, "-o", "uit", "--memo")
    assert outcome.code == 0 and "De memo is niet geschreven: " in outcome.err
    assert (tmp_path / "uit" / f"{name}.html").exists()
