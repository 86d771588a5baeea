"""JSON of the Omgevingswet document viewer (DSO "presenteren"): components with fragments of STOP XML."""

from __future__ import annotations

import json
import re
from typing import Any

from uitvoerbaarheid.extraction import stop
from uitvoerbaarheid.extraction.detect import decode
from uitvoerbaarheid.extraction.model import Extract, Heading, Piece
from uitvoerbaarheid.extraction.safety import parse_xml
from uitvoerbaarheid.extraction.strings import clean
from uitvoerbaarheid.records import UnreadableError

_MAX_DEPTH = 100
_MAX_HEADING_WORDS = 14
_FRBR_DATE = re.compile(r"@(\d{4}-\d{2}-\d{2})|[_/]akn[_/]nl[_/](?:act|bill)[_/]\w+?[_/](\d{4})(?=[_/])")
_CODE = re.compile(r"\b((?:gm|pv|ws|mnre)\d{2,4})(?=_|/|\b)")


def _components(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The components directly below a node, in the order of their ``volgordeNummer``."""
    embedded = node.get("_embedded")
    found = []
    for value in (embedded if isinstance(embedded, dict) else {}).values():
        if isinstance(value, list):
            found += [v for v in value if isinstance(v, dict) and ("type" in v or "identificatie" in v)]
    return sorted(found, key=_order)


def _order(component: dict[str, Any]) -> int | float:
    number = component.get("volgordeNummer")
    return number if isinstance(number, int | float) else 0


def _fragment(value: Any) -> Any | None:
    """A piece of XML or plain text from a field, as an element; None where there is none."""
    if not isinstance(value, str) or not value.strip():
        return None
    if not value.lstrip().startswith("<"):
        value = "<Al>" + value.replace("&", "&amp;").replace("<", "&lt;") + "</Al>"
    return parse_xml(value.encode("utf-8", errors="replace"))


def _field_text(component: dict[str, Any], name: str) -> str:
    element = _fragment(component.get(f"{name}Xml") or component.get(name))
    return stop.text_of(element) if element is not None else ""


def _heading(component: dict[str, Any]) -> str:
    head = _fragment(component.get("kop"))
    if head is not None:
        return stop.heading_text(head)
    named = clean(f"{_field_text(component, 'label')} {_field_text(component, 'nummer')}")
    title = _field_text(component, "opschrift")
    return title if title.casefold().startswith(named.casefold()) else clean(f"{named} {title}")


def _opening(content: Any) -> str:
    """The heading of a component that has none of its own: a bold line that opens its text, taken out there.

    A Kop inside the text is left to the walker.
    """
    first = next((e for e in content.iter() if stop.local(e) in ("al", "kop", "tussenkop")), None)
    if first is None or stop.local(first) == "kop" or first.getnext() is None:
        return ""
    if any(stop.local(above) != "inhoud" for above in first.iterancestors()) or (first.tail or "").strip():
        return ""
    text = stop.text_of(first)
    bold = clean(" ".join(stop.text_of(e) for e in first if stop.local(e) in ("b", "strong")))
    is_line = 0 < len(text.split()) <= _MAX_HEADING_WORDS and text[-1] not in ".;,"
    if not is_line or not (stop.local(first) == "tussenkop" or bold == text):
        return ""
    first.getparent().remove(first)
    return text.rstrip(": ")


def _walk(node: dict[str, Any], walker: stop.Walker, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise UnreadableError("damaged", "De JSON is te diep genest.")
    for component in _components(node):
        if component.get("vervallen") is True:
            continue
        below = depth
        content = _fragment(component.get("inhoud"))
        title = _heading(component) or (_opening(content) if content is not None else "")
        if title:
            key = component.get("identificatie")
            walker.stream.append(Heading(title, depth, key=key if isinstance(key, str) else None))
            below += 1
        if content is not None:
            walker.walk(content, below)
        _walk(component, walker, below)


def _string(node: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = node.get(name)
        if isinstance(value, str) and value.strip():
            return clean(value)
    return None


def read_dso(data: bytes) -> Extract:
    """Read DSO JSON. Raises UnreadableError ("damaged", or "unsupported" for other JSON)."""
    text = decode(data)
    try:
        root = json.loads(text)
    except RecursionError as error:
        raise UnreadableError("damaged", "De JSON is te diep genest.") from error
    except json.JSONDecodeError as error:
        place = f"regel {error.lineno}, teken {error.colno}"
        raise UnreadableError("damaged", f"De JSON is beschadigd ({place}).") from error
    except ValueError as error:
        raise UnreadableError("damaged", "De JSON is beschadigd.") from error
    walker = stop.Walker()
    if isinstance(root, dict):
        _walk(root, walker, 1)
    if not any(isinstance(item, Piece) for item in walker.stream):
        raise UnreadableError(
            "unsupported", "Deze JSON is geen beleidstekst uit het Omgevingsloket (documentcomponenten)."
        )
    extract = Extract("json", walker.stream)
    extract.title = _string(root, "officieleTitel", "citeerTitel", "opschrift", "titel")
    code, date = _CODE.search(text), _FRBR_DATE.search(text)
    extract.authority = code[1] if code else None
    extract.date = date[1] or date[2] if date else None
    return extract
