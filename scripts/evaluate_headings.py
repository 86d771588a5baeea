"""Measure how well PDFs are read: headings and sections against the gold, and pages per second.

    python scripts/evaluate_headings.py [--gold DIR] [--corpus DIR] [--document PART] [--missing]

Headings: share of the authors' own tagged headings that are found (same words, page at most one off), and of
those with a depth the share that has it. Sections: share of well-formed gold sections of which the heading is
found and the words of the text below it overlap (F1 of the bags of words at least .8), and the median F1.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from uitvoerbaarheid.extraction.model import Extract, Heading
from uitvoerbaarheid.extraction.pdf import read_pdf

SHARED = Path(__file__).resolve().parents[2] / "shared"


def key(text: str) -> str:
    """A heading without case, signs, spaces, opening number and closing note mark."""
    text = re.sub(r"(?<=[^\W\d]) ?\d{1,2}$", "", text.strip())
    text = re.sub(r"^\W*(?:[A-Z]?\d{1,2}(?:\.\d{1,2})*[a-z]?|[A-Z]|[IVX]+)[.:]?\s+", "", text)
    return re.sub(r"[\W_]+", "", text.casefold())


def words(text: str) -> Counter[str]:
    """The bag of words of a text."""
    return Counter(re.findall(r"\w+", text.casefold()))


def f1(a: Counter[str], b: Counter[str]) -> float:
    """Overlap of two bags of words (0-1); two empty ones are equal."""
    if not a and not b:
        return 1.0
    return 2 * sum((a & b).values()) / (sum(a.values()) + sum(b.values()))


def sections(extract: Extract) -> list[tuple[Heading, str]]:
    """Each heading of the stream with the text up to the next heading."""
    found: list[tuple[Heading, list[str]]] = []
    for part in extract.stream:
        if isinstance(part, Heading):
            found.append((part, []))
        elif found:
            found[-1][1].append(part.text)
    return [(heading, " ".join(texts)) for heading, texts in found]


def near(page: int | None, other: int | None) -> bool:
    """Whether two pages are at most one apart."""
    return page is not None and other is not None and abs(page - other) <= 1


def measure(extract: Extract, gold: list[dict[str, Any]], heads: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one document and the lists of what was missed."""
    ours = sections(extract)
    missed_heads, depth_right, depth_all = [], 0, 0
    for head in heads:
        hits = [h for h, _ in ours if near(h.page, head["page"]) and key(h.text) == key(head["text"])]
        if not hits:
            missed_heads.append((head["page"], head["text"]))
        elif head.get("depth"):
            depth_all += 1
            depth_right += any(h.depth == head["depth"] for h in hits)
    scores, missed, poor = [], [], []
    for section in gold:
        hits = [
            t for h, t in ours if near(h.page, section["page"]) and key(h.text) == key(section["heading"])
        ]
        score = max((f1(words(section["text"]), words(text)) for text in hits), default=0.0)
        scores.append(score)
        if not hits:
            missed.append((section["page"], section["heading"]))
        elif score < 0.8:
            poor.append((section["page"], section["heading"], round(score, 2)))
    return {
        "heads": len(heads),
        "heads_found": len(heads) - len(missed_heads),
        "depth_right": depth_right,
        "depth_all": depth_all,
        "sections": len(gold),
        "found": len(gold) - len(missed),
        "good": sum(s >= 0.8 for s in scores),
        "scores": scores,
        "missed_heads": missed_heads,
        "missed": missed,
        "poor": poor,
    }


def share(part: float, whole: float) -> str:
    """A share as ".87 (n)"; "-" where there is nothing to count."""
    return f"{part / whole:.2f} ({whole})" if whole else "-"


def show(name: str, m: dict[str, Any], speed: str) -> None:
    """Print one row of the table."""
    median = f"{statistics.median(m['scores']):.2f}" if m["scores"] else "-"
    print(
        f"{name[:44]:44} {share(m['heads_found'], m['heads']):>11} "
        f"{share(m['depth_right'], m['depth_all']):>11} {share(m['found'], m['sections']):>11} "
        f"{share(m['good'], m['sections']):>11} {median:>6} {speed:>7}"
    )


def load(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The PDF records of a gold file per document."""
    records: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["doc"].startswith("pdf/") and record.get("wellformed", True):
            records[record["doc"]].append(record)
    return records


def main() -> None:
    """Read the documents and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=SHARED / "gold")
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus")
    parser.add_argument("--document", default="", help="only documents whose name holds this")
    parser.add_argument("--missing", action="store_true", help="list what was not found")
    parser.add_argument("--visual-only", action="store_true", help="leave bookmarks and tags unread")
    options = parser.parse_args()
    gold, heads = load(options.gold / "sections.jsonl"), load(options.gold / "headings.jsonl")
    columns = (
        f"{'headings':>11} {'depth':>11} {'sect. found':>11} {'F1 >= .8':>11} {'median':>6} {'pages/s':>7}"
    )
    print(f"{'document':44} {columns}")
    total: Counter[str] = Counter()
    scores: list[float] = []
    pages = seconds = 0.0
    for name in sorted(set(gold) | set(heads)):
        if options.document not in name:
            continue
        start = time.process_time()
        extract = read_pdf(options.corpus / name, visual_only=options.visual_only)
        took = time.process_time() - start
        pages, seconds = pages + (extract.pages or 0), seconds + took
        m = measure(extract, gold[name], heads[name])
        show(name, m, f"{(extract.pages or 0) / took:.1f}")
        total.update({k: v for k, v in m.items() if isinstance(v, int)})
        scores.extend(m["scores"])
        if options.missing:
            for kind in ("missed_heads", "missed", "poor"):
                for item in m[kind]:
                    print(f"    {kind}: {item}")
    show(
        "all", {**{k: 0 for k in ("heads", "sections")}, **total, "scores": scores}, f"{pages / seconds:.1f}"
    )


if __name__ == "__main__":
    main()
