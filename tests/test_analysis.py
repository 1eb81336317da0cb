"""The network of institutions: links that passages state, measures worked out by hand."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from commands import call, environment, process
from ictgraph.analysis import (
    EXACT,
    Link,
    centrality,
    communities,
    community_network,
    institution_network,
    partition,
)
from ictgraph.engine import rows
from ictgraph.formats import write
from ictgraph.graph import Graph, open_graph
from ictgraph.pictures import interchange, svg
from ictgraph.pictures.clusters import communities as draw
from ictgraph.pictures.drawing import Lang
from ictgraph.store import own_files
from ictgraph.vocab import ICT, ID, SRC, expand
from made import made

TRIANGLES = ["a1 a2", "a2 a3", "a1 a3", "b1 b2", "b2 b3", "b1 b3", "a3 b1"]
"""Two triangles and the pair that joins them: seven partnerships of two."""


def deals(*pairs: str) -> list[str]:
    """One partnership a passage; each pair or group is written "a b"."""
    return [
        f"id:deal-{number} a ict:Partnership ; "
        + " , ".join(f"ict:partner id:{one}" for one in pair.split()).replace(" , ", " ; ")
        + " ."
        for number, pair in enumerate(pairs, 1)
    ]


def partners(folder: Path, *pairs: str) -> Graph:
    known = " ".join(sorted({one for pair in pairs for one in pair.split()}))
    return made(folder, {"Company": known}, deals(*pairs))


def measured(graph: Graph) -> dict[str, dict[str, Any]]:
    records = centrality(graph).table.records()
    return {row["institution"].removeprefix(ID): row for row in records}


def members(graph: Graph) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for row in communities(graph).table.records():
        found.setdefault(row["community"], []).append(row["institution"].removeprefix(ID))
    return [found[number] for number in sorted(found)]


def notes(answer: Any, lang: str = "en") -> str:
    return "\n".join(one[lang] for one in answer.notes)


# Made graphs


def test_centrality_of_two_triangles_joined_by_a_pair(tmp_path: Path) -> None:
    found = measured(partners(tmp_path, *TRIANGLES))
    # Whoever goes from {a1, a2} to {b1, b2, b3} passes a3: 2 x 3 pairs; and so for b1.
    assert {one: row["betweenness"] for one, row in found.items()} == {
        **dict.fromkeys(("a1", "a2", "b2", "b3"), 0), "a3": 6, "b1": 6,
    }  # fmt: skip
    assert {one: row["degree"] for one, row in found.items()} == {
        **dict.fromkeys(("a1", "a2", "b2", "b3"), 2), "a3": 3, "b1": 3,
    }  # fmt: skip
    assert {row["part"] for row in found.values()} == {6}
    assert [found[one]["degreeRank"] for one in ("a3", "b1", "a1", "b3")] == [1, 1, 3, 3]
    assert [found[one]["betweennessRank"] for one in ("a3", "b1", "a1")] == [1, 1, None]


def test_communities_of_two_triangles_joined_by_a_pair(tmp_path: Path) -> None:
    answer = communities(partners(tmp_path, *TRIANGLES))
    rows_ = {row["institution"].removeprefix(ID): row for row in answer.table.records()}
    assert {one: row["community"] for one, row in rows_.items()} == {
        "a1": 1, "a2": 1, "a3": 1, "b1": 2, "b2": 2, "b3": 2,
    }  # fmt: skip
    assert (rows_["a3"]["inside"], rows_["a3"]["outside"], rows_["a3"]["things"]) == (2, 1, 3)
    # Each triangle has 3 of 7 links and 7 of 14 ends: 2 (3/7 - 1/4) = 5/14.
    assert f"modularity {5 / 14:.3f}; 0 of 2 communities" in notes(answer)


def test_a_star_stands_between_all_its_pairs(tmp_path: Path) -> None:
    found = measured(partners(tmp_path, "hub a", "hub b", "hub c", "hub d"))
    assert found["hub"]["betweenness"] == 6 and found["hub"]["things"] == 4
    assert found["a"]["betweenness"] == 0 and found["a"]["degree"] == 1


def test_shared_ways_count_in_parts(tmp_path: Path) -> None:
    # Around a square each corner is on one of two ways between its neighbours.
    found = measured(partners(tmp_path, "a b", "b c", "c d", "d a"))
    assert {float(row["betweenness"]) for row in found.values()} == {0.5}


def test_one_event_of_many_is_one_thing_however_many_pairs(tmp_path: Path) -> None:
    graph = partners(tmp_path, "a b c d", "a b")
    found = measured(graph)
    assert [found["a"][name] for name in ("degree", "links", "things")] == [3, 4, 2]
    assert [found["c"][name] for name in ("degree", "links", "things")] == [3, 3, 1]
    answer = communities(graph)
    assert "4 of 4 institutions are linked, in 6 pairs, through 2 shared things" in notes(answer)
    assert "2 owe all their links to a single thing" in notes(answer)
    first = next(answer.table.records())
    assert first["institution"] == ID + "a" and first["strength"] == 2
    assert [one.removeprefix(ID) for one in first["ties"]] == ["b"]


def test_no_links_are_said_and_drawn_as_nothing(tmp_path: Path) -> None:
    graph = made(tmp_path, {"Company": "a b"}, [])
    for answer in (centrality(graph), communities(graph)):
        assert len(answer.table) == 0
        assert notes(answer) == "no two institutions are linked"
        assert notes(answer, "zh") == "没有任何两家机构有联系"
    assert len(community_network(graph)) == 0


THERAPY = "id:t a ict:Therapy ."
LINKED = {
    "a therapy and a study of it": (
        ["id:t ict:developedBy id:a .", "id:s a ict:ClinicalStudy ; ict:therapy id:t ;"
         " ict:conductedBy id:b ."],
        {("a", "b", "t", "Therapy")},
    ),
    "two studies of a therapy": (
        [f"id:s{one} a ict:ClinicalStudy ; ict:therapy id:t ; ict:conductedBy id:{one} ."
         for one in "ab"],
        {("a", "b", "t", "Therapy")},
    ),
    "findings of one paper": (
        [f"id:f{one} a ict:Finding ; ict:reportedIn id:p ; ict:conductedBy id:{one} ."
         for one in "ab"],
        {("a", "b", "p", "Paper")},
    ),
    "one study is told once, not again by its therapy": (
        ["id:s a ict:ClinicalStudy ; ict:therapy id:t ; ict:conductedBy id:a , id:b .",
         "id:t ict:developedBy id:a ."],
        {("a", "b", "s", "ClinicalStudy")},
    ),
    "a document": (
        ["id:d ict:issuedBy id:a , id:b ."],
        {("a", "b", "d", "Guidance")},
    ),
    "part of a larger one": (["id:a ict:memberOf id:b ."], {("a", "b", "memberOf", "memberOf")}),
    "an authority that decides is no partner": (
        ["id:s a ict:Approval ; ict:therapy id:t ; ict:regulator id:b .",
         "id:t ict:developedBy id:a ."],
        set(),
    ),
    "to be mentioned together is no link": (
        ["id:f a ict:Finding ; ict:about id:a , id:b ."],
        set(),
    ),
    "the same place is no link": (["id:a ict:place id:c .", "id:b ict:place id:c ."], set()),
}  # fmt: skip


@pytest.mark.parametrize("case", LINKED, ids=str)
def test_what_links_two_institutions(case: str, tmp_path: Path) -> None:
    passages, expected = LINKED[case]
    kinds = {"Company": "a b", "Therapy": "t", "Paper": "p", "Guidance": "d", "Country": "c"}
    network = institution_network(made(tmp_path, kinds, passages))
    found = {
        (*(end.removeprefix(ID) for end in pair), _local(link.via), _local(link.kind))
        for *pair, links in network.edges(data="links")
        for link in links
    }
    assert found == expected
    if expected and len(passages) == 2 and "once" not in case:
        (link,) = (link for *_, links in network.edges(data="links") for link in links)
        assert link.passages == {SRC + "made/s1", SRC + "made/s2"}


def _local(iri: str) -> str:
    return iri.removeprefix(ID).removeprefix(ICT)


def test_large_networks_are_sampled_the_same_way_each_time_and_say_so(graph: Graph) -> None:
    network = nx.Graph()
    for number in range(EXACT + 500):
        link = Link(f"urn:x:{number}", "urn:x:kind", frozenset([SRC + "review-2024/s1/p1/s1"]))
        network.add_edge("urn:hub", f"urn:leaf:{number}", links=[link], weight=1)
    answer = centrality(graph, network)
    hub = next(answer.table.records())
    pairs = (EXACT + 500) * (EXACT + 499) / 2
    assert hub["institution"] == "urn:hub" and hub["things"] == EXACT + 500
    assert abs(float(hub["betweenness"]) - pairs) < pairs / 100
    assert "estimated from 500 of 2501 institutions" in notes(answer)
    assert "由2501家中的500家抽样估计" in notes(answer, "zh")
    assert next(centrality(graph, network).table.records()) == hub


def test_partitions_do_not_depend_on_the_order_of_the_network() -> None:
    clique = list(combinations("abcd", 2)) + list(combinations("wxyz", 2)) + [("d", "w")]
    found = {tuple(partition(nx.Graph(edges))) for edges in (clique, clique[::-1])}
    assert found == {(("a", "b", "c", "d"), ("w", "x", "y", "z"))}


# The review


@pytest.fixture(scope="module")
def review(cache: str) -> Graph:
    """The review alone, without the records of second sources."""
    return open_graph(*(name for name in own_files() if os.sep + "records" + os.sep not in name))


def test_the_commission_that_issued_two_documents_stands_between_the_others(review: Graph) -> None:
    # §3.2 p1 s5 names three issuers, p2 s4 three; the commission is in both: 2 x 2 pairs.
    found = measured(review)
    first = found["national-health-commission"]
    assert [first[name] for name in ("degree", "links", "betweenness", "part")] == [4, 4, 4, 5]
    assert (first["degreeRank"], first["betweennessRank"], first["things"]) == (1, 1, 2)
    assert {one.removeprefix(SRC) for one in first["source"]} == {
        "review-2024/s3.2/p1/s5", "review-2024/s3.2/p2/s4",
    }  # fmt: skip
    between = {one for one, row in found.items() if row["betweenness"]}
    assert between == {
        "national-health-commission", "fiocruz", "shanghai-general-hospital",
        "zhejiang-university-school-of-medicine",
    }  # fmt: skip


def test_co_investors_have_many_neighbours_and_one_thing(review: Graph) -> None:
    # Table 5, row 7: a round with four investors.
    row = measured(review)["simnova"]
    assert [row[name] for name in ("degree", "links", "things", "betweenness")] == [4, 4, 1, 0]
    assert row["source"] == [SRC + "review-2024/t5/r7"]


def test_regulators_are_linked_by_documents_only(review: Graph) -> None:
    found = measured(review)
    assert "fda" not in found
    assert found["nmpa"]["degree"] == 2  # the notice of three ministries


def test_communities_of_the_review(review: Graph) -> None:
    found = members(review)
    assert sorted(found[1]) == sorted(
        [
            "national-health-commission", "ministry-of-commerce", "nmpa",
            "national-administration-of-traditional-chinese-medicine",
            "national-disease-control-and-prevention-administration",
        ]
    )  # fmt: skip
    assert sorted(map(sorted, found)) == sorted(
        sorted(one.removeprefix(ID) for one in part)
        for part in nx.connected_components(institution_network(review))
    )
    assert [len(one) for one in found] == sorted((len(one) for one in found), reverse=True)


def test_links_are_those_of_the_template_in_every_language(graph: Graph, remote: Graph) -> None:
    for measure in (centrality, communities):
        texts = []
        for one in (graph, remote):
            stream = io.BytesIO()
            write(measure(one).table, "json", stream)
            texts.append(stream.getvalue())
        assert texts[0] == texts[1]


# Pictures


def claims(network: nx.MultiDiGraph) -> list[tuple[str, str, str, set[str]]]:
    return [
        (start, expand(data["relation"]), end, {one["iri"] for one in data["sources"]})
        for start, end, data in network.edges(data=True)
    ]


def test_every_line_is_a_claim_with_its_passages(graph: Graph) -> None:
    network = community_network(graph)
    assert set(institution_network(graph)) <= set(network)
    for start, name, end, sources in claims(network):
        query = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ <{start}> <{name}> <{end}> }} }}"
        stated = {row[0].value for row in rows(graph.engine, query)}  # type: ignore[union-attr]
        # Where a link needs two claims of one passage, the line has the passages that state both.
        assert set() != sources <= {one for one in stated if one.startswith(SRC)}


def test_only_the_claims_behind_links_are_drawn(tmp_path: Path) -> None:
    passages = [
        *(
            f"id:s{one} a ict:ClinicalStudy ; ict:therapy id:t ; ict:conductedBy id:{one} ;"
            f" ict:about id:{other} ."
            for one, other in ("ab", "ba")
        ),
        "id:ok a ict:Approval ; ict:therapy id:t ; ict:regulator id:r .",
        "id:r ict:memberOf id:a .",
    ]
    graph = made(tmp_path, {"Company": "a b", "Therapy": "t", "Regulator": "r"}, passages)
    drawn = {tuple(map(_local, claim[:3])) for claim in claims(community_network(graph))}
    assert drawn == {
        ("sa", "conductedBy", "a"), ("sa", "therapy", "t"),
        ("sb", "conductedBy", "b"), ("sb", "therapy", "t"),
        ("r", "memberOf", "a"),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_each_community_has_a_card_that_holds_its_boxes(graph: Graph, lang: Lang) -> None:
    network = community_network(graph)
    scene = draw(network, lang)
    assert len(scene.bands) == len(members(graph))
    for one in scene.nodes:
        card = scene.bands[network.nodes[one.id]["community"] - 1]
        assert card.x <= one.x - one.width / 2 and one.x + one.width / 2 <= card.x + card.width
        assert card.y <= one.y - one.height / 2 and one.y + one.height / 2 <= card.y + card.height
    for one, other in combinations(scene.nodes, 2):
        apart = abs(one.x - other.x) >= (one.width + other.width) / 2
        assert apart or abs(one.y - other.y) >= (one.height + other.height) / 2
    assert [line.id for line in scene.lines] == [key for *_, key in network.edges(keys=True)]
    text = svg.render(scene)
    assert ("社群" in text) == (lang != "en") and ("Community" in text) == (lang != "zh")


def test_only_whole_communities_are_drawn_and_the_picture_says_which(review: Graph) -> None:
    network = community_network(review, most=3)
    assert network.graph["filters"] == {
        "en": "the 2 largest of 24 communities", "zh": "24个社群中最大的2个",
    }  # fmt: skip
    assert {data["community"] for _, data in network.nodes(data=True)} == {1, 2}
    assert "the 2 largest of 24" in svg.render(draw(network, "en"))
    assert "graphml" in interchange.graphml(network)


# The command


def test_the_command_answers_in_both_languages_and_says_what_numbers_rest_on() -> None:
    en, zh = (call("analyse", "communities", "--lang", lang) for lang in ("en", "zh"))
    assert en.exit_code == zh.exit_code == 0
    assert "National Health Commission" in en.stdout and "国家卫生健康委员会" in zh.stdout
    assert "communities are separate parts, which any method would find" in en.stderr
    assert "互不相连的部分，任何方法都会得到" in zh.stderr and "institutions" not in zh.stderr


def test_the_command_draws_communities(tmp_path: Path) -> None:
    path = tmp_path / "c.svg"
    assert call("analyse", "communities", "-o", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("<svg")
    assert "<!DOCTYPE html>" in call("analyse", "communities", "--format", "html").stdout


def test_the_command_draws_centrality_as_bars_with_what_they_rest_on() -> None:
    drawn = call("analyse", "centrality", "--format", "svg", "--lang", "zh").stdout
    assert drawn.startswith("<svg") and "国家卫生健康委员会" in drawn
    assert re.search("[1-9][0-9]家的全部联系仅出自一项事项", drawn)
    page = call("analyse", "centrality", "--format", "html").stdout
    assert "<!DOCTYPE html>" in page and "src:review-2024/s3.2/p1/s5" in page


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["analyse", "centrality", "--format", "gexf"], "choose svg, html or a table"),
        (["analyse"], "choose from: centrality, communities"),
        (["analyse", "beauty"], "'centrality', 'communities'"),
        (["analyse", "communities", "-o", "c.xyz"], "does not tell its format"),
        (["analyse", "communities", "--endpoint", "http://localhost:1/x"], "refused"),
    ],
)
def test_wrong_calls_say_what_is_right(args: Sequence[str], said: str) -> None:
    result = call(*args)
    assert result.exit_code in (2, 6) and said in result.stderr.lower(), result.stderr


def test_an_answer_without_links_may_fail(tmp_path: Path) -> None:
    path = tmp_path / "none.ttl"
    path.write_text("<https://e.org/x> a <https://e.org/y> .\n", encoding="utf-8")
    for form in ("csv", "svg"):
        args = ("analyse", "communities", "--data", str(path), "--format", form)
        assert call(*args).exit_code == 0
        result = call(*args, "--fail-empty")
        assert result.exit_code == 1 and "no two institutions are linked" in result.stderr
    assert "<svg" not in result.stdout


def test_the_order_of_hashes_changes_nothing() -> None:
    texts = set()
    for seed in ("1", "2"):
        for measure in ("centrality", "communities"):
            done = process("analyse", measure, env=environment(PYTHONHASHSEED=seed))
            assert done.returncode == 0
            texts.add(done.stdout)
    assert len(texts) == 2
