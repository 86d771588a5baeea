"""What the formats share: Dutch words (``data/checking/formats.toml``), places, and text made harmless."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

from uitvoerbaarheid.checking.outcome import Checked, Outcome, counted
from uitvoerbaarheid.checking.rules import rules
from uitvoerbaarheid.records import Finding, FindingState, Severity
from uitvoerbaarheid.reports.labels import shorten
from uitvoerbaarheid.resources import read_toml

#: Headings and quotes of a document are cut after this many characters.
SHORT_HEADING, SHORT_QUOTE = 110, 200
#: The states of findings that do not count.
_ASIDE: tuple[FindingState, ...] = ("known", "suppressed")
#: A message has a quote where this much of its beginning is in it.
_SAME = 40
#: Signs by which a build service takes a line, or a part of it, as an order to itself.
_ORDERS = re.compile(r"^:(?=:)|#(?=#\w*\[)")


def words(group: str) -> dict[str, Any]:
    """The fixed words of one group."""
    group_: dict[str, Any] = read_toml("checking", "formats.toml")[group]
    return group_


def one_line(text: str, limit: int | None = None) -> str:
    """``text`` of a document on one line, without signs that steer a terminal or a build service.

    Soft hyphens, marks of writing direction and other invisible signs are left out; control characters
    become U+FFFD.
    """
    if not text.isprintable():
        text = "".join(map(_harmless, text))
    line = _ORDERS.sub(r"\g<0> ", " ".join(text.split()))
    return line if limit is None else shorten(line, limit)


def _harmless(sign: str) -> str:
    if sign.isprintable():
        return sign
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign) == "Cf" else "\ufffd"


def title(rule: str) -> str:
    """A rule in words: "UV101 Geen partij bij de maatregel"."""
    known = rules().get(rule)
    return f"{rule} {known.title}" if known else rule


def page(finding: Finding) -> str:
    """ "p. 3", or "" where the finding has no page."""
    return f"p. {finding.page}" if finding.page is not None else ""


def section_name(finding: Finding) -> str:
    """The heading of the finding's section, or "" for the whole document."""
    return one_line(finding.heading_path[-1], SHORT_HEADING) if finding.heading_path else ""


def section_path(finding: Finding) -> str:
    """All headings down to the finding's section."""
    return " > ".join(one_line(heading, SHORT_HEADING) for heading in finding.heading_path)


def question(finding: Finding) -> str:
    """The question to ask, in a sentence that says so; "" for none."""
    return words("text")["question"].format(one_line(finding.question)) if finding.question else ""


def quote(finding: Finding) -> str:
    """The words that the finding is about, between quotation marks; "" where its message has them already."""
    words_ = one_line(finding.quote or "", SHORT_QUOTE)
    # Both may be cut short, in another place; a full stop is left out between other words.
    said = words_[:_SAME].strip("….;: ") in one_line(finding.message)
    return "" if not words_ or said else str(words("text")["quote"]).format(words_)


def sentence(finding: Finding, *, with_page: bool = True) -> str:
    """The finding in one line: page, section, message and question."""
    where = ", ".join(part for part in (page(finding) if with_page else "", section_name(finding)) if part)
    said = " ".join(part for part in (one_line(finding.message), question(finding)) if part)
    return f"{where}: {said}" if where else said


def severities(findings: Iterable[Finding]) -> str:
    """The findings counted: "1 fout, 2 waarschuwingen en 1 opmerking"; "" for none."""
    return listed(
        f"{count} {words('severity' if count == 1 else 'severities')[severity]}"
        for severity, count in counted(findings).items()
        if count
    )


def severity_word(severity: Severity) -> str:
    """The Dutch word for a severity."""
    return str(words("severity")[severity])


def listed(parts: Iterable[str]) -> str:
    """Words in a row: "a, b en c"."""
    named = list(parts)
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} {words('text')['and']} {named[-1]}"


def number_of(count: int, name: str) -> str:
    """A number with its noun: "1 document", "3 documenten"."""
    one, more = words("count")[name]
    return str(one if count == 1 else more).format(count)


def unreadable(document: Checked) -> str:
    """Why a document could not be read."""
    said = one_line(document.error.message) if document.error else ""
    return str(words("text")["unreadable"]).format(said).removesuffix(": ")


def counted_words(outcome: Outcome) -> str:
    """The new findings and the documents, counted in a sentence."""
    text = words("text")
    if not outcome.documents:
        return str(text["nothing"])
    documents = number_of(len(outcome.documents), "document")
    if not outcome.new:
        return str(text["none_new" if outcome.findings else "none"]).format(documents=documents)
    hit = len({finding.path for finding in outcome.new})
    found = text["found" if hit < len(outcome.documents) else "found_in_all"]
    return str(found).format(findings=severities(outcome.new), with_findings=hit, documents=documents)


def aside_words(findings: Iterable[Finding]) -> str:
    """Findings that do not count, by state: "3 al bekend en 1 opzij gezet"; "" for none."""
    counts = Counter(finding.state for finding in findings)
    return listed(f"{counts[state]} {words('state')[state]}" for state in _ASIDE if counts[state])


def by_document(outcome: Outcome) -> list[tuple[Checked, list[Finding]]]:
    """Every document with its findings, in their order."""
    found: dict[str, list[Finding]] = {document.path: [] for document in outcome.documents}
    for finding in outcome.findings:
        found.setdefault(finding.path, []).append(finding)
    return [(document, found[document.path]) for document in outcome.documents]
