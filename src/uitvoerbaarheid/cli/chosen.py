"""The settings of one run of a command: chosen once, from its paths, and asked for where they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uitvoerbaarheid.config import Config

_chosen: ContextVar[Config | None] = ContextVar("settings", default=None)


def choose_settings(paths: Iterable[Path], file: Path | None = None) -> Config:
    """Choose the settings of this run: those in ``file``, else those nearest to the folder that all paths are
    in, else those of the working folder. Raises ``ConfigError``."""
    from uitvoerbaarheid.config import Configs

    chosen = Configs(file).of_all([path for path in paths if path.exists()])
    _chosen.set(chosen)
    return chosen


def settings() -> Config:
    """The settings that were chosen for this run, else those of the working folder."""
    from uitvoerbaarheid.config import load_config

    return _chosen.get() or load_config()


def forget_settings() -> None:
    """Forget the choice of an earlier run in the same process."""
    _chosen.set(None)
