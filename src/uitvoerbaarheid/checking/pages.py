"""What the page of a rule says, in the terminal and in ``docs/regels``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uitvoerbaarheid.checking.rules import Rule, weight
from uitvoerbaarheid.checking.wording import messages, say
from uitvoerbaarheid.config import SetSeverity
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.profiles import ProfileRules

#: The parts of a page in their order: keys of ``[page]`` in the messages and of :class:`Rule`.
_PARTS = ("about", "why", "repair", "question", "wrong", "right", "source")


def weight_word(heavy: SetSeverity) -> str:
    """The Dutch word for how heavy a rule is."""
    if heavy == "off":
        return str(messages()["page"]["off"])
    return str(read_toml("checking", "formats.toml")["severity"][heavy])


def weights(rule: Rule, profiles: Mapping[str, ProfileRules]) -> list[str]:
    """How heavy the findings of a rule are: mostly, in a section that is good enough, by profile."""
    said = [weight_word(rule.severity)]
    if rule.mild is not None and rule.mild != rule.severity:
        said.append(say("page", "mild", weight=weight_word(rule.mild)))
    for name, profile in profiles.items():
        heavy = weight(rule, mild=False, chosen=profile.severity)
        if heavy != rule.severity:
            said.append(say("page", "profile", profile=name, weight=weight_word(heavy)))
    return said


def parts(rule: Rule) -> Iterator[tuple[str, str]]:
    """The heading and text of each part of the page that follows the weights."""
    for key in _PARTS:
        text = getattr(rule, key)
        if text:
            yield messages()["page"][key], text
    if rule.aside:
        yield messages()["page"]["aside"], say("page", "aside_text", id=rule.id)
