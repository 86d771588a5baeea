"""How fast the whole scan is: against a reference script on one core, and two cores against one.

    python scripts/benchmark.py pipeline [--repeat 3] [--times 1] [--all] [--no-reference] [--no-ocr]
        [PDF ...]

In each round the reference script (``reference_scan.py``), a scan with one worker on the same single core,
and one with two workers on two cores do the same documents, each in new processes and an empty folder;
medians and ratios of those medians are shown. The documents are a fixed choice of different kinds of the
corpus, or with ``--all`` every PDF of it, but for those that a scan without text recognition gives back as
unreadable: the reference script would assess signs that are no words for as long as it does words.
``--times`` takes each document so many times: one of the choice is more than half of its work, and one
worker does it alone, so that two cores cannot share them evenly. With ``--no-ocr`` scanned pages stay unread,
as they do in the reference script; to recognise one takes as long as all work on some forty others. Pages per
second are over the whole command; the second column of them leaves out what a document of one page takes,
which is loading for the most part. Memory is the most that a worker held with its reading process, by what
the scan itself tells.

What the reference finds is held against the gold as what the scan finds: a gold section is found when one on
its page, or the next to it, has most of its words. All of it counts: a section that is not found has a wrong
role, and is not sent back. The bundled classifier has seen these gold sections when it was trained, and both
use it, so these figures are for comparing only; ``evaluate.py`` has those on documents that it had not seen.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sklearn.metrics import cohen_kappa_score

from changed_documents import one_page
from evaluate_sections import overlap, words
from processes import ROOT, Run, megabytes, own_cores, run_record, run_watched, scan_command

SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus" / "pdf"
#: Budget, programmes, a vision with pictures, a request, a letter, a proposal, requirements: 300 pages.
CHOICE = (
    "begroting_2024.pdf",
    "programma_ruimte_zuid-holland.pdf",
    "programma_mobiliteit_zuid-holland.pdf",
    "ruimtelijke_kwaliteit.pdf",
    "Principeverzoek-windenergie-de-Stouwe-Daarle.pdf",
    "240528_Brief_aan_PS_Definitief_windbeleid.pdf",
    "241122_Statenvoorstel_vaststelling_aanpassing_omgevingsverordening_geamendeerd.pdf",
    "Programma_van_Eisen_fietsenstalling_Leiden_Centraal.pdf",
)
REFERENCE, ONE, TWO = "reference, 1 core", "scan, 1 worker, 1 core", "scan, 2 workers, 2 cores"
#: From this overlap of words (F1) on two texts are the same section.
LEAST_OVERLAP = 0.6
#: One computation at a time in each process: with more, one core would be shared by threads for nothing.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


# --- measuring -------------------------------------------------------------------------------------------


@dataclass
class Way:
    """A way to do the documents, with its runs over them and over one page."""

    name: str
    cores: int
    runs: list[Run] = field(default_factory=list)
    starts: list[Run] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)
    options: Sequence[str] = ()

    def command(self, documents: Sequence[Path], output: Path) -> list[str]:
        if self.name == REFERENCE:
            script = str(Path(__file__).with_name("reference_scan.py"))
            return [sys.executable, script, str(output), *map(str, documents)]
        return scan_command(
            "scan", *documents, "--output", output, "--workers", str(self.cores), *self.options
        )

    def run(self, documents: Sequence[Path], output: Path) -> Run:
        """Do these documents once. SystemExit where that fails."""
        cores = own_cores()[: self.cores]
        command = self.command(documents, output)
        # Not watched: who watches would have the other core beside one, and share both of two.
        done = run_watched(command, cores=cores, extra=_ENVIRONMENT, watch=False)
        if done.code:
            raise SystemExit(f"{self.name} ended with {done.code}: {done.errors[-500:]}")
        return done

    def held(self, done: Run, output: Path) -> int:
        """The most bytes that a worker held with its reading process, or the reference script."""
        if self.name == REFERENCE:
            return int(told(done)["memory"])
        return max(document["memory"] for document in run_record(output)["documents"])

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def start(self) -> float:
        return statistics.median(run.wall for run in self.starts)

    @property
    def steady(self) -> float:
        """Seconds without what one page takes."""
        return self.wall - self.start

    @property
    def memory(self) -> float:
        return statistics.median(self.peaks)


def told(done: Run) -> dict[str, Any]:
    """What the reference script says of a run: the last line of its output."""
    record: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return record


def more_of(documents: Sequence[Path], folder: Path, times: int) -> Iterator[Path]:
    """Copies of documents, ``times`` of each, in ``folder`` under names of their own."""
    for number in range(times):
        for path in documents:
            target = folder / f"{path.stem}-{number + 2}{path.suffix}"
            folder.mkdir(exist_ok=True)
            yield Path(shutil.copyfile(path, target))


def readable(documents: Sequence[Path], output: Path) -> list[Path]:
    """Those of these documents that can be read without recognising text."""
    done = run_watched(scan_command("scan", *documents, "--output", output, "--ocr", "nee"), watch=False)
    if done.code:
        raise SystemExit(f"a scan ended with {done.code}: {done.errors[-500:]}")
    found = {each["path"] for each in run_record(output)["documents"] if each["status"] != "unreadable"}
    return [path for path in documents if path.name in found]


def pages_of(documents: Iterable[Path]) -> int:
    """Pages of PDFs together."""
    import pypdfium2

    count = 0
    for path in documents:
        with pypdfium2.PdfDocument(path) as pdf:
            count += len(pdf)
    return count


def table_of(ways: Sequence[Way], pages: int, repeat: int) -> Table:
    """The figures of all ways, with the ratio of each to the reference and to one core."""
    by_name = {way.name: way for way in ways}
    title = f"{pages} pages, {repeat} rounds, medians"
    table = Table("", "seconds", "processor s", "pages/s", "pages/s, loading left out", title=title)
    for name in ("memory per worker", "× reference", "by processor s", "× one core"):
        table.add_column(name)
    for way in ways:
        ratios = []
        for other in (REFERENCE, ONE):
            base = by_name.get(other)
            ratio = f"{base.wall / way.wall:.2f} ({base.steady / way.steady:.2f})" if base else "-"
            ratios.append(ratio)
            if other == REFERENCE:
                ratios.append(f"{base.cpu / way.cpu:.2f}" if base and way.cpu else "-")
        table.add_row(
            *(way.name, f"{way.wall:.1f}", f"{way.cpu:.1f}", f"{pages / way.wall:.1f}"),
            *(f"{pages / way.steady:.1f}", megabytes(way.memory), *ratios),
        )
    return table


def spread_table(ways: Sequence[Way]) -> Table:
    """The seconds of every run, so that a noisy machine shows."""
    table = Table("seconds of each round", *(str(n + 1) for n in range(len(ways[0].runs))), "one page")
    for way in ways:
        table.add_row(way.name, *(f"{run.wall:.1f}" for run in way.runs), f"{way.start:.1f}")
    return table


def stages_line(way: Way, output: Path) -> str:
    """Where a way's time went, by stage."""
    if way.name == REFERENCE:
        seconds: dict[str, float] = told(way.runs[-1])["seconds"]
    else:
        seconds = run_record(output)["work"]
    total = sum(seconds.values())
    return ", ".join(f"{stage} {value:.1f} s ({value / total:.0%})" for stage, value in seconds.items())


# --- held against the gold ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What the gold says of a section, and what was found of it; None for a section that was not found."""

    role: str
    level: int | None
    found_role: str | None
    found_level: int | None
    found_verdict: str | None


def matched(
    gold: dict[str, Any], sections: Sequence[tuple[Counter[str], dict[str, Any]]]
) -> dict[str, Any] | None:
    """The section with most of a gold section's words, near its page; None where none has enough."""
    wanted = words(gold["text"])
    near = [
        (overlap(wanted, bag), -index)
        for index, (bag, section) in enumerate(sections)
        if not (gold.get("page") and section.get("page_start"))
        or abs(section["page_start"] - gold["page"]) <= 1
    ]
    best, place = max(near, default=(0.0, 0))
    return sections[-place][1] if best >= LEAST_OVERLAP else None


def verdicts(gold: Sequence[dict[str, Any]], output: Path) -> list[Verdict]:
    """What was found of each gold section, in the JSON below an output folder."""
    by_document: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in gold:
        by_document[record["doc"]].append(record)
    found = []
    for name, records in sorted(by_document.items()):
        file = output / f"{Path(name).name}.json"
        report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"sections": []}
        bags = [(words(section["text"]), section) for section in report["sections"]]
        for record in records:
            section = matched(record, bags) or {}
            level = record["level"] if record["role"] == "policy" else None
            found.append(
                Verdict(
                    record["role"], level, section.get("role"), section.get("level"), section.get("verdict")
                )
            )
    return found


def gold_figures(found: Sequence[Verdict]) -> dict[str, float]:
    """Share found, role right, kappa of the level where both have one, F1 of sending back."""
    policy = [each for each in found if each.level is not None]
    pairs = [(each.level, each.found_level) for each in policy if each.found_level is not None]
    back = [((each.level or 0) <= 1, each.found_verdict == "send_back") for each in policy]
    hits = sum(truth and said for truth, said in back)
    total = sum(truth for truth, _ in back) + sum(said for _, said in back)
    varied = len({value for pair in pairs for value in pair}) > 1
    kappa = cohen_kappa_score(*zip(*pairs, strict=True), weights="quadratic") if varied else float("nan")
    return {
        "sections found": sum(each.found_role is not None for each in found) / len(found),
        "role right": sum(each.role == each.found_role for each in found) / len(found),
        "policy found as policy": len(pairs) / len(policy) if policy else float("nan"),
        "level: quadratic kappa (of those)": float(kappa),
        "send back: F1": 2 * hits / total if total else float("nan"),
    }


def gold_table(columns: dict[str, list[Verdict]]) -> Table:
    """The figures by way."""
    figures = {name: gold_figures(found) for name, found in columns.items()}
    count = len(next(iter(columns.values())))
    table = Table(f"{count} gold sections of these documents", *columns)
    for name in next(iter(figures.values())):
        table.add_row(name, *(f"{values[name]:.3f}" for values in figures.values()))
    return table


def gold_of(documents: Sequence[Path]) -> list[dict[str, Any]]:
    """The well-formed gold sections of these documents; none where the gold is not here."""
    file = SHARED / "gold" / "sections.jsonl"
    if not file.is_file():
        return []
    names = {f"pdf/{path.name}" for path in documents}
    records = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [record for record in records if record["wellformed"] and record["doc"] in names]


# --- command line ----------------------------------------------------------------------------------------


def main(given: Sequence[str]) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="benchmark.py pipeline",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, help="take each document so many times")
    parser.add_argument("--all", action="store_true", help="every PDF of the corpus that can be read")
    parser.add_argument("--no-reference", action="store_true", help="only the scans")
    parser.add_argument("--no-ocr", action="store_true", help="scans leave scanned pages unread")
    asked = parser.parse_args(given)
    documents = asked.paths or [CORPUS / name for name in CHOICE]
    if asked.all:
        documents = sorted(CORPUS.glob("*.pdf"))
    absent = [path.name for path in documents if not path.is_file()]
    if absent:
        parser.error(f"not here: {', '.join(absent)}")
    console = Console(width=150)
    options = ("--ocr", "nee") if asked.no_ocr else ()
    ways = [Way(REFERENCE, 1), Way(ONE, 1, options=options)]
    if len(own_cores()) > 1:
        ways.append(Way(TWO, 2, options=options))
    else:
        console.print("one core here: two cores are not measured")
    ways = ways[1:] if asked.no_reference else ways
    gold = gold_of(documents)
    with tempfile.TemporaryDirectory(prefix="pipeline-") as folder:
        base = Path(folder)
        page = base / "pagina.pdf"
        one_page(page)
        if asked.all:
            documents = readable(documents, base / "readable")
        documents = [*documents, *more_of(documents, base / "again", asked.times - 1)]
        for number in range(asked.repeat):
            for place, way in enumerate(ways):
                output = base / f"output-{place}-{number}"
                way.starts.append(way.run([page], base / f"page-{place}-{number}"))
                way.runs.append(way.run(documents, output))
                way.peaks.append(way.held(way.runs[-1], output))
        last = {way.name: base / f"output-{place}-{asked.repeat - 1}" for place, way in enumerate(ways)}
        console.print(table_of(ways, pages_of(documents), asked.repeat))
        console.print(spread_table(ways))
        for way in ways:
            console.print(f"{way.name}: {stages_line(way, last[way.name])}", markup=False)
        if gold:
            held = [way for way in ways if way.name != TWO]
            console.print(gold_table({way.name: verdicts(gold, last[way.name]) for way in held}))
