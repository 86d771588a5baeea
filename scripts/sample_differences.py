"""Draw differences that ``compare`` reports, for a person to check against the documents themselves.

    python scripts/sample_differences.py OLD NEW [OLD NEW ...] [--seed 1] [--count 60] [--pairs]

Each pair of files is compared (JSON reports of a scan, or documents); of all differences over all pairs
``--count`` are drawn and printed with the words of both versions, their pages and the text around them. With
``--pairs`` matches of sections are drawn instead. What is right and wrong is for the reader to write down: a
difference is true when both documents say what it says, and a reader of them would call it a difference.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.cli.common import is_report
from uitvoerbaarheid.comparison.compare import compare
from uitvoerbaarheid.comparison.records import Comparison, Quote, SectionSide
from uitvoerbaarheid.comparison.views import parts
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.reports import read_json

#: How many characters are shown before and after a quote, and how many of a long quote itself.
_AROUND, _LONGEST = 160, 900


def report_of(path: Path, analyzer: Analyzer) -> Report:
    """A report of a scan as it is, else the document read and scored."""
    return read_json(path) if is_report(path) else analyzer.analyze(path)


def differences(comparison: Comparison, old: Report, new: Report) -> Iterator[str]:
    """All differences of a comparison, each as a reader needs it."""
    for pair in comparison.pairs:
        sides = " + ".join(s.heading for s in pair.old) or "-", " + ".join(s.heading for s in pair.new) or "-"
        for change in pair.changes:
            lines = [
                f"[{pair.kind}] {sides[0]}  =>  {sides[1]}",
                f"{change.kind} {change.direction}: {change.text}",
            ]
            lines += [f"  OLD {shown(change.old, old)}"] if change.old else []
            lines += [f"  NEW {shown(change.new, new)}"] if change.new else []
            yield "\n".join(lines)


def matches(comparison: Comparison) -> Iterator[str]:
    """All matches of sections of a comparison."""
    for pair in comparison.pairs:
        lines = [f"[{pair.kind}] likeness {pair.likeness:.2f}"]
        lines += [f"  OLD {side(section)}" for section in pair.old]
        lines += [f"  NEW {side(section)}" for section in pair.new]
        yield "\n".join(lines)


def side(section: SectionSide) -> str:
    """A section in one line: its path, number and pages."""
    return f"{' > '.join(section.heading_path)} (p. {section.page_start}-{section.page_end})"


def shown(quote: Quote, report: Report) -> str:
    """A quote with what differs in brackets, its page, and what stands around it in the section."""
    marked = "".join(f"[{part.text}]" if part.differs else part.text for part in parts(quote))
    text = next((s.text for s in report.sections if s.id == quote.section), "")
    first = quote.text.split("\n")[0].split(" | ")[0]
    at = text.find(first)
    around = ""
    if at >= 0:
        around = f"\n      ... {text[max(0, at - _AROUND) : at]!r} / {text[at + len(first) :][:_AROUND]!r}"
    return f"p. {quote.page}: {marked[:_LONGEST]!r}{around}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="OLD NEW")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--pairs", action="store_true", help="draw matches of sections instead")
    asked = parser.parse_args()
    if len(asked.files) % 2:
        parser.error("an even number of files is needed: old, new, old, new")
    analyzer = Analyzer()
    found: list[str] = []
    for old_path, new_path in zip(asked.files[::2], asked.files[1::2], strict=True):
        old, new = report_of(old_path, analyzer), report_of(new_path, analyzer)
        comparison = compare(old, new)
        found += matches(comparison) if asked.pairs else differences(comparison, old, new)
    drawn = random.Random(asked.seed).sample(found, min(asked.count, len(found)))
    print(f"{len(drawn)} of {len(found)}, seed {asked.seed}")
    for number, text in enumerate(drawn, start=1):
        print(f"\n{number}. {text}")


if __name__ == "__main__":
    main()
