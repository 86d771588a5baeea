"""The network behind the sentence labels: a small convolutional classifier over the words of a unit.

Every word is a static vector (floret, trained on policy text) with its shape; a learned difference is added
for words seen often in training. Two convolutions look at a word's neighbours, after which each label
attends to the words that matter for it and decides from those, from the strongest signals of the unit and
from the mean vectors of its heading and neighbours. ``scripts/train_sentence_labels.py`` trains it with
PyTorch; here only the answer is computed, with numpy, from weights in a file that executes nothing.

A unit gets the same answer whatever others are asked about with it: no sum goes over more than one unit, and
matrices have their numbers in rows, and rows enough, for a library to multiply them in always the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

#: Words before and after one that a convolution sees.
WINDOW = 1
#: Keeps the division by a standard deviation within bounds, as in training.
EPSILON = 1e-5
#: Fewer rows than this, and rows beyond the last multiple of it, may be multiplied in another way.
_BLOCK = 4


@dataclass
class UnitInputs:
    """Units as the network reads them, with each different word of theirs once.

    ``forms`` (forms × token width): the static vector of a word, then its shape; ``learned`` (forms): rows of
    the learned differences, 0 for none; ``words``: for all words, unit after unit, their forms; ``lengths``
    (units): how many words each unit has, at least one; ``context`` (units × context width): the mean vectors
    around each.
    """

    forms: np.ndarray
    learned: np.ndarray
    words: np.ndarray
    lengths: np.ndarray
    context: np.ndarray


class Network:
    """The trained network. ``weights`` are arrays by name, as the training script writes them:

    ``learned`` (words × vector), ``input.weight``/``.bias``, per convolution ``conv.N.weight`` (window ·
    width × width), ``.bias``, ``norm.N.weight``, ``.bias``, ``attention.weight``/``.bias`` (a column per
    label), ``context.weight``/``.bias`` and the heads, stacked by label: ``hidden.weight``/``.bias`` and
    ``output.weight``/``.bias``.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        # In rows: columns would be multiplied in another way where there are few.
        self.weights = {name: np.ascontiguousarray(value, np.float32) for name, value in weights.items()}
        self._depth = sum(name.startswith("conv.") and name.endswith(".weight") for name in weights)

    def logits(self, units: UnitInputs) -> np.ndarray:
        """The answer for each unit (row) and label (column), before the logistic function."""
        asked = len(units.lengths)
        # Units of one empty word fill the last block.
        lengths = np.append(units.lengths, [1] * (_BLOCK - asked % _BLOCK))
        context = np.zeros((len(lengths), units.context.shape[1]), dtype=np.float32)
        context[:asked] = units.context
        words = self._encode(units, lengths)
        firsts = np.cumsum(lengths) - lengths
        strongest = np.maximum.reduceat(words, firsts)
        around = _relu(self._linear("context", context))
        columns = []
        for label, own in enumerate(self._attend(words, firsts, lengths)):
            joined = np.hstack([own, strongest, around])
            hidden = joined @ self.weights["hidden.weight"][label] + self.weights["hidden.bias"][label]
            columns.append(_relu(hidden) @ self.weights["output.weight"][label])
        answer: np.ndarray = np.stack(columns, axis=1)[:asked] + self.weights["output.bias"]
        return answer

    def _linear(self, name: str, values: np.ndarray) -> np.ndarray:
        result: np.ndarray = values @ self.weights[f"{name}.weight"]
        result += self.weights[f"{name}.bias"]
        return result

    def _encode(self, units: UnitInputs, lengths: np.ndarray) -> np.ndarray:
        """Each word of each unit with what stands around it, (words × width)."""
        forms = np.zeros((len(units.forms) + _BLOCK, units.forms.shape[1]), dtype=np.float32)
        forms[: len(units.forms)] = units.forms
        learned = self.weights["learned"][units.learned]
        forms[: len(learned), : learned.shape[1]] += learned
        # Before its neighbours are seen a word is the same wherever it stands.
        forms = _relu(self._linear("input", forms))
        numbers = np.full(int(lengths.sum()), len(units.forms))
        numbers[: len(units.words)] = units.words
        words = forms[numbers]
        # Empty rows around every unit keep a convolution from looking into the next one.
        inside = np.arange(len(words)) + WINDOW * np.repeat(np.arange(1, len(lengths) + 1), lengths)
        width = words.shape[1]
        padded = np.zeros((inside[-1] + WINDOW + 1, width), dtype=np.float32)
        windows = sliding_window_view(padded.ravel(), (2 * WINDOW + 1) * width)[::width]
        for layer in range(self._depth):
            padded[inside] = words
            words = self._norm(layer, words + _relu(self._linear(f"conv.{layer}", windows[inside - WINDOW])))
        return words

    def _norm(self, layer: int, values: np.ndarray) -> np.ndarray:
        centred = values - values.mean(axis=1, keepdims=True)
        centred /= np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + EPSILON)
        centred *= self.weights[f"norm.{layer}.weight"]
        centred += self.weights[f"norm.{layer}.bias"]
        return centred

    def _attend(self, words: np.ndarray, firsts: np.ndarray, lengths: np.ndarray) -> Iterator[np.ndarray]:
        """For each label the words of each unit, weighed by how much they matter for it."""
        scores = self._linear("attention", words)
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, firsts), lengths, axis=0))
        shares = scores / np.repeat(np.add.reduceat(scores, firsts), lengths, axis=0)
        # Summed along rows, where a unit's words stand side by side.
        words = np.ascontiguousarray(words.T)
        for share in np.ascontiguousarray(shares.T):
            yield np.add.reduceat(words * share, firsts, axis=1).T


def _relu(values: np.ndarray) -> np.ndarray:
    """``values`` with zero for what is negative, in place."""
    return np.maximum(values, 0, out=values)
