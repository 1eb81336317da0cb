"""What all tests share: one build of the graph, a server that holds it, and a cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import ictgraph
from ictgraph.graph import Graph
from ictgraph.labels import AskedNames
from ictgraph.reference import RdflibEngine, read_dataset
from servers import oxigraph_server


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
def remote(endpoint: str) -> Graph:
    """The same graph behind a SPARQL endpoint."""
    return ictgraph.open_graph(endpoint=endpoint)


@pytest.fixture(scope="session")
def reference(graph: Graph) -> Graph:
    """The same graph in rdflib."""
    engine = RdflibEngine(read_dataset(os.path.join(graph.folder, "graph.nq")))
    return Graph(engine, AskedNames(engine))
