"""The outcome of a check in the formats that people, editors and build services read.

Each module has ``render(outcome) -> str``. All text of documents, file names included, is made harmless for
the format it goes into.
"""

from __future__ import annotations

from collections.abc import Callable

from uitvoerbaarheid.checking.formats import github, gitlab, json, junit, markdown, sarif, text
from uitvoerbaarheid.checking.outcome import Outcome

#: What ``--format`` can be, with what renders it.
FORMATS: dict[str, Callable[[Outcome], str]] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
}
