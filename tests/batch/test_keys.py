"""The key of a result: the same for the same, another for whatever decides the result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from uitvoerbaarheid import resources
from uitvoerbaarheid.batch import keys as keys_module
from uitvoerbaarheid.batch.keys import Keys
from uitvoerbaarheid.batch.tasks import Job
from uitvoerbaarheid.extraction import tesseract
from uitvoerbaarheid.overrules import Correction

_CORRECTION = Correction(
    document="visie.pdf",
    section=None,
    heading=None,
    field="kind",
    value="visie",
    reason="Zo heet het.",
    by=None,
    date=None,
    origin="correcties.toml, correctie 1",
    folder=Path("plannen"),
)


def _key(job: Job = Job(), path: str = "visie.pdf", content: str = "00", *decided: Correction) -> str:  # noqa: B008
    return Keys(job).of(path, content, decided)


def test_what_decides_a_result_gives_another_key() -> None:
    other = [
        _key(),
        _key(path="sub/visie.pdf"),
        _key(content="01"),
        _key(Job(profile="begroting")),
        _key(Job(ocr="nee")),
        _key(Job(ocr="altijd")),
        _key(Job(), "visie.pdf", "00", _CORRECTION),
        _key(Job(), "visie.pdf", "00", replace(_CORRECTION, reason="Zo staat het erop.")),
        Keys(Job(), model="eigen-1").of("visie.pdf", "00"),
        Keys(Job(), profiles="abc").of("visie.pdf", "00"),
    ]
    assert len(set(other)) == len(other)


def test_what_does_not_decide_a_result_does_not_change_the_key() -> None:
    assert _key() == _key(Job(password="geheim")) == _key(Job(memo=True, annotate=True))
    elsewhere = replace(_CORRECTION, folder=Path("elders"))
    assert _key(Job(), "visie.pdf", "00", elsewhere) == _key(Job(), "visie.pdf", "00", _CORRECTION)


def test_another_version_or_another_program_gives_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _key()
    with monkeypatch.context() as patch:
        patch.setattr(keys_module, "code_id", lambda: "anders")
        assert _key() != before
    with monkeypatch.context() as patch:
        patch.setattr(keys_module, "versions", lambda: {"spacy": "4.0"})
        assert _key() != before
    with monkeypatch.context() as patch:
        patch.setattr(tesseract, "installed", lambda: "tesseract 9; nld")
        assert _key() != before
    assert _key() == before


def test_a_name_that_is_no_text_has_a_key() -> None:
    assert _key(path="na\udce9m.md") != _key(path="na\udceam.md")


def test_the_code_has_an_id_that_follows_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "pakket"
    package.mkdir()
    (package / "a.py").write_bytes(b"een = 1\r\n")
    monkeypatch.setattr(resources, "_PACKAGE", package)

    def code() -> str:
        resources.code_id.cache_clear()
        return resources.code_id()

    try:
        first = code()
        (package / "a.py").write_bytes(b"een = 1\n")
        assert code() == first
        (package / "a.py").write_bytes(b"een = 2\n")
        assert code() != first
    finally:
        resources.code_id.cache_clear()
