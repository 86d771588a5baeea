"""The page of one document: a self-contained HTML file that needs no network and no script."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from uitvoerbaarheid.records import CRITERIA, Mention, Report, Section
from uitvoerbaarheid.reports import labels
from uitvoerbaarheid.reports.deals import Deal, deal
from uitvoerbaarheid.reports.evidence import section_html
from uitvoerbaarheid.reports.files import write_text
from uitvoerbaarheid.reports.values import asides

_TEMPLATES = Path(__file__).resolve().parent / "templates"
#: Deeper headings than this are shown at this depth, so that no document makes a bottomless tree.
_MAX_DEPTH = 8
#: How many of the lowest scoring sections the summary lists.
_LOWEST = 5
#: The most sections on one line of the score strip; more would be too narrow to see or click.
_STRIP_LINE = 90
#: A heading shown in the tree or a list is cut after this many characters.
_SHORT_HEADING = 110


@dataclass
class SectionView:
    """A section as the templates show it: the record, its ``anchor`` on the page and its subsections."""

    section: Section
    anchor: str
    depth: int
    path: list[str]
    body: Markup
    commitments: list[Deal]
    aside: list[tuple[str, list[Mention]]]
    references: list[dict[str, str]]
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
        pages=labels.pages,
        short=lambda section: labels.section_title(section, _SHORT_HEADING),
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
    """A whole page from ``template`` with the shared style sheet and one script inside it."""
    code = asset(script)
    return (
        environment()
        .get_template(template)
        .render(style=asset("style.css"), script=code, policy=security_policy(code), **values)
    )


def anchors(sections: list[Section]) -> list[str]:
    """A name on the page for every section: from its id, so that links outlive a new scan."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for section in sections:
        name = "s-" + re.sub(r"[^A-Za-z0-9_-]+", "-", section.id)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def _references(section: Section, named: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    """The references of a section, each once: their words, and title and anchor where they lead."""
    seen: dict[tuple[str, str | None], dict[str, str]] = {}
    for reference in section.references:
        anchor, title = named.get(reference.target or "", ("", ""))
        shown = {"text": labels.reference_text(reference), "anchor": anchor, "title": title}
        seen.setdefault((shown["text"].casefold(), reference.target), shown)
    return list(seen.values())


def views(report: Report) -> list[SectionView]:
    """All sections in document order, ready to be shown."""
    shown = []
    names = anchors(report.sections)
    # Of two sections with one id the first is meant.
    named = {
        section.id: (anchor, labels.section_title(section, _SHORT_HEADING))
        for section, anchor in reversed(list(zip(report.sections, names, strict=True)))
    }
    for section, anchor in zip(report.sections, names, strict=True):
        path = [part for part in section.heading_path if part.strip()]
        if path and path[-1] == section.heading:
            path = path[:-1]
        shown.append(
            SectionView(
                section=section,
                anchor=anchor,
                depth=min(max(section.depth, 1), _MAX_DEPTH),
                path=path,
                body=section_html(section, anchor),
                commitments=[deal(section, commitment) for commitment in section.commitments],
                aside=asides(section),
                references=_references(section, named),
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


def strip(shown: list[SectionView]) -> list[list[SectionView]]:
    """The score strip: all sections in order, over lines of about as many sections each."""
    lines = -(-len(shown) // _STRIP_LINE)
    edges = [round(line * len(shown) / lines) for line in range(lines + 1)] if lines else []
    return [shown[start:end] for start, end in pairwise(edges)]


def _lowest(shown: list[SectionView]) -> list[SectionView]:
    """The lowest scoring sections; of equal scores the longest text first."""
    assessed = [view for view in shown if view.section.verdict == "send_back"]
    assessed.sort(key=lambda view: (view.section.score or 0, -len(view.section.text)))
    return assessed[:_LOWEST]


def advice(code: str | None) -> str:
    """What a reader can do about a document with this error."""
    known = labels.wording()["advice"]
    return str(known.get(code or "", known["default"]))


def render_html(report: Report) -> str:
    """The page of a report as text. Same report, same page."""
    shown = views(report)
    document = report.document
    return page(
        "report.html.j2",
        "report.js",
        report=report,
        document=document,
        summary=report.summary,
        title=labels.document_title(document),
        views=shown,
        tree=tree(shown),
        strip=strip(shown),
        lowest=_lowest(shown),
        advice=advice(document.error.code if document.error else None),
    )


def write_html(report: Report, path: Path) -> None:
    """Write the page of a report to ``path``. Raises :class:`OSError` when that cannot be done."""
    write_text(path, render_html(report))
