"""Measure on the gold data: sections, units (sentences) and headings, by document-grouped cross-validation.

    python scripts/evaluate.py [sections] [units] [headings] [--baseline] [--by-document]
        [--ablation] [--curve] [--json FILE]
    python scripts/evaluate.py headings [--visual-only] [--by-document] [--missing] [--document PART]
        [--compare ONE OTHER]

Whatever is learned from the gold is tested on documents that it did not see: the section classifiers, the
sentence labels beneath them and the roles of actors. The rules for budgets and deadlines are not learned, but
they were written with the gold at hand, so their figures are development figures. ``--baseline`` adds, on the
same folds, a bag of words (tf-idf with logistic regression on the gold text) and the constant answer;
``--ablation`` the model with less to look at, ``--curve`` the model with fewer documents to learn from.
Without a part named, all three are measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from compare_headings import show_comparison
from corpus import CACHE, SHARED, read_lines
from evaluate_headings import gold_figures, made_scores, show_gold, show_made
from evaluate_normalisers import FINDERS, hits_of
from gold import (
    FoldedLabels,
    align,
    annotate,
    extra_sections,
    gold_sections,
)
from made_documents import OFFICE
from section_figures import (
    Figure,
    ablation,
    bag_of_words,
    by_fold,
    certainty_figures,
    constant,
    document_table,
    interval_table,
    learning_curve,
    model_answers,
    section_figures,
    variants_table,
)
from train_actor_roles import held_out_actors
from train_sentence_labels import Folded, f1, folded
from uitvoerbaarheid.nlp.actors import find_actors
from uitvoerbaarheid.nlp.annotator import labels_of
from uitvoerbaarheid.nlp.labels import LABELS
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import unit_of_line

PARTS = ("sections", "units", "headings")


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


def heading_columns(arguments: argparse.Namespace, console: Console) -> dict[str, list[Figure]]:
    """Print how well the section trees are read; the figures with and without bookmarks and tags."""
    if arguments.compare:
        show_comparison(console, *arguments.compare)
        return {}
    columns = {}
    views = (True,) if arguments.visual_only else (False, True)
    if not (arguments.shared / "gold").is_dir():
        console.print(
            f"De map {arguments.shared} met echte documenten is hier niet: alleen eigen documenten."
        )
        views = ()
    for visual_only in views:
        name = "alleen zichtbaar" if visual_only else "met bladwijzers en labels"
        results = gold_figures(
            arguments.shared / "gold", arguments.shared / "corpus", arguments.document, visual_only
        )
        title = f"Koppen en paragrafen van pdf's, {name}"
        total = show_gold(console, results, title, arguments.by_document, arguments.missing)
        columns[name] = [Figure(*row) for row in total.shares()]
    if OFFICE is None:
        console.print("Zonder LibreOffice (soffice) zijn er geen documenten waarvan alle koppen bekend zijn.")
        return columns
    results = made_scores(arguments.shared, arguments.cache, arguments.document)
    made = show_made(console, results, arguments.by_document, arguments.missing)
    columns["alle koppen bekend, alleen zichtbaar"] = [Figure(*row) for row in made.shares()]
    return columns


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


def options() -> argparse.Namespace:
    """The command line, checked."""
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
    parser.add_argument("--visual-only", action="store_true", help="leave bookmarks and tags of PDFs unread")
    parser.add_argument("--missing", action="store_true", help="list headings that were not found")
    parser.add_argument("--document", default="", help="headings: only documents whose name holds this")
    parser.add_argument("--compare", nargs=2, type=Path, help="headings: two forms of one document")
    parser.add_argument("--ablation", action="store_true", help="add the model with less to look at")
    parser.add_argument("--curve", action="store_true", help="add the model on fewer documents")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    unknown = sorted({*arguments.parts} - {*PARTS})
    if unknown:
        parser.error(f"unknown part {unknown[0]!r}: choose from {', '.join(PARTS)}")
    return arguments


def main() -> None:
    """Print the figures, and write them as JSON where asked."""
    arguments = options()
    shared, cache = arguments.shared, arguments.cache
    parts = arguments.parts or PARTS
    console = Console()
    record: dict[str, dict[str, list[Figure]]] = {}
    raw = gold_sections(shared) if "sections" in parts else []
    gold = align(raw, shared, cache) if "sections" in parts else []
    held = folded(shared, cache) if {"sections", "units"} & {*parts} else None
    if held and "sections" in parts:
        labels = FoldedLabels(annotate([*gold, *extra_sections(shared, cache)]), held)
        answers = model_answers(labels)
        columns = {"model": section_figures(answers)}
        if arguments.baseline:
            columns["woordenzak"] = section_figures(by_fold(raw, labels, bag_of_words))
            columns["constante"] = section_figures(by_fold(raw, labels, constant))
        console.print(table(f"Paragrafen ({len(labels.folds)} groepen van documenten)", columns))
        certainty = {"model": certainty_figures(answers)}
        console.print(table("Zekerheid", certainty))
        console.print(interval_table(answers))
        if arguments.by_document:
            console.print(document_table(answers))
        if arguments.ablation:
            console.print(variants_table("Met minder gegevens", ablation(labels, answers)))
        if arguments.curve:
            console.print(variants_table("Leercurve", learning_curve(labels, answers)))
        record["sections"] = columns
        record["certainty"] = certainty
    if held and "units" in parts:
        units = read_lines(shared / "gold" / "units.jsonl")
        record["units"] = {"model": unit_figures(held, units, shared, cache)}
        console.print(table("Zinnen", record["units"]))
    if "headings" in parts:
        record["headings"] = heading_columns(arguments, console)
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
