"""The words of a text as plain values say what spaCy says of each of them."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc, Span

from uitvoerbaarheid.nlp import words
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.words import words_of

TEXT = "Wij legden in 2026 een bos aan; de Gemeente heeft het Bos aangelegd en wil het beheren."


def _of_spacy(parsed: Doc | Span) -> list[tuple[int, str, str, str, bool, bool]]:
    return [
        (
            token.idx - parsed[0].idx,
            token.lower_,
            token.pos_,
            token.lemma_.lower(),
            "Pres" in token.morph.get("Tense", []),
            token.morph.to_dict().get("VerbForm") == "Fin",
        )
        for token in parsed
    ]


@pytest.mark.parametrize("kept", [50_000, 3])
def test_words_are_those_of_spacy(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_KEPT_WORDS", kept)
    doc = load()(TEXT)
    for parsed in (doc, doc[:], doc[4:], doc[2:9], doc[3:3]):
        found = [
            (start, tag.word, tag.pos, tag.lemma, tag.present, tag.finite)
            for start, tag in zip(*words_of(parsed), strict=True)
        ]
        assert found == _of_spacy(parsed)


def test_forms_of_verbs() -> None:
    forms = {tag.word: tag.form for tag in words_of(load()(TEXT)).tags if tag.form}
    expected = {"legden": "past", "heeft": "pres", "aangelegd": "part", "wil": "pres", "beheren": "inf"}
    assert forms == expected


def test_a_text_without_words_has_none() -> None:
    assert words_of(load()("")) == ([], [])
