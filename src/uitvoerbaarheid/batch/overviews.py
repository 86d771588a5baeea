"""The overviews of a run: a document is put in when it comes, so that little is left for the end."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from uitvoerbaarheid.batch.tasks import Result
from uitvoerbaarheid.extraction.scratch import temporary_here
from uitvoerbaarheid.store import PASSING, Store
from uitvoerbaarheid.store.packed import unpacked_rows

if TYPE_CHECKING:
    from uitvoerbaarheid.reports.overview import Overview

log = logging.getLogger(__name__)


def load_overviews() -> None:
    """Have ready what the overviews are made with."""
    from uitvoerbaarheid.reports.overview import load

    load()


class Overviews:
    """Makes the overviews of new results as they come, and of what is in the store. To be closed."""

    def __init__(self) -> None:
        self._overview: Overview | None = None
        self._paths: set[str] = set()
        self._gathers = True

    def add(self, result: Result) -> None:
        """Put in a new result, unless the store may have a better one of its document."""
        if not self._gathers or result.error in PASSING:
            return
        try:
            row = unpacked_rows(result.rows)
        except ValueError:
            log.debug("the rows of %s are for the store to make", result.path, exc_info=True)
            return
        try:
            self._open().add(replace(row, path=result.path), result.brief)
        except Exception:  # the disk is full, for one
            # Nothing is lost: they are made of the store at the end, when there may be room.
            log.warning("De overzichten worden pas aan het eind gemaakt.", exc_info=True)
            self.close()
            self._gathers = False
        else:
            self._paths.add(result.path)

    def write(self, folder: Path, keys: Mapping[str, str], store: Store) -> set[str]:
        """Write the overviews of the documents with these paths and keys, those that are not in yet too.

        Gives the paths of which the store has nothing that can be read; what was put in is then forgotten.
        Raises OSError where a file cannot be written.
        """
        wanted = {path: key for path, key in keys.items() if path not in self._paths}
        lost = set(wanted)
        # There are the sheets of the workbook, before they are one file.
        with temporary_here(), closing(self):
            overview = self._open()
            for row in store.rows(wanted):
                lost.remove(row.path)
                overview.add(row)
            overview.write(folder)
        return lost

    def close(self) -> None:
        """Forget what was put in."""
        overview, self._overview = self._overview, None
        self._paths.clear()
        if overview is not None:
            overview.close()

    def _open(self) -> Overview:
        from uitvoerbaarheid.reports.overview import Overview

        if self._overview is None:
            self._overview = Overview()
        return self._overview
