"""Plans of our own for the tests of sections in context: each line is a sentence with what it states."""

from __future__ import annotations

from functools import cache
from typing import Any

from spacy.lang.nl import Dutch
from spacy.tokens import Doc

from uitvoerbaarheid.nlp.annotation import LabelledUnit, SectionAnnotation, Unit
from uitvoerbaarheid.records import (
    CRITERIA,
    Block,
    Commitment,
    Criteria,
    Document,
    InContext,
    Kind,
    Mention,
    Reference,
    Section,
)
from uitvoerbaarheid.scoring.context import set_in_context

NLP = Dutch()
#: The score in the middle of each level.
SCORES = (6, 25, 50, 75, 94)
#: Words that are no nouns; all others count as one, for tests need no language model.
OTHER = frozenset(
    {
        "aan",
        "alle",
        "de",
        "een",
        "en",
        "in",
        "is",
        "legt",
        "met",
        "op",
        "staat",
        "stelt",
        "uit",
        "van",
        "voor",
    }
    | {"volgt", "we", "wij", "willen", "bij", "het", "over", "zijn"}
)
ACTORS: dict[str, Any] = {"generic": False, "role": "responsible"}


@cache
def parsed(text: str) -> Doc:
    """A text with its nouns marked, each its own lemma."""
    tokens = NLP(text)
    nouns = [token.text.lower() not in OTHER and token.text[0].isalpha() for token in tokens]
    return Doc(
        NLP.vocab,
        words=[token.text for token in tokens],
        spaces=[bool(token.whitespace_) for token in tokens],
        pos=["NOUN" if noun else "X" for noun in nouns],
        lemmas=[token.text.lower() for token in tokens],
    )


class Plan:
    """A document under construction; :meth:`judge` sets its sections in context."""

    def __init__(self, kind: Kind = "programma", **fields: Any) -> None:
        self.document = Document(path="plan.xml", sha256="0" * 64, kind=kind, language="nl", **fields)
        self.sections: list[Section] = []
        self.annotations: list[SectionAnnotation] = []

    def section(self, heading: str, criteria: str = "", level: int = 0, *, depth: int = 1) -> Plan:
        """Open a section; without ``criteria`` ("120020", in the guideline's order) it is no policy."""
        above = [s for s in self.sections if s.depth < depth]
        section = Section(
            id=f"s{len(self.sections)}",
            heading=heading,
            heading_path=[*(above[-1].heading_path if above and depth > 1 else []), heading],
            depth=depth,
            page_start=len(self.sections) + 1,
        )
        if criteria:
            values = dict(zip(CRITERIA, map(int, criteria), strict=True))
            section.role, section.criteria = "policy", Criteria.model_validate(values)
            section.level, section.score = level, SCORES[level]
            section.verdict = "send_back" if level <= 1 else "accept"
        self.sections.append(section)
        self.annotations.append(SectionAnnotation(mentions=section.mentions))
        return self

    def line(
        self,
        text: str,
        what: str | None = "measure",
        *,
        row: bool = False,
        modality: str | None = "decision",
        rules: tuple[str, ...] = (),
        qualifiers: tuple[str, ...] = (),
        **found: str | tuple[str, dict[str, Any]],
    ) -> Plan:
        """Add a sentence or ``row`` that states ``what``, with its actor, budget and deadline by words."""
        section, annotation = self.sections[-1], self.annotations[-1]
        start = len(section.text)
        section.text += text + "\n"
        kind = "row" if row else "paragraph"
        section.blocks.append(Block(kind=kind, start=start, end=start + len(text)))
        unit = Unit(text, start, start + len(text), kind, parsed(text)[:])
        annotation.units.append(LabelledUnit(unit, {}, {what} if what else set()))
        made: dict[str, int] = {}

        def add(type_: str, words: str, value: dict[str, Any] | None) -> None:
            made[type_] = len(section.mentions)
            at = text.index(words)
            section.mentions.append(
                Mention.model_validate(
                    {
                        "type": type_,
                        "text": words,
                        "start": start + at,
                        "end": start + at + len(words),
                        "sentence": text,
                        "page": section.page_start,
                        "value": value,
                        "rules": list(rules),
                        "modality": modality if type_ in ("goal", "measure", "monitoring") else None,
                        "qualifiers": list(qualifiers),
                    }
                )
            )

        if what:
            add(what, text, None)
        values: dict[str, dict[str, Any]] = {
            "budget": {"amounts": [1000], "open": False},
            "deadline": {"interval": "2027-01-01/2027-12-31"},
        }
        for type_, given in found.items():
            words, value = given if isinstance(given, tuple) else (given, values.get(type_))
            add(type_, words, value or {"name": words, **ACTORS})
        if what in ("measure", "goal"):
            section.commitments.append(
                Commitment(
                    measure=made.get("measure"),
                    goal=made.get("goal"),
                    actors=[made["actor"]] if "actor" in made else [],
                    budget=made.get("budget"),
                    deadline=made.get("deadline"),
                )
            )
        return self

    def refers(self, words: str, target: int) -> Plan:
        """Let the last section point to the section at position ``target`` with ``words`` of its text."""
        section = self.sections[-1]
        at = section.text.rindex(words)
        section.references.append(
            Reference(
                kind="section", text=words, start=at, end=at + len(words), name=words, target=f"s{target}"
            )
        )
        return self

    def judge(self) -> list[InContext | None]:
        """The sections in context; as many without text stand after them, so that none is the title."""
        rest = [
            Section(id=f"k{number}", heading=f"{number} Kaart", heading_path=[f"{number} Kaart"], depth=1)
            for number in range(len(self.sections))
        ]
        annotations = [*self.annotations, *(SectionAnnotation() for _ in rest)]
        set_in_context([*self.sections, *rest], annotations, self.document)
        return [section.in_context for section in self.sections]

    def met(self, position: int) -> dict[str, tuple[int, str, str]]:
        """What is met elsewhere for a section: value, section and service by criterion."""
        self.judge()
        found = self.sections[position].in_context
        assert found is not None
        return {one.criterion: (one.value, one.section, one.service) for one in found.met}
