"""Whom "we", "de gemeente" or "het college" stands for: the authority that issued the document."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from uitvoerbaarheid.nlp.actors.candidates import Candidate, candidates
from uitvoerbaarheid.resources import read_toml


@cache
def _stands_for() -> dict[str, frozenset[str]]:
    """By kind of authority the names by which its own documents call it or its organs."""
    data = read_toml("lexicons", "actors.toml")
    return {kind: frozenset(names) for kind, names in data["resolve"].items()}


@lru_cache(maxsize=256)
def _issuer(authority: str) -> Candidate | None:
    return next(iter(candidates(authority)), None)


def resolve_actor(value: dict[str, Any], authority: str | None) -> dict[str, Any] | None:
    """The authority that an actor's name stands for, as ``{"name", "kind", "identifier"}``, or None.

    ``value`` is that of an actor (``find_actors``), ``authority`` the document's ("gemeente Lindermeer"). A
    "gemeente" in a document of a province is another, so None; "we" is the authority whatever its kind. The
    authority's own full name stands for itself.
    """
    if not authority or not authority.strip():
        return None
    issuer = _issuer(" ".join(authority.split()))
    if value.get("identifier") and (issuer is None or value["identifier"] != issuer.identifier):
        return None
    kind = issuer.kind if issuer else "organisation"
    name = " ".join(str(value.get("name", "")).lower().split())
    own = (
        bool(value.get("identifier"))
        or value.get("kind") == "self"
        or name in _stands_for().get(kind, frozenset())
    )
    bare = authority.lower().partition("(")[0].strip()
    if not own and name != bare:  # "gemeente Bergen" in a document of Bergen (NH)
        return None
    return {
        "name": (issuer.official if issuer else None) or " ".join(authority.split()),
        "kind": kind,
        "identifier": issuer.identifier if issuer else None,
    }
