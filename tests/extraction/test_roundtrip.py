"""Any tree of headings, paragraphs, items and tables is read back from every format it is written in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import docx_bytes, fodt_bytes, odt_bytes

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.records import Report, UnreadableError

WORDS = ["groen", "water", "wonen", "dijk", "één", "school", "fiets", "überhaupt", "gemeente", "R&D", "co2"]
LIST = '<w:style w:type="paragraph" w:styleId="Lijst"><w:name w:val="List Bullet"/></w:style>'


@dataclass
class Part:
    """A heading with what stands below it; a table is its rows, the first being the header."""

    depth: int
    heading: str
    texts: list[tuple[str, str]] = field(default_factory=list)
    table: list[list[str]] | None = None


@st.composite
def trees(draw: st.DrawFn) -> list[Part]:
    parts: list[Part] = []
    for index in range(draw(st.integers(1, 6))):
        depth = draw(st.integers(1, min(4, parts[-1].depth + 1))) if parts else 1
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
        heading = f"Kop {'abcdef'[index]} {' '.join(words)}"
        part = Part(depth, heading)
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["paragraph", "item"]))
            sentence = draw(st.lists(st.sampled_from(WORDS), min_size=6, max_size=12))
            part.texts.append((kind, f"Wij {' '.join(sentence)}."))
        if draw(st.booleans()):
            cells = st.lists(st.sampled_from(WORDS), min_size=3, max_size=3)
            part.table = [["Actie", "Wie", "Waar"], *draw(st.lists(cells, min_size=1, max_size=3))]
        parts.append(part)
    return parts


def expected(parts: list[Part]) -> list[tuple[int, str, list[tuple[str, str]]]]:
    result = []
    for part in parts:
        rows = [
            ("row", " | ".join(f"{name}: {cell}" for name, cell in zip(part.table[0], row, strict=True)))
            for row in (part.table or [])[1:]
            if part.table
        ]
        result.append((part.depth, part.heading, part.texts + rows))
    return result


def shape(report: Report) -> list[tuple[int, str, list[tuple[str, str]]]]:
    return [
        (s.depth, s.heading, [(b.kind, s.text[b.start : b.end]) for b in s.blocks]) for s in report.sections
    ]


def as_docx(parts: list[Part]) -> bytes:
    def line(text: str, style: str = "") -> str:
        mark = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{mark}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"

    body = ""
    for part in parts:
        body += line(part.heading, f"Kop{part.depth}")
        body += "".join(line(text, "Lijst" if kind == "item" else "") for kind, text in part.texts)
        for number, row in enumerate(part.table or []):
            head = "<w:trPr><w:tblHeader/></w:trPr>" if not number else ""
            cells = "".join(f"<w:tc>{line(cell)}</w:tc>" for cell in row)
            body += f"{'' if number else '<w:tbl>'}<w:tr>{head}{cells}</w:tr>"
        body += "</w:tbl>" if part.table else ""
    return docx_bytes(body, LIST)


def _odt_body(parts: list[Part]) -> str:
    body = ""
    for part in parts:
        body += f'<text:h text:outline-level="{part.depth}">{escape(part.heading)}</text:h>'
        for kind, text in part.texts:
            line = f"<text:p>{escape(text)}</text:p>"
            item = f"<text:list><text:list-item>{line}</text:list-item></text:list>"
            body += item if kind == "item" else line
        rows = [
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in part.table or []
        ]
        if rows:
            head = f"<table:table-header-rows>{rows[0]}</table:table-header-rows>"
            body += f"<table:table>{head}{''.join(rows[1:])}</table:table>"
    return body


def _stop_table(part: Part) -> str:
    rows = [
        "<row>" + "".join(f"<entry><Al>{escape(cell)}</Al></entry>" for cell in row) + "</row>"
        for row in part.table or []
    ]
    if not rows:
        return ""
    return (
        f"<table><tgroup cols='3'><thead>{rows[0]}</thead><tbody>{''.join(rows[1:])}</tbody></tgroup></table>"
    )


def _stop_content(part: Part) -> str:
    lines = "".join(
        f"<Lijst><Li><Al>{escape(text)}</Al></Li></Lijst>" if kind == "item" else f"<Al>{escape(text)}</Al>"
        for kind, text in part.texts
    )
    return f"<Inhoud>{lines}{_stop_table(part)}</Inhoud>"


def as_xml(parts: list[Part]) -> bytes:
    text, depth = "<Regeling><Lichaam>", 0
    for part in parts:
        text += "</Divisie>" * (depth - part.depth + 1)
        depth = part.depth
        text += f"<Divisie><Kop><Opschrift>{escape(part.heading)}</Opschrift></Kop>{_stop_content(part)}"
    return (text + "</Divisie>" * depth + "</Lichaam></Regeling>").encode()


def as_json(parts: list[Part]) -> bytes:
    root: dict[str, object] = {}
    above = [root]
    for number, part in enumerate(parts):
        del above[part.depth :]
        node: dict[str, object] = {
            "type": "DIVISIETEKST",
            "volgordeNummer": number,
            "kop": f"<Kop><Opschrift>{escape(part.heading)}</Opschrift></Kop>",
            "inhoud": _stop_content(part),
        }
        children = above[-1].setdefault("_embedded", {"componenten": []})
        assert isinstance(children, dict)
        children["componenten"].append(node)
        above.append(node)
    return json.dumps(root).encode()


def as_html(parts: list[Part]) -> bytes:
    text = "<!doctype html><html><body>"
    for part in parts:
        text += f"<h{part.depth}>{escape(part.heading)}</h{part.depth}>"
        for kind, line in part.texts:
            text += f"<ul><li>{escape(line)}</li></ul>" if kind == "item" else f"<p>{escape(line)}</p>"
        for number, row in enumerate(part.table or []):
            tag = "td" if number else "th"
            cells = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
            text += f"{'' if number else '<table>'}<tr>{cells}</tr>"
        text += "</table>" if part.table else ""
    return (text + "</body></html>").encode()


def as_md(parts: list[Part]) -> bytes:
    text = ""
    for part in parts:
        text += f"{'#' * part.depth} {part.heading}\n\n"
        for kind, line in part.texts:
            text += f"- {line}\n\n<!-- -->\n\n" if kind == "item" else f"{line}\n\n"
        for number, row in enumerate(part.table or []):
            text += f"| {' | '.join(row)} |\n{'' if number else '|---|---|---|' + chr(10)}"
        text += "\n"
    return text.encode()


def as_txt(parts: list[Part]) -> bytes:
    text = ""
    for part in parts:
        text += f"{'#' * part.depth} {part.heading}\n\n"
        text += "".join(f"{'- ' if kind == 'item' else ''}{line}\n\n" for kind, line in part.texts)
    return text.encode()


WRITERS: dict[str, Callable[[list[Part]], bytes]] = {
    "docx": as_docx,
    "odt": lambda parts: odt_bytes(_odt_body(parts)),
    "fodt": lambda parts: fodt_bytes(_odt_body(parts)),
    "xml": as_xml,
    "json": as_json,
    "html": as_html,
    "md": as_md,
    "txt": as_txt,
}


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=trees())
def test_what_was_written_is_read(form: str, parts: list[Part], tmp_path: Path) -> None:
    if form == "txt":
        parts = [Part(part.depth, part.heading, part.texts) for part in parts]
    path = tmp_path / f"plan.{form}"
    path.write_bytes(WRITERS[form](parts))
    report = read(path)
    assert shape(report) == expected(parts)
    tables = [{b.table for b in s.blocks if b.kind == "row"} for s in report.sections]
    numbers = [numbers for numbers in tables if numbers]
    assert numbers == [{index} for index in range(len(numbers))]


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=trees(), data=st.data())
def test_damage_is_told_or_read(form: str, parts: list[Part], data: st.DataObject, tmp_path: Path) -> None:
    content = bytearray(WRITERS[form](parts))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
        content = content or bytearray(b"x")
    path = tmp_path / f"plan.{form}"
    path.write_bytes(bytes(content))
    try:
        assert read(path).sections
    except UnreadableError as error:
        assert error.message.endswith((".", "?"))


@pytest.mark.parametrize("build", [docx_bytes, odt_bytes])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_nesting_of_office_elements(
    build: Callable[[str], bytes], data: st.DataObject, tmp_path: Path
) -> None:
    prefix = {"docx_bytes": "w:", "odt_bytes": "text:"}[build.__name__]
    names = {
        "w:": [
            "p",
            "r",
            "t",
            "tbl",
            "tr",
            "tc",
            "sdt",
            "sdtContent",
            "txbxContent",
            "ins",
            "del",
            "fldChar",
            "sym",
        ],
        "text:": ["p", "h", "list", "list-item", "span", "note", "note-body", "section", "s", "list-header"],
    }[prefix]
    body = ""
    for _ in range(data.draw(st.integers(1, 12))):
        chain = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=6))
        body += "".join(f"<{prefix}{name}>" for name in chain) + "tekst"
        body += "".join(f"</{prefix}{name}>" for name in reversed(chain))
    path = tmp_path / "plan.docx"
    path.write_bytes(build(body))
    try:
        assert read(path).sections
    except UnreadableError as error:
        assert error.code == "empty"
