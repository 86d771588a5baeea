"""GitLab's Code Quality report: what the merge request shows beside the changed files."""

from __future__ import annotations

import hashlib
from collections import Counter

from uitvoerbaarheid.checking.formats.json import dump
from uitvoerbaarheid.checking.formats.words import sentence
from uitvoerbaarheid.checking.outcome import Outcome
from uitvoerbaarheid.records import Finding, Severity

_SEVERITY: dict[Severity, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(outcome: Outcome) -> str:
    """The findings as Code Quality issues. What is known is among them: GitLab itself compares branches.

    What was set aside is left out. A document without lines has its findings at line 1, the page in words.
    """
    seen: Counter[str] = Counter()
    issues = []
    for finding in outcome.findings:
        if finding.state == "suppressed":
            continue
        name = _name(finding)
        seen[name] += 1
        unique = f"{name}\n{seen[name]}".encode("utf-8", errors="surrogatepass")
        issues.append(
            {
                "description": sentence(finding),
                "check_name": finding.rule,
                "fingerprint": hashlib.sha256(unique).hexdigest(),
                "severity": _SEVERITY[finding.severity],
                "location": {"path": finding.path, "lines": {"begin": finding.line or 1}},
            }
        )
    return dump(issues)


def _name(finding: Finding) -> str:
    """What stays the same of a finding when lines and pages move: its first fingerprint where it has one."""
    own = next(iter(finding.fingerprints.items()), ("section", f"{finding.section}\n{finding.quote}"))
    return "\n".join([finding.path, finding.rule, *own])
