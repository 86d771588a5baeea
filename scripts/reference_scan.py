"""The obvious way to do what ``scan`` does with PDFs, to measure ours against (``benchmark.py pipeline``).

    python scripts/reference_scan.py OUTPUT PDF ...

Page by page the text that pdfplumber gives goes through the language model as it was stored; headings that a
regular expression finds cut the text into sections; each section is scored by the classifier through the
package's public names; the result is one JSON file per document. Nothing is done in batches or side by side.
The last line printed is a record of what was done: documents, pages, sections, seconds by stage, memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

    from uitvoerbaarheid import Analyzer

#: A line that is a heading: a number and a few words, a named part, or capitals alone.
HEADING = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?[ ]+[A-Z][^.;:?!]{2,80}"
    r"|(?:Hoofdstuk|Bijlage|Deel|Paragraaf)[ ]+[\dA-Z]{1,3}\b[^.;?!]{0,80}"
    r"|[A-Z][A-Z &,'-]{5,60})"
)
#: What a contents table's line ends in.
CONTENTS = re.compile(r"(?:\.{3,}|…)?[ ]*\d+$")
STAGES = ("read", "language", "score", "write")


@dataclass
class Cut:
    """A section as cut: its heading, the page that stands on, and the lines below it."""

    heading: str
    page: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def is_heading(line: str) -> bool:
    """Whether a line reads as a heading, and not as one of a table of contents."""
    line = line.strip()
    return bool(HEADING.fullmatch(line)) and not (CONTENTS.search(line) and ".." in line)


def cut(pages: Sequence[str]) -> list[Cut]:
    """The sections of a document, from the text of its pages; what stands before any heading is the first."""
    cuts = [Cut("", 1)]
    for number, text in enumerate(pages, 1):
        for line in text.splitlines():
            if is_heading(line):
                cuts.append(Cut(line.strip(), number))
            else:
                cuts[-1].lines.append(line)
    return [part for part in cuts if part.text]


def page_texts(path: Path) -> Iterator[str]:
    """The text of each page."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            yield page.extract_text()


def score(part: Cut, number: int, path: Path, digest: str, analyzer: Analyzer) -> dict[str, Any]:
    """One section as the program scores it, on its own."""
    from uitvoerbaarheid import __version__
    from uitvoerbaarheid.records import Document, Report, Section

    section = Section(
        id=f"s{number}",
        heading=part.heading,
        heading_path=[part.heading],
        depth=1,
        page_start=part.page,
        text=part.text,
    )
    document = Document(path=path.name, sha256=digest, format="pdf", language="nl")
    report = Report(tool_version=__version__, document=document, sections=[section])
    scored = analyzer.assess(report)
    return scored.sections[0].model_dump(mode="json")


class Scan:
    """The whole of it, with the seconds that each stage took."""

    def __init__(self, nlp: Language, analyzer: Analyzer) -> None:
        self.nlp = nlp
        self.analyzer = analyzer
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self.pages = self.sections = self.words = 0

    def document(self, path: Path, output: Path) -> list[dict[str, Any]]:
        """Scan one document; its sections are written to ``output`` and returned."""
        with _Clock(self.seconds, "read"):
            pages = list(page_texts(path))
        with _Clock(self.seconds, "language"):
            # What the model says of a page is not used further: a section is scored by what the program
            # itself finds in it. It is part of what the obvious script does, and told apart in the figures.
            self.words += sum(not token.is_punct for text in pages for token in self.nlp(text))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with _Clock(self.seconds, "score"):
            sections = [
                score(part, number, path, digest, self.analyzer) for number, part in enumerate(cut(pages), 1)
            ]
        with _Clock(self.seconds, "write"):
            text = json.dumps({"document": path.name, "sections": sections}, ensure_ascii=False, indent=1)
            output.mkdir(parents=True, exist_ok=True)
            (output / f"{path.name}.json").write_text(text, encoding="utf-8")
        self.pages += len(pages)
        self.sections += len(sections)
        return sections


class _Clock:
    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self.seconds, self.stage = seconds, stage

    def __enter__(self) -> None:
        self.start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds[self.stage] += time.perf_counter() - self.start


def make_scan() -> Scan:
    """A scan with the models loaded."""
    import spacy

    from uitvoerbaarheid import Analyzer
    from uitvoerbaarheid.resources import model_path

    analyzer = Analyzer()
    list(analyzer.annotator.lines(["De gemeente plant bomen."]))
    return Scan(spacy.load(model_path("nl_policy")), analyzer)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("pdf", type=Path, nargs="+")
    arguments = parser.parse_args()
    start = time.perf_counter()
    scan = make_scan()
    loading = time.perf_counter() - start
    for path in arguments.pdf:
        scan.document(path, arguments.output)
    from uitvoerbaarheid.extraction import memory

    print(
        json.dumps(
            {
                "documents": len(arguments.pdf),
                "pages": scan.pages,
                "sections": scan.sections,
                "words": scan.words,
                "seconds": {"load": loading} | scan.seconds,
                "memory": memory.most_held(),
            }
        )
    )


if __name__ == "__main__":
    main()
