"""Parts of a file that is being made, while it is not known yet in which order they will be there."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile

#: So many bytes of a file that is being made are held in memory; beyond that it is on disk.
IN_MEMORY = 2**23
#: Quick: what is packed here is unpacked soon, and there may be gigabytes of it.
_PACKING = 1


class Spool:
    """Keeps parts by name, packed in a temporary file, until it is closed.

    Where the disk for temporary files is full, any method but :meth:`close` raises OSError.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        #: The name of each part, which one it is, where it begins and how long it is.
        self._places: list[tuple[str, int, int, int]] = []

    def close(self) -> None:
        """Forget all parts."""
        with suppress(OSError):  # the disk is full, and what is forgotten cannot be written
            self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def put(self, name: str, part: bytes) -> None:
        """Keep a part; those of the same name stay in the order in which they come."""
        packed = zlib.compress(part, _PACKING)
        at = self._file.seek(0, 2)
        self._file.write(packed)
        self._places.append((name, len(self._places), at, len(packed)))

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """The parts with their names, in the order of those."""
        for name, _, at, length in sorted(self._places):
            self._file.seek(at)
            yield name, zlib.decompress(self._file.read(length))
