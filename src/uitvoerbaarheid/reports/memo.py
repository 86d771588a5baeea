"""What the terugstuurmemo says of a document: the fields of its template, in Dutch, in plain texts and lists.

A section goes back when its own text, the whole document and the profile all say so without doubt. What the
document makes good elsewhere, what its kind need not say, and what is uncertain stands apart: a letter that
sends back what is in order costs its sender the reader's trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from uitvoerbaarheid.records import WEAKEST_ORDER, Criterion, Mention, Report, Section
from uitvoerbaarheid.reports.deals import Deal, deal
from uitvoerbaarheid.reports.files import CONTROL_CHARACTERS
from uitvoerbaarheid.reports.judgements import Met, met, profile_name
from uitvoerbaarheid.reports.labels import day, document_title, label, month, pages, section_title, shorten
from uitvoerbaarheid.reports.places import SHORT_HEADING, Places
from uitvoerbaarheid.resources import read_toml
from uitvoerbaarheid.scoring.details import earns
from uitvoerbaarheid.scoring.profiles import DEFAULT as DEFAULT_PROFILE
from uitvoerbaarheid.scoring.questions import plain_question
from uitvoerbaarheid.scoring.quotes import listing
from uitvoerbaarheid.scoring.reasons import evidence, plain_reason, reason
from uitvoerbaarheid.scoring.summary import in_order_of_sending_back

#: A quoted sentence is cut after this many characters; a shorter one than this many words says too little.
_CITED = 230
_FEWEST_WORDS = 4
_EXAMPLED = 140
_ABOVE = 60
#: So many parts of one promise make a good example.
_EXAMPLE = 3
#: Marks that turn the direction of writing could show other words than there are.
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BULLET = re.compile(r"^[\s•▪◦●○■□‣–—*·|…-]+")

Fields = dict[str, Any]


def words() -> dict[str, Any]:
    """The texts of the memo, from ``data/reports/memo.toml``."""
    return read_toml("reports", "memo.toml")


def memo_fields(report: Report) -> Fields | None:
    """The fields of the memo about ``report``; None where nothing was assessed, so that nothing can be said.

    A document of which nothing goes back gets a short one that says so. Texts are on one line and without
    control characters; numbers are texts too.
    """
    assessed = [section for section in report.sections if section.verdict != "not_assessed"]
    if report.document.status == "unreadable" or not assessed:
        return None
    made: Fields = _clean(_Memo(report, assessed).fields())
    return made


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return " ".join(_DIRECTION.sub("", CONTROL_CHARACTERS.sub("\ufffd", str(value))).split())


def _many(count: int, forms: Sequence[str], **named: str) -> str:
    """The form for one or for more, with the number as a word where it has one."""
    return forms[0 if count == 1 else -1].format(_number(count), **named)


def _number(count: int) -> str:
    named: list[str] = words()["numbers"]
    return named[count] if count < len(named) else str(count)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _place(title: str, page: str) -> str:
    return f"{title} ({page})" if page else title


def _title(section: Section) -> str:
    return section_title(section, SHORT_HEADING).rstrip(" :")


def _group(section: Section) -> str:
    """Where a section stands in the memo: "back", "refer", "doubt", "more", "later" or "good"."""
    context, expectation = section.in_context, section.expectation
    by_profile = expectation.verdict if expectation is not None and not expectation.uncertain else None
    if section.verdict == "send_back":
        if by_profile == "accept":
            return "later"
        # Its kind of document may be in order with it, if only just: no letter says that it is not.
        nearly = expectation is not None and expectation.verdict == "accept"
        if section.uncertain or nearly:
            return "doubt"
        return "refer" if context is not None and context.verdict == "accept" else "back"
    # Near the border, but by what is asked of its kind of document in order: nothing to ask.
    if section.uncertain and by_profile != "accept":
        return "doubt"
    return "more" if by_profile == "send_back" else "good"


class _Memo:
    """The memo about one report, in the making."""

    def __init__(self, report: Report, assessed: Sequence[Section]) -> None:
        self._report = report
        self._texts = words()
        self._places = Places(report)
        self._assessed = len(assessed)
        self._groups: dict[str, list[Section]] = {}
        for section in in_order_of_sending_back(assessed):
            if _group(section) == "back":
                self._in("back").append(section)
        for section in assessed:
            if (group := _group(section)) != "back":
                self._in(group).append(section)
        self._numbered = 0
        self._sources: dict[str, None] = {}

    def _in(self, group: str) -> list[Section]:
        return self._groups.setdefault(group, [])

    def fields(self) -> Fields:
        most = self._texts["most"]
        back = self._in("back")
        points = [self._point(section) for section in back[:most]]
        shared = self._share(points)
        annexes = [self._annex_back(back[most:])] if back[most:] else []
        groups = []
        for name in self._texts["group"]:
            if self._in(name):
                groups.append(self._group(name, annexes))
        for letter, annex in zip(self._texts["annex"]["letters"], annexes, strict=False):
            annex["letter"] = letter
        return {
            "onderwerp": self._subject(),
            "inleiding": self._intro(),
            "goed": self._good(),
            "bronnen": list(self._sources),
            "programma": f"uitvoerbaarheid {self._report.tool_version}",
            "document": self._document(),
            "gegevens": self._about(),
            "aantal": {
                "paragrafen": self._assessed,
                "voldoende": self._accepted,
                "terug": len(back),
                "twijfel": len(self._in("doubt")),
            },
            "punten": points,
            "vragen": shared,
            "groepen": groups,
            "bijlagen": annexes,
        }

    @property
    def _accepted(self) -> int:
        return len(self._in("good")) + len(self._in("more"))

    # --- the document ----------------------------------------------------------------------------

    def _document(self) -> Fields:
        document = self._report.document
        return {
            "titel": shorten(document_title(document), SHORT_HEADING),
            "soort": "" if document.kind == "overig" else label("kind", document.kind),
            "datum": _date(document.date or ""),
            "overheid": shorten(document.authority or "", SHORT_HEADING),
            "bestand": shorten(document.path.rsplit("/", 1)[-1], SHORT_HEADING),
            "bladzijden": document.pages or "",
            "profiel": _lower(profile_name(self._report)),
        }

    def _about(self) -> list[Fields]:
        known, count = self._document(), self._report.document.pages
        values = {
            "title": known["titel"],
            "kind": known["soort"],
            "authority": known["overheid"],
            "date": known["datum"],
            "pages": self._texts["about_words"]["pages"][count != 1].format(count) if count else "",
            "path": known["bestand"] if known["bestand"] != known["titel"] else "",
        }
        return [
            {"naam": name, "waarde": values[key]} for key, name in self._texts["about"].items() if values[key]
        ]

    def _subject(self) -> str:
        form = "back" if self._in("back") else "doubt" if self._in("doubt") else "good"
        return str(self._texts["subject"][form])

    def _intro(self) -> list[str]:
        texts, back, most = self._texts["intro"], len(self._in("back")), self._texts["most"]
        said = [_many(self._assessed, texts["counted"])]
        if self._accepted == self._assessed:
            said.append(_many(self._assessed, texts["good_all"]))
        elif self._accepted:
            said.append(_many(self._accepted, texts["good"]))
        if back > most:
            annex = self._texts["annex"]["letters"][0]
            said.append(texts["back_long"].format(_number(back), first=_number(most), annex=annex))
        else:
            said.append(_many(back, texts["back"]) if back else texts["no_back"])
        told = [texts["read"].format(title=self._document()["titel"]), " ".join(said)]
        return [*told, texts["partial"]] if self._report.document.status == "partial" else told

    # --- what is good ----------------------------------------------------------------------------

    def _good(self) -> list[str]:
        texts = self._texts["good"]
        counts = {name: found[2] for name, found in (self._report.summary.criteria_counts or {}).items()}
        # What a third of the sections has is a strength of the document; less is not.
        strong = [name for name, count in counts.items() if 3 * count >= self._assessed and count]
        strong.sort(key=lambda name: -counts[name])
        said = [
            _many(
                counts[name],
                texts["counts_next" if position else "counts_first"],
                what=texts["criterion"][name],
            )
            for position, name in enumerate(strong[:2])
        ]
        example = self._example()
        return [*([listing(said) + "."] if said else []), *([example] if example else [])]

    def _example(self) -> str:
        """The best worked out section, with the words that show it; "" where none has enough of them."""
        texts = self._texts["good"]
        sections = [s for s in (*self._in("good"), *self._in("more")) if s.commitments]
        sections.sort(key=lambda section: -(section.score or 0))
        best: tuple[tuple[int, bool], dict[str, str], str] | None = None
        for section in sections[: self._texts["most"]]:
            for item in section.commitments:
                parts = _shown(section, deal(section, item))
                # Three parts make an example; of those the first that need not be cut.
                rank = (min(len(parts), _EXAMPLE), "…" not in parts.get("what", ""))
                if "what" in parts and len(parts) > 1 and (best is None or rank > best[0]):
                    best = (rank, parts, self._where(section))
        if best is None:
            return ""
        said = [form.format(best[1][name]) for name, form in texts["part"].items() if name in best[1]]
        return str(texts["example"].format(place=best[2], parts=listing(said)))

    def _where(self, section: Section) -> str:
        return _place(_title(section), pages(section))

    # --- what goes back --------------------------------------------------------------------------

    def _number(self) -> int:
        self._numbered += 1
        return self._numbered

    def _point(self, section: Section) -> Fields:
        number, (cited, page) = self._number(), _cited(section)
        level = self._texts["level"]["text"].format(level=section.level, name=label("level", section.level))
        verdict = label("verdict", section.verdict)
        met_here = met(section, self._places)
        missing, general = self._lacking(section, met_here)
        above = [shorten(part, _ABOVE) for part in section.heading_path[:-1] if part.strip()]
        return {
            "nummer": number,
            "paragraaf": _title(section),
            "bladzijde": pages(section),
            "onderdeel": " › ".join(above if len(above) < 3 else [above[0], "…", above[-1]]),
            "oordeel": verdict,
            "niveau": level,
            "kenmerken": " · ".join(
                part for part in (pages(section), f"oordeel: {verdict}", f"niveau: {level}") if part
            ),
            "citaat": cited,
            "citaat_bladzijde": page,
            "ontbreekt": missing,
            "algemeen": general,
            "elders": self._elsewhere(met_here),
            "vragen": self._questions(section, cited, met_here),
            "ook": "",
        }

    def _share(self, points: Sequence[Fields]) -> list[Fields]:
        """Take out of ``points`` the questions that come back word for word, and number what is left.

        A question with words of the section itself, or a reason with them, stays at its point.
        """
        texts = self._texts["shared"]
        where: dict[tuple[str, str], list[Fields]] = {}
        for point in points:
            for item in point["vragen"]:
                if "‘" not in item["waarom"] + item["vraag"]:
                    where.setdefault((item["waarom"], item["vraag"]), []).append(point)
        often = [key for key, found in where.items() if len(found) >= texts["from"]]
        shared: list[Fields] = []
        for why, ask in sorted(often, key=lambda key: -len(where[key])):
            found = where[why, ask]
            numbers = listing([str(point["nummer"]) for point in found])
            numbers = texts["all"] if len(found) == len(points) else texts["some"].format(numbers)
            item = next(item for item in found[0]["vragen"] if item["vraag"] == ask)
            shared.append({**item, "nummer": texts["number"].format(len(shared) + 1), "punten": numbers})
        for point in points:
            there = [
                q
                for q in shared
                if any(
                    q["vraag"] == item["vraag"] and q["waarom"] == item["waarom"] for item in point["vragen"]
                )
            ]
            taken = {(item["waarom"], item["vraag"]) for item in there}
            point["vragen"] = [q for q in point["vragen"] if (q["waarom"], q["vraag"]) not in taken]
            for position, item in enumerate(point["vragen"], start=1):
                item["nummer"] = f"{point['nummer']}.{position}"
            if there:
                names = listing([f"{item['nummer']} ({item['over']})" for item in there])
                point["ook"] = texts["also" if point["vragen"] else "only"][len(there) > 1].format(names)
        return shared

    def _questions(self, section: Section, cited: str, met_here: Sequence[Met]) -> list[Fields]:
        asked, quoted, made = self._asked(section, met_here), [_bare(cited)] if cited else [], []
        for question in section.questions:
            if question.criterion not in asked or section.criteria is None:
                continue
            value = getattr(section.criteria, question.criterion)
            told = reason(question.criterion, value, section.mentions, section.commitments)
            why = _unless_quoted(told.text, plain_reason(question.criterion, value), quoted)
            ask = _unless_quoted(question.text, plain_question(question.criterion, value), quoted)
            self._sources.setdefault(question.source.partition(" (")[0])
            made.append(
                {
                    "nummer": "",
                    "waarom": why.replace(" | ", " – "),
                    "vraag": ask.replace(" | ", " – "),
                    "over": self._texts["criterion"][question.criterion],
                    "bron": question.source,
                }
            )
        return made

    def _asked(self, section: Section, met_here: Sequence[Met]) -> list[Criterion]:
        """The criteria that must still be answered: below what is asked, and not met in another place.

        The measure is always asked: without one there is nothing to begin with, whatever the profile says.
        """
        if section.criteria is None:
            return []
        values = section.criteria.model_dump()
        asked = section.expectation.missing if section.expectation else []
        elsewhere = {item.key for item in met_here if item.level == 2}
        return [
            name
            for name in WEAKEST_ORDER
            if values[name] < 2
            and name not in elsewhere
            and (not asked or name in asked or name == "measure")
        ]

    def _lacking(self, section: Section, met_here: Sequence[Met]) -> tuple[str, str]:
        """What is missing and what is there but not concrete, in Dutch words."""
        asked = self._asked(section, met_here)
        names = [
            [self._texts["criterion"][name] for name in asked if getattr(section.criteria, name) == value]
            for value in (0, 1)
        ]
        return listing(names[0]) if names[0] else "", listing(names[1]) if names[1] else ""

    def _elsewhere(self, met_here: Iterable[Met], short: bool = False) -> list[str]:
        """Where in the document a section's gaps are filled, a sentence for each place."""
        texts = self._texts["elsewhere"]
        found: dict[tuple[int, str], list[str]] = {}
        for item in met_here:
            found.setdefault((item.level, _place(item.place.title, item.page)), []).append(item.key)
        said = []
        for (level, place), keys in found.items():
            names = listing([self._texts["named"][key] for key in keys])
            more = len(keys) > 1 or keys[0] in self._texts["plural"]["words"]
            said.append(
                texts["short" if short else str(level)][more].format(what=_sentence(names), place=place)
            )
        return said

    # --- the rest --------------------------------------------------------------------------------

    def _row(self, section: Section, group: str) -> Fields:
        met_here = met(section, self._places)
        missing, general = self._lacking(section, met_here)
        lines = [
            *([self._texts["row"]["missing"].format(missing)] if missing else []),
            *([self._texts["row"]["general"].format(general)] if general else []),
        ]
        if group != "back":
            lines = [*self._elsewhere(met_here, short=True), *(lines if group != "refer" else [])]
        cited, page = _cited(section) if group == "back" else ("", "")
        return {
            "nummer": self._number(),
            "paragraaf": self._where(section),
            "citaat": cited if page in ("", pages(section)) else _place(cited, page),
            "toelichting": " ".join(lines),
        }

    def _annex_back(self, sections: Sequence[Section]) -> Fields:
        texts = self._texts["annex"]
        rows = [self._row(section, "back") for section in sections]
        asked: dict[Criterion, int] = {}
        for section in sections:
            for name in self._asked(section, met(section, self._places)):
                asked[name] = min(asked.get(name, 2), getattr(section.criteria, name))
        return {
            "titel": texts["back_title"],
            "tekst": texts["back_text"],
            "rijen": rows,
            "vragen": [
                {"over": self._texts["criterion"][name], "vraag": plain_question(name, asked[name])}
                for name in WEAKEST_ORDER
                if name in asked
            ],
        }

    def _group(self, name: str, annexes: list[Fields]) -> Fields:
        """A group in the letter; one that is too long for it is put in ``annexes``."""
        texts, sections = self._texts["group"][name], self._in(name)
        rows = [self._row(section, name) for section in sections]
        known = self._report.profile is not None and self._report.profile.name != DEFAULT_PROFILE
        profile = f" ({self._document()['profiel']})" if known else ""
        said = _many(len(rows), texts["text"], profile=profile)
        if len(rows) <= self._texts["most"]:
            return {"titel": texts["title"], "tekst": said, "rijen": rows}
        letter = self._texts["annex"]["letters"][len(annexes)]
        annexes.append({"titel": texts["title"], "tekst": said, "rijen": rows, "vragen": []})
        moved = _many(len(rows), self._texts["annex"]["moved"], annex=letter)
        return {"titel": texts["title"], "tekst": f"{said} {moved}", "rijen": []}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _date(iso: str) -> str:
    """A date, month or year in words."""
    try:
        forms = {1: lambda: month(f"{iso}-01"), 2: lambda: day(iso)}
        return forms.get(iso.count("-"), lambda: iso)()
    except (ValueError, IndexError):
        return iso


def _shown(section: Section, shown: Deal) -> dict[str, str]:
    """The parts of a commitment that are concrete enough to be an example, quoted, by their name."""
    found = {}
    for name in ("what", "who", "when", "means", "followed"):
        for part in getattr(shown, name)[:1]:
            mention = section.mentions[part.index] if part.index is not None else None
            itself = name == "followed" and mention is not None and part.text not in mention.text
            if mention is not None and earns(mention) and not part.qualifiers and not itself:
                found[name] = f"‘{_cut(' '.join(part.text.split()).rstrip(' .;:'), _EXAMPLED)}’"
    return found


def _unless_quoted(text: str, plain: str, quoted: list[str]) -> str:
    """``text``, or ``plain`` where its quote stands above already; what it quotes is remembered."""
    start, end = text.find("‘"), text.rfind("’")
    if start < 0 or end < start:
        return text
    said = _bare(text[start + 1 : end])
    if any(_same(said, earlier) for earlier in quoted):
        return plain
    quoted.append(said)
    return text


def _same(quoted: str, earlier: str) -> bool:
    """Whether two quotes are of the same words, where one may be cut; a party's name is no cut sentence."""
    short, long = sorted((quoted, earlier), key=len)
    return short == long or (len(short.split()) >= _FEWEST_WORDS and long.startswith(short))


def _bare(text: str) -> str:
    """The words of a quote to compare by."""
    return " ".join(re.findall(r"\w+", text)).casefold()


def _cited(section: Section) -> tuple[str, str]:
    """A sentence that shows why a section goes back, with its page; both may be "".

    The first non-committal sentence, else the measure or goal that the reasons are about: a whole sentence
    rather than a table row, a heading or half a line.
    """
    candidates = list(_candidates(section))
    if not candidates:
        first = re.search(r"[^\n.!?]{20,400}[.!?]", section.text)
        page = f"p. {section.page_start}" if section.page_start else ""
        return (_cut(_BULLET.sub("", first[0])), page) if first else ("", "")
    best = min(candidates, key=lambda mention: _unfit(mention, section))
    text = _BULLET.sub("", " ".join(best.text.split())).replace(" | ", " – ")
    if len(text.split()) < _FEWEST_WORDS:
        return "", ""
    return _cut(text), f"p. {best.page}" if best.page else pages(section)


def _candidates(section: Section) -> Iterator[Mention]:
    yield from (mention for mention in section.mentions if mention.type == "vague")
    if section.criteria is not None:
        for criterion in ("measure", "goal"):
            value = getattr(section.criteria, criterion)
            found = evidence(criterion, value, section.mentions, section.commitments)
            yield from (section.mentions[index] for index in found)
    yield from (mention for mention in section.mentions if mention.type in ("measure", "goal"))


def _unfit(mention: Mention, section: Section) -> tuple[bool, ...]:
    text = _BULLET.sub("", " ".join(mention.text.split()))
    row = " | " in text or any(
        block.kind == "row" and block.start <= mention.start < block.end for block in section.blocks
    )
    return (
        row,
        len(text.split()) < _FEWEST_WORDS or text.endswith(":"),
        not text[:1].isupper(),
        bool({"negation", "history"} & set(mention.qualifiers)),
        len(text) > _CITED,
    )


def _cut(text: str, limit: int = _CITED) -> str:
    """``text``, cut after a whole word where it is long."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
