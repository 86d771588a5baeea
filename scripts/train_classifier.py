"""Train the role, criteria and level classifiers on the gold and our own sections; write the model file.

    python scripts/train_classifier.py --shared ../shared --cache /some/temporary/folder

Deterministic: the same input gives the same file. ``fit`` is what ``evaluate.py`` calls per fold.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from corpus import CACHE, ROOT, SHARED, family
from gold import Example, FoldedLabels, align, annotate, extra_sections, gold_sections
from train_sentence_labels import folded
from uitvoerbaarheid.records import CRITERIA
from uitvoerbaarheid.scoring.classifier import (
    Inputs,
    LevelTable,
    Logistic,
    SectionModel,
    spread,
    stack,
)
from uitvoerbaarheid.scoring.guideline import details_settled

#: Chosen by document-grouped cross-validation (evaluate.py), never on other documents.
REGULARISATION = {"role": 0.03, "criteria": 0.03, "level": 0.03}
#: What a section counts for that is not gold: our own are regular and our labels have one reader.
WEIGHT_BESIDE_GOLD = 0.5
TOLERANCE = 1e-3
GUIDELINE_SECTIONS = 3.0
TERM_WEIGHT = 10.0
MIN_SECTIONS = 4
CRITERIA_FOLDS = 5


def _inputs(examples: Sequence[Example]) -> Inputs:
    names = list(examples[0].figures)
    values = np.array([[example.figures[name] for name in names] for example in examples])
    scale = values.std(axis=0)
    counts: dict[str, int] = {}
    for example in examples:
        for term in example.terms:
            counts[term] = counts.get(term, 0) + 1
    vocabulary = sorted(term for term, count in counts.items() if count >= MIN_SECTIONS)
    idf = np.array([np.log((1 + len(examples)) / (1 + counts[term])) + 1 for term in vocabulary])
    return Inputs(
        names=names,
        mean=values.mean(axis=0),
        scale=np.where(scale > 0, scale, 1.0),
        vocabulary={term: position for position, term in enumerate(vocabulary)},
        idf=idf,
        term_weight=TERM_WEIGHT,
    )


def _logistic(
    matrix: csr_matrix, target: Sequence[str] | Sequence[int], weights: np.ndarray, strength: float
) -> Logistic:
    """Fit one classifier; two classes become the same softmax form as more."""
    model = LogisticRegression(C=strength, max_iter=1000, tol=TOLERANCE)
    model.fit(matrix, target, sample_weight=weights)
    coefficients, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercept = np.concatenate([[0.0], intercept])
    return Logistic([value.item() for value in model.classes_], coefficients, intercept)


def _criteria(matrix: csr_matrix, examples: Sequence[Example], weights: np.ndarray) -> dict[str, Logistic]:
    return {
        name: _logistic(matrix, [e.criteria[name] for e in examples], weights, REGULARISATION["criteria"])
        for name in CRITERIA
    }


def _stacked(matrix: csr_matrix, examples: Sequence[Example], weights: np.ndarray) -> np.ndarray:
    """Criteria probabilities of each example by models that did not see its document, shape (n, 12)."""
    groups = [family(example.doc) for example in examples]
    result = np.zeros((len(examples), 2 * len(CRITERIA)))
    for train, test in GroupKFold(CRITERIA_FOLDS).split(np.zeros(len(examples)), groups=groups):
        models = _criteria(matrix[train], [examples[i] for i in train], weights[train])
        for index, row in zip(test, matrix[test].toarray(), strict=True):
            result[index] = stack({name: spread(models[name], row, 3) for name in CRITERIA})
    return result


def fit(examples: Sequence[Example]) -> SectionModel:
    """Fit all classifiers on labelled sections. The level and criteria learn from policy sections only."""
    inputs = _inputs(examples)
    # Most terms are absent from most sections: as a sparse matrix the fits take a fraction of the time.
    matrix = vstack([csr_matrix(inputs.vector(e.figures, e.terms, e.kind)) for e in examples], format="csr")
    weights = np.array([WEIGHT_BESIDE_GOLD if e.extra else 1.0 for e in examples])
    role = _logistic(matrix, [e.role for e in examples], weights, REGULARISATION["role"])
    policy = [index for index, example in enumerate(examples) if example.role == "policy"]
    matrix, weights, chosen = matrix[policy], weights[policy], [examples[index] for index in policy]
    stacked = hstack([matrix, csr_matrix(_stacked(matrix, chosen, weights))], format="csr")
    return SectionModel(
        inputs=inputs,
        role=role,
        criteria=_criteria(matrix, chosen, weights),
        level=_logistic(stacked, [e.level for e in chosen], weights, REGULARISATION["level"]),
        table=_table(chosen, weights),
    )


def _table(examples: Sequence[Example], weights: np.ndarray) -> LevelTable:
    """The levels by criteria as counted, with the guideline's own level as so many sections seen before."""
    counts = GUIDELINE_SECTIONS * LevelTable.by_guideline().shares
    for example, weight in zip(examples, weights, strict=True):
        values = example.criteria
        details = details_settled(values)
        counts[values["measure"], int(values["goal"] == 2), details, example.level] += weight
    return LevelTable(counts / counts.sum(axis=-1, keepdims=True))


def main() -> None:
    """Train on all gold and own sections; write the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for what was read before")
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "section_scores.json")
    arguments = parser.parse_args()
    gold = align(gold_sections(arguments.shared), arguments.shared, arguments.cache)
    items = annotate([*gold, *extra_sections(arguments.shared, arguments.cache)])
    model = fit(FoldedLabels(items, folded(arguments.shared, arguments.cache)).training())
    model.save(arguments.output)
    print(
        f"{len(items)} paragrafen, waarvan {sum(item.gold.extra for item in items)} buiten de gouden: "
        f"{arguments.output}"
    )


if __name__ == "__main__":
    main()
