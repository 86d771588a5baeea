"""What ``check`` has to say of one section: the verdict, what is missing, and how it is worded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from uitvoerbaarheid.checking.found import Found
from uitvoerbaarheid.checking.places import Place, of_heading, of_words
from uitvoerbaarheid.checking.rules import Rule, rules
from uitvoerbaarheid.checking.wording import messages, say
from uitvoerbaarheid.nlp.patterns import Pattern
from uitvoerbaarheid.nlp.rules import group_pattern, read_rules
from uitvoerbaarheid.records import (
    WEAKEST_ORDER,
    Commitment,
    Criteria,
    Criterion,
    Mention,
    Qualifier,
    Report,
    Section,
)
from uitvoerbaarheid.reports.deals import deal
from uitvoerbaarheid.reports.judgements import profile_name
from uitvoerbaarheid.reports.labels import label
from uitvoerbaarheid.reports.places import Places
from uitvoerbaarheid.scoring.earning import committed
from uitvoerbaarheid.scoring.guideline import DETAILS
from uitvoerbaarheid.scoring.questions import questions
from uitvoerbaarheid.scoring.quotes import listing, quote
from uitvoerbaarheid.scoring.reasons import evidence, reason

#: How a section stands: sent back, perhaps so, too thin for its kind of document, saved by the rest of the
#: document or the profile, or accepted.
Standing = Literal["UV001", "UV002", "UV003", "UV004", "accepted"]
_PAST: frozenset[Qualifier] = frozenset({"negation", "history"})


def standing(section: Section) -> Standing | None:
    """How a section stands, None for one that is not assessed.

    Its own verdict decides. What the profile of the document accepts, in context, is not sent back; what it
    surely sends back is too thin even where the section's own text will do.
    """
    expectation = section.expectation
    if section.verdict == "not_assessed" or section.criteria is None or section.level is None:
        return None
    asked = expectation.verdict if expectation else section.verdict
    if section.verdict == "send_back":
        if asked == "accept":
            return "UV003"
        return "UV002" if section.uncertain else "UV001"
    sure = expectation is not None and not expectation.uncertain
    if sure and asked == "send_back":
        return "UV004"
    return "UV002" if section.uncertain and not sure else "accepted"


@dataclass(frozen=True)
class _Judged:
    """A section that is assessed, with what is asked of it and what it and its document have."""

    section: Section
    standing: Standing
    values: Criteria
    missing: list[Criterion]
    report: Report
    places: Places

    @property
    def mild(self) -> bool:
        """Whether the section is good enough as a whole."""
        unsure = self.standing == "UV002" and self.section.verdict == "accept"
        return unsure or self.standing in ("accepted", "UV003")

    def own(self, criterion: Criterion) -> int:
        """A criterion by the section's own text."""
        return int(getattr(self.section.criteria, criterion))

    def value(self, criterion: Criterion) -> int:
        """A criterion with what other sections add."""
        return int(getattr(self.values, criterion))

    def question(self, criterion: Criterion) -> str | None:
        return next((q.text for q in self.section.questions if q.criterion == criterion), None)

    def elsewhere(self, criterion: Criterion) -> str:
        """Where the document meets a criterion that the section does not, "" for nowhere."""
        met = self.section.in_context.met if self.section.in_context else []
        found = []
        for item in met:
            place = self.places.get(item.section)
            if item.criterion != criterion or place is None:
                continue
            title = quote(place.title)
            found.append(say("elsewhere", "page", place=title, page=item.page) if item.page else title)
        return listing(found) if found else ""


def _judged(section: Section, report: Report, places: Places) -> _Judged | None:
    how = standing(section)
    if how is None or section.criteria is None:
        return None
    values = section.in_context.criteria if section.in_context else section.criteria
    lacking = [name for name in WEAKEST_ORDER if getattr(values, name) < 2]
    missing = section.expectation.missing if section.expectation else lacking
    return _Judged(section, how, values, missing, report, places)


def of_section(section: Section, report: Report, places: Places) -> Iterator[Found]:
    """All that is to be said of a section by itself: first the verdict, then what is missing, then words."""
    judged = _judged(section, report, places)
    if judged is None:
        return
    if judged.standing != "accepted":
        yield _verdict(judged)
    yield from _criteria(judged)
    yield from _wording(judged)


# ------------------------------------------------------------------------------------------ the verdict


def _verdict(judged: _Judged) -> Found:
    section, expectation = judged.section, judged.section.expectation
    key = judged.standing
    just = key == "UV002" and section.verdict == "accept"
    said = [
        say(
            "verdict",
            "unsure_accept" if just else key,
            level=section.level,
            name=label("level", section.level),
            profile=profile_name(judged.report),
            fit=expectation.fit if expectation else "",
        )
    ]
    # Where the profile asks no more of the measure, it is still what the level falls short by.
    vague_measure = (
        key in ("UV001", "UV002")
        and section.verdict == "send_back"
        and "measure" not in judged.missing
        and judged.value("measure") < 2
    )
    if vague_measure:
        said.append(reason("measure", judged.own("measure"), section.mentions, section.commitments).text)
    elif not judged.missing:
        said += [item.text for item in section.reasons[:1]]
    names = messages()["criterion"]
    for group, value in (("missing", 0), ("vague", 1)):
        lacking = [names[name] for name in judged.missing if judged.value(name) == value]
        if lacking:
            said.append(say("verdict", group, names=listing(lacking)))
    added = [
        f"{names[name]} ({where})"
        for name in WEAKEST_ORDER
        if name not in judged.missing and judged.own(name) == 0 and (where := judged.elsewhere(name))
    ]
    if added:
        said.append(say("verdict", "elsewhere", places=listing(added)))
    asked = ["measure", *judged.missing] if vague_measure else judged.missing
    asked = asked or [question.criterion for question in section.questions]
    return Found(
        rule=key,
        message=" ".join(said),
        section=section,
        place=of_heading(section),
        question=next(filter(None, map(judged.question, asked)), None),
        mild=judged.mild,
    )


# --------------------------------------------------------------------------------------- what is missing


@cache
def _by_criterion() -> Mapping[tuple[Criterion, int], str]:
    return {
        (rule.criterion, rule.value): rule.id
        for rule in rules().values()
        if rule.criterion is not None and rule.value is not None
    }


def _criteria(judged: _Judged) -> Iterator[Found]:
    """The heaviest things that are missing; the verdict's message names them all."""
    known = _by_criterion()
    told = (_lacking(judged, name, known[name, judged.value(name)]) for name in _worth_telling(judged))
    most = messages()["criteria"]["most"]
    just = judged.mild and judged.standing == "UV002"
    yield from islice(filter(None, told), most["accepted" if just else judged.standing])


def lacks(section: Section, rule: Rule) -> bool:
    """Whether a section lacks what a rule on a criterion looks at, told or not: only the heaviest are."""
    values = section.in_context.criteria if section.in_context else section.criteria
    return rule.criterion is not None and values is not None and getattr(values, rule.criterion) == rule.value


def _worth_telling(judged: _Judged) -> list[Criterion]:
    """The criteria below what is asked that a writer can do something with now, the heaviest first.

    Without a measure, or with a mere wish for one, there is nothing to ask who, when and with what money of;
    of a measure that is too general what is only too general itself comes later. A section that is good
    enough is told which party, term or money it lacks when that is all it lacks, or when it is below the
    level asked of such a document.
    """
    measure = judged.value("measure")
    if not judged.mild:
        if measure == 0:
            return [name for name in judged.missing if name in ("measure", "goal")]
        later = DETAILS if judged.section.level == 0 else ()
        return [
            name
            for name in judged.missing
            if name == "measure" or measure == 2 or not (judged.value(name) or name in later)
        ]
    lacking = [name for name in judged.missing if name in DETAILS and not judged.value(name)]
    expectation, context = judged.section.expectation, judged.section.in_context
    below = expectation is not None and context is not None and context.level < expectation.level
    return lacking if measure and (below or len(lacking) == 1) else []


def _lacking(judged: _Judged, criterion: Criterion, rule: str) -> Found | None:
    """What is to be said of a criterion, None where nothing of it can be pointed out.

    Where the message has the words it is about, the question comes without them.
    """
    section, own = judged.section, judged.own(criterion)
    shown = evidence(criterion, own, section.mentions, section.commitments)
    about = section.mentions[shown[0]] if shown else None
    text = reason(criterion, own, section.mentions, section.commitments).text
    if about is None and own == 0 and criterion in DETAILS:
        bare = _without(section, criterion)
        if bare is None:
            return None
        if bare:
            item = _clearest(section, bare)
            about = section.mentions[item.measure or 0]
            text = say("measure", criterion, quote=quote(deal(section, item).what[0].text))
    where = judged.elsewhere(criterion)
    return Found(
        rule=rule,
        message=f"{text} {say('elsewhere', 'partly', places=where)}" if where else text,
        section=section,
        place=_place(section, about) if about else of_heading(section),
        question=_plain_question(section, criterion) if about else judged.question(criterion),
        quote=about.text if about else "",
        mild=judged.mild,
    )


def _plain_question(section: Section, criterion: Criterion) -> str | None:
    """The question about a criterion, without words of the section."""
    asked = questions(section.criteria, (), ()) if section.criteria else []
    return next((question.text for question in asked if question.criterion == criterion), None)


def _without(section: Section, criterion: Criterion) -> list[Commitment] | None:
    """The promised measures that have no such detail, in order; None where all measures have one."""
    measures = [item for item in section.commitments if item.measure is not None]
    bare = [item for item in measures if not committed(item, criterion)]
    if measures and not bare:
        return None
    return [item for item in bare if item.measure is not None and _is_plain(section.mentions[item.measure])]


def _clearest(section: Section, items: Sequence[Commitment]) -> Commitment:
    """The commitment whose measure shows best what is promised: that of the questions, else the surest."""
    value = section.criteria.measure if section.criteria else 0
    asked = evidence("measure", value, section.mentions, section.commitments)
    return max(
        items,
        key=lambda item: (item.measure in asked, section.mentions[item.measure or 0].probability or 0.0),
    )


def _is_plain(mention: Mention) -> bool:
    """Whether a measure is one to come, and more than the opening of a list."""
    return not _PAST.intersection(mention.qualifiers) and not mention.text.rstrip().endswith(":")


# ------------------------------------------------------------------------------------------ the wording


@cache
def _open_words() -> dict[str, Pattern]:
    """The wordings that surely leave a promise open, by their rule in ``data/lexicons/vague.toml``."""
    known = {rule.id: rule for rule in read_rules("lexicons", "vague.toml")}
    return {name: group_pattern(known[name]) for name in messages()["wording"]["open"]}


def _open(mention: Mention) -> str:
    """The words by which a vague mention leaves its promise open, "" where only its whole says so."""
    patterns = (_open_words()[name] for name in mention.rules if name in _open_words())
    return next((match[0] for pattern in patterns if (match := pattern.search(mention.text))), "")


def _wording(judged: _Judged) -> Iterator[Found]:
    section = judged.section
    promised = {mention.start for mention in section.mentions if mention.type in ("measure", "goal")}
    vague = [m for m in section.mentions if m.type == "vague" and m.start in promised and _open(m)]
    if vague:
        more = len(vague) - 1
        message = say("wording", "vague", word=quote(_open(vague[0])), quote=quote(vague[0].text))
        if more:
            message += " " + (say("wording", "more", count=more) if more > 1 else say("wording", "more_one"))
        yield _said("UV201", message, judged, vague[0])
    measures = [m for m in section.mentions if m.type == "measure" and not _PAST.intersection(m.qualifiers)]
    for rule, qualifier in (("UV202", "study"), ("UV203", "condition")):
        if measures and all(qualifier in mention.qualifiers for mention in measures):
            message = say("wording", qualifier, quote=quote(measures[0].text))
            yield _said(rule, message, judged, measures[0])


def _said(rule: str, message: str, judged: _Judged, mention: Mention) -> Found:
    return Found(
        rule=rule,
        message=message,
        section=judged.section,
        place=_place(judged.section, mention),
        question=rules()[rule].question,
        quote=mention.text,
        mild=judged.mild,
    )


def _place(section: Section, mention: Mention) -> Place:
    return of_words(section, mention.start, mention.end)
