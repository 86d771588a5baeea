"""The rules of ``data/patterns/budgets.toml``, read and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from sys import maxsize
from typing import Any

from uitvoerbaarheid.nlp.patterns import Pattern, Shortlist
from uitvoerbaarheid.nlp.rules import Rule, has_any, read_rules
from uitvoerbaarheid.records import Qualifier
from uitvoerbaarheid.resources import read_toml

_FILE = ("patterns", "budgets.toml")
#: Where the words of a rule may stand that sets an amount aside.
SCOPES = ("before", "after", "sentence", "row", "name", "capacity")


@dataclass(frozen=True)
class Exclusion:
    """A rule that sets amounts aside: its patterns by scope; a ``soft`` one gives way to firm wording.

    One with ``unless`` does not hold after those words; one with ``needs`` (in lower case) looks only at
    sentences that have one of them.
    """

    id: str
    qualifiers: tuple[Qualifier, ...]
    soft: bool
    unless: Pattern | None
    needs: tuple[str, ...]
    scopes: Mapping[str, Pattern]

    def holds(self, scope: str, text: str, start: int = 0, end: int = maxsize) -> bool:
        """Whether its words for ``scope`` stand in ``text[start:end]``."""
        pattern = self.scopes.get(scope)
        if pattern is None or not pattern.may_match(text):
            return False
        if scope == "sentence" and self.needs:
            lowered = text[start:end].lower()
            if not has_any(lowered, self.needs):
                return False
        return pattern.holds_in(text, start, end)


@dataclass(frozen=True)
class Wording:
    """A rule for money without an amount; a named group gives its source, payer, agreement or share.

    Without one of the words it ``needs`` (in lower case) it cannot fire: looking for those is far cheaper.
    """

    id: str
    needs: tuple[str, ...]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Denial:
    """A rule that says money without an amount away."""

    id: str
    qualifiers: tuple[Qualifier, ...]
    pattern: Pattern


@dataclass(frozen=True)
class BudgetRules:
    """All rules of the file."""

    scales: Mapping[str, int]
    amount_hints: Pattern
    bound: Mapping[str, Pattern]
    recurring: Mapping[str, Pattern]
    firm_before: Pattern
    firm_after: Pattern
    money: Pattern
    followed: Pattern
    money_column: Pattern
    fte_column: Pattern
    unit: Pattern
    named_source: Pattern
    unnamed_source: Pattern
    unsure: Pattern
    source_end: Pattern
    exclusions: Shortlist[Exclusion]
    row_exclusions: Shortlist[Exclusion]
    wordings: Shortlist[Wording]
    denials: tuple[Denial, ...]


def _compile(pattern: str) -> Pattern:
    return Pattern(pattern, re.IGNORECASE)


def _table(table: Mapping[str, str]) -> dict[str, Pattern]:
    return {name: _compile(pattern) for name, pattern in table.items()}


def _of_kind(rules: Sequence[Rule], kind: str) -> Iterator[Rule]:
    return (rule for rule in rules if rule.data["kind"] == kind)


@cache
def budget_rules() -> BudgetRules:
    """The rules, compiled."""
    data: dict[str, Any] = read_toml(*_FILE)
    rules = read_rules(*_FILE)
    by_id = {rule.id: rule.data for rule in rules}
    exclusions = [
        Exclusion(
            rule.id,
            tuple(rule.data.get("qualifiers", ())),
            rule.data.get("soft", False),
            _compile(rule.data["unless"]) if "unless" in rule.data else None,
            tuple(rule.data.get("needs", ())),
            {scope: _compile(rule.data[scope]) for scope in SCOPES if scope in rule.data},
        )
        for rule in _of_kind(rules, "excluded")
    ]
    wordings = [
        Wording(rule.id, tuple(rule.data["needs"]), tuple(map(_compile, rule.data["patterns"])))
        for rule in _of_kind(rules, "open")
    ]
    return BudgetRules(
        scales=data["scales"],
        amount_hints=_compile("|".join(map(re.escape, data["hints"]["amounts"]))),
        bound=_table(data["bound"]),
        recurring=_table(data["recurring"]),
        firm_before=_compile(data["firm"]["before"]),
        firm_after=_compile(data["firm"]["after"]),
        money=_compile(by_id["budget.amount.scale"]["pattern"]),
        followed=_compile(by_id["budget.amount.scale"]["followed"]),
        money_column=_compile(by_id["budget.table.column"]["column"]),
        fte_column=_compile(by_id["budget.table.column"]["fte"]),
        unit=_compile(by_id["budget.table.caption"]["unit"]),
        named_source=_compile(data["source"]["named"]),
        unnamed_source=_compile(data["source"]["unnamed"]),
        unsure=_compile(data["source"]["unsure"]),
        source_end=_compile(data["source"]["end"]),
        exclusions=Shortlist((rule, rule.scopes.values()) for rule in exclusions),
        row_exclusions=Shortlist((rule, [rule.scopes["row"]]) for rule in exclusions if "row" in rule.scopes),
        wordings=Shortlist((wording, wording.patterns) for wording in wordings),
        denials=tuple(
            Denial(rule.id, tuple(rule.data.get("qualifiers", ())), _compile(rule.data["pattern"]))
            for rule in _of_kind(rules, "denied")
        ),
    )
