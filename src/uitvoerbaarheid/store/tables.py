"""A report as rows of the store's tables, made where the document was assessed.

Which columns there are stands in :data:`COLUMNS`, in the order of the rows; their types in
``data/store/schema.sql`` and what they mean, for users, in ``docs/opslag.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from uitvoerbaarheid.records import CRITERIA, Commitment, Document, Mention, Report, Section
from uitvoerbaarheid.reports.deals import Deal, Part
from uitvoerbaarheid.reports.judgements import overrules_text, profile_name
from uitvoerbaarheid.reports.labels import document_title
from uitvoerbaarheid.reports.rows import ReportRows, rows

#: Rows by table; without the key of the result, which the store puts before each.
TableRows = dict[str, list[tuple[Any, ...]]]

_MEANS = tuple(f"mean_{name}" for name in CRITERIA)

#: The columns of the rows that :func:`rows_of` makes, by table.
COLUMNS: dict[str, tuple[str, ...]] = {
    "documents": (
        "sha256", "title", "kind", "authority", "date", "year", "format", "language", "profile",
        "profile_choice", "sections", "policy_sections", "send_back", "send_back_in_context",
        "send_back_by_profile", "uncertain", "mean_score", *_MEANS, "weakest", "commitments", "amount",
        "ocr_pages", "by_hand", "warnings", "tool_version", "model_id", "ruleset_id",
    ),
    "sections": (
        "position", "section", "number", "heading", "heading_path", "depth", "page_start", "page_end",
        "line", "words", "text",
    ),
    "scores": (
        "position", "role", "role_probability", "level", "score", "verdict", "uncertain", "weakest",
        *CRITERIA, "level_in_context", "score_in_context", "verdict_in_context", "met_elsewhere",
        "level_asked", "fit", "missing", "verdict_by_profile", "reasons", "questions", "by_hand",
    ),
    "mentions": (
        "position", "mention", "type", "text", "sentence", "page", "start_at", "end_at", "probability",
        "modality", "qualifiers", "actor", "actor_id", "actor_kind", "actor_role", "unnamed", "amount_low",
        "amount_high", "fte", "open_amount", "per_year", "recurring", "bound", "share", "source",
        "money_year", "term", "granularity", "date_from", "date_to", "term_year", "rules",
    ),
    "commitments": (
        "position", "commitment", "page", "measure", "modality", "goal", "actors", "budget", "amount_low",
        "amount_high", "fte", "deadline", "date_from", "date_to", "term_year", "monitoring",
    ),
    "actors": ("position", "commitment", "actor", "actor_id"),
    "signals": ("signal", "route", "title", "found", "question"),
}  # fmt: skip

_LONE = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: Where years of documents and terms can lie; beyond these a number is no year that one can group by.
_YEARS = range(1900, 2201)


def rows_of(report: Report, row: ReportRows | None = None) -> TableRows:
    """The rows of a report by table, values in the order of :data:`COLUMNS`, sections in their order.

    Every table is there, also without rows; ``documents`` has exactly one. Dates are :class:`datetime.date`,
    amounts euros; a mention that is a whole sentence has no ``sentence`` beside it. The rows hold nothing but
    str, int, float, bool, date and None, and no lone surrogates. ``row`` is what :func:`rows` makes of the
    report, where that is there already.
    """
    first: dict[str, int] = {}
    for position, section in enumerate(report.sections):
        first.setdefault(section.id, position)
    years = {(p.section, p.commitment): load.year for load in report.summary.years for p in load.promises}
    numbered = list(enumerate(report.sections))
    shown = (row or rows(report)).sections
    made: dict[str, Iterator[tuple[Any, ...]]] = {
        "documents": iter([_document(report)]),
        "sections": (_section(*item) for item in numbered),
        "scores": (_score(*item) for item in numbered),
        "mentions": (row for item in numbered for row in _mentions(*item)),
        "commitments": (
            found for item in numbered for found in _commitments(*item, shown[item[0]].deals, years, first)
        ),
        "actors": _actors(report, first),
        "signals": (
            (signal.id, signal.route, signal.title, signal.found, signal.question)
            for signal in report.signals
        ),
    }
    return {table: _clean(list(found)) for table, found in made.items()}


def _clean(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows without lone surrogates, of which there are hardly ever any: all texts are tried at once."""
    try:
        "".join([value for row in found for value in row if isinstance(value, str)]).encode()
    except UnicodeEncodeError:
        return [
            tuple(_LONE.sub("\ufffd", value) if isinstance(value, str) else value for value in row)
            for row in found
        ]
    return found


def year_of(document: Document) -> int | None:
    """The year in the date of a document, None where it has none."""
    return _year((document.date or "")[:4])


def _year(value: object) -> int | None:
    try:
        year = int(str(value))
    except ValueError:
        return None
    return year if year in _YEARS else None


def _document(report: Report) -> tuple[Any, ...]:
    document, summary, profile = report.document, report.summary, report.profile
    means = summary.criteria_means or {}
    return (
        document.sha256,
        document_title(document),
        document.kind,
        document.authority,
        document.date,
        year_of(document),
        document.format,
        document.language,
        profile_name(report) or None,
        profile.choice if profile else None,
        summary.sections,
        summary.policy_sections,
        summary.send_back,
        summary.send_back_in_context,
        summary.send_back_by_profile,
        summary.uncertain,
        summary.mean_score,
        *(means.get(name) for name in CRITERIA),
        summary.weakest,
        summary.commitments,
        summary.budget,
        len(document.ocr),
        overrules_text(document.overruled) or None,
        "\n".join(document.warnings) or None,
        report.tool_version,
        report.model_id,
        report.ruleset_id,
    )


def _section(position: int, section: Section) -> tuple[Any, ...]:
    return (
        position,
        section.id,
        section.number,
        section.heading,
        " › ".join(section.heading_path),
        section.depth,
        section.page_start,
        section.page_end,
        section.line,
        len(section.text.split()),
        section.text,
    )


def _score(position: int, section: Section) -> tuple[Any, ...]:
    context, expectation = section.in_context, section.expectation
    criteria = section.criteria
    return (
        position,
        section.role,
        section.role_probability,
        section.level,
        section.score,
        section.verdict,
        section.uncertain,
        section.weakest,
        *(getattr(criteria, name) if criteria else None for name in CRITERIA),
        context.level if context else None,
        context.score if context else None,
        context.verdict if context else None,
        ", ".join(dict.fromkeys(item.criterion for item in context.met)) or None if context else None,
        expectation.level if expectation else None,
        expectation.fit if expectation else None,
        ", ".join(expectation.missing) or None if expectation else None,
        expectation.verdict if expectation else None,
        " ".join(reason.text for reason in section.reasons) or None,
        " ".join(question.text for question in section.questions) or None,
        overrules_text(section.overruled) or None,
    )


def _mentions(position: int, section: Section) -> Iterator[tuple[Any, ...]]:
    for index, mention in enumerate(section.mentions):
        yield (
            position,
            index,
            mention.type,
            mention.text,
            mention.sentence if mention.sentence != mention.text else None,
            mention.page,
            mention.start,
            mention.end,
            mention.probability,
            mention.modality,
            ", ".join(mention.qualifiers) or None,
            *_party(mention),
            *_money(mention),
            *_term(mention),
            ", ".join(mention.rules) or None,
        )


def _value(mention: Mention | None, kind: str) -> dict[str, Any]:
    return mention.value or {} if mention is not None and mention.type == kind else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _party(mention: Mention) -> tuple[Any, ...]:
    """Whom an actor stands for: the party meant by "wij", else its official name, else what is written."""
    value = _value(mention, "actor")
    if not value:
        return (None,) * 5
    resolved = value.get("resolved")
    meant = resolved if isinstance(resolved, dict) else value
    name = meant.get("official") or meant.get("name")
    unnamed = bool(value.get("generic")) and meant is value
    parts = (name, meant.get("identifier"), meant.get("kind"), value.get("role"))
    return (*map(_text, parts), unnamed)


def _amounts(mention: Mention | None) -> tuple[float | None, float | None]:
    found = _value(mention, "budget").get("amounts") or []
    amounts = [euros for euros in map(_number, found) if euros is not None]
    return (min(amounts), max(amounts)) if amounts else (None, None)


def _money(mention: Mention) -> tuple[Any, ...]:
    value = _value(mention, "budget")
    if not value:
        return (None,) * 10
    period = value.get("period")
    return (
        *_amounts(mention),
        _number(value.get("fte")),
        bool(value.get("open")),
        period == "jaar",
        _text(value.get("recurring")),
        _text(value.get("bound")),
        _number(value.get("share")),
        _text(value.get("source")),
        _year(value.get("year")),
    )


def _term(mention: Mention) -> tuple[Any, ...]:
    value = _value(mention, "deadline")
    interval = _text(value.get("interval"))
    return (interval, _text(value.get("granularity")), *_dates(mention))


def _dates(mention: Mention | None) -> tuple[date | None, date | None, int | None]:
    """The first and last day of a term, and the year in which it ends; None where it has no bound.

    Of a relative term those that the date of the document gives it.
    """
    value = _value(mention, "deadline")
    start, _, end = str(value.get("resolved") or value.get("interval") or "").partition("/")
    first, last = _day(start), _day(end)
    return first, last, _year(last.year) if last else None


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso) if _DAY.fullmatch(iso) else None
    except ValueError:
        return None


def _said(parts: tuple[Part, ...]) -> str | None:
    return "; ".join(" ".join(part.text.split()) for part in parts) or None


def _commitments(
    position: int,
    section: Section,
    deals: Iterable[Deal],
    years: dict[tuple[str, int], int],
    first: dict[str, int],
) -> Iterator[tuple[Any, ...]]:
    def at(index: int | None) -> Mention | None:
        return section.mentions[index] if index is not None and 0 <= index < len(section.mentions) else None

    for index, (commitment, shown) in enumerate(zip(section.commitments, deals, strict=True)):
        money, term = at(commitment.budget), at(commitment.deadline)
        begin, end, year = _dates(term)
        if first[section.id] == position:
            year = years.get((section.id, index), year)
        yield (
            position,
            index,
            commitment.page,
            _said(shown.what),
            _firmness(at, commitment),
            _said(shown.goal),
            _said(shown.who),
            _said(shown.means),
            *_amounts(money),
            _number(_value(money, "budget").get("fte")),
            _said(shown.when),
            begin,
            end,
            year,
            _said(shown.followed),
        )


def _firmness(at: Any, commitment: Commitment) -> str | None:
    measure = at(commitment.measure) or at(commitment.goal)
    return measure.modality if measure else None


def _actors(report: Report, first: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """Who promises what; the name of a party as the document's summary has it."""
    for actor in report.summary.actors:
        for promise in actor.promises:
            if promise.section in first:
                yield (first[promise.section], promise.commitment, actor.name, actor.identifier)
