"""Messages between the main process and a worker: pickled, in parts with their lengths before them."""

from __future__ import annotations

import pickle
import struct
import threading
from typing import IO, Any

#: A file in the folder of a worker whose end is asked for: who asks is there to clear up after it.
ASKED = "gevraagd"

#: Before a message: how many parts it has; before each part, how long it is.
_NUMBER = struct.Struct("<Q")


def apart(data: bytes) -> Any:
    """``data`` within a message to send: it goes beside the message, and is not copied into it.

    Who receives the message finds the bytes in the same place.
    """
    return pickle.PickleBuffer(data)


class Sender:
    """Sends messages over a stream, whole also when more threads send."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, *message: Any) -> None:
        """Send one message. Raises OSError where nobody reads any more."""
        beside: list[pickle.PickleBuffer] = []
        whole = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=beside.append)
        parts = [memoryview(whole), *(buffer.raw() for buffer in beside)]
        with self._lock:
            self._write(_NUMBER.pack(len(parts)))
            for part in parts:
                self._write(_NUMBER.pack(part.nbytes))
                self._write(part)
            self._stream.flush()

    def _write(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:  # a pipe takes as much as there is room for
            rest = rest[self._stream.write(rest) :]


def receive(stream: IO[bytes]) -> Any:
    """The next message, a tuple; None where the stream has ended, also in the middle of a message."""
    try:
        count = _number(stream)
        parts = [_exactly(stream, _number(stream)) for _ in range(count)]
    except EOFError:
        return None
    return pickle.loads(parts[0], buffers=parts[1:])


def _number(stream: IO[bytes]) -> int:
    number: int = _NUMBER.unpack(_exactly(stream, _NUMBER.size))[0]
    return number


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
