"""Orders to GitHub Actions that put findings as annotations beside the changed files."""

from __future__ import annotations

from collections.abc import Iterator

from uitvoerbaarheid.checking.formats.words import number_of, one_line, sentence, title, unreadable, words
from uitvoerbaarheid.checking.outcome import SEVERITIES, Outcome
from uitvoerbaarheid.records import Finding, Severity

#: GitHub shows this many annotations of each kind for one step, and drops the others without a word.
MOST = 10
_ORDER: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(outcome: Outcome) -> str:
    """An annotation for each new finding and each document that could not be read, ten of a kind at most.

    The heaviest come first; the last line says how many are left. The whole is in the Markdown that ``check``
    adds to the summary of the step.
    """
    lines, left = [], 0
    for severity in reversed(SEVERITIES):
        orders = [*_troubles(outcome, severity), *_findings(outcome.new, severity)]
        lines += orders[:MOST]
        left += max(0, len(orders) - MOST)
    if left:
        lines.append(words("github")["more"].format(number_of(left, "finding")))
    return "".join(f"{line}\n" for line in lines)


def _findings(findings: list[Finding], severity: Severity) -> Iterator[str]:
    for finding in findings:
        if finding.severity == severity:
            told = sentence(finding)
            yield order(severity, told, path=finding.path, line=finding.line, title=title(finding.rule))


def _troubles(outcome: Outcome, severity: Severity) -> Iterator[str]:
    """What could not be checked: a path that is not there, a document that no finding says it of."""
    if severity == "error":
        for path in outcome.missing:
            yield order("error", f"{path}: {words('text')['missing']}")
    if severity == ("warning" if outcome.allow_unreadable else "error"):
        told = {finding.path for finding in outcome.findings}
        for document in outcome.unreadable:
            if document.path not in told:
                yield order(severity, unreadable(document), path=document.path)


def order(
    severity: Severity, message: str, *, path: str | None = None, line: int | None = None, title: str = ""
) -> str:
    """One workflow command, with every sign escaped that could end it or begin another."""
    # The name as it is, for GitHub to find the file; but the log is shown on terminals too.
    name = "".join(sign if sign.isprintable() or sign in "\r\n" else "\ufffd" for sign in path or "")
    given = {"file": name, "line": line, "title": title}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items() if value)
    return f"::{_ORDER[severity]}{' ' if properties else ''}{properties}::{_data(one_line(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
