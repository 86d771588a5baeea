"""What a document is: title, kind, issuing authority, date and language."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, cast

from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.strings import clean, is_contents_heading, leftovers, split_number
from uitvoerbaarheid.records import Kind, Section
from uitvoerbaarheid.resources import data_path, read_toml

#: Languages that the recogniser chooses between; more only makes Dutch with many names look foreign.
LANGUAGES = ("nl", "en", "de", "fr", "fy")
_SHORT = 200
_ENOUGH = 4
#: Plainly Dutch: this share of the words is Dutch alone, and so few beside them are foreign.
_CLEAR, _FOREIGN = 0.06, 0.25
_SAMPLE = 20_000
_CODE = re.compile(r"(?<![a-z0-9])(gm|pv|ws|mnre)(\d{2,4})(?![0-9])", re.IGNORECASE)
_IMRO = re.compile(r"NL\.IMRO\.(\d{4})\.", re.IGNORECASE)


@cache
def _rules(name: str) -> dict[str, Any]:
    return read_toml("patterns", f"{name}.toml")


@cache
def _kind_words(field: str) -> re.Pattern[str]:
    words = sorted(
        {w for rule in _rules("kinds").values() for w in rule.get(field, ())}, key=lambda w: (-len(w), w)
    )
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, words))})(?![^\W\d_])", re.IGNORECASE)


@cache
def _kind_of(field: str, word: str) -> Kind:
    return cast(Kind, next(kind for kind, rule in _rules("kinds").items() if word in rule.get(field, ())))


def plain_name(path: str) -> str:
    """A file name as words: "plannen/visie_wonen-2030.pdf" gives "visie wonen 2030"."""
    return clean(re.sub(r"[_\-]+", " ", Path(path).stem))


def kind(extract: Extract, path: str) -> Kind:
    """The kind of document by the first telling word in its title, file name or first text."""
    opening = extract.first_text[:1500] or " ".join(item.text for item in extract.stream[:12])[:1500]
    names = (extract.title or "", plain_name(path), Path(path).stem)
    sources = [("decisive", name) for name in names]
    sources += [("words", text) for text in (extract.kind_hint or "", *names, opening)]
    for field, text in sources:
        found = _kind_words(field).search(text)
        if found:
            return _kind_of(field, found[0].lower())
    return "overig"


# --- authority -------------------------------------------------------------------------------------


@cache
def _register() -> dict[str, str]:
    """Official names of municipalities, provinces and water boards by lower-case name and by code."""
    names: dict[str, str] = {}
    with data_path("organisations.tsv").open(encoding="utf-8") as file:
        for line in file:
            kind_, identifier, name = line.rstrip("\n").split("\t")
            if kind_ in ("gemeente", "provincie", "waterschap"):
                names.setdefault(_fold(name), name)
                names.setdefault(identifier.rpartition("/")[2], name)
    for alias, name in _rules("metadata")["authority"]["aliases"].items():
        names.setdefault(_fold(alias), name)
    return names


def _fold(name: str) -> str:
    return clean(name).casefold().replace("’", "'")


@cache
def _title_words() -> re.Pattern[str]:
    words = sorted(_rules("metadata")["authority"]["words"], key=lambda w: (-len(w), w))
    # At most places the first letter says that none of the words stands there.
    first = re.escape("".join(sorted({word[0] for word in words})))
    return re.compile(
        rf"(?=[{first}])\b({'|'.join(map(re.escape, words))})(?:\s+van)?(?:\s+de\s+gemeente)?\s+",
        re.IGNORECASE,
    )


def _named(text: str) -> Counter[str]:
    """How often each authority of the register is named in a text ("gemeente X", "raad van X")."""
    counts: Counter[str] = Counter()
    kinds = _rules("metadata")["authority"]["words"]
    for match in _title_words().finditer(text):
        word = clean(match[1]).lower()
        tail = text[match.end() : match.end() + 60]
        name = _longest(
            word if word in ("hoogheemraadschap", "wetterskip") else kinds[word][0], match[0], tail
        )
        if name:
            counts[name] += 1
    return counts


def _longest(prefix: str, lead: str, tail: str) -> str | None:
    """The register's name for the longest run of words in ``tail`` after a kind of authority."""
    words = re.split(r"\s+", tail)[:6]
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count]).rstrip(".,;:)(\"'”’/|")
        for candidate in (f"{prefix} {name}", f"{prefix} van {name}", clean(lead) + " " + name):
            found = _register().get(_fold(candidate))
            if found:
                return found
    return None


def _by_code(text: str) -> str | None:
    imro = _IMRO.search(text)
    if imro:
        number = imro[1]
        if number == "0000":
            return _state()
        return _register().get(f"pv{number[2:]}" if number.startswith("99") else f"gm{number}")
    code = _CODE.search(text)
    if not code:
        return None
    return _state() if code[1].lower() == "mnre" else _register().get(f"{code[1].lower()}{code[2]}")


def _state() -> str:
    return str(_rules("metadata")["authority"]["state"]["name"])


def _is_state(text: str) -> bool:
    words = _rules("metadata")["authority"]["state"]["words"]
    return re.search(rf"\b(?:{'|'.join(words)})\b", text, re.IGNORECASE) is not None


def _count(name: str, text: str, most: int) -> int:
    """How often a name stands in a text by itself, not inside a word; at most ``most``."""
    count = place = 0
    while count < most and (place := text.find(name, place)) >= 0:
        end = place + len(name)
        if _is_sign(text[place - 1 : place]) and _is_sign(text[end : end + 1]):
            count, place = count + 1, end
        else:
            place += 1
    return count


def _is_sign(character: str) -> bool:
    return not (character.isalnum() or character == "_")


def _weights(extract: Extract, path: str, body: str) -> Counter[str]:
    """Evidence for each authority: mentions, those in the title and first text counting more."""
    votes: Counter[str] = Counter()
    title = f"{extract.title or ''} . {plain_name(path)}"
    for text, weight in ((title, 40), (extract.first_text[:3000], 8), (body, 1)):
        for name, count in _named(text).items():
            votes[name] += weight * count
    for name in votes:
        bare = re.sub(r"^\S+\s+(?:van\s+|De\s+)?", "", name)
        word = rf"(?<!\w){re.escape(bare)}(?!\w)"
        if re.search(word, title, re.IGNORECASE):
            votes[name] += 20
        votes[name] += _count(bare, body, 40)
    return votes


def authority(extract: Extract, path: str, sections: list[Section]) -> str | None:
    """Official name of the most likely issuer; None when no authority is named.

    In this order: what the file's metadata says, a code of the register in the file name or first
    text, and the authority named most, with the title and the first page counting more than the rest.
    """
    hint = extract.authority or ""
    opening = " ".join(item.text for item in extract.stream[:60])[:4000]
    for text in (hint, Path(path).name, f"{extract.first_text[:3000]} {opening}"):
        found = _by_code(text)
        if found:
            return found
    for name in _named(f"{hint} "):
        return name
    if hint and _fold(hint) in _register():
        return _register()[_fold(hint)]
    if _is_state(hint) or _is_state(f"{extract.title or ''} {plain_name(path)}"):
        return _state()
    body = "\n".join([opening, *(s.heading + "\n" + s.text for s in sections)])[:400_000]
    votes = _weights(extract, path, body)
    if votes:
        return min(votes, key=lambda name: (-votes[name], name))
    return _province(f"{extract.first_text[:3000]}\n{body}") or _stated([hint, *_first_lines(extract)])


def _first_lines(extract: Extract) -> list[str]:
    return [line for item in extract.stream[:12] for line in item.text.split("\n")]


def _stated(lines: list[str]) -> str | None:
    """A line of the title page that is just a name ("Regio De Meren"): merged and joint authorities.

    The register has neither those that no longer exist nor most regional partnerships.
    """
    words = "|".join(_rules("metadata")["authority"]["stated"])
    name = re.compile(rf"(?i:{words})\s+[A-Z][\w'’-]*(?:\s+[\w'’-]+){{0,4}}")
    return next((clean(line) for line in lines if name.fullmatch(line.strip())), None)


def _province(text: str) -> str | None:
    """For a province that only uses its bare name ("Overijssel"): the one named most, at least twice."""
    if not re.search(r"\b(?:provinci|gedeputeerde|staten)", text, re.IGNORECASE):
        return None
    names = sorted({name for name in _register().values() if name.startswith("provincie ")})
    counts = {name: _count(name.partition(" ")[2], text, len(text)) for name in names}
    best = max(names, key=lambda name: counts[name])
    return best if counts[best] >= 2 else None


# --- date ------------------------------------------------------------------------------------------


@cache
def _dates() -> re.Pattern[str]:
    months = "|".join(_rules("metadata")["date"]["months"])
    return re.compile(
        rf"(?<!\d)(?:(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)|(?P<d>\d{{1,2}})[-/.](?P<m>\d{{1,2}})[-/.](?P<y>(?:19|20)\d\d)"
        rf"|(?:(?P<day>\d{{1,2}})\s+)?(?P<month>{months})\s+(?P<year>(?:19|20)\d\d))(?!\d)",
        re.IGNORECASE,
    )


def _iso(match: re.Match[str]) -> str | None:
    if match["iso"]:
        return _valid(*map(int, match["iso"].split("-")))
    if match["y"]:
        return _valid(int(match["y"]), int(match["m"]), int(match["d"]))
    month = _rules("metadata")["date"]["months"][match["month"].lower()]
    if match["day"]:
        return _valid(int(match["year"]), month, int(match["day"]))
    return f"{match['year']}-{month:02d}"


def _valid(year: int, month: int, day: int) -> str | None:
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _dates_in(text: str, *, adopted_only: bool = False) -> list[str]:
    """Dates in order, those right after a word such as "vastgesteld" first (or only those)."""
    adopted = (
        rf"(?:{'|'.join(map(re.escape, _rules('metadata')['date']['adopted']['words']))})\W*[\w\s,:]{{0,60}}$"
    )
    found = [(m, _iso(m)) for m in _dates().finditer(text)]
    first = [
        d
        for m, d in found
        if d and re.search(adopted, text[max(0, m.start() - 80) : m.start()], re.IGNORECASE)
    ]
    return first if adopted_only else first + [d for _, d in found if d]


def date(extract: Extract, path: str) -> str | None:
    """The document's date as it states it: ISO date, month ("2020-06") or year; None if it does not."""
    adopted = _dates_in(extract.first_text[:3000], adopted_only=True)
    if adopted:
        return adopted[0]
    if extract.date:
        match = re.search(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?", extract.date)
        if match:
            return match[0]
    name = Path(path).stem
    prefix = re.match(r"(\d{2})(\d{2})(\d{2})(?!\d)", name)
    dated = _valid(2000 + int(prefix[1]), int(prefix[2]), int(prefix[3])) if prefix else None
    if dated:
        return dated
    opening = extract.first_text[:2000] or " ".join(item.text for item in extract.stream[:12])[:1500]
    for text in (extract.title or "", opening):
        dates = _dates_in(text)
        if dates:
            return dates[0]
    # A year in running text is as often a target as a date; alone on a short line it is the document's.
    lines = [item.text for item in extract.stream[:8] if len(item.text.split()) <= 8]
    for text in (extract.title or "", plain_name(path), *lines):
        year = re.search(r"(?<![\d.-])(?:19|20)\d\d(?![\d])", text)
        if year:
            return year[0]
    return None


# --- title and language ----------------------------------------------------------------------------


def title(extract: Extract) -> str | None:
    """The stated title, else the first of the opening lines that can be one; None when there is none.

    A title has two words or more, is not just the name of an authority, and is no numbered heading or
    a word of routine ("Toelichting"). In Markdown and HTML a first top heading of one word ("Woonvisie")
    goes before what stands below it.
    """
    stated = clean(extract.title or "")
    if stated and not is_contents_heading(stated):
        return stated[:300]
    # Published XML and JSON have no title page: their first lines are text of the first chapter.
    lone: str | None = None
    for item in extract.stream[:8] if extract.format not in ("xml", "json") else ():
        text = clean(item.text)
        top = isinstance(item, Heading) and item.depth == 1
        if lone and not top:
            continue
        # A heading may be long; a paragraph that long is running text.
        most = 30 if not isinstance(item, Piece) else 12 if item.kind == "paragraph" else 0
        if 2 <= len(text.split()) <= most and text[-1] not in ".,:;" and not _is_routine(text):
            return text[:300]
        if top and not lone and extract.format in ("md", "html") and _is_one_word_title(text):
            lone = text
    return lone


def _is_one_word_title(text: str) -> bool:
    if len(text.split()) != 1 or not text[0].isalpha() or _is_routine(text):
        return False
    return text.casefold() not in leftovers()["not_a_title_alone"] and not is_contents_heading(text)


def _is_routine(text: str) -> bool:
    first = text.split(maxsplit=1)[0].casefold().strip(":,")
    if first in leftovers()["not_a_title"] or text[:1].islower():
        return True
    return split_number(text)[0] is not None or _fold(text) in _register()


def language(sections: list[Section]) -> str | None:
    """ISO 639-1 code of the running text's language; None without text.

    Under 200 letters a text counts as Dutch unless it has common words of the recognised language and
    none of Dutch: refusing a Dutch document is the worse mistake.
    """
    texts = [s.text for s in sections if s.text]
    sample = "\n".join(texts)
    if len(sample) > _SAMPLE:
        part = _SAMPLE // 4
        sample = "\n".join(sample[len(sample) * i // 4 :][:part] for i in range(4))
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return None
    if letters >= _SHORT and _is_plainly_dutch(sample):
        return "nl"
    import py3langid

    py3langid.set_languages(list(LANGUAGES))
    code = str(py3langid.classify(sample)[0])
    if letters < _SHORT and not _is_clearly(code, sample):
        return "nl"
    # Frisian plans are mostly Dutch with Frisian names; the two are told apart by their commonest words.
    if code == "fy" and len(re.findall(r"\b(?:het|een|van|zijn)\b", sample)) > len(
        re.findall(r"\b(?:it|fan|binne|en|mei)\b", sample)
    ):
        return "nl"
    return code


@cache
def _clear_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words of Dutch alone, and common words of the other languages that Dutch lacks."""
    rules = _rules("metadata")["language"]
    clear, lists = rules["clear"], rules["words"]
    others = {word for code in LANGUAGES if code != "nl" for word in lists.get(code, ())} | set(clear["fy"])
    return frozenset(clear["nl"]), frozenset(others - set(lists["nl"]))


def _is_plainly_dutch(text: str) -> bool:
    """Whether so many common words are Dutch alone, and so few of another language, that it can be no other.

    In Dutch about one word in five is; the recogniser's model takes some 0.7 s and 130 MB to load.
    """
    dutch, others = _clear_words()
    words = re.findall(r"[^\W\d_]+", text.casefold())
    own = sum(map(dutch.__contains__, words))
    return own >= _CLEAR * len(words) and sum(map(others.__contains__, words)) <= _FOREIGN * own


def _is_clearly(code: str, text: str) -> bool:
    """Whether a short text has enough common words of one foreign language and none of Dutch."""
    lists = _rules("metadata")["language"]["words"]
    dutch, foreign = set(lists["nl"]), set(lists.get(code, ()))
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return sum(w in foreign - dutch for w in words) >= _ENOUGH and not any(
        w in dutch - foreign for w in words
    )
