"""Changed files of every format: a report or an UnreadableError comes out, nothing else.

UITVOERBAARHEID_FUZZ is the number of files of each format (25).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hostile
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.extraction.worker import Limits, Reader
from uitvoerbaarheid.records import ErrorCode, Report, UnreadableError

EXAMPLES = int(os.environ.get("UITVOERBAARHEID_FUZZ", "25"))
fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_TABLE = "<w:tbl><w:tr><w:tc>{0}</w:tc><w:tc>{0}</w:tc></w:tr></w:tbl>".format(hostile.paragraph("cel"))
SEEDS: dict[str, bytes] = {
    "pdf": hostile.good_pdf(),
    "docx": hostile.docx(hostile.paragraph(hostile.PROSE) + _TABLE),
    "odt": hostile.odt(f"<text:h text:outline-level='1'>Verkeer</text:h><text:p>{hostile.PROSE}</text:p>"),
    "xml": hostile.stop("<Lijst><Li><LiNummer>1</LiNummer><Al>punt</Al></Li></Lijst>").encode(),
    "json": hostile.dso(volgordeNummer=1).encode(),
    "html": hostile.html("<ul><li>punt</ul><table><tr><th>a<td>b</table>").encode(),
    "md": hostile.md("- punt\n- punt\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> citaat `code` [a](b)").encode(),
    "txt": hostile.text("1.1 Kop\n\n- punt\n- punt\n\nRegel met woor-\nden.").encode(),
}
# What parsers stumble over, to be put in anywhere.
TOKENS = st.sampled_from(
    [token.encode() for token in ("\0", "<", ">", "&#0;", "]]>", "<!--", "(", "[" * 40, "{", '"', "\r\n")]
    + [token.encode() for token in ("endobj", "/Kids[1 0 R]", "-1", "9" * 11, "\u202e", "%PDF-", "PK\3\4")]
    + [b"\xff\xfe", b"\xed\xa0\x80", b"|" * 9]
)


@st.composite
def changed(draw: st.DrawFn, seed: bytes) -> bytes:
    """``seed`` with one to six changes: bytes flipped or put in, a piece dropped, repeated or moved."""
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 6))):
        if not data:
            break
        start = draw(st.integers(0, len(data) - 1))
        end = min(len(data), start + draw(st.integers(1, 1 + len(data) // 4)))
        change = draw(st.sampled_from(("flip", "insert", "drop", "repeat", "move", "cut")))
        if change == "flip":
            data[start] ^= draw(st.integers(1, 255))
        elif change == "insert":
            data[start:start] = draw(st.one_of(TOKENS, st.binary(max_size=20)))
        elif change == "drop":
            del data[start:end]
        elif change == "repeat":
            data[start:start] = bytes(data[start:end]) * draw(st.integers(1, 5))
        elif change == "move":
            piece = bytes(data[start:end])
            del data[start:end]
            place = draw(st.integers(0, len(data)))
            data[place:place] = piece
        else:
            del data[start:]
    return bytes(data)


def check(reading: Callable[[Path], Report], path: Path) -> None:
    """Read ``path``: a report that is sound, or a typed error with a message."""
    try:
        report = reading(path)
    except UnreadableError as error:
        assert error.code in get_args(ErrorCode) and error.message.endswith((".", ")", path.name))
        return
    assert report.sections and report.document.status in ("ok", "partial")
    assert (report.document.status == "partial") >= (report.document.error is not None)
    for section in report.sections:
        assert section.heading
        for block in section.blocks:
            assert 0 <= block.start <= block.end <= len(section.text)
    report.model_dump_json()


@pytest.mark.parametrize("suffix", sorted(set(SEEDS) - {"pdf"}))
def test_the_files_that_are_changed_are_sound(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"bestand.{suffix}"
    path.write_bytes(SEEDS[suffix])
    report = read(path)
    assert report.document.format == suffix
    assert any(hostile.SENTENCE in section.text for section in report.sections)


@pytest.mark.parametrize("suffix", sorted(set(SEEDS) - {"pdf"}))
def test_changed_files(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"bestand.{suffix}"

    @fuzz
    @given(changed(SEEDS[suffix]))
    def run(data: bytes) -> None:
        path.write_bytes(data)
        if b"%PDF-" not in data:  # PDFium may break the process: it is tried below
            check(read, path)

    run()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits(seconds=30, page_seconds=10, documents=10_000)) as reader:
        yield reader


@pytest.mark.parametrize("seed", [hostile.good_pdf(), hostile.plain_pdf()], ids=["fpdf", "eenvoudig"])
def test_changed_pdfs(reader: Reader, seed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bestand.pdf"

    @fuzz
    @given(changed(seed))
    def run(data: bytes) -> None:
        path.write_bytes(data)
        check(reader.read, path)

    run()
