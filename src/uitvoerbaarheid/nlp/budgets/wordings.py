"""Money or capacity that is named without an amount: open, a share of the costs, or a named source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.context import clause, found, without_points
from uitvoerbaarheid.nlp.budgets.exclusions import history_of
from uitvoerbaarheid.nlp.budgets.rules import Denial, Exclusion, budget_rules
from uitvoerbaarheid.nlp.numbers import parse_number
from uitvoerbaarheid.nlp.rules import has_any

#: A span does not end on a word that only leads to the next.
_TRAILING = re.compile(
    r"(?:\s+(?:aan|bij|binnen|de|dit|door|een|en|het|in|is|met|op|of|om|te|tot|uit|van|vanuit|via|voor|wordt|worden|zijn|komt|komen))+$",
    re.I,
)
_ARTICLE = re.compile(r"^(?:de|het|een|onze|ons|hun|haar|zijn)\s+", re.I)
_PARTS = {"half": 0.5, "third": 0.33, "quarter": 0.25}


@dataclass(frozen=True)
class _Match:
    rule: str
    start: int
    end: int
    source: str | None = None
    share: float | None = None
    firm: bool = False


def wording_in(text: str) -> tuple[list[Found], list[Found]]:
    """The first wording of money without an amount (a unit holds one), else what is said away."""
    matches = sorted(_matches(text), key=lambda m: (m.start, -m.end))
    aside: list[Found] = []
    for index, match in enumerate(matches):
        denial = _denial(text, match)
        if denial is None:
            return [_budget(text, match, matches[index:])], []
        if not aside:
            said = found(text, match.start, match.end, denial.id)
            said.qualifiers = list(denial.qualifiers)
            aside.append(said)
    return [], aside


def _matches(text: str) -> Iterator[_Match]:
    lowered = text.lower()
    possible = [one for one in budget_rules().wordings.of(text) if has_any(lowered, one.needs)]
    if not possible:
        return
    masked = without_points(text)
    for wording in possible:
        for pattern in wording.patterns:
            for match in pattern.finditer(masked):
                yield _read(wording.id, match, text)


def _read(rule: str, match: re.Match[str], text: str) -> _Match:
    """What a match says: where it ends, whose money it is and for what part."""
    groups = {re.sub(r"\d$", "", name): name for name, value in match.groupdict().items() if value}
    end, source, firm = match.end(), None, False
    for kind in ("source", "object", "payer", "agreement"):
        if kind in groups:
            name = groups[kind]
            phrase = _noun_phrase(match[name])
            if match.end(name) == match.end() and phrase:
                end = match.start(name) + len(phrase)
            source = _ARTICLE.sub("", phrase) or None
            firm = bool(source) and _is_firm(kind, source or "", match, text)
    trimmed = _TRAILING.sub("", text[match.start() : end])
    return _Match(rule, match.start(), match.start() + len(trimmed), source, _share(match, groups), firm)


def _noun_phrase(words: str) -> str:
    """The words up to the first that cannot be part of the name of a source."""
    stop = budget_rules().source_end.search(words)
    return _TRAILING.sub("", words[: stop.start()] if stop else words).rstrip()


def _is_firm(kind: str, source: str, match: re.Match[str], text: str) -> bool:
    """Whether a source is named and covers, so that the money is not open (guideline, section 5)."""
    rules = budget_rules()
    if rules.unnamed_source.search(source):
        return False
    before, after = clause(text, match.start(), match.end())
    if rules.unsure.search(before + match[0] + after):
        return False
    return kind in ("payer", "agreement") or bool(rules.named_source.search(source))


def _share(match: re.Match[str], groups: dict[str, str]) -> float | None:
    if "percent" in groups:
        number = parse_number(match[groups["percent"]])
        return round(number / 100, 4) if number is not None and 0 < number <= 100 else None
    return next((part for name, part in _PARTS.items() if name in groups), None)


def _denial(text: str, match: _Match) -> Denial | Exclusion | None:
    """The rule that says a wording away; what makes an amount history does so here too."""
    before, after = clause(text, match.start, match.end)
    around = before + text[match.start : match.end] + after
    for denial in budget_rules().denials:
        if denial.pattern.search(around):
            return denial
    return history_of(text, match.start, match.end)


def _budget(text: str, first: _Match, matches: list[_Match]) -> Found:
    """One budget of all wordings: where the first stands, with the source and the share that any gives."""
    sources = [m for m in matches if m.source]
    named = next((m for m in sources if m.firm), sources[0] if sources else None)
    part = next((m for m in matches if m.share is not None), None)
    budget = found(
        text,
        first.start,
        first.end,
        first.rule,
        source=named.source if named else None,
        share=part.share if part else None,
        open=not (part or (named and named.firm)),
    )
    budget.rules = list(dict.fromkeys(match.rule for match in matches))
    return budget
