"""Nanopublications: one for every passage that makes claims, unsigned.

The assertion is the graph of the passage as it is; the provenance says which passage of which
source, and what is doubtful of it; the publication info says whose data set this is, and under
which licence. A nanopublication is named after its passage and a digest of its assertion: what
changes gets a new name.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from ictgraph.results import Statements
from ictgraph.vocab import (
    GRAPH,
    ICT,
    ICTGRAPH,
    PROV,
    PROV_WAS_DERIVED_FROM,
    RDF_TYPE,
    RDFS,
    SRC,
    prefixes,
)

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["nanopublications", "text"]

_NP = "http://www.nanopub.org/nschema#"
_DCTERMS = "http://purl.org/dc/terms/"
_CLAIMS = f"""\
SELECT ?passage ?subject ?predicate ?object WHERE {{
  GRAPH <{GRAPH}passages> {{ ?passage a <{ICT}Passage> }}
  GRAPH ?passage {{ ?subject ?predicate ?object }}
}}
"""
_ABOUT_PASSAGES = f"""\
PREFIX ict: <{ICT}> PREFIX dcterms: <{_DCTERMS}> PREFIX rdfs: <{RDFS}>
CONSTRUCT {{ ?passage ict:locator ?locator ; ict:partOf ?source ; ict:seenAt ?at ; ict:seenOn ?on }}
WHERE {{ GRAPH <{GRAPH}passages> {{
  ?passage a ict:Passage ; ict:partOf ?source ; ict:locator ?locator
  OPTIONAL {{ ?passage ict:seenAt ?at }} OPTIONAL {{ ?passage ict:seenOn ?on }}
}} }}
"""
_ABOUT_SOURCES = f"""\
PREFIX dcterms: <{_DCTERMS}> PREFIX rdfs: <{RDFS}> PREFIX ict: <{ICT}>
CONSTRUCT {{ ?source ?predicate ?value }}
WHERE {{
  VALUES ?predicate {{ dcterms:title dcterms:identifier dcterms:publisher rdfs:label rdfs:seeAlso }}
  GRAPH <{GRAPH}passages> {{ ?source a ict:Source ; ?predicate ?value }}
}}
"""
_DOUBTS = f"""\
PREFIX ict: <{ICT}>
CONSTRUCT {{ ?doubt ict:onPassage ?passage ; ict:doubtKind ?kind ; ict:note ?note }}
WHERE {{ ?doubt ict:onPassage ?passage ; ict:doubtKind ?kind ; ict:note ?note }}
"""
_DATA_SET = f"""\
PREFIX dcterms: <{_DCTERMS}>
CONSTRUCT {{ ?set dcterms:creator ?creator ; dcterms:license ?licence ; dcterms:created ?date }}
WHERE {{
  VALUES ?set {{ <{ICTGRAPH}ontology> }}
  ?set dcterms:creator ?creator ; dcterms:license ?licence ; dcterms:modified ?date
}}
"""


def nanopublications(graph: Graph) -> Iterator[tuple[str, list[Quad]]]:
    """Yield nanopublications with their IRIs, in the order of their passages."""
    claims = _claims(graph)
    passages = _by_subject(_triples(graph, _ABOUT_PASSAGES))
    sources = _by_subject(_triples(graph, _ABOUT_SOURCES))
    doubts: dict[str, list[Triple]] = defaultdict(list)
    by_doubt = _by_subject(_triples(graph, _DOUBTS))
    for told in by_doubt.values():
        kept = [one for one in told if one.predicate.value != ICT + "onPassage"]
        for one in told:
            if one not in kept:
                doubts[_value(one.object)] += [one, *kept]
    data_set = sorted(_triples(graph, _DATA_SET), key=str)
    for passage in sorted(claims):
        about = list(passages.get(passage, ()))
        about += [t for one in about for t in sources.get(_value(one.object), ())]
        provenance = [*about, *doubts.get(passage, ())]
        yield _nanopublication(passage, claims[passage], provenance, data_set)


def text(graph: Graph) -> bytes:
    """Return all nanopublications as one TriG file."""
    quads = [quad for _, one in nanopublications(graph) for quad in one]
    return serialize(quads, format=RdfFormat.TRIG, prefixes=prefixes() | {"np": _NP}) or b""


def _nanopublication(
    passage: str,
    claims: Iterable[Triple],
    provenance: Sequence[Triple],
    data_set: Iterable[Triple],
) -> tuple[str, list[Quad]]:
    assertion = sorted(claims, key=str)
    digest = hashlib.sha256("\n".join(map(str, assertion)).encode()).hexdigest()[:16]
    name = f"{ICTGRAPH}nanopub/{passage.removeprefix(SRC)}/{digest}"
    this = NamedNode(name)
    head, said, because, about = (
        NamedNode(f"{name}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    quads = [
        Quad(this, NamedNode(RDF_TYPE), NamedNode(_NP + "Nanopublication"), head),
        Quad(this, NamedNode(_NP + "hasAssertion"), said, head),
        Quad(this, NamedNode(_NP + "hasProvenance"), because, head),
        Quad(this, NamedNode(_NP + "hasPublicationInfo"), about, head),
    ]
    quads += [Quad(one.subject, one.predicate, one.object, said) for one in assertion]
    quads.append(Quad(said, NamedNode(PROV_WAS_DERIVED_FROM), NamedNode(passage), because))
    primary = NamedNode(PROV + "hadPrimarySource")
    quads += [Quad(said, primary, place, because) for place in _places(provenance)]
    quads += [
        Quad(one.subject, one.predicate, one.object, because)
        for one in sorted(set(provenance), key=str)
    ]
    quads += [Quad(this, one.predicate, one.object, about) for one in data_set]
    return name, quads


def _claims(graph: Graph) -> dict[str, list[Triple]]:
    answer = graph.engine.query(_CLAIMS)
    found: dict[str, list[Triple]] = defaultdict(list)
    for passage, subject, predicate, value in getattr(answer, "rows", ()):
        found[passage.value].append(Triple(subject, predicate, value))
    return found


def _places(provenance: Iterable[Triple]) -> list[NamedNode]:
    """Return where a passage was read, or else where its source is."""
    for predicate in (ICT + "seenAt", RDFS + "seeAlso"):
        found = {one.object for one in provenance if one.predicate.value == predicate}
        if places := sorted((one for one in found if isinstance(one, NamedNode)), key=str):
            return places
    return []


def _triples(graph: Graph, query: str) -> tuple[Triple, ...]:
    answer = graph.engine.query(query)
    return answer.triples if isinstance(answer, Statements) else ()


def _by_subject(triples: Iterable[Triple]) -> Mapping[str, list[Triple]]:
    found: dict[str, list[Triple]] = defaultdict(list)
    for one in triples:
        found[_value(one.subject)].append(one)
    return found


def _value(term: object) -> str:
    return str(getattr(term, "value", term))
