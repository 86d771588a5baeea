"""Fit the sentence labels (goal, measure, monitoring, vague) on the gold units; evaluate them by document.

    python scripts/train_sentence_labels.py             # writes models/sentence_labels.json
    python scripts/train_sentence_labels.py --evaluate  # cross-validated figures, writes nothing
    python scripts/train_sentence_labels.py --evaluate --own  # the same with the project's own sentences

Every unit is seen twice: with its context (heading, neighbours) and as a line that stands alone, so that
one model serves both. In the evaluation whole documents are held out, and thresholds are chosen on the
training documents only. The project's own sentences (``data/training/sentences.jsonl``) help to train the
shipped weights but stay out of the evaluation unless asked for: they were written by someone who had read
the gold sentences, so figures with them are too good to be true for other documents.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from uitvoerbaarheid.nlp.annotation import Unit
from uitvoerbaarheid.nlp.labels import LABELS, Context, SentenceLabeller, Vectorizer, contexts_of, features_of
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT.parent / "shared" / "gold" / "units.jsonl"
OWN = ROOT / "data" / "training" / "sentences.jsonl"
#: Inverse strength of the regularisation, and what an own sentence weighs beside a gold one.
STRENGTH = 1.5
OWN_WEIGHT = 2.0


@dataclass
class Rows:
    """Units with their features, alone and in context, and their labels (a column per label)."""

    alone: list[dict[str, list[str]]]
    within: list[dict[str, list[str]]]
    documents: list[str]
    labels: np.ndarray

    def pick(self, index: Sequence[int]) -> Rows:
        """The rows at these positions."""
        return Rows(
            [self.alone[i] for i in index],
            [self.within[i] for i in index],
            [self.documents[i] for i in index],
            self.labels[list(index)],
        )

    def plus(self, other: Rows) -> Rows:
        """These rows followed by the others."""
        return Rows(
            self.alone + other.alone,
            self.within + other.within,
            self.documents + other.documents,
            np.vstack([self.labels, other.labels]),
        )


def read_units(path: Path) -> list[dict]:
    """The labelled units of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _by_section(units: list[dict]) -> Iterator[list[int]]:
    """Positions of the units of one section, in the order of the text; loose units are left out."""
    sections: dict[str, list[int]] = {}
    for position, unit in enumerate(units):
        if unit.get("section"):
            sections.setdefault(unit["section"], []).append(position)
    for positions in sections.values():
        yield sorted(positions, key=lambda p: int(units[p]["id"].rsplit(".", 1)[1]))


def rows_of(units: list[dict]) -> Rows:
    """Parse the units and work out their features."""
    nlp = load()
    parsed: list[Unit] = [unit_of_line(unit["text"], nlp) for unit in units]
    contexts: list[Context | None] = [None] * len(units)
    for positions in _by_section(units):
        found = contexts_of([parsed[p] for p in positions], units[positions[0]]["heading"] or "")
        for position, context in zip(positions, found, strict=True):
            contexts[position] = context
    return Rows(
        [features_of(unit, None) for unit in parsed],
        [features_of(unit, context) for unit, context in zip(parsed, contexts, strict=True)],
        [unit["doc"] for unit in units],
        np.array([[int(unit[label]) for label in LABELS] for unit in units]),
    )


def _matrix(rows: Sequence[dict[str, list[str]]], vectorizer: Vectorizer) -> csr_matrix:
    found = [vectorizer.row(row) for row in rows]
    starts = np.cumsum([0] + [len(columns) for columns, _ in found])
    columns = np.concatenate([c for c, _ in found])
    values = np.concatenate([v for _, v in found])
    return csr_matrix((values, columns, starts), shape=(len(rows), len(vectorizer.columns)))


def _fit(rows: Rows, own: Rows | None) -> SentenceLabeller:
    """Fit without choosing thresholds."""
    every = rows.plus(own) if own else rows
    vectorizer = Vectorizer.fit(every.alone + every.within, every.documents * 2)
    matrix = _matrix(every.alone + every.within, vectorizer)
    weight = np.tile(np.where(np.arange(len(every.alone)) < len(rows.alone), 1.0, OWN_WEIGHT), 2)
    weights, intercepts = [], []
    for column in range(len(LABELS)):
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, max_iter=200)
        model.fit(matrix, np.tile(every.labels[:, column], 2), sample_weight=weight)
        weights.append(model.coef_[0])
        intercepts.append(model.intercept_[0])
    return SentenceLabeller(vectorizer, np.array(weights), np.array(intercepts), dict.fromkeys(LABELS, 0.5))


def _probabilities(labeller: SentenceLabeller, rows: Sequence[dict[str, list[str]]]) -> np.ndarray:
    scores = _matrix(rows, labeller.vectorizer) @ labeller.weights.T + labeller.intercepts
    return 1 / (1 + np.exp(-scores))


def f1(truth: np.ndarray, answer: np.ndarray) -> float:
    """F1 of a yes/no answer; 0 where nothing is right."""
    right = int((truth & answer).sum())
    return 2 * right / max(1, int(truth.sum()) + int(answer.sum()))


def _best_threshold(truth: np.ndarray, probability: np.ndarray) -> float:
    """The threshold with the best F1, averaged with its neighbours so that one lucky cut does not win."""
    grid = np.arange(0.10, 0.71, 0.02)
    scores = np.array([f1(truth, (probability >= t).astype(int)) for t in grid])
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return round(float(grid[int(smooth.argmax())]), 2)


def fit(rows: Rows, own: Rows | None = None, folds: int = 3) -> SentenceLabeller:
    """Fit on all rows; thresholds by cross-validation over their documents, alone and in context together.

    ``own`` sentences are in every training part and never measured.
    """
    held = np.zeros((2, *rows.labels.shape))
    for train_index, test_index in GroupKFold(folds).split(rows.alone, groups=rows.documents):
        labeller = _fit(rows.pick(train_index), own)
        test = rows.pick(test_index)
        held[0][test_index] = _probabilities(labeller, test.alone)
        held[1][test_index] = _probabilities(labeller, test.within)
    labeller = _fit(rows, own)
    for column, label in enumerate(LABELS):
        truth = np.tile(rows.labels[:, column], 2)
        labeller.thresholds[label] = _best_threshold(truth, held[:, :, column].ravel())
    return labeller


def own_rows() -> Rows | None:
    """The project's own sentences, if there are any."""
    return rows_of(read_units(OWN)) if OWN.exists() else None


def train(units: list[dict]) -> SentenceLabeller:
    """Train on gold units (dicts as in ``units.jsonl``) and the project's own sentences."""
    return fit(rows_of(units), own_rows())


def evaluate(units: list[dict], own: Rows | None, folds: int = 5) -> dict[str, dict[str, float]]:
    """F1, precision and recall per label over held-out documents, for loose lines and in context."""
    rows = rows_of(units)
    answers = np.zeros((2, *rows.labels.shape), dtype=int)
    for train_index, test_index in GroupKFold(folds).split(rows.alone, groups=rows.documents):
        labeller = fit(rows.pick(train_index), own)
        cuts = np.array([labeller.thresholds[label] for label in LABELS])
        test = rows.pick(test_index)
        for view, found in enumerate((test.alone, test.within)):
            answers[view][test_index] = _probabilities(labeller, found) >= cuts
    figures = {}
    for column, label in enumerate(LABELS):
        truth = rows.labels[:, column]
        for view, name in enumerate(("loose line", "in context")):
            answer = answers[view][:, column]
            right = int((truth & answer).sum())
            figures[f"{label}, {name}"] = {
                "n": int(truth.sum()),
                "precision": right / max(1, int(answer.sum())),
                "recall": right / max(1, int(truth.sum())),
                "f1": f1(truth, answer),
            }
    return figures


def main() -> None:
    """Train and write the weights, or print cross-validated figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--evaluate", action="store_true", help="print cross-validated figures, write nothing"
    )
    parser.add_argument("--own", action="store_true", help="evaluate with the own sentences in training")
    parser.add_argument("--gold", type=Path, default=GOLD, help="units.jsonl of the gold data")
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "sentence_labels.json")
    arguments = parser.parse_args()
    units = read_units(arguments.gold)
    if not arguments.evaluate:
        train(units).save(arguments.output)
        return
    print(f"{'label':28}{'n':>6}{'precision':>11}{'recall':>8}{'F1':>7}")
    for name, figure in evaluate(units, own_rows() if arguments.own else None).items():
        print(
            f"{name:28}{figure['n']:>6}{figure['precision']:>11.3f}{figure['recall']:>8.3f}{figure['f1']:>7.3f}"
        )


if __name__ == "__main__":
    main()
