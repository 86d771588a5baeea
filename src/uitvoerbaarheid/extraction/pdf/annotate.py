"""A copy of a PDF with words marked and notes in the margin; all that the original has is kept.

Runs in the reading process, as every reading of a PDF: see ``extraction.worker``.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pypdfium2 as pdfium
from pypdf.generic import (
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from pypdfium2 import raw

from uitvoerbaarheid.extraction.annotations import Annotated, Annotations, Highlight, Note
from uitvoerbaarheid.extraction.pdf.appearance import (
    BELOW,
    KEY_HEIGHT,
    NOTE_SIZE,
    TAG_HEIGHT,
    Appearances,
    Axes,
    Corners,
    key_width,
    numbers,
    rgb,
    tag_width,
    tint,
)
from uitvoerbaarheid.extraction.pdf.increment import Increment, NotAddableError
from uitvoerbaarheid.extraction.pdf.locate import Locator, PageText, Quad
from uitvoerbaarheid.extraction.pdf.margin import Bounds, Margin
from uitvoerbaarheid.extraction.pdf.pages import PageReader, Sheet
from uitvoerbaarheid.extraction.pdf.reader import open_pdf
from uitvoerbaarheid.extraction.pdf.text import Frame
from uitvoerbaarheid.extraction.watch import Watch
from uitvoerbaarheid.records import Box, UnreadableError

#: Between a note and its tag.
_GAP = 2.0
#: Annotations are printed, and the size of notes is that of the page.
_PRINTED = 4
#: The window that a note opens in, in points.
_WINDOW = (220.0, 160.0)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_ADDABLE = "Het pdf-bestand is zo beschadigd dat er niets aan kan worden toegevoegd."


@dataclass(frozen=True, slots=True)
class _Mark:
    """A highlight on one page, its corners in the page's own space."""

    name: str
    highlight: Highlight
    corners: list[Corners]


@dataclass(frozen=True, slots=True)
class _Tag:
    """A note with its place, and that of its tag, on the level page; no tag without room or need."""

    note: Note
    place: Bounds
    tag: Bounds | None


@dataclass
class _Plan:
    """What is to be added to one page; in ``level`` its text is level, as it need not be displayed."""

    level: Frame
    marks: list[_Mark] = field(default_factory=list)
    tags: list[_Tag] = field(default_factory=list)
    key: Bounds | None = None


def annotate_pdf(
    path: Path,
    annotations: Annotations,
    target: Path,
    *,
    watch: Watch | None = None,
    password: str | None = None,
) -> Annotated:
    """Write a copy of the PDF at ``path`` to ``target``, with the annotations on its pages.

    ``watch`` says which pages to leave out; those that PDFium cannot read are left out too. Raises
    :class:`UnreadableError` where the file cannot be opened or nothing can be added to it, OSError where
    ``target`` cannot be written; nothing is left there then.
    """
    watch = watch or Watch()
    result = Annotated()
    document = open_pdf(path, password)
    try:
        total = len(document)
        watch.opened(total)
        with PageReader(document, partial(open_pdf, path, password), structure=False) as reader:
            plans = _Planner(annotations, reader, total, watch, result).plans()
    finally:
        document.close()
    result.skipped = sorted(watch.missed)
    try:
        result.signed = _write(path, _Job(annotations, plans, target, total, password))
    except (OSError, UnreadableError, MemoryError):
        target.unlink(missing_ok=True)
        raise
    return result


class _Planner:
    """Finds the places of all annotations, page by page."""

    def __init__(
        self, annotations: Annotations, reader: PageReader, total: int, watch: Watch, result: Annotated
    ) -> None:
        self._annotations = annotations
        self._reader = reader
        self._total = total
        self._watch = watch
        self._result = result
        self._texts: dict[int, PageText] = {}
        self._plans: dict[int, _Plan] = {}
        #: Passages by the last page they stand on: then all of their words are known.
        self._ending: dict[int, list[int]] = defaultdict(list)
        self._spans: dict[int, list[tuple[Highlight, tuple[int, int]]]] = defaultdict(list)
        for highlight in annotations.highlights:
            for span in highlight.spans:
                self._spans[span.passage].append((highlight, (span.start, span.end)))
        until: dict[int, int] = {}
        for index in self._spans:
            pages = {box.page for box in annotations.passages[index].boxes}
            if pages:
                self._ending[max(pages)].append(index)
                until |= {page: max(until.get(page, page), *pages) for page in pages}
        #: The pages of which the words are no longer needed after a page.
        self._last_use: dict[int, list[int]] = defaultdict(list)
        for page, last in until.items():
            self._last_use[last].append(page)
        self._notes: dict[int, list[Note]] = defaultdict(list)
        for note in annotations.notes:
            self._notes[note.box.page if note.box else 1].append(note)
        self._places: dict[int, list[tuple[Note, Bounds | None]]] = {}
        #: Where the sections stand on each page, also where there are no words (a scan).
        self._boxes: dict[int, list[Box]] = defaultdict(list)
        for passage in annotations.passages:
            for box in passage.boxes:
                self._boxes[box.page].append(box)

    def plans(self) -> dict[int, _Plan]:
        """What to add to which page (from 1)."""
        found: dict[str, dict[int, list[Quad]]] = {}
        locator = Locator(self._texts.get)
        with_spans = {box.page for index in self._spans for box in self._annotations.passages[index].boxes}
        margins: dict[int, Margin] = {}
        for number in sorted(with_spans | set(self._notes)):
            if not 1 <= number <= self._total or not self._watch.may_read(number):
                continue
            try:
                with self._reader.opened(number - 1) as sheet:
                    margins[number] = self._read(number, sheet)
            except pdfium.PdfiumError:
                self._watch.missed[number] = "damaged"
            for index in self._ending.get(number, ()):
                self._locate(index, locator, found)
            self._forget(number)
            self._watch.done(number, 0)
        self._watch.working(None)
        self._add_marks(found)
        widest = max((_width(note) for note in self._annotations.notes if note.figure), default=0.0)
        for number, plan in self._plans.items():
            margin = margins[number]
            margin.left = widest
            plan.tags = [_tag(note, place, margin) for note, place in self._places[number]]
            if plan.marks and self._annotations.keys:
                plan.key = margin.strip(key_width(self._annotations.keys), KEY_HEIGHT)
        self._result.notes = sum(len(plan.tags) for plan in self._plans.values())
        return {number: plan for number, plan in sorted(self._plans.items()) if plan.marks or plan.tags}

    def _read(self, number: int, sheet: Sheet) -> Margin:
        shown = sheet.frame
        words = self._reader.words(sheet)
        text = PageText(number, sheet.frame, shown, words, self._reader.characters(sheet))
        self._texts[number] = text
        self._plans[number] = _Plan(sheet.frame)
        margin = Margin(*sheet.frame.size)
        margin.taken = [(word.x0, word.top, word.x1, word.bottom) for word in words]
        if not words:
            margin.taken = [text.level(box) for box in self._boxes[number]]
        self._places[number] = [
            (note, None if note.box is None else text.level(note.box)) for note in self._notes.get(number, ())
        ]
        return margin

    def _locate(self, index: int, locator: Locator, found: dict[str, dict[int, list[Quad]]]) -> None:
        asked = self._spans[index]
        places = locator.find(self._annotations.passages[index], [span for _, span in asked])
        for (highlight, _), quads in zip(asked, places, strict=True):
            by_page = found.setdefault(highlight.name, {})
            for quad in quads:
                by_page.setdefault(quad.page, []).append(quad)

    def _forget(self, number: int) -> None:
        """Let go of the texts of pages that no passage to come stands on."""
        for page in self._last_use.get(number, ()):
            self._texts.pop(page, None)

    def _add_marks(self, found: dict[str, dict[int, list[Quad]]]) -> None:
        for highlight in self._annotations.highlights:
            by_page = found.get(highlight.name)
            if not by_page:
                self._result.missing.append(highlight.name)
                continue
            self._result.highlights += 1
            for count, (page, quads) in enumerate(sorted(by_page.items())):
                frame = self._plans[page].level
                name = highlight.name if not count else f"{highlight.name}-{count + 1}"
                corners = [_corners(quad, frame) for quad in quads]
                self._plans[page].marks.append(_Mark(name, highlight, corners))


def _corners(quad: Quad, frame: Frame) -> Corners:
    return (
        frame.place(quad.x0, quad.top),
        frame.place(quad.x1, quad.top),
        frame.place(quad.x0, quad.bottom),
        frame.place(quad.x1, quad.bottom),
    )


def _width(note: Note, word: str | None = None) -> float:
    """The width in points of a note with its tag, with ``word`` on it instead of its own."""
    return NOTE_SIZE + _GAP + tag_width(note.figure, note.word if word is None else word)


def _tag(note: Note, beside: Bounds | None, margin: Margin) -> _Tag:
    """Note and tag side by side where there is room, else a smaller tag, else the note alone."""
    box = beside or (_GAP + NOTE_SIZE, 6.0, margin.width, 6 + NOTE_SIZE)
    sizes = [(_width(note, word), TAG_HEIGHT) for word in dict.fromkeys((note.word, "")) if note.figure]
    place = margin.tag(box, [*sizes, (NOTE_SIZE, NOTE_SIZE)])
    x0, top, x1, bottom = place
    at = (x0, top, x0 + NOTE_SIZE, top + NOTE_SIZE)
    return _Tag(note, at, (x0 + NOTE_SIZE + _GAP, top, x1, bottom) if x1 - x0 > NOTE_SIZE + 1 else None)


# --- writing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    """What is written where; ``total`` is the number of pages."""

    annotations: Annotations
    plans: dict[int, _Plan]
    target: Path
    total: int
    password: str | None


def _write(path: Path, job: _Job) -> bool:
    """Add to the file as it is; where its tables are not in order, to a copy that PDFium made of it.

    Gives whether the original has a signature.
    """
    with suppress(NotAddableError):
        return _add(path, job)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "kopie.pdf"
        document = open_pdf(path, job.password)
        try:
            document.save(copy)
        except pdfium.PdfiumError as error:
            raise UnreadableError("damaged", _NOT_ADDABLE) from error
        finally:
            document.close()
        try:
            return _add(copy, job)
        except NotAddableError as error:
            raise UnreadableError("damaged", _NOT_ADDABLE) from error


def _add(path: Path, job: _Job) -> bool:
    with Increment(path, job.password) as increment:
        if increment.pages != job.total:
            raise NotAddableError("another number of pages")
        writer = _Writer(increment, job.annotations)
        counts = {number: writer.page(number, plan) for number, plan in job.plans.items()}
        increment.write(job.target)
        signed = increment.signed
    _check(job, counts)
    return signed


def _check(job: _Job, counts: dict[int, int]) -> None:
    """See that PDFium opens the result and finds on it what was added, on the first page and the last."""
    try:
        document = open_pdf(job.target, job.password)
    except UnreadableError as error:
        raise NotAddableError(str(error)) from error
    try:
        if len(document) != job.total:
            raise NotAddableError("another number of pages")
        for number in {min(counts, default=0), max(counts, default=0)} - {0}:
            page = document[number - 1]
            if raw.FPDFPage_GetAnnotCount(page.raw) < counts[number]:
                raise NotAddableError("what was added is not found")
            page.close()
    except pdfium.PdfiumError as error:
        raise NotAddableError(str(error)) from error
    finally:
        document.close()


class _Writer:
    """Makes the annotations of pages."""

    def __init__(self, increment: Increment, annotations: Annotations) -> None:
        self._increment = increment
        self._author = annotations.author
        self._keys = annotations.keys
        self._looks = Appearances(increment)

    def page(self, number: int, plan: _Plan) -> int:
        """Add what is planned for a page (from 1); gives how many annotations it has then."""
        page = self._increment.page(number)
        axes = _axes(plan.level)
        added = [self._mark(mark, page) for mark in plan.marks]
        if plan.key is not None:
            added.append(self._key(plan.key, plan.level, axes, page))
        for tag in plan.tags:
            added += self._note(tag, plan.level, axes, page)
        return self._increment.annotate(number, added)

    def _mark(self, mark: _Mark, page: IndirectObject) -> IndirectObject:
        points = [point for quad in mark.corners for point in quad]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        # Lines reach below the words, which may be any side of a turned page.
        more = BELOW * max(max(abs(a[0] - c[0]), abs(a[1] - c[1])) for a, _, c, _ in mark.corners)
        bounds = (min(xs) - more, min(ys) - more, max(xs) + more, max(ys) + more)
        one = mark.highlight
        made = self._annotation(("/Highlight", page), bounds, mark.name, one.subject, one.contents)
        made[NameObject("/QuadPoints")] = numbers([value for point in points for value in point])
        made[NameObject("/C")] = numbers(tint(one.color, one.look))
        _look(made, self._looks.mark(mark.corners, one.look, one.color, bounds))
        return self._increment.add(made)

    def _key(self, place: Bounds, level: Frame, axes: Axes, page: IndirectObject) -> IndirectObject:
        """The key is a watermark: printed, and no remark among the others."""
        made = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Watermark"),
                NameObject("/Rect"): numbers(_rect(place, level)),
                NameObject("/F"): NumberObject(_PRINTED | 64),
                NameObject("/P"): page,
            }
        )
        _look(made, self._looks.key(self._keys, axes))
        return self._increment.add(made)

    def _note(self, tag: _Tag, level: Frame, axes: Axes, page: IndirectObject) -> list[IndirectObject]:
        note = tag.note
        ref, window = self._increment.reserve(), self._increment.reserve()
        rect = _rect(tag.place, level)
        made = self._annotation(("/Text", page), rect, note.name, note.subject, note.contents)
        made[NameObject("/Name")] = NameObject("/Comment")
        made[NameObject("/C")] = numbers(rgb(note.color))
        made[NameObject("/Popup")] = window
        _look(made, self._looks.note(note.color, axes))
        self._increment.put(ref, made)
        popup = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Popup"),
                NameObject("/Rect"): numbers(_rect(_window(tag.place, level), level)),
                NameObject("/Parent"): ref,
                NameObject("/P"): page,
            }
        )
        self._increment.put(window, popup)
        added = [ref, window]
        if tag.tag is not None:
            word = note.word if tag.tag[2] - tag.tag[0] > tag_width(note.figure, "") + 1 else ""
            said = " ".join(part for part in (note.figure, note.word) if part)
            stamp = self._annotation(
                ("/Stamp", page), _rect(tag.tag, level), f"{note.name}-label", note.subject, said
            )
            # One with the note: viewers show and move them together.
            stamp[NameObject("/IRT")] = ref
            stamp[NameObject("/RT")] = NameObject("/Group")
            _look(stamp, self._looks.tag(note.figure, word, note.color, note.ink, axes))
            added.append(self._increment.add(stamp))
        return added

    def _annotation(
        self, kind: tuple[str, IndirectObject], rect: Iterable[float], name: str, subject: str, contents: str
    ) -> DictionaryObject:
        """An annotation that is a remark; ``kind`` is its subtype and the page it is on."""
        subtype, page = kind
        return DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject(subtype),
                NameObject("/Rect"): numbers(list(rect)),
                NameObject("/NM"): _string(name),
                NameObject("/T"): _string(self._author),
                NameObject("/Subj"): _string(subject),
                NameObject("/Contents"): _string(contents),
                NameObject("/F"): NumberObject(_PRINTED),
                NameObject("/P"): page,
            }
        )


def _string(text: str) -> TextStringObject:
    """A text as PDF viewers take it: line ends are carriage returns, and no other control characters."""
    return TextStringObject(_CONTROL.sub("\ufffd", text).replace("\n", "\r"))


def _look(annotation: DictionaryObject, form: IndirectObject) -> None:
    annotation[NameObject("/AP")] = DictionaryObject({NameObject("/N"): form})


def _rect(place: Bounds, level: Frame) -> tuple[float, float, float, float]:
    """A rectangle of the level page, in the page's own space."""
    (ax, ay), (bx, by) = level.place(place[0], place[1]), level.place(place[2], place[3])
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _axes(level: Frame) -> Axes:
    """What is right and what is up on the level page, in the page's own space."""
    origin, right, up = level.place(0, 0), level.place(1, 0), level.place(0, -1)
    values = (right[0] - origin[0], right[1] - origin[1], up[0] - origin[0], up[1] - origin[1])
    a, b, c, d = (round(value) for value in values)
    return a, b, c, d


def _window(place: Bounds, level: Frame) -> Bounds:
    """Where the window of a note opens: beside it, within the page."""
    width, height = level.size
    x0 = min(place[2] + 4, max(width - _WINDOW[0], 0))
    top = min(place[1], max(height - _WINDOW[1], 0))
    return x0, top, x0 + _WINDOW[0], top + _WINDOW[1]
