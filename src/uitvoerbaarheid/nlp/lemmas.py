"""The lemmatizer of spaCy, that works a word out once for each way to make its lemma.

A network says for every word which rule makes its lemma ("take off -en, put a- for e-"); a rule that does not
fit the word gives way to the next best. Words come back all the time, with the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from thinc.api import Model

from uitvoerbaarheid.nlp.library import LEMMA, ORTH, Doc, EditTreeLemmatizer, Language, Token

#: The factory of this component; it takes the settings and the data of spaCy's "trainable_lemmatizer".
FACTORY = "uitvoerbaarheid_lemmatizer"
#: So many words with a rule are kept: about 25 MB.
_MOST_KEPT = 131_072
#: Stands for the lemma of a word that the rule does not fit.
_UNFIT = -1


class Lemmatizer(EditTreeLemmatizer):
    """Gives the lemmas that ``EditTreeLemmatizer`` gives. Not for training."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        #: The lemma of a word by a rule.
        self._kept: dict[tuple[int, int], int] = {}

    def predict(self, docs: Iterable[Doc]) -> list[Any]:
        """The lemma of each word of each document, as its number in the store of strings."""
        docs = list(docs)
        # The network takes no batch without a word.
        scores = self.model.predict(docs) if any(map(len, docs)) else [None] * len(docs)
        return [self._lemmas(doc, own) if len(doc) else [] for doc, own in zip(docs, scores, strict=True)]

    def set_annotations(self, docs: Iterable[Doc], lemmas: Iterable[Sequence[int]]) -> None:
        """Give the words their lemmas; those that have one keep it, unless the settings say otherwise."""
        for doc, own in zip(docs, lemmas, strict=True):
            found: Any = np.array(own, dtype=np.uint64)
            if not self.overwrite:
                before = doc.to_array(LEMMA)
                found = np.where(before == 0, found, before)
            doc.from_array([LEMMA], found.reshape(-1, 1))

    def _lemmas(self, doc: Doc, scores: np.ndarray) -> list[int]:
        if len(self._kept) > _MOST_KEPT:
            self._kept = {}
        kept = self._kept
        words = doc.to_array(ORTH).tolist()
        lemmas = []
        for place, key in enumerate(zip(words, scores.argmax(axis=1).tolist(), strict=True)):
            lemma = kept.get(key)
            if lemma is None:
                lemma = kept[key] = self._by_rule(*key)
            lemmas.append(lemma if lemma != _UNFIT else self._by_another(doc[place], scores[place]))
        return lemmas

    def _by_rule(self, word: int, label: int) -> int:
        """The lemma that a rule makes of a word."""
        strings = self.vocab.strings
        lemma = self.trees.apply(self.cfg["labels"][label], strings[word])
        return _UNFIT if lemma is None else int(strings.add(lemma))

    def _by_another(self, token: Token, scores: np.ndarray) -> int:
        """The lemma by the next best of the best rules that fits, where the very best does not."""
        for label in (-scores).argsort(kind="stable")[1 : self.top_k].tolist():
            lemma = self._by_rule(token.orth, label)
            if lemma != _UNFIT:
                return lemma
        return int(getattr(token, self.backoff) if self.backoff else token.lemma)


@Language.factory(FACTORY, assigns=["token.lemma"])
def _make_lemmatizer(
    nlp: Language,
    name: str,
    *,
    model: Model[Any, Any],
    backoff: str | None,
    min_tree_freq: int,
    overwrite: bool,
    top_k: int,
    scorer: Any,
) -> Lemmatizer:
    return Lemmatizer(
        nlp.vocab,
        model,
        name,
        backoff=backoff,
        min_tree_freq=min_tree_freq,
        overwrite=overwrite,
        top_k=top_k,
        scorer=scorer,
    )
