"""Make hostile documents, and with --run read them all: file, outcome, limit hit, seconds, peak memory.

    python scripts/hostile.py FOLDER [--run] [--small] [--only PART]

Every file is made the same each time. Most hold a sentence that a reader should still find, beside what is
meant to hang, break or fill the program. ``--small`` makes the heavy ones smaller (the tests read those with
smaller limits).
"""

from __future__ import annotations

import argparse
import datetime
import io
import json
import os
import random
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from uitvoerbaarheid.extraction.worker import Limits, Reader
from uitvoerbaarheid.records import Report, UnreadableError

SENTENCE = "De gemeente Lindermeer legt in 2027 een fietspad aan langs de Waterhovense dijk."
PROSE = (
    f"{SENTENCE} Het college stelt daarvoor 400.000 euro beschikbaar en de provincie Rijnmark betaalt mee. "
    "Elk jaar hoort de raad hoe ver het werk is en of de kosten binnen de begroting blijven."
)
OTHER = (
    "De provincie Rijnmark telt voor de zomer hoeveel bussen er in Waterhoven rijden en wie er in zitten. "
    "De uitkomst gaat naar Provinciale Staten, die er in het najaar over besluiten."
)
OK = frozenset({"ok", "partial"})


@dataclass(frozen=True)
class Case:
    """A hostile file. ``outcomes`` are those that are right: "ok", "partial" or a code of the error.

    ``text`` tells that SENTENCE is in the document and comes out wherever the outcome is "ok" or "partial".
    """

    name: str
    make: Callable[[Path, float], None]
    outcomes: frozenset[str]
    text: bool = True


CASES: list[Case] = []


def case(name: str, *outcomes: str, text: bool = True) -> Callable[..., Callable[[float], bytes]]:
    """Add a file whose bytes the function gives, at a scale of 1 (full) or less."""

    def add(function: Callable[[float], bytes | str]) -> Callable[[float], bytes | str]:
        def write(path: Path, scale: float) -> None:
            content = function(scale)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

        CASES.append(Case(name, write, frozenset(outcomes), text))
        return function

    return add


# --- PDF -------------------------------------------------------------------------------------------------


class Pdf:
    """A PDF written object by object, so that everything in it can be wrong."""

    def __init__(self) -> None:
        self.objects: list[bytes] = [b"", b""]
        self.pages: list[int] = []
        self.font = self.add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
        self.catalog = b""

    def add(self, body: bytes) -> int:
        """The number of a new object."""
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, entries: bytes = b"") -> int:
        return self.add(b"<<%s/Length %d>>\nstream\n" % (entries, len(data)) + data + b"\nendstream")

    def page(self, content: bytes | int, resources: bytes = b"", entries: bytes = b"") -> int:
        """A page with ``content``: its operators, or the number of its stream."""
        number = content if isinstance(content, int) else self.stream(content)
        box = b"" if b"/MediaBox" in entries else b"/MediaBox[0 0 595 842]"
        page = self.add(
            b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R/Resources<</Font<</F %d 0 R>>%s>>%s>>"
            % (box, number, self.font, resources, entries)
        )
        self.pages.append(page)
        return page

    def prose(self, text: str = PROSE) -> int:
        return self.page(lines(text))

    def bytes(self, pages: bytes | None = None, xref: bool = True, trailer: bytes = b"") -> bytes:
        kids = b" ".join(b"%d 0 R" % page for page in self.pages)
        self.objects[0] = b"<</Type/Catalog/Pages 2 0 R%s>>" % self.catalog
        self.objects[1] = pages or b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(self.pages))
        out = io.BytesIO()
        out.write(b"%PDF-1.7\n")
        offsets = []
        for number, body in enumerate(self.objects, 1):
            offsets.append(out.tell())
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        for offset in offsets:
            out.write(b"%010d 00000 n \n" % (offset if xref else (offset * 7919 + 13) % 9999999999))
        out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(offsets) + 1, trailer))
        out.write(b"startxref\n%d\n%%%%EOF\n" % (start if xref else start * 3))
        return out.getvalue()


def lines(text: str, size: int = 10, top: int = 780) -> bytes:
    """Operators that set ``text`` from the top of a page, some ninety signs on a line."""
    words, rows = text.split(), [""]
    for word in words:
        if len(rows[-1]) + len(word) > 90:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    shown = b" T* ".join(b"(%s) Tj" % row.encode("latin-1").replace(b"(", b"\\(") for row in rows)
    return b"BT /F %d Tf 13 TL 60 %d Td %s ET" % (size, top, shown)


def between(
    content: bytes | int, resources: bytes = b"", entries: bytes = b"", pdf: Pdf | None = None
) -> bytes:
    """Three pages of which the second is hostile; what stands on two of them could be a running line."""
    pdf = pdf or Pdf()
    pdf.prose()
    pdf.page(content, resources, entries)
    pdf.prose(OTHER)
    return pdf.bytes()


def packed(content: bytes, size: int, levels: int) -> bytes:
    """``content`` over and over up to ``size`` bytes, packed ``levels`` times."""
    packer = zlib.compressobj(9)
    block = content * (2**20 // len(content))
    data = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    for _ in range(levels - 1):
        data = zlib.compress(data, 9)
    return data


def _nested(content: bytes, size: int) -> bytes:
    pdf = Pdf()
    stream = pdf.stream(packed(content, size, 3), b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")
    return between(stream, pdf=pdf)


@case("geneste-stroom-tekens.pdf", "ok", "partial")
def nested_stream(scale: float) -> bytes:
    """1.4 kB in three layers that unpack to 400 MB of drawing."""
    return _nested(b"0 0 m 9 9 l S ", int(400 * scale) * 2**20)


@case("geneste-stroom-spaties.pdf", "ok", "partial")
def nested_spaces(scale: float) -> bytes:
    return _nested(b" ", int(400 * scale) * 2**20)


@case("geneste-stroom-groot.pdf", "ok", "partial")
def nested_huge(scale: float) -> bytes:
    return _nested(b" ", int(3000 * scale) * 2**20)


@case("krommen.pdf", "ok", "partial")
def curves(scale: float) -> bytes:
    signs = random.Random(1)
    curve = b"".join(
        b"%d %d m %d %d %d %d %d %d c S\n" % tuple(signs.randrange(800) for _ in range(8))
        for _ in range(int(200_000 * scale))
    )
    return between(curve)


@case("een-pad.pdf", "ok", "partial")
def one_path(scale: float) -> bytes:
    return between(b"0 0 m " + b"5 5 l 590 5 l 590 800 l 5 800 l " * int(100_000 * scale) + b"S")


@case("lijnen.pdf", "ok", "partial")
def ruling_lines(scale: float) -> bytes:
    """A grid of 112 000 cells with a number in half of them."""
    step = 2 if scale == 1 else 8
    across, down = range(20, 580, step), range(20, 820, step)
    grid = [b"%d 20 m %d 820 l S\n" % (x, x) for x in across]
    grid += [b"20 %d m 580 %d l S\n" % (y, y) for y in down]
    grid += [b"BT /F 1 Tf %d %d Td (%d) Tj ET\n" % (x, y, x) for x in across for y in down if y % 4 == 0]
    return between(b"".join(grid))


@case("tekens.pdf", "ok", "partial")
def glyphs(scale: float) -> bytes:
    """300 000 glyphs on one page, all over it."""
    rows = (
        b"BT /F 4 Tf %d %d Td (%s) Tj ET\n" % (20 + n % 7, 20 + n % 790, b"woord 12 " * 33)
        for n in range(int(1000 * scale))
    )
    return between(b"".join(rows))


@case("losse-letters.pdf", "ok", "partial")
def scattered(scale: float) -> bytes:
    """60 000 words set at places without order."""
    signs = random.Random(2)
    size = int(60_000 * scale)
    return between(
        b"".join(
            b"BT /F %d Tf %d %d Td (woord) Tj ET\n"
            % (signs.randrange(3, 30), signs.randrange(580), signs.randrange(820))
            for _ in range(size)
        )
    )


@case("een-woord.pdf", "ok", "partial")
def one_word(scale: float) -> bytes:
    return between(b"BT /F 1 Tf 20 400 Td (%s) Tj ET" % (b"a" * int(150_000 * scale)))


@case("zelfverwijzend-formulier.pdf", "ok", "partial")
def self_form(scale: float) -> bytes:
    pdf = Pdf()
    number = len(pdf.objects) + 1
    pdf.stream(
        b"/X Do /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X %d 0 R>>>>" % number,
    )
    return between(b"/X Do", b"/XObject<</X %d 0 R>>" % number, pdf=pdf)


@case("vermenigvuldigend-formulier.pdf", "ok", "partial")
def doubling_forms(scale: float) -> bytes:
    """Forms that draw the next one ten times, twelve deep."""
    pdf = Pdf()
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"
    last = pdf.stream(b"BT /F 4 Tf (a) Tj ET", entries + b"/Resources<</Font<</F %d 0 R>>>>" % pdf.font)
    for _ in range(12):
        last = pdf.stream(b"/X Do " * 10, entries + b"/Resources<</XObject<</X %d 0 R>>>>" % last)
    return between(b"/X Do", b"/XObject<</X %d 0 R>>" % last, pdf=pdf)


@case("type3-lus.pdf", "ok", "partial")
def type3_loop(scale: float) -> bytes:
    """A font whose letter is drawn with that font."""
    pdf = Pdf()
    number = len(pdf.objects) + 2
    glyph = pdf.stream(b"1000 0 0 0 750 750 d1 BT /T 1 Tf (aaaa) Tj ET")
    pdf.add(
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[.001 0 0 .001 0 0]"
        b"/CharProcs<</a %d 0 R>>"
        b"/Encoding<</Type/Encoding/Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[1000]"
        b"/Resources<</Font<</T %d 0 R>>>>>>" % (glyph, number)
    )
    pdf.prose()
    pdf.page(b"BT /T 10 Tf 60 700 Td (aaaa) Tj ET", b"/Font<</T %d 0 R>>" % number)
    return pdf.bytes()


@case("paginaboom-lus.pdf", "ok", "partial", "damaged", "empty", text=False)
def page_loop(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    node = pdf.add(b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 2 0 R]/Count 50>>")
    return pdf.bytes(b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 100>>" % (pdf.pages[0], node))


@case("kinderen.pdf", "partial", "empty", text=False)
def kids(scale: float) -> bytes:
    """200 000 times the same page."""
    pdf = Pdf()
    pdf.prose()
    count = int(200_000 * scale)
    return pdf.bytes(b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"%d 0 R " % pdf.pages[0] * count, count))


@case("paginas.pdf", "partial")
def many_pages(scale: float) -> bytes:
    """100 000 pages, each its own."""
    pdf = Pdf()
    pdf.prose()
    signs = random.Random(8)
    for _ in range(int(100_000 * scale)):
        pdf.prose(" ".join("".join(signs.choices("aeinorst", k=6)) for _ in range(20)))
    return pdf.bytes()


@case("paginaboom-diep.pdf", "ok", "partial", "damaged", text=False)
def deep_tree(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    last = pdf.pages[0]
    for _ in range(int(50_000 * scale)):
        last = pdf.add(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % last)
    return pdf.bytes(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % last)


@case("telling-gelogen.pdf", "ok", "partial", "damaged", text=False)
def lying_count(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    return pdf.bytes(b"<</Type/Pages/Kids[%d 0 R]/Count 2147483647>>" % pdf.pages[0])


@case("xref-stuk.pdf", "ok", "partial")
def broken_xref(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    pdf.prose(OTHER)
    return pdf.bytes(xref=False)


@case("xref-lus.pdf", "ok", "partial", "damaged")
def xref_loop(scale: float) -> bytes:
    """The table of objects says that the one before it is itself."""
    pdf = Pdf()
    pdf.prose()
    start = pdf.bytes().rindex(b"xref\n0 ")
    return pdf.bytes(trailer=b"/Prev %d" % start)


def good_pdf() -> bytes:
    """A sound PDF of some pages with headings, bookmarks, a table and a picture."""
    paper = FPDF(format="A4")
    paper.set_creation_date(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    for chapter in range(1, 6):
        paper.add_page()
        paper.set_font("Helvetica", "B", 16)
        paper.start_section(f"{chapter} Hoofdstuk over het verkeer", level=0)
        paper.cell(text=f"{chapter} Hoofdstuk over het verkeer", new_x="LMARGIN", new_y="NEXT")
        paper.set_font("Helvetica", size=10)
        paper.multi_cell(0, text=PROSE if chapter == 1 else OTHER * chapter, new_x="LMARGIN", new_y="NEXT")
        with paper.table() as table:
            for row in (
                ("Actie", "Wie", "Wanneer"),
                ("Fietspad", "Gemeente", "2027"),
                ("Brug", "Rijnmark", "2028"),
            ):
                table.row(row)
    return bytes(paper.output())


def plain_pdf() -> bytes:
    """A sound PDF of ten pages that begins with its list of pages, so that much survives when it is cut."""
    pdf = Pdf()
    pdf.prose()
    for number in range(9):
        pdf.prose(" ".join([OTHER] * (number + 1)))
    return pdf.bytes()


def _truncated(source: Callable[[], bytes], tenth: int) -> Callable[[float], bytes]:
    def make(scale: float) -> bytes:
        data = source()
        return data[: len(data) * tenth // 10]

    return make


for _tenth in range(1, 10):
    case(f"afgekapt-{_tenth}.pdf", "damaged", text=False)(_truncated(good_pdf, _tenth))
    case(f"afgekapt-heel-begin-{_tenth}.pdf", "partial", "ok", "damaged")(_truncated(plain_pdf, _tenth))


@case("reuzenpagina.pdf", "ok", "partial")
def huge_box(scale: float) -> bytes:
    return between(lines(OTHER[::-1]), entries=b"/MediaBox[-2e9 -2e9 2e9 2e9]/UserUnit 75000")


@case("onmogelijke-pagina.pdf", "ok", "partial")
def strange_boxes(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    for box in (b"0 0 0 0", b"1e38 1e38 -1e38 -1e38", b"(a) null [] 5", b"9 9 9 9", b"0 0 -595 -842"):
        pdf.page(lines(PROSE), entries=b"/MediaBox[%s]/Rotate 91/CropBox[%s]" % (box, box))
    return pdf.bytes()


@case("matrix-onmogelijk.pdf", "ok", "partial")
def strange_matrix(scale: float) -> bytes:
    text = b"BT /F 10 Tf %s Tm (woorden en letters) Tj ET "
    parts = (
        b"0 0 0 0 0 0",
        b"1e38 0 0 1e38 1e38 1e38",
        b"1e-38 0 0 1e-38 60 60",
        b"-1 0 0 -1 9e9 9e9",
        b"1 9e9 9e9 1 5 5",
    )
    return between(
        b"".join(text % part for part in parts) + b"BT /F 1e30 Tf (groot) Tj /F -5 Tf (klein) Tj ET"
    )


@case("acties.pdf", "ok")
def actions(scale: float) -> bytes:
    """Scripts, a program to start and a page of the web: nothing of it may happen."""
    pdf = Pdf()
    pdf.prose()
    pdf.catalog = (
        b"/OpenAction<</S/JavaScript/JS(while\\(true\\){app.alert\\(1\\)})>>"
        b"/AA<</WC<</S/Launch/F(/bin/sh)>>>>/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(this.print\\(\\))>>]>>>>"
        b"/AcroForm<</Fields[]/XFA(<xdp/>)>>"
    )
    pdf.page(lines(OTHER), entries=b"/AA<</O<</S/URI/URI(http://lindermeer.invalid/)>>>>")
    return pdf.bytes()


@case("lettertype-stuk.pdf", "ok", "partial")
def broken_font(scale: float) -> bytes:
    """An embedded font that is noise, and one that begins as a real one."""
    pdf = Pdf()
    noise = random.Random(3).randbytes(20_000)
    fonts = []
    for key, data in (
        (b"FontFile2", noise),
        (b"FontFile2", b"\0\1\0\0\0\x0f\xff\xff" + noise),
        (b"FontFile3", noise),
    ):
        file = pdf.stream(data, b"/Length1 999999999/Subtype/OpenType")
        descriptor = pdf.add(
            b"<</Type/FontDescriptor/FontName/Stuk/Flags 4/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 1/Descent 0"
            b"/CapHeight 1/StemV 1/%s %d 0 R>>" % (key, file)
        )
        fonts.append(
            pdf.add(
                b"<</Type/Font/Subtype/TrueType/BaseFont/Stuk/FirstChar 0/LastChar 255/Widths[1e9 -5]"
                b"/FontDescriptor %d 0 R>>" % descriptor
            )
        )
    pdf.prose()
    names = b"".join(b"/B%d %d 0 R" % (n, font) for n, font in enumerate(fonts))
    text = b"".join(
        b"BT /B%d 10 Tf 60 %d Td (letters zonder vorm) Tj ET " % (n, 700 - 20 * n) for n in range(3)
    )
    pdf.page(text, b"/Font<<%s>>" % names)
    return pdf.bytes()


@case("tekentabel-groot.pdf", "ok", "partial")
def huge_cmap(scale: float) -> bytes:
    """A character table of millions of ranges, and NUL and bidi signs among what it gives."""
    pdf = Pdf()
    table = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
    table += b"2 beginbfchar <41> <0000> <42> <202E> endbfchar "
    table += b"100 beginbfrange " + b"<0000> <ffff> <0000>\n" * int(400_000 * scale) + b"endbfrange endcmap"
    cmap = pdf.stream(zlib.compress(table, 9), b"/Filter/FlateDecode")
    font = pdf.add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode %d 0 R>>" % cmap)
    pdf.prose()
    pdf.page(b"BT /N 10 Tf 60 700 Td (ABABAB letters) Tj ET", b"/Font<</N %d 0 R>>" % font)
    return pdf.bytes()


@case("afbeelding-miljarden.pdf", "ok", "partial")
def huge_image(scale: float) -> bytes:
    """A page that is one picture of ten thousand million pixels."""
    pdf = Pdf()
    image = pdf.stream(
        packed(b"\xff", 2**20, 1),
        b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode",
    )
    pdf.prose()
    pdf.page(b"595 0 0 842 0 0 cm /I Do", b"/XObject<</I %d 0 R>>" % image)
    return pdf.bytes()


@case("voorspeller.pdf", "ok", "partial")
def predictor(scale: float) -> bytes:
    pdf = Pdf()
    stream = pdf.stream(
        zlib.compress(lines(PROSE)),
        b"/Filter/FlateDecode/DecodeParms"
        b"<</Predictor 15/Columns 2147483647/Colors 2147483647/BitsPerComponent 32>>",
    )
    return between(stream, pdf=pdf)


@case("bladwijzer-lus.pdf", "ok")
def bookmark_loop(scale: float) -> bytes:
    """Two bookmarks that follow each other in a ring, and hold themselves."""
    pdf = Pdf()
    pdf.prose()
    first = len(pdf.objects) + 1
    for number, other in ((first, first + 1), (first + 1, first)):
        pdf.add(
            b"<</Title(Ring)/Parent %d 0 R/Next %d 0 R/Prev %d 0 R/First %d 0 R/Last %d 0 R/Count 9"
            b"/Dest[%d 0 R/Fit]>>" % (number, other, other, number, number, pdf.pages[0])
        )
    root = pdf.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count 99>>" % (first, first + 1))
    pdf.catalog = b"/Outlines %d 0 R" % root
    return pdf.bytes()


@case("bladwijzers.pdf", "ok")
def many_bookmarks(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    first = len(pdf.objects) + 1
    count = int(100_000 * scale)
    for number in range(first, first + count):
        pdf.add(
            b"<</Title(Bladwijzer %d)/Parent %d 0 R/Next %d 0 R/Dest[%d 0 R/Fit]>>"
            % (number, first + count, number + 1, pdf.pages[0])
        )
    root = pdf.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R>>" % (first, first + count - 1))
    pdf.catalog = b"/Outlines %d 0 R" % root
    return pdf.bytes()


@case("structuur-lus.pdf", "ok", "partial")
def structure_loop(scale: float) -> bytes:
    """A structure tree in which an element is its own child and parent."""
    pdf = Pdf()
    number = len(pdf.objects) + 1
    pdf.add(
        b"<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K[%d 0 R %d 0 R 0]>>"
        % (number, number + 3, number, number)
    )
    root = pdf.add(b"<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Nums[0[%d 0 R]]>>>>" % (number, number))
    pdf.catalog = b"/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>" % root
    pdf.page(b"/P<</MCID 0>>BDC " + lines(PROSE) + b" EMC", entries=b"/StructParents 0")
    return pdf.bytes()


@case("structuur-diep.pdf", "ok", "partial")
def structure_deep(scale: float) -> bytes:
    """50 000 elements inside each other, and as many roles that stand for the next one."""
    pdf = Pdf()
    first, count = len(pdf.objects) + 1, int(50_000 * scale)
    page = first + count + 2
    for number in range(first, first + count):
        below = b"0" if number == first + count - 1 else b"%d 0 R" % (number + 1)
        pdf.add(b"<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K[%s]>>" % (number - 1, page, below))
    roles = b"".join(b"/R%d/R%d" % (n, (n + 1) % count) for n in range(count))
    root = pdf.add(
        b"<</Type/StructTreeRoot/K %d 0 R/RoleMap<<%s>>/ParentTree<</Nums[0[%d 0 R]]>>>>"
        % (first, roles, first + count - 1)
    )
    pdf.catalog = b"/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>" % root
    pdf.page(b"/P<</MCID 0>>BDC " + lines(PROSE) + b" EMC", entries=b"/StructParents 0")
    return pdf.bytes()


@case("geneste-inhoud.pdf", "ok", "partial")
def nested_content(scale: float) -> bytes:
    """A million saved states and arrays inside arrays, none closed."""
    return between(b"".join(sign * int(1_000_000 * scale) for sign in (b"q ", b"[", b"<<")))


@case("geneste-objecten.pdf", "ok", "partial")
def nested_objects(scale: float) -> bytes:
    pdf = Pdf()
    pdf.catalog = b"/Diep " + b"[" * 200_000 + b"]" * 200_000
    pdf.prose()
    return pdf.bytes()


@case("lengte-verwijst-naar-zichzelf.pdf", "ok", "partial")
def self_length(scale: float) -> bytes:
    pdf = Pdf()
    number = len(pdf.objects) + 1
    pdf.add(b"<</Length %d 0 R>>\nstream\n%s\nendstream" % (number, lines(OTHER[::-1])))
    return between(number, pdf=pdf)


@case("vergrendeld.pdf", "encrypted")
def locked(scale: float) -> bytes:
    paper = FPDF()
    paper.set_creation_date(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    paper.set_encryption("eigenaar-7", "lezer-7", EncryptionMethod.RC4)
    paper.add_page()
    paper.set_font("Helvetica", size=10)
    paper.multi_cell(0, text=PROSE)
    return bytes(paper.output())


@case("versleuteling-onbekend.pdf", "encrypted", "damaged")
def unknown_lock(scale: float) -> bytes:
    pdf = Pdf()
    pdf.prose()
    return pdf.bytes(trailer=b"/Encrypt<</Filter/Onbekend/V 9/R 9/O(a)/U(b)/P -1/Length 99999>>/ID[(a)(b)]")


@case("leeg.pdf", "empty")
def empty_pdf(scale: float) -> bytes:
    return b""


@case("nullen.pdf", "empty")
def nulls(scale: float) -> bytes:
    return bytes(1_000_000)


@case("kop-alleen.pdf", "damaged")
def header_only(scale: float) -> bytes:
    return b"%PDF-1.7\n"


@case("ruis.pdf", "damaged")
def noise(scale: float) -> bytes:
    return b"%PDF-1.7\n" + random.Random(4).randbytes(500_000)


@case("afbeelding.pdf", "unsupported")
def picture(scale: float) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(5).randbytes(5000)


@case("eigenlijk-een-pdf.docx", "ok")
def pdf_as_docx(scale: float) -> bytes:
    return good_pdf()


# --- zip: DOCX and ODT -----------------------------------------------------------------------------------

_XML = '<?xml version="1.0"?>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
_STYLES = f'<?xml version="1.0"?><w:styles {_W}/>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, head: str = "", styles: str = _STYLES, extra: dict[str, bytes] | None = None) -> bytes:
    """A DOCX with ``body`` in its document, ``head`` before its root, and ``extra`` files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELS.format(kind="officeDocument", target="word/document.xml"),
            "word/_rels/document.xml.rels": _RELS.format(kind="styles", target="styles.xml"),
            "word/styles.xml": styles,
            "word/document.xml": f"{_XML}{head}<w:document {_W}><w:body>{body}</w:body></w:document>",
            **(extra or {}),
        }.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "lach">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghij", "bcdefghijk", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY k SYSTEM "file:///etc/passwd">]>'
QUADRATIC = '<!DOCTYPE r [<!ENTITY k "{}">]>'.format("lach " * 20_000)


@case("bom.docx", "too_large")
def zip_bomb(scale: float) -> bytes:
    """A file of 1 MB that unpacks to 1 GB."""
    size = int(1024 * scale) * 2**20
    return _with_entry(docx(paragraph(PROSE)), "word/media/bom.bin", packed(b"\0", size, 1)[2:-4], size)


@case("bom-in-tekst.docx", "too_large")
def text_bomb(scale: float) -> bytes:
    return docx(paragraph(PROSE) + " " * (40 * 2**20))


@case("bom-gelogen.docx", "damaged")
def lying_bomb(scale: float) -> bytes:
    """The directory says that 1 GB is a thousand bytes."""
    size = int(1024 * scale) * 2**20
    return _with_entry(docx(paragraph(PROSE)), "word/media/bom.bin", packed(b"\0", size, 1)[2:-4], 1000)


def _with_entry(archive: bytes, name: str, deflated: bytes, size: int) -> bytes:
    """``archive`` with a file of which the unpacked size is as given, true or not."""
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a") as zipped:
        info = zipfile.ZipInfo(name)
        zipped.writestr(info, deflated)
        info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, size
        start = info.header_offset
    data = bytearray(buffer.getvalue())
    data[start + 8 : start + 10] = (8).to_bytes(2, "little")
    data[start + 22 : start + 26] = size.to_bytes(4, "little")
    return bytes(data)


@case("overlap.docx", "damaged")
def overlapping(scale: float) -> bytes:
    """Entries that share the same bytes."""
    buffer = io.BytesIO(docx(paragraph(PROSE)))
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr("word/media/a.bin", bytes(2**20))
        first = zipped.getinfo("word/media/a.bin")
        for number in range(100):
            other = zipfile.ZipInfo(f"word/media/a{number}.bin")
            other.header_offset, other.CRC = first.header_offset, first.CRC
            other.file_size, other.compress_size = first.file_size, first.compress_size
            zipped.filelist.append(other)
    return buffer.getvalue()


@case("honderdduizend-bestanden.docx", "too_large")
def many_entries(scale: float) -> bytes:
    buffer = io.BytesIO(docx(paragraph(PROSE)))
    with zipfile.ZipFile(buffer, "a") as zipped:
        for number in range(100_000):
            zipped.writestr(zipfile.ZipInfo(f"word/media/{number}"), b"")
    return buffer.getvalue()


@case("paden.docx", "ok")
def traversal(scale: float) -> bytes:
    """Names that would leave the folder of who unpacks them to disk."""
    names = (
        "../../../../hostile-ontsnapt",
        "/hostile-ontsnapt",
        "..\\..\\ontsnapt",
        "C:\\ontsnapt",
        "a\0b",
    )
    return docx(paragraph(PROSE), extra={name: b"ontsnapt" for name in names})


@case("lzma.docx", "damaged")
def other_packing(scale: float) -> bytes:
    buffer = io.BytesIO(docx(paragraph(PROSE)))
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr("word/media/a.bin", bytes(20 * 2**20), zipfile.ZIP_LZMA)
    return buffer.getvalue()


@case("lach.docx", "damaged", "ok")
def docx_laughs(scale: float) -> bytes:
    return docx(paragraph(PROSE) + paragraph("&k;"), head=LAUGHS)


@case("buiten.docx", "damaged", "ok")
def docx_outside(scale: float) -> bytes:
    return docx(paragraph(PROSE) + paragraph("&k;"), head=OUTSIDE)


@case("kwadratisch.docx", "damaged", "ok")
def docx_quadratic(scale: float) -> bytes:
    return docx(
        paragraph(PROSE) + paragraph("&k;" * 20_000) + f'<w:p w:rsid="{"&k;" * 20_000}"/>', head=QUADRATIC
    )


@case("tabel-in-tabel.docx", "damaged", "ok")
def deep_tables(scale: float) -> bytes:
    deep = 5_000
    return docx(
        paragraph(PROSE) + "<w:tbl><w:tr><w:tc>" * deep + paragraph("diep") + "</w:tc></w:tr></w:tbl>" * deep
    )


@case("tabel-in-tabel-60.docx", "ok")
def nested_tables(scale: float) -> bytes:
    """As deep as XML may go, each with two cells, so that nothing in it may be read twice."""
    deep = 60
    begin = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>"
    return docx(paragraph(PROSE) + begin * deep + paragraph("diep") + "</w:tc></w:tr></w:tbl>" * deep)


@case("celbreedte.docx", "ok")
def wide_cells(scale: float) -> bytes:
    """Cells that say that they are a thousand million columns wide."""
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{paragraph("cel")}</w:tc>'
    return docx(paragraph(PROSE) + f"<w:tbl>{f'<w:tr>{cell * 3}</w:tr>' * 50}</w:tbl>")


@case("stijl-lus.docx", "ok")
def style_loop(scale: float) -> bytes:
    styles = "".join(
        f'<w:style w:styleId="{a}" w:type="paragraph"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("A", "B"), ("B", "A"))
    )
    body = f'<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>{PROSE}</w:t></w:r></w:p>'
    return docx(body, styles=f'<?xml version="1.0"?><w:styles {_W}>{styles}</w:styles>')


@case("stijl-keten.docx", "ok")
def style_chain(scale: float) -> bytes:
    """2 000 styles each based on the next, and as many paragraphs in the first."""
    count = int(2_000 * scale)
    styles = "".join(
        f'<w:style w:styleId="S{n}"><w:name w:val="S{n}"/><w:basedOn w:val="S{n + 1}"/></w:style>'
        for n in range(count)
    )
    body = '<w:p><w:pPr><w:pStyle w:val="S0"/></w:pPr><w:r><w:t>Een regel tekst.</w:t></w:r></w:p>' * count
    return docx(paragraph(PROSE) + body, styles=f'<?xml version="1.0"?><w:styles {_W}>{styles}</w:styles>')


@case("afgekapt.docx", "damaged")
def cut_docx(scale: float) -> bytes:
    data = docx(paragraph(PROSE))
    return data[: len(data) // 2]


@case("versleuteld.docx", "encrypted")
def locked_docx(scale: float) -> bytes:
    """The container of an encrypted Office document: its directory names the encrypted package."""
    name = "EncryptedPackage".encode("utf-16-le")
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + name
        + bytes(2000)
        + random.Random(6).randbytes(4000)
    )


@case("oud.docx", "unsupported")
def old_word(scale: float) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(4000)


_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def odt(body: str, head: str = "", manifest: str = "<manifest/>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        content = (
            f'<?xml version="1.0"?>{head}<office:document-content {_OFFICE}><office:body><office:text>'
            f"{body}</office:text></office:body></office:document-content>"
        )
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@case("lach.odt", "damaged")
def odt_laughs(scale: float) -> bytes:
    return odt(f"<text:p>{PROSE}</text:p><text:p>&k;</text:p>", head=LAUGHS)


@case("bom.odt", "too_large")
def odt_bomb(scale: float) -> bytes:
    return odt(f"<text:p>{PROSE}</text:p>" + " " * (40 * 2**20))


@case("lijsten-diep.odt", "damaged", "ok")
def odt_deep(scale: float) -> bytes:
    deep = 5_000
    return odt(
        f"<text:p>{PROSE}</text:p>"
        + "<text:list><text:list-item>" * deep
        + "</text:list-item></text:list>" * deep
    )


@case("spaties.odt", "ok")
def odt_spaces(scale: float) -> bytes:
    """A mark that stands for a thousand million spaces."""
    return odt(f'<text:p>{PROSE}</text:p><text:p>a<text:s text:c="999999999"/>b</text:p>')


@case("versleuteld.odt", "encrypted")
def locked_odt(scale: float) -> bytes:
    return odt("", manifest="<manifest><file-entry><encryption-data/></file-entry></manifest>")


# --- XML -------------------------------------------------------------------------------------------------


def stop(body: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<Lichaam xmlns="https://standaarden.overheid.nl/stop/imop/tekst/">'
        f"<Divisie><Kop><Opschrift>Verkeer</Opschrift></Kop><Inhoud><Al>{PROSE}</Al>{body}</Inhoud></Divisie></Lichaam>"
    )


@case("lach.xml", "damaged")
def xml_laughs(scale: float) -> str:
    return stop("<Al>&k;</Al>", LAUGHS)


@case("buiten.xml", "damaged")
def xml_outside(scale: float) -> str:
    return stop("<Al>&k;</Al>", OUTSIDE)


@case("buiten-dtd.xml", "ok", "damaged")
def xml_outside_types(scale: float) -> str:
    return stop("", '<!DOCTYPE Lichaam SYSTEM "file:///etc/passwd">')


@case("kwadratisch.xml", "damaged")
def xml_quadratic(scale: float) -> str:
    return stop("<Al>" + "&k;" * 20_000 + "</Al>", QUADRATIC)


@case("kenmerk-entiteit.xml", "damaged")
def xml_attribute(scale: float) -> str:
    return stop(f'<Al a="{"&k;" * 5_000}">x</Al>', QUADRATIC)


@case("diep.xml", "damaged")
def xml_deep(scale: float) -> str:
    return stop("<Lijst><Li>" * 100_000 + "</Li></Lijst>" * 100_000)


@case("lijst-in-lijst.xml", "ok", "damaged")
def xml_lists(scale: float) -> str:
    """As deep as XML may go, with text at each level, so that nothing in it may be read twice."""
    return stop("<Lijst><Li><Al>punt</Al>" * 110 + "</Li></Lijst>" * 110)


@case("kenmerken.xml", "ok", "damaged")
def xml_attributes(scale: float) -> str:
    return stop("<Al " + " ".join(f'a{n}="b"' for n in range(int(300_000 * scale))) + ">x</Al>")


@case("tabel.xml", "ok")
def xml_table(scale: float) -> str:
    """Entries over 9999 columns and rows each."""
    entry = '<entry colspan="9999" rowspan="9999" morerows="9999">cel</entry>'
    return stop(f"<table><tgroup><tbody>{f'<row>{entry * 20}</row>' * 50}</tbody></tgroup></table>")


@case("leeg-van-tekst.xml", "unsupported", text=False)
def xml_other(scale: float) -> str:
    return "<?xml version='1.0'?><a>" + "<b/>" * int(1_000_000 * scale) + "</a>"


@case("afgekapt.xml", "damaged", "partial")
def xml_cut(scale: float) -> str:
    return stop("<Al>en verder</Al>")[:-60]


# --- JSON ------------------------------------------------------------------------------------------------


def dso(**extra: object) -> str:
    part = {
        "type": "DIVISIE",
        "kop": "<Kop><Opschrift>Verkeer</Opschrift></Kop>",
        "inhoud": f"<Inhoud><Al>{PROSE}</Al></Inhoud>",
    }
    return json.dumps({"officieleTitel": "Visie", "_embedded": {"documentComponenten": [{**part, **extra}]}})


@case("diep.json", "damaged", text=False)
def json_deep(scale: float) -> str:
    return '{"_embedded":{"a":[' * 100_000


@case("diep-heel.json", "damaged", text=False)
def json_deep_whole(scale: float) -> str:
    return '{"a":' * 100_000 + "1" + "}" * 100_000


@case("getallen.json", "ok", "damaged")
def json_numbers(scale: float) -> str:
    return (
        dso(volgordeNummer=0)[:-3].replace(
            '"volgordeNummer": 0', '"volgordeNummer": 1e999, "n": ' + "9" * 100_000
        )
        + "}]}}"
    )


@case("niet-een-getal.json", "ok")
def json_nan(scale: float) -> str:
    return dso(volgordeNummer=float("nan"))


@case("sleutels.json", "ok")
def json_keys(scale: float) -> str:
    return dso(**{"k" * 1_000_000: 1, **{f"k{n}": n for n in range(200_000)}})


@case("lach.json", "damaged")
def json_laughs(scale: float) -> str:
    return dso(inhoud=LAUGHS + f"<Inhoud><Al>{PROSE} &k;</Al></Inhoud>")


@case("andere-soort.json", "unsupported", text=False)
def json_other(scale: float) -> str:
    return json.dumps([[["a"] * 10] * 100] * 1000)


# --- HTML ------------------------------------------------------------------------------------------------


def html(body: str, head: str = "") -> str:
    start = f"<!DOCTYPE html><html><head><title>Visie</title>{head}</head><body><h1>Verkeer</h1>"
    return f"{start}<p>{PROSE}</p>{body}</body></html>"


@case("diep.html", "ok", "damaged")
def html_deep(scale: float) -> str:
    return html("<div>" * 100_000 + "diep")


@case("diep-stijl.html", "ok", "damaged")
def html_inline(scale: float) -> str:
    return html("<b><i>x" * 100_000)


@case("lijst-in-lijst.html", "ok", "damaged")
def html_lists(scale: float) -> str:
    return html("<ul><li>punt " * 20_000)


@case("tabel-in-tabel.html", "ok", "damaged")
def html_tables(scale: float) -> str:
    return html("<table><tr><td>cel<td>" * 2_000)


@case("tabel-in-tabel-100.html", "ok")
def html_tables_100(scale: float) -> str:
    return html("<table><tr><td>cel</td><td>" * 100 + "</td></tr></table>" * 100)


@case("celbreedte.html", "ok")
def html_spans(scale: float) -> str:
    row = "<tr>" + '<td colspan="9999" rowspan="9999">cel</td>' * 20 + "</tr>"
    return html(f"<table>{row * 50}</table>")


@case("kenmerken.html", "ok", "timeout")
def html_attributes(scale: float) -> str:
    return html("<p " + " ".join(f"a{n}=b" for n in range(int(300_000 * scale))) + ">tekst</p>")


@case("opmerkingen.html", "ok")
def html_comments(scale: float) -> str:
    return "<!-- -->" * 100_000 + html("")


@case("tekens.html", "ok", "damaged")
def html_signs(scale: float) -> str:
    return html("&lt;&#0;&#xD800;&#x10FFFF;&#99999999999;&nope;" * 50_000 + "\0\u202e\u2066\ufeff")


# --- Markdown --------------------------------------------------------------------------------------------


def md(body: str) -> str:
    return f"# Verkeer\n\n{PROSE}\n\n{body}\n"


@case("citaten-diep.md", "ok", "damaged")
def md_quotes(scale: float) -> str:
    return md("> " * 50_000 + "diep")


@case("lijsten-diep.md", "ok", "damaged")
def md_lists(scale: float) -> str:
    return md("\n".join("  " * n + "- punt" for n in range(int(2_000 * scale))))


@case("haken.md", "ok", "timeout")
def md_brackets(scale: float) -> str:
    return md("".join(sign * int(50_000 * scale) for sign in ("[", "](b)", "![")))


@case("sterren.md", "ok", "timeout")
def md_stars(scale: float) -> str:
    return md("*a **a " * int(30_000 * scale) + "_a __a " * int(30_000 * scale))


@case("accenten.md", "ok")
def md_ticks(scale: float) -> str:
    return md("".join("e" + "`" * n for n in range(int(1_500 * scale))))


@case("tabel.md", "ok")
def md_table(scale: float) -> str:
    """A table of 20 000 columns of which no row after the first has cells."""
    columns = int(20_000 * scale)
    return md("|" + "a|" * columns + "\n|" + "-|" * columns + "\n" + "a\n" * 1_000)


@case("verwijzingen.md", "ok")
def md_references(scale: float) -> str:
    return md("\n".join(f"[{n}]: <u{n}> 't{n}'" for n in range(20_000)) + "\n\n" + "[1][2]" * 20_000)


@case("html-in-tekst.md", "ok", "timeout")
def md_html(scale: float) -> str:
    return md("".join(sign * int(50_000 * scale) for sign in ("<a ", "<!-- ", "<?", "<![CDATA[")))


# --- plain text ------------------------------------------------------------------------------------------


def text(body: str) -> str:
    return f"VERKEER\n\n{PROSE}\n\n{body}\n"


@case("regel-lang.txt", "ok", "partial")
def long_line(scale: float) -> str:
    return text("a" * int(10_000_000 * scale))


@case("zin-lang.txt", "ok")
def long_sentence(scale: float) -> str:
    """A megabyte of words without the end of a sentence."""
    return text("en de gemeente legt dan ook een fietspad aan " * int(23_000 * scale))


@case("punten.txt", "ok")
def dots(scale: float) -> str:
    return text("." * 1_000_000 + "\n\n" + ". " * 300_000)


@case("cijfers.txt", "ok")
def digits(scale: float) -> str:
    return text("9" * 1_000_000 + "\n\n" + "1.1" * 300_000 + "\n\n" + "12 " * 300_000)


@case("haken.txt", "ok")
def brackets(scale: float) -> str:
    return text("(" * 500_000 + "[" * 500_000 + "\n\n" + ")" * 500_000 + "\n\n" + "(a " * 200_000)


@case("nummers.txt", "ok")
def numbers(scale: float) -> str:
    return text("\n\n".join("1." * n + " Kop" for n in range(1, 1_200)) + "\n\n" + "1.1." * 200_000)


@case("bedragen.txt", "ok")
def amounts(scale: float) -> str:
    return text(
        "€ 1.000.000.000.000,00 miljoen tot " * 20_000
        + "€" * int(200_000 * scale)
        + "\n\n"
        + "januari 2027-" * int(50_000 * scale)
    )


@case("koppelteken.txt", "ok")
def hyphens(scale: float) -> str:
    return text("fiets-\n" * 100_000 + "-" * 500_000 + "\n" + " \t" * 500_000 + "|" * 300_000)


@case("hoofdletters.txt", "ok")
def capitals(scale: float) -> str:
    return text("KOP\n\n" * int(50_000 * scale))


@case("tekens.txt", "ok")
def signs(scale: float) -> str:
    """NUL, marks of direction, zero-width signs and a letter with a hundred thousand accents."""
    mixed = "wa\0ter " + "water \u202eretaw\u202c \u2066a\u2069 \u200b\u200d\ufeff" * 10
    return text(mixed * 500 + "e" + "\u0301" * 100_000)


@case("regeleinden.txt", "ok")
def breaks(scale: float) -> str:
    return text(
        "\n" * int(3_000_000 * scale) + "\r" * int(1_000_000 * scale) + "\f\v\u2028\u2029\x85" * 10_000
    )


@case("utf16.txt", "ok")
def utf16(scale: float) -> bytes:
    return text("woord " * 1000).encode("utf-16")


@case("ruis.txt", "unsupported", "ok", text=False)
def text_noise(scale: float) -> bytes:
    return random.Random(7).randbytes(3_000_000)


# --- no files --------------------------------------------------------------------------------------------


def _folder(path: Path, scale: float) -> None:
    path.mkdir()


def _pipe(path: Path, scale: float) -> None:
    os.mkfifo(path)


def _sparse(path: Path, scale: float) -> None:
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2**31)


CASES.append(Case("map.pdf", _folder, frozenset({"not_found"}), False))
if hasattr(os, "mkfifo"):
    CASES.append(Case("pijp.pdf", _pipe, frozenset({"unsupported"}), False))
    CASES.append(Case("te-groot.pdf", _sparse, frozenset({"too_large"}), False))


# --- making and reading ----------------------------------------------------------------------------------


def make(folder: Path, scale: float = 1.0, part: str = "") -> Iterator[tuple[Case, Path]]:
    """Write the cases whose name holds ``part`` into ``folder``, one at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in CASES:
        if part in each.name:
            path = folder / each.name
            if not path.exists():
                each.make(path, scale)
            yield each, path


@dataclass
class Outcome:
    """What reading gave: "ok", "partial" or a code; the code of a limit hit; seconds; bytes held at most."""

    result: str
    limit: str
    seconds: float
    memory: int
    found: bool
    message: str

    def right(self, wanted: Case) -> bool:
        """Whether this is what the case asks for."""
        kept = self.found or not wanted.text or self.result not in OK
        return self.result in wanted.outcomes and kept


def read(reader: Reader, path: Path) -> Outcome:
    """Read one file, measuring the worker."""
    meter = _Meter(reader)
    start = time.monotonic()
    try:
        with meter:
            report: Report | None = reader.read(path)
    except UnreadableError as error:
        return Outcome(error.code, error.code, time.monotonic() - start, meter.most, False, error.message)
    assert report is not None
    document, taken = report.document, time.monotonic() - start
    found = any(SENTENCE in " ".join(section.text.split()) for section in report.sections)
    limit = document.error.code if document.error else ""
    return Outcome(document.status, limit, taken, meter.most, found, " ".join(document.warnings)[:150])


class _Meter:
    """The most memory that the reader's worker held, looked at twenty times a second (Linux; else 0)."""

    def __init__(self, reader: Reader) -> None:
        self.most = 0
        self._reader = reader
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            process = self._reader._process
            if process is not None and sys.platform == "linux":
                try:
                    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
                except (OSError, IndexError):
                    continue
                self.most = max(self.most, pages * os.sysconf("SC_PAGESIZE"))


def main() -> int:
    """Command line; the exit code says whether all outcomes were right."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", action="store_true", help="read the files too")
    parser.add_argument("--small", action="store_true", help="make the heavy files smaller")
    parser.add_argument("--only", default="", metavar="PART", help="files with this in their name")
    asked = parser.parse_args()
    wrong = 0
    if asked.run:
        print(f"{'file':36} {'outcome':12} {'limit':12} {'s':>6} {'MB':>6}  right")
    with Reader(Limits()) as reader:
        for each, path in make(asked.folder, 0.1 if asked.small else 1.0, asked.only):
            if asked.run:
                got = read(reader, path)
                right = got.right(each)
                wrong += not right
                told = "yes" if right else f"NO  {got.message}"
                figures = f"{got.limit:12} {got.seconds:6.1f} {got.memory / 2**20:6.0f}"
                print(f"{each.name:36} {got.result:12} {figures}  {told}", flush=True)
    print(f"{sum(asked.only in each.name for each in CASES)} files, {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
