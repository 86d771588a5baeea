"""The help of the program and of its commands, in Dutch, as panels on the terminal.

Typer's own is in English and loads what renders Markdown and colours source code, which takes longer than
all the rest of the help.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from typing import Any

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.highlighter import RegexHighlighter
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

_STYLES = {"option": "bold cyan", "switch": "bold green"}
_TYPE = "bold yellow"


class _Options(RegexHighlighter):
    """Options in running text, as in "maak het met --output"."""

    highlights = (
        r"(^|\W)(?P<switch>\-\w+)(?![a-zA-Z0-9])",
        r"(^|\W)(?P<option>\-\-[\w\-]+)(?![a-zA-Z0-9])",
    )


_highlighted = _Options()


def print_help(command: Any, context: Any) -> None:
    """Print the help of ``command``, a command of typer or a group of them, to standard output."""
    console = Console(
        theme=Theme(_STYLES),
        highlighter=_highlighted,
        force_terminal=True if any(map(os.getenv, ("GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS"))) else None,
        width=int(os.environ["TERMINAL_WIDTH"]) if os.getenv("TERMINAL_WIDTH") else None,
    )
    console.print(Padding(_highlighted(command.get_usage(context)), 1), style="bold")
    if command.help:
        console.print(Padding(_explanation(command.help), (0, 1, 1, 1)))
    shown = [parameter for parameter in command.get_params(context) if not parameter.hidden]
    panels: dict[str, list[list[RenderableType]]] = {}
    for parameter in sorted(shown, key=lambda parameter: parameter.param_type_name != "argument"):
        usual = "Argumenten" if parameter.param_type_name == "argument" else "Opties"
        title = getattr(parameter, "rich_help_panel", None) or usual
        panels.setdefault(title, []).append(_row(parameter, context))
    for title, rows in panels.items():
        _print_panel(console, title, _options_table(rows))
    if hasattr(command, "summaries"):
        _print_panel(console, "Opdrachten", _commands_table(command.summaries()))


def _explanation(text: str) -> RenderableType:
    first, *more = (part.replace("\n", " ") for part in inspect.cleandoc(text).split("\n\n"))
    return Group(_text(first), *(part for text in more for part in (Text(), _text(text, "dim"))))


def _text(text: str, style: str = "") -> Text:
    return _highlighted(Text(text.strip(), style=style))


def _row(parameter: Any, context: Any) -> list[RenderableType]:
    """What the help tells of an argument or option: required, long name, short name, value and meaning."""
    argument = parameter.param_type_name == "argument"
    names = [parameter.display_name_raw] if argument else parameter.opts
    long, short = ([name for name in names if name.startswith("--") is wanted] for wanted in (True, False))
    # "<bool>" beside a switch, or "<path>" beside a file, helps programmers only.
    value = None if argument or parameter.is_flag else parameter.display_type_rich(ctx=context)
    return [
        Text("*", style="red") if parameter.required else "",
        _highlighted(",".join(long)),
        _highlighted(",".join(short)),
        Text(value or "", style=_TYPE, overflow="fold"),
        Columns(_meaning(parameter)),
    ]


def _meaning(parameter: Any) -> Iterable[Text]:
    yield _text((parameter.help or "").replace("\n", " "))
    default = parameter.default
    if parameter.show_default and default is not None and not parameter.is_flag:
        yield Text(f"[standaard: {default}]", style="dim")
    if parameter.required:
        yield Text("[verplicht]", style="dim red")


def _options_table(rows: list[list[RenderableType]]) -> Table:
    # A column that has nothing in any row takes no place.
    places = [place for place in range(len(rows[0])) if any(row[place] for row in rows)]
    table = Table(highlight=True, show_header=False, expand=True, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(row[place] for place in places))
    return table


def _commands_table(summaries: Mapping[str, str]) -> Table:
    table = Table(show_header=False, expand=True, box=None, pad_edge=False)
    table.add_column(style="bold cyan", no_wrap=True, width=max(map(len, summaries)))
    table.add_column(ratio=10)
    for name, summary in summaries.items():
        table.add_row(Text(name), _text(inspect.cleandoc(summary).split("\n\n")[0]))
    return table


def _print_panel(console: Console, title: str, content: Table) -> None:
    console.print(Panel(content, border_style="dim", title=title, title_align="left"))
