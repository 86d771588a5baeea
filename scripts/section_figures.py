"""What the section classifiers and simple methods say of the gold sections, and the figures over that.

Shared parts of ``evaluate.py sections``: answers by document-grouped cross-validation, agreement with the
gold, calibration, intervals by drawing documents anew, and tables by kind and by document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score

from corpus import family
from gold import Example, FoldedLabels, GoldSection
from train_classifier import fit
from uitvoerbaarheid.records import CRITERIA
from uitvoerbaarheid.scoring.features import section_text
from uitvoerbaarheid.scoring.scorer import criteria_of, half_up, is_uncertain, on_scale, role_of, settings

#: Groups of about equal size in which a probability is held against what came true.
BINS = 10
DRAWS = 1000
#: Shares of the training documents for the learning curve.
SHARES = (0.125, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Answer:
    """What one method says of one section; criteria and probabilities are None for one that gives none.

    ``levels`` are the probabilities of levels 0-4.
    """

    gold: GoldSection
    role: str
    expected_level: float
    criteria: dict[str, int] | None = None
    levels: tuple[float, ...] | None = None

    @property
    def level(self) -> int:
        return half_up(on_scale(self.expected_level))

    @property
    def back(self) -> bool:
        """Whether the section is sent back."""
        return self.level <= border()


def border() -> int:
    """The highest level that is sent back."""
    return int(settings()["send_back_level"])


@dataclass(frozen=True)
class Figure:
    """One figure with the number of sections or sentences that it is about."""

    name: str
    value: float | None
    n: int


# --- answers -------------------------------------------------------------------------------------


def model_answers(
    labels: FoldedLabels, chosen: Callable[[list[Example]], list[Example]] = list, *, plain: bool = False
) -> list[Answer]:
    """The section classifiers' answers for every gold section, trained without its fold.

    ``chosen`` may leave out or change examples, of training and test alike. With ``plain`` the rule that a 2
    must be shown by something found is left out, as for a model that sees no mentions.
    """
    by_id = {item.gold.id: item.gold for item in labels.items if not item.gold.extra}
    answers = []
    for fold in labels.folds:
        model = fit(chosen(labels.training(fold)))
        for example in chosen(labels.testing(fold)):
            found = model.predict(example.figures, example.terms, example.kind)
            stated = {*CRITERIA} if plain else example.stated
            answers.append(
                Answer(
                    by_id[example.id],
                    role_of(found, stated),
                    round(found.expected_level, 4),
                    dict(criteria_of(found, stated)),
                    tuple(found.level),
                )
            )
    return answers


def words_only(examples: Sequence[Example]) -> list[Example]:
    """Examples of which the model sees the words and the kind of document."""
    return [replace(example, figures={}) for example in examples]


def mentions_only(examples: Sequence[Example]) -> list[Example]:
    """Examples of which the model sees the figures and the kind of document."""
    return [replace(example, terms=Counter()) for example in examples]


def without_own(examples: Sequence[Example]) -> list[Example]:
    """Examples without the sections written for the project."""
    return [example for example in examples if not example.id.startswith("own#")]


def share_of_documents(examples: Sequence[Example], share: float) -> list[Example]:
    """The examples of a fixed part of the documents, of the gold ones and of the others alike."""
    documents = sorted({family(example.doc) for example in examples if not example.extra})
    order = np.random.default_rng(0).permutation(len(documents))
    kept = {documents[i] for i in order[: round(share * len(documents))]}
    others = sorted({example.doc for example in examples if example.extra} - {*documents})
    order = np.random.default_rng(1).permutation(len(others))
    kept |= {others[i] for i in order[: round(share * len(others))]}
    return [example for example in examples if family(example.doc) in kept or example.doc in kept]


def by_fold(
    gold: Sequence[GoldSection],
    labels: FoldedLabels,
    answer: Callable[[list[GoldSection], list[GoldSection]], list[Answer]],
) -> list[Answer]:
    """The answers of a method that reads the sections themselves, on the same folds."""
    found: list[Answer] = []
    for fold in labels.folds:
        train = [item for item in gold if labels.fold_of(item.doc) != fold]
        found += answer(train, [item for item in gold if labels.fold_of(item.doc) == fold])
    return found


def bag_of_words(train: list[GoldSection], test: list[GoldSection]) -> list[Answer]:
    """Tf-idf of words and word pairs with balanced logistic regressions for role and level."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)
    matrix = vectorizer.fit_transform([section_text(item.section) for item in train])
    tested = vectorizer.transform([section_text(item.section) for item in test])

    def predicted(rows: list[int], target: list[Any]) -> list[Any]:
        model = LogisticRegression(C=10, max_iter=1000, class_weight="balanced")
        return model.fit(matrix[rows], target).predict(tested).tolist()

    policy = [index for index, item in enumerate(train) if item.role == "policy"]
    roles = predicted(list(range(len(train))), [item.role for item in train])
    levels = predicted(policy, [train[index].level for index in policy])
    return [Answer(item, role, level) for item, role, level in zip(test, roles, levels, strict=True)]


def constant(train: list[GoldSection], test: list[GoldSection]) -> list[Answer]:
    """The commonest role, level and criteria of the training documents."""

    def commonest(values: list[Any]) -> Any:
        return max(sorted(set(values)), key=values.count)

    policy = [item for item in train if item.level is not None and item.criteria is not None]
    role = commonest([item.role for item in train])
    level = commonest([item.level for item in policy])
    criteria = {name: commonest([(item.criteria or {})[name] for item in policy]) for name in CRITERIA}
    return [Answer(item, role, level, criteria) for item in test]


# --- figures -------------------------------------------------------------------------------------


def kappa(truth: Sequence[int], found: Sequence[int]) -> float | None:
    """Quadratic-weighted kappa; None where all are one and the same value."""
    return None if len({*truth, *found}) < 2 else float(cohen_kappa_score(truth, found, weights="quadratic"))


def share(hits: Sequence[bool]) -> float | None:
    """The part of the hits that is true, None of none."""
    return sum(hits) / len(hits) if hits else None


def policy_of(answers: Sequence[Answer]) -> list[Answer]:
    """The answers for the sections that are policy in the gold: only those have a level."""
    return [answer for answer in answers if answer.gold.level is not None]


def _levels(answers: Sequence[Answer]) -> tuple[list[int], list[int]]:
    return [answer.gold.level or 0 for answer in answers], [answer.level for answer in answers]


def _role_right(answers: Sequence[Answer]) -> float | None:
    return share([answer.gold.role == answer.role for answer in answers])


def _level_kappa(answers: Sequence[Answer]) -> float | None:
    return kappa(*_levels(policy_of(answers)))


def _send_back_counts(answers: Sequence[Answer]) -> tuple[int, int, int]:
    """How many policy sections are rightly sent back, are to be sent back, and are said to be."""
    back = [((answer.gold.level or 0) <= border(), answer.back) for answer in policy_of(answers)]
    hits = sum(truth and found for truth, found in back)
    return hits, sum(truth for truth, _ in back), sum(found for _, found in back)


def _send_back_f1(answers: Sequence[Answer]) -> float | None:
    hits, right, said = _send_back_counts(answers)
    return 2 * hits / (right + said) if right + said else None


#: The main figures, by name.
MAIN: Mapping[str, Callable[[Sequence[Answer]], float | None]] = {
    "rol: juist": _role_right,
    "niveau: kwadratische kappa": _level_kappa,
    "terugsturen: F1": _send_back_f1,
}


def section_figures(answers: Sequence[Answer]) -> list[Figure]:
    """Role over all sections; level, send back and criteria over those that are policy in the gold."""
    roles = [(answer.gold.role, answer.role) for answer in answers]
    macro = f1_score([r for r, _ in roles], [r for _, r in roles], average="macro", zero_division=0)
    policy = policy_of(answers)
    levels = list(zip(*_levels(policy), strict=True))
    n = len(policy)
    hits, right, said = _send_back_counts(answers)
    figures = [
        Figure("rol: juist", _role_right(answers), len(roles)),
        Figure("rol: macro-F1", float(macro), len(roles)),
        Figure("niveau: kwadratische kappa", _level_kappa(answers), n),
        Figure("niveau: juist", share([truth == found for truth, found in levels]), n),
        Figure("niveau: hooguit één ernaast", share([abs(truth - found) <= 1 for truth, found in levels]), n),
        Figure("terugsturen: precisie", hits / said if said else None, said),
        Figure("terugsturen: vindkans", hits / right if right else None, right),
        Figure("terugsturen: F1", _send_back_f1(answers), n),
    ]
    for name in CRITERIA if all(answer.criteria for answer in policy) else ():
        pairs = [((a.gold.criteria or {})[name], (a.criteria or {})[name]) for a in policy]
        figures.append(
            Figure(f"{name}: kwadratische kappa", kappa([t for t, _ in pairs], [f for _, f in pairs]), n)
        )
        figures.append(Figure(f"{name}: juist", share([truth == found for truth, found in pairs]), n))
    return figures


def certainty_figures(answers: Sequence[Answer]) -> list[Figure]:
    """Calibration, and how the uncertain mark guards against a wrong verdict.

    The expected calibration error is over ten groups of about equal size.
    """
    policy = [answer for answer in policy_of(answers) if answer.levels]
    levels = np.array([answer.levels for answer in policy])
    truth = np.array([answer.gold.level for answer in policy])
    back = levels[:, : border() + 1].sum(axis=1)
    sent = np.array([answer.back for answer in policy])
    unsure = np.array([is_uncertain(answer.expected_level, answer.levels or ()) for answer in policy])
    enough, vague = truth > border(), truth <= border()
    likeliest = levels.argmax(axis=1)
    return [
        Figure("ijking niveau (ECE)", calibration_error(levels.max(axis=1), likeliest == truth), len(policy)),
        Figure("ijking terugsturen (ECE)", calibration_error(back, vague), len(policy)),
        Figure("met merk onzeker", float(unsure.mean()), len(policy)),
        Figure(
            "niveau 2+ zonder merk teruggestuurd", float((sent & ~unsure)[enough].mean()), int(enough.sum())
        ),
        Figure(
            "niveau 0-1 zonder merk doorgelaten", float((~sent & ~unsure)[vague].mean()), int(vague.sum())
        ),
        Figure("zonder merk: oordeel juist", float((sent == vague)[~unsure].mean()), int((~unsure).sum())),
        Figure("met merk: oordeel juist", float((sent == vague)[unsure].mean()), int(unsure.sum())),
    ]


def calibration_error(probability: np.ndarray, came_true: np.ndarray) -> float:
    """Expected calibration error: mean distance of probability and share, in groups of equal size."""
    groups = np.array_split(np.argsort(probability, kind="stable"), BINS)
    gaps = [abs(probability[g].mean() - came_true[g].mean()) * len(g) for g in groups if len(g)]
    return float(sum(gaps) / len(probability))


def interval(answers: Sequence[Answer], figure: Callable[[Sequence[Answer]], float | None]) -> str:
    """95 % interval of a figure, by drawing the documents (with all their sections) anew."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(family(answer.gold.doc), []).append(answer)
    documents, random = sorted(groups), np.random.default_rng(0)
    values = []
    for _ in range(DRAWS):
        drawn = random.integers(len(documents), size=len(documents))
        value = figure([answer for i in drawn for answer in groups[documents[i]]])
        if value is not None:
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{low:.2f}–{high:.2f}"


# --- tables --------------------------------------------------------------------------------------


def interval_table(answers: Sequence[Answer]) -> Table:
    """The main figures with their intervals, over all and by kind of document."""
    result = Table("soort", "n", "beleid", *MAIN, title="Per soort document", title_justify="left")
    kinds = sorted({answer.gold.kind for answer in answers})
    for kind in ("alle", *kinds):
        chosen = [answer for answer in answers if kind in ("alle", answer.gold.kind)]
        several = len({family(answer.gold.doc) for answer in chosen}) > 1
        cells = []
        for figure in MAIN.values():
            value = figure(chosen)
            shown = "–" if value is None else f"{value:.2f}"
            cells.append(f"{shown} ({interval(chosen, figure)})" if several and value is not None else shown)
        result.add_row(kind, str(len(chosen)), str(len(policy_of(chosen))), *cells)
    return result


def document_table(answers: Sequence[Answer]) -> Table:
    """The main figures by document; the toelichtingen, one section each, are one row."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        name = answer.gold.doc if answer.gold.kind != "toelichting" else "toelichtingen"
        groups.setdefault(name, []).append(answer)
    result = Table("document", "n", "beleid", *MAIN, title="Per document", title_justify="left")
    for name, group in sorted(groups.items()):
        values = [figure(group) for figure in MAIN.values()]
        shown = ["–" if value is None else f"{value:.2f}" for value in values]
        result.add_row(Path(name).name, str(len(group)), str(len(policy_of(group))), *shown)
    return result


def variants_table(title: str, variants: Mapping[str, Sequence[Answer]]) -> Table:
    """The main figures of several models, a row each."""
    result = Table("model", *MAIN, title=title, title_justify="left")
    for name, answers in variants.items():
        values = [figure(answers) for figure in MAIN.values()]
        result.add_row(name, *("–" if value is None else f"{value:.3f}" for value in values))
    return result


def ablation(labels: FoldedLabels, whole: Sequence[Answer]) -> dict[str, Sequence[Answer]]:
    """The model with less: only its words, only what was found, and without our own sections."""
    return {
        "alles": whole,
        "alleen woorden": model_answers(labels, words_only, plain=True),
        "alleen vondsten": model_answers(labels, mentions_only),
        "zonder eigen paragrafen": model_answers(labels, without_own),
    }


def learning_curve(labels: FoldedLabels, whole: Sequence[Answer]) -> dict[str, Sequence[Answer]]:
    """The model trained on a part of the documents."""
    found: dict[str, Sequence[Answer]] = {}
    for part in SHARES[:-1]:

        def chosen(examples: list[Example], part: float = part) -> list[Example]:
            testing = not any(example.extra for example in examples)
            return examples if testing else share_of_documents(examples, part)

        found[f"{part:.0%} van de documenten"] = model_answers(labels, chosen)
    return found | {"alle documenten": whole}
