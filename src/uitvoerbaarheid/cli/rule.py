"""``uitvoerbaarheid rule``: the rules of ``check``, and what one of them means."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from uitvoerbaarheid.cli.common import fail, known_profiles, make_console, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from uitvoerbaarheid.checking.rules import Rule


def rule(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="REGEL",
            help="Een regel (UV101 of geen-partij), of het begin ervan (UV1). Zonder: alle regels.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Toon de regels van 'check', of leg er een uit."""
    from uitvoerbaarheid.checking.rules import matching, nearest, rules

    known = rules()
    by_name = {found.name: found.id for found in known.values()}
    asked = (name or "").strip()
    ids = [by_name[asked.lower()]] if asked.lower() in by_name else matching(asked) if asked else list(known)
    if not ids:
        near = ", ".join(f"{near} ({known[near].title})" for near in nearest(asked))
        hint = f"Bedoelde u {near}?" if near else "'uitvoerbaarheid rule' toont ze alle."
        fail(f"Er is geen regel '{shown(asked)}'. {hint}")
    found = [known[identifier] for identifier in ids]
    console = make_console()
    if len(found) == 1:
        console.print(_page(found[0]))
    else:
        console.print(_list(found))


def _list(found: Sequence[Rule]) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from uitvoerbaarheid.checking.pages import weight_word
    from uitvoerbaarheid.checking.wording import say

    shown_: list[RenderableType] = []
    for family, members in groupby(found, key=lambda rule: rule.family):
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(no_wrap=True, min_width=12)
        table.add_column()
        for member in members:
            table.add_row(member.id, weight_word(member.severity), member.title)
        shown_ += [Text(family, style="bold underline"), table, Text()]
    return Group(*shown_, Text(say("page", "list_hint", id=found[0].id), style="dim"))


def _page(rule: Rule) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.text import Text

    from uitvoerbaarheid.checking.pages import parts, weights
    from uitvoerbaarheid.checking.wording import messages

    heavy = weights(rule, known_profiles(None).rules)
    lines: list[RenderableType] = [Text(f"{rule.name} – {rule.family}", style="dim")]
    lines += [
        Text(f"\n{messages()['page']['weight']}", style="bold"),
        Padding(Text("\n".join(heavy)), (0, 2)),
    ]
    for heading, text in parts(rule):
        lines += [Text(f"\n{heading}", style="bold"), Padding(Text(text), (0, 2))]
    return Panel(Group(*lines), title=Text(f"{rule.id} {rule.title}"), title_align="left")
