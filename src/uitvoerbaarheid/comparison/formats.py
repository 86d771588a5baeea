"""A comparison as HTML, Markdown, JSON or plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from uitvoerbaarheid.comparison import views
from uitvoerbaarheid.comparison.records import Change, Comparison, SectionPair
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.reports.files import CONTROL_CHARACTERS, STEERING_CHARACTERS
from uitvoerbaarheid.reports.html import page
from uitvoerbaarheid.reports.labels import shorten

#: Signs that mean something in Markdown; "http://x" and "www.x" would become links.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~&]|(?<=\w):(?=//)|(?<=www)\.", re.I)
#: "@raad" would send mail to somebody, "#12" and "!12" would point to a discussion.
_NAMES = re.compile(r"[@#!$%^](?=\w)|(?<=\bGH)-(?=\d)", re.I)
#: At the start of a line these would begin a list or a heading.
_START = re.compile(r"^(?:[-+#=]|\d+(?=[.)]))")
_NOTHING = "\u2060"
#: The most changes of a section that Markdown lists; a merge request has no room for more.
_MOST = 12
_QUOTE = 240


def render(comparison: Comparison, form: str) -> str:
    """A comparison in one of the forms "html", "markdown", "json" and "text". Raises :class:`KeyError`."""
    return _FORMS[form](comparison)


def to_json(comparison: Comparison) -> str:
    """The records as JSON, one space of indent; the same comparison gives the same text."""
    record = comparison.model_dump(mode="json")
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_html(comparison: Comparison) -> str:
    """One page without requests to anything outside it."""
    shown = views.changed_pairs(comparison)
    used = {change.kind for pair in shown for change in pair.changes}
    made = page(
        "compare.html.j2",
        "compare.js",
        comparison=comparison,
        title=views.document_name(comparison.new),
        verdict=views.verdict_line(comparison),
        tallies=views.tallies(comparison),
        highlights=list(views.highlights(comparison)),
        anchors={id(pair): f"v-{at}" for at, pair in enumerate(comparison.pairs, start=1)},
        pairs=shown,
        same=[pair for pair in comparison.pairs if pair.kind == "same"],
        kinds={kind: name for kind, name in settings()["change"].items() if kind in used},
        said=settings(),
        view=views,
        ident=id,
    )
    return CONTROL_CHARACTERS.sub("\ufffd", made)


def to_markdown(comparison: Comparison) -> str:
    """A summary and the changes by section, for a merge request."""
    return "\n".join(_markdown(comparison)) + "\n"


def _escaped(text: str) -> str:
    """Text of a document in Markdown: on one line, nothing in it is markup, a link or somebody's name."""
    line = STEERING_CHARACTERS.sub("\ufffd", " ".join(text.split()))
    line = _MARKUP.sub(lambda sign: "\\" + sign[0], line)
    line = _START.sub(lambda sign: sign[0][:-1] + _NOTHING + sign[0][-1], line)
    return _NAMES.sub(lambda sign: sign[0] + _NOTHING, line)


def _markdown(comparison: Comparison) -> Iterator[str]:
    yield f"## {_escaped(settings()['page']['title'])}: {_escaped(views.document_name(comparison.new))}"
    yield ""
    yield f"{_escaped(comparison.old.path)} → {_escaped(comparison.new.path)}"
    yield ""
    yield f"**{_escaped(views.verdict_line(comparison))}**"
    yield ""
    for warning in comparison.warnings:
        yield f"> {_escaped(warning)}"
        yield ""
    lines = [f"- {_escaped(tally.name)}" for tally in views.tallies(comparison)]
    if lines:
        yield from [*lines, ""]
    for pair in views.changed_pairs(comparison):
        yield from _markdown_pair(pair)


def _markdown_pair(pair: SectionPair) -> Iterator[str]:
    where = views.pair_pages(pair)
    kind = settings()["pair"][pair.kind]
    told = [change for change in pair.changes if not views.is_folded(change)]
    folded = [change for change in pair.changes if views.is_folded(change)]
    yield f"### {_escaped(views.pair_title(pair))}"
    yield ""
    yield f"*{_escaped(', '.join(part for part in (kind, where) if part))}*"
    yield ""
    for change in told[:_MOST]:
        yield f"- {_escaped(change.text)}"
    if len(told) > _MOST:
        yield f"- {_escaped(settings()['page']['more'].format(len(told) - _MOST))}"
    if told:
        yield ""
    if folded:
        name = settings()["page"]["texts"][0 if len(folded) == 1 else 1].format(len(folded))
        yield f"<details><summary>{_escaped(name)}</summary>"
        yield ""
        for change in folded[:_MOST]:
            yield from _markdown_text(change)
        if len(folded) > _MOST:
            yield f"- {_escaped(settings()['page']['more'].format(len(folded) - _MOST))}"
        yield ""
        yield "</details>"
        yield ""


def _markdown_text(change: Change) -> Iterator[str]:
    yield f"- {_escaped(change.text)}"
    for name, quote in (("oud", change.old), ("nieuw", change.new)):
        if quote is not None and (change.old is not None) == (change.new is not None):
            yield f"  - {name}: {_escaped(shorten(quote.text, _QUOTE))}"


def to_text(comparison: Comparison) -> str:
    """As on the terminal, without colours."""
    from io import StringIO

    from rich.console import Console

    from uitvoerbaarheid.comparison.terminal import panels

    stream = StringIO()
    Console(file=stream, width=100, no_color=True, highlight=False).print(panels(comparison))
    return stream.getvalue()


_FORMS: dict[str, Callable[[Comparison], str]] = {
    "html": to_html,
    "markdown": to_markdown,
    "json": to_json,
    "text": to_text,
}
