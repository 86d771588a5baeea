"""Reports of invented documents, made without any model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from uitvoerbaarheid.records import Block, Commitment, Criteria, Document, Link, Mention, Report, Section

#: A section: heading with its number, depth, paragraphs, and whatever else its record has.
Made = tuple[str, int, list[str], dict[str, Any]]


def section(number: int, made: Made) -> Section:
    heading, depth, paragraphs, more = made
    text = "\n".join(paragraphs)
    blocks, at = [], 0
    for paragraph in paragraphs:
        blocks.append(Block(kind="paragraph", start=at, end=at + len(paragraph), page=number))
        at += len(paragraph) + 1
    own = heading.split(" ")[0]
    return Section(
        id=f"s{number}",
        number=own if own[:1].isdigit() else None,
        heading=heading,
        heading_path=[*more.pop("path", []), heading],
        depth=depth,
        page_start=number,
        page_end=number,
        text=text,
        blocks=blocks,
        **more,
    )


@pytest.fixture
def report() -> Callable[..., Report]:
    """Makes a report of sections: ``report(("1 Doel", 1, ["Een zin."], {}), path="oud.pdf")``."""

    def make(*sections: Made, path: str = "nota.pdf", **document: Any) -> Report:
        made = [section(number, (*s[:3], dict(s[3]))) for number, s in enumerate(sections, start=1)]
        digest = hashlib.sha256(repr(sections).encode()).hexdigest()
        facts = {"title": "Nota", "language": "nl", **document}
        return Report(tool_version="0", document=Document(path=path, sha256=digest, **facts), sections=made)

    return make


@pytest.fixture
def found() -> Callable[..., dict[str, Any]]:
    """What a section has found in its text: mentions by type and words, all of one commitment."""

    def make(text: str, *mentions: tuple[str, str, dict[str, Any] | None], **judged: Any) -> dict[str, Any]:
        records = []
        for kind, words, value in mentions:
            start = text.index(words)
            modality = "decision" if kind == "measure" else None
            records.append(
                Mention(
                    type=kind,
                    text=words,
                    start=start,
                    end=start + len(words),
                    sentence=words,
                    value=value,
                    modality=modality,
                )
            )
        of = {kind: at for at, (kind, _, _) in enumerate(mentions)}
        commitments = []
        if "measure" in of:
            actors = [of["actor"]] if "actor" in of else []
            links = [Link(mention=at, bond="sentence") for at in actors]
            commitments = [Commitment(measure=of["measure"], actors=actors, links=links)]
        level = judged.pop("level", None)
        if level is not None:
            verdict = "send_back" if level < 2 else "accept"
            names = ("goal", "measure", "actor", "budget", "deadline", "monitoring")
            values = {name: judged.get(name, 0) for name in names}
            judged = {"level": level, "score": 25 * level, "verdict": verdict, "criteria": Criteria(**values)}
        return {"mentions": records, "commitments": commitments, "role": "policy", **judged}

    return make
