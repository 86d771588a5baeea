"""Settings from ``uitvoerbaarheid.toml``, found in the current folder or one above it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

FILE_NAME = "uitvoerbaarheid.toml"


class ConfigError(Exception):
    """The settings file is wrong; the message is Dutch and names the file."""


class Config(BaseModel):
    """What can be set: language model, output folder, a model of one's own, recognition of text in scans, and
    the profiles, and the template of the memo.

    A relative ``model`` or ``memo_template`` is seen from the folder of the settings file. ``profile`` is the
    name of the profile for all documents; ``profiles`` holds overrides by name, checked where the profiles
    are known (``scoring.profiles``).
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    language_model: str | None = None
    output: str | None = None
    model: str | None = None
    ocr: Literal["auto", "nee", "altijd"] = "auto"
    profile: str | None = None
    memo_template: str | None = None
    profiles: dict[str, dict[str, Any]] = Field(default_factory=dict)
    _file: Path | None = PrivateAttr(default=None)

    def wrong(self, message: str) -> ConfigError:
        """A problem that was found later in what these settings say, with the file named."""
        return ConfigError(f"Fout in {self._file}: {message}")


def load_config(start: Path | None = None) -> Config:
    """Settings of the nearest ``uitvoerbaarheid.toml`` at or above ``start`` (default: here), or none.

    Raises ``ConfigError`` for a file that cannot be read, an unknown key or a wrong value.
    """
    here = (start or Path.cwd()).resolve()
    file = next((f for folder in (here, *here.parents) if (f := folder / FILE_NAME).is_file()), None)
    if file is None:
        return Config()
    try:
        config = Config.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        config.model = str(file.parent / config.model) if config.model else None
        if config.memo_template:
            config.memo_template = str(file.parent / config.memo_template)
    except OSError as error:
        raise ConfigError(f"Het instellingenbestand {file} is niet te lezen: {error}") from error
    except ValidationError as error:
        raise ConfigError(f"Fout in {file}: {explain(error, Config)}") from error
    except (ValueError, RecursionError) as error:  # no UTF-8, or no TOML
        line = re.search(r"at line (\d+)", str(error))
        where = f": zie regel {line[1]}" if line else ""
        raise ConfigError(f"Het instellingenbestand {file} is niet te lezen als TOML{where}.") from error
    config._file = file
    return config


_EXPECTED = {
    "string_type": "moet een tekst tussen aanhalingstekens zijn",
    "int_type": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "float_type": "moet een getal zijn",
    "bool_type": "moet true of false zijn",
    "list_type": "moet een lijst tussen rechte haken zijn",
    "dict_type": "moet een tabel zijn",
    "model_type": "moet een tabel zijn",
    "greater_than_equal": "moet ten minste {ge:g} zijn",
    "less_than_equal": "mag hoogstens {le:g} zijn",
    "literal_error": "moet een van deze zijn: {expected}",
    "missing": "ontbreekt",
}


def explain(
    error: ValidationError, model: type[BaseModel], prefix: str = "", also: Iterable[str] = ()
) -> str:
    """The first problem of a validation in a Dutch sentence.

    ``prefix`` comes before the key in it; ``also`` are keys that are known beside those of ``model``. An
    unknown key is told with the one that was meant.
    """
    problem = error.errors()[0]
    place = [str(part) for part in problem["loc"]]
    key = f"'{prefix}{'.'.join(place)}'"
    if problem["type"] == "extra_forbidden":
        known = _keys(model, place[:-1]) + (list(also) if len(place) == 1 else [])
        near = get_close_matches(place[-1], known, n=1)
        hint = f"Bedoelde u '{near[0]}'?" if near else f"Mogelijk zijn: {', '.join(known)}."
        return f"{key} is geen instelling. {hint}"
    if not place:
        return f"'{prefix.rstrip('.')}' moet van ten minste één criterium iets vragen, met een gewicht."
    expected = _EXPECTED.get(problem["type"], "heeft een ongeldige waarde")
    return f"{key} {_filled(expected, problem.get('ctx') or {})}."


def _filled(text: str, context: dict[str, Any]) -> str:
    values = dict(context)
    if "expected" in values:
        values["expected"] = str(values["expected"]).replace(" or ", " of ")
    return text.format(**values)


def _keys(model: type[BaseModel], place: Iterable[str]) -> list[str]:
    """The keys that a table in the settings can have, by its place."""
    for part in place:
        annotation = model.model_fields[part].annotation
        model = annotation if isinstance(annotation, type) else get_args(annotation)[0]
    return [field.alias or name for name, field in model.model_fields.items()]
