"""Parts of a file that is being made, while it is not known yet in which order they will be there."""

from __future__ import annotations

import zlib
from tempfile import SpooledTemporaryFile

#: So many bytes of a file that is being made are held in memory; beyond that it is on disk.
IN_MEMORY = 2**23
#: Quick: what is packed here is unpacked soon, and there may be gigabytes of it.
_PACKING = 1


class Spool:
    """Keeps parts by name, packed in a temporary file, until it is closed.

    Where the disk for temporary files is full, any method raises OSError.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self._places: dict[str, tuple[int, int]] = {}

    def close(self) -> None:
        """Forget all parts."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def names(self) -> list[str]:
        """The names of all parts, in the order of the alphabet."""
        return sorted(self._places)

    def put(self, name: str, part: bytes) -> None:
        """Keep a part, instead of any earlier one of that name."""
        packed = zlib.compress(part, _PACKING)
        at = self._file.seek(0, 2)
        self._file.write(packed)
        self._places[name] = at, len(packed)

    def part(self, name: str) -> bytes:
        """The part of a name. KeyError where there is none."""
        at, length = self._places[name]
        self._file.seek(at)
        return zlib.decompress(self._file.read(length))
