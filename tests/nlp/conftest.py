"""The bundled pipeline once more, for tests that change it or hold it against the one that others use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language

from uitvoerbaarheid.nlp import language


@pytest.fixture(scope="session")
def new_pipeline() -> Callable[..., Language]:
    """Loads the bundled pipeline anew, without these steps of loading it (functions of ``language``)."""

    def load(*without: str) -> Language:
        with pytest.MonkeyPatch.context() as patch:
            for step in without:
                patch.setattr(language, step, lambda nlp: None)
            # Vectors take over the words of the pipeline that they are given to: the others keep theirs.
            patch.setattr(language, "static_vectors", language.static_vectors.__wrapped__)
            return language._load.__wrapped__(language.DEFAULT_MODEL)

    return load
