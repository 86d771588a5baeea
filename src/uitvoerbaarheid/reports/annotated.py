"""The annotated PDF: what a report says of a document, written over its own pages.

Here a report becomes plain data (which words, which colour, which note); the reading process finds the places
and writes the copy (``extraction.pdf.annotate``).
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from uitvoerbaarheid.extraction import os_reason
from uitvoerbaarheid.extraction.annotations import (
    Annotated,
    Annotations,
    Highlight,
    Key,
    Note,
    Passage,
    Span,
)
from uitvoerbaarheid.extraction.watch import page_list
from uitvoerbaarheid.extraction.worker import Reader
from uitvoerbaarheid.records import CRITERIA, Block, Box, Report, Section, UnreadableError
from uitvoerbaarheid.reports.evidence import cell_ranges
from uitvoerbaarheid.reports.judgements import overrule_words, profile_name
from uitvoerbaarheid.reports.labels import document_title, label, section_title, shorten
from uitvoerbaarheid.reports.values import meaning, remarks
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.quotes import listing

log = logging.getLogger(__name__)

#: Marks are written in this order, whole units first, so that parties, money and terms lie over them.
_ORDER = ("goal", "measure", "monitoring", "vague", "actor", "budget", "deadline")
#: A note is cut after this many characters, a title after so many.
_NOTE, _TITLE = 6_000, 200
#: The most documents that are named with what is told of them.
_NAMED = 5


@cache
def _words() -> dict[str, Any]:
    return read_toml("reports", "annotations.toml")


def annotations_of(report: Report) -> Annotations:
    """What is to be written over the PDF of a report: its mentions, and a note for each section with a score.

    Mentions on pages whose text was recognised in a picture have no words to mark there, and are left out.
    """
    result = Annotations(author=_words()["author"])
    scanned = {page.page for page in report.document.ocr}
    ordered: list[tuple[int, Highlight]] = []
    for number, section in enumerate(report.sections, 1):
        ordered += _highlights(section, f"uv-{number}", scanned, result.passages)
        note = _note(section, report, f"uv-{number}")
        if note is not None:
            result.notes.append(note)
    result.highlights = [highlight for _, highlight in sorted(ordered, key=lambda item: item[0])]
    result.notes.insert(0, _opening(report))
    looks = _words()["look"]
    result.keys = [Key(text=label("mention", name), **looks[name]) for name in _ORDER]
    return result


# --- marks -----------------------------------------------------------------------------------------------


def _highlights(
    section: Section, name: str, scanned: set[int], passages: list[Passage]
) -> Iterator[tuple[int, Highlight]]:
    """The mentions of a section, each with its place in the order of writing.

    ``passages`` gets the passages they are in.
    """
    places = _Places(section, scanned, passages)
    for index, mention in enumerate(section.mentions):
        spans = places.spans(mention.start, mention.end)
        if spans:
            said = [part for part in (meaning(mention), *remarks(mention)) if part]
            kind = label("mention", mention.type)
            yield (
                _ORDER.index(mention.type),
                Highlight(
                    name=f"{name}-m{index}",
                    spans=spans,
                    subject=kind,
                    contents=_cut(": ".join([kind, ", ".join(said)] if said else [kind]), _NOTE),
                    **_words()["look"][mention.type],
                ),
            )


class _Places:
    """Turns offsets in a section's text into spans of passages, which are made as they are needed."""

    def __init__(self, section: Section, scanned: set[int], passages: list[Passage]) -> None:
        self._text = section.text
        self._passages = passages
        self._made: dict[int, tuple[int, list[tuple[int, int, int]]]] = {}
        self._blocks = sorted((block for block in section.blocks if block.boxes), key=lambda b: b.start)
        self._starts = [block.start for block in self._blocks]
        self._scanned = scanned
        for block in self._blocks:
            if scanned and block.boxes[0].page in scanned:
                # Nothing is marked there, but notes stay clear of it.
                passages.append(Passage(text="", boxes=block.boxes))

    def spans(self, start: int, end: int) -> list[Span]:
        """The spans of the characters ``start`` to ``end`` of the section; none where there is no page."""
        found = []
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self._blocks)):
            block = self._blocks[index]
            if block.start >= end:
                break
            if block.end <= start or all(box.page in self._scanned for box in block.boxes):
                continue
            passage, parts = self._passage(index, block)
            for first, last, offset in parts:
                left, right = max(start, first), min(end, last)
                if left < right:
                    found.append(
                        Span(passage=passage, start=left - first + offset, end=right - first + offset)
                    )
        return found

    def _passage(self, index: int, block: Block) -> tuple[int, list[tuple[int, int, int]]]:
        """The passage of a block and its parts: offsets in the section, and where they begin in the passage.

        Of a row only the cells: the names of columns stand elsewhere on the page.
        """
        if index not in self._made:
            ranges = cell_ranges(self._text, block) if block.cells else None
            offset, parts = 0, []
            for start, end in ranges or [(block.start, block.end)]:
                parts.append((start, end, offset))
                offset += end - start + 1
            text = " ".join(self._text[start:end] for start, end, _ in parts)
            self._passages.append(Passage(text=text, boxes=block.boxes))
            self._made[index] = len(self._passages) - 1, parts
        return self._made[index]


# --- notes -----------------------------------------------------------------------------------------------


def _is_judged(section: Section) -> bool:
    return section.level is not None and section.score is not None and section.verdict != "not_assessed"


def _place(section: Section) -> Box | None:
    """Where the note of a section goes: at its heading, else where it begins."""
    return section.heading_box or next(iter(section.boxes), None)


def _note(section: Section, report: Report, name: str) -> Note | None:
    """The note of a section with a score; None for others, and for those of which the page is not known."""
    box = _place(section)
    if box is None or not _is_judged(section):
        return None
    assert section.level is not None
    words = _words()
    word = words["tag"][section.verdict] + (words["tag"]["uncertain"] if section.uncertain else "")
    return Note(
        name=name,
        box=box,
        figure=str(section.score),
        word=word,
        color=words["level"]["color"][section.level],
        ink=words["level"]["ink"][section.level],
        subject=section_title(section, _TITLE),
        contents=_cut("\n".join(_lines(section, report)), _NOTE),
    )


def _lines(section: Section, report: Report) -> Iterator[str]:
    """What a note says, line by line."""
    words = _words()["note"]
    yield section_title(section, _TITLE)
    yield words["score"].format(score=section.score, level=section.level, name=label("level", section.level))
    unsure = words["uncertain"] if section.uncertain else ""
    yield words["verdict"].format(verdict=label("verdict", section.verdict)) + unsure
    context, expectation = section.in_context, section.expectation
    if context is not None:
        yield words["context"].format(
            level=context.level,
            name=label("level", context.level),
            score=context.score,
            verdict=label("verdict", context.verdict),
        )
    if expectation is not None:
        yield words["profile"].format(
            name=profile_name(report), verdict=label("verdict", expectation.verdict)
        )
    for overrule in section.overruled:
        yield words["by_hand"].format(overrule_words(overrule))
    if section.criteria is not None:
        yield f"\n{words['criteria']}"
        for criterion in CRITERIA:
            value = label("criterion_value", getattr(section.criteria, criterion))
            weakest = words["weakest"] if criterion == section.weakest else ""
            yield f"- {label('criterion', criterion)}: {value}{weakest}"
    yield from _list(words["reasons"], (reason.text for reason in section.reasons))
    yield from _list(words["questions"], (question.text for question in section.questions))


def _list(title: str, texts: Iterable[str]) -> Iterator[str]:
    items = [f"- {' '.join(text.split())}" for text in texts]
    if items:
        yield f"\n{title}"
        yield from items


def _opening(report: Report) -> Note:
    """The note at the top of the first page: what was done, and what the marks mean."""
    words, document, summary = _words()["opening"], report.document, report.summary
    names = [label("mention", name) for name in _ORDER]
    lines = [
        words["title"].format(title=shorten(document_title(document), _TITLE)),
        words["counts"].format(sections=summary.policy_sections, send_back=summary.send_back),
        words["tags"],
        words["marks"].format(names=listing(names)),
    ]
    if document.ocr:
        lines.append(words["scans"].format(pages=page_list(sorted({page.page for page in document.ocr}))))
    if document.status == "partial":
        lines.append(words["unread"])
    lines.append(words["original"])
    return Note(
        name="uv",
        color=_words()["note"]["color"],
        subject=words["subject"],
        contents=_cut("\n".join(lines), _NOTE),
    )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


# --- writing ---------------------------------------------------------------------------------------------


class NotAnnotatedError(Exception):
    """There is no annotated copy; the message is what a user is told, behind the name of the document."""


def annotated_copy(
    reader: Reader, report: Report, original: Path | None, target: Path, password: str | None = None
) -> list[str]:
    """Write the annotated copy of ``original`` to ``target``; what a user is told of it.

    Raises NotAnnotatedError where there is none; part of a file may be left then.
    """
    words = _words()["told"]
    if report.document.format != "pdf":
        raise NotAnnotatedError(words["no_pdf"])
    if original is None or not original.is_file():
        raise NotAnnotatedError(words["gone"])
    try:
        result = reader.annotate(original, annotations_of(report), target, password=password)
    except UnreadableError as error:
        raise NotAnnotatedError(words["failed"].format(error.message)) from error
    except OSError as error:
        raise NotAnnotatedError(unwritten(error)) from error
    except Exception as error:  # one document never stops a batch
        log.debug("annotating %s failed", report.document.path, exc_info=True)
        raise NotAnnotatedError(words["failed"].format(f"{type(error).__name__}.")) from error
    return list(_remarks(report, result))


def unwritten(error: OSError) -> str:
    """What a user is told of a copy that could not be written."""
    return str(_words()["told"]["unwritten"].format(os_reason(error)))


def _remarks(report: Report, result: Annotated) -> Iterator[str]:
    """What a user has to know of a copy: what it lacks, and what does not hold for it."""
    words = _words()["told"]
    if result.missing:
        total = result.highlights + len(result.missing)
        yield words["missing"].format(missing=len(result.missing), total=total)
    if result.skipped:
        yield words["skipped"].format(page_list(result.skipped))
    placeless = sum(1 for section in report.sections if _is_judged(section) and not _place(section))
    if placeless:
        yield words["placeless"].format(placeless)
    if report.document.ocr:
        yield words["scans"].format(page_list(sorted({page.page for page in report.document.ocr})))
    if result.signed:
        yield words["signed"]


def gathered(told: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of what is told of documents: of (name, text) each text once, behind the names it is said of."""
    named: dict[str, list[str]] = {}
    for name, text in told:
        named.setdefault(text, []).append(name)
    lines = []
    for text, names in named.items():
        shown = ", ".join(names[:_NAMED])
        more = _words()["told"]["more"].format(len(names) - _NAMED) if len(names) > _NAMED else ""
        lines.append(f"{shown}{more}: {text}")
    return lines
