"""Actors in a sentence, list item or table row: the parties that have a task or role in it.

Candidates come from the lexicon (``data/lexicons/actors.toml``), the public register of government
organisations (``data/organisations.tsv``) and names with a capital. Whether a candidate acts here, and is
not only mentioned, is decided by a logistic regression on the words around it; its weights stand in
``models/actor_roles.json`` (``scripts/train_actor_roles.py``). What it is in its sentence (responsible,
partner, financier, addressee) comes from ``data/lexicons/actor_roles.toml``.

Types of parties (``value.kind``): gemeente, provincie, waterschap, rijk (with ministries), agency (of the
state), samenwerking (cooperation body), regio, omgevingsdienst, veiligheidsregio, ggd, koepel (IPO, VNG),
organ (college, raad, Gedeputeerde Staten), office_holder, department, woningcorporatie, netbeheerder,
vervoerder, onderwijs, zorg, natuurorganisatie, marktpartij, inwoners, organisation, group and self ("we").
What a "Trekker" column names in other words is of the kind party (``annotator``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uitvoerbaarheid.nlp.actors.acting import acting, enumerations_of, probability
from uitvoerbaarheid.nlp.actors.candidates import Candidate, candidates
from uitvoerbaarheid.nlp.actors.features import features, tags_of
from uitvoerbaarheid.nlp.actors.resolve import resolve_actor
from uitvoerbaarheid.nlp.actors.roles import roles_of
from uitvoerbaarheid.nlp.annotation import Found
from uitvoerbaarheid.nlp.words import Words, words_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

__all__ = ["Candidate", "actors_in", "candidates", "find_actors", "resolve_actor"]

#: The id by which an actor says that the regression decided that it acts.
MODEL_RULE = "model.actor_roles"


def find_actors(span: Span | Doc) -> list[Found]:
    """The parties with a task or role in one unit, in order; each name once.

    Offsets are within the span's text. ``value.name`` is the name as written without the leading article
    ("we" for wij), ``kind`` the type of party (see above),
    ``identifier`` and ``official`` those of the public register where it is in it (``official`` also of other
    well-known bodies), ``generic`` whether it is named without a name of its own, and ``role`` what it is in
    the sentence: responsible, partner, financier or addressee.
    """
    return actors_in(span.text, words_of(span))


def actors_in(text: str, words: Words) -> list[Found]:
    """As :func:`find_actors`, of a text of which the words were read already."""
    found = candidates(text)
    if not found:
        return []
    names = features(text, found, tags_of(words))
    groups = enumerations_of(text, found)
    keep = acting(text, found, names, [probability(n) for n in names], groups)
    roles = roles_of(text, [(c.start, c.end) for c in found], groups)
    actors: dict[str, Found] = {}
    for candidate, (role, rule), kept in zip(found, roles, keep, strict=True):
        if not kept:
            continue
        name = "we" if candidate.kind == "self" else candidate.name
        value = {
            "name": name,
            "kind": candidate.kind,
            "identifier": candidate.identifier,
            "official": candidate.official,
            "generic": candidate.generic,
            "role": role,
        }
        written = text[candidate.start : candidate.end]
        rules = [candidate.rule, MODEL_RULE, rule]
        actors.setdefault(name.lower(), Found(candidate.start, candidate.end, written, value, rules))
    return list(actors.values())
