"""Parts of a file wait packed, by name, until it is known in which order they go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.reports import spool
from uitvoerbaarheid.reports.spool import Spool

_FULL = Path("/dev/full")


@given(st.lists(st.tuples(st.text(max_size=2), st.binary(max_size=200)), max_size=20))
def test_parts_come_by_name_and_those_of_one_name_as_they_were_put(parts: list[tuple[str, bytes]]) -> None:
    kept = Spool()
    for name, part in parts:
        kept.put(name, part)
    assert len(kept) == len(parts)
    assert list(kept.parts()) == sorted(parts, key=lambda pair: pair[0]) == list(kept.parts())
    kept.close()


def test_what_does_not_fit_in_memory_is_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 8)
    kept = Spool()
    kept.put("b", b"tweede" * 100)
    kept.put("a", b"eerste")
    assert list(kept.parts()) == [("a", b"eerste"), ("b", b"tweede" * 100)]
    kept.put("aa", b"derde")
    assert [name for name, _ in kept.parts()] == ["a", "aa", "b"]
    kept.close()


@pytest.mark.skipif(not _FULL.exists(), reason="er is geen /dev/full")
def test_on_a_full_disk_putting_fails_and_closing_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "SpooledTemporaryFile", lambda size: _FULL.open("r+b"))
    kept = Spool()
    kept.put("a", b"wacht in het geheugen")
    with pytest.raises(OSError, match="space"):
        for _ in range(100_000):
            kept.put("b", b"past niet")
    kept.close()
