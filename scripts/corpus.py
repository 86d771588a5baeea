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

from uitvoerbaarheid import extraction
from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.nlp.units import units_of_sections
from uitvoerbaarheid.records import Report, UnreadableError

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
    """Changes with the code of the extraction, so that what an older version read is not used."""
    digest = hashlib.sha256()
    for file in sorted(Path(extraction.__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def report_of(shared: Path, doc: str, folder: Path) -> Report | None:
    """Our reading of a document in the corpus, kept in ``folder`` for the next time; None if unreadable."""
    kept = folder / f"reports-{_reader_digest()}" / f"{doc.replace('/', '__')}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            kept.write_text(read(shared / "corpus" / doc).model_dump_json(), encoding="utf-8")
        except UnreadableError:
            kept.write_text("null", encoding="utf-8")
    text = kept.read_text(encoding="utf-8")
    return None if text == "null" else Report.model_validate_json(text)


def digest(text: str) -> str:
    """Digest of a text's letters and figures, in lower case: spaces and marks may differ."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", text.lower()).encode()).hexdigest()[:24]


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
                        "doc": record.get("edition_of", doc),
                        "heading": section.heading,
                        "text": section.text,
                        "path": section.heading_path,
                    }
                )
    _tell_missing("paragrafen", len(records), len(found))
    return found


def corpus_units(shared: Path, folder: Path) -> list[dict]:
    """Labelled sentences as in the gold's ``units.jsonl``, without a section: each stands alone."""
    records = read_lines(TRAINING / "corpus_sentences.jsonl")
    tokenizer = spacy.blank("nl")
    found = []
    for doc, labelled in _by_document(records).items():
        report = report_of(shared, doc, folder)
        headings = {record["heading"] for record in labelled}
        chosen = [s for s in report.sections if digest(s.heading) in headings] if report else []
        units = [unit for units in units_of_sections(chosen, tokenizer) for unit in units]
        texts = {digest(unit.text): " ".join(unit.text.split()) for unit in units}
        for record in labelled:
            if record["text"] in texts:
                found.append(
                    record
                    | {
                        "doc": record.get("edition_of", doc),
                        "section": None,
                        "heading": None,
                        "text": texts[record["text"]],
                    }
                )
    _tell_missing("zinnen", len(records), len(found))
    return found


def _by_document(records: list[dict]) -> dict[str, list[dict]]:
    documents: dict[str, list[dict]] = defaultdict(list)
    for record in records:
        documents[record["doc"]].append(record)
    return documents


def _tell_missing(what: str, labelled: int, found: int) -> None:
    if found < labelled:
        print(f"{labelled - found} van {labelled} gelabelde {what} niet teruggevonden in het corpus")
