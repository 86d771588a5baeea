"""From file to scored report: the stages in their order, for one document at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.resources import model_id, ruleset_id

if TYPE_CHECKING:
    from uitvoerbaarheid.nlp import Annotator
    from uitvoerbaarheid.overrules import Correction
    from uitvoerbaarheid.scoring import Scorer
    from uitvoerbaarheid.scoring.own import OwnModel
    from uitvoerbaarheid.scoring.profiles import Profiles

DEFAULT_LANGUAGE_MODEL = "nl_policy"


class Analyzer:
    """Reads and scores documents. Models are loaded once, at the first document that needs them.

    ``language_model`` is the bundled pipeline (``"nl_policy"``) unless another spaCy package is asked
    for by name; an absent one raises :class:`~uitvoerbaarheid.nlp.language.LanguageModelError`.
    ``model`` is the folder of a model that ``train`` made, to score with instead of the bundled one; a
    damaged one, or one of another version, raises :class:`~uitvoerbaarheid.resources.ModelFileError`.
    ``profile`` is the name of the profile for all documents instead of the recognised one; ``profiles``
    overrides keys of profiles by name, as in the settings and as
    :class:`~uitvoerbaarheid.scoring.profiles.Profiles` takes them.
    """

    def __init__(
        self,
        language_model: str = DEFAULT_LANGUAGE_MODEL,
        *,
        model: str | Path | None = None,
        profile: str | None = None,
        profiles: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.language_model = language_model
        self.profile = profile
        self._overrides = profiles
        self._model = str(Path(model).absolute()) if model is not None else None
        self._own: OwnModel | None = None
        if model is not None:
            from uitvoerbaarheid.scoring.own import OwnModel

            self._own = OwnModel.load(Path(model), model_id(language_model))

    def settings(self) -> dict[str, Any]:
        """What this analyzer was made with, as :class:`~uitvoerbaarheid.batch.tasks.Job` takes it."""
        return {
            "language_model": self.language_model,
            "model": self._model,
            "profile": self.profile,
            "profiles": {name: dict(rules) for name, rules in (self._overrides or {}).items()},
        }

    @property
    def own_id(self) -> str | None:
        """Names the user's own model, None where the bundled one scores."""
        return self._own.id if self._own else None

    @property
    def model_id(self) -> str:
        """Names the models that score: the bundled ones, and the user's own where one is in use."""
        bundled = model_id(self.language_model)
        return f"{bundled}+{self._own.id}" if self._own else bundled

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

        scores = self._own.scores if self._own else None
        return Scorer(scores, profiles=self.profiles, profile=self.profile)

    def analyze(
        self, path: str | Path, *, password: str | None = None, corrections: str | Path | None = None
    ) -> Report:
        """Read one document and score its sections.

        ``corrections`` is a file of corrections; without it one beside the document counts.

        Reads in this process; :func:`uitvoerbaarheid.scan` reads in a bounded worker process, which is
        what documents of unknown origin need. Raises ``UnreadableError`` for what cannot be read and
        :class:`~uitvoerbaarheid.sheets.InputError` for a wrong file of corrections.
        """
        from uitvoerbaarheid.overrules import corrections_for

        path = Path(path)
        given = Path(corrections) if corrections is not None else None
        known = corrections_for({path.name: path}, given, profiles=self.profiles.rules)
        return self.assess(read(path, password=password), known.of(path.name))

    def assess(
        self,
        report: Report,
        corrections: Sequence[Correction] = (),
        scoring: Callable[[], object] | None = None,
    ) -> Report:
        """Score the sections of a report that was read before; returns the same report, filled in.

        ``corrections`` are what people decided about this document; they go before what is found. Text in
        another language than Dutch is left unassessed. ``scoring`` is called where annotating is done and
        scoring begins.
        """
        from uitvoerbaarheid.overrules import place, settle

        placed = place(report, corrections)
        report.model_id = self.model_id
        # Other profiles give other results, as other rules do.
        report.ruleset_id = "+".join(filter(None, (ruleset_id(), self.profiles.digest)))
        dutch = report.document.language == "nl"
        annotations = self.annotator.annotate(report.sections, report.document) if dutch else []
        if scoring is not None:
            scoring()
        for section, annotation in zip(report.sections, annotations, strict=False):
            section.references = annotation.references
            section.set_aside = annotation.set_aside
        self.scorer.score(report, annotations)
        settle(report, placed)
        return report
