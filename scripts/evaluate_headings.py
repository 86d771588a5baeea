"""Measure how well PDFs are read: headings and sections against the gold, and pages per second.

    python scripts/evaluate_headings.py [--gold DIR] [--corpus DIR] [--document PART] [--missing]
        [--visual-only]

Headings: share of the authors' own tagged headings that are found (same words, page at most one off); of
those with a known depth the share that has it, as it is, after one shift for the whole document, and by what
stands below what (see ``heading_measures.Levels``). Sections: share of well-formed gold sections of which the
heading is found and the words of the text below it overlap (F1 of the bags of words at least .8), the same
where the sections below it may count as its text ("geheel": the gold does not cut as finely), and the
median F1. Neither is a complete truth; what is too much shows in the share of all sections read that have no
text and nothing below them: labels of a table, a form or a chart.

Documents made with LibreOffice (``made_documents``), of which all headings are known: precision, recall
and F1 of the headings in their order, depth and what stands below what, and the similarity of the whole
tree (1 - tree edit distance / size of the larger tree).
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus import CACHE, SHARED
from heading_measures import Head, Levels, Score, key, levels, look_up, near, score
from made_documents import Made, documents, pdf_of
from uitvoerbaarheid.extraction.assemble import sections
from uitvoerbaarheid.extraction.model import Extract, Piece
from uitvoerbaarheid.extraction.pdf import read_pdf
from uitvoerbaarheid.records import Section


def words(text: str) -> Counter[str]:
    """The bag of words of a text."""
    return Counter(re.findall(r"\w+", text.casefold()))


def f1(a: Counter[str], b: Counter[str]) -> float:
    """Overlap of two bags of words (0-1); two empty ones are equal."""
    if not a and not b:
        return 1.0
    return 2 * sum((a & b).values()) / (sum(a.values()) + sum(b.values()))


def heads_of(extract: Extract, found: Sequence[Section]) -> list[Head]:
    """The headings of a document's sections; not the name given to text before the first heading."""
    opened = bool(extract.stream) and isinstance(extract.stream[0], Piece)
    return [
        Head(s.heading, s.depth, s.heading_box.page if s.heading_box is not None else s.page_start)
        for s in found[opened:]
    ]


@dataclass
class GoldFigures:
    """The figures of one document, or of several together, on the gold, and what was not found."""

    heads: int = 0
    heads_found: int = 0
    levels: Levels = field(default_factory=Levels)
    scores: list[float] = field(default_factory=list)
    whole_scores: list[float] = field(default_factory=list)
    sections_found: int = 0
    sections_read: int = 0
    empty: int = 0
    pages: int = 0
    seconds: float = 0.0
    missing: list[str] = field(default_factory=list)

    def __add__(self, other: GoldFigures) -> GoldFigures:
        """The figures of two documents together."""
        return GoldFigures(
            self.heads + other.heads,
            self.heads_found + other.heads_found,
            self.levels + other.levels,
            self.scores + other.scores,
            self.whole_scores + other.whole_scores,
            self.sections_found + other.sections_found,
            self.sections_read + other.sections_read,
            self.empty + other.empty,
            self.pages + other.pages,
            self.seconds + other.seconds,
        )

    def shares(self) -> list[tuple[str, float | None, int]]:
        """The figures by name: the share, None where there is nothing to count, and what it is a share of."""
        agreed, labelled = self.levels, len(self.scores)
        good = _good(self.scores)
        return [
            ("koppen: gevonden", _part(self.heads_found, self.heads), self.heads),
            ("koppen: diepte juist", _part(agreed.right, agreed.both), agreed.both),
            ("koppen: diepte na verschuiving", _part(agreed.shifted, agreed.both), agreed.both),
            ("koppen: onder dezelfde koppen", _part(agreed.nested, agreed.both), agreed.both),
            ("paragrafen: gevonden", _part(self.sections_found, labelled), labelled),
            ("paragrafen: tekst gelijk", _part(good, labelled), labelled),
            (
                "paragrafen: tekst gelijk, met wat eronder staat",
                _part(_good(self.whole_scores), labelled),
                labelled,
            ),
            ("gelezen: zonder tekst", _part(self.empty, self.sections_read), self.sections_read),
        ]


def _good(scores: Sequence[float]) -> int:
    return sum(score >= 0.8 for score in scores)


def _part(some: int, whole: int) -> float | None:
    return some / whole if whole else None


#: A section with less text and nothing below it has, more often than not, no heading but a label.
_FEW_WORDS = 5


def _whole(found: Sequence[Section], place: int) -> str:
    """The text of a section with the headings and texts of all that stands below it."""
    texts = [found[place].text]
    for section in found[place + 1 :]:
        if section.depth <= found[place].depth:
            break
        texts += [section.heading, section.text]
    return " ".join(texts)


def _letters(text: str) -> str:
    return re.sub(r"\d", "", text)


def measure(extract: Extract, gold: list[dict[str, Any]], heads: list[dict[str, Any]]) -> GoldFigures:
    """The figures of one document: its sections against its gold sections and tagged headings."""
    truth = [Head(head["text"], head.get("depth"), head["page"]) for head in heads]
    found = sections(extract)
    ours = heads_of(extract, found)
    found = found[len(found) - len(ours) :]
    pairs = look_up(truth, ours)
    figures = GoldFigures(len(truth), len(pairs), levels(truth, ours, pairs))
    for index, head in enumerate(truth):
        if index not in pairs:
            figures.missing.append(f"kop niet gevonden: p. {head.page} {head.text}")
        elif head.depth and ours[pairs[index]].depth != head.depth:
            figures.missing.append(
                f"diepte {ours[pairs[index]].depth} in plaats van {head.depth}: p. {head.page} {head.text}"
            )
    figures.sections_read = len(found)
    figures.empty = sum(
        len(section.text.split()) < _FEW_WORDS and (following is None or following.depth <= section.depth)
        for section, following in zip(found, [*found[1:], None], strict=True)
    )
    bags = [words(section.text) for section in found]
    wholes = [words(_whole(found, place)) for place in range(len(found))]
    for section in gold:
        name = key(section["heading"])
        close = [i for i, head in enumerate(ours) if near(head.page, section["page"])]
        hits = [i for i in close if key(ours[i].text) == name]
        # The gold's extractor lost what was set lower or higher: "CO -heffing".
        hits = hits or [i for i in close if _letters(key(ours[i].text)) == _letters(name)]
        best = max((f1(words(section["text"]), bags[i]) for i in hits), default=0.0)
        whole = max((f1(words(section["text"]), wholes[i]) for i in hits), default=0.0)
        figures.scores.append(best)
        figures.whole_scores.append(max(best, whole))
        figures.sections_found += bool(hits)
        place = f"p. {section['page']} {section['heading']}"
        if not hits:
            figures.missing.append(f"paragraaf niet gevonden: {place}")
        elif best < 0.8:
            figures.missing.append(f"paragraaf met andere tekst (F1 {best:.2f}): {place}")
    return figures


def load(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The PDF records of a gold file per document."""
    records: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["doc"].startswith("pdf/") and record.get("wellformed", True):
            records[record["doc"]].append(record)
    return records


def gold_figures(
    gold: Path, corpus: Path, part: str = "", visual_only: bool = False
) -> Iterator[tuple[str, GoldFigures]]:
    """Per document of the gold whose name holds ``part``: its figures, read anew."""
    labelled, tagged = load(gold / "sections.jsonl"), load(gold / "headings.jsonl")
    for name in sorted({*labelled, *tagged}):
        if part in name:
            start = time.process_time()
            extract = read_pdf(corpus / name, visual_only=visual_only)
            seconds = time.process_time() - start
            figures = measure(extract, labelled[name], tagged[name])
            figures.pages, figures.seconds = extract.pages or 0, seconds
            yield name, figures


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.2f} ({whole})" if whole else "–"


GOLD_COLUMNS = (
    "koppen",
    "diepte",
    "verschoven",
    "eronder",
    "par. kop",
    "par. F1≥.8",
    "geheel",
    "mediaan",
    "leeg",
    "p/s",
)


def gold_row(name: str, figures: GoldFigures) -> list[str]:
    """The cells of one row below :data:`GOLD_COLUMNS`."""
    agreed = figures.levels
    return [
        name.removeprefix("pdf/")[:40],
        _share(figures.heads_found, figures.heads),
        _share(agreed.right, agreed.both),
        _share(agreed.shifted, agreed.both),
        _share(agreed.nested, agreed.both),
        _share(figures.sections_found, len(figures.scores)),
        _share(_good(figures.scores), len(figures.scores)),
        _share(_good(figures.whole_scores), len(figures.scores)),
        f"{statistics.median(figures.scores):.2f}" if figures.scores else "–",
        _share(figures.empty, figures.sections_read),
        f"{figures.pages / figures.seconds:.1f}" if figures.seconds else "–",
    ]


def wide(console: Console) -> Console:
    """The same console, wide enough for these tables where the output is no terminal."""
    return console if console.is_terminal else Console(width=max(console.width, 160))


def show_gold(
    console: Console, results: Iterator[tuple[str, GoldFigures]], title: str, by_document: bool, missing: bool
) -> GoldFigures:
    """Print the table of the gold; the figures of all documents together."""
    table = Table(title=title, title_justify="left")
    table.add_column("document")
    for column in GOLD_COLUMNS:
        table.add_column(column, justify="right")
    console = wide(console)
    total = GoldFigures()
    lists: dict[str, list[str]] = {}
    for name, figures in results:
        total += figures
        lists[name] = figures.missing
        if by_document:
            table.add_row(*gold_row(name, figures))
    table.add_row(*gold_row("samen", total))
    console.print(table)
    if missing:
        for name, items in lists.items():
            for item in items:
                console.print(f"{name}: {item}", markup=False, highlight=False, soft_wrap=True)
    return total


# --- documents with a complete truth -----------------------------------------------------------------

MADE_COLUMNS = ("koppen", "gelezen", "precisie", "recall", "F1", "diepte", "eronder", "boom")
_KINDS = {"docx": "DOCX van het corpus", "stop": "STOP van het corpus", "own": "eigen documenten"}


def made_scores(
    shared: Path, cache: Path, part: str = ""
) -> Iterator[tuple[Made, Score, dict[str, list[Any]]]]:
    """Per document made without tags: its figures and faults. Raises RuntimeError without LibreOffice.

    One of which the headings cannot be known has figures of nothing.
    """
    for made in documents(shared, part):
        if all(head.optional for head in made.truth):
            yield made, Score(), {}
            continue
        extract = read_pdf(pdf_of(made, cache), visual_only=True)
        yield made, *score(made.truth, heads_of(extract, sections(extract)))


def made_row(name: str, figures: Score) -> list[str]:
    """The cells of one row below :data:`MADE_COLUMNS`."""
    agreed = figures.levels
    return [
        name[:44],
        str(figures.truth),
        str(figures.found),
        f"{figures.precision:.3f}",
        f"{figures.recall:.3f}",
        f"{figures.f1:.3f}",
        _share(agreed.right, agreed.both),
        _share(agreed.nested, agreed.both),
        f"{figures.similarity:.3f}",
    ]


def show_made(
    console: Console,
    results: Iterator[tuple[Made, Score, dict[str, list[Any]]]],
    by_document: bool,
    missing: bool,
) -> Score:
    """Print the table of the documents with a complete truth; the figures of all together."""
    table = Table(title="Documenten waarvan alle koppen bekend zijn, alleen zichtbaar", title_justify="left")
    table.add_column("document")
    for column in MADE_COLUMNS:
        table.add_column(column, justify="right")
    kinds: dict[str, Score] = {}
    lists: list[str] = []
    unknown: list[str] = []
    for made, figures, faults in results:
        name = f"{made.kind}/{made.name}"
        if not figures.truth:
            unknown.append(name)
            continue
        kinds[made.kind] = kinds.get(made.kind, Score()) + figures
        if by_document:
            table.add_row(*made_row(name, figures))
        for fault, items in faults.items():
            for item in items:
                head = item[1] if isinstance(item, tuple) else item
                wanted = f" in plaats van {item[0]}" if isinstance(item, tuple) else ""
                lists.append(f"{name}: {fault} {head.depth}{wanted}: p. {head.page or '?'} {head.text}")
    if by_document and kinds:
        table.add_section()
    for kind, figures in kinds.items():
        table.add_row(*made_row(_KINDS[kind], figures))
    total = sum(kinds.values(), Score())
    table.add_row(*made_row("samen", total))
    wide(console).print(table)
    for name in unknown:
        console.print(f"Niet gemeten, kopstijlen ontbreken of dragen lopende tekst: {name}", highlight=False)
    if missing:
        for line in lists:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    return total


def main() -> None:
    """Read the documents of the gold and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=SHARED / "gold")
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus")
    parser.add_argument("--document", default="", help="only documents whose name holds this")
    parser.add_argument("--missing", action="store_true", help="list what was not found")
    parser.add_argument("--visual-only", action="store_true", help="leave bookmarks and tags unread")
    parser.add_argument("--made", action="store_true", help="only the documents with a complete truth")
    options = parser.parse_args()
    if options.made:
        results = made_scores(options.corpus.parent, CACHE, options.document)
        show_made(Console(), results, by_document=True, missing=options.missing)
        return
    figures = gold_figures(options.gold, options.corpus, options.document, options.visual_only)
    title = "Alleen wat te zien is" if options.visual_only else "Met bladwijzers en labels"
    show_gold(Console(), figures, title, by_document=True, missing=options.missing)


if __name__ == "__main__":
    main()
