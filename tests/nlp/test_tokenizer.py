"""The tokenizer that reads its special cases as it needs them cuts as one that has read them all."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from spacy.lang.nl import Dutch
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.vocab import Vocab, create_vocab

from uitvoerbaarheid.nlp import language
from uitvoerbaarheid.nlp import tokenizer as module
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.tokenizer import CasesAsNeeded

Patterns = dict[str, Callable[..., Any]]
#: Of the abbreviations one in so many is tried, of the other cases each.
SPARED = 40
WORDS = ["de", "gemeente", "(zie", "5", "%", "2026,", "-", "...", ";)", "°", "C", ".", "’s"]


@pytest.fixture(scope="module")
def cases() -> module.Cases:
    known: CasesAsNeeded = load().tokenizer  # type: ignore[assignment]
    every = sorted(known.cases)
    few = [case for at, case in enumerate(every) if at % SPARED == 0 or not case.endswith(".")]
    return {case: known.cases[case] for case in few}


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    known: CasesAsNeeded = load().tokenizer  # type: ignore[assignment]
    return known.patterns


def _vocab() -> Vocab:
    """An empty one: a case that is read changes what the vocabulary says of its words."""
    return create_vocab("nl", Dutch.Defaults)


def _cut(doc: Doc) -> list[tuple[str, str, str]]:
    return [(token.text, token.norm_, token.whitespace_) for token in doc]


def _texts(cases: module.Cases, count: int) -> list[str]:
    """Cases and words after each other, some cut in two by a space as on the end of a line."""
    chosen, texts = random.Random(7), []
    for _ in range(count):
        parts = []
        for _ in range(chosen.randint(1, 8)):
            part = chosen.choice(sorted(cases)) if chosen.random() < 0.7 else chosen.choice(WORDS)
            if chosen.random() < 0.5 and len(part) > 1:
                at = chosen.randint(1, len(part) - 1)
                part = part[:at] + chosen.choice([" ", "\u00a0", "  "]) + part[at:]
            parts.append(part + chosen.choice(["", " ", " ", "  "]))
        texts.append("".join(parts))
    return texts


def test_a_text_is_cut_as_when_all_cases_are_read(cases: module.Cases, patterns: Patterns) -> None:
    every = Tokenizer(_vocab(), rules=dict(cases), **patterns)
    needed = CasesAsNeeded(_vocab(), cases, **patterns)
    for text in _texts(cases, 500):
        assert _cut(needed(text)) == _cut(every(text)), text


def test_only_the_cases_of_a_text_are_read(cases: module.Cases, patterns: Patterns) -> None:
    needed = CasesAsNeeded(_vocab(), cases, **patterns)
    before = set(needed.waiting)
    needed.prepare(["De gemeente plant bomen"])
    assert needed.waiting == before
    case = max(cases, key=len)
    needed.prepare([f"Zie ({case}), {case[:-1]} ."])
    assert case in before - needed.waiting
    assert len(needed.waiting) > len(cases) / 2


def test_after_very_many_words_all_cases_are_read(
    cases: module.Cases, patterns: Patterns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WORDS", 3)
    needed = CasesAsNeeded(_vocab(), cases, **patterns)
    needed.prepare(["een twee drie"])
    assert needed.waiting
    needed.prepare(["vier vijf"])
    assert not needed.waiting
    assert [token.text for token in needed("zes (zeven)")] == ["zes", "(", "zeven", ")"]


def test_no_pattern_cuts_a_case_between_two_letters(cases: module.Cases, patterns: Patterns) -> None:
    plain = Tokenizer(_vocab(), **patterns)
    for case in cases:
        words = [token.text for token in plain(case)]
        for first, second in pairwise(words):
            assert not (first[-1].isalpha() and second[0].isalpha()), case


def test_no_pattern_cuts_a_word_of_letters_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """For such a word they are not even tried."""
    monkeypatch.setattr(language, "_unless_letters", lambda find, nothing: find)
    patterns = language.adapted_tokenizer(load(), {}).patterns
    for letter in filter(str.isalpha, map(chr, range(sys.maxunicode + 1))):
        for word in (letter, f"ab{letter}Ab"):
            assert patterns["prefix_search"](word) is None
            assert patterns["suffix_search"](word) is None
            assert not list(patterns["infix_finditer"](word))
