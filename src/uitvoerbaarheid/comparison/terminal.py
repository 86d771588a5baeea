"""A comparison on the terminal (rich): a summary, then the changes by section."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from uitvoerbaarheid.comparison import views
from uitvoerbaarheid.comparison.records import Change, Comparison, SectionPair
from uitvoerbaarheid.comparison.settings import settings
from uitvoerbaarheid.reports.files import STEERING_CHARACTERS

_STYLES = {"new": "green", "gone": "red", "changed": "yellow"}
_SIGNS = {"new": "+", "gone": "-", "changed": "~"}


def _plain(text: str, style: str = "") -> Text:
    """Text of a document on one line: no markup, nothing that would steer the terminal."""
    return Text(STEERING_CHARACTERS.sub("\ufffd", " ".join(text.split())), style=style)


def panels(comparison: Comparison) -> Group:
    """Everything the terminal shows of a comparison."""
    return Group(*_all(comparison))


def _all(comparison: Comparison) -> Iterator[RenderableType]:
    yield _plain(f"{settings()['page']['title']}: {views.document_name(comparison.new)}", "bold")
    yield _plain(f"{comparison.old.path} → {comparison.new.path}", "dim")
    yield Text()
    yield _plain(views.verdict_line(comparison), "bold" if comparison.related else "bold red")
    for warning in comparison.warnings:
        yield _plain(warning, "yellow")
    for tally in views.tallies(comparison):
        yield _item("•", _plain(tally.name))
    for pair in views.changed_pairs(comparison):
        yield from _pair(pair)


def _item(sign: str, text: Text, style: str = "") -> RenderableType:
    return Padding(Text(f"{sign} ", style=style).append_text(text), (0, 0, 0, 2))


def _pair(pair: SectionPair) -> Iterator[RenderableType]:
    yield Text()
    said = ", ".join(part for part in (settings()["pair"][pair.kind], views.pair_pages(pair)) if part)
    yield _plain(views.pair_title(pair), "bold").append_text(Text(f" ({said})", "dim"))
    for change in pair.changes:
        yield _item(_SIGNS[change.direction], _plain(change.text), _STYLES[change.direction])
        yield from _quotes(change)


def _quotes(change: Change) -> Iterator[RenderableType]:
    """Both sides of a rewritten sentence, where its line does not say them."""
    if change.kind != "text" or change.old is None or change.new is None:
        return
    for sign, quote, style in (("-", change.old, "red"), ("+", change.new, "green")):
        text = Text()
        for part in views.parts(quote):
            text.append_text(
                Text(
                    STEERING_CHARACTERS.sub("\ufffd", part.text.replace("\n", " / ")),
                    style if part.differs else "dim",
                )
            )
        if len(text) > _LONGEST:
            text.truncate(_LONGEST, overflow="ellipsis")
        yield Padding(Text(f"{sign} ", style=style).append_text(text), (0, 0, 0, 6))


#: The most characters of a rewritten passage; the page and the JSON have all of it.
_LONGEST = 400
