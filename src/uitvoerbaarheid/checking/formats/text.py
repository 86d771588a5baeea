"""What the writer of a draft reads on the terminal: a finding with its place, words and question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

import typer

from uitvoerbaarheid.checking.formats.words import (
    aside_words,
    by_document,
    counted_words,
    number_of,
    one_line,
    page,
    question,
    quote,
    section_path,
    severities,
    severity_word,
    unreadable,
    words,
)
from uitvoerbaarheid.checking.outcome import SEVERITIES, Outcome
from uitvoerbaarheid.records import Finding, Severity

_COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "note": "cyan"}
_INDENT = "  "


def render(outcome: Outcome, *, colour: bool = False, every: bool = False, quiet: bool = False) -> str:
    """The findings by document, and a line that counts them.

    Errors and warnings are shown, and what makes the check fail; with ``every`` also notes and what is known
    or set aside, with ``quiet`` only what makes it fail. What is left out is counted. ``colour`` is for a
    terminal.
    """
    style = _styled if colour else _plain
    least = _least(outcome, every, quiet)
    blocks: list[str] = []
    hidden: list[Finding] = []
    for document, findings in by_document(outcome):
        shown: list[Finding] = []
        for finding in findings:
            told = every or (finding.state == "new" and SEVERITIES.index(finding.severity) >= least)
            (shown if told else hidden).append(finding)
        if document.status == "unreadable" and not findings:
            blocks.append(f"{style(one_line(document.path), 'bold')}: {style(unreadable(document), 'red')}")
        elif shown:
            blocks.append("\n".join(_document(document.path, shown, style)))
    missing = [f"{one_line(path)}: {style(words('text')['missing'], 'red')}" for path in outcome.missing]
    blocks += ["\n".join(missing)] if missing else []
    blocks.append("\n".join(_summary(outcome, hidden, style)))
    return "\n\n".join(blocks) + "\n"


def _least(outcome: Outcome, every: bool, quiet: bool) -> int:
    """The place in ``SEVERITIES`` of the lightest finding that is shown."""
    if every:
        return 0
    fails = len(SEVERITIES) if outcome.fail_level == "never" else SEVERITIES.index(outcome.fail_level)
    return fails if quiet else min(fails, SEVERITIES.index("warning"))


def _plain(text: str, colour: str) -> str:
    return text


def _styled(text: str, colour: str) -> str:
    return typer.style(text, bold=True) if colour == "bold" else typer.style(text, fg=colour)


_Style = Callable[[str, str], str]


def place(finding: Finding) -> str:
    """The finding's place: "plan.md:12", as editors and terminals open it; "p. 3"; "" where it has none."""
    return f"{one_line(finding.path)}:{finding.line}" if finding.line is not None else page(finding)


def _document(path: str, findings: list[Finding], style: _Style) -> Iterator[str]:
    """The findings of one document, below the heading of their section."""
    yield style(one_line(path), "bold")
    for section, group in groupby(findings, key=lambda finding: finding.section):
        asked: set[str] = set()
        for position, finding in enumerate(group):
            if position == 0:
                heading = section_path(finding) if section is not None else words("text")["whole_document"]
                yield _INDENT + style(heading, "bold")
            yield _INDENT * 2 + _line(finding, style)
            below = [quote(finding), question(finding) if finding.question not in asked else ""]
            asked.add(finding.question or "")
            if finding.state == "suppressed" and finding.reason:
                below.append(words("text")["reason"].format(one_line(finding.reason)))
            yield from (_INDENT * 3 + line for line in below if line)


def _line(finding: Finding, style: _Style) -> str:
    word = style(severity_word(finding.severity), _COLOURS[finding.severity])
    state = f" ({words('state')[finding.state]})" if finding.state != "new" else ""
    where = f"{place(finding)}: " if place(finding) else ""
    return f"{where}{finding.rule} {word}{state}: {one_line(finding.message)}"


def _summary(outcome: Outcome, hidden: list[Finding], style: _Style) -> Iterator[str]:
    text = words("text")
    colour = "red" if outcome.failing() else "bold" if outcome.new else "green"
    yield style(counted_words(outcome), colour)
    new = [finding for finding in hidden if finding.state == "new"]
    left_out = [said for said in (severities(new), aside_words(hidden)) if said]
    if left_out:
        yield text["hidden"].format("; ".join(left_out))
    if outcome.unreadable:
        yield style(text["unread"].format(number_of(len(outcome.unreadable), "document")), "red")
