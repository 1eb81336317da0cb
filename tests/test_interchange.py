from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable

import networkx as nx
import pytest

import synthetic
from ictgraph.errors import InputError
from ictgraph.pictures import interchange


def same(found: nx.MultiDiGraph, extra: set[str]) -> None:
    """Assert that a re-read graph has every node, edge and attribute of the landscape."""
    graph = synthetic.landscape()
    assert set(found) == set(graph)
    assert set(found.edges(keys=True)) == set(graph.edges(keys=True))
    for id, data in graph.nodes(data=True):
        for name, value in data.items():
            got = found.nodes[id][name]
            assert (json.loads(got) if isinstance(value, list) else got) == value
    for source, target, key, data in graph.edges(keys=True, data=True):
        got = dict(found.edges[source, target, key])
        assert json.loads(got.pop("sources")) == data["sources"]
        assert {k: v for k, v in got.items() if k not in extra} == {
            k: v for k, v in data.items() if k != "sources"
        }


def test_graphml_is_read_back_whole() -> None:
    text = interchange.graphml(synthetic.landscape(), "zh")
    found = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    same(found, {"label"})
    assert json.loads(found.graph["title"])["zh"] == "谁在为哪种疾病开发什么疗法"
    assert json.loads(found.graph["legend"]) == synthetic.legend()
    assert found.nodes[synthetic.ID + "zevor-cel"]["label"] == "泽沃基奥仑赛"


def test_gexf_is_read_back_whole_and_dateless() -> None:
    text = interchange.gexf(synthetic.landscape())
    same(nx.read_gexf(io.BytesIO(text.encode())), {"label", "id"})
    assert "lastmodified" not in text and "NetworkX" not in text and "b1946ac92492d234" in text


def test_cytoscape_json_is_read_back_whole() -> None:
    found = json.loads(interchange.cytoscape(synthetic.landscape()))
    graph = nx.MultiDiGraph()
    for one in found["elements"]["nodes"]:
        data = one["data"]
        graph.add_node(data.pop("id"), **data)
    for one in found["elements"]["edges"]:
        data = one["data"]
        graph.add_edge(data.pop("source"), data.pop("target"), key=data.pop("id"), **data)
    same(graph, {"label"})
    assert found["data"]["build"] == "b1946ac92492d234"


def test_dot_quotes_whatever_a_label_holds() -> None:
    graph = synthetic.empty("landscape", 'a "b" \\ c\nd]; x -> y', "")
    synthetic.add_node(graph, "x", "ict:Gene", "end\\", '"];evil[label="')
    text = interchange.dot(graph)
    outside = []
    inside = escaped = False
    for char in text:
        if char == '"' and not escaped:
            inside = not inside
        elif not inside:
            outside.append(char)
        escaped = inside and char == "\\" and not escaped
    assert not inside and "evil" not in "".join(outside) and "".join(outside).count("]") == 3
    whole = interchange.dot(synthetic.landscape())
    assert whole.count(" -> ") == 59 and whole.count('label="') == 126


def test_dot_keeps_the_columns_and_the_direction_of_claims() -> None:
    text = interchange.dot(synthetic.landscape(), "en")
    edge = next(one for one in text.splitlines() if "zevor-cel" in one and "carsgen" in one)
    assert edge.index("zevor-cel") < edge.index("->") < edge.index("carsgen")
    assert 'label="developed by"' in edge
    ranks = [line for line in text.splitlines() if "rank=" in line]
    assert [line.count(synthetic.ID) for line in ranks] == [22, 20]
    made = subprocess.run(
        ["dot", "-Tplain"], input=text, capture_output=True, text=True, check=True
    )
    at = {}
    for line in made.stdout.splitlines():
        if line.startswith("node "):
            words = line.split()
            at[words[1].strip('"')] = float(words[2])
    left, middle, right = (at[synthetic.ID + one] for one in ("carsgen", "zevor-cel", "rr-mm"))
    assert left < middle < right


@pytest.mark.parametrize("write", interchange.FORMATS.values())
def test_text_a_format_cannot_carry_is_refused(write: Callable[[nx.MultiDiGraph], str]) -> None:
    graph = synthetic.landscape()
    graph.nodes[synthetic.ID + "carsgen"]["en"] = "a\ud800b"
    with pytest.raises(InputError, match=r"en of .*carsgen.* U\+D800"):
        write(graph)


@pytest.mark.parametrize("write", interchange.FORMATS.values())
def test_the_graph_itself_is_left_alone_and_bytes_repeat(
    write: Callable[[nx.MultiDiGraph], str],
) -> None:
    graph = synthetic.landscape()
    first = write(graph)
    assert write(graph) == first and first.endswith("\n") and "\r" not in first
    assert "label" not in next(iter(graph.nodes.values()))
    for hostile in ("<script>", "]]>", "&amp;", "\u202e", "🧬"):
        graph.nodes[synthetic.ID + "carsgen"]["en"] = hostile
        write(graph).encode("utf-8")
