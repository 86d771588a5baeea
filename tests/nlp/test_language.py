"""The language model: which one is loaded, and how its tokenizer cuts policy text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from uitvoerbaarheid.nlp import language
from uitvoerbaarheid.nlp.language import (
    DEFAULT_MODEL,
    LanguageModelError,
    load,
    modern_pos,
    plain_lemma,
    unit_patterns,
)
from uitvoerbaarheid.nlp.units import units_of_line

RULES = unit_patterns()["words"]
PLACES = {"prefix", "suffix", "infix", "whole", "inside"}


def _words(text: str) -> list[str]:
    return [token.text for token in load().tokenizer(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("€ 2,5 mln. per jaar", ["€", "2,5", "mln.", "per", "jaar"]),
        ("(€1.200)", ["(", "€", "1.200", ")"]),
        ("x € 1.000", ["x", "€", "1.000"]),
        ("€ 250.000,- excl. btw", ["€", "250.000", ",-", "excl.", "btw"]),
        ("€ 1.200,50 p/j", ["€", "1.200,50", "p/j"]),
        ("€3,-/m2", ["€", "3", ",-", "/", "m2"]),
        ("2024-2027 t/m 2030", ["2024-2027", "t/m", "2030"]),
        ("o.a. art. 5, i.s.m. dhr. Smit", ["o.a.", "art.", "5", ",", "i.s.m.", "dhr.", "Smit"]),
        (
            "bijv. (o.a. blz.12, nr. 4) m.b.t.",
            ["bijv.", "(", "o.a.", "blz.", "12", ",", "nr.", "4", ")", "m.b.t."],
        ),
        ("M.b.t. 0,5fte en 1,2mln", ["M.b.t.", "0,5", "fte", "en", "1,2", "mln"]),
        ("ca.20 woningen", ["ca.", "20", "woningen"]),
        ("d.d. 12 mei jl., art.4", ["d.d.", "12", "mei", "jl.", ",", "art.", "4"]),
        ("in 's-Gravenhage.", ["in", "'s-Gravenhage", "."]),
        ("€ 10.000/jaar", ["€", "10.000", "/", "jaar"]),
        ("2.1.3 Wonen in 2026.", ["2.1.3", "Wonen", "in", "2026", "."]),
        ("auto’s en zo’n regio", ["auto’s", "en", "zo’n", "regio"]),
        ("B&W en m.e.r.-plicht", ["B&W", "en", "m.e.r.-plicht"]),
        ("• +/- 40 fte, ±5%", ["•", "+/-", "40", "fte", ",", "±", "5%"]),
        ("01/02/2026 en 1-1-2026", ["01/02/2026", "en", "1-1-2026"]),
    ],
)
def test_policy_text_is_cut_in_words(text: str, words: list[str]) -> None:
    assert _words(text) == words


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["id"])
def test_examples_of_a_word_rule(rule: dict[str, str | list[str]]) -> None:
    assert rule["reason"]
    assert rule["place"] in PLACES
    for example in [*rule["fires"], *rule["not"]]:
        assert _words(example.replace("|", "")) == re.split(r"[| ]", example), example


def test_word_rules_have_their_own_ids() -> None:
    assert len({rule["id"] for rule in RULES}) == len(RULES)


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


#: A sentence with the labels of nl_core_news_sm: fine tags, "kan" as a verb, "_" in lemmas of compounds.
STAND_IN = [
    ("De", "DET", "de", "Definite=Def", "LID|bep|stan|rest"),
    ("gemeente", "NOUN", "gemeente", "Gender=Com|Number=Sing", "N|soort|ev|basis|zijd|stan"),
    ("kan", "VERB", "kunnen", "Number=Sing|Tense=Pres|VerbForm=Fin", "WW|pv|tgw|ev"),
    ("haar", "DET", "haar", "Person=3|Poss=Yes|PronType=Prs", "VNW|bez|det|stan|vol|3|ev|prenom"),
    ("woonwijken", "NOUN", "woon_wijk", "Number=Plur", "N|soort|mv|basis"),
    ("uitbreiden", "VERB", "uit_breiden", "VerbForm=Inf", "WW|inf|vrij|zonder"),
]


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline with the components and labels of nl_core_news_sm, trained on one sentence."""
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("nl")
    for name in ("morphologizer", "tagger", "parser"):
        nlp.add_pipe(name)
    nlp.add_pipe("trainable_lemmatizer", name="lemmatizer", config={"min_tree_freq": 1})
    nlp.add_pipe("attribute_ruler")
    nlp.add_pipe("senter")
    nlp.add_pipe("ner")
    words, pos, lemmas, morphs, tags = zip(*STAND_IN, strict=True)
    gold = Doc(
        nlp.vocab, words=words, pos=pos, lemmas=lemmas, morphs=morphs, tags=tags,
        heads=[1, 5, 5, 4, 5, 5], deps=["det", "nsubj", "aux", "nmod", "obj", "ROOT"],
        ents=["O", "B-ORG", "O", "O", "O", "O"], sent_starts=[True] + [False] * 5,
    )  # fmt: skip
    examples = [Example(nlp.make_doc(gold.text), gold)]
    optimizer = nlp.initialize(lambda: examples)
    with nlp.select_pipes(disable=["parser", "ner", "senter"]):
        for _ in range(25):
            nlp.update(examples, sgd=optimizer)
    folder = tmp_path_factory.mktemp("model") / "nl_core_news_sm"
    nlp.to_disk(folder)
    return folder


def _other(stand_in: Path) -> Language:
    return load(str(stand_in))


def test_another_pipeline_loads_without_what_no_stage_uses(stand_in: Path) -> None:
    assert {"parser", "senter", "ner", "tagger"} <= set(spacy.load(stand_in).pipe_names)
    assert not {"parser", "senter", "ner", "tagger"} & set(_other(stand_in).pipe_names)


def test_an_installed_pipeline_is_found_by_its_name(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy.util, "is_package", lambda name: name == "nl_core_news_sm")
    monkeypatch.setattr(spacy, "load", lambda name, exclude: spacy.util.load_model(stand_in, exclude=exclude))
    try:
        assert load("nl_core_news_sm").meta["lang"] == "nl"
    finally:
        # Loaded pipelines are kept: without this the stand-in would be taken for an installed one later on.
        language._load.cache_clear()


def test_labels_of_another_pipeline_become_those_of_the_bundled_one(stand_in: Path) -> None:
    doc = _other(stand_in)("De gemeente kan haar woonwijken uitbreiden")
    assert [(t.pos_, t.lemma_) for t in doc] == [
        ("DET", "de"),
        ("NOUN", "gemeente"),
        ("AUX", "kunnen"),
        ("PRON", "haar"),
        ("NOUN", "woonwijk"),
        ("VERB", "uitbreiden"),
    ]
    assert doc[2].morph.to_dict() == {"Number": "Sing", "Tense": "Pres", "VerbForm": "Fin"}


def test_later_stages_read_another_pipeline_as_they_read_ours(stand_in: Path) -> None:
    line = "De gemeente kan haar woonwijken uitbreiden"
    [other], [ours] = units_of_line(line, _other(stand_in)), units_of_line(line, load())
    assert [(t.text, t.pos_) for t in other.span] == [(t.text, t.pos_) for t in ours.span]
    assert [unit.span[2].morph.to_dict()["VerbForm"] for unit in (other, ours)] == ["Fin", "Fin"]
    assert [t.text for t in _other(stand_in).tokenizer("€1.200 i.s.m. B&W")] == [
        "€",
        "1.200",
        "i.s.m.",
        "B&W",
    ]


def test_a_pipeline_of_another_language_is_refused(tmp_path: Path) -> None:
    spacy.blank("de").to_disk(tmp_path / "de")
    with pytest.raises(LanguageModelError, match="niet Nederlands maar 'de'"):
        load(str(tmp_path / "de"))


@pytest.mark.parametrize(
    ("word", "lemma", "pos", "expected"),
    [
        ("zorgbehoefte", "zorg_behoefte", "NOUN", "zorgbehoefte"),
        ("gezondheidssituatie", "gezondheid_situatie", "NOUN", "gezondheidssituatie"),
        ("uitgevoerd", "uit_voeren", "VERB", "uitvoeren"),
        ("voert", "uit_voeren", "VERB", "voeren"),
        ("woningen", "woning", "NOUN", "woning"),
        ("_", "_", "PUNCT", "_"),
    ],
)
def test_lemmas_are_plain_words(word: str, lemma: str, pos: str, expected: str) -> None:
    assert plain_lemma(word, lemma, pos) == expected


@pytest.mark.parametrize(
    ("word", "lemma", "pos", "expected"),
    [
        ("moet", "moeten", "VERB", "AUX"),
        ("wil", "willen", "AUX", "VERB"),
        ("heeft", "hebben", "AUX", "AUX"),
        ("onze", "ons", "DET", "PRON"),
        ("derde", "drie", "NUM", "ADJ"),
        ("twee", "twee", "NUM", "NUM"),
        ("als", "als", "ADP", "SCONJ"),
        ("de", "de", "DET", "DET"),
    ],
)
def test_parts_of_speech_follow_2025(word: str, lemma: str, pos: str, expected: str) -> None:
    assert modern_pos(word, lemma, pos) == expected


def test_the_command_line_of_spacy_is_not_loaded_and_can_be() -> None:
    code = (
        "import sys\n"
        "from uitvoerbaarheid.nlp.library import spacy\n"
        "assert not {'spacy.cli', 'requests', 'httpx'} & set(sys.modules), 'loaded'\n"
        "assert not hasattr(spacy, 'cli')\n"
        "print(spacy.info(silent=True)['spacy_version'])\n"
        "import spacy.cli\n"
        "assert callable(spacy.cli.download)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == spacy.__version__
