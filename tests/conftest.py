"""What all tests share: one build of the graph, a server that holds it, and a cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib.plugins.sparql.sparql import FrozenBindings, FrozenDict

import ictgraph
from ictgraph.graph import Graph
from ictgraph.labels import AskedNames
from ictgraph.reference import RdflibEngine, read_dataset
from ictgraph.store import own_files
from servers import oxigraph_server, public_servers

collect_ignore = ["tools"]  # programs of environments of their own


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Keep built graphs out of the user's own cache, and the user's settings out of the tests."""
    folder = str(tmp_path_factory.mktemp("cache"))
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("ICTGRAPH_")}
    os.environ["ICTGRAPH_CACHE"] = folder
    yield folder
    del os.environ["ICTGRAPH_CACHE"]
    os.environ.update(kept)


@pytest.fixture(scope="session")
def graph(cache: str) -> Graph:
    """The built-in graph, embedded."""
    return ictgraph.open_graph()


@pytest.fixture(scope="session")
def endpoint(graph: Graph) -> Iterator[str]:
    """The address of a real SPARQL server that holds the same graph."""
    with oxigraph_server(Path(graph.folder, "graph.nq").read_text(encoding="utf-8")) as url:
        yield f"{url}/query"


@pytest.fixture(scope="session")
def public_endpoints() -> Iterator[dict[str, str]]:
    """Addresses of real servers with data of the shape of each public endpoint, by its name."""
    with public_servers() as urls:
        yield urls


@pytest.fixture(scope="session")
def remote(endpoint: str) -> Graph:
    """The same graph behind a SPARQL endpoint."""
    return ictgraph.open_graph(endpoint=endpoint)


@pytest.fixture(scope="session")
def reference(graph: Graph) -> Graph:
    """The same graph in rdflib."""
    engine = RdflibEngine(read_dataset(os.path.join(graph.folder, "graph.nq")))
    return Graph(engine, AskedNames(engine))


@pytest.fixture(scope="session")
def part(cache: str) -> Graph:
    """A part of the graph, small enough for rdflib: some sections and records, all tables."""
    sections = {"s1.1", "s2", "s2.1", "s2.2", "s2.3", "s2.4", "s3.1", "s3.2", "s3.3"}
    kept = sections | {"f1", "t1", "t2", "t3", "t4", "t5", "ema", "fda-purple-book", "journals"}
    parted = {"records", "review-2024"}
    files = [Path(name) for name in own_files()]
    return ictgraph.open_graph(
        *(str(one) for one in files if one.parent.name not in parted or one.stem in kept)
    )


@pytest.fixture(scope="session")
def part_in_rdflib(part: Graph) -> Graph:
    """That part in rdflib."""
    engine = RdflibEngine(read_dataset(os.path.join(part.folder, "graph.nq")))
    return Graph(engine, AskedNames(engine))


def _hash_of_items(bindings: Any) -> int:
    if bindings._hash is None:
        bindings._hash = hash(frozenset(bindings._d.items()))
    return int(bindings._hash)


# rdflib combines the hashes of a solution's parts by XOR: a term that stands in two columns cancels
# out, and sets of solutions turn quadratic. This is the same equality with a hash that tells more.
for _kind in (FrozenDict, FrozenBindings):
    setattr(_kind, "__hash__", _hash_of_items)  # noqa: B010
