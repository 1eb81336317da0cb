"""Networks of claims as networkx graphs: the landscape and the neighbourhood of an entity.

Every edge is one claim, or the same claim stated by several passages, and carries those passages;
it leads from the claim's subject to its object, so "therapy — developed by → institution".
Node and edge attributes are listed in ``docs/pictures.md``; :mod:`ictgraph.pictures` draws them and
writes them for other tools.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import networkx as nx
from pyoxigraph import NamedNode

from ictgraph import queries
from ictgraph.attributes import NO_CLASS, NOWHERE, Attributes, Claim, is_event
from ictgraph.captions import filters, text_rows
from ictgraph.errors import InputError
from ictgraph.graph import Graph, Value

__all__ = ["landscape", "neighbourhood", "of_claims"]

_TITLES = {
    "landscape": {"en": "Who develops what for which disease", "zh": "谁在为哪种疾病研发什么疗法"},
    "neighbourhood": {"en": "Neighbourhood of {en}", "zh": "{zh}的邻域"},
}


_UNSTATED = """\
PREFIX ict: <https://w3id.org/ictgraph/ontology#>
SELECT DISTINCT ?therapy ?stage ?source
WHERE {
  GRAPH ?source { ?event ict:therapy ?therapy ; ict:stage ?stage }
  FILTER(!EXISTS { ?event ict:indication ?any })
}
"""


def landscape(graph: Graph, **values: Value) -> nx.MultiDiGraph:
    """Return institutions, therapies and indications, joined by the claims that relate them.

    :param values: parameters of the template ``who-develops-what``.
    :returns: a graph with edges therapy → institution (a role) and therapy → indication (a stage,
        or its absence: then the edge leads to a node of its own, whose ``stated`` is false).

    >>> import ictgraph
    >>> network = landscape(ictgraph.open_graph(), therapy="Lifileucel")
    >>> sorted({data["kind"] for _, data in network.nodes(data=True)})
    ['ict:Condition', 'ict:Institution', 'ict:Therapy']
    """
    template = queries.load("who-develops-what")
    bound = graph.bind(template, values)
    rows = _developments(graph, queries.render(template, bound))
    network = nx.MultiDiGraph(kind="landscape", title=_TITLES["landscape"])
    network.graph["filters"] = filters(graph, template, bound)
    attributes = Attributes(graph, network)
    modality = attributes.modalities({row["therapy"] for row, _ in rows})
    targets: dict[str, set[str]] = defaultdict(set)
    claims: dict[tuple[str, str, str], Claim] = {}
    for row, leads in rows:
        therapy, institution = row["therapy"], row["institution"]
        attributes.node(therapy, "Therapy", modality=modality.get(therapy, NO_CLASS["id"]))
        if row["targets"]:
            targets[therapy].add(row["targets"])
        if institution:
            attributes.node(institution, "Institution")
            claim = claims.setdefault((therapy, institution, row["role"]), Claim())
            claim.sources.add(row["institutionSource"])
        if leads:
            attributes.node(indication := row["indication"] or NOWHERE, "Condition")
            claim = claims.setdefault((therapy, indication, row["stage"]), Claim(row["stage"]))
            claim.sources.add(row["stageSource"])
            claim.details.add((row["where"], row["kind"], row["date"]))
    attributes.finish_therapies(targets)
    attributes.identifiers()
    attributes.doubts({"Therapy"})
    attributes.edges(claims)
    return network


def _developments(graph: Graph, text: str) -> list[tuple[dict[str, str], bool]]:
    """The rows of the question, and whether each leads to an indication, named or not stated.

    It does not if it has a date alone and other passages name the indication of the event.
    """
    unstated = {
        (row["therapy"], row["stage"], row["source"]) for row in text_rows(graph, _UNSTATED)
    }
    return [
        (row, bool(row["indication"]) or place in unstated)
        for row in text_rows(graph, text)
        for place in [(row["therapy"], row["stage"], row["stageSource"])]
    ]


def neighbourhood(graph: Graph, entity: str, hops: int = 1) -> nx.MultiDiGraph:
    """Return an entity and what passages connect it with; an event in between is no hop.

    :param entity: a name, CURIE or IRI.
    :param hops: how far to go, 1 or more.
    :raises InputError: if it is less.

    >>> from ictgraph.graph import open_graph
    >>> network = neighbourhood(open_graph(), "TyU19")
    >>> network.graph["centre"]
    'https://w3id.org/ictgraph/id/tyu19'
    """
    if hops < 1:
        raise InputError("{hops} hops lead nowhere", hint="go 1 hop or more", hops=hops)
    centre = graph.entity(entity)
    claims: dict[tuple[str, str, str], set[str]] = {}
    seen: set[str] = set()
    frontier = {centre}
    for _ in range(hops):
        reached = _expand(graph, frontier, seen, claims)
        events = {iri for iri in reached if is_event(graph, iri)}
        frontier = (reached - events) | _expand(graph, events, seen, claims)
    network = of_claims(graph, claims, [centre], kind="neighbourhood", centre=centre, hops=hops)
    labels = network.nodes[centre]
    network.graph["title"] = {
        lang: text.format(en=labels["en"], zh=labels["zh"])
        for lang, text in _TITLES["neighbourhood"].items()
    }
    return network


def of_claims(
    graph: Graph,
    claims: Mapping[tuple[str, str, str], Collection[str]],
    first: Sequence[str] = (),
    **about: Any,
) -> nx.MultiDiGraph:
    """Return a network of claims that somebody chose.

    :param claims: passages by subject, object and property; none for what is so by definition.
    :param first: entities to list first, always with their doubts.
    :param about: attributes of the network.
    """
    network = nx.MultiDiGraph(**about)
    attributes = Attributes(graph, network)
    for iri in (*first, *(end for claim in claims for end in claim[:2])):
        attributes.node(iri)
    attributes.identifiers()
    attributes.doubts({"Therapy", "Event", "StudyGroup"}, first)
    attributes.edges({claim: Claim(sources=set(some)) for claim, some in claims.items()})
    return network


def _expand(
    graph: Graph, frontier: set[str], seen: set[str], claims: dict[tuple[str, str, str], set[str]]
) -> set[str]:
    """Add the claims about the frontier; return the entities they lead to."""
    fresh = sorted(frontier - seen)
    seen |= frontier
    reached: set[str] = set()
    bound = {"entity": [NamedNode(iri) for iri in fresh]}
    for row in text_rows(graph, queries.render(queries.load("facts"), bound)) if fresh else ():
        other = row["value"]
        if "value@" in row or row["property"].endswith("#type"):
            continue
        start, end = row["entity"], other
        if row["direction"] != "states":
            start, end = end, start
        claims.setdefault((start, end, row["property"]), set()).add(row["source"])
        reached.add(other)
    return reached - seen
