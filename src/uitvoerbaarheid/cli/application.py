"""The program itself: its name, help in Dutch, version and the options before a command."""

from __future__ import annotations

import logging
import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from uitvoerbaarheid import __version__

EXIT_USAGE = 2


def _no_type(ctx: Any) -> None:
    """No type beside a switch or file name: "<bool>" and "<path>" help programmers only."""


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
            option.display_type_rich = _no_type
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils

        rich_utils.OPTIONS_PANEL_TITLE = "Opties"
        rich_utils.ARGUMENTS_PANEL_TITLE = "Argumenten"
        rich_utils.COMMANDS_PANEL_TITLE = "Opdrachten"
        rich_utils.DEFAULT_STRING = "[standaard: {}]"
        rich_utils.REQUIRED_LONG_STRING = "[verplicht]"
        for parameter in self.params:  # type: ignore[attr-defined]
            if parameter.param_type_name == "argument" or parameter.is_flag:
                parameter.display_type_rich = _no_type
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Group(_DutchHelp, TyperGroup):
    pass


class Command(_DutchHelp, TyperCommand):
    pass


app = typer.Typer(
    cls=Group,
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
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR, format="%(name)s: %(message)s")
