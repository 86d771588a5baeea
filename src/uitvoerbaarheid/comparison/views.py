"""What all forms of a comparison show: the summary in Dutch, the pairs worth showing, quotes in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from uitvoerbaarheid.comparison.records import (
    Change,
    Comparison,
    DocumentSide,
    Quote,
    SectionPair,
    SectionSide,
)
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.reports.labels import number, shorten
from uitvoerbaarheid.reports.places import SHORT_HEADING


def document_name(document: DocumentSide) -> str:
    """The title of a version, or its file name, on one line."""
    return " ".join((document.title or "").split()) or document.path.rsplit("/", 1)[-1]


def title(section: SectionSide) -> str:
    """Number and heading of a section on one line."""
    heading = " ".join(section.heading.split()) or "(zonder kop)"
    own = (section.number or "").strip()
    return shorten(heading if not own or heading.startswith(own) else f"{own} {heading}", SHORT_HEADING)


def pair_title(pair: SectionPair) -> str:
    """What a pair is called: by its new heading, by its old one where it is gone."""
    return title((pair.new or pair.old)[0])


def pair_pages(pair: SectionPair) -> str:
    """The pages of both versions: "p. 12, nu p. 14"; "" for formats without pages."""
    was, now = (side[0].page_start if side else None for side in (pair.old, pair.new))
    if was and now:
        return f"p. {was}, nu p. {now}"
    return f"p. {was or now}" if was or now else ""


def changed_pairs(comparison: Comparison) -> list[SectionPair]:
    """The pairs in which anything changed."""
    return [pair for pair in comparison.pairs if pair.kind != "same"]


def is_folded(change: Change) -> bool:
    """Whether a change is shown folded: another wording, without another value or measure."""
    return change.kind == "text"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a quote; ``differs`` when the other version does not have it."""

    text: str
    differs: bool


def parts(quote: Quote) -> list[Part]:
    """A quote cut where what differs begins and ends."""
    cut: list[Part] = []
    at = 0
    for mark in quote.marks:
        if mark.start > at:
            cut.append(Part(quote.text[at : mark.start], False))
        cut.append(Part(quote.text[mark.start : mark.end], True))
        at = mark.end
    if at < len(quote.text):
        cut.append(Part(quote.text[at:], False))
    return cut


@dataclass(frozen=True, slots=True)
class Tally:
    """A line of the summary: a name, how many, and the group it belongs to (a kind of change or of pair)."""

    name: str
    count: int
    kind: str


def tallies(comparison: Comparison) -> list[Tally]:
    """The summary in figures, in the order of the settings, without what is not there."""
    counts = {
        **{f"pair.{kind}": count for kind, count in comparison.summary.pairs.items()},
        **comparison.summary.changes,
        "better": len(comparison.summary.better),
        "vaguer": len(comparison.summary.vaguer),
    }
    lines = []
    for key, (one, more) in settings()["tally"].items():
        if count := counts.get(key, 0):
            lines.append(Tally((one if count == 1 else more).format(number(count)), count, key))
    return lines


def highlights(comparison: Comparison) -> Iterator[tuple[str, list[tuple[SectionPair, Change]]]]:
    """What a reader wants to know first, by heading: better, vaguer, gone, new, and other values."""
    better, vaguer = set(comparison.summary.better), set(comparison.summary.vaguer)
    every = [(pair, change) for pair in comparison.pairs for change in pair.changes]
    groups: dict[str, list[tuple[SectionPair, Change]]] = {
        "better": [(p, c) for p, c in every if c.kind == "level" and p.new[0].id in better],
        "vaguer": [(p, c) for p, c in every if c.kind == "level" and p.new[0].id in vaguer],
        "gone": [(p, c) for p, c in every if c.direction == "gone" and c.kind in ("section", "measure")],
        "new": [(p, c) for p, c in every if c.direction == "new" and c.kind in ("section", "measure")],
        "values": [
            (p, c)
            for p, c in every
            if c.direction == "changed" and c.kind in ("deadline", "budget", "actor", "figure")
        ],
    }
    for key, found in groups.items():
        if found:
            yield str(settings()["highlight"][key]), found


def verdict_line(comparison: Comparison) -> str:
    """The comparison in one sentence."""
    said = settings()["verdict"]
    # "100%" is only said when nothing differs.
    share = number(min(int(100 * comparison.common), 99 if comparison.common < 1 else 100))
    if not comparison.related:
        return str(said["unrelated"]).format(share=share)
    changed = len(changed_pairs(comparison))
    if not changed:
        return str(said["same"])
    total = len(comparison.pairs)
    return str(said["one" if changed == 1 else "some"]).format(
        changed=number(changed), total=number(total), share=share
    )
