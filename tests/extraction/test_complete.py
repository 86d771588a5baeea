"""Real publications: every word of the text is in the sections, and two forms of one plan nest alike."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from uitvoerbaarheid.extraction import read, stop
from uitvoerbaarheid.extraction.safety import parse_xml
from uitvoerbaarheid.extraction.strings import fold, split_number
from uitvoerbaarheid.records import Report

WORD = re.compile(r"\w+")
# What a section does not show: numbers of list items, metadata, what is deleted.
LEFT_OUT = {"linummer", "metadata", "regelingopschrift", "inhoudsopgave", "verwijderdetekst", "verwijder"}
# Marks inside a word do not end it.
INLINE = {
    "sup",
    "sub",
    "b",
    "i",
    "u",
    "strong",
    "em",
    "inline",
    "extref",
    "intref",
    "intioref",
    "extioref",
    "noot",
}


def _text(element: Any) -> Iterator[str]:
    name = stop.local(element)
    if not name or name in LEFT_OUT:
        return
    yield element.text or ""
    for child in element:
        yield from _text(child)
        yield ("" if stop.local(child) in INLINE else " ") + (child.tail or "")


def _words(root: Any) -> Counter[str]:
    return Counter(WORD.findall("".join(_text(root))))


def _read_words(report: Report) -> Counter[str]:
    """The words of all sections, those of a table's header once for each table."""
    words: Counter[str] = Counter()
    for section in report.sections:
        words.update(WORD.findall(section.heading))
        tables = set()
        for block in section.blocks:
            words.update(WORD.findall(" ".join(block.cells or [section.text[block.start : block.end]])))
            if block.header and block.table not in tables:
                tables.add(block.table)
                words.update(WORD.findall(" ".join(block.header)))
    return words


def test_no_word_of_a_publication_is_lost(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "stop").glob("*.xml")):
        report = read(path)
        root = parse_xml(path.read_bytes())
        source: Counter[str] = Counter()
        for top in stop._text_roots(root):
            source += _words(top)
        # A publication that hangs under its own title has that as title of the document.
        lost = source - _read_words(report) - Counter(WORD.findall(report.document.title or ""))
        assert not lost, (path.name, lost)


def test_no_word_of_the_components_is_lost(shared: Path) -> None:
    def fragments(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (v for k, v in node.items() if k in ("kop", "inhoud") and isinstance(v, str))
            for value in node.values():
                yield from fragments(value)
        elif isinstance(node, list):
            for value in node:
                yield from fragments(value)

    for path in sorted((shared / "corpus" / "dso-json").glob("*.json")):
        source: Counter[str] = Counter()
        for fragment in fragments(json.loads(path.read_text(encoding="utf-8"))):
            source += _words(parse_xml(fragment.encode()))
        lost = source - _read_words(read(path))
        assert not lost, (path.name, lost)


def _paths(report: Report) -> dict[tuple[str | None, str], tuple[str, ...]]:
    """The headings that occur once, each with those above it."""
    keys = [(split_number(s.heading)[0], fold(s.heading)) for s in report.sections]
    counts = Counter(keys)
    return {
        key: tuple(fold(heading) for heading in section.heading_path[:-1])
        for key, section in zip(keys, report.sections, strict=True)
        if counts[key] == 1
    }


@pytest.mark.parametrize(
    "edition", ["waterbeheerplan-rijnland-v2.xml", "waterbeheerplan-rijnland-stop-0.98.xml"]
)
def test_the_word_file_and_the_publication_of_a_plan_nest_alike(shared: Path, edition: str) -> None:
    word = _paths(read(next((shared / "corpus" / "docx").glob("Waterbeheerplan*"))))
    published = _paths(read(shared / "corpus" / "stop" / edition))
    both = word.keys() & published.keys()
    assert len(both) >= 40
    assert {key: word[key] for key in both} == {key: published[key] for key in both}
