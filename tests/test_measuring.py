"""What the scripts that measure whole runs work with: processes, changed copies, comparing, a reference."""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import psutil
import pytest

import soak
import stores
import thousand
from benchmark_pipeline import ONE, REFERENCE, Verdict, Way, gold_figures, matched, table_of, verdicts
from changed_documents import changed, copies, one_page, sentence, small_documents, swap
from crash_points import changes_disk
from evaluate_sections import words
from processes import (
    MARK,
    MEGABYTE,
    Run,
    Sample,
    Seen,
    end_all,
    environment,
    marked,
    memory_of,
    own_cores,
    own_memory_of,
    role_of,
    run_watched,
    slope,
)
from reference_scan import cut, is_heading
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.store import Store

TEXT = "De gemeente Lindermeer legt in 2027 een fietspad aan langs de dijk en betaalt dat zelf."
STOP = f"""<?xml version="1.0" encoding="UTF-8"?>
<RegelingVrijetekst xmlns="https://standaarden.overheid.nl/stop/imop/tekst/">
<RegelingOpschrift><Al>Omgevingsvisie Lindermeer</Al></RegelingOpschrift><Lichaam>
<Divisietekst><Kop><Opschrift>Fietsen</Opschrift></Kop><Inhoud><Al>{TEXT}</Al></Inhoud></Divisietekst>
</Lichaam></RegelingVrijetekst>"""


# --- changed copies --------------------------------------------------------------------------------------


def test_swapped_words_are_the_same_words_in_another_order():
    text = "een twee  drie\tvier vijf zes zeven acht"
    other = swap(text, random.Random(1))
    assert other != text
    assert sorted(other.split()) == sorted(text.split())
    assert swap("te kort om te wisselen", random.Random(1)) == "te kort om te wisselen"


def given_documents(folder: Path, examples: Path) -> list[Path]:
    texts = {
        "plan.md": f"# Fietsen\n\n{TEXT}\n",
        "plan.xml": STOP,
        "plan.json": json.dumps({"kop": "Fietsen", "inhoud": [f"<p>{TEXT}</p>", 3, None]}),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [*(folder / name for name in texts), *sorted(examples.iterdir())]


def test_every_copy_is_another_valid_document_and_the_same_each_time(tmp_path, examples):
    paths = given_documents(tmp_path, examples)
    for path in paths:
        made = [tmp_path / "made" / str(n) / path.name for n in (1, 2, 3)]
        for target, number in zip(made, (1, 2, 2), strict=True):
            changed(path, target, number)
        contents = [target.read_bytes() for target in made]
        assert len({path.read_bytes(), *contents}) == 3
        assert contents[1] == contents[2]
        if path.suffix != ".json":
            text = " ".join(section.text for section in read(made[1]).sections)
            named = "exemplaar 0000002" if path.suffix == ".pdf" else sentence(2)
            assert named in text, path.name
    content = json.loads((tmp_path / "made" / "2" / "plan.json").read_text(encoding="utf-8"))
    assert content == {"kop": "Fietsen", "inhoud": [f"<p>{TEXT} {sentence(2)}</p>", 3, None]}


def test_a_pdf_copy_keeps_the_file_and_its_pages(tmp_path, examples):
    path = next(examples.glob("*.pdf"))
    changed(path, tmp_path / "copy.pdf", 12)
    copied = (tmp_path / "copy.pdf").read_bytes()
    assert copied.startswith(path.read_bytes())
    assert read(tmp_path / "copy.pdf").document.pages == read(path).document.pages


def test_a_kind_that_cannot_be_changed_is_told(tmp_path):
    (tmp_path / "a.odt").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"\.odt"):
        changed(tmp_path / "a.odt", tmp_path / "b.odt", 1)


def test_copies_go_round_after_round(tmp_path):
    found = []
    for name in ("een.md", "twee.md"):
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Kop\n\n{TEXT}\n", encoding="utf-8")
        found.append((path, tmp_path / "in"))
    made = list(copies(found, tmp_path / "out", 3))
    assert [path.relative_to(tmp_path / "out").as_posix() for path in made] == [
        "ronde1/een.md",
        "ronde1/twee.md",
        "ronde2/een.md",
    ]


def test_small_documents_can_be_read_and_differ_by_edition(tmp_path):
    first = small_documents(tmp_path / "1", 5)
    again = small_documents(tmp_path / "2", 5)
    later = small_documents(tmp_path / "3", 5, edition=2)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert sum(a.read_bytes() != b.read_bytes() for a, b in zip(first, later, strict=True)) >= 3
    assert {path.suffix for path in first} == {".md", ".txt", ".html", ".pdf", ".docx"}
    assert all(len(read(path).sections) >= 3 for path in first)
    one_page(tmp_path / "pagina.pdf")
    assert read(tmp_path / "pagina.pdf").document.pages == 1


# --- processes -------------------------------------------------------------------------------------------


def seen(pid: int, parent: int, role: str, size: int, *, zombie: bool = False) -> Seen:
    return Seen(pid, parent, role, size * MEGABYTE, zombie, 0)


def test_a_worker_holds_what_is_below_it():
    sample = Sample(
        1.0,
        (
            seen(1, 0, "other", 50),
            seen(2, 1, "worker", 300),
            seen(3, 2, "reader", 100),
            seen(4, 3, "other", 20),
            seen(5, 1, "worker", 200),
            seen(6, 1, "other", 7),
        ),
    )
    assert sample.workers == {2: 420 * MEGABYTE, 5: 200 * MEGABYTE}
    assert sample.main == 57 * MEGABYTE


def test_peaks_are_by_worker_and_of_the_whole_where_there_are_none():
    def sample(*processes: Seen) -> Sample:
        return Sample(0.0, processes)

    alone = sample(seen(1, 0, "other", 50), seen(2, 1, "reader", 90))
    assert Run(0, 1, 1, "", "", [alone]).worker_peak == 140 * MEGABYTE
    both = [
        alone,
        sample(seen(1, 0, "other", 60), seen(3, 1, "worker", 10), seen(4, 1, "worker", 30)),
        sample(seen(1, 0, "other", 55), seen(3, 1, "worker", 20)),
    ]
    run = Run(0, 1, 1, "", "", both)
    assert run.worker_peaks == {3: 20 * MEGABYTE, 4: 30 * MEGABYTE}
    assert run.main_peak == 140 * MEGABYTE


def test_processes_are_known_by_what_they_run():
    assert role_of(["python", "-P", "-m", "uitvoerbaarheid.batch.worker"]) == "worker"
    assert role_of(["python", "-m", "uitvoerbaarheid.extraction.worker", "1", "/tmp/x"]) == "reader"
    assert role_of(["python", "-m", "uitvoerbaarheid", "scan"]) == "other"


def test_a_command_is_watched_with_what_it_starts():
    child = "import time; held = bytearray(60 * 2**20); time.sleep(0.8)"
    parent = f"import subprocess, sys; print('begin'); subprocess.run([sys.executable, '-c', {child!r}])"
    run = run_watched([sys.executable, "-c", parent], interval=0.1, cores=own_cores()[:1])
    assert run.code == 0
    assert run.output.strip() == "begin"
    assert run.wall >= 0.8
    assert max(len(sample.processes) for sample in run.samples) == 2
    assert run.worker_peak > 60 * MEGABYTE


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell what a process has to itself")
def test_what_a_process_reads_from_files_is_not_its_own_memory(tmp_path):
    (tmp_path / "file").write_bytes(bytes(60 * MEGABYTE))
    text = f"""
import mmap, time
with open({str(tmp_path / "file")!r}, "rb") as file:
    read = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    held = bytearray(20 * 2**20), sum(read[::4096])
    print("read", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        own, share = (of(psutil.Process(process.pid)) for of in (own_memory_of, memory_of))
        process.kill()
    assert 20 * MEGABYTE < own < 50 * MEGABYTE
    assert share > own + 50 * MEGABYTE


def test_a_command_that_takes_too_long_is_ended():
    with pytest.raises(subprocess.TimeoutExpired):
        run_watched([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.3, watch=False)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not orphaned the same way")
def test_what_outlives_its_parent_is_found_by_its_mark():
    given = environment()
    child = "import time; time.sleep(60)"
    subprocess.run(
        [
            sys.executable,
            "-c",
            f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}])",
        ],
        env=given,
        check=True,
    )
    found = list(marked(given[MARK]))
    assert len(found) == 1
    end_all([process.pid for process in found])
    end = time.monotonic() + 10
    while list(marked(given[MARK])) and time.monotonic() < end:
        time.sleep(0.05)
    assert not list(marked(given[MARK]))


def test_a_line_is_as_sure_as_its_points():
    rising = slope([(float(n), 2.0 * n + 5) for n in range(10)])
    assert rising.value == pytest.approx(2)
    assert rising.margin == pytest.approx(0, abs=1e-9)
    signs = random.Random(3)
    noisy = slope([(float(n), 100 + signs.gauss(0, 5)) for n in range(60)])
    assert not noisy.surely_rises
    drift = slope([(float(n), 100 + n + signs.gauss(0, 5)) for n in range(60)])
    assert drift.surely_rises
    assert 0.8 < drift.value < 1.2
    wave = slope([(float(n), 100 + 10 * math.sin(n / 5)) for n in range(60)])
    loose = slope([(float(n), 100 + signs.gauss(0, 7)) for n in range(60)])
    assert wave.margin > 2 * loose.margin  # neighbours that resemble each other say less
    few = slope([(0.0, 1.0), (1.0, 3.0), (2.0, 4.0)])
    assert few.value == pytest.approx(1.5)
    assert few.margin > 3  # three points make no certainty
    with pytest.raises(ValueError, match="three"):
        slope([(0.0, 1.0), (1.0, 1.0)])


# --- stores ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def make_output(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes output folders; opening a new store takes longer than filling one."""
    empty = tmp_path_factory.mktemp("empty")
    Store(empty).start_run({}, {})

    def make(folder: Path, *, run: int = 2, title: str = "Plan", sections: int = 2) -> Path:
        return output_folder(shutil.copytree(empty, folder), run, title, sections)

    return make


def output_folder(folder: Path, run: int, title: str, sections: int) -> Path:
    """An output folder with a store of one document, found by the last run, its reports and a record."""
    with duckdb.connect(str(folder / stores.STORE)) as store:
        fill(store, "runs", run=run, started="2026-01-01", ended="2026-01-02")
        fill(store, "run_documents", run=run, path="plan.md", key="k", kept=False)
        fill(store, "results", key="k", run=run, status="ok")
        fill(store, "packed_1", key="k", report=b"report")
        fill(store, "documents", key="k", title=title, sha256="s")
        for position in range(sections):
            fill(
                store, "sections", key="k", position=position, section=f"s{position}", text="Tekst", words=700
            )
    for suffix in (".json", ".html"):
        (folder / f"plan.md{suffix}").write_text(f"rapport {suffix}", encoding="utf-8")
    document = {"path": "plan.md", "status": "ok", "reason": None, "message": None}
    record = {"run": str(run), "documents": [document], "reasons": {}}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def fill(store: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    marks = ", ".join("?" * len(values))
    store.execute(f"INSERT INTO store.{table} ({', '.join(values)}) VALUES ({marks})", [*values.values()])


def test_folders_that_say_the_same_in_other_runs_are_equal(tmp_path, make_output):
    one, other = make_output(tmp_path / "one"), make_output(tmp_path / "other", run=7)
    assert stores.differences(one, other) == []
    assert stores.faults(one) == []


def test_every_difference_is_told(tmp_path, make_output):
    one, other = make_output(tmp_path / "one"), make_output(tmp_path / "other", title="Visie", sections=3)
    (other / "plan.md.html").write_text("ander rapport", encoding="utf-8")
    (other / "half.tmp").write_text("", encoding="utf-8")
    with duckdb.connect(str(other / stores.STORE)) as store:
        store.execute("UPDATE store.packed_1 SET report = 'ander'::BLOB")
    told = "\n".join(stores.differences(one, other))
    assert "view documents: 1 rows only in the first" in told
    assert "view packed: 1 rows only in the second" in told
    assert "view sections: 3 rows only in the second" in told
    assert "1 files only in the second: half.tmp" in told
    assert "1 files other bytes: plan.md.html" in told


def test_halves_and_doubles_within_a_store_are_told(tmp_path, make_output):
    folder = make_output(tmp_path / "one")
    with duckdb.connect(str(folder / stores.STORE)) as store:
        fill(store, "mentions", key="lost", position=0, mention=0)
        fill(store, "sections", key="k", position=1)
        fill(store, "results", key="half", run=1, status="ok")
        fill(store, "run_documents", run=2, path="plan.md", key="k", kept=True)
    assert stores.faults(folder) == [
        "1 rows of mentions belong to no result",
        "1 results have no packed report, or several",
        "1 results have no row of their document, or several",
        "1 sections are there twice",
        "1 documents are in one run twice",
    ]


# --- a thousand documents ----------------------------------------------------------------------------------


def test_what_is_lost_is_told(tmp_path, make_output):
    folder = make_output(tmp_path / "one")
    assert thousand.lost(["plan.md"], folder) == []
    assert thousand.pages_in(folder) == pytest.approx(4)
    told = thousand.lost(["plan.md", "weg.md"], folder)
    assert told == ["weg.md: not in run.json", "weg.md: not in the store"]
    (folder / "plan.md.html").write_text("", encoding="utf-8")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["documents"][0]["status"] = "unreadable"
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert thousand.lost(["plan.md"], folder) == [
        "plan.md: unreadable without a reason",
        "plan.md: no report .html",
    ]


def test_a_share_is_even_over_kinds_and_sizes(tmp_path):
    found = []
    for size in range(1, 11):
        for suffix in (".md", ".xml"):
            path = tmp_path / f"{size}{suffix}"
            path.write_bytes(b"x" * size)
            found.append((path, tmp_path))
    taken = [path for path, _ in thousand.share_of(found, 0.2)]
    assert sorted(path.suffix for path in taken) == [".md", ".md", ".xml", ".xml"]
    assert sorted(path.stat().st_size for path in taken) == [3, 3, 8, 8]
    assert thousand.share_of(found, 1) == sorted(found)


def test_the_first_pages_are_taken_of_what_has_pages_or_words(tmp_path, examples):
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for name in ("uitvoeringsprogramma-lindermeer.pdf", "raadsvoorstel-groene-schoolpleinen.docx"):
        shutil.copy(examples / name, source)
    (source / "lang.md").write_text("# Kop\n" + "een twee drie\n" * 500, encoding="utf-8")
    found = [(path, source) for path in sorted(source.iterdir())]
    made = thousand.beginnings(found, 2, target)
    assert [(path.name, root) for path, root in made] == [
        ("lang.md", target),
        ("uitvoeringsprogramma-lindermeer.pdf", target),
    ]
    assert len(made[0][0].read_text(encoding="utf-8").split()) == pytest.approx(700, abs=3)
    assert read(made[1][0]).document.pages == 2


def test_a_second_run_and_memory_are_judged():
    def run(wall: float, held: int, code: int = 0) -> Run:
        sample = Sample(0, (seen(1, 0, "other", 50), seen(2, 1, "worker", held)))
        return Run(code, wall, wall, "", "no", [sample])

    assert thousand.verdicts([run(100, 500), run(2, 0)], []) == []
    wrong = thousand.verdicts([run(100, 700), run(4, 0, 1)], ["x: lost"])
    assert wrong == [
        "exit code 1: no",
        "x: lost",
        "a worker held 700 MB",
        "the second run was only 25 times faster",
    ]


# --- soak ------------------------------------------------------------------------------------------------


def test_a_zombie_is_one_that_stays():
    def sample(*pids: int) -> Sample:
        return Sample(0, tuple(seen(pid, 1, "other", 0, zombie=True) for pid in pids))

    assert soak.zombies([sample(2), sample(2, 3), sample(3), sample(4), sample(3)]) == set()
    assert soak.zombies([sample(2), sample(2, 3), sample(2)]) == {2}


def test_hostile_files_come_in_turn_and_none_twice_in_a_round(tmp_path):
    work = soak.Soak(tmp_path, workers=1, scale=0.1, signs=random.Random(1))
    rounds = [[case.name for case in work._next(25)] for _ in range(20)]
    assert all(len(set(names)) == 25 for names in rounds)
    often = Counter(name for names in rounds for name in names)
    assert max(often.values()) - min(often.values()) <= 1


def test_memory_counts_when_every_hostile_file_has_come_by_twice(tmp_path):
    work = soak.Soak(tmp_path, workers=1, scale=0.1, signs=random.Random(1))
    often = Counter(case.name for _ in range(soak.warm(25)) for case in work._next(25))
    assert len(often) == len(soak._MIXED) and min(often.values()) == 2
    assert soak.warm(0) == soak.warm(len(soak._MIXED)) == soak.WARM


def looks(size_of_main) -> tuple[list[Sample], list[soak.Round]]:
    samples = [
        Sample(n + 0.5, (seen(1, 0, "other", size_of_main(n)), seen(2, 1, "worker", 100))) for n in range(100)
    ]
    return samples, [soak.Round(n + 1, 10.0 * n, 10.0 * n + 10, 5, {"ok": 5}, 0) for n in range(10)]


def test_memory_that_rises_over_the_rounds_is_not_flat():
    name = "main process, highest"
    samples, rounds = looks(lambda n: 100 + n)
    points = soak.series(samples, rounds, name)
    assert len(points) == len(rounds)
    said, flat = soak.flatness(points)
    assert said.startswith("+60.00 ± 0.00 MB/min")
    assert not flat
    samples, rounds = looks(lambda n: 100 + n % 10)
    assert soak.flatness(soak.series(samples, rounds, name))[1]
    # What rises, but by next to nothing, is flat too.
    samples, rounds = looks(lambda n: 1000 + n // 10)
    assert soak.flatness(soak.series(samples, rounds, name))[1]
    assert soak.rounds_table(samples, rounds).row_count == 10


# --- writes, the reference, the gold -----------------------------------------------------------------------


def test_what_changes_the_disk_is_counted():
    assert changes_disk("open", ("/a", "w", 0))
    assert changes_disk("open", ("/a", None, os.O_RDWR))
    assert changes_disk("os.rename", ("/a", "/b", -1, -1))
    assert not changes_disk("open", ("/a", "rb", os.O_RDONLY))
    assert not changes_disk("open", (os.devnull, "w", os.O_WRONLY))
    assert not changes_disk("import", ("os",))


def test_the_reference_cuts_at_what_reads_as_a_heading():
    assert is_heading("2.1 Wonen en zorg")
    assert is_heading("Hoofdstuk 3 Water")
    assert is_heading("  WAT WIJ DOEN ")
    assert not is_heading("2.1 Wonen en zorg .............. 12")
    assert not is_heading("In 2027 leggen wij een fietspad aan.")
    pages = ["Vooraf\n1 Wonen\nWij bouwen.", "Nog meer.\n2 Zorg\n\n3 Water\nSchoon water."]
    assert [(part.heading, part.page, part.text) for part in cut(pages)] == [
        ("", 1, "Vooraf"),
        ("1 Wonen", 1, "Wij bouwen.\nNog meer."),
        ("3 Water", 2, "Schoon water."),
    ]


def test_gold_is_found_by_its_words_near_its_page(tmp_path):
    near = {"text": f"{TEXT} Ja.", "page_start": 4, "role": "policy", "level": 2, "verdict": "accept"}
    far = {"text": TEXT, "page_start": 9, "role": "other", "level": None, "verdict": "not_assessed"}
    bags = [(words(section["text"]), section) for section in (far, near)]
    assert matched({"text": TEXT, "page": 3}, bags) is near
    assert matched({"text": "Heel iets anders dan daar staat.", "page": 3}, bags) is None
    (tmp_path / "plan.pdf.json").write_text(json.dumps({"sections": [near, far]}), encoding="utf-8")
    gold = [
        {"doc": "pdf/plan.pdf", "text": TEXT, "page": 3, "role": "policy", "level": 1},
        {"doc": "pdf/weg.pdf", "text": TEXT, "page": 3, "role": "policy", "level": 0},
    ]
    assert verdicts(gold, tmp_path) == [
        Verdict("policy", 1, "policy", 2, "accept"),
        Verdict("policy", 0, None, None, None),
    ]


def test_what_is_not_found_counts_against():
    found = [
        Verdict("policy", 1, "policy", 1, "send_back"),
        Verdict("policy", 3, "policy", 3, "accept"),
        Verdict("policy", 0, None, None, None),
        Verdict("other", None, "other", None, "not_assessed"),
    ]
    figures = gold_figures(found)
    assert figures["sections found"] == 0.75
    assert figures["role right"] == 0.75
    assert figures["policy found as policy"] == pytest.approx(2 / 3)
    assert figures["level: quadratic kappa (of those)"] == 1
    assert figures["send back: F1"] == pytest.approx(2 / 3)


def test_ratios_are_of_the_medians():
    def run(wall: float) -> Run:
        return Run(0, wall, wall, "", "")

    reference = Way(REFERENCE, 1, [run(80), run(100), run(130)], [run(20)], [100 * MEGABYTE])
    ours = Way(ONE, 1, [run(30), run(20), run(25)], [run(5)], [300 * MEGABYTE])
    table = table_of([reference, ours], 200, 3)
    cells = {column.header: list(column.cells) for column in table.columns}
    assert cells["pages/s"] == ["2.0", "8.0"]
    assert cells["pages/s, loading left out"] == ["2.5", "10.0"]
    assert cells["memory per worker"] == ["100 MB", "300 MB"]
    assert cells["× reference"] == ["1.00 (1.00)", "4.00 (4.00)"]
