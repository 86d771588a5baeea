"""The reading process: same answer, limits, and recovery."""

import subprocess
import sys

import pytest

from uitvoerbaarheid.extraction import read, read_bounded
from uitvoerbaarheid.extraction.worker import Limits, Reader
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


def test_the_worker_loads_no_heavy_libraries(plan):
    code = (
        "import sys; from uitvoerbaarheid.extraction import read, worker;"
        f"read({str(plan)!r});"
        "print([m for m in ('spacy', 'sklearn', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
