"""Finding the documents of a scan, and what people decided about them."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from uitvoerbaarheid.batch.remote import address_of, listing, local_path, version
from uitvoerbaarheid.extraction import MAX_BYTES, SUFFIXES, os_reason
from uitvoerbaarheid.overrules import FILE_NAMES, Corrections, corrections_for
from uitvoerbaarheid.records import UnreadableError
from uitvoerbaarheid.reports.files import ANNOTATED

log = logging.getLogger(__name__)

#: The files by which the output folder of a scan is known.
OVERVIEWS = frozenset({"overzicht.csv", "overzicht.html", "overzicht.xlsx"})
#: The results of a scan, in its output folder from its beginning on.
STORE_FILE = "uitvoerbaarheid.duckdb"
#: How the names of memos end; like other reports, and annotated copies, they are no documents.
MEMO = ".memo.docx"


@dataclass(frozen=True, order=True)
class Source:
    """A document to scan: ``relative`` is its path below the scanned root, with forward slashes.

    One on storage elsewhere has an ``address``; ``tag`` is what names this version of it there ("" where
    nothing does) and ``size`` its bytes (0: unknown). Its ``path`` names it, but nothing is there.
    """

    relative: str
    path: Path
    address: str = ""
    tag: str = ""
    size: int = 0


def discover(paths: Iterable[str | Path], output: Path | None = None) -> tuple[list[Source], list[str]]:
    """Find the documents below ``paths`` (files and folders, folders recursively; addresses of storage).

    Returns the sources, sorted by relative path, and the paths that do not exist or may not be listed.
    Files of other types, hidden files, ``README*``, annotated copies, the output folder and the folders of
    earlier scans are left out, unless a file is named itself. A file of corrections is never a document.
    Two documents with the same relative path (from two roots) get their root's name before it.
    Raises :class:`~uitvoerbaarheid.batch.remote.AddressError` for an address that cannot be listed.
    """
    skipped = output.resolve() if output else None
    found: dict[str, tuple[Source, list[str]]] = {}
    missing: list[str] = []
    for given in paths:
        address = address_of(given)
        if address is not None:
            try:
                for source in _listed(address):
                    found.setdefault(source.address, (source, _names_above(source.address, source.relative)))
            except FileNotFoundError:
                missing.append(str(given))
            continue
        root = local_path(str(given)) or Path(given)
        if root.is_dir():
            local = [(path, path.relative_to(root).as_posix()) for path in _walk(root, skipped, missing)]
        elif root.exists():
            local = [] if root.name.casefold() in FILE_NAMES else [(root, root.name)]
        else:
            local = []
            missing.append(str(given))
        for path, relative in local:
            resolved = path.resolve()
            above = _names_above(resolved.as_posix(), relative)
            found.setdefault(str(resolved), (Source(relative, path), above))
    return _unique_sources(found.values()), missing


def digest(source: Source) -> str:
    """What names the content of a document, as 64 hexadecimal digits, before it is read: its SHA-256.

    For one on storage elsewhere that names its versions it is made of that, and nothing is fetched. Raises
    UnreadableError where the document cannot be opened or fetched, or is too large.
    """
    if source.address:
        return version(source.address, source.tag, source.size)
    try:
        # Opening a pipe would wait for who writes to it.
        if not source.path.is_file():
            if source.path.exists():
                raise UnreadableError("unsupported", "Dit is geen gewoon bestand.")
            raise UnreadableError("not_found", f"Het bestand bestaat niet: {source.path.name}")
        if source.path.stat().st_size > MAX_BYTES:
            raise UnreadableError("too_large", f"Het bestand is groter dan {MAX_BYTES // 2**20} MB.")
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"Het bestand kan niet worden geopend: {os_reason(error)}."
        raise UnreadableError("not_found", message) from error


def _is_output(names: set[str]) -> bool:
    # The reports of an earlier scan are no documents, also when it did not come to its overviews.
    return names >= OVERVIEWS or STORE_FILE in names


def _is_document(name: str) -> bool:
    low = name.casefold()
    plain = not low.startswith((".", "~$", "readme")) and not low.endswith((ANNOTATED, MEMO))
    return plain and PurePosixPath(name).suffix.lower() in SUFFIXES


def _walk(root: Path, skipped: Path | None, unlisted: list[str]) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root, onerror=lambda error: unlisted.append(error.filename)):
        here = Path(folder)
        if _is_output(set(names)):
            subfolders.clear()
            continue
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and (here / name).resolve() != skipped
        )
        for name in sorted(names):
            if _is_document(name):
                yield here / name


def _listed(address: str) -> Iterator[Source]:
    """The documents at an address; of files of corrections there it is said that they do not count."""
    for file in listing(address, _is_output):
        name = PurePosixPath(file.relative).name
        if name.casefold() in FILE_NAMES:
            log.warning(
                "%s telt niet mee: correcties op opslag elders worden niet gezocht. Haal het bestand op en "
                "geef het met --corrections.",
                file.address,
            )
        elif _is_document(name) or file.address == address:
            yield Source(file.relative, Path(file.address), file.address, file.tag, file.size)


def _names_above(place: str, relative: str) -> list[str]:
    """The names of the folders above the one that was scanned, the nearest first."""
    return [name for name in reversed(place.split("/")[: -relative.count("/") - 1]) if name]


def _unique_sources(found: Iterable[tuple[Source, list[str]]]) -> list[Source]:
    """Give every document its own relative path, also on file systems that ignore case."""
    taken: set[str] = set()
    sources = []
    for source, above in found:
        name = source.relative
        names = iter(above)
        while name.casefold() in taken:
            name = f"{next(names, '_')}/{name}"
        taken.add(name.casefold())
        sources.append(replace(source, relative=name))
    return sorted(sources)


def find_corrections(
    sources: Iterable[Source],
    paths: Iterable[str | Path],
    given: Path | None = None,
    profiles: Collection[str] = (),
) -> Corrections:
    """What people decided about these documents: in ``given``, else in files beside them or in ``paths``.

    ``profiles`` are the names of the profiles that there are, empty for any. Raises
    :class:`~uitvoerbaarheid.sheets.InputError` for a wrong file.
    """
    roots = [Path(path) for path in paths]
    documents = {source.relative: source.path for source in sources}
    return corrections_for(documents, given, [root for root in roots if root.is_dir()], profiles)
