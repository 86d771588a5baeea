"""The program itself: its name, help in Dutch, version and the options before a command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from uitvoerbaarheid import __version__

EXIT_USAGE = 2


class _DutchHelp:
    """Usage and help lines in Dutch; typer has its own texts in English only."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        for english, dutch in (
            ("Usage:", "Gebruik:"),
            ("[OPTIONS]", "[OPTIES]"),
            ("COMMAND [ARGS]", "OPDRACHT [ARGUMENTEN]"),
        ):
            usage = usage.replace(english, dutch)
        return re.sub(r"\{(\w+)\}", r"\1", usage)  # "{PAD}..." says no more than "PAD..."

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Toon deze uitleg."
            # Without a value of its kind the library loads pydantic, only to find that there is none.
            option.default = False
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from uitvoerbaarheid.cli.help import print_help

        print_help(self, ctx)


class Group(_DutchHelp, TyperGroup):
    def summaries(self) -> dict[str, str]:
        """What each command does, by its name, for the help of the group."""
        return {name: command.help or "" for name, command in self.commands.items()}


class Command(_DutchHelp, TyperCommand):
    pass


#: Each command's module and what in it is the command, in the order in which the help shows them.
COMMANDS = {
    "scan": ("scan", "scan"),
    "query": ("query", "query"),
    "check": ("check", "check"),
    "compare": ("compare", "compare"),
    "rule": ("rule", "rule"),
    "outline": ("outline", "outline"),
    "mentions": ("mentions", "mentions"),
    "explain": ("explain", "explain"),
    "corrections": ("corrections", "corrections"),
    "train": ("train", "train"),
    "memo-template": ("memo_template", "memo_template"),
    "config": ("config", "config"),
    "schema": ("schema", "schema"),
    "baseline": ("baseline", "baseline_app"),
    "label": ("label", "label_app"),
}


def _member(name: str) -> Any:
    """The function of a command, or the application of a group of commands."""
    module, member = COMMANDS[name]
    return getattr(import_module(f"uitvoerbaarheid.cli.{module}"), member)


class _Commands(Mapping[str, Any]):
    """The commands by name; the module of one is imported, and its options are made, when it is asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _made(name, _member(name))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _made(name: str, member: Any) -> Any:
    if isinstance(member, typer.Typer):
        group = typer.main.get_group(member)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, cls=Command)(member)
    return typer.main.get_command(alone)


class Program(Group):
    """All commands together."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": _Commands()})

    def summaries(self) -> dict[str, str]:
        members = {name: _member(name) for name in COMMANDS}
        return {
            name: str(member.info.help if isinstance(member, typer.Typer) else member.__doc__)
            for name, member in members.items()
        }


app = typer.Typer(
    cls=Program,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Leest Nederlandse beleidsdocumenten en zegt per paragraaf hoe uitvoerbaar ze zijn.",
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"uitvoerbaarheid {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Toon de versie."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Toon technische meldingen.")] = False,
) -> None:
    import logging

    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR, format="%(name)s: %(message)s")
