"""What ``scan`` shows while it runs, what it logs, and ``--watch`` on the terminal."""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from uitvoerbaarheid.batch.outcomes import failed, result_of
from uitvoerbaarheid.batch.tasks import Result, Task
from uitvoerbaarheid.cli import progress as progress_module
from uitvoerbaarheid.cli.log import logging_to
from uitvoerbaarheid.cli.progress import Lines, View, duration
from uitvoerbaarheid.records import Document, Report


def _result(path: str, pages: int | None = None, *, read: bool = True) -> Result:
    task = Task(path=path, address="")
    if not read:
        return failed(task, "damaged", "Stuk.")
    return result_of(task, Report(tool_version="0", document=Document(path=path, sha256="", pages=pages)))


def _todo(count: int, size: int = 100) -> dict[str, int]:
    return {f"{number}.md": size for number in range(count)}


def _pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Time goes on, and only so."""
    now = time.monotonic() + seconds
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now)


def test_of_many_documents_a_line_now_and_then_and_one_for_each_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _pass(monkeypatch, 0)
    lines = Lines()
    lines.started(110, 10, _todo(100))
    for number in range(40):
        lines.finished(_result(f"{number}.md", 2))
    lines.finished(_result("40.md", read=False))
    assert capsys.readouterr().err.splitlines() == [
        "Ongewijzigd sinds een eerdere scan: 10 van 110 documenten.",
        "Niet leesbaar: 40.md",
    ]
    _pass(monkeypatch, 60)
    for number in range(41, 50):
        lines.finished(_result(f"{number}.md", 2))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("52 van 110 documenten, 82 pagina's, 1,4 per seconde, nog ")


def test_the_view_has_figures_and_the_documents_that_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> str:
        console = Console(file=io.StringIO(), width=110)
        console.print(view.shown())
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    _pass(monkeypatch, 0)
    view = View()
    assert "Documenten zoeken" in drawn()
    view.started(4, 0, {"groot.pdf": 300, "klein.pdf": 50, "snel.md": 50, "later.md": 100})
    view.working("groot.pdf")
    view.page("groot.pdf", 30, 120)
    view.working("klein.pdf")
    view.finished(_result("klein.pdf", 5))
    _pass(monkeypatch, 60)
    view.working("snel.md")
    told = drawn()
    assert "1 van 4 documenten · 35 pagina's · 0,6 per seconde · nog 3 minuten" in told
    assert "groot.pdf, pagina 30 van 120, 60 seconden" in told
    assert "klein.pdf" not in told and "snel.md" not in told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 seconde"), (40, "40 seconden"), (150, "2 minuten"), (3600 * 2, "2 uur"), (5400, "1,5 uur")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_log_has_what_the_terminal_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("uitvoerbaarheid.batch.run")
    target = tmp_path / "uit" / "scan.log"
    with logging_to(target, "warning"):
        log.info("niet dit")
        log.warning("wel dit: %s", "na\udce9m.md")
    log.warning("dit niet meer")
    text = target.read_text(encoding="utf-8")
    assert "WARNING" in text and "wel dit: na\\udce9m.md" in text and "niet" not in text
    assert capsys.readouterr() == ("", "")


def test_after_the_log_no_more_is_logged_than_before(tmp_path: Path) -> None:
    log = logging.getLogger("uitvoerbaarheid.batch.run")
    before = log.isEnabledFor(logging.DEBUG)
    with logging_to(tmp_path / "scan.log", "debug"):
        assert log.isEnabledFor(logging.DEBUG)
    assert log.isEnabledFor(logging.DEBUG) == before


def test_a_large_log_makes_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uitvoerbaarheid.cli.log._MOST_BYTES", 10)
    target = tmp_path / "scan.log"
    target.write_text("oude regels van een vorige scan\n")
    with logging_to(target, "info"):
        logging.getLogger("uitvoerbaarheid").info("nieuw")
    assert "nieuw" in target.read_text() and "oude" in (tmp_path / "scan.log.1").read_text()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is daar niet zo te sturen")
def test_ctrl_c_ends_watching_as_it_should(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("# Plan\n\nDe gemeente Waterhoven plant in 2027 tien bomen.\n")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "uitvoerbaarheid", "scan", "plan.md", "-o", "uit", "--watch", "-j", "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # Tests that are run in the background of a shell have Ctrl-C ignored, and what they start has too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    limit = threading.Timer(240, process.kill)
    limit.start()
    try:
        assert process.stdout is not None and process.stderr is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if "Stop met Ctrl-C" in line:
                break
        process.send_signal(signal.SIGINT)
        rest, problems = process.communicate()
    finally:
        limit.cancel()
        process.kill()
    assert process.returncode == 0
    assert rest.strip() == "Gestopt met volgen."
    assert "Traceback" not in problems
