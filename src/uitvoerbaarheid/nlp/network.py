"""The network behind the sentence labels: a small convolutional classifier over the words of a unit.

Every word is a static vector (floret, trained on policy text) with its shape; a learned difference is added
for words seen often in training. Two convolutions look at a word's neighbours, after which each label
attends to the words that matter for it and decides from those, from the strongest signals of the unit and
from the mean vectors of its heading and neighbours. ``scripts/train_sentence_labels.py`` trains it with
PyTorch; here only the answer is computed, with numpy, from weights in a file that executes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

#: Words before and after one that a convolution sees.
WINDOW = 1
#: Keeps the division by a standard deviation within bounds, as in training.
EPSILON = 1e-5


@dataclass
class UnitInput:
    """A unit as the network reads it.

    ``words`` (n): rows of the learned differences, 0 for none; ``tokens`` (n × token width): the static
    vector first, then its shape; ``context``: the mean vectors around the unit.
    """

    words: np.ndarray
    tokens: np.ndarray
    context: np.ndarray


class Network:
    """The trained network. ``weights`` are arrays by name, as the training script writes them:

    ``learned`` (words × vector), ``input.weight``/``.bias``, per convolution ``conv.N.weight`` (window ·
    width × width), ``.bias``, ``norm.N.weight``, ``.bias``, ``attention.weight``/``.bias`` (a column per
    label), ``context.weight``/``.bias`` and the heads, stacked by label: ``hidden.weight``/``.bias`` and
    ``output.weight``/``.bias``.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights = {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}
        self._depth = sum(name.startswith("conv.") and name.endswith(".weight") for name in weights)

    def logits(self, units: Sequence[UnitInput]) -> np.ndarray:
        """The answer for each unit (row) and label (column), before the logistic function."""
        lengths = np.array([len(unit.words) for unit in units])
        # Empty rows around every unit keep a convolution from looking into the next one.
        starts = np.cumsum(lengths + WINDOW) - lengths
        inside = np.concatenate([np.arange(s, s + n) for s, n in zip(starts, lengths, strict=True)])
        words = self._encode(units, inside, int(starts[-1] + lengths[-1] + WINDOW))
        firsts = np.cumsum(lengths) - lengths
        strongest = np.maximum.reduceat(words, firsts)
        attended = self._attend(words, firsts, lengths)
        around = _relu(self._linear("context", np.stack([unit.context for unit in units])))
        columns = []
        for label, own in enumerate(attended):
            joined = np.hstack([own, strongest, around])
            hidden = joined @ self.weights["hidden.weight"][label] + self.weights["hidden.bias"][label]
            columns.append(_relu(hidden) @ self.weights["output.weight"][label])
        answer: np.ndarray = np.stack(columns, axis=1) + self.weights["output.bias"]
        return answer

    def _linear(self, name: str, values: np.ndarray) -> np.ndarray:
        result: np.ndarray = values @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return result

    def _encode(self, units: Sequence[UnitInput], inside: np.ndarray, rows: int) -> np.ndarray:
        """Each word of each unit with what stands around it, (words × width)."""
        tokens = np.concatenate([unit.tokens for unit in units])
        learned = self.weights["learned"][np.concatenate([unit.words for unit in units])]
        tokens[:, : learned.shape[1]] += learned
        words = _relu(self._linear("input", tokens))
        padded = np.zeros((rows, words.shape[1]), dtype=np.float32)
        for layer in range(self._depth):
            padded[inside] = words
            seen = np.hstack([padded[inside + step] for step in range(-WINDOW, WINDOW + 1)])
            words = self._norm(layer, words + _relu(self._linear(f"conv.{layer}", seen)))
        return words

    def _norm(self, layer: int, values: np.ndarray) -> np.ndarray:
        mean = values.mean(axis=1, keepdims=True)
        deviation = np.sqrt(values.var(axis=1, keepdims=True) + EPSILON)
        weight, bias = self.weights[f"norm.{layer}.weight"], self.weights[f"norm.{layer}.bias"]
        result: np.ndarray = (values - mean) / deviation * weight + bias
        return result

    def _attend(self, words: np.ndarray, firsts: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
        """For each label the words of each unit, weighed by how much they matter for it."""
        scores = self._linear("attention", words)
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, firsts), lengths, axis=0))
        shares = scores / np.repeat(np.add.reduceat(scores, firsts), lengths, axis=0)
        return [np.add.reduceat(words * share[:, None], firsts) for share in shares.T]


def _relu(values: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.maximum(values, 0)
    return result
