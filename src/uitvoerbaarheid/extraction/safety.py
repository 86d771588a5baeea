"""Opening what others packed: zip archives and XML within bounds, for every format that is made of them."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import Any

from lxml import etree

from uitvoerbaarheid.records import UnreadableError

#: An archive that unpacks to more bytes is refused (a zip bomb, or a book of pictures).
MAX_UNPACKED = 300 * 1024 * 1024
#: A file in an archive of more bytes than this that is packed more tightly than text and pictures are.
MAX_DENSE = 16 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 10_000

_CHUNK = 1024 * 1024
_HEADER = 30
# Office formats know no other methods, and of these alone the unpacking can be stopped half-way.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What reading a zip that is damaged may raise.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, NotImplementedError,
    OSError, RuntimeError, ValueError,
)  # fmt: skip


class Archive:
    """A zip archive in memory that unpacks to no more than it may.

    ``kind`` names the document in messages ("Word-document"). The directory is checked on opening; the sizes
    in it may lie, so that :meth:`read` and :meth:`verify` count what really comes out. Raises
    UnreadableError: "damaged", "encrypted" (files that are encrypted, or a manifest that says so) or
    "too_large".
    """

    def __init__(self, data: bytes, kind: str, limit: int = MAX_UNPACKED) -> None:
        self._kind, self._limit = kind, limit
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ARCHIVE as error:
            raise self._damaged() from error
        self._check(self._zip.infolist())

    @property
    def names(self) -> list[str]:
        """The names of the files, in the order of the directory. No file is ever written to disk."""
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """The bytes of one file. UnreadableError ("damaged") where it is absent or broken."""
        try:
            return b"".join(self._chunks(self._zip.getinfo(name)))
        except BROKEN_ARCHIVE as error:
            raise self._damaged() from error

    def verify(self) -> None:
        """Unpack every file once, piece by piece, before a library that unpacks at once may have it."""
        try:
            for info in self._zip.infolist():
                for _ in self._chunks(info):
                    pass
        except BROKEN_ARCHIVE as error:
            raise self._damaged() from error

    def _chunks(self, info: zipfile.ZipInfo) -> Any:
        # zipfile stops at the size that the directory gives, and a lie shows in the checksum.
        with self._zip.open(info) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > MAX_ENTRIES:
            raise self._too_large(f"het bevat {len(entries)} bestanden")
        if any(entry.flag_bits & 1 for entry in entries):
            raise self._encrypted()
        if any(entry.compress_type not in _METHODS for entry in entries):
            raise self._damaged()
        size = sum(entry.file_size for entry in entries)
        if size > self._limit:
            raise self._too_large(f"uitgepakt is het {size // 2**20} MB")
        if any(e.file_size > MAX_DENSE and e.file_size > MAX_RATIO * e.compress_size for e in entries):
            raise self._too_large("het is veel dichter ingepakt dan een document kan zijn")
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            # Files that share their bytes make a small archive unpack to a large one.
            if entry.header_offset < end:
                raise self._damaged()
            end = entry.header_offset + _HEADER + entry.compress_size
        if "META-INF/manifest.xml" in self.names and b"encryption-data" in self.read("META-INF/manifest.xml"):
            raise self._encrypted()

    def _damaged(self) -> UnreadableError:
        return UnreadableError("damaged", f"Het {self._kind} is beschadigd en kan niet worden gelezen.")

    def _encrypted(self) -> UnreadableError:
        return UnreadableError(
            "encrypted",
            f"Het {self._kind} is beveiligd met een wachtwoord. Bewaar het zonder wachtwoord of als pdf.",
        )

    def _too_large(self, reason: str) -> UnreadableError:
        return UnreadableError("too_large", f"Het {self._kind} is te groot om te lezen: {reason}.")


def parse_xml(data: bytes, kind: str = "XML") -> Any:
    """The root element of an XML document, without comments and processing instructions.

    Nothing outside the document is looked at, entities of its own are refused, and libxml2's limits on depth
    and size hold. ``kind`` names it in messages ("De ... is beschadigd"). Raises UnreadableError ("damaged").
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = f"regel {line}, teken {column}"
        raise UnreadableError("damaged", f"De {kind} is beschadigd ({place}).") from error
    except ValueError as error:
        raise UnreadableError("damaged", f"De {kind} is beschadigd.") from error
    if root is None:
        raise UnreadableError("damaged", f"De {kind} is beschadigd.")
    types = root.getroottree().docinfo.internalDTD
    if types is not None and any(True for _ in types.iterentities()):
        raise UnreadableError(
            "damaged", f"De {kind} bevat eigen entiteiten; die worden om veiligheid niet gelezen."
        )
    return root
