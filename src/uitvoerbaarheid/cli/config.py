"""``uitvoerbaarheid config``: which settings hold for a document or folder, and where each comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from uitvoerbaarheid.cli.common import fail, known_profiles, make_console, shown
from uitvoerbaarheid.cli.options import PASSWORD_VARIABLE, SETTINGS_VARIABLE, SettingsFile

if TYPE_CHECKING:
    from uitvoerbaarheid.config import Config

Source = Literal["default", "file", "environment"]
_SECRET = "ingesteld, wordt niet getoond"


@dataclass(frozen=True, slots=True)
class Held:
    """One setting: its key, its value and where that comes from, with the line in the settings file."""

    key: str
    value: Any
    source: Source
    line: int | None = None


def config(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PAD",
            help="Het document of de map waarvoor u de instellingen wilt zien (standaard: deze map).",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Toon de instellingen als JSON.")] = False,
    file: SettingsFile = None,
) -> None:
    """Toon welke instellingen gelden en waar elke waarde vandaan komt."""
    from uitvoerbaarheid.config import Configs

    if path is not None and not path.exists():
        fail(f"Niet gevonden: {shown(path)}")
    chosen = Configs(file).of(path or Path.cwd())
    _check(chosen)
    found = [*held(chosen), *_environment()]
    if as_json:
        settings = [asdict(one) for one in found]
        place = chosen.file.as_posix() if chosen.file else None
        typer.echo(json.dumps({"file": place, "settings": settings}, ensure_ascii=False, indent=2))
    else:
        _show(found, chosen)


def _check(chosen: Config) -> None:
    """What is wrong with profiles and rules is told here too, all at once."""
    from uitvoerbaarheid.checking.rules import rules
    from uitvoerbaarheid.checking.settings import check_rules
    from uitvoerbaarheid.config import ConfigError

    problems = []
    for check in (lambda: known_profiles(None, chosen), lambda: check_rules(chosen, rules())):
        try:
            check()
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError("\n".join(problems))


def held(chosen: Config) -> Iterator[Held]:
    """All settings in the order of the keys; of tables that are filled each key in them."""
    from uitvoerbaarheid.config import shown_key

    for place, value in _leaves(chosen.model_dump(), ()):
        given = chosen.is_set(*place)
        yield Held(
            shown_key(place), value, "file" if given else "default", chosen.line(*place) if given else None
        )


def _leaves(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The values that are told one by one; what is set aside is told as a whole."""
    if isinstance(value, dict) and value and not (place and isinstance(place[-1], int)):
        for key, inner in value.items():
            yield from _leaves(inner, (*place, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*place, index))
    else:
        yield place, value


def _environment() -> Iterator[Held]:
    for name in (SETTINGS_VARIABLE, PASSWORD_VARIABLE):
        if os.environ.get(name):
            yield Held(name, _SECRET if name == PASSWORD_VARIABLE else os.environ[name], "environment")


def _show(found: list[Held], chosen: Config) -> None:
    from rich.table import Table
    from rich.text import Text

    console = make_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Instelling", no_wrap=True)
    table.add_column("Waarde", overflow="fold")
    table.add_column("Herkomst", overflow="fold")
    name = chosen.file.name if chosen.file else ""
    origins = {"default": "standaard", "environment": "omgevingsvariabele"}
    for one in found:
        origin = origins.get(one.source, f"{name}, regel {one.line}")
        table.add_row(*(Text(shown(cell)) for cell in (one.key, _written(one), origin)))
    place = chosen.file or "geen, alles heeft de standaardwaarde"
    console.print(Text(f"Instellingenbestand: {shown(place)}"), soft_wrap=True)
    console.print()
    console.print(table)


def _written(one: Held) -> str:
    """The value as it is written in the file; what is set aside in words."""
    if one.value is None or one.value in ({}, []):
        return str(_about().get(one.key, {}).get("none", "geen"))
    if isinstance(one.value, dict):
        entry = one.value
        where = f" in {entry['document']}" if entry["document"] else ""
        section = f", paragraaf {entry['section']}" if entry["section"] else ""
        return f"{', '.join(entry['rules'])}{where}{section}: {entry['reason']}"
    if one.source == "environment":
        return str(one.value)
    return json.dumps(one.value, ensure_ascii=False, default=str)


def _about() -> dict[str, Any]:
    """What each setting is, by its key."""
    from uitvoerbaarheid.resources import read_toml

    return read_toml("reports", "settings.toml")


def settings_schema() -> dict[str, Any]:
    """The JSON Schema of the settings file, for editors."""
    from uitvoerbaarheid.config import Config

    schema = Config.model_json_schema()
    tables = {"": schema, "check.": schema["$defs"]["Check"], "check.suppress.": schema["$defs"]["Suppress"]}
    for lead, table in tables.items():
        # What pydantic takes from the code is for its readers, not for those of a settings file.
        table.pop("description", None)
        table.pop("title", None)
        for name, value in table["properties"].items():
            value.pop("title", None)
            if lead + name in _about():
                value["description"] = _about()[lead + name]["about"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Instellingen van uitvoerbaarheid",
        **schema,
    }
