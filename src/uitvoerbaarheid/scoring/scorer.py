"""From sections and their annotations to roles, levels, scores, reasons and questions."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from uitvoerbaarheid.nlp.annotation import SectionAnnotation
from uitvoerbaarheid.nlp.annotator import year_of
from uitvoerbaarheid.records import CRITERIA, Criteria, Kind, Report, Role, Section, by_hand
from uitvoerbaarheid.resources import model_path
from uitvoerbaarheid.scoring.classifier import Prediction, SectionModel
from uitvoerbaarheid.scoring.context import set_in_context
from uitvoerbaarheid.scoring.features import figures, stated_criteria, terms
from uitvoerbaarheid.scoring.profiles import Profiles
from uitvoerbaarheid.scoring.questions import questions
from uitvoerbaarheid.scoring.reasons import reasons, role_reason, settings
from uitvoerbaarheid.scoring.signals import signals_of
from uitvoerbaarheid.scoring.summary import summarize, weakest

ROLES: tuple[Role, ...] = ("policy", "context", "other")
#: What makes a section policy, at least one of them; who is named does not.
SUBSTANCE = {"goal", "measure", "monitoring", "budget", "deadline"}


class Scorer:
    """Scores the sections of a report. Holds the model; made once, used for many documents."""

    def __init__(
        self,
        model: SectionModel | None = None,
        *,
        profiles: Profiles | None = None,
        profile: str | None = None,
    ) -> None:
        """``model`` is the bundled ``models/section_scores.json`` unless another one is given.

        ``profile`` is the name of the one of ``profiles`` for all documents; without it each document gets
        the one it is recognised by.
        """
        self.model = model or SectionModel.load(model_path("section_scores.json"))
        self.profiles = profiles or Profiles()
        self.profile = profile

    def score(self, report: Report, annotations: Sequence[SectionAnnotation]) -> None:
        """Fill in every section, the signals and the summary of ``report``, in place.

        A role or level in a section's ``overruled`` goes before what is found, which is noted in it.
        ``annotations`` has one entry per section, in the same order; ValueError otherwise. A document
        that is not in Dutch is not assessed, and needs no annotations.
        """
        if report.document.language == "nl":
            year = year_of(report.document)
            for section, annotation in zip(report.sections, annotations, strict=True):
                self.score_section(section, annotation, report.document.kind, year)
        self.judge(report, annotations)

    def judge(self, report: Report, annotations: Sequence[SectionAnnotation]) -> None:
        """Fill in what follows from the sections' own roles, criteria and levels, in place.

        That is each section in its context, its verdict by the profile, the signals and the summary. To be
        called again after any of the former was changed, with the same ``annotations`` as :meth:`score`.
        """
        if report.document.language == "nl":
            set_in_context(report.sections, annotations, report.document)
            report.signals = signals_of(report.sections, report.document, annotations)
        self.profiles.apply(report, self.profile)
        report.summary = summarize(report.sections, report.document)

    def score_section(
        self, section: Section, annotation: SectionAnnotation, kind: Kind, year: int | None = None
    ) -> None:
        """Fill in one section, in place. Without text (or without any unit) it stays unassessed."""
        section.mentions = annotation.mentions
        section.commitments = []
        if not section.text.strip() or not annotation.units:
            section.role = "other"
            return
        prediction = self.model.predict(figures(section, annotation, year), terms(section), kind)
        stated = stated_criteria(annotation.units)
        section.role = _decide_role(section, role_of(prediction, stated))
        section.role_probability = round(prediction.role[section.role], 4)
        if section.role == "policy":
            # Elsewhere the authority promises nothing: six of seven commitments read there were none.
            section.commitments = annotation.commitments
            _assess(section, prediction, stated)
        else:
            section.reasons = role_reason(section.role)


def half_up(value: float) -> int:
    """Round to the nearest whole number, halves upwards."""
    return math.floor(value + 0.5)


def on_scale(expected: float) -> float:
    """The place of an expected level (0-4) on the scale of the score; rounded, it is the level.

    An expected level shrinks towards the middle, the more so the less is sure. The borders between levels
    lie therefore where cross-validation puts them (``level_borders`` in ``data/scoring/score.toml``), and the
    scale is stretched evenly between them: it rises with the expected level throughout.
    """
    borders = settings()["level_borders"]
    return round(float(np.interp(expected, [0, *borders, 4], [0, 0.5, 1.5, 2.5, 3.5, 4])), 4)


def role_of(prediction: Prediction, stated: Collection[str]) -> Role:
    """The most probable role.

    Policy must be shown by something in the text: where only parties are named, as on a cover, it is not.
    A measure that is worked out shows it.
    """
    if prediction.worked_out >= settings()["worked_out"]:
        return "policy"
    roles = ROLES if {*stated} & SUBSTANCE else ROLES[1:]
    return max(roles, key=lambda role: prediction.role.get(role, 0.0))


def criteria_of(prediction: Prediction, stated: Collection[str]) -> dict[str, int]:
    """The most probable value of each criterion; the lower one when two are equally probable.

    A 2 must be shown by something in the text: a criterion that is not among the ``stated`` ones gets the
    likelier of 0 and 1.
    """
    return {
        name: max(range(3 if name in stated else 2), key=prediction.criteria[name].__getitem__)
        for name in CRITERIA
    }


def is_uncertain(expected: float, levels: Sequence[float]) -> bool:
    """Whether the verdict at this expected level is to be marked: the other one is probable enough.

    ``levels`` are the probabilities of levels 0-4. A section is sent back without the mark only when it is
    most unlikely to be good enough; how unlikely is data (``data/scoring/score.toml``).
    """
    rules = settings()
    back = sum(levels[: rules["send_back_level"] + 1])
    if half_up(on_scale(expected)) <= rules["send_back_level"]:
        return 1 - back >= rules["uncertain"]["send_back"]
    return back >= rules["uncertain"]["accept"]


def _decide_role(section: Section, found: Role) -> Role:
    """The role set by hand, with what was found noted beside it; else what was found."""
    decision = by_hand(section, "role")
    if decision is None:
        return found
    decision.found = found
    return next(role for role in ROLES if role == decision.value)


def _assess(section: Section, prediction: Prediction, stated: Collection[str]) -> None:
    rules = settings()
    # Rounded first, so that what is shown and what is decided cannot differ.
    expected = round(prediction.expected_level, 4)
    section.level = half_up(on_scale(expected))
    section.level_probabilities = [round(share, 4) for share in prediction.level]
    section.score = half_up(25 * on_scale(expected))
    decision = by_hand(section, "level")
    if decision:
        decision.found = section.level
        section.level = int(decision.value)
        section.score = 25 * section.level
    criteria = Criteria(**criteria_of(prediction, stated))
    section.criteria = criteria
    section.weakest = weakest(criteria.model_dump())
    section.verdict = "send_back" if section.level <= rules["send_back_level"] else "accept"
    section.uncertain = decision is None and is_uncertain(expected, prediction.level)
    section.reasons = reasons(criteria, section.verdict, section.mentions, section.commitments)
    section.questions = questions(criteria, section.mentions, section.commitments)
