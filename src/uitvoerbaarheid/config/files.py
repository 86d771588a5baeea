"""Finding and reading the settings files."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from uitvoerbaarheid.config.keys import Config, ConfigError, located
from uitvoerbaarheid.config.lines import Place, lines_of
from uitvoerbaarheid.config.problems import problems, shown_key

FILE_NAME = "uitvoerbaarheid.toml"
PYPROJECT = "pyproject.toml"
_TOOL = ("tool", "uitvoerbaarheid")
#: What marks the top of a repository: settings above it are those of something else.
_REPOSITORY = (".git", ".hg")
_MAX_BYTES = 256 * 1024
#: Dots on a line: reading a key of many parts takes the square of their number.
_MAX_DOTS = 100


def find_config(start: Path) -> Path | None:
    """The settings file that holds for a document or folder, None where there is none.

    Raises ``ConfigError`` for a ``pyproject.toml`` on the way that cannot be read.
    """
    here = Path(os.path.abspath(start))  # noqa: PTH100 (resolve() would follow links away from the folder)
    for folder in (here, *here.parents) if _is(here, Path.is_dir) else here.parents:
        if _is(folder / FILE_NAME, Path.is_file):
            return folder / FILE_NAME
        project = folder / PYPROJECT
        if _is(project, Path.is_file) and _table(_parsed(project)[1]) is not None:
            return project
        if any(_is(folder / name, Path.exists) for name in _REPOSITORY):
            return None
    return None


def _is(path: Path, what: Any) -> bool:
    """Whether a path is what is asked; one that may not be looked at is not."""
    try:
        return bool(what(path))
    except OSError:
        return False


def load_config(start: Path | None = None) -> Config:
    """The settings that hold for ``start`` (default: the working folder), or the defaults.

    Raises ``ConfigError`` for a file that cannot be read, and with every unknown key and wrong value in it.
    """
    file = find_config(start or Path.cwd())
    return Config() if file is None else read_config(file)


class Configs:
    """The settings of each document: those of ``file`` for all, else of the file nearest to each.

    A document without a settings file above it has those of the working folder. The same file gives the same
    object.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._given = read_config(file) if file is not None else None
        self._read: dict[Path | None, Config] = {}
        self._found: dict[Path, Path | None] = {}

    def of(self, path: Path) -> Config:
        """The settings of one document or folder. Raises ``ConfigError`` as :func:`load_config` does."""
        if self._given is not None:
            return self._given
        here = Path(os.path.abspath(path))  # noqa: PTH100
        folder = here if _is(here, Path.is_dir) else here.parent
        file = self._nearest(folder) or self._nearest(Path.cwd())
        if file not in self._read:
            self._read[file] = Config() if file is None else read_config(file)
        return self._read[file]

    def of_all(self, paths: Sequence[Path]) -> Config:
        """The one set for a command over many paths: that of the folder in which all of them are."""
        places = [os.path.abspath(path) for path in paths]  # noqa: PTH100
        try:
            return self.of(Path(os.path.commonpath(places))) if places else self.of(Path.cwd())
        except ValueError:  # on different drives
            return self.of(Path.cwd())

    def _nearest(self, folder: Path) -> Path | None:
        if folder not in self._found:
            self._found[folder] = find_config(folder)
        return self._found[folder]


def read_config(file: Path) -> Config:
    """The settings in one file, a ``pyproject.toml`` or any other. Raises ``ConfigError``."""
    text, data = _parsed(file)
    root: Place = ()
    if file.name == PYPROJECT:
        found = _table(data)
        if found is None:
            raise ConfigError(f"In {file} staat geen [{'.'.join(_TOOL)}].")
        root = _TOOL
    else:
        found = data
    lines = lines_of(text, data, root)
    try:
        config = Config.model_validate(found)
    except ValidationError as error:
        prefix = shown_key(root) + "." if root else ""
        told = sorted(
            ((lines.of(place), message) for place, message in problems(error, Config, prefix)),
            key=lambda problem: problem[0] or 0,
        )
        raise ConfigError(
            "\n".join(f"Fout in {located(file, line)}: {message}" for line, message in told)
        ) from error
    folder = Path(os.path.abspath(file)).parent  # noqa: PTH100
    config.model = str(folder / config.model) if config.model else None
    config.memo_template = str(folder / config.memo_template) if config.memo_template else None
    if config.check.baseline:
        config.check.baseline = str(folder / config.check.baseline)
    config._file = folder / file.name
    config._lines = lines
    return config


def _parsed(file: Path) -> tuple[str, dict[str, Any]]:
    try:
        # A pipe or device would wait, or never end.
        if file.exists() and not file.is_file():
            raise ConfigError(f"Het instellingenbestand {file} is geen bestand.")
        if file.stat().st_size > _MAX_BYTES:
            raise ConfigError(f"Het instellingenbestand {file} is groter dan {_MAX_BYTES // 1024} kB.")
        text = file.read_text(encoding="utf-8-sig")
        long = next((n for n, line in enumerate(text.split("\n"), 1) if line.count(".") > _MAX_DOTS), None)
        if long is not None:
            raise ConfigError(f"Fout in {located(file, long)}: meer dan {_MAX_DOTS} punten op één regel.")
        return text, tomllib.loads(text)
    except OSError as error:
        why = "het bestaat niet" if isinstance(error, FileNotFoundError) else "de toegang is geweigerd"
        raise ConfigError(f"Het instellingenbestand {file} is niet te lezen: {why}.") from error
    except (ValueError, RecursionError) as error:  # no UTF-8, or no TOML
        line = re.search(r"at line (\d+)", str(error))
        where = f": zie regel {line[1]}" if line else ""
        raise ConfigError(f"Het instellingenbestand {file} is niet te lezen als TOML{where}.") from error


def _table(data: dict[str, Any]) -> Any | None:
    """The table of this program in a ``pyproject.toml``; what is none is told when it is validated."""
    tool = data.get(_TOOL[0])
    return tool.get(_TOOL[1]) if isinstance(tool, dict) else None
