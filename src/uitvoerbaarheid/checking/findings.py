"""All that ``check`` has to say of one document: found, weighed and named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uitvoerbaarheid.checking import coherence
from uitvoerbaarheid.checking.fingerprints import fingerprints
from uitvoerbaarheid.checking.found import Found
from uitvoerbaarheid.checking.places import of_words
from uitvoerbaarheid.checking.rules import rules, weight
from uitvoerbaarheid.checking.sections import of_section
from uitvoerbaarheid.checking.wording import messages, say
from uitvoerbaarheid.config import SetSeverity
from uitvoerbaarheid.records import Finding, Report, Section, Signal
from uitvoerbaarheid.reports.labels import label, shorten, wording
from uitvoerbaarheid.reports.places import Places
from uitvoerbaarheid.scoring.profiles import Profiles
from uitvoerbaarheid.scoring.quotes import quote

#: Words that a finding is about are cut after this many characters.
_QUOTE = 300


def find(report: Report, path: str, profiles: Profiles | None = None) -> list[Finding]:
    """The findings of one document, in order of place: those of the whole document first, signals last.

    ``path`` is that of the file, as it is to be told. ``profiles`` are those in use, with the overrides of an
    organisation (default: the bundled ones); the profile of the report says how heavy each rule is. A rule
    that weighs nothing ("off") gives no finding.
    """
    chosen = _chosen(report, profiles or Profiles())
    catalogue = rules()
    kept: list[tuple[Found, SetSeverity]] = []
    for item in _found(report):
        heavy = weight(catalogue[item.rule], mild=item.mild, chosen=chosen)
        if heavy != "off":
            kept.append((item, heavy))
    names = fingerprints(item for item, _ in kept)
    return [
        Finding(
            rule=item.rule,
            severity=heavy,
            message=item.message,
            question=item.question,
            path=path,
            section=item.section.id if item.section else None,
            heading_path=item.section.heading_path if item.section else [],
            page=item.place.page,
            boxes=item.place.boxes,
            line=item.place.line,
            quote=shorten(item.quote, _QUOTE) if item.quote else None,
            fingerprints=named,
        )
        for (item, heavy), named in zip(kept, names, strict=True)
        if heavy != "off"
    ]


def _chosen(report: Report, profiles: Profiles) -> Mapping[str, SetSeverity]:
    """What the profile of a report says of the rules; nothing where the report names no known profile."""
    name = report.profile.name if report.profile else None
    return profiles.rules[name].severity if name in profiles.rules else {}


def _found(report: Report) -> Iterator[Found]:
    yield from _reading(report)
    if report.document.status == "unreadable":
        return
    after: dict[str, list[Found]] = {}
    for item in (*coherence.overlaps(report), *coherence.references(report)):
        after.setdefault(item.section.id if item.section else "", []).append(item)
    places = Places(report)
    for section in report.sections:
        yield from of_section(section, report, places)
        yield from after.pop(section.id, [])
    yield from _signals(report)


def _reading(report: Report) -> Iterator[Found]:
    """How well a document could be read."""
    document = report.document
    if document.status == "unreadable":
        message = document.error.message if document.error else ""
        yield Found("UV501", say("reading", "unreadable", message=message, advice=_advice(report)))
        return
    if document.status == "partial":
        said = [document.error.message] if document.error else document.warnings
        yield Found("UV502", say("reading", "partial", message=" ".join(said)))
    if document.language not in (None, "nl"):
        language = label("language", document.language)
        yield Found("UV503", say("reading", "other_language", language=language))
    elif all(section.verdict == "not_assessed" for section in report.sections):
        yield Found("UV504", say("reading", "nothing"))


def _signals(report: Report) -> Iterator[Found]:
    """The signals that a plan as a whole misses; a short piece is not asked for them."""
    assessed = sum(section.verdict != "not_assessed" for section in report.sections)
    if assessed < messages()["signals_least_sections"]:
        return
    known = {rule.signal: rule.id for rule in rules().values() if rule.signal is not None}
    sections = {section.id: section for section in reversed(report.sections)}
    for signal in report.signals:
        if signal.question is not None and signal.id in known:
            yield _signal(signal, known[signal.id], sections)


def _signal(signal: Signal, rule: str, sections: Mapping[str, Section]) -> Found:
    shown = next((item for item in signal.evidence if item.section in sections), None)
    if not signal.found or shown is None:
        title = messages()["signal"]["title"][signal.id]
        return Found(rule, say("signal", "missing", title=title), question=signal.question)
    section = sections[shown.section]
    return Found(
        rule,
        say("signal", "open", quote=quote(shown.text)),
        section=section,
        place=of_words(section, shown.start, shown.end),
        question=signal.question,
        quote=shown.text,
    )


def _advice(report: Report) -> str:
    """What a reader can do about a document that could not be read."""
    advice = wording()["advice"]
    error = report.document.error
    return str(advice.get(error.code if error else "default", advice["default"]))
