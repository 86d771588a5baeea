"""Labels of users: sections to label in a workbook or JSON lines, and what comes back, read and checked.

A label names its document by digest and its section by id and digests of heading and text. The text itself
stands only in the user's own files. What the program thinks of a section chooses what is asked, and is not
shown: it would lead the reader.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from uitvoerbaarheid.agreement import Agreement, agreement
from uitvoerbaarheid.forms import FormBook, FormColumn
from uitvoerbaarheid.records import CRITERIA, Block, Criteria, Kind, Report, Role, Section
from uitvoerbaarheid.reports.files import write_text
from uitvoerbaarheid.reports.labels import label, number
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.guideline import level_by_criteria
from uitvoerbaarheid.scoring.reasons import settings
from uitvoerbaarheid.sheets import (
    InputError,
    cell_text,
    nearest,
    read_input,
    read_sheets,
    refuse,
)

SHEET = "Labels"
_DATA = "Gegevens"
#: Sections with fewer words say too little to label.
LEAST_WORDS = 15
#: A cell holds at most 32 767 signs.
_CHUNK = 30_000
#: How many figures the number of such a part has at most.
_LONGEST_PART = 6
_KEY = "kenmerk"
_COLUMNS: dict[str, str] = {
    "rol": "role",
    **{label("criterion", name): name for name in CRITERIA},
    "niveau": "level",
    "reden": "reason",
    "lezer": "reader",
}


class TextSection(BaseModel):
    """A section as the classifiers read it: its place and its text."""

    model_config = ConfigDict(extra="forbid")

    id: str
    number: str | None = None
    heading: str
    heading_path: list[str]
    depth: int
    page: int | None = None
    text: str
    blocks: list[Block] = Field(default_factory=list)

    @classmethod
    def of(cls, section: Section) -> TextSection:
        kept = section.model_dump(
            include={"id", "number", "heading", "heading_path", "depth", "text", "blocks"}
        )
        return cls(page=section.page_start, **kept)

    def section(self) -> Section:
        """As a section of a report, nothing assessed."""
        return Section(page_start=self.page, page_end=self.page, **self.model_dump(exclude={"page"}))


class Source(BaseModel):
    """The document of a labelled section."""

    model_config = ConfigDict(extra="forbid")

    path: str
    sha256: str
    kind: Kind
    authority: str | None = None
    date: str | None = None


class Task(BaseModel):
    """A section to label."""

    model_config = ConfigDict(extra="forbid")

    document: Source
    section: TextSection
    heading_hash: str
    text_hash: str

    @classmethod
    def of(cls, report: Report, section: Section) -> Task:
        document = report.document
        return cls(
            document=Source(
                path=document.path,
                sha256=document.sha256,
                kind=document.kind,
                authority=document.authority,
                date=document.date,
            ),
            section=TextSection.of(section),
            heading_hash=digest(section.heading),
            text_hash=digest(section.text),
        )

    @property
    def key(self) -> str:
        """Names the section in the files: the start of its document's digest, and its id."""
        return f"{self.document.sha256[:8]}/{self.section.id}"

    def is_whole(self) -> bool:
        """Whether heading and text are still those that the digests were made of."""
        section = self.section
        return (self.heading_hash, self.text_hash) == (digest(section.heading), digest(section.text))


class Label(Task):
    """A section as one reader labelled it; criteria and level stand with policy only."""

    role: Role
    criteria: Criteria | None = None
    level: int | None = Field(default=None, ge=0, le=4)
    reason: str = ""
    reader: str


def digest(text: str) -> str:
    """Digest of a text's letters and figures, in lower case: spaces and marks may differ."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", text.lower()).encode("utf-8", "replace")).hexdigest()[:24]


# --- choosing what to label ----------------------------------------------------------------------


def choose(reports: Iterable[Report], count: int, seed: int = 0) -> list[Task]:
    """At most ``count`` sections that teach most: half those in doubt, the rest spread over roles and levels.

    The same reports, count and seed give the same sections, in the order of their documents. Equal texts
    are asked once; sections that are not assessed or have fewer than fifteen words are not asked.
    """
    tasks: list[Task] = []
    sections: list[Section] = []
    seen: set[str] = set()
    for report in sorted(reports, key=lambda report: report.document.path):
        for section in report.sections:
            mark = digest(section.text)
            usable = section.role_probability is not None and len(section.text.split()) >= LEAST_WORDS
            if usable and mark not in seen:
                seen.add(mark)
                tasks.append(Task.of(report, section))
                sections.append(section)
    lots = [hashlib.sha256(f"{seed}:{task.key}:{task.text_hash}".encode()).hexdigest() for task in tasks]
    by_lot = sorted(range(len(tasks)), key=lots.__getitem__)
    by_doubt = sorted(by_lot, key=lambda index: -_doubt(sections[index]))
    chosen = set(by_doubt[: count // 2])
    strata: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index in by_lot:
        strata[sections[index].role, _found_level(sections[index])].append(index)
    spread = chain.from_iterable(zip_longest(*(strata[name] for name in sorted(strata))))
    for index in spread:
        if len(chosen) >= count:
            break
        if index is not None:
            chosen.add(index)
    return [tasks[index] for index in sorted(chosen)]


def _expected_level(section: Section) -> float:
    return sum(level * share for level, share in enumerate(section.level_probabilities or []))


def _found_level(section: Section) -> int:
    """The likeliest level, also where a person decided otherwise."""
    shares = section.level_probabilities or [1.0]
    return shares.index(max(shares))


def _doubt(section: Section) -> float:
    """How unsure the program is of the role, or of the border between sending back and accepting; 0 to 1."""
    border = settings()["send_back_level"] + 0.5
    doubt = 1.0 - (section.role_probability or 0.0)
    if section.level_probabilities:
        doubt = max(doubt, 1 - abs(_expected_level(section) - border) / border)
    return round(min(1.0, doubt), 2)


# --- writing -------------------------------------------------------------------------------------


def guideline() -> list[list[str]]:
    """The guideline as lines of cells; a cell that begins with "# " is a heading."""
    data = read_toml("labelling", "richtlijn.toml")
    lines = [
        [f"# {text}"] if not at else [text] for part in data["deel"] for at, text in enumerate(_part(part))
    ]
    lines.append(["# Criteria", "# 0", "# 1", "# 2"])
    lines += [[item["naam"], *item["waarden"]] for item in data["criterium"]]
    return [*lines, [f"# {data['niveau']['titel']}"], *([text] for text in data["niveau"]["regels"])]


def _part(part: Mapping[str, Any]) -> list[str]:
    return [part["titel"], *part["regels"]]


def write_guideline(path: Path) -> None:
    """Write the guideline as Markdown; raises :class:`OSError` when that is not possible."""
    parts = []
    for line in guideline():
        if len(line) == 1:
            parts.append(f"\n#{line[0]}\n" if line[0].startswith("# ") else f"- {line[0]}")
        elif line[0].startswith("# "):
            names = [name.removeprefix("# ") for name in line]
            parts += ["", f"| {' | '.join(names)} |", "|---" * len(line) + "|"]
        else:
            parts.append(f"| {' | '.join(line)} |")
    write_text(path, "# Richtlijn voor het labelen\n" + "\n".join(parts) + "\n")


def write_workbook(tasks: Sequence[Task], path: Path) -> None:
    """Write the sections to label with room for the labels, and the guideline; OSError if that fails."""
    values = ("0", "1", "2")
    columns = [
        FormColumn(_KEY, 16),
        FormColumn("document", 28),
        FormColumn("bladzijde", 10),
        FormColumn("kop", 40),
        FormColumn("tekst", 90),
        FormColumn("rol", 10, fill=True, choices=tuple(label("role", role) for role in get_args(Role))),
        *(FormColumn(label("criterion", name), 11, fill=True, choices=values) for name in CRITERIA),
        FormColumn("niveau", 9, fill=True, choices=tuple("01234")),
        FormColumn("reden", 40, fill=True),
        FormColumn("lezer", 14, fill=True),
    ]
    book = FormBook()
    rows = [
        [
            task.key,
            task.document.path,
            task.section.page,
            " › ".join(task.section.heading_path),
            task.section.text,
        ]
        + [None] * len(_COLUMNS)
        for task in tasks
    ]
    book.form(SHEET, columns, rows, spare=0)
    book.text("Richtlijn", guideline(), [70, 45, 45, 45])
    book.hidden(_DATA, (_KEY, "deel", "gegevens"), _data_rows(tasks))
    book.save(path)


def _data_rows(tasks: Iterable[Task]) -> Iterator[list[str]]:
    """All of each task, in parts that fit in a cell: tables cannot be read back from the text alone."""
    for task in tasks:
        data = json.dumps(task.model_dump(mode="json"), separators=(",", ":"))
        for part, start in enumerate(range(0, len(data), _CHUNK)):
            # A cell's ends are trimmed on reading; a space at a cut would be lost.
            yield [task.key, str(part), f"[{data[start : start + _CHUNK]}]"]


def write_tasks(tasks: Iterable[Task], path: Path) -> None:
    """Write the sections to label as JSON lines with empty labels; raises :class:`OSError` if that fails."""
    empty: dict[str, Any] = {"role": None, "criteria": dict.fromkeys(CRITERIA), "level": None}
    _write_lines(
        path, (task.model_dump(mode="json") | empty | {"reason": "", "reader": ""} for task in tasks)
    )


def write_labels(labels: Iterable[Label], path: Path) -> None:
    """Write labels as JSON lines; raises :class:`OSError` when that is not possible."""
    _write_lines(path, (item.model_dump(mode="json") for item in labels))


def _write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    write_text(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


# --- reading -------------------------------------------------------------------------------------


class LabelFiles:
    """What was read from files of labels: the ``labels``, and how many rows were still ``empty``."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read XLSX and JSON lines; raises InputError with every problem, each with its file and row.

        A reader who gave no name is called after their file.
        """
        self.labels: list[Label] = []
        self.empty = 0
        problems: list[str] = []
        given: dict[tuple[str, ...], str] = {}
        for path in {path.resolve(): path for path in paths}.values():
            rows = _workbook_rows(path) if path.suffix.lower() == ".xlsx" else _json_rows(path)
            for origin, task, answers in rows:
                if isinstance(task, str):
                    problems.append(f"{origin}: {task}")
                    continue
                if not any(answers.get(name) for name in _COLUMNS.values() if name != "reader"):
                    self.empty += 1
                    continue
                reader = answers.get("reader") or path.stem
                found, wrong = _checked(task, answers, reader)
                first = given.setdefault((*identity(task), reader), origin)
                if first is not origin:
                    wrong = [f"'{reader}' labelde deze paragraaf al in {first}."]
                problems += [f"{origin}: {problem}" for problem in wrong]
                if found and not wrong:
                    self.labels.append(found)
        refuse(problems)


def identity(task: Task) -> tuple[str, str, str]:
    """What makes two labels be about the same section."""
    return (task.document.sha256, task.section.id, task.text_hash)


_Row = tuple[str, Task | str, dict[str, str]]


def _workbook_rows(path: Path) -> Iterator[_Row]:
    wanted = {SHEET: (_KEY, *(name for name in _COLUMNS if name not in ("reden", "lezer"))), _DATA: (_KEY,)}
    sheets = read_sheets(path, wanted)
    parts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in sheets[_DATA]:
        part = line.cells.get("deel", "")
        place = int(part) if part.isdecimal() and len(part) <= _LONGEST_PART else 0
        parts[line.cells.get(_KEY, "")].append((place, line.cells.get("gegevens", "")[1:-1]))
    for line in sheets[SHEET]:
        key = line.cells.get(_KEY, "")
        answers = {field: line.cells.get(name, "") for name, field in _COLUMNS.items()}
        data = "".join(text for _, text in sorted(parts.get(key, [])))
        if not key and not any(answers.values()):
            continue
        lost = f"de paragraaf met kenmerk '{key}' staat niet in dit bestand; wijzig of wis deze kolom niet."
        yield f"{path.name}, rij {line.number}", _task(data) if data else lost, answers


def _json_rows(path: Path) -> Iterator[_Row]:
    try:
        lines = read_input(path).decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is geen Excel-bestand (.xlsx) en geen tekst in UTF-8.") from error
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        origin = f"{path.name}, regel {at}"
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            yield origin, "dit is geen regel met JSON.", {}
            continue
        criteria = data.get("criteria")
        own = criteria if isinstance(criteria, dict) else {}
        answers = {
            name: cell_text(own.get(name) if name in CRITERIA else data.get(name))
            for name in _COLUMNS.values()
        }
        kept = {name: data.get(name) for name in Task.model_fields}
        yield origin, _task(json.dumps(kept)), answers


def _task(data: str) -> Task | str:
    try:
        task = Task.model_validate_json(data)
    except ValidationError:
        return "de gegevens van de paragraaf zijn onvolledig of beschadigd."
    return task if task.is_whole() else "de tekst van de paragraaf is gewijzigd; label de tekst zoals hij is."


def _checked(task: Task, answers: Mapping[str, str], reader: str) -> tuple[Label | None, list[str]]:
    """The label in a row, and what is wrong with it."""
    roles: dict[str, Role] = {label("role", role): role for role in get_args(Role)}
    given = answers.get("role", "").casefold()
    role = roles.get(given) or next((role for role in roles.values() if role == given), None)
    if role is None:
        return None, [
            f"'{answers['role']}' is geen rol. {nearest(given, roles)}"
            if given
            else "de rol is niet ingevuld."
        ]
    values = {name: answers.get(name, "") for name in (*CRITERIA, "level")}
    if role != "policy":
        filled = [_column(name) for name, value in values.items() if value]
        wrong = [f"bij de rol '{label('role', role)}' horen geen criteria en geen niveau."] if filled else []
        return Label(**_fields(task), role=role, reason=answers.get("reason", ""), reader=reader), wrong
    wrong = []
    numbers: dict[str, int] = {}
    for name, value in values.items():
        most = 4 if name == "level" else 2
        names = {label("level", level): level for level in range(5)} if name == "level" else {}
        allowed = names | {str(value): value for value in range(most + 1)}
        if not value:
            wrong.append(f"{_column(name)} is niet ingevuld.")
        elif value.casefold() not in allowed:
            wrong.append(f"{_column(name)} is '{value}'; mogelijk zijn 0 tot en met {most}.")
        else:
            numbers[name] = allowed[value.casefold()]
    if wrong:
        return None, wrong
    level = numbers.pop("level")
    criteria = Criteria(**numbers)
    follows = level_by_criteria(criteria)
    if abs(level - follows) > 1:
        wrong.append(
            f"niveau {level} past niet bij de criteria, die naar {follows} wijzen; "
            "één stap hoger of lager mag."
        )
    fields = _fields(task)
    reason = answers.get("reason", "")
    return Label(**fields, role=role, criteria=criteria, level=level, reason=reason, reader=reader), wrong


def _fields(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in Task.model_fields}


def _column(name: str) -> str:
    return "niveau" if name == "level" else label("criterion", name)


# --- agreement -----------------------------------------------------------------------------------


def agreements(labels: Iterable[Label]) -> dict[str, Agreement]:
    """How readers agree on role, criteria and level, over sections that more than one of them labelled.

    Criteria and level count where readers called the section policy. Empty where nothing is labelled twice.
    """
    units: dict[tuple[str, str, str], list[Label]] = defaultdict(list)
    for item in labels:
        units[identity(item)].append(item)
    double = [readings for readings in units.values() if len(readings) > 1]
    if not double:
        return {}
    policy = [[item for item in readings if item.criteria is not None] for readings in double]
    found = {"role": agreement([[i.role for i in unit] for unit in double], get_args(Role), "nominal")}
    for name in CRITERIA:
        found[name] = agreement(
            [[getattr(item.criteria, name) for item in unit] for unit in policy], range(3), "ordinal"
        )
    found["level"] = agreement([[item.level for item in unit] for unit in policy], range(5), "ordinal")
    return found


AGREEMENT_HEADER = ("", "alfa", "paren", "gelijk")


def agreement_rows(found: Mapping[str, Agreement]) -> list[tuple[str, str, str, str]]:
    """Agreements in Dutch words and notation: what, alpha, pairs, equal pairs."""
    return [
        (
            {"role": "rol", "level": "niveau"}.get(name) or label("criterion", name),
            number(item.alpha, 2),
            str(item.pairs),
            str(item.equal),
        )
        for name, item in found.items()
    ]


def counts(labels: Iterable[Label]) -> Counter[str]:
    """How many labels there are of each role, and of policy of each level ("niveau 2")."""
    found: Counter[str] = Counter()
    for item in labels:
        found[label("role", item.role)] += 1
        if item.level is not None:
            found[f"niveau {item.level}"] += 1
    return found
