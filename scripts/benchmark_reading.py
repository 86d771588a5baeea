"""How fast PDFs are read and how much memory that takes, beside other tools, all in one run.

    python scripts/benchmark.py reading [--repeat 3] [--tools NAME ...] [--peers PYTHON] [--long] [PATH ...]

Every document is read by every tool in a process of its own, in turn; a round is repeated and medians are
taken. A machine that is shared can be half as fast for some seconds, so in each round a quick tool reads a
document several times: until that took half the time of the slowest, at most ten times; their mean counts.
Pages per second are of processor time, so on one core; memory is the peak of the process. Imports and what a
tool loads for its first page are told apart as its start. What is compared is the text layer only: nothing
is recognised in pictures.

A text page has at least 200 letters, no picture and at most five drawn shapes (a rule under a header). The
text pages of each document are also read as a document of their own (without bookmarks and tags, which do
not go with pages). ``--long`` shows the peak memory over more and more pages, up to 1 000.

Peers (pymupdf4llm, markitdown, unstructured's fast mode) are measured where they are installed: here, or with
the Python that ``--peers`` names.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "pdf"
LETTERS, SHAPES = 200, 5
LONG = (125, 250, 500, 1000)
_MINUTES = 20
#: A quick tool reads a document so many times in a round at most.
_MOST_READS = 10


# --- the tools, each in a process of its own -------------------------------------------------------------


def _ours() -> Callable[[str], object]:
    from uitvoerbaarheid.extraction import read
    from uitvoerbaarheid.extraction.memory import collect_less
    from uitvoerbaarheid.extraction.model import Ocr
    from uitvoerbaarheid.records import UnreadableError

    # As the process does in which documents are read.
    collect_less()

    def work(path: str) -> object:
        try:
            return read(path, ocr=Ocr(mode="nee"))
        except UnreadableError as error:  # a scan or a map: it was read all the same
            return error

    return work


def _pypdfium2() -> Callable[[str], object]:
    import pypdfium2 as pdfium

    def work(path: str) -> object:
        texts = []
        document = pdfium.PdfDocument(path)
        for page in document:
            textpage = page.get_textpage()
            texts.append(textpage.get_text_range())
            textpage.close()
            page.close()
        document.close()
        return texts

    return work


def _pdfplumber() -> Callable[[str], object]:
    import pdfplumber

    def work(path: str) -> object:
        words = []
        with pdfplumber.open(path) as document:
            for page in document.pages:
                words.append([word["text"] for word in page.extract_words()])
                page.close()
        return words

    return work


def _pymupdf4llm() -> Callable[[str], object]:
    import pymupdf4llm

    return pymupdf4llm.to_markdown  # type: ignore[no-any-return]


def _markitdown() -> Callable[[str], object]:
    from markitdown import MarkItDown

    return lambda path: MarkItDown().convert(path)


def _unstructured() -> Callable[[str], object]:
    from unstructured.partition.pdf import partition_pdf

    return lambda path: partition_pdf(path, strategy="fast")


TOOLS = {
    "uitvoerbaarheid": _ours,
    "pypdfium2 text": _pypdfium2,
    "pdfplumber words": _pdfplumber,
    "pymupdf4llm": _pymupdf4llm,
    "markitdown": _markitdown,
    "unstructured fast": _unstructured,
}
PEERS = ("pymupdf4llm", "markitdown", "unstructured fast")


def child(tool: str, path: str, first: str) -> None:
    """Read one document with one tool, and before it a page to start with; print what that took.

    Seconds are of processor time, memory is the peak of this process in MB.
    """
    start = time.process_time()
    try:
        work = TOOLS[tool]()
        work(first)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    begun = time.process_time()
    work(path)
    done = time.process_time()
    print(json.dumps({"seconds": done - begun, "start": begun - start, "memory": _peak_memory()}))


def _peak_memory() -> float | None:
    # The resource module's figure is at least that of the process that started this one (Linux).
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**10
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


# --- measuring -------------------------------------------------------------------------------------------


@dataclass
class Figures:
    """What one tool took for one document: seconds, those of the start, and peak memory (MB).

    ``seconds`` are those of each reading, by round.
    """

    start: list[float] = field(default_factory=list)
    seconds: list[list[float]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def time(self) -> float:
        """The seconds of a reading: the median of the means of all rounds."""
        return statistics.median(map(statistics.mean, self.seconds))


@dataclass(frozen=True)
class Case:
    """A file to read: all pages of a document, or its text pages."""

    name: str
    path: Path
    pages: int
    text_only: bool


class Bench:
    """Runs the tools and keeps what was measured; a tool that cannot be used is left out, with the reason."""

    def __init__(self, peers: str, first: Path) -> None:
        self._peers, self._first = peers, first
        self.figures: dict[tuple[str, Case], Figures] = {}
        self.left_out: dict[str, str] = {}

    def round(self, tools: list[str], case: Case) -> None:
        """Measure all tools on a document: each once, then the quick ones again."""
        took = {tool: [seconds] for tool in tools if (seconds := self._run(tool, case)) is not None}
        slowest = max((reads[0] for reads in took.values()), default=0.0)
        for tool, reads in took.items():
            while sum(reads) < slowest / 2 and len(reads) < _MOST_READS:
                again = self._run(tool, case)
                if again is None:
                    break
                reads.append(again)
            self.figures[tool, case].seconds.append(reads)

    def _run(self, tool: str, case: Case) -> float | None:
        """The seconds of a tool for a document, read once; None where it cannot be used."""
        if tool in self.left_out:
            return None
        python = self._peers if tool in PEERS else sys.executable
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [python, str(Path(__file__)), "--child", tool, str(case.path), str(self._first)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, env=environment, timeout=60 * _MINUTES, check=False
            )
        except subprocess.TimeoutExpired:
            self.left_out[tool] = f"more than {_MINUTES} minutes for {case.name}"
            return None
        answer: dict[str, object] = {}
        with suppress(ValueError, IndexError):
            answer = json.loads(done.stdout.splitlines()[-1])
        seconds, memory = answer.get("seconds"), answer.get("memory")
        if not isinstance(seconds, float):
            lines = done.stderr.strip().splitlines() or ["no answer"]
            self.left_out[tool] = f"not installed: {answer['missing']}" if "missing" in answer else lines[-1]
            return None
        figures = self.figures.setdefault((tool, case), Figures())
        figures.start.append(float(str(answer["start"])))
        if isinstance(memory, float):
            figures.memory.append(memory)
        return seconds

    def speed(self, tool: str, cases: list[Case]) -> float | None:
        """Pages per second over these documents; None where the tool did not read them all."""
        measured = [self.figures.get((tool, case)) for case in cases]
        seconds = [figures.time for figures in measured if figures is not None and figures.seconds]
        if not cases or tool in self.left_out or len(seconds) < len(cases):
            return None
        return sum(case.pages for case in cases) / max(sum(seconds), 1e-6)

    def start(self, tool: str) -> float | None:
        """The median seconds that a tool takes to start."""
        starts = [s for (name, _), figures in self.figures.items() if name == tool for s in figures.start]
        return statistics.median(starts) if starts else None

    def memory(self, tool: str, cases: list[Case]) -> float | None:
        """The highest peak over these documents: of each the median."""
        peaks = [self.figures[tool, c].memory for c in cases if (tool, c) in self.figures]
        return max((statistics.median(peak) for peak in peaks if peak), default=None)


def is_text_page(page: object) -> bool:
    """Whether a page (as :class:`PageReader` gives it) is text alone."""
    from uitvoerbaarheid.extraction.pdf.quality import letters
    from uitvoerbaarheid.extraction.pdf.text import Page

    assert isinstance(page, Page)
    return letters(page.words) >= LETTERS and not page.images and page.drawings <= SHAPES


def cases_of(path: Path, folder: Path) -> list[Case]:
    """The document itself and, where it has text pages, those as a file in ``folder``."""
    import pypdfium2 as pdfium

    from changed_documents import write_pages
    from uitvoerbaarheid.extraction.pdf.pages import PageReader

    document = pdfium.PdfDocument(path)
    try:
        with PageReader(document, lambda: pdfium.PdfDocument(path), structure=False) as reader:
            wanted = [i for i in range(len(document)) if is_text_page(reader.read(i))]
        cases = [Case(path.name, path, len(document), False)]
        if wanted:
            target = folder / path.name
            write_pages(document, wanted, target)
            cases.append(Case(path.name, target, len(wanted), True))
        return cases
    finally:
        document.close()


def first_page(cases: list[Case], folder: Path) -> Path:
    """The first page of the smallest file as a document: what every tool starts with."""
    import pypdfium2 as pdfium

    from changed_documents import write_pages

    target = folder / "first page.pdf"
    smallest = min(cases, key=lambda case: (not case.text_only, case.pages))
    with pdfium.PdfDocument(smallest.path) as document:
        write_pages(document, [0], target)
    return target


def long_documents(paths: list[Path], folder: Path) -> list[Case]:
    """Documents of more and more pages, made of the pages of these one after another, over and over."""
    import pypdfium2 as pdfium

    whole = pdfium.PdfDocument.new()
    cases = []
    for wanted in LONG:
        while len(whole) < wanted:
            for path in paths:
                with pdfium.PdfDocument(path) as document:
                    room = wanted - len(whole)
                    whole.import_pages(document, list(range(min(len(document), room))))
                if len(whole) == wanted:
                    break
        target = folder / f"{wanted}.pdf"
        whole.save(target)
        cases.append(Case(f"{wanted} pages", target, wanted, False))
    whole.close()
    return cases


# --- showing ---------------------------------------------------------------------------------------------


def _number(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def show(bench: Bench, tools: list[str], cases: list[Case]) -> None:
    """Print the speeds per document and over the set, the ratios and the memory."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    used = [tool for tool in tools if tool not in bench.left_out]
    for text_only in (False, True):
        some = [case for case in cases if case.text_only == text_only]
        if not some:
            continue
        title = "text pages" if text_only else "all pages"
        table = Table("document", "pages", *used, title=f"pages per second, {title}")
        for case in some:
            speeds = [_number(bench.speed(tool, [case])) for tool in used]
            table.add_row(case.name[:40], str(case.pages), *speeds)
        total = [bench.speed(tool, some) for tool in used]
        pages = str(sum(case.pages for case in some))
        table.add_row("all", pages, *map(_number, total), style="bold")
        ours = bench.speed("uitvoerbaarheid", some)
        ratios = [_number(ours / speed if ours and speed else None, 2) for speed in total]
        table.add_row("uitvoerbaarheid is so many times as fast", "", *ratios)
        table.add_row("start, s", "", *(_number(bench.start(tool), 2) for tool in used))
        table.add_row("peak memory, MB", "", *(_number(bench.memory(tool, some), 0) for tool in used))
        console.print(table)
    for tool, reason in bench.left_out.items():
        console.print(f"left out: {tool} ({reason})")


def show_long(bench: Bench, cases: list[Case]) -> None:
    """Print how the peak memory of our reader goes with the number of pages."""
    from rich.console import Console
    from rich.table import Table

    table = Table("pages", "pages/s", "peak memory, MB", title="uitvoerbaarheid on a long document")
    for case in cases:
        speed, memory = bench.speed("uitvoerbaarheid", [case]), bench.memory("uitvoerbaarheid", [case])
        table.add_row(str(case.pages), _number(speed), _number(memory, 0))
    Console().print(table)


def main(arguments: list[str]) -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(prog="benchmark.py reading", description=__doc__.split("\n\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[CORPUS], help="PDFs or folders with PDFs")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--peers", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--long", action="store_true", help="only our memory on documents up to 1 000 pages")
    options = parser.parse_args(arguments)
    paths = sorted(f for p in options.paths for f in ([p] if p.is_file() else p.glob("*.pdf")))
    if not paths:
        parser.error("nothing to read")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.long:
            cases, tools = long_documents(paths, folder), ["uitvoerbaarheid"]
        else:
            cases, tools = [case for path in paths for case in cases_of(path, folder)], options.tools
        bench = Bench(options.peers, first_page(cases, folder))
        for _ in range(options.repeat):
            for case in cases:
                bench.round(tools, case)
    if options.long:
        show_long(bench, cases)
    else:
        show(bench, tools, cases)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:5])
    else:
        main(sys.argv[1:])
