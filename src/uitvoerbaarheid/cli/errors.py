"""Errors of wrong use, said in Dutch."""

from __future__ import annotations

import errno

import typer

from uitvoerbaarheid.cli.application import EXIT_USAGE
from uitvoerbaarheid.cli.common import say_error


def _in_dutch(error: Exception) -> str:
    """A usage error of the command line library as a Dutch sentence."""
    kind = type(error).__name__
    option = getattr(error, "option_name", None)
    if kind == "NoSuchOption":
        near = sorted(getattr(error, "possibilities", None) or [])
        return f"Onbekende optie: {option}." + (f" Bedoelde u {' of '.join(near)}?" if near else "")
    if kind == "BadOptionUsage":
        return f"De optie {option} mist een waarde of krijgt er een te veel."
    parameter = getattr(error, "param", None)
    hint = parameter.get_error_hint() if parameter else ""
    if kind == "MissingParameter":
        return f"Verplicht, maar niet opgegeven: {hint}."
    if kind == "BadParameter":
        return f"Ongeldige waarde voor {hint}."
    message = str(getattr(error, "message", error))
    for english, dutch in (
        ("No such command", "Onbekende opdracht"),
        ("Got unexpected extra argument(s)", "Te veel argumenten:"),
        ("Got unexpected extra arguments", "Te veel argumenten:"),
        ("Got unexpected extra argument", "Een argument te veel:"),
        ("Missing command", "Er is geen opdracht gegeven"),
    ):
        if message.startswith(english):
            return (
                message.replace(english, dutch, 1)
                .replace("Did you mean", "Bedoelde u")
                .replace("', '", "' of '")
            )
    return message


def report_error(error: Exception) -> int:
    """Say an expected error in Dutch and give the exit code; an unexpected one is raised again."""
    name = type(error).__name__
    if name == "ConfigError":
        typer.echo(str(error), err=True)
        return EXIT_USAGE
    if name in ("LanguageModelError", "ModelFileError", "InputError"):
        say_error(str(error))
        return EXIT_USAGE
    if name == "NoArgsIsHelpError":
        typer.echo(str(getattr(error, "message", error)))
        return EXIT_USAGE
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # to a full disk: no outcome to trust
        typer.echo("De uitvoer is niet te schrijven: de schijf is vol.", err=True)
        return EXIT_USAGE
    if hasattr(error, "format_message"):
        say_error(_in_dutch(error))
        context = getattr(error, "ctx", None)
        if context is not None:
            typer.echo(f"Zie '{context.command_path} --help'.", err=True)
        return EXIT_USAGE
    raise error
