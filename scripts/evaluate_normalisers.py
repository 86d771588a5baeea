"""Precision, recall and F1 of the budget, deadline and actor finders on the gold sentences.

Reads ``../shared/gold/units.jsonl`` (or ``--gold``). The documents are split in two halves by a digest of
their name. The first rules for budgets and deadlines were written while reading the errors of one half
(``dev``) only, and the other (``check``) then gave F1 .597 and .696 (dev .896 and .858): what to expect of
them on other documents is nearer to those. Later rules come from both halves and from larger reading, so the
figures that this script prints now are development figures for both. The weights for actors are trained on
all of it: ``train_actor_roles.py`` prints their cross-validated figures.

A scan knows the date of a document, which tells history from plans; ``--dates`` reads the documents of
``../shared/corpus`` for it (a minute), without it the verbs alone decide.

Reading rules: budgets and deadlines compare as multisets of values per sentence; actors without case and
leading article, where a part of a name counts if the rest is a title or a place.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from uitvoerbaarheid import read
from uitvoerbaarheid.nlp.actors import Candidate, find_actors
from uitvoerbaarheid.nlp.budgets import find_budgets, values_of
from uitvoerbaarheid.nlp.deadlines import find_deadlines
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line
from uitvoerbaarheid.records import UnreadableError

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT.parent / "shared" / "gold" / "units.jsonl"
CORPUS = ROOT.parent / "shared" / "corpus"


def half_of(doc: str) -> str:
    """Which half a document is in: "dev" (read from the start) or "check" (read since the second round)."""
    return "dev" if hashlib.md5(doc.encode(), usedforsecurity=False).digest()[0] % 2 == 0 else "check"


def budget_values(text: str) -> list[Any]:
    values = [value for found in find_budgets(text) for value in values_of(found)]
    return [json.dumps(value) if isinstance(value, dict) else value for value in values]


def deadline_values(text: str, document_date: str | None = None) -> list[str]:
    return [found.value["interval"] for found in find_deadlines(text, document_date)]


def document_dates(names: Iterable[str]) -> dict[str, str | None]:
    """The date that the program finds for each document of the corpus; none for one it cannot read."""
    dates: dict[str, str | None] = {}
    for name in sorted(set(names)):
        try:
            dates[name] = read(CORPUS / name).document.date
        except (OSError, UnreadableError):
            dates[name] = None
    return dates


def actor_values(text: str) -> list[str]:
    if not text.strip():
        return []
    return list(
        dict.fromkeys(clean(found.value["name"]) for found in find_actors(unit_of_line(text, load()).span))
    )


FINDERS: dict[str, Callable[[str], list[Any]]] = {
    "budget": budget_values,
    "deadline": deadline_values,
    "actor": actor_values,
}


def clean(name: str) -> str:
    """An actor's name for comparison: lower case, straight quotes, no leading article."""
    return re.sub(r"^(?:de|het|een) ", "", " ".join(name.lower().replace("’", "'").split()))


#: How the authority that writes names itself; labels are offsets, so they give these words as written.
_SELF = ("wij", "we", "ons", "onze")


def listed_actors(names: Iterable[str]) -> list[str]:
    """Labelled names of actors for comparison: clean, and "we" for the authority that writes."""
    return ["we" if name in _SELF else name for name in map(clean, names)]


def found_actor(candidate: Candidate) -> str:
    """The name of a candidate, to be compared with those of :func:`listed_actors`."""
    return "we" if candidate.kind == "self" else clean(candidate.name)


def same_actor(one: str, other: str) -> bool:
    """Equal, or one is the whole words at the start or end of the other."""
    short, long = sorted((one, other), key=len)
    return one == other or bool(re.search(rf"(?:^|\W){re.escape(short)}(?:\W|$)", long))


def match_actors(found: list[str], gold: list[str]) -> int:
    """How many of ``found`` pair off with ``gold``: equal names first, then partial ones."""
    left, rest = list(gold), []
    for name in found:
        if name in left:
            left.remove(name)
        else:
            rest.append(name)
    hits = len(gold) - len(left)
    for name in rest:
        partner = next((g for g in left if same_actor(name, g)), None)
        if partner is not None:
            left.remove(partner)
            hits += 1
    return hits


def hits_of(kind: str, found: list[Any], gold: list[Any]) -> int:
    if kind == "actor":
        return match_actors(found, [clean(g) for g in gold])
    return (Counter(found) & Counter(gold)).total()


def row(name: str, hit: int, found: int, gold: int) -> str:
    precision, recall = hit / found if found else 0.0, hit / gold if gold else 0.0
    f1 = 2 * hit / (found + gold) if found + gold else 0.0
    return f"{name:<44}{gold:6d}{found:7d}   {precision:.3f}  {recall:.3f}  {f1:.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--types", nargs="+", choices=sorted(FINDERS), default=list(FINDERS))
    parser.add_argument("--errors", choices=["dev", "check", "all"], help="list the errors of this half")
    parser.add_argument("--documents", action="store_true", help="figures per document too")
    parser.add_argument("--dates", action="store_true", help="read the documents' dates for the deadlines")
    args = parser.parse_args()
    if not args.gold.exists():
        print(f"goudbestand ontbreekt: {args.gold}", file=sys.stderr)
        return 2
    units = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines() if line]
    dates = document_dates(unit["doc"] for unit in units) if args.dates else {}
    for kind in args.types:
        totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for unit in units:
            gold, found = unit[kind], FINDERS[kind](unit["text"])
            if kind == "deadline" and dates.get(unit["doc"]):
                found = deadline_values(unit["text"], dates[unit["doc"]])
            if kind == "budget":
                gold = [json.dumps(g) if isinstance(g, dict) else g for g in gold]
            hit, half = hits_of(kind, found, gold), half_of(unit["doc"])
            for key in ("all", half, *([unit["doc"]] if args.documents else [])):
                for i, n in enumerate((hit, len(found), len(gold))):
                    totals[key][i] += n
            if args.errors in (half, "all") and (hit < len(found) or hit < len(gold)):
                print(f"{unit['id']} | {unit['text']}\n    gold {gold}\n    got  {found}")
        print(f"\n{kind:<44}{'gold':>6}{'found':>7}   prec.  recall F1")
        for key in ("all", "dev", "check", *sorted(k for k in totals if k not in ("all", "dev", "check"))):
            if totals[key][1] or totals[key][2]:
                print(row(key, *totals[key]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
