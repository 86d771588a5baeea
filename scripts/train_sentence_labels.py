"""Fit the sentence labels (goal, measure, monitoring, vague); evaluate them by document.

    python scripts/train_sentence_labels.py             # writes models/sentence_labels
    python scripts/train_sentence_labels.py --evaluate  # cross-validated figures, writes nothing

Trained on the gold sentences and on our labels of other sentences of the corpus
(``data/training/corpus_sentences.jsonl``, see ``corpus.py``). Whole documents are held out, all editions of
one together: five labellers are trained, each without a fifth of the documents, and kept in the cache for
``evaluate.py`` and ``train_classifier.py``. Each gold sentence is judged by the labeller that saw nothing of
its document, with thresholds chosen on the gold sentences of the other folds. The shipped labeller learns
from the sentences of our own texts too; they stay out of the evaluation, being too much alike. Training
needs PyTorch (``pip install -e '.[train]'``); the program itself does not.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from corpus import (
    CACHE,
    ROOT,
    SHARED,
    TRAINING,
    corpus_units,
    family,
    folds_of_documents,
    own_units,
    read_lines,
)
from evaluate_normalisers import found_actor, listed_actors, same_actor
from uitvoerbaarheid.nlp import labels as labels_module
from uitvoerbaarheid.nlp import network as network_module
from uitvoerbaarheid.nlp.actors import candidates
from uitvoerbaarheid.nlp.annotation import Unit
from uitvoerbaarheid.nlp.labels import (
    LABELS,
    Context,
    SentenceLabeller,
    contexts_of,
    inputs_of,
    words_of,
)
from uitvoerbaarheid.resources import model_path

#: A word gets a learned difference from this many sentences and documents on, if mostly in lower case.
LEAST_SENTENCES, LEAST_DOCUMENTS, LEAST_LOWER = 4, 3, 0.7


@dataclass(frozen=True)
class Row:
    """A labelled sentence: 0 or 1 for each of ``LABELS``, and for each of ``SHADES`` (NaN: not known).

    ``doc`` stands for all editions of a document.
    """

    text: str
    context: Context | None
    doc: str
    labels: tuple[int, ...]
    shades: tuple[float, ...]


def gold_rows(shared: Path) -> list[Row]:
    """The gold sentences in the order of their file, each with its context where its section is known."""
    records = read_lines(shared / "gold" / "units.jsonl")
    worths = {record["id"]: record["worth"] for record in read_lines(TRAINING / "gold_worths.jsonl")}
    contexts: list[Context | None] = [None] * len(records)
    sections: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        if record["section"]:
            sections[record["section"]].append(position)
    for positions in sections.values():
        positions.sort(key=lambda p: int(records[p]["id"].rsplit(".", 1)[1]))
        found = contexts_of([_unit(records[p]["text"]) for p in positions], records[positions[0]]["heading"])
        for position, context in zip(positions, found, strict=True):
            contexts[position] = context
    return [
        _row(record | {"worth": worths.get(record["id"], {})}, context)
        for record, context in zip(records, contexts, strict=True)
    ]


def _unit(text: str) -> Unit:
    """A unit for its text only: contexts look at nothing else."""
    return Unit(text, 0, len(text), "paragraph", span=None)  # type: ignore[arg-type]


def _row(record: dict, context: Context | None) -> Row:
    labels = tuple(int(record[label]) for label in LABELS)
    shades = (*_worths(record), *_parties(record))
    return Row(record["text"], context, family(record["doc"]), labels, shades)


#: The labels that have a worth, in the order of the first ``SHADES``.
_WORTHY = ("goal", "measure", "monitoring")


def _worths(record: dict) -> list[float]:
    """For each label with a worth whether it earns a 2; NaN where nobody said."""
    given = record.get("worth", {})
    return [
        float(given.get(label, np.nan) == 2) if label in given else np.nan if record[label] else 0.0
        for label in _WORTHY
    ]


def _parties(record: dict) -> list[float]:
    """Whether a party with a name, and one named in general, is listed as an actor."""
    if record.get("actor") is None:
        return [np.nan, np.nan]
    listed = listed_actors(record["actor"])
    found = [
        c for c in candidates(record["text"]) if any(same_actor(found_actor(c), name) for name in listed)
    ]
    missed = len(listed) > 0 and not found
    named = any(not candidate.generic for candidate in found) or missed
    return [float(named), float(any(candidate.generic for candidate in found))]


def corpus_rows(shared: Path, cache: Path) -> list[Row]:
    """Our labels of other sentences of the corpus."""
    return [_row(record, record["context"]) for record in corpus_units(shared, cache)]


def own_rows() -> list[Row]:
    """The sentences of our own texts: regular ones, written by who knew the guideline."""
    return [_row(record, record["context"]) for record in own_units()]


# --- training ------------------------------------------------------------------------------------


def _learned(rows: Sequence[Row]) -> dict[str, int]:
    """The words that get a learned difference, numbered from 1."""
    sentences: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    documents: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for word in set(words_of(row.text)):
            sentences[word.lower()] += 1
            lower[word.lower()] += word == word.lower()
            documents[word.lower()].add(row.doc)
    kept = sorted(
        word
        for word, count in sentences.items()
        if count >= LEAST_SENTENCES
        and len(documents[word]) >= LEAST_DOCUMENTS
        and lower[word] >= LEAST_LOWER * count
    )
    return {word: number for number, word in enumerate(kept, start=1)}


def fit(rows: Sequence[Row]) -> SentenceLabeller:
    """Train a labeller; its thresholds are yet to be chosen."""
    from sentence_network import train

    learned = _learned(rows)
    inputs = inputs_of([row.text for row in rows], [row.context for row in rows], learned)
    wanted = np.array([(*row.labels, *row.shades) for row in rows], dtype=float)
    return SentenceLabeller(train(inputs, wanted, len(learned)), learned, dict.fromkeys(LABELS, 0.5))


# --- documents held out ---------------------------------------------------------------------------


@dataclass
class Folded:
    """Five labellers; number k saw nothing of the documents of fold k.

    ``probabilities``: for the gold sentences (view × sentence × label), by the labeller that did not see
    them, alone (view 0) and in context (view 1).
    """

    fold_of: dict[str, int]
    labellers: list[SentenceLabeller]
    gold: list[Row]
    more: list[Row]
    probabilities: np.ndarray


def folded(shared: Path, cache: Path) -> Folded:
    """The labellers of all folds, from the cache where data and code are still the same."""
    gold, more = gold_rows(shared), corpus_rows(shared, cache)
    fold_of = folds_of_documents(shared)
    kept = cache / f"labellers-{_digest(gold, more)}"
    places = [kept / str(fold) for fold in range(max(fold_of.values()) + 1)]
    missing = {
        place: [row for row in (*gold, *more) if fold_of.get(row.doc) != fold]
        for fold, place in enumerate(places)
        if not (place / "labels.json").exists()
    }
    if missing:
        # A process for each core: these small networks gain nothing from more threads.
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            list(pool.map(_fit_and_save, missing.values(), missing))
    labellers = [SentenceLabeller.load(place) for place in places]
    probabilities = np.zeros((2, len(gold), len(LABELS)))
    for fold, labeller in enumerate(labellers):
        own = [i for i, row in enumerate(gold) if fold_of[row.doc] == fold]
        for view, contexts in enumerate(([None] * len(own), [gold[i].context for i in own])):
            found = labeller.predict_texts([gold[i].text for i in own], contexts)
            probabilities[view][own] = [[p[label] for label in LABELS] for p in found]
    for fold, labeller in enumerate(labellers):
        others = [i for i, row in enumerate(gold) if fold_of[row.doc] != fold]
        labeller.thresholds = _thresholds([gold[i] for i in others], probabilities[:, others])
    return Folded(fold_of, labellers, gold, more, probabilities)


def _fit_and_save(rows: Sequence[Row], place: Path) -> None:
    import torch

    torch.set_num_threads(1)
    fit(rows).save(place)


def _digest(gold: Sequence[Row], more: Sequence[Row]) -> str:
    """Changes with the data, the code and the word vectors that a labeller is made of."""
    digest = hashlib.sha256(repr((gold, more)).encode())
    code = [Path(module.__file__ or "") for module in (labels_module, network_module)]
    for file in (*code, Path(__file__), Path(__file__).with_name("sentence_network.py")):
        digest.update(file.read_bytes())
    digest.update(model_path("nl_policy", "vocab", "vectors").read_bytes())
    return digest.hexdigest()[:12]


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


def _thresholds(rows: Sequence[Row], probabilities: np.ndarray) -> dict[str, float]:
    """The best threshold of each label over both views of these sentences."""
    truth = np.array([row.labels for row in rows])
    return {
        label: _best_threshold(np.tile(truth[:, column], 2), probabilities[:, :, column].ravel())
        for column, label in enumerate(LABELS)
    }


def answers(held: Folded) -> np.ndarray:
    """Whether each label (last axis) holds for each gold sentence, in both views, documents held out."""
    cuts = np.array(
        [[held.labellers[held.fold_of[row.doc]].thresholds[label] for label in LABELS] for row in held.gold]
    )
    found: np.ndarray = (held.probabilities >= cuts).astype(int)
    return found


def figures(held: Folded) -> dict[str, dict[str, float]]:
    """F1, precision and recall per label over held-out documents, for loose lines and in context."""
    truth = np.array([row.labels for row in held.gold])
    found = answers(held)
    result = {}
    for column, label in enumerate(LABELS):
        for view, name in enumerate(("loose line", "in context")):
            wanted, answer = truth[:, column], found[view][:, column]
            right = int((wanted & answer).sum())
            result[f"{label}, {name}"] = {
                "n": int(wanted.sum()),
                "precision": right / max(1, int(answer.sum())),
                "recall": right / max(1, int(wanted.sum())),
                "f1": f1(wanted, answer),
            }
    return result


def main() -> None:
    """Train and write the weights, or print cross-validated figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--evaluate", action="store_true", help="print cross-validated figures, write nothing"
    )
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with gold and corpus")
    parser.add_argument(
        "--cache", type=Path, default=CACHE, help="folder for what was read and trained before"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "sentence_labels")
    arguments = parser.parse_args()
    held = folded(arguments.shared, arguments.cache)
    if not arguments.evaluate:
        labeller = fit([*held.gold, *held.more, *own_rows()])
        labeller.thresholds = _thresholds(held.gold, held.probabilities)
        labeller.save(arguments.output)
    print(f"{'label':28}{'n':>6}{'precision':>11}{'recall':>8}{'F1':>7}")
    for name, figure in figures(held).items():
        print(
            f"{name:28}{figure['n']:>6}{figure['precision']:>11.3f}{figure['recall']:>8.3f}{figure['f1']:>7.3f}"
        )


if __name__ == "__main__":
    main()
