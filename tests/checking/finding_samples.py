"""Reports about a fictional municipality, made by hand, for the tests of what is found in them."""

from __future__ import annotations

from typing import Any

from uitvoerbaarheid.records import (
    CRITERIA,
    Block,
    Box,
    Commitment,
    Criteria,
    Document,
    Elsewhere,
    Expectation,
    InContext,
    Mention,
    MentionType,
    Profile,
    Qualifier,
    Question,
    Report,
    Section,
    Verdict,
)
from uitvoerbaarheid.scoring.profiles import bundled
from uitvoerbaarheid.scoring.questions import questions


def criteria(values: str) -> Criteria:
    """The criteria by their values in the order of the guideline: "012000"."""
    return Criteria(**dict(zip(CRITERIA, map(int, values), strict=True)))


def section(
    heading: str,
    *sentences: str,
    above: tuple[str, ...] = (),
    values: str | None = None,
    verdict: Verdict = "send_back",
    level: int = 0,
    uncertain: bool = False,
    page: int = 1,
    line: int | None = None,
    **fields: Any,
) -> Section:
    """A section with a block for each sentence, on its own line; with ``values`` it is assessed."""
    text, blocks = "", []
    for number, sentence in enumerate(sentences):
        start = len(text) + bool(text)
        text += ("\n" if text else "") + sentence
        box = Box(page=page, x0=50, top=100 + 20 * number, x1=500, bottom=115 + 20 * number)
        blocks.append(
            Block(
                kind="paragraph",
                start=start,
                end=len(text),
                page=page,
                boxes=[] if line else [box],
                line=line + 2 * (number + 1) if line else None,
            )
        )
    made = Section(
        id=fields.pop("id", heading.lower().replace(" ", "-")),
        heading=heading,
        heading_path=[*above, heading],
        depth=len(above) + 1,
        page_start=None if line else page,
        heading_box=None if line else Box(page=page, x0=50, top=80, x1=300, bottom=95),
        line=line,
        text=text,
        blocks=[block.model_copy(update={"page": None}) if line else block for block in blocks],
        **fields,
    )
    if values is not None:
        made.role, made.verdict, made.level, made.uncertain = "policy", verdict, level, uncertain
        made.score, made.criteria = 25 * level, criteria(values)
        made.questions = questions(made.criteria, (), ())
    return made


def mention(
    made: Section, kind: MentionType, words: str, *qualifiers: Qualifier, rules: tuple[str, ...] = ()
) -> int:
    """Mark ``words`` of a section; a measure is promised. Gives the index of the mention."""
    start = made.text.index(words)
    made.mentions.append(
        Mention(
            type=kind,
            text=words,
            start=start,
            end=start + len(words),
            sentence=words,
            qualifiers=list(qualifiers),
            rules=list(rules),
        )
    )
    if kind == "measure":
        made.commitments.append(Commitment(measure=len(made.mentions) - 1))
        made.questions = questions(made.criteria, made.mentions, made.commitments) if made.criteria else []
    return len(made.mentions) - 1


def hold(made: Section, profile: str, values: str | None = None, met: tuple[Elsewhere, ...] = ()) -> Section:
    """Hold a section against a profile, with ``values`` as what the rest of the document makes of it."""
    assert made.criteria is not None and made.level is not None and made.score is not None
    found = criteria(values) if values else made.criteria
    made.in_context = InContext(
        criteria=found, level=made.level, score=made.score, verdict=made.verdict, met=list(met)
    )
    made.expectation = bundled()[profile].judge(made.in_context)
    return made


def expect(
    made: Section, verdict: Verdict, *, uncertain: bool = False, missing: tuple[Any, ...] = ()
) -> Section:
    """Say what the profile makes of a section."""
    made.expectation = Expectation(
        level=2, fit=40, missing=list(missing), verdict=verdict, uncertain=uncertain
    )
    return made


def report(*sections: Section, profile: str | None = "omgevingsprogramma", **document: Any) -> Report:
    """A report on these sections."""
    made = Report(
        tool_version="0",
        document=Document(**{"path": "plan.pdf", "sha256": "0" * 64, "language": "nl"} | document),
        sections=list(sections),
    )
    if profile is not None:
        rules = bundled()[profile]
        made.profile = Profile(name=profile, title=rules.title, choice="hand", level=rules.level)
    return made


def asked(made: Section, criterion: str) -> str:
    """The section's own question about a criterion."""
    found: list[Question] = [q for q in made.questions if q.criterion == criterion]
    return found[0].text
