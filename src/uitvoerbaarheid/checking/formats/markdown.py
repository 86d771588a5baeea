"""A summary in Markdown, for a merge request or the page of a build: a table, and details to fold open."""

from __future__ import annotations

import html
import re

from uitvoerbaarheid.checking.formats.words import (
    SHORT_QUOTE,
    aside_words,
    by_document,
    counted_words,
    number_of,
    one_line,
    page,
    section_name,
    severities,
    severity_word,
    unreadable,
    words,
)
from uitvoerbaarheid.checking.outcome import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_TROUBLE,
    SEVERITIES,
    Checked,
    Outcome,
    counted,
)
from uitvoerbaarheid.records import Finding

#: A comment on GitHub holds this many characters; the findings that no longer fit are counted.
MOST = 60_000
_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~&]|(?<=\w):(?=//)|(?<=www)\.")
#: "@raad" would send mail to somebody, "#12" and "!12" would point to a discussion.
_NAMES = re.compile(r"([@#!$%^])(?=\w)|(?<=\bGH)-(?=\d)", re.I)
_RESULTS = {EXIT_CLEAN: "clean", EXIT_FINDINGS: "failed", EXIT_TROUBLE: "trouble"}
_NOTHING = "\u2060"


def render(outcome: Outcome) -> str:
    """A line that counts, a table of the documents, and the new findings of each, folded."""
    text = words("markdown")
    result = text[_RESULTS[outcome.exit_code]]
    parts = [f"## {text['title']}: {result}", counted_words(outcome)]
    if outcome.documents or outcome.missing:
        parts.append(_documents(outcome))
    room = MOST - sum(map(len, parts))
    for document, findings in by_document(outcome):
        new = [finding for finding in findings if finding.state == "new"]
        if new:
            parts.append(_details(document, new, room))
            room -= len(parts[-1])
    aside = aside_words(outcome.findings)
    return "\n\n".join([*parts, text["aside"].format(aside)] if aside else parts) + "\n"


def plain(text: str, limit: int | None = None) -> str:
    """Text of a document in Markdown: on one line, nothing in it is markup, a link or somebody's name."""
    line = _MARKUP.sub(lambda sign: "\\" + sign[0], one_line(text, limit))
    return _NAMES.sub(lambda sign: sign[0] + _NOTHING, line)


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]


def _documents(outcome: Outcome) -> str:
    text = words("markdown")
    header = [text["document"], text["result"], *(words("severities")[name] for name in reversed(SEVERITIES))]
    rows = []
    for document, findings in by_document(outcome):
        counts = [str(count) for count in counted(f for f in findings if f.state == "new").values()]
        read = unreadable(document) if document.status == "unreadable" else text["ok"]
        rows.append([plain(document.path), plain(read), *counts])
    rows += [[plain(path), words("text")["missing"], "", "", ""] for path in outcome.missing]
    return "\n".join(_table(header, rows))


def _details(document: Checked, findings: list[Finding], room: int) -> str:
    text = words("markdown")
    title = f"{one_line(document.path)}: {severities(findings)}"
    header = [text[name] for name in ("place", "severity", "rule", "section", "message", "question")]
    lines = [f"<details><summary>{_NAMES.sub(_apart, html.escape(title))}</summary>", ""]
    lines += _table(header, [])
    left = room - len("\n".join(lines)) - SHORT_QUOTE
    shown = 0
    for finding in findings:
        row = _table([*_row(finding)], [])[0]
        left -= len(row) + 1
        if left < 0:
            break
        lines.append(row)
        shown += 1
    if shown < len(findings):
        lines += ["", text["more"].format(number_of(len(findings) - shown, "finding"))]
    return "\n".join([*lines, "", "</details>"])


def _apart(sign: re.Match[str]) -> str:
    return sign[0] + _NOTHING


def _row(finding: Finding) -> list[str]:
    line = words("markdown")["line"].format(finding.line) if finding.line is not None else ""
    return [
        line or page(finding),
        severity_word(finding.severity),
        plain(finding.rule),
        plain(section_name(finding)),
        plain(finding.message),
        plain(finding.question or ""),
    ]
