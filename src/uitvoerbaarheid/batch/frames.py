"""Messages between the main process and a worker: pickled, each with its length before it."""

from __future__ import annotations

import pickle
import struct
import threading
from typing import IO, Any

#: A file in the folder of a worker whose end is asked for: who asks is there to clear up after it.
ASKED = "gevraagd"

_LENGTH = struct.Struct("<Q")


class Sender:
    """Sends messages over a stream, whole also when more threads send."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, *message: Any) -> None:
        """Send one message. Raises OSError where nobody reads any more."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        with self._lock:
            for part in (_LENGTH.pack(len(data)), data):
                rest = memoryview(part)
                while rest:  # a pipe takes as much as there is room for
                    rest = rest[self._stream.write(rest) :]
            self._stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message, a tuple; None where the stream has ended, also in the middle of a message."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return pickle.loads(data) if len(data) == length else None
