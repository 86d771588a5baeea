"""Mentions: goals, measures, actors, budgets, deadlines, monitoring and vague wording in sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uitvoerbaarheid.nlp.annotator import Annotator

__all__ = ["Annotator"]


def __getattr__(name: str) -> Any:
    # Imported on first use: numbers and rules are of use without spaCy.
    if name == "Annotator":
        from uitvoerbaarheid.nlp.annotator import Annotator

        return Annotator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
