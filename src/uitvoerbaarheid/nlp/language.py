"""The Dutch language model: a spaCy pipeline that gives words, parts of speech and lemmas.

The bundled ``nl_policy`` is always the default, whatever else is installed; another pipeline, such as
the official ``nl_core_news_sm``, is used only when asked for by name or folder. Both get the same
tokenizer, adapted to policy text with the abbreviations and patterns of ``data/patterns/units.toml``.

Pipelines learn from different years of Universal Dependencies Dutch, whose labels differ. What the other
stages see follows the treebanks of 2025: :func:`plain_lemma` and :func:`modern_pos` say how.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from thinc.api import use_ops
from threadpoolctl import threadpool_limits

from uitvoerbaarheid.nlp import lemmas
from uitvoerbaarheid.nlp.encoder import encode_plainly
from uitvoerbaarheid.nlp.library import (
    NORM,
    ORTH,
    Doc,
    Language,
    Vocab,
    compile_infix_regex,
    compile_suffix_regex,
    registry,
    spacy,
)
from uitvoerbaarheid.nlp.tokenizer import Cases, CasesAsNeeded
from uitvoerbaarheid.resources import model_path, read_toml

DEFAULT_MODEL = "nl_policy"

#: Components of other pipelines that no stage uses; leaving them out makes a scan faster.
UNUSED_COMPONENTS = ("ner", "parser", "senter", "sentencizer", "entity_ruler")

_LABELS_COMPONENT = "uitvoerbaarheid_labels"
_TOKENIZER = "uitvoerbaarheid.tokenizer.v1"
_POSSESSIVES = {"mijn", "m'n", "je", "jouw", "uw", "zijn", "z'n", "haar", "ons", "onze", "jullie", "hun"}
_MODALS = {"moeten", "kunnen", "mogen", "zullen"}
#: Verbs that the treebanks of 2025 no longer call auxiliaries.
_MAIN_VERBS = {"willen", "laten", "gaan", "komen", "blijven", "staan"}
_ORDINAL = re.compile(r"(?:eerste?|derde|.+(?:de|ste|e))$")


class LanguageModelError(Exception):
    """The language model that was asked for cannot be used; the message is Dutch."""


@cache
def unit_patterns() -> dict[str, Any]:
    """The rules of ``data/patterns/units.toml``: ``units`` by name, and the list ``words``."""
    return read_toml("patterns", "units.toml")


@cache
def abbreviations() -> tuple[frozenset[str], frozenset[str]]:
    """Abbreviations in lower case, dot included: those that never end a sentence, those that may."""
    rules = unit_patterns()["units"]
    return frozenset(rules["abbreviation_inside"]["words"]), frozenset(rules["abbreviation_may_end"]["words"])


def _spellings(abbreviation: str) -> Iterable[str]:
    yield from sorted({abbreviation, abbreviation.capitalize(), abbreviation.upper()})


def _unless_letters(find: Callable[[str], Any], nothing: Any) -> Callable[[str], Any]:
    """``find``, but ``nothing`` for a word of letters only: all that is cut off has a sign in it."""
    return lambda word: nothing if word.isalpha() else find(word)


def adapted_tokenizer(nlp: Language, cases: Cases, **kept: Any) -> CasesAsNeeded:
    """A tokenizer for ``nlp`` that keeps abbreviations whole and splits amounts from their units.

    ``cases`` are the special cases of its language, to which those of policy text are added, and ``kept`` is
    what it has in common with another tokenizer.
    """
    rules = unit_patterns()["words"]
    special = dict(cases)
    for abbreviation in sorted(set().union(*abbreviations())):
        for spelling in _spellings(abbreviation):
            special[spelling] = [{ORTH: spelling, NORM: abbreviation}]
    for word in (word for rule in rules if rule["place"] == "whole" for word in rule["words"]):
        special[word] = [{ORTH: word}]

    def patterns(place: str) -> list[str]:
        return [f"(?:{rule['pattern']})" for rule in rules if rule["place"] == place]

    defaults: Any = nlp.Defaults
    inside = str.maketrans(dict.fromkeys("".join(r["pattern"] for r in rules if r["place"] == "inside")))
    infixes = [pattern.translate(inside) for pattern in defaults.infixes] + patterns("infix")
    # To match the start of a word is much faster than to search for "^".
    prefixes = re.compile("|".join(p for p in [*patterns("prefix"), *defaults.prefixes] if p.strip()))
    suffixes = compile_suffix_regex([*patterns("suffix"), *defaults.suffixes])
    return CasesAsNeeded(
        nlp.vocab,
        special,
        prefix_search=_unless_letters(prefixes.match, None),
        suffix_search=_unless_letters(suffixes.search, None),
        infix_finditer=_unless_letters(compile_infix_regex(infixes).finditer, ()),
        **kept,
    )


@registry.tokenizers(_TOKENIZER)
def _make_tokenizer() -> Callable[[Language], CasesAsNeeded]:
    def tokenizer(nlp: Language) -> CasesAsNeeded:
        own = nlp.Defaults
        return adapted_tokenizer(
            nlp, own.tokenizer_exceptions, token_match=own.token_match, url_match=own.url_match
        )

    return tokenizer


def plain_lemma(word: str, lemma: str, pos: str) -> str:
    """The lemma as a plain word: "zorg_behoefte" is "zorgbehoefte", "toe_nemen" is "toenemen".

    The particle of a separable verb is left out where it stands apart ("neemt ... toe" is "nemen"), and
    the word's own linking letters are kept ("gezondheidssituatie"), as treebanks before 2020 did.
    """
    first, mark, _ = lemma.partition("_")
    if not mark or "_" in word or len(lemma) < 3:
        return lemma
    parts = lemma.split("_")
    lower, last = word.lower(), parts[-1]
    if pos in {"VERB", "AUX"}:
        return "".join(parts) if lower.startswith(first.lower()) else last
    for length in range(len(last), 1, -1):
        position = lower.rfind(last[:length].lower())
        if position >= max(1, len(first) - 2):
            stem = word[:position]
            return (stem if lemma[0].isupper() else stem.lower()) + last
    return "".join(parts)


def modern_pos(word: str, lemma: str, pos: str) -> str:
    """The part of speech of 2025 for one of an older treebank, as far as the word alone tells it.

    Possessives are pronouns, "als" is a conjunction, ordinals are adjectives; "kunnen", "moeten",
    "mogen" and "zullen" are auxiliaries, "willen", "laten", "gaan" and the like are not.
    """
    lower = word.lower()
    if pos == "DET" and lower in _POSSESSIVES:
        return "PRON"
    if pos == "ADP" and lower == "als":
        return "SCONJ"
    if pos == "NUM" and word.isalpha() and _ORDINAL.match(lower) and lower not in {"twee", "drie"}:
        return "ADJ"
    if pos == "VERB" and lemma in _MODALS:
        return "AUX"
    return "VERB" if pos == "AUX" and lemma in _MAIN_VERBS else pos


@Language.component(_LABELS_COMPONENT)
def _make_labels_alike(doc: Doc) -> Doc:
    """Give the words of another pipeline the labels that the bundled one gives."""
    for token in doc:
        token.lemma_ = plain_lemma(token.text, token.lemma_ or token.lower_, token.pos_)
        token.pos_ = modern_pos(token.text, token.lemma_, token.pos_)
    return doc


def load(name: str = DEFAULT_MODEL) -> Language:
    """The pipeline called ``name``, loaded once: the bundled one by default.

    Another name is that of an installed spaCy package or of a folder with a pipeline. Its components that
    no stage uses are left out. Raises :class:`LanguageModelError` with the command to install it where it
    is absent.
    """
    return _load(name)


@cache
def _load(name: str) -> Language:
    # Numpy's matrix product is about twice as fast here as thinc's own. More threads would only be in the
    # way of documents that are read side by side, and could change the last figure of a sum.
    threadpool_limits(limits=1, user_api="blas")
    with use_ops("numpy", use_blis=False):
        nlp = _pipeline(name)
    # The limit is meant for parsers, which need memory by length; ours does not.
    nlp.max_length = sys.maxsize
    return nlp


@cache
def static_vectors() -> Any:
    """The word vectors of the bundled pipeline, held once for all that look words up in them."""
    return Vocab().from_disk(model_path(DEFAULT_MODEL, "vocab")).vectors


def _pipeline(name: str) -> Language:
    if name == DEFAULT_MODEL:
        # Its tokenizer is the Dutch one with the rules added here: to read the stored one only takes time.
        own: dict[str, Any] = {"nlp": {"tokenizer": {"@tokenizers": _TOKENIZER}}}
        own["components"] = {"trainable_lemmatizer": {"factory": lemmas.FACTORY}}
        exclude = (*UNUSED_COMPONENTS, "tokenizer", "vectors")
        nlp = spacy.load(model_path(DEFAULT_MODEL), exclude=exclude, config=own)
        nlp.vocab.vectors = static_vectors()
        encode_plainly(nlp)
        return nlp
    if spacy.util.is_package(name) or (Path(name) / "meta.json").is_file():
        return _other_pipeline(name)
    raise LanguageModelError(
        f"Het taalmodel '{name}' is niet geïnstalleerd. Installeer het met: python -m spacy download {name}"
    )


def _other_pipeline(name: str) -> Language:
    nlp = spacy.load(name, exclude=UNUSED_COMPONENTS)
    if nlp.lang != "nl":
        raise LanguageModelError(f"Het taalmodel '{name}' is niet Nederlands maar '{nlp.lang}'.")
    if {"tagger", "morphologizer"} <= set(nlp.pipe_names):
        # Fine-grained tags, which no stage uses; without a morphologizer they give the part of speech.
        nlp.remove_pipe("tagger")
    nlp.add_pipe(_LABELS_COMPONENT)
    before: Any = nlp.tokenizer
    nlp.tokenizer = adapted_tokenizer(
        nlp,
        before.rules,
        token_match=before.token_match,
        url_match=before.url_match,
        faster_heuristics=before.faster_heuristics,
    )
    return nlp
