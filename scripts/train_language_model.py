"""Train and measure the bundled Dutch pipeline (models/nl_policy) on Universal Dependencies.

    python scripts/train_language_model.py                 train, write models/nl_policy, print the scores
    python scripts/train_language_model.py --evaluate      only print the scores of what is there

The treebank files stand in ../shared/ud: see `read_treebank` for what is made alike between revisions.
The settings of the training are in scripts/language_model.cfg. Needed by developers only: users get the
trained pipeline with the package.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.cli.train import train
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.vocab import Vocab

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "scripts" / "language_model.cfg"
TREEBANKS = ROOT.parent / "shared" / "ud"
MODEL = ROOT / "models" / "nl_policy"

#: Revisions of Alpino before its conversion from Lassy: stems as lemmas, other parts of speech. Left out.
OTHER_CONVENTIONS = ("2016-12-06", "2017-05-24", "2017-10-24 test", "2017-11-01")
#: Features that only some revisions annotate.
UNEVEN_FEATURES = ("Abbr", "ExtPos", "Foreign", "Poss")
POSSESSIVES = {"mijn", "m'n", "je", "jouw", "uw", "zijn", "z'n", "haar", "ons", "onze", "jullie", "hun"}
#: Verbs that the revisions of 2025 no longer call auxiliaries.
MAIN_VERBS = {"willen", "laten", "gaan", "komen", "blijven", "staan"}
ORDINAL = re.compile(r"(?:eerste?|derde|.+(?:de|ste|e))$")


@dataclass
class Token:
    """A word of the treebank with the annotation that is learned."""

    word: str
    lemma: str
    pos: str
    features: str
    head: int
    relation: str
    space: bool


def _plain_lemma(token: Token) -> str:
    """The lemma as a plain word: "zorg_behoefte" is "zorgbehoefte", "toe_nemen" is "toenemen".

    The particle of a separable verb is left out where it stands apart ("neemt ... toe" is "nemen"), and
    the word's own linking letters are kept ("gezondheidssituatie"), as the older revisions do.
    """
    first, mark, _ = token.lemma.partition("_")
    if not mark or "_" in token.word or len(token.lemma) < 3:
        return token.lemma
    parts = token.lemma.split("_")
    word, last = token.word.lower(), parts[-1]
    if token.pos in {"VERB", "AUX"}:
        return "".join(parts) if word.startswith(first.lower()) else last
    for length in range(len(last), 1, -1):
        position = word.rfind(last[:length].lower())
        if position >= max(1, len(first) - 2):
            stem = token.word[:position]
            return (stem if token.lemma[0].isupper() else stem.lower()) + last
    return "".join(parts)


def _modernise(token: Token) -> None:
    """Give a token of an older revision the part of speech that the revisions of 2025 give."""
    word = token.word.lower()
    if token.pos == "DET" and word in POSSESSIVES:
        token.pos = "PRON"
    elif token.pos == "ADP" and word == "als":
        token.pos = "SCONJ"
    elif token.pos == "NUM" and token.word.isalpha() and ORDINAL.match(word) and word not in {"twee", "drie"}:
        token.pos = "ADJ"
    elif token.pos in {"VERB", "AUX"} and token.lemma in {"moeten", "kunnen", "mogen", "zullen"}:
        token.pos = "AUX"
    elif token.pos == "AUX" and (token.lemma in MAIN_VERBS or _is_becoming(token)):
        token.pos = "VERB"


def _is_becoming(token: Token) -> bool:
    return token.lemma == "worden" and token.relation == "cop"


def _sentences(path: Path) -> Iterator[tuple[str, list[Token]]]:
    """Each sentence of a CoNLL-U file with its revision."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        revision, tokens = "", []
        for line in block.splitlines():
            if line.startswith("# ud_revision = "):
                revision = line.removeprefix("# ud_revision = ")
            columns = line.split("\t")
            if not columns[0].isdigit():
                continue
            word, lemma, pos = columns[1:4]
            space = "SpaceAfter=No" not in columns[9]
            tokens.append(Token(word, lemma, pos, columns[5], int(columns[6]), columns[7], space))
        if tokens:
            yield revision, tokens


def read_treebank(path: Path, vocab: Vocab) -> list[Doc]:
    """The sentences of a CoNLL-U file as documents, the revisions made alike.

    Revisions with other conventions throughout are left out; features that not all revisions have are
    dropped; lemmas are written as plain words; and where the older revisions differ by rule from those of
    2025 (possessives, ordinals, modal verbs, "als"), the part of speech follows 2025.
    """
    docs = []
    for revision, tokens in _sentences(path):
        if revision.startswith(OTHER_CONVENTIONS):
            continue
        for token in tokens:
            token.lemma = _plain_lemma(token)
            features = [f for f in token.features.split("|") if f.split("=")[0] not in UNEVEN_FEATURES]
            token.features = "|".join(features)
            if not revision.startswith("2025"):
                _modernise(token)
        docs.append(
            Doc(
                vocab,
                words=[t.word for t in tokens],
                spaces=[t.space for t in tokens],
                pos=[t.pos for t in tokens],
                morphs=[t.features for t in tokens],
                lemmas=[t.lemma for t in tokens],
            )
        )
    return docs


def train_model(treebanks: Path, target: Path) -> None:
    """Train on the train file, choose the best step on the dev file, and write it to ``target``."""
    vocab = spacy.blank("nl").vocab
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for part in ("train", "dev"):
            docs = read_treebank(treebanks / f"nl-ud-{part}.conllu", vocab)
            DocBin(docs=docs, store_user_data=False).to_disk(folder / f"{part}.spacy")
        overrides = {"paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy")}
        train(CONFIG, folder / "out", overrides=overrides)
        _publish(spacy.load(folder / "out" / "model-best"), target)


def _publish(nlp: Language, target: Path) -> None:
    """Write the pipeline with what it is and whose data it learned from, and no paths of this machine."""
    nlp.meta.update(
        name="policy",
        version="0.1.0",
        spacy_version=">=3.8.0,<3.9.0",
        description="Woordsoorten en lemma's van Nederlandse tekst",
        license="CC BY-SA 4.0",
        sources=[{"name": "UD_Dutch-LassySmall, UD_Dutch-Alpino", "license": "CC BY-SA 4.0"}],
    )
    nlp.config["paths"].update(train=None, dev=None)
    # Components of an earlier pipeline go; the model card beside them stays.
    for folder in target.iterdir() if target.exists() else ():
        if folder.is_dir():
            shutil.rmtree(folder)
    nlp.to_disk(target)


def evaluate(nlp: Language, path: Path) -> dict[str, float]:
    """Shares of words with the right part of speech, features and lemma (on the treebank's own words),
    and the words per second of processor time of the pipeline on plain text."""
    gold = read_treebank(path, nlp.vocab)
    blank = [Doc(nlp.vocab, words=[t.text for t in d], spaces=[bool(t.whitespace_) for t in d]) for d in gold]
    examples = [Example(found, doc) for found, doc in zip(nlp.pipe(blank), gold, strict=True)]
    scores = nlp.evaluate(examples)
    texts = [doc.text for doc in gold]
    started = time.process_time()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    return {
        "n (woorden)": sum(len(doc) for doc in gold),
        "POS": scores["pos_acc"],
        "kenmerken": scores["morph_acc"],
        "lemma": scores["lemma_acc"],
        "woorden/s": words / (time.process_time() - started),
    }


def main() -> None:
    """Train (unless only asked to evaluate), then print the scores on the held-out test file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--evaluate", action="store_true", help="only print the scores of the model")
    parser.add_argument("--part", choices=["test", "dev"], default="test", help="what to score on")
    parser.add_argument("--treebanks", type=Path, default=TREEBANKS)
    parser.add_argument("--model", type=Path, default=MODEL)
    arguments = parser.parse_args()
    if not arguments.evaluate:
        train_model(arguments.treebanks, arguments.model)
    nlp = spacy.load(arguments.model)
    for name, value in evaluate(nlp, arguments.treebanks / f"nl-ud-{arguments.part}.conllu").items():
        print(f"{name:<12} {value:.4f}" if value <= 1 else f"{name:<12} {value:,.0f}")


if __name__ == "__main__":
    main()
