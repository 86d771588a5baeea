"""The vectors of words before their context, kept for words that come back.

The first layers of the language model see one word at a time: its spelling and its normal form decide
everything. Nine of ten words of a document stood in it, or in another, before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from thinc.api import Model

from uitvoerbaarheid.nlp.library import NORM, ORTH, Doc, Language

#: So many words are kept with their vectors: about 25 MB.
_MOST_KEPT = 65_536
_COMPONENT = "tok2vec"
_NAME = "kept_embedding"


class Embedding:
    """Gives the vectors of the words of documents as ``model`` does, asking it for each word once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._rows: dict[tuple[int, int], int] = {}
        self._table: np.ndarray | None = None

    def __call__(self, docs: list[Doc]) -> list[np.ndarray]:
        """One array per document, (words × width)."""
        keys = [[(orth, norm) for orth, norm in doc.to_array([ORTH, NORM]).tolist()] for doc in docs]
        words = dict.fromkeys(key for own in keys for key in own)
        missing = [key for key in words if key not in self._rows]
        if len(self._rows) + len(missing) > _MOST_KEPT:
            self._rows, self._table = {}, None
            missing = list(words)
        if missing:
            self._add(missing, docs[0])
        if self._table is None:
            found: list[np.ndarray] = self._model.predict(docs)
            return found
        return [self._table[[self._rows[key] for key in own]] for own in keys]

    def _add(self, keys: list[tuple[int, int]], doc: Doc) -> None:
        strings = doc.vocab.strings
        made = Doc(doc.vocab, words=[strings[orth] for orth, _ in keys])
        for token, (_, norm) in zip(made, keys, strict=True):
            if token.norm != norm:
                token.norm_ = strings[norm]
        vectors = self._model.predict([made])[0]
        first = len(self._rows)
        self._rows.update(zip(keys, range(first, first + len(keys)), strict=True))
        kept = first + len(keys)
        if self._table is None or kept > len(self._table):
            table = np.zeros((max(kept, 2 * first, 1024), vectors.shape[1]), dtype=vectors.dtype)
            if self._table is not None:
                table[:first] = self._table[:first]
            self._table = table
        self._table[first:kept] = vectors


def keep_embedding(nlp: Language) -> None:
    """Make the bundled pipeline keep the vectors of words; it can no longer be trained."""
    chain = nlp.get_pipe(_COMPONENT).model  # type: ignore[attr-defined]
    embed = chain.layers[0]
    embedding = Embedding(embed)

    def forward(model: Any, docs: Any, is_train: bool) -> Any:
        if is_train:
            raise ValueError("a pipeline that keeps vectors cannot be trained")
        return embedding(list(docs)), lambda vectors: []

    chain.layers[0] = Model(_NAME, forward, dims={"nO": embed.get_dim("nO")}, layers=[embed])
