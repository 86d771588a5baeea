"""The cost estimate follows from what a run measured, and says what it assumes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cost_estimate
from cost_estimate import Measured, Terms, estimate, measure
from uitvoerbaarheid.batch import STORE_FILE
from uitvoerbaarheid.batch.record import RUN_FILE, RunDocument


def _run(folder: Path, documents: list[RunDocument], **timings: float) -> Path:
    folder.mkdir()
    record = {"documents": [item.model_dump(mode="json") for item in documents], "timings": timings}
    (folder / RUN_FILE).write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of two documents of 30 pages in all, in 3 seconds of work; a third was kept."""
    stages = {"read": 0.5, "score": 0.5, "load": 9.0}
    run = _run(
        tmp_path / "uit",
        [
            RunDocument(
                path="a.pdf",
                status="ok",
                pages=10,
                seconds=stages,
                memory=300,
            ),
            RunDocument(path="b.pdf", status="ok", pages=20, seconds={"read": 2.0}, memory=500, attempts=2),
            RunDocument(path="c.pdf", status="ok", pages=500, kept=True),
        ],
        hash=0.1,
        keep=0.5,
        assess=40.0,
    )
    (run / STORE_FILE).write_bytes(b"x" * 3000)
    (run / "sub").mkdir()
    (run / "sub" / "a.pdf.json").write_bytes(b"x" * 6000)
    (run / "overzicht.html").write_bytes(b"x" * 10_000)
    return run


def test_what_a_run_measured(folder: Path) -> None:
    measured = measure(folder)
    assert measured.documents == 2
    assert measured.pages == 15
    assert measured.seconds == pytest.approx(0.1)
    assert measured.alone == pytest.approx(0.3)
    assert (measured.reports, measured.store) == (2000, 1000)
    assert measured.memory == 500
    assert measured.again == 0.5


MEASURED = Measured(
    documents=50,
    pages=36,
    seconds=0.05,
    alone=0.01,
    reports=1e6,
    store=2e5,
    memory=500,
    again=0.0,
    unreadable=0.1,
)


def test_more_cores_are_faster_until_the_main_process_is_what_limits() -> None:
    few = estimate(MEASURED, 100_000, Terms(cores=10, efficiency=1.0, core_hour=0.1, gigabyte_month=0.02))
    assert few.core_hours == pytest.approx(50)
    assert few.hours == pytest.approx(5)
    assert few.limit == "cores"
    assert few.computing == pytest.approx(5.0)
    assert (few.reports, few.store) == (pytest.approx(100), pytest.approx(20))
    assert few.storage == pytest.approx(2.4)
    many = estimate(MEASURED, 100_000, Terms(cores=1000, efficiency=1.0, core_hour=0.1))
    assert many.limit == "client"
    assert many.hours == pytest.approx(100_000 * 0.01 / 3600)
    # Cores that wait for the main process are paid for all the same.
    assert many.computing == pytest.approx(many.hours * 1000 * 0.1)


def test_failures_and_idle_cores_count() -> None:
    plain = estimate(MEASURED, 1000, Terms(efficiency=1.0))
    failing = estimate(MEASURED, 1000, Terms(efficiency=1.0, failures=0.5))
    idle = estimate(MEASURED, 1000, Terms(efficiency=0.5))
    assert failing.core_hours == pytest.approx(1.5 * plain.core_hours)
    assert idle.core_hours == pytest.approx(2 * plain.core_hours)


def test_the_table_has_its_assumptions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost_estimate.main([str(folder), "--cores", "8", "--documents", "1000", "--failures", "0.1"]) == 0
    told = capsys.readouterr().out
    assert "300 ms per document" in told
    assert cost_estimate.main([str(folder), "--client-ms", "8"]) == 0
    assert "8,0 ms per document" in capsys.readouterr().out
    for words in (
        "15,0 bladzijden per document",
        "10,0 bladzijden per seconde",
        "8 kernen",
        "10,0%",
        "1 000",
    ):
        assert words in told


@pytest.mark.parametrize("documents", [[], [RunDocument(path="c.pdf", status="ok", pages=5, kept=True)]])
def test_a_run_that_measured_nothing_is_refused(
    documents: list[RunDocument], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cost_estimate.main([str(_run(tmp_path / "uit", documents))]) == 2
    assert "niets beoordeeld" in capsys.readouterr().err
    assert cost_estimate.main([str(tmp_path / "weg")]) == 2
    assert "geef de map van een scan" in capsys.readouterr().err
