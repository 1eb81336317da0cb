"""How two entities are connected: short ways through statements, each step with its passages.

A step costs 1, and passing through an entity costs the binary logarithm of the number of entities
it is stated with: what is said of everything explains little. Places, stages and other things that
say only how, where or of which sort (:data:`ASIDE`) are not passed through, unless allowed.
``docs/analysis.md`` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log2
from typing import TYPE_CHECKING

import networkx as nx
from pyoxigraph import NamedNode

from ictgraph.engine import rows
from ictgraph.errors import InputError
from ictgraph.networks import of_claims
from ictgraph.results import Label, Table, Term
from ictgraph.terms import number, text_of
from ictgraph.vocab import GRAPH, ICT, RDF_TYPE, SKOS_BROADER, compress

if TYPE_CHECKING:
    from ictgraph.graph import Graph

__all__ = ["ASIDE", "BY_DEFINITION", "Route", "Routes", "Step", "find_routes", "route_network"]

ASIDE = (
    "AmountPrecision",
    "CellSource",
    "CitationStatus",
    "Database",
    "FinancingRound",
    "Place",
    "Qualifier",
    "Stage",
    "Statistic",
)
"""The classes whose members are not passed through unless somebody allows it."""

_STATED = f"""\
SELECT DISTINCT ?subject ?property ?object ?source WHERE {{
  GRAPH ?source {{ ?subject ?property ?object }}
  ?source a <{ICT}Passage> .
  FILTER(isIRI(?object) && ?property != <{RDF_TYPE}>)
}}"""
_DEFINED = f"""\
SELECT DISTINCT ?subject ?property ?object WHERE {{
  GRAPH <{GRAPH}entities> {{ ?subject ?property ?object }}
  FILTER(isIRI(?object) && (?property = <{SKOS_BROADER}> || STRSTARTS(STR(?property), "{ICT}")))
}}"""
_MEMBERS = f"""\
SELECT DISTINCT ?one WHERE {{
  VALUES ?class {{ %s }}
  {{ ?one a ?class }} UNION {{ GRAPH <{GRAPH}derived> {{ ?one a ?class }} }}
}}"""
_TITLES: Mapping[str, Label] = {
    "path": {"en": "Path", "zh": "路径"},
    "cost": {"en": "Cost", "zh": "代价"},
    "step": {"en": "Step", "zh": "步骤"},
    "subject": {"en": "Subject", "zh": "主语"},
    "property": {"en": "Property", "zh": "属性"},
    "object": {"en": "Object", "zh": "宾语"},
    "source": {"en": "Source", "zh": "来源"},
}
BY_DEFINITION: Label = {"en": "by definition", "zh": "按定义"}
"""What a step is called that no passage states: the hierarchy, or what an indication means."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A statement that leads from one entity of a route to the next, in either direction.

    :ivar passages: IRIs of the passages that state it, sorted; none if it is so by definition.
    """

    subject: str
    property: str
    object: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one entity to another.

    :ivar stops: IRIs from the first to the last.
    :ivar steps: between each two stops, all statements that join them.
    """

    cost: float
    stops: tuple[str, ...]
    steps: tuple[tuple[Step, ...], ...]

    def title(self, number: int) -> Label:
        """Return what to call it."""
        count = len(self.steps)
        return {
            "en": f"Path {number}: {count} step{'' if count == 1 else 's'}, cost {self.cost:g}",
            "zh": f"路径{number}：{count}步，代价{self.cost:g}",
        }


@dataclass(frozen=True, slots=True)
class Routes:
    """The best ways between two entities, or why there is none.

    :ivar why: sentences that say what stands in the way and what is near, if there is no route.
    """

    start: str
    end: str
    routes: tuple[Route, ...]
    labels: Mapping[str, Label]
    why: tuple[Label, ...] = ()

    def table(self) -> Table:
        """Return the statements of every step as a table."""
        found: list[tuple[Term | None, ...]] = []
        for nth, route in enumerate(self.routes, 1):
            for place, steps in enumerate(route.steps, 1):
                for step in steps:
                    cells: tuple[Term, ...] = (
                        *map(number, (nth, route.cost, place)),
                        *map(NamedNode, (step.subject, step.property, step.object)),
                    )
                    found += [(*cells, NamedNode(one)) for one in step.passages] or [(*cells, None)]
        stated = {"source": ("property",)}
        entities = ("subject", "property", "object")
        return Table(tuple(_TITLES), tuple(found), self.labels, _TITLES, stated, entities=entities)


def find_routes(
    graph: Graph, start: str, end: str, count: int = 3, through: Iterable[str] = ()
) -> Routes:
    """Return the best ways between two entities.

    :param start: a name, CURIE or IRI, as is ``end``.
    :param count: how many ways at most.
    :param through: names of entities or classes that may be passed through besides the usual.
    :raises UnknownName: if a name is not known.
    :raises InputError: if both are the same, or there are to be no ways.

    >>> from ictgraph.graph import open_graph
    >>> found = find_routes(open_graph(), "Roche", "Poseida Therapeutics", 1)
    >>> [step.property.removeprefix(ICT) for steps in found.routes[0].steps for step in steps]
    ['acquirer', 'announcedBy', 'acquired']
    """
    one, other = graph.entity(start), graph.entity(end)
    if one == other:
        raise InputError(
            "{start!r} and {end!r} are the same", hint="name two entities", start=start, end=end
        )
    if count < 1:
        raise InputError("{count} paths are none", hint="ask for 1 or more", count=count)
    network = _network(graph)
    aside = _members(graph, [ICT + name for name in ASIDE])
    aside -= {one for text in through for one in _allowed(graph, text)}
    open_ = network.subgraph(node for node in network if node not in aside or node in (one, other))
    found = tuple(_route(network, stops) for stops in _ways(network, open_, one, other, count))
    why = () if found else tuple(_why(graph, network, open_, one, other))
    iris = {one, other, *(stop for route in found for stop in route.stops)}
    iris |= {step.property for route in found for steps in route.steps for step in steps}
    iris |= {p for route in found for steps in route.steps for step in steps for p in step.passages}
    return Routes(one, other, found, graph.names.labels(iris), why)


def route_network(graph: Graph, found: Routes) -> nx.MultiDiGraph:
    """Return the routes as a network; nodes have their ``place`` on the way and its ``lane``."""
    steps = [step for route in found.routes for steps in route.steps for step in steps]
    claims = {(step.subject, step.object, step.property): step.passages for step in steps}
    network = of_claims(graph, claims, [found.start, found.end], kind="paths", centre=found.start)
    ends = [network.nodes[one] for one in (found.start, found.end)]
    network.graph["title"] = {
        "en": f"From {ends[0]['en']} to {ends[1]['en']}",
        "zh": f"从{ends[0]['zh']}到{ends[1]['zh']}",
    }
    network.graph["lanes"] = [one.title(i) for i, one in enumerate(found.routes, 1)]
    for lane, route in enumerate(found.routes):
        for place, stop in enumerate(route.stops[:-1]):
            if "lane" not in network.nodes[stop]:
                network.nodes[stop].update(lane=lane, place=place)
    ends[1].update(lane=0, place=max(len(route.steps) for route in found.routes))
    for _, _, data in network.edges(data=True):
        if not data["sources"]:
            data |= {f"detail_{lang}": text for lang, text in BY_DEFINITION.items()}
    return network


def _network(graph: Graph) -> nx.Graph:
    """Return all entities that statements join; edges have their ``steps``."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for query in (_STATED, _DEFINED):
        for row in rows(graph.engine, query):
            subject, name, value, *source = (text_of(one) for one in row)
            if subject != value:
                found.setdefault((subject, name, value), set()).update(source)
    network = nx.Graph()
    network.add_nodes_from(sorted({end for claim in found for end in (claim[0], claim[2])}))
    for (subject, name, value), sources in sorted(found.items()):
        step = Step(subject, name, value, tuple(sorted(sources)))
        if network.has_edge(subject, value):
            network.edges[subject, value]["steps"].append(step)
        else:
            network.add_edge(subject, value, steps=[step])
    return network


def _members(graph: Graph, classes: Iterable[str]) -> set[str]:
    """Return the members of classes."""
    listed = " ".join(str(NamedNode(one)) for one in classes)
    return {text_of(row[0]) for row in rows(graph.engine, _MEMBERS % listed)}


def _allowed(graph: Graph, name: str) -> set[str]:
    """Return the members of the class that a name stands for, or the entity."""
    try:
        return _members(graph, [graph.entity(name, "Class")])
    except InputError:
        return {graph.entity(name)}


def _ways(network: nx.Graph, open_: nx.Graph, start: str, end: str, count: int) -> list[list[str]]:
    """Return the cheapest ways within a part of the network, without loops."""

    def toll(one: str) -> float:
        return 0.0 if one in (start, end) else log2(network.degree(one)) / 2

    def cost(one: str, other: str, _: object) -> float:
        return 1 + toll(one) + toll(other)

    if start not in open_ or end not in open_:
        return []
    try:
        return list(islice(nx.shortest_simple_paths(open_, start, end, weight=cost), count))
    except nx.NetworkXNoPath:
        return []


def _route(network: nx.Graph, stops: Sequence[str]) -> Route:
    tolls = sum(log2(network.degree(one)) for one in stops[1:-1])
    steps = tuple(tuple(sorted(network.edges[pair]["steps"])) for pair in pairwise(stops))
    return Route(round(len(steps) + tolls, 2), tuple(stops), steps)


def _why(graph: Graph, network: nx.Graph, open_: nx.Graph, start: str, end: str) -> Iterable[Label]:
    """Say why there is no way: what stands in it, and what of the same kind is nearest."""
    for one in (start, end):
        if one not in network:
            name = _names(graph, one)
            yield {
                "en": f"no statement joins {name['en']} with another entity",
                "zh": f"没有陈述把{name['zh']}与其他实体相连",
            }
    closed = _ways(network, network, start, end, 1)
    if closed:
        stops = [one for one in closed[0][1:-1] if one not in open_]
        names = [_classed(graph, one) for one in stops]
        options = " ".join(f"--through {compress(one)}" for one in stops)
        yield {
            "en": f"a way leads through {' and '.join(one['en'] for one in names)};"
            f" {options} allows it",
            "zh": f"有一条路径经过{'、'.join(one['zh'] for one in names)}；可用 {options} 放行",
        }
    if start in open_:
        yield from _nearest(graph, open_, start, end)


def _nearest(graph: Graph, open_: nx.Graph, start: str, end: str) -> Iterable[Label]:
    """Say which entity of the same class as the end is nearest to the start."""
    lengths = nx.single_source_shortest_path_length(open_, start)
    for kind in graph.names.classes(end) or ():
        near = sorted((lengths[one], one) for one in _members(graph, [ICT + kind]) & set(lengths))
        near = [pair for pair in near if pair[1] not in (start, end)]
        if near:
            steps, one = near[0]
            name, first, of = (_names(graph, iri) for iri in (one, start, ICT + kind))
            yield {
                "en": f"the nearest {of['en']} that {first['en']} reaches is {name['en']}"
                f" ({compress(one)}), in {steps} step{'' if steps == 1 else 's'}",
                "zh": f"{first['zh']}所能到达的最近的{of['zh']}是{name['zh']}"
                f"（{compress(one)}），{steps}步",
            }
            return


def _names(graph: Graph, iri: str) -> dict[str, str]:
    label = graph.names.labels({iri}).get(iri, {})
    return {lang: label.get(lang) or compress(iri) for lang in ("en", "zh")}


def _classed(graph: Graph, iri: str) -> dict[str, str]:
    """Return the names of an entity with its class behind."""
    name = _names(graph, iri)
    kind = _names(graph, ICT + (graph.names.classes(iri) or ("Entity",))[0])
    return {"en": f"{name['en']} ({kind['en']})", "zh": f"{name['zh']}（{kind['zh']}）"}
