"""``scan --watch`` on the terminal: what each pass brought, in a line for each document that changed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from uitvoerbaarheid.cli.common import say_error, shown, tell
from uitvoerbaarheid.cli.progress import show_run

if TYPE_CHECKING:
    from uitvoerbaarheid.batch.progress import RunProgress
    from uitvoerbaarheid.batch.run import Request
    from uitvoerbaarheid.batch.tasks import Engine
    from uitvoerbaarheid.batch.watch import Display, Pass
    from uitvoerbaarheid.reports.rows import ReportRows


def watch_folders(request: Request, engine: Engine, *, here: bool) -> None:
    """Scan, and scan again what changes, until Ctrl-C; that ends it as it should.

    ``here`` says that the work is done on this machine: then one worker stays between the passes.
    """
    from uitvoerbaarheid.batch.watch import WarmEngine, passes
    from uitvoerbaarheid.cli.scan import show_outcome

    with ExitStack() as stack:
        engine = stack.enter_context(WarmEngine(engine)) if here else engine
        made = stack.enter_context(closing(passes(request, engine, _quiet_after_first())))
        first = next(made)
        assert first.outcome is not None
        show_outcome(request, first.found, first.outcome)
        rows = {row.path: row for row in first.outcome.rows}
        try:
            typer.echo("\nWijzigingen worden nu gevolgd. Stop met Ctrl-C.")
            for one in made:
                _show(one, rows)
                if one.outcome is not None:
                    rows = {row.path: row for row in one.outcome.rows}
        except KeyboardInterrupt:
            typer.echo("\nGestopt met volgen.")


def _quiet_after_first() -> Display:
    first = True

    @contextmanager
    def display() -> Generator[RunProgress]:
        nonlocal first
        with ExitStack() as stack:
            yield show_run(stack, quiet=not first)
            first = False

    return display


def _show(one: Pass, before: dict[str, ReportRows]) -> None:
    from uitvoerbaarheid.reports.labels import label, number

    now = f"{datetime.now():%H:%M}"
    if one.outcome is None:
        say_error(f"{now} {one.problem}")
        return
    tell(one.outcome.remarks)
    rows = {row.path: row for row in one.outcome.rows}
    for path in one.removed:
        typer.echo(f"{now} {shown(path)}: weg")
    for path in one.changed:
        row, old = rows[path], before.get(path)
        if row.status == "unreadable":
            told = f"{label('status_short', row.status)}: {row.error}"
        elif row.mean_score is None:
            told = "geen beleidsparagrafen"
        else:
            told = f"score {number(row.mean_score)}"
            if old is not None and old.mean_score is not None and old.mean_score != row.mean_score:
                told += f" (was {number(old.mean_score)})"
            told += f", {row.send_back} van {row.policy_sections} terug"
        typer.echo(f"{now} {shown(path)}: {told}")
