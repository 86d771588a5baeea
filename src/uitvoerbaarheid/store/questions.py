"""The ready questions: SQL with a title, an explanation and values that one can give, in ``data/queries``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from uitvoerbaarheid.resources import data_path

#: What can be given with a ready question, and what its SQL calls it.
PARAMETERS = ("kind", "authority", "document", "year", "limit")
_HEAD = re.compile(r"-- (titel|uitleg|leeg|limiet): ?(.*)")
_MORE = re.compile(r"--   (.*)")


@dataclass(frozen=True)
class Question:
    """A ready question: its name, title and explanation (Dutch), SQL, and which values its SQL takes.

    ``empty`` says what it means when there is no answer; ``limit`` is how many rows are given at most, None
    where all are.
    """

    name: str
    title: str
    explanation: str
    empty: str
    limit: int | None
    sql: str

    @property
    def takes(self) -> frozenset[str]:
        """The names in :data:`PARAMETERS` that this question takes."""
        return frozenset(re.findall(r"\$(\w+)", self.sql))

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """A value for each of the names that the SQL has, None for what is not given."""
        values = {name: given.get(name) for name in self.takes}
        if values.get("limit") is None and "limit" in values:
            values["limit"] = self.limit
        return values

    def filled(self, given: dict[str, Any]) -> str:
        """The SQL with its values written in, to change and ask oneself."""

        def literal(match: re.Match[str]) -> str:
            value = values[match[1]]
            return "'{}'".format(value.replace("'", "''")) if isinstance(value, str) else str(value or "NULL")

        values = self.values(given)
        return re.sub(r"\$(\w+)", literal, self.sql)


@cache
def questions() -> dict[str, Question]:
    """All ready questions by name, in the order of the alphabet."""
    return {file.stem: _read(file.stem, file.read_text("utf-8")) for file in _files()}


def _files() -> Any:
    return sorted(data_path("queries").glob("*.sql"))


def _read(name: str, text: str) -> Question:
    head: dict[str, str] = {}
    last, lines = "", text.splitlines()
    while lines and lines[0].startswith("--"):
        line = lines.pop(0)
        if match := _HEAD.fullmatch(line):
            last = match[1]
            head[last] = match[2]
        elif match := _MORE.fullmatch(line):
            head[last] += " " + match[1]
        else:
            raise ValueError(f"{name}: {line}")
    limit = head.get("limiet")
    return Question(
        name=name,
        title=head["titel"],
        explanation=head["uitleg"],
        empty=head["leeg"],
        limit=int(limit) if limit else None,
        sql="\n".join(lines).strip(),
    )
