"""Settings from ``uitvoerbaarheid.toml`` or ``[tool.uitvoerbaarheid]`` in ``pyproject.toml``.

The file nearest to a document holds for it, from its folder upward to that of the repository; in one folder
``uitvoerbaarheid.toml`` goes before ``pyproject.toml``, and a ``pyproject.toml`` without the table is passed
over. Files are not added together: what the nearest one does not say has its default.
"""

from uitvoerbaarheid.config.files import FILE_NAME, PYPROJECT, Configs, find_config, load_config, read_config
from uitvoerbaarheid.config.keys import Check, Config, ConfigError, FailLevel, SetSeverity, Suppress, located
from uitvoerbaarheid.config.problems import explain, meant, near, shown_key

__all__ = [
    "FILE_NAME",
    "PYPROJECT",
    "Check",
    "Config",
    "ConfigError",
    "Configs",
    "FailLevel",
    "SetSeverity",
    "Suppress",
    "explain",
    "find_config",
    "load_config",
    "located",
    "meant",
    "near",
    "read_config",
    "shown_key",
]
