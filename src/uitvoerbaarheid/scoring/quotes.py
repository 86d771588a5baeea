"""Short quotes from a section's own words, for reasons and questions."""

from __future__ import annotations

import re

MOST_WORDS = 12

_LEAD = re.compile(r"^[\s•▪◦●○■□‣–—*·|-]+")
_TRAIL = " \t\n.,;:|-–—"


def quote(text: str) -> str:
    """``text`` between ‘…’ on one line, without bullets and final punctuation, at most twelve words."""
    words = _LEAD.sub("", text).split()
    shown = " ".join(words[:MOST_WORDS]).strip(_TRAIL)
    return f"‘{shown} …’" if len(words) > MOST_WORDS else f"‘{shown}’"


def listing(parts: list[str]) -> str:
    """ "a", "a en b" or "a, b en c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} en {parts[-1]}"
