"""Why an answer is empty."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from ictgraph import queries
from ictgraph.explain import Absent, Explanation, absent, explain, gaps
from ictgraph.graph import Graph, open_graph
from ictgraph.vocab import SRC, compress

ASKED = {"disease": "melanoma", "target": "CD19"}


def explained(graph: Graph, name: str, **values: str | list[str]) -> Explanation:
    template = queries.load(name)
    bound = graph.bind(template, values)
    assert len(graph.run(template, bound)) == 0  # type: ignore[arg-type]
    return explain(graph, template, bound)


def test_it_says_what_was_understood_and_which_parameter_is_too_much(graph: Graph) -> None:
    found = explained(graph, "who-develops-what", **ASKED)
    assert {one.name for one in found.parameters} == {"disease", "target"}
    assert all(one.rows > 0 for one in found.parameters)
    for one in found.parameters:
        others = {name: value for name, value in ASKED.items() if name != one.name}
        answer = graph.query("who-develops-what", **others)
        assert one.rows == len(answer.folded())  # type: ignore[union-attr]


def test_it_counts_the_passages_as_the_manifest_does(graph: Graph) -> None:
    manifest = json.loads(Path(graph.folder, "manifest.json").read_text(encoding="utf-8"))
    found = explained(graph, "who-develops-what", **ASKED)
    assert {compress(iri): n for iri, n in found.sources.items()} == manifest["sources"]


def test_it_names_the_main_source_and_counts_the_others() -> None:
    labels = {f"{SRC}a": {"en": "A", "zh": "甲"}, f"{SRC}b": {"en": "B", "zh": "乙"}}
    one, two = {f"{SRC}a": 3}, {f"{SRC}a": 3, f"{SRC}b": 1}
    many = {**two, f"{SRC}c": 1}
    for sources, en, zh in [
        ({}, "a graph without passages", "没有段落的图谱"),
        (one, "3 passages of A", "甲的3个段落"),
        (two, "3 passages of A and 1 passage of B", "甲的3个段落和乙的1个段落"),
        (
            many,
            "3 passages of A and 2 passages of 2 other sources",
            "甲的3个段落和其他2个来源的2个段落",
        ),
    ]:
        lines = Explanation((), sources, labels)
        assert lines.lines() == [f"this question has no rows in {en}"]
        assert lines.lines("zh") == [f"{zh}中，此问题没有结果"]


def test_an_endpoint_explains_the_same(graph: Graph, remote: Graph) -> None:
    here, there = (explained(one, "who-develops-what", **ASKED) for one in (graph, remote))
    assert (here.parameters, here.sources) == (there.parameters, there.sources)


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_names_come_with_the_entity_they_stand_for(graph: Graph, lang: str) -> None:
    text = "\n".join(explained(graph, "who-develops-what", **ASKED).lines(lang))  # type: ignore[arg-type]
    assert "(id:melanoma)" in text and ("黑色素瘤" in text) == (lang != "en")


def test_the_explanation_is_chinese_throughout(graph: Graph) -> None:
    lines = explained(graph, "who-develops-what", **ASKED).lines("zh")
    assert lines[0].startswith("免疫细胞治疗2024年综述的") and "此条件组合" in lines[0]
    assert all(re.search("[一-龥]", line) for line in lines)
    assert not re.search(r"\b(?:is|are|was|without|nothing|rows?|names?)\b", "\n".join(lines))
    several = explained(graph, "timeline", to_year="1901", from_year="1900").lines("zh")
    assert "--to-year 理解为 1901" in several
    single = explained(graph, "timeline", to_year="1901").lines("zh")
    assert single[0].endswith("此问题在此条件下没有结果") and single[2].startswith(
        "去掉 --to-year 则有"
    )


def test_terms_that_the_graph_lacks(graph: Graph, remote: Graph) -> None:
    text = (
        "PREFIX x: <https://w3id.org/ictgraph/id/> PREFIX ict: <https://w3id.org/ictgraph/ontology#>"
        " SELECT * { ?s ict:targt x:cd191 ; a ict:Therapy, rdfs:No, <https://e.org/a> ."
        " GRAPH graph:derived { ?d ict:concerns ?s } GRAPH graph:none {} }"
    )
    expected = [
        Absent("ict:targt", "ict:target"), Absent("id:cd191", "id:cd19"), Absent("graph:none"),
    ]  # fmt: skip
    assert absent(graph, text) == absent(remote, text) == expected
    assert absent(graph, queries.load("who-develops-what").text) == []
    assert expected[2].line() == "graph:none is not in the graph"
    assert expected[2].line("zh") == "图谱中没有 graph:none"


def test_a_single_parameter_and_a_literal_one(graph: Graph) -> None:
    lines = explained(graph, "timeline", to_year="1901").lines()
    assert lines[0].startswith("this question has no rows for this in ")
    assert lines[1] == "--to-year was understood as 1901"
    assert lines[2].startswith("without --to-year there are ")


def test_no_single_parameter_helps(graph: Graph) -> None:
    found = explained(graph, "timeline", to_year="1901", from_year="1900", therapy="DCVax-L")
    assert os.linesep not in found.lines()[-1]
    if not any(one.rows for one in found.parameters):
        assert "any single one" in found.lines()[-1]


def test_what_other_passages_name_is_pointed_to(graph: Graph, remote: Graph) -> None:
    """No row here is not nothing recorded: the entity may stand elsewhere, or nowhere at all."""
    for one in (graph, remote):
        found = explained(one, "financing", funded="University of Pennsylvania")
        [(entity, count)] = found.parameters[0].named()
        either = f"{{ {entity} ?p ?o }} UNION {{ ?s ?p {entity} }}"
        places = one.sparql(f"SELECT DISTINCT ?g {{ ?g a ict:Passage GRAPH ?g {{ {either} }} }}")
        assert count == len(places) > 1  # type: ignore[arg-type]
        assert f"{count} passages name {entity}; see 'ictgraph show {entity}'" in found.lines()
        assert f"{count}个段落提到 {entity}，见 'ictgraph show {entity}'" in found.lines("zh")


@pytest.mark.parametrize("name", [one.name for one in queries.load_all() if one.needs])
def test_it_says_what_a_parameter_may_leave_out(name: str, graph: Graph) -> None:
    template = queries.load(name)
    (need,) = template.needs
    asked = """\
        PREFIX ict: <https://w3id.org/ictgraph/ontology#>
        PREFIX graph: <https://w3id.org/ictgraph/graph/>
        SELECT DISTINCT ?one ?place WHERE {
          GRAPH graph:derived { ?one a ict:Institution } OPTIONAL { ?one ict:place ?place } }"""
    found = [(row["one"], row["place"]) for row in graph.sparql(asked).records()]  # type: ignore[union-attr]
    (gap,) = gaps(graph, template, {need.parameter})
    assert gap.entities == len({one for one, _ in found})
    assert gap.missing == sum(place is None for _, place in found) > 0
    assert f"--{need.parameter}" in gap.line() and gap.line("zh").count(str(gap.missing))
    assert gaps(graph, template, ()) == []


def test_a_gap_that_is_none_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "one.trig"
    path.write_text(
        "@prefix ict: <https://w3id.org/ictgraph/ontology#> .\n"
        "@prefix id: <https://w3id.org/ictgraph/id/> .\n"
        "@prefix src: <https://w3id.org/ictgraph/source/> .\n"
        "id:here a ict:Country . id:one a ict:Company .\n"
        "src:some a ict:Source . <https://w3id.org/ictgraph/source/some/1> a ict:Passage ;"
        " ict:partOf src:some .\n"
        "<https://w3id.org/ictgraph/source/some/1> { id:one ict:place id:here }\n",
        encoding="utf-8",
    )
    assert gaps(open_graph(str(path)), queries.load("developer-ranking"), {"place"}) == []
