from __future__ import annotations

import pytest

import synthetic
from ictgraph.errors import UnknownName
from ictgraph.pictures.neighbourhood import MOST, neighbourhood

CENTRE = synthetic.ID + "carsgen"


@pytest.mark.parametrize("count", [0, 1, 5, 24, 60])
def test_boxes_never_overlap_and_lines_are_all_there(count: int) -> None:
    graph = synthetic.neighbourhood(count)
    scene = neighbourhood(graph, CENTRE, "both")
    assert len(scene.nodes) == count + 1 and len(scene.lines) == graph.number_of_edges()
    assert len({line.path for line in scene.lines}) == len(scene.lines)
    for i, one in enumerate(scene.nodes):
        assert 0 <= one.x - one.width / 2 and one.x + one.width / 2 <= scene.width
        for other in scene.nodes[i + 1 :]:
            apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert apart_x or abs(one.y - other.y) >= (one.height + other.height) / 2


def test_kinds_are_grouped_beside_the_centre_by_direction() -> None:
    scene = neighbourhood(synthetic.neighbourhood(24), CENTRE, "en")
    centre = next(node for node in scene.nodes if node.id == CENTRE)
    sides = {node.kind: node.x < centre.x for node in scene.nodes if node.id != CENTRE}
    assert sides["ict:Institution"] and not sides["ict:Therapy"] and not sides["ict:Approval"]
    assert sorted(band.names.en for band in scene.bands)[0] == "Approval"
    assert {band.count for band in scene.bands} == {4, 8}
    words = [text.text for node in scene.nodes for text in node.texts]
    assert "partner of" in words and "uses (inferred)" in words


def test_nodes_out_of_reach_are_still_drawn() -> None:
    graph = synthetic.neighbourhood(3)
    synthetic.add_node(graph, "island", "ict:Gene", "Island", "孤岛")
    synthetic.add_edge(graph, "island", "island", "r", "itself", "自身")
    scene = neighbourhood(graph, CENTRE, "en")
    assert all(node.outline for node in scene.nodes) and all(line.path for line in scene.lines)


def test_many_hops_are_gathered_into_a_readable_picture() -> None:
    graph = synthetic.neighbourhood(200)
    graph.graph["hops"] = 2
    scene = neighbourhood(graph, CENTRE, "en")
    drawn = [node for node in scene.nodes if node.outline]
    others = [node for node in drawn if node.members]
    assert len(drawn) <= MOST and others and not any(node.stated for node in others)
    listed = {node.id for node in drawn} | {id for node in others for id in node.members}
    assert listed >= set(graph) and len(scene.lines) == graph.number_of_edges()
    ends = {id for line in scene.lines if line.path for id in (line.source, line.target)}
    assert ends == {node.id for node in drawn} - {node.id for node in others}
    assert "of 201 entities" in scene.note.en
    assert [n.id for n in scene.nodes] == [n.id for n in neighbourhood(graph, CENTRE, "zh").nodes]
    for i, one in enumerate(drawn):
        for other in drawn[i + 1 :]:
            apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert apart_x or abs(one.y - other.y) >= (one.height + other.height) / 2


def test_an_unknown_centre_is_an_error() -> None:
    with pytest.raises(UnknownName, match="nowhere"):
        neighbourhood(synthetic.neighbourhood(3), "https://example.org/nowhere")
