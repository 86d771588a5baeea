"""What the score looks at: figures of a section from its mentions and structure, and its words, masked.

The figures (:func:`figures`) come from the units that ``nlp`` labelled and from word lists in
``data/scoring/cues.toml``. The terms (:func:`terms`) are single words and pairs, in which names, years
and other numbers are masked: they would tell the classifier which document it reads, not what it says.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from uitvoerbaarheid.nlp.annotation import Found, LabelledUnit, SectionAnnotation
from uitvoerbaarheid.nlp.labels import OUTPUTS, SHADES
from uitvoerbaarheid.nlp.modality import reading_of
from uitvoerbaarheid.nlp.patterns import Pattern, counts_in
from uitvoerbaarheid.records import Section
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.details import is_covered, is_named, is_planned

#: What a measure needs: a named actor, covered money, a term that can be planned for.
DETAILS = ("named", "covered", "planned")

#: What leaves a measure open, and below which probability of being specific that is not asked.
_OPEN = frozenset({"condition", "study", "negation"})
_UNLIKELY = 0.1

#: Most words are plain small letters: looked for first, these are found soonest.
_TOKEN = re.compile(r"([a-z]+(?![^\W\d_]|['’-])|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,:/-]\d+)*%?|€)")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-](?:19|20)?\d\d)?$")
_SENTENCE_START = re.compile(r"[.!?:;•|\n]\s*(?:[-–*▪]\s*)?$")
#: So many characters before a word tell whether it begins a sentence.
_BEFORE = 4


def section_text(section: Section) -> str:
    """Heading and own text of a section, as the word lists and terms read it."""
    return f"{section.heading}\n{section.text}"


# --- the words -----------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _masked(text: str) -> tuple[str, ...]:
    """The words of a text, names and numbers masked; kept, since a section's are asked for more than once."""
    # What stands before a word, and the word, in turn; the first of a text begins a sentence.
    parts = _TOKEN.split(text)
    parts[0] = parts[0] or "\n"
    words = []
    for gap, token in zip(parts[::2], parts[1::2], strict=False):
        first = token[0]
        if first.isdigit():
            words.append("<jaar>" if _YEAR.match(token) else "<getal>")
        elif first.isupper() and not _SENTENCE_START.search(gap[-_BEFORE:]):
            words.append("<naam>")
        else:
            words.append(token.lower())
    return tuple(words)


def _plain(heading: str) -> str:
    """A heading in capitals as other headings are written: its words are no names."""
    return heading.capitalize() if heading.isupper() else heading


def terms(section: Section) -> Counter[str]:
    """Words and word pairs of a section with their counts.

    Words of the heading start with ``h:``, those of the headings above it with ``p:``.
    """
    words = _masked(section.text)
    found = Counter(words)
    found.update(f"{first} {second}" for first, second in pairwise(words))
    found.update(f"h:{word}" for word in _masked(_plain(section.heading)))
    found.update(f"p:{word}" for heading in section.heading_path[:-1] for word in _masked(_plain(heading)))
    return found


def stated_criteria(units: Iterable[LabelledUnit]) -> set[str]:
    """The criteria that something found in a section is about: for the actor, a party with a name."""
    found: set[str] = set()
    for unit in units:
        found |= unit.labels
        if any(is_named(actor.value) for actor in unit.actors):
            found.add("actor")
        for name, spans in (("budget", unit.budgets), ("deadline", unit.deadlines)):
            if spans:
                found.add(name)
    return found


# --- the figures ---------------------------------------------------------------------------------


@cache
def _cue_patterns() -> dict[str, dict[str, Pattern]]:
    tables = read_toml("scoring", "cues.toml")
    return {
        table: {name: _cue_pattern(cues) for name, cues in groups.items()} for table, groups in tables.items()
    }


def _cue_pattern(cues: list[str]) -> Pattern:
    parts = [re.escape(cue[:-1]) + r"(?!\w)" if cue.endswith("$") else re.escape(cue) for cue in cues]
    return Pattern(r"(?<!\w)(?:" + "|".join(parts) + ")", re.IGNORECASE)


def _cue_counts(text: str) -> dict[str, int]:
    """How often each group of cues is found in a text."""
    return counts_in(text, _cue_patterns()["cues"])


def is_own(actor: Found) -> bool:
    """Whether an actor is the authority that issued the document, under whatever name."""
    return isinstance(actor.value.get("resolved"), dict)


def _deadline_kind(deadline: Found) -> str:
    interval = str(deadline.value.get("interval") or "vague")
    if interval == "vague":
        return "vague"
    if interval.startswith("R/"):
        return "frequency"
    if interval.startswith("P"):
        return "duration"
    start, _, end = interval.partition("/")
    if start[:4] == end[:4] and start[:4].isdigit():
        return "year"
    return "period"


class _UnitView:
    """The figures of one unit that the section's figures are made of."""

    def __init__(self, labelled: LabelledUnit, year: int | None) -> None:
        self.probability = {name: labelled.probabilities.get(name, 0.0) for name in OUTPUTS}
        named = [is_named(actor.value) for actor in labelled.actors]
        own = [is_own(actor) for actor in labelled.actors]
        covered = [is_covered(budget.value) for budget in labelled.budgets]
        planned = [is_planned(deadline.value) for deadline in labelled.deadlines]
        self.named = (True, False) in zip(named, own, strict=True)
        self.own = True in own
        self.generic = False in named
        self.covered = True in covered
        self.open_budget = False in covered
        self.planned = True in planned
        self.vague_deadline = False in planned
        #: How many of the details it has.
        self.complete = sum(bool(getattr(self, name)) for name in DETAILS)
        words = _masked(labelled.unit.text)
        self.names = "<naam>" in words
        self.numbers = "<getal>" in words or "<jaar>" in words
        self.firm = self.probability["measure"] * (1 - self.probability["vague"])
        self.specific = self.probability["measure_specific"]
        # What surely is no measure needs no reading: that costs more than all else here.
        self.open = self.specific > _UNLIKELY and bool(
            _OPEN.intersection(reading_of(labelled.unit.text, year).qualifiers()[0])
        )


def _label_figures(units: list[_UnitView]) -> dict[str, float]:
    result: dict[str, float] = {}
    for name in OUTPUTS:
        values = sorted((unit.probability[name] for unit in units), reverse=True)
        result[f"{name}_max"] = values[0]
        result[f"{name}_second"] = values[1] if len(values) > 1 else 0.0
        result[f"{name}_mean"] = sum(values) / len(values)
        result[f"{name}_sum"] = math.log1p(sum(values))
        if name in SHADES:
            result[f"{name}_any"] = 1 - math.prod(1 - value for value in values)
    values = sorted((unit.firm for unit in units), reverse=True)
    result["firm_max"] = values[0]
    result["firm_sum"] = math.log1p(sum(values))
    result["specific_open"] = max((unit.specific for unit in units if unit.open), default=0.0)
    result["specific_settled"] = max((unit.specific for unit in units if not unit.open), default=0.0)
    return result


def _detail_figures(units: list[_UnitView]) -> dict[str, float]:
    """How often named parties, money and terms occur, and how surely in the same unit as a measure."""
    result: dict[str, float] = {}
    for name in ("named", "own", "generic", "covered", "open_budget", "planned", "vague_deadline"):
        holding = [unit for unit in units if getattr(unit, name)]
        result[f"{name}_any"] = float(bool(holding))
        result[f"{name}_count"] = math.log1p(len(holding))
        result[f"{name}_with_measure"] = max((unit.probability["measure"] for unit in holding), default=0.0)
        result[f"{name}_with_specific"] = max((unit.specific for unit in holding), default=0.0)
        result[f"{name}_with_goal"] = max((unit.probability["goal"] for unit in holding), default=0.0)
    for wanted in (1, 2, 3):
        result[f"measure_with_{wanted}"] = max(
            (unit.probability["measure"] for unit in units if unit.complete >= wanted), default=0.0
        )
        result[f"specific_with_{wanted}"] = max(
            (unit.specific for unit in units if unit.complete >= wanted), default=0.0
        )
    result["details_in_section"] = result["named_any"] + result["covered_any"] + result["planned_any"]
    result["planned_monitoring"] = max(
        (unit.probability["monitoring"] for unit in units if unit.planned or unit.named), default=0.0
    )
    result["goal_with_number"] = max(
        (unit.probability["goal"] for unit in units if unit.numbers), default=0.0
    )
    result["measure_with_name"] = math.log1p(sum(unit.firm for unit in units if unit.names))
    result["measure_with_number"] = math.log1p(sum(unit.firm for unit in units if unit.numbers))
    return result


def _deadline_figures(annotation: SectionAnnotation) -> dict[str, float]:
    kinds = Counter(_deadline_kind(found) for unit in annotation.units for found in unit.deadlines)
    return {
        f"deadline_{kind}": math.log1p(kinds[kind])
        for kind in ("year", "period", "frequency", "duration", "vague")
    }


def _linked_figures(units: list[_UnitView]) -> dict[str, float]:
    """How complete the promises are: what stands in a measure's own unit or right around it.

    Money, term and actor of a measure often follow in the next sentence, so its neighbours count too.
    """
    complete = []
    for position, unit in enumerate(units):
        near = units[max(0, position - 1) : position + 3]
        details = sum(any(getattr(other, name) for other in near) for name in DETAILS)
        complete.append((unit.probability["measure"], unit.specific, details))
    result: dict[str, float] = {}
    for wanted in (1, 2, 3):
        linked = [found for found in complete if found[2] >= wanted]
        result[f"linked_{wanted}"] = max((measure for measure, _, _ in linked), default=0.0)
        result[f"linked_specific_{wanted}"] = max((specific for _, specific, _ in linked), default=0.0)
    result["linked_2_sum"] = math.log1p(sum(measure for measure, _, details in complete if details >= 2))
    return result


def _cue_figures(section: Section, words: int) -> dict[str, float]:
    text = section_text(section)
    above = "\n".join(section.heading_path[:-1])
    result: dict[str, float] = {}
    for name, count in _cue_counts(text).items():
        result[f"cue_{name}"] = math.log1p(count)
        result[f"cue_{name}_density"] = min(count / (words + 10) * 20, 3.0)
    for name, pattern in _cue_patterns()["heading_cues"].items():
        result[f"heading_{name}"] = float(bool(pattern.search(section.heading)))
        result[f"above_{name}"] = float(bool(pattern.search(above)))
    return result


def _structure_figures(section: Section, annotation: SectionAnnotation, words: int) -> dict[str, float]:
    kinds = Counter(labelled.unit.kind for labelled in annotation.units)
    units = max(1, len(annotation.units))
    masked = _masked(section.text)
    names, years, numbers = (masked.count(mark) for mark in ("<naam>", "<jaar>", "<getal>"))
    columns = {name.lower() for labelled in annotation.units for name in labelled.unit.header or []}
    # Not whether sentences stand in a list: the same text in another form is to get the same level.
    return {
        "length": math.log1p(words),
        "units": math.log1p(len(annotation.units)),
        "unit_length": words / units / 20,
        "rows": kinds["row"] / units,
        "named_columns": math.log1p(len(columns)),
        "names": math.log1p(names),
        "years": math.log1p(years),
        "numbers": math.log1p(numbers),
        "names_density": names / (words + 10) * 10,
        "numbers_density": (numbers + years) / (words + 10) * 10,
        "questions": math.log1p(section.text.count("?")),
    }


def figures(section: Section, annotation: SectionAnnotation, year: int | None = None) -> dict[str, float]:
    """The figures of one section with text, by name; all of them always present, in a fixed order.

    ``year`` is the document's, with which its sentences were read before; the figures are the same for any.
    """
    words = len(section.text.split())
    units = [_UnitView(labelled, year) for labelled in annotation.units]
    if not units:
        raise ValueError("a section without units has no figures")
    return {
        **_label_figures(units),
        **_detail_figures(units),
        **_deadline_figures(annotation),
        **_linked_figures(units),
        **_cue_figures(section, words),
        **_structure_figures(section, annotation, words),
    }
