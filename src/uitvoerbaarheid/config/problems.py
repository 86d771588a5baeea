"""What is wrong with settings, in Dutch sentences with the key that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from uitvoerbaarheid.config.lines import Place

_EXPECTED = {
    "string_type": "moet een tekst tussen aanhalingstekens zijn",
    "string_too_short": "is leeg of te kort",
    "string_too_long": "is te lang",
    "int_type": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "float_type": "moet een getal zijn",
    "bool_type": "moet true of false zijn",
    "list_type": "moet een lijst tussen rechte haken zijn",
    "too_short": "mag niet leeg zijn",
    "too_long": "heeft te veel onderdelen",
    "dict_type": "moet een tabel zijn",
    "model_type": "moet een tabel zijn",
    "greater_than_equal": "moet ten minste {ge:g} zijn",
    "less_than_equal": "mag hoogstens {le:g} zijn",
    "literal_error": "moet een van deze zijn: {expected}",
    "missing": "ontbreekt",
}


def near(given: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name that was probably meant, None where none is like it."""
    found = get_close_matches(given, list(known), n=1, cutoff=cutoff)
    return found[0] if found else None


def meant(given: str, known: Iterable[str]) -> str:
    """The end of a message about a name that is not there: the one that was meant, or all there are."""
    names = list(known)
    found = near(given, names)
    return f"Bedoelde u '{found}'?" if found else f"Mogelijk zijn: {', '.join(names)}."


def problems(
    error: ValidationError, model: type[BaseModel], prefix: str = "", also: Iterable[str] = ()
) -> Iterator[tuple[Place, str]]:
    """The place and the Dutch sentence of each problem of a validation, in the order of the keys.

    ``prefix`` comes before the key in the sentence; ``also`` are keys that are known beside those of
    ``model``. An unknown key is told with the one that was meant.
    """
    for problem in error.errors():
        place = tuple(part for part in problem["loc"] if part != "[key]")
        yield place, _sentence(problem, place, model, prefix, tuple(also))


def explain(
    error: ValidationError, model: type[BaseModel], prefix: str = "", also: Iterable[str] = ()
) -> str:
    """The problems of a validation, one a line."""
    return "\n".join(sentence for _, sentence in problems(error, model, prefix, also))


def _sentence(problem: Any, place: Place, model: type[BaseModel], prefix: str, also: tuple[str, ...]) -> str:
    key = f"'{prefix}{shown_key(place)}'"
    if problem["type"] == "extra_forbidden":
        known = _keys(model, place[:-1]) + (list(also) if len(place) == 1 else [])
        return f"{key} is geen instelling. {meant(str(place[-1]), known)}"
    if not place:
        return f"'{prefix.rstrip('.')}' moet van ten minste één criterium iets vragen, met een gewicht."
    context = problem.get("ctx") or {}
    sentence = f"{key} {_filled(_EXPECTED.get(problem['type'], 'heeft een ongeldige waarde'), context)}."
    if problem["type"] == "literal_error" and isinstance(problem["input"], str):
        found = near(problem["input"].casefold(), re.findall(r"'([^']*)'", str(context.get("expected"))))
        return f"{sentence} Bedoelde u '{found}'?" if found else sentence
    return sentence


def shown_key(place: Place) -> str:
    """A key with dots, the number of a part of a list from 1: "check.suppress[2].reason"."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _filled(text: str, context: dict[str, Any]) -> str:
    values = dict(context)
    if "expected" in values:
        values["expected"] = str(values["expected"]).replace(" or ", " of ")
    return text.format(**values)


def _keys(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that a table in the settings can have, by its place."""
    annotation: Any = model
    for part in place:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            fields = annotation.model_fields
            named = next((f for name, f in fields.items() if part in (name, f.alias)), None)
            annotation = named.annotation if named else None
        else:
            annotation = next(iter(get_args(annotation)[-1:]), None)
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]
