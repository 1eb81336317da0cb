"""From our entities to the identifiers that an endpoint knows, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ictgraph.engine import Engine, rows
from ictgraph.federation.questions import Question
from ictgraph.results import Term, natural
from ictgraph.terms import text_of
from ictgraph.vocab import GRAPH, ICT, ID, SKOS_EXACT_MATCH, compress, prefixes

__all__ = ["Link", "Links", "entities_of", "links"]

_BATCH = 400
_OURS = f'FILTER(STRSTARTS(STR(?entity), "{ID}"))'
_OF_CLASS = f"{{ ?entity a %s }} UNION {{ GRAPH <{GRAPH}derived> {{ ?entity a %s }} }} {_OURS}"
_IDENTIFIERS = f"""\
SELECT DISTINCT ?entity ?match ?identifier WHERE {{
  VALUES ?match {{ %s }}
  %s
  GRAPH <{GRAPH}mappings> {{ ?entity ?match ?identifier }}
  FILTER(%s)
}} ORDER BY ?entity ?identifier"""
_MEMBERS = "SELECT DISTINCT ?entity WHERE { %s } ORDER BY ?entity"
_SAME = f"""\
SELECT DISTINCT ?identifier ?entity WHERE {{
  VALUES ?identifier {{ %s }}
  GRAPH <{GRAPH}mappings> {{ ?entity <{SKOS_EXACT_MATCH}> ?identifier }}
}} ORDER BY ?identifier ?entity"""


class Link(NamedTuple):
    """An identifier of an entity.

    :ivar entity: IRI of the entity.
    :ivar match: IRI of the mapping property between the two.
    :ivar identifier: IRI of the identifier.
    """

    entity: str
    match: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Links:
    """The identifiers to ask for.

    :ivar by_term: the links by the term that is sent, in natural order of the terms.
    :ivar without: entities that have no such identifier.
    """

    by_term: Mapping[Term, tuple[Link, ...]]
    without: tuple[str, ...]


def links(engine: Engine, question: Question, entities: Sequence[str] = ()) -> Links:
    """Return the identifiers of entities that a question can be asked with.

    :param entities: IRIs; those of the question's class if there are none. A term of a vocabulary
        that the question asks by is its own identifier.
    """
    spaces = [prefixes()[one] for one in question.vocabularies]
    which = _which(question, entities)
    tests = " || ".join(f"STRSTARTS(STR(?identifier), {Literal(space)})" for space in spaces)
    matches = " ".join(f"<{one}>" for one in question.matches)
    found = [
        Link(entity.value, match.value, identifier.value)
        for entity, match, identifier in rows(engine, _IDENTIFIERS % (matches, which, tests))
        if isinstance(entity, NamedNode)
        and isinstance(match, NamedNode)
        and isinstance(identifier, NamedNode)
    ]
    own = [one for one in entities if one.startswith(tuple(spaces))]
    found += [Link(one, SKOS_EXACT_MATCH, one) for one in own]
    asked = entities or [text_of(one) for (one,) in _members(engine, which)]
    linked = {one.entity for one in found}
    by_term: dict[Term, list[Link]] = {}
    for link in sorted(found, key=lambda one: (natural(one.identifier), one)):
        by_term.setdefault(_term(link.identifier, question.form), []).append(link)
    return Links(
        {term: tuple(some) for term, some in by_term.items()},
        tuple(one for one in dict.fromkeys(asked) if one not in linked),
    )


def entities_of(engine: Engine, identifiers: Collection[str]) -> dict[str, str]:
    """Return the entities that are the same as identifiers, by identifier; both are IRIs."""
    ordered = sorted(identifiers)
    found: dict[str, str] = {}
    for start in range(0, len(ordered), _BATCH):
        some = " ".join(str(NamedNode(one)) for one in ordered[start : start + _BATCH])
        for identifier, entity in rows(engine, _SAME % some):
            if isinstance(identifier, NamedNode) and isinstance(entity, NamedNode):
                found.setdefault(identifier.value, entity.value)
    return found


def _which(question: Question, entities: Iterable[str]) -> str:
    """The pattern that holds for the entities to ask about."""
    listed = " ".join(str(NamedNode(one)) for one in entities)
    if listed:
        return f"VALUES ?entity {{ {listed} }}"
    kind = question.parameter.type
    return "" if kind == ICT + "Entity" else _OF_CLASS % (f"<{kind}>", f"<{kind}>")


def _members(engine: Engine, which: str) -> list[tuple[Term | None, ...]]:
    return list(rows(engine, _MEMBERS % which)) if which else []


def _term(identifier: str, form: str) -> Term:
    """The term that stands for an identifier in a query."""
    if form == "iri":
        return NamedNode(identifier)
    curie = compress(identifier)
    return Literal(curie if form == "curie" else curie.partition(":")[2])
