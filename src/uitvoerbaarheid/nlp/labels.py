"""The four sentence labels of the guideline (goal, measure, monitoring, vague) for units in their context.

A unit and its :class:`Context` become vectors of words, which a small network turns into a probability
for each label and for each of its :data:`SHADES` (:mod:`uitvoerbaarheid.nlp.network`). Of a figure only
is seen that it is one, or a year: what it says misleads in other texts. Weights are fitted by
``scripts/train_sentence_labels.py``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from uitvoerbaarheid.nlp.network import Network, UnitInputs
from uitvoerbaarheid.resources import ModelFileError, model_path

if TYPE_CHECKING:
    from uitvoerbaarheid.nlp.annotation import Unit

LABELS: tuple[str, ...] = ("goal", "measure", "monitoring", "vague")
#: What the network also tells of a unit, as probabilities only: whether its goal can be checked, its measure
#: is specific and its monitoring says what, who or when (a 2 in the guideline's criteria), and whether a
#: named party, or one named in general, has a task in it.
SHADES: tuple[str, ...] = (
    "goal_checkable",
    "measure_specific",
    "monitoring_defined",
    "actor_named",
    "actor_general",
)
OUTPUTS = (*LABELS, *SHADES)

#: So many units are read together; the arrays made of them are then still small.
_BATCH = 128
#: So many words are kept with their vectors: about 6 MB.
_KEPT_WORDS = 16_384
#: A unit is read up to this many words; only rows of broken tables are longer.
_MOST_WORDS = 90
_WORD = re.compile(r"\d[\d.,]*|\w+(?:[-'’]\w+)*|€|[^\w\s]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BULLET = re.compile(r"^\s*(?:[•▪◦●○■□‣⁃∙·*–—-]|[\uf000-\uf0ff]|o |\d{1,2}[.)]\s|[a-z][.)]\s)")
#: What stands for a figure and for a year; they have no vector, only a shape.
_FIGURE, _A_YEAR = "<getal>", "<jaar>"
_LONG_WORD = 12


@dataclass(frozen=True)
class Context:
    """Where a unit stands: the heading of its section, what comes before it and the unit after it.

    ``before`` is the unit before it, or for an item of a list the sentence that introduces the list.
    """

    heading: str = ""
    before: str = ""
    after: str = ""


def contexts_of(units: Sequence[Unit], heading: str) -> list[Context]:
    """The context of every unit of one section, in order."""
    contexts = []
    introducer = ""
    for index, unit in enumerate(units):
        if unit.kind not in ("item", "row") and not _BULLET.match(unit.text):
            introducer = ""
        before = units[index - 1].text if index else ""
        after = units[index + 1].text if index + 1 < len(units) else ""
        contexts.append(Context(heading, introducer or before, after))
        if unit.text.rstrip().endswith(":"):
            introducer = unit.text
    return contexts


# --- words as vectors ------------------------------------------------------------------------------------


@cache
def _static() -> Any:
    from uitvoerbaarheid.nlp.language import static_vectors

    return static_vectors()


@cache
def _scale() -> float:
    """Brings the vectors to the size that the network's other inputs have."""
    return float(1 / np.abs(_static().data).mean() / 3)


def _seen(word: str) -> str:
    """A word or mark as the network sees it: a figure or year is only that."""
    if word[0].isdigit():
        return _A_YEAR if _YEAR.fullmatch(word) else _FIGURE
    return word


def words_of(text: str) -> list[str]:
    """The words and marks of a text as the network sees them: a figure or year is only that."""
    return [_seen(word) for word in _WORD.findall(text)[:_MOST_WORDS]] or [_FIGURE]


def _shape(word: str) -> tuple[bool, ...]:
    masked = word.startswith("<")
    return (
        word[0].isupper(),
        len(word) > 1 and word.isupper(),
        masked,
        word == _A_YEAR,
        not masked and not word[0].isalnum(),
        len(word) > _LONG_WORD,
    )


def vector_width() -> int:
    """Width of a static word vector."""
    return int(_static().shape[1])


class _Vectors:
    """The static vectors of words in small letters, kept for words that come back."""

    def __init__(self) -> None:
        self._kept: dict[str, np.ndarray] = {}

    def of(self, words: Sequence[str]) -> np.ndarray:
        """The vectors of words, (words × width)."""
        missing = [word for word in dict.fromkeys(words) if word not in self._kept]
        if len(self._kept) + len(missing) > _KEPT_WORDS:
            self._kept.clear()
            missing = list(dict.fromkeys(words))
        if missing:
            found = (_static().get_batch(missing) * _scale()).astype(np.float32)
            # What stands for a figure has no vector.
            found[[word.startswith("<") for word in missing]] = 0
            self._kept.update(zip(missing, found, strict=True))
        return np.array([self._kept[word] for word in words])


_vectors = _Vectors()


class _Forms(dict[str, int]):
    """Numbers the different words of texts as the network sees them: :attr:`seen` has them in order."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __missing__(self, word: str) -> int:
        seen = _seen(word)
        if seen == word:
            self[word] = len(self.seen)
            self.seen.append(word)
        else:
            self[word] = self[seen]
        return self[word]

    def of(self, text: str) -> list[int]:
        """The numbers of the words that :func:`words_of` gives."""
        return [self[word] for word in _WORD.findall(text)[:_MOST_WORDS]] or [self[_FIGURE]]


def inputs_of(
    texts: Sequence[str], contexts: Iterable[Context | None], learned: Mapping[str, int]
) -> UnitInputs:
    """Units as the network reads them; ``learned`` numbers the words that have a learned difference.

    ValueError where there is not one of the ``contexts`` for each of the ``texts``.
    """
    forms = _Forms()
    around = [(c.heading, c.before, c.after) if c else ("", "", "") for c in contexts]
    if len(around) != len(texts):
        raise ValueError(f"{len(texts)} texts with {len(around)} contexts")
    # What stands before a unit is mostly a unit itself: each text is read once.
    numbers = {text: forms.of(text) for text in dict.fromkeys(chain(texts, *around))}
    lower = [word.lower() for word in forms.seen]
    vectors = _vectors.of(lower)
    shapes = np.array([_shape(word) for word in forms.seen], dtype=np.float32)
    nothing = np.zeros(vectors.shape[1], dtype=np.float32)
    means = {
        text: vectors[numbers[text]].mean(axis=0) if text.strip() else nothing
        for text in dict.fromkeys(chain(*around))
    }
    own = [numbers[text] for text in texts]
    return UnitInputs(
        forms=np.hstack([vectors, shapes]),
        learned=np.array([learned.get(word, 0) for word in lower], dtype=np.int32),
        words=np.fromiter(chain(*own), dtype=np.int32),
        lengths=np.array([len(words) for words in own]),
        context=np.array([np.concatenate([means[text] for text in places]) for places in around]),
    )


# --- the labeller ----------------------------------------------------------------------------------------


class SentenceLabeller:
    """Probabilities of the :data:`OUTPUTS` for units, and the decision on the labels among them."""

    def __init__(self, network: Network, learned: dict[str, int], thresholds: dict[str, float]) -> None:
        """``learned`` numbers, from 1, the words with a learned difference; ``thresholds`` one per label."""
        self.network = network
        self.learned = learned
        self.thresholds = thresholds

    @classmethod
    def load(cls, folder: Path | None = None) -> SentenceLabeller:
        """The labeller in a folder, by default the bundled ``models/sentence_labels``.

        Raises ModelFileError where the weights are not those that the folder's ``labels.json`` names.
        """
        folder = folder or model_path("sentence_labels")
        kept = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        file = folder / "network.npz"
        if hashlib.sha256(file.read_bytes()).hexdigest() != kept["sha256"]:
            raise ModelFileError(f"Het modelbestand {folder.name}/{file.name} is beschadigd of gewijzigd.")
        with np.load(file, allow_pickle=False) as weights:
            network = Network(weights)
        learned = {word: number for number, word in enumerate(kept["words"], start=1)}
        return cls(network, learned, kept["thresholds"])

    def save(self, folder: Path) -> None:
        """Write the weights, as numbers of half precision, and what belongs to them into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "network.npz"
        halves: dict[str, Any] = {n: v.astype(np.float16) for n, v in self.network.weights.items()}
        np.savez(file, **halves)
        kept = {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "thresholds": self.thresholds,
            "words": list(self.learned),
        }
        text = json.dumps(kept, ensure_ascii=False, indent=0)
        (folder / "labels.json").write_text(text + "\n", encoding="utf-8", newline="\n")

    def predict(self, units: Sequence[Unit], contexts: Sequence[Context | None]) -> list[dict[str, float]]:
        """The probability of each output for each unit; a context of None is a line that stands alone."""
        return self.predict_texts([unit.text for unit in units], contexts)

    def predict_texts(
        self, texts: Sequence[str], contexts: Iterable[Context | None]
    ) -> list[dict[str, float]]:
        """The same for the texts of units."""
        around = list(contexts)
        found: list[dict[str, float]] = []
        for first in range(0, len(texts), _BATCH):
            batch = slice(first, first + _BATCH)
            inputs = inputs_of(texts[batch], around[batch], self.learned)
            shares = 1 / (1 + np.exp(-self.network.logits(inputs)))
            rounded = np.round(shares.astype(np.float64), 4).tolist()
            found += [dict(zip(OUTPUTS, row, strict=True)) for row in rounded]
        return found

    def decide(self, probabilities: Mapping[str, float]) -> set[str]:
        """The labels whose probability reaches their threshold."""
        return {label for label in LABELS if probabilities[label] >= self.thresholds[label]}
