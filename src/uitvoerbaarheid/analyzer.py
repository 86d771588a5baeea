"""From file to scored report: the stages in their order, for one document at a time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.resources import model_id, ruleset_id

if TYPE_CHECKING:
    from uitvoerbaarheid.nlp import Annotator
    from uitvoerbaarheid.scoring import Scorer
    from uitvoerbaarheid.scoring.profiles import Profiles

DEFAULT_LANGUAGE_MODEL = "nl_policy"


class Analyzer:
    """Reads and scores documents. Models are loaded once, at the first document that needs them.

    ``language_model`` is the bundled pipeline (``"nl_policy"``) unless another spaCy package is asked
    for by name; an absent one raises :class:`~uitvoerbaarheid.nlp.language.LanguageModelError`.
    ``profile`` is the name of the profile for all documents instead of the recognised one; ``profiles``
    overrides keys of profiles by name, as in the settings and as
    :class:`~uitvoerbaarheid.scoring.profiles.Profiles` takes them.
    """

    def __init__(
        self,
        language_model: str = DEFAULT_LANGUAGE_MODEL,
        *,
        profile: str | None = None,
        profiles: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.language_model = language_model
        self.profile = profile
        self._overrides = profiles

    @cached_property
    def profiles(self) -> Profiles:
        """What is asked of each kind of document.

        Raises :class:`~uitvoerbaarheid.scoring.profiles.ProfileError` when an override is wrong, or there is
        no ``profile`` of that name.
        """
        from uitvoerbaarheid.scoring.profiles import Profiles

        found = Profiles(self._overrides)
        if self.profile is not None:
            found[self.profile]
        return found

    @cached_property
    def annotator(self) -> Annotator:
        """The language stage: mentions and commitments."""
        from uitvoerbaarheid.nlp import Annotator

        return Annotator(self.language_model)

    @cached_property
    def scorer(self) -> Scorer:
        """The scoring stage: role, level, criteria, reasons and questions."""
        from uitvoerbaarheid.scoring import Scorer

        return Scorer(profiles=self.profiles, profile=self.profile)

    def analyze(self, path: str | Path, *, password: str | None = None) -> Report:
        """Read one document and score its sections.

        Reads in this process; :func:`uitvoerbaarheid.scan` reads in a bounded worker process, which is
        what documents of unknown origin need. Raises ``UnreadableError`` for what cannot be read.
        """
        return self.assess(read(Path(path), password=password))

    def assess(self, report: Report) -> Report:
        """Score the sections of a report that was read before; returns the same report, filled in.

        Text in another language than Dutch is left unassessed.
        """
        report.model_id = model_id(self.language_model)
        # Other profiles give other results, as other rules do.
        report.ruleset_id = "+".join(filter(None, (ruleset_id(), self.profiles.digest)))
        dutch = report.document.language == "nl"
        annotations = self.annotator.annotate(report.sections, report.document) if dutch else []
        for section, annotation in zip(report.sections, annotations, strict=False):
            section.references = annotation.references
            section.set_aside = annotation.set_aside
        self.scorer.score(report, annotations)
        return report
