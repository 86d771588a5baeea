"""Carry our labels of real sections and sentences over to a changed reading of the documents.

    python scripts/carry_labels.py BEFORE [--shared DIR] [--cache DIR] [--write]

The labels in ``data/training/corpus_*.jsonl`` name texts by digest, so a better extraction loses those it
reads otherwise. BEFORE is the folder with the reports of the earlier reading (``reports-…`` in the cache,
kept by ``corpus.report_of``). A section keeps its label where the new reading holds the same section: the
same heading with nearly all of the words, or nearly the same text under another heading. A sentence keeps
its label wherever in the document it now stands. Without ``--write`` only the counts are printed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import spacy

from corpus import CACHE, SHARED, TRAINING, digest, read_lines, report_of, short_digest
from gold import overlap, plain
from uitvoerbaarheid.nlp.units import units_of_sections
from uitvoerbaarheid.records import Report, Section

#: The share of words (F1) from which on two readings are the same section under the same heading ...
SAME = 0.95
#: ... and where the headings differ.
SAME_ELSEWHERE = 0.98


def named(section: Section) -> str:
    """The digest by which ``corpus_sections.jsonl`` knows a section."""
    return digest(f"{section.heading} {section.text}")


def before(folder: Path, doc: str) -> Report | None:
    """The earlier reading of a document, None where there is none."""
    kept = folder / f"{doc.replace('/', '__')}.json"
    text = kept.read_text(encoding="utf-8") if kept.exists() else "null"
    return None if text == "null" else Report.model_validate_json(text)


def successor(old: Section, sections: Iterable[Section]) -> Section | None:
    """The section of the new reading that is the old one, None where it was split, joined or lost."""
    best, found = 0.0, None
    for section in sections:
        same = plain(section.heading) == plain(old.heading)
        score = overlap(old.text, section.text) if old.text.strip() else float(same and not section.text)
        if score >= (SAME if same else SAME_ELSEWHERE) and score + same > best:
            best, found = score + same, section
    return found


def carry_sections(
    records: list[dict], folder: Path, shared: Path, cache: Path
) -> tuple[list[dict], Counter]:
    """The records with the digests of the new reading; those that found no successor stay as they are."""
    counts: Counter[str] = Counter()
    old: dict[str, dict[str, Section]] = {}
    new: dict[str, dict[str, Section]] = {}
    result = []
    for record in records:
        doc = record["doc"]
        if doc not in new:
            earlier, now = before(folder, doc), report_of(shared, doc, cache)
            old[doc] = {named(s): s for s in earlier.sections} if earlier else {}
            new[doc] = {named(s): s for s in now.sections} if now else {}
        if record["text"] in new[doc]:
            counts["same"] += 1
        else:
            was = old[doc].get(record["text"])
            now_is = successor(was, new[doc].values()) if was else None
            counts["carried" if now_is else "lost"] += 1
            if now_is is not None:
                result.append(record | {"text": named(now_is)})
                continue
        result.append(record)
    return result, counts


def carry_sentences(records: list[dict], shared: Path, cache: Path) -> tuple[list[dict], Counter]:
    """The records by the headings of the new reading, each sentence under the heading where it now stands."""
    counts: Counter[str] = Counter()
    by_doc: dict[str, list[dict]] = defaultdict(list)
    for record in records:
        by_doc[record["doc"]].append(record)
    tokenizer = spacy.blank("nl")
    result = []
    for doc, labelled in by_doc.items():
        report = report_of(shared, doc, cache)
        placed = _placed(report, tokenizer) if report else {}
        homes: dict[str, dict] = {}
        for record in labelled:
            rest = {k: v for k, v in record.items() if k not in ("heading", "labels", "actors")}
            for sentence, label in record["labels"].items():
                headings = placed.get(sentence, [])
                heading = record["heading"] if record["heading"] in headings or not headings else headings[0]
                counts["lost" if not headings else "same" if heading == record["heading"] else "moved"] += 1
                home = homes.setdefault(heading, {**rest, "heading": heading, "labels": {}})
                home["labels"].setdefault(sentence, label)
                if sentence in record.get("actors", {}):
                    home.setdefault("actors", {}).setdefault(sentence, record["actors"][sentence])
        result += homes.values()
    return result, counts


def _placed(report: Report, tokenizer: spacy.Language) -> dict[str, list[str]]:
    """Digest of each sentence -> digests of the headings under which it stands."""
    placed: dict[str, list[str]] = defaultdict(list)
    for section, units in zip(report.sections, units_of_sections(report.sections, tokenizer), strict=True):
        for unit in units:
            placed[short_digest(" ".join(unit.text.split()))].append(short_digest(section.heading))
    return placed


def main() -> None:
    """Print what is kept, moved and lost, and write the files where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sections, sentences = (TRAINING / f"corpus_{name}.jsonl" for name in ("sections", "sentences"))
    kept, counts = carry_sections(read_lines(sections), options.before, options.shared, options.cache)
    print("sections", dict(counts))
    kept_sentences, counts = carry_sentences(read_lines(sentences), options.shared, options.cache)
    print("sentences", dict(counts))
    if options.write:
        _write(sections, kept, (", ", ": "))
        _write(sentences, kept_sentences, (",", ":"))


def _write(path: Path, records: list[dict], separators: tuple[str, str]) -> None:
    lines = (json.dumps(record, ensure_ascii=False, separators=separators) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
