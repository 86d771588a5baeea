"""Measure how units are split: their boundaries against the gold units of ../shared/gold.

    python scripts/evaluate_units.py [--errors N] [--language-model NAME]

Boundaries are ends of units, counted in letters and signs without spaces, inside the part of a section
that the gold units cover; a unit is exact when its start is right too, a bullet aside.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from uitvoerbaarheid.nlp.language import DEFAULT_MODEL, load
from uitvoerbaarheid.nlp.units import units_of_sections
from uitvoerbaarheid.records import Section

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"
BULLETS = "•-–*·o"


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _gold_spans(text: str, unit_texts: list[str]) -> list[tuple[int, int]]:
    """Offsets of the gold units in the squeezed ``text``, bullets left out; those not found are skipped."""
    spans, position = [], 0
    for unit in unit_texts:
        bare = unit[1:] if unit[0] in BULLETS and unit[1:2] == " " else unit
        start = text.find(_squeeze(bare), position)
        if start >= 0:
            position = start + len(_squeeze(bare))
            spans.append((start, position))
    return spans


def main() -> None:
    """Print the F1 of boundaries and of exact units, by kind of document, and the words per second."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--errors", type=int, default=0, help="show this many wrong boundaries")
    parser.add_argument("--language-model", default=DEFAULT_MODEL)
    arguments = parser.parse_args()
    texts = {row["id"]: row for row in _read(GOLD / "sections.jsonl")}
    gold: dict[str, list[str]] = defaultdict(list)
    for row in _read(GOLD / "units.jsonl"):
        if row["section"] in texts:
            gold[row["section"]].append(row["text"])
    sections = [
        Section(id=key, heading="", heading_path=[], depth=1, text=texts[key]["text"]) for key in gold
    ]
    nlp = load(arguments.language_model)
    started = time.perf_counter()
    found = list(units_of_sections(sections, nlp))
    seconds = time.perf_counter() - started
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    shown = 0
    for section, units in zip(sections, found, strict=True):
        squeezed = _squeeze(section.text)
        right = _gold_spans(squeezed, gold[section.id])
        spans = [
            (len(_squeeze(section.text[: u.start])), len(_squeeze(section.text[: u.end]))) for u in units
        ]
        low, high = right[0][0], right[-1][1]
        spans = [span for span in spans if low < span[1] <= high]
        ends, right_ends = {end for _, end in spans}, {end for _, end in right}
        for kind in (texts[section.id]["kind"], "alle"):
            counts[kind].update(
                sections=1, found=len(ends), gold=len(right_ends), same=len(ends & right_ends),
                exact=len(set(spans) & set(right)),
            )  # fmt: skip
        for end in sorted(ends ^ right_ends):
            if shown < arguments.errors:
                shown += 1
                sign = "te veel" if end in ends else "gemist "
                before, after = squeezed[max(0, end - 40) : end], squeezed[end : end + 30]
                print(f"{sign} {section.id:14} {before} || {after}")
    columns = ("secties", "grenzen", "precisie", "recall", "F1", "F1 heel")
    print(f"{'soort':14}" + "".join(f"{name:>9}" for name in columns))
    for kind, c in sorted(counts.items()):
        f1, exact = (2 * c[key] / (c["found"] + c["gold"]) for key in ("same", "exact"))
        print(
            f"{kind:14}{c['sections']:9}{c['gold']:9}{c['same'] / c['found']:9.3f}"
            f"{c['same'] / c['gold']:9.3f}{f1:9.3f}{exact:9.3f}"
        )
    words = sum(len(unit.span) for units in found for unit in units)
    print(f"{words} woorden in {seconds:.2f} s: {words / seconds:,.0f} woorden/s")


if __name__ == "__main__":
    main()
