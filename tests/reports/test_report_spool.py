"""Parts of a file wait packed, by name, until it is known in which order they go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uitvoerbaarheid.reports import spool
from uitvoerbaarheid.reports.spool import Spool


@given(st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=200)), max_size=20))
def test_each_name_gives_its_last_part(parts: list[tuple[str, bytes]]) -> None:
    kept = Spool()
    for name, part in parts:
        kept.put(name, part)
        assert kept.part(name) == part
    last = dict(parts)
    assert kept.names() == sorted(last) and len(kept) == len(last)
    assert {name: kept.part(name) for name in kept.names()} == last
    kept.close()


def test_what_does_not_fit_in_memory_is_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 8)
    kept = Spool()
    kept.put("b", b"tweede" * 100)
    kept.put("a", b"eerste")
    assert [kept.part(name) for name in kept.names()] == [b"eerste", b"tweede" * 100]
    with pytest.raises(KeyError):
        kept.part("c")
    kept.close()
