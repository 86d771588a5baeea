"""Silver annotation for the language model: what the Dutch tagger frog says, in the labels of the treebanks.

frog (Debian package `frog`, a program under the GPL whose output is data) gives fine tags and lemmas of
another scheme (CGN). A linear classifier learns from the treebank, annotated by frog too, which part of
speech and features of 2025 belong to a word with frog's tags around it. Every feature of the classifier
is there twice, for all sentences and for those of its own age (Daumé 2007, "Frustratingly easy domain
adaptation"), so that it also tells which label a word of an older revision has by the rules of 2025.
"""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier
from spacy.tokens import Doc
from spacy.vocab import Vocab

from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import split_sentences

#: Words are annotated in parts of this size, to bound the memory.
_PART = 20_000
#: Labels that the classifier gives too easily to words it does not know.
_RARE = {"INTJ", "SYM"}
Label = tuple[str, str]


class Frogged(NamedTuple):
    """A word with frog's lemma, tag and how sure frog is of the tag (0 to 1)."""

    word: str
    lemma: str
    tag: str
    sure: float


def frog(sentences: Sequence[Sequence[str]]) -> list[list[Frogged]]:
    """The sentences, given in words, as frog annotates them. Needs the program `frog`."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given.txt"), Path(folder, "made.tsv")
        lines = (" ".join(word.replace(" ", "_") for word in words) for words in sentences)
        given.write_text("\n".join(lines) + "\n", encoding="utf-8")
        # One sentence a line, in words already; only tags and lemmas.
        command = ["frog", "-n", "--skip=tmpnca", "-t", str(given), "-o", str(made)]
        subprocess.run(command, check=True, capture_output=True)
        blocks = made.read_text(encoding="utf-8").strip("\n").split("\n\n")
    rows = [[line.split("\t") for line in block.split("\n")] for block in blocks]
    return [[Frogged(r[1], r[2], r[4], float(r[5])) for r in block] for block in rows]


def _class(tag: str) -> str:
    return tag.split("(", maxsplit=1)[0]


def _form(tag: str) -> str:
    return tag.split(",", maxsplit=1)[0]


def _features(sentence: Sequence[Frogged], i: int) -> list[str]:
    """What tells the label of word ``i``: itself, frog's tags around it, and the verbs of the sentence."""
    edge = Frogged("<>", "<>", "<>", 1.0)
    around = [sentence[j] if 0 <= j < len(sentence) else edge for j in range(i - 3, i + 4)]
    tags, classes = [w.tag for w in around], [_class(w.tag) for w in around]
    words = [w.word.lower() for w in around]
    word, lemma, tag, sure = sentence[i]
    lower, here = word.lower(), classes[3]
    shape = f"{word[0].isupper()}{word.isupper()}{any(c.isdigit() for c in word)}{i == 0}"
    features = [
        f"t {tag}", f"w {lower}", f"W {word}", f"wt {lower} {tag}", f"ts {tag} {shape}", f"lt {lemma} {tag}",
        f"s2 {lower[-2:]}", f"s3 {lower[-3:]} {here}", f"s4 {lower[-4:]}",
        f"t- {tags[2]} {tag}", f"t+ {tag} {tags[4]}", f"t-+ {classes[2]} {tag} {classes[4]}",
        f"c-- {classes[1:4]}", f"c++ {classes[3:6]}", f"w- {words[2]} {here}", f"w+ {words[4]} {here}",
        f"wt- {lower} {tags[2]}", f"wt+ {lower} {tags[4]}", f"lc {lemma} {classes[2]} {classes[4]}",
        f"l- {lemma} {words[2]}", f"l+ {lemma} {words[4]}", f"p {sure > 0.9} {tag}",
    ]  # fmt: skip
    return features + _verb_features(sentence, i) if here == "WW" else features


def _verb_features(sentence: Sequence[Frogged], i: int) -> list[str]:
    """The verbs before and after a verb: they tell an auxiliary from a main verb."""
    _, lemma, tag, _ = sentence[i]
    after = [_form(w.tag) for w in sentence[i + 1 : i + 25] if _class(w.tag) == "WW"]
    before = [_form(w.tag) for w in sentence[max(0, i - 25) : i] if _class(w.tag) == "WW"]
    following, last = (after or ["-"])[0], (before or ["-"])[-1]
    clause = []
    for other in sentence[i + 1 :]:
        if other.word in ",;.":
            break
        clause.append(other.tag)
    in_clause = [_form(t) for t in clause if _class(t) == "WW"]
    kinds = f"{'WW(vd' in after} {'WW(inf' in after}"
    return [
        f"v {lemma} {kinds}", f"v+ {lemma} {following}", f"v- {lemma} {last}",
        f"v-+ {lemma} {last} {following}",
        f"vt {lemma} {tag} {following} {last}", f"vc {lemma} {(in_clause or ['-'])[-1]}",
        f"ve {lemma} {(clause or ['-'])[-1]}",
    ]  # fmt: skip


class LabelMapper:
    """From frog's annotation to parts of speech and features of Universal Dependencies 2025."""

    def __init__(self) -> None:
        self._hasher = FeatureHasher(2**21, input_type="string", alternate_sign=False)
        settings = {"loss": "modified_huber", "alpha": 3e-6, "tol": None, "average": True, "random_state": 0}
        self._pos = SGDClassifier(max_iter=12, **settings)
        self._both = SGDClassifier(max_iter=8, **settings)

    def _matrix(
        self, words: Iterable[tuple[Sequence[Frogged], int]], recent: bool | Sequence[bool]
    ) -> object:
        ages = iter(recent) if not isinstance(recent, bool) else None
        rows = []
        for sentence, i in words:
            features = _features(sentence, i)
            age = "N" if (next(ages) if ages else recent) else "O"
            rows.append(features + [f"{age} {feature}" for feature in features])
        return self._hasher.transform(rows)

    def fit(
        self,
        sentences: Sequence[Sequence[Frogged]],
        labels: Sequence[Sequence[Label]],
        recent: Sequence[bool],
    ) -> None:
        """Learn from treebank sentences with their labels; those of 2025 (``recent``) count twice."""
        words = [(sentence, i) for sentence in sentences for i in range(len(sentence))]
        ages = [new for sentence, new in zip(sentences, recent, strict=True) for _ in sentence]
        matrix, weights = self._matrix(words, ages), np.where(ages, 2.0, 1.0)
        flat = [label for sentence in labels for label in sentence]
        self._pos.fit(matrix, [pos for pos, _ in flat], sample_weight=weights)
        self._both.fit(matrix, ["#".join(label) for label in flat], sample_weight=weights)

    def predict(self, sentences: Sequence[Sequence[Frogged]], recent: bool = True) -> list[list[Label]]:
        """The labels of each word, of 2025 if ``recent``: the pos, and the features that fit it best."""
        classes = list(self._both.classes_)
        of_pos: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(classes):
            of_pos[name.split("#")[0]].append(number)
        words = [(sentence, i) for sentence in sentences for i in range(len(sentence))]
        labels: list[Label] = []
        for start in range(0, len(words), _PART):
            matrix = self._matrix(words[start : start + _PART], recent)
            scores = self._both.decision_function(matrix)
            for row, pos in zip(scores, self._pos.predict(matrix), strict=True):
                best = max(of_pos[pos], key=lambda number: row[number])
                labels.append((str(pos), classes[best].split("#")[1]))
        rest = iter(labels)
        return [[next(rest) for _ in sentence] for sentence in sentences]

    def to_2025(
        self, sentences: Sequence[Sequence[Frogged]], labels: Sequence[Sequence[Label]]
    ) -> list[list[Label]]:
        """Labels of older revisions by the rules of 2025.

        A label changes only where the classifier gives it back for the old rules and another for the new:
        then it is the rules that differ, not the classifier that errs.
        """
        old, new = self.predict(sentences, recent=False), self.predict(sentences, recent=True)
        return [
            [
                b if b[0] not in _RARE and (a == own or (a[0] == own[0] != b[0])) else own
                for own, a, b in zip(*three, strict=True)
            ]
            for three in zip(labels, old, new, strict=True)
        ]


def policy_sentences(text: Path, words: int) -> Iterator[tuple[list[str], list[bool]]]:
    """Words and spaces of sentences drawn from paragraphs of policy text, some ``words`` in all."""
    tokenizer = load().tokenizer
    lines = text.read_text(encoding="utf-8").split("\n")
    random.Random(7).shuffle(lines)
    seen: set[str] = set()
    for line in (re.sub(r"\s+", " ", line).strip() for line in lines):
        if line.count("|") > 2 or len(line) < 25 or line[:60] in seen:
            continue
        seen.add(line[:60])
        for start, end in split_sentences(line)[:4]:
            doc = tokenizer(line[start:end])
            if 15 <= end - start <= 500 and sum(t.is_alpha for t in doc) >= 0.6 * len(doc):
                yield [t.text for t in doc], [bool(t.whitespace_) for t in doc]
                words -= len(doc)
        if words <= 0:
            return


class SilverLemmas:
    """Lemmas for silver words: of the treebank where it has the word, else frog's where it can be trusted."""

    def __init__(self, gold: Iterable[Doc]) -> None:
        counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        for token in (token for doc in gold for token in doc):
            counts[self._key(token.text, token.pos_, str(token.morph))][token.lemma_] += 1
        self._known = {key: found.most_common(1)[0][0] for key, found in counts.items()}

    @staticmethod
    def _key(word: str, pos: str, features: str) -> tuple[str, str, str]:
        return (word if pos == "PROPN" else word.lower(), pos, features)

    def of(self, frogged: Frogged, label: Label, first: bool) -> str:
        """The lemma of a word, "" where it is not known well enough to learn from."""
        word, lemma, tag, _ = frogged
        pos, features = label
        known = self._known.get(self._key(word, pos, features))
        if known is not None:
            return known
        trusted = {
            "PROPN": "deeleigen" in tag and lemma[0] == word[0],
            "VERB": tag.startswith("WW") and lemma.endswith("n"),
            # Of a name ("Vlietdorpse") the lemma keeps its capital; frog's does not.
            "ADJ": first or not word[0].isupper(),
            "NOUN": tag.startswith("N("),
        }
        if pos in {"X", "INTJ", "SYM", "PUNCT"} or (pos == "NUM" and not word.isalpha()):
            return word
        return lemma if trusted.get(pos, True) else ""


def silver_docs(mapper: LabelMapper, lemmas: SilverLemmas, text: Path, words: int, vocab: Vocab) -> list[Doc]:
    """Policy sentences with silver annotation; those with labels that are rarely right are left out."""
    drawn = list(policy_sentences(text, words))
    frogged = frog([sentence for sentence, _ in drawn])
    docs = []
    for (own, spaces), sentence, labels in zip(drawn, frogged, mapper.predict(frogged), strict=True):
        if any(p in _RARE and len(w) > 1 and w.isalpha() for w, (p, _) in zip(own, labels, strict=True)):
            continue
        found = [
            lemmas.of(f, label, i == 0) for i, (f, label) in enumerate(zip(sentence, labels, strict=True))
        ]
        pos, morphs = [p for p, _ in labels], [m for _, m in labels]
        docs.append(Doc(vocab, words=own, spaces=spaces, pos=pos, morphs=morphs, lemmas=found))
    return docs
