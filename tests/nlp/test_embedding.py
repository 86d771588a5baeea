"""A pipeline that keeps the vectors of words says the same of them as one that does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from uitvoerbaarheid.nlp import embedding
from uitvoerbaarheid.nlp.embedding import Embedding
from uitvoerbaarheid.nlp.language import load

TEXTS = [
    "De gemeente Lindermeer legt in 2027 een fietspad aan (o.a. langs de Waterhoven).",
    "De gemeente Lindermeer legt het fietspad aan.",
    "",
    "€ 2,5 mln. voor fietspaden, d.w.z. in 2027 de helft.",
    "DE GEMEENTE legt, de provincie legt en de raad legt.",
]


@pytest.fixture(scope="module")
def plain(new_pipeline: Callable[..., Language]) -> Language:
    """The bundled pipeline as it is without this."""
    return new_pipeline("encode_plainly")


def _said(docs: list[Doc]) -> list[tuple[str, str, str]]:
    return [(token.pos_, token.lemma_, str(token.morph)) for doc in docs for token in doc]


def test_the_same_is_said_of_words_that_were_seen_before(plain: Language) -> None:
    expected = _said(list(plain.pipe(TEXTS)))
    assert _said(list(load().pipe(TEXTS))) == expected
    assert _said(list(load().pipe(reversed(TEXTS)))) != expected
    assert _said([doc for text in TEXTS for doc in load().pipe([text])]) == expected


def test_vectors_are_those_of_the_model(plain: Language) -> None:
    model = plain.get_pipe("tok2vec").model.layers[0]
    docs = [plain.make_doc(text) for text in TEXTS]
    kept = Embedding(model)
    for own in (docs, docs[::-1], docs[:1]):
        vectors, rows = kept(own)
        np.testing.assert_allclose(vectors[rows], np.concatenate(model.predict(own)), rtol=0, atol=1e-5)
        assert not vectors[0].any()


def test_no_more_words_are_kept_than_fit(plain: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_MOST_KEPT", 20)
    kept = Embedding(plain.get_pipe("tok2vec").model.layers[0])
    for text in TEXTS * 2:
        doc = plain.make_doc(text)
        assert kept([doc])[1].shape == (len(doc),)
        assert len(kept._rows) <= 20
