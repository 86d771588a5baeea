"""Report files are written whole, and only where a file belongs."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.reports.files import PackedFile, write_bytes


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_bytes(pipe, b"verslag")
    assert os.read(end, 100) == b"verslag" and pipe.is_fifo()
    os.close(end)


def test_a_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "echt.json", tmp_path / "link.json"
    target.write_bytes(b"oud")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links are not allowed here")
    write_bytes(link, b"nieuw")
    assert link.is_symlink() and target.read_bytes() == b"nieuw"


@given(data=st.binary(max_size=5000), times=st.integers(0, 900))
def test_packed_content_is_written_whole_and_some_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, times: int
) -> None:
    content = data * times
    packed = PackedFile(zlib.compress(content, 3), len(content))
    assert len(packed) == len(content) and all(0 < len(part) <= 2**20 for part in packed)
    file = tmp_path_factory.getbasetemp() / "verslag.json"
    write_bytes(file, packed)
    assert file.read_bytes() == content


def test_of_packed_content_that_is_cut_off_nothing_is_written(tmp_path: Path) -> None:
    whole = zlib.compress(os.urandom(3 * 2**20))
    with pytest.raises(ValueError, match="cut off"):
        write_bytes(tmp_path / "verslag.json", PackedFile(whole[: len(whole) // 2], 3 * 2**20))
    assert list(tmp_path.iterdir()) == []
