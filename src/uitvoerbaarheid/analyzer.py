"""From file to scored report: the stages in their order, for one document at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from uitvoerbaarheid.extraction import read
from uitvoerbaarheid.records import Report
from uitvoerbaarheid.resources import model_id, ruleset_id

if TYPE_CHECKING:
    from uitvoerbaarheid.nlp import Annotator
    from uitvoerbaarheid.overrules import Correction
    from uitvoerbaarheid.scoring import Scorer
    from uitvoerbaarheid.scoring.own import OwnModel

DEFAULT_LANGUAGE_MODEL = "nl_policy"


class Analyzer:
    """Reads and scores documents. Models are loaded once, at the first document that needs them.

    ``language_model`` is the bundled pipeline (``"nl_policy"``) unless another spaCy package is asked
    for by name; an absent one raises :class:`~uitvoerbaarheid.nlp.language.LanguageModelError`.
    ``model`` is the folder of a model that ``train`` made, to score with instead of the bundled one; a
    damaged one, or one of another version, raises :class:`~uitvoerbaarheid.resources.ModelFileError`.
    """

    def __init__(
        self, language_model: str = DEFAULT_LANGUAGE_MODEL, *, model: str | Path | None = None
    ) -> None:
        self.language_model = language_model
        self._own: OwnModel | None = None
        if model is not None:
            from uitvoerbaarheid.scoring.own import OwnModel

            self._own = OwnModel.load(Path(model), model_id(language_model))

    @property
    def model_id(self) -> str:
        """Names the models that score: the bundled ones, and the user's own where one is in use."""
        bundled = model_id(self.language_model)
        return f"{bundled}+{self._own.id}" if self._own else bundled

    @cached_property
    def annotator(self) -> Annotator:
        """The language stage: mentions and commitments."""
        from uitvoerbaarheid.nlp import Annotator

        return Annotator(self.language_model)

    @cached_property
    def scorer(self) -> Scorer:
        """The scoring stage: role, level, criteria, reasons and questions."""
        from uitvoerbaarheid.scoring import Scorer

        return Scorer(self._own.scores if self._own else None)

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
        known = corrections_for({path.name: path}, given)
        return self.assess(read(path, password=password), known.of(path.name))

    def assess(self, report: Report, corrections: Sequence[Correction] = ()) -> Report:
        """Score the sections of a report that was read before; returns the same report, filled in.

        ``corrections`` are what people decided about this document; they go before what is found. Text in
        another language than Dutch is left unassessed.
        """
        from uitvoerbaarheid.overrules import place, settle

        placed = place(report, corrections)
        report.model_id = self.model_id
        report.ruleset_id = ruleset_id()
        dutch = report.document.language == "nl"
        annotations = self.annotator.annotate(report.sections, report.document) if dutch else []
        for section, annotation in zip(report.sections, annotations, strict=False):
            section.references = annotation.references
            section.set_aside = annotation.set_aside
        self.scorer.score(report, annotations)
        settle(report, placed)
        return report
