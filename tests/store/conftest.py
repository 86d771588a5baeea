"""A store over invented documents, with what two scans found."""

from __future__ import annotations

from pathlib import Path

import pytest
from stored_samples import result

from uitvoerbaarheid.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that is not there yet."""
    return Store(tmp_path / "rapport", patience=5)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two scans: a vision in two versions and an earlier edition, a plan, and one that is unreadable."""
    import report_samples

    store = Store(tmp_path_factory.mktemp("opslag"))
    first = store.start_run({"tool_version": "0.1.0", "model_id": "m1", "ruleset_id": "r1"}, {"ocr": "auto"})
    old = result("visie.md", "a", score=40, date="2022")
    store.commit(first, [old, result("visie-2018.md", "b", score=30, date="2018")])
    store.end_run(first, {"ok": 2})
    second = store.start_run({"tool_version": "0.1.0", "model_id": "m1", "ruleset_id": "r1"}, {"ocr": "auto"})
    plan = result("plan.pdf", "d", report=report_samples.weighed())
    broken = result("kapot.pdf", "e", report=report_samples.broken())
    store.commit(second, [result("visie.md", "c", score=60, date="2022"), plan, broken])
    store.record_kept(second, {"visie-2018.md": "key-b"})
    store.end_run(second, {"ok": 3, "unreadable": 1})
    return store
