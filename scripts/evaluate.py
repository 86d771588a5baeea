"""Measure on the gold data: sections, units (sentences) and headings, by document-grouped cross-validation.

    python scripts/evaluate.py [sections] [units] [headings] [--baseline] [--by-document] [--json FILE]

Whatever is learned from the gold is tested on documents that it did not see: the section classifiers, the
sentence labels beneath them and the roles of actors. The rules for budgets and deadlines are not learned, but
they were written with the gold at hand, so their figures are development figures. ``--baseline`` adds, on the
same folds, a bag of words (tf-idf with logistic regression on the gold text) and the constant answer.
Without a part named, all three are measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score

from corpus import CACHE, SHARED, read_lines, report_of
from evaluate_normalisers import FINDERS, hits_of
from gold import (
    FoldedLabels,
    GoldSection,
    align,
    annotate,
    extra_sections,
    gold_sections,
    plain,
)
from train_actor_roles import held_out_actors
from train_classifier import fit
from train_sentence_labels import Folded, f1, folded
from uitvoerbaarheid.nlp.actors import find_actors
from uitvoerbaarheid.nlp.annotator import labels_of
from uitvoerbaarheid.nlp.labels import LABELS
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line
from uitvoerbaarheid.records import CRITERIA
from uitvoerbaarheid.scoring.features import section_text
from uitvoerbaarheid.scoring.scorer import criteria_of, half_up, role_of, settings

PARTS = ("sections", "units", "headings")


@dataclass(frozen=True)
class Answer:
    """What one method says of one section; the criteria are None for a method that gives none."""

    gold: GoldSection
    role: str
    expected_level: float
    criteria: dict[str, int] | None = None

    @property
    def level(self) -> int:
        return half_up(self.expected_level)


@dataclass(frozen=True)
class Figure:
    """One figure with the number of sections or sentences that it is about."""

    name: str
    value: float | None
    n: int


# --- answers -------------------------------------------------------------------------------------


def model_answers(labels: FoldedLabels) -> list[Answer]:
    """The section classifiers' answers for every gold section, trained without its fold."""
    by_id = {item.gold.id: item.gold for item in labels.items}
    answers = []
    for fold in labels.folds:
        model = fit(labels.training(fold))
        for example in labels.testing(fold):
            found = model.predict(example.figures, example.terms, example.kind)
            role = role_of(found, example.stated)
            expected = round(found.expected_level, 4)
            answers.append(
                Answer(by_id[example.id], role, expected, dict(criteria_of(found, example.stated)))
            )
    return answers


def _by_fold(
    gold: Sequence[GoldSection],
    labels: FoldedLabels,
    answer: Callable[[list[GoldSection], list[GoldSection]], list[Answer]],
) -> list[Answer]:
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


def kappa(truth: list[int], found: list[int]) -> float | None:
    """Quadratic-weighted kappa; None where all are one and the same value."""
    return None if len({*truth, *found}) < 2 else float(cohen_kappa_score(truth, found, weights="quadratic"))


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def section_figures(answers: Sequence[Answer]) -> list[Figure]:
    """Role over all sections; level, send back and criteria over those that are policy in the gold."""
    roles = [(answer.gold.role, answer.role) for answer in answers]
    macro = f1_score([r for r, _ in roles], [r for _, r in roles], average="macro", zero_division=0)
    figures = [
        Figure("rol: juist", _share([truth == found for truth, found in roles]), len(roles)),
        Figure("rol: macro-F1", float(macro), len(roles)),
    ]
    policy = [answer for answer in answers if answer.gold.level is not None]
    levels = [(answer.gold.level or 0, answer.level) for answer in policy]
    border = settings()["send_back_level"]
    back = [(truth <= border, found <= border) for truth, found in levels]
    hits = sum(truth and found for truth, found in back)
    right, said = sum(truth for truth, _ in back), sum(found for _, found in back)
    n = len(policy)
    figures += [
        Figure("niveau: kwadratische kappa", kappa([t for t, _ in levels], [f for _, f in levels]), n),
        Figure("niveau: juist", _share([truth == found for truth, found in levels]), n),
        Figure(
            "niveau: hooguit één ernaast", _share([abs(truth - found) <= 1 for truth, found in levels]), n
        ),
        Figure("terugsturen: precisie", hits / said if said else None, said),
        Figure("terugsturen: vindkans", hits / right if right else None, right),
        Figure("terugsturen: F1", 2 * hits / (right + said) if right + said else None, n),
    ]
    for name in CRITERIA if all(answer.criteria for answer in policy) else ():
        pairs = [((a.gold.criteria or {})[name], (a.criteria or {})[name]) for a in policy]
        figures.append(
            Figure(f"{name}: kwadratische kappa", kappa([t for t, _ in pairs], [f for _, f in pairs]), n)
        )
        figures.append(Figure(f"{name}: juist", _share([truth == found for truth, found in pairs]), n))
    return figures


def unit_figures(held: Folded, units: Sequence[dict[str, Any]], shared: Path, cache: Path) -> list[Figure]:
    """F1 of the sentence labels, both as loose lines and in context, and of actors, budgets, deadlines."""
    actors = held_out_actors(shared / "gold" / "units.jsonl", cache)
    truth = np.array([row.labels for row in held.gold])
    found = labels_found(held)
    figures = []
    for column, label in enumerate(LABELS):
        for view, name in enumerate(("losse zin", "in verband")):
            value = f1(truth[:, column], found[view][:, column])
            figures.append(Figure(f"{label}: F1 ({name})", value, int(truth[:, column].sum())))
    for kind in ("budget", "deadline"):
        values = [FINDERS[kind](unit["text"]) for unit in units]
        figures.append(_value_figure(kind, values, units))
    figures.append(_value_figure("actor", actors, units))
    return figures


def labels_found(held: Folded) -> np.ndarray:
    """Whether each label holds for each gold sentence (view × sentence × label), rules included."""
    units = [unit_of_line(row.text, load()) for row in held.gold]
    actors = [find_actors(unit.span) for unit in units]
    found = np.zeros(held.probabilities.shape, dtype=int)
    for view, position in product(range(len(held.probabilities)), range(len(units))):
        shares = dict(zip(LABELS, held.probabilities[view][position].tolist(), strict=True))
        labeller = held.labellers[held.fold_of[held.gold[position].doc]]
        [labels] = labels_of([units[position]], [actors[position]], [shares], labeller)
        found[view][position] = [label in labels for label in LABELS]
    return found


def _value_figure(kind: str, found: Sequence[list[Any]], units: Sequence[dict[str, Any]]) -> Figure:
    hits = said = right = 0
    for values, unit in zip(found, units, strict=True):
        gold = [json.dumps(value) if isinstance(value, dict) else value for value in unit[kind]]
        hits, said, right = hits + hits_of(kind, values, gold), said + len(values), right + len(gold)
    return Figure(f"{kind}: F1", 2 * hits / (said + right) if said + right else None, right)


def heading_figures(gold: Sequence[GoldSection], shared: Path, cache: Path) -> list[Figure]:
    """How many tagged headings and how many gold sections our own extraction finds."""
    records = read_lines(shared / "gold" / "headings.jsonl")
    hits, depths = [], []
    for doc in sorted({record["doc"] for record in records}):
        report = report_of(shared, doc, cache)
        ours = {(plain(s.heading), s.page_start): s.depth for s in report.sections} if report else {}
        for record in (record for record in records if record["doc"] == doc):
            depth = ours.get((plain(record["text"]), record["page"]))
            hits.append(depth is not None)
            if depth is not None and record.get("depth"):
                depths.append(depth == record["depth"])
    return [
        Figure("koppen: gevonden", _share(hits), len(hits)),
        Figure("koppen: diepte juist", _share(depths), len(depths)),
        Figure("paragrafen: gevonden", _share([item.aligned for item in gold]), len(gold)),
    ]


# --- output --------------------------------------------------------------------------------------


def table(title: str, columns: dict[str, list[Figure]]) -> Table:
    """A table with a row per figure and a column per method; a method without that figure shows a dash."""
    result = Table(title=title, title_justify="left")
    result.add_column("maat")
    result.add_column("n", justify="right")
    for name in columns:
        result.add_column(name, justify="right")
    values = {name: {figure.name: figure.value for figure in figures} for name, figures in columns.items()}
    for figure in next(iter(columns.values())):
        shown = [values[name].get(figure.name) for name in columns]
        result.add_row(
            figure.name, str(figure.n), *("–" if value is None else f"{value:.3f}" for value in shown)
        )
    return result


def document_table(answers: Sequence[Answer]) -> Table:
    """The main figures by document; the toelichtingen, one section each, are one row."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        name = answer.gold.doc if answer.gold.kind != "toelichting" else "toelichtingen"
        groups.setdefault(name, []).append(answer)
    wanted = ("rol: juist", "niveau: kwadratische kappa", "niveau: juist", "terugsturen: F1")
    result = Table("document", "n", "beleid", *wanted, title="Per document", title_justify="left")
    for name, group in sorted(groups.items()):
        figures = {figure.name: figure.value for figure in section_figures(group)}
        shown = ["–" if figures[key] is None else f"{figures[key]:.2f}" for key in wanted]
        policy = sum(answer.gold.level is not None for answer in group)
        result.add_row(Path(name).name, str(len(group)), str(policy), *shown)
    return result


def main() -> None:
    """Print the figures, and write them as JSON where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help="sections, units, headings; all three by default")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with gold and corpus")
    parser.add_argument(
        "--cache", type=Path, default=CACHE, help="folder for what was read and trained before"
    )
    parser.add_argument("--baseline", action="store_true", help="add bag of words and the constant answer")
    parser.add_argument("--by-document", action="store_true", help="add a table by document")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    unknown = sorted({*arguments.parts} - {*PARTS})
    if unknown:
        parser.error(f"unknown part {unknown[0]!r}: choose from {', '.join(PARTS)}")
    shared, cache = arguments.shared, arguments.cache
    parts = arguments.parts or PARTS
    console = Console()
    record: dict[str, dict[str, list[Figure]]] = {}
    raw = gold_sections(shared)
    gold = align(raw, shared, cache) if {"sections", "headings"} & {*parts} else []
    held = folded(shared, cache) if {"sections", "units"} & {*parts} else None
    if held and "sections" in parts:
        labels = FoldedLabels(annotate([*gold, *extra_sections(shared, cache)]), held)
        answers = model_answers(labels)
        columns = {"model": section_figures(answers)}
        if arguments.baseline:
            columns["woordenzak"] = section_figures(_by_fold(raw, labels, bag_of_words))
            columns["constante"] = section_figures(_by_fold(raw, labels, constant))
        console.print(table(f"Paragrafen ({len(labels.folds)} groepen van documenten)", columns))
        if arguments.by_document:
            console.print(document_table(answers))
        record["sections"] = columns
    if held and "units" in parts:
        units = read_lines(shared / "gold" / "units.jsonl")
        record["units"] = {"model": unit_figures(held, units, shared, cache)}
        console.print(table("Zinnen", record["units"]))
    if "headings" in parts:
        record["headings"] = {"model": heading_figures(gold, shared, cache)}
        console.print(table("Koppen en paragrafen in onze eigen lezing", record["headings"]))
    if arguments.json:
        plain_record = {
            part: {name: [vars(figure) for figure in figures] for name, figures in columns.items()}
            for part, columns in record.items()
        }
        arguments.json.write_text(
            json.dumps(plain_record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
