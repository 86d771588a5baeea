"""Train and measure the bundled Dutch pipeline (models/nl_policy).

    python scripts/train_language_model.py                 train, write models/nl_policy, print the scores
    python scripts/train_language_model.py --evaluate      only print the scores of what is there

It learns from Universal Dependencies (../shared/ud; see `read_treebank` for what is made alike between
revisions) and from policy text (../shared/text): word vectors by floret, and silver annotation by frog
(see silver_annotation.py). The network is described in scripts/language_model.cfg. Needed by developers
only, with `pip install floret` and Debian's `frog`; users get the trained pipeline with the package.
"""

from __future__ import annotations

import argparse
import itertools
import lzma
import random
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
import srsly  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.initialize import convert_vectors
from spacy.util import fix_random_seed, load_config, load_model_from_config
from spacy.vocab import Vocab
from thinc.api import Adam

from silver_annotation import LabelMapper, SilverLemmas, frog, silver_docs
from uitvoerbaarheid.nlp.language import modern_pos, plain_lemma

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "scripts" / "language_model.cfg"
SHARED = ROOT.parent / "shared"
TREEBANKS = SHARED / "ud"
POLICY_TEXT = SHARED / "text" / "policy-nl.txt.xz"
MODEL = ROOT / "models" / "nl_policy"

#: Revisions of Alpino before its conversion from Lassy: stems as lemmas, other parts of speech. Left out.
OTHER_CONVENTIONS = ("2016-12-06", "2017-05-24", "2017-10-24 test", "2017-11-01")
#: Features that only some revisions annotate.
UNEVEN_FEATURES = ("Abbr", "ExtPos", "Foreign", "Poss")

SEED = 1
SILVER_WORDS = 600_000
VECTOR_WORDS = 10_500_000
BATCH_WORDS = 1200
LEARN_RATE = 0.0015
DROPOUT = 0.15
#: Words for the vectors: numbers, words with their inner signs, and single signs.
_VECTOR_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:[-'’./]\w+)*|[^\w\s]")


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


def _modernise(token: Token) -> None:
    """Give a token of an older revision the part of speech that the revisions of 2025 give."""
    # "worden" before a noun or adjective is a verb, as all copulas but "zijn".
    becoming = token.pos == "AUX" and token.lemma == "worden" and token.relation == "cop"
    token.pos = "VERB" if becoming else modern_pos(token.word, token.lemma, token.pos)


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


@dataclass
class Treebank:
    """Annotated sentences, and for each whether its labels are those of 2025."""

    docs: list[Doc]
    recent: list[bool]


def read_treebank(path: Path, vocab: Vocab) -> Treebank:
    """The sentences of a CoNLL-U file as documents, the revisions made alike.

    Revisions with other conventions throughout are left out; features that not all revisions have are
    dropped; lemmas are written as plain words; and where the older revisions differ by rule from those of
    2025 (possessives, ordinals, modal verbs, "als"), the part of speech follows 2025.
    """
    treebank = Treebank([], [])
    for revision, tokens in _sentences(path):
        if revision.startswith(OTHER_CONVENTIONS):
            continue
        recent = revision.startswith("2025")
        for token in tokens:
            token.lemma = plain_lemma(token.word, token.lemma, token.pos)
            features = [f for f in token.features.split("|") if f.split("=")[0] not in UNEVEN_FEATURES]
            token.features = "|".join(features)
            if not recent:
                _modernise(token)
        treebank.docs.append(
            Doc(
                vocab,
                words=[t.word for t in tokens],
                spaces=[t.space for t in tokens],
                pos=[t.pos for t in tokens],
                morphs=[t.features for t in tokens],
                lemmas=[t.lemma for t in tokens],
            )
        )
        treebank.recent.append(recent)
    return treebank


def _learned_mapper(treebank: Treebank) -> LabelMapper:
    """A mapper learned from the treebank; older sentences of the treebank get the labels of 2025."""
    frogged = frog([[t.text for t in doc] for doc in treebank.docs])
    labels = [[(t.pos_, str(t.morph)) for t in doc] for doc in treebank.docs]
    mapper = LabelMapper()
    mapper.fit(frogged, labels, treebank.recent)
    old = [number for number, recent in enumerate(treebank.recent) if not recent]
    new_labels = mapper.to_2025([frogged[n] for n in old], [labels[n] for n in old])
    for number, found in zip(old, new_labels, strict=True):
        for word, (pos, features) in zip(treebank.docs[number], found, strict=True):
            token: Any = word  # its stubs lack set_morph
            token.pos_ = pos
            token.set_morph(features)
    return mapper


def _vector_lines(text: Path, treebanks: Path) -> Iterator[str]:
    """Running text for the vectors in lower case: policy paragraphs, and the treebank's own."""
    paragraphs = text.read_text(encoding="utf-8").split("\n")
    random.Random(SEED).shuffle(paragraphs)
    seen: set[str] = set()
    total = 0
    for paragraph in paragraphs:
        words = _VECTOR_WORD.findall(paragraph.lower())
        opening = " ".join(words[:25])
        if opening in seen or len(words) < 6 or sum(w[0].isalpha() for w in words) < 0.6 * len(words):
            continue
        seen.add(opening)
        # floret cuts longer lines off.
        yield from (" ".join(words[i : i + 200]) for i in range(0, len(words), 200))
        total += len(words)
        if total > VECTOR_WORDS:
            break
    for line in (treebanks / "nl-ud-train.conllu").read_text(encoding="utf-8").splitlines():
        if line.startswith("# text = "):
            yield from [" ".join(_VECTOR_WORD.findall(line.removeprefix("# text = ").lower()))] * 3


def make_vectors(text: Path, treebanks: Path, target: Path) -> None:
    """Train floret vectors (Bojanowski et al. 2017, with hashed n-grams) in the form of spaCy."""
    import floret  # type: ignore[import-not-found]

    lines = list(_vector_lines(text, treebanks))
    random.Random(SEED).shuffle(lines)
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "text.txt"), Path(folder, "policy.floret")
        given.write_text("\n".join(lines) + "\n", encoding="utf-8")
        model = floret.train_unsupervised(
            str(given), model="cbow", mode="floret", hashCount=2, bucket=30_000, minn=4, maxn=5, minCount=8,
            dim=96, epoch=3, lr=0.05, neg=5, ws=5, thread=1,
        )  # fmt: skip
        model.save_floret_vectors(str(made))
        nlp = spacy.blank("nl")
        convert_vectors(nlp, made, truncate=0, prune=-1, mode="floret", attr="LOWER")
        nlp.to_disk(target)


def _batches(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Batches of some ``BATCH_WORDS`` words in random order, of sentences of like length."""
    shuffled = list(examples)
    rng.shuffle(shuffled)
    for start in range(0, len(shuffled), 4000):
        part = sorted(shuffled[start : start + 4000], key=lambda example: len(example.reference))
        batches: list[list[Example]] = [[]]
        words = 0
        for example in part:
            batches[-1].append(example)
            words += len(example.reference)
            if words >= BATCH_WORDS:
                batches.append([])
                words = 0
        rng.shuffle(batches)
        yield from (batch for batch in batches if batch)


def _examples(docs: Sequence[Doc], vocab: Vocab) -> list[Example]:
    return [
        Example(Doc(vocab, words=[t.text for t in d], spaces=[bool(t.whitespace_) for t in d]), d)
        for d in docs
    ]


def _leave_out_rare_lemmas(nlp: Language, examples: Sequence[Example]) -> None:
    """Lemmas that no learned edit tree makes become unknown; spaCy would count them as the first tree."""
    lemmatizer: Any = nlp.get_pipe("trainable_lemmatizer")
    for token in (token for example in examples for token in example.reference):
        if token.lemma_ and lemmatizer.trees.add(token.text, token.lemma_) not in lemmatizer.tree2label:
            token.lemma_ = ""


def train_model(treebanks: Path, policy_text: Path, target: Path) -> None:
    """Train on gold and silver sentences, then on gold alone, and write the pipeline to ``target``.

    The learning rate falls to almost nothing in a straight line, so that the last step is the one to keep.
    """
    fix_random_seed(SEED)
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        text, vectors = Path(folder, "policy.txt"), Path(folder, "vectors")
        with lzma.open(policy_text, "rb") as packed, text.open("wb") as file:
            shutil.copyfileobj(packed, file)
        make_vectors(text, treebanks, vectors)
        config = load_config(CONFIG)
        config["initialize"]["vectors"] = str(vectors)
        nlp = load_model_from_config(config, auto_fill=True)
        treebank = read_treebank(treebanks / "nl-ud-train.conllu", nlp.vocab)
        mapper = _learned_mapper(treebank)
        silver = silver_docs(mapper, SilverLemmas(treebank.docs), text, SILVER_WORDS, nlp.vocab)
        sets = _examples(treebank.docs, nlp.vocab), _examples(silver, nlp.vocab)
        nlp.initialize(lambda: list(itertools.chain(*sets)))
    _leave_out_rare_lemmas(nlp, [*sets[0], *sets[1]])
    recent = list(itertools.compress(sets[0], treebank.recent))
    older = list(itertools.compress(sets[0], [not r for r in treebank.recent]))
    passes = [recent * 3 + older * 2 + sets[1]] * 2 + [recent * 2 + older] * 2
    total = sum(len(example.reference) for examples in passes for example in examples)
    optimizer = Adam(
        LEARN_RATE, beta1=0.9, beta2=0.999, eps=1e-8, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0,
    )  # fmt: skip
    done = 0
    for examples in passes:
        for batch in _batches(examples, rng):
            share = done / total
            optimizer.learn_rate = LEARN_RATE * min(1.0, share / 0.02 + 0.02) * (1 - 0.97 * share)
            nlp.update(batch, sgd=optimizer, drop=DROPOUT)
            done += sum(len(example.reference) for example in batch)
    _publish(nlp, target)


def _keep_needed_strings(folder: Path) -> None:
    """Drop the words of the training text from the list of strings: only lemmas' edit trees need theirs."""
    nlp = spacy.load(folder)
    trees = srsly.read_msgpack(folder / "trainable_lemmatizer" / "trees")["trees"]
    hashes = {tree[key] for tree in trees for key in ("orig", "subst") if key in tree}
    strings = {nlp.vocab.strings[number] for number in hashes} | set(spacy.blank("nl").vocab.strings)
    srsly.write_json(folder / "vocab" / "strings.json", sorted(strings))


def _publish(nlp: Language, target: Path) -> None:
    """Write the pipeline with what it is and whose data it learned from, and no paths of this machine."""
    nlp.meta.update(
        name="policy",
        version="0.2.0",
        spacy_version=">=3.8.0,<3.9.0",
        description="Woordsoorten en lemma's van Nederlandse tekst",
        license="CC BY-SA 4.0",
        sources=[{"name": "UD_Dutch-LassySmall, UD_Dutch-Alpino", "license": "CC BY-SA 4.0"}],
    )
    nlp.config["initialize"]["vectors"] = None
    # Components of an earlier pipeline go; the model card beside them stays.
    for folder in target.iterdir() if target.exists() else ():
        if folder.is_dir():
            shutil.rmtree(folder)
    nlp.to_disk(target)
    _keep_needed_strings(target)


def evaluate(nlp: Language, path: Path) -> dict[str, float]:
    """Shares of words with the right part of speech, features and lemma (on the treebank's own words),
    and the words per second of processor time of the pipeline on plain text."""
    gold = read_treebank(path, nlp.vocab).docs
    scores = nlp.evaluate(_examples(gold, nlp.vocab))
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
    parser.add_argument("--policy-text", type=Path, default=POLICY_TEXT)
    parser.add_argument("--model", type=Path, default=MODEL)
    arguments = parser.parse_args()
    if not arguments.evaluate:
        train_model(arguments.treebanks, arguments.policy_text, arguments.model)
    nlp = spacy.load(arguments.model)
    for name, value in evaluate(nlp, arguments.treebanks / f"nl-ud-{arguments.part}.conllu").items():
        print(f"{name:<12} {value:.4f}" if value <= 1 else f"{name:<12} {value:,.0f}")


if __name__ == "__main__":
    main()
