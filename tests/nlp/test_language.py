"""The language model: which one is loaded, and how its tokenizer cuts policy text."""

from __future__ import annotations

import pytest

from uitvoerbaarheid.nlp.language import DEFAULT_MODEL, LanguageModelError, load


def _words(text: str) -> list[str]:
    return [token.text for token in load().tokenizer(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("€ 2,5 mln. per jaar", ["€", "2,5", "mln.", "per", "jaar"]),
        ("(€1.200)", ["(", "€", "1.200", ")"]),
        ("x € 1.000", ["x", "€", "1.000"]),
        ("€ 250.000,- excl. btw", ["€", "250.000", ",-", "excl.", "btw"]),
        ("2024-2027 t/m 2030", ["2024-2027", "t/m", "2030"]),
        ("o.a. art. 5, i.s.m. dhr. Smit", ["o.a.", "art.", "5", ",", "i.s.m.", "dhr.", "Smit"]),
        ("M.b.t. 0,5fte en 1,2mln", ["M.b.t.", "0,5", "fte", "en", "1,2", "mln"]),
        ("ca.20 woningen", ["ca.", "20", "woningen"]),
        ("in 's-Gravenhage.", ["in", "'s-Gravenhage", "."]),
        ("€ 10.000/jaar", ["€", "10.000", "/", "jaar"]),
    ],
)
def test_policy_text_is_cut_in_words(text: str, words: list[str]) -> None:
    assert _words(text) == words


def test_the_bundled_model_gives_parts_of_speech_and_lemmas() -> None:
    doc = load()("De gemeente heeft vorig jaar nieuwe woningen gebouwd.")
    found = {token.text: (token.pos_, token.lemma_) for token in doc}
    assert found["gemeente"] == ("NOUN", "gemeente")
    assert found["heeft"] == ("AUX", "hebben")
    assert found["woningen"] == ("NOUN", "woning")
    assert found["gebouwd"] == ("VERB", "bouwen")


def test_it_is_loaded_once() -> None:
    assert load() is load(DEFAULT_MODEL)


def test_an_absent_model_gives_the_command_to_install_it() -> None:
    with pytest.raises(LanguageModelError, match="python -m spacy download nl_niet_aanwezig"):
        load("nl_niet_aanwezig")
