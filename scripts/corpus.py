"""The real documents beside the project: reading them, and finding the texts that our own labels are about.

``data/training/corpus_sections.jsonl`` and ``corpus_sentences.jsonl`` hold labels of real sections and
sentences without their text: a document's name and a digest of the text, which is looked up here in our own
reading of the document. What a changed extraction no longer finds is left out, and counted.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path

import spacy
from sklearn.model_selection import GroupKFold

from uitvoerbaarheid import extraction
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.extraction.model import Ocr
from uitvoerbaarheid.nlp.labels import contexts_of
from uitvoerbaarheid.nlp.units import units_of_sections
from uitvoerbaarheid.records import Report, Section, UnreadableError

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
TRAINING = ROOT / "data" / "training"
#: What was read before is kept here unless --cache says otherwise: never inside the project.
CACHE = Path(tempfile.gettempdir()) / "uitvoerbaarheid-gold"


def read_lines(path: Path) -> list[dict]:
    """The records of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@cache
def _reader_digest() -> str:
    """Changes with the code and rules of the extraction, so that what an older version read is not used."""
    digest = hashlib.sha256()
    rules = [*(ROOT / "data" / "patterns").glob("*.toml"), *(ROOT / "data" / "lexicons").glob("*.toml")]
    for file in sorted([*Path(extraction.__file__).parent.rglob("*.py"), *rules]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def report_of(shared: Path, doc: str, folder: Path) -> Report | None:
    """Our reading of a document in the corpus, kept in ``folder`` for the next time; None if unreadable.

    No text is recognised in scans, so that it does not depend on what is installed.
    """
    kept = folder / f"reports-{_reader_digest()}" / f"{doc.replace('/', '__')}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            report = read(shared / "corpus" / doc, ocr=Ocr("nee"))
            kept.write_text(report.model_dump_json(), encoding="utf-8")
        except UnreadableError:
            kept.write_text("null", encoding="utf-8")
    text = kept.read_text(encoding="utf-8")
    return None if text == "null" else Report.model_validate_json(text)


def digest(text: str) -> str:
    """Digest of a text's letters and figures, in lower case: spaces and marks may differ."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", text.lower()).encode()).hexdigest()[:24]


def short_digest(text: str) -> str:
    """The first half of :func:`digest`: enough to tell the sentences of one section apart."""
    return digest(text)[:12]


FOLDS = 5


@cache
def _editions() -> dict[str, str]:
    records = [
        *read_lines(TRAINING / "corpus_sections.jsonl"),
        *read_lines(TRAINING / "corpus_sentences.jsonl"),
    ]
    return {record["doc"]: record["edition_of"] for record in records if "edition_of" in record}


def family(doc: str) -> str:
    """The document of which ``doc`` is another edition or form, else ``doc`` itself."""
    return _editions().get(doc, doc)


@cache
def folds_of_documents(shared: Path) -> dict[str, int]:
    """The fold in which each document is held out; all editions of one together (see :func:`family`)."""
    records = [
        *read_lines(shared / "gold" / "sections.jsonl"),
        *read_lines(shared / "gold" / "units.jsonl"),
    ]
    groups = [family(record["doc"]) for record in records]
    folds = {
        groups[index]: fold
        for fold, (_, test) in enumerate(GroupKFold(FOLDS).split(groups, groups=groups))
        for index in test
    }
    # Documents whose sentences are labelled come first: those of a labeller's training keep their fold.
    others: list[str] = []
    for name in ("corpus_sentences", "corpus_sections"):
        found = {family(record["doc"]) for record in read_lines(TRAINING / f"{name}.jsonl")}
        others += sorted(found - {*folds, *others})
    return folds | {doc: index % FOLDS for index, doc in enumerate(others)}


def corpus_sections(shared: Path, folder: Path) -> list[dict]:
    """Labelled sections as in the gold's ``sections.jsonl``; editions of one document share a ``doc``."""
    records = read_lines(TRAINING / "corpus_sections.jsonl")
    found = []
    for doc, labelled in _by_document(records).items():
        report = report_of(shared, doc, folder)
        sections = {digest(f"{s.heading} {s.text}"): s for s in report.sections} if report else {}
        for record in labelled:
            section = sections.get(record["text"])
            if section is not None:
                found.append(
                    record
                    | {
                        "doc": family(doc),
                        "heading": section.heading,
                        "text": section.text,
                        "path": section.heading_path,
                        "document": report.document,
                    }
                )
    _tell_missing("paragrafen", len(records), len(found))
    return found


#: The letters of a label record, in the order of the gold's fields.
LETTERS = {"g": "goal", "m": "measure", "o": "monitoring", "v": "vague"}
#: A label may have its worth behind it, the 1 or 2 of the guideline's criteria: "g1m2v".
_LABEL = re.compile(r"([gmov])([12]?)")


def corpus_units(shared: Path, folder: Path) -> list[dict]:
    """Labelled sentences as in the gold's ``units.jsonl``, each with its ``context``.

    Where the actors were labelled too, ``actor`` holds their names as written; otherwise it is None.
    """
    records = read_lines(TRAINING / "corpus_sentences.jsonl")
    tokenizer = spacy.blank("nl")
    found = []
    for doc, labelled in _by_document(records).items():
        report = report_of(shared, doc, folder)
        by_heading = {record["heading"]: record for record in labelled}
        chosen = [s for s in report.sections if short_digest(s.heading) in by_heading] if report else []
        for section, units in zip(chosen, units_of_sections(chosen, tokenizer), strict=True):
            record = by_heading[short_digest(section.heading)]
            for unit, context in zip(units, contexts_of(units, section.heading), strict=True):
                row = _labelled_unit(record, " ".join(unit.text.split()))
                if row:
                    found.append(row | {"doc": family(doc), "context": context})
    # A sentence that stands in two sections under one heading counts once.
    found = list({(row["doc"], row["text"]): row for row in found}.values())
    _tell_missing("zinnen", sum(len(record["labels"]) for record in records), len(found))
    return found


def own_units() -> list[dict]:
    """The labelled sentences of our own texts, as :func:`corpus_units` gives those of the corpus.

    They are those of ``sections.jsonl``, in their context, and those of ``sentences.jsonl``.
    """
    labelled = {record["doc"]: record for record in read_lines(TRAINING / "own_sentences.jsonl")}
    own = [record for record in read_lines(TRAINING / "sections.jsonl") if record["id"] in labelled]
    sections = [
        Section(id=r["id"], heading=r["heading"], heading_path=[r["heading"]], depth=1, text=r["text"])
        for r in own
    ]
    rows = [
        {"doc": record["id"], "context": None, **record}
        for record in read_lines(TRAINING / "sentences.jsonl")
    ]
    for section, units in zip(sections, units_of_sections(sections, spacy.blank("nl")), strict=True):
        for unit, context in zip(units, contexts_of(units, section.heading), strict=True):
            row = _labelled_unit(labelled[section.id], " ".join(unit.text.split()))
            rows += [row | {"doc": section.id, "context": context}] if row else []
    return rows


def _labelled_unit(record: dict, text: str) -> dict | None:
    """The text with its labels, None where it has none."""
    name = short_digest(text)
    if name not in record["labels"]:
        return None
    spans = record.get("actors", {}).get(name)
    actors = None if spans is None else [text[start:end] for start, end in spans]
    stated = dict(_LABEL.findall(record["labels"][name]))
    return {
        "text": text,
        "actor": actors,
        **{label: int(letter in stated) for letter, label in LETTERS.items()},
        "worth": {LETTERS[letter]: int(worth) for letter, worth in stated.items() if worth},
    }


def _by_document(records: list[dict]) -> dict[str, list[dict]]:
    documents: dict[str, list[dict]] = defaultdict(list)
    for record in records:
        documents[record["doc"]].append(record)
    return documents


def _tell_missing(what: str, labelled: int, found: int) -> None:
    if found < labelled:
        print(f"{labelled - found} van {labelled} gelabelde {what} niet teruggevonden in het corpus")
