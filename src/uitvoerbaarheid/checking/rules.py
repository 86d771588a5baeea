"""The rules of ``check``: what each looks at, how heavy it is, why, and how to repair (``data/rules``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from uitvoerbaarheid.config import SetSeverity
from uitvoerbaarheid.records import Criterion, OverlapKind, ReferenceKind, Severity
from uitvoerbaarheid.resources import read_folder


class Rule(BaseModel):
    """One rule. What users read is Dutch.

    ``id`` is its stable name, ``name`` a short one in words, ``family`` the title of its group. ``severity``
    is how heavy its findings are; ``mild`` how heavy in a section that is good enough as a whole. ``about``
    says what it means, ``why`` why that matters, ``repair`` what to do; ``wrong`` and ``right`` are invented
    examples. ``question`` is asked where the section has none of its own; a rule without ``aside`` cannot be
    set aside. The others say what it looks at: a ``criterion`` at a ``value``, a kind of ``overlap`` or
    ``reference``, a ``signal`` that is missing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^UV\d{3}$")
    name: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    family: str
    title: str
    severity: Severity
    mild: SetSeverity | None = None
    about: str
    why: str
    repair: str
    wrong: str
    right: str
    source: str
    question: str | None = None
    criterion: Criterion | None = None
    value: Literal[0, 1] | None = None
    overlap: OverlapKind | None = None
    reference: ReferenceKind | None = None
    signal: str | None = None
    aside: bool = True

    @model_validator(mode="after")
    def _has_value(self) -> Self:
        if (self.criterion is None) != (self.value is None):
            raise ValueError(f"{self.id}: criterion and value belong together")
        return self


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by id, in order of id."""
    found: dict[str, Rule] = {}
    for file in read_folder("rules").values():
        for entry in file["rule"]:
            family = file["family"]
            rule = Rule.model_validate(
                {**entry, "family": family["title"], "aside": family.get("aside", True)}
            )
            if rule.id in found or not rule.id.startswith(family["id"]):
                raise ValueError(f"{rule.id}: used twice, or in the wrong family")
            found[rule.id] = rule
    return dict(sorted(found.items()))


def matching(prefix: str) -> list[str]:
    """The ids of the rules that an id, or the beginning of one ("UV1"), stands for; empty for none."""
    wanted = prefix.strip().upper()
    return [name for name in rules() if wanted and name.startswith(wanted)]


def nearest(name: str, count: int = 2) -> list[str]:
    """The ids that are most like one that does not exist, the nearest first: by number, else by name."""
    known = rules()
    digits = re.search(r"\d{1,3}", name)
    if digits:
        number = int(digits[0].ljust(3, "0"))
        by_number = sorted(known, key=lambda i: (i[2] != digits[0][0], abs(int(i[2:]) - number)))
        return by_number[:count]
    by_name = {rule.name: rule.id for rule in known.values()}
    return [by_name[found] for found in get_close_matches(name.strip().lower(), by_name, n=count)]


def weight(rule: Rule, *, mild: bool, chosen: Mapping[str, SetSeverity]) -> SetSeverity:
    """How heavy a finding of a rule is.

    ``chosen`` are the weights of a profile by id or the beginning of one; the longest decides. ``mild`` is
    for a finding in a section that is good enough. What was chosen goes before what the rule has itself.
    """
    own = longest(rule.id, chosen)
    if own:
        return chosen[own]
    return rule.mild if mild and rule.mild is not None else rule.severity


def longest(rule: str, beginnings: Iterable[str]) -> str:
    """The longest of these that the id begins with, "" where it begins with none."""
    return max((given for given in beginnings if rule.startswith(given)), key=len, default="")
