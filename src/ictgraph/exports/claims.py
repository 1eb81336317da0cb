"""The graph as nodes and edges: what the exports for property graphs and Biolink have in common.

An edge is a claim about two entities as one passage states it, with the stage that the same passage
prints for its event; two passages that state the same are two edges. Entities are described by what
all passages say of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ictgraph.captions import text_rows
from ictgraph.vocab import GRAPH, ICT, ID, RDF_TYPE, RDFS_LABEL, SKOS, SKOS_ALT_LABEL, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["DERIVED", "Edge", "Node", "Origin", "edges", "literal_names", "nodes"]

DERIVED = ICT + "investigatedFor"
"""The one predicate that is concluded: an event of a passage has both a therapy and a condition."""

_PREFIXES = f"PREFIX ict: <{ICT}> PREFIX graph: <{GRAPH}> PREFIX skos: <{SKOS}>\n"
_CLAIMS = f"""\
SELECT ?passage ?subject ?predicate ?object WHERE {{
  GRAPH graph:passages {{ ?passage a ict:Passage }}
  GRAPH ?passage {{ ?subject ?predicate ?object }}
  FILTER(?predicate != <{RDF_TYPE}> && isIRI(?object))
}}
"""
_DECLARED = f"""\
SELECT ?subject ?predicate ?object WHERE {{
  GRAPH graph:entities {{ ?subject ?predicate ?object }}
  FILTER(STRSTARTS(STR(?predicate), STR(ict:)) || ?predicate = skos:broader)
  FILTER(STRSTARTS(STR(?object), "{ID}"))
}}
"""
_INVESTIGATED = """\
SELECT ?passage ?event ?subject ?object WHERE {
  GRAPH graph:passages { ?passage a ict:Passage }
  GRAPH ?passage { ?event ict:therapy ?subject ; ict:indication ?object }
}
"""
_EXPECTED = """\
SELECT ?passage ?event WHERE {
  GRAPH graph:passages { ?passage a ict:Passage }
  GRAPH ?passage { ?event ict:expected true }
}
"""
_STAGES = """\
SELECT ?passage ?event ?stage WHERE {
  GRAPH graph:passages { ?passage a ict:Passage }
  GRAPH ?passage { ?event ict:stage ?stage }
}
"""
_ORIGINS = """\
SELECT ?passage ?source ?seen ?known ?page ?locator WHERE {
  GRAPH graph:passages {
    ?passage a ict:Passage ; ict:partOf ?source ; ict:locator ?locator .
    FILTER(LANG(?locator) = "en")
    OPTIONAL { ?passage ict:seenAt ?seen }
    OPTIONAL { ?source <http://purl.org/dc/terms/identifier> ?known }
    OPTIONAL { ?source <http://www.w3.org/2000/01/rdf-schema#seeAlso> ?page }
  }
}
"""
_DOUBTS = """\
SELECT ?doubt ?entity ?passage ?kind WHERE {
  ?doubt a ict:Doubt ; ict:doubtKind ?kind ; ict:about ?entity
  OPTIONAL { ?doubt ict:onPassage ?passage }
}
"""
_CLASSES = """\
SELECT DISTINCT ?entity ?class WHERE {
  ?entity a ?class
  GRAPH graph:derived { ?entity a ict:Entity }
  FILTER(STRSTARTS(STR(?class), STR(ict:)))
}
"""
_LITERALS = f"""\
SELECT DISTINCT ?subject ?predicate ?value WHERE {{
  {{ GRAPH graph:entities {{ ?subject ?predicate ?value }} }}
  UNION
  {{
    GRAPH graph:passages {{ ?passage a ict:Passage }}
    GRAPH ?passage {{ ?subject ?predicate ?value }}
  }}
  FILTER(isLiteral(?value) && ?predicate != <{RDFS_LABEL}>)
}}
"""
_MATCHES = """\
SELECT DISTINCT ?entity ?match ?identifier WHERE {
  VALUES ?match { skos:exactMatch skos:closeMatch }
  GRAPH graph:mappings { ?entity ?match ?identifier }
}
"""
_NO_NODES = {"Passage", "Source", "Doubt"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a passage is.

    :ivar source: IRI of its source, "" for what the data set itself says.
    :ivar publications: identifiers or addresses of what the passage is part of.
    """

    source: str = ""
    publications: tuple[str, ...] = ()
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A claim about two entities; all are IRIs.

    :ivar passage: the passage that states it, "" for what the data set itself declares.
    :ivar event: the event that a derived edge comes from, "" else.
    :ivar stages: the stages that the passage prints for the subject or the event.
    :ivar expected: whether the passage speaks of something that is only expected.
    :ivar doubts: doubts about the passage and one of the entities, with their kinds.
    """

    subject: str
    predicate: str
    object: str
    passage: str
    event: str
    origin: Origin
    stages: tuple[str, ...]
    expected: bool
    doubts: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """What the same claim of the same passage is called in every build."""
        said = (self.passage, self.event, self.subject, self.predicate, self.object)
        return hashlib.sha256(" ".join(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Node:
    """An entity.

    :ivar classes: local names of its own classes.
    :ivar synonyms: other names in any language; the Chinese label is among them.
    :ivar exact: CURIEs of terms that mean the same, sorted; ``close`` of those that nearly do.
    :ivar literals: what passages say of it in numbers, dates and texts: values by property, which
        for a text ends in its language, ``outcome_en``.
    """

    iri: str
    classes: tuple[str, ...]
    en: str
    zh: str
    synonyms: tuple[str, ...]
    exact: tuple[str, ...]
    close: tuple[str, ...]
    literals: Mapping[str, tuple[str, ...]]
    doubts: tuple[str, ...]


def edges(graph: Graph) -> list[Edge]:
    """Return every claim about two entities, what entities are declared to be, and what follows.

    What follows is ``ict:investigatedFor``, once for every event and passage that have both a
    therapy and a condition. Sorted.
    """
    of_passage = _origins(graph)
    stages = _gathered(graph, _STAGES, "stage")
    expected = _gathered(graph, _EXPECTED, "event")
    doubts = _doubts_of_passages(graph)

    def edge(row: Mapping[str, str], predicate: str = "") -> Edge:
        passage, event = row.get("passage", ""), row.get("event", "")
        place = (passage, event or row["subject"])
        ends = {row["subject"], row["object"], event}
        return Edge(
            row["subject"],
            predicate or row["predicate"],
            row["object"],
            passage,
            event,
            of_passage.get(passage, Origin()),
            tuple(sorted(stages.get(place, ()))),
            place in expected,
            tuple(sorted({one for end in ends for one in doubts.get((passage, end), ())})),
        )

    found = [edge(row) for row in text_rows(graph, _PREFIXES + _CLAIMS)]
    found += [edge(row) for row in text_rows(graph, _PREFIXES + _DECLARED)]
    found += [edge(row, DERIVED) for row in text_rows(graph, _PREFIXES + _INVESTIGATED)]
    return sorted(found, key=lambda e: (e.subject, e.predicate, e.object, e.passage, e.event))


def nodes(graph: Graph, connected: Iterable[Edge]) -> list[Node]:
    """Return every entity but passages, sources and doubts, and all ends of edges; sorted."""
    classes = _by_first(graph, _CLASSES, "entity", "class")
    literals, names = _literals(graph)
    matches: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in text_rows(graph, _PREFIXES + _MATCHES):
        matches[row["entity"], row["match"]].add(compress(row["identifier"]))
    doubts = _by_first(graph, _DOUBTS, "entity", "doubt")
    iris = {iri for iri, own in classes.items() if not {ICT + one for one in _NO_NODES} & own}
    iris |= {end for edge in connected for end in (edge.subject, edge.object)}
    labels = graph.names.labels(iris)
    found = []
    for iri in sorted(iris):
        label = labels.get(iri, {})
        name = label.get("en") or label.get("zh") or compress(iri)
        others = ({label.get("zh", "")} | names.get(iri, set())) - {"", name}
        found.append(
            Node(
                iri,
                tuple(sorted(one.removeprefix(ICT) for one in classes.get(iri, ()))),
                name,
                label.get("zh", ""),
                tuple(sorted(others)),
                tuple(sorted(matches.get((iri, SKOS + "exactMatch"), set()) - _NONE)),
                tuple(sorted(matches.get((iri, SKOS + "closeMatch"), set()) - _NONE)),
                {one: tuple(sorted(said)) for one, said in sorted(literals.get(iri, {}).items())},
                tuple(sorted(doubts.get(iri, ()))),
            )
        )
    return found


_NONE = {"sssom:NoTermFound"}


def _origins(graph: Graph) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for row in sorted(text_rows(graph, _PREFIXES + _ORIGINS), key=lambda one: sorted(one.items())):
        publication = row["seen"] or row["known"] or row["page"] or row["source"]
        known = found.get(row["passage"])
        others = known.publications if known else ()
        both = tuple(sorted({*others, publication}))
        found[row["passage"]] = Origin(row["source"], both, row["locator"])
    return found


def _gathered(graph: Graph, query: str, column: str) -> dict[tuple[str, str], set[str]]:
    """Return the values of a column by passage and event."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in text_rows(graph, _PREFIXES + query):
        found[row["passage"], row["event"]].add(row[column])
    return found


def _by_first(graph: Graph, query: str, first: str, column: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in text_rows(graph, _PREFIXES + query):
        found[row[first]].add(row[column])
    return found


def _doubts_of_passages(graph: Graph) -> dict[tuple[str, str], set[tuple[str, str]]]:
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in text_rows(graph, _PREFIXES + _DOUBTS):
        if row["passage"]:
            found[row["passage"], row["entity"]].add((row["doubt"], row["kind"]))
    return found


def _literals(
    graph: Graph,
) -> tuple[dict[str, dict[str, set[str]]], dict[str, set[str]]]:
    """Return values by entity and property, and other names by entity."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    names: dict[str, set[str]] = defaultdict(set)
    for row in text_rows(graph, _PREFIXES + _LITERALS):
        if row["predicate"] == SKOS_ALT_LABEL:
            names[row["subject"]].add(row["value"])
            continue
        lang = row.get("value@", "")
        name = compress(row["predicate"]).rpartition(":")[2] + (f"_{lang}" if lang else "")
        found[row["subject"]][name].add(row["value"])
    return found, names


def literal_names(found: Sequence[Node]) -> list[str]:
    """Return the properties that some node has values of, sorted."""
    return sorted({name for node in found for name in node.literals})
