"""Findings that were accepted before: the baseline file that lies beside the drafts.

The file is read and merged by people, so it holds a line for each finding, sorted, with what a reviewer
wants to see (document, rule, section) and the fingerprints by which the finding is known again. Paths in
it are seen from its own folder, so that it works from every working folder.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from uitvoerbaarheid.records import Finding
from uitvoerbaarheid.reports.files import write_bytes
from uitvoerbaarheid.sheets import InputError, read_input

DEFAULT_NAME = "uitvoerbaarheid-baseline.json"
SCHEMA_VERSION = "1"
#: Between the headings above a section and its own.
_STEP = " › "
_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ")
_REMAKE = "Herstel het met git, of maak het opnieuw met 'uitvoerbaarheid baseline update'."


class Entry(BaseModel):
    """One known finding. ``section`` is its heading with those above it, None for the whole document."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    path: str = Field(min_length=1)
    section: str | None = None
    rule: str = Field(min_length=1)
    fingerprints: dict[str, str] = Field(min_length=1)

    @property
    def order(self) -> tuple[str, str, str, list[tuple[str, str]]]:
        return self.path, self.section or "", self.rule, sorted(self.fingerprints.items())


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    schema_version: Literal["1"]
    findings: list[Entry]


@dataclass(frozen=True, slots=True)
class Change:
    """A baseline brought up to date, with what that adds and what it takes away."""

    baseline: Baseline
    added: list[Entry]
    removed: list[Entry]


class Baseline:
    """Known findings. ``folder`` is what their paths are relative to: that of the file."""

    def __init__(self, entries: Iterable[Entry] = (), folder: Path | None = None) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.order)
        self.folder = Path(os.path.realpath(folder or Path.cwd()))
        self._seen: dict[str, str] = {}

    @classmethod
    def load(cls, file: Path) -> Baseline:
        """The baseline in a file. Raises InputError for one that is absent, damaged or of another version."""
        data = read_input(file)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{file} is geen geldige baseline: geen UTF-8. {_REMAKE}") from error
        if any(line.startswith(_CONFLICT) for line in text.splitlines()):
            raise InputError(
                f"{file} bevat een onopgelost samenvoegconflict. Houd de regels van beide kanten, zonder "
                "de regels met <<<<<<<, ======= en >>>>>>>, of maak het bestand opnieuw met "
                "'uitvoerbaarheid baseline update'."
            )
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            where = f" (regel {line})" if line else ""
            raise InputError(f"{file} is geen geldige baseline: geen JSON{where}. {_REMAKE}") from error
        version = content.get("schema_version") if isinstance(content, dict) else None
        if isinstance(version, str) and version != SCHEMA_VERSION:
            raise InputError(
                f"{file} is gemaakt door een andere versie van uitvoerbaarheid (schema {version[:20]!r}). "
                "Maak het opnieuw met 'uitvoerbaarheid baseline update'."
            )
        try:
            return cls(_File.model_validate(content).findings, file.parent)
        except ValidationError as error:
            place = error.errors()[0]["loc"]
            number = next((part + 1 for part in place if isinstance(part, int)), None)
            where = f": bevinding {number} klopt niet" if number else ""
            raise InputError(f"{file} is geen geldige baseline{where}. {_REMAKE}") from error

    @classmethod
    def of(cls, findings: Iterable[Finding], folder: Path | None = None) -> Baseline:
        """What these findings are as known ones; those without a fingerprint cannot be known again."""
        empty = cls((), folder)
        return cls((empty._entry(finding) for finding in findings if finding.fingerprints), folder)

    def save(self, file: Path) -> None:
        """Write the file, whole or not at all. Raises OSError where that cannot be done."""
        rows = ",\n".join(
            "    " + json.dumps(_row(entry), ensure_ascii=False, separators=(", ", ": "))
            for entry in self.entries
        )
        findings = f"[\n{rows}\n  ]" if rows else "[]"
        text = f'{{\n  "schema_version": "{SCHEMA_VERSION}",\n  "findings": {findings}\n}}\n'
        write_bytes(file, text.encode("utf-8"))

    def mark(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings in the same order, those that are in the baseline with the state "known".

        One is known when a fingerprint of any kind is that of an entry for the same rule and document; every
        entry makes one finding known. A document that is not in the baseline takes the entries of one that
        is no longer there, when half of those fit and no other document can claim them: it was renamed.
        A suppressed finding stays suppressed, and uses up its entry.
        """
        known = self._match(findings)
        return [
            finding.model_copy(update={"state": "known"})
            if position in known and finding.state == "new"
            else finding
            for position, finding in enumerate(findings)
        ]

    def resolved(self, findings: Sequence[Finding], documents: Collection[str]) -> list[Entry]:
        """The entries of these documents that no finding answers to any more; paths as in findings."""
        used = {id(entry) for entry in self._match(findings).values()}
        checked = {self._relative(path) for path in documents}
        return [entry for entry in self.entries if entry.path in checked and id(entry) not in used]

    def updated(
        self, findings: Sequence[Finding], documents: Collection[str], gone: Collection[str] = ()
    ) -> Change:
        """This baseline with the findings of ``documents`` (paths as in findings) as they are now.

        Entries of other documents stay, but for those in ``gone``, paths as in the entries. Suppressed
        findings are not taken in: they have their own reason.
        """
        matched = self._match(findings)
        used = {id(entry) for entry in matched.values()}
        checked = {self._relative(path) for path in documents}
        kept: list[Entry] = []
        removed: list[Entry] = []
        for entry in self.entries:
            if id(entry) in used:
                continue  # its finding stands for it, with the fingerprints of today
            replaced = entry.path in checked or entry.path in gone
            (removed if replaced else kept).append(entry)
        now, added = [], []
        for position, finding in enumerate(findings):
            if finding.state == "suppressed" or not finding.fingerprints:
                if position in matched:
                    removed.append(matched[position])
                continue
            entry = self._entry(finding)
            now.append(entry)
            if position not in matched:
                added.append(entry)
        return Change(
            Baseline([*kept, *now], self.folder),
            sorted(added, key=lambda entry: entry.order),
            sorted(removed, key=lambda entry: entry.order),
        )

    def _relative(self, path: str) -> str:
        """A path as in findings (from the working folder) as seen from the folder of the baseline."""
        if path not in self._seen:
            whole = Path(path)
            place = os.path.join(os.path.realpath(whole.parent), whole.name)  # noqa: PTH118 (as text)
            try:
                relative = os.path.relpath(place, self.folder)
            except ValueError:  # another drive
                relative = place
            # A name with accents is spelled in two ways, by system.
            name = unicodedata.normalize("NFC", Path(relative).as_posix())
            # Bytes of a name that are no text have no place in JSON.
            self._seen[path] = name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return self._seen[path]

    def _entry(self, finding: Finding) -> Entry:
        return Entry(
            path=self._relative(finding.path),
            section=_STEP.join(" ".join(heading.split()) for heading in finding.heading_path) or None,
            rule=finding.rule,
            fingerprints=finding.fingerprints,
        )

    def _match(self, findings: Sequence[Finding]) -> dict[int, Entry]:
        """Which entry each finding (by its position) answers to."""
        entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            entries[entry.path].append(entry)
        found: dict[str, list[int]] = defaultdict(list)
        for position, finding in enumerate(findings):
            found[self._relative(finding.path)].append(position)

        matched: dict[int, Entry] = {}
        for path, positions in found.items():
            if path in entries:
                matched |= _pairs(findings, positions, entries[path])
        unknown = [path for path in found if path not in entries]
        # os.path.exists: the path is whatever stands in the file, and may be none that a system can have.
        vanished = [
            path
            for path in entries
            if path not in found and not os.path.exists(self.folder / path)  # noqa: PTH110
        ]
        for new, old in self._renamed(findings, found, unknown, entries, vanished).items():
            matched |= _pairs(findings, found[new], entries[old])
        return matched

    @staticmethod
    def _renamed(
        findings: Sequence[Finding],
        found: dict[str, list[int]],
        unknown: Sequence[str],
        entries: dict[str, list[Entry]],
        vanished: Sequence[str],
    ) -> dict[str, str]:
        """The new documents that can only be one document that is no longer there, and which."""
        by_print: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for old in vanished:
            for entry in entries[old]:
                for kind, value in entry.fingerprints.items():
                    by_print[entry.rule, kind, value].add(old)
        claims: dict[str, list[str]] = {}
        for new in unknown:
            near = {
                old
                for position in found[new]
                for kind, value in findings[position].fingerprints.items()
                for old in by_print.get((findings[position].rule, kind, value), ())
            }
            claims[new] = [
                old
                for old in sorted(near)
                if 2 * len(_pairs(findings, found[new], entries[old])) >= len(entries[old])
            ]
        claimed = Counter(old for olds in claims.values() for old in olds)
        return {new: olds[0] for new, olds in claims.items() if len(olds) == 1 and claimed[olds[0]] == 1}


def _pairs(
    findings: Sequence[Finding], positions: Sequence[int], entries: Sequence[Entry]
) -> dict[int, Entry]:
    """Findings and entries of one document that are the same, each used once.

    First those that agree on every kind of fingerprint, then kind by kind, the kind that tells the entries
    apart best before the others: two findings under one heading are not swapped by it.
    """
    values: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for kind, value in entry.fingerprints.items():
            values[kind].add(value)
    matched: dict[int, Entry] = {}
    left = list(entries)
    passes: list[str | None] = [None, *sorted(values, key=lambda name: (-len(values[name]), name))]
    for only in passes:
        waiting: dict[tuple[str, object], deque[Entry]] = defaultdict(deque)
        for entry in left:
            if (name := _name(entry.fingerprints, only)) is not None:
                waiting[entry.rule, name].append(entry)
        for position in positions:
            if position in matched:
                continue
            name = _name(findings[position].fingerprints, only)
            if name is not None and (queue := waiting.get((findings[position].rule, name))):
                matched[position] = queue.popleft()
        used = {id(entry) for entry in matched.values()}
        left = [entry for entry in left if id(entry) not in used]
    return matched


def _name(fingerprints: dict[str, str], kind: str | None) -> object:
    """A finding's fingerprint of this kind, or (without a kind) all together; None where it has none."""
    return fingerprints.get(kind) if kind else frozenset(fingerprints.items()) or None


def _row(entry: Entry) -> dict[str, object]:
    row: dict[str, object] = {"path": entry.path}
    if entry.section is not None:
        row["section"] = entry.section
    return row | {"rule": entry.rule, "fingerprints": dict(sorted(entry.fingerprints.items()))}
