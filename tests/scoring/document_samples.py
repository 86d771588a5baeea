"""Sections of our own with promises written by hand, for the tests of what a document says as a whole."""

from __future__ import annotations

import re
from typing import Any

from uitvoerbaarheid.records import Block, Commitment, Link, Mention, MentionType, Role, Section


def actor(
    name: str, role: str = "responsible", rules: tuple[str, ...] = (), **value: Any
) -> tuple[MentionType, str, dict[str, Any], tuple[str, ...]]:
    """A party in a sentence; ``value`` as that of ``nlp.actors``."""
    known = {"name": name, "kind": "waterschap", "identifier": None, "generic": False, "role": role, **value}
    return "actor", name, known, rules


def budget(
    text: str, *amounts: float, **value: Any
) -> tuple[MentionType, str, dict[str, Any], tuple[str, ...]]:
    """Money in a sentence; ``value`` as that of ``nlp.budgets``."""
    return "budget", text, {"amounts": list(amounts), "open": not amounts, "fte": None, **value}, ()


def deadline(
    text: str, interval: str, **value: Any
) -> tuple[MentionType, str, dict[str, Any], tuple[str, ...]]:
    """A term in a sentence; ``interval`` as in the guideline."""
    return "deadline", text, {"interval": interval, **value}, ()


Part = tuple[MentionType, str, dict[str, Any], tuple[str, ...]]
Sentence = tuple[str, list[Part]]


def section(
    name: str,
    *sentences: Sentence | str,
    heading: str | None = None,
    number: str | None = None,
    role: Role = "policy",
    header: list[str] | None = None,
    page: int | None = None,
) -> Section:
    """A section of which each sentence with parts is a measure with those parties, amounts and terms.

    A plain string is a sentence that promises nothing. With a ``header`` every sentence is a table row.
    """
    text, mentions, commitments, blocks = "", [], [], []
    for sentence in sentences:
        words, parts = (sentence, None) if isinstance(sentence, str) else sentence
        start = len(text) + (1 if text else 0)
        text = f"{text}\n{words}" if text else words
        cells = words.split(" | ") if header else None
        kind = "row" if header else "paragraph"
        blocks.append(
            Block(kind=kind, start=start, end=start + len(words), cells=cells, header=header, page=page)
        )
        if parts is None:
            continue
        own = _mentions(words, parts, start, page)
        first = len(mentions)
        mentions += own
        indexes = {kind: [first + i for i, m in enumerate(own) if m.type == kind] for kind in _KINDS}
        commitments.append(
            Commitment(
                measure=first,
                actors=indexes["actor"],
                budget=next(iter(indexes["budget"]), None),
                deadline=next(iter(indexes["deadline"]), None),
                page=page,
                links=[Link(mention=first + i, bond="sentence") for i in range(len(own))],
            )
        )
    title = heading or name
    return Section(
        id=name,
        number=number,
        heading=title,
        heading_path=[title],
        depth=1,
        text=text,
        blocks=blocks,
        role=role,
        mentions=mentions,
        commitments=commitments if role == "policy" else [],
    )


_KINDS = ("actor", "budget", "deadline")


def _mentions(words: str, parts: list[Part], start: int, page: int | None) -> list[Mention]:
    found = [
        Mention(
            type="measure",
            text=words,
            start=start,
            end=start + len(words),
            sentence=words,
            modality="decision",
            page=page,
        )
    ]
    for kind, text, value, rules in parts:
        match = re.search(re.escape(text), words)
        assert match, f"{text!r} staat niet in {words!r}"
        found.append(
            Mention(
                type=kind,
                text=text,
                start=start + match.start(),
                end=start + match.end(),
                sentence=words,
                value=value,
                rules=list(rules),
                page=page,
            )
        )
    return [found[0], *sorted(found[1:], key=lambda mention: mention.start)]
