"""The vectors of words in their context, computed as spaCy does it but without what only training needs.

The layers look at a word's neighbours: each multiplies the vectors of a word and the ones beside it, takes
the best of every three answers, brings those to one scale and adds them to what it got.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from thinc.api import Model

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
    """Gives for rows of vectors (words × width) what ``model`` does, to the last bit.

    ``model`` is a stack of convolutions with a window of one word on each side (``MaxoutWindowEncoder``).
    """

    def __init__(self, model: Any) -> None:
        self._layers = [_layer_of(residual) for residual in model.layers]

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """The rows in their context; rows of zeros keep two texts apart."""
        rows, width = vectors.shape
        given = np.zeros((rows + 2, width), dtype=np.float32)
        given[1:-1] = vectors
        made = np.zeros_like(given)
        beside = np.empty((min(rows, _ROWS), 3 * width), dtype=np.float32)
        for layer in self._layers:
            for first in range(0, rows, _ROWS):
                stop = min(first + _ROWS, rows)
                seen = beside[: stop - first]
                seen[:, :width] = given[first:stop]
                seen[:, width : 2 * width] = given[first + 1 : stop + 1]
                seen[:, 2 * width :] = given[first + 2 : stop + 2]
                np.add(given[first + 1 : stop + 1], _answer(layer, seen), out=made[first + 1 : stop + 1])
            given, made = made, given
        return given[1:-1]


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
    return best


def encode_plainly(nlp: Language) -> None:
    """Make the bundled pipeline compute the vectors this way; it can no longer be trained."""
    chain = nlp.get_pipe(_COMPONENT).model  # type: ignore[attr-defined]
    padded = chain.layers[1]
    encoder = Encoder(padded.layers[0])
    pad = padded.attrs["pad"]

    def forward(model: Any, vectors: Any, is_train: bool) -> Any:
        if is_train:
            raise ValueError("a pipeline that encodes plainly cannot be trained")
        lengths = np.array([len(own) for own in vectors])
        found = encoder(model.ops.flatten(vectors, pad=pad))
        return model.ops.unflatten(found, lengths, pad=pad), lambda given: []

    chain.layers[1] = Model(_NAME, forward, dims={"nO": padded.get_dim("nO")}, layers=[padded])
