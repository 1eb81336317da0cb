"""Names in short and in full: CURIEs, IRIs and the prefixes between them.

The prefixes are data, declared with ``sh:declare`` in ``ontology/prefixes.ttl``.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache

from ictgraph.errors import InputError, StoreError, UnknownName
from ictgraph.messages import Message, alternatives, reason, series
from ictgraph.paths import data_dir

__all__ = [
    "DCTERMS_DESCRIPTION",
    "DCTERMS_IDENTIFIER",
    "DCTERMS_TITLE",
    "GRAPH",
    "ICT",
    "ICTGRAPH",
    "ID",
    "OWL",
    "PROV",
    "PROV_WAS_DERIVED_FROM",
    "RDF",
    "RDFS",
    "RDFS_COMMENT",
    "RDFS_LABEL",
    "RDFS_SUB_CLASS_OF",
    "RDF_LANG_STRING",
    "RDF_TYPE",
    "SKOS",
    "SKOS_ALT_LABEL",
    "SKOS_BROADER",
    "SKOS_CLOSE_MATCH",
    "SKOS_DEFINITION",
    "SKOS_EXACT_MATCH",
    "SKOS_PREF_LABEL",
    "SRC",
    "XSD",
    "compress",
    "expand",
    "prefixes",
]

ICTGRAPH = "https://w3id.org/ictgraph/"
ICT = ICTGRAPH + "ontology#"
ID = ICTGRAPH + "id/"
SRC = ICTGRAPH + "source/"
GRAPH = ICTGRAPH + "graph/"

OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

DCTERMS_DESCRIPTION = "http://purl.org/dc/terms/description"
DCTERMS_IDENTIFIER = "http://purl.org/dc/terms/identifier"
DCTERMS_TITLE = "http://purl.org/dc/terms/title"
PROV_WAS_DERIVED_FROM = PROV + "wasDerivedFrom"
RDFS_COMMENT = RDFS + "comment"
RDFS_LABEL = RDFS + "label"
RDFS_SUB_CLASS_OF = RDFS + "subClassOf"
RDF_LANG_STRING = RDF + "langString"
RDF_TYPE = RDF + "type"
SKOS_ALT_LABEL = SKOS + "altLabel"
SKOS_BROADER = SKOS + "broader"
SKOS_CLOSE_MATCH = SKOS + "closeMatch"
SKOS_DEFINITION = SKOS + "definition"
SKOS_EXACT_MATCH = SKOS + "exactMatch"
SKOS_PREF_LABEL = SKOS + "prefLabel"

_SH = "http://www.w3.org/ns/shacl#"
_NOT_IN_IRIS = frozenset('<>"{}|^`\\').union(map(chr, range(0x21)), map(chr, range(0x7F, 0xA0)))


@cache
def _declared() -> dict[str, str]:
    from pyoxigraph import Literal, parse

    path = os.path.join(data_dir("ontology"), "prefixes.ttl")
    names: dict[str, str] = {}
    namespaces: dict[str, str] = {}
    try:
        for quad in parse(path=path):
            for found, predicate in ((names, "prefix"), (namespaces, "namespace")):
                if quad.predicate.value == _SH + predicate and isinstance(quad.object, Literal):
                    found[str(quad.subject)] = quad.object.value
        return {names[node]: namespaces[node] for node in sorted(names, key=names.__getitem__)}
    except (OSError, SyntaxError, KeyError) as error:
        raise StoreError(
            "the table of prefixes {path} cannot be read: {reason}",
            hint="install the package again, or run it from a complete checkout",
            path=path,
            reason=reason(error),
        ) from None


@cache
def _by_lower_case() -> dict[str, str]:
    return {prefix.lower(): namespace for prefix, namespace in _declared().items()}


@cache
def _by_namespace() -> tuple[dict[str, str], list[int]]:
    found = {namespace: prefix for prefix, namespace in _declared().items()}
    return found, sorted(set(map(len, found)), reverse=True)


def prefixes() -> dict[str, str]:
    """Return the namespace of every prefix, sorted by prefix.

    :raises StoreError: if the table cannot be read.

    >>> prefixes()["ict"]
    'https://w3id.org/ictgraph/ontology#'
    """
    return dict(_declared())


def expand(curie: str) -> str:
    """Return the IRI that a CURIE stands for; the case of the prefix does not matter.

    :raises UnknownName: if the prefix is not declared; the hint lists the nearest.
    :raises InputError: if the text is not a CURIE.

    >>> expand("mondo:0005105")
    'http://purl.obolibrary.org/obo/MONDO_0005105'
    """
    prefix, colon, local = curie.partition(":")
    if not colon or not local or local.startswith("//") or not _NOT_IN_IRIS.isdisjoint(local):
        raise InputError(
            "{curie!r} is not a CURIE",
            hint="write prefix:name, for example MONDO:0005105",
            curie=curie[:80],
        )
    namespace = _by_lower_case().get(prefix.lower())
    if namespace is None:
        raise UnknownName(
            "no prefix {prefix!r} is declared", hint=_nearest(prefix), prefix=prefix[:80]
        )
    return namespace + local


@lru_cache(maxsize=10_000)
def compress(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI itself if no namespace fits.

    The longest namespace wins. The local part is kept as it is, slashes too.

    >>> compress("https://w3id.org/ictgraph/source/review-2024/t3/r4")
    'src:review-2024/t3/r4'
    >>> compress("https://example.org/x")
    'https://example.org/x'
    """
    prefix_of, lengths = _by_namespace()
    for length in lengths:
        prefix = prefix_of.get(iri[:length])
        if prefix is not None and len(iri) > length and not iri.startswith("//", length):
            return f"{prefix}:{iri[length:]}"
    return iri


def _nearest(prefix: str) -> Message:
    from difflib import get_close_matches

    spelt = {name.lower(): name for name in _declared()}
    near = get_close_matches(prefix[:80].lower(), spelt, n=3, cutoff=0.5)
    if near:
        return Message(
            "did you mean {near}?", near=alternatives(f"{spelt[name]}:" for name in near)
        )
    known = series(sorted(spelt.values(), key=str.lower))
    return Message("the prefixes are {known}", known=known)
