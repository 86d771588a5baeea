"""Amounts that are read but do not count, each with the rule that says why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.context import clause, sentence
from uitvoerbaarheid.nlp.budgets.rules import Exclusion, budget_rules


def exclusion_of(text: str, start: int, end: int) -> Exclusion | None:
    """The first rule that sets the amount at a span aside, by the words around it."""
    rules = budget_rules()
    possible = rules.exclusions.of(text)
    if not possible:
        return None
    before, after = clause(text, start, end)
    first, last = start - len(before), end + len(after)
    whole = sentence(text, start, end)
    firm = rules.firm_before.holds_in(text, first, start) or rules.firm_after.holds_in(text, end, last)
    for rule in possible:
        if (rule.soft and firm) or (rule.unless and rule.unless.holds_in(text, first, start)):
            continue
        beside = rule.holds("before", text, first, start) or rule.holds("after", text, end, last)
        if beside or rule.holds("sentence", text, *whole):
            return rule
    return None


def capacity_exclusion(text: str, start: int, end: int) -> Exclusion | None:
    """The first rule that sets an fte aside: it counts jobs, or is history."""
    around = sentence(text, start, end)
    possible = budget_rules().exclusions.of(text)
    jobs = next((rule for rule in possible if rule.holds("capacity", text, *around)), None)
    return jobs or history_of(text, start, end)


def history_of(text: str, start: int, end: int) -> Exclusion | None:
    """The rule by which the sentence around a span tells what was granted or spent."""
    past = [rule for rule in budget_rules().exclusions.of(text) if "history" in rule.qualifiers]
    around = sentence(text, start, end) if past else (start, end)
    return next((rule for rule in past if rule.holds("sentence", text, *around)), None)


def row_exclusion(text: str, header: Sequence[str]) -> Exclusion | None:
    """The first rule by which a table row lists taxes, wealth or risks and no budget."""
    possible = budget_rules().row_exclusions.of(text, *header)
    row = " ".join([text, *header]) if possible else ""
    return next((rule for rule in possible if rule.holds("row", row)), None)


@lru_cache(maxsize=1024)
def name_exclusion(name: str) -> Exclusion | None:
    """The first rule by which a row or column of this name holds no budget."""
    return next((rule for rule in budget_rules().exclusions if rule.holds("name", name)), None)


def set_aside(budget: Found, rule: Exclusion) -> Found:
    """The amount as one that does not count, with the rule as its reason."""
    return Found(budget.start, budget.end, budget.text, budget.value, [rule.id], list(rule.qualifiers))
