"""Which mentions of a section are strong enough to meet a criterion for another section as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from uitvoerbaarheid.nlp.annotator import year_of
from uitvoerbaarheid.records import Commitment, Criterion, Document, Mention, Section
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.details import earns
from uitvoerbaarheid.scoring.guideline import DETAILS
from uitvoerbaarheid.scoring.reasons import MOST_EVIDENCE

#: What takes a mention out of the evidence.
_DOUBTFUL = frozenset({"negation", "study", "history", "condition"})
_FIRM = ("decision", "duty")
#: A figure in a goal, other than the number of the line itself.
_FIGURE = re.compile(r"[^\W\d_]\W{0,3}\s(?:€\s?)?\d")

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def is_met(section: Section, criterion: Criterion) -> bool:
    """Whether a section has a 2 for a criterion by its own text."""
    return section.criteria is not None and getattr(section.criteria, criterion) == 2


def committed(item: Commitment, criterion: Criterion) -> list[int]:
    """The indexes of a criterion's mentions in a commitment."""
    if criterion == "actor":
        return item.actors
    index: int | None = getattr(item, criterion)
    return [] if index is None else [index]


class Evidence:
    """What counts as evidence in a document: its authority as a party in it is "we", years before it past.

    ``names`` says whether a text names anything of its own, beside "doelen" and "maatregelen".
    """

    def __init__(self, document: Document, names: Callable[[str], bool]) -> None:
        self._names = names
        self._authority = (document.authority or "").casefold()
        self._year = year_of(document) or 0

    def counts(self, mention: Mention) -> bool:
        """Whether a mention can show a criterion at 2.

        Nothing that is denied, past, studied or conditional does; a goal must have a figure, a party a task
        and a name of its own, a measure more than a name.
        """
        if _DOUBTFUL.intersection(mention.qualifiers) or not earns(mention):
            return False
        if mention.type == "measure":
            return _is_sure(mention) and self._names(mention.text)
        if mention.type in ("goal", "deadline") and self._is_past(mention):
            return False
        if mention.type == "goal":
            return _FIGURE.search(mention.text) is not None and not mention.text.rstrip().endswith(":")
        return mention.type != "actor" or self._acts(mention)

    def _is_past(self, mention: Mention) -> bool:
        """Whether the last year that a goal or term names lies before the document."""
        years = [int(year) for year in _YEAR.findall(mention.text)]
        return bool(years) and max(years) < self._year

    def _acts(self, mention: Mention) -> bool:
        value = mention.value or {}
        # A word in a column of parties without a capital ("regisseren") is a role and no party.
        named = "column.actor" not in mention.rules or any(sign.isupper() for sign in mention.text)
        own = self._authority in (str(value.get(key) or "").casefold() for key in ("official", "name"))
        return named and value.get("role", "responsible") == "responsible" and not (own and self._authority)

    def earning(self, section: Section, criterion: Criterion, commitments: Sequence[Commitment]) -> list[int]:
        """The indexes of mentions in some commitments that earn a section its 2, the clearest first.

        Empty where the section's own value is lower. A measure must be firm, or have its party, money or
        term, and not be vague.
        """
        if not is_met(section, criterion):
            return []
        mentions = section.mentions
        strengths = [(self._strength(item, mentions), item) for item in commitments]
        strengths.sort(key=lambda pair: pair[0], reverse=True)
        if criterion == "measure":
            vague = {mention.start for mention in mentions if mention.type == "vague"}
            strengths = [
                (strength, item)
                for strength, item in strengths
                if item.measure is not None and strength[0] and mentions[item.measure].start not in vague
            ]
        return _distinct(self._counted(strengths, criterion, mentions), mentions)

    def _counted(
        self,
        strengths: Iterable[tuple[Any, Commitment]],
        criterion: Criterion,
        mentions: Sequence[Mention],
    ) -> Iterable[int]:
        return (i for _, item in strengths for i in committed(item, criterion) if self.counts(mentions[i]))

    def _strength(self, item: Commitment, mentions: Sequence[Mention]) -> tuple[int, float]:
        """How much a commitment settles (party, money and term, then a firm measure), and how surely."""
        details = sum(any(self.counts(mentions[i]) for i in committed(item, name)) for name in DETAILS)
        measure = mentions[item.measure] if item.measure is not None else None
        firm = measure is not None and measure.modality in _FIRM
        return 2 * details + firm, (measure.probability or 0.0) if measure else 0.0

    def apart(self, section: Section, criterion: Criterion) -> list[int]:
        """As :meth:`earning`, of all mentions of the section, in a commitment or not."""
        if not is_met(section, criterion):
            return []
        mentions = section.mentions
        # What is done by a year is no state that is reached by it.
        done = {mention.start for mention in mentions if mention.type in ("measure", "monitoring")}
        found = [
            i
            for i, mention in enumerate(mentions)
            if mention.type == criterion
            and self.counts(mention)
            and not (criterion == "goal" and mention.start in done)
        ]
        if criterion == "monitoring":
            # A check with its own moment is clearer than one without.
            timed = {m.sentence for m in mentions if m.type == "deadline" and self.counts(m)}
            found.sort(key=lambda i: mentions[i].sentence not in timed)
        return _distinct(found, mentions)

    def is_of_all(self, section: Section, criterion: Criterion, share: float) -> bool:
        """Whether at least this share of a section's measures have a detail of their own, and one does."""
        measures = [item for item in section.commitments if item.measure is not None]
        having = sum(
            any(self.counts(section.mentions[i]) for i in committed(item, criterion)) for item in measures
        )
        return having > 0 and having >= share * len(measures)


def _is_sure(mention: Mention) -> bool:
    """Whether a measure is more than a name, a wish, the opening of a list or a guess."""
    rules = read_toml("scoring", "context.toml")["measures"]
    words = sum(word[0].isalnum() for word in mention.text.split())
    return (
        mention.modality != "wish"
        and words >= rules["fewest_words"]
        and (mention.probability is None or mention.probability >= rules["surest"])
        and not mention.text.rstrip().endswith(":")
    )


def _distinct(indexes: Iterable[int], mentions: Sequence[Mention]) -> list[int]:
    """Of mentions with the same name or text the first, no more than are shown for a criterion."""
    shown: dict[str, int] = {}
    for index in indexes:
        mention = mentions[index]
        shown.setdefault(str((mention.value or {}).get("name") or mention.text).casefold(), index)
    kept = list(shown.values())
    return kept[: MOST_EVIDENCE[mentions[kept[0]].type]] if kept else []
