"""Trains the filter that tells parties that act from those only mentioned: ``models/actor_roles.json``.

Reads the actors of ``../shared/gold/units.jsonl`` (or ``--gold``) and of our own labelled sentences of the
corpus (``data/training``; those rows of ``corpus_units`` that have an ``actor``). A candidate is positive
where its name is listed. Prints precision, recall and F1 of the whole finder by cross-validation grouped by
document, with the editions of one document in one group; with ``--write`` trains on all documents. Features
seen in fewer than ``--min-docs`` documents are left out, so that names of one document do not get a weight.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from corpus import CACHE, SHARED, corpus_units, family, read_lines
from evaluate_normalisers import GOLD, found_actor, listed_actors, match_actors, same_actor
from uitvoerbaarheid.nlp.actors.acting import THRESHOLD, acting, enumerations_of
from uitvoerbaarheid.nlp.actors.candidates import Candidate, candidates
from uitvoerbaarheid.nlp.actors.features import features, tags_of
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.words import words_of

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "actor_roles.json"
#: What was chosen by cross-validation: inverse regularisation, and how rare a feature may be.
STRENGTH, LEAST_DOCUMENTS, FOLDS = 0.1, 4, 6


@dataclass
class Unit:
    """A labelled sentence: its candidates with their features, which of them are listed, and its source."""

    id: str
    text: str
    source: str
    group: str
    gold: list[str]
    found: list[Candidate]
    names: list[list[str]]

    def labels(self) -> list[bool]:
        return [any(same_actor(found_actor(c), g) for g in self.gold) for c in self.found]


def units_of(rows: Sequence[Mapping[str, Any]], source: str) -> list[Unit]:
    """The rows with their candidates and features, in order."""
    texts = [row["text"] for row in rows]
    units = []
    for position, (row, doc) in enumerate(zip(rows, load().pipe(texts, batch_size=256), strict=True)):
        found = candidates(doc.text)
        names = features(doc.text, found, tags_of(words_of(doc))) if found else []
        gold = listed_actors(row["actor"])
        identifier = f"{source}-{position}"
        units.append(Unit(identifier, doc.text, source, family(row["doc"]), gold, found, names))
    return units


def folds_of(units: Sequence[Unit], count: int) -> dict[str, int]:
    """The fold of each group of documents, about as many gold sentences in each."""
    sizes = Counter({unit.group: 0 for unit in units})
    sizes.update(unit.group for unit in units if unit.source == "gold")
    filled, folds = [0] * count, {}
    for group, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        folds[group] = filled.index(min(filled))
        filled[folds[group]] += max(size, 1)
    return folds


@dataclass
class Matrix:
    """All candidates as rows of a sparse matrix, with their labels and the index of their unit."""

    x: csr_matrix
    y: np.ndarray
    unit: np.ndarray
    columns: list[str]


def matrix_of(units: Sequence[Unit], min_docs: int) -> Matrix:
    seen: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        for names in unit.names:
            for name in names:
                seen[name].add(unit.group)
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform(
        {name: 1.0 for name in names if len(seen[name]) >= min_docs} for unit in units for names in unit.names
    )
    x.indices, x.indptr = x.indices.astype(np.int32), x.indptr.astype(np.int32)  # liblinear takes no other
    labels = np.array([label for unit in units for label in unit.labels()])
    index = np.array([i for i, unit in enumerate(units) for _ in unit.found])
    return Matrix(x, labels, index, [str(name) for name in vectorizer.get_feature_names_out()])


def fit(x: csr_matrix, y: np.ndarray, c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=1000, solver="liblinear", random_state=0).fit(x, y)


def held_out(units: Sequence[Unit], matrix: Matrix, c: float, count: int) -> np.ndarray:
    """The probability of each candidate by a model that saw no edition of its document."""
    folds = folds_of(units, count)
    fold = np.array([folds[units[i].group] for i in matrix.unit])
    probabilities = np.zeros(len(matrix.y))
    for i in range(count):
        model = fit(matrix.x[fold != i], matrix.y[fold != i], c)
        if (fold == i).any():
            probabilities[fold == i] = model.predict_proba(matrix.x[fold == i])[:, 1]
    return probabilities


def all_units(gold: Path, cache: Path) -> list[Unit]:
    """The gold sentences in their order, then our own labelled sentences of the corpus."""
    labelled = [row for row in corpus_units(SHARED, cache) if row["actor"] is not None]
    return units_of(read_lines(gold), "gold") + units_of(labelled, "corpus")


def by_unit(units: Sequence[Unit], matrix: Matrix, probabilities: np.ndarray) -> dict[str, list[float]]:
    """The probability of each candidate of each unit."""
    per_unit: dict[str, list[float]] = {unit.id: [] for unit in units}
    for i, probability in zip(matrix.unit, probabilities, strict=True):
        per_unit[units[i].id].append(float(probability))
    return per_unit


def held_out_actors(gold: Path, cache: Path) -> list[list[str]]:
    """The actors of each gold sentence as found with weights that saw no edition of its document."""
    units = all_units(gold, cache)
    matrix = matrix_of(units, LEAST_DOCUMENTS)
    per_unit = by_unit(units, matrix, held_out(units, matrix, STRENGTH, FOLDS))
    return [found_by(unit, per_unit[unit.id], THRESHOLD) for unit in units if unit.source == "gold"]


def found_by(unit: Unit, probabilities: Sequence[float], threshold: float) -> list[str]:
    groups = enumerations_of(unit.text, unit.found)
    keep = acting(unit.text, unit.found, unit.names, probabilities, groups, threshold=threshold)
    return list(dict.fromkeys(found_actor(c) for c, kept in zip(unit.found, keep, strict=True) if kept))


def figures(units: Sequence[Unit], per_unit: Mapping[str, list[float]], threshold: float, source: str) -> str:
    hits = found_n = gold_n = possible = 0
    for unit in (u for u in units if u.source == source):
        found = found_by(unit, per_unit[unit.id], threshold)
        hits += match_actors(found, unit.gold)
        found_n, gold_n = found_n + len(found), gold_n + len(unit.gold)
        possible += match_actors(list(dict.fromkeys(found_actor(c) for c in unit.found)), unit.gold)
    if not gold_n or not found_n:
        return f"{source:<7} no actors"
    return (
        f"{source:<7} actors {gold_n}  candidates cover {possible / gold_n:.3f}  precision"
        f" {hits / found_n:.3f}  recall {hits / gold_n:.3f}  F1 {2 * hits / (found_n + gold_n):.3f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--cache", type=Path, default=CACHE, help="where readings of the corpus are kept")
    parser.add_argument("--min-docs", type=int, default=LEAST_DOCUMENTS)
    parser.add_argument("--c", type=float, default=STRENGTH)
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--thresholds", type=float, nargs="+", default=[THRESHOLD])
    parser.add_argument("--write", action="store_true", help="train on all documents and write the weights")
    parser.add_argument("--no-evaluation", action="store_true", help="train only")
    parser.add_argument("--errors", action="store_true", help="list the errors in the gold")
    args = parser.parse_args()
    units = all_units(args.gold, args.cache)
    matrix = matrix_of(units, args.min_docs)
    if args.write:
        write(fit(matrix.x, matrix.y, args.c), matrix.columns)
    if not args.no_evaluation:
        evaluate(units, held_out(units, matrix, args.c, args.folds), matrix, args.thresholds, args.errors)
    return 0


def evaluate(
    units: Sequence[Unit], held: np.ndarray, matrix: Matrix, thresholds: Sequence[float], errors: bool
) -> None:
    per_unit = by_unit(units, matrix, held)
    for threshold in thresholds:
        for source in sorted({unit.source for unit in units}):
            print(f"{threshold:.2f}  {figures(units, per_unit, threshold, source)}")
    for unit in (u for u in units if errors and u.source == "gold"):
        found = found_by(unit, per_unit[unit.id], thresholds[0])
        if match_actors(found, unit.gold) < max(len(found), len(unit.gold)):
            likely = zip(unit.found, per_unit[unit.id], strict=True)
            named = [(found_actor(candidate), round(share, 2)) for candidate, share in likely]
            print(f"{unit.text[:400]}\n    gold {unit.gold}\n    got  {found} of {named}")


def write(model: LogisticRegression, columns: Sequence[str]) -> None:
    weights = {name: round(float(w), 3) for name, w in zip(columns, model.coef_[0], strict=True)}
    kept = {name: weight for name, weight in sorted(weights.items()) if abs(weight) >= 0.01}
    MODEL.parent.mkdir(exist_ok=True)
    text = json.dumps(
        {"intercept": round(float(model.intercept_[0]), 4), "weights": kept}, ensure_ascii=False, indent=0
    )
    MODEL.write_text(text + "\n", encoding="utf-8")
    print(f"{len(kept)} gewichten naar {MODEL.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
