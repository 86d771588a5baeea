"""A summary in Markdown, for a merge request or the page of a build: a table, and details to fold open."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from uitvoerbaarheid.checking.formats.words import (
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

#: A comment on a merge request holds this many bytes, the summary of a step more.
COMMENT, SUMMARY = 60_000, 1_000_000
#: "http://x" and "www.x" would become links.
_LINK = r"(?<=\w):(?=//)|(?<=www)\."
_MARKUP = re.compile(rf"[\\`*_{{}}\[\]<>|~&]|{_LINK}", re.I)
#: "@raad" would send mail to somebody, "#12" and "!12" would point to a discussion.
_NAME = r"[@#!$%^](?=\w)|(?<=\bGH)-(?=\d)"
_NAMES = re.compile(_NAME, re.I)
_NAMES_AND_LINKS = re.compile(f"{_NAME}|{_LINK}", re.I)
_RESULTS = {EXIT_CLEAN: "clean", EXIT_FINDINGS: "failed", EXIT_TROUBLE: "trouble"}
_COLUMNS = ("place", "severity", "rule", "section", "message", "question")
#: The most documents that are listed.
_MOST = 200
_NOTHING = "\u2060"


def render(outcome: Outcome, room: int = COMMENT) -> str:
    """A line that counts, a table of the documents, and the new findings of each, folded.

    Of findings that do not fit in ``room`` bytes the lightest are left out and counted.
    """
    text = words("markdown")
    result = text[_RESULTS[outcome.exit_code]]
    parts = [f"## {text['title']}: {result}", counted_words(outcome)]
    if outcome.documents or outcome.missing:
        parts.append(_documents(outcome))
    told = by_document(outcome)[:_MOST]
    details = [(document, [f for f in found if f.state == "new"]) for document, found in told]
    details = [(document, findings) for document, findings in details if findings]
    header = _size("\n".join(_table([text[name] for name in _COLUMNS], ())))
    room -= _size("".join(parts)) + sum(
        header + _size(_details(document, found, {})) for document, found in details
    )
    rows = _fitting(outcome, room)
    parts += [_details(document, findings, rows) for document, findings in details]
    aside = aside_words(outcome.findings)
    return "\n\n".join([*parts, text["aside"].format(aside)] if aside else parts) + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", errors="replace"))


def _fitting(outcome: Outcome, room: int) -> dict[int, str]:
    """The rows of the findings that fit, the heaviest first, by the identity of the finding."""
    rows: dict[int, str] = {}
    for severity in reversed(SEVERITIES):
        for finding in outcome.new:
            if finding.severity == severity:
                row = _line(_row(finding))
                room -= _size(row) + 1
                if room < 0:
                    return rows
                rows[id(finding)] = row
    return rows


def plain(text: str, limit: int | None = None) -> str:
    """Text of a document in Markdown: on one line, nothing in it is markup, a link or somebody's name."""
    line = _MARKUP.sub(lambda sign: "\\" + sign[0], one_line(text, limit))
    return _NAMES.sub(_apart, line)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(header: list[str], rows: Iterable[str]) -> list[str]:
    return [_line(header), _line(["---"] * len(header)), *rows]


def _documents(outcome: Outcome) -> str:
    text = words("markdown")
    header = [text["document"], text["result"], *(words("severities")[name] for name in reversed(SEVERITIES))]
    rows = []
    told = by_document(outcome)
    for document, findings in told[:_MOST]:
        counts = [str(count) for count in counted(f for f in findings if f.state == "new").values()]
        read = unreadable(document) if document.status == "unreadable" else text["ok"]
        rows.append([plain(document.path), plain(read), *counts])
    if len(told) > _MOST:
        rows.append([text["more_documents"].format(number_of(len(told) - _MOST, "document")), "", "", "", ""])
    rows += [[plain(path), words("text")["missing"], "", "", ""] for path in outcome.missing[:_MOST]]
    return "\n".join(_table(header, map(_line, rows)))


def _details(document: Checked, findings: list[Finding], rows: Mapping[int, str]) -> str:
    """The rows of one document, folded, and how many of its findings have none."""
    text = words("markdown")
    title = html.escape(f"{one_line(document.path)}: {severities(findings)}")
    lines = [f"<details><summary>{_NAMES_AND_LINKS.sub(_apart, title)}</summary>", ""]
    shown = [rows[id(finding)] for finding in findings if id(finding) in rows]
    if shown:
        lines += _table([text[name] for name in _COLUMNS], shown)
    if len(shown) < len(findings):
        lines += ["", text["more"].format(number_of(len(findings) - len(shown), "finding"))]
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
