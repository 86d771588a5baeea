"""Trains the filter that tells parties that act from those only mentioned: ``models/actor_roles.json``.

Reads the actors of ``../shared/gold/units.jsonl`` (or ``--gold``). A candidate is positive where the gold
lists its name. Prints precision, recall and F1 of the whole finder by cross-validation grouped by document,
and with ``--write`` trains on all documents. Features seen in fewer than ``--min-docs`` documents are left
out, so that names of one document do not get a weight.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from evaluate_normalisers import GOLD, clean, half_of, match_actors, same_actor
from uitvoerbaarheid.nlp.actors import acting, candidates, features, parts_of_speech
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "actor_roles.json"


def rows_of(unit: dict[str, Any]) -> list[dict[str, Any]]:
    """The candidates of a unit with their features, name and label."""
    nlp = load()
    span = unit_of_line(unit["text"], nlp).span
    found = candidates(span.text)
    gold = [clean(g) for g in unit["actor"]]
    rows = []
    for candidate, names in zip(found, features(span.text, found, parts_of_speech(span)), strict=True):
        name = "we" if candidate.kind == "self" else clean(candidate.name)
        label = any(same_actor(name, g) for g in gold)
        rows.append(
            {"name": name, "features": names, "label": label, "candidate": candidate, "text": span.text}
        )
    return rows


def vocabulary(rows: list[dict[str, Any]], docs: list[str], min_docs: int) -> set[str]:
    seen: dict[str, set[str]] = defaultdict(set)
    for row, doc in zip(rows, docs, strict=True):
        for name in row["features"]:
            seen[name].add(doc)
    return {name for name, where in seen.items() if len(where) >= min_docs}


def fit(
    rows: list[dict[str, Any]], docs: list[str], min_docs: int, c: float
) -> tuple[float, dict[str, float]]:
    """Intercept and weights of the regression on the candidates of the given documents."""
    keep = vocabulary(rows, docs, min_docs)
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([{n: 1.0 for n in row["features"] if n in keep} for row in rows])
    x.indices, x.indptr = x.indices.astype(np.int32), x.indptr.astype(np.int32)  # liblinear takes no other
    model = LogisticRegression(C=c, max_iter=3000, solver="liblinear", random_state=0)
    model.fit(x, [row["label"] for row in rows])
    names = vectorizer.get_feature_names_out()
    weights = {str(n): round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)}
    return float(model.intercept_[0]), {n: w for n, w in sorted(weights.items()) if abs(w) >= 0.005}


def score(row: dict[str, Any], intercept: float, weights: dict[str, float]) -> float:
    return float(1 / (1 + np.exp(-(intercept + sum(weights.get(n, 0.0) for n in row["features"])))))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--min-docs", type=int, default=3)
    parser.add_argument("--c", type=float, default=0.2)
    parser.add_argument("--threshold", type=float, default=0.36)
    parser.add_argument("--write", action="store_true", help="train on all documents and write the weights")
    parser.add_argument("--errors", choices=["dev", "check"], help="list the errors in this half")
    args = parser.parse_args()
    units = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines() if line]
    per_unit = [rows_of(unit) for unit in units]
    rows = [row for unit_rows in per_unit for row in unit_rows]
    docs = [unit["doc"] for unit, unit_rows in zip(units, per_unit, strict=True) for _ in unit_rows]

    index = {id(row): i for i, row in enumerate(rows)}
    probabilities = np.zeros(len(rows))
    for train, test in GroupKFold(n_splits=10).split(rows, groups=docs):
        intercept, weights = fit([rows[i] for i in train], [docs[i] for i in train], args.min_docs, args.c)
        for i in test:
            probabilities[i] = score(rows[i], intercept, weights)

    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for unit, unit_rows in zip(units, per_unit, strict=True):
        gold = [clean(g) for g in unit["actor"]]
        own = [float(probabilities[index[id(r)]]) for r in unit_rows]
        parties = [r["candidate"] for r in unit_rows]
        keep = acting(
            unit_rows[0]["text"] if unit_rows else "",
            parties,
            [r["features"] for r in unit_rows],
            own,
            args.threshold,
        )
        found = list(dict.fromkeys(r["name"] for r, kept in zip(unit_rows, keep, strict=True) if kept))
        possible = match_actors(list(dict.fromkeys(r["name"] for r in unit_rows)), gold)
        hit = match_actors(found, gold)
        for key in ("all", half_of(unit["doc"])):
            for i, n in enumerate((hit, len(found), len(gold), possible)):
                totals[key][i] += n
        if args.errors == half_of(unit["doc"]) and (hit < len(found) or hit < len(gold)):
            names = [(r["name"], round(probabilities[index[id(r)]], 2)) for r in unit_rows]
            print(f"{unit['id']} | {unit['text'][:400]}\n    gold {gold}\n    got  {names}")
    for key, (hit, found_n, gold_n, possible) in sorted(totals.items()):
        print(
            f"{key:<6} gold {gold_n} candidates cover {possible / gold_n:.3f}  "
            f"precision {hit / found_n:.3f}  recall {hit / gold_n:.3f}  F1 {2 * hit / (found_n + gold_n):.3f}"
        )
    if args.write:
        intercept, weights = fit(rows, docs, args.min_docs, args.c)
        MODEL.parent.mkdir(exist_ok=True)
        MODEL.write_text(
            json.dumps({"intercept": round(intercept, 4), "weights": weights}, ensure_ascii=False, indent=0)
            + "\n",
            encoding="utf-8",
        )
        print(f"{len(weights)} gewichten naar {MODEL.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
