"""Two forms of one document side by side: which headings both have, and whether these nest alike.

Used by ``evaluate.py headings --compare ONE OTHER``, for a plan that is there as DOCX and as STOP XML.
A heading that only one has is explained by what its words are in the other file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from docx import Document as WordDocument
from lxml import etree
from rich.console import Console
from rich.table import Table

from evaluate_headings import wide
from heading_measures import Head, chains, in_order, key
from uitvoerbaarheid.extraction import read

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NEARLY = 0.8
#: What the sums below the list say of a reason.
_WHY = {
    "Kadertekst": "de kop van een kader, dat in STOP geen onderdeel van de boom is",
    "Tussenkop": "een Tussenkop: in STOP een regel van de tekst, geen onderdeel van de boom",
    "anders geschreven": "in de andere vorm anders geschreven",
    "List Paragraph": "in Word als lijst opgemaakt, zonder kopstijl",
    "stijl Normal": "in Word als gewone tekst opgemaakt, zonder kopstijl",
    "daar: Al": "in STOP een gewone regel (Al)",
    "deel van een regel": "in de andere vorm een deel van een regel",
}


@dataclass
class Comparison:
    """What two readings share: pairs of places, those that stand below other headings, and the rest."""

    pairs: dict[int, int]
    differing: list[tuple[int, int]] = field(default_factory=list)
    only: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))


def compare(one: Sequence[Head], other: Sequence[Head]) -> Comparison:
    """The headings that both have: in the same order, else the same words once in what is left of each.

    They nest alike when the headings above them, as far as both have these, are the same.
    """
    pairs = in_order(one, other)
    left: list[dict[str, list[int]]] = [defaultdict(list), defaultdict(list)]
    for side, heads, used in ((0, one, set(pairs)), (1, other, set(pairs.values()))):
        for place, head in enumerate(heads):
            if place not in used:
                left[side][key(head.text)].append(place)
    for name, places in left[0].items():
        if len(places) == 1 and len(left[1].get(name, [])) == 1:
            pairs[places[0]] = left[1][name][0]
    result = Comparison(pairs)
    back = {place: index for index, place in pairs.items()}
    above, others = chains(one), chains(other)
    for index, place in sorted(pairs.items()):
        here = [place for place in above[index] if place in pairs]
        if here != [back[p] for p in others[place] if p in back]:
            result.differing.append((index, place))
    result.only = (
        [place for place in range(len(one)) if place not in pairs],
        [place for place in range(len(other)) if place not in back],
    )
    return result


# --- explaining --------------------------------------------------------------------------------------


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _roles_in_xml(path: Path) -> list[tuple[str, str]]:
    """The words of each line of text in a STOP file, with the element that holds it."""
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    roles = []
    for element in root.iter():
        name = _local(element)
        inside = {_local(a).lower() for a in element.iterancestors()}
        if name.lower() in ("tussenkop", "kop", "al", "title"):
            place = "in een kader (Kadertekst)" if "kadertekst" in inside else ""
            if name == "Al" and "entry" in inside:
                place = "in een tabel"
            roles.append((key(" ".join("".join(element.itertext()).split())), f"{name} {place}".strip()))
    return roles


def _roles_in_docx(path: Path) -> list[tuple[str, str]]:
    """The words of each paragraph of a Word document, with its style and whether it is in a box or table."""
    document = WordDocument(str(path))
    names = {style.style_id: style.name for style in document.styles}
    roles = []
    for paragraph in document.element.body.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = names.get(style.get(f"{_W}val"), "?") if style is not None else "Normal"
        inside = {_local(a) for a in paragraph.iterancestors()}
        place = "in een tekstvak" if "txbxContent" in inside else "in een tabel" if "tbl" in inside else ""
        text = "".join(t.text or "" for t in paragraph.iter(f"{_W}t"))
        roles.append((key(text), f"stijl {name} {place}".strip()))
    return roles


def roles_in(path: Path) -> list[tuple[str, str]]:
    """The words of each line in a file with what that line is there; empty for other formats."""
    if path.suffix == ".docx":
        return _roles_in_docx(path)
    return _roles_in_xml(path) if path.suffix == ".xml" else []


def explain(head: Head, roles: Sequence[tuple[str, str]], heads: Sequence[Head]) -> str:
    """What the words of a heading are in the other file, in which ``heads`` were read."""
    name = key(head.text)
    exact = [role for words, role in roles if words == name]
    if exact:
        return f"daar: {', '.join(dict.fromkeys(exact))}"
    matcher = SequenceMatcher(b=name, autojunk=False)
    for other in heads:
        matcher.set_seq1(key(other.text))
        if matcher.quick_ratio() >= _NEARLY and matcher.ratio() >= _NEARLY:
            return f"daar anders geschreven: {other.text}"
    part = next((role for words, role in roles if len(name) > 11 and name in words), "")
    return f"daar een deel van een regel: {part}" if part else "staat daar niet"


def heads_of_file(path: Path) -> list[Head]:
    """The headings of a document of any format as it is read."""
    return [Head(section.heading, section.depth, section.page_start) for section in read(path).sections]


def show_comparison(console: Console, one: Path, other: Path) -> Comparison:
    """Print what two files share, what nests differently and what only one has, with the reason."""
    files = (one, other)
    heads = (heads_of_file(one), heads_of_file(other))
    result = compare(*heads)
    table = Table(title="Twee vormen van een document", title_justify="left")
    for column in ("bestand", "koppen", "in beide", "eender genest", "alleen hier"):
        table.add_column(column, justify="left" if column == "bestand" else "right")
    alike = len(result.pairs) - len(result.differing)
    for side, path in enumerate(files):
        row = (len(heads[side]), len(result.pairs), alike, len(result.only[side]))
        table.add_row(path.name, *(str(number) for number in row))
    wide(console).print(table)
    lines = []
    above = (chains(heads[0]), chains(heads[1]))
    for places in result.differing:
        lines.append(f"anders genest: {heads[0][places[0]].text}")
        for side, place in enumerate(places):
            chain = " > ".join(heads[side][step].text for step in above[side][place])
            lines.append(f"    {files[side].suffix[1:]}: onder {chain or '(niets)'}")
    for side, places in enumerate(result.only):
        roles = roles_in(files[1 - side])
        lines.append(f"alleen in {files[side].name}:")
        reasons: Counter[str] = Counter()
        for place in places:
            head = heads[side][place]
            reason = explain(head, roles, heads[1 - side])
            reasons[next((why for mark, why in _WHY.items() if mark in reason), reason)] += 1
            lines.append(f"    {head.depth} {head.text} ({reason})")
        lines += [f"    = {count} × {reason}" for reason, count in reasons.most_common()]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return result
