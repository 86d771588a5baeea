"""The vectors of words in their context, computed as spaCy does it but without what only training needs.

The layers look at a word's neighbours: each multiplies the vectors of a word and the ones beside it, takes
the best of every three answers, brings those to one scale and adds them to what it got.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from thinc.api import Model

from uitvoerbaarheid.nlp.embedding import Embedding
from uitvoerbaarheid.nlp.library import Language

_COMPONENT = "tok2vec"
_NAME = "plain_encoder"
#: So many words are multiplied at a time: what comes of them fits in the processor's own memory.
_ROWS = 512
#: As in the layers themselves, where it keeps a division within bounds.
_EPSILON = np.float32(1e-8)


class _Layer(NamedTuple):
    """One layer: weights (3 · width × pieces · width) and bias, and the scale and shift of its answer."""

    weights: np.ndarray
    bias: np.ndarray
    scale: np.ndarray
    shift: np.ndarray


class Encoder:
    """Gives for the vectors of words what ``model`` does, but for the last bits of its sums: those go by how
    many rows a library multiplies together.

    ``model`` is a stack of convolutions with a window of one word on each side (``MaxoutWindowEncoder``).
    What stands more than once in texts is computed once: three words in a row come back often, the empty
    places between two texts always.
    """

    def __init__(self, model: Any) -> None:
        self._layers = [_layer_of(residual) for residual in model.layers]

    def __call__(self, vectors: np.ndarray, words: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """The words of texts, of which there is at least one, in their context: (words × width).

        ``vectors`` holds the different words, after zeros in its first row; ``words`` are the rows of it that
        all words have, text after text, and ``lengths`` how many each text has.
        """
        # Each layer looks one word further: so many empty places keep two texts apart.
        apart = len(self._layers)
        inside = np.arange(len(words)) + apart * np.repeat(np.arange(1, len(lengths) + 1), lengths)
        rows = np.zeros(len(words) + apart * (len(lengths) + 1), dtype=np.int64)
        rows[inside] = words
        for layer, places in zip(self._layers, _places(inside, len(rows), apart), strict=True):
            windows = rows[places[:, None] + (-1, 0, 1)]
            # One number for each three, to find the different ones by; it fits for two million vectors.
            size = len(vectors)
            numbers = windows @ (size * size, size, 1)
            _, first, own = np.unique(numbers, return_index=True, return_inverse=True)
            vectors = _convolve(layer, vectors, windows[first])
            rows[places] = own
        found: np.ndarray = vectors[rows[inside]]
        return found


def _places(inside: np.ndarray, size: int, layers: int) -> list[np.ndarray]:
    """For each layer the places of which the answer matters: all that the next one looks at.

    ``inside`` are the places of words, of ``size`` in all.
    """
    matters = np.zeros(size, dtype=bool)
    matters[inside] = True
    places = []
    for _ in range(layers):
        places.append(np.flatnonzero(matters))
        matters = matters | np.roll(matters, 1) | np.roll(matters, -1)
    return places[::-1]


def _convolve(layer: _Layer, vectors: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """What a layer makes of every three rows of ``vectors``: the middle one, with what it saw added."""
    parts = np.array_split(windows, -(-len(windows) // _ROWS))
    return np.concatenate([_answer(layer, vectors[part].reshape(len(part), -1)) for part in parts])


def _layer_of(residual: Any) -> _Layer:
    parts = {part.name: part for part in residual.walk()}
    maxout, norm = parts["maxout"], parts["layernorm"]
    # The pieces that are compared come to stand in blocks instead of beside each other.
    weights = maxout.get_param("W").transpose(1, 0, 2).reshape(-1, maxout.get_dim("nI"))
    return _Layer(
        weights=np.ascontiguousarray(weights.T),
        bias=maxout.get_param("b").T.reshape(-1),
        scale=norm.get_param("G"),
        shift=norm.get_param("b"),
    )


def _answer(layer: _Layer, seen: np.ndarray) -> np.ndarray:
    """The answer for words that are given with the word before and the one after them, side by side."""
    width = len(layer.scale)
    pieces = seen @ layer.weights
    pieces += layer.bias
    best: np.ndarray = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    for first in range(2 * width, pieces.shape[1], width):
        np.maximum(best, pieces[:, first : first + width], out=best)
    best -= best.mean(axis=1, keepdims=True)
    variance = np.add.reduce(best * best, axis=1, keepdims=True) / np.float32(width)
    best *= (variance + _EPSILON) ** -0.5
    best *= layer.scale
    best += layer.shift
    best += seen[:, width : 2 * width]
    return best


def encode_plainly(nlp: Language) -> None:
    """Make the bundled pipeline compute the vectors of words this way; it can no longer be trained."""
    chain = nlp.get_pipe(_COMPONENT).model  # type: ignore[attr-defined]
    embed, padded = chain.layers
    embedding = Embedding(embed)
    encoder = Encoder(padded.layers[0])

    def forward(model: Any, docs: Any, is_train: bool) -> Any:
        if is_train:
            raise ValueError("a pipeline that encodes plainly cannot be trained")
        table, rows = embedding(docs)
        lengths = np.array([len(doc) for doc in docs])
        found = encoder(table, rows, lengths)
        return np.split(found, lengths.cumsum()[:-1]), lambda given: []

    chain.layers[:] = [Model(_NAME, forward, dims={"nO": padded.get_dim("nO")}, layers=[embed, padded])]
