"""What is asked of each kind of document, and a section held against it.

A profile says what a section of such a document is asked to meet, how much each criterion weighs and when it
is sent back (``data/profiles/NAME.toml``). Settings may override keys of these, or hold a profile of their
own that is ``based_on`` one. Which profile a document gets is decided in one place, :meth:`Profiles.choose`.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from uitvoerbaarheid.config import SetSeverity, explain
from uitvoerbaarheid.extraction.metadata import plain_name
from uitvoerbaarheid.records import (
    CRITERIA,
    WEAKEST_ORDER,
    Criteria,
    Document,
    Expectation,
    InContext,
    Kind,
    Profile,
    Report,
    by_hand,
)
from uitvoerbaarheid.resources import data_path, read_folder, read_toml

#: The profile of a document that no other one fits.
DEFAULT = "standaard"


class ProfileError(Exception):
    """A profile that is not there, or settings of one that are wrong; the message is Dutch."""


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Recognised(_Rules):
    """By what a document is known to belong to a profile.

    A document of one of ``kinds`` does; one of the kinds in ``among`` does when its title or file name
    holds one of ``words``. ``fires`` and ``not`` are titles that do and do not.
    """

    reason: str = ""
    kinds: list[Kind] = Field(default_factory=list)
    among: list[Kind] = Field(default_factory=list)
    words: list[str] = Field(default_factory=list)
    fires: list[str] = Field(default_factory=list)
    misses: list[str] = Field(default_factory=list, alias="not")


class Weights(_Rules):
    """How much each criterion counts in the fit, 0 for not at all."""

    goal: int = Field(ge=0, le=10)
    measure: int = Field(ge=0, le=10)
    actor: int = Field(ge=0, le=10)
    budget: int = Field(ge=0, le=10)
    deadline: int = Field(ge=0, le=10)
    monitoring: int = Field(ge=0, le=10)


class Asks(Criteria, _Rules):
    """The value that is asked of each criterion, 0 for not asked."""


class SendBack(_Rules):
    """When a section is sent back: below a level, or below a fit (per cent) unless it reaches another level.

    ``uncertain_level`` (in levels) and ``uncertain_fit`` (in per cent) are half the widths of the bands in
    which the verdict is uncertain.
    """

    below_level: int = Field(ge=0, le=4)
    below_fit: int = Field(ge=0, le=100)
    enough_level: int = Field(ge=0, le=4)
    uncertain_level: float = Field(ge=0, le=2)
    uncertain_fit: int = Field(ge=0, le=50)

    def holds(self, level: int, fit: float) -> bool:
        """Whether a section of this level and fit is sent back."""
        return level < self.below_level or (fit < self.below_fit and level < self.enough_level)


class ProfileRules(_Rules):
    """One profile: what it is, how it is recognised, what it asks and when it sends back.

    ``severity`` is how heavy rules of ``check`` are for such documents, by the id of a rule ("UV103") or the
    beginning of ids ("UV4"), where that differs from the rule's own; "off" leaves them out.
    """

    title: str
    explanation: str
    source: str
    level: int = Field(ge=0, le=4)
    recognised: Recognised
    asks: Asks
    weights: Weights
    send_back: SendBack
    severity: dict[str, SetSeverity] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _asks_something(self) -> ProfileRules:
        if not self.most:
            raise ValueError("asks nothing")
        return self

    @property
    def most(self) -> int:
        """The weighted sum of all that is asked."""
        return sum(getattr(self.asks, name) * getattr(self.weights, name) for name in CRITERIA)

    def fit(self, criteria: Criteria) -> int:
        """The weighted share of what is asked that these criteria meet, in whole per cents."""
        met = sum(
            min(getattr(criteria, name), getattr(self.asks, name)) * getattr(self.weights, name)
            for name in CRITERIA
        )
        return math.floor(100 * met / self.most + 0.5)

    def judge(self, found: InContext) -> Expectation:
        """A section in its context held against this profile."""
        rule = self.send_back
        fit = self.fit(found.criteria)
        expected = found.score / 25
        if abs(expected - found.level) > 0.5:  # a level set by hand goes before the score
            expected = float(found.level)
        low = rule.holds(_level(expected - rule.uncertain_level), fit - rule.uncertain_fit)
        high = rule.holds(_level(expected + rule.uncertain_level), fit + rule.uncertain_fit)
        missing = [name for name in WEAKEST_ORDER if getattr(found.criteria, name) < getattr(self.asks, name)]
        return Expectation(
            level=self.level,
            fit=fit,
            missing=sorted(missing, key=lambda name: -getattr(self.weights, name)),
            verdict="send_back" if rule.holds(found.level, fit) else "accept",
            uncertain=low != high,
        )


def _level(expected: float) -> int:
    return max(0, min(4, math.floor(expected + 0.5)))


@cache
def bundled() -> dict[str, ProfileRules]:
    """The profiles in ``data/profiles`` by name, in alphabetical order."""
    names = sorted(path.stem for path in data_path("profiles").glob("*.toml"))
    return {name: ProfileRules.model_validate(read_toml("profiles", f"{name}.toml")) for name in names}


@cache
def rule_titles() -> dict[str, str]:
    """The titles of the rules of ``check`` by id, from ``data/rules``."""
    return {rule["id"]: rule["title"] for file in read_folder("rules").values() for rule in file["rule"]}


def near(name: str, known: Mapping[str, Any]) -> str:
    """The end of a message about a name that is not there: the one that was meant, or all there are."""
    found = get_close_matches(name, list(known), n=1)
    return f"Bedoelde u '{found[0]}'?" if found else f"Mogelijk zijn: {', '.join(known)}."


class Profiles:
    """The profiles in use: the bundled ones with the overrides of an organisation, and its own ones.

    ``overrides`` holds for each name the keys that differ, as in ``data/profiles``; a name of its own says
    with ``based_on`` from which profile the rest comes. Raises :class:`ProfileError` for what is wrong.
    """

    def __init__(self, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.rules = dict(bundled())
        overrides = overrides or {}
        for name in sorted(overrides, key=lambda name: name not in bundled()):
            self.rules[name] = self._merged(name, overrides[name])
        #: Names of an organisation's own profiles; what they recognise goes before the bundled ones.
        self._own = [name for name in self.rules if name not in bundled()]

    def _merged(self, name: str, override: Mapping[str, Any]) -> ProfileRules:
        if not isinstance(override, Mapping):
            raise ProfileError(f"'profiles.{name}' moet een tabel zijn: [profiles.{name}].")
        keys = dict(override)
        base = keys.pop("based_on", name)
        if not isinstance(base, str) or base not in bundled():
            if base is name:
                near_one = get_close_matches(name, list(bundled()), n=1)
                hint = f"Bedoelde u '{near_one[0]}'? " if near_one else ""
                raise ProfileError(
                    f"Er is geen profiel '{name}'. {hint}Een eigen profiel noemt met based_on het profiel "
                    "waar het van afwijkt."
                )
            raise ProfileError(
                f"'profiles.{name}.based_on' noemt geen meegeleverd profiel: '{base}'. "
                f"{near(str(base), bundled())}"
            )
        if base != name and name in bundled():
            raise ProfileError(
                f"'profiles.{name}.based_on' hoort bij een eigen profiel, onder een eigen naam."
            )
        start = self.rules[base].model_dump(by_alias=True)
        if base != name:
            start["recognised"] = {}
        try:
            rules = ProfileRules.model_validate(_overlaid(start, keys))
        except ValidationError as error:
            raise ProfileError(
                explain(error, ProfileRules, f"profiles.{name}.", also=("based_on",))
            ) from error
        for key in rules.severity:
            if not key or not any(known.startswith(key) for known in rule_titles()):
                raise ProfileError(
                    f"'profiles.{name}.severity.{key}' is geen regel. {near(key, rule_titles())}"
                )
        return rules

    def __getitem__(self, name: str) -> ProfileRules:
        """The profile of this name; ProfileError with the nearest one where there is none."""
        if name not in self.rules:
            raise ProfileError(f"Er is geen profiel '{name}'. {near(name, self.rules)}")
        return self.rules[name]

    @cached_property
    def digest(self) -> str | None:
        """Identifier of the profiles in use, None where they are the bundled ones."""
        if self.rules == bundled():
            return None
        data = {name: rules.model_dump(mode="json") for name, rules in sorted(self.rules.items())}
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]

    # --- the choice --------------------------------------------------------------------------------

    def choose(self, document: Document, asked: str | None = None) -> Profile:
        """Which profile a document gets. Here and nowhere else it is decided, in this order:

        what a person decided for this document (``document.overruled``), what was ``asked`` for all (the
        command line, the settings), what it is recognised by, the default. Raises :class:`ProfileError` for
        a name that is not there.
        """
        known = self._by_words(document) or self._by_kind(document.kind)
        decision = by_hand(document, "profile")
        if decision is not None:
            decision.found = known or DEFAULT
            asked = str(decision.value)
        if asked is not None:
            return self._profile(asked, "hand")
        return self._profile(known, "recognised") if known else self._profile(DEFAULT, "default")

    def _profile(self, name: str, choice: Any) -> Profile:
        rules = self[name]
        return Profile(name=name, title=rules.title, choice=choice, level=rules.level)

    def _in_order(self) -> list[str]:
        return [*self._own, *(name for name in self.rules if name in bundled())]

    def _by_words(self, document: Document) -> str | None:
        """The profile whose word stands first in the title, else in the file name; the longest of two."""
        for text in (document.title or "", plain_name(document.path)):
            found = [
                (name not in self._own, match.start(), -len(match[0]), name)
                for name in self._in_order()
                if document.kind in self.rules[name].recognised.among
                and (pattern := _pattern(tuple(self.rules[name].recognised.words)))
                and (match := pattern.search(text))
            ]
            if found:
                return min(found)[-1]
        return None

    def _by_kind(self, kind: Kind) -> str | None:
        named = (name for name in self._in_order() if kind in self.rules[name].recognised.kinds)
        return next((name for name in named if name != DEFAULT), None)

    # --- the verdict -------------------------------------------------------------------------------

    def apply(self, report: Report, asked: str | None = None) -> None:
        """Set the profile of a report and hold each of its sections in context against it, in place."""
        report.profile = self.choose(report.document, asked)
        rules = self[report.profile.name]
        for section in report.sections:
            section.expectation = rules.judge(section.in_context) if section.in_context else None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole words, the longest first; None where there are none."""
    if not words:
        return None
    phrases = sorted(words, key=lambda word: (-len(word), word))
    inner = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{inner})(?!\w)", re.IGNORECASE)


def _overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the keys of another one over it, tables within it too."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = _overlaid(below, value) if both else value  # type: ignore[arg-type]
    return merged
