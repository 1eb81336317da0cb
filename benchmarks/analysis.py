"""Measures of large networks of institutions, paths through large graphs, and large differences.

The networks are made: things that two to six institutions share, most of them institutions that
share others already. With rustworkx or igraph installed, what they take for the same is measured
too; ictgraph does without them (``docs/decisions/0009-networkx-alone.md``).
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import process_time, time

import networkx as nx
from measure import Row, machine, table
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

import ictgraph
from ictgraph import analysis
from ictgraph.diff import compare
from ictgraph.engine import LocalEngine
from ictgraph.graph import Graph
from ictgraph.labels import AskedNames
from ictgraph.routes import find_routes
from ictgraph.versions import open_version
from ictgraph.vocab import GRAPH, ICT, ID, RDF_TYPE, SRC

_SIZES = (1_000, 10_000, 100_000)


def measure(claims: int = 5_000) -> list[Row]:
    """Return the figures of measures, of paths and of a difference in which every claim changed."""
    rows = [row for size in _SIZES for row in _network(size)]
    rows += [_paths(100_000), _difference(claims)]
    return rows


def made(pairs: int) -> nx.Graph:
    """Return a network of institutions with so many linked pairs, the same each time."""
    chance = random.Random(1)
    network, known, count = nx.Graph(), [f"{ID}i{n}" for n in range(200)], 200
    found = thing = 0
    while found < pairs:
        members: set[str] = set()
        size = chance.choice((2, 2, 2, 3, 3, 4, 5, 6))
        while len(members) < size:
            if chance.random() < 0.3:
                members.add(f"{ID}i{count}")
                count += 1
            else:
                members.add(chance.choice(known))
        known += sorted(members)
        thing += 1
        link = analysis.Link(f"{ID}thing{thing}", ICT + "Financing", frozenset([SRC + "made/s1"]))
        ordered = sorted(members)
        for place, one in enumerate(ordered):
            for other in ordered[:place]:
                found += not network.has_edge(one, other)
                links = [*network.get_edge_data(one, other, {"links": ()})["links"], link]
                network.add_edge(one, other, links=links, weight=len(links))
    return network


def _network(pairs: int) -> Iterator[Row]:
    network, graph = made(pairs), ictgraph.open_graph()
    size = f"{pairs:,} pairs of {len(network):,} institutions"
    how = "exact" if len(network) <= analysis.EXACT else "sampled"
    yield Row(f"communities, {size}", _seconds(lambda: analysis.communities(graph, network)))
    yield Row(f"centrality ({how}), {size}", _seconds(lambda: analysis.centrality(graph, network)))
    with suppress(ImportError):
        import rustworkx

        other = rustworkx.networkx_converter(network)
        wall = time()
        rustworkx.betweenness_centrality(other, normalized=False)
        yield Row(f"rustworkx: betweenness (exact), {size}", f"{time() - wall:.1f} s on all cores")
    with suppress(ImportError):
        import igraph

        plain = igraph.Graph.TupleList(network.edges)
        took = _seconds(lambda: plain.community_multilevel())
        yield Row(f"igraph: communities, {size}", took)


def _paths(claims: int) -> Row:
    chance = random.Random(1)
    store, entities = Store(), [NamedNode(f"{ID}e{n}") for n in range(claims // 3)]
    passage = NamedNode(SRC + "made/s1")
    type_, about, home = (NamedNode(one) for one in (RDF_TYPE, ICT + "about", GRAPH + "passages"))
    declared = Quad(passage, type_, NamedNode(ICT + "Passage"), home)
    store.extend([declared, Quad(*declared.triple)])
    store.bulk_extend(
        Quad(chance.choice(entities), about, chance.choice(entities), passage)
        for _ in range(claims)
    )
    for where in (NamedNode(GRAPH + "entities"), DefaultGraph()):
        store.bulk_extend(Quad(one, type_, NamedNode(ICT + "Topic"), where) for one in entities)
    engine = LocalEngine(store)
    graph = Graph(engine, AskedNames(engine))  # with the index of names read
    ends = entities[0].value, entities[1].value
    graph.entity(ends[0])
    return Row(f"three paths among {claims:,} claims", _seconds(lambda: find_routes(graph, *ends)))


def _difference(claims: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, f"{name}.trig") for name in ("old", "new")]
        for name, year in zip(names, ("2023", "2024"), strict=True):
            with open(name, "w", encoding="utf-8") as file:
                file.write(_changed(claims, year))
        took = _seconds(lambda: compare(*map(open_version, names)).table())
    return Row(f"difference of two files, {claims:,} claims changed", took)


def _changed(claims: int, year: str) -> str:
    prefixes = f"@prefix ict: <{ICT}> . @prefix id: <{ID}> . @prefix src: <{SRC}> .\n"
    dated = f'"{year}"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    events = "".join(f"id:e{n} a ict:Award ; ict:awardedOn {dated} .\n" for n in range(claims))
    return f"{prefixes}src:s1 a ict:Passage .\nsrc:s1 {{\n{events}}}\n"


def _seconds(work: Callable[[], object]) -> str:
    start = process_time()
    work()
    return f"{process_time() - start:.1f} s"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=5_000)
    print(machine(), table(measure(parser.parse_args().claims)), sep="\n\n")


if __name__ == "__main__":
    main()
