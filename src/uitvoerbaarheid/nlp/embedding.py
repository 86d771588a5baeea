"""The vectors of words before their context, kept for words that come back.

The first layers of the language model see one word at a time: its spelling and its normal form decide
everything. Nine of ten words of a document stood in it, or in another, before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from uitvoerbaarheid.nlp.library import NORM, ORTH, Doc, Vocab

#: So many words are kept with their vectors: about 25 MB.
_MOST_KEPT = 65_536


class Embedding:
    """Keeps the vectors that ``model`` gives to the words of documents, asking it for each word once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._rows: dict[tuple[int, int], int] = {}
        #: The first row is of no word: zeros.
        self._table = np.zeros((1, model.get_dim("nO")), dtype=np.float32)

    def __call__(self, docs: Sequence[Doc]) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of different words, and for all words of the documents, in order, their rows in these.

        The first of the vectors is of no word and has only zeros; others than those of these documents may
        stand after the last.
        """
        columns = np.concatenate([doc.to_array([ORTH, NORM]) for doc in docs]).T.tolist()
        keys = list(zip(*columns, strict=True))
        rows = list(map(self._rows.get, keys))
        if None in rows:
            self._add(keys, docs[0].vocab)
            rows = list(map(self._rows.get, keys))
        return self._table, np.array(rows, dtype=np.int64)

    def _add(self, keys: Sequence[tuple[int, int]], vocab: Vocab) -> None:
        """Take in the words that are not kept; where there are too many, forget all others."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._rows]
        if len(self._rows) + len(missing) > _MOST_KEPT:
            self._rows, self._table = {}, self._table[:1]
            missing = list(dict.fromkeys(keys))
        made = Doc(vocab, words=[vocab.strings[orth] for orth, _ in missing])
        for token, (_, norm) in zip(made, missing, strict=True):
            if token.norm != norm:
                token.norm_ = vocab.strings[norm]
        vectors = self._model.predict([made])[0]
        first = len(self._rows) + 1
        kept = first + len(missing)
        self._rows.update(zip(missing, range(first, kept), strict=True))
        if kept > len(self._table):
            table = np.zeros((max(kept, 2 * first, 1024), vectors.shape[1]), dtype=vectors.dtype)
            table[:first] = self._table[:first]
            self._table = table
        self._table[first:kept] = vectors
