"""Outcomes of a check to render: an ordinary one, a clean one, and one of which every text is hostile."""

from __future__ import annotations

from typing import Any

from uitvoerbaarheid.checking.outcome import Checked, Outcome
from uitvoerbaarheid.records import Box, DocumentError, Finding

#: What breaks out of Markdown, HTML, XML, terminals and build services when it is not made harmless.
HOSTILE = (
    "\n::error::x%0A%25 ##[error]y ##vso[task.setvariable]z <script>alert(1)</script> <!--"
    " | ``` `x` [a](http://kwaad.example) ![b](http://kwaad.example/i.png) www.kwaad.example"
    " @raad #12 !3 GH-1 **vet** ~~door~~ \x1b[31mrood\x1b]8;;http://kwaad.example\x07 \x9b0m"
    " \u202eomgekeerd\u200b \x00 \ud800 \ufffe"
    " ]]> &amp; & \" ' {0} ${{ github.token }} =1+1 \u2028::notice::z\r\n::warning::w"
)


def finding(**changes: Any) -> Finding:
    """A finding in a draft with lines."""
    given: dict[str, Any] = {
        "rule": "UV101",
        "severity": "warning",
        "message": "Er staat niet bij wie dit uitvoert.",
        "question": "Wie voert dit uit?",
        "path": "plannen/water.md",
        "section": "maatregelen--wadi",
        "heading_path": ["2 Maatregelen", "2.1 Wadi in Zuiderhof"],
        "line": 12,
        "quote": "In 2027 wordt een wadi aangelegd",
        "fingerprints": {"heading/v1": "aaaa000000000001", "text/v1": "bbbb000000000001"},
    }
    return Finding.model_validate({**given, **changes})


def ordinary(**changes: Any) -> Outcome:
    """Findings of each severity and state, in a draft with lines, a PDF and one that cannot be read."""
    box = Box(page=3, x0=72.0, top=100.5, x1=300.0, bottom=112.5)
    findings = [
        finding(
            rule="UV408",
            severity="note",
            message="Niet gevonden in dit document: uitdrukkelijke keuzes en prioriteiten.",
            question="Wat gaat voor als niet alles kan?",
            section=None,
            heading_path=[],
            line=None,
            quote=None,
            fingerprints={"heading/v1": "aaaa000000000002"},
        ),
        finding(
            rule="UV001",
            severity="error",
            message="Deze paragraaf gaat terug: niveau 1 (richting).",
            line=10,
            quote=None,
            fingerprints={"heading/v1": "aaaa000000000003"},
        ),
        finding(),
        finding(
            rule="UV102", message="Er staat niet bij wanneer dit klaar is.", question=None, state="known"
        ),
        finding(
            rule="UV103",
            message="Er staat geen geld bij.",
            state="suppressed",
            reason="De dekking volgt bij de kadernota.",
        ),
        finding(
            path="visie.pdf",
            section="s4",
            heading_path=["4 Groen"],
            line=None,
            page=3,
            boxes=[box],
            fingerprints={"heading/v1": "aaaa000000000004"},
        ),
    ]
    documents = [
        Checked("plannen/water.md", "ok", sections=4, assessed=2),
        Checked("visie.pdf", "ok", sections=9, assessed=7),
        Checked("scan.pdf", "unreadable", DocumentError(code="no_text", message="De pdf is een scan.")),
    ]
    given: dict[str, Any] = {
        "tool_version": "0.1.0",
        "findings": findings,
        "documents": documents,
        "model_id": "proef+000000000000",
        "ruleset_id": "000000000000",
        "compared": True,
    }
    return Outcome(**{**given, **changes})


def clean() -> Outcome:
    """One draft without findings."""
    return Outcome(tool_version="0.1.0", documents=[Checked("water.md", "ok", sections=4, assessed=2)])


def hostile(text: str = HOSTILE) -> Outcome:
    """Every text of a document, and its file name, is ``text``."""
    found = [
        finding(
            rule=rule,
            severity=severity,
            message=text,
            question=text,
            path=text,
            section=text,
            heading_path=[text, text],
            quote=text,
            state=state,
            reason=text if state == "suppressed" else None,
        )
        for rule, severity, state in (
            ("UV001", "error", "new"),
            ("UV101", "warning", "new"),
            ("UV201", "note", "new"),
            ("UV101", "warning", "suppressed"),
        )
    ]
    error = DocumentError(code="damaged", message=text)
    return Outcome(
        tool_version="0.1.0",
        findings=found,
        documents=[Checked(text, "ok", sections=1, assessed=1), Checked(text + "2", "unreadable", error)],
        missing=[text],
        warnings=[text],
    )
