"""Paths between entities: known answers on made graphs, claims of the review on the real one."""

from __future__ import annotations

import re
from itertools import pairwise
from math import log2
from pathlib import Path
from typing import Any

import pytest

from commands import call
from ictgraph.engine import rows
from ictgraph.errors import InputError, UnknownName
from ictgraph.graph import Graph, open_graph
from ictgraph.pictures import interchange, page, svg
from ictgraph.pictures.drawing import Lang
from ictgraph.pictures.lanes import lanes
from ictgraph.results import Table
from ictgraph.routes import ASIDE, Routes, find_routes, route_network
from ictgraph.vocab import GRAPH, ICT, ID, SRC
from made import made, text

HUB = [
    "id:start ict:field id:hub .",
    "id:end ict:field id:hub .",
    *(f"id:other{number} ict:field id:hub ." for number in range(6)),
    "id:one a ict:Partnership ; ict:partner id:start ; ict:about id:middle .",
    "id:two a ict:Partnership ; ict:partner id:end ; ict:about id:middle .",
]
"""Two ways: by what eight companies do, or by one thing that two partnerships are about."""
KINDS = {
    "Company": "start end other0 other1 other2 other3 other4 other5 alone",
    "TherapyClass": "hub",
    "Technology": "middle",
}


def stops(found: Routes) -> list[list[str]]:
    return [[one.removeprefix(ID) for one in route.stops] for route in found.routes]


@pytest.fixture
def hub(tmp_path: Path) -> Graph:
    return made(tmp_path, KINDS, HUB)


def test_what_is_said_of_few_explains_more_than_what_is_said_of_many(hub: Graph) -> None:
    found = find_routes(hub, "start", "end", 5)
    assert stops(found) == [["start", "hub", "end"], ["start", "one", "middle", "two", "end"]]
    # 2 steps and an entity with 8 neighbours; 4 steps and three entities with 2.
    assert [route.cost for route in found.routes] == [2 + log2(8), 4 + 3 * log2(2)] == [5.0, 7.0]


def test_a_passage_without_a_gloss_still_states_what_it_states(tmp_path: Path) -> None:
    path = tmp_path / "made.trig"
    path.write_text(re.sub("ict:gloss [^;]*;", "", text(KINDS, HUB)), encoding="utf-8")
    graph = open_graph(str(path))
    network = route_network(graph, find_routes(graph, "start", "end"))
    for _, _, data in network.edges(data=True):
        (passage,) = data["sources"]
        assert passage["locator_zh"].startswith("第") and "gloss_zh" not in passage
        assert data["detail_en"] == ""
    assert network.graph["sources"] == [{"en": "a source", "zh": "来源"}]
    drawn = page.render(lanes(network, "zh"), lanes(network, "en"))
    assert "第1句" in drawn and "按定义" not in drawn
    evidence = graph.query("evidence", subject="start", property="field")
    assert isinstance(evidence, Table)
    (row,) = evidence.records()
    assert row["locator"] == ["sentence 1", "第1句"] and not row["gloss"]


def test_a_busier_hub_loses(tmp_path: Path) -> None:
    busier = [f"id:more{number} a ict:Finding ; ict:about id:hub ." for number in range(60)]
    found = find_routes(made(tmp_path, KINDS, [*HUB, *busier]), "start", "end")
    assert stops(found)[0] == ["start", "one", "middle", "two", "end"]
    assert found.routes[1].cost == round(2 + log2(68), 2)


def test_each_step_has_all_statements_and_their_passages(tmp_path: Path) -> None:
    passages = [
        "id:t ict:developedBy id:a .",
        "id:t ict:productOf id:a .",
        "id:t ict:productOf id:a .",
    ]
    found = find_routes(made(tmp_path, {"Therapy": "t", "Company": "a"}, passages), "a", "t")
    (route,) = found.routes
    (steps,) = route.steps
    assert [(step.property.rpartition("#")[2], list(step.passages)) for step in steps] == [
        ("developedBy", [SRC + "made/s1"]),
        ("productOf", [SRC + "made/s2", SRC + "made/s3"]),
    ]
    assert route.title(1) == {"en": "Path 1: 1 step, cost 1", "zh": "路径1：1步，代价1"}
    assert len(found.table()) == 3 and len(found.table().folded()) == 2


PLACES = ["id:a ict:place id:land .", "id:b ict:place id:land .", "id:c ict:memberOf id:a ."]
PLACED = {"Company": "a b c", "University": "far", "Country": "land"}


def test_places_are_passed_through_only_if_allowed(tmp_path: Path) -> None:
    graph = made(tmp_path, PLACED, PLACES)
    assert find_routes(graph, "a", "b").routes == ()
    for allowed in ("land", "id:land", "Country", "Place", "地点", "国家"):
        assert stops(find_routes(graph, "a", "b", through=[allowed])) == [["a", "land", "b"]]
    assert stops(find_routes(graph, "land", "c")) == [["land", "a", "c"]]  # as an end it may stand


def test_why_there_is_no_path(tmp_path: Path) -> None:
    graph = made(tmp_path, PLACED, PLACES)
    near, none = find_routes(graph, "a", "b").why, find_routes(graph, "a", "far").why
    assert [one["en"] for one in near] == [
        "a way leads through land (country); --through id:land allows it",
        "the nearest company that a reaches is c (id:c), in 1 step",
    ]
    assert [one["zh"] for one in near] == [
        "有一条路径经过land（国家）；可用 --through id:land 放行",
        "a所能到达的最近的企业是c（id:c），1步",
    ]
    assert none[0]["en"] == "no statement joins far with another entity"
    assert none[1]["en"] == "the nearest institution that a reaches is c (id:c), in 1 step"


def test_definitions_are_steps_without_a_passage_and_say_so(graph: Graph) -> None:
    found = find_routes(graph, "id:relapsed-or-refractory-multiple-myeloma", "multiple myeloma", 1)
    ((step,),) = found.routes[0].steps
    assert step.property.endswith("#ofDisease") and step.passages == ()
    (edge,) = route_network(graph, found).edges(data=True)
    assert (edge[2]["detail_en"], edge[2]["detail_zh"]) == ("by definition", "按定义")


@pytest.mark.parametrize(
    ("ends", "kind", "said"),
    [
        (("Roche", "罗氏"), InputError, "are the same"),
        (("Roche", "Rosche Holding"), UnknownName, "nothing is named"),
    ],
)
def test_wrong_ends_are_errors(
    graph: Graph, ends: tuple[str, str], kind: type[InputError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        find_routes(graph, *ends)
    with pytest.raises(InputError, match="1 or more"):
        find_routes(graph, "Roche", "CD19", 0)
    with pytest.raises(UnknownName):
        find_routes(graph, "Roche", "CD19", through=["no such place"])


# The review


def test_an_acquisition_joins_its_two_companies(graph: Graph) -> None:
    # §3.3 p2 s3: who bought whom.
    found = find_routes(graph, "罗氏", "Poseida Therapeutics", 1)
    (route,) = found.routes
    assert [stop.removeprefix(ID) for stop in route.stops] == [
        "roche", "acquisition-poseida-therapeutics", "poseida-therapeutics",
    ]  # fmt: skip
    steps = [step for steps in route.steps for step in steps]
    names = [step.property.removeprefix(ICT) for step in steps]
    assert names == ["acquirer", "announcedBy", "acquired"]
    for step in (steps[0], steps[-1]):
        assert SRC + "review-2024/s3.3/p2/s3" in step.passages


PAIRS = [("CD19", "科济药业"), ("Stanford University", "melanoma"), ("FOXO1", "Nature")]


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_every_step_is_stated_or_defined(graph: Graph, start: str, end: str) -> None:
    found = find_routes(graph, start, end, 4)
    assert len(found.routes) == 4
    costs = [route.cost for route in found.routes]
    assert costs == sorted(costs) and len({route.stops for route in found.routes}) == 4
    aside = set(ASIDE)
    for route in found.routes:
        assert (route.stops[0], route.stops[-1]) == (found.start, found.end)
        for stop in route.stops[1:-1]:
            assert aside.isdisjoint(graph.names.classes(stop) or ())
        for (one, other), steps in zip(pairwise(route.stops), route.steps, strict=True):
            for step in steps:
                assert {step.subject, step.object} == {one, other}
                claim = f"<{step.subject}> <{step.property}> <{step.object}>"
                query = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {claim} }} }} ORDER BY ?g"
                stated = [row[0].value for row in rows(graph.engine, query)]  # type: ignore[union-attr]
                assert list(step.passages) == [one for one in stated if one.startswith(SRC)]
                assert step.passages or GRAPH + "entities" in stated


def test_an_endpoint_finds_the_same(graph: Graph, remote: Graph) -> None:
    here, there = (find_routes(one, "CD19", "科济药业") for one in (graph, remote))
    assert here.routes == there.routes and len(here.routes) == 3
    assert here.table().rows == there.table().rows
    assert find_routes(remote, "Roche", "Goldman Sachs").why == (
        find_routes(graph, "Roche", "Goldman Sachs").why
    )


# Pictures


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
@pytest.mark.parametrize(("start", "end"), [*PAIRS, ("Lifileucel", "Iovance Biotherapeutics")])
def test_paths_are_drawn_in_lanes_from_left_to_right(
    graph: Graph, start: str, end: str, lang: Lang
) -> None:
    found = find_routes(graph, start, end)
    network = route_network(graph, found)
    scene = lanes(network, lang)
    at = {node.id: node for node in scene.nodes}
    assert set(at) == {stop for route in found.routes for stop in route.stops}
    assert at[found.start].x == min(node.x for node in scene.nodes)
    assert at[found.end].x == max(node.x for node in scene.nodes)
    best = [at[stop] for stop in found.routes[0].stops]
    assert len({node.y for node in best}) == 1, "the best way is straight"
    assert all(one.x < other.x for one, other in pairwise(best))
    for i, one in enumerate(scene.nodes):
        for other in scene.nodes[i + 1 :]:
            apart = abs(one.x - other.x) >= (one.width + other.width) / 2
            assert apart or abs(one.y - other.y) >= (one.height + other.height) / 2
    assert [band.names.en for band in scene.bands] == [
        route.title(number)["en"] for number, route in enumerate(found.routes, 1)
    ]
    assert svg.render(scene).count("<g><title>") >= len(network.edges)


def test_a_path_of_one_step_is_drawn_without_a_lane(graph: Graph) -> None:
    network = route_network(graph, find_routes(graph, "Lifileucel", "Iovance Biotherapeutics", 1))
    scene = lanes(network, "both")
    assert scene.bands == () and len(scene.nodes) == 2 and len(scene.lines) == 3
    assert "<!DOCTYPE html>" in page.render(scene, lanes(network, "en"))
    assert "digraph" in interchange.dot(network)


# The command


def test_the_text_explains_each_step() -> None:
    result = call("path", "CD19", "科济药业", "--paths", "1", "--format", "text", "--lang", "zh")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("路径1：4步，代价")
    assert lines[3].endswith("合作：泽沃基奥仑赛 — 合作方 → 华东医药（杭州） [2]")
    assert lines[-1].startswith("  [2] src:carsgen/2023-01-16-release")
    table = call("path", "CD19", "科济药业", "--paths", "1", "--format", "csv").stdout
    assert table.splitlines()[0].lstrip("\ufeff").startswith("path,cost,step,subject,subject_id")


def test_a_definition_is_marked_in_the_text() -> None:
    args = ("path", "id:relapsed-or-refractory-multiple-myeloma", "multiple myeloma")
    en, zh = (call(*args, "--format", "text", "--paths", "1", "--lang", x) for x in ("en", "zh"))
    assert "[by definition]" in en.stdout and "[按定义]" in zh.stdout
    assert "Sources" not in en.stdout


def test_no_path_is_said_with_what_is_near() -> None:
    args: list[Any] = ["path", "Roche", "Goldman Sachs"]
    for lang, said in (("en", "no path from"), ("zh", "未找到从")):
        result = call(*args, "--lang", lang)
        assert result.exit_code == 0 and said in result.stderr
        assert "--through id:" in result.stderr
    assert call(*args, "--fail-empty").exit_code == 1
    empty = call(*args, "--format", "svg")
    assert empty.stdout == "" and empty.exit_code == 0
    assert "Path 1" in call(*args, "--through", "Place", "--format", "text").stdout


def test_pictures_come_by_the_ending(tmp_path: Path) -> None:
    for ending, start in (("svg", "<svg"), ("html", "<!DOCTYPE"), ("cyjs", "{"), ("gv", "digraph")):
        path = tmp_path / f"p.{ending}"
        assert call("path", "TyU19", "Nature", "-o", str(path)).exit_code == 0
        assert path.read_text(encoding="utf-8").startswith(start)
