"""From file to sections: every format gives the same document model.

:func:`read` reads in this process; :func:`read_bounded` in a worker process that can be stopped, for
files of unknown origin.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from pathlib import Path

from uitvoerbaarheid import __version__
from uitvoerbaarheid.extraction import assemble, metadata
from uitvoerbaarheid.extraction.detect import Format, detect
from uitvoerbaarheid.extraction.model import Extract, Ocr, OcrMode, Progress
from uitvoerbaarheid.extraction.watch import MAX_CHARACTERS, WHY, Watch
from uitvoerbaarheid.records import Document, DocumentError, ErrorCode, Report, Summary, UnreadableError

__all__ = [
    "SUFFIXES",
    "Ocr",
    "OcrMode",
    "Progress",
    "UnreadableError",
    "os_reason",
    "read",
    "read_bounded",
    "unreadable_report",
]

#: File name endings that a scan of a folder picks up.
SUFFIXES = (".pdf", ".docx", ".odt", ".fodt", ".xml", ".json", ".html", ".htm", ".md", ".markdown", ".txt")

#: Larger files are refused before they are read into memory.
MAX_BYTES = 1024 * 1024 * 1024


def read(
    path: str | Path,
    *,
    relative_to: Path | None = None,
    password: str | None = None,
    progress: Progress | None = None,
    visual_only: bool = False,
    watch: Watch | None = None,
    ocr: Ocr | None = None,
) -> Report:
    """Read one document into sections that are not assessed yet.

    ``relative_to`` is the scanned root that ``document.path`` is given against; ``password`` opens a
    protected PDF; ``progress`` is called with (pages done, pages in all). ``visual_only`` leaves a PDF's
    bookmarks and structure tags unread, as if it had none. ``watch`` sets how far to read and takes the place
    of ``progress``. ``ocr`` says whether text is recognised in the pictures of pages (without: where it is
    needed and can be done). Raises UnreadableError with one of the codes damaged, encrypted, no_text,
    garbled_text, unsupported, too_large, empty, not_found or memory (timeout with a watch that has a time).
    """
    path = Path(path)
    data = _bytes(path)
    try:
        digest = hashlib.sha256(data).hexdigest()
        form = detect(data, path)
        if form == "pdf":
            data = b""  # PDFium reads the file itself, piece by piece
        watch = watch or Watch(progress)
        extract = _extract(form, data, path, password=password, watch=watch, visual_only=visual_only, ocr=ocr)
        return _report(path, relative_to, digest, extract)
    except (MemoryError, RecursionError) as error:
        code: ErrorCode = "memory" if isinstance(error, MemoryError) else "damaged"
        raise UnreadableError(code, _MESSAGES[code]) from error


_MESSAGES: dict[ErrorCode, str] = {
    "memory": "Het document vraagt meer geheugen dan beschikbaar is.",
    "damaged": "Het document is te diep genest om te lezen.",
}


def read_bounded(
    path: str | Path,
    *,
    relative_to: Path | None = None,
    password: str | None = None,
    progress: Progress | None = None,
    ocr: Ocr | None = None,
) -> Report:
    """As :func:`read`, in a worker process with limits on time and memory; also raises "timeout".

    For many documents use :class:`uitvoerbaarheid.extraction.worker.Reader`, which keeps its process.
    """
    from uitvoerbaarheid.extraction.worker import Reader

    with Reader(ocr=ocr) as reader:
        return reader.read(path, _relative(Path(path), relative_to), password=password, progress=progress)


def unreadable_report(path: str | Path, relative_path: str, error: UnreadableError) -> Report:
    """The record of a document that could not be read: status "unreadable", the reason, no sections.

    ``relative_path`` becomes ``document.path``. A file that cannot be opened or is too large gets the
    digest of no content.
    """
    path = Path(path)
    digest = hashlib.sha256(b"").hexdigest()
    with contextlib.suppress(OSError):
        # Opening a pipe would wait for who writes to it, and a file of any size may lie there.
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
    form = path.suffix.lower().lstrip(".") or None
    return Report(
        tool_version=__version__,
        document=Document(
            path=relative_path,
            sha256=digest,
            format=form,
            status="unreadable",
            error=DocumentError(code=error.code, message=error.message),
        ),
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        if not path.is_file():
            if path.exists():
                raise UnreadableError("unsupported", "Dit is geen gewoon bestand.")
            raise UnreadableError("not_found", f"Het bestand bestaat niet: {path.name}")
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableError("too_large", f"Het bestand is groter dan {MAX_BYTES // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            "not_found", f"Het bestand kan niet worden geopend: {os_reason(error)}."
        ) from error


_OS_REASONS = {
    errno.ENOENT: "het pad bestaat niet",
    errno.EISDIR: "het is een map",
    errno.ENOTDIR: "een deel van het pad is een bestand en geen map",
    errno.EEXIST: "er is al een bestand met die naam",
    errno.EACCES: "de toegang is geweigerd",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.ENOSPC: "de schijf is vol",
    errno.EROFS: "er mag daar niet worden geschreven",
}


def os_reason(error: OSError) -> str:
    """Why a file cannot be opened or written, in Dutch; the system's own text is in its own language."""
    return _OS_REASONS.get(error.errno or 0, "het systeem gaf een fout")


def _extract(
    form: Format,
    data: bytes,
    path: Path,
    *,
    password: str | None,
    watch: Watch,
    visual_only: bool,
    ocr: Ocr | None,
) -> Extract:
    # Readers are imported when needed: each brings a library of its own.
    if form == "pdf":
        from uitvoerbaarheid.extraction.pdf import read_pdf

        return read_pdf(path, password=password, watch=watch, visual_only=visual_only, ocr=ocr)
    if form == "docx":
        from uitvoerbaarheid.extraction.docx import read_docx as reader
    elif form == "odt":
        from uitvoerbaarheid.extraction.odt import read_odt as reader
    elif form == "xml":
        from uitvoerbaarheid.extraction.stop import read_stop as reader
    elif form == "json":
        from uitvoerbaarheid.extraction.dso import read_dso as reader
    elif form == "html":
        from uitvoerbaarheid.extraction.html import read_html as reader
    elif form == "md":
        from uitvoerbaarheid.extraction.markdown import read_markdown as reader
    else:
        from uitvoerbaarheid.extraction.text import read_text as reader
    return reader(data)


def _relative(path: Path, root: Path | None) -> str:
    """The path below ``root`` (or just the name) with forward slashes."""
    if root is None:
        return path.name
    try:
        return path.resolve().relative_to(Path(root).resolve()).as_posix()
    except ValueError:
        return path.name


def _cut_long(extract: Extract) -> None:
    """Leave out what comes after the most characters that are read; that is told."""
    room = MAX_CHARACTERS
    for index, item in enumerate(extract.stream):
        room -= len(item.text)
        if room < 0:
            item.text = item.text[:room]
            del extract.stream[index + 1 :]
            extract.status = "partial"
            extract.error = extract.error or DocumentError(
                code="too_large",
                message=f"Een deel van het document is niet gelezen: {WHY['too_large']}.",
            )
            shown = f"{MAX_CHARACTERS // 10**6} miljoen"
            extract.warnings.append(f"Alleen de eerste {shown} tekens van de tekst zijn gelezen.")
            return


def _report(path: Path, relative_to: Path | None, digest: str, extract: Extract) -> Report:
    _cut_long(extract)
    extract.title = metadata.title(extract)
    sections = assemble.sections(extract)
    if not sections:
        if extract.error:
            raise UnreadableError(extract.error.code, extract.error.message)
        raise UnreadableError("empty", "Het document bevat geen tekst.")
    name = _relative(path, relative_to)
    language = metadata.language(sections)
    warnings = list(extract.warnings)
    if language not in (None, "nl"):
        warnings.append(f"De tekst is niet in het Nederlands (taal: {language}) en wordt niet beoordeeld.")
    document = Document(
        path=name,
        sha256=digest,
        title=extract.title or metadata.plain_name(name),
        kind=metadata.kind(extract, name),
        authority=metadata.authority(extract, name, sections),
        date=metadata.date(extract, name),
        pages=extract.pages,
        format=extract.format,
        language=language,
        status=extract.status,
        error=extract.error,
        warnings=warnings,
        ocr=extract.ocr,
        suppressions=extract.suppressions,
    )
    summary = Summary(sections=len(sections), other_sections=len(sections))
    return Report(tool_version=__version__, document=document, summary=summary, sections=sections)
