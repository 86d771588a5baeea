"""The overviews over all documents of a scan: ``overzicht.html``, ``.xlsx`` and ``.csv``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from uitvoerbaarheid.records import CRITERIA, WEAKEST_ORDER, Report
from uitvoerbaarheid.reports.charts import Distribution, distribution
from uitvoerbaarheid.reports.files import page_link, write_text
from uitvoerbaarheid.reports.findings import HandView
from uitvoerbaarheid.reports.html import advice, page
from uitvoerbaarheid.reports.labels import label
from uitvoerbaarheid.reports.rows import ReportRows, brief, rows
from uitvoerbaarheid.reports.tables import BookWriter, CsvWriter


@dataclass(frozen=True)
class Totals:
    """Figures over a group of documents; means are over their policy sections, None without any.

    ``compared`` is the number of policy sections that have the judgements beside their own.
    """

    documents: int
    read: int
    unreadable: int
    pages: int
    policy_sections: int
    send_back: int
    uncertain: int
    mean_score: float | None
    levels: tuple[int, ...]
    criteria_means: dict[str, float] | None
    weakest: str | None
    compared: int
    send_back_in_context: int
    send_back_by_profile: int

    @property
    def share_send_back(self) -> float | None:
        """The part (0-1) of the policy sections that is to be sent back."""
        return self.send_back / self.policy_sections if self.policy_sections else None


def _mean(pairs: Sequence[tuple[float | None, int]]) -> float | None:
    """The mean of values weighted by a count, of the pairs that have a value."""
    known = [(value, weight) for value, weight in pairs if value is not None and weight]
    weight = sum(weight for _, weight in known)
    return sum(value * count for value, count in known) / weight if weight else None


def totals(documents: Sequence[ReportRows]) -> Totals:
    """Figures over all ``documents`` together: every policy section counts once."""
    means = {
        name: _mean([((row.criteria_means or {}).get(name), row.policy_sections) for row in documents])
        for name in CRITERIA
    }
    known: dict[str, float] = {name: value for name, value in means.items() if value is not None}
    return Totals(
        documents=len(documents),
        read=sum(row.status != "unreadable" for row in documents),
        unreadable=sum(row.status == "unreadable" for row in documents),
        pages=sum(row.pages or 0 for row in documents),
        policy_sections=sum(row.policy_sections for row in documents),
        send_back=sum(row.send_back for row in documents),
        uncertain=sum(row.uncertain for row in documents),
        mean_score=_mean([(row.mean_score, row.policy_sections) for row in documents]),
        levels=tuple(sum(row.levels[level] for row in documents) for level in range(5)),
        criteria_means=known or None,
        weakest=min(WEAKEST_ORDER, key=lambda name: known.get(name, 3.0)) if known else None,
        compared=sum(row.policy_sections for row in documents if row.compared),
        send_back_in_context=sum(row.send_back_in_context for row in documents if row.compared),
        send_back_by_profile=sum(row.send_back_by_profile for row in documents if row.compared),
    )


@dataclass(frozen=True, slots=True)
class SignalTotal:
    """A signal of uitvoeringskracht over documents: in how many it was looked for, and found."""

    route: str
    title: str
    looked: int
    found: int


def signal_totals(documents: Iterable[ReportRows]) -> list[SignalTotal]:
    """The signals over ``documents``, by route, in the order in which they come."""
    looked: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    for row in documents:
        for signal in row.findings.signals:
            looked[signal.route, signal.title] += 1
            found[signal.route, signal.title] += signal.found
    routes = list(dict.fromkeys(route for route, _ in looked))
    ordered = sorted(looked, key=lambda key: routes.index(key[0]))
    return [SignalTotal(*key, looked[key], found[key]) for key in ordered]


def ranking(documents: Iterable[ReportRows]) -> list[tuple[int | None, ReportRows]]:
    """The documents that were read with their place, the highest mean score first; equal scores share one.

    Those without policy sections have no place and come last.
    """
    read = [row for row in documents if row.status != "unreadable"]
    scored = sorted(
        (row for row in read if row.mean_score is not None), key=lambda row: -(row.mean_score or 0)
    )
    places: list[tuple[int | None, ReportRows]] = []
    for index, row in enumerate(scored, start=1):
        same = places and places[-1][1].mean_score == row.mean_score
        places.append((places[-1][0] if same else index, row))
    return places + [(None, row) for row in read if row.mean_score is None]


def groups(documents: Iterable[ReportRows], names: Callable[[ReportRows], str]) -> list[tuple[str, Totals]]:
    """Figures over the documents that were read, for each name, in the order of the alphabet."""
    found: dict[str, list[ReportRows]] = {}
    for row in documents:
        if row.status != "unreadable":
            found.setdefault(names(row), []).append(row)
    return [(name, totals(found[name])) for name in sorted(found, key=str.casefold)]


def spread(scores: Iterable[float | None]) -> Distribution:
    """How the scores that there are lie over 0-100, in ten classes; 100 belongs to the last."""
    counts = Counter(min(int(score // 10), 9) for score in scores if score is not None)
    labels = [f"{10 * step}–{100 if step == 9 else 10 * step + 9}" for step in range(10)]
    return distribution(labels, [counts[step] for step in range(10)])


def set_by_hand(documents: Iterable[ReportRows]) -> list[tuple[ReportRows, HandView]]:
    """Everything that was decided by hand, with its document."""
    return [(row, item) for row in documents for item in row.findings.by_hand]


def heat(mean: float | None) -> str:
    """The class of a heat map cell for a mean criterion (0-2)."""
    return "hx" if mean is None else f"h{min(int(mean * 2.5), 4)}"


def render_overview(documents: Sequence[ReportRows], section_scores: Iterable[float | None]) -> str:
    """The overview page over ``documents`` as text; of each no more than :func:`rows.brief` is needed."""
    models = {(row.model_id, row.ruleset_id) for row in documents if row.model_id}
    return page(
        "overview.html.j2",
        "overview.js",
        documents=documents,
        totals=totals(documents),
        ranking=ranking(documents),
        kinds=groups(documents, lambda row: label("kind", row.kind)),
        authorities=groups(documents, lambda row: row.authority or ""),
        scores=spread(row.mean_score for row in documents if row.status != "unreadable"),
        section_scores=spread(section_scores),
        signals=signal_totals(documents),
        by_hand=set_by_hand(documents),
        models=sorted(models, key=str),
        page_link=page_link,
        heat=heat,
        advice=advice,
    )


def load() -> None:
    """Have ready what the overviews are made with, by making the page of nothing."""
    render_overview([], [])


class Overview:
    """Makes ``overzicht.html``, ``.xlsx`` and ``.csv`` of documents that come one at a time, in any order.

    Of each only a line is held in memory, the rest in temporary files, which are gone when the block ends
    that it is used in. All methods raise OSError where the disk is full.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._documents: list[ReportRows] = []
        self._scores: Counter[int] = Counter()
        self._csv = self._open.enter_context(CsvWriter())
        self._book = self._open.enter_context(BookWriter())

    def __enter__(self) -> Overview:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary files."""
        self._open.close()

    def add(self, row: ReportRows, line: ReportRows | None = None) -> None:
        """Add a document; ``line`` is the :func:`rows.brief` of its row, where that is there already."""
        self._documents.append(line or brief(row))
        self._scores.update(section.score for section in row.sections if section.score is not None)
        self._book.add(row)
        self._csv.add(row)

    def write(self, folder: Path) -> None:
        """Write the files, in order of path; nothing can be added any more.

        Raises OSError where one cannot be written.
        """
        documents = sorted(self._documents, key=lambda row: row.path)
        write_text(folder / "overzicht.html", render_overview(documents, self._scores.elements()))
        self._book.save(folder / "overzicht.xlsx")
        self._csv.save(folder / "overzicht.csv")


def write_overview(reports: Iterable[Report | ReportRows], folder: Path) -> None:
    """Write ``overzicht.html``, ``overzicht.xlsx`` and ``overzicht.csv`` over all ``reports`` to ``folder``.

    Takes whole reports or the :func:`rows` of each; the order in the overviews is that of the paths.
    :class:`Overview` takes them one at a time. Raises :class:`OSError` when a file cannot be written.
    """
    with Overview() as overview:
        for item in reports:
            overview.add(rows(item) if isinstance(item, Report) else item)
        overview.write(folder)
