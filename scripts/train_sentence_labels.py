"""Fit the sentence labels (goal, measure, monitoring, vague) on the gold units; evaluate them by document.

    python scripts/train_sentence_labels.py             # writes models/sentence_labels.json
    python scripts/train_sentence_labels.py --evaluate  # cross-validated figures, writes nothing
    python scripts/train_sentence_labels.py --evaluate --own  # the same with the project's own sentences

Every unit is seen twice: with its context (heading, neighbours) and as a line that stands alone, so that
one model serves both. In the evaluation whole documents are held out, and thresholds are chosen on the
training documents only. Beside the gold, our labels of other sentences of the corpus are trained on
(``data/training/corpus_sentences.jsonl``, see ``corpus.py``), those of a held-out document left out. The
project's own sentences (``data/training/sentences.jsonl``) help to train the shipped weights but stay out of
the evaluation unless asked for: they were written by someone who had read the gold sentences, so figures
with them are too good to be true for other documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from corpus import CACHE, ROOT, SHARED, TRAINING, corpus_units, read_lines
from uitvoerbaarheid.nlp.annotation import Unit
from uitvoerbaarheid.nlp.labels import LABELS, Context, SentenceLabeller, Vectorizer, contexts_of, features_of
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line

OWN = TRAINING / "sentences.jsonl"
#: Inverse strength of the regularisation, and what an own sentence weighs beside a gold one.
STRENGTH = 1.5
OWN_WEIGHT = 2.0


@dataclass
class Rows:
    """Units with their features, alone and in context, their labels (a column per label) and weights."""

    alone: list[dict[str, list[str]]]
    within: list[dict[str, list[str]]]
    documents: list[str]
    labels: np.ndarray
    weights: np.ndarray

    def pick(self, index: Sequence[int]) -> Rows:
        """The rows at these positions."""
        return Rows(
            [self.alone[i] for i in index],
            [self.within[i] for i in index],
            [self.documents[i] for i in index],
            self.labels[list(index)],
            self.weights[list(index)],
        )

    def without(self, documents: Collection[str]) -> Rows:
        """The rows of all other documents."""
        return self.pick([i for i, document in enumerate(self.documents) if document not in documents])

    def plus(self, other: Rows) -> Rows:
        """These rows followed by the others."""
        return Rows(
            self.alone + other.alone,
            self.within + other.within,
            self.documents + other.documents,
            np.vstack([self.labels, other.labels]),
            np.concatenate([self.weights, other.weights]),
        )


def _by_section(units: list[dict]) -> Iterator[list[int]]:
    """Positions of the units of one section, in the order of the text; loose units are left out."""
    sections: dict[str, list[int]] = {}
    for position, unit in enumerate(units):
        if unit.get("section"):
            sections.setdefault(unit["section"], []).append(position)
    for positions in sections.values():
        yield sorted(positions, key=lambda p: int(units[p]["id"].rsplit(".", 1)[1]))


def rows_of(units: list[dict], weight: float = 1.0) -> Rows:
    """Parse the units and work out their features; each weighs as much in training."""
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
        np.full(len(units), weight),
    )


def _matrix(rows: Sequence[dict[str, list[str]]], vectorizer: Vectorizer) -> csr_matrix:
    found = [vectorizer.row(row) for row in rows]
    starts = np.cumsum([0] + [len(columns) for columns, _ in found])
    columns = np.concatenate([c for c, _ in found])
    values = np.concatenate([v for _, v in found])
    return csr_matrix((values, columns, starts), shape=(len(rows), len(vectorizer.columns)))


def fit_untuned(rows: Rows) -> SentenceLabeller:
    """Fit without choosing thresholds."""
    vectorizer = Vectorizer.fit(rows.alone + rows.within, rows.documents * 2)
    matrix = _matrix(rows.alone + rows.within, vectorizer)
    weights, intercepts = [], []
    for column in range(len(LABELS)):
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, max_iter=200)
        model.fit(matrix, np.tile(rows.labels[:, column], 2), sample_weight=np.tile(rows.weights, 2))
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


def fit(rows: Rows, more: Rows, folds: int = 3) -> SentenceLabeller:
    """Fit on all rows; thresholds by cross-validation over their documents, alone and in context together.

    The thresholds are chosen on ``rows`` only; ``more`` rows help to train, those of a held-out document
    left out.
    """
    held = np.zeros((2, *rows.labels.shape))
    for train_index, test_index in GroupKFold(folds).split(rows.alone, groups=rows.documents):
        test = rows.pick(test_index)
        labeller = fit_untuned(rows.pick(train_index).plus(more.without(set(test.documents))))
        held[0][test_index] = _probabilities(labeller, test.alone)
        held[1][test_index] = _probabilities(labeller, test.within)
    labeller = fit_untuned(rows.plus(more))
    for column, label in enumerate(LABELS):
        truth = np.tile(rows.labels[:, column], 2)
        labeller.thresholds[label] = _best_threshold(truth, held[:, :, column].ravel())
    return labeller


def more_rows(shared: Path, cache: Path, *, own: bool = True) -> Rows:
    """What is trained on besides the gold: our labels of corpus sentences and our own sentences."""
    rows = rows_of(corpus_units(shared, cache))
    return rows.plus(rows_of(read_lines(OWN), OWN_WEIGHT)) if own else rows


def evaluate(units: list[dict], more: Rows, folds: int = 5) -> dict[str, dict[str, float]]:
    """F1, precision and recall per label over held-out documents, for loose lines and in context."""
    rows = rows_of(units)
    answers = np.zeros((2, *rows.labels.shape), dtype=int)
    for train_index, test_index in GroupKFold(folds).split(rows.alone, groups=rows.documents):
        test = rows.pick(test_index)
        labeller = fit(rows.pick(train_index), more.without(set(test.documents)))
        cuts = np.array([labeller.thresholds[label] for label in LABELS])
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
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with gold and corpus")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for documents read before")
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "sentence_labels.json")
    arguments = parser.parse_args()
    units = read_lines(arguments.shared / "gold" / "units.jsonl")
    if not arguments.evaluate:
        fit(rows_of(units), more_rows(arguments.shared, arguments.cache)).save(arguments.output)
        return
    more = more_rows(arguments.shared, arguments.cache, own=arguments.own)
    print(f"{'label':28}{'n':>6}{'precision':>11}{'recall':>8}{'F1':>7}")
    for name, figure in evaluate(units, more).items():
        print(
            f"{name:28}{figure['n']:>6}{figure['precision']:>11.3f}{figure['recall']:>8.3f}{figure['f1']:>7.3f}"
        )


if __name__ == "__main__":
    main()
