"""``uitvoerbaarheid scan``: assess documents and write the reports."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uitvoerbaarheid.cli.common import (
    chosen_memo,
    chosen_ocr,
    fail,
    known_language_model,
    known_profiles,
    make_console,
    own_model_id,
    plural,
    say_error,
    shown,
    tell,
)
from uitvoerbaarheid.cli.log import LEVELS, LOG_FILE, logging_to
from uitvoerbaarheid.cli.options import (
    CorrectionsFile,
    LanguageModel,
    OcrChoice,
    OwnModelFolder,
    Password,
    ProfileName,
    SettingsFile,
)

if TYPE_CHECKING:
    from uitvoerbaarheid.batch.run import Found, Outcome, Request
    from uitvoerbaarheid.batch.tasks import Engine
    from uitvoerbaarheid.config import Config

#: A run that was stopped by documents that cannot be read.
EXIT_STOPPED = 1
_ENGINES = ("pool", "dask")
_COURSE, _LOG = "Verloop", "Logboek"
_NOTHING = "Er is niets gevonden om te lezen (.pdf, .docx, .odt, .fodt, .xml, .json, .html, .md of .txt)."
_KEPT = "Wat klaar is, is bewaard; dezelfde opdracht gaat daarmee verder."


def scan(
    context: typer.Context,
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
    annotate: Annotated[
        bool,
        typer.Option(
            "--annotate",
            help="Schrijf van elke pdf ook een kopie met markeringen in de tekst en per paragraaf een "
            "kanttekening met score en vragen.",
            show_default=False,
        ),
    ] = False,
    memo: Annotated[
        bool,
        typer.Option(
            "--memo", help="Schrijf per document ook een memo om terug te sturen (Word).", show_default=False
        ),
    ] = False,
    memo_template: Annotated[
        Path | None,
        typer.Option(
            "--memo-template",
            metavar="BESTAND",
            help="Eigen Word-sjabloon voor de memo (zie 'memo-template'); zet --memo aan.",
            show_default=False,
        ),
    ] = None,
    password: Password = None,
    profile: ProfileName = None,
    corrections: CorrectionsFile = None,
    model: OwnModelFolder = None,
    language_model: LanguageModel = None,
    ocr: OcrChoice = None,
    config: SettingsFile = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            "-j",
            metavar="AANTAL",
            min=1,
            help="Zoveel stukken tegelijk (standaard: een per processorkern, als het geheugen dat toelaat).",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="KEUZE",
            help="Waarmee: pool (deze computer, standaard) of dask (meer computers).",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADRES",
            help="Adres van de Dask-scheduler, bijvoorbeeld tcp://rekenserver:8786.",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh",
            help="Beoordeel alles opnieuw, ook wat sinds een eerdere scan niet is veranderd.",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Blijf kijken: wat verandert, wordt opnieuw beoordeeld, tot u stopt met Ctrl-C.",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = False,
    fail_fast: Annotated[
        bool,
        typer.Option(
            "--fail-fast",
            help="Stop bij het eerste stuk dat niet te lezen is.",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = False,
    max_failures: Annotated[
        int | None,
        typer.Option(
            "--max-failures",
            metavar="AANTAL",
            min=1,
            help="Stop als zoveel stukken niet te lezen zijn.",
            show_default=False,
            rich_help_panel=_COURSE,
        ),
    ] = None,
    log_level: Annotated[
        str,
        typer.Option(
            "--log-level",
            metavar="NIVEAU",
            help="Wat er in het logboek komt: error, warning, info of debug.",
            rich_help_panel=_LOG,
        ),
    ] = "info",
    log_file: Annotated[
        Path | None,
        typer.Option(
            "--log-file",
            metavar="BESTAND",
            help="Logboek met technische bijzonderheden (standaard: scan.log in de map voor de rapporten).",
            show_default=False,
            rich_help_panel=_LOG,
        ),
    ] = None,
) -> None:
    """Beoordeel documenten en schrijf rapporten (JSON, HTML en een overzicht in HTML, Excel en CSV).

    Wat sinds een eerdere scan naar dezelfde map niet is veranderd, wordt niet opnieuw beoordeeld. Een scan
    die is afgebroken, gaat verder met dezelfde opdracht. De uitkomst (exitcode) is 0 als alles is gedaan, 1
    als --fail-fast of --max-failures de scan stopte, en 2 als er iets mis was of niets te lezen viel.
    """
    from uitvoerbaarheid.batch import DEFAULT_OUTPUT
    from uitvoerbaarheid.config import Configs
    from uitvoerbaarheid.extraction import memory
    from uitvoerbaarheid.store import STORE_NAME

    memory.share_heap()
    settings = Configs(config).of_all(paths)
    recognition = chosen_ocr(ocr, settings)
    chosen_memo(memo, memo_template, settings)
    folder = output or Path(settings.output or DEFAULT_OUTPUT)
    if folder.exists() and not folder.is_dir():
        fail(f"De uitvoer '{folder}' is een bestand; geef een map op.")
    if any(path.is_dir() and path.resolve() == folder.resolve() for path in paths):
        fail("De rapporten kunnen niet in de map met stukken zelf; kies met --output een andere map.")
    if log_level not in LEVELS:
        fail(f"--log-level kan {', '.join(LEVELS[:-1])} of {LEVELS[-1]} zijn, niet '{log_level}'.")
    if watch and (fail_fast or max_failures):
        fail("--watch gaat niet samen met --fail-fast of --max-failures.")
    chosen = _engine(engine, scheduler, workers, settings)
    # Where nothing is kept a worker is needed: it starts while this process gets ready.
    nothing_kept = fresh or not (folder / STORE_NAME).exists()
    runs = chosen.make(context, begin=nothing_kept and not watch)

    from uitvoerbaarheid.batch.keys import Keys
    from uitvoerbaarheid.batch.run import Request
    from uitvoerbaarheid.batch.tasks import Job

    profiles = known_profiles(profile, settings)
    template = memo_template or settings.memo_template
    job = Job(
        language_model=known_language_model(language_model or settings.language_model),
        model=_absolute(model or settings.model),
        profile=profile or settings.profile,
        profiles=settings.profiles,
        ocr=recognition.mode,
        password=password,
        memo=memo or memo_template is not None,
        memo_template=_absolute(template),
        annotate=annotate,
    )
    request = Request(
        paths=tuple(path for path in paths if path != corrections),
        folder=folder,
        keys=Keys(job, model=own_model_id(job.model, job.language_model), profiles=profiles.digest),
        corrections=corrections,
        profiles=profiles.rules,
        fresh=fresh,
        max_failures=1 if fail_fast else max_failures,
        config={
            "paths": [str(path) for path in paths],
            "output": str(folder),
            "corrections": str(corrections) if corrections else None,
            "settings": str(settings.file) if settings.file else None,
            "language_model": job.language_model,
            "model": job.model,
            "profile": job.profile,
            "ocr": job.ocr,
            "memo": job.memo,
            "annotate": job.annotate,
            "engine": chosen.name,
            "scheduler": chosen.scheduler,
            "workers": chosen.workers,
            "fresh": fresh,
            "max_failures": 1 if fail_fast else max_failures,
        },
    )
    _run(request, runs, here=chosen.name == "pool", watch=watch, log=(log_file, log_level))


@dataclass(frozen=True)
class _Chosen:
    """The engine that was chosen; ``workers`` None leaves their number to it."""

    name: str
    scheduler: str | None
    workers: int | None

    def make(self, context: typer.Context, *, begin: bool) -> Engine:
        """The engine, for use within ``context``; ``begin``: there is work for it, not known yet."""
        if self.name == "dask":
            from uitvoerbaarheid.batch.dask import DaskEngine

            return DaskEngine(self.scheduler, self.workers)
        from uitvoerbaarheid.batch.pool import PoolEngine

        engine = PoolEngine(self.workers)
        if begin:
            context.call_on_close(engine.close)
            engine.begin()
        return engine


def _engine(engine: str | None, scheduler: str | None, workers: int | None, settings: Config) -> _Chosen:
    name = engine or settings.engine
    if name not in _ENGINES:
        fail(f"--engine kan {' of '.join(_ENGINES)} zijn, niet '{name}'.")
    if scheduler is not None and name != "dask":
        fail("--scheduler hoort bij --engine dask.")
    address = scheduler or settings.scheduler if name == "dask" else None
    return _Chosen(name, address, workers or settings.workers)


def _absolute(path: Path | str | None) -> str | None:
    """A path that a worker finds too, wherever it works."""
    return str(Path(path).absolute()) if path is not None else None


def _run(request: Request, engine: Engine, *, here: bool, watch: bool, log: tuple[Path | None, str]) -> None:
    from uitvoerbaarheid.batch.remote import AddressError
    from uitvoerbaarheid.batch.run import find
    from uitvoerbaarheid.batch.run import run as run_once
    from uitvoerbaarheid.cli.progress import show_run
    from uitvoerbaarheid.extraction import memory, os_reason
    from uitvoerbaarheid.store import StoreError

    assert request.folder is not None
    try:
        found = find(request)
        tell(f"Niet gevonden of niet toegankelijk: {path}" for path in found.missing)
        if not found.sources:
            fail(_NOTHING)
        with ExitStack() as stack:
            stack.enter_context(memory.collecting_less())
            _log(stack, request.folder, *log)
            if watch:
                from uitvoerbaarheid.cli.watching import watch_folders

                watch_folders(request, engine, here=here)
                return
            with ExitStack() as display:
                outcome = run_once(request, found, engine, show_run(display))
    except typer.Exit:
        raise  # it is a RuntimeError to its library
    except AddressError as error:
        fail(str(error))
    except OSError as error:
        fail(f"De rapporten zijn niet te schrijven in '{request.folder}': {os_reason(error)}. {_KEPT}")
    except (StoreError, RuntimeError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        say_error(_KEPT)
        raise
    show_outcome(request, found, outcome)
    _exit(request, outcome)


def _log(stack: ExitStack, folder: Path, file: Path | None, level: str) -> None:
    from uitvoerbaarheid.extraction import os_reason

    folder.mkdir(parents=True, exist_ok=True)
    target = file or folder / LOG_FILE
    try:
        stack.enter_context(logging_to(target, level))
    except OSError as error:
        fail(f"Het logboek {shown(target)} is niet te schrijven: {os_reason(error)}.")


def show_outcome(request: Request, found: Found, outcome: Outcome) -> None:
    """What a run came to: a table, what cannot be read, and where the reports are."""
    from uitvoerbaarheid.batch.run import report_file
    from uitvoerbaarheid.reports.files import ANNOTATED
    from uitvoerbaarheid.reports.terminal import documents_table

    folder = request.folder
    assert folder is not None
    tell([*(item.not_here() for item in found.decided.elsewhere), *outcome.remarks])
    console = make_console()
    console.print(documents_table(outcome.rows))
    for path in found.missing:
        console.print(f"\nNiet gevonden of niet toegankelijk: {shown(path)}", markup=False, soft_wrap=True)
    unreadable = [row for row in outcome.rows if row.status == "unreadable"]
    if unreadable:
        console.print(f"\nNiet leesbaar: {len(unreadable)}", style="bold")
        for row in unreadable:
            console.print(f"  {shown(row.path)}: {row.error}", markup=False, soft_wrap=True)
    place = folder / "overzicht.html" if outcome.record.outcome == "done" else folder
    console.print(f"\nRapporten: {place}", markup=False, soft_wrap=True)
    if request.job.annotate:
        copies = sum(report_file(folder, row.path, ANNOTATED).is_file() for row in outcome.rows)
        if copies:
            counted = plural(copies, "pdf", "pdf's")
            console.print(f"Geannoteerd: {counted} in {folder}", markup=False, soft_wrap=True)


def _exit(request: Request, outcome: Outcome) -> None:
    counts = outcome.record.counts
    if outcome.record.outcome == "failures":
        told = plural(counts.unreadable, "stuk dat niet te lezen is", "stukken die niet te lezen zijn")
        left = counts.documents - counts.ok - counts.partial - counts.unreadable
        say_error(
            f"Gestopt bij {told}; {plural(left, 'stuk is', 'stukken zijn')} niet beoordeeld. "
            "Wat klaar is, is bewaard; een scan zonder die grens gaat daarmee verder."
        )
        raise typer.Exit(EXIT_STOPPED)
    if counts.unreadable == len(outcome.rows):
        fail("Geen van de documenten was leesbaar.")
