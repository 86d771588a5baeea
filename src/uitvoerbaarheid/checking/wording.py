"""The wording of the findings, from ``data/checking/messages.toml``."""

from __future__ import annotations

from functools import cache
from typing import Any

from uitvoerbaarheid.resources import read_toml


@cache
def messages() -> dict[str, Any]:
    """All texts of the findings, by group and key."""
    return read_toml("checking", "messages.toml")


def say(group: str, key: str, **values: object) -> str:
    """A text with its values filled in."""
    return str(messages()[group][key].format(**values))
