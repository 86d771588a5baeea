"""Settings from ``uitvoerbaarheid.toml``, found in the current folder or one above it."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FILE_NAME = "uitvoerbaarheid.toml"


class ConfigError(Exception):
    """The settings file is wrong; the message is Dutch and names the file."""


class Config(BaseModel):
    """What can be set, as on the command line: language model, output folder and a model of one's own.

    A relative ``model`` is seen from the folder of the settings file.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    language_model: str | None = None
    output: str | None = None
    model: str | None = None


def load_config(start: Path | None = None) -> Config:
    """Settings of the nearest ``uitvoerbaarheid.toml`` at or above ``start`` (default: here), or none.

    Raises ``ConfigError`` for a file that cannot be read, an unknown key or a wrong value.
    """
    here = (start or Path.cwd()).resolve()
    file = next((f for folder in (here, *here.parents) if (f := folder / FILE_NAME).is_file()), None)
    if file is None:
        return Config()
    try:
        config = Config.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        model = str(file.parent / config.model) if config.model else None
        return config.model_copy(update={"model": model})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Het instellingenbestand {file} is niet te lezen: {error}") from error
    except ValidationError as error:
        raise ConfigError(f"Fout in {file}: {_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    problem = error.errors()[0]
    key = str(problem["loc"][0])
    if problem["type"] != "extra_forbidden":
        return f"'{key}' moet een tekst tussen aanhalingstekens zijn."
    known = list(Config.model_fields)
    near = get_close_matches(key, known, n=1)
    hint = f"Bedoelde u '{near[0]}'?" if near else f"Mogelijk zijn: {', '.join(known)}."
    return f"'{key}' is geen instelling. {hint}"
