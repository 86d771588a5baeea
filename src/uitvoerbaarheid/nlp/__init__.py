"""Mentions: goals, measures, actors, budgets, deadlines, monitoring and vague wording in sections."""

from uitvoerbaarheid.nlp.annotator import Annotator

__all__ = ["Annotator"]
