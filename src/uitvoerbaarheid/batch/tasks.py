"""What goes to a worker and what comes back, whatever engine runs it: one document at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from uitvoerbaarheid.extraction.model import OcrMode
from uitvoerbaarheid.overrules import Correction
from uitvoerbaarheid.records import ErrorCode, Status

if TYPE_CHECKING:
    from uitvoerbaarheid.batch.progress import RunProgress
    from uitvoerbaarheid.reports import ReportRows
    from uitvoerbaarheid.reports.files import PackedFile
    from uitvoerbaarheid.store.packed import PackedTables


@dataclass(frozen=True)
class Job:
    """What holds for every document of a run: a worker makes its reader and its analyzer of it.

    ``model`` is the folder of a model of one's own, ``memo_template`` the path of a template (None: the
    bundled one). Of each document JSON and HTML are made, with ``memo`` and ``annotate`` those too.
    """

    language_model: str = "nl_policy"
    model: str | None = None
    profile: str | None = None
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    ocr: OcrMode = "auto"
    password: str | None = field(default=None, repr=False)
    memo: bool = False
    memo_template: str | None = None
    annotate: bool = False


@dataclass(frozen=True)
class Task:
    """One document: ``path`` below the scanned root, ``address`` a local path or a URL that fsspec opens.

    ``original`` is where the report's page numbers lead ("" for nowhere). With ``report``, packed as in
    :class:`Result`, the document was assessed before, and only the ``files`` that are missing are made of it.
    ``size`` is in bytes, where it is known: the largest documents go first. ``sha256`` is the digest of the
    file, where it is known: an unreadable document has it too.
    """

    path: str
    address: str
    key: str = ""
    original: str = ""
    corrections: tuple[Correction, ...] = ()
    size: int = 0
    report: bytes | None = field(default=None, repr=False)
    files: frozenset[str] = frozenset()
    sha256: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one document; every task gives exactly one.

    ``report`` is its JSON packed with zlib, ``files`` what is to be written, by the end of its name (".json",
    ".html", ".memo.docx", ".geannoteerd.pdf"). ``tables`` are its rows for the store and
    ``rows`` those for the overviews, packed (``store.packed``): the main process holds many results at once,
    and needs of most no more than ``brief``. ``seconds`` are by stage (read, annotate, score, write),
    ``memory`` the most bytes that the worker held, reading included. ``remarks`` are for the user ("no memo,
    because ...").
    """

    path: str
    key: str
    status: Status
    error: ErrorCode | None
    message: str | None
    pages: int | None
    report: bytes = field(repr=False)
    files: dict[str, bytes | PackedFile] = field(repr=False)
    tables: PackedTables = field(repr=False)
    rows: bytes = field(repr=False)
    brief: ReportRows = field(repr=False)
    seconds: dict[str, float] = field(default_factory=dict)
    memory: int = 0
    attempts: int = 1
    remarks: tuple[str, ...] = ()


class JobError(RuntimeError):
    """No document can be assessed as the job asks, whatever document it is; the message is Dutch.

    The language model or the user's own is absent or damaged, a profile or the template of the memo is wrong.
    """


class Engine(Protocol):
    """Runs tasks, on this machine or on others. Results come as they are ready, in any order.

    A document whose worker dies is tried once more; after that it is a result with the reason. Closing the
    generator ends all work at once.
    """

    def run(self, tasks: Iterable[Task], job: Job, progress: RunProgress) -> Generator[Result]:
        """The results of ``tasks``.

        Raises JobError where the job itself cannot be done, another RuntimeError where no worker can be
        started.
        """
        ...
