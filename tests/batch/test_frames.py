"""Messages to and from a worker: they come over whole, or not at all."""

import io
import os
import tracemalloc
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.batch.frames import Sender, apart, receive


class Narrow(io.RawIOBase):
    """A stream that takes a few bytes at a time, as a full pipe does."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        taken = bytes(data[:7])
        self.data += taken
        return len(taken)


@given(st.lists(st.tuples(st.text(), st.binary()), max_size=4), st.data())
def test_messages_come_over_whole_or_not_at_all(messages, data):
    stream = Narrow()
    send = Sender(stream)
    for name, content in messages:
        send(name, {"in it": content, "beside it": apart(content)})
    cut = data.draw(st.integers(0, len(stream.data)))
    whole, broken = io.BytesIO(stream.data), io.BytesIO(stream.data[:cut])
    wanted = [(name, {"in it": content, "beside it": content}) for name, content in messages]
    assert [receive(whole) for _ in messages] == wanted
    assert receive(whole) is None
    found = []
    while (message := receive(broken)) is not None:
        found.append(message)
    assert found == wanted[: len(found)]
    assert (len(found) == len(wanted)) == (cut == len(stream.data))


def test_what_goes_beside_a_message_is_not_copied_into_it():
    content = bytes(8_000_000)
    sent = io.BytesIO()
    Sender(sent)("result", apart(content))

    def most(work) -> int:
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    with Path(os.devnull).open("wb") as nowhere:
        assert most(lambda: Sender(nowhere)("result", apart(content))) < len(content) / 2
    sent.seek(0)
    assert most(lambda: receive(sent)) < 1.5 * len(content)
