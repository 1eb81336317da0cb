"""The whole graph as compact JSON-LD, and the context that gives its names their meaning.

The context has every prefix, and every class and property of the ontology under its local name,
with the datatype or language map that its range asks for. A value that does not fit the name stands
under the CURIE of the property with its type written out, so nothing changes on the way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, RdfFormat, parse

from ictgraph.captions import text_rows
from ictgraph.errors import InputError
from ictgraph.exports.texts import as_json
from ictgraph.vocab import (
    GRAPH,
    ICT,
    OWL,
    RDF_LANG_STRING,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    SKOS_BROADER,
    SKOS_DEFINITION,
    XSD,
    compress,
    prefixes,
)

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Context", "context", "context_text", "lines"]

_TERMS = f"""\
SELECT DISTINCT ?term ?kind ?range WHERE {{
  GRAPH <{GRAPH}ontology> {{ ?term a ?kind OPTIONAL {{ ?term <{RDFS}range> ?range }} }}
  FILTER(STRSTARTS(STR(?term), "{ICT}"))
  VALUES ?kind {{ <{OWL}Class> <{OWL}ObjectProperty> <{OWL}DatatypeProperty> }}
}}
"""
_TEXTS = (RDFS_LABEL, SKOS_ALT_LABEL, SKOS_DEFINITION)
_NATIVE = {XSD + "integer", XSD + "boolean"}
Context = dict[str, Any]


def context(graph: Graph) -> Context:
    """Return the context: prefixes, then classes and properties by local name, sorted."""
    found: Context = {"@version": 1.1}
    for prefix, namespace in prefixes().items():
        plain = namespace[-1] in "/#:?[]@"
        found[prefix] = namespace if plain else {"@id": namespace, "@prefix": True}
    for iri in _TEXTS:
        found[_local(iri)] = {"@id": compress(iri), "@container": "@language"}
    found["broader"] = {"@id": compress(SKOS_BROADER), "@type": "@id"}
    terms: Context = {}
    for row in text_rows(graph, _TERMS):
        if _local(row["term"]) not in found:
            terms[_local(row["term"])] = _meaning(row["term"], row["kind"], row["range"])
    return found | dict(sorted(terms.items()))


def context_text(graph: Graph) -> str:
    """Return the context as a document of its own."""
    return as_json({"@context": context(graph)}, indent=1) + "\n"


def lines(graph: Graph) -> Iterator[str]:
    """Yield a JSON-LD document of a graph with a build in pieces: the context, then nodes by graph.

    :raises InputError: if an IRI would be read as one of our CURIEs.
    """
    meaning = context(graph)
    writer = _Writer(meaning)
    yield '{"@context": ' + as_json(meaning, indent=1)
    yield ',\n"@graph": ['
    with open(os.path.join(graph.folder, "graph.nq"), "rb") as file:
        ordered = sorted(parse(file, format=RdfFormat.N_QUADS), key=_order)
    first = True
    for graph_name, members in groupby(ordered, key=lambda quad: quad.graph_name):
        nodes = (writer.node(one) for _, one in groupby(members, key=lambda quad: quad.subject))
        texts = list(map(as_json, nodes))
        if isinstance(graph_name, DefaultGraph):
            text = ",\n".join(texts)
        else:
            name = as_json(_name(graph_name))
            text = f'{{"@id": {name}, "@graph": [\n' + ",\n".join(texts) + "\n]}"
        yield ("\n" if first else ",\n") + text
        first = False
    yield "\n]}\n"


class _Writer:
    """Nodes under a context."""

    def __init__(self, meaning: Context) -> None:
        self._names = {
            one["@id"]: (name, one)
            for name, one in meaning.items()
            if isinstance(one, dict) and "@prefix" not in one
        }

        self._classes = {
            one: name
            for name, one in meaning.items()
            if isinstance(one, str) and name not in prefixes()
        }

    def node(self, quads: Iterable[Quad]) -> dict[str, Any]:
        """Return one node with all its values in one graph."""
        node: dict[str, Any] = {}
        for quad in quads:
            node.setdefault("@id", _name(quad.subject))
            if quad.predicate.value == RDF_TYPE and not isinstance(quad.object, Literal):
                kind = _name(quad.object)
                node.setdefault("@type", []).append(self._classes.get(kind, kind))
                continue
            key = compress(quad.predicate.value)
            name, term = self._names.get(key, ("", {}))
            fits, value = _fitting(quad.object, term)
            if fits and isinstance(quad.object, Literal) and quad.object.language:
                node.setdefault(name, {}).setdefault(quad.object.language, []).append(value)
            elif fits:
                node.setdefault(name, []).append(value)
            else:
                node.setdefault(key, []).append(_written_out(quad.object))
        return node


def _fitting(value: Any, term: Context) -> tuple[bool, Any]:
    """Return whether a term of the context says all about a value, and how it is written there."""
    if not isinstance(value, Literal):
        return term.get("@type") == "@id", _name(value)
    if value.language:
        return "@container" in term, value.value
    kind = value.datatype.value
    if term.get("@type") != compress(kind):
        return False, None
    return True, _native(value) if kind in _NATIVE else value.value


def _native(value: Literal) -> int | str:
    """Return an integer or boolean as JSON has it, if it is written in the one usual way."""
    text = value.value
    if text in ("true", "false"):
        return text == "true"
    plain = text.isascii() and text.isdigit() and len(text) < 16 and str(int(text)) == text
    return int(text) if plain else text


def _written_out(value: Any) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"@id": _name(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == XSD + "string":
        return {"@value": value.value}
    return {"@value": value.value, "@type": compress(value.datatype.value)}


def _meaning(iri: str, kind: str, range_: str) -> Any:
    """Return what a context says of a class or property."""
    if kind == OWL + "Class":
        return compress(iri)
    found: Context = {"@id": compress(iri)}
    if kind == OWL + "ObjectProperty":
        return found | {"@type": "@id"}
    if range_ == RDF_LANG_STRING:
        return found | {"@container": "@language"}
    return found | ({"@type": compress(range_)} if range_.startswith(XSD) else {})


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]


def _name(term: Any) -> str:
    """Return the CURIE of a node."""
    if isinstance(term, BlankNode):
        return str(term)
    iri: str = term.value
    curie = compress(iri)
    scheme, _, rest = iri.partition(":")
    if curie == iri and scheme in prefixes() and not rest.startswith("//"):
        raise InputError(
            "JSON-LD would read <{iri}> as a CURIE of {scheme}:",
            hint="choose nq or trig",
            iri=iri,
            scheme=scheme,
        )
    return curie


def _order(quad: Quad) -> tuple[str, str, str, str]:
    default = isinstance(quad.graph_name, DefaultGraph)
    place = "" if default else str(quad.graph_name)
    return (place, str(quad.subject), str(quad.predicate), str(quad.object))
