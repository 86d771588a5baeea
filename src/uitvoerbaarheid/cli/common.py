"""What more commands do: read a document, make the analyzer, tell, write to a new file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, get_args

import typer

from uitvoerbaarheid.cli.application import EXIT_USAGE
from uitvoerbaarheid.cli.options import PASSWORD_VARIABLE

#: How an order to a build service begins, anywhere on a line: "##[error]", "##vso[task]".
_ORDER = re.compile(r"#(?=#\w*\[)")

if TYPE_CHECKING:
    from rich.console import Console

    from uitvoerbaarheid.analyzer import Analyzer
    from uitvoerbaarheid.batch import ScanProgress
    from uitvoerbaarheid.config import Config
    from uitvoerbaarheid.extraction import Ocr
    from uitvoerbaarheid.records import Report
    from uitvoerbaarheid.reports.letters import MemoTemplate
    from uitvoerbaarheid.scoring.profiles import Profiles


def fail(message: str) -> NoReturn:
    say_error(message)
    raise typer.Exit(EXIT_USAGE)


def say_error(message: str) -> None:
    """Say an error of one or more lines; names and words of documents in it cannot steer the terminal."""
    typer.echo("\n".join(map(shown, message.split("\n"))), err=True)


def shown(path: object) -> str:
    """A path on one line: a file name may hold line breaks, control characters, orders to a build service."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in str(path))
    return _ORDER.sub("# ", line)


def make_analyzer(
    language_model: str | None,
    *,
    model: Path | None = None,
    profile: str | None = None,
    own: bool = True,
    config: Config | None = None,
) -> Analyzer:
    """The analyzer asked for, with its models loaded: an absent or damaged one is said before any work.

    Without ``own`` the model in the settings is left aside; ``config`` are the settings, where they are not
    those of the working folder.
    """
    from uitvoerbaarheid.analyzer import DEFAULT_LANGUAGE_MODEL, Analyzer
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.nlp.language import load

    config = config or load_config()
    name = language_model or config.language_model or DEFAULT_LANGUAGE_MODEL
    known_profiles(profile, config)
    load(name)
    return Analyzer(
        name,
        model=model or (config.model if own else None),
        profile=profile or config.profile,
        profiles=config.profiles,
    )


def known_profiles(asked: str | None, config: Config | None = None) -> Profiles:
    """The profiles by the settings; a wrong override, or a name that is not there, is said with its place."""
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.scoring.profiles import ProfileError, Profiles

    config = config or load_config()
    try:
        profiles = Profiles(config.profiles)
    except ProfileError as error:
        raise config.wrong(str(error)) from error
    try:
        if config.profile is not None:
            profiles[config.profile]
    except ProfileError as error:
        raise config.wrong(str(error), "profile") from error
    if asked is not None:
        try:
            profiles[asked]
        except ProfileError as error:
            fail(str(error))
    return profiles


def known_language_model(name: str | None) -> str:
    """The language model to use; one that cannot be used is said at once, without loading it where it can.

    Raises LanguageModelError.
    """
    import json
    from importlib.util import find_spec

    from uitvoerbaarheid.batch.tasks import Job

    if name is None or name == Job.language_model:
        return Job.language_model
    spec = find_spec(name) if name.isidentifier() else None
    folders = [Path(place) for place in (spec and spec.submodule_search_locations) or [name]]
    try:
        if any(json.loads((at / "meta.json").read_bytes())["lang"] == "nl" for at in folders):
            return name
    except (OSError, ValueError, KeyError, TypeError):
        pass
    from uitvoerbaarheid.nlp.language import load

    load(name)
    return name


def own_model_id(folder: str | None, language_model: str) -> str | None:
    """The id of the user's own model, None without. Raises ModelFileError for one that cannot be used."""
    if folder is None:
        return None
    from uitvoerbaarheid.resources import model_id
    from uitvoerbaarheid.scoring.own import OwnModel

    return OwnModel.load(Path(folder), model_id(language_model)).id


def make_console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in console._environ:
        console.width = 100  # a file or pipe has no width; 80 would fold most titles
    return console


def without_effect(report: Report, *others: str, with_path: bool = False) -> list[str]:
    """What a report warns of corrections without effect, and warnings that begin with ``others``."""
    from uitvoerbaarheid.overrules import NOT_APPLIED

    lead = f"{report.document.path}: " if with_path else ""
    told = (NOT_APPLIED, *others)
    return [lead + warning for warning in report.document.warnings if warning.startswith(told)]


def tell(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(shown(line), err=True)


def show_progress(stack: ExitStack) -> ScanProgress:
    """A bar over documents and pages on a terminal; plain lines per document elsewhere."""
    from uitvoerbaarheid.batch import ScanProgress, Source

    console = make_console(stderr=True)

    class Lines(ScanProgress):
        def __init__(self) -> None:
            self.total = 0
            self.done = 0

        def started(self, documents: int) -> None:
            self.total = documents

        def finished(self, source: Source, report: Report) -> None:
            self.done += 1
            typer.echo(f"[{self.done}/{self.total}] {shown(source.relative)}", err=True)

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


def chosen_ocr(asked: str | None, config: Config | None = None) -> Ocr:
    """How text is recognised: as asked, else by the settings."""
    from uitvoerbaarheid.config import load_config
    from uitvoerbaarheid.extraction import Ocr, OcrMode

    known: tuple[OcrMode, ...] = get_args(OcrMode)
    mode = next((mode for mode in known if mode == asked), None)
    if asked is not None and mode is None:
        fail(f"--ocr kan {', '.join(known[:-1])} of {known[-1]} zijn, niet '{asked}'.")
    return Ocr(mode or (config or load_config()).ocr)


def chosen_memo(wanted: bool, template: Path | None, config: Config) -> MemoTemplate | None:
    """The template of the memo, where one is asked for: as given, by the settings, or the bundled one."""
    if not wanted and template is None:
        return None
    from uitvoerbaarheid.reports.letters import MemoTemplate, TemplateError

    setting = config.memo_template
    try:
        return MemoTemplate(template or (Path(setting) if setting else None))
    except TemplateError as error:
        fail(str(error))


def read_document(file: Path, password: str | None, ocr: Ocr) -> Report:
    """Read one document in the bounded worker; what cannot be read ends the program with its reason."""
    from uitvoerbaarheid.extraction.worker import Reader
    from uitvoerbaarheid.records import UnreadableError

    if not file.is_file():
        fail(f"Niet gevonden: {file}")
    try:
        with Reader(ocr=ocr) as reader:
            return reader.read(file, file.name, password=password)
    except UnreadableError as error:
        fail(f"{file.name} is niet leesbaar: {error.message}")


def is_report(file: Path) -> bool:
    if file.suffix.lower() != ".json" or not file.is_file():
        return False
    try:
        with file.open("rb") as stream:
            return b'"schema_version"' in stream.read(200)
    except OSError:
        return False  # reading it as a document says why it cannot be read


def read_report(file: Path) -> Report:
    from uitvoerbaarheid.reports import read_json

    try:
        return read_json(file)
    except (OSError, ValueError, RecursionError):
        fail(f"{file.name} is geen geldig rapport van uitvoerbaarheid.")


def assessed(paths: list[Path], language_model: str | None, model: Path | None) -> Iterator[Report]:
    """The reports of documents; a JSON report, or the output folder of a scan, is taken as it is."""
    from uitvoerbaarheid.batch import OVERVIEWS, discover, find_corrections, iter_reports
    from uitvoerbaarheid.config import Configs

    documents: list[Path] = []
    for path in paths:
        if path.is_dir() and all((path / name).is_file() for name in OVERVIEWS):
            yield from (read_report(file) for file in sorted(path.rglob("*.json")) if is_report(file))
        elif is_report(path):
            yield read_report(path)
        else:
            documents.append(path)
    settings = Configs().of_all(documents)
    sources, missing = discover(documents)
    tell(f"Niet gevonden of niet toegankelijk: {path}" for path in missing)
    if not sources:
        return
    decided = find_corrections(sources, documents, profiles=known_profiles(None, settings).rules)
    analyzer = make_analyzer(language_model, model=model, config=settings)
    with ExitStack() as stack:
        reports = iter_reports(
            sources,
            analyzer,
            show_progress(stack),
            decided,
            password=stored_password(),
            ocr=chosen_ocr(None, settings),
        )
        stack.enter_context(closing(reports))
        for report in reports:
            if report.document.error:
                typer.echo(f"{shown(report.document.path)}: {report.document.error.message}", err=True)
            yield report


def stored_password() -> str | None:
    """The password for commands without an option for it."""
    return os.environ.get(PASSWORD_VARIABLE) or None


def plural(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def new_file(path: Path) -> Path:
    """A file to write that is not there yet: what a user filled in is never overwritten."""
    if path.exists():
        fail(f"{path} bestaat al en wordt niet overschreven. Kies met --output een andere naam.")
    return path


@contextmanager
def writing(path: Path) -> Iterator[None]:
    from uitvoerbaarheid.extraction import os_reason

    try:
        yield
    except OSError as error:
        fail(f"{path} is niet te schrijven: {os_reason(error)}.")
