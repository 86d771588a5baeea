"""What can be set: the keys of ``uitvoerbaarheid.toml``, with their types and what holds without them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from uitvoerbaarheid.config.lines import Lines, Place

#: A severity that a rule can be given; "off" leaves it out.
SetSeverity = Literal["error", "warning", "note", "off"]
#: From which severity a finding fails a check.
FailLevel = Literal["error", "warning", "note", "never"]

#: An id of a rule, or the beginning of one: "UV101", "UV1".
RulePrefix = Annotated[str, Field(min_length=1, max_length=40)]

_KEY = re.compile(r"'([\w.-]+)'")


class ConfigError(Exception):
    """The settings are wrong; the message is Dutch and names the file, a line for each problem."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Suppress(_Table):
    """Findings that are set aside: of which rules, in which documents, in which section, and why.

    ``document`` is a pattern (``*``, ``?``, ``**``) for the path from the folder of the settings file,
    without a slash for the name alone; without it all documents are meant. ``section`` is the id, number or
    heading of a section; without it the whole document is meant.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    rules: list[RulePrefix] = Field(min_length=1, max_length=200)
    document: str | None = Field(default=None, min_length=1, max_length=1000)
    section: str | None = Field(default=None, min_length=1, max_length=1000)
    reason: str = Field(min_length=3, max_length=1000)


class Check(_Table):
    """What holds for ``check``: which rules, how heavy, what fails, what is known and what is set aside.

    Rules are named by id or the beginning of one; of two the longer counts. A relative ``baseline`` is seen
    from the folder of the settings file. Ids are checked where the rules are known (``checking.settings``).
    """

    select: list[RulePrefix] = Field(default=["UV"], min_length=1, max_length=200)
    ignore: list[RulePrefix] = Field(default_factory=list, max_length=200)
    severity: dict[RulePrefix, SetSeverity] = Field(default_factory=dict, max_length=200)
    fail_level: FailLevel = "error"
    baseline: str | None = Field(default=None, min_length=1)
    allow_unreadable: bool = False
    suppress: list[Suppress] = Field(default_factory=list, max_length=1000)


class Config(_Table):
    """All settings: language model, output folder, a model of one's own, recognition of text in scans, the
    profiles, the template of the memo, how a scan is done, and what holds for ``check``.

    A relative ``model``, ``memo_template`` or ``check.baseline`` is seen from the folder of the settings
    file. ``profile`` is the name of the profile for all documents; ``profiles`` holds overrides by name,
    checked where the profiles are known (``scoring.profiles``).
    """

    language_model: str | None = None
    output: str | None = None
    model: str | None = None
    ocr: Literal["auto", "nee", "altijd"] = "auto"
    profile: str | None = None
    memo_template: str | None = None
    workers: int | None = Field(default=None, ge=1, le=1000)
    engine: Literal["pool", "dask"] = "pool"
    scheduler: str | None = None
    profiles: dict[str, dict[str, Any]] = Field(default_factory=dict)
    check: Check = Field(default_factory=Check)
    _file: Path | None = PrivateAttr(default=None)
    _lines: Lines = PrivateAttr(default_factory=Lines)

    @property
    def file(self) -> Path | None:
        """The file that these settings were read from, None where there is none."""
        return self._file

    @property
    def folder(self) -> Path:
        """The folder that paths in these settings are seen from; without a file the working folder."""
        return self._file.parent if self._file else Path.cwd()

    def is_set(self, *place: str | int) -> bool:
        """Whether the file itself gives this key: ``is_set("check", "fail_level")``."""
        return self._lines.has(place)

    def line(self, *place: str | int) -> int | None:
        """The line of a key in the file, or of the nearest table around it; None without a file."""
        return self._lines.of(place)

    def wrong(self, message: str, *place: str | int) -> ConfigError:
        """A problem that was found later in what these settings say, with the file and line named.

        A message of more lines is that many problems. Without a ``place`` it is that of the key, between
        quotation marks, with which a line begins.
        """
        told = []
        for line in message.splitlines():
            key = _KEY.match(line)
            found = place or (key[1].split(".") if key else ())
            told.append(f"Fout in {located(self._file, self.line(*found))}: {line}")
        return ConfigError("\n".join(told))


def located(file: Path | None, line: int | None) -> str:
    """A place in a file for people: "map/uitvoerbaarheid.toml, regel 3"."""
    return f"{file}, regel {line}" if line else str(file)


__all__ = ["Check", "Config", "ConfigError", "FailLevel", "Place", "SetSeverity", "Suppress", "located"]
