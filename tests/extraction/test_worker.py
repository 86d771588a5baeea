"""The reading process: same answer, limits, and recovery."""

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import hostile
from uitvoerbaarheid.extraction import read, read_bounded
from uitvoerbaarheid.extraction.worker import Limits, Reader, _pump
from uitvoerbaarheid.records import UnreadableError

TEXT = "PLAN GROEN\n\nDe gemeente Leiden plant in 2027 honderd bomen.\n"


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan één.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_same_answer_as_in_process(plan, tmp_path):
    assert read_bounded(plan, relative_to=tmp_path.parent) == read(plan, relative_to=tmp_path.parent)


def test_errors_leave_the_worker_usable_and_it_is_renewed(plan, tmp_path):
    with Reader(Limits(documents=2)) as reader:
        first = reader.read(plan, "map/plan.txt")
        assert first.document.path == "map/plan.txt"
        process = reader._process
        with pytest.raises(UnreadableError, match="bestaat niet"):
            reader.read(tmp_path / "geen.txt")
        assert reader._process is not process or process.poll() is None
        assert reader.read(plan).sections == first.sections
        assert reader._process is not process
        assert process.poll() is not None
        last = reader._process
    assert last.poll() is not None


def test_time_limit_stops_the_worker(tmp_path):
    path = tmp_path / "lang.txt"
    path.write_text("Een regel tekst over water en land.\n" * 200_000, encoding="utf-8")
    with Reader(Limits(seconds=0.05, seconds_per_megabyte=0)) as reader:
        with pytest.raises(UnreadableError) as caught:
            reader.read(path)
        assert caught.value.code == "timeout"
        assert reader._process is None


def test_a_dead_worker_is_replaced(plan):
    with Reader() as reader:
        first = reader.read(plan)
        reader._process.kill()
        reader._process.wait()
        assert reader.read(plan) == first


@pytest.mark.skipif(sys.platform != "linux", reason="adresruimte wordt alleen op Linux betrouwbaar begrensd")
def test_memory_limit(tmp_path):
    path = tmp_path / "groot.txt"
    path.write_bytes(b"Een regel tekst over water en land.\n" * 4_000_000)
    with Reader(Limits(memory=400 * 2**20)) as reader, pytest.raises(UnreadableError) as caught:
        reader.read(path)
    assert caught.value.code == "memory"


def hostile_page(path, pages=1):
    """A PDF of which page 2 (and ``pages`` - 1 more) draws a million million things, between prose."""
    pdf = hostile.Pdf()
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"
    last = pdf.stream(b"BT /F 4 Tf (a) Tj ET", entries + b"/Resources<</Font<</F %d 0 R>>>>" % pdf.font)
    for _ in range(12):
        last = pdf.stream(b"/X Do " * 10, entries + b"/Resources<</XObject<</X %d 0 R>>>>" % last)
    pdf.prose(hostile.PROSE)
    for _ in range(pages):
        pdf.page(b"/X Do", b"/XObject<</X %d 0 R>>" % last)
    pdf.prose(hostile.OTHER)
    path.write_bytes(pdf.bytes())
    return path


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(page_seconds=2, memory=0), "timeout"), (Limits(page_seconds=60, memory=300 * 2**20), "memory")],
)
def test_a_page_that_stops_the_worker_is_left_out(tmp_path, limits, code):
    steps = []
    with Reader(limits) as reader:
        report = reader.read(hostile_page(tmp_path / "plan.pdf"), progress=lambda *step: steps.append(step))
        assert reader.read(tmp_path / "plan.pdf").document.status == "partial"
    document = report.document
    assert (document.status, document.error.code, document.pages) == ("partial", code, 3)
    assert any("pagina 2." in warning for warning in document.warnings)
    text = " ".join(section.text for section in report.sections)
    assert hostile.SENTENCE in text and hostile.OTHER in text
    assert {block.page for section in report.sections for block in section.blocks} == {1, 3}
    assert steps[-1] == (3, 3)


def test_after_some_such_pages_only_what_comes_before_is_read(tmp_path):
    path = hostile_page(tmp_path / "plan.pdf", pages=3)
    with Reader(Limits(page_seconds=1.5, skips=1)) as reader:
        report = reader.read(path)
    assert report.document.error.code == "timeout"
    assert report.document.warnings == ["Niet gelezen, want het lezen duurde te lang: pagina's 2-5."]
    assert hostile.SENTENCE in report.sections[0].text


def test_of_a_long_document_the_first_pages_are_read(tmp_path):
    pdf = hostile.Pdf()
    for number in range(30):
        pdf.prose(f"{hostile.PROSE} {'Meer ' * number}")
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf.bytes())
    with Reader(Limits(pages=10)) as reader:
        document = reader.read(path).document
    assert (document.status, document.error.code, document.pages) == ("partial", "too_large", 30)
    assert document.warnings == ["Niet gelezen, want het document is te groot: pagina's 11-30."]


def test_a_document_of_which_no_page_can_be_read_says_why(tmp_path):
    pdf = hostile.Pdf()
    pdf.page(pdf.stream(hostile.packed(b"0 0 m 9 9 l S ", 400 * 2**20, 3), b"/Filter[/Fl/Fl/Fl]"))
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf.bytes())
    assert path.stat().st_size < 2000
    with Reader(Limits(page_seconds=60, memory=300 * 2**20)) as reader:
        with pytest.raises(UnreadableError, match="te veel geheugen") as caught:
            reader.read(path)
        assert caught.value.code == "memory"


def test_of_the_pages_told_at_once_the_last_one_counts_and_nothing_else_is_lost():
    long = "a" * 200_000
    whole = (
        '{"page": 1}\n{"page": 2}\n{"progress": [1, 3]}\n{"page": 3}\n{"page": null}\n'
        f'{{"report": "{long}"}}\n{{"held": 4}}\n{{"page": 5}}\n{{"page'
    )
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            stream.write(whole.encode())

    told: queue.Queue = queue.Queue()
    threading.Thread(target=write).start()
    with os.fdopen(reading, "rb") as stream:
        _pump(stream, told)
    assert list(told.queue) == [
        {"page": 2},
        {"progress": [1, 3]},
        {"page": None},
        {"report": long},
        {"held": 4},
        {"page": 5},
        None,
    ]


def test_closing_from_another_thread_ends_the_document_in_work(plan, tmp_path):
    path = hostile_page(tmp_path / "plan.pdf")
    reader = Reader(Limits(page_seconds=300))
    caught = []

    def work():
        try:
            reader.read(path)
        except UnreadableError as error:
            caught.append(error)

    with reader:
        reader.read(plan)
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(1)
    thread.join(timeout=20)
    assert not thread.is_alive() and caught
    assert reader._process is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kent geen ouderproces dat wegvalt")
def test_the_worker_ends_with_who_started_it(tmp_path):
    code = (
        "import os, signal; from uitvoerbaarheid.extraction.worker import Reader\n"
        f"reader = Reader(); reader.read({str(tmp_path / 'plan.txt')!r})\n"
        "print(reader._process.pid, reader._scratch, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    worker, scratch = int(done.stdout.split()[0]), Path(done.stdout.split()[1])
    end = time.monotonic() + 10
    while time.monotonic() < end and _runs(worker):
        time.sleep(0.1)
    assert not _runs(worker) and not scratch.exists()


def _runs(pid):
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or ") Z " not in status.read_text()
    except OSError:
        return False


def test_the_worker_loads_no_heavy_libraries(plan):
    code = (
        "import sys; from uitvoerbaarheid.extraction import read, worker;"
        f"read({str(plan)!r});"
        "print([m for m in ('spacy', 'sklearn', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
