"""What is used of spaCy, imported without its command line.

``import spacy`` imports that too, with the clients for the network that it downloads with; that takes as long
as all the rest of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


def _info(*arguments: Any, **settings: Any) -> Any:
    """``spacy.info``, with the command line that it is part of."""
    from spacy.cli.info import info

    return info(*arguments, **settings)


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Within it spaCy finds a stand-in for its command line; after it who imports that gets the real one."""
    if "spacy" in sys.modules:
        yield
        return
    package, module = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    package.__path__ = []
    module.info = _info  # type: ignore[attr-defined]
    stand_ins = {"spacy.cli": package, "spacy.cli.info": module}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
        if getattr(sys.modules.get("spacy"), "cli", None) is package:
            del sys.modules["spacy"].cli


with _without_command_line():
    import spacy
    from spacy.attrs import IDX, LEMMA, LOWER, MORPH, NORM, ORTH, POS  # type: ignore[import-not-found]
    from spacy.lang.nl.stop_words import STOP_WORDS
    from spacy.language import Language
    from spacy.pipeline import EditTreeLemmatizer
    from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
    from spacy.tokens import Doc, Token
    from spacy.util import compile_infix_regex, compile_suffix_regex, registry
    from spacy.vocab import Vocab

__all__ = [
    "IDX",
    "LEMMA",
    "LOWER",
    "MORPH",
    "NORM",
    "ORTH",
    "POS",
    "STOP_WORDS",
    "Doc",
    "EditTreeLemmatizer",
    "Language",
    "Token",
    "Tokenizer",
    "Vocab",
    "compile_infix_regex",
    "compile_suffix_regex",
    "registry",
    "spacy",
]
