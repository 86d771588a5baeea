"""Commitments as the reports show them: who does what, when, with what, how followed, and why linked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from uitvoerbaarheid.records import Commitment, Mention, Section
from uitvoerbaarheid.reports.evidence import cell_ranges
from uitvoerbaarheid.reports.labels import label, section_title, wording
from uitvoerbaarheid.reports.values import addition


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in a commitment: its words, how they were understood, and why it is there.

    ``index`` is that of its mention, None for a heading; ``bond`` and ``modality`` are Dutch words, "" where
    there is nothing to say; ``qualifiers`` are Dutch words too. ``far`` is the bond of a part that stands
    outside the sentence or row of the measure: only then a reader needs to be told.
    """

    index: int | None
    text: str
    meaning: str = ""
    bond: str = ""
    modality: str = ""
    qualifiers: tuple[str, ...] = ()
    far: str = ""


#: Bonds that one sees in the text itself.
_NEAR = {"sentence", "row", "column"}


@dataclass(frozen=True, slots=True)
class Deal:
    """A commitment by the part that each thing plays; a missing part is empty."""

    who: tuple[Part, ...]
    what: tuple[Part, ...]
    goal: tuple[Part, ...]
    when: tuple[Part, ...]
    means: tuple[Part, ...]
    followed: tuple[Part, ...]
    page: int | None = None


def deal(section: Section, commitment: Commitment) -> Deal:
    """A commitment of a section as the reports show it.

    Without a measure and a goal the section's heading is what is promised.
    """
    spans = [*commitment.actors, commitment.budget, commitment.deadline]
    others = [section.mentions[i] for i in spans if i is not None and 0 <= i < len(section.mentions)]
    bonds = {link.mention: link.bond for link in commitment.links}

    def found(*indexes: int | None) -> tuple[Part, ...]:
        known = [i for i in indexes if i is not None and 0 <= i < len(section.mentions)]
        return tuple(_part(section, i, others, bonds.get(i)) for i in known)

    what, goal = found(commitment.measure), found(commitment.goal)
    if commitment.measure is None and commitment.goal is None:
        what = (Part(None, section_title(section)),)
    same = [part.text for part in what] == [part.text for part in goal]
    followed = found(commitment.monitoring)
    if followed and followed[0].text in [part.text for part in what or goal]:
        itself = str(wording()["texts"]["measure_itself" if what else "goal_itself"])
        followed = (replace(followed[0], text=itself, qualifiers=()),)
    return Deal(
        who=found(*commitment.actors),
        what=what,
        goal=() if same else goal,  # a sentence can be both; once is enough
        when=found(commitment.deadline),
        means=found(commitment.budget),
        followed=followed,
        page=commitment.page,
    )


def _part(section: Section, index: int, others: list[Mention], bond: str | None) -> Part:
    mention = section.mentions[index]
    whole = mention.type in ("goal", "measure", "monitoring")
    return Part(
        index=index,
        text=_without_label(mention, _plain_row(section, mention, others)) if whole else mention.text,
        meaning=addition(mention),
        bond=label("bond", bond),
        far="" if bond in _NEAR else label("bond", bond),
        modality=label("modality", mention.modality),
        qualifiers=tuple(label("qualifier", qualifier) for qualifier in mention.qualifiers),
    )


def _without_label(mention: Mention, text: str) -> str:
    """The words of a line without "Doel: " before them: the reports say that themselves."""
    lead, colon, rest = text.partition(": ")
    return rest if colon and rest and lead.casefold() == label("mention", mention.type) else text


def _plain_row(section: Section, mention: Mention, others: list[Mention]) -> str:
    """The words of a mention; of a whole table row only the cells that ``others`` do not speak of."""
    for block in section.blocks:
        if block.kind == "row" and block.start <= mention.start < mention.end <= block.end:
            ranges = cell_ranges(section.text, block) or []
            inside = [(a, b) for a, b in ranges if a < b and mention.start <= a and b <= mention.end]
            free = [(a, b) for a, b in inside if not any(o.start < b and o.end > a for o in others)]
            cells = [section.text[a:b] for a, b in free or inside]
            # Loose figures and dashes say nothing without their column.
            return " – ".join([c for c in cells if re.search(r"[^\W\d_]{2}", c)] or cells) or mention.text
    return mention.text
