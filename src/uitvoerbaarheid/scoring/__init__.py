"""Scoring: what each section is, how implementable it is, why, and what to ask back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uitvoerbaarheid.scoring.scorer import Scorer

__all__ = ["Scorer"]


def __getattr__(name: str) -> Any:
    # Imported on first use: profiles and the words of reports need no language stage.
    if name == "Scorer":
        from uitvoerbaarheid.scoring.scorer import Scorer

        return Scorer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
