"""The typed records that every stage shares: the contract of the JSON output (schema version 1).

A :class:`Report` starts in ``extraction`` (document and sections, nothing assessed), gains mentions
and commitments in ``nlp`` and scores in ``scoring``. Later versions may add fields; they never change
or remove one. Offsets are Unicode code points in a section's ``text``; boxes are PDF points from the
page's top left corner.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1"

Kind = Literal[
    "visie",
    "programma",
    "strategie",
    "beleidsnota",
    "raadsvoorstel",
    "begroting",
    "akkoord",
    "rapport",
    "toelichting",
    "overig",
]
Role = Literal["policy", "context", "other"]
Verdict = Literal["send_back", "accept", "not_assessed"]
Status = Literal["ok", "partial", "unreadable"]
#: Why a document was not read, or (status "partial") why not the whole of it. Codes stay what they are:
#: ``timeout``, ``memory``, ``too_large``: it takes more time, memory, pages or unpacked bytes than it may;
#: ``encrypted``: no password, or a wrong one; ``damaged``: the file is broken, or the reader broke on it;
#: ``no_text``: pictures only; ``garbled_text``: a text layer that is not text; ``empty``: nothing in it;
#: ``unsupported``: a kind of file that is not read; ``not_found``: it cannot be opened;
#: ``internal``: read, but the program failed to assess it; ``not_written``: its report could not be written;
#: ``killed``: the process that worked on it was ended from outside, more than once.
ErrorCode = Literal[
    "timeout",
    "memory",
    "too_large",
    "encrypted",
    "damaged",
    "no_text",
    "garbled_text",
    "empty",
    "unsupported",
    "not_found",
    "internal",
    "not_written",
    "killed",
]
MentionType = Literal["goal", "measure", "actor", "budget", "deadline", "monitoring", "vague"]
Criterion = Literal["goal", "measure", "actor", "budget", "deadline", "monitoring"]
#: How firmly a goal, measure or check is stated.
Modality = Literal["wish", "intention", "decision", "duty"]
#: What takes a statement out of the promises: "geen budget", "mits", "onderzoeken of", "in 2018 besteed".
Qualifier = Literal["negation", "condition", "study", "history"]
#: Why a mention belongs to a commitment: the nearest bond that holds.
Bond = Literal["sentence", "column", "row", "list", "paragraph", "section"]
ReferenceKind = Literal["section", "chapter", "annex", "table", "document"]
#: Why another section serves one: it is pointed to, is about carrying out the same, stands above or below.
Service = Literal["reference", "execution", "parent", "child"]
#: How the profile of a document was chosen: recognised, set by hand, or none fitted.
Choice = Literal["recognised", "hand", "default"]
OverlapKind = Literal["duplicate", "deadline", "budget", "actor"]
Overrulable = Literal["kind", "date", "authority", "profile", "role", "level"]
BlockKind = Literal["paragraph", "item", "row", "note", "caption"]
#: How much a finding of ``check`` weighs.
Severity = Literal["error", "warning", "note"]
#: Whether a finding counts: it does, it was there before (a baseline), or a person set it aside.
FindingState = Literal["new", "known", "suppressed"]

CRITERIA: tuple[Criterion, ...] = ("goal", "measure", "actor", "budget", "deadline", "monitoring")
#: Order in which a tie for the weakest criterion is decided.
WEAKEST_ORDER: tuple[Criterion, ...] = ("measure", "actor", "deadline", "budget", "goal", "monitoring")


class Record(BaseModel):
    """Base of all records: unknown fields are errors, so that a misspelt one is noticed."""

    # Numbers that JSON has no form for are not to be turned into null: a report with one is not written.
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="constants")


class Box(Record):
    """A rectangle on a page, in PDF points from the page's top left; ``page`` counts from 1."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Block(Record):
    """One paragraph, list item, table row, footnote or caption inside a section's text.

    ``start`` and ``end`` are offsets in the section's text. A table row keeps its ``cells``, where the
    table has one its ``header`` (the column names, as many as there are cells), and ``table``: which table
    of the document it is part of, counted from 0, over page breaks. ``boxes`` are where it stands, one per
    column or page; ``line`` is its line in the file, from 1, for formats that are text.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    cells: list[str] | None = None
    header: list[str] | None = None
    table: int | None = None
    boxes: list[Box] = Field(default_factory=list)
    line: int | None = None


class Mention(Record):
    """A goal, measure, actor, budget, deadline, monitoring or vague wording found in a section.

    ``start``/``end`` are offsets in the section's text; ``sentence`` is the whole unit (sentence, list
    item or table row) it stands in. ``value`` is the normalised value (labelling guideline, section 4);
    its ``resolved`` is what a relative term or "we" stands for in this document. ``rules`` are the ids of
    the rules that found it (``data/patterns``, ``data/lexicons``), ``model.*`` for a trained classifier.
    """

    type: MentionType
    text: str
    start: int
    end: int
    sentence: str
    page: int | None = None
    value: dict[str, Any] | None = None
    probability: float | None = None
    rules: list[str] = Field(default_factory=list)
    modality: Modality | None = None
    qualifiers: list[Qualifier] = Field(default_factory=list)


class Link(Record):
    """Why a mention (index in the section's ``mentions``) belongs to a commitment."""

    mention: int
    bond: Bond


class Reference(Record):
    """A place where a section points elsewhere: "zie paragraaf 4.2", "bijlage 3", "programma Mobiliteit".

    ``start``/``end`` are offsets in the section's text. ``target`` is the id of the section that is meant,
    null where it is not in this document; ``name`` is the number or title as written.
    """

    kind: ReferenceKind
    text: str
    start: int
    end: int
    name: str
    target: str | None = None
    page: int | None = None
    rules: list[str] = Field(default_factory=list)


class Commitment(Record):
    """What one promise holds together: indexes into the section's ``mentions``, null where missing.

    One without measure and goal is promised by the section's heading. Only policy sections have any.
    """

    measure: int | None = None
    goal: int | None = None
    actors: list[int] = Field(default_factory=list)
    budget: int | None = None
    deadline: int | None = None
    monitoring: int | None = None
    page: int | None = None
    links: list[Link] = Field(default_factory=list)


class Reason(Record):
    """A fact that decides a section's score, in plain Dutch, with the mentions that show it."""

    text: str
    mentions: list[int] = Field(default_factory=list)


class Question(Record):
    """A question to send back for a missing criterion, with the framework it comes from."""

    criterion: Criterion
    text: str
    source: str


class Criteria(Record):
    """The six criteria of the labelling guideline, each 0, 1 or 2."""

    goal: int = Field(ge=0, le=2)
    measure: int = Field(ge=0, le=2)
    actor: int = Field(ge=0, le=2)
    budget: int = Field(ge=0, le=2)
    deadline: int = Field(ge=0, le=2)
    monitoring: int = Field(ge=0, le=2)


class Elsewhere(Record):
    """A criterion that a section misses and another one meets, at ``value``.

    ``section`` is that one's id, ``mentions`` the indexes in its mentions that show it.
    """

    criterion: Criterion
    value: int = Field(ge=1, le=2)
    section: str
    service: Service
    mentions: list[int] = Field(default_factory=list)
    page: int | None = None


class InContext(Record):
    """A section judged with what the rest of the document adds to it, beside its own text alone.

    ``met`` says which criteria other sections raise, and which sections those are.
    """

    criteria: Criteria
    level: int = Field(ge=0, le=4)
    score: int = Field(ge=0, le=100)
    verdict: Verdict
    met: list[Elsewhere] = Field(default_factory=list)


class Expectation(Record):
    """A section held against the profile of its kind of document, in its context.

    ``fit`` is the weighted share of what the profile asks that is met, in per cent; ``missing`` are the
    criteria below what it asks, the heaviest first.
    """

    level: int = Field(ge=0, le=4)
    fit: int = Field(ge=0, le=100)
    missing: list[Criterion] = Field(default_factory=list)
    verdict: Verdict
    uncertain: bool = False


class Overrule(Record):
    """What a person decided instead of the program, and why. ``found`` is what the program had found."""

    field: Overrulable
    found: str | int | None = None
    value: str | int
    reason: str
    by: str | None = None
    date: str | None = None


class Suppression(Record):
    """Rules of ``check`` that the writer of a draft set aside, in a comment, with the reason.

    ``rules`` are ids or the beginning of ids ("UV1") as written, none where the comment names none; ``line``
    is that of the comment, from 1, for formats that are text, ``by`` its author where the format names one.
    """

    rules: list[str]
    reason: str | None = None
    by: str | None = None
    line: int | None = None


class Section(Record):
    """A heading with the text below it up to the next heading, without that of its subsections.

    ``boxes`` are the areas it covers, one per page; ``heading_box`` is that of the heading alone, ``line``
    the heading's line in the file, from 1, for formats that are text. ``set_aside`` are amounts and terms
    that were read but do not count (history, prices, law), each with the rule that says why.
    """

    id: str
    number: str | None = None
    heading: str
    heading_path: list[str]
    depth: int
    page_start: int | None = None
    page_end: int | None = None
    boxes: list[Box] = Field(default_factory=list)
    heading_box: Box | None = None
    line: int | None = None
    text: str = ""
    blocks: list[Block] = Field(default_factory=list)
    role: Role = "other"
    role_probability: float | None = None
    level: int | None = Field(default=None, ge=0, le=4)
    level_probabilities: list[float] | None = None
    score: int | None = Field(default=None, ge=0, le=100)
    criteria: Criteria | None = None
    weakest: Criterion | None = None
    verdict: Verdict = "not_assessed"
    uncertain: bool = False
    reasons: list[Reason] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)
    mentions: list[Mention] = Field(default_factory=list)
    commitments: list[Commitment] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    set_aside: list[Mention] = Field(default_factory=list)
    in_context: InContext | None = None
    expectation: Expectation | None = None
    overruled: list[Overrule] = Field(default_factory=list)
    suppressions: list[Suppression] = Field(default_factory=list)


class DocumentError(Record):
    """Why a document could not be (wholly) read: a stable code and a Dutch message."""

    code: ErrorCode
    message: str


class OcrPage(Record):
    """A page whose text was recognised from its picture, and how sure the recognition was (0-1)."""

    page: int
    confidence: float = Field(ge=0, le=1)


class Document(Record):
    """The file itself: what it is, whose it is and how well it could be read.

    ``path`` is relative to the scanned root, with forward slashes. ``date`` is an ISO 8601 date, month or
    year. ``language`` is an ISO 639-1 code. ``ocr`` lists the pages without a text layer of their own.
    ``suppressions`` stand before the first heading and hold for the whole document.
    """

    path: str
    sha256: str
    title: str | None = None
    kind: Kind = "overig"
    authority: str | None = None
    date: str | None = None
    pages: int | None = None
    format: str | None = None
    language: str | None = None
    status: Status = "ok"
    error: DocumentError | None = None
    warnings: list[str] = Field(default_factory=list)
    ocr: list[OcrPage] = Field(default_factory=list)
    overruled: list[Overrule] = Field(default_factory=list)
    suppressions: list[Suppression] = Field(default_factory=list)


class Profile(Record):
    """What is asked of this kind of document: its name in ``data/profiles`` and how it was chosen."""

    name: str
    title: str
    choice: Choice
    level: int = Field(ge=0, le=4)


def by_hand(record: Section | Document, field: Overrulable) -> Overrule | None:
    """What a person decided on this field of a document or section, None where nobody did."""
    return next((overrule for overrule in record.overruled if overrule.field == field), None)


class Promise(Record):
    """A commitment in a document: the id of its section and its index in that section's commitments."""

    section: str
    commitment: int


class ActorLoad(Record):
    """What one party has to do according to a document. ``budget`` is the sum in euros, where stated."""

    name: str
    identifier: str | None = None
    promises: list[Promise] = Field(default_factory=list)
    budget: float | None = None


class YearLoad(Record):
    """What is due in one year, and the euros that the document sets aside for that year."""

    year: int
    promises: list[Promise] = Field(default_factory=list)
    budget: float | None = None


class Overlap(Record):
    """The same measure in two sections: a duplicate, or with another term, amount or actor."""

    kind: OverlapKind
    first: Promise
    second: Promise
    text: str


class SignalEvidence(Record):
    """Words in a section that show a signal; offsets in the section's text."""

    section: str
    text: str
    start: int
    end: int
    page: int | None = None
    rules: list[str] = Field(default_factory=list)


class Signal(Record):
    """A sign of uitvoeringskracht in the document as a whole, found or missing.

    ``id`` is its name in ``data/signals``; ``route`` the route to uitvoeringskracht that it belongs to;
    ``question`` is what to ask where it is missing, or where it is found but raises one (a conflict that is
    named and not resolved).
    """

    id: str
    route: str
    title: str
    found: bool
    question: str | None = None
    source: str | None = None
    evidence: list[SignalEvidence] = Field(default_factory=list)


class Summary(Record):
    """Figures over the sections of one document; means are over its policy sections.

    ``criteria_counts`` holds for each criterion the number of sections at 0, 1 and 2; ``first_to_send_back``
    the ids of the sections to begin with. ``send_back_in_context`` and ``send_back_by_profile`` count the
    verdicts that stand beside the sections' own. ``budget`` is the least that the promises set aside, in
    euros: each amount once, a yearly one for one year, of a range the lowest; None where they set nothing
    aside. ``years`` has the promises by the year in which their term ends, without those that have none, and
    the money of which the one year is known.
    """

    sections: int = 0
    policy_sections: int = 0
    context_sections: int = 0
    other_sections: int = 0
    send_back: int = 0
    uncertain: int = 0
    mean_score: float | None = None
    levels: list[int] = Field(default_factory=lambda: [0] * 5)
    criteria_means: dict[str, float] | None = None
    weakest: Criterion | None = None
    mentions: dict[str, int] = Field(default_factory=dict)
    commitments: int = 0
    criteria_counts: dict[str, list[int]] | None = None
    send_back_in_context: int = 0
    send_back_by_profile: int = 0
    first_to_send_back: list[str] = Field(default_factory=list)
    actors: list[ActorLoad] = Field(default_factory=list)
    years: list[YearLoad] = Field(default_factory=list)
    budget: float | None = None
    overlaps: list[Overlap] = Field(default_factory=list)


class Report(Record):
    """Everything the program says about one document: the JSON file of a scan."""

    schema_version: str = SCHEMA_VERSION
    tool_version: str
    model_id: str | None = None
    ruleset_id: str | None = None
    document: Document
    profile: Profile | None = None
    summary: Summary = Field(default_factory=Summary)
    signals: list[Signal] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list)


class Finding(Record):
    """Something that ``check`` has to say of a document: which rule, how heavy, where, and what to ask.

    ``path`` is the file, from the working folder where it lies below it, with forward slashes. ``section``
    is the id of the section, None for what is of the whole document; ``page`` and ``boxes``, or ``line`` for
    formats that are text, are the place of ``quote``, the words it is about, else of the heading.
    ``fingerprints`` name the finding by kind of name ("heading/v1"), so that it is known again in a later
    version with other pages or line numbers; ``reason`` says why a suppressed one was set aside.
    """

    rule: str
    severity: Severity
    message: str
    question: str | None = None
    path: str
    section: str | None = None
    heading_path: list[str] = Field(default_factory=list)
    page: int | None = None
    boxes: list[Box] = Field(default_factory=list)
    line: int | None = None
    quote: str | None = None
    fingerprints: dict[str, str] = Field(default_factory=dict)
    state: FindingState = "new"
    reason: str | None = None


class UnreadableError(Exception):
    """A document that cannot be read. ``code`` is one of the typed reasons, ``message`` is Dutch."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
