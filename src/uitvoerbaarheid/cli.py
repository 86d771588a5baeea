"""The command line: ``uitvoerbaarheid scan | outline | explain | corrections | label | train | ...``.

Results go to standard output, progress and problems to standard error. Exit codes: 0 done, 2 wrong use
or nothing could be read. Heavy modules are imported inside the commands, so that help appears at once.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from uitvoerbaarheid import __version__

if TYPE_CHECKING:
    from rich.console import Console

    from uitvoerbaarheid.analyzer import Analyzer
    from uitvoerbaarheid.batch import ScanProgress
    from uitvoerbaarheid.extraction import Ocr
    from uitvoerbaarheid.records import Report
    from uitvoerbaarheid.scoring.profiles import Profiles

EXIT_USAGE = 2
#: Page numbers above this are no pages: a range of them would only cost memory.
_MOST_PAGES = 100_000


def _no_type(ctx: Any) -> None:
    """No type beside a switch or file name: "<bool>" and "<path>" help programmers only."""


class _DutchHelp:
    """Usage and help lines in Dutch; typer has its own texts in English only."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        for english, dutch in (
            ("Usage:", "Gebruik:"),
            ("[OPTIONS]", "[OPTIES]"),
            ("COMMAND [ARGS]", "OPDRACHT [ARGUMENTEN]"),
        ):
            usage = usage.replace(english, dutch)
        return re.sub(r"\{(\w+)\}", r"\1", usage)  # "{PAD}..." says no more than "PAD..."

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Toon deze uitleg."
            option.display_type_rich = _no_type
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils

        rich_utils.OPTIONS_PANEL_TITLE = "Opties"
        rich_utils.ARGUMENTS_PANEL_TITLE = "Argumenten"
        rich_utils.COMMANDS_PANEL_TITLE = "Opdrachten"
        rich_utils.DEFAULT_STRING = "[standaard: {}]"
        rich_utils.REQUIRED_LONG_STRING = "[verplicht]"
        for parameter in self.params:  # type: ignore[attr-defined]
            if parameter.param_type_name == "argument" or parameter.is_flag:
                parameter.display_type_rich = _no_type
        super().format_help(ctx, formatter)  # type: ignore[misc]


class _Group(_DutchHelp, TyperGroup):
    pass


class _Command(_DutchHelp, TyperCommand):
    pass


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Leest Nederlandse beleidsdocumenten en zegt per paragraaf hoe uitvoerbaar ze zijn.",
)

LanguageModel = Annotated[
    str | None,
    typer.Option(
        "--language-model",
        metavar="NAAM",
        help="Ander spaCy-taalmodel dan het meegeleverde, bijvoorbeeld nl_core_news_sm.",
    ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAAM",
        help="Profiel met wat er gevraagd wordt, in plaats van het herkende; bijvoorbeeld omgevingsvisie.",
        show_default=False,
    ),
]
OwnModelFolder = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="MAP",
        help="Beoordeel met een eigen model, gemaakt met 'train'.",
        show_default=False,
    ),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="BESTAND",
        help="Correcties met de hand (standaard: correcties.xlsx of .toml bij de documenten).",
        show_default=False,
    ),
]
DocumentFile = Annotated[Path, typer.Argument(metavar="BESTAND", help="Het document.", show_default=False)]
_PASSWORD_VARIABLE = "UITVOERBAARHEID_PASSWORD"
Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        metavar="TEKST",
        envvar=_PASSWORD_VARIABLE,
        show_envvar=False,
        help="Wachtwoord van beveiligde pdf's. Zet u het in de omgevingsvariabele UITVOERBAARHEID_PASSWORD, "
        "dan blijft het uit de geschiedenis van opdrachten.",
        show_default=False,
    ),
]
OcrChoice = Annotated[
    str | None,
    typer.Option(
        "--ocr",
        metavar="KEUZE",
        help="Tekst herkennen in scans: nee, altijd (op elke pagina van een pdf), of auto: waar het nodig is "
        "(standaard).",
        show_default=False,
    ),
]


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(EXIT_USAGE)


def _shown(path: object) -> str:
    """A path on one line: a file name may hold line breaks and control characters."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in str(path))


def _analyzer(
    language_model: str | None, *, model: Path | None = None, profile: str | None = None, own: bool = True
) -> Analyzer:
    """The analyzer asked for, with its models loaded: an absent or damaged one is said before any work.

    Without ``own`` the model in the settings is left aside.
    """
    from uitvoerbaarheid.analyzer import DEFAULT_LANGUAGE_MODEL, Analyzer
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.nlp.language import load

    config = load_config()
    name = language_model or config.language_model or DEFAULT_LANGUAGE_MODEL
    _profiles(profile)
    load(name)
    return Analyzer(
        name,
        model=model or (config.model if own else None),
        profile=profile or config.profile,
        profiles=config.profiles,
    )


def _profiles(asked: str | None) -> Profiles:
    """The profiles by the settings; a wrong override, or a name that is not there, is said with its place."""
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.scoring.profiles import ProfileError, Profiles

    config = load_config()
    try:
        profiles = Profiles(config.profiles)
        if config.profile is not None:
            profiles[config.profile]
    except ProfileError as error:
        raise config.wrong(str(error)) from error
    if asked is not None:
        try:
            profiles[asked]
        except ProfileError as error:
            _fail(str(error))
    return profiles


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in console._environ:
        console.width = 100  # a file or pipe has no width; 80 would fold most titles
    return console


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"uitvoerbaarheid {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Toon de versie."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Toon technische meldingen.")] = False,
) -> None:
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR, format="%(name)s: %(message)s")


@app.command(cls=_Command)
def scan(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PAD", help="Bestanden en mappen (mappen met alles eronder).", show_default=False
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="MAP",
            help="Map voor de rapporten (standaard: uitvoerbaarheid-rapport).",
            show_default=False,
        ),
    ] = None,
    *,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
) -> None:
    """Beoordeel documenten en schrijf rapporten (JSON, HTML en een overzicht in HTML, Excel en CSV)."""
    from uitvoerbaarheid.batch import (
        DEFAULT_OUTPUT,
        discover,
        find_corrections,
        iter_reports,
        write_reports,
    )
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.extraction import os_reason
    from uitvoerbaarheid.reports import ReportRows
    from uitvoerbaarheid.reports.terminal import documents_table

    recognition = _ocr(ocr)
    folder = output or Path(load_config().output or DEFAULT_OUTPUT)
    if folder.exists() and not folder.is_dir():
        _fail(f"De uitvoer '{folder}' is een bestand; geef een map op.")
    documents = [path for path in paths if path != corrections]
    sources, missing = discover(documents, folder)
    for path in missing:
        typer.echo(f"Niet gevonden of niet toegankelijk: {_shown(path)}", err=True)
    if not sources:
        _fail("Er is niets gevonden om te lezen (.pdf, .docx, .odt, .fodt, .xml, .json, .html, .md of .txt).")
    decided = find_corrections(sources, documents, corrections, _profiles(profile).rules)
    analyzer = _analyzer(language_model, model=model, profile=profile)
    rows: list[ReportRows] = []
    unreadable: list[tuple[str, str]] = []
    not_applied = [item.not_here() for item in decided.elsewhere]
    try:
        with ExitStack() as stack:
            progress = _progress(stack)
            reports = iter_reports(sources, analyzer, progress, decided, password=password, ocr=recognition)
            for report in write_reports(reports, folder, rows):
                not_applied += _not_applied(report, with_path=True)
                if report.document.error and report.document.status == "unreadable":
                    unreadable.append((report.document.path, report.document.error.message))
    except OSError as error:
        _fail(f"De rapporten zijn niet te schrijven in '{folder}': {os_reason(error)}.")
    _tell(not_applied)
    console = _console()
    console.print(documents_table(rows))
    for path in missing:
        console.print(f"\nNiet gevonden of niet toegankelijk: {_shown(path)}", markup=False, soft_wrap=True)
    if unreadable:
        console.print(f"\nNiet leesbaar: {len(unreadable)}", style="bold")
        for path, message in unreadable:
            console.print(f"  {_shown(path)}: {message}", markup=False, soft_wrap=True)
    console.print(f"\nRapporten: {folder / 'overzicht.html'}", markup=False, soft_wrap=True)
    if len(unreadable) == len(rows):
        _fail("Geen van de documenten was leesbaar.")


def _not_applied(report: Report, *, with_path: bool = False) -> list[str]:
    """What a report warns of corrections without effect."""
    from uitvoerbaarheid.overrules import NOT_APPLIED

    lead = f"{report.document.path}: " if with_path else ""
    return [lead + warning for warning in report.document.warnings if warning.startswith(NOT_APPLIED)]


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(_shown(line), err=True)


def _progress(stack: ExitStack) -> ScanProgress:
    """A bar over documents and pages on a terminal; plain lines per document elsewhere."""
    from uitvoerbaarheid.batch import ScanProgress, Source

    console = _console(stderr=True)

    class Lines(ScanProgress):
        def __init__(self) -> None:
            self.total = 0
            self.done = 0

        def started(self, documents: int) -> None:
            self.total = documents

        def finished(self, source: Source, report: Report) -> None:
            self.done += 1
            typer.echo(f"[{self.done}/{self.total}] {_shown(source.relative)}", err=True)

    if not console.is_terminal:
        return Lines()

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = stack.enter_context(
        Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
    )
    documents = bar.add_task("Documenten", total=None, unit="documenten")
    pages = bar.add_task("Lezen", total=None, unit="pagina's", visible=False)

    class Bars(ScanProgress):
        def started(self, documents_found: int) -> None:
            bar.update(documents, total=documents_found)

        def page(self, source: Source, done: int, total: int) -> None:
            name = source.relative if len(source.relative) <= 40 else "…" + source.relative[-39:]
            bar.update(pages, description=name, completed=done, total=total, visible=True)

        def finished(self, source: Source, report: Report) -> None:
            bar.advance(documents)

    return Bars()


def _ocr(asked: str | None) -> Ocr:
    """How text is recognised: as asked, else by the settings."""
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.extraction import Ocr, OcrMode

    known: tuple[OcrMode, ...] = get_args(OcrMode)
    mode = next((mode for mode in known if mode == asked), None)
    if asked is not None and mode is None:
        _fail(f"--ocr kan {', '.join(known[:-1])} of {known[-1]} zijn, niet '{asked}'.")
    return Ocr(mode or load_config().ocr)


def _read(file: Path, password: str | None, ocr: str | None) -> Report:
    """Read one document in the bounded worker; what cannot be read ends the program with its reason."""
    from uitvoerbaarheid.extraction.worker import Reader
    from uitvoerbaarheid.records import UnreadableError

    if not file.is_file():
        _fail(f"Niet gevonden: {file}")
    try:
        with Reader(ocr=_ocr(ocr)) as reader:
            return reader.read(file, file.name, password=password)
    except UnreadableError as error:
        _fail(f"{file.name} is niet leesbaar: {error.message}")


@app.command(cls=_Command)
def outline(
    file: DocumentFile,
    *,
    draw: Annotated[
        Path | None,
        typer.Option(
            "--draw",
            metavar="MAP",
            help="Teken de pagina's van een pdf in deze map, met wat er gelezen is: koppen, tekst, tabellen.",
            show_default=False,
        ),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option(
            "--pages",
            metavar="NUMMERS",
            help="Teken alleen deze pagina's, bijvoorbeeld 3,8-10.",
            show_default=False,
        ),
    ] = None,
    password: Password = None,
    ocr: OcrChoice = None,
) -> None:
    """Toon de paragrafenboom van een document, met pagina's."""
    from uitvoerbaarheid.reports.terminal import outline_tree

    if pages is not None and draw is None:
        _fail("--pages hoort bij --draw: welke pagina's er getekend worden.")
    chosen = _page_numbers(pages) if pages is not None else None
    report = _read(file, password, ocr)
    _console().print(outline_tree(report))
    if draw is not None:
        _draw(file, report, draw, chosen, password)


def _page_numbers(text: str) -> set[int]:
    """The numbers in "3,8-10"."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        try:
            numbers.update(range(int(first), min(int(last or first), _MOST_PAGES) + 1))
        except ValueError:
            _fail(f"'{text}' zijn geen paginanummers; geef ze als 3,8-10.")
    return numbers


def _draw(file: Path, report: Report, folder: Path, pages: set[int] | None, password: str | None) -> None:
    from uitvoerbaarheid.extraction import os_reason
    from uitvoerbaarheid.extraction.worker import Reader
    from uitvoerbaarheid.records import UnreadableError

    if report.document.format != "pdf":
        _fail("Alleen de pagina's van een pdf kunnen worden getekend.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Reader() as reader:
            drawn = reader.draw(file, report, folder, pages, password=password)
    except OSError as error:
        _fail(f"{_shown(folder)} kan niet worden geschreven: {os_reason(error)}.")
    except UnreadableError as error:
        _fail(f"{file.name} kan niet worden getekend: {error.message}")
    if not drawn:
        _fail("Er is niets getekend: die pagina's heeft het document niet, of ze zijn niet te tekenen.")
    counted = _number(len(drawn), "pagina", "pagina's")
    typer.echo(f"{counted} getekend in {_shown(folder)}", err=True)


@app.command(cls=_Command)
def mentions(
    lines: Annotated[
        Path,
        typer.Option(
            "--lines",
            metavar="BESTAND",
            help="Tekstbestand met één zin per regel; - leest de standaardinvoer.",
            show_default=False,
        ),
    ],
    language_model: LanguageModel = None,
) -> None:
    """Vind doelen, maatregelen, partijen, bedragen en termijnen per zin; geeft één JSON-record per regel."""
    from uitvoerbaarheid.extraction import os_reason

    try:
        data = sys.stdin.buffer.read() if str(lines) == "-" else lines.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        _fail(f"{lines} is niet te lezen: {os_reason(error)}.")
    except UnicodeDecodeError:
        _fail(f"{lines} is geen tekst in UTF-8.")
    analyzer = _analyzer(language_model, own=False)
    # Only line feeds end a line: the number must be that of the input, whatever stands in a sentence.
    found = analyzer.annotator.lines(line.rstrip("\r") for line in text.removesuffix("\n").split("\n"))
    for record in found if text else ():
        typer.echo(json.dumps(record, ensure_ascii=False))


@app.command(cls=_Command)
def explain(
    file: DocumentFile,
    section: Annotated[
        str | None,
        typer.Option(
            "--section",
            metavar="ID",
            help="Kenmerk van de paragraaf; 'outline' toont het achter elke kop. Zonder: het hele document.",
            show_default=False,
        ),
    ] = None,
    *,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
) -> None:
    """Leg een paragraaf of een document uit. BESTAND is een document, of het JSON-rapport van een scan."""
    from uitvoerbaarheid.reports.terminal import document_panel, section_panel

    if _is_report(file):
        if corrections is not None or model is not None:
            _fail("--corrections en --model horen bij een document, niet bij een rapport: scan het opnieuw.")
        report = _read_report(file)
        if profile is not None:
            from uitvoerbaarheid.scoring.summary import recount

            _profiles(profile).apply(report, profile)
            recount(report)
    else:
        from uitvoerbaarheid.overrules import corrections_for

        known = _profiles(profile).rules
        decided = corrections_for({file.name: file}, corrections, profiles=known).of(file.name)
        analyzer = _analyzer(language_model, model=model, profile=profile)
        report = analyzer.assess(_read(file, password, ocr), decided)
        _tell(_not_applied(report))
    chosen = next((s for s in report.sections if s.id == section), None)
    if section is None:
        _console().print(document_panel(report))
        return
    if chosen is None:
        near = get_close_matches(section, [s.id for s in report.sections], n=3, cutoff=0.4)
        hint = f" Bedoelde u: {', '.join(near)}?" if near else ""
        _fail(f"Er is geen paragraaf met kenmerk '{section}'.{hint}")
    _console().print(section_panel(chosen, report))


def _is_report(file: Path) -> bool:
    if file.suffix.lower() != ".json" or not file.is_file():
        return False
    try:
        with file.open("rb") as stream:
            return b'"schema_version"' in stream.read(200)
    except OSError:
        return False  # reading it as a document says why it cannot be read


def _read_report(file: Path) -> Report:
    from uitvoerbaarheid.reports import read_json

    try:
        return read_json(file)
    except (OSError, ValueError):
        _fail(f"{file.name} is geen geldig rapport van uitvoerbaarheid.")


def _assessed(paths: list[Path], language_model: str | None, model: Path | None) -> Iterator[Report]:
    """The reports of documents; a JSON report, or the output folder of a scan, is taken as it is."""
    from uitvoerbaarheid.batch import OVERVIEWS, discover, find_corrections, iter_reports

    documents: list[Path] = []
    for path in paths:
        if path.is_dir() and all((path / name).is_file() for name in OVERVIEWS):
            yield from (_read_report(file) for file in sorted(path.rglob("*.json")) if _is_report(file))
        elif _is_report(path):
            yield _read_report(path)
        else:
            documents.append(path)
    sources, missing = discover(documents)
    _tell(f"Niet gevonden of niet toegankelijk: {path}" for path in missing)
    if not sources:
        return
    decided = find_corrections(sources, documents, profiles=_profiles(None).rules)
    analyzer = _analyzer(language_model, model=model)
    with ExitStack() as stack:
        reports = iter_reports(
            sources, analyzer, _progress(stack), decided, password=_stored_password(), ocr=_ocr(None)
        )
        for report in reports:
            if report.document.error:
                typer.echo(f"{_shown(report.document.path)}: {report.document.error.message}", err=True)
            yield report


def _stored_password() -> str | None:
    """The password for commands without an option for it."""
    return os.environ.get(_PASSWORD_VARIABLE) or None


def _number(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _new_file(path: Path) -> Path:
    """A file to write that is not there yet: what a user filled in is never overwritten."""
    if path.exists():
        _fail(f"{path} bestaat al en wordt niet overschreven. Kies met --output een andere naam.")
    return path


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    from uitvoerbaarheid.extraction import os_reason

    try:
        yield
    except OSError as error:
        _fail(f"{path} is niet te schrijven: {os_reason(error)}.")


@app.command(cls=_Command)
def corrections(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PAD",
            help="Documenten, mappen of JSON-rapporten waarvan de paragrafen in het bestand komen.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="BESTAND", help="Het bestand dat wordt gemaakt.")
    ] = Path("correcties.xlsx"),
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
) -> None:
    """Maak een Excel-bestand om soort, datum, overheid, rol of niveau met de hand te corrigeren."""
    from uitvoerbaarheid.overrules import write_workbook

    if output.suffix.lower() != ".xlsx":
        _fail("Geef met --output een naam op die eindigt op .xlsx.")
    _new_file(output)
    reports = list(_assessed(paths or [], language_model, model))
    if paths and not reports:
        _fail("Er is niets gevonden om te lezen.")
    with _writing(output):
        rows = write_workbook(reports, output, _profiles(None).rules)
    filled = f" met {_number(rows, 'rij', 'rijen')}" if rows else ""
    typer.echo(
        f"{output} is gemaakt{filled}. Vul veld, waarde en reden in, en leg het bestand als correcties.xlsx "
        "bij de documenten; de volgende scan neemt het mee."
    )


label_app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    help="Laat paragrafen labelen en lees de labels in, om het model ervan te laten leren.",
)
app.add_typer(label_app, name="label")


@label_app.command("export", cls=_Command)
def label_export(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PAD", help="Documenten, mappen of JSON-rapporten.", show_default=False),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="BESTAND", help="Bestand om in te vullen (.xlsx of .jsonl)."),
    ] = Path("labels.xlsx"),
    *,
    count: Annotated[int, typer.Option("--count", metavar="AANTAL", help="Hoeveel paragrafen.")] = 40,
    seed: Annotated[
        int, typer.Option("--seed", metavar="GETAL", help="Een ander getal geeft een andere keuze.")
    ] = 0,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
) -> None:
    """Kies paragrafen om te labelen en zet ze met de richtlijn in een bestand."""
    from uitvoerbaarheid.labelling import choose, write_guideline, write_tasks, write_workbook

    if output.suffix.lower() not in (".xlsx", ".jsonl"):
        _fail("Geef met --output een naam op die eindigt op .xlsx of .jsonl.")
    if count < 1:
        _fail("Geef met --count een aantal van 1 of meer.")
    _new_file(output)
    tasks = choose(_assessed(paths, language_model, model), count, seed)
    if not tasks:
        _fail("Er zijn geen paragrafen gevonden om te labelen.")
    with _writing(output):
        if output.suffix.lower() == ".xlsx":
            write_workbook(tasks, output)
            where = "het blad Richtlijn"
        else:
            guide = output.with_name(f"{output.stem}-richtlijn.md")
            write_tasks(tasks, output)
            write_guideline(guide)
            where = str(guide)
    documents = len({task.document.sha256 for task in tasks})
    asked = _number(len(tasks), "paragraaf", "paragrafen")
    source = _number(documents, "document", "documenten")
    typer.echo(f"{asked} uit {source} staan in {output}. Lees eerst {where}.")


@label_app.command("import", cls=_Command)
def label_import(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="BESTAND", help="Ingevulde bestanden (.xlsx of .jsonl).", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="BESTAND", help="Bestand voor de labels (.jsonl).")
    ] = Path("labels.jsonl"),
) -> None:
    """Lees ingevulde labels in, controleer ze, en toon hoe goed lezers het eens zijn."""
    from uitvoerbaarheid.labelling import (
        AGREEMENT_HEADER,
        LabelFiles,
        agreement_rows,
        agreements,
        counts,
        write_labels,
    )
    from uitvoerbaarheid.reports.terminal import figures_table

    if output.suffix.lower() != ".jsonl":
        _fail("Geef met --output een naam op die eindigt op .jsonl.")
    _new_file(output)
    read = LabelFiles(files)
    if not read.labels:
        _fail("Er is nog geen paragraaf gelabeld.")
    with _writing(output):
        write_labels(read.labels, output)
    found_labels = _number(len(read.labels), "label staat", "labels staan")
    empty = _number(read.empty, "rij was", "rijen waren")
    typer.echo(f"{found_labels} in {output}; {empty} nog leeg.")
    typer.echo(", ".join(f"{name}: {number}" for name, number in sorted(counts(read.labels).items())))
    found = agreements(read.labels)
    if found:
        title = "Overeenstemming tussen lezers (Krippendorffs alfa)"
        _console().print(figures_table(title, AGREEMENT_HEADER, agreement_rows(found)))
        typer.echo(
            "1 is volledige overeenstemming, 0 is toeval; onder 0,67 is een oordeel te onzeker om op te "
            "bouwen. Een paragraaf die meer lezers labelden, telt bij 'train' één keer mee."
        )


@app.command(cls=_Command)
def train(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="LABELS", help="Labels (.jsonl of ingevulde .xlsx).", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="MAP", help="Map voor het model.", show_default=False)
    ],
    language_model: LanguageModel = None,
) -> None:
    """Pas het model aan uw labels aan, meet of het beter wordt, en schrijf het in een map."""
    from uitvoerbaarheid.labelling import LabelFiles
    from uitvoerbaarheid.reports.terminal import figures_table
    from uitvoerbaarheid.training import (
        LEAST_DOCUMENTS,
        LEAST_SECTIONS,
        change_rows,
        falls,
        learn,
        write_model,
    )

    _new_file(output)
    labels = LabelFiles(files).labels
    if not labels:
        _fail("Er is nog geen paragraaf gelabeld.")
    # What is adapted is always the bundled model: one made from another one would fit no version.
    analyzer = _analyzer(language_model, own=False)
    typer.echo("De labels worden gelezen en het model wordt aangepast; dat duurt even.", err=True)
    trained = learn(labels, analyzer.annotator, analyzer.scorer.model)
    with _writing(output):
        own = write_model(trained, output, analyzer.model_id)
    learnt = _number(trained.sections, "gelabelde paragraaf", "gelabelde paragrafen")
    typer.echo(f"{learnt} uit {_number(trained.documents, 'document', 'documenten')}.")
    console = _console()
    header = ("", "meegeleverd", "aangepast")
    if trained.own:
        title = "Op uw documenten, elk gemeten met een model dat het niet zag"
        console.print(figures_table(title, header, change_rows(trained.own)))
        worse = falls(trained.own)
        if worse:
            typer.echo(f"Let op: op uw eigen documenten gaat achteruit: {', '.join(worse)}.")
    else:
        typer.echo(
            f"Dat is te weinig om te meten of het model beter wordt (nodig: {LEAST_SECTIONS} paragrafen uit "
            f"{LEAST_DOCUMENTS} documenten). Het model is voorzichtig aangepast: het blijft dicht bij het "
            "meegeleverde."
        )
    title = "Op de meegeleverde paragrafen, die het meegeleverde model al kent"
    console.print(figures_table(title, header, change_rows(trained.bundled)))
    if trained.model is analyzer.scorer.model:
        typer.echo("Uw labels geven geen reden om het meegeleverde model te veranderen.")
    typer.echo(f"Model {own.id} staat in {output}. Gebruik: uitvoerbaarheid scan PAD --model {output}")


@app.command(cls=_Command)
def schema() -> None:
    """Toon het JSON Schema van de rapporten."""
    from uitvoerbaarheid.records import Report

    typer.echo(json.dumps(Report.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2))


def _in_dutch(error: Exception) -> str:
    """A usage error of the command line library as a Dutch sentence."""
    kind = type(error).__name__
    option = getattr(error, "option_name", None)
    if kind == "NoSuchOption":
        near = sorted(getattr(error, "possibilities", None) or [])
        return f"Onbekende optie: {option}." + (f" Bedoelde u {' of '.join(near)}?" if near else "")
    if kind == "BadOptionUsage":
        return f"De optie {option} mist een waarde of krijgt er een te veel."
    parameter = getattr(error, "param", None)
    hint = parameter.get_error_hint() if parameter else ""
    if kind == "MissingParameter":
        return f"Verplicht, maar niet opgegeven: {hint}."
    if kind == "BadParameter":
        return f"Ongeldige waarde voor {hint}."
    message = str(getattr(error, "message", error))
    for english, dutch in (
        ("No such command", "Onbekende opdracht"),
        ("Got unexpected extra argument(s)", "Te veel argumenten:"),
        ("Got unexpected extra arguments", "Te veel argumenten:"),
        ("Got unexpected extra argument", "Een argument te veel:"),
        ("Missing command", "Er is geen opdracht gegeven"),
    ):
        if message.startswith(english):
            return (
                message.replace(english, dutch, 1)
                .replace("Did you mean", "Bedoelde u")
                .replace("', '", "' of '")
            )
    return message


def main() -> NoReturn:
    """Entry point of the ``uitvoerbaarheid`` command; ends the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes may not be UTF-8 by default
            stream.reconfigure(encoding="utf-8", errors="replace")
    from uitvoerbaarheid.config import ConfigError

    code = 0
    try:
        result = app(standalone_mode=False)
        code = result if isinstance(result, int) else 0
    except typer.Abort:
        typer.echo("Afgebroken.", err=True)
        code = 130
    except KeyboardInterrupt:
        typer.echo("Afgebroken.", err=True)
        code = 130
    except ConfigError as error:
        typer.echo(str(error), err=True)
        code = EXIT_USAGE
    except Exception as error:
        code = _report(error)
    raise SystemExit(code)


def _report(error: Exception) -> int:
    """Say an expected error in Dutch and give the exit code; an unexpected one is raised again."""
    name = type(error).__name__
    if name in ("LanguageModelError", "ModelFileError", "InputError"):
        typer.echo(str(error), err=True)
        return EXIT_USAGE
    if name == "NoArgsIsHelpError":
        typer.echo(str(getattr(error, "message", error)))
        return EXIT_USAGE
    if hasattr(error, "format_message"):
        typer.echo(_in_dutch(error), err=True)
        context = getattr(error, "ctx", None)
        if context is not None:
            typer.echo(f"Zie '{context.command_path} --help'.", err=True)
        return EXIT_USAGE
    raise error
