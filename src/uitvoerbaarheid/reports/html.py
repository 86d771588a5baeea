"""The page of one document: a self-contained HTML file that needs no network and no script."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from uitvoerbaarheid.records import CRITERIA, Mention, Reason, Report, Section
from uitvoerbaarheid.reports import labels
from uitvoerbaarheid.reports.charts import timeline
from uitvoerbaarheid.reports.deals import Deal
from uitvoerbaarheid.reports.evidence import page_html, section_html
from uitvoerbaarheid.reports.files import write_text
from uitvoerbaarheid.reports.judgements import (
    Met,
    differs_by_profile,
    differs_in_context,
    lacking,
    met,
    overrule_words,
)
from uitvoerbaarheid.reports.places import SHORT_HEADING, Places
from uitvoerbaarheid.reports.rows import ReportRows, rows
from uitvoerbaarheid.reports.strip import strip
from uitvoerbaarheid.reports.values import amount, asides

_TEMPLATES = Path(__file__).resolve().parent / "templates"
#: Deeper headings than this are shown at this depth, so that no document makes a bottomless tree.
_MAX_DEPTH = 8
#: How many of the lowest scoring sections the summary lists where the report itself names none.
_LOWEST = 5


@dataclass
class SectionView:
    """A section as the templates show it: the record, its ``anchor`` on the page and its subsections."""

    section: Section
    anchor: str
    depth: int
    path: list[str]
    body: Markup
    commitments: tuple[Deal, ...]
    aside: list[tuple[str, list[Mention]]]
    references: list[dict[str, str]]
    met: list[Met]
    children: list[SectionView] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Number and heading, or a word for a section without a heading."""
        return labels.section_title(self.section)

    @property
    def css(self) -> str:
        """The class that gives the colour of its level; "none" when it was not assessed."""
        level = self.section.level
        return "none" if level is None or self.section.verdict == "not_assessed" else f"l{level}"

    @property
    def criteria(self) -> str:
        """The six criteria as figures ("012000"), "" for a section that was not assessed."""
        criteria = self.section.criteria
        return "" if self.css == "none" or not criteria else "".join(str(v) for v in dict(criteria).values())

    @property
    def place(self) -> str:
        """Heading, pages and judgement in one line, for who cannot see the strip."""
        return labels.strip_words(self.section, self.css != "none")

    @property
    def evidence(self) -> int:
        """How many mentions are marked in the text."""
        size = len(self.section.text)
        return sum(0 <= mention.start < mention.end <= size for mention in self.section.mentions)

    def sources(self, reason: Reason) -> list[tuple[str, list[tuple[int, str]]]]:
        """What shows a reason, by page ("p. 3" or ""): the index of each mention and its words."""
        by_page: dict[str, list[tuple[int, str]]] = {}
        for index in reason.mentions:
            if 0 <= index < len(self.section.mentions):
                mention = self.section.mentions[index]
                page = f"p. {mention.page}" if mention.page else ""
                by_page.setdefault(page, []).append((index, labels.shorten(mention.text, 60)))
        return list(by_page.items())

    @property
    def by_hand(self) -> list[str]:
        """What a person decided about this section, in Dutch words."""
        return [overrule_words(overrule) for overrule in self.section.overruled]

    @property
    def met_elsewhere(self) -> set[str]:
        """The criteria that other sections meet."""
        return {item.key for item in self.met}

    @property
    def lacking(self) -> str:
        """The criteria of which the profile asks more, in Dutch words."""
        return lacking(self.section)

    @property
    def agreed(self) -> bool:
        """Whether the judgements beside the section's own say the same."""
        return not differs_in_context(self.section) and not differs_by_profile(self.section)

    @property
    def milder(self) -> list[str]:
        """Which of the judgements beside the section's own do not send it back."""
        beside = {"context": self.section.in_context, "profile": self.section.expectation}
        said = labels.wording()["milder"]
        return [said[name] for name, other in beside.items() if other and other.verdict == "accept"]

    @property
    def traits(self) -> str:
        """What a reader can choose sections by, beside their own verdict."""
        own, section = self.section.verdict, self.section
        rescued = own == "send_back" and section.in_context and section.in_context.verdict == "accept"
        traits = {
            "uncertain": section.uncertain,
            "elsewhere": rescued,
            "profile": section.expectation and section.expectation.verdict != own,
            "hand": section.overruled,
        }
        return " ".join(name for name, holds in traits.items() if holds)


@cache
def environment() -> Environment:
    """The templates with autoescaping on: all text of a document is hostile until escaped."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(
        label=lambda key, group: labels.label(group, key),
        number=labels.number,
        amount=lambda euros: "—" if euros is None else amount(euros),
        pages=labels.pages,
        date_words=labels.date_words,
        list_order=lambda verdict: {"send_back": 0, "accept": 1}.get(verdict, ""),
        short=lambda section: labels.section_title(section, SHORT_HEADING),
    )
    made.globals.update(words=labels.wording(), criteria=CRITERIA)
    return made


def asset(name: str) -> Markup:
    """A style sheet or script of the templates folder, to be put into the page itself."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def security_policy(*scripts: str) -> str:
    """A Content-Security-Policy that lets nothing be fetched and only these scripts run."""
    hashes = (base64.b64encode(hashlib.sha256(s.encode("utf-8")).digest()).decode("ascii") for s in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def page(template: str, script: str, **values: Any) -> str:
    """A whole page from ``template`` with the shared style sheet and script and its own script inside it."""
    code = asset("tables.js") + asset(script)
    values |= {"style": asset("style.css"), "script": code, "policy": security_policy(code)}
    found = environment().get_template(template)
    context = found.new_context(values)
    made = "".join(found.root_render_func(context))
    # Macros and their context hold one another: all that the page is about would wait for the collector.
    context.parent.clear()
    context.vars.clear()
    return made


def _references(section: Section, places: Places) -> list[dict[str, str]]:
    """The references of a section, each once: their words, and title and anchor where they lead."""
    seen: dict[tuple[str, str | None], dict[str, str]] = {}
    for reference in section.references:
        place = places.get(reference.target)
        shown = {"text": labels.reference_text(reference), "anchor": "", "title": ""}
        if place is not None:
            shown |= {"anchor": place.anchor, "title": place.title}
        seen.setdefault((shown["text"].casefold(), reference.target), shown)
    return list(seen.values())


def views(report: Report, row: ReportRows, places: Places, original: str = "") -> list[SectionView]:
    """All sections in document order, ready to be shown; page numbers lead to ``original`` if given."""
    shown = []
    for section, of_section in zip(report.sections, row.sections, strict=True):
        path = [part for part in section.heading_path if part.strip()]
        if path and path[-1] == section.heading:
            path = path[:-1]
        shown.append(
            SectionView(
                section=section,
                anchor=of_section.anchor,
                depth=min(max(section.depth, 1), _MAX_DEPTH),
                path=path,
                body=section_html(section, of_section.anchor, original),
                commitments=of_section.deals,
                aside=asides(section),
                references=_references(section, places),
                met=met(section, places),
            )
        )
    return shown


def tree(shown: list[SectionView]) -> list[SectionView]:
    """The top of the tree: every section is put under the last one that is less deep."""
    roots: list[SectionView] = []
    above: list[SectionView] = []
    for view in shown:
        while above and above[-1].depth >= view.depth:
            above.pop()
        (above[-1].children if above else roots).append(view)
        above.append(view)
    return roots


def _first(report: Report, shown: list[SectionView]) -> list[SectionView]:
    """The sections to begin with; in a report that does not name them the lowest scoring ones.

    Of equal scores the longest text comes first.
    """
    named = {view.section.id: view for view in reversed(shown)}
    chosen = [named[name] for name in report.summary.first_to_send_back if name in named]
    if chosen:
        return chosen
    assessed = [view for view in shown if view.section.verdict == "send_back"]
    assessed.sort(key=lambda view: (view.section.score or 0, -len(view.section.text)))
    return assessed[:_LOWEST]


def advice(code: str | None) -> str:
    """What a reader can do about a document with this error."""
    known = labels.wording()["advice"]
    return str(known.get(code or "", known["default"]))


def render_html(report: Report, original: str = "", row: ReportRows | None = None) -> str:
    """The page of a report as text. Same report, same page.

    ``original`` is the address of the document from the page (:func:`original_address`); page numbers then
    lead to that page of it. ``row`` is what :func:`rows` makes of the report, where that is there already.
    """
    row = row or rows(report)
    shown = views(report, row, Places(report), original)
    document = report.document
    return page(
        "report.html.j2",
        "report.js",
        report=report,
        document=document,
        summary=report.summary,
        title=labels.document_title(document),
        original=original,
        linked=lambda pages: page_html(pages, original),
        views=shown,
        tree=tree(shown),
        strip=strip(report.sections),
        first=_first(report, shown),
        found=row.findings,
        timeline=timeline(row.findings.planning),
        profile=report.profile,
        profile_name=row.profile,
        compared=row.compared,
        set_by_hand={overrule.field: overrule_words(overrule) for overrule in document.overruled},
        advice=advice(document.error.code if document.error else None),
    )


def write_html(report: Report, path: Path, original: str = "") -> None:
    """Write the page of a report to ``path``. Raises :class:`OSError` when that cannot be done."""
    write_text(path, render_html(report, original))
