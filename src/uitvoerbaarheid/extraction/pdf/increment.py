"""Adding to a PDF without touching what is there: new objects after the file's last byte.

What the format calls an incremental update. The original is the first part of the result, byte for byte, so
that bookmarks, tags, links, forms, page labels and signatures stay what they are. An encrypted file stays
encrypted with its own keys: what is added is encrypted with them too.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import struct
from pathlib import Path
from types import TracebackType
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

#: Where the last "startxref" is looked for, in bytes before the end.
_TAIL = 2048
_START = re.compile(rb"startxref\s+(\d+)")
_TABLE = re.compile(rb"\s*xref\b|\s*\d+\s+\d+\s+obj\b")
#: What goes over from the original's trailer.
_TRAILER = ("/Root", "/Info", "/Encrypt")


#: Kinds of places in a cross-reference stream, and how many objects are packed into one stream.
_LOOSE, _PACKED, _PACK = 1, 2, 200


class NotAddableError(Exception):
    """The file's own tables are not in order, so that nothing can be added after them."""


class Increment:
    """What is to be added to the PDF at ``path``. Use as a context manager.

    Raises :class:`NotAddableError` for a file of which the tables are not in order, here and in the methods.
    """

    def __init__(self, path: Path, password: str | None = None) -> None:
        self._path = path
        self._file = path.open("rb")
        self._bodies: dict[tuple[int, int], bytes] = {}
        #: Objects that need not stand on their own, in a file that has streams of objects.
        self._packable: dict[int, bytes] = {}
        #: Where objects are: kind, place (or number of its stream), generation (or index in that).
        self._places: dict[int, tuple[int, int, int]] = {}
        try:
            self._start, self._is_stream = self._last_table()
            self._reader = PdfReader(self._file, password=password)
            self._refs = [page.indirect_reference for page in self._reader.pages]
            root = self._reader.trailer["/Root"].get_object()
            if not isinstance(root, DictionaryObject):
                raise NotAddableError("no catalogue")
            self.signed = _is_signed(root)
            sizes = [int(self._reader.trailer.get("/Size", 0))]
            sizes += [number + 1 for table in self._reader.xref.values() for number in table]
            sizes += [number + 1 for number in self._reader.xref_objStm]
            self._next = max(sizes)
        except NotAddableError:
            self._file.close()
            raise
        except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            self._file.close()
            raise NotAddableError(str(error)) from error

    def __enter__(self) -> Increment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def pages(self) -> int:
        """How many pages the document has."""
        return len(self._refs)

    def page(self, number: int) -> IndirectObject:
        """The reference of a page, from 1."""
        ref = self._refs[number - 1]
        if ref is None:
            raise NotAddableError(f"page {number} has no object of its own")
        return ref

    def reserve(self) -> IndirectObject:
        """A reference for an object that is given with :meth:`put`."""
        self._next += 1
        return IndirectObject(self._next - 1, 0, self._reader)

    def put(self, ref: IndirectObject, value: Any) -> IndirectObject:
        """Make ``value`` the object at ``ref``, instead of what may be there."""
        encryption = self._reader._encryption
        if encryption is not None:
            value = encryption.encrypt_object(value, ref.idnum, ref.generation)
        buffer = io.BytesIO()
        value.write_to_stream(buffer)
        packable = self._is_stream and encryption is None and not ref.generation
        if packable and not isinstance(value, StreamObject):
            self._packable[ref.idnum] = buffer.getvalue()
        else:
            self._bodies[ref.idnum, ref.generation] = buffer.getvalue()
        return ref

    def add(self, value: Any) -> IndirectObject:
        """Add an object."""
        return self.put(self.reserve(), value)

    def annotate(self, number: int, added: list[IndirectObject]) -> int:
        """Add annotations to a page (from 1), after those it has; gives how many it has then."""
        ref = self.page(number)
        try:
            page = self._reader.get_object(ref)
            if not isinstance(page, DictionaryObject):
                raise NotAddableError(f"page {number} is no page")
            there = page.get("/Annots")
            own = there.get_object() if there is not None else None
            every = ArrayObject([*(own if isinstance(own, ArrayObject) else ()), *added])
            changed = DictionaryObject(dict(page.items()))
            changed[NameObject("/Annots")] = every
            self.put(ref, changed)
        except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise NotAddableError(str(error)) from error
        return len(every)

    def write(self, target: Path) -> None:
        """Write the original with what is added to ``target``. Raises :class:`OSError`."""
        self._pack()
        with target.open("wb") as out:
            self._file.seek(0)
            shutil.copyfileobj(self._file, out, 1 << 20)
            out.write(b"\n")
            digest = hashlib.md5(usedforsecurity=False)
            for (number, generation), body in sorted(self._bodies.items()):
                self._places[number] = (_LOOSE, out.tell(), generation)
                out.write(b"%d %d obj\n%b\nendobj\n" % (number, generation, body))
                digest.update(body)
            start = out.tell()
            trailer = self._trailer(digest.digest())
            if self._is_stream:
                self._places[self._next] = (_LOOSE, start, 0)
                out.write(self._cross_reference_stream(trailer))
            else:
                out.write(self._cross_reference_table(trailer))
            out.write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _pack(self) -> None:
        """Put the objects that may be packed into streams of them, which are compressed."""
        waiting = sorted(self._packable.items())
        for first in range(0, len(waiting), _PACK):
            some = waiting[first : first + _PACK]
            ref = self.reserve()
            heads, position = [], 0
            for index, (number, body) in enumerate(some):
                heads.append(b"%d %d" % (number, position))
                position += len(body) + 1
                self._places[number] = (_PACKED, ref.idnum, index)
            head = b" ".join(heads) + b"\n"
            stream = StreamObject()
            stream[NameObject("/Type")] = NameObject("/ObjStm")
            stream[NameObject("/N")] = NumberObject(len(some))
            stream[NameObject("/First")] = NumberObject(len(head))
            stream.set_data(head + b"\n".join(body for _, body in some))
            self.put(ref, stream.flate_encode())

    def _last_table(self) -> tuple[int, bool]:
        """Where the file's last cross-reference table is, and whether it is a stream."""
        size = self._file.seek(0, io.SEEK_END)
        self._file.seek(max(size - _TAIL, 0))
        found = _START.findall(self._file.read())
        if not found:
            raise NotAddableError("no startxref")
        start = int(found[-1])
        self._file.seek(min(start, size))
        begin = self._file.read(64)
        self._file.seek(0)
        if not _TABLE.match(begin) or not self._file.read(8).startswith(b"%PDF-"):
            raise NotAddableError("startxref points elsewhere")
        return start, not begin.lstrip().startswith(b"xref")

    def _trailer(self, digest: bytes) -> DictionaryObject:
        old = self._reader.trailer
        new = DictionaryObject()
        for key in _TRAILER:
            if key in old:
                new[NameObject(key)] = old.raw_get(key)
        ids = old.get("/ID")
        ids = ids.get_object() if ids is not None else None
        first = ids[0].get_object() if isinstance(ids, ArrayObject) and ids else None
        # The first part is of the original, and part of its keys where it is encrypted.
        name = first.original_bytes if isinstance(first, ByteStringObject | TextStringObject) else digest
        new[NameObject("/ID")] = ArrayObject([ByteStringObject(name), ByteStringObject(digest)])
        new[NameObject("/Prev")] = NumberObject(self._start)
        return new

    def _cross_reference_table(self, trailer: DictionaryObject) -> bytes:
        parts = [b"xref\n"]
        for run in _runs(sorted(self._places)):
            parts.append(b"%d %d\n" % (run[0], len(run)))
            parts += [b"%010d %05d n \n" % self._places[number][1:] for number in run]
        trailer[NameObject("/Size")] = NumberObject(self._next)
        buffer = io.BytesIO()
        trailer.write_to_stream(buffer)
        return b"".join(parts) + b"trailer\n" + buffer.getvalue() + b"\n"

    def _cross_reference_stream(self, trailer: DictionaryObject) -> bytes:
        stream = StreamObject()
        stream.update(trailer)
        stream[NameObject("/Type")] = NameObject("/XRef")
        stream[NameObject("/Size")] = NumberObject(self._next + 1)
        stream[NameObject("/W")] = ArrayObject([NumberObject(width) for width in (1, 8, 2)])
        index = [value for run in _runs(sorted(self._places)) for value in (run[0], len(run))]
        stream[NameObject("/Index")] = ArrayObject([NumberObject(value) for value in index])
        stream.set_data(
            b"".join(struct.pack(">BQH", *self._places[number]) for number in sorted(self._places))
        )
        buffer = io.BytesIO()
        stream.flate_encode().write_to_stream(buffer)
        return b"%d 0 obj\n%b\nendobj\n" % (self._next, buffer.getvalue())


def _is_signed(root: DictionaryObject) -> bool:
    """Whether the document says that it holds signatures."""
    form = root.get("/AcroForm")
    form = form.get_object() if form is not None else None
    flags = form.get("/SigFlags", 0) if isinstance(form, DictionaryObject) else 0
    return bool(int(flags) & 1) or "/Perms" in root


def _runs(numbers: list[int]) -> list[list[int]]:
    """Numbers in order as runs without gaps."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
