"""Writing report files: whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote
from uuid import uuid4

from uitvoerbaarheid.extraction.scratch import locked

#: Characters that no report format may hold; a damaged text layer is full of them.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

#: What steers a terminal, or shows other words than there are: control characters of both sets, and marks
#: that turn the direction of writing.
STEERING_CHARACTERS = re.compile(
    CONTROL_CHARACTERS.pattern[:-1] + r"\x80-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

#: The most rows that the xlsx format allows on a sheet, header included.
LAST_ROW = 1_048_576

#: How the names of annotated copies end.
ANNOTATED = ".geannoteerd.pdf"

_MOMENT = (2000, 1, 1, 0, 0, 0)
#: Twice as quick as what is usual; the sheets of a workbook get a sixth larger.
_PACKING = 3


#: Where files are made that get their own place when they are whole, in the folder for the reports.
_WORKSHOP = ".in-bewerking"
#: So many bytes are copied at a time.
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class PackedFile:
    """The content of a file, packed with zlib; ``size`` is how many bytes it is written as.

    Going through it gives the content some at a time, so that it is never in memory as a whole; ValueError
    where the end is missing.
    """

    data: bytes
    size: int

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[bytes]:
        stream, rest = zlib.decompressobj(), self.data
        while chunk := stream.decompress(rest, _CHUNK):
            yield chunk
            rest = stream.unconsumed_tail
        if not stream.eof:
            raise ValueError("packed content is cut off")


#: What can be written: bytes, packed or not, or a file that is open.
Content = bytes | memoryview | PackedFile | IO[bytes]
_workshop: ContextVar[Path | None] = ContextVar("workshop", default=None)
_TRIES = 5


@contextmanager
def workshop(folder: Path) -> Generator[None]:
    """Make files in one place below ``folder`` for as long as the block lasts, where leftovers are found.

    What a process left there that was ended is removed; what another is making now is left alone.
    """
    place = folder / _WORKSHOP
    if place.is_dir():
        for left in sorted(place.glob(".*.tmp")):
            with contextlib.suppress(OSError):
                lock = locked(left)
                if lock is not None:
                    lock.close()
                    left.unlink(missing_ok=True)
    token = _workshop.set(place)
    try:
        yield
    finally:
        _workshop.reset(token)
        with contextlib.suppress(OSError):  # another run is at work in it
            place.rmdir()


def write_bytes(path: Path, data: Content) -> None:
    """Write ``data`` to ``path``, making its folder; a reader never sees half a file.

    Of an open file all that is in it is copied. A device or pipe ("/dev/stdout") is written to; a link stays
    one, what it points to is replaced. Raises :class:`OSError` when the folder or file cannot be written; no
    temporary file is left.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            _copy(data, stream)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    place = _workshop.get()
    if place is None:
        _replace(path, data, path.parent)
        return
    for attempt in range(1, _TRIES + 1):
        try:
            place.mkdir(exist_ok=True)
            _replace(path, data, place)
            return
        except OSError as error:
            if error.errno == errno.EXDEV:  # this part of the folder is on another disk
                _replace(path, data, path.parent)
                return
            if error.errno != errno.ENOENT:
                raise
            # Another run tidied up just before the file was locked, or just after it was let go.
            if attempt == _TRIES:
                raise


def _copy(data: Content, stream: IO[bytes]) -> None:
    if isinstance(data, bytes | memoryview):
        stream.write(data)
    elif isinstance(data, PackedFile):
        stream.writelines(data)
    else:
        data.seek(0)
        shutil.copyfileobj(data, stream, _CHUNK)


def _replace(path: Path, data: Content, place: Path) -> None:
    """Put a new file with ``data`` in the place of ``path``; it is made in the folder ``place``."""
    # Short, so that a long file name does not grow over the file system's limit.
    temporary = place / f".{uuid4().hex[:12]}.tmp"
    try:
        with locked(temporary, make=True) or temporary.open("wb") as stream:
            _copy(data, stream)
            if os.name != "nt":  # Windows moves no file that is open
                stream.flush()
                os.replace(temporary, path)  # noqa: PTH105
        if os.name == "nt":
            os.replace(temporary, path)  # noqa: PTH105 (replaces on Windows too)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with its own line ends, control characters replaced by U+FFFD."""
    write_bytes(path, text_bytes(text))


def text_bytes(text: str) -> bytes:
    """``text`` as it is written: UTF-8, control characters replaced by U+FFFD."""
    return CONTROL_CHARACTERS.sub("\ufffd", text).encode("utf-8")


def page_link(path: str) -> str:
    """The address of a document's page from the overviews: its path with ".html", quoted."""
    # A file name of another encoding holds bytes that are no text; the link is made of the bytes.
    return quote(f"{path}.html".encode("utf-8", "surrogateescape"), safe="/")


def original_address(source: Path, page: Path, folder: Path) -> str:
    """The address of a document from its page, "" where a link to it would not hold.

    A link is made to a PDF only (a viewer opens it at a page), and only to one below the folder that holds
    ``folder``, the folder of the reports: those move together, and no other folder's name gets on the page.
    """
    if source.suffix.casefold() != ".pdf":
        return ""
    try:
        found, base = source.resolve(strict=True), folder.resolve().parent
        if not found.is_relative_to(base):
            return ""
        relative = os.path.relpath(found, page.resolve().parent)
    except (OSError, ValueError):  # ValueError: on another drive
        return ""
    return quote(Path(relative).as_posix().encode("utf-8", "surrogateescape"), safe="/")


def annotated_name(name: str) -> str:
    """The file name of the annotated copy of a PDF: "visie.pdf" gives "visie.geannoteerd.pdf"."""
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return stem + ANNOTATED


def _fixed(name: str) -> zipfile.ZipInfo:
    """The entry of an archive that is the same whenever and wherever it is made."""
    fixed = zipfile.ZipInfo(name, date_time=_MOMENT)
    fixed.compress_type = zipfile.ZIP_DEFLATED
    fixed.create_system = 0  # the same on Windows and elsewhere
    return fixed


def _timeless(name: str, data: bytes) -> bytes:
    """A part of an Office file with fixed times in its properties."""
    if name != "docProps/core.xml":
        return data
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", data)


class FixedZip(zipfile.ZipFile):
    """An archive in which an Office file is made with fixed times: same content, same bytes."""

    def writestr(self, name: Any, data: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        content = data.encode("utf-8") if isinstance(data, str) else data
        super().writestr(_fixed(name), _timeless(name, content))

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with Path(filename).open("rb") as source:
            self.put(arcname, source)

    def put(self, name: str, *sources: IO[bytes]) -> None:
        """Add what is in ``sources``, one after the other, as one file."""
        entry = _fixed(name)
        entry._compresslevel = _PACKING  # type: ignore[attr-defined]
        # Beyond 2 GB it is to be said beforehand.
        entry.file_size = sum(source.seek(0, os.SEEK_END) for source in sources)
        with self.open(entry, "w") as target:
            for source in sources:
                _copy(source, target)


def fixed_zip(made: io.BytesIO) -> bytes:
    """An Office file that was made already as :class:`FixedZip` makes one."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(_fixed(entry.filename), _timeless(entry.filename, old.read(entry)))
    return out.getvalue()
