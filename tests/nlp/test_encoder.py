"""The encoder gives the vectors that spaCy's own layers give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from spacy.language import Language

from uitvoerbaarheid.nlp import encoder as module
from uitvoerbaarheid.nlp import language
from uitvoerbaarheid.nlp.encoder import encode_plainly

TEXTS = [
    "De gemeente legt in 2027 een fietspad aan.",
    "",
    "Bomen",
    "De raad stelt het plan in mei vast.",
    "Bomen",
    "De gemeente legt in 2027 een fietspad aan, stelt de raad het plan in mei vast.",
]


@pytest.fixture
def plain(new_pipeline: Callable[..., Language]) -> Language:
    """The bundled pipeline as it is without this."""
    return new_pipeline("encode_plainly")


@pytest.mark.parametrize("rows", [3, 512])
def test_vectors_are_those_of_the_layers(plain: Language, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(module, "_ROWS", rows)
    docs = [plain.make_doc(text) for text in TEXTS]
    vectors = plain.get_pipe("tok2vec").model
    expected = [vectors.predict(docs), vectors.predict(docs[2:3])]
    encode_plainly(plain)
    for own, found in zip(expected, (docs, docs[2:3]), strict=True):
        for one, other in zip(own, vectors.predict(found), strict=True):
            np.testing.assert_allclose(other, one, rtol=0, atol=1e-5)


def test_it_is_not_for_training() -> None:
    with pytest.raises(ValueError, match="cannot be trained"):
        language.load().get_pipe("tok2vec").model.begin_update([language.load().make_doc("Bomen")])
