"""One document at a time, from file to result: read in a bounded process, assessed and rendered in this one.

The same for every engine: a worker on this machine holds one, and so does a worker on another.
"""

from __future__ import annotations

import gc
import logging
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from uitvoerbaarheid.analyzer import Analyzer
from uitvoerbaarheid.batch.outcomes import (
    NO_MEMO,
    NOT_ASSESSED,
    NOT_READ,
    not_applied,
    result_of,
    unassessed,
    unreadable,
)
from uitvoerbaarheid.batch.sources import MEMO
from uitvoerbaarheid.batch.tasks import Job, JobError, Result, Task
from uitvoerbaarheid.extraction import Ocr, memory, os_reason
from uitvoerbaarheid.extraction.worker import Limits, Reader
from uitvoerbaarheid.overrules import NOT_APPLIED
from uitvoerbaarheid.records import Report, UnreadableError
from uitvoerbaarheid.reports.files import ANNOTATED
from uitvoerbaarheid.reports.json import report_from

if TYPE_CHECKING:
    from uitvoerbaarheid.reports.letters import MemoTemplate

#: Gives the path of a document for as long as it is read.
Fetch = Callable[[str], AbstractContextManager[Path]]

#: So many objects more than when was last looked for garbage: to look takes as long as to assess a page.
_MANY = 100_000
#: Loading the models takes seconds, on a busy computer a minute.
_LOAD_SECONDS = 600.0

log = logging.getLogger(__name__)


#: Two threads that import modules that need one another could each see one of them half made.
_importing = threading.Lock()


def load_libraries() -> None:
    """Import what every document is assessed with, most of what it takes to start; not the models.

    Waits for another thread that is at it.
    """
    # What fails here fails again where it is used, and is told there.
    with _importing, suppress(Exception):
        import uitvoerbaarheid.nlp
        import uitvoerbaarheid.nlp.library
        import uitvoerbaarheid.reports.html
        import uitvoerbaarheid.scoring  # noqa: F401


class Events:
    """What an assessor tells while it works; nothing here, to be overridden. Called in its own thread."""

    def working(self, path: str) -> None:
        """Work on a document begins; reading it keeps its own time."""

    def page(self, path: str, done: int, total: int) -> None:
        """``done`` of ``total`` pages have been read."""

    def assessing(self, path: str, characters: int) -> None:
        """Reading is done; assessing (or only rendering) a text of so many characters begins."""


class Assessor:
    """Makes results of tasks. Use as a context manager; :meth:`close` may be called from another thread.

    ``fetch`` gives a local path for the address of a task, where that is none. ``ocr_workers`` is how many
    pages are recognised side by side, 0 for one per core. ``limits`` are those of reading.
    """

    def __init__(
        self, job: Job, *, fetch: Fetch | None = None, ocr_workers: int = 0, limits: Limits | None = None
    ) -> None:
        self._job = job
        self._fetch = fetch or (lambda address: nullcontext(Path(address)))
        self._reader = Reader(limits, Ocr(job.ocr, ocr_workers))
        self._models = _Models(job)
        #: Memory ran out here: what is left of this process is not to be trusted with another document.
        self.spent = False

    def __enter__(self) -> Assessor:
        self._reader.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.__exit__(kind, error, trace)

    def close(self) -> None:
        """End the reading process, also in the middle of a document; this assessor is done then."""
        self._reader.__exit__(None, None, None)

    def handle(self, task: Task, events: Events | None = None) -> Result:
        """What becomes of one document: whatever is in it, there is one result.

        Raises JobError where no document can be assessed as asked.
        """
        events = events or Events()
        events.working(task.path)
        memory.count_anew()
        work = _Work(task, events)
        try:
            result = self._assessed(work) if task.report is None else self._rendered(work)
        finally:
            _collect()
            memory.give_back()
        # What the reading process took, it mostly still holds while this one assesses.
        peak = max(work.held, memory.most_held() + self._reader.kept)
        remarks = tuple(dict.fromkeys(work.remarks))
        return replace(result, memory=peak, seconds=work.clock.seconds(), remarks=remarks)

    def _assessed(self, work: _Work) -> Result:
        task = work.task
        self._models.load()  # while the document is read
        with work.clock("read"), ExitStack() as stack:
            try:
                path = stack.enter_context(self._fetch(task.address))
            except UnreadableError as error:  # it could not be fetched
                return self._unread(work, Path(task.address), error)
            except OSError as error:
                reason = f"Het bestand kan niet worden geopend: {os_reason(error)}."
                return self._unread(work, Path(task.address), UnreadableError("not_found", reason))
            return self._read(work, path)

    def _read(self, work: _Work, path: Path) -> Result:
        task = work.task
        try:
            report = self._reader.read(
                path,
                task.path,
                password=self._job.password,
                progress=lambda done, total: work.events.page(task.path, done, total),
            )
        except UnreadableError as error:
            return self._unread(work, path, error)
        except RuntimeError as problem:  # the reading process does not start
            return self._unread(work, path, UnreadableError("internal", f"Het lezen mislukte: {problem}."))
        finally:
            work.held = memory.most_held() + self._reader.memory
            memory.count_anew()
        try:
            with work.clock("load"):
                analyzer = self._models.analyzer()
            work.events.assessing(task.path, sum(len(section.text) for section in report.sections))
            with work.clock("annotate"):
                report = analyzer.assess(report, task.corrections, lambda: work.clock.now("score"))
        except JobError:
            raise
        except Exception as problem:  # one document never stops a batch
            self.spent = self.spent or isinstance(problem, MemoryError)
            log.debug("assessing %s failed", task.path, exc_info=True)
            return self._unread(work, path, unassessed(problem), NOT_ASSESSED)
        return self._written(work, report, path)

    def _unread(self, work: _Work, path: Path, error: UnreadableError, why: str = NOT_READ) -> Result:
        with work.clock("write"):
            report = unreadable(work.task, path, error)
            not_applied(report, work.task.corrections, why)
            work.tell_warnings(report)
            return result_of(work.task, report)

    def _written(self, work: _Work, report: Report, path: Path) -> Result:
        with work.clock("write"):
            files: dict[str, bytes] = {}
            try:
                if self._job.memo and (failure := self._memo(report, files)):
                    report.document.warnings.append(failure)
                work.tell_warnings(report)
                if self._job.annotate:
                    self._annotate(work, report, path, files)
                return result_of(work.task, report, files)
            except MemoryError:
                self.spent = True
                problem = "er is te weinig geheugen"
            except JobError:
                raise
            except Exception as defect:
                log.debug("rendering %s failed", work.task.path, exc_info=True)
                problem = str(defect)
            message = f"Het document is beoordeeld, maar het maken van het rapport mislukte: {problem}"
            return self._unread(work, path, UnreadableError("internal", message), NOT_ASSESSED)

    def _rendered(self, work: _Work) -> Result:
        """Only the files that are missing, of a report that is there; the report stays as it is."""
        from uitvoerbaarheid.reports.annotated import unwritten

        task = work.task
        assert task.report is not None
        with work.clock("write"):
            text = zlib.decompress(task.report)
            work.events.assessing(task.path, len(text))
            report = report_from(text)
            files: dict[str, bytes] = {}
            read = report.document.status != "unreadable"
            if read and MEMO in task.files and (failure := self._memo(report, files)):
                work.remarks.append(failure)
            if read and ANNOTATED in task.files:
                try:
                    with self._fetch(task.address) as path:
                        self._annotate(work, report, path, files)
                except UnreadableError as error:
                    work.remarks.append(error.message)
                except OSError as error:
                    work.remarks.append(unwritten(error))
            made = result_of(task, report, files)
        kept = {name: data for name, data in made.files.items() if name in task.files}
        return replace(made, report=task.report, files=kept)

    def _memo(self, report: Report, files: dict[str, bytes]) -> str | None:
        """Add the memo to ``files``, where there is anything to say; why it failed, None where it did not."""
        from uitvoerbaarheid.reports.memo import memo_fields

        template = self._models.template()
        try:
            fields = memo_fields(report)
            if fields is not None:
                files[MEMO] = template.render(fields)
            return None
        except Exception:  # the template may divide by what is nought here
            log.debug("the memo of %s failed", report.document.path, exc_info=True)
            return f"{NO_MEMO}: het sjabloon is met dit document niet in te vullen."

    def _annotate(self, work: _Work, report: Report, path: Path, files: dict[str, bytes]) -> None:
        from uitvoerbaarheid.reports.annotated import NotAnnotatedError, annotated_copy, unwritten

        try:
            with tempfile.TemporaryDirectory(prefix="kopie-", ignore_cleanup_errors=True) as folder:
                target = Path(folder) / "kopie.pdf"
                told = annotated_copy(self._reader, report, path, target, self._job.password)
                files[ANNOTATED] = target.read_bytes()
            work.remarks += told
        except NotAnnotatedError as error:
            work.remarks.append(str(error))
        except OSError as error:
            work.remarks.append(unwritten(error))


def _collect() -> None:
    """Look for garbage in circles where there may be much: in a worker nothing else does."""
    if gc.get_count()[0] >= _MANY:
        gc.collect()


class _Work:
    """One task in work, with its time by stage and what is to be told of it."""

    def __init__(self, task: Task, events: Events) -> None:
        self.task = task
        self.events = events
        self.clock = _Clock()
        #: The most memory that was held while the document was read, also by the reading process.
        self.held = 0
        self.remarks: list[str] = []

    def tell_warnings(self, report: Report) -> None:
        """What a user is told of a document right away: corrections without effect, and a missing memo."""
        told = (NOT_APPLIED, NO_MEMO)
        self.remarks += [text for text in report.document.warnings if text.startswith(told)]


class _Clock:
    """Seconds by stage. A stage begun within another holds that one up: no second counts twice."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._stage: list[str] = []
        self._since = 0.0

    def __call__(self, stage: str) -> _Clock:
        self._count()
        self._stage.append(stage)
        return self

    def __enter__(self) -> _Clock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._count()
        self._stage.pop()

    def now(self, stage: str) -> None:
        """The stage that runs goes over into another."""
        self._count()
        self._stage[-1] = stage

    def _count(self) -> None:
        now = time.perf_counter()
        if self._stage:
            self._spent[self._stage[-1]] = self._spent.get(self._stage[-1], 0.0) + now - self._since
        self._since = now

    def seconds(self) -> dict[str, float]:
        """The stages so far, rounded to milliseconds."""
        return {stage: round(spent, 3) for stage, spent in self._spent.items() if spent >= 0.0005}


class _Models:
    """What a job needs besides the document, loaded once, in a thread of its own."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._thread: threading.Thread | None = None
        self._analyzer: Analyzer | None = None
        self._error: Exception | None = None
        self._template: MemoTemplate | None = None

    def load(self) -> None:
        """Begin to load, where that was not begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, daemon=True)
            self._thread.start()

    def _load(self) -> None:
        job = self._job
        load_libraries()
        collects = gc.isenabled()
        try:
            analyzer = Analyzer(
                job.language_model, model=job.model, profile=job.profile, profiles=job.profiles or None
            )
            # Asked for, they are loaded.
            _ = analyzer.scorer, analyzer.annotator.nlp, analyzer.annotator.labeller
            from uitvoerbaarheid.reports.html import environment

            environment().get_template("report.html.j2")
            if job.memo:
                self.template()
            self._analyzer = analyzer
            # All this stays: the collector need not look at it after every document.
            gc.collect()
            gc.freeze()
        except Exception as error:
            log.debug("loading the models failed", exc_info=True)
            self._error = error
        finally:
            if not collects:  # what reads the model of a pipeline lets it begin again
                gc.disable()

    def analyzer(self) -> Analyzer:
        """The analyzer with its models loaded. Raises JobError where that cannot be done, MemoryError too."""
        assert self._thread is not None
        self._thread.join(_LOAD_SECONDS)
        if isinstance(self._error, MemoryError):
            raise self._error
        if self._error is not None:
            raise JobError(str(self._error)) from self._error
        if self._analyzer is None:
            raise JobError("De modellen zijn niet binnen tien minuten geladen.")
        return self._analyzer

    def template(self) -> MemoTemplate:
        """The template of the memo. Raises JobError for one that cannot be used."""
        from uitvoerbaarheid.reports.letters import MemoTemplate, TemplateError

        if self._template is None:
            path = self._job.memo_template
            try:
                self._template = MemoTemplate(Path(path) if path else None)
            except TemplateError as error:
                raise JobError(str(error)) from error
        return self._template
