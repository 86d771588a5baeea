"""What should and should not move a score, on sections of our own that no model was trained on.

    python scripts/evaluate_robustness.py            # all four tables
    python scripts/evaluate_robustness.py --failures # and the cases that go wrong

Read from ``data/benchmarks``: sections with their near misses (the same text without its actor, its term or
its money; ``near_misses.jsonl``) and paragraphs of vague prose (``vague_padding.jsonl``). Every text is
written as a Markdown document and read by the program as a user's would be. Measured: that a text without
its actor, term or money scores lower and is asked for it; that vague prose put behind a section that is
scored never raises its score; and that another form of the same text (lines, list items, capitals, place
names) leaves the level as it is.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from corpus import ROOT, read_lines
from uitvoerbaarheid import Analyzer, read
from uitvoerbaarheid.nlp.language import load
from uitvoerbaarheid.nlp.units import units_of_sections
from uitvoerbaarheid.records import Section

BENCHMARKS = ROOT / "data" / "benchmarks"
#: How many paragraphs of padding each section is tried with.
PADDINGS = 3
#: A line width that breaks most sentences, as text from an e-mail has it.
NARROW = 60
#: Invented names to take the place of the invented ones in the texts.
NAMES = ("Zandermeer", "Lutterveen", "Hoogerbrugge", "Oostwolde", "Brinkhuizen", "Veldakker", "Meerdrecht")
_PLACE = re.compile(
    r"\b(?:[Gg]emeente|[Pp]rovincie|[Ww]aterschap|wijk|dorp|kern|station|polder) "
    r"([A-Z][a-z]{3,}(?:-[A-Z][a-z]+)?)"
)


@dataclass(frozen=True)
class Text:
    """A section to score: what kind of document it stands in, its heading and its text, lines by ``\\n``."""

    kind: str
    heading: str
    text: str


# --- forms of one text ---------------------------------------------------------------------------


def plain(text: Text) -> str:
    """Every line a paragraph; list items and table rows as they are written."""
    return _document(text.heading, [_markdown(line) for line in text.text.split("\n")])


def wrapped(text: Text) -> str:
    """The same with lines broken at a narrow width."""
    return _document(text.heading, [fill(_markdown(line), NARROW) for line in text.text.split("\n")])


def as_items(text: Text) -> str:
    """Every sentence a list item."""
    lines = []
    for line in text.text.split("\n"):
        if _is_row(line):
            lines.append(line)
        else:
            section = Section(id="regel", heading="", heading_path=[""], depth=1, text=_bare(line))
            [units] = units_of_sections([section], load())
            lines += [f"- {unit.text}" for unit in units]
    return _document(text.heading, lines)


def as_prose(text: Text) -> str:
    """List items as sentences of one paragraph."""
    lines = [
        line if _is_row(line) else _bare(line).rstrip(" ;,.") + "." if _is_item(line) else line
        for line in text.text.split("\n")
    ]
    return _document(text.heading, [" ".join(lines)] if not any(map(_is_row, lines)) else lines)


def in_capitals(text: Text) -> str:
    """The heading in capitals."""
    return plain(Text(text.kind, text.heading.upper(), text.text))


def elsewhere(text: Text) -> str:
    """Other place names."""
    found: dict[str, str] = {}
    for match in _PLACE.finditer(f"{text.heading}\n{text.text}"):
        found.setdefault(match[1], NAMES[len(found) % len(NAMES)])

    def renamed(part: str) -> str:
        for name, new in found.items():
            part = re.sub(rf"\b{re.escape(name)}\b", new, part)
        return part

    return plain(Text(text.kind, renamed(text.heading), renamed(text.text)))


FORMS: dict[str, Callable[[Text], str]] = {
    "regels afgebroken": wrapped,
    "zinnen als opsomming": as_items,
    "opsomming als zinnen": as_prose,
    "kop in hoofdletters": in_capitals,
    "andere plaatsnamen": elsewhere,
}


def _is_item(line: str) -> bool:
    return line.lstrip().startswith(("•", "- ", "* ", "– "))


def _is_row(line: str) -> bool:
    return " | " in line


def _bare(line: str) -> str:
    return line.lstrip(" •-*–") if _is_item(line) else line


def _markdown(line: str) -> str:
    return f"- {_bare(line)}" if _is_item(line) else line


def _document(heading: str, lines: Sequence[str]) -> str:
    return f"## {heading}\n\n" + "\n\n".join(lines) + "\n"


# --- scoring -------------------------------------------------------------------------------------


class Judge:
    """Scores documents of one section each, as the program does for a file."""

    def __init__(self) -> None:
        self.analyzer = Analyzer()
        self.seen: dict[tuple[str, str], Section] = {}

    def __call__(self, kind: str, markdown: str) -> Section:
        """The section of a Markdown document; of several the longest."""
        key = (kind, markdown)
        if key not in self.seen:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "tekst.md"
                file.write_text(markdown, encoding="utf-8")
                report = read(file)
            report.document.kind = kind  # type: ignore[assignment]
            self.analyzer.assess(report)
            self.seen[key] = max(report.sections, key=lambda section: len(section.text))
        return self.seen[key]


@dataclass(frozen=True)
class Case:
    """One comparison: its table and row, whether it came out as it should, and what to show if not."""

    table: str
    row: str
    right: bool
    shown: str


def near_misses(records: Sequence[dict], judge: Judge) -> Iterator[Case]:
    """Whether a text without its actor, term or money scores lower and is asked for that criterion."""
    for record in records:
        base = judge(record["kind"], plain(Text(record["kind"], record["heading"], record["text"])))
        for variant in record["variants"]:
            removed = variant["removed"]
            found = judge(record["kind"], plain(Text(record["kind"], record["heading"], variant["text"])))
            lower = found.score is not None and base.score is not None and found.score < base.score
            asked = any(question.criterion == removed for question in found.questions)
            shown = f"{record['id']} zonder {removed}: {base.score} -> {found.score}, {found.criteria}"
            yield Case("bijna-missers: score lager en criterium gevraagd", removed, lower and asked, shown)


def padded(records: Sequence[dict], paddings: Sequence[dict], judge: Judge) -> Iterator[Case]:
    """Whether vague prose behind a text leaves its score the same or lower."""
    texts = [
        (record["id"], Text(record["kind"], record["heading"], text))
        for record in records
        for text in (record["text"], *(variant["text"] for variant in record["variants"]))
    ]
    for number, (name, text) in enumerate(texts):
        base = judge(text.kind, plain(text))
        if base.score is None:  # not taken for policy: there is no score that could rise
            continue
        for step in range(PADDINGS):
            padding = paddings[(number * PADDINGS + step) % len(paddings)]
            found = judge(text.kind, plain(Text(text.kind, text.heading, f"{text.text}\n{padding['text']}")))
            # Not taken for policy any more, it has no score: that is a change too.
            higher = found.score is None or found.score > base.score
            shown = f"{name} met {padding['id']}: {base.score} -> {found.score}"
            yield Case("vaag proza erbij: score niet hoger", "alle", not higher, shown)


def reshaped(records: Sequence[dict], judge: Judge) -> Iterator[Case]:
    """Whether another form of the same text has the same level."""
    for record in records:
        for text in (record["text"], *(variant["text"] for variant in record["variants"])):
            given = Text(record["kind"], record["heading"], text)
            base = judge(given.kind, plain(given))
            for name, form in FORMS.items():
                markdown = form(given)
                if markdown == plain(given):
                    continue
                found = judge(given.kind, markdown)
                same = (found.role, found.level) == (base.role, base.level)
                shown = " -> ".join(f"{s.role} {s.level} ({s.score})" for s in (base, found))
                shown = f"{record['id']}: {shown}"
                yield Case("andere vorm: niveau gelijk", name, same, shown)


def main() -> None:
    """Print for each table and row how many came out as they should."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--failures", action="store_true", help="print the cases that go wrong")
    arguments = parser.parse_args()
    records = read_lines(BENCHMARKS / "near_misses.jsonl")
    paddings = read_lines(BENCHMARKS / "vague_padding.jsonl")
    judge = Judge()
    cases = [*near_misses(records, judge), *padded(records, paddings, judge), *reshaped(records, judge)]
    for table in dict.fromkeys(case.table for case in cases):
        chosen = [case for case in cases if case.table == table]
        rows = dict.fromkeys(case.row for case in chosen)
        print(f"{table}: {sum(c.right for c in chosen) / len(chosen):.3f} van {len(chosen)}")
        for row in rows if len(rows) > 1 else ():
            own = [case for case in chosen if case.row == row]
            print(f"  {row}: {sum(c.right for c in own) / len(own):.3f} van {len(own)}")
        if arguments.failures:
            for case in chosen:
                if not case.right:
                    print(f"    {case.row}: {case.shown}")


if __name__ == "__main__":
    main()
