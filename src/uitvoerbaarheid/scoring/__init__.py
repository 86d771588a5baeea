"""Scoring: what each section is, how implementable it is, why, and what to ask back."""

from uitvoerbaarheid.scoring.scorer import Scorer

__all__ = ["Scorer"]
