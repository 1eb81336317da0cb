"""Claims by and about one entity, the doubts that concern it, and its identifiers elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ictgraph import queries
from ictgraph.results import Label, Table, Term, natural
from ictgraph.spoken import language
from ictgraph.terms import text_of
from ictgraph.vocab import RDF_TYPE

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Claim", "Doubt", "Identifier", "claims_about", "doubts_about", "identifiers_of"]

_TOLD_IN_FULL = {"Event", "StudyGroup", "Statistic"}
_GROUP = "StudyGroup"
_STEPS = 3
_FACTS = ("entity", "direction", "property", "value", "source")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that passages make.

    :ivar passages: IRIs of the passages, sorted.
    """

    subject: str
    property: str
    value: Term
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt that concerns an entity.

    :ivar note: why, by language.
    :ivar passages: IRIs of the passages in doubt, sorted.
    """

    iri: str
    kind: str
    note: Label
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A term of another vocabulary that is the same as an entity, or related to it.

    :ivar match: IRI of the kind of match.
    :ivar term: IRI of the term, or of ``sssom:NoTermFound``.
    :ivar name: what the vocabulary calls it.
    :ivar source: the vocabulary.
    """

    match: str
    term: str
    name: str
    source: str


def claims_about(graph: Graph, iri: str) -> list[Claim]:
    """Return the claims by and about an entity, and those of the events that concern it.

    Of a passage these are the claims that it makes.
    """
    if "Passage" in (graph.names.classes(iri) or ()):
        made = _rows(graph, "claims", ("subject", "property", "object"), [iri], "passage")
        stated = dict.fromkeys((text_of(row[0]), text_of(row[1]), row[2]) for row in made)
        return [Claim(one, name, value, (iri,)) for one, name, value in stated if value is not None]
    found: dict[tuple[str, str, Term], set[str]] = {}
    seen, frontier = set[str](), [iri]
    for _ in range(_STEPS):
        rows = _rows(graph, "facts", _FACTS, frontier) if frontier else ()
        seen.update(frontier)
        reached: dict[str, None] = {}
        for entity, direction, name, value, source in rows:
            if not (isinstance(entity, NamedNode) and isinstance(value, Term)):
                continue
            states = isinstance(direction, Literal) and direction.value == "states"
            if states:
                key = (entity.value, text_of(name), value)
                follow = text_of(value) if isinstance(value, NamedNode) else ""
            elif entity.value == iri or _GROUP in (graph.names.classes(entity.value) or ()):
                key, follow = (text_of(value), text_of(name), entity), text_of(value)
            else:
                continue
            found.setdefault(key, set()).add(text_of(source))
            if follow and not (states and text_of(name) == RDF_TYPE):
                reached[follow] = None
        frontier = [one for one in reached if one not in seen and _is_told_in_full(graph, one)]
    return [
        Claim(subject, name, value, tuple(sorted(passages)))
        for (subject, name, value), passages in found.items()
    ]


def doubts_about(graph: Graph, iri: str) -> tuple[Doubt, ...]:
    """Return the doubts that concern an entity."""
    found: dict[tuple[str, str], tuple[dict[str, str], set[str]]] = {}
    for row in _rows(graph, "doubts", ("doubt", "kind", "note", "passage"), [iri]):
        doubt, kind, note, passage = row
        notes, passages = found.setdefault((text_of(doubt), text_of(kind)), ({}, set()))
        if note is not None:
            notes[language(note)] = text_of(note)
        if passage is not None:
            passages.add(text_of(passage))
    return tuple(
        Doubt(doubt, kind, notes, tuple(sorted(passages, key=natural)))
        for (doubt, kind), (notes, passages) in found.items()
    )


def identifiers_of(graph: Graph, iri: str) -> tuple[Identifier, ...]:
    """Return the identifiers of an entity in other vocabularies, and where none was found."""
    columns = ("match", "identifier", "name", "source")
    found = _rows(graph, "identifiers", columns, [iri])
    return tuple(dict.fromkeys(Identifier(*map(text_of, row)) for row in found))


def _rows(
    graph: Graph, name: str, columns: Iterable[str], iris: Iterable[str], about: str = "entity"
) -> list[tuple[Term | None, ...]]:
    """Return columns of the answer of a template about entities, or about passages."""
    answer = graph.run(queries.load(name), {about: [NamedNode(iri) for iri in iris]})
    assert isinstance(answer, Table), "these templates are SELECT queries"
    where = [answer.columns.index(column) for column in columns]
    return [tuple(row[i] for i in where) for row in answer.rows]


def _is_told_in_full(graph: Graph, iri: str) -> bool:
    return not _TOLD_IN_FULL.isdisjoint(graph.names.classes(iri) or ())
