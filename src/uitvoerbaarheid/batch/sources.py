"""Finding the documents of a scan, and what people decided about them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from uitvoerbaarheid.extraction import SUFFIXES
from uitvoerbaarheid.overrules import FILE_NAMES, Corrections, corrections_for

#: The files by which the output folder of a scan is known.
OVERVIEWS = frozenset({"overzicht.csv", "overzicht.html", "overzicht.xlsx"})
#: The results of a scan, in its output folder from its beginning on.
STORE_FILE = "uitvoerbaarheid.duckdb"
#: How the names of memos and annotated copies end; like other reports they are no documents.
MEMO = ".memo.docx"
ANNOTATED = ".geannoteerd.pdf"


@dataclass(frozen=True, order=True)
class Source:
    """A document to scan: ``relative`` is its path below the scanned root, with forward slashes."""

    relative: str
    path: Path


def discover(paths: Iterable[str | Path], output: Path | None = None) -> tuple[list[Source], list[str]]:
    """Find the documents below ``paths`` (files and folders, folders recursively).

    Returns the sources, sorted by relative path, and the paths that do not exist or may not be listed.
    Files of other types, hidden files, ``README*``, annotated copies, the output folder and the folders of
    earlier scans are left out, unless a file is named itself. A file of corrections is never a document.
    Two documents with the same relative path (from two roots) get their root's name before it.
    """
    skipped = output.resolve() if output else None
    found: dict[Path, tuple[Path, str]] = {}
    missing: list[str] = []
    for given in paths:
        root = Path(given)
        if root.is_dir():
            for path in _walk(root, skipped, missing):
                found.setdefault(path.resolve(), (path, path.relative_to(root).as_posix()))
        elif root.exists():
            if root.name.casefold() not in FILE_NAMES:
                found.setdefault(root.resolve(), (root, root.name))
        else:
            missing.append(str(given))
    return _unique_sources(found), missing


def _walk(root: Path, skipped: Path | None, unlisted: list[str]) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root, onerror=lambda error: unlisted.append(error.filename)):
        here = Path(folder)
        # The reports of an earlier scan are no documents, also when it did not come to its overviews.
        if set(names) >= OVERVIEWS or STORE_FILE in names:
            subfolders.clear()
            continue
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and (here / name).resolve() != skipped
        )
        for name in sorted(names):
            low = name.casefold()
            plain = not low.startswith((".", "~$", "readme")) and not low.endswith((ANNOTATED, MEMO))
            if plain and (here / name).suffix.lower() in SUFFIXES:
                yield here / name


def _unique_sources(found: dict[Path, tuple[Path, str]]) -> list[Source]:
    """Give every document its own relative path, also on file systems that ignore case."""
    taken: set[str] = set()
    sources = []
    for resolved, (path, relative) in found.items():
        name = relative
        parents = iter(resolved.parents[len(Path(relative).parts) - 1 :])
        while name.casefold() in taken:
            parent = next(parents, None)
            name = f"{parent.name}/{name}" if parent and parent.name else f"_/{name}"
        taken.add(name.casefold())
        sources.append(Source(name, path))
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
