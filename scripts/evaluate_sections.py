"""How well sections are cut: the share of gold sections found again by heading and by words.

A gold section counts as found by heading when a section of the same document has that heading
(numbers, case and punctuation aside; gold without a heading is left out of that figure) and as matched
when such a section, or for gold without a heading any section, has nearly the same words: F1 of the
two bags of words at least the threshold. Also reported: the kind of document as recognised.

    python scripts/evaluate_sections.py --gold ../shared/gold --corpus ../shared/corpus [--only docx,stop]
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from uitvoerbaarheid.extraction.strings import fold
from uitvoerbaarheid.extraction.worker import Limits, Reader
from uitvoerbaarheid.records import Report, Section, UnreadableError

#: How the gold says that its extractor saw no heading.
NO_HEADING = ("(zonder opschrift)", "")


def words(text: str) -> Counter[str]:
    """Bag of words without case; hyphens at line ends are undone."""
    text = re.sub(r"(?<=[a-zà-ÿ])-\s+(?=[a-zà-ÿ])", "", text)
    return Counter(re.findall(r"\w+", text.casefold()))


def overlap(one: Counter[str], other: Counter[str]) -> float:
    """F1 of two bags of words, 0 to 1."""
    shared = (one & other).total()
    total = one.total() + other.total()
    return 2 * shared / total if total else 1.0


def same_heading(gold: str, section: Section) -> bool:
    """Whether a gold heading, possibly cut off with an ellipsis, is this section's."""
    wanted = fold(re.sub(r"<[^>]+>|\*", "", gold))
    found = fold(section.heading)
    if min(len(wanted), len(found)) <= 15:
        return wanted == found
    return found.startswith(wanted) or wanted.startswith(found)


def compare(rows: list[dict], report: Report, threshold: float) -> list[tuple[bool, bool, float]]:
    """Per gold section: heading found, matched, and the best F1."""
    bags = [words(section.text) for section in report.sections]
    result = []
    for row in rows:
        named = row["heading"] not in NO_HEADING
        chosen = [i for i, s in enumerate(report.sections) if not named or same_heading(row["heading"], s)]
        bag = words(row["text"])
        best = max((overlap(bag, bags[i]) for i in chosen), default=0.0)
        result.append((bool(chosen) and named, best >= threshold, best))
    return result


def main() -> None:
    """Print the table of figures per document (the explanatory notes together)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=Path("../shared/gold"))
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--only", help="formats, e.g. docx,stop,dso-json,toelichting,pdf")
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--show", action="store_true", help="list the sections that are not matched")
    options = parser.parse_args()

    gold: dict[str, list[dict]] = defaultdict(list)
    for line in (options.gold / "sections.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("wellformed", True) and (
            not options.only or row["doc"].split("/")[0] in options.only.split(",")
        ):
            gold[row["doc"]].append(row)

    groups: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
    named: Counter[str] = Counter()
    kinds: dict[str, list[bool]] = defaultdict(list)
    console = Console()
    with Reader(Limits(seconds=300)) as reader:
        for doc, rows in sorted(gold.items()):
            group = "toelichting/*.md" if doc.startswith("toelichting/") else doc
            named[group] += sum(row["heading"] not in NO_HEADING for row in rows)
            try:
                report = reader.read(options.corpus / doc, doc)
            except UnreadableError as error:
                console.print(f"{doc}: {error.code}")
                groups[group] += [(False, False, 0.0)] * len(rows)
                continue
            found = compare(rows, report, options.threshold)
            groups[group] += found
            kinds[group].append(report.document.kind == rows[0]["kind"])
            if options.show:
                for row, (head, good, best) in zip(rows, found, strict=True):
                    if not good:
                        print(f"{doc} {row['heading']!r} heading={head} F1={best:.2f}")

    table = Table("document", "n", "heading found", f"F1 >= {options.threshold}", "mean F1", "kind right")
    everything = [item for items in groups.values() for item in items]
    for group, items in [*groups.items(), ("all", everything)]:
        heads = named[group] if group != "all" else named.total()
        right = kinds[group] if group != "all" else [k for v in kinds.values() for k in v]
        table.add_row(
            group,
            str(len(items)),
            f"{sum(i[0] for i in items) / heads:.3f}" if heads else "-",
            f"{sum(i[1] for i in items) / len(items):.3f}" if items else "-",
            f"{sum(i[2] for i in items) / len(items):.3f}" if items else "-",
            f"{sum(right)}/{len(right)}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
