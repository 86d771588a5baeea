"""Amounts that are read but do not count, each with the rule that says why."""

from __future__ import annotations

from collections.abc import Sequence

from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.budgets.context import clause, sentence
from uitvoerbaarheid.nlp.budgets.rules import Exclusion, budget_rules


def exclusion_of(text: str, start: int, end: int) -> Exclusion | None:
    """The first rule that sets the amount at a span aside, by the words around it."""
    rules = budget_rules()
    before, after = clause(text, start, end)
    whole = sentence(text, start, end)
    firm = rules.firm_before.search(before) or rules.firm_after.match(after)
    for rule in rules.exclusions:
        if (rule.soft and firm) or (rule.unless and rule.unless.search(before)):
            continue
        if rule.holds("before", before) or rule.holds("after", after) or rule.holds("sentence", whole):
            return rule
    return None


def capacity_exclusion(text: str, start: int, end: int) -> Exclusion | None:
    """The first rule that sets an fte aside: it counts jobs, or is history."""
    around = sentence(text, start, end)
    jobs = (rule for rule in budget_rules().exclusions if rule.holds("capacity", around))
    return next(jobs, None) or history_of(text, start, end)


def history_of(text: str, start: int, end: int) -> Exclusion | None:
    """The rule by which the sentence around a span tells what was granted or spent."""
    around = sentence(text, start, end)
    past = (rule for rule in budget_rules().exclusions if "history" in rule.qualifiers)
    return next((rule for rule in past if rule.holds("sentence", around)), None)


def row_exclusion(text: str, header: Sequence[str]) -> Exclusion | None:
    """The first rule by which a table row lists taxes, wealth or risks and no budget."""
    row = " ".join([text, *header])
    return next((rule for rule in budget_rules().exclusions if rule.holds("row", row)), None)


def name_exclusion(name: str) -> Exclusion | None:
    """The first rule by which a row or column of this name holds no budget."""
    return next((rule for rule in budget_rules().exclusions if rule.holds("name", name)), None)


def set_aside(budget: Found, rule: Exclusion) -> Found:
    """The amount as one that does not count, with the rule as its reason."""
    return Found(budget.start, budget.end, budget.text, budget.value, [rule.id], list(rule.qualifiers))
