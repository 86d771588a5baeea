"""``uitvoerbaarheid query``: ask of the results of scans, with ready questions or one's own SQL."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from uitvoerbaarheid.cli.common import fail, make_console, new_file, plural, shown, writing
from uitvoerbaarheid.cli.options import SettingsFile

if TYPE_CHECKING:
    from rich.console import RenderableType

    from uitvoerbaarheid.store import Answer, Store
    from uitvoerbaarheid.store.questions import Question

_SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}
_FORMS = ("table", "csv", "json", "markdown", "parquet")
_EXPORTS = ("parquet", "csv", "json")
#: A text in the table is cut after this many characters; the other forms have all of it.
_LONGEST = 160


def query(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="VRAAG",
            help="Een kant-en-klare vraag (zonder: welke er zijn) of eigen SQL tussen aanhalingstekens.",
            show_default=False,
        ),
    ] = None,
    *,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            "-d",
            metavar="MAP",
            help="Map met de rapporten van scan (standaard: uitvoerbaarheid-rapport).",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="SOORT", help="Alleen stukken van deze soort.", show_default=False),
    ] = None,
    authority: Annotated[
        str | None,
        typer.Option(
            "--authority",
            metavar="NAAM",
            help="Alleen stukken van overheden met dit in hun naam.",
            show_default=False,
        ),
    ] = None,
    document: Annotated[
        str | None,
        typer.Option(
            "--document",
            metavar="NAAM",
            help="Alleen stukken met dit in hun titel of bestandsnaam.",
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="JAAR",
            help="Alleen dit jaar: van het stuk, bij per-jaar van de termijn.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="AANTAL", min=1, help="Hoeveel regels er hoogstens komen.", show_default=False
        ),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="VORM",
            help="table (standaard), csv, json, markdown of parquet; met --output blijkt het uit de naam.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="BESTAND",
            help="Schrijf het antwoord naar dit bestand.",
            show_default=False,
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="MAP",
            help="Schrijf alle tabellen naar deze map, als parquet (standaard), csv of json.",
            show_default=False,
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Toon de kant-en-klare vragen.")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Toon de SQL van een kant-en-klare vraag.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDEN", min=1, help="Hoe lang een vraag mag duren.")
    ] = 60,
    config: SettingsFile = None,
) -> None:
    """Stel vragen over de uitkomsten van scans: kant-en-klaar of in SQL (zie docs/opslag.md)."""
    from uitvoerbaarheid.store.database import StoreError

    if export is None and (listed or question is None):
        make_console().print(_overview())
        return
    given = {"kind": kind, "authority": authority, "document": document, "year": year, "limit": limit}
    asked = {name: value for name, value in given.items() if value is not None}
    try:
        if export is not None:
            if question is not None or asked:
                fail("--export schrijft alle tabellen; een vraag of beperking hoort daar niet bij.")
            _export(_store(folder, config), export, output_format or "parquet", time_limit=timeout)
        elif sql:
            typer.echo(_ready(question or "").filled(asked))
        else:
            form = _form(output_format, output)
            _answer(_store(folder, config), question or "", asked, form, output, time_limit=timeout)
    except StoreError as error:
        fail(str(error))


def _store(folder: Path | None, config: Path | None) -> Store:
    from uitvoerbaarheid.batch import DEFAULT_OUTPUT
    from uitvoerbaarheid.config import Configs
    from uitvoerbaarheid.store import Store

    place = folder or Path(Configs(config).of(Path()).output or DEFAULT_OUTPUT)
    return Store(place, waiting=lambda _: typer.echo("De opslag is in gebruik; wachten ...", err=True))


def _overview() -> RenderableType:
    """The ready questions with what they tell."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from uitvoerbaarheid.store.questions import questions

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Vraag", no_wrap=True)
    table.add_column("Geeft")
    for question in questions().values():
        said = Text(f"{question.title}. ", "bold").append(f"{question.explanation}", "not bold")
        table.add_row(question.name, said)
    return Group(
        table,
        Text("Bijvoorbeeld: uitvoerbaarheid query top-vaag --kind visie --limit 10"),
        Text('Eigen SQL: uitvoerbaarheid query "SELECT title, mean_score FROM documents ORDER BY 2"'),
    )


def _ready(name: str) -> Question:
    from uitvoerbaarheid.store.questions import questions

    if name not in questions():
        near = get_close_matches(name, questions(), n=1)
        hint = f" Bedoelde u '{near[0]}'?" if near else " 'uitvoerbaarheid query' toont welke er zijn."
        fail(f"Er is geen vraag '{name}'.{hint}")
    return questions()[name]


def _form(asked: str | None, output: Path | None) -> str:
    if asked is not None and asked not in _FORMS:
        fail(f"--format kan {', '.join(_FORMS[:-1])} of {_FORMS[-1]} zijn, niet '{asked}'.")
    form = asked or (_SUFFIXES.get(output.suffix.lower(), "table") if output else "table")
    if form == "parquet" and output is None:
        fail("Parquet is geen tekst: noem met --output het bestand.")
    return form


def _question(text: str, asked: dict[str, Any]) -> tuple[str, dict[str, Any], str]:
    """The SQL of a question, the values in it, and what an empty answer means."""
    if re.search(r"\s", text.strip()):
        if asked:
            fail(f"--{next(iter(asked))} hoort bij een kant-en-klare vraag; zet het in uw SQL.")
        return text, {}, "Geen regels."
    question = _ready(text.strip())
    unused = [name for name in asked if name not in question.takes]
    if unused:
        takes = ", ".join(f"--{name}" for name in sorted(question.takes))
        able = f"; wel {takes}" if takes else ""
        fail(f"De vraag '{question.name}' kan niets met --{unused[0]}{able}.")
    return question.sql, question.values(asked), question.empty


def _answer(
    store: Store, text: str, asked: dict[str, Any], form: str, output: Path | None, *, time_limit: float
) -> None:
    from uitvoerbaarheid.reports.files import write_text
    from uitvoerbaarheid.store.formats import FORMATS

    sql, values, empty = _question(text, asked)
    if output is not None:
        new_file(output)
    if form == "parquet" and output is not None:
        with writing(output):
            store.write_parquet(sql, output, values, time_limit=time_limit)
        typer.echo(f"Antwoord: {shown(output)}", err=True)
        return
    answer = store.ask(sql, values, time_limit=time_limit)
    if output is None and form == "table":
        _print(answer, empty)
        return
    said = _plain(answer, empty) if form == "table" else FORMATS[form](answer)
    if output is None:
        typer.echo(said, nl=False)
        return
    with writing(output):
        write_text(output, said)
    typer.echo(f"Antwoord: {plural(len(answer.rows), 'regel', 'regels')} in {shown(output)}", err=True)


def _print(answer: Answer, empty: str) -> None:
    make_console().print(_table(answer) if answer.rows else empty, markup=False)


def _plain(answer: Answer, empty: str) -> str:
    from io import StringIO

    from rich.console import Console

    stream = StringIO()
    Console(file=stream, width=160, no_color=True, highlight=False).print(
        _table(answer) if answer.rows else empty, markup=False
    )
    return stream.getvalue()


def _table(answer: Answer) -> RenderableType:
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from uitvoerbaarheid.reports.labels import shorten
    from uitvoerbaarheid.store.formats import shown_value

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, numeric in zip(answer.columns, answer.numeric, strict=True):
        table.add_column(Text(shown_value(name)), justify="right" if numeric else "left", overflow="fold")
    for row in answer.rows:
        values = (shown_value(value, name) for value, name in zip(row, answer.columns, strict=True))
        table.add_row(*(Text(shorten(value, _LONGEST)) for value in values))
    return Group(table, Text(plural(len(answer.rows), "regel", "regels"), "dim"))


def _export(store: Store, folder: Path, form: str, *, time_limit: float) -> None:
    from uitvoerbaarheid.reports.files import write_text
    from uitvoerbaarheid.store.asking import TABLES
    from uitvoerbaarheid.store.formats import FORMATS

    if form not in _EXPORTS:
        fail(f"--format kan bij --export {', '.join(_EXPORTS[:-1])} of {_EXPORTS[-1]} zijn, niet '{form}'.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fail(f"{folder} bestaat al en is niet leeg. Kies met --export een andere map.")
    for name in TABLES:
        target = folder / f"{name}.{form}"
        with writing(target):
            if form == "parquet":
                store.write_parquet(f"FROM {name}", target, time_limit=time_limit)
            else:
                write_text(target, FORMATS[form](store.ask(f"FROM {name}", time_limit=time_limit)))
    typer.echo(f"Geschreven: {plural(len(TABLES), 'tabel', 'tabellen')} in {shown(folder)}", err=True)
