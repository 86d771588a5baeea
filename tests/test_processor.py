"""What the numerical library is told of the processor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uitvoerbaarheid import processor
from uitvoerbaarheid.extraction import lifeline

_WIDE = "fpu sse2 avx2 avx512f avx512dq avx512cd avx512bw avx512vl"
_SECOND = "\n\nprocessor\t: 1\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nflags\t\t: " + _WIDE


def cpuinfo(vendor: str = "AuthenticAMD", family: str = "26", flags: str = _WIDE) -> str:
    return (
        f"processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel name\t: een processor\n"
        f"flags\t\t: {flags}\nbugs\t\t: {_WIDE}{_SECOND}"
    )


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(processor.sys, "platform", "linux")
    monkeypatch.setattr(processor, "_CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.delenv(processor.CORE_TYPE, raising=False)
    return tmp_path / "cpuinfo"


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        (cpuinfo(), True),
        (cpuinfo(family="27"), True),
        (cpuinfo(family="25"), False),
        (cpuinfo(vendor="GenuineIntel"), False),
        (cpuinfo(flags="fpu sse2 avx2 avx512f"), False),
        (cpuinfo(family=""), False),
        ("Hardware\t: anders", False),
        ("", False),
    ],
    ids=["zen 5", "later", "zen 4", "another maker", "a part of it", "not told", "not x86", "nothing"],
)
def test_only_a_processor_that_is_taken_for_less_is_told_of(told: Path, text: str, wide: bool) -> None:
    told.write_text(text, encoding="ascii")
    assert processor.environment() == ({"OPENBLAS_CORETYPE": "SkylakeX"} if wide else {})
    assert (lifeline.environment("map").get(processor.CORE_TYPE) == "SkylakeX") is wide


def test_what_a_user_chose_stays(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told.write_text(cpuinfo(), encoding="ascii")
    monkeypatch.setenv(processor.CORE_TYPE, "Haswell")
    assert processor.environment() == {}
    assert lifeline.environment("map")[processor.CORE_TYPE] == "Haswell"


def test_without_the_file_nothing_is_told(told: Path) -> None:
    assert not told.exists()
    assert processor.environment() == {}
    assert processor.CORE_TYPE not in os.environ
