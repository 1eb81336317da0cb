"""The terms of the ontology in the Biolink Model, and the identifiers that its tools know.

What stands for what is data: ``ontology/mappings/terms-biolink.sssom.tsv``, as the graph has it,
and ``ontology/biolink-prefixes.tsv``, which spells prefixes as Biolink does, the preferred first.

Of a class, a match that is the same or broader says nothing that is not so, and counts before one
that is only close. Of a predicate, only such a match counts: close is not enough to say that
something expresses or prevents.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ictgraph.captions import text_rows
from ictgraph.errors import StoreError
from ictgraph.exports.claims import Node
from ictgraph.messages import reason
from ictgraph.paths import data_dir
from ictgraph.vocab import GRAPH, ICT, ICTGRAPH, ID, RDFS_SUB_CLASS_OF, SKOS, prefixes

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["Biolink", "identifiers", "namespaces", "own", "respelt", "spelt"]

_BIOLINK = "https://w3id.org/biolink/vocab/"
_ANYTHING, _RELATED = "NamedThing", "related_to"
_MIXINS = {"OntologyClass", "ChemicalOrDrugOrTreatment"}  # no categories of their own
_TERMS = f"""\
SELECT DISTINCT ?term ?match ?biolink WHERE {{
  GRAPH <{GRAPH}mappings> {{ ?term ?match ?biolink }}
  FILTER(STRSTARTS(STR(?match), "{SKOS}") && STRSTARTS(STR(?biolink), "{_BIOLINK}"))
}}
"""
_ABOVE = f"SELECT ?class ?above WHERE {{ ?class <{RDFS_SUB_CLASS_OF}> ?above }}"


class Biolink:
    """What the classes and predicates of a graph are in Biolink."""

    def __init__(self, graph: Graph) -> None:
        self._sound: dict[str, set[str]] = defaultdict(set)
        self._close: dict[str, set[str]] = defaultdict(set)
        for row in text_rows(graph, _TERMS):
            match = row["match"].removeprefix(SKOS)
            if match in ("exactMatch", "broadMatch"):
                self._sound[row["term"]].add(row["biolink"].removeprefix(_BIOLINK))
            elif match == "closeMatch":
                self._close[row["term"]].add(row["biolink"].removeprefix(_BIOLINK))
        self._above: dict[str, set[str]] = defaultdict(set)
        for row in text_rows(graph, _ABOVE):
            self._above[row["class"]].add(row["above"])

    def categories(self, classes: Iterable[str]) -> list[str]:
        """Return the categories of an entity of some classes, as CURIEs.

        :param classes: local names; a class without a category has that of the next one above.
        """
        found = {one for name in classes for one in self._category(ICT + name)}
        return sorted(f"biolink:{one}" for one in (found - {_ANYTHING} or {_ANYTHING}))

    def predicate(self, iri: str) -> str:
        """Return the predicate of a property as a CURIE, ``biolink:related_to`` if none says it."""
        return f"biolink:{min(self._sound.get(iri, {_RELATED}))}"

    def _category(self, iri: str) -> set[str]:
        for known in (self._sound, self._close):
            if found := known.get(iri, set()) - _MIXINS:
                return found
        return {one for above in self._above.get(iri, ()) for one in self._category(above)}


@cache
def spelt() -> Mapping[str, str]:
    """Return the prefixes that may name a node, as we and as Biolink spell them; best first.

    >>> spelt()["hgnc"]
    'HGNC'
    """
    path = os.path.join(data_dir("ontology"), "biolink-prefixes.tsv")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return {row["prefix"]: row["biolink"] for row in csv.DictReader(file, delimiter="\t")}
    except (OSError, KeyError) as error:
        raise StoreError(
            "the table of prefixes {path} cannot be read: {reason}",
            hint="install the package again, or run it from a complete checkout",
            path=path,
            reason=reason(error),
        ) from None


def respelt(curie: str) -> str:
    """Return a CURIE as Biolink spells it: ``hgnc:1633`` is ``HGNC:1633``, ``id:x`` is our own.

    >>> respelt("pubmed:1"), respelt("id:cd19")
    ('PMID:1', 'ictgraph:cd19')
    """
    prefix, colon, local = curie.partition(":")
    return ("ictgraph" if prefix == "id" else spelt().get(prefix, prefix)) + colon + local


def identifiers(found: Sequence[Node]) -> dict[str, str]:
    """Return by IRI what a node is called: the best term that means the same, or our own CURIE.

    A term that means the same as two entities names neither.
    """
    bearers: dict[str, int] = defaultdict(int)
    for node in found:
        for curie in node.exact:
            bearers[curie] += 1
    rank = {prefix: place for place, prefix in enumerate(spelt())}

    def name(node: Node) -> str:
        fitting = [c for c in node.exact if c.partition(":")[0] in rank and bearers[c] == 1]
        best = min(fitting, key=lambda c: (rank[c.partition(":")[0]], c), default="")
        return respelt(best) if best else own(node.iri)

    return {node.iri: name(node) for node in found}


def own(iri: str) -> str:
    """Return our own CURIE of an entity in exports, ``ictgraph:cd19``; other IRIs stay."""
    return "ictgraph:" + iri.removeprefix(ID) if iri.startswith(ID) else iri


def namespaces() -> dict[str, str]:
    """Return the prefixes of exported CURIEs and what they stand for, sorted."""
    found = {respelt(f"{one}:").rstrip(":"): namespace for one, namespace in prefixes().items()}
    found |= {"ictgraph.claim": f"{ICTGRAPH}claim/", "infores": "https://w3id.org/biolink/infores/"}
    return dict(sorted(found.items()))
