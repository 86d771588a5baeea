"""Write ``docs/regels``: a list of the rules of ``check`` and a page for each, from ``data/rules``.

    python scripts/rule_pages.py

A page of a rule that is no longer there goes. A test tells when the pages are behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from uitvoerbaarheid.checking.pages import parts, weight_word, weights
from uitvoerbaarheid.checking.rules import Rule, rules
from uitvoerbaarheid.checking.wording import messages
from uitvoerbaarheid.scoring.profiles import bundled

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "regels"


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    made = {"README.md": _index()}
    made |= {f"{rule.id}.md": _page(rule) for rule in rules().values()}
    return made


def _index() -> str:
    text = messages()["docs"]
    lines = [
        text["generated"],
        f"# {text['title']}",
        *text["intro"],
        text["settings"].strip(),
        text["precise"],
    ]
    for family, members in groupby(rules().values(), key=lambda rule: rule.family):
        rows = [f"| {' | '.join(text['columns'])} |", "|---|---|---|"]
        rows += [
            f"| [{rule.id}]({rule.id}.md) | {weight_word(rule.severity)} | {rule.title} |" for rule in members
        ]
        lines += [f"## {family}", "\n".join(rows)]
    return "\n\n".join(lines) + "\n"


def _page(rule: Rule) -> str:
    text = messages()["docs"]
    lines = [text["generated"], f"# {rule.id} {rule.title}", f"`{rule.name}` – {rule.family}"]
    lines.append("\n".join(f"- {said}" for said in _weights(rule)))
    for heading, said in parts(rule):
        lines += [f"## {heading}", _escaped(said)]
    return "\n\n".join([*lines, text["back"]]) + "\n"


def _weights(rule: Rule) -> Iterator[str]:
    first, *others = weights(rule, bundled())
    yield f"{messages()['page']['weight']}: {first}"
    yield from others


def _escaped(text: str) -> str:
    """Signs that Markdown would take for its own are written in code."""
    return re.sub(r"<!--.*?-->|(?<!\S)--[a-z-]+", lambda match: f"`{match[0]}`", text)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
