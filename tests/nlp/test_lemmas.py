"""The lemmatizer gives the lemmas that spaCy's own gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from spacy.language import Language
from spacy.pipeline import EditTreeLemmatizer
from spacy.tokens import Doc

from uitvoerbaarheid.nlp import lemmas
from uitvoerbaarheid.nlp.lemmas import Lemmatizer

TEXTS = [
    "De gemeente Lindermeer legt in 2027 een fietspad aan en de provincie legt er bomen langs.",
    "",
    "Wethouders, raadsleden en WETHOUDERS hebben de zorgbehoeften besproken; zij bespraken ze in mei.",
    "xqzt Ggggen 't ßß 12.500 m² €€ ge-en ---- aa bb cc dd ee ff gg gde ende ggende",
]


@pytest.fixture(scope="module")
def own(new_pipeline: Callable[..., Language]) -> Language:
    """The bundled pipeline, not shared with other tests."""
    return new_pipeline()


class Chance:
    """Stands in for the network: rules at random, of which hardly one fits."""

    def __init__(self, rules: int) -> None:
        self._rules = rules

    def predict(self, docs: list[Doc]) -> list[np.ndarray]:
        random = np.random.default_rng(3)
        return [random.random((len(doc), self._rules), dtype=np.float32) for doc in docs]


def _lemmas(
    kind: type[EditTreeLemmatizer], own: Language, docs: list[Doc], model: object, **settings: object
) -> list[list[str]]:
    """What a component of this kind says, with the rules of the bundled one."""
    loaded = own.get_pipe("trainable_lemmatizer")
    component = kind(own.vocab, model or loaded.model, **settings)
    component.cfg, component.trees = loaded.cfg, loaded.trees
    for _ in range(2):  # the second time by what was kept
        copies = [doc.copy() for doc in docs]
        component.set_annotations(copies, component.predict(copies))
    return [[token.lemma_ for token in doc] for doc in copies]


@pytest.mark.parametrize("by_chance", [False, True])
@pytest.mark.parametrize(
    "settings",
    [
        {"backoff": "orth", "top_k": 3},
        {"backoff": "lower", "top_k": 2},
        {"backoff": None, "top_k": 1},
        {"backoff": None, "top_k": 15, "overwrite": True},
    ],
    ids=str,
)
def test_lemmas_are_those_of_spacy(own: Language, settings: dict[str, object], by_chance: bool) -> None:
    with own.select_pipes(disable="trainable_lemmatizer"):
        docs = list(own.pipe(TEXTS))
    docs[0][1].lemma_ = "eerder"
    model = Chance(len(own.get_pipe("trainable_lemmatizer").labels)) if by_chance else None
    expected = _lemmas(EditTreeLemmatizer, own, docs, model, **settings)
    assert _lemmas(Lemmatizer, own, docs, model, **settings) == expected
    if not by_chance:
        assert ("eerder" in expected[0]) is not settings.get("overwrite", False)
    else:
        best = _lemmas(EditTreeLemmatizer, own, docs, model, **settings | {"top_k": 1})
        assert (best != expected) is (settings["top_k"] > 1)


def test_the_bundled_pipeline_has_it_and_no_more_is_kept_than_fits(
    own: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    component = own.get_pipe("trainable_lemmatizer")
    assert isinstance(component, Lemmatizer)
    expected = [[token.lemma_ for token in doc] for doc in own.pipe(TEXTS)]
    monkeypatch.setattr(lemmas, "_MOST_KEPT", 5)
    for text, known in zip(TEXTS, expected, strict=True):
        assert [token.lemma_ for token in own(text)] == known
    own(TEXTS[1])
    own("De.")
    assert len(component._kept) == 2


def test_a_batch_without_a_word_is_no_error(own: Language) -> None:
    assert [len(doc) for doc in own.pipe(["", ""])] == [0, 0]
