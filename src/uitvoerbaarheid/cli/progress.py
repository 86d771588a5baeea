"""What ``scan`` shows while it runs: a live view on a terminal, few and plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from uitvoerbaarheid.batch.progress import RunProgress
from uitvoerbaarheid.cli.common import make_console, plural, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from uitvoerbaarheid.batch.tasks import Result

#: Up to so many documents each gets a line; of more there is a line now and then.
_FEW = 25
_EVERY_SECONDS = 30.0
#: A document that has been worked on for so long is shown by name, and so many of them at most.
_SLOW_SECONDS = 4.0
_MOST_SLOW = 5
_REFRESH = 4
#: Before so many seconds, or this part of the work, there is no telling how long it will take.
_SURE_SECONDS, _SURE_PART = 5.0, 0.02


def show_run(stack: ExitStack, *, quiet: bool = False) -> RunProgress:
    """A live view of a run on a terminal for as long as ``stack`` lasts; plain lines elsewhere.

    With ``quiet`` there are no lines.
    """
    console = make_console(stderr=True)
    if not console.is_terminal:
        return RunProgress() if quiet else Lines()
    from rich.live import Live

    view = View()
    stack.enter_context(
        Live(get_renderable=view.shown, console=console, refresh_per_second=_REFRESH, transient=True)
    )
    return view


class Figures(RunProgress):
    """Counts what is told; the rate and the time left are reckoned from the documents that are done now."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.started(0, 0, {})

    def started(self, documents: int, kept: int, todo: Mapping[str, int]) -> None:
        """Start anew."""
        with self._lock:
            self.since = time.monotonic()
            self.documents, self.kept = documents, kept
            self.todo = dict(todo)
            self.bytes = sum(self.todo.values())
            self.done = self.done_bytes = self.done_pages = 0
            #: When work on a document began, and its pages so far.
            self.busy: dict[str, float] = {}
            self.pages: dict[str, tuple[int, int]] = {}

    def working(self, path: str) -> None:
        with self._lock:
            self.busy[path] = time.monotonic()

    def page(self, path: str, done: int, total: int) -> None:
        with self._lock:
            self.pages[path] = (done, total)

    def finished(self, result: Result) -> None:
        with self._lock:
            self.busy.pop(result.path, None)
            read = self.pages.pop(result.path, (0, 0))[0]
            if result.path in self.todo:
                self.done += 1
                self.done_bytes += self.todo[result.path]
                self.done_pages += result.pages or read

    def pages_so_far(self) -> int:
        """The pages that were read, also those of documents that are not done."""
        with self._lock:
            return self.done_pages + sum(done for done, _ in self.pages.values())

    def left(self) -> float | None:
        """The seconds that it will take still, None where that cannot be told yet."""
        with self._lock:
            passed = time.monotonic() - self.since
            done = self.done_bytes + sum(
                self.todo.get(path, 0) * read / total for path, (read, total) in self.pages.items() if total
            )
            part = done / self.bytes if self.bytes else 0.0
        if passed < _SURE_SECONDS or part < _SURE_PART:
            return None
        return passed * (1 - part) / part

    def figures(self) -> list[str]:
        """Documents, pages, pages per second and the time left, as far as there is anything to tell."""
        pages, passed = self.pages_so_far(), time.monotonic() - self.since
        told = [f"{self.kept + self.done} van {plural(self.documents, 'document', 'documenten')}"]
        if pages:
            told.append(plural(pages, "pagina", "pagina's"))
            if passed >= _SURE_SECONDS:
                told.append(f"{pages / passed:.1f} per seconde".replace(".", ","))
        left = self.left()
        if left is not None and self.done < len(self.todo):
            told.append(f"nog {duration(left)}")
        return told


class Lines(Figures):
    """Plain lines: each document of a few, else how far it is now and then; what cannot be read always."""

    def __init__(self) -> None:
        super().__init__()
        self._said = time.monotonic()

    def started(self, documents: int, kept: int, todo: Mapping[str, int]) -> None:
        super().started(documents, kept, todo)
        self._said = time.monotonic()
        if kept:
            of = plural(documents, "document", "documenten")
            say(f"Ongewijzigd sinds een eerdere scan: {kept} van {of}.")

    def finished(self, result: Result) -> None:
        with self._lock:
            super().finished(result)
            if result.path not in self.todo:
                return
            if len(self.todo) <= _FEW:
                say(f"[{self.done}/{len(self.todo)}] {shown(result.path)}")
                return
            if result.status == "unreadable":
                say(f"Niet leesbaar: {shown(result.path)}")
            if time.monotonic() - self._said >= _EVERY_SECONDS:
                self._said = time.monotonic()
                say(", ".join(self.figures()))


class View(Figures):
    """A bar with figures, and the documents that take long."""

    def shown(self) -> RenderableType:
        """What is to be seen now."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        with self._lock:
            line = Table.grid(padding=(0, 1))
            total = max(self.bytes, 1)
            line.add_row(
                ProgressBar(total=total, completed=min(self.done_bytes, total), width=30),
                Text(" · ".join(self.figures())) if self.documents else Text("Documenten zoeken …"),
            )
            now = time.monotonic()
            slow = sorted((since, path) for path, since in self.busy.items() if now - since > _SLOW_SECONDS)
            lines = [self._slow(path, now - since) for since, path in slow[:_MOST_SLOW]]
        return Group(line, *(Text(text, style="dim", no_wrap=True, overflow="ellipsis") for text in lines))

    def _slow(self, path: str, seconds: float) -> str:
        name = shown(path if len(path) <= 50 else f"…{path[-49:]}")
        read, total = self.pages.get(path, (0, 0))
        if not total:
            at = ""
        elif read < total:
            at = f", pagina {read} van {total}"
        else:
            pages = plural(total, "pagina", "pagina's")
            at = f", {pages} gelezen"
        return f"  {name}{at}, {duration(seconds)}"


def say(line: str) -> None:
    """One line of progress, on standard error."""
    typer.echo(line, err=True)


def duration(seconds: float) -> str:
    """About how long, in words: "40 seconden", "12 minuten", "3 uur"."""
    if seconds < 90:
        return plural(max(round(seconds), 1), "seconde", "seconden")
    if seconds < 90 * 60:
        return plural(round(seconds / 60), "minuut", "minuten")
    return f"{seconds / 3600:.1f} uur".replace(".", ",").replace(",0 ", " ")
