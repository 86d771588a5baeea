"""The four sentence labels of the guideline (goal, measure, monitoring, vague) as a linear classifier.

A unit becomes groups of features: masked words, lemmas, parts of speech, character n-grams, cue words
from ``data/lexicons`` and its shape; its :class:`Context` adds the heading and the units around it. Each
group is weighted by inverse document frequency and brought to length one, after which four logistic
regressions give probabilities. Weights are fitted by ``scripts/train_sentence_labels.py`` and kept as
JSON, so that reading them executes nothing; prediction needs numpy only.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from uitvoerbaarheid.resources import data_path, model_path

if TYPE_CHECKING:
    from spacy.tokens import Token

    from uitvoerbaarheid.nlp.annotation import Unit

LABELS: tuple[str, ...] = ("goal", "measure", "monitoring", "vague")

#: Length of each group of features beside the others; "cue" and "shape" keep their own scale.
GROUP_WEIGHTS: dict[str, float] = {
    "word": 1.0,
    "lemma": 0.7,
    "pos": 0.5,
    "char": 0.8,
    "cue": 2.0,
    "shape": 1.2,
    "heading": 0.5,
    "around": 0.5,
    "around_cue": 0.5,
}

_BULLET = re.compile(r"^\s*(?:[•▪◦●○■□‣⁃∙·*–—-]|[\uf000-\uf0ff]|o |\d{1,2}[.)]\s|[a-z][.)]\s)")
_NUMBER = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONEY = re.compile(r"€|\b(?:euro|eur|miljoen|mln|miljard|mld)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|waren|werd|werden|had|hadden|hebben|heeft|is|zijn)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"\b(?:ge|be|ver|her|ont|uitge|opge|aange|inge|vastge|afge|voorge)\w{2,}(?:d|t|en)\b", re.I
)
_MODAL = {"wil", "willen", "zal", "zullen", "kan", "kunnen", "moet", "moeten", "mag", "mogen", "gaat", "gaan"}
_MODAL |= {
    "dient",
    "dienen",
    "wordt",
    "worden",
    "is",
    "zijn",
    "heeft",
    "hebben",
    "werd",
    "werden",
    "was",
    "waren",
}
_WE = {"<wij>", "ons", "onze"}
_CONTENT = {"VERB", "NOUN", "ADJ", "ADV", "AUX"}
_AUXILIARIES = {
    "willen",
    "zullen",
    "kunnen",
    "moeten",
    "mogen",
    "gaan",
    "dienen",
    "worden",
    "zijn",
    "hebben",
    "blijven",
}


@dataclass
class Context:
    """Where a unit stands: its section's heading and the units before and after it (texts, nearest first).

    ``introducer`` is the sentence that opens the list in which the unit is an item, if there is one.
    """

    heading: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    introducer: str = ""
    position: int = 0


def contexts_of(units: Sequence[Unit], heading: str, reach: int = 3) -> list[Context]:
    """The context of every unit of one section, in order; ``reach`` units are seen on either side."""
    texts = [unit.text for unit in units]
    contexts = []
    introducer = ""
    for index, unit in enumerate(units):
        item = unit.kind in ("item", "row") or bool(_BULLET.match(unit.text))
        if not item:
            introducer = ""
        contexts.append(
            Context(
                heading=heading,
                before=texts[max(0, index - reach) : index][::-1],
                after=texts[index + 1 : index + 1 + reach],
                introducer=introducer,
                position=index,
            )
        )
        if unit.text.rstrip().endswith(":"):
            introducer = unit.text
    return contexts


def _compile(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for a list of cue phrases ("*": any letters, "...": at most five words)."""
    parts = []
    for phrase in phrases:
        words = [r"\w*".join(re.escape(part) for part in word.split("*")) for word in phrase.split()]
        parts.append(r"\s+".join(words).replace(re.escape("..."), r"(?:\S+\s+){0,4}\S+"))
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)")


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    cues = {}
    for label in LABELS:
        lexicon = tomllib.loads(data_path("lexicons", f"{label}.toml").read_text(encoding="utf-8"))
        for table in ("cues", "against"):
            for name, phrases in lexicon.get(table, {}).items():
                cues[f"{label}.{name}"] = _compile(phrases)
    return cues


@cache
def _cues_in(text: str) -> tuple[str, ...]:
    lowered = " ".join(text.lower().split())
    return tuple(name for name, pattern in _cues().items() if pattern.search(lowered))


def _mask(word: str, first: bool) -> str:
    """The word as the classifier may see it: no figures and no names, which mislead it in other texts."""
    if _NUMBER.search(word):
        return "<jaar>" if _YEAR.fullmatch(word) else "<getal>"
    if not first and word[:1].isupper():
        return "<naam>"
    return word.lower()


@lru_cache(maxsize=4096)
def _parties(text: str) -> tuple[tuple[int, int, str], ...]:
    """Offsets of the parties in a text and what stands for them: "<wij>", "<partij>" or, unsure, "<naam>"."""
    from uitvoerbaarheid.nlp.actors import candidates

    shown = {"pronoun": "<wij>", "proper": "<naam>", "acronym": "<naam>", "place": "<naam>"}
    return tuple((c.start, c.end, shown.get(c.source, "<partij>")) for c in candidates(text))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Masked words and marks of a text; a capital after a full stop or bullet does not make a name."""
    masked: list[str] = []
    first = True
    parties = iter(_parties(text))
    party = next(parties, None)
    for match in re.finditer(r"\d[\d.,]*|\w+(?:[-'’]\w+)*|€|[^\w\s]", text):
        word = match[0]
        while party and party[1] <= match.start():
            party = next(parties, None)
        shown = party[2] if party and party[0] <= match.start() else _mask(word, first)
        if not (shown.startswith("<") and masked and masked[-1] == shown):
            masked.append(shown)
        if word[0].isalnum():
            first = False
        elif word in ".:;?!•":
            first = True
    return tuple(masked)


def _grams(items: Sequence[str], sizes: Iterable[int]) -> list[str]:
    return [" ".join(items[i : i + n]) for n in sizes for i in range(len(items) - n + 1)]


def _characters(words: Sequence[str]) -> list[str]:
    grams = []
    for word in words:
        if word.startswith("<") or not word[0].isalpha():
            continue
        padded = f" {word} "
        grams += [padded[i : i + n] for n in (3, 4, 5) for i in range(max(0, len(padded) - n + 1))]
    return grams


def _shape(unit: Unit, words: Sequence[str]) -> list[str]:
    text = unit.text
    item = unit.kind == "item" or bool(_BULLET.match(text))
    alphabetic = [w for w in words if w[0].isalpha() or w.startswith("<")]
    modal = next((w for w in alphabetic if w in _MODAL), "geen")
    features = [
        f"lengte {min(7, len(alphabetic) // 5)}",
        f"soort {'item' if item else unit.kind}",
        f"eerste {alphabetic[0] if alphabetic else ''}",
        f"begin {' '.join(alphabetic[:2])}",
        f"hulpwerkwoord {modal}",
    ]
    tests = {
        "dubbele punt": text.rstrip().endswith(":"),
        "vraag": text.rstrip().endswith("?"),
        "puntkomma": text.rstrip().endswith(";"),
        "jaar": bool(_YEAR.search(text)),
        "geld": bool(_MONEY.search(text)),
        "getal": bool(_NUMBER.search(text)),
        "wij": not _WE.isdisjoint(words),
        "verleden": bool(_PAST.search(text) and _PARTICIPLE.search(text)),
        "deelwoord": bool(_PARTICIPLE.search(text)),
        "cellen": "|" in text,
        "partij": "<partij>" in words,
    }
    return features + [name for name, holds in tests.items() if holds] + _found(unit)


def _found(unit: Unit) -> list[str]:
    """Whether the unit holds money or a term, and of what kind."""
    from uitvoerbaarheid.nlp.budgets import find_budgets
    from uitvoerbaarheid.nlp.deadlines import find_deadlines

    budgets = find_budgets(unit.text, cells=unit.cells, header=unit.header)
    deadlines = find_deadlines(unit.text)
    names = [f"budget {'open' if budget.value.get('open') else 'bedrag'}" for budget in budgets]
    names += [f"termijn {deadline.value.get('granularity')}" for deadline in deadlines]
    return sorted({*names, *(["budget"] if budgets else []), *(["termijn"] if deadlines else [])})


def _linguistic(unit: Unit) -> dict[str, list[str]]:
    """Lemmas, parts of speech and verb forms, where the language model gives them.

    The tense of the finite verb and what follows its auxiliary tell history ("is gebouwd") from plans
    ("wordt gebouwd", "gaan bouwen"); the first noun or pronoun stands for the subject.
    """
    tokens = [t for t in unit.span if not t.is_space]
    pos = [t.pos_ for t in tokens]
    if not any(pos):
        return {}
    lemmas = [t.lemma_.lower() for t in tokens if t.pos_ in _CONTENT and t.lemma_.isalpha()]
    subject = next((t for t in tokens if t.pos_ in ("NOUN", "PRON", "PROPN")), None)
    shape = []
    if subject is not None:
        shape.append(f"onderwerp {'<naam>' if subject.pos_ == 'PROPN' else subject.lemma_.lower()}")
    return {
        "lemma": _grams(lemmas, (1, 2)),
        "pos": _grams(pos, (1, 2, 3)),
        "shape": shape + _verb_forms(tokens, unit.text),
    }


def _morph(token: Token, name: str) -> str:
    return token.morph.to_dict().get(name, "")


def _verb_forms(tokens: Sequence[Token], text: str) -> list[str]:
    """For each finite verb its tense, its subject (roughly) and the action that it or its partner names."""
    verbs = [t for t in tokens if t.pos_ in ("VERB", "AUX")]
    finite = [v for v in verbs if _morph(v, "VerbForm") == "Fin"]
    if not finite:
        return [f"zonder persoonsvorm {verbs[0].lemma_.lower() if verbs else ''}"]
    features = []
    for verb in finite:
        lemma = verb.lemma_.lower()
        subject = _subject(verb, text)
        features += [f"tijd {_morph(verb, 'Tense')}", f"persoonsvorm {lemma}", f"{subject} {lemma}"]
        following = next((v for v in verbs if v.i > verb.i and _morph(v, "VerbForm") != "Fin"), None)
        if following is not None and lemma in _AUXILIARIES:
            form = f"{lemma} + {_morph(following, 'VerbForm')}"
            features += [form, f"{subject} {form}", f"{lemma} + {following.lemma_.lower()}"]
            features.append(f"doet {following.lemma_.lower()}")
        else:
            features.append(f"doet {lemma}")
    return features


def _subject(verb: Token, text: str) -> str:
    """What stands for the subject of a finite verb: the party before it, or right after it, else "iets"."""
    base = verb.doc[0].idx
    before = [shown for start, end, shown in _parties(text) if 0 <= verb.idx - base - end <= 40]
    after = [shown for start, end, shown in _parties(text) if 0 <= start - (verb.idx - base + len(verb)) <= 6]
    return after[0] if after else before[-1] if before else "iets"


def features_of(unit: Unit, context: Context | None) -> dict[str, list[str]]:
    """The features of a unit by group; a unit without context (a loose line) has the first groups only."""
    words = _words(unit.text)
    groups = {
        "word": _grams(words, (1, 2)),
        "char": _characters(words),
        "cue": list(_cues_in(unit.text)),
        "shape": _shape(unit, words),
    }
    for group, found in _linguistic(unit).items():
        groups[group] = groups.get(group, []) + found
    if context is None:
        groups["shape"].append("los")
        return groups
    around = [_words(text) for text in (context.before + context.after)]
    near = {"vorige": context.before[:1], "volgende": context.after[:1], "inleiding": [context.introducer]}
    groups["heading"] = list(_words(context.heading))
    groups["around"] = [word for words in around for word in words if word.isalpha()]
    groups["around_cue"] = [
        f"{where} {cue}" for where, texts in near.items() for t in texts for cue in _cues_in(t)
    ]
    groups["shape"] += [f"plaats {min(4, context.position)}"] + (["ingeleid"] if context.introducer else [])
    return groups


@dataclass
class Vectorizer:
    """Turns groups of features into sparse rows: column by feature, inverse document frequency, length."""

    columns: dict[str, int]
    idf: np.ndarray

    @classmethod
    def fit(
        cls, rows: Sequence[dict[str, list[str]]], documents: Sequence[str], least: int = 2
    ) -> Vectorizer:
        """Columns for the features that stand in at least ``least`` documents and three rows."""
        seen: dict[str, set[str]] = {}
        counts: Counter[str] = Counter()
        for row, document in zip(rows, documents, strict=True):
            for name in {f"{group}:{feature}" for group, found in row.items() for feature in found}:
                counts[name] += 1
                seen.setdefault(name, set()).add(document)
        kept = sorted(name for name, where in seen.items() if len(where) >= least and counts[name] >= 3)
        idf = [1 + math.log((1 + len(rows)) / (1 + counts[name])) for name in kept]
        return cls({name: column for column, name in enumerate(kept)}, np.array(idf))

    def row(self, groups: dict[str, list[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of one unit."""
        columns: list[int] = []
        values: list[float] = []
        for group, found in groups.items():
            counts = Counter(c for f in found if (c := self.columns.get(f"{group}:{f}")) is not None)
            if not counts:
                continue
            index = np.fromiter(counts, dtype=int)
            value = (1 + np.log(np.fromiter(counts.values(), dtype=float))) * self.idf[index]
            scale = 1.0
            if group in ("cue", "shape"):
                value = np.ones(len(index))
                scale = 0.25
            else:
                scale = 1 / float(np.sqrt((value**2).sum()))
            columns.extend(index.tolist())
            values.extend((value * scale * GROUP_WEIGHTS[group]).tolist())
        return np.array(columns, dtype=int), np.array(values)


class SentenceLabeller:
    """Probabilities of goal, measure, monitoring and vague for units, and the decision on them."""

    def __init__(
        self,
        vectorizer: Vectorizer,
        weights: np.ndarray,
        intercepts: np.ndarray,
        thresholds: dict[str, float],
    ) -> None:
        """``weights`` has a row per label and a column per feature; ``intercepts`` one number per label."""
        self.vectorizer = vectorizer
        self.weights = weights
        self.intercepts = intercepts
        self.thresholds = thresholds

    @classmethod
    def load(cls, path: Path | None = None) -> SentenceLabeller:
        """The labeller in a JSON file, by default the bundled ``models/sentence_labels.json``."""
        kept = json.loads((path or model_path("sentence_labels.json")).read_text(encoding="utf-8"))
        columns = {name: column for column, name in enumerate(kept["features"])}
        vectorizer = Vectorizer(columns, np.array(kept["idf"]))
        weights = np.array([kept["weights"][label] for label in LABELS])
        intercepts = np.array([kept["intercepts"][label] for label in LABELS])
        return cls(vectorizer, weights, intercepts, kept["thresholds"])

    def save(self, path: Path) -> None:
        """Write the labeller as JSON (features, weights to four decimals, thresholds)."""
        kept = {
            "features": list(self.vectorizer.columns),
            "idf": [round(v, 3) for v in self.vectorizer.idf.tolist()],
            "weights": {
                label: [round(v, 4) for v in self.weights[i].tolist()] for i, label in enumerate(LABELS)
            },
            "intercepts": {label: round(float(self.intercepts[i]), 4) for i, label in enumerate(LABELS)},
            "thresholds": self.thresholds,
        }
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8", newline="\n")

    def predict(self, units: Sequence[Unit], contexts: Sequence[Context | None]) -> list[dict[str, float]]:
        """The probability of each label for each unit; a context of None is a line that stands alone."""
        found = []
        for unit, context in zip(units, contexts, strict=True):
            columns, values = self.vectorizer.row(features_of(unit, context))
            scores = self.weights[:, columns] @ values + self.intercepts
            probabilities = 1 / (1 + np.exp(-scores))
            found.append({label: round(float(p), 4) for label, p in zip(LABELS, probabilities, strict=True)})
        return found

    def decide(self, probabilities: dict[str, float]) -> set[str]:
        """The labels whose probability reaches their threshold."""
        return {label for label in LABELS if probabilities[label] >= self.thresholds[label]}
