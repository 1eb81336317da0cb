"""Asking a graph from Python: values of parameters, SPARQL of one's own, what it is called."""

from __future__ import annotations

import os

import pytest

from ictgraph.errors import InputError, UnknownName
from ictgraph.graph import Graph
from ictgraph.results import Table


def test_none_means_the_default(graph: Graph) -> None:
    assert graph.query("approved-products", target=None) == graph.query("approved-products")
    assert graph.query("facts", entity=None) == graph.query("facts")
    with pytest.raises(UnknownName):
        graph.query("approved-products", nonsense=None)


@pytest.mark.parametrize("value", [3.5, b"CD19", {"CD19": 1}, object(), ["CD19", None], [["CD19"]]])
def test_values_of_a_wrong_type(value: object, graph: Graph) -> None:
    with pytest.raises(InputError, match="the value of target has the type"):
        graph.query("approved-products", target=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["CD19", ["CD19"], ("CD19",), {"CD19"}, iter(["CD19"])])
def test_values_of_a_right_type(value: str, graph: Graph) -> None:
    assert graph.query("approved-products", target=value) == graph.query(
        "approved-products", target="id:cd19"
    )
    assert graph.query("timeline", from_year=2024) == graph.query("timeline", from_year="2024")


@pytest.fixture(params=["graph", "remote", "reference"])
def any_graph(request: pytest.FixtureRequest) -> Graph:
    """The same graph by each of the engines."""
    found: Graph = request.getfixturevalue(request.param)
    return found


def test_known_prefixes_and_columns_in_the_order_of_the_text(any_graph: Graph) -> None:
    answer = any_graph.sparql(
        "SELECT * { ?z ict:target ?b ; rdfs:label ?a FILTER(?b = id:cd19 && LANG(?a) = 'en') }"
    )
    assert isinstance(answer, Table)
    assert answer.columns == ("z", "b", "a")
    assert len(answer) > 0
    assert all(str(row[1]) == "<https://w3id.org/ictgraph/id/cd19>" for row in answer.rows)


def test_what_a_graph_is_called(graph: Graph, remote: Graph, reference: Graph) -> None:
    build = os.path.basename(graph.folder)
    passages = graph.sparql("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p a ict:Passage }")
    assert isinstance(passages, Table)
    ((count,),) = passages.rows
    assert repr(graph) == f"<ictgraph graph, build {build}, {count.value} passages>"  # type: ignore[union-attr]
    assert repr(remote).startswith("<ictgraph graph, endpoint http://")
    assert repr(reference) == "<ictgraph graph>"
    lost = Graph(graph.engine, graph.names, os.path.join(graph.folder, "gone"))
    assert repr(lost) == "<ictgraph graph, build gone>"
