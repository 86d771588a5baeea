"""One run of ``check``: drafts are found, read and assessed, and their findings weighed by the settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from uitvoerbaarheid import __version__
from uitvoerbaarheid.analyzer import DEFAULT_LANGUAGE_MODEL, Analyzer
from uitvoerbaarheid.batch import ScanProgress, Source, discover, find_corrections, iter_reports
from uitvoerbaarheid.checking.baseline import Baseline
from uitvoerbaarheid.checking.findings import find
from uitvoerbaarheid.checking.outcome import Checked, FailLevel, Outcome
from uitvoerbaarheid.checking.revision import Draft, changed
from uitvoerbaarheid.checking.rules import rules
from uitvoerbaarheid.checking.settings import Settings, unknown_rule
from uitvoerbaarheid.config import Config, Configs
from uitvoerbaarheid.overrules import NOT_APPLIED
from uitvoerbaarheid.records import Finding, Report
from uitvoerbaarheid.sheets import InputError

if TYPE_CHECKING:
    from uitvoerbaarheid.extraction import Ocr

#: Formats that hold policy texts now and then, and other things mostly.
_DATA = (".json", ".xml")
_MOST_NAMED = 5
NOTHING = "Er is niets gevonden om te lezen (.pdf, .docx, .odt, .fodt, .xml, .json, .html, .md of .txt)."


class _Chosen:
    """The settings of each document, and of the run as a whole (``overall``); ``options`` go before them."""

    def __init__(self, roots: Sequence[Path], options: Mapping[str, Any], file: Path | None) -> None:
        for name in ("select", "ignore"):
            for given in options[name]:
                if problem := unknown_rule(given, rules()):
                    raise InputError(f"--{name}: {problem}")
        self._options = options
        self._configs = Configs(file)
        self._made: dict[int, Settings] = {}
        self.overall = self._settings(self._configs.of_all(roots))

    def of(self, path: Path) -> Settings:
        return self._settings(self._configs.of(path))

    def _settings(self, config: Config) -> Settings:
        if id(config) not in self._made:
            self._made[id(config)] = Settings.of(config, rules(), **self._options)
        return self._made[id(config)]


def shown_path(path: Path) -> str:
    """A path as findings name it: from the working folder where it lies below it, with forward slashes."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow links away from the folder)
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def check(
    paths: str | Path | Iterable[str | Path],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_level: FailLevel | None = None,
    allow_unreadable: bool | None = None,
    baseline: str | Path | None = None,
    use_baseline: bool = True,
    new_only: str | None = None,
    config: str | Path | None = None,
    analyzer: Analyzer | None = None,
    progress: ScanProgress | None = None,
    corrections: str | Path | None = None,
    password: str | None = None,
    ocr: Ocr | None = None,
) -> Outcome:
    """Check all documents below ``paths`` (files and folders), each by the settings nearest to it.

    ``select`` and ``ignore`` (ids of rules or the beginning of ids), ``fail_level``, ``allow_unreadable`` and
    ``baseline`` (a file of known findings) go before the settings; without ``use_baseline`` there is none.
    With ``new_only``, a git revision, only drafts that changed since it are checked, and what their old
    version had is known. ``config`` is a settings file for all documents. Without ``analyzer`` the one of
    the settings is used; ``corrections``, ``password`` and ``ocr`` are as for
    :func:`uitvoerbaarheid.scan`. Documents that cannot be read and paths that do not exist are in the
    outcome; JSON and XML files in folders that are something else than a document are passed over, with a
    warning.

    Raises :class:`~uitvoerbaarheid.sheets.InputError` where there is nothing to read and for an unknown rule,
    a wrong baseline, revision or file of corrections; :class:`~uitvoerbaarheid.config.ConfigError` for wrong
    settings.
    """
    roots = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    options = {
        "select": select,
        "ignore": ignore,
        "fail_level": fail_level,
        "allow_unreadable": allow_unreadable,
        "baseline": Path(baseline) if baseline is not None else None,
    }
    chosen = _Chosen(roots, options, Path(config) if config is not None else None)
    overall = chosen.overall
    known = Baseline.load(overall.baseline) if overall.baseline and use_baseline else None
    sources, missing = discover(roots)
    if overall.baseline:  # it is JSON, and lies beside the drafts
        sources = [source for source in sources if not _same(source.path, overall.baseline)]
    if not sources and not missing:
        raise InputError(NOTHING)
    sources.sort(key=lambda source: shown_path(source.path))
    drafts: list[Draft] = []
    if new_only is not None:
        drafts = changed(new_only, [source.path for source in sources])
        wanted = {draft.path for draft in drafts}
        sources = [source for source in sources if source.path in wanted]
    analyzer = analyzer or _analyzer(overall.config)
    given = Path(corrections) if corrections else None
    decided = find_corrections(sources, roots, given, analyzer.profiles.rules)
    warnings = [item.not_here() for item in decided.elsewhere]
    findings: list[Finding] = []
    documents: list[Checked] = []
    passed: list[str] = []
    ruleset = None
    with ExitStack() as stack:
        old = _old_versions(sources, drafts, stack)
        reports = iter_reports(
            [*old.values(), *sources], analyzer, progress, decided, password=password, ocr=ocr
        )
        # Whatever happens: a reading process that outlives an error hangs the end of the program.
        stack.enter_context(closing(reports))
        before = _before(old, reports, analyzer, chosen)
        for source, report in zip(sources, reports, strict=True):
            path = report.document.path = shown_path(source.path)
            if source.path not in roots and _something_else(report):
                passed.append(path)
                continue
            ruleset = report.ruleset_id or ruleset
            warnings += [f"{path}: {said}" for said in report.document.warnings if _no_effect(said)]
            found = find(report, path, analyzer.profiles)
            settings = chosen.of(source.path)
            findings += _eased(settings.apply(found, report, source.path), report, overall)
            documents.append(_checked(report))
    if passed:
        more = f" en nog {len(passed) - _MOST_NAMED}" if len(passed) > _MOST_NAMED else ""
        warnings.append(f"Overgeslagen, want geen beleidsstuk: {', '.join(passed[:_MOST_NAMED])}{more}.")
    if known is not None:
        warnings += _resolved(known, findings, documents, overall)
        findings = known.mark(findings)
    if before:
        findings = Baseline.of(before).mark(findings)
    return Outcome(
        tool_version=__version__,
        findings=findings,
        documents=documents,
        missing=[Path(path).as_posix() for path in missing],
        warnings=warnings,
        model_id=analyzer.model_id,
        ruleset_id=ruleset,
        fail_level=overall.fail_level,
        allow_unreadable=overall.allow_unreadable,
        compared=known is not None or new_only is not None,
    )


def _analyzer(config: Config) -> Analyzer:
    return Analyzer(
        config.language_model or DEFAULT_LANGUAGE_MODEL,
        model=config.model,
        profile=config.profile,
        profiles=config.profiles,
    )


def _old_versions(
    sources: Sequence[Source], drafts: Sequence[Draft], stack: ExitStack
) -> Mapping[str, Source]:
    """What the changed drafts were, in a folder that goes with ``stack``, by the path that findings name."""
    if not drafts:
        return {}
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="uitvoerbaarheid-")))
    old: dict[str, Source] = {}
    for number, (source, draft) in enumerate(zip(sources, drafts, strict=True)):
        place = folder / str(number)
        place.mkdir()
        written = draft.write_old(place)
        if written is not None:
            old[shown_path(source.path)] = Source(source.relative, written)
    return old


def _before(
    old: Mapping[str, Source], reports: Iterator[Report], analyzer: Analyzer, chosen: _Chosen
) -> list[Finding]:
    """What was to be said of the old versions (the first reports), set aside or not."""
    known: list[Finding] = []
    for path in old:
        report = next(reports)
        known += chosen.of(Path(path)).apply(find(report, path, analyzer.profiles), report, Path(path))
    return known


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _something_else(report: Report) -> bool:
    """Whether a file is no document at all: a repository has many JSON and XML files for other ends."""
    document = report.document
    suffix = Path(document.path).suffix.lower()
    return document.error is not None and document.error.code == "unsupported" and suffix in _DATA


def _resolved(
    known: Baseline, findings: Sequence[Finding], documents: Sequence[Checked], settings: Settings
) -> list[str]:
    """That the baseline holds more than there is to find, where it does: what is mended may go out of it."""
    read = [document.path for document in documents if document.status != "unreadable"]
    gone = [entry for entry in known.resolved(findings, read) if settings.chosen(entry.rule)]
    if not gone:
        return []
    count = "1 bekende bevinding is" if len(gone) == 1 else f"{len(gone)} bekende bevindingen zijn"
    return [f"{count} er niet meer. Werk het bestand bij met 'uitvoerbaarheid baseline update'."]


def _no_effect(warning: str) -> bool:
    return warning.startswith(NOT_APPLIED)


def _eased(findings: list[Finding], report: Report, settings: Settings) -> list[Finding]:
    """The findings, those of an unreadable document as warnings where that is allowed."""
    if report.document.status != "unreadable" or not settings.allow_unreadable:
        return findings
    return [
        finding.model_copy(update={"severity": "warning"}) if finding.severity == "error" else finding
        for finding in findings
    ]


def _checked(report: Report) -> Checked:
    return Checked(
        path=report.document.path,
        status=report.document.status,
        error=report.document.error,
        sections=len(report.sections),
        assessed=sum(section.verdict != "not_assessed" for section in report.sections),
    )
