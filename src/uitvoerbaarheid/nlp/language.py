"""The Dutch language model: a spaCy pipeline that gives words, parts of speech and lemmas.

The bundled ``nl_policy`` is always the default, whatever else is installed; another pipeline, such as
the official ``nl_core_news_sm``, is used only when asked for by name. Both get the same tokenizer,
adapted to policy text with the abbreviations and patterns of ``data/patterns/units.toml``.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

import spacy
from spacy.attrs import NORM, ORTH  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from uitvoerbaarheid.resources import data_path, model_path

DEFAULT_MODEL = "nl_policy"

#: Components of other pipelines that no stage uses; leaving them out makes a scan faster.
UNUSED_COMPONENTS = ("ner", "parser", "senter", "entity_ruler")


class LanguageModelError(Exception):
    """The language model that was asked for cannot be used; the message is Dutch."""


@cache
def unit_patterns() -> dict[str, Any]:
    """The abbreviations, bullets and tokenizer patterns of ``data/patterns/units.toml``."""
    with data_path("patterns", "units.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def abbreviations() -> tuple[frozenset[str], frozenset[str]]:
    """Abbreviations in lower case, dot included: those that never end a sentence, those that may."""
    lists = unit_patterns()["abbreviations"]
    return frozenset(lists["inside"]), frozenset(lists["may_end"])


def _spellings(abbreviation: str) -> Iterable[str]:
    yield from sorted({abbreviation, abbreviation.capitalize(), abbreviation.upper()})


def adapt_tokenizer(nlp: Language) -> None:
    """Make the tokenizer of ``nlp`` keep abbreviations whole and split amounts from their units."""
    tokenizer: Any = nlp.tokenizer
    patterns = unit_patterns()["tokenizer"]
    for abbreviation in sorted(set().union(*abbreviations())):
        for spelling in _spellings(abbreviation):
            tokenizer.add_special_case(spelling, [{ORTH: spelling, NORM: abbreviation}])
    for word in patterns["whole_words"]:
        tokenizer.add_special_case(word, [{ORTH: word}])
    defaults: Any = nlp.Defaults
    tokenizer.prefix_search = compile_prefix_regex([*defaults.prefixes, *patterns["prefixes"]]).search
    tokenizer.suffix_search = compile_suffix_regex([*defaults.suffixes, *patterns["suffixes"]]).search
    tokenizer.infix_finditer = compile_infix_regex([*defaults.infixes, *patterns["infixes"]]).finditer


def load(name: str = DEFAULT_MODEL) -> Language:
    """The pipeline called ``name``, loaded once: the bundled one by default.

    Another name is that of an installed spaCy package. Its components that no stage uses are left out.
    Raises :class:`LanguageModelError` with the command to install it where it is absent.
    """
    return _load(name)


@cache
def _load(name: str) -> Language:
    if name == DEFAULT_MODEL:
        nlp = spacy.load(model_path(DEFAULT_MODEL), exclude=UNUSED_COMPONENTS)
    elif spacy.util.is_package(name):
        nlp = spacy.load(name, exclude=UNUSED_COMPONENTS)
    else:
        raise LanguageModelError(
            f"Het taalmodel '{name}' is niet geïnstalleerd. "
            f"Installeer het met: python -m spacy download {name}"
        )
    if nlp.lang != "nl":
        raise LanguageModelError(f"Het taalmodel '{name}' is niet Nederlands maar '{nlp.lang}'.")
    adapt_tokenizer(nlp)
    # The limit is meant for parsers, which need memory by length; ours does not.
    nlp.max_length = sys.maxsize
    return nlp
