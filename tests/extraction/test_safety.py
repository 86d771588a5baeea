"""Archives and XML within bounds."""

import io
import zipfile

import pytest

import hostile
from uitvoerbaarheid.extraction.safety import MAX_DENSE, MAX_ENTRIES, Archive, parse_xml
from uitvoerbaarheid.records import UnreadableError


def packed(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(data, limit=1000):
    with pytest.raises(UnreadableError) as caught:
        Archive(data, "ODT-document", limit).verify()
    assert caught.value.message.startswith("Het ODT-document is ")
    return caught.value.code


def test_files_come_out_as_they_went_in():
    archive = Archive(packed({"a.xml": "<a/>", "map/b.txt": "tekst" * 100}), "ODT-document")
    assert archive.names == ["a.xml", "map/b.txt"]
    assert archive.read("map/b.txt") == b"tekst" * 100
    archive.verify()
    with pytest.raises(UnreadableError, match="beschadigd"):
        archive.read("c.txt")


def test_what_is_too_large_or_broken_is_refused():
    assert refused(packed({"a": bytes(600), "b": bytes(401)})) == "too_large"
    assert refused(packed({str(n): b"" for n in range(MAX_ENTRIES + 1)})) == "too_large"
    assert refused(packed({"a": bytes(MAX_DENSE + 1)}), 2**30) == "too_large"
    assert refused(packed({"a": b"a"}, zipfile.ZIP_BZIP2)) == "damaged"
    assert refused(packed({"a": b"a"})[:-30]) == "damaged"
    assert refused(b"geen zip") == "damaged"
    broken = packed({"a": b"tekst die heel moet blijven"}, zipfile.ZIP_STORED)
    assert refused(broken.replace(b"heel", b"stuk")) == "damaged"
    assert refused(packed({"META-INF/manifest.xml": "<a><encryption-data/></a>"})) == "encrypted"


def test_sizes_that_lie_and_bytes_that_are_shared_are_found():
    assert refused(hostile.lying_bomb(0.01), 2**20) == "damaged"
    assert refused(hostile.overlapping(1), 2**30) == "damaged"


def test_xml_keeps_to_itself(tmp_path):
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    assert parse_xml(b"<a><!-- c --><?p?><b>x</b></a>")[0].text == "x"
    outside = f'<!DOCTYPE a SYSTEM "{secret.as_uri()}"><a>x</a>'
    assert parse_xml(outside.encode()).text == "x"
    for wrong, told in (
        (f'<!DOCTYPE a [<!ENTITY k SYSTEM "{secret.as_uri()}">]><a>&k;</a>', "De XML bevat eigen entiteiten"),
        (hostile.LAUGHS + "<a>&k;</a>", "De XML is beschadigd"),
        ("<a>\n<b></a>", r"De XML is beschadigd \(regel 2, teken \d+\)\."),
        ("<a>" * 300 + "</a>" * 300, "De XML is beschadigd"),
        ("", "De XML is beschadigd"),
    ):
        with pytest.raises(UnreadableError, match=f"^{told}") as caught:
            parse_xml(wrong.encode())
        assert caught.value.code == "damaged"
