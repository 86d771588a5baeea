"""SARIF 2.1.0: what code scanning services and editors read."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import quote as percent_encoded

from uitvoerbaarheid.checking.formats.json import dump
from uitvoerbaarheid.checking.formats.markdown import plain
from uitvoerbaarheid.checking.formats.words import one_line, section_path, sentence, unreadable, words
from uitvoerbaarheid.checking.outcome import EXIT_TROUBLE, Outcome
from uitvoerbaarheid.checking.pages import parts
from uitvoerbaarheid.checking.rules import Rule, rules
from uitvoerbaarheid.records import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: By this name services know an alert again; they make one themselves for places with a line.
_ALERT = "primaryLocationLineHash"


def render(outcome: Outcome) -> str:
    """One run with all findings; known ones are "unchanged", what was set aside is suppressed."""
    known = rules()
    used = {finding.rule for finding in outcome.findings}
    described = [rule for name, rule in known.items() if name in used]
    index = {rule.id: number for number, rule in enumerate(described)}
    seen: Counter[str] = Counter()
    driver = {
        "name": "uitvoerbaarheid",
        "version": outcome.tool_version,
        "semanticVersion": outcome.tool_version,
        "language": "nl",
        "rules": [_rule(rule) for rule in described],
        "properties": {"model": outcome.model_id, "ruleset": outcome.ruleset_id},
    }
    run = {
        "tool": {"driver": driver},
        "language": "nl",
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(outcome)],
        "artifacts": [{"location": _artifact(document.path)} for document in outcome.documents],
        "results": [_result(finding, index, seen, compared=outcome.compared) for finding in outcome.findings],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    said = list(parts(rule))
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.about},
        "help": {
            "text": "\n\n".join(f"{heading}: {text}" for heading, text in said),
            "markdown": "\n\n".join(f"**{heading}.** {plain(text)}" for heading, text in said),
        },
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": [rule.family]},
    }


def _message(text: str) -> dict[str, str]:
    """A message; "[words](place)" in one would become a link."""
    return {"text": re.sub(r"\](?=\()", "] ", one_line(text))}


def _artifact(path: str) -> dict[str, str]:
    uri = percent_encoded(path.encode("utf-8", errors="surrogatepass"), safe="/")
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    if re.match(r"[A-Za-z]:/", path):
        return {"uri": f"file:///{path[0]}:{percent_encoded(path[2:], safe='/')}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _location(finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(finding.path)}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
        if finding.quote:
            physical["region"]["snippet"] = {"text": finding.quote}
    found: dict[str, Any] = {"physicalLocation": physical}
    if finding.heading_path:
        found["logicalLocations"] = [
            {
                "name": one_line(finding.heading_path[-1]),
                "fullyQualifiedName": section_path(finding),
                "kind": "section",
            }
        ]
    return found


def _result(finding: Finding, index: dict[str, int], seen: Counter[str], *, compared: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": _message(sentence(finding)),
        "locations": [_location(finding)],
        "partialFingerprints": _fingerprints(finding, seen),
        "properties": {
            "page": finding.page,
            "section": finding.section,
            "boxes": [box.model_dump() for box in finding.boxes],
            "quote": finding.quote,
            "question": finding.question,
        },
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if compared:
        result["baselineState"] = "unchanged" if finding.state == "known" else "new"
    if finding.state == "suppressed":
        result["suppressions"] = [_suppression(finding)]
    return result


def _suppression(finding: Finding) -> dict[str, str]:
    found = {"kind": "external", "status": "accepted"}
    return {**found, "justification": one_line(finding.reason)} if finding.reason else found


def _fingerprints(finding: Finding, seen: Counter[str]) -> dict[str, str]:
    prints = dict(finding.fingerprints)
    if finding.line is None and prints:
        first = next(iter(prints.values()))
        seen[first] += 1
        prints[_ALERT] = f"{first}:{seen[first]}"
    return prints


def _invocation(outcome: Outcome) -> dict[str, Any]:
    notices: list[dict[str, Any]] = [
        {"level": "error", "message": _message(f"{path}: {words('text')['missing']}")}
        for path in outcome.missing
    ]
    notices += [
        {
            "level": "warning" if outcome.allow_unreadable else "error",
            "message": _message(unreadable(document)),
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(document.path)}}],
        }
        for document in outcome.unreadable
    ]
    return {
        "executionSuccessful": outcome.exit_code != EXIT_TROUBLE,
        "exitCode": outcome.exit_code,
        "toolExecutionNotifications": notices,
    }
