"""Networks: every line is a claim that the graph holds, with exactly the passages that say so."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pyoxigraph import NamedNode, parse

from ictgraph.engine import rows
from ictgraph.errors import AmbiguousName, InputError, UnknownName
from ictgraph.graph import Graph, Value, open_graph
from ictgraph.networks import landscape, neighbourhood
from ictgraph.paths import data_dir
from ictgraph.vocab import ICT, ID, RDF_TYPE, expand
from test_graph import CLAIMS

PREFIX = f"PREFIX ict: <{ICT}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
NOWHERE = "urn:ictgraph:indication-not-stated"
FILTERS: list[dict[str, Value]] = [
    {},
    {"disease": "血液肿瘤"},
    {"disease": ["melanoma", "synovial sarcoma"]},
    {"target": "CD19"},
    {"institution": "科济药业"},
    {"therapy": "DCVax-L"},
    {"therapy_class": "CAR-T"},
    {"stage": "id:stage-approved"},
    {"place": "中国"},
]


def asked(graph: Graph, pattern: str) -> set[str]:
    """The passages in which a pattern about ``?source`` holds."""
    text = f"{PREFIX} SELECT DISTINCT ?source {{ {pattern} ?source a ict:Passage }}"
    return {str(getattr(row[0], "value", "")) for row in rows(graph.engine, text)}


def role_sources(graph: Graph, institution: str, therapy: str, role: str) -> set[str]:
    """The passages that state a role for a therapy, or for one of its events."""
    own = f"{{ GRAPH ?source {{ <{therapy}> <{role}> <{institution}> }} }}"
    event = (
        f"{{ ?event ict:therapy <{therapy}> ; ict:stage ?stage ."
        f" GRAPH ?source {{ ?event <{role}> <{institution}> }} }}"
    )
    return asked(graph, f"{own} UNION {event}")


def stage_sources(graph: Graph, therapy: str, indication: str, stage: str) -> set[str]:
    """The passages that state event, therapy, indication and stage together.

    Without an indication, those that state it of events for which no passage has any.
    """
    event = f"?e ict:therapy <{therapy}> ; ict:stage <{stage}>"
    nowhere = "FILTER NOT EXISTS { ?e ict:indication ?any }"
    if indication != NOWHERE:
        event, nowhere = f"{event} ; ict:indication <{indication}>", ""
    stated = f"GRAPH ?source {{ {event} }} {nowhere}"
    return asked(graph, stated)


def edges(network: nx.MultiDiGraph) -> list[tuple[str, str, dict[str, Any]]]:
    return list(network.edges(data=True))


@pytest.fixture(scope="module")
def whole(graph: Graph) -> nx.MultiDiGraph:
    """The whole landscape."""
    return landscape(graph)


@pytest.mark.parametrize("values", FILTERS, ids=str)
def test_every_line_is_a_claim_with_exactly_its_passages(
    graph: Graph, values: dict[str, Value]
) -> None:
    network = landscape(graph, **values)
    assert network.number_of_edges()
    for start, end, data in edges(network):
        kinds = (network.nodes[start]["kind"], network.nodes[end]["kind"])
        relation = expand(data["relation"])
        if data["stage"]:
            assert kinds == ("ict:Therapy", "ict:Condition")
            assert data["relation"] == data["stage"]
            expected = stage_sources(graph, start, end, relation)
        else:
            assert kinds == ("ict:Therapy", "ict:Institution")
            expected = role_sources(graph, end, start, relation)
        found = [source["iri"] for source in data["sources"]]
        assert found == sorted(set(found)) and found
        if values:
            assert set(found) <= expected
        else:
            assert set(found) == expected
        assert data["inferred"] is False


def test_no_claim_is_left_out(graph: Graph, whole: nx.MultiDiGraph) -> None:
    stages = rows(
        graph.engine,
        f"{PREFIX} SELECT DISTINCT ?therapy ?indication ?stage {{ GRAPH ?source {{"
        " ?event ict:therapy ?therapy ; ict:indication ?indication ; ict:stage ?stage }"
        " ?source a ict:Passage }",
    )
    roles = rows(
        graph.engine,
        f"{PREFIX} SELECT DISTINCT ?therapy ?institution ?role {{"
        " ?event ict:therapy ?therapy ; ict:stage ?stage ."
        " { ?therapy ?role ?institution } UNION { ?event ?role ?institution }"
        " ?role rdfs:subPropertyOf ict:developmentRole }",
    )
    claims = {tuple(str(getattr(cell, "value", "")) for cell in row) for row in (*stages, *roles)}
    nowhere = rows(
        graph.engine,
        f"{PREFIX} SELECT DISTINCT ?therapy ?stage {{ ?event ict:therapy ?therapy ;"
        " ict:stage ?stage FILTER NOT EXISTS { ?event ict:indication ?any } }",
    )
    ends = [[str(getattr(cell, "value", "")) for cell in row] for row in nowhere]
    claims |= {(therapy, NOWHERE, stage) for therapy, stage in ends}
    drawn = [(start, end, expand(data["relation"])) for start, end, data in edges(whole)]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == claims


def test_every_therapy_with_a_stage_is_drawn(graph: Graph, whole: nx.MultiDiGraph) -> None:
    found = rows(
        graph.engine, f"{PREFIX} SELECT DISTINCT ?t {{ ?event ict:therapy ?t ; ict:stage ?stage }}"
    )
    drawn = {iri for iri, data in whole.nodes(data=True) if data["kind"] == "ict:Therapy"}
    assert drawn == {str(getattr(row[0], "value", "")) for row in found}


def test_parallel_claims_stay_apart(whole: nx.MultiDiGraph) -> None:
    between: dict[tuple[str, str], set[str]] = defaultdict(set)
    for start, end, data in edges(whole):
        between[start, end].add(data["relation"])
        assert data["en"] and data["zh"]
    assert any(len(relations) > 1 for relations in between.values())
    keys = [key for _, _, key in whole.edges(keys=True)]
    assert len(keys) == len(set(keys))


def test_sources_have_locator_and_gloss_in_both_languages(whole: nx.MultiDiGraph) -> None:
    for _, _, data in edges(whole):
        for source in data["sources"]:
            assert expand(source["id"]) == source["iri"]
            for name in ("locator", "gloss"):
                assert source[f"{name}_en"] and source[f"{name}_zh"]


def test_targets_and_modalities_are_as_claimed(graph: Graph, whole: nx.MultiDiGraph) -> None:
    modalities = {entry["id"] for entry in whole.graph["legend"]["modalities"]}
    bare = 0
    for iri, data in whole.nodes(data=True):
        if data["kind"] != "ict:Therapy":
            continue
        found = rows(
            graph.engine,
            f"{PREFIX} SELECT DISTINCT ?t {{ {{ <{iri}> ict:target ?t }} UNION"
            f" {{ ?event ict:therapy <{iri}> ; ict:stage ?stage ; ict:target ?t }} }}",
        )
        targets = {str(getattr(row[0], "value", "")) for row in found}
        assert {expand(target["id"]) for target in data["targets"]} == targets
        bare += not targets
        assert data["modality"] in modalities
        assert data["modality_en"] and data["modality_zh"]
        if ":" in data["modality"]:
            under = f"ASK {{ GRAPH ?g {{ <{iri}> ict:underClass <{expand(data['modality'])}> }} }}"
            assert graph.engine.query(PREFIX + under)
    assert bare, "no therapy without a target is drawn"


def test_nodes_have_names_and_kinds_of_the_legend(graph: Graph, whole: nx.MultiDiGraph) -> None:
    columns = {"ict:Institution": 0, "ict:Therapy": 1, "ict:Condition": 2}
    for iri, data in whole.nodes(data=True):
        assert data["column"] == columns[data["kind"]]
        if iri == NOWHERE:
            assert (data["curie"], data["stated"]) == ("", False) and data["en"] and data["zh"]
            continue
        assert expand(data["curie"]) == iri
        label = graph.names.labels({iri})[iri]
        assert (data["en"], data["zh"]) == (label["en"], label["zh"])


def test_the_legend_is_the_ontology(whole: nx.MultiDiGraph) -> None:
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in parse(path=data_dir("ontology") + "/display.ttl"):
        if isinstance(quad.subject, NamedNode) and quad.predicate.value.startswith(ICT):
            name = quad.predicate.value.removeprefix(ICT)
            said[quad.subject.value][name] = getattr(quad.object, "value", "")
    legend = whole.graph["legend"]
    shown = {
        expand(one["id"]): one for group in legend.values() for one in group if ":" in one["id"]
    }
    drawn = {iri for iri, look in said.items() if look.keys() & {"glyph", "lineWidth", "shape"}}
    assert shown.keys() == drawn
    names = {"colour": "colour", "glyph": "glyph", "shape": "shape", "lineDash": "dash"}
    for iri, look in said.items():
        for name, entry in names.items():
            if iri in shown and name in look and entry in shown[iri]:
                assert shown[iri][entry] == look[name]
        if iri in shown and "lineWidth" in look:
            assert shown[iri]["width"] == float(look["lineWidth"])
            assert shown[iri]["order"] == int(look["displayOrder"])
    for one in shown.values():
        assert one["en"] and one["zh"]
    stages = {data["stage"] for _, _, data in edges(whole)} - {""}
    assert stages <= {one["id"] for one in legend["stages"]}


@pytest.mark.parametrize("values", FILTERS[1:], ids=str)
def test_filters_only_leave_out(
    graph: Graph, whole: nx.MultiDiGraph, values: dict[str, Value]
) -> None:
    network = landscape(graph, **values)
    assert 0 < network.number_of_edges() < whole.number_of_edges()
    for start, end, key in network.edges(keys=True):
        assert whole.has_edge(start, end, key)


def test_filters_hold(graph: Graph) -> None:
    network = landscape(graph, stage="id:stage-approved")
    assert {data["stage"] for _, _, data in edges(network)} == {"id:stage-approved", ""}
    network = landscape(graph, institution="科济药业")
    institutions = {n for n, data in network.nodes(data=True) if data["kind"] == "ict:Institution"}
    assert institutions == {ID + "carsgen"}
    network = landscape(graph, target="CD19")
    for _, data in network.nodes(data=True):
        assert data["kind"] != "ict:Therapy" or "id:cd19" in {one["id"] for one in data["targets"]}


def test_nothing_is_an_empty_network(graph: Graph) -> None:
    network = landscape(graph, therapy="Lifileucel", disease="multiple myeloma")
    assert len(network) == 0 and network.graph["title"]["zh"] and network.graph["legend"]["stages"]


@pytest.mark.parametrize("which", ["remote", "reference"])
def test_every_engine_draws_the_same(
    which: str, graph: Graph, request: pytest.FixtureRequest
) -> None:
    other: Graph = request.getfixturevalue(which)
    pairs = [(landscape(one, therapy="DCVax-L") for one in (other, graph))]
    if which == "remote":  # rdflib is slow at this
        pairs.append(neighbourhood(one, "afami-cel") for one in (other, graph))
    for network, expected in pairs:
        assert dict(network.nodes(data=True)) == dict(expected.nodes(data=True))
        assert {(*edge[:3], str(edge[3])) for edge in network.edges(keys=True, data=True)} == {
            (*edge[:3], str(edge[3])) for edge in expected.edges(keys=True, data=True)
        }


@pytest.mark.parametrize("entity", ["lifileucel", "CD19", "科济药业", "melanoma", "FDA", "TyU19"])
def test_a_neighbourhood_is_made_of_claims(graph: Graph, entity: str) -> None:
    network = neighbourhood(graph, entity)
    centre = network.graph["centre"]
    assert centre == graph.entity(entity)
    assert nx.is_weakly_connected(network)
    for start, end, data in edges(network):
        pattern = f"GRAPH ?source {{ <{start}> <{expand(data['relation'])}> <{end}> }}"
        assert {source["iri"] for source in data["sources"]} == asked(graph, pattern) != set()
        assert data["relation"] != "rdf:type"
    assert network.graph["title"]["en"].endswith(network.nodes[centre]["en"])


def hops(graph: Graph, network: nx.MultiDiGraph) -> dict[str, int]:
    """Steps from the centre, where an event or study group in between costs nothing."""
    event = {
        iri: bool({"Event", "StudyGroup"} & set(graph.names.classes(iri) or ())) for iri in network
    }
    weighted = nx.DiGraph()
    for start, end in nx.Graph(network).edges:
        weighted.add_edge(start, end, cost=int(not event[end]))
        weighted.add_edge(end, start, cost=int(not event[start]))
    lengths: dict[str, int] = nx.single_source_dijkstra_path_length(
        weighted, network.graph["centre"], weight="cost"
    )
    return lengths


def test_more_hops_reach_further(graph: Graph) -> None:
    networks = [neighbourhood(graph, "TyU19", number) for number in (1, 2, 3)]
    for near, far in pairwise(networks):
        assert set(near.edges(keys=True)) < set(far.edges(keys=True))
        assert set(near) < set(far)
    assert max(hops(graph, networks[0]).values()) == 1
    assert max(hops(graph, networks[1]).values()) == 2


def test_nodes_have_their_terms_in_other_vocabularies(graph: Graph) -> None:
    around = neighbourhood(graph, "melanoma")
    mondo = "http://purl.obolibrary.org/obo/MONDO_0005105"
    same = {"id": "MONDO:0005105", "match": "exact", "page": mondo}
    assert same in around.nodes[ID + "melanoma"]["identifiers"]
    network = landscape(graph, disease="melanoma")
    linked = {id: data.get("identifiers", ()) for id, data in network.nodes(data=True)}
    assert {**same, "match": "broad"} in linked[ID + "advanced-melanoma"]
    order = ["exact", "close", "broad", "narrow", "related"]
    for found in linked.values():
        ranks = [order.index(one["match"]) for one in found]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("number", [0, -1])
def test_no_hops_are_an_error(graph: Graph, number: int) -> None:
    with pytest.raises(InputError, match="1 hop or more"):
        neighbourhood(graph, "TyU19", number)


def test_unknown_names_are_told(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="lifileucel"):
        neighbourhood(graph, "lifileucell")
    with pytest.raises(UnknownName, match="its parameters"):
        landscape(graph, sickness="melanoma")
    with pytest.raises((UnknownName, AmbiguousName)):
        landscape(graph, disease="no such thing")


def test_text_is_no_node_even_if_it_reads_like_an_address(tmp_path: Path) -> None:
    path = tmp_path / "claims.trig"
    more = 'id:study-wonder ict:outcome "https://example.org/result" .\n'
    path.write_text(CLAIMS.rstrip().removesuffix("}") + more + "}", encoding="utf-8")
    graph = open_graph(str(path))
    for hop in (1, 2):
        network = neighbourhood(graph, "Wonder", hop)
        assert ID + "study-wonder" in network
        assert "https://example.org/result" not in network


def test_the_build_is_named(graph: Graph, remote: Graph, whole: nx.MultiDiGraph) -> None:
    assert whole.graph["build"] and whole.graph["build"] in graph.folder
    assert landscape(remote, therapy="lifileucel").graph["build"] == ""
    assert whole.graph["kind"] == "landscape" and set(whole.graph["title"]) == {"en", "zh"}
    assert not any(data["relation"] == RDF_TYPE for _, _, data in edges(whole))
