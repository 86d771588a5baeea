"""A thousand documents: nothing lost, how fast, how much memory, and how long a second run takes.

    python scripts/thousand.py [--documents 1000] [--share 1.0] [--pages N] [--workers 2] [--largest MB]
        [--folder DIR] [PATH ...]

The documents are those of ../shared/corpus (or PATH), round after round as copies with a small change (see
``changed_documents.py``), in a folder outside the project. They are scanned twice. What came out is held
against what went in: every document has a result, with a reason where it was not wholly read, a report, and
its rows in the store. ``--share`` takes that part of them, evenly over kinds and sizes; ``--pages`` takes
the first pages of each PDF and as many words of each text, and leaves the other formats out.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2 as pdfium
from rich.console import Console
from rich.table import Table

from changed_documents import CHANGES, copies, write_pages
from processes import MEGABYTE, Run, megabytes, run_record, run_watched, scan_command
from stores import STORE, faults

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
#: Words that count as one page where a format has no pages.
WORDS_PER_PAGE = 350
#: What is asked: the most bytes that a worker may hold, and how many times faster the second run is.
MOST_MEMORY, LEAST_RATIO = 600 * MEGABYTE, 50


def documents_of(roots: Sequence[Path], largest: float) -> list[tuple[Path, Path]]:
    """The documents below the roots, each with its root, in order of path; at most ``largest`` MB each."""
    found = [
        (path, root)
        for root in roots
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in CHANGES and not path.name.lower().startswith("readme")
    ]
    return [(path, root) for path, root in found if path.stat().st_size <= largest * MEGABYTE]


def share_of(found: Sequence[tuple[Path, Path]], share: float) -> list[tuple[Path, Path]]:
    """An even share: by kind, then by size, each so manieth."""
    ordered = sorted(found, key=lambda item: (item[0].suffix, item[0].stat().st_size, item[0]))
    wanted = max(1, round(share * len(ordered)))
    return sorted(ordered[int((i + 0.5) * len(ordered) / wanted)] for i in range(wanted))


def beginnings(found: Sequence[tuple[Path, Path]], pages: int, folder: Path) -> list[tuple[Path, Path]]:
    """The first pages of the PDFs and as many words of the texts, each as a file in ``folder``."""
    made = []
    for path, root in found:
        if path.suffix.lower() not in (".pdf", ".md", ".txt"):
            continue
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".pdf":
            with pdfium.PdfDocument(path) as document:
                write_pages(document, list(range(min(pages, len(document)))), target)
        else:
            room, lines = pages * WORDS_PER_PAGE, path.read_text(encoding="utf-8").splitlines(keepends=True)
            before = accumulate((len(line.split()) for line in lines), initial=0)
            kept = [line for line, count in zip(lines, before, strict=False) if count < room]
            target.write_text("".join(kept), encoding="utf-8")
        made.append((target, folder))
    return made


@dataclass(frozen=True)
class Done:
    """What a run says of its documents, by path below the scanned folder."""

    record: dict[str, Any]

    @classmethod
    def of(cls, output: Path) -> Done:
        return cls(run_record(output))

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        return {document["path"]: document for document in self.record["documents"]}

    @property
    def status(self) -> Counter[str]:
        return Counter(document["status"] for document in self.record["documents"])


def lost(given: Sequence[str], output: Path) -> list[str]:
    """What is missing of the documents that went in, a line each."""
    documents = Done.of(output).documents
    told = [f"{path}: not in run.json" for path in given if path not in documents]
    told += [f"{path}: in run.json, and was not given" for path in documents if path not in set(given)]
    for path, document in documents.items():
        if document["status"] not in ("ok", "partial", "unreadable"):
            told.append(f"{path}: ended as {document['status']}")
        if document["status"] == "unreadable" and not (document["reason"] and document["message"]):
            told.append(f"{path}: unreadable without a reason")
        for suffix in (".json", ".html"):
            report = output / f"{path}{suffix}"
            if not report.is_file() or not report.stat().st_size:
                told.append(f"{path}: no report {suffix}")
    told += faults(output)
    with duckdb.connect(str(output / STORE), read_only=True) as store:
        stored = {path for (path,) in store.execute("SELECT path FROM documents").fetchall()}
        empty = store.execute(
            "SELECT path FROM documents"
            " WHERE status <> 'unreadable' AND path NOT IN (SELECT path FROM sections)"
        ).fetchall()
    told += [f"{path}: not in the store" for path in given if path not in stored]
    return told + [f"{path}: no sections in the store" for (path,) in empty]


def pages_in(output: Path) -> float:
    """Pages of all documents; of those without pages, their words as pages."""
    with duckdb.connect(str(output / STORE), read_only=True) as store:
        [(pages,)] = store.execute(
            "SELECT sum(coalesce(d.pages, s.words / ?)) FROM documents d"
            " LEFT JOIN (SELECT path, sum(words) AS words FROM sections GROUP BY path) s ON s.path = d.path",
            [WORDS_PER_PAGE],
        ).fetchall()
    return float(pages or 0)


def table_of(runs: Sequence[Run], output: Path, count: int) -> Table:
    """The figures of both runs."""
    first, second = runs
    done, pages = Done.of(output), pages_in(output)
    peaks = sorted(first.worker_peaks.values())
    ratio = first.wall / second.wall
    table = Table("figure", "value", title=f"{count} documents", title_justify="left")
    reasons = ", ".join(f"{code} {n}" for code, n in sorted(done.record["reasons"].items()))
    for name, value in (
        ("pages (of documents without: words)", f"{pages:.0f}"),
        ("ended as", ", ".join(f"{status} {n}" for status, n in sorted(done.status.items()))),
        ("reasons", reasons or "-"),
        ("first run, seconds", f"{first.wall:.1f}"),
        ("processor seconds", f"{first.cpu:.0f}"),
        ("pages/s", f"{pages / first.wall:.1f}"),
        ("documents/s", f"{count / first.wall:.2f}"),
        ("peak memory per worker, highest", f"{megabytes(peaks[-1])} (asked: < {megabytes(MOST_MEMORY)})"),
        ("peak memory per worker, median", f"{megabytes(statistics.median(peaks))} of {len(peaks)} workers"),
        ("peak memory of the main process", megabytes(first.main_peak)),
        ("second run, seconds", f"{second.wall:.2f}"),
        ("second run, times faster", f"{ratio:.0f} (asked: >= {LEAST_RATIO})"),
        ("size of the store", megabytes((output / STORE).stat().st_size)),
    ):
        table.add_row(name, value)
    return table


def verdicts(runs: Sequence[Run], told: Sequence[str]) -> list[str]:
    """What was asked and is not so."""
    first, second = runs
    wrong = [f"exit code {run.code}: {run.errors.strip()[-300:]}" for run in runs if run.code]
    wrong += told
    if first.worker_peak >= MOST_MEMORY:
        wrong.append(f"a worker held {megabytes(first.worker_peak)}")
    if first.wall < LEAST_RATIO * second.wall:
        wrong.append(f"the second run was only {first.wall / second.wall:.0f} times faster")
    return wrong


def main() -> int:
    """Print the table; the exit code says whether all that is asked is so."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, default=[CORPUS])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--share", type=float, default=1.0, help="take this part of the documents")
    parser.add_argument("--largest", type=float, default=1000, metavar="MB", help="leave out larger files")
    parser.add_argument("--pages", type=int, help="take only so many pages of each")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="work here and keep it (by default it is removed)")
    asked = parser.parse_args()
    found = share_of(documents_of(asked.paths, asked.largest), asked.share)
    if not found:
        parser.error("nothing to copy")
    total = max(1, round(asked.documents * asked.share))
    console = Console(width=130)
    with contextlib.ExitStack() as stack:
        base = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thousand-")))
        documents, output = base / "documents", base / "output"
        start = time.monotonic()
        if asked.pages:
            found = beginnings(found, asked.pages, base / "beginnings")
        made = list(copies(found, documents, total))
        given = sorted(path.relative_to(documents).as_posix() for path in made)
        console.print(f"{len(made)} documents made in {time.monotonic() - start:.0f} s")
        temporary = base / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        command = scan_command("scan", documents, "--output", output, "--workers", str(asked.workers))
        runs = [run_watched(command, extra={"TMPDIR": str(temporary)}, interval=0.5) for _ in range(2)]
        told = lost(given, output)
        told += [f"temporary file left: {path.name}" for path in temporary.iterdir()]
        console.print(table_of(runs, output, len(made)))
        wrong = verdicts(runs, told)
    for line in wrong[:40]:
        console.print(re.sub(r"\s+", " ", line), markup=False)
    console.print(f"{len(wrong)} wrong; lost: {len(told)}")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
