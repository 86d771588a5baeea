"""What a person decided instead of the program: ``correcties.xlsx`` or ``.toml`` beside the documents.

A correction names a document, perhaps a section of it, one field, the right value and a reason. All are
read and checked before any work (:func:`corrections_for`). :func:`place` puts those of one document on its
records before the language stage; scoring heeds them there and notes what it had found; :func:`settle`
tells afterwards which had no effect. None is ever dropped without a word, and none is ever trained on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from uitvoerbaarheid.records import Document, Kind, Overrulable, Overrule, Report, Role, Section, by_hand
from uitvoerbaarheid.reports.labels import label, section_title
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.sheets import (
    MAX_ROWS,
    InputError,
    cell_text,
    nearest,
    read_input,
    read_sheets,
    refuse,
)

FILE_NAMES = ("correcties.xlsx", "correcties.toml")
SHEET = "Correcties"
#: How a warning about a correction without effect begins; by it the command line finds them again.
NOT_APPLIED = "Correctie niet toegepast"

FIELDS: dict[str, Overrulable] = {
    "soort": "kind",
    "datum": "date",
    "overheid": "authority",
    "profiel": "profile",
    "rol": "role",
    "niveau": "level",
}
_NAMES = {field: name for name, field in FIELDS.items()}
#: Fields of a section; the others are of the document as a whole.
OF_SECTION: frozenset[Overrulable] = frozenset({"role", "level"})
_NEEDED = ("document", "veld", "waarde", "reden")
_KNOWN = ("document", "paragraaf", "kop", "veld", "waarde", "reden", "door", "op")
#: Columns of a workbook that are not read: what informs whoever fills it in, and a place for notes.
_NOT_READ = ("bladzijde", "het programma vond", "opmerking")
_LONGEST = 2000
_MOST_HINTS = 20
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_LEAD = re.compile(r"^(?:paragraaf|par|hoofdstuk|sectie|§)\s+")


def choices(field: Overrulable, profiles: Collection[str] = ()) -> dict[str, str | int]:
    """The Dutch words that a field can have and what each stands for; empty where any text will do.

    ``profiles`` are the names of the profiles that there are.
    """
    if field == "kind":
        return {label("kind", kind): kind for kind in get_args(Kind)}
    if field == "role":
        return {label("role", role): role for role in get_args(Role)}
    if field == "level":
        return {label("level", level): level for level in range(5)}
    return {name: name for name in profiles} if field == "profile" else {}


def in_words(field: Overrulable, value: str | int | None) -> str:
    """A value of a field in Dutch words: "beleid", "3 uitgewerkt"."""
    if field == "level" and value is not None:
        return f"{value} {label('level', value)}"
    return label(field, value) if choices(field) else str(value or "")


# --- reading -------------------------------------------------------------------------------------


class _Entry(BaseModel):
    """A row as it stands in the file, all text; validated into what it means."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    document: str = Field(min_length=1, max_length=_LONGEST)
    paragraaf: str | None = Field(default=None, max_length=_LONGEST)
    kop: str | None = Field(default=None, max_length=_LONGEST)
    veld: str = Field(max_length=_LONGEST)
    waarde: str = Field(min_length=1, max_length=_LONGEST)
    reden: str = Field(min_length=3, max_length=_LONGEST)
    door: str | None = Field(default=None, max_length=_LONGEST)
    op: str | None = Field(default=None, max_length=_LONGEST)

    @field_validator("veld")
    @classmethod
    def _known_field(cls, value: str) -> str:
        if value.casefold() not in FIELDS:
            raise ValueError(f"'{value}' is geen veld. {nearest(value, FIELDS)}")
        return value.casefold()

    @field_validator("op")
    @classmethod
    def _a_day(cls, value: str | None) -> str | None:
        return _iso_date(value) if value else None

    @model_validator(mode="after")
    def _fits(self) -> _Entry:
        if (self.field in OF_SECTION) != bool(self.paragraaf):
            raise ValueError(
                f"'{self.veld}' vraagt een paragraaf (kenmerk, nummer of kop)."
                if self.field in OF_SECTION
                else f"'{self.veld}' geldt voor het hele document; laat 'paragraaf' leeg."
            )
        self.value  # noqa: B018 (raises ValueError for a wrong one)
        return self

    @property
    def field(self) -> Overrulable:
        return FIELDS[self.veld]

    @property
    def value(self) -> str | int:
        """The value as the records hold it."""
        if self.field == "date":
            return _iso_date(self.waarde)
        known = choices(self.field)
        given = self.waarde.casefold()
        if not known:
            return self.waarde
        if self.field == "level":
            given = re.sub(r"^niveau\s+", "", given)
            levels: dict[str, str | int] = {str(level): level for level in range(5)}
            spelled: dict[str, str | int] = {f"{level} {name}": level for name, level in known.items()}
            known = levels | spelled | known
        if given not in known:
            offered = choices(self.field)
            more = " (of 0 tot en met 4)" if self.field == "level" else ""
            raise ValueError(f"'{self.waarde}' is geen {self.veld}{more}. {nearest(given, offered)}")
        return known[given]


def _iso_date(text: str) -> str:
    """A date, month or year in ISO 8601 from "2026-03-01", "1-3-2026", "2026-03" or "2026"."""
    day = _DAY.fullmatch(text.strip())
    iso = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day else text.strip()
    if _ISO.fullmatch(iso):
        try:
            datetime.strptime(iso, ("%Y", "%Y-%m", "%Y-%m-%d")[iso.count("-")])
            return iso
        except ValueError:
            pass  # a month 13 or the 31st of April
    raise ValueError(f"'{text}' is geen datum. Schrijf bijvoorbeeld 2026-03-01, 1-3-2026 of alleen 2026.")


@dataclass(frozen=True)
class Correction:
    """One checked correction. ``origin`` is its file and row; ``folder`` that of a file that was found
    beside documents, which is about those below it only (None: about any)."""

    document: str
    section: str | None
    heading: str | None
    field: Overrulable
    value: str | int
    reason: str
    by: str | None
    date: str | None
    origin: str
    folder: Path | None = None

    def overrule(self) -> Overrule:
        """The record of this correction, with nothing found yet."""
        return Overrule(field=self.field, value=self.value, reason=self.reason, by=self.by, date=self.date)

    def failed(self, why: str) -> str:
        """The warning that it was not applied."""
        return f"{NOT_APPLIED} ({self.origin}): {why}"

    def not_here(self) -> str:
        """The warning that its document is not among those that are read."""
        return self.failed(f"het document '{self.document}' zit niet bij wat nu wordt gelezen.")


def read_corrections(
    path: Path, folder: Path | None = None, profiles: Collection[str] = ()
) -> list[Correction]:
    """The corrections in an XLSX or TOML file; rows without field, value and reason are left out.

    A profile must be one of ``profiles``, where these are given. Raises InputError with every problem of
    the file, each with its row and the nearest right value.
    """
    rows = _toml_rows(path) if path.suffix.lower() == ".toml" else _xlsx_rows(path)
    found, problems = [], []
    for origin, row in rows:
        if not any(row.get(name) for name in ("veld", "waarde", "reden")):
            continue
        try:
            entry = _Entry.model_validate(row)
        except ValidationError as error:
            problems += [f"{origin}: {problem}" for problem in _problems(error)]
            continue
        if entry.field == "profile" and profiles and entry.value not in profiles:
            problems.append(
                f"{origin}: er is geen profiel '{entry.value}'. {nearest(entry.waarde, profiles)}"
            )
        found.append(
            Correction(
                document=entry.document,
                section=entry.paragraaf or None,
                heading=entry.kop or None,
                field=entry.field,
                value=entry.value,
                reason=entry.reden,
                by=entry.door or None,
                date=entry.op,
                origin=origin,
                folder=folder,
            )
        )
    refuse([*problems, *_contradictions(found)])
    return found


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        name = f"'{problem['loc'][0]}' " if problem["loc"] else ""
        kind = problem["type"]
        if kind == "value_error":
            yield str(problem["ctx"]["error"])
        elif kind == "extra_forbidden":
            yield f"{name}is geen kolom. {nearest(str(problem['loc'][0]), _KNOWN)}"
        elif kind == "string_too_long":
            yield f"{name}is langer dan {_LONGEST} tekens."
        elif kind == "string_too_short" and problem["input"]:
            yield f"{name}is te kort om iets te zeggen."
        else:
            yield f"{name}is niet ingevuld."


def _contradictions(found: Sequence[Correction]) -> Iterator[str]:
    """Two corrections of the same thing: which one counts is not for the program to say."""
    seen: dict[tuple[str, str, str], Correction] = {}
    for item in found:
        first = seen.setdefault((_fold(item.document), _fold(item.section or ""), item.field), item)
        if first is not item:
            yield (
                f"{item.origin}: '{_NAMES[item.field]}' is voor dit onderdeel al gecorrigeerd in "
                f"{first.origin}; houd er één."
            )


def _xlsx_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for line in read_sheets(path, {SHEET: _NEEDED})[SHEET]:
        cells = {name: value for name, value in line.cells.items() if name not in _NOT_READ}
        unknown = next((name for name in cells if name not in _KNOWN), None)
        if unknown:
            raise InputError(f"{path.name}: '{unknown}' is geen kolom. {nearest(unknown, _KNOWN)}")
        yield f"{path.name}, rij {line.number}", cells


def _toml_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        data = tomllib.loads(read_input(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # of the text, the TOML, or a number without end
        line = re.search(r"at line (\d+)", str(error))
        where = f": zie regel {line[1]}" if line else ""
        raise InputError(f"{path.name} is geen geldig TOML-bestand{where}.") from error
    tables = data.get("correctie", [])
    wrong = [name for name in data if name != "correctie"]
    if wrong or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        given = f"'{wrong[0]}' is hier onbekend. " if wrong else ""
        raise InputError(f"{path.name}: {given}Schrijf elke correctie onder een regel [[correctie]].")
    if len(tables) > MAX_ROWS:
        raise InputError(f"{path.name} heeft meer dan {MAX_ROWS} correcties.")
    for number, table in enumerate(tables, start=1):
        yield f"{path.name}, correctie {number}", {str(name): cell_text(v) for name, v in table.items()}


# --- which corrections are about which document ----------------------------------------------------


class Corrections:
    """The corrections of a scan, each with the document that it is about."""

    def __init__(self, found: Sequence[Correction], documents: Mapping[str, Path]) -> None:
        """``documents`` are the documents of the scan: their path in the reports, and where they are.

        Raises InputError where one correction fits several documents.
        """
        self._of: dict[str, list[Correction]] = {}
        #: Corrections about documents that are not in this scan.
        self.elsewhere: list[Correction] = []
        by_name: dict[str, list[str]] = {}
        for relative in documents:
            by_name.setdefault(_fold(PurePosixPath(relative).name), []).append(relative)
        problems = []
        for item in found:
            fitting = _fitting(item, documents, by_name)
            if len(fitting) > 1:
                told = " en ".join(fitting[:2])
                problems.append(
                    f"{item.origin}: '{item.document}' past op {len(fitting)} documenten ({told}); "
                    "schrijf de mappen erbij."
                )
            elif fitting:
                self._of.setdefault(fitting[0], []).append(item)
            else:
                self.elsewhere.append(item)
        refuse(problems)

    def of(self, relative: str) -> list[Correction]:
        """The corrections of one document, in the order of their files."""
        return self._of.get(relative, [])


def _fitting(item: Correction, documents: Mapping[str, Path], by_name: Mapping[str, list[str]]) -> list[str]:
    parts = item.document.replace("\\", "/").split("/")
    given = tuple(_fold(part) for part in parts if part not in ("", "."))
    if not given:
        return []
    fitting = []
    for relative in by_name.get(given[-1], []):
        place = documents[relative].resolve()
        if item.folder and not place.is_relative_to(item.folder):
            continue
        own = _folded(PurePosixPath(relative))
        if own == given or (item.folder and _folded(place.relative_to(item.folder)) == given):
            return [relative]
        if own[-len(given) :] == given:
            fitting.append(relative)
    return fitting


def _folded(path: PurePath) -> tuple[str, ...]:
    return tuple(_fold(part) for part in path.parts)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def corrections_for(
    documents: Mapping[str, Path],
    given: Path | None = None,
    roots: Iterable[Path] = (),
    profiles: Collection[str] = (),
) -> Corrections:
    """The corrections for these documents: those in ``given``, else those in files beside them.

    ``roots`` are scanned folders, where a file may lie above its documents; ``profiles`` the names of the
    profiles that there are, empty for any. Raises InputError for a wrong file, before any document is read.
    """
    if given is not None:
        return Corrections(read_corrections(given, profiles=profiles), documents)
    folders = {path.resolve().parent for path in documents.values()} | {root.resolve() for root in roots}
    files = [folder / name for folder in sorted(folders) for name in FILE_NAMES]
    found = [
        item for file in files if file.is_file() for item in read_corrections(file, file.parent, profiles)
    ]
    return Corrections(found, documents)


# --- applying them -------------------------------------------------------------------------------


#: The corrections that were put on sections, with the section of each.
Placed = list[tuple[Section, Correction]]


def place(report: Report, corrections: Sequence[Correction]) -> Placed:
    """Put a document's corrections on its records, before the language stage reads it.

    Those of the document itself count at once; a role or level is heeded by scoring, and given back for
    :func:`settle`. What fits no section becomes a warning of the document.
    """
    placed: Placed = []
    document = report.document
    places: Places | None = None
    for item in corrections:
        if item.field not in OF_SECTION:
            if by_hand(document, item.field):
                document.warnings.append(item.failed("een andere correctie ging hier al over."))
            else:
                _apply(document, item)
            continue
        places = places or Places(report.sections)
        section, why = places.find(item)
        if section is None:
            document.warnings.append(item.failed(why))
        elif by_hand(section, item.field):
            title = section_title(section, 60)
            document.warnings.append(item.failed(f"een andere correctie van '{title}' ging hier al over."))
        else:
            section.overruled.append(item.overrule())
            placed.append((section, item))
    return placed


def _apply(document: Document, item: Correction) -> None:
    overrule = item.overrule()
    value = str(item.value)
    if item.field == "kind":
        overrule.found = document.kind
        document.kind = next(kind for kind in get_args(Kind) if kind == value)
    elif item.field == "date":
        overrule.found, document.date = document.date, value
    elif item.field == "authority":
        overrule.found, document.authority = document.authority, value
    document.overruled.append(overrule)


def settle(report: Report, placed: Placed) -> None:
    """After scoring: a role or level that had no effect is taken off its section and told of."""
    for section, item in placed:
        if getattr(section, item.field) != item.value:
            section.overruled = [o for o in section.overruled if o.field != item.field]
            report.document.warnings.append(item.failed(_without_effect(report, section, item)))


def _without_effect(report: Report, section: Section, item: Correction) -> str:
    if report.document.language != "nl":
        return "de tekst is niet Nederlands en wordt niet beoordeeld."
    title = section_title(section, 60)
    if item.field == "level" and section.role != "policy" and section.text.strip():
        role = label("role", section.role)
        return f"'{title}' is als '{role}' gelezen en krijgt geen niveau. Corrigeer ook de rol naar 'beleid'."
    return f"'{title}' heeft geen eigen tekst om te beoordelen."


class Places:
    """The sections of a document by their id, and by number and heading in the ways people write them."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._by_id = {section.id: section for section in sections}
        self._by_words: dict[str, list[Section]] = {}
        for section in sections:
            for words in _names_of(section):
                self._by_words.setdefault(words, []).append(section)
        self._hints = 0

    def find(self, item: Correction) -> tuple[Section | None, str]:
        """The section that a correction is about; or None, and why.

        By its id, unless the heading that stands beside it belongs to one other section only; then by
        number, heading or both.
        """
        given = item.section or ""
        by_heading = self.named(item.heading)
        by_id = self._by_id.get(given)
        if by_id is not None:
            moved = len(by_heading) == 1 and by_heading[0] is not by_id
            return (by_heading[0] if moved else by_id), ""
        found = self.named(given)
        both = [section for section in found if any(section is other for other in by_heading)]
        found = both or found or by_heading
        if len(found) == 1:
            return found[0], ""
        if found:
            ids = ", ".join(section.id for section in found[:5])
            return None, f"'{given}' past op {len(found)} paragrafen; geef het kenmerk, zoals {ids}."
        return None, f"er is geen paragraaf '{given}'.{self._hint(given)}"

    def meant(self, given: str) -> list[Section]:
        """The sections that an id, number or heading is of; several where they have the same name."""
        by_id = self._by_id.get(given)
        return [by_id] if by_id is not None else self.named(given)

    def named(self, text: str | None) -> list[Section]:
        """The sections with this number, heading or both."""
        words = _words(text or "")
        return self._by_words.get(words) or self._by_words.get(_LEAD.sub("", words), [])

    def _hint(self, given: str) -> str:
        self._hints += 1
        if self._hints > _MOST_HINTS:  # looking for what is near takes long in a long document
            return ""
        names = {_words(section_title(section)): section for section in self._sections}
        near = get_close_matches(given, self._by_id, n=1, cutoff=0.5)
        near = near or [names[words].id for words in get_close_matches(_words(given), names, n=1, cutoff=0.5)]
        return f" Bedoelde u '{near[0]}'?" if near else ""


def _words(text: str) -> str:
    """Lower case letters and figures with single spaces: "4.2. Wonen" and "4.2 wonen" are the same."""
    return " ".join(re.findall(r"[^\W_]+|§", text.casefold()))


def _names_of(section: Section) -> set[str]:
    heading, number = _words(section.heading), _LEAD.sub("", _words(section.number or ""))
    plain = _LEAD.sub("", heading)
    bare = plain.removeprefix(f"{number} ")
    return {name for name in (heading, plain, number, bare, f"{number} {bare}".strip()) if name}


# --- the workbook to fill in -----------------------------------------------------------------------


def write_workbook(reports: Iterable[Report], path: Path, profiles: Collection[str] = ()) -> int:
    """Write a workbook for corrections, with rows for these reports and their sections; returns their number.

    Without reports it is empty. Raises :class:`OSError` when the file cannot be written.
    """
    from uitvoerbaarheid.forms import FormBook, FormColumn

    columns = [
        FormColumn("document", 32, fill=True),
        FormColumn("paragraaf", 30, fill=True),
        FormColumn("kop", 40, fill=True),
        FormColumn("bladzijde", 10),
        FormColumn("het programma vond", 36),
        FormColumn("veld", 12, fill=True, choices=tuple(FIELDS)),
        FormColumn("waarde", 22, fill=True, depends="veld"),
        FormColumn("reden", 50, fill=True),
        FormColumn("door", 18, fill=True),
        FormColumn("op", 12, fill=True),
    ]
    book = FormBook()
    for name, field in FIELDS.items():
        if choices(field, profiles):
            book.choices(name, list(choices(field, profiles)))
    rows = [row for report in reports for row in _rows_of(report)]
    book.form(SHEET, columns, rows)
    book.text("Uitleg", [[line] for line in read_toml("reports", "corrections.toml")["lines"]], [110])
    book.save(path)
    return len(rows)


def _rows_of(report: Report) -> Iterator[list[Any]]:
    document = report.document
    empty = [None] * 5
    facts = (
        f"{name}: {in_words(FIELDS[name], value)}"
        for name in ("soort", "datum", "overheid")
        if (value := _found(document, FIELDS[name]))
    )
    yield [document.path, None, None, None, "; ".join(facts), *empty]
    for section in report.sections:
        if not section.text.strip():
            continue  # there is nothing to assess, and so nothing to correct
        found = [f"rol: {in_words('role', _found(section, 'role'))}"]
        level = _found(section, "level")
        if level is not None:
            found.append(f"niveau: {in_words('level', level)}")
        title = section_title(section)
        yield [document.path, section.id, title, section.page_start, "; ".join(found), *empty]


def _found(record: Document | Section, field: Overrulable) -> str | int | None:
    """What the program found for a field, also where a person decided otherwise."""
    decision = by_hand(record, field)
    found: str | int | None = decision.found if decision else getattr(record, field)
    return found
