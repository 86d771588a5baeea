"""Two reports of versions of a document laid beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from uitvoerbaarheid import __version__
from uitvoerbaarheid.comparison.changes import Changes
from uitvoerbaarheid.comparison.match import Group, matched
from uitvoerbaarheid.comparison.passages import Laid
from uitvoerbaarheid.comparison.records import (
    Comparison,
    ComparisonSummary,
    DocumentSide,
    PairKind,
    SectionPair,
    SectionSide,
)
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.comparison.words import Text, text_of
from uitvoerbaarheid.records import Report, Section


def compare(old: Report, new: Report) -> Comparison:
    """What changed between two versions of a document, section by section.

    The reports are those of a scan; their judgements are taken as they are. Takes time about linear in the
    texts, besides pairing the sections that look alike.
    """
    one, other = text_of(old), text_of(new)
    groups = matched(one, other)
    laid = Laid(one, other, groups)
    changes = Changes(laid)
    pairs = [_pair(group, laid, changes) for group in groups]
    pairs = [pair for pair in pairs if not _is_layout(pair, one, other)]
    return Comparison(
        tool_version=__version__,
        old=_document(old),
        new=_document(new),
        common=round(laid.common, 4),
        related=laid.common >= settings()["document"]["related"],
        warnings=list(_warnings(old, new)),
        summary=_summary(pairs),
        pairs=pairs,
    )


def _pair(group: Group, laid: Laid, changes: Changes) -> SectionPair:
    found = changes.of(group)
    return SectionPair(
        kind=_kind(group, {change.kind for change in found}),
        old=[_section(laid.old.sections[s]) for s in group.old],
        new=[_section(laid.new.sections[t]) for t in group.new],
        likeness=round(_likeness(group, laid), 4),
        changes=found,
    )


def _kind(group: Group, kinds: set[str]) -> PairKind:
    if not group.new:
        return "removed"
    if not group.old:
        return "added"
    if "section" in kinds:
        return "split" if len(group.new) > len(group.old) else "merged"
    names: tuple[tuple[str, PairKind], ...] = (
        ("place", "moved"),
        ("heading", "renamed"),
        ("number", "renumbered"),
    )
    return next((name for kind, name in names if kind in kinds), "changed" if kinds else "same")


def _is_layout(pair: SectionPair, old: Text, new: Text) -> bool:
    """Whether a heading without text is new or gone while the other version has its words."""
    if pair.old and pair.new:
        return False
    side, text, other = (pair.old, old, new) if pair.old else (pair.new, new, old)
    position = next(at for at, section in enumerate(text.sections) if section.id == side[0].id)
    if text.sections[position].text.strip():
        return False
    first, last = text.ranges[position]
    return any(text.bare(first, last) in written for written in other.bare_sections)


def _likeness(group: Group, laid: Laid) -> float:
    """The part of the words of the shorter side that the other side has."""
    olds = [w for s in group.old for w in range(*laid.old.ranges[s])]
    news = [w for t in group.new for w in range(*laid.new.ranges[t])]
    least = min(len(olds), len(news))
    kept = min(sum(not laid.gone[w] for w in olds), sum(not laid.came[w] for w in news))
    return min(1.0, kept / least) if least else 0.0


def _section(section: Section) -> SectionSide:
    return SectionSide(
        id=section.id,
        number=section.number,
        heading=section.heading,
        heading_path=section.heading_path,
        page_start=section.page_start,
        page_end=section.page_end,
        level=section.level,
        score=section.score,
        verdict=section.verdict,
        criteria=section.criteria,
    )


def _document(report: Report) -> DocumentSide:
    document, summary = report.document, report.summary
    return DocumentSide(
        path=document.path,
        sha256=document.sha256,
        title=document.title,
        kind=document.kind,
        authority=document.authority,
        date=document.date,
        pages=document.pages,
        status=document.status,
        sections=len(report.sections),
        policy_sections=summary.policy_sections,
        send_back=summary.send_back,
        mean_score=summary.mean_score,
    )


def _warnings(old: Report, new: Report) -> Iterator[str]:
    """What a reader has to know before believing a comparison."""
    said = settings()["warning"]
    if old.document.sha256 == new.document.sha256:
        yield said["same_file"]
    by = [(r.tool_version, r.model_id, r.ruleset_id) for r in (old, new)]
    if by[0] != by[1]:
        yield said["other_rules"]
    for name, report in (("old", old), ("new", new)):
        if report.document.error is not None:
            yield said[f"partial_{name}"].format(message=report.document.error.message)
        if report.document.language not in (None, "nl"):
            yield said["language"]


def _summary(pairs: list[SectionPair]) -> ComparisonSummary:
    changes = [(pair, change) for pair in pairs for change in pair.changes]
    counts = Counter(f"{change.kind}.{change.direction}" for _, change in changes)
    levels = [(pair.old[0], pair.new[0]) for pair, change in changes if change.kind == "level"]
    return ComparisonSummary(
        pairs=dict(sorted(Counter(pair.kind for pair in pairs).items())),
        changes=dict(sorted(counts.items())),
        better=[new.id for old, new in levels if (new.level or 0) > (old.level or 0)],
        vaguer=[new.id for old, new in levels if (new.level or 0) < (old.level or 0)],
    )
