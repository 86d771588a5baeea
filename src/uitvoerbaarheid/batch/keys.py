"""By what a result is known: the same key means that the same document was assessed in the same way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from importlib import metadata
from typing import Any

from uitvoerbaarheid.batch.tasks import Job
from uitvoerbaarheid.extraction import tesseract
from uitvoerbaarheid.overrules import Correction
from uitvoerbaarheid.resources import code_id, model_id, ruleset_id

#: The libraries that decide what is read and scored: another version may give another result.
LIBRARIES = (
    "lxml",
    "markdown-it-py",
    "numpy",
    "py3langid",
    "pydantic",
    "pypdf",
    "pypdfium2",
    "python-docx",
    "spacy",
    "thinc",
)


def versions() -> dict[str, str | None]:
    """The versions of :data:`LIBRARIES`; None for one that is not there under that name."""
    return {name: _version(name) for name in LIBRARIES}


@cache
def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


class Keys:
    """Makes the keys of results under one :class:`Job`.

    ``model`` is the id of the user's own model and ``profiles`` the digest of overrides of profiles (None:
    there are none). A password is no part of a key, nor what files are made of the result.
    """

    def __init__(self, job: Job, *, model: str | None = None, profiles: str | None = None) -> None:
        self.job = job
        self._own = model
        self._profiles = profiles

    @cached_property
    def model_id(self) -> str:
        """Names the models, as :attr:`uitvoerbaarheid.analyzer.Analyzer.model_id` does."""
        return "+".join(filter(None, (model_id(self.job.language_model), self._own)))

    @cached_property
    def ruleset_id(self) -> str:
        """Names the rules, as in ``Report.ruleset_id``."""
        return "+".join(filter(None, (ruleset_id(), self._profiles)))

    @cached_property
    def recognition(self) -> str:
        """How text is recognised in pictures, and by what, as far as that is installed."""
        mode = self.job.ocr
        return mode if mode == "nee" else f"{mode}: {tesseract.installed() or 'none'}"

    @cached_property
    def _common(self) -> str:
        other = None
        if self.job.language_model != Job.language_model:
            other = _version(self.job.language_model.replace("_", "-"))
        return _digest(
            [
                code_id(),
                self.model_id,
                other,
                self.ruleset_id,
                self.recognition,
                self.job.profile,
                versions(),
            ]
        )

    def of(self, path: str, content: str, corrections: Sequence[Correction] = ()) -> str:
        """The key of one document, by its path below the scanned root, content (a digest) and corrections.

        The path counts because the name helps to tell what kind of document it is, and stands in the report.
        """
        return _digest([self._common, path, content, [_decided(item) for item in corrections]])


def _decided(item: Correction) -> list[Any]:
    # Where it stands is told when it has no effect; the folder that it was found in is told nowhere.
    return [
        item.document,
        item.section,
        item.heading,
        item.field,
        item.value,
        item.reason,
        item.by,
        item.date,
        item.origin,
    ]


def _digest(parts: Iterable[Any]) -> str:
    text = json.dumps(list(parts), ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:40]
