"""The dashboard: its numbers are those of the files, of the other templates and of the checks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, parse

from commands import call
from ictgraph import checks, queries
from ictgraph.engine import LocalEngine
from ictgraph.graph import Graph
from ictgraph.labels import AskedNames
from ictgraph.quality import SECTIONS, dashboard
from ictgraph.store import own_files
from ictgraph.vocab import ICT, ID, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, SRC, XSD
from made import made

PREFIX = "urn:ictgraph:quality:"


def measured(graph: Graph, *sections: str) -> dict[tuple[str, str], tuple[int, int]]:
    """The counts of a dashboard by measure and what it is about, both shortened."""
    found = {}
    for row in dashboard(graph, sections or SECTIONS).records():
        about = (row["about"] or "").removeprefix(ICT).removeprefix(ID).removeprefix(SRC)
        found[row["measure"].removeprefix(PREFIX), about] = (row["value"], row["of"])
    return found


def stated(folder: str = "triples") -> list[Quad]:
    """The statements of the files in a folder of the data."""
    files = [one for one in own_files() if f"/{folder}/" in one]
    return [quad for path in files for quad in parse(path=path)]


def test_counts_are_those_of_the_manifest(graph: Graph) -> None:
    manifest = json.loads(Path(graph.folder, "manifest.json").read_text(encoding="utf-8"))
    found = measured(graph, "quality-counts")
    assert {about: value for (_, about), (value, _) in found.items()} == manifest["entities"]
    (total,) = {of for _, of in found.values()}
    typed = [one for one in stated() if one.predicate.value == RDF_TYPE]
    assert total == len({one.subject for one in typed if one.object.value.startswith(ICT)})  # type: ignore[union-attr]


def test_evidence_is_that_of_the_files(graph: Graph) -> None:
    quads = stated()
    passages = {
        quad.subject.value  # type: ignore[union-attr]
        for quad in quads
        if quad.predicate.value == RDF_TYPE and quad.object.value == ICT + "Passage"  # type: ignore[union-attr]
    }
    graphs = Counter(getattr(quad.graph_name, "value", "") for quad in quads)
    review = {one for one in passages if one.startswith(SRC + "review-2024/")}
    claimed = {one for one in review if graphs[one]}
    found = measured(graph, "quality-evidence")
    assert found["evidence-claimed", "review-2024"] == (len(claimed), len(review))
    parts = ("claimed", "explained", "unexplained")
    assert sum(found[f"evidence-{one}", "review-2024"][0] for one in parts) == len(review)
    assert found["evidence-unexplained", "review-2024"][0] == 0
    claims = sum(graphs[one] for one in passages)
    assert found["evidence-claims", ""] == (claims, claims)
    of_review = (sum(graphs[one] for one in review), claims)
    assert found["evidence-claims", "review-2024"] == of_review
    assert found["evidence-records", "review-2024"][0] == 0
    assert found["evidence-records", "doaj"] == (1, 1)


def test_claims_that_no_passage_states_are_missing_from_the_share(tmp_path: Path) -> None:
    claim = "id:one ict:target id:two ."
    small = made(tmp_path, {"Therapy": "one"}, [claim])
    assert measured(small, "quality-evidence")["evidence-claims", ""] == (1, 1)
    engine = small.engine
    assert isinstance(engine, LocalEngine)
    store = Store()
    store.bulk_extend(engine.store)
    (quad,) = store.quads_for_pattern(None, None, None, NamedNode(SRC + "made/s1"))
    store.add(Quad(quad.subject, quad.predicate, quad.object, NamedNode("urn:nowhere")))
    other = LocalEngine(store)
    found = measured(Graph(other, AskedNames(other)), "quality-evidence")
    assert found["evidence-claims", ""] == (1, 2)


def test_languages_are_those_of_the_files(graph: Graph) -> None:
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for quad in stated():
        if isinstance(quad.object, Literal):
            subject, name = quad.subject.value, quad.predicate.value  # type: ignore[union-attr]
            texts[name, quad.object.language or ""].add(subject)
    entities = {
        quad.subject.value  # type: ignore[union-attr]
        for quad in stated("entities")
        if quad.predicate.value == RDF_TYPE and quad.object.value.startswith(ICT)  # type: ignore[union-attr]
    }
    found = measured(graph, "quality-languages")
    for lang in ("en", "zh"):
        for name in ("outcome", "gloss"):
            value, of = found[f"languages-{lang}", name]
            assert value == len(texts[ICT + name, lang]) == of
        named = texts[RDFS_LABEL, lang] & entities
        value, of = found[f"languages-{lang}", RDFS_LABEL]
        assert value == of == len(named)
        synonyms = texts[SKOS_ALT_LABEL, lang] & entities
        assert found[f"languages-{lang}", SKOS_ALT_LABEL] == (len(synonyms), of)


def test_gaps_are_what_the_template_lists(graph: Graph) -> None:
    answer = graph.query("missing")
    missing = defaultdict(set)
    for row in answer.records():  # type: ignore[union-attr]
        missing[row["gap"]].add(row["entity"])
    gaps = measured(graph, "quality-gaps")
    found = {key.removeprefix("gaps-"): value for (key, _), (value, _) in gaps.items()}
    assert found == {gap: len(entities) for gap, entities in missing.items()}
    therapies = measured(graph, "quality-counts")["counts-entities", "Therapy"][0]
    assert gaps["gaps-target", "Therapy"][1] == therapies


STEP = "id:step a ict:Approval ; ict:regulator id:{} ."


def test_contradictions_are_those_of_the_check(tmp_path: Path, graph: Graph) -> None:
    doubt = "graph:doubts {{ id:doubt a ict:Doubt ; ict:about id:{} ; ict:doubtKind id:k . }}"
    kinds = {"Regulator": "one two three"}
    passages = [STEP.format(one) for one in ("one", "two", "three")]
    for about, flagged in (("other", 0), ("step", 1)):
        folder = tmp_path / about
        folder.mkdir()
        small = made(folder, kinds, passages, doubt.format(about))
        found = measured(small, "quality-contradictions")
        assert found == {
            ("contradictions-flagged", "regulator"): (flagged, 1),
            ("contradictions-bare", "regulator"): (1 - flagged, 1),
        }
        rule = [one for one in checks.load() if one.name == "unflagged-contradiction"]
        broken = {(one.entity, one.property) for one in checks.run(small.engine, rule)}
        assert len(broken) == 1 - flagged
    stages = measured(graph, "quality-contradictions")
    assert stages["contradictions-flagged", "stage"][0] > 0
    assert stages["contradictions-bare", "stage"][0] == 0


def test_doubts_touch_what_they_name(graph: Graph) -> None:
    found = measured(graph, "quality-doubts")
    answer = graph.query("doubts", kind="id:doubt-contradiction")
    named: dict[str, set[str]] = defaultdict(set)
    for row in answer.folded():  # type: ignore[union-attr]
        cells = dict(zip(answer.columns, row, strict=True))  # type: ignore[union-attr]
        for name in ("about", "passage"):
            named[name] |= {one.value for one in cells[name]}
        named["doubt"].add(cells["doubt"].value)
    about = "doubt-contradiction"
    assert found["doubts-doubts", about][0] == len(named["doubt"])
    assert found["doubts-passages", about][0] == len(named["passage"])
    assert found["doubts-entities", about][0] == len(named["about"])


MAPPINGS = """graph:mappings {
  id:one skos:exactMatch <urn:term:1> .
  <urn:mapping:2> owl:annotatedSource id:two ; owl:annotatedTarget sssom:NoTermFound .
}"""


def test_links_appear_once_there_are_some(tmp_path: Path) -> None:
    kinds = {"Disease": "one two three", "Target": "four"}
    for name, more in (("without", ""), ("with", MAPPINGS)):
        folder = tmp_path / name
        folder.mkdir()
        found = measured(made(folder, kinds, ['id:four ict:note "n"@en .'], more))
        links = {key: value for key, value in found.items() if key[0].startswith("link")}
        if name == "without":
            assert links == {}
            continue
        for key in ("same", "none", "unchecked"):
            assert links[f"link-coverage-{key}", "Disease"] == (1, 3)
        assert links["link-coverage-unchecked", "Target"] == (1, 1)


def test_every_cited_paper_has_one_status_or_none(graph: Graph) -> None:
    found = measured(graph, "quality-citations")
    assert sum(value for value, _ in found.values()) == 35
    assert {of for _, of in found.values()} == {35}


def test_percentages_and_labels(graph: Graph) -> None:
    table = dashboard(graph)
    assert table.labels is not None
    for row in table.records():
        if row["of"]:
            share = Decimal(100 * row["value"]) / row["of"]
            assert abs(share - row["percent"]) <= Decimal("0.05")
            assert row["value"] <= row["of"]
        for name in ("section", "measure"):
            assert set(table.labels[row[name]]) == {"en", "zh"}
        assert row["measure"].startswith(row["section"] + "-")
    sections = list(dict.fromkeys(row["section"] for row in table.records()))
    assert sections == [PREFIX + name.removeprefix("quality-") for name in SECTIONS]


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_a_template_of_the_dashboards_form(name: str) -> None:
    about, *numbers = queries.load(name).columns
    assert about.type == "" and len(numbers) > 1
    assert {one.type for one in numbers} == {XSD + "integer"}
    known = {one.name for one in numbers}
    assert all(one.removesuffix("_of") in known for one in known)


def test_an_endpoint_measures_the_same(graph: Graph, remote: Graph) -> None:
    assert dashboard(remote).rows == dashboard(graph).rows


def test_the_command_answers_in_both_languages() -> None:
    def rows(lang: str) -> list[dict[str, Any]]:
        result = call("quality", "--lang", lang, "--format", "csv")
        assert result.exit_code == 0
        return list(csv.DictReader(io.StringIO(result.stdout.lstrip("\ufeff"))))

    en, zh = rows("en"), rows("zh")
    assert [row["value"] for row in en] == [row["value"] for row in zh]
    (gap,) = (row for row in en if row["measure"] == "Without a target")
    assert (gap["section"], gap["about"]) == ("Gaps", "therapy")
    assert "未注明靶点" in {row["measure"] for row in zh}
    assert {"实体", "出处", "语言", "疑点", "矛盾", "缺失", "引文"} <= {
        row["section"] for row in zh
    }
    listed = json.loads(call("quality", "--format", "json").stdout)["rows"]
    assert len(listed) == len(en)
