"""What a file really is, by its content; its name only decides between kinds of plain text."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Literal

from uitvoerbaarheid.extraction.safety import BROKEN_ARCHIVE
from uitvoerbaarheid.records import UnreadableError

Format = Literal["pdf", "docx", "odt", "xml", "json", "html", "md", "txt"]

_BY_SUFFIX: dict[str, Format] = {
    ".xml": "xml",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "md",
    ".markdown": "md",
    ".txt": "txt",
}
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MARKUP = re.compile(r"\s*<(?:\?xml\b|!--|!doctype\b|[A-Za-z_])")
# A page saved with its pictures in one file (.mht), also by Word under the name .doc.
_WEB_ARCHIVE = re.compile(r"(?:[\w-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n){0,5}){0,12}?MIME-Version: ?1\.0\s", re.I)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")


_PACKED = {
    ".pdf": "geldige pdf",
    ".docx": "geldig Word-document",
    ".odt": "geldig ODT-document",
}
_ODF = b"application/vnd.oasis.opendocument.text"
_FLAT_ODF = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:office:)?document\s[^>]*opendocument", re.I)
# Folders in the files of Microsoft Office, and what is said of a file that is no text.
_OFFICE_KINDS = {
    "word/": "",
    "xl/": "Dit is een Excel-bestand; bewaar het als pdf om het te laten lezen.",
    "ppt/": "Dit is een PowerPoint-bestand; bewaar het als pdf om het te laten lezen.",
}


def decode(data: bytes) -> str:
    """The text of a file: by byte order mark, else UTF-8, else UTF-16 without mark, else Windows-1252."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if data.startswith(b"\xc3\xaf\xc2\xbb\xc2\xbf"):
        # A UTF-8 mark that was taken for Windows-1252 and encoded again.
        data = data[6:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
    sample = data[:2000]
    if sample.count(0) * 3 > len(sample):
        return data.decode("utf-16-be" if sample[:1] == b"\0" else "utf-16-le", errors="replace")
    return text


def _zip_format(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except BROKEN_ARCHIVE as error:
        raise UnreadableError("damaged", "Het bestand is beschadigd en kan niet worden geopend.") from error
    if "[Content_Types].xml" in names:
        for folder, message in _OFFICE_KINDS.items():
            if any(name.startswith(folder) for name in names):
                if message:
                    raise UnreadableError("unsupported", message)
                return "docx"
    if kind.startswith(_ODF):
        return "odt"
    if kind.startswith(b"application/vnd.oasis.opendocument."):
        raise UnreadableError(
            "unsupported", "Dit is een OpenDocument-bestand, maar geen tekstdocument (.odt)."
        )
    if kind.startswith(b"application/epub"):
        raise UnreadableError("unsupported", "Dit is een e-boek (.epub); dat wordt niet gelezen.")
    raise UnreadableError(
        "unsupported",
        "Dit is een zip-bestand, geen document. Pak het uit en geef de bestanden of de map.",
    )


def detect(data: bytes, path: Path) -> Format:
    """The format of a file's content; ``path`` is only asked for its suffix.

    Raises UnreadableError ("empty", "unsupported", "encrypted" or "damaged").
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UnreadableError("empty", "Het bestand is leeg.")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _zip_format(data)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableError("encrypted", "Het Word-document is beveiligd met een wachtwoord.")
        what = (
            "oud Word-bestand (.doc)"
            if "WordDocument".encode("utf-16-le") in data
            else "bestand van een oud Office-programma"
        )
        raise UnreadableError(
            "unsupported", f"Dit is een {what}; bewaar het als .docx of PDF en probeer het opnieuw."
        )
    if data.lstrip()[:5] == b"{\\rtf":
        raise UnreadableError(
            "unsupported",
            "Dit is een RTF-bestand (.rtf); bewaar het als .docx of PDF en probeer het opnieuw.",
        )
    if data.startswith(_IMAGES):
        raise UnreadableError("unsupported", "Dit is een afbeelding, geen document met tekst.")
    suffix = path.suffix.lower()
    if suffix in _PACKED:
        return _text_format(data, suffix, else_error=f"Het bestand is geen {_PACKED[suffix]}.")
    return _text_format(data, suffix)


def _text_format(data: bytes, suffix: str, *, else_error: str | None = None) -> Format:
    text = decode(data)
    start = text[:4000].lstrip("\ufeff")
    if _HTML.match(start) or _WEB_ARCHIVE.match(start):
        return "html"
    if _FLAT_ODF.match(start):
        return "odt"
    if suffix not in (".md", ".markdown", ".txt") and _MARKUP.match(start):
        return "html" if suffix in (".html", ".htm", ".xhtml") else "xml"
    if start.lstrip().startswith("<?xml"):
        return "xml"
    if suffix not in (".md", ".markdown", ".html", ".htm") and start.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
            return "json"
        except (ValueError, RecursionError):
            pass
    if else_error:
        raise UnreadableError("damaged", else_error)
    control = sum(c < " " and c not in "\t\n\r\f\v" for c in text[:20000])
    if control * 50 > len(text[:20000]):
        raise UnreadableError("unsupported", "Dit bestand bevat geen leesbare tekst.")
    return _BY_SUFFIX.get(suffix, "txt")
